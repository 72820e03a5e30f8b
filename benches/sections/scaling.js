// Time against the size of a body, and what a body can cost that was made to cost.
import { families } from '../bodies.js';
import { runChild } from '../children.js';
import { digits, kilobytes, ratioText, table, time } from '../table.js';

export const title = 'Growth: time against size, and hostile bodies against friendly ones of the same size';

const AIM = 2;

export async function measure({ traffic: made, quick }, progress) {
  const traffic = await made();
  const effort = quick ? { rounds: 9, blockMs: 1, warmMs: 20 } : { rounds: 41, blockMs: 2, warmMs: 100 };
  const results = {};
  for (const { id, title: name } of families(traffic)) {
    progress(name);
    results[id] = { title: name, ...await runChild('scaling.js', { family: id, traffic, effort }) };
  }
  return results;
}

export function describe(results) {
  return Object.values(results).map(family).join('\n\n');
}

function family({ title: name, sizes, growth, hostile }) {
  const ends = { paid: 'believed', hpp: 'believed', pending: 'believed' };
  const rows = hostile.map(({ name: body, end, ratio }) =>
    [body, ratioText(ratio), ratio.median > AIM ? 'over' : '', ends[end] ?? 'refused']);
  const header = [`Hostile body of ${kilobytes(sizes.at(-1).size)}`, 'in the time of the friendly one', `over ${AIM}`, 'the message is'];
  const points = sizes.map(({ size, nanoseconds }) => `${kilobytes(size)} ${time(nanoseconds)}`).join(', ');
  return `**${name}.** A friendly body: ${points}. From ${kilobytes(growth.from)} on, time
grows with the power ${digits(growth.median)} of the size (1 is linear).

${table(header, rows)}`;
}

// What a row is made of: `node benches/limit.js`, or with the names of rows. The shim over a core that only hands out what it answered before, and
// the core without the shim, each in the time of `node:crypto`. What stands here is the limit of whoever makes only the other one quicker.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { main, Problem } from '../scripts/steps.js';
import { callsOf, openReplaying, openWatched } from './boundary.js';
import { runChild } from './children.js';
import { makeMessages } from './messages.js';
import { digestLibraries } from './peers/digests.js';
import { inTurn, race, ratio, summary } from './rounds.js';
import { ROWS } from './rows.js';
import { table } from './table.js';

const EFFORT = { rounds: 150, blockMs: 1.5, warmMs: 800 };

/** One row, in a process of its own. */
async function measure({ row: id, traffic }) {
  const row = ROWS.find((each) => each.id === id);
  const [library] = await digestLibraries();
  const parts = [
    ['node:crypto', await row.theirs(traffic.config, library), traffic.inputs], ['velopos', row.ours(traffic.config), traffic.inputs],
    ['the shim alone', openReplaying(id, traffic), traffic.inputs], ['the core alone', openWatched().callCore, callsOf(id, traffic)],
  ];
  const [peer, ...ours] = await race(parts.map(([name, work, inputs]) => ({ name, block: inTurn(work, inputs) })), EFFORT);
  return { nanoseconds: summary(peer.times).median, ratios: ours.map((each) => ratio(each, peer)) };
}

main(import.meta.url, async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals[0]?.endsWith('.json')) {
    console.log(JSON.stringify(await measure(JSON.parse(readFileSync(positionals[0], 'utf8')))));
    return;
  }
  const strange = positionals.find((id) => !ROWS.some((row) => row.id === id));
  if (strange) throw new Problem(`there is no row ${strange}`, `choose from ${ROWS.map(({ id }) => id).join(', ')}.`);
  const made = await makeMessages(40);
  const rows = [];
  for (const { id, traffic } of ROWS.filter(({ id: each }) => positionals.length === 0 || positionals.includes(each))) {
    const { nanoseconds, ratios } = await runChild('limit.js', { row: id, traffic: made[traffic] });
    const shown = ({ median, low, high }) => `${median.toFixed(2)} ±${((high - low) / 2).toFixed(2)}`;
    rows.push([id, `${(nanoseconds / 1000).toFixed(1)} µs`, ...ratios.map(shown)]);
  }
  console.log(table(['Row', 'node:crypto', 'velopos', 'the shim alone', 'the core alone'], rows));
});

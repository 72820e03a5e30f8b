// The same rows, and the cold start, on everything that the package runs on.
import { ROWS } from '../rows.js';
import { everyRuntime } from '../runtimes.js';
import { ratioText, table } from '../table.js';
import * as coldStart from './cold-start.js';
import * as speed from './speed.js';

export const title = 'Runtimes: velopos in the time of node:crypto on each';

export async function measure({ traffic: made, quick, rounds, blockMs, warmMs }, progress) {
  const traffic = await made();
  const results = [];
  for (const runtime of await everyRuntime(progress)) {
    const rows = await speed.measureOn(runtime, { traffic, effort: { rounds, blockMs, warmMs } }, progress);
    progress(`${runtime.name}: cold start`);
    const cold = await coldStart.measureOn(runtime, { traffic, rounds: quick ? 7 : 31 });
    results.push({ runtime: runtime.name, rows, cold });
  }
  return results;
}

export function describe(results) {
  const cell = ({ peers }) => ratioText(peers.find(({ name }) => name === 'node:crypto').ratio);
  const cells = (id) => results.map(({ rows: measured }) => cell(measured.find(({ row }) => row === id)));
  const rows = ROWS.map(({ id, title: work }) => [work, ...cells(id)]);
  rows.push(['cold start: load and verify the first callback', ...results.map(({ cold }) => ratioText(cold.ratio))]);
  return table(['Work', ...results.map(({ runtime }) => runtime)], rows);
}

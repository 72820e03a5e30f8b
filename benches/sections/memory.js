// Memory after a million calls: nothing may be left of them.
import { runChild, thisNode } from '../children.js';
import { kilobytes, table } from '../table.js';

export const title = 'Memory: after very many calls, genuine and forged, large and small';

/** What a heap may differ by between two full collections without having grown. */
const FLAT = 256 * 1024;

export async function measure({ traffic, quick }, progress) {
  const calls = quick ? 5_000 : 1_000_000;
  progress(`${calls} calls`);
  return runChild('memory.js', { traffic: await traffic(), calls }, { ...thisNode, args: ['--expose-gc'] });
}

export function describe(readings) {
  const [first, last] = [readings[0], readings.at(-1)];
  const row = ({ calls, heap, outside, wasm, process }) => [calls.toLocaleString('en'), ...[heap, outside, wasm, process].map(kilobytes)];
  const flat = last.heap - first.heap < FLAT && last.outside - first.outside < FLAT && last.wasm === first.wasm;
  const shown = [0, 1, 5, 10].map((point) => readings[point]);
  return `${table(['Calls', 'JavaScript heap', 'outside the heap', 'WebAssembly memory', 'whole process'], shown.map(row))}

Each reading follows full collections. ${flat ? 'Flat: nothing is left of the calls.' : 'NOT flat.'} The whole process keeps
what the runtime itself holds for later (compiled code, pages of the heap), and is shown for completeness.`;
}

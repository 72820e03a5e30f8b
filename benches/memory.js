// What is left in memory after very many calls of every kind, genuine and forged, large and small. Run with --expose-gc.
//
//   node --expose-gc benches/memory.js <file>    the file: { traffic, calls } as JSON; the last line of the output is the result
import { readFileSync } from 'node:fs';
import { ending, families, reader } from './bodies.js';
import { openWatched } from './boundary.js';
import { forgeriesOf } from './forgeries.js';
import { rowsOf } from './rows.js';

const POINTS = 10;

const { traffic, calls } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { velopos, memoryBytes } = openWatched();
const work = everyKindOfCall();

/** One turn of everything there is, as functions. */
function everyKindOfCall() {
  const turns = rowsOf(velopos).flatMap((row) => {
    const { config, inputs } = traffic[row.traffic];
    const ours = row.ours(config);
    const forged = row.hashAlone ? forgeriesOf(row.traffic, config, inputs[0]).map(({ input }) => input) : [];
    return [...inputs, ...inputs, ...inputs, ...forged].map((input) => () => ending(ours, input));
  });
  for (const { id, sizes, hostile } of families(traffic)) {
    const read = reader(id, velopos, traffic);
    // The largest are few, or nothing else would be measured.
    for (const { input } of [sizes.at(-1), hostile.at(-1)]) turns.push(() => ending(read, input));
  }
  return turns;
}

function run(count) {
  for (let call = 0; call < count; call += 1) work[call % work.length]();
}

function reading(made) {
  for (let turn = 0; turn < 3; turn += 1) globalThis.gc();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  return { calls: made, heap: heapUsed, outside: external + arrayBuffers, wasm: memoryBytes(), process: rss };
}

run(work.length * 10);
const readings = [reading(0)];
for (let point = 1; point <= POINTS; point += 1) {
  run(calls / POINTS);
  readings.push(reading(point * calls / POINTS));
}
console.log(JSON.stringify(readings));

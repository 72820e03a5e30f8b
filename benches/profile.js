// Where the time of a row goes: `node benches/profile.js nestpay-callback`. Writes a CPU profile that Chrome's developer tools
// open, and prints the share of every function. WebAssembly's functions have names here: the core is the one that is released,
// with its names kept.
import { Session } from 'node:inspector/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/command.js';
import { main, Problem } from '../scripts/steps.js';
import { openWatched } from './boundary.js';
import { makeMessages } from './messages.js';
import { nameCore } from './named-core.js';
import { rowsOf } from './rows.js';
import { table } from './table.js';

const SECONDS = 5;
const SHOWN = 30;

main(import.meta.url, async () => {
  const { positionals: [id = 'nestpay-callback'] } = parseArgs({ allowPositionals: true });
  const { velopos } = openWatched(null, await nameCore());
  const row = rowsOf(velopos).find((each) => each.id === id);
  if (!row) throw new Problem(`there is no row ${id}`, `choose from ${rowsOf(velopos).map((each) => each.id).join(', ')}.`);
  const { config, inputs } = (await makeMessages(16))[row.traffic];
  const work = row.ours(config);
  runFor(1, work, inputs); // the compilers have had their say
  const { profile, calls } = await profiled(() => runFor(SECONDS, work, inputs));
  const folder = join(root, 'benches', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${id}.cpuprofile`);
  writeFileSync(file, JSON.stringify(profile));
  console.log(`${describe(profile, calls)}\n\n${file.slice(root.length)} can be opened in Chrome's developer tools (Performance).`);
});

async function profiled(work) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  const calls = work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { profile, calls };
}

function runFor(seconds, work, inputs) {
  const end = performance.now() + seconds * 1000;
  let calls = 0;
  while (performance.now() < end) {
    for (const input of inputs) work(input);
    calls += inputs.length;
  }
  return calls;
}

/** Self time by function, and by side of the boundary. */
function describe({ nodes, samples }, calls) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const shares = new Map();
  const sides = { JavaScript: 0, WebAssembly: 0, 'garbage collection': 0, other: 0 };
  for (const id of samples) {
    const frame = frames.get(id);
    const name = nameOf(frame);
    shares.set(name, (shares.get(name) ?? 0) + 1);
    sides[sideOf(frame)] += 1;
  }
  const percent = (count) => `${(100 * count / samples.length).toFixed(1)} %`;
  const top = [...shares].sort(([, a], [, b]) => b - a).slice(0, SHOWN).map(([name, count]) => [name, percent(count)]);
  return [
    `${calls} calls in ${SECONDS} s, a sample every 0.2 ms; time in a function itself, without what it calls.`,
    table(['Side', 'share'], Object.entries(sides).map(([side, count]) => [side, percent(count)])),
    table(['Function', 'share'], top),
  ].join('\n\n');
}

function sideOf({ functionName, url }) {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (/^wasm:/.test(url)) return 'WebAssembly';
  return url === '' && /^\((idle|program|root)\)$/.test(functionName) ? 'other' : 'JavaScript';
}

function nameOf({ functionName, url, lineNumber }) {
  const name = functionName.replace(/::h[0-9a-f]{16}$/, '') || '(anonymous)';
  return url.startsWith('file:') || url.includes('index.cjs') ? `${name} ${basename(url)}:${lineNumber + 1}` : name;
}

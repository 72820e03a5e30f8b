// `npm run faults`: something goes wrong at every place of every scenario, and the books must be right afterwards.
//
//   npm run faults                               every single fault, and some thousand pairs
//   npm run faults -- --seed 7                   other pairs
//   npm run faults -- --part 20 --only paytr     one fault of twenty, in scenarios with this word
//   npm run faults -- --at '<scenario>|<place> <kind>'    one again, with the site's log
//   npm run faults -- --without all              takes the site's safeguards out, one by one: each must be missed

import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { strike } from './engine.js';
import { again, strikeAll, table } from './plan.js';
import { scenarios } from './scenarios.js';
import { SAFEGUARDS, findWithout } from './without.js';

const NUMBERS = ['--seed', '--part', '--pairs', '--workers'];
const WORDS = ['--only', '--at', '--without'];

function readArguments(words) {
  const options = { seed: 1, part: 1, pairs: 60, workers: availableParallelism() };
  for (let place = 0; place < words.length; place += 2) {
    const [name, value] = [words[place], words[place + 1]];
    if (value === undefined) throw new Error(`${name} wants a value`);
    if (NUMBERS.includes(name) && Number.isSafeInteger(Number(value)) && Number(value) >= 0) options[name.slice(2)] = Number(value);
    else if (WORDS.includes(name)) options[name.slice(2)] = value;
    else throw new Error(`${name} ${value} is not understood; known are ${[...NUMBERS, ...WORDS].join(', ')}`);
  }
  return options;
}

async function main(options) {
  if (options.at) return once(options.at);
  if (options.without) return without(options.without);
  const from = Date.now();
  const rows = [];
  const told = (row) => {
    rows.push(row);
    console.log(`${row.wrong.length === 0 ? '✔' : '✖'} ${row.name}: ${row.total} faults at ${row.places} places`);
    for (const result of row.wrong.slice(0, 5)) console.log(`    ${result.kinds.join(', ')} at ${result.places.join(', ')}: ${result.wrong.join('; ')}\n    ${again(result)}`);
  };
  await Promise.all(Array.from({ length: options.workers }, (_, mine) => inThread({ ...options, share: { of: options.workers, mine } }, told)));
  const order = new Map(scenarios().map(({ name }, index) => [name, index]));
  rows.sort((one, other) => order.get(one.name) - order.get(other.name));
  const wrong = rows.reduce((sum, row) => sum + row.wrong.length, 0);
  const faults = rows.reduce((sum, row) => sum + row.total, 0);
  console.log(`\n${table(rows)}\n\n${faults} faults in ${Math.round((Date.now() - from) / 1000)} s, seed ${options.seed}: ${wrong} left the books wrong`);
  process.exitCode = wrong > 0 || rows.length === 0 ? 1 : 0;
}

function inThread(options, told) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: options });
    worker.on('message', told).on('error', reject).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`))));
  });
}

async function once(text) {
  const [name, ...places] = text.split('|');
  const scenario = scenarios().find((each) => each.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}; there are\n  ${scenarios().map((each) => each.name).join('\n  ')}`);
  const faults = places.map((place) => ({ at: Number.parseInt(place, 10), kind: place.replace(/^\d+ /, '') }));
  const { kinds, places: where, wrong, shown, log } = await strike(scenario, faults);
  console.log(`${kinds.join(', ') || 'nothing'} at ${where.join(', ') || 'no place'}\nwrong: ${wrong.join('; ') || 'nothing'}\nleft to a person: ${shown.join(', ') || 'nothing'}\n\n${log}`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

async function without(word) {
  const names = Object.keys(SAFEGUARDS).filter((name) => word === 'all' || name.includes(word));
  if (names.length === 0) throw new Error(`there is no safeguard ${word}; there are ${Object.keys(SAFEGUARDS).join(', ')}`);
  for (const name of names) {
    const found = await findWithout(name);
    console.log(found ? `✔ without ${name}: ${found.name}, ${found.kinds.join(', ')}: ${found.wrong[0]}` : `✖ without ${name}: nothing was found`);
    if (!found) process.exitCode = 1;
  }
}

const forThread = ({ seed, part, pairs, only, share }) =>
  ({ seed, part: Math.max(1, part), pairsEach: pairs, share, ...(only && { only: new RegExp(only.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) }) });

if (isMainThread) {
  await main(readArguments(process.argv.slice(2))).catch((error) => {
    console.error(error.message);
    process.exitCode = 2;
  });
} else {
  await strikeAll(forThread(workerData), (row) => parentPort.postMessage(row));
}

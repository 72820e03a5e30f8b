// `npm run attack`: forgeries by the million, and not one of them believed.
//
//   npm run attack -- --forgeries 10000000 --seed 1 --only garanti,paytr --workers 2
//   npm run attack -- --at garanti:7:6566        one forgery again, with everything about it
//   npm run attack -- --without all              takes the rules out, one by one: each must be missed (see without.js)
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createWorker, gateways } from './worker.js';

const here = dirname(fileURLToPath(import.meta.url));
const PACKAGE = resolve(here, '../../dist/index.cjs');
const PARCEL = 20_000;
/** How the forgeries are divided. A POSNET return always makes the simulated bank work, which takes its time. */
const SHARES = { nestpay: 4, garanti: 4, iyzico: 4, paytr: 3, payflex: 3, posnet: 1.5, configuration: 0.5 };

/** Which gateways, and how many forgeries each. @returns {[name: string, count: number][]} */
export function divided(forgeries, only) {
  const chosen = Object.entries(SHARES).filter(([name]) => !only || only.includes(name));
  const all = chosen.reduce((sum, [, share]) => sum + share, 0);
  return chosen.map(([name, share]) => [name, Math.max(1, Math.round((forgeries * share) / all))]);
}

export function merge(into, from) {
  into.forgeries += from.forgeries;
  into.believedCount += from.believedCount;
  into.believed.push(...from.believed);
  const sum = (a, b) => { for (const [key, count] of Object.entries(b)) a[key] = (a[key] ?? 0) + count; };
  sum(into.outcomes, from.outcomes);
  sum(into.open, from.open);
  for (const [trick, row] of Object.entries(from.tricks)) sum(into.tricks[trick] ??= {}, row);
  return into;
}

const empty = (gateway) => ({ gateway, forgeries: 0, outcomes: {}, tricks: {}, believed: [], open: {}, believedCount: 0 });

/** @returns {Promise<Map<string, any>>} what became of them, by gateway */
export async function attack({ forgeries, seed, only, workers, path = PACKAGE, progress = () => {}, stopAtFirst = false }) {
  const parcels = divided(forgeries, only).flatMap(([gateway, count]) =>
    Array.from({ length: Math.ceil(count / PARCEL) }, (_, place) => ({ gateway, from: place * PARCEL, count: Math.min(PARCEL, count - place * PARCEL), ...(stopAtFirst && { until: 1 }) })));
  // Each gateway in turn, so that every thread opens every laboratory early and the end is not one slow gateway.
  parcels.sort((a, b) => a.from - b.from);
  const results = new Map(divided(forgeries, only).map(([gateway]) => [gateway, empty(gateway)]));
  let done = 0;
  await Promise.all(Array.from({ length: Math.min(workers, parcels.length) }, () => new Promise((settle, fail) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { path, seed } });
    const next = () => {
      const parcel = parcels.shift();
      if (parcel) worker.postMessage(parcel);
      else worker.terminate().then(settle);
    };
    worker.on('error', fail);
    worker.on('message', (counted) => {
      if (counted.failed) return fail(new Error(`${counted.gateway} from ${counted.from}: ${counted.failed}`));
      merge(results.get(counted.gateway), counted);
      done += counted.forgeries;
      progress(done, results);
      if (stopAtFirst && counted.believedCount > 0) parcels.length = 0;
      return next();
    });
    next();
  })));
  return results;
}

// ---- what is printed

const number = (count) => count.toLocaleString('en').replaceAll(',', ' ');
const share = (part, all) => `${((100 * part) / all).toFixed(1)}%`;
const isTrue = (outcome) => /(paid|authorized|declined|refunded|voided) by |^event$|^redirect$/.test(outcome);

/** One line for each gateway, and what it was refused as. */
export function summary(result) {
  const { gateway, forgeries, outcomes, believedCount, open } = result;
  const sorted = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  const harmless = sorted.filter(([outcome]) => isTrue(outcome)).reduce((sum, [, count]) => sum + count, 0);
  const known = Object.values(open).reduce((sum, count) => sum + count, 0);
  const codes = sorted.filter(([outcome]) => !isTrue(outcome)).map(([outcome, count]) => `${outcome} ${share(count, forgeries)}`);
  const lines = [`${gateway}: ${number(forgeries)} forgeries, ${believedCount} believed; ${share(harmless - believedCount - known, forgeries)} still said what the bank meant`];
  lines.push(`  ${codes.slice(0, 16).join(', ')}`);
  for (const [name, count] of Object.entries(open)) lines.push(`  known and open, ${count} times: ${name}`);
  return lines.join('\n');
}

/** One line for each trick: how often, and what mostly came of it. */
export function trickTable(result) {
  return Object.entries(result.tricks).sort(([, a], [, b]) => total(b) - total(a)).map(([trick, row]) => {
    const first = Object.entries(row).sort(([, a], [, b]) => b - a).slice(0, 4).map(([outcome, count]) => `${outcome} ${share(count, total(row))}`);
    return `    ${trick}: ${number(total(row))}; ${first.join(', ')}`;
  }).join('\n');
}

const total = (row) => Object.values(row).reduce((sum, count) => sum + count, 0);

export function readArguments(words) {
  const options = { forgeries: 1_000_000, seed: 1, workers: availableParallelism(), path: PACKAGE };
  for (let place = 0; place < words.length; place += 2) {
    const [name, value] = [words[place], words[place + 1]];
    if (value === undefined) throw new Error(`${name} wants a value`);
    if (['--forgeries', '--seed', '--workers'].includes(name)) options[name.slice(2)] = Number(value);
    else if (name === '--only') options.only = value.split(',');
    else if (name === '--package') options.path = resolve(value);
    else if (['--at', '--without', '--limit'].includes(name)) options[name.slice(2)] = value;
    else throw new Error(`${name} is not known; known are --forgeries, --seed, --only, --workers, --at, --without, --limit, --package`);
  }
  const unknown = options.only?.find((each) => !Object.hasOwn(SHARES, each));
  if (unknown) throw new Error(`there is no gateway ${unknown}; there are ${Object.keys(SHARES).join(', ')}`);
  return options;
}

async function main(options) {
  if (options.at) return again(options);
  if (options.without) return (await import('./without.js')).without(options);
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  const progress = (done) => process.stderr.write(`\r${number(done)} of ${number(options.forgeries)}, ${number(Math.round(done / seconds()))} a second   `);
  const results = [...(await attack({ ...options, progress: process.stderr.isTTY ? progress : undefined })).values()];
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  for (const result of results) console.log(`${summary(result)}\n${trickTable(result)}\n`);
  for (const found of results.flatMap(({ believed }) => believed)) console.log(`BELIEVED ${found.gateway}:${found.seed}:${found.number} ${found.reason}\n${JSON.stringify(found)}\n`);
  const all = results.reduce((sum, { forgeries }) => sum + forgeries, 0);
  const believed = results.reduce((sum, { believedCount }) => sum + believedCount, 0);
  const known = results.reduce((sum, { open }) => sum + total(open), 0);
  console.log(`${number(all)} forgeries in ${Math.round(seconds())} s on ${options.workers} threads, seed ${options.seed}: ${believed} believed${known > 0 ? `, and ${known} that are known and open` : ''}`);
  process.exitCode = believed > 0 ? 1 : 0;
}

/** One forgery again. */
async function again({ at, path }) {
  const [name, seed, place] = at.split(':');
  if (!gateways[name] || !Number.isSafeInteger(Number(seed)) || !Number.isSafeInteger(Number(place))) throw new Error('--at wants gateway:seed:number');
  const { forge, attempt: try_, described } = await createWorker(path, Number(seed)).laboratory(name);
  const draft = forge(Number(place));
  const result = await try_(draft, Number(place));
  console.log(inspect({ ...described(draft, Number(place)), result }, { depth: 8, maxStringLength: 8000 }));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(readArguments(process.argv.slice(2))).catch((error) => {
    console.error(error.message);
    process.exitCode = 2;
  });
}

// `npm run attack`: forgeries by the million, and not one of them believed.
//
//   npm run attack -- --forgeries 10000000 --seed 1 --only garanti,paytr --workers 2
//   npm run attack -- --forgeries 10000000 --minutes 30    as many of them as can be had in that time
//   npm run attack -- --at garanti:1:7537        one forgery again, with everything about it
//   npm run attack -- --without all              takes the rules out, one by one: each must be missed (see without.js)
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { attack, number, PACKAGE, SHARES, summary, trickTable } from './attack.js';
import { createWorker, gateways } from './worker.js';

function readArguments(words) {
  const options = { forgeries: 1_000_000, seed: 1, workers: availableParallelism(), path: PACKAGE };
  for (let place = 0; place < words.length; place += 2) {
    const [name, value] = [words[place], words[place + 1]];
    if (value === undefined) throw new Error(`${name} wants a value`);
    if (['--forgeries', '--seed', '--workers', '--minutes'].includes(name)) options[name.slice(2)] = Number(value);
    else if (name === '--only') options.only = value.split(',');
    else if (name === '--package') options.path = resolve(value);
    else if (['--at', '--without', '--limit'].includes(name)) options[name.slice(2)] = value;
    else throw new Error(`${name} is not known; known are --forgeries, --seed, --only, --workers, --minutes, --at, --without, --limit, --package`);
  }
  const unknown = options.only?.find((each) => !Object.hasOwn(SHARES, each));
  if (unknown) throw new Error(`there is no gateway ${unknown}; there are ${Object.keys(SHARES).join(', ')}`);
  return options;
}

const SAID_EVERY = 200_000;
/** A run that is killed has left its figures so far. */
const briefly = ({ gateway, forgeries, believedCount }) => `${gateway} ${number(forgeries)}${believedCount > 0 ? ` (${believedCount} BELIEVED)` : ''}`;

/** The end of the time that was given, or of the patience: what has begun is finished and told. */
function ending({ minutes }) {
  const given = new AbortController();
  const end = () => given.abort();
  if (minutes) setTimeout(end, minutes * 60_000).unref();
  for (const each of ['SIGINT', 'SIGTERM']) process.once(each, end);
  return given.signal;
}

const counted = (results, what) => results.reduce((sum, each) => sum + each[what], 0);

async function main(options) {
  if (options.at) return again(options);
  if (options.without) return (await import('./without.js')).without(options);
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  let said = 0;
  const progress = (done, so) => {
    const line = `${number(done)} of ${number(options.forgeries)}, ${number(Math.round(done / seconds()))} a second, ${counted([...so.values()], 'believedCount')} believed`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}   `);
    else if (done - said >= SAID_EVERY) {
      said = done;
      process.stderr.write(`${line}\n  ${[...so.values()].map(briefly).join(', ')}\n`);
    }
  };
  const results = [...(await attack({ ...options, progress, signal: ending(options) })).values()];
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  for (const result of results) console.log(`${summary(result)}\n${trickTable(result)}\n`);
  for (const found of results.flatMap(({ believed }) => believed)) console.log(`BELIEVED ${found.gateway}:${found.seed}:${found.number} ${found.reason}\n${JSON.stringify(found)}\n`);
  const failures = results.flatMap((each) => each.failures);
  for (const failure of failures) console.log(`THE LABORATORY FAILED at ${failure}\n`);
  const [all, believed] = ['forgeries', 'believedCount'].map((each) => counted(results, each));
  const how = `${Math.round(seconds())} s on ${options.workers} threads, seed ${options.seed}`;
  console.log(`${number(all)} forgeries in ${how}: ${believed} believed`);
  process.exitCode = believed > 0 ? 1 : failures.length > 0 ? 2 : 0;
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

await main(readArguments(process.argv.slice(2))).catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});

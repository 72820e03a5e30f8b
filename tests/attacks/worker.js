// One thread of the laboratory: opens a gateway's laboratory once, and tries the forgeries that it is given by their numbers.
import { createRequire } from 'node:module';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createDice } from './dice.js';
import { openLaboratory } from './laboratory.js';
import { NOW } from './wire.js';

/** The banks that `velopos/all` alone carries. */
export const FURTHER = ['payfor', 'interpos', 'akbank', 'tosla', 'moka', 'kuveytturk', 'vakifkatilim', 'posnetv1'];
/** What is tried against every system. */
const OF_ALL = ['configuration', 'changes'];
const NAMES = ['nestpay', 'garanti', 'posnet', 'payflex', 'paytr', 'iyzico', ...OF_ALL, ...FURTHER];
export const gateways = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await import(`./gateways/${name}.js`)])));

const SHOWN = 5;

/** @param {string} path of the package's CommonJS file; that of `velopos/all` lies beside it */
export function createWorker(path, seed) {
  // The package takes the time and what is random from the platform. Here the clock stands as the banks' do, and the rest is dice, too, so that a
  // seed gives the same messages again.
  Date.now = () => NOW;
  let dice = createDice(seed);
  const source = { getRandomValues(bytes) { bytes.set(dice.bytes(bytes.length)); return bytes; } };
  Object.defineProperty(globalThis, 'crypto', { value: source, configurable: true, writable: true });
  const require = createRequire(import.meta.url);
  const edition = (name) => require([...FURTHER, ...OF_ALL].includes(name) ? path.replace(/index\.cjs$/, 'all.cjs') : path);
  const laboratories = new Map();

  async function laboratory(name) {
    if (!laboratories.has(name)) {
      dice = createDice(seed * 31 + NAMES.indexOf(name));
      laboratories.set(name, await openLaboratory(gateways[name], seed, edition(name)));
    }
    return laboratories.get(name);
  }

  /** @returns what became of them, counted */
  async function attempt({ gateway, from, count, until = Infinity }) {
    const { forge, attempt: try_, described } = await laboratory(gateway);
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;   // a refusal is an error, and of millions of them nobody reads where they were thrown
    const counted = { gateway, forgeries: 0, outcomes: {}, tricks: {}, believed: [], believedCount: 0, failures: [] };
    for (let number = from; number < from + count && counted.believedCount < until; number += 1) {
      // What the laboratory itself stumbles over is told in the end, and ends nothing.
      try {
        const draft = forge(number);
        let result = try_(draft, number);
        if (result instanceof Promise) result = await result;
        add(counted, result);
        if (!result.believed) continue;
        counted.believedCount += 1;
        if (counted.believed.length < SHOWN) counted.believed.push({ reason: result.believed, outcome: result.outcome, ...described(draft, number) });
      } catch (error) {
        counted.failures.push(`${gateway}:${seed}:${number} ${error.stack}`);
      }
    }
    Error.stackTraceLimit = limit;
    return counted;
  }

  return { attempt, laboratory };
}

function add(counted, { outcome, tricks }) {
  counted.forgeries += 1;
  counted.outcomes[outcome] = (counted.outcomes[outcome] ?? 0) + 1;
  for (const trick of tricks) {
    const row = (counted.tricks[trick] ??= {});
    row[outcome] = (row[outcome] ?? 0) + 1;
  }
}

if (!isMainThread && workerData?.path) {
  const worker = createWorker(workerData.path, workerData.seed);
  parentPort.on('message', async (parcel) => {
    try {
      parentPort.postMessage(await worker.attempt(parcel));
    } catch (error) {
      parentPort.postMessage({ failed: error.stack, ...parcel });
    }
  });
}

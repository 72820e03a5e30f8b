// Forgeries divided among gateways and threads, counted, and told in words.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const here = dirname(fileURLToPath(import.meta.url));
export const PACKAGE = resolve(here, '../../dist/index.cjs');
const PARCEL = 20_000;
/** How the forgeries are divided. Where a return always makes the simulated bank work, it takes its time. */
export const SHARES = {
  nestpay: 4, garanti: 4, iyzico: 4, paytr: 3, payflex: 3, posnet: 1.5, configuration: 0.5, changes: 0.5,
  payfor: 0.7, interpos: 0.7, akbank: 0.7, tosla: 0.7, moka: 0.7, kuveytturk: 0.7, vakifkatilim: 0.7, posnetv1: 0.7,
};

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
  into.failures.push(...from.failures);
  const sum = (a, b) => { for (const [key, count] of Object.entries(b)) a[key] = (a[key] ?? 0) + count; };
  sum(into.outcomes, from.outcomes);
  for (const [trick, row] of Object.entries(from.tricks)) sum(into.tricks[trick] ??= {}, row);
  return into;
}

const empty = (gateway) => ({ gateway, forgeries: 0, outcomes: {}, tricks: {}, believed: [], believedCount: 0, failures: [] });

/** @param {AbortSignal} [given.signal] after which no more of them are begun  @returns {Promise<Map<string, any>>} what became of them, by gateway */
export async function attack({ forgeries, seed, only, workers, signal, path = PACKAGE, progress = () => {}, stopAtFirst = false }) {
  const parcels = divided(forgeries, only).flatMap(([gateway, count]) => Array.from({ length: Math.ceil(count / PARCEL) }, (_, place) => {
    const from = place * PARCEL;
    return { gateway, from, count: Math.min(PARCEL, count - from), before: from / count, ...(stopAtFirst && { until: 1 }) };
  }));
  // All gateways side by side, so that a run cut short has its part of each, and the end is not one slow gateway.
  parcels.sort((a, b) => a.before - b.before);
  const results = new Map(divided(forgeries, only).map(([gateway]) => [gateway, empty(gateway)]));
  let done = 0;
  await Promise.all(Array.from({ length: Math.min(workers, parcels.length) }, () => new Promise((settle, fail) => {
    // Forgeries live shortly: with room for many of them, little is left when the garbage is collected.
    const resourceLimits = { maxYoungGenerationSizeMb: 64 };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { path, seed }, resourceLimits });
    const next = () => {
      const parcel = signal?.aborted ? undefined : parcels.shift();
      if (parcel) worker.postMessage(parcel);
      else worker.terminate().then(settle);
    };
    const stop = (error) => {
      parcels.length = 0;
      worker.terminate().then(() => fail(error));
    };
    worker.on('error', stop);
    worker.on('message', (counted) => {
      if (counted.failed) return stop(new Error(`${counted.gateway} from ${counted.from}: ${counted.failed}`));
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

export const number = (count) => count.toLocaleString('en').replaceAll(',', ' ');
const share = (part, all) => `${((100 * part) / all).toFixed(1)}%`;
const isTrue = (outcome) => /(paid|authorized|declined|refunded|voided) by |^event$|^redirect$/.test(outcome);

/** One line for each gateway, and what it was refused as. */
export function summary(result) {
  const { gateway, forgeries, outcomes, believedCount } = result;
  const sorted = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  const harmless = sorted.filter(([outcome]) => isTrue(outcome)).reduce((sum, [, count]) => sum + count, 0);
  const codes = sorted.filter(([outcome]) => !isTrue(outcome)).map(([outcome, count]) => `${outcome} ${share(count, forgeries)}`);
  const lines = [`${gateway}: ${number(forgeries)} forgeries, ${believedCount} believed; ${share(harmless - believedCount, forgeries)} still said what the bank meant`];
  lines.push(`  ${codes.slice(0, 16).join(', ')}`);
  return lines.join('\n');
}

/** One line for each trick: how often, and what mostly came of it. */
export function trickTable(result) {
  return Object.entries(result.tricks).sort(([, a], [, b]) => total(b) - total(a)).map(([trick, row]) => {
    const first = Object.entries(row).sort(([, a], [, b]) => b - a).slice(0, 4).map(([outcome, count]) => `${outcome} ${share(count, total(row))}`);
    return `    ${trick}: ${number(total(row))}; ${first.join(', ')}`;
  }).join('\n');
}

export const total = (row) => Object.values(row).reduce((sum, count) => sum + count, 0);

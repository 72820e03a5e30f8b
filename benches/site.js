// The whole example site in velo-local: how many callbacks a second it books, and where the time of one goes. The banks'
// notifications are swallowed, so each payment is booked by the return that is timed.
//
//   node benches/site.js <file>    the file: { payments } as JSON; the last line of the output is the result
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { accounts, startExample } from '../scripts/example.js';
import { startVeloLocal } from '../velo-local/index.js';
import { race, summary } from './rounds.js';

const CUSTOMER = { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '05551234567' };
const AT_ONCE = [1, 4, 16];
const WARM = 20;
/** How often the site that does nothing else asks its host for something that costs the host nothing. */
const TRIPS = 25;

const { payments } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
console.log(JSON.stringify({ ...await measureSite(), hop: await measureHop() }));
process.exit(); // what the site has left running is of no interest

async function measureSite() {
  const { site, banks, close } = await startExample({
    sitePort: 0, banksPort: 0, site: { jobEveryMs: 0 }, banks: { deliver: async () => new Response('OK') },
  });
  try {
    const returns = [];
    for (let count = 0; count < WARM + payments * AT_ONCE.length; count += 1) returns.push(await pay(site, banks));
    for (const back of returns.splice(0, WARM)) await book(back);
    const perSecond = {};
    let parts;
    for (const atOnce of AT_ONCE) {
      const those = returns.splice(0, payments);
      const watch = watched(site);
      const from = performance.now();
      await inParallel(those, atOnce, book);
      const whole = (performance.now() - from) / those.length;
      perSecond[atOnce] = 1000 / whole;
      if (atOnce === 1) parts = { whole, ...watch.each(those.length), velopos: ofVelopos(banks, those) };
      watch.end();
    }
    await allArePaid(site);
    return { perSecond, parts };
  } finally {
    await close();
  }
}

/** A payment at the bank, up to the message that brings the customer back. */
async function pay(site, banks) {
  const answer = await fetch(`${site.url}/_api/backend/shop.web.js/startPayment`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ args: ['kahve', 'isbank', CUSTOMER] }),
  });
  const { result: { intentId } } = await answer.json();
  await site.fetchFunction(`pay/${intentId}`);
  const { redirect, order } = site.data.collection('VeloposStarts').get(intentId);
  const { url, body } = await banks.nestpay.visit(JSON.parse(redirect).fields, { card: 'success' });
  return { url, body, order: typeof order === 'string' ? JSON.parse(order) : order };
}

async function book({ url, body }) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { status } = await fetch(url, { method: 'POST', redirect: 'manual', headers, body });
  if (status !== 303) throw new Error(`the return was answered with ${status}`);
}

async function inParallel(list, atOnce, work) {
  const waiting = [...list];
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function allArePaid(site) {
  const open = site.data.collection('Orders').all().filter(({ state }) => state !== 'paid');
  if (open.length > 0) throw new Error(`${open.length} orders were not paid`);
}

/** Watches what the site asks of the data meanwhile. */
function watched(site) {
  const sums = { data: 0, operations: 0 };
  const { data } = site;
  const { perform } = data;
  data.perform = async (...args) => {
    const from = performance.now();
    try {
      return await perform.apply(data, args);
    } finally {
      sums.data += performance.now() - from;
      sums.operations += 1;
    }
  };
  return { each: (count) => ({ data: sums.data / count, operations: sums.operations / count }), end: () => { delete data.perform; } };
}

/** What the flow does with the package for one return: it opens the account and verifies the message. */
function ofVelopos(banks, returns) {
  const { createPos } = createRequire(import.meta.url)('../dist/index.cjs');
  const config = accounts(banks.url).isbank;
  const times = returns.map(({ order, body }) => {
    const from = performance.now();
    createPos(config, { fetch, claim: async () => true }).step.callback(order, body);
    return performance.now() - from;
  });
  return summary(times).median;
}

/** A site that does nothing, or nothing but ask: what it costs to get into a container, and what a question to the host costs. */
async function measureHop() {
  const folder = mkdtempSync(join(tmpdir(), 'velopos-bench-'));
  const file = join(folder, 'src', 'backend', 'http-functions.js');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `
    import { response } from 'wix-http-functions';
    import { getSecret } from 'wix-secrets-backend';
    const answer = () => response({ status: 303, headers: { location: '/' } });
    export const post_nothing = answer;
    export async function post_asking() {
      for (let trip = 0; trip < ${TRIPS}; trip += 1) await getSecret('x');
      return answer();
    }
  `);
  const site = await startVeloLocal({ site: folder, port: 0, jobEveryMs: 0, secrets: { x: 'x' } });
  try {
    const time = (name) => async (calls) => {
      const from = performance.now();
      for (let call = 0; call < calls; call += 1) await book({ url: `${site.url}/_functions/${name}`, body: 'x'.repeat(1600) });
      return (performance.now() - from) * 1e6;
    };
    const contenders = ['nothing', 'asking'].map((name) => ({ name, block: time(name) }));
    const [nothing, asking] = await race(contenders, { rounds: Math.max(11, payments / 4), blockMs: 1, warmMs: 100 });
    const trips = asking.times.map((whole, round) => (whole - nothing.times[round]) / TRIPS);
    return { nothing: summary(nothing.times).median / 1e6, trip: summary(trips).median / 1e6 };
  } finally {
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

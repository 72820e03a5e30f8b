// `npm run load`: a sustained stream of payments at all six banks through the example site, in several containers: their browser returns,
// notifications and webhooks, a tenth of them sent twice, and as many forgeries on top. How many a second, how long each takes, what the
// memory does meanwhile, and whether the books are right at the end.
//
//   npm run load -- --minutes 10 --customers 8 --containers 4 --seed 7
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { accounts } from '../banks/accounts.js';
import { startBanks } from '../banks/server.js';
import { AT_BANK, createDice } from '../tests/site/chaos.js';
import { CUSTOMER } from '../tests/site/world.js';
import { drift } from './drift.js';

const ACCOUNTS = Object.keys(AT_BANK);
const MINUTE = 60_000;
const WINDOWS = 12;
const TENTH = 0.1;
const WORK = /^(book|last question|payment|wix) /;   // what a container begins and another one would have to finish
const QUICK_BANKS = { paytr: { times: { retryMs: 1_500, browserWaitMs: 4_000 } }, iyzico: { times: { webhookFirstMs: 100, webhookRetryMs: 1_500 } } };

/**
 * @param {{ seconds: number, customers?: number, containers?: number, seed?: number, told?: (window: object) => void }} options
 */
export async function load({ seconds, customers = 6, containers = 3, seed = 1, told = () => {} }) {
  const dice = createDice(seed);
  const traffic = createTraffic(dice);
  const banks = await startBanks({ deliver: traffic.deliver, paytr: QUICK_BANKS.paytr, iyzico: QUICK_BANKS.iyzico });
  const site = await startSite({ secrets: { velopos: JSON.stringify(accounts(banks.url)) }, banksUrl: banks.url, containers });
  try {
    banks.paytr.setNotificationUrl(`${site.url}/_functions/paytrNotification`);
    banks.iyzico.setWebhookUrl(`${site.url}/_functions/iyzicoWebhook`);
    await Promise.all(ACCOUNTS.map((account) => buy({ site, banks, traffic, account })));   // warm
    traffic.reset();
    const windows = [];
    const first = await site.ask('reading');
    const end = Date.now() + seconds * 1000;
    const stream = Promise.all(Array.from({ length: customers }, async (_, number) => {
      for (let turn = number; Date.now() < end; turn += 1) await buy({ site, banks, traffic, account: ACCOUNTS[turn % ACCOUNTS.length] });
    }));
    for (let number = 1; number <= WINDOWS; number += 1) {
      await untilTime(end - (seconds * 1000 * (WINDOWS - number)) / WINDOWS);
      windows.push({ ...traffic.window(), ...await site.ask('reading') });
      told(windows.at(-1));
    }
    await stream;
    await traffic.quiet();
    const books = await settle(site, banks);
    return { windows, first, last: await site.ask('reading'), counts: traffic.counts, books, memory: verdicts(windows) };
  } finally {
    await site.close();
    await banks.close();
  }
}

// ---- customers

/** One payment, from the shop's page to the result; what the bank's server sends goes its own way. */
async function buy({ site, banks, traffic, account }) {
  const started = await traffic.json(`${site.url}/_api/backend/shop.web.js/startPayment`, { args: ['kahve', account, CUSTOMER] });
  const { intentId } = started?.result ?? {};
  if (!intentId) return traffic.failed('startPayment');
  const page = await traffic.page(`${site.url}/_functions/pay/${intentId}`);
  if (!page || page.location?.startsWith(site.url)) return traffic.failed('pay');
  const { bank, door } = AT_BANK[account];
  const { url, body } = await banks[bank].visit(door(page), {});
  if (url && body !== null) await traffic.callback(url, body);
}

/** What goes to the site, counted and timed. @param {ReturnType<typeof createDice>} dice */
function createTraffic(dice) {
  let times = [];
  let from = performance.now();
  let running = 0;
  const counts = { genuine: 0, twice: 0, forged: 0, believed: 0, failed: {} };

  async function send(url, init) {
    const began = performance.now();
    running += 1;
    try {
      const response = await fetch(url, { redirect: 'manual', ...init });
      const text = await response.text();
      times.push(performance.now() - began);
      return { status: response.status, location: response.headers.get('location'), text };
    } catch {
      times.push(performance.now() - began);
      return null;
    } finally {
      running -= 1;
    }
  }

  /** A forgery comes before what it forges, where it could do harm. */
  async function message(url, init) {
    if (dice.chance(TENTH)) {
      counts.forged += 1;
      const forged = forge(url, init);
      const answer = await send(forged.url, forged.init);
      if (init.isServers && answer?.status === 200) counts.believed += 1;
    }
    counts.genuine += 1;
    if (!dice.chance(TENTH)) return send(url, init);
    counts.twice += 1;
    const [answer] = await Promise.all([send(url, init), send(url, init)]);
    return answer;
  }

  return {
    counts,
    callback: (url, body) => message(url, body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    /** The banks' own fetch. */
    async deliver(url, { method, headers, body }) {
      const answer = await message(url, { method, headers, body, isServers: true });
      if (!answer) throw new Error('no answer');
      return new Response([204, 303].includes(answer.status) ? null : answer.text, { status: answer.status });
    },
    async json(url, content) {
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }).catch(() => null);
      return answer?.ok ? answer.json() : null;
    },
    async page(url) {
      const answer = await fetch(url, { redirect: 'manual' }).catch(() => null);
      return answer && answer.status < 400 ? { location: answer.headers.get('location'), text: await answer.text() } : null;
    },
    failed(what) { counts.failed[what] = (counts.failed[what] ?? 0) + 1; },
    reset() { times = []; from = performance.now(); Object.assign(counts, { genuine: 0, twice: 0, forged: 0, believed: 0 }); },
    /** What has come since the last one. */
    window() {
      const sorted = times.sort((a, b) => a - b);
      const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      const seconds = (performance.now() - from) / 1000;
      [times, from] = [[], performance.now()];
      return { messages: sorted.length, perSecond: sorted.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: sorted.at(-1) ?? 0 };
    },
    async quiet() {
      for (let calm = 0; calm < 20; calm = running > 0 ? 0 : calm + 1) await new Promise((resolve) => { setTimeout(resolve, 100); });
    },
  };
}

const PROOFS = /((?:^|[?&])(?:hash|secure3dhash|sign|paymenttoken|ptkn|token|merchantpacket|bankpacket)=)([^&]{8})/i;

/** One letter of what proves it is another one. @param {string} url @param {any} init */
function forge(url, init) {
  const other = (text) => text.replace(PROOFS, (_, name, value) => `${name}${value.slice(0, 3)}${value[3] === '7' ? '8' : '7'}${value.slice(4)}`);
  const headers = Object.fromEntries(Object.entries(init.headers ?? {}).map(([name, value]) =>
    [name, /signature/.test(name) ? `${value[0] === '7' ? '8' : '7'}${value.slice(1)}` : value]));
  return init.body ? { url, init: { ...init, headers, body: other(init.body) } } : { url: other(url), init };
}

// ---- the books

/** Time passes, the job runs, and what is left is compared. */
async function settle(site, banks) {
  const open = async () => (await site.ask('all', 'VeloposIntents')).filter(({ state }) => state === 'new').length;
  for (let runs = 0; runs < 8; runs += 1) {
    await site.ask('pass', runs === 0 ? 3 * MINUTE : 50 * MINUTE);
    await site.ask('job');
    if (runs > 1 && await open() === 0) break;
  }
  const [orders, intents, payments, claims] = await Promise.all(['Orders', 'VeloposIntents', 'VeloposPayments', 'VeloposClaims'].map((name) => site.ask('all', name)));
  const minor = (amount) => BigInt(amount.replace('.', ''));
  const theirs = new Map();
  for (const { orderId, status, captured } of Object.keys(AT_BANK).flatMap((account) => banks[AT_BANK[account].bank].payments())) {
    if (status === 'paid') theirs.set(orderId, [...theirs.get(orderId) ?? [], captured]);
    else if (status !== 'open' && status !== 'declined') theirs.set(orderId, [...theirs.get(orderId) ?? [], status]);
  }
  const wrong = [];
  for (const { _id, bankOrderId } of intents) {
    const ours = payments.filter(({ intentId, state }) => intentId === _id && state === 'booked').map(({ captured }) => minor(captured));
    if (String(ours) !== String(theirs.get(bankOrderId) ?? [])) wrong.push(`${bankOrderId}: the site has ${ours}, the bank ${theirs.get(bankOrderId) ?? []}`);
  }
  const booked = new Map(payments.map(({ orderId, _id }) => [orderId, _id]));
  for (const { _id, state, paymentId } of orders) {
    if ((state === 'paid') !== booked.has(_id) || (state === 'paid' && booked.get(_id) !== paymentId)) wrong.push(`order ${_id} is ${state}`);
  }
  if (payments.length !== new Set(payments.map(({ intentId }) => intentId)).size) wrong.push('an attempt has two payments');
  const unfinished = claims.filter(({ state, subject }) => state === 'processing' && WORK.test(subject)).map(({ subject }) => subject);
  return { orders: orders.length, payments: payments.length, paid: payments.reduce((sum, { captured }) => sum + minor(captured), 0n), open: await open(), unfinished, wrong };
}

const verdicts = (windows) => Object.fromEntries(['containers', 'heap', 'rss'].map((name) => [name, drift(windows.map((window) => window[name]))]));

// ---- the site's process

async function startSite(options) {
  const child = fork(new URL('./load-site.js', import.meta.url), [JSON.stringify(options)]);
  const waiting = new Map();
  let ids = 0;
  const { url } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the site ended with ${code}`)));
  });
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  });
  child.on('exit', (code) => { for (const { reject } of waiting.values()) reject(new Error(`the site ended with ${code}`)); });
  const ask = (question, value) => new Promise((resolve, reject) => {
    ids += 1;
    waiting.set(ids, { resolve, reject });
    child.send({ id: ids, question, value });
  });
  const close = async () => {
    const gone = new Promise((resolve) => { child.once('exit', resolve); });
    await ask('close');
    await gone;
  };
  return { url, ask, close };
}

const untilTime = (time) => new Promise((resolve) => { setTimeout(resolve, Math.max(0, time - Date.now())); });

// ---- the command

const mb = (bytes) => (bytes / 1024 / 1024).toFixed(1);

async function main() {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '2' }, customers: { type: 'string', default: '6' }, containers: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' } },
  });
  const [minutes, customers, containers, seed] = ['minutes', 'customers', 'containers', 'seed'].map((name) => Number(values[name]));
  if (![minutes, customers, containers, seed].every((number) => number > 0)) throw new Error('--minutes, --customers, --containers and --seed want numbers above 0');
  console.log(`${minutes} minutes, ${customers} customers at once, ${containers} containers, seed ${seed}\n`);
  console.log('messages   a second   p50 ms   p95 ms   p99 ms   most ms   containers MB   host MB   process MB');
  const told = ({ messages, perSecond, p50, p95, p99, most, containers: inside, heap, rss }) => console.log([
    String(messages).padStart(8), perSecond.toFixed(1).padStart(10), ...[p50, p95, p99, most].map((ms, index) => ms.toFixed(0).padStart(index === 3 ? 9 : 8)),
    mb(inside).padStart(15), mb(heap).padStart(9), mb(rss).padStart(12),
  ].join(' '));
  const { counts, books, memory, windows } = await load({ seconds: minutes * 60, customers, containers, seed, told });
  const messages = windows.reduce((sum, window) => sum + window.messages, 0);
  console.log(`\n${messages} messages: ${counts.genuine} genuine, ${counts.twice} of them sent twice, ${counts.forged} forged; ${(messages / minutes / 60).toFixed(1)} a second`);
  for (const [name, { change, noise, isFlat }] of Object.entries(memory)) {
    console.log(`memory, ${name}: ${isFlat ? 'flat' : 'not flat'} (${change >= 0 ? '+' : ''}${mb(change)} MB over the later two thirds, readings differ by ${mb(noise)} MB among themselves)`);
  }
  console.log(`books: ${books.payments} payments of ${books.orders} orders, ${books.paid} kuruş, ${books.open} open, ${books.unfinished.length} unfinished, ${books.wrong.length} wrong; ${counts.believed} forgeries believed`);
  for (const line of books.wrong.slice(0, 10)) console.log(`  ${line}`);
  if (Object.keys(counts.failed).length > 0) console.log(`not begun: ${JSON.stringify(counts.failed)}`);
  process.exitCode = books.wrong.length + books.open + books.unfinished.length + counts.believed > 0 || !memory.containers.isFlat ? 1 : 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await main().catch((error) => {
    console.error(error.message);
    process.exitCode = 2;
  });
}

// The real site in four containers over one store, the package as it is built, six simulated banks, Wix's checkout, and everything that
// can go wrong: containers are killed at random moments, data operations and Wix's services time out with the work done or not, plain
// reads are stale, every callback arrives several times at once or not at all, banks do not answer. Customers are declined, close the
// window, pay and never come back, pay when nobody waits for it any more; administrators refund at the same time. Then the scheduled job
// runs until nothing is open. What must be true whatever happened is in `assertBooks`; the banks' side of it is read from the simulators'
// own books, which know nothing of the package.
//
//   CHAOS_SEED=7        other choices; the seed of a run is printed with its result. How the machine times them is not repeatable
//   CHAOS_ROUNDS=100    a longer run, another provider in Wix’s checkout each time (a round takes some seconds)
//   CHAOS_CUSTOMERS=60  more of them at once

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startExample } from '../../scripts/example.js';
import { ACCOUNTS, Administrator, Browser, Customer, Mischief, createDice } from './chaos.js';

const SEED = Number(process.env.CHAOS_SEED ?? 20260122);
const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 1);
const CUSTOMERS = Number(process.env.CHAOS_CUSTOMERS ?? 16);

const MINUTE = 60_000;
const BANKS = ['nestpay', 'garanti', 'posnet', 'payflex', 'paytr', 'iyzico'];
const FAR_BEHIND = 2_000;   // plain reads, while customers are in the shop
const BEHIND = 100;         // and afterwards, when the clock is set ahead
const MANY_RUNS = 40;
const SPOILT_RUNS = 4;   // of the job, with containers dying under it

let example;
let site;
let banks;
let dice;
let administrators;

before(async () => {
  const short = { slowMs: 60, hangMs: 120 };
  example = await startExample({
    sitePort: 0, banksPort: 0,
    site: { containers: 4, jobEveryMs: 0, limits: { dataMs: 1_500 } },
    banks: {
      now: () => Date.now() + ahead(),
      nestpay: { times: { ...short, repeatMs: 100 } },
      garanti: { times: { ...short, repeatMs: 30 }, settings: { repeatCallback: 2 } },
      posnet: { times: { ...short, repeatMs: 30 }, settings: { repeatCallback: 1 } },
      payflex: { times: { ...short, repeatMs: 30 } },
      paytr: { times: { ...short, retryMs: 150, repeats: 10, browserWaitMs: 300 } },
      iyzico: { times: { ...short, webhookFirstMs: 100, webhookRetryMs: 150 } },
    },
  });
  ({ site, banks } = example);
  dice = createDice(SEED);
  administrators = [new Administrator(example, dice), new Administrator(example, dice)];
});

after(() => example?.close());

const ahead = () => site?.habits.get().clockAheadMs ?? 0;

/** In minutes, reads that were behind have caught up; what is written from now on is seen late again. */
async function pass(minutes) {
  site.habits.set({ clockAheadMs: ahead() + minutes * MINUTE, staleMs: BEHIND });
  await wait(BEHIND);
}
const all = (name) => site.data.collection(name).all();

for (let round = 1; round <= ROUNDS; round += 1) {
  test(`round ${round} of ${ROUNDS}: ${CUSTOMERS} customers, seed ${SEED}`, async (t) => {
    const provider = ACCOUNTS[round % ACCOUNTS.length];
    await site.wix.provider.connect({ siteUrl: site.url, account: provider });
    site.habits.set({ staleMs: FAR_BEHIND });
    const done = await spoiled(() => crowd(provider));
    if (dice.chance(0.7)) for (const bank of BANKS) banks[bank].settle?.();   // the banks' day ends: no void any more
    for (let wave = 1; wave <= 4; wave += 1) {
      await spoiled(() => Promise.all(administrators.map((administrator) => administrator.work(4))));
      await pass(3);   // what a dead container held is free again
    }
    const runs = await settleAll(done.later);
    t.diagnostic(`seed ${SEED}, mischief ${JSON.stringify(done.mischief)}, ${runs} runs of the job; ${summary()}`);
    assertNothingOpen();
    assertBooks();
    assertWixAgrees();
    await assertEverybodyIsAnswered();
  });
}

test('after all this, every bank can be paid at', async () => {
  for (const account of ACCOUNTS) {
    const states = [];
    while (states.at(-1) !== 'paid' && states.length < 3) {   // a busy machine may be too slow for a data operation
      const intentId = await new Customer(example, dice).buy('kahve', account);
      states.push((await new Browser(site).call('paymentState', [intentId])).state);
    }
    assert.equal(states.at(-1), 'paid', `${account}: ${states}`);
  }
  await settleAll([]);
  assertBooks();
});

// ---- what happens

/** Does the work while everything goes wrong, and waits until it is quiet. @template T @param {() => Promise<T>} work */
async function spoiled(work) {
  const mischief = new Mischief(example, dice);
  mischief.start();
  const result = await work().finally(() => mischief.stop());
  await untilQuiet();
  return { ...result, mischief: mischief.done };
}

/** Customers come within a second; meanwhile the administrators look after the payments that there are. */
async function crowd(provider) {
  const later = [];
  const customers = Array.from({ length: CUSTOMERS }, async (_, i) => {
    await wait(dice.between(0, 1_000));
    const customer = new Customer(example, dice);
    await customer.buySomething(ACCOUNTS[i % ACCOUNTS.length], provider);
    if (customer.later) later.push(customer.later);
  });
  await Promise.all([...customers, ...administrators.map((administrator) => administrator.work(6))]);
  return { later };
}

/** Banks that repeat themselves, and requests whose customer has gone, come to their end. */
async function untilQuiet() {
  for (let quiet = 0; quiet < 3;) {
    await wait(60);
    quiet = site.containers.list.some(({ busy }) => busy) ? 0 : quiet + 1;
  }
}

/** Runs the job until nothing is open. When the shop has given up waiting, the last customers pay. @param {(() => Promise<void>)[]} later */
async function settleAll(later) {
  const runJob = () => site.runJob('settle').catch(() => {});   // its container was killed
  for (let runs = 1; runs <= MANY_RUNS; runs += 1) {
    await pass(dice.pick([3, 3, 10, 50]));
    if (runs > SPOILT_RUNS) await runJob().then(untilQuiet);
    else await spoiled(runJob);
    if (runs === SPOILT_RUNS) await spoiled(() => Promise.all(later.map((pay) => pay())));
    if (runs === SPOILT_RUNS) await tellAgain();
    if (runs > SPOILT_RUNS && openThings().length === 0) return runs;
  }
  const [first] = openThings();
  return assert.fail(`open after ${MANY_RUNS} runs of the job: ${JSON.stringify(first, null, 1)}\n${storyOf(first)}`);
}

/** Nobody knows whether Wix tells an event again that a container has died over before it began, or asks again what became of a refund.
 * Only so can the site's books be compared with Wix's. */
async function tellAgain() {
  for (const { _id, kind, state, refunds } of site.wix.payments.transactions()) {
    if (kind === 'pay' && state !== 'created') site.wix.pay.tell(_id);
    for (const refund of refunds) if (refund.state === 'asked') await site.wix.payments.refundAgain(_id, refund.wixRefundId);
  }
  await untilQuiet();
}

// ---- nothing is open

/** Attempts without an end, work that somebody began and nobody finished, and what is neither settled nor shown to a person. */
function openThings() {
  return [
    ...all('VeloposIntents').filter(({ state }) => state === 'new'),
    ...all('VeloposClaims').filter(({ state, subject }) => state === 'processing' && /^(book|last question|wix pay news|wix order payment) /.test(subject)),
    ...all('VeloposChanges').filter((change) => change.open && !isShown(change)),
    ...all('VeloposPayments').filter(({ state, standing, attention }) => state === 'late' && !isBack(standing) && attention !== 'unknown-change'),
  ];
}

/** That a bank's books do not show a change settles nothing for the site: a person has to look, and is told to. */
function isShown({ state, paymentId }) {
  return state === 'unknown' && ['unknown-change', 'late', 'duplicate'].includes(site.data.collection('VeloposPayments').get(paymentId).attention);
}

const isBack = (standing) => standing === 'voided' || standing === 'refunded';

function assertNothingOpen() {
  assert.deepEqual(openThings(), []);
}

// ---- the books

/** What must be true: every order has one payment that pays it, or none; no bank has taken money that the site does not know of, and the
 * site knows of none that no bank has taken; what was taken and what has gone back is the same for both, to the kuruş. */
function assertBooks() {
  const ledger = bankLedger();
  const intents = all('VeloposIntents');
  const payments = all('VeloposPayments');
  const attempts = new Map(intents.map((intent) => [intent.bankOrderId, intent]));

  for (const [orderId, entries] of ledger) {
    assert.ok(attempts.has(orderId), `a bank was asked to charge ${orderId}, which is no attempt of the site`);
    assert.ok(entries.length <= 1, `${orderId} was charged twice:\n${storyOf(attempts.get(orderId))}`);
  }
  for (const intent of intents) {
    const known = payments.filter(({ intentId }) => intentId === intent._id).map(saidBySite);
    const said = ledger.get(intent.bankOrderId) ?? [];
    assert.deepEqual(known, said, `the site and the bank disagree about ${intent.bankOrderId} (${intent.account})\n${storyOf(intent)}`);
    for (const { amount } of said) assert.equal(amount, minorOf(intent.amount), `the amount of ${intent.bankOrderId}`);
  }
  for (const order of all('Orders')) assertOrder(order, payments.filter(({ orderId, state }) => orderId === order._id && state === 'booked'));
  assertChanges(payments);
}

const STATES = { paid: ['paid', 'partly-refunded'], reserved: ['authorized'], refunded: ['refunded', 'voided'], released: ['voided'], 'awaiting-payment': [] };

/** An order of our own: by our own payments, or by Wix Pay's. */
function assertOrder(order, paying) {
  const byWix = all('VeloposWixPayments').filter(({ orderId, verdict }) => orderId === order._id && verdict === 'booked');
  const needed = order.state === 'awaiting-payment' ? 0 : 1;
  assert.equal(paying.length + byWix.length, needed, `${order._id} is ${order.state}, with ${paying.length} and ${byWix.length} payments\n${storyOf(order)}`);
  for (const { _id, amount, currency, standing } of paying) {
    assert.deepEqual([_id, amount, currency], [order.paymentId, order.amount, order.currency]);
    assert.ok(STATES[order.state].includes(standing), `order ${order.state}, payment ${standing}\n${storyOf(order)}`);
  }
}

/** What was done was asked for, once and for that amount; nobody has been to a bank's own panel. */
function assertChanges(payments) {
  const pressed = new Map(administrators.flatMap(({ asked }) => asked).map((each) => [each.id, each]));
  const ofWix = new Map(site.wix.payments.transactions().flatMap(({ refunds }) => refunds).map((refund) => [refund.wixRefundId, refund]));
  for (const { changeId, kind, amount, by, state, paymentId } of all('VeloposChanges')) {
    if (!['done', 'unknown', 'undone'].includes(state)) continue;
    const wish = pressed.get(changeId);
    const asked = wish ? wish.amount ?? amount : ofWix.has(changeId) ? decimal(ofWix.get(changeId).amount) : changeId.startsWith('late-') ? amount : null;
    assert.equal(amount, asked, `${kind} ${changeId} by ${by.name} of ${paymentId} was asked for by nobody\n${storyOf({ _id: paymentId })}`);
  }
  for (const { state, standing, attention, _id } of payments) {
    if (state === 'late') assert.ok(isBack(standing) || attention !== '', `late money is neither back nor shown\n${storyOf({ _id })}`);
    if (state === 'duplicate') assert.ok(isBack(standing) || attention !== '', `a double charge is neither back nor shown\n${storyOf({ _id })}`);
  }
}

/** How a payment stands, in words and minor units that are the same for the site and for every bank. */
const saidBySite = ({ standing, amount, captured, refunded }) => standingOf(isBack(standing) ? 'back' : standing, amount, captured, refunded);

function standingOf(standing, amount, captured, refunded) {
  const [all_, taken, returned] = [amount, captured, refunded].map(minorOf);
  if (standing === 'back') return { amount: all_, kept: 0n };
  return { amount: all_, kept: standing === 'authorized' ? 'reserved' : taken - returned };
}

/** What each bank has of each order number: only what was charged or reserved. @returns {Map<string, { amount: bigint, kept: bigint | 'reserved' }[]>} */
function bankLedger() {
  const ledger = new Map();
  for (const { orderId, status, minor, captured, refunded, voided = 0n } of BANKS.flatMap((bank) => banks[bank].payments())) {
    if (status === 'declined' || status === 'open') continue;
    const kept = status === 'authorized' ? 'reserved' : status === 'voided' ? 0n : captured - refunded - voided;
    ledger.set(orderId, [...ledger.get(orderId) ?? [], { amount: minor, kept }]);
  }
  return ledger;
}

const minorOf = (amount) => BigInt(amount.replace('.', ''));
const decimal = (minor) => `${minor}`.padStart(3, '0').replace(/(..)$/, '.$1');

/** Wix's orders and transactions say what the site's books say, and nothing was told that Wix does not allow. */
function assertWixAgrees() {
  const { payments, orders } = site.wix;
  const records = all('VeloposPayments').filter(({ state }) => state === 'booked');
  assert.deepEqual(payments.violations().map(({ rule, text }) => `${rule}: ${text}`), []);
  for (const { _id, state, refunds } of payments.transactions()) {
    const record = records.find(({ book, orderId }) => book === 'wix-checkout' && orderId === _id);
    assert.equal(state === 'approved', record !== undefined, `transaction ${_id} is ${state}\n${storyOf({ _id })}`);
    if (!record || all('VeloposChanges').some(({ paymentId, open }) => paymentId === record._id && open)) continue;   // nobody knows yet
    const told = refunds.filter((refund) => refund.state === 'succeeded').reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const back = isBack(record.standing) ? minorOf(record.captured) : minorOf(record.refunded);
    assert.equal(told, back, `what went back of ${_id}\n${storyOf({ _id })}`);
  }
  for (const { _id, paymentStatus, channelInfo, checkoutId } of orders.all()) {
    const added = orders.paymentsOf(_id).filter(({ status }) => status !== 'DECLINED' && status !== 'CANCELED');
    const record = records.find(({ book, orderId }) => book === 'wix-order' && orderId === _id);
    if (checkoutId) assert.ok(added.length <= 1, `Wix order ${_id} has ${added.length} payments`);
    else assert.equal(added.length, record ? 1 : 0, `Wix order ${_id} (${channelInfo.type}) is ${paymentStatus}, with ${added.length} payments\n${storyOf({ _id })}`);
  }
}

function summary() {
  const count = (name, field = 'state') => {
    const counts = {};
    for (const { [field]: word } of all(name)) counts[word] = (counts[word] ?? 0) + 1;
    return Object.entries(counts).map(([word, number]) => `${number} ${word}`).join(', ');
  };
  return `orders: ${count('Orders')}; attempts: ${count('VeloposIntents')}; payments: ${count('VeloposPayments')}, ${count('VeloposPayments', 'standing')}; `
    + `changes: ${count('VeloposChanges')}; administrators heard ${JSON.stringify(administrators.map(({ heard }) => heard))}`;
}

// ---- nobody is left with an error

/** When it is calm again, everything that anybody may open or send once more is answered, and changes nothing. */
async function assertEverybodyIsAnswered() {
  const before = snapshot();
  const browser = new Browser(site);
  for (const { _id } of all('VeloposIntents')) {
    for (const path of ['pay', 'payment3DSuccess', 'payment3DFail']) {
      const answer = await browser.get(`${path}/${_id}`);
      assert.ok(answer?.status < 400, `${path}/${_id}: ${answer?.status}`);
    }
    assert.ok((await browser.call('paymentState', [_id])).state !== 'unknown', _id);
  }
  for (const { system, kind, orderId, url, method = 'POST', headers, body } of banks.courier.messages()) {
    const answer = await browser.open(url, { method, headers, body: method === 'POST' ? body : undefined });
    assert.ok(answer?.status < 500, `${system} ${kind} ${orderId}: ${answer?.status}`);
  }
  await untilQuiet();
  assert.deepEqual(snapshot(), before, 'what was sent once more has changed the books');
}

const snapshot = () => ({ orders: all('Orders'), payments: all('VeloposPayments'), states: all('VeloposIntents').map(({ _id, state }) => [_id, state]) });

/** The log's lines about one of the site's items, for whoever has to understand a failure. */
function storyOf(item) {
  const name = item?.intentId ?? item?.paymentId ?? (item?.subject ? JSON.parse(item.value)?.intentId ?? item._id : item?._id);
  return site.logs(String(name)).slice(-70).map(({ at, container, request, kind, text }) =>
    `  ${at.slice(11, 23)} ${container} ${request} ${kind} ${text}`).join('\n');
}

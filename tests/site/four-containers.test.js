// The real site in four containers over one store, the package as it is built, six simulated banks, and everything that can go wrong:
// containers are killed at random moments, data operations time out with the write done or not, plain reads are stale, every callback
// arrives several times at once or not at all, banks do not answer; customers are declined, close the window, or pay and never come back.
// Then the scheduled job runs until nothing is open. What must be true whatever happened is in `assertBooks`; the banks' side of it is
// read from the simulators' own books, which know nothing of the package.
//
//   CHAOS_SEED=7        other choices; the seed of a run is printed with its result. How the machine times them is not repeatable
//   CHAOS_ROUNDS=100    a longer run (a round takes some seconds)
//   CHAOS_CUSTOMERS=60  more of them at once

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startExample } from '../../scripts/example.js';
import { ACCOUNTS, Browser, Customer, Mischief, createDice } from './chaos.js';

const SEED = Number(process.env.CHAOS_SEED ?? 20260122);
const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 3);
const CUSTOMERS = Number(process.env.CHAOS_CUSTOMERS ?? 20);

const MINUTE = 60_000;
const CLOSED = ['paid', 'declined', 'expired', 'failed', 'late', 'duplicate', 'voided', 'refunded'];

let example;
let site;
let banks;
let dice;

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
  site.habits.set({ staleMs: 3_000 });
});

after(() => example?.close());

const ahead = () => site?.habits.get().clockAheadMs ?? 0;
const pass = (minutes) => site.habits.set({ clockAheadMs: ahead() + minutes * MINUTE });
const all = (name) => site.data.collection(name).all();

for (let round = 1; round <= ROUNDS; round += 1) {
  test(`round ${round} of ${ROUNDS}: ${CUSTOMERS} customers, seed ${SEED}`, async (t) => {
    const mischief = new Mischief(example, dice);
    mischief.start();
    await Promise.all(Array.from({ length: CUSTOMERS }, async (_, i) => {
      await wait(dice.between(0, 1_000));
      await new Customer(example, dice).shop(ACCOUNTS[i % ACCOUNTS.length]);
    }));
    await mischief.stop();
    await untilQuiet();

    const runs = await settleAll();
    t.diagnostic(`seed ${SEED}, mischief ${JSON.stringify(mischief.done)}, ${runs} runs of the job, ${summary()}`);
    assertNothingOpen();
    assertBooks();
    await assertEverybodyIsAnswered();
  });
}

/** Banks that repeat themselves, and requests whose customer has gone, come to their end. */
async function untilQuiet() {
  for (let quiet = 0; quiet < 3;) {
    await wait(60);
    quiet = site.containers.list.some(({ busy }) => busy) ? 0 : quiet + 1;
  }
}

// ---- the job

/** Runs the job until nothing is open, the first times with containers dying under it. */
async function settleAll() {
  for (let runs = 1; runs <= 40; runs += 1) {
    pass(dice.pick([3, 3, 10, 50]));
    const mischief = new Mischief(example, dice);
    if (runs <= 4) mischief.start();
    await site.runJob('settle').catch(() => {});   // its container was killed
    if (runs <= 4) await mischief.stop();
    await untilQuiet();
    if (runs > 4 && openThings().length === 0) return runs;
  }
  return assert.fail(`still open after 40 runs of the job: ${JSON.stringify(openThings().slice(0, 5), null, 1)}\n${storyOf(openThings()[0])}`);
}

/** Attempts without an end, and work that somebody began and nobody finished. */
function openThings() {
  return [
    ...all('VeloposIntents').filter(({ state }) => state === 'new'),
    ...all('VeloposClaims').filter(({ state, subject }) => state === 'processing' && /^(book|last question) /.test(subject)),
  ];
}

function assertNothingOpen() {
  assert.deepEqual(openThings(), []);
  for (const { _id, state } of all('VeloposIntents')) assert.ok(CLOSED.includes(state), `${_id}: ${state}\n${storyOf({ _id })}`);
}

// ---- the books

/** What must be true: every order has one payment that pays it, or none; no bank has taken money that the site does not know of, and the
 * site knows of none that no bank has taken; what both say is the same to the kuruş. */
function assertBooks() {
  const ledger = bankLedger();
  const intents = all('VeloposIntents');
  const payments = all('VeloposPayments');
  const byBankOrder = new Map(intents.map((intent) => [intent.bankOrderId, intent]));

  for (const [orderId, entries] of ledger) {
    assert.ok(byBankOrder.has(orderId), `a bank was asked to charge ${orderId}, which is no attempt of the site`);
    assert.equal(entries.filter(({ taken }) => taken > 0n).length <= 1, true, `${orderId} was charged twice:\n${storyOf(byBankOrder.get(orderId))}`);
  }
  for (const intent of intents) {
    const entry = (ledger.get(intent.bankOrderId) ?? []).find(({ taken }) => taken > 0n);
    const known = payments.filter(({ bankOrderId }) => bankOrderId === intent.bankOrderId);
    const said = known.map(({ charged, currency, mode }) => [charged, currency, mode]);
    const true_ = entry ? [[intent.amount, intent.currency, 'test']] : [];
    assert.deepEqual(said, true_, `what the site knows of ${intent.bankOrderId} (${intent.account})\n${storyOf(intent)}`);
    if (entry) assert.equal(entry.taken, minorOf(intent.amount), `what the bank took for ${intent.bankOrderId}`);
  }
  for (const order of all('Orders')) {
    const paying = payments.filter(({ orderId, state }) => orderId === order._id && state === 'booked');
    assert.equal(paying.length, order.state === 'paid' ? 1 : 0, `order ${order._id} is ${order.state}, with ${paying.length} payments\n${storyOf(order)}`);
    if (order.state !== 'paid') continue;
    assert.deepEqual([paying[0]._id, paying[0].amount, paying[0].currency], [order.paymentId, order.amount, order.currency]);
  }
}

/** What each bank has of each order number, in its own words made the same. @returns {Map<string, { taken: bigint }[]>} */
function bankLedger() {
  const ledger = new Map();
  for (const bank of ['nestpay', 'garanti', 'posnet', 'payflex', 'paytr', 'iyzico']) {
    for (const { orderId, captured, status } of banks[bank].payments()) {
      ledger.set(orderId, [...ledger.get(orderId) ?? [], { bank, status, taken: captured }]);
    }
  }
  return ledger;
}

const minorOf = (amount) => BigInt(amount.replace('.', ''));

function summary() {
  const count = (name) => {
    const counts = {};
    for (const { state } of all(name)) counts[state] = (counts[state] ?? 0) + 1;
    return Object.entries(counts).map(([state, number]) => `${number} ${state}`).join(', ');
  };
  return `orders ${count('Orders')}; attempts ${count('VeloposIntents')}; payments ${count('VeloposPayments')}`;
}

// ---- nobody is left with an error

/** When it is calm again, everything that anybody may open or send once more is answered, and changes nothing. */
async function assertEverybodyIsAnswered() {
  const before = snapshot();
  const browser = new Browser(site);
  for (const { _id } of all('VeloposIntents')) {
    for (const path of ['pay', 'payment3DSuccess', 'payment3DFail']) {
      const { status } = await browser.once(`${site.url}/_functions/${path}/${_id}`, {});
      assert.ok(status < 400, `${path}/${_id}: ${status}`);
    }
    const { state } = await browser.call('paymentState', [_id]);
    assert.ok(CLOSED.includes(state), `${_id}: ${state}`);
  }
  for (const message of banks.courier.messages()) {
    const { status } = await browser.once(message.url, { method: message.method ?? 'POST', headers: message.headers, body: message.method ? undefined : message.body });
    assert.ok(status < 500, `${message.system} ${message.kind} ${message.orderId}: ${status}`);
  }
  await untilQuiet();
  assert.deepEqual(snapshot(), before, 'what was sent once more has changed the books');
}

const snapshot = () => ({ orders: all('Orders'), payments: all('VeloposPayments'), states: all('VeloposIntents').map(({ _id, state }) => [_id, state]) });

/** The log's lines about one of the site's items, for whoever has to understand a failure. */
function storyOf(item) {
  const id = item?.intentId ?? item?._id ?? '';
  return site.logs(String(item?.subject ?? '').split(' ').at(-1) || id).slice(-60).map(({ at, container, request, kind, text }) =>
    `  ${at.slice(11, 23)} ${container} ${request} ${kind} ${text}`).join('\n');
}

test('after all this, every bank can be paid at', async () => {
  for (const account of ACCOUNTS) {
    const intentId = await new Customer(example, dice).buy('kahve', account);
    assert.equal((await new Browser(site).call('paymentState', [intentId])).state, 'paid', account);
  }
  assertBooks();
});

// Refunds, voids and captures at the simulated banks, by the site as it is: what went where is compared with the banks' own books, to the
// kuruş. Four containers, stale reads. Lost answers, containers that die and money that comes late are in tests/faults, for every bank.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { paytr } from '../../dist/index.mjs';
import { accounts, startExample } from '../../scripts/example.js';
import { AT_BANK, Browser, Customer, createDice } from './chaos.js';

const ACCOUNTS = Object.keys(AT_BANK);
const RESERVING = ACCOUNTS.filter((account) => account !== 'paytr');

let example;
let site;
let cookie;

before(async () => {
  example = await startExample({
    sitePort: 0, banksPort: 0,
    site: { containers: 4, jobEveryMs: 0, limits: { dataMs: 1_500 } },
    banks: {
      paytr: { times: { retryMs: 250, browserWaitMs: 1_000, slowMs: 50 } },
      iyzico: { times: { webhookFirstMs: 300, webhookRetryMs: 300, slowMs: 50 } },
    },
  });
  ({ site } = example);
  cookie = site.members.cookie('admin');
});

after(() => example?.close());

beforeEach(() => {
  site.habits.reset();
  site.habits.set({ staleMs: 3_000 });
});

const all = (name) => site.data.collection(name).all();
const recordOf = ({ _id }) => site.data.collection('VeloposPayments').get(_id);
const changesOf = ({ _id }) => all('VeloposChanges').filter(({ paymentId }) => paymentId === _id).sort((a, b) => a.at - b.at);
const bankOf = ({ account }) => example.banks[AT_BANK[account].bank];
const kurus = (amount) => BigInt(amount.replace('.', ''));

let ids = 0;
const newId = () => (ids += 1).toString(16).padStart(32, 'a');

const admin = (method, ...args) => new Browser(site).call(method, args, { module: 'admin.web.js', cookie });
const refund = ({ _id }, amount, id = newId()) => admin('refund', _id, { id, amount, why: 'test' });
const capture = ({ _id }, amount, id = newId()) => admin('capture', _id, { id, amount, why: 'test' });
const undo = ({ _id }, id = newId()) => admin('voidPayment', _id, { id, why: 'test' });
const ask = ({ _id }) => admin('askBank', _id);

async function until(what, found) {
  for (let i = 0; i < 60; i += 1) {
    const value = await found();
    if (value) return value;
    await wait(100);
  }
  return assert.fail(`${what} never came`);
}

/** A customer pays; the record of it. */
async function bought(account, product = 'kahve') {
  const intentId = await new Customer(example, createDice(1)).buy(product, account);
  await new Browser(site).call('paymentState', [intentId]);
  return until('the payment', () => all('VeloposPayments').find((payment) => payment.intentId === intentId));
}

/** The bank's own words for how its money stands. */
function atBank(payment) {
  return bankOf(payment).payments().filter(({ orderId, status }) => orderId === payment.bankOrderId && status !== 'declined').at(-1);
}

/** What the customer has got back by the bank's books: all of it by a void. */
function backAtBank(payment) {
  const { status, minor, refunded } = atBank(payment);
  return status === 'voided' ? minor : refunded;
}

/** Site and bank agree. iyzico makes a void of a refund of all on the same day. */
function assertAgree(payment, where) {
  const { standing, captured, refunded } = recordOf(payment);
  const bank = atBank(payment);
  if (standing === 'voided' || bank.status === 'voided') {
    assert.equal(bank.status, 'voided', where);
    assert.ok(standing === 'voided' || refunded === captured, where);
    return;
  }
  assert.deepEqual([kurus(captured), kurus(refunded)], [bank.captured, bank.refunded], where);
  assert.equal(bank.status, standing === 'partly-refunded' ? 'paid' : standing, where);
}

/** At Garanti the money of a day goes back by a refund when the day is over. */
function endDay(payment) {
  if (payment.account === 'garanti') bankOf(payment).settle();
}

for (const account of ACCOUNTS) {
  describe(account, () => {
    test('a part goes back, then the rest, and not a kuruş more', async () => {
      const payment = await bought(account);
      endDay(payment);
      assert.equal((await refund(payment, '40.00')).state, 'done');
      assertAgree(payment, 'a part');
      assert.equal((await ask(payment)).state, 'done');
      assert.equal(recordOf(payment).refunded, '40.00');
      assert.equal((await refund(payment, '109.91')).state, 'refused');
      assert.equal((await refund(payment, '109.90')).state, 'done');
      await ask(payment);
      assertAgree(payment, 'all');
      assert.deepEqual([recordOf(payment).standing, recordOf(payment).attention], ['refunded', '']);
      assert.equal(site.data.collection('Orders').get(payment.orderId).state, 'refunded');
      assert.deepEqual(changesOf(payment).map(({ state, open, by }) => [state, open, by.name !== '']), [['done', false, true], ['done', false, true]]);
    });

    test('undone on the same day, where the gateway can', async () => {
      const payment = await bought(account);
      const { state, problem } = await undo(payment);
      if (account === 'paytr') return assert.deepEqual([state, problem, changesOf(payment)], ['refused', 'UNSUPPORTED', []]);
      assert.equal(state, 'done');
      assert.equal(atBank(payment).status, 'voided');
      await ask(payment);
      assert.deepEqual([recordOf(payment).standing, recordOf(payment).refunded], ['voided', '0.00']);
      assert.equal((await refund(payment, '1.00')).state, 'refused');
      return assertAgree(payment);
    });

    test('two administrators, two containers, the whole amount each: the customer gets it back once', async () => {
      const payment = await bought(account);
      endDay(payment);
      const states = (await Promise.all([refund(payment, '149.90'), refund(payment, '149.90'), refund(payment, '100.00')])).map(({ state }) => state);
      assert.equal(states.filter((state) => state === 'done').length, 1, states.join());
      assert.ok(backAtBank(payment) === 14990n || backAtBank(payment) === 10000n);
      assertAgree(payment);
    });
  });
}

for (const account of RESERVING) {
  describe(`${account}: reserved`, () => {
    test('taken in part when the goods are sent, and a part of that goes back', async () => {
      const payment = await bought(account, 'degirmen');
      assert.deepEqual([recordOf(payment).standing, atBank(payment).status, site.data.collection('Orders').get(payment.orderId).state],
        ['authorized', 'authorized', 'reserved']);
      assert.equal((await capture(payment, '2150.01')).state, 'refused');
      assert.equal((await capture(payment, '2000.00')).state, 'done');
      assert.equal((await capture(payment, '150.00')).state, 'refused');
      assertAgree(payment, 'taken');
      assert.equal(site.data.collection('Orders').get(payment.orderId).state, 'paid');
      endDay(payment);
      assert.equal((await refund(payment, '2000.01')).state, 'refused');
      assert.equal((await refund(payment, '500.00')).state, 'done');
      await ask(payment);
      assertAgree(payment, 'given back');
      assert.deepEqual([recordOf(payment).captured, recordOf(payment).refunded], ['2000.00', '500.00']);
    });

    test('taken, and undone on the same day: nothing is left, not even reserved', async () => {
      const payment = await bought(account, 'degirmen');
      assert.equal((await capture(payment, '2000.00')).state, 'done');
      assert.equal((await undo(payment)).state, 'done');
      assert.equal(atBank(payment).status, 'voided');
      await ask(payment);
      assert.deepEqual([recordOf(payment).standing, recordOf(payment).attention], ['voided', '']);
      assert.equal(site.data.collection('Orders').get(payment.orderId).state, 'refunded');
    });

    test('released', async () => {
      const payment = await bought(account, 'degirmen');
      assert.equal((await undo(payment)).state, 'done');
      await ask(payment);
      assert.deepEqual([recordOf(payment).standing, atBank(payment).status, atBank(payment).captured], ['voided', 'voided', 0n]);
      assert.equal(site.data.collection('Orders').get(payment.orderId).state, 'released');
    });
  });
}

test('half a void: the order is reserved again, a person is told, and another void finishes it', async () => {
  const payment = await bought('garanti', 'degirmen');
  assert.equal((await capture(payment, '2000.00')).state, 'done');
  example.banks.garanti.fault({ on: 'void', kind: 'reset-after' });
  assert.equal((await undo(payment)).state, 'unknown');
  example.banks.garanti.clearFaults();
  await ask(payment);
  const order = () => site.data.collection('Orders').get(payment.orderId).state;
  assert.equal(atBank(payment).status, 'authorized');
  assert.deepEqual([recordOf(payment).standing, recordOf(payment).captured, order()], ['authorized', '0.00', 'reserved']);
  assert.equal(recordOf(payment).attention, 'unknown-change');
  assert.deepEqual(changesOf(payment).map(({ kind, state }) => `${kind} ${state}`), ['capture undone', 'void unknown']);
  assert.equal((await undo(payment)).state, 'done');
  await ask(payment);
  assert.equal(atBank(payment).status, 'voided');
  assert.deepEqual([recordOf(payment).standing, recordOf(payment).attention, order()], ['voided', '', 'released']);
  assert.deepEqual(changesOf(payment).map(({ kind, state }) => `${kind} ${state}`), ['capture undone', 'void done', 'void done']);
});

describe('what was done in the bank’s own panel', () => {
  const send = (path, fields) => fetch(`${example.banks.url}/${path}`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields),
  });

  test('a refund is learnt by asking, and comes off what can still be given back', async () => {
    const payment = await bought('paytr');
    const { merchant: { merchantId, merchantKey, merchantSalt } } = accounts('').paytr;
    const fields = { merchant_id: merchantId, merchant_oid: payment.bankOrderId, return_amount: '30.00' };
    await send('paytr/odeme/iade', { ...fields, paytr_token: paytr.refundToken(fields, merchantKey, merchantSalt) });
    assert.equal(atBank(payment).refunded, 3000n);
    assert.equal((await ask(payment)).state, 'done');
    assert.deepEqual([recordOf(payment).standing, recordOf(payment).refunded], ['partly-refunded', '30.00']);
    assert.deepEqual(changesOf(payment).map(({ by, kind, amount, state }) => [by.id, kind, amount, state]), [['bank', 'refund', '30.00', 'done']]);
    assert.equal((await refund(payment, '119.91')).state, 'refused');
    assert.equal((await refund(payment, '119.90')).state, 'done');
    assertAgree(payment);
  });

  test('a void is learnt by asking, and the order hears of it', async () => {
    const payment = await bought('isbank');
    const request = `<Name>simapi</Name><Password>simpass12</Password><ClientId>190100000</ClientId><Type>Void</Type><OrderId>${payment.bankOrderId}</OrderId>`;
    await send('nestpay/fim/api', { DATA: `<CC5Request>${request}</CC5Request>` });
    assert.equal((await ask(payment)).state, 'done');
    assert.deepEqual([recordOf(payment).standing, changesOf(payment).map(({ by, kind }) => [by.id, kind])], ['voided', [['bank', 'void']]]);
    assert.equal(site.data.collection('Orders').get(payment.orderId).state, 'refunded');
    assertAgree(payment);
  });
});

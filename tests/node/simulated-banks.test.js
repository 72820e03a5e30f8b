// Whole payments against the simulated banks, which were written from the banks' documents by other hands and sign with Node's crypto.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPos } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { newOrder } from './new-order.js';
import { describe as describeResult, outcomeOf } from './outcome.js';
import { isbank, iyzico, paytr } from './shop.js';

let banks;
before(async () => {
  banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK'), nestpay: { times: { slowMs: 5, hangMs: 1600 } }, paytr: { times: { slowMs: 5, hangMs: 400 } }, iyzico: { times: { slowMs: 5, hangMs: 400 } } });
});
after(() => banks.close());

const endpoints = {
  isbank: () => ({ gate: `${banks.url}/nestpay/fim/est3Dgate`, api: `${banks.url}/nestpay/fim/api` }),
  paytr: () => ({ api: `${banks.url}/paytr` }),
  iyzico: () => ({ api: `${banks.url}/iyzico` }),
};
const claimOnce = () => {
  const taken = new Set();
  return async (key) => !taken.has(key) && Boolean(taken.add(key));
};
const open = (config, options) => createPos({ ...config, endpoints: endpoints[config.gateway]() }, { claim: claimOnce(), ...options });

describe('İş Bankası, hosted page', () => {
  const expected = {
    success: 'paid by signature', slow: 'paid by signature', 'insufficient-funds': 'declined by signature', expired: 'declined by signature', refused: 'declined by signature',
    '3ds-attempt': 'paid by reply', '3ds-not-enrolled': 'paid by reply', 'approved-without-3ds': 'paid by reply',
  };
  for (const [card, outcome] of Object.entries(expected)) {
    test(`${card}: ${outcome}`, async () => {
      const pos = open(isbank);
      const started = await pos.start(newOrder());
      const { body, order: seen } = await banks.nestpay.visit(started.redirect.fields, { card });
      const payment = await pos.finish(started.order, body);
      assert.equal(describeResult(payment), outcome);
      if (outcome === 'paid by reply') assert.deepEqual([payment.review, payment.threeDS.liability], [true, 'merchant']);
      assert.equal(seen.status, outcome.split(' ')[0], 'the bank agrees');
    });
  }
  test('bank-error: declined, if need be after asking', async () => {
    const pos = open(isbank);
    const started = await pos.start(newOrder());
    const { body } = await banks.nestpay.visit(started.redirect.fields, { card: 'bank-error' });
    assert.match(describeResult(await pos.finish(started.order, body)), /^(declined by|pending)/);
  });
  test('3ds-failed: not paid, and the bank agrees', async () => {
    const pos = open(isbank);
    const started = await pos.start(newOrder());
    const { body } = await banks.nestpay.visit(started.redirect.fields, { card: '3ds-failed' });
    const payment = await pos.finish(started.order, body);
    assert.ok(['declined by signature', 'pending by none'].includes(describeResult(payment)), describeResult(payment));
  });
  test('the customer closes the window after paying: the inquiry settles it', async () => {
    for (const statusForm of ['compound', 'flat', 'both']) {
      for (const statusSeparator of ['\t', ' ']) {
        Object.assign(banks.nestpay.settings, { statusForm, statusSeparator });
        const pos = open(isbank);
        const started = await pos.start(newOrder());
        await banks.nestpay.visit(started.redirect.fields, { card: 'silent' });
        assert.equal(describeResult(await pos.inquire(started.order)), 'paid by reply', `${statusForm} ${JSON.stringify(statusSeparator)}`);
      }
    }
    Object.assign(banks.nestpay.settings, { statusForm: 'compound', statusSeparator: '\t' });
  });
  test('the customer never pays: pending', async () => {
    const pos = open(isbank);
    const started = await pos.start(newOrder());
    await banks.nestpay.visit(started.redirect.fields, { card: 'close' });
    assert.equal(describeResult(await pos.inquire(started.order)), 'pending by none');
  });
  test('the customer cancels: not paid', async () => {
    const pos = open(isbank);
    const started = await pos.start(newOrder());
    const { body } = await banks.nestpay.visit(started.redirect.fields, { card: 'cancel' });
    assert.doesNotMatch(await outcomeOf(() => pos.finish(started.order, body)), /^paid/);
  });
  test('Turkish text in every charset the bank may use', async () => {
    for (const [charset, hashCharset] of [['UTF-8', 'UTF-8'], ['ISO-8859-9', 'ISO-8859-9'], ['ISO-8859-9', 'UTF-8']]) {
      Object.assign(banks.nestpay.settings, { charset, hashCharset });
      const pos = open(isbank);
      const started = await pos.start(newOrder());
      const { body } = await banks.nestpay.visit(started.redirect.fields);
      assert.equal(describeResult(await pos.finish(started.order, body)), 'paid by signature', `${charset}, hashed as ${hashCharset}`);
    }
    Object.assign(banks.nestpay.settings, { charset: 'UTF-8', hashCharset: 'UTF-8' });
  });
  test('a bank that does not echo an anchor: the inquiry decides', async () => {
    banks.nestpay.settings.omit = ['lang'];
    const pos = open(isbank);
    const started = await pos.start(newOrder());
    const { body } = await banks.nestpay.visit(started.redirect.fields);
    assert.equal(describeResult(await pos.finish(started.order, body)), 'paid by reply');
    banks.nestpay.settings.omit = [];
  });
  test('instalments and pre-authorisation', async () => {
    const pos = open(isbank);
    for (const [changes, outcome] of [[{ installments: 3 }, 'paid by signature'], [{ type: 'preauth' }, 'authorized by signature'], [{ currency: 'EUR' }, 'paid by signature']]) {
      const started = await pos.start(newOrder(changes));
      const { body } = await banks.nestpay.visit(started.redirect.fields);
      assert.equal(describeResult(await pos.finish(started.order, body)), outcome);
    }
  });
  test('an attempt, with the policy that accepts it', async () => {
    const pos = open({ ...isbank, threeDS: 'attempted' });
    const started = await pos.start(newOrder());
    const { body } = await banks.nestpay.visit(started.redirect.fields, { card: '3ds-attempt' });
    assert.equal(describeResult(await pos.finish(started.order, body)), 'paid by signature');
  });
});

describe('İş Bankası, 3d', () => {
  const model3d = { ...isbank, model: '3d' };
  const patient = { inquire: (stored) => open(model3d).inquire(stored) };   // only what the bank's fault is about is cut short
  const card = (number) => ({ number, month: '12', year: '30', cvv: '000' });
  async function pay(number, options) {
    const pos = open(model3d, options);
    const started = await pos.start(newOrder(), { card: card(number) });
    const { body } = await banks.nestpay.visit(started.redirect.fields);
    return { pos, stored: started.order, body };
  }
  for (const [name, number, outcome] of [['success', '4000000000000002', 'paid by reply'], ['insufficient funds', '4000000000510000', 'declined by reply'], ['3-D Secure fails', '4000000003000009', 'declined by signature']]) {
    test(`${name}: ${outcome}`, async () => {
      const { pos, stored, body } = await pay(number);
      assert.equal(describeResult(await pos.finish(stored, body)), outcome);
    });
  }
  const bad = ['timeout', 'reset', 'http-500', 'html'].flatMap((how) => [[`${how}-after`, 'paid by reply'], [`${how}-before`, 'pending by none']])
    .concat([['redirect-before', 'pending by none'], ['truncated', 'paid by reply'], ['duplicate-tag', 'paid by reply']]);
  for (const [kind, truth] of bad) {
    test(`the answer is ${kind}: unknown; the inquiry then says ${truth}, and the bank was asked once`, async () => {
      const { pos, stored, body } = await pay('4000000000000002', { timeoutMs: kind.startsWith('timeout') ? 120 : 2000 });
      banks.nestpay.fault({ kind });
      assert.equal(await outcomeOf(() => pos.finish(stored, body)), 'unknown by none');
      banks.nestpay.clearFaults();
      assert.equal(describeResult(await pos.finish(stored, body)), 'pending by none', 'the return again');
      assert.equal(await outcomeOf(() => patient.inquire(stored)), truth);
      assert.equal(banks.nestpay.find(stored.id)?.entries ?? 0, truth.startsWith('paid') ? 1 : 0);
    });
  }
  test('the bank works on while we stop waiting: no record yet is no failure', async () => {
    const { pos, stored, body } = await pay('4000000000000002', { timeoutMs: 100 });
    banks.nestpay.fault({ kind: 'timeout-during' });
    assert.equal(await outcomeOf(() => pos.finish(stored, body)), 'unknown by none');
    assert.equal(await outcomeOf(() => patient.inquire(stored)), 'pending by none');
    await new Promise((done) => setTimeout(done, 1000));
    assert.equal(await outcomeOf(() => patient.inquire(stored)), 'paid by reply');
  });
  test('an answer about another order', async () => {
    const { pos, stored, body } = await pay('4000000000000002');
    banks.nestpay.fault({ kind: 'wrong-order' });
    assert.match(await outcomeOf(() => pos.finish(stored, body)), /^(unknown by none|refused ORDER_MISMATCH)$/);
    assert.equal(await outcomeOf(() => pos.inquire(stored)), 'paid by reply');
  });
});

describe('PayTR', () => {
  async function pay(changes, visit) {
    const pos = open(paytr);
    const started = await pos.start(newOrder(changes));
    const token = new URL(started.redirect.url).pathname.split('/').at(-1);
    const { notification } = await banks.paytr.visit(token, visit);
    return { pos, stored: started.order, body: notification?.body };
  }
  test('paid', async () => {
    const { pos, stored, body } = await pay();
    assert.equal(describeResult(await pos.finish(stored, body)), 'paid by signature');
  });
  test('declined, cancelled', async () => {
    for (const visit of [{ card: 'insufficient-funds' }, { card: 'cancel' }, { password: 'wrong' }]) {
      const { pos, stored, body } = await pay({}, visit);
      assert.equal(describeResult(await pos.finish(stored, body)), 'declined by signature', JSON.stringify(visit));
    }
  });
  test('instalments with interest', async () => {
    const { pos, stored, body } = await pay({ maxInstallments: 6 }, { installments: 3 });
    const payment = await pos.finish(stored, body);
    assert.equal(describeResult(payment), 'paid by signature');
    assert.ok(Number(payment.charged) > 149.9, payment.charged);
  });
  test('never told: the inquiry settles it, whatever way PayTR writes amounts', async () => {
    for (const statusAmounts of ['short', 'dot', 'comma']) {
      banks.paytr.settings.statusAmounts = statusAmounts;
      const { pos, stored } = await pay({}, { card: 'silent' });
      assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply', statusAmounts);
    }
    const { pos, stored } = await pay({}, { card: 'close' });
    assert.equal(describeResult(await pos.inquire(stored)), 'pending by none');
  });
});

describe('iyzico', () => {
  async function pay(changes, visit) {
    const pos = open(iyzico);
    const started = await pos.start(newOrder(changes));
    assert.equal(new URL(started.redirect.url).origin, banks.url);
    const { body, webhook } = await banks.iyzico.visit(new URL(started.redirect.url).searchParams.get('token'), visit);
    return { pos, stored: started.order, body, webhook };
  }
  test('paid, by the return of the browser and by the webhook, with one dedupeKey', async () => {
    const { pos, stored, body, webhook } = await pay();
    const byBrowser = await pos.finish(stored, body);
    const byWebhook = await pos.finish(stored, { body: webhook.body, headers: webhook.headers });
    assert.deepEqual([byBrowser, byWebhook].map(describeResult), ['paid by reply', 'paid by reply']);
    assert.equal(byBrowser.dedupeKey, byWebhook.dedupeKey);
  });
  test('prices padded with zeros', async () => {
    banks.iyzico.settings.priceText = 'padded';
    const { pos, stored, body } = await pay();
    assert.equal(describeResult(await pos.finish(stored, body)), 'paid by reply');
    banks.iyzico.settings.priceText = 'short';
  });
  test('declined, with either word for it', async () => {
    for (const failureStatus of ['success', 'failure']) {
      banks.iyzico.settings.failureStatus = failureStatus;
      const { pos, stored, body } = await pay({}, { card: 'insufficient-funds' });
      assert.match(await outcomeOf(() => pos.finish(stored, body)), /^(declined by reply|pending by none|unknown by none)$/, failureStatus);
    }
    banks.iyzico.settings.failureStatus = 'success';
  });
  test('held for review: not simply paid', async () => {
    const { pos, stored, body } = await pay({}, { card: 'review' });
    const payment = await pos.finish(stored, body);
    assert.ok(payment.status !== 'paid' || payment.review, describeResult(payment));
  });
  test('not yet paid: pending', async () => {
    const { pos, stored, body } = await pay({}, { card: 'close' });
    assert.match(await outcomeOf(() => pos.finish(stored, body)), /^(pending|unknown) by none$/);
  });
  test('an answer with a wrong signature', async () => {
    const { pos, stored, body } = await pay();
    banks.iyzico.fault({ on: 'retrieve', kind: 'bad-signature' });
    assert.doesNotMatch(await outcomeOf(() => pos.finish(stored, body)), /^(paid|declined)/);
    banks.iyzico.clearFaults();
  });
});

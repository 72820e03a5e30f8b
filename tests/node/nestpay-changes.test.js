// What follows a payment at a NestPay bank: capture, refund, void, history, against the simulated bank. A bank that stays silent after it
// has booked is the case that costs money.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPos } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { keep, newOrder } from './new-order.js';
import { describe as describeResult, rejects } from './outcome.js';
import { isbank } from './shop.js';

let banks;
before(async () => {
  banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK'), nestpay: { times: { slowMs: 5, hangMs: 400 } } });
});
after(() => banks.close());

/** A shop with one table of claims; every claim keeps the order as it was to be stored. */
function openShop(options) {
  const claims = new Map();
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  const endpoints = { gate: `${banks.url}/nestpay/fim/est3Dgate`, api: `${banks.url}/nestpay/fim/api` };
  return { claims, pos: createPos({ ...isbank, endpoints }, { claim, timeoutMs: 2000, ...options }) };
}

/** Pays, and returns the order as the shop stores it. */
async function pay(pos, changes) {
  const started = await pos.start(newOrder(changes));
  const { body } = await banks.nestpay.visit(started.redirect.fields);
  const payment = await pos.finish(started.order, body);
  return keep(started.order, payment);
}
const atBank = (id) => banks.nestpay.payments().find(({ orderId }) => orderId === id);

describe('refunds', () => {
  test('in parts until nothing is left, and the bank agrees', async () => {
    const { pos, claims } = openShop();
    let stored = await pay(pos);
    for (const [id, amount, sum] of [['R1', '49.90', '49.90'], ['R2', { minor: '5000' }, '99.90'], ['R3', 50, '149.90']]) {
      const payment = await pos.refund(stored, { id, amount });
      assert.deepEqual([describeResult(payment), payment.refundedAmount, payment.operation.id], ['refunded by reply', sum, id]);
      assert.match(payment.dedupeKey, new RegExp(`:refunded:${id}$`));
      stored = { ...stored, refs: payment.refs };
    }
    assert.equal(claims.size, 3);
    assert.equal(atBank(stored.id).refunded, 14990n);
    assert.equal(describeResult(await pos.inquire(stored)), 'refunded by reply');
    await rejects(() => pos.refund(stored, { id: 'R4', amount: '0.01' }), 'ORDER');
  });
  for (const kind of ['timeout-after', 'reset-after', 'http-500-after', 'html-after', 'redirect-after', 'truncated']) {
    test(`${kind}: the bank has booked, and its answer is lost: unknown, counted, asked about, never sent twice`, async () => lostRefund(kind));
  }
  async function lostRefund(kind) {
    const { pos } = openShop({ timeoutMs: 600 });
    const stored = await pay(pos);
    banks.nestpay.fault({ on: 'Credit', kind });
    const payment = await pos.refund(stored, { id: 'R1', amount: '100.00' });
    assert.deepEqual([describeResult(payment), payment.operation.verb], ['unknown by none', 'refund']);
    const unsure = { ...stored, refs: payment.refs };
    await rejects(() => pos.refund(unsure, { id: 'R2', amount: '100.00' }), 'ORDER');
    const asked = await pos.refund(unsure, { id: 'R1', amount: '100.00' });
    assert.deepEqual([describeResult(asked), asked.refundedAmount], ['paid by reply', '100.00']);
    assert.equal(atBank(stored.id).refunded, 10000n);
  }
  test('two at once from the same stored order: one is sent', async () => {
    const { pos } = openShop();
    const stored = await pay(pos);
    const results = await Promise.all(['R1', 'R2', 'R3', 'R4'].map((id) => pos.refund(stored, { id, amount: '100.00' })));
    assert.deepEqual(results.map(describeResult).sort(), ['pending by none', 'pending by none', 'pending by none', 'refunded by reply']);
    assert.equal(atBank(stored.id).refunded, 10000n);
  });
  test('the claim holds the order as it was to be stored, so a process that dies leaves word', async () => {
    const { pos, claims } = openShop();
    const stored = await pay(pos);
    await pos.refund(stored, { id: 'R1', amount: '100.00' });
    const [left] = claims.values();
    await rejects(() => pos.refund(left, { id: 'R2', amount: '100.00' }), 'ORDER');
    assert.deepEqual([left.id, describeResult(await pos.inquire(left))], [stored.id, 'paid by reply']);
  });
  test('refused before the end of the day: a decline that does not count', async () => {
    banks.nestpay.settings.refundNeedsSettlement = true;
    const { pos } = openShop();
    const stored = await pay(pos);
    const payment = await pos.refund(stored, { id: 'R1', amount: '149.90' });
    assert.deepEqual([describeResult(payment), payment.operation.id], ['declined by reply', 'R1']);
    banks.nestpay.settings.refundNeedsSettlement = false;
    assert.equal(describeResult(await pos.refund({ ...stored, refs: payment.refs }, { id: 'R1', amount: '149.90' })), 'refunded by reply');
  });
  test('without a claim nothing is sent', async () => {
    const { pos } = openShop({ claim: undefined });
    const stored = await pay(pos);
    const error = await rejects(() => pos.refund(stored, { id: 'R1', amount: '1.00' }), 'CONFIG');
    assert.equal(error.field, 'claim');
    assert.equal(atBank(stored.id).refunded, 0n);
  });
});

describe('capture and void', () => {
  for (const [amount, minor] of [['149.90', 14990n], ['100.00', 10000n]]) {
    test(`${amount} of a pre-authorisation`, async () => {
      const { pos } = openShop();
      const stored = await pay(pos, { type: 'preauth' });
      const payment = await pos.capture(stored, { id: 'C1', amount });
      assert.deepEqual([describeResult(payment), payment.charged], ['paid by reply', amount === '149.90' ? undefined : amount]);
      const after = { ...stored, refs: payment.refs };
      assert.equal(atBank(stored.id).captured, minor);
      assert.equal(describeResult(await pos.inquire(after)), 'paid by reply');
      assert.equal(describeResult(await pos.refund(after, { id: 'R1', amount })), 'refunded by reply');
    });
  }
  test('void on the same day, and nothing after it', async () => {
    const { pos } = openShop();
    const stored = await pay(pos);
    const payment = await pos.void(stored, { id: 'V1' });
    assert.deepEqual([describeResult(payment), payment.operation.amount], ['voided by reply', '149.90']);
    const after = { ...stored, refs: payment.refs };
    assert.equal(atBank(stored.id).status, 'voided');
    assert.equal(describeResult(await pos.inquire(after)), 'voided by reply');
    await rejects(() => pos.refund(after, { id: 'R1', amount: '1.00' }), 'ORDER');
  });
  test('a void after settlement is refused by the bank', async () => {
    const { pos } = openShop();
    const stored = await pay(pos);
    banks.nestpay.settle();
    assert.equal(describeResult(await pos.void(stored, { id: 'V1' })), 'declined by reply');
  });
});

describe('lists', () => {
  test('the history of an order', async () => {
    const { pos } = openShop();
    let stored = await pay(pos);
    stored = { ...stored, refs: (await pos.refund(stored, { id: 'R1', amount: '49.90' })).refs };
    const lines = (await pos.history(stored)).map(({ orderId, kind, outcome, amount, currency }) => [orderId, kind, outcome, amount, currency]);
    assert.deepEqual(lines, [[stored.id, 'refund', 'approved', '49.90', 'TRY'], [stored.id, 'sale', 'approved', '149.90', 'TRY']]);
  });
  test('a history that does not come', async () => {
    const { pos } = openShop();
    const stored = await pay(pos);
    banks.nestpay.fault({ on: 'history', kind: 'http-500-before' });
    await rejects(() => pos.history(stored), 'UNREACHABLE');
  });
  test('this system lists no days', async () => {
    const { pos } = openShop();
    await rejects(() => pos.report({ from: '2026-11-01', to: '2026-11-21' }), 'UNSUPPORTED');
    for (const range of [{}, { from: '2026-11-01' }, { from: '1.11.2026', to: '2.11.2026' }, { from: '2026-11-02', to: '2026-11-01' }, { from: '2026-10-01', to: '2026-11-01' }]) {
      await rejects(() => pos.report(range), 'ORDER');
    }
  });
});

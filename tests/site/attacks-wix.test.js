// Attempts at confusing the ways that lead through Wix: objects of the wrong form, two different ends, records that look like ours.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishOrDie, killAfter } from './killing.js';
import { World, message } from './world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOME = 'https://www.example.com';
const TRANSACTION = '7b0a5d2e-0000-4000-8000-000000000001';
const RETURNS = { successUrl: 'https://cashier.example/s', errorUrl: 'https://cashier.example/e' };
const ADMIN = { id: 'member-1', name: 'Deniz' };

const settle = (world) => world.container().site.settle.settle();

const asked = (description = {}, order = {}) => ({
  wixTransactionId: TRANSACTION, merchantCredentials: { siteUrl: HOME, account: '' },
  order: { _id: 'o', returnUrls: RETURNS, description: { totalAmount: '28980', currency: 'TRY', ...description }, ...order },
});

/** A transaction whose buyer is at the bank. */
async function atBank() {
  const world = new World();
  const { pluginTransactionId: id } = await world.container().site.plugin.createTransaction(asked());
  await world.container().pay(id);
  const { bankOrderId } = world.intent(id);
  const comeBack = (status = 'paid') => world.container().call('post_payment3DSuccess', [id], { body: message(bankOrderId, status) });
  return { world, id, bankOrderId, comeBack, told: () => world.wix.told(TRANSACTION) };
}

const NO_AMOUNTS = ['', '0', '00', '-1', '+1', '0149', '1e3', '1E3', '149.90', '149,90', ' 149', '149 ', '1'.repeat(16), '٣', '１２', '0x10', null, undefined,
  149.9, -149, 0, NaN, Infinity, 2 ** 53, {}, [], ['149'], { toString: () => '149' }, true, 149n];

test('an amount that is not a whole number of minor units begins nothing', async () => {
  for (const totalAmount of NO_AMOUNTS) {
    const world = new World();
    const { reasonCode, redirectUrl } = await world.container().site.plugin.createTransaction(asked({ totalAmount }));
    assert.deepEqual([reasonCode, redirectUrl], [3001, undefined], String(totalAmount));
    assert.equal(world.data.all('VeloposIntents').length, 0);
  }
});

test('other parts of the wrong form begin nothing, or are left out', async () => {
  const addresses = ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'https://user@evil.example/', 'https://a.example\\@b', 'http://a.example/',
    'https://a.example/\r\nX: y', '', null, 7, ['https://a.example/'], { toString: () => 'https://a.example/' }, `https://a.example/${'x'.repeat(2048)}`];
  const bad = [
    ...addresses.flatMap((address) => [asked({}, { returnUrls: { ...RETURNS, successUrl: address } }), asked({}, { returnUrls: { ...RETURNS, errorUrl: address } })]),
    ...addresses.slice(0, 7).flatMap((address) => [asked({}, { returnUrls: { ...RETURNS, cancelUrl: address } }), asked({}, { returnUrls: { ...RETURNS, pendingUrl: address } })]),
    ...['try', 'KWD', 'XXX', '', null, 949, ['TRY'], { toString: () => 'TRY' }, 'toString', '__proto__'].map((currency) => asked({ currency })),
  ];
  for (const options of bad) {
    const world = new World();
    const { reasonCode, redirectUrl } = await world.container().site.plugin.createTransaction(options);
    assert.ok(reasonCode > 0 && redirectUrl === undefined, JSON.stringify(options.order));
    assert.equal(world.data.all('VeloposIntents').length, 0);
  }
  for (const wrong of [7, true, ['tr'], { a: 1 }]) {
    const world = new World();
    const description = { buyerInfo: { buyerLanguage: wrong }, billingAddress: { firstName: wrong, lastName: wrong, email: wrong, phone: wrong } };
    const answer = await world.container().site.plugin.createTransaction(asked(description, { _id: wrong }));
    assert.equal(answer.redirectUrl, `${HOME}/_functions/pay/${answer.pluginTransactionId}`);
    const { orderNumber, customer, language } = world.intent(answer.pluginTransactionId);
    assert.deepEqual([typeof orderNumber, customer, language], ['string', null, 'tr']);
  }
});

test('a refund’s amount that is not a whole number of minor units, or more than was taken, sends nothing', async () => {
  const { world, id, comeBack } = await atBank();
  await comeBack();
  for (const [n, refundAmount] of [...NO_AMOUNTS, '28981', 28981].entries()) {
    const { reasonCode } = await world.container().site.plugin.refundTransaction({
      wixTransactionId: TRANSACTION, wixRefundId: `r${n}`, pluginTransactionId: id, refundAmount, reason: '',
    });
    assert.equal(reasonCode, 6000, String(refundAmount));
  }
  assert.equal(world.bank.changes.length, 0);
});

test('the refund of one transaction, asked for under the id of another, gets the other’s answer and moves nothing', async () => {
  const { world, id, comeBack } = await atBank();
  await comeBack();
  const refund = (more) => world.container().site.plugin.refundTransaction({
    wixTransactionId: TRANSACTION, wixRefundId: 'r1', pluginTransactionId: id, refundAmount: '100', reason: '', ...more,
  });
  const { pluginRefundId } = await refund();
  assert.equal((await refund()).pluginRefundId, pluginRefundId);
  assert.equal((await refund({ refundAmount: '200' })).reasonCode, 6000);
  assert.equal((await refund({ wixRefundId: 'r2', pluginTransactionId: 'f'.repeat(32) })).reasonCode, 6000);
  assert.equal((await refund({ wixRefundId: 'r3', wixTransactionId: 'other' })).reasonCode, 6000);
  assert.deepEqual(world.bank.changes.map(({ amount }) => amount), [100]);
});

test('a success that Wix could not be told of, for days: told in the end, as a success, and nobody gives it back', async () => {
  const { world, comeBack, told } = await atBank();
  world.data.before = async ({ op }) => { if (op === 'submitEvent') throw new Error('Wix does not answer'); };
  await comeBack();
  for (let runs = 0; runs < 60; runs += 1) {
    world.pass(12 * HOUR);
    await settle(world);
  }
  assert.deepEqual(told(), []);
  world.data.before = async () => {};
  world.pass(HOUR);
  await settle(world);
  assert.deepEqual([told(), world.bank.changes.length], [['paid'], 0]);
});

test('refunded by the administrator before Wix was told that it is paid: paid first, then refunded', async () => {
  const { world, comeBack } = await atBank();
  const kill = killAfter(world, ({ op, collection }) => op === 'insert' && collection === 'VeloposPayments');
  await finishOrDie(comeBack(), kill);
  kill.off();
  const [{ _id }] = world.payments;
  world.pass(3 * MINUTE);
  await world.container().site.changes.refundPayment(_id, { id: 'R1', amount: '289.80', by: ADMIN, why: '' });
  for (let runs = 0; runs < 3; runs += 1) {
    world.pass(HOUR);
    await settle(world);
  }
  const kinds = world.wix.events.map(({ transaction, refund }) => (refund ? 'refund' : transaction.reasonCode ?? 'paid'));
  assert.ok(kinds.indexOf('paid') >= 0 && kinds.indexOf('paid') < kinds.indexOf('refund'), kinds.join());
});

test('an offline payment that the owner notes while ours could not be added is not taken for ours', async () => {
  const world = new World();
  const { _id } = world.wix.addOrder();
  const { intentId } = await world.container().site.wixOrders.payOrder(_id);
  await world.container().pay(intentId);
  world.data.before = async ({ op }) => { if (op === 'addPayments') throw new Error('Wix does not answer'); };
  await world.container().call('post_payment3DSuccess', [intentId], { body: message(world.intent(intentId).bankOrderId, 'paid') });
  world.data.before = async () => {};
  world.pass(MINUTE);
  world.wix.orders.get(_id).payments.push({
    _id: 'by-hand', _createdDate: new Date(world.now()), at: world.now(), amount: { amount: '289.80' }, status: 'APPROVED',
    regularPaymentDetails: { offlinePayment: true, paymentMethod: 'Cash' },
  });
  world.pass(HOUR);
  await settle(world);
  assert.equal(world.wix.orders.get(_id).payments.length, 2, 'two payments are there, and the owner sees both');
});

test('an attempt that cannot be found by anybody’s guess: ids of other forms open nothing', async () => {
  const { world, id } = await atBank();
  for (const guess of ['', id.toUpperCase(), `${id} `, id.slice(1), `${id}0`, [id], { _id: id }, null, undefined, 0, '__proto__', '../x', '0'.repeat(32)]) {
    assert.deepEqual(await world.container().shop.paymentState(guess), { state: 'unknown' });
    assert.deepEqual(await world.container().shop.retryPayment(guess), { problem: 'closed' });
    assert.equal(await world.container().site.wixOrders.orderDue(guess), null);
    assert.deepEqual(await world.container().site.wixPay.wixPaymentState(guess), { state: 'unknown' });
  }
});

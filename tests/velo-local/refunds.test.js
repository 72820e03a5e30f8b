import assert from 'node:assert/strict';
import { test } from 'node:test';

import { about, calls, connected, place, rules, submit } from './site-wix.js';
import { until } from './start.js';

const orderOf = (local, transaction) => local.wix.orders.get(transaction.about);

test('part, rest, and never more', async (t) => {
  const local = await connected(t);
  const { payments } = local.wix;
  const { transaction } = await place(local);
  await assert.rejects(payments.refund(transaction._id), /0\.00 is left/, 'nothing has been paid');
  await submit(local, about(transaction));
  for (const amount of ['0', '468.81', '-1', '1.005', 'x']) await assert.rejects(payments.refund(transaction._id, { amount }));
  const part = await payments.refund(transaction._id, { amount: '100.00' });
  assert.deepEqual([part.state, part.amount, part.pluginRefundId], ['succeeded', '10000', `r-${part.wixRefundId}`]);
  const [, call] = calls(local);
  assert.deepEqual([call.refundAmount, call.reason], ['10000', 'REQUESTED_BY_CUSTOMER']);
  assert.deepEqual([call.pluginTransactionId, call.wixRefundId], [transaction.pluginTransactionId, part.wixRefundId]);
  assert.equal(call.merchantCredentials.account, 'one');
  assert.equal(orderOf(local, transaction).paymentStatus, 'PARTIALLY_REFUNDED');
  await assert.rejects(payments.refund(transaction._id, { amount: '368.81' }), /368\.80 is left/);
  await payments.refund(transaction._id);
  assert.equal(orderOf(local, transaction).paymentStatus, 'FULLY_REFUNDED');
  const { pluginRefundId, wixRefundId } = part;
  const confirmation = { refund: { wixTransactionId: transaction._id, pluginRefundId, wixRefundId, amount: '10000' } };
  assert.equal(await submit(local, confirmation), 'ok');
  assert.equal(await submit(local, confirmation), 'ok');
  assert.deepEqual(rules(local), []);
  assert.equal(local.wix.orders.transactions(transaction.about).orderTransactions.refunds.length, 2);
});

test('refused, without word, asked for again', async (t) => {
  const local = await connected(t);
  const { payments } = local.wix;
  const { transaction } = await place(local);
  await submit(local, about(transaction));
  const refused = await payments.refund(transaction._id, { amount: '30.25' });
  assert.deepEqual([refused.state, refused.reasonCode], ['failed', 3025]);
  const unknown = await payments.refund(transaction._id, { amount: '6.66' });
  assert.equal(unknown.state, 'asked');
  await assert.rejects(payments.refund(transaction._id, { amount: '468.80' }), /462\.14 is left/, 'without word it counts as done');
  const again = await payments.refundAgain(transaction._id, unknown.wixRefundId);
  assert.equal(again.state, 'asked');
  assert.equal(calls(local).filter(({ wixRefundId }) => wixRefundId === unknown.wixRefundId).length, 2, 'the same id twice');
  const told = { refund: { wixTransactionId: transaction._id, pluginRefundId: 'r', wixRefundId: unknown.wixRefundId, amount: '666' } };
  assert.equal(await submit(local, told), 'ok', 'the event brings word');
  assert.equal(payments.transaction(transaction._id).refunds[1].state, 'succeeded');
  assert.equal(orderOf(local, transaction).paymentStatus, 'PARTIALLY_REFUNDED');

  const pending = await payments.refund(transaction._id, { amount: '5.09' });
  assert.deepEqual([pending.state, pending.reasonCode], ['asked', 5009], 'pending is no failure');
  const { wixRefundId } = pending;
  assert.equal(await submit(local, { refund: { wixTransactionId: transaction._id, pluginRefundId: 'r-509', wixRefundId, amount: '509' } }), 'ok');
  assert.deepEqual([payments.transaction(transaction._id).refunds.at(-1).state, rules(local)], ['succeeded', []]);

  const fickle = await payments.refund(transaction._id, { amount: '7.77' });
  await payments.refundAgain(transaction._id, fickle.wixRefundId);
  assert.deepEqual(rules(local), ['other-refund'], 'money may have gone back twice');
  local.habits.set({ repeat: { times: 1, function: 'refundTransaction', copies: 1, delayMs: 0 } });
  await payments.refund(transaction._id, { amount: '1.00' });
  await until(() => calls(local).filter(({ refundAmount }) => refundAmount === '100').length === 2);
  assert.deepEqual(rules(local), ['other-refund']);
  assert.equal(payments.transaction(transaction._id).refunds.length, 5);
});

test('a refund without word does not stand in the way of one that was made', async (t) => {
  const local = await connected(t);
  const { transaction } = await place(local);
  await submit(local, about(transaction));
  assert.equal((await local.wix.payments.refund(transaction._id, { amount: '6.66' })).state, 'asked');
  const made = { wixTransactionId: transaction._id, pluginRefundId: 'panel' };
  assert.equal(await submit(local, { refund: { ...made, amount: '46880' } }), 'ok', 'all of it, in the bank’s panel');
  assert.equal(await submit(local, { refund: { ...made, pluginRefundId: 'more', amount: '1' } }), 'FAILED_PRECONDITION');
  assert.deepEqual(rules(local), ['refund-too-much']);
});

test('events that Wix forbids', async (t) => {
  const local = await connected(t);
  const { transaction } = await place(local);
  const refund = (more) => submit(local, { refund: { wixTransactionId: transaction._id, pluginRefundId: 'bank-1', amount: '1000', ...more } });
  assert.equal(await refund({}), 'FAILED_PRECONDITION', 'before anything was paid');
  await submit(local, about(transaction));
  assert.equal(await refund({ wixRefundId: 'nope' }), 'FAILED_PRECONDITION');
  assert.equal(await refund({ amount: '46881' }), 'FAILED_PRECONDITION');
  const amounts = [undefined, 1000, '10.00', '-5'].map((amount) => ({ amount }));
  for (const more of [...amounts, { pluginRefundId: undefined }, { reasonCode: 'x' }]) {
    assert.equal(await refund(more), 'INVALID_ARGUMENT', JSON.stringify(more));
  }
  assert.equal(await refund({}), 'ok', 'made in the bank\'s panel');
  assert.equal(await refund({}), 'ok', 'told again');
  assert.equal(await refund({ amount: '2000' }), 'FAILED_PRECONDITION');
  assert.equal(await refund({ reasonCode: 3025 }), 'FAILED_PRECONDITION');
  assert.deepEqual(rules(local), ['refund-too-much', 'unknown-refund', 'refund-too-much', 'other-refund', 'other-refund']);
  const [made] = local.wix.orders.transactions(transaction.about).orderTransactions.refunds;
  assert.deepEqual([made.transactions[0].amount.amount, made.transactions[0].externalRefund], ['10.00', true]);
  assert.equal(await submit(local, { refund: { wixTransactionId: 'nope', pluginRefundId: 'x', amount: '1' } }), 'FAILED_PRECONDITION');
});

// A container can die between any two lines. Wherever it dies, what comes afterwards (the gateway's repetition, the scheduled job)
// must end with exactly one payment on the order. A death at every operation of every way, and two of them, are in tests/faults; here are the
// moments that have a story of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishOrDie, holdBack, killAfter, killAt, turn, turns } from './killing.js';
import { World, message } from './world.js';

const MINUTE = 60_000;

/** A paid browser return at an account that the bank can also be asked about. */
async function returning(account = 'isbank') {
  const world = new World();
  const { intentId } = await world.container().started('kahve', account);
  const intent = world.intent(intentId);
  world.bank.answers.set(intent.bankOrderId, { status: 'paid', proof: 'reply' });
  world.pass(3 * MINUTE);
  const comeBack = () => world.container().call('post_payment3DSuccess', [intentId], { body: message(intent.bankOrderId, 'paid') });
  return { world, intent, comeBack };
}

function assertPaidOnce(world, intent, where) {
  assert.equal(world.order(intent.orderId).state, 'paid', where);
  assert.deepEqual(world.payments.map(({ state }) => state), ['booked'], where);
  assert.equal(world.intent(intent._id).state, 'paid', where);
}

async function operationsOf(run) {
  const { world, comeBack } = await run();
  world.data.log.length = 0;
  await comeBack();
  return world.data.log.length;
}

/** The order of one payment's writes: the turn, the outcome, the order's payer, the payment, the order, the attempt, the turn. */
function nth(n, op, collection) {
  let seen = 0;
  return (operation) => operation.op === op && operation.collection === collection && ++seen === n;
}

test('decided but not yet booked: a failure that arrives then is no end, and is not acknowledged', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'paytr');
  const intent = world.intent(intentId);
  const notify = (status) => world.container().call('post_paytrNotification', [], { body: message(intent.bankOrderId, status) });
  const kill = killAfter(world, nth(2, 'insert', 'VeloposClaims'));
  await finishOrDie(notify('paid'), kill);
  kill.off();
  assert.equal((await notify('declined')).status, 503);
  assert.equal(world.intent(intentId).state, 'new');
  world.pass(3 * MINUTE);
  assert.equal((await notify('paid')).status, 200);
  assertPaidOnce(world, intent, 'the repetition');
});

test('a decline that was decided and not yet shown is shown by the job, without asking', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  const { bankOrderId } = world.intent(intentId);
  const kill = killAfter(world, nth(3, 'insert', 'VeloposClaims'));   // the return, the last question, the outcome
  await finishOrDie(world.container().call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'declined') }), kill);
  kill.off();
  assert.equal(world.intent(intentId).state, 'new');
  world.pass(5 * MINUTE);
  await world.container().site.settle.settle();
  assert.equal(world.intent(intentId).state, 'declined');
  assert.equal(world.intent(intentId).decline.message.tr, 'Bakiye yetersiz.');
  assert.equal(world.bank.inquiries.length, 0);
});

test('death at every operation of a declined return: money that comes on its page afterwards is found by the job', async () => {
  const declined = async () => {
    const world = new World();
    const { intentId } = await world.container().started();
    const { bankOrderId } = world.intent(intentId);
    world.bank.answers.set(bankOrderId, { status: 'declined', proof: 'reply' });
    const comeBack = () => world.container().call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'declined') });
    return { world, intentId, bankOrderId, comeBack };
  };
  const operations = await operationsOf(declined);
  for (let n = 1; n <= operations; n += 1) {
    for (const moment of ['before', 'after']) {
      const { world, intentId, bankOrderId, comeBack } = await declined();
      const kill = killAt(world, n, moment);
      await finishOrDie(comeBack(), kill);
      kill.off();
      world.pass(5 * MINUTE);
      await world.container().site.settle.settle();
      world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
      world.pass(60 * MINUTE);
      await world.container().site.settle.settle();
      const { state } = world.intent(intentId);
      assert.equal(world.payments.length, 1, `died ${moment} operation ${n}`);
      assert.equal(state, world.payments[0].state === 'booked' ? 'paid' : 'late');
    }
  }
});

const writesIntent = ({ op, collection }) => op === 'update' && collection === 'VeloposIntents';

test('a doubt that is written while the payment is booked does not cover it', async () => {
  const { world, intent, comeBack } = await returning();
  const hold = holdBack(world, writesIntent);
  const doubt = world.container().call('post_bankNotification', [intent._id],
    { body: message(intent.bankOrderId, 'pending', { review: true }) });
  await hold.held();
  await comeBack();
  assertPaidOnce(world, intent, 'booked');
  hold.release();
  await doubt;
  assertPaidOnce(world, intent, 'the doubt was written last');
});

test('a decline that is written while late money is shown does not cover it', async () => {
  const { world, intent, comeBack } = await returning();
  const hold = holdBack(world, writesIntent);
  const decline = world.container().call('post_payment3DFail', [intent._id], { body: message(intent.bankOrderId, 'declined') });
  await hold.held();
  await comeBack();
  assert.equal(world.intent(intent._id).state, 'late');
  hold.release();
  await decline;
  assert.equal(world.intent(intent._id).state, 'late');
  assert.equal((await world.container().shop.paymentState(intent._id)).canTryAgain, false);
});

test('a booked payment that its attempt does not show is shown by a repetition of the news, and by the job without asking', async () => {
  const { world, intent, comeBack } = await returning();
  await comeBack();
  for (const repair of [comeBack, () => world.container().site.settle.settle()]) {
    world.data.put('VeloposIntents', intent);   // somebody died between a write that covered it and the look that follows
    await repair();
    assertPaidOnce(world, intent, 'repaired');
  }
  assert.equal(world.bank.inquiries.length, 0);
});

test('a container that wakes up after its takeover does not undo what the owner did with the order', async () => {
  const { world, intent, comeBack } = await returning();
  const hold = holdBack(world, ({ op, collection }) => op === 'insert' && collection === 'VeloposPayments');
  const sleeping = comeBack();
  await hold.held();
  world.pass(5 * MINUTE);
  await world.container().site.settle.settle();
  const shipped = { ...world.order(intent.orderId), state: 'shipped' };
  world.data.put('Orders', shipped);
  hold.release();
  await sleeping;
  assert.deepEqual(world.order(intent.orderId), shipped);
});

test('a takeover does not touch an order that has moved on', async () => {
  const { world, intent, comeBack } = await returning();
  const kill = killAfter(world, nth(1, 'update', 'Orders'));
  await finishOrDie(comeBack(), kill);
  kill.off();
  world.data.put('Orders', { ...world.order(intent.orderId), state: 'shipped' });
  world.pass(5 * MINUTE);
  await world.container().site.settle.settle();
  assert.equal(world.order(intent.orderId).state, 'shipped');
  assert.equal(world.intent(intent._id).state, 'paid');
});

test('four containers, every message three times, one death: one payment', async () => {
  for (let n = 1; n <= 30; n += 3) {
    const { world, intent, comeBack } = await returning();
    const kill = killAt(world, n, n % 2 ? 'before' : 'after');
    await finishOrDie(Promise.all(Array.from({ length: 12 }, () => comeBack())), kill);
    await turns(300);   // the containers that live finish
    kill.off();
    world.pass(5 * MINUTE);
    await world.container().site.settle.settle();
    assertPaidOnce(world, intent, `a container died at operation ${n}`);
  }
});

test('an order that is marked by a write which was given up, after its money has gone back: the job knows', async () => {
  const { world, intent, comeBack } = await returning();
  let arrive;
  world.data.before = async ({ op, collection }, _container, perform) => {
    if (arrive || op !== 'update' || collection !== 'Orders') return;
    arrive = perform;
    throw world.data.error('WDE0028', 'the operation timed out');
  };
  await comeBack();
  const [{ _id }] = world.payments;
  await world.container().site.changes.voidPayment(_id, { id: 'V1', by: { id: 'm', name: 'Deniz' }, why: '' });
  arrive();
  assert.equal(world.order(intent.orderId).state, 'paid');
  world.pass(5 * MINUTE);
  await world.container().site.settle.settle();
  assert.deepEqual([world.order(intent.orderId).state, world.payments[0].standing], ['refunded', 'voided']);
});

test('a container that slept through its own takeover changes nothing when it wakes', async () => {
  const { world, intent, comeBack } = await returning();
  const asleep = [];
  world.data.before = (operation) => new Promise((resolve) => {
    if (operation.collection === 'Orders' && operation.op === 'update' && asleep.length === 0) asleep.push(resolve);
    else resolve();
  });
  const sleeping = comeBack();
  while (asleep.length === 0) await turn();
  world.pass(5 * MINUTE);
  await world.container().site.settle.settle();
  assertPaidOnce(world, intent, 'taken over');
  const order = world.order(intent.orderId);
  asleep[0]();
  await sleeping;
  assertPaidOnce(world, intent, 'the sleeper woke up');
  assert.equal(world.order(intent.orderId).paymentId, order.paymentId);
});

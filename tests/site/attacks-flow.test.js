// Attempts at making the site charge twice, forget money, or be held up: by orders that are gone or paid by somebody else, by containers
// that sleep, by floods, by one stuck payment.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishOrDie, holdBack, killAfter } from './killing.js';
import { World, message } from './world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ADMIN = { id: 'member-1', name: 'Deniz' };

const settle = (world) => world.container().site.settle.settle();

/** An attempt that is at the bank. */
async function atBank(account = 'isbank') {
  const world = new World();
  const { intentId } = await world.container().started('kahve', account);
  const { bankOrderId, orderId } = world.intent(intentId);
  const comeBack = (status = 'paid', more = {}) =>
    world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, status, more) });
  return { world, intentId, bankOrderId, orderId, comeBack };
}

/** A Wix order whose link was opened in two tabs. */
async function twoTabs(account) {
  const world = new World();
  const accounts = JSON.parse(world.secret);
  world.secret = JSON.stringify({ [account]: accounts[account] });
  const { _id } = world.wix.addOrder();
  const open = () => world.container().site.wixOrders.payOrder(_id);
  const [first, second] = [(await open()).intentId, (await open()).intentId];
  const pay = (intentId) => world.container().pay(intentId);
  const comeBack = (intentId) => world.container().call('post_payment3DSuccess', [intentId],
    { body: message(world.intent(intentId).bankOrderId, 'paid') });
  return { world, orderId: _id, first, second, open, pay, comeBack };
}

// ---- an order that is paid already

test('an order that was paid in another tab: the second tab is not sent to the bank any more', async () => {
  const { world, first, second, pay, comeBack } = await twoTabs('isbank');
  await pay(first);
  await comeBack(first);
  const { status, headers } = await pay(second);
  assert.deepEqual([status, headers.Location?.includes('/result?payment=')], [303, true]);
  assert.equal(world.data.one('VeloposStarts', second), undefined);
  assert.equal(world.intent(second).state, 'expired', 'it says so, and offers no way on');
});

test('an order that was paid in another tab: the second tab’s provision is not sent', async () => {
  const { world, first, second, pay, comeBack } = await twoTabs('threed');
  for (const id of [first, second]) {
    await pay(id);
    world.bank.answers.set(world.intent(id).bankOrderId, { status: 'paid', proof: 'reply' });
  }
  await comeBack(first);
  await comeBack(second);
  assert.deepEqual(world.bank.provisions, [world.intent(first).bankOrderId]);
  assert.equal(world.payments.length, 1);
});

test('an order that our books know as paid is not offered for payment again, although Wix could not be told yet', async () => {
  const { world, orderId, first, open, pay, comeBack } = await twoTabs('isbank');
  await pay(first);
  world.data.before = async ({ op }) => { if (op === 'addPayments') throw new Error('Wix does not answer'); };
  await comeBack(first);
  assert.equal(world.payments[0].state, 'booked');
  assert.equal(await world.container().site.wixOrders.orderDue(orderId), null);
  assert.deepEqual(await open(), { problem: 'notDue' });
});

// ---- an order that is gone, or cancelled at the worst moment

test('money for an order that somebody has deleted is late: it is in the books, and goes back', async () => {
  const { world, orderId, comeBack } = await atBank();
  world.data.remove('Orders', orderId);
  await comeBack();
  assert.deepEqual(world.payments.map(({ state, attention }) => [state, attention]), [['late', 'late']]);
  await settle(world);
  assert.deepEqual(world.payments.map(({ standing, attention }) => [standing, attention]), [['voided', '']]);
});

test('a refund of an order that was deleted after it was paid has nobody to tell, and is over', async () => {
  const { world, orderId, comeBack } = await atBank();
  await comeBack();
  world.data.remove('Orders', orderId);
  const [{ _id }] = world.payments;
  await world.container().site.changes.refundPayment(_id, { id: 'R1', amount: '149.90', by: ADMIN, why: '' });
  assert.deepEqual(world.payments.map(({ standing, attention }) => [standing, attention]), [['refunded', '']]);
});

test('an order that is cancelled between its payment’s record and its own: the money is seen on the order', async () => {
  const { world, orderId, comeBack } = await atBank();
  const kill = killAfter(world, ({ op, collection }) => op === 'insert' && collection === 'VeloposPayments');
  await finishOrDie(comeBack(), kill);
  kill.off();
  world.data.put('Orders', { ...world.order(orderId), state: 'cancelled' });
  world.pass(HOUR);
  await settle(world);
  const [{ _id, state }] = world.payments;
  const order = world.order(orderId);
  assert.deepEqual([state, order.state, order.paymentId, order.review], ['booked', 'cancelled', _id, true]);
});

test('a container that slept before it marked the order does not turn a refund back into a paid order', async () => {
  const { world, orderId, comeBack } = await atBank();
  const hold = holdBack(world, ({ op, collection }) => op === 'update' && collection === 'Orders');
  const sleeper = comeBack();
  await hold.held();
  world.pass(3 * MINUTE);
  await settle(world);
  const [{ _id }] = world.payments;
  assert.equal((await world.container().site.changes.voidPayment(_id, { id: 'V1', by: ADMIN, why: '' })).state, 'done');
  assert.equal(world.order(orderId).state, 'refunded');
  hold.release();
  await sleeper;
  assert.equal(world.order(orderId).state, 'refunded');
});

// ---- the job is held up

test('a flood of attempts that nobody pays does not keep the job from one that was paid', async () => {
  const { world, intentId, bankOrderId } = await atBank();
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  world.pass(MINUTE);
  const intent = world.intent(intentId);
  for (let n = 0; n < 1_200; n += 1) {
    world.data.put('VeloposIntents', { ...intent, _id: n.toString(16).padStart(32, '0'), bankOrderId: `FLOOD${n}`, createdAt: world.now() });
  }
  world.pass(5 * MINUTE);
  await settle(world);
  assert.equal(world.intent(intentId).state, 'paid');
});

for (const [collection, undone] of Object.entries({ VeloposIntents: '', VeloposChanges: '', VeloposPayments: 'late money', VeloposClaims: 'booking' })) {
  test(`the job’s first search in ${collection} fails: it does what it can without`, async () => {
    const half = await atBank();
    const { world } = half;
    const kill = killAfter(world, ({ op, subject }) => op === 'insert' && subject?.startsWith('outcome '));
    await finishOrDie(half.comeBack(), kill);
    kill.off();
    const late = await world.container().started();
    for (const status of ['declined', 'paid']) {
      const body = message(world.intent(late.intentId).bankOrderId, status);
      await world.container().call('post_payment3DSuccess', [late.intentId], { body });
    }
    world.pass(5 * MINUTE);
    let searches = 0;
    world.data.before = async (operation) => {
      if (operation.op !== 'find' || operation.collection !== collection) return;
      searches += 1;
      if (searches === 1) throw world.data.error('WDE0028', 'timeout');
    };
    assert.equal((await settle(world)).failed, 1);
    assert.equal(world.data.all('VeloposActions').find(({ action }) => action === 'settle').outcome, 'failed 1');
    assert.equal(world.intent(half.intentId).state, undone === 'booking' ? 'new' : 'paid');
    assert.deepEqual(world.bank.changes.map(({ kind }) => kind), undone === 'late money' ? [] : ['void']);
  });
}

test('one booking that can never be finished does not keep the job from others', async () => {
  const { world, comeBack } = await atBank();
  world.data.before = async ({ op, collection }) => { if (op === 'update' && collection === 'Orders') throw new Error('the collection is full'); };
  await comeBack();
  for (let runs = 0; runs < 110; runs += 1) {
    world.pass(HOUR);
    await settle(world);
  }
  world.data.before = async () => {};
  const other = await world.container().started();
  const kill = killAfter(world, ({ op, subject }) => op === 'insert' && subject?.startsWith('outcome '));
  await finishOrDie(world.container().call('post_payment3DSuccess', [other.intentId],
    { body: message(world.intent(other.intentId).bankOrderId, 'paid') }), kill);
  kill.off();
  world.bank.answers.set(world.intent(other.intentId).bankOrderId, new Error('the bank cannot be asked'));
  world.pass(5 * MINUTE);
  await settle(world);
  assert.equal(world.intent(other.intentId).state, 'paid');
});

// Money that is reserved when the customer pays, and taken when the goods are sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakePosError } from './fake-velopos.js';
import { ACCOUNTS, CUSTOMER, World, message } from './world.js';

const MINUTE = 60_000;
const ADMIN = { id: 'member-1', name: 'Deniz' };
const standing = ({ payments: [{ standing, charged, captured, refunded, attention }] }) => [standing, charged, captured, refunded, attention];

/** The brass mill, 2150.00, reserved. */
async function reserved(status = 'authorized') {
  const world = new World();
  const { intentId } = await world.container().started('degirmen');
  const { bankOrderId, orderId } = world.intent(intentId);
  const come = (news) => world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, news) });
  await come(status);
  const [{ _id }] = world.payments;
  const call = (verb, wish) => world.container().site.changes[verb](_id, { by: ADMIN, why: '', ...wish });
  return { world, intentId, orderId, bankOrderId, come, call, money: () => world.bank.books.of(bankOrderId) };
}

test('reserved: the bank is asked to reserve, the order waits for its capture, the customer is told', async () => {
  const { world, intentId, orderId } = await reserved();
  assert.equal(world.bank.starts[0].type, 'preauth');
  assert.deepEqual([world.order(orderId).state, world.intent(intentId).state, world.payments[0].state], ['reserved', 'reserved', 'booked']);
  assert.deepEqual(standing(world), ['authorized', '2150.00', '0.00', '0.00', '']);
  const shown = await world.container().shop.paymentState(intentId);
  assert.deepEqual([shown.state, shown.canTryAgain], ['reserved', false]);
});

test('taken when the goods are sent: all of it, or less; and given back within what was taken', async () => {
  const whole = await reserved();
  assert.equal((await whole.call('capturePayment', { id: 'C1', amount: '2150.00' })).state, 'done');
  assert.deepEqual(standing(whole.world), ['paid', '2150.00', '2150.00', '0.00', '']);
  assert.equal(whole.world.order(whole.orderId).state, 'paid');
  const part = await reserved();
  for (const amount of ['2150.01', '0.00']) assert.equal((await part.call('capturePayment', { id: 'C1', amount })).state, 'refused');
  await part.call('capturePayment', { id: 'C1', amount: '2000.00' });
  assert.deepEqual(standing(part.world), ['paid', '2000.00', '2000.00', '0.00', '']);
  assert.equal((await part.call('capturePayment', { id: 'C2', amount: '150.00' })).state, 'refused');
  assert.equal((await part.call('refundPayment', { id: 'R1', amount: '2000.01' })).state, 'refused');
  assert.equal((await part.call('refundPayment', { id: 'R1', amount: '2000.00' })).state, 'done');
  assert.equal(part.money().refunded, 200000);
  assert.equal(part.world.order(part.orderId).state, 'refunded');
});

test('released: the customer keeps his money, the order will not be sent', async () => {
  const { world, orderId, call, money } = await reserved();
  assert.equal((await call('refundPayment', { id: 'R1', amount: '1.00' })).state, 'refused', 'nothing was taken yet');
  assert.equal((await call('voidPayment', { id: 'V1' })).change.amount, '2150.00');
  assert.deepEqual(standing(world), ['voided', '2150.00', '0.00', '0.00', '']);
  assert.deepEqual([world.order(orderId).state, money().voided], ['released', true]);
  assert.equal((await call('capturePayment', { id: 'C1', amount: '1.00' })).state, 'refused');
});

test('an order that the owner has moved on stays where it is', async () => {
  const { world, orderId, call } = await reserved();
  world.data.put('Orders', { ...world.order(orderId), state: 'shipped' });
  await call('capturePayment', { id: 'C1', amount: '2150.00' });
  assert.equal(world.order(orderId).state, 'shipped');
});

test('a capture whose answer was lost is known when the bank’s books tell it, and is nobody else’s', async () => {
  const { world, orderId, call } = await reserved();
  world.bank.answerChange = () => 'late';
  assert.equal((await call('capturePayment', { id: 'C1', amount: '2000.00' })).state, 'unknown');
  assert.deepEqual([world.payments[0].attention, world.order(orderId).state], ['unknown-change', 'reserved']);
  await call('askAboutPayment', {});
  assert.deepEqual(world.data.all('VeloposChanges').map(({ changeId, state }) => [changeId, state]), [['C1', 'done']]);
  assert.deepEqual(standing(world), ['paid', '2000.00', '2000.00', '0.00', '']);
  assert.equal(world.order(orderId).state, 'paid');
});

test('taken in the bank’s panel: learnt by asking, and the order is paid', async () => {
  const { world, orderId, bankOrderId, call } = await reserved();
  world.bank.books.make(bankOrderId, { kind: 'capture', id: 'panel', amount: 215000 });
  await call('askAboutPayment', {});
  assert.deepEqual(standing(world), ['paid', '2150.00', '2150.00', '0.00', '']);
  assert.equal(world.order(orderId).state, 'paid');
  assert.deepEqual(world.data.all('VeloposChanges').map(({ kind, by, amount }) => [kind, by.id, amount]), [['capture', 'bank', '2150.00']]);
});

test('the same money under another name is the same money: no second record, and nothing late', async () => {
  for (const [first, second] of [['authorized', 'paid'], ['paid', 'authorized']]) {
    const { world, come, intentId } = await reserved(first);
    await come(second);
    world.pass(5 * MINUTE);
    await world.container().site.settle.settle();
    assert.deepEqual(world.payments.map(({ state, standing: how }) => [state, how]), [['booked', first]]);
    assert.equal(world.intent(intentId).state, first === 'paid' ? 'paid' : 'reserved');
  }
});

test('a reservation nobody asked for is a doubt, and no payment', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve');
  const { bankOrderId, orderId } = world.intent(intentId);
  await world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'authorized') });
  assert.deepEqual([world.intent(intentId).state, world.intent(intentId).review, world.payments.length], ['new', true, 0]);
  assert.equal(world.order(orderId).state, 'awaiting-payment');
});

test('only ways to pay that can reserve are offered, and no other is accepted', async () => {
  const world = new World();
  const cannotAsk = { ...ACCOUNTS.isbank, merchant: { cannotAsk: true } };
  world.secret = JSON.stringify({ ...ACCOUNTS, cannotAsk });
  const { shop } = world.container();
  const { methods, products } = await shop.listProducts();
  assert.deepEqual(methods.filter(({ reserves }) => reserves).map(({ name }) => name), ['isbank', 'threed', 'iyzico']);
  assert.deepEqual(products.filter(({ reserve }) => reserve).map(({ id }) => id), ['degirmen']);
  for (const method of ['paytr', 'cannotAsk']) assert.deepEqual(await shop.startPayment('degirmen', method, CUSTOMER), { problem: 'method' });
  assert.equal(world.data.all('Orders').length, 0);
  assert.ok((await shop.startPayment('kahve', 'paytr', CUSTOMER)).intentId);
});

test('a bank that refuses to reserve after all: the attempt fails, and the customer reads so', async () => {
  const world = new World();
  world.bank.beforeStart = async () => { throw new FakePosError('UNSUPPORTED', 'type'); };
  const { intentId, answer } = await world.container().started('degirmen');
  assert.equal(answer.status, 303);
  const { state, canTryAgain } = await world.container().shop.paymentState(intentId);
  assert.deepEqual([state, canTryAgain], ['failed', true]);
});

// Money that came too late goes back by itself, once, and is shown until the bank confirms it. What a person has to decide is only shown.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNTS, World, message } from './world.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const settle = (world) => world.container().site.settle.settle();
const shown = ({ payments: [{ state, standing, refunded, attention }] }) => [state, standing, refunded, attention];

/** An attempt that was declined, and then paid on the same page. The job has not run since. */
async function late(account = 'isbank', product = 'kahve') {
  const world = new World();
  const { intentId } = await world.container().started(product, account);
  const { bankOrderId, orderId, type } = world.intent(intentId);
  const come = (status) => (account === 'paytr'
    ? world.container().call('post_paytrNotification', [], { body: message(bankOrderId, status) })
    : world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, status) }));
  await come('declined');
  await come(type === 'preauth' ? 'authorized' : 'paid');
  assert.equal(world.payments[0].attention, 'late');
  const ids = () => world.bank.changes.map(({ kind }) => kind);
  return { world, intentId, orderId, bankOrderId, ids, money: () => world.bank.books.of(bankOrderId) };
}

test('late money is voided by the next run of the job, and never again', async () => {
  const { world, orderId, intentId, ids, money } = await late();
  assert.equal((await settle(world)).returned, 1);
  assert.deepEqual([money().voided, ids()], [true, ['void']]);
  assert.deepEqual(shown(world), ['late', 'voided', '0.00', '']);
  assert.equal(world.order(orderId).state, 'awaiting-payment');
  assert.equal(world.intent(intentId).state, 'late');
  const [{ by, why, kind }] = world.data.all('VeloposChanges');
  assert.deepEqual([by.id, kind, /too|after/.test(why)], ['site', 'void', true]);
  for (let runs = 0; runs < 3; runs += 1) {
    world.pass(60 * MINUTE);
    assert.equal((await settle(world)).returned, 0);
  }
  assert.equal(world.bank.changes.length, 1);
});

test('where the day is over, or the gateway has no void, it is refunded in the same run', async () => {
  const declined = await late();
  declined.world.bank.answerChange = ({ kind }) => (kind === 'void' ? 'declined' : 'done');
  await settle(declined.world);
  assert.deepEqual([declined.ids(), declined.money().refunded], [['void', 'refund'], 14990]);
  assert.deepEqual(shown(declined.world), ['late', 'refunded', '149.90', '']);
  const unsupported = await late('paytr');
  await settle(unsupported.world);
  assert.deepEqual([unsupported.ids(), unsupported.money().refunded], [['refund'], 14990]);
  assert.deepEqual(shown(unsupported.world), ['late', 'refunded', '149.90', '']);
});

test('what the bank declines for good stays to be seen, and is not asked for again', async () => {
  const { world, ids } = await late();
  world.bank.answerChange = () => 'declined';
  for (let days = 0; days < 4; days += 1) {
    await settle(world);
    world.pass(DAY);
  }
  assert.deepEqual(ids(), ['void', 'refund']);
  assert.deepEqual(shown(world), ['late', 'paid', '0.00', 'late']);
});

for (const [kind, standing, refunded] of [['void', 'voided', '0.00'], ['refund', 'refunded', '149.90']]) {
  test(`a ${kind} whose answer is lost: late until the bank’s books show it, and nothing else is sent meanwhile`, async () => {
    for (const outcome of ['late', 'lost']) {
      const { world, ids, money } = await late();
      world.bank.answerChange = (change) => (change.kind === kind ? outcome : 'declined');
      world.bank.answers.set(world.data.all('VeloposIntents')[0].bankOrderId, { status: 'paid', proof: 'reply' });
      for (let runs = 0; runs < 4; runs += 1) {
        await settle(world);
        if (runs === 0) assert.equal(world.payments[0].attention, 'late');
        world.pass(60 * MINUTE);
      }
      assert.deepEqual(ids(), kind === 'void' ? ['void'] : ['void', 'refund']);
      const isMade = outcome === 'late';
      assert.equal(money().voided || money().refunded > 0, isMade);
      assert.deepEqual(shown(world), isMade ? ['late', standing, refunded, ''] : ['late', 'paid', '0.00', 'late']);
    }
  });
}

test('several runs of the job at once give it back once', async () => {
  const { world, ids } = await late();
  await Promise.all(Array.from({ length: 4 }, () => settle(world)));
  assert.deepEqual(ids(), ['void']);
});

test('what a person has given back already is not given back again', async () => {
  const { world, bankOrderId, money } = await late();
  const [{ _id }] = world.payments;
  await world.container().site.changes.refundPayment(_id, { id: 'R1', amount: '49.90', by: { id: 'x', name: 'x' }, why: '' });
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 5000 });
  await world.container().site.changes.askAboutPayment(_id, { by: { id: 'x', name: 'x' } });
  await settle(world);
  assert.equal(money().refunded, 14990);
  assert.deepEqual(world.bank.changes.map(({ kind, amount }) => [kind, amount]), [['refund', 4990], ['refund', 5000]]);
  assert.deepEqual(shown(world), ['late', 'refunded', '149.90', '']);
});

test('a late reservation is released; one that the bank will not release is left to run out, and shown', async () => {
  const released = await late('isbank', 'degirmen');
  await settle(released.world);
  assert.deepEqual([released.ids(), released.money().voided], [['void'], true]);
  assert.deepEqual(shown(released.world), ['late', 'voided', '0.00', '']);
  const kept = await late('isbank', 'degirmen');
  kept.world.bank.answerChange = () => 'declined';
  for (let runs = 0; runs < 3; runs += 1) await settle(kept.world);
  assert.deepEqual(kept.ids(), ['void']);
  assert.deepEqual(shown(kept.world), ['late', 'authorized', '0.00', 'late']);
});

test('an account that cannot give back, or is gone: nothing is sent, the others go on, and it stays to be seen', async () => {
  const { world, ids } = await late();
  for (const isbank of [{ ...ACCOUNTS.isbank, merchant: { cannotRefund: true } }, undefined]) {
    world.secret = JSON.stringify({ ...ACCOUNTS, isbank });
    const { returned, failed } = await settle(world);
    assert.deepEqual([returned, failed], [0, 0]);
  }
  assert.deepEqual([ids(), world.payments[0].attention], [[], 'late']);
  world.secret = JSON.stringify(ACCOUNTS);
  assert.equal((await settle(world)).returned, 1);
});

test('duplicates and test money on a real order are shown, and a person decides', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  const first = world.intent(intentId);
  const twin = { ...first, _id: 'f'.repeat(32), bankOrderId: 'ORDERTWIN00000000000000001' };
  world.data.put('VeloposIntents', twin);
  await world.container().pay(twin._id);
  const other = await world.container().started('cezve');
  world.data.put('Orders', { ...world.order(world.intent(other.intentId).orderId), mode: 'production' });
  for (const id of [intentId, twin._id, other.intentId]) {
    await world.container().call('post_payment3DSuccess', [id], { body: message(world.intent(id).bankOrderId, 'paid') });
  }
  world.pass(60 * MINUTE);
  assert.equal((await settle(world)).returned, 0);
  assert.deepEqual(world.payments.map(({ attention }) => attention).sort(), ['', 'duplicate', 'wrong-mode']);
  assert.equal(world.bank.changes.length, 0);
  const duplicate = world.payments.find(({ state }) => state === 'duplicate');
  await world.container().site.changes.voidPayment(duplicate._id, { id: 'V1', by: { id: 'x', name: 'x' }, why: '' });
  assert.equal(world.payments.find(({ _id }) => _id === duplicate._id).attention, '');
  assert.equal(world.order(first.orderId).state, 'paid', 'the order is the other payment’s');
});

// Attempts at giving money back twice, too much of it, or not at all: by somebody who did it in the bank's panel, by containers whose
// operations are slow.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdBack, turns } from './killing.js';
import { World, message } from './world.js';

const HOUR = 60 * 60_000;
const ADMIN = { id: 'member-1', name: 'Deniz' };

const settle = (world) => world.container().site.settle.settle();

/** Money that came after a decline; `more` is what the bank's message says of it. */
async function late(more = {}) {
  const world = new World();
  const { intentId } = await world.container().started();
  const { bankOrderId } = world.intent(intentId);
  const come = (status, facts) => world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, status, facts) });
  await come('declined');
  await come('paid', more);
  const sent = () => world.bank.changes.map(({ kind, amount }) => [kind, amount]);
  return { world, bankOrderId, sent, money: () => world.bank.books.of(bankOrderId) };
}

test('a part of late money went back in the panel: the void is declined, and the rest goes back', async () => {
  const { world, bankOrderId, sent, money } = await late();
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 5000 });
  await settle(world);
  assert.deepEqual(sent(), [['void', 14990], ['refund', 9990]]);
  assert.equal(money().refunded, 14990);
  assert.deepEqual(world.payments.map(({ standing, refunded, attention }) => [standing, refunded, attention]), [['refunded', '149.90', '']]);
});

test('all of late money went back in the panel: the void is declined, no refund is sent, and nobody has to look', async () => {
  const { world, bankOrderId, sent, money } = await late();
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 14990 });
  await settle(world);
  assert.deepEqual([sent(), money().refunded], [[['void', 14990]], 14990]);
  assert.deepEqual(world.payments.map(({ standing, attention }) => [standing, attention]), [['refunded', '']]);
});

test('the bank cannot be asked after it has declined the void: the refund waits', async () => {
  const { world, bankOrderId, sent } = await late();
  world.bank.answerChange = ({ kind }) => (kind === 'void' ? 'declined' : 'done');
  world.bank.answers.set(bankOrderId, new Error('does not answer'));
  await settle(world);
  assert.deepEqual(sent(), [['void', 14990]]);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await settle(world);
  assert.deepEqual(sent(), [['void', 14990], ['refund', 14990]]);
});

test('money of which a part had gone back before we heard of it: the record says so, and only the rest goes back', async () => {
  const { world, bankOrderId, sent, money } = await late({ refundedAmount: '50.00' });
  const [record] = world.payments;
  assert.deepEqual([record.standing, record.captured, record.refunded], ['partly-refunded', '149.90', '50.00']);
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 5000 });
  await settle(world);
  assert.deepEqual(sent(), [['refund', 9990]]);
  assert.equal(money().refunded, 14990);
});

test('a payment’s turn is one container’s, also when taking it is slow and others have come and gone meanwhile', async () => {
  const { world } = await late();
  const [{ _id }] = world.payments;
  const ask = () => world.container().site.changes.askAboutPayment(_id, { by: ADMIN });
  await ask();
  const hold = holdBack(world, ({ op, subject }) => op === 'insert' && subject?.startsWith('payment '));
  const slow = ask();
  await hold.held();
  for (let others = 0; others < 3; others += 1) await ask();
  let release;
  let isAsking = false;
  const { answers } = world.bank;
  world.bank.answerChange = () => new Promise((resolve) => { isAsking = true; release = () => resolve('done'); });
  const refund = world.container().site.changes.refundPayment(_id, { id: 'R1', amount: '1.00', by: ADMIN, why: '' });
  while (!isAsking) await turns(1);
  hold.release();
  assert.equal((await slow).state, 'busy', `${answers.size}`);
  release();
  assert.equal((await refund).state, 'done');
});

test('late money that the bank will not give back is asked about, and never sent twice', async () => {
  const { world, sent } = await late();
  world.bank.answerChange = () => 'declined';
  for (let runs = 0; runs < 3; runs += 1) {
    await settle(world);
    world.pass(HOUR);
  }
  assert.deepEqual(sent().map(([kind]) => kind), ['void', 'refund']);
  assert.equal(world.payments[0].attention, 'late');
});

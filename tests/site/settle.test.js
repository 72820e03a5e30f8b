// The scheduled job, and the inquiries that a customer on the result page causes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakePosError } from './fake-velopos.js';
import { ACCOUNTS, World, message } from './world.js';

const MINUTE = 60_000;
const settle = async (world) => JSON.parse(JSON.stringify(await world.container().site.settle.settle()));
const NOTHING = { booked: 0, asked: 0, finished: 0, returned: 0, failed: 0, left: 0 };

test('a customer who paid and closed the window has the order', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  const { bankOrderId, orderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  world.pass(5 * MINUTE);
  assert.deepEqual(await settle(world), { ...NOTHING, asked: 1 });
  assert.equal(world.order(orderId).state, 'paid');
  assert.equal(world.payments[0].proof, 'reply');
});

test('nobody is asked about a customer who has only just left', async () => {
  const world = new World();
  await world.container().started();
  world.pass(MINUTE);
  await settle(world);
  assert.equal(world.bank.inquiries.length, 0);
});

test('a customer who never paid: open while the bank’s page can be open, expired after an inquiry said unpaid', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  for (const minutes of [5, 20, 19]) {
    world.pass(minutes * MINUTE);
    await settle(world);
    assert.equal(world.intent(intentId).state, 'new');
  }
  world.pass(2 * MINUTE);
  await settle(world);
  assert.equal(world.intent(intentId).state, 'expired');
  assert.equal((await site.shop.paymentState(intentId)).canTryAgain, true);
});

for (const [what, answer] of Object.entries({
  'does not answer': { status: 'unknown' },
  'does not answer, and is not sure': { status: 'unknown', review: true },
  'refuses the question': new FakePosError('REFUSED'),
  'cannot be asked (no API user)': new FakePosError('CONFIG', 'merchant.apiUser'),
  'is not sure': { status: 'pending', review: true },
  'breaks': new Error('broken'),
})) {
  test(`a bank that ${what} expires nothing`, async () => {
    const world = new World();
    const { intentId } = await world.container().started();
    world.bank.answers.set(world.intent(intentId).bankOrderId, answer);
    for (const days of [1, 28]) {
      world.pass(days * 24 * 60 * MINUTE);
      await settle(world);
      await world.container().shop.paymentState(intentId);
      assert.equal(world.intent(intentId).state, 'new');
    }
  });
}

test('money that the job’s expiry overlooked is late when it shows', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  world.pass(50 * MINUTE);
  await settle(world);
  await site.call('post_payment3DSuccess', [intentId], { body: message(world.intent(intentId).bankOrderId, 'paid') });
  assert.equal(world.intent(intentId).state, 'late');
});

test('an attempt that never went to the bank expires without a question', async () => {
  const world = new World();
  const { intentId } = await world.container().shop.startPayment('kahve');
  world.pass(59 * MINUTE);
  await settle(world);
  assert.equal(world.intent(intentId).state, 'new');
  assert.equal((await world.container().pay(intentId)).status, 303, 'and cannot go any more');
  world.pass(2 * MINUTE);
  await settle(world);
  assert.equal(world.intent(intentId).state, 'expired');
  assert.equal(world.bank.inquiries.length + world.bank.starts.length, 0);
});

test('a decline that an inquiry tells counts when the bank’s page is over: it may be one card of several', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, { status: 'declined', proof: 'reply' });
  world.pass(5 * MINUTE);
  await settle(world);
  assert.equal(world.intent(intentId).state, 'new');
  await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'pending') });   // it says that he is back
  await settle(world);
  assert.equal(world.intent(intentId).state, 'declined');

  const other = await site.started();
  world.bank.answers.set(world.intent(other.intentId).bankOrderId, { status: 'declined', proof: 'reply' });
  world.pass(46 * MINUTE);
  await settle(world);
  assert.equal(world.intent(other.intentId).state, 'declined', 'its lifetime is over');
});

test('an address that is fetched, or a forged message, is no return: the customer is still on the page, and his next card pays', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId, orderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, { status: 'declined', proof: 'reply' });
  await site.call('get_payment3DFail', [intentId]);
  await site.call('get_payment3DSuccess', [intentId]);
  await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'declined', { signed: false }) });
  await site.call('post_payment3DFail', [intentId], { body: '' });
  assert.equal((await site.shop.paymentState(intentId)).state, 'pending');
  world.pass(5 * MINUTE);
  await settle(world);
  assert.equal(world.intent(intentId).state, 'new');
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await settle(world);
  assert.equal(world.order(orderId).state, 'paid');
});

/** An attempt that has ended in the given way, by the bank's own message or because the job gave it up. */
async function ended(state) {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId, orderId } = world.intent(intentId);
  if (state === 'expired') {
    world.pass(46 * MINUTE);
    await settle(world);
  } else {
    await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, state) });
  }
  assert.equal(world.intent(intentId).state, state);
  world.bank.inquiries.length = 0;
  const say = (answer) => world.bank.answers.set(bankOrderId, answer);
  return { world, intentId, orderId, say };
}

const PAID = { status: 'paid', proof: 'reply' };

for (const state of ['declined', 'expired', 'voided']) {
  test(`${state}, and then paid on the same page without any news: the job asks once more, and the money is late`, async () => {
    const { world, intentId, orderId, say } = await ended(state);
    say(PAID);
    world.pass(44 * MINUTE);
    await settle(world);
    assert.equal(world.bank.inquiries.length, 0, 'the page can still be open');
    world.pass(2 * MINUTE);
    await Promise.all([settle(world), settle(world)]);
    assert.equal(world.intent(intentId).state, 'late');
    assert.deepEqual(world.payments.map((payment) => payment.state), ['late']);
    assert.equal(world.order(orderId).state, 'awaiting-payment');
    assert.match(world.log, /money that needs the administrator: late/);
    world.bank.inquiries.length = 0;
    world.pass(60 * MINUTE);
    await settle(world);
    assert.equal(world.bank.inquiries.length, 0);
  });

  test(`${state}, and nothing more: one question, and never another`, async () => {
    const { world, intentId, say } = await ended(state);
    say(state === 'expired' ? { status: 'pending' } : { status: state, proof: 'reply' });
    for (let hours = 0; hours < 5; hours += 1) {
      world.pass(60 * MINUTE);
      await settle(world);
    }
    assert.equal(world.bank.inquiries.length, 1);
    assert.equal(world.intent(intentId).state, state);
  });
}

test('a last question without an answer is asked again, for a month', async () => {
  const { world, intentId, say } = await ended('declined');
  const noAnswers = [
    { status: 'unknown' }, { status: 'unknown', review: true }, { status: 'pending', review: true },
    new FakePosError('UNREACHABLE'), new Error('broken'),
  ];
  for (const answer of noAnswers) {
    say(answer);
    world.pass(60 * MINUTE);
    await settle(world);
  }
  assert.equal(world.bank.inquiries.length, noAnswers.length);
  assert.equal(world.intent(intentId).state, 'declined');
  say(PAID);
  world.pass(60 * MINUTE);
  await settle(world);
  assert.equal(world.intent(intentId).state, 'late');

  const other = await ended('declined');
  other.say(PAID);
  other.world.pass(30 * 24 * 60 * MINUTE + 1);
  await settle(other.world);
  assert.equal(other.world.bank.inquiries.length, 0);
});

test('about an attempt that failed to begin, or was paid, there is no last question', async () => {
  const world = new World();
  const paid = await world.container().started();
  const { bankOrderId } = world.intent(paid.intentId);
  await world.container().call('post_payment3DSuccess', [paid.intentId], { body: message(bankOrderId, 'paid') });
  await world.container().call('post_payment3DFail', [paid.intentId], { body: message(bankOrderId, 'declined') });
  world.bank.beforeStart = async () => { throw new FakePosError('REFUSED'); };
  await world.container().started();
  world.pass(60 * MINUTE);
  await settle(world);
  await settle(world);
  assert.equal(world.bank.inquiries.length, 0);
});

test('one payment’s trouble does not keep the others waiting', async () => {
  const world = new World();
  const ids = [];
  for (let i = 0; i < 5; i += 1) ids.push((await world.container().started()).intentId);
  const orders = ids.map((id) => world.intent(id).bankOrderId);
  world.bank.answers.set(orders[0], new Error('broken'));
  world.bank.answers.set(orders[1], new FakePosError('REFUSED', 'DATA'));
  for (const id of orders.slice(2)) world.bank.answers.set(id, { status: 'paid', proof: 'reply' });
  world.pass(5 * MINUTE);
  assert.deepEqual(await settle(world), { ...NOTHING, asked: 3, failed: 2 });
  assert.deepEqual(ids.map((id) => world.intent(id).state), ['new', 'new', 'paid', 'paid', 'paid']);
});

test('the job stops in time and goes on next time', async () => {
  const world = new World();
  for (let i = 0; i < 6; i += 1) {
    const { intentId } = await world.container().started();
    world.bank.answers.set(world.intent(intentId).bankOrderId, () => {
      world.pass(100_000);
      return { status: 'paid', proof: 'reply' };
    });
  }
  world.pass(5 * MINUTE);
  const report = await settle(world);
  assert.deepEqual(report, { ...NOTHING, asked: 3, left: 3 });
  await settle(world);
  assert.equal(world.payments.length, 6);
});

test('two runs of the job at once book once', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  world.bank.answers.set(world.intent(intentId).bankOrderId, { status: 'paid', proof: 'reply' });
  world.pass(5 * MINUTE);
  await Promise.all([settle(world), settle(world), settle(world)]);
  assert.deepEqual(world.payments.map(({ state }) => state), ['booked']);
});

test('the result page causes an inquiry, once in 30 seconds, however many watch', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  const { bankOrderId } = world.intent(intentId);
  const watch = () => Promise.all(Array.from({ length: 8 }, () => world.container().shop.paymentState(intentId)));
  assert.ok((await watch()).every(({ state }) => state === 'pending'));
  assert.equal(world.bank.inquiries.length, 1);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  world.pass(30_000);
  await watch();
  assert.equal(world.bank.inquiries.length, 2);
  assert.equal((await world.container().shop.paymentState(intentId)).state, 'paid');
});

test('a bank that cannot be reached does not spoil the result page', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  world.bank.answers.set(world.intent(intentId).bankOrderId, new FakePosError('UNREACHABLE'));
  assert.equal((await world.container().shop.paymentState(intentId)).state, 'pending');
});

test('an attempt that has not been to the bank is new, and nobody is asked about it', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.shop.startPayment('kahve');
  assert.equal((await site.shop.paymentState(intentId)).state, 'new');
  assert.equal(world.bank.inquiries.length, 0);
});

test('an order keeps its price for a day: later there is no new attempt for it', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  await site.call('post_payment3DFail', [intentId], { body: message(world.intent(intentId).bankOrderId, 'declined') });
  world.pass(24 * 60 * MINUTE);
  assert.equal((await site.shop.paymentState(intentId)).canTryAgain, false);
  assert.deepEqual(await site.shop.retryPayment(intentId), { problem: 'closed' });
});

test('a test order is not paid again through an account that has become real', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  await site.call('post_payment3DFail', [intentId], { body: message(world.intent(intentId).bankOrderId, 'declined') });
  world.secret = JSON.stringify({ isbank: { ...ACCOUNTS.isbank, mode: 'production' } });
  assert.deepEqual(await site.shop.retryPayment(intentId), { problem: 'method' });
});

test('jobs.config names this job as the platform wants it', async () => {
  const { readFileSync, existsSync } = await import('node:fs');
  const { SITE } = await import('./world.js');
  const { jobs } = JSON.parse(readFileSync(`${SITE}src/backend/jobs.config`, 'utf8'));
  const job = jobs.find(({ functionName }) => functionName === 'settle');
  assert.ok(existsSync(`${SITE}src/backend${job.functionLocation}`));
  assert.equal(typeof new World().container().site.settle[job.functionName], 'function');
  assert.match(job.executionConfig.cronExpression, /^\d+ \* \* \* \*$/, 'on ordinary plans Wix runs a job once an hour at most');
});

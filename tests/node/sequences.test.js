// The step machine under calls in any order: `npm run fuzz -- --only sequences` walks others for as long as one likes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { walk } from './sequences/walk.js';
import { openWorld } from './sequences/world.js';

const SEQUENCES = 5;
let world;
before(async () => { world = await openWorld(); });
after(() => world?.close());

test('no order of calls, with whatever replies, makes a payment final without proof or sends money twice', async (t) => {
  const met = new Map();
  for (const shop of world.shops) {
    for (let seed = 1; seed <= SEQUENCES; seed += 1) {
      for (const [outcome, count] of await walk(shop, seed)) met.set(outcome, (met.get(outcome) ?? 0) + count);
    }
  }
  t.diagnostic([...met].sort(([, one], [, other]) => other - one).map(([outcome, count]) => `${outcome} ${count}`).join(', '));
  // Calls that never get anywhere would prove nothing.
  for (const outcome of ['paid by signature', 'paid by reply', 'refunded by reply', 'declined by reply', 'pending by none', 'unknown by none', 'moves', 'asks']) {
    assert.ok(met.get(outcome) > 0, `${outcome} was never met`);
  }
});

test('the walk sees what is wrong', async () => {
  const [shop] = world.shops;
  const { step } = shop.pos;
  const withStep = (own) => ({ ...shop, pos: { takesCard: false, step: { start: step.start.bind(step), ...own } } });
  const told = (payment) => (order) => ({ type: 'done', order, payment: { orderId: order.id, amount: '149.90', ...payment } });
  const ask = step.ask.bind(step);
  const reply = step.reply.bind(step);
  const each = async (own, pattern) => {
    for (let seed = 1; seed < 40; seed += 1) {
      try { await walk(withStep({ ask, reply, callback: step.callback.bind(step), ...own }), seed); } catch (error) { return assert.match(error.message, pattern); }
    }
    return assert.fail('nobody saw it');
  };
  await each({ callback: told({ status: 'paid', proof: 'none' }) }, /paid by none/);
  await each({ callback: told({ status: 'paid', proof: 'signature' }) }, /paid, and the bank says/);
  await each({ callback: told({ status: 'paid', proof: 'signature', amount: '1.00' }) }, /told of .* 1\.00/);
  await each({ reply: told({ status: 'declined', proof: 'reply' }) }, /declined, and the bank says/);
  let claims = 0;
  await each({ callback: (order) => ({ ...ask(order, 'inquire'), moves: true, claim: `send:${claims += 1}` }) }, /two claims for one provision/);
});

// Money is reserved, captured, and the payment is undone: at every bank that can do all three, against its simulation. Where a capture is a
// transaction of its own a void takes two requests, and either may be lost on its way there or back. Whatever happens, what the package says
// of the payment is what stands in the bank's own book.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import * as velopos from '../../dist/all.mjs';
import { card, configOf, LIVES, openBanks, titleOf } from './lives.js';
import { newOrder } from './new-order.js';

/** How many requests a void of a captured payment takes at each. */
const BANKS = {
  isbank: ['nestpay', 1], garanti: ['garanti', 2], yapikredi: ['posnet', 2], vakifbank: ['payflex', 2], iyzico: ['iyzico', 1], qnb: ['payfor', 2],
  denizbank: ['interpos', 1], akbank: ['akbank', 2], moka: ['moka', 1], tosla: ['tosla', 1], albaraka: ['posnetv1', 2],
};
/** A capture of Moka's may not be of less. */
const WHOLE_ONLY = ['moka'];

let banks;
before(async () => { banks = await openBanks(); });
after(() => banks.close());

/** Loses the requests that move money as `lose(place)` says, counted from 0: 'there' never arrives, 'back' is done and not answered, for
 * 'unclaimed' there is no claim to be had. */
function opened(life) {
  const claims = [];
  const world = { lose: () => undefined, sent: 0 };
  let moves = false;
  const claim = async (key) => {
    if (world.lose(world.sent) === 'unclaimed') throw new Error('the database does not answer');
    moves = true;
    return !claims.includes(key) && Boolean(claims.push(key));
  };
  const fetchOrLose = async (url, init) => {
    if (!moves) return fetch(url, init);
    moves = false;
    const how = world.lose(world.sent);
    world.sent += 1;
    if (how === 'there') throw new TypeError('fetch failed');
    const response = await fetch(url, init);
    if (how === 'back') throw new TypeError('fetch failed');
    return response;
  };
  return Object.assign(world, { pos: velopos.createPos(configOf(life, banks), { claim, fetch: fetchOrLose, timeoutMs: 60_000 }) });
}

async function captured(life, amount) {
  const world = opened(life);
  const { pos } = world;
  const started = await pos.start(newOrder({ type: 'preauth' }), life.ours ? { card } : {});
  const message = await life.visit(banks, started, {});
  let order = started.order;
  const keep = (payment) => {
    order = { ...order, refs: payment.refs };
    return payment;
  };
  assert.equal(keep(await pos.finish(order, message.body)).status, 'authorized');
  assert.equal(keep(await pos.capture(order, { id: 'C1', amount })).status, 'paid');
  world.sent = 0;
  return Object.assign(world, {
    atBank: () => banks[BANKS[life.name][0]].payments().at(-1).status,
    undo: async (id) => keep(await pos.void(order, { id })),
    ask: async () => keep(await pos.inquire(order)),
  });
}

/** The same as in the bank's book; or that a person must look, which is no claim. */
function assertAgrees({ status, review }, atBank) {
  if (status !== 'pending' || !review) assert.equal(status, atBank);
}

const lives = LIVES.filter(({ name }) => name in BANKS);

test('every system that captures and voids is here', () => {
  const folder = new URL('../../src/gateway/', import.meta.url);
  const verbsOf = (file) => /^ {4}verbs: (.*),$/m.exec(readFileSync(new URL(file, folder), 'utf8'))?.[1] ?? '';
  const able = readdirSync(folder).filter((file) => verbsOf(file).includes('"capture"') && verbsOf(file).includes('"void"'));
  assert.deepEqual(Object.values(BANKS).map(([bank]) => `${bank}.rs`).sort(), able.sort());
});

for (const life of lives) {
  const requests = BANKS[life.name][1];
  describe(titleOf(life), () => {
    for (const amount of WHOLE_ONLY.includes(life.name) ? ['149.90'] : ['149.90', '100.00']) {
      test(`${amount} captured, and undone with one call`, async () => {
        const world = await captured(life, amount);
        const voided = await world.undo('V1');
        assert.deepEqual([voided.status, voided.operation?.id, world.atBank(), world.sent], ['voided', 'V1', 'voided', requests]);
        assert.equal((await world.ask()).status, 'voided');
      });
    }

    for (let place = 0; place < requests; place += 1) {
      for (const how of ['there', 'back']) {
        test(`request ${place + 1} of ${requests} is lost on its way ${how}`, async () => {
          const world = await captured(life, '149.90');
          world.lose = (at) => (at === place ? how : undefined);
          assert.equal((await world.undo('V1')).status, 'unknown');
          assertAgrees(await world.ask(), world.atBank());
          const sent = world.sent;
          assertAgrees(await world.undo('V1'), world.atBank());
          assert.equal(world.sent, sent, 'the same id is only asked about');
        });
      }
    }

    if (requests === 2) {
      test('nobody can claim the second request: that is no error, for the first was sent', async () => {
        const world = await captured(life, '149.90');
        world.lose = (at) => (at === 1 ? 'unclaimed' : undefined);
        assert.equal((await world.undo('V1')).status, 'unknown');
        assert.deepEqual([(await world.ask()).status, world.atBank()], ['authorized', 'authorized']);
      });

      test('half a void is finished by another one', async () => {
        const world = await captured(life, '149.90');
        world.lose = (at) => (at === 0 ? 'back' : undefined);
        await world.undo('V1');
        assert.deepEqual([(await world.ask()).status, world.atBank()], ['authorized', 'authorized']);
        assert.deepEqual([(await world.undo('V2')).status, world.atBank(), world.sent], ['voided', 'voided', 2]);
        assert.equal((await world.ask()).status, 'voided');
      });
    }
  });
}

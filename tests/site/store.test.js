import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World } from './world.js';

const storeOf = (world) => world.container().site.store;

async function refusal(turn) {
  const { taken, done } = await turn;
  return taken ? 'taken' : done ? 'done' : 'busy';
}

for (const errors of ['current', 'older']) {
  test(`a taken _id is recognised in the platform's ${errors} form of error`, async () => {
    const world = new World();
    world.data.errors = errors;
    assert.equal(await storeOf(world).claimToSend('a'), true);
    assert.equal(await storeOf(world).claimToSend('a'), false);
  });

  for (const code of ['WDE0123', 'WDE0074']) {
    test(`${code} means taken, in the ${errors} form`, async () => {
      const world = new World();
      world.data.errors = errors;
      world.data.before = async () => { throw world.data.error(code, ''); };
      assert.equal(await storeOf(world).claimToSend('a'), false);
    });
  }

  for (const code of ['WDE0028', 'WDE0025', 'WDE0110']) {
    test(`${code} is passed on, in the ${errors} form`, async () => {
      const world = new World();
      world.data.errors = errors;
      world.data.before = async () => { throw world.data.error(code, 'x'); };
      await assert.rejects(storeOf(world).claimToSend('a'), new RegExp(code));
    });
  }
}

test('an error without a code is passed on', async () => {
  const world = new World();
  world.data.before = async () => { throw new TypeError('broken'); };
  await assert.rejects(storeOf(world).claimToSend('a'), /broken/);
});

test('the claim to send is given once and never taken over', async () => {
  const world = new World();
  const given = await Promise.all(Array.from({ length: 8 }, () => storeOf(world).claimToSend('isbank|1|sale')));
  assert.deepEqual(given.filter(Boolean), [true]);
  world.pass(365 * 24 * 3_600_000);
  assert.equal(await storeOf(world).claimToSend('isbank|1|sale'), false);
});

test('a claim to send whose insert timed out is nobody’s: sending is refused afterwards', async () => {
  const world = new World();
  world.data.after = async () => { throw world.data.error('WDE0028', 'timeout'); };
  await assert.rejects(storeOf(world).claimToSend('a'), /WDE0028/);
  world.data.after = async () => {};
  assert.equal(await storeOf(world).claimToSend('a'), false);
});

test('a turn: one taker, no second while fresh, one more when stale, none when done', async () => {
  const world = new World();
  const take = () => storeOf(world).takeTurn('work', 1000);
  const first = (await Promise.all([take(), take(), take()])).filter(({ taken }) => taken);
  assert.equal(first.length, 1);
  assert.equal(first[0].claim.generation, 1);
  world.pass(999);
  assert.equal(await refusal(take()), 'busy');
  world.pass(1);
  const second = (await Promise.all([take(), take(), take()])).filter(({ taken }) => taken);
  assert.equal(second.length, 1);
  assert.equal(second[0].claim.generation, 2);
  await storeOf(world).finishTurn(second[0].claim);
  world.pass(10_000);
  assert.equal(await refusal(take()), 'done');
});

test('whoever does not get the turn writes nothing', async () => {
  const world = new World();
  await storeOf(world).takeTurn('work', 1000);
  world.data.log.length = 0;
  await storeOf(world).takeTurn('work', 1000);
  assert.deepEqual(world.data.log.map(({ op }) => op), ['find']);
});

test('a container that wakes up after its turn was taken over does not undo the other one’s end', async () => {
  const world = new World();
  const sleeper = await storeOf(world).takeTurn('work', 1000);
  world.pass(1000);
  const other = await storeOf(world).takeTurn('work', 1000);
  await storeOf(world).finishTurn(sleeper.claim);
  assert.equal((await storeOf(world).takeTurn('work', 1000)).done, false, 'the second generation is still at work');
  await storeOf(world).finishTurn(other.claim);
  assert.equal((await storeOf(world).takeTurn('work', 1000)).done, true);
});

test('what decides is read consistently, although plain reads are stale', async () => {
  const world = new World();
  const { claim } = await storeOf(world).takeTurn('work', 0);
  await storeOf(world).finishTurn(claim);
  assert.equal(await refusal(storeOf(world).takeTurn('work', 0)), 'done');
});

test('the first outcome stands', async () => {
  const world = new World();
  const decide = (state) => storeOf(world).decideOutcome('a'.repeat(32), { state });
  const outcomes = await Promise.all(['declined', 'paid', 'expired'].map(decide));
  assert.equal(new Set(outcomes.map(({ state }) => state)).size, 1);
  assert.equal((await storeOf(world).findOutcome('a'.repeat(32))).state, outcomes[0].state);
});

test('the bank is asked for somebody outside once in 30 seconds, however many ask at once', async () => {
  const world = new World();
  const ask = () => storeOf(world).mayAsk('a'.repeat(32), 30_000);
  for (let round = 0; round < 3; round += 1) {
    const allowed = await Promise.all(Array.from({ length: 10 }, ask));
    assert.equal(allowed.filter(Boolean).length, 1);
    world.pass(29_999);
    assert.equal(await ask(), false);
    world.pass(1);
  }
});

test('old turns to ask are forgotten; claims to send and to book are kept', async () => {
  const world = new World();
  const store = storeOf(world);
  await store.mayAsk('a'.repeat(32), 30_000);
  await store.claimToSend('s');
  await store.takeTurn('book b', 1000);
  world.pass(3_600_000);
  await store.forgetOldAsks(world.now());
  assert.deepEqual(world.data.all('VeloposClaims').map(({ subject }) => subject).sort(), ['book b', 'send s']);
});

test('a turn for work that comes again: one at a time, free when it has ended or its owner is dead', async () => {
  const world = new World();
  const [store, other] = [storeOf(world), storeOf(world)];
  const take = (from) => from.takeNextTurn('payment x', 60_000);
  const first = await take(store);
  assert.equal(await take(other), null);
  await store.endTurn(first);
  const turns = await Promise.all(Array.from({ length: 8 }, () => take(storeOf(world))));
  assert.equal(turns.filter(Boolean).length, 1);
  const dead = turns.find(Boolean);
  assert.equal(await store.holdsTurn(dead), true);
  world.pass(60_000);
  const third = await take(other);
  assert.deepEqual([third.generation, await store.holdsTurn(dead), await other.holdsTurn(third)], [3, false, true]);
  await other.endTurn(third);
  await assert.rejects(store.endTurn(dead));
  assert.equal((await take(store)).generation, 4);
  for (let i = 0; i < 5; i += 1) {
    world.pass(60_000);
    await store.endTurn(await take(store));
  }
  assert.equal(world.data.all('VeloposClaims').length, 3, 'the last, and what each death has left');
});

test('ids of claims fit the platform whatever they are made of', async () => {
  const { idFor } = storeOf(new World());
  const id = idFor(`isbank|190100000|test|${'x'.repeat(500)}#ş`);
  assert.match(id, /^[0-9a-f]{40}$/);
});

test('ids in addresses are opaque', async () => {
  const { opaqueId, isOpaqueId, successorId } = storeOf(new World());
  const ids = Array.from({ length: 100 }, opaqueId);
  assert.equal(new Set(ids).size, 100);
  assert.ok(ids.every(isOpaqueId));
  assert.ok(isOpaqueId(successorId(ids[0])));
  for (const other of [undefined, null, 7, {}, [ids[0]], '', ids[0].toUpperCase(), `${ids[0]}0`, `${ids[0]}\n`, '../x', '__proto__']) {
    assert.equal(isOpaqueId(other), false);
  }
});

test('every collection the site uses is Admin-only and listed', async () => {
  const { readFileSync } = await import('node:fs');
  const { collections } = JSON.parse(readFileSync(new URL('../../velo-example/collections.json', import.meta.url), 'utf8'));
  for (const { id, permissions } of collections) {
    assert.deepEqual(permissions, { insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN', read: 'ADMIN' }, id);
  }
});

test('every field that is written is declared in collections.json', async () => {
  const { readFileSync } = await import('node:fs');
  const { message } = await import('./world.js');
  const { collections } = JSON.parse(readFileSync(new URL('../../velo-example/collections.json', import.meta.url), 'utf8'));
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'paytr');
  await site.call('post_paytrNotification', [], { body: message(world.intent(intentId).bankOrderId, 'paid', { review: true }) });
  for (const { id, fields } of collections) {
    const declared = ['_id', ...fields.map(({ key }) => key)];
    for (const item of world.data.all(id)) {
      assert.deepEqual(Object.keys(item).filter((key) => !declared.includes(key)), [], id);
    }
  }
});

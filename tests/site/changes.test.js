// Captures, refunds and voids: once, never more than was taken, and whatever is not known stays to be seen until the bank shows it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakePosError } from './fake-velopos.js';
import { finishOrDie, holdBack, killAfter } from './killing.js';
import { ACCOUNTS, World, message } from './world.js';

const MINUTE = 60_000;
const ADMIN = { id: 'member-1', name: 'Deniz' };
const plain = (value) => JSON.parse(JSON.stringify(value));

/** A payment of 149.90 that is in the books. */
async function paid(account = 'isbank', review = undefined) {
  const world = new World();
  const { intentId } = await world.container().started('kahve', account);
  const { bankOrderId, orderId } = world.intent(intentId);
  const name = account === 'paytr' ? 'post_paytrNotification' : 'post_payment3DSuccess';
  await world.container().call(name, account === 'paytr' ? [] : [intentId], { body: message(bankOrderId, 'paid', { review }) });
  const [{ _id }] = world.payments;
  return { world, id: _id, intentId, bankOrderId, orderId, ...verbs(world, _id) };
}

/** What an administrator can do, each time in another container. */
function verbs(world, paymentId) {
  const changes = () => world.container().site.changes;
  const wish = (id, amount) => ({ id, amount, by: ADMIN, why: 'test' });
  return {
    refund: async (id, amount) => plain(await changes().refundPayment(paymentId, wish(id, amount))),
    capture: async (id, amount) => plain(await changes().capturePayment(paymentId, wish(id, amount))),
    undo: async (id) => plain(await changes().voidPayment(paymentId, wish(id))),
    ask: async () => plain(await changes().askAboutPayment(paymentId, { by: ADMIN })),
    list: async () => plain(await changes().changesOf(paymentId)),
    settle: async () => plain(await world.container().site.settle.settle()),
    record: () => world.payments.find(({ _id }) => _id === paymentId),
  };
}

const standing = ({ standing, captured, refunded, attention }) => [standing, captured, refunded, attention];

test('a part is given back, then the rest: at the bank, in the record, in the list of changes, on the order', async () => {
  const { world, bankOrderId, orderId, refund, list, record } = await paid();
  const first = await refund('R1', '40.00');
  assert.equal(first.state, 'done');
  assert.deepEqual(standing(record()), ['partly-refunded', '149.90', '40.00', '']);
  assert.equal(world.order(orderId).state, 'paid');
  const second = await refund('R2', '109.90');
  assert.equal(second.state, 'done');
  assert.deepEqual(standing(second.record), ['refunded', '149.90', '149.90', '']);
  assert.deepEqual(plain(record()), second.record);
  assert.equal(world.order(orderId).state, 'refunded');
  assert.equal(world.bank.books.of(bankOrderId).refunded, 14990);
  assert.deepEqual((await list()).map(({ changeId, kind, amount, state, by, why, open }) => [changeId, kind, amount, state, by.name, why, open]),
    [['R1', 'refund', '40.00', 'done', 'Deniz', 'test', false], ['R2', 'refund', '109.90', 'done', 'Deniz', 'test', false]]);
  assert.equal((await refund('R3', '0.01')).state, 'refused');
  assert.equal(world.bank.changes.length, 2);
});

test('a void undoes all of it', async () => {
  const { world, bankOrderId, orderId, undo, refund, ask, list, record } = await paid();
  assert.equal((await undo('V1')).change.amount, '149.90');
  assert.deepEqual([(await ask()).state, (await list()).length], ['done', 1]);
  assert.deepEqual(standing(record()), ['voided', '149.90', '0.00', '']);
  assert.equal(world.order(orderId).state, 'refunded');
  assert.equal(world.bank.books.of(bankOrderId).voided, true);
  assert.equal((await refund('R1', '1.00')).state, 'refused');
});

test('the same id again sends nothing and says what became of it', async () => {
  const { world, refund, undo } = await paid();
  await refund('R1', '40.00');
  const again = await Promise.all(Array.from({ length: 3 }, () => refund('R1', '40.00')));
  assert.ok(again.every(({ state }) => state === 'done' || state === 'busy'));
  assert.equal((await refund('R1', '40.00')).state, 'done');
  for (const other of [await refund('R1', '41.00'), await undo('R1')]) assert.deepEqual([other.state, other.field], ['refused', 'id']);
  assert.equal(world.bank.changes.length, 1);
});

test('what left the card with its interest is what was taken, and what can be given back, whatever a later answer leaves out', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'isbank');
  const { bankOrderId } = world.intent(intentId);
  await world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid', { charged: '155.25' }) });
  const { refund, ask, record } = verbs(world, world.payments[0]._id);
  world.bank.books.of(bankOrderId).captured = 15525;
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await ask();
  assert.deepEqual([record().amount, record().charged, record().captured], ['149.90', '155.25', '155.25']);
  assert.equal((await refund('R1', '155.26')).state, 'refused');
  assert.equal((await refund('R1', '155.25')).state, 'done');
  assert.deepEqual(standing(record()), ['refunded', '155.25', '155.25', '']);
});

test('a decline is the change’s and not the payment’s', async () => {
  const { world, refund, list, record } = await paid();
  world.bank.answerChange = () => 'declined';
  const declined = await refund('R1', '40.00');
  assert.deepEqual([declined.state, declined.decline.bankCode, declined.change.note], ['declined', '99', '99 Bu işlem yapılamaz']);
  assert.deepEqual(standing(record()), ['paid', '149.90', '0.00', '']);
  world.bank.answerChange = () => 'done';
  assert.equal((await refund('R1', '40.00')).decline.bankCode, '99');
  assert.equal((await refund('R2', '149.90')).state, 'done');
  assert.deepEqual((await list()).map(({ state, open }) => [state, open]), [['declined', false], ['done', false]]);
});

test('what cannot be is refused before anything is stored or sent', async () => {
  const { world, id, refund, capture, undo, list } = await paid();
  const { changes } = world.container().site;
  const odd = ['0.00', '-1.00', '1', '1.0', '1,00', '1.000', ' 1.00', '1e2', '149.91', '', null, undefined, 40, { minor: '4000' }, ['1.00']];
  for (const amount of odd) assert.deepEqual([(await refund('R1', amount)).state, amount], ['refused', amount]);
  for (const name of ['', 'x'.repeat(37), 'a b', 'ş', '../x', undefined, null, 7, {}]) assert.equal((await refund(name, '1.00')).field, 'id', String(name));
  assert.equal((await capture('C1', '1.00')).state, 'refused');
  for (const paymentId of [undefined, null, '', 'x', 7, {}, [id]]) {
    assert.deepEqual(plain(await changes.voidPayment(paymentId, { id: 'V1', by: ADMIN, why: '' })),
      { state: 'refused', record: null, change: null, problem: 'ORDER', field: 'paymentId' });
  }
  assert.equal(world.bank.changes.length, 0);
  assert.deepEqual(await list(), []);
  assert.equal((await undo('V1')).state, 'done');
});

test('a gateway without voids, and an account that may not refund', async () => {
  const paytr = await paid('paytr');
  assert.deepEqual([(await paytr.undo('V1')).problem, (await paytr.list()).length], ['UNSUPPORTED', 0]);
  assert.equal((await paytr.refund('R1', '149.90')).state, 'done');
  const { world, refund, record } = await paid();
  world.secret = JSON.stringify({ isbank: { ...ACCOUNTS.isbank, merchant: { cannotRefund: true } } });
  assert.deepEqual([(await refund('R1', '1.00')).problem, (await refund('R1', '1.00')).field], ['CONFIG', 'merchant.refundPassword']);
  world.secret = JSON.stringify(ACCOUNTS);
  assert.equal((await refund('R1', '1.00')).state, 'done');
  assert.equal(record().refunded, '1.00');
});

test('an account that has become another one is not asked to give money back', async () => {
  const { world, refund, list } = await paid();
  for (const change of [{ mode: 'production' }, { gateway: 'paytr' }]) {
    world.secret = JSON.stringify({ isbank: { ...ACCOUNTS.isbank, ...change } });
    assert.deepEqual([(await refund('R1', '1.00')).state, (await refund('R1', '1.00')).problem], ['refused', 'ACCOUNT']);
  }
  assert.equal(world.bank.changes.length, 0);
  assert.deepEqual(await list(), []);
});

// ---- answers that are lost

for (const outcome of ['lost', 'late']) {
  test(`a refund whose answer is lost and that was ${outcome === 'late' ? '' : 'not '}made is never sent again`, async () => {
    const { world, bankOrderId, refund, ask, list, record, settle } = await paid();
    world.bank.answerChange = () => outcome;
    const answer = await refund('R1', '100.00');
    assert.equal(answer.state, 'unknown');
    assert.deepEqual(standing(record()), ['paid', '149.90', '0.00', 'unknown-change']);
    world.bank.answerChange = () => 'done';
    assert.equal((await refund('R2', '50.00')).state, 'refused', 'together they would be more than was taken');
    assert.equal((await refund('R2', '49.90')).state, 'done');
    for (const again of [() => refund('R1', '100.00'), ask, settle]) await again();
    world.pass(5 * MINUTE);
    await settle();
    assert.deepEqual(world.bank.changes.map(({ id }) => id), ['R1', 'R2']);
    const isMade = outcome === 'late';
    assert.equal(world.bank.books.of(bankOrderId).refunded, isMade ? 14990 : 4990);
    assert.equal((await list())[0].state, isMade ? 'done' : 'unknown');
    assert.deepEqual(standing(record()), isMade ? ['refunded', '149.90', '149.90', ''] : ['partly-refunded', '149.90', '49.90', 'unknown-change']);
  });
}

test('one in doubt does not keep the next ones from being made', async () => {
  const { world, refund, record } = await paid();
  world.bank.answerChange = ({ id }) => (id === 'R1' ? 'lost' : 'done');
  for (const name of ['R1', 'R2', 'R3']) assert.equal((await refund(name, '40.00')).state, name === 'R1' ? 'unknown' : 'done');
  assert.equal((await refund('R4', '29.91')).state, 'refused');
  assert.equal((await refund('R4', '29.90')).state, 'done');
  assert.deepEqual(standing(record()), ['partly-refunded', '149.90', '109.90', 'unknown-change']);
});

test('a void whose answer was lost is settled by the job, and the order hears of it', async () => {
  const { world, orderId, undo, record, settle } = await paid();
  world.bank.answerChange = () => 'late';
  await undo('V1');
  assert.equal(world.order(orderId).state, 'paid');
  world.pass(3 * MINUTE);
  assert.equal((await settle()).finished, 1);
  assert.deepEqual(standing(record()), ['voided', '149.90', '0.00', '']);
  assert.equal(world.order(orderId).state, 'refunded');
  assert.equal(world.bank.changes.length, 1);
});

test('an unknown refund that a person then makes in the bank’s panel counts once', async () => {
  const { world, bankOrderId, refund, ask, list, record } = await paid();
  world.bank.answerChange = () => 'lost';
  await refund('R1', '100.00');
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 10000 });
  await ask();
  assert.deepEqual(standing(record()), ['partly-refunded', '149.90', '100.00', '']);
  assert.deepEqual((await list()).map(({ changeId, state }) => [changeId, state]), [['R1', 'done']]);
});

test('while one is in doubt, what the bank tells without explaining it is nobody’s', async () => {
  const { world, bankOrderId, refund, ask, list, record } = await paid();
  world.bank.answerChange = () => 'lost';
  await refund('R1', '40.00');
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 3000 });
  await ask();
  assert.deepEqual(standing(record()), ['partly-refunded', '149.90', '30.00', 'unknown-change']);
  assert.deepEqual((await list()).map(({ changeId, state }) => [changeId, state]), [['R1', 'unknown']]);
  assert.equal((await refund('R2', '109.91')).state, 'refused');
});

test('when all of the money is back in another way, a change nobody was sure of no longer matters', async () => {
  const { world, bankOrderId, refund, ask, list, record } = await paid();
  world.bank.answerChange = () => 'lost';
  await refund('R1', '100.00');
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 14990 });
  await ask();
  assert.deepEqual(standing(record()), ['refunded', '149.90', '149.90', '']);
  assert.deepEqual((await list()).map(({ changeId, state, open }) => [changeId, state, open]),
    [['R1', 'unknown', false], ['bank-refund-149-90', 'done', false]]);
});

// ---- what happened at the bank without us

test('what was done in the bank’s panel is learnt by asking: as a change of the bank’s, told to the order’s keeper once', async () => {
  const { world, bankOrderId, orderId, refund, ask, list, record } = await paid();
  await refund('R1', '20.00');
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 3000 });
  await Promise.all([ask(), ask()]);
  await ask();
  assert.deepEqual(standing(record()), ['partly-refunded', '149.90', '50.00', '']);
  assert.deepEqual((await list()).map(({ changeId, amount, by, state }) => [changeId, amount, by.id, state]),
    [['R1', '20.00', 'member-1', 'done'], ['bank-refund-50-00', '30.00', 'bank', 'done']]);
  assert.equal((await refund('R2', '100.00')).state, 'refused');
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel2', amount: 9990 });
  await ask();
  assert.equal(world.order(orderId).state, 'refunded');
  assert.equal(world.bank.changes.length, 1);
});

test('a void in the bank’s panel is learnt by asking', async () => {
  const { world, bankOrderId, orderId, ask, list, record } = await paid();
  world.bank.books.make(bankOrderId, { kind: 'void', id: 'panel', amount: 14990 });
  assert.equal((await ask()).state, 'done');
  assert.deepEqual(standing(record()), ['voided', '149.90', '0.00', '']);
  assert.deepEqual((await list()).map(({ kind, amount, by }) => [kind, amount, by.id]), [['void', '149.90', 'bank']]);
  assert.equal(world.order(orderId).state, 'refunded');
});

test('asking learns nothing from an answer without proof, and forgets nothing', async () => {
  const { world, bankOrderId, refund, ask, record } = await paid();
  await refund('R1', '40.00');
  const before = standing(record());
  const tell = world.bank.books.tell;
  world.bank.books.tell = () => null;
  for (const answer of [{ status: 'unknown' }, { status: 'pending' }, { status: 'declined', proof: 'reply' }, { status: 'paid', proof: 'reply' }]) {
    world.bank.answers.set(bankOrderId, answer);
    assert.equal((await ask()).state, answer.status === 'paid' ? 'done' : 'unknown');
    assert.deepEqual(standing(record()), before, answer.status);
  }
  world.bank.answers.set(bankOrderId, { status: 'pending', review: true });
  await ask();
  assert.equal(record().attention, 'review');
  world.bank.books.tell = tell;
  await ask();
  assert.equal(record().attention, '');
  world.bank.answers.set(bankOrderId, new FakePosError('CONFIG', 'merchant.apiUser'));
  world.bank.books.tell = () => null;
  assert.deepEqual([(await ask()).state, (await ask()).problem], ['refused', 'CONFIG']);
});

test('what somebody has seen at the bank is shown until an answer proves it, and makes nothing of itself', async () => {
  const { world, id, bankOrderId, list, record, ask } = await paid();
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  const { changes } = world.container().site;
  await changes.noteSeenAtBank(id, { kind: 'refund', amount: '30.00', note: 'CSV 12.01.2026' });
  assert.deepEqual(standing(record()), ['paid', '149.90', '0.00', 'seen-at-bank']);
  assert.deepEqual(await list(), []);
  world.bank.books.make(bankOrderId, { kind: 'refund', id: 'panel', amount: 3000 });
  await ask();
  assert.deepEqual(standing(record()), ['partly-refunded', '149.90', '30.00', '']);
  assert.equal((await changes.noteSeenAtBank(id, { kind: 'refund', amount: '1', note: '' })).state, 'refused');
});

test('a person sets aside what a person can judge, and nothing that only the bank can settle', async () => {
  const { world, id, refund, record } = await paid('isbank', true);
  assert.equal(record().attention, 'review');
  const setAside = () => world.container().site.changes.setAside(id);
  assert.equal((await setAside()).state, 'done');
  assert.equal(record().attention, '');
  assert.equal((await setAside()).state, 'refused');
  world.bank.answerChange = () => 'lost';
  await refund('R1', '1.00');
  assert.equal(record().attention, 'unknown-change');
  assert.equal((await setAside()).state, 'refused');
});

test('what was set aside asks to be looked at again when there is something new', async () => {
  const { world, id, bankOrderId, record, ask } = await paid();
  const { changes } = world.container().site;
  const see = (amount) => changes.noteSeenAtBank(id, { kind: 'refund', amount, note: '' });
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await see('10.00');
  await changes.setAside(id);
  await see('10.00');
  assert.equal(record().attention, '');
  await see('20.00');
  assert.equal(record().attention, 'seen-at-bank');
  await changes.setAside(id);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply', review: true });
  await ask();
  assert.equal(record().attention, 'review');
  await changes.setAside(id);
  await ask();
  assert.equal(record().attention, '', 'the same doubt');
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await ask();
  world.bank.answers.set(bankOrderId, { status: 'pending', review: true });
  await ask();
  assert.equal(record().attention, 'review');
});

test('a change that velopos knows of, though our list says that it was never sent, is only asked about', async () => {
  const { world, refund, list, record } = await paid();
  world.bank.answerChange = () => 'lost';
  await refund('R1', '100.00');
  const [change] = world.data.all('VeloposChanges');
  world.data.put('VeloposChanges', { ...change, state: 'refused', open: false });
  world.bank.answerChange = () => 'done';
  assert.equal((await refund('R1', '100.00')).state, 'unknown');
  assert.equal(world.bank.changes.length, 1);
  assert.deepEqual([(await list())[0].state, record().attention], ['unknown', 'unknown-change']);
});

// ---- several at once

test('two administrators refund all of it at once: the customer gets it back once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { world, bankOrderId, refund } = await paid();
    const results = await Promise.all(['R1', 'R2', 'R3'].map((name) => refund(name, '149.90')));
    assert.deepEqual(results.map(({ state }) => state).sort(), ['busy', 'busy', 'done']);
    assert.equal(world.bank.books.of(bankOrderId).refunded, 14990);
    assert.equal(world.bank.changes.length, 1);
  }
});

test('the same refund asked for in four containers at once is sent once', async () => {
  const { world, refund, list } = await paid();
  const results = await Promise.all(Array.from({ length: 4 }, () => refund('R1', '40.00')));
  assert.ok(results.some(({ state }) => state === 'done'));
  assert.equal(world.bank.changes.length, 1);
  assert.equal((await list()).length, 1);
});

const OPERATIONS = {
  'before he had looked at anything': ({ op, collection }) => op === 'find' && collection === 'VeloposChanges',
  'before it was entered': ({ op, collection }) => op === 'insert' && collection === 'VeloposChanges',
  'before it was claimed': ({ op, collection, subject }) => op === 'insert' && collection === 'VeloposClaims' && subject?.startsWith('send '),
  'before its answer was kept': ({ op, collection }) => op === 'update' && collection === 'VeloposChanges',
  'before the record was written': ({ op, collection }) => op === 'update' && collection === 'VeloposPayments',
};

for (const [moment, chosen] of Object.entries(OPERATIONS)) {
  test(`one sleeps through his turn ${moment}, another refunds all that is left: never more than was taken, and both are in the books`, async () => {
    for (const [sleepers, others] of [['100.00', '149.90'], ['149.90', '149.90'], ['40.00', '60.00']]) {
      const { world, bankOrderId, refund, list, record, ask } = await paid();
      const hold = holdBack(world, chosen);
      const sleeping = refund('R1', sleepers);
      await hold.held();
      world.pass(3 * MINUTE);
      const results = [await refund('R2', others)];
      if (results[0].state === 'busy') results.push(await refund('R2', others));
      hold.release();
      await sleeping;
      for (let round = 0; round < 2; round += 1) {
        world.pass(3 * MINUTE);
        await world.container().site.settle.settle();
        await ask();
      }
      const { refunded } = world.bank.books.of(bankOrderId);
      assert.ok(refunded <= 14990);
      assert.equal(record().refunded, (refunded / 100).toFixed(2), `${sleepers} ${others}`);
      assert.ok((await list()).every(({ state, open }) => state !== 'asked' && !open), JSON.stringify(await list()));
      assert.equal(new Set(world.bank.changes.map(({ id }) => id)).size, world.bank.changes.length, 'each was sent once');
    }
  });
}

test('a record that somebody writes in his sleep, over what others have entered since, is put right by the job alone', async () => {
  const { refund, record, settle, world, bankOrderId } = await paid();
  await refund('R1', '40.00');
  const hold = holdBack(world, OPERATIONS['before the record was written']);
  const sleeping = refund('R2', '10.00');
  await hold.held();
  world.pass(3 * MINUTE);
  assert.equal((await refund('R3', '5.00')).state, 'done');
  hold.release();
  await sleeping;
  world.pass(3 * MINUTE);
  await settle();
  assert.deepEqual([record().refunded, world.bank.books.of(bankOrderId).refunded], ['55.00', 5500]);
  assert.equal((await refund('R4', '94.90')).state, 'done');
});

test('who wakes up after his turn was taken over sends nothing', async () => {
  const { world, bankOrderId, refund, ask, list } = await paid();
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  let isEntered = false;
  const hold = holdBack(world, ({ op, collection }) => {
    isEntered ||= op === 'insert' && collection === 'VeloposChanges';
    return isEntered && op === 'find' && collection === 'VeloposClaims';
  });
  const sleeping = refund('R1', '40.00');
  await hold.held();
  world.pass(3 * MINUTE);
  assert.equal((await ask()).state, 'done');
  hold.release();
  assert.equal((await sleeping).state, 'busy');
  assert.deepEqual(world.bank.changes, []);
  assert.deepEqual((await list()).map(({ changeId, state, open }) => [changeId, state, open]), [['R1', 'refused', false]]);
  assert.equal((await refund('R1', '40.00')).state, 'done', 'it may be asked for again');
});

/** Holds every claim to send back, each until it is released. */
function holdClaims(world) {
  const held = [];
  world.data.before = (operation) => new Promise((resolve) => {
    if (OPERATIONS['before it was claimed'](operation)) held.push(resolve);
    else resolve();
  });
  return async (place) => {
    while (held.length <= place) await new Promise(setImmediate);
    return held[place];
  };
}

for (const other of ['R2', 'R1']) {
  test(`one who was given up claims just before the next one does, who wants ${other === 'R1' ? 'the same' : 'another change'}: one is sent, and who comes then goes on`, async () => {
    const { world, bankOrderId, refund, list, record, settle } = await paid();
    const claim = await holdClaims(world);
    const sleeping = refund('R1', '40.00');
    const wakeFirst = await claim(0);
    world.pass(3 * MINUTE);
    const second = refund(other, '40.00');
    const wakeSecond = await claim(1);
    wakeFirst();
    await sleeping;
    wakeSecond();
    assert.equal((await second).state, other === 'R1' ? 'unknown' : 'busy');
    assert.equal(world.bank.changes.length, 1);
    world.data.before = async () => {};
    assert.equal((await refund('R3', '109.90')).state, 'done', 'it begins from what the other one sent');
    world.pass(3 * MINUTE);
    await settle();
    assert.equal(world.bank.books.of(bankOrderId).refunded, 14990);
    assert.deepEqual(standing(record()), ['refunded', '149.90', '149.90', '']);
    assert.deepEqual(new Map((await list()).map(({ changeId, state }) => [changeId, state])).get('R1'), 'done');
  });
}

test('one who was given up claims, and dies: the next one learns of it, and who comes then goes on', async () => {
  const { world, bankOrderId, refund, list, record } = await paid();
  const claim = await holdClaims(world);
  refund('R1', '40.00');
  const wakeFirst = await claim(0);
  world.pass(3 * MINUTE);
  const second = refund('R2', '40.00');
  const wakeSecond = await claim(1);
  const kill = killAfter(world, OPERATIONS['before it was claimed']);
  wakeFirst();
  while (!kill.died()) await new Promise(setImmediate);
  kill.off();
  world.data.before = async () => {};
  wakeSecond();
  assert.equal((await second).state, 'busy');
  assert.equal((await refund('R3', '109.91')).state, 'refused', 'what the dead one claimed counts as made');
  assert.equal((await refund('R3', '109.90')).state, 'done');
  assert.equal(world.bank.books.of(bankOrderId).refunded, 10990);
  assert.deepEqual(new Map((await list()).map(({ changeId, state }) => [changeId, state])).get('R1'), 'unknown');
  assert.equal(record().attention, 'unknown-change');
});

test('an answer that its owner keeps after his turn was taken over counts all the same, also where the bank tells no refunds', async () => {
  const { world, bankOrderId, refund, list, record, settle } = await paid();
  world.bank.books.tell = () => null;
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  const hold = holdBack(world, OPERATIONS['before its answer was kept']);
  const sleeping = refund('R1', '40.00');
  await hold.held();
  world.pass(3 * MINUTE);
  assert.equal((await refund('R2', '60.00')).state, 'done');
  assert.deepEqual([record().refunded, record().attention], ['60.00', 'unknown-change']);
  hold.release();
  await sleeping;
  world.pass(3 * MINUTE);
  await settle();
  assert.deepEqual([record().refunded, record().attention], ['100.00', '']);
  assert.deepEqual((await list()).map(({ state, open }) => [state, open]), [['done', false], ['done', false]]);
});

// ---- deaths

/** What must hold whatever happened: the customer's money as often as it was asked for, and books that know it. */
async function assertInOrder({ world, bankOrderId, list, record, settle, ask }, where) {
  for (let round = 0; round < 2; round += 1) {
    world.pass(5 * MINUTE);
    await settle();
  }
  await ask();
  const { refunded, voided } = world.bank.books.of(bankOrderId);
  assert.ok(world.bank.changes.length <= 1, `${where}: money is never moved twice`);
  assert.deepEqual([record().refunded, record().standing === 'voided'], [(refunded / 100).toFixed(2), voided], where);
  const [change] = await list();
  const isMade = voided || refunded > 0;
  if (isMade) assert.deepEqual([change.state, change.open], ['done', false], where);
  else if (change) assert.ok(change.state === 'refused' || (change.state === 'unknown' && record().attention === 'unknown-change'), where);
  return isMade;
}

async function operationsOfRefund() {
  const { world, refund } = await paid();
  world.data.log.length = 0;
  await refund('R1', '149.90');
  return world.data.log.length;
}

test('two that died one after the other leave nothing behind that the third would have to find out', async () => {
  const { world, bankOrderId, refund, list, record } = await paid();
  const dies = async (work, chosen) => {
    const kill = killAfter(world, chosen);
    await finishOrDie(work(), kill);
    kill.off();
    world.pass(3 * MINUTE);
  };
  let updates = 0;
  await dies(() => refund('R1', '40.00'), ({ op, subject }) => op === 'insert' && subject?.startsWith('send '));
  await dies(() => refund('R2', '50.00'), ({ op, collection }) => op === 'update' && collection === 'VeloposChanges' && ++updates === 2);
  assert.equal((await refund('R3', '59.90')).state, 'done');
  assert.deepEqual((await list()).map(({ changeId, state, open }) => [changeId, state, open]),
    [['R1', 'unknown', true], ['R2', 'done', false], ['R3', 'done', false]]);
  assert.deepEqual(standing(record()), ['partly-refunded', '149.90', '109.90', 'unknown-change']);
  assert.equal(world.bank.books.of(bankOrderId).refunded, 10990);
});

test('an operation that times out, whether it happened or not: what was not sent is refused and may be asked for again', async () => {
  const operations = await operationsOfRefund();
  for (let n = 1; n <= operations; n += 1) {
    for (const moment of ['before', 'after']) {
      const payment = await paid();
      let count = 0;
      payment.world.data[moment] = async () => {
        count += 1;
        if (count === n) throw payment.world.data.error('WDE0028', 'the operation timed out');
      };
      await payment.refund('R1', '149.90').catch(() => {});
      payment.world.data[moment] = async () => {};
      if (!await assertInOrder(payment, `timeout ${moment} operation ${n}`)) {
        assert.equal((await payment.refund('R1', '149.90')).state, 'done', `timeout ${moment} operation ${n}`);
      }
      assert.equal(payment.world.bank.books.of(payment.bankOrderId).refunded, 14990);
      assert.equal(payment.world.bank.changes.length, 1);
    }
  }
});

test('an order’s keeper who cannot be told is told by the job, until he knows', async () => {
  const { world, orderId, refund, list, record, settle } = await paid();
  world.data.before = async ({ op, collection }) => { if (op === 'update' && collection === 'Orders') throw world.data.error('WDE0028', 'timeout'); };
  assert.equal((await refund('R1', '149.90')).state, 'done');
  assert.deepEqual(standing(record()), ['refunded', '149.90', '149.90', 'return-failed']);
  world.pass(3 * MINUTE);
  assert.equal((await settle()).finished, 0);
  assert.equal(world.order(orderId).state, 'paid');
  world.data.before = async () => {};
  assert.equal((await settle()).finished, 1);
  assert.equal(world.order(orderId).state, 'refunded');
  assert.deepEqual([record().attention, (await list())[0].open, (await settle()).finished], ['', false, 0]);
  assert.equal(world.bank.inquiries.length, 0, 'the bank need not be asked for that');
});

test('what was noted by hand where an order’s keeper cannot be told is set aside, until another change cannot be told', async () => {
  const { world, id, orderId, refund, record, settle } = await paid();
  world.data.before = async ({ collection }) => { if (collection === 'Orders') throw world.data.error('WDE0028', 'timeout'); };
  const { changes } = world.container().site;
  await refund('R1', '49.90');
  assert.equal(record().attention, 'return-failed');
  assert.equal((await changes.setAside(id)).state, 'done');
  world.pass(3 * MINUTE);
  await settle();
  assert.equal(record().attention, '', 'the job still tries, and shows it no more');
  await refund('R2', '100.00');
  assert.equal(record().attention, 'return-failed');
  world.data.before = async () => {};
  world.pass(3 * MINUTE);
  await settle();
  assert.deepEqual([record().attention, world.order(orderId).state], ['', 'refunded']);
});

test('the job asks about a change of unknown outcome for a month, and one payment’s trouble is not another’s', async () => {
  const { world, refund, record, settle } = await paid();
  world.bank.answerChange = () => 'lost';
  await refund('R1', '10.00');
  world.data.put('VeloposChanges', { ...world.data.all('VeloposChanges')[0], _id: 'x', paymentId: 'gone' });
  world.pass(3 * MINUTE);
  for (let hours = 0; hours < 3; hours += 1) {
    const { failed, finished } = await settle();
    assert.deepEqual([failed, finished], [0, 0]);
    world.pass(60 * MINUTE);
  }
  assert.equal(world.bank.inquiries.length, 3);
  assert.equal(world.bank.changes.length, 1);
  world.pass(30 * 24 * 60 * MINUTE);
  await settle();
  assert.equal(world.bank.inquiries.length, 3);
  assert.equal(record().attention, 'unknown-change');
});

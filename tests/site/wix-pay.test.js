// Wix Pay: the payment is made with the server's price, and the order is paid by what Wix tells the backend, once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turn } from './killing.js';
import { CUSTOMER, World } from './world.js';

const MINUTE = 60_000;
const plain = (value) => JSON.parse(JSON.stringify(value));

/** A payment that the page may start, and Wix's news of it. */
async function begun(productId = 'kahve') {
  const world = new World();
  const { paymentId } = await world.container().site.wixPay.createWixPayment(productId, CUSTOMER);
  const payment = { id: paymentId, ...world.wix.wixPayments.get(paymentId) };
  const waiting = async () => plain(await world.container().site.wixPayments.wixPaymentsWaiting()).map(({ orderNumber, attention }) => [orderNumber, attention]);
  const news = (status, more = {}) => world.container().site.events.wixPay_onPaymentUpdate({
    payment: { ...payment, ...more.payment }, status, transactionId: more.transactionId ?? 'wix-transaction-1', userInfo: {},
  });
  const order = () => world.data.all('Orders')[0];
  const record = () => world.data.all('VeloposWixPayments')[0];
  const state = async () => (await world.container().site.wixPay.wixPaymentState(paymentId)).state;
  const job = () => { world.pass(5 * MINUTE); return world.container().site.settle.settle(); };
  return { world, paymentId, payment, news, order, record, state, waiting, job };
}

test('the page names a product; price, currency and words are the server’s, and it gets the payment’s id and nothing else', async () => {
  const { world, paymentId, payment, order, state } = await begun();
  assert.deepEqual(JSON.parse(JSON.stringify(payment)), {
    id: paymentId, amount: 149.9, currency: 'TRY', items: [{ name: 'Türk kahvesi, 250 g', price: 149.9, quantity: 1 }],
    userInfo: { firstName: 'Ayşe', lastName: 'Yılmaz', email: 'ayse@example.com', phone: '05551234567', countryCode: 'TUR' },
  });
  assert.deepEqual([order().state, order().amount, order().mode], ['awaiting-payment', '149.90', 'test']);
  assert.equal(await state(), 'pending');
  const evil = { ...CUSTOMER, amount: '0.01', price: 0.01, currency: 'USD', url: 'https://evil.example/' };
  const answer = await world.container().site.wixPay.createWixPayment('kahve', evil, '0.01', 'USD');
  assert.deepEqual(Object.keys(answer), ['paymentId']);
  assert.equal(world.wix.wixPayments.get(answer.paymentId).amount, 149.9);
  assert.doesNotMatch(JSON.stringify([world.data.all('Orders'), [...world.wix.wixPayments]]), /0\.01|USD|evil/);
});

test('what is not sold, or by nobody, is no payment', async () => {
  const world = new World();
  const { wixPay } = world.container().site;
  for (const odd of [undefined, null, '', 'yok', {}, ['kahve'], { id: 'kahve' }, '__proto__']) {
    assert.deepEqual(await wixPay.createWixPayment(odd, CUSTOMER), { problem: 'product' });
  }
  for (const nobody of [undefined, null, {}, 'x']) {
    assert.deepEqual(await wixPay.createWixPayment('kahve', nobody), { problem: 'customer', fields: ['name', 'email', 'phone'] });
  }
  assert.deepEqual([world.wix.wixPayments.size, world.data.all('Orders').length], [0, 0]);
  for (const odd of [undefined, null, {}, 7, '', 'wix-payment-99', '__proto__']) assert.deepEqual(await wixPay.wixPaymentState(odd), { state: 'unknown' });
});

test('a site whose secret names no virtual POS sells through Wix Pay all the same, for real', async () => {
  const world = new World();
  world.secret = '{}';
  const { paymentId } = await world.container().site.wixPay.createWixPayment('kahve', CUSTOMER);
  assert.ok(paymentId);
  assert.equal(world.data.all('Orders')[0].mode, 'production');
});

test('a name of one word, and of many', async () => {
  const names = [['Ayşe', 'Ayşe', ''], ['Ayşe Nur Öz', 'Ayşe Nur', 'Öz']];
  for (const [name, firstName, lastName] of names) {
    const world = new World();
    const { paymentId } = await world.container().site.wixPay.createWixPayment('kahve', { ...CUSTOMER, name });
    const { userInfo } = world.wix.wixPayments.get(paymentId);
    assert.deepEqual([userInfo.firstName, userInfo.lastName], [firstName, lastName]);
  }
});

test('Successful: paid, once, however often it comes and to however many containers', async () => {
  const { world, news, order, record, state } = await begun();
  await Promise.all(Array.from({ length: 6 }, () => news('Successful')));
  const paid = order();
  assert.deepEqual([paid.state, paid.paymentId, paid.review], ['paid', record()._id, false]);
  assert.deepEqual([record().status, record().verdict, record().attention, record().transactionId], ['Successful', 'booked', '', 'wix-transaction-1']);
  assert.equal(await state(), 'paid');
  world.pass(10 * MINUTE);
  await news('Successful');
  assert.deepEqual(order(), paid);
});

test('what the news is about has to be our payment: another amount or currency pays nothing, and is shown', async () => {
  const wrong = [{ amount: 0.01 }, { amount: 149.89 }, { amount: 149.900001 }, { amount: '149.90' }, { amount: 1499 }, { currency: 'USD' }, { currency: undefined }, { amount: NaN }, { amount: null }];
  for (const payment of wrong) {
    const { news, order, record, state } = await begun();
    await news('Successful', { payment });
    assert.deepEqual([order().state, record().verdict, record().attention], ['awaiting-payment', 'mismatch', 'mismatch'], JSON.stringify(payment));
    assert.equal(await state(), 'pending');
    await news('Successful');
    assert.equal(order().state, 'awaiting-payment', 'what was judged stays judged');
  }
});

test('news of a payment that is not this site’s shop’s is left alone', async () => {
  const { world, news, order } = await begun();
  const before = world.data.log.length;
  await news('Successful', { payment: { id: 'another' } });
  assert.equal(order().state, 'awaiting-payment');
  assert.ok(world.data.log.slice(before).every(({ op }) => op === 'get'));
  assert.deepEqual(world.data.all('VeloposWixPayments'), []);
});

test('every status has a sensible end', async () => {
  const cases = [
    ['Pending', 'awaiting-payment', 'pending', ''], ['Undefined', 'awaiting-payment', 'pending', ''],
    ['Offline', 'awaiting-payment', 'pending', 'offline'], ['Failed', 'awaiting-payment', 'declined', ''],
    ['Cancelled', 'awaiting-payment', 'expired', ''], ['Successful', 'paid', 'paid', ''],
    ['SomethingNew', 'awaiting-payment', 'pending', ''],
  ];
  for (const [status, orderState, page, attention] of cases) {
    const { news, order, record, state } = await begun();
    await news(status);
    assert.deepEqual([order().state, await state(), record()?.attention ?? ''], [orderState, page, attention], status);
  }
  const later = [['PartiallyRefunded', 'paid', 'paid', '', false], ['Refunded', 'refunded', 'refunded', '', false], ['Chargeback', 'paid', 'paid', 'chargeback', true]];
  for (const [status, orderState, page, attention, review] of later) {
    const { news, order, record, state } = await begun();
    await news('Successful');
    await news(status);
    assert.deepEqual([order().state, await state(), record().attention, order().review], [orderState, page, attention, review], status);
  }
});

/** All orders of the given things. */
function* permutations(things) {
  if (things.length < 2) yield things;
  for (const [index, thing] of things.entries()) {
    for (const rest of permutations(things.filter((_, at) => at !== index))) yield [thing, ...rest];
  }
}

test('in whatever order the news comes, the end is the same', async () => {
  for (const statuses of [['Pending', 'Failed', 'Successful'], ['Pending', 'Successful', 'PartiallyRefunded', 'Refunded'], ['Successful', 'Chargeback', 'Pending']]) {
    const ends = new Set();
    for (const order of permutations(statuses)) {
      const at = await begun();
      for (const status of order) await at.news(status);
      ends.add(JSON.stringify([at.order().state, at.order().review, at.record().status, at.record().verdict, at.record().attention]));
    }
    assert.equal(ends.size, 1, `${statuses}: ${[...ends]}`);
  }
});

test('all the news at once, in containers of their own: the same end', async () => {
  for (let round = 0; round < 30; round += 1) {
    const { world, news, order, record } = await begun();
    world.data.before = async () => { for (let i = 0; i < Math.random() * 4; i += 1) await turn(); };
    await Promise.all(['Refunded', 'Pending', 'Successful', 'Successful', 'Failed'].map((status) => news(status)));
    assert.deepEqual([order().state, record().status, record().verdict], ['refunded', 'Refunded', 'booked'], `round ${round}`);
  }
});

test('an order that is no longer waiting: late, or a duplicate, and shown until the money is back', async () => {
  const cancelled = await begun();
  cancelled.world.data.put('Orders', { ...cancelled.order(), state: 'cancelled' });
  await cancelled.news('Successful');
  assert.deepEqual([cancelled.order().state, cancelled.record().verdict, cancelled.record().attention], ['cancelled', 'late', 'late']);
  assert.equal(await cancelled.state(), 'late');
  assert.deepEqual(await cancelled.waiting(), [[cancelled.order().number, 'late']]);
  await cancelled.news('Refunded');
  assert.deepEqual([cancelled.order().state, cancelled.record().attention, await cancelled.waiting()], ['cancelled', '', []]);

  const paid = await begun();
  await paid.world.container().site.store.fix(`order ${paid.order()._id}`, 'another payment');
  await paid.news('Successful');
  assert.deepEqual([paid.order().state, paid.record().attention], ['awaiting-payment', 'duplicate']);
});

test('tried twice: the transaction that succeeds pays, whatever becomes of the other; a second success is a duplicate, shown until it is back', async () => {
  const { world, news, order, state } = await begun();
  const of = (transactionId) => world.data.all('VeloposWixPayments').find((each) => each.transactionId === transactionId);
  await news('Failed', { transactionId: 'first' });
  assert.equal(await state(), 'declined');
  await news('Successful', { transactionId: 'second' });
  await news('Pending', { transactionId: 'first' });
  assert.deepEqual([order().state, order().paymentId, await state()], ['paid', of('second')._id, 'paid']);
  await news('Successful', { transactionId: 'first' });
  assert.deepEqual([of('first').verdict, of('first').attention, of('second').attention], ['duplicate', 'duplicate', '']);
  await news('Refunded', { transactionId: 'first' });
  assert.deepEqual([order().state, of('first').attention, await state()], ['paid', '', 'paid']);
});

test('the owner’s own state of an order is not turned back', async () => {
  const { world, news, order } = await begun();
  await news('Successful');
  world.data.put('Orders', { ...order(), state: 'shipped' });
  await news('Successful');
  await news('Chargeback');
  assert.deepEqual([order().state, order().review], ['shipped', true]);
});

test('an operation that times out while the news is taken in, the first ones included: Wix need not repeat itself', async () => {
  const { world: sample, news: sampleNews } = await begun();
  sample.data.log.length = 0;
  await sampleNews('Successful');
  for (let n = 1; n <= sample.data.log.length; n += 1) {
    for (const moment of ['before', 'after']) {
      const { world, news, order, job } = await begun();
      let count = 0;
      world.data[moment] = async () => {
        count += 1;
        if (count === n) throw world.data.error('WDE0028', 'the operation timed out');
      };
      await news('Successful');
      world.data[moment] = async () => {};
      await job();
      assert.equal(order().state, 'paid', `timeout ${moment} ${n}`);
    }
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakePosError } from './fake-velopos.js';
import { ACCOUNTS, BASE, CUSTOMER, World, message } from './world.js';

const MINUTE = 60_000;
const location = (answer) => answer.headers.Location;

test('a payment from the shop to a paid order', async () => {
  const world = new World();
  const site = world.container();
  const { intentId, answer } = await site.started();
  const intent = world.intent(intentId);
  assert.equal(answer.status, 200);
  assert.equal(JSON.parse(answer.body).redirect.fields.oid, intent.bankOrderId);
  assert.equal(world.order(intent.orderId).state, 'awaiting-payment');

  const back = await site.call('post_payment3DSuccess', [intentId], { body: message(intent.bankOrderId, 'paid') });
  assert.equal(back.status, 303);
  assert.equal(location(back), `https://www.example.com/result?payment=${intentId}`);
  assert.equal(world.order(intent.orderId).state, 'paid');
  assert.equal(world.intent(intentId).state, 'paid');
  assert.deepEqual(world.payments.map(({ state, amount, orderId }) => ({ state, amount, orderId })),
    [{ state: 'booked', amount: '149.90', orderId: intent.orderId }]);
  assert.deepEqual(await site.shop.paymentState(intentId), {
    state: 'paid', orderNumber: world.order(intent.orderId).number, amount: '149.90', currency: 'TRY', test: true, message: null,
    canTryAgain: false,
  });
});

test('the ways to pay: what each does with the card, and none that velopos refuses to open', async () => {
  const world = new World();
  world.secret = JSON.stringify({ ...ACCOUNTS, own: { gateway: 'isbank', model: '3d', mode: 'test', merchant: {} }, typo: { ...ACCOUNTS.isbank, broken: true } });
  const { methods } = await world.container().shop.listProducts();
  assert.deepEqual(methods.map(({ name, takesCard }) => [name, takesCard]),
    [['isbank', false], ['threed', false], ['paytr', false], ['iyzico', false], ['own', true]]);
  assert.deepEqual(methods.find(({ name }) => name === 'own'), { name: 'own', gateway: 'isbank', test: true, takesCard: true, reserves: true });
  assert.deepEqual(world.lines, ['warn velopos typo CONFIG merchant.storeKey']);
  world.secret = JSON.stringify({ typo: { ...ACCOUNTS.isbank, broken: true } });
  await assert.rejects(world.container().shop.listProducts(), /no virtual POS can be used/);
});

test('the order that goes to the bank is made of stored values and fixed paths', async () => {
  const world = new World();
  await world.container().started();
  const [order] = world.bank.starts;
  const [intent] = world.data.all('VeloposIntents');
  assert.deepEqual(JSON.parse(JSON.stringify(order)), {
    id: intent.bankOrderId, amount: '149.90', currency: 'TRY', type: 'sale', customer: { ip: '203.0.113.7', language: 'tr' },
    urls: {
      ok: `${BASE}/payment3DSuccess/${intent._id}`,
      fail: `${BASE}/payment3DFail/${intent._id}`,
      notify: `${BASE}/bankNotification/${intent._id}`,
    },
  });
});

test('PayTR gets the customer and the basket, and no notification address: that one is in its panel', async () => {
  const world = new World();
  await world.container().started('cezve', 'paytr');
  const [order] = world.bank.starts;
  assert.deepEqual(JSON.parse(JSON.stringify(order.customer)),
    { ip: '203.0.113.7', language: 'tr', name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '05551234567' });
  assert.deepEqual(JSON.parse(JSON.stringify(order.basket)), [{ name: 'Bakır cezve', price: '679.00', quantity: 1 }]);
  assert.deepEqual(Object.keys(order.urls), ['ok', 'fail']);
});

test('the redirect is stored before the browser sees it', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.shop.startPayment('kahve');
  let storedAtAnswer;
  const answer = site.pay(intentId).then((page) => { storedAtAnswer = world.data.one('VeloposStarts', intentId); return page; });
  await answer;
  assert.ok(storedAtAnswer.redirect.includes('bank.example'));
});

test('fetching the payment page again shows the stored redirect, and later the result', async () => {
  const world = new World();
  const site = world.container();
  const { intentId, answer } = await site.started();
  const again = await world.container().pay(intentId);
  assert.equal(again.body, answer.body);
  assert.equal(world.bank.starts.length, 1);

  const { bankOrderId } = world.intent(intentId);
  await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'declined') });
  assert.equal(location(await site.pay(intentId)), `https://www.example.com/result?payment=${intentId}`);
});

test('a stored redirect is not shown for ever', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  world.pass(16 * MINUTE);
  assert.equal((await site.pay(intentId)).status, 303);
});

test('two containers fetch the payment page at once: one start, one redirect', async () => {
  const world = new World();
  const { intentId } = await world.container().shop.startPayment('kahve');
  const answers = await Promise.all(Array.from({ length: 6 }, () => world.container().pay(intentId)));
  assert.equal(world.bank.starts.length, 1);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1);
});

test('while the winner is slow the loser is asked to retry, and starts nothing', async () => {
  const world = new World();
  let release;
  world.bank.beforeStart = () => new Promise((resolve) => { release = resolve; });
  const { intentId } = await world.container().shop.startPayment('kahve');
  const winner = world.container().pay(intentId);
  while (!release) await new Promise(setImmediate);
  const loser = await world.container().pay(intentId);
  assert.equal(loser.status, 503);
  assert.equal(loser.headers['Retry-After'], '2');
  release();
  assert.equal((await winner).status, 200);
  assert.equal(world.bank.starts.length, 1);
});

test('a start that died is taken over, and the dead one that wakes up shows what the other stored', async () => {
  const world = new World();
  const releases = [];
  world.bank.beforeStart = () => new Promise((resolve) => { releases.push(resolve); });
  const { intentId } = await world.container().shop.startPayment('kahve');
  const sleeping = world.container().pay(intentId);
  while (releases.length < 1) await new Promise(setImmediate);
  world.pass(31_000);
  const second = world.container().pay(intentId);
  while (releases.length < 2) await new Promise(setImmediate);
  releases[1]();
  const shown = await second;
  releases[0]();
  assert.equal((await sleeping).body, shown.body);
  assert.equal(world.data.all('VeloposStarts').length, 1);
});

test('a gateway that refuses to begin closes the attempt, and the customer can try again', async () => {
  const world = new World();
  world.bank.beforeStart = async () => { throw new FakePosError('REFUSED', 'token'); };
  const site = world.container();
  const { intentId, answer } = await site.started();
  assert.equal(location(answer), `https://www.example.com/result?payment=${intentId}`);
  const standing = await site.shop.paymentState(intentId);
  assert.equal(standing.state, 'failed');
  assert.equal(standing.canTryAgain, true);
  assert.match(world.log, /warn velopos [0-9a-f]{32} REFUSED token/);
});

test('a refusal that comes late does not close an attempt whose customer has left', async () => {
  const world = new World();
  const starts = [];
  world.bank.beforeStart = () => new Promise((resolve, reject) => { starts.push({ resolve, reject }); });
  const { intentId } = await world.container().shop.startPayment('kahve');
  const sleeping = world.container().pay(intentId);
  while (starts.length < 1) await new Promise(setImmediate);
  world.pass(31_000);
  const second = world.container().pay(intentId);
  while (starts.length < 2) await new Promise(setImmediate);
  starts[1].resolve();
  assert.equal((await second).status, 200);
  starts[0].reject(new FakePosError('UNREACHABLE'));
  assert.equal((await sleeping).status, 200);
  const { bankOrderId } = world.intent(intentId);
  await world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  assert.equal(world.intent(intentId).state, 'paid');
});

test('a decline closes the attempt, not the order: the next attempt pays it', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const first = world.intent(intentId);
  await site.call('post_payment3DFail', [intentId], { body: message(first.bankOrderId, 'declined') });
  const standing = await site.shop.paymentState(intentId);
  assert.equal(standing.state, 'declined');
  assert.deepEqual(standing.message, { tr: 'Bakiye yetersiz.', en: 'Not enough money.' });
  assert.equal(world.order(first.orderId).state, 'awaiting-payment');

  const [again, twice] = await Promise.all([site.shop.retryPayment(intentId), world.container().shop.retryPayment(intentId)]);
  assert.deepEqual(again, twice);
  assert.notEqual(again.intentId, intentId);
  const second = world.intent(again.intentId);
  assert.equal(second.orderId, first.orderId);
  assert.notEqual(second.bankOrderId, first.bankOrderId);
  assert.equal(second.amount, first.amount);
  await site.pay(again.intentId);
  await site.call('post_payment3DSuccess', [again.intentId], { body: message(second.bankOrderId, 'paid') });
  assert.equal(world.order(first.orderId).state, 'paid');
  assert.deepEqual(await site.shop.retryPayment(intentId), { problem: 'closed' });
});

test('an open or a paid attempt has no successor', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  assert.deepEqual(await site.shop.retryPayment(intentId), { problem: 'closed' });
  await site.call('post_payment3DSuccess', [intentId], { body: message(world.intent(intentId).bankOrderId, 'paid') });
  assert.deepEqual(await site.shop.retryPayment(intentId), { problem: 'closed' });
});

test('money on a closed attempt is late: recorded and shown, never on the order', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId, orderId } = world.intent(intentId);
  await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'declined') });
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  assert.equal(world.order(orderId).state, 'awaiting-payment');
  assert.deepEqual(world.payments.map(({ state }) => state), ['late']);
  assert.equal(world.intent(intentId).state, 'late');
  assert.match(world.log, /error velopos [0-9a-f]{32} money that needs the administrator: late/);
  await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'declined') });
  assert.equal(world.intent(intentId).state, 'late', 'what shows money stays');
});

test('a failure after paid is ignored', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId, orderId } = world.intent(intentId);
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  for (const status of ['declined', 'voided', 'pending', 'unknown']) {
    await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, status) });
  }
  assert.equal(world.intent(intentId).state, 'paid');
  assert.equal(world.order(orderId).state, 'paid');
});

test('an order that two attempts paid is paid once, and the second payment is shown', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const first = world.intent(intentId);
  await site.call('post_payment3DFail', [intentId], { body: message(first.bankOrderId, 'declined') });
  const { intentId: other } = await site.shop.retryPayment(intentId);
  await site.pay(other);
  // Two attempts of one order, both open at the bank, as when an owner's code makes them side by side.
  const twin = { ...world.intent(other), _id: 'f'.repeat(32), bankOrderId: 'ORDERTWIN00000000000000001' };
  world.data.put('VeloposIntents', twin);
  await site.pay(twin._id);
  await Promise.all([other, twin._id].map((id) =>
    world.container().call('post_payment3DSuccess', [id], { body: message(world.intent(id).bankOrderId, 'paid') })));
  assert.deepEqual(world.payments.map(({ state }) => state).sort(), ['booked', 'duplicate']);
  const paidBy = world.order(first.orderId).paymentId;
  assert.equal(world.payments.find(({ state }) => state === 'booked')._id, paidBy);
});

test('an order that was cancelled by hand is not paid by money that comes afterwards', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId, orderId } = world.intent(intentId);
  world.data.put('Orders', { ...world.order(orderId), state: 'cancelled' });
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  assert.equal(world.order(orderId).state, 'cancelled');
  assert.deepEqual(world.payments.map(({ state }) => state), ['late']);
});

test('a test payment is never booked on a real order', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId, orderId } = world.intent(intentId);
  world.data.put('Orders', { ...world.order(orderId), mode: 'production' });
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  assert.equal(world.order(orderId).state, 'awaiting-payment');
  assert.deepEqual(world.payments.map(({ state }) => state), ['wrong-mode']);
});

test('an account that changed its mode or its gateway does not go on with old attempts', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId } = world.intent(intentId);
  const accounts = JSON.parse(world.secret);
  for (const change of [{ mode: 'production' }, { gateway: 'paytr' }, undefined]) {
    world.secret = JSON.stringify({ ...accounts, isbank: change && { ...accounts.isbank, ...change } });
    await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
    assert.equal(world.intent(intentId).state, 'new');
  }
});

test('a payment to be reviewed is booked and marked', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId, orderId } = world.intent(intentId);
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid', { review: true }) });
  assert.equal(world.order(orderId).review, true);
});

test('a doubt that only a person can settle is shown on the attempt, and nothing ends', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const { bankOrderId } = world.intent(intentId);
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'pending', { review: true }) });
  const { state, review } = world.intent(intentId);
  assert.deepEqual({ state, review }, { state: 'new', review: true });
  await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, 'declined') });
  assert.deepEqual([world.intent(intentId).state, world.intent(intentId).review], ['declined', true]);
});

test('a start that ends at once leads to the result', async () => {
  for (const status of ['declined', 'paid']) {
    const world = new World();
    world.bank.immediate = { status };
    const { intentId, answer } = await world.container().started();
    assert.equal(location(answer), `https://www.example.com/result?payment=${intentId}`);
    assert.equal(world.intent(intentId).state, status);
  }
});

test('a provision is sent once, however often the browser comes back', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'threed');
  const { bankOrderId, orderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await Promise.all(Array.from({ length: 5 }, () =>
    world.container().call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') })));
  assert.deepEqual(world.bank.provisions, [bankOrderId]);
  assert.equal(world.order(orderId).state, 'paid');
  assert.equal(world.payments.length, 1);
});

test('no provision is sent for an attempt that has an end: the customer left the return page open for too long', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'threed');
  const { bankOrderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, { status: 'pending' });
  world.pass(60 * MINUTE);
  await site.site.settle.settle();
  assert.equal(world.intent(intentId).state, 'expired');
  const answer = await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  assert.equal(answer.status, 303);
  assert.deepEqual(world.bank.provisions, []);
  assert.equal(world.intent(intentId).state, 'expired');
});

test('a provision whose answer was lost is asked about, never sent again', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'threed');
  const { bankOrderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, { status: 'unknown' });
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') });
  assert.equal(world.bank.provisions.length, 1);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  world.pass(5 * MINUTE);
  await world.container().site.settle.settle();
  assert.equal(world.intent(intentId).state, 'paid');
  assert.equal(world.bank.provisions.length, 1);
});

test('the customer who comes back without a message only sees the result', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'paytr');
  const answer = await site.call('get_payment3DSuccess', [intentId]);
  assert.equal(location(answer), `https://www.example.com/result?payment=${intentId}`);
  assert.equal(world.intent(intentId).state, 'new');
});

test('an English visitor comes back to the English result', async () => {
  const world = new World();
  const { intentId, answer } = await world.container().started('kahve', 'isbank', { ...CUSTOMER, language: 'en' });
  assert.equal(JSON.parse(answer.body).language, 'en');
  const back = await world.container().call('post_payment3DFail', [intentId], { body: '' });
  assert.equal(location(back), `https://www.example.com/result?payment=${intentId}&lang=en`);
});

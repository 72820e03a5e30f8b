// What comes from outside: forged, damaged, repeated and misdirected messages, and what gateways read in our answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakePosError } from './fake-velopos.js';
import { ACCOUNTS, World, message } from './world.js';

const MINUTE = 60_000;

/** Everything that is remembered, but for the turns to ask. */
function memory(world) {
  const all = (name) => world.data.all(name);
  const claims = all('VeloposClaims').filter(({ subject }) => !subject.startsWith('ask '));
  return JSON.stringify([all('Orders'), all('VeloposIntents'), all('VeloposStarts'), all('VeloposPayments'), claims]);
}

const FORGERIES = {
  'an empty body': () => '',
  'no JSON, no form': () => '\u0000\uFFFD',
  'ten megabytes of &': () => '&'.repeat(10_000_000),
  'a false signature': (id) => message(id, 'paid', { signed: 'yes' }),
  'no signature': (id) => JSON.stringify({ orderId: id, status: 'paid' }),
  'another order’s message': () => message('ORDER99999999999999999999', 'paid'),
};

for (const [name, forge] of Object.entries(FORGERIES)) {
  test(`${name} in a browser's return changes nothing`, async () => {
    const world = new World();
    const site = world.container();
    const { intentId } = await site.started();
    const before = memory(world);
    for (const way of ['post_payment3DSuccess', 'post_payment3DFail']) {
      const answer = await site.call(way, [intentId], { body: forge(world.intent(intentId).bankOrderId) });
      assert.equal(answer.status, 303);
    }
    assert.equal(memory(world), before);
    // The genuine message still counts afterwards.
    await site.call('post_payment3DSuccess', [intentId], { body: message(world.intent(intentId).bankOrderId, 'paid') });
    assert.equal(world.intent(intentId).state, 'paid');
  });

  test(`${name} in a notification gets no acknowledgement and changes nothing`, async () => {
    const world = new World();
    const site = world.container();
    const { intentId } = await site.started('kahve', 'paytr');
    const before = memory(world);
    const body = forge(world.intent(intentId).bankOrderId);
    for (const [name, path] of [['post_paytrNotification', []], ['post_bankNotification', [intentId]]]) {
      const answer = await site.call(name, path, { body });
      assert.ok([400, 404].includes(answer.status), String(answer.status));
      assert.equal(answer.body, '');
    }
    assert.equal(memory(world), before);
  });
}

test('a refused message is logged by its code and field, never by its content', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  const body = message(world.intent(intentId).bankOrderId, 'paid', { signed: false, pan: '4508034508034509', note: 'private' });
  await site.call('post_payment3DSuccess', [intentId], { body });
  assert.equal(world.log, `warn velopos ${intentId} SIGNATURE_INVALID HASH`);
});

test('a field’s name is logged only when it can be nothing else', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'iyzico');
  const { bankOrderId } = world.intent(intentId);
  const fields = {
    'x\nvelopos 0 paid by signature 4508034508034509': '', 'a b': '', 'ş': '', '': '', [`${'A'.repeat(65)}`]: '',
    [`${'A'.repeat(64)}`]: ` ${'A'.repeat(64)}`, 'merchant.apiUser': ' merchant.apiUser', 'x_y-1': ' x_y-1',
  };
  for (const [field, printed] of Object.entries(fields)) {
    world.bank.answers.set(bankOrderId, new FakePosError('DUPLICATE_FIELD', field));
    world.pass(5 * MINUTE);
    world.lines.length = 0;
    await world.container().call('post_payment3DFail', [intentId], { body: message(bankOrderId, '') });
    await world.container().site.settle.settle();
    const line = `warn velopos ${intentId} DUPLICATE_FIELD${printed}`;
    assert.deepEqual(world.lines.slice(0, 2), [line, line]);
  }
});

test('no secret is ever logged, also when the secret itself is broken', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'paytr');
  const broken = [
    '{ "isbank": "STOREKEY-SECRET" ', '"STOREKEY-SECRET"', '[]', '{}', 'null', '{"isbank":"STOREKEY-SECRET"}',
    '{"1":{"storeKey":"STOREKEY-SECRET"}}',
  ];
  for (const secret of broken) {
    world.secret = secret;
    assert.equal((await site.call('post_paytrNotification', [], { body: message('x', 'paid') })).status, 503);
    assert.equal((await site.call('post_payment3DSuccess', [intentId], { body: message('x', 'paid') })).status, 303);
    await assert.rejects(site.shop.listProducts(), (error) => !String(error.stack).includes('STOREKEY'));
  }
  assert.doesNotMatch(world.log, /SECRET-|-SECRET/);
  assert.match(world.log, /secret velopos: not JSON/);
});

test('the products and the ways to pay show nothing of the configuration', async () => {
  const world = new World();
  const answer = await world.container().shop.listProducts();
  assert.deepEqual(answer.methods[0], { name: 'isbank', gateway: 'isbank', test: true, takesCard: false, reserves: true });
  assert.deepEqual(answer.methods.map(({ name }) => name), Object.keys(ACCOUNTS));
  assert.doesNotMatch(JSON.stringify(answer), /SECRET|merchant/);
});

test('the same return posted ten times at once to four containers is booked once', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  const { bankOrderId, orderId } = world.intent(intentId);
  const containers = Array.from({ length: 4 }, () => world.container());
  await Promise.all(Array.from({ length: 10 }, (_, i) =>
    containers[i % 4].call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, 'paid') })));
  assert.equal(world.payments.length, 1);
  assert.equal(world.order(orderId).state, 'paid');
  const updates = world.data.log.filter(({ op, collection }) => op === 'update' && collection === 'Orders');
  assert.equal(updates.length, 1, 'the order’s state is set once');
});

test('PayTR reads OK after the books are written, and OK again for every repetition', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'paytr');
  const { bankOrderId, orderId } = world.intent(intentId);
  const body = message(bankOrderId, 'paid');
  for (let i = 0; i < 3; i += 1) {
    const answer = await world.container().call('post_paytrNotification', [], { body });
    assert.deepEqual(JSON.parse(JSON.stringify(answer)), { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'OK' });
    assert.equal(world.order(orderId).state, 'paid');
  }
  assert.equal(world.payments.length, 1);
});

test('PayTR reads OK for a failed payment too', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'paytr');
  const body = message(world.intent(intentId).bankOrderId, 'declined');
  const answer = await world.container().call('post_paytrNotification', [], { body });
  assert.equal(answer.body, 'OK');
  assert.equal(world.intent(intentId).state, 'declined');
});

test('of notifications that arrive at once, only those that find the books written are acknowledged', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'paytr');
  const { bankOrderId, orderId } = world.intent(intentId);
  const unbooked = [];
  const notify = async () => {
    const answer = await world.container().call('post_paytrNotification', [], { body: message(bankOrderId, 'paid') });
    if (answer.status === 200 && world.order(orderId).state !== 'paid') unbooked.push(answer);
    return answer.status;
  };
  const statuses = await Promise.all(Array.from({ length: 6 }, notify));
  assert.ok(statuses.includes(200));
  assert.ok(statuses.every((status) => [200, 503].includes(status)));
  assert.deepEqual(unbooked, []);
});

test('a notification while the store does not answer is not acknowledged', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'paytr');
  const { bankOrderId } = world.intent(intentId);
  world.data.before = async ({ op }) => { if (op === 'insert') throw world.data.error('WDE0028', 'timeout'); };
  assert.equal((await world.container().call('post_paytrNotification', [], { body: message(bankOrderId, 'paid') })).status, 503);
  world.data.before = async () => {};
  world.pass(3 * MINUTE);
  assert.equal((await world.container().call('post_paytrNotification', [], { body: message(bankOrderId, 'paid') })).body, 'OK');
});

test('a notification for an order we do not know, or of another gateway, is not acknowledged', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'isbank');
  const { bankOrderId } = world.intent(intentId);
  const site = world.container();
  assert.equal((await site.call('post_paytrNotification', [], { body: message('ORDER77777777777777777777', 'paid') })).status, 404);
  assert.equal((await site.call('post_paytrNotification', [], { body: message(bankOrderId, 'paid') })).status, 404);
  assert.equal((await site.call('post_bankNotification', ['0'.repeat(32)], { body: message(bankOrderId, 'paid') })).status, 404);
  assert.equal(world.intent(intentId).state, 'new');
});

test('NestPay’s own notification gets the checks of a return and books once with it', async () => {
  const world = new World();
  const { intentId } = await world.container().started();
  const { bankOrderId } = world.intent(intentId);
  const body = message(bankOrderId, 'paid');
  const [first, second] = await Promise.all([
    world.container().call('post_bankNotification', [intentId], { body }),
    world.container().call('post_payment3DSuccess', [intentId], { body }),
  ]);
  assert.ok([200, 503].includes(first.status));
  assert.equal(second.status, 303);
  assert.equal(world.payments.length, 1);
});

test('an iyzico webhook makes the site ask: found by order id or by token, absorbed when repeated', async () => {
  for (const key of ['orderId', 'token']) {
    const world = new World();
    const { intentId } = await world.container().started('kahve', 'iyzico');
    const { bankOrderId, orderId } = world.intent(intentId);
    world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
    const body = message(bankOrderId, 'SUCCESS', key === 'token' ? { token: `T-${bankOrderId}` } : {});
    for (let i = 0; i < 4; i += 1) {
      assert.equal((await world.container().call('post_iyzicoWebhook', [], { body })).status, 200);
    }
    assert.deepEqual(world.bank.inquiries, [bankOrderId]);
    assert.equal(world.order(orderId).state, 'paid');
    assert.equal(world.payments.length, 1);
  }
});

test('a token means the attempt that has exactly this one: no part of it, no other text of the departure, and no two attempts', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'iyzico');
  await world.container().started('kahve', 'isbank');
  const call = async (token) => world.container().call('post_iyzicoWebhook', [], { body: message('', 'SUCCESS', { token }) });
  for (const token of ['T-ORDER', 'T', 'token', 'b', 'a%26token%3Db', 'T-']) assert.equal((await call(token)).status, 404, token);
  const start = world.data.one('VeloposStarts', intentId);
  assert.equal((await call(start.token)).status, 400, 'found, and then refused for what it says');
  world.data.put('VeloposStarts', { ...start, _id: 'e'.repeat(32) });
  assert.equal((await call(start.token)).status, 404);
  assert.equal(world.bank.inquiries.length, 0);
});

test('a payment that is not this attempt’s in every fact is not booked, whoever says so', async () => {
  for (const about of [{ orderId: 'OTHER' }, { amount: '0.01' }, { currency: 'USD' }, { mode: 'production' }]) {
    const world = new World();
    const { intentId } = await world.container().started('kahve', 'paytr');
    const { bankOrderId, orderId } = world.intent(intentId);
    const answer = await world.container().call('post_paytrNotification', [], { body: message(bankOrderId, 'paid', { about }) });
    assert.equal(answer.status, 503);
    assert.equal(world.order(orderId).state, 'awaiting-payment');
    assert.equal(world.payments.length, 0);
  }
});

test('iyzico: hints that the bank does not confirm book nothing, and the bank is asked once in 30 seconds', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'iyzico');
  const { bankOrderId } = world.intent(intentId);
  const body = message(bankOrderId, 'SUCCESS');
  const ask = () => Promise.all(Array.from({ length: 5 }, () => world.container().call('post_iyzicoWebhook', [], { body })));
  const answers = await ask();
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  assert.equal(world.bank.inquiries.length, 1);
  world.pass(29_000);
  await ask();
  assert.equal(world.bank.inquiries.length, 1);
  world.pass(1_001);
  await ask();
  assert.equal(world.bank.inquiries.length, 2);
  assert.equal(world.intent(intentId).state, 'new');
});

test('iyzico: a form return is only a hint as well, and a forged one asks nobody', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'iyzico');
  const { bankOrderId } = world.intent(intentId);
  await site.call('post_payment3DSuccess', [intentId], { body: 'token=somebody-elses' });
  assert.equal(world.bank.inquiries.length, 0);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, '') });
  assert.equal(world.intent(intentId).state, 'paid');
});

test('iyzico: a card that fails does not end the attempt while the customer is still on the form', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'iyzico');
  const { bankOrderId, orderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, { status: 'declined', proof: 'reply' });
  assert.equal((await site.call('post_iyzicoWebhook', [], { body: message(bankOrderId, 'FAILURE') })).status, 503);
  assert.equal(world.intent(intentId).state, 'new');
  world.pass(31_000);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  await site.call('post_payment3DSuccess', [intentId], { body: message(bankOrderId, '') });
  assert.equal(world.order(orderId).state, 'paid');
});

test('iyzico: a webhook about a declined attempt is acknowledged only after the bank was asked', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started('kahve', 'iyzico');
  const { bankOrderId } = world.intent(intentId);
  await site.call('post_payment3DFail', [intentId], { body: message(bankOrderId, '') });
  world.pass(31_000);
  world.bank.answers.set(bankOrderId, { status: 'declined', proof: 'reply' });
  assert.equal((await site.call('post_iyzicoWebhook', [], { body: message(bankOrderId, 'FAILURE') })).status, 200);
  world.pass(31_000);
  world.bank.answers.set(bankOrderId, { status: 'unknown' });
  assert.equal((await site.call('post_iyzicoWebhook', [], { body: message(bankOrderId, 'SUCCESS') })).status, 503);
  world.pass(31_000);
  world.bank.answers.set(bankOrderId, { status: 'paid', proof: 'reply' });
  assert.equal((await site.call('post_iyzicoWebhook', [], { body: message(bankOrderId, 'SUCCESS') })).status, 200);
  assert.equal(world.intent(intentId).state, 'late');
});

test('a bank that cannot be reached is our trouble, not the sender’s', async () => {
  const world = new World();
  const { intentId } = await world.container().started('kahve', 'iyzico');
  const { bankOrderId } = world.intent(intentId);
  world.bank.answers.set(bankOrderId, new FakePosError('UNREACHABLE'));
  assert.equal((await world.container().call('post_iyzicoWebhook', [], { body: message(bankOrderId, 'SUCCESS') })).status, 503);
  assert.equal(world.intent(intentId).state, 'new');
});

test('an address that names no attempt leads home and touches nothing', async () => {
  const world = new World();
  const site = world.container();
  for (const path of [[], ['0'.repeat(32)], ['../../x'], ['__proto__'], ['%00']]) {
    for (const name of ['get_pay', 'post_payment3DSuccess', 'post_payment3DFail', 'get_payment3DSuccess', 'get_payment3DFail']) {
      const answer = await site.call(name, path, { body: message('x', 'paid') });
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.Location, 'https://www.example.com');
    }
  }
  assert.equal(world.bank.starts.length, 0);
});

test('saved but unpublished code is refused in production mode, and only there', async () => {
  const DEVELOPMENT = 'https://www.example.com/_functions-dev';
  const world = new World();
  world.secret = JSON.stringify({ isbank: { ...ACCOUNTS.isbank, mode: undefined } });
  const site = world.container();
  const { intentId } = await site.shop.startPayment('kahve', 'isbank');
  assert.equal(world.intent(intentId).mode, 'production');
  assert.equal((await site.pay(intentId, { baseUrl: DEVELOPMENT })).status, 403);
  assert.equal(world.bank.starts.length, 0);
  assert.equal((await site.pay(intentId)).status, 200);
  const { bankOrderId } = world.intent(intentId);
  for (const name of ['post_payment3DSuccess', 'post_payment3DFail', 'post_bankNotification']) {
    assert.equal((await site.call(name, [intentId], { body: message(bankOrderId, 'paid'), baseUrl: DEVELOPMENT })).status, 403);
  }
  assert.equal(world.intent(intentId).state, 'new');

  world.secret = JSON.stringify({ deneme: ACCOUNTS.isbank });   // beside a real account a test account begins nothing
  const tried = await site.shop.startPayment('kahve', 'deneme');
  assert.equal((await site.pay(tried.intentId, { baseUrl: DEVELOPMENT })).status, 200);
  assert.match(world.bank.starts.at(-1).urls.ok, /^https:\/\/www\.example\.com\/_functions-dev\/payment3DSuccess\/[0-9a-f]{32}$/);
});

test('base addresses: what Wix gives is understood, everything else is refused', () => {
  const { siteOf } = new World().container().site.site;
  const home = (baseUrl) => siteOf({ baseUrl }).home;
  assert.equal(home('https://www.example.com/_functions'), 'https://www.example.com');
  assert.equal(home('https://user.wixsite.com/shop/_functions/'), 'https://user.wixsite.com/shop');
  assert.equal(home('http://localhost:8480/_functions'), 'http://localhost:8480');
  assert.equal(siteOf({ baseUrl: 'https://www.example.com/_functions-dev' }).development, true);
  const wrongs = [
    'http://www.example.com/_functions', 'https://user@evil.example/_functions', 'javascript:alert(1)//_functions', '', undefined,
    'https://www.example.com/_functions?x', 'https://www.example.com', 'https://a b/_functions', 'http://localhost.evil.example/_functions',
  ];
  for (const wrong of wrongs) {
    assert.throws(() => siteOf({ baseUrl: wrong }), /base address/);
  }
});

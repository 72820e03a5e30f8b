// No exported function takes an amount, a currency or an address: whatever is injected, wherever, changes nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CUSTOMER, World, message } from './world.js';

const EVIL = 'https://evil.example/';
const INJECTED = {
  amount: '0.01', price: '0.01', currency: 'USD', url: EVIL, okUrl: EVIL, resultUrl: EVIL, returnUrl: EVIL, urls: { ok: EVIL },
  bankOrderId: 'EVIL', mode: 'production', state: 'paid', gateway: 'x', orderId: 'x',
};

function assertUntouched(world) {
  const names = ['Orders', 'VeloposIntents', 'VeloposStarts', 'VeloposPayments'];
  const everything = JSON.stringify(names.map((name) => world.data.all(name)));
  assert.doesNotMatch(everything, /evil|EVIL|0\.01|USD/);
  for (const { amount, currency, mode } of world.data.all('Orders')) assert.deepEqual([amount, currency, mode], ['149.90', 'TRY', 'test']);
}

test('startPayment ignores every amount and address', async () => {
  const world = new World();
  const { shop } = world.container();
  await shop.startPayment('kahve', 'isbank', { ...CUSTOMER, ...INJECTED }, INJECTED, '0.01', 'https://evil.example/');
  await shop.startPayment('kahve', undefined, undefined, '0.01');
  assert.equal(world.data.all('VeloposIntents').length, 2);
  assertUntouched(world);
});

test('a product or a method that is no text of the catalogue is refused', async () => {
  const world = new World();
  const { shop } = world.container();
  const odd = [undefined, null, 0, '', 'yok', INJECTED, ['kahve'], { id: 'kahve', price: '0.01' }, '__proto__', 'constructor'];
  for (const value of odd) assert.deepEqual(await shop.startPayment(value), { problem: 'product' });
  for (const value of odd.filter((each) => each !== undefined && each !== null)) {
    assert.deepEqual(await shop.startPayment('kahve', value), { problem: 'method' });
  }
  assert.equal(world.data.all('Orders').length, 0);
});

test('paymentState and retryPayment take an id and nothing else', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.started();
  await site.call('post_payment3DFail', [intentId], { body: message(world.intent(intentId).bankOrderId, 'declined') });
  const again = await site.shop.retryPayment(intentId, INJECTED, '0.01');
  await site.pay(again.intentId);
  await site.shop.paymentState(again.intentId, INJECTED);
  assertUntouched(world);
  for (const odd of [undefined, null, INJECTED, [intentId], { _id: intentId }, `${intentId} `, 'x'.repeat(32)]) {
    assert.deepEqual(await site.shop.paymentState(odd), { state: 'unknown' });
    assert.deepEqual(await site.shop.retryPayment(odd), { problem: 'closed' });
  }
});

test('the HTTP functions take nothing from a query, a header or further path segments', async () => {
  const world = new World();
  const site = world.container();
  const { intentId } = await site.shop.startPayment('kahve');
  const query = { ...INJECTED, payment: 'x', next: 'https://evil.example/' };
  const headers = { referer: 'https://evil.example/', host: 'evil.example', 'x-forwarded-host': 'evil.example' };
  await site.call('get_pay', [intentId, '0.01', 'https://evil.example/'], { query, headers });
  await site.call('get_departure', [intentId, '0.01', 'https://evil.example/'], { query, headers });
  const { bankOrderId } = world.intent(intentId);
  const body = message(bankOrderId, 'pending', INJECTED);
  await site.call('post_pay', [intentId, '0.01', 'https://evil.example/'], { body: 'number=1&amount=0.01&url=https://evil.example/', query, headers });
  const returns = ['post_payment3DSuccess', 'post_payment3DFail', 'get_payment3DSuccess', 'get_payment3DFail', 'post_bankNotification'];
  for (const name of returns) {
    const answer = await site.call(name, [intentId, EVIL], { body, query, headers });
    if (answer.status === 303) assert.equal(answer.headers.Location, `https://www.example.com/result?payment=${intentId}`);
  }
  for (const name of ['post_paytrNotification', 'post_iyzicoWebhook']) await site.call(name, [EVIL], { body, query, headers });
  assertUntouched(world);
});

test('every export of the web module and of the HTTP functions is covered here', () => {
  const { site } = world();
  assert.deepEqual(Object.keys(site.shop).sort(), ['listProducts', 'paymentState', 'retryPayment', 'startPayment']);
  assert.deepEqual(Object.keys(site.http).sort(), [
    'get_departure', 'get_pay', 'get_payment3DFail', 'get_payment3DSuccess', 'post_bankNotification', 'post_iyzicoWebhook', 'post_pay',
    'post_payment3DFail', 'post_payment3DSuccess', 'post_paytrNotification',
  ]);
});

const world = () => new World().container();

test('the customer: what is accepted, and what is not', () => {
  const { readCustomer } = world().site.customer;
  const ok = (changes = {}) => JSON.parse(JSON.stringify(readCustomer({ ...CUSTOMER, ...changes })));
  const tidy = { name: 'Ayşe Nur Öztürk', email: 'ayse@example.com', phone: '05551234567' };
  assert.deepEqual(ok({ name: '  Ayşe   Nur Öztürk ' }).customer, tidy);
  assert.equal(ok({ phone: '+90 (555) 123-45-67' }).customer.phone, '+905551234567');
  assert.equal(ok({ name: "Jean-Luc O’Neil" }).customer.name, 'Jean-Luc O’Neil');
  const bad = {
    name: ['', 'A', '<b>Ali</b>', 'Ali\r\nBcc: x', '=HYPERLINK("x")', '1234', 'x'.repeat(61), 7, null, {}, ['Ali'], '\u202eAli'],
    email: ['', 'ali', 'ali@', '@example.com', 'ali@example', 'ali@example..com', 'a b@example.com', 'ali@exa_mple.com',
      `${'x'.repeat(90)}@example.com`, '"x"@example.com', '<a@example.com>', '=cmd@example.com', 5, null],
    phone: ['', '12345', 'abc', '0555 123 45 6x', '1'.repeat(16), '+90 555', 5551234567, null, '0555;123'],
  };
  for (const [field, values] of Object.entries(bad)) {
    for (const value of values) assert.deepEqual(ok({ [field]: value }), { fields: [field] }, `${field}: ${String(value)}`);
  }
  for (const nothing of [null, undefined, 'x', 5, [], Object.create(CUSTOMER)]) {
    assert.deepEqual([...readCustomer(nothing).fields], ['name', 'email', 'phone']);
  }
});

test('a gateway that needs the customer is not started without one', async () => {
  const site = world();
  assert.deepEqual(await site.shop.startPayment('kahve', 'paytr'), { problem: 'customer', fields: ['name', 'email', 'phone'] });
  const refused = await site.shop.startPayment('kahve', 'isbank', { ...CUSTOMER, email: 'x' });
  assert.deepEqual(refused, { problem: 'customer', fields: ['email'] });
});

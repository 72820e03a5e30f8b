import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SITE, about, connected, rules, submit } from './site-wix.js';
import { start, until } from './start.js';

const headers = { 'content-type': 'application/json' };

async function web(local, name, ...args) {
  const response = await fetch(`${local.url}/_api/backend/pay.web.js/${name}`, { method: 'POST', headers, body: JSON.stringify({ args }) });
  return (await response.json()).result;
}

async function service(local, name, args, more = {}) {
  const init = { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(args) };
  const response = await fetch(`${local.url}/_services/pay/${name}`, init);
  return { status: response.status, ...(await response.json()) };
}

const MUG = {
  amount: 249.9,
  items: [{ name: 'Kupa', price: 124.95, quantity: 2 }],
  userInfo: { firstName: 'Ayşe', lastName: 'Yılmaz', email: 'ayse@example.com' },
};

const events = (local) => local.data.collection('Events').all().map(({ event }) => event);
const statuses = (local) => events(local).map(({ status }) => status);

async function started(local, info = MUG) {
  const payment = await web(local, 'create', info);
  const { result } = await service(local, 'start', { paymentId: payment.id });
  return { payment, ...result, transaction: local.wix.payments.transaction(result.transactionId) };
}

test('a payment is created in the backend, from numbers that are exact', async (t) => {
  const local = await connected(t);
  const payment = await web(local, 'create', MUG);
  assert.deepEqual(payment, { id: payment.id, amount: 249.9, currency: 'TRY', items: MUG.items });
  assert.equal((await web(local, 'create', { amount: 5, currency: 'JPY', items: [{ name: 'a', price: 5 }] })).items[0].quantity, 1);
  const wrong = [
    {}, { amount: 249.9 }, { ...MUG, amount: 249.91 }, { ...MUG, amount: '249.90' }, { ...MUG, amount: -249.9 }, { ...MUG, items: [] },
    { ...MUG, currency: 'lira' }, { amount: 0, items: [{ name: 'a', price: 0 }] }, { amount: 0.1 + 0.2, items: [{ name: 'a', price: 0.1 + 0.2 }] },
    { amount: 1, items: [{ price: 1 }] }, { amount: 1, items: [{ name: 'a', price: 0.5, quantity: 2.5 }] },
    { amount: 1e21, items: [{ name: 'a', price: 1e21 }] },
    { amount: 1.5, currency: 'JPY', items: [{ name: 'a', price: 1.5 }] },
  ];
  for (const info of wrong) assert.equal((await web(local, 'create', info)).code, 'INVALID_ARGUMENT', JSON.stringify(info));
  const known = await web(local, 'known');
  assert.deepEqual(known.names, ['__esModule', 'createPayment', 'default'], 'there is no getPayment');
  assert.deepEqual([known.name, known.currency, known.refused], ['Örnek mağaza', 'TRY', 'PERMISSION_DENIED']);
  assert.deepEqual(known.urls.map(({ url, primary }) => [url, primary]), [[local.url, true]]);
});

test('starting a payment goes to the connected provider, and every change is an event', async (t) => {
  const local = await connected(t);
  const { payment, transaction, redirectUrl, status } = await started(local);
  assert.deepEqual([redirectUrl, status], [`https://shop.example/pay/${transaction._id}`, 'Undefined']);
  const { description } = transaction;
  assert.deepEqual([description.totalAmount, description.items[0].price, description.items[0].quantity], ['24990', '12495', 2]);
  assert.equal(description.billingAddress.email, 'ayse@example.com');
  assert.deepEqual(events(local), []);
  await submit(local, about(transaction, { reasonCode: 5009 }));
  await until(() => statuses(local).length === 1);
  await submit(local, about(transaction));
  await until(() => statuses(local).length === 2);
  assert.deepEqual(statuses(local), ['Pending', 'Successful']);
  const [, told] = events(local);
  assert.deepEqual(told, { payment, status: 'Successful', transactionId: transaction._id, userInfo: MUG.userInfo });
  assert.deepEqual((await service(local, 'result', { paymentId: payment.id })).result, told);
  assert.match((await service(local, 'start', { paymentId: payment.id })).error.message, /has been paid/);

  await local.wix.payments.refund(transaction._id, { amount: '1.00' });
  await until(() => statuses(local).at(-1) === 'PartiallyRefunded');
  await local.wix.payments.refund(transaction._id);
  await until(() => statuses(local).at(-1) === 'Refunded');
  local.wix.pay.tell(transaction._id, 'Chargeback');
  await until(() => statuses(local).at(-1) === 'Chargeback');
});

test('failed and cancelled, and then paid: one payment, two transactions', async (t) => {
  const local = await connected(t);
  const first = await started(local);
  await submit(local, about(first.transaction, { reasonCode: 3030 }));
  await until(() => statuses(local).at(-1) === 'Cancelled');
  const { result } = await service(local, 'start', { paymentId: first.payment.id });
  const second = local.wix.payments.transaction(result.transactionId);
  assert.notEqual(second._id, first.transaction._id);
  await submit(local, about(second, { reasonCode: 3012 }));
  await until(() => statuses(local).at(-1) === 'Failed');
  const third = local.wix.payments.transaction((await service(local, 'start', { paymentId: first.payment.id })).result.transactionId);
  await submit(local, about(third));
  await until(() => statuses(local).at(-1) === 'Successful');
  assert.equal((await service(local, 'result', { paymentId: first.payment.id })).result.transactionId, third._id);
  assert.deepEqual(rules(local), []);
});

test('events come again, late or not at all, and a handler that throws is not asked again', async (t) => {
  const local = await connected(t, { containers: 2 });
  local.habits.set({ repeat: { times: 1, function: 'wixPay_onPaymentUpdate', copies: 2, delayMs: 20 } });
  const one = await started(local);
  await submit(local, about(one.transaction));
  await until(() => statuses(local).length === 3);
  assert.deepEqual(statuses(local), ['Successful', 'Successful', 'Successful']);

  local.habits.set({ late: { times: 1, function: 'wixPay_onPaymentUpdate', delayMs: 300 } });
  const two = await started(local);
  await submit(local, about(two.transaction, { reasonCode: 5009 }));
  await submit(local, about(two.transaction));
  await until(() => statuses(local).length === 5);
  assert.deepEqual(statuses(local).slice(3), ['Successful', 'Pending'], 'what is late says what was true once');

  local.habits.set({ drop: { times: 1, function: 'wixPay_onPaymentUpdate' } });
  const three = await started(local);
  await submit(local, about(three.transaction));
  await until(() => local.logs('lost: wixPay_onPaymentUpdate').length > 0);
  assert.equal(statuses(local).length, 5);

  local.habits.set({ crash: { times: 1, function: 'wixPay_onPaymentUpdate', after: 'request', count: 1 } });
  const four = await started(local);
  await submit(local, about(four.transaction));
  await until(() => local.logs('killed as the request arrived').length > 0);
  const five = await started(local, { ...MUG, userInfo: { firstName: 'Throwing' } });
  await submit(local, about(five.transaction));
  await until(() => local.logs('the handler broke').length > 0);
  assert.equal(statuses(local).length, 6);
  assert.equal(local.wix.payments.transaction(four.transaction._id).state, 'approved', 'the event decides nothing');
});

test('a handler has the platform\'s time, and its code runs on', async (t) => {
  const local = await connected(t, { limits: { requestMs: 1_000 } });
  const slow = await started(local, { ...MUG, userInfo: { firstName: 'Slow' } });
  await submit(local, about(slow.transaction, { reasonCode: 5009 }));
  await until(() => local.logs('wixPay_onPaymentUpdate → Error: no answer within 1000 ms').length > 0);
  assert.deepEqual(statuses(local), []);
  await until(() => statuses(local).length === 1);
});

test('the dialog\'s services answer this site\'s pages only', async (t) => {
  const local = await connected(t);
  const { id: paymentId } = await web(local, 'create', MUG);
  for (const name of ['about', 'start', 'result']) {
    assert.equal((await service(local, name, { paymentId }, { origin: 'https://evil.example' })).status, 403, name);
    assert.equal((await service(local, name, { paymentId }, { 'content-type': 'text/plain' })).status, 403, name);
    for (const wrong of ['nope', null, '__proto__']) assert.equal((await service(local, name, { paymentId: wrong })).status, 400, name);
  }
  assert.equal(local.wix.payments.transactions().length, 0);
  const { result } = await service(local, 'about', { paymentId });
  assert.deepEqual([result.method, result.payment.amount], ['Kartla öde', 249.9]);
  await service(local, 'start', { paymentId, userInfo: { firstName: 'Instant' }, amount: 0.01, language: 'en' });
  const [transaction] = local.wix.payments.transactions();
  assert.deepEqual([transaction.amount, transaction.description.buyerInfo.buyerLanguage], ['24990', 'en']);
  const page = await fetch(transaction.returnUrls.successUrl);
  assert.match(await page.text(), /go back to the store/);
  assert.match(page.headers.get('content-security-policy'), /script-src 'sha256-[\w+/]+=*'$/);
});

test('without a provider nothing can be started', async (t) => {
  const local = await start(t, { site: SITE });
  const { id: paymentId } = await web(local, 'create', MUG);
  assert.equal((await service(local, 'about', { paymentId })).result.method, null);
  assert.match((await service(local, 'start', { paymentId })).error.message, /no payment provider is connected/);
});

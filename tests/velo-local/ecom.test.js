import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { start } from './start.js';

const SITE = fileURLToPath(new URL('./site-wix', import.meta.url));
const run = (t, options) => start(t, { site: SITE, ...options });

async function ecom(local, api, args, how = {}) {
  const response = await local.fetchFunction('ecom', { method: 'POST', body: JSON.stringify({ api, args, ...how }) });
  return response.status === 200 ? response.json() : { status: response.status };
}

const codeOf = async (...call) => (await ecom(...call)).error?.details?.applicationError.code;

const ORDER = {
  channelInfo: { type: 'WEB' },
  lineItems: [{ productName: { original: 'Kupa' }, itemType: { preset: 'PHYSICAL' }, price: { amount: '74.95' }, quantity: 2 }],
  priceSummary: { total: { amount: '149.90' } },
  buyerInfo: { email: 'ayse@example.com' },
};

const paid = (amount, more = {}) => ({
  amount: { amount }, status: 'APPROVED', regularPaymentDetails: { status: 'APPROVED', paymentMethod: 'CreditCard', ...more },
});

async function order(local, changes) {
  return (await ecom(local, 'orders.createOrder', [{ ...ORDER, ...changes }])).value;
}

const statusOf = async (local, id) => {
  const { value } = await ecom(local, 'orders.getOrder', [id]);
  return [value.status, value.paymentStatus, value.balanceSummary.balance.amount];
};

test('every function needs elevated permissions', async (t) => {
  const local = await run(t);
  const { _id } = await order(local);
  const calls = {
    'orders.createOrder': [ORDER], 'orders.getOrder': [_id], 'orders.searchOrders': [{}], 'orders.updateOrder': [_id, {}],
    'orders.cancelOrder': [_id], 'orderTransactions.listTransactionsForSingleOrder': [_id],
    'orderTransactions.listTransactionsForMultipleOrders': [[_id]], 'orderTransactions.addPayments': [_id, [paid('1.00')]],
    'orderTransactions.updatePaymentStatus': [{}, {}], 'orderTransactions.bulkUpdatePaymentStatuses': [[], {}],
  };
  for (const [api, args] of Object.entries(calls)) {
    assert.equal(await codeOf(local, api, args, { plain: true }), 'PERMISSION_DENIED', api);
  }
  assert.equal(await codeOf(local, 'orderBilling.refundPayments', [_id, {}], { plain: true, twin: true }), 'PERMISSION_DENIED');
  assert.deepEqual(await statusOf(local, _id), ['APPROVED', 'NOT_PAID', '149.90']);
});

test('an order is created, read and searched for', async (t) => {
  const local = await run(t);
  const { value, dated } = await ecom(local, 'orders.createOrder', [ORDER]);
  assert.match(value._id, /^[0-9a-f-]{36}$/);
  assert.equal(dated, true);
  assert.deepEqual([value.number, value.currency, value.status, value.paymentStatus], ['10001', 'TRY', 'APPROVED', 'NOT_PAID']);
  assert.deepEqual(value.priceSummary.total, { amount: '149.90', formattedAmount: '₺149,90' });
  assert.match(value.lineItems[0]._id, /^[0-9a-f-]{36}$/);
  assert.deepEqual((await ecom(local, 'orders.getOrder', [value._id], { twin: true })).value, value, 'the SDK says the same');

  const lineItems = [{ ...ORDER.lineItems[0], price: { amount: '75' } }];
  const yen = await order(local, { currency: 'JPY', priceSummary: { total: { amount: '150' } }, lineItems });
  assert.equal(yen.priceSummary.total.amount, '150');
  await ecom(local, 'orderTransactions.addPayments', [yen._id, [paid('150')]]);

  const found = async (search) => (await ecom(local, 'orders.searchOrders', [search])).value;
  assert.deepEqual((await found({})).orders.map(({ number }) => number), ['10002', '10001'], 'newest first');
  assert.deepEqual((await found({ filter: { paymentStatus: 'NOT_PAID' } })).orders.map(({ number }) => number), ['10001']);
  assert.deepEqual((await found({ filter: { paymentStatus: { $in: ['PAID', 'PENDING'] } } })).orders.length, 1);
  assert.deepEqual((await found({ filter: { $or: [{ number: '10001' }, { number: { $eq: '10002' } }] } })).orders.length, 2);
  assert.deepEqual((await found({ filter: { _createdDate: { $gt: value._createdDate } } })).orders.map(({ number }) => number), ['10002']);
  assert.deepEqual((await found({ filter: { 'buyerInfo.email': { $ne: 'ayse@example.com' } } })).orders, []);
  const first = await found({ cursorPaging: { limit: 1 }, sort: [{ fieldName: 'number', order: 'ASC' }] });
  assert.deepEqual([first.orders[0].number, first.metadata.hasNext], ['10001', true]);
  const second = await found({ cursorPaging: { limit: 1, cursor: first.metadata.cursors.next }, sort: [{ fieldName: 'number' }] });
  assert.deepEqual([second.orders[0].number, second.metadata.hasNext], ['10002', false]);
  assert.equal(await codeOf(local, 'orders.searchOrders', [{ filter: { number: { $where: '1' } } }]), 'INVALID_ARGUMENT');
});

test('what an order must have', async (t) => {
  const local = await run(t);
  const line = ORDER.lineItems[0];
  const wrong = [
    {}, { lineItems: undefined }, { channelInfo: undefined }, { priceSummary: {} }, { priceSummary: { total: { amount: 149.9 } } },
    { priceSummary: { total: { amount: '149,90' } } }, { priceSummary: { total: { amount: '149.905' } } }, { lineItems: [] },
    { lineItems: [{ ...line, quantity: 0 }] }, { lineItems: [{ ...line, quantity: 1.5 }] }, { lineItems: [{ ...line, itemType: undefined }] },
    { lineItems: [{ ...line, productName: {} }] }, { lineItems: [{ ...line, price: { amount: '-1' } }] },
  ];
  for (const changes of wrong.slice(1)) {
    assert.equal(await codeOf(local, 'orders.createOrder', [{ ...ORDER, ...changes }]), 'INVALID_ARGUMENT', JSON.stringify(changes));
  }
  assert.equal(await codeOf(local, 'orders.createOrder', [null]), 'INVALID_ARGUMENT');
  assert.equal(local.wix.orders.all().length, 0);
});

test('payments make an order paid, whichever of the two statuses says so', async (t) => {
  const local = await run(t);
  const pay = (id, ...payments) => ecom(local, 'orderTransactions.addPayments', [id, payments]);
  const one = await order(local);
  const { value } = await pay(one._id, paid('149.90', { providerTransactionId: 'bank-1' }));
  assert.equal(value.paymentsIds.length, 1);
  assert.deepEqual(await statusOf(local, one._id), ['APPROVED', 'PAID', '0.00']);

  const onlyNew = await order(local);
  await pay(onlyNew._id, { amount: { amount: '100' }, status: 'APPROVED', regularPaymentDetails: {} });
  assert.deepEqual(await statusOf(local, onlyNew._id), ['APPROVED', 'PARTIALLY_PAID', '49.90']);
  const onlyOld = { amount: { amount: '49.90' }, regularPaymentDetails: { status: 'APPROVED' } };
  await pay(onlyNew._id, onlyOld);
  assert.deepEqual(await statusOf(local, onlyNew._id), ['APPROVED', 'PAID', '0.00']);
  const { payments } = (await ecom(local, 'orderTransactions.listTransactionsForSingleOrder', [onlyNew._id])).value.orderTransactions;
  assert.deepEqual(payments.map(({ status }) => status), ['APPROVED', 'APPROVED']);
  assert.deepEqual(payments.map(({ regularPaymentDetails }) => regularPaymentDetails.status), ['APPROVED', 'APPROVED']);

  const cancelled = await order(local);
  await ecom(local, 'orders.cancelOrder', [cancelled._id]);
  assert.deepEqual(await statusOf(local, cancelled._id), ['CANCELED', 'NOT_PAID', '149.90']);
  assert.ok((await pay(cancelled._id, paid('149.90'))).value, 'a record is a record: whether the order waits is for the caller to ask');
  assert.deepEqual(await statusOf(local, cancelled._id), ['CANCELED', 'PAID', '0.00']);
  await pay(cancelled._id, paid('149.90'));
  assert.equal(local.wix.orders.transactions(cancelled._id).orderTransactions.payments.length, 2, 'nor does it notice a second record');
});

test('payments that are refused', async (t) => {
  const local = await run(t);
  const { _id } = await order(local);
  const wrong = [
    { amount: { amount: '1' }, status: 'APPROVED' }, { amount: { amount: '1' }, regularPaymentDetails: {} },
    { amount: { amount: '1' }, status: 'PAID', regularPaymentDetails: {} }, { status: 'APPROVED', regularPaymentDetails: {} },
    { amount: { amount: 1 }, status: 'APPROVED', regularPaymentDetails: {} },
    { amount: { amount: '1' }, status: 'APPROVED', regularPaymentDetails: { status: 'PENDING' } },
    { amount: { amount: '1' }, status: 'APPROVED', giftcardPaymentDetails: {} },
  ];
  for (const payment of wrong) {
    assert.equal(await codeOf(local, 'orderTransactions.addPayments', [_id, [payment]]), 'INVALID_ARGUMENT', JSON.stringify(payment));
  }
  for (const payments of [[], 'x', Array(51).fill(paid('1'))]) {
    assert.equal(await codeOf(local, 'orderTransactions.addPayments', [_id, payments]), 'INVALID_ARGUMENT');
  }
  assert.deepEqual(await statusOf(local, _id), ['APPROVED', 'NOT_PAID', '149.90']);
});

test('a payment\'s status is updated, but not to refunded', async (t) => {
  const local = await run(t);
  const { _id } = await order(local);
  const pending = { amount: { amount: '149.90' }, status: 'PENDING', regularPaymentDetails: { status: 'PENDING' } };
  const [paymentId] = (await ecom(local, 'orderTransactions.addPayments', [_id, [pending]])).value.paymentsIds;
  assert.deepEqual(await statusOf(local, _id), ['APPROVED', 'PENDING', '149.90']);
  const update = (status, id = paymentId) => ecom(local, 'orderTransactions.updatePaymentStatus', [{ orderId: _id, paymentId: id }, { status }]);
  const [payment] = (await update('APPROVED')).value.orderTransactions.payments;
  assert.deepEqual([payment.status, payment.regularPaymentDetails.status], ['APPROVED', 'APPROVED']);
  assert.deepEqual(await statusOf(local, _id), ['APPROVED', 'PAID', '0.00']);
  const refusal = async (...how) => (await update(...how)).error.details.applicationError.code;
  for (const status of ['REFUNDED', 'PARTIALLY_REFUNDED']) assert.equal(await refusal(status), 'STATUS_NOT_ALLOWED');
  assert.equal(await refusal('PAID'), 'INVALID_ARGUMENT');
  assert.equal(await refusal('APPROVED', 'nope'), 'PAYMENT_NOT_FOUND');
  const both = [{ orderId: _id, paymentId }, { orderId: _id, paymentId: 'x' }];
  const bulk = await ecom(local, 'orderTransactions.bulkUpdatePaymentStatuses', [both, { status: 'VOIDED' }]);
  assert.deepEqual(bulk.value.bulkActionMetadata, { totalSuccesses: 1, totalFailures: 1, undetailedFailures: 0 });
  assert.deepEqual(await statusOf(local, _id), ['APPROVED', 'NOT_PAID', '149.90']);
});

test('a refund that was made at the bank is recorded, and never more than was paid', async (t) => {
  const local = await run(t);
  const { _id } = await order(local);
  const [paymentId] = (await ecom(local, 'orderTransactions.addPayments', [_id, [paid('149.90')]])).value.paymentsIds;
  const refund = (amount, externalRefund = true) =>
    ecom(local, 'orderBilling.refundPayments', [_id, { paymentRefunds: [{ paymentId, amount: { amount }, externalRefund }] }], { twin: true });
  assert.equal((await refund('149.91')).error.details.applicationError.code, 'INVALID_PAYMENT_REFUND_AMOUNT');
  assert.equal((await refund('0')).error.details.applicationError.code, 'INVALID_PAYMENT_REFUND_AMOUNT');
  const { refund: made, orderTransactions } = (await refund('49.90')).value;
  assert.deepEqual([made.transactions[0].amount.amount, made.transactions[0].externalRefund], ['49.90', true]);
  assert.equal(orderTransactions.payments[0].status, 'PARTIALLY_REFUNDED');
  assert.equal((await statusOf(local, _id))[1], 'PARTIALLY_REFUNDED');
  assert.equal((await refund('100.01')).error.details.applicationError.code, 'INVALID_PAYMENT_REFUND_AMOUNT');
  await refund('100.00');
  assert.equal((await statusOf(local, _id))[1], 'FULLY_REFUNDED');
  assert.equal((await refund('1', false)).error.details.applicationError.code, 'INVALID_ARGUMENT');
});

test('what does not exist fails', async (t) => {
  const local = await run(t);
  const { _id } = await order(local);
  for (const id of ['6f1d3c52-0000-4000-8000-000000000404', null, {}, '__proto__']) {
    assert.equal(await codeOf(local, 'orders.getOrder', [id]), 'ORDER_NOT_FOUND');
    assert.equal(await codeOf(local, 'orders.cancelOrder', [id]), 'ORDER_NOT_FOUND');
    assert.equal(await codeOf(local, 'orderTransactions.listTransactionsForSingleOrder', [id]), 'ORDER_TRANSACTIONS_NOT_FOUND');
    assert.equal(await codeOf(local, 'orderTransactions.addPayments', [id, [paid('1')]]), 'ORDER_TRANSACTIONS_NOT_FOUND');
  }
  assert.equal(await codeOf(local, 'orders.updateOrder', [_id, { paymentStatus: 'PAID' }]), 'INVALID_ARGUMENT');
  assert.equal(await codeOf(local, 'orders.updateOrder', [{ _id, paymentStatus: 'PAID' }]), 'ORDER_NOT_FOUND');
  for (const api of ['orders.markAsPaid', 'orders.queryOrders', 'orderTransactions.updatePayments']) {
    assert.match((await ecom(local, api, [_id])).error.message, /elevate expects a function/, api);
    assert.match((await ecom(local, api, [_id], { plain: true })).error.message, /not a function/, api);
  }
  assert.match((await ecom(local, 'orderBilling.refundPayments', [_id])).error.message, /undefined/, 'not in wix-ecom-backend');
  assert.deepEqual(await statusOf(local, _id), ['APPROVED', 'NOT_PAID', '149.90']);
  assert.equal((await ecom(local, 'orders.updateOrder', [_id, { archived: true }])).value.archived, true);
});

test('bad habits: an answer that is lost, a container that dies of it, a list that is late', async (t) => {
  const local = await run(t, { containers: 1 });
  const { _id } = await order(local);
  const add = () => ecom(local, 'orderTransactions.addPayments', [_id, [paid('50.00')]]);
  const count = () => local.wix.orders.all().flatMap((each) => local.wix.orders.transactions(each._id).orderTransactions.payments).length;
  local.habits.set({ outage: { times: 1, function: 'addPayments', done: false } });
  assert.equal((await add()).error.details.applicationError.code, 'UNAVAILABLE');
  assert.equal(count(), 0);
  local.habits.set({ outage: { times: 1, function: 'addPayments', done: true } });
  assert.ok((await ecom(local, 'orders.getOrder', [_id])).value, 'only what is meant');
  assert.equal((await add()).error.details.applicationError.code, 'UNAVAILABLE');
  assert.equal(count(), 1);
  local.habits.set({ crash: { times: 1, function: 'post_ecom', after: 'wix', count: 1 } });
  assert.equal((await add()).status, 502);
  assert.equal(count(), 2);
  local.habits.set({ staleMs: 2_000 });
  const listed = (await ecom(local, 'orderTransactions.listTransactionsForSingleOrder', [_id])).value.orderTransactions.payments;
  assert.equal(listed.length, 0);
  assert.equal((await statusOf(local, _id))[1], 'PARTIALLY_PAID', 'the order itself is read as it is');
});

test('orders lie on disk with the data, and are cleared with it', async (t) => {
  const local = await run(t);
  await order(local);
  local.data.collection('Intents').put({ _id: 'x' });
  local.clear();
  assert.deepEqual([local.wix.orders.all(), local.data.collection('Intents').all()], [[], []]);
  const stolen = await ecom(local, 'orders.getOrder', ['x']);
  assert.equal(stolen.error.details.applicationError.code, 'ORDER_NOT_FOUND');
});

test('one payment\'s whole story, from any of its names, across requests and fetches', async (t) => {
  const bank = http.createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end('<answer>no such order</answer>');
  });
  await new Promise((resolve) => bank.listen(0, '127.0.0.1', resolve));
  t.after(() => bank.close());
  const url = `http://127.0.0.1:${bank.address().port}`;
  const local = await run(t, { allow: [url], containers: 2, secrets: { bankUrl: url } });
  const [mine, other] = [await order(local), await order(local)];
  await local.fetchFunction('ask', { method: 'POST', body: JSON.stringify({ intentId: 'intent-aaaaaaaa', orderId: mine._id, url }) });
  await local.fetchFunction('ask', { method: 'POST', body: JSON.stringify({ intentId: 'intent-bbbbbbbb', orderId: other._id, url }) });
  await ecom(local, 'orderTransactions.addPayments', [mine._id, [paid('149.90', { providerTransactionId: 'bank-123456789' })]]);
  await local.runJob('ask');
  const stories = [mine._id, 'intent-aaaaaaaa', 'bank-123456789'].map((name) => local.logs(name));
  assert.deepEqual(stories[1], stories[0]);
  assert.deepEqual(stories[2], stories[0]);
  const text = stories[0].map((line) => `${line.kind} ${line.text} ${line.detail}`).join('\n');
  assert.match(text, /wix orders\.createOrder → ok[\s\S]*data insert Intents[\s\S]*fetch POST[\s\S]*<o>intent-aaaaaaaa[\s\S]*APPROVED PAID/);
  assert.match(text, /<inquiry>intent-aaaaaaaa[\s\S]*asked about intent-aaaaaaaa/, 'the job\'s lines that are about it, and no others');
  assert.match(text, /answer of [\s\S]*no such order/);
  assert.match(text, /<Cvv2Val>•••<\/Cvv2Val>/, 'a security code never reaches the log');
  assert.doesNotMatch(text, /intent-bbbbbbbb/, 'nor is another payment told');
  assert.equal(new Set(stories[0].map((line) => line.request).filter(Boolean)).size, 4);
});

test('the dashboard makes an unpaid order and cancels it', async (t) => {
  const local = await run(t);
  const post = (form, headers = { origin: local.url }) => fetch(`${local.url}/_local/orders`, {
    method: 'POST', redirect: 'manual', headers, body: new URLSearchParams({ token: local.token, ...form }),
  });
  const create = { action: 'create', product: 'kupa', quantity: '3', email: '<b>@example.com' };
  assert.equal((await post({ ...create, token: 'x' })).status, 403);
  assert.equal((await post(create, { origin: 'https://evil.example' })).status, 403);
  assert.equal((await post({ ...create, product: 'nope' })).status, 400);
  assert.equal((await post({ ...create, quantity: '-1' })).status, 400);
  assert.equal(local.wix.orders.all().length, 0);
  assert.equal((await post(create)).status, 303);
  const [made] = local.wix.orders.all();
  assert.deepEqual([made.priceSummary.total.amount, made.paymentStatus, made.channelInfo.type], ['749.70', 'NOT_PAID', 'BACKOFFICE_MERCHANT']);
  const page = await (await fetch(`${local.url}/_local/orders?lang=en`)).text();
  assert.match(page, /Order 10001 · ₺749,70/);
  assert.match(page, /&lt;b&gt;@example\.com/);
  await post({ action: 'cancel', order: made._id });
  assert.equal(local.wix.orders.get(made._id).status, 'CANCELED');
  assert.equal((await post({ action: 'cancel', order: 'nope' })).status, 400);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CREDENTIALS, SITE, about, calls, connected, place, rules, submit } from './site-wix.js';
import { start, until } from './start.js';

const orderOf = (local, transaction) => local.wix.orders.get(transaction.about);
const statesOf = (local, transaction) => [
  local.wix.payments.transaction(transaction._id).state, orderOf(local, transaction).status, orderOf(local, transaction).paymentStatus,
];

// --- createTransaction ---

test('createTransaction is called with what the reference says', async (t) => {
  const local = await connected(t);
  const { order, transaction } = await place(local);
  const [{ options, context }] = calls(local);
  assert.equal(options.wixTransactionId, transaction._id);
  assert.deepEqual(options.merchantCredentials, { ...CREDENTIALS, seen: 'TR,TRY,string,WIX_USER' });
  const { description, returnUrls } = options.order;
  assert.deepEqual([description.totalAmount, description.currency], ['46880', 'TRY']);
  assert.deepEqual(description.charges, { tax: '0', shipping: '3990', discount: '0' });
  assert.deepEqual(description.items.map(({ name, quantity, price, category }) => [name, quantity, price, category]), [
    ['Seramik kupa', 1, '24990', 'physical'], ['Çizgili defter', 2, '8950', 'physical'],
  ]);
  assert.equal(description.billingAddress.email, 'ayse@example.com');
  assert.equal(description.buyerInfo.buyerLanguage, 'tr');
  assert.deepEqual(Object.keys(returnUrls), ['successUrl', 'errorUrl', 'cancelUrl', 'pendingUrl']);
  for (const url of Object.values(returnUrls)) assert.ok(url.startsWith(`${local.url}/`));
  assert.equal(options.fraudInformation.remoteIp, '127.0.0.1');
  assert.equal(context.identity.identityType, 'ANONYMOUS_VISITOR');
  assert.equal(transaction.redirectUrl, `https://shop.example/pay/${transaction._id}`);
  assert.equal(order.priceSummary.total.amount, '468.80');
  assert.deepEqual(statesOf(local, transaction), ['created', 'INITIALIZED', 'NOT_PAID'], 'nothing is paid by going to the bank');
  const said = local.logs().filter(({ request, kind }) => request.startsWith('p') && kind !== 'data').map(({ detail }) => detail).join('\n');
  assert.match(said, /"credentials":\{"siteUrl":"•••","account":"•••"/);
  assert.doesNotMatch(said, /"account":"one"/, 'credentials are not in the log');
});

test('the plugin runs as nobody: without elevation it may do no more than a visitor', async (t) => {
  const local = await connected(t);
  await place(local);
  assert.equal(calls(local)[0]._owner, '6f1d3c52-0000-4000-8000-000000000000');
});

test('answers: declined, pending, at once, late, wrong, none', async (t) => {
  const local = await connected(t, { limits: { requestMs: 1_000 } });
  const state = async (name) => statesOf(local, (await place(local, name)).transaction);
  assert.deepEqual(await state('Declined'), ['declined', 'INITIALIZED', 'NOT_PAID']);
  assert.deepEqual(await state('Pending'), ['pending', 'PENDING', 'PENDING']);
  assert.deepEqual(await state('Instant'), ['created', 'INITIALIZED', 'NOT_PAID'], 'approved only by an event');
  assert.deepEqual(await state('Broken'), ['created', 'INITIALIZED', 'NOT_PAID']);
  assert.deepEqual(rules(local), []);
  assert.deepEqual(await state('Wrong'), ['created', 'INITIALIZED', 'NOT_PAID']);
  assert.deepEqual(await state('Nothing'), ['created', 'INITIALIZED', 'NOT_PAID']);
  assert.deepEqual(rules(local), ['answer-shape', 'answer-shape']);
  const { transaction } = await place(local, 'Slow');
  assert.equal(transaction.redirectUrl, null, 'after the platform\'s limit nobody hears the answer');
  assert.match(transaction.history.at(-1).told.error, /no answer within 1000 ms/);
  const told = { transaction: { wixTransactionId: transaction._id, pluginTransactionId: 'p' } };
  assert.equal(await submit(local, told), 'ok', 'but it can still be told');
  assert.deepEqual(statesOf(local, transaction), ['approved', 'APPROVED', 'PAID']);
});

test('the same wixTransactionId must get the same answer', async (t) => {
  const local = await connected(t, { containers: 2 });
  const { transaction } = await place(local);
  await local.wix.payments.askAgain(transaction._id);
  assert.deepEqual(rules(local), []);
  local.habits.set({ repeat: { times: 1, function: 'createTransaction', copies: 2, delayMs: 0 } });
  await place(local);
  await until(() => local.logs('createTransaction → ok').filter((line) => line.text.startsWith('createTransaction')).length === 5);
  assert.deepEqual(rules(local), [], 'three calls at once, one transaction');
  const sloppy = (await place(local, 'Sloppy')).transaction;
  await local.wix.payments.askAgain(sloppy._id);
  assert.deepEqual(rules(local), ['second-transaction']);
  assert.equal(local.wix.payments.transaction(sloppy._id).redirectUrl, sloppy.redirectUrl);
  const declined = (await place(local, 'Declined')).transaction;
  await local.wix.payments.askAgain(declined._id);
  assert.deepEqual(rules(local), ['second-transaction'], 'the latest state once more is fine');
});

test('bad habits: a call that is lost, a container that dies of it', async (t) => {
  const local = await connected(t, { containers: 2 });
  local.habits.set({ drop: { times: 1, function: 'createTransaction' } });
  const lost = (await place(local)).transaction;
  assert.match(lost.history.at(-1).told.error, /lost/);
  assert.equal(calls(local).length, 0);
  local.habits.set({ crash: { times: 1, function: 'createTransaction', after: 'write', count: 1 } });
  const killed = (await place(local)).transaction;
  assert.equal(killed.redirectUrl, null);
  assert.equal(calls(local).length, 1);
  const transaction = await local.wix.payments.askAgain(killed._id);
  assert.equal(transaction.redirectUrl, `https://shop.example/pay/${killed._id}`, 'Wix asks again, and the plugin knows it');
  assert.deepEqual(rules(local), []);
});

// --- events ---

test('events make the order what it is', async (t) => {
  const local = await connected(t);
  const [paid, failed, cancelled, waiting] = await Promise.all([1, 2, 3, 4].map(async () => (await place(local)).transaction));
  assert.equal(await submit(local, about(paid)), 'ok');
  assert.deepEqual(statesOf(local, paid), ['approved', 'APPROVED', 'PAID']);
  const [payment] = local.wix.orders.paymentsOf(paid.about);
  assert.deepEqual([payment.amount.amount, payment.status], ['468.80', 'APPROVED']);
  assert.equal(payment.regularPaymentDetails.providerTransactionId, paid.pluginTransactionId);

  await submit(local, about(failed, { reasonCode: 3012, errorCode: '51', errorMessage: 'no funds' }));
  assert.deepEqual(statesOf(local, failed), ['declined', 'INITIALIZED', 'NOT_PAID']);
  assert.equal(local.wix.payments.transaction(failed._id).errorMessage, 'no funds');
  await submit(local, about(cancelled, { reasonCode: 3030 }));
  assert.deepEqual(statesOf(local, cancelled), ['canceled', 'INITIALIZED', 'NOT_PAID']);

  await submit(local, about(waiting, { reasonCode: 5009 }));
  assert.deepEqual(statesOf(local, waiting), ['pending', 'PENDING', 'PENDING']);
  await submit(local, about(waiting));
  assert.deepEqual(statesOf(local, waiting), ['approved', 'APPROVED', 'PAID']);
  assert.equal(local.wix.orders.paymentsOf(waiting.about).length, 1, 'one payment, whatever it went through');
  assert.deepEqual(rules(local), []);
});

test('repetitions are fine, contradictions are violations and change nothing', async (t) => {
  const local = await connected(t);
  const pending = { reasonCode: 5009 };
  const declined = { reasonCode: 3012 };
  const cases = [
    ['approved', 'PAID', [], pending, 'pending-after-final'],
    ['approved', 'PAID', [], declined, 'failure-after-success'],
    ['declined', 'NOT_PAID', [declined], {}, 'success-after-failure'],
    ['declined', 'NOT_PAID', [declined], pending, 'pending-after-final'],
    ['canceled', 'NOT_PAID', [{ reasonCode: 3030 }], {}, 'success-after-failure'],
  ];
  for (const [state, paymentStatus, [first = {}], second, rule] of cases) {
    const { transaction } = await place(local);
    assert.equal(await submit(local, about(transaction, first)), 'ok');
    assert.equal(await submit(local, about(transaction, first)), 'ok', 'a repetition');
    assert.equal(await submit(local, about(transaction, second)), 'FAILED_PRECONDITION', rule);
    assert.deepEqual([rules(local).at(-1), local.wix.payments.transaction(transaction._id).state], [rule, state]);
    assert.equal(orderOf(local, transaction).paymentStatus, paymentStatus);
    assert.equal(local.wix.payments.violations().at(-1).wixTransactionId, transaction._id);
  }
  const { transaction } = await place(local);
  for (const more of [pending, pending, declined, declined, { reasonCode: 3000 }]) assert.equal(await submit(local, about(transaction, more)), 'ok');
  assert.deepEqual(statesOf(local, transaction), ['declined', 'REJECTED', 'NOT_PAID']);
  assert.equal(local.wix.payments.transaction(transaction._id).reasonCode, 3012, 'the first failure is the one');
  assert.equal(rules(local).length, cases.length);
});

test('events that are not what they should be', async (t) => {
  const local = await connected(t);
  const { transaction } = await place(local);
  const unknown = { transaction: { wixTransactionId: '6f1d3c52-0000-4000-8000-000000000404', pluginTransactionId: 'x' } };
  assert.equal(await submit(local, unknown), 'FAILED_PRECONDITION');
  assert.equal(await submit(local, about({ ...transaction, pluginTransactionId: 'another' })), 'FAILED_PRECONDITION');
  assert.deepEqual(rules(local), ['unknown-transaction', 'second-transaction']);
  for (const event of [null, {}, { transaction: {} }, { transaction: 'x' }, { ...about(transaction), refund: { wixTransactionId: 'x' } }]) {
    assert.equal(await submit(local, event), 'INVALID_ARGUMENT', JSON.stringify(event));
  }
  assert.equal(await submit(local, about(transaction, { reasonCode: '3012' })), 'INVALID_ARGUMENT', 'a reason is a number');
  assert.equal(local.wix.payments.transaction(transaction._id).state, 'created');
  assert.equal(await submit(local, about(transaction, { reasonCode: 1234 })), 'ok', 'it is a decline, and somebody should look');
  assert.deepEqual(rules(local).slice(2), ['unknown-reason']);
  assert.equal(local.wix.payments.transaction(transaction._id).state, 'declined');
  const known = (await place(local)).transaction;
  assert.equal(await submit(local, { transaction: { wixTransactionId: known._id } }), 'ok', 'the plugin\'s own name may be left out');
});

test('an event may stay unanswered, and is told again', async (t) => {
  const local = await connected(t);
  const { transaction } = await place(local);
  local.habits.set({ outage: { times: 1, function: 'submitEvent', done: false } });
  assert.equal(await submit(local, about(transaction)), 'UNAVAILABLE');
  assert.equal(local.wix.payments.transaction(transaction._id).state, 'created');
  local.habits.set({ outage: { times: 1, function: 'submitEvent', done: true } });
  assert.equal(await submit(local, about(transaction)), 'UNAVAILABLE');
  assert.deepEqual(statesOf(local, transaction), ['approved', 'APPROVED', 'PAID']);
  assert.equal(await submit(local, about(transaction)), 'ok');
  assert.equal(local.wix.orders.paymentsOf(transaction.about).length, 1);
});

// --- the dashboard ---

test('the dashboard connects, shows everything, repeats and refunds', async (t) => {
  const local = await start(t, { site: SITE });
  const post = (form, headers = { origin: local.url }) => fetch(`${local.url}/_local/payments`, {
    method: 'POST', redirect: 'manual', headers, body: new URLSearchParams({ token: local.token, ...form }),
  });
  const page = async () => (await fetch(`${local.url}/_local/payments?lang=en`)).text();
  const form = await page();
  assert.match(form, /name="credential\.siteUrl"/);
  assert.match(form, /<select name="credential\.account"><option value="one">First<\/option>/);
  assert.match(form, /<input type="checkbox" name="credential\.strict" value="true">/);
  const fields = { 'credential.siteUrl': 'https://shop.example', 'credential.account': 'two', 'credential.strict': 'true' };
  const connect = { action: 'connect', plugin: 'testpay', ...fields };
  assert.equal((await post(connect, { origin: 'https://evil.example' })).status, 403);
  assert.equal((await post({ ...connect, token: '' })).status, 403);
  assert.equal((await post({ ...connect, 'credential.siteUrl': '' })).status, 400);
  assert.equal(local.wix.provider.connection(), null);
  assert.equal((await post(connect)).status, 303);
  assert.equal(local.wix.provider.connection().credentials.strict, 'true');

  const { transaction } = await place(local, '<img src=x onerror=alert(1)>');
  await submit(local, about(transaction, { errorMessage: undefined }));
  assert.equal((await post({ action: 'askAgain', transaction: transaction._id })).status, 303);
  assert.equal((await post({ action: 'refund', transaction: transaction._id, amount: '10.00', twice: 'yes' })).status, 303);
  assert.equal(calls(local).filter(({ refundAmount }) => refundAmount === '1000').length, 2);
  const [{ wixRefundId }] = local.wix.payments.transaction(transaction._id).refunds;
  assert.equal((await post({ action: 'refundAgain', transaction: transaction._id, refund: wixRefundId })).status, 303);
  assert.equal(calls(local).filter(({ refundAmount }) => refundAmount === '1000').length, 3);
  const tooMuch = { action: 'refund', transaction: transaction._id, amount: '999' };
  for (const wrong of [{ action: 'refund', transaction: 'nope' }, tooMuch, { action: '__proto__' }]) {
    assert.equal((await post(wrong)).status, 400);
  }
  await submit(local, about(transaction, { reasonCode: 3012 }));
  const html = await page();
  assert.match(html, /Broken rules \(1\)[\s\S]*failure-after-success/);
  assert.match(html, /468\.80 TRY · Wix checkout/);
  assert.match(html, /refundTransaction answered/);
  assert.doesNotMatch(html, /<img/);
  assert.doesNotMatch(html, /credential\.|&quot;strict&quot;/, 'what was entered is not shown again');
  assert.equal((await post({ action: 'disconnect' })).status, 303);
  assert.equal(local.wix.provider.connection(), null);
});

test('one payment\'s story: checkout, plugin, event, order', async (t) => {
  const local = await connected(t, { containers: 2 });
  const [one, other] = [(await place(local)).transaction, (await place(local)).transaction];
  await submit(local, about(one));
  await submit(local, about(other));
  for (const name of [one.about, one._id, one.pluginTransactionId]) {
    const text = local.logs(name).map((line) => line.text).join('\n');
    const steps = ['INITIALIZED NOT_PAID', 'begun', 'Wix calls createTransaction', 'insert Transactions', 'APPROVED PAID', 'submitEvent → ok'];
    assert.match(text, new RegExp(steps.join('[\\s\\S]*')), name);
    assert.doesNotMatch(text, new RegExp(other._id));
  }
});

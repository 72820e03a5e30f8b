import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { CREDENTIALS, SITE, about, calls, connected, place, rules, submit } from './site-wix.js';
import { start, until } from './start.js';

const orderOf = (local, transaction) => local.wix.orders.get(transaction.about);
const statesOf = (local, transaction) => [
  local.wix.payments.transaction(transaction._id).state, orderOf(local, transaction).status, orderOf(local, transaction).paymentStatus,
];

// --- the provider ---

test('connecting: the owner\'s fields go to connectAccount, and what it answers is kept', async (t) => {
  const local = await start(t, { site: SITE });
  const { provider } = local.wix;
  assert.deepEqual(provider.plugins.map(({ name, problems }) => [name, problems]), [['testpay', []]]);
  assert.equal(provider.connection(), null);
  await assert.rejects(place(local), /no payment provider is connected/);
  await assert.rejects(provider.connect({}), /the address is missing \(2002\)/);
  await assert.rejects(provider.connect(CREDENTIALS, 'other'), /no payment provider other/);
  assert.equal(provider.connection(), null);
  await provider.connect(CREDENTIALS);
  const { accountId, accountName, credentials, title } = provider.connection();
  assert.deepEqual([accountId, accountName, title], ['one', 'account one', 'Kartla öde']);
  assert.equal(credentials.seen, 'TR,TRY,string,WIX_USER');
  local.clear();
  assert.equal(provider.connection().accountId, 'one', 'clearing the data does not disconnect');
  provider.disconnect();
  assert.equal(provider.connection(), null);
});

test('what the platform would fail on silently is told loudly, when the site starts and when it changes', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'velo-site-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const at = 'src/backend/service-plugins/payment-provider/mypay';
  const config = (text) => write(`${at}/mypay-config.js`, `export const getConfig = () => (${text});`);
  const logos = "{ white: { svg: 'https://a.example/w.svg', png: 'https://a.example/w.png' }, colored: { svg: 'https://a.example/c.svg', png: 'https://a.example/c.png' } }";
  const good = `{ title: 'My', paymentMethods: [{ hostedPage: { title: 'Card', logos: ${logos} } }], credentialsFields: [{ simpleField: { name: 'a', label: 'A' } }] }`;
  config(`{ title: 'My', paymentMethods: { hostedPage: {} }, credentialsFields: [{ simpleField: { name: 'a' }, checkboxField: {} }] }`);
  write(`${at}/mypay.js`, 'export const connectAccount = () => ({ credentials: { n: 1 }, accountId: "x", accountName: "x" });');
  const local = await start(t, { site: folder });
  const problems = () => local.wix.provider.plugins[0].problems;
  assert.deepEqual(problems(), [
    'paymentMethods must be a list, and not empty', 'credentialsFields[0] must be exactly one of simpleField, checkboxField, dropdownField',
  ]);
  assert.equal(local.logs('paymentMethods must be a list')[0].level, 'error');
  assert.match(await (await fetch(`${local.url}/_local/payments`)).text(), /paymentMethods must be a list/);

  const changed = async (text) => {
    const before = local.wix.provider.plugins;
    config(text);
    await fetch(local.url);
    await until(() => local.wix.provider.plugins !== before);
    return problems();
  };
  assert.deepEqual(await changed(good.replace(", png: 'https://a.example/w.png'", '')), ['paymentMethods[0].hostedPage.logos.white.png must be the address of a picture']);
  assert.deepEqual(await changed(good.replace('https://a.example/c.svg', 'http://a.example/c.svg')), ['paymentMethods[0].hostedPage.logos.colored.svg must be an https address']);
  assert.deepEqual(await changed(good.replace("title: 'My',", '')), ['title must be text']);
  assert.deepEqual(await changed(good.replace("title: 'Card'", "title: 'Card', billingAddressMandatoryFields: ['MAIL']")), ['paymentMethods[0]: there is no mandatory field "MAIL"']);
  assert.deepEqual(await changed(good.replace("{ name: 'a', label: 'A' } }", "{ name: 'a', label: 'A' } }, { dropdownField: { name: 'a', label: 'B', options: [] } }")), [
    'credentialsFields[1].options must be a list, and not empty', 'credentialsFields has the name `a` twice',
  ]);
  assert.deepEqual(await changed(good.replace("title: 'My'", "title: 'My', logo: 'x'")), ['the configuration has a field `logo` that the platform does not know']);
  assert.match((await changed('nothing()'))[0], /getConfig failed: nothing is not defined/);
  assert.deepEqual(await changed(good), []);
  await assert.rejects(local.wix.provider.connect({ a: 'b' }), /credentials\.n must be text/);
  rmSync(path.join(folder, at, 'mypay.js'));
  write(`${at}/other.js`, '');
  await fetch(local.url);
  await until(() => problems().length > 0);
  assert.deepEqual(problems(), ['backend/service-plugins/payment-provider/mypay/mypay.js is missing']);
});

test('a container that dies while it is read says nothing about a plugin', async (t) => {
  const local = await start(t, { site: SITE, containers: 2 });
  local.habits.set({ crash: { times: 3, function: 'getConfig', after: 'request', count: 1 } });
  await local.wix.provider.read();
  assert.deepEqual(local.wix.provider.plugins.map(({ problems }) => problems), [[]]);
  assert.equal(local.habits.get().crash.times, 0);
});

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
  assert.equal(await submit(local, { transaction: { wixTransactionId: transaction._id, pluginTransactionId: 'p' } }), 'ok', 'but it can still be told');
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
  assert.deepEqual([payment.amount.amount, payment.status, payment.regularPaymentDetails.providerTransactionId], ['468.80', 'APPROVED', paid.pluginTransactionId]);

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

// --- refunds ---

test('refunds: part, rest, and never more', async (t) => {
  const local = await connected(t);
  const { payments } = local.wix;
  const { transaction } = await place(local);
  await assert.rejects(payments.refund(transaction._id), /0\.00 is left/, 'nothing has been paid');
  await submit(local, about(transaction));
  for (const amount of ['0', '468.81', '-1', '1.005', 'x']) await assert.rejects(payments.refund(transaction._id, { amount }));
  const part = await payments.refund(transaction._id, { amount: '100.00' });
  assert.deepEqual([part.state, part.amount, part.pluginRefundId], ['succeeded', '10000', `r-${part.wixRefundId}`]);
  const [, call] = calls(local);
  assert.deepEqual([call.refundAmount, call.reason, call.pluginTransactionId, call.wixRefundId], ['10000', 'REQUESTED_BY_CUSTOMER', transaction.pluginTransactionId, part.wixRefundId]);
  assert.equal(call.merchantCredentials.account, 'one');
  assert.equal(orderOf(local, transaction).paymentStatus, 'PARTIALLY_REFUNDED');
  await assert.rejects(payments.refund(transaction._id, { amount: '368.81' }), /368\.80 is left/);
  await payments.refund(transaction._id);
  assert.equal(orderOf(local, transaction).paymentStatus, 'FULLY_REFUNDED');
  const confirmation = { refund: { wixTransactionId: transaction._id, pluginRefundId: part.pluginRefundId, wixRefundId: part.wixRefundId, amount: '10000' } };
  assert.equal(await submit(local, confirmation), 'ok');
  assert.equal(await submit(local, confirmation), 'ok');
  assert.deepEqual(rules(local), []);
  assert.equal(local.wix.orders.transactions(transaction.about).orderTransactions.refunds.length, 2);
});

test('refunds: refused, without word, asked for again', async (t) => {
  const local = await connected(t);
  const { payments } = local.wix;
  const { transaction } = await place(local);
  await submit(local, about(transaction));
  const refused = await payments.refund(transaction._id, { amount: '30.25' });
  assert.deepEqual([refused.state, refused.reasonCode], ['failed', 3025]);
  const unknown = await payments.refund(transaction._id, { amount: '6.66' });
  assert.equal(unknown.state, 'asked');
  await assert.rejects(payments.refund(transaction._id, { amount: '468.80' }), /462\.14 is left/, 'without word it counts as done');
  const again = await payments.refundAgain(transaction._id, unknown.wixRefundId);
  assert.equal(again.state, 'asked');
  assert.equal(calls(local).filter(({ wixRefundId }) => wixRefundId === unknown.wixRefundId).length, 2, 'the same id twice');
  const told = { refund: { wixTransactionId: transaction._id, pluginRefundId: 'r', wixRefundId: unknown.wixRefundId, amount: '666' } };
  assert.equal(await submit(local, told), 'ok', 'the event brings word');
  assert.equal(payments.transaction(transaction._id).refunds[1].state, 'succeeded');
  assert.equal(orderOf(local, transaction).paymentStatus, 'PARTIALLY_REFUNDED');

  const pending = await payments.refund(transaction._id, { amount: '5.09' });
  assert.deepEqual([pending.state, pending.reasonCode], ['asked', 5009], 'pending is no failure');
  const { wixRefundId } = pending;
  assert.equal(await submit(local, { refund: { wixTransactionId: transaction._id, pluginRefundId: 'r-509', wixRefundId, amount: '509' } }), 'ok');
  assert.deepEqual([payments.transaction(transaction._id).refunds.at(-1).state, rules(local)], ['succeeded', []]);

  const fickle = await payments.refund(transaction._id, { amount: '7.77' });
  await payments.refundAgain(transaction._id, fickle.wixRefundId);
  assert.deepEqual(rules(local), ['other-refund'], 'money may have gone back twice');
  local.habits.set({ repeat: { times: 1, function: 'refundTransaction', copies: 1, delayMs: 0 } });
  await payments.refund(transaction._id, { amount: '1.00' });
  await until(() => calls(local).filter(({ refundAmount }) => refundAmount === '100').length === 2);
  assert.deepEqual(rules(local), ['other-refund']);
  assert.equal(payments.transaction(transaction._id).refunds.length, 5);
});

test('refunds: events that Wix forbids', async (t) => {
  const local = await connected(t);
  const { transaction } = await place(local);
  const refund = (more) => submit(local, { refund: { wixTransactionId: transaction._id, pluginRefundId: 'bank-1', amount: '1000', ...more } });
  assert.equal(await refund({}), 'FAILED_PRECONDITION', 'before anything was paid');
  await submit(local, about(transaction));
  assert.equal(await refund({ wixRefundId: 'nope' }), 'FAILED_PRECONDITION');
  assert.equal(await refund({ amount: '46881' }), 'FAILED_PRECONDITION');
  for (const more of [{ amount: undefined }, { amount: 1000 }, { amount: '10.00' }, { amount: '-5' }, { pluginRefundId: undefined }, { reasonCode: 'x' }]) {
    assert.equal(await refund(more), 'INVALID_ARGUMENT', JSON.stringify(more));
  }
  assert.equal(await refund({}), 'ok', 'made in the bank\'s panel');
  assert.equal(await refund({}), 'ok', 'told again');
  assert.equal(await refund({ amount: '2000' }), 'FAILED_PRECONDITION');
  assert.equal(await refund({ reasonCode: 3025 }), 'FAILED_PRECONDITION');
  assert.deepEqual(rules(local), ['refund-too-much', 'unknown-refund', 'refund-too-much', 'other-refund', 'other-refund']);
  const [made] = local.wix.orders.transactions(transaction.about).orderTransactions.refunds;
  assert.deepEqual([made.transactions[0].amount.amount, made.transactions[0].externalRefund], ['10.00', true]);
  assert.equal(await submit(local, { refund: { wixTransactionId: 'nope', pluginRefundId: 'x', amount: '1' } }), 'FAILED_PRECONDITION');
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
  const connect = { action: 'connect', plugin: 'testpay', 'credential.siteUrl': 'https://shop.example', 'credential.account': 'two', 'credential.strict': 'true' };
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
  for (const wrong of [{ action: 'refund', transaction: 'nope' }, { action: 'refund', transaction: transaction._id, amount: '999' }, { action: '__proto__' }]) {
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
    assert.match(text, /INITIALIZED NOT_PAID[\s\S]*begun[\s\S]*Wix calls createTransaction[\s\S]*insert Transactions[\s\S]*APPROVED PAID[\s\S]*submitEvent → ok/, name);
    assert.doesNotMatch(text, new RegExp(other._id));
  }
});

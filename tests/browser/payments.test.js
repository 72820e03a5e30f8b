// A customer pays in a real browser: the example site in velo-local, the package as it is published, and the simulated banks.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { openStage, SCREENS } from './stage.js';

const [PHONE] = SCREENS;

let stage;
let visitor;
let customer;

before(async () => {
  stage = await openStage();
});

after(() => stage?.close());

beforeEach(async () => {
  stage.site.habits.reset();
  visitor = await stage.visit(PHONE);
  customer = visitor.asCustomer();
});

afterEach(() => visitor.leave());

// ---- what the owner sees

const orders = () => stage.site.data.collection('Orders').all();
const payments = () => stage.site.data.collection('VeloposPayments').all();
const newest = (items) => items.sort((a, b) => (b.createdAt ?? b.recordedAt) - (a.createdAt ?? a.recordedAt))[0];
const newestOrder = () => newest(orders());
const paymentsOf = (order) => payments().filter(({ orderId }) => orderId === order._id);
const newestIntent = () => newest(stage.site.data.collection('VeloposIntents').all());

/** Runs the scheduled job as it would run after the given time; in these tests it has no schedule of its own. */
async function settleAfter(minutes) {
  stage.site.habits.set({ clockAheadMs: minutes * 60_000 });
  await stage.site.runJob('settle');
}

function assertPaidOnce(order) {
  assert.equal(order.state, 'paid');
  assert.deepEqual(paymentsOf(order).map(({ state, amount }) => ({ state, amount })), [{ state: 'booked', amount: order.amount }]);
}

// ---- İş Bankası

test('a payment at İş Bankası reaches the books once', async () => {
  await customer.pay('isbank', 'success');
  assert.match(await customer.result('paid'), /Sipariş/);
  assertPaidOnce(newestOrder());
  assert.equal(paymentsOf(newestOrder())[0].proof, 'signature');
});

test('a declined card is told so in words, and the order can be paid by another attempt', async () => {
  await customer.pay('isbank', 'insufficient-funds');
  assert.match(await customer.result('declined'), /bakiye|limit/i);
  const order = newestOrder();
  assert.equal(order.state, 'awaiting-payment');
  assert.deepEqual(paymentsOf(order), []);

  await customer.tryAgain();
  await customer.enterCard('success');
  await customer.enterPassword();
  await customer.result('paid');
  assertPaidOnce(orders().find(({ _id }) => _id === order._id));
});

test('a failed 3-D Secure is a decline', async () => {
  await customer.pay('isbank', '3ds-failed');
  assert.match(await customer.result('declined'), /3D Secure/);
  assert.equal(newestOrder().state, 'awaiting-payment');
});

test('money taken without an authentication that we accept is paid, and marked for the owner', async () => {
  await customer.pay('isbank', '3ds-attempt');
  await customer.result('paid');
  const [payment] = paymentsOf(newestOrder());
  assert.equal(payment.proof, 'reply');
  assert.equal(payment.facts.threeDS.liability, 'merchant');
  assert.equal(payment.facts.review, true);
});

test('a callback that arrives twice is booked once', async () => {
  stage.site.habits.set({ repeat: { times: 1, function: 'payment3DSuccess', copies: 3, delayMs: 0 } });
  await customer.pay('isbank', 'success');
  await customer.result('paid');
  assertPaidOnce(newestOrder());
});

test('a callback that was changed on its way changes nothing, and the bank is asked', async () => {
  stage.site.habits.set({ drop: { times: 9, function: 'bankNotification' } });   // that of the payment before may still be on its way, too
  await customer.page.route('**/_functions/payment3DSuccess/**', async (route) => {
    const body = route.request().postData().replace(/(^|&)amount=[^&]*/, '$1amount=1.00');
    await route.continue({ postData: body });
  });
  await customer.pay('isbank', 'success');
  await customer.page.waitForURL(/result/);
  assert.equal(stage.site.logs(newestIntent()._id, { whole: true }).some((line) => JSON.stringify(line).includes('SIGNATURE_INVALID')), true);
  assert.deepEqual(paymentsOf(newestOrder()).filter(({ proof }) => proof === 'signature'), []);
  await settleAfter(3);
  assertPaidOnce(newestOrder());
  assert.equal(paymentsOf(newestOrder())[0].proof, 'reply');
});

test('a customer who pays and closes the window gets the order from the inquiry', async () => {
  await customer.pay('isbank', 'silent');
  await customer.page.locator('#silent').waitFor();
  const order = newestOrder();
  assert.equal(order.state, 'awaiting-payment');
  await customer.page.close();
  await settleAfter(3);
  assertPaidOnce(orders().find(({ _id }) => _id === order._id));
});

test('a customer who leaves without paying ends as expired, and only after the bank page has', async () => {
  await customer.choose('isbank');
  await customer.goToPayment();
  await customer.page.locator('#pan').waitFor();
  const intent = newestIntent()._id;
  await customer.page.close();
  const state = () => stage.site.data.collection('VeloposIntents').get(intent).state;
  await settleAfter(3);
  assert.equal(state(), 'new');
  await settleAfter(60);
  assert.equal(state(), 'expired');
});

test('Back and a second visit to the payment page start nothing twice', async () => {
  await customer.choose('isbank');
  await customer.goToPayment();
  await customer.page.locator('#pan').waitFor();
  const { _id } = newestIntent();
  const started = () => stage.site.data.collection('VeloposStarts').all().length;
  const before = started();
  const answers = await Promise.all([1, 2, 3].map(() => fetch(`${stage.site.url}/_functions/pay/${_id}`).then((answer) => answer.text())));
  const orderIds = new Set(answers.map((html) => /name="oid" value="([^"]+)"/.exec(html)[1]));
  assert.equal(orderIds.size, 1);
  assert.equal(started(), before);
});

// ---- PayTR

test('a payment at PayTR is booked by its notification, and the customer comes back to it', async () => {
  await customer.pay('paytr', 'success');
  await customer.result('paid');
  assertPaidOnce(newestOrder());
  assert.equal(paymentsOf(newestOrder())[0].proof, 'signature');
});

test('a payment that PayTR refuses is told so', async () => {
  await customer.pay('paytr', 'insufficient-funds');
  await customer.result('declined');
  assert.equal(newestOrder().state, 'awaiting-payment');
});

// ---- iyzico

test("a payment at iyzico is booked by iyzico's answer, and its repeated webhooks add nothing", async () => {
  await customer.pay('iyzico', 'success');
  await customer.result('paid');
  const order = newestOrder();
  assertPaidOnce(order);
  assert.equal(paymentsOf(order)[0].proof, 'reply');

  const webhook = await arrival(({ system, kind }) => system === 'iyzico' && kind === 'webhook');
  for (let repeat = 0; repeat < 3; repeat += 1) {
    const answer = await fetch(webhook.url, { method: 'POST', headers: webhook.headers, body: webhook.body });
    assert.equal(answer.status, 200);
  }
  const forged = { ...webhook.headers, 'x-iyz-signature-v3': '0'.repeat(64) };
  assert.equal((await fetch(webhook.url, { method: 'POST', headers: forged, body: webhook.body })).status, 400);
  assertPaidOnce(orders().find(({ _id }) => _id === order._id));
});

/** The first message of the banks' that fits, once it has been sent. */
async function arrival(fits) {
  for (let tries = 0; tries < 100; tries += 1) {
    const message = stage.banks.courier.messages().find((each) => fits(each) && each.attempts.length > 0);
    if (message) return message;
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  throw new Error('no such message in 20 s');
}

// A customer pays in a real browser: the example site in velo-local, the package as it is published, and the simulated banks.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startExample } from '../../scripts/example.js';
import { cardByName } from '../../banks/cards.js';
import { launch } from './chromium.js';

const PHONE = { width: 390, height: 844 };
const CUSTOMER = { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '+90 555 000 00 00' };

let browser;
let example;
let page;
let complaints;

before(async () => {
  [browser, example] = await Promise.all([launch(), startExample({ sitePort: 0, banksPort: 0, site: { jobEveryMs: 0 } })]);
});

after(async () => {
  await browser?.close();
  await example?.close();
});

beforeEach(async () => {
  example.site.habits.reset();
  page = await (await browser.newContext({ viewport: PHONE, locale: 'tr-TR' })).newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
});

// ---- what a customer does

async function choose(method) {
  await page.goto(example.site.url);
  await page.getByRole('button', { name: /satın al/i }).first().click();
  for (const [field, value] of Object.entries(CUSTOMER)) await page.locator(`input[name=${field}]`).fill(value);
  await page.locator(`input[name=method][value=${method}]`).check();
  await page.locator('velopos-shop button[type=submit]').click();
}

async function enterCard(name) {
  await page.locator('#pan').fill(cardByName(name).pan);
  await page.locator('#month').fill('12');
  await page.locator('#year').fill('30');
  await page.locator('#cv2').fill('000');
  await page.locator('#pay').click();
}

async function enterPassword() {
  await page.locator('#otp').fill(await page.locator('#otp-hint').getAttribute('data-code'));
  await page.locator('#confirm').click();
}

async function pay(method, card) {
  await choose(method);
  await enterCard(card);
  await enterPassword();
}

/** The result page says this; the bank's own pages may still be on their way there. */
async function result(state) {
  const card = page.locator(`velopos-result [data-state=${state}]`);
  await card.waitFor({ timeout: 20_000 });
  return card.innerText();
}

// ---- what the owner sees

const orders = () => example.site.data.collection('Orders').all();
const payments = () => example.site.data.collection('VeloposPayments').all();
const newest = (items) => items.sort((a, b) => (b.createdAt ?? b.recordedAt) - (a.createdAt ?? a.recordedAt))[0];
const newestOrder = () => newest(orders());
const paymentsOf = (order) => payments().filter(({ orderId }) => orderId === order._id);
const newestIntent = () => newest(example.site.data.collection('VeloposIntents').all());

/** Runs the scheduled job as it would run after the given time; in these tests it has no schedule of its own. */
async function settleAfter(minutes) {
  example.site.habits.set({ clockAheadMs: minutes * 60_000 });
  await example.site.runJob('settle');
}

function assertPaidOnce(order) {
  assert.equal(order.state, 'paid');
  assert.deepEqual(paymentsOf(order).map(({ state, amount }) => ({ state, amount })), [{ state: 'booked', amount: order.amount }]);
}

// ---- İş Bankası

test('a payment at İş Bankası reaches the books once, and nothing complains', async () => {
  await pay('isbank', 'success');
  assert.match(await result('paid'), /Sipariş/);
  assertPaidOnce(newestOrder());
  assert.equal(paymentsOf(newestOrder())[0].proof, 'signature');
  assert.deepEqual(complaints, []);
});

test('a declined card is told so in words, and the order can be paid by another attempt', async () => {
  await pay('isbank', 'insufficient-funds');
  assert.match(await result('declined'), /bakiye|limit/i);
  const order = newestOrder();
  assert.equal(order.state, 'awaiting-payment');
  assert.deepEqual(paymentsOf(order), []);

  await page.locator('velopos-result [data-event=retry]').click();
  await enterCard('success');
  await enterPassword();
  await result('paid');
  assertPaidOnce(orders().find(({ _id }) => _id === order._id));
});

test('a failed 3-D Secure is a decline', async () => {
  await pay('isbank', '3ds-failed');
  assert.match(await result('declined'), /3D Secure/);
  assert.equal(newestOrder().state, 'awaiting-payment');
});

test('money taken without an authentication that we accept is paid, and marked for the owner', async () => {
  await pay('isbank', '3ds-attempt');
  await result('paid');
  const [payment] = paymentsOf(newestOrder());
  assert.equal(payment.proof, 'reply');
  assert.equal(payment.facts.threeDS.liability, 'merchant');
  assert.equal(payment.facts.review, true);
});

test('a callback that arrives twice is booked once', async () => {
  example.site.habits.set({ repeat: { times: 1, function: 'payment3DSuccess', copies: 3, delayMs: 0 } });
  await pay('isbank', 'success');
  await result('paid');
  assertPaidOnce(newestOrder());
});

test('a callback that was changed on its way changes nothing, and the bank is asked', async () => {
  example.site.habits.set({ drop: { times: 1, function: 'bankNotification' } });
  await page.route('**/_functions/payment3DSuccess/**', async (route) => {
    const body = route.request().postData().replace(/(^|&)amount=[^&]*/, '$1amount=1.00');
    await route.continue({ postData: body });
  });
  await pay('isbank', 'success');
  await page.waitForURL(/result/);
  assert.equal(example.site.logs(newestIntent()._id, { whole: true }).some((line) => JSON.stringify(line).includes('SIGNATURE_INVALID')), true);
  assert.deepEqual(paymentsOf(newestOrder()).filter(({ proof }) => proof === 'signature'), []);
  await settleAfter(3);
  assertPaidOnce(newestOrder());
  assert.equal(paymentsOf(newestOrder())[0].proof, 'reply');
});

test('a customer who pays and closes the window gets the order from the inquiry', async () => {
  await pay('isbank', 'silent');
  await page.locator('#silent').waitFor();
  const order = newestOrder();
  assert.equal(order.state, 'awaiting-payment');
  await page.close();
  await settleAfter(3);
  assertPaidOnce(orders().find(({ _id }) => _id === order._id));
});

test('a customer who leaves without paying ends as expired, and only after the bank page has', async () => {
  await choose('isbank');
  await page.locator('#pan').waitFor();
  const intent = newestIntent()._id;
  await page.close();
  const state = () => example.site.data.collection('VeloposIntents').get(intent).state;
  await settleAfter(3);
  assert.equal(state(), 'new');
  await settleAfter(60);
  assert.equal(state(), 'expired');
});

test('Back and a second visit to the payment page start nothing twice', async () => {
  await choose('isbank');
  await page.locator('#pan').waitFor();
  const { _id } = newestIntent();
  const started = () => example.site.data.collection('VeloposStarts').all().length;
  const before = started();
  const answers = await Promise.all([1, 2, 3].map(() => fetch(`${example.site.url}/_functions/pay/${_id}`).then((answer) => answer.text())));
  const orderIds = new Set(answers.map((html) => /name="oid" value="([^"]+)"/.exec(html)[1]));
  assert.equal(orderIds.size, 1);
  assert.equal(started(), before);
});

// ---- PayTR

test('a payment at PayTR is booked by its notification, and the customer comes back to it', async () => {
  await pay('paytr', 'success');
  await result('paid');
  assertPaidOnce(newestOrder());
  assert.equal(paymentsOf(newestOrder())[0].proof, 'signature');
});

test('a payment that PayTR refuses is told so', async () => {
  await pay('paytr', 'insufficient-funds');
  await result('declined');
  assert.equal(newestOrder().state, 'awaiting-payment');
});

// ---- iyzico

test("a payment at iyzico is booked by iyzico's answer, and its repeated webhooks add nothing", async () => {
  await pay('iyzico', 'success');
  await result('paid');
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
    const message = example.banks.courier.messages().find((each) => fits(each) && each.attempts.length > 0);
    if (message) return message;
    await new Promise((resolve) => { setTimeout(resolve, 200); });
  }
  throw new Error('no such message in 20 s');
}

// Wix's checkout in a browser, with velopos as the connected payment provider: the owner connects it, buyers pay, the owner gives money
// back. velo-local plays Wix, and writes down every rule of Wix's that a provider breaks.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { WORDS as DASHBOARDS } from '../../velo-local/control/words.js';
import { WORDS as STORES } from '../../velo-local/store/words.js';
import { openStage, SCREENS, until } from './stage.js';

const BUYER = { email: 'ayse@example.com', firstName: 'Ayşe', lastName: 'Yılmaz', phone: '+90 555 123 45 67', city: 'Bursa' };
const PRODUCTS = { tr: 'Seramik kupa', en: 'Ceramic mug' };
const TOTAL = { tr: '289,80', en: '289.80' };   // with shipping
const [PHONE, DESKTOP] = SCREENS;

let stage;

before(async () => {
  stage = await openStage({ site: { containers: 4 } });
});

after(() => stage?.close());

afterEach(() => {
  assert.deepEqual(stage.site.wix.payments.violations(), []);
});

// ---- the owner

const dashboard = ({ language }) => DASHBOARDS[language].payments;
const inputOf = (owner, name) => owner.page.locator(`input[name="credential.${name}"]`);

async function connect(owner, account = '', siteUrl = stage.site.url) {
  await owner.goto('/_local/payments');
  const disconnect = owner.page.getByRole('button', { name: dashboard(owner).disconnect });
  if (await disconnect.count() > 0) await disconnect.click();
  await inputOf(owner, 'siteUrl').fill(siteUrl);
  await inputOf(owner, 'account').fill(account);
  await owner.page.getByRole('button', { name: dashboard(owner).connect, exact: true }).click();
}

for (const screen of SCREENS) {
  test(`${screen.name}: the owner connects velopos, after reading why it did not connect`, async () => {
    const owner = await stage.visit(screen);
    await connect(owner, '', 'http://shop.example');
    await owner.page.getByText(/Sitenizin adresini yazın/).waitFor();
    await owner.look('wix-not-connected');
    await connect(owner, 'isbank');
    await owner.page.getByText('isbank (DENEME / TEST)').waitFor();
    await owner.look('wix-connected');
    await owner.leave(/status of 400/);
    assert.equal(stage.site.wix.provider.connection().credentials.account, 'isbank');
  });
}

// ---- buyers

const transactionOf = (orderId) => stage.site.wix.payments.transactions().find(({ about }) => about === orderId);
const intentOf = ({ pluginTransactionId }) => stage.collection('VeloposIntents').find(({ _id }) => _id === pluginTransactionId);
const paymentsOf = ({ pluginTransactionId }) => stage.collection('VeloposPayments').filter(({ intentId }) => intentId === pluginTransactionId);

/** From the store to the bank's page. Whose order it is, its buyer's address tells. */
async function buy(buyer, { isSeen = false } = {}) {
  const { page, language } = buyer;
  const words = STORES[language];
  const email = `${crypto.randomUUID()}@example.com`;
  const see = (what) => isSeen && buyer.look(what);
  await buyer.goto('/category/all-products');
  await see('wix-store');
  await page.getByRole('button', { name: `${words.add}: ${PRODUCTS[language]}` }).click();
  await see('wix-cart');
  await page.getByRole('link', { name: words.toCheckout }).click();
  await order(buyer, { ...BUYER, email }, see);
  return ordered(email);
}

async function order(buyer, values, see = () => {}) {
  const words = STORES[buyer.language];
  for (const [field, value] of Object.entries(values)) await buyer.page.getByLabel(words[field]).first().fill(value);
  await see('wix-checkout');
  await buyer.page.getByRole('button', { name: words.place }).click();
  await buyer.page.locator('#pan').waitFor();
}

function ordered(email) {
  const { _id } = stage.site.wix.orders.all().find(({ buyerInfo }) => buyerInfo.email === email);
  return { order: () => stage.site.wix.orders.get(_id), transaction: () => transactionOf(_id) };
}

const success = (buyer) => buyer.page.getByRole('heading', { name: STORES[buyer.language].placed });

/** At the bank, at Wix and on the site: once. */
function assertPaidOnce({ order: now, transaction }, bank) {
  assert.deepEqual([now().paymentStatus, now().balanceSummary.balance.amount, transaction().state], ['PAID', '0.00', 'approved']);
  assert.deepEqual(paymentsOf(transaction()).map(({ state, book, amount }) => [state, book, amount]), [['booked', 'wix-checkout', '289.80']]);
  assert.deepEqual(taken(bank, transaction()), [['paid', 28_980n]]);
  assert.equal(stage.site.wix.orders.transactions(now()._id).orderTransactions.payments.length, 1);
}

function taken(bank, transaction) {
  const { bankOrderId } = intentOf(transaction);
  return stage.banks[bank].payments().filter(({ orderId }) => orderId === bankOrderId).map(({ status, captured, refunded }) => [status, captured - refunded]);
}

describe('İş Bankası', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    test(`${screen.name}: from the store to the bank and to Wix’s success page: a paid order`, async () => {
      const buyer = await stage.visit(screen);
      const bought = await buy(buyer, { isSeen: true });
      assert.equal(bought.order().paymentStatus, 'NOT_PAID');
      assert.ok((await buyer.page.locator('.summary').innerText()).includes(TOTAL[buyer.language]));
      await buyer.look('wix-bank');
      await buyer.payAtBank();
      await success(buyer).waitFor();
      await buyer.look('wix-success');
      assertPaidOnce(bought, 'nestpay');
      await buyer.leave();
    });

    test(`${screen.name}: declined, Wix’s error page; a second transaction succeeds`, async () => {
      const buyer = await stage.visit(screen);
      const first = await buy(buyer);
      await buyer.payAtBank('insufficient-funds');
      await buyer.page.getByRole('alert').getByText(STORES[buyer.language].failed.split('.')[0]).waitFor();
      await buyer.look('wix-error');
      assert.deepEqual([first.order().paymentStatus, paymentsOf(first.transaction())], ['NOT_PAID', []]);

      const email = `${crypto.randomUUID()}@example.com`;
      await order(buyer, { ...BUYER, email });
      await buyer.payAtBank();
      await success(buyer).waitFor();
      assertPaidOnce(ordered(email), 'nestpay');
      assert.notEqual(ordered(email).transaction()._id, first.transaction()._id);
      assert.deepEqual(taken('nestpay', first.transaction()), [['declined', 0n]]);
      await buyer.leave();
    });
  }
});

test('the window is closed after paying: the job hears of it from the bank, and the order is paid', async () => {
  const buyer = await stage.visit(PHONE);
  const bought = await buy(buyer);
  await buyer.payAtBank('silent');
  await buyer.page.locator('#silent').waitFor();
  await buyer.leave();
  assert.equal(bought.order().paymentStatus, 'NOT_PAID');
  await stage.settleAfter(5);
  assertPaidOnce(bought, 'nestpay');
});

// ---- money back

for (const screen of SCREENS) {
  test(`${screen.name}: the owner refunds a part in Wix’s dashboard, asked for twice and delivered four times at once: the bank gives it back once`, async () => {
    const buyer = await stage.visit(screen);
    const bought = await buy(buyer);
    await buyer.payAtBank();
    await success(buyer).waitFor();
    await buyer.leave();

    const owner = await stage.visit(screen);
    await owner.goto('/_local/payments');
    const card = owner.page.locator(`[id="t-${bought.transaction()._id}"]`);
    await card.getByLabel(dashboard(owner).amount).fill('100.00');
    await card.getByLabel(dashboard(owner).twice).check();
    stage.site.habits.set({ repeat: { times: 1, function: 'refundTransaction', copies: 3, delayMs: 0 } });
    await card.getByRole('button', { name: dashboard(owner).doRefund }).click();
    await card.getByText('succeeded').first().waitFor();
    await owner.look('wix-refunded');
    assert.equal(bought.order().paymentStatus, 'PARTIALLY_REFUNDED');
    assert.deepEqual(bought.transaction().refunds.map(({ amount, state }) => [amount, state]), [['10000', 'succeeded']]);
    assert.deepEqual(taken('nestpay', bought.transaction()), [['paid', 18_980n]]);
    assert.equal(paymentsOf(bought.transaction())[0].refunded, '100.00');
    await owner.goto('/_local/orders');
    await owner.look('wix-orders');
    await owner.goto(`/_local/log?q=${bought.order()._id}`);
    await owner.look('wix-story');
    await owner.leave();
  });
}

// ---- a gateway that tells by itself

test('PayTR: the owner connects it instead', async () => {
  const owner = await stage.visit(DESKTOP);
  await connect(owner, 'paytr');
  await owner.page.getByText('paytr (DENEME / TEST)').waitFor();
  await owner.leave();
});

describe('PayTR, whose notification decides', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    test(`${screen.name}: a paid order and Wix’s success page`, async () => {
      const buyer = await stage.visit(screen);
      const bought = await buy(buyer);
      await buyer.payAtBank();
      await success(buyer).waitFor();
      await until('Wix’s order', () => bought.order().paymentStatus === 'PAID');
      assertPaidOnce(bought, 'paytr');
      await buyer.leave();
    });
  }

  test('phone: a notification that is lost the first time is sent again; the buyer waits on Wix’s page', async () => {
    const buyer = await stage.visit(PHONE);
    const bought = await buy(buyer);
    stage.site.habits.set({ drop: { times: 1, function: 'paytrNotification' } });
    await buyer.payAtBank();
    await success(buyer).waitFor({ timeout: 60_000 });
    assertPaidOnce(bought, 'paytr');
    await buyer.leave();
  });
});

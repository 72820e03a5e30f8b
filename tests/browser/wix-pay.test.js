// Wix Pay in a browser: the page asks our backend for a payment, Wix's window takes the buyer to the connected provider, which is velopos,
// and Wix's event, however often it comes, pays the shop's order once.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { WORDS as DIALOGS } from '../../velo-local/browser/wix-pay-words.js';
import { texts } from '../../velo-example/src/public/texts.js';
import { openStage, SCREENS, until } from './stage.js';

const CUSTOMER = { name: 'Ayşe Yılmaz', phone: '+90 555 123 45 67' };

let stage;

before(async () => {
  stage = await openStage();
  await stage.site.wix.provider.connect({ siteUrl: stage.site.url, account: '' });
});

after(() => stage?.close());

afterEach(() => assert.deepEqual(stage.site.wix.payments.violations(), []));

/** The first product, up to Wix's window. Whose payment it is, the buyer's address tells. */
async function choose(buyer) {
  const { page, language } = buyer;
  const email = `${crypto.randomUUID()}@example.com`;
  await buyer.goto('/wixpay');
  await page.locator('velopos-shop [data-product=kahve]').click();
  for (const [field, value] of Object.entries({ ...CUSTOMER, email })) await page.locator(`velopos-shop input[name=${field}]`).fill(value);
  await page.locator('velopos-shop button[type=submit]').click();
  const dialog = page.getByRole('dialog', { name: DIALOGS[language].title });
  await dialog.waitFor();
  return { dialog, email };
}

/** Our window at the bank: the site's stays where it is. */
async function goToBank({ page, language }, dialog) {
  const opened = page.waitForEvent('popup');
  await dialog.getByRole('button', { name: DIALOGS[language].pay, exact: true }).click();
  const bank = await opened;
  await bank.locator('#pan').waitFor();
  return bank;
}

const orderOf = (email) => stage.collection('Orders').find((order) => order.customer.email === email);
const recordsOf = ({ _id }) => stage.collection('VeloposWixPayments').filter(({ orderId }) => orderId === _id);
const transactionOf = ({ transactionId }) => stage.site.wix.payments.transaction(transactionId);
const paymentsOf = (record) => stage.collection('VeloposPayments').filter(({ intentId }) => intentId === transactionOf(record).pluginTransactionId);

function assertPaidOnce(order) {
  assert.equal(order.state, 'paid');
  const records = recordsOf(order);
  assert.deepEqual(records.map(({ verdict, attention }) => [verdict, attention]), [['booked', '']]);
  const [payment, ...more] = paymentsOf(records[0]);
  assert.deepEqual([payment.state, payment.book, payment.amount, more], ['booked', 'wix-checkout', order.amount, []]);
  const atBank = stage.banks.nestpay.payments().filter(({ orderId }) => orderId === payment.bankOrderId);
  assert.deepEqual(atBank.map(({ status, captured, refunded }) => [status, captured - refunded]), [['paid', 14_990n]]);
}

const resultOf = ({ page }, state) => page.locator(`velopos-result [data-state=${state}]`);

describe('İş Bankası', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    test(`${screen.name}: paid in Wix’s window; the event comes four times, the order is paid once`, async () => {
      const buyer = await stage.visit(screen);
      const { dialog, email } = await choose(buyer);
      await buyer.look('wixpay-dialog');
      assert.match(await dialog.innerText(), /149[.,]90/);
      const bank = await goToBank(buyer, dialog);
      await buyer.look('wixpay-waiting');
      assert.equal(orderOf(email).state, 'awaiting-payment');
      stage.site.habits.set({ repeat: { times: 1, function: 'wixPay_onPaymentUpdate', copies: 3, delayMs: 0 } });
      await buyer.payAtBank('success', bank);
      await resultOf(buyer, 'paid').waitFor();
      await buyer.look('wixpay-paid');
      assertPaidOnce(orderOf(email));
      await until('the repetitions', () => stage.site.habits.get().repeat.times === 0);
      const [{ transactionId }] = recordsOf(orderOf(email));
      for (let again = 0; again < 3; again += 1) stage.site.wix.pay.tell(transactionId);
      await stage.settleAfter(1);
      assertPaidOnce(orderOf(email));
      await buyer.leave();
    });

    test(`${screen.name}: declined, and the order waits; the window that is closed has cancelled nothing but itself`, async () => {
      const buyer = await stage.visit(screen);
      const { dialog, email } = await choose(buyer);
      await dialog.getByRole('button', { name: DIALOGS[screen.language].cancel }).click();
      await buyer.page.getByRole('alert').getByText(texts[screen.language].problems.cancelled).waitFor();
      await buyer.look('wixpay-cancelled');
      assert.equal(orderOf(email).state, 'awaiting-payment');

      await buyer.page.locator('velopos-shop button[type=submit]').click();
      await dialog.waitFor();
      const bank = await goToBank(buyer, dialog);
      await buyer.payAtBank('insufficient-funds', bank);
      if (!bank.isClosed()) await bank.waitForEvent('close');
      const orders = stage.collection('Orders').filter((order) => order.customer.email === email);
      assert.deepEqual(orders.map(({ state }) => state), ['awaiting-payment', 'awaiting-payment']);
      assert.deepEqual(orders.flatMap(recordsOf), []);
      await buyer.leave();
    });
  }
});

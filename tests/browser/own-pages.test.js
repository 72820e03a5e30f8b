// Pages of one's own, beyond the shop: the link to an order of Wix's, the HTML component of a free plan, and money that is only reserved.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WORDS as DASHBOARDS } from '../../velo-local/control/words.js';
import { texts } from '../../velo-example/src/public/texts.js';
import { texts as adminTexts } from '../../velo-example/src/public/admin/texts.js';
import { openStage, SCREENS } from './stage.js';

const CUSTOMER = { name: 'Ayşe Yılmaz', phone: '+90 555 123 45 67' };

let stage;

before(async () => {
  stage = await openStage();
});

after(() => stage?.close());

const result = ({ page }, state) => page.locator(`velopos-result [data-state=${state}]`);
const paymentsOf = (orderId) => stage.collection('VeloposPayments').filter((payment) => payment.orderId === orderId);
const newAddress = () => `${crypto.randomUUID()}@example.com`;
const shopOrder = (email) => stage.collection('Orders').find((order) => order.customer.email === email);

function atBank(bank, { bankOrderId }) {
  return stage.banks[bank].payments().filter(({ orderId }) => orderId === bankOrderId).map(({ status, captured, refunded }) => [status, captured - refunded]);
}

describe('an order of Wix’s, paid by a link', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    test(`${screen.name}: the owner makes it, the customer pays it once, and the link is of no more use`, async () => {
      const words = DASHBOARDS[screen.language].orders;
      const { pay, shop } = texts[screen.language];
      const email = newAddress();
      const owner = await stage.visit(screen);
      await owner.goto('/_local/orders');
      await owner.page.getByLabel(words.email).fill(email);
      await owner.page.getByRole('button', { name: words.create }).click();
      const { _id } = stage.site.wix.orders.all().find(({ buyerInfo }) => buyerInfo.email === email);
      const card = owner.page.locator('.card', { hasText: _id });
      const link = await card.getByRole('link', { name: words.link }).getAttribute('href');
      assert.equal(link, `/pay?order=${_id}`);
      await owner.leave();

      const customer = await stage.visit(screen);
      const { page } = customer;
      await customer.goto(link);
      await page.getByRole('heading', { name: pay.title }).waitFor();
      assert.match(await page.locator('velopos-pay .amount').innerText(), /249[.,]90/);
      await customer.look('pay-due');
      await page.getByRole('button', { name: shop.pay(await page.locator('velopos-pay .amount').innerText()) }).click();
      await customer.payAtBank('insufficient-funds');
      await result(customer, 'declined').waitFor();
      await customer.look('result-declined');
      await customer.goto(link);
      await page.locator('velopos-pay button').click();
      await customer.payAtBank();
      await result(customer, 'paid').waitFor();
      await customer.look('result-paid');

      const order = stage.site.wix.orders.get(_id);
      assert.deepEqual([order.paymentStatus, order.balanceSummary.balance.amount], ['PAID', '0.00']);
      const { payments } = stage.site.wix.orders.transactions(_id).orderTransactions;
      assert.deepEqual(payments.map(({ status, amount }) => [status, amount.amount]), [['APPROVED', '249.90']]);
      const [payment, ...more] = paymentsOf(_id);
      assert.deepEqual([payment.book, payment.state, more], ['wix-order', 'booked', []]);
      assert.deepEqual(atBank('nestpay', payment), [['paid', 24_990n]]);

      await customer.goto(link);
      await page.getByRole('heading', { name: pay.none }).waitFor();
      await customer.look('pay-none');
      await customer.leave();
    });
  }
});

describe('a free plan', { concurrency: 2 }, () => {
  /** On the page of the free site. @param {'kahve' | 'cezve'} product */
  async function fillIn(customer, product, values) {
    await customer.goto(`/free?product=${product}`);
    const component = customer.page.frameLocator('#bank');
    for (const [field, value] of Object.entries(values)) await component.locator(`[name=${field}]`).fill(value);
    await component.locator('button').click();
    return component;
  }

  for (const screen of SCREENS) {
    test(`${screen.name}: the HTML component asks, and takes the customer to the bank by their own click`, async () => {
      const customer = await stage.visit(screen);
      const email = newAddress();
      const component = await fillIn(customer, 'kahve', { ...CUSTOMER, email: 'ayse' });
      await component.locator('[name=email][aria-invalid=true]').waitFor();
      await customer.look('free-form');
      await component.locator('[name=email]').fill(email);
      await component.locator('button').click();
      await component.locator('form[method=post] button').first().waitFor();
      await customer.look('free-leaving');
      await component.locator('form[method=post] button').first().click();
      await customer.payAtBank();
      await result(customer, 'paid').waitFor();
      const order = shopOrder(email);
      const payments = paymentsOf(order._id);
      assert.deepEqual([order.state, payments.map(({ state, amount }) => [state, amount])], ['paid', [['booked', '149.90']]]);
      assert.deepEqual(atBank('nestpay', payments[0]), [['paid', 14_990n]]);

      // On a site of its own the free page has the address /result: there it tells how it went.
      await customer.goto(`/free?payment=${payments[0].intentId}`);
      await component.getByRole('heading', { name: texts[screen.language].result.paid }).waitFor();
      await customer.look('free-paid');
      await customer.leave();
    });
  }

  test('phone: the bank’s page in a new tab, for browsers that keep a component where it is', async () => {
    const customer = await stage.visit(SCREENS[0]);
    const email = newAddress();
    const component = await fillIn(customer, 'cezve', { ...CUSTOMER, email });
    const opened = customer.page.waitForEvent('popup');
    await component.locator('button[formtarget=_blank]').click();
    const tab = await opened;
    await customer.payAtBank('success', tab);
    await tab.locator('velopos-result [data-state=paid]').waitFor();
    assert.equal(shopOrder(email).state, 'paid');
    await customer.leave();
  });

  test('desktop: a product that is not sold', async () => {
    const customer = await stage.visit(SCREENS[1]);
    await customer.goto('/free?product=nothing');
    await customer.page.frameLocator('#bank').getByText(texts.en.problems.product).waitFor();
    await customer.look('free-unsold');
    await customer.leave();
  });
});

describe('money that is reserved first', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    test(`${screen.name}: reserved by the customer, taken in part by the administrator when the product is sent`, async () => {
      const words = texts[screen.language];
      const customer = await stage.visit(screen);
      const email = newAddress();
      await customer.goto('/shop');
      await customer.page.locator('velopos-shop [data-product=degirmen]').waitFor();
      await customer.look('shop');
      await customer.page.locator('velopos-shop [data-product=degirmen]').click();
      assert.equal(await customer.page.locator('input[name=method][value=paytr]').count(), 0, 'a bank that cannot reserve is not offered');
      for (const [field, value] of Object.entries({ ...CUSTOMER, email })) await customer.page.locator(`input[name=${field}]`).fill(value);
      await customer.page.locator('input[name=method][value=garanti]').check();
      await customer.look('shop-reserve');
      await customer.page.locator('velopos-shop button[type=submit]').click();
      await customer.payAtBank();
      await result(customer, 'reserved').waitFor();
      assert.ok((await result(customer, 'reserved').innerText()).includes(words.result.reservedText));
      await customer.look('result-reserved');
      await customer.leave();
      const order = () => shopOrder(email);
      const [payment] = paymentsOf(order()._id);
      assert.deepEqual([payment.standing, atBank('garanti', payment)], ['authorized', [['authorized', 0n]]]);

      const { story, confirm, results, openNamed, nav } = adminTexts[screen.language];
      const owner = await stage.visit(screen);
      await owner.signIn('admin');
      await owner.goto('/admin');
      await owner.page.getByRole('button', { name: nav.payments, exact: true }).click();
      await owner.page.getByRole('button', { name: openNamed.replace('{name}', order().number) }).click();
      await owner.page.getByRole('button', { name: story.capture, exact: true }).click();
      const dialog = owner.page.getByRole('dialog', { name: confirm.captureTitle });
      await dialog.locator('[name=amount]').fill(screen.language === 'tr' ? '2.000,00' : '2,000.00');
      await dialog.locator('[name=why]').fill('Kargoya verildi');
      await dialog.getByRole('button', { name: confirm.go }).click();
      await owner.look('admin-capture-sure');
      await dialog.locator('[data-yes]').click();
      await owner.page.getByText(results.done).waitFor();
      await owner.look('admin-captured');
      await owner.leave();
      assert.deepEqual(atBank('garanti', payment), [['paid', 200_000n]]);
      const [after, ...more] = paymentsOf(order()._id);
      assert.deepEqual([after.standing, after.captured, more, order().state], ['paid', '2000.00', [], 'paid']);
    });
  }
});

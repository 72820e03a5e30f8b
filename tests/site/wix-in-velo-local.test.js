// The real site in velo-local, sold from in Wix's ways, with the package as it is built and the simulated banks. velo-local plays Wix: it
// has a checkout, Wix Pay and eCommerce orders, and writes down every rule of Wix's that a payment provider breaks.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { accounts, startExample } from '../../scripts/example.js';
import { CUSTOMER } from './world.js';

let example;
let site;
let banks;

before(async () => {
  example = await startExample({
    sitePort: 0, banksPort: 0,
    site: { containers: 4, jobEveryMs: 0, limits: { dataMs: 1_500 } },
    banks: {
      nestpay: { times: { slowMs: 50, repeatMs: 600_000 } },   // what was lost is not sent again while a test runs
      paytr: { times: { retryMs: 250, browserWaitMs: 1_000, slowMs: 50 } },
      iyzico: { times: { webhookFirstMs: 300, webhookRetryMs: 300, slowMs: 50 } },
    },
  });
  ({ site, banks } = example);
  await connect();
});

after(() => example?.close());

beforeEach(() => {
  site.habits.reset();
  site.habits.set({ staleMs: 3_000 });
});

const connect = (account = '') => site.wix.provider.connect({ siteUrl: site.url, account });

const collection = (name) => site.data.collection(name);
const intentOf = (id) => collection('VeloposIntents').get(id);
const paymentsOf = (id) => collection('VeloposPayments').all().filter(({ intentId }) => intentId === id);
const redirectOf = (id) => JSON.parse(collection('VeloposStarts').get(id).redirect);
const pathOf = (url) => new URL(url).pathname.replace('/_functions/', '');
const violations = () => site.wix.payments.violations().map(({ rule, text }) => `${rule}: ${text}`);

const post = (name, body) =>
  site.fetchFunction(name, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

async function call(module, method, ...args) {
  const response = await fetch(`${site.url}/_api/backend/${module}.web.js/${method}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ args }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(error.message);
  return result;
}

async function until(what, check) {
  for (let i = 0; i < 300; i += 1) {
    const value = await check();
    if (value) return value;
    await wait(100);
  }
  return assert.fail(`${what} never came`);
}

async function jobAfter(minutes) {
  site.habits.set({ clockAheadMs: site.habits.get().clockAheadMs + minutes * 60_000 });
  await site.runJob('settle');
}

// ---- Wix checkout

const BUYER = { email: 'ayse@example.com', firstName: 'Ayşe', lastName: 'Yılmaz', phone: '+90 555 123 45 67', city: 'Bursa' };

/** A buyer places an order in Wix's checkout and goes to our page. */
async function placed(cart = [{ slug: 'kupa', quantity: 1 }], buyer = BUYER) {
  const { order, transaction } = await site.wix.checkout.place({ cart, buyer });
  const id = transaction.pluginTransactionId;
  const now = () => site.wix.payments.transaction(transaction._id);
  return { order, transaction, id, now, orderNow: () => site.wix.orders.get(order._id), state: () => now().state };
}

/** … and to İş Bankası, where a card is typed. What the browser brings back is given, not sent, and the bank's notification is lost. */
async function atIsbank(card, ...how) {
  const at = await placed(...how);
  const page = await fetch(at.transaction.redirectUrl);
  assert.equal(page.status, 200);
  if (card) site.habits.set({ drop: { times: 1, function: 'bankNotification' } });
  const { body, url } = card ? await banks.nestpay.visit(redirectOf(at.id).fields, { card }) : {};
  if (card) await until('the loss of the notification', () => site.habits.get().drop.times === 0);
  return { ...at, comeBack: () => post(pathOf(url), body) };
}

const endOf = (answer) => /\/_store\/return\/(\w+)\//.exec(answer.headers.get('location'))?.[1];

describe('Wix checkout', () => {
  test('the provider is connected, with a configuration that has no problem', () => {
    assert.deepEqual(site.wix.provider.plugins.map(({ name, problems }) => [name, problems]), [['velopos', []]]);
    const { accountId, accountName, credentials } = site.wix.provider.connection();
    assert.deepEqual([accountId, accountName, credentials], ['isbank', 'isbank (DENEME / TEST)', { siteUrl: site.url, account: '' }]);
  });

  test('every virtual POS of the example can be connected, at whichever bank', async () => {
    for (const name of Object.keys(accounts(banks.url))) {
      assert.equal((await connect(name)).accountId, name);
    }
    await connect();
  });

  test('an account that cannot be opened is not connected, and the owner reads why', async () => {
    await assert.rejects(site.wix.provider.connect({ siteUrl: 'http://shop.example', account: '' }), /Sitenizin adresini yazın.*2002/);
    await assert.rejects(site.wix.provider.connect({ siteUrl: site.url, account: 'yok' }), /bu adda bir hesap yok/);
    await connect();
  });

  test('paid: ten returns at once; Wix’s order is paid once, and the buyer lands on Wix’s success page', async () => {
    const { id, order, orderNow, state, comeBack } = await atIsbank('success');
    assert.equal(redirectOf(id).fields.amount, order.priceSummary.total.amount);
    for (const personal of ['Ayşe', 'ayse@example.com', '5551234567', 'Seramik']) assert.ok(!JSON.stringify(redirectOf(id)).includes(personal));
    const answers = await Promise.all(Array.from({ length: 10 }, comeBack));
    await until('the end', () => state() === 'approved');
    assert.equal(endOf(await comeBack()), 'success');
    for (const answer of answers) assert.ok(['success', 'pending'].includes(endOf(answer)));
    assert.deepEqual([orderNow().status, orderNow().paymentStatus, orderNow().balanceSummary.balance.amount], ['APPROVED', 'PAID', '0.00']);
    assert.deepEqual(paymentsOf(id).map(({ state: each, book, amount }) => [each, book, amount]), [['booked', 'wix-checkout', order.priceSummary.total.amount]]);
    assert.deepEqual(violations(), []);
  });

  test('the answer of createTransaction is lost, and Wix asks again: the same page', async () => {
    const { transaction, id } = await placed();
    const again = await site.wix.payments.askAgain(transaction._id);
    assert.deepEqual([again.redirectUrl, again.pluginTransactionId], [transaction.redirectUrl, id]);
    assert.equal(collection('VeloposIntents').all().filter(({ transactionId }) => transactionId === transaction._id).length, 1);
    assert.deepEqual(violations(), []);
  });

  test('createTransaction reaches four containers at once: one attempt', async () => {
    site.habits.set({ repeat: { times: 1, function: 'createTransaction', copies: 3 } });
    const { transaction } = await placed();
    await wait(300);
    assert.equal(collection('VeloposIntents').all().filter(({ transactionId }) => transactionId === transaction._id).length, 1);
    assert.deepEqual(violations(), []);
  });

  test('declined: Wix’s error page at once, and Wix is told after the bank’s page is over', async () => {
    const { id, state, now, orderNow, comeBack } = await atIsbank('insufficient-funds');
    assert.equal(endOf(await comeBack()), 'error');
    await jobAfter(5);
    assert.equal(state(), 'created');
    await jobAfter(60);
    assert.deepEqual([state(), now().reasonCode, orderNow().paymentStatus], ['declined', 3012, 'NOT_PAID']);
    assert.equal(intentOf(id).state, 'declined');
    assert.deepEqual(violations(), []);
  });

  test('abandoned: told as cancelled, after an inquiry', async () => {
    const { state, now } = await atIsbank(null);
    await jobAfter(10);
    assert.equal(state(), 'created');
    await jobAfter(60);
    await jobAfter(60);
    assert.deepEqual([state(), now().reasonCode], ['canceled', 3030]);
    assert.deepEqual(violations(), []);
  });

  test('the buyer paid and closed the window: the job finds it, and Wix’s order is paid', async () => {
    const { state, orderNow } = await atIsbank('success');
    await jobAfter(5);
    assert.deepEqual([state(), orderNow().paymentStatus], ['approved', 'PAID']);
    assert.deepEqual(violations(), []);
  });

  for (const after of ['write', 'wix']) {
    test(`a container dies after each ${after === 'wix' ? 'call of Wix’s' : 'write'} of a return: Wix hears of it all the same, and rightly`, async () => {
      for (let count = 1; count <= (after === 'wix' ? 1 : 8); count += 1) {
        const { id, state, comeBack } = await atIsbank('success');
        site.habits.set({ crash: { times: 1, function: 'payment3DSuccess', after, count } });
        await comeBack().catch(() => {});
        site.habits.set({ crash: { times: 0 } });
        await jobAfter(5);
        assert.equal(state(), 'approved', `${after} ${count}`);
        assert.deepEqual(paymentsOf(id).map((each) => each.state), ['booked']);
      }
      assert.deepEqual(violations(), []);
    });
  }

  for (const done of [true, false]) {
    test(`submitEvent does not answer, ${done ? 'though Wix has heard it' : 'and Wix has not heard it'}: it is told again`, async () => {
      const { state, comeBack } = await atIsbank('success');
      site.habits.set({ outage: { times: 2, function: 'submitEvent', done } });
      await comeBack();
      await jobAfter(5);
      await jobAfter(5);
      assert.equal(state(), 'approved');
      assert.deepEqual(violations(), []);
    });
  }

  test('PayTR: the buyer is back before its notification: pending, and then paid', async () => {
    await connect('paytr');
    const { id, state, now, transaction, orderNow } = await placed();
    const page = await fetch(transaction.redirectUrl, { redirect: 'manual' });
    assert.equal(page.status, 303);
    assert.equal(intentOf(id).customer.email, 'ayse@example.com');
    assert.equal(endOf(await site.fetchFunction(`payment3DSuccess/${id}`)), 'pending');
    assert.deepEqual([state(), orderNow().status], ['pending', 'PENDING']);
    await banks.paytr.visit(new URL(redirectOf(id).url).pathname.split('/').at(-1), { card: 'success' });
    await until('PayTR’s notification', () => state() === 'approved');
    assert.deepEqual([now().history.filter(({ what }) => what === 'event').map((each) => each.state), orderNow().paymentStatus], [['pending', 'approved'], 'PAID']);
    assert.deepEqual(violations(), []);
    await connect();
  });

  test('iyzico: paid by its answer, and its webhooks tell Wix nothing else', async () => {
    await connect('iyzico');
    const { id, state, transaction, orderNow } = await placed();
    await fetch(transaction.redirectUrl, { redirect: 'manual' });
    const { body } = await banks.iyzico.visit(new URL(redirectOf(id).url).searchParams.get('token'), { card: 'success' });
    assert.equal(endOf(await post(`payment3DSuccess/${id}`, body)), 'success');
    await wait(1_000);   // the webhooks
    assert.deepEqual([state(), orderNow().paymentStatus], ['approved', 'PAID']);
    assert.deepEqual(violations(), []);
    await connect();
  });

  test('Garanti: the return proves nothing, the bank is asked', async () => {
    await connect('garanti');
    const { id, state, transaction } = await placed();
    await fetch(transaction.redirectUrl);
    const { body, url } = await banks.garanti.visit(redirectOf(id).fields, { card: 'success' });
    assert.equal(endOf(await post(pathOf(url), body)), 'success');
    assert.equal(state(), 'approved');
    assert.deepEqual([paymentsOf(id)[0].proof, violations()], ['reply', []]);
    await connect();
  });

  test('PayTR: a buyer of whom Wix knows too little is told so at the checkout, and nothing is begun', async () => {
    await connect('paytr');
    const { id, state, now } = await placed(undefined, { ...BUYER, phone: null });
    assert.deepEqual([state(), now().reasonCode, now().errorCode], ['declined', 6000, 'customer.email']);
    assert.equal(intentOf(id), null);
    await connect();
  });

  test('refunds of Wix’s dashboard: a part and the rest, at the bank and in Wix’s order', async () => {
    const { id, transaction, orderNow, comeBack } = await atIsbank('success');
    await comeBack();
    const part = await site.wix.payments.refund(transaction._id, { amount: '100.00' });
    assert.equal(part.state, 'succeeded', JSON.stringify(part));
    assert.equal(orderNow().paymentStatus, 'PARTIALLY_REFUNDED');
    assert.equal((await site.wix.payments.refundAgain(transaction._id, part.wixRefundId)).state, 'succeeded');
    const rest = await site.wix.payments.refund(transaction._id);
    assert.equal(rest.state, 'succeeded');
    assert.equal(orderNow().paymentStatus, 'FULLY_REFUNDED');
    assert.deepEqual([paymentsOf(id)[0].standing, paymentsOf(id)[0].refunded], ['refunded', paymentsOf(id)[0].captured]);
    assert.equal(collection('VeloposChanges').all().filter(({ intentId }) => intentId === id).length, 2);
    assert.deepEqual(violations(), []);
  });

  test('refundTransaction reaches four containers at once: the money goes back once', async () => {
    const { id, transaction, comeBack } = await atIsbank('success');
    await comeBack();
    site.habits.set({ repeat: { times: 1, function: 'refundTransaction', copies: 3 } });
    const refund = await site.wix.payments.refund(transaction._id, { amount: '100.00' });
    await wait(500);
    assert.equal(refund.state, 'succeeded');
    assert.equal(paymentsOf(id)[0].refunded, '100.00');
    assert.deepEqual(violations(), []);
  });
});

// ---- Wix Pay

describe('Wix Pay', () => {
  /** A payment of the page's, started in Wix's window, and its buyer at İş Bankası. */
  async function started(card) {
    const { paymentId } = await call('wix-pay', 'createWixPayment', 'kahve', CUSTOMER);
    const { transactionId, redirectUrl } = await site.wix.pay.start(paymentId);
    const { pluginTransactionId: id } = site.wix.payments.transaction(transactionId);
    await fetch(redirectUrl);
    site.habits.set({ drop: { times: 1, function: 'bankNotification' } });
    const { body, url } = await banks.nestpay.visit(redirectOf(id).fields, { card });
    await until('the loss of the notification', () => site.habits.get().drop.times === 0);
    const state = async () => (await call('wix-pay', 'wixPaymentState', paymentId)).state;
    const records = () => collection('VeloposWixPayments').all().filter(({ wixPaymentId }) => wixPaymentId === paymentId);
    return { paymentId, transactionId, id, state, records, comeBack: () => post(pathOf(url), body) };
  }

  test('paid through our own plugin: Wix’s event pays the shop’s order, once', async () => {
    const { paymentId, transactionId, id, state, records, comeBack } = await started('success');
    assert.equal(redirectOf(id).fields.amount, '149.90');
    site.habits.set({ repeat: { times: 1, function: 'wixPay_onPaymentUpdate', copies: 3 } });
    await comeBack();
    await until('Wix’s event', async () => await state() === 'paid');
    await wait(300);
    assert.deepEqual(records().map((each) => [each.transactionId, each.verdict, each.attention]), [[transactionId, 'booked', '']]);
    const order = collection('Orders').get(records()[0].orderId);
    assert.deepEqual([order.state, order.paymentId], ['paid', records()[0]._id]);
    assert.equal(paymentsOf(id).length, 1);
    assert.equal(site.wix.pay.result(paymentId).status, 'Successful');
    assert.deepEqual(violations(), []);
  });

  test('an event whose container died is taken in by the job', async () => {
    const { state, comeBack } = await started('success');
    site.habits.set({ crash: { times: 1, function: 'wixPay_onPaymentUpdate', after: 'write', count: 2 } });
    await comeBack();
    await until('the death', () => site.habits.get().crash.times === 0);
    assert.equal(await state(), 'pending');
    await jobAfter(5);
    assert.equal(await state(), 'paid');
  });

  test('refunded and charged back in Wix: seen on the order', async () => {
    const { transactionId, state, records, comeBack } = await started('success');
    await comeBack();
    await until('Wix’s event', async () => await state() === 'paid');
    await site.wix.payments.refund(transactionId);
    await until('the refund', async () => await state() === 'refunded');
    assert.equal(collection('Orders').get(records()[0].orderId).state, 'refunded');
    site.wix.pay.tell(transactionId, 'Chargeback');
    await until('the chargeback', () => records()[0].attention === 'chargeback');
    assert.equal(collection('Orders').get(records()[0].orderId).review, true);
  });
});

// ---- a payment link for an order of Wix

describe('an order of Wix, paid by a link', () => {
  const ORDER = {
    channelInfo: { type: 'WEB' }, priceSummary: { total: { amount: '149.90' } }, buyerInfo: { email: 'ayse@example.com' },
    lineItems: [{ productName: { original: 'Kupa' }, itemType: { preset: 'PHYSICAL' }, price: { amount: '74.95' }, quantity: 2 }],
    billingInfo: { contactDetails: { firstName: 'Ayşe', lastName: 'Yılmaz', phone: '+905551234567' } },
  };

  async function atBank(card = 'success') {
    const { _id } = site.wix.orders.create(ORDER);
    const { intentId } = await call('wix-orders', 'payOrder', _id);
    await site.fetchFunction(`pay/${intentId}`);
    site.habits.set({ drop: { times: 1, function: 'bankNotification' } });
    const { body, url } = await banks.nestpay.visit(redirectOf(intentId).fields, { card });
    await until('the loss of the notification', () => site.habits.get().drop.times === 0);
    const added = () => site.wix.orders.transactions(_id).orderTransactions.payments;
    return { orderId: _id, intentId, added, orderNow: () => site.wix.orders.get(_id), comeBack: () => post(pathOf(url), body) };
  }

  test('what is due is Wix’s word, and the payment is added once', async () => {
    const { orderId, intentId, added, orderNow, comeBack } = await atBank();
    assert.equal(redirectOf(intentId).fields.amount, '149.90');
    const answers = await Promise.all(Array.from({ length: 8 }, comeBack));
    for (const answer of answers) assert.equal(answer.headers.get('location'), `${site.url}/result?payment=${intentId}`);
    await until('the payment', () => intentOf(intentId).state === 'paid');
    await wait(3_100);   // lists are three seconds behind
    assert.deepEqual(added().map(({ status, amount }) => [status, amount.amount]), [['APPROVED', '149.90']]);
    assert.deepEqual([orderNow().paymentStatus, orderNow().balanceSummary.balance.amount], ['PAID', '0.00']);
    assert.deepEqual(await call('wix-orders', 'payOrder', orderId), { problem: 'notDue' });
    assert.equal(await call('wix-orders', 'orderDue', orderId), null);
  });

  for (const done of [true, false]) {
    test(`addPayments does not answer, ${done ? 'though it was done' : 'and it was not done'}: one payment`, async () => {
      const { intentId, added, comeBack } = await atBank();
      site.habits.set({ outage: { times: 1, function: 'addPayments', done } });
      await comeBack();
      await wait(3_100);
      await jobAfter(5);
      assert.equal(intentOf(intentId).state, 'paid');
      await wait(3_100);
      assert.equal(added().length, 1);
    });
  }

  test('a container dies after addPayments: one payment', async () => {
    const { intentId, added, comeBack } = await atBank();
    // What a return asks of Wix: the order, its payments, and then to add ours.
    site.habits.set({ crash: { times: 1, function: 'payment3DSuccess', after: 'wix', count: 3 } });
    await comeBack().catch(() => {});
    assert.equal(site.habits.get().crash.times, 0);
    await wait(3_100);
    await jobAfter(5);
    assert.equal(intentOf(intentId).state, 'paid');
    await wait(3_100);
    assert.equal(added().length, 1);
  });

  test('cancelled in the meantime: the money goes back, and the order is left alone', async () => {
    const { orderId, intentId, added, orderNow, comeBack } = await atBank();
    site.wix.orders.cancel(orderId);
    await comeBack();
    assert.equal(paymentsOf(intentId)[0].state, 'late');
    await jobAfter(5);
    assert.ok(['voided', 'refunded'].includes(paymentsOf(intentId)[0].standing));
    assert.deepEqual([added(), orderNow().status], [[], 'CANCELED']);
  });
});

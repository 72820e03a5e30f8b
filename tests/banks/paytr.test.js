// PayTR: token, page, notification until OK, status, refund.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { iframeToken, notificationHash, refundToken, statusToken } from '../../banks/paytr-hash.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SECRETS = { merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789' };
let answer = () => ({ body: 'OK' });
let shop;
let banks;
let orders = 0;

before(async () => {
  shop = await startShop((visit) => (visit.path === '/notify' ? answer(visit) : {}));
  banks = await startBanks({
    shopOrigin: shop.origin,
    notificationUrl: `${shop.origin}/notify`,
    paytr: { times: { retryMs: 20, browserWaitMs: 300, slowMs: 30, hangMs: 30, abandonMs: 60_000 } },
  });
});
after(() => Promise.all([shop.close(), banks.close()]));

const order = (changes = {}) => ({
  merchant_id: '190200',
  user_ip: '85.34.78.112',
  merchant_oid: `PAYTR${(orders += 1)}`,
  email: 'musteri@example.com',
  payment_amount: '14990',
  user_basket: Buffer.from(JSON.stringify([['Örnek ürün', '149.90', 1]])).toString('base64'),
  no_installment: '0',
  max_installment: '0',
  currency: 'TL',
  test_mode: '1',
  user_name: 'Ayşe Yılmaz',
  user_address: 'İstanbul',
  user_phone: '05550000000',
  merchant_ok_url: `${shop.origin}/ok`,
  merchant_fail_url: `${shop.origin}/fail`,
  lang: 'tr',
  debug_on: '1',
  timeout_limit: '30',
  ...changes,
});

async function post(path, form) {
  const response = await fetch(`${banks.url}/paytr/odeme/${path}`, { method: 'POST', body: new URLSearchParams(form) });
  return response.json();
}

const getToken = (form) => post('api/get-token', { ...form, paytr_token: iframeToken(form, SECRETS) });

async function start(changes) {
  const form = order(changes);
  const { status, token, reason } = await getToken(form);
  assert.equal(status, 'success', reason);
  return { form, token, url: `${banks.url}/paytr/odeme/guvenli/${token}` };
}

const status = (oid) =>
  post('durum-sorgu', {
    merchant_id: '190200',
    merchant_oid: oid,
    paytr_token: statusToken({ merchant_id: '190200', merchant_oid: oid }, SECRETS),
  });

const refund = (oid, amount, more = {}) => {
  const form = { merchant_id: '190200', merchant_oid: oid, return_amount: amount };
  return post('iade', { ...form, ...more, paytr_token: refundToken(form, SECRETS) });
};

const notificationsFor = (oid) =>
  shop.visits.filter(({ path, body }) => path === '/notify' && body.includes(`merchant_oid=${oid}&`));

test('a payment in instalments: page, signed notification with interest, return that proves nothing', async () => {
  const { form, url } = await start();
  const cardPage = await browse(url);
  for (const text of ['SİMÜLASYON – gerçek banka değildir', '149,90 TL', form.merchant_oid, 'id="installments"'])
    assert.ok(cardPage.html.includes(text), text);
  const end = await payByHand(cardPage, '4000000000000002', { installments: '3' });
  assert.deepEqual([end.status, end.location], [303, form.merchant_ok_url], 'nothing travels with the browser');
  const [notification] = notificationsFor(form.merchant_oid);
  const fields = Object.fromEntries(new URLSearchParams(notification.body));
  assert.equal(notification.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.deepEqual(fields, {
    merchant_oid: form.merchant_oid,
    status: 'success',
    total_amount: '15440',
    hash: notificationHash(fields, SECRETS),
    merchant_id: '190200',
    payment_type: 'card',
    test_mode: '1',
    payment_amount: '14990',
    currency: 'TL',
    installment_count: '3',
  });
  assert.equal(banks.paytr.find(form.merchant_oid).acknowledged, true);
});

test('the notification is repeated until the answer is exactly OK', async () => {
  const { form, token } = await start();
  const answers = [
    { status: 500, body: 'OK' },
    { body: 'OK\n' },
    { body: '<html>OK</html>' },
    { status: 303, body: 'OK' },
    { body: 'OK' },
  ];
  let given = 0;
  answer = () => answers[given++];
  await banks.paytr.visit(token);
  await shop.visited(shop.visits.length + 4);
  await new Promise((resolve) => {
    setTimeout(resolve, 60);
  });
  answer = () => ({ body: 'OK' });
  const sent = notificationsFor(form.merchant_oid);
  assert.equal(sent.length, 5, 'five times, and not a sixth');
  assert.ok(sent.every(({ body }) => body === sent[0].body));
  assert.equal(banks.paytr.find(form.merchant_oid).acknowledged, true);
});

test('a shop that does not answer does not keep the customer for ever', async () => {
  const { url } = await start();
  const atPassword = await browse(formOf(await browse(url), 'card-form').action, typed('4000000000000002'));
  banks.paytr.setNotificationUrl('http://127.0.0.1:9/notify');
  const end = await browse(formOf(atPassword, 'otp-form').action, { otp: passwordIn(atPassword), action: 'confirm' });
  banks.paytr.setNotificationUrl(`${shop.origin}/notify`);
  assert.equal(end.location, `${shop.origin}/ok`);
});

test('failures: declined, 3-D Secure, wrong password, cancelled, abandoned', async () => {
  const outcome = async (customer) => {
    const { form, token } = await start();
    const { url } = await banks.paytr.visit(token, customer);
    const fields = Object.fromEntries(new URLSearchParams(notificationsFor(form.merchant_oid)[0].body));
    assert.equal(fields.hash, notificationHash(fields, SECRETS));
    assert.deepEqual(
      [url, fields.status, fields.total_amount, fields.payment_amount],
      [`${shop.origin}/fail`, 'failed', '0', undefined],
    );
    return [fields.failed_reason_code, fields.failed_reason_msg];
  };
  assert.deepEqual(await outcome({ card: 'insufficient-funds' }), ['0', 'Yetersiz bakiye']);
  assert.equal((await outcome({ card: '3ds-failed' }))[0], '0');
  assert.equal((await outcome({ password: 'wrong' }))[0], '2');
  assert.equal((await outcome({ card: 'cancel' }))[0], '6');
  const before = shop.visits.length;
  banks.paytr.times.abandonMs = 20;
  const { form } = await start();
  banks.paytr.times.abandonMs = 60_000;
  await shop.visited(before + 1);
  assert.match(notificationsFor(form.merchant_oid)[0].body, /failed_reason_code=6/);
});

test('in a frame the customer leaves the frame through a link', async () => {
  const { form, url } = await start();
  const atPassword = await browse(formOf(await browse(url), 'card-form').action, typed('4000000000000002'));
  const end = await browse(formOf(atPassword, 'otp-form').action, {
    otp: passwordIn(atPassword),
    action: 'confirm',
    framed: '1',
  });
  assert.match(end.html, new RegExp(`id="return"[^>]*target="_top"[^>]*href="${form.merchant_ok_url}"`));
});

test('the silent card: only the status query knows', async () => {
  const { form, url } = await start();
  const end = await payByHand(await browse(url), '4000000000770000');
  assert.match(end.html, /id="silent"/);
  assert.equal(notificationsFor(form.merchant_oid).length, 0);
  assert.equal((await status(form.merchant_oid)).status, 'success');
});

test('no token for a request that is not complete, not signed, not sound, or not new', async () => {
  const reason = async (changes, change = (form) => form) =>
    (await post('api/get-token', change({ ...order(changes), paytr_token: iframeToken(order(changes), SECRETS) }))).reason;
  assert.match(await reason({ user_address: '' }), /user_address/);
  assert.match(await reason({}, (form) => ({ ...form, payment_amount: '1' })), /paytr_token/);
  const signed = async (changes) => (await getToken(order(changes))).reason;
  assert.match(await signed({ merchant_id: '1' }), /merchant_id/);
  assert.match(await signed({ merchant_oid: 'a-b' }), /alfanumerik/);
  assert.match(await signed({ payment_amount: '149.90' }), /payment_amount/);
  assert.match(await signed({ currency: 'XXX' }), /para birimi/);
  assert.match(await signed({ user_basket: 'x' }), /user_basket/);
  assert.match(await signed({ max_installment: '13' }), /max_installment/);
  assert.match(await signed({ merchant_ok_url: 'https://shop.example/' }), /merchant_ok_url/);
  const { form } = await start();
  assert.match((await getToken(form)).reason, /daha once/);
  assert.equal((await browse(`${banks.url}/paytr/odeme/guvenli/${'0'.repeat(64)}`)).status, 404);
});

test('status: paid, with returns, in three spellings; unknown, declined and forged', async () => {
  const { form, token } = await start();
  assert.deepEqual(await status(form.merchant_oid), {
    status: 'error',
    err_no: '004',
    err_msg: 'merchant_oid ile basarili odeme bulunamadi',
  });
  await banks.paytr.visit(token, { installments: 3 });
  const paid = await status(form.merchant_oid);
  assert.deepEqual(
    [
      paid.status,
      paid.payment_amount,
      paid.payment_total,
      paid.currency,
      paid.taksit,
      paid.masked_pan,
      paid.odeme_tipi,
      paid.test_mode,
      paid.returns,
    ],
    ['success', '149.9', '154.4', 'TL', '3', '400000******0002', 'KART', '1', []],
  );
  assert.match(paid.payment_date, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  banks.paytr.settings.statusAmounts = 'comma';
  assert.equal((await status(form.merchant_oid)).payment_amount, '149,90');
  banks.paytr.settings.statusAmounts = 'short';
  const declined = await start();
  await banks.paytr.visit(declined.token, { card: 'refused' });
  assert.equal((await status(declined.form.merchant_oid)).err_no, '004');
  assert.equal(
    (await post('durum-sorgu', { merchant_id: '190200', merchant_oid: form.merchant_oid, paytr_token: 'x' })).status,
    'error',
  );
});

test('refund: partly, never more than was paid, a reference only once', async () => {
  const { form, token } = await start();
  assert.equal((await refund(form.merchant_oid, '1.00')).status, 'failed');
  await banks.paytr.visit(token);
  assert.deepEqual(await refund(form.merchant_oid, '100.00', { reference_no: 'REF1' }), {
    status: 'success',
    is_test: '1',
    merchant_oid: form.merchant_oid,
    return_amount: '100.00',
    reference_no: 'REF1',
  });
  assert.equal((await refund(form.merchant_oid, '10.00', { reference_no: 'REF1' })).status, 'error');
  assert.equal((await refund(form.merchant_oid, '49.91')).status, 'error');
  assert.equal((await refund(form.merchant_oid, '49,90')).status, 'error');
  assert.equal((await refund(form.merchant_oid, '49.90')).status, 'success');
  const { returns } = await status(form.merchant_oid);
  assert.deepEqual(
    returns.map((each) => [each.return_amount, each.reference_no]),
    [
      ['100', 'REF1'],
      ['49.9', ''],
    ],
  );
  assert.equal(banks.paytr.find(form.merchant_oid).status, 'refunded');
});

test('faults', async () => {
  const { form, token } = await start();
  await banks.paytr.visit(token);
  banks.paytr.fault({ on: 'iade', kind: 'timeout-after' });
  assert.equal(await refund(form.merchant_oid, '5.00').catch(() => 'lost'), 'lost');
  assert.equal(banks.paytr.find(form.merchant_oid).refunded, 500n);
  banks.paytr.fault({ on: 'durum-sorgu', kind: 'http-500-before' });
  await assert.rejects(status(form.merchant_oid), SyntaxError);
  assert.equal((await status(form.merchant_oid)).status, 'success');
});

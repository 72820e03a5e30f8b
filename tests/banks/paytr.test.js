// PayTR: the iFrame, the Direct API and payment links, notifications until OK, status, refunds, the transaction report.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  directToken, iframeToken, linkCreateToken, linkDeleteToken, linkHash, notificationHash, refundToken, reportToken, statusToken,
} from '../../banks/paytr-hash.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SECRETS = { merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789' };
let answer = () => ({ body: 'OK' });
let linkAnswer = answer;
let shop;
let banks;
let orders = 0;

before(async () => {
  shop = await startShop((visit) => {
    if (visit.path === '/link-notify') return linkAnswer(visit);
    return visit.path === '/notify' ? answer(visit) : {};
  });
  banks = await startBanks({
    shopOrigin: shop.origin,
    notificationUrl: `${shop.origin}/notify`,
    paytr: { times: { retryMs: 20, browserWaitMs: 300, slowMs: 30, hangMs: 30, abandonMs: 60_000 } },
  });
});
after(() => Promise.all([shop.close(), banks.close()]));

/** A setting for as long as the work takes. */
async function withSettings(changes, work) {
  const { settings } = banks.paytr;
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, settings[name]]));
  Object.assign(settings, changes);
  try {
    return await work();
  } finally {
    Object.assign(settings, before);
  }
}

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

test('refund: partly, and never more than was paid', async () => {
  const { form, token } = await start();
  assert.equal((await refund(form.merchant_oid, '1.00')).status, 'failed');
  await banks.paytr.visit(token);
  assert.deepEqual(await refund(form.merchant_oid, '100.00', { reference_no: 'REF1' }), {
    status: 'success', is_test: '1', merchant_oid: form.merchant_oid, return_amount: '100.00', reference_no: 'REF1',
  });
  assert.equal((await refund(form.merchant_oid, '49.91')).err_no, '009');
  assert.equal((await refund(form.merchant_oid, '49,90')).err_no, '003');
  assert.equal((await refund(form.merchant_oid, '49.90')).status, 'success');
  const { returns } = await status(form.merchant_oid);
  assert.deepEqual(returns.map((each) => [each.return_amount, each.reference_no]), [['100', 'REF1'], ['49.9', '']]);
  const { status: end, captured, refunded, voided } = banks.paytr.find(form.merchant_oid);
  assert.deepEqual([end, captured, refunded, voided], ['refunded', 14990n, 14990n, 0n]);
});

test('the same refund asked for twice is two refunds, unless the setting says otherwise', async () => {
  const { form, token } = await start();
  await banks.paytr.visit(token);
  const again = () => refund(form.merchant_oid, '10.00', { reference_no: 'REF2' });
  assert.equal((await again()).status, 'success');
  assert.equal((await again()).status, 'success', 'the document does not promise that a reference is good once');
  assert.equal(banks.paytr.find(form.merchant_oid).refunded, 2000n);
  assert.match((await withSettings({ repeatedReference: 'refuse' }, again)).err_msg, /reference_no/);
});

test('the numbers of the errors are those of each service', async () => {
  const { form, token } = await start();
  const oid = form.merchant_oid;
  const number = async (path, fields) => {
    const { status: said, err_no: no } = await post(path, fields);
    return [said, no];
  };
  assert.deepEqual(await number('iade', { merchant_id: '1', merchant_oid: oid, paytr_token: 'x' }), ['error', '001']);
  assert.deepEqual(await number('iade', { merchant_id: '190200', paytr_token: 'x' }), ['error', '002']);
  assert.deepEqual(
    await number('iade', { merchant_id: '190200', merchant_oid: oid, return_amount: '1', paytr_token: 'x' }), ['error', '004'],
  );
  assert.deepEqual(await number('durum-sorgu', { merchant_id: '190200', paytr_token: 'x' }), ['error', '002']);
  assert.deepEqual(
    await number('durum-sorgu', { merchant_id: '190200', merchant_oid: oid, paytr_token: 'x' }), ['error', '003'],
  );
  assert.deepEqual((await refund(oid, '1.00')).err_no, '005');
  await banks.paytr.visit(token);
  answer = () => ({ status: 500 });
  const unheard = await start();
  await banks.paytr.visit(unheard.token);
  await withSettings({ refundNeedsOk: true }, async () => {
    assert.equal((await refund(unheard.form.merchant_oid, '1.00')).err_no, '007');
    assert.equal((await refund(oid, '1.00')).status, 'success');
  });
  answer = () => ({ body: 'OK' });
});

test('answers as they were reported in 2026: dotted dates and nulls', async () => {
  const { form, token } = await start();
  await banks.paytr.visit(token);
  await withSettings({ answers: 'reported' }, async () => {
    const paid = await status(form.merchant_oid);
    assert.match(paid.payment_date, /^\d\d\.\d\d\.\d{4}$/);
    assert.deepEqual([paid.masked_pan, paid.kart_marka, paid.net_tutar], [null, '', '0.00']);
    assert.equal((await refund(form.merchant_oid, '1.00')).reference_no, null);
  });
});

// ---- the form of the Direct API

const cardFields = (changes) => ({
  cc_owner: 'AYŞE YILMAZ', card_number: '4000000000000002', expiry_month: '12', expiry_year: '30', cvv: '000', ...changes,
});

/** The shop's form, signed over what it says when it is signed; the card comes from the browser. */
function direct(changes = {}, card = {}) {
  const form = {
    merchant_id: '190200', user_ip: '85.34.78.112', merchant_oid: `DIRECT${(orders += 1)}`, email: 'musteri@example.com',
    payment_type: 'card', payment_amount: '149.90', installment_count: '0', currency: 'TL', test_mode: '1', non_3d: '0',
    merchant_ok_url: `${shop.origin}/ok`, merchant_fail_url: `${shop.origin}/fail`, user_name: 'Ayşe Yılmaz',
    user_address: 'İstanbul', user_phone: '05550000000', user_basket: JSON.stringify([['Örnek ürün', '149.90', 1]]),
    client_lang: 'tr', debug_on: '1', ...changes,
  };
  return { ...form, paytr_token: directToken(form, SECRETS), ...cardFields(card) };
}

const submit = (form) => browse(`${banks.url}/paytr/odeme`, form);
const goingBack = (page) => {
  const { action, fields } = formOf(page, 'return-form');
  return { url: action, fields: Object.fromEntries(fields) };
};
const failMessage = async (form) => goingBack(await submit(form)).fields.fail_message;
const notificationOf = (oid) => {
  const [first] = notificationsFor(oid);
  return first && Object.fromEntries(new URLSearchParams(first.body));
};

test('Direct API: the form, the one-time password, the notification, and then a return that proves nothing', async () => {
  const form = direct({ installment_count: '3' });
  const atPassword = await submit(form);
  assert.match(atPassword.html, /3D Secure doğrulaması/);
  assert.equal(notificationOf(form.merchant_oid), undefined);
  const end = await browse(formOf(atPassword, 'otp-form').action, { otp: passwordIn(atPassword), action: 'confirm' });
  const fields = notificationOf(form.merchant_oid);
  assert.deepEqual(fields, {
    hash: notificationHash(fields, SECRETS), merchant_oid: form.merchant_oid, status: 'success', total_amount: '14990',
    payment_type: 'card', payment_amount: '14990', currency: 'TL', installment_count: '3', merchant_id: '190200', test_mode: '1',
  });
  assert.deepEqual(goingBack(end), { url: form.merchant_ok_url, fields: {} });
  const { channel, status: state, captured, installments } = banks.paytr.find(form.merchant_oid);
  assert.deepEqual([channel, state, captured, installments], ['direct', 'paid', 14990n, 3]);
  assert.equal((await status(form.merchant_oid)).payment_total, '149.9');
});

test('Direct API: the price of the instalments is in the amount already, unless the setting says otherwise', async () => {
  const form = direct({ installment_count: '3' });
  await withSettings({ directInterest: true }, () => banks.paytr.visitForm(form));
  const { payment_amount: minor, total_amount: total } = notificationOf(form.merchant_oid);
  assert.deepEqual([minor, total], ['14990', '15440']);
});

test('Direct API: a visit without a browser; failures come with a message that nobody signed', async () => {
  const paid = await banks.paytr.visitForm(direct(), { card: 'success' });
  assert.deepEqual([paid.url, paid.body, paid.order.status], [`${shop.origin}/ok`, '', 'paid']);
  const outcome = async (customer, changes, card) => {
    const form = direct(changes, card);
    const { url, body } = await banks.paytr.visitForm(form, customer);
    const fields = notificationOf(form.merchant_oid);
    assert.deepEqual(
      [url, fields.status, fields.total_amount, fields.hash],
      [`${shop.origin}/fail`, 'failed', '0', notificationHash(fields, SECRETS)],
    );
    assert.equal(new URLSearchParams(body).get('fail_message'), fields.failed_reason_msg);
    return [fields.failed_reason_code, fields.failed_reason_msg];
  };
  assert.deepEqual(await outcome({ card: 'insufficient-funds' }), ['0', 'Yetersiz bakiye']);
  assert.equal((await outcome({ password: 'wrong' }))[0], '2');
  assert.equal((await outcome({ password: 'cancel' }))[0], '6');
  assert.deepEqual(await outcome({}, {}, { expiry_month: '13' }), ['0', 'Son kullanma tarihi geçersiz.']);
  assert.equal((await outcome({}, { non_3d: '1' }))[0], '10', 'this store may not charge without 3-D Secure');
});

test('Direct API without 3-D Secure, for a store that may', async () => {
  const store = { merchantId: '190200', ...SECRETS, non3d: true };
  const own = await startBanks({
    shopOrigin: shop.origin, notificationUrl: `${shop.origin}/notify`, paytr: { stores: [store], times: { repeats: 0 } },
  });
  try {
    const paid = await own.paytr.visitForm(direct({ non_3d: '1' }));
    assert.equal(paid.order.status, 'paid', 'no password was asked for');
    const refused = await own.paytr.visitForm({ ...direct({ non_3d: '1' }), non3d_test_failed: '1' });
    assert.deepEqual([refused.order.status, refused.url], ['declined', `${shop.origin}/fail`]);
  } finally {
    await own.close();
  }
});

test('Direct API: a form that the shop did not sign says why, starts nothing and tells nobody', async () => {
  const seen = shop.visits.length;
  const refused = async (changes, reason) => {
    const form = { ...direct(), ...changes };
    assert.match(await failMessage(form), reason);
    assert.equal(banks.paytr.find(form.merchant_oid), undefined);
  };
  await refused({ payment_amount: '1.00' }, /paytr_token/);
  await refused({ installment_count: '12' }, /paytr_token/);
  await refused({ non_3d: '1' }, /paytr_token/);
  await refused({ paytr_token: '' }, /paytr_token/);
  await refused({ merchant_id: '1' }, /merchant_id/);
  await refused({ user_basket: '' }, /user_basket/);
  await refused({ cvv: '' }, /cvv/);
  await refused({ payment_amount: '1.00', debug_on: '0' }, /Teknik entegrasyon/);
  assert.match(await failMessage([...Object.entries(direct()), ['payment_amount', '1.00']]), /birden fazla/);
  const used = direct();
  await banks.paytr.visitForm(used);
  assert.match(await failMessage(direct({ merchant_oid: used.merchant_oid })), /daha once/);
  assert.deepEqual(notificationsFor(used.merchant_oid).length, 1, 'the first form paid, and the second did not make it fail');
  assert.equal(shop.visits.length, seen + 1);
});

test('Direct API: a form that was signed and is wrong: told to who develops, notified as code 99 otherwise', async () => {
  for (const [changes, reason] of [
    [{ payment_amount: '149,90' }, /payment_amount/],
    [{ payment_amount: '149.905' }, /payment_amount/],
    [{ payment_amount: '0' }, /payment_amount/],
    [{ payment_type: 'bex' }, /payment_type/],
    [{ installment_count: '1' }, /installment_count/],
    [{ installment_count: '13' }, /installment_count/],
    [{ currency: 'XXX' }, /para birimi/],
    [{ user_basket: Buffer.from('[["a","1",1]]').toString('base64') }, /user_basket/],
    [{ merchant_oid: 'a-b' }, /alfanumerik/],
    [{ user_phone: '0'.repeat(21) }, /user_phone/],
    [{ sync_mode: '1' }, /sync_mode/],
  ]) assert.match(await failMessage(direct(changes)), reason);
  const form = direct({ payment_amount: '149,90', debug_on: '0' });
  assert.match(await failMessage(form), /Teknik entegrasyon/);
  assert.equal(notificationOf(form.merchant_oid).failed_reason_code, '99');
  assert.equal((await submit(direct({ merchant_ok_url: 'https://shop.example/' }))).status, 400);
});

test('Direct API: the link of a form has an end, and its service can be down', async () => {
  const before = shop.visits.length;
  const form = direct({ request_exp_date: String(Math.floor(Date.now() / 1000)) });
  await submit(form);
  await shop.visited(before + 1);
  assert.equal(notificationOf(form.merchant_oid).failed_reason_code, '6');
  banks.paytr.fault({ on: 'odeme', kind: 'http-500-before' });
  const lost = direct();
  assert.equal((await submit(lost)).status, 500);
  assert.equal(banks.paytr.find(lost.merchant_oid), undefined);
});

test('what is signed, against values of PayTR’s own formulas', () => {
  const secrets = { merchantKey: 'AbCdEfGhIjKlMnOp', merchantSalt: 'QrStUvWxYz012345' };
  const form = {
    merchant_id: '123456', user_ip: '85.34.78.112', merchant_oid: 'ORDER1001', email: 'a@b.com', payment_amount: '10.50',
    payment_type: 'card', installment_count: '0', currency: 'TL', test_mode: '1', non_3d: '0',
  };
  assert.equal(directToken(form, secrets), 'zzwZ2ZhH8uNLxA1qKQAhHCE0O+5v5ZX2jaiMc/NPBU4=');
  const paid = { callback_id: 'cbid1', merchant_oid: 'ORDER1001', status: 'success', total_amount: '1050' };
  assert.equal(linkHash(paid, secrets), 'KdBvWw8VPffFdjKuSEWF8SxIzNY5mgPCsAYiRR8aHS0=');
});

// ---- payment links

const callServer = async (path, form) => {
  const response = await fetch(`${banks.url}/paytr/${path}`, { method: 'POST', body: new URLSearchParams(form) });
  return response.json();
};

const linkForm = (changes = {}) => ({
  merchant_id: '190200', name: 'Örnek ürün', price: '14990', currency: 'TL', max_installment: '12', link_type: 'product',
  lang: 'tr', min_count: '1', max_count: '1', callback_link: `${shop.origin}/link-notify`, callback_id: `LINK${(orders += 1)}`,
  debug_on: '1', ...changes,
});

const createLink = (form) => callServer('odeme/api/link/create', { ...form, paytr_token: linkCreateToken(form, SECRETS) });
const removeLink = (id) => {
  const form = { merchant_id: '190200', id };
  return callServer('odeme/api/link/delete', { ...form, paytr_token: linkDeleteToken(form, SECRETS) });
};
const linkMessages = () => shop.visits.filter(({ path }) => path === '/link-notify');

async function startLink(changes) {
  const form = linkForm(changes);
  const { status: said, id, link, reason } = await createLink(form);
  assert.equal(said, 'success', reason);
  return { form, id, link };
}

test('a payment link: the page, the card, the password; the callback carries PayTR’s number and ours', async () => {
  const { form, id, link } = await startLink({ max_count: '3' });
  assert.equal(link, `${banks.url}/paytr/link/${id}`);
  const seen = linkMessages().length;
  const first = await browse(link);
  for (const text of ['Örnek ürün', '149,90 TL', 'id="count"']) assert.ok(first.html.includes(text), text);
  const end = await payByHand(first, '4000000000000002', { count: '2', installments: '1' });
  assert.match(end.html, /id="receipt"/);
  assert.equal(linkMessages().length, seen + 1);
  const fields = Object.fromEntries(new URLSearchParams(linkMessages().at(-1).body));
  assert.match(fields.merchant_oid, /^PTL[A-Za-z0-9]+$/);
  assert.deepEqual(fields, {
    hash: linkHash(fields, SECRETS), callback_id: form.callback_id, merchant_oid: fields.merchant_oid, status: 'success',
    total_amount: '29980', payment_amount: '29980', payment_type: 'card', currency: 'TL', merchant_id: '190200', test_mode: '1',
  });
  const paid = banks.paytr.find(form.callback_id);
  assert.deepEqual([paid.channel, paid.orderId, paid.status, paid.captured], ['link', fields.merchant_oid, 'paid', 29980n]);
  assert.equal((await status(fields.merchant_oid)).payment_total, '299.8', 'under PayTR’s number, not under ours');
  assert.equal((await status(form.callback_id)).status, 'error');
  assert.equal((await refund(fields.merchant_oid, '299.80')).status, 'success');
});

test('a payment link: its callback is repeated until OK; a payment that failed is not told', async () => {
  const { form, id } = await startLink();
  const seen = linkMessages().length;
  const failed = await banks.paytr.visitLink(id, { card: 'refused' });
  assert.equal(failed.order.status, 'declined');
  assert.equal(linkMessages().length, seen);
  linkAnswer = () => ({ status: 500 });
  assert.match((await banks.paytr.visitLink(id)).notification.body, new RegExp(`callback_id=${form.callback_id}&`));
  while (linkMessages().length < seen + 2) await shop.visited(shop.visits.length + 1);
  assert.equal(banks.paytr.find(form.callback_id).acknowledged, false);
  linkAnswer = () => ({ body: 'OK' });
  const own = await startLink();
  await banks.paytr.visitLink(own.id);
  assert.equal(banks.paytr.find(own.form.callback_id).acknowledged, true);
  const silent = await startLink({ callback_link: '', callback_id: '' });
  assert.equal((await banks.paytr.visitLink(silent.id)).notification, null);
});

test('a payment link is sold as often as max_count says, until its date, until it is deleted', async () => {
  const once = await startLink({ max_count: '1' });
  await banks.paytr.visitLink(once.id);
  await assert.rejects(banks.paytr.visitLink(once.id), /not active/);
  assert.equal((await browse(once.link)).status, 410);
  const two = await startLink({ max_count: '2' });
  await banks.paytr.visitLink(two.id);
  await banks.paytr.visitLink(two.id);
  assert.equal((await browse(two.link)).status, 410);
  assert.match((await payByHandWith(await startLink({ max_count: '2' }), { count: '3' })).html, /Adet geçersiz/);
  const gone = await startLink();
  assert.deepEqual(await removeLink(gone.id), { status: 'success' });
  assert.equal((await browse(gone.link)).status, 410);
  assert.match((await removeLink(gone.id)).reason, /delete/);
  const more = await startLink();
  assert.deepEqual(
    await removeLink(`${more.id},xxxxxxx`), { status: 'success', success_deletes: [more.id], failed_deletes: ['xxxxxxx'] },
  );
  assert.equal((await browse(`${banks.url}/paytr/link/xxxxxxx`)).status, 404);
});

const payByHandWith = async ({ link }, more) =>
  browse(formOf(await browse(link), 'card-form').action, { ...typed('4000000000000002'), ...more });

test('a payment link ends at expiry_date', async () => {
  let clock = Date.parse('2026-11-21T10:00:00+03:00');
  const own = await startBanks({ shopOrigin: shop.origin, now: () => clock });
  try {
    const form = linkForm({ expiry_date: '2026-11-21 12:00:00' });
    const create = (fields) => fetch(`${own.url}/paytr/odeme/api/link/create`, {
      method: 'POST', body: new URLSearchParams({ ...fields, paytr_token: linkCreateToken(fields, SECRETS) }),
    }).then((response) => response.json());
    assert.match((await create(linkForm({ expiry_date: '2026-11-21 09:59:59' }))).reason, /expiry_date/);
    const { link } = await create(form);
    assert.equal((await browse(link)).status, 200);
    clock += 2 * 3600_000 + 1;
    assert.equal((await browse(link)).status, 410);
  } finally {
    await own.close();
  }
});

test('no link for a request that is not signed or not sound', async () => {
  const reason = async (changes) => (await createLink(linkForm(changes))).reason;
  for (const [changes, name] of [
    [{ name: 'abc' }, /name/], [{ price: '149.90' }, /price/], [{ currency: 'XXX' }, /currency/],
    [{ max_installment: '13' }, /max_installment/], [{ link_type: 'x' }, /link_type/], [{ lang: 'de' }, /lang/],
    [{ min_count: '' }, /min_count/], [{ callback_id: '' }, /callback_link/], [{ callback_id: 'a-b' }, /callback_id/],
    [{ callback_link: 'https://shop.example/x' }, /callback_link/], [{ max_count: '1', min_count: '2' }, /max_count/],
    [{ link_type: 'collection', min_count: '', max_count: '' }, /email/],
  ]) assert.match(await reason(changes), name);
  const form = linkForm();
  const forged = { ...form, paytr_token: linkCreateToken(form, SECRETS), price: '1' };
  assert.match((await callServer('odeme/api/link/create', forged)).reason, /paytr_token/);
  const collection = linkForm({ link_type: 'collection', email: 'musteri@example.com', min_count: '', max_count: '' });
  assert.equal((await createLink(collection)).status, 'success', 'here the e-mail is signed where the count was');
});

// ---- the transaction report

const reportFor = (start_date, end_date, token) =>
  callServer('rapor/islem-dokumu', {
    merchant_id: '190200', start_date, end_date,
    paytr_token: token ?? reportToken({ merchant_id: '190200', start_date, end_date }, SECRETS),
  });
const turkish = (ms) => new Date(ms + 3 * 3600_000).toISOString().slice(0, 19).replace('T', ' ');

test('the transaction report: sales and refunds of a period of at most three days', async () => {
  const { form, token } = await start();
  await banks.paytr.visit(token, { installments: 3 });
  await refund(form.merchant_oid, '4.40');
  const period = [turkish(Date.now() - 3600_000), turkish(Date.now() + 3600_000)];
  const { status: said, list } = await reportFor(...period);
  assert.equal(said, 'success');
  const ours = list.filter(({ siparis_no: oid }) => oid === form.merchant_oid);
  assert.deepEqual(ours.map((row) => [row.islem_tipi, row.islem_tutari, row.odeme_tutari, row.taksit, row.para_birimi]), [
    ['S', '149.90', '154.40', '3', 'TL'], ['I', '4.40', '4.40', '3', 'TL'],
  ]);
  assert.match(ours[0].islem_tarihi, /^\d\d\.\d\d\.\d{4}$/);
  assert.equal(ours[0].kart_no, '400000***0002');
  const { rows } = await withSettings({ reportList: 'rows', reportAmounts: 'comma' }, () => reportFor(...period));
  assert.equal(rows.find(({ siparis_no: oid }) => oid === form.merchant_oid).odeme_tutari, '154,40');
  assert.equal((await reportFor('2020-01-01 00:00:00', '2020-01-02 00:00:00')).status, 'failed', 'nothing happened then');
  assert.equal((await reportFor('2020-01-01 00:00:00', '2020-01-04 00:00:00')).status, 'failed', 'three days are allowed');
  assert.deepEqual((await reportFor('2020-01-01 00:00:00', '2020-01-04 00:00:01')).err_no, '204');
  assert.equal((await reportFor('01.01.2020', '02.01.2020')).status, 'error');
  assert.match((await reportFor(...period, 'x')).err_msg, /paytr_token/);
});

// ---- faults

test('faults: lost before and after the work, late, cut off, about another order', async () => {
  const { form, token } = await start();
  await banks.paytr.visit(token);
  banks.paytr.fault({ on: 'iade', kind: 'timeout-after' });
  assert.equal(await refund(form.merchant_oid, '5.00').catch(() => 'lost'), 'lost');
  assert.equal(banks.paytr.find(form.merchant_oid).refunded, 500n);
  banks.paytr.fault({ on: 'iade', kind: 'html-before' });
  await assert.rejects(refund(form.merchant_oid, '5.00'), SyntaxError);
  assert.equal(banks.paytr.find(form.merchant_oid).refunded, 500n);
  banks.paytr.fault({ on: 'iade', kind: 'truncated' });
  await assert.rejects(refund(form.merchant_oid, '5.00'), SyntaxError);
  assert.equal(banks.paytr.find(form.merchant_oid).refunded, 1000n, 'it was refunded all the same');
  banks.paytr.fault({ on: 'iade', kind: 'wrong-order' });
  assert.equal((await refund(form.merchant_oid, '5.00')).merchant_oid, `${form.merchant_oid}X`);
  banks.paytr.fault({ on: 'durum-sorgu', kind: 'http-500-before' });
  await assert.rejects(status(form.merchant_oid), SyntaxError);
  banks.paytr.fault({ on: 'durum-sorgu', kind: 'slow' });
  const asked = Date.now();
  assert.equal((await status(form.merchant_oid)).status, 'success');
  assert.ok(Date.now() - asked >= 29);
  banks.paytr.fault({ on: 'link-create', kind: 'reset-after' });
  const link = linkForm();
  await assert.rejects(createLink(link));
  assert.equal((await createLink(link)).status, 'success', 'a second link with the same callback_id');
});

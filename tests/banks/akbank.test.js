// Akbank's JSON POS: the digest, the two pages, the API, what it does with money, how it fails, and what a dishonest customer makes
// of its returns.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { callbackHash, createAkbank, formHash, mac, SIMULATOR_ACCOUNT } from '../../banks/akbank.js';
import { FAULTS, OPERATIONS } from '../../banks/akbank-api.js';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm, valueOf } from '../../banks/form.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const OTHER_SHOP = { merchantSafeId: 'A'.repeat(32), terminalSafeId: 'B'.repeat(32), secretKey: 'other', merchantName: 'ÖTEKİ' };
const PROCESS = 'api/v1/payment/virtualpos/transaction/process';
const REPORT = 'api/v1/payment/virtualpos/portal/report/transaction';
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, akbank: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.akbank;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop

const newOrder = () => `AKB-${String((orders += 1)).padStart(6, '0')}`;
const nonce = () => randomBytes(64).toString('hex').toUpperCase();
const turkish = (ms = Date.now()) => new Date(ms + 3 * 3600_000).toISOString().slice(0, 23);
const CARD = { creditCard: cardByName('success').pan, expiredDate: '1230', cvv: '000' };
const HOSTED = ['3D_PAY_HOSTING', 'PAY_HOSTING'];

function formFields(changes = {}, account = SHOP) {
  const { merchantSafeId, terminalSafeId } = account;
  const form = {
    paymentModel: '3D_PAY_HOSTING', txnCode: '3000', merchantSafeId, terminalSafeId, orderId: newOrder(), lang: 'TR', amount: '149.90',
    ccbRewardAmount: '', pcbRewardAmount: '', xcbRewardAmount: '', currencyCode: '949', installCount: '1', okUrl: `${shop.origin}/ok`,
    failUrl: `${shop.origin}/fail`, emailAddress: 'a@b.example', randomNumber: nonce(), requestDateTime: turkish(),
    ...(!HOSTED.includes(changes.paymentModel ?? '3D_PAY_HOSTING') && CARD), ...changes,
  };
  return { ...form, hash: changes.hash ?? formHash(form, account.secretKey) };
}

/** What came back: `back` are its fields. */
async function visit(changes, customer) {
  const form = formFields(changes);
  const { url, fields, ...rest } = await bank.visit(form, customer);
  return { form, ...rest, fields, back: Object.fromEntries(fields ?? []), path: url?.slice(shop.origin.length) };
}

/** The digest over what the return itself lists, made here and not by the bank. */
function verifies(fields) {
  const text = valueOf(fields, 'hashParams').split('+').map((name) => valueOf(fields, name)).join('');
  return createHmac('sha512', SHOP.secretKey).update(text).digest('base64') === valueOf(fields, 'hash');
}

async function post(body, { account = SHOP, path = PROCESS, hash } = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'auth-hash': hash ?? mac(text, account.secretKey) };
  const response = await fetch(`${banks.url}/akbank/${path}`, { method: 'POST', redirect: 'manual', headers, body: text });
  const raw = await response.text();
  return { status: response.status, raw, ...(response.headers.get('content-type') === 'application/json' && JSON.parse(raw)) };
}

const requestOf = (txnCode, orderId, more = {}, { merchantSafeId, terminalSafeId } = SHOP) => ({
  terminal: { merchantSafeId, terminalSafeId }, version: '1.00', txnCode, requestDateTime: turkish(), randomNumber: nonce(),
  order: { orderId }, ...more,
});
const call = (txnCode, orderId, more, account = SHOP) => post(requestOf(txnCode, orderId, more, account), { account });

const money = (amount, currencyCode = 949) => ({ transaction: { amount, currencyCode } });
const chargeOf = (changes = {}) => ({ transaction: { amount: '149.90', currencyCode: 949, motoInd: 0, installCount: 1, ...changes } });
const cardOf = (name = 'success') => ({ card: { cardNumber: cardByName(name).pan, cvv2: '000', expireDate: '1230' } });
const sell = (orderId, { type = '1000', card, ...changes } = {}) => call(type, orderId, { ...chargeOf(changes), ...cardOf(card) });

const secureOf = ({ secureId, secureEcomInd, secureData, secureMd }) =>
  ({ secureTransaction: { secureId, secureEcomInd, secureData, secureMd } });
const provide = ({ back, form }, changes = {}, transaction = {}) =>
  call(form.txnCode === '3004' ? '1004' : '1000', form.orderId, { ...chargeOf(transaction), ...secureOf(back), ...changes });
const history = async (orderId, account) => call('1010', orderId, {}, account);
const rowsOf = async (orderId) =>
  (await history(orderId)).txnDetailList.map(({ txnCode, amount, txnStatus, responseCode }) => [txnCode, amount, txnStatus, responseCode]);
const brief = ({ responseCode, hostResponseCode }) => [responseCode, hostResponseCode];

async function sold(amount = '149.90') {
  const orderId = newOrder();
  assert.equal((await sell(orderId, { amount })).responseCode, 'VPS-0000');
  return orderId;
}

// ---- the digest

test('a form is signed in the bank’s order, and missing fields are empty', () => {
  const form = { hash: 'x', b2bIdentityNumber: 'Z', paymentModel: '3D', txnCode: '3000', cvv: '000', unknown: 'no', amount: '1.01' };
  assert.equal(formHash(form, 'k'), mac('3D30001.01000Z', 'k'));
});

test('the values that the bank and others made, and forgeries whose digest is right', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/akbank.json', import.meta.url), 'utf8'));
  for (const { name, body, secretKey, hash, fits } of vectors.requestHash) assert.equal(mac(body, secretKey) === hash, fits, name);
  for (const { name, fields, secretKey, hash } of vectors.formHash) assert.equal(formHash(fields, secretKey), hash, name);
  for (const { name, fields, hashParams, secretKey, hash, fits } of [...vectors.callback, ...vectors.otherLists]) {
    assert.equal(callbackHash(Object.entries(fields), hashParams, secretKey) === hash, fits, name);
  }
});

// ---- the pages

test('3D: the card in the form, the password on the page, nothing charged; then the charge by API', async () => {
  const paid = await visit({ paymentModel: '3D' });
  assert.deepEqual([paid.path, paid.back.txnCode, paid.back.responseCode, paid.back.mdStatus], ['/ok', '3001', 'VPS-0000', '1']);
  assert.equal(paid.order, undefined, 'nothing is charged yet');
  assert.match(paid.back.secureMd, /^[0-9A-F]{64}$/);
  const answer = await provide(paid);
  assert.deepEqual(brief(answer), ['VPS-0000', '00']);
  assert.deepEqual(Object.keys(answer.transaction), ['authCode', 'rrn', 'batchNumber', 'stan']);
  assert.deepEqual(answer.order, { orderId: paid.form.orderId });
  assert.ok(!/149|949/.test(JSON.stringify({ ...answer, transaction: 0, txnDateTime: 0 })), 'an answer tells neither amount nor currency');
  assert.deepEqual([bank.find(paid.form.orderId).status, bank.find(paid.form.orderId).mdStatus], ['paid', '1']);
});

test('the list of a return: of 2026, of 2024, and the short one of a failure', async () => {
  const listed = async (changes, customer) => {
    const { fields, back } = await visit(changes, customer);
    assert.ok(verifies(fields));
    return back.hashParams;
  };
  const old = 'txnCode+responseCode+responseMessage+txnDateTime+merchantSafeId+terminalSafeId+orderId+secureId+secureEcomInd'
    + '+secureData+secureMd';
  const current = old.replace('+secureData', '+mdStatus+secureData') + '+maskedCardNumber+amount+installCount+okUrl+failUrl';
  assert.equal(await listed({ paymentModel: '3D' }), current);
  bank.settings.authenticatedList = '2024';
  assert.equal(await listed({ paymentModel: '3D' }), old);
  assert.equal(await listed({ paymentModel: '3D' }, { password: 'wrong' }), 'responseCode+responseMessage+orderId');
  const charged = 'txnCode+responseCode+responseMessage+hostResponseCode+hostMessage+txnDateTime+merchantSafeId+terminalSafeId+orderId'
    + '+cardHolderName+authCode+rrn+batchNumber+stan+additionalInstallCount+deferingMonth+ccbEarnedRewardAmount+ccbBalanceRewardAmount'
    + '+ccbRewardDesc+pcbEarnedRewardAmount+pcbBalanceRewardAmount+xcbEarnedRewardAmount+xcbBalanceRewardAmount';
  assert.equal(await listed({ paymentModel: '3D_PAY' }), charged);
  const declined = charged.replace('+cardHolderName', '').replace('+ccbRewardDesc', '');
  assert.equal(await listed({}, { card: 'refused' }), declined, 'what is empty is not listed');
  bank.settings.chargedList = '2026';
  assert.equal(await listed({}), `${charged}+mdStatus+maskedCardNumber+amount+installCount+okUrl+failUrl`);
  bank.settings.omit = ['stan'];
  const shorter = await visit();
  assert.ok(verifies(shorter.fields) && !shorter.back.hashParams.includes('stan') && !('stan' in shorter.back));
});

test('3D_PAY and the hosted pages charge at once: every card has its fate', async () => {
  const fates = {
    success: ['/ok', 'VPS-0000', '00', 'paid'], 'insufficient-funds': ['/fail', 'VPS-1005', '51', 'declined'],
    expired: ['/fail', 'VPS-1005', '54', 'declined'], refused: ['/fail', 'VPS-1005', '05', 'declined'],
    'bank-error': ['/fail', 'VPS-1005', '99', 'declined'], '3ds-failed': ['/fail', 'VPS-1279', '', undefined],
    '3ds-attempt': ['/ok', 'VPS-0000', '00', 'paid'], '3ds-not-enrolled': ['/ok', 'VPS-0000', '00', 'paid'],
    'approved-without-3ds': ['/fail', 'VPS-1279', '', undefined], slow: ['/ok', 'VPS-0000', '00', 'paid'],
    review: ['/ok', 'VPS-0000', '00', 'paid'],
  };
  for (const { name } of CARDS) {
    const { path, back, order, body, fields } = await visit({}, { card: name });
    if (name === 'silent') {
      assert.deepEqual([body, order.status], [null, 'paid'], 'paid, and nobody is told');
      continue;
    }
    assert.deepEqual([path, back.responseCode, back.hostResponseCode, order?.status], fates[name], name);
    assert.ok(verifies(fields), name);
  }
  bank.settings.half = ['2', '4', '5'];
  const held = await visit({ paymentModel: '3D_PAY', creditCard: cardByName('approved-without-3ds').pan });
  assert.deepEqual([held.path, held.order.mdStatus, held.order.status], ['/ok', '5', 'paid']);
});

test('the bank’s public test cards, Mastercard and Visa', async () => {
  for (const [creditCard, ecomInd, mask] of [
    ['5218076007402834', '02', '521807******2834'], ['4355093000315232', '05', '435509******5232'],
  ]) {
    const paid = await visit({ paymentModel: '3D', creditCard });
    assert.deepEqual([paid.back.secureEcomInd, paid.back.maskedCardNumber], [ecomInd, mask]);
    assert.equal((await provide(paid)).responseCode, 'VPS-0000');
    assert.equal((await history(paid.form.orderId)).txnDetailList[0].maskedCardNumber, mask);
  }
});

test('the hosted page without 3-D Secure: no password is asked', async () => {
  const { form, order } = await visit({ paymentModel: 'PAY_HOSTING' }, { password: 'wrong' });
  assert.deepEqual([order.status, order.mdStatus], ['paid', '']);
  const { txnDetailList: [row] } = await history(form.orderId);
  assert.deepEqual([row.amount, row.currencyCode, row.orgOrderId], [149.9, 949, form.orderId]);
});

test('by hand, in a browser: card, password, return; and what a customer can do wrong', async () => {
  const form = formFields({ amount: '1234.50', installCount: '3' });
  const page = await browse(`${banks.url}/akbank/payhosting`, form);
  assert.match(page.html, /1\.234,50 TL/);
  const wrongCard = await browse(formOf(page, 'card-form').action, typed('4111111111111111'));
  assert.match(wrongCard.html, /test kartı değil/);
  const password = await browse(formOf(page, 'card-form').action, typed('4000000000000002'));
  assert.match((await browse(formOf(password, 'otp-form').action, { otp: '000000x', action: 'confirm' })).html, /Şifre yanlış/);
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const returned = formOf(done, 'return-form');
  assert.deepEqual([returned.action, returned.charset], [`${shop.origin}/ok`, 'UTF-8']);
  assert.ok(verifies(returned.fields));
  assert.equal(valueOf(returned.fields, 'responseMessage'), 'BAŞARILI');
  assert.equal(bank.find(form.orderId).status, 'paid');
  const english = await browse(`${banks.url}/akbank/payhosting`, formFields({ lang: 'EN' }));
  assert.match(english.html, /Card details/);
  const cancelled = await browse(formOf(english, 'card-form').action, { action: 'cancel' });
  assert.equal(valueOf(formOf(cancelled, 'return-form').fields, 'responseCode'), 'VPS-3008');
  await payByHand(await browse(`${banks.url}/akbank/payhosting`, formFields()));
});

test('a form that is not the shop’s has nowhere to return to', async () => {
  const shown = async (changes, path = 'payhosting') => (await browse(`${banks.url}/akbank/${path}`, formFields(changes))).html;
  assert.match(await shown({ hash: 'x' }), /The hash is not valid/);
  assert.match(await shown({ terminalSafeId: 'C'.repeat(32) }), /no such terminal/);
  assert.match(await shown({ okUrl: 'https://elsewhere.example/' }), /returns only to the shop/);
  const fields = [...Object.entries(formFields()), ['amount', '1.00']];
  await assert.rejects(bank.visit(fields), /sent twice/);
});

test('a form with a fault goes back to failUrl, signed', async () => {
  const refusedWith = async (changes) => {
    const { path, back, fields, order } = await visit(changes);
    assert.deepEqual([path, order], ['/fail', undefined]);
    assert.ok(verifies(fields) && back.hashParams === 'responseCode+responseMessage+orderId');
    return `${back.responseCode} ${back.responseMessage}`;
  };
  for (const requestDateTime of [turkish(Date.now() - 2 * 3600_000), new Date().toISOString().slice(0, 23), '']) {
    assert.equal(await refusedWith({ requestDateTime }), 'VPS-1073 Geçerli talep tarihi giriniz.');
  }
  assert.match(await refusedWith({ amount: '149,90' }), /Hatalı Tutar/);
  assert.match(await refusedWith({ amount: '0.00' }), /Hatalı Tutar/);
  for (const [name, value] of Object.entries({
    paymentModel: '3D_OOS', txnCode: '1000', currencyCode: 'TRY', installCount: '0', randomNumber: 'abc', orderId: 'a b',
  })) assert.match(await refusedWith({ [name]: value }), new RegExp(name));
  assert.match(await refusedWith({ paymentModel: '3D_PAY', creditCard: '4111111111111111' }), /Kart bilgileri/);
  bank.settings.models = ['3D'];
  assert.match(await refusedWith({ paymentModel: '3D_PAY' }), /yetkisi yoktur/);
});

test('each page takes its own models only', async () => {
  const form = formFields({ paymentModel: '3D_PAY' });
  assert.match((await browse(`${banks.url}/akbank/payhosting`, form)).html, /VPS-9907/);
  assert.equal(bank.find(form.orderId), undefined);
});

// ---- a number is good once

test('an order number is good once: at the form, at the charge, and even after a decline', async () => {
  const orderId = await sold();
  assert.equal((await visit({ orderId })).back.responseCode, 'VPS-1013');
  const { path, back } = await visit({ orderId, paymentModel: '3D' });
  assert.deepEqual([path, back.responseCode], ['/fail', 'VPS-1013'], 'before the card’s bank is troubled');
  const again = await sell(orderId);
  assert.deepEqual([again.responseCode, again.responseMessage], ['VPS-1013', `Sipariş Numarası : ${orderId} tekil olmalıdır`]);
  assert.deepEqual(again.transaction, { stan: 0, rrn: '0', batchNumber: 0 });
  const declined = newOrder();
  assert.deepEqual(brief(await sell(declined, { card: 'refused' })), ['VPS-1005', '05']);
  assert.equal((await sell(declined)).responseCode, 'VPS-1013');
  bank.settings.checkOrderAtForm = false;
  const late = await visit({ orderId });
  assert.deepEqual([late.path, late.back.responseCode], ['/fail', 'VPS-1013']);
  assert.equal((await rowsOf(orderId)).length, 1);
  assert.equal((await call('1000', orderId, { ...chargeOf(), ...cardOf() }, OTHER_SHOP)).responseCode, 'VPS-0000', 'of each terminal');
});

test('two windows of one order: one charge', async () => {
  const orderId = newOrder();
  const [first, second] = [await visit({ paymentModel: '3D', orderId }), await visit({ paymentModel: '3D', orderId })];
  const answers = await Promise.all([provide(first), provide(second), provide(first)]);
  assert.equal(answers.filter(({ responseCode }) => responseCode === 'VPS-0000').length, 1);
  assert.equal((await rowsOf(orderId)).length, 1);
});

test('3-D Secure counts once, for its own order, amount, currency, instalments and terminal', async () => {
  const one = await visit({ paymentModel: '3D' });
  const other = await visit({ paymentModel: '3D' });
  const refused = async (answer) => assert.equal((await answer).responseCode, 'VPS-9902');
  await refused(provide(one, {}, { amount: '1.00' }));
  await refused(provide(one, {}, { currencyCode: 840 }));
  await refused(provide(one, {}, { installCount: 2 }));
  await refused(provide(one, secureOf({ ...one.back, secureEcomInd: '07' })));
  await refused(provide(one, secureOf(other.back)));
  await refused(provide(one, { txnCode: '1004' }));
  await refused(call('1000', one.form.orderId, { ...chargeOf(), ...secureOf(one.back) }, OTHER_SHOP));
  assert.equal((await provide(one)).responseCode, 'VPS-0000');
  assert.deepEqual(brief(await provide(await visit({ paymentModel: '3D', creditCard: cardByName('refused').pan }))), ['VPS-1005', '05']);
});

// ---- money

test('sale with a card, void, and what the history shows', async () => {
  const orderId = await sold('1.01');
  const { txnDetailList: [row], ...answer } = await history(orderId);
  assert.deepEqual([answer.responseCode, answer.order], ['VPS-0000', undefined]);
  assert.deepEqual([row.amount, row.orderId, row.orgOrderId, row.maskedCardNumber], [1.01, orderId, orderId, '400000******0002']);
  const voided = await call('1003', orderId);
  assert.deepEqual([...brief(voided), voided.transaction], ['VPS-0000', '00', undefined]);
  assert.deepEqual(await rowsOf(orderId), [['1000', 1.01, 'V', 'VPS-0000']], 'a void has no row of its own');
  assert.equal((await call('1003', orderId)).responseCode, 'VPS-1008');
  assert.equal((await call('1002', orderId)).responseCode, 'VPS-1008', 'nothing is left to give back');
  assert.equal(bank.find(orderId).status, 'voided');
});

test('after the end of the day a sale is refunded, not voided', async () => {
  const orderId = await sold();
  bank.settings.refundNeedsSettlement = true;
  assert.equal((await call('1002', orderId)).responseCode, 'VPS-9909');
  bank.settle();
  assert.equal((await call('1003', orderId)).responseCode, 'VPS-9904');
  assert.equal((await call('1002', orderId)).responseCode, 'VPS-0000');
  assert.equal(bank.find(orderId).status, 'refunded');
});

test('refunds: a part, too much, nothing, another currency, the rest without an amount', async () => {
  const orderId = await sold('100.00');
  assert.equal((await call('1002', orderId, money('30.00'))).responseCode, 'VPS-0000');
  assert.match((await call('1002', orderId, money('70.01'))).responseMessage, /Hatalı Tutar/);
  assert.match((await call('1002', orderId, money('0.00'))).responseMessage, /Hatalı Tutar/);
  assert.equal((await call('1002', orderId, money('1.00', 840))).responseCode, 'VPS-9901');
  assert.equal((await call('1003', orderId)).responseCode, 'VPS-9905');
  assert.equal((await call('1002', orderId)).responseCode, 'VPS-0000');
  assert.match((await call('1002', orderId)).responseMessage, /Hatalı Tutar/);
  assert.deepEqual(await rowsOf(orderId), [
    ['1000', 100, 'N', 'VPS-0000'], ['1002', 30, 'N', 'VPS-0000'], ['1002', 70, 'N', 'VPS-0000'],
  ]);
  const { txnDetailList } = await history(orderId);
  assert.ok(txnDetailList.slice(1).every((row) => row.orgOrderId === orderId && row.orderId !== orderId));
  assert.deepEqual([bank.find(orderId).captured, bank.find(orderId).refunded], [10000n, 10000n]);
});

test('pre-authorisation: capture, its void, capture of less, void of all', async () => {
  const orderId = newOrder();
  assert.equal((await sell(orderId, { type: '1004', amount: '30.00', installCount: 3 })).responseCode, 'VPS-0000');
  assert.equal(bank.find(orderId).status, 'authorized');
  assert.equal((await call('1002', orderId)).responseCode, 'VPS-1007', 'nothing was taken yet');
  assert.match((await call('1005', orderId, money('30.01'))).responseMessage, /Hatalı Tutar/);
  assert.equal((await call('1005', orderId, money('30.00', 978))).responseCode, 'VPS-9901');
  assert.equal((await call('1005', orderId, money('30.00'))).responseCode, 'VPS-0000');
  assert.equal((await call('1005', orderId, money('30.00'))).responseCode, 'VPS-9903');
  const [preauth, capture] = (await history(orderId)).txnDetailList;
  assert.deepEqual([preauth.preAuthStatus, preauth.preAuthCloseAmount, capture.orgOrderId], ['C', 30, orderId]);
  assert.deepEqual([capture.rrn, capture.authCode], [preauth.rrn, preauth.authCode]);
  assert.notEqual(capture.orderId, orderId);
  assert.equal((await call('1003', orderId)).responseCode, 'VPS-0000');
  const [opened, undone] = (await history(orderId)).txnDetailList;
  assert.deepEqual([opened.preAuthStatus, opened.preAuthCloseAmount, opened.preAuthCloseDate], ['O', 0, '1900-01-01T00:00:00.000']);
  assert.equal(undone.txnStatus, 'V');
  assert.equal((await call('1005', orderId, money('20.00'))).responseCode, 'VPS-0000');
  assert.deepEqual([bank.find(orderId).status, bank.find(orderId).captured], ['paid', 2000n]);
  assert.equal((await call('1003', orderId)).responseCode, 'VPS-0000');
  assert.equal((await call('1003', orderId)).responseCode, 'VPS-0000');
  assert.equal(bank.find(orderId).status, 'voided');
  assert.equal((await call('1005', orderId, money('20.00'))).responseCode, 'VPS-1007');
  bank.settings.captureMarginPercent = 15;
  const more = await visit({ txnCode: '3004', amount: '100.00' });
  assert.deepEqual([more.back.txnCode, more.order.status], ['1004', 'authorized']);
  assert.equal((await call('1005', more.form.orderId, money('115.00'))).responseCode, 'VPS-0000');
});

test('instalments: in the history and in the report', async () => {
  const { form } = await visit({ installCount: '3' });
  const single = await sold();
  const counts = async (orderId) => (await history(orderId)).txnDetailList.map(({ installCount }) => installCount);
  assert.deepEqual([await counts(form.orderId), await counts(single)], [[3], [1]]);
  const { merchantSafeId, terminalSafeId } = SHOP;
  const report = { startDateTime: turkish(Date.now() - 3600_000), endDateTime: turkish() };
  const { data } = await post({ terminal: { merchantSafeId, terminalSafeId }, randomNumber: nonce(), report }, { path: REPORT });
  const row = (id) => data.txnDetailList.find(({ orgOrderId }) => orgOrderId === id);
  assert.deepEqual([row(form.orderId).installmentCount, row(form.orderId).installmentLabel], [3, '3']);
  assert.deepEqual([row(single).installmentCount, row(single).installmentLabel], [1, 'Peşin']);
});

test('a decline in the history looks normal but for its code', async () => {
  const orderId = newOrder();
  const answer = await sell(orderId, { card: 'insufficient-funds' });
  assert.deepEqual([...brief(answer), answer.transaction.authCode], ['VPS-1005', '51', '000000']);
  assert.deepEqual(await rowsOf(orderId), [['1000', 149.9, 'N', 'VPS-1005']]);
  for (const code of ['1003', '1002', '1005']) assert.equal((await call(code, orderId, money('1.00'))).responseCode, 'VPS-1007');
});

test('an unknown order, one that is not yet there, one of another terminal, rows in the other order', async () => {
  const unknown = await history('NOBODY');
  assert.deepEqual([unknown.responseCode, unknown.txnDetailList], ['VPS-1123', undefined]);
  const orderId = await sold('10.00');
  assert.equal((await history(orderId, OTHER_SHOP)).responseCode, 'VPS-1123');
  await call('1002', orderId, money('1.00'));
  bank.settings.historyOrder = 'newest';
  assert.deepEqual((await rowsOf(orderId)).map(([code]) => code), ['1002', '1000']);
  bank.settings.historyLagMs = 60_000;
  assert.equal((await history(orderId)).responseCode, 'VPS-1123');
});

test('forced outcomes, and other currencies', async () => {
  const orderId = newOrder();
  bank.force(orderId, 'insufficient-funds');
  assert.deepEqual(brief(await sell(orderId)), ['VPS-1005', '51']);
  const dollars = await visit({ currencyCode: '840' });
  assert.deepEqual([dollars.order.currency, (await history(dollars.form.orderId)).txnDetailList[0].currencyCode], ['USD', 840]);
});

test('the report of a day: all transactions, and no more than a day', async () => {
  const { merchantSafeId, terminalSafeId } = SHOP;
  const reportOf = (report) => post({ terminal: { merchantSafeId, terminalSafeId }, randomNumber: nonce(), report }, { path: REPORT });
  const report = (startDateTime, endDateTime) => reportOf({ startDateTime, endDateTime });
  const orderId = await sold('5.00');
  await call('1003', orderId);
  const declined = newOrder();
  await sell(declined, { card: 'refused' });
  const from = turkish(Date.now() - 3600_000);
  const { data: { txnDetailList }, ...frame } = await report(from, turkish());
  assert.equal(frame.responseCode, 'VPS-0000');
  const statusOf = (id) => txnDetailList.filter(({ orgOrderId }) => orgOrderId === id).map(({ txnStatus }) => txnStatus);
  assert.deepEqual([statusOf(orderId), statusOf(declined)], [['İptal'], ['Başarısız']]);
  assert.deepEqual((await report(turkish(Date.now() - 2 * 86_400_000), turkish())).responseCode, 'VPS-2229');
  assert.equal((await report(turkish(), from)).responseCode, 'VPS-1073');
  assert.deepEqual((await report(turkish(Date.now() - 7200_000), turkish(Date.now() - 3600_000))).data.txnDetailList, []);
  const { batchNumber } = (await history(orderId)).txnDetailList[0];
  bank.settle();
  const next = await sold();
  const batch = (await reportOf({ batchNumber })).data.txnDetailList.map(({ orgOrderId }) => orgOrderId);
  assert.deepEqual([batch.includes(orderId), batch.includes(next)], [true, false]);
  bank.settings.reportRows = 1;
  assert.equal((await report(from, turkish())).responseCode, 'VPS-2235');
});

// ---- who may ask, and what is refused unread

test('another key, another terminal, a body changed on the way, no JSON', async () => {
  const body = requestOf('1010', 'X');
  assert.equal((await post(body, { hash: 'x' })).status, 401);
  assert.equal((await post(body, { hash: mac(JSON.stringify({ ...body, version: '2' }), SHOP.secretKey) })).status, 401);
  assert.equal((await post(body, { account: OTHER_SHOP })).status, 401);
  assert.equal((await post('[]')).status, 400);
  const bad = async (changes) => {
    const { status, code, message, responseCode } = await post({ ...body, ...changes });
    assert.deepEqual([status, code, responseCode], [400, '400', undefined]);
    return message;
  };
  assert.equal(await bad({ txnCode: '9999' }), 'txnCode');
  assert.equal(await bad({ version: '2.00' }), 'version');
  assert.equal(await bad({ randomNumber: '1' }), 'randomNumber');
  assert.equal(await bad({ order: {} }), 'order.orderId');
  assert.equal((await post({ ...body, requestDateTime: '2024-01-01T00:00:00.000' })).responseCode, 'VPS-1073');
  assert.equal((await fetch(`${banks.url}/akbank/${PROCESS}`)).status, 405);
});

test('a charge is checked field by field', async () => {
  const code = async (more) => (await call('1000', newOrder(), more)).responseCode;
  assert.equal(await code({ ...chargeOf({ amount: '1,00' }), ...cardOf() }), 'VPS-9900');
  assert.equal(await code({ ...chargeOf({ currencyCode: 999 }), ...cardOf() }), 'VPS-9907');
  assert.equal(await code({ ...chargeOf({ installCount: 0 }), ...cardOf() }), 'VPS-9907');
  assert.equal(await code({ ...chargeOf({ motoInd: 7 }), ...cardOf() }), 'VPS-9907');
  assert.equal(await code({ ...chargeOf(), card: { cardNumber: '1' } }), 'VPS-9908');
  assert.equal(await code({ ...chargeOf(), card: { ...cardOf().card, cardNumber: '4111111111111111' } }), 'VPS-9908');
  assert.equal(await code({ ...chargeOf(), ...cardOf(), recurring: {} }), 'VPS-1061');
  bank.settings.sales = ['with-3d'];
  assert.equal(await code({ ...chargeOf(), ...cardOf() }), 'VPS-9906');
});

// ---- bad days

test('answers that are lost before and after the work', async () => {
  for (const kind of Object.keys(FAULTS).filter((each) => /-(before|after|during)$/.test(each))) {
    const orderId = newOrder();
    bank.fault({ on: 'sale', kind });
    const answer = await sell(orderId).catch(() => null);
    assert.notEqual(answer?.responseCode, 'VPS-0000', kind);
    assert.equal(bank.find(orderId)?.status, kind.endsWith('before') ? undefined : 'paid', kind);
  }
});

test('every operation can be made to fail, and an answer can be about something else', async () => {
  const orderId = await sold();
  bank.fault({ on: 'history', kind: 'wrong-order' });
  assert.ok((await history(orderId)).txnDetailList.every((row) => row.orgOrderId === `${orderId}X`));
  bank.fault({ on: 'history', kind: 'wrong-amount' });
  assert.equal((await history(orderId)).txnDetailList[0].amount, 0.01);
  bank.fault({ on: '*', kind: 'wrong-currency' });
  assert.equal((await history(orderId)).txnDetailList[0].currencyCode, 840);
  bank.fault({ on: 'provision', kind: 'wrong-order' });
  const paid = await visit({ paymentModel: '3D' });
  assert.equal((await provide(paid)).order.orderId, `${paid.form.orderId}X`);
  bank.fault({ on: 'history', kind: 'wrong-terminal' });
  assert.equal((await history(orderId)).terminal.terminalSafeId, '0'.repeat(32));
  bank.fault({ on: 'history', kind: 'truncated' });
  await assert.rejects(history(orderId), SyntaxError);
  const names = ['sale', 'preauth', 'capture', 'void', 'refund', 'history', 'provision', 'report'];
  assert.deepEqual([...OPERATIONS].sort(), names.sort());
});

test('a return that is repeated from server to server', async () => {
  bank.settings.repeatCallback = 2;
  const before = shop.visits.length;
  await visit();
  await shop.visited(before + 2);
  assert.equal(shop.visits[before].path, '/ok');
});

// ---- a dishonest customer

async function control(path, order) {
  const response = await fetch(banks.url + path, {
    method: 'POST', body: JSON.stringify(order),
    headers: { 'content-type': 'application/json', origin: banks.url, 'x-control-token': banks.controlToken },
  });
  return response.json();
}

test('in the attacker’s hands a genuine failure verifies as a success, with a list of his own or a moved border', async () => {
  const failed = await visit({}, { card: '3ds-failed' });
  const message = bank.messages().at(-1);
  const forged = async (attack) => parseForm(Buffer.from((await control('/attacker/send', { message: message.id, attack })).request.body));
  const own = await forged('own-list');
  assert.ok(verifies(own), 'the digest is right, and the message is a lie');
  assert.deepEqual([valueOf(own, 'responseCode'), valueOf(own, 'hashParams')], ['VPS-0000', 'note']);
  const shifted = await forged('shift');
  assert.ok(verifies(shifted));
  assert.equal(valueOf(shifted, 'orderId'), failed.form.orderId.slice(1));
  assert.equal(valueOf(await forged('drop-signature'), 'hash'), undefined);
  assert.equal(valueOf(await forged('empty-signature'), 'hash'), '');
});

test('on the pages about the banks', async () => {
  const orderId = await sold();
  const ledger = await (await fetch(`${banks.url}/ledger.json`)).json();
  assert.equal(ledger.find((each) => each.orderId === orderId).system, 'akbank');
  assert.match(await (await fetch(`${banks.url}/`)).text(), /Akbank/);
  const page = await (await fetch(`${banks.url}/control?lang=en`)).text();
  assert.ok(page.includes('data-bank="akbank"') && page.includes(FAULTS['wrong-terminal']));
  assert.match((await control('/control', { bank: 'akbank', settings: { half: 1 } })).error, /another type/);
});

test('a bank of its own, with a clock and randomness of its own', async () => {
  const own = createAkbank({ now: () => Date.parse('2026-08-09T21:45:14Z'), random: (bytes) => Buffer.alloc(bytes, 7) });
  const form = formFields({ requestDateTime: '2026-08-10T00:45:00.000', paymentModel: '3D' });
  const { fields } = await own.visit(form);
  assert.equal(valueOf(fields, 'txnDateTime'), '2026-08-10T00:45:14.000', 'the wall clock of Turkey');
  own.close();
});

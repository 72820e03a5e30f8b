// Moka United: the digests, the pages, the return and the notification, the services, what they do with money, how they fail, and what
// a dishonest customer makes of a return.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm, valueOf } from '../../banks/form.js';
import { checkKey, createMoka, hashValue, SIMULATOR_ACCOUNT } from '../../banks/moka.js';
import { FAULTS, OPERATIONS } from '../../banks/moka-api.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const OTHER_SHOP = { dealerCode: '190401', username: 'other', password: 'other', shopName: 'Öteki' };
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop(({ path, count }) => ({ body: path === '/refuses' ? `no ${count}` : 'OK' }));
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5, retryMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, moka: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.moka;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
  bank.setNotificationUrl(undefined);
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop

const newOrder = () => `MOK${String((orders += 1)).padStart(6, '0')}`;
const minute = (ms = Date.now()) => new Date(ms + 3 * 3600_000).toISOString().slice(0, 16).replace('T', ' ');

function dealer(account = SHOP) {
  const { dealerCode, username, password } = account;
  return { DealerCode: dealerCode, Username: username, Password: password, CheckKey: checkKey(account) };
}

async function post(name, body) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const path = name === 'CreateWebPosRequest' ? 'Api/WebPos/CreateWebPosRequest' : `PaymentDealer/${name}`;
  const response = await fetch(`${banks.url}/moka/${path}`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/json' }, body: text,
  });
  const raw = await response.text();
  return { status: response.status, raw, ...(response.headers.get('content-type')?.startsWith('application/json') && JSON.parse(raw)) };
}

const call = (name, request, account) => post(name, {
  PaymentDealerAuthentication: dealer(account),
  [name === 'CreateWebPosRequest' ? 'WebPosRequest' : 'PaymentDealerRequest']: request,
});

const cardOf = (name = 'success') => ({
  CardHolderFullName: 'Ayşe Yılmaz', CardNumber: cardByName(name).pan, ExpMonth: '12', ExpYear: '2030', CvcNumber: '000',
});
const payment = (changes = {}) => ({
  Amount: 149.9, Currency: 'TL', InstallmentNumber: 0, ClientIP: '127.0.0.1', OtherTrxCode: newOrder(), IsPoolPayment: 0, IsPreAuth: 0,
  Software: 'velopos', ReturnHash: 1, RedirectType: 0, RedirectUrl: `${shop.origin}/moka`, ...changes,
});

/** The word that a return says, found out here and not by the bank. */
function wordOf(fields, codeForHash) {
  const is = (word) => createHash('sha256').update(codeForHash + word).digest('hex') === valueOf(fields, 'hashValue');
  return is('T') ? 'T' : is('F') ? 'F' : 'neither';
}

/** A payment on the hosted page, or with a card by the 3-D service; what came back, and Moka's view. */
async function pay(changes = {}, customer = {}, name = 'CreateWebPosRequest') {
  const wanted = { ...payment({ IsThreeD: 1, ClientWebPosTypeId: 1, Language: 'tr', ...changes }) };
  const request = name === 'CreateWebPosRequest' ? wanted : { ...wanted, ...cardOf(customer.card) };
  const { ResultCode, Data } = await call(name, request);
  assert.equal(ResultCode, 'Success');
  const visited = await bank.visit(Data.Url ?? Data, customer);
  const back = Object.fromEntries(visited.fields ?? []);
  const codeForHash = Data.CodeForHash;
  return { ...wanted, ...visited, back, codeForHash, word: codeForHash && visited.fields && wordOf(visited.fields, codeForHash) };
}

const sell = (changes, card) => call('DoDirectPayment', { ...payment(changes), ...cardOf(card) });
async function sold(changes) {
  const { Data: { IsSuccessful, VirtualPosOrderId } } = await sell(changes);
  assert.ok(IsSuccessful);
  return VirtualPosOrderId;
}
const inquire = (OtherTrxCode, account) => call('GetDealerPaymentTrxDetailList', { OtherTrxCode }, account);
const byReference = (reference) => inquire(bank.find(reference).orderId);
async function state(OtherTrxCode) {
  const { PaymentStatus, TrxStatus, Amount, RefAmount } = (await inquire(OtherTrxCode)).Data.PaymentDetail;
  return [PaymentStatus, TrxStatus, Amount, RefAmount];
}
/** Capture, void or request of a refund, by Moka's number. */
const afterwards = (name, VirtualPosOrderId, more = {}) =>
  call(name, { VirtualPosOrderId, OtherTrxCode: '', ClientIP: '127.0.0.1', ...(name === 'DoVoid' && { VoidRefundReason: 2 }), ...more });
const codeOf = async (answer) => (await answer).ResultCode;

// ---- the digests

test('the document’s own values', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/moka.json', import.meta.url), 'utf8'));
  for (const { name, key, ...account } of vectors.checkKey) assert.equal(checkKey(account), key, name);
  for (const { name, codeForHash, hashValue: given, result } of vectors.hashValue) {
    const word = ['T', 'F'].find((each) => hashValue(codeForHash, each) === given) ?? 'neither';
    assert.equal(word, result, name);
  }
});

// ---- the pages

test('the hosted page: every card has its fate, and the digest says it in one word', async () => {
  const fates = {
    success: ['', 'T', 'paid'], 'insufficient-funds': ['002', 'F', 'declined'], expired: ['006', 'F', 'declined'],
    refused: ['004', 'F', 'declined'], 'bank-error': ['017', 'F', 'declined'], '3ds-failed': ['001', 'F', 'declined'],
    '3ds-attempt': ['', 'T', 'paid'], '3ds-not-enrolled': ['', 'T', 'paid'], 'approved-without-3ds': ['001', 'F', 'declined'],
    slow: ['', 'T', 'paid'], review: ['', 'T', 'paid'],
  };
  for (const { name } of CARDS) {
    const { back, word, order, body, OtherTrxCode } = await pay({}, { card: name });
    if (name === 'silent') {
      assert.deepEqual([body, order.status], [null, 'paid'], 'paid, and nobody is told');
      continue;
    }
    assert.deepEqual([back.resultCode, word, order.status], fates[name], name);
    assert.deepEqual(Object.keys(back), ['hashValue', 'resultCode', 'resultMessage', 'trxCode', 'OtherTrxCode']);
    assert.deepEqual([back.trxCode, back.OtherTrxCode], [order.virtualPosOrderId, OtherTrxCode]);
  }
  bank.settings.chargesWith = ['1', '5'];
  assert.equal((await pay({}, { card: 'approved-without-3ds' })).word, 'T');
});

test('by hand, with the card in the shop’s request: password, return', async () => {
  const wanted = payment({ Amount: '1234.50', InstallmentNumber: 3 });
  const { Data: { Url, CodeForHash } } = await call('DoDirectPaymentThreeD', { ...wanted, ...cardOf() });
  assert.match(CodeForHash, /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  assert.ok(!Url.toUpperCase().includes(CodeForHash), 'the customer never sees the code');
  const page = await browse(Url);
  assert.match(page.html, /1\.234,50 TL/);
  assert.ok(!page.html.includes(CodeForHash));
  const wrong = await browse(formOf(page, 'otp-form').action, { otp: 'x', action: 'confirm' });
  const done = await browse(formOf(wrong, 'otp-form').action, { otp: passwordIn(wrong), action: 'confirm' });
  const form = formOf(done, 'return-form');
  assert.deepEqual([form.action, wordOf(form.fields, CodeForHash)], [wanted.RedirectUrl, 'T']);
  assert.equal((await browse(`${banks.url}/moka/PaymentDealerThreeDProcess?threeDTrxCode=x`)).status, 404);
});

test('by hand on the hosted page: another card, the way out, without 3-D Secure, in English', async () => {
  const opened = async (changes) => {
    const { Data } = await call('CreateWebPosRequest', payment(changes));
    return { ...Data, page: await browse(Data.Url) };
  };
  const one = await opened({ IsThreeD: 1 });
  assert.match((await browse(formOf(one.page, 'card-form').action, typed('4111111111111111'))).html, /test kartı değil/);
  assert.equal(wordOf(formOf(await payByHand(one.page), 'return-form').fields, one.CodeForHash), 'T');
  const left = await opened({ Language: 'en' });
  assert.match(left.page.html, /Card details/);
  const cancelled = formOf(await browse(formOf(left.page, 'card-form').action, { action: 'cancel' }), 'return-form').fields;
  assert.deepEqual([wordOf(cancelled, left.CodeForHash), valueOf(cancelled, 'resultCode')], ['F', '001']);
  const plain = await opened({ IsThreeD: 0 });
  const paid = await browse(formOf(plain.page, 'card-form').action, typed(cardByName('success').pan));
  assert.equal(wordOf(formOf(paid, 'return-form').fields, plain.CodeForHash), 'T');
});

test('Moka’s public test cards, a Troy among them', async () => {
  for (const CardNumber of ['5127541122223332', '4183441122223339', '9792061122223337']) {
    const { Data } = await call('DoDirectPayment', { ...payment(), ...cardOf(), CardNumber });
    assert.ok(Data.IsSuccessful);
  }
});

test('without ReturnHash the address is all the shop is told, and the return has no digest', async () => {
  const { back, codeForHash, order } = await pay({ ReturnHash: 0 });
  assert.deepEqual([codeForHash, back.hashValue, back.resultCode, order.status], [undefined, undefined, '', 'paid']);
  assert.equal((await pay({}, { card: 'refused' }, 'DoDirectPaymentThreeD')).word, 'F');
});

test('the notification says the same, until the shop answers OK, and thrice at most', async () => {
  bank.setNotificationUrl(`${shop.origin}/hook`);
  const count = shop.visits.length;
  const { body } = await pay();
  await shop.visited(count + 1);
  assert.deepEqual([shop.visits[count].path, shop.visits[count].body], ['/hook', body]);
  bank.setNotificationUrl(`${shop.origin}/refuses`);
  const before = shop.visits.length;
  await pay();
  await shop.visited(before + 3);
  bank.setNotificationUrl(`${shop.origin}/hook`);
  await pay();
  await shop.visited(before + 4);
  assert.deepEqual(shop.visits.slice(before).map(({ path }) => path), ['/refuses', '/refuses', '/refuses', '/hook']);
  bank.settings.notify = false;
  await pay();
  assert.equal(bank.messages().at(-1).kind, 'callback');
});

// ---- money

test('one payment in detail: its states, its amount, its transactions', async () => {
  const wanted = payment({ IsThreeD: 1 });
  await call('CreateWebPosRequest', wanted);
  assert.deepEqual(await state(wanted.OtherTrxCode), [0, 0, 149.9, 0], 'waits for its card');
  const { OtherTrxCode, order } = await pay();
  const { Data } = await inquire(OtherTrxCode);
  const { PaymentDetail: row, PaymentTrxDetailList: [trx] } = Data;
  assert.deepEqual([row.OtherTrxCode, row.Amount, row.CurrencyCode], [OtherTrxCode, 149.9, 'TL']);
  assert.deepEqual([row.PaymentStatus, row.TrxStatus, row.IsThreeD], [2, 1, true]);
  assert.deepEqual([row.CardNumberFirstSix, row.CardNumberLastFour, Data.ListItemCount], ['400000', '0002', 1]);
  assert.deepEqual([trx.VirtualPosOrderId, trx.TrxType, trx.TrxStatus, trx.Amount], [order.virtualPosOrderId, 2, 1, 149.9]);
  const byNumber = await call('GetDealerPaymentTrxDetailList', { PaymentId: row.DealerPaymentId });
  assert.equal(byNumber.Data.PaymentDetail.OtherTrxCode, OtherTrxCode);
  const failed = await pay({}, { card: 'refused' });
  assert.deepEqual(await state(failed.OtherTrxCode), [2, 2, 149.9, 0], 'a failed payment is still called a payment');
  const missing = 'PaymentDealer.GetDealerPaymentTrxDetailList.PaymentNotFound';
  assert.equal(await codeOf(inquire('NOBODY')), missing);
  assert.equal(await codeOf(inquire('')), missing);
  assert.equal(await codeOf(inquire(OtherTrxCode, OTHER_SHOP)), missing);
  bank.settings.inquiryLagMs = 60_000;
  assert.equal(await codeOf(inquire(OtherTrxCode)), missing);
});

test('void: by either number, once, not after the end of the day', async () => {
  const reference = await sold();
  const { Data } = await afterwards('DoVoid', reference);
  assert.deepEqual(Data, { IsSuccessful: true, ResultCode: '00', ResultMessage: '', VirtualPosOrderId: reference });
  assert.equal((await byReference(reference)).Data.PaymentDetail.PaymentStatus, 3);
  assert.equal(await codeOf(afterwards('DoVoid', reference)), 'PaymentDealer.DoVoid.PaymentNotFound');
  const { OtherTrxCode } = await pay();
  assert.equal(await codeOf(afterwards('DoVoid', '', { OtherTrxCode, VoidRefundReason: 2 })), 'Success');
  const late = await sold();
  bank.settle();
  assert.equal(await codeOf(afterwards('DoVoid', late)), 'PaymentDealer.DoVoid.PaymentNotAvailable');
  assert.equal(await codeOf(afterwards('DoVoid', '')), 'PaymentDealer.DoVoid.OtherTrxCodeOrVirtualPosOrderIdMustGiven');
  assert.equal(await codeOf(afterwards('DoVoid', late, { OtherTrxCode })), 'PaymentDealer.DoVoid.OtherTrxCodeAndVirtualPosOrderIdMismatch');
  assert.equal(await codeOf(afterwards('DoVoid', late, { VoidRefundReason: undefined })), 'PaymentDealer.DoVoid.InvalidRequest');
  const number = (await byReference(late)).Data.PaymentDetail.DealerPaymentId;
  assert.equal(await codeOf(afterwards('DoVoid', String(number))), 'PaymentDealer.DoVoid.PaymentNotFound', 'not by the payment’s number');
  const declined = await sell({}, 'refused');
  assert.equal(await codeOf(afterwards('DoVoid', declined.Data.VirtualPosOrderId)), 'PaymentDealer.DoVoid.PaymentNotFound');
});

test('a refund is only asked for: Moka makes it at the end of the day', async () => {
  const reference = await sold({ Amount: 100 });
  const refund = (Amount, more) => afterwards('DoCreateRefundRequest', reference, { ...(Amount !== undefined && { Amount }), ...more });
  const detail = async () => {
    const { PaymentStatus, RefAmount } = (await byReference(reference)).Data.PaymentDetail;
    return [PaymentStatus, RefAmount];
  };
  const failure = 'PaymentDealer.DoCreateRefundRequest';
  assert.equal(await codeOf(refund(100.01)), `${failure}.InvalidAmount`);
  assert.equal(await codeOf(refund('1,00')), `${failure}.InvalidAmount`);
  const { Data } = await refund(30);
  assert.deepEqual([Data.IsSuccessful, Data.ResultCode, typeof Data.RefundRequestId], [true, '', 'number']);
  assert.deepEqual(await detail(), [2, 0], 'nothing has happened yet');
  assert.equal(await codeOf(refund(10)), `${failure}.RefundRequestAlreadyExist`);
  assert.equal(await codeOf(afterwards('DoVoid', reference)), 'PaymentDealer.DoVoid.PaymentNotAvailable');
  bank.settle();
  assert.deepEqual(await detail(), [2, 30], 'a part of it, and it is still a payment');
  assert.equal(await codeOf(refund(70.01)), `${failure}.InvalidAmount`);
  bank.settings.refundsAtOnce = true;
  assert.equal(await codeOf(refund()), 'Success', 'without an amount all that is left');
  assert.deepEqual(await detail(), [4, 100]);
  assert.equal(await codeOf(refund(1)), `${failure}.InvalidAmount`);
  assert.equal(bank.find(reference).status, 'refunded');
  bank.settings.refundNeedsSettlement = true;
  const fresh = await sold();
  assert.equal(await codeOf(afterwards('DoCreateRefundRequest', fresh)), `${failure}.PaymentNotFound`);
  bank.settle();
  assert.equal(await codeOf(afterwards('DoCreateRefundRequest', fresh, { Amount: 0 })), 'Success');
});

test('pre-authorisation and its capture, within fifteen per cent', async () => {
  const { OtherTrxCode, order } = await pay({ IsPreAuth: 1, Amount: 100 });
  assert.deepEqual([order.status, await state(OtherTrxCode)], ['authorized', [1, 1, 100, 0]]);
  const reference = order.virtualPosOrderId;
  const capture = (Amount) => afterwards('DoCapture', reference, { Amount });
  assert.equal(await codeOf(afterwards('DoCreateRefundRequest', reference)), 'PaymentDealer.DoCreateRefundRequest.PaymentNotFound');
  for (const amount of [115.01, 84.99, 0]) assert.equal(await codeOf(capture(amount)), 'PaymentDealer.DoCapture.InvalidAmount');
  const { Data } = await capture(90);
  assert.deepEqual(Data, { IsSuccessful: true, ResultCode: '00', ResultMessage: '', VirtualPosOrderId: reference });
  assert.deepEqual(await state(OtherTrxCode), [2, 1, 90, 0]);
  assert.equal(await codeOf(capture(90)), 'PaymentDealer.DoCapture.AlreadyCaptured');
  assert.equal(await codeOf(afterwards('DoVoid', reference)), 'Success');
  const sale = await sold();
  assert.equal(await codeOf(afterwards('DoCapture', sale, { Amount: 1 })), 'PaymentDealer.DoCapture.PaymentNotFound');
  for (const Amount of [115, 85, '', undefined]) {
    const more = await pay({ IsPreAuth: 1, Amount: 100 });
    assert.equal(await codeOf(afterwards('DoCapture', more.order.virtualPosOrderId, { Amount })), 'Success');
    assert.equal((await state(more.OtherTrxCode))[2], Amount || 100);
  }
  const other = await pay({ IsPreAuth: 1 });
  assert.equal(await codeOf(afterwards('DoVoid', other.order.virtualPosOrderId)), 'Success');
  assert.equal(await codeOf(afterwards('DoCapture', other.order.virtualPosOrderId)), 'PaymentDealer.DoCapture.PaymentNotFound');
});

test('lists between two minutes, by state', async () => {
  const range = { PaymentStartDate: minute(), PaymentEndDate: minute(Date.now() + 120_000) };
  const paid = await pay();
  const declined = await pay({}, { card: 'refused' });
  const { Data: { PaymentList } } = await call('GetPaymentList', { ...range, PaymentStatus: 2, TrxStatus: 1 });
  const has = (list, { OtherTrxCode }) => list.some((row) => row.OtherTrxCode === OtherTrxCode);
  assert.deepEqual([has(PaymentList, paid), has(PaymentList, declined)], [true, false]);
  const all = await call('GetPaymentList', range);
  assert.ok(has(all.Data.PaymentList, declined) && all.Data.ListItemCount === all.Data.PaymentList.length);
  const same = { TrxStartDate: range.PaymentStartDate, TrxEndDate: range.PaymentEndDate };
  const trxs = await call('GetPaymentTrxList', { ...same, TrxType: 2, TrxStatus: 2 });
  assert.deepEqual([has(trxs.Data.PaymentTrxList, paid), has(trxs.Data.PaymentTrxList, declined)], [false, true]);
  const old = { PaymentStartDate: '2020-01-01 00:00', PaymentEndDate: '2020-01-02 00:00' };
  assert.deepEqual((await call('GetPaymentList', old)).Data.PaymentList, []);
  assert.equal(await codeOf(call('GetPaymentList', { PaymentStartDate: 'x' })), 'PaymentDealer.GetPaymentList.InvalidRequest');
});

test('the shop’s number is not promised to be good once only', async () => {
  const OtherTrxCode = newOrder();
  await sold({ OtherTrxCode });
  await sold({ OtherTrxCode });
  assert.equal(bank.payments().filter((each) => each.orderId === OtherTrxCode && each.status === 'paid').length, 2);
  bank.settings.repeatedTrxCode = 'refuse';
  assert.equal(await codeOf(sell({ OtherTrxCode })), 'PaymentDealer.DoDirectPayment.RepeatedOtherTrxCode');
  assert.equal(await codeOf(sell({ OtherTrxCode: '' })), 'Success', 'it may be left out');
});

test('forced outcomes, other currencies, slow answers', async () => {
  const OtherTrxCode = newOrder();
  bank.force(OtherTrxCode, 'insufficient-funds');
  const { Data, ResultCode } = await sell({ OtherTrxCode });
  assert.deepEqual([ResultCode, Data.IsSuccessful, Data.ResultCode, Data.ResultMessage], ['Success', false, '002', 'Limit Yetersiz']);
  const euros = await pay({ Currency: 'EUR' });
  assert.equal((await inquire(euros.OtherTrxCode)).Data.PaymentDetail.CurrencyCode, 'EUR');
  assert.ok((await sell({}, 'slow')).Data.IsSuccessful);
});

// ---- who may ask, and what

test('another key, another account, no JSON, no request', async () => {
  const failure = 'PaymentDealer.CheckPaymentDealerAuthentication';
  const asked = (changes) => codeOf(post('DoVoid', { PaymentDealerAuthentication: { ...dealer(), ...changes }, PaymentDealerRequest: {} }));
  assert.equal(await asked({ CheckKey: 'x' }), `${failure}.InvalidRequest`);
  assert.equal(await asked({ Password: 'x' }), `${failure}.InvalidRequest`);
  assert.equal(await asked({ Password: 'x', CheckKey: checkKey({ ...SHOP, password: 'x' }) }), `${failure}.InvalidAccount`);
  assert.equal(await asked({ CheckKey: checkKey(SHOP).toUpperCase() }), 'PaymentDealer.DoVoid.InvalidRequest', 'the key in capitals');
  assert.equal(await codeOf(post('DoVoid', 'x')), `${failure}.InvalidRequest`);
  assert.equal(await codeOf(post('DoVoid', { PaymentDealerAuthentication: dealer() })), 'PaymentDealer.DoVoid.InvalidRequest');
  const reference = await sold();
  const foreign = await call('DoVoid', { VirtualPosOrderId: reference, VoidRefundReason: 2 }, OTHER_SHOP);
  assert.deepEqual([foreign.ResultCode, foreign.Data], ['PaymentDealer.DoVoid.PaymentNotFound', null]);
  assert.equal((await fetch(`${banks.url}/moka/PaymentDealer/DoVoid`)).status, 405);
});

test('a payment is checked field by field', async () => {
  const code = async (changes, name = 'DoDirectPaymentThreeD') =>
    (await codeOf(call(name, { ...payment(), ...cardOf(), ...changes }))).replace('PaymentDealer.', '');
  assert.equal(await code({ Amount: 1.001 }), 'DoDirectPayment3dRequest.InvalidRequest');
  assert.equal(await code({ Amount: 0 }), 'DoDirectPayment3dRequest.InvalidRequest');
  assert.equal(await code({ Amount: '1,00' }), 'DoDirectPayment3dRequest.InvalidRequest');
  assert.equal(await code({ Currency: 'TRY' }), 'DoDirectPayment3dRequest.InvalidCurrencyCode');
  for (const count of [13, 1.5, -1, 'x']) {
    assert.equal(await code({ InstallmentNumber: count }), 'DoDirectPayment3dRequest.InvalidInstallmentNumber');
  }
  assert.equal(await code({ InstallmentNumber: 1, Currency: 'USD' }), 'Success');
  assert.match(await code({ InstallmentNumber: 3, Currency: 'USD' }), /InstallmentNotAvailableForForeignCurrencyTransaction$/);
  assert.equal(await code({ RedirectUrl: 'https://elsewhere.example/' }), 'DoDirectPayment3dRequest.RedirectUrlRequired');
  const cards = [{ CardNumber: '1' }, { CardNumber: '4111111111111111' }, { ExpYear: '30' }, { ExpMonth: '13' }, { CvcNumber: '' }];
  for (const wrong of cards) {
    assert.equal(await code(wrong), 'CheckCardInfo.InvalidCardInfo');
  }
  assert.equal(await code({ Currency: undefined }), 'Success');
  bank.settings.without3D = false;
  assert.equal(await code({}, 'DoDirectPayment'), 'DoDirectPayment.ThreeDRequired');
});

// ---- bad days

test('answers that are lost before and after the work', async () => {
  for (const kind of Object.keys(FAULTS).filter((each) => /-(before|after|during)$/.test(each))) {
    const reference = await sold();
    bank.fault({ on: 'DoVoid', kind });
    const answer = await afterwards('DoVoid', reference).catch(() => null);
    assert.notEqual(answer?.ResultCode, 'Success', kind);
    assert.equal(bank.find(reference).status, kind.endsWith('before') ? 'paid' : 'voided', kind);
  }
});

test('answers about something else', async () => {
  const { OtherTrxCode } = await pay();
  const lies = [
    ['wrong-order', 'OtherTrxCode', `${OtherTrxCode}X`], ['wrong-amount', 'Amount', 0.01], ['wrong-currency', 'CurrencyCode', 'USD'],
  ];
  for (const [kind, name, value] of lies) {
    bank.fault({ on: 'GetDealerPaymentTrxDetailList', kind });
    assert.equal((await inquire(OtherTrxCode)).Data.PaymentDetail[name], value);
  }
  bank.fault({ kind: 'exception-before' });
  const { ResultCode, Data, Exception } = await inquire(OtherTrxCode);
  assert.deepEqual([ResultCode, Data, Exception], ['EX', null, 'System.Exception']);
  const names = ['CreateWebPosRequest', 'DoDirectPaymentThreeD', 'DoDirectPayment', 'DoCapture', 'DoVoid', 'DoCreateRefundRequest'];
  assert.deepEqual(OPERATIONS.slice(0, 6), names);
});

test('a return that is repeated from server to server', async () => {
  bank.settings.repeatCallback = 2;
  const count = shop.visits.length;
  await pay();
  await shop.visited(count + 2);
  assert.equal(shop.visits[count].path, '/moka');
});

// ---- a dishonest customer

async function control(path, order) {
  const response = await fetch(banks.url + path, {
    method: 'POST', body: JSON.stringify(order),
    headers: { 'content-type': 'application/json', origin: banks.url, 'x-control-token': banks.controlToken },
  });
  return response.json();
}

test('in the attacker’s hands: all beside the digest can be changed, and one payment’s digest is not another’s', async () => {
  const { codeForHash, order } = await pay({}, { card: 'refused' });
  const message = bank.messages().at(-1);
  const forged = async (attack) => {
    const { request } = await control('/attacker/send', { message: message.id, ...attack });
    return parseForm(Buffer.from(request.body));
  };
  const approved = await forged({ attack: 'edit', field: 'resultCode', value: '' });
  assert.deepEqual([valueOf(approved, 'resultCode'), wordOf(approved, codeForHash)], ['', 'F'], 'the digest still says that it failed');
  const elsewhere = await forged({ attack: 'edit', field: 'trxCode', value: 'Test-other' });
  assert.equal(wordOf(elsewhere, codeForHash), 'F', 'Moka’s number is not signed');
  assert.notEqual(order.virtualPosOrderId, 'Test-other');
  assert.equal(valueOf(await forged({ attack: 'drop-signature' }), 'hashValue'), undefined);
  assert.equal(valueOf(await forged({ attack: 'empty-signature' }), 'hashValue'), '');
  const mine = await pay();
  const theirs = await pay({}, { card: 'refused' });
  assert.equal(wordOf(mine.fields, theirs.codeForHash), 'neither');
  const [shown] = (await (await fetch(`${banks.url}/attacker/messages`)).json()).filter(({ id }) => id === message.id);
  assert.deepEqual(shown.attacks, ['replay', 'edit', 'drop-signature', 'empty-signature', 'duplicate', 'elsewhere']);
  bank.setNotificationUrl(`${shop.origin}/hook`);
  await pay({ ReturnHash: 0 });
  const unsigned = (await (await fetch(`${banks.url}/attacker/messages`)).json()).find(({ kind }) => kind === 'notification');
  assert.deepEqual(unsigned.attacks, ['replay', 'edit', 'duplicate', 'elsewhere'], 'nothing to drop, and no border to move');
});

test('on the pages about the banks', async () => {
  const reference = await sold();
  const ledger = await (await fetch(`${banks.url}/ledger.json`)).json();
  const { system, card } = ledger.find((each) => each.virtualPosOrderId === reference);
  assert.deepEqual([system, card], ['moka', '400000******0002']);
  assert.match(await (await fetch(`${banks.url}/`)).text(), /Moka/);
  const page = await (await fetch(`${banks.url}/control?lang=en`)).text();
  assert.ok(page.includes('data-bank="moka"') && page.includes(FAULTS['exception-after']));
  assert.equal((await control('/control', { bank: 'moka', notificationUrl: `${shop.origin}/hook` })).error, undefined);
});

test('a bank of its own, with a clock of its own', async () => {
  const own = createMoka({ now: () => Date.parse('2026-08-09T21:30:00Z') });
  const body = (request) => Buffer.from(JSON.stringify({ PaymentDealerAuthentication: dealer(), PaymentDealerRequest: request }));
  const ask = async (name, request) =>
    JSON.parse((await own.handle({ method: 'POST', path: `/PaymentDealer/${name}`, body: body(request), origin: '' })).body).Data;
  await ask('DoDirectPayment', { ...payment({ OtherTrxCode: 'CLOCK' }), ...cardOf() });
  const { PaymentDetail } = await ask('GetDealerPaymentTrxDetailList', { OtherTrxCode: 'CLOCK' });
  assert.equal(PaymentDetail.PaymentDate, '2026-08-10T00:30:00.00', 'the wall clock of Turkey');
  own.close();
});

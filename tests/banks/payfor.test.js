// PayFor (QNB, Enpara, Ziraat Katılım): the digests, the pages, the three addresses of its API, what it does with money, how it fails,
// and what a dishonest customer makes of its returns.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { forge } from '../../banks/attacks.js';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm, valueOf } from '../../banks/form.js';
import {
  createPayfor, KATILIM_ACCOUNT, olderResponseHash, requestHash, responseHash, SIMULATOR_ACCOUNT,
} from '../../banks/payfor.js';
import { FAULTS, OPERATIONS } from '../../banks/payfor-api.js';
import { startBanks } from '../../banks/server.js';
import { childText, element, parseXml } from '../../banks/xml.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const KATILIM = KATILIM_ACCOUNT;
const OTHER_SHOP = { ...SHOP, merchantId: '085300000009999', userCode: 'OTHER', merchantPass: '1', merchantName: 'ÖTEKİ' };
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, payfor: { times, stores: [SHOP, KATILIM, OTHER_SHOP] } });
  bank = banks.payfor;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop

const newOrder = () => `PF-${String((orders += 1)).padStart(6, '0')}`;
const CARD = { CardHolderName: 'Ayşe Yılmaz', Pan: cardByName('success').pan, Expiry: '1230', Cvv2: '000' };

function formFields(changes = {}, account = SHOP) {
  const form = {
    MbrId: account.mbrId, MerchantID: account.merchantId, UserCode: account.userCode, OrderId: newOrder(), Lang: 'TR',
    SecureType: '3DHost', TxnType: 'Auth', PurchAmount: '149.90', InstallmentCount: '0', Currency: '949', OkUrl: `${shop.origin}/ok`,
    FailUrl: `${shop.origin}/fail`, Rnd: 'r0123456789abcdef', MOTO: '0', ...(changes.SecureType && changes.SecureType !== '3DHost' && CARD),
    ...changes,
  };
  return { ...form, Hash: changes.Hash ?? requestHash(form, account.merchantPass) };
}

/** What came back: `back` are its fields, `path` where they went. */
async function visit(changes, customer, account = SHOP) {
  const form = formFields(changes, account);
  const { url, fields, ...rest } = await bank.visit(form, customer);
  return { form, account, ...rest, back: Object.fromEntries(fields ?? []), path: url?.slice(shop.origin.length) };
}

const verifies = (back, account = SHOP) => back.ResponseHash === responseHash(back, account);
const address = (door, place = 'Gateway') => `${banks.url}/payfor/${place}/${door}.aspx`;
const credentials = ({ mbrId, merchantId, userCode, userPass }) =>
  ({ MbrId: mbrId, MerchantId: merchantId, UserCode: userCode, UserPass: userPass });

async function post(url, body) {
  const response = await fetch(url, { method: 'POST', redirect: 'manual', body });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

async function call(fields, { account = SHOP, place = 'Gateway' } = {}) {
  const request = element('PayforRequest', Object.entries({ ...credentials(account), ...fields }));
  const answer = await post(address('XMLGate', place), `<?xml version="1.0" encoding="utf-8"?>${request}`);
  const root = parseXml(answer.text.replace(/ xmlns(:xsi)?="[^"]*"| xsi:\w+="[^"]*"/g, '').trim());
  return { ...answer, root, get: (name) => childText(root, name), code: childText(root, 'ProcReturnCode') };
}

const inquire = (OrgOrderId, more = {}, options) =>
  call({ OrgOrderId, SecureType: 'Inquiry', TxnType: 'OrderInquiry', Lang: 'TR', ...more }, options);
const change = (TxnType, OrgOrderId, more = {}, options) =>
  call({ OrgOrderId, SecureType: 'NonSecure', TxnType, Currency: '949', Lang: 'TR', ...more }, options);
const sell = (OrderId, more = {}, options) => call({
  OrderId, SecureType: 'NonSecure', TxnType: 'Auth', PurchAmount: '149.90', InstallmentCount: '0', Currency: '949', MOTO: '0', ...CARD,
  ...more,
}, options);
const provide = ({ back, form, account }, more = {}) =>
  call({ RequestGuid: back.RequestGuid, OrderId: form.OrderId, SecureType: '3DModelPayment', ...more }, { account });
const refund = (orderId, PurchAmount, more) => change('Refund', orderId, { PurchAmount, ...more });
const look = async (orderId, ...names) => {
  const { get } = await inquire(orderId);
  return names.map(get);
};

async function sold(PurchAmount = '149.90') {
  const orderId = newOrder();
  assert.equal((await sell(orderId, { PurchAmount })).code, '00');
  return orderId;
}

/** Longer than our own reader of XML likes: row by row. */
async function history(fields) {
  const question = { ...credentials(SHOP), SecureType: 'Report', TxnType: 'TxnHistory', ...fields };
  const { text } = await post(address('XMLGate'), element('PayforRequest', Object.entries(question)));
  assert.match(text, /^<\?xml [^>]*>\s*<TxnHistoryReport [^>]*>[\s\S]*<\/TxnHistoryReport>\s*$/);
  const rows = text.replace(/ xmlns="[^"]*"/g, '').match(/<PaymentRequest>[\s\S]*?<\/PaymentRequest>/g);
  return rows.map((row) => Object.fromEntries(parseXml(row).children.map(({ name, text: value }) => [name, value])));
}

// ---- the pages

test('the hosted page charges at once: every card has its fate', async () => {
  const fates = {
    success: ['/ok', '00', '1', 'paid'], 'insufficient-funds': ['/fail', '51', '1', 'declined'], expired: ['/fail', '54', '1', 'declined'],
    refused: ['/fail', '05', '1', 'declined'], 'bank-error': ['/fail', '96', '1', 'declined'],
    '3ds-failed': ['/fail', 'MR15', '-1', 'declined'], '3ds-attempt': ['/ok', '00', '4', 'paid'],
    '3ds-not-enrolled': ['/ok', '00', '2', 'paid'], 'approved-without-3ds': ['/ok', '00', '5', 'paid'], slow: ['/ok', '00', '1', 'paid'],
    review: ['/ok', '00', '1', 'paid'],
  };
  for (const { name } of CARDS) {
    const { path, back, order, body } = await visit({}, { card: name });
    if (name === 'silent') {
      assert.deepEqual([body, order.status], [null, 'paid'], 'paid, and nobody is told');
      continue;
    }
    assert.deepEqual([path, back.ProcReturnCode, back['3DStatus'], order.status], fates[name], name);
    assert.ok(verifies(back), name);
    assert.equal(back.TxnResult, order.status === 'paid' ? 'Success' : 'Failed', name);
    assert.deepEqual([back.PurchAmount, back.Currency], ['149.90', '949'], name);
    assert.match(back.AuthCode, order.status === 'paid' ? /^S\d{5}$/ : /^$/, name);
    assert.match(back.ResponseRnd, /^PF\d{18}$/, name);
  }
  bank.settings.halfSecure = false;
  const half = await visit({}, { card: '3ds-attempt' });
  assert.deepEqual([half.path, half.back.ProcReturnCode, half.order.status], ['/fail', 'MR15', 'declined']);
});

test('3DPay: the card in the form, the charge at the bank', async () => {
  const { path, back, order } = await visit({ SecureType: '3DPay' });
  assert.deepEqual([path, back.ProcReturnCode, order.status, verifies(back)], ['/ok', '00', 'paid', true]);
  const wrong = await visit({ SecureType: '3DPay' }, { password: 'wrong' });
  assert.deepEqual([wrong.path, wrong.back.ProcReturnCode, wrong.back['3DStatus']], ['/fail', 'MR15', '-1']);
});

test('3DModel: nothing is charged before the provision, which is answered without an amount', async () => {
  const paid = await visit({ SecureType: '3DModel', PurchAmount: '12.34' });
  assert.deepEqual([paid.path, paid.back.ProcReturnCode, paid.back['3DStatus'], paid.back.TxnResult, paid.order.status],
    ['/ok', 'V033', '1', 'Failed', 'open']);
  assert.ok(verifies(paid.back));
  assert.deepEqual(await look(paid.form.OrderId, 'ProcReturnCode', 'TxnStatus'), ['V033', 'N']);
  const answer = await provide(paid);
  assert.deepEqual([answer.code, answer.get('TransId')], ['00', paid.form.OrderId]);
  assert.ok(!answer.text.includes('12.34') && !answer.text.includes('949'), 'neither amount nor currency');
  assert.deepEqual(await look(paid.form.OrderId, 'PurchAmount', 'Currency', 'TxnStatus', 'AuthCode'),
    ['12.34', '949', 'Y', answer.get('AuthCode')]);
  assert.equal((await provide(paid)).code, 'V036', 'once');
  const failed = await visit({ SecureType: '3DModel' }, { password: 'wrong' });
  assert.deepEqual([failed.path, failed.back.ProcReturnCode, failed.back['3DStatus']], ['/fail', 'V034', '-1']);
  assert.equal((await provide(failed)).code, 'V036');
});

test('a provision is for its own order, shop and visit', async () => {
  const one = await visit({ SecureType: '3DModel' });
  const hosted = await visit({ SecureType: '3DHost' });
  assert.equal((await provide(one, { OrderId: hosted.form.OrderId })).code, 'V036');
  assert.equal((await provide(hosted)).code, 'V036', 'a visit that has charged already');
  assert.equal((await provide({ ...one, account: OTHER_SHOP })).code, 'V036');
  assert.equal((await provide(one, { RequestGuid: '1' })).code, 'V036');
  assert.equal((await provide(one, { UserPass: 'wrong' })).code, 'V001');
  const declined = await visit({ SecureType: '3DModel', Pan: cardByName('insufficient-funds').pan });
  assert.equal((await provide(declined)).code, '51');
  assert.equal((await provide(one)).code, '00');
});

test('by hand, in a browser: the hosted page in both languages, and what a customer can do wrong', async () => {
  const form = formFields({ PurchAmount: '1234.50', InstallmentCount: '3' });
  const page = await browse(address('3DHost'), form);
  assert.match(page.html, /1\.234,50 TL/);
  assert.match((await browse(formOf(page, 'card-form').action, typed('4111111111111111'))).html, /test kartı değil/);
  const password = await browse(formOf(page, 'card-form').action, typed('4000000000000002'));
  assert.match((await browse(formOf(password, 'otp-form').action, { otp: 'no', action: 'confirm' })).html, /Şifre yanlış/);
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const returned = formOf(done, 'return-form');
  assert.equal(returned.action, `${shop.origin}/ok`);
  assert.ok(verifies(Object.fromEntries(returned.fields)));
  assert.equal(valueOf(returned.fields, 'InstallmentCount'), '3');
  const english = await browse(address('3DHost'), formFields({ Lang: 'EN' }));
  assert.match(english.html, /Card details/);
  const cancelled = await browse(formOf(english, 'card-form').action, { action: 'cancel' });
  assert.equal(valueOf(formOf(cancelled, 'return-form').fields, 'ProcReturnCode'), 'MR15');
});

test('by hand: a form that brings the card leads through the card’s bank, for a browser and for a shop’s server alike', async () => {
  const form = formFields({ SecureType: '3DModel' });
  const { text } = await post(address('Default'), new URLSearchParams(form));
  const acs = formOf({ html: text, url: address('Default') }, 'acs-form');
  assert.deepEqual(acs.fields.map(([name]) => name), ['creq', 'threeDSSessionData']);
  const password = await browse(acs.action, Object.fromEntries(acs.fields));
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  assert.equal(valueOf(formOf(done, 'return-form').fields, 'ProcReturnCode'), 'V033');
  assert.equal((await browse(acs.action, { creq: 'x' })).status, 404);
});

test('a form that is not the shop’s has nowhere to return to', async () => {
  const shown = async (changes, door = '3DHost') => (await browse(address(door), formFields(changes))).html;
  assert.match(await shown({ MerchantID: '1' }), /Unknown merchant/);
  assert.match(await shown({ MbrId: '12' }), /Unknown merchant/);
  assert.match(await shown({ OkUrl: 'https://elsewhere.example/' }), /returns only to the shop/);
  await assert.rejects(bank.visit([...Object.entries(formFields()), ['PurchAmount', '1.00']]), /sent twice/);
});

test('a form with a fault goes back to FailUrl, unsigned', async () => {
  const refusedWith = async (changes, code) => {
    const { path, back } = await visit(changes);
    assert.deepEqual([path, back.ProcReturnCode, back.RequestGuid, back.ResponseHash, back['3DStatus']], ['/fail', code, '0', '', '']);
  };
  await refusedWith({ Hash: 'x' }, 'V004');
  await refusedWith({ UserCode: 'x' }, 'V001');
  for (const PurchAmount of ['149,90', '0.00', '1.001', '']) await refusedWith({ PurchAmount }, 'M002');
  await refusedWith({ Currency: 'TRY' }, 'M002');
  await refusedWith({ OrderId: 'a b' }, 'M012');
  await refusedWith({ OrderId: 'a'.repeat(51) }, 'M012');
  await refusedWith({ TxnType: 'Refund' }, 'M012');
  await refusedWith({ InstallmentCount: '-1' }, 'M012');
  await refusedWith({ SecureType: '3DModel', Pan: '4111111111111111' }, 'M041');
  bank.settings.signRefusals = true;
  assert.ok(verifies((await visit({ PurchAmount: '0' })).back));
  assert.equal((await post(address('Default'), new URLSearchParams(formFields()))).status, 200, 'the hosted model at the other page');
  assert.equal((await fetch(address('3DHost'))).status, 405);
});

test('an order number is good once, even after a decline, and the second visit says nothing of the first', async () => {
  const { form, order } = await visit();
  const again = await visit({ OrderId: form.OrderId });
  assert.deepEqual([again.path, again.back.ProcReturnCode, again.back.RequestGuid], ['/fail', '101310', '0']);
  assert.deepEqual([bank.find(form.OrderId).status, bank.find(form.OrderId).authCode], ['paid', order.authCode]);
  const declined = await visit({}, { card: 'refused' });
  assert.equal((await visit({ OrderId: declined.form.OrderId })).back.ProcReturnCode, '101310');
  assert.equal((await sell(form.OrderId)).code, '101310');
  bank.settings.orderIdOnce = 'approved';
  assert.equal((await visit({ OrderId: declined.form.OrderId })).order.status, 'paid');
  assert.equal((await visit({ OrderId: declined.form.OrderId })).back.ProcReturnCode, '101310');
  assert.equal((await visit({ OrderId: form.OrderId }, {}, OTHER_SHOP)).order.status, 'paid', 'of each shop');
});

test('the form’s digest leaves the currency and the model to the customer: only an inquiry tells', async () => {
  const form = formFields();
  const { order } = await bank.visit({ ...form, Currency: '978' });
  assert.equal(order.currency, 'EUR');
  assert.deepEqual(await look(form.OrderId, 'ProcReturnCode', 'Currency'), ['00', '978']);
  const glued = formFields({ TxnType: 'Auth', FailUrl: `${shop.origin}/fail?Pre` });
  const pre = await bank.visit({ ...glued, FailUrl: glued.FailUrl.slice(0, -3), TxnType: 'PreAuth' });
  assert.equal(pre.order.status, 'authorized');
  assert.deepEqual(await look(glued.OrderId, 'TxnType'), ['PreAuth']);
});

// ---- inquiries

test('the inquiry tells the order, its amount and its state', async () => {
  const { form, back } = await visit({ PurchAmount: '149.9', InstallmentCount: '3' });
  assert.deepEqual(
    await look(form.OrderId, 'OrderId', 'PurchAmount', 'Currency', 'InstallmentCount', 'TxnType', 'ProcReturnCode', 'TxnStatus'),
    [form.OrderId, '149.9', '949', '3', 'Auth', '00', 'Y'],
  );
  assert.deepEqual(
    await look(form.OrderId, 'TxnResult', 'AuthCode', 'HostRefNum', 'F37', 'IsVoided', 'IsRefunded', 'RefundedAmount', 'D3Status'),
    ['Success', back.AuthCode, '', back.RRN, 'false', 'false', '0', '1'],
  );
  const declined = await visit({}, { card: 'insufficient-funds' });
  assert.deepEqual(await look(declined.form.OrderId, 'ProcReturnCode', 'TxnStatus', 'AuthCode'), ['51', 'N', '']);
  assert.deepEqual(await look('nothing', 'ProcReturnCode', 'TxnStatus', 'OrderId', 'RequestGuid', 'PurchAmount', 'Currency'),
    ['V013', 'P', 'nothing', '0', '', '949']);
});

test('an order on its way is neither paid nor declined', async () => {
  const { form } = await visit({}, { card: 'close' });
  const [code, text] = await look(form.OrderId, 'ProcReturnCode', 'ErrMsg');
  assert.deepEqual([code, text, bank.find(form.OrderId).status], ['V000', 'İşlem tamamlanamadı /devam ediyor', 'open']);
  bank.settings.openOrders = 'unknown';
  assert.deepEqual(await look(form.OrderId, 'ProcReturnCode'), ['V013']);
});

test('banks differ: the field that names the order, the amount’s text, the lag, the padding', async () => {
  const orderId = await sold('150.00');
  for (const [how, text] of [['natural', '150'], ['comma', '150,00'], ['empty', '']]) {
    bank.settings.inquiryAmount = how;
    assert.deepEqual(await look(orderId, 'PurchAmount'), [text]);
  }
  const byOrderId = { OrgOrderId: '', OrderId: orderId };
  assert.equal((await inquire('', byOrderId)).code, 'V013');
  bank.settings.inquiryField = 'any';
  assert.equal((await inquire('', byOrderId)).code, '00');
  bank.settings.inquiryField = 'OrderId';
  assert.equal((await inquire(orderId)).code, 'V013');
  Object.assign(bank.settings, { inquiryField: 'OrgOrderId', statusLagMs: 60_000 });
  assert.equal((await inquire(orderId)).code, 'V013');
  Object.assign(bank.settings, { statusLagMs: 0, paddedXml: true });
  const padded = await inquire(orderId);
  assert.match(padded.text, /<Description>\r\n<\/Description>/);
  assert.equal(padded.get('Description'), '');
});

test('banks differ: how they write yes and no, what a code and a nonce look like', async () => {
  Object.assign(bank.settings, { booleans: 'True', authCode: 'digits', responseRnd: 'other' });
  const { form, back } = await visit();
  assert.match(back.AuthCode, /^\d{6}$/);
  assert.match(back.ResponseRnd, /^[0-9a-f]{24}$/);
  assert.ok(verifies(back));
  assert.deepEqual(await look(form.OrderId, 'IsVoided', 'IsRefunded'), ['False', 'False']);
  await change('Void', form.OrderId);
  assert.deepEqual(await look(form.OrderId, 'IsVoided'), ['True']);
});

test('who may ask: the user, the shop, the address; a password counts only where money moves', async () => {
  const orderId = await sold();
  assert.equal((await inquire(orderId, { UserPass: 'wrong' })).code, '00');
  bank.settings.inquiryChecksPassword = true;
  assert.equal((await inquire(orderId, { UserPass: 'wrong' })).code, 'V001');
  assert.equal((await inquire(orderId, { MerchantId: OTHER_SHOP.merchantId })).code, 'V001');
  assert.equal((await inquire(orderId, {}, { account: OTHER_SHOP })).code, 'V013', 'another shop’s order is none');
  assert.equal((await change('Void', orderId, { UserPass: '' })).code, 'V001');
  bank.settings.ipRefusedFor = ['OrderInquiry'];
  assert.equal((await inquire(orderId)).code, 'V036');
  bank.settings.ipRefusedFor = ['*'];
  assert.equal((await change('Void', orderId)).code, 'V036');
  assert.equal((await call({ SecureType: 'Inquiry', TxnType: 'Unknown' })).code, 'V036');
});

test('the history lists every row, and repeats both passwords where it finds nothing', async () => {
  const orderId = await sold('100.00');
  assert.equal((await refund(orderId, '10.00')).code, 'V014');
  bank.settle();
  assert.equal((await refund(orderId, '30.00')).code, '00');
  const rows = await history({ OrderId: orderId });
  assert.deepEqual(rows.map(({ TxnType, ProcReturnCode, RefundedAmount }) => [TxnType, ProcReturnCode, RefundedAmount]),
    [['Auth', '00', '30'], ['Refund', 'V014', '10'], ['Refund', '00', '30']]);
  assert.equal(rows[1].AuthCode, rows[0].AuthCode, 'a refused refund shows the code of the sale');
  assert.ok(rows.every(({ Pan }) => /^[0-9A-F]{32}$/.test(Pan)));
  const ofThatDay = await history({ ReqDate: rows[0].ReqDate });
  assert.ok(ofThatDay.some(({ OrderId }) => OrderId === orderId));
  const [missing] = await history({ OrderId: 'nothing' });
  assert.deepEqual([missing.ProcReturnCode, missing.UserPass, missing.MerchantPass], ['V013', SHOP.userPass, SHOP.merchantPass]);
  bank.settings.historyLeaksPasswords = false;
  assert.equal((await history({ OrderId: 'nothing' }))[0].UserPass, undefined);
});

test('JsonGate takes a form and answers JSON with numbers; Default takes a form and answers pairs', async () => {
  const orderId = await sold('350.00');
  const question = new URLSearchParams({ ...credentials(SHOP), OrgOrderId: orderId, SecureType: 'Inquiry', TxnType: 'OrderInquiry' });
  const json = await post(address('JsonGate'), question);
  assert.match(json.text, /"PurchAmount":350\.0,/);
  const { PaymentRequest } = JSON.parse(json.text);
  assert.deepEqual([PaymentRequest.OrderId, PaymentRequest.Currency, PaymentRequest.ProcReturnCode], [orderId, 949, '00']);
  const pairs = await post(address('Default'), question);
  assert.ok(pairs.text.split(';;').includes('PurchAmount=350.00'));
  const missing = await post(address('JsonGate'), new URLSearchParams({ SecureType: 'Inquiry' }));
  assert.equal(JSON.parse(missing.text).PaymentRequest.ProcReturnCode, 'V001');
});

// ---- money

test('on the day of the sale a void; afterwards a refund', async () => {
  const orderId = await sold();
  assert.deepEqual([(await refund(orderId, '149.90')).code, (await change('Void', orderId)).code, (await change('Void', orderId)).code],
    ['V014', '00', 'V013']);
  assert.deepEqual(await look(orderId, 'ProcReturnCode', 'TxnStatus', 'IsVoided'), ['00', 'V', 'true']);
  assert.match((await look(orderId, 'VoidDate'))[0], /^\d{8}$/);
  assert.equal(bank.find(orderId).status, 'voided');
  const older = await sold();
  assert.equal((await call({ SecureType: 'NonSecure', TxnType: 'BatchClose' })).code, '00');
  assert.equal((await change('Void', older)).code, 'V015');
  assert.equal((await refund(older, '149.90')).code, '00');
  assert.deepEqual(await look(older, 'IsRefunded', 'RefundedAmount', 'TxnStatus'), ['true', '149.9', 'Y']);
  assert.equal(bank.find(older).status, 'refunded');
});

test('refunds: parts, too much, nothing, another currency; sent twice it is done twice', async () => {
  const orderId = await sold('100.00');
  bank.settings.refundNeedsSettlement = false;
  assert.deepEqual([(await refund(orderId, '30.00')).code, (await refund(orderId, '30.00')).code], ['00', '00']);
  assert.deepEqual(await look(orderId, 'IsRefunded', 'RefundedAmount'), ['false', '60']);
  bank.settings.refundedFlag = 'any';
  assert.deepEqual(await look(orderId, 'IsRefunded'), ['true']);
  assert.equal((await refund(orderId, '40.01')).code, 'V015');
  assert.equal((await refund(orderId, '0')).code, 'M002');
  assert.equal((await refund(orderId, '1.00', { Currency: '840' })).code, 'M002');
  assert.equal((await refund('nothing', '1.00')).code, 'V013');
  assert.equal((await change('Void', orderId)).code, 'V015');
  assert.deepEqual([bank.find(orderId).captured, bank.find(orderId).refunded], [10000n, 6000n]);
});

test('pre-authorisation: capture of less and of a little more, void, refund', async () => {
  const reserved = async (more) => {
    const orderId = newOrder();
    assert.equal((await sell(orderId, { TxnType: 'PreAuth', PurchAmount: '100.00', ...more })).code, '00');
    return orderId;
  };
  const capture = async (orderId, PurchAmount, more) => (await change('PostAuth', orderId, { PurchAmount, ...more })).code;
  const orderId = await reserved();
  assert.deepEqual([bank.find(orderId).status, (await refund(orderId, '1.00')).code], ['authorized', 'V013']);
  assert.deepEqual([await capture(orderId, '101.01'), await capture(orderId, '0')], ['M002', 'M002']);
  assert.equal(await capture(orderId, '60.00'), '00');
  assert.equal(await capture(orderId, '40.00'), 'V013', 'once');
  assert.deepEqual(await look(orderId, 'TxnType', 'OrgOrderId', 'PurchAmount'), ['PostAuth', orderId, '60.00']);
  assert.deepEqual([bank.find(orderId).status, bank.find(orderId).captured], ['paid', 6000n]);
  assert.equal((await change('Void', orderId)).code, '00');
  assert.equal(bank.find(orderId).status, 'authorized', 'the capture is gone, the hold is not');
  assert.equal((await change('Void', orderId)).code, '00');
  assert.equal(bank.find(orderId).status, 'voided');
  assert.equal(await capture(await reserved(), '101.00'), '00');
  const foreign = await reserved({ Currency: '978' });
  assert.equal(await capture(foreign, '50.00', { Currency: '978' }), 'M002');
  assert.equal(await capture(foreign, '100.00', { Currency: '978' }), '00');
});

test('sales without 3-D Secure', async () => {
  assert.equal((await sell(newOrder(), { Pan: cardByName('expired').pan })).code, '54');
  assert.equal((await sell(newOrder(), { Pan: '4111111111111111' })).code, 'M041');
  assert.equal((await sell(newOrder(), { PurchAmount: '1,00' })).code, 'M002');
  bank.settings.nonSecure = false;
  assert.equal((await sell(newOrder())).code, 'M012');
});

// ---- bad days

test('Ziraat Katılım: another place, and a digest that proves nothing; its inquiry does', async () => {
  const { form, back, order } = await visit({}, {}, KATILIM);
  assert.deepEqual([order.status, verifies(back, KATILIM)], ['paid', false]);
  const options = { account: KATILIM, place: 'Mpi' };
  assert.equal((await inquire(form.OrderId, {}, options)).get('PurchAmount'), '149.90');
  const page = await browse(address('3DHost', 'Mpi'), formFields({}, KATILIM));
  assert.match(page.html, /card-form/);
  assert.match((await browse(address('3DHost'), formFields({}, KATILIM))).html, /Unknown merchant/);
  bank.settings.responseHash = 'older';
  const older = await visit({}, {}, KATILIM);
  assert.equal(older.back.ResponseHash, olderResponseHash(older.back, KATILIM));
  bank.settings.responseHash = 'empty';
  assert.equal((await visit()).back.ResponseHash, '');
  bank.settings.responseHash = 'absent';
  assert.ok(!('ResponseHash' in (await visit()).back));
});

test('since July 2026 QNB takes forms with a card from the shop’s server only; the hosted page stays open', async () => {
  bank.settings.serverFormsOnly = true;
  const fromBrowser = async (door, changes) => {
    const response = await fetch(address(door), {
      method: 'POST', body: new URLSearchParams(formFields(changes)), headers: { origin: shop.origin }, redirect: 'manual',
    });
    return { status: response.status, html: await response.text(), url: address(door) };
  };
  const turned = await fromBrowser('Default', { SecureType: '3DModel' });
  assert.equal(valueOf(formOf(turned, 'return-form').fields, 'ProcReturnCode'), 'M047');
  assert.equal((await fromBrowser('3DHost')).status, 303);
  assert.match((await post(address('Default'), new URLSearchParams(formFields({ SecureType: '3DModel' })))).text, /acs-form/);
});

test('a return in ISO-8859-9, without some of its names, and repeated by the bank', async () => {
  Object.assign(bank.settings, { charset: 'ISO-8859-9', omit: ['CardMask'], repeatCallback: 2 });
  const before = shop.visits.length;
  const { back, body } = await visit({ SecureType: '3DPay' });
  assert.ok(body.includes('Ay%FEe') && !('CardMask' in back));
  const repeated = (await shop.visited(before + 2)).slice(before);
  assert.deepEqual(repeated.map((each) => each.body), [body, body]);
});

test('forced outcomes and slow charges', async () => {
  const OrderId = newOrder();
  bank.force(OrderId, 'insufficient-funds');
  assert.equal((await visit({ OrderId })).back.ProcReturnCode, '51');
  assert.throws(() => bank.force(OrderId, 'nothing'));
});

test('faults of every operation: done or not done, and told or not told', async () => {
  const lost = async (kind, orderId) => {
    bank.fault({ on: 'Auth', kind });
    return sell(orderId).catch(() => null);
  };
  for (const kind of ['timeout-before', 'reset-before', 'http-500-before', 'html-before', 'redirect-before']) {
    const orderId = newOrder();
    await lost(kind, orderId);
    assert.equal((await inquire(orderId)).code, 'V013', kind);
  }
  for (const kind of ['timeout-after', 'reset-after', 'http-500-after', 'html-after', 'truncated']) {
    const orderId = newOrder();
    assert.notEqual((await lost(kind, orderId))?.code, '00', kind);
    assert.equal((await inquire(orderId)).code, '00', kind);
  }
  const orderId = await sold();
  const wrong = [
    ['wrong-order', 'OrderId', `${orderId}X`], ['wrong-amount', 'PurchAmount', '149.91'], ['wrong-currency', 'Currency', '978'],
  ];
  for (const [kind, name, text] of wrong) {
    bank.fault({ on: 'OrderInquiry', kind });
    assert.deepEqual(await look(orderId, name), [text], kind);
  }
  bank.fault({ kind: 'duplicate-tag' });
  await assert.rejects(inquire(orderId), /occurs twice/);
  assert.ok(OPERATIONS.length === 9 && Object.keys(FAULTS).includes('timeout-during'));
});

test('broken requests are answered, not stumbled over', async () => {
  const broken = await post(address('XMLGate'), '<PayforRequest><OrderId>1</PayforRequest>');
  assert.match(broken.text, /<ProcReturnCode>M012</);
  assert.match((await post(address('XMLGate'), element('PayforRequest', [['OrderId', '1'], ['OrderId', '2']]))).text, /M012|V001/);
  assert.equal((await call({ SecureType: 'NonSecure', TxnType: 'constructor' })).code, 'M012');
});

// ---- what a dishonest customer makes of a failed payment

/** A loose shop: it verifies the digest and looks at the codes. */
const looksPaid = (back) => verifies(back) && back.ProcReturnCode === '00' && back['3DStatus'] === '1';
const headers = { 'content-type': 'application/x-www-form-urlencoded' };
const message = (body) => ({ system: 'payfor', kind: 'callback', url: `${shop.origin}/ok`, headers, body });
const fieldsOf = (body) => Object.fromEntries(parseForm(Buffer.from(body, 'latin1')));

test('a nonce with 001 in it turns a refusal into an approval whose digest is right: formats tell', async () => {
  const own = createPayfor({ now: () => Date.parse('2026-03-01T12:00:00.100Z'), random: (bytes) => Buffer.alloc(bytes, 7) });
  const { body } = await own.visit(formFields(), { card: 'refused' });
  assert.ok(verifies(fieldsOf(body)) && !looksPaid(fieldsOf(body)));
  const { ResponseRnd } = fieldsOf(body);
  const forged = fieldsOf(forge(message(body), { attack: 'shift' }).body);
  assert.equal(looksPaid(forged), ResponseRnd.includes('001'), ResponseRnd);
  let lucky = null;
  for (let ms = 0; !lucky && ms < 20_000; ms += 37) {
    const later = createPayfor({ now: () => Date.parse('2026-03-01T12:00:00Z') + ms, random: (bytes) => Buffer.alloc(bytes, 7) });
    const refused = await later.visit(formFields(), { card: 'refused' });
    if (fieldsOf(refused.body).ResponseRnd.includes('001')) lucky = refused;
  }
  const approved = fieldsOf(forge(message(lucky.body), { attack: 'shift' }).body);
  assert.ok(looksPaid(approved), 'the digest covers it');
  assert.doesNotMatch(approved.AuthCode, /^S\d{5}$/);
  assert.doesNotMatch(approved.ResponseRnd, /^PF\d{18}$/);
});

test('the other forgeries: a moved order number, no digest, an empty one, another code', async () => {
  const { body } = await visit({}, { card: 'refused' });
  const moved = fieldsOf(forge(message(body.replace(/ResponseRnd=[^&]*/, 'ResponseRnd=PF')), { attack: 'shift' }).body);
  assert.match(moved.OrderId, /^PF-\d{5}$/);
  assert.ok(!('ResponseHash' in fieldsOf(forge(message(body), { attack: 'drop-signature' }).body)));
  assert.equal(fieldsOf(forge(message(body), { attack: 'empty-signature' }).body).ResponseHash, '');
  const edited = fieldsOf(forge(message(body), { attack: 'edit', field: 'ProcReturnCode', value: '00' }).body);
  assert.ok(!looksPaid(edited));
  assert.throws(() => forge(message(body), { attack: 'own-list' }), /does not fit/);
});

test('the ledger tells what the bank knows', async () => {
  const { form } = await visit();
  const described = bank.payments().find(({ orderId }) => orderId === form.OrderId);
  assert.deepEqual(
    [described.system, described.status, described.currency, described.minor, described.captured, described.refunded, described.card],
    ['payfor', 'paid', 'TRY', 14990n, 14990n, 0n, '400000******0002'],
  );
  await payByHand(await browse(address('3DHost'), formFields()));
  assert.ok(bank.messages().length > 0 && bank.name === 'payfor');
});

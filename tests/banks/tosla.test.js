// Tosla: the digests, the sessions and pages of 3-D Secure, the API, what it does with money, how it fails, and what a dishonest
// customer makes of its returns.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm, valueOf } from '../../banks/form.js';
import { startBanks } from '../../banks/server.js';
import { callbackHash, createTosla, requestHash, SIMULATOR_ACCOUNT } from '../../banks/tosla.js';
import { FAULTS, OPERATIONS } from '../../banks/tosla-api.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const OTHER_SHOP = { clientId: '1000000001', apiUser: 'OTHER', apiPass: 'other', shopName: 'Öteki' };
const LIST = 'ClientId,ApiUser,OrderId,MdStatus,BankResponseCode,BankResponseMessage,RequestStatus';
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, tosla: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.tosla;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop

const newOrder = () => `TOS${String((orders += 1)).padStart(6, '0')}`;
const turkish = (ms = Date.now()) => new Date(ms + 3 * 3600_000).toISOString().slice(0, 19).replace(/\D/g, '');
const today = () => Number(turkish().slice(0, 8));

function frame({ clientId, apiUser, apiPass } = SHOP, changes = {}) {
  const values = { rnd: randomBytes(12).toString('hex'), timeSpan: turkish(), ...changes };
  return { clientId: Number(clientId), apiUser, ...values, hash: requestHash({ apiPass, clientId, apiUser, ...values }) };
}

async function post(name, body) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${banks.url}/tosla/api/Payment/${name}`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/json' }, body: text,
  });
  const raw = await response.text();
  return { status: response.status, raw, ...(response.headers.get('content-type')?.startsWith('application/json') && JSON.parse(raw)) };
}

const call = (name, fields, account) => post(name, { ...frame(account), ...fields });
const payment = (changes = {}) => ({
  callbackUrl: `${shop.origin}/tosla`, orderId: newOrder(), amount: 14990, currency: 949, installmentCount: 0, description: 'Örnek',
  ...changes,
});
const CARD = { CardHolderName: 'Ayşe Yılmaz', CardNo: cardByName('success').pan, ExpireDate: '12/30', Cvv: '000' };

/** A session, a visit of its page, and what came back. */
async function pay(changes, customer, { name = 'threeDPayment', fields } = {}) {
  const wanted = payment(changes);
  const started = await call(name, wanted);
  assert.deepEqual([started.Code, started.Message], [0, 'Başarılı']);
  const visited = await bank.visit(started.ThreeDSessionId, customer, fields);
  return { ...wanted, ...visited, back: Object.fromEntries(visited.fields ?? []) };
}

const sell = (changes = {}) => call('Payment', {
  ...payment(changes), cardHolderName: 'Ayşe', cardNo: cardByName(changes.card ?? 'success').pan, expireDate: '1230', cvv: '000',
});
async function sold(amount = 14990) {
  const { OrderId, Code } = await sell({ amount });
  assert.equal(Code, 0);
  return OrderId;
}
const inquire = (orderId, account) => call('inquiry', { orderId }, account);
const state = async (orderId) => {
  const { TransactionType, RequestStatus, Amount, RefundedAmount, PostAuthedAmount } = await inquire(orderId);
  return [TransactionType, RequestStatus, Amount, RefundedAmount, PostAuthedAmount];
};

/** The digest over what the return itself lists, made here and not by the bank. */
function verifies(fields) {
  const values = valueOf(fields, 'HashParameters').split(',').map((name) => (name === 'ApiUser' ? SHOP.apiUser : valueOf(fields, name)));
  return createHash('sha512').update(SHOP.apiPass + values.join('')).digest('base64') === valueOf(fields, 'Hash');
}

// ---- the digests

test('the values that Tosla made, and forgeries whose digest is right', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/tosla.json', import.meta.url), 'utf8'));
  for (const { name, hash, fits, ...values } of vectors.requestHash) assert.equal(requestHash(values) === hash, fits, name);
  for (const { name, fields, HashParameters, hash, fits, ...account } of [...vectors.callback, ...vectors.otherLists]) {
    assert.equal(callbackHash(fields, account, HashParameters) === hash, fits, name);
  }
});

// ---- the pages

test('the hosted page: every card has its fate', async () => {
  const fates = {
    success: ['1', '00', '1', 'paid'], 'insufficient-funds': ['1', '51', '0', 'declined'], expired: ['1', '54', '0', 'declined'],
    refused: ['1', '05', '0', 'declined'], 'bank-error': ['1', '99', '0', 'declined'], '3ds-failed': ['0', 'MD:0', '0', 'declined'],
    '3ds-attempt': ['4', '00', '1', 'paid'], '3ds-not-enrolled': ['2', '00', '1', 'paid'],
    'approved-without-3ds': ['5', 'MD:5', '0', 'declined'], slow: ['1', '00', '1', 'paid'], review: ['1', '00', '1', 'paid'],
  };
  for (const { name } of CARDS) {
    const { back, fields, order, body, orderId } = await pay({}, { card: name });
    if (name === 'silent') {
      assert.deepEqual([body, order.status], [null, 'paid'], 'paid, and nobody is told');
      continue;
    }
    assert.deepEqual([back.MdStatus, back.BankResponseCode, back.RequestStatus, order.status], fates[name], name);
    assert.ok(verifies(fields) && back.HashParameters === LIST && back.OrderId === orderId, name);
    assert.ok(!('ApiUser' in back) && !('Amount' in back), 'neither the user nor the amount is told');
  }
  bank.settings.chargesWith = ['1', '5'];
  assert.equal((await pay({}, { card: 'approved-without-3ds' })).order.status, 'paid');
  assert.equal((await pay({}, { card: '3ds-attempt' })).order.status, 'declined');
});

test('the shop’s own card form, in both encodings, with both spellings of the expiry', async () => {
  const wanted = payment();
  const { ThreeDSessionId } = await call('threeDPayment', wanted);
  assert.match(ThreeDSessionId, /^P[0-9A-F]{64}$/);
  const address = `${banks.url}/tosla/api/Payment/ProcessCardForm`;
  const page = await browse(address, { ThreeDSessionId, ...CARD });
  assert.match(page.html, /149,90 TL/);
  const done = await browse(formOf(page, 'otp-form').action, { otp: passwordIn(page), action: 'confirm' });
  const form = formOf(done, 'return-form');
  assert.equal(form.action, wanted.callbackUrl);
  assert.ok(verifies(form.fields));
  const again = await browse(address, { ThreeDSessionId, ...CARD });
  assert.deepEqual(formOf(again, 'return-form').fields, form.fields, 'a session takes one card');
  const second = await call('threeDPayment', payment());
  const body = new FormData();
  const typedCard = { ...CARD, ThreeDSessionId: second.ThreeDSessionId, ExpireDate: '1230' };
  for (const [name, value] of Object.entries(typedCard)) body.append(name, value);
  const response = await fetch(address, { method: 'POST', body });
  assert.match(await response.text(), /id="otp-form"/);
});

test('Tosla’s public test card', async () => {
  const { orderId } = await pay({}, {}, { fields: { ...CARD, CardNo: '4159560047417732' } });
  assert.equal((await inquire(orderId)).CardNo, '41595600****7732');
});

test('a card form with a wrong card comes back as a failure; one without a session stays here', async () => {
  const { back, order } = await pay({}, {}, { fields: { ...CARD, CardNo: '4111111111111111' } });
  assert.deepEqual([back.MdStatus, back.BankResponseCode, back.RequestStatus, order.status], ['8', 'MD:8', '0', 'declined']);
  const lost = await browse(`${banks.url}/tosla/api/Payment/ProcessCardForm`, { ThreeDSessionId: 'P', ...CARD });
  assert.deepEqual([lost.status, /no such session/.test(lost.html)], [404, true]);
  assert.equal((await browse(`${banks.url}/tosla/api/Payment/threeDSecure/P${'0'.repeat(64)}`)).status, 404);
  const doubled = await fetch(`${banks.url}/tosla/api/Payment/ProcessCardForm`, {
    method: 'POST', body: 'CardNo=1&cardno=2', headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(doubled.status, 400);
});

test('by hand on the hosted page: another card, a wrong password, the way out', async () => {
  const { ThreeDSessionId } = await call('threeDPayment', payment({ amount: 123450, installmentCount: 3 }));
  const page = await browse(`${banks.url}/tosla/api/Payment/threeDSecure/${ThreeDSessionId}`);
  assert.match(page.html, /1\.234,50 TL/);
  assert.match((await browse(formOf(page, 'card-form').action, typed('4111111111111111'))).html, /test kartı değil/);
  const done = await payByHand(page);
  assert.equal(valueOf(formOf(done, 'return-form').fields, 'RequestStatus'), '1');
  const other = await call('threeDPayment', payment());
  const left = await browse(`${banks.url}/tosla/api/Payment/threeDSecure/${other.ThreeDSessionId}`);
  const cancelled = formOf(await browse(formOf(left, 'card-form').action, { action: 'cancel' }), 'return-form').fields;
  assert.deepEqual([valueOf(cancelled, 'BankResponseCode'), verifies(cancelled)], ['MD:0', true]);
  assert.equal((await pay({}, { password: 'wrong' })).back.MdStatus, '0');
});

// ---- money

test('an inquiry tells order, amount and state; of an unknown order every field is empty', async () => {
  const wanted = payment();
  await call('threeDPayment', wanted);
  assert.deepEqual(await state(wanted.orderId), [1, 10, 14990, 0, 0], 'waits for its card');
  const { orderId } = await pay();
  const paid = await inquire(orderId);
  assert.deepEqual(
    [paid.Code, paid.OrderId, paid.Amount, paid.Currency, paid.BankResponseCode, paid.CardNo, paid.ClientId, paid.TransactionId],
    [0, orderId, 14990, 949, '00', '40000000****0002', 1000000494, 0],
  );
  const unknown = await inquire('NOBODY');
  assert.deepEqual([unknown.Code, unknown.OrderId, unknown.Amount, unknown.TransactionType, unknown.RequestStatus], [0, null, 0, 0, 0]);
  assert.equal((await inquire(orderId, OTHER_SHOP)).OrderId, null);
  bank.settings.inquiryLagMs = 60_000;
  assert.equal((await inquire(orderId)).OrderId, null);
  Object.assign(bank.settings, { inquiryLagMs: 0, waitingIsKnown: false });
  assert.equal((await inquire(wanted.orderId)).OrderId, null);
  const failed = await pay({}, { card: '3ds-failed' });
  assert.deepEqual(await state(failed.orderId), [1, 0, 14990, 0, 0]);
});

test('void: once, not after the end of the day, not after a refund', async () => {
  const orderId = await sold();
  const { OrderId, Code, Message, BankResponseCode, TransactionId, Amount } = await call('void', { orderId });
  assert.deepEqual([OrderId, Code, Message, BankResponseCode, Amount], [orderId, 0, 'Başarılı', '00', undefined]);
  assert.match(TransactionId, /^\d{16}$/);
  assert.deepEqual(await state(orderId), [1, 2, 14990, 0, 0]);
  assert.equal((await call('void', { orderId })).Code, 999);
  assert.equal((await call('refund', { orderId, amount: 1 })).Code, 999);
  const settled = await sold();
  bank.settle();
  assert.equal((await call('void', { orderId: settled })).Code, 999);
  const refunded = await sold();
  await call('refund', { orderId: refunded, amount: 1 });
  assert.equal((await call('void', { orderId: refunded })).Code, 999);
  assert.deepEqual([(await call('void', { orderId: 'NOBODY' })).Code, (await call('void', { orderId: 'NOBODY' })).Message],
    [101, 'Orjinal Kayıt Bulunamadı']);
});

test('refunds: a part, too much, nothing, the rest', async () => {
  const orderId = await sold(10000);
  assert.equal((await call('refund', { orderId, amount: 3000 })).Code, 0);
  assert.deepEqual(await state(orderId), [1, 3, 10000, 3000, 0]);
  for (const amount of [7001, 0]) assert.equal((await call('refund', { orderId, amount })).Code, 999);
  assert.equal((await call('refund', { orderId, amount: 7000 })).Code, 0);
  assert.deepEqual(await state(orderId), [1, 4, 10000, 10000, 0]);
  assert.equal((await call('refund', { orderId, amount: 1 })).Code, 999);
  assert.equal(bank.find(orderId).status, 'refunded');
  bank.settings.refundNeedsSettlement = true;
  const fresh = await sold();
  assert.equal((await call('refund', { orderId: fresh, amount: 1 })).Code, 999);
  bank.settle();
  assert.equal((await call('refund', { orderId: fresh, amount: 1 })).Code, 0);
});

test('pre-authorisation and its capture', async () => {
  const { orderId, order } = await pay({ amount: 10000 }, {}, { name: 'threeDPreAuth' });
  assert.equal(order.status, 'authorized');
  assert.deepEqual(await state(orderId), [2, 1, 10000, 0, 0]);
  assert.equal((await call('refund', { orderId, amount: 1 })).Code, 999, 'nothing was taken yet');
  for (const amount of [10001, 0]) assert.equal((await call('postAuth', { orderId, amount })).Code, 999);
  assert.equal((await call('postAuth', { orderId, amount: 8000 })).Code, 0);
  assert.deepEqual(await state(orderId), [2, 5, 10000, 0, 8000]);
  assert.equal((await call('postAuth', { orderId, amount: 1000 })).Code, 999);
  assert.equal((await call('refund', { orderId, amount: 8001 })).Code, 999);
  assert.equal((await call('refund', { orderId, amount: 8000 })).Code, 0);
  const sale = await sold();
  assert.equal((await call('postAuth', { orderId: sale, amount: 100 })).Code, 999);
  const whole = await pay({ amount: 10000 }, {}, { name: 'threeDPreAuth' });
  assert.equal((await call('postAuth', { orderId: whole.orderId, amount: 10000 })).Code, 0);
  const open = await pay({}, {}, { name: 'threeDPreAuth' });
  bank.settle();
  assert.equal((await call('void', { orderId: open.orderId })).Code, 0, 'what was not taken can be voided on any day');
  assert.equal((await call('postAuth', { orderId: open.orderId, amount: 100 })).Code, 999);
});

test('the history of a day: every transaction under its own number, page by page', async () => {
  const orderId = await sold(10000);
  await call('refund', { orderId, amount: 100 });
  const history = (changes) => call('history', { orderId, transactionDate: today(), page: 1, pageSize: 10, ...changes });
  const { Count, Code, Transactions } = await history();
  const rowsOf = (list) => list.map((each) => [each.TransactionType, each.Amount, each.RequestStatus]);
  assert.deepEqual([Count, Code, rowsOf(Transactions)], [2, 0, [[1, 10000, 3], [5, 100, 1]]]);
  assert.equal(new Set(Transactions.map(({ TransactionId }) => TransactionId)).size, 2);
  assert.ok(Transactions.every((each) => each.OrderId === orderId && each.TransactionDate === today()));
  assert.deepEqual((await history({ page: 2, pageSize: 1 })).Transactions.map(({ TransactionType }) => TransactionType), [5]);
  assert.deepEqual([(await history({ transactionDate: 20200101 })).Count, (await history({ orderId: 'NOBODY' })).Transactions], [0, []]);
  const voided = await sold();
  await call('void', { orderId: voided });
  assert.deepEqual(rowsOf((await history({ orderId: voided })).Transactions), [[1, 14990, 2], [4, 14990, 1]]);
  const wrong = await history({ transactionDate: '2026-11-22' });
  assert.deepEqual([wrong.Code, wrong.message, wrong.ValidationErrors], [998, 'Validasyon Hatası', ['transactionDate']]);
  assert.equal(wrong.Message, undefined);
});

test('an order that is paid cannot be started again; or it can, and is charged twice', async () => {
  const { orderId } = await pay();
  assert.equal((await call('threeDPayment', payment({ orderId }))).Code, 999);
  assert.equal((await sell({ orderId })).Code, 999);
  const wanted = payment();
  const sessions = [await call('threeDPayment', wanted), await call('threeDPayment', wanted)];
  const results = await Promise.all(sessions.map(({ ThreeDSessionId }) => bank.visit(ThreeDSessionId)));
  assert.deepEqual(results.map(({ fields }) => valueOf(fields, 'RequestStatus')).sort(), ['0', '1'], 'two windows of one order');
  const declined = await pay({}, { card: 'refused' });
  assert.equal((await pay({ orderId: declined.orderId })).order.status, 'paid');
  assert.deepEqual(await state(declined.orderId), [1, 1, 14990, 0, 0], 'the attempt that was paid, not the first one');
  bank.settings.repeatedOrder = 'accept';
  assert.equal((await pay({ orderId })).back.RequestStatus, '1');
  assert.equal(bank.payments().filter((each) => each.orderId === orderId && each.status === 'paid').length, 2);
});

test('forced outcomes, other currencies, an order that Tosla names', async () => {
  const orderId = newOrder();
  bank.force(orderId, 'insufficient-funds');
  const declined = await sell({ orderId });
  assert.deepEqual([declined.Code, declined.BankResponseCode], [999, '51']);
  const dollars = await pay({ currency: 840 });
  assert.equal((await inquire(dollars.orderId)).Currency, 840);
  const counts = await Promise.all([0, 1, 3].map(async (installmentCount) => inquire((await pay({ installmentCount })).orderId)));
  assert.deepEqual(counts.map(({ InstallmentCount }) => InstallmentCount), [0, 0, 3]);
  const unnamed = await pay({ orderId: '' });
  assert.match(unnamed.back.OrderId, /^[0-9A-F]{20}$/);
});

// ---- who may ask

test('each digest is good once, in Turkish time, for its own account', async () => {
  const request = { ...frame(), orderId: 'X' };
  assert.equal((await post('inquiry', request)).Code, 0);
  assert.deepEqual([(await post('inquiry', request)).Code, (await post('inquiry', request)).Message], [997, 'Hash Hatası']);
  const late = await post('inquiry', { ...frame(SHOP, { timeSpan: turkish(Date.now() - 2 * 3600_000) }), orderId: 'X' });
  assert.deepEqual([late.Code, late.message], [998, 'Validasyon Hatası']);
  const utc = turkish(Date.now() - 3 * 3600_000);
  assert.equal((await post('inquiry', { ...frame(SHOP, { timeSpan: utc }), orderId: 'X' })).Code, 998);
  bank.settings.clockError = 997;
  assert.equal((await post('inquiry', { ...frame(SHOP, { timeSpan: utc }), orderId: 'X' })).Code, 997);
  assert.equal((await post('inquiry', { ...frame(SHOP, { timeSpan: 'now' }), orderId: 'X' })).Code, 997);
  assert.equal((await post('inquiry', { ...frame(), clientId: 1000000001, orderId: 'X' })).Code, 997);
  assert.equal((await post('inquiry', { ...frame(), apiUser: 'x', orderId: 'X' })).Code, 997);
  assert.equal((await post('inquiry', { ...frame(SHOP, { rnd: 'r'.repeat(25) }), orderId: 'X' })).Code, 997);
  const unsigned = await post('inquiry', { orderId: 'X' });
  assert.deepEqual([unsigned.Code, unsigned.Message], [999, 'Genel Hata']);
  bank.settings.hashOnce = false;
  assert.equal((await post('inquiry', request)).Code, 0);
});

test('names count without their case; a name twice, no JSON, wrong fields', async () => {
  const upper = Object.entries({ ...frame(), orderId: 'X' }).map(([name, value]) => [name[0].toUpperCase() + name.slice(1), value]);
  assert.equal((await post('INQUIRY', Object.fromEntries(upper))).Code, 0);
  assert.equal((await post('inquiry', { ...frame(), orderId: 'X', OrderId: 'Y' })).Code, 998);
  assert.equal((await post('inquiry', 'x')).Code, 998);
  const wrong = async (changes) => (await call('threeDPayment', payment(changes))).ValidationErrors;
  assert.deepEqual(await wrong({ amount: '149.90', currency: 'TRY', installmentCount: 13, orderId: 'a b', description: 'x'.repeat(257) }),
    ['orderId', 'amount', 'currency', 'installmentCount', 'description']);
  assert.deepEqual(await wrong({ amount: 0 }), ['amount']);
  assert.deepEqual(await wrong({ callbackUrl: 'https://elsewhere.example/' }), ['callbackUrl']);
  assert.deepEqual((await call('Payment', { ...payment(), cardNo: '1' })).ValidationErrors, ['cardNo']);
  assert.deepEqual((await call('refund', { orderId: 'X', amount: '1.00' })).ValidationErrors, ['amount']);
  bank.settings.without3D = false;
  assert.equal((await sell()).Code, 999);
  assert.equal((await fetch(`${banks.url}/tosla/api/Payment/inquiry`)).status, 405);
});

// ---- bad days

test('answers that are lost before and after the work', async () => {
  for (const kind of Object.keys(FAULTS).filter((each) => /-(before|after|during)$/.test(each))) {
    const orderId = await sold();
    bank.fault({ on: 'void', kind });
    const answer = await call('void', { orderId }).catch(() => null);
    assert.notEqual(answer?.Code, 0, kind);
    assert.equal(bank.find(orderId).status, kind.endsWith('before') ? 'paid' : 'voided', kind);
  }
});

test('answers about something else', async () => {
  const orderId = await sold();
  const lies = [['wrong-order', 'OrderId', `${orderId}X`], ['wrong-amount', 'Amount', 1], ['wrong-currency', 'Currency', 840]];
  for (const [kind, name, value] of lies) {
    bank.fault({ on: 'inquiry', kind });
    assert.equal((await inquire(orderId))[name], value);
    bank.fault({ kind });
    const { Transactions } = await call('history', { orderId, transactionDate: today(), page: 1, pageSize: 10 });
    assert.equal(Transactions[0][name], value);
  }
  bank.fault({ on: 'refund', kind: 'wrong-order' });
  assert.equal((await call('refund', { orderId, amount: 1 })).OrderId, `${orderId}X`);
  bank.fault({ on: 'inquiry', kind: 'no-content-after' });
  assert.deepEqual(await inquire(orderId), { status: 204, raw: '' });
  const names = ['threeDPayment', 'threeDPreAuth', 'Payment', 'postAuth', 'void', 'refund', 'inquiry', 'history'];
  assert.deepEqual(OPERATIONS, names);
});

test('a return that is repeated from server to server, and one that is not signed', async () => {
  bank.settings.repeatCallback = 2;
  const before = shop.visits.length;
  await pay();
  await shop.visited(before + 2);
  assert.equal(shop.visits[before].path, '/tosla');
  Object.assign(bank.settings, { repeatCallback: 0, unsignedReturn: true });
  assert.equal((await pay({}, { card: 'refused' })).back.Hash, undefined);
  assert.ok((await pay()).back.Hash);
});

// ---- a dishonest customer

async function control(path, order) {
  const response = await fetch(banks.url + path, {
    method: 'POST', body: JSON.stringify(order),
    headers: { 'content-type': 'application/json', origin: banks.url, 'x-control-token': banks.controlToken },
  });
  return response.json();
}

test('in the attacker’s hands: a list of his own, and an order whose number is the beginning of another', async () => {
  const forged = async (attack) => {
    const { request } = await control('/attacker/send', { message: bank.messages().at(-1).id, attack });
    return parseForm(Buffer.from(request.body));
  };
  await pay({}, { card: '3ds-failed' });
  const own = await forged('own-list');
  assert.ok(verifies(own), 'the digest is right, and the message is a lie');
  assert.deepEqual(['MdStatus', 'BankResponseCode', 'RequestStatus'].map((name) => valueOf(own, name)), ['1', '00', '1']);
  assert.equal(valueOf(await forged('drop-signature'), 'Hash'), undefined);
  assert.equal(valueOf(await forged('empty-signature'), 'Hash'), '');
  const short = newOrder();
  await pay({ orderId: `${short}1` });
  const shifted = await forged('shift');
  assert.ok(verifies(shifted), 'a paid order tells of another one');
  const read = ['OrderId', 'MdStatus', 'BankResponseCode', 'RequestStatus'].map((name) => valueOf(shifted, name));
  assert.deepEqual(read, [short, '1', '100', '1']);
});

test('on the pages about the banks', async () => {
  const orderId = await sold();
  const ledger = await (await fetch(`${banks.url}/ledger.json`)).json();
  const { system, card } = ledger.find((each) => each.orderId === orderId);
  assert.deepEqual([system, card], ['tosla', '40000000****0002']);
  assert.match(await (await fetch(`${banks.url}/`)).text(), /Tosla/);
  const page = await (await fetch(`${banks.url}/control?lang=en`)).text();
  assert.ok(page.includes('data-bank="tosla"') && page.includes(FAULTS['no-content-after']));
});

test('a bank of its own, with a clock of its own', async () => {
  const own = createTosla({ now: () => Date.parse('2023-12-09T17:11:21Z') });
  const request = { ...frame(SHOP, { timeSpan: '20231209201121' }), orderId: 'X' };
  const body = Buffer.from(JSON.stringify(request));
  const answer = await own.handle({ method: 'POST', path: '/api/Payment/inquiry', headers: {}, body });
  assert.equal(JSON.parse(answer.body).Code, 0, 'the wall clock of Turkey');
  own.close();
});

// PosNet V1: the digests, the gate, the JSON service, what it does with money, how it fails, and what a dishonest customer can make
// of a return.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { forge } from '../../banks/attacks.js';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm } from '../../banks/form.js';
import { FAULTS, OPERATIONS } from '../../banks/posnetv1-api.js';
import { LISTS, mac, newCallbackMac, newFormMac, SIMULATOR_ACCOUNT } from '../../banks/posnetv1.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const OTHER_SHOP = { ...SHOP, merchantNo: '6700000001', terminalNo: '67000001', posnetId: '1010000000000001', encKey: '1,2,3' };
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, posnetv1: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.posnetv1;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop, as the bank's document tells it to be

const newOrderId = () => `VELOPOS${String((orders += 1)).padStart(13, '0')}`;
const gate = () => `${banks.url}/posnetv1/ALBSecurePaymentUI/SecureProcess/SecureVerification.aspx`;
const CARD = { CardNo: cardByName('success').pan, ExpiredDate: '3012', Cvv: '000', CardHolderName: 'Ayşe Yılmaz' };
const cardOf = (name) => ({ ...CARD, CardNo: cardByName(name).pan });

/** The form of a payment; `card` null for the bank's own page. */
function formFor({ card = CARD, account = SHOP, ...changes } = {}) {
  const form = {
    MerchantNo: account.merchantNo, TerminalNo: account.terminalNo, PosnetID: account.posnetId, TransactionType: 'Sale',
    OrderId: newOrderId(), Amount: '14990', CurrencyCode: 'TL', MerchantReturnURL: `${shop.origin}/return`, InstallmentCount: '0',
    Language: 'tr', TxnState: 'INITIAL', OpenNewWindow: '0', UseOOS: card ? '0' : '1', ...card, ...changes,
  };
  const values = { ...form, Cvc2: form.Cvv, ExpireDate: form.ExpiredDate };
  const list = form.UseOOS === '1' ? LISTS.hostedForm : LISTS.cardForm;
  const digests = { Mac: mac(list, values, account.encKey), MacParams: list, MacNew: newFormMac(form, account.encKey) };
  return { ...form, ...digests };
}

async function visit(changes = {}, customer) {
  const form = formFor(changes);
  const { fields, body, url } = await bank.visit(form, customer);
  return { form, back: Object.fromEntries(fields ?? []), body, url };
}

async function post(operation, asked, headers = {}) {
  const response = await fetch(`${banks.url}/posnetv1/ALBMerchantService/MerchantJSONAPI.svc/${operation}`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(asked),
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** A request of the service; `signed` are the values that the list names by other places than the request's own. */
async function call(operation, fields, { account = SHOP, list, signed = {}, changes = {}, headers } = {}) {
  const asked = { ApiType: 'JSON', ApiVersion: 'V100', MerchantNo: account.merchantNo, TerminalNo: account.terminalNo, ...fields };
  const signature = { MACParams: list, MAC: mac(list, { ...asked, ...signed }, account.encKey) };
  const answer = await post(operation, { ...asked, ...signature, ...changes }, headers);
  return { ...JSON.parse(answer.text), answer };
}

const proofOf = (back) => ({
  SecureTransactionId: back.SecureTransactionId, CavvData: back.CAVV, Eci: back.ECI, MdStatus: Number(back.MdStatus), MD: back.MD,
});

function provision({ form, back }, fields = {}, options = {}) {
  const ThreeDSecureData = { ...proofOf(back), ...options.proof };
  const count = Number(form.InstallmentCount);
  return call(fields.operation ?? form.TransactionType, {
    PaymentInstrumentType: 'CARD', IsEncrypted: 'N', IsTDSecureMerchant: 'Y', IsMailOrder: 'N', ThreeDSecureData,
    Amount: Number(form.Amount), CurrencyCode: form.CurrencyCode, PointAmount: 0, OrderId: form.OrderId,
    InstallmentCount: form.InstallmentCount, InstallmentType: count > 1 ? 'Y' : 'N', ...fields,
  }, { list: LISTS.provision, signed: ThreeDSecureData, ...options });
}

async function pay(changes, customer) {
  const visited = await visit(changes, customer);
  const answer = await provision(visited);
  return { ...visited, answer, orderId: visited.form.OrderId, key: answer.ReferenceCode };
}

const inquire = (orderId) => call('TransactionInquiry', { OrderId: `TDS_${orderId}`, IsEncrypted: 'N' }, { list: LISTS.account });
const capture = (key, amount) => call('Capture', { ReferenceCode: key, Amount: amount, CurrencyCode: 'TL' }, { list: LISTS.account });
const reverse = (type, reference) => call('Reverse', { TransactionType: type, ...reference }, { list: LISTS.reference });
const giveBack = (amount, reference, more = {}) =>
  call('Return', { Amount: amount, CurrencyCode: 'TL', TransactionType: 'Sale', ...reference, ...more }, { list: LISTS.reference });

const codeOf = ({ ServiceResponseData }) => ServiceResponseData.ResponseCode;
const approved = (answer, why) => assert.equal(codeOf(answer), '00', why);
const refused = (answer, code, why) => assert.equal(codeOf(answer), code, why);
const rows = async (orderId) => (await inquire(orderId)).TransactionData
  .map((row) => `${row.TransactionType} ${row.TransactionStatus} ${row.Amount}`);

/** What a careful shop checks about a return before it does anything else. */
function looksGenuine(body, account = SHOP) {
  const fields = Object.fromEntries(parseForm(Buffer.from(body, 'latin1')));
  const listed = fields.MacParams === LISTS.callback && fields.Mac === mac(LISTS.callback, fields, account.encKey);
  const later = fields.MacNew === undefined || fields.MacNew === newCallbackMac(fields, account.encKey);
  return { listed, later, fields };
}

// ---- digests

test('digests: Node’s own hash over what the document tells', () => {
  const values = { ECI: '02', CAVV: 'x', MdStatus: '1', MdErrorMessage: 'Y', MD: '3', SecureTransactionId: '4' };
  assert.equal(mac(LISTS.callback, values, 'key'), createHash('sha256').update('02x1Y34key').digest('base64'));
  assert.equal(mac(LISTS.reference, { MerchantNo: '1', TerminalNo: '2', ReferenceCode: null }, 'key'),
    createHash('sha256').update('12key').digest('base64'), 'what is absent is empty');
  const fields = { ...values, CCPrefix: '400000', TranType: 'Sale', Amount: '101', OrderId: 'O', MerchantId: 'M', Currency: 'TL' };
  const text = '400000;Sale;101;O;M;x;;02;3;Y;1;4;TL;key';
  assert.equal(newCallbackMac(fields, 'key'), createHmac('sha256', 'key').update(text).digest('base64'));
  for (const name of ['Amount', 'OrderId', 'Currency', 'MdStatus']) {
    assert.notEqual(newCallbackMac({ ...fields, [name]: '9' }, 'key'), newCallbackMac(fields, 'key'), name);
  }
});

// ---- a payment, step by step

test('a payment with the shop’s card: form, password page, return, money, inquiry', async () => {
  const form = formFor();
  const password = await browse(gate(), form);
  const shown = ['SİMÜLASYON – gerçek banka değildir', '149,90 TL', form.OrderId, SHOP.merchantName, 'Tek çekim', 'id="otp"'];
  for (const text of shown) assert.ok(password.html.includes(text), text);
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const { action, fields } = formOf(done, 'return-form');
  assert.equal(action, form.MerchantReturnURL);
  const back = Object.fromEntries(fields);
  assert.deepEqual(fields.map(([name]) => name), [
    'CCPrefix', 'TranType', 'Amount', 'OrderId', 'MerchantId', 'CAVV', 'CAVVAlgorithm', 'ECI', 'MD', 'MdErrorMessage', 'MdStatus',
    'SecureTransactionId', 'Mac', 'MacParams', 'Currency', 'MacNew',
  ]);
  assert.deepEqual([back.CCPrefix, back.TranType, back.Amount, back.OrderId, back.MerchantId, back.MdStatus],
    ['400000', 'Sale', '14990', form.OrderId, SHOP.merchantNo, '1']);
  assert.ok(!fields.some(([, value]) => value.includes(CARD.CardNo)), 'the card number does not travel back');
  await browse(action, fields);
  assert.equal(shop.visits.at(-1).path, '/return');
  const [message] = bank.messages().filter((each) => each.orderId === form.OrderId);
  assert.deepEqual(looksGenuine(message.body), { listed: true, later: true, fields: back });
  assert.equal(bank.find(form.OrderId), undefined, 'authentication is not payment');
  refused(await inquire(form.OrderId), 'E219');

  const paid = await provision({ form, back });
  assert.match(paid.answer.type, /^application\/json/);
  assert.deepEqual(paid.ServiceResponseData, { ResponseCode: '00', ResponseDescription: 'Onaylandı' });
  assert.match(paid.AuthCode, /^\d{6}$/);
  assert.match(paid.ReferenceCode, /^\d{18}$/);
  assert.deepEqual(paid.InstallmentData, { InstallmentCount: '0', Amount: '0' });
  assert.ok(!paid.answer.text.includes(form.OrderId), 'the answer does not say what it is about');

  const asked = await inquire(form.OrderId);
  refused(asked, '0000');
  const [row, ...others] = asked.TransactionData;
  assert.deepEqual(others, []);
  assert.match(row.TransactionDate, /^\d{4}-\d\d-\d\d\d\d:\d\d:\d\d\.\d{3}$/);
  assert.deepEqual({ ...row, TransactionDate: '' }, {
    Amount: '149,90', AuthCode: paid.AuthCode, CardNo: '400000******0002', CurrencyCode: 'TL', HostLogKey: paid.ReferenceCode,
    OrderId: `TDS_${form.OrderId}`, TransactionDate: '', TransactionStatus: '1', TransactionType: 'Sale',
  });
  const { status, minor, captured, hostRef, mdStatus } = bank.find(form.OrderId);
  assert.deepEqual([status, minor, captured, hostRef, mdStatus], ['paid', 14990n, 14990n, paid.ReferenceCode, '1']);
});

test('a payment on the bank’s own page: three instalments in euro, and no card at the shop', async () => {
  const form = formFor({ card: null, InstallmentCount: '3', CurrencyCode: 'EU' });
  assert.ok(!('CardNo' in form));
  const cardPage = await browse(gate(), form);
  for (const text of ['149,90 EUR', 'id="pan"', 'id="cancel"']) assert.ok(cardPage.html.includes(text), text);
  assert.match((await browse(`${cardPage.url}?lang=en`)).html, /Card number/);
  const back = Object.fromEntries(formOf(await payByHand(cardPage), 'return-form').fields);
  assert.equal(back.Currency, 'EU');
  const paid = await provision({ form, back });
  assert.deepEqual(paid.InstallmentData, { InstallmentCount: '3', Amount: '4996' });
  assert.equal(bank.find(form.OrderId).currency, 'EUR');
});

test('every card has its fate; authentication and money are two answers', async () => {
  const expected = {
    success: ['1', '00'], 'insufficient-funds': ['1', '0051'], expired: ['1', '0054'], refused: ['1', '0005'], 'bank-error': ['1', '0100'],
    '3ds-failed': ['0', '00'], '3ds-attempt': ['4', '00'], '3ds-not-enrolled': ['2', '00'], 'approved-without-3ds': ['5', '00'],
    slow: ['1', '00'], review: ['1', '00'],
  };
  for (const { name } of CARDS.filter((card) => !card.silent)) {
    const { back, answer, form } = await pay({ card: cardOf(name) });
    assert.deepEqual([back.MdStatus, codeOf(answer)], expected[name], name);
    assert.equal(bank.find(form.OrderId).status, expected[name][1] === '00' ? 'paid' : 'declined', name);
    assert.equal(answer.AuthCode === null, expected[name][1] !== '00', name);
  }
});

test('whether the bank looks at MdStatus is its own matter', async () => {
  const failed = await visit({}, { password: 'wrong' });
  assert.equal(failed.back.MdStatus, '0');
  assert.equal(failed.back.CAVV, '');
  approved(await provision(failed), 'a shop that does not look has charged a stranger’s card');
  bank.settings.chargesUnauthenticated = false;
  refused(await provision(await visit({}, { password: 'wrong' })), '0005');
  approved(await provision(await visit({ card: cardOf('3ds-attempt') })));
});

test('a customer who turns back, and one who closes the window', async () => {
  const back = await visit({ card: null }, { card: 'cancel' });
  assert.deepEqual([back.back.MdStatus, back.back.CCPrefix], ['0', '']);
  refused(await provision(back), '0014', 'there is no card');
  assert.equal((await visit({ card: null }, { card: 'close' })).body, null);
});

test('a card whose answer never comes: the inquiry tells, and the same order cannot be charged again', async () => {
  const visited = await visit({ card: cardOf('silent') });
  await assert.rejects(provision(visited), { name: 'TypeError' });
  assert.deepEqual(await rows(visited.form.OrderId), ['Sale 1 149,90']);
  const again = await provision(visited);
  refused(again, '0127');
  assert.deepEqual([again.AuthCode, again.ReferenceCode], [null, null], 'it does not say that this order was paid');
  assert.equal(bank.find(visited.form.OrderId).captured, 14990n);
});

test('the form: digests, fields and the way back', async () => {
  const wrongs = [
    [{ Mac: 'x' }, /E216/], [{ MacNew: 'x' }, /E216/], [{ Amount: '14991' }, /E216/], [{ OrderId: newOrderId() }, /E216/],
    [{ MacParams: 'MerchantNo' }, /E216/], [{ TerminalNo: '1' }, /unknown/], [{ PosnetID: '1' }, /unknown/],
  ];
  for (const [changes, why] of wrongs) await assert.rejects(bank.visit({ ...formFor(), ...changes }), why, JSON.stringify(changes));
  const invalid = [
    ['OrderId', 'SHORT'], ['Amount', '0'], ['Amount', '149.90'], ['CurrencyCode', 'TRY'], ['TransactionType', 'Refund'],
    ['TxnState', ''], ['InstallmentCount', ''],
  ];
  for (const [name, value] of invalid) await assert.rejects(bank.visit(formFor({ [name]: value })), new RegExp(name), name);
  await assert.rejects(bank.visit(formFor({ MerchantReturnURL: 'https://example.com/' })), /only to the shop on this computer/);
  await assert.rejects(bank.visit(formFor({ card: { ...CARD, CardNo: '4111111111111111' } })), /not a test card/);
  await assert.rejects(bank.visit([...Object.entries(formFor()), ['orderid', 'x']]), /twice/);
  const { MacNew, ...older } = formFor();
  assert.equal((await bank.visit(older)).body.includes('MdStatus=1'), true, 'the later digest may be missing');
  bank.settings.newMacRequired = true;
  await assert.rejects(bank.visit(older), /E216/);
  const page = await browse(gate(), { ...formFor(), Mac: 'x' });
  assert.match(page.html, /MAC doğrulama hatası/);
});

test('the service: account, digest, versions, headers and addresses', async () => {
  const visited = await visit();
  const why = [
    [{ changes: { MAC: 'x' } }, 'E216'], [{ list: LISTS.account }, 'E216'], [{ changes: { MACParams: LISTS.account } }, 'E216'],
    [{ changes: { TerminalNo: '1' } }, '0148'], [{ changes: { MerchantNo: '1' } }, '0148'], [{ changes: { ApiVersion: 'V1' } }, '0002'],
    [{ changes: { IsTDSecureMerchant: 'N' } }, '0150'], [{ changes: { OrderId: 'x' } }, '0150'], [{ changes: { Amount: 149.9 } }, '0204'],
    [{ changes: { InstallmentType: 'Y' } }, '0150'], [{ changes: { PointAmount: 5 } }, '0150'],
    [{ changes: { CurrencyCode: 'TRY' } }, 'E190'], [{ account: OTHER_SHOP }, '0146'],
  ];
  for (const [options, code] of why) refused(await provision(visited, {}, options), code, JSON.stringify(options));
  assert.equal((await post('Sale', 'x')).text.includes('"0002"'), true);
  assert.equal((await post('Refund', {})).status, 404);
  bank.settings.ipRefusedFor = ['Sale'];
  refused(await provision(visited), '0148');
  bank.settings.ipRefusedFor = [];
  bank.settings.headersRequired = true;
  refused(await provision(visited), '0148');
  approved(await provision(visited, {}, { headers: {
    'X-MERCHANT-ID': SHOP.merchantNo, 'X-TERMINAL-ID': SHOP.terminalNo, 'X-POSNET-ID': SHOP.posnetId, 'X-CORRELATION-ID': 'a1',
  } }));
});

test('an authentication is the bank’s own, and pays once', async () => {
  const visited = await visit();
  const changed = [{ SecureTransactionId: '1010000000000000' }, { CavvData: 'x' }, { Eci: '01' }, { MdStatus: 2 }, { MD: '1' }];
  for (const proof of changed) refused(await provision(visited, {}, { proof }), '0146', JSON.stringify(proof));
  approved(await provision(visited));
  refused(await provision(visited), '0127');
  refused(await provision(visited, { OrderId: newOrderId() }), '0146');
  bank.settings.authenticationOnce = false;
  approved(await provision(visited, { OrderId: newOrderId() }), 'if the bank does not look, the shop has to');
});

test('whether an authentication is for one order and amount is the bank’s own matter, too', async () => {
  const loose = await visit({ Amount: '100' });
  const dear = newOrderId();
  approved(await provision(loose, { OrderId: dear, Amount: 99900 }));
  assert.equal(bank.find(dear).captured, 99900n);
  bank.settings.bindsOrder = true;
  const bound = await visit({ Amount: '100' });
  for (const changes of [{ OrderId: newOrderId() }, { Amount: 99900 }, { CurrencyCode: 'US' }, { operation: 'Auth' }]) {
    refused(await provision(bound, changes), '0146', JSON.stringify(changes));
  }
  approved(await provision(bound));
});

test('a declined order may be tried again, or not', async () => {
  const visited = await visit({ card: cardOf('refused') });
  refused(await provision(visited), '0005');
  bank.force(visited.form.OrderId, 'success');
  approved(await provision(visited));
  bank.settings.declinedOrderUsed = true;
  const other = await visit({ card: cardOf('refused') });
  refused(await provision(other), '0005');
  refused(await provision(other), '0127');
  assert.equal(bank.find(other.form.OrderId).status, 'declined');
  assert.deepEqual(await rows(other.form.OrderId), ['Sale 0 149,90']);
});

// ---- afterwards

test('pre-authorization, capture, return', async () => {
  const { orderId, key } = await pay({ TransactionType: 'Auth' });
  assert.equal(bank.find(orderId).status, 'authorized');
  refused(await capture(key, 20000), '0205');
  const captured = await capture(key, 10000);
  approved(captured);
  assert.match(captured.AuthCode, /^\d{6}$/);
  refused(await capture(key, 10000), '0200');
  const returned = await giveBack(2500, { ReferenceCode: key });
  approved(returned);
  assert.deepEqual([returned.AuthCode, returned.ReferenceCode], [null, null]);
  approved(await giveBack(7500, { OrderId: `TDS_${orderId}` }));
  refused(await giveBack(1, { ReferenceCode: key }), '0205');
  assert.equal(bank.find(orderId).status, 'refunded');
  assert.deepEqual(await rows(orderId), ['Return 1 75,00', 'Return 1 25,00', 'Capture 1 100,00', 'Auth 1 149,90']);
});

test('a return has no number of the shop’s: sent twice it is done twice', async () => {
  const { orderId, key } = await pay();
  approved(await giveBack(5000, { ReferenceCode: key }));
  approved(await giveBack(5000, { ReferenceCode: key }));
  assert.equal(bank.find(orderId).refunded, 10000n);
  refused(await giveBack(5000, { ReferenceCode: key }), '0205');
  refused(await giveBack(1, { ReferenceCode: key }, { CurrencyCode: 'US' }), '0207');
  refused(await giveBack(1, { OrderId: orderId }), '0150', 'without the prefix');
  refused(await giveBack(1, { OrderId: `XXX_${orderId}` }), '0123');
});

test('a reversal is for the same day', async () => {
  const { orderId, key } = await pay();
  refused(await reverse('Void', { ReferenceCode: key }), '0202');
  approved(await reverse('Sale', { OrderId: `TDS_${orderId}` }));
  refused(await reverse('Sale', { ReferenceCode: key }), '0220');
  refused(await giveBack(14990, { ReferenceCode: key }), '0370');
  assert.equal(bank.find(orderId).status, 'voided');
  assert.deepEqual(await rows(orderId), ['Reverse 1 149,90', 'Sale 0 149,90']);
  const late = await pay();
  bank.settle();
  refused(await reverse('Sale', { ReferenceCode: late.key }), '0211');
  approved(await giveBack(14990, { ReferenceCode: late.key }));
});

test('how an inquiry may look', async () => {
  const { orderId, key } = await pay({ Amount: '123450' });
  approved(await reverse('Sale', { ReferenceCode: key }));
  Object.assign(bank.settings, { newestFirst: false, statusMeans: 'financial', groupsThousands: true });
  assert.deepEqual(await rows(orderId), ['Sale 1 1.234,50', 'Reverse 1 1.234,50'], 'the status alone does not tell that it was reversed');
  bank.settings.statusLagMs = 60_000;
  const early = await inquire(orderId);
  refused(early, 'E219');
  assert.equal(early.TransactionData, null);
});

test('faults: every one, and what the bank did meanwhile', async () => {
  assert.deepEqual(OPERATIONS, ['Sale', 'Auth', 'Capture', 'Reverse', 'Return', 'TransactionInquiry']);
  for (const kind of Object.keys(FAULTS)) {
    const visited = await visit();
    bank.fault({ on: 'Sale', kind });
    const answer = await provision(visited).catch((error) => error);
    const done = !kind.endsWith('-before');
    assert.equal(bank.find(visited.form.OrderId)?.status, done ? 'paid' : undefined, kind);
    const whole = ['slow', 'wrong-order', 'wrong-amount', 'empty-references'].includes(kind);
    assert.equal(!(answer instanceof Error), whole, kind);
    if (kind === 'empty-references') assert.deepEqual([codeOf(answer), answer.AuthCode, answer.ReferenceCode], ['00', null, null]);
    const second = await provision(visited);
    refused(second, done ? '0127' : '00', `${kind}: the same order again`);
    assert.equal(bank.find(visited.form.OrderId).captured, 14990n, kind);
  }
  const { orderId } = await pay();
  bank.fault({ on: 'TransactionInquiry', kind: 'wrong-order' });
  assert.notEqual((await inquire(orderId)).TransactionData[0].OrderId, `TDS_${orderId}`);
  bank.fault({ on: 'TransactionInquiry', kind: 'wrong-amount' });
  assert.equal((await inquire(orderId)).TransactionData[0].Amount, '149,91');
});

test('a repeated return is the same return', async () => {
  bank.settings.repeatCallback = 2;
  const before = shop.visits.length;
  const { body } = await visit();
  await shop.visited(before + 2);
  assert.deepEqual(shop.visits.slice(before).map((each) => each.body), [body, body]);
});

// ---- the attacker

test('a failed payment’s return can be turned into a success that still verifies, and the bank takes none of it', async () => {
  bank.settings.macs = ['Mac'];
  for (const attack of ['own-list', 'shift']) {
    const { form } = await visit({}, { password: 'wrong' });
    const message = bank.messages().at(-1);
    const fields = Object.fromEntries(parseForm(Buffer.from(forge(message, { attack }).body, 'latin1')));
    assert.equal(fields.MdStatus, '1', attack);
    assert.equal(fields.Mac, mac(fields.MacParams, fields, SHOP.encKey), `${attack}: the digest is still right`);
    assert.equal(fields.MacParams === LISTS.callback, attack === 'shift');
    refused(await provision({ form, back: fields }), '0146', attack);
    assert.equal(bank.find(form.OrderId), undefined);
  }
});

test('the older digest covers neither order nor amount; the later one does, unless somebody leaves it out', async () => {
  const { form } = await visit();
  const message = bank.messages().at(-1);
  const other = newOrderId();
  const moved = { ...message, body: forge(message, { attack: 'edit', field: 'OrderId', value: other }).body };
  assert.deepEqual([looksGenuine(moved.body).listed, looksGenuine(moved.body).later], [true, false]);
  const downgraded = forge({ ...moved }, { attack: 'own-list' }).body;
  assert.equal(looksGenuine(downgraded).fields.MacNew, undefined);
  assert.equal(looksGenuine(downgraded).listed, false, 'the list is not the bank’s');
  const dropped = forge(message, { attack: 'drop-signature' }).body;
  assert.deepEqual([looksGenuine(dropped).fields.Mac, looksGenuine(dropped).listed], [undefined, false]);
  assert.equal(looksGenuine(dropped).fields.OrderId, form.OrderId);
});

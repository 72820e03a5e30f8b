// Vakıf Katılım: the gate, the return as a plain form, the provision, pre-authorization, void, refunds, inquiry and history, how
// they fail, and what a dishonest customer can make of a return.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ATTACKS, forge } from '../../banks/attacks.js';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm } from '../../banks/form.js';
import { startBanks } from '../../banks/server.js';
import { timestamp } from '../../banks/turkish-time.js';
import { answerHash, hashedPassword, requestHash, SIMULATOR_ACCOUNT } from '../../banks/vakifkatilim.js';
import { FAULTS, OPERATIONS } from '../../banks/vakifkatilim-api.js';
import { element, parseXml } from '../../banks/xml.js';
import { browse, formOf, passwordIn, startShop } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const KEY = hashedPassword(SHOP.password);
const OTHER_SHOP = { ...SHOP, merchantId: '911', customerId: '1118456', userName: 'other', password: 'other' };
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, vakifkatilim: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.vakifkatilim;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop, as public software asks this bank

const newOrderId = () => `VELOPOS-${(orders += 1)}`;
const leaves = (root) => Object.fromEntries(root.children.map((each) => [each.name, each.children.length > 0 ? leaves(each) : each.text]));

async function post(operation, body) {
  const response = await fetch(`${banks.url}/vakifkatilim/VirtualPOS.Gateway/Home/${operation}`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'text/xml; charset=utf-8' }, body,
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const order = (changes = {}) => ({
  orderId: newOrderId(), amount: '14990', installments: '0', currency: '0949', card: 'success', account: SHOP,
  okUrl: `${shop.origin}/ok`, failUrl: `${shop.origin}/fail`, ...changes,
});

/** A request, signed over those of these values that it has. */
function documentOf({ account = SHOP, orderId, amount, okUrl, failUrl }, fields, changes = {}) {
  const { merchantId, customerId, userName, password } = account;
  const key = hashedPassword(password);
  const own = [['MerchantOrderId', orderId], ['Amount', amount], ['OkUrl', okUrl], ['FailUrl', failUrl]]
    .filter(([, value]) => value !== undefined);
  const hash = requestHash({ merchantId, merchantOrderId: orderId, amount, okUrl, failUrl, userName }, key);
  const all = [
    ['APIVersion', '1.0.0'], ['HashData', hash], ['MerchantId', merchantId], ['SubMerchantId', '0'], ['CustomerId', customerId],
    ['UserName', userName], ['HashPassword', key], ...own, ...fields,
  ];
  return element('VPosMessageContract', all.map(([name, content]) => [name, changes[name] ?? content]), {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  });
}

async function ask(operation, values, fields, changes) {
  const answer = await post(operation, documentOf(values, fields, changes));
  if (!answer.text.includes('<VPosTransactionResponseContract')) return { answer };
  const root = parseXml(answer.text.replace(/ (xmlns|xsi)[:\w]*="[^"]*"/g, ''));
  const rows = root.children.find(({ name }) => name === 'VPosOrderData')?.children.map(leaves);
  return { answer, ...leaves(root), rows };
}

const cardOf = (name) => [
  ['CardNumber', cardByName(name).pan], ['CardExpireDateYear', '30'], ['CardExpireDateMonth', '12'], ['CardCVV2', '000'],
  ['CardHolderName', 'Ayşe Yılmaz'],
];

const atGate = (wanted, changes) => ask('ThreeDModelPayGate', wanted, [
  ...cardOf(wanted.card), ['InstallmentCount', wanted.installments], ['DisplayAmount', wanted.amount],
  ['FECCurrencyCode', wanted.currency], ['TransactionSecurity', '3'], ['PaymentType', '1'],
], changes);

async function visit(changes = {}, customer) {
  const wanted = order(changes);
  const { fields, body, url } = await bank.visit((await atGate(wanted)).answer.text, customer);
  return { ...wanted, fields, body, url, back: fields && Object.fromEntries(fields) };
}

const provision = ({ okUrl, failUrl, ...visited }, changes) => ask('ThreeDModelProvisionGate', visited, [
  ['InstallmentCount', visited.installments], ['TransactionSecurity', '3'], ['PaymentType', '1'],
  ['AdditionalData', [['AdditionalDataList', [['VPosAdditionalData', [['Key', 'MD'], ['Data', visited.back.MD]]]]]]],
], changes);

async function pay(changes, customer) {
  const visited = await visit(changes, customer);
  return { ...visited, paid: await provision(visited) };
}

async function hold(changes = {}) {
  const wanted = order(changes);
  const paid = await ask('PreAuthorizaten', { ...wanted, okUrl: undefined, failUrl: undefined }, [
    ...cardOf(wanted.card), ['InstallmentCount', wanted.installments], ['FECCurrencyCode', wanted.currency], ['TransactionSecurity', '5'],
  ]);
  return { ...wanted, paid };
}

const move = (operation, { orderId, paid, account }, amount) =>
  ask(operation, { orderId, amount, account }, [['OrderId', paid.OrderId], ['PaymentType', '1']]);
const inquire = (orderId) => ask('SelectOrderByMerchantOrderId', { orderId }, []);
const day = (offset) => timestamp(Date.now() + offset * 86_400_000).slice(0, 10);
const history = (orderId, { from = day(-1), to = day(1), lower = '0', upper = '100' } = {}) => ask('SelectOrder', {}, [
  ['StartDate', from], ['EndDate', to], ['LowerLimit', lower], ['UpperLimit', upper], ['OrderNo', orderId],
]);
const codeOf = ({ ResponseCode }) => ResponseCode;
const hashOf = ({ MerchantOrderId, RRN = '', ResponseCode, OrderId }) =>
  answerHash({ merchantOrderId: MerchantOrderId, rrn: RRN, responseCode: ResponseCode, orderId: OrderId }, KEY);

// ---- a payment, step by step

test('a payment: gate, page of the card’s bank, return, provision, inquiry', async () => {
  const wanted = order({ installments: '3' });
  const { answer: gate } = await atGate(wanted);
  assert.match(gate.type, /^text\/html/);
  const { action } = formOf({ html: gate.text, url: banks.url }, 'downloadForm');
  const password = await browse(action, [['threeDSServerWebFlowStart', 'x']]);
  const shown = ['SİMÜLASYON – gerçek banka değildir', '149,90 TL', wanted.orderId, SHOP.merchantName, 'id="otp"'];
  for (const text of shown) assert.ok(password.html.includes(text), text);
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const returned = formOf(done, 'return-form');
  assert.equal(returned.action, wanted.okUrl);
  assert.deepEqual(returned.fields.map(([name]) => name),
    ['ResponseCode', 'ResponseMessage', 'ProvisionNumber', 'MerchantOrderId', 'OrderId', 'RRN', 'Stan', 'HashData', 'MD']);
  await browse(returned.action, returned.fields);
  assert.equal(shop.visits.at(-1).path, '/ok');
  const [message] = bank.messages().filter((each) => each.orderId === wanted.orderId);
  assert.deepEqual(parseForm(Buffer.from(message.body)), returned.fields, 'what is recorded is what the browser sends');
  const back = Object.fromEntries(returned.fields);
  assert.equal(back.HashData, hashOf(back));
  assert.match(back.MD, /^[A-Za-z0-9+/]{22}==$/);
  assert.equal(bank.find(wanted.orderId).status, 'open', 'authentication is not payment');
  assert.equal((await inquire(wanted.orderId)).rows[0].TransactionStatusDescription, 'Sonuclanmamis Islem');

  const paid = await provision({ ...wanted, back });
  assert.match(paid.answer.text, /^<\?xml version="1\.0" encoding="utf-16"\?>/);
  assert.match(paid.answer.text, /&#x0;/);
  assert.deepEqual([codeOf(paid), paid.OrderId, paid.MerchantOrderId], ['00', back.OrderId, wanted.orderId]);
  assert.equal(paid.HashData, hashOf(paid));
  const { Amount, InstallmentCount, CurrencyCode, EntryGateMethod } = paid.VPosMessage;
  assert.deepEqual([Amount, InstallmentCount, CurrencyCode, EntryGateMethod], ['14990', '3', undefined, 'VPOS_ThreeDModelPayGate']);
  const { status, minor, captured, authCode, rrn } = bank.find(wanted.orderId);
  assert.deepEqual([status, minor, captured, authCode, rrn], ['paid', 14990n, 14990n, paid.ProvisionNumber, paid.RRN]);

  const { rows: [row, ...more] } = await inquire(wanted.orderId);
  assert.deepEqual(more, []);
  const names = ['OrderId', 'MerchantOrderId', 'FirstAmount', 'FEC', 'FecDescription', 'TransactionStatus', 'LastOrderStatusDescription',
    'ResponseCode', 'ProvNumber', 'CardNumber', 'OrderTypeDescription', 'EndOfDayStatusDescription'];
  assert.deepEqual(names.map((name) => row[name]), [back.OrderId, wanted.orderId, '149.90', '0949', 'TRY', '1', 'Satis', '00',
    paid.ProvisionNumber, '4000********0002', 'Taksitli', 'Acik']);
});

test('every card has its fate; a decline is not signed, a failed authentication is', async () => {
  const expected = {
    success: ['00', '00'], 'insufficient-funds': ['00', '51'], expired: ['00', '54'], refused: ['00', '05'], 'bank-error': ['00', '96'],
    '3ds-failed': ['MPIAuthenticationStatusN'], '3ds-attempt': ['00', '00'], 'approved-without-3ds': ['MPIAuthenticationStatusU'],
    slow: ['00', '00'], review: ['00', '00'],
  };
  for (const { name } of CARDS.filter((card) => Object.hasOwn(expected, card.name))) {
    const visited = await visit({ card: name });
    const [authenticated, charged] = expected[name];
    assert.deepEqual([visited.back.ResponseCode, visited.back.HashData], [authenticated, hashOf(visited.back)], name);
    const answer = await provision(visited);
    assert.equal(codeOf(answer), charged ?? authenticated, name);
    assert.equal(answer.HashData, codeOf(answer) === '00' ? hashOf(answer) : undefined, name);
  }
  bank.settings.signsDeclines = true;
  const { paid } = await pay({ card: 'refused' });
  assert.equal(paid.HashData, hashOf(paid));
  assert.equal((await visit({}, { card: 'close' })).body, null);
  await assert.rejects(visit({ card: '3ds-not-enrolled' }), /CardNotEnrolled/);
});

test('an MD is for one order and amount, and pays once', async () => {
  const visited = await visit();
  assert.equal(codeOf(await provision({ ...visited, amount: '1' })), 'InvalidMetaData');
  assert.equal(codeOf(await provision({ ...visited, orderId: newOrderId() })), 'InvalidMetaData');
  assert.equal(codeOf(await provision({ ...visited, installments: '2' })), 'InvalidMetaData');
  assert.equal(codeOf(await provision({ ...visited, back: { MD: 'x' } })), 'MetaDataNotFound');
  assert.equal(codeOf(await provision({ ...visited, account: OTHER_SHOP })), 'MetaDataNotFound');
  const both = await Promise.all([provision(visited), provision(visited)]);
  assert.deepEqual(both.map(codeOf).sort(), ['00', 'OrderIsProcessedBefore']);
  const silent = await visit({ card: 'silent' });
  await assert.rejects(provision(silent), { name: 'TypeError' });
  assert.equal((await inquire(silent.orderId)).rows[0].TransactionStatus, '1');
});

test('the gate says no in a page that leads straight back, or in XML', async () => {
  const refusals = [
    [{ HashData: 'x' }, 'HashDataError'], [{ HashPassword: 'x' }, 'HashDataError'], [{ UserName: 'x' }, 'ApiUserNotDefined'],
    [{ CardNumber: '' }, 'EmptyCardNumberField'], [{ CardHolderName: '' }, 'EmptyCardHolderNameField'],
    [{ TransactionSecurity: '1' }, 'InvalidTransactionSecurity'], [{ FECCurrencyCode: 'TL' }, 'CurrencyCodeInvalid'],
    [{ CardNumber: '4111111111111111' }, 'CardNotFound'], [{ InstallmentCount: '' }, 'EmptyAmountField'],
  ];
  for (const [changes, code] of refusals) {
    const wanted = order();
    const { answer } = await atGate(wanted, changes);
    const { action, fields } = formOf({ html: answer.text, url: banks.url }, 'downloadForm');
    const back = Object.fromEntries(fields);
    assert.deepEqual([action, back.ResponseCode, back.OrderId, back.MD], [wanted.failUrl, code, '0', ''], code);
    assert.equal(back.HashData, hashOf(back));
  }
  assert.equal(codeOf(await atGate(order(), { MerchantId: '1' })), 'MerchantNotDefined');
  assert.equal(codeOf(await atGate(order({ failUrl: 'https://example.com/' }), { CardNumber: '' })), 'EmptyCardNumberField');
  bank.settings.refusalsAs = 'xml';
  bank.settings.ipRefused = true;
  assert.equal(codeOf(await atGate(order())), 'PosMerchantIPError');
  bank.settings.ipRefused = false;
  bank.settings.uniqueOrders = true;
  const { orderId } = await pay();
  assert.equal(codeOf(await atGate(order({ orderId }))), 'OrderIsProcessedBefore');
  assert.equal(codeOf(await ask('Non3DPayGate', order(), [])), 'Non3dUsageUnavailable');
  assert.equal((await post('Sale', '')).text, 'AssemblyNotFound');
  assert.match((await post('SelectOrder', 'x')).text, /TechnicalException/);
});

// ---- afterwards

test('pre-authorization without 3-D Secure, capture, refund', async () => {
  const held = await hold();
  assert.deepEqual([codeOf(held.paid), held.paid.VPosMessage.EntryGateMethod], ['00', 'VPOS_PreAuthorizaten']);
  assert.equal(bank.find(held.orderId).status, 'authorized');
  assert.equal(codeOf(await move('SaleReversal', held)), 'OrderDataNotFound', 'it is no sale');
  assert.equal(codeOf(await move('PreAuthorizatenClose', held, '20000')), 'TransactionAmountMismatchException');
  assert.equal(codeOf(await move('PreAuthorizatenClose', held, '10000')), '00');
  assert.equal(codeOf(await move('PreAuthorizatenClose', held, '10000')), 'TransactionAmountMismatchException');
  assert.deepEqual([bank.find(held.orderId).captured, (await inquire(held.orderId)).rows[0].ClosedAmount], [10000n, '100.00']);
  assert.equal(codeOf(await move('PreAuthorizationDrawBack', held)), '00');
  assert.equal(bank.find(held.orderId).status, 'refunded');
  const undone = await hold();
  assert.equal(codeOf(await move('PreAuthorizationReversal', undone)), '00');
  assert.equal(bank.find(undone.orderId).status, 'voided');
  assert.equal(codeOf((await hold({ card: 'refused' })).paid), '05');
  assert.equal(codeOf(await move('PreAuthorizatenClose', await pay(), '1')), 'OrderDataNotFound');
});

test('void and refunds', async () => {
  const voided = await pay();
  const answer = await move('SaleReversal', voided, '14990');
  assert.deepEqual([codeOf(answer), answer.VPosMessage.EntryGateMethod, answer.HashData], ['00', 'VPOS_SaleReversal', undefined]);
  assert.equal(codeOf(await move('SaleReversal', voided, '14990')), '21');
  assert.equal(codeOf(await move('DrawBack', voided)), '28');
  const payment = await pay();
  assert.equal(codeOf(await move('PartialDrawBack', payment, '5000')), '00');
  assert.equal(codeOf(await move('PartialDrawBack', payment, '5000')), '00', 'sent twice, done twice');
  assert.equal(codeOf(await move('PartialDrawBack', payment, '5000')), 'TransactionAmountMismatchException');
  assert.equal(codeOf(await move('DrawBack', payment)), 'TransactionAmountMismatchException');
  assert.equal(bank.find(payment.orderId).refunded, 10000n);
  assert.equal((await inquire(payment.orderId)).rows[0].LastOrderStatusDescription, 'Kismi Iade');
  const wrong = await move('DrawBack', { ...payment, orderId: 'NOBODY' });
  assert.deepEqual([codeOf(wrong), wrong.HashData], ['OrderDataNotFound', hashOf(wrong)]);
  bank.settings.sameDayRules = true;
  const late = await pay();
  assert.equal(codeOf(await move('DrawBack', late)), 'InvalidRequestError');
  bank.settle();
  assert.equal(codeOf(await move('SaleReversal', late, '14990')), 'InvalidRequestError');
  bank.settings.signsMoves = true;
  const refunded = await move('DrawBack', late);
  assert.deepEqual([codeOf(refunded), refunded.HashData], ['00', hashOf(refunded)]);
  assert.equal(bank.find(late.orderId).status, 'refunded');
});

test('inquiry and history', async () => {
  const unknown = await inquire('NOBODY');
  assert.deepEqual([codeOf(unknown), unknown.rows], ['NonResult', []]);
  const payment = await pay();
  await move('PartialDrawBack', payment, '5000');
  const again = await pay({ orderId: payment.orderId });
  assert.deepEqual((await inquire(payment.orderId)).rows.map(({ OrderId }) => OrderId), [again.paid.OrderId, payment.paid.OrderId]);
  const listed = await history(payment.orderId);
  const shown = listed.rows.map(({ OrderStatusDescription, TranAmount }) => `${OrderStatusDescription} ${TranAmount}`);
  assert.deepEqual(shown, ['Satis 149.90', 'Iade 50.00', 'Satis 149.90'], 'newest first');
  assert.equal((await history(payment.orderId, { lower: '1', upper: '2' })).rows.length, 1);
  assert.equal(codeOf(await history(payment.orderId, { from: day(-9), to: day(-8) })), 'NonResult');
  assert.equal(codeOf(await history(payment.orderId, { from: day(-91) })), 'NullCheck');
  bank.settings.historyOpen = false;
  assert.equal(codeOf(await history(payment.orderId)), '58');
  bank.settings.statusLagMs = 60_000;
  assert.equal(codeOf(await inquire(payment.orderId)), 'NonResult');
});

// ---- bad days, and the attacker

test('faults of the provision: every one, and what the bank did meanwhile', async () => {
  assert.ok(OPERATIONS.includes('ThreeDModelProvisionGate'));
  const whole = {
    slow: () => true, 'duplicate-tag': ({ answer }) => answer.text.match(/<ResponseCode>/g).length === 2,
    'wrong-order': (answer, { orderId }) => answer.MerchantOrderId === `${orderId}X` && answer.HashData === hashOf(answer),
    'wrong-amount': (answer) => answer.VPosMessage.Amount === '14991' && answer.HashData === hashOf(answer),
    'wrong-hash': (answer) => answer.HashData !== hashOf(answer), 'no-hash': ({ HashData }) => HashData === undefined,
  };
  for (const kind of Object.keys(FAULTS)) {
    const visited = await visit();
    bank.fault({ on: 'ThreeDModelProvisionGate', kind });
    const answer = await provision(visited).catch((error) => error);
    const done = !kind.endsWith('-before');
    assert.equal(bank.find(visited.orderId).status, done ? 'paid' : 'open', kind);
    if (whole[kind]) assert.ok(whole[kind](answer, visited), kind);
    else assert.ok(answer instanceof Error || answer.ResponseCode === undefined, kind);
    assert.equal(codeOf(await provision(visited)), done ? 'OrderIsProcessedBefore' : '00', kind);
    assert.equal(bank.find(visited.orderId).captured, 14990n, kind);
  }
  const { orderId } = await pay();
  bank.fault({ on: 'SelectOrderByMerchantOrderId', kind: 'wrong-amount' });
  assert.equal((await inquire(orderId)).rows[0].FirstAmount, '149.91');
  bank.fault({ on: 'SelectOrderByMerchantOrderId', kind: 'wrong-order' });
  assert.equal((await inquire(orderId)).rows[0].MerchantOrderId, `${orderId}X`);
});

const fieldsOf = (body) => Object.fromEntries(parseForm(Buffer.from(body, 'latin1')));
const names = (message) => ATTACKS.filter(({ fits }) => fits(message)).map(({ name }) => name);

test('a 00 in the order number makes a success of a failure; the bank pays nothing for it', async () => {
  const visited = await visit({ orderId: 'VELO0077' }, { password: 'wrong' });
  const forged = fieldsOf(forge(bank.messages().at(-1), { attack: 'shift' }).body);
  assert.deepEqual([forged.MerchantOrderId, forged.ResponseCode, forged.OrderId], ['VELO', '00', '77MPIAuthenticationStatusN0']);
  assert.equal(forged.HashData, hashOf(forged), 'it verifies');
  assert.equal(codeOf(await provision(visited)), 'MPIAuthenticationStatusN');
});

test('a key that travels through the browser signs anything', async () => {
  bank.settings.keyInReturn = true;
  const { orderId } = await visit({}, { password: 'wrong' });
  const message = bank.messages().at(-1);
  const forged = fieldsOf(forge(message, { attack: 'boa-own-key' }).body);
  assert.deepEqual([forged.MerchantOrderId, forged.ResponseCode, forged.HashData], [orderId, '00', hashOf(forged)]);
  bank.settings.keyInReturn = false;
  await visit();
  const clean = bank.messages().at(-1);
  assert.deepEqual(names(clean), ['replay', 'edit', 'drop-signature', 'empty-signature', 'duplicate', 'elsewhere', 'boa-approve']);
  assert.equal(fieldsOf(forge(clean, { attack: 'drop-signature' }).body).HashData, undefined);
  assert.equal(fieldsOf(forge(clean, { attack: 'empty-signature' }).body).HashData, '');
});

// Kuveyt Türk: the digests of BOA, the gate, the return inside a form field, the provision, the SOAP service, how they fail, and
// what a dishonest customer can make of a return.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ATTACKS, forge } from '../../banks/attacks.js';
import { valueIn } from '../../banks/boa-attacks.js';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm } from '../../banks/form.js';
import { answerHash, FAULTS, hashedPassword, OPERATIONS, requestHash, SIMULATOR_ACCOUNT } from '../../banks/kuveytturk.js';
import { startBanks } from '../../banks/server.js';
import { timestamp } from '../../banks/turkish-time.js';
import { element, parseXml } from '../../banks/xml.js';
import { browse, formOf, passwordIn, startShop } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const KEY = hashedPassword(SHOP.password);
const OTHER_SHOP = { ...SHOP, merchantId: '497', customerId: '400236', userName: 'other', password: 'other' };
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, kuveytturk: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.kuveytturk;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop, as the bank's document tells it to be

const SPACES = { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema' };
const newOrderId = () => `VELOPOS-${(orders += 1)}`;

async function post(path, body, headers = {}) {
  const response = await fetch(`${banks.url}/kuveytturk${path}`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/xml', ...headers }, body,
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const documentOf = (fields) => `<?xml version="1.0" encoding="ISO-8859-1"?>\n${element('KuveytTurkVPosMessage', fields, SPACES)}`;

const order = (changes = {}) => ({
  orderId: newOrderId(), amount: '14990', installments: '0', currency: '0949', card: 'success', account: SHOP,
  okUrl: `${shop.origin}/ok`, failUrl: `${shop.origin}/fail`, ...changes,
});

/** The fields that say who asks; the digest is over them, the order, the amount and what stands in `urls`. */
function signed({ account, orderId, amount }, urls = {}) {
  const { merchantId, customerId, userName } = account;
  const hash = requestHash({ merchantId, merchantOrderId: orderId, amount, ...urls, userName }, hashedPassword(account.password));
  return [['APIVersion', 'TDV2.0.0'], ['HashData', hash], ['MerchantId', merchantId], ['CustomerId', customerId], ['UserName', userName]];
}

function gateDocument(wanted, changes = {}) {
  const { okUrl, failUrl, card } = wanted;
  const fields = [
    ...signed(wanted, { okUrl, failUrl }), ['OkUrl', okUrl], ['FailUrl', failUrl],
    ['DeviceData', [['DeviceChannel', '02'], ['ClientIP', '85.34.78.112']]],
    ['CardNumber', cardByName(card).pan], ['CardExpireDateYear', '30'], ['CardExpireDateMonth', '12'], ['CardCVV2', '000'],
    ['CardHolderName', 'Ayşe Yılmaz'], ['CardType', 'Visa'], ['BatchID', '0'], ['TransactionType', 'Sale'],
    ['InstallmentCount', wanted.installments], ['Amount', wanted.amount], ['DisplayAmount', wanted.amount],
    ['CurrencyCode', wanted.currency], ['MerchantOrderId', wanted.orderId], ['TransactionSecurity', '3'],
  ];
  return documentOf(fields.map(([name, content]) => [name, changes[name] ?? content]));
}

const atGate = (wanted, changes) => post('/Home/ThreeDModelPayGate', gateDocument(wanted, changes));

/** The bank's document in the one field of the return. */
const inside = (fields) => decodeURIComponent(Object.fromEntries(fields).AuthenticationResponse.replaceAll('+', ' '));
const withoutAttributes = (xml) => parseXml(xml.replace(/ (xmlns|xsi)[:\w]*="[^"]*"/g, ''));
const leaves = (root) => Object.fromEntries((root?.children ?? []).map(({ name, text, children }) =>
  [name, children.length > 0 ? leaves({ children }) : text]));
const readReturn = (fields) => leaves(withoutAttributes(inside(fields)));

async function visit(changes = {}, customer) {
  const wanted = order(changes);
  const { fields, body, url } = await bank.visit((await atGate(wanted)).text, customer);
  return { ...wanted, fields, body, url, back: fields && readReturn(fields) };
}

function provisionDocument(visited, changes = {}, more = []) {
  const fields = [
    ...signed({ ...visited, amount: changes.Amount ?? visited.amount }), ['TransactionType', 'Sale'],
    ['InstallmentCount', visited.installments],
    ['Amount', visited.amount], ['CurrencyCode', visited.currency], ['MerchantOrderId', visited.orderId], ['TransactionSecurity', '3'],
    ['KuveytTurkVPosAdditionalData', [['AdditionalData', [['Key', 'MD'], ['Data', visited.back.MD]]]]], ...more,
  ];
  return documentOf(fields.map(([name, content]) => [name, changes[name] ?? content]));
}

async function provision(visited, changes, more) {
  const answer = await post('/Home/ThreeDModelProvisionGate', provisionDocument(visited, changes, more));
  return { ...leaves(withoutAttributes(answer.text)), answer };
}

async function pay(changes, customer) {
  const visited = await visit(changes, customer);
  return { ...visited, paid: await provision(visited) };
}

const NAMESPACE = 'http://boa.net/BOA.Integration.VirtualPos/Service';
const prefixed = (fields) => fields.map(([name, content]) => [`ser:${name}`, Array.isArray(content) ? prefixed(content) : content]);

async function soap(operation, { orderId, amount = '0', account = SHOP, fields = [], inner = {}, headers = {} }) {
  const message = [...signed({ account, orderId, amount }), ['Amount', amount], ['MerchantOrderId', orderId], ['CurrencyCode', '0949']];
  const request = [
    ['CustomerId', account.customerId], ['MerchantId', account.merchantId], ['Amount', amount], ...fields,
    ['VPosMessage', message.map(([name, content]) => [name, inner[name] ?? content])],
  ];
  const body = element('soapenv:Envelope', [['soapenv:Body', [[`ser:${operation}`, [['ser:request', prefixed(request)]]]]]], {
    'xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/', 'xmlns:ser': NAMESPACE,
  });
  const action = { 'content-type': 'text/xml; charset=utf-8', SOAPAction: `"${NAMESPACE}/IVirtualPosService/${operation}"` };
  const answer = await post('/VirtualPosService.svc/Basic', body, { ...action, ...headers });
  if (answer.status !== 200) return { answer };
  const [result] = /<(\w+)Result>[^]*<\/\1Result>/.exec(answer.text.replace(/<(\/?)\w+:/g, '<$1')) ?? [''];
  return { answer, ...readResult(withoutAttributes(result)) };
}

function readResult(result) {
  return { ...leaves(result), rows: result.children.at(-1).children.filter(({ name }) => name === 'OrderContract').map(leaves) };
}

const day = (offset) => timestamp(Date.now() + offset * 86_400_000).slice(0, 19).replace(' ', 'T');
const inquire = (orderId, bankId = '0', { from = day(-1), to = day(1) } = {}) => soap('GetMerchantOrderDetail', {
  orderId, fields: [['MerchantOrderId', orderId], ['OrderId', bankId], ['StartDate', from], ['EndDate', to]],
});

const refer = ({ paid }) => [
  ['OrderId', paid.OrderId], ['RRN', paid.RRN], ['Stan', paid.Stan], ['ProvisionNumber', paid.ProvisionNumber],
];
const move = (operation, payment, amount = payment.amount) =>
  soap(operation, { orderId: payment.orderId, amount, fields: refer(payment) });
const outcome = ({ Success, Value, Results }) => (Success === 'true' ? Value.ResponseCode : Results.Result.ErrorCode);

// ---- a payment, step by step

test('a payment: gate, page of the card’s bank, return, provision, inquiry', async () => {
  const wanted = order();
  const gate = await atGate(wanted);
  assert.equal(gate.type, 'text/html; charset=utf-8');
  assert.match(gate.text, /name="threeDSServerWebFlowStart"/);
  assert.match(gate.text, /<APM_DO_NOT_TOUCH>/);
  const { action } = formOf({ html: gate.text, url: banks.url }, 'downloadForm');
  const password = await browse(action, [['threeDSServerWebFlowStart', 'x']]);
  const shown = ['SİMÜLASYON – gerçek banka değildir', '149,90 TL', wanted.orderId, SHOP.merchantName, 'Tek çekim', 'id="otp"'];
  for (const text of shown) assert.ok(password.html.includes(text), text);
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const returned = formOf(done, 'return-form');
  assert.equal(returned.action, wanted.okUrl);
  assert.deepEqual(returned.fields.map(([name]) => name), ['AuthenticationResponse']);
  assert.match(returned.fields[0][1], /^%3c%3fxml\+version%3d%221\.0%22/, 'small letters, and a plus sign for a space');
  await browse(returned.action, returned.fields);
  assert.equal(shop.visits.at(-1).path, '/ok');
  const [message] = bank.messages().filter((each) => each.orderId === wanted.orderId);
  assert.deepEqual(parseForm(Buffer.from(message.body)), returned.fields, 'what is recorded is what the browser sends');

  const back = readReturn(returned.fields);
  assert.deepEqual([back.ResponseCode, back.ResponseMessage, back.MerchantOrderId], ['00', 'Kart doğrulandı.', wanted.orderId]);
  assert.equal(back.HashData, answerHash({ merchantOrderId: wanted.orderId, responseCode: '00', orderId: back.OrderId }, KEY));
  const { Amount, CurrencyCode, CardNumber, UserName, HashPassword } = back.VPosMessage;
  assert.deepEqual([Amount, CurrencyCode, CardNumber, UserName, HashPassword], ['14990', '949', '40000000****0002', '', '']);
  assert.match(back.MD, /^[A-Za-z0-9+/]{64}$/);
  assert.equal(bank.find(wanted.orderId).status, 'open', 'authentication is not payment');
  assert.ok(!bank.payments().some(({ orderId }) => orderId === wanted.orderId));
  assert.deepEqual((await inquire(wanted.orderId)).rows.map((row) => row.TransactionStatus), ['0']);

  const paid = await provision({ ...wanted, back });
  assert.deepEqual([paid.ResponseCode, paid.OrderId, paid.MerchantOrderId], ['00', back.OrderId, wanted.orderId]);
  const repeated = paid.VPosMessage;
  assert.deepEqual([repeated.Amount, repeated.CurrencyCode, repeated.MerchantOrderId], ['14990', '949', wanted.orderId]);
  assert.match(paid.RRN, /^\d{12}$/);
  const hash = answerHash({ merchantOrderId: wanted.orderId, rrn: paid.RRN, responseCode: '00', orderId: back.OrderId }, KEY);
  assert.equal(paid.HashData, hash);
  const { status, minor, captured, authCode, hostRef } = bank.find(wanted.orderId);
  assert.deepEqual([status, minor, captured, authCode, hostRef], ['paid', 14990n, 14990n, paid.ProvisionNumber, back.OrderId]);

  const { rows: [row, ...more], Success } = await inquire(wanted.orderId);
  assert.deepEqual([Success, more], ['true', []]);
  const { OrderId, FirstAmount, FEC, LastOrderStatus, TransactionStatus, ResponseCode, RRN, Stan, ProvNumber } = row;
  assert.deepEqual([OrderId, FirstAmount, FEC, LastOrderStatus, TransactionStatus, ResponseCode],
    [back.OrderId, '149.90', '0949', '1', '1', '00']);
  assert.deepEqual([RRN, Stan, ProvNumber], [paid.RRN, paid.Stan, paid.ProvisionNumber]);
});

test('every card has its fate', async () => {
  const expected = {
    success: ['00', '00'], 'insufficient-funds': ['00', '51'], expired: ['00', '54'], refused: ['00', '05'], 'bank-error': ['00', '96'],
    '3ds-failed': ['MPIAuthenticationStatusN'], '3ds-attempt': ['00', '00'], 'approved-without-3ds': ['MPIAuthenticationStatusU'],
    slow: ['00', '00'], review: ['00', '00'],
  };
  for (const { name } of CARDS.filter((card) => Object.hasOwn(expected, card.name))) {
    const visited = await visit({ card: name });
    const [authenticated, charged] = expected[name];
    assert.equal(visited.back.ResponseCode, authenticated, name);
    assert.equal(visited.url, authenticated === '00' ? visited.okUrl : visited.failUrl, name);
    assert.equal((await provision(visited)).ResponseCode, charged ?? authenticated, `${name}: without authentication there is no money`);
    assert.equal(bank.find(visited.orderId)?.status, charged && (charged === '00' ? 'paid' : 'declined'), name);
  }
  bank.settings.acceptsAttempts = false;
  assert.equal((await visit({ card: '3ds-attempt' })).back.ResponseCode, 'MPIAuthenticationStatusA');
});

test('a wrong password, and a customer who closes the window', async () => {
  const failed = await visit({}, { password: 'wrong' });
  assert.deepEqual([failed.back.ResponseCode, failed.back.OrderId, failed.back.HashData], ['MPIAuthenticationStatusN', '0', undefined]);
  bank.settings.signsRefusals = true;
  const { back, orderId } = await visit({}, { password: 'wrong' });
  assert.equal(back.HashData, answerHash({ merchantOrderId: orderId, responseCode: 'MPIAuthenticationStatusN', orderId: '0' }, KEY));
  assert.equal((await visit({}, { card: 'close' })).body, null);
});

test('instalments and another currency are bound to the MD', async () => {
  const visited = await visit({ installments: '3', currency: '0978' });
  assert.equal(visited.back.VPosMessage.InstallmentCount, '3');
  assert.equal(visited.back.VPosMessage.CurrencyCode, '978');
  const wrong = [{ Amount: '14991' }, { CurrencyCode: '0949' }, { InstallmentCount: '0' }];
  for (const changes of wrong) assert.equal((await provision(visited, changes)).ResponseCode, 'InvalidMetaData', JSON.stringify(changes));
  assert.equal((await provision({ ...visited, orderId: newOrderId() })).ResponseCode, 'InvalidMetaData');
  assert.equal((await provision(visited)).ResponseCode, '00');
  assert.equal(bank.find(visited.orderId).currency, 'EUR');
});

test('an MD pays once', async () => {
  const visited = await visit();
  assert.equal((await provision({ ...visited, back: { MD: 'x' } })).ResponseCode, 'MetaDataNotFound');
  assert.equal((await provision({ ...visited, back: { MD: '' } })).ResponseCode, 'EmptyMDException');
  assert.equal((await provision({ ...visited, account: OTHER_SHOP })).ResponseCode, 'MetaDataNotFound');
  const both = await Promise.all([provision(visited), provision(visited)]);
  assert.deepEqual(both.map(({ ResponseCode }) => ResponseCode).sort(), ['00', 'OrderIsProcessedBefore']);
  bank.settings.usedMd = 'EmptyMDException';
  assert.equal((await provision(visited)).ResponseCode, 'EmptyMDException');
  assert.equal(bank.find(visited.orderId).captured, 14990n);
});

test('the shop’s order number is not what keeps it from being paid twice', async () => {
  const orderId = newOrderId();
  const first = await pay({ orderId });
  const second = await pay({ orderId });
  assert.deepEqual([first.paid.ResponseCode, second.paid.ResponseCode], ['00', '00']);
  const { rows } = await inquire(orderId);
  assert.deepEqual(rows.map((row) => row.OrderId), [second.paid.OrderId, first.paid.OrderId]);
  assert.deepEqual((await inquire(orderId, first.paid.OrderId)).rows.map((row) => row.OrderId), [first.paid.OrderId]);
  bank.settings.uniqueOrders = true;
  const { text } = await atGate(order({ orderId }));
  assert.equal(readReturn(formOf({ html: text, url: banks.url }, 'downloadForm').fields).ResponseCode, 'OrderIsProcessedBefore');
});

test('a card whose answer never comes: the inquiry tells', async () => {
  const visited = await visit({ card: 'silent' });
  await assert.rejects(provision(visited), { name: 'TypeError' });
  assert.deepEqual((await inquire(visited.orderId)).rows.map((row) => row.TransactionStatus), ['1']);
  assert.equal((await provision(visited)).ResponseCode, 'OrderIsProcessedBefore');
});

test('the gate says no in a page that leads straight back, or in bare XML', async () => {
  const refusals = [
    [{ HashData: 'x' }, 'HashDataError'], [{ MerchantId: '1' }, 'MerchantNotDefined'], [{ UserName: 'x' }, 'ApiUserNotDefined'],
    [{ CardNumber: '' }, 'EmptyCardNumberField'], [{ CardNumber: '4111111111111111' }, 'CardNotFound'],
    [{ CardNumber: cardByName('3ds-not-enrolled').pan }, 'CardNotEnrolled'], [{ TransactionSecurity: '1' }, 'InvalidTransactionSecurity'],
    [{ CurrencyCode: 'TL' }, 'CurrencyCodeInvalid'], [{ DeviceData: [] }, 'NullCheck'], [{ TransactionType: 'PreAuth' }, 'NullCheck'],
    [{ APIVersion: '1.0.0' }, 'TechnicalException'], [{ CardHolderName: '' }, 'EmptyCardHolderNameField'],
  ];
  for (const [changes, code] of refusals) {
    for (const quote of ['"', '\'']) {
      bank.settings.quote = quote;
      const { text } = await atGate(order(), changes);
      const { action, fields } = formOf({ html: text.replaceAll('\'', '"'), url: banks.url }, 'downloadForm');
      assert.equal(action, `${shop.origin}/fail`);
      const { ResponseCode, OrderId, HashData, VPosMessage } = readReturn(fields.filter(([name]) => name !== 'submit'));
      assert.deepEqual([ResponseCode, OrderId, HashData, VPosMessage], [code, '0', undefined, undefined]);
    }
  }
  bank.settings.refusalsNameOrder = false;
  bank.settings.quote = '"';
  const nameless = formOf({ html: (await atGate(order(), { HashData: 'x' })).text, url: banks.url }, 'downloadForm');
  assert.equal(readReturn(nameless.fields).MerchantOrderId, undefined);
  bank.settings.ipRefused = true;
  bank.settings.refusalsAs = 'xml';
  const bare = await atGate(order());
  assert.match(bare.type, /^text\/xml/);
  assert.match(bare.text, /<ResponseCode>PosMerchantIPError</);
  bank.settings.ipRefused = false;
  bank.settings.refusalsAs = 'form';
  const abroad = await atGate(order({ failUrl: 'https://example.com/' }), { HashData: 'x' });
  assert.match(abroad.text, /^<\?xml/, 'to nobody but this computer');
  assert.match((await post('/Home/ThreeDModelPayGate', '{}')).text, /TechnicalException/);
  assert.equal((await post('/Home/Non3DPayGate', '<KuveytTurkVPosMessage/>')).text.includes('Non3dUsageUnavailable'), true);
  assert.equal((await fetch(`${banks.url}/kuveytturk/Home/`).then((each) => each.text())), 'AssemblyNotFound');
});

// ---- the SOAP service

test('a void is for the same day, a whole refund for later', async () => {
  const early = await pay();
  assert.equal(outcome(await move('DrawBack', early)), 'InvalidRequestError');
  assert.equal(outcome(await move('PartialDrawback', early)), '', 'this refusal has no code');
  const voided = await move('SaleReversal', early);
  assert.deepEqual([outcome(voided), voided.Value.MerchantOrderId, voided.Value.Amount], ['00', early.orderId, undefined]);
  assert.equal(outcome(await move('SaleReversal', early)), '21');
  assert.equal(outcome(await move('PartialDrawback', early, '100')), '28', 'a success that is none');
  assert.equal(bank.find(early.orderId).status, 'voided');
  assert.equal((await inquire(early.orderId)).rows[0].LastOrderStatus, '6');

  const late = await pay();
  bank.settle();
  assert.equal(outcome(await move('SaleReversal', late)), 'InvalidRequestError');
  assert.equal(outcome(await move('DrawBack', late, '14000')), 'TransactionAmountMismatchException');
  assert.equal(outcome(await move('DrawBack', late)), '00');
  assert.equal(bank.find(late.orderId).status, 'refunded');
  const { LastOrderStatus, DrawbackAmount, EndOfDayStatus } = (await inquire(late.orderId)).rows[0];
  assert.deepEqual([LastOrderStatus, DrawbackAmount, EndOfDayStatus], ['4', '149.90', '2']);
});

test('a partial refund has no number of the shop’s: sent twice it is done twice', async () => {
  const payment = await pay();
  const [first, second] = [await move('PartialDrawback', payment, '5000'), await move('PartialDrawback', payment, '5000')];
  assert.deepEqual([outcome(first), outcome(second)], ['00', '00']);
  assert.notEqual(first.Value.RRN, second.Value.RRN);
  assert.equal(outcome(await move('PartialDrawback', payment, '5000')), 'TransactionAmountMismatchException');
  assert.equal(bank.find(payment.orderId).refunded, 10000n);
  assert.equal((await inquire(payment.orderId)).rows[0].LastOrderStatus, '5');
});

test('the SOAP service looks at the digest, the references, the action and the dates', async () => {
  const payment = await pay();
  const { orderId, amount } = payment;
  const fields = refer(payment);
  const ask = (changes) => soap('SaleReversal', { orderId, amount, fields, ...changes });
  assert.equal(outcome(await ask({ inner: { HashData: 'x' } })), 'HashDataError');
  assert.equal(outcome(await ask({ inner: { UserName: 'x' } })), 'ApiUserNotDefined');
  assert.equal(outcome(await ask({ account: { ...SHOP, merchantId: '1' } })), 'MerchantNotDefined');
  assert.equal(outcome(await ask({ account: OTHER_SHOP })), 'RRNOrStanOrProvIsIncorrect');
  for (const name of ['OrderId', 'RRN', 'Stan', 'ProvisionNumber']) {
    const wrong = fields.map(([each, value]) => [each, each === name ? '1' : value]);
    assert.equal(outcome(await ask({ fields: wrong })), 'RRNOrStanOrProvIsIncorrect', name);
  }
  assert.equal((await ask({ headers: { 'content-type': 'application/json' } })).answer.status, 415);
  assert.match((await ask({ headers: { SOAPAction: 'x' } })).answer.text, /faultstring/);
  assert.equal((await inquire(orderId, '0', { from: 'x' })).answer.status, 500);
  assert.deepEqual((await inquire(orderId, '0', { from: day(-3), to: day(-2) })).rows, []);
  const unknown = await inquire('NOBODY');
  assert.deepEqual([unknown.Success, unknown.Value], ['true', '']);
  bank.settings.soapPrefix = 'b:';
  assert.match((await inquire(orderId)).answer.text, /<b:OrderContract>/);
  bank.settings.statusLagMs = 60_000;
  assert.deepEqual((await inquire(orderId)).rows, []);
});

// ---- bad days

test('faults of the provision: every one, and what the bank did meanwhile', async () => {
  assert.ok(OPERATIONS.includes('ThreeDModelProvisionGate'));
  const whole = {
    slow: () => true, 'duplicate-tag': ({ answer }) => answer.text.match(/<ResponseCode>/g).length === 2,
    'wrong-order': ({ MerchantOrderId }, { orderId }) => MerchantOrderId === `${orderId}X`,
    'wrong-amount': ({ VPosMessage }) => VPosMessage.Amount === '14991',
    'wrong-hash': ({ HashData, ...rest }) => HashData !== hashOf(rest), 'no-hash': ({ HashData }) => HashData === undefined,
  };
  for (const kind of Object.keys(FAULTS).filter((each) => !FAULTS[each].startsWith('SOAP'))) {
    const visited = await visit();
    bank.fault({ on: 'ThreeDModelProvisionGate', kind });
    const answer = await provision(visited).catch((error) => error);
    const done = !kind.endsWith('-before');
    assert.equal(bank.find(visited.orderId).status, done ? 'paid' : 'open', kind);
    if (whole[kind]) assert.ok(whole[kind](answer, visited), kind);
    else assert.ok(answer instanceof Error || answer.ResponseCode === undefined, kind);
    assert.equal((await provision(visited)).ResponseCode, done ? 'OrderIsProcessedBefore' : '00', kind);
    assert.equal(bank.find(visited.orderId).captured, 14990n, kind);
  }
});

const hashOf = ({ MerchantOrderId, RRN, ResponseCode, OrderId }) =>
  answerHash({ merchantOrderId: MerchantOrderId, rrn: RRN, responseCode: ResponseCode, orderId: OrderId }, KEY);

test('faults of the SOAP service', async () => {
  const payment = await pay();
  bank.fault({ on: 'GetMerchantOrderDetail', kind: 'wrong-amount' });
  assert.equal((await inquire(payment.orderId)).rows[0].FirstAmount, '149.91');
  bank.fault({ on: 'GetMerchantOrderDetail', kind: 'wrong-order' });
  assert.equal((await inquire(payment.orderId)).rows[0].MerchantOrderId, `${payment.orderId}X`);
  bank.fault({ on: 'PartialDrawback', kind: 'soap-fault' });
  assert.equal((await move('PartialDrawback', payment, '100')).answer.status, 500);
  assert.equal(bank.find(payment.orderId).refunded, 0n);
  bank.fault({ on: 'PartialDrawback', kind: 'empty-value' });
  const empty = await move('PartialDrawback', payment, '100');
  assert.deepEqual([empty.Success, empty.Value, bank.find(payment.orderId).refunded], ['true', '', 100n]);
  bank.fault({ on: 'PartialDrawback', kind: 'timeout-after' });
  await assert.rejects(move('PartialDrawback', payment, '100'), { name: 'TypeError' });
  assert.equal(bank.find(payment.orderId).refunded, 200n);
  bank.fault({ on: 'SaleReversal', kind: 'duplicate-tag' });
  assert.match((await move('SaleReversal', payment)).answer.text, /<Success>true<\/Success>\s*<Success>false/);
});

test('the settings of returns and answers', async () => {
  bank.settings.signsDeclines = false;
  const declined = await pay({ card: 'refused' });
  assert.deepEqual([declined.paid.ResponseCode, declined.paid.HashData, declined.paid.VPosMessage], ['05', undefined, undefined]);
  bank.settings.answerCurrency = '0949';
  assert.equal((await visit()).back.VPosMessage.CurrencyCode, '0949');
  bank.settings.repeatCallback = 2;
  const before = shop.visits.length;
  const { body } = await visit();
  await shop.visited(before + 2);
  assert.deepEqual(shop.visits.slice(before).map((each) => each.body), [body, body]);
  bank.force('FORCED', 'expired');
  assert.equal((await pay({ orderId: 'FORCED' })).paid.ResponseCode, '54');
});

// ---- the attacker

const names = (message) => ATTACKS.filter(({ fits }) => fits(message)).map(({ name }) => name);
const digestFits = (message) => {
  const [merchantOrderId, responseCode, orderId] = ['MerchantOrderId', 'ResponseCode', 'OrderId'].map((name) => valueIn(message, name));
  return valueIn(message, 'HashData') === answerHash({ merchantOrderId, responseCode, orderId }, KEY);
};

test('the old interface brings the key along: whoever has the message can sign', async () => {
  Object.assign(bank.settings, { oldApi: true });
  const { back } = await visit({}, { password: 'wrong' });
  assert.deepEqual([back.VPosMessage.UserName, back.VPosMessage.HashPassword], [SHOP.userName, KEY]);
  const message = bank.messages().at(-1);
  const forged = { ...message, body: forge(message, { attack: 'boa-own-key' }).body };
  assert.equal(valueIn(forged, 'ResponseCode'), '00');
  assert.ok(digestFits(forged), 'it verifies');
  bank.settings.oldApi = false;
  await visit({}, { password: 'wrong' });
  assert.ok(!names(bank.messages().at(-1)).includes('boa-own-key'));
});

test('a 00 in the order number makes a success of a signed failure', async () => {
  bank.settings.signsRefusals = true;
  const visited = await visit({ orderId: 'VELO0077' }, { password: 'wrong' });
  const message = bank.messages().at(-1);
  const forged = { ...message, body: forge(message, { attack: 'shift' }).body };
  assert.deepEqual(['MerchantOrderId', 'ResponseCode', 'OrderId'].map((name) => valueIn(forged, name)),
    ['VELO', '00', '77MPIAuthenticationStatusN0']);
  assert.ok(digestFits(forged), 'it verifies');
  assert.equal((await provision(visited)).ResponseCode, 'MPIAuthenticationStatusN', 'the bank does not pay for it');
  await visit({ orderId: 'VELO77' }, { password: 'wrong' });
  assert.ok(!names(bank.messages().at(-1)).includes('shift'), 'without a 00 there is nothing to cut');
});

test('what is not signed can be changed', async () => {
  const { orderId } = await visit();
  const message = bank.messages().at(-1);
  assert.deepEqual(names(message), ['replay', 'edit', 'duplicate', 'elsewhere', 'boa-edit', 'boa-duplicate', 'boa-approve']);
  const edited = (field, value) => ({ ...message, body: forge(message, { attack: 'boa-edit', field, value }).body });
  assert.ok(digestFits(edited('MD', 'x')));
  assert.equal(valueIn(edited('Amount', '1'), 'Amount'), '1');
  assert.ok(digestFits(edited('Amount', '1')));
  assert.ok(!digestFits(edited('MerchantOrderId', 'OTHER')));
  assert.ok(!digestFits(edited('HashData', '')));
  const doubled = forge(message, { attack: 'boa-duplicate', field: 'OrderId', value: '1' }).body;
  const twice = withoutAttributes(inside(parseForm(Buffer.from(doubled))));
  assert.deepEqual(twice.children.filter(({ name }) => name === 'OrderId').map((each) => each.text), ['1', valueIn(message, 'OrderId')]);
  const approved = { ...message, body: forge(message, { attack: 'boa-approve' }).body };
  assert.deepEqual([valueIn(approved, 'ResponseCode'), valueIn(approved, 'HashData'), valueIn(approved, 'MerchantOrderId')],
    ['00', '', orderId]);
});

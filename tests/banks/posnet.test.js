// Yapı Kredi POSNET: the MACs, the page, the XML service, what it does with money, and how it fails.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CARDS, cardByName } from '../../banks/cards.js';
import { decodeLatin5 } from '../../banks/charset.js';
import { encodeForm, parseForm } from '../../banks/form.js';
import { createPosnet, SIMULATOR_ACCOUNT } from '../../banks/posnet.js';
import { FAULTS, OPERATIONS } from '../../banks/posnet-api.js';
import { firstHash, requestMac, resolveMac, tranMac } from '../../banks/posnet-hash.js';
import { createPackets } from '../../banks/posnet-packet.js';
import { startBanks } from '../../banks/server.js';
import { child, childText, element, parseXml } from '../../banks/xml.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const OTHER_SHOP = { merchantId: '6700000001', terminalId: '67000001', posnetId: '9644', encKey: '1,2,3', merchantName: 'ÖTEKİ' };
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, posnet: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.posnet;
  settings = { ...bank.settings };
});
beforeEach(() => Object.assign(bank.settings, settings));
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop, as the bank's documents tell it to be

const newXid = () => `VELOPOS${String((orders += 1)).padStart(13, '0')}`;
const service = () => `${banks.url}/posnet/PosnetWebService/XML`;
const page = () => `${banks.url}/posnet/3DSWebService/YKBPaymentService`;

const HEADERS = {
  'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  'X-MERCHANT-ID': SHOP.merchantId, 'X-TERMINAL-ID': SHOP.terminalId, 'X-POSNET-ID': SHOP.posnetId, 'X-CORRELATION-ID': 'x',
};

async function post(xml, { charset = 'UTF-8', url = service() } = {}) {
  const response = await fetch(url, {
    method: 'POST', redirect: 'manual', body: encodeForm([['xmldata', xml]], charset), headers: HEADERS,
  });
  const text = decodeLatin5(Buffer.from(await response.arrayBuffer()));
  return { status: response.status, type: response.headers.get('content-type'), text };
}

const requestXml = (operation, fields, { account = SHOP, more = [] } = {}) =>
  `<?xml version="1.0" encoding="ISO-8859-9"?>\n${element('posnetRequest', [
    ['mid', account.merchantId], ['tid', account.terminalId], ...more, [operation, Object.entries(fields)],
  ])}`;

function read(answer) {
  const root = parseXml(answer.text.trim());
  assert.equal(root.name, 'posnetResponse');
  const get = (name) => childText(root, name);
  const inner = (name) => Object.fromEntries((child(root, name)?.children ?? []).map((each) => [each.name, each.text.trim()]));
  return { ...answer, root, get, inner, brief: [get('approved'), get('respCode')] };
}

const call = async (operation, fields, options) => read(await post(requestXml(operation, fields, options), options));

const CARD = { cardHolderName: 'Ayşe Yılmaz', ccno: cardByName('success').pan, expDate: '3012', cvc: '000' };

const order = (changes = {}) =>
  ({ xid: newXid(), amount: '14990', currency: 'TL', installment: '00', type: 'Sale', card: CARD, account: SHOP, ...changes });

const openOrder = ({ xid, amount, currency, installment, type, card, account }) => call('oosRequestData', {
  posnetid: account.posnetId, XID: xid, amount, currencyCode: currency, installment, tranType: type, ...card,
}, { account });

async function formFor(wanted, changes = {}) {
  const { data1, data2 = '', sign } = (await openOrder(wanted)).inner('oosRequestDataResponse');
  return {
    mid: wanted.account.merchantId, posnetID: wanted.account.posnetId, posnetData: data1, posnetData2: data2, digest: sign,
    vftCode: '', merchantReturnURL: `${shop.origin}/return`, lang: 'tr', url: '', openANewWindow: '0', ...changes,
  };
}

/** The order, and what its customer brings back. */
async function visit(changes = {}, customer) {
  const wanted = order(changes);
  const { fields, body, url } = await bank.visit(await formFor(wanted), customer);
  return { ...wanted, back: Object.fromEntries(fields ?? []), body, url };
}

const macOf = ({ account, ...values }) => requestMac(values, account);

function resolve(visited, changes = {}) {
  const { account, back: { BankPacket: bankData, MerchantPacket: merchantData, Sign: sign } } = visited;
  return call('oosResolveMerchantData', { bankData, merchantData, sign, mac: macOf(visited), ...changes }, { account });
}

function tran(visited, changes = {}) {
  const { account, back: { BankPacket: bankData } } = visited;
  return call('oosTranData', { bankData, wpAmount: '0', mac: macOf(visited), ...changes }, { account });
}

async function pay(changes, customer) {
  const visited = await visit(changes, customer);
  const answer = await tran(visited);
  return { ...visited, answer, key: answer.get('hostlogkey') };
}

const agreement = (xid, prefix = 'TDS_') => call('agreement', { orderID: prefix + xid });
const capture = (fields, options) => call('capt', { amount: '14990', currencyCode: 'TL', ...fields }, options);
const reverse = (transaction, fields, options) => call('reverse', { transaction, ...fields }, options);
const giveBack = (amount, fields, options) => call('return', { amount, currencyCode: 'TL', ...fields }, options);
const transactions = (answer) => child(answer.root, 'transactions').children
  .map((each) => Object.fromEntries(each.children.map(({ name, text }) => [name, text.trim()])));
const states = async (xid) => transactions(await agreement(xid)).map(({ state, txnStatus }) => `${state} ${txnStatus}`);

const approved = (answer, why) => assert.deepEqual(answer.brief, ['1', ''], why);
const refused = (answer, code, why) => assert.deepEqual(answer.brief, ['0', code], why);

// ---- the MACs

const TEST_ACCOUNT = { merchantId: '6706598320', terminalId: '67005551', encKey: '10,10,10,10,10,10,10,10' };

test('MACs: what the bank’s document prints', () => {
  assert.equal(firstHash(TEST_ACCOUNT), 'c1PPl+2UcdixyhgLYnf4VfJyFGaNQNOwE0uMkci7Uag=');
  const printed = { xid: 'YKB_TST_190620093100_024', amount: '175', currency: 'TL' };
  assert.equal(requestMac(printed, TEST_ACCOUNT), 'J/7/Xprj7F/KDf98luVfIGyUPRQzUCqGwpmvz3KT7oQ=');
});

test('MACs: what the bank’s test system answered', () => {
  const answered = [
    ['9', '00000000000000000895', '7I9ojRm7yzvZZTFNOYWocGIGSTv2Vmq23STR6X6X+c0='],
    ['6', '0000ANDL260810071759', 'Y1cm0mvPdJzIGpXUm6f4NOoLLwNLAwIl2VBIADThvmI='],
  ];
  for (const [mdStatus, xid, mac] of answered) {
    const values = { mdStatus, xid, amount: '100', currency: 'TL' };
    assert.equal(resolveMac(values, TEST_ACCOUNT), mac);
    for (const [name, value] of [['mdStatus', '1'], ['xid', '00000000000000000896'], ['amount', '101'], ['currency', 'US']]) {
      assert.notEqual(resolveMac({ ...values, [name]: value }, TEST_ACCOUNT), mac, name);
    }
  }
});

test('MACs: the last answer begins with the bank’s key; nobody has published a value of it', () => {
  const values = { hostLogKey: '021450428990000191', xid: 'YKB_0000191010111730', amount: '116', currency: 'TL' };
  const text = '021450428990000191;YKB_0000191010111730;116;TL;6706598320;c1PPl+2UcdixyhgLYnf4VfJyFGaNQNOwE0uMkci7Uag=';
  assert.equal(tranMac(values, TEST_ACCOUNT), createHash('sha256').update(text).digest('base64'));
  assert.equal(tranMac(values, TEST_ACCOUNT), 'hH/yATAyq4Md9PeD7JPrON9UpMJQUkoOWAxgHFJ254U=');
});

// A collection of public values beside the project, where there is one; the project stands without it.
const VECTORS = fileURLToPath(new URL('../../../shared/vectors/posnet.json', import.meta.url));

if (existsSync(VECTORS)) test('MACs: more values', (t) => {
  const schemes = {
    'posnet.firstHash': (inputs) => firstHash(inputs),
    'posnet.mac': ({ values, ...keys }) => {
      const [currency, merchantId] = values.slice(-2);
      const [amount, xid, mdStatus] = values.slice(0, -2).reverse();
      const named = { mdStatus, xid, amount, currency };
      return (mdStatus === undefined ? requestMac : resolveMac)(named, { ...keys, merchantId });
    },
  };
  let count = 0;
  for (const { id, scheme, inputs, expected, valid } of JSON.parse(readFileSync(VECTORS, 'utf8')).vectors) {
    if (!Object.hasOwn(schemes, scheme)) continue;
    assert.equal(schemes[scheme](inputs) === expected, valid, id);
    count += 1;
  }
  assert.ok(count > 0);
  t.diagnostic(`${count} more values agree`);
});

// ---- a payment, step by step

test('a payment with the shop’s card: request, password page, return, resolve, money, inquiry', async () => {
  const wanted = order();
  const opened = await openOrder(wanted);
  assert.match(opened.type, /^text\/xml/);
  assert.match(opened.text, /^<\?xml version='1\.0' encoding='iso-8859-9'\?>/);
  assert.deepEqual(Object.keys(opened.inner('oosRequestDataResponse')), ['data1', 'data2', 'sign']);
  assert.equal(bank.find(wanted.xid), undefined, 'the bank remembers nothing yet');

  const form = await formFor(wanted);
  assert.match(form.posnetData, /^[0-9A-F]{100,}$/);
  assert.match(form.digest, /^[0-9A-F]{32}$/);
  const password = await browse(page(), form);
  const shown = ['SİMÜLASYON – gerçek banka değildir', '149,90 TL', wanted.xid, SHOP.merchantName, 'Tek çekim', 'id="otp"'];
  for (const text of shown) assert.ok(password.html.includes(text), text);
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const { action, fields } = formOf(done, 'return-form');
  assert.equal(action, form.merchantReturnURL);
  assert.deepEqual(fields.map(([name]) => name),
    ['MerchantPacket', 'BankPacket', 'Sign', 'CCPrefix', 'TranType', 'Amount', 'Xid', 'MerchantId']);
  const back = Object.fromEntries(fields);
  assert.deepEqual([back.CCPrefix, back.TranType, back.Amount, back.Xid, back.MerchantId],
    ['400000', 'Sale', '149,90', wanted.xid, SHOP.merchantId]);
  assert.ok(!fields.some(([, value]) => value.includes(CARD.ccno)), 'the card number does not travel back');
  await browse(action, fields);
  assert.equal(shop.visits.at(-1).path, '/return');
  const [message] = bank.messages().filter((each) => each.orderId === wanted.xid);
  assert.deepEqual(parseForm(Buffer.from(message.body)), fields, 'what is recorded is what the browser sends');
  assert.equal(bank.find(wanted.xid), undefined, 'authentication is not payment');

  const visited = { ...wanted, back };
  const resolved = (await resolve(visited)).inner('oosResolveMerchantDataResponse');
  const { xid, amount, currency } = wanted;
  assert.deepEqual(resolved, {
    xid, amount, currency, installment: '00', point: '0', pointAmount: '0', txStatus: 'Y', mdStatus: '1', mdErrorMessage: '',
    mac: resolveMac({ mdStatus: '1', xid, amount, currency }, SHOP),
  });
  assert.deepEqual((await resolve(visited)).inner('oosResolveMerchantDataResponse'), resolved, 'asking again changes nothing');

  const paid = await tran(visited);
  approved(paid);
  const key = paid.get('hostlogkey');
  assert.match(key, /^0\d{9}90000\d\d1$/);
  assert.match(paid.get('authCode'), /^\d{6}$/);
  assert.equal(paid.get('mac'), tranMac({ hostLogKey: key, xid, amount, currency }, SHOP));
  assert.deepEqual(paid.inner('instInfo'), { inst1: '00', amnt1: '000000000000' });
  assert.equal(paid.inner('pointInfo').totalPointAmount, '000000000000');

  const [listed] = transactions(await agreement(xid));
  assert.deepEqual({ ...listed, tranDate: '' }, {
    orderID: `TDS_${xid}`, ccno: '4000 00** **** 0002', amount: '149,90', currencyCode: 'TL', authCode: paid.get('authCode'),
    tranDate: '', state: 'Sale', txnStatus: '1', hostLogKey: key,
  });
  assert.match(listed.tranDate, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  const { status, minor, captured, hostRef, mdStatus } = bank.find(xid);
  assert.deepEqual([status, minor, captured, hostRef, mdStatus], ['paid', 14990n, 14990n, key, '1']);
});

test('a payment without a card: the bank’s own page asks for it', async () => {
  for (const data2WithoutCard of ['empty', 'absent']) {
    bank.settings.data2WithoutCard = data2WithoutCard;
    const wanted = order({ card: {}, installment: '03', currency: 'EU' });
    const { data2 } = (await openOrder(wanted)).inner('oosRequestDataResponse');
    assert.equal(data2, { empty: '', absent: undefined }[data2WithoutCard]);
    const cardPage = await browse(page(), await formFor(wanted));
    for (const text of ['149,90 EUR', 'id="pan"', 'id="pay"', 'id="cancel"']) assert.ok(cardPage.html.includes(text), text);
    assert.match((await browse(`${cardPage.url}?lang=en`)).html, /Card number/);
    const back = Object.fromEntries(formOf(await payByHand(cardPage, cardByName('expired').pan), 'return-form').fields);
    assert.equal(back.CCPrefix, '400000');
    const visited = { ...wanted, back };
    assert.equal((await resolve(visited)).inner('oosResolveMerchantDataResponse').installment, '03');
    refused(await tran(visited), '0054', 'the card that was typed there');
  }
});

test('every card has its fate; authentication and money are two answers', async () => {
  const expected = {
    success: ['Y', '1', '1', ''],
    'insufficient-funds': ['Y', '1', '0', '0051'],
    expired: ['Y', '1', '0', '0054'],
    refused: ['Y', '1', '0', '0005'],
    'bank-error': ['Y', '1', '0', '0100'],
    '3ds-failed': ['N', '0', '1', ''],
    '3ds-attempt': ['A', '4', '1', ''],
    '3ds-not-enrolled': ['N', '2', '1', ''],
    'approved-without-3ds': ['U', '5', '1', ''],
    slow: ['Y', '1', '1', ''],
    review: ['Y', '1', '1', ''],
  };
  for (const { name, pan } of CARDS.filter((card) => !card.silent)) {
    const visited = await visit({ card: { ...CARD, ccno: pan } });
    const { txStatus, mdStatus } = (await resolve(visited)).inner('oosResolveMerchantDataResponse');
    assert.deepEqual([txStatus, mdStatus, ...(await tran(visited)).brief], expected[name], name);
    assert.equal(bank.find(visited.xid).status, expected[name][2] === '1' ? 'paid' : 'declined', name);
  }
});

test('the bank does not look at mdStatus when it is asked for the money', async () => {
  const failed = await visit({}, { password: 'wrong' });
  assert.equal((await resolve(failed)).inner('oosResolveMerchantDataResponse').mdStatus, '0');
  approved(await tran(failed), 'a shop that does not look either has charged a stranger’s card');
  bank.settings.chargesUnauthenticated = false;
  refused(await tran(await visit({}, { password: 'wrong' })), '0005');
  approved(await tran(await visit()));
  approved(await tran(await visit({ card: { ...CARD, ccno: cardByName('3ds-attempt').pan } })));
});

test('a card that is no test card: mdStatus 9 as in the bank’s test system, and its number is not kept', async () => {
  const card = { ...CARD, ccno: '4506349116543211' };
  const wanted = order({ card });
  const done = await browse(page(), await formFor(wanted));
  const visited = { ...wanted, back: Object.fromEntries(formOf(done, 'return-form').fields) };
  const { mdStatus, txStatus, mdErrorMessage } = (await resolve(visited)).inner('oosResolveMerchantDataResponse');
  assert.deepEqual([mdStatus, txStatus, mdErrorMessage], ['9', 'N', 'None 3D - Secure Transaction']);
  approved(await tran(visited));
  assert.equal(bank.find(wanted.xid).card, '4506 34** **** 3211');
  assert.ok(!JSON.stringify(bank.session(wanted.xid), (_, each) => String(each)).includes(card.ccno));

  bank.settings.unknownCardMdStatus = '8';
  const unknown = await visit({ card });
  assert.equal((await resolve(unknown)).inner('oosResolveMerchantDataResponse').mdStatus, '8');
  refused(await tran(unknown), '0014');
});

// ---- what the customer does

test('wrong passwords, turning back, closing the window', async () => {
  let password = await browse(page(), await formFor(order()));
  for (const otp of ['000000x', '']) password = await browse(formOf(password, 'otp-form').action, { otp, action: 'confirm' });
  assert.match(password.html, /Şifre yanlış/);
  const failed = await browse(formOf(password, 'otp-form').action, { otp: '', action: 'confirm' });
  assert.ok(formOf(failed, 'return-form').fields.length > 0);

  const atPassword = await visit({}, { card: 'cancel' });
  assert.equal((await resolve(atPassword)).inner('oosResolveMerchantDataResponse').mdStatus, '0');

  const atCard = order({ card: {} });
  const cardPage = await browse(page(), await formFor(atCard));
  assert.match((await browse(formOf(cardPage, 'card-form').action, typed('4111111111111111'))).html, /role="alert"/);
  const turnedBack = formOf(await browse(formOf(cardPage, 'card-form').action, { action: 'cancel' }), 'return-form');
  const visited = { ...atCard, back: Object.fromEntries(turnedBack.fields) };
  assert.equal((await resolve(visited)).inner('oosResolveMerchantDataResponse').mdStatus, '0');
  refused(await tran(visited), '0150', 'no card, no money');

  bank.settings.cancelReturn = 'empty';
  const { back } = await visit({ card: {} }, { card: 'cancel' });
  assert.deepEqual([back.MerchantPacket, back.BankPacket, back.Sign], ['', '', '']);

  const closed = await visit({}, { card: 'close' });
  assert.deepEqual([closed.body, bank.find(closed.xid)], [null, undefined]);
});

test('the bank’s page takes its own packets only, and returns to the shop only', async () => {
  const wanted = order();
  const form = await formFor(wanted);
  const other = await formFor(order({ amount: '100' }));
  const refusal = async (changes) => (await browse(page(), { ...form, ...changes })).html;
  const edited = `${form.posnetData.slice(0, -1)}${form.posnetData.endsWith('0') ? '1' : '0'}`;
  for (const changes of [
    { digest: '' }, { digest: other.digest }, { posnetData: other.posnetData }, { posnetData2: other.posnetData2 },
    { posnetData2: '' }, { posnetData: edited }, { posnetData: '' },
    { posnetData: form.posnetData2, posnetData2: form.posnetData }, { mid: OTHER_SHOP.merchantId },
    { posnetID: '9644' }, { MID: '1', mid: '' },
  ]) {
    const text = await refusal(changes);
    assert.match(text, /digest|iki kez/, JSON.stringify(changes));
    assert.ok(!text.includes('return-form'));
  }
  for (const merchantReturnURL of ['', 'https://shop.example/return', 'javascript:alert(1)', `${banks.url}/control`]) {
    assert.match(await refusal({ merchantReturnURL }), /merchantReturnURL/);
  }
  const twice = await fetch(page(), { method: 'POST', body: `${new URLSearchParams(form)}&digest=x` });
  assert.match(await twice.text(), /iki kez/);
  assert.match(await (await fetch(page(), { method: 'POST', body: '%zz' })).text(), /okunamadı/);
  assert.equal((await fetch(page())).status, 405);
  assert.equal((await fetch(`${banks.url}/posnet/3DSWebService/pay/${'0'.repeat(32)}`)).status, 404);
});

test('packets and pages grow old', async () => {
  let time = Date.UTC(2026, 10, 21, 15, 42, 33);
  const aging = createPosnet({ now: () => time, stores: [SHOP] });
  const request = (path, body = '', method = 'POST') =>
    aging.handle({ path, method, query: new URLSearchParams(), headers: {}, body: Buffer.from(body), origin: '' });
  const ask = async (operation, fields) => {
    const { body } = await request('/PosnetWebService/XML', encodeForm([['xmldata', requestXml(operation, fields)]]));
    return read({ text: decodeLatin5(body) });
  };
  const start = async () => {
    const { xid, amount, currency, installment, type } = order();
    const fields = { posnetid: SHOP.posnetId, XID: xid, amount, currencyCode: currency, installment, tranType: type, ...CARD };
    const { data1, data2, sign } = (await ask('oosRequestData', fields)).inner('oosRequestDataResponse');
    const form = { mid: SHOP.merchantId, posnetID: SHOP.posnetId, posnetData: data1, posnetData2: data2, digest: sign };
    return { xid, form: { ...form, merchantReturnURL: `${shop.origin}/return` } };
  };
  const gate = ({ form }) => request('/3DSWebService/YKBPaymentService', encodeForm(Object.entries(form)));

  const first = await start();
  const { headers } = await gate(first);
  time += 16 * 60_000;
  assert.equal((await request(headers.location.replace('/posnet', ''), '', 'GET')).status, 410);
  time += 3 * 3600_000;
  assert.match((await gate(first)).body, /digest/);

  const second = await start();
  const { fields } = await aging.visit(second.form);
  const { BankPacket, MerchantPacket, Sign } = Object.fromEntries(fields);
  const mac = requestMac({ xid: second.xid, amount: '14990', currency: 'TL' }, SHOP);
  const finish = () => ask('oosTranData', { bankData: BankPacket, wpAmount: '0', mac });
  time += 3 * 3600_000;
  refused(await finish(), '0146');
  refused(await ask('oosResolveMerchantData', { bankData: BankPacket, merchantData: MerchantPacket, sign: Sign, mac }), '0146');
  time -= 3 * 3600_000;
  const paid = await finish();
  approved(paid);
  const dated = await ask('reverse', { transaction: 'sale', hostLogKey: paid.get('hostlogkey') });
  assert.equal(dated.get('tranDate'), '', 'only on request');
  assert.deepEqual(transactions(await ask('agreement', { orderID: `TDS_${second.xid}` })).map(({ tranDate }) => tranDate),
    ['2026-11-21 21:58:33.000', '2026-11-21 21:58:33.000'], 'Turkish time');
  aging.close();
});

test('the return is repeated, as often as it pleases the bank', async () => {
  bank.settings.repeatCallback = 2;
  const seen = shop.visits.length;
  const { body } = await visit();
  await shop.visited(seen + 2);
  assert.deepEqual(shop.visits.slice(seen).map((each) => each.body), [body, body]);
});

// ---- refusals before there is money

test('oosRequestData: what is refused, and how', async () => {
  const attempt = async (changes) => (await call('oosRequestData', {
    posnetid: SHOP.posnetId, XID: newXid(), amount: '14990', currencyCode: 'TL', installment: '00', tranType: 'Sale', ...CARD,
    ...changes,
  })).brief;
  assert.deepEqual(await attempt({}), ['1', '']);
  const asInTheDocument = { XID: 'YKB_0000080603143050', installment: '01', tranType: 'Auth', currencyCode: 'US' };
  assert.deepEqual(await attempt(asInTheDocument), ['1', '']);
  const refusals = [
    ['E181', { posnetid: '9644' }], ['E181', { posnetid: '' }],
    ['E189', { XID: 'SHORT' }], ['E189', { XID: `${'0'.repeat(20)}1` }], ['E189', { XID: '0123456789-123456789' }],
    ['E189', { XID: '' }],
    ['E190', { currencyCode: '949' }], ['E190', { currencyCode: 'TRY' }], ['E190', { currencyCode: '' }],
    ['E190', { currencyCode: 'GB' }],
    ['0002', { amount: '149.90' }], ['0002', { amount: '149,90' }], ['0002', { amount: '569a' }], ['0002', { amount: '-1' }],
    ['0002', { amount: '' }], ['0205', { amount: '0' }],
    ['0150', { installment: '3' }], ['0150', { installment: '' }], ['0150', { installment: '003' }],
    ['0002', { tranType: 'sale' }], ['0002', { tranType: 'WP' }], ['0002', { tranType: '' }],
    ['0150', { ccno: '40000000' }], ['0150', { ccno: '' }], ['0150', { expDate: '1230' }], ['0150', { expDate: '12/30' }],
    ['0150', { expDate: '' }], ['0150', { cvc: '' }], ['0150', { cvc: 'XXX' }],
  ];
  for (const [code, changes] of refusals) assert.deepEqual(await attempt(changes), ['0', code], JSON.stringify(changes));
});

test('oosResolveMerchantData and oosTranData: packets and MAC must be of one order of this shop', async () => {
  const visited = await visit();
  const other = await visit({ amount: '100' });
  const same = await visit({ xid: visited.xid });
  const edited = visited.back.BankPacket.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  for (const changes of [
    { bankData: other.back.BankPacket }, { merchantData: other.back.MerchantPacket }, { sign: other.back.Sign }, { sign: '' },
    { merchantData: same.back.MerchantPacket }, { bankData: edited }, { bankData: '' }, { merchantData: '' }, { bankData: 'zz' },
    { bankData: visited.back.MerchantPacket, merchantData: visited.back.BankPacket },
  ]) refused(await resolve(visited, changes), '0146', JSON.stringify(changes));
  const macs = [
    '', 'x', macOf({ ...visited, amount: '100' }), macOf({ ...visited, currency: 'US' }), macOf(other),
    macOf({ ...visited, account: { ...SHOP, encKey: '10,10,10,10,10,10,10,10' } }), macOf(visited).toLowerCase(),
  ];
  for (const mac of macs) {
    refused(await resolve(visited, { mac }), 'E216');
    const answer = await tran(visited, { mac });
    refused(answer, 'E216');
    assert.equal(answer.get('respText'), 'Mac Doğrulama hatalı');
  }
  for (const bankData of ['', edited, visited.back.MerchantPacket]) refused(await tran(visited, { bankData }), '0146');
  refused(await tran(visited, { bankData: other.back.BankPacket }), 'E216', 'a cheaper order’s packet');
  refused(await tran(visited, { wpAmount: '5' }), '0150');

  const theirs = await visit({ account: OTHER_SHOP });
  refused(await resolve({ ...theirs, account: SHOP }), '0146');
  refused(await tran({ ...theirs, account: SHOP }), '0146');
  assert.equal(bank.find(visited.xid), undefined, 'none of this cost anything');
  approved(await tran(visited, { wpAmount: '', merchantData: visited.back.MerchantPacket, sign: visited.back.Sign }),
    'what other shops send besides is not looked at');
});

test('the money is taken once; whoever asks again hears of the first time', async () => {
  const visited = await visit();
  const [first, second] = await Promise.all([tran(visited), tran(visited)]);
  const again = await tran(visited);
  assert.deepEqual([first, second, again].map(({ brief }) => brief), [['1', ''], ['2', '0127'], ['2', '0127']]);
  assert.equal(again.get('respText'), 'ORDERID DAHA ONCE KULLANILMIS 0127');
  for (const name of ['hostlogkey', 'authCode', 'mac']) assert.equal(again.get(name), first.get(name), name);
  assert.equal(bank.find(visited.xid).entries, 1);

  const dearer = await tran(await visit({ xid: visited.xid, amount: '99900' }));
  assert.deepEqual(dearer.brief, ['2', '0127'], 'the same number, another amount');
  assert.equal(dearer.get('hostlogkey'), first.get('hostlogkey'));
  assert.equal(dearer.get('mac'), first.get('mac'), 'and the MAC speaks of what was paid');

  await reverse('sale', { hostLogKey: first.get('hostlogkey') });
  assert.deepEqual((await tran(visited)).brief, ['2', '0127'], 'even when it was reversed meanwhile');
  assert.equal(bank.find(visited.xid).status, 'voided');
});

test('a declined order may be tried again', async () => {
  const poor = await visit({ card: { ...CARD, ccno: cardByName('insufficient-funds').pan } });
  const declined = await tran(poor);
  refused(declined, '0051');
  assert.deepEqual([declined.get('respText'), declined.get('mac')], ['RED-YETERSIZ BAKIYE 0051', '']);
  assert.deepEqual(await states(poor.xid), ['Sale 0']);
  bank.force(poor.xid, 'success');
  approved(await tran(poor));
  assert.deepEqual(await states(poor.xid), ['Sale 0', 'Sale 1']);
  assert.throws(() => bank.force(poor.xid, 'none'), /no test card/);
});

test('amounts, instalments and the limits of the document', async () => {
  const inThree = await pay({ installment: '03', amount: '10000' });
  assert.deepEqual(inThree.answer.inner('instInfo'), { inst1: '03', amnt1: '000000003333' });
  refused((await pay({ installment: '10' })).answer, '0012');
  approved((await pay({ amount: '9999999' })).answer);
  refused((await pay({ amount: '10000000' })).answer, '0205');
  const euros = await pay({ currency: 'EU', amount: '1' });
  assert.deepEqual([bank.find(euros.xid).currency, bank.find(euros.xid).minor], ['EUR', 1n]);
  assert.equal(transactions(await agreement(euros.xid))[0].amount, '0,01');
});

// ---- afterwards

test('a pre-authorisation is closed, for its amount at most', async () => {
  const { xid, key, answer } = await pay({ type: 'Auth', installment: '03' });
  approved(answer);
  assert.equal(bank.find(xid).status, 'authorized');
  const refusals = [
    ['0123', { hostLogKey: '000000000000000000' }], ['0123', { orderID: `TDS_${newXid()}` }], ['0123', { orderID: `XXX_${xid}` }],
    ['0150', { orderID: xid }], ['0150', {}],
    ['0205', { hostLogKey: key, amount: '14991' }], ['0204', { hostLogKey: key, amount: '0' }],
    ['0002', { hostLogKey: key, amount: '1,00' }],
    ['E190', { hostLogKey: key, currencyCode: '949' }], ['0207', { hostLogKey: key, currencyCode: 'US' }],
    ['0206', { hostLogKey: key, installment: '04' }],
  ];
  for (const [code, fields] of refusals) refused(await capture(fields), code, JSON.stringify(fields));
  refused(await capture({ hostLogKey: key }, { account: OTHER_SHOP }), '0123', 'another shop');
  refused(await giveBack('100', { hostLogKey: key }), '0200', 'nothing was taken yet');
  refused(await reverse('capt', { hostLogKey: key }), '0223');

  const closed = await capture({ hostLogKey: key, amount: '10000' }, { more: [['tranDateRequired', '1']] });
  approved(closed);
  assert.deepEqual([closed.get('hostlogkey'), closed.inner('instInfo').inst1], [key, '03']);
  assert.match(closed.get('tranDate'), /^\d{12}$/);
  refused(await capture({ hostLogKey: key, amount: '10000' }), '0200', 'once');
  refused(await reverse('auth', { hostLogKey: key }), '0788');
  assert.deepEqual([bank.find(xid).status, bank.find(xid).captured], ['paid', 10000n]);
  refused(await giveBack('10001', { hostLogKey: key }), '0205');

  approved(await reverse('capt', { hostLogKey: key }));
  assert.equal(bank.find(xid).status, 'authorized', 'the block on the card stays');
  approved(await capture({ orderID: `TDS_${xid}` }), 'by order number');
  approved(await reverse('capt', { orderID: `TDS_${xid}` }));
  approved(await reverse('auth', { hostLogKey: key }));
  refused(await reverse('auth', { hostLogKey: key }), '0220');
  refused(await capture({ hostLogKey: key }), '0015');
  refused(await giveBack('1', { hostLogKey: key }), '0370');
  assert.equal(bank.find(xid).status, 'voided');
  assert.deepEqual(await states(xid), [
    'Authorization 0', 'Capture 0', 'Capture_Reverse 1', 'Capture 0', 'Capture_Reverse 1', 'Authorization_Reverse 1',
  ]);
  refused(await capture({ hostLogKey: (await pay()).key }), '0200', 'a sale is closed already');
});

test('a capture may have a key of its own, and may exceed by what was agreed', async () => {
  bank.settings.captureKey = 'own';
  bank.settings.captureExcessPercent = 10;
  const { xid, key } = await pay({ type: 'Auth', amount: '10000' });
  refused(await capture({ hostLogKey: key, amount: '11001' }), '0205');
  const closed = await capture({ hostLogKey: key, amount: '11000' });
  approved(closed);
  assert.notEqual(closed.get('hostlogkey'), key);
  refused(await giveBack('100', { hostLogKey: key }), '0123', 'the key of the pre-authorisation');
  approved(await giveBack('100', { hostLogKey: closed.get('hostlogkey') }));
  approved(await giveBack('100', { orderID: `TDS_${xid}` }));
});

test('a sale is reversed on its own day, whole, and not after a return', async () => {
  const { xid, key } = await pay();
  const refusals = [
    ['0202', 'void', { hostLogKey: key }], ['0202', '', { hostLogKey: key }], ['0342', 'sale', {}],
    ['0150', 'sale', { orderID: xid }], ['0123', 'sale', { hostLogKey: '1' }],
    ['0123', 'sale', { orderID: `TDS_${newXid()}` }], ['0123', 'auth', { hostLogKey: key }],
    ['0123', 'return', { hostLogKey: key }], ['0123', 'capt', { hostLogKey: key }],
  ];
  for (const [code, transaction, fields] of refusals) {
    refused(await reverse(transaction, fields), code, `${transaction} ${JSON.stringify(fields)}`);
  }
  refused(await reverse('sale', { hostLogKey: key }, { account: OTHER_SHOP }), '0123', 'another shop');
  const reversed = await reverse('sale', { hostLogKey: key });
  assert.deepEqual([reversed.brief, reversed.get('authCode')], [['1', ''], '000000']);
  assert.notEqual(reversed.get('hostlogkey'), key);
  refused(await reverse('sale', { hostLogKey: key }), '0220');
  refused(await giveBack('100', { hostLogKey: key }), '0370');
  assert.equal(bank.find(xid).status, 'voided');
  assert.deepEqual(await states(xid), ['Sale 0', 'Sale_Reverse 1']);

  const partly = await pay();
  approved(await giveBack('100', { hostLogKey: partly.key }));
  refused(await reverse('sale', { hostLogKey: partly.key }), '0218');

  const yesterday = await pay();
  const closed = await pay({ type: 'Auth' });
  await capture({ hostLogKey: closed.key });
  const open = await pay({ type: 'Auth' });
  bank.settle();
  refused(await reverse('sale', { orderID: `TDS_${yesterday.xid}` }), '0211');
  refused(await reverse('capt', { hostLogKey: closed.key }), '0229');
  approved(await reverse('auth', { hostLogKey: open.key }), 'a block can still be lifted');
  approved(await giveBack('14990', { hostLogKey: yesterday.key }));
});

test('returns never exceed what was taken, and a request sent twice is done twice', async () => {
  const { xid, key } = await pay();
  refused(await giveBack('14991', { hostLogKey: key }), '0205');
  refused(await giveBack('0', { hostLogKey: key }), '0204');
  refused(await giveBack('1.00', { hostLogKey: key }), '0002');
  refused(await giveBack('100', { hostLogKey: key, currencyCode: 'YTL' }), 'E190');
  refused(await giveBack('100', { hostLogKey: key, currencyCode: 'EU' }), '0207');
  refused(await giveBack('100', { hostLogKey: key }, { account: OTHER_SHOP }), '0123');
  refused(await giveBack('100', { orderID: `TDS_${xid}` }, { account: OTHER_SHOP }), '0123');
  refused(await giveBack('100', {}), '0150');
  const first = await giveBack('5000', { hostLogKey: key });
  approved(await giveBack('5000', { hostLogKey: key }), 'nothing tells a repetition from a second return');
  assert.deepEqual([bank.find(xid).status, bank.find(xid).refunded], ['paid', 10000n]);
  refused(await giveBack('100', { hostLogKey: first.get('hostlogkey') }), '0123', 'the key of the sale is wanted');
  refused(await giveBack('4991', { orderID: `TDS_${xid}` }), '0205');
  approved(await giveBack('4990', { orderID: `TDS_${xid}` }));
  refused(await giveBack('1', { hostLogKey: key }), '0205');
  assert.equal(bank.find(xid).status, 'refunded');
  assert.deepEqual(await states(xid), ['Sale 1', 'Return 1', 'Return 1', 'Return 1']);

  approved(await reverse('return', { hostLogKey: first.get('hostlogkey') }));
  refused(await reverse('return', { hostLogKey: first.get('hostlogkey') }), '0220');
  assert.deepEqual([bank.find(xid).status, bank.find(xid).refunded], ['paid', 9990n]);
  approved(await reverse('return', { orderID: `TDS_${xid}` }), 'the last one that stands');
  bank.settle();
  refused(await reverse('return', { orderID: `TDS_${xid}` }), '0211');

  bank.settings.refundNeedsSettlement = true;
  const today = await pay();
  refused(await giveBack('100', { hostLogKey: today.key }), '0411');
  bank.settle();
  approved(await giveBack('100', { hostLogKey: today.key }));
});

test('the inquiry: prefix, delay, order and names of its answer', async () => {
  const { xid, key } = await pay();
  await giveBack('100', { hostLogKey: key });
  const unknown = await agreement(newXid());
  assert.deepEqual([unknown.brief, unknown.get('respText')], [['0', 'E219'], 'KAYIT BULUNAMADI']);
  refused(await agreement(xid, 'TDSC'), 'E219');
  refused(await agreement(xid, ''), '0150');
  refused(await call('agreement', { orderID: `TDS_${xid}` }, { account: OTHER_SHOP }), 'E219');
  bank.settings.orderIdPrefixes = ['TDSC'];
  assert.deepEqual(transactions(await agreement(xid, 'TDSC')).map(({ orderID }) => orderID), [`TDSC${xid}`, `TDSC${xid}`]);
  refused(await agreement(xid), 'E219');
  bank.settings.orderIdPrefixes = ['TDS_'];
  bank.settings.newestFirst = true;
  bank.settings.hostLogKeyName = 'hostlogkey';
  const [latest, oldest] = transactions(await agreement(xid));
  assert.deepEqual([latest.state, latest.amount, oldest.state, oldest.hostlogkey], ['Return', '1,00', 'Sale', key]);
  bank.settings.declaredEncoding = 'utf-16';
  assert.match((await agreement(xid)).text, /^<\?xml version='1\.0' encoding='utf-16'\?>/, 'whatever the bytes are');
  bank.settings.statusLagMs = 60_000;
  refused(await agreement(xid), 'E219', 'not yet');
  const authenticated = await visit();
  bank.settings.statusLagMs = 0;
  refused(await agreement(authenticated.xid), 'E219', '3-D Secure leaves no trace there');
});

// ---- who may ask, and what is no request

test('unknown numbers, addresses that are not allowed', async () => {
  const visited = await visit();
  const as = async (changes) => (await call('agreement', { orderID: 'TDS_' }, { account: { ...SHOP, ...changes } })).brief;
  assert.deepEqual(await as({ merchantId: '6700000009' }), ['0', '0148']);
  assert.deepEqual(await as({ terminalId: '67005552' }), ['0', '0148']);
  assert.deepEqual(await as({ merchantId: '670' }), ['0', '0320']);
  assert.deepEqual(await as({ terminalId: '670055511' }), ['0', '0321']);
  bank.settings.ipRefusedFor = ['oosTranData'];
  assert.equal((await resolve(visited)).get('approved'), '1', 'as the test system was seen to do');
  const barred = await tran(visited);
  refused(barred, '0148');
  assert.deepEqual([barred.get('respText'), barred.get('yourIP')], ['INVALID MID TID IP. Hatalı IP:127.0.0.1', '127.0.0.1']);
  bank.settings.ipRefusedFor = ['*'];
  for (const operation of OPERATIONS) refused(await call(operation, { orderID: 'x' }), '0148', operation);
});

test('requests that are no requests', async () => {
  const head = `<mid>${SHOP.merchantId}</mid><tid>${SHOP.terminalId}</tid>`;
  for (const xml of [
    '', 'x', '<posnetRequest>', '<a/>', '<posnetRequest/>', `<posnetRequest>${head}</posnetRequest>`,
    `<posnetRequest>${head}<Sale><amount>1</amount></Sale></posnetRequest>`,
    `<!DOCTYPE a [<!ENTITY b "c">]><posnetRequest>${head}</posnetRequest>`,
    `<posnetRequest>${head}<agreement><orderID>1</orderID><orderID>2</orderID></agreement></posnetRequest>`,
    `<posnetRequest>${head}${head}<agreement><orderID>1</orderID></agreement></posnetRequest>`,
    `<posnetRequest>${head}<agreement><orderID>1</orderID></agreement><capt><amount>1</amount></capt></posnetRequest>`,
    `<posnetRequest>${'<a>'.repeat(9)}`,
  ]) assert.match(read(await post(xml)).get('respCode'), /^(0002|0320)$/, xml);
  const plain = await fetch(service(), { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<posnetRequest/>' });
  assert.match(await plain.text(), /0002/, 'not in the form field');
  assert.equal((await fetch(service())).status, 405);
});

test('Turkish names in both charsets and as entities, spaces around values as in the document', async () => {
  const holder = 'ĞğÜüİıŞşÖöÇç & <Oğlu>';
  const asItIs = (xml) => xml;
  const entities = (xml) => xml.replace(/\P{ASCII}/gu, (letter) => `&#${letter.codePointAt(0)};`);
  for (const [charset, written] of [['UTF-8', asItIs], ['ISO-8859-9', asItIs], ['UTF-8', entities]]) {
    const XID = newXid();
    const money = { amount: ' 5696 ', currencyCode: 'TL', installment: '00', tranType: 'Sale' };
    const fields = { posnetid: ` ${SHOP.posnetId} `, XID, ...money, ...CARD, cardHolderName: holder };
    const xml = written(requestXml('oosRequestData', fields));
    const { data1, data2, sign } = read(await post(xml, { charset })).inner('oosRequestDataResponse');
    await bank.visit({ ...await formFor(order()), posnetData: data1, posnetData2: data2, digest: sign }, { card: 'close' });
    const session = bank.session(XID);
    assert.deepEqual([session.holder, session.minor], [holder, 5696n], charset);
  }
});

// ---- bad days

test('faults: what was done and what was answered are two things', async () => {
  const attempt = async (kind) => {
    const visited = await visit();
    bank.fault({ on: 'oosTranData', kind });
    const request = requestXml('oosTranData', { bankData: visited.back.BankPacket, wpAmount: '0', mac: macOf(visited) });
    const answer = await post(request).catch(() => 'lost');
    return { answer, visited, paid: bank.find(visited.xid)?.status === 'paid' };
  };
  for (const kind of Object.keys(FAULTS)) {
    const { answer, paid, visited } = await attempt(kind);
    assert.equal(paid, !kind.endsWith('-before'), kind);
    if (/^(timeout|reset)/.test(kind)) assert.equal(answer, 'lost', kind);
    else if (/^(http|html|redirect)/.test(kind)) {
      const status = { http: 500, html: 200, redirect: 302 }[/^[a-z]+/.exec(kind)];
      assert.deepEqual([answer.status, /<html>/.test(answer.text)], [status, true], kind);
    } else if (kind === 'truncated') assert.throws(() => read(answer), kind);
    else if (kind === 'duplicate-tag') assert.equal(answer.text.match(/<approved>/g).length, 2);
    else {
      const { xid, amount, currency } = visited;
      const said = read(answer);
      approved(said, kind);
      assert.notEqual(said.get('mac'), tranMac({ hostLogKey: said.get('hostlogkey'), xid, amount, currency }, SHOP), kind);
    }
  }
  bank.fault({ on: 'oosTranData', kind: 'no-such' });
  approved(await tran(await visit()));
});

test('faults: answers about another order or amount are signed for just that', async () => {
  const visited = await visit();
  const { xid, amount, currency } = visited;
  for (const [kind, differs] of [['wrong-order', 'xid'], ['wrong-amount', 'amount'], ['wrong-mac', 'mac']]) {
    bank.fault({ on: 'oosResolveMerchantData', kind });
    const said = (await resolve(visited)).inner('oosResolveMerchantDataResponse');
    const honest = { xid, amount, currency };
    for (const name of ['xid', 'amount']) assert.equal(said[name] !== honest[name], differs === name, `${kind} ${name}`);
    assert.equal(said.mac === resolveMac(said, SHOP), differs !== 'mac', kind);
  }
  await tran(visited);
  bank.fault({ on: 'agreement', kind: 'wrong-order' });
  assert.notEqual(transactions(await agreement(xid))[0].orderID, `TDS_${xid}`);
  bank.fault({ on: '*', kind: 'wrong-amount' });
  assert.equal(transactions(await agreement(xid))[0].amount, '149,91');
  assert.equal(transactions(await agreement(xid))[0].amount, '149,90');
});

test('while the bank works the money is not there yet, and then it is', async () => {
  const visited = await visit();
  bank.fault({ on: 'oosTranData', kind: 'timeout-during' });
  const lost = tran(visited).catch(() => 'lost');
  await new Promise((done) => { setTimeout(done, 5); });
  refused(await agreement(visited.xid), 'E219');
  assert.equal(await lost, 'lost');
  assert.deepEqual(await states(visited.xid), ['Sale 1']);
  assert.deepEqual((await tran(visited)).brief, ['2', '0127']);
});

test('the slow card makes the shop wait, the silent one never lets it hear', async () => {
  const slow = await visit({ card: { ...CARD, ccno: cardByName('slow').pan } });
  const started = Date.now();
  await tran(slow);
  assert.ok(Date.now() - started >= 60);
  const silent = await visit({ card: { ...CARD, ccno: cardByName('silent').pan } });
  assert.equal(await tran(silent).catch(() => 'lost'), 'lost');
  assert.equal(bank.find(silent.xid).status, 'paid');
});

// ---- around it

test('packets: nobody else’s, and none of another kind', () => {
  const random = (bytes) => Buffer.alloc(bytes, 7);
  const [packets, others] = [createPackets(random), createPackets((bytes) => Buffer.alloc(bytes, 8))];
  const packet = packets.seal('bank', { xid: 'ş' });
  assert.deepEqual(packets.open('bank', packet), { xid: 'ş' });
  const wrongs = ['', 'AB', packet.toLowerCase(), `${packet}00`, packet.slice(2), ` ${packet}`];
  for (const wrong of wrongs) assert.equal(packets.open('bank', wrong), null, wrong);
  assert.equal(packets.open('merchant', packet), null);
  assert.equal(others.open('bank', packet), null);
  assert.notEqual(others.sign('A', 'B'), packets.sign('A', 'B'));
  assert.notEqual(packets.sign('A', 'B'), packets.sign('B', 'A'));
  assert.ok(packets.belong(packets.sign('A', 'B'), 'A', 'B') && !packets.belong(undefined, 'A', 'B'));
});

test('on the pages about the banks, and in the attacker’s panel', async () => {
  const { xid } = await pay();
  const ledger = await (await fetch(`${banks.url}/ledger.json`)).json();
  assert.ok(ledger.some((each) => each.system === 'posnet' && each.orderId === xid && each.minor === '14990'));
  assert.match(await (await fetch(`${banks.url}/`)).text(), /POSNET/);
  const controls = await (await fetch(`${banks.url}/control`)).text();
  assert.match(controls, /data-bank="posnet"[\s\S]*oosResolveMerchantData[\s\S]*wrong-mac/);
  const control = (path, body) => fetch(`${banks.url}${path}`, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', origin: banks.url, 'x-control-token': banks.controlToken },
  }).then((response) => response.json());
  const changes = { settings: { ipRefusedFor: ['*'] }, fault: { on: 'capt', kind: 'wrong-mac' }, clearFaults: true };
  await control('/control', { bank: 'posnet', ...changes });
  refused(await agreement(xid), '0148');

  const [message] = (await (await fetch(`${banks.url}/attacker/messages`)).json()).filter(({ orderId }) => orderId === xid);
  assert.deepEqual(message.attacks, ['replay', 'edit', 'drop-signature', 'empty-signature', 'duplicate', 'elsewhere']);
  const sent = async (attack) => Object.fromEntries(parseForm(Buffer.from(
    (await control('/attacker/send', { message: message.id, ...attack })).request.body)));
  assert.equal((await sent({ attack: 'edit', field: 'Amount', value: '0,01' })).Amount, '0,01');
  assert.equal((await sent({ attack: 'drop-signature' })).Sign, undefined);
  assert.equal((await sent({ attack: 'empty-signature' })).Sign, '');
});

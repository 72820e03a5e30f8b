// Garanti's XML API: who may ask, what it does with money, what it finds, how it answers, and how it fails.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { decodeLatin5, encode, isLatin5 } from '../../banks/charset.js';
import { CARDS } from '../../banks/cards.js';
import { encodeForm } from '../../banks/form.js';
import { createGaranti, SIMULATOR_ACCOUNT } from '../../banks/garanti.js';
import { formHash, replyHash, requestHash } from '../../banks/garanti-hash.js';
import { startBanks } from '../../banks/server.js';
import { child, childText, element, parseXml } from '../../banks/xml.js';

const { terminalId, merchantId, storeKey } = SIMULATOR_ACCOUNT;
const PASSWORDS = {
  PROVAUT: SIMULATOR_ACCOUNT.provisionPassword, PROVRFN: SIMULATOR_ACCOUNT.refundPassword,
  PROVOOS: SIMULATOR_ACCOUNT.hostedPassword,
};
const HOST = 'http://localhost:1';
const APPROVED = ['00', '00'];
const numberOf = (name) => CARDS.find((card) => card.name === name).pan;

/** The clock of the bank. */
let now = Date.UTC(2026, 10, 21, 15, 42, 33, 259);   // 18:42:33.259 in Turkey
let banks;
let bank;
let defaults;
let orders = 0;

before(async () => {
  banks = await startBanks({ now: () => now, garanti: { times: { hangMs: 40, slowMs: 60 } } });
  bank = banks.garanti;
  defaults = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(defaults));
  bank.clearFaults();
});
after(() => banks.close());

const newOrder = () => `API${(orders += 1)}`;

/** A request as the bank's documents write it. `changes` are parts of it; a part that is null is left out. */
function gvpsRequest(changes) {
  const parts = {
    mode: 'TEST', version: '512', user: 'PROVAUT', userId: 'PROVAUT', terminalId, merchantId, ip: '127.0.0.1',
    email: 'a@b.example', card: null, expiry: '1230', orderId: '', order: [], type: 'sales', installments: '', amount: '14990', currencyCode: '949',
    presentCode: '0', original: null, secure: null, transaction: [], ...changes,
  };
  const { card: cardNumber, ...signed } = parts;
  const password = changes.password ?? PASSWORDS[parts.user] ?? '';
  const toSign = { ...signed, cardNumber: cardNumber ?? '', currencyCode: parts.currencyCode ?? '' };
  const hash = parts.hash ?? requestHash(toSign, password);
  const known = (children) => children.filter(([, content]) => content !== null);
  return element('GVPSRequest', known([
    ['Mode', parts.mode], ['Version', parts.version],
    ['Terminal', known([
      ['ProvUserID', parts.user], ['HashData', hash], ['UserID', parts.userId], ['ID', parts.terminalId],
      ['MerchantID', parts.merchantId],
    ])],
    ['Customer', known([['IPAddress', parts.ip], ['EmailAddress', parts.email]])],
    ['Card', cardNumber === null ? null : [['Number', cardNumber], ['ExpireDate', parts.expiry], ['CVV2', '000']]],
    ['Order', [['OrderID', parts.orderId], ['GroupID', ''], ...parts.order]],
    ['Transaction', known([
      ['Type', parts.type], ['InstallmentCnt', parts.installments], ['Amount', parts.amount],
      ['CurrencyCode', parts.currencyCode], ['CardholderPresentCode', parts.presentCode], ['MotoInd', 'N'], ['OriginalRetrefNum', parts.original],
      ['Secure3D', parts.secure], ...parts.transaction,
    ])],
  ]));
}

async function post(body, headers = { 'content-type': 'text/xml' }) {
  const response = await fetch(`${banks.url}/garanti/VPServlet`, { method: 'POST', headers, body, redirect: 'manual' });
  const type = response.headers.get('content-type');
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type, text: isLatin5(type?.split('=')[1]) ? decodeLatin5(bytes) : bytes.toString('utf8') };
}

const send = (changes) => post(`<?xml version="1.0" encoding="UTF-8"?>\n${gvpsRequest(changes)}`);

const TRANSACTION = ['Transaction'];
const RESPONSE = ['Transaction', 'Response'];

function readAnswer(text) {
  const root = parseXml(text.trim());
  const at = (path) => path.reduce(child, root);
  const answer = {
    root, at,
    get: (name, path = TRANSACTION) => childText(at(path), name),
    raw: (name) => child(at(TRANSACTION), name).text,
  };
  return { ...answer, brief: ['Code', 'ReasonCode'].map((name) => answer.get(name, RESPONSE)) };
}

/** The digest of an answer, made of nothing but the answer and the password of the user. */
const digestOf = ({ get }, user, version) => replyHash({
  version, code: get('Code', RESPONSE), retrefNum: get('RetrefNum'), authCode: get('AuthCode'), provDate: get('ProvDate'),
  orderId: get('OrderID', ['Order']),
}, { terminalId, password: PASSWORDS[user] });

async function ask(changes) {
  const answer = readAnswer((await send(changes)).text);
  const { user = 'PROVAUT', version = '512' } = changes;
  const isSigned = changes.terminalId === undefined && PASSWORDS[user];
  if (isSigned) assert.equal(answer.get('HashData'), digestOf(answer, user, version));
  return answer;
}

const briefOf = async (changes) => (await ask(changes)).brief;

// ---- payments to work with

/** A sale with a card, through the API. */
async function sold(changes = {}) {
  const orderId = newOrder();
  const answer = await ask({ orderId, card: numberOf('success'), ...changes });
  assert.deepEqual(answer.brief, APPROVED);
  return { orderId, retrefNum: answer.get('RetrefNum'), authCode: answer.get('AuthCode') };
}

/** A visit of the gate. The card is in the form where the level wants it so. */
async function visited(changes = {}, customer = 'success', at = bank) {
  const form = {
    mode: 'TEST', apiversion: '512', secure3dsecuritylevel: '3D', terminalprovuserid: 'PROVAUT', terminaluserid: 'PROVAUT',
    terminalmerchantid: merchantId, terminalid: terminalId, txntype: 'sales', txnamount: '14990', txncurrencycode: '949',
    txninstallmentcount: '', orderid: newOrder(), successurl: `${HOST}/ok`, errorurl: `${HOST}/fail`,
    customeripaddress: '127.0.0.1', cardnumber: numberOf(customer), cardexpiredatemonth: '12', cardexpiredateyear: '30',
    cardcvv2: '000', ...changes,
  };
  const secure3dhash = formHash(form, { storeKey, password: PASSWORDS.PROVAUT });
  const { fields } = await at.visit({ ...form, secure3dhash }, { card: customer });
  return { orderId: form.orderid, back: Object.fromEntries(fields) };
}

/** The provision that follows a visit. */
const provision = ({ orderId, back }, { proof = {}, ...changes } = {}) => ({
  orderId, presentCode: '13', ...changes,
  secure: Object.entries({
    AuthenticationCode: back.cavv, SecurityLevel: back.eci, TxnID: back.xid, Md: back.md, ...proof,
  }),
});

const refund = (orderId, original, amount = '14990', changes = {}) =>
  ask({ type: 'refund', user: 'PROVRFN', orderId, amount, original, ...changes });
const cancel = (orderId, original = null, changes = {}) =>
  ask({ type: 'void', user: 'PROVRFN', orderId, amount: '14990', original, ...changes });
const capture = (orderId, amount = '14990', changes = {}) => ask({ type: 'postauth', orderId, amount, ...changes });
const inquiry = (orderId, changes = {}) => ask({ type: 'orderinq', orderId, amount: '1', currencyCode: null, ...changes });
const history = (orderId, changes = {}) => ask({ type: 'orderhistoryinq', orderId, amount: '1', currencyCode: null, ...changes });

/** Where the number of the page stands is up to `place`. */
const listed = (start, end, place = { order: [['ListPageNum', '1']] }) => ask({
  type: 'orderlistinq', amount: '1', ...place, order: [['StartDate', start], ['EndDate', end], ...(place.order ?? [])],
});

const found = (answer, name) => answer.get(name, ['Order', 'OrderInqResult']);
const rowsOf = (answer, result = 'OrderHistInqResult') =>
  answer.at(['Order', result, 'OrderTxnList']).children.filter(({ name }) => name === 'OrderTxn')
    .map(({ children }) => Object.fromEntries(children.map(({ name, text }) => [name, text])));

// ---- the shape of an answer

test('a sale with a card: every element of the answer, in the bank’s order', async () => {
  const orderId = newOrder();
  const { status, type, text } = await send({ orderId, card: '4282209004348015', email: 'müşteri@b.example' });
  assert.deepEqual([status, type], [200, 'text/xml; charset=ISO-8859-9']);
  const answer = readAnswer(text);
  const names = (element) => element.children.map(({ name }) => name);
  assert.deepEqual(names(answer.root), ['Mode', 'Terminal', 'Customer', 'Order', 'Transaction']);
  assert.deepEqual(names(answer.at(TRANSACTION)), [
    'Response', 'RetrefNum', 'AuthCode', 'BatchNum', 'SequenceNum', 'ProvDate', 'CardNumberMasked', 'CardHolderName', 'CardType',
    'HashData', 'HostMsgList', 'RewardInqResult', 'GarantiCardInd',
  ]);
  assert.deepEqual(answer.at(RESPONSE).children.map((each) => [each.name, each.text]), [
    ['Source', 'HOST'], ['Code', '00'], ['ReasonCode', '00'], ['Message', 'Approved'], ['ErrorMsg', ''], ['SysErrMsg', ''],
  ]);
  assert.equal(answer.get('ID', ['Terminal']), '30691297');
  assert.equal(answer.get('OrderID', ['Order']), orderId);
  assert.equal(answer.get('EmailAddress', ['Customer']), 'müşteri@b.example', 'in the charset of the answer');
  assert.equal(answer.get('CardNumberMasked'), '42822090****8015');
  assert.equal(answer.get('ProvDate'), '20261121 18:42:33');
  assert.match(answer.get('RetrefNum'), /^632509\d{6}$/);
  assert.match(answer.get('AuthCode'), /^\d{6}$/);
  assert.match(answer.get('BatchNum'), /^\d{6}$/);
  assert.equal(answer.get('HashData'), digestOf(answer, 'PROVAUT', '512'));
  assert.equal(bank.find(orderId).status, 'paid');
});

test('the request may be the body itself or the form field `data`, in the charset that it declares', async () => {
  const xml = (charset) => `<?xml version="1.0" encoding="${charset}"?>\n${gvpsRequest({
    orderId: newOrder(), card: numberOf('success'), email: 'ğş@b.example',
  })}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const charset of ['UTF-8', 'ISO-8859-9']) {
    for (const [body, headers] of [
      [encode(xml(charset), charset)],
      [encodeForm([['data', xml(charset)]], charset), form],
    ]) {
      const answer = readAnswer((await post(body, headers)).text);
      assert.deepEqual([...answer.brief, answer.get('EmailAddress', ['Customer'])], ['00', '00', 'ğş@b.example'], charset);
    }
  }
  const elsewhere = await post(encodeForm([['xml', xml('UTF-8')]]), form);
  assert.deepEqual(readAnswer(elsewhere.text).brief, ['92', '0001']);
  assert.equal((await fetch(`${banks.url}/garanti/VPServlet`)).status, 405);
});

test('the answer speaks the charset that the bank is set to', async () => {
  bank.settings.replyCharset = 'UTF-8';
  const { type, text } = await send({ orderId: newOrder(), card: numberOf('expired') });
  assert.equal(type, 'text/xml; charset=UTF-8');
  assert.ok(text.startsWith('<?xml version="1.0" encoding="UTF-8"?>'));
  assert.equal(readAnswer(text).get('ErrorMsg', RESPONSE), 'İşleminizi gerçekleştiremiyoruz.Tekrar deneyiniz');
});

test('answers are signed in both versions; a missing authorization code is a blank and counts as nothing', async () => {
  for (const version of ['512', 'v0.01']) {
    const orderId = newOrder();
    const declined = await ask({ orderId, version, card: numberOf('insufficient-funds') });
    assert.deepEqual([declined.raw('AuthCode'), declined.get('HashData').length], [' ', version === '512' ? 128 : 40]);
    const altered = declined.get('HashData') === digestOf({
      ...declined, get: (name, path) => (name === 'Code' ? '00' : declined.get(name, path)),
    }, 'PROVAUT', version);
    assert.ok(!altered, 'the code is signed');
  }
  bank.settings.blankAuthCode = '';
  assert.equal((await ask({ orderId: newOrder(), card: numberOf('expired') })).raw('AuthCode'), '');
});

// ---- who asks

test('the caller: terminal, merchant, user, password', async () => {
  const sale = { orderId: newOrder(), card: numberOf('success') };
  const hash = requestHash({
    ...sale, version: '512', terminalId, cardNumber: sale.card, amount: '14990', currencyCode: '949',
  }, PASSWORDS.PROVAUT);
  const refused = {
    '0752': { terminalId: '30691298' },
    '0753': { merchantId: '7000680' },
    '0653': { user: 'PROVADM' },
    '0651': { password: 'wrong' },
  };
  for (const [reason, changes] of Object.entries(refused)) {
    assert.deepEqual(await briefOf({ ...sale, ...changes }), ['92', reason], reason);
  }
  for (const changes of [
    { hash: hash.toLowerCase() }, { hash: '' }, { hash: `${hash} X` }, { amount: '14991' }, { currencyCode: '840' },
    { orderId: 'OTHER' }, { card: '4000000000510000' }, { version: 'v0.01' }, { user: 'PROVRFN' },
  ]) {
    assert.deepEqual(await briefOf({ ...sale, hash, ...changes }), ['92', '0651'], JSON.stringify(changes));
  }
  const unsigned = gvpsRequest(sale).replace(/<HashData>.*<\/HashData>/, '');
  assert.deepEqual(readAnswer((await post(unsigned)).text).brief, ['92', '0651']);
  bank.settings.closedUsers = ['PROVAUT'];
  assert.deepEqual(await briefOf(sale), ['92', '0654']);
  bank.settings.closedUsers = [];
  assert.equal(bank.find(sale.orderId), undefined, 'nothing was charged');
  assert.deepEqual(await briefOf({ ...sale, hash }), APPROVED, 'this one is right');
});

test('the old version is taken until the bank ends it', async () => {
  await sold({ version: 'v0.01' });
  await sold({ version: '0.01' });
  bank.settings.legacyVersions = false;
  assert.deepEqual(await briefOf({ orderId: newOrder(), card: numberOf('success'), version: 'v0.01' }), ['92', '0651']);
  await sold();
});

test('a terminal may be bound to addresses: the gate goes on, the API does not', async () => {
  bank.settings.onlyListedAddresses = true;
  const visit = await visited({ secure3dsecuritylevel: '3D_PAY' });
  assert.equal(visit.back.response, 'Approved');
  assert.deepEqual((await inquiry(visit.orderId)).brief, ['92', '0769']);
  bank.settings.onlyListedAddresses = false;
  assert.deepEqual((await inquiry(visit.orderId)).brief, ['00', '']);
});

test('money goes back by the refund user, everything else by the provision user', async () => {
  const { orderId, retrefNum } = await sold();
  bank.settle();
  for (const type of ['sales', 'preauth', 'postauth', 'orderinq', 'orderhistoryinq', 'orderlistinq']) {
    for (const user of ['PROVRFN', 'PROVOOS']) {
      assert.deepEqual(await briefOf({ orderId, type, user }), ['92', '0652'], `${type} ${user}`);
    }
  }
  for (const type of ['void', 'refund']) {
    for (const user of ['PROVAUT', 'PROVOOS']) {
      assert.deepEqual(await briefOf({ orderId, type, user, original: retrefNum }), ['92', '0652'], `${type} ${user}`);
    }
  }
  assert.deepEqual((await refund(orderId, retrefNum)).brief, APPROVED);
});

test('what must be there', async () => {
  const sale = { orderId: newOrder(), card: numberOf('success') };
  const detailOf = async (changes) => {
    const answer = await ask({ ...sale, ...changes });
    assert.deepEqual(answer.brief, ['92', '0002'], JSON.stringify(changes));
    assert.equal(answer.get('Message', RESPONSE), 'Declined');
    return answer.get('SysErrMsg', RESPONSE);
  };
  const missing = (field) => `${field} field must contain value because of the Mandatory Rule:null`;
  const empty = {
    ip: 'CustomerIPAddress', userId: 'TerminalUserID', amount: 'TxnAmount', currencyCode: 'TxnCurrencyCode', orderId: 'OrderID',
  };
  for (const [part, field] of Object.entries(empty)) assert.equal(await detailOf({ [part]: '' }), missing(field));
  assert.equal(await detailOf({ ip: null }), missing('CustomerIPAddress'));
  assert.equal(await detailOf({ card: null }), missing('CardNumber'));
  assert.match(await detailOf({ amount: '0' }), /^TxnAmount field must not be zero /);
  const invalid = {
    mode: ['LIVE', 'Mode'], type: ['credit', 'TxnType'], amount: ['149.90', 'TxnAmount'],
    currencyCode: ['TRY', 'TxnCurrencyCode'], installments: ['37', 'TxnInstallmentCnt'], expiry: ['12/30', 'CardExpireDate'],
  };
  for (const [part, [value, field]] of Object.entries(invalid)) {
    assert.equal(await detailOf({ [part]: value }), `${field} field is not valid`);
  }
  for (const type of ['constructor', 'Sales', '']) assert.equal(await detailOf({ type }), 'TxnType field is not valid');
  assert.equal(await detailOf({ orderId: 'Ş1' }), missing('OrderID'));
  assert.deepEqual(await briefOf({ ...sale, orderId: 'a'.repeat(33) }), ['92', '0231']);
  assert.deepEqual(await briefOf({ ...sale, orderId: 'a'.repeat(32) }), APPROVED);
  assert.equal(bank.find(sale.orderId), undefined);
});

test('an XML that is not one plain request is not read', async () => {
  const good = gvpsRequest({ orderId: newOrder(), card: numberOf('success') });
  const bad = {
    empty: '', text: 'x', open: good.slice(0, -1), html: '<html></html>', other: good.replaceAll('GVPSRequest', 'GVPSResponse'),
    doctype: `<!DOCTYPE a [<!ENTITY e "1">]>${good}`, entity: good.replace('14990', '&e;'),
    comment: good.replace('<Mode>', '<!-- --><Mode>'),
    'amount twice': good.replace('<Amount>14990', '<Amount>1</Amount><Amount>14990'),
    'transaction twice': good.replace('</GVPSRequest>', '<Transaction><Type>sales</Type></Transaction></GVPSRequest>'),
  };
  for (const [name, body] of Object.entries(bad)) {
    const answer = readAnswer((await post(body)).text);
    assert.deepEqual([...answer.brief, answer.get('HashData')], ['92', '0001', ''], name);
  }
  assert.deepEqual(readAnswer((await post(good)).text).brief, APPROVED);
});

// ---- sales

test('the provision after 3-D Secure: once, with the proof of that very order', async () => {
  for (const card of ['success', '3ds-not-enrolled', '3ds-attempt']) {
    const visit = await visited({}, card);
    assert.equal(bank.find(visit.orderId), undefined, 'so far nothing is charged');
    const answer = await ask(provision(visit));
    assert.deepEqual(answer.brief, APPROVED, card);
    assert.equal(answer.get('CardNumberMasked'), `40000000****${numberOf(card).slice(-4)}`);
    assert.equal(bank.find(visit.orderId).mdStatus, visit.back.mdstatus);
    assert.deepEqual(await briefOf(provision(visit)), ['92', '0104'], 'a second time');
  }
});

test('a provision whose proof belongs to something else is refused, and the right one still works', async () => {
  const [visit, other] = [await visited(), await visited()];
  const wrong = {
    amount: { amount: '14991' }, currency: { currencyCode: '840' }, type: { type: 'preauth' },
    installments: { installments: '2' },
    'order without a visit': { orderId: newOrder() }, 'a card as well': { card: numberOf('success') },
    'no md': { proof: { Md: '' } }, 'any md': { proof: { Md: 'aW5kZXg6MDI=' } },
    'md of another order': { proof: { Md: other.back.md } }, 'all of another order': {
      proof: { Md: other.back.md, TxnID: other.back.xid, AuthenticationCode: other.back.cavv, SecurityLevel: other.back.eci },
    },
    xid: { proof: { TxnID: other.back.xid } }, cavv: { proof: { AuthenticationCode: other.back.cavv } },
    eci: { proof: { SecurityLevel: '07' } }, 'no cavv': { proof: { AuthenticationCode: '' } },
  };
  for (const [name, changes] of Object.entries(wrong)) {
    assert.deepEqual(await briefOf(provision(visit, changes)), ['92', '0804'], name);
  }
  assert.deepEqual(await briefOf({ ...provision(visit), secure: null }), ['92', '0763']);
  assert.equal(bank.find(visit.orderId), undefined);
  assert.deepEqual(await briefOf(provision(visit)), APPROVED);
});

test('two terminals know nothing of each other: authentications, orders, lists', async () => {
  const second = { ...SIMULATOR_ACCOUNT, terminalId: '30691298' };
  const two = createGaranti({ stores: [SIMULATOR_ACCOUNT, second], courier: banks.courier, now: () => now });
  const visit = await visited({}, 'success', two);
  const answerTo = async (changes) => {
    const { body } = await two.handle({ path: '/VPServlet', method: 'POST', body: Buffer.from(gvpsRequest(changes)) });
    return readAnswer(decodeLatin5(body)).brief;
  };
  const other = { terminalId: '30691298' };
  assert.deepEqual(await answerTo(provision(visit, other)), ['92', '0804']);
  assert.deepEqual(await answerTo(provision(visit)), APPROVED);
  const inquiries = { orderinq: '0110', orderhistoryinq: '0108', orderlistinq: '0108' };
  const order = [['StartDate', '21/11/2026 00:00'], ['EndDate', '21/11/2026 23:59'], ['ListPageNum', '1']];
  for (const [type, reason] of Object.entries(inquiries)) {
    assert.deepEqual(await answerTo({ type, order, orderId: visit.orderId }), ['00', ''], type);
    assert.deepEqual(await answerTo({ type, order, orderId: visit.orderId, ...other }), ['92', reason], type);
  }
  assert.deepEqual(await answerTo({ type: 'void', user: 'PROVRFN', orderId: visit.orderId, ...other }), ['92', '0101']);
});

test('where 3-D Secure failed, or the bank has charged already, there is nothing to provision', async () => {
  for (const card of ['3ds-failed', 'approved-without-3ds']) {
    const visit = await visited({}, card);
    assert.deepEqual(await briefOf(provision(visit)), ['92', '0804'], card);
    assert.equal(bank.find(visit.orderId), undefined);
  }
  const paid = await visited({ secure3dsecuritylevel: '3D_PAY' });
  assert.deepEqual(await briefOf(provision(paid)), ['92', '0104']);
  const full = await visited({ secure3dsecuritylevel: '3D_FULL' }, '3ds-attempt');
  assert.deepEqual(await briefOf(provision(full)), ['92', '0804'], 'FULL authenticated, and did not charge');
});

test('a declined provision uses the authentication up; the order may be paid by another one', async () => {
  const visit = await visited({}, 'insufficient-funds');
  const declined = await ask(provision(visit));
  assert.deepEqual(declined.brief, ['51', '51']);
  const words = ['Source', 'Message', 'SysErrMsg'].map((name) => declined.get(name, RESPONSE));
  assert.deepEqual(words, ['HOST', 'Declined', 'BAKIYE YETERSIZ']);
  assert.match(declined.get('RetrefNum'), /^\d{12}$/);
  assert.equal(bank.find(visit.orderId).status, 'declined');
  assert.deepEqual(await briefOf(provision(visit)), ['92', '0804']);
  const again = await visited({ orderid: visit.orderId });
  assert.deepEqual(await briefOf(provision(again)), APPROVED);
  assert.deepEqual([bank.find(visit.orderId).status, bank.find(visit.orderId).entries], ['paid', 2]);
});

test('what the card’s bank says', async () => {
  const answers = {
    'insufficient-funds': ['51', 'Declined'], expired: ['54', 'Declined'], refused: ['05', 'Declined'],
    'bank-error': ['99', 'Error'],
  };
  for (const [card, expected] of Object.entries(answers)) {
    const answer = await ask({ orderId: newOrder(), card: numberOf(card) });
    assert.deepEqual([answer.get('Code', RESPONSE), answer.get('Message', RESPONSE)], expected, card);
  }
  assert.deepEqual(await briefOf({ orderId: newOrder(), card: '4111111111111111' }), ['14', '14'], 'no test card');
  const { orderId } = await sold();
  assert.deepEqual(await briefOf({ orderId, card: numberOf('success') }), ['92', '0104']);
  assert.deepEqual(await briefOf({ orderId, type: 'preauth', card: numberOf('success') }), ['92', '0104']);
  const forced = newOrder();
  bank.force(forced, 'refused');
  assert.deepEqual(await briefOf({ orderId: forced, card: numberOf('success') }), ['05', '05']);
});

test('a slow card keeps the shop waiting', async () => {
  const started = Date.now();
  await sold({ card: numberOf('slow') });
  assert.ok(Date.now() - started >= 60);
});

// ---- captures, voids, refunds

test('a pre-authorisation is captured once, never for more than was allowed', async () => {
  const visit = await visited({ txntype: 'preauth' });
  const { orderId } = visit;
  const preauth = await ask(provision(visit, { type: 'preauth' }));
  assert.deepEqual([...preauth.brief, bank.find(orderId).status], ['00', '00', 'authorized']);
  const reference = preauth.get('RetrefNum');
  assert.deepEqual((await capture(orderId, '14990', { original: '000000000000' })).brief, ['92', '0209']);
  assert.deepEqual((await capture(orderId, '14990', { currencyCode: '840' })).brief, ['92', '0759']);
  const above = await capture(orderId, '14991');
  assert.deepEqual([...above.brief, above.get('Source', RESPONSE)], ['13', '13', 'HOST']);
  const done = await capture(orderId, '10000', { original: reference });
  assert.deepEqual([...done.brief, done.get('AuthCode')], ['00', '00', preauth.get('AuthCode')]);
  assert.notEqual(done.get('RetrefNum'), reference);
  assert.deepEqual((await capture(orderId, '4990')).brief, ['92', '0102'], 'only once');
  assert.deepEqual([bank.find(orderId).status, bank.find(orderId).captured], ['paid', 10000n]);
  assert.deepEqual((await capture(newOrder())).brief, ['92', '0102']);
  assert.deepEqual((await capture((await sold()).orderId)).brief, ['92', '0102'], 'a sale');
  bank.settings.captureMarginPercent = 15;
  const dearer = await sold({ type: 'preauth', amount: '10000' });
  assert.deepEqual((await capture(dearer.orderId, '11501')).brief, ['13', '13']);
  assert.deepEqual((await capture(dearer.orderId, '11500')).brief, APPROVED);
});

test('a void takes back the last transaction, until the end of the day', async () => {
  const sale = await sold();
  const done = await cancel(sale.orderId);
  assert.deepEqual([...done.brief, done.get('AuthCode')], ['00', '00', sale.authCode]);
  assert.notEqual(done.get('RetrefNum'), sale.retrefNum);
  assert.equal(bank.find(sale.orderId).status, 'voided');
  assert.deepEqual((await cancel(sale.orderId)).brief, ['92', '0101']);
  assert.deepEqual((await cancel(newOrder())).brief, ['92', '0101']);
  const again = await briefOf({ orderId: sale.orderId, card: numberOf('success') });
  assert.deepEqual(again, ['92', '0104'], 'a voided order is no free one');

  const late = await sold();
  bank.settle();
  assert.deepEqual((await cancel(late.orderId)).brief, ['92', '0210']);
  assert.equal(bank.find(late.orderId).status, 'paid');
});

test('a void of a captured pre-authorisation needs the reference; then the capture is open again', async () => {
  const preauth = await sold({ type: 'preauth' });
  const { orderId } = preauth;
  const captured = (await capture(orderId, '9000')).get('RetrefNum');
  assert.deepEqual((await cancel(orderId)).brief, ['92', '0202']);
  assert.deepEqual((await cancel(orderId, preauth.retrefNum)).brief, ['92', '0207'], 'the later one first');
  assert.deepEqual((await cancel(orderId, captured)).brief, APPROVED);
  assert.deepEqual([bank.find(orderId).status, bank.find(orderId).captured], ['authorized', 0n]);
  assert.deepEqual((await capture(orderId, '14990')).brief, APPROVED);
  bank.settle();
  const next = await sold({ type: 'preauth' });
  bank.settle();
  assert.deepEqual((await cancel(next.orderId)).brief, APPROVED, 'a pre-authorisation is no settled money');
});

test('refunds: only what was captured and settled, by its reference, in parts or whole', async () => {
  const { orderId, retrefNum } = await sold();
  assert.deepEqual((await refund(orderId, retrefNum)).brief, ['92', '0208'], 'on the day of the sale');
  bank.settle();
  assert.deepEqual((await refund(orderId, null)).brief, ['92', '0103']);
  assert.deepEqual((await refund(orderId, '000000000000')).brief, ['92', '0103']);
  assert.deepEqual((await refund(newOrder(), retrefNum)).brief, ['92', '0103']);
  assert.deepEqual((await refund(orderId, retrefNum, '14991')).brief, ['92', '0214']);
  assert.deepEqual((await refund(orderId, retrefNum, '100', { currencyCode: '840' })).brief, ['92', '0759']);
  const part = await refund(orderId, retrefNum, '10000');
  assert.deepEqual(part.brief, APPROVED);
  assert.notEqual(part.get('RetrefNum'), retrefNum);
  assert.equal(bank.find(orderId).status, 'paid');
  assert.deepEqual((await refund(orderId, retrefNum, '4991')).brief, ['92', '0214']);
  assert.deepEqual((await refund(orderId, retrefNum, '4990')).brief, APPROVED);
  assert.deepEqual((await refund(orderId, retrefNum, '1')).brief, ['92', '0214']);
  assert.deepEqual([bank.find(orderId).status, bank.find(orderId).refunded], ['refunded', 14990n]);
});

test('refunds: pre-authorised money only after its capture, and a refund may itself be voided', async () => {
  const preauth = await sold({ type: 'preauth' });
  const { orderId } = preauth;
  bank.settle();
  assert.deepEqual((await refund(orderId, preauth.retrefNum)).brief, ['92', '0103']);
  const captured = (await capture(orderId, '9000')).get('RetrefNum');
  bank.settle();
  assert.deepEqual((await refund(orderId, captured, '9001')).brief, ['92', '0214']);
  const first = (await refund(orderId, captured, '9000')).get('RetrefNum');
  assert.equal(bank.find(orderId).status, 'refunded');
  assert.deepEqual((await cancel(orderId, first)).brief, APPROVED);
  assert.deepEqual([bank.find(orderId).status, bank.find(orderId).refunded], ['paid', 0n]);
  assert.deepEqual((await refund(orderId, captured, '9000')).brief, APPROVED);
});

test('other banks’ habits: refunds on the same day, and without a reference', async () => {
  bank.settings.refundNeedsSettlement = false;
  const { orderId, retrefNum } = await sold();
  assert.deepEqual((await refund(orderId, retrefNum, '1000')).brief, APPROVED);
  assert.deepEqual((await refund(orderId, null, '1000')).brief, ['92', '0103']);
  bank.settings.refundNeedsReference = false;
  assert.deepEqual((await refund(orderId, null, '1000')).brief, APPROVED);
  assert.deepEqual((await refund(orderId, '000000000000', '1000')).brief, ['92', '0103'], 'a wrong one is wrong all the same');
  assert.equal(bank.find(orderId).refunded, 2000n);
});

test('two refunds at once never give more than was taken', async () => {
  bank.settings.refundNeedsSettlement = false;
  const { orderId, retrefNum } = await sold();
  const answers = await Promise.all([1, 2, 3].map(() => refund(orderId, retrefNum, '7000')));
  assert.deepEqual(answers.map(({ brief: [, reason] }) => reason).sort(), ['00', '00', '0214']);
  assert.equal(bank.find(orderId).refunded, 14000n);
});

// ---- inquiries

test('order inquiry: a sale, with the amount in kuruş and no word of the currency', async () => {
  const { orderId, retrefNum, authCode } = await sold({ installments: '3' });
  const answer = await inquiry(orderId);
  assert.deepEqual(answer.brief, ['00', '']);
  assert.deepEqual(['Source', 'Message'].map((name) => answer.get(name, RESPONSE)), ['GVPS', 'Approved']);
  const expected = {
    ChargeType: 'S', PreAuthAmount: '0', PreAuthDate: '', AuthAmount: '14990', AuthDate: '2026-11-21 18:42:33.259',
    Status: 'APPROVED', InstallmentCnt: '3', CardNumberMasked: '40000000****0002', Code: '00', RetrefNum: retrefNum,
    AuthCode: authCode, ProvDate: '2026-11-21 18:42:33.259',
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(found(answer, name), value, name);
  assert.ok(!/currency/i.test(JSON.stringify(answer.root)));
  assert.deepEqual([answer.get('RetrefNum'), answer.get('AuthCode')], ['', ''], 'the inquiry itself is no transaction');
});

test('order inquiry: the states of an order', async () => {
  const stateOf = async (orderId) => {
    const answer = await inquiry(orderId);
    return ['Status', 'PreAuthAmount', 'AuthAmount', 'Code'].map((name) => found(answer, name));
  };
  const preauth = await sold({ type: 'preauth' });
  const waiting = ['WAITINGPOSTAUTH', '14990', '0', '00'];
  assert.deepEqual(await stateOf(preauth.orderId), waiting);
  await capture(preauth.orderId, '14991');
  assert.deepEqual(await stateOf(preauth.orderId), waiting, 'a capture that was refused changes nothing');
  await cancel(preauth.orderId, (await capture(preauth.orderId)).get('RetrefNum'));
  assert.deepEqual(await stateOf(preauth.orderId), waiting, 'nor does one that was voided');
  assert.equal(found(await inquiry(preauth.orderId), 'RetrefNum'), preauth.retrefNum);
  const captured = (await capture(preauth.orderId, '9000')).get('RetrefNum');
  assert.deepEqual(await stateOf(preauth.orderId), ['APPROVED', '14990', '9000', '00']);
  assert.equal(found(await inquiry(preauth.orderId), 'RetrefNum'), captured);
  const declined = newOrder();
  await ask({ orderId: declined, card: numberOf('insufficient-funds') });
  assert.deepEqual(await stateOf(declined), ['DECLINED', '0', '0', '51']);
  const sale = await sold();
  await cancel(sale.orderId);
  assert.deepEqual((await stateOf(sale.orderId))[0], 'VOID');
  bank.settings.statusAfterVoid = 'CANCELLED';
  assert.deepEqual((await stateOf(sale.orderId))[0], 'CANCELLED');
  bank.settle();
  await refund(preauth.orderId, captured, '4000');
  assert.deepEqual(await stateOf(preauth.orderId), ['APPROVED', '14990', '9000', '00'], 'a part is no change of state');
  await refund(preauth.orderId, captured, '5000');
  assert.deepEqual((await stateOf(preauth.orderId))[0], 'REFUNDED');
});

test('order inquiry: an unknown order has the same elements with nothing in them', async () => {
  const { orderId } = await sold();
  const [known, unknown] = [await inquiry(orderId), await inquiry('NOBODY')];
  assert.deepEqual(unknown.brief, ['92', '0110']);
  const names = (answer) => answer.at(['Order', 'OrderInqResult']).children.map(({ name }) => name);
  assert.deepEqual(names(unknown), names(known));
  const values = ['Status', 'AuthAmount', 'CardNumberMasked', 'RetrefNum'].map((name) => found(unknown, name));
  assert.deepEqual(values, ['', '0', 'null', '']);
});

test('a fresh payment is not found at once', async () => {
  now += 3_600_000;   // an hour in which nobody else has paid
  bank.settings.statusLagMs = 1000;
  const { orderId } = await sold();
  const list = () => listed('21/11/2026 19:42', '21/11/2026 19:43');
  assert.deepEqual([(await inquiry(orderId)).brief, (await history(orderId)).brief], [['92', '0110'], ['92', '0108']]);
  assert.deepEqual((await list()).brief, ['92', '0108']);
  now += 1000;
  assert.deepEqual([found(await inquiry(orderId), 'Status'), rowsOf(await history(orderId)).length], ['APPROVED', 1]);
  assert.deepEqual(rowsOf(await list(), 'OrderListInqResult').map(({ OrderID }) => OrderID), [orderId]);
});

test('order history: every transaction, the oldest first, failures too', async () => {
  const orderId = newOrder();
  await ask({ orderId, card: numberOf('insufficient-funds') });
  const sale = await ask({ orderId, card: numberOf('success') });
  bank.settle();
  await refund(orderId, sale.get('RetrefNum'), '4000');
  await refund(orderId, sale.get('RetrefNum'), '14000');
  const rows = rowsOf(await history(orderId));
  const brief = rows.map(({ Type, Status, AuthAmount, AuthDate, ReturnCode, CurrencyCode }) =>
    [Type, Status, AuthAmount, AuthDate, ReturnCode, CurrencyCode]);
  assert.deepEqual(brief, [
    ['sales', '01', '14990', '', '51', '0'],
    ['sales', '00', '14990', '20261121', '00', '949'],
    ['refund', '00', '4000', '20261121', '00', '949'],
    ['refund', '01', '14000', '', '92', '0'],
  ]);
  assert.equal(rows[1].RetrefNum, sale.get('RetrefNum'));
  assert.deepEqual(rows.map(({ Settlement }) => Settlement), ['N', 'Y', 'N', 'N']);
  assert.deepEqual((await history('NOBODY')).brief, ['92', '0108']);
});

test('order history: how a void shows', async () => {
  const { orderId } = await sold({ type: 'preauth' });
  await cancel(orderId);
  const shown = async (how) => {
    bank.settings.voidInHistory = how;
    return rowsOf(await history(orderId)).map(({ Type, PreAuthAmount, VoidDate }) => [Type, PreAuthAmount, VoidDate]);
  };
  const [voided, open, entry] = [['preauth', '14990', '20261121'], ['preauth', '14990', ''], ['void', '0', '']];
  assert.deepEqual([await shown('date'), await shown('entry'), await shown('both')], [[voided], [open, entry], [voided, entry]]);
});

test('order list: the transactions of some days, page by page', async () => {
  now += 7 * 86_400_000;   // 28 November, where nobody else has paid
  const sale = await sold({ installments: '2' });
  now += 60_000;
  const dollars = await sold({ currencyCode: '840', amount: '2500' });
  await ask({ orderId: newOrder(), card: numberOf('expired') });
  const visit = await visited({ secure3dsecuritylevel: '3D_PAY' });
  bank.settings.listPageSize = 3;
  const list = (page, start = '28/11/2026 00:00', end = '28/11/2026 23:59') =>
    listed(start, end, { order: [['ListPageNum', page]] });
  const elsewhere = { transaction: [['ListPageNum', '2']] };   // the bank's samples disagree about the place
  const [first, third] = [await list('1'), await list('3')];
  const second = await listed('28/11/2026 00:00', '28/11/2026 23:59', elsewhere);
  assert.deepEqual(first.brief, ['00', '']);
  const head = (answer) => ['TotalTxnCount', 'TotalPageCount', 'ActPageNum']
    .map((name) => answer.get(name, ['Order', 'OrderListInqResult', 'OrderTxnList']));
  assert.deepEqual([head(first), head(second)], [['4', '2', '1'], ['4', '2', '2']]);
  const rows = [first, second, third].map((answer) => rowsOf(answer, 'OrderListInqResult'));
  assert.deepEqual(rows.map(({ length }) => length), [3, 1, 0]);
  assert.deepEqual(rows.flat().map(({ Id }) => Id), ['1', '2', '3', '4']);
  const [one, two, three, four] = rows.flat();
  assert.deepEqual(
    [one.OrderID, one.TrxType, one.Status, one.AuthAmount, one.CurrencyCode, one.InstallmentCnt, one.RetrefNum, one.LastTrxDate],
    [sale.orderId, 'Satis', 'Basarili', '14990', 'TL', '2', sale.retrefNum, '2026-11-28 19:42:34'],
  );
  assert.deepEqual([two.OrderID, two.CurrencyCode, two.InstallmentCnt, two.SafeType], [dollars.orderId, 'USD', 'Pesin', '']);
  assert.deepEqual([three.Status, three.ResponseCode, three.AuthCode], ['Basarisiz', '54', '']);
  assert.deepEqual([four.OrderID, four.SafeType, four.UserId], [visit.orderId, '3D', 'PROVAUT']);
  assert.deepEqual(head(await list('1', '28/11/2026 19:43', '28/11/2026 19:43')), ['3', '1', '1'], 'both minutes belong to it');
  assert.deepEqual((await list('1', '28/11/2026 19:44', '29/11/2026 00:00')).brief, ['92', '0108'], 'nothing then');
});

test('order list: other words for what gives money back', async () => {
  now += 7 * 86_400_000;   // 5 December
  const preauth = await sold({ type: 'preauth' });
  await cancel(preauth.orderId, (await capture(preauth.orderId)).get('RetrefNum'));
  const sale = await sold();
  bank.settle();
  const back = await refund(sale.orderId, sale.retrefNum, '100');
  const rows = rowsOf(await listed('05/12/2026 00:00', '05/12/2026 23:59'), 'OrderListInqResult');
  assert.deepEqual(rows.map(({ TrxType }) => TrxType), ['On Otorizasyon', 'On Otorizasyon Kapama', 'Iptal', 'Satis', 'Iade']);
  const last = rows.at(-1);
  assert.deepEqual([last.AuthAmount, last.RetrefNum, last.OrigRetrefNum], ['100', back.get('RetrefNum'), sale.retrefNum]);
});

test('order list: thirty days at most, of this calendar, and a page', async () => {
  bank.settings.listPageSize = 2;
  const fieldOf = async (start, end, page = '1') => {
    const answer = await listed(start, end, { order: [['ListPageNum', page]] });
    return [...answer.brief, answer.get('SysErrMsg', RESPONSE).split(' ')[0]];
  };
  const wrong = (field) => ['92', '0002', field];
  assert.deepEqual(await fieldOf('01/11/2026 00:00', '01/12/2026 00:01'), wrong('EndDate'));
  assert.deepEqual((await fieldOf('01/11/2026 00:00', '01/12/2026 00:00'))[0], '00');
  assert.deepEqual(await fieldOf('02/11/2026 00:00', '01/11/2026 00:00'), wrong('EndDate'));
  for (const date of ['', '2026-11-01 00:00', '31/11/2026 00:00', '01/11/2026', '01/11/2026 24:00', '1/11/2026 00:00']) {
    assert.deepEqual(await fieldOf(date, '30/11/2026 00:00'), wrong('StartDate'), date);
    assert.deepEqual(await fieldOf('01/11/2026 00:00', date), wrong('EndDate'), date);
  }
  for (const page of ['', '0', '-1', '1.5', 'x', '100000']) {
    assert.deepEqual(await fieldOf('01/11/2026 00:00', '30/11/2026 00:00', page), wrong('ListPageNum'), page);
  }
});

test('what was paid on the hosted page is found, voided and refunded like everything else', async () => {
  const visits = [];
  for (let i = 0; i < 2; i += 1) visits.push(await visited({ secure3dsecuritylevel: '3D_OOS_PAY' }));
  const [first, second] = visits;
  const answer = await inquiry(first.orderId);
  assert.deepEqual(
    ['Status', 'AuthAmount', 'RetrefNum', 'AuthCode'].map((name) => found(answer, name)),
    ['APPROVED', '14990', first.back.hostrefnum, first.back.authcode],
  );
  assert.deepEqual((await cancel(first.orderId)).brief, APPROVED);
  bank.settle();
  assert.deepEqual((await refund(second.orderId, second.back.hostrefnum)).brief, APPROVED);
});

// ---- bad days

async function attempt(kind) {
  const visit = await visited();
  bank.fault({ on: 'provision', kind });
  const answer = await send(provision(visit)).catch(() => 'lost');
  return { ...visit, answer, paid: bank.find(visit.orderId)?.status === 'paid' };
}

test('lost answers: what was done and what was answered are two things', async () => {
  const done = {
    'timeout-before': false, 'timeout-during': true, 'timeout-after': true, 'reset-before': false, 'reset-after': true,
  };
  for (const [kind, paid] of Object.entries(done)) {
    const result = await attempt(kind);
    assert.deepEqual([result.answer, result.paid], ['lost', paid], kind);
  }
  for (const [kind, status, paid] of [
    ['http-500-before', 500, false], ['http-500-after', 500, true], ['html-before', 200, false], ['html-after', 200, true],
    ['redirect-before', 302, false],
  ]) {
    const result = await attempt(kind);
    assert.deepEqual([result.answer.status, result.paid, /<html>/.test(result.answer.text)], [status, paid, true], kind);
  }
});

test('after a lost answer the inquiry tells, and a second provision charges nothing', async () => {
  const [lost, none] = [await attempt('timeout-after'), await attempt('timeout-before')];
  assert.equal(found(await inquiry(lost.orderId), 'Status'), 'APPROVED');
  assert.deepEqual(await briefOf(provision(lost)), ['92', '0104']);
  assert.equal(bank.find(lost.orderId).entries, 1);
  assert.deepEqual((await inquiry(none.orderId)).brief, ['92', '0110']);
});

test('damaged answers: each is wrong in one thing only', async () => {
  const truncated = await attempt('truncated');
  assert.ok(truncated.paid);
  assert.throws(() => readAnswer(truncated.answer.text));

  const twice = await attempt('duplicate-tag');
  assert.equal(twice.answer.text.match(/<Response>/g).length, 2);

  const order = await attempt('wrong-order');
  const misnamed = readAnswer(order.answer.text);
  assert.equal(misnamed.get('OrderID', ['Order']), `${order.orderId}X`);
  assert.equal(misnamed.get('HashData'), digestOf(misnamed, 'PROVAUT', '512'), 'signed all the same');

  const terminal = readAnswer((await attempt('wrong-terminal')).answer.text);
  assert.equal(terminal.get('ID', ['Terminal']), '306912979');
  assert.equal(terminal.get('HashData'), digestOf(terminal, 'PROVAUT', '512'));

  const hash = readAnswer((await attempt('wrong-hash')).answer.text);
  assert.equal(hash.get('HashData').length, 128);
  assert.notEqual(hash.get('HashData'), digestOf(hash, 'PROVAUT', '512'));
  assert.deepEqual((await attempt('none-such')).answer.status, 200);
});

test('a duplicate answer to a refusal looks like a success first', async () => {
  bank.fault({ on: 'sales', kind: 'duplicate-tag' });
  const { text } = await send({ orderId: newOrder(), card: numberOf('expired') });
  assert.deepEqual([...text.matchAll(/<Code>(\d+)<\/Code>/g)].map(([, code]) => code), ['00', '54']);
});

test('faults wait for their operation, and for a request that is let in', async () => {
  const { orderId } = await sold();
  bank.fault({ on: 'orderhistoryinq', kind: 'reset-before' });
  assert.deepEqual((await inquiry(orderId)).brief, ['00', '']);
  assert.deepEqual(await briefOf({ type: 'orderhistoryinq', orderId, password: 'wrong' }), ['92', '0651']);
  await assert.rejects(send({ type: 'orderhistoryinq', orderId }));
  assert.deepEqual((await history(orderId)).brief, ['00', '']);
  bank.fault({ kind: 'reset-before', times: 2 });
  for (const type of ['orderinq', 'postauth']) await assert.rejects(send({ type, orderId }));
  assert.deepEqual((await inquiry(orderId)).brief, ['00', '']);
});

test('while a provision hangs the money is not there yet, and then it is', async () => {
  const visit = await visited();
  bank.fault({ on: 'provision', kind: 'timeout-during' });
  const lost = send(provision(visit)).catch(() => 'lost');
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.deepEqual((await inquiry(visit.orderId)).brief, ['92', '0110']);
  assert.equal(await lost, 'lost');
  assert.equal(found(await inquiry(visit.orderId), 'Status'), 'APPROVED');
});

// InterPos (Denizbank): the pages, the API, what it does with money, how it fails, and what a dishonest customer makes of its returns.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { forge } from '../../banks/attacks.js';
import { CARDS, cardByName } from '../../banks/cards.js';
import { parseForm, valueOf } from '../../banks/form.js';
import { callbackHash, requestHash, SIGNED_FIELDS, SIMULATOR_ACCOUNT } from '../../banks/interpos.js';
import { FAULTS, OPERATIONS } from '../../banks/interpos-api.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const SHOP = SIMULATOR_ACCOUNT;
const OTHER_SHOP = { shopCode: '9108', userCode: 'Other', userPass: 'o', merchantPass: 'p', merchantName: 'ÖTEKİ' };
let shop;
let banks;
let bank;
let settings;
let orders = 0;

before(async () => {
  shop = await startShop();
  const times = { slowMs: 60, hangMs: 40, repeatMs: 5 };
  banks = await startBanks({ shopOrigin: shop.origin, interpos: { times, stores: [SHOP, OTHER_SHOP] } });
  bank = banks.interpos;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => Promise.all([shop.close(), banks.close()]));

// ---- a shop

const newOrder = () => `IP-${String((orders += 1)).padStart(6, '0')}`;
const CARD = { Pan: cardByName('success').pan, Expiry: '1230', Cvv2: '000', CardType: '0' };

function formFields(changes = {}, account = SHOP) {
  const form = {
    ShopCode: account.shopCode, TxnType: 'Auth', SecureType: '3DHost', PurchAmount: '149.90', OrderId: newOrder(), Currency: '949',
    InstallmentCount: '', OkUrl: `${shop.origin}/ok`, FailUrl: `${shop.origin}/fail`, Rnd: 'r0123456789abcdef', Lang: 'tr',
    ...(changes.SecureType && changes.SecureType !== '3DHost' && CARD), ...changes,
  };
  return { ...form, Hash: changes.Hash ?? requestHash(form, account.merchantPass) };
}

/** What came back: `back` are its fields, `path` where they went. */
async function visit(changes, customer, account = SHOP) {
  const form = formFields(changes, account);
  const { url, fields, ...rest } = await bank.visit(form, customer);
  return { form, account, ...rest, back: Object.fromEntries(fields ?? []), path: url?.slice(shop.origin.length) };
}

const verifies = (back, password = SHOP.merchantPass) => {
  const { HASH, HASHPARAMS } = callbackHash(back, password);
  return back.HASH === HASH && back.HASHPARAMS === HASHPARAMS;
};

const address = (door = 'Default') => `${banks.url}/interpos/mpi/${door}.aspx`;

async function post(fields) {
  const response = await fetch(address(), { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

async function call(TxnType, fields, account = SHOP) {
  const { shopCode, userCode, userPass } = account;
  const question = { ShopCode: shopCode, UserCode: userCode, UserPass: userPass, TxnType, SecureType: 'NonSecure', Lang: 'tr', ...fields };
  const { text, ...rest } = await post(question);
  const pairs = text.split(';;').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  assert.equal(new Set(pairs.map(([name]) => name)).size, pairs.length, `a name occurs twice in ${text}`);
  return { ...rest, text, ...Object.fromEntries(pairs) };
}

const sell = (OrderId, more = {}, account = SHOP) => call(more.TxnType ?? 'Auth', {
  OrderId, PurchAmount: '149.90', Currency: '949', InstallmentCount: '', MOTO: '0', ...CARD, ...more,
}, account);
const provide = ({ back, form, account }, more = {}) => call(form.TxnType, {
  OrderId: form.OrderId, PurchAmount: form.PurchAmount, Currency: form.Currency, InstallmentCount: form.InstallmentCount, MOTO: '0',
  MD: back.MD, PayerTxnId: back.PayerTxnId, Eci: back.Eci, PayerAuthenticationCode: back.PayerAuthenticationCode, ...more,
}, account);
const inquire = (orgOrderId, more = {}, account) => call('StatusHistory', { OrderId: '', orgOrderId, ...more }, account);
const change = (TxnType, orgOrderId, more = {}) => call(TxnType, { OrderId: '', orgOrderId, Currency: '949', ...more });
const refund = (orderId, PurchAmount, more) => change('Refund', orderId, { PurchAmount, ...more });
const code = async (answer) => (await answer).ProcReturnCode;
const look = async (orderId, ...names) => {
  const answer = await inquire(orderId);
  return names.map((name) => answer[name]);
};

async function sold(PurchAmount = '149.90', more) {
  const orderId = newOrder();
  assert.equal(await code(sell(orderId, { PurchAmount, ...more })), '00');
  return orderId;
}

// ---- the pages

test('the bank’s page charges at once: every card has its fate', async () => {
  const fates = {
    success: ['/ok', '00', '1', 'paid'], 'insufficient-funds': ['/fail', '51', '1', 'declined'], expired: ['/fail', '54', '1', 'declined'],
    refused: ['/fail', '05', '1', 'declined'], 'bank-error': ['/fail', '99', '1', 'declined'], '3ds-failed': ['/fail', '', '0', 'declined'],
    '3ds-attempt': ['/ok', '00', '4', 'paid'], '3ds-not-enrolled': ['/ok', '00', '2', 'paid'],
    'approved-without-3ds': ['/ok', '00', '5', 'paid'], slow: ['/ok', '00', '1', 'paid'], review: ['/ok', '00', '1', 'paid'],
  };
  bank.settings.hostDigest = 'sound';
  for (const { name } of CARDS) {
    const { path, back, order, body } = await visit({}, { card: name });
    if (name === 'silent') {
      assert.deepEqual([body, order.status], [null, 'paid'], 'paid, and nobody is told');
      continue;
    }
    assert.deepEqual([path, back.ProcReturnCode, back.mdStatus, order.status], fates[name], name);
    assert.ok(verifies(back), name);
    assert.deepEqual([back.PurchAmount, back.Currency, back.Response], ['149,90', '949', order.status === 'paid' ? 'Approved' : ''], name);
  }
  bank.settings.halfSecure = false;
  const half = await visit({}, { card: '3ds-attempt' });
  assert.deepEqual([half.path, half.back.ProcReturnCode, half.order.status], ['/fail', '', 'declined'], 'attempted only, and not charged');
});

test('the hosted page’s digest has no password in it; those of the other models have', async () => {
  const hosted = await visit();
  assert.deepEqual([verifies(hosted.back), verifies(hosted.back, '')], [false, true]);
  assert.ok('__EVENTTARGET' in hosted.back);
  for (const SecureType of ['3DPay', '3DModel']) {
    const { back } = await visit({ SecureType });
    assert.deepEqual([verifies(back), verifies(back, ''), '__EVENTTARGET' in back], [true, false, false], SecureType);
  }
});

test('3DPay: the card in the form, the charge at the bank', async () => {
  const { path, back, order } = await visit({ SecureType: '3DPay' });
  assert.deepEqual([path, back.ProcReturnCode, back.TxnResult, order.status], ['/ok', '00', 'Success', 'paid']);
  assert.match(back.AuthCode, /^\d{6}$/);
  const wrong = await visit({ SecureType: '3DPay' }, { password: 'wrong' });
  assert.deepEqual([wrong.path, wrong.back.mdStatus, wrong.back.TxnStat, wrong.order.status], ['/fail', '0', 'N', 'declined']);
  bank.settings.failedCode = '99';
  assert.equal((await visit({ SecureType: '3DPay' }, { password: 'wrong' })).back.ProcReturnCode, '99');
});

test('3DModel: the return decides nothing yet; the provision is answered with order and amount', async () => {
  const paid = await visit({ SecureType: '3DModel', PurchAmount: '12.34' });
  assert.deepEqual([paid.path, paid.back.mdStatus, paid.back.ProcReturnCode, paid.back.Response], ['/ok', '1', '', '']);
  assert.deepEqual([paid.order.status, (await inquire(paid.form.OrderId)).ProcReturnCode], ['open', '05']);
  const answer = await provide(paid);
  assert.deepEqual(
    [answer.ProcReturnCode, answer.TxnResult, answer.OrderId, answer.Amount, answer.HostRefNum],
    ['00', 'Success', paid.form.OrderId, '12,34', 'hostid'],
  );
  assert.equal(await code(provide(paid)), 'E31', 'once');
  const declined = await visit({ SecureType: '3DModel', Pan: cardByName('insufficient-funds').pan });
  assert.equal(await code(provide(declined)), '51');
  const failed = await visit({ SecureType: '3DModel' }, { password: 'wrong' });
  assert.deepEqual([failed.path, failed.back.mdStatus, failed.back.ProcReturnCode], ['/fail', '0', '']);
  assert.match(failed.back.MD, /^[0-9A-F]{64}$/);
  assert.equal(await code(provide(failed)), 'E39', 'a visit that failed is good for nothing');
  bank.settings.failedMd = 'empty';
  assert.equal((await visit({ SecureType: '3DModel' }, { password: 'wrong' })).back.MD, '');
});

test('a provision agrees with its visit in order, amount, currency, instalments and shop', async () => {
  const one = await visit({ SecureType: '3DModel' });
  for (const changes of [
    { OrderId: newOrder() }, { PurchAmount: '1.00' }, { PurchAmount: '0' }, { Currency: '840' }, { InstallmentCount: '3' },
    { MD: 'F'.repeat(64) },
  ]) assert.equal(await code(provide(one, changes)), 'E39', JSON.stringify(changes));
  assert.equal(await code(provide({ ...one, account: OTHER_SHOP })), 'E39');
  assert.equal(await code(provide(one, { UserPass: 'wrong' })), '81');
  bank.settings.provisionChecks = 'md';
  const other = await visit({ SecureType: '3DModel' });
  const answer = await provide(other, { PurchAmount: '150.00' });
  assert.deepEqual([answer.ProcReturnCode, answer.Amount], ['00', '150,00'], 'some bank may charge what the provision says');
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
  assert.deepEqual([returned.action, valueOf(returned.fields, 'PurchAmount')], [`${shop.origin}/ok`, '1234,50']);
  const english = await browse(address('3DHost'), formFields({ Lang: 'en' }));
  assert.match(english.html, /Card details/);
  const cancelled = await browse(formOf(english, 'card-form').action, { action: 'cancel' });
  assert.deepEqual(['mdStatus', 'ProcReturnCode'].map((name) => valueOf(formOf(cancelled, 'return-form').fields, name)), ['0', '']);
});

test('by hand: a form that brings the card leads through the card’s bank', async () => {
  const { text } = await post(formFields({ SecureType: '3DPay' }));
  const acs = formOf({ html: text, url: address() }, 'acs-form');
  const password = await browse(acs.action, Object.fromEntries(acs.fields));
  const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  assert.ok(verifies(Object.fromEntries(formOf(done, 'return-form').fields)));
  assert.equal((await fetch(address())).status, 405);
  assert.equal((await browse(acs.action, { creq: '' })).status, 404);
});

test('a form that is not the shop’s has nowhere to return to', async () => {
  const shown = async (changes) => (await browse(address('3DHost'), formFields(changes))).html;
  assert.match(await shown({ ShopCode: '1' }), /Unknown merchant/);
  assert.match(await shown({ FailUrl: 'https://elsewhere.example/' }), /returns only to the shop/);
  await assert.rejects(bank.visit([...Object.entries(formFields()), ['purchamount', '1.00']]), /sent twice/);
});

test('a form with a fault goes back to FailUrl, signed', async () => {
  const refusedWith = async (changes, expected = 'E39') => {
    const { path, back } = await visit({ SecureType: '3DPay', ...changes });
    assert.deepEqual([path, back.ProcReturnCode, back.mdStatus, back['3DStatus']], ['/fail', expected, '0', '0'], JSON.stringify(changes));
    assert.ok(verifies(back));
  };
  for (const changes of [
    { Hash: 'x' }, { PurchAmount: '149,90' }, { PurchAmount: '0' }, { Currency: 'TRY' }, { OrderId: 'a b' }, { TxnType: 'Refund' },
    { InstallmentCount: '-1' }, { Pan: '4111111111111111' }, { Expiry: '' },
  ]) await refusedWith(changes);
  bank.settings.inactiveTerminalFor = ['form'];
  await refusedWith({}, '81');
  const { back } = await visit({ SecureType: '3DModel' });
  assert.deepEqual([back.ErrorMessage, back.ErrorCode, back.TxnResult], ['Terminal Aktif Degil', 'B810002', '']);
});

test('the form’s digest leaves the currency and the model to the customer; the return tells both', async () => {
  const swapped = await bank.visit({ ...formFields({ SecureType: '3DPay' }), Currency: '978' });
  assert.equal(swapped.order.currency, 'EUR');
  assert.equal(valueOf(swapped.fields, 'Currency'), '978');
  assert.ok(!('Currency' in (await inquire(swapped.order.orderId))), 'an inquiry does not tell the currency');
  const model = await bank.visit({ ...formFields({ SecureType: '3DPay' }), SecureType: '3DModel' });
  assert.deepEqual([valueOf(model.fields, 'mdStatus'), valueOf(model.fields, 'ProcReturnCode'), model.order.status], ['1', '', 'open']);
  assert.ok(verifies(Object.fromEntries(model.fields)), 'signed, and nothing is paid');
});

test('an order number is good for one approved payment; or for one attempt', async () => {
  const declined = await visit({}, { card: 'refused' });
  const { OrderId } = declined.form;
  assert.equal((await visit({ OrderId })).order.status, 'paid');
  const again = await visit({ OrderId });
  assert.deepEqual([again.path, again.back.ProcReturnCode, again.order.status], ['/fail', 'E31', 'paid']);
  assert.equal(await code(sell(OrderId)), 'E31');
  assert.equal((await visit({ OrderId }, {}, OTHER_SHOP)).order.status, 'paid', 'of each shop');
  bank.settings.orderIdOnce = 'any';
  const closed = await visit({}, { card: 'close' });
  assert.equal((await visit({ OrderId: closed.form.OrderId })).back.ProcReturnCode, 'E31');
});

test('two windows of one order: one charge', async () => {
  const OrderId = newOrder();
  const [first, second] = [await visit({ SecureType: '3DModel', OrderId }), await visit({ SecureType: '3DModel', OrderId })];
  const codes = [await code(provide(first)), await code(provide(second)), await code(provide(first))];
  assert.deepEqual(codes, ['00', 'E31', 'E31']);
  assert.deepEqual([bank.find(OrderId).captured, bank.find(OrderId).entries], [14990n, 1]);
});

test('banks differ: what is signed, how amounts and addresses are written, which names come', async () => {
  bank.settings.requestHash = 'with-card';
  const form = formFields({ SecureType: '3DPay' });
  assert.equal((await bank.visit(form)).order, undefined);
  assert.equal((await bank.visit({ ...form, Hash: requestHash(form, SHOP.merchantPass, { withCard: true }) })).order.status, 'paid');
  Object.assign(bank.settings, { requestHash: 'documented', urlsEscaped: true, approvedText: '', payerTxnId: 'empty' });
  bank.settings.amountText = 'natural';
  const { back } = await visit({ SecureType: '3DPay', PurchAmount: '320.00' });
  assert.deepEqual([back.PurchAmount, back.Response, back.PayerTxnId], ['320', '', '']);
  assert.ok(back.OkUrl.includes('\\/\\/') && verifies(back));
  Object.assign(bank.settings, { amountText: 'echo', omit: ['HASHPARAMSVAL', 'TRXDATE'] });
  const shorter = await visit({ SecureType: '3DPay' });
  assert.deepEqual([shorter.back.PurchAmount, 'TRXDATE' in shorter.back, 'HASHPARAMSVAL' in shorter.back], ['149.90', false, false]);
  Object.assign(bank.settings, { charset: 'ISO-8859-9', repeatCallback: 1 });
  const before = shop.visits.length;
  const repeated = await visit({ SecureType: '3DPay', CardHolderName: 'Ayşe' });
  assert.equal((await shop.visited(before + 1))[before].body, repeated.body);
  assert.ok(repeated.body.includes('Ay%FEe'));
});

// ---- money

test('the inquiry tells state and amount, but not the currency', async () => {
  const orderId = await sold('1.00');
  const answer = await inquire(orderId);
  assert.deepEqual(
    ['ProcReturnCode', 'PurchAmount', 'TxnStat', 'TxnStatus', 'ChargeTypeCd', 'VoidDate', 'RefundedAmount'].map((name) => answer[name]),
    ['00', '1,00', 'N', 'C', 'S', '1.1.0001 00:00:00', '0'],
  );
  assert.match(answer.OrderId, /^SYSOID\d+$/);
  assert.deepEqual([(await inquire(orderId, { OrderId: 'mine' })).OrderId, 'Currency' in answer], ['mine', false]);
  bank.settings.statusOrderId = 'original';
  assert.deepEqual(await look(orderId, 'OrderId'), [orderId]);
  assert.deepEqual(await look('nothing', 'ProcReturnCode', 'ErrorMessage', 'PurchAmount'), ['05', 'TR:Kayit bulunamadi', '0']);
  assert.equal(await code(inquire(orderId, {}, OTHER_SHOP)), '05');
  const declined = await visit({}, { card: 'insufficient-funds' });
  assert.deepEqual(await look(declined.form.OrderId, 'ProcReturnCode', 'TxnStatus'), ['51', 'D']);
  bank.settings.statusLagMs = 60_000;
  assert.deepEqual(await look(orderId, 'ProcReturnCode'), ['05']);
});

test('on the day of the sale a void; afterwards a refund', async () => {
  const orderId = await sold();
  assert.deepEqual(
    [await code(refund(orderId, '149.90')), await code(change('Void', orderId)), await code(change('Void', orderId))],
    ['E39', '00', '05'],
  );
  const [state, status, when] = await look(orderId, 'TxnStat', 'TxnStatus', 'VoidDate');
  assert.deepEqual([state, status, /^\d\d\.\d\d\.\d{4} /.test(when)], ['V', 'V', true]);
  const older = await sold();
  bank.settle();
  assert.deepEqual(await look(older, 'TxnStatus'), ['S']);
  assert.deepEqual([await code(change('Void', older)), await code(refund(older, '149.90'))], ['E39', '00']);
  assert.deepEqual([...await look(older, 'RefundedAmount', 'TxnStatus'), bank.find(older).status], ['149,90', 'S', 'refunded']);
});

test('refunds: parts, too much, nothing; with a number of its own it is done once, without one again', async () => {
  const orderId = await sold('100.00');
  bank.settings.refundNeedsSettlement = false;
  const first = await refund(orderId, '30.00');
  assert.deepEqual([first.ProcReturnCode, first.Amount, /^SYSOID/.test(first.OrderId)], ['00', '30,00', true]);
  assert.equal(await code(refund(orderId, '30.00')), '00', 'again');
  const own = { OrderId: newOrder() };
  assert.deepEqual([await code(refund(orderId, '10.00', own)), await code(refund(orderId, '10.00', own))], ['00', 'E31']);
  bank.settings.changeIdOnce = false;
  assert.equal(await code(refund(orderId, '10.00', own)), '00');
  assert.deepEqual([await code(refund(orderId, '20.01')), await code(refund(orderId, '0')), await code(refund('nothing', '1.00'))],
    ['E39', 'E39', '05']);
  assert.equal(await code(refund(orderId, '1.00', { Currency: '840' })), 'E39');
  assert.equal(await code(change('Void', orderId)), 'E39');
  assert.deepEqual([bank.find(orderId).captured, bank.find(orderId).refunded], [10000n, 8000n]);
});

test('pre-authorisation: capture, refund, void', async () => {
  const orderId = await sold('100.00', { TxnType: 'PreAuth' });
  const capture = (PurchAmount) => code(change('PostAuth', orderId, { PurchAmount }));
  assert.deepEqual([bank.find(orderId).status, ...await look(orderId, 'TxnStatus')], ['authorized', 'A']);
  assert.deepEqual([await code(refund(orderId, '1.00')), await capture('100.01'), await capture('60.00'), await capture('40.00')],
    ['E39', 'E39', '00', 'E39']);
  assert.deepEqual([bank.find(orderId).captured, ...await look(orderId, 'TxnStatus')], [6000n, 'K']);
  assert.equal(await code(change('Void', orderId)), '00');
  assert.equal(bank.find(orderId).status, 'voided');
  const hosted = await visit({ TxnType: 'PreAuth', SecureType: '3DPay' });
  assert.equal(hosted.order.status, 'authorized');
  assert.equal(await code(change('PostAuth', await sold(), { PurchAmount: '1.00' })), 'E39', 'a sale is captured already');
});

test('sales without 3-D Secure, and who may call', async () => {
  assert.equal(await code(sell(newOrder(), { Pan: cardByName('expired').pan })), '54');
  assert.equal(await code(sell(newOrder(), { Pan: '4111111111111111' })), 'E39');
  assert.equal(await code(sell(newOrder(), { UserPass: 'x' })), '81');
  assert.equal(await code(call('constructor', {})), 'E39');
  const orderId = await sold();
  bank.settings.inactiveTerminalFor = ['StatusHistory'];
  assert.deepEqual(await look(orderId, 'ProcReturnCode', 'ErrorMessage'), ['81', 'TR:Terminal Aktif Degil']);
  bank.settings.inactiveTerminalFor = ['*'];
  assert.equal(await code(change('Void', orderId)), '81');
  Object.assign(bank.settings, { inactiveTerminalFor: [], nonSecure: false });
  assert.equal(await code(sell(newOrder())), 'E39');
});

// ---- bad days

test('answers: a wider separator, another charset, and a name that writes fields of its own', async () => {
  const orderId = await sold('1.00', { CardHolderName: 'AYŞE' });
  bank.settings.separator = ';;;';
  const wide = await post({
    ShopCode: SHOP.shopCode, UserCode: SHOP.userCode, UserPass: SHOP.userPass, SecureType: 'NonSecure', TxnType: 'StatusHistory',
    orgOrderId: orderId,
  });
  assert.ok(wide.text.includes(';;;ProcReturnCode=00;;;'));
  bank.settings.separator = ';;';
  const CardHolderName = 'X;;ProcReturnCode=00;;TxnResult=Success';
  await assert.rejects(sell(newOrder(), { Pan: cardByName('refused').pan, CardHolderName }), /occurs twice/);
  bank.settings.charset = 'ISO-8859-9';
  const latin = await sell(newOrder(), { CardHolderName: 'AYŞE' });
  assert.match(latin.type, /ISO-8859-9/);
  assert.ok(latin.text.includes('CardHolderName=AY'));
});

test('faults: done or not done, and told or not told', async () => {
  const met = (kind, orderId, more) => {
    bank.fault({ kind, ...more });
    return sell(orderId).catch(() => null);
  };
  for (const kind of ['timeout-before', 'reset-before', 'http-500-before', 'html-before', 'redirect-before']) {
    const orderId = newOrder();
    await met(kind, orderId, { on: 'Auth' });
    assert.deepEqual(await look(orderId, 'ProcReturnCode'), ['05'], kind);
  }
  for (const kind of ['timeout-after', 'reset-after', 'http-500-after', 'html-after', 'truncated']) {
    const orderId = newOrder();
    await met(kind, orderId);
    assert.deepEqual(await look(orderId, 'ProcReturnCode'), ['00'], kind);
  }
  const orderId = newOrder();
  assert.equal((await met('wrong-order', orderId)).OrderId, `${orderId}X`);
  assert.equal((await met('wrong-amount', newOrder())).Amount, '149,91');
  bank.fault({ on: 'provision', kind: 'duplicate-tag' });
  await assert.rejects(provide(await visit({ SecureType: '3DModel' })), /occurs twice/);
  assert.ok(OPERATIONS.length === 7 && Object.keys(FAULTS).includes('timeout-during'));
});

test('forced outcomes; the ledger tells what the bank knows', async () => {
  const OrderId = newOrder();
  bank.force(OrderId, 'insufficient-funds');
  assert.equal((await visit({ OrderId })).back.ProcReturnCode, '51');
  const { form } = await visit();
  const described = bank.payments().find(({ orderId }) => orderId === form.OrderId);
  assert.deepEqual(
    [described.system, described.status, described.currency, described.minor, described.captured, described.card],
    ['interpos', 'paid', 'TRY', 14990n, 14990n, '400000******0002'],
  );
  await payByHand(await browse(address('3DHost'), formFields()));
  assert.ok(bank.messages().length > 0 && bank.name === 'interpos');
});

// ---- what a dishonest customer makes of a failed payment

const headers = { 'content-type': 'application/x-www-form-urlencoded' };
const message = (body) => ({ system: 'interpos', kind: 'callback', url: `${shop.origin}/ok`, headers, body });
const forged = (body, attack, more) => Object.fromEntries(parseForm(Buffer.from(forge(message(body), { attack, ...more }).body, 'latin1')));
/** A loose shop, that takes the message’s word for what is signed. */
const digestOf = (fields, password) => {
  const text = fields.HASHPARAMS.split(':').filter(Boolean).map((name) => fields[name] ?? '').join('');
  return callbackHash({ Version: text }, password).HASH;
};

test('a list of one’s own turns a refusal into an approval whose digest is right: only the bank’s list counts', async () => {
  const declined = await visit({ SecureType: '3DPay', Pan: cardByName('refused').pan });
  const fields = forged(declined.body, 'own-list');
  assert.deepEqual([fields.ProcReturnCode, fields.mdStatus, fields.HASH], ['00', '1', digestOf(fields, SHOP.merchantPass)]);
  assert.notEqual(fields.HASHPARAMS, SIGNED_FIELDS);
  assert.ok(!verifies(fields));
});

test('the other forgeries: a moved border, no digest, a digest of one’s own for the hosted page', async () => {
  const declined = await visit({ SecureType: '3DPay', Pan: cardByName('refused').pan });
  const moved = forged(declined.body, 'shift');
  assert.deepEqual([moved.OrderId, moved.ProcReturnCode], [declined.form.OrderId.slice(0, -1), `${declined.form.OrderId.slice(-1)}05`]);
  assert.ok(verifies(moved), 'the digest is right; order and code are not');
  assert.ok(!('HASH' in forged(declined.body, 'drop-signature')));
  assert.equal(forged(declined.body, 'empty-signature').HASH, '');
  assert.ok(!verifies(forged(declined.body, 'edit', { field: 'PurchAmount', value: '1,00' })));
  assert.throws(() => forge(message(declined.body), { attack: 'own-digest' }), /does not fit/);
  const hosted = await visit({}, { card: 'refused' });
  const own = forged(hosted.body, 'own-digest');
  assert.deepEqual([own.ProcReturnCode, own.mdStatus, verifies(own, ''), verifies(own)], ['00', '1', true, false]);
});

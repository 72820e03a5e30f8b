// The 3-D gate: forms, pages and returns.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CARDS } from '../../banks/cards.js';
import { decodeLatin5 } from '../../banks/charset.js';
import { parseForm } from '../../banks/form.js';
import { createNestpay } from '../../banks/nestpay.js';
import { upperAscii, ver1Callback, ver3Hash } from '../../banks/nestpay-hash.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const STORE_KEY = 'SIMSTORE12';
let orders = 0;
let shop;
let banks;

before(async () => {
  shop = await startShop(({ path }) => (path === '/copy' ? { body: 'Approved' } : {}));
  banks = await startBanks({ shopOrigin: shop.origin, nestpay: { times: { slowMs: 60, repeatMs: 5 } } });
});
after(() => Promise.all([shop.close(), banks.close()]));

function formFields(changes = {}) {
  const fields = {
    clientid: '190100000',
    storetype: '3d_pay_hosting',
    amount: '149.90',
    oid: `ORDER${(orders += 1)}X`,
    okUrl: `${shop.origin}/ok`,
    failUrl: `${shop.origin}/fail`,
    rnd: 'abcdef0123456789',
    lang: 'tr',
    currency: '949',
    taksit: '',
    TranType: 'Auth',
    hashAlgorithm: 'ver3',
    ...changes,
  };
  return { ...fields, hash: ver3Hash(Object.entries(fields), STORE_KEY) };
}

const gate = () => `${banks.url}/nestpay/fim/est3Dgate`;
const asObject = (fields) => Object.fromEntries(fields);
const verifies = (fields, charset) => asObject(fields).HASH === ver3Hash(fields, STORE_KEY, charset);

test('a hosted payment, page by page, until the shop has it', async () => {
  const form = formFields();
  const cardPage = await browse(gate(), form);
  assert.equal(cardPage.status, 200);
  for (const text of [
    'SİMÜLASYON – gerçek banka değildir',
    '149,90 TL',
    form.oid,
    'VELOPOS ÖRNEK MAĞAZA',
    'id="pan"',
    'id="pay"',
    'id="cancel"',
  ]) {
    assert.ok(cardPage.html.includes(text), text);
  }
  const done = await payByHand(cardPage);
  const { action, fields, charset } = formOf(done, 'return-form');
  assert.equal(action, form.okUrl);
  assert.equal(charset, 'UTF-8');
  assert.ok(verifies(fields));
  const back = asObject(fields);
  for (const name of Object.keys(form).filter((each) => !['rnd', 'hash'].includes(each)))
    assert.equal(back[name], form[name], name);
  assert.notEqual(back.rnd, form.rnd, 'the gate has its own random');
  assert.deepEqual([back.mdStatus, back.Response, back.ProcReturnCode, back.ErrMsg], ['1', 'Approved', '00', '']);
  assert.match(back['EXTRA.TRXDATE'], /^\d{8} \d\d:\d\d:\d\d$/);
  assert.equal(back['EXTRA.CARDISSUER'], 'T. İŞ BANKASI A.Ş.');
  assert.ok(fields.length > 50, `${fields.length} fields`);
  assert.ok(!fields.some(([, value]) => value.includes('4000000000000002')), 'the card number does not travel back');
  await browse(action, fields);
  assert.equal(shop.visits.at(-1).path, '/ok');
  assert.equal(banks.nestpay.find(form.oid).status, 'paid');
  const [message] = banks.nestpay.messages().filter((each) => each.orderId === form.oid);
  assert.deepEqual(parseForm(Buffer.from(message.body)), fields, 'what is recorded is what the browser sends');
});

test('every card has its fate, and the window of ver3 stays unambiguous', async () => {
  const expected = {
    success: ['ok', '1', 'Approved', '00'],
    'insufficient-funds': ['fail', '1', 'Declined', '51'],
    expired: ['fail', '1', 'Declined', '54'],
    refused: ['fail', '1', 'Declined', '05'],
    'bank-error': ['fail', '1', 'Error', '99'],
    '3ds-failed': ['fail', '0', undefined, undefined],
    '3ds-attempt': ['ok', '4', 'Approved', '00'],
    '3ds-not-enrolled': ['ok', '2', 'Approved', '00'],
    'approved-without-3ds': ['ok', '5', 'Approved', '00'],
    slow: ['ok', '1', 'Approved', '00'],
    review: ['ok', '1', 'Approved', '00'],
  };
  for (const { name } of CARDS.filter((card) => !card.silent)) {
    const { url, fields } = await banks.nestpay.visit(formFields(), { card: name });
    const back = asObject(fields);
    assert.deepEqual(
      [url.slice(shop.origin.length + 1), back.mdStatus, back.Response, back.ProcReturnCode],
      expected[name],
      name,
    );
    assert.ok(verifies(fields), name);
    assert.equal(new Set(fields.map(([each]) => upperAscii(each).replaceAll('.', '_'))).size, fields.length, 'names are unique');
    assertDecisionWindows(fields);
  }
});

/** Between `lang` and `oid` only mdStatus is one digit; between `okUrl` and `storetype` only the two decisions look like decisions. */
function assertDecisionWindows(fields) {
  const within = (low, high) =>
    fields.filter(([name]) => upperAscii(name) > upperAscii(low) && upperAscii(name) < upperAscii(high));
  for (const [name, value] of within('lang', 'oid')) assert.ok(name === 'mdStatus' || !/^\d$/.test(value), name);
  for (const [name, value] of within('okUrl', 'storetype')) {
    assert.ok(name === 'ProcReturnCode' || !/^[0-9A-Z]{2}$/.test(value), name);
    assert.ok(name === 'Response' || !/^(Approved|Declined|Error)$/.test(value), name);
  }
}

test('a wrong hash comes back as mdStatus 7, signed, without what the form added', async () => {
  const page = await browse(gate(), { ...formFields(), amount: '1.00', BillToName: 'Approved' });
  const { action, fields } = formOf(page, 'return-form');
  const back = asObject(fields);
  assert.equal(action, `${shop.origin}/fail`);
  assert.deepEqual(
    [back.mdStatus, back.ErrMsg, back.ProcReturnCode, back.BillToName],
    ['7', 'Guvenlik Kodu hatali', '99', undefined],
  );
  assert.ok(verifies(fields));
});

test('other forms that cannot be accepted', async () => {
  const reasonFor = async (changes) => asObject((await banks.nestpay.visit(formFields(changes))).fields).ErrMsg;
  assert.equal(await reasonFor({ storetype: 'pay_hosting' }), 'Isyeri kullanim tipi desteklenmiyor');
  assert.equal(await reasonFor({ amount: '149,90' }), 'Gecersiz tutar');
  assert.equal(await reasonFor({ currency: 'TRY' }), 'Gecersiz para birimi');
  assert.equal(await reasonFor({ TranType: 'Sale' }), 'Gecersiz islem tipi');
  assert.equal(await reasonFor({ taksit: '1' }), 'Taksit tablosu icin gecersiz deger');
  assert.equal(await reasonFor({ hashAlgorithm: 'ver1' }), 'Guvenlik Kodu hatali');
  const unknown = await browse(gate(), formFields({ clientid: '1' }));
  assert.match(unknown.html, /3D-1001/);
  const twice = await fetch(gate(), { method: 'POST', body: `${new URLSearchParams(formFields())}&OID=2` });
  assert.match(await twice.text(), /iki kez/);
  const elsewhere = await browse(gate(), formFields({ failUrl: 'https://shop.example/fail' }));
  assert.match(elsewhere.html, /okUrl/);
});

test('what the customer may do on the pages: wrong number, wrong password, cancel, English', async () => {
  const open = () => browse(gate(), formFields());
  const page = await open();
  const real = await browse(formOf(page, 'card-form').action, typed('4111111111111111'));
  assert.match(real.html, /role="alert"/);
  assert.ok(!real.html.includes('4111111111111111'), 'a number that is no test card is not kept');
  const english = await browse(`${page.url}?lang=en`);
  assert.match(english.html, /Card number/);
  let password = await browse(formOf(page, 'card-form').action, typed('4508 0345 0803 4509'));
  for (let i = 0; i < 2; i += 1)
    password = await browse(formOf(password, 'otp-form').action, { otp: '000000x', action: 'confirm' });
  assert.match(password.html, /Wrong code/);
  const failed = await browse(formOf(password, 'otp-form').action, { otp: '', action: 'confirm' });
  assert.equal(asObject(formOf(failed, 'return-form').fields).mdStatus, '0');

  const cancelled = await browse(formOf(await open(), 'card-form').action, { action: 'cancel' });
  const { action, fields } = formOf(cancelled, 'return-form');
  assert.equal(action, `${shop.origin}/fail`);
  assert.ok(verifies(fields));
  assert.equal(asObject(fields).ErrMsg, 'Islem kullanici tarafindan iptal edildi');

  const atPassword = await browse(formOf(await open(), 'card-form').action, typed('4000000000000002'));
  const turnedBack = await browse(formOf(atPassword, 'otp-form').action, { action: 'cancel' });
  assert.equal(asObject(formOf(turnedBack, 'return-form').fields).mdStatus, '0');
});

test('a closed window leaves no trace at the bank', async () => {
  const { body, order } = await banks.nestpay.visit(formFields(), { card: 'close' });
  assert.deepEqual([body, order], [null, undefined]);
});

test('the silent card: the money is gone and no form leads back', async () => {
  const form = formFields();
  const done = await payByHand(await browse(gate(), form), '4000000000770000');
  assert.match(done.html, /id="silent"/);
  assert.ok(!done.html.includes('return-form'));
  assert.equal(banks.nestpay.find(form.oid).status, 'paid');
  assert.equal(banks.nestpay.messages().filter((each) => each.orderId === form.oid).length, 0);
});

test('the slow card makes the browser wait', async () => {
  const started = Date.now();
  await payByHand(await browse(gate(), formFields()), '4000000000880007');
  assert.ok(Date.now() - started >= 60);
});

test('confirming twice charges once, and the way back can be walked again', async () => {
  const form = formFields();
  const password = await browse(formOf(await browse(gate(), form), 'card-form').action, typed('4000000000000002'));
  const confirm = () => browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const [first, second] = await Promise.all([confirm(), confirm()]);
  assert.deepEqual(formOf(first, 'return-form'), formOf(second, 'return-form'));
  assert.equal(banks.nestpay.find(form.oid).entries, 1);
});

test('an order number that was paid once is refused the second time', async () => {
  const form = formFields();
  await banks.nestpay.visit(form);
  const back = asObject((await banks.nestpay.visit(form)).fields);
  assert.deepEqual(
    [back.mdStatus, back.Response, back.ProcReturnCode, back['EXTRA.ERRORCODE']],
    ['1', 'Error', '99', 'CORE-2507'],
  );
});

test('3d and 3d_host authenticate and take nothing', async () => {
  for (const storetype of ['3d', '3d_host']) {
    const card =
      storetype === '3d'
        ? { pan: '4000000000000002', cv2: '000', Ecom_Payment_Card_ExpDate_Month: '12', Ecom_Payment_Card_ExpDate_Year: '30' }
        : {};
    const form = formFields({ storetype, ...card });
    const { fields, order } = await banks.nestpay.visit(form);
    const back = asObject(fields);
    assert.equal(back.mdStatus, '1');
    assert.equal(back.ProcReturnCode, undefined);
    assert.equal(order, undefined);
    assert.ok(verifies(fields));
    assert.ok(back.pan === undefined && back.cv2 === undefined);
  }
});

test('charsets, old terminals, missing echoes, repeated returns and the copy to callbackUrl', async () => {
  const bank = createNestpay({ times: { repeatMs: 5 }, settings: { charset: 'ISO-8859-9' } });
  const latin = await bank.visit(formFields());
  assert.ok(latin.body.includes('T.+%DD%DE+BANKASI+A.%DE.'), 'İ and Ş are single bytes');
  assert.ok(verifies(parseForm(Buffer.from(latin.body))), 'hashed as UTF-8');
  assert.equal(decodeLatin5(Buffer.from('DDDE', 'hex')), 'İŞ');

  bank.settings.hashCharset = 'ISO-8859-9';
  assert.ok(
    verifies(parseForm(Buffer.from((await bank.visit(formFields())).body)), 'ISO-8859-9'),
    'hashed as the bytes that were sent',
  );

  Object.assign(bank.settings, { charset: 'UTF-8', hashCharset: 'UTF-8', omit: ['lang', 'taksit'] });
  const without = asObject((await bank.visit(formFields())).fields);
  assert.deepEqual([without.lang, without.taksit], [undefined, undefined]);

  Object.assign(bank.settings, { omit: [], version: 'ver1' });
  const old = (await bank.visit(formFields())).fields;
  assert.equal(asObject(old).HASH, ver1Callback(old, asObject(old).HASHPARAMS, STORE_KEY).HASH);
  assert.ok(asObject(old).HASHPARAMS.startsWith('clientid:oid:AuthCode:'));

  Object.assign(bank.settings, { version: 'ver3', repeatCallback: 2 });
  const seen = shop.visits.length;
  const { body } = await bank.visit(formFields({ callbackUrl: `${shop.origin}/copy` }));
  await shop.visited(seen + 3);
  assert.deepEqual(
    shop.visits
      .slice(seen)
      .map(({ path }) => path)
      .sort(),
    ['/copy', '/ok', '/ok'],
  );
  assert.ok(shop.visits.slice(seen).every((visit) => visit.body === body));

  bank.settings.repeatCallback = 0;
  const before = shop.visits.length;
  await bank.visit(formFields({ oid: 'UNCONFIRMED1', callbackUrl: `${shop.origin}/deaf` }));
  await shop.visited(before + 3);
  assert.deepEqual(shop.visits.slice(before).map(({ path }) => path), ['/deaf', '/deaf', '/deaf'], 'repeated until the shop says Approved');
  bank.close();
});

test('an outcome can be forced for one order', async () => {
  const form = formFields();
  banks.nestpay.force(form.oid, 'expired');
  assert.equal((await banks.nestpay.visit(form, { card: 'success' })).order.code, '54');
});

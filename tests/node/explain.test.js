// `velopos/explain`: messages and forms that were broken on purpose, each explained for what was done to it; forgeries, which are called so;
// and nothing secret in anything that is said. The banks' side is signed by the oracles and the simulated banks, which share no code with it.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createPos } from 'velopos';
import { explain } from 'velopos/explain';
import { formHash, securityData } from '../../banks/garanti-hash.js';
import { startBanks } from '../../banks/server.js';
import { directEvent, hostedEvent, retrieved, initialized } from './gate/iyzico.js';
import { body as written, fieldsOfBody, hostedFields, signedBody } from './gate/nestpay.js';
import { body as paytrBody, notification, tokenReply } from './gate/paytr.js';
import { newOrder } from './new-order.js';
import { authorization, responseSignature } from './oracle/iyzico.js';
import { latin5, ver1, ver3, ver3Plaintext } from './oracle/nestpay.js';
import { iframeToken, notificationHash } from './oracle/paytr.js';
import { isbankLive, iyzico, order, paytr } from './shop.js';

const { storeKey, apiPassword } = isbankLive.merchant;
const claim = async () => false;
const open = (config) => createPos(config, { claim });
const withKeys = (merchant, config = isbankLive) => ({ ...config, merchant: { ...config.merchant, ...merchant } });

const started = open(isbankLive).step.start(order);
const sent = started.redirect.fields;
const stored = started.order;
const returned = hostedFields(sent, { 'EXTRA.CARDISSUER': 'TÜRKİYE İŞ BANKASI' });
const genuine = signedBody(returned, storeKey);
const CARD = { number: '4508034508034509', expiry: ['12', '30'] };

/** Secrets in every writing in which one may slip out. */
const SECRETS = [storeKey, apiPassword, paytr.merchant.merchantKey, paytr.merchant.merchantSalt, iyzico.merchant.secretKey, iyzico.merchant.apiKey,
  'Baska9Anahtar7', 'fs8Lk2Qw0z', 'prov-Sifre-55', '21,34,55,89,14,42,33,77'];
const writings = (secret) => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), encodeURIComponent(secret)];
};
const digests = new Set();
/** A digest that must not be told, however it is written. */
function hide(base64OrHex) {
  const bytes = /^[\da-f]+$/i.test(base64OrHex) ? Buffer.from(base64OrHex, 'hex') : Buffer.from(base64OrHex, 'base64');
  for (const text of [bytes.toString('base64'), bytes.toString('hex'), bytes.toString('hex').toUpperCase()]) digests.add(text.replace(/=+$/, ''));
  return base64OrHex;
}
hide(ver3(returned, storeKey));
hide(sent.hash);

/** Explains in both languages, and looks for what must not be said. */
function told(given) {
  const [tr, en] = ['tr', 'en'].map((language) => explain({ ...given, language }));
  for (const result of [tr, en]) {
    const all = JSON.stringify(result);
    for (const secret of SECRETS.flatMap(writings)) assert.ok(!all.includes(secret) && !result.text.includes(secret), `told a secret: ${secret}`);
    for (const digest of digests) assert.ok(!all.includes(digest), 'told a digest');
    assert.ok(!all.includes(CARD.number), 'told a card number');
    assert.equal(result.payment, undefined);
    assert.equal(result.order, undefined);
    for (const cause of result.causes) assert.ok(cause.title.length > 10 && cause.whatToDo.length > 20, cause.id);
  }
  assert.deepEqual([tr.verdict, tr.code, tr.field, tr.causes.map(({ id }) => id)], [en.verdict, en.code, en.field, en.causes.map(({ id }) => id)]);
  assert.notEqual(tr.text, en.text);
  return en;
}

/** The one cause, and nothing beside it. */
function explains(given, verdict, cause, field) {
  const result = told(given);
  assert.deepEqual([result.verdict, result.causes.filter(({ probable }) => probable).map(({ id }) => id)], [verdict, [cause]], result.text);
  if (field !== undefined) assert.equal(result.field, field);
  return result;
}

const nestpay = (changes) => ({ config: isbankLive, order: stored, message: genuine, ...changes });
const edited = (changes) => written(fieldsOfBody(genuine).map(([name, value]) => [name, changes[name] ?? value]));

describe('a genuine message', () => {
  test('fits, and is not accepted by it', () => {
    const result = told(nestpay());
    assert.deepEqual([result.verdict, result.code, result.causes], ['fits', null, []]);
    assert.match(result.text, /accepts nothing/);
  });
  test('fits without its order, too', () => assert.equal(told({ config: isbankLive, message: genuine }).verdict, 'fits'));
  test('shows what was hashed: every field by its name, secrets and card masked', () => {
    const [hashed] = told(nestpay()).plaintext;
    const real = ver3Plaintext(returned, storeKey);
    const hidden = ['maskedCreditCard', 'MaskedPan', 'Ecom_Payment_Card_ExpDate_Month', 'Ecom_Payment_Card_ExpDate_Year', 'storeKey'];
    assert.equal(hashed.algorithm, 'SHA-512');
    assert.deepEqual(hashed.parts.filter(({ masked }) => masked).map(({ name }) => name).sort(), [...hidden].sort());
    const parts = real.split('|');
    assert.equal(hashed.parts.length, parts.length);
    hashed.parts.forEach(({ value, masked }, at) => assert.equal(value, masked ? '••••••••' : parts[at]));
    assert.equal(hashed.text, hashed.parts.map(({ value }) => value).join('|'));
  });
});

describe('NestPay: broken on purpose', () => {
  const cases = {
    'a space behind the store key': [nestpay({ config: withKeys({ storeKey: `${storeKey} ` }) }), 'config', 'space-in-secret'],
    'a space within it': [nestpay({ config: withKeys({ storeKey: `${storeKey.slice(0, 4)} ${storeKey.slice(4)}` }) }), 'explained', 'space-in-secret'],
    'a character without width within it': [nestpay({ config: withKeys({ storeKey: `${storeKey}\u200b` }) }), 'config', 'space-in-secret'],
    'quotation marks around it': [nestpay({ config: withKeys({ storeKey: `"${storeKey}"` }) }), 'explained', 'space-in-secret'],
    'the store key and the API password exchanged': [nestpay({ config: withKeys({ storeKey: apiPassword, apiPassword: storeKey }) }), 'explained', 'wrong-secret'],
    'a store key in lower case': [nestpay({ config: withKeys({ storeKey: 'buyuk7harf' }), message: signedBody(returned, 'BUYUK7HARF') }), 'explained', 'mistyped-secret'],
    'an O for a 0': [{ ...nestpay({ message: signedBody(returned, 'Anahtar0X9q') }), config: withKeys({ storeKey: 'AnahtarOX9q' }) }, 'explained', 'mistyped-secret'],
    'a message signed with a public test key': [nestpay({ message: signedBody(returned, 'TRPS0200') }), 'forged', 'signed-with-test-key'],
    'the key of another account': [nestpay({ message: signedBody(returned, 'Baska9Anahtar7'), others: [{ name: 'yedek', config: withKeys({ storeKey: 'Baska9Anahtar7' }) }] }), 'explained', 'other-account'],
    'a field added after signing': [nestpay({ message: `${genuine}&utm_source=mail` }), 'explained', 'field-added', 'utm_source'],
    'two of them': [nestpay({ message: `${genuine}&utm_source=mail&gclid=7` }), 'explained', 'field-added', 'utm_source, gclid'],
    'a proxy that decoded the body': [nestpay({ message: decodeURIComponent(genuine.replaceAll('+', '%20')) }), 'explained', 'decoded-body'],
    'plus signs that became spaces': [nestpay({ message: genuine.replaceAll('%2B', '+') }), 'explained', 'decoded-body'],
    'a body that was encoded twice': [nestpay({ message: genuine.replaceAll('%', '%25') }), 'explained', 'encoded-twice'],
    'a body out of HTML': [nestpay({ message: genuine.replaceAll('&', '&amp;') }), 'explained', 'escaped-html'],
    'a line end behind the captured body': [nestpay({ message: `${genuine}\n` }), 'explained', 'captured-text'],
    'a framework that made JSON of it': [nestpay({ message: JSON.stringify(Object.fromEntries(fieldsOfBody(genuine))) }), 'explained', 'json-body'],
    'UTF-8 that was read as Latin-1': [nestpay({ message: edited({ 'EXTRA.CARDISSUER': Buffer.from('TÜRKİYE İŞ BANKASI').toString('latin1') }) }), 'explained', 'charset'],
    'an amount written otherwise': [nestpay({ message: edited({ amount: '149.9' }) }), 'explained', 'amount-text', 'amount'],
    'a slash behind the return address': [nestpay({ message: edited({ okUrl: `${order.urls.ok}/` }) }), 'explained', 'url-slash', 'okUrl'],
    'an order whose return address has a slash more': [nestpay({ order: { ...stored, urls: { ...order.urls, ok: `${order.urls.ok}/` } } }), 'asks', 'url-slash', 'urls.ok'],
    'an order whose return address was made again': [nestpay({ order: { ...stored, urls: { ...order.urls, ok: 'https://shop.example/else' } } }), 'asks', 'url-differs', 'okUrl'],
    'the return of another order': [nestpay({ order: { ...stored, id: 'Zz4mPq8sVx2bNw6zRy0c' } }), 'mismatch', 'order-mismatch', 'oid'],
    'another amount than the order’s': [nestpay({ order: { ...stored, amount: '150.00' } }), 'mismatch', 'amount-mismatch', 'amount'],
    'another currency': [nestpay({ order: { ...stored, currency: 'EUR' } }), 'mismatch', 'currency-mismatch', 'currency'],
    'another Mağaza No': [nestpay({ config: withKeys({ clientId: '780012346' }) }), 'mismatch', 'merchant-mismatch', 'clientid'],
  };
  for (const [name, [given, ...expected]] of Object.entries(cases)) test(name, () => explains(given, ...expected));

  test('a test store key in production', () => {
    const config = withKeys({ storeKey: 'TRPS0200' });
    const result = explains({ config, order: stored, message: signedBody(returned, 'TRPS0200') }, 'config', 'test-key-in-production');
    assert.equal(result.code, 'CONFIG');
    assert.ok(result.plaintext.length > 0, 'what lies behind the configuration is shown, too');
  });
  test('a terminal of hash version 1, and whether the key is right', () => {
    const list = 'clientid:oid:AuthCode:ProcReturnCode:Response:mdStatus:cavv:eci:md:rnd:';
    const old = returned.filter(([name]) => name !== 'hashAlgorithm');
    const values = list.split(':').slice(0, -1).map((name) => Object.fromEntries(old)[name] ?? '').join('');
    const signedWith = (key) => written([...old, ['HASHPARAMS', list], ['HASHPARAMSVAL', values], ['HASH', hide(createHash('sha1').update(values + key).digest('base64'))]]);
    assert.match(explains(nestpay({ message: signedWith(storeKey) }), 'explained', 'ver1').text, /Your key is right/);
    assert.doesNotMatch(explains(nestpay({ message: signedWith('fs8Lk2Qw0z') }), 'explained', 'ver1').text, /Your key is right/);
  });
  test('a decoded body and an exchanged key at once', () => {
    const config = withKeys({ storeKey: apiPassword, apiPassword: storeKey });
    const { verdict, causes } = told(nestpay({ config, message: decodeURIComponent(genuine.replaceAll('+', '%20')) }));
    assert.deepEqual([verdict, causes.map(({ id }) => id)], ['explained', ['decoded-body', 'wrong-secret']]);
  });
  test('bytes of ISO-8859-9 that were read as UTF-8 are lost', () => {
    const body = written([...returned, ['HASH', createHash('sha512').update(latin5(ver3Plaintext(returned, storeKey))).digest('base64')]]);
    const { verdict, causes } = told(nestpay({ message: body.replaceAll(/%C4%B0|%C5%9E|%C3%9C/g, '%EF%BF%BD') }));
    assert.deepEqual([verdict, causes[0].id, causes[0].probable], ['forged', 'charset-lost', false]);
  });
  test('one value under two names', () => {
    const { verdict, causes } = told(nestpay({ config: withKeys({ storeKey: apiPassword }) }));
    assert.deepEqual([verdict, causes[0].id], ['forged', 'same-secret']);
  });
});

describe('NestPay: forged', () => {
  const forged = {
    'signed with a key of the forger’s': [signedBody(returned, 'nobodys-key-at-all'), 'forged'],
    'a smaller amount': [edited({ amount: '1.00' }), 'value-changed', 'amount'],
    'the mdStatus': [edited({ mdStatus: '7' }), 'value-changed', 'mdStatus'],
    'a decline that became an approval': [edited({ Response: 'Declined', ProcReturnCode: '51' }), 'value-changed', 'Response, ProcReturnCode'],
    'another order’s number': [edited({ oid: 'Baska0000000000000000', ReturnOid: 'Baska0000000000000000' }), 'value-changed', 'oid, ReturnOid'],
    'a digest of zeros': [edited({ HASH: Buffer.alloc(64).toString('base64') }), 'forged'],
  };
  for (const [name, [message, cause, field]] of Object.entries(forged)) {
    test(name, () => {
      const result = told(nestpay({ message }));
      assert.deepEqual([result.verdict, result.code, result.causes[0].id], ['forged', 'SIGNATURE_INVALID', cause], result.text);
      if (field) assert.deepEqual(result.field.split(', ').sort(), field.split(', ').sort());
    });
  }
  test('without a digest', () => {
    const { verdict, code } = told(nestpay({ message: written(returned) }));
    assert.deepEqual([verdict, code], ['unsigned', 'SIGNATURE_MISSING']);
  });
  test('a match under another key accepts nothing', () => {
    const config = withKeys({ storeKey: apiPassword, apiPassword: storeKey });
    const result = told(nestpay({ config }));
    assert.deepEqual(Object.keys(result).sort(), ['causes', 'code', 'field', 'look', 'plaintext', 'text', 'verdict']);
    assert.throws(() => open(config).step.callback(stored, genuine), { code: 'SIGNATURE_INVALID' });
  });
});

describe('NestPay: a form that the bank refuses', () => {
  const fields = Object.fromEntries(Object.entries(sent).filter(([name]) => name !== 'hash'));
  const form = (changes, key = storeKey, more = {}) => {
    const all = { ...fields, ...changes };
    return { config: isbankLive, form: { ...all, hash: hide(ver3(Object.entries(all), key)), ...more } };
  };
  const handMade = (digest) => ({ config: isbankLive, form: { ...fields, hash: hide(digest) } });
  const sortedBy = (sort) => createHash('sha512').update([...sort(Object.keys(fields)).map((name) => fields[name]), storeKey].join('|')).digest('base64');
  const cases = {
    'a space behind the key in the shop’s own code': [form({}, `${storeKey} `), 'explained', 'space-in-secret'],
    'the API password used as the store key': [form({}, apiPassword), 'explained', 'wrong-secret'],
    'a field added after signing': [form({}, storeKey, { description: 'tabak' }), 'explained', 'field-added', 'description'],
    'an amount that became a number': [form({}, storeKey, { amount: '149.9' }), 'explained', 'amount-text', 'amount'],
    'a model changed after signing': [form({}, storeKey, { storetype: '3d_pay' }), 'explained', 'wrong-storetype', 'storetype'],
    'a slash after signing': [form({}, storeKey, { okUrl: `${order.urls.ok}/` }), 'explained', 'url-slash', 'okUrl'],
    'sorted with regard to case': [handMade(sortedBy((names) => names.sort())), 'explained', 'wrong-sort'],
    'not sorted at all': [handMade(sortedBy((names) => names)), 'explained', 'wrong-sort'],
    'hash version 1': [handMade(ver1(Object.entries({ ...fields, islemtipi: 'Auth' }).concat(), storeKey)), 'explained', 'ver1-form'],
    'another model than the configured one': [form({ storetype: '3d' }), 'explained', 'wrong-storetype', 'storetype'],
    'another Mağaza No': [form({ clientid: '780099999' }), 'explained', 'wrong-terminal', 'clientid'],
    'signed over the bytes of ISO-8859-9': [(() => {
      const all = { ...fields, firma: 'ÇİÇEK IŞIĞI' };
      return { config: isbankLive, form: { ...all, hash: hide(createHash('sha512').update(latin5(ver3Plaintext(Object.entries(all), storeKey))).digest('base64')) } };
    })(), 'explained', 'charset'],
    'without hashAlgorithm': [form({ hashAlgorithm: 'ver2' }), 'explained', 'ver1-form', 'hashAlgorithm'],
    'another amount than the order’s': [{ ...form({ amount: '14.99' }), order }, 'explained', 'amount-differs', 'amount'],
    'another return address than the order’s': [{ ...form({ okUrl: 'https://shop.example/x' }), order }, 'explained', 'url-differs', 'okUrl'],
  };
  for (const [name, [given, ...expected]] of Object.entries(cases)) test(name, () => explains(given, ...expected));
  test('one that fits: what to look up at the bank', () => {
    const result = told({ ...form({}), order });
    assert.deepEqual([result.verdict, result.causes], ['fits', []]);
    assert.ok(result.look.length >= 3);
  });
  test('a form with a card: its data is masked', () => {
    const config = { ...isbankLive, model: '3d_pay' };
    const { redirect } = open(config).step.start(order, { card: { number: CARD.number, month: '12', year: '30', cvv: '739' } });
    hide(redirect.fields.hash);
    const result = told({ config, form: { ...redirect.fields } });
    assert.equal(result.verdict, 'fits');
    for (const name of ['pan', 'cv2', 'Ecom_Payment_Card_ExpDate_Month', 'Ecom_Payment_Card_ExpDate_Year']) {
      assert.equal(result.plaintext[0].parts.find((part) => part.name === name).value, '••••••••', name);
    }
    assert.ok(!JSON.stringify(result).includes('739'));
  });
  test('no form at all: the order’s own', () => assert.equal(told({ config: isbankLive, order }).verdict, 'fits'));
});

describe('PayTR', () => {
  const { merchantKey, merchantSalt } = paytr.merchant;
  const asked = open(paytr).step.start(order);
  const paytrOrder = open(paytr).step.reply(asked.order, asked.then, tokenReply).order;
  const note = notification();
  hide(note.hash);
  const given = (changes) => ({ config: paytr, order: paytrOrder, message: paytrBody(note), ...changes });
  test('a genuine one fits', () => {
    const result = told(given());
    assert.equal(result.verdict, 'fits');
    assert.deepEqual(result.plaintext[0].parts.map(({ name, masked }) => [name, masked]), [['merchant_oid', false], ['merchantSalt', true], ['status', false], ['total_amount', false]]);
  });
  test('key and salt exchanged', () => explains(given({ config: withKeys({ merchantKey: merchantSalt, merchantSalt: merchantKey }, paytr) }), 'explained', 'wrong-secret'));
  test('a salt with a space', () => explains(given({ config: withKeys({ merchantSalt: ` ${merchantSalt}` }, paytr) }), 'config', 'space-in-secret'));
  test('a failure that became a success', () => explains(given({ message: paytrBody({ ...note, status: note.status === 'failed' ? 'success' : 'failed' }) }), 'forged', 'value-changed', 'status'));
  test('an amount written in lira', () => explains(given({ message: paytrBody({ ...note, total_amount: '149.90' }) }), 'explained', 'amount-text', 'total_amount'));
  test('a plus sign that became a space', () => {
    let at = 0;
    let plus;
    do plus = notification({ merchant_oid: `${order.id}${at += 1}` });
    while (!plus.hash.includes('+'));
    const { verdict, causes } = told(given({ message: paytrBody(plus).replaceAll('%2B', '+') }));
    assert.deepEqual([verdict, causes.map(({ id }) => id)], ['explained', ['decoded-body']]);
  });
  test('signed by a stranger', () => explains(given({ message: paytrBody({ ...note, hash: notificationHash(note, 'x', 'y') }) }), 'forged', 'forged'));
  test('a token over lira instead of kuruş', () => {
    const form = Object.fromEntries(new URLSearchParams(asked.request.body));
    const wrong = { ...form, paytr_token: hide(iframeToken({ ...form, payment_amount: '149.90' }, merchantKey, merchantSalt)) };
    explains({ config: paytr, form: wrong }, 'explained', 'amount-text', 'payment_amount');
    assert.equal(told({ config: paytr, form: { ...form, paytr_token: hide(form.paytr_token) }, order }).verdict, 'fits');
  });
});

describe('iyzico', () => {
  const { secretKey, apiKey } = iyzico.merchant;
  const asked = open(iyzico).step.start(order);
  const iyzicoOrder = open(iyzico).step.reply(asked.order, asked.then, initialized(asked.request.body)).order;
  const hook = hostedEvent();
  hide(hook.signature);
  const given = (event, changes) => ({ config: iyzico, order: iyzicoOrder, message: { body: event.body, headers: { 'X-IYZ-SIGNATURE-V3': event.signature } }, ...changes });
  test('a genuine webhook fits, with its order and without', () => {
    assert.equal(told(given(hook)).verdict, 'fits');
    assert.equal(told(given(hook, { order: undefined })).verdict, 'fits');
  });
  test('API key and secret key exchanged', () => explains(given(hook, { config: withKeys({ apiKey: secretKey, secretKey: apiKey }, iyzico) }), 'explained', 'wrong-secret'));
  test('a forged one', () => explains(given({ ...hook, signature: '0'.repeat(64) }), 'forged', 'forged'));
  test('headers that were not passed on', () => assert.equal(told({ config: iyzico, order: iyzicoOrder, message: hook.body }).verdict, 'unsigned'));
  test('about another order', () => assert.equal(told(given(hostedEvent({ paymentConversationId: 'Baska000000000000000' }))).verdict, 'mismatch'));
  test('the return from 3-D Secure, genuine and changed', () => {
    const names = ['conversationData', 'conversationId', 'mdStatus', 'paymentId', 'status'];
    const fields = { status: 'success', paymentId: '22483975', conversationData: '', conversationId: order.id, mdStatus: '1' };
    const signature = hide(responseSignature(names.map((name) => fields[name]), secretKey));
    const message = (changes) => new URLSearchParams({ ...fields, signature, ...changes }).toString();
    assert.equal(told({ config: iyzico, message: message() }).verdict, 'fits');
    explains({ config: iyzico, message: message({ mdStatus: '0' }) }, 'forged', 'value-changed', 'mdStatus');
    explains({ config: withKeys({ apiKey: secretKey, secretKey: apiKey }, iyzico), message: message() }, 'explained', 'wrong-secret');
  });
  test('a direct webhook', () => assert.ok(told(given(directEvent(), { order: undefined })).plaintext.length > 0));
  test('a reply, genuine and forged', () => {
    const reply = retrieved();
    hide(JSON.parse(reply.body).signature);
    assert.equal(told({ config: iyzico, order: iyzicoOrder, reply: { body: reply.body } }).verdict, 'fits');
    // The simulator's key is one that everybody knows.
    const config = withKeys({ secretKey: 'fs8Lk2Qw0z' }, iyzico);
    assert.equal(explains({ config, order: iyzicoOrder, reply: { body: reply.body } }, 'explained', 'signed-with-test-key').code, 'SIGNATURE_INVALID');
    explains({ config, order: iyzicoOrder, reply: { body: reply.body.replace('"paidPrice":149.9', '"paidPrice":1') } }, 'forged', 'forged');
  });
  test('a request whose body was written again', () => {
    const body = '{ "locale": "tr", "cardNumber":"4508034508034509" }';
    const signed = (text, path = '/payment/detail') => ({ authorization: hide1(authorization({ apiKey, secretKey, randomKey: 'r1', path, body: text })), 'x-iyzi-rnd': 'r1' });
    const form = (headers, path = '/payment/detail') => ({ config: iyzico, form: { path, body, headers } });
    assert.equal(told(form(signed(body))).verdict, 'fits');
    explains(form(signed(JSON.stringify(JSON.parse(body)))), 'explained', 'body-changed');
    explains(form(signed(body), '/payment/detail?id=1'), 'explained', 'signed-path');
  });
  const hide1 = (header) => {
    digests.add(header.slice('IYZWSv2 '.length).replace(/=+$/, ''));
    return header;
  };
});

describe('Garanti and POSNET, from the simulated banks', () => {
  let banks;
  before(async () => { banks = await startBanks({ shopOrigin: 'http://localhost:8480' }); });
  after(() => banks.close());
  const garanti = () => ({
    gateway: 'garanti', mode: 'test', endpoints: { gate: `${banks.url}/garanti/servlet/gt3dengine`, api: `${banks.url}/garanti/VPServlet` },
    merchant: { merchantId: '7000679', terminalId: '30691297', storeKey: '53696d4761726f53746f7265', provisionPassword: 'simProv12/' },
  });
  async function visited() {
    const config = garanti();
    const step = open(config).step.start(newOrder());
    const { body } = await banks.garanti.visit(step.redirect.fields, { card: 'success' });
    hide(new URLSearchParams(body).get('hash'));
    return { config, order: step.order, message: body, fields: step.redirect.fields };
  }
  test('Garanti: a return, genuine and broken', async () => {
    const { config, order: kept, message } = await visited();
    assert.equal(told({ config, order: kept, message }).verdict, 'fits');
    assert.equal(told({ config, message }).verdict, 'fits', 'without the order');
    explains({ config: withKeys({ storeKey: config.merchant.provisionPassword, provisionPassword: config.merchant.storeKey }, config), order: kept, message }, 'explained', 'wrong-secret');
    explains({ config, order: kept, message: message.replace('mdstatus=1', 'mdstatus=0') }, 'forged', 'value-changed', 'mdstatus');
    explains({ config, order: { ...kept, urls: { ...kept.urls, ok: `${kept.urls.ok}/` } }, message }, 'mismatch', 'url-slash', 'urls.ok');
    explains({ config, order: { ...kept, installments: 3 }, message }, 'mismatch', 'order-differs', 'installments');
  });
  test('Garanti: a form', async () => {
    const { config, fields } = await visited();
    hide(fields.secure3dhash);
    const signed = (changes, password = config.merchant.provisionPassword) =>
      ({ ...fields, secure3dhash: hide(formHash({ ...fields, ...changes }, { storeKey: config.merchant.storeKey, password })) });
    assert.equal(told({ config, form: fields }).verdict, 'fits');
    explains({ config, form: signed({ txnamount: '149.90' }) }, 'explained', 'amount-text', 'txnamount');
    explains({ config, form: signed({}, `${config.merchant.provisionPassword} `) }, 'explained', 'space-in-secret');
    explains({ config, form: { ...fields, secure3dhash: 'A'.repeat(40) } }, 'explained', 'ver1-form');
    assert.ok(!JSON.stringify(told({ config, form: fields })).includes(securityData(config.merchant.provisionPassword, config.merchant.terminalId)));
  });
  test('POSNET: the return proves nothing, its answer carries a MAC', async () => {
    const config = {
      gateway: 'yapikredi', mode: 'test', endpoints: { api: `${banks.url}/posnet/PosnetWebService/XML`, gate: `${banks.url}/posnet/3DSWebService/YKBPaymentService` },
      merchant: { merchantId: '6706598320', terminalId: '67005551', posnetId: '27426', encKey: '21,34,55,89,14,42,33,77' },
    };
    const pos = createPos(config, { claim: async () => true });
    const begun = await pos.start(newOrder(), { card: { number: '4000000000000002', month: '12', year: '30', cvv: '789', holder: 'Ayşe Işık' } });
    const { body } = await banks.posnet.visit(begun.redirect.fields, {});
    const step = pos.step.callback(begun.order, body);
    const { method, url, headers, body: sentBody } = step.request;
    const reply = await (await fetch(url, { method, headers, body: sentBody })).text();
    hide(/<mac>([^<]+)<\/mac>/.exec(reply)[1]);
    const [nothing] = told({ config, order: begun.order, message: body }).causes;
    assert.equal(nothing.id, 'nothing-signed');
    assert.equal(told({ config, order: begun.order, reply: { body: reply } }).verdict, 'fits');
    explains({ config: withKeys({ encKey: '10,10,10,10,10,10,10,10' }, config), order: begun.order, reply: { body: reply } }, 'forged', 'forged');
  });
  test('PayFlex: nothing is signed, and that is said', () => {
    const config = { gateway: 'vakifbank', mode: 'test', merchant: { merchantId: '000000000000001', password: 'prov-Sifre-55', terminalNo: 'VP000001' } };
    const result = told({ config, message: 'Rc=0000&AuthCode=123456&PaymentToken=abc&TransactionId=1' });
    assert.ok(result.causes.some(({ id }) => id === 'nothing-signed') || result.verdict === 'refused', result.text);
    assert.equal(told({ config, form: { MerchantId: '1' } }).causes[0].id, 'nothing-signed');
  });
});

describe('what comes from outside', () => {
  test('hostile messages end in an explanation', () => {
    const long = 'a'.repeat(60_000);
    const many = Array.from({ length: 300 }, (_, at) => `f${at}=1`).join('&');
    const hostile = ['', '{', '%', '%ZZ=1', 'a=1&A=2', many, `HASH=${long}`, `${genuine}&${long}=1`, '\u001b[2J=1', 'HASH=\u202e', '__proto__=1&constructor=2&HASH=x', 'HASHPARAMS=a&HASH=b', 'HASHPARAMS=a&HASHPARAMSVAL=%01&HASH=b', `HASHPARAMS=a&HASHPARAMSVAL=${long}`, new Uint8Array([0xff, 0xfe, 0x3d]),
      `hashAlgorithm=ver3&HASH=${Buffer.alloc(64).toString('base64url')}&x=${'%FE'.repeat(20_000)}`];
    for (const message of hostile) {
      const { verdict, text } = told(nestpay({ message }));
      assert.ok(['damaged', 'forged', 'unsigned', 'explained'].includes(verdict), `${verdict} ${text.slice(0, 80)}`);
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    }
  });
  test('hostile forms and replies, too', () => {
    for (const form of [{}, '', { hash: 'x' }, { hash: '\u0001', clientid: '\u0000' }, { hash: 'x', __proto__: null, constructor: 'y' }, { fields: { hash: '' }, action: 'javascript:' }, { path: '', headers: {} }]) {
      assert.ok(['refused', 'explained', 'damaged', 'unsigned'].includes(told({ config: isbankLive, form, order }).verdict), JSON.stringify(form));
    }
    for (const reply of ['', '{', '<CC5Response>', '\u0000']) assert.equal(typeof told({ config: iyzico, order: { ...stored, gateway: 'iyzico' }, reply }).verdict, 'string');
  });
  test('what is no explanation’s business is refused', () => {
    for (const given of [undefined, {}, { config: isbankLive }, { config: isbankLive, message: genuine, form: {} }, { config: isbankLive, message: 7 }, { config: isbankLive, message: genuine, verify: true },
      { config: isbankLive, message: genuine, language: 'de' }, { config: isbankLive, message: 'a'.repeat(70_000) }]) {
      assert.throws(() => explain(given), { name: 'PosError' });
    }
  });
  test('an unknown gateway and an unstarted order are told as they are', () => {
    assert.deepEqual([told({ config: { gateway: 'isbanc', merchant: {} }, message: genuine }).verdict, told(nestpay({ order })).verdict], ['config', 'refused']);
  });
  test('nothing stays: a second explanation knows nothing of the first', () => {
    told(nestpay({ config: withKeys({ storeKey: 'fs8Lk2Qw0z' }) }));
    assert.equal(told(nestpay()).verdict, 'fits');
  });
  test('a digest of HMAC is masked in what follows it', () => {
    const event = directEvent();
    const inner = createHmac('sha256', iyzico.merchant.secretKey).update('x').digest('hex');
    assert.ok(!JSON.stringify(told({ config: iyzico, message: { body: event.body, headers: { 'x-iyz-signature-v3': inner } } })).includes(event.signature));
  });
});

// `velopos/explain` for the banks of `velopos/all`: messages, forms and requests that were broken on purpose, each explained for what was done
// to it. The simulated banks, which share no code with the package, made and signed what is broken here.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPos, newOrderId } from 'velopos/all';
import { explain } from 'velopos/explain';
import { accounts } from '../../banks/accounts.js';
import { callbackHash as akbankReturn, formHash as akbankForm, mac as akbankMac } from '../../banks/akbank-hash.js';
import { answerHash, hashedPassword, requestHash as boaRequest } from '../../banks/boa-hash.js';
import { requestHash as interposForm } from '../../banks/interpos-hash.js';
import { checkKey } from '../../banks/moka-hash.js';
import { requestHash as payforForm, responseHash as payforReturn } from '../../banks/payfor-hash.js';
import { KATILIM_ACCOUNT } from '../../banks/payfor.js';
import { formValues, LISTS, mac, newCallbackMac, newFormMac } from '../../banks/posnetv1-hash.js';
import { startBanks } from '../../banks/server.js';
import { callbackHash as toslaReturn, requestHash as toslaRequest } from '../../banks/tosla-hash.js';
import { explains, told, visited, withKeys } from './explaining.js';

let banks;
before(async () => { banks = await startBanks({ shopOrigin: 'http://localhost:8480' }); });
after(() => banks.close());

const visit = (gateway, options) => visited(banks, gateway, options);
const fieldsOf = (body) => Object.fromEntries(new URLSearchParams(body));
const bodyOf = (fields) => new URLSearchParams(fields).toString();
const edited = (body, changes) => bodyOf({ ...fieldsOf(body), ...changes });
const swapped = (config, one, other) => withKeys(config, { [one]: config.merchant[other], [other]: config.merchant[one] });
const decodedOnce = (body) => body.split('&').map((field) => field.split('=').map(decodeURIComponent).join('=')).join('&');

/** A visit whose digest has a plus sign in it. */
async function withPlus(gateway, name, options) {
  for (;;) {
    const life = await visit(gateway, options);
    if (life.message.includes('%2B') && fieldsOf(life.message)[name].includes('+')) return life;
  }
}

/** A genuine return fits, its plaintext is shown, and the secrets in it are not. */
function fits(life, algorithm, hidden) {
  const result = told(life);
  assert.deepEqual([result.verdict, result.code, result.causes], ['fits', null, []], result.text);
  const { plaintext: [hashed] } = result;
  assert.equal(hashed.algorithm, algorithm);
  assert.deepEqual(hashed.parts.filter(({ masked }) => masked).map(({ name }) => name), hidden);
  assert.equal(told({ ...life, order: undefined }).verdict, 'fits', 'without its order, too');
  return Object.fromEntries(hashed.parts.map(({ name, value }) => [name, value]));
}

const lifeOf = ({ config, order, message }, changes) => ({ config, order, message, ...changes });

describe('QNB (PayFor)', () => {
  let life;
  before(async () => { life = await visit('qnb'); });
  const given = (changes) => lifeOf(life, changes);
  const resigned = (changes, keys) => {
    const fields = { ...fieldsOf(life.message), ...changes };
    return bodyOf({ ...fields, ResponseHash: payforReturn(fields, { ...life.config.merchant, ...keys }) });
  };
  test('a genuine return', () => assert.equal(fits(given(), 'SHA-1', ['merchantPass']).OrderId, life.order.id));
  test('API password and 3D password exchanged', () => {
    const result = explains(given({ config: swapped(life.config, 'merchantPass', 'userPass') }), 'explained', 'wrong-secret');
    assert.equal(result.code, null, 'finish throws nothing: it asks the bank');
  });
  test('a space behind the 3D password', () => explains(given({ config: withKeys(life.config, { merchantPass: `${life.config.merchant.merchantPass} ` }) }), 'config', 'space-in-secret'));
  test('the user in lower case', () => explains(given({ config: withKeys(life.config, { userCode: 'sim_api_kullanici' }) }), 'explained', 'mistyped-secret'));
  test('the key of another account', () =>
    explains(given({ config: withKeys(life.config, { merchantPass: 'baska-sifre-7' }), others: [{ name: 'yedek', config: life.config }] }), 'explained', 'other-account'));
  test('plus signs that became spaces', async () => {
    const { config, order, message } = await withPlus('qnb', 'ResponseHash');
    explains({ config, order, message: message.replaceAll('%2B', '+') }, 'explained', 'decoded-body');
  });
  test('a public test password', () => explains(given({ message: resigned({}, { merchantPass: '12345678' }) }), 'explained', 'signed-with-test-key'));
  test('the same in production', () => {
    const { endpoints, ...config } = withKeys({ ...life.config, mode: 'production' }, { merchantPass: '12345678' });
    explains({ config, order: { ...life.order, mode: 'production' }, message: resigned({}, { merchantPass: '12345678' }) }, 'config', 'test-key-in-production');
  });
  test('a refusal that became an approval is forged', async () => {
    const { config, order, message } = await visit('qnb', { card: '3ds-failed' });
    const { ProcReturnCode: code, '3DStatus': status } = fieldsOf(message);
    const result = explains({ config, order, message: edited(message, { ProcReturnCode: '00', '3DStatus': '1' }) }, 'forged', 'value-changed');
    assert.match(result.causes[0].evidence.fits, new RegExp(`${code}|${status}`));
  });
  test('signed with a key of the forger’s', () => explains(given({ message: resigned({}, { merchantPass: 'kimsenin-degil' }) }), 'forged', 'forged'));
  test('the return of another order, and one whose number was changed', async () => {
    const { order } = await visit('qnb');
    assert.equal(explains(given({ order }), 'mismatch', 'order-mismatch', 'OrderId').code, 'ORDER_MISMATCH');
    const result = explains(given({ message: edited(life.message, { OrderId: newOrderId() }) }), 'forged', 'value-changed', 'OrderId');
    assert.equal(result.code, 'ORDER_MISMATCH', 'what finish throws');
  });
  test('of another merchant', () => explains(given({ config: withKeys(life.config, { merchantId: '085300000001908' }) }), 'mismatch', 'merchant-mismatch', 'MerchantID'));
  test('without a digest', () => assert.equal(told(given({ message: edited(life.message, { ResponseHash: '' }) })).verdict, 'unsigned'));
  test('Ziraat Katılım, whose digest nobody can compute', async () => {
    const { merchantId, userCode, userPass, merchantPass } = KATILIM_ACCOUNT;
    const { endpoints } = life.config;
    const config = { gateway: 'ziraatkatilim', merchant: { merchantId, userCode, userPass, merchantPass }, endpoints: Object.fromEntries(Object.entries(endpoints).map(([name, url]) => [name, url.replace('/Gateway/', '/Mpi/')])) };
    const { verdict, causes } = told(lifeOf(await visit('qnb', { config })));
    assert.deepEqual([verdict, causes.map(({ id }) => id)], ['unsigned', ['unknown-digest']]);
  });

  const form = (changes, key = life.config.merchant.merchantPass, later = {}) =>
    ({ config: life.config, form: { ...life.form, ...changes, Hash: payforForm({ ...life.form, ...changes }, key), ...later } });
  test('a form that fits shows what was hashed', () => {
    const { verdict, plaintext } = told({ config: life.config, form: life.form, order: life.order });
    assert.equal(verdict, 'fits');
    assert.equal(plaintext[0].parts.find(({ name }) => name === 'PurchAmount').value, '149.90');
  });
  test('a form signed with the API password', () => explains(form({}, life.config.merchant.userPass), 'explained', 'wrong-secret'));
  test('a form signed with a space behind the password', () => explains(form({}, `${life.config.merchant.merchantPass} `), 'explained', 'space-in-secret'));
  test('an amount that became a number after signing', () => explains(form({}, undefined, { PurchAmount: '149.9' }), 'explained', 'amount-text', 'PurchAmount'));
  test('a slash after signing', () => explains(form({}, undefined, { OkUrl: `${life.form.OkUrl}/` }), 'explained', 'url-slash', 'OkUrl'));
  test('another model than the configured one', () => explains(form({ SecureType: '3DPay' }), 'explained', 'wrong-storetype', 'SecureType'));
  test('another merchant’s number', () => explains(form({ MerchantID: '085300000001908' }), 'explained', 'wrong-terminal', 'MerchantID'));
  test('another amount than the order’s', () => explains({ ...form({ PurchAmount: '14.99' }), order: life.order }, 'explained', 'amount-differs', 'PurchAmount'));
});

describe('Denizbank (InterPos)', () => {
  let life;
  before(async () => { life = await visit('denizbank', { model: '3dpay' }); });
  const given = (changes) => lifeOf(life, changes);
  test('a genuine return', () => assert.equal(fits(given(), 'SHA-1', ['merchantPass']).PurchAmount, '149,90'));
  test('API password and 3D password exchanged', () => explains(given({ config: swapped(life.config, 'merchantPass', 'userPass') }), 'explained', 'wrong-secret'));
  test('quotation marks around the password', () => explains(given({ config: withKeys(life.config, { merchantPass: `"${life.config.merchant.merchantPass}"` }) }), 'explained', 'space-in-secret'));
  test('the bank’s own page signs without the password', async () => {
    const { config, order, message } = await visit('denizbank');
    const result = explains({ config, order, message }, 'unsigned', 'signed-without-key', 'HASH');
    assert.equal(result.code, null);
    assert.match(result.text, /anybody can do that/);
  });
  test('a proxy that decoded the body', async () => {
    const { config, order, message } = await withPlus('denizbank', 'HASH', { model: '3dpay' });
    explains({ config, order, message: decodedOnce(message) }, 'explained', 'decoded-body');
  });
  test('an amount written otherwise', () => explains(given({ message: edited(life.message, { PurchAmount: '149.90' }) }), 'explained', 'amount-text', 'PurchAmount'));
  test('a slash behind the address that came back', () => explains(given({ message: edited(life.message, { OkUrl: `${life.order.urls.ok}/` }) }), 'explained', 'url-slash', 'OkUrl'));
  test('an amount that was changed is forged', () => explains(given({ message: edited(life.message, { PurchAmount: '1,00' }) }), 'forged', 'value-changed', 'PurchAmount'));
  test('an authentication that was changed is forged', () => explains(given({ message: edited(life.message, { mdStatus: '7' }) }), 'forged', 'value-changed', 'mdStatus'));
  test('about another order', async () => explains(given({ order: (await visit('denizbank', { model: '3dpay' })).order }), 'mismatch', 'order-mismatch', 'OrderId'));
  test('another amount than the stored one', () => explains(given({ order: { ...life.order, amount: '150.00' } }), 'mismatch', 'amount-mismatch'));
  const form = (changes, key = life.config.merchant.merchantPass, later = {}) =>
    ({ config: life.config, form: { ...life.form, ...changes, Hash: interposForm({ ...life.form, ...changes }, key), ...later } });
  test('a form signed with the API password', () => explains(form({}, life.config.merchant.userPass), 'explained', 'wrong-secret'));
  test('instalments written after signing', () => explains(form({}, undefined, { InstallmentCount: '0' }), 'explained', 'form-value', 'InstallmentCount'));
  test('another terminal’s number', () => explains(form({ ShopCode: '9108' }), 'explained', 'wrong-terminal', 'ShopCode'));
  test('a model of the hosted page for a configured 3dpay', () => explains(form({ SecureType: '3DHost' }), 'explained', 'wrong-storetype', 'SecureType'));
});

describe('Akbank', () => {
  let life;
  before(async () => { life = await visit('akbank'); });
  const given = (changes) => lifeOf(life, changes);
  test('a genuine return', () => assert.equal(fits(given(), 'HMAC-SHA512', ['cardHolderName'].filter((name) => fieldsOf(life.message).hashParams.includes(name))).orderId, life.order.id));
  test('a key in capitals', () => explains(given({ config: withKeys(life.config, { secretKey: life.config.merchant.secretKey.toUpperCase() }) }), 'explained', 'mistyped-secret'));
  test('a space within the key', () => explains(given({ config: withKeys(life.config, { secretKey: life.config.merchant.secretKey.replace(/^..../, '$& ') }) }), 'config', 'space-in-secret'));
  test('the key of another account', () =>
    explains(given({ config: withKeys(life.config, { secretKey: 'f00d'.repeat(12) }), others: [{ name: 'eski', config: life.config }] }), 'explained', 'other-account'));
  test('a public test key', () => {
    const fields = fieldsOf(life.message);
    const key = '3230323330393034313735303032363031353172675f357637355f3273387373745f7233725f73323333383737335f323272383774767276327672323531355f';
    explains(given({ message: bodyOf({ ...fields, hash: akbankReturn(Object.entries(fields), fields.hashParams, key) }) }), 'explained', 'signed-with-test-key');
  });
  test('plus signs that became spaces, in the list as well', () => explains(given({ message: life.message.replaceAll('%2B', '+') }), 'explained', 'decoded-body'));
  test('a framework that made JSON of it', () => explains(given({ message: JSON.stringify(fieldsOf(life.message)) }), 'explained', 'json-body'));
  test('UTF-8 that was read as Latin-1', () => {
    const fields = { ...fieldsOf(life.message), responseMessage: 'İŞLEM BAŞARILI' };
    const signed = { ...fields, hash: akbankReturn(Object.entries(fields), fields.hashParams, life.config.merchant.secretKey) };
    explains(given({ message: bodyOf({ ...signed, responseMessage: Buffer.from(signed.responseMessage).toString('latin1') }) }), 'explained', 'charset');
  });
  test('a refusal that became an approval is forged', async () => {
    const { config, order, message } = await visit('akbank', { card: 'insufficient-funds' });
    const { responseCode, hostResponseCode } = fieldsOf(message);
    assert.notEqual(hostResponseCode ?? responseCode, '00');
    const changed = hostResponseCode === undefined ? { responseCode: 'VPS-0000' } : { responseCode: 'VPS-0000', hostResponseCode: '00' };
    assert.equal(told({ config, order, message: edited(message, changed) }).verdict, 'forged');
  });
  test('of another terminal', () => explains(given({ config: withKeys(life.config, { terminalSafeId: 'F'.repeat(32) }) }), 'mismatch', 'merchant-mismatch', 'terminalSafeId'));
  test('about another order', async () => explains(given({ order: (await visit('akbank')).order }), 'mismatch', 'order-mismatch', 'orderId'));
  const form = (changes, key = life.config.merchant.secretKey, later = {}) =>
    ({ config: life.config, form: { ...life.form, ...changes, hash: akbankForm({ ...life.form, ...changes }, key), ...later } });
  test('a form with a card: it is masked', async () => {
    const { config, form: fields, order } = await visit('akbank', { model: '3d_pay' });
    const { verdict, plaintext } = told({ config, form: fields, order });
    assert.equal(verdict, 'fits');
    assert.deepEqual(plaintext[0].parts.filter(({ masked }) => masked).map(({ name }) => name), ['creditCard', 'expiredDate', 'cvv']);
  });
  test('an amount that became a number after signing', () => explains(form({}, undefined, { amount: '149.9' }), 'explained', 'amount-text', 'amount'));
  test('a slash after signing', () => explains(form({}, undefined, { okUrl: `${life.form.okUrl}/` }), 'explained', 'url-slash', 'okUrl'));
  test('a form signed with a line end behind the key', () => explains(form({}, `${life.config.merchant.secretKey} `), 'explained', 'space-in-secret'));
  test('another model than the configured one', () => explains(form({ paymentModel: '3D_PAY' }), 'explained', 'wrong-storetype', 'paymentModel'));
  test('a request whose body was written again', async () => {
    const { requests: [request], config } = await visit('akbank', { finish: true });
    assert.equal(told({ config, form: request }).verdict, 'fits');
    const body = JSON.stringify(JSON.parse(request.body), null, 2);
    explains({ config, form: { headers: request.headers, body } }, 'explained', 'body-changed');
    const other = { ...request.headers, 'auth-hash': akbankMac(request.body, life.config.merchant.secretKey.toUpperCase()) };
    explains({ config, form: { headers: other, body: request.body } }, 'explained', 'mistyped-secret');
  });
});

describe('Tosla', () => {
  let life;
  before(async () => { life = await visit('tosla'); });
  const given = (changes) => lifeOf(life, changes);
  const resigned = (changes, keys) => {
    const fields = { ...fieldsOf(life.message), ...changes };
    return bodyOf({ ...fields, Hash: toslaReturn(fields, { ...life.config.merchant, ...keys }) });
  };
  test('a genuine return', () => assert.equal(fits(given(), 'SHA-512', ['apiPass']).ApiUser, 'POS_SIM_0001'));
  test('user and password exchanged', () => explains(given({ config: swapped(life.config, 'apiUser', 'apiPass') }), 'explained', 'wrong-secret'));
  test('the user in lower case: it is signed and does not come back', () =>
    explains(given({ config: withKeys(life.config, { apiUser: life.config.merchant.apiUser.toLowerCase() }) }), 'explained', 'mistyped-secret'));
  test('a space behind the password', () => explains(given({ config: withKeys(life.config, { apiPass: `${life.config.merchant.apiPass} ` }) }), 'config', 'space-in-secret'));
  test('signed with the public test account', () => explains(given({ message: resigned({}, { apiUser: 'POS_ENT_Test_001', apiPass: 'POS_ENT_Test_001!*!*' }) }), 'explained', 'signed-with-test-key'));
  test('Turkish letters as other bytes', () => {
    const message = resigned({ BankResponseMessage: 'İşlem onaylandı, ğüş' });
    const latin5 = message.replaceAll('%C4%B0', '%DD').replaceAll('%C5%9F', '%FE').replaceAll('%C4%B1', '%FD').replaceAll('%C4%9F', '%F0').replaceAll('%C3%BC', '%FC');
    explains(given({ message: latin5 }), 'explained', 'charset');
  });
  test('plus signs that became spaces', async () => {
    const { config, order, message } = await withPlus('tosla', 'Hash');
    explains({ config, order, message: message.replaceAll('%2B', '+') }, 'explained', 'decoded-body');
  });
  test('a failure that became a success is forged', async () => {
    const { config, order, message } = await visit('tosla', { card: 'insufficient-funds' });
    explains({ config, order, message: edited(message, { RequestStatus: '1', BankResponseCode: '00' }) }, 'forged', 'value-changed');
  });
  test('of another customer number', () => explains(given({ config: withKeys(life.config, { clientId: '1000000495' }) }), 'mismatch', 'merchant-mismatch', 'ClientId'));
  test('about another order', async () => explains(given({ order: (await visit('tosla')).order }), 'mismatch', 'order-mismatch', 'OrderId'));
  test('without its signature', () => {
    const { Hash, HashParameters, ...fields } = fieldsOf(life.message);
    assert.deepEqual([told(given({ message: bodyOf(fields) })).verdict, told(given({ message: bodyOf(fields) })).code], ['unsigned', 'SIGNATURE_MISSING']);
  });
  test('a request: genuine, with the user’s name as the password, and of another account', () => {
    const { requests: [{ body }], config } = life;
    const own = JSON.parse(body);
    const { verdict, plaintext: [{ parts }] } = told({ config, form: body, order: life.order });
    assert.deepEqual([verdict, parts.map(({ name }) => name)], ['fits', ['apiPass', 'clientId', 'apiUser', 'rnd', 'timeSpan']]);
    const signed = (keys, later) => ({ config, form: { ...own, ...later, hash: toslaRequest({ ...own, ...config.merchant, ...keys }) } });
    explains(signed({ apiPass: config.merchant.apiUser }), 'explained', 'wrong-secret');
    explains(signed({ apiPass: `${config.merchant.apiPass} ` }), 'explained', 'space-in-secret');
    explains(signed({ clientId: '1000000495' }, { clientId: 1000000495 }), 'explained', 'wrong-terminal', 'clientId');
  });
});

describe('Moka United', () => {
  let life;
  before(async () => { life = await visit('moka'); });
  const given = (changes) => lifeOf(life, changes);
  test('a genuine return', () => {
    const { verdict, causes } = told(given());
    assert.deepEqual([verdict, causes], ['fits', []]);
  });
  test('of another start of the same order', async () => {
    const again = await createPos(life.config, { fetch }).start({ id: life.order.id, amount: '149.90', currency: 'TRY', urls: life.order.urls, customer: { ip: '85.34.78.112' } }).catch(() => null);
    const other = again ?? await visit('moka');
    const result = told(given({ order: { ...other.order, id: life.order.id } }));
    assert.deepEqual([result.verdict, result.causes.map(({ id }) => id)], ['forged', ['other-start']]);
  });
  test('of another order', async () => explains(given({ order: (await visit('moka')).order }), 'mismatch', 'order-mismatch'));
  test('whose order number was changed', () => explains(given({ message: edited(life.message, { OtherTrxCode: newOrderId() }) }), 'mismatch', 'order-mismatch', 'OtherTrxCode'));
  test('without its digest', () => assert.equal(told(given({ message: edited(life.message, { hashValue: '' }) })).verdict, 'unsigned'));
  test('a space behind the password', () => explains(given({ config: withKeys(life.config, { password: `${life.config.merchant.password}\u00a0` }) }), 'config', 'space-in-secret'));
  describe('a request', () => {
    const request = () => JSON.parse(life.requests[0].body);
    const signed = (keys, changes) => {
      const { PaymentDealerAuthentication: own, ...rest } = request();
      return { config: life.config, form: { ...rest, PaymentDealerAuthentication: { ...own, ...changes, CheckKey: checkKey({ ...life.config.merchant, ...keys }) } } };
    };
    test('genuine', () => {
      const { verdict, plaintext } = told({ config: life.config, form: life.requests[0].body, order: life.order });
      assert.equal(verdict, 'fits');
      assert.equal(plaintext[0].text, '190400MKsimMokaUserPD••••••••');
    });
    test('user and password exchanged in the configuration', () => explains({ ...signed({}), config: swapped(life.config, 'username', 'password') }, 'explained', ['wrong-secret']));
    test('signed with another password than the configured one', () => explains(signed({ password: 'Baska-Sifre-9' }, { Password: 'Baska-Sifre-9' }), 'explained', 'secret-differs', 'Password'));
    test('another dealer', () => explains(signed({}, { DealerCode: '190401' }), 'explained', 'wrong-terminal', 'DealerCode'));
    test('another amount than the order’s', () => {
      const { PaymentDealerAuthentication: own, ...rest } = request();
      const [[name, fields]] = Object.entries(rest);
      explains({ config: life.config, form: { PaymentDealerAuthentication: own, [name]: { ...fields, Amount: '14.99' } }, order: life.order }, 'explained', 'amount-differs', 'Amount');
    });
  });
});

/** What Kuveyt Türk sends back: a document in a field, encoded once more. */
const inside = (message) => decodeURIComponent(fieldsOf(message).AuthenticationResponse.replaceAll('+', ' '));
const wrapped = (document) => bodyOf({ AuthenticationResponse: encodeURIComponent(document) });
const leaf = (document, name) => new RegExp(`<${name}>([^<]*)`).exec(document.replace(/<VPosMessage>[\s\S]*<\/VPosMessage>/, ''))?.[1] ?? '';
const withLeaves = (document, changes) => {
  const [repeated = ''] = /<VPosMessage>[\s\S]*<\/VPosMessage>/.exec(document) ?? [];
  const bare = Object.entries(changes).reduce((text, [name, value]) => text.replace(new RegExp(`<${name}>[^<]*`), `<${name}>${value}`), document.replace(repeated, '\u0001'));
  return bare.replace('\u0001', () => repeated);
};

for (const gateway of ['kuveytturk', 'vakifkatilim']) {
  describe(gateway, () => {
    const isKuveyt = gateway === 'kuveytturk';
    let life;
    before(async () => { life = await visit(gateway); });
    const given = (changes) => lifeOf(life, changes);
    const value = (message, name) => (isKuveyt ? leaf(inside(message), name) : fieldsOf(message)[name] ?? '');
    const change = (message, changes) => (isKuveyt ? wrapped(withLeaves(inside(message), changes)) : edited(message, changes));
    const resigned = (message, changes, password) => {
      const values = { MerchantOrderId: value(message, 'MerchantOrderId'), ResponseCode: value(message, 'ResponseCode'), OrderId: value(message, 'OrderId'), ...changes };
      const hash = answerHash({ merchantOrderId: values.MerchantOrderId, responseCode: values.ResponseCode, orderId: values.OrderId }, hashedPassword(password ?? life.config.merchant.password));
      return change(message, { ...changes, HashData: hash });
    };
    test('a genuine return', () => assert.equal(fits(given(), 'SHA-1', ['hashPassword']).MerchantOrderId, life.order.id));
    test('user and password exchanged', () => explains(given({ config: swapped(life.config, 'userName', 'password') }), 'explained', 'wrong-secret'));
    test('a space within the password', () => explains(given({ config: withKeys(life.config, { password: `${life.config.merchant.password} ` }) }), 'config', 'space-in-secret'));
    test('a password typed by hand', () =>
      explains(given({ config: withKeys(life.config, { password: 'CanliSifreO8' }), message: resigned(life.message, {}, 'CanliSifre08') }), 'explained', 'mistyped-secret'));
    test('a public test password', () => {
      const { public: open } = { public: isKuveyt ? 'api123' : 'simKatilim34' };
      const config = withKeys(life.config, { password: 'Canli-Sifre-8' });
      explains(given({ config, message: resigned(life.message, {}, open) }), 'explained', 'signed-with-test-key');
    });
    test('the key of another account', () =>
      explains(given({ config: withKeys(life.config, { password: 'Canli-Sifre-8' }), message: resigned(life.message, {}, 'Ikinci9Sifre'), others: [{ name: 'ikinci', config: withKeys(life.config, { password: 'Ikinci9Sifre' }) }] }), 'explained', 'other-account'));
    test('a failure that became a success is forged', async () => {
      const { config, order, message } = await visit(gateway, { card: 'success' });
      const failed = resigned(message, { ResponseCode: '51' });
      explains({ config, order, message: change(failed, { ResponseCode: '00' }) }, 'forged', 'value-changed', 'ResponseCode');
    });
    test('about another order', async () => explains(given({ order: (await visit(gateway)).order }), 'mismatch', 'order-mismatch', 'MerchantOrderId'));
    test('signed by a stranger', () => explains(given({ message: resigned(life.message, {}, 'kimsenin-degil') }), 'forged', 'forged'));
    test('without a digest', () => assert.equal(told(given({ message: change(life.message, { HashData: '' }) })).verdict, 'unsigned'));
    test('the old interface, which tells the key', () => {
      const key = hashedPassword(life.config.merchant.password);
      const message = isKuveyt ? wrapped(inside(life.message).replace(/<HashPassword>[^<]*<\/HashPassword>|<HashPassword\s*\/>/, '').replace(/<VPosMessage>/, `<VPosMessage><HashPassword>${key}</HashPassword>`)) : edited(life.message, { HashPassword: key });
      explains(given({ message }), 'explained', 'key-in-return', 'HashPassword');
    });
    test('plus signs that became spaces', async () => {
      for (;;) {
        const { config, order, message } = await visit(gateway);
        if (!value(message, 'HashData').includes('+')) continue;
        const broken = isKuveyt ? wrapped(inside(message).replaceAll('+', ' ')) : message.replaceAll('%2B', '+');
        explains({ config, order, message: broken }, 'explained', 'decoded-body');
        break;
      }
    });
    describe('a request', () => {
      const xml = () => life.requests[0].body;
      const sign = (changes, password = life.config.merchant.password) => {
        const get = (name) => changes[name] ?? new RegExp(`<${name}>([^<]*)`).exec(xml())?.[1] ?? '';
        const hash = boaRequest({ merchantId: get('MerchantId'), merchantOrderId: get('MerchantOrderId'), amount: get('Amount'), okUrl: get('OkUrl'), failUrl: get('FailUrl'), userName: get('UserName') }, hashedPassword(password));
        return { config: life.config, form: withLeaves(xml(), { ...changes, HashData: hash }) };
      };
      test('genuine', () => {
        const { verdict, plaintext } = told({ config: life.config, form: xml() });
        assert.equal(verdict, 'fits');
        assert.equal(plaintext.at(-1).parts.find(({ name }) => name === 'hashPassword').value, '••••••••');
      });
      test('signed with the user’s name', () => explains(sign({}, life.config.merchant.userName), 'explained', isKuveyt ? 'wrong-secret' : ['wrong-secret']));
      test('an amount in lira after signing', () => explains({ ...sign({}), form: withLeaves(sign({}).form, { Amount: '149.90' }) }, 'explained', 'amount-text', 'Amount'));
      test('a slash after signing', () => explains({ ...sign({}), form: withLeaves(sign({}).form, { OkUrl: `${life.order.urls.ok}/` }) }, 'explained', 'url-slash', 'OkUrl'));
      test('another merchant', () => explains(sign({ MerchantId: '911' }), 'explained', 'wrong-terminal', 'MerchantId'));
      if (!isKuveyt) {
        test('the key beside the digest is another one’s', () => explains(sign({ HashPassword: hashedPassword('baska') }), 'explained', 'secret-differs', 'HashPassword'));
      }
    });
  });
}

describe('Albaraka Türk (PosNet V1)', () => {
  let life;
  before(async () => { life = await visit('albaraka'); });
  const given = (changes) => lifeOf(life, changes);
  const key = () => life.config.merchant.encKey;
  const resigned = (fields, encKey = key()) => ({ ...fields, Mac: mac(LISTS.callback, fields, encKey), ...(fields.MacNew && { MacNew: newCallbackMac(fields, encKey) }) });
  test('a genuine return', () => {
    const result = told(given());
    assert.deepEqual([result.verdict, result.causes], ['fits', []], result.text);
    assert.deepEqual(result.plaintext.map(({ algorithm }) => algorithm), fieldsOf(life.message).MacNew ? ['SHA-256', 'HMAC-SHA256'] : ['SHA-256']);
    for (const { parts } of result.plaintext) assert.ok(parts.some(({ name, masked }) => name === 'encKey' && masked));
    assert.equal(told(given({ order: undefined })).verdict, 'fits');
  });
  test('spaces behind the commas of the key', () => explains(given({ config: withKeys(life.config, { encKey: key().replaceAll(',', ', ') }) }), 'config', 'space-in-secret'));
  test('a public test key', () => explains(given({ config: withKeys(life.config, { encKey: '21,22,23,24,25,26,27,28' }), message: bodyOf(resigned(fieldsOf(life.message), '10,10,10,10,10,10,10,10')) }), 'explained', 'signed-with-test-key'));
  test('the key of another account', () => explains(given({ config: withKeys(life.config, { encKey: '21,22,23,24,25,26,27,28' }), message: bodyOf(resigned(fieldsOf(life.message), '31,32,33,34,35,36,37,38')),
    others: [{ name: 'eski', config: withKeys(life.config, { encKey: '31,32,33,34,35,36,37,38' }) }] }), 'explained', 'other-account'));
  test('plus signs that became spaces', async () => {
    const { config, order, message } = await withPlus('albaraka', 'Mac');
    explains({ config, order, message: message.replaceAll('%2B', '+') }, 'explained', 'decoded-body');
  });
  test('an authentication that was changed is forged', () => explains(given({ message: edited(life.message, { MdStatus: '7' }) }), 'forged', 'value-changed', 'MdStatus'));
  test('signed by a stranger', () => explains(given({ message: bodyOf(resigned(fieldsOf(life.message), '9,9,9,9,9,9,9,9')) }), 'forged', 'forged'));
  test('about another order, and of another merchant', async () => {
    explains(given({ order: (await visit('albaraka')).order }), 'mismatch', 'order-mismatch', 'OrderId');
    explains(given({ config: withKeys(life.config, { merchantNo: '6700950032' }) }), 'mismatch', 'merchant-mismatch', 'MerchantId');
  });
  test('without its digests', () => {
    const { Mac, MacNew, ...fields } = fieldsOf(life.message);
    assert.equal(told(given({ message: bodyOf(fields) })).verdict, 'unsigned');
  });
  const form = (changes, encKey = key(), later = {}) => {
    const fields = { ...life.form, ...changes };
    const list = fields.CardNo ? LISTS.cardForm : LISTS.hostedForm;
    return { config: life.config, form: { ...fields, Mac: mac(list, formValues(fields), encKey), MacNew: newFormMac(fields, encKey), ...later } };
  };
  test('a form', () => {
    assert.equal(told({ ...form({}), order: life.order }).verdict, 'fits');
    const { verdict, plaintext: [{ algorithm, parts }] } = told(form({}, undefined, { Mac: '' }));
    assert.deepEqual([verdict, algorithm], ['fits', 'HMAC-SHA256']);
    for (const [name, value] of [['TerminalNo', '67540050'], ['MerchantReturnURL', life.order.urls.ok]]) {
      assert.equal(parts.find((part) => part.name === name)?.value, value, JSON.stringify(parts));
    }
    explains(form({}, `${key()} `), 'explained', 'space-in-secret');
    explains(form({}, undefined, { Amount: '149.90' }), 'explained', 'amount-text', 'Amount');
    explains(form({}, undefined, { MerchantReturnURL: `${life.order.urls.ok}/` }), 'explained', 'url-slash', 'MerchantReturnURL');
    explains(form({ TerminalNo: '67540051' }), 'explained', 'wrong-terminal', 'TerminalNo');
    explains(form({}, undefined, { Mac: mac(LISTS.hostedForm, formValues(life.form), '7,7') }), 'refused', 'form-unexplained');
  });
  test('a form with a card: it is masked', () => {
    const card = { CardNo: '4000000000000002', ExpiredDate: '3012', Cvv: '739', CardHolderName: 'AYSE ISIK', MacParams: LISTS.cardForm };
    for (const later of [{}, { MacNew: '' }]) {
      const { verdict, plaintext } = told(form(card, undefined, later));
      assert.equal(verdict, 'fits');
      const masked = plaintext[0].parts.filter((part) => part.masked).length;
      assert.equal(masked, later.MacNew === '' ? 4 : 4, JSON.stringify(plaintext));
    }
  });
  test('a request of the server', async () => {
    const { requests, config } = await visit('albaraka', { finish: true });
    for (const { body } of requests) {
      assert.equal(told({ config, form: body }).verdict, 'fits', body);
      const own = JSON.parse(body);
      explains({ config, form: { ...own, MAC: mac(own.MACParams, { ...own, ...own.ThreeDSecureData }, '31,32,33,34,35,36,37,38') }, others: [{ name: 'eski', config: withKeys(config, { encKey: '31,32,33,34,35,36,37,38' }) }] }, 'explained', 'other-account');
    }
  });
});

/** Names that every object has. */
const EVERYBODYS = Object.fromEntries(['__proto__', 'constructor', 'toString', 'hash', 'Hash', 'HashData', 'CheckKey', 'MAC', 'secure3dhash', 'paytr_token'].map((name) => [name, 'x']).concat([['MACParams', 'toString:__proto__']]));

describe('what comes from outside', () => {
  const long = 'a'.repeat(50_000);
  const hostile = ['', '{', '%', '%ZZ=1', 'a=1&A=2', Array.from({ length: 300 }, (_, at) => `f${at}=1`).join('&'), '\u001b[2J=1', '__proto__=1&constructor=2', new Uint8Array([0xff, 0xfe, 0x3d]), `x=${'%FE'.repeat(10_000)}`,
    'AuthenticationResponse=%3C', `AuthenticationResponse=${encodeURIComponent(`<a>${'<b>'.repeat(500)}`)}`, 'AuthenticationResponse=<VPosMessage></VPosMessage>', 'hashParams=constructor+__proto__&hash=x', 'HashParameters=a,b&Hash=x'];
  const digests = { qnb: 'ResponseHash', denizbank: 'HASH', akbank: 'hash', tosla: 'Hash', moka: 'hashValue', kuveytturk: 'AuthenticationResponse', vakifkatilim: 'HashData', albaraka: 'Mac' };
  test('a form with names that every object has, at the six systems', async () => {
    const { MACParams, ...form } = EVERYBODYS;
    for (const [name, config] of Object.entries(accounts(banks.url))) {
      assert.ok(['refused', 'explained', 'unsigned', 'damaged', 'forged'].includes(told({ config, form }).verdict), name);
    }
  });

  test('a form without an end is refused', () => {
    const config = accounts(banks.url).isbank;
    const cyclic = { a: 'x' };
    cyclic.b = cyclic;
    const doubling = Array.from({ length: 40 }).reduce((inner) => ({ a: inner, b: inner }), 'x');
    const deep = Array.from({ length: 100_000 }).reduce((inner) => ({ a: inner }), 'x');
    for (const form of [cyclic, doubling, deep, { a: new Uint8Array(200_000) }]) {
      assert.throws(() => explain({ config, form }), ({ code, field }) => code === 'MALFORMED' && field === 'form');
    }
  });

  for (const [gateway, digest] of Object.entries(digests)) {
    test(`${gateway}: hostile messages, forms and requests end in an explanation`, async () => {
      const { config, order } = await visit(gateway);
      for (const message of [...hostile, `${digest}=${long}`, `${digest}=x&OrderId=\u202e&orderId=1&MerchantOrderId=..&OtherTrxCode=`]) {
        for (const given of [{ config, order, message }, { config, message }]) {
          const { verdict, text } = told(given);
          assert.ok(['damaged', 'forged', 'unsigned', 'explained', 'mismatch', 'refused', 'asks', 'fits'].includes(verdict));
          assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
          assert.notEqual(verdict, 'fits', `${message}`.slice(0, 60));
        }
      }
      for (const form of [{}, '', '<', '<a><b></a>', '{"a":', '[[1]]', { hash: 'x', Hash: 'x', HashData: 'x', CheckKey: 'x', Mac: 'x', MAC: 'x', MACParams: 'constructor::' }, { a: { b: { c: null } } }, EVERYBODYS, { headers: {}, body: '{' }, { headers: { 'auth-hash': 'x' } }]) {
        const { verdict } = told({ config, form, order });
        assert.ok(['refused', 'explained', 'unsigned', 'damaged'].includes(verdict), `${verdict} ${JSON.stringify(form)}`);
      }
    });
  }
});

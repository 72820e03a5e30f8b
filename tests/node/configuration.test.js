// createPos refuses a configuration that could lose money quietly: typing errors, padded keys, published test credentials, foreign hosts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos } from 'velopos';
import { refuses } from './outcome.js';
import { isbank, isbank3d, isbankLive, iyzico, order, paytr } from './shop.js';

const withMerchant = (config, changes) => ({ ...config, merchant: { ...config.merchant, ...changes } });

describe('names', () => {
  const typingErrors = [
    [{ ...isbank, merchnat: {} }, 'merchnat', 'merchant'],
    [{ ...isbank, treeDS: 'full' }, 'treeDS', 'threeDS'],
    [{ ...isbank, Mode: 'test' }, 'Mode', 'mode'],
    [{ ...isbank, endpoint: {} }, 'endpoint', 'endpoints'],
    [withMerchant(isbank, { storekey: 'x' }), /^(merchant\.)?storekey$/, 'storeKey'],
    [withMerchant(isbank, { clientID: 'x' }), /^(merchant\.)?clientID$/, 'clientId'],
    [withMerchant(paytr, { merchantSlat: 'x' }), /^(merchant\.)?merchantSlat$/, 'merchantSalt'],
    [withMerchant(iyzico, { secret_key: 'x' }), /^(merchant\.)?secret_key$/, 'secretKey'],
    [{ ...isbank, endpoints: { gate: 'https://sanalpos.isbank.com.tr/fim/est3Dgate', apii: 'https://sanalpos.isbank.com.tr/fim/api' } }, /^(endpoints\.)?apii$/, 'api'],
  ];
  for (const [config, field, nearest] of typingErrors) {
    test(`${field} is not a key, ${nearest} is`, () => {
      const error = refuses(() => createPos(config), 'CONFIG', field);
      assert.match(error.message, new RegExp(`\\b${nearest}\\b`));
    });
  }

  test('a key of another gateway is unknown here', () => refuses(() => createPos(withMerchant(isbank, { merchantSalt: 'x' })), 'CONFIG', /merchantSalt/));
  test('a key named __proto__ is a key', () => {
    refuses(() => createPos(JSON.parse('{"gateway":"isbank","mode":"test","__proto__":{"x":1},"merchant":{"clientId":"190100000","storeKey":"SIMSTORE12"}}')), 'CONFIG', /proto/);
  });

  test('an unknown gateway names the nearest one', () => {
    const error = refuses(() => createPos({ ...isbank, gateway: 'isbnk' }), 'CONFIG', 'gateway');
    assert.match(error.message, /isbank/);
  });
  for (const gateway of ['', 'ISBANK', 'İşbank', 'toString', '__proto__', 'constructor', null, undefined, 7, {}, ['isbank']]) {
    test(`not a gateway: ${JSON.stringify(gateway)}`, () => refuses(() => createPos({ ...isbank, gateway }), 'CONFIG', 'gateway'));
  }
  test('the NestPay banks are known by their names', () => {
    for (const gateway of ['isbank', 'ziraat', 'halkbank', 'teb']) {
      const { redirect } = createPos({ ...isbankLive, gateway }).step.start(order);
      assert.match(redirect.action, /^https:\/\/[a-z0-9.-]+\/fim\/est3Dgate$/);
    }
  });
  test("another bank's address never serves a bank", () => {
    const actions = ['isbank', 'ziraat', 'halkbank', 'teb'].map((gateway) => createPos({ ...isbankLive, gateway }).step.start(order).redirect.action);
    assert.equal(new Set(actions).size, 4);
  });

  test('closed lists: model, mode, threeDS', () => {
    for (const model of ['3D_PAY_HOSTING', '3dpay', 'pay', '', 3, null]) refuses(() => createPos({ ...isbank, model }), ['CONFIG', 'UNSUPPORTED'], 'model');
    for (const mode of ['prod', 'TEST', 'live', '', true, null]) refuses(() => createPos({ ...isbank, mode }), 'CONFIG', 'mode');
    for (const threeDS of ['half', 'none', 'off', '', false, null, 1]) refuses(() => createPos({ ...isbank, threeDS }), 'CONFIG', 'threeDS');
  });
});

describe('values', () => {
  const keys = [[isbank, 'clientId'], [isbank, 'storeKey'], [paytr, 'merchantId'], [paytr, 'merchantKey'], [paytr, 'merchantSalt'], [iyzico, 'apiKey'], [iyzico, 'secretKey']];
  for (const [config, key] of keys) {
    test(`${config.gateway} ${key}: missing, empty, padded, not text`, () => {
      const { [key]: value, ...rest } = config.merchant;
      refuses(() => createPos({ ...config, merchant: rest }), 'CONFIG', new RegExp(key));
      for (const wrong of ['', ' ', ` ${value}`, `${value} `, `${value}\n`, `\t${value}`, `\u00a0${value}`, `${value}\u0000`, `${value}\u007f`, `\ufeff${value}`, 7, null, undefined, {}, [value], Symbol(key), new String(value), () => value]) {
        refuses(() => createPos(withMerchant(config, { [key]: wrong })), 'CONFIG', new RegExp(key));
      }
    });
  }
  test('a lone surrogate and a giant are not keys', () => {
    refuses(() => createPos(withMerchant(isbank, { storeKey: 'abc\ud800def' })), 'CONFIG', /storeKey/);
    refuses(() => createPos(withMerchant(isbank, { storeKey: 'x'.repeat(10_000_000) })), ['CONFIG', 'TOO_LARGE'], /storeKey/);
  });
  test('API credentials come in pairs', () => {
    const { apiPassword, ...withoutPassword } = isbank.merchant;
    refuses(() => createPos({ ...isbank, merchant: withoutPassword }), 'CONFIG', /apiPassword/);
  });
  test('the configuration itself', () => {
    for (const wrong of [undefined, null, 'isbank', 7, [], () => isbank]) refuses(() => createPos(wrong), 'CONFIG');
    for (const merchant of [undefined, null, 'x', 7, []]) refuses(() => createPos({ ...isbank, merchant }), 'CONFIG', /^merchant/);
  });
  test('what JavaScript adds', () => {
    for (const options of [{ timeoutMs: 0 }, { timeoutMs: -1 }, { timeoutMs: NaN }, { timeoutMs: Infinity }, { timeoutMs: '100' }, { fetch: 'x' }, { claim: true }, { timeout: 100 }]) {
      refuses(() => createPos(isbank, options), 'CONFIG', new RegExp(Object.keys(options)[0]));
    }
  });
  test('a model that moves money wants a claim', async () => {
    const pos = () => createPos(isbank3d, { fetch: async () => assert.fail('nothing may be sent') });
    try {
      pos();
    } catch {
      return void refuses(pos, 'CONFIG', /claim/); // at once, or when the message arrives: see nestpay-provision.test.js
    }
  });
});

describe('production', () => {
  test('is the default', () => {
    assert.equal(createPos(isbankLive).step.start(order).order.mode, 'production');
    assert.equal(new URL(createPos(isbankLive).step.start(order).redirect.action).host, 'sanalpos.isbank.com.tr');
  });

  const published = [
    ['the shared test store of İş Bankası', withMerchant(isbankLive, { clientId: '700655000200', storeKey: 'TRPS0200' })],
    ['its store number with another key', withMerchant(isbankLive, { clientId: '700655000200' })],
    ['its store key with another number', withMerchant(isbankLive, { storeKey: 'TRPS0200' })],
    ['its API user', withMerchant(isbankLive, { apiUser: 'ISBANKAPI', apiPassword: 'ISBANK07' })],
    ['123456', withMerchant(isbankLive, { storeKey: '123456' })],
    ['12345678', withMerchant(isbankLive, { storeKey: '12345678' })],
    ['TEST1234', withMerchant(isbankLive, { storeKey: 'TEST1234' })],
    ['the simulator', { ...isbank, mode: 'production' }],
    ['the simulated PayTR', { ...paytr, mode: 'production' }],
    ['the simulated iyzico', { ...iyzico, mode: 'production' }],
    ['an iyzico sandbox key', { ...iyzico, mode: 'production', merchant: { apiKey: 'sandbox-qaz1wsx2edc3', secretKey: 'sandbox-UuLnD7wZa0a3DmytfIrwHQqAMfqCNJrs' } }],
  ];
  for (const [name, config] of published) {
    test(`refuses published credentials: ${name}`, () => refuses(() => createPos(config), 'CONFIG', /merchant|clientId|storeKey|api|secret|Key|Salt|Id/));
  }
});

describe('endpoints', () => {
  const own = { gate: 'https://sanalpos.isbank.com.tr/fim/est3Dgate', api: 'https://sanalpos.isbank.com.tr/fim/api' };
  test("on the gateway's own host", () => assert.equal(createPos({ ...isbankLive, endpoints: own }).step.start(order).redirect.action, own.gate));

  const foreign = ['https://evil.example/fim/est3Dgate', 'http://sanalpos.isbank.com.tr/fim/est3Dgate', 'https://sanalpos.isbank.com.tr.evil.example/fim/est3Dgate',
    'https://evil.example/sanalpos.isbank.com.tr', 'https://sanalpos.isbank.com.tr@evil.example/fim/est3Dgate', 'https://user:pass@sanalpos.isbank.com.tr/fim/est3Dgate',
    'https://evil.example\\@sanalpos.isbank.com.tr/fim/est3Dgate', 'https://evilsanalpos.isbank.com.tr/', '//sanalpos.isbank.com.tr/fim/est3Dgate', '/fim/est3Dgate', 'javascript:alert(1)',
    'https://sanalpos.ısbank.com.tr/fim/est3Dgate', ' https://sanalpos.isbank.com.tr/fim/est3Dgate', 'https://sanalpos.isbank.com.tr/fim/est3Dgate\r\nX: y', 'https:sanalpos.isbank.com.tr',
    'https://127.0.0.1/fim/est3Dgate', 'http://127.0.0.1:8481/nestpay/fim/est3Dgate', 'http://localhost:8481/nestpay/fim/est3Dgate', '', null, 7, {}];
  for (const url of foreign) {
    test(`production refuses ${JSON.stringify(url)}`, () => {
      refuses(() => createPos({ ...isbankLive, endpoints: { ...own, gate: url } }), 'CONFIG', /endpoints/);
      refuses(() => createPos({ ...isbankLive, endpoints: { ...own, api: url } }), 'CONFIG', /endpoints/);
    });
  }

  test('test mode may use this machine', () => {
    for (const host of ['127.0.0.1:8481', 'localhost:8481', '[::1]:8481']) {
      const gate = `http://${host}/nestpay/fim/est3Dgate`;
      assert.equal(createPos({ ...isbank, endpoints: { gate, api: `http://${host}/nestpay/fim/api` } }).step.start(order).redirect.action, gate);
    }
  });
  test('test mode may use no other machine without trustHosts', () => {
    for (const host of ['http://127.0.0.1.evil.example', 'http://localhost.evil.example', 'http://evil.example', 'https://evil.example', 'http://10.0.0.1', 'http://0.0.0.0:8481', 'http://2130706433x']) {
      refuses(() => createPos({ ...isbank, endpoints: { gate: `${host}/fim/est3Dgate`, api: `${host}/fim/api` } }), 'CONFIG', /endpoints/);
    }
  });

  test('trustHosts, in code, adds one host and no http', () => {
    const endpoints = { gate: 'https://pos.bank.example/fim/est3Dgate', api: 'https://pos.bank.example/fim/api' };
    refuses(() => createPos({ ...isbankLive, endpoints }), 'CONFIG', /endpoints/);
    assert.equal(createPos({ ...isbankLive, endpoints }, { trustHosts: ['pos.bank.example'] }).step.start(order).redirect.action, endpoints.gate);
    refuses(() => createPos({ ...isbankLive, endpoints }, { trustHosts: ['bank.example'] }), 'CONFIG');
    const plain = { gate: 'http://pos.bank.example/fim/est3Dgate', api: 'http://pos.bank.example/fim/api' };
    refuses(() => createPos({ ...isbankLive, endpoints: plain }, { trustHosts: ['pos.bank.example'] }), 'CONFIG', /endpoints/);
  });
  test('a configuration cannot trust a host for itself', () => refuses(() => createPos({ ...isbankLive, trustHosts: ['evil.example'] }), 'CONFIG', 'trustHosts'));

  test('a bare system needs endpoints', () => {
    const bare = { ...isbankLive, gateway: 'nestpay' };
    refuses(() => createPos(bare), 'CONFIG', /endpoints/);
    const endpoints = { gate: 'https://pos.bank.example/fim/est3Dgate', api: 'https://pos.bank.example/fim/api' };
    assert.equal(createPos({ ...bare, endpoints }, { trustHosts: ['pos.bank.example'] }).step.start(order).redirect.action, endpoints.gate);
  });

  test('PayTR and iyzico have a base address', () => {
    assert.equal(createPos({ ...paytr, endpoints: { api: 'http://127.0.0.1:8481/paytr' } }).step.start(order).request.url, 'http://127.0.0.1:8481/paytr/odeme/api/get-token');
    assert.equal(createPos({ ...iyzico, endpoints: { api: 'http://127.0.0.1:8481/iyzico' } }).step.start(order).request.url,
      'http://127.0.0.1:8481/iyzico/payment/iyzipos/checkoutform/initialize/auth/ecom');
    refuses(() => createPos({ ...paytr, endpoints: { api: 'https://evil.example' } }), 'CONFIG', /endpoints/);
  });
});

test('a configuration changed after createPos changes nothing', () => {
  const config = structuredClone(isbank);
  const pos = createPos(config);
  config.merchant.storeKey = 'another';
  config.mode = 'production';
  assert.equal(pos.step.start(order).order.mode, 'test');
});

// What an order may be. Everything here is checked before anything is signed, and nothing is transformed on the way.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos, newOrderId } from 'velopos';
import { isBelief, outcomeOf, refuses } from './outcome.js';
import { hostedReturn } from './gate/nestpay.js';
import { isbank, iyzico, order, paytr } from './shop.js';

const bank = createPos(isbank);
const start = (changes) => bank.step.start({ ...order, ...changes });

describe('id', () => {
  test('newOrderId fits every gateway and never repeats', () => {
    const ids = Array.from({ length: 5000 }, () => newOrderId());
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9A-Za-z]{20,64}$/);
    // Every position varies: no constant prefix, clock or counter that would make ids guessable from each other.
    const changing = [...ids[0]].filter((_, at) => new Set(ids.map((id) => id[at])).size > 8).length;
    assert.ok(changing >= 20, `only ${changing} characters are random`);
    for (const config of [isbank, paytr, iyzico]) createPos(config).step.start({ ...order, id: ids[0] });
  });

  test('travels as it is', () => assert.equal(start({ id: 'TEST-VDCYPWVUBI' }).redirect.fields.oid, 'TEST-VDCYPWVUBI'));

  const forbidden = ['', ' ', 'a b', 'sipariş1', 'a|b', 'a\\b', 'a&b', 'a=b', 'a<b', 'a"b', "a'b", 'a\tb', 'a\nb', 'a\u0000b', 'a\u007fb', 'a\u200bb', 'x'.repeat(65), 'x'.repeat(10_000_000),
    'a\ud800', null, undefined, 7, 7n, {}, ['abc'], true, Symbol('id'), new String('abc'), { toString: () => 'abc' }];
  for (const id of forbidden) {
    test(`not an id: ${typeof id} ${String(typeof id === 'object' ? JSON.stringify(id) : String(id)).slice(0, 20)}`, () => refuses(() => start({ id }), ['ORDER', 'TOO_LARGE'], 'id'));
  }
  test('PayTR takes letters and digits only', () => {
    for (const id of ['TEST-1', 'a_b', 'a.b', 'x'.repeat(65)]) refuses(() => createPos(paytr).step.start({ ...order, id }), 'ORDER', 'id');
  });
});

describe('urls', () => {
  const wrong = ['', 'shop.example/ok', '/ok', '//shop.example/ok', 'ftp://shop.example/ok', 'javascript:alert(1)', 'data:text/html,x', 'https://user:pass@shop.example/ok', 'http://shop.example/ok',
    'https://shop.example/ok?order=1', 'https://shop.example/ok#x', 'https://shop.example/o k', 'https://shop.example/ok\n', 'https://shop.example/\u0000', 'https://', `https://shop.example/${'x'.repeat(5000)}`,
    'https://şop.example/ok', null, undefined, 7, {}, new URL('https://shop.example/ok')];
  for (const url of wrong) {
    test(`not an address to return to: ${String(url).slice(0, 40)}`, () => {
      refuses(() => start({ urls: { ...order.urls, ok: url } }), ['ORDER', 'TOO_LARGE'], /^urls(\.ok)?$/);
      refuses(() => start({ urls: { ...order.urls, fail: url } }), ['ORDER', 'TOO_LARGE'], /^urls(\.fail)?$/);
    });
  }
  test('missing altogether', () => {
    for (const urls of [undefined, null, 'https://shop.example/ok', [], {}]) refuses(() => start({ urls }), 'ORDER', /^urls/);
  });
  test('test mode may return to this machine, production may not', () => {
    const urls = { ok: 'http://localhost:8480/_functions/payment3DSuccess/8f2k', fail: 'http://localhost:8480/_functions/payment3DFail/8f2k' };
    assert.equal(start({ urls }).redirect.fields.okUrl, urls.ok);
    const live = createPos({ gateway: 'isbank', merchant: { clientId: '780012345', storeKey: 'Kq7vX2mPz9' } });
    refuses(() => live.step.start({ ...order, urls }), 'ORDER', /^urls/);
  });
});

describe('type, instalments, customer', () => {
  test('closed lists', () => {
    for (const type of ['Auth', 'SALE', ' ', 'refund', 1]) refuses(() => start({ type }), 'ORDER', 'type');
    for (const installments of [-1, 1.5, NaN, Infinity, '3', 100, 1e21, 3n, [3]]) refuses(() => start({ installments }), 'ORDER', 'installments');
    for (const maxInstallments of [-1, 1.5, '3', 100]) refuses(() => createPos(paytr).step.start({ ...order, maxInstallments }), 'ORDER', 'maxInstallments');
    for (const language of ['de', 'TR', ' ', 7]) refuses(() => start({ customer: { ...order.customer, language } }), 'ORDER', /language/);
  });
  test('a key that an order does not have is refused, not ignored', () => {
    const error = refuses(() => start({ instalments: 3 }), ['ORDER', 'CONFIG'], 'instalments');
    assert.match(error.message, /installments/);
  });
  test('customer text with control characters', () => {
    for (const name of ['a\u0000b', 'a\nb', 'a\u001bb', '\ud800', 'x'.repeat(10_000_000), 7, {}]) {
      refuses(() => createPos(paytr).step.start({ ...order, customer: { ...order.customer, name } }), ['ORDER', 'TOO_LARGE'], /name/);
    }
  });
  test('PayTR needs the address and the e-mail of the customer', () => {
    for (const key of ['ip', 'email']) {
      const { [key]: gone, ...customer } = order.customer;
      refuses(() => createPos(paytr).step.start({ ...order, customer }), 'ORDER', new RegExp(key));
    }
    for (const ip of ['999.1.1.1x', 'abc', '1.2.3.4, 5.6.7.8', '1.2.3.4\n']) refuses(() => createPos(paytr).step.start({ ...order, customer: { ...order.customer, ip } }), 'ORDER', /ip/);
  });
  test('the order itself', () => {
    for (const wrong of [undefined, null, 'x', 7, [], () => order]) refuses(() => bank.step.start(wrong), 'ORDER');
  });
});

describe('the stored order', () => {
  const { order: stored, redirect } = start({});
  test('is plain JSON, small, and survives the database', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(stored)), stored);
    assert.ok(JSON.stringify(stored).length <= 4096);
    assert.deepEqual([stored.gateway, stored.model, stored.mode], ['isbank', '3d_pay_hosting', 'test']);
    assert.equal(typeof stored.refs, 'string');
  });
  test('remembers what was asked', () => {
    assert.deepEqual([stored.id, stored.amount, stored.currency, stored.urls], [order.id, order.amount, order.currency, order.urls]);
  });
  test('stays within 4 KB with the longest values allowed', () => {
    const long = { ...order, urls: { ok: `https://shop.example/${'a'.repeat(200)}`, fail: `https://shop.example/${'b'.repeat(200)}` }, basket: Array.from({ length: 5 }, (_, at) => ({ name: `Ürün ${at}`, price: '29.98', quantity: 1 })) };
    assert.ok(Buffer.byteLength(JSON.stringify(bank.step.start(long).order)) <= 4096);
  });

  test('is needed: nothing verifies against an order that was never started', () => {
    refuses(() => bank.step.callback(order, hostedReturn(redirect.fields)), 'ORDER');
    const { refs, ...withoutRefs } = stored;
    refuses(() => bank.step.callback(withoutRefs, hostedReturn(redirect.fields)), 'ORDER', /refs/);
  });
  test('belongs to one gateway, one model, one mode', () => {
    const message = hostedReturn(redirect.fields);
    for (const change of [{ gateway: 'ziraat' }, { gateway: 'paytr' }, { mode: 'production' }, { gateway: undefined }, { model: undefined }, { mode: undefined }, { model: 'iframe' }]) {
      refuses(() => bank.step.callback({ ...stored, ...change }, message), ['ORDER', 'CONFIG', 'MERCHANT_MISMATCH']);
    }
  });
  test('an answer in the words of another model is not believed', async () => {
    assert.ok(!isBelief(await outcomeOf(() => bank.step.callback({ ...stored, model: '3d' }, hostedReturn(redirect.fields)))));
  });
  test('refs that cannot be refs', () => {
    for (const refs of ['', '{}', 'a\u0000b', 'a\nb', 'x'.repeat(10_000_000), 7, null, {}]) refuses(() => bank.step.callback({ ...stored, refs }, hostedReturn(redirect.fields)), ['ORDER', 'TOO_LARGE'], /refs/);
  });
  test('a type changed in the database does not turn an authorisation into money', async () => {
    const preauth = start({ type: 'preauth' });
    const outcome = await outcomeOf(() => bank.step.callback({ ...preauth.order, type: 'sale' }, hostedReturn(preauth.redirect.fields)));
    assert.notEqual(outcome, 'paid by signature');
  });
});

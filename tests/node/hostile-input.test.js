// JavaScript can hand over anything. Whatever it is, the answer is a PosError or the right result, and the next call works.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPos, generateHashData, iyzico as iyzicoFormulas, nestpay, newOrderId, parseIsbankResponse, paymentPage, paytr as paytrFormulas, PosError, validatePayment } from 'velopos';
import { refuses, rejects } from './outcome.js';
import { hostedReturn } from './gate/nestpay.js';
import { isbank, order, paytr } from './shop.js';

const bank = createPos(isbank);
const started = bank.step.start(order);
const genuine = hostedReturn(started.redirect.fields);
const paid = bank.step.callback(started.order, genuine).order;
const lister = createPos(paytr);
const days = { from: '2026-11-01', to: '2026-11-03' };
const listStep = lister.step.report(days);
const historyStep = bank.step.ask(paid, 'history');
const refundStep = bank.step.ask(paid, 'refund', { id: 'R1', amount: '1.00' });
const speaker = createPos(isbank, { fetch: async () => assert.fail('nothing here may be sent'), claim: async () => assert.fail('nothing here may be claimed') });
const stillWorks = () => assert.equal(bank.step.callback(started.order, genuine).payment.status, 'paid');

const anything = [undefined, null, 0, -1, 1.5, NaN, Infinity, true, 7n, '', 'x', '\u0000', '\ud800', '\udfff\ud800', 'x'.repeat(1_000_000), '&'.repeat(1_000_000), Symbol('s'), () => 'x', [], ['x'], {}, { toString: () => 'x' },
  { valueOf: () => 'x', length: 1 }, { length: 0 }, new String('x'), new Date(0), /x/, new Map([['x', 'y']]), new Uint8Array(3), new ArrayBuffer(3), new URLSearchParams('a=b'), Promise.resolve('x'), new Proxy({}, {}),
  Object.create(null), class {}, globalThis, new Error('x')];

/** Any outcome but a foreign exception, an internal fault, or a wait. */
function survives(name, call) {
  for (const value of anything) {
    const began = performance.now();
    try {
      const result = call(value);
      if (typeof result?.then === 'function') result.then(undefined, () => {});
    } catch (error) {
      assert.ok(error instanceof PosError, `${name}(${String(typeof value)}): ${error?.stack ?? String(error)}`);
      assert.notEqual(error.code, 'INTERNAL', `${name}(${String(typeof value)}): ${error.message}`);
    }
    assert.ok(performance.now() - began < 1500, `${name} took ${performance.now() - began} ms`);
  }
  stillWorks();
}

const calls = {
  'createPos config': (x) => createPos(x),
  'createPos options': (x) => createPos(isbank, x),
  'step.start order': (x) => bank.step.start(x),
  'step.start options': (x) => bank.step.start(order, x),
  'step.start card': (x) => bank.step.start(order, { card: x }),
  'step.callback order': (x) => bank.step.callback(x, genuine),
  'step.callback message': (x) => bank.step.callback(started.order, x),
  'step.callback body': (x) => bank.step.callback(started.order, { body: x, headers: {} }),
  'step.callback headers': (x) => bank.step.callback(started.order, { body: genuine, headers: x }),
  'step.ask order': (x) => bank.step.ask(x, 'inquire'),
  'step.ask verb': (x) => bank.step.ask(started.order, x),
  'step.ask options': (x) => bank.step.ask(started.order, 'inquire', x),
  'step.reply order': (x) => bank.step.reply(x, bank.step.ask(started.order, 'inquire').then, { status: 200, body: '' }),
  'step.reply then': (x) => bank.step.reply(started.order, x, { status: 200, body: '' }),
  'step.reply answer': (x) => bank.step.reply(started.order, bank.step.ask(started.order, 'inquire').then, x),
  'step.reply status': (x) => bank.step.reply(started.order, bank.step.ask(started.order, 'inquire').then, { status: x, body: '' }),
  'step.reply body': (x) => bank.step.reply(started.order, bank.step.ask(started.order, 'inquire').then, { status: 200, body: x }),
  'step.reply lost': (x) => bank.step.reply(started.order, bank.step.ask(started.order, 'inquire').then, { lost: x }),
  'step.ask refund': (x) => bank.step.ask(paid, 'refund', x),
  'step.ask id': (x) => bank.step.ask(paid, 'refund', { id: x, amount: '1.00' }),
  'step.ask amount': (x) => bank.step.ask(paid, 'refund', { id: 'R1', amount: x }),
  'step.ask minor': (x) => bank.step.ask(paid, 'refund', { id: 'R1', amount: { minor: x } }),
  'step.ask void': (x) => bank.step.ask(paid, 'void', x),
  'step.reply of a refund': (x) => bank.step.reply(refundStep.order, refundStep.then, x),
  'step.reply claimed': (x) => bank.step.reply(refundStep.order, refundStep.then, { claimed: x }),
  'step.reply refs': (x) => bank.step.reply({ ...refundStep.order, refs: x }, refundStep.then, { status: 200, body: '' }),
  'step.listed order': (x) => bank.step.listed(x, historyStep.then, { status: 200, body: '' }),
  'step.listed then': (x) => bank.step.listed(paid, x, { status: 200, body: '' }),
  'step.listed answer': (x) => bank.step.listed(paid, historyStep.then, x),
  'step.listed body': (x) => bank.step.listed(paid, historyStep.then, { status: 200, body: x }),
  'step.report': (x) => lister.step.report(x),
  'step.report from': (x) => lister.step.report({ ...days, from: x }),
  'step.report to': (x) => lister.step.report({ ...days, to: x }),
  'step.reported range': (x) => lister.step.reported(x, listStep.then, { status: 200, body: '' }),
  'step.reported then': (x) => lister.step.reported(days, x, { status: 200, body: '' }),
  'step.reported answer': (x) => lister.step.reported(days, listStep.then, x),
  'step.reported body': (x) => lister.step.reported(days, listStep.then, { status: 200, body: x }),
  'paymentPage redirect': (x) => paymentPage(x),
  'paymentPage fields': (x) => paymentPage({ kind: 'form', action: 'https://sanalpos.isbank.com.tr/fim/est3Dgate', fields: x }),
  'paymentPage field': (x) => paymentPage({ kind: 'form', action: 'https://sanalpos.isbank.com.tr/fim/est3Dgate', fields: { a: x } }),
  'paymentPage options': (x) => paymentPage(started.redirect, x),
  'paymentPage title': (x) => paymentPage(started.redirect, { title: x }),
  'paymentPage nonce': (x) => paymentPage(started.redirect, { nonce: x }),
  'generateHashData': (x) => generateHashData(x, 'b', 'c'),
  'generateHashData data': (x) => generateHashData('a', 'b', x),
  'parseIsbankResponse': (x) => parseIsbankResponse(x),
  'validatePayment body': (x) => validatePayment(x, started.order, isbank.merchant),
  'validatePayment order': (x) => validatePayment(genuine, x, isbank.merchant),
  'validatePayment merchant': (x) => validatePayment(genuine, started.order, x),
  'nestpay.hash fields': (x) => nestpay.hash(x, 'k'),
  'nestpay.hash value': (x) => nestpay.hash({ a: x }, 'k'),
  'nestpay.hash key': (x) => nestpay.hash({ a: 'b' }, x),
  'nestpay.legacyHash': (x) => nestpay.legacyHash(x, 'k'),
  'paytr.iframeToken': (x) => paytrFormulas.iframeToken(x, 'k', 's'),
  'paytr.notificationHash': (x) => paytrFormulas.notificationHash(x, 'k', 's'),
  'iyzico.authorization': (x) => iyzicoFormulas.authorization(x),
  'iyzico.responseSignature': (x) => iyzicoFormulas.responseSignature(x, 'k'),
  'iyzico.responseSignature value': (x) => iyzicoFormulas.responseSignature([x], 'k'),
  'iyzico.webhookSignature': (x) => iyzicoFormulas.webhookSignature(x, 'k'),
  'iyzico.verifyWebhook payload': (x) => iyzicoFormulas.verifyWebhook(x, 'a'.repeat(64), 'k'),
  'iyzico.verifyWebhook signature': (x) => iyzicoFormulas.verifyWebhook('{}', x, 'k'),
  'iyzico.verifyWebhook key': (x) => iyzicoFormulas.verifyWebhook('{}', 'a'.repeat(64), x),
};
const verbs = {
  refund: (x) => speaker.refund(x, { id: 'R1', amount: '1.00' }),
  'refund instruction': (x) => speaker.refund(paid, wrong(x)),
  'refund id': (x) => speaker.refund(paid, { id: wrong(x), amount: '1.00' }),
  'refund amount': (x) => speaker.refund(paid, { id: 'R1', amount: wrong(x) }),
  capture: (x) => speaker.capture(x, { id: 'C1', amount: '1.00' }),
  'capture instruction': (x) => speaker.capture(paid, x),
  void: (x) => speaker.void(x, { id: 'V1' }),
  'void instruction': (x) => speaker.void(paid, wrong(x)),
  history: (x) => speaker.history(x),
  report: (x) => createPos(paytr, { fetch: async () => assert.fail('nothing here may be sent') }).report(x),
};
/** `x` is a good id, and 1.5 a good amount. */
const wrong = (x) => (x === 'x' || x === 1.5 ? '' : x);

for (const [name, call] of Object.entries(verbs)) {
  test(`${name}: anything at all is refused, and nothing is sent`, async () => {
    for (const value of anything) await rejects(() => call(value), ['ORDER', 'TOO_LARGE']);
    stillWorks();
  });
}
for (const [name, call] of Object.entries(calls)) test(`${name}: anything at all`, () => survives(name, call));

test('peek never throws, whatever it is given', () => {
  for (const value of anything) assert.doesNotThrow(() => bank.peek(value), `peek(${typeof value})`);
  for (const body of anything) assert.doesNotThrow(() => bank.peek({ body, headers: body }));
  assert.equal(bank.peek(''), null);
});

test('an object where a string belongs is refused by name, in every formula', () => {
  const object = { toString: () => '190100000' };
  refuses(() => nestpay.hash({ clientid: object }, 'k'), ['MALFORMED', 'ORDER', 'CONFIG'], /clientid/);
  refuses(() => nestpay.hash({ clientid: '1' }, object), ['MALFORMED', 'ORDER', 'CONFIG'], /storeKey/);
  refuses(() => generateHashData(object, 'b', 'c'), ['MALFORMED', 'ORDER', 'CONFIG'], /password/);
  refuses(() => paytrFormulas.notificationHash({ merchant_oid: object, status: 'success', total_amount: '1' }, 'k', 's'), ['MALFORMED', 'ORDER', 'CONFIG'], /merchant_oid/);
});

test('a value is read once: a getter cannot show one amount to the check and another to the signature', () => {
  let reads = 0;
  const twoFaced = { ...order, get amount() { return ++reads === 1 ? '149.90' : '0.01'; } };
  const step = bank.step.start(twoFaced);
  assert.equal(step.redirect.fields.amount, '149.90');
  assert.equal(step.order.amount, '149.90');
});

test('a getter that calls back into the package disturbs nothing', () => {
  const reentrant = { ...order, get currency() { newOrderId(); bank.step.callback(started.order, genuine); return 'TRY'; } };
  const { fields } = bank.step.start(reentrant).redirect;
  assert.equal(fields.oid, order.id);
  assert.equal(fields.currency, '949');
  const { hash, ...signed } = fields;
  assert.equal(hash, nestpay.hash(signed, isbank.merchant.storeKey));
});

test('a getter that throws, or a Proxy that lies, harms only its own call', () => {
  const throwing = { ...order, get urls() { throw new Error('from the getter'); } };
  assert.throws(() => bank.step.start(throwing));
  stillWorks();
  const lying = new Proxy(order, { get: (target, key) => (key === 'id' ? 42 : Reflect.get(target, key)) });
  refuses(() => bank.step.start(lying), 'ORDER', 'id');
  const { proxy, revoke } = Proxy.revocable({ ...order }, {});
  revoke();
  assert.throws(() => bank.step.start(proxy));
  stillWorks();
});

test('frozen inputs are fine, and no input is changed', () => {
  const deepFreeze = (value) => (value && typeof value === 'object' ? Object.freeze(Object.values(value).map(deepFreeze) && value) : value);
  const frozen = deepFreeze(structuredClone(order));
  const step = createPos(deepFreeze(structuredClone(isbank))).step.start(frozen);
  assert.equal(bank.step.callback(deepFreeze(structuredClone(step.order)), hostedReturn(step.redirect.fields)).payment.status, 'paid');
  assert.deepEqual(frozen, order);
});

test('what somebody else put on Object.prototype is not configuration', () => {
  Object.prototype.threeDS = 'attempted';
  Object.prototype.endpoints = { gate: 'https://evil.example/fim/est3Dgate', api: 'https://evil.example/fim/api' };
  try {
    const { action } = createPos(structuredClone(isbank)).step.start(structuredClone(order)).redirect;
    assert.notEqual(new URL(action).host, 'evil.example');
  } finally {
    delete Object.prototype.threeDS;
    delete Object.prototype.endpoints;
  }
});

test('after a hundred different refusals the same call gives the same answer', () => {
  const before = JSON.stringify(bank.step.callback(started.order, genuine));
  for (const value of anything) {
    try { bank.step.callback(started.order, value); } catch { /* refused */ }
    try { bank.step.callback(started.order, genuine.slice(0, Math.min(String(typeof value).length * 40, genuine.length))); } catch { /* refused */ }
    try { nestpay.hash({ a: value }, 'k'); } catch { /* refused */ }
  }
  assert.equal(JSON.stringify(bank.step.callback(started.order, genuine)), before);
});

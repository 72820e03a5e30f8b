// What goes wrong in practice, one line each: the code and the field that the owner of a site reads, at once, with the order as it was.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createPos, iyzico as iyzicoFormulas } from 'velopos';
import { directEvent, hostedEvent, initialized, raw } from './gate/iyzico.js';
import { body, fieldsOfBody, hostedFields, hostedReturn } from './gate/nestpay.js';
import * as paytrGate from './gate/paytr.js';
import { refuses } from './outcome.js';
import { isbank, isbankLive, iyzico, order, paytr } from './shop.js';

const bank = createPos(isbank);
const { redirect, order: stored } = bank.step.start(order);
const genuine = hostedReturn(redirect.fields);
const fields = fieldsOfBody(genuine);
const withHash = (hash) => body(fields.map(([name, value]) => [name, name === 'HASH' ? hash : value]));
const text = (changes) => hostedReturn(redirect.fields, changes);

const form = createPos(iyzico);
const asked = form.step.start(order);
const opened = form.step.reply(asked.order, asked.then, initialized(asked.request.body)).order;
const webhook = ({ body: json, signature }) => ({ body: json, headers: { 'x-iyz-signature-v3': signature } });
const { body: direct, signature } = directEvent();

const returns = {
  'a body over the limit': [`${genuine}&x=${'y'.repeat(600_000)}`, 'TOO_LARGE'],
  '10 MB of &': ['&'.repeat(10_000_000), 'TOO_LARGE'],
  'a lone surrogate': [`${genuine}&x=\ud800`, 'MALFORMED'],
  'a duplicate name': [`${genuine}&mdStatus=1`, 'DUPLICATE_FIELD', 'mdStatus'],
  'no HASH': [body(hostedFields(redirect.fields)), 'SIGNATURE_MISSING', 'HASH'],
  'an empty HASH': [withHash(''), ['SIGNATURE_MISSING', 'SIGNATURE_INVALID'], 'HASH'],
  'a wrong HASH': [withHash('A'.repeat(86) + '=='), 'SIGNATURE_INVALID', 'HASH'],
  'the wrong algorithm': [text({ hashAlgorithm: 'ver2' }), ['MALFORMED', 'UNSUPPORTED', 'SIGNATURE_INVALID', 'ECHO_MISMATCH', 'FIELD_LIST'], 'hashAlgorithm'],
  'an unknown mdStatus': [text({ mdStatus: 'A' }), 'MALFORMED', 'mdStatus'],
  'an amount with a comma': [text({ amount: '149,90' }), ['AMOUNT_MISMATCH', 'MALFORMED'], 'amount'],
  'the wrong currency': [text({ currency: '840' }), 'CURRENCY_MISMATCH', 'currency'],
  'another order': [text({ oid: 'Other4mPq8sVx2bNw6zRy' }), 'ORDER_MISMATCH', 'oid'],
  'a parsed object': [Object.fromEntries(fields), 'MALFORMED'],
  'an object as the body': [{ body: { oid: order.id } }, 'MALFORMED'],
};
describe('a return', () => {
  for (const [name, [message, codes, field]] of Object.entries(returns)) {
    test(name, () => atOnce(stored, () => refuses(() => bank.step.callback(stored, message), codes, field)));
  }
  test('bytes that are neither UTF-8 nor ISO-8859-9 text harm nothing', () => {
    for (const bytes of [[0xff, 0xfe, 0x00], [0xc3, 0x28], [0x80], [0x00]]) {
      const message = Buffer.concat([Buffer.from(`${genuine}&x=`), Buffer.from(bytes)]);
      refuses(() => bank.step.callback(stored, new Uint8Array(message)), ['MALFORMED', 'SIGNATURE_INVALID']);
    }
    assert.equal(bank.step.callback(stored, new TextEncoder().encode(genuine)).payment.status, 'paid');
  });
});

const orders = {
  'an amount with a comma': [{ amount: '149,90' }, 'amount'], 'three decimals': [{ amount: '149.900' }, 'amount'], 'minor units by mistake': [{ amount: '14990' }, 'amount'],
  'a number with rounding noise': [{ amount: 0.1 + 0.2 }, 'amount'], 'an order id with a space': [{ id: 'order 1' }, 'id'], 'an order id with a pipe': [{ id: 'a|b' }, 'id'], 'a Turkish letter in the id': [{ id: 'sipariş' }, 'id'],
  'the wrong currency': [{ currency: 'TL' }, 'currency'], 'an object as the id': [{ id: { toString: () => 'x' } }, 'id'], 'an object as an address': [{ urls: { ok: {}, fail: order.urls.fail } }, /^urls/],
  'a misspelt key': [{ curency: 'TRY' }, 'curency'],
};
describe('an order', () => {
  for (const [name, [changes, field]] of Object.entries(orders)) test(name, () => atOnce(order, () => refuses(() => bank.step.start({ ...order, ...changes }), 'ORDER', field)));
});

const configurations = {
  'an empty store key': [{ ...isbank, merchant: { ...isbank.merchant, storeKey: '' } }, /storeKey/], 'a padded store key': [{ ...isbank, merchant: { ...isbank.merchant, storeKey: 'SIMSTORE12 ' } }, /storeKey/],
  'an object as the store key': [{ ...isbank, merchant: { ...isbank.merchant, storeKey: {} } }, /storeKey/],
  'test credentials in production': [{ ...isbankLive, merchant: { clientId: '700655000200', storeKey: 'TRPS0200' } }, /merchant|clientId|storeKey/],
  'an unknown key': [{ ...isbank, storekey: 'x' }, 'storekey'], 'an unknown key of the merchant': [{ ...isbank, merchant: { ...isbank.merchant, storeKeyy: 'x' } }, /storeKeyy/],
};
describe('a configuration', () => {
  for (const [name, [config, field]] of Object.entries(configurations)) test(name, () => atOnce(config, () => refuses(() => createPos(config), 'CONFIG', field)));
});

const webhooks = {
  'a duplicate key': [{ body: `${direct.slice(0, -1)},"status":"SUCCESS"}`, signature }, 'DUPLICATE_FIELD', 'status'],
  'a missing key': [directEvent({ status: undefined }), 'MALFORMED', 'status'], 'a number with an exponent': [directEvent({ paymentId: raw('1e3') }), 'MALFORMED', 'paymentId'],
  'an object where a string belongs': [directEvent({ status: raw('{}') }), 'MALFORMED', 'status'], 'an unknown event type': [directEvent({ iyziEventType: 'NEW' }), 'MALFORMED', 'iyziEventType'],
  'half of it': [{ body: direct.slice(0, 40), signature }, 'MALFORMED'], 'not UTF-8': [{ body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), signature }, 'MALFORMED'],
  '10 MB of &': [{ body: '&'.repeat(10_000_000), signature }, ['TOO_LARGE', 'MALFORMED']], 'a wrong signature': [{ ...hostedEvent(), signature: 'a'.repeat(64) }, 'SIGNATURE_INVALID'],
};
describe('a webhook', () => {
  for (const [name, [event, codes, field]] of Object.entries(webhooks)) {
    test(name, () => atOnce(opened, () => refuses(() => form.step.callback(opened, webhook(event)), codes, field)));
  }
  test('the same words from verifyWebhook', () => {
    for (const [event, codes, field] of Object.values(webhooks)) refuses(() => iyzicoFormulas.verifyWebhook(event.body, event.signature, iyzico.merchant.secretKey), codes, field);
  });
});

const agg = createPos(paytr);
const token = agg.step.start(order);
const waiting = agg.step.reply(token.order, token.then, paytrGate.tokenReply).order;
const notifications = {
  'a duplicate name': [`${paytrGate.body(paytrGate.notification())}&status=success`, 'DUPLICATE_FIELD', 'status'], 'no hash': [`merchant_oid=${order.id}&status=success&total_amount=14990`, 'SIGNATURE_MISSING', 'hash'],
  'an unknown status': [paytrGate.body(paytrGate.notification({ status: 'SUCCESS' })), 'MALFORMED', 'status'], 'a total with a point': [paytrGate.body(paytrGate.notification({ total_amount: '149.90' })), ['MALFORMED', 'AMOUNT_MISMATCH'], 'total_amount'],
  'too little': [paytrGate.body(paytrGate.notification({ total_amount: '1' })), 'AMOUNT_MISMATCH', 'total_amount'], '10 MB of &': ['&'.repeat(10_000_000), 'TOO_LARGE'], JSON: ['{"status":"success"}', ['MALFORMED', 'SIGNATURE_MISSING']],
};
describe('a notification', () => {
  for (const [name, [message, codes, field]] of Object.entries(notifications)) test(name, () => atOnce(waiting, () => refuses(() => agg.step.callback(waiting, message), codes, field)));
});

/** The refusal is quick and the given object is as it was. @template T @param {T} kept @param {() => void} work */
function atOnce(kept, work) {
  const before = JSON.stringify(kept);
  const began = performance.now();
  work();
  assert.ok(performance.now() - began < 1000, `${Math.round(performance.now() - began)} ms`);
  assert.equal(JSON.stringify(kept), before);
}

test('every code is documented with the type', () => {
  const declarations = readFileSync(new URL('../../dist/index.d.ts', import.meta.url), 'utf8');
  for (const code of ['SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'MALFORMED', 'TOO_LARGE', 'DUPLICATE_FIELD', 'FIELD_LIST', 'ECHO_MISMATCH', 'ORDER_MISMATCH', 'AMOUNT_MISMATCH', 'CURRENCY_MISMATCH', 'MERCHANT_MISMATCH', 'ORDER', 'CONFIG', 'REFUSED', 'UNREACHABLE', 'UNSUPPORTED', 'INTERNAL']) {
    assert.ok(declarations.includes(`'${code}'`), code);
  }
});

// The three names that the mission's document uses: generateHashData, parseIsbankResponse, validatePayment.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos, generateHashData, parseIsbankResponse, validatePayment } from 'velopos';
import { authenticationReturn, declined, hostedFields, hostedReturn, body, signedBody } from './gate/nestpay.js';
import { describe as describeResult, outcomeOf, refuses } from './outcome.js';
import { card, isbank, isbank3d, order, paytr } from './shop.js';

const pos = createPos(isbank);
const { redirect, order: stored } = pos.step.start(order);
const genuine = hostedReturn(redirect.fields);

describe('generateHashData', () => {
  test('pads nothing and is lower-case hexadecimal', () => {
    assert.match(generateHashData('pass', '1234', 'data'), /^[0-9a-f]{40}$/);
    assert.notEqual(generateHashData('pass', '000001234', 'data'), generateHashData('pass', '1234', 'data'));
  });
  test('is a pure function', () => assert.equal(generateHashData('a', 'b', 'c'), generateHashData('a', 'b', 'c')));
  test('wants text, and says which is not', () => {
    refuses(() => generateHashData(7, 'b', 'c'), ['MALFORMED', 'CONFIG', 'ORDER'], /password/);
    refuses(() => generateHashData('a', 7, 'c'), ['MALFORMED', 'CONFIG', 'ORDER'], /terminalNo/);
    refuses(() => generateHashData('a', 'b', { amount: 1 }), ['MALFORMED', 'CONFIG', 'ORDER'], /transactionData/);
    refuses(() => generateHashData('a', 'b'), ['MALFORMED', 'CONFIG', 'ORDER'], /transactionData/);
    refuses(() => generateHashData('a\ud800', 'b', 'c'), ['MALFORMED', 'CONFIG', 'ORDER'], /password/);
  });
});

describe('parseIsbankResponse', () => {
  test('gives everything under `unverified`, and nothing beside it', () => assert.deepEqual(Object.keys(parseIsbankResponse(genuine)), ['unverified']));
  test('knows the order, the result and the authentication', () => {
    const { fields, ...typed } = parseIsbankResponse(genuine).unverified;
    const values = [...Object.values(typed), ...Object.values(fields ?? {})].map(String);
    for (const expected of [order.id, '149.90', 'Approved', '00', '1', '05']) assert.ok(values.includes(expected), expected);
  });
  test('believes nothing: a forged body parses, and still says unverified', () => {
    const forged = parseIsbankResponse('oid=x&mdStatus=1&ProcReturnCode=00&Response=Approved');
    assert.deepEqual(Object.keys(forged), ['unverified']);
    assert.doesNotMatch(JSON.stringify(forged), /"(paid|authorized|isValid|valid|success)"/);
  });
  test('refuses what is no form', () => {
    for (const wrong of [undefined, null, {}, 7, 'a=%zz', 'oid=1&oid=2', 'a=\u0000']) refuses(() => parseIsbankResponse(wrong), ['MALFORMED', 'DUPLICATE_FIELD']);
    refuses(() => parseIsbankResponse('&'.repeat(10_000_000)), 'TOO_LARGE');
  });
  test('a name like __proto__ changes no object', () => {
    try { parseIsbankResponse('__proto__=x&constructor=y&oid=1'); } catch { /* refused is fine */ }
    assert.equal({}.x, undefined);
    assert.equal(Object.prototype.constructor, Object);
  });
});

describe('validatePayment', () => {
  test('is the same verdict as the gateway\'s', () => {
    assert.deepEqual(validatePayment(genuine, stored, isbank.merchant), pos.step.callback(stored, genuine).payment);
  });
  test('a decline is a value', () => assert.equal(describeResult(validatePayment(hostedReturn(redirect.fields, declined('51', 'x')), stored, isbank.merchant)), 'declined by signature'));
  test('a forgery throws', () => {
    refuses(() => validatePayment(genuine.replace('Approved', 'Declined'), stored, isbank.merchant), 'SIGNATURE_INVALID');
    refuses(() => validatePayment(signedBody(hostedFields(redirect.fields), 'other'), stored, isbank.merchant), 'SIGNATURE_INVALID');
    refuses(() => validatePayment(body(hostedFields(redirect.fields)), stored, isbank.merchant), 'SIGNATURE_MISSING');
    refuses(() => validatePayment(hostedReturn(redirect.fields, { oid: 'Other4mPq8sVx2bNw6zRy' }), stored, isbank.merchant), 'ORDER_MISMATCH');
    refuses(() => validatePayment(hostedReturn(redirect.fields, { amount: '1.00' }), stored, isbank.merchant), 'AMOUNT_MISMATCH');
  });
  test('needs the stored order and the merchant', () => {
    refuses(() => validatePayment(genuine), ['ORDER', 'CONFIG']);
    refuses(() => validatePayment(genuine, stored), 'CONFIG');
    refuses(() => validatePayment(genuine, stored, { clientId: '190100000', storeKey: '' }), 'CONFIG', /storeKey/);
    refuses(() => validatePayment(genuine, stored, { clientId: '190100001', storeKey: 'SIMSTORE12' }), 'MERCHANT_MISMATCH');
  });
  test('what only an inquiry can settle is never paid here', async () => {
    for (const results of [{ mdStatus: '4' }, { lang: undefined }, { merchantName: '1' }]) {
      const outcome = await outcomeOf(() => validatePayment(hostedReturn(redirect.fields, results), stored, isbank.merchant));
      assert.ok(['pending by none', 'refused UNSUPPORTED'].includes(outcome), outcome);
    }
  });
  test('models whose return proves nothing are UNSUPPORTED', () => {
    const by3d = createPos(isbank3d, { claim: async () => true });
    const started = by3d.step.start(order, { card });
    refuses(() => validatePayment(authenticationReturn(started.redirect.fields), started.order, isbank.merchant), 'UNSUPPORTED');
  });
  test('is İş Bankası\'s word: an order of another gateway is refused', () => {
    const asked = createPos(paytr).step.start(order);
    refuses(() => validatePayment(genuine, asked.order, isbank.merchant), ['ORDER', 'CONFIG', 'UNSUPPORTED', 'MERCHANT_MISMATCH']);
  });
});

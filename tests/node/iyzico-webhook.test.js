// iyzico's webhooks: read from the raw JSON text, numbers taken literally, believed only as a hint that makes the site ask.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createPos, iyzico as formulas } from 'velopos';
import { directEvent, hostedEvent, initialized, paymentId, raw, retrieved, subscriptionEvent, token } from './gate/iyzico.js';
import { describe as describeResult, isBelief, outcomeOf, refuses } from './outcome.js';
import * as oracle from './oracle/iyzico.js';
import { iyzico, order } from './shop.js';

const { secretKey, merchantId } = iyzico.merchant;
const verify = ({ body, signature }) => formulas.verifyWebhook(body, signature, secretKey, merchantId);

/** Every text and number inside an event, as text, however it is nested. */
const valuesIn = (event) => (event !== null && typeof event === 'object' ? Object.values(event).flatMap(valuesIn) : [String(event)]);

const directTypes = ['PAYMENT_API', 'API_AUTH', 'THREE_DS_AUTH', 'THREE_DS_CALLBACK', 'BKM_AUTH', 'BALANCE', 'CONTACTLESS_AUTH', 'CONTACTLESS_REFUND', 'REFUND_RETRY_FAILURE', 'REFUND_RETRY_SUCCESS'];
const hostedTypes = ['CHECKOUT_FORM_AUTH', 'BANK_TRANSFER_AUTH', 'BKM_AUTH', 'BALANCE', 'CONTACTLESS_AUTH', 'CONTACTLESS_REFUND', 'CREDIT_PAYMENT_AUTH', 'CREDIT_PAYMENT_PENDING', 'CREDIT_PAYMENT_INIT',
  'REFUND_RETRY_FAILURE', 'REFUND_RETRY_SUCCESS', 'PWI_TKN_FUND', 'PWI_TKN_AUTH', 'PWI_TKN_THREEDS_AUTH'];
const directStatuses = ['FAILURE', 'SUCCESS', 'INIT_THREEDS', 'CALLBACK_THREEDS', 'BKM_POS_SELECTED', 'INIT_APM', 'INIT_CONTACTLESS'];
const hostedStatuses = [...directStatuses, 'INIT_BANK_TRANSFER', 'INIT_CREDIT', 'PENDING_CREDIT'];

describe('documented events', () => {
  test('direct: every type with every status', () => {
    for (const iyziEventType of directTypes) {
      for (const status of directStatuses) {
        const values = valuesIn(verify(directEvent({ iyziEventType, status })));
        for (const expected of [iyziEventType, status, '22484059', order.id]) assert.ok(values.includes(expected), `${iyziEventType} ${status}: ${expected} is missing from ${values}`);
      }
    }
  });
  test('hosted page: every type with every status', () => {
    for (const iyziEventType of hostedTypes) {
      for (const status of hostedStatuses) {
        const values = valuesIn(verify(hostedEvent({ iyziEventType, status })));
        for (const expected of [iyziEventType, status, paymentId, token, order.id]) assert.ok(values.includes(expected), `${iyziEventType} ${status}: ${expected} is missing from ${values}`);
      }
    }
  });
  test('subscription: with the merchant number of the configuration or of the payload', () => {
    for (const iyziEventType of ['subscription.order.success', 'subscription.order.failure']) {
      assert.ok(valuesIn(verify(subscriptionEvent({ iyziEventType }))).includes(iyziEventType));
      const { body, signature } = subscriptionEvent({ iyziEventType, merchantId: raw(merchantId) });
      assert.ok(valuesIn(formulas.verifyWebhook(body, signature, secretKey)).includes(iyziEventType));
    }
    const { body, signature } = subscriptionEvent();
    refuses(() => formulas.verifyWebhook(body, signature, secretKey), ['CONFIG', 'MALFORMED'], /merchantId/);
  });
  test("iyzico's own samples", () => {
    const { webhook } = JSON.parse(readFileSync(new URL('../vectors/iyzico.json', import.meta.url)));
    for (const { name, payload, signature, secretKey: key, fits } of webhook.filter(({ name }) => !name.startsWith('subscription'))) {
      if (fits) assert.ok(formulas.verifyWebhook(payload, signature, key), name);
      else refuses(() => formulas.verifyWebhook(payload, signature, key), 'SIGNATURE_INVALID');
    }
  });
  test('the signature agrees with the oracle and with webhookSignature', () => {
    for (const event of [directEvent(), hostedEvent(), subscriptionEvent()]) assert.equal(formulas.webhookSignature(event.body, secretKey, merchantId), event.signature);
  });
  test('repeated: the same event', () => assert.deepEqual(verify(hostedEvent()), verify(hostedEvent())));
  test('white space, another order of keys and unknown keys change nothing', () => {
    const { body, signature } = directEvent();
    const parsed = JSON.parse(body);
    const spaced = JSON.stringify(parsed, null, 2);
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(parsed).reverse()));
    const longer = JSON.stringify({ ...parsed, newKey: { a: [1, null, true, -1.5e-7, 'x'] } });
    for (const text of [spaced, ` \r\n\t${body}\n`, reversed, longer]) assert.ok(valuesIn(formulas.verifyWebhook(text, signature, secretKey)).includes('22484059'), text);
  });
  test('escapes in strings are read as JSON reads them', () => {
    const { body, signature } = directEvent();
    const escaped = body.replace('SUCCESS', '\\u0053UCCESS').replace('paymentConversationId', 'paymentConversation\\u0049d');
    assert.deepEqual(formulas.verifyWebhook(escaped, signature, secretKey), formulas.verifyWebhook(body, signature, secretKey));
  });
});

describe('numbers are taken literally', () => {
  test('as a number or as a string of digits', () => {
    assert.deepEqual(valuesIn(verify(directEvent({ paymentId: '22484059' }))).filter((v) => v === '22484059').length >= 1, true);
  });
  test('beyond what a float can hold', () => {
    for (const digits of ['9007199254740993', '12345678901234567890', '18446744073709551615']) {
      assert.ok(valuesIn(verify(directEvent({ paymentId: raw(digits) }))).includes(digits), digits);
      assert.ok(valuesIn(verify(hostedEvent({ iyziPaymentId: raw(digits) }))).includes(digits), digits);
    }
  });
  for (const text of ['1e3', '1E3', '1.0', '22484059.0', '0.5', '-1', '-0', '2.2484059e7']) {
    test(`${text} is not a payment number`, () => {
      refuses(() => verify(directEvent({ paymentId: raw(text) })), 'MALFORMED', 'paymentId');
      refuses(() => verify(hostedEvent({ iyziPaymentId: raw(text) })), 'MALFORMED', 'iyziPaymentId');
    });
  }
  for (const text of ['007', '+1', '0x10', '1_000', '.5', '1.', 'NaN', 'Infinity', '01', '--1', '1e', 'undefined', "'1'"]) {
    test(`${text} is not JSON`, () => refuses(() => verify(directEvent({ paymentId: raw(text) })), 'MALFORMED'));
  }
  for (const text of ['007', '1e3', '22484059 ', ' 22484059', '٢٢', '', '-1', '1.0', 'abc', '22484059API']) {
    test(`"${text}" is not a payment number`, () => refuses(() => verify(directEvent({ paymentId: text })), 'MALFORMED', 'paymentId'));
  }
  for (const text of ['null', 'true', '[]', '{}', '[22484059]', '{"a":1}']) {
    test(`${text} where a value belongs`, () => {
      refuses(() => verify(directEvent({ paymentId: raw(text) })), 'MALFORMED', 'paymentId');
      refuses(() => verify(directEvent({ status: raw(text) })), 'MALFORMED', 'status');
      refuses(() => verify(directEvent({ iyziEventType: raw(text) })), 'MALFORMED', 'iyziEventType');
    });
  }
  test('a status that is a number', () => refuses(() => verify(directEvent({ status: raw('1') })), 'MALFORMED', 'status'));
});

describe('closed lists', () => {
  for (const iyziEventType of ['', 'UNKNOWN', 'api_auth', 'API_AUTH ', 'API_AUTH2', 'PAYMENT_API\u0000', 'subscription.order.success', 'REFUND', 'toString']) {
    test(`direct, event type ${JSON.stringify(iyziEventType)}`, () => refuses(() => verify(directEvent({ iyziEventType })), 'MALFORMED', 'iyziEventType'));
  }
  for (const status of ['', 'success', 'PAID', 'SUCCESS ', 'SUCCESSFUL', 'constructor', 'INIT_BANK_TRANSFER', 'PENDING_CREDIT']) {
    test(`direct, status ${JSON.stringify(status)}`, () => refuses(() => verify(directEvent({ status })), 'MALFORMED', 'status'));
  }
  test('types of one format are not types of the other', () => {
    for (const iyziEventType of ['CHECKOUT_FORM_AUTH', 'PWI_TKN_AUTH', 'CREDIT_PAYMENT_AUTH', 'BANK_TRANSFER_AUTH']) refuses(() => verify(directEvent({ iyziEventType })), 'MALFORMED', 'iyziEventType');
    for (const iyziEventType of ['API_AUTH', 'THREE_DS_AUTH', 'PAYMENT_API']) refuses(() => verify(hostedEvent({ iyziEventType })), 'MALFORMED', 'iyziEventType');
    refuses(() => verify(subscriptionEvent({ iyziEventType: 'API_AUTH' })), 'MALFORMED', 'iyziEventType');
  });
});

describe('split again: the same digest, another meaning', () => {
  const event = (format, fields, genuine) => {
    assert.equal(oracle.webhook[format](fields, secretKey, merchantId), genuine.signature, 'not the same digest: this attack proves nothing');
    return { body: JSON.stringify(fields), signature: genuine.signature };
  };
  test('a hosted event told as a direct one', () => {
    const genuine = hostedEvent();
    refuses(() => verify(event('direct', { iyziEventType: 'CHECKOUT_FORM_AUTH', paymentId, paymentConversationId: token + order.id, status: 'SUCCESS' }, genuine)), 'MALFORMED');
  });
  test('a direct event told as a hosted one', () => {
    const genuine = directEvent({ iyziEventType: 'BALANCE', paymentConversationId: `${token}${order.id}` });
    const told = event('hosted', { iyziEventType: 'BALANCE', iyziPaymentId: '22484059', token: `${token}`, paymentConversationId: order.id, status: 'SUCCESS' }, genuine);
    // No format can tell these two apart; it must remain a hint about a token that nobody stored.
    const { pos, stored } = started();
    const outcome = outcomeOfCallback(pos, { ...stored, refs: stored.refs }, told);
    return outcome.then((is) => assert.ok(!isBelief(is), is));
  });
  test('digits moved between the event type, the payment and the conversation', () => {
    const genuine = directEvent({ iyziEventType: 'API_AUTH' });
    for (const fields of [{ iyziEventType: 'API_AUTH2', paymentId: '2484059', paymentConversationId: order.id }, { iyziEventType: 'API_AUT', paymentId: 'H22484059', paymentConversationId: order.id }, { iyziEventType: 'API_AUTH', paymentId: `22484059${order.id}`, paymentConversationId: '' },
      { iyziEventType: 'API_AUTH', paymentId: '', paymentConversationId: `22484059${order.id}` }]) {
      refuses(() => verify(event('direct', { ...fields, status: 'SUCCESS' }, genuine)), 'MALFORMED');
    }
  });
  test('letters moved between the conversation and the status', () => {
    const genuine = directEvent({ status: 'FAILURE' });
    refuses(() => verify(event('direct', { iyziEventType: 'API_AUTH', paymentId: '22484059', paymentConversationId: `${order.id}FAIL`, status: 'URE' }, genuine)), 'MALFORMED', 'status');
  });
  test('a failure cannot grow into a success', () => {
    // The customer chose the end of his conversation id? He cannot: it is our order id. The status list has no two words of which one ends in the other.
    for (const status of hostedStatuses) for (const other of hostedStatuses) assert.ok(status === other || !status.endsWith(other));
  });
  test('payment number and token', () => {
    const genuine = hostedEvent();
    for (const [iyziPaymentId, moved] of [['2248397', `5${token}`], [`${paymentId}e828`, token.slice(4)], ['', paymentId + token]]) {
      refuses(() => verify(event('hosted', { iyziEventType: 'CHECKOUT_FORM_AUTH', iyziPaymentId, token: moved, paymentConversationId: order.id, status: 'SUCCESS' }, genuine)), 'MALFORMED');
    }
  });
  test('references of a subscription', () => {
    const genuine = subscriptionEvent();
    const { subscriptionReferenceCode: s, orderReferenceCode: o, customerReferenceCode: c, iyziEventType } = genuine.fields;
    for (const [subscriptionReferenceCode, orderReferenceCode, customerReferenceCode] of [[s + o[0], o.slice(1), c], [s.slice(0, -1), s.at(-1) + o, c], [s, o + c, ''], [s, o.slice(0, -1), o.at(-1) + c]]) {
      refuses(() => verify(event('subscription', { iyziEventType, subscriptionReferenceCode, orderReferenceCode, customerReferenceCode }, genuine)), 'MALFORMED');
    }
  });
});

describe('JSON that is none, or not this', () => {
  const { body, signature } = directEvent();
  test('duplicate keys, also when one is written with an escape', () => {
    for (const [key, twice] of [['status', '"status":"FAILURE"'], ['paymentId', '"paymentId":1'], ['status', '"sta\\u0074us":"FAILURE"'], ['iyziEventType', '"iyziEventType":"API_AUTH"'], ['merchantId', '"merchantId":1'], ['unknown', '"unknown":1,"unknown":2']]) {
      refuses(() => formulas.verifyWebhook(`${body.slice(0, -1)},${twice}}`, signature, secretKey), 'DUPLICATE_FIELD', key);
      refuses(() => formulas.verifyWebhook(`{${twice},${body.slice(1)}`, signature, secretKey), 'DUPLICATE_FIELD', key);
    }
  });
  for (const name of ['iyziEventType', 'paymentId', 'paymentConversationId', 'status']) {
    test(`direct without ${name}`, () => refuses(() => verify(directEvent({ [name]: undefined })), ['MALFORMED', 'SIGNATURE_INVALID'], name));
  }
  for (const name of ['iyziEventType', 'iyziPaymentId', 'paymentConversationId', 'status']) {
    test(`hosted page without ${name}`, () => refuses(() => verify(hostedEvent({ [name]: undefined })), ['MALFORMED', 'SIGNATURE_INVALID'], name));
  }
  for (const name of ['iyziEventType', 'orderReferenceCode', 'customerReferenceCode']) {
    test(`subscription without ${name}`, () => refuses(() => verify(subscriptionEvent({ [name]: undefined })), ['MALFORMED', 'SIGNATURE_INVALID'], name));
  }
  test('not an object', () => {
    for (const text of ['', ' ', 'null', 'true', '1', '"x"', '[]', `[${body}]`, '{', '}', '{}', body.slice(0, -1), `${body}x`, `${body}{}`, `${body},`, body.replace('{', '{,'), body.replaceAll('"', "'"), `\ufeff${body}`, `// x\n${body}`, `${body.slice(0, -1)},}`, 'status=SUCCESS']) {
      refuses(() => formulas.verifyWebhook(text, signature, secretKey), 'MALFORMED');
    }
  });
  test('control characters, lone surrogates and bad escapes inside strings', () => {
    for (const [from, to] of [['SUCCESS', 'SUC\nCESS'], ['SUCCESS', 'SUC\u0000CESS'], ['SUCCESS', 'SUC\\u0000CESS'], ['SUCCESS', '\\ud800'], ['SUCCESS', '\\x41'], ['SUCCESS', '\\u12'], ['a9af8e6b', '\ud800'], ['a9af8e6b', '\\udfff']]) {
      refuses(() => formulas.verifyWebhook(body.replace(from, to), signature, secretKey), 'MALFORMED');
    }
  });
  test('deep, wide or long: refused at once', () => {
    for (const text of ['['.repeat(1_000_000), '{"a":'.repeat(200_000), `{"a":"${'x'.repeat(10_000_000)}"}`, '&'.repeat(10_000_000), `{"a":${'1'.repeat(1_000_000)}}`]) {
      const began = performance.now();
      refuses(() => formulas.verifyWebhook(text, signature, secretKey), ['MALFORMED', 'TOO_LARGE']);
      assert.ok(performance.now() - began < 1500);
    }
  });
  test('a parsed body is told to be the wrong thing', () => {
    const error = refuses(() => formulas.verifyWebhook(JSON.parse(body), signature, secretKey), 'MALFORMED');
    assert.match(error.message, /text|string|raw|body/i);
  });
});

describe('the signature', () => {
  const { body, signature } = directEvent();
  test('missing', () => {
    for (const missing of [undefined, null, '']) {
      const error = refuses(() => formulas.verifyWebhook(body, missing, secretKey), 'SIGNATURE_MISSING');
      assert.match(error.message, /V3/i);
    }
  });
  test('wrong', () => {
    for (const wrong of [signature.slice(0, -1), `${signature}0`, 'a'.repeat(64), 'z'.repeat(64), Buffer.from(signature, 'hex').toString('base64'), signature.replace(/.$/, (c) => (c === '0' ? '1' : '0')), hostedEvent().signature]) {
      refuses(() => formulas.verifyWebhook(body, wrong, secretKey), ['SIGNATURE_INVALID', 'MALFORMED']);
    }
  });
  test('upper-case or padded: the same event, or refused; never anything else', async () => {
    for (const spelled of [signature.toUpperCase(), ` ${signature}`, `${signature} `, `${signature}\n`]) {
      let event;
      try {
        event = formulas.verifyWebhook(body, spelled, secretKey);
      } catch (error) {
        assert.match(String(error.code), /^(SIGNATURE_INVALID|MALFORMED)$/, error.stack);
        continue;
      }
      assert.deepEqual(event, formulas.verifyWebhook(body, signature, secretKey));
    }
  });
  test('of another key, or of an empty one', () => {
    for (const key of ['another-secret-key', `${secretKey} `, secretKey.toUpperCase()]) refuses(() => formulas.verifyWebhook(body, signature, key), ['SIGNATURE_INVALID', 'CONFIG']);
    refuses(() => formulas.verifyWebhook(body, signature, ''), 'CONFIG', /secretKey/);
  });
  test('every signed value that is edited breaks it', () => {
    for (const [from, to] of [['SUCCESS', 'FAILURE'], ['API_AUTH', 'BALANCE'], ['"paymentId":22484059', '"paymentId":22484058'], [order.id, order.id.toLowerCase()]]) refuses(() => formulas.verifyWebhook(body.replace(from, to), signature, secretKey), 'SIGNATURE_INVALID');
  });
  test('the expected one is in no error', () => {
    const edited = body.replace('SUCCESS', 'FAILURE');
    const error = refuses(() => formulas.verifyWebhook(edited, signature, secretKey), 'SIGNATURE_INVALID');
    assert.ok(!`${error.message}${error.stack}${JSON.stringify({ ...error })}`.includes(formulas.webhookSignature(edited, secretKey)));
  });
});

/** A Checkout Form that was opened: its token is in the stored order. */
function started() {
  const pos = createPos(iyzico);
  const asked = pos.step.start(order);
  return { pos, stored: pos.step.reply(asked.order, asked.then, initialized(asked.request.body)).order };
}
const outcomeOfCallback = (pos, stored, { body, signature }, name = 'x-iyz-signature-v3') => outcomeOf(() => pos.step.callback(stored, { body, headers: { [name]: signature } }));

describe('finish', () => {
  const { pos, stored } = started();
  test('a signed event makes the site ask; it is never the payment itself', async () => {
    for (const status of hostedStatuses) assert.equal(await outcomeOfCallback(pos, stored, hostedEvent({ status })), 'send reads', status);
  });
  test('what iyzico answers is the payment', () => {
    const { body, signature } = hostedEvent();
    const step = pos.step.callback(stored, { body, headers: { 'x-iyz-signature-v3': signature } });
    assert.match(step.request.url, /\/payment\/iyzipos\/checkoutform\/auth\/ecom\/detail$/);
    assert.equal(JSON.parse(step.request.body).token, token);
    assert.equal(describeResult(pos.step.reply(step.order, step.then, retrieved())), 'paid by reply');
  });
  test('a failure event does not decline what iyzico says was paid', () => {
    const { body, signature } = hostedEvent({ status: 'FAILURE' });
    const step = pos.step.callback(stored, { body, headers: { 'x-iyz-signature-v3': signature } });
    assert.equal(describeResult(pos.step.reply(step.order, step.then, retrieved())), 'paid by reply');
  });
  test('the header in any case', async () => {
    for (const name of ['X-IYZ-SIGNATURE-V3', 'x-iyz-signature-v3', 'X-Iyz-Signature-V3']) assert.equal(await outcomeOfCallback(pos, stored, hostedEvent(), name), 'send reads', name);
  });
  test('older headers alone: refused with what to ask iyzico for', () => {
    const { body, signature } = hostedEvent();
    for (const name of ['x-iyz-signature', 'x-iyz-signature-v2', 'X-IYZ-SIGNATURE-V2']) {
      const error = refuses(() => pos.step.callback(stored, { body, headers: { [name]: signature } }), 'SIGNATURE_MISSING', /signature/i);
      assert.match(error.message, /V3/i);
    }
    refuses(() => pos.step.callback(stored, { body, headers: {} }), 'SIGNATURE_MISSING');
  });
  test('two headers that disagree', async () => {
    const { body, signature } = hostedEvent();
    const outcome = await outcomeOf(() => pos.step.callback(stored, { body, headers: { 'x-iyz-signature-v3': 'a'.repeat(64), 'X-IYZ-SIGNATURE-V3': signature } }));
    assert.match(outcome, /^refused/);
  });
  test('an unsigned or forged event asks nobody', async () => {
    assert.match(await outcomeOfCallback(pos, stored, { ...hostedEvent(), signature: 'a'.repeat(64) }), /^refused SIGNATURE_INVALID/);
    assert.match(await outcomeOf(() => pos.step.callback(stored, hostedEvent().body)), /^refused SIGNATURE_MISSING/);
  });
  test('an event about another order, or another form', async () => {
    assert.equal(await outcomeOfCallback(pos, stored, hostedEvent({ paymentConversationId: 'Other4mPq8sVx2bNw6zRy' })), 'refused ORDER_MISMATCH');
    assert.match(await outcomeOfCallback(pos, stored, hostedEvent({ token: '11111111-fd12-4b1a-ad5a-380f15fe6596' })), /^refused (ORDER|ECHO)_MISMATCH/);
  });
  test('peek finds the order by its id or by the token', () => {
    const found = pos.peek({ body: hostedEvent().body, headers: {} });
    assert.ok(found.orderId === order.id || found.token === token, JSON.stringify(found));
    assert.deepEqual(pos.peek(`token=${token}`), { token });
    for (const nothing of ['', '{}', '[]', 'null', '{"token":7}', '{"token":{}}', 'token=', '{"paymentConversationId":']) assert.equal(pos.peek(nothing), null, nothing);
  });
  test('the acknowledgement is a 2xx', () => assert.ok(pos.acknowledgement.status >= 200 && pos.acknowledgement.status < 300));
});

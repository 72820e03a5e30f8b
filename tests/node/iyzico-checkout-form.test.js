// iyzico's Checkout Form: opened by our server, paid on iyzico's page, and settled by asking iyzico about the token that we stored.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos } from 'velopos';
import { initialized, retrieved, token } from './gate/iyzico.js';
import { isBelief, outcomeOf, refuses } from './outcome.js';
import { authorization } from './oracle/iyzico.js';
import { iyzico, order, secretsIn } from './shop.js';

const { apiKey, secretKey } = iyzico.merchant;
const pos = createPos(iyzico);
const asked = pos.step.start(order);
const answerStart = (answer) => pos.step.reply(asked.order, asked.then, answer);
const opened = answerStart(initialized(asked.request.body));

describe('initialize', () => {
  const sent = JSON.parse(asked.request.body);
  const headers = new Headers(asked.request.headers);
  test('moves no money', () => {
    assert.deepEqual([asked.type, asked.moves, asked.request.method, asked.request.url],
      ['send', false, 'POST', 'https://sandbox-api.iyzipay.com/payment/iyzipos/checkoutform/initialize/auth/ecom']);
    const live = createPos({ gateway: 'iyzico', merchant: { apiKey: 'Xk29fjQmWt', secretKey: 'Lr8nVp3zQy6cTb1m' } });
    assert.equal(new URL(live.step.start(order).request.url).host, 'api.iyzipay.com');
  });
  test('is signed over the path and the very bytes that are sent', () => {
    const given = { apiKey, secretKey, randomKey: headers.get('x-iyzi-rnd'), path: '/payment/iyzipos/checkoutform/initialize/auth/ecom', body: asked.request.body };
    assert.equal(headers.get('authorization'), authorization(given));
    assert.ok(given.randomKey.length >= 16);
    assert.match(headers.get('content-type'), /^application\/json/);
  });
  test('has a fresh random each time', () => {
    assert.equal(new Set(Array.from({ length: 100 }, () => new Headers(pos.step.start(order).request.headers).get('x-iyzi-rnd'))).size, 100);
  });
  test('carries the order; prices keep one decimal', () => {
    assert.deepEqual([sent.conversationId, sent.basketId, sent.currency, sent.callbackUrl], [order.id, order.id, 'TRY', order.urls.ok]);
    assert.deepEqual([String(sent.price), String(sent.paidPrice)], ['149.9', '149.9']);
    const round = JSON.parse(pos.step.start({ ...order, amount: '22.00', basket: [{ name: 'a', price: '11.00', quantity: 2 }] }).request.body);
    assert.match(String(round.price), /^22(\.0)?$/);
  });
  test('the basket adds up to the price', () => {
    const basket = [{ name: 'Kâse', price: '29.90', quantity: 1 }, { name: 'Tabak', price: '60.00', quantity: 2 }];
    const { basketItems, price } = JSON.parse(pos.step.start({ ...order, basket }).request.body);
    const kurus = (value) => Math.round(Number(value) * 100);
    assert.equal(basketItems.reduce((sum, item) => sum + kurus(item.price), 0), kurus(price));
  });
  test('text is JSON, whatever the customer is called', () => {
    const name = 'Ayşe "\\\\" </script> \u2028 Yılmaz';
    assert.ok(JSON.stringify(JSON.parse(pos.step.start({ ...order, customer: { ...order.customer, name } }).request.body)).includes('</script>'));
  });
  test('the secret key does not travel', () => assert.deepEqual(secretsIn(asked.request.body + asked.then + JSON.stringify(asked.order)), []));
});

describe('its answer', () => {
  test('an address to go to, and a token to keep', () => {
    assert.equal(opened.type, 'redirect');
    assert.equal(opened.redirect.kind, 'url');
    assert.match(opened.redirect.url, new RegExp(`^https://sandbox-cpp\\.iyzipay\\.com/?\\?token=${token}&lang=tr$`));
    assert.notEqual(opened.order.refs, asked.order.refs);
  });
  test('signed by somebody else', () => {
    const start = (changes) => answerStart(initialized(asked.request.body, changes));
    refuses(() => start({ signature: 'a'.repeat(64) }), 'SIGNATURE_INVALID', /signature/);
    refuses(() => start({ signature: '' }), ['SIGNATURE_INVALID', 'SIGNATURE_MISSING'], /signature/);
    const { body } = initialized(asked.request.body);
    refuses(() => answerStart({ status: 200, body: body.replace(token, '11111111-fd12-4b1a-ad5a-380f15fe6596') }), 'SIGNATURE_INVALID');
    refuses(() => answerStart({ status: 200, body: body.replace(/"signature":"[0-9a-f]+",/, '') }), 'SIGNATURE_MISSING', /signature/);
  });
  test('an address that is not iyzico\'s', () => {
    for (const paymentPageUrl of ['https://evil.example/?token=x', 'http://sandbox-cpp.iyzipay.com?token=x', 'https://user@sandbox-cpp.iyzipay.com?token=x', 'javascript:alert(1)', 'https://sandbox-cpp.iyzipay.com.evil.example', '', undefined, '//sandbox-cpp.iyzipay.com']) {
      refuses(() => answerStart(initialized(asked.request.body, { paymentPageUrl })), ['MALFORMED', 'UNREACHABLE', 'REFUSED']);
    }
  });
  test('about another conversation', () => {
    refuses(() => answerStart(initialized(JSON.stringify({ conversationId: 'Other4mPq8sVx2bNw6zRy' }))), ['ORDER_MISMATCH', 'ECHO_MISMATCH', 'MALFORMED', 'SIGNATURE_INVALID']);
  });
  test('a refusal brings iyzico\'s words', () => {
    const error = refuses(() => answerStart({ status: 200, body: '{"status":"failure","errorCode":"1001","errorMessage":"api bilgileri bulunamadı"}' }), 'REFUSED');
    assert.deepEqual([error.bankCode, error.bankMessage], ['1001', 'api bilgileri bulunamadı']);
  });
  test('no answer', () => {
    for (const answer of [{ lost: 'timeout' }, { lost: 'network' }, { status: 500, body: initialized(asked.request.body).body }, { status: 302, body: '' }]) refuses(() => answerStart(answer), 'UNREACHABLE');
    for (const body of ['', '{}', '<html>', 'null', '[]', `{"status":"failure",${initialized(asked.request.body).body.slice(1)}`]) refuses(() => answerStart({ status: 200, body }), ['MALFORMED', 'UNREACHABLE', 'REFUSED', 'DUPLICATE_FIELD']);
  });
});

const returned = pos.step.callback(opened.order, `token=${token}`);
const settle = (changes) => pos.step.reply(returned.order, returned.then, retrieved(changes));

describe('the return of the browser', () => {
  test('makes our server ask about the stored token, signed', () => {
    assert.deepEqual([returned.type, returned.moves, returned.request.url], ['send', false, 'https://sandbox-api.iyzipay.com/payment/iyzipos/checkoutform/auth/ecom/detail']);
    const headers = new Headers(returned.request.headers);
    const given = { apiKey, secretKey, randomKey: headers.get('x-iyzi-rnd'), path: '/payment/iyzipos/checkoutform/auth/ecom/detail', body: returned.request.body };
    assert.equal(headers.get('authorization'), authorization(given));
    assert.equal(JSON.parse(returned.request.body).token, token);
    assert.equal(JSON.parse(returned.request.body).conversationId, order.id);
  });
  test('with another token: refused', () => {
    for (const wrong of ['token=11111111-fd12-4b1a-ad5a-380f15fe6596', `token=${token.toUpperCase()}`, `token=${token}x`, 'token=']) refuses(() => pos.step.callback(opened.order, wrong), ['ORDER_MISMATCH', 'ECHO_MISMATCH', 'MALFORMED'], /token/);
    refuses(() => pos.step.callback(opened.order, `token=${token}&token=${token}`), 'DUPLICATE_FIELD', 'token');
    refuses(() => pos.step.callback(opened.order, ''), 'MALFORMED');
  });
  test('with refs that lost the token', async () => {
    for (const refs of ['', 'x', asked.order.refs, opened.order.refs.slice(0, -4), opened.order.refs.replace(token, '11111111-fd12-4b1a-ad5a-380f15fe6596')]) {
      const outcome = await outcomeOf(() => pos.step.callback({ ...opened.order, refs }, `token=${token}`));
      assert.match(outcome, /^(refused|pending)/, `${refs}: ${outcome}`);
    }
  });
  test('before the form was opened', async () => assert.ok(!isBelief(await outcomeOf(() => pos.step.callback(asked.order, `token=${token}`)))));
});

describe('what iyzico says about it', () => {
  test('paid, proven by the reply', () => {
    const { payment } = settle();
    assert.deepEqual([payment.status, payment.proof, payment.orderId, payment.amount, payment.currency, payment.transactionId], ['paid', 'reply', order.id, '149.90', 'TRY', '22483975']);
    assert.ok(!payment.review);
  });
  test('the same from an inquiry, with the same dedupeKey', () => {
    const inquiry = pos.step.ask(opened.order, 'inquire');
    assert.equal(inquiry.moves, false);
    const { payment } = pos.step.reply(inquiry.order, inquiry.then, retrieved());
    assert.equal(payment.status, 'paid');
    assert.equal(payment.dedupeKey, settle().payment.dedupeKey);
  });
  test('the price in any form of the same number', () => {
    for (const text of ['149.9', '149.90', '149.900000', '149.90000000']) assert.equal(settle({ price: text, paidPrice: text }).payment.status, 'paid', text);
  });
  test('more was paid: only with instalments', async () => {
    assert.ok(!isBelief(await outcomeOf(() => settle({ paidPrice: '164.89', installment: 6 }))));
    const step = pos.step.start({ ...order, maxInstallments: 6 });
    const form = pos.step.reply(step.order, step.then, initialized(step.request.body));
    const back = pos.step.callback(form.order, `token=${token}`);
    const { payment } = pos.step.reply(back.order, back.then, retrieved({ paidPrice: '164.89', installment: 6 }));
    assert.deepEqual([payment.status, payment.amount, payment.charged], ['paid', '149.90', '164.89']);
  });
  test('less was paid, or for another price', async () => {
    for (const changes of [{ paidPrice: '149.89' }, { price: '1.0', paidPrice: '1.0' }, { paidPrice: '0' }, { price: '1.0' }, { price: '14990', paidPrice: '14990' }, { price: '-149.9', paidPrice: '149.9' }, { price: '1.499e2', paidPrice: '1.499e2' }]) {
      const outcome = await outcomeOf(() => settle(changes));
      if (changes.price?.includes('e')) assert.notEqual(outcome, 'declined by reply');
      else assert.ok(!isBelief(outcome), `${JSON.stringify(changes)}: ${outcome}`);
    }
  });
  test('another basket, token, currency, conversation: signed, and not this payment', async () => {
    for (const changes of [{ basketId: 'Other4mPq8sVx2bNw6zRy' }, { basketId: '' }, { basketId: undefined }, { token: '11111111-fd12-4b1a-ad5a-380f15fe6596' }, { currency: 'USD' }, { currency: '' }, { conversationId: 'Other' }]) {
      assert.ok(!isBelief(await outcomeOf(() => settle(changes))), JSON.stringify(changes));
    }
  });
  test('not signed, or by somebody else', async () => {
    for (const signature of ['', 'a'.repeat(64), undefined, null]) {
      const { body } = retrieved();
      const answer = body.replace(/"signature":"[0-9a-f]+"/, signature === undefined ? '"x":1' : `"signature":${JSON.stringify(signature)}`);
      assert.ok(!isBelief(await outcomeOf(() => pos.step.reply(returned.order, returned.then, { status: 200, body: answer }))), String(signature));
    }
  });
  test('both words are needed', async () => {
    for (const changes of [{ status: 'failure' }, { paymentStatus: 'FAILURE' }, { paymentStatus: 'success' }, { paymentStatus: undefined }, { status: 'SUCCESS' }]) assert.doesNotMatch(await outcomeOf(() => settle(changes)), /^(paid|authorized)/, JSON.stringify(changes));
  });
  test('a payment that is under way is pending', async () => {
    for (const paymentStatus of ['INIT_THREEDS', 'CALLBACK_THREEDS', 'BKM_POS_SELECTED', 'INIT_BANK_TRANSFER', 'PENDING_CREDIT', 'SOMETHING_NEW']) {
      const outcome = await outcomeOf(() => settle({ paymentStatus }));
      assert.ok(['pending by none', 'unknown by none'].includes(outcome), `${paymentStatus}: ${outcome}`);
    }
  });
  test("what iyzico's fraud check holds back is not simply paid", async () => {
    for (const fraudStatus of [0, -1, 2, undefined, '1x']) {
      let payment;
      try {
        ({ payment } = settle({ fraudStatus }));
      } catch (error) {
        assert.equal(error.code, 'MALFORMED');
        continue;
      }
      assert.ok(payment.status !== 'paid' || payment.review === true, `${fraudStatus}: ${payment.status}`);
    }
  });
  test('unreadable or lost', async () => {
    const { body } = retrieved();
    for (const answer of [{ lost: 'timeout' }, { lost: 'network' }, { status: 500, body }, { status: 302, body: '' }, { status: 200, body: '' }, { status: 200, body: '<html>' }, { status: 200, body: body.slice(0, -2) }, { status: 200, body: `{"paymentStatus":"FAILURE",${body.slice(1)}` }]) {
      assert.ok(!isBelief(await outcomeOf(() => pos.step.reply(returned.order, returned.then, answer))));
    }
  });
  test('no token known to iyzico: pending, not declined', async () => {
    const outcome = await outcomeOf(() => pos.step.reply(returned.order, returned.then, { status: 200, body: '{"status":"failure","errorCode":"5122","errorMessage":"token bulunamadı"}' }));
    assert.ok(['pending by none', 'unknown by none', 'refused REFUSED'].includes(outcome), outcome);
  });
});

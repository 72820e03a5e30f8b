// PayTR's iFrame: a token is asked for before the customer leaves; later a notification says what happened and wants to read OK.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos } from 'velopos';
import { body, failure, notification, tokenReply } from './gate/paytr.js';
import { isBelief, outcomeOf, refuses } from './outcome.js';
import { iframeToken, notificationHash, statusToken } from './oracle/paytr.js';
import { order, paytr, secretsIn } from './shop.js';

const { merchantKey, merchantSalt } = paytr.merchant;
const pos = createPos(paytr);
const asked = pos.step.start(order);
const stored = pos.step.reply(asked.order, asked.then, tokenReply).order;
const notified = (changes, of = stored) => pos.step.callback(of, body(notification(changes)));
const formOf = (step) => Object.fromEntries(new URLSearchParams(step.request.body));

describe('the token request', () => {
  const form = formOf(asked);
  test('moves no money and goes to PayTR', () => {
    assert.deepEqual([asked.type, asked.moves, asked.request.method, asked.request.url], ['send', false, 'POST', 'https://www.paytr.com/odeme/api/get-token']);
  });
  test('is signed over what it carries', () => assert.equal(form.paytr_token, iframeToken(form, merchantKey, merchantSalt)));
  test('carries the order', () => {
    assert.deepEqual([form.merchant_id, form.merchant_oid, form.payment_amount, form.currency, form.test_mode, form.user_ip, form.email],
      ['190200', order.id, '14990', 'TL', '1', order.customer.ip, order.customer.email]);
    assert.deepEqual([form.merchant_ok_url, form.merchant_fail_url], [order.urls.ok, order.urls.fail]);
    assert.deepEqual(JSON.parse(Buffer.from(form.user_basket, 'base64').toString('utf8')), [['Çini tabak', '149.90', 1]]);
  });
  test('customer text survives percent-encoding', () => {
    const customer = { ...order.customer, email: 'a+b&c=d@example.com', name: 'Ğ & İ = "ş" %41 +' };
    const step = pos.step.start({ ...order, customer });
    assert.equal(formOf(step).email, customer.email);
    assert.equal(formOf(step).user_name, customer.name);
    assert.equal(formOf(step).paytr_token, iframeToken(formOf(step), merchantKey, merchantSalt));
  });
  test('instalments are off unless the order allows them', () => {
    assert.equal(form.no_installment, '1');
    const allowed = formOf(pos.step.start({ ...order, maxInstallments: 6 }));
    assert.deepEqual([allowed.no_installment, allowed.max_installment], ['0', '6']);
  });
  test('other currencies', () => assert.equal(formOf(pos.step.start({ ...order, currency: 'EUR' })).currency, 'EUR'));
  test('production says so', () => {
    const live = createPos({ gateway: 'paytr', merchant: { merchantId: '445566', merchantKey: 'Zt8qLw3xNv5rBk2m', merchantSalt: 'Hy6pDs9cFg4jQa7e' } });
    assert.equal(formOf(live.step.start(order)).test_mode, '0');
  });
  test('neither key nor salt travels', () => assert.deepEqual(secretsIn(asked.request.body + asked.then + JSON.stringify(asked.order)), []));
});

describe('its answer', () => {
  const answer = (answer) => pos.step.reply(asked.order, asked.then, typeof answer === 'string' ? { status: 200, body: answer } : answer);
  test('a token becomes an address', () => {
    const { type, redirect } = answer(tokenReply);
    assert.equal(type, 'redirect');
    assert.deepEqual(redirect, { kind: 'url', url: 'https://www.paytr.com/odeme/guvenli/28cc613c3d7633cfa4ed0956fdf901e05cf9d9cc0c2ef8db54fa' });
  });
  test('a token that would lead elsewhere is refused', () => {
    for (const token of ['', '../../../evil', 'a/b', 'a?b=c', 'a#b', 'a b', 'a"onload="x', 'a\\nb', '//evil.example', 'x'.repeat(5000)]) refuses(() => answer(`{"status":"success","token":"${token}"}`), ['MALFORMED', 'UNREACHABLE', 'REFUSED', 'TOO_LARGE']);
  });
  test('a refusal brings PayTR\'s reason', () => {
    const error = refuses(() => answer('{"status":"failed","reason":"Gecersiz istek: paytr_token 4508034508034509"}'), 'REFUSED');
    assert.match(error.bankMessage, /Gecersiz istek/);
    assert.doesNotMatch(error.bankMessage, /4508034508034509/);
  });
  test('anything else is no answer', () => {
    for (const wrong of ['', '{}', '[]', 'null', '"success"', '{"status":"success"}', '{"status":"success","token":7}', '{"status":"SUCCESS","token":"abc"}', '{"token":"abc"}', '<html></html>', `${tokenReply.body}x`, tokenReply.body.slice(0, -1),
      '{"status":"failed","status":"success","token":"abc"}', '{"status":"success","token":"abc","token":"def"}', '{"status":["success"],"token":"abc"}', '['.repeat(100_000)]) {
      refuses(() => answer(wrong), ['MALFORMED', 'UNREACHABLE', 'REFUSED', 'DUPLICATE_FIELD', 'TOO_LARGE']);
    }
    for (const wrong of [{ lost: 'timeout' }, { lost: 'network' }, { status: 500, body: tokenReply.body }, { status: 302, body: '' }]) refuses(() => answer(wrong), 'UNREACHABLE');
  });
});

describe('the notification', () => {
  test('success: paid, proven by the signature', () => {
    const { payment } = notified();
    assert.deepEqual([payment.status, payment.proof, payment.orderId, payment.amount, payment.currency, payment.mode], ['paid', 'signature', order.id, '149.90', 'TRY', 'test']);
    assert.ok(payment.charged === undefined || payment.charged === '149.90');
  });
  test('failed: declined', () => {
    const { payment } = notified(failure);
    assert.deepEqual([payment.status, payment.proof, payment.amount], ['declined', 'signature', '149.90']);
    assert.ok(payment.decline.message.tr && payment.decline.message.en);
    assert.equal(typeof payment.decline.wixReasonCode, 'number');
  });
  test('PayTR wants to read exactly OK', () => {
    assert.equal(pos.acknowledgement.status, 200);
    assert.equal(pos.acknowledgement.body, 'OK');
    assert.match(new Headers(pos.acknowledgement.headers).get('content-type'), /^text\/plain/);
  });
  test('repeated: the same payment', () => assert.deepEqual(notified(), notified()));
  test('what PayTR does not sign changes nothing that matters', () => {
    const plain = notified().payment;
    for (const unsigned of [{ currency: 'USD' }, { payment_amount: '1' }, { test_mode: '0' }, { installment_count: '12' }, { merchant_id: '1' }, { payment_type: 'eft' }, { failed_reason_code: '6' }, { extra: 'x' }]) {
      assert.deepEqual(notified(unsigned).payment, plain, JSON.stringify(unsigned));
    }
    const { amount, currency, status, proof, mode, dedupeKey } = notified(failure).payment;
    const other = notified({ ...failure, failed_reason_code: '2', failed_reason_msg: 'success', currency: 'EUR' }).payment;
    assert.deepEqual([other.amount, other.currency, other.status, other.proof, other.mode, other.dedupeKey], [amount, currency, status, proof, mode, dedupeKey]);
  });

  describe('the total', () => {
    const withInstalments = (() => {
      const step = pos.step.start({ ...order, maxInstallments: 6 });
      return pos.step.reply(step.order, step.then, tokenReply).order;
    })();
    test('larger where the order allowed instalments: interest', () => {
      const { payment } = notified({ total_amount: '16489' }, withInstalments);
      assert.deepEqual([payment.status, payment.amount, payment.charged], ['paid', '149.90', '164.89']);
    });
    test('larger where it did not: refused', () => refuses(() => notified({ total_amount: '16489' }), 'AMOUNT_MISMATCH', 'total_amount'));
    test('smaller: refused always', () => {
      for (const of of [stored, withInstalments]) for (const total of ['14989', '1', '1499']) refuses(() => notified({ total_amount: total }, of), 'AMOUNT_MISMATCH', 'total_amount');
    });
    test('not canonical digits: refused', () => {
      for (const total of ['014990', '149.90', '+14990', ' 14990', '14990 ', '1499O', '', '0', '-14990', '1e4', '14990.00', '99999999999999999999']) {
        refuses(() => notified({ total_amount: total }), ['MALFORMED', 'AMOUNT_MISMATCH'], 'total_amount');
      }
    });
    test('a failure with money in it, a success without', async () => {
      assert.ok(!(await outcomeOf(() => notified({ status: 'success', total_amount: '0' }))).startsWith('paid'));
      assert.ok(!(await outcomeOf(() => notified({ status: 'failed', total_amount: '14990' }))).startsWith('paid'));
    });
  });

  test('split again between status and total: the same digest, refused', () => {
    const genuine = notification();
    for (const [status, total_amount] of [['success1', '4990'], ['success14', '990'], ['succes', 's14990'], ['success14990', ''], ['', 'success14990']]) {
      const moved = { ...genuine, status, total_amount };
      assert.equal(notificationHash(moved, merchantKey, merchantSalt), genuine.hash);
      refuses(() => pos.step.callback(stored, body(moved)), ['MALFORMED', 'AMOUNT_MISMATCH'], /status|total_amount/);
    }
  });
  test('unknown status, correctly signed', () => {
    for (const status of ['SUCCESS', 'Success', 'pending', 'ok', '', 'success ']) refuses(() => notified({ status }), 'MALFORMED', 'status');
  });
  test('another order', () => refuses(() => notified({ merchant_oid: 'Other4mPq8sVx2bNw6zRy' }), 'ORDER_MISMATCH', 'merchant_oid'));
  test('edited, unsigned, signed with another key', () => {
    const genuine = notification();
    refuses(() => pos.step.callback(stored, body({ ...genuine, status: 'failed' })), ['SIGNATURE_INVALID', 'AMOUNT_MISMATCH', 'MALFORMED']);
    refuses(() => pos.step.callback(stored, body({ ...notification(failure), status: 'success', total_amount: '14990' })), 'SIGNATURE_INVALID', 'hash');
    const { hash, ...unsigned } = genuine;
    refuses(() => pos.step.callback(stored, body(unsigned)), 'SIGNATURE_MISSING', 'hash');
    for (const wrong of ['', ' ', hash.slice(0, -1), `${hash} `, hash.toLowerCase(), Buffer.from(hash, 'base64').toString('hex')]) refuses(() => notified({ hash: wrong }), ['SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'MALFORMED'], 'hash');
    refuses(() => notified({ hash: notificationHash(genuine, merchantSalt, merchantKey) }), 'SIGNATURE_INVALID', 'hash'); // key and salt exchanged
  });
  test('a name twice', () => {
    const text = body(notification());
    for (const [name, value] of [['status', 'success'], ['merchant_oid', order.id], ['total_amount', '1'], ['hash', 'x'], ['STATUS', 'success'], ['currency', 'TL']]) refuses(() => pos.step.callback(stored, `${text}&${name}=${value}`), 'DUPLICATE_FIELD', new RegExp(name, 'i'));
  });
  for (const name of ['merchant_oid', 'status', 'total_amount']) {
    test(`${name} absent`, () => {
      const { [name]: gone, ...rest } = notification();
      refuses(() => pos.step.callback(stored, body(rest)), ['MALFORMED', 'SIGNATURE_INVALID', 'ORDER_MISMATCH', 'AMOUNT_MISMATCH'], name);
    });
  }
  test('a plus sign that the sender did not encode is not forgiven into another hash', async () => {
    const plus = Array.from({ length: 200 }, (_, at) => notification({ total_amount: String(14990 + at) })).find(({ hash }) => hash.includes('+'));
    const text = body(plus).replace(/hash=[^&]*/, `hash=${plus.hash}`);
    assert.doesNotMatch(await outcomeOf(() => pos.step.callback(stored, text)), /^refused INTERNAL/);
  });
  test('the return of the browser proves nothing', async () => {
    for (const message of ['', 'status=success', 'merchant_oid=x', `merchant_oid=${order.id}&status=success&total_amount=14990`]) assert.ok(!isBelief(await outcomeOf(() => pos.step.callback(stored, message))));
  });
  test('peek', () => {
    assert.deepEqual(pos.peek(body(notification())), { orderId: order.id });
    for (const nothing of ['', 'status=success', 'merchant_oid=']) assert.equal(pos.peek(nothing), null);
  });
});

describe('the inquiry', () => {
  const inquiry = pos.step.ask(stored, 'inquire');
  const reply = (value) => pos.step.reply(inquiry.order, inquiry.then, typeof value === 'string' ? { status: 200, body: value } : value);
  test('asks for our own order, signed', () => {
    const form = formOf(inquiry);
    assert.deepEqual([inquiry.moves, inquiry.request.url, form.merchant_oid], [false, 'https://www.paytr.com/odeme/durum-sorgu', order.id]);
    assert.equal(form.paytr_token, statusToken(form, merchantKey, merchantSalt));
  });
  const paid = { status: 'success', payment_amount: '149.90', payment_total: '149.90', payment_date: '2026-11-21 17:42:33', currency: 'TL', taksit: '0', masked_pan: '435508******4358', returns: '[]' };
  test('paid, by the reply', () => {
    const { payment } = reply(JSON.stringify(paid));
    assert.deepEqual([payment.status, payment.proof, payment.amount, payment.dedupeKey], ['paid', 'reply', '149.90', notified().payment.dedupeKey]);
  });
  test('amounts as PayTR writes them', () => {
    for (const text of ['149.9', '149,9', '149,90']) assert.ok(['paid', 'unknown'].includes(reply(JSON.stringify({ ...paid, payment_amount: text, payment_total: text })).payment?.status), text);
  });
  test('no such payment: pending', () => assert.equal(reply('{"status":"error","err_no":"004","err_msg":"merchant_oid ile basarili odeme bulunamadi"}').payment.status, 'pending'));
  test('another amount, another currency, unreadable, lost: not paid', async () => {
    for (const answer of [JSON.stringify({ ...paid, payment_amount: '1.00', payment_total: '1.00' }), JSON.stringify({ ...paid, payment_total: '200.00' }), JSON.stringify({ ...paid, currency: 'USD' }), '{}', '', '<html>', { lost: 'timeout' }, { status: 500, body: JSON.stringify(paid) },
      JSON.stringify(paid).replace('"status"', '"status":"error","status"')]) {
      assert.ok(!isBelief(await outcomeOf(() => reply(answer))), String(answer.body ?? answer.lost ?? answer));
    }
  });
});

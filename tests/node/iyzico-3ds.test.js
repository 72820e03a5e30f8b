// iyzico's 3-D Secure by API against the simulated iyzico: the card passes through the shop's server, the customer proves himself at the
// card's bank, and our own request takes the money. A return that was changed, an answer that got lost, a second request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { paymentPage } from 'velopos';
import { card, keep, newOrder, openShop, SALE, startIyzico, withSettings } from './iyzico-shop.js';
import { responseSignature } from './oracle/iyzico.js';
import { describe as describeResult, isBelief, outcomeOf, refuses, rejects } from './outcome.js';
import { iyzico, secretsIn } from './shop.js';

const PROVISION = '/payment/v2/3dsecure/auth';
let banks;
before(async () => { banks = await startIyzico(); });
after(() => banks.close());

const open = (config, options) => openShop(banks, { model: '3ds', ...config }, options);
const atIyzico = ({ id }) => banks.iyzico.find(id);
const SIGNED = ['conversationData', 'conversationId', 'mdStatus', 'paymentId', 'status'];
const signatureOf = (fields) => responseSignature(SIGNED.map((name) => fields[name]), iyzico.merchant.secretKey);
const encode = (fields) => new URLSearchParams(fields).toString();
const signed = (fields) => encode({ ...fields, signature: signatureOf(fields) });
const fieldsOf = (body) => Object.fromEntries(new URLSearchParams(body));

describe('the way to the card\'s bank', () => {
  test('iyzico\'s HTML is reduced to its form, which iyzico takes', async () => {
    const { pos, asked } = open();
    const started = await pos.start(newOrder(), { card: card(SALE) });
    const { kind, action, fields, cardInputs } = started.redirect;
    assert.deepEqual([kind, action, cardInputs], ['form', `${banks.url}/iyzico/payment/mock/init3ds`, undefined]);
    assert.deepEqual([Object.keys(fields).sort(), asked],
      [['PaReq', 'bin', 'confirmationUrl', 'failureUrl', 'orderId', 'successUrl'], ['/payment/3dsecure/initialize']]);
    assert.doesNotMatch(paymentPage(started.redirect, { language: 'tr' }).body, /iyzico Mock|getElementById\("iyzico/);
    const page = await (await fetch(action, { method: 'POST', body: new URLSearchParams(fields) })).text();
    assert.match(page, /3D Secure doğrulaması[^]*149,90 TL/);
  });
  test('what is stored knows the payment\'s number, and neither card nor secret', async () => {
    const { stored, started, paymentId } = await open().visitThreeDS();
    assert.match(stored.refs, new RegExp(`paymentId=${paymentId}`));
    assert.deepEqual(secretsIn(JSON.stringify([stored, started])), []);
    assert.ok(!JSON.stringify([stored, started]).includes(SALE));
  });
  test('a card and a claim are needed, and the form\'s shop wants no card', async () => {
    await rejects(() => open().pos.start(newOrder()), 'ORDER', 'card');
    await rejects(() => openShop(banks).pos.start(newOrder(), { card: card(SALE) }), 'ORDER', 'card');
    refuses(() => open({}, { claim: undefined }), 'CONFIG', 'claim');
  });
  test('a card that iyzico refuses, and one for which no authentication begins: its words reach the owner', async () => {
    const { pos } = open();
    for (const [number, bankCode] of [['4242424242424242', '12'], ['4151111111111112', '10204']]) {
      const error = await rejects(() => pos.start(newOrder(), { card: card(number) }), 'REFUSED');
      assert.equal(error.bankCode, bankCode);
      assert.ok(error.bankMessage.length > 5);
    }
  });
  test('wrong keys', async () => {
    const { pos } = open({ merchant: { ...iyzico.merchant, secretKey: 'another-secret-key-123' } });
    assert.equal((await rejects(() => pos.start(newOrder(), { card: card(SALE) }), 'REFUSED')).bankCode, '1000');
  });
  for (const kind of ['timeout-after', 'http-500-after', 'html-after', 'truncated', 'redirect-before']) {
    test(`initialize, ${kind}: nothing has begun`, async () => {
      const { pos } = open({}, { timeoutMs: 200 });
      banks.iyzico.fault({ on: '3ds-initialize', kind });
      await rejects(() => pos.start(newOrder(), { card: card(SALE) }), 'UNREACHABLE');
    });
  }
  test('an answer that somebody else signed, and an error with status 400', async () => {
    const { pos } = open();
    banks.iyzico.fault({ on: '3ds-initialize', kind: 'bad-signature' });
    await rejects(() => pos.start(newOrder(), { card: card(SALE) }), 'SIGNATURE_INVALID');
    await withSettings(banks, { errorStatus: 400 }, () => rejects(() => pos.start(newOrder(), { card: card('4242424242424242') }), 'UNREACHABLE'));
  });
});

describe('the money', () => {
  const cards = [
    [SALE, 'paid by reply', 'paid'], ['4111111111111129', 'declined by reply', 'declined'], ['4131111111111117', 'declined by signature', 'declined'],
    ['4000000000660003', 'pending by none', 'review'], ['4000000000880007', 'paid by reply', 'paid'],
  ];
  for (const [number, outcome, status] of cards) {
    test(`${number}: ${outcome}`, async () => {
      const { pos, visitThreeDS, times } = open();
      const { stored, body } = await visitThreeDS({ number });
      const payment = await pos.finish(stored, body);
      assert.equal(describeResult(payment), outcome);
      assert.equal(atIyzico(stored).status, status, 'iyzico agrees');
      assert.equal(times(PROVISION), outcome.includes('signature') ? 0 : 1);
      if (status === 'review') assert.equal(payment.review, true);
    });
  }
  test('what is told of it', async () => {
    const { pos, visitThreeDS, claims } = open();
    const { stored, body, paymentId } = await visitThreeDS({ changes: { installments: 3 } });
    const payment = await pos.finish(stored, body);
    assert.deepEqual([payment.amount, payment.currency, payment.transactionId, payment.installments, payment.threeDS],
      ['149.90', 'TRY', paymentId, 3, { mdStatus: '1', liability: 'issuer' }]);
    assert.match(payment.maskedPan, /^552879\*+0008$/);
    assert.equal(claims.size, 1);
    assert.deepEqual(pos.peek(body), { orderId: stored.id });
  });
  test('declines have a reason in both languages', async () => {
    const { pos, visitThreeDS } = open();
    const poor = await visitThreeDS({ number: '4111111111111129' });
    const { decline } = await pos.finish(poor.stored, poor.body);
    assert.deepEqual([decline.reason, decline.bankCode], ['insufficient-funds', '10051']);
    assert.ok(decline.message.tr && decline.message.en);
    for (const password of ['wrong', 'cancel']) {
      const { stored, body } = await visitThreeDS({ customer: { password } });
      assert.equal((await pos.finish(stored, body)).decline.reason, '3ds-failed');
    }
  });
  test('every currency, prices with more zeros, no conversationData', async () => {
    const { pos, visitThreeDS } = open();
    for (const currency of ['USD', 'EUR', 'GBP']) {
      const { stored, body } = await visitThreeDS({ changes: { currency } });
      assert.equal(describeResult(await pos.finish(stored, body)), 'paid by reply', currency);
    }
    await withSettings(banks, { priceText: 'padded', conversationData: 'empty' }, async () => {
      const { stored, body } = await visitThreeDS();
      assert.equal(describeResult(await pos.finish(stored, body)), 'paid by reply');
    });
  });
  test('the customer never comes back: an inquiry takes no money, and the return may still come', async () => {
    const { pos, visitThreeDS, times } = open();
    const left = await visitThreeDS({ customer: { password: 'close' } });
    assert.match(describeResult(await pos.inquire(left.stored)), /^(pending|unknown) by none$/);
    const proved = await visitThreeDS();
    assert.match(describeResult(await pos.inquire(proved.stored)), /^(pending|unknown) by none$/);
    assert.deepEqual([times(PROVISION), atIyzico(proved.stored).captured], [0, 0n]);
    assert.equal(describeResult(await pos.finish(proved.stored, proved.body)), 'paid by reply');
  });
});

describe('which authentication counts', () => {
  const half = '4141111111111115';
  for (const [threeDS, successMdStatuses, outcome, captured] of [
    [undefined, ['1'], 'declined by signature', 0n], [undefined, ['1', '4'], 'declined by signature', 0n],
    ['attempted', ['1'], 'declined by signature', 0n], ['attempted', ['1', '4'], 'paid by reply', 14990n],
  ]) {
    test(`mdStatus 4, iyzico says success to ${successMdStatuses}, the shop accepts ${threeDS ?? 'full'}: ${outcome}`, async () => {
      await withSettings(banks, { successMdStatuses }, async () => {
        const { pos, visitThreeDS } = open({ threeDS });
        const { stored, body } = await visitThreeDS({ number: half });
        const payment = await pos.finish(stored, body);
        assert.deepEqual([describeResult(payment), atIyzico(stored).captured], [outcome, captured]);
        assert.equal(payment.threeDS?.mdStatus, '4');
        if (captured > 0n) assert.equal(payment.threeDS.liability, 'merchant');
      });
    });
  }
  test('a failure that names the payment, or does not', async () => {
    for (const failedPaymentId of ['empty', 'filled']) {
      await withSettings(banks, { failedPaymentId }, async () => {
        const { pos, visitThreeDS } = open();
        const { stored, body } = await visitThreeDS({ number: '4131111111111117' });
        assert.equal(describeResult(await pos.finish(stored, body)), 'declined by signature');
      });
    }
  });
});

/** All ways to choose so many of the numbers from 1, in order. */
function places(count, last, from = 1) {
  if (count === 0) return [[]];
  return Array.from({ length: last - from + 1 }, (_, i) => from + i).flatMap((place) => places(count - 1, last, place + 1).map((rest) => [place, ...rest]));
}

describe('a return that was changed', () => {
  test('any field: refused, and nothing is asked for', async () => {
    const { pos, visitThreeDS, times } = open();
    const failed = await visitThreeDS({ number: '4131111111111117' });
    const passed = await visitThreeDS();
    const other = await visitThreeDS();
    for (const [{ stored, body }, changes] of [
      [failed, { status: 'success' }], [failed, { mdStatus: '1' }], [failed, { status: 'success', mdStatus: '1', paymentId: failed.paymentId }],
      [passed, { paymentId: other.paymentId }], [passed, { conversationId: other.stored.id }], [passed, { mdStatus: '' }], [passed, { signature: '' }],
      [passed, { signature: fieldsOf(other.body).signature }], [passed, { conversationData: 'x' }], [failed, { signature: '0'.repeat(64) }],
    ]) {
      const outcome = await outcomeOf(() => pos.finish(stored, encode({ ...fieldsOf(body), ...changes })));
      assert.match(outcome, /^refused SIGNATURE_(INVALID|MISSING)$/, JSON.stringify(changes));
    }
    for (const name of [...SIGNED, 'signature']) {
      const fields = fieldsOf(passed.body);
      delete fields[name];
      assert.match(await outcomeOf(() => pos.finish(passed.stored, encode(fields))), /^refused SIGNATURE_/, name);
      assert.equal(await outcomeOf(() => pos.finish(passed.stored, `${passed.body}&${name}=x`)), 'refused DUPLICATE_FIELD', name);
    }
    assert.equal(times(PROVISION), 0);
  });
  test('a genuine return of another order, or of another payment of this order', async () => {
    const { pos, visitThreeDS, times } = open();
    const [mine, other] = [await visitThreeDS(), await visitThreeDS()];
    assert.equal(await outcomeOf(() => pos.finish(mine.stored, other.body)), 'refused ORDER_MISMATCH');
    const again = await pos.start({ ...newOrder(), id: mine.stored.id }, { card: card(SALE) });
    assert.equal(await outcomeOf(() => pos.finish(again.order, mine.body)), 'refused ORDER_MISMATCH');
    assert.equal(times(PROVISION), 0);
  });
  test('cut elsewhere: of all the places in a signed text, one is taken', async () => {
    const { pos, visitThreeDS, times } = open();
    const { stored, paymentId } = await visitThreeDS({ customer: { password: 'close' } });
    const success = `${stored.id}:1:${paymentId}:success`;
    // What the browser carries looks like the rest of the text, and iyzico has signed it before a failure.
    for (const conversationData of [success, `:${success}`, `${success}:`, `${success}:${success}`, ':::']) {
      const values = [conversationData, stored.id, '0', '', 'failure'];
      const signature = signatureOf(Object.fromEntries(SIGNED.map((name, i) => [name, values[i]])));
      const parts = values.join(':').split(':');
      const outcomes = [];
      for (const chosen of places(4, parts.length - 1)) {
        const ends = [0, ...chosen, parts.length];
        const fields = Object.fromEntries(SIGNED.map((name, i) => [name, parts.slice(ends[i], ends[i + 1]).join(':')]));
        outcomes.push([fields.conversationData, await outcomeOf(() => pos.finish(stored, encode({ ...fields, signature })))]);
      }
      assert.ok(outcomes.length > 15);
      assert.deepEqual(outcomes.filter(([, outcome]) => isBelief(outcome)), [[conversationData, 'declined by signature']]);
      assert.ok(outcomes.every(([, outcome]) => isBelief(outcome) || /^refused (MALFORMED|ORDER_MISMATCH)$/.test(outcome)));
    }
    assert.equal(times(PROVISION), 0);
  });
  test('words that no document has decide nothing', async () => {
    const { pos, visitThreeDS, times } = open();
    const { stored, paymentId, body } = await visitThreeDS();
    const { signature, ...fields } = fieldsOf(body);
    assert.equal(signed(fields), encode({ ...fields, signature }));
    for (const changes of [{ mdStatus: '01' }, { mdStatus: '1 ' }, { mdStatus: '１' }, { mdStatus: '' }, { status: 'SUCCESS' }, { status: '' }, { status: 'ok' },
      { paymentId: '' }, { paymentId: `0${paymentId}` }]) {
      assert.match(await outcomeOf(() => pos.finish(stored, signed({ ...fields, ...changes }))), /^refused (MALFORMED|ORDER_MISMATCH)$/, JSON.stringify(changes));
    }
    assert.equal(times(PROVISION), 0);
  });
  test('a return of the form\'s kind is none of this model, and the other way round', async () => {
    const threeDS = open();
    const form = openShop(banks);
    const [one, two] = [await threeDS.visitThreeDS(), await form.visitForm()];
    await rejects(() => threeDS.pos.finish(one.stored, two.body), 'SIGNATURE_MISSING');
    await rejects(() => form.pos.finish(two.stored, one.body), 'MALFORMED', 'token');
    // An order is of the model that it was stored with, whatever the shop is set to now.
    await rejects(() => threeDS.pos.finish(two.stored, one.body), 'MALFORMED', 'token');
  });
});

describe('the request for the money is sent once', () => {
  const lost = ['timeout', 'reset', 'http-500', 'html'].flatMap((how) => [[`${how}-after`, 'paid'], [`${how}-before`, 'open']])
    .concat([['redirect-before', 'open'], ['truncated', 'paid'], ['bad-signature', 'paid'], ['wrong-order', 'paid'], ['wrong-amount', 'paid']]);
  for (const [kind, truth] of lost) {
    test(`${kind}: unknown; afterwards only questions, and iyzico says ${truth}`, async () => {
      const { pos, visitThreeDS, times } = open({}, { timeoutMs: kind.startsWith('timeout') ? 150 : 2000 });
      const { stored, body } = await visitThreeDS();
      banks.iyzico.fault({ on: '3ds-auth', kind });
      const first = await pos.finish(stored, body);
      assert.equal(describeResult(first), 'unknown by none');
      assert.equal(describeResult(await pos.finish(stored, body)), 'pending by none', 'the return again');
      const asked = await pos.inquire(keep(stored, first));
      assert.match(describeResult(asked), truth === 'paid' ? /^paid by reply$/ : /^(pending|unknown) by none$/);
      assert.deepEqual([times(PROVISION), atIyzico(stored).captured], [1, truth === 'paid' ? 14990n : 0n]);
    });
  }
  test('twelve returns at once', async () => {
    const { pos, visitThreeDS, times } = open();
    const { stored, body } = await visitThreeDS();
    const results = await Promise.all(Array.from({ length: 12 }, () => pos.finish(stored, body)));
    assert.deepEqual(results.map(describeResult).filter((outcome) => outcome !== 'pending by none'), ['paid by reply']);
    assert.equal(times(PROVISION), 1);
  });
  test('a table of claims that was lost: iyzico takes the money once, and both hear of the same payment', async () => {
    for (const repeatedAuth of ['refuse', 'repeat']) {
      await withSettings(banks, { repeatedAuth }, async () => {
        const [one, two] = [open(), open()];
        const { stored, body } = await one.visitThreeDS();
        const [first, second] = [await one.pos.finish(stored, body), await two.pos.finish(stored, body)];
        assert.deepEqual([first, second].map(describeResult), ['paid by reply', 'paid by reply'], repeatedAuth);
        assert.equal(first.dedupeKey, second.dedupeKey);
        assert.equal(atIyzico(stored).captured, 14990n);
      });
    }
  });
  test('inquiries that get no usable answer', async () => {
    const { pos, visitThreeDS } = open({}, { timeoutMs: 200 });
    const { stored, body } = await visitThreeDS();
    await pos.finish(stored, body);
    for (const kind of ['timeout-before', 'http-500-before', 'html-before', 'redirect-before', 'truncated', 'bad-signature', 'wrong-order', 'wrong-amount']) {
      banks.iyzico.fault({ on: 'detail', kind });
      const outcome = await outcomeOf(() => pos.inquire(stored));
      assert.equal(isBelief(outcome), false, `${kind}: ${outcome}`);
    }
    banks.iyzico.clearFaults();
    assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
  });
});

describe('webhooks of these payments', () => {
  test('a signed event makes the site ask, and is the same payment', async () => {
    const { pos, visitThreeDS } = open();
    const { stored, body } = await visitThreeDS();
    const payment = await pos.finish(stored, body);
    const [message] = banks.iyzico.messages().filter(({ kind, orderId }) => kind === 'webhook' && orderId === stored.id);
    assert.deepEqual(pos.peek({ body: message.body, headers: message.headers }), { orderId: stored.id });
    const heard = await pos.finish(stored, { body: message.body, headers: message.headers });
    assert.deepEqual([describeResult(heard), heard.dedupeKey], ['paid by reply', payment.dedupeKey]);
  });
  test('an event says FAILURE, iyzico says paid: the event is no news', async () => {
    const { pos, visitThreeDS } = open();
    const { stored, body, paymentId } = await visitThreeDS();
    await pos.finish(stored, body);
    const message = await eventOf({ paymentId, conversationId: stored.id, status: 'FAILURE' });
    assert.equal(describeResult(await pos.finish(stored, message)), 'paid by reply');
  });
  test('an event takes no money where the customer has not proved himself', async () => {
    const { pos, visitThreeDS, times } = open();
    const { stored, paymentId } = await visitThreeDS({ customer: { password: 'close' } });
    const message = await eventOf({ paymentId, conversationId: stored.id, status: 'SUCCESS' });
    assert.match(describeResult(await pos.finish(stored, message)), /^(pending|unknown) by none$/);
    assert.equal(times(PROVISION), 0);
  });
  test('of another payment, another order, or signed by nobody', async () => {
    const { pos, visitThreeDS } = open();
    const [mine, other] = [await visitThreeDS(), await visitThreeDS()];
    for (const [payment, order] of [[other, mine], [mine, other], [other, other]]) {
      const message = await eventOf({ paymentId: payment.paymentId, conversationId: order.stored.id, status: 'SUCCESS' });
      await rejects(() => pos.finish(mine.stored, message), 'ORDER_MISMATCH');
    }
    const { body, headers } = await eventOf({ paymentId: mine.paymentId, conversationId: mine.stored.id, status: 'SUCCESS' });
    await rejects(() => pos.finish(mine.stored, { body, headers: {} }), 'SIGNATURE_MISSING');
    await rejects(() => pos.finish(mine.stored, { body: body.replace('SUCCESS', 'FAILURE'), headers }), 'SIGNATURE_INVALID');
  });
  /** An event of the direct format, as iyzico would send it. */
  async function eventOf(what) {
    await banks.iyzico.sendWebhook({ url: 'http://localhost:8480/hook', event: banks.iyzico.directEvent(what) });
    const { body, headers } = banks.iyzico.messages().at(-1);
    return { body, headers };
  }
});

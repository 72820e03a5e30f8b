// finish, inquire and start with a network: what is sent, how often, and what is said when the answer does not come.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos } from 'velopos';
import { approval, authenticationReturn, compoundStatus, hostedReturn, refusal, unknownOrder, xmlOf } from './gate/nestpay.js';
import * as gatePaytr from './gate/paytr.js';
import { describe as describeResult, isBelief, outcomeOf, rejects } from './outcome.js';
import { card, isbank, isbank3d, iyzico, order, paytr } from './shop.js';

/** A bank that gives these answers in turn, and remembers every question. */
function bankThatAnswers(...answers) {
  const fetch = async (url, init) => {
    fetch.calls.push({ url: String(url), init });
    const answer = answers[Math.min(fetch.calls.length, answers.length) - 1];
    return typeof answer === 'function' ? answer(init) : new Response(answer.body ?? answer, { status: answer.status ?? 200 });
  };
  fetch.calls = [];
  fetch.moving = () => fetch.calls.filter(({ init }) => /<Type>(Auth|PreAuth)</.test(xmlOf(init)));
  return fetch;
}
const silence = () => new Promise(() => {});

/** A started payment of the 3d model, and the message that its customer brings back. */
async function authenticatedPayment(fetch, claim = async () => true, timeoutMs = 2000) {
  const pos = createPos(isbank3d, { fetch, claim, timeoutMs });
  const started = await pos.start(order, { card });
  return { pos, stored: started.order, message: authenticationReturn(started.redirect.fields) };
}

describe('start', () => {
  test('the hosted page needs no network', async () => {
    const started = await createPos(isbank, { fetch: () => assert.fail('nothing to send') }).start(order);
    assert.deepEqual([started.type, started.redirect.kind, started.order.id], ['redirect', 'form', order.id]);
  });
  test('PayTR is asked for a token first', async () => {
    const fetch = bankThatAnswers(gatePaytr.tokenReply);
    const started = await createPos(paytr, { fetch }).start(order);
    assert.equal(fetch.calls.length, 1);
    assert.equal(started.redirect.kind, 'url');
    assert.match(started.redirect.url, /^https:\/\/www\.paytr\.com\/odeme\/guvenli\/[0-9a-f]+$/);
  });
  test('PayTR says no, or nothing', async () => {
    const start = (answer) => createPos(paytr, { fetch: bankThatAnswers(answer), timeoutMs: 60 }).start(order);
    const refused = await rejects(() => start('{"status":"failed","reason":"merchant_oid daha once kullanilmis"}'), 'REFUSED');
    assert.match(refused.bankMessage, /merchant_oid/);
    await rejects(() => start({ status: 502, body: 'x' }), 'UNREACHABLE');
    await rejects(() => start(() => { throw new TypeError('fetch failed'); }), 'UNREACHABLE');
    await rejects(() => start(silence), 'UNREACHABLE');
  });
});

describe('how a request is sent', () => {
  test('once, by POST, without following redirects, cancellable, as a form', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const { pos, stored, message } = await authenticatedPayment(fetch);
    assert.equal(describeResult(await pos.finish(stored, message)), 'paid by reply');
    assert.equal(fetch.calls.length, 1);
    const [{ url, init }] = fetch.calls;
    assert.match(url, /\/fim\/api$/);
    assert.equal(init.method, 'POST');
    assert.ok(['manual', 'error'].includes(init.redirect), `redirect: ${init.redirect}`);
    assert.ok(init.signal instanceof AbortSignal);
    assert.match(new Headers(init.headers).get('content-type'), /^application\/x-www-form-urlencoded/);
    assert.match(String(init.body), /^DATA=%3C/i);
  });
  test('an answer reached by redirection is no answer', async () => {
    const redirected = () => Object.defineProperty(new Response(approval(order.id)), 'redirected', { value: true });
    const elsewhere = () => Object.defineProperty(new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }), 'type', { value: 'default' });
    const opaque = () => Object.defineProperties(new Response(null), { type: { value: 'opaqueredirect' }, status: { value: 0 } });
    for (const answer of [redirected, elsewhere, opaque]) {
      const { pos, stored, message } = await authenticatedPayment(bankThatAnswers(answer));
      assert.equal(await outcomeOf(() => pos.finish(stored, message)), 'unknown by none');
    }
  });
  test('a fetch whose answers are plain objects, as in Velo', async () => {
    const plain = { status: 200, ok: true, headers: { get: () => 'text/xml' } };
    for (const answer of [{ ...plain, text: async () => approval(order.id) }, { ...plain, arrayBuffer: async () => new TextEncoder().encode(approval(order.id)).buffer, text: async () => approval(order.id) }]) {
      const { pos, stored, message } = await authenticatedPayment(bankThatAnswers(() => answer));
      assert.equal(await outcomeOf(() => pos.finish(stored, message)), 'paid by reply');
    }
  });
  test('the bank says no', async () => {
    const { pos, stored, message } = await authenticatedPayment(bankThatAnswers(refusal(order.id, '51', 'Limit yetersiz')));
    assert.equal(describeResult(await pos.finish(stored, message)), 'declined by reply');
  });
});

describe('the claim', () => {
  test('is asked once, before the request, with the same key for the same message', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const keys = [];
    const { pos, stored, message } = await authenticatedPayment(fetch, async (key) => { keys.push([key, fetch.calls.length]); return keys.length === 1; });
    assert.equal(describeResult(await pos.finish(stored, message)), 'paid by reply');
    assert.equal(describeResult(await pos.finish(stored, message)), 'pending by none');
    assert.deepEqual(keys.map(([, sent]) => sent), [0, 1]);
    assert.equal(keys[0][0], keys[1][0]);
    assert.equal(typeof keys[0][0], 'string');
    assert.ok(keys[0][0].includes(order.id) && keys[0][0].length <= 256);
    assert.equal(fetch.calls.length, 1);
  });
  test('taken: nothing is sent, the payment is pending', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const { pos, stored, message } = await authenticatedPayment(fetch, async () => false);
    assert.equal(describeResult(await pos.finish(stored, message)), 'pending by none');
    assert.equal(fetch.calls.length, 0);
  });
  test('only `true` is a yes', async () => {
    for (const answer of [undefined, null, 0, 1, 'true', '', {}, [], 'false']) {
      const fetch = bankThatAnswers(approval(order.id));
      const { pos, stored, message } = await authenticatedPayment(fetch, async () => answer);
      assert.ok(!isBelief(await outcomeOf(() => pos.finish(stored, message))), String(answer));
      assert.equal(fetch.calls.length, 0, `${JSON.stringify(answer)} sent the request`);
    }
  });
  test('missing: CONFIG, and nothing is sent', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    await rejects(async () => {
      const pos = createPos(isbank3d, { fetch });
      const started = await pos.start(order, { card });
      return pos.finish(started.order, authenticationReturn(started.redirect.fields));
    }, 'CONFIG', /claim/);
    assert.equal(fetch.calls.length, 0);
  });
  test('failing: its own error comes out, and nothing is sent', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const failure = new Error('WDE0028: timeout');
    const { pos, stored, message } = await authenticatedPayment(fetch, async () => { throw failure; });
    await assert.rejects(pos.finish(stored, message), (error) => error === failure || error.cause === failure);
    assert.equal(fetch.calls.length, 0);
  });
  test('is not asked about a message that does not verify', async () => {
    let asked = 0;
    const { pos, stored, message } = await authenticatedPayment(bankThatAnswers(approval(order.id)), async () => { asked++; return true; });
    for (const forged of [message.replace('amount=149.90', 'amount=1.00'), message.replace('mdStatus=1', 'mdStatus=4'), '', 'x=1', `${message}&mdStatus=1`]) await rejects(() => pos.finish(stored, forged), ['SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'MALFORMED', 'DUPLICATE_FIELD', 'AMOUNT_MISMATCH']);
    assert.equal(asked, 0);
  });
  test('is not asked where nothing is moved', async () => {
    const pos = createPos(isbank, { fetch: bankThatAnswers(compoundStatus(order.id)), claim: () => assert.fail('a question needs no claim') });
    const started = await pos.start(order);
    assert.equal(describeResult(await pos.finish(started.order, hostedReturn(started.redirect.fields))), 'paid by signature');
    assert.equal(describeResult(await pos.finish(started.order, hostedReturn(started.redirect.fields, { mdStatus: '4' }))), 'paid by reply');
    assert.equal(describeResult(await pos.inquire(started.order)), 'paid by reply');
  });
  test('twenty returns at once: one request', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const taken = new Set();
    const { pos, stored, message } = await authenticatedPayment(fetch, async (key) => {
      await new Promise((done) => setTimeout(done, 5));
      return taken.has(key) ? false : Boolean(taken.add(key));
    });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => pos.finish(stored, message).then(describeResult)));
    assert.deepEqual(outcomes.sort(), [...Array(1).fill('paid by reply'), ...Array(19).fill('pending by none')].sort());
    assert.equal(fetch.moving().length, 1);
  });
});

describe('no answer', () => {
  const lost = {
    'no connection': () => { throw new TypeError('fetch failed'); },
    silence,
    'silence that ignores the abort signal': silence,
    'headers, and then no body': () => ({ status: 200, ok: true, headers: new Headers(), redirected: false, type: 'basic', text: silence, arrayBuffer: silence, body: new ReadableStream({ pull: silence }) }),
    'a body that breaks off': () => new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode(approval(order.id).slice(0, 100))); c.error(new Error('reset')); } })),
    'a web page': '<html><body>502 Bad Gateway</body></html>',
    'status 500': { status: 500, body: approval(order.id) },
    'something that is no Response': () => undefined,
  };
  for (const [name, answer] of Object.entries(lost)) {
    test(`${name}: unknown, and never a second request`, async () => {
      const fetch = bankThatAnswers(answer);
      const { pos, stored, message } = await authenticatedPayment(fetch, async () => true, 80);
      const began = performance.now();
      const payment = await pos.finish(stored, message);
      assert.equal(describeResult(payment), 'unknown by none');
      assert.equal(fetch.moving().length, 1);
      assert.ok(performance.now() - began < 1500);
      await new Promise((done) => setTimeout(done, 100));
      assert.equal(fetch.moving().length, 1, 'sent again later');
    });
  }
  test('the same return afterwards sends nothing, and an inquiry finds the truth', async () => {
    const fetch = bankThatAnswers(silence, compoundStatus(order.id));
    const taken = new Set();
    const { pos, stored, message } = await authenticatedPayment(fetch, async (key) => (taken.has(key) ? false : Boolean(taken.add(key))), 80);
    assert.equal(describeResult(await pos.finish(stored, message)), 'unknown by none');
    assert.equal(describeResult(await pos.finish(stored, message)), 'pending by none');
    assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
    assert.equal(fetch.moving().length, 1);
  });
  test('an inquiry without an answer is not an answer', async () => {
    for (const answer of [silence, { status: 500, body: 'x' }, '<html>', () => { throw new TypeError('fetch failed'); }]) {
      const pos = createPos(isbank, { fetch: bankThatAnswers(answer), timeoutMs: 60 });
      const { order: stored } = await pos.start(order);
      const outcome = await outcomeOf(() => pos.inquire(stored));
      assert.ok(['unknown by none', 'pending by none', 'refused UNREACHABLE'].includes(outcome), outcome);
    }
  });
  test('an order that the bank never saw is pending', async () => {
    const pos = createPos(isbank, { fetch: bankThatAnswers(unknownOrder(order.id)) });
    const { order: stored } = await pos.start(order);
    assert.equal(describeResult(await pos.inquire(stored)), 'pending by none');
  });
});

describe('the deadline is for the whole verb', () => {
  test('what the claim used up is not given to the request', async () => {
    const fetch = bankThatAnswers(silence);
    const slowly = () => new Promise((done) => setTimeout(done, 450, true));
    const { pos, stored, message } = await authenticatedPayment(fetch, slowly, 600);
    const began = performance.now();
    assert.equal(await outcomeOf(() => pos.finish(stored, message)), 'unknown by none');
    assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
  });
  test('a claim that comes after it sends nothing, then or later', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const tooLate = () => new Promise((done) => setTimeout(done, 250, true));
    const { pos, stored, message } = await authenticatedPayment(fetch, tooLate, 60);
    assert.ok(!isBelief(await outcomeOf(() => pos.finish(stored, message))));
    await new Promise((done) => setTimeout(done, 350));
    assert.equal(fetch.calls.length, 0);
  });
  test('a claim that never answers does not hold the customer for ever, and sends nothing', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const { pos, stored, message } = await authenticatedPayment(fetch, silence, 80);
    const outcome = await Promise.race([outcomeOf(() => pos.finish(stored, message)), new Promise((done) => setTimeout(done, 1500, 'still waiting'))]);
    assert.match(outcome, /^(pending|unknown) by none$|^refused /);
    assert.equal(fetch.calls.length, 0);
  });
  test('nothing is left running after an answer', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const { pos, stored, message } = await authenticatedPayment(bankThatAnswers(approval(order.id)), async () => true, 60_000);
    await pos.finish(stored, message);
    assert.ok(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length <= before, 'a timer keeps the process alive');
  });
});

test('an error before the network is a rejection, not an exception in the face of the caller', async () => {
  const pos = createPos(isbank);
  for (const call of [() => pos.start(null), () => pos.finish(null, ''), () => pos.inquire(null)]) {
    let promise;
    assert.doesNotThrow(() => { promise = call(); });
    await rejects(() => promise, 'ORDER');
  }
});

test('verbs beyond this bank\'s reach say so', async () => {
  const pos = createPos(isbank);
  await rejects(() => pos.report({ from: '2026-11-01', to: '2026-11-02' }), 'UNSUPPORTED');
});

describe('lists', () => {
  const range = { from: '2026-11-01', to: '2026-11-02' };
  const page = (rows) => JSON.stringify({ status: 'success', totalPageCount: 4_294_967_295, transactions: Array(rows).fill({ transactionType: 'PAYMENT' }) });

  test('a bank that always has a next page is left when the time is over', async (t) => {
    let [asked, clock] = [0, Date.now()];
    t.mock.method(Date, 'now', () => clock);
    const fetch = async () => (asked += 1, clock += 1000, new Response(page(1)));
    await rejects(() => createPos(iyzico, { fetch, timeoutMs: 10_000 }).report(range), 'UNREACHABLE');
    assert.equal(asked, 10);
  });
  test('and so is one that does not answer, or not to the end', async () => {
    const endless = () => new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65536)) }));
    for (const answer of [silence, endless, { status: 500, body: '' }]) {
      await rejects(() => createPos(paytr, { fetch: bankThatAnswers(answer), timeoutMs: 100 }).report(range), 'UNREACHABLE');
    }
  });
  test('more lines than fit into a small server are refused', async () => {
    const fetch = bankThatAnswers(page(4000));
    await rejects(() => createPos(iyzico, { fetch, timeoutMs: 60_000 }).report(range), 'TOO_LARGE');
    assert.equal(fetch.calls.length, 13);
  });
  test('a page of a megabyte of anything is read or refused, at once and without a trap', async () => {
    const fill = (head, unit, tail = '') => head + unit.repeat((2 ** 20 - head.length - tail.length) / unit.length) + tail;
    const rows = (name, row) => JSON.stringify({ status: 'success', totalPageCount: 1, [name]: Array(4096).fill(row) });
    const pages = [fill('', '<'), fill('', '['), fill('', '"'), fill('', '\u0000'), fill('', 'ş'), fill('{"data":[', '{},', '{}]}'), fill('{"status":"success","data":"', '\\u0041', '"}'),
      rows('data', { para_birimi: 'TL', siparis_no: 'A'.repeat(180) }), rows('transactions', { transactionType: 'REFUND', basketId: 'A'.repeat(180) }), new Uint8Array(2 ** 20).fill(255)];
    for (const config of [paytr, iyzico]) {
      const { step } = createPos(config);
      const { then } = step.report(range);
      for (const [place, body] of pages.entries()) {
        const began = performance.now();
        const outcome = await outcomeOf(async () => (step.reported(range, then, { status: 200, body }), { status: 'read', proof: 'none' }));
        assert.match(outcome, /^(read by none|refused (MALFORMED|REFUSED|TOO_LARGE))$/, `${config.gateway} ${place}`);
        assert.ok(performance.now() - began < 1500, `${config.gateway} ${place}: ${performance.now() - began} ms`);
      }
    }
  });
  test('the end of the calendar is the end', async () => {
    for (const config of [paytr, iyzico]) {
      const fetch = bankThatAnswers('{"status":"success"}');
      await rejects(() => createPos(config, { fetch }).report({ from: '2999-12-30', to: '2999-12-31' }), 'ORDER', 'to');
      assert.equal(fetch.calls.length, 0);
    }
  });
});

describe('captures, refunds and voids', () => {
  /** A paid order, and a shop that asks this bank. */
  async function paid(fetch, claim = async () => true) {
    const pos = createPos(isbank, { fetch, claim, timeoutMs: 300 });
    const started = await pos.start(order);
    const payment = await pos.finish(started.order, hostedReturn(started.redirect.fields));
    return { pos, stored: { ...started.order, refs: payment.refs } };
  }

  test('a database that adds to what it is given changes nothing here', async () => {
    const claim = async (key, stored) => {
      Object.assign(stored, { _id: key, refs: '', amount: '0.01', urls: null });
      return true;
    };
    const { pos, stored } = await paid(bankThatAnswers(approval(order.id)), claim);
    const payment = await pos.refund(stored, { id: 'R1', amount: '49.90' });
    assert.deepEqual([describeResult(payment), payment.amount, payment.refundedAmount], ['refunded by reply', '149.90', '49.90']);
  });
  test('the claim that never comes back, and one that comes back too late: nothing is sent, and it counts', async () => {
    for (const claim of [silence, async () => new Promise((done) => setTimeout(done, 400, true))]) {
      const fetch = bankThatAnswers(approval(order.id));
      const { pos, stored } = await paid(fetch, claim);
      const payment = await pos.refund(stored, { id: 'R1', amount: '149.90' });
      assert.deepEqual([describeResult(payment), fetch.calls.length], ['unknown by none', 0]);
      await rejects(() => pos.refund({ ...stored, refs: payment.refs }, { id: 'R2', amount: '0.01' }), 'ORDER', 'amount');
    }
  });
  test('claimed by another: pending, for a person, and nothing is sent', async () => {
    const fetch = bankThatAnswers(approval(order.id));
    const { pos, stored } = await paid(fetch, async () => false);
    const payment = await pos.refund(stored, { id: 'R1', amount: '1.00' });
    assert.deepEqual([describeResult(payment), payment.review, payment.refs, payment.operation.id], ['pending by none', true, stored.refs, 'R1']);
    assert.equal(fetch.calls.length, 0);
  });
  test('one step at a time: steps that must not both be sent have one claim, which is not stored', async () => {
    const { pos: { step }, stored } = await paid(silence);
    const [one, other] = [step.ask(stored, 'refund', { id: 'R1', amount: '1.00' }), step.ask(stored, 'void', { id: 'V1' })];
    assert.ok(one.claim.includes(order.id) && one.claim === other.claim && !JSON.stringify(one).includes(one.claim));
    assert.equal(step.ask(stored, 'inquire').claim, '');
    const loser = step.reply(other.order, other.then, { claimed: false });
    assert.deepEqual([describeResult(loser), loser.payment.review, loser.order.refs], ['pending by none', true, stored.refs]);
    const provision = () => {
      const machine = createPos(isbank3d, { claim: async () => true }).step;
      const started = machine.start(order, { card });
      return machine.callback(started.order, authenticationReturn(started.redirect.fields));
    };
    const [first, again] = [provision(), provision()];
    assert.ok(first.moves && first.claim === again.claim);
  });
  test('a refused refund is about the refund: the payment stands, and its own keys are its own', async () => {
    const { pos, stored } = await paid(bankThatAnswers(refusal(order.id, '05', 'iade edilemez'), compoundStatus(order.id)));
    const payment = await pos.refund(stored, { id: 'R1', amount: '1.00' });
    assert.deepEqual([describeResult(payment), payment.operation.verb], ['declined by reply', 'refund']);
    const asked = await pos.inquire({ ...stored, refs: payment.refs });
    assert.equal(describeResult(asked), 'paid by reply');
    assert.notEqual(asked.dedupeKey, payment.dedupeKey);
  });
});

// What follows a payment at iyzico, and what precedes one that is only reserved: pre-authorisation, capture, void, refund, history and
// report, against the simulated iyzico.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { keep, openShop, startIyzico, withSettings } from './iyzico-shop.js';
import { describe as describeResult, isBelief, outcomeOf, rejects } from './outcome.js';
import { iyzico } from './shop.js';

const CAPTURE = '/payment/postauth';
const REFUND = '/v2/payment/refund';
const CANCEL = '/payment/cancel';
let banks;
before(async () => { banks = await startIyzico(); });
after(() => banks.close());

const open = (model, options) => openShop(banks, { model }, options);
const atIyzico = ({ id }) => banks.iyzico.find(id);
const DAY = 86_400_000;
const LOST = ['timeout-after', 'reset-after', 'http-500-after', 'html-after', 'redirect-after', 'truncated'];

/** The same work, a day or two after what was prepared. */
async function daysLater(days, work) {
  banks.clock.ahead += days * DAY;
  try {
    return await work();
  } finally {
    banks.clock.ahead -= days * DAY;
  }
}

for (const model of ['checkout_form', '3ds']) {
  describe(`${model}: reserved, and taken later`, () => {
    test('authorized, asked about, captured, asked about', async () => {
      const { pos, pay, times } = open(model);
      const { payment, stored } = await pay({ type: 'preauth' });
      assert.deepEqual([describeResult(payment), atIyzico(stored).captured], ['authorized by reply', 0n]);
      assert.equal(describeResult(await pos.inquire(stored)), 'authorized by reply');
      const captured = await pos.capture(stored, { id: 'C1', amount: '149.90' });
      assert.deepEqual([describeResult(captured), captured.charged, captured.operation.id], ['paid by reply', undefined, 'C1']);
      assert.deepEqual([atIyzico(stored).captured, times(CAPTURE)], [14990n, 1]);
      assert.equal(describeResult(await pos.inquire(keep(stored, captured))), 'paid by reply');
    });
    test('a part of it, which is what can be refunded', async () => {
      const { pos, pay } = open(model);
      const { stored } = await pay({ type: 'preauth' });
      const captured = await pos.capture(stored, { id: 'C1', amount: '100.00' });
      assert.deepEqual([describeResult(captured), captured.charged, atIyzico(stored).captured], ['paid by reply', '100.00', 10000n]);
      const later = keep(stored, captured);
      const asked = await pos.inquire(later);
      assert.deepEqual([describeResult(asked), asked.charged], ['paid by reply', '100.00']);
      await rejects(() => pos.refund(later, { id: 'R1', amount: '100.01' }), 'ORDER');
      const refunded = await daysLater(1, () => pos.refund(later, { id: 'R1', amount: '100.00' }));
      assert.deepEqual([describeResult(refunded), atIyzico(stored).refunded], ['refunded by reply', 10000n]);
      assert.equal(describeResult(await pos.inquire(keep(later, refunded))), 'refunded by reply');
    });
    test('given up: a void, and nothing was ever taken', async () => {
      const { pos, pay, times } = open(model);
      const { stored } = await pay({ type: 'preauth' });
      const voided = await pos.void(stored, { id: 'V1' });
      assert.deepEqual([describeResult(voided), atIyzico(stored).status, times(CANCEL)], ['voided by reply', 'voided', 1]);
      const later = keep(stored, voided);
      assert.equal(describeResult(await pos.inquire(later)), 'voided by reply');
      await rejects(() => pos.capture(later, { id: 'C1', amount: '149.90' }), 'ORDER');
    });
    test('twice: the second is never sent', async () => {
      const { pos, pay, times } = open(model);
      const { stored } = await pay({ type: 'preauth' });
      const results = await Promise.all(['C1', 'C2', 'C3'].map((id) => pos.capture(stored, { id, amount: '149.90' })));
      assert.deepEqual(results.map(describeResult).sort(), ['paid by reply', 'pending by none', 'pending by none']);
      const later = keep(stored, results.find(({ status }) => status === 'paid'));
      await rejects(() => pos.capture(later, { id: 'C4', amount: '1.00' }), 'ORDER');
      assert.equal(times(CAPTURE), 1);
    });
    for (const kind of [...LOST, 'bad-signature', 'wrong-order', 'wrong-amount']) {
      test(`the capture is done and its answer is ${kind}: unknown, and the inquiry finds it`, async () => {
        const { pos, pay, times } = open(model, { timeoutMs: 250 });
        const { stored } = await pay({ type: 'preauth' });
        banks.iyzico.fault({ on: 'postauth', kind });
        const lost = await pos.capture(stored, { id: 'C1', amount: '120.00' });
        assert.equal(describeResult(lost), 'unknown by none');
        const unsure = keep(stored, lost);
        await rejects(() => pos.capture(unsure, { id: 'C2', amount: '120.00' }), 'ORDER');
        const asked = await pos.capture(unsure, { id: 'C1', amount: '120.00' });
        assert.deepEqual([describeResult(asked), asked.charged, times(CAPTURE)], ['paid by reply', '120.00', 1]);
      });
    }
    test('what the order was not begun for: a sale is not captured, a reservation is no sale', async () => {
      const { pos, pay } = open(model);
      const sold = await pay();
      await rejects(() => pos.capture(sold.stored, { id: 'C1', amount: '149.90' }), 'ORDER');
      const { stored } = await pay({ type: 'preauth' });
      assert.equal(isBelief(await outcomeOf(() => pos.inquire({ ...stored, type: 'sale' }))), false);
    });
  });

  describe(`${model}: given back`, () => {
    test('in parts until nothing is left, and iyzico agrees', async () => {
      const { pos, pay, claims } = open(model);
      let { stored } = await pay();
      const before = claims.size;
      await daysLater(2, async () => {
        for (const [id, amount, sum] of [['R1', '49.90', '49.90'], ['R2', 50, '99.90'], ['R3', '50.00', '149.90']]) {
          const payment = await pos.refund(stored, { id, amount });
          assert.deepEqual([describeResult(payment), payment.refundedAmount, payment.operation.id, payment.review], ['refunded by reply', sum, id, undefined]);
          stored = keep(stored, payment);
          const asked = await pos.inquire(stored);
          assert.deepEqual([describeResult(asked), asked.refundedAmount], [sum === '149.90' ? 'refunded by reply' : 'paid by reply', sum]);
        }
        assert.deepEqual([claims.size - before, atIyzico(stored).refunded], [3, 14990n]);
        await rejects(() => pos.refund(stored, { id: 'R4', amount: '0.01' }), 'ORDER');
      });
    });
    test('all of it on the same day: iyzico writes a cancel, and to who asked for a refund it is refunded', async () => {
      const { pos, pay } = open(model);
      const { stored } = await pay();
      const refunded = await pos.refund(stored, { id: 'R1', amount: '149.90' });
      assert.deepEqual([describeResult(refunded), atIyzico(stored).voided, atIyzico(stored).refunded], ['refunded by reply', 14990n, 0n]);
      const later = keep(stored, refunded);
      const asked = await pos.inquire(later);
      assert.deepEqual([describeResult(asked), asked.refundedAmount], ['refunded by reply', '149.90']);
      assert.deepEqual((await pos.history(later)).map(({ kind }) => kind), ['sale', 'void']);
    });
    test('a void on the day of the payment, and none later', async () => {
      const { pos, pay } = open(model);
      const { stored } = await pay();
      const late = await daysLater(1, () => pos.void(stored, { id: 'V1' }));
      assert.equal(describeResult(late), 'declined by reply');
      assert.ok(late.decline.bankCode && late.decline.bankMessage);
      const voided = await pos.void(keep(stored, late), { id: 'V2' });
      assert.deepEqual([describeResult(voided), atIyzico(stored).status], ['voided by reply', 'voided']);
    });
    for (const kind of LOST) {
      test(`a refund is done and its answer is ${kind}: unknown, counted, asked about, never sent twice`, async () => {
        const { pos, pay, times } = open(model, { timeoutMs: 250 });
        const { stored } = await pay();
        banks.iyzico.fault({ on: 'refund', kind });
        const lost = await pos.refund(stored, { id: 'R1', amount: '100.00' });
        assert.deepEqual([describeResult(lost), lost.operation.verb], ['unknown by none', 'refund']);
        const unsure = keep(stored, lost);
        await rejects(() => pos.refund(unsure, { id: 'R2', amount: '100.00' }), 'ORDER');
        const asked = await pos.refund(unsure, { id: 'R1', amount: '100.00' });
        assert.deepEqual([describeResult(asked), asked.refundedAmount], ['paid by reply', '100.00']);
        assert.deepEqual([atIyzico(stored).refunded, times(REFUND)], [10000n, 1]);
      });
    }
    for (const kind of ['timeout-before', 'http-500-before', 'html-before', 'redirect-before']) {
      test(`a void is not done, ${kind}: unknown, and the inquiry says that the money is still there`, async () => {
        const { pos, pay, times } = open(model, { timeoutMs: 250 });
        const { stored } = await pay();
        banks.iyzico.fault({ on: 'cancel', kind });
        const lost = await pos.void(stored, { id: 'V1' });
        assert.equal(describeResult(lost), 'unknown by none');
        assert.equal(describeResult(await pos.inquire(keep(stored, lost))), 'paid by reply');
        assert.deepEqual([atIyzico(stored).captured, times(CANCEL)], [14990n, 1]);
      });
    }
    test('of four refunds at once from the same stored order one is sent', async () => {
      const { pos, pay, times } = open(model);
      const { stored } = await pay();
      const results = await Promise.all(['R1', 'R2', 'R3', 'R4'].map((id) => pos.refund(stored, { id, amount: '100.00' })));
      assert.deepEqual(results.map(describeResult).sort(), ['pending by none', 'pending by none', 'pending by none', 'refunded by reply']);
      assert.deepEqual([atIyzico(stored).refunded, times(REFUND)], [10000n, 1]);
    });
  });
}

describe('the answers about changes', () => {
  test('a card that cannot be given back to: a decline with iyzico\'s code, and the money is still there', async () => {
    const { pos, visitThreeDS } = open('3ds');
    const { stored, body } = await visitThreeDS({ number: '5406670000000009' });
    const paid = keep(stored, await pos.finish(stored, body));
    const refused = await pos.refund(paid, { id: 'R1', amount: '1.00' });
    assert.deepEqual([describeResult(refused), refused.decline?.bankCode, refused.operation.id], ['declined by reply', '10204', 'R1']);
    const again = await pos.void(keep(paid, refused), { id: 'V1' });
    assert.deepEqual([describeResult(again), again.decline?.bankCode], ['declined by reply', '10204']);
    assert.equal(describeResult(await pos.inquire(keep(paid, again))), 'paid by reply');
  });
  test('a refund\'s signature in either order', async () => {
    for (const refundSignature of ['long', 'short']) {
      await withSettings(banks, { refundSignature }, async () => {
        const { pos, pay } = open();
        const { stored } = await pay();
        const payment = await pos.refund(stored, { id: 'R1', amount: '10.00' });
        assert.deepEqual([describeResult(payment), payment.review], ['refunded by reply', undefined], refundSignature);
      });
    }
  });
  for (const [on, kinds, change] of [
    ['refund', ['bad-signature', 'wrong-order', 'wrong-amount'], (pos, stored) => pos.refund(stored, { id: 'X1', amount: '10.00' })],
    ['cancel', ['wrong-order', 'wrong-amount'], (pos, stored) => pos.void(stored, { id: 'X1' })],
  ]) {
    for (const kind of kinds) {
      test(`${on}, ${kind}: not believed, and not sent again`, async () => {
        const { pos, pay, asked } = open();
        const { stored } = await pay();
        banks.iyzico.fault({ on, kind });
        const payment = await change(pos, stored);
        assert.match(describeResult(payment), /^(unknown|pending) by none$/);
        const sent = asked.length;
        await change(pos, keep(stored, payment));
        assert.deepEqual(asked.slice(sent), ['/v2/reporting/payment/details']);
      });
    }
  }
  test('a number that the browser brought is never the one that money goes by', async () => {
    const { pos, pay, visitForm } = open();
    const [mine, other] = [await visitForm(), await pay()];
    const payment = await pos.finish(mine.stored, `${mine.body}&paymentId=${atIyzico(other.stored).paymentId}`);
    assert.equal(describeResult(payment), 'paid by reply');
    await pos.refund(keep(mine.stored, payment), { id: 'R1', amount: '10.00' });
    assert.deepEqual([atIyzico(mine.stored).refunded, atIyzico(other.stored).refunded], [1000n, 0n]);
  });
  test('before anything is paid nothing can be changed', async () => {
    const { pos, visitForm } = open();
    const { stored } = await visitForm({}, { card: 'close' });
    await rejects(() => pos.refund(stored, { id: 'R1', amount: '1.00' }), 'ORDER');
  });
});

describe('history and report', () => {
  const basket = { basket: [{ name: 'Tabak', price: '99.90', quantity: 1 }, { name: 'Kâse', price: '25.00', quantity: 2 }] };
  const shown = ({ kind, outcome, amount, currency }) => [kind, outcome, amount, currency].join(' ');
  const dayOf = (ahead = 0) => new Date(Date.now() + banks.clock.ahead + 3 * 3600_000 + ahead * DAY).toISOString().slice(0, 10);

  test('the history of a payment, its refunds line by line', async () => {
    for (const reportIds of ['number', 'text']) {
      await withSettings(banks, { reportIds, reportBasketId: reportIds === 'text' ? 'shop' : 'own' }, async () => {
        const { pos, pay } = open();
        const { payment, stored } = await pay(basket);
        const refunded = await pos.refund(stored, { id: 'R1', amount: '110.00' });
        const lines = await pos.history(keep(stored, refunded));
        assert.deepEqual(lines.map(shown), ['sale approved 149.90 TRY', 'refund approved 99.90 TRY', 'refund approved 10.10 TRY']);
        assert.deepEqual([lines[0].orderId, lines[0].transactionId, lines[0].maskedPan], [stored.id, payment.transactionId, payment.maskedPan]);
        for (const { at } of lines) assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000, `${at} is a Turkish time`);
      });
    }
  });
  test('of a declined payment, of one that was never tried, of a reservation', async () => {
    const { pos, visitForm, pay } = open();
    const declined = await visitForm({}, { card: 'insufficient-funds' });
    // In the sandbox's answers a declined payment has the number that the document gives to one whose 3-D Secure has begun.
    assert.deepEqual((await pos.history(declined.stored)).map(shown), ['sale open 149.90 TRY']);
    const reserved = await pay({ type: 'preauth' });
    assert.deepEqual((await pos.history(reserved.stored)).map(shown), ['preauth approved 149.90 TRY']);
    const never = await visitForm({}, { card: 'close' });
    assert.deepEqual((await pos.history(never.stored)).filter(({ outcome }) => outcome === 'approved'), []);
  });
  test('the report: days, pages, what iyzico keeps', async () => {
    const { pos, pay, times } = open();
    await daysLater(40, async () => {
      const [one, two] = [await pay(basket), await pay({ amount: '10.00', basket: undefined, currency: 'EUR' })];
      await daysLater(1, async () => {
        assert.equal(describeResult(await pos.refund(one.stored, { id: 'R1', amount: '9.90' })), 'refunded by reply');
        const range = { from: dayOf(-2), to: dayOf() };
        const whole = await pos.report(range);
        assert.equal(times('/v2/reporting/payment/transactions'), 3);
        const of = ({ id }) => whole.filter(({ orderId }) => orderId === id);
        assert.deepEqual(of(one.stored).map(shown).sort(), ['refund approved 9.90 TRY', 'sale approved 50.00 TRY', 'sale approved 99.90 TRY']);
        assert.deepEqual(of(two.stored).map(shown), ['sale approved 10.00 EUR']);
        for (const { kind, commission, at } of of(one.stored)) {
          if (kind === 'sale') assert.match(commission, /^\d+\.\d\d$/);
          assert.equal(at.slice(0, 10), dayOf(kind === 'sale' ? -1 : 0));
        }
        await withSettings(banks, { reportPage: 1 }, async () => {
          assert.deepEqual((await pos.report(range)).map(shown).sort(), whole.map(shown).sort(), 'one row a page');
        });
      });
    });
  });
  test('days without anything, and no longer than a month', async () => {
    const { pos } = open();
    assert.deepEqual(await pos.report({ from: '2020-01-01', to: '2020-01-02' }), []);
    await rejects(() => pos.report({ from: '2020-01-01', to: '2020-03-01' }), 'ORDER');
  });
  test('an answer that is lost or refused is no empty list', async () => {
    const { pos, pay } = open(undefined, { timeoutMs: 200 });
    const { stored } = await pay();
    for (const kind of ['timeout-after', 'http-500-after', 'html-after', 'redirect-after', 'truncated']) {
      banks.iyzico.fault({ on: 'report-details', kind });
      await rejects(() => pos.history(stored), ['UNREACHABLE', 'MALFORMED']);
      banks.iyzico.fault({ on: 'report-transactions', kind });
      await rejects(() => pos.report({ from: dayOf(), to: dayOf() }), ['UNREACHABLE', 'MALFORMED']);
    }
    const strange = openShop(banks, { merchant: { ...iyzico.merchant, secretKey: 'another-secret-key-123' } }).pos;
    assert.equal((await rejects(() => strange.report({ from: dayOf(), to: dayOf() }), 'REFUSED')).bankCode, '1000');
  });
});

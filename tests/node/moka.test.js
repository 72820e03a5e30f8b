// Moka United, for the whole life of a payment, against the simulated Moka, which was written from its documents by other hands.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe as group, test } from 'node:test';
import { inspect } from 'node:util';
import { moka } from 'velopos/all';
import { cardByName } from '../../banks/cards.js';
import { describe, edited, keep, newOrder, openBank, openShop, outcomeOf, rejects } from './all-shop.js';

const { bank, url, account } = await openBank('moka', 'moka');

const MODELS = ['webpos', '3d'];
const START = { webpos: 'CreateWebPosRequest', '3d': 'DoDirectPaymentThreeD' };
const BOOKS = 'GetDealerPaymentTrxDetailList';
const operations = ({ sent }) => sent.map(({ url }) => url.split('/').at(-1));
const cardOf = (name) => ({ number: cardByName(name).pan, month: '12', year: '30', cvv: '789', holder: 'AYSE YILMAZ' });

async function visited({ model = 'webpos', card = 'success', changes, config, customer } = {}) {
  const shop = openShop({ ...account, model, ...config });
  const started = await shop.pos.start(newOrder(changes), model === '3d' ? { card: cardOf(card) } : undefined);
  const { body } = await bank.visit(started.redirect.url, { ...(model === 'webpos' && { card }), ...customer });
  return { ...shop, started, stored: started.order, body };
}

async function paid(given) {
  const visit = await visited(given);
  const payment = await visit.pos.finish(visit.stored, visit.body);
  return { ...visit, payment, stored: keep(visit.stored, payment) };
}

group('a payment', () => {
  for (const model of MODELS) {
    for (const [card, outcome, state] of [
      ['success', 'paid by reply', 'paid'], ['insufficient-funds', 'declined by reply', 'declined'], ['3ds-failed', 'declined by reply', 'declined'],
    ]) {
      test(`${model}, ${card}: ${outcome}`, async () => {
        const { payment, stored, sent, started } = await paid({ model, card });
        assert.equal(describe(payment), outcome);
        assert.equal(bank.find(stored.id).status, state);
        assert.deepEqual(operations({ sent }), [START[model], BOOKS]);
        if (card === 'success') {
          assert.deepEqual([payment.amount, payment.currency, payment.review], ['149.90', 'TRY', undefined]);
          assert.match(payment.maskedPan, /^\d{6}\*{6}\d{4}$/);
          assert.match(payment.at, /\+03:00$/);
        }
        if (card === 'insufficient-funds') assert.equal(payment.decline.bankMessage, 'Limit Yetersiz');
        const kept = inspect([stored, payment, started], { depth: 9 });
        for (const secret of [account.merchant.password, cardByName(card).pan]) assert.ok(!kept.includes(secret), secret);
      });
    }

    test(`${model}: a reservation, in euro`, async () => {
      const { payment, stored } = await paid({ model, changes: { type: 'preauth', currency: 'EUR' } });
      assert.deepEqual([describe(payment), bank.find(stored.id).status, bank.find(stored.id).currency], ['authorized by reply', 'authorized', 'EUR']);
    });

    test(`${model}: instalments`, async () => {
      assert.equal((await paid({ model, changes: { installments: 6 } })).payment.installments, 6);
    });
  }

  test('the code of the payment is not kept: what is kept makes no return', async () => {
    const { stored, body } = await visited();
    const given = new URLSearchParams(body).get('hashValue');
    assert.ok(!stored.refs.includes(given));
    const refs = new URLSearchParams(stored.refs);
    assert.equal(refs.get('taken'), createHash('sha256').update(given).digest('hex'));
    await rejects(() => openShop(account).pos.finish(stored, edited(body, { hashValue: refs.get('taken') })), 'ORDER_MISMATCH', 'hashValue');
  });

  test('a payment without 3-D Secure is money, and a person should know', async () => {
    const { pos, sent } = openShop(account);
    const { order } = await pos.start(newOrder());
    const { PaymentDealerAuthentication, WebPosRequest } = JSON.parse(sent[0].body);
    const response = await fetch(`${url}/moka/Api/WebPos/CreateWebPosRequest`, {
      method: 'POST', body: JSON.stringify({ PaymentDealerAuthentication, WebPosRequest: { ...WebPosRequest, IsThreeD: 0 } }),
    });
    await bank.visit((await response.json()).Data.Url, { card: 'success' });
    const payment = await pos.inquire(order);
    assert.deepEqual([describe(payment), payment.review, payment.threeDS?.liability], ['paid by reply', true, 'merchant']);
  });

  test('an order that nobody has paid, books that lag behind, and a shop that is never told', async () => {
    const { pos } = openShop(account);
    const { order, redirect } = await pos.start(newOrder());
    assert.equal(describe(await pos.inquire(order)), 'pending by none');
    bank.settings.inquiryLagMs = 600_000;
    assert.equal((await bank.visit(redirect.url, { card: 'silent' })).body, null);
    assert.equal(describe(await pos.inquire(order)), 'pending by none');
    assert.deepEqual(await pos.history(order), []);
    bank.settings.inquiryLagMs = 0;
    assert.equal(describe(await pos.inquire(order)), 'paid by reply');
  });

  test('what is refused before anything begins', async () => {
    const { pos } = openShop(account);
    await rejects(() => pos.start(newOrder({ customer: { email: 'a@b.example' } })), 'ORDER', 'customer.ip');
    const error = await rejects(() => openShop({ ...account, merchant: { ...account.merchant, password: 'another' } }).pos.start(newOrder()), 'REFUSED');
    assert.equal(error.bankCode, 'PaymentDealer.CheckPaymentDealerAuthentication.InvalidAccount');
    assert.equal((await rejects(() => pos.start(newOrder({ currency: 'USD', installments: 3 })), 'REFUSED')).bankCode.split('.').at(-1),
      'InstallmentNotAvailableForForeignCurrencyTransaction');
  });
});

group('what a customer may try', () => {
  test('a failure with the words of a success, and the words of a failure on a success', async () => {
    const failed = await visited({ card: 'insufficient-funds' });
    assert.equal(describe(await failed.pos.finish(failed.stored, edited(failed.body, { resultCode: '', resultMessage: '' }))), 'declined by reply');
    const good = await visited();
    assert.equal(describe(await good.pos.finish(good.stored, edited(good.body, { resultCode: '001', trxCode: 'another' }))), 'paid by reply');
  });

  test('a digest of another payment, none, and another order\'s id', async () => {
    const [cheap, dear] = [await visited({ changes: { amount: '1.00' } }), await visited({ card: '3ds-failed' })];
    const theirs = new URLSearchParams(cheap.body).get('hashValue');
    await rejects(() => dear.pos.finish(dear.stored, edited(dear.body, { hashValue: theirs })), 'ORDER_MISMATCH', 'hashValue');
    await rejects(() => dear.pos.finish(dear.stored, edited(dear.body, { OtherTrxCode: cheap.stored.id })), 'ORDER_MISMATCH', 'OtherTrxCode');
    for (const hashValue of ['', null]) await rejects(() => dear.pos.finish(dear.stored, edited(dear.body, { hashValue })), 'SIGNATURE_MISSING');
    for (const hashValue of ['x', '0'.repeat(64)]) await rejects(() => dear.pos.finish(dear.stored, edited(dear.body, { hashValue })), 'ORDER_MISMATCH');
    await rejects(() => dear.pos.finish(dear.stored, `${dear.body}&hashvalue=1`), 'DUPLICATE_FIELD');
    assert.deepEqual(operations(dear), [START.webpos]);
    const upper = edited(dear.body, { hashValue: new URLSearchParams(dear.body).get('hashValue').toUpperCase() });
    assert.equal(describe(await dear.pos.finish(dear.stored, upper)), 'declined by reply');
  });

  test('the same return again, and peek', async () => {
    const visit = await paid();
    assert.equal(describe(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
    assert.deepEqual(visit.pos.peek(visit.body), { orderId: visit.stored.id });
    assert.deepEqual(visit.pos.acknowledgement.body, 'OK');
  });
});

group('answers that get lost', () => {
  for (const kind of ['timeout-before', 'reset-after', 'http-500-before', 'html-after', 'truncated', 'exception-before', 'exception-after']) {
    test(`the start, ${kind}: nothing has begun`, async () => {
      bank.fault({ on: START.webpos, kind });
      await rejects(() => openShop(account).pos.start(newOrder()), 'UNREACHABLE');
    });
    test(`the books, ${kind}: unknown, and paid when they are asked again`, async () => {
      const visit = await visited();
      bank.fault({ on: BOOKS, kind });
      assert.equal(await outcomeOf(() => visit.pos.finish(visit.stored, visit.body)), 'unknown by none');
      bank.clearFaults();
      assert.equal(describe(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
    });
  }

  for (const [kind, code] of [['wrong-order', 'ORDER_MISMATCH'], ['wrong-amount', 'AMOUNT_MISMATCH'], ['wrong-currency', 'CURRENCY_MISMATCH']]) {
    test(`books about something else, ${kind}: refused`, async () => {
      const visit = await visited();
      bank.fault({ on: BOOKS, kind });
      await rejects(() => visit.pos.finish(visit.stored, visit.body), code);
    });
  }

  for (const [kind, made] of [['timeout-after', true], ['reset-before', false], ['exception-after', true]]) {
    test(`a void, ${kind}: unknown, never sent again`, async () => {
      const { pos, stored, sent } = await paid();
      bank.fault({ on: 'DoVoid', kind });
      const lost = await pos.void(stored, { id: 'V1' });
      bank.clearFaults();
      assert.equal(describe(lost), 'unknown by none');
      const asked = await pos.void(keep(stored, lost), { id: 'V1' });
      assert.equal(describe(asked), made ? 'voided by reply' : 'paid by reply');
      assert.equal(operations({ sent }).filter((name) => name === 'DoVoid').length, 1);
    });
  }
});

group('after the payment', () => {
  test('a refund is taken note of, and known when it is made', async () => {
    const { pos, stored } = await paid();
    const asked = await pos.refund(stored, { id: 'R1', amount: '49.90' });
    assert.equal(describe(asked), 'unknown by none');
    let kept = keep(stored, asked);
    const open = await pos.inquire(kept);
    assert.deepEqual([describe(open), open.refundedAmount, open.review], ['paid by reply', undefined, true]);
    await rejects(() => pos.refund(keep(kept, open), { id: 'R2', amount: '100.01' }), 'ORDER', 'amount');
    bank.settle();
    const made = await pos.inquire(keep(kept, open));
    assert.deepEqual([describe(made), made.refundedAmount, made.review], ['paid by reply', '49.90', undefined]);
    kept = keep(kept, made);
    kept = keep(kept, await pos.refund(kept, { id: 'R2', amount: '100.00' }));
    bank.settle();
    assert.equal(describe(await pos.inquire(kept)), 'refunded by reply');
    assert.equal(bank.find(stored.id).refunded, 14990n);
  });

  test('a request that is open already may be ours', async () => {
    const { pos, stored } = await paid();
    const one = keep(stored, await pos.refund(stored, { id: 'R1', amount: '1.00' }));
    assert.equal(describe(await pos.refund(one, { id: 'R2', amount: '2.00' })), 'unknown by none');
  });

  test('a void, and one that comes too late; a refund may follow', async () => {
    const { pos, stored } = await paid();
    const voided = await pos.void(stored, { id: 'V1' });
    assert.equal(describe(voided), 'voided by reply');
    assert.equal(describe(await pos.inquire(keep(stored, voided))), 'voided by reply');
    const late = await paid();
    bank.settle();
    const refused = await late.pos.void(late.stored, { id: 'V1' });
    assert.deepEqual([describe(refused), refused.decline.bankCode], ['declined by reply', 'PaymentDealer.DoVoid.PaymentNotAvailable']);
    const kept = keep(late.stored, await late.pos.refund(keep(late.stored, refused), { id: 'R1', amount: '149.90' }));
    bank.settle();
    assert.equal(describe(await late.pos.inquire(kept)), 'refunded by reply');
  });

  for (const model of MODELS) {
    test(`${model}: a capture of a part, and the void of a reservation`, async () => {
      const { pos, stored } = await paid({ model, changes: { type: 'preauth' } });
      const captured = await pos.capture(stored, { id: 'C1', amount: '140.00' });
      assert.deepEqual([describe(captured), captured.charged], ['paid by reply', '140.00']);
      const asked = await pos.inquire(keep(stored, captured));
      assert.deepEqual([describe(asked), asked.charged], ['paid by reply', '140.00']);
      const other = await paid({ model, changes: { type: 'preauth' } });
      const voided = await other.pos.void(other.stored, { id: 'V1' });
      assert.equal(describe(await other.pos.inquire(keep(other.stored, voided))), 'voided by reply');
      const small = await paid({ model, changes: { type: 'preauth' } });
      assert.equal(describe(await small.pos.capture(small.stored, { id: 'C1', amount: '10.00' })), 'declined by reply');
    });
  }

  test('a history', async () => {
    const { pos, stored } = await paid();
    const kept = keep(stored, await pos.refund(stored, { id: 'R1', amount: '49.90' }));
    bank.settle();
    assert.deepEqual((await pos.history(kept)).map(({ kind, outcome, amount }) => `${kind} ${outcome} ${amount}`), ['sale approved 149.90', 'refund approved 49.90']);
    await rejects(() => pos.report({ from: '2026-11-01', to: '2026-11-02' }), 'UNSUPPORTED');
  });
});

test('what others published', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/moka.json', import.meta.url), 'utf8'));
  for (const { name, dealerCode, username, password, key } of vectors.checkKey) assert.equal(moka.checkKey(dealerCode, username, password), key, name);
  for (const { name, codeForHash, hashValue, result } of vectors.hashValue) {
    for (const word of ['T', 'F']) assert.equal(moka.hashValue(codeForHash, word) === hashValue.toLowerCase(), word === result, name);
  }
});

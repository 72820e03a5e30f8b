// Tosla, for the whole life of a payment, against the simulated Tosla, which was written from its documents by other hands.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe as group, test } from 'node:test';
import { inspect } from 'node:util';
import { createPos, tosla, validatePayment } from 'velopos/all';
import { cardByName } from '../../banks/cards.js';
import { describe, edited, keep, newOrder, openBank, openShop, outcomeOf, rejects } from './all-shop.js';

const { bank, url, account } = await openBank('tosla', 'tosla');

const MODELS = ['3d_pay_hosting', '3d_pay'];
const operations = ({ sent }) => sent.map(({ url }) => url.split('/').at(-1));

/** The form that a browser posts from the shop's page. */
function typed({ fields, cardInputs: { number, expiry, cvv, holder } }, card) {
  return { ...fields, [number]: cardByName(card).pan, [expiry]: '1230', [cvv]: '000', [holder]: 'AYSE YILMAZ' };
}

async function visited({ model = '3d_pay_hosting', card = 'success', changes, config, options, customer } = {}) {
  const shop = openShop({ ...account, model, ...config }, options);
  const started = await shop.pos.start(newOrder(changes));
  const { redirect } = started;
  const { body } = model === '3d_pay' ? await bank.visit(redirect.fields.ThreeDSessionId, customer, typed(redirect, card))
    : await bank.visit(redirect.url.split('/').at(-1), { card, ...customer });
  return { ...shop, started, stored: started.order, body };
}

async function paid(given) {
  const visit = await visited(given);
  const payment = await visit.pos.finish(visit.stored, visit.body);
  return { ...visit, payment, stored: keep(visit.stored, payment) };
}

/** A return as Tosla would sign it, with these values. */
function resigned(body, changes) {
  const fields = new URLSearchParams(edited(body, changes));
  const { apiPass, apiUser } = account.merchant;
  const value = (name) => (name === 'ApiUser' ? apiUser : fields.get(name) ?? '');
  const text = fields.get('HashParameters').split(',').map(value).join('');
  fields.set('Hash', createHash('sha512').update(apiPass + text).digest('base64'));
  return fields.toString();
}

group('a payment', () => {
  for (const model of MODELS) {
    for (const [card, config, outcome, state] of [
      ['success', {}, 'paid by reply', 'paid'],
      ['insufficient-funds', {}, 'declined by reply', 'declined'],
      ['3ds-failed', {}, 'declined by reply', 'declined'],
      ['3ds-attempt', { threeDS: 'attempted' }, 'paid by reply', 'paid'],
    ]) {
      test(`${model}, ${card}: ${outcome}`, async () => {
        const { payment, stored, sent } = await paid({ model, card, config });
        assert.equal(describe(payment), outcome);
        assert.equal(bank.find(stored.id).status, state);
        assert.deepEqual(operations({ sent }), ['threeDPayment', 'inquiry']);
        if (card === 'success') {
          const { amount, currency, installments, threeDS, review } = payment;
          assert.deepEqual([amount, currency, installments, threeDS, review], ['149.90', 'TRY', 1, { mdStatus: '1', liability: 'issuer' }, undefined]);
          assert.match(payment.maskedPan, /^\d{8}\*{4}\d{4}$/);
          assert.match(payment.at, /\+03:00$/);
        }
        if (card === 'insufficient-funds') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['insufficient-funds', '51']);
        if (card === '3ds-failed') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['3ds-failed', 'MD:0']);
        if (card === '3ds-attempt') assert.deepEqual([payment.threeDS.liability, payment.review], ['merchant', undefined]);
      });
    }

    test(`${model}: a reservation, in dollars, with instalments`, async () => {
      const { payment, stored, sent } = await paid({ model, changes: { type: 'preauth', currency: 'USD', installments: 6 } });
      assert.deepEqual([describe(payment), payment.installments, operations({ sent })[0]], ['authorized by reply', 6, 'threeDPreAuth']);
      assert.deepEqual([bank.find(stored.id).status, bank.find(stored.id).currency], ['authorized', 'USD']);
    });
  }

  test('money that was taken without full 3-D Secure is taken: a person should know', async () => {
    const { payment } = await paid({ card: '3ds-attempt' });
    assert.deepEqual([describe(payment), payment.review, payment.threeDS.liability], ['paid by reply', true, 'merchant']);
  });

  test('where the customer goes, and what is kept', async () => {
    const { pos, sent } = openShop(account);
    const { redirect, order } = await pos.start(newOrder());
    assert.match(redirect.url, new RegExp(`^${url}/tosla/api/Payment/threeDSecure/P[0-9A-F]{64}$`));
    assert.ok(!inspect([order, redirect], { depth: 9 }).includes(account.merchant.apiPass));
    const { clientId, apiUser, rnd, timeSpan, hash, amount, currency, installmentCount, callbackUrl } = JSON.parse(sent[0].body);
    assert.equal(hash, tosla.requestHash({ clientId: `${clientId}`, apiUser, rnd, timeSpan }, account.merchant.apiPass));
    assert.deepEqual([amount, currency, installmentCount, callbackUrl], [14990, 949, 0, order.urls.ok]);
    assert.equal(rnd.length, 24);
    const form = await openShop({ ...account, model: '3d_pay' }).pos.start(newOrder());
    assert.deepEqual(form.redirect.cardInputs, { number: 'CardNo', expiry: 'ExpireDate', cvv: 'Cvv', holder: 'CardHolderName' });
    assert.equal(form.redirect.action, `${url}/tosla/api/Payment/ProcessCardForm`);
  });

  test('the time in a request is Turkish, whatever the clock of the machine calls it', async () => {
    const zone = process.env.TZ;
    for (const other of ['America/New_York', 'Asia/Tokyo', 'UTC']) {
      process.env.TZ = other;
      try {
        const { pos, sent } = openShop(account);
        await pos.start(newOrder());
        const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(JSON.parse(sent[0].body).timeSpan);
        const told = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+03:00`);
        assert.ok(Math.abs(told - Date.now()) < 60_000, other);
      } finally {
        if (zone === undefined) delete process.env.TZ;
        else process.env.TZ = zone;
      }
    }
  });

  test('a refused session: nothing has begun, and Tosla\'s words are told', async () => {
    bank.settings.clockToleranceMs = -1;
    const error = await rejects(() => openShop(account).pos.start(newOrder()), 'REFUSED');
    assert.deepEqual([error.bankCode, /Validasyon/.test(error.bankMessage)], ['998', true]);
    bank.settings.clockToleranceMs = 3_600_000;
    const other = openShop({ ...account, merchant: { ...account.merchant, apiPass: 'another' } });
    assert.equal((await rejects(() => other.pos.start(newOrder()), 'REFUSED')).bankCode, '997');
  });

  test('an order that nobody has paid yet, and one that Tosla does not know', async () => {
    const { pos } = openShop(account);
    const { order } = await pos.start(newOrder());
    assert.equal(describe(await pos.inquire(order)), 'pending by none');
    bank.settings.waitingIsKnown = false;
    assert.equal(describe(await pos.inquire(order)), 'pending by none');
    assert.deepEqual(await pos.history(order), []);
  });

  test('books that lag behind: pending, and paid later', async () => {
    bank.settings.inquiryLagMs = 600_000;
    const visit = await visited();
    const pending = await visit.pos.finish(visit.stored, visit.body);
    assert.equal(describe(pending), 'pending by none');
    bank.settings.inquiryLagMs = 0;
    const payment = await visit.pos.inquire(keep(visit.stored, pending));
    assert.deepEqual([describe(payment), payment.threeDS?.mdStatus], ['paid by reply', '1']);
  });

  test('nobody tells the shop: the inquiry does', async () => {
    const shop = openShop(account);
    const { redirect, order } = await shop.pos.start(newOrder());
    const { body } = await bank.visit(redirect.url.split('/').at(-1), { card: 'silent' });
    assert.equal(body, null);
    assert.equal(describe(await shop.pos.inquire(order)), 'paid by reply');
  });

  test('order ids, currencies and credentials that are not taken', async () => {
    const { pos } = openShop(account);
    await rejects(() => pos.start(newOrder({ id: 'A'.repeat(37) })), 'ORDER', 'id');
    await rejects(() => pos.start(newOrder({ currency: 'JPY', amount: '150', basket: undefined })), 'UNSUPPORTED', 'currency');
    const { endpoints: _, ...live } = { ...account, mode: 'production' };
    await rejects(async () => createPos(live), 'CONFIG', 'merchant.clientId');
    await rejects(async () => createPos({ ...account, merchant: { ...account.merchant, clientId: '1a' } }), 'CONFIG', 'merchant.clientId');
    await rejects(() => pos.start(newOrder(), { card: { number: '4000000000000002', month: '12', year: '30', cvv: '000' } }), 'ORDER', 'card');
  });
});

group('what a customer may try', () => {
  test('every edit of a return breaks its digest', async () => {
    const visit = await visited({ card: 'insufficient-funds' });
    for (const changes of [{ MdStatus: '2' }, { BankResponseCode: '00' }, { RequestStatus: '1' }, { BankResponseMessage: 'x' }, { OrderId: 'X' }, { ClientId: '1' }]) {
      await rejects(() => visit.pos.finish(visit.stored, edited(visit.body, changes)), 'SIGNATURE_INVALID', 'Hash');
    }
    for (const name of ['Hash', 'HashParameters']) {
      for (const value of ['', null]) await rejects(() => visit.pos.finish(visit.stored, edited(visit.body, { [name]: value })), 'SIGNATURE_MISSING');
    }
    await rejects(() => visit.pos.finish(visit.stored, `${visit.body}&OrderId=X`), 'DUPLICATE_FIELD', 'OrderId');
    await rejects(() => visit.pos.finish(visit.stored, `${visit.body}&orderid=X`), 'DUPLICATE_FIELD');
    assert.deepEqual(operations(visit), ['threeDPayment']);
  });

  test('a list of his own, with a digest that fits', async () => {
    const visit = await visited({ card: '3ds-failed' });
    for (const HashParameters of ['ClientId,ApiUser,Note', 'ClientId', 'ClientId,ApiUser,OrderId,MdStatus,BankResponseCode,BankResponseMessage,RequestStatus,Note']) {
      await rejects(() => visit.pos.finish(visit.stored, resigned(visit.body, { HashParameters, Note: 'x' })), 'FIELD_LIST', 'HashParameters');
    }
  });

  test('the return of another order, session or shop', async () => {
    const [cheap, dear] = [await visited({ changes: { amount: '1.00' } }), await visited({ card: '3ds-failed' })];
    await rejects(() => dear.pos.finish(dear.stored, cheap.body), 'ORDER_MISMATCH', 'OrderId');
    const session = new URLSearchParams(cheap.body).get('ThreeDSessionId');
    await rejects(() => dear.pos.finish(dear.stored, edited(dear.body, { ThreeDSessionId: session })), 'ORDER_MISMATCH', 'ThreeDSessionId');
    await rejects(() => dear.pos.finish(dear.stored, resigned(dear.body, { ClientId: '1000000001' })), 'MERCHANT_MISMATCH', 'ClientId');
    assert.deepEqual(operations(dear), ['threeDPayment']);
  });

  test('no return proves a payment by itself', async () => {
    const { stored, body } = await visited();
    assert.throws(() => validatePayment(body, stored, account.merchant), { code: 'UNSUPPORTED', field: 'model' });
  });

  test('even with the password a return decides nothing: the books do', async () => {
    const poor = await visited({ card: 'insufficient-funds' });
    const success = { BankResponseCode: '00', RequestStatus: '1', BankResponseMessage: '', MdStatus: '1' };
    // And what contradicts itself is for a person to look at.
    const forged = await poor.pos.finish(poor.stored, resigned(poor.body, success));
    assert.deepEqual([describe(forged), forged.review], ['pending by none', true]);
    const good = await visited();
    const failure = { BankResponseCode: 'MD:0', RequestStatus: '0', MdStatus: '0' };
    assert.equal(describe(await good.pos.finish(good.stored, resigned(good.body, failure))), 'paid by reply');
  });

  test('borders moved: another order\'s digest under this order\'s id', async () => {
    const password = account.merchant.apiPass;
    const { pos } = openShop(account);
    const stored = async (id) => (await pos.start(newOrder({ id }))).order;
    for (const [mine, MdStatus, BankResponseCode, BankResponseMessage, expected] of [
      // Of A1, paid: md 1, code 00, status 1.
      ['A', '1', '10', '0', 'refused MALFORMED'],
      ['A', '1', '100', '', 'refused MALFORMED'],
      // Of A100, paid: what is left over is a message with digits in it.
      ['A', '1', '00', '100', 'pending by none'],
    ]) {
      const fields = {
        ClientId: account.merchant.clientId, ApiUser: account.merchant.apiUser, OrderId: mine, MdStatus, BankResponseCode, BankResponseMessage, RequestStatus: '1',
      };
      const body = new URLSearchParams({ ...fields, HashParameters: Object.keys(fields).join(), Hash: tosla.returnHash(fields, password) }).toString();
      const order = await stored(mine);
      let payment;
      assert.equal(await outcomeOf(async () => (payment = await pos.finish(order, body))), expected);
      assert.equal(payment?.threeDS, undefined, 'nothing is known of his 3-D Secure');
    }
  });

  test('a return that is not signed', async () => {
    bank.settings.unsignedReturn = true;
    const visit = await visited({ card: 'insufficient-funds' });
    await rejects(() => visit.pos.finish(visit.stored, visit.body), 'SIGNATURE_MISSING');
    assert.equal(describe(await visit.pos.inquire(visit.stored)), 'declined by reply');
  });

  test('the same return again', async () => {
    const visit = await paid();
    assert.equal(describe(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
    assert.equal(bank.find(visit.stored.id).entries, 1);
    assert.deepEqual(visit.pos.peek(visit.body), { orderId: visit.stored.id });
    assert.equal(visit.pos.peek('%'), null);
  });
});

group('answers that get lost', () => {
  for (const kind of ['timeout-before', 'timeout-after', 'reset-after', 'http-500-before', 'html-after', 'truncated', 'no-content-before', 'redirect-before']) {
    test(`the session, ${kind}: nothing has begun`, async () => {
      bank.fault({ on: 'threeDPayment', kind });
      await rejects(() => openShop(account).pos.start(newOrder()), 'UNREACHABLE');
    });
    test(`the inquiry, ${kind}: unknown, and paid when it is asked again`, async () => {
      const visit = await visited({});
      bank.fault({ on: 'inquiry', kind });
      assert.equal(await outcomeOf(() => visit.pos.finish(visit.stored, visit.body)), 'unknown by none');
      bank.clearFaults();
      assert.equal(describe(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
    });
  }

  for (const [kind, code] of [['wrong-order', 'ORDER_MISMATCH'], ['wrong-amount', 'AMOUNT_MISMATCH'], ['wrong-currency', 'CURRENCY_MISMATCH']]) {
    test(`books about something else, ${kind}: refused`, async () => {
      const visit = await visited();
      bank.fault({ on: 'inquiry', kind });
      await rejects(() => visit.pos.finish(visit.stored, visit.body), code);
    });
  }

  for (const [kind, made] of [['timeout-after', true], ['timeout-before', false], ['no-content-after', true], ['wrong-order', true], ['html-before', false]]) {
    test(`a refund, ${kind}: unknown, never sent again`, async () => {
      const { pos, stored, sent } = await paid({});
      bank.fault({ on: 'refund', kind });
      const lost = await pos.refund(stored, { id: 'R1', amount: '49.90' });
      bank.clearFaults();
      assert.equal(describe(lost), 'unknown by none');
      const kept = keep(stored, lost);
      const asked = await pos.refund(kept, { id: 'R1', amount: '49.90' });
      assert.deepEqual([describe(asked), asked.refundedAmount, asked.review], ['paid by reply', ...(made ? ['49.90', undefined] : [undefined, true])]);
      assert.equal(operations({ sent }).filter((name) => name === 'refund').length, 1);
      await rejects(() => pos.refund(keep(kept, asked), { id: 'R2', amount: '100.01' }), 'ORDER', 'amount');
      assert.equal(bank.find(stored.id).refunded, made ? 4990n : 0n);
    });
  }
});

group('after the payment', () => {
  test('refunds in parts, never more than was taken', async () => {
    const { pos, stored } = await paid();
    const one = await pos.refund(stored, { id: 'R1', amount: '49.90' });
    assert.deepEqual([describe(one), one.refundedAmount], ['refunded by reply', '49.90']);
    const kept = keep(stored, one);
    const between = await pos.inquire(kept);
    assert.deepEqual([describe(between), between.refundedAmount], ['paid by reply', '49.90']);
    await rejects(() => pos.refund(kept, { id: 'R2', amount: '100.01' }), 'ORDER', 'amount');
    const two = await pos.refund(kept, { id: 'R2', amount: '100.00' });
    assert.deepEqual([describe(two), two.refundedAmount], ['refunded by reply', '149.90']);
    assert.equal(describe(await pos.inquire(keep(kept, two))), 'refunded by reply');
  });

  test('a void, and one that comes too late; a refund may follow', async () => {
    const { pos, stored } = await paid();
    const voided = await pos.void(stored, { id: 'V1' });
    assert.equal(describe(voided), 'voided by reply');
    assert.equal(describe(await pos.inquire(keep(stored, voided))), 'voided by reply');
    const late = await paid();
    bank.settle();
    const refused = await late.pos.void(late.stored, { id: 'V1' });
    assert.deepEqual([describe(refused), refused.decline.bankCode], ['declined by reply', '999']);
    assert.equal(describe(await late.pos.refund(keep(late.stored, refused), { id: 'R1', amount: '149.90' })), 'refunded by reply');
  });

  for (const model of MODELS) {
    test(`${model}: a capture of a part, its refund, and the void of a reservation`, async () => {
      const { pos, stored } = await paid({ model, changes: { type: 'preauth' } });
      const captured = await pos.capture(stored, { id: 'C1', amount: '100.00' });
      assert.deepEqual([describe(captured), captured.charged], ['paid by reply', '100.00']);
      const kept = keep(stored, captured);
      const asked = await pos.inquire(kept);
      assert.deepEqual([describe(asked), asked.charged], ['paid by reply', '100.00']);
      const part = keep(kept, await pos.refund(kept, { id: 'R1', amount: '40.00' }));
      const left = await pos.inquire(part);
      assert.deepEqual([describe(left), left.charged, left.refundedAmount], ['paid by reply', '100.00', '40.00']);
      const rest = keep(part, await pos.refund(part, { id: 'R2', amount: '60.00' }));
      assert.equal(describe(await pos.inquire(rest)), 'refunded by reply');
      const other = await paid({ model, changes: { type: 'preauth' } });
      const voided = await other.pos.void(other.stored, { id: 'V1' });
      assert.equal(describe(await other.pos.inquire(keep(other.stored, voided))), 'voided by reply');
    });
  }

  test('a history, page after page', async () => {
    const { pos, stored, sent } = await paid();
    let kept = stored;
    for (let part = 1; part <= 12; part += 1) kept = keep(kept, await pos.refund(kept, { id: `R${part}`, amount: '1.00' }));
    const lines = await pos.history(kept);
    assert.deepEqual(lines.map(({ kind, outcome, amount }) => `${kind} ${outcome} ${amount}`).sort(), [...Array(12).fill('refund approved 1.00'), 'sale approved 149.90']);
    assert.ok(lines.every(({ orderId, currency, at }) => orderId === stored.id && currency === 'TRY' && /\+03:00$/.test(at)));
    assert.ok(operations({ sent }).filter((name) => name === 'history').length >= 2);
    const voided = await paid();
    const after = keep(voided.stored, await voided.pos.void(voided.stored, { id: 'V1' }));
    assert.deepEqual((await voided.pos.history(after)).map(({ kind, outcome }) => `${kind} ${outcome}`).sort(), ['sale voided', 'void approved']);
    await rejects(() => pos.report({ from: '2026-11-01', to: '2026-11-02' }), 'UNSUPPORTED');
  });
});

group('what others published', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/tosla.json', import.meta.url), 'utf8'));

  test('the formulas', () => {
    for (const { name, apiPass, clientId, apiUser, rnd, timeSpan, hash, fits } of vectors.requestHash) {
      assert.equal(tosla.requestHash({ clientId, apiUser, rnd, timeSpan }, apiPass) === hash, fits, name);
    }
    for (const { name, apiPass, apiUser, fields, hash, fits } of vectors.callback) {
      assert.equal(tosla.returnHash({ ...fields, ApiUser: apiUser }, apiPass) === hash, fits, name);
    }
  });

  const sessionOf = async (pos, order) => {
    const step = pos.step.start(order);
    const answer = JSON.stringify({ ThreeDSessionId: `P${'0'.repeat(64)}`, TransactionId: null, Code: 0, Message: 'Başarılı' });
    return pos.step.reply(step.order, step.then, { status: 200, body: answer }).order;
  };
  for (const { name, apiPass, clientId, apiUser, HashParameters, fields, hash, outcome } of [...vectors.callback, ...vectors.otherLists]) {
    test(`return: ${name}`, async () => {
      const { pos } = openShop({ ...account, merchant: { clientId, apiUser, apiPass } });
      const stored = await sessionOf(pos, newOrder({ id: fields.OrderId }));
      const body = new URLSearchParams({ ...fields, HashParameters, Hash: hash }).toString();
      const came = await outcomeOf(async () => pos.step.callback(stored, body));
      if (outcome.startsWith('refused')) assert.match(came, /^refused /, outcome);
      else assert.equal(came, 'send reads');
      if (/^refused [A-Z_]+$/.test(outcome)) assert.equal(came, outcome);
    });
  }
});

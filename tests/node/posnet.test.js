// Yapı Kredi POSNET, for the whole life of a payment, against the simulated POSNET, which was written from the bank's documents by other hands.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createPos, paymentPage, posnet } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { requestMac } from './oracle/posnet.js';
import { keep, newOrder } from './new-order.js';
import { describe as describeResult, outcomeOf, rejects } from './outcome.js';

const yapikredi = {
  gateway: 'yapikredi', mode: 'test',
  merchant: { merchantId: '6706598320', terminalId: '67005551', posnetId: '27426', encKey: '21,34,55,89,14,42,33,77' },
};
const PAN = { success: '4000000000000002', poor: '4000000000510000', failed3ds: '4000000003000009', attempt: '4000000003040005', notEnrolled: '4000000003020007' };
const card = (number) => ({ number, month: '12', year: '30', cvv: '789', holder: 'Ayşe Işık Ğ' });
let banks;
let bank;
let settings;
before(async () => {
  banks = await startBanks({ shopOrigin: 'http://localhost:8480', posnet: { times: { slowMs: 5, hangMs: 400 } } });
  bank = banks.posnet;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => banks.close());


/** A shop with its claims, and what it has sent. */
function openShop(changes, options) {
  const endpoints = { api: `${banks.url}/posnet/PosnetWebService/XML`, gate: `${banks.url}/posnet/3DSWebService/YKBPaymentService` };
  const claims = new Map();
  const sent = [];
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  const spy = (url, init) => {
    sent.push(new URLSearchParams(init.body).get('xmldata'));
    return fetch(url, init);
  };
  const pos = createPos({ ...yapikredi, endpoints, ...changes }, { claim, fetch: spy, timeoutMs: 2000, ...options });
  const operations = () => sent.map((xml) => /<\/tid><(\w+)>/.exec(xml)[1]);
  return { pos, claims, sent, operations };
}

/** The customer has typed the card on the shop's page, been to the bank's, and come back. */
async function visited({ pan = PAN.success, changes, config, options, customer, shop = openShop(config, options) } = {}) {
  const started = await shop.pos.start(newOrder(changes), { card: card(pan) });
  const { body } = await bank.visit(started.redirect.fields, customer);
  return { ...shop, started, stored: started.order, body };
}

async function paid(given) {
  const visit = await visited(given);
  const payment = await visit.pos.finish(visit.stored, visit.body);
  return { ...visit, payment, stored: keep(visit.stored, payment) };
}

describe('a payment', () => {
  test('from the card to the money', async () => {
    const { operations, claims, started, stored, payment, body, sent } = await paid();
    assert.equal(describeResult(payment), 'paid by reply');
    assert.deepEqual(operations(), ['oosRequestData', 'oosResolveMerchantData', 'oosTranData']);
    assert.deepEqual([...claims.keys()], [`yapikredi:6706598320:test:${stored.id}:send:provision`]);
    assert.deepEqual([payment.amount, payment.currency, payment.installments, payment.threeDS], ['149.90', 'TRY', 1, { mdStatus: '1', liability: 'issuer' }]);
    assert.equal(payment.transactionId, bank.find(stored.id).hostRef);
    assert.deepEqual([bank.find(stored.id).status, bank.find(stored.id).entries], ['paid', 1]);
    // The packets are the customer's to carry and nobody's to keep, and a card is nowhere but in the first request.
    const packet = new URLSearchParams(body).get('BankPacket');
    assert.ok(!JSON.stringify([stored, payment, [...claims.values()]]).includes(packet));
    assert.match(sent[0], /<cvc>789<\/cvc>/);
    assert.ok(!sent.slice(1).join().includes('<cvc>'));
    for (const secret of [PAN.success, yapikredi.merchant.encKey]) {
      assert.ok(!inspect([started, stored, payment, [...claims.values()]], { depth: 9 }).includes(secret), secret);
      assert.ok(!sent.slice(1).join().includes(secret), secret);
    }
    assert.ok(sent.every((xml) => /^[\x20-\x7e]*$/.test(xml)), 'ASCII on the wire');
  });

  test('the page that hands the customer over', async () => {
    const { started } = await visited();
    assert.deepEqual(Object.keys(started.redirect.fields),
      ['mid', 'posnetID', 'posnetData', 'posnetData2', 'digest', 'vftCode', 'merchantReturnURL', 'lang', 'url', 'openANewWindow']);
    const page = paymentPage(started.redirect, { language: 'tr' });
    assert.match(page.body, new RegExp(`action="${started.redirect.action}"`));
    assert.doesNotMatch(page.body, new RegExp(PAN.success));
  });

  test('without a card the bank\'s own page asks for it', async () => {
    const { pos, sent } = openShop();
    assert.equal(pos.takesCard, false);
    const started = await pos.start(newOrder());
    assert.doesNotMatch(sent[0], /ccno|cvc|expDate/);
    assert.equal(started.redirect.fields.posnetData2, '');
    const { body } = await bank.visit(started.redirect.fields, { card: 'success' });
    assert.equal(describeResult(await pos.finish(started.order, body)), 'paid by reply');
  });

  test('createPos needs a claim', async () => {
    await rejects(async () => createPos(yapikredi, { fetch }), 'CONFIG', 'claim');
  });

  for (const [pan, config, outcome, state] of [
    ['poor', {}, 'declined by reply', 'declined'],
    ['failed3ds', {}, 'declined by reply', undefined],
    ['attempt', {}, 'declined by reply', undefined],
    ['notEnrolled', {}, 'declined by reply', undefined],
    ['attempt', { threeDS: 'attempted' }, 'paid by reply', 'paid'],
    ['notEnrolled', { threeDS: 'attempted' }, 'paid by reply', 'paid'],
    ['failed3ds', { threeDS: 'attempted' }, 'declined by reply', undefined],
  ]) {
    test(`${pan}${config.threeDS ? ', attempts accepted' : ''}: ${outcome}`, async () => {
      const { stored, payment, operations } = await paid({ pan: PAN[pan], config });
      assert.equal(describeResult(payment), outcome);
      assert.equal(bank.find(stored.id)?.status, state);
      if (state === undefined) assert.ok(!operations().includes('oosTranData'), 'no money is asked for');
      if (pan === 'poor') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['insufficient-funds', '0051']);
      if (state === undefined) assert.equal(payment.decline.reason, '3ds-failed');
      if (state === 'paid') assert.equal(payment.threeDS.liability, 'merchant');
    });
  }

  test('a wrong password at the bank', async () => {
    const { payment, stored } = await paid({ customer: { password: 'wrong' } });
    assert.deepEqual([describeResult(payment), payment.decline.reason, bank.find(stored.id)], ['declined by reply', '3ds-failed', undefined]);
  });

  for (const [currency, letters] of [['USD', 'US'], ['EUR', 'EU']]) {
    test(`in ${currency}, with instalments`, async () => {
      const { payment, stored, sent } = await paid({ changes: { currency, installments: 6 } });
      assert.deepEqual([describeResult(payment), payment.installments], ['paid by reply', 6]);
      assert.match(sent[0], new RegExp(`<currencyCode>${letters}</currencyCode><installment>06</installment>`));
      assert.equal(bank.find(stored.id).currency, currency);
    });
  }

  test('a short order id is filled up, and found again', async () => {
    const { pos, payment, body, stored } = await paid({ changes: { id: `A${Date.now()}` } });
    assert.equal(describeResult(payment), 'paid by reply');
    assert.deepEqual(pos.peek(body), { orderId: stored.id });
    assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
  });

  test('order ids that the bank does not take', async () => {
    const { pos, sent } = openShop();
    for (const id of ['0123', 'a-b', 'a_b', 'A'.repeat(21)]) await rejects(() => pos.start(newOrder({ id }), { card: card(PAN.success) }), 'ORDER', 'id');
    assert.equal(sent.length, 0);
  });

  test('the bank refuses this address: nothing has begun, and the cure is told', async () => {
    bank.settings.ipRefusedFor = ['*'];
    const { pos } = openShop();
    const error = await rejects(() => pos.start(newOrder(), { card: card(PAN.success) }), 'REFUSED');
    assert.equal(error.bankCode, '0148');
    assert.match(error.message, /IP/);
  });

  test('another key than the bank\'s', async () => {
    const visit = await visited({ config: { merchant: { ...yapikredi.merchant, encKey: '1,2,3,4,5,6,7,8' } } });
    const error = await rejects(() => visit.pos.finish(visit.stored, visit.body), ['REFUSED', 'SIGNATURE_INVALID']);
    assert.match(error.message, /ENCKEY/);
    assert.equal(bank.find(visit.stored.id), undefined);
  });
});

describe('what a customer may try', () => {
  test('the packets of a cheaper order', async () => {
    const cheap = await visited({ changes: { amount: '1.00' } });
    const dear = await visited();
    await rejects(() => dear.pos.finish(dear.stored, cheap.body), ['REFUSED', 'ORDER_MISMATCH']);
    assert.ok(!dear.operations().includes('oosTranData'));
    assert.equal(bank.find(dear.stored.id), undefined);
  });

  test('one packet of each', async () => {
    const cheap = await visited({ changes: { amount: '1.00' } });
    const dear = await visited();
    for (const name of ['MerchantPacket', 'BankPacket', 'Sign']) {
      const mixed = new URLSearchParams(dear.body);
      mixed.set(name, new URLSearchParams(cheap.body).get(name));
      const outcome = await outcomeOf(() => dear.pos.finish(dear.stored, mixed.toString()));
      assert.doesNotMatch(outcome, /^(paid|authorized)/, name);
    }
    assert.notEqual(bank.find(dear.stored.id)?.status, 'paid');
  });

  test('a bank that takes no notice: the money was taken for another order, and the answer tells', async () => {
    for (const kind of ['wrong-order', 'wrong-amount', 'wrong-mac']) {
      const visit = await visited();
      bank.fault({ on: 'oosTranData', kind });
      // It did charge this order, and its books say so.
      assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply', kind);
      assert.deepEqual(visit.operations().slice(-2), ['oosTranData', 'agreement'], kind);
      bank.clearFaults();
    }
    for (const kind of ['wrong-order', 'wrong-amount', 'wrong-mac']) {
      const visit = await visited();
      bank.fault({ on: 'oosResolveMerchantData', kind });
      await rejects(() => visit.pos.finish(visit.stored, visit.body), ['ORDER_MISMATCH', 'AMOUNT_MISMATCH', 'SIGNATURE_INVALID']);
      assert.ok(!visit.operations().includes('oosTranData'), kind);
      bank.clearFaults();
    }
  });

  test('words that say success', async () => {
    const visit = await visited({ pan: PAN.failed3ds });
    const body = visit.body.replace(/Amount=[^&]*/, 'Amount=0%2C01') + '&mdStatus=1&approved=1&txStatus=Y&respCode=00';
    assert.equal(describeResult(await visit.pos.finish(visit.stored, body)), 'declined by reply');
    assert.equal(bank.find(visit.stored.id), undefined);
  });

  test('packets that are none', async () => {
    const visit = await visited();
    for (const body of ['', 'x=1', 'MerchantPacket=A&BankPacket=B', 'MerchantPacket=%3Ca%3E&BankPacket=B&Sign=C', `${visit.body}&banKpacket=A`]) {
      await rejects(() => visit.pos.finish(visit.stored, body), ['MALFORMED', 'DUPLICATE_FIELD']);
    }
    for (const body of ['MerchantPacket=A&BankPacket=B&Sign=C', visit.body.replace(/Sign=./, 'Sign=')]) {
      assert.doesNotMatch(await outcomeOf(() => visit.pos.finish(visit.stored, body)), /^(paid|authorized|declined)/, body);
    }
    assert.ok(!visit.operations().includes('oosTranData'));
  });

  test('a customer who turns back, with packets or without', async () => {
    const visit = await visited({ customer: { card: 'cancel' } });
    assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'declined by reply');
    const empty = `MerchantPacket=&BankPacket=&Sign=&Xid=${visit.stored.id}`;
    assert.equal(describeResult(await visit.pos.finish(visit.stored, empty)), 'pending by none', 'the bank knows of no payment');
    assert.equal(bank.find(visit.stored.id), undefined);
  });

  test('the same return again, and twice at once', async () => {
    const visit = await visited();
    const results = await Promise.all([1, 2, 3].map(() => visit.pos.finish(visit.stored, visit.body)));
    assert.deepEqual(results.map(describeResult).sort(), ['paid by reply', 'pending by none', 'pending by none']);
    assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'pending by none');
    assert.equal(visit.operations().filter((each) => each === 'oosTranData').length, 1);
    assert.equal(bank.find(visit.stored.id).entries, 1);
  });
});

describe('answers that get lost', () => {
  const lost = ['timeout', 'reset', 'http-500', 'html'].flatMap((how) => [[`${how}-after`, 'paid by reply'], [`${how}-before`, 'pending by none']])
    .concat([['redirect-before', 'pending by none'], ['truncated', 'paid by reply'], ['duplicate-tag', 'paid by reply']]);
  for (const [kind, truth] of lost) {
    test(`the provision, ${kind}: unknown; the inquiry says ${truth}, and money was asked for once`, async () => {
      const visit = await visited({ options: { timeoutMs: kind.startsWith('timeout') ? 250 : 2000 } });
      bank.fault({ on: 'oosTranData', kind });
      assert.equal(await outcomeOf(() => visit.pos.finish(visit.stored, visit.body)), 'unknown by none');
      bank.clearFaults();
      assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'pending by none', 'the return again');
      // What the site stored with the claim is enough to go on.
      const [kept] = visit.claims.values();
      const payment = await visit.pos.inquire(kept);
      assert.equal(describeResult(payment), truth);
      if (truth.startsWith('paid')) assert.equal(payment.threeDS.liability, 'issuer');
      assert.equal(visit.operations().filter((each) => each === 'oosTranData').length, 1);
      assert.equal(bank.find(visit.stored.id)?.entries ?? 0, truth.startsWith('paid') ? 1 : 0);
    });
  }

  for (const kind of ['timeout-before', 'reset-before', 'http-500-before', 'html-before', 'truncated', 'duplicate-tag']) {
    test(`the word about the packets, ${kind}: unknown, and the same return goes through afterwards`, async () => {
      const visit = await visited({ options: { timeoutMs: kind.startsWith('timeout') ? 250 : 2000 } });
      bank.fault({ on: 'oosResolveMerchantData', kind });
      assert.equal(await outcomeOf(() => visit.pos.finish(visit.stored, visit.body)), 'unknown by none');
      bank.clearFaults();
      assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
    });
    test(`the packets, ${kind}: nothing has begun`, async () => {
      const { pos } = openShop({}, { timeoutMs: kind.startsWith('timeout') ? 250 : 2000 });
      bank.fault({ on: 'oosRequestData', kind });
      await rejects(() => pos.start(newOrder(), { card: card(PAN.success) }), 'UNREACHABLE');
    });
  }

  test('an order that the bank does not show yet', async () => {
    bank.settings.statusLagMs = 60_000;
    const { pos, stored, payment, operations } = await paid();
    assert.equal(describeResult(payment), 'paid by reply');
    assert.equal(describeResult(await pos.inquire(stored)), 'pending by none');
    assert.deepEqual(operations().slice(-2), ['agreement', 'agreement'], 'asked under both prefixes');
  });
});

describe('afterwards', () => {
  test('refunds, in part and to the end', async () => {
    const { pos, stored, claims } = await paid();
    const first = await pos.refund(stored, { id: 'R1', amount: '49.90' });
    assert.deepEqual([describeResult(first), first.refundedAmount, first.operation], ['refunded by reply', '49.90', { verb: 'refund', id: 'R1', amount: '49.90' }]);
    const after = keep(stored, first);
    const asked = await pos.inquire(after);
    assert.deepEqual([describeResult(asked), asked.refundedAmount], ['paid by reply', '49.90']);
    await rejects(() => pos.refund(after, { id: 'R2', amount: '100.01' }), 'ORDER', 'amount');
    const second = await pos.refund(after, { id: 'R2', amount: '100.00' });
    assert.equal(describeResult(await pos.inquire(keep(after, second))), 'refunded by reply');
    assert.equal(bank.find(stored.id).refunded, 14990n);
    assert.deepEqual([...claims.keys()].slice(1).map((key) => key.split(':').at(-1)), ['change1', 'change2']);
    // The same again is a question.
    assert.equal(describeResult(await pos.refund(keep(after, second), { id: 'R2', amount: '100.00' })), 'refunded by reply');
    assert.equal(bank.find(stored.id).entries, 3);
  });

  test('a refund whose answer is lost', async () => {
    const { pos, stored, claims } = await paid();
    bank.fault({ on: 'return', kind: 'reset-after' });
    const lost = await pos.refund(stored, { id: 'R1', amount: '49.90' });
    assert.equal(describeResult(lost), 'unknown by none');
    bank.clearFaults();
    const kept = [...claims.values()].at(-1);
    assert.equal(kept.refs, lost.refs);
    // Whatever became of it, it counts; and nothing is sent again under its id.
    await rejects(() => pos.refund(kept, { id: 'R2', amount: '149.90' }), 'ORDER', 'amount');
    const asked = await pos.refund(kept, { id: 'R1', amount: '49.90' });
    assert.deepEqual([describeResult(asked), asked.refundedAmount], ['paid by reply', '49.90']);
    assert.equal(bank.find(stored.id).refunded, 4990n);
  });

  test('a void, and what the bank says when it is too late', async () => {
    const { pos, stored } = await paid();
    const voided = await pos.void(stored, { id: 'V1' });
    assert.equal(describeResult(voided), 'voided by reply');
    assert.equal(bank.find(stored.id).status, 'voided');
    assert.equal(describeResult(await pos.inquire(keep(stored, voided))), 'voided by reply');
    assert.equal(describeResult(await pos.inquire(stored)), 'voided by reply', 'also for one who has not heard of it');

    const late = await paid();
    bank.settle();
    const refused = await late.pos.void(late.stored, { id: 'V1' });
    assert.deepEqual([describeResult(refused), refused.decline.bankCode], ['declined by reply', '0211']);
    assert.equal(describeResult(await late.pos.refund(keep(late.stored, refused), { id: 'R1', amount: '149.90' })), 'refunded by reply');
  });

  for (const captureKey of ['same', 'own']) {
    test(`a pre-authorisation, captured in part and refunded; the capture keeps ${captureKey} number`, async () => {
      bank.settings.captureKey = captureKey;
      const { pos, stored, payment } = await paid({ changes: { type: 'preauth' } });
      assert.equal(describeResult(payment), 'authorized by reply');
      assert.equal(describeResult(await pos.inquire(stored)), 'authorized by reply');
      await rejects(() => pos.refund(stored, { id: 'R0', amount: '1.00' }), 'ORDER', 'refs');
      await rejects(() => pos.capture(stored, { id: 'C0', amount: '149.91' }), 'ORDER', 'amount');
      const captured = await pos.capture(stored, { id: 'C1', amount: '100.00' });
      assert.equal(describeResult(captured), 'paid by reply');
      assert.deepEqual([bank.find(stored.id).status, bank.find(stored.id).captured], ['paid', 10000n]);
      const after = keep(stored, captured);
      const asked = await pos.inquire(after);
      assert.deepEqual([describeResult(asked), asked.charged], ['paid by reply', '100.00']);
      const refund = await pos.refund(after, { id: 'R1', amount: '100.00' });
      assert.deepEqual([describeResult(refund), bank.find(stored.id).refunded], ['refunded by reply', 10000n]);
      assert.equal(describeResult(await pos.inquire(keep(after, refund))), 'refunded by reply');
    });
  }

  test('a pre-authorisation is let go, before and after its capture', async () => {
    const reserved = await paid({ changes: { type: 'preauth' } });
    assert.equal(describeResult(await reserved.pos.void(reserved.stored, { id: 'V1' })), 'voided by reply');
    assert.equal(bank.find(reserved.stored.id).status, 'voided');
    const { pos, stored } = await paid({ changes: { type: 'preauth' } });
    const after = keep(stored, await pos.capture(stored, { id: 'C1', amount: '149.90' }));
    const voided = await pos.void(after, { id: 'V1' });
    assert.equal(describeResult(voided), 'voided by reply');
    assert.equal(bank.find(stored.id).status, 'voided', 'what was reserved is let go of, too');
    assert.equal(describeResult(await pos.inquire(keep(after, voided))), 'voided by reply');
  });

  test('a capture whose answer is lost', async () => {
    const { pos, stored, claims } = await paid({ changes: { type: 'preauth' } });
    bank.fault({ on: 'capt', kind: 'html-after' });
    assert.equal(describeResult(await pos.capture(stored, { id: 'C1', amount: '149.90' })), 'unknown by none');
    bank.clearFaults();
    const kept = [...claims.values()].at(-1);
    await rejects(() => pos.capture(kept, { id: 'C2', amount: '149.90' }), 'ORDER', 'refs');
    assert.equal(describeResult(await pos.inquire(kept)), 'paid by reply');
  });

  for (const [name, value] of [['orderIdPrefixes', ['TDSC']], ['hostLogKeyName', 'hostlogkey'], ['newestFirst', true], ['declaredEncoding', 'utf-16']]) {
    test(`the bank's habits: ${name}`, async () => {
      bank.settings[name] = value;
      const { pos, stored } = await paid();
      const refund = await pos.refund(stored, { id: 'R1', amount: '49.90' });
      const payment = await pos.inquire(keep(stored, refund));
      assert.deepEqual([describeResult(payment), payment.refundedAmount], ['paid by reply', '49.90']);
      assert.ok(payment.refs.includes(bank.find(stored.id).hostRef));
    });
  }

  test('a history, and no report', async () => {
    const { pos, stored } = await paid();
    await pos.refund(stored, { id: 'R1', amount: '49.90' });
    const lines = await pos.history(stored);
    assert.deepEqual(lines.map(({ kind, outcome, amount, currency }) => [kind, outcome, amount, currency]).sort(),
      [['refund', 'approved', '49.90', 'TRY'], ['sale', 'approved', '149.90', 'TRY']]);
    const sale = lines.find(({ kind }) => kind === 'sale');
    assert.match(sale.maskedPan, /^4000 00\*\* \*\*\*\* 0002$/);
    assert.deepEqual([sale.orderId, sale.transactionId], [stored.id, bank.find(stored.id).hostRef]);
    assert.match(sale.at, /\+03:00$/);
    const voided = await paid();
    await voided.pos.void(voided.stored, { id: 'V1' });
    assert.deepEqual((await voided.pos.history(voided.stored)).map(({ kind, outcome }) => `${kind} ${outcome}`).sort(), ['sale voided', 'void approved']);
    const { started, pos: other } = await visited();
    assert.deepEqual(await other.history(started.order), [], 'nobody has paid yet');
    await rejects(() => pos.report({ from: '2026-11-01', to: '2026-11-02' }), 'UNSUPPORTED');
  });

  test('the bank refuses this address for a change: declined, and nothing happened', async () => {
    const { pos, stored } = await paid();
    bank.settings.ipRefusedFor = ['return'];
    const refused = await pos.refund(stored, { id: 'R1', amount: '1.00' });
    assert.deepEqual([describeResult(refused), refused.decline.bankCode], ['declined by reply', '0148']);
    assert.equal(bank.find(stored.id).refunded, 0n);
    bank.settings.ipRefusedFor = ['agreement'];
    const error = await rejects(() => pos.inquire(stored), 'REFUSED');
    assert.equal(error.bankCode, '0148');
  });
});

test('the bank recomputes what the package signs', async () => {
  const { sent, stored } = await visited();
  assert.equal(sent.length, 1, 'the packets need no MAC');
  const fields = { xid: stored.id, amount: '14990', currency: 'TL', merchantId: '6706598320', terminalId: '67005551' };
  assert.equal(posnet.requestMac(fields, yapikredi.merchant.encKey), requestMac(fields, yapikredi.merchant.encKey));
});

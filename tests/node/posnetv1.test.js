// PosNet V1 (Albaraka Türk), for the whole life of a payment, against the simulated bank, which was written from its document by other hands.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createPos, newOrderId, paymentPage, PosError, posnetv1 } from 'velopos/all';
import { cardByName } from '../../banks/cards.js';
import { withOwnList, withShiftedBorder } from '../../banks/posnetv1-attacks.js';
import { LISTS, mac, newCallbackMac, newFormMac } from '../../banks/posnetv1-hash.js';
import { keep, openBank } from './all-shop.js';

const { bank, account } = await openBank('posnetv1', 'albaraka', { hangMs: 300 });

const urls = { ok: 'http://localhost:8480/_functions/payment3DSuccess/8f2k', fail: 'http://localhost:8480/_functions/payment3DFail/8f2k' };
const newOrder = (changes) => ({
  id: newOrderId(), amount: '149.90', currency: 'TRY', urls, customer: { ip: '85.34.78.112', name: 'Ayşe Yılmaz', language: 'tr' }, ...changes,
});
const card = (name) => ({ number: cardByName(name).pan, month: '12', year: '30', cvv: '789', holder: 'Ayşe Işık Ğ' });

/** `paid by reply`, `refused CODE`; a review is said, too. */
async function outcomeOf(work) {
  try {
    const result = await work();
    return `${result.status} by ${result.proof}${result.review ? ', review' : ''}`;
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    assert.notEqual(error.code, 'INTERNAL', error.stack);
    return `refused ${error.code}`;
  }
}

function openShop(changes, options) {
  const claims = new Map();
  const sent = [];
  const spy = (url, init) => {
    sent.push({ url, ...init });
    return fetch(url, init);
  };
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  const config = { ...account, ...changes };
  const pos = createPos(config, { claim, fetch: spy, timeoutMs: 2000, ...options });
  return { pos, claims, sent, config, operations: () => sent.map(({ url }) => url.split('/').at(-1)) };
}

/** The customer has been to the bank's page, typed the card there, and come back. */
async function visited({ pan = 'success', changes, customer, config, shop = openShop(config), hosted = true } = {}) {
  const started = await shop.pos.start(newOrder(changes), hosted ? {} : { card: card(pan) });
  const { body } = await bank.visit(started.redirect.fields, { card: pan, ...customer });
  return { ...shop, started, stored: started.order, body };
}

async function paid(given) {
  const life = await visited(given);
  const payment = await life.pos.finish(life.stored, life.body);
  return { ...life, payment, stored: keep(life.stored, payment) };
}

const stateOf = ({ stored }) => bank.find(stored.id)?.status;

describe('a payment', () => {
  for (const hosted of [true, false]) {
    test(`from the card to the money, the card typed ${hosted ? 'on the bank\'s page' : 'on the shop\'s'}`, async () => {
      const { operations, claims, sent, started, stored, payment } = await paid({ hosted });
      assert.equal(`${payment.status} by ${payment.proof}`, 'paid by reply');
      assert.deepEqual(operations(), ['Sale', 'TransactionInquiry']);
      assert.deepEqual([...claims.keys()], [`albaraka:6700950031:test:${stored.id}:send:provision`]);
      assert.deepEqual([payment.amount, payment.currency, payment.installments, payment.threeDS], ['149.90', 'TRY', 1, { mdStatus: '1', liability: 'issuer' }]);
      assert.deepEqual([payment.transactionId, bank.find(stored.id).status, bank.find(stored.id).entries], [bank.find(stored.id).hostRef, 'paid', 1]);
      assert.ok(sent.every(({ body }) => /^[\x20-\x7e]*$/.test(body) && !/CardNo|Cvv/.test(body)), 'no card in what our server sends');
      assert.equal('CardNo' in started.redirect.fields, !hosted);
      for (const secret of [cardByName('success').pan, '11,23,58,13,21,34,55,89']) {
        assert.ok(!inspect([stored, payment, [...claims.values()], sent], { depth: 9 }).includes(secret), 'a secret leaks');
      }
      assert.match(paymentPage(started.redirect).body, /SecureVerification\.aspx/);
    });
  }

  for (const macs of [['Mac'], ['MacNew'], ['Mac', 'MacNew']]) {
    test(`a bank that signs with ${macs.join(' and ')}`, async () => {
      bank.settings.macs = macs;
      const { payment } = await paid();
      assert.deepEqual([payment.status, payment.threeDS.liability], ['paid', macs.includes('MacNew') ? 'issuer' : 'merchant']);
      const failed = await visited({ customer: { password: 'wrong' } });
      assert.equal(await outcomeOf(() => failed.pos.finish(failed.stored, failed.body)), macs.includes('MacNew') ? 'declined by signature' : 'pending by none');
      assert.equal(stateOf(failed), undefined);
    });
  }

  for (const [pan, config, outcome, state] of [
    ['insufficient-funds', {}, 'declined by reply', 'declined'],
    ['expired', {}, 'declined by reply', 'declined'],
    ['3ds-failed', {}, 'declined by signature', undefined],
    ['3ds-attempt', {}, 'declined by signature', undefined],
    ['3ds-not-enrolled', {}, 'declined by signature', undefined],
    ['3ds-attempt', { threeDS: 'attempted' }, 'paid by reply', 'paid'],
    ['3ds-not-enrolled', { threeDS: 'attempted' }, 'paid by reply', 'paid'],
    ['3ds-failed', { threeDS: 'attempted' }, 'declined by signature', undefined],
    ['approved-without-3ds', { threeDS: 'attempted' }, 'declined by signature', undefined],
  ]) {
    test(`${pan}${config.threeDS ? ', attempts accepted' : ''}: ${outcome}`, async () => {
      const life = await paid({ pan, config });
      assert.equal(`${life.payment.status} by ${life.payment.proof}`, outcome);
      assert.equal(stateOf(life), state);
      if (state === 'paid') assert.equal(life.payment.threeDS.liability, 'merchant');
    });
  }

  test('instalments, another currency, thousands, and the bank\'s other habits', async () => {
    Object.assign(bank.settings, { headersRequired: true, newMacRequired: true, approvedCode: '0000', newestFirst: false, groupsThousands: true, bindsOrder: true });
    const { payment, stored, pos } = await paid({ changes: { installments: 3, amount: '12345.60', currency: 'EUR' } });
    assert.deepEqual([payment.status, payment.amount, payment.currency, payment.installments], ['paid', '12345.60', 'EUR', 3]);
    assert.equal(await outcomeOf(() => pos.inquire(stored)), 'paid by reply');
  });

  test('createPos needs a claim; ids that the bank cannot carry', async () => {
    assert.throws(() => createPos(account, { fetch }), { code: 'CONFIG', field: 'claim' });
    await assert.rejects(openShop().pos.start(newOrder({ id: 'A-1' })), { code: 'ORDER', field: 'id' });
    // A short one is filled up, and found again.
    const { pos, body, payment } = await paid({ changes: { id: `Z${Date.now() % 1e6}` } });
    assert.equal(payment.status, 'paid');
    assert.deepEqual(pos.peek(body), { orderId: payment.orderId });
  });
});

describe('answers that are lost or wrong', () => {
  for (const [kind, done] of [
    ['timeout-after', true], ['timeout-before', false], ['reset-after', true], ['reset-before', false], ['http-500-after', true], ['html-after', true],
    ['redirect-after', true], ['truncated', true],
  ]) {
    test(`the provision: ${kind}`, async () => {
      const life = await visited();
      bank.fault({ on: 'Sale', kind, times: 1 });
      const payment = await life.pos.finish(life.stored, life.body);
      assert.equal(payment.status, 'unknown');
      const stored = keep(life.stored, payment);
      for (const ask of [() => life.pos.inquire(stored), () => life.pos.finish(stored, life.body)]) {
        assert.equal(await outcomeOf(ask), done ? 'paid by reply' : 'pending by none');
      }
      assert.equal(life.operations().filter((name) => name === 'Sale').length, 1);
      assert.equal(stateOf(life), done ? 'paid' : undefined);
    });
  }

  test('an approval without references is looked up; one that the books do not show yet is pending', async () => {
    const life = await visited();
    bank.fault({ on: 'Sale', kind: 'empty-references', times: 1 });
    assert.equal(await outcomeOf(() => life.pos.finish(life.stored, life.body)), 'paid by reply');
    bank.settings.statusLagMs = 60_000;
    const early = await visited();
    const payment = await early.pos.finish(early.stored, early.body);
    assert.equal(payment.status, 'pending');
    bank.settings.statusLagMs = 0;
    assert.equal(await outcomeOf(() => early.pos.inquire(keep(early.stored, payment))), 'paid by reply');
  });

  for (const [kind, outcome] of [['wrong-order', 'refused ORDER_MISMATCH'], ['wrong-amount', 'refused AMOUNT_MISMATCH']]) {
    test(`the inquiry: ${kind}`, async () => {
      const { pos, stored } = await paid();
      bank.fault({ on: 'TransactionInquiry', kind, times: 1 });
      assert.equal(await outcomeOf(() => pos.inquire(stored)), outcome);
    });
  }

  test('an account or an address that the bank does not know', async () => {
    const { pos, stored } = await paid();
    bank.settings.ipRefusedFor = ['*'];
    await assert.rejects(pos.inquire(stored), { code: 'REFUSED', bankCode: '0148' });
  });
});

describe('forged returns', () => {
  const failed = () => visited({ customer: { password: 'wrong' } });

  test('a list of their own, and borders that were moved', async () => {
    for (const [forge, outcome] of [[withOwnList, /^refused FIELD_LIST/], [withShiftedBorder, /^refused MALFORMED/]]) {
      bank.settings.macs = ['Mac'];
      const life = await failed();
      assert.match(await outcomeOf(() => life.pos.finish(life.stored, forge(life.body))), outcome);
      assert.deepEqual(life.operations(), []);
    }
  });

  test('what the customer edits, leaves out and says twice', async () => {
    const life = await failed();
    const edited = (changes) => {
      const fields = new URLSearchParams(life.body);
      for (const [name, value] of Object.entries(changes)) value === null ? fields.delete(name) : fields.set(name, value);
      return `${fields}`;
    };
    for (const [body, outcome] of [
      [edited({ MdStatus: '1' }), 'refused SIGNATURE_INVALID'],
      [edited({ MdStatus: '1', Mac: null, MacParams: null }), 'refused SIGNATURE_INVALID'],
      [edited({ MdStatus: '1', Mac: null, MacParams: null, MacNew: null }), 'refused SIGNATURE_MISSING'],
      [edited({ Amount: '100' }), 'refused SIGNATURE_INVALID'],
      [edited({ OrderId: '0000000000000000000B' }), 'refused ORDER_MISMATCH'],
      [`${life.body}&MdStatus=1`, 'refused DUPLICATE_FIELD'],
    ]) assert.equal(await outcomeOf(() => life.pos.finish(life.stored, body)), outcome, body);
    assert.deepEqual(life.operations(), []);
    assert.equal(life.pos.peek('x=1'), null);
  });

  test('the success of a cheaper order', async () => {
    const cheap = await visited({ changes: { amount: '1.00' } });
    const dear = await visited({ changes: { amount: '9000.00' } });
    assert.equal(await outcomeOf(() => dear.pos.finish(dear.stored, cheap.body)), 'refused ORDER_MISMATCH');
    // Renamed, where only the older digest is there: the bank is asked for our own amount, and the shop bears the chargeback.
    const fields = new URLSearchParams(cheap.body);
    fields.set('OrderId', new URLSearchParams(dear.body).get('OrderId'));
    assert.equal(await outcomeOf(() => dear.pos.finish(dear.stored, `${fields}`)), 'refused SIGNATURE_INVALID');
    fields.delete('MacNew');
    const payment = await dear.pos.finish(dear.stored, `${fields}`);
    assert.deepEqual([payment.status, payment.amount, payment.threeDS.liability], ['paid', '9000.00', 'merchant']);
    assert.equal(bank.find(dear.stored.id).captured, 900000n);
  });
});

describe('afterwards', () => {
  test('a void on the same day, once', async () => {
    for (const statusMeans of ['good', 'financial']) {
      bank.settings.statusMeans = statusMeans;
      const { pos, stored, operations } = await paid();
      const payment = await pos.void(stored, { id: 'V1' });
      assert.equal(payment.status, 'voided');
      const later = keep(stored, payment);
      assert.equal(await outcomeOf(() => pos.void(later, { id: 'V1' })), 'voided by reply');
      assert.equal(operations().filter((name) => name === 'Reverse').length, 1);
      await assert.rejects(pos.refund(later, { id: 'R1', amount: '1.00' }), { code: 'ORDER' });
    }
  });

  test('refunds in parts, and no more than was taken', async () => {
    const { pos, stored } = await paid();
    bank.settle();
    const first = await pos.refund(stored, { id: 'R1', amount: '49.90' });
    assert.deepEqual([first.status, first.refundedAmount], ['refunded', '49.90']);
    const later = keep(stored, first);
    assert.equal(await outcomeOf(() => pos.inquire(later)), 'paid by reply');
    await assert.rejects(pos.refund(later, { id: 'R2', amount: '100.01' }), { code: 'ORDER', field: 'amount' });
    const second = await pos.refund(later, { id: 'R2', amount: '100.00' });
    assert.equal(bank.find(stored.id).refunded, 14990n);
    assert.equal(await outcomeOf(() => pos.inquire(keep(later, second))), 'refunded by reply');
    const lines = await pos.history(keep(later, second));
    assert.deepEqual((lines.transactions ?? lines).map(({ kind }) => kind).sort(), ['refund', 'refund', 'sale']);
  });

  test('a refund whose answer is lost is asked about, never sent again', async () => {
    const { pos, stored, operations } = await paid();
    bank.settle();
    bank.fault({ on: 'Return', kind: 'reset-after', times: 1 });
    const lost = await pos.refund(stored, { id: 'R1', amount: '50.00' });
    assert.equal(lost.status, 'unknown');
    const settled = await pos.refund(keep(stored, lost), { id: 'R1', amount: '50.00' });
    assert.deepEqual([settled.status, settled.refundedAmount], ['paid', '50.00']);
    assert.equal(operations().filter((name) => name === 'Return').length, 1);
    assert.equal(bank.find(stored.id).refunded, 5000n);
  });

  test('a refusal ends that refund and nothing else', async () => {
    bank.settings.refundNeedsSettlement = true;
    const { pos, stored } = await paid();
    const early = await pos.refund(stored, { id: 'R1', amount: '50.00' });
    assert.equal(early.status, 'declined');
    bank.settle();
    assert.equal(await outcomeOf(() => pos.refund(keep(stored, early), { id: 'R2', amount: '50.00' })), 'refunded by reply');
  });

  for (const captureKey of ['same', 'new']) {
    test(`a pre-authorisation, captured in part (${captureKey} key), then given back`, async () => {
      bank.settings.captureKey = captureKey;
      const { pos, stored, payment } = await paid({ changes: { type: 'preauth' } });
      assert.equal(payment.status, 'authorized');
      const capture = await pos.capture(stored, { id: 'C1', amount: '100.00' });
      assert.deepEqual([capture.status, capture.charged], ['paid', '100.00']);
      const later = keep(stored, capture);
      assert.equal(await outcomeOf(() => pos.inquire(later)), 'paid by reply');
      await assert.rejects(pos.capture(later, { id: 'C2', amount: '1.00' }), { code: 'ORDER' });
      bank.settle();
      assert.equal(await outcomeOf(() => pos.refund(later, { id: 'R1', amount: '100.00' })), 'refunded by reply');
      assert.equal(bank.find(stored.id).refunded, 10000n);
    });
  }

  test('what it has not', async () => {
    await assert.rejects(openShop().pos.report({ from: '2026-11-01', to: '2026-11-02' }), { code: 'UNSUPPORTED' });
  });
});

test('the formulas agree with the simulated bank', () => {
  const fields = { MerchantNo: '6700950031', TerminalNo: '67540050', Amount: '175', OrderId: 'A', MD: '0161', Currency: 'TL', PosnetID: '1' };
  assert.equal(posnetv1.mac([fields.MerchantNo, fields.TerminalNo, fields.Amount], 'k,1'), mac(LISTS.hostedForm, fields, 'k,1'));
  for (const values of ['abc', undefined, Array(33).fill('')]) assert.throws(() => posnetv1.mac(values, 'k,1'), { code: 'ORDER', field: 'values' });
  assert.equal(posnetv1.formMacNew(fields, 'k,1'), newFormMac(fields, 'k,1'));
  assert.equal(posnetv1.returnMacNew(fields, 'k,1'), newCallbackMac(fields, 'k,1'));
});

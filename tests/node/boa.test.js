// BOA (Kuveyt Türk and Vakıf Katılım), for the whole life of a payment, against the simulated banks, which were written from the bank's
// document by other hands.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createPos, kuveytturk, newOrderId, paymentPage, PosError, vakifkatilim } from 'velopos/all';
import { furtherAccounts } from '../../banks/accounts.js';
import { forge } from '../../banks/attacks.js';
import { answerHash, hashedPassword, requestHash } from '../../banks/boa-hash.js';
import { cardByName } from '../../banks/cards.js';
import { startBanks } from '../../banks/server.js';

const GATEWAYS = ['kuveytturk', 'vakifkatilim'];
let banks;
let settings;
before(async () => {
  const times = { slowMs: 5, hangMs: 300 };
  banks = await startBanks({ shopOrigin: 'http://localhost:8480', kuveytturk: { times }, vakifkatilim: { times } });
  settings = GATEWAYS.map((name) => structuredClone(banks[name].settings));
});
beforeEach(() => GATEWAYS.forEach((name, place) => {
  Object.assign(banks[name].settings, structuredClone(settings[place]));
  banks[name].clearFaults();
}));
after(() => banks.close());

const urls = { ok: 'http://localhost:8480/_functions/payment3DSuccess/8f2k', fail: 'http://localhost:8480/_functions/payment3DFail/8f2k' };
const newOrder = (changes) => ({
  id: newOrderId(), amount: '149.90', currency: 'TRY', urls,
  customer: { ip: '85.34.78.112', email: 'ayse@example.com', name: 'Ayşe Yılmaz', phone: '05321234567', language: 'tr' }, ...changes,
});
const card = (name) => ({ number: cardByName(name).pan, month: '12', year: '30', cvv: '789', holder: 'Ayşe Işık Ğ' });
const keep = (stored, { refs }) => ({ ...stored, refs });

/** `paid by reply`, `refused CODE`; a review is said, too. */
async function outcomeOf(work) {
  try {
    const result = await work();
    return `${result.status} by ${result.proof}${result.review ? ', review' : ''}`;
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    assert.notEqual(error.code, 'INTERNAL', error.stack);
    assert.ok(error.messageTr.length > 8);
    return `refused ${error.code}`;
  }
}

/** A shop with its claims, what it has sent, and the last page that the bank answered with. */
function openShop(gateway, changes, options) {
  const claims = new Map();
  const sent = [];
  const shop = { gateway, bank: banks[gateway], claims, sent, page: '' };
  const spy = async (url, init) => {
    sent.push({ url, body: init.body });
    const response = await fetch(url, init);
    if (url.endsWith('/ThreeDModelPayGate')) shop.page = await response.clone().text();
    return response;
  };
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  shop.config = { ...furtherAccounts(banks.url)[gateway], ...changes };
  shop.pos = createPos(shop.config, { claim, fetch: spy, timeoutMs: 2000, ...options });
  shop.operations = () => sent.map(({ url, body }) => (/\.svc/.test(url) ? /<ser:(\w+)><ser:request>/.exec(body)[1] : url.split('/').at(-1)));
  return shop;
}

/** The customer has typed the card on the shop's page, been to the card's bank, and come back. */
async function visited(gateway, { pan = 'success', changes, customer, shop = openShop(gateway) } = {}) {
  const started = await shop.pos.start(newOrder(changes), { card: card(pan) });
  const back = started.type === 'redirect' ? await shop.bank.visit(shop.page, customer) : {};
  return { ...shop, started, stored: started.order, body: back.body };
}

async function paid(gateway, given) {
  const visit = await visited(gateway, given);
  const payment = await visit.pos.finish(visit.stored, visit.body);
  return { ...visit, payment, stored: keep(visit.stored, payment) };
}

/** One message with the MD of another, which nobody signs. */
function withMdOf(from, body) {
  const read = (text) => new URLSearchParams(text);
  if (!read(body).has('AuthenticationResponse')) {
    const fields = read(body);
    fields.set('MD', read(from).get('MD'));
    return `${fields}`;
  }
  const inside = (text) => decodeURIComponent(read(text).get('AuthenticationResponse').replaceAll('+', ' '));
  const md = /<MD>[^<]+/.exec(inside(from))[0];
  return `${new URLSearchParams({ AuthenticationResponse: encodeURIComponent(inside(body).replace(/<MD>[^<]+/, md)) })}`;
}

const stateOf = ({ bank, stored }) => bank.find(stored.id)?.status;
const inquiryOf = (gateway) => (gateway === 'kuveytturk' ? 'GetMerchantOrderDetail' : 'SelectOrderByMerchantOrderId');

for (const gateway of GATEWAYS) {
  describe(`${gateway}: a payment`, () => {
    test('from the card to the money', async () => {
      const life = await paid(gateway);
      const { claims, payment, stored, operations, sent, started, config, body } = life;
      assert.equal(`${payment.status} by ${payment.proof}`, 'paid by reply');
      assert.deepEqual(operations(), ['ThreeDModelPayGate', 'ThreeDModelProvisionGate']);
      assert.deepEqual([...claims.keys()], [`${gateway}:${config.merchant.merchantId}:test:${stored.id}:send:provision`]);
      assert.deepEqual([payment.amount, payment.currency, payment.installments], ['149.90', 'TRY', 1]);
      // The bank tells no full authentication from half a one.
      assert.equal(payment.threeDS?.liability, undefined);
      const found = life.bank.find(stored.id);
      assert.deepEqual([payment.transactionId, payment.authCode, payment.hostReference], [found.hostRef, found.authCode, found.rrn]);
      assert.deepEqual([found.status, found.entries], ['paid', 1]);
      assert.ok(sent.every(({ body: text }) => /^[\x20-\x7e]*$/.test(text)), 'ASCII on the wire');
      assert.match(sent[0].body, /<CardCVV2>789<\/CardCVV2>/);
      assert.ok(!sent.slice(1).some(({ body: text }) => /CardCVV2|CardNumber/.test(text)), 'the card is nowhere but in the first request');
      for (const secret of [cardByName('success').pan, config.merchant.password, hashedPassword(config.merchant.password)]) {
        assert.ok(!inspect([started, stored, payment, [...claims.values()], life.pos], { depth: 9 }).includes(secret), 'a secret leaks');
      }
      // The same return again takes nothing again.
      assert.equal(await outcomeOf(() => life.pos.finish(stored, body)), 'paid by reply');
      assert.equal(await outcomeOf(() => life.pos.finish(life.started.order, body)), 'pending by none');
      assert.equal(life.bank.find(stored.id).entries, 1);
    });

    test('the page that hands the customer over posts what the bank\'s page would', async () => {
      for (const quote of ['"', "'"]) {
        banks[gateway].settings.quote = quote;
        const shop = openShop(gateway);
        const { redirect } = await shop.pos.start(newOrder(), { card: card('success') });
        assert.equal(redirect.kind, 'form');
        assert.deepEqual(Object.keys(redirect.fields), ['threeDSServerWebFlowStart', 'browserColorDepth', 'browserScreenHeight']);
        assert.match(paymentPage(redirect).body, new RegExp(`action="${redirect.action}"`));
        const answer = await fetch(redirect.action, { method: 'POST', body: new URLSearchParams(redirect.fields) });
        assert.equal(answer.status, 200);
      }
    });

    test('createPos needs a claim, start a card', async () => {
      assert.throws(() => createPos(furtherAccounts(banks.url)[gateway], { fetch }), { code: 'CONFIG', field: 'claim' });
      const { pos } = openShop(gateway);
      assert.equal(pos.takesCard, true);
      await assert.rejects(pos.start(newOrder()), { code: 'ORDER', field: 'card' });
      await assert.rejects(pos.start(newOrder({ id: 'A-1' }), { card: card('success') }), { code: 'ORDER', field: 'id' });
    });

    const unsignedFailures = gateway === 'kuveytturk';
    for (const [pan, customer, outcome, state] of [
      ['insufficient-funds', {}, 'declined by reply', 'declined'],
      ['expired', {}, 'declined by reply', 'declined'],
      ['refused', {}, 'declined by reply', 'declined'],
      // An answer of the card's bank that leaves it open: the books tell.
      ['bank-error', {}, 'declined by reply', 'declined'],
      // Kuveyt Türk signs no failed return, so it proves nothing.
      ['3ds-failed', {}, unsignedFailures ? 'pending by none' : 'declined by signature', undefined],
      ['approved-without-3ds', {}, unsignedFailures ? 'pending by none' : 'declined by signature', undefined],
      ['success', { password: 'wrong' }, unsignedFailures ? 'pending by none' : 'declined by signature', undefined],
      ['success', { card: 'cancel' }, unsignedFailures ? 'pending by none' : 'declined by signature', undefined],
      ['3ds-attempt', {}, 'paid by reply', 'paid'],
    ]) {
      test(`${pan} ${JSON.stringify(customer)}: ${outcome}`, async () => {
        const life = await visited(gateway, { pan, customer });
        assert.equal(await outcomeOf(() => life.pos.finish(life.stored, life.body)), outcome);
        assert.equal(stateOf(life), state);
        if (state === undefined) assert.ok(!life.operations().includes('ThreeDModelProvisionGate'), 'no money is asked for');
      });
    }

    test('a signed failure is a decline', async () => {
      banks[gateway].settings.signsRefusals = true;
      const { payment } = await paid(gateway, { customer: { password: 'wrong' } });
      assert.deepEqual([payment.status, payment.proof, payment.decline.reason, payment.decline.bankCode], ['declined', 'signature', '3ds-failed', 'MPIAuthenticationStatusN']);
    });

    test('a card that the gate does not take, and an account that it does not know', async () => {
      for (const refusalsAs of ['form', 'xml']) {
        banks[gateway].settings.refusalsAs = refusalsAs;
        const { started } = await visited(gateway, { pan: '3ds-not-enrolled' });
        assert.equal(started.type, 'done', refusalsAs);
        assert.deepEqual([started.payment.status, started.payment.proof, started.payment.decline.bankCode], ['declined', 'reply', 'CardNotEnrolled']);
        const { merchant } = furtherAccounts(banks.url)[gateway];
        for (const [changes, code] of [[{ password: 'baskaSifre1' }, 'HashDataError'], [{ userName: 'baska' }, 'ApiUserNotDefined']]) {
          const { pos } = openShop(gateway, { merchant: { ...merchant, ...changes } });
          await assert.rejects(pos.start(newOrder(), { card: card('success') }), { code: 'REFUSED', bankCode: code });
        }
        banks[gateway].settings.ipRefused = true;
        await assert.rejects(openShop(gateway).pos.start(newOrder(), { card: card('success') }), { code: 'REFUSED', bankCode: 'PosMerchantIPError' });
        banks[gateway].settings.ipRefused = false;
      }
    });

    test('instalments', async () => {
      const { payment, sent } = await paid(gateway, { changes: { installments: 3 } });
      assert.deepEqual([payment.status, payment.installments], ['paid', 3]);
      assert.ok(sent.every(({ body }) => /<InstallmentCount>3</.test(body)));
    });

    test('a decline without digest or echo', async () => {
      banks[gateway].settings.signsDeclines = false;
      const { payment } = await paid(gateway, { pan: 'insufficient-funds' });
      assert.deepEqual([payment.status, payment.decline.reason, payment.decline.bankCode], ['declined', 'insufficient-funds', '51']);
    });
  });

  describe(`${gateway}: answers that are lost or wrong`, () => {
    for (const kind of ['wrong-order', 'wrong-amount', 'wrong-hash', 'no-hash']) {
      test(`${kind}: the books decide`, async () => {
        const life = await visited(gateway);
        life.bank.fault({ on: 'ThreeDModelProvisionGate', kind, times: 1 });
        assert.equal(await outcomeOf(() => life.pos.finish(life.stored, life.body)), 'paid by reply');
        assert.deepEqual(life.operations().slice(1), ['ThreeDModelProvisionGate', inquiryOf(gateway)]);
      });
    }

    test('the answer to the provision never comes', async () => {
      const life = await visited(gateway, { pan: 'silent', shop: openShop(gateway, {}, { timeoutMs: 1500 }) });
      const payment = await life.pos.finish(life.stored, life.body);
      assert.equal(payment.status, 'unknown');
      const stored = keep(life.stored, payment);
      assert.equal(await outcomeOf(() => life.pos.finish(stored, life.body)), 'paid by reply');
      assert.equal(await outcomeOf(() => life.pos.inquire(stored)), 'paid by reply');
      // And where what the claim was given is all that is left, or only what was stored before the browser left.
      assert.equal(await outcomeOf(() => life.pos.inquire([...life.claims.values()][0])), 'paid by reply');
      assert.equal(await outcomeOf(() => life.pos.inquire(life.stored)), 'paid by reply');
      assert.equal(life.operations().filter((name) => name === 'ThreeDModelProvisionGate').length, 1);
    });

    for (const [kind, done] of [
      ['timeout-after', true], ['timeout-before', false], ['reset-after', true], ['reset-before', false], ['http-500-after', true],
      ['html-after', true], ['redirect-after', true], ['truncated', true], ['duplicate-tag', true],
    ]) {
      test(`the provision: ${kind}`, async () => {
        const life = await visited(gateway);
        life.bank.fault({ on: 'ThreeDModelProvisionGate', kind, times: 1 });
        const payment = await life.pos.finish(life.stored, life.body);
        assert.equal(payment.status, 'unknown');
        assert.equal(stateOf(life), done ? 'paid' : 'open');
        const stored = keep(life.stored, payment);
        assert.equal(await outcomeOf(() => life.pos.inquire(stored)), done ? 'paid by reply' : 'pending by none');
        // The same return is no reason to ask for the money again.
        assert.equal(await outcomeOf(() => life.pos.finish(stored, life.body)), done ? 'paid by reply' : 'pending by none');
        assert.equal(life.operations().filter((name) => name === 'ThreeDModelProvisionGate').length, 1);
      });
    }

    for (const [kind, outcome] of [['wrong-order', 'refused ORDER_MISMATCH'], ['wrong-amount', 'refused AMOUNT_MISMATCH'], ['duplicate-tag', 'unknown by none']]) {
      test(`the inquiry: ${kind}`, async () => {
        const { pos, stored, bank } = await paid(gateway);
        bank.fault({ on: inquiryOf(gateway), kind, times: 1 });
        assert.equal(await outcomeOf(() => pos.inquire(stored)), outcome);
      });
    }

    test('an order that the bank does not know yet', async () => {
      const { pos, stored, bank } = await visited(gateway);
      bank.settings.statusLagMs = 60_000;
      assert.equal(await outcomeOf(() => pos.inquire(stored)), 'pending by none');
    });
  });

  describe(`${gateway}: forged returns`, () => {
    /** A message as the attacker's panel has it. */
    const messageOf = (life) => ({ system: gateway, body: life.body, orderId: life.stored.id });

    test('a failure that was made a success', async () => {
      for (const signsRefusals of [true, false]) {
        banks[gateway].settings.signsRefusals = signsRefusals;
        const life = await visited(gateway, { customer: { password: 'wrong' } });
        const { body } = forge(messageOf(life), { attack: 'boa-approve' });
        assert.match(await outcomeOf(() => life.pos.finish(life.stored, body)), /^refused SIGNATURE_MISSING|^refused MALFORMED/);
        assert.ok(!life.operations().includes('ThreeDModelProvisionGate'));
      }
    });

    test('the key that the old interface brings along', async () => {
      banks[gateway].settings[gateway === 'kuveytturk' ? 'oldApi' : 'keyInReturn'] = true;
      const life = await visited(gateway, { customer: { password: 'wrong' } });
      const { body } = forge(messageOf(life), { attack: 'boa-own-key' });
      assert.equal(await outcomeOf(() => life.pos.finish(life.stored, body)), 'refused SIGNATURE_INVALID');
      // The genuine one no less: whoever saw it has the key.
      const genuine = await visited(gateway);
      assert.equal(await outcomeOf(() => genuine.pos.finish(genuine.stored, genuine.body)), 'refused SIGNATURE_INVALID');
    });

    test('another order\'s success', async () => {
      const cheap = await visited(gateway, { changes: { amount: '1.00' } });
      const dear = await visited(gateway, { changes: { amount: '9000.00' } });
      assert.equal(await outcomeOf(() => dear.pos.finish(dear.stored, cheap.body)), 'refused ORDER_MISMATCH');
      // Its MD alone, in a return that is signed for the dear order: the bank refuses it, and nothing was taken.
      const swapped = withMdOf(cheap.body, dear.body);
      assert.notEqual(swapped, dear.body);
      assert.match(await outcomeOf(() => dear.pos.finish(dear.stored, swapped)), /^pending by none/);
      assert.notEqual(stateOf(dear), 'paid');
    });

    test('what the customer edits', async () => {
      const life = await visited(gateway);
      const damaged = life.body.replace(/HashData/, 'HashDate');
      assert.match(await outcomeOf(() => life.pos.finish(life.stored, damaged)), /^refused/);
      assert.equal(await outcomeOf(() => life.pos.finish(life.stored, `${life.body}&${life.body}`)), 'refused DUPLICATE_FIELD');
      assert.match(await outcomeOf(() => life.pos.finish(life.stored, 'x=1')), /^refused|^pending/);
      assert.ok(!life.operations().includes('ThreeDModelProvisionGate'));
      assert.deepEqual(life.pos.peek(life.body), { orderId: life.stored.id });
      assert.equal(life.pos.peek('x=1'), null);
    });
  });

  describe(`${gateway}: money back`, () => {
    test('a void on the same day, once', async () => {
      const { pos, stored, bank, operations } = await paid(gateway);
      const payment = await pos.void(stored, { id: 'V1' });
      assert.equal(payment.status, 'voided');
      assert.equal(bank.find(stored.id).status, 'voided');
      const after = keep(stored, payment);
      assert.equal(await outcomeOf(() => pos.void(after, { id: 'V1' })), 'voided by reply');
      assert.equal(operations().filter((name) => name === 'SaleReversal').length, 1);
      await assert.rejects(pos.void(after, { id: 'V2' }), { code: 'ORDER' });
      await assert.rejects(pos.refund(after, { id: 'R1', amount: '1.00' }), { code: 'ORDER' });
    });

    test('refunds in parts, and no more than was taken', async () => {
      const { pos, stored, bank } = await paid(gateway);
      bank.settle();
      const first = await pos.refund(stored, { id: 'R1', amount: '49.90' });
      assert.deepEqual([first.status, first.refundedAmount], ['refunded', '49.90']);
      const after = keep(stored, first);
      assert.equal(await outcomeOf(() => pos.inquire(after)), 'paid by reply');
      await assert.rejects(pos.refund(after, { id: 'R2', amount: '100.01' }), { code: 'ORDER', field: 'amount' });
      const second = await pos.refund(after, { id: 'R2', amount: '100.00' });
      assert.deepEqual([second.status, second.refundedAmount], ['refunded', '149.90']);
      assert.equal(bank.find(stored.id).refunded, 14990n);
      assert.equal(await outcomeOf(() => pos.inquire(keep(after, second))), 'refunded by reply');
    });

    test('a whole refund', async () => {
      const { pos, stored, bank, operations } = await paid(gateway);
      bank.settings.sameDayRules = true;
      const tooEarly = await pos.refund(stored, { id: 'R1', amount: '149.90' });
      assert.equal(tooEarly.status, 'declined');
      bank.settle();
      const refund = await pos.refund(keep(stored, tooEarly), { id: 'R2', amount: '149.90' });
      assert.equal(refund.status, 'refunded');
      assert.deepEqual(operations().slice(2), ['DrawBack', 'DrawBack']);
      assert.equal(bank.find(stored.id).status, 'refunded');
    });

    test('a refund whose answer is lost is asked about, never sent again', async () => {
      const { pos, stored, bank, operations, claims } = await paid(gateway);
      bank.settle();
      const operation = gateway === 'kuveytturk' ? 'PartialDrawback' : 'PartialDrawBack';
      bank.fault({ on: operation, kind: 'reset-after', times: 1 });
      const lost = await pos.refund(stored, { id: 'R1', amount: '50.00' });
      assert.equal(lost.status, 'unknown');
      const after = keep(stored, lost);
      const settled = await pos.refund(after, { id: 'R1', amount: '50.00' });
      assert.deepEqual([settled.status, settled.refundedAmount, settled.review ?? false], ['paid', '50.00', false]);
      assert.equal(operations().filter((name) => name === operation).length, 1);
      assert.equal(bank.find(stored.id).refunded, 5000n);
      assert.equal(claims.size, 2);
    });

    test('two that begin from the same stored order', async () => {
      const { pos, stored, bank } = await paid(gateway);
      bank.settle();
      const both = await Promise.all([pos.refund(stored, { id: 'R1', amount: '50.00' }), pos.refund(stored, { id: 'R2', amount: '50.00' })]);
      assert.deepEqual(both.map(({ status }) => status).sort(), ['pending', 'refunded']);
      assert.equal(bank.find(stored.id).refunded, 5000n);
    });

    test('what neither has', async () => {
      const { pos, stored } = await paid(gateway);
      await assert.rejects(pos.capture(stored, { id: 'C1', amount: '1.00' }), { code: 'UNSUPPORTED' });
      await assert.rejects(pos.history(stored), { code: 'UNSUPPORTED' });
      await assert.rejects(pos.report({ from: '2026-11-01', to: '2026-11-02' }), { code: 'UNSUPPORTED' });
      await assert.rejects(pos.start(newOrder({ type: 'preauth' }), { card: card('success') }), { code: 'UNSUPPORTED' });
    });
  });
}

test('Kuveyt Türk: a success that says nothing, a fault, prefixes, and four digits of a currency', async () => {
  const { settings: bank } = banks.kuveytturk;
  Object.assign(bank, { soapPrefix: 'b:', answerCurrency: '0949' });
  const { pos, stored, payment } = await paid('kuveytturk');
  assert.equal(payment.status, 'paid');
  assert.equal(await outcomeOf(() => pos.inquire(stored)), 'paid by reply');
  banks.kuveytturk.fault({ on: 'GetMerchantOrderDetail', kind: 'soap-fault', times: 1 });
  assert.equal(await outcomeOf(() => pos.inquire(stored)), 'unknown by none');
  banks.kuveytturk.fault({ on: 'SaleReversal', kind: 'empty-value', times: 1 });
  const unclear = await pos.void(stored, { id: 'V1' });
  assert.equal(unclear.status, 'unknown');
  assert.equal(await outcomeOf(() => pos.void(keep(stored, unclear), { id: 'V1' })), 'voided by reply');
});

test('Kuveyt Türk: another currency', async () => {
  const { payment, pos, stored } = await paid('kuveytturk', { changes: { currency: 'USD' } });
  assert.deepEqual([payment.status, payment.currency], ['paid', 'USD']);
  assert.equal(await outcomeOf(() => pos.inquire(stored)), 'paid by reply');
  await assert.rejects(openShop('vakifkatilim').pos.start(newOrder({ currency: 'USD' }), { card: card('success') }), { code: 'UNSUPPORTED' });
});

test('the formulas agree with the simulated banks', () => {
  const key = hashedPassword('Gizli-77');
  for (const formulas of [kuveytturk, vakifkatilim]) {
    assert.equal(formulas.hashPassword('Gizli-77'), key);
    const request = { MerchantId: '496', MerchantOrderId: 'A1', Amount: '100', UserName: 'apitest' };
    assert.equal(formulas.requestHash(request, key), requestHash({ merchantId: '496', merchantOrderId: 'A1', amount: '100', userName: 'apitest' }, key));
    assert.equal(formulas.responseHash({ MerchantOrderId: 'A1', ResponseCode: '00', OrderId: '5' }, key), answerHash({ merchantOrderId: 'A1', responseCode: '00', orderId: '5' }, key));
  }
});

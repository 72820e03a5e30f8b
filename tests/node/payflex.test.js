// PayFlex, for the whole life of a payment, against the simulated PayFlex bank, which was written from the banks' documents by other hands.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createPos, payflex, paymentPage } from 'velopos';
import { commonPaymentHash } from '../../banks/payflex-hash.js';
import { startBanks } from '../../banks/server.js';
import { keep, newOrder, urls } from './new-order.js';
import { describe as describeResult, outcomeOf, rejects } from './outcome.js';

const vakifbank = {
  gateway: 'vakifbank', mode: 'test',
  merchant: { merchantId: '000000000007955', password: 'SimVpos789', terminalNo: 'VP000123', mpiPassword: 'SimMpi456' },
};
const SECRETS = ['SimVpos789', 'SimMpi456'];
/** The hosts of 2026, and the older installations, which have another form of nearly every request. */
const GENERATIONS = {
  'of 2026': {
    mpi: '/threeDGateway/Enrollment', vpos: '/virtualPos/Vposreq', search: '/virtualPos/Search',
    common_payment: '/commonPayment/CreateTokenCPY', payment_page: '/CommonPayment/SecurePayment',
  },
  older: {
    mpi: '/Enrollment.aspx', vpos: '/v3/Vposreq.aspx', search: '/UIService/Search.aspx',
    common_payment: '/CpWeb/api/RegisterTransaction', payment_page: '/CpWeb/SecurePayment',
  },
};
const PAN = {
  success: '4000000000000002', poor: '4000000000510000', failed3ds: '4000000003000009', attempt: '4000000003040005',
  notEnrolled: '4000000003020007', unavailable: '4000000003050004', mastercard: '5406675406675403', troy: '9792030394440796',
};
const card = (number) => ({ number, month: '12', year: '30', cvv: '789', holder: 'Ayşe Işık Ğ' });
let banks;
let bank;
let settings;
before(async () => {
  banks = await startBanks({ shopOrigin: 'http://localhost:8480', payflex: { times: { slowMs: 5, hangMs: 400 } } });
  bank = banks.payflex;
  settings = structuredClone(bank.settings);
});
beforeEach(() => {
  Object.assign(bank.settings, structuredClone(settings));
  bank.clearFaults();
});
after(() => banks.close());

const timeoutFor = (kind) => ({ timeoutMs: kind.startsWith('timeout') ? 250 : 2000 });

/** A shop with its claims, and what it has sent. */
function openShop(changes, options, generation = 'of 2026') {
  const endpoints = Object.fromEntries(Object.entries(GENERATIONS[generation]).map(([name, path]) => [name, `${banks.url}/payflex${path}`]));
  const claims = new Map();
  const sent = [];
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  const spy = (url, init) => {
    sent.push({ url: String(url), body: String(init.body), text: new URLSearchParams(init.body).get('prmstr') ?? String(init.body) });
    return fetch(url, init);
  };
  const pos = createPos({ ...vakifbank, endpoints, ...changes }, { claim, fetch: spy, timeoutMs: 2000, ...options });
  const operations = () => sent.map(({ url, text }) => /<TransactionType>(\w+)/.exec(text)?.[1] ?? url.split('/').at(-1).replace('.aspx', ''));
  return { pos, claims, sent, operations };
}

const openCardShop = (changes, options, generation) => openShop({ model: '3d', ...changes }, options, generation);
const refsOf = (stored) => new URLSearchParams(stored.refs);
const provisions = (operations) => operations().filter((each) => ['Sale', 'Auth'].includes(each)).length;
/** What the bank's book says about an order: its money, once for every time it was taken. */
const booked = (stored) => bank.lines().filter(({ orderId, code }) => orderId === stored.id && code === '0000').length;

/** The customer has paid on the bank's page, and come back with an address that says so. */
async function visitedPage({ customer, changes, config, options, generation, shop = openShop(config, options, generation) } = {}) {
  const started = await shop.pos.start(newOrder(changes));
  const token = new URL(started.redirect.url).searchParams.get('Ptkn');
  const { url, silent } = await bank.visit(token, customer);
  return { ...shop, started, token, silent, stored: started.order, url, body: url && new URL(url).search };
}

/** The card was typed on the shop's page, and its holder was at the card's bank. */
async function visitedAcs({ pan = PAN.success, customer, changes, config, options, generation, shop = openCardShop(config, options, generation) } = {}) {
  const started = await shop.pos.start(newOrder(changes), { card: card(pan) });
  const enrollment = refsOf(started.order).get('token');
  const { body, url } = await bank.visit3D(enrollment, customer);
  return { ...shop, started, enrollment, stored: started.order, body, url };
}

async function finished(visit) {
  const payment = await visit.pos.finish(visit.stored, visit.body);
  return { ...visit, payment, stored: keep(visit.stored, payment) };
}

const paidPage = async (given) => finished(await visitedPage(given));
const paidCard = async (given) => finished(await visitedAcs(given));
const WAYS = { 'common payment': paidPage, '3d': paidCard };

for (const generation of Object.keys(GENERATIONS)) {
  describe(`the bank's page, ${generation}`, () => {
    test('from the registration to the money', async () => {
      const { operations, claims, started, stored, payment, url, sent } = await paidPage({ generation });
      assert.equal(describeResult(payment), 'paid by reply');
      assert.deepEqual(operations(), generation === 'older' ? ['RegisterTransaction', 'VposTransaction'] : ['CreateTokenCPY', 'GetVposTransaction']);
      assert.equal(claims.size, 0, 'our own server takes no money');
      assert.ok(started.redirect.url.startsWith(`${banks.url}/payflex${GENERATIONS[generation].payment_page}?Ptkn=`), started.redirect.url);
      assert.ok(url.startsWith(urls.ok));
      assert.deepEqual([payment.amount, payment.currency, payment.installments], ['149.90', 'TRY', 1]);
      assert.equal(payment.transactionId, refsOf(stored).get('transaction'));
      assert.deepEqual([bank.find(stored.id).transactionId, bank.find(stored.id).status, booked(stored)], [payment.transactionId, 'paid', 1]);
      assert.match(payment.maskedPan, /^40000000\*{4}0002$/);
      for (const secret of [...SECRETS, PAN.success]) assert.ok(!inspect([started, stored, payment], { depth: 9 }).includes(secret), secret);
      assert.ok(sent.every(({ body }) => /^[\x20-\x7e]*$/.test(body)), 'ASCII on the wire');
      assert.equal(describeResult(await openShop({}, {}, generation).pos.inquire(stored)), 'paid by reply');
    });

    for (const [name, customer, config, outcome, state] of [
      ['no limit', { card: 'insufficient-funds' }, {}, 'declined by reply', 'declined'],
      ['3-D Secure failed', { card: '3ds-failed' }, {}, 'declined by reply', 'declined'],
      ['a wrong password', { password: 'wrong' }, {}, 'declined by reply', 'declined'],
      ['an attempt', { card: '3ds-attempt' }, {}, 'paid by reply', 'paid'],
      ['not enrolled', { card: '3ds-not-enrolled' }, {}, 'declined by reply', 'declined'],
      ['not enrolled, attempts accepted', { card: '3ds-not-enrolled' }, { threeDS: 'attempted' }, 'paid by reply', 'paid'],
      ['an error of the card\'s bank', { card: 'bank-error' }, {}, 'declined by reply', 'declined'],
      ['the customer turns back', { card: 'cancel' }, {}, 'pending by none', 'declined'],
    ]) {
      test(`${name}: ${outcome}`, async () => {
        const { stored, payment } = await paidPage({ customer, config, generation });
        assert.equal(describeResult(payment), outcome);
        assert.equal(bank.find(stored.id).status, state);
        if (name === 'no limit') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['insufficient-funds', '0051']);
        if (name === '3-D Secure failed') assert.equal(payment.decline.reason, '3ds-failed');
      });
    }

    test('a pre-authorisation with instalments, in euros', async () => {
      const { payment, stored } = await paidPage({ generation, changes: { type: 'preauth', installments: 3, currency: 'EUR' } });
      assert.deepEqual([describeResult(payment), payment.installments, payment.currency], ['authorized by reply', 3, 'EUR']);
      const { status, installments, currency } = bank.find(stored.id);
      assert.deepEqual([status, installments, currency], ['authorized', '3', 'EUR']);
    });

    test('the customer never comes back: the inquiry tells', async () => {
      const { pos, started, silent } = await visitedPage({ generation, customer: { card: 'silent' } });
      assert.equal(silent, true);
      assert.equal(describeResult(await pos.inquire(started.order)), 'paid by reply');
      const open = await visitedPage({ generation, customer: { card: 'close' } });
      assert.equal(describeResult(await open.pos.inquire(open.stored)), 'pending by none');
    });

    for (const [kind, outcome] of [
      ['timeout-before', 'unknown by none'], ['reset-after', 'unknown by none'], ['http-500-after', 'unknown by none'], ['html-after', 'unknown by none'],
      ['redirect-before', 'unknown by none'], ['truncated', 'unknown by none'], ['duplicate-tag', 'unknown by none'],
      ['wrong-order', 'refused ORDER_MISMATCH'], ['wrong-amount', 'refused AMOUNT_MISMATCH'],
    ]) {
      test(`the query, ${kind}: ${outcome}, and the same return goes through afterwards`, async () => {
        const visit = await visitedPage({ generation, options: timeoutFor(kind) });
        bank.fault({ on: 'query', kind });
        assert.equal(await outcomeOf(() => visit.pos.finish(visit.stored, visit.body)), outcome);
        bank.clearFaults();
        assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
      });
    }

    for (const kind of ['timeout-after', 'reset-before', 'http-500-after', 'html-before', 'truncated', 'duplicate-tag']) {
      test(`the registration, ${kind}: nothing has begun`, async () => {
        const { pos } = openShop({}, timeoutFor(kind), generation);
        bank.fault({ on: 'register', kind });
        await rejects(() => pos.start(newOrder()), 'UNREACHABLE');
      });
    }

    test('a payment that the bank does not show yet', async () => {
      bank.settings.queryLagMs = 60_000;
      const { pos, payment, stored } = await paidPage({ generation });
      assert.equal(describeResult(payment), 'pending by none');
      bank.settings.queryLagMs = 0;
      assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
    });
  });
}

test('amounts with a point, from an older installation', async () => {
  bank.settings.queryAmounts = 'dot';
  assert.equal(describeResult((await paidPage({ generation: 'older' })).payment), 'paid by reply');
});

describe('what a registration needs', () => {
  for (const [name, merchant, field] of [
    ['another password', { password: 'Baska123' }, 'merchant.password'],
    ['another merchant', { merchantId: '000000000007956' }, 'merchant.merchantId'],
    ['another terminal', { terminalNo: 'VP000124' }, 'merchant.terminalNo'],
  ]) {
    test(name, async () => {
      const { pos } = openShop({ merchant: { ...vakifbank.merchant, ...merchant } });
      const error = await rejects(() => pos.start(newOrder()), 'REFUSED', field);
      assert.match(error.bankCode, /^\d{4}$/);
    });
  }

  test('an order id of its own', async () => {
    const { pos, stored } = await paidPage();
    await rejects(() => pos.start(newOrder({ id: stored.id })), 'REFUSED', 'id');
  });

  test('addresses that are known', () => {
    assert.throws(() => createPos({ ...vakifbank, gateway: 'ziraat-payflex' }), { code: 'CONFIG', field: 'endpoints.common_payment' });
    assert.equal(createPos({ ...vakifbank, gateway: 'ziraat-payflex', model: '3d' }, { claim: async () => true }).takesCard, true);
    assert.throws(() => createPos({ ...vakifbank, mode: 'production' }), { code: 'CONFIG', field: 'merchant.merchantId' });
  });
});

for (const generation of Object.keys(GENERATIONS)) {
  describe(`the card through the shop's server, ${generation}`, () => {
    test('from the card to the money', async () => {
      const visit = await visitedAcs({ generation });
      const { operations, claims, sent, started } = visit;
      const payment = await visit.pos.finish(visit.stored, visit.body);
      const stored = keep(visit.stored, payment);
      assert.equal(describeResult(payment), 'paid by reply');
      assert.deepEqual(payment.threeDS, { eci: '05', liability: 'issuer' });
      // This bank refuses amounts beside an authentication; an older installation is sent one first.
      const refused = generation === 'older' ? ['Sale'] : [];
      assert.deepEqual(operations(), ['Enrollment', ...refused, 'Sale']);
      const key = `vakifbank:000000000007955:test:${stored.id}:send:`;
      assert.deepEqual([...claims.keys()], generation === 'older' ? [`${key}provision`, `${key}again`] : [`${key}provision`]);
      assert.deepEqual([bank.find(stored.id).status, booked(stored), payment.transactionId], ['paid', 1, refsOf(stored).get('transaction')]);

      // The card stands in the enrollment and nowhere else, though the bank sends it back through the browser.
      assert.match(visit.body, new RegExp(PAN.success));
      assert.match(sent[0].body, new RegExp(PAN.success));
      assert.ok(![...new URLSearchParams(sent[0].body).values()].includes('789'), 'the security code is not asked for');
      for (const secret of [...SECRETS, PAN.success]) {
        assert.ok(!inspect([started, stored, payment, [...claims.values()]], { depth: 9 }).includes(secret), secret);
      }
      assert.ok(!sent.slice(1).some(({ body }) => body.includes(PAN.success)));
      assert.ok(sent.every(({ body }) => /^[\x20-\x7e]*$/.test(body)), 'ASCII on the wire');
    });

    for (const [pan, config, outcome, state, liability] of [
      ['poor', {}, 'declined by reply', 'declined'],
      ['mastercard', {}, 'paid by reply', 'paid', 'issuer'],
      ['troy', {}, 'paid by reply', 'paid', 'issuer'],
      // Whatever the browser says about a failure, the bank is asked, and knows of nothing.
      ['failed3ds', {}, 'pending by none', undefined],
      ['attempt', {}, 'pending by none', undefined],
      ['unavailable', {}, 'pending by none', undefined],
      ['failed3ds', { threeDS: 'attempted' }, 'pending by none', undefined],
      ['unavailable', { threeDS: 'attempted' }, 'pending by none', undefined],
      ['attempt', { threeDS: 'attempted' }, 'paid by reply', 'paid', 'merchant'],
    ]) {
      test(`${pan}${config.threeDS ? ', attempts accepted' : ''}: ${outcome}`, async () => {
        const { stored, payment, operations } = await paidCard({ pan: PAN[pan], config, generation });
        assert.equal(describeResult(payment), outcome);
        assert.equal(bank.find(stored.id)?.status, state);
        if (state === undefined) assert.equal(provisions(operations), 0, 'no money is asked for');
        if (pan === 'poor') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['insufficient-funds', '0051']);
        if (liability) assert.equal(payment.threeDS.liability, liability);
      });
    }

    test('a pre-authorisation with instalments, in dollars', async () => {
      const { payment, stored } = await paidCard({ generation, changes: { type: 'preauth', installments: 6, currency: 'USD' } });
      assert.deepEqual([describeResult(payment), payment.installments], ['authorized by reply', 6]);
      const { status, installments, currency } = bank.find(stored.id);
      assert.deepEqual([status, installments, currency], ['authorized', '6', 'USD']);
    });

    const truthOf = (kind) => (/-before$/.test(kind) ? 'pending by none' : 'paid by reply');
    for (const kind of [
      'timeout-before', 'timeout-after', 'reset-before', 'reset-after', 'http-500-before', 'http-500-after', 'html-before', 'html-after',
      'redirect-before', 'truncated', 'duplicate-tag', 'entities', 'wrong-order', 'wrong-amount',
    ]) {
      test(`the provision, ${kind}: unknown; the inquiry says ${truthOf(kind)}, and money was asked for once`, async () => {
        // An older installation that wants the amount, so that both generations are charged by their first request.
        if (generation === 'older') Object.assign(bank.settings, { refusedAfter3D: [], requiredAfter3D: ['CurrencyAmount', 'CurrencyCode'] });
        const visit = await visitedAcs({ generation, options: timeoutFor(kind) });
        bank.fault({ on: 'sale', kind });
        assert.equal(await outcomeOf(() => visit.pos.finish(visit.stored, visit.body)), 'unknown by none');
        bank.clearFaults();
        assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'pending by none', 'the return again');
        // What the site stored with the claim is enough to go on.
        const [kept] = visit.claims.values();
        assert.equal(describeResult(await visit.pos.inquire(kept)), truthOf(kind));
        assert.deepEqual([provisions(visit.operations), booked(visit.stored)], [1, truthOf(kind).startsWith('paid') ? 1 : 0]);
      });
    }
  });
}

test('a bank that wants the amount: the hosts of 2026 are asked once more, with it', async () => {
  Object.assign(bank.settings, { refusedAfter3D: ['Pan', 'Expiry'], requiredAfter3D: ['CurrencyAmount', 'CurrencyCode'] });
  const { payment, operations, claims, stored } = await paidCard();
  assert.equal(describeResult(payment), 'paid by reply');
  assert.deepEqual([operations(), claims.size, booked(stored)], [['Enrollment', 'Sale', 'Sale'], 2, 1]);
  // An installation that wants the card again cannot be used: it is not kept for that.
  bank.settings.requiredAfter3D = ['Pan', 'Expiry', 'CurrencyAmount', 'CurrencyCode'];
  const refused = await paidCard();
  assert.deepEqual([describeResult(refused.payment), refused.payment.decline.bankCode, booked(refused.stored)], ['declined by reply', '1051', 0]);
});

describe('the way to the card\'s bank', () => {
  test('a form of three fields', async () => {
    const { pos } = openCardShop();
    const { redirect } = await pos.start(newOrder(), { card: card(PAN.success) });
    assert.deepEqual(Object.keys(redirect.fields), ['PaReq', 'TermUrl', 'MD']);
    const page = paymentPage(redirect, { language: 'tr' });
    assert.match(page.body, new RegExp(`action="${redirect.action}"`));
    assert.doesNotMatch(page.body, new RegExp(PAN.success));
    const there = await fetch(redirect.action, { method: 'POST', body: new URLSearchParams(redirect.fields) });
    assert.equal(there.status, 200, 'the bank knows what it gets');
  });

  for (const go of ['base64', 'base64url']) {
    test(`BKM's page, as ${go}`, async () => {
      bank.settings.go = go;
      const { started, payment, stored } = await paidCard({});
      assert.deepEqual(Object.keys(started.redirect.fields), ['goreq']);
      assert.match(started.redirect.action, /\/goguvenliode\/approve$/);
      const there = await fetch(started.redirect.action, { method: 'POST', body: new URLSearchParams(started.redirect.fields) });
      assert.equal(there.status, 200);
      assert.deepEqual([describeResult(payment), booked(stored)], ['paid by reply', 1]);
    });
  }

  for (const enrollmentErrors of ['message', 'detail']) {
    for (const [name, merchant, set, code, field] of [
      ['the password of the virtual POS instead of the MPI\'s', { mpiPassword: undefined }, {}, '2018', 'merchant.mpiPassword'],
      ['another merchant', { merchantId: '000000000007956' }, {}, '2005', 'merchant.merchantId'],
      ['an address that the bank does not know', {}, { ipRefusal: '1105' }, '1105'],
      ['the same, in other words', {}, { ipRefusal: '6011' }, '6011'],
    ]) {
      test(`${name} (${enrollmentErrors})`, async () => {
        Object.assign(bank.settings, { ...set, enrollmentErrors });
        const { pos } = openCardShop({ merchant: { ...vakifbank.merchant, ...merchant } });
        const error = await rejects(() => pos.start(newOrder(), { card: card(PAN.success) }), 'REFUSED', field);
        assert.equal(error.bankCode, code);
      });
    }
  }

  for (const [name, kind, number, reason] of [
    ['a card that is not enrolled', null, PAN.notEnrolled, '3ds-failed'],
    ['not enrolled', 'veres-N', PAN.success, '3ds-failed'],
    ['not available', 'veres-U', PAN.success, 'bank-unavailable'],
    ['the directory server does not answer', 'veres-E', PAN.success, 'bank-unavailable'],
    ['a card that nobody has issued', null, '4508034508034517', 'invalid-card'],
  ]) {
    test(`${name}: declined`, async () => {
      if (kind) bank.fault({ on: 'enrollment', kind });
      const { pos, sent } = openCardShop();
      const { type, payment } = await pos.start(newOrder(), { card: card(number) });
      assert.deepEqual([type, describeResult(payment), payment.decline.reason, sent.length], ['done', 'declined by reply', reason, 1]);
    });
  }

  for (const kind of ['timeout-after', 'reset-before', 'http-500-after', 'html-after', 'truncated', 'duplicate-tag', 'entities']) {
    test(`the enrollment, ${kind}: nothing has begun`, async () => {
      const { pos } = openCardShop({}, timeoutFor(kind));
      bank.fault({ on: 'enrollment', kind });
      await rejects(() => pos.start(newOrder(), { card: card(PAN.success) }), 'UNREACHABLE');
    });
  }

  test('an answer about another enrollment', async () => {
    bank.fault({ on: 'enrollment', kind: 'wrong-order' });
    await rejects(() => openCardShop().pos.start(newOrder(), { card: card(PAN.success) }), 'ORDER_MISMATCH', 'VerifyEnrollmentRequestId');
  });
});

describe('what a customer may try', () => {
  test('another order\'s return', async () => {
    const cheap = await visitedAcs({ changes: { amount: '1.00' } });
    const dear = await visitedAcs();
    await rejects(() => dear.pos.finish(dear.stored, cheap.body), 'ORDER_MISMATCH', 'VerifyEnrollmentRequestId');
    assert.deepEqual([provisions(dear.operations), booked(dear.stored)], [0, 0]);
    const [one, other] = [await visitedPage({ changes: { amount: '1.00' } }), await visitedPage({ customer: { card: 'close' } })];
    await rejects(() => other.pos.finish(other.stored, one.body), 'ORDER_MISMATCH', 'PaymentToken');
    const withoutToken = `Rc=0000&TransactionId=${refsOf(one.stored).get('transaction')}`;
    await rejects(() => other.pos.finish(other.stored, withoutToken), 'ORDER_MISMATCH', 'TransactionId');
  });

  /** The proof of another authentication under the numbers of this one. */
  test('another order\'s authentication', async () => {
    const cheap = await visitedAcs({ changes: { amount: '1.00' } });
    const dear = await visitedAcs({ pan: PAN.failed3ds });
    const body = new URLSearchParams(dear.body);
    for (const name of ['Status', 'Eci', 'Cavv', 'Xid', 'PurchAmount']) body.set(name, new URLSearchParams(cheap.body).get(name));
    const payment = await dear.pos.finish(dear.stored, body.toString());
    assert.deepEqual([describeResult(payment), payment.decline.reason, booked(dear.stored)], ['declined by reply', '3ds-failed', 0]);
    assert.equal(describeResult(await cheap.pos.finish(cheap.stored, cheap.body)), 'paid by reply', 'which it does not hurt');
  });

  test('words that say success', async () => {
    const failed = await visitedAcs({ pan: PAN.failed3ds });
    const body = new URLSearchParams(failed.body);
    for (const [name, value] of [['Status', 'Y'], ['Eci', '05'], ['Cavv', 'AAABBIIFmAAAAAAAAAAAAAAAAAA='], ['ErrorCode', '']]) body.set(name, value);
    const payment = await failed.pos.finish(failed.stored, body.toString());
    assert.doesNotMatch(describeResult(payment), /^(paid|authorized)/);
    assert.equal(booked(failed.stored), 0);

    const unpaid = await visitedPage({ customer: { card: 'insufficient-funds' } });
    const said = unpaid.body.replace(/Rc=0051/, 'Rc=0000').replace(/ErrorCode=[^&]*/, 'ErrorCode=');
    assert.equal(describeResult(await unpaid.pos.finish(unpaid.stored, said)), 'declined by reply');
    const open = await visitedPage({ customer: { card: 'close' } });
    assert.equal(describeResult(await open.pos.finish(open.stored, `Rc=0000&PaymentToken=${open.token}&AuthCode=123456`)), 'pending by none');
  });

  test('words that say failure, about somebody else\'s payment', async () => {
    const visit = await visitedAcs();
    for (const status of ['N', 'U', 'E', 'A', '', 'y']) {
      const body = new URLSearchParams(visit.body);
      body.set('Status', status);
      body.set('ErrorCode', '1105');
      assert.equal(describeResult(await visit.pos.finish(visit.stored, body.toString())), 'pending by none', status);
    }
    assert.equal(describeResult(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply', 'which they do not end');
    const page = await visitedPage();
    const said = page.body.replace(/Rc=0000/, 'Rc=0051');
    assert.equal(describeResult(await page.pos.finish(page.stored, said)), 'paid by reply');
  });

  test('the error of a bank, as it was captured', async () => {
    bank.fault({ on: 'callback', kind: 'status-E' });
    const { payment, operations } = await paidCard();
    assert.deepEqual([describeResult(payment), provisions(operations)], ['pending by none', 0]);
  });

  test('every field of a return, left out and changed', async () => {
    const visit = await visitedAcs();
    const fields = [...new URLSearchParams(visit.body)];
    for (const [name, value] of fields) {
      for (const change of [undefined, '', '0', '1', 'Y', `${value}X`, `${value}\u0000`, '4000000000000002']) {
        const body = new URLSearchParams(fields.filter(([at]) => at !== name || change !== undefined).map(([at, given]) => [at, at === name ? change : given]));
        // A shop whose claims are used up: what would be sent is told by `step`, and nothing is charged here.
        const { type, moves, request } = await stepOf(() => visit.pos.step.callback(visit.stored, body.toString()));
        if (type === 'refused') continue;
        assert.equal(type, 'send', `${name} ${change}`);
        if (!moves) continue;
        const xml = new URLSearchParams(request.body).get('prmstr');
        const genuine = visit.pos.step.callback(visit.stored, visit.body).request.body;
        const same = request.body === genuine;
        assert.ok(same || ['Cavv', 'Eci'].includes(name), `${name} reaches the provision: ${xml}`);
        assert.ok(!/[<>&]/.test(/<CAVV>(.*)<\/CAVV>/.exec(xml)[1]));
      }
    }
    assert.equal(booked(visit.stored), 0);
  });

  test('a second value for a field', async () => {
    const visit = await visitedAcs();
    for (const name of ['Status', 'status', 'VerifyEnrollmentRequestId', 'MerchantId', 'Eci']) {
      await rejects(() => visit.pos.finish(visit.stored, `${visit.body}&${name}=Y`), 'DUPLICATE_FIELD');
    }
    assert.equal(provisions(visit.operations), 0);
  });

  for (const [way, visited] of [['common payment', visitedPage], ['3d', visitedAcs]]) {
    test(`${way}: the same return again, and several at once`, async () => {
      const visit = await visited();
      const results = await Promise.all([1, 2, 3].map(() => visit.pos.finish(visit.stored, visit.body)));
      const beliefs = results.map(describeResult).sort();
      assert.deepEqual(beliefs, way === '3d' ? ['paid by reply', 'pending by none', 'pending by none'] : Array(3).fill('paid by reply'));
      const stored = keep(visit.stored, results.find(({ status }) => status === 'paid'));
      assert.equal(describeResult(await visit.pos.finish(stored, visit.body)), 'paid by reply', 'asked, not asked for');
      // After a refund the old return says nothing new.
      const refund = await visit.pos.refund(stored, { id: 'R1', amount: '149.90' });
      assert.equal(describeResult(await visit.pos.finish(keep(stored, refund), visit.body)), 'refunded by reply');
      assert.equal(booked(visit.stored), 1);
    });
  }

  test('the return of one model, in the other', async () => {
    const [page, acs] = [await visitedPage(), await visitedAcs()];
    await rejects(() => page.pos.finish(page.stored, acs.body), 'MALFORMED', 'PaymentToken');
    await rejects(() => acs.pos.finish(acs.stored, page.body), 'MALFORMED', 'MerchantId');
    await rejects(() => acs.pos.finish({ ...page.stored, model: '3d' }, acs.body), ['ORDER', 'ORDER_MISMATCH']);
  });

  test('a digest in the return is no proof either', async () => {
    bank.settings.returnHash = true;
    const { payment, stored } = await paidCard();
    assert.deepEqual([describeResult(payment), booked(stored)], ['paid by reply', 1]);
  });
});

async function stepOf(work) {
  try {
    return work();
  } catch (error) {
    assert.match(error.code, /^(MALFORMED|ORDER_MISMATCH|MERCHANT_MISMATCH)$/);
    return { type: 'refused' };
  }
}

for (const [way, pay] of Object.entries(WAYS)) {
  for (const generation of Object.keys(GENERATIONS)) {
    describe(`afterwards: ${way}, ${generation}`, () => {
      test('refunds, in part and to the end', async () => {
        const { pos, stored, claims } = await pay({ generation });
        const before = claims.size;
        const first = await pos.refund(stored, { id: 'R1', amount: '49.90' });
        assert.deepEqual([describeResult(first), first.refundedAmount, first.operation], ['refunded by reply', '49.90', { verb: 'refund', id: 'R1', amount: '49.90' }]);
        const after = keep(stored, first);
        const asked = await pos.inquire(after);
        assert.deepEqual([describeResult(asked), asked.refundedAmount], ['paid by reply', '49.90']);
        await rejects(() => pos.refund(after, { id: 'R2', amount: '100.01' }), 'ORDER', 'amount');
        const second = await pos.refund(after, { id: 'R2', amount: '100.00' });
        assert.equal(describeResult(await pos.inquire(keep(after, second))), 'refunded by reply');
        assert.equal(bank.find(stored.id).refunded, 14990n);
        assert.deepEqual([...claims.keys()].slice(before).map((key) => key.split(':').at(-1)), ['change1', 'change2']);
        // The same again is a question.
        assert.equal(describeResult(await pos.refund(keep(after, second), { id: 'R2', amount: '100.00' })), 'refunded by reply');
        assert.equal(bank.find(stored.id).refunded, 14990n);
      });

      test('a void, and what the bank says when it is too late', async () => {
        const { pos, stored } = await pay({ generation });
        const voided = await pos.void(stored, { id: 'V1' });
        assert.deepEqual([describeResult(voided), bank.find(stored.id).status], ['voided by reply', 'voided']);
        assert.equal(describeResult(await pos.inquire(keep(stored, voided))), 'voided by reply');
        assert.equal(describeResult(await pos.inquire(stored)), 'voided by reply', 'also for one who has not heard of it');

        const late = await pay({ generation });
        bank.settle();
        const refused = await late.pos.void(late.stored, { id: 'V1' });
        assert.deepEqual([describeResult(refused), refused.decline.bankCode], ['declined by reply', '2202']);
        assert.equal(describeResult(await late.pos.refund(keep(late.stored, refused), { id: 'R1', amount: '149.90' })), 'refunded by reply');
      });

      test('a pre-authorisation, captured in part, and refunded', async () => {
        const { pos, stored, payment } = await pay({ generation, changes: { type: 'preauth' } });
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

      test('a pre-authorisation is let go, before and after its capture', async () => {
        const reserved = await pay({ generation, changes: { type: 'preauth' } });
        const gone = await reserved.pos.void(reserved.stored, { id: 'V1' });
        assert.deepEqual([describeResult(gone), bank.find(reserved.stored.id).status], ['voided by reply', 'voided']);
        assert.equal(describeResult(await reserved.pos.inquire(keep(reserved.stored, gone))), 'voided by reply');
        const { pos, stored } = await pay({ generation, changes: { type: 'preauth' } });
        const after = keep(stored, await pos.capture(stored, { id: 'C1', amount: '149.90' }));
        const voided = await pos.void(after, { id: 'V1' });
        assert.equal(describeResult(voided), 'voided by reply');
        assert.equal(describeResult(await pos.inquire(keep(after, voided))), 'voided by reply');
        assert.deepEqual([bank.find(stored.id).status, bank.find(stored.id).captured], ['voided', 0n]);
      });
    });
  }
}

describe('changes whose answers get lost', () => {
  for (const kind of ['reset-after', 'http-500-after', 'html-after', 'truncated', 'duplicate-tag', 'entities', 'timeout-after', 'wrong-order', 'wrong-amount']) {
    test(`a refund, ${kind}`, async () => {
      const { stored } = await paidCard();
      const { pos, claims } = openCardShop({}, timeoutFor(kind));
      bank.fault({ on: 'refund', kind });
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
  }

  test('a refund under a number that the bank has seen is refused by the bank, too', async () => {
    const { pos, stored, sent } = await paidCard();
    await pos.refund(stored, { id: 'R1', amount: '49.90' });
    // A shop that has lost its notes and its claims asks for the same again.
    const forgetful = openCardShop();
    assert.equal(describeResult(await forgetful.pos.refund(stored, { id: 'R1', amount: '49.90' })), 'unknown by none');
    assert.equal(forgetful.sent[0].text, sent.at(-1).text);
    assert.equal(bank.find(stored.id).refunded, 4990n);
  });

  test('a capture: the inquiry finds it under its own number', async () => {
    const { stored } = await paidCard({ changes: { type: 'preauth' } });
    for (const kind of ['reset-before', 'html-after']) {
      const { pos, claims, operations } = openCardShop();
      bank.fault({ on: 'capture', kind });
      assert.equal(describeResult(await pos.capture(stored, { id: 'C1', amount: '149.90' })), 'unknown by none');
      bank.clearFaults();
      const kept = [...claims.values()].at(-1);
      await rejects(() => pos.capture(kept, { id: 'C2', amount: '149.90' }), 'ORDER', 'refs');
      assert.equal(describeResult(await pos.inquire(kept)), kind === 'html-after' ? 'paid by reply' : 'authorized by reply');
      assert.deepEqual(operations().slice(1), kind === 'html-after' ? ['Search'] : ['Search', 'Search']);
    }
  });

  test('an address that the bank does not know: declined, and nothing happened', async () => {
    const { pos, stored } = await paidCard();
    bank.settings.ipRefusal = '6011';
    const refused = await pos.refund(stored, { id: 'R1', amount: '1.00' });
    assert.deepEqual([describeResult(refused), refused.decline.bankCode, bank.find(stored.id).refunded], ['declined by reply', '6011', 0n]);
    const error = await rejects(() => pos.inquire(stored), 'REFUSED');
    assert.match(error.message, /IP/);
  });

  test('refunds only after the day', async () => {
    bank.settings.refundNeedsSettlement = true;
    const { pos, stored } = await paidCard();
    const early = await pos.refund(stored, { id: 'R1', amount: '1.00' });
    assert.deepEqual([describeResult(early), early.decline.bankCode], ['declined by reply', '1074']);
    bank.settle();
    assert.equal(describeResult(await pos.refund(keep(stored, early), { id: 'R2', amount: '1.00' })), 'refunded by reply');
  });
});

describe('inquiries', () => {
  for (const [kind, outcome] of [
    ['timeout-before', 'unknown by none'], ['reset-after', 'unknown by none'], ['http-500-after', 'unknown by none'], ['html-after', 'unknown by none'],
    ['truncated', 'unknown by none'], ['entities', 'unknown by none'], ['wrong-order', 'refused ORDER_MISMATCH'], ['wrong-amount', 'refused AMOUNT_MISMATCH'],
  ]) {
    test(`${kind}: ${outcome}`, async () => {
      const { stored } = await paidCard();
      const { pos } = openCardShop({}, timeoutFor(kind));
      bank.fault({ on: 'search', kind });
      assert.equal(await outcomeOf(() => pos.inquire(stored)), outcome);
      bank.clearFaults();
      assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
    });
  }

  test('a payment that Search does not show yet', async () => {
    bank.settings.searchLagMs = 60_000;
    const { pos, stored, payment } = await paidCard();
    assert.equal(describeResult(payment), 'paid by reply');
    assert.equal(describeResult(await pos.inquire(stored)), 'pending by none');
    bank.settings.searchLagMs = 0;
    assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
  });

  test('Search is for known addresses only, and the query is not', async () => {
    const { pos, stored, operations } = await paidPage();
    bank.settings.ipRefusal = '6011';
    assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
    assert.deepEqual(operations().slice(-2), ['Search', 'GetVposTransaction']);
    const refused = await pos.refund(stored, { id: 'R1', amount: '1.00' });
    assert.deepEqual([describeResult(refused), refused.decline.bankCode], ['declined by reply', '6011']);
  });

  test('a payment that was declined', async () => {
    for (const pay of Object.values(WAYS)) {
      const { pos, stored, payment } = await pay(pay === paidPage ? { customer: { card: 'insufficient-funds' } } : { pan: PAN.poor });
      assert.equal(describeResult(payment), 'declined by reply');
      const asked = await pos.inquire(stored);
      assert.deepEqual([describeResult(asked), asked.decline.reason], ['declined by reply', 'insufficient-funds']);
    }
  });

  test('what was done in the bank\'s panel is seen', async () => {
    const { pos, stored } = await paidPage();
    const line = bank.lines().find(({ orderId }) => orderId === stored.id);
    line.refunded = 5000n;
    const payment = await pos.inquire(stored);
    assert.deepEqual([describeResult(payment), payment.refundedAmount], ['paid by reply', '50.00']);
    line.refunded = 0n;
    line.reversed = true;
    assert.equal(describeResult(await pos.inquire(stored)), 'voided by reply');
  });

  test('a pre-authorisation that the panel captured is for a person', async () => {
    const { pos, stored } = await paidCard({ changes: { type: 'preauth' } });
    bank.lines().find(({ orderId }) => orderId === stored.id).captured = true;
    const payment = await pos.inquire(stored);
    assert.deepEqual([describeResult(payment), payment.review], ['pending by none', true]);
  });

  test('which payment a message is about', async () => {
    const [page, acs] = [await visitedPage(), await visitedAcs()];
    assert.deepEqual(page.pos.peek(page.body), { token: page.token });
    assert.deepEqual(acs.pos.peek(acs.body), { token: acs.enrollment });
    for (const { stored } of [page, acs]) assert.ok(refsOf(stored).get('token'), 'a site finds the order by this name');
  });
});

describe('lists', () => {
  test('the history of an order', async () => {
    const { pos, stored } = await paidCard({ changes: { type: 'preauth', installments: 3 } });
    const captured = keep(stored, await pos.capture(stored, { id: 'C1', amount: '100.00' }));
    const refunded = keep(captured, await pos.refund(captured, { id: 'R1', amount: '40.00' }));
    const lines = await pos.history(refunded);
    assert.deepEqual(lines.map(({ kind, outcome, amount, currency, orderId }) => [kind, outcome, amount, currency, orderId]), [
      ['preauth', 'approved', '149.90', 'TRY', stored.id],
      ['capture', 'approved', '100.00', 'TRY', stored.id],
      ['refund', 'approved', '40.00', 'TRY', stored.id],
    ]);
    assert.deepEqual([lines[0].transactionId, lines[0].installments], [refsOf(stored).get('transaction'), 3]);
    assert.match(lines[0].at, /^\d{4}-\d\d-\d\dT[\d:]{8}\+03:00$/);
    assert.match(lines[0].maskedPan, /^40000000\*{4}0002$/);
    const voided = await paidPage();
    await voided.pos.void(voided.stored, { id: 'V1' });
    assert.deepEqual((await voided.pos.history(voided.stored)).map(({ kind, outcome }) => `${kind} ${outcome}`), ['sale voided']);
    const { started, pos: other } = await visitedAcs();
    assert.deepEqual(await other.history(started.order), [], 'nobody has paid yet');
  });

  test('a day\'s report, page by page', async () => {
    const day = new Date(Date.now() + 3 * 3600_000).toISOString().slice(0, 10);
    const { pos, stored } = await paidCard();
    await pos.refund(stored, { id: 'R1', amount: '10.00' });
    for (let at = 0; at < 27; at += 1) await paidPage();
    const lines = await pos.report({ from: day, to: day });
    assert.equal(lines.length, bank.lines().filter(({ code }) => code === '0000').length);
    assert.ok(lines.length > 25);
    const own = lines.filter(({ orderId }) => orderId === stored.id);
    assert.deepEqual(own.map(({ kind, outcome, amount, currency }) => [kind, outcome, amount, currency]), [['sale', 'approved', '149.90', 'TRY']]);
    assert.ok(lines.some(({ kind, amount }) => kind === 'refund' && amount === '10.00'));
    assert.deepEqual(await pos.report({ from: '2020-01-01', to: '2020-01-02' }), []);
    await rejects(() => openCardShop({ merchant: { ...vakifbank.merchant, password: 'Baska123' } }).pos.report({ from: day, to: day }), 'REFUSED', 'merchant.password');
  });
});

test('the digest of a registration is the one that the bank computes', () => {
  const fields = { HostMerchantId: '000000000007955', AmountCode: '949', Amount: '149.90' };
  const bankOwn = commonPaymentHash({ merchantId: fields.HostMerchantId, currency: fields.AmountCode, amount: fields.Amount, password: 'SimVpos789' });
  assert.equal(payflex.commonPaymentHash(fields, 'SimVpos789'), bankOwn);
});

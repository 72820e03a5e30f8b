// QNB, Enpara and Ziraat Katılım (PayFor), for the whole life of a payment, against the simulated banks, which were written by other hands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createPos, paymentPage, payfor } from 'velopos/all';
import { withShiftedBorder } from '../../banks/payfor-attacks.js';
import { KATILIM_ACCOUNT, responseHash, SIMULATOR_ACCOUNT } from '../../banks/payfor.js';
import { keep, newOrder, openBank } from './all-shop.js';
import { urls } from './new-order.js';
import { order } from './shop.js';

const PAN = { success: '4000000000000002', poor: '4000000000510000', failed3ds: '4000000003000009', attempt: '4000000003040005', silent: '4000000000000069' };
const HOSTED = '3dhost';
const { bank, account: qnb } = await openBank('payfor', 'qnb');

const outcome = (payment) => `${payment.status} by ${payment.proof}${payment.review ? ', review' : ''}`;

function account(gateway) {
  if (gateway !== 'ziraatkatilim') return { ...qnb, gateway };
  const { merchantId, userCode, userPass, merchantPass } = KATILIM_ACCOUNT;
  const endpoints = Object.fromEntries(Object.entries(qnb.endpoints).map(([name, url]) => [name, url.replace('/Gateway/', '/Mpi/')]));
  return { gateway, mode: 'test', merchant: { merchantId, userCode, userPass, merchantPass }, endpoints };
}

/** A shop with its claims, and what it has sent. */
function openShop({ gateway = 'qnb', ...changes } = {}) {
  const claims = new Set();
  const sent = [];
  const claim = async (key) => !claims.has(key) && Boolean(claims.add(key));
  const spy = (url, init) => {
    sent.push(init.body);
    return fetch(url, init);
  };
  const pos = createPos({ ...account(gateway), ...changes }, { claim, fetch: spy, timeoutMs: 2000 });
  const operations = () => sent.map((xml) => /<TxnType>(\w+)/.exec(xml)?.[1] ?? /<SecureType>(\w+)/.exec(xml)[1]);
  return { pos, claims, sent, operations };
}

/** The form that a browser posts, with the card where it is typed on the shop's page. */
function filled({ fields, cardInputs }, pan) {
  if (!cardInputs) return fields;
  return { ...fields, [cardInputs.number]: PAN[pan], [cardInputs.expiry]: '1230', [cardInputs.cvv]: '000', [cardInputs.holder]: 'AYSE YILMAZ' };
}

async function visited({ pan = 'success', model = HOSTED, gateway, changes, customer, threeDS, edit = (form) => form } = {}) {
  const shop = openShop({ gateway, model, ...(threeDS && { threeDS }) });
  const started = await shop.pos.start(newOrder(changes));
  const form = edit(filled(started.redirect, pan));
  const { body } = await bank.visit(form, { ...(form.Pan ? {} : { card: NAMES[pan] }), ...customer });
  return { ...shop, started, stored: started.order, body };
}
const NAMES = { success: 'success', poor: 'insufficient-funds', failed3ds: '3ds-failed', attempt: '3ds-attempt', silent: 'silent' };

async function paid(given) {
  const visit = await visited(given);
  const payment = await visit.pos.finish(visit.stored, visit.body);
  return { ...visit, payment, stored: keep(visit.stored, payment) };
}

async function refused(work, codes) {
  await assert.rejects(work, (error) => error.name === 'PosError' && [codes].flat().includes(error.code), `expected ${codes}`);
}

describe('a payment', () => {
  for (const gateway of ['qnb', 'enpara', 'ziraatkatilim']) {
    for (const model of [HOSTED, '3dpay', '3dmodel']) {
      test(`${gateway}, ${model}`, async () => {
        const { started, stored, payment, operations, claims, sent } = await paid({ gateway, model });
        assert.equal(outcome(payment), 'paid by reply');
        assert.deepEqual([payment.amount, payment.currency, payment.installments, payment.threeDS], ['149.90', 'TRY', 1, { mdStatus: '1', liability: 'issuer' }]);
        assert.deepEqual([bank.find(stored.id).status, bank.find(stored.id).entries], ['paid', 1]);
        assert.equal(payment.hostReference, bank.find(stored.id).hostRef);
        assert.match(payment.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00$/);
        const asks = model === '3dmodel' ? ['OrderInquiry', '3DModelPayment', 'OrderInquiry'] : ['OrderInquiry'];
        assert.deepEqual(operations(), asks);
        assert.equal(claims.size, model === '3dmodel' ? 1 : 0);
        // The password for our server's questions is in no form; the card is in nothing that our server sees.
        const { userPass, merchantPass } = account(gateway).merchant;
        for (const secret of [userPass, merchantPass, PAN.success]) assert.ok(!inspect([started, stored, payment], { depth: 9 }).includes(secret), secret);
        for (const secret of [merchantPass, PAN.success]) assert.ok(!sent.join().includes(secret), secret);
      });
    }
  }

  test('the forms: the hosted page asks for the card; otherwise one input takes month and year', async () => {
    const { pos } = openShop();
    const { redirect } = await pos.start(newOrder({ customer: { ...order.customer, language: 'en' } }));
    assert.deepEqual([redirect.fields.SecureType, redirect.fields.Lang, redirect.fields.MbrId, redirect.cardInputs], ['3DHost', 'EN', '5', undefined]);
    assert.match(redirect.fields.Rnd, /^R/);
    const started = await openShop({ model: '3dpay' }).pos.start(newOrder());
    assert.deepEqual(started.redirect.cardInputs, { number: 'Pan', expiry: 'Expiry', cvv: 'Cvv2', holder: 'CardHolderName' });
    for (const [language, label] of [['tr', 'Son kullanma'], ['en', 'Expiry']]) {
      const { body } = paymentPage(started.redirect, { language });
      assert.match(body, new RegExp(`<label>${label}[^<]*<input name="Expiry" required autocomplete="cc-exp"`));
      assert.doesNotMatch(body, /cc-exp-month|cc-exp-year/);
    }
  });

  for (const [pan, config, expected] of [
    ['poor', {}, 'declined by reply'],
    ['failed3ds', {}, 'declined by reply'],
    ['attempt', {}, 'paid by reply, review'],
    ['attempt', { threeDS: 'attempted' }, 'paid by reply'],
  ]) {
    for (const model of [HOSTED, '3dpay']) {
      test(`${pan} ${config.threeDS ?? ''}, ${model}: ${expected}`, async () => {
        const { payment, stored } = await paid({ pan, model, ...config });
        assert.equal(outcome(payment), expected);
        assert.equal(bank.find(stored.id).status, expected.startsWith('paid') ? 'paid' : 'declined');
        if (pan === 'poor') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['insufficient-funds', '51']);
        if (pan === 'failed3ds') assert.deepEqual([payment.decline.reason, payment.decline.bankCode], ['3ds-failed', 'MR15']);
        if (pan === 'attempt') assert.equal(payment.threeDS.liability, 'merchant');
      });
    }
  }

  for (const [pan, config, expected, state] of [
    ['poor', {}, 'declined by reply', 'declined'],
    ['failed3ds', {}, 'declined by reply', 'declined'],
    ['attempt', {}, 'declined by reply', 'open'],
    ['attempt', { threeDS: 'attempted' }, 'paid by reply', 'paid'],
  ]) {
    test(`${pan} ${config.threeDS ?? ''}, 3dmodel: ${expected}`, async () => {
      const { payment, stored, operations } = await paid({ pan, model: '3dmodel', ...config });
      assert.deepEqual([outcome(payment), bank.find(stored.id).status], [expected, state]);
      assert.equal(operations().includes('3DModelPayment'), pan === 'poor' || expected.startsWith('paid'));
    });
  }

  test('a customer who turns back, and one who closes the window', async () => {
    const back = await paid({ customer: { card: 'cancel' } });
    assert.deepEqual([outcome(back.payment), back.payment.decline.reason], ['declined by reply', '3ds-failed']);
    const closed = await visited({ customer: { card: 'close' } });
    assert.equal(outcome(await closed.pos.inquire(closed.stored)), 'pending by none');
  });

  test('the return is lost: the inquiry finds the money, also when the bank needs a while', async () => {
    const visit = await visited();
    bank.settings.statusLagMs = 3_600_000;
    assert.equal(outcome(await visit.pos.inquire(visit.stored)), 'pending by none');
    bank.settings.statusLagMs = 0;
    assert.equal(outcome(await visit.pos.inquire(visit.stored)), 'paid by reply');
  });

  for (const currency of ['USD', 'EUR', 'GBP', 'JPY', 'RUB']) {
    test(`in ${currency}, with instalments`, async () => {
      const { payment, stored } = await paid({ changes: { currency, basket: [], amount: currency === 'JPY' ? '150' : '149.90', installments: 6 } });
      assert.deepEqual([outcome(payment), payment.currency, payment.installments, bank.find(stored.id).currency], ['paid by reply', currency, 6, currency]);
    });
  }

  test('orders that are not begun', async () => {
    const { pos } = openShop();
    for (const changes of [{ id: 'a-b' }, { id: 'A'.repeat(51) }, { urls: { ...urls, fail: 'http://localhost:8480/Pre' } }, { maxInstallments: 6 }]) {
      await refused(() => pos.start(newOrder(changes)), ['ORDER', 'UNSUPPORTED']);
    }
  });

  test('public test credentials in production', () => {
    const { endpoints, ...simulated } = { ...account('qnb'), mode: 'production' };
    const live = { ...simulated, merchant: { ...simulated.merchant, userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x' } };
    assert.equal(createPos(live).toJSON().gateway, 'qnb');
    for (const [key, value] of [['merchantId', '085300000009704'], ['userPass', 'UcBN0'], ['merchantPass', '12345678'], ['merchantPass', simulated.merchant.merchantPass]]) {
      assert.throws(() => createPos({ ...live, merchant: { ...live.merchant, [key]: value } }), { code: 'CONFIG', field: `merchant.${key}` });
    }
    assert.throws(() => createPos({ ...account('ziraatkatilim'), endpoints: undefined }), { code: 'CONFIG', field: 'endpoints.page' });
    assert.throws(() => createPos({ ...account('qnb'), model: '3dmodel' }, { fetch }), { code: 'CONFIG', field: 'claim' });
  });
});

describe('whatever the bank\'s habits', () => {
  for (const [title, changes] of [
    ['another nonce and code than the test system\'s', { responseRnd: 'other', authCode: 'digits' }],
    ['no digest', { responseHash: 'absent' }], ['an empty digest', { responseHash: 'empty' }], ['a wrong digest', { responseHash: 'wrong' }],
    ['the older digest', { responseHash: 'older' }], ['ISO-8859-9', { charset: 'ISO-8859-9' }], ['padded XML', { paddedXml: true }],
    ['True', { booleans: 'True' }], ['149.9', { inquiryAmount: 'natural' }], ['149,90', { inquiryAmount: 'comma' }], ['either name', { inquiryField: 'any' }],
  ]) {
    for (const model of [HOSTED, '3dmodel']) {
      test(`${title}, ${model}`, async () => {
        Object.assign(bank.settings, changes);
        assert.equal(outcome((await paid({ model })).payment), 'paid by reply');
      });
    }
  }

  test('an inquiry without an amount proves none', async () => {
    bank.settings.inquiryAmount = 'empty';
    assert.equal(outcome((await paid()).payment), 'pending by none, review');
  });

  test('an inquiry that hides what is only authenticated: the signed return will do, the unsigned one will not', async () => {
    bank.settings.openOrders = 'unknown';
    assert.equal(outcome((await paid({ model: '3dmodel' })).payment), 'paid by reply');
    bank.settings.responseHash = 'wrong';
    assert.equal(outcome((await paid({ model: '3dmodel' })).payment), 'pending by none');
  });

  test('Ziraat Katılım looks for the other name', async () => {
    bank.settings.inquiryField = 'OrderId';
    const { payment, sent } = await paid({ gateway: 'ziraatkatilim' });
    assert.equal(outcome(payment), 'paid by reply');
    assert.deepEqual(sent.map((xml) => /<(Or\w*OrderId|OrderId)>/.exec(xml)[1]), ['OrgOrderId', 'OrderId']);
  });

  test('a form that was posted twice: the refusal does not undo the payment', async () => {
    const { pos, started, stored } = await paid();
    const again = await bank.visit(started.redirect.fields, { card: 'success' });
    assert.match(again.body, /ProcReturnCode=101310/);
    assert.equal(outcome(await pos.finish(stored, again.body)), 'paid by reply');
    const unbooked = await visited();
    const second = await bank.visit(unbooked.started.redirect.fields, { card: 'success' });
    assert.equal(outcome(await unbooked.pos.finish(unbooked.stored, second.body)), 'paid by reply');
  });

  test('forms are taken from listed servers only: the hosted page still works', async () => {
    bank.settings.serverFormsOnly = true;
    assert.equal(outcome((await paid()).payment), 'paid by reply');
  });

  test('a server that the bank does not know', async () => {
    const visit = await visited();
    bank.settings.ipRefusedFor = ['OrderInquiry'];
    await assert.rejects(() => visit.pos.finish(visit.stored, visit.body), { code: 'REFUSED', bankCode: 'V036' });
    await assert.rejects(() => visit.pos.inquire(visit.stored), { code: 'REFUSED', bankCode: 'V036' });
    bank.settings.ipRefusedFor = [];
    assert.equal(outcome(await visit.pos.finish(visit.stored, visit.body)), 'paid by reply');
  });

  for (const kind of ['timeout-after', 'reset-before', 'http-500-after', 'html-after', 'redirect-after', 'truncated', 'duplicate-tag']) {
    test(`an inquiry that is lost: ${kind}`, async () => {
      const visit = await visited();
      bank.fault({ on: 'OrderInquiry', kind });
      assert.equal(outcome(await visit.pos.finish(visit.stored, visit.body)), 'unknown by none');
      assert.equal(outcome(await visit.pos.inquire(visit.stored)), 'paid by reply');
    });
  }

  for (const [kind, expected] of [['timeout-after', 'paid'], ['reset-before', 'pending'], ['http-500-after', 'paid'], ['truncated', 'paid'], ['duplicate-tag', 'paid']]) {
    test(`a provision whose answer is lost (${kind}) is asked about and never sent again`, async () => {
      const visit = await visited({ model: '3dmodel' });
      bank.fault({ on: '3DModelPayment', kind });
      const payment = await visit.pos.finish(visit.stored, visit.body);
      assert.equal(outcome(payment), 'unknown by none');
      const stored = keep(visit.stored, payment);
      assert.match(outcome(await visit.pos.finish(stored, visit.body)), new RegExp(`^${expected}`));
      assert.match(outcome(await visit.pos.inquire(stored)), new RegExp(`^${expected}`));
      assert.equal(visit.operations().filter((name) => name === '3DModelPayment').length, 1);
      assert.equal(bank.find(stored.id).entries, 1);
    });
  }

  for (const [kind, code] of [['wrong-order', 'ORDER_MISMATCH'], ['wrong-amount', 'AMOUNT_MISMATCH'], ['wrong-currency', 'CURRENCY_MISMATCH']]) {
    test(`an inquiry about something else: ${kind}`, async () => {
      const visit = await visited();
      bank.fault({ on: 'OrderInquiry', kind });
      await refused(() => visit.pos.finish(visit.stored, visit.body), code);
    });
  }

  test('a provision that was answered about another order', async () => {
    const visit = await visited({ model: '3dmodel' });
    bank.fault({ on: '3DModelPayment', kind: 'wrong-order' });
    assert.equal(outcome(await visit.pos.finish(visit.stored, visit.body)), 'unknown by none, review');
  });
});

describe('what a customer may try', () => {
  const signed = ({ stored, started }, fields) => {
    const whole = { OrderId: stored.id, MerchantID: started.redirect.fields.MerchantID, AuthCode: '', ProcReturnCode: '00', '3DStatus': '1', ResponseRnd: 'PF638028538035077529', ...fields };
    return String(new URLSearchParams({ ...whole, ResponseHash: responseHash(whole, SIMULATOR_ACCOUNT) }));
  };

  test('a refusal with 001 in its nonce, cut elsewhere: approved, rightly signed, and not paid', async () => {
    const visit = await visited({ pan: 'poor' });
    const refusal = signed(visit, { ProcReturnCode: '51', ResponseRnd: 'PF638001538035077529' });
    const forged = withShiftedBorder(refusal);
    assert.match(forged, /ProcReturnCode=00/);
    assert.equal(new URLSearchParams(forged).get('ResponseHash'), responseHash(Object.fromEntries(new URLSearchParams(forged)), SIMULATOR_ACCOUNT));
    assert.equal(outcome(await visit.pos.finish(visit.stored, forged)), 'declined by reply');
  });

  test('returns with the right digest that no money stands behind', async () => {
    for (const model of [HOSTED, '3dpay', '3dmodel']) {
      const { pos, started, stored } = await visited({ model, customer: { card: 'close' }, pan: 'success', ...(model !== HOSTED && { customer: { password: 'wrong' } }) });
      for (const fields of [{}, { AuthCode: 'S12345' }, { ProcReturnCode: 'V033', AuthCode: '' }]) {
        const payment = await pos.finish(stored, signed({ stored, started }, fields));
        assert.match(outcome(payment), model === HOSTED ? /^pending by none/ : /^declined by reply/);
      }
    }
  });

  for (const model of [HOSTED, '3dpay', '3dmodel']) {
    test(`another currency in the form: ${model}`, async () => {
      const visit = await visited({ model, edit: (form) => ({ ...form, Currency: '643' }) });
      await refused(() => visit.pos.finish(visit.stored, visit.body), 'CURRENCY_MISMATCH');
      assert.ok(!visit.operations().includes('3DModelPayment'), 'no money is asked for');
    });
  }

  test('another model in the form', async () => {
    const switched = await visited({ model: '3dpay', edit: (form) => ({ ...form, SecureType: '3DModel' }) });
    assert.equal(outcome(await switched.pos.finish(switched.stored, switched.body)), 'pending by none');
    assert.ok(!switched.operations().includes('3DModelPayment'));
    const charged = await visited({ model: '3dmodel', edit: (form) => ({ ...form, SecureType: '3DPay' }) });
    assert.equal(outcome(await charged.pos.finish(charged.stored, charged.body)), 'paid by reply');
    assert.ok(!charged.operations().includes('3DModelPayment'), 'the bank has charged already');
  });

  test('instalments cut short: paid, and a person looks', async () => {
    const visit = await visited({ changes: { installments: 12 }, edit: (form) => ({ ...form, InstallmentCount: '1', Rnd: `2${form.Rnd}` }) });
    const payment = await visit.pos.finish(visit.stored, visit.body);
    assert.deepEqual([outcome(payment), payment.installments], ['paid by reply, review', 1]);
  });

  test('a sale where money was to be reserved', async () => {
    const reserved = { type: 'preauth', urls: { ...urls, fail: `${urls.fail}/x` } };
    const visit = await visited({ changes: reserved, edit: (form) => ({ ...form, FailUrl: `${form.FailUrl}Pre`, TxnType: 'Auth' }) });
    assert.equal(outcome(await visit.pos.finish(visit.stored, visit.body)), 'pending by none, review');
  });

  test('the return of another order, and the visit of somebody else', async () => {
    const [cheap, dear] = [await visited({ model: '3dmodel', changes: { amount: '1.00' } }), await visited({ model: '3dmodel' })];
    await refused(() => dear.pos.finish(dear.stored, cheap.body), 'ORDER_MISMATCH');
    const mixed = new URLSearchParams(dear.body);
    mixed.set('RequestGuid', new URLSearchParams(cheap.body).get('RequestGuid'));
    assert.equal(outcome(await dear.pos.finish(dear.stored, String(mixed))), 'paid by reply');
    assert.equal(bank.find(dear.stored.id).minor, 14990n);
    assert.equal(bank.find(cheap.stored.id).status, 'open');
    bank.settings.openOrders = 'unknown';
    const [again, other] = [await visited({ model: '3dmodel' }), await visited({ model: '3dmodel', changes: { amount: '1.00' } })];
    const stolen = new URLSearchParams(again.body);
    stolen.set('RequestGuid', new URLSearchParams(other.body).get('RequestGuid'));
    assert.equal(outcome(await again.pos.finish(again.stored, String(stolen))), 'pending by none', 'the bank holds the visit against the order');
  });

  test('messages that are none', async () => {
    const { pos, stored, body, sent } = await visited();
    for (const message of ['', 'x=1', body.replace('OrderId=', 'Order='), `${body}&orderid=x`, body.replace(/MerchantID=\d+/, 'MerchantID=085300000000001')]) {
      await refused(() => pos.finish(stored, message), ['ORDER_MISMATCH', 'DUPLICATE_FIELD', 'MERCHANT_MISMATCH']);
    }
    assert.equal(sent.length, 0);
    assert.deepEqual(pos.peek(body), { orderId: stored.id });
    assert.equal(pos.peek('x=1'), null);
  });
});

describe('captures, refunds and voids', () => {
  test('a void within the day', async () => {
    const { pos, stored } = await paid();
    const payment = await pos.void(stored, { id: 'V1' });
    assert.deepEqual([outcome(payment), bank.find(stored.id).status], ['voided by reply', 'voided']);
    assert.equal(outcome(await pos.inquire(keep(stored, payment))), 'voided by reply');
  });

  test('a refund within the day is refused; after it, in parts, and never more than was taken', async () => {
    const { pos, stored } = await paid();
    const early = await pos.refund(stored, { id: 'R0', amount: '49.90' });
    assert.deepEqual([outcome(early), early.decline.bankCode], ['declined by reply', 'V014']);
    bank.settle();
    const first = await pos.refund(keep(stored, early), { id: 'R1', amount: '49.90' });
    assert.deepEqual([outcome(first), first.refundedAmount], ['refunded by reply', '49.90']);
    let now = keep(stored, first);
    const asked = await pos.inquire(now);
    assert.deepEqual([outcome(asked), asked.refundedAmount], ['paid by reply', '49.90']);
    now = keep(now, asked);
    await refused(() => pos.refund(now, { id: 'R2', amount: '100.01' }), 'ORDER');
    now = keep(now, await pos.refund(now, { id: 'R3', amount: '100.00' }));
    assert.equal(outcome(await pos.inquire(now)), 'refunded by reply');
    const late = await pos.void(now, { id: 'V1' }).catch((error) => error.code);
    assert.equal(late, 'ORDER');
  });

  test('a flag for parts, too', async () => {
    bank.settings.refundedFlag = 'any';
    const { pos, stored } = await paid();
    bank.settle();
    const refund = await pos.refund(stored, { id: 'R1', amount: '49.90' });
    assert.equal(outcome(await pos.inquire(keep(stored, refund))), 'paid by reply');
  });

  for (const kind of ['timeout-after', 'reset-before', 'truncated']) {
    test(`a refund whose answer is lost: ${kind}`, async () => {
      const { pos, stored, operations } = await paid();
      bank.settle();
      bank.fault({ on: 'Refund', kind });
      const lost = await pos.refund(stored, { id: 'R1', amount: '49.90' });
      assert.equal(outcome(lost), 'unknown by none');
      const now = keep(stored, lost);
      const asked = await pos.refund(now, { id: 'R1', amount: '49.90' });
      assert.equal(outcome(asked), kind === 'reset-before' ? 'paid by reply, review' : 'paid by reply');
      assert.equal(asked.refundedAmount, kind === 'reset-before' ? undefined : '49.90');
      assert.equal(operations().filter((name) => name === 'Refund').length, 1, 'it is never sent again');
    });
  }

  for (const model of [HOSTED, '3dpay', '3dmodel']) {
    test(`reserved, captured in part, refunded: ${model}`, async () => {
      const { pos, stored, payment } = await paid({ model, changes: { type: 'preauth' } });
      assert.equal(outcome(payment), 'authorized by reply');
      assert.equal(outcome(await pos.inquire(stored)), 'authorized by reply');
      const capture = await pos.capture(stored, { id: 'C1', amount: '100.00' });
      assert.deepEqual([outcome(capture), capture.charged], ['paid by reply', '100.00']);
      let now = keep(stored, capture);
      const asked = await pos.inquire(now);
      assert.deepEqual([outcome(asked), asked.charged], ['paid by reply', '100.00']);
      now = keep(now, asked);
      bank.settle();
      now = keep(now, await pos.refund(now, { id: 'R1', amount: '100.00' }));
      assert.equal(outcome(await pos.inquire(now)), 'refunded by reply');
      assert.deepEqual([bank.find(stored.id).captured, bank.find(stored.id).refunded], [10000n, 10000n]);
    });
  }

  test('a capture is undone, and a reservation', async () => {
    const { pos, stored } = await paid({ changes: { type: 'preauth' } });
    const captured = keep(stored, await pos.capture(stored, { id: 'C1', amount: '149.90' }));
    const undone = await pos.void(captured, { id: 'V1' });
    assert.equal(outcome(undone), 'voided by reply');
    assert.equal(outcome(await pos.inquire(keep(captured, undone))), 'voided by reply');
    const reserved = await paid({ changes: { type: 'preauth' } });
    const released = await reserved.pos.void(reserved.stored, { id: 'V1' });
    assert.deepEqual([outcome(released), bank.find(reserved.stored.id).status], ['voided by reply', 'voided']);
  });

  test('a change that was answered about another order', async () => {
    const { pos, stored } = await paid();
    bank.fault({ on: 'Void', kind: 'wrong-order' });
    assert.equal(outcome(await pos.void(stored, { id: 'V1' })), 'unknown by none, review');
  });

  test('what is not offered', async () => {
    const { pos, stored } = await paid();
    await refused(() => pos.history(stored), 'UNSUPPORTED');
    await refused(() => pos.report({ from: '2026-11-01', to: '2026-11-02' }), 'UNSUPPORTED');
  });
});

describe('values that others published', () => {
  const vectors = JSON.parse(readFileSync(new URL('../vectors/payfor.json', import.meta.url), 'utf8'));

  test('the digests of forms', () => {
    for (const { name, fields, merchantPass, hash } of vectors.requestHash) assert.equal(payfor.requestHash(fields, merchantPass), hash, name);
  });

  for (const { name, merchantId, userCode, merchantPass, fields, hash, fits } of vectors.responseHash) {
    test(`return: ${name}`, async () => {
      const ours = payfor.responseHash({ ...fields, MerchantID: merchantId, UserCode: userCode }, merchantPass);
      (fits ? assert.equal : assert.notEqual)(ours, hash);
    });
  }
});

// PayTR beyond the iFrame: the card form on the shop's page, payment links, refunds and the report, against the simulated PayTR.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPos, newOrderId, paymentPage } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { describe as describeResult, outcomeOf, rejects } from './outcome.js';
import { card, order, paytr } from './shop.js';

const urls = {
  ok: 'http://localhost:8480/_functions/payment3DSuccess/8f2k', fail: 'http://localhost:8480/_functions/payment3DFail/8f2k',
  notify: 'http://localhost:8480/_functions/paytrNotification',
};
let banks;
before(async () => {
  banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK'), paytr: { times: { slowMs: 5, hangMs: 400 } } });
});
after(() => banks.close());

function openShop(model, options) {
  const claims = new Map();
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  return createPos({ ...paytr, model, endpoints: { api: `${banks.url}/paytr` } }, { claim, timeoutMs: 2000, ...options });
}
const newOrder = (changes) => ({ ...order, id: newOrderId(), urls, ...changes });
const keep = (stored, payment) => ({ ...stored, refs: payment.refs });
const linkOf = ({ redirect }) => redirect.url.split('/').at(-1);
const cardFields = { cc_owner: 'Ayşe Yılmaz', card_number: '4000000000000002', expiry_month: '12', expiry_year: '30', cvv: '000' };

describe('the card form on the shop\'s page', () => {
  test('the card goes from the browser to PayTR: our server signs a form without it', async () => {
    const started = await openShop('direct').start(newOrder());
    assert.deepEqual([started.type, started.redirect.kind, started.redirect.action], ['redirect', 'form', `${banks.url}/paytr/odeme`]);
    assert.deepEqual(started.redirect.cardInputs, { number: 'card_number', month: 'expiry_month', year: 'expiry_year', cvv: 'cvv', holder: 'cc_owner' });
    assert.deepEqual([started.redirect.fields.payment_amount, started.redirect.fields.non_3d, started.redirect.fields.installment_count], ['149.90', '0', '0']);
    const page = paymentPage(started.redirect, { language: 'tr' });
    assert.match(page.body, /name="card_number" required/);
    assert.doesNotMatch(page.body, /<script/);
    await rejects(() => openShop('direct').start(newOrder(), { card }), 'ORDER');
  });
  for (const [pan, outcome] of [['4000000000000002', 'paid by signature'], ['4000000000510000', 'declined by signature']]) {
    test(`${pan}: ${outcome}`, async () => {
      const pos = openShop('direct');
      const started = await pos.start(newOrder());
      const { notification } = await banks.paytr.visitForm({ ...started.redirect.fields, ...cardFields, card_number: pan });
      assert.equal(describeResult(await pos.finish(started.order, notification.body)), outcome);
    });
  }
  test('instalments are the shop\'s choice', async () => {
    const pos = openShop('direct');
    assert.equal((await pos.start(newOrder({ installments: 3 }))).redirect.fields.installment_count, '3');
    await rejects(() => pos.start(newOrder({ maxInstallments: 6 })), 'UNSUPPORTED');
  });
  test('a form whose amount the customer changed pays nothing', async () => {
    const pos = openShop('direct');
    const started = await pos.start(newOrder());
    await banks.paytr.visitForm({ ...started.redirect.fields, ...cardFields, payment_amount: '1.00' }).catch(() => {});
    assert.equal(describeResult(await pos.inquire(started.order)), 'pending by none');
  });
});

describe('a payment link', () => {
  async function paidLink(changes, chosen) {
    const pos = openShop('link');
    const started = await pos.start(newOrder(changes));
    const { notification } = await banks.paytr.visitLink(linkOf(started), chosen);
    return { pos, started, notification };
  }
  test('opens a page of PayTR\'s, and its notification proves the payment', async () => {
    const { pos, started, notification } = await paidLink();
    assert.equal(started.redirect.url.startsWith(`${banks.url}/paytr/link/`), true);
    assert.deepEqual(pos.peek(notification.body), { orderId: started.order.id });
    const payment = await pos.finish(started.order, notification.body);
    assert.equal(describeResult(payment), 'paid by signature');
    assert.match(payment.refs, /oid=/);
    // PayTR's own number is known now: so it can be asked, and money can go back.
    const stored = keep(started.order, payment);
    assert.equal(describeResult(await pos.inquire(stored)), 'paid by reply');
    assert.equal(describeResult(await pos.refund(stored, { id: 'R1', amount: '149.90' })), 'refunded by reply');
  });
  test('before that there is nothing to ask about', async () => {
    const pos = openShop('link');
    const started = await pos.start(newOrder());
    assert.equal(describeResult(await pos.inquire(started.order)), 'pending by none');
  });
  test('the border between the two numbers cannot be moved', async () => {
    const { pos, started, notification } = await paidLink();
    const fields = new URLSearchParams(notification.body);
    const [id, oid] = [fields.get('callback_id'), fields.get('merchant_oid')];
    const moved = new URLSearchParams(fields);
    for (const place of [1, 2, 5, oid.length - 1]) {
      moved.set('callback_id', id + oid.slice(0, place));
      moved.set('merchant_oid', oid.slice(place));
      const other = { ...started.order, id: id + oid.slice(0, place) };
      assert.equal(await outcomeOf(() => pos.finish(started.order, moved.toString())), 'refused ORDER_MISMATCH');
      await rejects(() => pos.start(newOrder({ id: other.id })), 'ORDER');
    }
  });
  test('a notification of the iFrame is none of a link, and the other way round', async () => {
    const { pos, started, notification } = await paidLink();
    const iframe = openShop('iframe');
    const begun = await iframe.start(newOrder());
    const seen = await banks.paytr.visit(begun.redirect.url.split('/').at(-1));
    assert.equal(await outcomeOf(() => pos.finish(started.order, seen.notification.body)), 'refused MALFORMED');
    assert.match(await outcomeOf(() => iframe.finish(begun.order, notification.body)), /SIGNATURE_INVALID|ORDER_MISMATCH/);
  });
  test('needs an address for the notification, and an id of twenty characters', async () => {
    const pos = openShop('link');
    await rejects(() => pos.start(newOrder({ urls: { ok: urls.ok, fail: urls.fail } })), 'ORDER');
    await rejects(() => pos.start(newOrder({ id: 'A1' })), 'ORDER');
  });
});

describe('refunds', () => {
  async function paid(options) {
    const pos = openShop('iframe', options);
    const started = await pos.start(newOrder());
    const { notification } = await banks.paytr.visit(started.redirect.url.split('/').at(-1));
    return { pos, stored: keep(started.order, await pos.finish(started.order, notification.body)) };
  }
  const atPaytr = ({ id }) => banks.paytr.payments().find(({ orderId }) => orderId === id);

  test('in parts, under our own ids', async () => {
    const { pos, stored } = await paid();
    const first = await pos.refund(stored, { id: '5e0b7a5c-7d3f-4bd7-8f3c-1f0a5b9d2e11', amount: '49.90' });
    assert.deepEqual([describeResult(first), first.refundedAmount], ['refunded by reply', '49.90']);
    const second = await pos.refund(keep(stored, first), { id: 'R2', amount: '100.00' });
    assert.equal(second.refundedAmount, '149.90');
    assert.equal(atPaytr(stored).refunded, 14990n);
    assert.equal(describeResult(await pos.inquire(keep(stored, second))), 'refunded by reply');
  });
  test('an error of PayTR\'s is a decline', async () => {
    banks.paytr.settings.refundNeedsOk = true;
    const { pos, stored } = await paid();
    const payment = await pos.refund(stored, { id: 'R1', amount: '1.00' }).finally(() => { banks.paytr.settings.refundNeedsOk = false; });
    assert.match(describeResult(payment), /^(declined|refunded) by reply$/);
  });
  for (const kind of ['timeout-after', 'http-500-after', 'html-after', 'truncated']) {
    test(`${kind}: unknown, and the inquiry tells`, async () => {
      const { pos, stored } = await paid({ timeoutMs: 600 });
      banks.paytr.fault({ on: 'iade', kind });
      const lost = await pos.refund(stored, { id: 'R1', amount: '149.90' });
      assert.equal(describeResult(lost), 'unknown by none');
      await rejects(() => pos.refund(keep(stored, lost), { id: 'R2', amount: '0.01' }), 'ORDER');
      const asked = await pos.refund(keep(stored, lost), { id: 'R1', amount: '149.90' });
      assert.equal(describeResult(asked), 'refunded by reply');
      assert.equal(atPaytr(stored).refunded, 14990n);
    });
  }
  test('with interest, what left the card can go back, and not a kuruş more', async () => {
    const pos = openShop('iframe');
    const started = await pos.start(newOrder({ maxInstallments: 6 }));
    const { notification } = await banks.paytr.visit(started.redirect.url.split('/').at(-1), { installments: 6 });
    const payment = await pos.finish(started.order, notification.body);
    assert.ok(Number(payment.charged) > 149.9, payment.charged);
    let stored = keep(started.order, payment);
    await rejects(() => pos.refund(stored, { id: 'R1', amount: { minor: String(Math.round(payment.charged * 100) + 1) } }), 'ORDER', 'amount');
    const first = await pos.refund(stored, { id: 'R1', amount: '149.90' });
    stored = keep(stored, first);
    const rest = { minor: String(Math.round(payment.charged * 100) - 14990) };
    const second = await pos.refund(stored, { id: 'R2', amount: rest });
    assert.deepEqual([describeResult(first), describeResult(second), second.refundedAmount], ['refunded by reply', 'refunded by reply', payment.charged]);
    assert.equal(describeResult(await pos.inquire(keep(stored, second))), 'refunded by reply');
    await rejects(() => pos.refund(keep(stored, second), { id: 'R3', amount: '0.01' }), 'ORDER', 'amount');
  });
  test('the same id on two orders is two refunds, with letters that PayTR takes, and with others', async () => {
    for (const id of ['R1', 'a-b_c']) {
      const [one, other] = [await paid(), await paid()];
      for (const { pos, stored } of [one, other]) assert.equal(describeResult(await pos.refund(stored, { id, amount: '149.90' })), 'refunded by reply');
      assert.deepEqual([atPaytr(one.stored).refunded, atPaytr(other.stored).refunded], [14990n, 14990n]);
    }
  });
  test('a refund that this order knows nothing of counts, once PayTR has told of it', async () => {
    const { pos, stored } = await paid({ timeoutMs: 600 });
    assert.equal((await pos.refund(stored, { id: 'panel', amount: '100.00' })).refundedAmount, '100.00');
    const asked = keep(stored, await pos.inquire(stored));
    await rejects(() => pos.refund(asked, { id: 'R1', amount: '49.91' }), 'ORDER', 'amount');
  });
  test('PayTR has no void and no capture', async () => {
    const { pos, stored } = await paid();
    await rejects(() => pos.void(stored, { id: 'V1' }), 'UNSUPPORTED');
    await rejects(() => pos.capture(stored, { id: 'C1', amount: '1.00' }), 'UNSUPPORTED');
    await rejects(() => pos.history(stored), 'UNSUPPORTED');
  });
});

describe('the report', () => {
  const day = (offset) => new Date(Date.now() + 3 * 3600_000 + offset * 86_400_000).toISOString().slice(0, 10);
  test('sales and refunds, three days at a time, with what PayTR keeps', async () => {
    const pos = openShop('iframe');
    const started = await pos.start(newOrder());
    const { notification } = await banks.paytr.visit(started.redirect.url.split('/').at(-1));
    const stored = keep(started.order, await pos.finish(started.order, notification.body));
    await pos.refund(stored, { id: 'R1', amount: '49.90' });
    const rows = (await pos.report({ from: day(-7), to: day(0) })).filter(({ orderId }) => orderId === stored.id);
    assert.deepEqual(rows.map(({ kind, amount, currency, outcome }) => [kind, amount, currency, outcome]).sort(),
      [['refund', '49.90', 'TRY', 'approved'], ['sale', '149.90', 'TRY', 'approved']]);
    assert.equal(rows[0].at, day(0));
    assert.match(rows[0].commission, /^\d+\.\d\d$/);
  });
  test('days without anything', async () => {
    assert.deepEqual(await openShop('iframe').report({ from: '2020-01-01', to: '2020-01-31' }), []);
  });
  test('whatever PayTR calls its list', async () => {
    const { step } = openShop('iframe');
    const first = step.report({ from: '2026-11-01', to: '2026-11-03' });
    const row = { islem_tipi: 'S', islem_tutari: '9,90', para_birimi: 'TL', siparis_no: 'A1', islem_tarihi: '2026-11-01 10:00:00', taksit: '0' };
    for (const body of [{ status: 'success', data: [row] }, { status: 'success', 0: row }]) {
      const { transactions, next } = step.reported({ from: '2026-11-01', to: '2026-11-03' }, first.then, { status: 200, body: JSON.stringify(body) });
      assert.deepEqual([transactions, next], [[{ orderId: 'A1', kind: 'sale', outcome: 'approved', amount: '9.90', currency: 'TRY', installments: 1, at: '2026-11-01T10:00:00+03:00' }], undefined]);
    }
  });
  test('a refusal, a lost answer, a broken one', async () => {
    const { step } = openShop('iframe');
    const range = { from: '2026-11-01', to: '2026-11-03' };
    const { then } = step.report(range);
    const answered = (answer) => outcomeOf(async () => step.reported(range, then, answer));
    assert.equal(await answered({ status: 200, body: '{"status":"error","err_no":"003","err_msg":"paytr_token gecersiz"}' }), 'refused REFUSED');
    assert.equal(await answered({ lost: 'timeout' }), 'refused UNREACHABLE');
    assert.equal(await answered({ status: 500, body: '{}' }), 'refused UNREACHABLE');
    assert.equal(await answered({ status: 200, body: '<html>' }), 'refused MALFORMED');
    assert.equal(await answered({ status: 200, body: '{"status":"success","data":[{"para_birimi":"XX"}]}' }), 'refused MALFORMED');
  });
});

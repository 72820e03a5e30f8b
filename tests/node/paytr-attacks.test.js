// What a customer can do with the signed form of PayTR's Direct API, whose values are joined without a delimiter: he has the form, he
// chose the e-mail address in it, and he may move every border between two values. Against the simulated PayTR, through the package.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPos, newOrderId } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { describe as describeResult, outcomeOf, rejects } from './outcome.js';
import { order, paytr } from './shop.js';

const urls = { ok: 'http://localhost:8480/ok', fail: 'http://localhost:8480/fail', notify: 'http://localhost:8480/_functions/paytrNotification' };
const declinedCard = { cc_owner: 'M', card_number: '4000000000510000', expiry_month: '12', expiry_year: '30', cvv: '000' };
const goodCard = { ...declinedCard, card_number: '4000000000000002' };

let banks;
let pos;
before(async () => {
  banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK') });
  pos = createPos({ ...paytr, model: 'direct', endpoints: { api: `${banks.url}/paytr` } }, { claim: async () => true });
});
after(() => banks.close());

const start = (changes = {}) => pos.start({ ...order, id: newOrderId(), urls, ...changes });
const withEmail = (email) => ({ customer: { ...order.customer, email } });
/** What the shop hears of a form that the attacker edited; null when PayTR refused it. */
const posted = async (started, changes, card) => (await banks.paytr.visitForm({ ...started.redirect.fields, ...card, ...changes })).notification;

describe('the borders between the values of the signed form', () => {
  test('an e-mail address does not lengthen an order\'s number to that of a victim', async () => {
    // 'SIPARIS1' + '2m@…' is 'SIPARIS12' + 'm@…': a refused card would decline somebody else's order, by signature.
    const attempt = async () => {
      const victim = await start({ id: 'SIPARIS12' });
      const own = await start({ id: 'SIPARIS1', ...withEmail('2m@example.com') });
      const notification = await posted(own, { merchant_oid: 'SIPARIS12', email: 'm@example.com' }, declinedCard);
      return pos.finish(victim.order, notification.body);
    };
    assert.equal(await outcomeOf(attempt), 'refused ORDER');
  });

  test('nor does it become a victim\'s number, with the attacker\'s own pushed into the IP address', async () => {
    const victim = await start();
    const own = await start(withEmail(`${victim.order.id}m@example.com`));
    const { user_ip: ip, merchant_oid: oid, email } = own.redirect.fields;
    const all = ip + oid + email;
    const moved = { user_ip: ip + oid, merchant_oid: all.slice(ip.length + 20, ip.length + 40), email: 'm@example.com' };
    const plain = await posted(own, { ...moved, merchant_oid: victim.order.id }, declinedCard);
    assert.equal(plain, null, 'PayTR finds no such form signed');
    const asSigned = await posted(own, moved, declinedCard);
    if (asSigned) assert.equal(await outcomeOf(() => pos.finish(victim.order, asSigned.body)), 'refused ORDER_MISMATCH');
  });

  test('an order for direct payment has a number of one length and form', async () => {
    for (const id of ['A', 'SIPARIS1', `${newOrderId()}1`, newOrderId().slice(1), '12345678901234567890', `a${newOrderId().slice(1)}`]) {
      await rejects(() => start({ id }), 'ORDER', 'id');
    }
  });

  test('what the address takes from the amount is not paid', async () => {
    const own = await start();
    const { email } = own.redirect.fields;
    const notification = await posted(own, { email: `${email}1`, payment_amount: '49.90' }, goodCard);
    assert.match(notification.body, /status=success/, 'PayTR takes the smaller sum: the token fits');
    assert.equal(await outcomeOf(() => pos.finish(own.order, notification.body)), 'refused AMOUNT_MISMATCH');
    assert.equal(await outcomeOf(() => pos.inquire(own.order)), 'refused AMOUNT_MISMATCH');
  });

  test('nor with instalments, where more than the amount may be charged', async () => {
    const own = await start({ installments: 3 });
    const { email } = own.redirect.fields;
    const notification = await posted(own, { email: `${email}1`, payment_amount: '49.90' }, goodCard);
    assert.equal(await outcomeOf(() => pos.finish(own.order, notification.body)), 'refused AMOUNT_MISMATCH');
  });

  test('currency, test mode, 3-D Secure and instalments are fixed', async () => {
    for (const changes of [{ currency: 'USD' }, { test_mode: '0' }, { non_3d: '1' }, { installment_count: '12' }, { payment_type: 'bex' }]) {
      assert.equal(await posted(await start(), changes, goodCard), null, JSON.stringify(changes));
    }
  });
});

test('fields that nobody signs change nothing about the order', async () => {
  const own = await start();
  const changes = { user_basket: '[["x","0.01",1]]', merchant_ok_url: 'http://localhost:8480/x', user_name: 'x', card_type: 'bonus', client_lang: 'en' };
  const payment = await pos.finish(own.order, (await posted(own, changes, goodCard)).body);
  assert.deepEqual([describeResult(payment), payment.amount, payment.charged], ['paid by signature', '149.90', undefined]);
});

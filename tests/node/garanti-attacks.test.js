// What a customer can do with Garanti's signed form, whose values are joined without a delimiter as those of the return are: he may move
// every border between two of them, and the bank works on and signs what becomes of it. Against the simulated bank, through the package.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPos, newOrderId } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { describe as describeResult, outcomeOf } from './outcome.js';
import { order } from './shop.js';

const merchant = {
  merchantId: '7000679', terminalId: '30691297', storeKey: '53696d4761726f53746f7265', provisionPassword: 'simProv12/', refundPassword: 'simRfnd34/',
};
const MODELS = ['3d_oos_pay', '3d_pay', '3d', '3d_full', '3d_half', '3d_oos_full', '3d_oos_half'];
const SIGNED = ['clientid', 'oid', 'authcode', 'procreturncode', 'response', 'mdstatus', 'cavv', 'eci', 'md', 'rnd'];
const BORDERED = ['terminalid', 'orderid', 'txnamount', 'txncurrencycode', 'successurl', 'errorurl', 'txntype', 'txninstallmentcount'];
const returnTo = (name) => ({ ok: `http://localhost:8480/ok/${name}`, fail: `http://localhost:8480/fail/${name}` });
const PAN = { success: '4000000000000002', 'insufficient-funds': '4000000000510000', '3ds-failed': '4000000003000009' };

let banks;
let bank;
before(async () => {
  banks = await startBanks({ shopOrigin: 'http://localhost:8480' });
  bank = banks.garanti;
});
after(() => banks.close());

function openShop(config) {
  const endpoints = { gate: `${banks.url}/garanti/servlet/gt3dengine`, api: `${banks.url}/garanti/VPServlet` };
  const claims = new Set();
  const operations = [];
  const spy = (url, init) => {
    operations.push(/<Type>(\w+)<\/Type>/.exec(new URLSearchParams(init.body).get('data'))[1]);
    return fetch(url, init);
  };
  const pos = createPos({ gateway: 'garanti', mode: 'test', merchant, endpoints, ...config }, {
    claim: async (key) => !claims.has(key) && Boolean(claims.add(key)), fetch: spy,
  });
  return { pos, operations, start: (changes) => pos.start({ ...order, id: newOrderId(), urls: returnTo(changes.id ?? 'x'), ...changes }) };
}

/** The bank takes the form as the customer edited it, and signs what it sends back. */
async function atTheBank(started, changes, card) {
  const { fields, cardInputs } = started.redirect;
  const typed = cardInputs ? { [cardInputs.number]: PAN[card], [cardInputs.month]: '12', [cardInputs.year]: '30', [cardInputs.cvv]: '000' } : {};
  const form = { ...fields, ...changes };
  assert.equal(BORDERED.map((name) => form[name]).join(''), BORDERED.map((name) => fields[name]).join(''), 'the digest covers both');
  const { body } = await bank.visit({ ...form, ...typed }, cardInputs ? {} : { card });
  return new URLSearchParams(body);
}

/** The same text, cut into the ten values in every way near the lengths that they have. */
function* readings(message, id) {
  const text = SIGNED.map((name) => message.get(name)).join('').slice(merchant.terminalId.length + id.length);
  for (const authcode of [0, 1, 6]) {
    for (const procreturncode of [0, 2]) {
      for (const response of [0, 5, 8]) {
        for (const cavv of [0, 27, 28]) {
          for (const eci of [0, 2]) {
            const lengths = [authcode, procreturncode, response, 1, cavv, eci];
            const md = text.length - 20 - lengths.reduce((sum, length) => sum + length);
            let at = 0;
            const values = [...lengths, md, 20].map((length) => text.slice(at, at += length));
            const cut = Object.fromEntries(SIGNED.map((name, place) => [name, [merchant.terminalId, id, ...values][place]]));
            if (md >= 0) yield String(new URLSearchParams({ hashparams: message.get('hashparams'), hash: message.get('hash'), ...cut }));
          }
        }
      }
    }
  }
}

const move = ({ redirect: { fields: { orderid, txnamount } } }, digits) =>
  ({ orderid: orderid + txnamount.slice(0, digits), txnamount: txnamount.slice(digits) });

describe('the borders between the values of the signed form', () => {
  for (const threeDS of ['full', 'attempted']) {
    test(`${threeDS}: a failed 3-D Secure of another number is no attempted one of this`, async () => {
      for (const digits of [1, 2, 4]) {
        const { start, pos, operations } = openShop({ model: '3d', threeDS });
        const started = await start({ amount: '2345.67' });
        const message = await atTheBank(started, move(started, digits), '3ds-failed');
        assert.equal(message.get('mdstatus'), '0');
        let count = 0;
        for (const forged of readings(message, started.order.id)) {
          count += 1;
          const outcome = await outcomeOf(() => pos.step.callback(started.order, forged));
          assert.match(outcome, /^(refused \w+|send reads)$/, forged);
        }
        assert.ok(count > 50 && operations.length === 0, `${count} readings`);
      }
    });
  }

  test('a charge of a few kuruş under a number that goes on pays nothing', async () => {
    for (const model of MODELS) {
      const { start, pos } = openShop({ model });
      const started = await start({ amount: '2345.67' });
      const message = await atTheBank(started, move(started, 4), 'success');
      assert.equal(await outcomeOf(() => pos.finish(started.order, String(message))), 'refused ORDER_MISMATCH');
      for (const forged of readings(message, started.order.id)) {
        const outcome = await outcomeOf(() => pos.step.callback(started.order, forged));
        assert.match(outcome, /^(refused \w+|send reads)$/, `${model} ${forged}`);
      }
      assert.equal(describeResult(await pos.inquire(started.order)), 'pending by none', model);
    }
  });

  test('a customer of a shop that counts its orders declines nobody else\'s', async () => {
    for (const [place, model] of MODELS.entries()) {
      const { start, pos, operations } = openShop({ model });
      const [mine, theirs] = [`${place}104`, `${place}1047`];
      const own = await start({ id: mine, amount: '7345.67' });
      const victim = await start({ id: theirs });
      const message = await atTheBank(own, move(own, 1), model === '3d' ? '3ds-failed' : 'insufficient-funds');
      assert.equal(message.get('oid'), theirs, 'the bank signs that their order failed');
      assert.equal(await outcomeOf(() => pos.finish(victim.order, String(message))), 'refused ECHO_MISMATCH', model);
      for (const hidden of [undefined, '']) {
        message.delete('secure3dhash');
        if (hidden !== undefined) message.set('secure3dhash', hidden);
        const step = await pos.step.callback(victim.order, String(message));
        assert.equal(describeResult(step), 'send reads', model);
      }
      assert.deepEqual(operations, []);
      // What the victim's own browser brings counts as before.
      const genuine = await atTheBank(victim, {}, '3ds-failed');
      assert.equal(await outcomeOf(() => pos.finish(victim.order, String(genuine))), 'declined by signature', model);
    }
  });

  test('a currency with a digit of the amount: whatever the bank makes of it, it does not pay the order', async () => {
    const { start, pos } = openShop({ model: '3d_oos_pay' });
    const started = await start({ amount: '149.00' });
    const message = await atTheBank(started, { txnamount: '1490', txncurrencycode: '0949' }, 'success');
    const outcome = await outcomeOf(() => pos.finish(started.order, String(message)));
    assert.match(outcome, /^(pending by none|refused (SIGNATURE_MISSING|AMOUNT_MISMATCH))$/);
  });
});

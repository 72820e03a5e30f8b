// Asking the bank what became of an order: both shapes of the answer, amounts in kuruş, and the difference between "no" and "no record".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPos } from 'velopos';
import { cc5, compoundStatus, flatStatus, hostedReturn, tag, unknownOrder, xmlOf } from './gate/nestpay.js';
import { isBelief, outcomeOf, refuses } from './outcome.js';
import { isbank, isbankWithoutApi, order } from './shop.js';

const pos = createPos(isbank);
const { redirect, order: stored } = pos.step.start(order);
const asked = pos.step.ask(stored, 'inquire');
const reply = (body, step = asked) => pos.step.reply(step.order, step.then, typeof body === 'string' ? { status: 200, body } : body);

test('the question only reads', () => {
  assert.deepEqual([asked.type, asked.moves, asked.request.method], ['send', false, 'POST']);
  const xml = xmlOf(asked.request);
  assert.deepEqual(['Name', 'Password', 'ClientId', 'OrderId'].map((name) => tag(xml, name)), ['simapi', 'simpass12', '190100000', order.id]);
  assert.match(xml, /<Extra>\s*<ORDERSTATUS>QUERY<\/ORDERSTATUS>\s*<\/Extra>/);
  assert.ok(!/<Type>/.test(xml), 'a Type would make it more than a question');
});

test('without API credentials it cannot be asked', () => {
  const without = createPos(isbankWithoutApi);
  refuses(() => without.step.ask(without.step.start(order).order, 'inquire'), ['CONFIG', 'UNSUPPORTED'], /api/i);
});

for (const [shape, status] of Object.entries({ compound: compoundStatus, flat: flatStatus })) {
  describe(`${shape} answers`, () => {
    test('C: captured, so paid', () => {
      const { payment } = reply(status(order.id));
      assert.deepEqual([payment.status, payment.proof, payment.amount, payment.currency, payment.orderId, payment.mode], ['paid', 'reply', '149.90', 'TRY', order.id, 'test']);
    });
    test('the same dedupeKey as the return of the browser', () => {
      assert.equal(reply(status(order.id)).payment.dedupeKey, pos.step.callback(stored, hostedReturn(redirect.fields)).payment.dedupeKey);
    });
    test('D: declined', () => assert.equal(describePayment(status(order.id, { state: 'D', captured: '' })), 'declined by reply'));
    test('PN: pending', () => assert.equal(describePayment(status(order.id, { state: 'PN', captured: '' })), 'pending by none'));
    test('V and CNCL: no money any more', () => {
      for (const state of ['V', 'CNCL']) assert.match(describePayment(status(order.id, { state })), /^voided by reply$/);
    });
    test('A on a pre-authorisation: authorized', () => {
      const preauth = pos.step.start({ ...order, type: 'preauth' });
      const step = pos.step.ask(preauth.order, 'inquire');
      assert.equal(reply(status(order.id, { state: 'A', captured: '' }), step).payment.status, 'authorized');
    });
    test('A on a sale, as banks answer before the end of the day: the money is held, so certainly not a failure', async () => {
      const outcome = await outcomeOf(() => reply(status(order.id, { state: 'A', captured: '' })));
      assert.doesNotMatch(outcome, /^(declined|voided|refunded|refused)/);
    });
    test('a state that nobody documented, and none: nothing certain', async () => {
      for (const state of ['X', 'c', 'CC', 'd', 'DD', '']) assert.ok(!isBelief(await outcomeOf(() => reply(status(order.id, { state })))), state);
    });
    test('S is a settled sale, where what was captured is the order: the whole of it', async () => {
      assert.equal(await outcomeOf(() => reply(status(order.id, { state: 'S' }))), 'paid by reply');
      for (const captured of ['', '14989', '149900']) assert.ok(!isBelief(await outcomeOf(() => reply(status(order.id, { state: 'S', captured })))), captured);
    });
    test('ERR and R, which are documented without a meaning: certainly no money', async () => {
      for (const state of ['ERR', 'R']) assert.doesNotMatch(await outcomeOf(() => reply(status(order.id, { state }))), /^(paid|authorized)/, state);
    });
    test('another amount is not this payment', async () => {
      for (const amount of ['14991', '1', '1499', '149900', '149.90', '', '0', '-14990', '014990', '14990.00']) {
        const outcome = await outcomeOf(() => reply(status(order.id, { amount })));
        assert.doesNotMatch(outcome, /^paid/, `${amount}: ${outcome}`);
      }
    });
    test('less or more captured than the order asked for is not simply paid', async () => {
      for (const captured of ['14989', '1', '99990']) {
        let payment;
        try {
          ({ payment } = reply(status(order.id, { captured })));
        } catch (error) {
          assert.equal(error.code, 'AMOUNT_MISMATCH', error.stack);
          continue;
        }
        assert.ok(payment.status !== 'paid' || payment.review === true, `${captured}: ${payment.status}, charged ${payment.charged}`);
      }
    });
    test('another order is not this payment', async () => {
      for (const oid of ['Other4mPq8sVx2bNw6zRy', `${order.id}x`, order.id.toLowerCase(), '']) assert.ok(!isBelief(await outcomeOf(() => reply(status(oid)))), oid);
    });
    test('a credit is not a sale', async () => {
      assert.doesNotMatch(await outcomeOf(() => reply(status(order.id, { type: 'C' }))), /^paid/);
    });
  });
}

const describePayment = (body) => {
  const { payment } = reply(body);
  return `${payment.status} by ${payment.proof}`;
};

describe('no record', () => {
  test('is pending, although the bank says Declined', () => assert.equal(describePayment(unknownOrder(order.id)), 'pending by none'));
  test('with the order number in the template, still pending', () => {
    const empty = 'CHARGE_TYPE_CD:\tORIG_TRANS_AMT:\tCAPTURE_AMT:\tTRANS_STAT:\tAUTH_DTTM:\tCAPTURE_DTTM:\tAUTH_CODE:';
    assert.equal(describePayment(cc5({ OrderId: order.id, Response: 'Declined', ProcReturnCode: '99', ErrMsg: `No record found for ${order.id}`, Extra: { ORDERSTATUS: `ORD_ID:${order.id}\t${empty}` } })), 'pending by none');
  });
  test('separated by spaces, as some banks do', () => {
    assert.equal(describePayment(unknownOrder(order.id).replaceAll('\t', ' ')), 'pending by none');
    assert.equal(describePayment(compoundStatus(order.id).replaceAll('\t', ' ')), 'paid by reply');
  });
});

describe('an answer that cannot be relied on', () => {
  const paid = compoundStatus(order.id);
  const answers = {
    'time-out': { lost: 'timeout' }, network: { lost: 'network' }, 500: { status: 500, body: paid }, 302: { status: 302, body: '' }, html: '<html><body>Bakım</body></html>', empty: '', cut: paid.slice(0, -40),
    'wrong password': cc5({ OrderId: order.id, Response: 'Error', ProcReturnCode: '99', ErrMsg: 'Girilen kullanici adi veya sifre hatali', Extra: { ERRORCODE: 'CORE-2501' } }),
    'a plain approval': cc5({ OrderId: order.id, Response: 'Approved', ProcReturnCode: '00' }),
    'a plain decline': cc5({ OrderId: order.id, Response: 'Declined', ProcReturnCode: '05' }),
    'a part twice': paid.replace('TRANS_STAT:C', 'TRANS_STAT:D\tTRANS_STAT:C'),
    'flat and compound that disagree': compoundStatus(order.id, { extra: { TRANS_STAT: 'D', ORD_ID: order.id, ORIG_TRANS_AMT: '14990' } }),
    'ORDERSTATUS twice': paid.replace('</Extra>', '<ORDERSTATUS>x</ORDERSTATUS></Extra>'),
  };
  for (const [name, answer] of Object.entries(answers)) {
    test(`${name}: nothing certain`, async () => assert.ok(!isBelief(await outcomeOf(() => reply(answer)))));
  }
});

test('verbs that this gateway has not, or that nobody has', () => {
  for (const verb of ['', 'Inquire', 'pay', 'toString', '__proto__', null, 7]) refuses(() => pos.step.ask(stored, verb), ['UNSUPPORTED', 'ORDER', 'CONFIG', 'MALFORMED']);
});

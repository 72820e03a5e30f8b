// What may be printed by accident: a pos, a step, a request, an error, a payment. None of them may show a secret or a card.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { format, inspect } from 'node:util';
import { createPos, paymentPage } from 'velopos';
import { approval, authenticationReturn, hostedReturn, refusal } from './gate/nestpay.js';
import { refuses } from './outcome.js';
import { card, isbank, isbank3d, iyzico, order, paytr, secretsIn } from './shop.js';

/** Every way in which a value is printed by hand, by a logger or by a crash. */
const printed = (value) => [
  inspect(value, { depth: Infinity, showHidden: true }), inspect(value, { depth: Infinity, customInspect: true }), format('%o %O %j %s', value, value, value, value), JSON.stringify(value), JSON.stringify({ value }, null, 2),
  String(value),
].join('\n');
const showsNothing = (name, value) => assert.deepEqual(secretsIn(printed(value)), [], name);

describe('pos', () => {
  for (const config of [isbank, { ...isbank3d }, paytr, iyzico]) {
    test(`${config.gateway} ${config.model ?? ''}`, () => {
      const pos = createPos(config, { claim: async () => true, fetch: async () => new Response('') });
      showsNothing('pos', pos);
      showsNothing('pos.step', pos.step);
      for (const key of Reflect.ownKeys(pos)) showsNothing(String(key), pos[key]);
      assert.deepEqual(secretsIn(Object.values(pos).filter((v) => typeof v === 'function').map(String).join()), []);
    });
  }
  test('says which account it is', () => assert.match(JSON.stringify(createPos(isbank)), /isbank/));
});

describe('steps and requests', () => {
  const pos = createPos(isbank3d, { claim: async () => true });
  const started = pos.step.start(order, { card });
  const provision = pos.step.callback(started.order, authenticationReturn(started.redirect.fields));
  const steps = {
    provision, inquiry: pos.step.ask(started.order, 'inquire'), 'PayTR token': createPos(paytr).step.start(order), 'iyzico initialize': createPos(iyzico).step.start(order),
  };
  for (const [name, step] of Object.entries(steps)) {
    test(name, () => {
      showsNothing('step', { ...step, redirect: undefined });
      showsNothing('request', step.request);
      assert.ok(step.request.body.length > 20, 'and yet the request can be sent');
    });
  }
  test('the provision really carries the password it does not show', () => assert.match(decodeURIComponent(provision.request.body), /simpass12/));
  test('headers that sign are not shown either', () => {
    const { request } = steps['iyzico initialize'];
    const authorization = new Headers(request.headers).get('authorization');
    assert.ok(!printed(request).includes(authorization));
  });
  test('a redirect that carries a card does not show it, and yet takes it to the bank', () => {
    showsNothing('redirect', started.redirect);
    showsNothing('step', started);
    assert.ok(paymentPage(started.redirect).body.includes(card.number));
  });
  test('the stored order has neither secret nor card', () => {
    showsNothing('order', started.order);
    assert.doesNotMatch(JSON.stringify(started.order), /4508034508034509|"000"/);
  });
});

describe('results', () => {
  const pos = createPos(isbank3d, { claim: async () => true });
  const started = pos.step.start(order, { card });
  const provision = pos.step.callback(started.order, authenticationReturn(started.redirect.fields));
  const payments = {
    paid: approval(order.id, { ErrMsg: `${card.number} 5406675406675403` }), declined: refusal(order.id, '05', `card ${card.number} refused, tel 05321234567`),
  };
  for (const [name, body] of Object.entries(payments)) {
    test(`${name}: runs of 13 to 19 digits are masked`, () => {
      const { payment } = pos.step.reply(provision.order, provision.then, { status: 200, body });
      const { refs, ...rest } = payment; // random digits may stand in `refs`
      assert.ok(!refs.includes(card.number));
      assert.doesNotMatch(JSON.stringify(rest).replaceAll(order.id, ''), /\d{13,19}/);
    });
  }
  test('a phone number is not a card', () => {
    const { payment } = pos.step.reply(provision.order, provision.then, { status: 200, body: payments.declined });
    assert.match(payment.decline.bankMessage, /05321234567/);
  });
});

describe('errors', () => {
  const hosted = createPos(isbank);
  const { redirect, order: stored } = hosted.step.start(order);
  test('about a forged message', () => {
    const error = refuses(() => hosted.step.callback(stored, hostedReturn(redirect.fields).replace('Approved', 'Declined')), 'SIGNATURE_INVALID');
    showsNothing('error', error);
    const { hash } = redirect.fields;
    assert.ok(!printed(error).includes(hash));
  });
  test('about a configuration: the value that was wrong is not repeated', () => {
    for (const config of [{ ...isbank, merchant: { ...isbank.merchant, storeKey: ' SIMSTORE12' } }, { ...isbank, merchant: { ...isbank.merchant, storekey: 'SIMSTORE12' } }, { ...paytr, merchant: { ...paytr.merchant, merchantSalt: 'simPaytrSalt6789\n' } }]) {
      showsNothing('error', refuses(() => createPos(config), 'CONFIG'));
    }
  });
  test('about a card', () => {
    const pos = createPos(isbank3d, { claim: async () => true });
    const error = refuses(() => pos.step.start(order, { card: { ...card, month: '99' } }), 'ORDER');
    assert.doesNotMatch(printed(error), /4508034508034509|45080345/);
  });
  test('can be told apart by code, name and field, also as JSON', () => {
    const error = refuses(() => hosted.step.start({ ...order, amount: '1' }), 'ORDER', 'amount');
    const json = JSON.parse(JSON.stringify(error));
    assert.deepEqual([json.code, json.field], ['ORDER', 'amount']);
    assert.match(inspect(error), /ORDER/);
    assert.match(error.stack, /redaction\.test\.js/);
  });
  test('never carry what the customer sent', () => {
    const error = refuses(() => hosted.step.callback(stored, 'oid=x&pan=4508034508034509&HASH=y&a=<script>'), ['SIGNATURE_INVALID', 'MALFORMED']);
    assert.doesNotMatch(printed(error), /4508034508034509|<script>/);
  });
});

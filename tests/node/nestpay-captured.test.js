// The two public captures of ver3 callbacks, with as little changed as lets them answer a form of ours: the model of 2022 was 3d_pay with
// customer text in the form; the amount of 2026 was written without decimals. They are signed again with their own published store keys.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createPos } from 'velopos';
import { body, signedBody, tag, xmlOf } from './gate/nestpay.js';
import { isBelief, outcomeOf, refuses } from './outcome.js';
import { card, order } from './shop.js';

const { ver3: captures } = JSON.parse(readFileSync(new URL('../vectors/nestpay.json', import.meta.url)));
const capture = (name) => captures.find((vector) => vector.name === name);
const changed = (fields, change) => fields.map(([name, value]) => (name in change ? change[name] : [name, value])).filter(Boolean);
const valueOf = (fields, name) => fields.find(([n]) => n === name)[1];

const of2022 = capture('bank callback 2022, 3d_pay');
const of2026 = capture('bank callback 2026, 3d with 3DS 2.2');

function shopOf({ fields, storeKey }, config, changes) {
  const pos = createPos({ gateway: 'ziraat', mode: 'test', merchant: { clientId: valueOf(fields, 'clientid'), storeKey, apiUser: 'simapi', apiPassword: 'simpass12' }, ...config },
    { claim: async () => true });
  const asked = pos.step.start({ ...order, id: valueOf(fields, 'oid'), urls: { ok: valueOf(fields, 'okUrl'), fail: valueOf(fields, 'failUrl') }, ...changes }, config.model === '3d' ? { card } : {});
  return { pos, order: asked.order };
}

test('2022: the money is there', () => {
  const { pos, order: asked } = shopOf(of2022, {}, { amount: '1.01' });
  const fields = changed(of2022.fields, { storetype: ['storetype', '3d_pay_hosting'], islemtipi: ['TranType', 'Auth'], firmaadi: null, Email: null });
  const { payment } = pos.step.callback(asked, signedBody(fields, of2022.storeKey));
  assert.deepEqual([payment.status, payment.proof, payment.amount, payment.currency], ['paid', 'signature', '1.01', 'TRY']);
  assert.equal(payment.threeDS.eci, '05');
});

test('2022, with the customer text that our forms never send: still the money', () => {
  const { pos, order: asked } = shopOf(of2022, {}, { amount: '1.01' });
  const fields = changed(of2022.fields, { storetype: ['storetype', '3d_pay_hosting'], islemtipi: ['TranType', 'Auth'] });
  assert.equal(pos.step.callback(asked, signedBody(fields, of2022.storeKey)).payment.status, 'paid');
});

test('2022 as it was captured, for a hosted order: another model answered, so it is not believed', async () => {
  const { pos, order: asked } = shopOf(of2022, {}, { amount: '1.01' });
  assert.equal(await outcomeOf(() => pos.step.callback(asked, body([...of2022.fields, ['HASH', of2022.digest]]))), 'send reads');
});

test('2022 with one kuruş less, signature as captured', () => {
  const { pos, order: asked } = shopOf(of2022, {}, { amount: '1.00' });
  refuses(() => pos.step.callback(asked, body([...changed(of2022.fields, { amount: ['amount', '1.00'] }), ['HASH', of2022.digest]])), 'SIGNATURE_INVALID');
  refuses(() => pos.step.callback(asked, body([...of2022.fields, ['HASH', of2022.digest]])), 'AMOUNT_MISMATCH', 'amount');
});

test('2026: authenticated, so our server asks for the money with what the bank signed', () => {
  const { pos, order: asked } = shopOf(of2026, { model: '3d' }, { amount: '100.00' });
  const fields = changed(of2026.fields, { amount: ['amount', '100.00'] });
  const step = pos.step.callback(asked, signedBody(fields, of2026.storeKey));
  assert.deepEqual([step.type, step.moves], ['send', true]);
  const xml = xmlOf(step.request);
  assert.deepEqual(['Type', 'OrderId', 'Total', 'Currency', 'Number', 'PayerTxnId', 'PayerSecurityLevel', 'PayerAuthenticationCode'].map((name) => tag(xml, name)),
    ['Auth', valueOf(fields, 'oid'), '100.00', '949', valueOf(fields, 'md'), valueOf(fields, 'xid'), valueOf(fields, 'eci'), valueOf(fields, 'cavv')]);
});

test('2026 as it was captured: 100 is 100.00, and nothing is refused for it', async () => {
  const { pos, order: asked } = shopOf(of2026, { model: '3d' }, { amount: '100.00' });
  const outcome = await outcomeOf(() => pos.step.callback(asked, body([...of2026.fields, ['HASH', of2026.digest]])));
  assert.ok(['send moves', 'send reads'].includes(outcome), outcome);
});

test('an authentication is never a payment', async () => {
  const { pos, order: asked } = shopOf(of2026, {}, { amount: '100.00' });
  const hosted = changed(of2026.fields, { amount: ['amount', '100.00'], storetype: ['storetype', '3d_pay_hosting'] });
  assert.ok(!isBelief(await outcomeOf(() => pos.step.callback(asked, signedBody(hosted, of2026.storeKey)))));
});

// Money is integer kuruş made from decimal text: every amount survives, and nothing that is not exactly an amount is taken for one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createPos } from 'velopos';
import { refuses } from './outcome.js';
import { isbank, order, paytr } from './shop.js';

const amounts = JSON.parse(readFileSync(new URL('../vectors/amounts.json', import.meta.url)));
const bank = createPos(isbank);
const aggregator = createPos(paytr);

const sentToBank = (amount, currency = 'TRY') => bank.step.start({ ...order, amount, currency }).redirect.fields.amount;
const sentToPaytr = (amount) => new URLSearchParams(aggregator.step.start({ ...order, amount, basket: [{ name: 'a', price: amount, quantity: 1 }] }).request.body).get('payment_amount');

test('decimal text reaches each gateway as the same amount', () => {
  for (const [text, kurus] of amounts.kurus) {
    assert.equal(sentToBank(text), text);
    assert.equal(sentToPaytr(text), kurus);
    assert.equal(sentToBank({ minor: kurus }), text);
  }
});

test('a number is taken when it is exact to two decimals', () => {
  for (const [number, text] of amounts.acceptedNumber) assert.equal(sentToBank(number), text);
});

test('every amount from 0.01 to 99.99 survives as text and as a number', () => {
  for (let kurus = 1; kurus < 10_000; kurus += 7) {
    const text = `${Math.floor(kurus / 100)}.${String(kurus % 100).padStart(2, '0')}`;
    assert.equal(sentToBank(text), text);
    assert.equal(sentToBank(Number(text)), text);
  }
});

for (const text of amounts.refusedText) {
  test(`refused as an amount in lira: ${JSON.stringify(text)}`, () => refuses(() => sentToBank(text), 'ORDER', 'amount'));
}
for (const number of [...amounts.refusedNumber, NaN, Infinity]) {
  test(`refused as a number: ${number}`, () => refuses(() => sentToBank(number), 'ORDER', 'amount'));
}
for (const minor of [...amounts.refusedMinor, 14990, 14990n, null, undefined]) {
  test(`refused as minor units: ${typeof minor} ${minor}`, () => refuses(() => sentToBank({ minor }), 'ORDER', /^amount/));
}
for (const [name, value] of Object.entries({ null: null, array: ['149.90'], boolean: true, bigint: 14990n, object: {}, function: () => '149.90', String: new String('149.90') })) {
  test(`refused: ${name} where an amount belongs`, () => refuses(() => sentToBank(value), 'ORDER', /^amount/));
}

test('a missing amount is named', () => {
  const { amount, ...withoutAmount } = order;
  refuses(() => bank.step.start(withoutAmount), 'ORDER', 'amount');
});

test('a currency without decimals has no decimals', () => {
  // Yen: where the gateway takes it, 500 is 500; where it does not, the currency is refused.
  for (const wrong of ['500.00', '500.5']) refuses(() => sentToBank(wrong, 'JPY'), 'ORDER', /^(amount|currency)$/);
});

test('currencies come from a closed list, in ISO letters', () => {
  const fields = (currency) => bank.step.start({ ...order, currency }).redirect.fields.currency;
  assert.deepEqual(['TRY', 'USD', 'EUR', 'GBP'].map(fields), ['949', '840', '978', '826']);
  for (const wrong of ['TL', 'try', '949', 949, 'XYZ', 'TRYX', '', ' TRY', 'TRY ', null, undefined, ['TRY'], 'toString', '__proto__']) {
    refuses(() => fields(wrong), 'ORDER', 'currency');
  }
});

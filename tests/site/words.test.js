import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { priceText } from '../../velo-example/src/public/price.js';
import { texts } from '../../velo-example/src/public/texts.js';
import { World } from './world.js';

test('prices are written as text, in both languages, and never rounded', () => {
  assert.equal(priceText('149.90', 'TRY', 'tr'), '149,90 TL');
  assert.equal(priceText('1249.50', 'TRY', 'tr'), '1.249,50 TL');
  assert.equal(priceText('1234567.89', 'TRY', 'en'), '₺1,234,567.89');
  assert.equal(priceText('99999999999999999.99', 'TRY', 'tr'), '99.999.999.999.999.999,99 TL');
  assert.equal(priceText('5', 'USD', 'en'), '5 USD');
});

test('Turkish and English say the same things', () => {
  const keys = (language) => Object.entries(texts[language]).flatMap(([part, words]) => Object.keys(words).map((key) => `${part}.${key}`));
  assert.deepEqual(keys('en').sort(), keys('tr').sort());
  for (const language of ['tr', 'en']) {
    for (const words of Object.values(texts[language])) {
      for (const [key, word] of Object.entries(words)) assert.ok(typeof word === 'function' ? word('x') : word.trim(), key);
    }
  }
});

test('every state that the backend can tell has its words', () => {
  const states = ['pending', 'new', 'paid', 'reserved', 'declined', 'voided', 'refunded', 'expired', 'failed', 'late', 'duplicate', 'wrong-mode', 'unknown'];
  for (const state of states) for (const key of [state, `${state}Text`]) assert.ok(texts.tr.result[key], key);
  for (const problem of ['product', 'method', 'customer', 'closed', 'connection']) assert.ok(texts.tr.problems[problem], problem);
});

test('every bank that velopos knows has its name', () => {
  const declarations = readFileSync(new URL('../../js-glue/index.d.ts', import.meta.url), 'utf8');
  const gateways = [...declarations.matchAll(/gateway: ((?:'[a-z-]+'(?: \| )?)+)/g)].flatMap(([, names]) => names.match(/[a-z-]+/g));
  const systems = ['nestpay', 'posnet', 'payflex'];   // of a bank whose name only the owner knows
  assert.ok(gateways.includes('isbank') && gateways.includes('vakifbank'));
  for (const name of gateways.filter((each) => !systems.includes(each))) for (const { methods } of [texts.tr, texts.en]) assert.ok(methods[name], name);
});

test('every price of the catalogue is decimal text with two decimals, and every product has its words', async () => {
  const { products } = await new World().container().shop.listProducts();
  assert.ok(products.length > 0);
  assert.equal(new Set(products.map(({ id }) => id)).size, products.length);
  for (const { price, currency, name, description } of products) {
    assert.match(price, /^[1-9]\d*\.\d{2}$/);
    assert.equal(currency, 'TRY');
    for (const words of [name, description]) assert.ok(words.tr && words.en);
  }
});

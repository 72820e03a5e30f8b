// The guide that this began with, step by step and with its names, on the real site: what of it works as it says, what does the same under
// another name, and that the documents say so.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startExample } from '../../scripts/example.js';
import { Browser } from './chaos.js';
import { CUSTOMER, SITE } from './world.js';

const WIX_PAY = { module: 'wix-pay.web.js' };

let example;
let site;
let banks;
let browser;

before(async () => {
  example = await startExample({ sitePort: 0, banksPort: 0, site: { jobEveryMs: 0 } });
  ({ site, banks } = example);
  browser = new Browser(site);
  await site.wix.provider.connect({ siteUrl: site.url, account: 'isbank' });
});

after(() => example?.close());

const decoded = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));

/** A buyer who has pressed the button and stands at İş Bankası: the bank's answer is in their hand. */
async function atTheBank(card, ...injected) {
  const { paymentId } = await browser.call('createWixPayment', ['kahve', CUSTOMER, ...injected], WIX_PAY);
  const { redirectUrl } = await site.wix.pay.start(paymentId);
  const { text } = await browser.open(redirectUrl);
  const fields = Object.fromEntries([...text.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, decoded(value)]));
  site.habits.set({ drop: { times: 10, function: 'bankNotification' } });   // the guide knows of the browser's return only
  const { url, body } = await banks.nestpay.visit(fields, { card });
  return { paymentId, amount: fields.amount, url, body };
}

const standing = (paymentId) => browser.call('wixPaymentState', [paymentId], WIX_PAY);

async function becomes(paymentId, state) {
  for (let i = 0; i < 50 && (await standing(paymentId)).state !== state; i += 1) await wait(100);
  return standing(paymentId);
}

describe('its steps', () => {
  test('createPayment, startPayment, the bank, post_payment3DSuccess, and the order is paid', async () => {
    const { paymentId, amount, url, body } = await atTheBank('success', 0.01, { amount: 0.01 });
    assert.equal(amount, '149.90', 'the amount is the server’s, whatever the page says');
    assert.match(url, /\/_functions\/payment3DSuccess\/[0-9a-f]{32}$/);
    const answer = await browser.post(url, body);
    assert.equal(answer.status, 303, 'the browser goes to a page; it is shown no JSON');
    assert.deepEqual(await becomes(paymentId, 'paid'), { ...await standing(paymentId), state: 'paid', amount: '149.90', currency: 'TRY' });
    const { orderId } = site.data.collection('VeloposWixPayments').all().find((each) => each.wixPaymentId === paymentId);
    assert.equal(site.data.collection('Orders').get(orderId).state, 'paid', 'updateOrderStatus(orderId, "paid")');
  });

  test('the fail address, and a decline', async () => {
    const { paymentId, url, body } = await atTheBank('insufficient-funds');
    assert.match(url, /\/_functions\/payment3DFail\/[0-9a-f]{32}$/);
    assert.equal((await browser.post(url, body)).status, 303);
    await wait(300);
    assert.notEqual((await standing(paymentId)).state, 'paid');
  });

  test('its three checks: the hash, mdStatus, the amount', async () => {
    for (const [name, value] of [['HASH', 'x'], ['mdStatus', '1'], ['amount', '0.01'], ['Response', 'Approved']]) {
      const { paymentId, url, body } = await atTheBank('insufficient-funds');
      const forged = new URLSearchParams(body);
      forged.set(name, value);
      await browser.post(url.replace('3DFail', '3DSuccess'), forged.toString());
      await wait(200);
      assert.notEqual((await standing(paymentId)).state, 'paid', name);
    }
    assert.equal(banks.nestpay.payments().filter(({ captured }) => captured > 0n).length, 1, 'the one of the first test');
  });
});

// ---- names

const files = readdirSync(join(SITE, 'src'), { recursive: true }).filter((name) => /\.js$/.test(name));
const code = Object.fromEntries(files.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(SITE, 'src', name), 'utf8')]));
const importing = (name, module) => Object.keys(code).filter((file) => new RegExp(`import [^;]*\\b(?:${name})\\b[^;]* from '${module}'`).test(code[file]));

test('its modules are used where they still are what it says', () => {
  assert.deepEqual(importing('getSecret', 'wix-secrets-backend'), ['backend/velopos/secrets.js']);
  assert.deepEqual(importing('createPayment', 'wix-pay-backend'), ['backend/velopos/wix-pay.js']);
  assert.ok(importing('startPayment|wixPay\\w*', 'wix-pay-frontend').some((file) => /^pages\/WixPay\./.test(file)));
  assert.deepEqual(Object.keys(code).filter((file) => /wix-stores-backend|updateOrder\b/.test(code[file])), []);
});

test('what has changed since is said in both languages', () => {
  const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  for (const name of ['README.md', 'README.tr.md']) {
    const [, table] = read(name).split(/^## (?:About the guide|Yola çıktığımız rehber).*$/m);
    for (const word of ['getSecret', 'initiatePayment(amount, orderId)', 'createWixPayment', 'startPayment()', 'wixPay_onPaymentUpdate',
      'wix-stores-backend', 'orders.updateOrder({ paymentStatus })', 'orderTransactions.addPayments', 'mdStatus', '303']) {
      assert.ok(table.split(/^## /m)[0].includes(word), `${name}: ${word}`);
    }
  }
  const [turkish, english] = read('velo-example/README.md').split(/^# The example Velo site$/m);
  for (const text of [turkish, english]) {
    for (const word of ['initiatePayment(amount, orderId)', 'createWixPayment', 'orders.updateOrder', 'orderTransactions.addPayments']) assert.ok(text.includes(word), word);
  }
});

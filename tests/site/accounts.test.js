// A test account beside a real one: it must not buy anything.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNTS, CUSTOMER, World } from './world.js';

const REAL = { ...ACCOUNTS.isbank, mode: 'production' };

function siteWith(accounts) {
  const world = new World();
  world.secret = JSON.stringify(accounts);
  return world;
}

test('beside a real account a test account is not offered, and nothing can be begun with it', async () => {
  const world = siteWith({ trial: ACCOUNTS.isbank, real: REAL });
  const { shop } = world.container();
  assert.deepEqual((await shop.listProducts()).methods.map(({ name }) => name), ['real']);
  assert.deepEqual(await shop.startPayment('kahve', 'trial', CUSTOMER), { problem: 'method' });
  assert.deepEqual(world.data.all('Orders'), []);
});

test('the default is the first account that takes real money', async () => {
  const world = siteWith({ trial: ACCOUNTS.isbank, real: REAL });
  const { intentId } = await world.container().shop.startPayment('kahve', undefined, CUSTOMER);
  assert.equal(world.intent(intentId).account, 'real');
  assert.equal(world.intent(intentId).mode, 'production');
});

test('an attempt that began with a test account before the site went live still ends', async () => {
  const world = siteWith({ trial: ACCOUNTS.isbank });
  const { intentId } = await world.container().started('kahve', 'trial');
  world.secret = JSON.stringify({ real: REAL, trial: ACCOUNTS.isbank });
  world.bank.answers.set(world.intent(intentId).bankOrderId, { status: 'paid', proof: 'reply' });
  world.pass(5 * 60_000);
  await world.container().site.settle.settle();
  assert.equal(world.order(world.intent(intentId).orderId).state, 'paid');
  assert.equal(world.order(world.intent(intentId).orderId).mode, 'test');
});

test('Wix’s checkout is not connected to a test account beside a real one, and one that was pays nothing any more', async () => {
  const { plugin } = siteWith({ trial: ACCOUNTS.isbank, real: REAL }).container().site;
  const credentials = { siteUrl: 'https://www.example.com', account: 'trial' };
  assert.equal((await plugin.connectAccount({ credentials })).errorCode, 'account');
  const answer = await plugin.createTransaction({ wixTransactionId: 't1', merchantCredentials: credentials, order: { description: {} } });
  assert.equal(answer.errorCode, 'account');
  assert.equal(answer.redirectUrl, undefined);
});

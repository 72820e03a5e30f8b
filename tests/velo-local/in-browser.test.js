// What only a browser can show: the frontend modules, and the walls around an HTML component.

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { launch } from '../browser/chromium.js';
import { SITE } from './site-wix.js';
import { start } from './start.js';

let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The site, with its provider's page on another port, and a phone to look at it with. */
async function open(t) {
  const local = await start(t, { site: SITE, containers: 2 });
  const bank = http.createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>bank</title><p>${request.url}</p>`);
  });
  await new Promise((resolve) => bank.listen(0, 'localhost', resolve));
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'tr-TR' });
  t.after(async () => {
    await context.close();
    bank.closeAllConnections();
    bank.close();
  });
  await local.wix.provider.connect({ siteUrl: `http://localhost:${bank.address().port}`, account: 'one' });
  const page = await context.newPage();
  return { local, page };
}

const submit = (local, transaction, more = {}) => local.fetchFunction('event', {
  method: 'POST', body: JSON.stringify({ event: { transaction: { wixTransactionId: transaction._id, ...more } } }),
});

async function pay(page) {
  await page.locator('#buy').click();
  await page.getByLabel(/kabul ediyorum/).check();
  const popup = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Öde', exact: true }).click();
  const window = await popup;
  await window.waitForURL(/\/pay\//);
  return window;
}

test('Wix Pay: a dialog, the provider\'s page in a window, and the result in the page that asked', async (t) => {
  const { local, page } = await open(t);
  await page.goto(`${local.url}/pay`);
  const window = await pay(page);
  const [transaction] = local.wix.payments.transactions();
  assert.equal(await window.evaluate(() => globalThis.opener), null, 'the provider\'s page cannot reach the site\'s');
  await submit(local, transaction);
  await window.goto(transaction.returnUrls.successUrl).catch(() => {}); // it closes itself
  await page.getByText('Ödemeniz alındı').waitFor();
  assert.equal(await page.locator('#result').innerText(), 'Successful 249.9 known');
  await page.getByRole('button', { name: 'Kapat' }).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
});

test('Wix Pay: declined, left without an end, and closed before it began', async (t) => {
  const { local, page } = await open(t);
  await page.goto(`${local.url}/pay`);
  await (await pay(page)).close();
  await submit(local, local.wix.payments.transactions()[0], { reasonCode: 3012 });
  await page.getByText('Ödeme alınamadı').waitFor();
  assert.equal(await page.locator('#result').innerText(), 'Failed 249.9 known');

  await page.reload();
  await (await pay(page)).close();
  await page.getByText('henüz belli değil').waitFor();
  assert.equal(await page.locator('#result').innerText(), 'Undefined 249.9 known');

  await page.reload();
  await page.locator('#buy').click();
  await page.getByRole('button', { name: 'Vazgeç' }).click();
  await page.getByText('Cancelled 249.9 none').waitFor();
});

test('an HTML component talks with its page, and a click of its may send the window elsewhere', async (t) => {
  const { local, page } = await open(t);
  await page.goto(`${local.url}/pay`);
  const frame = page.frameLocator('#html1');
  await frame.getByText('from inside').waitFor();
  assert.equal(await page.locator('#heard').innerText(), 'from inside opaque');
  await frame.getByRole('button', { name: 'Go' }).click();
  await page.waitForURL(/\/terms/);
});

test('an HTML component is not the visitor: no session, no storage, no window of its own accord', async (t) => {
  const { local, page } = await open(t);
  const [name, value] = local.members.cookie('admin').split('=');
  await page.context().addCookies([{ name, value, url: local.url, httpOnly: true, sameSite: 'Lax' }]);
  await page.goto(`${local.url}/member`);
  const tried = page.frameLocator('#html1').locator('#tried');
  await tried.filter({ hasText: /\S/ }).waitFor();
  assert.equal(await tried.innerText(), 'SecurityError SecurityError SecurityError SecurityError TypeError TypeError');
  await page.goto(`${local.url}/member`);
  assert.equal(await page.locator('#who').innerText(), 'Deniz Member,Admin true', 'still signed in');
  const alone = await fetch(`${local.url}/_html/member.html`);
  assert.match(alone.headers.get('content-security-policy'), /^sandbox allow-scripts allow-forms/, 'nor when it is opened by itself');
  assert.doesNotMatch(alone.headers.get('content-security-policy'), /allow-same-origin/);
  assert.equal((await fetch(`${local.url}/_html/nope.html`)).status, 404);
});

test('signing in and out from page code', async (t) => {
  const { local, page } = await open(t);
  await page.goto(`${local.url}/member?a=1`);
  await page.getByText('nobody').waitFor();
  await page.locator('#login').click();
  await page.waitForURL(/_local\/members/);
  await page.locator('.card', { hasText: 'Ayşe' }).getByRole('button').click();
  await page.waitForURL(/member\?a=1/);
  await page.getByText('Ayse Member true').waitFor();
  assert.equal(await page.evaluate(() => document.cookie), '', 'scripts do not see the session');
  await page.locator('#logout').click();
  await page.getByText('nobody').waitFor();
});

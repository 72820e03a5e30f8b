import assert from 'node:assert/strict';
import { test } from 'node:test';

import { start } from './start.js';

async function call(local, address, body, headers = { 'content-type': 'application/json' }) {
  const response = await fetch(`${local.url}/_api/${address}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, ...(await response.json()) };
}

test('web methods: who may call what', async (t) => {
  const local = await start(t);
  const shop = (name, args = []) => call(local, `backend/shop.web.js/${name}`, { args });
  assert.deepEqual(await shop('double', [21]), { status: 200, result: 42 });
  for (const name of ['forMembers', 'forAdmins']) assert.equal((await shop(name)).status, 403, name);
  for (const name of ['plain', 'constructor', '__proto__', 'nope']) assert.equal((await shop(name)).status, 404, name);
  assert.equal((await call(local, 'backend/http-functions.js/get_count', { args: [] })).status, 404, 'not a web module');
  assert.equal((await call(local, 'backend/nope.web.js/double', { args: [] })).status, 404);
});

test('web methods: errors lose their stack', async (t) => {
  const local = await start(t);
  const broken = await call(local, 'backend/shop.web.js/broken', { args: [] });
  assert.deepEqual(broken, { status: 500, error: { message: 'it broke' } });
  assert.match((await call(local, 'backend/shop.web.js/failing', { args: [] })).error.message, /WDE0027/);
  assert.match(local.logs('it broke').at(-1).text, /shop\.web\.js:\d+/);
});

test('web methods: only this site\'s pages call them', async (t) => {
  const local = await start(t);
  const json = 'application/json';
  const status = async (headers) => (await call(local, 'backend/shop.web.js/double', { args: [1] }, headers)).status;
  assert.equal(await status({ 'content-type': json, origin: local.url }), 200);
  assert.equal(await status({ 'content-type': json, origin: 'https://evil.example' }), 403);
  assert.equal(await status({ 'content-type': json, origin: 'null' }), 403);
  assert.equal(await status({ 'content-type': 'text/plain' }), 403);
  assert.equal((await call(local, 'backend/shop.web.js/double', { args: 'x' })).status, 400);
  assert.equal((await fetch(`${local.url}/_api/backend/shop.web.js/double`)).status, 403);
});

test('web methods: after the time limit the caller gets 504', async (t) => {
  const local = await start(t, { limits: { requestMs: 1_000 } });
  const { status, error } = await call(local, 'backend/shop.web.js/slow', { args: [] });
  assert.deepEqual([status, error.message], [504, 'no answer within 1000 ms']);
});

test('pages: a frame, the page\'s element and its code', async (t) => {
  const local = await start(t, { siteName: 'Kahve & <b>', banksUrl: 'http://127.0.0.1:8481/' });
  const html = await (await fetch(local.url)).text();
  assert.match(html, /<html lang="tr">/);
  assert.match(html, /<sample-shop id="shop"><\/sample-shop>/);
  assert.match(html, /Kahve &amp; &lt;b&gt;/);
  assert.match(html, /bu makinede çalışıyor/);
  assert.match(html, /href="http:\/\/127\.0\.0\.1:8481\/"/);
  assert.match(await (await fetch(`${local.url}/?lang=en`)).text(), /<html lang="en">[\s\S]*running on this machine/);
  assert.equal((await fetch(`${local.url}/thanks`)).status, 200);
  assert.equal((await fetch(`${local.url}/shop`)).status, 200);
  assert.equal((await fetch(`${local.url}/nope`)).status, 404);
  assert.equal((await fetch(`${local.url}/%E0%A4%A`)).status, 400);
  assert.equal((await fetch(local.url, { method: 'POST' })).status, 405);

  const script = await fetch(`${local.url}/_page/shop.js`);
  assert.match(script.headers.get('content-type'), /text\/javascript/);
  const code = await script.text();
  assert.match(code, /`\/_api\//);
  assert.doesNotMatch(code, /not a web method|wix-data/, 'backend code stays in the backend');
  assert.match(await (await fetch(`${local.url}/_element/sample-shop.js`)).text(), /customElements\.define\("sample-shop"/);
  assert.match(await (await fetch(`${local.url}/_page/wrong.js`)).text(), /^throw new Error\(.*only web modules/);
});

test('control: only our own page, with the token of this start', async (t) => {
  const local = await start(t);
  const post = (form, headers) => fetch(`${local.url}/_local/control`, {
    method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(form),
  }).then((response) => response.status);
  const times = { staleMs: '500', slowDataMs: '0', containerLifeMs: '300000', clockAheadMs: '0' };
  const right = { token: local.token, action: 'time', ...times };
  assert.equal(await post(right, {}), 403, 'no Origin');
  assert.equal(await post(right, { origin: 'https://evil.example' }), 403);
  assert.equal(await post(right, { origin: 'null' }), 403);
  assert.equal(await post({ ...right, token: 'x'.repeat(48) }, { origin: local.url }), 403);
  assert.equal(await post({ ...right, token: '' }, { origin: local.url }), 403);
  assert.equal(local.habits.get().staleMs, 0);
  assert.equal(await post(right, { origin: local.url }), 303);
  assert.equal(local.habits.get().staleMs, 500);
  assert.equal(await post({ ...right, action: 'constructor' }, { origin: local.url }), 400);
  assert.equal((await fetch(`${local.url}/_local/control`)).status, 404);
});

test('control: every form of the page works', async (t) => {
  const local = await start(t, { containers: 2 });
  const html = await (await fetch(`${local.url}/_local?lang=en`)).text();
  assert.match((await fetch(`${local.url}/_local`)).headers.get('content-security-policy'), /frame-ancestors 'none'/);
  const forms = [...html.matchAll(/<form[\s\S]*?<\/form>/g)].map(([form]) => new URLSearchParams([
    ...[...form.matchAll(/<input[^>]*? name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    ...[...form.matchAll(/<select name="(\w+)">[\s\S]*?<option value="(\w+)" selected>/g)].map(([, name, value]) => [name, value]),
  ]));
  assert.ok(forms.length >= 12);
  for (const form of forms) {
    const init = { method: 'POST', redirect: 'manual', headers: { origin: local.url }, body: form };
    const response = await fetch(`${local.url}/_local/control`, init);
    assert.equal(response.status, 303, `${form.get('action')}: ${response.status === 303 || (await response.text())}`);
  }
});

test('the log and data pages escape what they show', async (t) => {
  const local = await start(t);
  const attack = '<img src=x onerror=alert(1)>';
  const headers = { 'content-type': 'text/plain' };
  await local.fetchFunction(`echo/${encodeURIComponent(attack)}`, { method: 'POST', body: attack, headers });
  local.data.collection('Private').put({ _id: attack, attack });
  for (const address of [`/_local/log?q=${encodeURIComponent(attack)}`, '/_local/data']) {
    const html = await (await fetch(local.url + address)).text();
    assert.doesNotMatch(html, /<img/);
    assert.match(html, /&lt;img/);
  }
});

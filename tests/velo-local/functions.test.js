import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';

import { ids, start, until } from './start.js';

test('a request reaches its function as the platform describes it', async (t) => {
  const local = await start(t);
  const response = await local.fetchFunction('echo/a/b%20c?x=1&y=%C5%9F', {
    method: 'POST', body: 'a=b&c=%FE', headers: { 'X-MiXed-Case': 'Value', 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  const request = await response.json();
  assert.deepEqual(
    [request.method, request.functionName, request.path, request.query, request.ip],
    ['POST', 'echo', ['a', 'b c'], { x: '1', y: 'ş' }, '127.0.0.1'],
  );
  assert.equal(request.headers['x-mixed-case'], 'Value');
  assert.equal(request.text, 'a=b&c=%FE', 'the body is not decoded');
  assert.equal(request.isBuffer, true);
  assert.equal(request.baseUrl, `${local.url}/_functions`);
  assert.equal(request.url, `${local.url}/_functions/echo/a/b%20c?x=1&y=%C5%9F`);
});

test('bytes that are not UTF-8 stay as they came in the buffer', async (t) => {
  const local = await start(t);
  const { hex } = await (await local.fetchFunction('echo', { method: 'POST', body: Buffer.from([0x61, 0xfe, 0xdd, 0x00]) })).json();
  assert.equal(hex, '61fedd00');
});

test('_functions-dev is visible in the addresses', async (t) => {
  const local = await start(t);
  const request = await (await fetch(`${local.url}/_functions-dev/echo`)).json();
  assert.equal(request.baseUrl, `${local.url}/_functions-dev`);
  assert.match(request.url, /\/_functions-dev\/echo$/);
});

test('verbs, helpers, statuses and types', async (t) => {
  const local = await start(t);
  const call = (name, init) => local.fetchFunction(name, init);
  assert.equal((await call('json', { method: 'POST', body: '{"a":[1]}' })).status, 201);
  assert.deepEqual(await (await call('helpers')).json(), [200, 201, 400, 403, 404, 500]);
  const redirect = await call('text');
  assert.equal(redirect.status, 303);
  assert.deepEqual([redirect.headers.get('location'), redirect.headers.get('content-type')], ['/', 'text/plain']);
  assert.deepEqual([...new Uint8Array(await (await call('buffer')).arrayBuffer())], [0, 255, 128]);
  assert.equal((await call('cors', { method: 'OPTIONS' })).status, 204);
  assert.equal((await call('echo', { method: 'PUT' })).status, 200, 'use_ answers any verb');
  assert.equal((await call('echo', { method: 'HEAD' })).status, 200);
  assert.equal((await call('json')).status, 404, 'a function that has another verb only');
  assert.equal((await call('constructor')).status, 404);
  assert.equal((await call('%E0%A4%A')).status, 404);
});

test('an error is 500 for the caller and a stack in the log', async (t) => {
  const local = await start(t);
  const response = await local.fetchFunction('throws');
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret detail/);
  const [line] = local.logs('a secret detail', { whole: false });
  const [, file, row] = line.text.match(/\((.*?http-functions\.js):(\d+)/);
  assert.match(readFileSync(file, 'utf8').split('\n')[row - 1], /a secret detail/);
  assert.equal((await local.fetchFunction('nothing')).status, 500, 'a function must answer');
});

test('a body over the limit is 413 and never reaches the code', async (t) => {
  const local = await start(t);
  const ok = await local.fetchFunction('echo', { method: 'POST', body: 'x'.repeat(512 * 1024) });
  assert.equal((await ok.json()).text.length, 512 * 1024);
  assert.equal((await local.fetchFunction('echo', { method: 'POST', body: 'x'.repeat(512 * 1024 + 1) })).status, 413);
});

test('after the time limit the caller gets 504 and the code runs on', async (t) => {
  const local = await start(t, { limits: { requestMs: 1_500 } });
  await local.fetchFunction('count'); // the container is warm
  const response = await local.fetchFunction('slow/late/4000', { method: 'POST' });
  assert.equal(response.status, 504);
  assert.deepEqual(ids(local, 'Private'), ['late-begun']);
  await until(() => ids(local, 'Private').includes('late-finished'));
});

test('an endless loop holds its container until it is killed, and nothing else', async (t) => {
  const local = await start(t, { containers: 2, limits: { requestMs: 1_500, afterlifeMs: 200 } });
  const [endless, other] = await Promise.all([local.fetchFunction('endless'), local.fetchFunction('count')]);
  assert.deepEqual([endless.status, other.status], [504, 200]);
  await until(() => local.logs('its code did not end').length === 1);
  assert.equal(local.containers.list.length, 2);
});

test('modules resolve as the platform resolves them', async (t) => {
  const local = await start(t);
  const seen = await (await local.fetchFunction('modules')).json();
  assert.deepEqual(seen, { hello: 'merhaba', doubled: 8, hash: true, sameModule: true, strict: true });
});

test('only requests for this machine by a loopback name are answered', async (t) => {
  const local = await start(t);
  const { port } = new URL(local.url);
  const status = (host) => new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/_functions/count', headers: { host } });
    request.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });
  assert.equal(await status(`localhost:${port}`), 200);
  assert.equal(await status(`127.0.0.1:${port}`), 200);
  assert.equal(await status(`rebound.example:${port}`), 421);
  assert.equal(await status('localhost'), 421, 'the port belongs to the name');
  assert.equal(await status(`localhost.example:${port}`), 421);
});

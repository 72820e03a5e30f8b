import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';

import { startVeloLocal } from '../../velo-local/index.js';
import { SITE, ids, start, until } from './start.js';

const get = async (local, how, url) => (await local.fetchFunction(`fetch/${how}?url=${encodeURIComponent(url)}`)).json();

async function bank(t) {
  const server = http.createServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://localhost:40111/' }).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('"a bank"');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

test('a site reaches the allowed origins and nothing else, whatever it uses', async (t) => {
  const allowed = await bank(t);
  const local = await start(t, { allow: [allowed] });
  for (const how of ['wix', 'global', 'json']) assert.match((await get(local, how, `${allowed}/`)).text, /a bank/);
  assert.equal((await get(local, 'http', `${allowed}/`)).text.status, 200);
  for (const how of ['wix', 'global', 'json', 'http']) {
    const { error } = await get(local, how, 'http://192.0.2.1/');
    assert.match(error.message, /192\.0\.2\.1\S* may not be reached; a site may only reach .*127\.0\.0\.1/, how);
  }
  assert.match((await get(local, 'wix', `${allowed}/away`)).error.message, /localhost:40111 may not be reached/, 'nor by redirect');
  assert.match((await get(local, 'wix', `${local.url}/`)).error.message, /may not be reached/, 'nor velo-local itself');
});

test('only this machine can be allowed', async () => {
  await assert.rejects(startVeloLocal({ site: SITE, port: 0, allow: ['https://bank.example'] }), /this machine only/);
  await assert.rejects(startVeloLocal({ site: SITE, port: 0, allow: ['http://127.0.0.1:1/path'] }), /is not an origin/);
  await assert.rejects(startVeloLocal({ site: SITE, port: 0, host: '0.0.0.0' }), /this machine only/);
});

test('secrets, in both forms', async (t) => {
  const local = await start(t, { secrets: { apiKey: 'k-123456789' } });
  const { old, current, refused, missing } = await (await local.fetchFunction('secrets')).json();
  assert.equal(old, 'k-123456789');
  assert.deepEqual(current, { value: 'k-123456789' });
  assert.equal(refused.details.applicationError.code, 'PERMISSION_DENIED');
  assert.match(missing.message, /does not exist/);
});

test('a configuration that is not in test mode is refused before anything starts', async (t) => {
  const run = (velopos) => startVeloLocal({ site: SITE, port: 0, secrets: { velopos: JSON.stringify(velopos) } });
  await assert.rejects(run({ isbank: { gateway: 'isbank', merchant: {} } }), /`velopos\.isbank` has no mode, which means production/);
  await assert.rejects(run({ gateway: 'paytr', mode: 'production' }), /`velopos` has mode "production"/);
  await assert.rejects(run({ a: { gateway: 'isbank', mode: 'test' }, b: { gateway: 'paytr', mode: 'Test' } }), /`velopos\.b`/);
  await start(t, { secrets: { velopos: JSON.stringify({ a: { gateway: 'isbank', mode: 'test' } }) } });
});

test('the log follows a request, and shows neither keys nor card numbers', async (t) => {
  const local = await start(t, { secrets: { apiKey: 'k-123456789' } });
  await local.fetchFunction('logs/order-7');
  await local.fetchFunction('count');
  const story = local.logs('order-7');
  assert.deepEqual([...new Set(story.map((line) => line.request))].length, 1);
  const text = story.map((line) => line.text).join('\n');
  assert.match(text, /hello \{ id: 'order-7' \}/);
  assert.match(text, /the key is ••• and the card 411111•••1111 of 1763740000000/);
  assert.ok(story.every((line) => line.container > 0));
  assert.equal(local.logs('order-7', { whole: false }).length < story.length, true);
});

test('jobs run with the site\'s permissions, on demand and on a shortened schedule', async (t) => {
  const local = await start(t);
  await local.runJob('nightly');
  assert.ok(local.data.collection('Private').get('nightly').at);
  await assert.rejects(local.runJob('nightly'), /WDE0074/);
  await assert.rejects(local.runJob('unknown'), /no job with the function unknown/);

  const scheduled = await start(t, { jobEveryMs: 20 });
  await until(() => ids(scheduled, 'Private').includes('nightly'));
});

// The quick start of both first pages, run as a Velo site against the simulated bank: what a reader copies takes a payment, once.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { startBanks } from '../../banks/server.js';
import { accounts } from '../../scripts/example.js';
import { startVeloLocal } from '../../velo-local/index.js';
import { document, root, samples } from './documents.js';

const COLLECTIONS = ['Payments', 'Claims'];
const pathOf = (code) => /^\/\/ (src\/[\w./-]+\.js)\b/.exec(code)?.[1];

for (const name of ['README.md', 'README.tr.md']) {
  test(`${name}: paid, booked once, and not to be forged`, async (t) => {
    const { local, banks } = await started(t, name);
    const page = await local.fetchFunction('pay', { method: 'GET' });
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    const html = await page.text();
    assert.equal(/action="([^"]+)"/.exec(html)[1], `${banks.url}/nestpay/fim/est3Dgate`);
    const fields = fieldsOf(html);
    const records = () => local.data.collection('Payments').all();
    assert.deepEqual(records().map(({ state }) => state), ['open'], 'stored before the browser leaves');

    const { url, body } = await banks.nestpay.visit(fields, { card: 'success' });
    const back = (text) => fetch(url, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: text });
    for (const forged of [body.replace('mdStatus=1', 'mdStatus=4'), body.replace(/HASH=[^&]+/, 'HASH='), body.replace('149.90', '1.00'), '', 'oid=x']) {
      assert.equal((await back(forged)).status, 303);
      assert.deepEqual(records().map(({ state }) => state), ['open'], forged.slice(0, 60));
    }
    for (let visit = 0; visit < 3; visit += 1) {
      const answer = await back(body);
      assert.equal(answer.status, 303);
      assert.match(answer.headers.get('location'), /^http:\/\/localhost:\d+\//);
      assert.deepEqual(records().map(({ state }) => state), ['paid']);
    }
    const decline = await banks.nestpay.visit(fields, { card: '3ds-failed' });     // genuine, and about the same order
    assert.equal((await back(decline.body)).status, 303);
    assert.deepEqual(records().map(({ state }) => state), ['paid'], 'what is paid stays paid');
  });

  test(`${name}: declined, and an unknown address`, async (t) => {
    const { local, banks } = await started(t, name);
    const fields = fieldsOf(await (await local.fetchFunction('pay', { method: 'GET' })).text());
    const { url, body } = await banks.nestpay.visit(fields, { card: 'insufficient-funds' });
    await fetch(url, { method: 'POST', redirect: 'manual', body });
    assert.deepEqual(local.data.collection('Payments').all().map(({ state }) => state), ['declined']);
    const nobody = await fetch(url.replace(/[^/]+$/, 'NOBODY'), { method: 'POST', redirect: 'manual', body });
    assert.equal(nobody.status, 303);
  });
}

test('both languages show the same program', () => {
  const code = (name) => siteFiles(name).map(([path, text]) => [path, text.replace(/\s*\/\/.*$/gm, '')]);
  assert.deepEqual(code('README.tr.md'), code('README.md'));
});

function siteFiles(name) {
  return samples(document(name)).filter(({ language, code }) => language === 'js' && pathOf(code)).map(({ code }) => [pathOf(code), code]);
}

async function started(t, name) {
  const site = mkdtempSync(join(tmpdir(), 'velopos-quick-start-'));
  for (const [path, code] of siteFiles(name)) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), code);
  }
  const banks = await startBanks();
  const local = await startVeloLocal({
    site, data: null, port: 0, jobEveryMs: 0, packageRoot: root, allow: [banks.url], collections: COLLECTIONS,
    secrets: { velopos: JSON.stringify(accounts(banks.url)) },
  });
  t.after(async () => {
    await local.close();
    await banks.close();
    rmSync(site, { recursive: true, force: true });
  });
  return { local, banks };
}

function fieldsOf(html) {
  const text = (value) => value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  return Object.fromEntries([...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [text(name), text(value)]));
}

// `velopos check`: configurations as people break them, each told what it is; nothing secret on the screen; nothing sent but HEAD.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accounts, furtherAccounts } from '../../banks/accounts.js';
import { startBanks } from '../../banks/server.js';
import { MASK } from '../../cli/mask.js';
import { check, findings, folder, velopos } from './run.js';

const KEY = 'Gizli+An&ah"tar<9431>';
const PASSWORD = 'S1fre/cok:gizli=';
const isbank = (merchant, more) => ({ isbank: { gateway: 'isbank', mode: 'test', merchant: { clientId: '190100000', storeKey: KEY, apiUser: 'magazaapi', apiPassword: PASSWORD, ...merchant }, ...more } });
const text = (config) => JSON.stringify(config, null, 2);

/** A secret in any of the forms in which it might be written. */
function assertHidden(output, secrets = [KEY, PASSWORD]) {
  for (const secret of secrets) {
    const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), new URLSearchParams({ a: secret }).toString().slice(2),
      Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('base64url'), Buffer.from(secret).toString('hex'), secret.slice(0, 9)];
    for (const form of forms) assert.ok(!output.includes(form), `shows ${form}`);
  }
}

const BROKEN = [
  ['an unknown gateway', text({ a: { gateway: 'isbankasi', merchant: { storeKey: KEY } } }), 'gateway-unknown', /`isbank`/],
  ['no gateway', text({ a: { merchant: { storeKey: KEY } } }), 'gateway-missing', /"isbank"/],
  ['an unknown key', text(isbank({ storkey: KEY })), 'key-unknown', /`merchant.storkey`[\s\S]*`storeKey`/],
  ['an unknown key above', text(isbank({}, { modle: '3d' })), 'key-unknown', /`modle`[\s\S]*`mod/],
  ['an unknown endpoint', text(isbank({}, { endpoints: { gatte: 'https://x' } })), 'key-unknown', /endpoints.gatte[\s\S]*`gate`/],
  ['no merchant', text({ a: { gateway: 'paytr' } }), 'merchant-missing', /Mağaza Parola/],
  ['no store key', text(isbank({ storeKey: '' })), 'value-missing', /3D güvenlik anahtarı/],
  ['a space', text(isbank({ storeKey: `${KEY} ` })), 'value-space', /3D güvenlik anahtarı/],
  ['a space before', text(isbank({ apiPassword: ` ${PASSWORD}` })), 'value-space', /API şifresi/],
  ['a line break', text(isbank({ storeKey: `${KEY.slice(0, 9)}\n${KEY.slice(9)}` })), 'value-invisible', /3D güvenlik/],
  ['a character without width', text(isbank({ storeKey: `${KEY.slice(0, 9)}\u200B${KEY.slice(9)}` })), 'value-invisible', /3D güvenlik/],
  ['quotation marks inside', text(isbank({ storeKey: `"${KEY}"` })), 'value-quoted', /3D güvenlik/],
  ['a number', text(isbank({ clientId: 190100000 })), 'value-number', /Mağaza no/],
  ['a list', text(isbank({ storeKey: [KEY] })), 'value-type', /3D güvenlik/],
  ['the template', text(isbank({ storeKey: '3D-GUVENLIK-ANAHTARI' })), 'value-placeholder', /3D güvenlik/],
  ['half an API user', text(isbank({ apiPassword: undefined })), 'value-half', /API şifresi/],
  ['one secret twice', text(isbank({ apiPassword: KEY })), 'value-same', /API şifresi/],
  ['no API user', text(isbank({ apiUser: undefined, apiPassword: undefined })), 'value-missed', /API kullanıcı adı/],
  ['an unknown mode', text(isbank({}, { mode: 'live' })), 'mode-unknown', /"test"/],
  ['an unknown model', text(isbank({}, { model: '3d_pay_hostin' })), 'model-unknown', /`3d_pay_hosting`/],
  ['a test value in production', text(isbank({ clientId: '700655000200' }, { mode: undefined })), 'test-credentials', /"mode": "test"/],
  ['a host of nobody', text(isbank({}, { endpoints: { gate: 'https://evil.example/fim/est3Dgate' } })), 'endpoint-refused', /endpoints\.gate/],
  ['http', text(isbank({ clientId: '700000000' }, { mode: 'production', endpoints: { api: 'http://sanalpos.isbank.com.tr/fim/api' } })), 'endpoint-refused', /endpoints\.api/],
  ['a system without addresses', text({ a: { gateway: 'nestpay', mode: 'test', merchant: { clientId: '1', storeKey: KEY } } }), 'endpoint-missing', /endpoints\.gate/],
  ['a threeDS of its own', text(isbank({}, { threeDS: 'none' })), 'refused', /threeDS/],
  ['live and test', text({ ...isbank(), b: { gateway: 'paytr', merchant: { merchantId: '1', merchantKey: KEY, merchantSalt: PASSWORD } } }), 'modes-mixed', /test/],
  ['a bad name', text({ 'my bank!': isbank().isbank }), 'account-name', /my bank!/],
  ['too long for Wix', text({ ...isbank(), ...Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`b${n}`, isbank().isbank])) }), 'too-long', /3500/],
  ['one account without a name', text(isbank().isbank), 'bare', /isbank/],
  ['a name twice', text(isbank()).replace('"clientId"', '"storeKey": "x", "clientId"'), 'key-double', /isbank\.merchant\.storeKey/],
  ['a list at the top', '[]', 'secret-shape', /\{/],
  ['a word at the top', text(KEY), 'secret-shape', /\{/],
  ['nothing in it', '{}', 'no-account', /new/],
  ['no object', text({ a: KEY }), 'account-shape', /merchant/],
  ['curly quotation marks', text(isbank()).replace(/"storeKey"/, '“storeKey”'), 'json-broken', /7\. satır|line 7/],
  ['a comma too many', text(isbank()).replace(/("apiPassword": "[^"]+")/, '$1,'), 'json-broken', /9\. satır|line 9/],
  ['half of it', text(isbank()).slice(0, 120), 'json-broken', /\d/],
  ['a key that breaks the line', text(isbank()).replace('Gizli', 'Gi\nzli'), 'json-broken', /7\. satır|line 7/],
];

for (const [what, config, id, said] of BROKEN) {
  test(`told what it is: ${what}`, async () => {
    const warning = ['value-same', 'value-missed', 'modes-mixed', 'bare'].includes(id);
    const { ids, code, result } = await findings(config);
    assert.ok(ids.includes(id), `${ids}`);
    assert.equal(code, warning ? 0 : 1);
    assert.equal(result.ok, warning);
    for (const LANG of ['tr_TR.UTF-8', 'en_US.UTF-8']) {
      const { all, stderr } = await check(config, ['--offline'], { env: { LANG } });
      assert.match(all, said);
      assert.equal(stderr, '');
      assertHidden(all);
      assertHidden(JSON.stringify(result));
      assert.match(all, LANG.startsWith('tr') ? /Ne yapmalı: / : /What to do: /);
    }
  });
}

test('hostile names do not reach the terminal as they are', async () => {
  const nasty = '\u001b]0;owned\u0007\u001b[2J\u202Etxt\r\nvelopos: all is well';
  for (const config of [{ [nasty]: isbank().isbank }, { a: { ...isbank().isbank, [nasty]: 1 } }, { a: { gateway: nasty, merchant: {} } }, isbank({ [nasty]: KEY }), isbank({}, { model: nasty })]) {
    const { all } = await check(config);
    assert.doesNotMatch(all, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, JSON.stringify(all));
    assert.doesNotMatch(all, /^velopos: all is well/m);
    assertHidden(all);
  }
  const { all, code } = await check('{"__proto__": {"gateway": "isbank", "merchant": {"constructor": 1, "__proto__": {"storeKey": "x"}}}}');
  assert.equal(code, 1);
  assert.match(all, /constructor/);
});

test('every simulated account is in order, and what it would send is shown without a secret', async (t) => {
  const banks = await startBanks();
  t.after(() => banks.close());
  const halves = [accounts(banks.url), furtherAccounts(banks.url)];   // all of them are longer than a secret at Wix may be
  const config = Object.assign({}, ...halves);
  const checked = [];
  for (const half of halves) {
    const { code, result } = await findings(half, []);
    assert.deepEqual(result.network.map(({ id }) => id), ['reach-ok', 'clock-ok']);
    assert.equal(code, 0);
    checked.push(...result.accounts);
  }
  assert.equal(checked.length, 14);
  for (const { name, gateway, mode, form, findings: found } of checked) {
    assert.deepEqual([gateway, mode], [config[name].gateway, 'test']);
    assert.ok(found.every(({ level }) => level === 'ok' || level === 'warning'), JSON.stringify(found));
    assert.ok(form.address.startsWith(banks.url) && form.fields.length > 3, name);
  }
  const masked = (name) => checked.find((each) => each.name === name).form.fields.filter(({ value }) => value === MASK).map((field) => field.name);
  assert.deepEqual(masked('isbank'), ['hash']);
  assert.deepEqual(masked('garanti'), ['secure3dhash']);
  assert.deepEqual(masked('vakifbank'), ['Password']);
  assert.deepEqual(masked('paytr'), ['paytr_token']);
  assert.deepEqual(masked('iyzico'), ['authorization']);
  for (const name of ['qnb', 'denizbank']) assert.deepEqual(masked(name), ['Hash']);
  for (const name of ['akbank', 'tosla']) assert.deepEqual(masked(name), ['hash']);
  assert.deepEqual(masked('moka').map((field) => field.split('.').at(-1)), ['Password', 'CheckKey']);
  const card = ['CardNumber', 'CardExpireDateYear', 'CardExpireDateMonth', 'CardCVV2'];
  assert.deepEqual(masked('kuveytturk'), ['HashData', ...card]);
  assert.deepEqual(masked('vakifkatilim'), ['HashData', 'HashPassword', ...card]);
  assert.deepEqual(masked('albaraka'), ['Mac', 'MacNew']);
  const secret = Object.values(config).flatMap(({ merchant }) => Object.entries(merchant)).filter(([key]) => /key|pass|salt/i.test(key)).map(([, value]) => value);
  assert.ok(secret.length >= 20);
  const { apiPass } = config.tosla.merchant;   // begins as its user does
  for (const half of halves) {
    for (const LANG of ['tr_TR', 'en_US']) {
      const { all } = await check(half, [], { env: { LANG } });
      assertHidden(all, secret.filter((value) => value !== apiPass));
      assert.ok(!all.includes(apiPass));
    }
  }
});

test('in the models that take a card, the sample card is masked as well', async () => {
  for (const model of ['3d_pay', '3d']) {
    const { result } = await findings(isbank({}, { model }));
    const [{ form, findings: found }] = result.accounts;
    assert.ok(found.some(({ id }) => id === 'card-on-server'));
    assert.doesNotMatch(JSON.stringify(form), /4000000000000002/);
    assert.ok(form.fields.some(({ name, value }) => name === 'pan' && value === MASK));
  }
});

test('a masked value has one length, whatever it hides', async () => {
  const shown = await Promise.all(['kisa1', 'y'.repeat(90)].map(async (storeKey) => (await findings(isbank({ storeKey }))).result.accounts[0].form.fields.find(({ name }) => name === 'hash').value));
  assert.deepEqual(shown, [MASK, MASK]);
});

test('the return addresses are those of --site', async () => {
  const { result } = await findings(isbank(), ['--offline', '--site', 'https://www.magazam.com/']);
  assert.ok(result.accounts[0].form.fields.some(({ name, value }) => name === 'okUrl' && value.startsWith('https://www.magazam.com/_functions/payment3DSuccess/')));
});

test('a bank is sent HEAD, or GET without content, and nothing that belongs to the account', async (t) => {
  const heard = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      heard.push({ method: request.method, url: request.url, headers: JSON.stringify(request.headers), body: Buffer.concat(chunks).toString() });
      response.writeHead(request.url.includes('gate') || request.method === 'GET' ? 200 : 405).end();
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => server.close());
  const at = `http://127.0.0.1:${server.address().port}`;
  const other = `http://localhost:${server.address().port}`;
  const { code, ids } = await findings(isbank({}, { endpoints: { gate: `${at}/gate`, api: `${other}/api` } }), []);
  assert.equal(code, 0, ids.join());
  assert.deepEqual(heard.map(({ method, url }) => `${method} ${url}`).sort(), ['GET /api', 'HEAD /api', 'HEAD /gate']);
  for (const { url, headers, body } of heard) {
    assertHidden(url + headers + body);
    assert.ok(body === '' && !/190100000|magazaapi/.test(url + headers));
  }
});

test('where the configuration comes from: a file, the environment, standard input; one account of several', async (t) => {
  const both = { ...isbank(), paytr: { gateway: 'paytr', mode: 'test', merchant: { merchantId: '1', merchantKey: KEY, merchantSalt: PASSWORD } } };
  const site = folder(t, { 'secret.json': text(both), 'all.json': text({ other: 'x', velopos: text(both) }), 'plain.json': text({ velopos: both }) });
  for (const name of ['secret.json', 'all.json', 'plain.json']) {
    const { result } = await findings('', ['--offline', '--config', name], { cwd: site });
    assert.deepEqual(result.accounts.map((each) => each.name), ['isbank', 'paytr'], name);
  }
  const env = { LANG: 'en', VELOPOS_CONFIG: text(isbank()) };
  assert.deepEqual((await findings('', ['--offline'], { env })).result.accounts.map(({ name }) => name), ['isbank']);
  assert.deepEqual((await findings(text(both), ['--offline', '--config', '-'], { env })).result.accounts.length, 2, 'what is asked for comes first');
  assert.deepEqual((await findings(both, ['--offline', '--account', 'paytr'])).result.accounts.map(({ name }) => name), ['paytr']);
  const wrong = await check(both, ['--offline', '--account', 'isbnk']);
  assert.deepEqual([wrong.code, wrong.stderr.includes('isbank, paytr')], [2, true]);
  mkdirSync(join(site, '.git'));
  assert.ok((await findings('', ['--offline', '--config', 'secret.json'], { cwd: site })).ids.includes('file-in-git'));
});

test('what is not there, empty or much too large is said', async (t) => {
  const site = folder(t, { 'big.json': ' '.repeat(300_000), 'empty.json': '' });
  for (const [args, input, said] of [
    [['--config', 'none.json'], '', /none\.json/], [['--config', 'big.json'], '', /too large/], [[], '', /--config/], [[], ' '.repeat(300_000), /too large/],
    [['--config', '.'], '', /\./],
  ]) {
    const { code, stderr } = await velopos(['check', '--offline', ...args], { input, cwd: site });
    assert.equal(code, 2, args.join());
    assert.match(stderr, said);
  }
  assert.ok((await findings('', ['--offline', '--config', 'empty.json'], { cwd: site })).ids.includes('json-broken'));
});

test('asked at a terminal, passwords do not show, not even their length', async () => {
  const keys = ['isbnk\r', 'isbank\r', '\r', '190100000\r', `${KEY.slice(0, 5)}x\u007f${KEY.slice(5)}\r`, 'magazaapi\r', `${PASSWORD}\r`];
  const { code, all, stdin } = await velopos(['check', '--offline'], { keys });
  assert.equal(code, 0, all);
  assertHidden(all);
  assert.match(all, /`isbank`\?/);
  assert.match(all, /190100000/, 'what is no secret shows');
  assert.doesNotMatch(all, /\*{2,}/);
  assert.equal(stdin.raw, false, 'the keyboard is as it was');
});

test('of a secret that was pasted with a line break nothing gets into the next question', async () => {
  const { all } = await velopos(['check', '--offline'], { keys: ['isbank\r', '\r', '190100000\r', `${KEY.slice(0, 6)}\r${PASSWORD}\r`, 'magazaapi\r', 'x1y2z3\r'] });
  assertHidden(all);
  assert.match(all, /> magazaapi\n/);
});

test('Ctrl-C at a question stops', async () => {
  const { code, stderr, stdin } = await velopos(['check'], { keys: ['isbank\r', '\u0003'] });
  assert.deepEqual([code, stdin.raw], [130, false]);
  assert.match(stderr, /Stopped/);
});

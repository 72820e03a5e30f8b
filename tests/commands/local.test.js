// velopos-local: somebody's own site. What is in its way is said on the page, in the terminal and where a function fails; a file of
// secrets with a live account starts nothing; the command runs, answers and stops.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { accounts, furtherAccounts } from '../../banks/accounts.js';
import { isKnown, isNote, wordsOf } from '../../velo-local/problem-words.js';
import { BACKEND_MODULES } from '../../velo-local/simulated.js';
import { everyAccount, readSecrets, SecretsRefused, simulated } from '../../velopos-local/secrets.js';
import { startSiteAndBanks } from '../../velopos-local/start.js';
import { OPTIONS } from '../../velopos-local/words.js';
import { folder, program, root } from './run.js';

const COMMAND = 'velopos-local/velopos-local.js';
const FUNCTIONS = 'src/backend/http-functions.js';
const KEY = 'Gizli+An&ah"tar<9431>';
const HTML = { headers: { accept: 'text/html' } };

async function visit(t, files, { secrets = {} } = {}) {
  const site = folder(t, files);
  const heard = [];
  const local = await startSiteAndBanks({
    sitePort: 0, banksPort: 0, secrets: () => secrets,
    site: { site, visiting: true, jobEveryMs: 0, containers: 1, packageRoot: root, problem: (problem) => heard.push(problem.id) },
  });
  t.after(() => local.close());
  const get = async (address, init) => {
    const response = await fetch(local.site.url + address, init);
    return { status: response.status, text: (await response.text()).replaceAll('&#39;', "'").replaceAll('&quot;', '"') };
  };
  return { site, local: local.site, heard, get, ids: () => local.site.problems().map(({ id }) => id), write: (name, text) => writeFileSync(join(site, name), text) };
}

const answering = (head, expression) => `import { ok } from 'wix-http-functions';\n${head}\nexport async function get_it() { return ok({ body: String(${expression}) }); }\n`;

test('without a file of secrets there is an account at every bank that the site can open', (t) => {
  const importing = (entry) => everyAccount(folder(t, { 'src/backend/velopos/package.js': `export { createPos } from '${entry}';\n` }), 'http://127.0.0.1:1');
  const six = Object.keys(accounts(''));
  assert.deepEqual(Object.keys(importing('velopos')), six);
  assert.deepEqual(Object.keys(importing('velopos/all')), [...six, ...Object.keys(furtherAccounts(''))]);
  assert.deepEqual(Object.keys(everyAccount(folder(t), '')), six);
});

test('no http-functions.js', async (t) => {
  const { get, ids, site } = await visit(t, { 'src/backend/other.js': '' });
  assert.deepEqual(ids(), ['no-functions']);
  for (const [address, said] of [['/', /http-functions\.js yok[\s\S]*npx velopos new/], ['/?lang=en', /has no src\/backend\/http-functions\.js[\s\S]*npx velopos new/]]) {
    const page = await get(address);
    assert.match(page.text, said, 'without pages the first address is the site’s state');
    assert.match(page.text, /sayfa kodu yok|no page code/);
  }
  const failed = await get('/_functions/pay?lang=en', HTML);
  assert.equal(failed.status, 404);
  assert.match(failed.text, /There is no function at this address[\s\S]*npx velopos new/);
  assert.deepEqual(JSON.parse((await get('/_functions/pay')).text), { error: { message: 'Not found' } }, 'a program gets what the platform says');
  assert.ok(existsSync(site));
});

test('a function that there is not: which there are', async (t) => {
  const { get, ids } = await visit(t, { [FUNCTIONS]: answering('', '1') });
  const { text, status } = await get('/_functions/its?lang=en', HTML);
  assert.equal(status, 404);
  assert.match(text, /has no get_its[\s\S]*There are: get_it\b/);
  assert.deepEqual(ids(), []);
  assert.match((await get('/_local/site?lang=en')).text, /Nothing is in the way[\s\S]*href="\/_functions\/it"/);
});

test('code that does not compile: told at once, and gone when it is mended', async (t) => {
  const { get, ids, write, local } = await visit(t, { [FUNCTIONS]: answering('', '1 +'), 'src/backend/fine.js': 'export const a = 1;' });
  assert.deepEqual(ids(), ['compile']);
  const { text, status } = await get('/_functions/it?lang=en', HTML);
  assert.equal(status, 500);
  assert.match(text, /http-functions\.js does not compile: [^<]*\(3:/);
  write(FUNCTIONS, answering('', '1 + 1'));
  assert.equal((await get('/_functions/it')).text, '2');
  assert.deepEqual(ids(), []);
  write(FUNCTIONS, answering('', '1 +'));
  assert.equal((await get('/_functions/it')).text, '2', 'the last good code goes on');
  assert.deepEqual(ids(), ['stale']);
  assert.match((await get('/_local/site')).text, /derlenmiyor; son çalışan hâli sürüyor/);
  assert.ok(local.logs('does not compile').length > 0);
});

test('code that fails while it is loaded', async (t) => {
  const { get, ids } = await visit(t, { [FUNCTIONS]: answering("import './parts.js';", '1'), 'src/backend/parts.js': 'nothing.here();' });
  const { text } = await get('/_functions/it?lang=en', HTML);
  assert.match(text, /src\/backend\/parts\.js failed while it was loaded: nothing is not defined/);
  assert.deepEqual(ids(), ['load-failed']);
  assert.match((await get('/_local/log?lang=en')).text, /in-the-way[\s\S]*1 thing is in your site's way|1 thing is in your site’s way/);
});

test('a module of the platform that is not simulated: with its line, before anything runs', async (t) => {
  const { get, ids, heard } = await visit(t, { [FUNCTIONS]: answering("import { contacts } from 'wix-crm-backend';\nimport x from '@wix/crm';", 'contacts') });
  assert.deepEqual(ids(), ['not-simulated', 'not-simulated']);
  assert.match((await get('/_local/site?lang=en')).text, /wix-crm-backend does not exist here \(src\/backend\/http-functions\.js:2\)[\s\S]*@wix\/crm[^<]*http-functions\.js:3/);
  assert.match((await get('/_functions/it?lang=en', HTML)).text, /wix-crm-backend does not exist here[\s\S]*What to do/);
  assert.deepEqual([heard, ids().length], [['not-simulated'], 2], 'what happened had been seen before');
});

test('a secret that is missing', async (t) => {
  const head = "import { getSecret } from 'wix-secrets-backend';";
  const { get, ids, heard } = await visit(t, { [FUNCTIONS]: answering(head, "await getSecret('velopos')") });
  assert.equal((await get('/_functions/it')).status, 500);
  assert.deepEqual([ids(), heard], [['secret-missing'], ['secret-missing']]);
  assert.match((await get('/_functions/it?lang=en', HTML)).text, /The function failed[\s\S]*does not exist/);
  assert.match((await get('/_local/site?lang=en')).text, /There is no secret “velopos”[\s\S]*--secrets file\.json/);
});

test('packages, files, other addresses, collections', async (t) => {
  const { get, ids, write, local } = await visit(t, { [FUNCTIONS]: answering("import x from 'no-such-package';", 'x') });
  const again = async (head, expression) => {
    write(FUNCTIONS, answering(head, expression));
    await get('/_functions/it');
    return ids();
  };
  await get('/_functions/it');
  assert.deepEqual(ids(), ['no-package']);
  assert.deepEqual(await again("import x from 'backend/nowhere';", 'x'), ['no-file']);
  assert.deepEqual(await again("import x from 'child_process';", 'x'), ['refused-module']);
  assert.deepEqual(await again("import { fetch } from 'wix-fetch';", "await fetch('https://bank.example/api')"), ['not-reachable']);
  assert.deepEqual(await again("import wixData from 'wix-data';", "(await wixData.insert('Mine', { a: 1 }, { suppressAuth: true })).a"), ['collection-made']);
  assert.equal(local.data.collection('Mine').all().length, 1);
  assert.ok(isNote({ id: 'collection-made' }), 'which stops nobody');
});

test('page code is bundled anew when it has changed, in src and where it waits for the editor', async (t) => {
  const pages = JSON.stringify({ pages: [{ code: 'velopos/pages/Shop.js', path: '/' }, { code: 'src/pages/Result.abc12.js', path: '/result' }] });
  const shared = 'src/public/word.js';
  const { get, write } = await visit(t, { 'pages.json': pages, 'velopos/pages/Shop.js': "console.log('one');", 'src/pages/Result.abc12.js': "import { word } from 'public/word.js';\nconsole.log(word);", [shared]: "export const word = 'first';", [FUNCTIONS]: '' });
  assert.match((await get('/_page/shop.js')).text, /"one"/);
  assert.match((await get('/_page/result.js')).text, /"first"/);
  write('velopos/pages/Shop.js', "console.log('two');");
  write(shared, "export const word = 'second';");
  assert.match((await get('/_page/shop.js')).text, /"two"/);
  assert.match((await get('/_page/result.js')).text, /"second"/);
});

test('a page outside of the site is none', async (t) => {
  const outside = folder(t, { 'secret.js': "console.log('outside');" });
  const codes = [join(outside, 'secret.js'), '../secret.js', `src/../../${outside.split('/').at(-1)}/secret.js`, 'pages.json'];
  const { get } = await visit(t, { 'pages.json': JSON.stringify({ pages: codes.map((code, place) => ({ code, path: `/p${place}` })) }), [FUNCTIONS]: '' });
  for (const place of codes.keys()) assert.equal((await get(`/p${place}`)).status, 404, codes[place]);
});

test('listed collections are all there are', async (t) => {
  const { get, ids } = await visit(t, { 'collections.json': '["Ours"]', [FUNCTIONS]: answering("import wixData from 'wix-data';", "(await wixData.insert('Mine', {}, { suppressAuth: true })).a") });
  assert.equal((await get('/_functions/it')).status, 500);
  assert.deepEqual(ids(), ['collection-missing']);
});

test('what a site’s code says cannot put anything on the page', async (t) => {
  const attack = '<img src=x onerror=alert(1)>';
  const { get, local } = await visit(t, { [FUNCTIONS]: `export function get_it() { throw Object.assign(new Error(${JSON.stringify(`${attack} ${KEY}`)}), { problem: { id: 'load-failed', values: { file: ${JSON.stringify(attack)}, message: ${JSON.stringify(KEY)} } } }); }
export function get_odd() { throw Object.assign(new Error('odd'), { problem: { id: 'constructor', values: {} } }); }` }, { secrets: { velopos: JSON.stringify({ a: { storeKey: KEY } }) } });
  for (const address of ['/_functions/it', '/_functions/odd', '/_local/site', '/_local/log']) {
    const { text } = await get(address, HTML);
    assert.doesNotMatch(text, /<img/, address);
    assert.ok(!text.includes(KEY) && !text.includes('Gizli'), address);
  }
  assert.deepEqual(local.problems().map(({ id }) => id), ['load-failed']);
});

test('what each problem says, in both languages', () => {
  const source = ['problems.js', 'pages.js', 'data.js', 'answers.js', 'source.js', 'inside/loader.js', 'problem-page.js', 'control/site-page.js'].map((name) => readFileSync(`${root}velo-local/${name}`, 'utf8')).join('\n');
  const ids = new Set([...source.matchAll(/\bid: (?:this\.onUse \? )?'([\w-]+)'(?: : '([\w-]+)')?|unable\('([\w-]+)'/g)].flatMap((match) => match.slice(1).filter(Boolean)));
  assert.ok(ids.size >= 14, [...ids].join());
  const values = { file: 'f', name: 'n', known: 'k', message: 'm', module: 'x', specifier: 's', origin: 'o' };
  for (const id of ids) {
    assert.ok(isKnown({ id }), id);
    const [tr, en] = ['tr', 'en'].map((lang) => wordsOf({ id, values }, lang));
    for (const text of [tr.title, tr.cure, en.title, en.cure]) assert.ok(text.length > 8 && !/undefined/.test(text), `${id}: ${text}`);
    assert.notEqual(tr.cure, en.cure);
  }
});

test('the list of simulated modules is what a container provides', () => {
  const code = readFileSync(`${root}velo-local/inside/wix-modules.js`, 'utf8');
  const provided = [...code.slice(code.indexOf('export const wixModules')).matchAll(/^ {2}'([^']+)':/gm)].map(([, name]) => name);
  assert.deepEqual([...BACKEND_MODULES].sort(), provided.sort());
});

// --- secrets ---

const isbank = (more) => ({ gateway: 'isbank', mode: 'test', merchant: { clientId: '700000000', storeKey: KEY }, ...more });
const refused = (t, content) => {
  const site = folder(t, { 'secrets.json': typeof content === 'string' ? content : JSON.stringify(content) });
  try {
    readSecrets(join(site, 'secrets.json'));
    return null;
  } catch (error) {
    assert.ok(error instanceof SecretsRefused, String(error));
    assert.ok(!JSON.stringify([error.message, error.values]).includes('Gizli'));
    return error.id;
  }
};

test('a file of secrets with a live account is refused, wherever it lies in it', (t) => {
  for (const live of [isbank({ mode: 'production' }), isbank({ mode: undefined }), isbank({ mode: 'Test' }), isbank({ mode: true }), { merchant: { storeKey: KEY } }]) {
    for (const content of [live, { a: live }, { velopos: { a: live } }, { velopos: JSON.stringify({ a: live }) }, { velopos: { a: isbank(), b: live } }, { other: { deep: { deeper: [live] } } }]) {
      assert.equal(refused(t, content), 'production', JSON.stringify(content));
    }
  }
  for (const content of [isbank(), { a: isbank() }, { velopos: { a: isbank() } }, { velopos: JSON.stringify({ a: isbank() }), token: 'x' }, {}]) assert.equal(refused(t, content), null);
  for (const [content, id] of [['{', 'json'], ['[]', 'shape'], ['"x"', 'shape'], [{ velopos: 5 }, 'value'], [{ velopos: null }, 'value']]) assert.equal(refused(t, content), id);
  assert.throws(() => readSecrets('/nowhere/x.json'), { id: 'unreadable' });
});

test('accounts keep their names and settings, and get the simulated banks’ credentials', () => {
  const url = 'http://127.0.0.1:1';
  const sim = accounts(url);
  const own = { mine: isbank({ model: '3d_pay', threeDS: 'attempted' }), ziraat: isbank({ gateway: 'ziraat', merchant: { clientId: '1', storeKey: KEY, apiUser: 'u', apiPassword: KEY } }), none: isbank({ gateway: 'nobody' }) };
  const { secrets, moved, unknown } = simulated({ velopos: own, token: KEY, text: 'plain' }, url);
  const changed = JSON.parse(secrets.velopos);
  assert.deepEqual(changed.mine, { ...own.mine, merchant: { clientId: sim.isbank.merchant.clientId, storeKey: sim.isbank.merchant.storeKey }, endpoints: sim.isbank.endpoints });
  assert.deepEqual(changed.ziraat, { ...own.ziraat, merchant: sim.isbank.merchant, endpoints: sim.isbank.endpoints });
  assert.deepEqual([moved.map(({ path }) => path), unknown.map(({ path }) => path)], [['velopos.mine', 'velopos.ziraat'], ['velopos.none']]);
  assert.deepEqual([secrets.token, secrets.text], [KEY, 'plain'], 'other secrets are the site’s own');
  assert.ok(!secrets.velopos.replace(JSON.stringify(own.none), '').includes('Gizli'));
});

// --- the command ---

test('its help, its version, and what it says to wrong words', async (t) => {
  for (const lang of ['tr', 'en']) {
    const { code, stdout } = await program(COMMAND, ['--help', '--lang', lang]);
    assert.equal(code, 0);
    for (const { name, text } of OPTIONS) assert.ok(stdout.includes(`--${name}`) && stdout.includes(text[lang]), name);
  }
  const { version } = JSON.parse(readFileSync(`${root}velopos-local/package.json`, 'utf8'));
  assert.equal((await program(COMMAND, ['--version'])).stdout, `${version}\n`);
  const empty = folder(t);
  const site = folder(t, { [FUNCTIONS]: '', 'live.json': JSON.stringify({ velopos: { shop: isbank({ mode: 'production' }) } }) });
  for (const [args, said] of [
    [['--site', empty], /--site <(folder|klasör)>/], [['--prot', '1'], /`--port`/], [['--port', 'x', '--site', site], /65535/], [['--port', '70000', '--site', site], /65535/], [['shop'], /--site/],
    [['--site', site, '--secrets', join(site, 'live.json')], /velopos\.shop[\s\S]*"mode": "test"/], [['--site', site, '--secrets', join(site, 'none.json')], /none\.json/],
  ]) {
    const { code, all } = await program(COMMAND, args, { env: { LANG: args.includes('shop') ? 'tr_TR' : 'en_US' } });
    assert.equal(code, 2, all);
    assert.match(all, said);
    assert.ok(!all.includes('Gizli'));
  }
  assert.ok(!existsSync(join(empty, '.velopos-local')) && !existsSync(join(site, '.velopos-local')), 'and nothing was made');
});

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

/** Starts the command and waits until it has told its addresses. */
async function started(t, args, cwd) {
  const child = spawn(process.execPath, [join(root, COMMAND), ...args], { cwd, env: { PATH: process.env.PATH, LANG: 'en_US.UTF-8' } });
  t.after(() => child.kill('SIGKILL'));
  const told = { text: '' };
  const ready = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        told.text += text;
        if (told.text.includes('Ctrl-C')) resolve();
      });
    }
    child.on('exit', () => reject(new Error(told.text)));
  });
  await ready;
  const end = new Promise((resolve) => { child.on('exit', resolve); });
  const stop = () => {
    child.kill('SIGINT');
    return end;
  };
  return { told, url: /http:\/\/localhost:\d+/.exec(told.text)[0], banks: /http:\/\/127\.0\.0\.1:\d+/.exec(told.text)[0], stop };
}

test('it runs the site of the folder it is started in, keeps its data, forgets them when told, and stops', { skip: process.platform === 'win32' && 'Windows has no SIGINT for a child' }, async (t) => {
  const insert = "import wixData from 'wix-data';";
  const site = folder(t, {
    [FUNCTIONS]: answering(insert, "(await wixData.insert('Visits', {}, { suppressAuth: true }), (await wixData.query('Visits').find({ suppressAuth: true, consistentRead: true })).items.length)"),
    'secrets.json': JSON.stringify({ velopos: { mine: isbank() } }),
  });
  const visits = async ({ url }) => (await fetch(`${url}/_functions/it`)).text();
  const port = String(await freePort());
  const first = await started(t, ['--port', port, '--secrets', 'secrets.json'], site);
  assert.equal(await visits(first), '1');
  assert.equal(await visits(first), '2');
  assert.equal((await fetch(first.banks)).status, 200);
  assert.match(first.told.text, /moved to the simulated banks: velopos\.mine \(isbank\)/);
  assert.ok(!first.told.text.includes('Gizli'));
  assert.equal(await first.stop(), 0);
  assert.equal(readFileSync(join(site, '.velopos-local', '.gitignore'), 'utf8'), '*\n');
  const second = await started(t, ['--port', port], site);
  // Another program may have taken the port meanwhile; then the data are others.
  assert.equal(await visits(second), second.url === first.url ? '3' : '1');
  assert.match(second.told.text, /an account at every simulated bank/);
  await second.stop();
  const third = await started(t, ['--port', port, '--reset'], site);
  assert.equal(await visits(third), '1');
  await third.stop();
});

// Both packages as npm would lay them out, in a folder far from here: what a user gets from `npx` is whole.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { install } from './installed.js';
import { folder, root } from './run.js';

const run = promisify(execFile);
const manifest = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const env = { PATH: process.env.PATH, LANG: 'en_US.UTF-8' };

async function installed(t) {
  const place = folder(t);
  return { place, modules: await install(place) };
}

/** Every package that the code of a folder imports. */
function packagesOf(directory, skip = []) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.js$/.test(entry.name));
  const names = files.flatMap((entry) => [...readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'utf8').matchAll(/^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s+)?'([^'.#][^']*)'/gm)].map(([, name]) => name));
  return [...new Set(names)].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name) && !skip.some((each) => each.test(name)));
}

test('what the packages need is what they ask for', async (t) => {
  const { modules } = await installed(t);
  const local = manifest('velopos-local/package.json');
  const [main, shared] = [manifest('package.json'), Object.keys(local.dependencies)];
  assert.equal(local.version, main.version, 'the two are released together');
  assert.equal(local.dependencies.velopos, main.version);
  for (const name of shared.filter((each) => each !== 'velopos')) assert.equal(local.dependencies[name], main.devDependencies[name], name);
  assert.deepEqual(packagesOf(join(modules, 'velopos', 'cli')), ['velopos/all'], 'the commands need the package itself and nothing else');
  assert.deepEqual(packagesOf(join(modules, 'velopos-local')).filter((name) => !shared.includes(name)), []);
  const files = readdirSync(join(modules, 'velopos-local'), { recursive: true }).filter((name) => !name.includes('node_modules'));
  assert.ok(files.length < 250 && !files.some((name) => /\.db|\.test\.|package-lock/.test(name)), files.join(' '));
});

test('from an installation: a site is made and runs, with the package that it came with or the site’s own', async (t) => {
  const { place, modules } = await installed(t);
  const site = join(place, 'shop');
  mkdirSync(join(site, 'src', 'backend'), { recursive: true });
  const made = await run(process.execPath, [join(modules, 'velopos', 'cli', 'velopos.js'), 'new', 'shop', '--gateway', 'isbank', '--yes'], { cwd: place, env });
  assert.match(made.stdout, /files written/);
  const checked = await run(process.execPath, [join(modules, 'velopos', 'cli', 'velopos.js'), 'check', '--offline', '--json'], { cwd: place, env: { ...env, VELOPOS_CONFIG: '{"isbank":{"gateway":"isbank","mode":"test","merchant":{"clientId":"1","storeKey":"k123"}}}' } });
  assert.equal(JSON.parse(checked.stdout).ok, true);

  const child = spawn(process.execPath, [join(modules, 'velopos-local', 'velopos-local', 'velopos-local.js'), '--site', 'shop', '--port', '0'], { cwd: place, env });
  t.after(() => child.kill('SIGKILL'));
  let told = '';
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { told += text; if (told.includes('Ctrl-C')) resolve(); });
    child.on('exit', () => reject(new Error(told)));
  });
  const [url] = /http:\/\/localhost:\d+/.exec(told);
  const state = async () => (await fetch(`${url}/_local/site?lang=en`)).text();
  assert.match(await state(), /Nothing is in the way[\s\S]*installed by the site/, 'the site lies beside node_modules, as npm installs them');
  const call = async (name, ...args) => {
    const response = await fetch(`${url}/_api/backend/shop.web.js/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ args }) });
    return (await response.json()).result;
  };
  const { intentId } = await call('startPayment', 'kahve', 'isbank', { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '05321234567', language: 'tr' });
  const page = await (await fetch(`${url}/_functions/pay/${intentId}`)).text();
  const [, action] = /action="([^"]+)"/.exec(page);
  assert.match(action, /^http:\/\/127\.0\.0\.1:\d+\/nestpay\/fim\/est3Dgate$/);
  const text = (value) => value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const body = new URLSearchParams([...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [text(name), text(value)]));
  const bank = await fetch(action, { method: 'POST', body });
  assert.equal(bank.status, 200);
  assert.match(await bank.text(), /4000 ?0000 ?0000 ?0002/, 'the simulated bank takes the form and offers its cards');
  for (const address of ['/', '/result', '/admin']) {
    const [, script] = /src="(\/_page\/[^"]+)"/.exec(await (await fetch(url + address)).text());
    assert.doesNotMatch(await (await fetch(url + script)).text(), /^throw/, address);
  }

  const own = join(site, 'node_modules', 'velopos');
  cpSync(join(modules, 'velopos'), own, { recursive: true });
  writeFileSync(join(own, 'package.json'), JSON.stringify({ ...manifest('package.json'), version: '9.8.7' }));
  assert.match(await state(), /9\.8\.7 \(installed by the site\)/);
});

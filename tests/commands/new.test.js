// `velopos new`: what it writes, what it leaves alone, and that what it wrote is a site that takes a payment.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { entryOf, GATEWAYS, systemOf } from '../../cli/gateways.js';
import { WAYS } from '../../cli/new/parts.js';
import { planFor } from '../../cli/new/plan.js';
import { writeFiles } from '../../cli/new/write.js';
import { startSiteAndBanks } from '../../velopos-local/start.js';
import { accounts } from '../../banks/accounts.js';
import { folder, root, velopos } from './run.js';

const EMPTY = { 'src/backend/.keep': '' };
const create = (site, args, options) => velopos(['new', ...args], { cwd: site, ...options });
const read = (site, name) => readFileSync(join(site, name), 'utf8');

/** Every file below, with its content. */
function snapshot(site, under = '') {
  return Object.fromEntries(readdirSync(join(site, under), { withFileTypes: true }).flatMap((entry) => {
    const name = join(under, entry.name);
    return entry.isDirectory() ? Object.entries(snapshot(site, name)) : [[name, read(site, name)]];
  }));
}

test('the files, the template, the panel’s names and the next steps', async (t) => {
  const site = folder(t, EMPTY);
  const { code, stdout, stderr } = await create(site, ['--gateway', 'isbank', '--yes', '--lang', 'tr']);
  assert.deepEqual([code, stderr], [0, '']);
  for (const name of ['src/backend/http-functions.js', 'src/backend/jobs.config', 'src/backend/velopos/flow.js', 'src/backend/shop.web.js', 'src/backend/admin.web.js',
    'src/public/custom-elements/velopos-shop.js', 'velopos/pages/Shop.js', 'velopos/pages/Result.js', 'velopos/pages/Admin.js', 'velopos/isbank.md', 'collections.json', 'pages.json']) {
    assert.ok(existsSync(join(site, name)) && stdout.includes(name), name);
  }
  for (const name of ['src/backend/events.js', 'src/backend/service-plugins', 'src/pages', 'velopos/media']) assert.ok(!existsSync(join(site, name)), `${name} was not asked for`);
  assert.equal(read(site, 'src/backend/http-functions.js'), readFileSync(`${root}velo-example/src/backend/http-functions.js`, 'utf8'));
  const template = JSON.parse(/\n(\{\n {2}"isbank"[\s\S]*?\n\})\n/.exec(stdout)[1]);
  assert.deepEqual(template.isbank, { gateway: 'isbank', mode: 'test', merchant: { clientId: 'MAGAZA-NO', storeKey: '3D-GUVENLIK-ANAHTARI', apiUser: 'API-KULLANICI-ADI', apiPassword: 'API-SIFRESI' } });
  for (const said of ['3D güvenlik anahtarı', 'Mağaza no', 'Secrets Manager', 'velopos/isbank.md', 'npx velopos-local', 'npx velopos check']) assert.ok(stdout.includes(said), said);
  assert.doesNotMatch(read(site, 'velopos/isbank.md'), /\]\((?!https:|#)/, 'no link that leads nowhere');
});

test('--dry-run writes nothing; a second run changes nothing', async (t) => {
  const site = folder(t, EMPTY);
  const before = snapshot(site);
  const dry = await create(site, ['--gateway', 'garanti', '--dry-run']);
  assert.equal(dry.code, 0);
  assert.deepEqual(snapshot(site), before);
  assert.match(dry.stdout, /Nothing was written[\s\S]*PROVAUT-SIFRESI/);
  assert.equal((await create(site, ['--gateway', 'garanti', '--yes'])).code, 0);
  const written = snapshot(site);
  const again = await create(site, ['--gateway', 'garanti', '--yes']);
  assert.equal(again.code, 0);
  assert.match(again.stdout, /^0 new, \d+ the same already, 0 different\.$/m);
  assert.deepEqual(snapshot(site), written);
});

test('what the owner has changed stays, unless they say otherwise', async (t) => {
  const site = folder(t, EMPTY);
  await create(site, ['--gateway', 'paytr', '--yes']);
  const catalog = join(site, 'src/backend/velopos/catalog.js');
  const ours = read(site, 'src/backend/velopos/catalog.js');
  writeFileSync(catalog, 'my own products');
  const kept = await create(site, ['--gateway', 'paytr', '--yes']);
  assert.deepEqual([kept.code, readFileSync(catalog, 'utf8')], [1, 'my own products']);
  assert.match(kept.stdout, /Left as you have them: src\/backend\/velopos\/catalog\.js/);
  const asked = await create(site, ['--gateway', 'paytr'], { keys: ['\r', 'n\r'] });
  assert.deepEqual([asked.code, readFileSync(catalog, 'utf8')], [1, 'my own products']);
  const agreed = await create(site, ['--gateway', 'paytr'], { keys: ['\r', 'y\r'] });
  assert.deepEqual([agreed.code, readFileSync(catalog, 'utf8')], [0, ours]);
  writeFileSync(catalog, 'my own products');
  assert.equal((await create(site, ['--gateway', 'paytr', '--yes', '--overwrite'])).code, 0);
  assert.equal(readFileSync(catalog, 'utf8'), ours);
});

test('asked, a no writes nothing; the defaults are taken with Enter', async (t) => {
  const site = folder(t, EMPTY);
  const before = snapshot(site);
  const no = await create(site, [], { keys: ['isbnk\r', 'isbank\r', '\r', '\r'] });
  assert.equal(no.code, 1);
  assert.match(no.stdout, /`isbank`/);
  assert.deepEqual(snapshot(site), before);
  assert.equal((await create(site, [], { keys: ['isbank\r', 'checkout admin\r', 'y\r'] })).code, 0);
  assert.ok(existsSync(join(site, 'src/backend/service-plugins/payment-provider/velopos/velopos.js')));
  assert.ok(!existsSync(join(site, 'velopos/pages/Shop.js')));
});

test('an http-functions.js, events.js and jobs.config of the owner’s own are left alone, and the lines to add are told', async (t) => {
  const own = { 'src/backend/http-functions.js': 'export function get_hello() {}\nexport async function get_pay() {}\n', 'src/backend/events.js': 'export function wixStores_onOrderPaid() {}\n', 'src/backend/jobs.config': '{ "jobs": [] }\n' };
  const site = folder(t, own);
  const { code, stdout } = await create(site, ['--gateway', 'isbank', '--way', 'page,wixpay', '--yes']);
  assert.equal(code, 0);
  for (const [name, text] of Object.entries(own)) assert.equal(read(site, name), text, name);
  const line = /^export \{ (get_pay, .*) \} from 'backend\/velopos\/http-functions\.js';$/m.exec(stdout);
  assert.ok(line[1].split(', ').includes('post_iyzicoWebhook'));
  assert.match(stdout, /^export \{ wixPay_onPaymentUpdate \} from 'backend\/velopos\/events\.js';$/m);
  assert.match(stdout, /You have these names already; decide first: get_pay$/m);
  assert.match(stdout, /"functionLocation": "\/velopos\/settle\.js"/);
  assert.match(read(site, 'src/backend/velopos/events.js'), /from '\.\/wix-pay\.js'/);
  writeFileSync(join(site, 'src/backend/http-functions.js'), `${own['src/backend/http-functions.js']}${line[0]}\n`);
  assert.doesNotMatch((await create(site, ['--gateway', 'isbank', '--way', 'page,wixpay', '--yes'])).stdout, /^export \{ get_pay/m, 'told once');
});

test('pages that the editor has made are found, and asked about; a plugin’s folder as Git has it, too', async (t) => {
  const site = folder(t, { 'src/pages/Shop.c1dmp.js': '// Velo API Reference\n', 'src/pages/masterPage.js': '', 'src/backend/___spi___/payment-provider/velopos/velopos.js': 'old' });
  const { stdout } = await create(site, ['--gateway', 'isbank', '--way', 'page,checkout', '--yes']);
  assert.match(stdout, /DIFFERS +src\/pages\/Shop\.c1dmp\.js/);
  assert.match(stdout, /DIFFERS +src\/backend\/___spi___\/payment-provider\/velopos\/velopos\.js/);
  assert.equal(read(site, 'src/pages/Shop.c1dmp.js'), '// Velo API Reference\n');
  assert.ok(!existsSync(join(site, 'velopos/pages/Shop.js')) && existsSync(join(site, 'velopos/pages/Result.js')));
  assert.ok(!existsSync(join(site, 'src/backend/service-plugins')));
  assert.ok(existsSync(join(site, 'velopos/media/velopos-card.png')));
  const { pages } = JSON.parse(read(site, 'pages.json'));
  assert.deepEqual(pages.find(({ path }) => path === '/shop').code, 'src/pages/Shop.c1dmp.js');
});

test('what is no site, no folder, no gateway or no way is said', async (t) => {
  const [site, empty] = [folder(t, EMPTY), folder(t)];
  for (const [args, cwd, said] of [
    [['--gateway', 'isbank', '--yes'], empty, /Git integration/], [['nowhere', '--gateway', 'isbank', '--yes'], site, /no folder/], [['a', 'b', '--yes'], site, /one folder/],
    [['--yes'], site, /--gateway isbank/], [['--gateway', 'isbnk', '--yes'], site, /`isbank`/], [['--gateway', 'isbank', '--way', 'chekout', '--yes'], site, /`checkout`/],
    [['--gateway', 'isbank', '--way', ',', '--yes'], site, /checkout/], [['--gateway', 'isbank'], site, /--yes/],
  ]) {
    const { code, stderr, stdout } = await create(cwd, args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, said, args.join(' '));
  }
  assert.deepEqual(Object.keys(snapshot(site)), Object.keys(EMPTY));
});

test('nothing is written outside of the site, through no link and over no folder', async (t) => {
  const [site, outside] = [folder(t, EMPTY), folder(t, { 'kept.txt': 'kept' })];
  symlinkSync(outside, join(site, 'src', 'public'), 'junction');
  const { code, stderr } = await create(site, ['--gateway', 'isbank', '--yes']);
  assert.equal(code, 1);
  assert.match(stderr, /leads out of the site/);
  assert.deepEqual(readdirSync(outside), ['kept.txt']);

  const other = folder(t, EMPTY);
  mkdirSync(join(other, 'collections.json'));
  assert.equal((await create(other, ['--gateway', 'isbank', '--yes', '--overwrite'])).code, 1);
  assert.ok(statSync(join(other, 'collections.json')).isDirectory());

  const third = folder(t, EMPTY);
  symlinkSync(join(outside, 'kept.txt'), join(third, 'pages.json'));
  assert.equal((await create(third, ['--gateway', 'isbank', '--yes', '--overwrite'])).code, 1);
  assert.equal(read(outside, 'kept.txt'), 'kept');
});

test('a file that came into being after it was looked for is not overwritten', (t) => {
  const site = folder(t, EMPTY);
  const { files } = planFor(site, 'isbank', ['page']);
  writeFileSync(join(site, 'collections.json'), 'mine');
  assert.throws(() => writeFiles(site, files), { code: 'EEXIST' });
  assert.equal(read(site, 'collections.json'), 'mine');
});

test('--json tells all of it', async (t) => {
  const site = folder(t, { 'src/backend/http-functions.js': 'export function get_x() {}' });
  const { code, stdout } = await create(site, ['--gateway', 'iyzico', '--way', 'free', '--yes', '--json']);
  assert.equal(code, 0);
  const told = JSON.parse(stdout);
  assert.deepEqual([told.gateway, told.ways, told.pagesToMake, told.kept], ['iyzico', ['free'], ['Free'], []]);
  assert.deepEqual(told.written.length, told.files.filter(({ state }) => state === 'new').length);
  assert.deepEqual(Object.keys(told.secret.iyzico.merchant), ['apiKey', 'secretKey']);
  assert.ok(told.additions[0].line.includes('post_iyzicoWebhook') && told.steps.some((step) => step.includes('iyzicoWebhook')));
});

test('for a bank of velopos/all: the site imports it in one place, and its page, template and steps are the bank’s', async (t) => {
  for (const gateway of GATEWAYS.filter((each) => entryOf(each) === 'velopos/all')) {
    const site = folder(t, EMPTY);
    const { code, stdout } = await create(site, ['--gateway', gateway, '--yes', '--json']);
    assert.equal(code, 0, gateway);
    const { guide, keys } = systemOf(gateway);
    const told = JSON.parse(stdout);
    assert.deepEqual(Object.keys(told.secret[gateway].merchant), keys.filter(({ sample }) => sample !== '').map(({ name }) => name));
    assert.ok(existsSync(join(site, `velopos/${guide}.md`)) && told.steps.some((step) => step.includes(`velopos/${guide}.md`)), gateway);
    assert.ok(told.steps.some((step) => step.includes('velopos/all')), gateway);
    const importing = Object.entries(snapshot(site, 'src')).filter(([, text]) => / from 'velopos(\/all)?';/.test(text));
    assert.deepEqual(importing.map(([name]) => name), [join('src', 'backend/velopos/package.js')], gateway);
    assert.match(importing[0][1], / from 'velopos\/all';/);
  }
});

test('for every gateway there is a plan, and what one way needs does not depend on another', (t) => {
  const site = folder(t, EMPTY);
  for (const gateway of GATEWAYS) assert.ok(planFor(site, gateway, ['page']).files.length > 40, gateway);
  const all = new Set(planFor(site, 'isbank', Object.keys(WAYS)).files.map(({ to }) => to));
  const example = Object.keys(snapshot(`${root}velo-example/src`)).filter((name) => !name.startsWith('pages'));
  for (const name of example) assert.ok(all.has(join('src', name)), `no way to sell needs ${name}`);
});

test('the site that was written takes a payment, beside functions of the owner’s own', async (t) => {
  const site = folder(t, { 'src/backend/http-functions.js': "import { ok } from 'wix-http-functions';\nexport const get_hello = () => ok({ body: 'hello' });\n" });
  const { stdout } = await create(site, ['--gateway', 'isbank', '--way', Object.keys(WAYS).join(','), '--yes']);
  const line = /^export \{ get_pay, .*$/m.exec(stdout)[0];
  writeFileSync(join(site, 'src/backend/http-functions.js'), `${read(site, 'src/backend/http-functions.js')}${line}\n`);
  const local = await startSiteAndBanks({
    sitePort: 0, banksPort: 0, secrets: (banks) => ({ velopos: JSON.stringify(accounts(banks)) }), site: { site, jobEveryMs: 0, containers: 1, visiting: true, packageRoot: root },
  });
  t.after(() => local.close());
  assert.deepEqual(local.site.problems(), []);
  assert.equal(await (await local.site.fetchFunction('hello')).text(), 'hello');
  const call = async (name, ...args) => {
    const response = await fetch(`${local.site.url}/_api/backend/shop.web.js/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ args }) });
    return (await response.json()).result;
  };
  const { intentId } = await call('startPayment', 'kahve', 'isbank', { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '05321234567', language: 'tr' });
  const page = await (await local.site.fetchFunction(`pay/${intentId}`)).text();
  const text = (value) => value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const fields = Object.fromEntries([...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [text(name), text(value)]));
  const { url, body } = await local.banks.nestpay.visit(fields, { card: 'success' });
  const back = await fetch(url, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
  assert.equal(back.status, 303);
  assert.equal((await call('paymentState', intentId)).state, 'paid');
  for (const address of ['/', '/shop', '/result', '/pay', '/wixpay', '/free', '/admin']) {
    const response = await fetch(local.site.url + address);
    assert.equal(response.status, 200, address);
    const [, script] = /src="(\/_page\/[^"]+)"/.exec(await response.text());
    assert.doesNotMatch(await (await fetch(local.site.url + script)).text(), /^throw/, address);
  }
  assert.deepEqual(local.site.problems(), []);
});

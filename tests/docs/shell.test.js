// The commands in the documents are run as they stand there, in a folder that holds what they name; those that take minutes only read their options.
// And the first pages' way to give money back gives some back, at the simulated bank.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createPos, newOrderId } from 'velopos';
import { accounts } from '../../banks/accounts.js';
import { startBanks } from '../../banks/server.js';
import { install } from '../commands/installed.js';
import { commandsOf, document, documents, root, samples } from './documents.js';

const URLS = { ok: 'http://localhost:8480/ok', fail: 'http://localhost:8480/fail' };

const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

let banks;
let folder;

before(async () => {
  banks = await startBanks();
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'velopos-shell-')));
  await install(folder);
});

after(async () => {
  await banks.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A payment that a customer has made. */
async function paid() {
  const config = accounts(banks.url).isbank;
  const claims = new Set();
  const pos = createPos(config, { fetch, claim: async (key) => !claims.has(key) && Boolean(claims.add(key)) });
  const { order, redirect } = await pos.start({ id: newOrderId(), amount: '149.90', currency: 'TRY', urls: URLS });
  const { body } = await banks.nestpay.visit(redirect.fields, { card: 'success' });
  return { config, pos, order, body, form: new URLSearchParams(redirect.fields).toString() };
}

// ---- what stands behind a prompt

/** What each of these leaves to the one who types: a question, the network. */
const ANSWERED = { check: '--offline', new: '--yes', explain: '' };
const UNKNOWN = '--no-such-option';

/** How each command is tried, the first that fits; `why` some are not. */
const WAYS = [
  { told: 'as it stands', fits: /^(node cli\/velopos\.js|npx velopos)( |$)|^npx velopos-local --help$/, work: once },
  { told: 'as it stands, until it is up, and then Ctrl-C', fits: /^(node (velopos-local\/velopos-local|banks\/server)\.js|npx velopos-local)( |$)/, work: untilUp },
  { told: `with ${UNKNOWN} besides, which is the one thing that it refuses`, fits: /^npm (test|run (?!build|docs|format|lint))|^node benches\//, work: refuses },
  { told: 'exists', why: 'it sets up, builds, and writes into .local; what it starts is run by tests/browser', fits: /^npm start$/ },
  { told: 'exists', why: 'every npm test does it', fits: /^npm run (build|lint)$/ },
  { told: 'exists', why: 'it writes files; the tests here make the same and compare', fits: /^npm run docs$/ },
  { told: 'exists', why: 'it writes files; every npm test asks whether it would', fits: /^npm run format$/ },
];

const commands = new Map();
for (const paper of documents()) for (const line of commandsOf(paper)) commands.set(line, [...new Set([...commands.get(line) ?? [], paper.path])]);

describe('commands', { concurrency: 2 }, () => {
  for (const [line, [first, ...others]] of commands) {
    const way = WAYS.find(({ fits }) => fits.test(line));
    const where = `${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
    test(`${line} (${where}): ${way?.told}${way?.why ? `; not run, because ${way.why}` : ''}`, async () => {
      assert.ok(way, 'say in WAYS how it is tried, or why it is not');
      await way.work?.(line);
    });
  }
});

test('the commands were found', () => {
  const lines = [...commands.keys()];
  for (const way of WAYS) assert.ok(lines.some((line) => WAYS.find(({ fits }) => fits.test(line)) === way), String(way.fits));
  for (const verb of ['check', 'new', 'explain']) assert.ok(lines.some((line) => line.startsWith(`node cli/velopos.js ${verb}`)), verb);
});

/** A folder like the one that a reader stands in: ours by name, the files and the site that the documents speak of, and both packages installed above it. */
async function folderOfAReader() {
  const { config, order, body, form } = await paid();
  const home = mkdtempSync(join(folder, 'home-'));
  const here = join(home, 'velopos');
  for (const name of ['velopos', 'myshop/src/backend', 'magazam/src/backend']) mkdirSync(join(home, name), { recursive: true });
  for (const name of ['banks', 'cli', 'velopos-local']) symlinkSync(join(root, name), join(here, name), 'junction');
  const files = { secret: { isbank: config }, sir: { isbank: config }, order, siparis: order };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(here, `${name}.json`), JSON.stringify(content));
  for (const name of ['body.txt', 'govde.txt']) writeFileSync(join(here, name), body);
  for (const name of ['form.txt', 'istek.txt']) writeFileSync(join(here, name), form);
  return { home, here };
}

async function once(line) {
  const { here } = await folderOfAReader();
  const [, , verb = '', ...rest] = line.split(/\s+/);
  const asks = rest.length === 0 && verb in ANSWERED;      // whoever sits there; nobody does
  const { code, output } = await shell([line, ...(asks || rest.includes('--dry-run') ? [] : [ANSWERED[verb] ?? ''])].join(' '), here);
  assert.equal(code, asks ? 2 : 0, output);
  if (asks || !(verb in ANSWERED)) assert.match(output, /--help/);
  else if (verb === 'explain') assert.match(output, /Approved|tutuyor|fits/);
  else if (verb === 'new') assert.match(output, /src\/backend\/http-functions\.js/);
}

/** A site that is still empty will do. `--open` finds no browser here, only what it was given. */
async function untilUp(line) {
  const { home, here } = await folderOfAReader();
  const opened = join(home, 'opened');
  mkdirSync(join(home, 'bin'));
  for (const name of ['xdg-open', 'open']) writeFileSync(join(home, 'bin', name), `#!/bin/sh\nprintf %s "$1" > '${opened}.new' && mv '${opened}.new' '${opened}'\n`, { mode: 0o755 });
  const free = line.replace(/--port \d+/, '--port 0');      // another one may run on this machine
  const isUp = (output) => /Ctrl-C|simulated banks: http/.test(output) && (existsSync(opened) || !line.includes('--open'));
  const { code, output } = await shell(free, line.startsWith('npx') ? join(home, 'myshop') : here, { path: join(home, 'bin'), until: isUp });
  assert.match(output, /http:\/\/(localhost|127\.0\.0\.1):\d+/);
  assert.ok(code === 0 || code === 'SIGINT', output);
  if (line.includes('--open')) assert.equal(readFileSync(opened, 'utf8').replace(/\?.*/, ''), /http:\/\/localhost:\d+/.exec(output)[0]);
}

/** The program reads all options before it begins, and names the first that it does not know. npm would do no more than start it like this. */
async function refuses(line) {
  const [, script, options = ''] = /^npm (?:run )?(\S+)(?: -- (.*))?$/.exec(line) ?? [];
  const { code, output } = await shell(`${script ? `${scripts[script]} ${options}` : line} ${UNKNOWN}`, root);
  assert.ok(code > 0, output);
  assert.match(output, new RegExp(UNKNOWN));
  assert.doesNotMatch(output, /^\[1\//m, 'it had begun');
}

/** As a person types it; with `until`, Ctrl-C follows once that is so. Nothing of npm's around these tests is handed on. */
function shell(line, cwd, { path, until } = {}) {
  const { PATH, HOME } = process.env;
  const env = { PATH: [path, PATH].filter(Boolean).join(delimiter), HOME, LANG: 'en_US.UTF-8', npm_config_offline: 'true', npm_config_update_notifier: 'false' };
  return new Promise((resolve) => {
    const child = spawn(line, { shell: true, cwd, env, detached: Boolean(until), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
    const watching = until && setInterval(() => {
      if (!until(output)) return;
      clearInterval(watching);
      process.kill(-child.pid, 'SIGINT');
    }, 50);
    child.on('close', (code, signal) => {
      clearInterval(watching);
      resolve({ code: code ?? signal, output });
    });
  });
}

// ---- what the first pages show besides the site

for (const name of ['README.md', 'README.tr.md']) {
  test(`${name}: a part of the money goes back, once, and what is stored knows of it`, async () => {
    const { code } = samples(document(name)).find((sample) => sample.code.includes('function giveBack'));
    const file = join(folder, `${name.replace(/\W/g, '')}.mjs`);
    writeFileSync(file, code);
    const { giveBack } = await import(file);
    const { pos, order, body } = await paid();
    const { refs } = await pos.finish(order, body);
    const stored = [];
    const first = await giveBack(pos, { ...order, refs }, async (next) => stored.push(next));
    assert.deepEqual([first.status, first.refundedAmount, first.operation.id], ['refunded', '49.90', 'IADE1']);
    assert.equal(stored.length, 1);
    const again = await giveBack(pos, stored[0], async (next) => stored.push(next));
    assert.equal(again.refundedAmount, '49.90', 'asked again under the same id it is only inquired about');
  });
}

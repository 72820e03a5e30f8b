// The commands in the documents are run as they stand there, in a folder that holds the files they name. And the first pages' way to give money back
// gives some back, at the simulated bank.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createPos, newOrderId } from 'velopos';
import { accounts } from '../../banks/accounts.js';
import { startBanks } from '../../banks/server.js';
import { document, documents, root, samples } from './documents.js';

const URLS = { ok: 'http://localhost:8480/ok', fail: 'http://localhost:8480/fail' };

let banks;
let folder;

before(async () => {
  banks = await startBanks();
  folder = mkdtempSync(join(tmpdir(), 'velopos-shell-'));
});

after(async () => {
  await banks.close();
  rmSync(folder, { recursive: true, force: true });
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

const commands = documents().flatMap((paper) => samples(paper).filter(({ language }) => language === 'sh').flatMap(({ code }) => code.split('\n'))
  .map((line) => line.trim()).filter((line) => line.startsWith('node cli/velopos.js')).map((line) => ({ path: paper.path, line })));

/** What each of them leaves to the one who types: a question, the network. */
const ANSWERED = { check: '--offline', new: '--yes', explain: '' };

for (const { path, line } of commands) {
  test(`${path}: ${line}`, async () => {
    const { config, order, body, form } = await paid();
    const home = mkdtempSync(join(folder, 'home-'));
    const here = join(home, 'velopos');
    for (const name of ['velopos', 'myshop/src/backend', 'magazam/src/backend']) mkdirSync(join(home, name), { recursive: true });
    const files = { secret: { isbank: config }, sir: { isbank: config }, order, siparis: order };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(here, `${name}.json`), JSON.stringify(content));
    for (const name of ['body.txt', 'govde.txt']) writeFileSync(join(here, name), body);
    for (const name of ['form.txt', 'istek.txt']) writeFileSync(join(here, name), form);

    const [, script, verb, ...rest] = line.split(/\s+/);
    const bare = rest.length === 0;      // it asks whoever sits there
    const args = [join(root, script), verb, ...rest, ...(rest.includes('--dry-run') ? [] : [ANSWERED[verb]].filter(Boolean))];
    const { code, output } = await run(args, here);
    if (bare) assert.match(output, /--help/);
    assert.equal(code, bare ? 2 : 0, output);
    if (verb === 'explain') assert.match(output, /Approved|tutuyor|fits/);
    if (verb === 'new' && !bare) assert.match(output, /src\/backend\/http-functions\.js/);
  });
}

test('the commands were found', () => {
  for (const verb of Object.keys(ANSWERED)) assert.ok(commands.some(({ line }) => line.split(' ')[2] === verb), verb);
});

function run(args, cwd) {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd, env: { ...process.env, VELOPOS_CONFIG: '' } }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, output: stdout + stderr });
    });
    child.stdin.end();
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

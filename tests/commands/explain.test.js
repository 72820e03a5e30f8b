// `velopos explain`: a captured body from standard input or a file, secrets from a file, the environment or questions, and nothing secret told.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPos } from 'velopos';
import { startBanks } from '../../banks/server.js';
import { assertQuiet, configsOf, visited } from '../node/explaining.js';
import { hostedFields, signedBody } from '../node/gate/nestpay.js';
import { hostedEvent } from '../node/gate/iyzico.js';
import { order as fresh, isbankLive, iyzico } from '../node/shop.js';
import { folder, program, velopos } from './run.js';

const { storeKey, apiPassword } = isbankLive.merchant;
const { redirect, order } = createPos(isbankLive, { claim: async () => false }).step.start(fresh);
const fields = hostedFields(redirect.fields);
const genuine = signedBody(fields, storeKey);
const swapped = { ...isbankLive, merchant: { ...isbankLive.merchant, storeKey: apiPassword, apiPassword: storeKey } };
const files = { 'secret.json': JSON.stringify({ isbank: isbankLive }), 'swapped.json': JSON.stringify({ isbank: swapped }), 'order.json': JSON.stringify(order), 'body.txt': genuine };

function assertHidden(output) {
  const digest = new URLSearchParams(genuine).get('HASH').replace(/=+$/, '');
  for (const secret of [storeKey, apiPassword, digest, Buffer.from(storeKey).toString('base64').replace(/=+$/, ''), Buffer.from(digest, 'base64').toString('hex')]) {
    assert.ok(!output.includes(secret), `shows ${secret}`);
  }
}

test('a genuine body from standard input: exit code 0', async (t) => {
  const cwd = folder(t, files);
  const { code, stdout, all } = await velopos(['explain', '--config', 'secret.json', '--order', 'order.json'], { input: genuine, cwd });
  assert.equal(code, 0, all);
  assert.match(stdout, /The signature fits[\s\S]*What was hashed \(SHA-512\): /);
  assertHidden(all);
});

test('exchanged keys, in both languages and as JSON: exit code 1', async (t) => {
  const cwd = folder(t, files);
  const args = ['explain', '--config', 'swapped.json', '--order', 'order.json', '--body', 'body.txt'];
  for (const [lang, words] of [['tr', /Yanlış anahtar/], ['en', /Wrong secret/]]) {
    const { code, stdout, all } = await velopos([...args, '--lang', lang], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, words);
    assertHidden(all);
  }
  const { stdout } = await velopos([...args, '--json'], { cwd });
  const result = JSON.parse(stdout);
  assert.deepEqual([result.verdict, result.code, result.account, result.causes[0].id], ['explained', 'SIGNATURE_INVALID', 'isbank', 'wrong-secret']);
  assertHidden(stdout);
});

test('the secret from the environment, as a program of its own', async () => {
  const { code, stdout, all } = await program('cli/velopos.js', ['explain'], { input: `${genuine}&gclid=1`, env: { VELOPOS_CONFIG: JSON.stringify({ isbank: isbankLive }) } });
  assert.equal(code, 1, all);
  assert.match(stdout, /A field was added after signing: gclid/);
  assertHidden(all);
});

test('the configuration asked for, passwords unseen', async (t) => {
  const cwd = folder(t, files);
  const keys = ['isbank\r', 'c\r', `${isbankLive.merchant.clientId}\r`, `${storeKey}\r`, '\r', '\r'];
  const { code, all } = await velopos(['explain', '--body', 'body.txt'], { keys, cwd });
  assert.equal(code, 0, all);
  assertHidden(all);
});

test('a form, a reply and a webhook with its headers', async (t) => {
  const hook = hostedEvent();
  const cwd = folder(t, {
    ...files, 'form.json': JSON.stringify({ ...redirect.fields, amount: '149.9' }), 'form.txt': new URLSearchParams(redirect.fields).toString(),
    'iyzico.json': JSON.stringify({ iyzico }), 'headers.txt': `Content-Type: application/json\nX-IYZ-SIGNATURE-V3: ${hook.signature}\n`, 'hook.json': hook.body,
  });
  const explain = (...args) => velopos(['explain', ...args], { cwd });
  assert.match((await explain('--config', 'secret.json', '--form', '--body', 'form.json')).stdout, /The amount is written otherwise/);
  assert.equal((await explain('--config', 'secret.json', '--form', '--body', 'form.txt', '--order', 'order.json')).code, 0);
  assert.equal((await explain('--config', 'iyzico.json', '--body', 'hook.json', '--headers', 'headers.txt')).code, 0);
  assert.equal((await explain('--config', 'iyzico.json', '--body', 'hook.json')).code, 1);
});

test('several accounts: the order says which, and another one’s key is tried', async (t) => {
  const other = { ...isbankLive, merchant: { ...isbankLive.merchant, clientId: '780099999', storeKey: 'Baska9Anahtar7' } };
  const cwd = folder(t, { ...files, 'both.json': JSON.stringify({ shop: isbankLive, old: other }), 'theirs.txt': signedBody(fields, 'Baska9Anahtar7') });
  const { stdout, code } = await velopos(['explain', '--config', 'both.json', '--account', 'shop', '--body', 'theirs.txt'], { cwd });
  assert.equal(code, 1);
  assert.match(stdout, /The key of another account of yours fits: old/);
  assert.equal((await velopos(['explain', '--config', 'both.json', '--body', 'theirs.txt'], { cwd })).code, 2);
});

test('every system: the return and the form of a payment, in both languages and as JSON, and nothing secret told', async (t) => {
  const banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK') });
  t.after(() => banks.close());
  for (const gateway of Object.keys(configsOf(banks))) {
    const { config, order, message, form, requests } = await visited(banks, gateway, { finish: true });
    // The simulated iyzico lies in a folder, which is not among what is signed.
    const wrong = { ...config, merchant: Object.fromEntries(Object.entries(config.merchant).map(([name, value]) => [name, /key|pass|salt/i.test(name) ? 'Baska9Gizli7Deger' : value])) };
    const headers = (lines) => Object.entries(lines ?? {}).map(([name, value]) => `${name}: ${value}\n`).join('');
    const [request] = requests;
    const cwd = folder(t, {
      'right.json': JSON.stringify({ [gateway]: config }), 'wrong.json': JSON.stringify({ [gateway]: wrong }), 'order.json': JSON.stringify(order),
      'body.txt': message.body ?? message, 'headers.txt': headers(message.headers), 'form.txt': form ? new URLSearchParams(form).toString() : request.body,
      'sent.txt': request ? `POST ${request.path.replace(/^\/iyzico/, '')} HTTP/1.1\n${headers(request.headers)}` : '',
    });
    const kinds = [['--body', 'body.txt', '--order', 'order.json', ...(message.headers ? ['--headers', 'headers.txt'] : [])], ['--form', '--body', 'form.txt', ...(form || !['iyzico'].includes(gateway) ? [] : ['--headers', 'sent.txt'])]];
    for (const [at, given] of kinds.entries()) {
      const explain = (file, ...more) => velopos(['explain', '--config', file, ...given, ...more], { cwd });
      const said = [await explain('right.json', '--json'), await explain('wrong.json', '--json'), await explain('right.json', '--lang', 'tr'), await explain('wrong.json', '--lang', 'en')];
      const { verdict } = JSON.parse(said[0].stdout);
      assert.deepEqual([verdict, said[0].code], FITS[gateway]?.[at] ?? ['fits', 0], `${gateway} ${given} ${said[2].stdout}`);
      assert.match(said[3].stdout, /\S/);
      for (const { all } of said) for (const account of [config, wrong]) assertQuiet(all, { config: account, message, form: form ?? request, order });
    }
  }
});

/** Where a return or a form is not signed, or a return alone does not suffice. */
const FITS = {
  denizbank: [['unsigned', 1]],
  yapikredi: [['unsigned', 1], ['unsigned', 1]],
  vakifbank: [['unsigned', 1], ['unsigned', 1]],
};

test('wrong usage: exit code 2, and nothing repeated that may be a secret', async (t) => {
  const cwd = folder(t, files);
  for (const [args, input] of [
    [['explain'], genuine], [['explain', '--config', '-'], genuine], [['explain', storeKey], ''], [['explain', '--config', 'secret.json'], ''],
    [['explain', '--config', 'secret.json', '--form', '--reply'], genuine], [['explain', '--config', 'secret.json', '--reply'], genuine],
    [['explain', '--config', 'secret.json', '--body', join('no', storeKey)], ''], [['explain', '--config', 'secret.json', '--order', 'body.txt'], genuine],
    [['explain', '--storekey', storeKey], ''],
  ]) {
    const { code, all } = await velopos(args, { input, cwd });
    assert.equal(code, 2, `${args} ${all}`);
    assertHidden(all);
  }
});

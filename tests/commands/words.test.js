// The command line itself: help, languages, unknown words, and that nothing of it repeats what may be a secret.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { check } from '../../cli/check.js';
import { FINDINGS, words } from '../../cli/check/findings.js';
import { languageOf } from '../../cli/language.js';
import { explain } from '../../cli/explain.js';
import { create } from '../../cli/new.js';
import { nearest } from '../../cli/options.js';
import { program, root, velopos } from './run.js';

const SECRET = 'Gizli-Anahtar-9431';

test('as a program: the version, the help, and the exit codes', async () => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  assert.deepEqual(await program('cli/velopos.js', ['--version']), { code: 0, stdout: `${version}\n`, stderr: '', all: `${version}\n` });
  const help = await program('cli/velopos.js', []);
  assert.equal(help.code, 0);
  for (const name of ['check', 'explain', 'new', 'velopos-local']) assert.ok(help.stdout.includes(name), name);
  assert.equal((await program('cli/velopos.js', ['nope'])).code, 2);
  assert.equal((await program('cli/velopos.js', ['check', '--offline'], { input: '{}' })).code, 1);
});

for (const command of [check, explain, create]) {
  for (const lang of ['tr', 'en']) {
    test(`${command.name} --help, ${lang}: every option, an example, the exit codes; lines that fit`, async () => {
      const { code, stdout, stderr } = await velopos([command.name, '--help', '--lang', lang]);
      assert.deepEqual([code, stderr], [0, '']);
      for (const { name, text } of command.options) assert.ok(stdout.includes(`--${name}`) && stdout.includes(text[lang]), name);
      assert.match(stdout, lang === 'tr' ? /Örnekler:[\s\S]+Çıkış kodları: 0/ : /Examples:[\s\S]+Exit codes: 0/);
      assert.ok(stdout.split('\n').every((line) => line.length <= 145), stdout.split('\n').find((line) => line.length > 145));
    });
  }
}

test('the help of the help', async () => {
  assert.equal((await velopos(['help', 'check'])).stdout, (await velopos(['check', '--help'])).stdout);
  assert.equal((await velopos(['--lang', 'tr', 'check', '--help'])).stdout, (await velopos(['check', '--help', '--lang=tr'])).stdout);
});

test('the language: --lang, then the environment', () => {
  for (const [args, env, lang] of [
    [['--lang', 'tr'], { LANG: 'en_US.UTF-8' }, 'tr'], [['--lang=en'], { LANG: 'tr_TR.UTF-8' }, 'en'], [['--lang', 'de'], { LANG: 'tr_TR' }, 'tr'],
    [[], { LANG: 'tr_TR.UTF-8' }, 'tr'], [[], { LC_ALL: 'tr', LANG: 'en_US' }, 'tr'], [[], { LC_MESSAGES: 'tr_TR', LANG: 'en' }, 'tr'],
    [[], { LANG: 'C' }, 'en'], [[], { LANG: 'de_DE' }, 'en'], [[], { LANG: 'troll' }, 'en'],
  ]) assert.equal(languageOf(args, env), lang, JSON.stringify([args, env]));
});

test('what is misspelt is told the nearest, in both languages', async () => {
  for (const [args, expected] of [
    [['chek'], /`check`/], [['nwe'], /`new`/], [['check', '--ofline'], /`--offline`/], [['check', '--confg', 'x'], /`--config`/],
    [['new', '--gatway', 'isbank'], /`--gateway`/], [['new', '--dryrun'], /`--dry-run`/], [['--langg', 'tr'], /`--lang`/],
    [['check', '--timeout'], /--timeout SECONDS/], [['check', '--timeout', '0'], /1 (to|ile) 120/], [['check', '--site', 'shop'], /https:\/\//],
    [['check', '--lang', 'de'], /--lang/], [['check', '--offline=yes'], /`--offline`/], [['check', '-c', 'x'], /--lang/],
  ]) {
    for (const LANG of ['tr_TR', 'en_US']) {
      const { code, stderr, stdout } = await velopos(args, { env: { LANG } });
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, expected, args.join(' '));
      assert.match(stderr, /--help/, 'and how to get help');
    }
  }
  assert.equal(nearest('verifySignatures', ['check', 'new']), undefined);
});

test('a secret on the command line is refused and not repeated', async () => {
  for (const args of [
    [`{"isbank":{"merchant":{"storeKey":"${SECRET}"}}}`], [SECRET], [`--${SECRET}`], [`--storeKey=${SECRET}`], ['--storeKey', SECRET],
    ['--config', `{"isbank":{"merchant":{"storeKey":"${SECRET}"}}}`], ['--config', `/nowhere/"${SECRET}`],
  ]) {
    for (const LANG of ['tr_TR', 'en_US']) {
      const { code, all } = await velopos(['check', ...args], { env: { LANG } });
      assert.equal(code, 2, args.join(' '));
      assert.ok(!all.includes(SECRET), all);
    }
  }
});

test('every finding says what it is in both languages; what is wrong says what to do', () => {
  const values = {
    reason: 'comma', line: 1, column: 2, path: 'x', name: 'x', given: 'x', near: 'y', known: 'y', keys: 'k', key: 'k', panel: 'P', one: 'A', other: 'B', field: 'f', message: 'm',
    host: 'h', port: '1', status: 1, code: 'C', ms: 1, seconds: 5, ahead: true, by: 'browser', without: { tr: 't', en: 'e' }, length: 1, limit: 2,
  };
  for (const id of FINDINGS) {
    const [tr, en] = ['tr', 'en'].map((lang) => words({ id, values }, lang));
    assert.notEqual(tr.title, en.title, id);
    assert.deepEqual(Object.keys(tr).sort(), Object.keys(en).sort(), id);
    for (const text of Object.values({ ...tr, ...en })) assert.doesNotMatch(text, /undefined|\[object/, id);
    if (!/-ok$|skipped|unknown$/.test(id) || id === 'gateway-unknown') assert.ok(tr.means && tr.next, id);
  }
});

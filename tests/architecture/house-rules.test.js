// Rules of the house that a reader of the source relies on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codeOf, filesIn, occurrences, root, withoutTests } from './source.js';

const rust = filesIn('src', /\.rs$/);
const product = rust.map((file) => ({ ...file, text: withoutTests(file.text) }));
const glue = filesIn('js-glue');
const everything = ['src', 'js-glue', 'banks', 'velo-example', 'velo-local', 'velopos-local', 'cli', 'scripts', 'tests', 'benches', 'fuzz', 'docs'].flatMap((folder) => filesIn(folder));
const inCode = (files, pattern) => files.flatMap((file) => occurrences({ ...file, text: codeOf(file.text) }, pattern));

test('no unsafe Rust but in one file, and no undocumented public name', () => {
  const lib = readFileSync(`${root}src/lib.rs`, 'utf8');
  assert.match(lib, /^#!\[deny\(unsafe_code\)\]$/m);
  assert.match(lib, /^#!\[(deny|forbid)\(missing_docs\)\]$/m);
  // The memory of a call is a file of its own, and the only one.
  const safe = rust.filter(({ path }) => path !== 'src/arena.rs');
  assert.equal(safe.length, rust.length - 1);
  assert.deepEqual(inCode(safe, /\bunsafe\b(?!_code)/), []);
  assert.deepEqual(inCode(safe, /allow\(unsafe_code\)/), []);
  assert.deepEqual(inCode(rust, /allow\(missing_docs\)/), []);
});

test('nothing switches verification off', () => {
  const aSwitch = /\b(skip|disable|bypass|ignore|without|no)_?-?(hash|signature|verif\w*|tls|ssl|mac)\b|\b(verify|validate|check)_?(hash|signature|ssl|tls)?['"]?\s*[:=]\s*false\b|rejectUnauthorized|NODE_TLS_REJECT|allow_?unsigned|\binsecure\b|trust_?all/i;
  assert.deepEqual(inCode([...rust, ...glue, ...filesIn('velo-example', /\.js$/)], aSwitch), []);
  for (const text of ['verify: false', 'skipHash', 'disable_signature', 'verifyHash = false', '{ rejectUnauthorized: false }']) assert.match(text, aSwitch);
});

test('no chance but the secure one', () => {
  // The simulated banks and the site may shuffle with it: nothing of theirs is a secret.
  assert.deepEqual(inCode([...glue, ...rust], /Math\.random|\brand::|SmallRng|\bthread_rng\b/), []);
});

test('money is never a float', () => {
  assert.deepEqual(inCode(product.filter(({ path }) => path !== 'src/bindings.rs'), /\bf(32|64)\b/), []);
  assert.deepEqual(inCode(filesIn('velo-example', /backend.*\.js$/), /\bparseFloat\b|\.toFixed\(/), []);
});

test('nothing is unfinished, and nothing is printed', () => {
  assert.deepEqual(inCode(product, /\b(todo!|unimplemented!|dbg!|println!|eprintln!|print!)/), []);
  assert.deepEqual([...rust, ...glue].flatMap((file) => occurrences(file, /\b(TODO|FIXME|HACK)\b/)), []);
});

test('digests are compared in constant time', () => {
  // A digest compared with == or eq would end with the first wrong byte.
  const comparison = /\b(hash|digest|mac|signature|expected)\w*\s*(==|!=)\s*|(==|!=)\s*&?\b(hash|digest|mac|signature|expected_(?:hash|digest))\w*\b/i;
  const gateways = product.filter(({ path }) => path.startsWith('src/gateway/'));
  assert.deepEqual(inCode(gateways, comparison).filter((line) => !/== ""|\.is_empty\(\)|== "ver3"/.test(line)), []);
  assert.ok(comparison.test('if computed == hash {'));
  // The crate's reader jumps by what each digit is, and so its time tells them; the core's own looks them up.
  const jumping = /\bhex::decode/;
  assert.deepEqual(inCode(product, jumping), []);
  assert.ok(jumping.test('hex::decode_to_slice(text, &mut bytes)'));
});

test('no file that everybody imports and nobody owns', () => {
  assert.deepEqual(everything.map(({ path }) => path).filter((path) => /(^|\/)(utils?|helpers?|common|misc|shared|tools?)(\.\w+|\/)/i.test(path)), []);
});

test('no path of a machine, and no name of a registry', () => {
  const machine = /\/(home|Users)\/[a-z]\w+\/|\/root\/|registry\.npmjs\.org|static\.crates\.io|index\.crates\.io/;
  assert.deepEqual(everything.filter(({ path }) => !path.startsWith('tests/architecture/') && !path.startsWith('tests/package/')).flatMap((file) => occurrences(file, machine)), []);
});

// What velopos is built of: where it comes from, under which licence, each in one version, and none of it needed by whoever installs the package.
// `npm run audit` has cargo-deny ask the same more thoroughly; this is cheap and always runs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cargoEnvironment } from '../../scripts/rust.js';
import { root } from './source.js';

const read = (path) => readFileSync(`${root}${path}`, 'utf8');
const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index';
const CRATE_LICENCES = [.../^allow = \[([^\]]*)\]/m.exec(read('deny.toml'))[1].matchAll(/"([^"]+)"/g)].map(([, name]) => name);
/** Of what only builds and tests: it is not published, so licences that ask for more are welcome as well. */
const TOOL_LICENCES = ['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC-BY-4.0', 'CC0-1.0', 'ISC', 'MIT', 'MPL-2.0', 'Python-2.0', 'W3C-19980720', '0BSD'];
/** Wix's own packages of types say that they are not licensed; they are fetched from npm by whoever works on the site, and are in no package of ours. */
const UNLICENSED = /^node_modules\/@wix\//;

/** Whether an SPDX expression can be met with these licences. */
function isMet(expression, licences) {
  const words = expression.replaceAll('/', ' OR ').match(/\(|\)|[^\s()]+/g) ?? [];
  const either = () => {
    let met = both();
    while (words[0] === 'OR') met = (words.shift(), both()) || met;
    return met;
  };
  const both = () => {
    let met = one();
    while (words[0] === 'AND') met = (words.shift(), one()) && met;
    return met;
  };
  const one = () => {
    const word = words.shift();
    if (word !== '(') return licences.includes(word);
    const met = either();
    words.shift();
    return met;
  };
  const met = either();
  return met && words.length === 0;
}

test('licences are read as SPDX means them', () => {
  const mine = ['MIT', 'Unicode-3.0'];
  for (const expression of ['MIT', 'MIT OR GPL-3.0', 'Apache-2.0/MIT', '(MIT OR Apache-2.0) AND Unicode-3.0', 'GPL-3.0 AND X OR MIT']) assert.ok(isMet(expression, mine), expression);
  for (const expression of ['GPL-3.0', 'MIT AND GPL-3.0', '(GPL-3.0 OR X) AND MIT', '', 'UNLICENSED', 'MIT WITH exception']) assert.ok(!isMet(expression, mine), expression);
});

test('every crate comes from the one registry, with its checksum, in one version', () => {
  const crates = read('Cargo.lock').split('[[package]]').slice(1).map((text) => Object.fromEntries([...text.matchAll(/^(\w+) = "([^"]*)"$/gm)].map(([, key, value]) => [key, value])));
  assert.ok(crates.length > 10);
  for (const { name, source, checksum } of crates.filter((each) => each.name !== 'velopos')) {
    assert.equal(source, REGISTRY, name);
    assert.match(checksum, /^[0-9a-f]{64}$/, name);
  }
  const names = crates.map(({ name }) => name);
  assert.deepEqual(names.filter((name, place) => names.indexOf(name) !== place), [], 'in two versions');
});

test('every crate may be published with the package', () => {
  const output = execFileSync('cargo', ['metadata', '--format-version', '1', '--locked'], { cwd: root, env: cargoEnvironment(), encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] });
  const { packages } = JSON.parse(output);
  assert.ok(packages.length > 10 && CRATE_LICENCES.length > 0);
  assert.deepEqual(packages.filter(({ license }) => !isMet(license ?? '', CRATE_LICENCES)).map(({ name, license }) => `${name}: ${license}`), []);
});

for (const lock of ['package-lock.json', 'tests/runtimes/package-lock.json']) {
  test(`${lock}: only tools, each with its checksum and a licence`, () => {
    const { packages } = JSON.parse(read(lock));
    const entries = Object.entries(packages).filter(([path]) => path !== '');
    assert.ok(entries.length > 0);
    for (const [path, { dev, devOptional, integrity, license, link, resolved }] of entries) {
      if (lock === 'package-lock.json') assert.ok(dev || devOptional, `${path} would be installed with the package`);
      assert.ok(link || /^sha512-/.test(integrity ?? ''), `${path} has no checksum`);
      assert.ok(!resolved || resolved.startsWith('https://'), `${path} comes from ${resolved}`);
      assert.ok(UNLICENSED.test(path) || isMet(license ?? '', TOOL_LICENCES), `${path}: ${license}`);
    }
  });
}

test('the published package depends on nothing', () => {
  const manifest = JSON.parse(read('package.json'));
  for (const key of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies', 'bundledDependencies']) assert.equal(manifest[key], undefined, key);
  for (const key of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(manifest.scripts[key], undefined, `${key} would run on somebody else's machine`);
});

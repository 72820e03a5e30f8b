// The core says which refusal it is, and js-glue/words.js says it in words: neither may drift from the other.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DECLINES, nameOf, words } from '../../js-glue/words.js';
import { filesIn, root, withoutTests } from './source.js';

const source = (path) => withoutTests(readFileSync(root + path, 'utf8'));
const camel = (name) => name[0].toLowerCase() + name.slice(1);

/** The variants of an enum, and whether their documentation says that they come with something. */
function variants(text, name) {
  const [, body] = text.match(new RegExp(`^pub enum ${name} \\{\\n([\\s\\S]*?)^\\}`, 'm')) ?? [];
  return [...body.matchAll(/^ {4}\/\/\/ (.*)\n {4}(\w+),$/gm)].map(([, about, variant]) => ({ name: variant, withValue: /; with /.test(about) }));
}

const WORDS = words();
const refusals = variants(source('src/error.rs'), 'Why');
const glue = filesIn('js-glue', /\.js$/).filter(({ path }) => path !== 'js-glue/words.js');
const shim = Object.keys(WORDS).slice(refusals.length);

test('every refusal of the core has its words, at the place that its number names', () => {
  assert.ok(refusals.length > 100);
  assert.deepEqual(refusals.map((_, number) => nameOf(number)), refusals.map(({ name }) => camel(name)));
  assert.equal(nameOf(refusals.length), undefined);
});

test('what is said in the core is said somewhere, and nothing else', () => {
  const product = filesIn('src', /\.rs$/).filter(({ path }) => path !== 'src/error.rs').map(({ text }) => withoutTests(text)).join('\n');
  assert.deepEqual(refusals.filter(({ name }) => !new RegExp(`\\bWhy::${name}\\b`).test(product)).map(({ name }) => name), []);
  const code = glue.map(({ text }) => text).join('\n');
  assert.deepEqual(shim.filter((name) => !code.includes(`'${name}'`)), []);
  const named = [...code.matchAll(/new PosError\('\w+', '(\w+)'/g), ...code.matchAll(/requireObject\(.*?'[A-Z]+', (?:\w+ \? )?'([^']+)'/g)];
  assert.ok(named.length > 40);
  for (const [, name] of named) assert.ok(name in WORDS, name);
});

test('a sentence has a place for a value exactly where the refusal comes with one', () => {
  for (const { name, withValue } of refusals) {
    const { en, tr } = WORDS[camel(name)];
    assert.deepEqual([en.includes('{}'), tr.includes('{}')], [withValue, withValue], name);
  }
});

test('each is said in English and in Turkish, without the mark that ends a sentence', () => {
  for (const [name, { en, tr, ...rest }] of Object.entries(WORDS)) {
    assert.deepEqual(rest, {}, name);
    assert.ok(en.length > 8 && tr.length > 8 && en !== tr, name);
    assert.doesNotMatch(en + tr, /[.!]$|\s\s|^\s|\s$/, name);
    assert.equal(en.split('{}').length, tr.split('{}').length, name);
  }
  const said = Object.values(WORDS).map(({ en }) => en);
  assert.deepEqual(said.filter((sentence, place) => said.indexOf(sentence) !== place), []);
});

test('every reason for a decline has words for the customer', () => {
  const names = [...source('src/decline.rs').matchAll(/^ +Reason::\w+ => "([\w-]+)",$/gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(DECLINES), names);
  assert.equal(names.length, variants(source('src/decline.rs'), 'Reason').length);
  for (const { tr, en } of Object.values(DECLINES)) assert.ok(tr.endsWith('.') && en.endsWith('.') && tr !== en);
});

test('nobody else in the core writes a sentence', () => {
  const sentence = /"[a-z`{][^"\n]* (is|are|has|have|must|does|write|give|check) [^"\n]*"/i;
  const strings = filesIn('src', /\.rs$/).flatMap(({ path, text }) =>
    withoutTests(text).split('\n').filter((line) => !/^\s*\/\//.test(line) && sentence.test(line)).map((line) => `${path}: ${line.trim()}`));
  assert.deepEqual(strings, []);
  assert.match('"this is not known here"', sentence);
});

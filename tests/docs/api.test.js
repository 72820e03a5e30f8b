// The reference of the API is what the declarations say today, and says something about everything that is exported.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ENTRIES, withReference } from '../../scripts/api.js';
import { anchors, document, root, samples } from './documents.js';

const { exports: entries } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

test('every entry of the package has its page', () => {
  const declared = Object.values(entries).map((conditions) => conditions.require?.types).filter(Boolean);
  assert.deepEqual(ENTRIES.map(({ types }) => `./dist/${types.replace('.d.ts', '.d.cts')}`), declared);
});

for (const entry of ENTRIES) {
  const page = document(entry.path);

  test(`${entry.path} is what js-glue/${entry.types} says`, () => assert.equal(withReference(page.text, entry), page.text, 'run: npm run docs'));

  test(`${entry.path}: a name leads to one place`, () => {
    const found = anchors(page);
    assert.deepEqual(found.filter((anchor, place) => found.indexOf(anchor) !== place), []);
  });

  test(`${entry.path}: every function of it is there as it is called`, async () => {
    const { default: loaded } = await import(entry.types === 'index.d.ts' ? 'velopos' : `velopos/${entry.types.replace('.d.ts', '')}`);
    const told = samples(page).filter(({ language }) => language === 'ts').map(({ code }) => /^function (\w+)/.exec(code)?.[1]).filter(Boolean);
    assert.ok(told.length > 0);
    for (const name of told) assert.equal(typeof loaded[name], 'function', name);
  });
}

test('each code of a refusal is explained', () => {
  const types = readFileSync(`${root}js-glue/index.d.ts`, 'utf8');
  const [, about, union] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport type PosErrorCode =([\s\S]*?);/.exec(types);
  const codes = union.match(/[A-Z_]+/g);
  assert.ok(codes.length > 15);
  assert.deepEqual(codes.filter((code) => !about.includes(`\`${code}\``)), []);
});

test('this test would notice', () => {
  const [entry] = ENTRIES;
  const { text } = document(entry.path);
  assert.notEqual(withReference(text.replace('### createPos', '### createPoz'), entry), text.replace('### createPos', '### createPoz'));
  const without = { ...entry, sections: { ...entry.sections, 'Taking a payment': ['createPos'] } };
  assert.throws(() => withReference(text, without), /has Pos, newOrderId, paymentPage besides/);
});

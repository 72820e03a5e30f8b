// What the documents claim is what the code does.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGES, withTables } from '../../scripts/table.js';
import { BUDGET } from '../../benches/size.js';
import { CARDS, cardByNumber } from '../../banks/cards.js';
import { targets } from '../../fuzz/targets.js';
import { codeWords, document, documents, root, samples, table, target } from './documents.js';

const FIRST_PAGES = ['README.md', 'README.tr.md'];
const read = (path) => readFileSync(root + path, 'utf8');

// ---- the tables

for (const page of PAGES) {
  test(`${page.path}: its tables are those of scripts/table.js`, () => {
    assert.equal(withTables(read(page.path), page), read(page.path), 'run: node scripts/table.js --write');
  });
}

for (const page of FIRST_PAGES) {
  test(`${page}: the test cards do what is said`, () => {
    const cards = table(document(page), page === 'README.md' ? 'Card' : 'Kart').slice(1);
    assert.ok(cards.length >= 5);
    const fates = cards.map(([cell]) => cardByNumber(codeWords(cell)[0].replace(/ /g, ''))?.name);
    assert.deepEqual(fates, ['success', 'insufficient-funds', '3ds-failed', '3ds-attempt', 'slow', 'silent']);
  });

  test(`${page}: the size is the one that is held`, () => {
    const [, kilobytes] = /(\d+[.,]\d) KB/.exec(read(page));
    assert.equal(Number(kilobytes.replace(',', '.')) * 1024, BUDGET);
  });

  test(`${page}: short enough to be read`, () => assert.ok(read(page).split('\n').length <= 300));

  test(`${page}: what npm start prints is what it says it prints`, () => {
    const start = read('scripts/start.js').replace(/\\'/g, "'");
    const printed = samples(document(page)).find(({ code }) => code.includes('localhost:8480')).code;
    for (const line of printed.trim().split('\n')) assert.ok(start.includes(`'${line.slice(3).split(/ {2,}/)[0]}`), line);
  });
}

test('docs/assurance.md: each target of the fuzzer stands in its table, once', () => {
  const told = table(document('docs/assurance.md'), 'Target').slice(1).map(([name]) => name);
  assert.deepEqual(told, [...targets(), 'all']);
});

// ---- names of things

test('every test card of a document is a card of the simulated banks', () => {
  const known = CARDS.flatMap(({ pan, aliases }) => [pan, ...aliases]);
  for (const { path, text } of documents()) {
    for (const [digits] of text.matchAll(/\b(?:\d{16}|\d{4}(?: \d{4}){3})\b/g)) assert.ok(known.includes(digits.replace(/ /g, '')), `${path}: ${digits}`);
  }
});

test('every error code that a document names is one, and every code of a table of errors can be met', () => {
  const codes = /export type PosErrorCode =([\s\S]*?);/.exec(read('js-glue/index.d.ts'))[1].match(/[A-Z_]+/g);
  for (const { path, text } of documents()) {
    for (const word of codeWords(text).filter((each) => /^[A-Z]+(_[A-Z]+)*$/.test(each) && each.includes('_') && !/^(INIT|CALLBACK|VELOPOS)_/.test(each))) {
      assert.ok(codes.includes(word), `${path}: ${word}`);
    }
  }
});

test('the collections, functions and elements that an owner is told to make are those of the example', () => {
  const collections = JSON.parse(read('velo-example/collections.json')).collections.map(({ id }) => id);
  const functions = [...read('velo-example/src/backend/http-functions.js').matchAll(/export async function \w+?_(\w+)/g)].map(([, name]) => name);
  for (const { path, text } of documents()) {
    for (const [name] of text.matchAll(/\bVelopos[A-Z]\w+/g)) assert.ok(collections.includes(name), `${path}: ${name}`);
    const samplesOf = samples({ text }).filter(({ language }) => language === 'js').map(({ code }) => code).join('\n');
    for (const [, name] of text.replace(samplesOf, '').matchAll(/_functions\/(\w+)/g)) assert.ok(functions.includes(name), `${path}: ${name}`);
    for (const [file] of text.matchAll(/\bvelopos-(shop|result)\.js/g)) assert.ok(existsSync(`${root}velo-example/src/public/custom-elements/${file}`), file);
  }
  for (const page of FIRST_PAGES) assert.match(read(page), /all of \[collections|içindekilerin hepsini/);
});

// ---- SECURITY.md

const quoted = (cell) => [...cell.matchAll(/“([^”]+)”/g)].map(([, name]) => name);

/** A cell's links, each with the text that follows it up to the next. @returns {[string, string][]} */
function linkedParts(cell) {
  return cell.split(/(?=\[[^\]]+\]\()/).flatMap((part) => {
    const link = /^\[[^\]]+\]\(([^)]+)\)/.exec(part);
    return link ? [[target('SECURITY.md', link[1]).path, part.slice(link[0].length)]] : [];
  });
}

test('SECURITY.md: all fourteen rules are there, and each names its place and its tests', () => {
  const rules = table(document('SECURITY.md'), '#', 'Rule').slice(1);
  assert.deepEqual(rules.map(([number]) => number), Array.from({ length: 14 }, (_, place) => String(place + 1)));
  for (const [number, , where, attacks] of rules) {
    assert.ok(where === 'everywhere' || linkedParts(where).length > 0, `rule ${number} has no place`);
    assert.ok(quoted(attacks).length > 0, `rule ${number} has no test`);
  }
});

test('SECURITY.md: every attacker meets rules that exist, and is seen in a test', () => {
  const attackers = table(document('SECURITY.md'), 'Attacker').slice(1);
  assert.ok(attackers.length >= 6);
  const met = attackers.flatMap(([name, , , rules, seen]) => {
    const numbers = [...rules.matchAll(/(\d+) to (\d+)|\d+/g)].flatMap(([one, from, to]) => (to ? Array.from({ length: to - from + 1 }, (_, place) => Number(from) + place) : [Number(one)]));
    assert.ok(numbers.length > 0 && numbers.every((number) => number >= 1 && number <= 14), `${name}: ${rules}`);
    assert.ok(linkedParts(seen).some(([path]) => path.startsWith('tests/')), `${name} is seen in no test`);
    return numbers;
  });
  assert.deepEqual([...new Set(met)].sort((one, other) => one - other), Array.from({ length: 14 }, (_, place) => place + 1), 'each rule is for somebody');
});

for (const [first, ...rest] of [['#', 'Rule'], ['Rule', 'Where'], ['Attacker', 'What he holds']]) {
  test(`SECURITY.md, table ${first}: the named places and tests exist`, () => {
    for (const cells of table(document('SECURITY.md'), first, ...rest).slice(1)) {
      for (const [path, words] of cells.slice(-2).flatMap(linkedParts)) {
        const text = read(path);
        for (const name of codeWords(words.replace(/“[^”]*”/g, ''))) assert.match(text, new RegExp(`\\b${name}\\b`), `${path}: ${name}`);
        for (const name of quoted(words)) assert.ok(text.replace(/\\'/g, "'").includes(name), `${path} has no test “${name}”`);
      }
    }
  });
}

// ---- the house

test('the documents speak of the product: no path of a machine, no registry', () => {
  const foreign = /\/(home|Users)\/[a-z]|\/root\/|npmjs|crates\.io|\bTODO\b|\bFIXME\b/;
  for (const { path, text } of documents()) assert.doesNotMatch(text, foreign, path);
});

test('the documents in two languages have both', () => {
  const papers = documents().filter((each) => each.path.startsWith('docs/'));
  const twins = papers.filter(({ path }) => path.endsWith('.tr.md')).map(({ path, text }) => [path, text, path.replace('.tr.md', '.md')]);
  for (const [path, text, other] of twins) {
    assert.match(text, /[ğışİ]/, path);
    const [turkish, english] = [text, papers.find((each) => each.path === other).text].map((each) => each.match(/^## ([a-z-]+:)?/gm));   // commands keep their names
    assert.deepEqual(turkish, english, `${path} and ${other} have the same sections`);
  }
  for (const { path, text } of papers.filter((each) => !twins.some(([one, , other]) => each.path === one || each.path === other))) {
    assert.match(text, /^<a id="english"><\/a>$/m, path);
    assert.match(text.split('<a id="english">')[0], /[ğışİ]/, path);
  }
});

// What the owner's page says, and how it reads what is typed and chosen. What it looks like is seen in a browser.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { decode } from '../../velo-example/src/public/admin/files.js';
import { addDays, dayText, minor, momentText, periodOf, price, secondText, today, typedAmount } from '../../velo-example/src/public/admin/format.js';
import { fill, texts } from '../../velo-example/src/public/admin/texts.js';
import { SITE } from './world.js';

const read = (path) => readFileSync(`${SITE}src/${path}`, 'utf8');

/** Every word with its place: 'overview.title'. */
const words = (value, place = '') => Object.entries(value).flatMap(([key, word]) =>
  (typeof word === 'string' ? [[`${place}${key}`, word]] : words(word, `${place}${key}.`)));

test('Turkish and English say the same things, with the same places to fill', () => {
  const [turkish, english] = [texts.tr, texts.en].map((each) => new Map(words(each)));
  assert.deepEqual([...english.keys()].sort(), [...turkish.keys()].sort());
  const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [place, text] of turkish) {
    assert.deepEqual(places(english.get(place)), places(text), place);
    if (!/columns|Columns/.test(place)) assert.ok(text.trim() && english.get(place).trim(), place);
  }
});

/** The words of a JSDoc union: `'a' | 'b'`. */
const union = (file, name) => {
  const [, type] = new RegExp(`@typedef \\{((?:'[a-z-]+'[\\s|*]*)+)\\} ${name}`).exec(read(file));
  return [...type.matchAll(/'([a-z-]+)'/g)].map(([, word]) => word);
};

test('whatever the backend can say has its words', () => {
  const { differences, attention, states, standings, attempts, story, actionNames, jobs, lineProblems, importing, events } = texts.tr;
  const said = {
    differences: [union('backend/velopos/reconcile.js', 'DifferenceKind'), differences], states: [union('backend/velopos/payments.js', 'Booked'), states],
    standings: [union('backend/velopos/payments.js', 'PaymentStanding'), standings], kinds: [union('backend/velopos/payments.js', 'ChangeKind'), story.changeKinds],
    actions: [[...union('backend/velopos/audit.js', 'ActionName'), ...union('backend/velopos/audit.js', 'JobName')], actionNames], jobs: [union('backend/velopos/audit.js', 'JobName'), jobs],
    attempts: [union('backend/velopos/store.js', 'IntentState'), attempts],
  };
  for (const [what, [known, worded]] of Object.entries(said)) {
    assert.ok(known.length > 1, what);
    for (const word of known) assert.ok(worded[word], `${what} ${word}`);
  }
  for (const reason of read('backend/velopos/standing.js').match(/CAN_BE_SET_ASIDE = \[([^\]]+)\]/)[1].match(/[a-z-]+/g)) assert.equal(attention[reason]?.length, 2, reason);
  for (const reason of ['late', 'unknown-change', 'return-failed', 'stuck', 'doubt']) assert.equal(attention[reason].length, 2, reason);
  for (const what of read('backend/velopos/ledger.js').match(/(?<=what: ')\w+|(?<= ', ')\w+(?='\])/g)) assert.ok(events[what], what);
  for (const [, problem] of read('backend/velopos/bank-export.js').matchAll(/FieldProblem\([^,]+, '([a-z]+)'/g)) assert.ok(lineProblems[problem], problem);
  for (const problem of ['amount', 'ambiguous', 'decimals']) assert.ok(lineProblems[problem], problem);
  for (const [, problem] of read('backend/velopos/csv.js').matchAll(/CsvProblem\('([a-z-]+)'/g)) assert.ok(texts.tr.problems[`file-${problem}`], `file-${problem}`);
  for (const kind of ['sale', 'preauth', 'capture', 'refund', 'void', 'other']) assert.ok(importing.kinds[kind]);
  for (const outcome of ['approved', 'declined', 'voided', 'open']) assert.ok(importing.outcomes[outcome]);
});

test('the page carries every method of the backend, and no other', () => {
  const exported = [...read('backend/admin.web.js').matchAll(/export const (\w+) = webMethod\(Permissions\.Admin,/g)].map(([, name]) => name).sort();
  const all = [...read('backend/admin.web.js').matchAll(/export (?:const|function|async function) (\w+)/g)].map(([, name]) => name).sort();
  assert.deepEqual(exported, all, 'every export is for administrators');
  const carried = /const METHODS = \{([^}]+)\}/.exec(read('pages/Admin.xxxxx.js'))[1].match(/\w+/g).sort();
  assert.deepEqual(carried, exported);
  const code = readdirSync(`${SITE}src/public/admin`).map((name) => read(`public/admin/${name}`)).join('\n') + read('public/custom-elements/velopos-admin.js');
  const asked = [...code.matchAll(/ask\('(\w+)'/g), ...code.matchAll(/simply\(app, '(\w+)'/g), ...code.matchAll(/(?:refund|void|capture): '(\w+)'(?=[,} ])/g)].map(([, name]) => name);
  for (const method of exported) assert.ok(asked.includes(method), method);
  for (const line of read('backend/admin.web.js').split('webMethod(').slice(1)) assert.match(line.split('\n')[1], /^ {2}(const by = )?await requireAdministrator\('\w+'\);$/);
});

test('nothing is fetched from elsewhere, and nothing is read as HTML', () => {
  for (const name of readdirSync(`${SITE}src/public/admin`)) assert.doesNotMatch(read(`public/admin/${name}`), /https?:\/\/|innerHTML|insertAdjacentHTML|\beval\b|document\.write|(?<!\{)(?<![|<] )import\((?!'\.)/, name);
});

test('an amount that is typed is read in one way or not at all', () => {
  const typed = {
    '49,90': '49.90', '49.90': '49.90', '49,9': '49.90', 49: '49.00', ' 49,90 TL ': '49.90', '₺49,90': '49.90', '1.249,50': '1249.50', '1,249.50': '1249.50', '1 249,50': '1249.50', '007,5': '7.50', 0: '0.00',
    '1.249': null, '1,249': null, '49,905': null, '-5': null, '5e2': null, '': null, 'beş': null, '1.2.3': null, '12.49,50': null, '٤٩': null, '9999999999999': null,
  };
  for (const [text, expected] of Object.entries(typed)) assert.equal(typedAmount(text, 'TRY'), expected, text);
  assert.deepEqual([typedAmount('1500', 'JPY'), typedAmount('15,5', 'JPY')], ['1500', null]);
  assert.equal(minor('1249.50'), 124950n);
});

test('amounts, days and moments in both languages, in Turkey’s time', () => {
  assert.deepEqual([price('-1249.50', 'TRY', 'tr'), price('1249.50', 'TRY', 'en'), price(null, 'TRY', 'tr'), price('5.00', 'USD', 'tr')], ['−1.249,50 TL', '₺1,249.50', '—', '5,00 USD']);
  assert.deepEqual([dayText('2026-01-31', 'tr'), dayText('2026-01-31', 'en')], ['31.01.2026', '2026-01-31']);
  const late = Date.UTC(2026, 0, 31, 22, 5, 9);
  assert.deepEqual([momentText(late, 'tr'), momentText(late, 'en'), secondText(late, 'tr')], ['01.02.2026 01:05', '2026-02-01 01:05', '01.02.2026 01:05:09']);
});

test('periods end today or before, begin where their name says, and a week begins on Monday', () => {
  const now = today();
  for (const preset of ['yesterday', 'thisWeek', 'lastWeek', 'thisMonth', 'lastMonth', 'last30', 'last90', 'thisYear']) {
    const { from, to } = periodOf(preset);
    assert.ok(from <= to && to <= now, preset);
  }
  assert.equal(new Date(`${periodOf('thisWeek').from}T00:00:00Z`).getUTCDay(), 1);
  assert.equal(addDays(periodOf('lastWeek').to, 1), periodOf('thisWeek').from);
  assert.equal(addDays(periodOf('lastMonth').to, 1), periodOf('thisMonth').from);
  assert.equal(periodOf('lastMonth').from.slice(8), '01');
});

test('a file’s letters: UTF-8, UTF-16 with its mark, and Turkish Windows', () => {
  const text = 'Sipariş;Tutar;İade Ğüçö';
  const windows = Uint8Array.from([...text].map((letter) => ({ ş: 0xfe, İ: 0xdd, Ğ: 0xd0, ü: 0xfc, ç: 0xe7, ö: 0xf6 })[letter] ?? letter.charCodeAt(0)));
  const utf16 = Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((letter) => [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8])]);
  for (const bytes of [new TextEncoder().encode(text), windows, utf16]) assert.equal(decode(bytes).replace(/^\uFEFF/, ''), text);
});

test('places of a text are filled with what there is, and with nothing else', () => {
  assert.equal(fill('{a} {b} {a}', { a: 1, b: '{a}' }), '1 {a} 1');
  assert.equal(fill('{toString} {x}', {}), '{toString} {x}');
});

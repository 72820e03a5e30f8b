// A file from the bank's panel: what was read of it, which column is which, and only then keeping it.

import { h } from '../dom.js';
import { accountName, problemText } from './app.js';
import { readText } from './files.js';
import { dayText, price } from './format.js';
import { box, button, labelled, select, table, valuesOf } from './parts.js';
import { fill } from './texts.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {{ delimiter?: string, numbers?: string, columns?: Record<string, number>, header?: number }} Choices
 */

/** @param {App} app @param {{ account?: string }} [chosen] @returns {Promise<HTMLElement>} */
export async function importing(app, chosen = {}) {
  const { words } = app;
  const place = h('div', { class: 'result' });
  const account = /** @type {HTMLSelectElement} */ (select('account', app.accounts.map(({ name }) => [name, accountName(app, name)]), chosen.account));
  const read = async (/** @type {Event} */ event) => {
    const file = /** @type {HTMLInputElement} */ (event.currentTarget).files?.[0];
    if (!file) return;
    place.replaceChildren(h('p', { class: 'progress', role: 'status' }, words.importing.reading));
    const text = await readText(file);
    if (text === null) place.replaceChildren(box('problem', words.problems['file-too-large']));
    else await preview(app, place, { text, account: () => account.value }, {});
  };
  return h('div', { class: 'view' },
    h('h1', { tabindex: '-1' }, words.importing.title), h('p', { class: 'soft' }, words.importing.intro),
    h('div', { class: 'filter card' }, labelled(words.importing.account, account), labelled(words.importing.file, h('input', { type: 'file', accept: '.csv,.txt,.tsv,text/csv,text/plain', onchange: read }))),
    place);
}

/** @typedef {{ text: string, account: () => string }} Source */

/** @param {App} app @param {HTMLElement} place @param {Source} source @param {Choices} choices */
async function preview(app, place, source, choices) {
  const answer = await app.ask('previewImport', source.text, choices);
  if (answer.problem) return place.replaceChildren(box('problem', problemText(app, answer)));
  const again = (/** @type {Choices} */ next) => preview(app, place, source, next);
  place.replaceChildren(columnForm(app, answer, choices, again), ...linesRead(app, answer), ...keepForm(app, place, source, answer, choices).flatMap((each) => each ?? []));
  return undefined;
}

/** Which column is which. @param {App} app @param {any} answer @param {Choices} choices @param {(choices: Choices) => void} again */
function columnForm(app, { header, columns, delimiter, missing, problems }, choices, again) {
  const { words } = app;
  const names = header.cells.map((/** @type {string} */ cell, /** @type {number} */ index) => /** @type {[string, string]} */ ([String(index), cell || `${index + 1}`]));
  const fields = Object.entries(words.fields).map(([field, name]) => labelled(name,
    select(field, [['', words.importing.none], ...names], columns[field] === undefined ? '' : String(columns[field]), missing.includes(field) ? { 'aria-invalid': 'true' } : {})));
  const changed = (/** @type {Event} */ event) => {
    const { numbers, delimiter: cut, ...chosen } = valuesOf(/** @type {Element} */ (event.currentTarget));
    if (cut !== undefined && cut !== delimiter) return again({ delimiter: cut, numbers });   // other columns altogether
    return again({ ...choices, numbers, columns: Object.fromEntries(Object.entries(chosen).map(([field, index]) => [field, Number(index)])) });
  };
  const { semicolon, comma, tab } = words.importing;
  return h('form', { class: 'card', onchange: changed, onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    missing.length > 0 ? box('problem', fill(words.importing.missing, { fields: missing.map((/** @type {keyof typeof words.fields} */ field) => words.fields[field]).join(', ') })) : null,
    h('details', { open: missing.length + problems.length > 0 || choices.columns !== undefined }, h('summary', {}, h('strong', {}, words.importing.columns)),
      h('div', { class: 'columns' }, ...fields,
        labelled(words.importing.delimiter, select('delimiter', [[';', semicolon], [',', comma], ['\t', tab]], delimiter)),
        labelled(words.importing.numbers, select('numbers', [['', words.importing.auto], ['tr', words.importing.turkish], ['en', words.importing.english]], choices.numbers)))));
}

/** @param {App} app @param {any} answer @returns {HTMLElement[]} */
function linesRead(app, { count, rows, sums, problems, skipped, unknown, missing }) {
  const { words, language } = app;
  if (missing.length > 0) return [];
  const { importing: texts } = words;
  const line = (/** @type {any} */ row) => [
    row.at.replace('T', ' ').slice(0, 16), row.orderId || row.authCode || '', texts.kinds[/** @type {keyof typeof texts.kinds} */ (row.kind)], texts.outcomes[/** @type {keyof typeof texts.outcomes} */ (row.outcome)],
    price(row.amount, row.currency, language), String(row.installments), row.commission ? price(row.commission, row.currency, language) : '',
  ];
  const problem = (/** @type {any} */ { line: number, field, problem: what, cell }) => [String(number), words.fields[/** @type {keyof typeof words.fields} */ (field)], words.lineProblems[/** @type {keyof typeof words.lineProblems} */ (what)] ?? what, cell];
  return [h('section', { class: 'card' },
    h('h2', {}, texts.preview), h('p', { role: 'status' }, fill(texts.lines, { count, ...sums })),
    ...notes(words, unknown, skipped).map((text) => h('p', { class: 'soft' }, text)),
    problems.length > 0 ? h('div', {}, box('problem', texts.problems), table(texts.problems, texts.problemColumns, problems.map(problem), [], true)) : null,
    rows.length > 0 ? table(texts.preview, texts.previewColumns, rows.map(line), ['', '', '', '', 'number', 'number', 'number'], true) : null)];
}

/** @param {App['words']} words @param {{ kinds: string[], outcomes: string[] }} unknown @param {number[]} skipped */
function notes({ importing: texts }, unknown, skipped) {
  return [
    unknown.kinds.length > 0 ? fill(texts.unknownKinds, { words: unknown.kinds.join(', ') }) : '', unknown.outcomes.length > 0 ? fill(texts.unknownOutcomes, { words: unknown.outcomes.join(', ') }) : '',
    skipped.length > 0 ? fill(texts.skipped, { lines: skipped.join(', ') }) : '',
  ].filter((text) => text !== '');
}

/** @param {App} app @param {HTMLElement} place @param {Source} source @param {any} answer @param {Choices} choices */
function keepForm(app, place, source, { count, problems, missing, from, to }, choices) {
  const { words: { importing: texts, period }, language } = app;
  if (count === 0 || problems.length > 0 || missing.length > 0) return [];
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const days = valuesOf(/** @type {Element} */ (event.currentTarget));
    const status = h('p', { class: 'progress', role: 'status' });
    place.replaceChildren(status);
    const question = { account: source.account(), from: days.from, to: days.to };
    place.replaceChildren(await keep(app, source.text, choices, question, (done) => { status.textContent = fill(texts.taking, { done, count }); }));
  };
  return [h('form', { class: 'card', onsubmit: submit },
    h('p', {}, texts.covers), h('p', { class: 'soft' }, `${dayText(from, language)} – ${dayText(to, language)}`),
    h('div', { class: 'columns' }, labelled(period.from, h('input', { type: 'date', name: 'from', value: from, max: from, required: true })), labelled(period.to, h('input', { type: 'date', name: 'to', value: to, min: to, required: true }))),
    h('div', { class: 'buttons' }, h('button', { type: 'submit' }, fill(texts.take, { count }))))];
}

/** @param {App} app @param {string} text @param {Choices} choices @param {{ account: string, from: string, to: string }} question
 * @param {(done: number) => void} tell */
async function keep(app, text, choices, question, tell) {
  const { words: { importing: texts } } = app;
  for (let next = 0; ;) {
    const answer = await app.ask('importRows', text, choices, { ...question, next });
    if (answer.problem) return box('problem', problemText(app, answer));
    tell(answer.kept);
    if (answer.next === null) return box('good', `${fill(texts.taken, { count: answer.kept })} `, button(texts.compareNow, () => app.go('reconciliation', question), { class: 'small' }));
    next = answer.next;
  }
}

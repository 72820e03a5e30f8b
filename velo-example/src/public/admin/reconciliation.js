// The site's books beside the bank's: asks the bank as long as it takes, compares, and says of each difference what it means and what to do.

import { h } from '../dom.js';
import { accountName, problemText } from './app.js';
import { partText } from './chart.js';
import { offerFile } from './files.js';
import { dayText, periodOf, price } from './format.js';
import { installments } from './overview.js';
import { box, button, labelled, select, table, valuesOf } from './parts.js';
import { fill } from './texts.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {{ account: string, from: string, to: string }} Question
 */

const PRESETS = /** @type {const} */ (['yesterday', 'thisWeek', 'lastWeek', 'thisMonth', 'lastMonth']);

/** @param {App} app @param {Partial<Question>} [chosen] @returns {Promise<HTMLElement>} */
export async function reconciliation(app, chosen = {}) {
  const { words } = app;
  const result = h('div', { class: 'result' });
  const period = { ...periodOf('yesterday'), ...chosen };
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { account, from, to } = valuesOf(/** @type {Element} */ (event.currentTarget));
    return run(app, { account, from, to }, result);
  };
  const own = () => { /** @type {HTMLSelectElement} */ (form.querySelector('[name=preset]')).value = ''; };
  const from = /** @type {HTMLInputElement} */ (h('input', { type: 'date', name: 'from', value: period.from, required: true, onchange: own }));
  const to = /** @type {HTMLInputElement} */ (h('input', { type: 'date', name: 'to', value: period.to, required: true, onchange: own }));
  const choose = (/** @type {Event} */ event) => {
    const preset = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    if (preset !== '') Object.entries(periodOf(/** @type {typeof PRESETS[number]} */ (preset))).forEach(([name, day]) => { (name === 'from' ? from : to).value = day; });
  };
  const form = h('form', { class: 'filter card', onsubmit: submit },
    labelled(words.payments.account, select('account', app.accounts.map(({ name }) => [name, accountName(app, name)]), chosen.account)),
    labelled(words.period.label, select('preset', [...PRESETS.map((name) => /** @type {[string, string]} */ ([name, words.period[name]])), ['', words.period.own]], chosen.from ? '' : 'yesterday', { onchange: choose })),
    labelled(words.period.from, from), labelled(words.period.to, to),
    h('div', { class: 'buttons' }, h('button', { type: 'submit' }, words.reconciliation.start)));
  return h('div', { class: 'view' }, h('h1', { tabindex: '-1' }, words.reconciliation.title), h('p', { class: 'soft' }, words.reconciliation.intro), form, result);
}

/** @param {App} app @param {Question} question @param {HTMLElement} place */
async function run(app, question, place) {
  const status = h('p', { class: 'progress', role: 'status' });
  place.replaceChildren(status);
  const stopped = await askTheBank(app, question, (text) => { status.textContent = text; });
  status.textContent = app.words.reconciliation.comparing;
  const answer = await app.ask('compare', question);
  if (answer.problem) return place.replaceChildren(box('problem', problemText(app, answer)));
  const again = () => run(app, question, place);
  place.replaceChildren(...[stopped, comparison(app, answer, question, again)].flatMap((each) => each ?? []));
  /** @type {HTMLElement | null} */ (place.querySelector('h2'))?.focus();
  return undefined;
}

/** As many questions as it takes; null when the bank has told everything. @param {App} app @param {Question} question
 * @param {(text: string) => void} tell */
async function askTheBank(app, question, tell) {
  const { words: { reconciliation: words } } = app;
  for (let going; ;) {
    const progress = await app.ask('gatherBankRows', { ...question, run: going });
    if (progress.problem) return box('problem', fill(words.stopped, { code: progress.problem }));
    if (progress.left === 0) return null;
    tell(fill(words.asking, { done: progress.done, of: progress.done + progress.left }));
    going = progress.run;
  }
}

/** @param {App} app @param {any} answer @param {Question} question @param {() => void} again */
function comparison(app, answer, question, again) {
  const { words } = app;
  const { matched, unchecked, differences } = answer;
  const unknown = differences.filter((/** @type {any} */ { known }) => !known);
  const known = differences.filter((/** @type {any} */ difference) => difference.known);
  return h('div', {},
    h('div', { class: 'tiles' }, tile(words.reconciliation.matched, matched, 'good'), tile(words.reconciliation.different, unknown.length, unknown.length > 0 ? 'bad' : 'good'), tile(words.reconciliation.unchecked, unchecked, '')),
    coverage(app, answer),
    h('h2', { tabindex: '-1' }, words.reconciliation.newOnes),
    unknown.length === 0 ? box('good', words.reconciliation.agrees) : h('ul', { class: 'waiting' }, ...unknown.map((/** @type {any} */ difference) => differenceCard(app, difference, question))),
    known.length === 0 ? null : h('details', {}, h('summary', {}, `${words.reconciliation.knownOnes} (${known.length})`), h('ul', { class: 'waiting' }, ...known.map((/** @type {any} */ difference) => differenceCard(app, difference, question)))),
    unchecked > 0 ? h('p', { class: 'soft' }, `${words.reconciliation.unchecked}: ${unchecked}. ${words.reconciliation.uncheckedText}`) : null,
    sums(app, answer),
    h('div', { class: 'buttons' },
      button(words.reconciliation.export, () => offerFile(app, { ...question, what: 'comparison' }), { class: 'quiet' }), button(words.refresh, again, { class: 'quiet' }),
      button(words.reconciliation.importInstead, () => app.go('importing', { account: question.account }), { class: 'quiet' })));
}

/** @param {string} name @param {number} count @param {string} kind */
function tile(name, count, kind) {
  return h('div', { class: `tile ${kind}` }, h('span', { class: 'soft' }, name), h('strong', {}, String(count)));
}

/** What the bank has told, and what it cannot. @param {App} app @param {any} answer */
function coverage(app, { account, lists, listed }) {
  const { words: { reconciliation: words } } = app;
  if (listed.days === listed.of) return null;
  return box('note', lists ? fill(words.partly, { days: listed.days, of: listed.of }) : fill(words.noList, { bank: accountName(app, account) }));
}

// ---- a difference

/** @param {App} app @param {any} difference @param {Question} question */
function differenceCard(app, difference, question) {
  const { words, language } = app;
  const { kind, attempt, paymentId, orderId, day, currency, ours, theirs, went } = difference;
  const named = kind !== 'missing-here' ? kind : went === 'out' ? 'missing-here-out' : attempt !== null ? 'missing-here-open' : kind;
  const [title, meaning, cure] = words.differences[/** @type {keyof typeof words.differences} */ (named)];
  const amounts = `${fill(words.reconciliation.site, { amount: told(app, ours, currency) })}, ${fill(went === 'out' ? words.reconciliation.bankOut : words.reconciliation.bank, { amount: told(app, theirs, currency) })}`;
  const buttons = paymentId === null ? null : h('div', { class: 'buttons' },
    button(words.open, () => app.go('story', { id: paymentId }), { class: 'small', 'aria-label': fill(words.openNamed, { name: orderId }) }), askButton(app, paymentId, question));
  return h('li', { class: 'card', 'data-kind': kind },
    h('div', { class: 'headline' }, h('h3', {}, title), h('span', { class: 'soft' }, dayText(day, language))),
    h('p', {}, h('strong', {}, amounts), orderId === '' ? null : h('span', { class: 'soft' }, ` · ${fill(words.reconciliation.number, { number: orderId })}`)),
    h('p', {}, fill(meaning, { attempt: words.attempts[/** @type {keyof typeof words.attempts} */ (attempt)] ?? attempt ?? '' })), h('p', {}, cure), buttons);
}

/** @param {App} app @param {string | null} amount @param {string} currency */
function told({ words, language }, amount, currency) {
  return amount === null ? words.reconciliation.nothing : price(amount, currency, language);
}

/** @param {App} app @param {string} paymentId @param {Question} question */
function askButton(app, paymentId, question) {
  const { words } = app;
  const ask = async (/** @type {MouseEvent} */ event) => {
    const pressed = /** @type {HTMLButtonElement} */ (event.currentTarget);
    pressed.disabled = true;
    const answer = await app.ask('askBank', paymentId, question);
    pressed.disabled = false;
    const failed = answer.problem ? problemText(app, answer) : answer.state === 'busy' ? words.results.busy : null;
    const isOpen = answer.story?.payment.attention === 'seen-at-bank';
    app.say(failed ?? (isOpen ? words.results.seenAtBank : answer.state === 'unknown' ? words.results.askedUnknown : words.results.asked));
  };
  return h('button', { type: 'button', class: 'quiet small', onclick: ask }, words.reconciliation.ask);
}

// ---- sums

/** @param {App} app @param {any} answer */
function sums(app, { ours, theirs, period }) {
  const { words, language } = app;
  const kinds = ['', 'number', 'number', 'number', 'number', 'number'];
  const currencies = [...new Set([...ours.total, ...theirs.total].map(({ currency }) => currency))].sort();
  const line = (/** @type {string} */ name, /** @type {any} */ sum, /** @type {string} */ currency) => [name, String(sum?.payments ?? 0),
    ...[sum?.taken, sum?.returned, sum?.net].map((amount) => price(amount ?? zero(currency), currency, language)), commission(app, sum, currency)];
  const units = /** @type {const} */ (['month', 'week', 'day']);
  return h('section', { class: 'card' }, h('h2', {}, words.reconciliation.sums), ...currencies.flatMap((currency) => {
    const of = (/** @type {any[]} */ list) => list.find((sum) => sum.currency === currency);
    const parts = units.map((unit) => perPart(app, unit, ours[unit], theirs[unit], currency, period)).filter((each) => each !== null);
    return [
      table(`${words.reconciliation.sums}, ${currency}`, words.reconciliation.sumColumns, [line(words.reconciliation.ours, of(ours.total), currency), line(words.reconciliation.theirs, of(theirs.total), currency)], kinds),
      of(theirs.total) ? installments(app, of(theirs.total)) : null,
      parts.length === 0 ? null : h('details', {}, h('summary', {}, words.reconciliation.perPart), ...parts),
    ];
  }));
}

/** @param {string} currency */
function zero(currency) {
  return currency === 'JPY' ? '0' : '0.00';
}

/** @param {App} app @param {any} sum @param {string} currency */
function commission({ words, language }, sum, currency) {
  if (!sum?.commission) return '—';
  const all = sum.commissionOf === sum.payments ? '' : ` (${fill(words.money.commissionOf, { told: sum.commissionOf, of: sum.payments })})`;
  return price(sum.commission, currency, language) + all;
}

/** A period of one day needs no parts. @param {App} app @param {'day' | 'week' | 'month'} unit @param {any[]} ours @param {any[]} theirs
 * @param {string} currency @param {{ from: string, to: string }} period */
function perPart({ words, language }, unit, ours, theirs, currency, period) {
  if (period.from === period.to) return null;
  const find = (/** @type {any[]} */ list, /** @type {string} */ from) => list.find((part) => part.currency === currency && part.from === from);
  const parts = [...new Set([...ours, ...theirs].filter((part) => part.currency === currency && part.payments + part.returns > 0).map(({ from }) => from))].sort();
  const rows = parts.map((from) => [partText(from, unit, language), ...[find(ours, from), find(theirs, from)].map((part) => price(part?.net ?? zero(currency), currency, language))]);
  return rows.length === 0 ? null : table(`${words.chart[unit]}, ${words.money.net}`, [words.chart[unit], words.reconciliation.ours, words.reconciliation.theirs], rows, ['', 'number', 'number']);
}

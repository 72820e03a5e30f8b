// What needs a person comes first, then the money, then how the site's own work went.

import { h } from '../dom.js';
import { accountName, problemText } from './app.js';
import { chart } from './chart.js';
import { dayText, momentText, periodOf, price } from './format.js';
import { box, button, facts, labelled, select, table } from './parts.js';
import { fill } from './texts.js';

/** @typedef {import('./app.js').App} App */

/** @param {App} app @param {{ preset?: import('./format.js').Preset, unit?: string, answer?: any }} [chosen] @returns {Promise<HTMLElement>} */
export async function overview(app, { preset = 'last30', unit = 'day', answer: told } = {}) {
  const { words } = app;
  const answer = told ?? await app.ask('overview', { ...periodOf(preset), unit });
  if (answer.problem) return box('problem', problemText(app, answer));
  const { waiting, jobs, actions, mode } = answer;
  return h('div', { class: 'view' },
    h('div', { class: 'headline' }, h('h1', { tabindex: '-1' }, words.overview.title), button(words.refresh, () => app.go('overview', { preset, unit }), { class: 'quiet small' })),
    mode === 'test' ? box('note', words.testMode) : null,
    waitingList(app, waiting),
    turnoverCard(app, answer, preset),
    h('div', { class: 'two' }, jobsCard(app, jobs), actionsCard(app, actions)));
}

// ---- what waits

/** @param {App} app @param {any} waiting */
function waitingList(app, { payments, attempts, changes, wixPayments }) {
  const { words } = app;
  const shown = new Set(payments.map((/** @type {any} */ { id }) => id));
  const cards = [
    ...payments.map((/** @type {any} */ payment) => waitingCard(app, payment.attention, payment, () => app.go('story', { id: payment.id }))),
    ...changes.filter((/** @type {any} */ { paymentId }) => !shown.has(paymentId))
      .map((/** @type {any} */ change) => waitingCard(app, 'unknown-change', { ...change, recordedAt: change.at }, () => app.go('story', { id: change.paymentId }))),
    ...attempts.map((/** @type {any} */ attempt) => waitingCard(app, attempt.review ? 'doubt' : 'stuck', { ...attempt, recordedAt: attempt.createdAt }, null)),
    ...wixPayments.map((/** @type {any} */ payment) => waitingCard(app, `wix-${payment.attention}`, payment, null)),
  ];
  const content = cards.length === 0 ? box('good', words.overview.nothing) : h('ul', { class: 'waiting' }, ...cards);
  return h('section', { 'aria-labelledby': 'waiting' }, h('h2', { id: 'waiting' }, `${words.overview.waiting}${cards.length > 0 ? ` (${cards.length})` : ''}`), content);
}

/** @param {App} app @param {string} reason @param {any} about @param {(() => void) | null} open */
function waitingCard(app, reason, { amount, currency, orderNumber, bankOrderId, account, recordedAt }, open) {
  const { words, language } = app;
  const [title, text] = words.attention[/** @type {keyof typeof words.attention} */ (reason)] ?? words.attention.review;
  const name = orderNumber || bankOrderId || '';
  return h('li', { class: 'card' },
    h('div', { class: 'headline' }, h('h3', {}, title), h('strong', { class: 'amount' }, price(amount, currency, language))),
    h('p', {}, text),
    facts([[words.story.order, orderNumber ?? ''], [words.story.bankOrder, bankOrderId ?? ''], [words.story.account, account ? accountName(app, account) : ''], [words.story.recorded, momentText(recordedAt, language)]]),
    open ? button(words.open, open, { class: 'small', 'aria-label': fill(words.openNamed, { name }) }) : null);
}

// ---- the money

/** @param {App} app @param {any} answer @param {string} preset */
function turnoverCard(app, { turnover, total, period, unit }, preset) {
  const { words, language } = app;
  const presets = /** @type {const} */ (['last30', 'thisWeek', 'thisMonth', 'lastMonth', 'last90', 'thisYear']);
  const again = () => app.go('overview', { preset: form.preset.value, unit: form.unit.value });
  const form = /** @type {any} */ (h('form', { class: 'inline', onchange: again },
    labelled(words.period.label, select('preset', presets.map((name) => [name, words.period[name]]), preset)),
    labelled(words.period.unit, select('unit', /** @type {[string, string][]} */ ([['day', words.chart.day], ['week', words.chart.week], ['month', words.chart.month]]), unit))));
  const currencies = total.map((/** @type {any} */ { currency }) => currency);
  return h('section', { class: 'card', 'aria-labelledby': 'turnover' },
    h('div', { class: 'headline' }, h('h2', { id: 'turnover' }, words.overview.turnover), form),
    h('p', { class: 'soft' }, `${dayText(period.from, language)} – ${dayText(period.to, language)}`),
    ...(currencies.length === 0 ? [h('p', {}, words.chart.none)] : []),
    ...currencies.flatMap((/** @type {string} */ currency, /** @type {number} */ index) => [
      sums(app, total[index]), chart(app, turnover.filter((/** @type {any} */ bar) => bar.currency === currency), unit, `${words.overview.turnover}, ${currency}`), installments(app, total[index]),
    ]));
}

/** @param {App} app @param {any} sum */
function sums({ words, language }, { taken, returned, net, payments, currency }) {
  const tile = (/** @type {string} */ name, /** @type {string} */ value) => h('div', { class: 'tile' }, h('span', { class: 'soft' }, name), h('strong', {}, value));
  return h('div', { class: 'tiles' },
    tile(words.chart.payments, String(payments)), tile(words.money.taken, price(taken, currency, language)), tile(words.money.returned, price(returned, currency, language)),
    tile(words.money.net, price(net, currency, language)));
}

/** Told only where somebody paid in instalments. @param {App} app @param {any} sum */
export function installments({ words, language }, { installments: parts, currency }) {
  if (parts.length === 0 || parts.length === 1 && parts[0].count === 1) return null;
  const rows = parts.map((/** @type {any} */ { count, payments, taken }) =>
    [count === 1 ? words.chart.single : fill(words.chart.times, { count }), String(payments), price(taken, currency, language)]);
  return table(words.chart.installments, [words.story.installments, words.chart.payments, words.money.taken], rows, ['', 'number', 'number']);
}

// ---- what was done

/** @param {App} app @param {any[]} jobs */
function jobsCard(app, jobs) {
  const { words, language } = app;
  const lines = jobs.map(({ action, about, at, outcome }) => h('li', {},
    h('strong', {}, [words.jobs[/** @type {'settle' | 'nightly'} */ (action)], about && accountName(app, about)].filter(Boolean).join(': ')), h('br', {}),
    `${momentText(at, language)} · ${outcomeText(app, outcome)}`));
  return h('section', { class: 'card' }, h('h2', {}, words.overview.jobs), lines.length > 0 ? h('ul', { class: 'plain' }, ...lines) : h('p', { class: 'soft' }, words.overview.noJobs));
}

/** 'differs 3' → '3 fark'. @param {App} app @param {string} outcome */
function outcomeText({ words }, outcome) {
  const [word, ...rest] = outcome.split(' ');
  const text = words.outcomes[/** @type {keyof typeof words.outcomes} */ (word)];
  return text === undefined ? outcome || words.noOutcome : fill(text, { rest: rest.join(' ') }).trim();
}

/** @param {App} app @param {any[]} actions */
function actionsCard(app, actions) {
  const { words } = app;
  return h('section', { class: 'card' }, h('h2', {}, words.overview.actions), actions.length > 0 ? actionList(app, actions) : h('p', { class: 'soft' }, words.overview.noActions));
}

/** @param {App} app @param {any[]} actions */
export function actionList(app, actions) {
  const { words, language } = app;
  return h('ul', { class: 'plain' }, ...actions.map(({ at, by, action, details, outcome }) => h('li', {},
    `${momentText(at, language)} · ${by} · ${words.actionNames[/** @type {keyof typeof words.actionNames} */ (action)] ?? action}`,
    h('span', { class: 'soft' }, ` ${[amountIn(details, language), details.why, outcomeText(app, outcome)].filter(Boolean).join(' · ')}`))));
}

/** @param {{ amount?: string }} details @param {'tr' | 'en'} language */
function amountIn({ amount }, language) {
  return amount && (language === 'tr' ? amount.replace('.', ',') : amount);
}

// The payments, a page at a time.

import { h } from '../dom.js';
import { accountName, problemText } from './app.js';
import { offerFile } from './files.js';
import { addDays, momentText, price, today } from './format.js';
import { box, button, labelled, select, table, valuesOf } from './parts.js';
import { fill } from './texts.js';

/** @typedef {import('./app.js').App} App */

/** @param {App} app @param {Record<string, any>} [filter] @returns {Promise<HTMLElement>} */
export async function payments(app, filter = {}) {
  const { words } = app;
  const answer = await app.ask('listPayments', filter);
  const list = answer.problem ? box('problem', problemText(app, answer)) : answer.items.length === 0 ? h('p', {}, words.payments.none) : rows(app, answer.items);
  return h('div', { class: 'view' },
    h('h1', { tabindex: '-1' }, words.payments.title),
    filterForm(app, filter), list, answer.problem ? null : pager(app, filter, answer),
    h('div', { class: 'buttons' },
      button(words.payments.export, () => offer(app, 'payments', filter), { class: 'quiet' }), button(words.payments.exportChanges, () => offer(app, 'changes', filter), { class: 'quiet' })));
}

/** @param {App} app @param {Record<string, any>} filter */
function filterForm(app, filter) {
  const { words } = app;
  const any = /** @type {[string, string]} */ (['', words.payments.all]);
  const standings = /** @type {[string, string][]} */ (Object.entries(words.standings));
  const accounts = app.accounts.map(({ name }) => /** @type {[string, string]} */ ([name, accountName(app, name)]));
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { waiting, ...values } = valuesOf(/** @type {Element} */ (event.currentTarget));
    app.go('payments', waiting ? { ...values, waiting: true } : values);
  };
  const form = h('form', { class: 'filter', onsubmit: submit },
    labelled(words.payments.number, h('input', { name: 'number', maxlength: 64, value: filter.number ?? '', autocomplete: 'off' })),
    labelled(words.payments.account, select('account', [any, ...accounts], filter.account)),
    labelled(words.payments.standing, select('standing', [any, ...standings], filter.standing)),
    labelled(words.period.from, h('input', { type: 'date', name: 'from', value: filter.from ?? '' })),
    labelled(words.period.to, h('input', { type: 'date', name: 'to', value: filter.to ?? '' })),
    h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'waiting', value: '1', checked: filter.waiting === true }), words.payments.waiting),
    h('div', { class: 'buttons' }, h('button', { type: 'submit' }, words.payments.apply), button(words.payments.clear, () => app.go('payments'), { class: 'quiet' })));
  const { page, ...chosen } = filter;
  return h('details', { class: 'card', open: Object.keys(chosen).length > 0 }, h('summary', {}, words.payments.filter), form);
}

/** @param {App} app @param {any[]} items */
function rows(app, items) {
  const { words, language } = app;
  const open = (/** @type {any} */ { id, orderNumber, bankOrderId }) =>
    button(words.open, () => app.go('story', { id }), { class: 'small', 'aria-label': fill(words.openNamed, { name: orderNumber || bankOrderId }) });
  return table(words.payments.caption, words.payments.columns, items.map((payment) => [
    momentText(payment.recordedAt, language), payment.orderNumber || payment.bankOrderId, accountName(app, payment.account), price(payment.captured === '0.00' ? payment.amount : payment.captured, payment.currency, language),
    standing(app, payment), open(payment),
  ]), ['', '', '', 'number', '', '']);
}

/** @param {App} app @param {any} payment */
export function standing({ words }, { standing: how, state, attention }) {
  const reason = attention && words.attention[/** @type {keyof typeof words.attention} */ (attention)]?.[0];
  return h('span', {},
    h('span', { class: `badge ${how}` }, words.standings[/** @type {keyof typeof words.standings} */ (how)]),
    state === 'booked' ? null : h('span', { class: 'badge bad' }, words.states[/** @type {keyof typeof words.states} */ (state)]),
    reason && state === 'booked' ? h('span', { class: 'badge bad' }, reason) : null);
}

/** @param {App} app @param {Record<string, any>} filter @param {{ page: number, hasMore: boolean }} answer */
function pager({ words, go }, filter, { page, hasMore }) {
  if (page === 0 && !hasMore) return null;
  return h('nav', { class: 'pager', 'aria-label': words.payments.title },
    button(words.payments.previous, () => go('payments', { ...filter, page: page - 1 }), { class: 'quiet', disabled: page === 0 }),
    h('span', {}, fill(words.payments.page, { page: page + 1 })),
    button(words.payments.next, () => go('payments', { ...filter, page: page + 1 }), { class: 'quiet', disabled: !hasMore }));
}

/** A file needs a period: the filter's, or the last thirty days. @param {App} app @param {'payments' | 'changes'} what @param {Record<string, any>} filter */
async function offer(app, what, { page, ...filter }) {
  const period = { from: filter.from ?? addDays(filter.to ?? today(), -29), to: filter.to ?? today() };
  await offerFile(app, { ...filter, ...period, what });
}

// One payment: its facts, what happened and when, what was changed and by whom, and what can be done now.

import { h } from '../dom.js';
import { accountName, problemText } from './app.js';
import { confirmChange } from './confirm.js';
import { momentText, price, secondText } from './format.js';
import { actionList } from './overview.js';
import { box, button, facts, table } from './parts.js';
import { standing } from './payments.js';
import { fill } from './texts.js';

/** @typedef {import('./app.js').App} App */

/** @param {App} app @param {{ id: string, story?: any }} about @returns {Promise<HTMLElement>} */
export async function story(app, { id, story: told }) {
  const answer = told ?? await app.ask('paymentStory', id);
  if (answer.problem) return box('problem', answer.problem === 'gone' ? app.words.story.gone : problemText(app, answer));
  const { payment } = answer;
  const { words, language } = app;
  return h('div', { class: 'view' },
    button(`← ${words.payments.title}`, () => app.go('payments'), { class: 'quiet small' }),
    h('div', { class: 'headline' }, h('h1', { tabindex: '-1' }, `${words.story.title} ${payment.orderNumber || payment.bankOrderId}`), h('strong', { class: 'amount' }, price(payment.amount, payment.currency, language))),
    h('p', {}, standing(app, payment)), payment.mode === 'test' ? box('note', words.testMode) : null, reasonBox(app, payment), actionsBar(app, answer),
    h('div', { class: 'two' },
      h('section', { class: 'card' }, h('h2', {}, words.story.facts), factsOf(app, answer)),
      h('section', { class: 'card' }, h('h2', {}, words.story.what), timeline(app, answer.events))),
    h('section', { class: 'card' }, h('h2', {}, words.story.changes), answer.changes.length > 0 ? changesTable(app, answer.changes) : h('p', { class: 'soft' }, words.story.none)),
    h('section', { class: 'card' }, h('h2', {}, words.story.actions), answer.actions.length > 0 ? actionList(app, answer.actions) : h('p', { class: 'soft' }, words.story.none)));
}

/** @param {App} app @param {any} payment */
function reasonBox({ words }, { attention }) {
  const reason = words.attention[/** @type {keyof typeof words.attention} */ (attention)];
  return reason ? box('note', h('strong', {}, `${reason[0]}. `), reason[1]) : null;
}

const CAN_BE_SET_ASIDE = ['duplicate', 'wrong-mode', 'review', 'seen-at-bank', 'return-failed'];

/** @param {App} app @param {any} answer */
function actionsBar(app, { payment, can }) {
  const { words } = app;
  const verbs = /** @type {const} */ (['refund', 'capture', 'void']);
  const show = (/** @type {any} */ next) => app.go('story', { id: payment.id, story: next });
  const offered = verbs.filter((verb) => can[verb] === null);
  const missing = verbs.filter((verb) => can[verb] === 'UNSUPPORTED' || can[verb] === 'CONFIG');
  return h('div', {},
    h('div', { class: 'buttons' },
      button(words.story.ask, () => simply(app, 'askBank', payment.id, show)),
      ...offered.map((verb) => button(words.story[verb], () => confirmChange(app, verb, payment, show), { class: 'quiet', 'data-verb': verb })),
      CAN_BE_SET_ASIDE.includes(payment.attention) ? button(words.story.setAside, () => simply(app, 'setAside', payment.id, show), { class: 'quiet' }) : null),
    ...missing.map((verb) => h('p', { class: 'soft hint' }, fill(words.story.cannot[/** @type {'UNSUPPORTED' | 'CONFIG'} */ (can[verb])], { verb: words.story[verb] }))));
}

/** What needs no confirmation, because no money moves. @param {App} app @param {'askBank' | 'setAside'} method @param {string} id
 * @param {(story: any) => void} show */
async function simply(app, method, id, show) {
  const { words } = app;
  const answer = await app.ask(method, id);
  if (answer.problem && !answer.state) return app.say(problemText(app, answer));
  const said = { askBank: answer.state === 'unknown' ? words.results.askedUnknown : words.results.asked, setAside: words.results.setAside }[method];
  app.say(answer.state === 'busy' ? words.results.busy : answer.state === 'refused' ? fill(words.results.refused, { reason: problemText(app, answer) }) : said);
  return answer.story && show(answer.story);
}

/** @param {App} app @param {any} answer */
function factsOf(app, { payment, customer }) {
  const { words: { story: words }, language } = app;
  const money = (/** @type {string} */ amount) => price(amount, payment.currency, language);
  const liability = payment.liability === 'merchant' ? words.merchant : payment.liability === 'issuer' ? words.issuer : '';
  return facts([
    [words.order, payment.orderNumber], [words.bankOrder, payment.bankOrderId], [words.account, accountName(app, payment.account)], [words.recorded, momentText(payment.recordedAt, language)],
    [words.amount, money(payment.amount)], [words.charged, payment.charged === payment.amount ? '' : money(payment.charged)], [words.captured, money(payment.captured)], [words.refunded, money(payment.refunded)],
    [words.installments, payment.installments > 1 ? String(payment.installments) : ''], [words.card, payment.maskedPan], [words.authCode, payment.authCode], [words.hostReference, payment.hostReference],
    [words.transactionId, payment.transactionId], [words.threeDS, [payment.mdStatus && `mdStatus ${payment.mdStatus}`, liability].filter(Boolean).join(', ')],
    [words.proof, words.proofs[/** @type {'signature' | 'reply'} */ (payment.proof)] ?? payment.proof], [words.customer, customer ? `${customer.name}, ${customer.email}, ${customer.phone}` : ''],
  ]);
}

/** @param {App} app @param {any[]} events */
function timeline({ words, language }, events) {
  const name = (/** @type {any} */ { what, state }) => {
    const key = what === 'lastQuestion' && state === 'done' ? 'lastQuestionDone' : what;
    return words.events[/** @type {keyof typeof words.events} */ (key)] ?? what;
  };
  return h('ol', { class: 'timeline' }, ...events.map((event) => h('li', {}, h('time', {}, secondText(event.at, language)), h('span', {}, name(event)))));
}

/** @param {App} app @param {any[]} changes */
function changesTable({ words, language }, changes) {
  const { changeKinds, changeStates, changeColumns } = words.story;
  return table(words.story.changes, changeColumns, changes.map(({ at, kind, amount, currency, state, by, why, note }) => [
    momentText(at, language), changeKinds[/** @type {keyof typeof changeKinds} */ (kind)], price(amount, currency, language),
    h('span', {}, changeStates[/** @type {keyof typeof changeStates} */ (state)], note ? h('span', { class: 'soft' }, ` ${note}`) : null), [by, why].filter(Boolean).join(': '),
  ]), ['', '', 'number', '', ''], true);
}

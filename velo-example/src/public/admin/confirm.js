// Refund, void and capture: first how much and why, then once more what will happen, with the amount in the words and on the button. The
// change gets its id when the window opens, so that pressing twice, or again after a lost answer, asks the bank for one change.

import { h } from '../dom.js';
import { accountName, problemText } from './app.js';
import { minor, price, typedAmount } from './format.js';
import { box, button, labelled, valuesOf } from './parts.js';
import { fill } from './texts.js';

/** @typedef {import('./app.js').App} App @typedef {'refund' | 'void' | 'capture'} Verb */

const METHODS = { refund: 'refund', void: 'voidPayment', capture: 'capture' };

/** @param {App} app @param {Verb} verb @param {any} payment @param {(story: any) => void} done */
export function confirmChange(app, verb, payment, done) {
  const id = crypto.randomUUID().replace(/-/g, '');
  const title = app.words.confirm[/** @type {const} */ ({ refund: 'refundTitle', void: 'voidTitle', capture: 'captureTitle' })[verb]];
  const place = h('div', {});
  const dialog = app.open(h('div', { class: 'confirm' }, h('h2', { tabindex: '-1' }, title), place));
  const close = () => dialog.close();
  const show = (/** @type {HTMLElement} */ content, /** @type {string} */ focus) => {
    place.replaceChildren(content);
    /** @type {HTMLElement | null} */ (place.querySelector(focus))?.focus();
  };
  const askFirst = () => show(wishForm(app, verb, payment, close, (wish) => show(lastStep(app, verb, payment, { ...wish, id }, askFirst, (answer) => {
    close();
    if (answer.story) done(answer.story);
  }), '[data-yes]')), 'input');
  askFirst();
}

/** How much, and why. @param {App} app @param {Verb} verb @param {any} payment @param {() => void} close
 * @param {(wish: { amount?: string, why: string }) => void} go */
function wishForm({ words, language }, verb, payment, close, go) {
  const most = verb === 'capture' ? payment.amount : payment.left;
  const input = h('input', { name: 'amount', inputmode: 'decimal', autocomplete: 'off', required: true, value: language === 'tr' ? most.replace('.', ',') : most, 'aria-describedby': 'amount-problem' });
  const problem = h('p', { class: 'error', id: 'amount-problem', role: 'alert' });
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { amount: typed = '', why = '' } = valuesOf(/** @type {Element} */ (event.currentTarget));
    if (verb === 'void') return go({ why });
    const amount = typedAmount(typed, payment.currency);
    const wrong = amount === null || minor(amount) === 0n ? fill(words.confirm.badAmount, { example: language === 'tr' ? '49,90' : '49.90' })
      : minor(amount) > minor(most) ? fill(words.confirm.tooMuch, { most: price(most, payment.currency, language) }) : '';
    problem.textContent = wrong;
    input.setAttribute('aria-invalid', String(wrong !== ''));
    if (wrong === '' && amount !== null) go({ amount, why });
    return undefined;
  };
  return h('form', { novalidate: true, onsubmit: submit },
    verb === 'void' ? null : labelled(fill(words.confirm.amount, { currency: payment.currency }), input), verb === 'void' ? null : problem,
    labelled(words.confirm.why, h('input', { name: 'why', maxlength: 300, autocomplete: 'off' })),
    h('div', { class: 'buttons' }, h('button', { type: 'submit' }, words.confirm.go), button(words.confirm.cancel, close, { class: 'quiet' })));
}

/** What will happen, in so many words. @param {App} app @param {Verb} verb @param {any} payment @param {{ id: string, amount?: string, why: string }} wish
 * @param {() => void} back @param {(answer: any) => void} end */
function lastStep(app, verb, payment, wish, back, end) {
  const { words } = app;
  const status = h('p', { role: 'status' });
  const buttons = h('div', { class: 'buttons' });
  const send = async () => {
    buttons.hidden = true;
    status.textContent = words.confirm.sending;
    const answer = await app.ask(METHODS[verb], payment.id, wish);
    buttons.hidden = false;
    if (answer.problem === 'connection') {
      status.textContent = words.results.lost;
      return /** @type {HTMLElement | null} */ (buttons.querySelector('[data-yes]'))?.focus();
    }
    app.say(resultText(app, answer));
    return end(answer);
  };
  const yes = /** @type {const} */ ({ refund: 'yesRefund', void: 'yesVoid', capture: 'yesCapture' })[verb];
  buttons.append(
    button(fill(words.confirm[yes], { amount: amountText(app, verb, payment, wish) }), send, { class: verb === 'capture' ? null : 'danger', 'data-yes': true }),
    button(words.back, back, { class: 'quiet' }));
  return h('div', {}, h('p', {}, h('strong', {}, words.confirm.sure)), box('note', consequence(app, verb, payment, wish)), status, buttons);
}

/** @param {App} app @param {Verb} verb @param {any} payment @param {{ amount?: string }} wish */
function amountText({ language }, verb, payment, { amount }) {
  const whole = payment.standing === 'authorized' ? payment.amount : payment.captured;
  return price(verb === 'void' ? whole : amount, payment.currency, language);
}

/** @param {App} app @param {Verb} verb @param {any} payment @param {{ amount?: string }} wish */
function consequence(app, verb, payment, wish) {
  const { words: { confirm }, language } = app;
  const isReserved = payment.standing === 'authorized';
  const isAll = verb === 'refund' && wish.amount === payment.left;
  const text = verb === 'refund' ? isAll ? confirm.refundAll : confirm.refund : verb === 'capture' ? confirm.capture : isReserved ? confirm.voidReserved : confirm.void;
  const rest = verb === 'refund' ? decimal(minor(payment.left) - minor(wish.amount ?? '0'), payment.left) : '';
  return fill(text, { bank: accountName(app, payment.account), amount: amountText(app, verb, payment, wish), rest: rest && price(rest, payment.currency, language) });
}

/** @param {bigint} amount @param {string} like an amount of the same currency */
function decimal(amount, like) {
  const decimals = like.split('.')[1]?.length ?? 0;
  const digits = String(amount).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** @param {App} app @param {any} answer */
function resultText(app, answer) {
  const { words: { results }, language } = app;
  const reason = answer.decline?.message?.[language] ?? '';
  const bank = [answer.decline?.bankCode, answer.decline?.bankMessage].filter(Boolean).join(' ');
  switch (answer.state) {
    case 'done': return results.done;
    case 'declined': return fill(results.declined, { reason: [reason, bank && `(${bank})`].filter(Boolean).join(' ') });
    case 'unknown': return results.unknown;
    case 'busy': return results.busy;
    default: return fill(results.refused, { reason: answer.problem ? problemText(app, answer) : '' });
  }
}

// <velopos-pay>: what is due of an order, and the button that pays it.
//
//   lang    'tr' | 'en'
//   due     JSON of orderDue(): { number, amount, currency, test }, or null when there is nothing to pay
//   answer  JSON of what became of 'pay': { url } or { problem }
//   events  pay

import { h, jsonAttribute } from '../dom.js';
import { priceText } from '../price.js';
import { SHARED } from '../style.js';
import { texts } from '../texts.js';

const STYLE = `${SHARED}
.card { max-width: 34rem; margin: 0 auto; text-align: center; padding: 2rem 1.25rem; }
dl { display: grid; grid-template-columns: auto auto; justify-content: center; gap: .25rem 1rem; margin: 1.25rem 0; text-align: left; }
dt { color: var(--soft); } dd { margin: 0; font-weight: 600; }
.note, .problem { margin-top: 1rem; } .going { margin-top: 1rem; }
.buttons { justify-content: center; margin-top: 1.5rem; }
`;

/** @typedef {{ number: string, amount: string, currency: string, test: boolean }} Due */

class VeloposPay extends HTMLElement {
  static observedAttributes = ['lang', 'due', 'answer'];

  #root = this.attachShadow({ mode: 'open' });

  connectedCallback() {
    this.#render();
    addEventListener('pageshow', this.#wake);
  }

  disconnectedCallback() {
    removeEventListener('pageshow', this.#wake);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#render();
  }

  /** Back from the bank's page by the Back button: the browser may show the page as it was left. @param {PageTransitionEvent} event */
  #wake = (event) => {
    if (event.persisted) this.removeAttribute('answer');
  };

  /** @returns {'tr' | 'en'} */
  get #language() {
    return this.getAttribute('lang') === 'en' ? 'en' : 'tr';
  }

  #render() {
    this.#root.replaceChildren(h('style', {}, STYLE), h('section', { class: 'card' }, ...this.#content()));
  }

  #content() {
    const { pay, problems } = texts[this.#language];
    const { problem } = jsonAttribute(this, 'answer') ?? {};
    const alert = problem ? h('p', { class: 'problem', role: 'alert' }, problems[problem] ?? problems.connection) : null;
    if (!this.hasAttribute('due')) return [h('h1', {}, pay.title), alert ?? h('p', { role: 'status' }, pay.loading)];
    /** @type {Due | null} */
    const due = jsonAttribute(this, 'due');
    if (!due) return [h('h1', {}, pay.none), h('p', {}, pay.noneText)];
    return [h('h1', {}, pay.title), this.#facts(due), alert, ...this.#way(due)];
  }

  /** @param {Due} due */
  #facts({ number, amount, currency, test }) {
    const { result, shop } = texts[this.#language];
    return h('div', {},
      h('dl', {},
        h('dt', {}, result.order), h('dd', { class: 'order' }, number),
        h('dt', {}, result.amount), h('dd', { class: 'amount' }, priceText(amount, currency, this.#language))),
      test ? h('p', { class: 'note' }, shop.test) : null);
  }

  /** @param {Due} due */
  #way({ amount, currency }) {
    const { shop } = texts[this.#language];
    const { url } = jsonAttribute(this, 'answer') ?? {};
    if (url) return [h('p', { class: 'going', role: 'status' }, `${shop.going} `, h('a', { href: url, target: '_top' }, shop.goNow))];
    const button = h('button', { type: 'button', onclick: () => this.#pay(button) }, shop.pay(priceText(amount, currency, this.#language)));
    return [h('div', { class: 'buttons' }, button)];
  }

  /** @param {HTMLElement} button */
  #pay(button) {
    button.setAttribute('disabled', '');
    button.setAttribute('aria-busy', 'true');
    this.dispatchEvent(new CustomEvent('pay', { bubbles: true, detail: {} }));
  }
}

customElements.define('velopos-pay', VeloposPay);

// <velopos-result>: how a payment went.
//
//   lang      'tr' | 'en'
//   standing  JSON of paymentState(): { state, orderNumber, amount, currency, test, message, canTryAgain }
//   watching  'true' while the page goes on asking
//   problem   why 'retry' did not work
//   shop-url  where the shop is
//   events    retry (a new attempt), continue (go to the bank), check (ask again)

import { h, jsonAttribute, svg } from '../dom.js';
import { priceText } from '../price.js';
import { SHARED } from '../style.js';
import { texts } from '../texts.js';

const STYLE = `${SHARED}
.card { max-width: 34rem; margin: 0 auto; text-align: center; padding: 2rem 1.25rem; }
.sign { width: 4rem; height: 4rem; margin: 0 auto 1rem; display: block;
  fill: none; stroke: currentColor; stroke-width: 3; stroke-linecap: round; stroke-linejoin: round; }
.good .sign { color: var(--good); } .bad .sign { color: var(--bad); } .calm .sign { color: var(--warn); }
.busy .sign .hand { transform-origin: 32px 32px; animation: turn 1.6s linear infinite; }
@keyframes turn { to { transform: rotate(360deg); } }
dl { display: grid; grid-template-columns: auto auto; justify-content: center; gap: .25rem 1rem; margin: 1.25rem 0;
  text-align: left; }
dt { color: var(--soft); } dd { margin: 0; font-weight: 600; }
.note { margin: 1rem 0 0; } .problem { margin-top: 1rem; }
.buttons { justify-content: center; margin-top: 1.5rem; }
.buttons:empty { display: none; }
`;

/**
 * @typedef {{ state: string, orderNumber?: string, amount?: string, currency?: string, test?: boolean,
 *   message?: { tr: string, en: string } | null, canTryAgain?: boolean }} View
 * @typedef {[string, Record<string, string>]} Shape
 */

/** @type {Shape} */
const RING = ['circle', { cx: '32', cy: '32', r: '28' }];
/** @type {Record<'good' | 'bad' | 'calm', Shape[]>} */
const SIGNS = {
  good: [RING, ['path', { d: 'm20 33 8 8 17-18' }]],
  bad: [RING, ['path', { d: 'M32 18v18m0 9v1' }]],
  calm: [RING, ['path', { d: 'M32 16v16', class: 'hand' }], ['path', { d: 'm32 32 9 6' }]],
};

const GOOD = ['paid', 'reserved'];
const CALM = ['pending', 'new', 'checking', 'expired'];

class VeloposResult extends HTMLElement {
  static observedAttributes = ['lang', 'standing', 'watching', 'problem'];

  #root = this.attachShadow({ mode: 'open' });
  #shown = '';

  connectedCallback() {
    this.#root.replaceChildren(h('style', {}, STYLE), h('section', { role: 'status', 'aria-live': 'polite' }));
    this.#render();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#render();
  }

  /** Only when something has changed: a live region that is rewritten is read out again. */
  #render() {
    const view = this.#view();
    const key = JSON.stringify([this.getAttribute('lang'), this.getAttribute('problem'), view]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#root.querySelector('section')?.replaceChildren(this.#card(view));
  }

  /** @returns {View} */
  #view() {
    const standing = jsonAttribute(this, 'standing');
    const open = !standing || standing.state === 'pending';
    const state = open && this.getAttribute('watching') !== 'false' ? 'checking' : standing?.state ?? 'pending';
    return { ...standing, state };
  }

  /** @param {View} view */
  #card(view) {
    const language = this.getAttribute('lang') === 'en' ? 'en' : 'tr';
    const words = texts[language];
    const kind = GOOD.includes(view.state) ? 'good' : CALM.includes(view.state) ? 'calm' : 'bad';
    const problem = this.getAttribute('problem');
    return h('article', { class: `card ${kind}${view.state === 'checking' ? ' busy' : ''}`, 'data-state': view.state },
      svg('svg', { class: 'sign', viewBox: '0 0 64 64', 'aria-hidden': 'true' }, ...SIGNS[kind].map((shape) => svg(...shape))),
      h('h1', {}, words.result[view.state] ?? words.result.pending),
      h('p', { class: 'text' }, this.#explanation(view, words.result, language)),
      view.orderNumber ? this.#facts(view, words.result, language) : null,
      view.test ? h('p', { class: 'note' }, words.shop.test) : null,
      problem ? h('p', { class: 'problem', role: 'alert' }, words.problems[problem] ?? words.problems.connection) : null,
      this.#buttons(view, words.result, language));
  }

  /** @param {View} view @param {Record<string, string>} words @param {'tr' | 'en'} language */
  #explanation(view, words, language) {
    if (view.state === 'declined' && view.message) return view.message[language];
    return words[`${view.state}Text`] ?? words.pendingText;
  }

  /** @param {View} view @param {Record<string, string>} words @param {'tr' | 'en'} language */
  #facts({ orderNumber = '', amount = '', currency = '' }, words, language) {
    return h('dl', {},
      h('dt', {}, words.order), h('dd', { class: 'order' }, orderNumber),
      h('dt', {}, words.amount), h('dd', {}, priceText(amount, currency, language)));
  }

  /** @param {View} view @param {Record<string, string>} words @param {'tr' | 'en'} language */
  #buttons(view, words, language) {
    /** @type {(event: string, text: string) => HTMLElement} */
    const button = (event, text) =>
      h('button', { type: 'button', 'data-event': event, onclick: () => this.#emit(event) }, text);
    return h('div', { class: 'buttons' },
      view.canTryAgain ? button('retry', words.again) : null,
      view.state === 'new' ? button('continue', words.goOn) : null,
      view.state === 'pending' ? button('check', words.check) : null,
      view.state === 'checking' ? null : h('a', { class: 'button quiet', href: this.#shopUrl(language) }, words.back));
  }

  /** @param {'tr' | 'en'} language */
  #shopUrl(language) {
    const url = this.getAttribute('shop-url') ?? '/';
    return language === 'en' ? `${url}?lang=en` : url;
  }

  /** @param {string} name */
  #emit(name) {
    this.removeAttribute('problem');
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: {} }));
  }
}

customElements.define('velopos-result', VeloposResult);

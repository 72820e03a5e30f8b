// <velopos-shop>: the products, and a small form to buy one of them.
//
//   lang      'tr' | 'en'
//   catalog   JSON of listProducts(): { products, methods }
//   answer    JSON of what came of 'pay': { url } when the browser is on its way, or { problem, fields }
//   event     pay   { productId, method, customer: { name, email, phone } }
//
// It computes no amount and sends none: the page tells the backend which product, and the backend knows its price.

import { h, jsonAttribute } from '../dom.js';
import { picture } from '../pictures.js';
import { priceText } from '../price.js';
import { SHARED } from '../style.js';
import { texts } from '../texts.js';

const STYLE = `${SHARED}
.grid { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
.product { display: flex; flex-direction: column; gap: .35rem; height: 100%; }
.product svg { width: 100%; height: 9rem; background: #f6f1ea; border-radius: 10px; margin-bottom: .5rem; }
.product .price { font-size: 1.25rem; font-weight: 700; margin-top: auto; padding-top: .5rem; }
.product button { width: 100%; }
.note { margin-bottom: 1rem; }
.checkout { max-width: 32rem; margin: 0 auto; }
.summary { display: flex; justify-content: space-between; gap: 1rem; padding: .75rem 0; margin: .5rem 0 1rem;
  border-block: 1px solid var(--line); }
.summary strong { white-space: nowrap; }
form { display: grid; gap: 1rem; }
.field label, legend { display: block; font-weight: 600; margin-bottom: .25rem; }
input:not([type=radio]) { font: inherit; width: 100%; min-height: 48px; padding: .6rem .8rem; border: 1px solid #7b8794;
  border-radius: 10px; background: #fff; color: inherit; }
input[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
.hint { color: var(--soft); font-size: .9rem; }
.error { color: var(--bad); font-size: .95rem; }
.field p { margin-top: .35rem; }
fieldset { border: 0; margin: 0; padding: 0; }
legend { padding: 0; }
.methods { display: grid; gap: .5rem; margin-top: .5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr)); }
.method { display: flex; align-items: center; gap: .7rem; min-height: 48px; padding: .4rem .8rem; cursor: pointer;
  border: 1px solid var(--line); border-radius: 10px; }
.method:has(:checked) { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.method input { flex: none; width: 1.25rem; height: 1.25rem; accent-color: var(--accent); margin: 0; }
.buttons button { flex: 1 1 8rem; }
.buttons button[type=submit] { flex: 3 1 12rem; }
`;

/**
 * @typedef {{ tr: string, en: string }} Words
 * @typedef {{ id: string, name: Words, description: Words, price: string, currency: string, picture: string, reserve?: boolean }} Product
 * @typedef {{ name: string, gateway: string, test: boolean, takesCard: boolean, reserves: boolean }} Method
 * @typedef {{ products: Product[], methods: Method[] }} Catalog
 */

const FIELDS = [
  { key: 'name', type: 'text', autocomplete: 'name', maxlength: 60 },
  { key: 'email', type: 'email', autocomplete: 'email', maxlength: 100 },
  { key: 'phone', type: 'tel', autocomplete: 'tel', maxlength: 20 },
];

/** Money that is only reserved needs a bank that can. @param {Product} product @param {Catalog} catalog */
function waysToPay(product, { methods }) {
  return product.reserve ? methods.filter(({ reserves }) => reserves) : methods;
}

class VeloposShop extends HTMLElement {
  static observedAttributes = ['lang', 'catalog', 'answer'];

  #root = this.attachShadow({ mode: 'open' });
  /** @type {Product | null} the one that is being bought */
  #product = null;

  connectedCallback() {
    this.#render();
    addEventListener('pageshow', this.#wake);
  }

  disconnectedCallback() {
    removeEventListener('pageshow', this.#wake);
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (!this.isConnected) return;
    if (name === 'answer') this.#showAnswer();
    else this.#render();
  }

  /** Back from the bank's page by the Back button: the browser may show the page as it was left, with a button that waits.
   * @param {PageTransitionEvent} event */
  #wake = (event) => {
    if (!event.persisted) return;
    this.#wait(false);
    this.#say('.going', '');
  };

  /** @returns {'tr' | 'en'} */
  get #language() {
    return this.getAttribute('lang') === 'en' ? 'en' : 'tr';
  }

  get #texts() {
    return texts[this.#language];
  }

  #render() {
    /** @type {Catalog | null} */
    const catalog = jsonAttribute(this, 'catalog');
    const content = catalog && this.#product ? this.#checkout(this.#product, waysToPay(this.#product, catalog)) : this.#products(catalog);
    this.#root.replaceChildren(h('style', {}, STYLE), content);
    if (!catalog) this.#showAnswer();
  }

  /** @param {string} selector @returns {any} */
  #find(selector) {
    return this.#root.querySelector(selector);
  }

  // ---- the products

  /** @param {Catalog | null} catalog */
  #products(catalog) {
    const { shop } = this.#texts;
    return h('section', {},
      h('h1', { tabindex: '-1' }, shop.title),
      this.#testNote(catalog?.methods ?? []),
      h('p', { class: 'problem', role: 'alert', hidden: true }),
      catalog
        ? h('ul', { class: 'grid' }, ...catalog.products.map((product) => h('li', {}, this.#card(product))))
        : h('p', { class: 'loading', role: 'status' }, shop.loading));
  }

  /** @param {Product} product */
  #card(product) {
    const { shop } = this.#texts;
    const name = product.name[this.#language];
    return h('article', { class: 'card product' },
      picture(product.picture),
      h('h2', {}, name),
      h('p', { class: 'soft' }, product.description[this.#language]),
      h('p', { class: 'price' }, this.#price(product)),
      product.reserve ? h('p', { class: 'hint' }, shop.reserve) : null,
      h('button', {
        type: 'button', 'data-product': product.id, 'aria-label': shop.buyNamed(name), onclick: () => this.#choose(product),
      }, shop.buy));
  }

  /** @param {Product} product */
  #price(product) {
    return priceText(product.price, product.currency, this.#language);
  }

  /** @param {Method[]} methods */
  #testNote(methods) {
    return methods.some(({ test }) => test) ? h('p', { class: 'note' }, this.#texts.shop.test) : null;
  }

  /** @param {Product} product */
  #choose(product) {
    this.#product = product;
    this.#render();
    this.#find('h1').focus();
    this.#find('h1').scrollIntoView({ block: 'nearest' });
  }

  #leave() {
    const left = this.#product;
    this.#product = null;
    this.#render();
    this.#find(`[data-product="${CSS.escape(left?.id ?? '')}"]`)?.focus();
  }

  // ---- the form

  /** @param {Product} product @param {Method[]} methods */
  #checkout(product, methods) {
    const { shop } = this.#texts;
    return h('section', { class: 'card checkout' },
      h('h1', { tabindex: '-1' }, shop.checkout),
      this.#testNote(methods),
      h('p', { class: 'summary' }, product.name[this.#language], h('strong', {}, this.#price(product))),
      product.reserve ? h('p', { class: 'hint note' }, shop.reserve) : null,
      methods.length > 0 ? this.#form(product, methods) : this.#noWay());
  }

  /** Nothing here can pay for it. */
  #noWay() {
    return h('div', {},
      h('p', { class: 'problem', role: 'alert' }, this.#texts.problems.method),
      h('button', { type: 'button', class: 'quiet', onclick: () => this.#leave() }, this.#texts.shop.cancel));
  }

  /** @param {Product} product @param {Method[]} methods */
  #form(product, methods) {
    const { shop } = this.#texts;
    return h('form', { novalidate: true, onsubmit: (/** @type {SubmitEvent} */ event) => this.#submit(event) },
      ...FIELDS.map((field) => this.#field(field)),
      methods.length > 1 ? this.#methods(methods) : h('input', { type: 'hidden', name: 'method', value: methods[0].name }),
      h('p', { class: 'problem', role: 'alert', hidden: true }),
      h('div', { class: 'buttons' },
        h('button', { type: 'submit' }, shop.pay(this.#price(product))),
        h('button', { type: 'button', class: 'quiet', onclick: () => this.#leave() }, shop.cancel)),
      h('p', { class: 'going', role: 'status', hidden: true }),
      h('p', { class: 'hint way', 'aria-live': 'polite' }, this.#wayOfCard(methods[0])));
  }

  /** @param {typeof FIELDS[number]} field */
  #field({ key, type, autocomplete, maxlength }) {
    const { shop } = this.#texts;
    const hint = shop[`${key}Hint`];
    const described = `${key}-error${hint ? ` ${key}-hint` : ''}`;
    return h('div', { class: 'field' },
      h('label', { for: key }, shop[key]),
      h('input', { id: key, name: key, type, autocomplete, maxlength, required: true, 'aria-describedby': described }),
      hint ? h('p', { class: 'hint', id: `${key}-hint` }, hint) : null,
      h('p', { class: 'error', id: `${key}-error`, hidden: true }));
  }

  /** @param {Method[]} methods */
  #methods(methods) {
    const { shop, methods: names } = this.#texts;
    const option = (/** @type {Method} */ method, /** @type {number} */ index) => h('label', { class: 'method' },
      h('input', {
        type: 'radio', name: 'method', value: method.name, checked: index === 0, onchange: () => this.#say('.way', this.#wayOfCard(method)),
      }),
      names[method.gateway] ?? names.card);
    return h('fieldset', {}, h('legend', {}, shop.method), h('p', { class: 'hint' }, shop.anyCard),
      h('div', { class: 'methods' }, ...methods.map(option)));
  }

  /** What becomes of the card's details. @param {Method} method */
  #wayOfCard({ takesCard }) {
    return takesCard ? this.#texts.shop.passesCard : this.#texts.shop.safe;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const values = new FormData(form);
    const customer = Object.fromEntries(FIELDS.map(({ key }) => [key, String(values.get(key)).trim()]));
    const wrong = FIELDS.map(({ key }) => key).filter((key) => !this.#find(`#${key}`).checkValidity() || customer[key] === '');
    this.#markFields(wrong);
    if (wrong.length > 0) return;
    this.#wait(true);
    const method = values.get('method') ?? undefined;
    this.dispatchEvent(new CustomEvent('pay', { bubbles: true, detail: { productId: this.#product?.id, method, customer } }));
  }

  /** @param {string[]} wrong */
  #markFields(wrong) {
    for (const { key } of FIELDS) {
      const bad = wrong.includes(key);
      this.#find(`#${key}`).setAttribute('aria-invalid', String(bad));
      this.#say(`#${key}-error`, bad ? this.#texts.fields[key] : '');
    }
    if (wrong.length > 0) this.#find(`#${wrong[0]}`).focus();
  }

  /** @param {boolean} waiting */
  #wait(waiting) {
    const button = this.#find('button[type=submit]');
    if (!button) return;
    button.disabled = waiting;
    button.setAttribute('aria-busy', String(waiting));
    if (waiting) this.#say('.problem', '');
  }

  #showAnswer() {
    const answer = jsonAttribute(this, 'answer');
    if (!answer) return;
    if (answer.url) return this.#showWay(answer.url);
    this.#wait(false);
    this.#say('.loading', '');
    this.#say('.problem', this.#texts.problems[answer.problem] ?? this.#texts.problems.connection);
    if (answer.fields && this.#product) this.#markFields(answer.fields);
  }

  /** @param {string} url */
  #showWay(url) {
    const { shop } = this.#texts;
    const line = this.#find('.going');
    if (!line) return;
    line.replaceChildren(`${shop.going} `, h('a', { href: url, target: '_top' }, shop.goNow));
    line.hidden = false;
  }

  /** @param {string} selector @param {string} text */
  #say(selector, text) {
    const line = this.#find(selector);
    if (!line) return;
    line.textContent = text;
    line.hidden = text === '';
  }
}

customElements.define('velopos-shop', VeloposShop);

// Wix Pay's dialog. The provider's page opens in a window of its own, because it leaves the site, and page code has to be there
// when the buyer comes back.

import { WORDS } from './wix-pay-words.js';

const FIELDS = [
  ['firstName', 'text', 'given-name'], ['lastName', 'text', 'family-name'], ['email', 'email', 'email'], ['phone', 'tel', 'tel'],
];

const FINAL = ['Successful', 'Failed', 'Cancelled'];
const POLL_MS = 700;

const language = () => (document.documentElement.lang === 'en' ? 'en' : 'tr');

export class PayDialog {
  /** @param {object} about what the host knows of the payment @param {(result: object) => void} resolve is called once */
  constructor(about, options, service, resolve) {
    Object.assign(this, { about, options, service, words: WORDS[language()], paymentId: about.payment.id });
    this.settle = (result) => {
      resolve(result);
      this.settle = () => {};
    };
    this.node = element('dialog', { class: 'wix-pay', 'aria-labelledby': 'wix-pay-title' });
    this.node.addEventListener('close', () => this.closed());
  }

  show() {
    this.node.append(element('style', {}, STYLE), this.form());
    document.body.append(this.node);
    this.node.showModal();
  }

  // --- the form ---

  form() {
    const { words, about } = this;
    const form = element('form', {}, this.heading(), this.items());
    if (!this.skipsUserInfo()) form.append(...FIELDS.map((field) => this.input(...field)));
    const link = this.options.termsAndConditionsLink;
    if (link) form.append(line({ type: 'checkbox', name: 'terms', required: '' }, outside(link, words.terms)));
    form.append(about.method ? this.method() : element('p', { role: 'alert' }, words.none));
    const pay = about.method ? [element('button', { type: 'submit' }, words.pay)] : [];
    form.append(element('div', { class: 'row' }, ...pay, this.closing(words.cancel)));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.pay(new FormData(form));
    };
    return form;
  }

  heading() {
    return element('h2', { id: 'wix-pay-title' }, this.words.title);
  }

  items() {
    const { items, amount, currency } = this.about.payment;
    const money = (value) => new Intl.NumberFormat(language(), { style: 'currency', currency }).format(value);
    const rows = items.map(({ name, quantity, price }) => element('li', {}, `${quantity} × ${name} · ${money(price)}`));
    const total = element('p', { class: 'total' }, `${this.words.total}: ${money(amount)}`);
    return element('div', {}, element('ul', {}, ...rows), total);
  }

  skipsUserInfo() {
    return this.options.skipUserInfoPage === true && this.about.userInfo !== null;
  }

  input(name, type, autocomplete) {
    const value = (this.options.userInfo ?? this.about.userInfo)?.[name] ?? '';
    const must = name !== 'phone' && { required: '' };
    return element('label', {}, this.words[name], element('input', { name, type, autocomplete, value, ...must }));
  }

  method() {
    const choice = line({ type: 'radio', name: 'method', value: 'provider', checked: '' }, this.about.method);
    return element('fieldset', {}, element('legend', {}, this.words.method), choice);
  }

  closing(text) {
    const button = element('button', { type: 'button', class: 'quiet' }, text);
    button.onclick = () => this.node.close();
    return button;
  }

  userInfo(form) {
    if (this.skipsUserInfo()) return this.about.userInfo;
    return Object.fromEntries(FIELDS.map(([name]) => [name, form.get(name) || null]));
  }

  // --- paying ---

  async pay(form) {
    // The window is opened while the click still counts; where it goes is known a moment later.
    this.window = window.open('', '_blank');
    try {
      const { redirectUrl } = await this.service('start', { paymentId: this.paymentId, userInfo: this.userInfo(form), language: language() });
      this.started = true;
      this.redirected = Boolean(redirectUrl);
      if (redirectUrl) this.go(redirectUrl);
      else this.window?.close();
      this.say(this.words.waiting, redirectUrl);
      this.poll();
    } catch (error) {
      this.window?.close();
      this.say(`${this.words.error}: ${error.message}`);
    }
  }

  /** The provider's page must not reach back into this one. */
  go(address) {
    if (!this.window) return;
    this.window.opener = null;
    this.window.location.href = address;
  }

  async poll() {
    const result = await this.service('result', { paymentId: this.paymentId });
    if (this.isOver(result)) this.finish(result);
    else setTimeout(() => this.poll(), POLL_MS);
  }

  /** The event may be a few moments behind the browser. */
  isOver({ status }) {
    if (FINAL.includes(status) || !this.node.open) return true;
    if (this.redirected && !this.window?.closed) return false;
    this.patience = (this.patience ?? 6) - 1;
    return this.patience === 0;
  }

  finish(result) {
    if (this.options.showThankYouPage === false) this.node.close();
    else this.say(this.words[result.status] ?? result.status);
    this.settle(result);
  }

  say(text, address) {
    const link = address ? [element('p', {}, outside(address, this.words.open))] : [];
    const row = element('div', { class: 'row' }, this.closing(this.words.close));
    this.node.querySelector('form').replaceChildren(this.heading(), element('p', { role: 'status' }, text), ...link, row);
  }

  /** Closed by the buyer: cancelled if nothing had begun, else whatever is known. */
  async closed() {
    this.node.remove();
    const result = await this.service('result', { paymentId: this.paymentId });
    this.settle(this.started ? result : { ...result, status: 'Cancelled' });
  }
}

function element(tag, attributes, ...content) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...content);
  return node;
}

const line = (attributes, label) => element('label', { class: 'line' }, element('input', attributes), label);
const outside = (href, text) => element('a', { href, target: '_blank', rel: 'noopener' }, text);

const STYLE = `
.wix-pay {
  width: min(26rem, calc(100vw - 2rem)); padding: 1.25rem 1.4rem; border: 1px solid var(--line, #ccc); border-radius: .8rem;
  background: var(--paper, #fff); color: inherit;
}
.wix-pay::backdrop { background: rgb(0 0 0 / .5); }
.wix-pay form { display: grid; gap: .75rem; }
.wix-pay h2 { margin: 0; font-size: 1.2rem; }
.wix-pay ul { margin: 0; padding-left: 1.1rem; }
.wix-pay .total { margin: .3rem 0 0; font-weight: 700; }
.wix-pay label { display: grid; gap: .2rem; font-size: .9rem; }
.wix-pay label.line { display: flex; gap: .5rem; align-items: center; }
.wix-pay fieldset { border: 1px solid var(--line, #ccc); border-radius: .4rem; margin: 0; }
.wix-pay input:not([type=radio], [type=checkbox]) {
  padding: .5rem .6rem; border: 1px solid var(--edge, #7b8794); border-radius: .4rem; background: var(--ground, #fff); color: inherit; font: inherit;
}
.wix-pay .row { display: flex; gap: .6rem; }
.wix-pay button {
  padding: .55rem 1.1rem; border: 1px solid var(--mark, #0b5cad); border-radius: .4rem; background: var(--mark, #0b5cad);
  color: var(--paper, #fff); font: inherit; font-weight: 600; cursor: pointer;
}
.wix-pay button.quiet { background: none; color: var(--mark, #0b5cad); }
`;

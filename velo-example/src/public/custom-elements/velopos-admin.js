// <velopos-admin>: what waits for the owner, the payments, and the site's books beside the bank's.
//
//   lang      'tr' | 'en'
//   ready     set when the page's code listens
//   answer    JSON of what came of an 'ask': { id, result } or { id, failed: true }
//   event     ask   { id, method, args }: a method of backend/admin.web.js
//
// It decides nothing and knows nothing by itself: whether somebody may ask, the backend says, every time.

import { h, jsonAttribute } from '../dom.js';
import { importing } from '../admin/importing.js';
import { overview } from '../admin/overview.js';
import { payments } from '../admin/payments.js';
import { reconciliation } from '../admin/reconciliation.js';
import { story } from '../admin/story.js';
import { STYLE } from '../admin/style.js';
import { texts } from '../admin/texts.js';

/** @typedef {import('../admin/app.js').App} App @typedef {import('../admin/app.js').ViewName} ViewName */

/** @type {Record<ViewName, (app: App, about?: any) => Promise<HTMLElement>>} */
const VIEWS = { overview, payments, story, reconciliation, importing };
const TABS = /** @type {const} */ (['overview', 'payments', 'reconciliation', 'importing']);
const SAID_FOR = 10_000;

class VeloposAdmin extends HTMLElement {
  static observedAttributes = ['lang', 'ready', 'answer'];

  #root = this.attachShadow({ mode: 'open' });
  /** @type {Map<number, (answer: any) => void>} */
  #waiting = new Map();
  #asked = 0;
  #shown = 0;
  /** @type {{ name: ViewName, about: any }} */
  #view = { name: 'overview', about: undefined };
  /** @type {App['accounts']} */
  #accounts = [];

  connectedCallback() {
    this.#frame();
    if (this.hasAttribute('ready')) this.#begin();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (!this.isConnected) return;
    if (name === 'answer') this.#receive(jsonAttribute(this, 'answer'));
    else if (name === 'lang') this.#frame();
    if (name !== 'answer' && this.hasAttribute('ready')) this.#begin();
  }

  // ---- what the views are given

  /** @returns {App} */
  get #app() {
    const language = this.getAttribute('lang') === 'en' ? 'en' : 'tr';
    return {
      language, words: texts[language], accounts: this.#accounts, ask: (method, ...args) => this.#ask(method, args), go: (name, about) => this.#go(name, about),
      say: (text) => this.#say(text), open: (content) => this.#open(content),
    };
  }

  /** @param {string} method @param {unknown[]} args @returns {Promise<any>} */
  #ask(method, args) {
    const id = this.#asked += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.dispatchEvent(new CustomEvent('ask', { bubbles: true, detail: { id, method, args } }));
    });
  }

  /** @param {{ id: number, result?: any, failed?: boolean } | null} answer */
  #receive(answer) {
    const resolve = answer && this.#waiting.get(answer.id);
    if (!answer || !resolve) return;
    this.#waiting.delete(answer.id);
    resolve(answer.failed ? { problem: 'connection' } : answer.result);
  }

  // ---- the page

  #frame() {
    const { words } = this.#app;
    const tab = (/** @type {typeof TABS[number]} */ name) => h('button', { type: 'button', 'data-view': name, onclick: () => this.#go(name) }, words.nav[name]);
    this.#root.replaceChildren(h('style', {}, STYLE),
      h('nav', { class: 'bar', 'aria-label': words.navLabel }, ...TABS.map(tab)),
      h('main', {}, h('p', { class: 'progress', role: 'status' }, words.loading)),
      h('p', { class: 'toast', role: 'status', 'aria-live': 'polite' }));
  }

  async #begin() {
    const answer = await this.#ask('overview', [{}]);
    this.#find('nav').hidden = answer.problem === 'connection';
    if (answer.problem === 'connection') return this.#find('main').replaceChildren(h('p', { class: 'problem', role: 'alert' }, this.#app.words.signIn));
    this.#accounts = answer.accounts ?? [];
    const { name, about } = this.#view;
    return this.#go(name, name === 'overview' && !about ? { answer } : about);
  }

  /** Shows a view when it is there; whoever has chosen another one in the meantime gets that. @param {ViewName} name @param {any} [about] */
  async #go(name, about) {
    if (name !== this.#view.name) this.#find('.toast').textContent = '';   // it was about the view before
    this.#view = { name, about };
    const turn = this.#shown += 1;
    this.#markTab(name);
    this.#find('main').setAttribute('aria-busy', 'true');
    const content = await VIEWS[name](this.#app, about);
    if (turn !== this.#shown) return;
    this.#find('main').removeAttribute('aria-busy');
    this.#find('main').replaceChildren(content);
    if (turn > 1) this.#focusTitle();   // the first view comes by itself, and takes the focus from nobody
  }

  /** @param {ViewName} name */
  #markTab(name) {
    for (const button of this.#root.querySelectorAll('[data-view]')) {
      const isHere = button.getAttribute('data-view') === (name === 'story' ? 'payments' : name);
      if (isHere) button.setAttribute('aria-current', 'page');
      else button.removeAttribute('aria-current');
    }
  }

  #focusTitle() {
    const title = this.#root.querySelector('main h1');
    if (!(title instanceof HTMLElement)) return;
    title.focus({ preventScroll: true });
    this.scrollIntoView({ block: 'start' });
  }

  /** @param {HTMLElement} content @returns {HTMLDialogElement} */
  #open(content) {
    const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { 'aria-label': content.querySelector('h2')?.textContent ?? '' }, content));
    const before = this.#root.activeElement;
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
    this.#root.append(dialog);
    dialog.showModal();
    return dialog;
  }

  /** @param {string} text */
  #say(text) {
    const toast = this.#find('.toast');
    toast.textContent = text;
    setTimeout(() => {
      if (toast.textContent === text) toast.textContent = '';
    }, SAID_FOR);
  }

  /** @param {string} selector @returns {HTMLElement} */
  #find(selector) {
    const found = this.#root.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`velopos-admin has no ${selector}`);
    return found;
  }
}

customElements.define('velopos-admin', VeloposAdmin);

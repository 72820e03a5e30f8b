// What four-containers.test.js is made of: dice that can be thrown again, somebody who spoils everything, and a crowd of customers whose
// browsers know only what they are shown.

import { setTimeout as wait } from 'node:timers/promises';
import { CUSTOMER } from './world.js';

/** Numbers between 0 and 1 that follow from the seed (mulberry32), and what to do with them. @param {number} seed */
export function createDice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least, most) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    chance: (probability) => next() < probability,
    /** @template T @param {readonly T[]} list @returns {T} */
    pick: (list) => list[between(0, list.length - 1)],
    /** @param {Record<string, number>} weights a name with weight 3 comes three times as often as one with weight 1 */
    weighed: (weights) => {
      let point = next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
      return Object.keys(weights).find((name) => (point -= weights[name]) < 0);
    },
  };
}

// ---- who spoils everything

const BANK_FAULTS = ['timeout-before', 'timeout-after', 'reset-before', 'reset-after', 'http-500-before', 'http-500-after', 'truncated'];
const OFF = { crash: { times: 0 }, timeout: { times: 0 }, repeat: { times: 0 }, drop: { times: 0 }, errorShape: 'current' };

/** Kills containers, lets data operations time out, repeats and loses messages, and breaks the banks' answers, until it is stopped. */
export class Mischief {
  /** How often each was done. @type {Record<string, number>} */
  done = {};
  #running = null;
  #stopped = true;

  constructor({ site, banks }, dice) {
    Object.assign(this, { site, banks, dice });
  }

  start() {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** What was ordered and has not happened yet is called off. */
  async stop() {
    this.#stopped = true;
    await this.#running;
    this.site.habits.set(OFF);
    for (const bank of this.#banks()) bank.clearFaults();
  }

  async #run() {
    while (!this.#stopped) {
      const what = this.dice.weighed({ kill: 4, crash: 4, timeout: 2, repeat: 3, drop: 1, fault: 2, errorShape: 1 });
      this.done[what] = (this.done[what] ?? 0) + 1;
      this[what]();
      await wait(this.dice.between(20, 150));
    }
  }

  /** Whichever container is at work. */
  kill() {
    const busy = this.site.containers.list.filter((container) => container.busy);
    if (busy.length > 0) this.site.kill(this.dice.pick(busy).number);
  }

  /** The next request that gets so far ends there. */
  crash() {
    const after = this.dice.pick(['write', 'write', 'read', 'fetch', 'request']);
    this.site.habits.set({ crash: { times: 1, function: '*', after, count: this.dice.between(1, after === 'fetch' ? 2 : 10) } });
  }

  timeout() {
    this.site.habits.set({ timeout: { times: 1, done: this.dice.chance(0.5) } });
  }

  repeat() {
    const how = { copies: this.dice.between(1, 3), delayMs: this.dice.pick([0, 0, 15]) };
    this.site.habits.set({ repeat: { times: this.dice.between(1, 3), function: '*', ...how } });
  }

  drop() {
    this.site.habits.set({ drop: { times: 1, function: '*' } });
  }

  fault() {
    this.dice.pick(this.#banks()).fault({ kind: this.dice.pick(BANK_FAULTS) });
  }

  errorShape() {
    this.site.habits.set({ errorShape: this.dice.pick(['older', 'current']) });
  }

  #banks() {
    const { nestpay, garanti, posnet, payflex, paytr, iyzico } = this.banks;
    return [nestpay, garanti, posnet, payflex, paytr, iyzico];
  }
}

// ---- a browser

const UNESCAPED = /&#(\d+);/g;
const inputsOf = (html) => Object.fromEntries([...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  .map((found) => found.slice(1).map((text) => text.replace(UNESCAPED, (_, code) => String.fromCharCode(code)))));

/** A browser is as patient as a person: what fails on the platform's side is tried again a few times. */
export class Browser {
  constructor(site) {
    this.site = site;
  }

  /** @returns {Promise<{ status: number, location: string | null, text: string } | null>} null: it never got through */
  async open(url, init = {}, tries = 8) {
    for (let i = 1; i <= tries; i += 1) {
      const answer = await this.once(url, init);
      if (answer && answer.status < 500) return answer;
      await wait(10 * i);
    }
    return null;
  }

  async once(url, init) {
    try {
      const response = await fetch(url, { redirect: 'manual', ...init });
      return { status: response.status, location: response.headers.get('location'), text: await response.text() };
    } catch {
      return null;   // the connection was cut
    }
  }

  /** A page that does not come is not waited for as long as one that nobody sees. */
  get(path) {
    return this.open(`${this.site.url}/_functions/${path}`, {}, 3);
  }

  /** Once only: a form that was lost is not sent again by itself. */
  post(url, body) {
    return this.once(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  }

  /** A web method, as page code calls it. @param {{ cookie?: string }} [as] */
  async call(method, args, { module = 'shop.web.js', cookie } = {}) {
    const headers = { 'content-type': 'application/json', ...(cookie && { cookie }) };
    const answer = await this.open(`${this.site.url}/_api/backend/${module}/${method}`, { method: 'POST', headers, body: JSON.stringify({ args }) });
    return answer?.status === 200 ? JSON.parse(answer.text).result : null;
  }
}

// ---- a customer

const AT_BANK = {
  isbank: { bank: 'nestpay', door: ({ text }) => inputsOf(text) },
  garanti: { bank: 'garanti', door: ({ text }) => inputsOf(text) },
  yapikredi: { bank: 'posnet', door: ({ text }) => inputsOf(text) },
  vakifbank: { bank: 'payflex', door: ({ location }) => new URL(location).searchParams.values().next().value },
  paytr: { bank: 'paytr', door: ({ location }) => new URL(location).pathname.split('/').at(-1) },
  iyzico: { bank: 'iyzico', door: ({ location }) => new URL(location).searchParams.get('token') },
};
export const ACCOUNTS = Object.keys(AT_BANK);

const CARDS = { success: 10, 'insufficient-funds': 3, refused: 1, '3ds-failed': 1, silent: 2, slow: 1, cancel: 1, close: 1 };

export class Customer {
  constructor({ site, banks }, dice) {
    Object.assign(this, { site, banks, dice, browser: new Browser(site) });
  }

  /** Buys something, and after a decline tries again, or gives up. @param {string} account the way to pay */
  async shop(account) {
    const { products } = await this.browser.call('listProducts', []) ?? { products: [{ id: 'kahve' }] };
    const product = this.dice.pick(products).id;
    let begun = await this.browser.call('startPayment', [product, account, CUSTOMER]);
    for (let attempts = 1; begun?.intentId && attempts <= 3; attempts += 1) {
      await this.pay(begun.intentId, account);
      const standing = await this.look(begun.intentId);
      if (!standing?.canTryAgain || this.dice.chance(0.3)) return;
      begun = await this.tryAgain(begun.intentId);
    }
  }

  /** The calm way: pays with a good card and comes back once. @returns {Promise<string>} the attempt */
  async buy(product, account) {
    const { intentId } = await this.browser.call('startPayment', [product, account, CUSTOMER]);
    const { bank, door } = AT_BANK[account];
    const { url, body } = await this.banks[bank].visit(door(await this.browser.get(`pay/${intentId}`)), {});
    await (body ? this.browser.post(url, body) : this.browser.open(url));
    return intentId;
  }

  /** To the bank, and perhaps back. @param {string} intentId @param {string} account */
  async pay(intentId, account) {
    const page = await this.leave(intentId);
    if (!page) return;
    const { url, body } = await this.visit(page, account);
    if (url && !this.dice.chance(0.25)) await this.comeBack(url, body);   // the others have closed the window
  }

  /** Some browsers fetch the payment page twice at once. */
  async leave(intentId) {
    const pages = await Promise.all(this.#several(0.3).map(() => this.browser.get(`pay/${intentId}`)));
    const way = (page) => page && (page.location ?? page.text);
    return pages.find((page) => page?.status === 200 || (page?.status === 303 && !page.location.startsWith(this.site.url)) ? way(page) : false);
  }

  /** @returns {Promise<{ url?: string, body?: string | null }>} */
  async visit(page, account) {
    const { bank, door } = AT_BANK[account];
    const card = this.dice.weighed(CARDS);
    const password = this.dice.chance(0.9) ? 'right' : 'wrong';
    const { url, body } = await this.banks[bank].visit(door(page), { card, password });
    return card === 'close' ? {} : { url, body };
  }

  /** What the bank sends along arrives several times at once, and the odd copy where it does not belong. */
  async comeBack(url, body) {
    if (body === null) return;
    const elsewhere = url.includes('3DSuccess') ? url.replace('3DSuccess', '3DFail') : url.replace('3DFail', '3DSuccess');
    const copies = this.#several(0.7).map(() => (this.dice.chance(0.15) ? elsewhere : url));
    await Promise.all(copies.map((each) => (body === undefined ? this.browser.open(each) : this.browser.post(each, body))));
  }

  async look(intentId) {
    let standing = null;
    for (let looks = this.dice.between(1, 4); looks > 0; looks -= 1) {
      standing = await this.browser.call('paymentState', [intentId]);
      if (standing && standing.state !== 'pending') break;
      await wait(this.dice.between(10, 120));
    }
    return standing;
  }

  /** Pressed twice, by some. */
  async tryAgain(intentId) {
    const begun = await Promise.all(this.#several(0.3).map(() => this.browser.call('retryPayment', [intentId])));
    return begun.find((each) => each?.intentId);
  }

  /** One, or two to five. @param {number} probability of more than one */
  #several(probability) {
    return Array.from({ length: this.dice.chance(probability) ? this.dice.between(2, 5) : 1 });
  }
}

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
const OFF = {
  crash: { times: 0 }, timeout: { times: 0 }, outage: { times: 0 }, repeat: { times: 0 }, drop: { times: 0 }, late: { times: 0 }, errorShape: 'current',
};
// What somebody brings again who has not been answered. Nothing is known of Wix doing so with its events.
const LOSABLE = [
  'payment3DSuccess', 'payment3DFail', 'bankNotification', 'paytrNotification', 'iyzicoWebhook', 'createTransaction', 'refundTransaction',
];

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
      const what = this.dice.weighed({ kill: 4, crash: 4, timeout: 2, outage: 2, repeat: 3, drop: 1, late: 1, fault: 2, errorShape: 1 });
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
    const after = this.dice.pick(['write', 'write', 'read', 'fetch', 'wix', 'request']);
    this.site.habits.set({ crash: { times: 1, function: '*', after, count: this.dice.between(1, after === 'read' || after === 'write' ? 10 : 2) } });
  }

  timeout() {
    this.site.habits.set({ timeout: { times: 1, done: this.dice.chance(0.5) } });
  }

  /** Of a service of Wix's own: submitEvent, addPayments, … */
  outage() {
    const service = this.dice.pick(['addPayments', 'addPayments', 'submitEvent', 'submitEvent', 'listTransactionsForSingleOrder', '*']);
    this.site.habits.set({ outage: { times: 1, function: service, done: this.dice.chance(0.5) } });
  }

  repeat() {
    const how = { copies: this.dice.between(1, 3), delayMs: this.dice.pick([0, 0, 15]) };
    this.site.habits.set({ repeat: { times: this.dice.between(1, 3), function: '*', ...how } });
  }

  drop() {
    this.site.habits.set({ drop: { times: 1, function: this.dice.pick(LOSABLE) } });
  }

  /** An older event may come after a newer one. */
  late() {
    this.site.habits.set({ late: { times: 1, function: '*', delayMs: this.dice.between(20, 200) } });
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

export const AT_BANK = {
  isbank: { bank: 'nestpay', door: ({ text }) => inputsOf(text) },
  garanti: { bank: 'garanti', door: ({ text }) => inputsOf(text) },
  yapikredi: { bank: 'posnet', door: ({ text }) => inputsOf(text) },
  vakifbank: { bank: 'payflex', door: ({ location }) => new URL(location).searchParams.values().next().value },
  paytr: { bank: 'paytr', door: ({ location }) => new URL(location).pathname.split('/').at(-1) },
  iyzico: { bank: 'iyzico', door: ({ location }) => new URL(location).searchParams.get('token') },
};
export const ACCOUNTS = Object.keys(AT_BANK);

const CARDS = { success: 10, 'insufficient-funds': 3, refused: 1, '3ds-failed': 1, silent: 2, slow: 1, cancel: 1, close: 1 };
const [FIRST_NAME, LAST_NAME] = CUSTOMER.name.split(' ');
/** As Wix's checkout knows a buyer. */
export const BUYER = { firstName: FIRST_NAME, lastName: LAST_NAME, email: CUSTOMER.email, phone: CUSTOMER.phone.replace(/ /g, '') };

export class Customer {
  /** Who keeps the bank's page open for longer than the shop waits. @type {(() => Promise<void>) | null} */
  later = null;

  constructor({ site, banks }, dice) {
    Object.assign(this, { site, banks, dice, browser: new Browser(site) });
  }

  /** Buys something in one of the ways that the site sells. @param {string} account the way to pay in the shop
   * @param {string} provider the account that Wix's checkout is connected with */
  async buySomething(account, provider) {
    const way = this.dice.weighed({ shop: 6, link: 2, checkout: 3, wixPay: 2 });
    if (way === 'shop') return this.shop(account);
    if (way === 'link') return this.payByLink();
    const transaction = await (way === 'checkout' ? this.checkOut() : this.payWithWix());
    if (transaction?.redirectUrl) await this.pay(transaction.redirectUrl.split('/').at(-1), provider);
  }

  /** In the shop: after a decline tries again, or gives up. @param {string} account */
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

  /** A link to an order of Wix that the owner has sent; some open it twice. */
  async payByLink() {
    const amount = this.dice.pick(['25.50', '1000.00', '0.10']);
    const { _id } = this.site.wix.orders.create({
      channelInfo: { type: 'WEB' }, priceSummary: { total: { amount } }, buyerInfo: { email: CUSTOMER.email },
      lineItems: [{ productName: { original: 'Kurs' }, itemType: { preset: 'SERVICE' }, quantity: 1, price: { amount } }],
    });
    for (let attempts = this.dice.between(1, 2); attempts > 0; attempts -= 1) {
      const begun = await this.browser.call('payOrder', [_id], { module: 'wix-orders.web.js' });
      if (begun?.intentId) await this.pay(begun.intentId, ACCOUNTS[0]);
    }
  }

  /** Wix asks the provider again when it has not heard its answer. */
  async checkOut() {
    const cart = [{ slug: this.dice.pick(['kupa', 'defter', 'canta', 'poster']), quantity: this.dice.between(1, 3) }];
    const { transaction } = await this.site.wix.checkout.place({ cart, buyer: BUYER });
    return this.#answered(transaction._id);
  }

  async payWithWix() {
    const begun = await this.browser.call('createWixPayment', [this.dice.pick(['kahve', 'cezve', 'fincan']), CUSTOMER], { module: 'wix-pay.web.js' });
    if (!begun?.paymentId) return null;
    const { transactionId } = await this.site.wix.pay.start(begun.paymentId, { userInfo: BUYER });
    return this.#answered(transactionId);
  }

  async #answered(transactionId) {
    for (let i = 1; i <= 5 && !this.site.wix.payments.transaction(transactionId).redirectUrl; i += 1) {
      await wait(20 * i);
      await this.site.wix.payments.askAgain(transactionId);
    }
    return this.site.wix.payments.transaction(transactionId);
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
    const visit = async (card) => {
      const { url, body } = await this.visit(page, account, card);
      if (url && !this.dice.chance(0.25)) await this.comeBack(url, body);   // the others have closed the window
    };
    // So late that the bank may take its own page back: then this customer pays nothing.
    if (this.dice.chance(0.08)) this.later = () => visit('success').catch(unlessPageExpired);
    else await visit(this.dice.weighed(CARDS));
  }

  /** Some browsers fetch the payment page twice at once. */
  async leave(intentId) {
    const pages = await Promise.all(this.#several(0.3).map(() => this.browser.get(`pay/${intentId}`)));
    const way = (page) => page && (page.location ?? page.text);
    return pages.find((page) => page?.status === 200 || (page?.status === 303 && !page.location.startsWith(this.site.url)) ? way(page) : false);
  }

  /** @returns {Promise<{ url?: string, body?: string | null }>} */
  async visit(page, account, card) {
    const { bank, door } = AT_BANK[account];
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

// ---- an administrator

/** Refunds, voids, captures and asks, on the admin page and on Wix's, in a hurry: twice at once, and at the same time as others. */
export class Administrator {
  /** What was asked for on the admin page. @type {{ paymentId: string, kind: string, id: string, amount?: string }[]} */
  asked = [];
  /** How often which answer came. @type {Record<string, number>} */
  heard = {};

  constructor({ site }, dice) {
    Object.assign(this, { site, dice, browser: new Browser(site), cookie: site.members.cookie('admin') });
  }

  async work(times) {
    for (let i = 0; i < times; i += 1) {
      await wait(this.dice.between(10, 150));
      if (this.dice.chance(0.25)) await this.refundInWix();
      else await this.change();
    }
  }

  async change() {
    const payment = this.#pick(this.site.data.collection('VeloposPayments').all());
    if (!payment) return;
    const kind = this.dice.weighed({ refund: 5, voidPayment: 2, capture: 2, askBank: 1 });
    const id = Array.from({ length: 32 }, () => this.dice.between(0, 15).toString(16)).join('');
    const wish = { id, why: 'kaos', ...(kind !== 'voidPayment' && { amount: this.#partOf(payment) }) };
    if (kind !== 'askBank') this.asked.push({ paymentId: payment._id, kind, ...wish });
    const press = () => this.browser.call(kind, kind === 'askBank' ? [payment._id] : [payment._id, wish], { module: 'admin.web.js', cookie: this.cookie });
    for (const result of await Promise.all(Array.from({ length: this.dice.pick([1, 1, 2, 3]) }, press))) {
      const word = result === null ? 'no answer' : [result.state, result.problem, result.field].filter(Boolean).join(' ');
      this.heard[word] = (this.heard[word] ?? 0) + 1;
    }
  }

  /** In Wix's own dashboard. When nothing is heard the owner presses again. */
  async refundInWix() {
    const { payments } = this.site.wix;
    const transaction = this.#pick(payments.transactions().filter(({ state }) => state === 'approved'));
    if (!transaction) return;
    try {
      const { wixRefundId, state } = await payments.refund(transaction._id, this.dice.pick([{}, { amount: '0.50' }, { amount: '10.00' }]));
      if (state === 'asked') await payments.refundAgain(transaction._id, wixRefundId);
    } catch (error) {
      if (error.code !== 'INVALID_ARGUMENT') throw error;   // nothing is left
    }
  }

  #pick(list) {
    return list.length > 0 ? this.dice.pick(list) : undefined;
  }

  /** All of it, or some. */
  #partOf({ amount }) {
    const minor = Number(amount.replace('.', ''));
    const part = this.dice.chance(0.4) ? minor : this.dice.between(1, Math.ceil(minor / 2));
    return `${Math.floor(part / 100)}.${String(part % 100).padStart(2, '0')}`;
  }
}

/** What a simulated bank says of a form that was made too long ago. @param {Error} error */
function unlessPageExpired(error) {
  if (!/could not be verified|expired/.test(error.message)) throw error;
}

// The example site with the package as it is built, the simulated banks, Wix Data and Wix's services in memory, all in one process over one
// clock that nobody waits for. Whatever the site awaits passes `inject`, which the engine holds.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, runInContext } from 'node:vm';
import { accounts } from '../../banks/accounts.js';
import { createGaranti } from '../../banks/garanti.js';
import { createIyzico } from '../../banks/iyzico.js';
import { createNestpay } from '../../banks/nestpay.js';
import { createPayflex } from '../../banks/payflex.js';
import { createPaytr } from '../../banks/paytr.js';
import { createPosnet } from '../../banks/posnet.js';
import { never } from '../site/fake-data.js';
import { BASE, World } from '../site/world.js';

export const BANKS = 'http://localhost:8481';
const CREATE = { nestpay: createNestpay, garanti: createGaranti, posnet: createPosnet, payflex: createPayflex, paytr: createPaytr, iyzico: createIyzico };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TIMES = {
  nestpay: { repeatMs: MINUTE }, paytr: { retryMs: MINUTE, repeats: 6, abandonMs: 200 * MINUTE }, iyzico: { webhookFirstMs: 12 * SECOND, webhookRetryMs: 10 * MINUTE, webhookRepeats: 3 },
};

/** Nobody hears the answer of what has died, or has been waited for long enough. */
export const GONE = Symbol('gone');

const require = createRequire(import.meta.url);
const packageSource = readFileSync(require.resolve('../../dist/index.cjs'), 'utf8');
let current = null;
const noFetch = () => { throw new Error('the site brings its own fetch'); };

/** Once for all worlds: it keeps nothing between calls. Its clock and its timers are those of the world that runs. */
function loadPackage() {
  const globals = { require, TextEncoder, TextDecoder, URL, AbortController, AbortSignal, Uint8Array, ArrayBuffer, atob, btoa, Buffer, crypto: globalThis.crypto, console, fetch: noFetch };
  const context = createContext({
    ...globals, module: { exports: {} },
    setTimeout: (work, ms, ...args) => current.later(() => work(...args), ms),
    clearTimeout: (cancel) => cancel?.(),
  });
  context.__now = () => current.now();
  runInContext('{ const now = __now; Date.now = () => now(); }', context);
  runInContext(`(function (module, exports) {${packageSource}\n})(module, module.exports);`, context);
  return context.module.exports;
}

const velopos = loadPackage();

export class FaultWorld extends World {
  /** Called around everything that the site awaits: `(place, perform) => Promise<result>`. */
  inject = (_place, perform) => perform();
  #timers = [];
  #pending = new Set();
  #banks = {};
  #containers = [];
  #turn = 0;
  #messages = [];
  /** Functions whose messages never arrive, because a scenario wants it so. @type {string[]} */
  mute = [];
  /** Notifications that were acknowledged while the attempt had no end. @type {string[]} */
  heardTooEarly = [];
  /** What another provider has taken for us. @type {{ paymentId: string, minor: bigint }[]} */
  paidInWix = [];
  /** @param {import('node:vm').Script} [site] another than the example as it is */
  constructor(site) {
    super(site);
    current = this;
    this.firstAccount('isbank');
    this.data.before = async (operation, container, perform) => this.#around(operation, container, perform);
    this.data.after = async (_operation, container) => { if (container.dies) this.#kill(container); };
  }

  /** The first one is the shop's default. @param {string} name */
  firstAccount(name) {
    const { [name]: first, ...others } = accountsHere();
    this.secret = JSON.stringify({ [name]: first, ...others });
  }

  // ---- containers

  /** What one person, server or job asks of the site. GONE when nobody answers. */
  async ask(work) {
    const container = this.#next();
    return Promise.race([Promise.resolve().then(() => work(container)), container.handle.gone]);
  }

  /** Two that live side by side, so that what one remembers the other does not know. */
  #next() {
    this.#turn += 1;
    const place = this.#turn % 2;
    if (!this.#containers[place]?.handle.alive || this.#containers[place].handle.given) this.#containers[place] = this.container();
    return this.#containers[place];
  }

  container() {
    const container = super.container();
    const { handle } = container;
    handle.gone = new Promise((resolve) => { handle.giveUp = () => { handle.given = true; resolve(GONE); }; });
    return container;
  }

  #kill(handle) {
    handle.alive = false;
    handle.giveUp();
  }

  modules(handle) {
    const operation = (op, collection, work) => (...args) => this.#operation(handle, { op, collection }, () => work(...args));
    const modules = super.modules(handle);
    return {
      ...modules, velopos,
      crypto: { createHash, randomBytes },
      'wix-fetch': { fetch: (url, init) => this.#fetch(handle, url, init) },
      'wix-secrets-backend': { getSecret: operation('secret', 'secrets', async () => this.secret) },
    };
  }

  async #operation(handle, place, work) {
    if (!handle.alive) return never();
    await this.#around(place, handle, work);
    if (!handle.alive) return never();
    const result = await work();
    if (handle.dies) this.#kill(handle);
    return handle.alive ? result : never();
  }

  /** One await of the site's: what the engine wants happens here. It goes on, throws, or never comes back. */
  async #around(operation, handle, perform) {
    handle.dies = false;
    this.data.staleFor = 3 * SECOND;
    const kind = this.inject(placeOf(operation), operation);
    switch (kind) {
      case null: return undefined;
      case 'dies before': return this.#kill(handle);
      case 'dies after': handle.dies = true; return undefined;
      case 'fails, not done': this.pass(5 * SECOND); throw this.#timedOut();
      case 'fails, done': this.pass(5 * SECOND); await perform(); throw this.#timedOut();
      case 'fails, done later':
        this.later(() => this.#keep(perform), 25 * SECOND);
        this.pass(5 * SECOND);
        throw this.#timedOut();
      case 'slow': this.pass(4.5 * SECOND); return undefined;
      case 'stale': this.data.staleFor = 60 * MINUTE; return undefined;
      case 'sleeps': handle.giveUp(); return this.#untilAwake();
      default: throw new Error(`nobody knows what ${kind} is here`);
    }
  }

  #sleepers = [];
  #untilAwake() {
    return new Promise((resolve) => { this.#sleepers.push(resolve); });
  }

  /** Whoever slept through everything goes on where he was. */
  async wake() {
    if (this.#sleepers.length === 0) return;
    for (const resolve of this.#sleepers.splice(0)) resolve();
    await this.quiet();
    for (let turns = 0; turns < 400; turns += 1) await new Promise(setImmediate);
  }

  #timedOut() {
    return this.data.error('WDE0028', 'the operation timed out');
  }

  // ---- the bank

  async #fetch(handle, url, { method = 'GET', headers, body } = {}) {
    const answer = () => this.toBank(url, { method, headers, body });
    await new Promise(setImmediate);
    if (!handle.alive) return never();
    const kind = this.inject(`request ${new URL(url).pathname}`, { op: 'request' });
    if (/^dies/.test(kind)) {
      if (kind === 'dies after') await answer();
      this.#kill(handle);
      return never();
    }
    const result = await this.#asFaulty(kind, answer);
    return handle.alive ? result : never();
  }

  /** Past its deadline the package has given up by itself: what comes then, comes to nobody. */
  async #asFaulty(kind, answer) {
    const expired = () => this.pass(9 * SECOND);
    switch (kind) {
      case null: return responseOf(await answer());
      case 'unreachable': throw new TypeError('fetch failed');
      case 'no answer, done': await answer(); throw new TypeError('terminated');
      case 'times out before': expired(); return never();
      case 'times out after': await answer(); expired(); return never();
      case 'books after the time-out': this.later(() => this.#keep(answer), 12 * SECOND); expired(); return never();
      case 'answers late': { const late = await answer(); expired(); return responseOf(late); }
      case 'answers slowly': this.pass(7 * SECOND); return responseOf(await answer());
      case 'error page, not done': return new Response('<html>Servis hizmet veremiyor</html>', { status: 500 });
      case 'error page, done': await answer(); return new Response('<html>Servis hizmet veremiyor</html>', { status: 500 });
      case 'page instead, done': await answer(); return new Response('<html>Bakım</html>', { status: 200 });
      case 'cut short': { const whole = await answer(); return responseOf({ ...whole, body: whole.body.slice(0, whole.body.length / 2) }); }
      default: throw new Error(`nobody knows what ${kind} is here`);
    }
  }

  /** A request to one of the banks, by the site or by a browser. */
  async toBank(url, { method = 'GET', headers = {}, body = '' } = {}) {
    const { pathname, searchParams } = new URL(url);
    const [, mount, path] = /^\/([a-z]+)(\/.*)$/.exec(pathname);
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body);
    return this.bankOf(mount).handle({ method, path, query: searchParams, headers: lower, body: bytes, origin: BANKS });
  }

  bankOf(system) {
    this.#banks[system] ??= CREATE[system]({
      now: () => this.now(), courier: this.#courier, notificationUrl: `${BASE}/paytrNotification`, webhookUrl: `${BASE}/iyzicoWebhook`, times: TIMES[system],
    });
    return this.#banks[system];
  }

  /** What all banks have of every order number, in their own words. */
  bankPayments() {
    return Object.values(this.#banks).flatMap((bank) => bank.payments());
  }

  /** Banks' messages to the site, on the world's clock. */
  #courier = {
    mayReach: (url) => String(url).startsWith(BASE),
    record: (message) => { this.#messages.push(message); return message; },
    send: (message) => this.#keep(() => this.#carry(message)),
    post: (message) => this.#keep(() => this.#carry(message)),
    sendUntil: (message, accepted, { everyMs, repeats }) => this.#keep(() => this.#insist(message, accepted, everyMs, repeats)),
    later: (work, ms) => this.later(work, ms),
    wait: (ms) => new Promise((resolve) => { this.later(resolve, ms); }),
    messages: () => [...this.#messages],
    close: () => {},
  };

  async #insist(message, accepted, everyMs, repeats) {
    const answer = await this.#carry(message);
    if (!accepted(answer) && repeats > 0) this.later(() => this.#keep(() => this.#insist(message, accepted, everyMs, repeats - 1)), everyMs);
    return answer;
  }

  /** A server that has read its acknowledgement does not come back. */
  async #carry({ url, method = 'POST', headers, body, orderId, via }) {
    const answer = await this.deliver(url, { method, headers, body });
    const attempt = this.data.all('VeloposIntents').find(({ bankOrderId }) => bankOrderId === orderId);
    if (via === 'server' && answer?.status === 200 && attempt?.state === 'new') this.heardTooEarly.push(url);
    return answer ? { at: this.now(), status: answer.status, body: answer.text } : { at: this.now(), lost: 'network' };
  }

  // ---- messages to the site

  /** What somebody sends to one of the site's functions, with what can become of a message on its way. Null: there was no answer. */
  async deliver(url, { method = 'GET', headers = {}, body = '' } = {}) {
    const { pathname, search } = new URL(url);
    const [name, ...path] = pathname.replace('/_functions/', '').split('/');
    const query = Object.fromEntries(new URLSearchParams(search));
    if (this.mute.includes(name)) return null;
    return this.message(`${method} ${name}`, () => this.ask(async (container) => {
      const answer = await container.site.http[`${method.toLowerCase()}_${name}`](container.request(path, { body, headers, query }));
      return { status: answer.status, location: answer.headers?.Location ?? answer.headers?.location ?? null, text: String(answer.body ?? '') };
    }));
  }

  /** @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T | null>} */
  async message(name, work) {
    const heard = async () => {
      try {
        const answer = await work();
        return answer === GONE ? null : answer;
      } catch {
        return null;   // 500
      }
    };
    const kind = this.inject(`message ${name}`, { op: 'message', name });
    switch (kind) {
      case null: return heard();
      case 'lost': return null;
      case 'twice at once': return (await Promise.all([heard(), heard()])).find((answer) => answer) ?? null;
      case 'again later': this.later(() => this.#keep(heard), 10 * MINUTE); return heard();
      case 'late': this.later(() => this.#keep(heard), 4 * MINUTE); return null;
      case 'very late': this.later(() => this.#keep(heard), 100 * MINUTE); return null;
      default: throw new Error(`nobody knows what ${kind} is here`);
    }
  }

  // ---- time

  later(work, ms) {
    const timer = { at: this.now() + Math.max(0, ms ?? 0), work };
    this.#timers.push(timer);
    return () => { timer.work = () => {}; };
  }

  pass(milliseconds) {
    const end = this.now() + milliseconds;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.splice(this.#timers.indexOf(due), 1);
      super.pass(Math.max(0, due.at - this.now()));
      due.work();
    }
    super.pass(Math.max(0, end - this.now()));
  }

  /** Time goes by, and what it brings is waited for. */
  async elapse(milliseconds) {
    const end = this.now() + milliseconds;
    while (this.now() < end) {
      const next = Math.min(end, ...this.#timers.map(({ at }) => Math.max(at, this.now() + 1)));
      this.pass(next - this.now());
      await this.quiet();
    }
  }

  #keep(work) {
    const running = Promise.resolve().then(work).catch(() => null).finally(() => this.#pending.delete(running));
    this.#pending.add(running);
    return running;
  }

  async quiet() {
    while (this.#pending.size > 0) await Promise.race([Promise.all(this.#pending), this.#stuck()]);
  }

  /** What waits for nothing but time gets it. */
  async #stuck() {
    for (let turns = 0; turns < 2_000; turns += 1) await new Promise(setImmediate);
    if (this.#pending.size > 0) this.pass(SECOND);
  }
}

const placeOf = ({ op, collection }) => `${op} ${collection}`;

const responseOf = ({ status, headers, body, destroy }) => {
  if (destroy) throw new TypeError('terminated');
  return new Response([204, 303, 302].includes(status) ? null : body, { status, headers });
};

/** The six of the simulated banks, and beside each gateway's own page the models that the site can drive. */
function accountsHere() {
  const all = accounts(BANKS);
  const other = (account, model) => ({ ...all[account], model });
  return {
    ...all, 'isbank-3d': other('isbank', '3d'), 'garanti-3d': other('garanti', '3d'), 'vakifbank-3d': other('vakifbank', '3d'),
    'paytr-direct': other('paytr', 'direct'), 'iyzico-3ds': other('iyzico', '3ds'),
  };
}

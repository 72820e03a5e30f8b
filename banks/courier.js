// Everything that leaves the simulated banks for the shop passes here: it is sent, kept for the ledger and the attacker's panel,
// and repeated on the gateway's schedule. What a browser carries is only recorded.
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';

const KEPT = 200;
const ANSWER_CHARACTERS = 4000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {'nestpay' | 'garanti' | 'posnet' | 'posnetv1' | 'kuveytturk' | 'vakifkatilim' | 'payflex' | 'paytr' | 'iyzico'
 *   | 'akbank' | 'payfor' | 'interpos' | 'tosla' | 'moka'} system
 * @property {'callback' | 'notification' | 'webhook'} kind
 * @property {'browser' | 'server'} via
 * @property {string} orderId
 * @property {string} url
 * @property {'GET'} [method] a return that is a link; every other message is a POST
 * @property {Record<string, string>} headers
 * @property {string} body
 * @property {number} at
 * @property {Answer[]} attempts
 * @typedef {{ at: number, status?: number, location?: string, body?: string, lost?: 'timeout' | 'network' | 'forbidden' }} Answer
 */

/**
 * @param {object} [options]
 * @param {typeof fetch} [options.deliver] used for every request to the shop
 * @param {() => number} [options.now]
 * @param {(line: string) => void} [options.log]
 * @param {string} [options.shopOrigin] the only one that is reached; without it, every loopback address
 * @param {number} [options.timeoutMs] how long the shop may take to answer
 */
export function createCourier({ deliver = globalThis.fetch, now = Date.now, log = () => {}, timeoutMs = 10_000, ...options } = {}) {
  const shopOrigin = options.shopOrigin && new URL(options.shopOrigin).origin;
  /** @type {Message[]} */
  const messages = [];
  const timers = new Set();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);    // one for every customer who waits

  /** A simulated bank talks to the configured shop and to nobody else: any page in the browser can post a form to a bank, and must
   * not make it a messenger to the other programs of this machine. */
  function mayReach(url) {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) return false;
    return shopOrigin ? parsed.origin === shopOrigin : LOOPBACK.has(parsed.hostname);
  }

  /** @param {Omit<Message, 'id' | 'at' | 'attempts'>} message @returns {Message} */
  function record(message) {
    const kept = { id: randomBytes(6).toString('hex'), at: now(), attempts: [], ...message };
    messages.push(kept);
    if (messages.length > KEPT) messages.shift();
    return kept;
  }

  /** One attempt. @param {Message} message @returns {Promise<Answer>} */
  async function send(message) {
    const answer = await post(message);
    message.attempts.push(answer);
    log(`${message.system} ${message.kind} ${message.orderId} -> ${message.url}: ${answer.status ?? answer.lost}`);
    return answer;
  }

  async function post({ url, method = 'POST', headers, body }) {
    const at = now();
    if (!mayReach(url)) return { at, lost: 'forbidden' };
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing.signal]);
      const content = method === 'POST' ? { body } : {};
      const response = await deliver(url, { method, headers, ...content, redirect: 'manual', signal });
      const location = response.headers.get('location') ?? undefined;
      return { at, status: response.status, location, body: (await response.text()).slice(0, ANSWER_CHARACTERS) };
    } catch (error) {
      return { at, lost: error.name === 'TimeoutError' ? 'timeout' : 'network' };
    }
  }

  /** Sends now, and again every `everyMs` until the shop accepts or `repeats` is used up. The promise is of the first answer. */
  async function sendUntil(message, accepted, { everyMs, repeats }) {
    const answer = await send(message);
    if (!accepted(answer) && repeats > 0) {
      later(() => sendUntil(message, accepted, { everyMs, repeats: repeats - 1 }), everyMs);
    }
    return answer;
  }

  function later(work, ms) {
    if (closing.signal.aborted) return;
    const timer = setTimeout(() => { timers.delete(timer); work(); }, ms);
    timer.unref?.();
    timers.add(timer);
    return () => { clearTimeout(timer); timers.delete(timer); };
  }

  /** Waits, unless the banks are closed meanwhile. */
  function wait(ms) {
    return new Promise((resolve) => {
      if (closing.signal.aborted) return resolve();
      const end = () => { clearTimeout(timer); closing.signal.removeEventListener('abort', end); resolve(); };
      const timer = setTimeout(end, ms);
      closing.signal.addEventListener('abort', end);
    });
  }

  return {
    mayReach, record, send, sendUntil, post, later, wait, shopOrigin,
    messages: () => [...messages],
    message: (id) => messages.find((each) => each.id === id),
    close() {
      closing.abort();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

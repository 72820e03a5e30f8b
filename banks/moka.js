// The simulated Moka United: the pages of 3-D Secure and the hosted page, what they send back, and the notification. The money is taken
// at the end of 3-D Secure; there is no provision of its own. Its pages are those of visits.js, the services are in moka-api.js, the
// money in moka-book.js.
import { randomBytes } from 'node:crypto';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { createFaults } from './faults.js';
import { createApi, SERVICES } from './moka-api.js';
import { createBook } from './moka-book.js';
import { hashValue } from './moka-hash.js';
import { CURRENCIES } from './money.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { createVisits } from './visits.js';

export { checkKey, hashValue } from './moka-hash.js';

export const SIMULATOR_ACCOUNT = {
  dealerCode: '190400', username: 'simMokaUser', password: 'simMokaPass78', shopName: 'Velopos Örnek Mağaza',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  charset: 'UTF-8',              // of the return's percent-encoding
  repeatCallback: 0,             // Moka posts the same return so many more times, from server to server
  chargesWith: ['1', '2', '4'],  // results of 3-D Secure with which the money is taken; '5' would be without any
  without3D: true,               // charges with a card are allowed
  repeatedTrxCode: 'accept',     // of an OtherTrxCode that was used: 'accept' | 'refuse'. No document promises the second
  inquiryLagMs: 0,               // a fresh payment is not found for so long
  refundNeedsSettlement: false,  // true: no request of a refund before settle()
  refundsAtOnce: false,          // true: a refund is made when it is asked for, and not by settle()
  captureMarginPercent: 15,      // how far off its amount a pre-authorisation may be closed
  notify: true,                  // false: no notification leaves, though an address is known
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500, retryMs: 5_000, repeats: 2 };

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT>} [options.stores]
 * @param {string} [options.notificationUrl] of every store; in real life Moka keeps it. Without one there are no notifications
 * @param {Partial<typeof SETTINGS>} [options.settings]
 * @param {string} [options.mount] path under which `handle` is mounted
 * @param {ReturnType<typeof createCourier>} [options.courier]
 */
export function createMoka(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/moka' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const sessions = new Map();   // by the code in the address of the page
  const forced = new Map();     // order id → name of an outcome
  const faults = createFaults();
  const account = (dealerCode) => stores.find((store) => store.dealerCode === dealerCode);
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  let { notificationUrl } = options;
  const api = createApi({ book, account, open, settings, faults, times, courier, now, outcomeOf });
  const visits = createVisits({ system: 'moka', base: `${mount}/pay`, now, random, times, settings, courier, finish, turnBack });

  async function handle(request) {
    const { path, method, query } = request;
    if (Object.hasOwn(SERVICES, path)) return method === 'POST' ? api(request) : methodOnly('POST');
    if (path === '/PaymentDealerThreeDProcess') return page(query.get('threeDTrxCode'));
    if (path === '/WebPos') return page(query.get('webPosCode'));
    const [, id, step] = /^\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  function page(code) {
    const session = sessions.get(code ?? '');
    if (session) return visits.goOn(session);
    return errorPage('moka', 404, 'Sayfa bulunamadı', 'Böyle bir ödeme yok.', 'There is no such payment.');
  }

  /** The customer is expected: with a card that the shop sent, or without. */
  function open({ store, payment, card, redirectUrl, returnsHash, lang = 'tr' }, origin) {
    const { otherTrxCode, virtualPosOrderId, minor, currency, installments, isThreeD } = payment;
    const [code, codeForHash] = [uuid(), uuid().toUpperCase()];
    const session = visits.begin({
      orderId: otherTrxCode || virtualPosOrderId, minor, currency, installments, shop: store.shopName,
      lang: languageOf(String(lang).toLowerCase()), without3D: !isThreeD, payment, redirectUrl, codeForHash, returnsHash, code3D: code,
    });
    if (card) visits.accept(session, card);
    sessions.set(code, session);
    const address = card ? `/PaymentDealerThreeDProcess?threeDTrxCode=${code}` : `/WebPos?webPosCode=${code}`;
    return { url: `${origin}${mount}${address}`, codeForHash };
  }

  function uuid() { return random(16).toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5'); }

  /** The end of 3-D Secure, and the charge. */
  async function finish(session, authenticated) {
    const { payment } = session;
    payment.pan = session.pan;
    const outcome = outcomeOf(session.orderId, session.pan);
    const mdStatus = session.without3D ? '' : authenticated ? outcome.mdStatus : '0';
    if (mdStatus !== '' && !settings.chargesWith.includes(mdStatus)) return sendBack(session, book.fail(payment, mdStatus));
    if (outcome.slow) await courier.wait(times.slowMs);
    const verdict = book.decide(payment, { mdStatus, code: outcome.code });
    session.silent = outcome.silent && verdict.code === '';
    sendBack(session, verdict);
  }

  function turnBack(session) { sendBack(session, book.fail(session.payment, '0')); }

  /** The same to the customer's browser, and to the address that Moka keeps for the shop. */
  function sendBack(session, { code, message }) {
    const { payment, codeForHash, returnsHash, redirectUrl } = session;
    const fields = [
      ...(returnsHash ? [['hashValue', hashValue(codeForHash, code === '' ? 'T' : 'F')]] : []), ['resultCode', code],
      ['resultMessage', message], ['trxCode', payment.virtualPosOrderId], ['OtherTrxCode', payment.otherTrxCode],
    ];
    const sent = visits.sendBack(session, fields, redirectUrl);
    if (sent && notificationUrl && settings.notify) notify(sent);
  }

  /** Until the shop answers OK, and no more than thrice. */
  function notify(sent) {
    const message = courier.record({ ...sent, kind: 'notification', via: 'server', url: notificationUrl });
    const accepted = ({ status, body }) => status === 200 && body.trim() === 'OK';
    courier.sendUntil(message, accepted, { everyMs: times.retryMs, repeats: times.repeats });
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of a page without a browser.
   * @param {string} url as a service gave it
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] a card's name, 'cancel' or 'close'
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(url, customer = {}) {
    const [code] = new URL(url).searchParams.values();
    const session = sessions.get(code);
    if (!session) throw new Error('there is no such payment');
    return { ...await visits.walk(session, customer), order: describe(session.payment) };
  }

  function describe(payment) {
    const { code, digits } = CURRENCIES[payment.currency];
    const { pan, captured, refunded } = payment;
    return {
      system: 'moka', orderId: payment.otherTrxCode || payment.virtualPosOrderId, status: statusOf(payment), currency: code, digits,
      minor: payment.minor, captured: payment.voided ? 0n : captured, refunded, code: payment.resultCode,
      virtualPosOrderId: payment.virtualPosOrderId, mdStatus: payment.mdStatus,
      card: pan && `${pan.slice(0, 6)}******${pan.slice(-4)}`, at: payment.at, entries: payment.trxs.length,
    };
  }

  function statusOf({ state, voided, captured, refunded }) {
    if (state !== 'approved') return state === 'waiting' ? 'open' : 'declined';
    if (voided) return 'voided';
    if (captured === 0n) return 'authorized';
    return captured === refunded ? 'refunded' : 'paid';
  }

  function find(orderId) {
    const payment = book.payments().findLast((each) => [each.otherTrxCode, each.virtualPosOrderId].includes(orderId));
    return payment && describe(payment);
  }

  return {
    name: 'moka', handle, visit, find, settings, times, courier,
    payments: () => book.payments().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(orderId, outcomeName) { forced.set(orderId, cardByName(outcomeName).name); },
    /** How the services misbehave: see FAULTS in moka-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    setNotificationUrl(url) { notificationUrl = url; },
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'moka'),
    close: () => courier.close(),
  };
}

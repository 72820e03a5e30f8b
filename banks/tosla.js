// The simulated Tosla (AkÖde): the card form and the hosted page of a session of 3-D Secure, and what they send back. The money is
// taken at the end of 3-D Secure; there is no provision of its own. Its pages are those of visits.js, the API is in tosla-api.js, the
// money in tosla-book.js.
import { randomBytes } from 'node:crypto';
import { readCard } from './card-input.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, FormError, parseForm } from './form.js';
import { CURRENCIES } from './money.js';
import { errorPage, methodOnly } from './page.js';
import { BASE, createApi, masked, OPERATIONS } from './tosla-api.js';
import { createBook } from './tosla-book.js';
import { CALLBACK_FIELDS, callbackHash } from './tosla-hash.js';
import { createVisits } from './visits.js';

export { CALLBACK_FIELDS, callbackHash, requestHash } from './tosla-hash.js';

/** The number is that of the public test account; the user and the password exist only here. */
export const SIMULATOR_ACCOUNT = {
  clientId: '1000000494', apiUser: 'POS_SIM_0001', apiPass: 'POS_SIM_0001!*!*', shopName: 'Velopos Örnek Mağaza',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  charset: 'UTF-8',                  // of the return's percent-encoding
  repeatCallback: 0,                 // Tosla posts the same return so many more times, from server to server
  clockToleranceMs: 60 * 60_000,     // how far timeSpan may be off
  clockError: 998,                   // the code then: 998 was seen, the document says 997
  hashOnce: true,                    // a digest that was used is refused, as the document says
  chargesWith: ['1', '2', '3', '4'], // results of 3-D Secure with which the money is taken; '5' would be without any
  without3D: true,                   // charges with a card are allowed
  repeatedOrder: 'refuse',           // of an order number that is paid; 'accept' charges it again. No document tells
  waitingIsKnown: true,              // an inquiry knows a payment whose card has not come yet
  inquiryLagMs: 0,                   // a fresh payment is not found for so long
  refundNeedsSettlement: false,      // true: no refund before settle()
  unsignedReturn: false,             // true: the return of a refused card comes without Hash
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

const NAMES = new Set(OPERATIONS.map((name) => name.toLowerCase()));

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT>} [options.stores]
 * @param {Partial<typeof SETTINGS>} [options.settings]
 * @param {string} [options.mount] path under which `handle` is mounted
 * @param {ReturnType<typeof createCourier>} [options.courier]
 */
export function createTosla(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/tosla' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, settings });
  const sessions = new Map();   // by ThreeDSessionId
  const forced = new Map();     // order id → name of an outcome
  const faults = createFaults();
  const account = (clientId) => stores.find((store) => store.clientId === clientId);
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const api = createApi({ book, account, open, settings, faults, times, courier, now, random, outcomeOf });
  const visits = createVisits({ system: 'tosla', base: `${mount}/pay`, now, random, times, settings, courier, finish, turnBack });

  async function handle(request) {
    const { path, method } = request;
    const name = path.toLowerCase().startsWith(BASE) ? path.slice(BASE.length) : null;
    if (name !== null) {
      if (NAMES.has(name.toLowerCase())) return method === 'POST' ? api(request) : methodOnly('POST');
      if (/^processcardform$/i.test(name)) return method === 'POST' ? cardForm(request) : methodOnly('POST');
      const [, id] = /^threedsecure\/(P[0-9A-F]{64})$/i.exec(name) ?? [];
      if (id) return visit3D(id);
    }
    const [, id, step] = /^\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  /** A session of 3-D Secure, whose card is still to come. */
  function open(store, { callbackUrl, ...wanted }) {
    const payment = book.start(store, wanted);
    const threeDSessionId = `P${random(32).toString('hex').toUpperCase()}`;
    const { orderId, minor, currency, installments } = wanted;
    sessions.set(threeDSessionId, visits.begin({
      orderId, minor, currency, installments, shop: store.shopName, lang: 'tr', store, payment, callbackUrl, threeDSessionId,
    }));
    return { threeDSessionId };
  }

  const noSession = () => errorPage('tosla', 404, 'Sayfa bulunamadı', 'Böyle bir 3D oturumu yok.', 'There is no such session.');

  /** The hosted page, which asks for the card. */
  function visit3D(id) {
    const session = sessions.get(id.toUpperCase());
    return session ? visits.goOn(session) : noSession();
  }

  /** The shop's own form has asked for the card, and the browser brings it here. */
  function cardForm(request) {
    const fields = readFields(request);
    const repeated = duplicateName(fields);
    const twice = [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`];
    if (repeated) return errorPage('tosla', 400, 'Form okunamadı', ...twice);
    const form = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
    const session = sessions.get((form.threedsessionid ?? '').toUpperCase());
    if (!session) return noSession();
    if (session.state === 'card') takeCard(session, form);
    return visits.goOn(session);
  }

  /** `12/26` and `1226` are both on the way. */
  function takeCard(session, { cardno, expiredate = '', cvv }) {
    const [, month, year] = /^(\d\d)\/?(\d\d)$/.exec(expiredate) ?? [];
    const card = readCard({ pan: cardno, month, year, cv2: cvv }, session.lang);
    if (card.error) leave(session, '8');
    else visits.accept(session, card);
  }

  /** The end of 3-D Secure, and the charge. */
  async function finish(session, authenticated) {
    const outcome = outcomeOf(session.orderId, session.pan);
    const mdStatus = authenticated ? outcome.mdStatus : '0';
    if (!settings.chargesWith.includes(mdStatus)) return leave(session, mdStatus);
    if (outcome.slow) await courier.wait(times.slowMs);
    const row = book.decide(session.payment, { pan: session.pan, mdStatus, code: outcome.code });
    session.silent = outcome.silent && row.verdict.code === '00';
    sendBack(session, mdStatus, row);
  }

  /** Nobody asked the card's bank. */
  function leave(session, mdStatus) {
    sendBack(session, mdStatus, book.decide(session.payment, { pan: session.pan, mdStatus, code: `MD:${mdStatus}` }));
  }

  function turnBack(session) { leave(session, '0'); }

  function sendBack(session, mdStatus, { verdict }) {
    const fields = {
      ClientId: session.store.clientId, OrderId: session.orderId, MdStatus: mdStatus, ThreeDSessionId: session.threeDSessionId,
      BankResponseCode: verdict.code, BankResponseMessage: verdict.message, RequestStatus: verdict.code === '00' ? '1' : '0',
    };
    const signature = settings.unsignedReturn && verdict.code !== '00' ? {}
      : { HashParameters: CALLBACK_FIELDS, Hash: callbackHash(fields, session.store) };
    visits.sendBack(session, Object.entries({ ...fields, ...signature }), session.callbackUrl);
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of a session without a browser.
   * @param {string} threeDSessionId as the API gave it
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] a card's name, 'cancel' or 'close'
   * @param {Record<string, string>} [fields] of the shop's card form, where it has one
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(threeDSessionId, customer = {}, fields) {
    const session = sessions.get(threeDSessionId);
    if (!session) throw new Error('there is no such session');
    if (fields) {
      const body = encodeForm(Object.entries({ ThreeDSessionId: threeDSessionId, ...fields }));
      cardForm({ headers: {}, body: Buffer.from(body, 'latin1') });
    }
    return { ...await visits.walk(session, customer), order: find(session.orderId) };
  }

  function describe(payment) {
    const { code, digits } = CURRENCIES[payment.currency];
    const [captured, refunded] = [book.captured(payment), book.refunded(payment)];
    return {
      system: 'tosla', orderId: payment.orderId, status: statusOf(payment, captured, refunded), currency: code, digits,
      minor: payment.minor, captured, refunded, code: payment.rows[0]?.verdict.code ?? '', mdStatus: payment.mdStatus,
      card: masked(payment.pan) ?? '', at: payment.at, entries: payment.rows.length,
    };
  }

  function statusOf({ state, voided }, captured, refunded) {
    if (state !== 'approved') return state === 'waiting' ? 'open' : 'declined';
    if (voided) return 'voided';
    if (captured === 0n) return 'authorized';
    return captured === refunded ? 'refunded' : 'paid';
  }

  function find(orderId) {
    const attempts = book.payments().filter((payment) => payment.orderId === orderId);
    const payment = attempts.find(({ state }) => state === 'approved') ?? attempts.at(-1);
    return payment && describe(payment);
  }

  return {
    name: 'tosla', handle, visit, find, settings, times, courier,
    payments: () => book.payments().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(orderId, outcomeName) { forced.set(orderId, cardByName(outcomeName).name); },
    /** How the API misbehaves: see FAULTS in tosla-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'tosla'),
    close: () => courier.close(),
  };
}

/** A browser's form, in either of its two encodings. */
function readFields({ headers, body }) {
  const [, boundary] = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(headers['content-type'] ?? '') ?? [];
  if (!boundary) return parseForm(body);
  return body.toString('utf8').split(`--${boundary}`).slice(1, -1).map((part) => {
    const [, name, value] = /^\r\n[^]*?name="([^"]*)"[^]*?\r\n\r\n([^]*)\r\n$/.exec(part) ?? [];
    if (name === undefined) throw new FormError('a part that cannot be read');
    return [name, value];
  });
}

// The simulated Akbank, the JSON POS that follows its NestPay one: the secure page and the hosted page that a browser is sent to, and
// what they send back. The pages are those of visits.js, the API is in akbank-api.js, the money in akbank-book.js.
import { randomBytes } from 'node:crypto';
import { createApi, momentIn, PROCESS, REPORT } from './akbank-api.js';
import { createBook, ORDER_ID } from './akbank-book.js';
import { authenticate, authenticatedFields, chargedFields, listOf, masked, refusedFields, signed, since2026 } from './akbank-callback.js';
import { Refusal, REFUSALS } from './akbank-codes.js';
import { formHash } from './akbank-hash.js';
import { readCard } from './card-input.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { CURRENCIES, toMinor } from './money.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { createVisits } from './visits.js';

export { callbackHash, FORM_FIELDS, formHash, hashParams, LISTS, mac } from './akbank-hash.js';

/** The numbers are those of the bank's public test terminal; the secret exists only here. */
export const SIMULATOR_ACCOUNT = {
  merchantSafeId: '2023090417500272654BD9A49CF07574', terminalSafeId: '2023090417500284633D137A249DBBEB',
  secretKey: '53696d416b62616e6b3230323673696d756c617465644b65795f315f32', merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What each payment model does. The hosted ones have a page of their own, that asks for the card. */
const MODELS = {
  '3D': { hosted: false, with3D: true, charges: false },
  '3D_PAY': { hosted: false, with3D: true, charges: true },
  '3D_PAY_HOSTING': { hosted: true, with3D: true, charges: true },
  PAY_HOSTING: { hosted: true, with3D: false, charges: true },
};

/** Of the form; the transactions behind them are 1000 and 1004. */
const FORM_CODES = { 3000: 'sale', 3004: 'preauth' };

/** What a test may change while the bank runs. */
const SETTINGS = {
  charset: 'UTF-8',              // of the return's percent-encoding
  authenticatedList: '2026',     // what a return from 3-D Secure signs: '2026' | '2024'
  chargedList: '2024',           // and one after a charge; '2026' is a guess, no such return is public
  omit: [],                      // fields that this bank does not send back, and does not sign then
  repeatCallback: 0,             // the bank posts the same return so many more times, from server to server
  half: ['2', '4'],              // results of 3-D Secure besides '1' that the bank accepts; '5' is charged without any
  models: Object.keys(MODELS),   // those that the terminal may use
  sales: ['with-3d', 'without-3d'],   // by API; without the second no card is charged without 3-D Secure
  checkOrderAtForm: true,        // false: a repeated order number is refused only when it comes to the charge
  clockToleranceMs: 60 * 60_000, // how far requestDateTime may be off
  historyLagMs: 0,               // a fresh payment is not found for so long
  historyOrder: 'oldest',        // of the rows: 'oldest' | 'newest' first; both were seen
  reportRows: 9_999,             // of a report, at most
  refundNeedsSettlement: false,  // true: no refund before settle()
  captureMarginPercent: 0,       // how far above a pre-authorisation it may be closed
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT>} [options.stores] the terminals of this bank
 * @param {Partial<typeof SETTINGS>} [options.settings]
 * @param {string} [options.mount] path under which `handle` is mounted
 * @param {ReturnType<typeof createCourier>} [options.courier]
 */
export function createAkbank(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/akbank' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const authentications = new Map();   // by secureId, for the charge after 3-D Secure
  const forced = new Map();            // order id → name of an outcome
  const faults = createFaults();
  const terminal = (merchantSafeId, terminalSafeId) =>
    stores.find((store) => store.merchantSafeId === merchantSafeId && store.terminalSafeId === terminalSafeId);
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const api = createApi({ book, terminal, authentications, settings, faults, times, courier, now, outcomeOf });
  const visits = createVisits({ system: 'akbank', base: `${mount}/pay`, now, random, times, settings, courier, finish, turnBack });

  async function handle(request) {
    const { path, method } = request;
    const endpoint = { '/securepay': gate(false), '/payhosting': gate(true), [PROCESS]: api, [REPORT]: api }[path];
    if (endpoint) return method === 'POST' ? endpoint(request) : methodOnly('POST');
    const [, id, step] = /^\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  /** The browser arrives with the shop's form, at the address of one of the two pages. */
  const gate = (hosted) => ({ body }) => {
    const { session, refusal } = open(body, hosted);
    if (!session) return errorPage('akbank', 200, 'İşleminiz gerçekleştirilemiyor', ...refusal);
    if (refusal) leave(session, refusal);
    return visits.goOn(session);
  };

  /** Reads and checks the form. Without a refusal the session goes on; a refusal without a session has nowhere to return to. */
  function open(body, hosted) {
    let fields;
    try { fields = parseForm(body); } catch { return { refusal: ['Form okunamadı.', 'The form cannot be read.'] }; }
    const repeated = duplicateName(fields);
    if (repeated) return { refusal: [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`] };
    const form = Object.fromEntries(fields);
    const store = terminal(form.merchantSafeId, form.terminalSafeId);
    if (!store) return { refusal: ['Terminal bulunamadı.', 'There is no such terminal.'] };
    if (!sameDigest(form.hash, formHash(form, store.secretKey))) return { refusal: ['hash geçersiz.', 'The hash is not valid.'] };
    if (!courier.mayReach(form.okUrl) || !courier.mayReach(form.failUrl)) {
      return {
        refusal: ['okUrl veya failUrl geçersiz. Bu simülasyon yalnızca bu bilgisayardaki mağazaya döner.',
          'okUrl or failUrl is not valid. This simulation returns only to the shop on this computer.'],
      };
    }
    const model = Object.hasOwn(MODELS, form.paymentModel ?? '') ? MODELS[form.paymentModel] : null;
    const session = visits.begin({
      orderId: form.orderId ?? '', minor: toMinor(form.amount ?? ''), currency: form.currencyCode, shop: store.merchantName,
      lang: languageOf((form.lang ?? '').toLowerCase()), installments: Number(form.installCount) > 1 ? form.installCount : '',
      without3D: model?.with3D === false, type: FORM_CODES[form.txnCode], form, store, model,
    });
    try {
      checkForm(session, hosted);
      if (!hosted) takeCard(session);
      return { session };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { session, refusal: error };
    }
  }

  function checkForm({ form, model, minor, type, store }, hosted) {
    const { badField, badAmount, badDate, notAllowed } = REFUSALS;
    if (!model || model.hosted !== hosted) throw badField('paymentModel');
    if (!settings.models.includes(form.paymentModel)) throw notAllowed();
    if (!type) throw badField('txnCode');
    if (!ORDER_ID.test(form.orderId ?? '')) throw badField('orderId');
    if (!minor || !/^\d+\.\d\d$/.test(form.amount)) throw badAmount();
    if (!Object.hasOwn(CURRENCIES, form.currencyCode ?? '')) throw badField('currencyCode');
    if (!/^([1-9]|[12]\d|3[0-6])$/.test(form.installCount ?? '')) throw badField('installCount');
    if (!/^[0-9A-F]{128}$/i.test(form.randomNumber ?? '')) throw badField('randomNumber');
    if (!(Math.abs(now() - momentIn(form.requestDateTime ?? '')) <= settings.clockToleranceMs)) throw badDate();
    if (settings.checkOrderAtForm) book.checkNew(store, form.orderId);
  }

  function takeCard(session) {
    const { creditCard, expiredDate = '', cvv } = session.form;
    const card = readCard({ pan: creditCard, month: expiredDate.slice(0, 2), year: expiredDate.slice(2), cv2: cvv }, session.lang);
    if (card.error) throw REFUSALS.badCard();
    visits.accept(session, card);
  }

  /** The end of 3-D Secure; in most models also the charge. */
  async function finish(session, authenticated) {
    const outcome = outcomeOf(session.orderId, session.pan);
    const { charges, with3D } = session.model;
    const mdStatus = with3D ? (authenticated ? outcome.mdStatus : '0') : '';
    if (with3D && mdStatus !== '1' && !settings.half.includes(mdStatus)) return leave(session, REFUSALS.not3D());
    return charges ? chargeNow(session, outcome, mdStatus) : authenticateOnly(session, outcome, mdStatus);
  }

  function authenticateOnly(session, outcome, mdStatus) {
    const authentication = authenticate(session.pan, mdStatus, random);
    authentications.set(authentication.secureId, { session, outcome, ...authentication, used: false });
    session.silent = outcome.silent;
    const fields = authenticatedFields({ session, authentication, at: now() });
    answer(session, 'authenticated', [...fields, ...news(session, settings.authenticatedList, mdStatus)], session.form.okUrl);
  }

  async function chargeNow(session, outcome, mdStatus) {
    if (outcome.slow) await courier.wait(times.slowMs);
    try {
      const row = book.charge(session.store, { ...session, mdStatus, outcome });
      session.silent = outcome.silent;
      const fields = chargedFields({ session, row, holder: 'TD**' });
      const url = book.isApproved(row) ? session.form.okUrl : session.form.failUrl;
      answer(session, 'charged', [...fields, ...news(session, settings.chargedList, mdStatus)], url);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      leave(session, error);
    }
  }

  const news = (session, list, mdStatus) => (list === '2026' ? since2026(session, mdStatus) : []);

  function answer(session, kind, fields, url) {
    const kept = fields.filter(([name]) => !settings.omit.includes(name));
    const list = listOf(kind, settings[`${kind}List`]);
    visits.sendBack(session, signed(kept, list, session.store.secretKey), url);
  }

  /** Nothing was charged: to failUrl, with the short list. */
  const leave = (session, refusal) => answer(session, 'refused', refusedFields(session, refusal), session.form.failUrl);

  /** The customer did not want to type a card. */
  function turnBack(session) { leave(session, REFUSALS.cancelled()); }

  // ---- for tests and for the ledger

  /**
   * A whole visit of one of the pages without a browser.
   * @param {Record<string, string> | [string, string][]} fields the shop's form
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] a card's name, 'cancel' or 'close'
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(fields, customer = {}) {
    const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
    const hosted = pairs.some(([name, value]) => name === 'paymentModel' && MODELS[value]?.hosted);
    const { session, refusal } = open(Buffer.from(encodeForm(pairs), 'latin1'), hosted);
    if (!session) throw new Error(refusal[1]);
    if (refusal) leave(session, refusal);
    return { ...await visits.walk(session, customer), order: find(session.orderId) };
  }

  function describe(order) {
    const [first] = order.rows;
    const [captured, refunded] = [book.captured(order), book.refunded(order)];
    const { code, digits } = CURRENCIES[order.currency];
    return {
      system: 'akbank', orderId: order.orderId, status: statusOf(order, captured, refunded), currency: code, digits, minor: first.minor,
      captured, refunded, code: first.verdict.hostResponseCode, rrn: first.rrn, authCode: first.authCode, mdStatus: order.mdStatus,
      card: masked(order.pan), at: first.at, entries: order.rows.length,
    };
  }

  function statusOf(order, captured, refunded) {
    if (!book.isApproved(order.rows[0])) return 'declined';
    if (order.rows[0].voided) return 'voided';
    if (captured === 0n) return 'authorized';
    return captured === refunded ? 'refunded' : 'paid';
  }

  function find(orderId) {
    const order = book.find(orderId);
    return order ? describe(order) : undefined;
  }

  return {
    name: 'akbank', handle, visit, find, settings, times, courier,
    payments: () => book.orders().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(orderId, outcomeName) { forced.set(orderId, cardByName(outcomeName).name); },
    /** How the API misbehaves: see FAULTS in akbank-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'akbank'),
    close: () => courier.close(),
  };
}

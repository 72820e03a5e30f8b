// The simulated PosNet V1, Albaraka Türk's JSON successor of POSNET: the gate that a browser is sent to and the return to the shop.
// Its pages are those of visits.js, the service is in posnetv1-api.js, and the money in the book of POSNET, whose rules and codes
// are the same. Written from the bank's "PosNet JSON API" document.
import { randomBytes } from 'node:crypto';
import { readCard } from './card-input.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { POSNET_CURRENCIES } from './posnet-api.js';
import { createBook } from './posnet-book.js';
import { createApi } from './posnetv1-api.js';
import { formValues, LISTS, mac, newCallbackMac, newFormMac } from './posnetv1-hash.js';
import { createVisits } from './visits.js';

export { LISTS, mac, newCallbackMac, newFormMac } from './posnetv1-hash.js';

/** Merchant and terminal stand in the bank's document; the key is this simulation's own. */
export const SIMULATOR_ACCOUNT = {
  merchantNo: '6700950031', terminalNo: '67540050', posnetId: '1010028724242434', encKey: '11,23,58,13,21,34,55,89',
  merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  macs: ['Mac', 'MacNew'],       // the digests that the return brings; the bank's documents before 2025 know `Mac` only
  newMacRequired: false,         // true: no form without MacNew
  headersRequired: false,        // true: the service wants X-MERCHANT-ID, X-TERMINAL-ID, X-POSNET-ID and X-CORRELATION-ID
  ipRefusedFor: [],              // operations that this address may not call (0148), or '*'
  orderIdPrefix: 'TDS_',         // before the shop's twenty characters, of a payment with 3-D Secure
  chargesUnauthenticated: true,  // whether the bank looks at MdStatus when the shop asks for the money is not documented
  bindsOrder: false,             // nor whether it compares order, amount and currency with those that the customer saw
  authenticationOnce: true,      // nor whether one authentication may pay twice
  declinedOrderUsed: false,      // true: an order number is used up by a declined payment, too
  approvedCode: '00',            // '00' or '0000', both occur
  newestFirst: true,             // the order of an inquiry's transactions
  statusMeans: 'good',           // TransactionStatus 1: 'good', or 'financial' where a reversed sale keeps it
  groupsThousands: false,        // amounts of an inquiry as '1.234,50'
  statusLagMs: 0,                // a fresh transaction is not found for so long
  refundNeedsSettlement: false,  // true: no return before settle()
  captureKey: 'same', captureExcessPercent: 0,    // as in POSNET
  maxAmount: 9_999_999,          // kuruş
  maxInstallments: 9,
  repeatCallback: 0,             // the bank posts the same return so many more times, from server to server
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

/** How 3-D Secure ended: [ECI, MdErrorMessage]. Only with 1 and 4 there is a CAVV. */
const AUTHENTICATION = {
  0: ['07', 'Not authenticated'], 1: ['05', 'Authenticated'], 2: ['06', 'Card not enrolled'], 4: ['06', 'Attempt'],
  5: ['07', 'Authentication could not be performed'],
};

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT>} [options.stores] the shops of this bank
 * @param {Partial<typeof SETTINGS>} [options.settings]
 * @param {string} [options.mount] path under which `handle` is mounted
 * @param {ReturnType<typeof createCourier>} [options.courier]
 */
export function createPosnetV1(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/posnetv1' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const authentications = new Map();   // by SecureTransactionId
  const forced = new Map();            // order id → name of an outcome
  const faults = createFaults();
  const account = (merchantNo) => stores.find((store) => store.merchantNo === merchantNo);
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const api = createApi({ book, authentications, account, settings, faults, times, courier, now, outcomeOf });
  const visits = createVisits({
    system: 'posnetv1', base: `${mount}/ALBSecurePaymentUI/pay`, now, random, times, settings, courier,
    finish: async (session, authenticated) => finish(session, authenticated ? outcomeOf(session.orderId, session.pan).mdStatus : '0'),
    turnBack: (session) => finish(session, '0'),
  });

  async function handle(request) {
    const { path, method } = request;
    const [, operation] = /^\/ALBMerchantService\/MerchantJSONAPI\.svc\/(\w+)$/.exec(path) ?? [];
    if (operation) return method === 'POST' ? api(operation, request) : methodOnly('POST');
    if (path === '/ALBSecurePaymentUI/SecureProcess/SecureVerification.aspx') {
      return method === 'POST' ? gate(request) : methodOnly('POST');
    }
    const [, id, step] = /^\/ALBSecurePaymentUI\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  /** The browser arrives with the shop's form. Where something is wrong with it, the bank says so itself and nobody returns. */
  function gate(request) {
    const { session, refusal } = open(request.body);
    return session ? visits.goOn(session) : errorPage('posnetv1', 200, 'İşleminiz gerçekleştirilemiyor', ...refusal);
  }

  function open(body) {
    let fields;
    try { fields = parseForm(body); } catch { return { refusal: ['Form okunamadı.', 'The form cannot be read.'] }; }
    const repeated = duplicateName(fields);
    if (repeated) return { refusal: [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`] };
    const form = Object.fromEntries(fields);
    const store = account(form.MerchantNo);
    const refusal = formProblem(form, store);
    return refusal ? { refusal } : begin(form, store);
  }

  /** @returns what people are told, in Turkish and in English; nothing where all is well */
  function formProblem(form, store) {
    if (store?.terminalNo !== form.TerminalNo || store?.posnetId !== form.PosnetID) {
      return ['Üye işyeri, terminal veya PosnetID tanımlı değil.', 'MerchantNo, TerminalNo or PosnetID is unknown.'];
    }
    if (!digestsFit(form, store)) return ['MAC doğrulama hatası (E216).', 'The MAC could not be verified (E216).'];
    const wrong = wrongField(form);
    if (wrong) return [`${wrong} geçersiz.`, `${wrong} is not valid.`];
    if (courier.mayReach(form.MerchantReturnURL)) return null;
    return ['MerchantReturnURL geçersiz. Bu simülasyon yalnızca bu bilgisayardaki mağazaya döner.',
      'MerchantReturnURL is not valid. This simulation returns only to the shop on this computer.'];
  }

  function digestsFit(form, { encKey }) {
    const list = form.UseOOS === '1' ? LISTS.hostedForm : LISTS.cardForm;
    if (form.MacParams !== list || !sameDigest(form.Mac, mac(list, formValues(form), encKey))) return false;
    if (form.MacNew === undefined) return !settings.newMacRequired;
    return sameDigest(form.MacNew, newFormMac(form, encKey));
  }

  const GRAMMAR = {
    OrderId: /^[0-9A-Za-z_]{20}$/, Amount: /^[1-9]\d{0,14}$/, InstallmentCount: /^\d{1,2}$/, TransactionType: /^(Sale|Auth)$/,
    UseOOS: /^[01]$/, TxnState: /^INITIAL$/, OpenNewWindow: /^[01]$/,
  };

  function wrongField(form) {
    const wrong = Object.keys(GRAMMAR).find((name) => !GRAMMAR[name].test(form[name] ?? ''));
    return wrong ?? (Object.hasOwn(POSNET_CURRENCIES, form.CurrencyCode ?? '') ? undefined : 'CurrencyCode');
  }

  function begin(form, store) {
    const lang = languageOf((form.Language ?? '').toLowerCase());
    const { card, refusal } = form.UseOOS === '1' ? {} : cardOf(form);
    if (refusal) return { refusal };
    const count = Number(form.InstallmentCount);
    const session = visits.begin({
      orderId: form.OrderId, minor: BigInt(form.Amount), currency: POSNET_CURRENCIES[form.CurrencyCode].number,
      installments: count > 1 ? String(count) : '', shop: store.merchantName, lang, form, store,
    });
    if (card) visits.accept(session, card);
    return { session };
  }

  function cardOf({ CardNo, ExpiredDate, Cvv }) {
    const [, year, month] = /^(\d\d)(\d\d)$/.exec(ExpiredDate ?? '') ?? [];
    const read = (language) => readCard({ pan: CardNo, year, month, cv2: Cvv }, language);
    const card = read('tr');
    return card.error ? { refusal: [card.error, read('en').error] } : { card };
  }

  /** The end of 3-D Secure. No money has moved: the shop has to ask for it, with what the browser brings. */
  function finish(session, mdStatus) {
    const { form, store, pan } = session;
    const [eci, message] = AUTHENTICATION[mdStatus];
    const id = `1010${String(random(8).readBigUInt64BE() % 10n ** 12n).padStart(12, '0')}`;
    const cavv = ['1', '4'].includes(mdStatus) ? random(20).toString('base64') : '';
    const proof = { SecureTransactionId: id, CavvData: cavv, Eci: eci, MdStatus: mdStatus, MD: `0161${id}` };
    authentications.set(id, { ...proof, form, store, pan, usedFor: '' });
    const fields = {
      CCPrefix: pan.slice(0, 6), TranType: form.TransactionType, Amount: form.Amount, OrderId: form.OrderId, MerchantId: store.merchantNo,
      CAVV: cavv, CAVVAlgorithm: cavv && '3', ECI: eci, MD: proof.MD, MdErrorMessage: message, MdStatus: mdStatus, SecureTransactionId: id,
    };
    return visits.sendBack(session, signed(fields, session), form.MerchantReturnURL);
  }

  function signed(fields, { form, store }) {
    const older = { Mac: mac(LISTS.callback, fields, store.encKey), MacParams: LISTS.callback };
    const later = { Currency: form.CurrencyCode, MacNew: newCallbackMac({ ...fields, Currency: form.CurrencyCode }, store.encKey) };
    const added = settings.macs.map((name) => ({ Mac: older, MacNew: later })[name]);
    return Object.entries(Object.assign({}, fields, ...added));
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of the gate without a browser.
   * @param {Record<string, string> | [string, string][]} fields the shop's form
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] a card's name (typed only where the shop sent none),
   *   'cancel' or 'close'
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(fields, customer = {}) {
    const { session, refusal } = open(Buffer.from(encodeForm(Array.isArray(fields) ? fields : Object.entries(fields)), 'latin1'));
    if (!session) throw new Error(refusal[1]);
    return { ...await visits.walk(session, customer), order: find(session.orderId) };
  }

  function describe(order) {
    const { charge, entries } = order;
    const last = charge ?? entries.at(-1);
    const taken = charge ? book.captureOf(order) : undefined;
    const captured = taken?.good ? taken.minor : 0n;
    const refunded = book.returned(order);
    const { code: currency, digits } = POSNET_CURRENCIES[order.currency];
    return {
      system: 'posnetv1', orderId: order.xid, status: statusOf({ charge, taken, captured, refunded }), currency, digits,
      minor: last.minor, captured, refunded, code: last.code, authCode: last.authCode, hostRef: last.hostLogKey,
      mdStatus: order.mdStatus, card: order.pan, at: entries[0].at, entries: entries.length,
    };
  }

  function statusOf({ charge, taken, captured, refunded }) {
    if (!charge) return 'declined';
    if (!charge.good) return 'voided';
    if (!taken) return 'authorized';
    return refunded === captured ? 'refunded' : 'paid';
  }

  function find(orderId) {
    const order = book.orders().find((each) => each.xid === orderId);
    return order && describe(order);
  }

  return {
    name: 'posnetv1', handle, visit, find, settings, times, courier,
    payments: () => book.orders().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(orderId, outcomeName) { forced.set(orderId, cardByName(outcomeName).name); },
    /** How the service misbehaves: see FAULTS in posnetv1-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'posnetv1'),
    close: () => courier.close(),
  };
}

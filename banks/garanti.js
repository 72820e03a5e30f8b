// The simulated Garanti BBVA: the 3-D gate of GVPS that a browser is sent to, and what it sends back. Its pages are those of
// visits.js, the XML API is in garanti-api.js, the money in garanti-book.js.
import { randomBytes } from 'node:crypto';
import { readCard } from './card-input.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { createApi } from './garanti-api.js';
import { AMOUNT, createBook, INSTALLMENTS, installmentsOf, ORDER_ID } from './garanti-book.js';
import { authenticate, kept, masked, refusalFields, returnFields, signed } from './garanti-callback.js';
import { messageOf } from './garanti-codes.js';
import { formHash, isSha512 } from './garanti-hash.js';
import { CURRENCIES } from './money.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { createVisits } from './visits.js';

export { callbackHash, formHash, replyHash, requestHash, securityData, SIGNED_FIELDS } from './garanti-hash.js';

/** The merchant and terminal numbers are those of the bank's public test terminal; the secrets exist only here. */
export const SIMULATOR_ACCOUNT = {
  merchantId: '7000679', terminalId: '30691297', storeKey: '53696d4761726f53746f7265', merchantName: 'VELOPOS ÖRNEK MAĞAZA',
  provisionUser: 'PROVAUT', provisionPassword: 'simProv12/', refundUser: 'PROVRFN', refundPassword: 'simRfnd34/',
  hostedUser: 'PROVOOS', hostedPassword: 'simOosp56/',
};

/** What each level of security does. `charges` are the results of 3-D Secure with which the bank takes the money at once. */
const LEVELS = {
  '3D': { asksForCard: false, charges: '' },
  '3D_PAY': { asksForCard: false, charges: '12345' },
  '3D_HALF': { asksForCard: false, charges: '1234' },
  '3D_FULL': { asksForCard: false, charges: '1' },
  OOS_PAY: { asksForCard: true, charges: 'always' },   // the one without 3-D Secure
  '3D_OOS_PAY': { asksForCard: true, charges: '12345' },
  '3D_OOS_HALF': { asksForCard: true, charges: '1234' },
  '3D_OOS_FULL': { asksForCard: true, charges: '1' },
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  charset: 'UTF-8',              // of the return's percent-encoding: 'UTF-8' | 'ISO-8859-9'
  replyCharset: 'ISO-8859-9',    // of the API's answers
  omit: [],                      // names that this bank does not send back
  repeatCallback: 0,             // the bank posts the same return so many more times, from server to server
  signRefusals: false,           // true: the return of a refused form is signed as well
  levels: Object.keys(LEVELS),   // those that the terminal may use
  legacyVersions: true,          // false: no SHA-1 any more
  hostedUserRequired: false,     // true: the hosted page is for PROVOOS only
  closedUsers: [],               // users whose state is `closed`
  onlyListedAddresses: false,    // true: the API answers certain IP addresses only, and none is listed
  blankAuthCode: ' ',            // how a missing authorization code is written
  statusLagMs: 0,                // a fresh payment is not found for so long
  statusAfterVoid: 'VOID', statusAfterRefund: 'REFUNDED',   // what an order inquiry calls these; no public document shows it
  voidInHistory: 'both',         // how the history shows a void: 'date' of the transaction | 'entry' of its own | 'both'
  refundNeedsSettlement: true,   // no refund before settle(), as on the day of the sale
  refundNeedsReference: true,    // no refund without OriginalRetrefNum
  captureMarginPercent: 0,       // how far above a pre-authorisation it may be closed
  listPageSize: 500,             // of the list of orders
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

const REQUIRED = [
  'mode', 'apiversion', 'secure3dsecuritylevel', 'terminalprovuserid', 'terminaluserid', 'terminalmerchantid', 'txntype',
  'txnamount', 'txncurrencycode', 'orderid', 'customeripaddress', 'secure3dhash',
];

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
export function createGaranti(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/garanti' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const authentications = new Map();   // by md, for the provision after 3-D Secure
  const forced = new Map();            // order id → name of an outcome
  const faults = createFaults();
  const terminal = (terminalId) => stores.find((store) => store.terminalId === terminalId);
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const api = createApi({ book, terminal, authentications, settings, faults, times, courier, now, outcomeOf });
  const visits = createVisits({
    system: 'garanti', base: `${mount}/servlet/pay`, now, random, times, settings, courier, finish, turnBack,
  });

  async function handle(request) {
    const { path, method } = request;
    const endpoint = { '/servlet/gt3dengine': gate, '/VPServlet': api }[path];
    if (endpoint) return method === 'POST' ? endpoint(request) : methodOnly('POST');
    const [, id, step] = /^\/servlet\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  /** The browser arrives with the shop's form. */
  function gate(request) {
    const { session, refusal } = open(request.body);
    if (!session) return errorPage('garanti', 200, 'İşleminiz gerçekleştirilemiyor', ...refusal);
    if (refusal) leave(session, refusal);
    return visits.goOn(session);
  }

  /** Reads and checks the form. Without a refusal the session goes on; a refusal without a session has nowhere to return to. */
  function open(body) {
    let fields;
    try { fields = parseForm(body); } catch { return { refusal: ['Form okunamadı.', 'The form cannot be read.'] }; }
    const repeated = duplicateName(fields);
    if (repeated) return { refusal: [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`] };
    const form = Object.fromEntries(fields);
    const store = terminal(form.terminalid);
    if (!store) return { refusal: ['Terminal kaydı yok (0752).', 'Unknown terminalid (0752).'] };
    if (!courier.mayReach(form.successurl) || !courier.mayReach(form.errorurl)) {
      return {
        refusal: ['successurl veya errorurl geçersiz. Bu simülasyon yalnızca bu bilgisayardaki mağazaya döner.',
          'successurl or errorurl is not valid. This simulation returns only to the shop on this computer.'],
      };
    }
    const level = Object.hasOwn(LEVELS, form.secure3dsecuritylevel ?? '') ? LEVELS[form.secure3dsecuritylevel] : null;
    const session = visits.begin({
      orderId: form.orderid ?? '', minor: null, currency: form.txncurrencycode, shop: store.merchantName,
      lang: languageOf(form.lang), installments: installmentsOf(form.txninstallmentcount ?? ''),
      without3D: level?.charges === 'always',
      form, store, terminalId: store.terminalId, type: form.txntype, level,
    });
    return { session, refusal: formProblem(session) ?? cardProblem(session) };
  }

  function formProblem({ form, store, level }) {
    const missing = REQUIRED.find((name) => (form[name] ?? '').trim() === '');
    if (missing) return { message: `Zorunlu alan gonderilmedi: ${missing}` };
    if (!isSha512(form.apiversion) && !settings.legacyVersions) return { message: '0122' };
    const password = passwordFor(form, store, level);
    if (!password || !sameDigest(form.secure3dhash, formHash(form, { storeKey: store.storeKey, password }))) {
      return { message: 'Guvenlik Kodu hatali' };
    }
    const isOpen = level && settings.levels.includes(form.secure3dsecuritylevel);
    if (!isOpen) return { message: 'Isyeri kullanim tipi desteklenmiyor' };
    const valid = form.terminalmerchantid === store.merchantId && ['TEST', 'PROD'].includes(form.mode)
      && ['sales', 'preauth'].includes(form.txntype)
      && AMOUNT.test(form.txnamount) && Object.hasOwn(CURRENCIES, form.txncurrencycode)
      && ORDER_ID.test(form.orderid) && INSTALLMENTS.test(form.txninstallmentcount ?? '');
    return valid ? null : { message: 'Sistem Hatasi' };
  }

  /** The form is signed with the password of the user that it names, and not every user may send customers here. */
  function passwordFor({ terminalprovuserid: user }, store, level) {
    if (settings.closedUsers.includes(user)) return null;
    if (user === store.hostedUser) return level?.asksForCard ? store.hostedPassword : null;
    if (level?.asksForCard && settings.hostedUserRequired) return null;
    return user === store.provisionUser ? store.provisionPassword : null;
  }

  /** In the levels whose form brings the card. */
  function cardProblem(session) {
    const { form, level } = session;
    session.minor = BigInt(form.txnamount);
    if (level.asksForCard) return null;
    const card = readCard({
      pan: form.cardnumber, cv2: form.cardcvv2, month: form.cardexpiredatemonth, year: form.cardexpiredateyear,
    }, session.lang);
    if (card.error) return { mdStatus: '8', message: 'Bilinmeyen kart numarasi' };
    visits.accept(session, card);
    return null;
  }

  /** The end of 3-D Secure; in most levels also the charge. */
  async function finish(session, authenticated) {
    const outcome = outcomeOf(session.orderId, session.pan);
    const { charges: chargedWith } = session.level;
    const mdStatus = session.without3D ? '' : authenticated ? outcome.mdStatus : '0';
    const authentication = authenticate(session.pan, mdStatus, random);
    const onlyAuthenticates = chargedWith === '';
    const charges = session.without3D || (!onlyAuthenticates && chargedWith.includes(mdStatus));
    if (onlyAuthenticates) authentications.set(authentication.md, { session, outcome, ...authentication, used: false });
    if (charges && outcome.slow) await courier.wait(times.slowMs);
    const entry = charges ? chargeNow(session, outcome, authentication) : null;
    const succeeded = entry ? messageOf(entry.verdict) === 'Approved' : onlyAuthenticates && '1234'.includes(mdStatus);
    session.silent = outcome.silent && succeeded;
    const fields = signed(returnFields({ session, authentication, entry, settings }), { session, settings, random });
    visits.sendBack(session, fields, succeeded ? session.form.successurl : session.form.errorurl);
  }

  const chargeNow = (session, outcome, { mdStatus, eci, cavv, xid }) => book.charge({
    ...session, outcome, expiry: session.month + session.year, email: session.form.customeremailaddress ?? '',
    user: session.form.terminalprovuserid, threeDS: { mdStatus, eci, cavv, xid },
  });

  /** The form was refused: straight back to errorurl. */
  function leave(session, refusal) {
    const fields = refusalFields({ session, ...refusal });
    const complete = settings.signRefusals ? signed(fields, { session, settings, random }) : kept(fields, settings);
    visits.sendBack(session, complete, session.form.errorurl);
  }

  /** The customer did not want to type a card. */
  function turnBack(session) {
    const fields = refusalFields({ session, mdStatus: '0', message: 'Islem kullanici tarafindan iptal edildi' });
    visits.sendBack(session, signed(fields, { session, settings, random }), session.form.errorurl);
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of the gate without a browser.
   * @param {Record<string, string> | [string, string][]} fields the shop's form
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] a card's name, 'cancel' or 'close'
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(fields, customer = {}) {
    const { session, refusal } = open(Buffer.from(encodeForm(Array.isArray(fields) ? fields : Object.entries(fields)), 'latin1'));
    if (!session) throw new Error(refusal[1]);
    if (refusal) leave(session, refusal);
    return { ...await visits.walk(session, customer), order: find(session.orderId) };
  }

  function describe(order) {
    const lead = book.first(order);
    const last = lead ?? order.entries.at(-1);
    const [captured, refunded] = [book.captured(order), book.refunded(order)];
    const currency = CURRENCIES[order.currency];
    return {
      system: 'garanti', orderId: order.orderId, status: statusOf(lead, captured, refunded), currency: currency.code,
      digits: currency.digits, minor: last.minor, captured, refunded, code: last.verdict.code, retrefNum: last.retrefNum,
      authCode: last.authCode, mdStatus: order.threeDS?.mdStatus ?? '', card: masked(order.pan), at: order.entries[0].at,
      entries: order.entries.length,
    };
  }

  function statusOf(lead, captured, refunded) {
    if (!lead) return 'declined';
    if (lead.voidedAt !== null) return 'voided';
    if (captured === 0n) return 'authorized';
    return captured === refunded ? 'refunded' : 'paid';
  }

  function find(orderId) {
    const order = book.find(orderId);
    return order ? describe(order) : undefined;
  }

  return {
    name: 'garanti', handle, visit, find, settings, times, courier,
    payments: () => book.orders().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(orderId, outcomeName) { forced.set(orderId, cardByName(outcomeName).name); },
    /** How the API misbehaves: see FAULTS in garanti-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'garanti'),
    close: () => courier.close(),
  };
}

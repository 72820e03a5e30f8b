// The simulated PayFor bank (QNB and Enpara; Ziraat Katılım with a digest that cannot be relied on): the gate that a browser is sent
// to, and what it sends back. Its pages are those of visits.js, the server-to-server side is in payfor-api.js, the money in
// payfor-book.js.
import { randomBytes } from 'node:crypto';
import { acsPage, visitOf } from './acs.js';
import { readCard } from './card-input.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { CURRENCIES, toMinor } from './money.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { createApi, installmentsOf, ORDER_ID } from './payfor-api.js';
import { createBook } from './payfor-book.js';
import { verdict } from './payfor-codes.js';
import { olderResponseHash, requestHash, responseHash } from './payfor-hash.js';
import { callbackFields, masked, refusalFields } from './payfor-record.js';
import { createVisits } from './visits.js';

export { olderResponseHash, requestHash, responseHash, SIGNED_FIELDS } from './payfor-hash.js';

/** QNB's member number is public; the shop and its secrets exist only here. */
export const SIMULATOR_ACCOUNT = {
  mbrId: '5', merchantId: '085300000001907', terminalId: 'VS190700', userCode: 'SIM_API_KULLANICI', userPass: 'SimQn', place: 'gateway',
  merchantPass: '19071907', merchantName: 'VELOPOS ÖRNEK MAĞAZA', hash: 'sound',
};

/** Ziraat Katılım's member number, and a digest that agrees with no formula known to the public. */
export const KATILIM_ACCOUNT = {
  mbrId: '12', merchantId: '9801907', terminalId: 'ZK190700', userCode: 'SIM_KATILIM', userPass: 'SimZk', place: 'mpi',
  merchantPass: '29052905', merchantName: 'VELOPOS ÖRNEK MAĞAZA', hash: 'wrong',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  charset: 'UTF-8',              // of the return's percent-encoding: 'UTF-8' | 'ISO-8859-9'
  omit: [],                      // names that this bank does not send back
  repeatCallback: 0,             // the bank posts the same return so many more times, from server to server
  responseHash: 'own',           // each shop's own, or for all of them: 'sound' | 'older' | 'wrong' | 'empty' | 'absent'
  signRefusals: false,           // true: the return of a refused form is signed as well
  orderIdOnce: 'any',            // an order number is used up by 'any' attempt, or by an 'approved' one
  serverFormsOnly: false,        // true: a form that brings a card is taken from the shop's server only (M047), as QNB does since July 2026
  ipRefusedFor: [],              // operations that this address may not call (V036), or '*'
  nonSecure: true,               // sales without 3-D Secure
  halfSecure: true,              // 3-D Secure that was only attempted is good enough to charge
  inquiryChecksPassword: false,  // QNB's test system answers an inquiry whatever the password
  inquiryField: 'OrgOrderId',    // by which the order is named: 'OrgOrderId' | 'OrderId' | 'any'
  inquiryAmount: 'echo',         // 149.90 as the shop wrote it, 'natural' 149.9, 'comma' 149,90, or 'empty'
  openOrders: 'shown',           // an order without a decision is V000 or V033 to an inquiry; 'unknown': not found
  booleans: 'true',              // IsVoided and IsRefunded: 'true' or 'True', both are seen
  authCode: 'S12345',            // of an approval, as the test system writes it; 'digits': six of them
  responseRnd: 'ticks',          // the nonce of a return: 'PF' and the bank's clock; 'other': anything else
  refundedFlag: 'full',          // IsRefunded tells of a 'full' refund only, or of 'any'
  statusLagMs: 0,                // a fresh payment is not found for so long
  refundNeedsSettlement: true,   // no refund in the batch of the sale (V014): a void instead
  captureExcessPercent: 1,       // by so much may a capture exceed its pre-authorisation
  historyLeaksPasswords: true,   // a history that finds nothing repeats both passwords, as QNB's test system does
  panCode: '9E3EAA293B389C4AD4B22F1B28E15ED0',   // how the history writes a card number
  paddedXml: false,              // true: empty elements hold a line break
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

const CHARGED_BY_BANK = ['3DPay', '3DHost'];
const PAGES = { default: ['3DModel', '3DPay'], '3dhost': ['3DHost'] };
const HALF_SECURE = ['2', '3', '4'];

/** How 3-D Secure ended: [ECI of Visa, is there a CAVV]. */
const AUTHENTICATION = { 0: ['', false], 1: ['05', true], 2: ['06', false], 4: ['06', true], 5: ['07', false] };

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT>} [options.stores] the shops of these banks
 * @param {Partial<typeof SETTINGS>} [options.settings]
 * @param {string} [options.mount] path under which `handle` is mounted
 * @param {ReturnType<typeof createCourier>} [options.courier]
 */
export function createPayfor(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, mount = '/payfor' } = options;
  const { stores = [SIMULATOR_ACCOUNT, KATILIM_ACCOUNT] } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const forced = new Map();            // order id → name of an outcome
  const faults = createFaults();
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const api = createApi({ book, stores, settings, faults, times, courier, now, outcomeOf });
  const visits = createVisits({
    system: 'payfor', base: `${mount}/pay`, now, random, times, settings, courier, finish, turnBack: (session) => fail(session),
  });

  async function handle(request) {
    const { path, method } = request;
    const [, place, door] = /^\/(gateway|mpi)\/(default|3dhost|xmlgate|jsongate)\.aspx$/i.exec(path.toLowerCase()) ?? [];
    if (door) return method === 'POST' ? doors[door](request, place, door) : methodOnly('POST');
    if (path === '/acs') return method === 'POST' ? acs(request) : methodOnly('POST');
    const [, id, step] = /^\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  const doors = {
    xmlgate: (request) => api(request, 'xml'),
    jsongate: (request) => api(request, 'json'),
    default: (request, place, door) => (isForServers(request.body) ? api(request, 'pairs') : gate(request, place, door)),
    '3dhost': gate,
  };

  /** Default.aspx serves both: the kind of security tells them apart. */
  function isForServers(body) {
    let secureType;
    try { secureType = parseForm(body).find(([name]) => name === 'SecureType')?.[1]; } catch { return false; }
    return ['NonSecure', 'Inquiry', 'Report', '3DModelPayment'].includes(secureType);
  }

  /** The shop's form arrives: from the browser, or from the shop's server. */
  function gate(request, place, door) {
    const fromBrowser = request.headers['sec-fetch-site'] !== undefined || request.headers.origin !== undefined;
    const { session, refusal, words } = open(request.body, { place, door, fromBrowser });
    if (!session) return errorPage('payfor', 200, 'İşleminiz gerçekleştirilemiyor', ...words);
    if (refusal) leave(session, refusal);
    if (session.state === 'password') return acsPage(session, 'payfor', `${mount}/acs`);
    return refusal ? visits.handle({ ...request, method: 'GET' }, session.id, 'done') : visits.goOn(session);
  }

  /** The card's bank. */
  function acs(request) {
    const creq = parseForm(request.body).find(([name]) => name === 'creq')?.[1];
    return visits.handle({ ...request, method: 'GET' }, visitOf(creq) || undefined, undefined);
  }

  /** Reads and checks the form. A refusal goes back to FailUrl; without a session there is nowhere to go back to. */
  function open(body, { place, door, fromBrowser = false }) {
    let fields;
    try { fields = parseForm(body); } catch { return { words: ['Form okunamadı.', 'The form cannot be read.'] }; }
    const repeated = duplicateName(fields);
    if (repeated) return { words: [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`] };
    const form = Object.fromEntries(fields);
    const store = stores.find((each) => each.mbrId === form.MbrId && each.merchantId === (form.MerchantID ?? form.MerchantId)
      && each.place === place);
    if (!store) return { words: ['Üye işyeri bulunamadı.', 'Unknown merchant.'] };
    if (!courier.mayReach(form.OkUrl) || !courier.mayReach(form.FailUrl)) {
      return {
        words: ['OkUrl veya FailUrl geçersiz. Bu simülasyon yalnızca bu bilgisayardaki mağazaya döner.',
          'OkUrl or FailUrl is not valid. This simulation returns only to the shop on this computer.'],
      };
    }
    const session = visits.begin({
      orderId: form.OrderId ?? '', minor: 0n, currency: Object.hasOwn(CURRENCIES, form.Currency) ? form.Currency : '949', installments: '',
      shop: store.merchantName, lang: languageOf(form.Lang?.toLowerCase()), form, store, row: null,
    });
    const refusal = formProblem(session, door, fromBrowser) ?? register(session) ?? cardProblem(session);
    return { session, refusal: refusal && verdict(refusal) };
  }

  /** @returns {string | null} the code of what is wrong */
  function formProblem({ form, store }, door, fromBrowser) {
    if (form.UserCode !== store.userCode) return 'V001';
    if (!sameDigest(form.Hash, requestHash(form, store.merchantPass))) return 'V004';
    if (!PAGES[door].includes(form.SecureType)) return 'M012';
    if (!['Auth', 'PreAuth'].includes(form.TxnType) || !ORDER_ID.test(form.OrderId ?? '')) return 'M012';
    if (installmentsOf(form.InstallmentCount ?? '') === null) return 'M012';
    if (!Object.hasOwn(CURRENCIES, form.Currency) || !toMinor(form.PurchAmount ?? '', CURRENCIES[form.Currency].digits)) return 'M002';
    return settings.serverFormsOnly && fromBrowser && form.SecureType !== '3DHost' ? 'M047' : null;
  }

  /** The bank writes the payment down before anybody has typed anything: the order number is used up. */
  function register(session) {
    const { form, store, orderId } = session;
    if (book.isTaken(store, orderId)) return '101310';
    const installments = installmentsOf(form.InstallmentCount ?? '');
    const minor = toMinor(form.PurchAmount, CURRENCIES[form.Currency].digits);
    Object.assign(session, { minor, installments: installments === '0' ? '' : installments });
    session.row = book.begin({
      store, orderId, form, secureType: form.SecureType, txnType: form.TxnType, amount: form.PurchAmount, minor: session.minor,
      currency: form.Currency, installments, holder: form.CardHolderName ?? '', lang: form.Lang ?? '',
    });
    return null;
  }

  /** In the models whose form brings the card. */
  function cardProblem(session) {
    const { form, row } = session;
    if (form.SecureType === '3DHost') return null;
    const [month, year] = [(form.Expiry ?? '').slice(0, 2), (form.Expiry ?? '').slice(2)];
    const card = readCard({ pan: form.Pan, cv2: form.Cvv2, month, year }, session.lang);
    if (card.error) {
      row.verdict = verdict('M041');
      return 'M041';
    }
    visits.accept(session, card);
    return null;
  }

  /** The end of 3-D Secure; in two of the models also the charge. */
  async function finish(session, authenticated) {
    const { row, pan, month, year } = session;
    const outcome = outcomeOf(session.orderId, pan);
    const mdStatus = authenticated ? outcome.mdStatus : '0';
    const charges = CHARGED_BY_BANK.includes(row.secureType) && (mdStatus === '1' || (mdStatus !== '0' && settings.halfSecure));
    const passed = charges || mdStatus === '1' || (HALF_SECURE.includes(mdStatus) && settings.halfSecure);
    Object.assign(row, { pan, month, year, outcome, threeD: authenticate(mdStatus, passed) });
    if (charges && outcome.slow) await courier.wait(times.slowMs);
    if (charges) book.charge(row, { pan, outcome });
    else row.verdict = verdict(row.secureType !== '3DModel' ? 'MR15' : passed ? 'V033' : 'V034');
    session.silent = outcome.silent && passed;
    sendBack(session);
  }

  function authenticate(mdStatus, passed) {
    const [eci, hasCavv] = AUTHENTICATION[mdStatus];
    return {
      status: passed ? mdStatus : '-1', passed, eci, cavv: hasCavv ? random(20).toString('base64') : '',
      xid: random(20).toString('base64'),
    };
  }

  /** The customer turned back before typing a card. */
  function fail(session) {
    session.row.threeD = authenticate('0', false);
    session.row.verdict = verdict(session.row.secureType === '3DModel' ? 'V034' : 'MR15');
    sendBack(session);
  }

  /** 'PF' and the bank's clock: ticks of 100 nanoseconds since the year 1. */
  function newResponseRnd() {
    const ticks = 621_355_968_000_000_000n + BigInt(now()) * 10_000n + BigInt(random(2).readUInt16BE() % 10_000);
    return settings.responseRnd === 'ticks' ? `PF${ticks}` : random(12).toString('hex');
  }

  function sendBack(session) {
    const { row, form, store } = session;
    const fields = callbackFields(row, { responseRnd: newResponseRnd() });
    const went = ['00', 'V033'].includes(row.verdict.code);
    visits.sendBack(session, signed(fields, store), went ? form.OkUrl : form.FailUrl);
  }

  /** The form is refused: straight back to FailUrl. */
  function leave(session, refusal) {
    const { form, store } = session;
    const fields = refusalFields({ form, store, refusal, at: now() });
    const stamped = fields.map(([name, text]) => [name, name === 'ResponseRnd' && settings.signRefusals ? newResponseRnd() : text]);
    visits.sendBack(session, settings.signRefusals ? signed(stamped, store) : kept(stamped), form.FailUrl);
  }

  const kept = (fields) => fields.filter(([name]) => !settings.omit.includes(name));

  function signed(fields, store) {
    const kind = settings.responseHash === 'own' ? store.hash : settings.responseHash;
    const of = Object.fromEntries(fields);
    const digest = { sound: responseHash, older: olderResponseHash, wrong: () => random(20).toString('base64') }[kind]?.(of, store) ?? '';
    const complete = fields.map(([name, text]) => [name, name === 'ResponseHash' ? digest : text]);
    return kept(kind === 'absent' ? complete.filter(([name]) => name !== 'ResponseHash') : complete);
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of the gate without a browser.
   * @param {Record<string, string> | [string, string][]} fields the shop's form
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] a card's name (typed only where the form brought none),
   *   'cancel' or 'close'
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(fields, customer = {}) {
    const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
    const { MbrId, SecureType } = Object.fromEntries(pairs);
    const place = stores.find(({ mbrId }) => mbrId === MbrId)?.place;
    const door = SecureType === '3DHost' ? '3dhost' : 'default';
    const { session, refusal, words } = open(Buffer.from(encodeForm(pairs), 'latin1'), { place, door });
    if (!session) throw new Error(words[1]);
    if (refusal) leave(session, refusal);
    return { ...await visits.walk(session, customer), order: find(session.orderId) };
  }

  function describe(rows) {
    const { store, orderId } = rows[0];
    const payment = book.shown(store, orderId);
    const [captured, refunded] = [book.captured(store, orderId), book.refunded(store, orderId)];
    const { code: currency, digits } = CURRENCIES[payment.currency];
    return {
      system: 'payfor', orderId, status: statusOf(payment, captured, refunded), currency, digits, minor: payment.minor, captured, refunded,
      code: payment.verdict.code, guid: payment.guid, authCode: payment.authCode, hostRef: payment.rrn,
      mdStatus: rows[0].threeD?.status ?? '', card: masked(payment.pan), at: rows[0].at, entries: rows.length,
    };
  }

  function statusOf(payment, captured, refunded) {
    if (payment.verdict.code !== '00') return ['V000', 'V033'].includes(payment.verdict.code) ? 'open' : 'declined';
    if (payment.voidedAt !== null) return 'voided';
    if (payment.txnType === 'PreAuth') return 'authorized';
    return captured === refunded ? 'refunded' : 'paid';
  }

  function find(orderId) {
    const rows = book.orders().findLast(([first]) => first.orderId === orderId);
    return rows && describe(rows);
  }

  return {
    name: 'payfor', handle, visit, find, settings, times, courier,
    payments: () => book.orders().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(orderId, outcomeName) { forced.set(orderId, cardByName(outcomeName).name); },
    /** How the server-to-server side misbehaves: see FAULTS in payfor-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'payfor'),
    close: () => courier.close(),
  };
}

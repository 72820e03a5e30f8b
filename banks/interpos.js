// The simulated InterPos bank (Denizbank): the gate that a browser is sent to, and what it sends back. Its pages are those of
// visits.js, the server-to-server side is in interpos-api.js, the money in interpos-book.js.
import { randomBytes } from 'node:crypto';
import { acsPage, visitOf } from './acs.js';
import { readCard } from './card-input.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { createApi, installmentsOf, minorOf, ORDER_ID } from './interpos-api.js';
import { createBook } from './interpos-book.js';
import { amountText, authenticate, masked, returnFields, signed } from './interpos-callback.js';
import { verdict } from './interpos-codes.js';
import { requestHash } from './interpos-hash.js';
import { CURRENCIES } from './money.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { createVisits } from './visits.js';

export { callbackHash, requestHash, SIGNED_FIELDS } from './interpos-hash.js';

/** A shop that exists only here. */
export const SIMULATOR_ACCOUNT = {
  shopCode: '9107', userCode: 'SimInterApi', userPass: 'SimDnz', merchantPass: 'sMk7q', merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  charset: 'UTF-8',            // of returns and answers: 'UTF-8' | 'ISO-8859-9'
  omit: [],                    // names that this bank does not send back
  repeatCallback: 0,           // the bank posts the same return so many more times, from server to server
  requestHash: 'documented',   // 'with-card': the card number is in it, as one payment institution's code has it
  orderIdOnce: 'approved',     // an order number is used up by an 'approved' attempt, or by 'any'
  changeIdOnce: true,          // a number that a void, a capture or a refund brings along is taken once
  nonSecure: true,             // sales without 3-D Secure
  halfSecure: true,            // 3-D Secure that was only attempted is good enough to charge
  provisionChecks: 'all',      // a provision must agree with the visit in 'all' values, or bring its 'md' only
  inactiveTerminalFor: [],     // operations that this terminal, or this address, may not call (81); 'form' for the page; or '*'
  approvedText: 'Approved',    // of Response where money moved; no published return shows it: 'Approved' | 'Success' | ''
  failedCode: '',              // ProcReturnCode where 3-D Secure failed
  failedMd: 'full',            // and its MD: 'empty', as in the returns of refused forms
  hostDigest: 'without-password',  // of returns of the hosted page, as the only published one has it; 'sound': like all others
  urlsEscaped: false,          // true: `\/` for `/` in the addresses that come back, as in two published returns
  amountText: 'comma',         // '149,90', 'natural' 149,9, or 'echo' as the shop wrote it
  payerTxnId: 'full',          // 'empty': left empty, as some returns have it
  separator: ';;',             // of the answers; ';;;' is seen, too
  statusOrderId: 'request',    // an inquiry answers with the request's own number, or with the 'original' order's
  statusLagMs: 0,              // a fresh payment is not found for so long
  refundNeedsSettlement: true, // no refund in the batch of the sale: a void instead
  captureExcessPercent: 0,     // by so much may a capture exceed its pre-authorisation
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

const CHARGED_BY_BANK = ['3DPay', '3DHost'];
const HALF_SECURE = ['2', '3', '4'];
const PAGES = { default: ['3DModel', '3DPay'], '3dhost': ['3DHost'] };

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
export function createInterpos(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, mount = '/interpos', stores = [SIMULATOR_ACCOUNT] } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const forced = new Map();            // order id → name of an outcome
  const faults = createFaults();
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const api = createApi({ book, stores, settings, faults, times, courier, now, outcomeOf });
  const visits = createVisits({
    system: 'interpos', base: `${mount}/pay`, now, random, times, settings, courier, finish, turnBack: (session) => end(session, '0'),
  });

  async function handle(request) {
    const { path, method } = request;
    const [, door] = /^\/mpi\/(default|3dhost)\.aspx$/.exec(path.toLowerCase()) ?? [];
    if (door && method !== 'POST') return methodOnly('POST');
    if (door) return door === 'default' && isForServers(request.body) ? api(request) : gate(request, door);
    if (path === '/acs') return method === 'POST' ? acs(request) : methodOnly('POST');
    const [, id, step] = /^\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  /** One address serves both: the kind of security tells them apart. */
  const isForServers = (body) => parseForm(body).some(([name, value]) => name === 'SecureType' && value === 'NonSecure');

  /** The shop's form arrives: from the browser, or from the shop's server. */
  function gate(request, door) {
    const { session, words } = open(request.body, door);
    if (!session) return errorPage('interpos', 200, 'İşleminiz gerçekleştirilemiyor', ...words);
    if (session.state === 'password') return acsPage(session, 'interpos', `${mount}/acs`);
    return session.state === 'done' ? visits.handle({ ...request, method: 'GET' }, session.id, 'done') : visits.goOn(session);
  }

  /** The card's bank. */
  function acs(request) {
    const creq = parseForm(request.body).find(([name]) => name === 'creq')?.[1];
    return visits.handle({ ...request, method: 'GET' }, visitOf(creq) || undefined, undefined);
  }

  /** Reads and checks the form. What is refused goes back to FailUrl; without a session there is nowhere to go back to. */
  function open(body, door) {
    const fields = parseForm(body);
    const repeated = duplicateName(fields);
    if (repeated) return { words: [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`] };
    const form = Object.fromEntries(fields);
    const store = stores.find(({ shopCode }) => shopCode === form.ShopCode);
    if (!store) return { words: ['Üye işyeri bulunamadı.', 'Unknown merchant.'] };
    if (!courier.mayReach(form.OkUrl) || !courier.mayReach(form.FailUrl)) {
      return {
        words: ['OkUrl veya FailUrl geçersiz. Bu simülasyon yalnızca bu bilgisayardaki mağazaya döner.',
          'OkUrl or FailUrl is not valid. This simulation returns only to the shop on this computer.'],
      };
    }
    const minor = minorOf(form.PurchAmount ?? '', form.Currency);
    const session = visits.begin({
      orderId: form.OrderId ?? '', minor: minor < 0n ? 0n : minor, shop: store.merchantName, form, store, row: null,
      currency: Object.hasOwn(CURRENCIES, form.Currency) ? form.Currency : '949',
      installments: installmentsOf(form.InstallmentCount ?? '') ?? '', lang: languageOf(form.Lang?.toLowerCase()),
    });
    const refusal = formProblem(session, door) ?? register(session);
    if (refusal) turnAway(session, refusal);
    return { session };
  }

  /** @returns {import('./interpos-codes.js').Verdict | null} what is wrong */
  function formProblem({ form, store, orderId, minor }, door) {
    const expected = requestHash(form, store.merchantPass, { withCard: settings.requestHash === 'with-card' });
    if (settings.inactiveTerminalFor.some((name) => ['*', 'form'].includes(name))) return verdict('81');
    if (!sameDigest(form.Hash, expected)) return verdict('E39', 'Hash hatali');
    if (!PAGES[door].includes(form.SecureType) || !['Auth', 'PreAuth'].includes(form.TxnType)) return verdict('E39');
    if (!ORDER_ID.test(orderId) || minor <= 0n || installmentsOf(form.InstallmentCount ?? '') === null) return verdict('E39');
    return book.isTaken(store, orderId) ? verdict('E31') : null;
  }

  /** The payment begins; a card that the form brought is read. @returns {import('./interpos-codes.js').Verdict | null} */
  function register(session) {
    const { form, store, orderId, minor, installments } = session;
    session.row = book.begin({
      store, orderId, txnType: form.TxnType, secureType: form.SecureType, amount: form.PurchAmount, minor, currency: form.Currency,
      installments, holder: form.CardHolderName ?? '',
    });
    if (form.SecureType === '3DHost') return null;
    const [month, year] = [(form.Expiry ?? '').slice(0, 2), (form.Expiry ?? '').slice(2)];
    const card = readCard({ pan: form.Pan, cv2: form.Cvv2, month, year }, session.lang);
    if (card.error) return Object.assign(session.row, { verdict: verdict('E39', 'Gecersiz kart') }).verdict;
    visits.accept(session, card);
    return null;
  }

  /** The form is refused: straight back to FailUrl, signed like everything else. */
  function turnAway(session, refusal) {
    const pan = (session.form.Pan ?? '').replace(/\D/g, '');
    sendBack(session, { threeD: authenticate('0', random), verdict: refusal, pan });
  }

  /** The end of 3-D Secure. */
  async function finish(session, authenticated) {
    const outcome = outcomeOf(session.orderId, session.pan);
    await end(session, authenticated ? outcome.mdStatus : '0', outcome);
  }

  /** In two of the models a visit that went well is also the charge. */
  async function end(session, mdStatus, outcome) {
    const { row, pan = '' } = session;
    const threeD = authenticate(mdStatus, random);
    if (mdStatus === '0' && settings.failedMd === 'full') threeD.md = random(32).toString('hex').toUpperCase();
    const charges = CHARGED_BY_BANK.includes(row.secureType) && (mdStatus === '1' || (mdStatus !== '0' && settings.halfSecure));
    const passed = charges || mdStatus === '1' || (HALF_SECURE.includes(mdStatus) && settings.halfSecure);
    Object.assign(row, { pan, threeD, outcome, md: passed && !charges ? threeD.md : '' });
    if (charges && outcome.slow) await courier.wait(times.slowMs);
    if (charges) book.charge(row, { pan, outcome });
    session.silent = Boolean(outcome?.silent) && passed;
    const failed = settings.failedCode ? verdict(settings.failedCode) : null;
    sendBack(session, { threeD, passed, verdict: charges ? row.verdict : passed ? null : failed, row: charges ? row : undefined, pan });
  }

  function sendBack(session, result) {
    const { form, store, minor, currency } = session;
    const amount = amountText({ amount: form.PurchAmount ?? '', minor, currency }, settings.amountText);
    const fields = returnFields({ form, amount, settings, ...result });
    const went = result.verdict ? result.verdict.code === '00' : result.passed;
    visits.sendBack(session, signed(fields, { form, store, settings }), went ? form.OkUrl : form.FailUrl);
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
    const door = Object.fromEntries(pairs).SecureType === '3DHost' ? '3dhost' : 'default';
    const { session, words } = open(Buffer.from(encodeForm(pairs), 'latin1'), door);
    if (!session) throw new Error(words[1]);
    return { ...await visits.walk(session, customer), order: find(session.orderId) };
  }

  function describe(rows) {
    const [payment] = rows;
    const { code: currency, digits } = CURRENCIES[payment.currency];
    const [captured, refunded] = [book.captured(payment), book.refunded(payment)];
    return {
      system: 'interpos', orderId: payment.orderId, status: statusOf(payment, captured, refunded), currency, digits, minor: payment.minor,
      captured, refunded, code: payment.verdict?.code ?? '', transId: payment.transId, authCode: payment.authCode,
      mdStatus: payment.threeD?.mdStatus ?? '', card: masked(payment.pan), at: payment.at, entries: rows.length,
    };
  }

  function statusOf(payment, captured, refunded) {
    if (!payment.verdict) return payment.threeD && payment.md === '' ? 'declined' : 'open';
    if (payment.verdict.code !== '00') return 'declined';
    if (payment.voidedAt !== null) return 'voided';
    if (payment.txnType === 'PreAuth' && captured === 0n) return 'authorized';
    return captured === refunded ? 'refunded' : 'paid';
  }

  function find(orderId) {
    const rows = book.orders().findLast(([payment]) => payment.orderId === orderId);
    return rows && describe(rows);
  }

  return {
    name: 'interpos', handle, visit, find, settings, times, courier,
    payments: () => book.orders().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(orderId, outcomeName) { forced.set(orderId, cardByName(outcomeName).name); },
    /** How the server-to-server side misbehaves: see FAULTS in interpos-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'interpos'),
    close: () => courier.close(),
  };
}

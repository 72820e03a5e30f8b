// The simulated NestPay bank (İş Bankası and the other banks of this system): the 3-D gate that a browser is sent to, and what it
// sends back. Its pages are those of visits.js, the XML API is in nestpay-api.js, the money in nestpay-book.js.
import { randomBytes } from 'node:crypto';
import { readCard } from './card-input.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { CURRENCIES, toMinor } from './money.js';
import { createApi } from './nestpay-api.js';
import { createBook } from './nestpay-book.js';
import { authenticate, refusalFields, returnFields, signed } from './nestpay-callback.js';
import { upperAscii, ver3Hash } from './nestpay-hash.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { createVisits } from './visits.js';

export { ver1Callback, ver1RequestHash, ver3Hash, ver3Plaintext } from './nestpay-hash.js';

export const SIMULATOR_ACCOUNT = {
  clientId: '190100000', storeKey: 'SIMSTORE12', apiUser: 'simapi', apiPassword: 'simpass12',
  merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What Payten wants to read at `callbackUrl`. How often a gate repeats itself otherwise is not documented [?]. */
const isConfirmed = ({ status, body }) => status === 200 && body.trim() === 'Approved';

/** What a test may change while the bank runs. */
const SETTINGS = {
  charset: 'UTF-8',            // of the return's percent-encoding: 'UTF-8' | 'ISO-8859-9'
  hashCharset: 'UTF-8',        // of the digested bytes
  encodingField: 'ISO-8859-9', // what the return says about itself, right or not, unless the form asked for a charset
  omit: [],                    // names that this bank does not send back
  version: 'ver3',             // 'ver1': a terminal of before 2024, HASHPARAMS and SHA-1
  repeatCallback: 0,           // the bank posts the same return so many more times, from server to server
  wrongHashEcho: 'known',      // 'all': signs whatever an unverified form contained (an oracle, if a bank did this)
  statusForm: 'compound',      // ORDERSTATUS: 'compound' | 'flat' | 'both'
  statusSeparator: '\t',       // between the parts of the compound text: '\t' or ' '
  statusLagMs: 0,              // a fresh payment is not found for so long
  refundNeedsSettlement: false, // true: no refund before settle(), as on the day of the sale
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };
const STORETYPES = new Set(['3d', '3d_pay', '3d_pay_hosting', '3d_host']);
const CHARGED_BY_BANK = new Set(['3d_pay', '3d_pay_hosting']);
const ASKS_FOR_CARD = new Set(['3d_pay_hosting', '3d_host']);
const CANCELLED = { mdStatus: '0', message: 'Islem kullanici tarafindan iptal edildi', error: '3D-1015' };

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
export function createNestpay(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/nestpay' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random });
  const authentications = new Map();   // by md, for the provision after 3-D Secure
  const forced = new Map();            // order id → name of an outcome
  const faults = createFaults();
  const account = (clientId) => stores.find((store) => store.clientId === clientId);
  const forcedCard = (oid, pan) => (forced.has(oid) ? cardByName(forced.get(oid)) : cardByNumber(pan));
  const api = createApi({ book, account, authentications, settings, faults, times, courier, now, forcedCard });
  const visits = createVisits({
    system: 'nestpay', base: `${mount}/fim/pay`, now, random, times, settings, courier, finish,
    turnBack: (session) => leave(session, CANCELLED),
  });

  async function handle(request) {
    const { path, method } = request;
    const [, place, id, step] = /^\/fim\/(est3Dgate|api|pay)(?:\/([0-9a-f]{32})(?:\/(card|3d|done))?)?$/.exec(path) ?? [];
    if (place === 'est3Dgate' && !id) return method === 'POST' ? gate(request) : methodOnly('POST');
    if (place === 'api' && !id) return method === 'POST' ? api(request) : methodOnly('POST');
    return visits.handle(request, place === 'pay' ? id : undefined, step);
  }

  /** The browser arrives with the shop's form. */
  function gate(request) {
    const { session, refusal } = open(request.body);
    if (!session) return errorPage('nestpay', 200, 'İşleminiz gerçekleştirilemiyor', ...refusal);
    if (refusal) leave(session, refusal);
    return visits.goOn(session);
  }

  /** Reads and checks the form. Without a refusal the session goes on to the card; a refusal without session has nowhere to return to. */
  function open(body) {
    let fields;
    try { fields = parseForm(body); } catch { return { refusal: ['Form okunamadı.', 'The form cannot be read.'] }; }
    const repeated = duplicateName(fields);
    if (repeated) return { refusal: [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`] };
    const get = (name) => fields.find(([each]) => upperAscii(each) === upperAscii(name))?.[1] ?? '';
    const store = account(get('clientid'));
    if (!store) return { refusal: ['İşyeri bulunamadı (3D-1001).', 'Unknown clientid (3D-1001).'] };
    if (!courier.mayReach(get('failUrl')) || !courier.mayReach(get('okUrl'))) {
      return {
        refusal: ['okUrl veya failUrl geçersiz. Bu simülasyon yalnızca bu bilgisayardaki mağazaya döner.',
          'okUrl or failUrl is not valid. This simulation returns only to the shop on this computer.'],
      };
    }
    const session = newSession(fields, get, store);
    return { session, refusal: formProblem(session, fields, get) ?? cardProblem(session, get) };
  }

  const newSession = (fields, get, store) => visits.begin({
    orderId: get('oid'), minor: null, currency: get('currency'), installments: get('taksit'), shop: store.merchantName,
    lang: languageOf(get('lang')),
    fields, store, clientId: store.clientId, oid: get('oid'), amount: get('amount'), taksit: get('taksit'),
    storetype: get('storetype').toLowerCase(), type: get('TranType') || get('islemtipi'),
    okUrl: get('okUrl'), failUrl: get('failUrl'), callbackUrl: get('callbackUrl'),
    encoding: fields.find(([name]) => upperAscii(name) === 'ENCODING')?.[1],
  });

  function formProblem(session, fields, get) {
    const wrong = (message, error) => ({ message, error, mdStatus: '7' });
    if (get('hashAlgorithm').toLowerCase() !== 'ver3' || !sameDigest(get('hash'), ver3Hash(fields, session.store.storeKey))) {
      return { ...wrong('Guvenlik Kodu hatali', '3D-1004'), echoAll: settings.wrongHashEcho === 'all' };
    }
    if (!STORETYPES.has(session.storetype)) return wrong('Isyeri kullanim tipi desteklenmiyor', '3D-1007');
    const currency = CURRENCIES[session.currency];
    session.minor = currency ? toMinor(session.amount, currency.digits) : null;
    if (!currency) return wrong('Gecersiz para birimi', '3D-1010');
    if (!session.minor) return wrong('Gecersiz tutar', '3D-1011');
    if (!/^[\x21-\x7e]{1,64}$/.test(session.oid)) return wrong('Gecersiz siparis numarasi', '3D-1012');
    if (!['Auth', 'PreAuth'].includes(session.type)) return wrong('Gecersiz islem tipi', '3D-1013');
    if (!/^([2-9]|1[0-2])?$/.test(session.taksit)) return wrong('Taksit tablosu icin gecersiz deger', 'CORE-2603');
    return null;
  }

  /** In the models whose form brings the card. */
  function cardProblem(session, get) {
    if (ASKS_FOR_CARD.has(session.storetype)) return null;
    const card = readCard({
      pan: get('pan'), cv2: get('cv2'), month: get('Ecom_Payment_Card_ExpDate_Month'),
      year: get('Ecom_Payment_Card_ExpDate_Year'),
    }, session.lang);
    if (card.error) return { mdStatus: '8', message: 'Bilinmeyen kart numarasi', error: '3D-1008' };
    visits.accept(session, card);
    return null;
  }

  /** The end of 3-D Secure; in the pay models also the charge. */
  async function finish(session, authenticated) {
    const outcome = forcedCard(session.oid, session.pan);
    const mdStatus = authenticated ? outcome.mdStatus : '0';
    const authentication = authenticate(session, mdStatus, random);
    const charges = CHARGED_BY_BANK.has(session.storetype) && mdStatus !== '0';
    const threeDS = { mdStatus, eci: authentication.eci, cavv: authentication.cavv, xid: authentication.xid };
    if (!charges) authentications.set(authentication.md, { session, outcome, ...authentication, used: false });
    if (charges && outcome.slow) await courier.wait(times.slowMs);
    const result = charges ? book.charge({ ...session, outcome, threeDS }) : null;
    session.silent = outcome.silent && mdStatus !== '0';
    const fields = returnFields({ session, authentication, result, account: session.store, now, random });
    const approved = result ? result.response === 'Approved' : mdStatus !== '0';
    return sendBack(session, fields, approved ? session.okUrl : session.failUrl);
  }

  /** Without a card, or without a valid form: straight back to failUrl. */
  function leave(session, refusal) {
    sendBack(session, refusalFields({ session, ...refusal, transId: book.newTransId(), now }), session.failUrl);
  }

  function sendBack(session, unsignedFields, url) {
    const fields = signed(unsignedFields, { storeKey: session.store.storeKey, settings, random, encoding: session.encoding });
    const message = visits.sendBack(session, fields, url);
    if (message && courier.mayReach(session.callbackUrl)) {
      const copy = courier.record({ ...message, via: 'server', url: session.callbackUrl });
      courier.sendUntil(copy, isConfirmed, { everyMs: times.repeatMs, repeats: 2 });
    }
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
    return { ...await visits.walk(session, customer), order: find(session.oid) };
  }

  function describe(order) {
    const { sale, refunded } = order;
    const last = sale ?? order.entries.at(-1);
    const currency = CURRENCIES[order.currency];
    const status = { A: 'authorized', C: refunded === sale?.captured ? 'refunded' : 'paid', V: 'voided' }[sale?.stat] ?? 'declined';
    return {
      system: 'nestpay', orderId: order.oid, status, currency: currency.code, digits: currency.digits, minor: last.minor,
      captured: sale?.captured ?? 0n, refunded, code: last.code, transId: last.transId, authCode: last.authCode, hostRef: last.hostRef,
      mdStatus: order.threeDS?.mdStatus ?? '', card: order.pan, at: order.entries[0].at, entries: order.entries.length,
    };
  }

  function find(oid) {
    const order = book.order(oid);
    return order ? describe(order) : undefined;
  }

  return {
    name: 'nestpay', handle, visit, find, settings, times, courier,
    payments: () => book.orders().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(oid, outcomeName) { forced.set(oid, cardByName(outcomeName).name); },
    /** How the API misbehaves: see XML_FAULTS in faults.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'nestpay'),
    close: () => courier.close(),
  };
}

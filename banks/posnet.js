// The simulated Yapı Kredi POSNET: the page that a browser is sent to after oosRequestData, and the return to the shop, in which
// nothing is protected but the packets. Its pages are those of visits.js, the XML service is in posnet-api.js, the money in
// posnet-book.js. Written from the bank's "POSNET ThreeD Secure XML Servis Entegrasyonu" (2.0.1.5).
import { randomBytes } from 'node:crypto';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { createFaults } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { fromMinor } from './money.js';
import { errorPage, languageOf, methodOnly } from './page.js';
import { createApi, POSNET_CURRENCIES } from './posnet-api.js';
import { createBook } from './posnet-book.js';
import { createPackets } from './posnet-packet.js';
import { createVisits } from './visits.js';

export { firstHash, requestMac, resolveMac, tranMac } from './posnet-hash.js';

/** The numbers stand in the bank's document; the key is this simulation's own. */
export const SIMULATOR_ACCOUNT = {
  merchantId: '6706598320', terminalId: '67005551', posnetId: '27426', encKey: '21,34,55,89,14,42,33,77',
  merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  orderIdPrefixes: ['TDS_'],     // before the shop's twenty characters; ['TDSC'] as in the documents of before August 2021
  ipRefusedFor: [],              // operations that this address may not call (0148), or '*'
  unknownCardMdStatus: '9',      // of cards that are no test cards: '9' as in the bank's test system, which charges them; '8'
  chargesUnauthenticated: true,  // by its document the bank does not look at mdStatus when the shop asks for the money
  statusLagMs: 0,                // a fresh transaction is not found for so long
  refundNeedsSettlement: false,  // true: no return before settle(); by the document a return is possible on the same day, too
  newestFirst: false,            // the order of the agreement's transactions
  hostLogKeyName: 'hostLogKey',  // in the agreement: 'hostLogKey' or 'hostlogkey', the documents have both
  captureKey: 'same',            // a capture keeps the key of its pre-authorisation, or has its 'own'
  captureExcessPercent: 0,       // by so much may a capture exceed its pre-authorisation
  maxAmount: 9_999_999,          // kuruş
  maxInstallments: 9,
  data2WithoutCard: 'empty',     // <data2> of a payment whose card the bank asks for: 'empty' or 'absent'
  declaredEncoding: 'iso-8859-9', // what the XML says about itself, right or not
  cancelReturn: 'packets',       // 'empty': a customer who turned back brings empty packets
  repeatCallback: 0,             // the bank posts the same return so many more times, from server to server
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, packetMs: 2 * 3600_000, repeatMs: 500 };

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
export function createPosnet(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/posnet' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const packets = createPackets(random);
  const forced = new Map();            // XID → name of an outcome
  const faults = createFaults();
  const account = (mid) => stores.find((store) => store.merchantId === mid);
  const api = createApi({ book, packets, account, settings, faults, times, courier, now, forced });
  const visits = createVisits({
    system: 'posnet', base: `${mount}/3DSWebService/pay`, now, random, times, settings, courier,
    finish: async (session, authenticated) => finish(session, authenticated ? outcomeOf(session).mdStatus : '0'),
    turnBack: (session) => finish(session, '0', { empty: settings.cancelReturn === 'empty' }),
  });

  async function handle(request) {
    const { path, method } = request;
    if (path === '/PosnetWebService/XML') return method === 'POST' ? api(request) : methodOnly('POST');
    if (path === '/3DSWebService/YKBPaymentService') return method === 'POST' ? arrival(request) : methodOnly('POST');
    const [, id, step] = /^\/3DSWebService\/pay\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return visits.handle(request, id, step);
  }

  /** The browser arrives with the shop's form. Where something is wrong with it, the bank says so itself and nobody returns. */
  function arrival(request) {
    const { session, refusal } = open(request.body);
    return session ? visits.goOn(session) : errorPage('posnet', 200, 'İşleminiz gerçekleştirilemiyor', ...refusal);
  }

  function open(body) {
    let fields;
    try { fields = parseForm(body); } catch { return { refusal: ['Form okunamadı.', 'The form cannot be read.'] }; }
    const repeated = duplicateName(fields);
    if (repeated) return { refusal: [`Aynı alan iki kez gönderildi: ${repeated}`, `A field was sent twice: ${repeated}`] };
    const get = (name) => fields.find(([each]) => each === name)?.[1] ?? '';    // these names are case-sensitive
    const { payment, card, store } = readPackets(get);
    if (!payment) return { refusal: ['Gönderilen veriler doğrulanamadı (digest).', 'The data could not be verified (digest).'] };
    if (!courier.mayReach(get('merchantReturnURL'))) {
      return {
        refusal: ['merchantReturnURL geçersiz. Bu simülasyon yalnızca bu bilgisayardaki mağazaya döner.',
          'merchantReturnURL is not valid. This simulation returns only to the shop on this computer.'],
      };
    }
    return { session: begin({ payment, card, store, returnUrl: get('merchantReturnURL'), lang: languageOf(get('lang')) }) };
  }

  /** What oosRequestData closed, if the form's packets are this bank's, belong together and are this shop's. */
  function readPackets(get) {
    const [data1, data2] = [get('posnetData'), get('posnetData2')];
    const payment = packets.open('data1', data1);
    const store = account(payment?.mid);
    const sameShop = store?.merchantId === get('mid') && store.posnetId === get('posnetID');
    if (!sameShop || !packets.belong(get('digest'), data1, data2) || now() - payment.at > times.packetMs) return {};
    return { payment, store, card: packets.open('data2', data2) };
  }

  function begin({ payment, card, store, returnUrl, lang }) {
    const { xid, amount, currency, installment } = payment;
    const session = visits.begin({
      orderId: xid, minor: BigInt(amount), currency: POSNET_CURRENCIES[currency].number, shop: store.merchantName, lang,
      installments: Number(installment) > 1 ? String(Number(installment)) : '', payment, returnUrl, known: true,
    });
    if (card) visits.accept(session, card);
    if (!session.known) finish(session, settings.unknownCardMdStatus);
    return session;
  }

  const outcomeOf = ({ orderId, pan }) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));

  /** The end of 3-D Secure. No money has moved: the shop has to ask for it, with the packet that the browser brings. */
  function finish(session, mdStatus, { empty = false } = {}) {
    const { payment, pan, known } = session;
    const content = { ...payment, mdStatus, at: now() };
    const [merchant, bank] = [packets.seal('merchant', content), packets.seal('bank', { ...content, pan, known })];
    const sealed = empty ? ['', '', ''] : [merchant, bank, packets.sign(merchant, bank)];
    return visits.sendBack(session, [
      ...['MerchantPacket', 'BankPacket', 'Sign'].map((name, i) => [name, sealed[i]]),
      // From here on, words for people: nothing binds them to the packets.
      ['CCPrefix', pan.slice(0, 6)], ['TranType', payment.type], ['Amount', fromMinor(session.minor).replace('.', ',')],
      ['Xid', payment.xid], ['MerchantId', payment.mid],
    ], session.returnUrl);
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of the bank's page without a browser.
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
      system: 'posnet', orderId: order.xid, status: statusOf({ charge, taken, captured, refunded }), currency, digits,
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

  function find(xid) {
    const order = book.orders().find((each) => each.xid === xid);
    return order && describe(order);
  }

  return {
    name: 'posnet', handle, visit, find, settings, times, courier,
    payments: () => book.orders().map(describe),
    session: visits.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(xid, outcomeName) { forced.set(xid, cardByName(outcomeName).name); },
    /** How the XML service misbehaves: see FAULTS in posnet-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'posnet'),
    close: () => courier.close(),
  };
}

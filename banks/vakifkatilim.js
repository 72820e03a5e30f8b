// The simulated Vakıf Katılım: BOA as Kuveyt Türk has it, but the return is a plain form, and inquiry, void, refund and
// pre-authorization are XML of the same kind (vakifkatilim-api.js). No document of this bank is public: written from what public
// software sends and from answers of the bank that were captured.
import { randomBytes } from 'node:crypto';
import { createBook, statusOf } from './boa-book.js';
import { answerHash, hashedPassword } from './boa-hash.js';
import { createThreeDS } from './boa-threeds.js';
import { maskPan } from './boa-wire.js';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { createFaults } from './faults.js';
import { CURRENCIES } from './money.js';
import { methodOnly } from './page.js';
import { createApi } from './vakifkatilim-api.js';

export { answerHash, hashedPassword, requestHash } from './boa-hash.js';

/** No account of this bank is public: these exist only here. */
export const SIMULATOR_ACCOUNT = {
  merchantId: '910', customerId: '1118455', userName: 'SIMAPI', password: 'simKatilim34', merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  keyInReturn: false,            // true: the return brings HashPassword, the key itself, as the bank's hosted page has it sent
  signsRefusals: true,           // the return of a failed authentication has a HashData
  signsDeclines: false,          // true: the answer of a declined provision has HashData, too
  signsMoves: false,             // true: the answers of void, refund and capture have HashData
  acceptsAttempts: true,         // false: an authentication that was only attempted has failed
  uniqueOrders: false,           // true: a MerchantOrderId that was paid is refused at the gate
  usedMd: 'OrderIsProcessedBefore',    // what a second provision with an MD is told: this or 'EmptyMDException'
  refusalsAs: 'form',            // what the gate answers when something is wrong: a 'form' to FailUrl, or bare 'xml'
  quote: '"',                    // of the attributes in the gate's pages: " or '
  mdBytes: 16,                   // of an MD, before base64
  declaredEncoding: 'utf-16',    // what the XML says about itself; it is UTF-8
  nulCharacters: true,           // '&#x0;', which XML does not allow, stands in answers
  sameDayRules: false,           // true: a whole refund only after settle()
  historyOpen: true,             // false: SelectOrder is not opened for this shop (58)
  statusLagMs: 0,                // a fresh payment is not found for so long
  ipRefused: false,              // true: this address is not allowed (PosMerchantIPError)
  repeatCallback: 0,             // the bank posts the same return so many more times, from server to server
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, repeatMs: 500 };

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
export function createVakifKatilim(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/vakifkatilim' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const book = createBook({ now, random, settings });
  const forced = new Map();            // shop's order number → name of an outcome
  const faults = createFaults();
  const outcomeOf = (orderId, pan) => (forced.has(orderId) ? cardByName(forced.get(orderId)) : cardByNumber(pan));
  const threeDS = createThreeDS({ system: 'vakifkatilim', mount, now, random, times, settings, courier, book, outcomeOf, returnFields });
  const api = createApi({ book, threeDS, returnFields, stores, settings, faults, times, courier, now, outcomeOf });

  async function handle(request) {
    const { path, method } = request;
    const [, operation] = /^\/VirtualPOS\.Gateway\/Home\/(\w+)$/.exec(path) ?? [];
    if (operation) return method === 'POST' ? api(operation, request) : methodOnly('POST');
    const [, id, step] = /^\/acs\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    return threeDS.handle(request, id, step);
  }

  /** A plain form, without an amount. Signed are the shop's number, the result and the bank's number; nothing else. */
  function returnFields({ store, terms: { merchantOrderId } }, { code, text, orderId, md }) {
    const key = hashedPassword(store.password);
    const signs = code === '00' || settings.signsRefusals;
    return [
      ['ResponseCode', code], ['ResponseMessage', text], ['ProvisionNumber', ''], ['MerchantOrderId', merchantOrderId],
      ['OrderId', orderId], ['RRN', ''], ['Stan', ''],
      ...(signs ? [['HashData', answerHash({ merchantOrderId, responseCode: code, orderId }, key)]] : []), ['MD', md],
      ...(settings.keyInReturn ? [['HashPassword', key]] : []),
    ];
  }

  // ---- for tests and for the ledger

  /**
   * A whole visit of the card's bank without a browser.
   * @param {string} html the page with which ThreeDModelPayGate answered the shop's server
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] `card` may be 'cancel' or 'close'
   * @returns the message that comes back (`body` null where none does), and the bank's view of the order
   */
  async function visit(html, customer) {
    const { orderId, ...back } = await threeDS.visit(html, customer);
    return { ...back, order: find(orderId) };
  }

  function describe(order) {
    const { code: currency, digits } = CURRENCIES[order.currency];
    const { charge } = order;
    return {
      system: 'vakifkatilim', orderId: order.merchantOrderId, status: statusOf(order), currency, digits, minor: order.minor,
      captured: order.captured, refunded: order.refunded, code: charge?.code ?? '', authCode: charge?.provision ?? '',
      hostRef: order.orderId, rrn: charge?.rrn ?? '', mdStatus: '', card: maskPan(order.pan), at: order.at, entries: order.entries.length,
    };
  }

  /** The order's payment, or else the latest attempt at it. */
  function find(merchantOrderId) {
    const attempts = book.orders().filter((order) => order.merchantOrderId === merchantOrderId);
    const order = attempts.find(book.approved) ?? attempts.at(-1);
    return order && describe(order);
  }

  return {
    name: 'vakifkatilim', handle, visit, find, settings, times, courier,
    payments: () => book.orders().filter(({ charge }) => charge).map(describe),
    session: threeDS.last,
    /** The next card that pays this order meets the named outcome, whatever its number. */
    force(merchantOrderId, outcomeName) { forced.set(merchantOrderId, cardByName(outcomeName).name); },
    /** How the interface misbehaves: see FAULTS in vakifkatilim-api.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((each) => each.system === 'vakifkatilim'),
    close: () => courier.close(),
  };
}

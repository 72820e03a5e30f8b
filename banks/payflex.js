// The simulated PayFlex bank (VakıfBank; Ziraat's and İş Bankası's older PayFlex): MPI enrollment with the page of the card's bank,
// virtual POS, search, and Common Payment. The parts are in payflex-*.js; here they get their addresses, and the ledger its rows.
import { randomBytes } from 'node:crypto';
import { cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { createFaults } from './faults.js';
import { CURRENCIES } from './money.js';
import { errorPage, methodOnly } from './page.js';
import { createVpos } from './payflex-api.js';
import { createBook } from './payflex-book.js';
import { createCommonPayment } from './payflex-common-payment.js';
import { createMpi } from './payflex-mpi.js';
import { createResponder, maskPan } from './payflex-wire.js';

export { commonPaymentHash, mpiReturnHash } from './payflex-hash.js';

/** Some banks have two passwords, one for each system. */
export const SIMULATOR_ACCOUNT = {
  merchantId: '000000000007955', password: 'SimVpos789', terminalNo: 'VP000123', mpiPassword: 'SimMpi456',
  merchantName: 'VELOPOS ÖRNEK MAĞAZA',
};

/** What a test may change while the bank runs. */
const SETTINGS = {
  go: 'off',                   // BKM's GO page instead of a PaReq: 'off' | 'base64' | 'base64url', as which Enrollment writes it
  enrollmentErrors: 'message', // where Enrollment's refusals stand: MessageErrorCode ('message') or ResultDetail ('detail')
  returnHash: false,           // the MPI's return brings MdStatus and Hash besides
  repeatReturn: 0,             // the same return comes so many more times, from server to server
  refusedAfter3D: ['Pan', 'Expiry', 'CurrencyAmount'],   // in the provision: 1127. Old installations refuse nothing …
  requiredAfter3D: [],         // … and want ['Pan', 'Expiry', 'CurrencyAmount', 'CurrencyCode'] again
  nonSecure: false,            // true: a card may be charged without 3-D Secure
  transactionIdOnce: false,    // true: a TransactionId is used up by a declined attempt, too
  ipRefusal: '',               // '1105' or '6011': all but Common Payment refuse an IP address that they do not know
  searchLagMs: 0,              // Search and SettlementDetail do not know a fresh transaction for so long
  queryLagMs: 0,               // the same for the query of a Common Payment
  queryAmounts: 'comma',       // in its XML: 'comma' | 'dot'
  hashRequired: false,         // RegisterTransaction without HashedData is refused
  cancelUntilSettlement: true, // no cancel after the end of the day
  refundNeedsSettlement: false, // true: no refund before it
};

const TIMES = { slowMs: 20_000, hangMs: 30_000, pageMs: 15 * 60_000, mpiMs: 15 * 60_000, repeatMs: 500 };

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT>} [options.stores] the shops of this bank; `mpiPassword` and the name may be left out
 * @param {Partial<typeof SETTINGS>} [options.settings]
 * @param {string} [options.mount] path under which `handle` is mounted
 * @param {ReturnType<typeof createCourier>} [options.courier]
 */
export function createPayflex(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/payflex' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  const faults = createFaults();
  const forced = new Map();   // order, transaction or enrollment number, or token → name of an outcome
  const forcedCard = (keys, pan) => {
    const key = keys.find((each) => forced.has(each));
    return key === undefined ? cardByNumber(pan) : cardByName(forced.get(key));
  };
  const respond = createResponder({ faults, courier, times });
  const book = createBook({ now, random, settings });
  const bank = { book, stores, settings, times, courier, now, random, respond, faults, mount, forcedCard };
  const mpi = createMpi(bank);
  const vpos = createVpos({ ...bank, mpi });
  const common = createCommonPayment(bank);

  /** The addresses of 2026, and those of the older installations. */
  const ROUTES = {
    '/threeDGateway/Enrollment': mpi.enroll, '/MPIAPI/MPI_Enrollment.aspx': mpi.enroll, '/Enrollment.aspx': mpi.enroll,
    '/threeDGateway/startThreeDFlow': posted(mpi.startFlow), '/threeDGateway/PARes': posted(mpi.paRes), '/acs': posted(mpi.acs),
    '/goguvenliode/approve': posted(mpi.approve),
    '/virtualPos/Vposreq': vpos.vpos, '/v3/Vposreq.aspx': vpos.vpos,
    '/virtualPos/Search': vpos.search, '/UIService/Search.aspx': vpos.search,
    '/virtualPos/SettlementDetail': vpos.settlementDetail, '/UIService/SettlementDetail.aspx': vpos.settlementDetail,
    '/CpWeb/api/RegisterTransaction': (request) => common.register(request, 'form'),
    '/CommonPayment/api/RegisterTransaction': (request) => common.register(request, 'form'),
    '/commonPayment/CreateToken': (request) => common.register(request, 'form'),
    '/commonPayment/CreateTokenCPY': (request) => common.register(request, 'json'),
    '/CpWeb/api/VposTransaction': (request) => common.query(request, 'form'),
    '/CpWeb/api/VposTransaction/GetVposResponse': (request) => common.query(request, 'form'),
    '/CommonPayment/api/VposTransaction': (request) => common.query(request, 'form'),
    '/commonPayment/GetVposTransaction': (request) => common.query(request, 'json'),
    '/CpWeb/SecurePayment': common.securePayment, '/CommonPayment/SecurePayment': common.securePayment,
  };

  async function handle(request) {
    if (Object.hasOwn(ROUTES, request.path)) return ROUTES[request.path](request);
    const [, place, id, step] = /^\/(acs|CpWeb\/pay)\/([0-9a-f]{32})(?:\/(card|3d|done))?$/.exec(request.path) ?? [];
    if (place) return place === 'acs' ? mpi.acsPages(request, id, step) : common.pages(request, id, step);
    return errorPage('payflex', 404, 'Sayfa bulunamadı', 'Burada bir şey yok.', 'Nothing here.');
  }

  // ---- for tests and for the ledger

  function describe(line) {
    const currency = CURRENCIES[line.currency];
    const capture = book.lines().find(({ type, reference, canceled, reversed }) =>
      type === 'Capture' && reference === line.transactionId && !canceled && !reversed);
    const taken = line.type === 'Sale' ? line : capture;
    const [captured, refunded] = taken && book.isApproved(line) ? [taken.minor, taken.refunded] : [0n, 0n];
    return {
      system: 'payflex', orderId: line.orderId, transactionId: line.transactionId, status: statusOf(line, captured, refunded),
      currency: currency.code, digits: currency.digits, minor: line.minor, captured, refunded, installments: line.installments,
      code: line.code, authCode: line.authCode, rrn: line.rrn, eci: line.eci, card: maskPan(line.pan), at: line.at,
    };
  }

  function statusOf(line, captured, refunded) {
    if (!book.isApproved(line)) return 'declined';
    if (line.canceled || line.reversed) return 'voided';
    if (captured === 0n) return 'authorized';
    return refunded === captured ? 'refunded' : 'paid';
  }

  /** A Common Payment that has not come to the virtual POS: the page is open, or 3-D Secure has failed. */
  function describeOpen({ orderId, transactionId, currency, minor, rc, pan, startedAt, state }) {
    const { code, digits } = CURRENCIES[currency];
    return {
      system: 'payflex', orderId, transactionId, status: state === 'done' ? 'declined' : 'open', currency: code, digits, minor,
      captured: 0n, refunded: 0n, installments: '', code: rc ?? '', authCode: '', rrn: '', eci: '', card: pan && maskPan(pan),
      at: startedAt,
    };
  }

  const payments = () => [
    ...common.sessions().filter(({ line }) => !line).map(describeOpen),
    ...book.lines().filter(({ type }) => ['Sale', 'Auth'].includes(type)).map(describe),
  ];

  return {
    name: 'payflex', handle, settings, times, courier, payments,
    /** What became of an order: its success, or else the latest attempt. */
    find(orderId) {
      const attempts = payments().filter((each) => each.orderId === orderId);
      return attempts.find(({ status }) => status !== 'declined' && status !== 'open') ?? attempts.at(-1);
    },
    /** Everything that the bank's book holds, as lines. */
    lines: book.lines,
    session: common.session,
    visit: common.visit,
    visit3D: mpi.visit,
    /** The next card under this number meets the named outcome: an order, a transaction, an enrollment (or its SessionInfo), a token. */
    force(key, outcomeName) { forced.set(key, cardByName(outcomeName).name); },
    /** How the interfaces misbehave: see OPERATIONS and FAULTS in payflex-wire.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    settle: book.settle,
    messages: () => courier.messages().filter((message) => message.system === 'payflex'),
    close: () => courier.close(),
  };
}

/** Pages that only a form may reach. */
const posted = (work) => (request) => (request.method === 'POST' ? work(request) : methodOnly('POST'));

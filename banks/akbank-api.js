// Akbank's JSON API: every transaction at one address, by txnCode, and the report of a day. And its bad days.
import { CODES, ORDER_ID } from './akbank-book.js';
import { masked, moment } from './akbank-callback.js';
import { Refusal, REFUSALS, SUCCESS } from './akbank-codes.js';
import { mac } from './akbank-hash.js';
import { sameDigest } from './digest.js';
import { JSON_FAULTS, withFault } from './faults.js';
import { Decimal, readJsonObject, toJson } from './json.js';
import { CURRENCIES, fromMinor, stripZeros, toMinor } from './money.js';
import { momentOf, timestamp } from './turkish-time.js';

const BASE = '/api/v1/payment/virtualpos';
export const PROCESS = `${BASE}/transaction/process`;
export const REPORT = `${BASE}/portal/report/transaction`;

/** In the order of a payment's life; 'provision' is the charge after 3-D Secure. */
export const OPERATIONS = ['provision', 'sale', 'preauth', 'capture', 'void', 'refund', 'history', 'report'];

const BY_CODE = {
  __proto__: null, 1000: 'sale', 1004: 'preauth', 1005: 'capture', 1003: 'void', 1002: 'refund', 1010: 'history',
};

/** What `fault({ on, kind })` can make of a request. `on` is one of OPERATIONS, or '*'. */
export const FAULTS = {
  ...JSON_FAULTS,
  'wrong-terminal': 'does the work; the answer names another terminal',
  'wrong-amount': 'does the work; the amounts of the history and of the report are other ones',
  'wrong-currency': 'does the work; the history and the report speak of another currency',
};

const money = (minor) => new Decimal(stripZeros(fromMinor(minor)));
const json = (status, value) => ({ status, headers: { 'content-type': 'application/json' }, body: toJson(value) });

/** The request itself is wrong: no transaction, another form of answer. */
class BadRequest extends Error {
  constructor(status, message) { super(message); this.status = status; }
}

/** @param {any} value @param {string} name */
function partOf(value, name) {
  const part = value?.[name];
  return part && typeof part === 'object' && !Array.isArray(part) ? part : {};
}

/** Milliseconds of '2026-08-10T00:45:14.000', Turkish time; NaN for any other text. */
export const momentIn = (text) =>
  (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?$/.test(text) ? momentOf(text.slice(0, 19).replace('T', ' ')) : NaN);

/**
 * @param {object} bank
 * @param {ReturnType<import('./akbank-book.js').createBook>} bank.book
 * @param {(merchantSafeId: string, terminalSafeId: string) => typeof import('./akbank.js').SIMULATOR_ACCOUNT | undefined} bank.terminal
 */
export function createApi({ book, terminal, authentications, settings, faults, times, courier, now, outcomeOf }) {
  const operations = { sale: charge, preauth: charge, capture, void: cancel, refund, history };

  /** @param {{ body: Buffer, headers: Record<string, string>, path: string }} request */
  return async function api({ body, headers, path }) {
    try {
      const { request, store } = caller(body, headers);
      const name = path === REPORT ? 'report' : nameOf(request);
      const isProvision = request.secureTransaction && ['sale', 'preauth'].includes(name);
      const fault = faults.take(isProvision ? 'provision' : name);
      const work = async () => {
        const answer = name === 'report' ? report(request, store) : await process(request, store, name);
        return json(200, distorted(answer, fault));
      };
      return await withFault(fault, work, { wait: courier.wait, ...times });
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      return json(error.status, { code: String(error.status), message: error.message, errors: [] });
    }
  };

  /** Who asks: the digest is over the body as it arrived. */
  function caller(body, headers) {
    const request = readJsonObject(body);
    if (!request) throw new BadRequest(400, 'JSON parse error');
    const { merchantSafeId, terminalSafeId } = partOf(request, 'terminal');
    const store = terminal(merchantSafeId, terminalSafeId);
    const isOurs = store && sameDigest(headers['auth-hash'], mac(body, store.secretKey));
    if (!isOurs) throw new BadRequest(401, 'Authentication failed');
    if (!/^[0-9A-F]{128}$/i.test(request.randomNumber ?? '')) throw new BadRequest(400, 'randomNumber');
    return { request, store };
  }

  function nameOf(request) {
    const name = BY_CODE[request.txnCode];
    if (!name) throw new BadRequest(400, 'txnCode');
    if (request.version !== '1.00') throw new BadRequest(400, 'version');
    if (!ORDER_ID.test(partOf(request, 'order').orderId ?? '')) throw new BadRequest(400, 'order.orderId');
    return name;
  }

  async function process(request, store, name) {
    const { orderId } = request.order;
    const { merchantSafeId, terminalSafeId } = store;
    const frame = { txnCode: request.txnCode };
    const end = { txnDateTime: moment(now()), terminal: { merchantSafeId, terminalSafeId }, order: { orderId } };
    try {
      const off = Math.abs(now() - momentIn(request.requestDateTime ?? ''));
      if (!(off <= settings.clockToleranceMs)) throw REFUSALS.badDate();
      const answer = await operations[name](request, store, name);
      return { ...frame, ...SUCCESS, ...end, ...answer };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const nothing = ['history', 'void'].includes(name) ? {} : { transaction: { stan: 0, rrn: '0', batchNumber: 0 } };
      return { ...frame, responseCode: error.code, responseMessage: error.message, ...end, ...nothing };
    }
  }

  // ---- operations

  async function charge(request, store, type) {
    if (request.recurring) throw REFUSALS.noRecurring();
    const { orderId } = request.order;
    book.checkNew(store, orderId);
    const wanted = { orderId, type, ...transactionOf(request) };
    const authentication = request.secureTransaction ? authenticationOf(request, wanted, store) : null;
    if (!authentication && !settings.sales.includes('without-3d')) throw REFUSALS.notAllowed();
    const pan = authentication ? authentication.session.pan : cardOf(request);
    const outcome = authentication?.outcome ?? outcomeOf(orderId, pan);
    if (!outcome) throw REFUSALS.badCard();
    if (authentication) authentication.used = true;
    if (outcome.slow) await courier.wait(times.slowMs);
    const row = book.charge(store, { ...wanted, pan, outcome, mdStatus: authentication?.mdStatus ?? '' });
    return chargedAnswer(row, request);
  }

  function transactionOf(request) {
    const { amount, currencyCode, motoInd, installCount } = partOf(request, 'transaction');
    const minor = amountOf(amount);
    if (!minor) throw REFUSALS.badAmount();
    if (!Object.hasOwn(CURRENCIES, String(currencyCode))) throw REFUSALS.badField('currencyCode');
    if (![0, 1].includes(Number(motoInd))) throw REFUSALS.badField('motoInd');
    const count = Number(installCount);
    if (!Number.isInteger(count) || count < 1 || count > 36) throw REFUSALS.badField('installCount');
    return { minor, currency: String(currencyCode), installments: count > 1 ? String(count) : '' };
  }

  /** Two decimals, as text or as a number. */
  function amountOf(amount) {
    const text = typeof amount === 'number' ? amount.toFixed(2) : amount;
    return typeof text === 'string' && /^\d+\.\d\d$/.test(text) ? toMinor(text) : null;
  }

  function cardOf(request) {
    const { cardNumber = '', cvv2 = '', expireDate = '' } = partOf(request, 'card');
    if (!/^\d{13,19}$/.test(cardNumber) || !/^(0[1-9]|1[0-2])\d\d$/.test(expireDate) || !/^\d{3,4}$/.test(cvv2)) throw REFUSALS.badCard();
    return cardNumber;
  }

  /** The four values are those of one successful 3-D Secure of this very order, terminal, amount and type, and they count once. */
  function authenticationOf(request, wanted, store) {
    const given = partOf(request, 'secureTransaction');
    const known = authentications.get(given.secureId);
    const names = ['secureEcomInd', 'secureData', 'secureMd'];
    if (!known || known.used || request.card || names.some((name) => given[name] !== known[name])) throw REFUSALS.wrongAuthentication();
    const { session } = known;
    const mustAgree = ['orderId', 'type', 'minor', 'currency', 'installments'];
    if (session.store !== store || mustAgree.some((name) => session[name] !== wanted[name])) throw REFUSALS.wrongAuthentication();
    return known;
  }

  /** A decision of the card's bank, with neither amount nor currency, as the real one. */
  function chargedAnswer(row, { order }) {
    const approved = book.isApproved(row);
    const { authCode, rrn, batch, stan, verdict } = row;
    const zero = new Decimal('0.00');
    return {
      ...verdict, order, transaction: { authCode, rrn, batchNumber: batch, stan },
      ...(approved && { card: { cardHolderName: 'TD**' } }),
      campaign: { additionalInstallCount: 0, deferingMonth: 0 },
      reward: {
        ccbEarnedRewardAmount: zero, ccbBalanceRewardAmount: zero, pcbEarnedRewardAmount: zero, pcbBalanceRewardAmount: zero,
        xcbEarnedRewardAmount: zero, xcbBalanceRewardAmount: zero,
      },
    };
  }

  function capture(request, store) {
    const { amount, currencyCode } = partOf(request, 'transaction');
    const wanted = { orderId: request.order.orderId, minor: amountOf(amount), currency: String(currencyCode ?? '') };
    return chargedAnswer(book.capture(store, wanted), request);
  }

  /** Its answer has no `transaction`. */
  function cancel(request, store) {
    const { verdict } = book.cancel(store, { orderId: request.order.orderId });
    return { ...verdict };
  }

  /** Without `transaction` it is about all that is left. */
  function refund(request, store) {
    const { amount, currencyCode } = partOf(request, 'transaction');
    const minor = request.transaction === undefined ? null : amountOf(amount) ?? 0n;
    const wanted = { orderId: request.order.orderId, minor, currency: String(currencyCode ?? '') };
    return chargedAnswer(book.refund(store, wanted), request);
  }

  function history(request, store) {
    const order = book.history(store, request.order.orderId);
    const rows = order.rows.map((row) => historyRow(order, row));
    return { order: undefined, txnDetailList: settings.historyOrder === 'newest' ? rows.reverse() : rows };
  }

  /** What the history and the report have in common. The amount is a number with as many decimals as it needs. */
  function common(order, row) {
    const { orderId, orgOrderId, stan, verdict: { responseCode, hostResponseCode } } = row;
    return {
      amount: money(row.minor), ...(book.isApproved(row) && { authCode: row.authCode }), orderId, orgOrderId,
      pcbRewardAmount: 0, ccbRewardAmount: 0, xcbRewardAmount: 0, settlementId: book.settlementId, maskedCardNumber: masked(order.pan),
      txnDateTime: moment(row.at), txnCode: CODES[row.type], stan, currencyCode: Number(order.currency), batchNumber: row.batch,
      responseCode, hostResponseCode,
    };
  }

  function historyRow(order, row) {
    return {
      ...common(order, row), rrn: row.rrn, installCount: Number(order.installments || '1'), txnStatus: row.voided ? 'V' : 'N',
      hostMessage: row.verdict.hostMessage, responseMessage: row.verdict.responseMessage, ...preauthState(order, row),
    };
  }

  /** Whether a pre-authorisation is open, and what it was closed with. Voiding the capture opens it again. */
  function preauthState(order, { type }) {
    if (type !== 'preauth') return {};
    const [close] = book.counting(order, 'capture');
    const wasClosed = order.rows.some((row) => row.type === 'capture');
    return {
      preAuthStatus: close ? 'C' : 'O', preAuthCloseAmount: money(close?.minor ?? 0n),
      ...(wasClosed && { preAuthCloseDate: close ? moment(close.at) : '1900-01-01T00:00:00.000' }),
    };
  }

  // ---- the report

  /** The transactions of a day or of a batch, in words. */
  function report(request, store) {
    const { merchantSafeId, terminalSafeId } = store;
    const ids = { merchantSafeId, terminalSafeId };
    const frame = { requestId: `VPS000${timestamp(now()).replace(/\D/g, '')}`, terminal: ids, txnDateTime: moment(now()) };
    try {
      const isWanted = reported(partOf(request, 'report'));
      const rows = book.ofStore(store).flatMap((order) => order.rows.filter(isWanted).map((row) => reportRow(order, row)));
      if (rows.length > settings.reportRows) throw REFUSALS.tooManyRows();
      const data = { txnDateTime: moment(now()), terminal: ids, txnDetailList: rows };
      return { data, ...frame, responseCode: 'VPS-0000', responseMessage: 'SUCCESSFUL' };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...frame, responseCode: error.code, responseMessage: error.message };
    }
  }

  /** Those of one batch, or those between two moments that are a day apart at most. */
  function reported({ batchNumber, startDateTime = '', endDateTime = '' }) {
    if (batchNumber !== undefined) return ({ batch }) => batch === Number(batchNumber);
    const [from, to] = [momentIn(startDateTime), momentIn(endDateTime)];
    if (!(to >= from)) throw REFUSALS.badDate();
    if (to - from > 86_400_000) throw REFUSALS.longRange();
    return ({ at }) => at >= from && at < to + 1000;
  }

  function reportRow(order, row) {
    return {
      ...common(order, row), rrn: new Decimal(row.rrn), hostResponseMessage: row.verdict.hostMessage,
      txnStatus: row.voided ? 'İptal' : book.isApproved(row) ? 'Başarılı' : 'Başarısız',
      currencyLabel: CURRENCIES[order.currency].code,
      installmentCount: Number(order.installments || '1'), installmentLabel: order.installments || 'Peşin', ...preauthState(order, row),
    };
  }

  // ---- answers that are not true

  function distorted(answer, fault) {
    switch (fault) {
      case 'wrong-order': return renamed(answer);
      case 'wrong-terminal': return { ...answer, terminal: { ...answer.terminal, terminalSafeId: '0'.repeat(32) } };
      case 'wrong-amount': return withRows(answer, (row) => ({ ...row, amount: new Decimal('0.01') }));
      case 'wrong-currency': return withRows(answer, (row) => ({ ...row, currencyCode: 840 }));
      default: return answer;
    }
  }

  function renamed(answer) {
    const named = answer.order ? { ...answer, order: { orderId: `${answer.order.orderId}X` } } : answer;
    return withRows(named, (row) => ({ ...row, orderId: `${row.orderId}X`, orgOrderId: `${row.orgOrderId}X` }));
  }

  function withRows(answer, change) {
    if (answer.data) return { ...answer, data: withRows(answer.data, change) };
    return answer.txnDetailList ? { ...answer, txnDetailList: answer.txnDetailList.map(change) } : answer;
  }
}

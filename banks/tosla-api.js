// Tosla's JSON API, POST /api/Payment/…: sessions of 3-D Secure, charges with a card, capture, void, refund, inquiry and history.
// And its bad days.
import { sameDigest } from './digest.js';
import { JSON_FAULTS, withFault } from './faults.js';
import { Decimal, readJsonObject, toJson } from './json.js';
import { CURRENCIES } from './money.js';
import { ORDER_ID } from './tosla-book.js';
import { Invalid, Refusal, REFUSALS, STATUS, TYPES } from './tosla-codes.js';
import { requestHash } from './tosla-hash.js';
import { momentOf, timestamp } from './turkish-time.js';

export const BASE = '/api/payment/';

/** In the order of a payment's life, as the addresses end. */
export const OPERATIONS = ['threeDPayment', 'threeDPreAuth', 'Payment', 'postAuth', 'void', 'refund', 'inquiry', 'history'];

/** What `fault({ on, kind })` can make of a request. `on` is one of OPERATIONS, or '*'. */
export const FAULTS = {
  ...JSON_FAULTS,
  'no-content-before': 'status 204 without a body, and nothing was done',
  'no-content-after': 'does the work and answers with status 204 without a body',
  'wrong-amount': 'does the work; the answer speaks of another amount',
  'wrong-currency': 'does the work; the answer speaks of another currency',
};

const json = (value) => ({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: toJson(value) });
const NO_CONTENT = { status: 204, headers: {}, body: '' };
const number = (minor) => new Decimal(String(minor));

/** '20240120005007' */
const stamp = (ms) => timestamp(ms).slice(0, 19).replace(/\D/g, '');

/** Milliseconds of such a text; NaN for any other. */
const momentIn = (text) =>
  (/^\d{14}$/.test(text) ? momentOf(text.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6')) : NaN);

/** '41595600****7732' */
export const masked = (pan) => (pan ? `${pan.slice(0, 8)}****${pan.slice(-4)}` : null);

/**
 * @param {object} bank
 * @param {ReturnType<import('./tosla-book.js').createBook>} bank.book
 * @param {(clientId: string) => typeof import('./tosla.js').SIMULATOR_ACCOUNT | undefined} bank.account
 * @param {(store: any, wanted: any) => { threeDSessionId: string }} bank.open a session whose card is still to come
 */
export function createApi({ book, account, open, settings, faults, times, courier, now, random, outcomeOf }) {
  const used = new Set();
  const operations = {
    threedpayment: start('sale'), threedpreauth: start('preauth'), payment: charge, postauth: capture, void: cancel, refund, inquiry,
    history,
  };
  const named = Object.fromEntries(OPERATIONS.map((name) => [name.toLowerCase(), name]));

  /** @param {{ path: string, body: Buffer }} request */
  return async function api({ path, body }) {
    const name = path.slice(BASE.length).toLowerCase();
    const fault = faults.take(named[name]);
    if (fault === 'no-content-before') return NO_CONTENT;
    const work = async () => {
      const answer = json(distorted(await answerTo(name, body), fault));
      return fault === 'no-content-after' ? NO_CONTENT : answer;
    };
    return withFault(fault, work, { wait: courier.wait, ...times });
  };

  async function answerTo(name, body) {
    try {
      const request = readRequest(body);
      const store = caller(request);
      return await operations[name](request, store);
    } catch (error) {
      if (error instanceof Invalid) return { Code: 998, message: error.message, ValidationErrors: error.errors };
      if (error instanceof Refusal) return { Code: error.code, Message: error.message };
      throw error;
    }
  }

  /** Names count without their case; the document's own samples write them both ways. */
  function readRequest(body) {
    const request = readJsonObject(body);
    if (!request) throw new Invalid(['request']);
    const pairs = Object.entries(request).map(([name, value]) => [name.toLowerCase(), value]);
    if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Invalid(['request']);
    return { __proto__: null, ...Object.fromEntries(pairs) };
  }

  /** Each digest is good once, and its time must be that of Turkey. */
  function caller({ clientid, apiuser, rnd = '', timespan = '', hash }) {
    if (!hash) throw REFUSALS.general();
    const store = account(String(clientid));
    const isOurs = store && apiuser === store.apiUser
      && sameDigest(String(hash), requestHash({ ...store, rnd: String(rnd), timeSpan: String(timespan) }));
    if (!isOurs || String(rnd).length > 24) throw REFUSALS.badHash();
    const off = Math.abs(now() - momentIn(String(timespan)));
    if (!(off <= settings.clockToleranceMs)) throw settings.clockError === 997 ? REFUSALS.badHash() : new Invalid(['timeSpan']);
    if (settings.hashOnce && used.has(hash)) throw REFUSALS.badHash();
    used.add(hash);
    return store;
  }

  // ---- operations

  /** What a payment needs, in whole minor units. */
  function wantedOf({ orderid, amount, currency, installmentcount, description = '' }, type) {
    const errors = [
      orderid && !ORDER_ID.test(orderid) && 'orderId',
      !/^[1-9]\d{0,11}$/.test(String(amount)) && 'amount',
      !Object.hasOwn(CURRENCIES, String(currency)) && 'currency',
      !/^(0|[1-9]|1[0-2])$/.test(String(installmentcount)) && 'installmentCount',
      String(description ?? '').length > 256 && 'description',
    ].filter(Boolean);
    if (errors.length > 0) throw new Invalid(errors);
    const installments = Number(installmentcount) > 1 ? String(installmentcount) : '';
    return { type, orderId: orderid || newOrderId(), minor: BigInt(amount), currency: String(currency), installments };
  }

  /** Tosla names an order that the shop left without a name. */
  function newOrderId() { return random(10).toString('hex').toUpperCase(); }

  function start(type) {
    return (request, store) => {
      const wanted = wantedOf(request, type);
      if (!courier.mayReach(String(request.callbackurl))) throw new Invalid(['callbackUrl']);
      const { threeDSessionId } = open(store, { ...wanted, callbackUrl: request.callbackurl });
      return { ThreeDSessionId: threeDSessionId, TransactionId: null, Code: 0, Message: 'Başarılı' };
    };
  }

  async function charge(request, store) {
    if (!settings.without3D) throw REFUSALS.general();
    const wanted = wantedOf(request, 'sale');
    const { cardno = '', expiredate = '', cvv = '' } = request;
    const outcome = outcomeOf(wanted.orderId, String(cardno));
    if (!outcome || !/^(0[1-9]|1[0-2])\d\d$/.test(expiredate) || !/^\d{3,4}$/.test(cvv)) throw new Invalid(['cardNo']);
    const payment = book.start(store, wanted);
    if (outcome.slow) await courier.wait(times.slowMs);
    const row = book.decide(payment, { pan: String(cardno), mdStatus: '', code: outcome.code });
    return done(payment.orderId, row);
  }

  /** An answer about one transaction has no amount. */
  function done(orderId, { verdict, transactionId }) {
    const approved = verdict.code === '00';
    return {
      OrderId: orderId, BankResponseCode: verdict.code, BankResponseMessage: verdict.message || null, AuthCode: null,
      HostReferenceNumber: null, TransactionId: transactionId, CardHolderName: null, Code: approved ? 0 : 999,
      Message: approved ? 'Başarılı' : 'Genel Hata',
    };
  }

  function about({ orderid = '', amount }) {
    if (!ORDER_ID.test(orderid)) throw new Invalid(['orderId']);
    if (amount !== undefined && !/^\d{1,12}$/.test(String(amount))) throw new Invalid(['amount']);
    return { orderId: orderid, minor: amount === undefined ? 0n : BigInt(amount) };
  }

  function capture(request, store) { return done(request.orderid, book.capture(store, about(request))); }
  function cancel(request, store) { return done(request.orderid, book.cancel(store, about(request))); }
  function refund(request, store) { return done(request.orderid, book.refund(store, about(request))); }

  /** Of an order that Tosla does not know every field is empty, and the code is that of a success. */
  function inquiry(request, store) {
    const { orderId } = about(request);
    return { ...told(store, book.find(store, orderId)), TransactionId: 0, Code: 0, Message: '' };
  }

  function told(store, payment) {
    if (!payment) return { ...FEES, TransactionType: TYPES.none, CreateDate: null, OrderId: null, RequestStatus: STATUS.error, ...UNKNOWN };
    const lead = payment.rows[0];
    return {
      ...FEES, ...rowOf(store, payment, lead ?? { type: payment.type, minor: payment.minor, at: payment.at, verdict: null }),
      RequestStatus: book.statusOf(payment), RefundedAmount: number(book.refunded(payment)),
      PostAuthedAmount: number(book.postAuthed(payment)),
    };
  }

  function rowOf(store, payment, { type, minor, at, verdict }) {
    return {
      TransactionType: TYPES[type], CreateDate: stamp(at), OrderId: payment.orderId, BankResponseCode: verdict?.code ?? null,
      BankResponseMessage: verdict?.message || null, AuthCode: null, HostReferenceNumber: null, Amount: number(minor),
      Currency: Number(payment.currency), InstallmentCount: Number(payment.installments || '0'), ClientId: Number(store.clientId),
      CardNo: masked(payment.pan),
    };
  }

  /** The transactions of one day, page by page. */
  function history(request, store) {
    const { orderId } = about(request);
    const { transactiondate: date, page = 1, pagesize = 10 } = request;
    const errors = [
      !/^\d{8}$/.test(String(date)) && 'transactionDate', !(page >= 1) && 'page', !(pagesize >= 1 && pagesize <= 100) && 'pageSize',
    ];
    if (errors.some(Boolean)) throw new Invalid(errors.filter(Boolean));
    const rows = book.ofOrder(store, orderId)
      .flatMap((payment) => payment.rows.map((row) => ({ payment, row })))
      .filter(({ row }) => stamp(row.at).startsWith(String(date)));
    const shown = rows.slice((page - 1) * pagesize, page * pagesize);
    return {
      Count: rows.length, Code: 0, Message: 'Başarılı',
      Transactions: shown.map(({ payment, row }) => historyRow(store, payment, row, Number(date))),
    };
  }

  function historyRow(store, payment, row, date) {
    const isLead = row === payment.rows[0];
    const status = isLead ? book.statusOf(payment) : STATUS.success;
    return {
      ...FEES, ...rowOf(store, payment, row), RequestStatus: status, RefundedAmount: number(isLead ? book.refunded(payment) : 0n),
      PostAuthedAmount: number(isLead ? book.postAuthed(payment) : 0n), TransactionId: row.transactionId, TransactionDate: date, Code: 0,
      Message: 'Success',
    };
  }

  // ---- answers that are not true

  function distorted(answer, fault) {
    const change = {
      'wrong-order': ({ OrderId }) => OrderId && { OrderId: `${OrderId}X` },
      'wrong-amount': ({ Amount }) => Amount !== undefined && { Amount: 1 },
      'wrong-currency': ({ Currency }) => Currency !== undefined && { Currency: 840 },
    }[fault];
    if (!change) return answer;
    const rows = answer.Transactions && { Transactions: answer.Transactions.map((row) => ({ ...row, ...change(row) })) };
    return { ...answer, ...change(answer), ...rows };
  }
}

/** What this simulation has nothing to say about. */
const FEES = {
  CommissionStatus: null, NetAmount: 0, MerchantCommissionAmount: 0, MerchantCommissionRate: null, CardBankId: 0, CardTypeId: 0,
  ValorDate: 0, TransactionDate: 0, BankValorDate: 0, ExtraParameters: null,
};

const UNKNOWN = {
  BankResponseCode: null, BankResponseMessage: null, AuthCode: null, HostReferenceNumber: null, Amount: 0, Currency: 0,
  InstallmentCount: 0, ClientId: 0, CardNo: null, RefundedAmount: 0, PostAuthedAmount: 0,
};

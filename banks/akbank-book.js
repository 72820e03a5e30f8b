// The bank's book: one row for each transaction, as the order's history shows it, and what the bank refuses. No HTTP, no JSON.
import { REFUSALS, verdictOf } from './akbank-codes.js';
import { timestamp, yearAndDay } from './turkish-time.js';

export const ORDER_ID = /^[\w.-]{1,36}$/;

/** The bank's transactions by number. A void has none in the history: it marks the row that it is about. */
export const CODES = { sale: '1000', preauth: '1004', capture: '1005', refund: '1002' };

/**
 * @typedef {object} Row
 * @property {'sale' | 'preauth' | 'capture' | 'refund'} type
 * @property {string} orderId the shop's for a sale or pre-authorisation, one of the bank's for what follows
 * @property {string} orgOrderId the shop's
 * @property {bigint} minor
 * @property {number} at
 * @property {ReturnType<typeof verdictOf>} verdict
 * @property {string} authCode
 * @property {string} rrn
 * @property {number} stan
 * @property {number} batch
 * @property {boolean} voided
 *
 * @typedef {object} Order
 * @property {string} orderId
 * @property {string} terminalSafeId
 * @property {string} currency ISO number
 * @property {string} pan
 * @property {string} installments '' for a single payment
 * @property {string} mdStatus '' without 3-D Secure
 * @property {Row[]} rows oldest first
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any }} options */
export function createBook({ now, random, settings }) {
  /** @type {Map<string, Order>} */
  const orders = new Map();
  const settlementId = uuid();
  let batch = 39;
  let stan = 0;
  let authCodes = 305_950;

  function uuid() { return random(16).toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5'); }
  const key = (store, orderId) => `${store.terminalSafeId}/${orderId}`;
  const order = (store, orderId) => orders.get(key(store, orderId));

  function write(book, row) {
    stan += 1;
    const rrn = yearAndDay(now()).slice(1) + timestamp(now()).slice(11, 13) + String(stan).padStart(6, '0');
    const complete = {
      orderId: uuid(), orgOrderId: book.orderId, at: now(), verdict: verdictOf('00'), authCode: '', rrn, stan, batch, voided: false, ...row,
    };
    book.rows.push(complete);
    return complete;
  }

  const isApproved = ({ verdict }) => verdict.hostResponseCode === '00';
  const counting = (book, ...types) => book.rows.filter((row) => isApproved(row) && !row.voided && types.includes(row.type));
  const sum = (rows) => rows.reduce((total, { minor }) => total + minor, 0n);
  const captured = (book) => sum(counting(book, 'sale', 'capture'));
  const refunded = (book) => sum(counting(book, 'refund'));

  /** An order number is good once, even if its payment was declined. */
  function checkNew(store, orderId) {
    if (order(store, orderId)) throw REFUSALS.repeatedOrder(orderId);
  }

  /** Sale or pre-authorisation. @returns {Row} */
  function charge(store, { orderId, type, minor, currency, installments, pan, mdStatus = '', outcome }) {
    checkNew(store, orderId);
    const { terminalSafeId } = store;
    const book = { orderId, terminalSafeId, merchantSafeId: store.merchantSafeId, currency, pan, installments, mdStatus, rows: [] };
    orders.set(key(store, orderId), book);
    const authCode = outcome.code === '00' ? String((authCodes += 1)) : '000000';
    return write(book, { type, orderId, minor, verdict: verdictOf(outcome.code), authCode });
  }

  function known(store, orderId) {
    const book = order(store, orderId);
    if (!book?.rows.some(isApproved)) throw REFUSALS.noOriginal(orderId);
    return book;
  }

  function checkCurrency(book, currency) {
    if (currency && currency !== book.currency) throw REFUSALS.otherCurrency();
  }

  /** Closes a pre-authorisation; the row keeps its authorisation code and reference. @returns {Row} */
  function capture(store, { orderId, minor, currency }) {
    const book = known(store, orderId);
    const [preauth] = counting(book, 'preauth');
    if (!preauth) throw REFUSALS.noOriginal(orderId);
    if (counting(book, 'capture').length > 0) throw REFUSALS.closedPreauth();
    checkCurrency(book, currency);
    const most = (preauth.minor * BigInt(100 + settings.captureMarginPercent)) / 100n;
    if (!minor || minor > most) throw REFUSALS.badAmount();
    return write(book, { type: 'capture', minor, authCode: preauth.authCode, rrn: preauth.rrn });
  }

  /** Until the end of the day. The void of a capture opens the pre-authorisation again. @returns {Row} the row that was voided */
  function cancel(store, { orderId }) {
    const book = known(store, orderId);
    if (counting(book, 'refund').length > 0) throw REFUSALS.refundedAlready();
    const [target] = counting(book, 'sale', 'preauth', 'capture').reverse();
    if (!target) throw REFUSALS.alreadyVoided();
    if (target.batch !== batch) throw REFUSALS.settled();
    target.voided = true;
    return target;
  }

  /** Of what was captured; without an amount all that is left. @returns {Row} */
  function refund(store, { orderId, minor, currency }) {
    const book = known(store, orderId);
    const target = counting(book, 'sale', 'capture').at(-1);
    if (!target) throw book.rows.some(({ voided }) => voided) ? REFUSALS.alreadyVoided() : REFUSALS.noOriginal(orderId);
    if (settings.refundNeedsSettlement && target.batch === batch) throw REFUSALS.notSettled();
    checkCurrency(book, currency);
    const left = captured(book) - refunded(book);
    const amount = minor ?? left;
    if (amount === 0n || amount > left) throw REFUSALS.badAmount();
    return write(book, { type: 'refund', minor: amount, authCode: target.authCode });
  }

  /** The order with its rows. A fresh payment may not be found for a while. @returns {Order} */
  function history(store, orderId) {
    const book = order(store, orderId);
    if (!book || now() - book.rows[0].at < settings.historyLagMs) throw REFUSALS.noHistory(orderId);
    return book;
  }

  return {
    checkNew, charge, capture, cancel, refund, history, captured, refunded, isApproved, counting, settlementId,
    ofStore: (store) => [...orders.values()].filter(({ terminalSafeId }) => terminalSafeId === store.terminalSafeId),
    orders: () => [...orders.values()],
    find: (orderId) => [...orders.values()].find((each) => each.orderId === orderId),
    /** The end of the bank's day: what is in the batch can no longer be voided, only refunded. */
    settle() { batch += 1; },
  };
}

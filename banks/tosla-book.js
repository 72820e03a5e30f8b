// Tosla's book: which order was started, charged, captured, voided and refunded, and what Tosla refuses. No HTTP, no JSON.
import { REFUSALS, STATUS, verdictOf } from './tosla-codes.js';

export const ORDER_ID = /^[\w.-]{1,36}$/;

/**
 * @typedef {object} Row one transaction
 * @property {keyof typeof TYPES} type
 * @property {string} transactionId
 * @property {bigint} minor
 * @property {number} at
 * @property {ReturnType<typeof verdictOf>} verdict
 *
 * @typedef {object} Payment one attempt to pay an order; its first row is the sale or pre-authorisation
 * @property {string} orderId
 * @property {string} clientId
 * @property {'sale' | 'preauth'} type
 * @property {bigint} minor
 * @property {string} currency ISO number
 * @property {string} installments '' for a single payment
 * @property {string} pan
 * @property {string} mdStatus '' without 3-D Secure
 * @property {'waiting' | 'declined' | 'approved'} state
 * @property {boolean} voided
 * @property {boolean} settled
 * @property {number} at
 * @property {Row[]} rows
 */

/** @param {{ now: () => number, settings: any }} options */
export function createBook({ now, settings }) {
  /** @type {Payment[]} */
  const payments = [];
  let transactionIds = 2_000_000_000_032_547;

  const ofOrder = (store, orderId) => payments.filter((each) => each.clientId === store.clientId && each.orderId === orderId);
  const approved = (store, orderId) => ofOrder(store, orderId).find(({ state }) => state === 'approved');
  const sum = (payment, type) => payment.rows.filter((row) => row.type === type).reduce((total, { minor }) => total + minor, 0n);
  const refunded = (payment) => sum(payment, 'refund');
  /** What the shop has of it, refunds not counted. */
  function captured(payment) {
    if (payment.state !== 'approved' || payment.voided) return 0n;
    return payment.type === 'sale' ? payment.minor : sum(payment, 'capture');
  }

  function write(payment, type, minor, verdict = verdictOf('00')) {
    const row = { type, minor, verdict, at: now(), transactionId: String((transactionIds += 1)) };
    payment.rows.push(row);
    return row;
  }

  /** Whether an order may be started at all. */
  function checkNew(store, orderId) {
    if (settings.repeatedOrder === 'refuse' && approved(store, orderId)) throw REFUSALS.general();
  }

  /** @returns {Payment} one that waits for its card */
  function start(store, { orderId, type, minor, currency, installments }) {
    checkNew(store, orderId);
    const payment = {
      orderId, clientId: store.clientId, type, minor, currency, installments, pan: '', mdStatus: '', state: 'waiting', voided: false,
      settled: false, at: now(), rows: [],
    };
    payments.push(payment);
    return payment;
  }

  /** The card's bank answers, or 3-D Secure failed and nobody asked it. @returns {Row} */
  function decide(payment, { pan, mdStatus, code }) {
    const again = code === '00' && settings.repeatedOrder === 'refuse' && approved(payment, payment.orderId);
    const verdict = verdictOf(again ? '05' : code);
    Object.assign(payment, { pan, mdStatus, state: verdict.code === '00' ? 'approved' : 'declined', at: now() });
    return write(payment, payment.type, payment.minor, verdict);
  }

  function known(store, orderId) {
    const payment = approved(store, orderId);
    if (!payment) throw REFUSALS.noOriginal();
    return payment;
  }

  /** Closes a pre-authorisation, for its amount or less. */
  function capture(store, { orderId, minor }) {
    const payment = known(store, orderId);
    const closed = payment.rows.some(({ type }) => type === 'capture');
    if (payment.type !== 'preauth' || payment.voided || closed || !minor || minor > payment.minor) throw REFUSALS.general();
    return write(payment, 'capture', minor);
  }

  /** The whole payment, until the end of the day and while nothing was refunded. */
  function cancel(store, { orderId }) {
    const payment = known(store, orderId);
    if (payment.voided || payment.settled || refunded(payment) > 0n) throw REFUSALS.general();
    const row = write(payment, 'void', payment.type === 'sale' ? payment.minor : captured(payment) || payment.minor);
    payment.voided = true;
    return row;
  }

  /** A part or all of what was captured, never more. */
  function refund(store, { orderId, minor }) {
    const payment = known(store, orderId);
    if (settings.refundNeedsSettlement && !payment.settled) throw REFUSALS.general();
    if (!minor || minor > captured(payment) - refunded(payment)) throw REFUSALS.general();
    return write(payment, 'refund', minor);
  }

  /** The payment that an inquiry tells about: the approved one, or the latest attempt. */
  function find(store, orderId) {
    const attempts = ofOrder(store, orderId).filter(({ at }) => now() - at >= settings.inquiryLagMs);
    const visible = settings.waitingIsKnown ? attempts : attempts.filter(({ state }) => state !== 'waiting');
    return visible.find(({ state }) => state === 'approved') ?? visible.at(-1);
  }

  function statusOf(payment) {
    if (payment.state === 'waiting') return STATUS.waiting;
    if (payment.state === 'declined') return STATUS.error;
    if (payment.voided) return STATUS.voided;
    const back = refunded(payment);
    if (back > 0n) return back === captured(payment) ? STATUS.refunded : STATUS.partlyRefunded;
    return payment.type === 'preauth' && captured(payment) > 0n ? STATUS.captured : STATUS.success;
  }

  return {
    checkNew, start, decide, capture, cancel, refund, find, ofOrder, captured, refunded, statusOf,
    postAuthed: (payment) => sum(payment, 'capture'),
    payments: () => [...payments],
    /** The end of the day: what was captured can no longer be voided, only refunded. */
    settle() { for (const payment of payments) if (captured(payment) > 0n) payment.settled = true; },
  };
}

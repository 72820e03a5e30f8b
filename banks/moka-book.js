// Moka's book: what was started, taken, captured, voided and given back, and what Moka refuses. No HTTP, no JSON.
import { NOT_3D, PAYMENT, refuse, TRX, verdictOf } from './moka-codes.js';

/**
 * @typedef {object} Trx one transaction of a payment
 * @property {number} id DealerPaymentTrxId
 * @property {string} code TrxCode
 * @property {number} type one of PAYMENT
 * @property {number} status one of TRX
 * @property {bigint} minor
 * @property {number} at
 * @property {string} message
 *
 * @typedef {object} Payment
 * @property {number} id DealerPaymentId
 * @property {string} otherTrxCode the shop's
 * @property {string} virtualPosOrderId Moka's
 * @property {string} dealerCode
 * @property {bigint} minor
 * @property {string} currency ISO number
 * @property {string} installments '' for a single payment
 * @property {boolean} isPreAuth
 * @property {boolean} isThreeD
 * @property {string} pan
 * @property {string} holder
 * @property {string} mdStatus '' without 3-D Secure
 * @property {'waiting' | 'failed' | 'approved'} state
 * @property {string} resultCode '' until there is one, and for a success
 * @property {bigint} captured
 * @property {bigint} refunded
 * @property {boolean} voided
 * @property {boolean} settled
 * @property {{ id: number, minor: bigint }[]} requests refunds that Moka has not made yet
 * @property {number} at
 * @property {Trx[]} trxs
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any }} options */
export function createBook({ now, random, settings }) {
  /** @type {Payment[]} */
  const payments = [];
  let trxs = 74_000;
  let requests = 2_319;

  function uuid() { return random(16).toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5'); }

  function write(payment, type, minor, { status = TRX.success, message = '' } = {}) {
    const trx = { id: (trxs += 1), code: uuid(), type, status, minor, at: now(), message };
    payment.trxs.push(trx);
    return trx;
  }

  /** @returns {Payment} one whose card's bank has not answered yet */
  function start(store, wanted, service) {
    const known = payments.some((each) => each.dealerCode === store.dealerCode && each.otherTrxCode === wanted.otherTrxCode);
    if (settings.repeatedTrxCode === 'refuse' && wanted.otherTrxCode && known) refuse(service, 'RepeatedOtherTrxCode');
    const payment = {
      id: 27_404 + payments.length, virtualPosOrderId: `Test-${uuid()}`, dealerCode: store.dealerCode, pan: '', mdStatus: '',
      state: 'waiting', resultCode: '', captured: 0n, refunded: 0n, voided: false, settled: false, requests: [], at: now(), trxs: [],
      ...wanted,
    };
    payments.push(payment);
    return payment;
  }

  /** The card's bank answers. @param {string} code one of ANSWERS in cards.js */
  function decide(payment, { mdStatus, code }) {
    const verdict = verdictOf(code);
    const approved = code === '00';
    Object.assign(payment, { mdStatus, state: approved ? 'approved' : 'failed', resultCode: verdict.code, at: now() });
    if (approved && !payment.isPreAuth) payment.captured = payment.minor;
    const status = approved ? TRX.success : TRX.failed;
    write(payment, payment.isPreAuth ? PAYMENT.preauth : PAYMENT.payment, payment.minor, { status, message: verdict.message });
    return verdict;
  }

  /** 3-D Secure failed. */
  function fail(payment, mdStatus) {
    Object.assign(payment, { mdStatus, state: 'failed', resultCode: NOT_3D.code, at: now() });
    write(payment, payment.isPreAuth ? PAYMENT.preauth : PAYMENT.payment, payment.minor, { status: TRX.failed, message: NOT_3D.message });
    return NOT_3D;
  }

  /** By either of the two numbers; where both are given they must be of one payment. */
  function named(store, { virtualPosOrderId, otherTrxCode }, service) {
    const own = payments.filter(({ dealerCode }) => dealerCode === store.dealerCode);
    if (!virtualPosOrderId && !otherTrxCode) refuse(service, 'OtherTrxCodeOrVirtualPosOrderIdMustGiven');
    const payment = virtualPosOrderId ? own.find((each) => each.virtualPosOrderId === virtualPosOrderId)
      : own.findLast((each) => each.otherTrxCode === otherTrxCode);
    if (payment?.state !== 'approved') refuse(service, 'PaymentNotFound');
    if (otherTrxCode && payment.otherTrxCode !== otherTrxCode) refuse(service, 'OtherTrxCodeAndVirtualPosOrderIdMismatch');
    return payment;
  }

  /** Closes a pre-authorisation, for its amount or a little more or less. */
  function capture(store, { minor, ...names }) {
    const payment = named(store, names, 'DoCapture');
    if (!payment.isPreAuth || payment.voided) refuse('DoCapture', 'PaymentNotFound');
    if (payment.captured > 0n) refuse('DoCapture', 'AlreadyCaptured');
    const amount = minor ?? payment.minor;
    const margin = (payment.minor * BigInt(settings.captureMarginPercent)) / 100n;
    const off = amount > payment.minor ? amount - payment.minor : payment.minor - amount;
    if (amount === 0n || off > margin) refuse('DoCapture', 'InvalidAmount');
    payment.captured = amount;
    write(payment, PAYMENT.payment, amount);
    return payment;
  }

  /** All of it, until the end of the day and while nothing was given back. */
  function cancel(store, names) {
    const payment = named(store, names, 'DoVoid');
    if (payment.voided) refuse('DoVoid', 'PaymentNotFound');
    if (payment.settled || payment.refunded > 0n || payment.requests.length > 0) refuse('DoVoid', 'PaymentNotAvailable');
    payment.voided = true;
    write(payment, PAYMENT.voided, payment.captured || payment.minor);
    return payment;
  }

  /** A request only: Moka gives the money back at the end of the day, unless the settings say at once. @returns its number */
  function requestRefund(store, { minor, ...names }) {
    const payment = named(store, names, 'DoCreateRefundRequest');
    const left = payment.captured - payment.refunded;
    if (payment.voided || payment.captured === 0n) refuse('DoCreateRefundRequest', 'PaymentNotFound');
    if (settings.refundNeedsSettlement && !payment.settled) refuse('DoCreateRefundRequest', 'PaymentNotFound');
    if (payment.requests.length > 0) refuse('DoCreateRefundRequest', 'RefundRequestAlreadyExist');
    const amount = minor ? minor : left;
    if (amount === 0n || amount > left) refuse('DoCreateRefundRequest', 'InvalidAmount');
    payment.requests.push({ id: (requests += 1), minor: amount });
    if (settings.refundsAtOnce) giveBack(payment);
    return requests;
  }

  function giveBack(payment) {
    for (const { minor } of payment.requests.splice(0)) {
      payment.refunded += minor;
      write(payment, PAYMENT.refunded, minor);
    }
  }

  /** A refund of a part leaves a payment what it was. A failed one says what it should have become. */
  function statusOf(payment) {
    if (payment.voided) return PAYMENT.voided;
    if (payment.refunded > 0n && payment.refunded === payment.captured) return PAYMENT.refunded;
    if (payment.state === 'waiting') return PAYMENT.waiting;
    return payment.isPreAuth && payment.captured === 0n ? PAYMENT.preauth : PAYMENT.payment;
  }

  const trxStatusOf = ({ state }) => ({ waiting: TRX.waiting, failed: TRX.failed, approved: TRX.success })[state];

  return {
    start, decide, fail, capture, cancel, requestRefund, statusOf, trxStatusOf,
    ofStore: (store) => payments.filter(({ dealerCode }) => dealerCode === store.dealerCode),
    payments: () => [...payments],
    /** The end of the day: what was taken can no longer be voided, and refunds that were asked for are made. */
    settle() {
      for (const payment of payments) {
        giveBack(payment);
        if (payment.captured > 0n) payment.settled = true;
      }
    },
  };
}

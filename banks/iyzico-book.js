// iyzico's book: what was authorised, captured, cancelled and refunded, and what iyzico refuses. No HTTP. What the customer
// paid is divided among the items of the basket; cancels and refunds are movements that take from the items.
import { toFine, toMinorUnits } from './iyzico-answers.js';
import { newPassword } from './card-input.js';
import { ERRORS } from './iyzico-codes.js';
import { timestamp } from './turkish-time.js';

/**
 * @typedef {object} Item
 * @property {string} id the shop's
 * @property {string} transactionId paymentTransactionId
 * @property {bigint} price minor units
 * @property {bigint} paid fine
 *
 * @typedef {object} Movement
 * @property {'CANCEL' | 'REFUND'} type
 * @property {string} id
 * @property {number} at
 * @property {string} conversationId of the request
 * @property {string} authCode
 * @property {string} hostReference
 * @property {{ item: Item, fine: bigint, id: string }[]} parts
 */

/** A public test card whose payments succeed, and can then neither be cancelled nor refunded nor captured. */
const IMMOVABLE = '5406670000000009';

const dayOf = (ms) => timestamp(ms).slice(0, 10);
const sum = (parts) => parts.reduce((total, { fine }) => total + fine, 0n);

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any, newId: () => string }} bank */
export function createBook({ now, random, settings, newId }) {
  const hostReference = () => `mock${newPassword(random)}iyzihostrfn`;

  /** Divides what is paid among the items, the last one takes what division leaves. */
  function divide(payment) {
    const paid = toFine(payment.paid, payment.currency);
    const shares = payment.items.map(({ price }) => paid * price / payment.price);
    shares[shares.length - 1] += paid - shares.reduce((total, share) => total + share, 0n);
    payment.items.forEach((item, i) => { item.paid = shares[i]; });
  }

  /** The card's bank has said yes. */
  function authorize(payment, { review }) {
    divide(payment);
    Object.assign(payment, {
      authCode: newPassword(random), hostReference: hostReference(), fraudStatus: review ? 0 : 1, paidAt: now(),
    });
    if (payment.phase === 'AUTH') payment.capturedAt = now();
  }

  const moved = (payment, type) => sum(payment.movements.filter((each) => each.type === type).flatMap(({ parts }) => parts));
  const left = (payment) =>
    (payment.paymentStatus === 'SUCCESS' ? sum(payment.items.map((item) => ({ fine: leftOf(payment, item) }))) : 0n);
  const leftOf = (payment, item) =>
    item.paid - sum(payment.movements.flatMap(({ parts }) => parts).filter((part) => part.item === item));

  /** What is in the way of any change, or null. */
  function obstacle(payment) {
    if (payment.paymentStatus !== 'SUCCESS') return ERRORS.notCharged;
    if (payment.movements.some(({ type }) => type === 'CANCEL')) return ERRORS.begunBefore;
    return payment.pan === IMMOVABLE ? ERRORS.notPossible : null;
  }

  /** A pre-authorisation becomes a sale, once. @returns {string[] | null} an error */
  function capture(payment, minor) {
    const hindrance = obstacle(payment);
    if (hindrance === ERRORS.notPossible) return hindrance;
    if (hindrance || payment.phase !== 'PRE_AUTH') return ERRORS.notForCapture;
    if (minor * 100n > payment.paid * BigInt(100 + settings.captureMargin)) return ERRORS.captureTooMuch;
    Object.assign(payment, {
      paid: minor, phase: 'POST_AUTH', capturedAt: now(), authCode: newPassword(random), hostReference: hostReference(),
    });
    divide(payment);
    return null;
  }

  const isSameDay = ({ capturedAt }) => capturedAt === null || dayOf(capturedAt) === dayOf(now());

  /** All of it, on the day of the payment; a pre-authorisation on any day. @returns {{ error: string[] } | Movement} */
  function cancel(payment, conversationId) {
    const error = obstacle(payment) ?? (payment.movements.length > 0 ? ERRORS.begunBefore : null);
    if (error) return { error };
    if (!isSameDay(payment)) return { error: ERRORS.notSameDay };
    return write(payment, 'CANCEL', payment.items.map((item) => ({ item, fine: item.paid })), conversationId);
  }

  /** @param {Item[]} items from which it may be taken, one after the other @returns {{ error: string[] } | Movement} */
  function refund(payment, items, fine, conversationId) {
    const error = obstacle(payment) ?? (payment.capturedAt === null ? ERRORS.notCharged : null);
    if (error) return { error };
    let wanted = fine;
    const parts = items.map((item) => {
      const part = wanted < leftOf(payment, item) ? wanted : leftOf(payment, item);
      wanted -= part;
      return { item, fine: part };
    }).filter((part) => part.fine > 0n);
    if (wanted > 0n) return { error: ERRORS.tooMuch };
    const whole = fine === toFine(payment.paid, payment.currency);
    const type = whole && isSameDay(payment) && settings.sameDayRefund === 'cancel' ? 'CANCEL' : 'REFUND';
    return write(payment, type, parts, conversationId);
  }

  /** A cancel has one number, a refund has one for each item. */
  function write(payment, type, parts, conversationId) {
    const id = newId();
    const movement = {
      type, id, at: now(), conversationId, authCode: newPassword(random), hostReference: hostReference(),
      parts: parts.map((part) => ({ ...part, id: type === 'CANCEL' ? id : newId() })),
    };
    payment.movements.push(movement);
    return movement;
  }

  const movedMinor = (payment, type) => toMinorUnits(moved(payment, type), payment.currency);

  return {
    divide, authorize, capture, cancel, refund,
    /** 'NOT_REFUNDED', …, as the reports say it. */
    refundStatus(payment) {
      if (payment.movements.length === 0) return 'NOT_REFUNDED';
      return left(payment) === 0n ? 'TOTALLY_REFUNDED' : 'PARTIALLY_REFUNDED';
    },
    captured: (payment) => (payment.capturedAt === null ? 0n : payment.paid),
    refunded: (payment) => movedMinor(payment, 'REFUND'),
    voided: (payment) => movedMinor(payment, 'CANCEL'),
  };
}

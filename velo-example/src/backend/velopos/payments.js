// Money, as our books know it: one record for every payment that velopos has proven, whatever became of it.

import { bookOf } from './books.js';
import { fromMinor } from './money.js';
import { findFixed, findItem, fix, idFor, insertOnce } from './store.js';

const PAYMENTS = 'VeloposPayments';

/**
 * @typedef {import('./store.js').Intent} Intent
 * @typedef {import('velopos').Payment} Payment
 * @typedef {'booked' | 'late' | 'duplicate' | 'wrong-mode'} Booked
 * @typedef {'paid' | 'authorized' | 'voided' | 'refunded' | 'partly-refunded'} PaymentStanding
 * @typedef {Pick<Payment, 'transactionId' | 'authCode' | 'hostReference' | 'maskedPan' | 'installments' | 'at' | 'threeDS' | 'review'>} PaymentFacts
 * @typedef {{ _id: string, state: Booked, standing: PaymentStanding, dedupeKey: string, book: Intent['book'], orderId: string,
 *   intentId: string, bankOrderId: string, account: string, gateway: string, mode: Intent['mode'], amount: string, charged: string,
 *   captured: string, refunded: string, currency: import('velopos').Currency, proof: string, refs: string, facts: PaymentFacts,
 *   recordedAt: number, attention: string }} PaymentRecord
 *   `amount` is the order's, `charged` what leaves the card for it, `captured` and `refunded` what was taken and what has gone back;
 *   `attention` is empty, or the reason why a person should look
 * @typedef {'capture' | 'refund' | 'void'} ChangeKind
 * @typedef {{ id: string, name: string }} Person
 * @typedef {{ _id: string, paymentId: string, intentId: string, kind: ChangeKind, changeId: string, amount: string, currency: string,
 *   by: Person, why: string, state: 'asked' | 'done' | 'declined' | 'unknown' | 'refused', at: number, settledAt: number | null,
 *   note: string }} ChangeItem
 */

/** @param {string} id @returns {Promise<PaymentRecord | null>} */
export async function findPayment(id) {
  return findItem(PAYMENTS, id);
}

/**
 * Keeps proven money, and marks the order paid if this is the payment that pays it. It may be called again for the same payment, by a
 * container that takes over from one that died at any line: each of its steps is an insert that only the first caller can make, or
 * repeats what was already decided. `onTime` is whether the attempt was still open when the money was proven.
 *   booked      the order is paid by this payment, or reserved
 *   late        the attempt had been closed, or the order is no longer waiting: not shipped, given back
 *   duplicate   another payment has paid this order already: shown, a person decides which of them goes back
 *   wrong-mode  a test payment on a real order, or the other way round: never booked
 * @param {Intent} intent @param {Payment} payment @param {boolean} onTime @returns {Promise<Booked>}
 */
export async function keepMoney(intent, payment, onTime) {
  const paymentId = idFor(payment.dedupeKey);
  const record = await keepRecord(newRecord(intent, payment, paymentId, await classify(intent, payment, paymentId, onTime)));
  if (record.state === 'booked') await bookOf(intent).markPaid(intent, payment, record);
  return record.state;
}

/** @param {Intent} intent @param {Payment} payment @param {string} paymentId @param {boolean} onTime @returns {Promise<Booked>} */
async function classify(intent, payment, paymentId, onTime) {
  const book = bookOf(intent);
  const mode = book.modeOf ? await book.modeOf(intent) : null;
  if (mode !== null && payment.mode !== mode) return 'wrong-mode';
  if (!onTime) return 'late';
  const subject = `order ${nameOfOrder(intent)}`;
  const payer = await findFixed(subject);
  if (payer !== null && payer !== paymentId) return 'duplicate';
  if (!await book.isWaiting(intent)) return 'late';   // cancelled by hand in the meantime
  return await fix(subject, paymentId) === paymentId ? 'booked' : 'duplicate';   // the first payment of an order pays it
}

/** Orders of different books may have the same id. @param {Intent} intent */
function nameOfOrder({ book, orderId }) {
  return book === 'shop' ? orderId : `${book} ${orderId}`;
}

/** One record per payment; gives the one that stands. @param {PaymentRecord} record @returns {Promise<PaymentRecord>} */
async function keepRecord(record) {
  if (await insertOnce(PAYMENTS, record)) return record;
  const standing = await findPayment(record._id);
  if (!standing) throw new Error('a payment that is recorded cannot be read');
  return standing;
}

/** @param {Intent} intent @param {Payment} payment @param {string} paymentId @param {Booked} state @returns {PaymentRecord} */
function newRecord(intent, payment, paymentId, state) {
  const { dedupeKey, amount, currency, mode, proof, refs, transactionId, authCode, hostReference, maskedPan, installments, at, threeDS,
    review } = payment;
  const charged = payment.charged ?? amount;
  const nothing = fromMinor(0n, currency);
  const isTaken = payment.status === 'paid';
  return {
    _id: paymentId, state, standing: isTaken ? 'paid' : 'authorized', dedupeKey, book: intent.book, orderId: intent.orderId,
    intentId: intent._id, bankOrderId: intent.bankOrderId, account: intent.account, gateway: intent.gateway, mode, amount, charged,
    captured: isTaken ? charged : nothing, refunded: nothing, currency, proof, refs,
    facts: { transactionId, authCode, hostReference, maskedPan, installments, at, threeDS, review },
    recordedAt: Date.now(), attention: attentionAtFirst(state, review === true),
  };
}

/** @param {Booked} state @param {boolean} review */
function attentionAtFirst(state, review) {
  if (state !== 'booked') return state;
  return review ? 'review' : '';
}

// Money, as our books know it: one record for every payment that velopos has proven, whatever became of it.

import { bookOf } from './books.js';
import { fromMinor } from './money.js';
import { attentionOf, learn, newsOf } from './standing.js';
import { findFixed, findItem, fix, idFor, insertOnce } from './store.js';

const PAYMENTS = 'VeloposPayments';

/**
 * @typedef {import('./store.js').Intent} Intent
 * @typedef {import('velopos').Payment} Payment
 * @typedef {'booked' | 'late' | 'duplicate' | 'wrong-mode'} Booked
 * @typedef {'paid' | 'authorized' | 'voided' | 'refunded' | 'partly-refunded'} PaymentStanding
 * @typedef {Pick<Payment, 'transactionId' | 'authCode' | 'hostReference' | 'maskedPan' | 'installments' | 'at' | 'threeDS' | 'review'>} PaymentFacts
 * @typedef {'capture' | 'refund' | 'void'} ChangeKind
 * @typedef {{ id: string, name: string }} Person
 */

/**
 * One payment. What is said of its money after `recordedAt` is a copy, for people and queries, of what velopos has proven since: see
 * changes.js, which alone writes it.
 * @typedef {object} PaymentRecord
 * @property {string} _id
 * @property {Booked} state   what it means for the order
 * @property {PaymentStanding} standing   how the money stands
 * @property {string} dedupeKey
 * @property {Intent['book']} book
 * @property {string} orderId
 * @property {string} intentId
 * @property {string} bankOrderId
 * @property {string} account
 * @property {string} gateway
 * @property {Intent['mode']} mode
 * @property {string} amount   the order's
 * @property {string} charged   what leaves the card for it
 * @property {string} captured   what was taken
 * @property {string} refunded   what has gone back
 * @property {import('velopos').Currency} currency
 * @property {string} proof
 * @property {string} refs   velopos' own, with the changes it knows of
 * @property {PaymentFacts} facts   as they were when it was recorded
 * @property {number} recordedAt
 * @property {string} attention   empty, or the reason why a person should look
 * @property {boolean} doubt   the bank's last answer left one
 * @property {{ kind: ChangeKind, amount: string, note: string } | null} seen   what somebody saw at the bank and no answer has proven
 * @property {string[]} setAside   reasons for looking that a person has dealt with
 * @property {number} turn   in which turn it was written last
 */

/**
 * One capture, refund or void.
 * @typedef {object} ChangeItem
 * @property {string} _id
 * @property {string} paymentId
 * @property {string} intentId
 * @property {ChangeKind} kind
 * @property {string} changeId   our own id for it at the bank
 * @property {string} amount
 * @property {string} currency
 * @property {Person} by
 * @property {string} why
 * @property {'asked' | 'done' | 'declined' | 'unknown' | 'refused' | 'undone'} state   refused: nothing was sent; undone: a capture
 *   that a void has undone, and no more than that
 * @property {number} at
 * @property {number | null} settledAt
 * @property {string} note
 * @property {boolean} open   something about it is still to be done
 * @property {string} claim   what is claimed before it is sent
 * @property {string} news   what the bank answered (JSON)
 * @property {number} turn   in which turn it was asked for
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
  const payer = await findPayer(intent);
  if (payer !== null && payer !== paymentId) return 'duplicate';
  if (!await book.isWaiting(intent)) return 'late';   // cancelled by hand in the meantime
  return await fix(payerOf(intent), paymentId) === paymentId ? 'booked' : 'duplicate';   // the first payment of an order pays it
}

/** The payment that has paid an order, or is about to: known before the order's keeper knows.
 * @param {Pick<Intent, 'book' | 'orderId'>} order @returns {Promise<string | null>} */
export async function findPayer(order) {
  return findFixed(payerOf(order));
}

/** Orders of different books may have the same id. @param {Pick<Intent, 'book' | 'orderId'>} order */
function payerOf({ book, orderId }) {
  return `order ${book === 'shop' ? orderId : `${book} ${orderId}`}`;
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
  /** @type {PaymentRecord} */
  const record = {
    _id: paymentId, state, standing: isTaken ? 'paid' : 'authorized', dedupeKey, book: intent.book, orderId: intent.orderId,
    intentId: intent._id, bankOrderId: intent.bankOrderId, account: intent.account, gateway: intent.gateway, mode, amount, charged,
    captured: isTaken ? charged : nothing, refunded: nothing, currency, proof, refs,
    facts: { transactionId, authCode, hostReference, maskedPan, installments, at, threeDS, review },
    recordedAt: Date.now(), attention: '', doubt: false, seen: null, setAside: [], turn: 0,
  };
  const { standing, refunded } = learn(record, [], newsOf(payment));   // a part may have gone back before we heard of it
  return { ...record, standing, refunded, attention: attentionOf(record, []) };
}

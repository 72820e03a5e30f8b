// Where orders are kept. Every attempt at paying names the book that its order is in, and whatever concerns the order itself goes
// through that book's five functions; flow.js and payments.js do not care which one it is.
//
// markPaid, markEnded and markReturned may be called again for the same news, by whoever takes over from a container that died at any
// line, so each of them repeats what is already decided. They throw when the news did not reach the order's keeper: it is brought
// again.

import * as shop from './books/shop.js';
import * as wixCheckout from './books/wix-checkout.js';
import * as wixOrder from './books/wix-order.js';

/**
 * @typedef {import('./store.js').Intent} Intent
 * @typedef {import('./store.js').IntentState} IntentState
 * @typedef {import('./store.js').Outcome} Outcome
 * @typedef {import('./payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('./payments.js').ChangeItem} ChangeItem
 * @typedef {import('velopos').Payment} Payment
 */

/**
 * @typedef {object} Book
 * @property {(intent: Intent) => Promise<boolean>} isWaiting   whether the order still waits for money: it is there, not paid, and was
 *   not cancelled by hand
 * @property {(intent: Intent, payment: Payment, record: PaymentRecord) => Promise<void>} markPaid   the order is paid by this payment, or
 *   reserved (`record.standing` is `authorized`)
 * @property {(intent: Intent, outcome: Outcome) => Promise<void>} markEnded   the attempt has ended without money
 * @property {(intent: Intent, record: PaymentRecord, change: ChangeItem) => Promise<void>} markReturned   money went back, was released or
 *   was captured
 * @property {(intent: Intent, site: { home: string }, state: IntentState) => string} resultUrl   where the customer's browser goes, made of
 *   the stored attempt and this site's own address; `new` is an attempt that has no end yet
 * @property {(intent: Intent) => Promise<void>} [markAwaited]   where the order's keeper wants to know that the customer is back and nobody
 *   knows yet how it went
 * @property {(intent: Intent) => Promise<Intent['mode'] | null>} [modeOf]   where orders are real or test orders by themselves
 */

/** @type {Record<Intent['book'], Book>} */
const books = { shop, 'wix-order': wixOrder, 'wix-checkout': wixCheckout };

/** @param {Pick<Intent, 'book'>} intent @returns {Book} */
export function bookOf({ book }) {
  const found = Object.hasOwn(books, book) ? books[book] : null;
  if (!found) throw new Error(`no order book is called ${book}`);
  return found;
}

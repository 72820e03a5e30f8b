// Wix eCommerce's orders: who made them, what they cost, what has been paid. What the reference does not say (the errors of
// unknown ids, whether too much may be paid) is decided here so that a site's code has to cope with the worse answer.

import { randomUUID } from 'node:crypto';

import { matches, sorted } from '../query.js';
import { WixError, invalid } from './errors.js';
import { price, toMinor } from './money.js';
import { afterRefunds, balance, changedPayment, checkRefund, newPayment, newRefund } from './order-transactions.js';
import { Records } from './records.js';
import { conditions, sorting } from './wql.js';

const FIRST_NUMBER = 10_001;
const PAGE = 100;

/** What updateOrder changes. What was paid is not among it: that is for payments. */
const UPDATABLE = [
  'buyerInfo', 'buyerLanguage', 'weightUnit', 'billingInfo', 'archived', 'attributionSource', 'seenByAHuman', 'recipientInfo',
  'shippingInfo',
];

export class Orders {
  #books;

  /** @param {{ storage: import('../storage.js').Storage, now: () => Date, currency: string, log: import('../log.js').Log }} parts */
  constructor({ storage, now, currency, log }) {
    Object.assign(this, { now, currency, log });
    this.#books = new Records(storage, 'orders');
  }

  /** What site code may call. */
  get apis() {
    return {
      'orders.createOrder': (order) => this.create(order),
      'orders.getOrder': (id) => this.get(id),
      'orders.searchOrders': (search) => this.search(search),
      'orders.updateOrder': (id, changes) => this.update(id, changes),
      'orders.cancelOrder': (id) => ({ order: this.cancel(id) }),
      'orderTransactions.listTransactionsForSingleOrder': (id) => this.transactions(id),
      'orderTransactions.listTransactionsForMultipleOrders': (ids) =>
        ({ orderTransactions: ids.map((id) => this.transactions(id).orderTransactions) }),
      'orderTransactions.addPayments': (id, payments) => this.addPayments(id, payments),
      'orderTransactions.updatePaymentStatus': (identifiers, options) => this.updatePaymentStatus(identifiers, options),
      'orderTransactions.bulkUpdatePaymentStatuses': (identifiers, options) => this.#bulkStatuses(identifiers, options),
      'orderBilling.refundPayments': (id, options) => this.refundPayments(id, options),
    };
  }

  // --- orders ---

  /** @param {object} given the fields the reference requires: channelInfo, lineItems and priceSummary */
  create(given) {
    for (const field of ['channelInfo', 'lineItems', 'priceSummary']) if (!given?.[field]) throw invalid(`an order needs ${field}`);
    const currency = given.currency ?? this.currency;
    const total = toMinor(given.priceSummary.total?.amount, currency);
    const lineItems = lines(given.lineItems, currency);
    const now = this.now();
    const fixed = { _id: randomUUID(), number: String(FIRST_NUMBER + this.#books.all().length), _createdDate: now, _updatedDate: now };
    const order = {
      status: 'APPROVED', fulfillmentStatus: 'NOT_FULFILLED', archived: false, buyerLanguage: 'tr', taxIncludedInPrices: true,
      activities: [], ...given, ...fixed, currency, lineItems, priceSummary: { ...given.priceSummary, total: price(total, currency) },
    };
    // Without payments an order says of itself what was paid: one may be created for the records.
    const { paymentStatus, balanceSummary } = balance(total, [], [], currency);
    const status = given.paymentStatus ?? paymentStatus;
    return this.#put({ order: { ...order, paymentStatus: status, balanceSummary }, payments: [], refunds: [] }).order;
  }

  get(id) {
    return this.#book(id).order;
  }

  /** Oldest first. */
  all() {
    return this.#books.all().map(({ order }) => order);
  }

  /** Searching is eventually consistent, as far as the habits want. */
  search({ filter, sort, cursorPaging } = {}) {
    const wanted = conditions(filter);
    const found = this.#books.all({ fresh: false }).map(({ order }) => order).filter((order) => matches(wanted, order));
    const limit = Math.min(cursorPaging?.limit ?? PAGE, PAGE);
    const from = Number(cursorPaging?.cursor ?? 0);
    const ordered = sorted(found, sort ? sorting(sort) : [{ field: '_createdDate', direction: -1 }]);
    const hasNext = from + limit < ordered.length;
    const orders = ordered.slice(from, from + limit);
    return { orders, metadata: { count: orders.length, hasNext, cursors: hasNext ? { next: String(from + limit) } : {} } };
  }

  update(id, changes) {
    const book = this.#book(id);
    const unknown = Object.keys(changes ?? {}).find((field) => !UPDATABLE.includes(field));
    if (unknown) throw invalid(`updateOrder does not change \`${unknown}\`; payments are added with orderTransactions.addPayments`);
    return this.#put({ ...book, order: { ...book.order, ...changes } }).order;
  }

  cancel(id) {
    const book = this.#book(id);
    const { status } = book.order;
    if (status === 'PENDING' || status === 'REJECTED') throw new WixError(`ORDER_IS_${status}`, `the order is ${status.toLowerCase()}`);
    if (book.payments.some((payment) => payment.status === 'AUTHORIZED')) {
      throw new WixError('ORDER_HAS_AUTHORIZED_TRANSACTION', 'the order has an authorized payment: void it first');
    }
    return this.#put({ ...book, order: { ...book.order, status: 'CANCELED' } }).order;
  }

  /** For Wix's own checkout: INITIALIZED, PENDING, APPROVED or REJECTED. */
  setStatus(id, status) {
    const book = this.#book(id);
    if (book.order.status !== status) this.#put({ ...book, order: { ...book.order, status } });
  }

  // --- payments and refunds ---

  /** Eventually consistent, as far as the habits want: a payment just added may be missing. */
  transactions(id) {
    const book = this.#book(id, 'ORDER_TRANSACTIONS_NOT_FOUND');
    return { orderTransactions: transactionsOf(this.#books.get(id, { fresh: false }) ?? { ...book, payments: [], refunds: [] }) };
  }

  /** What the payments of an order are now. */
  paymentsOf(id) {
    return this.#book(id).payments;
  }

  /** A record of payments. It charges nothing, and it does not ask whether the order waits for money. */
  addPayments(id, payments) {
    const book = this.#book(id, 'ORDER_TRANSACTIONS_NOT_FOUND');
    if (!Array.isArray(payments) || payments.length < 1 || payments.length > 50) throw invalid('1 to 50 payments are expected');
    const added = payments.map((payment) => newPayment(payment, book.order.currency, this.now()));
    const after = this.#settle({ ...book, payments: [...book.payments, ...added] });
    for (const { regularPaymentDetails } of added) this.#link(id, regularPaymentDetails);
    return { orderTransactions: transactionsOf(after), paymentsIds: added.map(({ _id }) => _id) };
  }

  updatePaymentStatus({ orderId, paymentId } = {}, { status } = {}) {
    const book = this.#book(orderId, 'ORDER_TRANSACTIONS_NOT_FOUND');
    this.#payment(book, paymentId);
    const changed = (payment) => (payment._id === paymentId ? changedPayment(payment, status, this.now()) : payment);
    return { orderTransactions: transactionsOf(this.#settle({ ...book, payments: book.payments.map(changed) })) };
  }

  #bulkStatuses(identifiers, options) {
    const results = identifiers.map(({ orderId, paymentId }, originalIndex) => {
      const itemMetadata = { _id: paymentId, originalIndex };
      try {
        this.updatePaymentStatus({ orderId, paymentId }, options);
        return { itemMetadata: { ...itemMetadata, success: true } };
      } catch (error) {
        return { itemMetadata: { ...itemMetadata, success: false, error: { code: error.code, description: error.message } } };
      }
    });
    const totalFailures = results.filter(({ itemMetadata }) => !itemMetadata.success).length;
    return { results, bulkActionMetadata: { totalSuccesses: results.length - totalFailures, totalFailures, undetailedFailures: 0 } };
  }

  /** Only refunds that were made elsewhere: what a payment provider took, its plugin returns (payments.js). */
  refundPayments(id, { paymentRefunds = [] } = {}) {
    const { order } = this.#book(id, 'ORDER_TRANSACTIONS_NOT_FOUND');
    if (paymentRefunds.length !== 1) throw invalid('velo-local refunds one payment at a time');
    const [{ paymentId, amount, externalRefund = false }] = paymentRefunds;
    if (!externalRefund) throw invalid('velo-local records refunds made elsewhere (externalRefund: true) only');
    return this.recordRefund(id, { paymentId, amount: toMinor(amount?.amount, order.currency), externalRefund: true });
  }

  /** @param {{ paymentId: string, amount: bigint, externalRefund: boolean, providerRefundId?: string }} given */
  recordRefund(id, given) {
    const book = this.#book(id, 'ORDER_TRANSACTIONS_NOT_FOUND');
    const { currency } = book.order;
    checkRefund(this.#payment(book, given.paymentId), book.refunds, given.amount, currency);
    const refund = newRefund(given, currency, this.now());
    const refunds = [...book.refunds, refund];
    const after = this.#settle({ ...book, refunds, payments: afterRefunds(book.payments, refunds, currency, this.now()) });
    return { refund, orderTransactions: transactionsOf(after) };
  }

  #payment(book, paymentId) {
    const payment = book.payments.find((each) => each._id === paymentId);
    if (!payment) throw new WixError('PAYMENT_NOT_FOUND', `the order has no payment ${paymentId}`);
    return payment;
  }

  /** Payments and refunds have changed: so does what the order says of itself. A paid order is approved. */
  #settle(book) {
    const { order, payments, refunds } = book;
    const change = balance(toMinor(order.priceSummary.total.amount, order.currency), payments, refunds, order.currency);
    const approved = change.paymentStatus === 'PAID' && ['INITIALIZED', 'PENDING'].includes(order.status);
    return this.#put({ ...book, order: { ...order, ...change, ...(approved && { status: 'APPROVED' }) } });
  }

  #book(id, code = 'ORDER_NOT_FOUND') {
    const book = this.#books.get(id);
    if (!book) throw new WixError(code, `there is no order ${JSON.stringify(id)}`, { orderId: id });
    return book;
  }

  #put({ order, payments, refunds }) {
    const before = this.#books.get(order._id)?.order;
    const changed = { ...order, _updatedDate: this.now() };
    this.#books.put({ _id: order._id, order: changed, payments, refunds });
    const state = ({ status, paymentStatus }) => `${status} ${paymentStatus}`;
    if (!before || state(before) !== state(changed)) {
      const text = `order ${changed.number} (${changed._id}): ${before ? `${state(before)} → ` : ''}${state(changed)}`;
      this.log.write({ kind: 'wix', text });
    }
    return { order: changed, payments, refunds };
  }

  #link(id, { paymentOrderId, gatewayTransactionId, providerTransactionId }) {
    for (const other of [paymentOrderId, gatewayTransactionId, providerTransactionId]) if (other) this.log.link(id, other);
  }
}

const transactionsOf = ({ order, payments, refunds }) => ({ orderId: order._id, payments, refunds });

function lines(lineItems, currency) {
  if (!Array.isArray(lineItems) || lineItems.length < 1 || lineItems.length > 300) throw invalid('an order has 1 to 300 lineItems');
  return lineItems.map((item) => {
    if (!item.productName?.original) throw invalid('a line item needs productName.original');
    if (!item.itemType) throw invalid('a line item needs itemType');
    const { quantity } = item;
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 100_000) throw invalid('a line item needs a quantity from 1 to 100000');
    const cost = price(toMinor(item.price?.amount, currency), currency);
    return { paymentOption: 'FULL_PAYMENT_ONLINE', ...item, _id: item._id || randomUUID(), price: cost };
  });
}

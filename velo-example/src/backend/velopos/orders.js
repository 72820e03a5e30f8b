// What booking means in this shop: the order of our own Orders collection becomes paid, and one record of the payment is kept.
// A shop on Wix eCommerce replaces the two functions below; flow.js does not care.
//
// book() may be called again for the same payment, by a container that takes over from one that died at any line. So each of
// its steps is an insert that only the first caller can make, or a write that repeats what was already decided.

import wixData from 'wix-data';
import { AS_SITE, findItem, fix, idFor, insertOnce, opaqueId } from './store.js';

const ORDERS = 'Orders';
const PAYMENTS = 'VeloposPayments';

/**
 * @typedef {{ _id: string, number: string, state: 'awaiting-payment' | 'paid' | string, mode: 'production' | 'test',
 *   productId: string, productName: string, amount: string, currency: import('velopos').Currency,
 *   customer: import('./store.js').Customer | null, createdAt: number, paymentId?: string, paidAt?: number,
 *   review?: boolean }} Order
 * @typedef {'booked' | 'late' | 'duplicate' | 'wrong-mode'} Booked
 */

/**
 * @param {import('./catalog.js').Product} product
 * @param {Order['mode']} mode
 * @param {Order['customer']} customer
 * @returns {Promise<Order>}
 */
export async function openOrder(product, mode, customer) {
  const _id = opaqueId();
  /** @type {Order} */
  const order = {
    _id, number: orderNumber(_id), state: 'awaiting-payment', mode, productId: product.id, productName: product.name.tr,
    amount: product.price, currency: product.currency, customer, createdAt: Date.now(),
  };
  await wixData.insert(ORDERS, order, AS_SITE);
  return order;
}

/** @param {string} id @returns {Promise<Order | null>} */
export async function findOrder(id) {
  return findItem(ORDERS, id);
}

/** Something a customer can read out on the telephone. @param {string} id */
function orderNumber(id) {
  return `${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase();
}

/**
 * Books proven money. `onTime` is whether the attempt was still open when the money was proven.
 *   booked      the order is paid by this payment
 *   late        the attempt had been closed, or the order is no longer waiting: not shipped, shown to the administrator
 *   duplicate   another payment has paid this order already: the customer gets one of them back
 *   wrong-mode  a test payment on a real order, or the other way round: never booked
 * @param {import('./store.js').Intent} intent
 * @param {import('velopos').Payment} payment
 * @param {boolean} onTime
 * @returns {Promise<Booked>}
 */
export async function book(intent, payment, onTime) {
  const order = await findOrder(intent.orderId);
  if (!order) throw new Error(`order ${intent.orderId} of attempt ${intent._id} is gone`);
  const paymentId = idFor(payment.dedupeKey);
  const { state } = await keepPayment(record(intent, payment, paymentId, await classify(order, payment, paymentId, onTime)));
  if (state === 'booked') await markPaid(order._id, paymentId, payment.review === true);
  return state;
}

/** Read again right before: in the meantime it may have been paid by whoever took over, and shipped.
 * @param {string} orderId @param {string} paymentId @param {boolean} review */
async function markPaid(orderId, paymentId, review) {
  const order = await findOrder(orderId);
  if (order?.state !== 'awaiting-payment') return;
  await wixData.update(ORDERS, { ...order, state: 'paid', paymentId, paidAt: Date.now(), review }, AS_SITE);
}

/**
 * @param {Order} order
 * @param {import('velopos').Payment} payment
 * @param {string} paymentId
 * @param {boolean} onTime
 * @returns {Promise<Booked>}
 */
async function classify(order, payment, paymentId, onTime) {
  if (payment.mode !== order.mode) return 'wrong-mode';
  if (!onTime) return 'late';
  if (order.state !== 'awaiting-payment' && order.paymentId === undefined) return 'late';   // cancelled by hand in the meantime
  const payer = await fix(`order ${order._id}`, paymentId);   // the first payment of an order pays it
  return payer === paymentId ? 'booked' : 'duplicate';
}

/**
 * One record per payment; gives the one that stands.
 * @param {ReturnType<typeof record>} item
 * @returns {Promise<{ state: Booked }>}
 */
async function keepPayment(item) {
  return await insertOnce(PAYMENTS, item) ? item : findItem(PAYMENTS, item._id);
}

/**
 * @param {import('./store.js').Intent} intent
 * @param {import('velopos').Payment} payment
 * @param {string} paymentId
 * @param {Booked} state
 */
function record(intent, payment, paymentId, state) {
  const { dedupeKey, amount, charged, currency, mode, proof, refs, transactionId, authCode, hostReference, maskedPan, installments,
    at, threeDS, review } = payment;
  return {
    _id: paymentId, state, dedupeKey, orderId: intent.orderId, intentId: intent._id, bankOrderId: intent.bankOrderId,
    account: intent.account, gateway: intent.gateway, mode, amount, charged: charged ?? amount, currency, proof, refs,
    facts: { transactionId, authCode, hostReference, maskedPan, installments, at, threeDS, review },
    recordedAt: Date.now(),
  };
}

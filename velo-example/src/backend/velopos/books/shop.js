// The orders of this shop: items of our own Orders collection.

import wixData from 'wix-data';
import { resultPage } from '../site.js';
import { AS_SITE, findItem, opaqueId } from '../store.js';

const ORDERS = 'Orders';

/**
 * @typedef {import('../store.js').Intent} Intent
 * @typedef {{ _id: string, number: string, state: 'awaiting-payment' | 'reserved' | 'paid' | 'released' | 'refunded' | string,
 *   mode: 'production' | 'test', productId: string, productName: string, reserve: boolean, amount: string,
 *   currency: import('velopos').Currency, customer: import('../store.js').Customer | null, createdAt: number, paymentId?: string,
 *   paidAt?: number, review?: boolean }} Order
 */

/**
 * @param {import('../catalog.js').Product} product
 * @param {Order['mode']} mode
 * @param {Order['customer']} customer
 * @returns {Promise<Order>}
 */
export async function openOrder(product, mode, customer) {
  const _id = opaqueId();
  /** @type {Order} */
  const order = {
    _id, number: orderNumber(_id), state: 'awaiting-payment', mode, productId: product.id, productName: product.name.tr,
    reserve: product.reserve === true, amount: product.price, currency: product.currency, customer, createdAt: Date.now(),
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

// ---- the five functions of a book

/** One that somebody has deleted waits for nothing. @param {Intent} intent */
export async function isWaiting({ orderId }) {
  return (await findOrder(orderId))?.state === 'awaiting-payment';
}

/** @param {Intent} intent */
export async function modeOf({ orderId }) {
  return (await findOrder(orderId))?.mode ?? null;
}

/** Read again right before: in the meantime it may have been paid by whoever took over, and shipped. One that was cancelled in this very
 * moment stays so, and a person sees that there is money. @param {Intent} intent @param {import('velopos').Payment} payment
 * @param {import('../payments.js').PaymentRecord} record */
export async function markPaid(intent, payment, record) {
  const order = await findOrder(intent.orderId);
  if (!order) throw new Error(`order ${intent.orderId} of attempt ${intent._id} is gone`);
  if (order.paymentId) return markReturned(intent, record);   // the money may have gone back before the order said that it was paid
  const isWaiting = order.state === 'awaiting-payment';
  const state = isWaiting ? stateAfter({ ...order, state: 'reserved' }, record) : order.state;   // what was done about the money since, included
  const paid = { ...order, state, paymentId: record._id, paidAt: Date.now(), review: payment.review === true || !isWaiting };
  await wixData.update(ORDERS, paid, AS_SITE);
  await catchUp(intent, record);
}

/** Whoever slept right before he wrote has written over what was done about the money meanwhile.
 * @param {Intent} intent @param {import('../payments.js').PaymentRecord} written */
async function catchUp(intent, { _id, standing }) {
  const record = await findItem('VeloposPayments', _id);
  if (record && record.standing !== standing) await markReturned(intent, record);
}

/** A decline ends an attempt and not the order: there may be another one. */
export async function markEnded() {}

/** Only the payment of this order moves it, and never back from where the owner has taken it since; one that is gone needs no news.
 * @param {Intent} intent @param {import('../payments.js').PaymentRecord} record */
export async function markReturned(intent, record) {
  const order = await findOrder(intent.orderId);
  if (order?.paymentId !== record._id) return;
  const state = stateAfter(order, record);
  if (state === order.state) return;
  await wixData.update(ORDERS, { ...order, state }, AS_SITE);
  await catchUp(intent, record);
}

/** @param {Order} order @param {import('../payments.js').PaymentRecord} record @returns {Order['state']} */
function stateAfter(order, { standing }) {
  const wentBack = standing === 'voided' || standing === 'refunded';
  if (order.state === 'paid' && !wentBack) return standing === 'authorized' ? 'reserved' : 'paid';   // a capture may have been undone
  if (order.state === 'paid') return 'refunded';
  if (order.state !== 'reserved' || standing === 'authorized') return order.state;
  if (standing === 'voided') return 'released';
  return wentBack ? 'refunded' : 'paid';
}

/** @param {Intent} intent @param {{ home: string }} site */
export function resultUrl(intent, site) {
  return resultPage(site, intent);
}

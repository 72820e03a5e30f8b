// Paying an order of Wix eCommerce from a page of this site's own. The page names the order and nothing else: what is due, in which
// currency and by whom is read from Wix.

import { findDue } from './books/wix-order.js';
import { buyerOf } from './buyer.js';
import { openIntent } from './checkout.js';
import { wantsCustomer } from './customer.js';
import { findPayer } from './payments.js';
import { findOpenAccount } from './secrets.js';

/** @typedef {{ number: string, amount: string, currency: string, test: boolean }} DueView */
/** @typedef {{ intentId: string } | { problem: 'notDue' | 'buyer' }} Begun */

/** @param {unknown} orderId @returns {Promise<DueView | null>} null when there is nothing to pay */
export async function dueOfWixOrder(orderId) {
  const due = await findUnpaid(orderId);
  return due && { number: due.number, amount: due.amount, currency: due.currency, test: (await account()).mode === 'test' };
}

/** @param {unknown} orderId @returns {Promise<Begun>} */
export async function payWixOrder(orderId) {
  const due = await findUnpaid(orderId);
  if (!due) return { problem: 'notDue' };
  const pos = await account();
  const isBuyerNeeded = wantsCustomer(pos.config.gateway);
  const customer = isBuyerNeeded ? buyerOf(due.contact) : null;
  if (isBuyerNeeded && !customer) return { problem: 'buyer' };
  const { _id, number, amount, currency, language } = due;
  const name = `${language === 'en' ? 'Order' : 'Sipariş'} ${number}`;
  const intent = await openIntent({
    book: 'wix-order', orderId: _id, orderNumber: number, amount, currency, language, basket: [{ name, price: amount, quantity: 1 }],
    customer, account: pos,
  });
  return { intentId: intent._id };
}

/** Wix may not know yet that it is paid. @param {unknown} orderId */
async function findUnpaid(orderId) {
  const due = await findDue(orderId);
  return due && await findPayer({ book: 'wix-order', orderId: due._id }) === null ? due : null;
}

/** The default one. */
async function account() {
  const found = await findOpenAccount(undefined);
  if (!found) throw new Error('the secret names no virtual POS');
  return found;
}

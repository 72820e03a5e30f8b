// Orders of Wix eCommerce that are paid from a page of this site's own, by a link that the owner sends: /pay?order=<id>. What is due is
// read from Wix, and the payment is added to Wix's records of the order. What Wix's own checkout asks of us is in wix-checkout.js.
//
// Wix takes the same payment twice when it is added twice: so one container at a time adds it, looks first whether it is there, and looks once
// more when it has added it, because it may have slept in between until another one took over.

import { elevate } from 'wix-auth';
import { orderTransactions, orders } from 'wix-ecom-backend';
import { resultPage } from '../site.js';
import { finishTurn, takeTurn } from '../store.js';
import { fromDecimalText, isCurrency } from '../wix-money.js';

const getOrder = elevate(orders.getOrder);
const listTransactions = elevate(orderTransactions.listTransactionsForSingleOrder);
const addPayments = elevate(orderTransactions.addPayments);
const updatePaymentStatus = elevate(orderTransactions.updatePaymentStatus);

/**
 * @typedef {import('../store.js').Intent} Intent
 * @typedef {import('../payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('wix-ecom-backend').Order} Order
 * @typedef {import('wix-ecom-backend').Payment} WixPayment
 * @typedef {import('velopos').Currency} Currency
 * @typedef {{ _id: string, number: string, amount: string, currency: Currency, language: 'tr' | 'en',
 *   contact: import('../buyer.js').Contact }} Due   what the customer still has to pay
 */

const ORDER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const STILL_OPEN = ['NOT_PAID', 'PARTIALLY_PAID', 'DECLINED', 'CANCELED'];   // of its payments; `PENDING` may be money on its way
const GIVEN_UP = ['CANCELED', 'REJECTED'];
const ADDING_TAKES = 2 * 60 * 1000;   // far longer than a request may run, and than Wix's lists may be behind
const CLOCKS_DIFFER = 60 * 1000;

/** @type {Record<PaymentRecord['standing'], NonNullable<WixPayment['status']>>} */
const STATUS = { paid: 'APPROVED', authorized: 'AUTHORIZED', voided: 'VOIDED', refunded: 'REFUNDED', 'partly-refunded': 'PARTIALLY_REFUNDED' };
/** @type {string[]} */
const ONWARDS = ['AUTHORIZED', 'APPROVED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED'];

/** What is still due of an order; null when nothing is: it is paid, it was cancelled, or there is no such order.
 * @param {unknown} orderId @returns {Promise<Due | null>} */
export async function findDue(orderId) {
  const order = typeof orderId === 'string' && ORDER_ID.test(orderId) ? await findOrder(orderId) : null;
  const money = order && dueOf(order);
  if (!order || !money) return null;
  const { firstName, lastName, phone } = order.billingInfo?.contactDetails ?? {};
  return {
    _id: String(orderId), number: order.number ?? '', ...money, language: order.buyerLanguage?.startsWith('en') ? 'en' : 'tr',
    contact: { firstName, lastName, phone, email: order.buyerInfo?.email },
  };
}

/** @param {string} orderId @returns {Promise<Order | null>} */
async function findOrder(orderId) {
  try {
    return await getOrder(orderId);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** @param {unknown} error */
function isNotFound(error) {
  return /NOT_FOUND|^404$/.test(codeOf(error));
}

/** @param {any} error */
function codeOf(error) {
  return String(error?.details?.applicationError?.code ?? error?.code ?? '');
}

/** @param {Order} order @returns {Pick<Due, 'amount' | 'currency'> | null} */
function dueOf({ status, paymentStatus, currency, balanceSummary, priceSummary }) {
  if (GIVEN_UP.includes(status ?? '') || !STILL_OPEN.includes(paymentStatus ?? '') || !isCurrency(currency)) return null;
  const total = paymentStatus === 'PARTIALLY_PAID' ? undefined : priceSummary?.total?.amount;
  const amount = fromDecimalText(balanceSummary?.balance?.amount ?? total, currency);
  return amount === null ? null : { amount, currency };
}

// ---- the five functions of a book

/** Also when it is due a different amount by now: the money is then not for this. @param {Intent} intent */
export async function isWaiting({ orderId, amount, currency }) {
  const due = await findDue(orderId);
  return due !== null && due.amount === amount && due.currency === currency;
}

/** @param {Intent} intent @param {import('velopos').Payment} _payment @param {PaymentRecord} record */
export async function markPaid({ orderId }, _payment, record) {
  const turn = await takeTurn(`wix order payment ${record._id}`, ADDING_TAKES);
  if (!turn.taken && turn.done) return;
  if (!turn.taken) throw new Error(`the payment of Wix order ${orderId} is being added by another container`);
  const [added] = await findOurs(orderId, record);
  if (added) await setStatus(orderId, added, STATUS[record.standing]);   // it may have come late, when money had gone back already
  else await addOnce(orderId, record);
  await finishTurn(turn.claim);
}

/** Whoever is not the first has added one too many. @param {string} orderId @param {PaymentRecord} record */
async function addOnce(orderId, record) {
  const { paymentsIds = [] } = await addPayments(orderId, [wixPayment(record)]);
  const [first] = await findOurs(orderId, record);
  if (first && paymentsIds.length === 1 && first._id !== paymentsIds[0]) await setStatus(orderId, { _id: paymentsIds[0] }, STATUS.voided);
}

/** A decline ends an attempt and not the order. */
export async function markEnded() {}

/** Velo has no call for a refund that was made elsewhere, only one for a payment's status, and Wix may refuse that, too. The money is
 * where our own books say; in Wix's order the owner then notes the refund by hand.
 * @param {Intent} intent @param {PaymentRecord} record */
export async function markReturned({ orderId }, record) {
  const [added] = record.state === 'booked' ? await findOurs(orderId, record) : [];
  if (added) await setStatus(orderId, added, STATUS[record.standing]);
}

/** Never back: whoever slept may know an older one. @param {string} orderId @param {Pick<WixPayment, '_id' | 'status'>} payment
 * @param {NonNullable<WixPayment['status']>} status */
async function setStatus(orderId, payment, status) {
  if (!payment._id || ONWARDS.indexOf(status) <= ONWARDS.indexOf(payment.status ?? '')) return;
  try {
    await updatePaymentStatus({ orderId, paymentId: payment._id }, { status });
  } catch (error) {
    if (codeOf(error) !== 'STATUS_NOT_ALLOWED') throw error;
    console.warn('velopos', `Wix order ${orderId}: note by hand that its payment ${payment._id} is ${status}`);
  }
}

/** @param {Intent} intent @param {{ home: string }} site */
export function resultUrl(intent, site) {
  return resultPage(site, intent);
}

// ---- Wix's records

/** Our payment among the order's; where it was added twice, the first one comes first. Wix may not keep our names for it, and an answer may
 * have been lost: so a nameless one of the same amount that is younger than our record is ours as well, unless it was noted by hand.
 * @param {string} orderId @param {PaymentRecord} record @returns {Promise<WixPayment[]>} */
async function findOurs(orderId, record) {
  const { orderTransactions: { payments = [] } } = await listTransactions(orderId);
  const named = payments.filter((payment) => isNamed(payment, record));
  const ours = named.length > 0 ? named : payments.filter((payment) => looksLike(payment, record));
  return ours.sort((one, other) => timeOf(one) - timeOf(other));
}

/** @param {WixPayment} payment */
function timeOf({ _createdDate: createdAt }) {
  return new Date(createdAt ?? 0).getTime();
}

/** @param {WixPayment} payment @param {PaymentRecord} record */
function isNamed({ regularPaymentDetails: details }, { _id, bankOrderId }) {
  return details?.gatewayTransactionId === _id || details?.providerTransactionId === bankOrderId;
}

/** @param {WixPayment} payment @param {PaymentRecord} record */
function looksLike(payment, record) {
  const { amount, regularPaymentDetails: details } = payment;
  return details !== undefined && details.offlinePayment !== true && !details.gatewayTransactionId && !details.providerTransactionId
    && fromDecimalText(amount?.amount, record.currency) === record.amount
    && timeOf(payment) >= record.recordedAt - CLOCKS_DIFFER;
}

/** The status in both its places, because the one in the details is on its way out. @param {PaymentRecord} record */
function wixPayment({ _id, bankOrderId, amount, standing, mode }) {
  const status = STATUS[standing];
  const paymentMethod = mode === 'test' ? 'DENEME / TEST' : 'CreditCard';
  return {
    amount: { amount }, status,
    regularPaymentDetails: { offlinePayment: false, gatewayTransactionId: _id, providerTransactionId: bankOrderId, paymentMethod, status },
  };
}

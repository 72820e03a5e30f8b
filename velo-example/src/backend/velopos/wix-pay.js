// Wix Pay: our own order is paid through whichever payment provider the owner has connected in Wix, ours or another. The backend makes
// the payment with its own price, the page starts it, and Wix tells the backend how it went (backend/events.js).
//
// Wix may tell a thing again, an older thing after a newer one, and two things to two containers at once. So each thing it tells becomes a
// fact that is never taken back, what they mean is worked out from all of them, and what a dead container has left undone the scheduled
// job does.

import wixData from 'wix-data';
import { createPayment } from 'wix-pay-backend';
import { findOrder, openOrder } from './books/shop.js';
import { findProduct } from './catalog.js';
import { readCustomer } from './customer.js';
import { findAccount } from './secrets.js';
import { AS_SITE, findFixed, findItem, finishTurn, fix, idFor, takeTurn, unfinishedTurns } from './store.js';
import { fromNumber, toNumber } from './wix-money.js';

const ORDERS = 'Orders';
const WIX_PAYMENTS = 'VeloposWixPayments';
const NEWS = 'wix pay news ';
const NEWS_TAKES = 2 * 60 * 1000;   // far longer than a request may run
const MANY_LOOKS = 5;

/**
 * @typedef {import('./books/shop.js').Order} Order
 * @typedef {import('./store.js').Customer} Customer
 * @typedef {import('wix-pay-backend').PaymentUpdate} PaymentUpdate
 * @typedef {import('wix-pay-backend').PaymentStatus} Status
 * @typedef {'booked' | 'late' | 'duplicate' | 'mismatch'} Verdict   what a successful payment means for the order
 * @typedef {{ _id: string, wixPaymentId: string, orderId: string, amount: string, currency: string, createdAt: number,
 *   status: Status | '', verdict: Verdict | '', transactionId: string, attention: string }} WixPayment
 *   `status` and what follows are a copy, for people and queries, of what the facts say
 * @typedef {{ recordId: string, status: Status, transactionId: string, isOurs: boolean }} News
 *   `isOurs` is whether amount and currency are those of our payment
 * @typedef {{ paymentId: string } | { problem: 'product' | 'customer', fields?: string[] }} Begun
 */

// ---- the page asks for a payment

/** @param {unknown} productId @param {unknown} visitor @returns {Promise<Begun>} */
export async function beginWixPayment(productId, visitor) {
  const product = findProduct(productId);
  if (!product || product.reserve) return { problem: 'product' };   // Wix Pay cannot reserve
  const read = readCustomer(visitor);
  if ('fields' in read) return { problem: 'customer', fields: read.fields };
  const order = await openOrder(product, await modeOfSite(), read.customer);
  const price = toNumber(order.amount, order.currency);
  const payment = await createPayment({
    amount: price, currency: order.currency, items: [{ name: order.productName, price, quantity: 1 }], userInfo: payer(read.customer),
  });
  await wixData.insert(WIX_PAYMENTS, newRecord(payment.id, order), AS_SITE);
  return { paymentId: payment.id };
}

/** A site that still tests its virtual POS tests its shop. @returns {Promise<Order['mode']>} */
async function modeOfSite() {
  try {
    return (await findAccount(undefined))?.mode ?? 'production';
  } catch {
    return 'production';   // a site without a virtual POS of its own: another provider is connected
  }
}

/** Wix asks for both names. @param {Customer} customer */
function payer({ name, email, phone }) {
  const words = name.split(' ');
  const lastName = words.length > 1 ? String(words.pop()) : '';
  return { firstName: words.join(' '), lastName, email, phone, countryCode: 'TUR' };
}

/** @param {string} wixPaymentId @param {Order} order @returns {WixPayment} */
function newRecord(wixPaymentId, { _id: orderId, amount, currency }) {
  return {
    _id: recordIdOf(wixPaymentId), wixPaymentId, orderId, amount, currency, createdAt: Date.now(),
    status: '', verdict: '', transactionId: '', attention: '',
  };
}

/** @param {string} wixPaymentId */
function recordIdOf(wixPaymentId) {
  return idFor(`wix pay ${wixPaymentId}`);
}

/** @param {string} id @returns {Promise<WixPayment | null>} */
function findRecord(id) {
  return findItem(WIX_PAYMENTS, id);
}

/** How the order of a payment stands, for the page that started it. @param {unknown} wixPaymentId */
export async function standingOfWixPayment(wixPaymentId) {
  const record = typeof wixPaymentId === 'string' ? await findRecord(recordIdOf(wixPaymentId)) : null;
  const order = record && await findOrder(record.orderId);
  if (!record || !order) return { state: 'unknown' };
  const { number, amount, currency, mode } = order;
  return { state: pageState(record), orderNumber: number, amount, currency, test: mode === 'test', message: null, canTryAgain: false };
}

/** In the words of the result page. @param {WixPayment} record */
function pageState({ status, verdict }) {
  if (status === 'Refunded') return 'refunded';
  if (verdict === 'booked') return 'paid';
  if (verdict !== '') return verdict === 'mismatch' ? 'pending' : verdict;
  if (status === 'Cancelled') return 'expired';
  return status === 'Failed' ? 'declined' : 'pending';
}

// ---- Wix tells how it went

/** @param {PaymentUpdate} event */
export async function paymentUpdated({ payment, status, transactionId }) {
  const record = await findRecord(recordIdOf(payment.id));
  if (!record) return;   // a payment of another part of the site
  const isOurs = fromNumber(payment.amount, /** @type {Order['currency']} */ (record.currency)) === record.amount
    && payment.currency === record.currency;
  await takeIn({ recordId: record._id, status, transactionId: String(transactionId ?? ''), isOurs });
}

/** @param {News} news */
async function takeIn(news) {
  const turn = await takeTurn(`${NEWS}${news.recordId} ${news.status}`, NEWS_TAKES, news);
  if (!turn.taken) return;
  const { recordId, status } = news;
  await fix(subjectOf(recordId, status), news);
  const record = await findRecord(recordId);
  if (record) await bringUpToDate(record);
  await finishTurn(turn.claim);
}

/** News that somebody began to take in and nobody finished. @param {number} from @param {number} to */
export async function takeInUnfinished(from, to) {
  for (const news of await unfinishedTurns(NEWS, from, to)) await takeIn(news);
}

/** @param {string} recordId @param {Status} status */
function subjectOf(recordId, status) {
  return `wix pay ${recordId} ${status}`;
}

// ---- what it means

// A payment only moves to the right: what comes late from further left changes nothing.
/** @type {Status[]} */
const COURSE = ['Undefined', 'Pending', 'Offline', 'Cancelled', 'Failed', 'Successful', 'PartiallyRefunded', 'Refunded', 'Chargeback'];

/** Writes what the facts say into order and record. Of two containers that write side by side the later one may know less: so each looks
 * again after it has written, until everything agrees. @param {WixPayment} record */
async function bringUpToDate(record) {
  for (let looks = 1; looks <= MANY_LOOKS; looks += 1) {
    const news = await lastNews(record._id);
    const verdict = news && isMoney(news.status) ? await judge(record) : '';
    const isOrderRight = verdict !== 'booked' || !news || await showOnOrder(record, news.status);
    if (await showOnRecord(record._id, news, verdict) && isOrderRight) return;
  }
}

/** @param {string} recordId @returns {Promise<News | null>} */
async function lastNews(recordId) {
  const all = await Promise.all(COURSE.map((status) => findFixed(subjectOf(recordId, status))));
  return all.filter((news) => news !== null).pop() ?? null;
}

/** Also money that went back later has been there. @param {Status} status */
function isMoney(status) {
  return COURSE.indexOf(status) >= COURSE.indexOf('Successful');
}

/** Decided once: the first payment of an order pays it, by whichever way it comes. @param {WixPayment} record @returns {Promise<Verdict>} */
async function judge(record) {
  const subject = `wix pay ${record._id} verdict`;
  return await findFixed(subject) ?? fix(subject, await verdictOn(record));
}

/** @param {WixPayment} record @returns {Promise<Verdict>} */
async function verdictOn({ _id, orderId }) {
  const paid = await findFixed(subjectOf(_id, 'Successful'));
  if (paid && !paid.isOurs) return 'mismatch';
  const payer = await findFixed(`order ${orderId}`);
  if (payer !== null && payer !== _id) return 'duplicate';
  const order = await findOrder(orderId);
  if (payer === null && order?.state !== 'awaiting-payment') return 'late';   // cancelled by hand in the meantime
  return await fix(`order ${orderId}`, _id) === _id ? 'booked' : 'duplicate';
}

/** True when there was nothing to write. @param {WixPayment} record @param {Status} status */
async function showOnOrder({ _id, orderId }, status) {
  const order = await findOrder(orderId);
  if (!order) return true;
  const paid = { ...order, paymentId: _id, paidAt: order.paidAt ?? Date.now() };
  const wanted = { ...paid, state: stateAfter(order.state, status), review: order.review === true || status === 'Chargeback' };
  if (wanted.state === order.state && wanted.review === (order.review === true) && order.paymentId === _id) return true;
  await wixData.update(ORDERS, wanted, AS_SITE);
  return false;
}

/** Never back from where the owner has taken the order since. @param {Order['state']} state @param {Status} status */
function stateAfter(state, status) {
  const isWaiting = state === 'awaiting-payment';
  if (status === 'Refunded') return isWaiting || state === 'paid' ? 'refunded' : state;
  return isWaiting ? 'paid' : state;
}

/** True when there was nothing to write. @param {string} recordId @param {News | null} news @param {Verdict | ''} verdict */
async function showOnRecord(recordId, news, verdict) {
  const record = await findRecord(recordId);
  if (!record || !news) return true;
  const { status, transactionId } = news;
  const wanted = { ...record, status, transactionId, verdict, attention: attentionTo(status, verdict) };
  if (record.status === status && record.verdict === verdict && record.attention === wanted.attention) return true;
  await wixData.update(WIX_PAYMENTS, wanted, AS_SITE);
  return false;
}

/** Why a person should look: money that pays no order has to go back, in Wix's own dashboard.
 * @param {Status} status @param {Verdict | ''} verdict */
function attentionTo(status, verdict) {
  if (status === 'Chargeback') return 'chargeback';
  if (status === 'Offline') return 'offline';
  return verdict === '' || verdict === 'booked' || status === 'Refunded' ? '' : verdict;
}

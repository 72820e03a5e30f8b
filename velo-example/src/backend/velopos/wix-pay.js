// Wix Pay: our own order is paid through whichever payment provider the owner has connected in Wix, ours or another. The backend makes
// the payment with its own price, the page starts it, and Wix tells the backend how it went (backend/events.js).
//
// A payment may be tried more than once, and each try is a transaction. Wix may tell a thing again, an older thing after a newer one, and
// two things to two containers at once. So each thing it tells becomes a fact that is never taken back, what they mean is worked out from
// all of them, and what a dead container has left undone the scheduled job does.

import wixData from 'wix-data';
import { createPayment } from 'wix-pay-backend';
import { findOrder, openOrder } from './books/shop.js';
import { allProducts, findProduct } from './catalog.js';
import { readCustomer } from './customer.js';
import { quietly } from './log.js';
import { findOpenAccount } from './secrets.js';
import { AS_SITE, FRESH, findFixed, findItem, finishTurn, fix, idFor, insertOnce, takeTurn, unfinishedTurns } from './store.js';
import { fromNumber, toNumber } from './wix-money.js';

const ORDERS = 'Orders';
const WIX_PAYMENTS = 'VeloposWixPayments';
const NEWS = 'wix pay news ';
const NEWS_TAKES = 2 * 60 * 1000;   // far longer than a request may run
const MANY_LOOKS = 5;
const TRIES = 3;
const PAUSE = 1000;

/**
 * @typedef {import('./books/shop.js').Order} Order
 * @typedef {import('./store.js').Customer} Customer
 * @typedef {import('wix-pay-backend').PaymentUpdate} PaymentUpdate
 * @typedef {import('wix-pay-backend').PaymentStatus} Status
 * @typedef {Pick<Order, 'amount' | 'currency'> & { orderId: string, orderNumber: string }} Link   what a payment of Wix's is for
 * @typedef {{ recordId: string, wixPaymentId: string, transactionId: string, status: Status, isOurs: boolean }} News
 *   `isOurs` is whether amount and currency are those of our payment
 * @typedef {'booked' | 'late' | 'duplicate' | 'mismatch'} Verdict   what a successful transaction means for the order
 * @typedef {{ _id: string, wixPaymentId: string, transactionId: string, orderId: string, orderNumber: string, amount: string,
 *   currency: string, at: number, status: Status | '', verdict: Verdict | '', attention: string }} WixTransaction
 *   `status` and what follows are a copy, for people and queries, of what the facts say
 * @typedef {{ paymentId: string } | { problem: 'product' | 'customer', fields?: string[] }} Begun
 */

// ---- the page asks for a payment

/** What Wix Pay can sell (it cannot reserve), and the one way to pay it. */
export async function catalogForWixPay() {
  const test = await modeOfSite() === 'test';
  return { products: allProducts().filter(({ reserve }) => !reserve), methods: [{ name: 'wix', gateway: 'card', test, takesCard: false }] };
}

/** @param {unknown} productId @param {unknown} visitor @returns {Promise<Begun>} */
export async function beginWixPayment(productId, visitor) {
  const product = findProduct(productId);
  if (!product || product.reserve) return { problem: 'product' };
  const read = readCustomer(visitor);
  if ('fields' in read) return { problem: 'customer', fields: read.fields };
  const { _id: orderId, number: orderNumber, amount, currency, productName } = await openOrder(product, await modeOfSite(), read.customer);
  const price = toNumber(amount, currency);
  const { id } = await createPayment({
    amount: price, currency, items: [{ name: productName, price, quantity: 1 }], userInfo: payer(read.customer),
  });
  await fix(`wix pay ${id}`, { orderId, orderNumber, amount, currency });
  return { paymentId: id };
}

/** A site that still tests its virtual POS tests its shop. @returns {Promise<Order['mode']>} */
async function modeOfSite() {
  try {
    return (await findOpenAccount(undefined))?.mode ?? 'production';
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

/** @param {unknown} wixPaymentId @returns {Promise<Link | null>} */
async function findLink(wixPaymentId) {
  return typeof wixPaymentId === 'string' ? findFixed(`wix pay ${wixPaymentId}`) : null;
}

/** How the order of a payment stands, for the page that started it. @param {unknown} wixPaymentId */
export async function standingOfWixPayment(wixPaymentId) {
  const link = await findLink(wixPaymentId);
  const order = link && await findOrder(link.orderId);
  if (!order) return { state: 'unknown' };
  const { number, amount, currency, mode } = order;
  const { items } = await wixData.query(WIX_PAYMENTS).eq('wixPaymentId', wixPaymentId).limit(50).find(FRESH);
  return { state: pageState(items), orderNumber: number, amount, currency, test: mode === 'test', message: null, canTryAgain: false };
}

/** In the words of the result page. @param {WixTransaction[]} tries */
function pageState(tries) {
  const newest = [...tries].sort((a, b) => b.at - a.at)[0];
  const { status = '', verdict = '' } = tries.find((each) => each.verdict === 'booked') ?? newest ?? {};
  if (status === 'Refunded') return 'refunded';
  if (verdict === 'booked') return 'paid';
  if (verdict !== '') return verdict === 'mismatch' ? 'pending' : verdict;
  if (status === 'Cancelled') return 'expired';
  return status === 'Failed' ? 'declined' : 'pending';
}

/** Those at which a person should look. @returns {Promise<WixTransaction[]>} */
export async function wixPaymentsWaiting() {
  const { items } = await wixData.query(WIX_PAYMENTS).ne('attention', '').descending('at').limit(100).find(FRESH);
  return items;
}

// ---- Wix tells how it went

/** Nobody knows whether Wix repeats itself. Until the news is stored it is only here, and so a database that does not answer is asked again;
 * from then on it is the job's. @param {PaymentUpdate} event */
export async function paymentUpdated(event) {
  for (let tries = 1; tries < TRIES; tries += 1) {
    const isTakenIn = await quietly('wix pay', () => takeInEvent(event).then(() => true));
    if (isTakenIn) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  await takeInEvent(event);
}

/** @param {PaymentUpdate} event */
async function takeInEvent({ payment, status, transactionId }) {
  const link = await findLink(payment.id);
  if (!link || !COURSE.includes(status)) return;   // a payment of another part of the site; a word that says nothing to us
  const isOurs = payment.currency === link.currency && fromNumber(payment.amount, link.currency) === link.amount;
  const transaction = String(transactionId ?? '');
  const recordId = idFor(`wix pay ${payment.id} ${transaction}`);
  await takeIn({ recordId, wixPaymentId: payment.id, transactionId: transaction, status, isOurs });
}

/** @param {News} news */
export async function takeIn(news) {
  const turn = await takeTurn(`${NEWS}${news.recordId} ${news.status}`, NEWS_TAKES, news);
  if (!turn.taken) return;
  const record = await keepRecord(news);
  await fix(subjectOf(record, news.status), news);
  await bringUpToDate(record);
  await finishTurn(turn.claim);
}

/** News that somebody began to take in and nobody finished. @param {number} from @param {number} to @returns {Promise<News[]>} */
export function unfinishedNews(from, to) {
  return unfinishedTurns(NEWS, from, to);
}

/** @param {News} news @returns {Promise<WixTransaction>} */
async function keepRecord({ recordId, wixPaymentId, transactionId }) {
  const link = await findLink(wixPaymentId);
  if (!link) throw new Error(`nothing is known of payment ${wixPaymentId}`);
  /** @type {WixTransaction} */
  const record = { _id: recordId, wixPaymentId, transactionId, ...link, at: Date.now(), status: '', verdict: '', attention: '' };
  await insertOnce(WIX_PAYMENTS, record);
  return record;
}

/** @param {Pick<WixTransaction, '_id'>} record @param {Status} status */
function subjectOf({ _id }, status) {
  return `wix pay ${_id} ${status}`;
}

// ---- what it means

// A transaction only moves to the right: what comes late from further left changes nothing.
/** @type {Status[]} */
const COURSE = ['Undefined', 'Pending', 'Offline', 'Cancelled', 'Failed', 'Successful', 'PartiallyRefunded', 'Refunded', 'Chargeback'];

/** Also money that went back later has been there. @param {News} news */
function isMoney({ status }) {
  return COURSE.indexOf(status) >= COURSE.indexOf('Successful');
}

/** Writes what the facts say into order and record. Of two containers that write side by side the later one may know less: so each looks
 * again after it has written, until everything agrees. @param {WixTransaction} record */
async function bringUpToDate(record) {
  for (let looks = 1; looks <= MANY_LOOKS; looks += 1) {
    const news = await newsOf(record);
    const last = news[news.length - 1];
    if (!last) return;   // a status that is not in the course means nothing to us
    const verdict = isMoney(last) ? await judge(record, news) : '';
    const isOrderRight = verdict !== 'booked' || await showOnOrder(record, last.status);
    if (await showOnRecord(record, last.status, verdict) && isOrderRight) return;
  }
}

/** In the order of the course. @param {WixTransaction} record @returns {Promise<News[]>} */
async function newsOf(record) {
  const all = await Promise.all(COURSE.map((status) => findFixed(subjectOf(record, status))));
  return all.filter((news) => news !== null);
}

/** Decided once: the first payment of an order pays it, by whichever way it comes.
 * @param {WixTransaction} record @param {News[]} news @returns {Promise<Verdict>} */
async function judge(record, news) {
  const subject = `wix pay ${record._id} verdict`;
  return await findFixed(subject) ?? fix(subject, await verdictOn(record, news));
}

/** @param {WixTransaction} record @param {News[]} news @returns {Promise<Verdict>} */
async function verdictOn({ _id, orderId }, news) {
  if (news.some((each) => isMoney(each) && !each.isOurs)) return 'mismatch';
  const payer = await findFixed(`order ${orderId}`);
  if (payer !== null && payer !== _id) return 'duplicate';
  const order = await findOrder(orderId);
  if (payer === null && order?.state !== 'awaiting-payment') return 'late';   // cancelled by hand in the meantime
  return await fix(`order ${orderId}`, _id) === _id ? 'booked' : 'duplicate';
}

/** True when there was nothing to write. @param {WixTransaction} record @param {Status} status */
async function showOnOrder({ _id, orderId }, status) {
  const order = await findOrder(orderId);
  if (!order) return true;
  const review = order.review === true || status === 'Chargeback';
  const wanted = { ...order, state: stateAfter(order.state, status), paymentId: _id, paidAt: order.paidAt ?? Date.now(), review };
  if (wanted.state === order.state && review === (order.review === true) && order.paymentId === _id) return true;
  await wixData.update(ORDERS, wanted, AS_SITE);
  return false;
}

/** Never back from where the owner has taken the order since. @param {Order['state']} state @param {Status} status */
function stateAfter(state, status) {
  const isWaiting = state === 'awaiting-payment';
  if (status === 'Refunded') return isWaiting || state === 'paid' ? 'refunded' : state;
  return isWaiting ? 'paid' : state;
}

/** True when there was nothing to write. @param {WixTransaction} about @param {Status} status @param {Verdict | ''} verdict */
async function showOnRecord({ _id }, status, verdict) {
  /** @type {WixTransaction | null} */
  const record = await findItem(WIX_PAYMENTS, _id);
  if (!record || (record.status === status && record.verdict === verdict)) return true;
  await wixData.update(WIX_PAYMENTS, { ...record, status, verdict, attention: attentionTo(status, verdict) }, AS_SITE);
  return false;
}

/** Why a person should look: money that pays no order has to go back, in Wix's own dashboard.
 * @param {Status} status @param {Verdict | ''} verdict */
function attentionTo(status, verdict) {
  if (status === 'Chargeback') return 'chargeback';
  if (status === 'Offline') return 'offline';
  return verdict === '' || verdict === 'booked' || status === 'Refunded' ? '' : verdict;
}

// What the shop's pages can ask for: an order with a first attempt at paying it, another attempt, and how an attempt stands.
// They name a product or an attempt; amounts, currencies and addresses are never taken from them.

import { createPos, newOrderId } from 'velopos';
import { findProduct } from './catalog.js';
import { readCustomer } from './customer.js';
import { STARTABLE_FOR, askForVisitor, logFailure, wantsCustomer } from './flow.js';
import { findOrder, openOrder } from './orders.js';
import { allAccounts, findAccount } from './secrets.js';
import { addIntent, findIntent, findStart, opaqueId, successorId } from './store.js';

/**
 * @typedef {import('./store.js').Intent} Intent
 * @typedef {import('./store.js').IntentState} IntentState
 * @typedef {{ intentId: string } | { problem: 'product' | 'method' | 'customer' | 'closed', fields?: string[] }} Begun
 * @typedef {{ state: 'unknown' } | { state: 'pending' | IntentState, orderNumber: string, amount: string, currency: string,
 *   test: boolean, message: { tr: string, en: string } | null, canTryAgain: boolean }} Standing
 */

const ORDER_KEEPS_PRICE = 24 * 60 * 60 * 1000;
const TRY_AGAIN = ['declined', 'expired', 'failed', 'voided', 'refunded'];

/** The ways to pay, the default first. One that velopos refuses to open is not offered; the site's log says why. */
export async function paymentMethods() {
  const methods = (await allAccounts()).flatMap(({ name, mode, config }) => {
    try {
      return [{ name, gateway: config.gateway, test: mode === 'test', takesCard: createPos(config).takesCard }];
    } catch (error) {
      logFailure(name, error);
      return [];
    }
  });
  if (methods.length === 0) throw new Error('no virtual POS can be used: see the log above');
  return methods;
}

/** @param {unknown} productId @param {unknown} accountName @param {unknown} visitor @returns {Promise<Begun>} */
export async function beginOrder(productId, accountName, visitor) {
  const product = findProduct(productId);
  if (!product) return { problem: 'product' };
  const account = await findAccount(accountName ?? undefined);
  if (!account) return { problem: 'method' };
  const read = visitor === undefined || visitor === null ? { customer: null } : readCustomer(visitor);
  if ('fields' in read) return { problem: 'customer', fields: read.fields };
  if (!read.customer && wantsCustomer(account.config.gateway)) return { problem: 'customer', fields: ['name', 'email', 'phone'] };
  const order = await openOrder(product, account.mode, read.customer);
  const intent = newIntent(opaqueId(), order, account, languageOf(visitor));
  await addIntent(intent);
  return { intentId: intent._id };
}

/**
 * A decline closes an attempt, not the order: the same order gets another one.
 * @param {unknown} intentId
 * @returns {Promise<Begun>}
 */
export async function tryAgain(intentId) {
  const intent = await findIntent(intentId);
  const order = intent && await retryableOrder(intent);
  if (!intent || !order) return { problem: 'closed' };
  const account = await findAccount(intent.account);
  if (!account || account.mode !== order.mode) return { problem: 'method' };
  const next = newIntent(successorId(intent._id), order, account, intent.language);
  await addIntent(next);
  return { intentId: next._id };
}

/** @param {unknown} intentId @returns {Promise<Standing>} */
export async function standingOf(intentId) {
  const intent = await findIntent(intentId);
  if (!intent) return { state: 'unknown' };
  if (intent.state === 'new') await askQuietly(intent);
  const fresh = await findIntent(intentId) ?? intent;
  const order = await findOrder(fresh.orderId);
  return {
    state: fresh.state === 'new' ? await openState(fresh) : fresh.state,
    orderNumber: order?.number ?? '', amount: fresh.amount, currency: fresh.currency, test: fresh.mode === 'test',
    message: fresh.decline?.message ?? null,
    canTryAgain: await retryableOrder(fresh) !== null,
  };
}

/** The visitor only wants to know; a bank that does not answer must not spoil the page. @param {Intent} intent */
async function askQuietly(intent) {
  try {
    if (await findStart(intent._id)) await askForVisitor(intent);
  } catch (error) {
    console.warn('velopos', intent._id, 'the bank could not be asked', codeOf(error));
  }
}

/** @param {any} error */
function codeOf(error) {
  return error?.code ?? error?.name ?? '';
}

/** `new` has not been to the bank yet and still may go. @param {Intent} intent */
async function openState(intent) {
  const waiting = Date.now() - intent.createdAt < STARTABLE_FOR && !await findStart(intent._id);
  return waiting ? 'new' : 'pending';
}

/** @param {Intent} intent */
async function retryableOrder(intent) {
  if (!TRY_AGAIN.includes(intent.state)) return null;
  const order = await findOrder(intent.orderId);
  const current = order && order.state === 'awaiting-payment' && Date.now() - order.createdAt < ORDER_KEEPS_PRICE;
  return current ? order : null;
}

/** @param {string} _id @param {import('./orders.js').Order} order @param {import('./secrets.js').Account} account
 * @param {'tr' | 'en'} language @returns {Intent} */
function newIntent(_id, order, account, language) {
  const { amount, currency, customer, productName } = order;
  return {
    _id, state: 'new', orderId: order._id, bankOrderId: newOrderId(), account: account.name, gateway: account.config.gateway,
    mode: account.mode, amount, currency, basket: [{ name: productName, price: amount, quantity: 1 }], customer, language,
    createdAt: Date.now(),
  };
}

/** @param {any} visitor @returns {'tr' | 'en'} */
function languageOf(visitor) {
  return visitor?.language === 'en' ? 'en' : 'tr';
}

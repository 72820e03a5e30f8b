// What the shop's pages can ask for: an order with a first attempt at paying it, another attempt, and how an attempt stands.
// They name a product or an attempt; amounts, currencies and addresses are never taken from them.

import { PosError, createPos, newOrderId } from './package.js';
import { findOrder, openOrder } from './books/shop.js';
import { findProduct } from './catalog.js';
import { readCustomer, wantsCustomer } from './customer.js';
import { STARTABLE_FOR, askForVisitor } from './flow.js';
import { logFailure } from './log.js';
import { findAccount, findOpenAccount, openAccounts } from './secrets.js';
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
  const methods = (await openAccounts()).flatMap(({ name, mode, config }) => {
    try {
      const { takesCard } = createPos(config);
      return [{ name, gateway: config.gateway, test: mode === 'test', takesCard, reserves: canReserve(config) }];
    } catch (error) {
      logFailure(name, error);
      return [];
    }
  });
  if (methods.length === 0) throw new Error('no virtual POS can be used: see the log above');
  return methods;
}

/** Whether money can be reserved through it and taken later: velopos knows what the gateway and its model can do, and whether the account
 * may ask the bank for it. Tried on an order that is never sent. @param {import('velopos').Config} config */
function canReserve(config) {
  const pos = createPos(config);
  try {
    const { order } = pos.step.start({ ...SAMPLE, type: 'preauth' }, pos.takesCard ? { card: SAMPLE_CARD } : {});
    pos.step.ask(order, 'inquire');
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    return error.code !== 'UNSUPPORTED' && error.code !== 'CONFIG';   // others are about an order that has not been to the gateway
  }
  return true;
}

/** @type {import('velopos').Order} */
const SAMPLE = {
  id: 'SAMPLE00000000000001', amount: '10.00', currency: 'TRY', urls: { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail' },
  customer: { ip: '203.0.113.1', name: 'Ad Soyad', email: 'ad@example.com', phone: '05550000000' },
  basket: [{ name: 'Sipariş', price: '10.00', quantity: 1 }],
};
const SAMPLE_CARD = { number: '4000000000000002', month: '12', year: '40', cvv: '000', holder: 'AD SOYAD' };

/** @param {unknown} productId @param {unknown} accountName @param {unknown} visitor @returns {Promise<Begun>} */
export async function beginOrder(productId, accountName, visitor) {
  const product = findProduct(productId);
  if (!product) return { problem: 'product' };
  const account = await findOpenAccount(accountName ?? undefined);
  if (!account || (product.reserve && !canReserve(account.config))) return { problem: 'method' };
  const read = visitor === undefined || visitor === null ? { customer: null } : readCustomer(visitor);
  if ('fields' in read) return { problem: 'customer', fields: read.fields };
  if (!read.customer && wantsCustomer(account.config.gateway)) return { problem: 'customer', fields: ['name', 'email', 'phone'] };
  const order = await openOrder(product, account.mode, read.customer);
  const intent = await openIntent({ ...ofOrder(order), account, language: languageOf(visitor) });
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
  const next = await openIntent({ ...ofOrder(order), _id: successorId(intent._id), account, language: intent.language });
  return { intentId: next._id };
}

/**
 * An attempt at paying an order of any book: made of what our own server knows. Of two with the same `_id` the first one stands, whatever
 * the other says; what stands is given back.
 * @param {Pick<Intent, 'book' | 'orderId' | 'amount' | 'currency' | 'basket'>
 *   & Partial<Pick<Intent, '_id' | 'orderNumber' | 'type' | 'customer' | 'language' | 'transactionId' | 'returnUrls'>>
 *   & { account: import('./secrets.js').Account }} attempt
 * @returns {Promise<Intent>}
 */
export async function openIntent({ account, ...attempt }) {
  return addIntent({
    _id: opaqueId(), state: 'new', orderNumber: '', type: 'sale', customer: null, language: 'tr', ...attempt,
    bankOrderId: newOrderId(), account: account.name, gateway: account.config.gateway, mode: account.mode, createdAt: Date.now(),
  });
}

/** @param {import('./books/shop.js').Order} order */
function ofOrder({ _id, number, amount, currency, customer, productName, reserve }) {
  /** @type {Pick<Intent, 'book' | 'orderId' | 'orderNumber' | 'type' | 'amount' | 'currency' | 'basket' | 'customer'>} */
  const attempt = {
    book: 'shop', orderId: _id, orderNumber: number, type: reserve ? 'preauth' : 'sale', amount, currency,
    basket: [{ name: productName, price: amount, quantity: 1 }], customer,
  };
  return attempt;
}

/** @param {unknown} intentId @returns {Promise<Standing>} */
export async function standingOf(intentId) {
  const intent = await findIntent(intentId);
  if (!intent) return { state: 'unknown' };
  if (intent.state === 'new') await askQuietly(intent);
  const fresh = await findIntent(intentId) ?? intent;
  return {
    state: fresh.state === 'new' ? await openState(fresh) : fresh.state,
    orderNumber: fresh.orderNumber, amount: fresh.amount, currency: fresh.currency, test: fresh.mode === 'test',
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

/** Orders of Wix are paid again from where they are: this is about our own. @param {Intent} intent */
async function retryableOrder(intent) {
  if (intent.book !== 'shop' || !TRY_AGAIN.includes(intent.state)) return null;
  const order = await findOrder(intent.orderId);
  const current = order && order.state === 'awaiting-payment' && Date.now() - order.createdAt < ORDER_KEEPS_PRICE;
  return current ? order : null;
}

/** @param {any} visitor @returns {'tr' | 'en'} */
function languageOf(visitor) {
  return visitor?.language === 'en' ? 'en' : 'tr';
}

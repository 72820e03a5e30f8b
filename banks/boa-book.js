// BOA's book: orders that were authenticated, charged, held, captured, voided and refunded, and what the bank refuses. No HTTP, no
// XML. An order is known by the bank's own number; the shop's number may occur twice.
import { DECLINES } from './boa-codes.js';
import { yearAndDay } from './turkish-time.js';

/**
 * @typedef {object} Entry one transaction of an order
 * @property {'sale' | 'preauth' | 'capture' | 'void' | 'refund'} type
 * @property {bigint} minor
 * @property {string} code '00', or why it was declined
 * @property {string} provision
 * @property {string} rrn
 * @property {string} stan
 * @property {number} at
 *
 * @typedef {object} Order
 * @property {string} orderId the bank's
 * @property {string} merchantId
 * @property {string} merchantOrderId
 * @property {bigint} minor
 * @property {string} currency ISO number
 * @property {number} installments
 * @property {string} pan
 * @property {string} holder
 * @property {number} at
 * @property {Entry | null} charge the sale or pre-authorization, whether approved or not; null before the shop asked for money
 * @property {bigint} captured
 * @property {bigint} refunded
 * @property {boolean} voided
 * @property {boolean} settled the day it belongs to has ended
 * @property {Entry[]} entries oldest first
 *
 * @typedef {{ entry: Entry, why?: undefined } | { why: string, entry?: undefined }} Result
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: { sameDayRules: boolean } }} options */
export function createBook({ now, random, settings }) {
  /** @type {Order[]} */
  const orders = [];
  let lastStan = 539_222;

  const digits = (count) => String(random(8).readBigUInt64BE() % 10n ** BigInt(count)).padStart(count, '0');
  const approved = ({ charge }) => charge?.code === '00';

  function write(order, entry) {
    const stan = String((lastStan += 1) % 1_000_000).padStart(6, '0');
    const refs = { provision: digits(6), rrn: yearAndDay(now()).slice(1) + digits(2) + stan, stan };
    const complete = { code: '00', at: now(), ...refs, ...entry };
    order.entries.push(complete);
    return complete;
  }

  /** The customer was authenticated; nothing is charged yet. @param {Partial<Order>} terms @returns {Order} */
  function open(terms) {
    const blank = { charge: null, captured: 0n, refunded: 0n, voided: false, settled: false, entries: [], holder: '' };
    const order = { orderId: String(155_767_806 + orders.length * 17), at: now(), ...blank, ...terms };
    orders.push(order);
    return order;
  }

  /** Sale or pre-authorization, with the answer of the card's bank. @returns {Entry} */
  function charge(order, outcome, type = 'sale') {
    const code = !outcome ? '14' : outcome.code === '00' ? '00' : DECLINES[outcome.code];
    const none = code === '00' ? {} : { provision: '', rrn: '', stan: '' };
    order.charge = write(order, { type, minor: order.minor, code, ...none });
    if (code === '00' && type === 'sale') order.captured = order.minor;
    return order.charge;
  }

  /** Takes a pre-authorization, or less of it. @returns {Result} */
  function capture(order, minor) {
    if (!approved(order) || order.charge.type !== 'preauth') return { why: 'unknown' };
    if (order.voided) return { why: 'voided' };
    if (order.captured > 0n || minor <= 0n || minor > order.minor) return { why: 'amount' };
    order.captured = minor;
    return { entry: write(order, { type: 'capture', minor }) };
  }

  /** Undoes a charge of the same day, whole. @returns {Result} */
  function undo(order) {
    if (!approved(order)) return { why: 'unknown' };
    if (order.voided) return { why: 'voided' };
    if (order.refunded > 0n) return { why: 'refunded' };
    if (order.settled) return { why: 'settled' };
    order.voided = true;
    return { entry: write(order, { type: 'void', minor: order.minor }) };
  }

  /** Gives back all of it. @returns {Result} */
  function refund(order, minor) {
    const why = refundProblem(order);
    if (why) return { why };
    if (settings.sameDayRules && !order.settled) return { why: 'same-day' };
    return minor === order.captured && order.refunded === 0n ? give(order, minor) : { why: 'amount' };
  }

  /** Gives back a part. The request has no number of the shop's own: sent twice, it is done twice. @returns {Result} */
  function refundPart(order, minor) {
    const why = refundProblem(order);
    if (why) return { why };
    if (settings.sameDayRules && !order.settled && minor === order.captured) return { why: 'same-day-whole' };
    return minor > 0n && minor <= order.captured - order.refunded ? give(order, minor) : { why: 'amount' };
  }

  function refundProblem(order) {
    if (!approved(order) || order.captured === 0n) return 'unknown';
    return order.voided ? 'voided-refund' : null;
  }

  function give(order, minor) {
    order.refunded += minor;
    return { entry: write(order, { type: 'refund', minor }) };
  }

  return {
    open, charge, capture, undo, refund, refundPart, approved,
    orders: () => [...orders],
    find: (merchantId, orderId) => orders.find((order) => order.merchantId === merchantId && order.orderId === orderId),
    /** Newest first. */
    ofShop: (merchantId, merchantOrderId) => orders
      .filter((order) => order.merchantId === merchantId && (!merchantOrderId || order.merchantOrderId === merchantOrderId)).reverse(),
    /** The end of the day: from now on money goes back by a refund only. */
    settle() { for (const order of orders) order.settled = true; },
  };
}

/** What an inquiry calls the present state: 1 sale, 4 refunded, 5 refunded in part, 6 voided. @param {Order} order */
export function lastStatus({ voided, refunded, captured }) {
  if (voided) return '6';
  if (refunded === 0n) return '1';
  return refunded === captured ? '4' : '5';
}

/** What an inquiry says about the charge: 0 not finished, 1 approved, 2 declined. @param {Order} order */
export const transactionStatus = ({ charge }) => (!charge ? '0' : charge.code === '00' ? '1' : '2');

/** @param {Order} order */
export function statusOf(order) {
  if (!order.charge) return 'open';
  if (order.charge.code !== '00') return 'declined';
  if (order.voided) return 'voided';
  if (order.captured === 0n) return 'authorized';
  return order.refunded === order.captured ? 'refunded' : 'paid';
}

// The bank's book: which order was charged, captured, voided and refunded, and what the bank refuses. No HTTP, no XML.
import { APPROVED, declinedBy, REFUSALS } from './garanti-codes.js';
import { yearAndDay } from './turkish-time.js';

export const ORDER_ID = /^[\w-]{1,32}$/;
export const AMOUNT = /^[1-9]\d{0,16}$/;      // whole minor units
export const INSTALLMENTS = /^(|0|[1-9]|[12]\d|3[0-6])$/;

/** A single payment may be called '', '0' or '1'. */
export const installmentsOf = (text) => (Number(text) > 1 ? text : '');

/**
 * @typedef {ReturnType<typeof declinedBy>} Verdict
 *
 * @typedef {object} Entry one transaction, as the bank's inquiries list it
 * @property {'sales' | 'preauth' | 'postauth' | 'refund' | 'void'} type
 * @property {bigint} minor
 * @property {number} at
 * @property {Verdict} verdict
 * @property {string} retrefNum '' where the bank had no reason to give one
 * @property {string} original the transaction that a refund or a void is about
 * @property {string} authCode
 * @property {string} sequence
 * @property {number | null} voidedAt
 * @property {boolean} settled
 * @property {string} user
 *
 * @typedef {object} Order
 * @property {string} orderId
 * @property {string} terminalId
 * @property {string} currency ISO number
 * @property {string} pan
 * @property {string} expiry MMYY
 * @property {string} installments '' for a single payment
 * @property {string} email
 * @property {{ mdStatus: string, eci: string, cavv: string, xid: string } | null} threeDS
 * @property {Entry[]} entries oldest first
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any }} options */
export function createBook({ now, random, settings }) {
  /** @type {Map<string, Order>} */
  const orders = new Map();
  let retrefNums = 662_000;
  let batch = 5546;
  let sequence = 0;

  const key = (terminalId, orderId) => `${terminalId}/${orderId}`;
  const order = (terminalId, orderId) => orders.get(key(terminalId, orderId));
  const newRetrefNum = () => `${yearAndDay(now()).slice(1)}09${String((retrefNums += 1)).padStart(6, '0')}`;
  const newAuthCode = () => String(random(4).readUInt32BE() % 1_000_000).padStart(6, '0');

  function write(book, entry) {
    const complete = {
      verdict: APPROVED, original: '', authCode: '', voidedAt: null, settled: false, user: '', at: now(),
      retrefNum: newRetrefNum(), batch: String(batch), sequence: String((sequence += 1)), ...entry,
    };
    book.entries.push(complete);
    return complete;
  }

  const counts = ({ verdict, voidedAt }) => verdict === APPROVED && voidedAt === null;
  const counting = (book, ...types) => book.entries.filter((entry) => counts(entry) && types.includes(entry.type));
  const sum = (entries) => entries.reduce((total, { minor }) => total + minor, 0n);

  /** The one sale or pre-authorisation that was approved, voided or not. */
  const first = (book) => book.entries.find(({ type, verdict }) => ['sales', 'preauth'].includes(type) && verdict === APPROVED);
  const captured = (book) => sum(counting(book, 'sales', 'postauth'));
  const refunded = (book, of) => sum(counting(book, 'refund').filter(({ original }) => !of || original === of.retrefNum));

  /** Sale or pre-authorisation. @returns {Entry} */
  function charge(wanted) {
    const { terminalId, orderId, type, minor, user, outcome, currency, installments, pan, expiry, email, threeDS = null } = wanted;
    const known = order(terminalId, orderId);
    if (known && first(known)) return refused(REFUSALS.secondSale());
    const book = known ?? { orderId, terminalId, entries: [] };
    Object.assign(book, { currency, pan, expiry, installments, email, threeDS });
    orders.set(key(terminalId, orderId), book);
    const decision = outcome.code === '00' ? { authCode: newAuthCode() } : { verdict: declinedBy(outcome.code) };
    return write(book, { type, minor, user, ...decision });
  }

  /** Closes a pre-authorisation. @returns {Entry} */
  function capture({ terminalId, orderId, minor, currency, original, user }) {
    const book = order(terminalId, orderId);
    const [preauth] = book ? counting(book, 'preauth') : [];
    if (!preauth || counting(book, 'postauth').length > 0) return refused(REFUSALS.noPreauth());
    if (original && original !== preauth.retrefNum) return refused(REFUSALS.badPreauth());
    if (currency && currency !== book.currency) return refused(REFUSALS.otherCurrency());
    const most = (preauth.minor * BigInt(100 + settings.captureMarginPercent)) / 100n;
    if (minor > most) return write(book, { type: 'postauth', minor, user, verdict: REFUSALS.amountOutOfMargin() });
    return write(book, { type: 'postauth', minor, user, authCode: preauth.authCode, original: preauth.retrefNum });
  }

  /** Until the end of the day, the last transaction first. @returns {Entry} */
  function cancel({ terminalId, orderId, original, user }) {
    const book = order(terminalId, orderId);
    const candidates = book ? counting(book, 'sales', 'preauth', 'postauth', 'refund') : [];
    const target = original ? candidates.find(({ retrefNum }) => retrefNum === original) : candidates.at(-1);
    if (!target) return refused(REFUSALS.nothingToVoid());
    if (!original && candidates.length > 1) return refused(REFUSALS.severalToVoid());
    const problem = target !== candidates.at(-1) ? REFUSALS.voidLastFirst() : target.settled ? REFUSALS.notVoidable() : null;
    const entry = { type: 'void', minor: target.minor, user, original: target.retrefNum, authCode: target.authCode };
    if (problem) return write(book, { ...entry, authCode: '', verdict: problem });
    target.voidedAt = now();
    return write(book, entry);
  }

  /** All or a part of what was captured, never more. @returns {Entry} */
  function refund({ terminalId, orderId, minor, currency, original, user }) {
    const book = order(terminalId, orderId);
    const sales = book ? counting(book, 'sales', 'postauth') : [];
    const named = original !== '' || settings.refundNeedsReference;
    const target = named ? sales.find(({ retrefNum }) => retrefNum === original) : sales.at(-1);
    if (!target) return refused(REFUSALS.nothingToRefund());
    const entry = { type: 'refund', minor, user, original: target.retrefNum };
    if (currency && currency !== book.currency) return write(book, { ...entry, verdict: REFUSALS.otherCurrency() });
    if (settings.refundNeedsSettlement && !target.settled) return write(book, { ...entry, verdict: REFUSALS.notRefundable() });
    if (minor > target.minor - refunded(book, target)) return write(book, { ...entry, verdict: REFUSALS.refundTooHigh() });
    return write(book, { ...entry, authCode: newAuthCode() });
  }

  /** What is refused before there is anything to write down. @returns {Entry} */
  const refused = (verdict) => ({ verdict, retrefNum: '', authCode: '', batch: '', sequence: '', at: now() });

  /** The end of the bank's day: what was captured can no longer be voided, only refunded. */
  function settle() {
    for (const { entries } of orders.values()) {
      for (const entry of entries) if (counts(entry) && entry.type !== 'preauth') entry.settled = true;
    }
    batch += 1;
  }

  return {
    charge, capture, cancel, refund, refused, order, first, captured, refunded, settle,
    orders: () => [...orders.values()],
    find: (orderId) => [...orders.values()].find((each) => each.orderId === orderId),
  };
}

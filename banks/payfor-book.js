// PayFor's book: one row for each request, as the bank's history lists it, and what the bank refuses. No HTTP, no XML.
import { answerOf, verdict } from './payfor-codes.js';
import { timestamp, yearAndDay } from './turkish-time.js';

/**
 * @typedef {object} Row
 * @property {string} guid RequestGuid: a counter, so anybody can guess it; '0' where nothing was begun
 * @property {any} store
 * @property {string} orderId the shop's; captures, voids and refunds have that of the payment they are about
 * @property {string} orgOrderId '' for a payment
 * @property {string} secureType
 * @property {'Auth' | 'PreAuth' | 'PostAuth' | 'Void' | 'Refund'} txnType
 * @property {string} amount as the shop wrote it
 * @property {bigint} minor
 * @property {string} currency ISO number
 * @property {string} installments '0' for a single payment
 * @property {import('./payfor-codes.js').Verdict} verdict
 * @property {string} authCode
 * @property {string} rrn F37
 * @property {Row | null} original
 * @property {number} at
 * @property {number} batch the bank's day
 * @property {number | null} voidedAt
 * @property {string} pan
 */

const PAYMENTS = ['Auth', 'PreAuth'];

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any }} options */
export function createBook({ now, random, settings }) {
  /** @type {Row[]} */
  const rows = [];
  let batch = 4320;
  let stan = 98_249;

  function newAuthCode() {
    const number = String(random(4).readUInt32BE() % 1_000_000).padStart(6, '0');
    return settings.authCode === 'digits' ? number : `S${number.slice(1)}`;
  }
  const newRrn = (number) => yearAndDay(now()).slice(1) + timestamp(now()).slice(11, 13) + String(number % 1_000_000).padStart(6, '0');

  function write(row) {
    const complete = {
      guid: String(1_000_000_081_255_931n + BigInt(rows.length)), reqId: String(26_782_891 + rows.length), stan: (stan += 1),
      orgOrderId: '', secureType: 'NonSecure', installments: '0', authCode: '', rrn: '', original: null, at: now(), batch,
      voidedAt: null, voidUser: '', pan: '', month: '', year: '', holder: '', threeD: null, form: {}, lang: 'TR', ...row,
    };
    rows.push(complete);
    return complete;
  }

  const isApproved = (row) => row.verdict.code === '00';
  const isLive = (row) => isApproved(row) && row.voidedAt === null;
  const ofOrder = (store, orderId) => rows.filter((row) => row.store === store && row.orderId === orderId);
  const live = (store, orderId, ...types) => ofOrder(store, orderId).filter((row) => isLive(row) && types.includes(row.txnType));
  const sum = (some) => some.reduce((total, { minor }) => total + minor, 0n);
  const captured = (store, orderId) => sum(live(store, orderId, 'Auth', 'PostAuth'));
  const refunded = (store, orderId) => sum(live(store, orderId, 'Refund'));

  /** Whether a payment with this number may still be tried. */
  function isTaken(store, orderId) {
    return ofOrder(store, orderId).some((row) => settings.orderIdOnce === 'any' || isApproved(row));
  }

  /** A payment begins: until the bank has decided it is on its way. */
  const begin = (payment) => write({ ...payment, verdict: verdict('V000') });

  /** What was begun gets the answer of the card's bank. @param {Row} row */
  function charge(row, { pan, outcome, ...card }) {
    Object.assign(row, { pan, ...card, verdict: answerOf(outcome), batch, rrn: newRrn(row.stan) });
    if (isApproved(row)) row.authCode = newAuthCode();
    return row;
  }

  /** A capture, a void or a refund, approved or not. */
  function writeChange(original, { why, ...change }) {
    const row = write({
      store: original.store, orderId: original.orderId, orgOrderId: original.orderId, pan: original.pan, month: original.month,
      year: original.year, installments: original.installments, currency: original.currency, original,
      verdict: verdict(why ?? '00'), ...change,
    });
    // A refused refund still shows the code of the sale: only the answer tells.
    return Object.assign(row, { rrn: newRrn(row.stan), authCode: why ? original.authCode : newAuthCode() });
  }

  /** Nothing of the kind: answered, but not written down. */
  const nothing = (code = 'V013') => ({ verdict: verdict(code), authCode: '', rrn: newRrn((stan += 1)), holder: '', orderId: '' });

  /** Closes a pre-authorisation, once. @returns {Row} */
  function capture({ store, orderId, amount, minor, currency }) {
    const preauth = live(store, orderId, 'PreAuth').at(-1);
    if (!preauth || live(store, orderId, 'PostAuth').length > 0) return nothing();
    const most = preauth.minor + preauth.minor * BigInt(settings.captureExcessPercent) / 100n;
    const partOfForeign = currency !== '949' && minor !== preauth.minor;
    const why = currency !== preauth.currency || partOfForeign || minor <= 0n || minor > most ? 'M002' : null;
    return writeChange(preauth, { txnType: 'PostAuth', amount, minor, why });
  }

  /** The last transaction of an order, whole, and only in the batch it belongs to. @returns {Row} */
  function cancel({ store, orderId, currency }) {
    const target = live(store, orderId, 'Auth', 'PreAuth', 'PostAuth').at(-1);
    if (!target) return nothing();
    const why = currency && currency !== target.currency ? 'M002'
      : target.batch !== batch || refunded(store, orderId) > 0n ? 'V015' : null;
    if (!why) Object.assign(target, { voidedAt: now(), voidUser: store.userCode });
    return writeChange(target, { txnType: 'Void', amount: target.amount, minor: target.minor, why });
  }

  /** Part or all of what was captured in an earlier batch. Nothing tells one refund from another: sent twice, it is done twice. */
  function refund({ store, orderId, amount, minor, currency }) {
    const sale = live(store, orderId, 'Auth', 'PostAuth').at(-1);
    if (!sale) return nothing();
    const left = sale.minor - refunded(store, orderId);
    const why = currency !== sale.currency || minor <= 0n ? 'M002'
      : settings.refundNeedsSettlement && sale.batch === batch ? 'V014' : minor > left ? 'V015' : null;
    return writeChange(sale, { txnType: 'Refund', amount, minor, why });
  }

  /** The row that an order inquiry is about: the last one that holds money, or else the last one. */
  function shown(store, orderId) {
    const payments = ofOrder(store, orderId).filter(({ txnType }) => ['Auth', 'PreAuth', 'PostAuth'].includes(txnType));
    const approved = payments.filter(isApproved);
    return approved.findLast((row) => row.voidedAt === null) ?? approved.at(-1) ?? payments.at(-1);
  }

  return {
    begin, charge, capture, cancel, refund, nothing, isTaken, ofOrder, shown, captured, refunded, isApproved, isLive,
    byGuid: (guid) => rows.find((row) => row.guid === guid),
    ofDay: (store, day) => rows.filter((row) => row.store === store && timestamp(row.at).slice(0, 10).replaceAll('-', '') === day),
    /** The rows of each payment, oldest first. @returns {Row[][]} */
    orders() {
      const begun = rows.filter(({ txnType }) => PAYMENTS.includes(txnType));
      const first = new Map(begun.map((row) => [`${row.store.mbrId}/${row.store.merchantId}/${row.orderId}`, row]));
      return [...first.values()].map(({ store, orderId }) => ofOrder(store, orderId));
    },
    batch: () => batch,
    /** The end of the bank's day: from now on money goes back by a refund only. */
    settle() { batch += 1; },
  };
}

// InterPos's book: payments, what was done to them afterwards, and what the bank refuses. No HTTP.
import { verdict } from './interpos-codes.js';

/**
 * @typedef {object} Row
 * @property {any} store
 * @property {string} orderId the shop's, or the bank's own number where the shop gave none
 * @property {'Auth' | 'PreAuth' | 'PostAuth' | 'Void' | 'Refund'} txnType
 * @property {string} secureType
 * @property {string} amount as the shop wrote it
 * @property {bigint} minor
 * @property {string} currency ISO number
 * @property {string} installments '' for a single payment
 * @property {import('./interpos-codes.js').Verdict | null} verdict null while nobody has decided
 * @property {string} md names the visit of 3-D Secure
 * @property {Row | null} original the payment that a change is about
 * @property {number} at
 * @property {number} batch the bank's day
 * @property {number | null} voidedAt
 * @property {string} pan
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any }} options */
export function createBook({ now, random, settings }) {
  /** @type {Row[]} */
  const rows = [];
  let batch = 1250;
  let numbers = 121_327_780;

  const newAuthCode = () => String(random(4).readUInt32BE() % 1_000_000).padStart(6, '0');

  /** What the bank calls a request that came without a number. */
  const ownNumber = () => `SYSOID${(numbers += 1)}`;

  function write(row) {
    const complete = {
      secureType: 'NonSecure', installments: '', verdict: null, authCode: '', transId: '', md: '', original: null, at: now(), batch,
      voidedAt: null, pan: '', holder: '', threeD: null, ...row,
    };
    rows.push(complete);
    return complete;
  }

  const isApproved = (row) => row.verdict?.code === '00';
  const isLive = (row) => isApproved(row) && row.voidedAt === null;
  const named = (store, orderId) => rows.filter((row) => row.store === store && row.orderId === orderId);
  const changesOf = (payment, type) => rows.filter((row) => row.original === payment && row.txnType === type && isLive(row));
  const sum = (some) => some.reduce((total, { minor }) => total + minor, 0n);

  /** The payment behind a number: the approved one, or else the last that was tried. @returns {Row | undefined} */
  function paymentOf(store, orderId) {
    const payments = named(store, orderId).filter(({ original }) => original === null);
    return payments.find(isApproved) ?? payments.at(-1);
  }

  function captured(payment) {
    if (!isLive(payment)) return 0n;
    return payment.txnType === 'Auth' ? payment.minor : sum(changesOf(payment, 'PostAuth'));
  }

  const refunded = (payment) => sum(changesOf(payment, 'Refund'));

  /** Whether this number may still be used. */
  function isTaken(store, orderId) {
    return named(store, orderId).some((row) => settings.orderIdOnce === 'any' || isApproved(row));
  }

  const begin = (payment) => write(payment);

  /** What was begun gets the answer of the card's bank. @param {Row} row */
  function charge(row, { pan, outcome }) {
    Object.assign(row, { pan, verdict: verdict(outcome.code), batch, transId: ownNumber().replace('SYSOID', '') });
    if (isApproved(row)) row.authCode = newAuthCode();
    return row;
  }

  /** A capture, a void or a refund. It may have a number of its own, which the bank takes once. */
  function change(request, type, decide) {
    const { store, orderId, orgOrderId, amount = '0', minor = 0n } = request;
    const payment = paymentOf(store, orgOrderId);
    const row = {
      store, orderId: orderId || ownNumber(), txnType: type, amount, minor, currency: payment?.currency ?? '949',
      pan: payment?.pan ?? '', holder: payment?.holder ?? '',
    };
    const isRepeated = settings.changeIdOnce && orderId !== '' && named(store, orderId).some(isApproved);
    const why = isRepeated ? verdict('E31') : !payment || !isLive(payment) ? verdict('05', 'Kayit bulunamadi') : decide(payment);
    if (!payment) return { ...row, verdict: why, authCode: '', transId: '', at: now(), original: null };
    const done = write({ ...row, original: payment, verdict: why ?? verdict('00'), transId: ownNumber().replace('SYSOID', '') });
    if (!why) done.authCode = newAuthCode();
    return done;
  }

  const refusal = (words) => verdict('E39', words);

  /** Closes a pre-authorisation, once. */
  function capture(request) {
    return change(request, 'PostAuth', (payment) => {
      if (payment.txnType !== 'PreAuth' || changesOf(payment, 'PostAuth').length > 0) return refusal('On provizyon bulunamadi');
      const most = payment.minor + payment.minor * BigInt(settings.captureExcessPercent) / 100n;
      return request.minor <= 0n || request.minor > most || request.currency !== payment.currency ? refusal('Gecersiz tutar') : null;
    });
  }

  /** The whole payment, and only in the batch it belongs to. */
  function cancel(request) {
    const row = change(request, 'Void', (payment) => {
      const last = changesOf(payment, 'PostAuth').at(-1) ?? payment;
      return last.batch !== batch || refunded(payment) > 0n ? refusal('Islem iptal edilemez') : null;
    });
    if (isApproved(row)) row.original.voidedAt = now();
    return row;
  }

  /** Part or all of what was captured. Without a number of its own it is done again when it is sent again. */
  function refund(request) {
    return change(request, 'Refund', (payment) => {
      const last = changesOf(payment, 'PostAuth').at(-1) ?? payment;
      if (request.minor <= 0n || request.currency !== payment.currency) return refusal('Gecersiz tutar');
      if (settings.refundNeedsSettlement && last.batch === batch) return refusal('Gun sonu yapilmamis islem iade edilemez');
      return request.minor > captured(payment) - refunded(payment) ? refusal('Iade tutari asildi') : null;
    });
  }

  return {
    begin, charge, capture, cancel, refund, isTaken, paymentOf, captured, refunded, isApproved, isLive, ownNumber,
    byMd: (md) => (md === '' ? undefined : rows.find((row) => row.md === md)),
    isCaptured: (payment) => changesOf(payment, 'PostAuth').length > 0,
    isClosed: (payment) => payment.batch !== batch,
    /** Each payment with what happened to it, oldest first. @returns {Row[][]} */
    orders() {
      const payments = rows.filter(({ original }) => original === null);
      const shown = new Set(payments.map(({ store, orderId }) => paymentOf(store, orderId)));
      return [...shown].map((payment) => [payment, ...rows.filter(({ original }) => original === payment)]);
    },
    batch: () => batch,
    /** The end of the bank's day. */
    settle() { batch += 1; },
  };
}

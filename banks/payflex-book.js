// The acquiring bank's book: one line for each transaction, as Search shows it, and what the bank refuses. No HTTP, no XML.
import { answerOf, Refusal, VPOS } from './payflex-codes.js';
import { newId } from './payflex-wire.js';
import { timestamp, yearAndDay } from './turkish-time.js';

/**
 * @typedef {object} Line one transaction
 * @property {number} number PaymentTransactionId, the bank's own
 * @property {string} merchantId
 * @property {string} terminalNo
 * @property {'Sale' | 'Auth' | 'Capture' | 'Cancel' | 'Refund' | 'Reversal'} type
 * @property {string} transactionId the shop's, or one of the bank where the shop gave none
 * @property {string} orderId '' for everything that refers to another line
 * @property {string} reference TransactionId of that other line
 * @property {bigint} minor
 * @property {string} currency ISO number
 * @property {string} pan
 * @property {string} installments '' for a single payment
 * @property {string} eci
 * @property {string} cavv
 * @property {'1' | '2' | '3'} secureType no 3-D Secure, full, half
 * @property {string} code
 * @property {string} authCode
 * @property {string} rrn
 * @property {number} at
 * @property {number} batch
 * @property {boolean} canceled
 * @property {boolean} reversed
 * @property {boolean} captured
 * @property {bigint} refunded
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any }} options */
export function createBook({ now, random, settings }) {
  /** @type {Line[]} */
  const lines = [];
  let batch = 300;
  let stan = 971_357;

  const digits = (count) => String(random(8).readBigUInt64BE() % 10n ** BigInt(count)).padStart(count, '0');
  const newRrn = () => yearAndDay(now()).slice(1) + timestamp(now()).slice(11, 13) + String(++stan % 1_000_000).padStart(6, '0');

  const isApproved = ({ code }) => code === '0000';
  const isUndone = ({ canceled, reversed }) => canceled || reversed;
  const ofStore = (store) => lines.filter(({ merchantId }) => merchantId === store.merchantId);
  const withId = (store, transactionId) => ofStore(store).filter((line) => line.transactionId === transactionId);

  function write(store, line) {
    const complete = {
      number: 10_000_611_000 + lines.length, merchantId: store.merchantId, terminalNo: store.terminalNo, orderId: '',
      reference: '', pan: '', installments: '', eci: '', cavv: '', secureType: '1', code: '0000', authCode: digits(6),
      rrn: newRrn(), at: now(), batch, canceled: false, reversed: false, captured: false, refunded: 0n, ...line,
      transactionId: line.transactionId || newId(random),
    };
    lines.push(complete);
    return complete;
  }

  /** A TransactionId serves one success. What was declined may be sent again under it, unless the settings say otherwise. */
  function checkTransactionId(store, transactionId) {
    const earlier = withId(store, transactionId).filter((line) => settings.transactionIdOnce || isApproved(line));
    if (transactionId && earlier.length > 0) throw new Refusal(1006);
  }

  /** Whether a sale or pre-authorisation with these numbers may be tried at all. */
  function checkNew(store, { transactionId, orderId }) {
    checkTransactionId(store, transactionId);
    const paid = ofStore(store).some((line) => line.orderId === orderId && isApproved(line));
    if (orderId && paid) throw new Refusal(1061);
  }

  /** Sale or pre-authorisation. @returns {Line} with the answer of the card's bank */
  function charge(store, { outcome, ...line }) {
    checkNew(store, line);
    const code = answerOf(outcome);
    return write(store, { ...line, code, ...(code !== '0000' && { authCode: '000000' }) });
  }

  /** The approved line that a request refers to; of another type than these, or of none, there is nothing to be done. */
  function referred(store, reference, types) {
    const line = withId(store, reference).find(isApproved);
    if (!line) throw new Refusal(1007);
    if (!types.includes(line.type)) throw new Refusal(1089);
    return line;
  }

  const sameCurrency = (line, currency) => { if (currency && currency !== line.currency) throw new Refusal(1077); };

  /** Closes a pre-authorisation, for its amount or less. */
  function capture(store, { transactionId, reference, minor, currency }) {
    checkTransactionId(store, transactionId);
    const auth = referred(store, reference, ['Auth']);
    if (isUndone(auth)) throw new Refusal(1088);
    if (auth.captured) throw new Refusal(1065);
    sameCurrency(auth, currency);
    if (!minor) throw new Refusal(1047);
    if (minor > auth.minor) throw new Refusal('0323');
    auth.captured = true;
    return write(store, { type: 'Capture', transactionId, reference, minor, currency: auth.currency, pan: auth.pan });
  }

  /** Cancel, and Reversal, its technical twin: until the end of the day, as a whole, and only while nothing was refunded. */
  function undo(store, { type, transactionId, reference }) {
    checkTransactionId(store, transactionId);
    const line = referred(store, reference, ['Sale', 'Auth', 'Capture', 'Refund']);
    if (line.canceled) throw new Refusal(1083);
    if (line.reversed) throw new Refusal(1101);
    if (line.refunded > 0n) throw new Refusal(1123);
    if (line.captured) throw new Refusal(1089);
    if (settings.cancelUntilSettlement && line.batch !== batch) throw new Refusal(2202);
    line[type === 'Cancel' ? 'canceled' : 'reversed'] = true;
    const earlier = line.reference && withId(store, line.reference).find(isApproved);
    if (line.type === 'Capture') earlier.captured = false;
    if (line.type === 'Refund') earlier.refunded -= line.minor;
    const { minor, currency, pan } = line;
    return write(store, { type, transactionId, reference, minor, currency, pan });
  }

  /** Of a sale or a captured pre-authorisation; without an amount all that is left, and never more than that. */
  function refund(store, { transactionId, reference, minor, currency }) {
    checkTransactionId(store, transactionId);
    const line = referred(store, reference, ['Sale', 'Capture']);
    if (isUndone(line)) throw new Refusal(line.canceled ? 1083 : 1101);
    if (settings.refundNeedsSettlement && line.batch === batch) throw new Refusal(1074);
    sameCurrency(line, currency);
    const left = line.minor - line.refunded;
    if (left === 0n) throw new Refusal(1059);
    const amount = minor ?? left;
    if (amount === 0n) throw new Refusal(1047);
    if (amount > left) throw new Refusal(1046);
    line.refunded += amount;
    return write(store, { type: 'Refund', transactionId, reference, minor: amount, currency: line.currency, pan: line.pan });
  }

  return {
    checkNew, charge, capture, undo, refund,
    detailOf: (line) => VPOS[line.code],
    isApproved, ofStore, withId,
    /** By order number the success, or else the latest attempt. */
    ofOrder(store, orderId) {
      const attempts = ofStore(store).filter((line) => line.orderId === orderId);
      const line = attempts.find(isApproved) ?? attempts.at(-1);
      return line ? [line] : [];
    },
    lines: () => [...lines],
    isClosed: (line) => line.batch !== batch,
    /** The end of the bank's day: what is in the batch can no longer be cancelled, only refunded. */
    settle() { batch += 1; },
  };
}

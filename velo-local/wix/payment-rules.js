// What a payment provider may tell Wix about a transaction, and what it may not (Wix's own words: no controversial events). Each
// rule that is broken has a name, so that a test can ask for it. How Wix refuses is not documented; here the call fails.

import { invalid } from './errors.js';
import { sum } from './money.js';

/** The transaction is likely to be approved later. */
const PENDING = [5005, 5009];
const CANCELED = 3030;

/** Reason codes that Wix documents for transactions and refunds, and its general ones. */
const KNOWN = new Set([
  1002, 1003, 1004, 1005, 1006, 1007, 1009, 1010, 1012, 1013, ...range(3000, 3046), 4000, 4001, 4002, 4003, 4004, 5000, 5001, 5002, 5003,
  5005, 5006, 5007, 5009, 6000,
]);

function range(from, to) {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

export class Violation {
  constructor(rule, text) {
    Object.assign(this, { rule, text });
  }
}

/** @param {number} [reasonCode] none means success @returns {'approved' | 'pending' | 'canceled' | 'declined'} */
export function stateOf(reasonCode) {
  if (reasonCode === undefined || reasonCode === null) return 'approved';
  if (PENDING.includes(reasonCode)) return 'pending';
  return reasonCode === CANCELED ? 'canceled' : 'declined';
}

const FAILED = ['canceled', 'declined'];
export const isFinal = (state) => state === 'approved' || FAILED.includes(state);

/** @returns {Violation | null} a transaction in one state must not be told to be in the other */
export function contradiction(before, after) {
  if (!isFinal(before)) return null;
  if (after === 'pending') return new Violation('pending-after-final', `the transaction is ${before} already`);
  if (before === 'approved' && FAILED.includes(after)) return new Violation('failure-after-success', 'the transaction was approved');
  if (FAILED.includes(before) && after === 'approved') return new Violation('success-after-failure', `the transaction was ${before}`);
  return null;
}

/** @returns {{ transaction?: object, refund?: object }} exactly one of the two, well formed */
export function readEvent(request) {
  const { event } = request ?? {};
  const kinds = ['transaction', 'refund'].filter((kind) => event?.[kind]);
  if (kinds.length !== 1 || typeof event[kinds[0]] !== 'object') {
    throw invalid('submitEvent takes { event: { transaction } } or { event: { refund } }');
  }
  const details = event[kinds[0]];
  if (typeof details.wixTransactionId !== 'string') throw invalid('the event needs wixTransactionId');
  checkReason(details);
  return { [kinds[0]]: details };
}

/** @param {{ reasonCode?: unknown }} answer */
export function checkReason({ reasonCode }) {
  if (reasonCode === undefined || reasonCode === null || Number.isInteger(reasonCode)) return;
  throw invalid(`reasonCode is a number, not ${JSON.stringify(reasonCode)}`);
}

export const isKnownReason = (reasonCode) => reasonCode === undefined || reasonCode === null || KNOWN.has(reasonCode);

/** What the owner may still refund; a refund whose outcome is not known counts as done. */
export const refundable = (transaction) => leftAfter(transaction, ({ state }) => state !== 'failed');

/** What a refund that was made at the bank can be of: one whose outcome is not known may have come to nothing. */
export const unreturned = (transaction) => leftAfter(transaction, ({ state }) => state === 'succeeded');

function leftAfter({ state, amount, refunds }, counts) {
  return state === 'approved' ? BigInt(amount) - sum(refunds.filter(counts).map((refund) => BigInt(refund.amount))) : 0n;
}

/** @returns {string | null} what is wrong with the shape of createTransaction's answer */
export function answerProblem(value) {
  if (value === null || typeof value !== 'object') return 'an object is expected';
  if (typeof value.pluginTransactionId !== 'string' || value.pluginTransactionId === '') return 'pluginTransactionId must be text';
  if (!isAddress(value.redirectUrl ?? 'https://none.example')) return 'redirectUrl must be an absolute address';
  return reasonProblem(value);
}

/** @returns {string | null} what is wrong with the shape of refundTransaction's answer */
export function refundAnswerProblem(value) {
  if (value === null || typeof value !== 'object') return 'an object is expected';
  const failed = value.reasonCode !== undefined && value.reasonCode !== null;
  if (!failed && (typeof value.pluginRefundId !== 'string' || value.pluginRefundId === '')) return 'pluginRefundId must be text';
  return reasonProblem(value);
}

function reasonProblem(value) {
  try {
    checkReason(value);
    return null;
  } catch (error) {
    return error.message;
  }
}

/** An answer that says a final state again is fine; one that says another is not. */
export const answerContradiction = ({ state }, { reasonCode }) =>
  (reasonCode === undefined || reasonCode === null ? null : contradiction(state, stateOf(reasonCode)));

function isAddress(url) {
  return typeof url === 'string' && URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

// What the bank's word makes of a payment: how it stands, how much was taken and how much has gone back, what became of a change nobody
// was sure of, and why a person should look. Nothing here asks, and nothing is written.
//
// Knowledge only grows. What was taken, given back or undone by velopos' proof stays so, whatever a later answer leaves out. One answer does
// take something back: that money which was captured is reserved again, because only the first half of a void was done.

import { fromMinor, minorOf } from './money.js';

/**
 * @typedef {import('./payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('./payments.js').PaymentStanding} PaymentStanding
 * @typedef {import('./payments.js').ChangeItem} ChangeItem
 * @typedef {import('./payments.js').ChangeKind} ChangeKind
 * @typedef {import('velopos').Payment} Payment
 * @typedef {Pick<Payment, 'status' | 'charged' | 'refundedAmount' | 'review' | 'refs' | 'decline'>} News   what of an answer is kept
 */

/** @param {Payment} payment @returns {News} */
export function newsOf({ status, charged, refundedAmount, review, refs, decline }) {
  return { status, charged, refundedAmount, review: review === true, refs, decline };
}

/** Only these carry velopos' proof that there is money. @param {News} news */
export function isProof({ status }) {
  return status === 'paid' || status === 'authorized' || status === 'refunded' || status === 'voided';
}

/** The record after the news, and after the changes that are known to have been made.
 * @param {PaymentRecord} record @param {ChangeItem[]} changes @param {News | null} news @returns {PaymentRecord} */
export function learn(record, changes, news) {
  const told = news && isProof(news) ? news : null;
  const made = changes.filter(({ state }) => state === 'done');
  const captured = capturedAfter(record, made, told);
  const refunded = refundedAfter({ ...record, captured }, made, told);
  const whole = told && isReopened(record, told) ? { charged: record.amount } : {};
  const isVoided = record.standing === 'voided' || told?.status === 'voided' || made.some(({ kind }) => kind === 'void');
  const charged = isNothing(captured, record.currency) ? record.charged : captured;
  const standing = isVoided ? 'voided' : standingOf(captured, refunded, record.currency);
  const after = { ...record, standing, charged, captured, refunded, ...whole };
  return told ? withDoubt(after, told.review === true) : after;
}

/** A new doubt is looked at anew, whatever was set aside before. @param {PaymentRecord} record @param {boolean} doubt @returns {PaymentRecord} */
export function withDoubt(record, doubt) {
  const isNew = doubt && !record.doubt;
  return { ...(isNew ? lookAnew(record, 'review') : record), doubt };
}

/** The same for what somebody has seen at the bank.
 * @param {PaymentRecord} record @param {NonNullable<PaymentRecord['seen']>} seen @returns {PaymentRecord} */
export function withSeen(record, seen) {
  const isNew = record.seen?.kind !== seen.kind || record.seen.amount !== seen.amount;
  return { ...(isNew ? lookAnew(record, 'seen-at-bank') : record), seen };
}

/** Whatever was dealt with before: the reason has come up again. @param {PaymentRecord} record @param {string} reason @returns {PaymentRecord} */
export function lookAnew(record, reason) {
  return { ...record, setAside: record.setAside.filter((each) => each !== reason) };
}

/** What was captured is only reserved again. @param {PaymentRecord} record @param {News} news */
export function isReopened({ captured, currency }, { status }) {
  return status === 'authorized' && !isNothing(captured, currency);
}

/** What the bank answers to a change that it has made. */
const MADE = { capture: 'paid', refund: 'refunded', void: 'voided' };

/** Whether the answer says that this change was made. @param {ChangeItem} change @param {News} news */
export function confirms({ kind }, { status }) {
  return status === MADE[kind];
}

/** @param {PaymentRecord} record @param {ChangeItem[]} made @param {News | null} told */
function capturedAfter({ captured, amount, currency }, made, told) {
  if (told?.status === 'authorized') return fromMinor(0n, currency);
  if (!isNothing(captured, currency)) return captured;
  const capture = made.find(({ kind }) => kind === 'capture');
  if (capture) return capture.amount;
  return told?.status === 'paid' || told?.status === 'refunded' ? told.charged ?? amount : captured;
}

/** @param {PaymentRecord} record @param {ChangeItem[]} made @param {News | null} told */
function refundedAfter({ captured, refunded, currency }, made, told) {
  const inOneWord = told?.status === 'refunded' ? captured : refunded;
  const sums = [minorOf(refunded, currency), sumOfRefunds(made), minorOf(told?.refundedAmount ?? inOneWord, currency)];
  return fromMinor(sums.reduce((largest, sum) => (sum > largest ? sum : largest)), currency);
}

/** @param {string} captured @param {string} refunded @param {string} currency @returns {PaymentStanding} */
function standingOf(captured, refunded, currency) {
  if (isNothing(captured, currency)) return 'authorized';
  if (isNothing(refunded, currency)) return 'paid';
  return minorOf(refunded, currency) >= minorOf(captured, currency) ? 'refunded' : 'partly-refunded';
}

/** @param {ChangeItem[]} changes */
function sumOfRefunds(changes) {
  return changes.reduce((sum, { kind, amount, currency }) => (kind === 'refund' ? sum + minorOf(amount, currency) : sum), 0n);
}

/** @param {string} amount @param {string} currency */
function isNothing(amount, currency) {
  return minorOf(amount, currency) === 0n;
}

/** @param {Pick<PaymentRecord, 'standing'>} record */
export function isBack({ standing }) {
  return standing === 'voided' || standing === 'refunded';
}

/** What can still be given back. @param {PaymentRecord} record */
export function leftOf({ captured, refunded, currency }) {
  return fromMinor(minorOf(captured, currency) - minorOf(refunded, currency), currency);
}

// ---- changes nobody was sure of

/** @param {ChangeItem} change */
export function isUnsure({ state, open }) {
  return state === 'unknown' && open;
}

/** Of the changes of unknown outcome those that the bank's word settles, as `record` has it: made when they explain it to the last kuruş,
 * of no matter when all of the money is back without them. That the bank's books do not show one settles nothing: it may yet arrive.
 * @param {PaymentRecord} record @param {ChangeItem[]} changes @returns {{ change: ChangeItem, made: boolean }[]} */
export function settledBy(record, changes) {
  const unsure = changes.filter(isUnsure);
  const refunds = sumOfRefunds(unsure);
  const explained = refunds + sumOfRefunds(changes.filter(({ state }) => state === 'done')) === minorOf(record.refunded, record.currency);
  return unsure
    .map((change) => ({ change, made: isMade(change, record, explained) }))
    .filter(({ made }) => made || isBack(record));
}

/** @param {ChangeItem} change @param {PaymentRecord} record @param {boolean} refundsExplain */
function isMade({ kind, amount }, { standing, captured }, refundsExplain) {
  switch (kind) {
    case 'void': return standing === 'voided';
    case 'capture': return captured === amount;
    default: return standing !== 'voided' && refundsExplain;
  }
}

/** What happened at the bank without us, when nothing is left that could be it: in the bank's own panel, most likely.
 * @param {PaymentRecord} before @param {PaymentRecord} after @param {ChangeItem[]} changes
 * @returns {{ kind: ChangeKind, amount: string }[]} */
export function madeAtBank(before, after, changes) {
  if (changes.some(isUnsure)) return [];
  const { currency, captured, amount } = after;
  const made = changes.filter(({ state }) => state === 'done');
  const isOurs = (/** @type {ChangeKind} */ kind) => made.some((change) => change.kind === kind);
  const isTaken = !isNothing(captured, currency);
  /** @type {{ kind: ChangeKind, amount: string }[]} */
  const found = [];
  if (before.standing === 'authorized' && isTaken && !isOurs('capture')) found.push({ kind: 'capture', amount: captured });
  if (after.standing === 'voided') {
    if (!isOurs('void')) found.push({ kind: 'void', amount: isTaken ? captured : amount });
    return found;
  }
  const elsewhere = minorOf(after.refunded, currency) - sumOfRefunds(made);
  if (elsewhere > 0n) found.push({ kind: 'refund', amount: fromMinor(elsewhere, currency) });
  return found;
}

// ---- why a person should look

/** What a person may set aside after having looked. The others stay until the bank confirms. */
export const CAN_BE_SET_ASIDE = ['duplicate', 'wrong-mode', 'review', 'seen-at-bank', 'return-failed'];

/** @param {PaymentRecord} record @param {ChangeItem[]} changes @returns {string} */
export function attentionOf(record, changes) {
  /** @type {Record<string, boolean>} */
  const reasons = {
    [record.state]: record.state !== 'booked' && !isBack(record),
    'unknown-change': changes.some(isUnsure),
    'return-failed': changes.some(({ open, note }) => open && note === NOT_TOLD),
    'seen-at-bank': record.seen !== null && !explains(record, record.seen),
    review: (record.facts.review === true || record.doubt) && !isBack(record),
  };
  return Object.keys(reasons).find((reason) => reasons[reason] && !record.setAside.includes(reason)) ?? '';
}

/** The note of a change that the order's keeper could not be told. */
export const NOT_TOLD = 'not told';

/** Whether the record has what somebody has seen at the bank. @param {PaymentRecord} record
 * @param {NonNullable<PaymentRecord['seen']>} seen */
function explains({ standing, captured, refunded, currency }, { kind, amount }) {
  if (kind === 'void') return standing === 'voided';
  return minorOf(kind === 'capture' ? captured : refunded, currency) >= minorOf(amount, currency);
}

// Turns the core's answers into steps and payments, and back into plain objects that a site can store.
import { PosError, redacted } from './error.js';
import { pairs } from './frame.js';
import { DECLINES } from './words.js';

/** A step: what to do next, and the order as it must be stored from now on, which is our own copy of what was given. */
export function readStep(answer, order) {
  const [type, refs, amount, model] = answer;
  Object.assign(order, { amount, model, refs });
  switch (type) {
    case 'redirect':
      return { type, redirect: readRedirect(answer.slice(4)), order };
    case 'send':
      return readSend(answer.slice(4), order);
    case 'done':
      return { type, payment: readPayment(answer.slice(4), order), order };
    case 'list':
      return { ...readList(answer), order };
    default:
      throw new PosError('INTERNAL', 'noStep');
  }
}

function readRedirect(texts) {
  const [kind, address, number, month, year, cvv, holder] = texts;
  if (kind === 'url') return { kind, url: address };
  const redirect = { kind, action: address, fields: pairs(texts, 7) };
  // Where no input is for the year, that for the month takes both.
  const expiry = year === '' ? { expiry: month } : { month, year };
  if (number !== '') redirect.cardInputs = known({ number, ...expiry, cvv, holder });
  return redirect;
}

function readSend([claim, ...texts], order) {
  const { request, then } = readRequest(texts);
  const step = { type: 'send', request, then, moves: claim !== '', order };
  // What to claim before the request is sent; not to be stored.
  return Object.defineProperty(step, 'claim', { value: claim });
}

function readRequest([then, method, url, body, ...headers]) {
  const request = redacted({ method, url, headers: pairs(headers), body }, { method, url, body: '(gizli / redacted)' });
  return { request, then };
}

const TRANSACTION = [
  'orderId', 'kind', 'outcome', 'amount', 'currency', 'installments', 'at', 'transactionId', 'authCode', 'hostReference', 'maskedPan', 'bankCode',
  'commission',
];

/** A page of what a bank lists, and the step to its next page. */
export function readList([, , , , count, ...texts]) {
  const end = Number(count) * TRANSACTION.length;
  const transactions = [];
  for (let at = 0; at < end; at += TRANSACTION.length) transactions.push(readTransaction(texts.slice(at, at + TRANSACTION.length)));
  const next = texts.length > end ? { type: 'send', ...readRequest(texts.slice(end)), moves: false } : undefined;
  return next ? { type: 'list', transactions, next } : { type: 'list', transactions };
}

function readTransaction(texts) {
  const transaction = known(Object.fromEntries(TRANSACTION.map((name, place) => [name, texts[place]])));
  if (transaction.installments) transaction.installments = Number(transaction.installments);
  return transaction;
}

function readPayment(fields, order) {
  const [status, proof, orderId, currency, mode, dedupeKey, charged, refundedAmount, installments, at, transactionId, authCode] = fields;
  const [hostReference, maskedPan, mdStatus, eci, liability, review, verb, id, moved] = fields.slice(12);
  const payment = { status, proof, orderId, amount: order.amount, currency, mode };
  if (charged) payment.charged = charged;
  if (installments) payment.installments = Number(installments);
  if (refundedAmount) payment.refundedAmount = refundedAmount;
  if (at) payment.at = at;
  if (transactionId) payment.transactionId = transactionId;
  if (authCode) payment.authCode = authCode;
  if (hostReference) payment.hostReference = hostReference;
  if (maskedPan) payment.maskedPan = maskedPan;
  if (liability || mdStatus) payment.threeDS = known({ mdStatus, eci, liability });
  if (review) payment.review = true;
  if (verb) payment.operation = known({ verb, id, amount: moved });
  if (fields.length > 21) payment.decline = readDecline(fields.slice(21));
  payment.refs = order.refs;
  payment.dedupeKey = dedupeKey;
  return payment;
}

function readDecline([reason, bankCode, bankMessage, wix]) {
  return { reason, bankCode, bankMessage, message: { ...DECLINES[reason] }, wixReasonCode: Number(wix) };
}

/** Without what is not known: `undefined`, and empty texts other than `refs`. More may be added to it than to what was made by spreading. */
export function known(object) {
  const rest = {}; // deleting would leave a slow object behind
  for (const name in object) {
    const value = object[name];
    if (value !== undefined && (value !== '' || name === 'refs')) rest[name] = value;
  }
  return rest;
}

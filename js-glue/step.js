// Turns the core's answers into steps and payments, and back into plain objects that a site can store.
import { PosError, redacted } from './error.js';
import { DECLINES } from './words.js';

/** A step: what to do next, and the order as it must be stored from now on, which is our own copy of what was given. */
export function readStep(answer, order) {
  const refs = answer.next();
  order.amount = answer.next();
  order.model = answer.next();
  order.refs = refs;
  const type = answer.kind;
  switch (type) {
    case 'redirect':
      return { type, redirect: readRedirect(answer), order };
    case 'send':
      return readSend(answer, order);
    case 'done':
      return { type, payment: readPayment(answer, order), order };
    case 'list':
      return { ...readLines(answer), order };
    default:
      throw new PosError('INTERNAL', 'noStep');
  }
}

function readRedirect(answer) {
  const [kind, address] = [answer.next(), answer.next()];
  if (kind === 'url') return { kind, url: address };
  const [number, month, year, cvv, holder] = [answer.next(), answer.next(), answer.next(), answer.next(), answer.next()];
  const redirect = { kind, action: address, fields: answer.pairs() };
  // Where no input is for the year, that for the month takes both.
  const expiry = year === '' ? { expiry: month } : { month, year };
  if (number !== '') redirect.cardInputs = known({ number, ...expiry, cvv, holder });
  return redirect;
}

function readSend(answer, order) {
  const claim = answer.next();
  const { request, then } = readRequest(answer);
  const step = { type: 'send', request, then, moves: claim !== '', order };
  // What to claim before the request is sent; not to be stored.
  return Object.defineProperty(step, 'claim', { value: claim });
}

function readRequest(answer) {
  const [then, method, url, body] = [answer.next(), answer.next(), answer.next(), answer.next()];
  const request = redacted({ method, url, headers: answer.pairs(), body }, { method, url, body: '(gizli / redacted)' });
  return { request, then };
}

const TRANSACTION = [
  'orderId', 'kind', 'outcome', 'amount', 'currency', 'installments', 'at', 'transactionId', 'authCode', 'hostReference', 'maskedPan', 'bankCode',
  'commission',
];

/** A page of what a bank lists, which is of no order. */
export function readList(answer) {
  for (let place = 0; place < 3; place += 1) answer.next(); // where a step tells of its order
  return readLines(answer);
}

/** The lines of a page, and the step to its next page. */
function readLines(answer) {
  const transactions = [];
  for (let left = Number(answer.next()); left > 0; left -= 1) transactions.push(readTransaction(answer));
  const next = answer.hasMore ? { type: 'send', ...readRequest(answer), moves: false } : undefined;
  return next ? { type: 'list', transactions, next } : { type: 'list', transactions };
}

function readTransaction(answer) {
  const transaction = known(Object.fromEntries(TRANSACTION.map((name) => [name, answer.next()])));
  if (transaction.installments) transaction.installments = Number(transaction.installments);
  return transaction;
}

const FACTS = ['charged', 'refundedAmount', 'installments', 'at', 'transactionId', 'authCode', 'hostReference', 'maskedPan'];

function readPayment(answer, order) {
  const [status, proof, orderId, currency, mode] = [answer.next(), answer.next(), answer.next(), answer.next(), answer.next()];
  const payment = { status, proof, orderId, amount: order.amount, currency, mode };
  const dedupeKey = answer.next();
  for (const name of FACTS) {
    const fact = answer.next();
    if (fact) payment[name] = name === 'installments' ? Number(fact) : fact;
  }
  const [mdStatus, eci, liability] = [answer.next(), answer.next(), answer.next()];
  if (liability || mdStatus) payment.threeDS = known({ mdStatus, eci, liability });
  if (answer.next()) payment.review = true;
  const [verb, id, amount] = [answer.next(), answer.next(), answer.next()];
  if (verb) payment.operation = known({ verb, id, amount });
  if (answer.hasMore) payment.decline = readDecline(answer);
  payment.refs = order.refs;
  payment.dedupeKey = dedupeKey;
  return payment;
}

function readDecline(answer) {
  const [reason, bankCode, bankMessage, wix] = [answer.next(), answer.next(), answer.next(), answer.next()];
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

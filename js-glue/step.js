// Turns the core's answers into steps and payments, and back into plain objects that a site can store.
import { PosError, redacted } from './error.js';

/** A step: what to do next, and the order as it must be stored from now on. */
export function readStep(answer, order) {
  const [type, refs, amount, model, ...rest] = answer;
  const stored = plain({ ...order, amount, model, refs });
  switch (type) {
    case 'redirect':
      return { type, redirect: readRedirect(rest), order: stored };
    case 'send':
      return readSend(rest, stored);
    case 'done':
      return { type, payment: readPayment(rest, stored), order: stored };
    default:
      throw new PosError('INTERNAL', '', 'the core answered something else than a step');
  }
}

function readRedirect([kind, address, ...fields]) {
  if (kind === 'url') return { kind, url: address };
  return { kind, action: address, fields: pairs(fields) };
}

function readSend([claim, then, url, body, ...headers], order) {
  const request = redacted({ method: 'POST', url, headers: pairs(headers), body }, { method: 'POST', url, body: '(gizli / redacted)' });
  const step = { type: 'send', request, moves: claim !== '', then, order };
  // Only for drive.js: what to claim before the request is sent.
  return Object.defineProperty(step, 'claim', { value: claim });
}

function readPayment(fields, order) {
  const [status, proof, orderId, currency, mode, dedupeKey, charged, refundedAmount, installments, at, transactionId, authCode] = fields;
  const [hostReference, maskedPan, mdStatus, eci, liability, review, reason, bankCode, bankMessage, tr, en, wix] = fields.slice(12);
  return plain({
    status,
    proof,
    orderId,
    amount: order.amount,
    charged,
    currency,
    mode,
    installments: installments === '' ? undefined : Number(installments),
    refundedAmount,
    at,
    transactionId,
    authCode,
    hostReference,
    maskedPan,
    threeDS: liability || mdStatus ? plain({ mdStatus, eci, liability }) : undefined,
    review: review ? true : undefined,
    decline: reason && { reason, bankCode, bankMessage, message: { tr, en }, wixReasonCode: Number(wix) },
    refs: order.refs,
    dedupeKey,
  });
}

function pairs(texts) {
  const object = {};
  for (let place = 0; place < texts.length; place += 2) object[texts[place]] = texts[place + 1];
  return object;
}

/** Without what is not known: `undefined`, and empty texts other than `refs`. */
function plain(object) {
  const known = {};
  for (const name in object) {
    const value = object[name];
    if (value !== undefined && (value !== '' || name === 'refs')) known[name] = value;
  }
  return known;
}

// Payments of Wix's own checkout, which reach us through the payment provider plugin (backend/service-plugins). Wix keeps the order and
// is told how its transaction ended by submitEvent; the order itself is never touched here, or Wix would count the payment twice.
//
// Wix allows the same event again, and an end after `pending`. It does not allow success after failure, failure after success, or
// `pending` after either. So what is told is what was decided, and `pending` passes a gate that the first end closes for good.

import wixPaymentProviderBackend from 'wix-payment-provider-backend';
import { minorOf } from '../money.js';
import { resultPage } from '../site.js';
import { findBooking, finishTurn, fix, takeTurn } from '../store.js';

/**
 * @typedef {import('../store.js').Intent} Intent
 * @typedef {import('../store.js').IntentState} IntentState
 * @typedef {import('wix-payment-provider-backend').Event} Event
 * @typedef {{ reasonCode: number, errorCode?: string, errorMessage?: string }} Reason   why it is not paid, in Wix's codes
 */

const SECOND = 1000;
const TELLING_TAKES = 60 * SECOND;   // whoever began to tell `pending` longer ago is dead: a request lives for 14 s
const PATIENCE = 4 * SECOND;         // how long an end waits for a `pending` that is being told
const PAUSE = 400;

const PAID = 'paid';
const PENDING = 5009;
const BUYER_CANCELLED = 3030;        // Wix's code for an abandoned payment, too
const REVOKED = 3038;
const OTHER = 6000;

/** Who asked for a refund that was begun in Wix's dashboard; its change id is Wix's refund id. */
export const WIX = { id: 'wix', name: 'Wix' };

// ---- the five functions of a book

/** Wix tells nobody when an order is cancelled by hand; the transaction waits until we have told its end. */
export async function isWaiting() {
  return true;
}

/** @param {Intent} intent */
export async function markPaid(intent) {
  await tellEnd(intent, PAID);
}

/** @param {Intent} intent @param {import('../store.js').Outcome} outcome */
export async function markEnded(intent, outcome) {
  await tellEnd(intent, reasonOf(outcome));
}

/** Money that never counted in Wix does not come back there either, and what counts does so before it comes back.
 * @param {Intent} intent @param {import('../payments.js').PaymentRecord} record @param {import('../payments.js').ChangeItem} change */
export async function markReturned(intent, record, change) {
  if (record.state !== 'booked' || change.kind === 'capture') return;
  if (!await findBooking(intent._id)) throw new Error(`Wix has not been told yet that attempt ${intent._id} is paid`);
  await submit({ refund: refundEvent(intent, change) });
}

/** @param {Intent} intent @param {{ home: string }} site @param {IntentState} state */
export function resultUrl(intent, site, state) {
  return intent.returnUrls?.[pageFor(intent, state)] || resultPage(site, intent);
}

/** The customer is back, and the bank has not said yet how it went. @param {Intent} intent */
export async function markAwaited(intent) {
  const gate = await takeTurn(gateOf(intent), TELLING_TAKES);
  if (!gate.taken) return;   // it is being told, it was told, or it has an end
  await submit({ transaction: transactionEvent(intent, { reasonCode: PENDING }) });
  await finishTurn(gate.claim);
}

// ---- what Wix is told

/** The first end that is told is the only one. @param {Intent} intent @param {typeof PAID | Reason} end */
async function tellEnd(intent, end) {
  const told = await fix(`wix told ${intent._id}`, end);
  if ((told === PAID) !== (end === PAID)) throw new Error(`Wix has been told another end of attempt ${intent._id}`);
  await closeGate(intent);
  await submit({ transaction: transactionEvent(intent, told === PAID ? {} : told) });
}

/** @param {Intent} intent */
async function closeGate(intent) {
  for (const end = Date.now() + PATIENCE; ;) {
    const gate = await takeTurn(gateOf(intent), TELLING_TAKES);
    if (gate.taken) return finishTurn(gate.claim);
    if (gate.done) return undefined;
    if (Date.now() >= end) throw new Error(`Wix is being told that attempt ${intent._id} is pending; its end comes later`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** @param {Intent} intent */
function gateOf(intent) {
  return `wix pending ${intent._id}`;
}

/** @param {Event} event */
async function submit(event) {
  await wixPaymentProviderBackend.submitEvent({ event });
}

/** Without a reason code it is paid. @param {Intent} intent @param {Reason | {}} reason */
function transactionEvent({ _id, transactionId }, reason) {
  if (!transactionId) throw new Error(`attempt ${_id} has no transaction of Wix's`);
  return { wixTransactionId: transactionId, pluginTransactionId: _id, ...reason };
}

/** @param {Intent} intent @param {import('../payments.js').ChangeItem} change */
function refundEvent({ _id, transactionId }, { _id: pluginRefundId, amount, currency, by, changeId }) {
  if (!transactionId) throw new Error(`attempt ${_id} has no transaction of Wix's`);
  const askedByWix = by.id === WIX.id ? { wixRefundId: changeId } : {};
  return { wixTransactionId: transactionId, pluginRefundId, amount: String(minorOf(amount, currency)), ...askedByWix };
}

/** @param {import('../store.js').Outcome} outcome @returns {Reason} */
function reasonOf({ state, decline }) {
  if (decline) return { reasonCode: decline.wixReasonCode, ...explained(decline.bankCode, decline.bankMessage || decline.message.tr) };
  switch (state) {
    case 'expired': return { reasonCode: BUYER_CANCELLED };
    case 'voided':
    case 'refunded': return { reasonCode: REVOKED };
    default: return { reasonCode: OTHER, ...explained(state, 'Banka ödemeyi başlatmadı / the bank did not begin the payment') };
  }
}

/** As long as Wix takes them. @param {string} code @param {string} message */
function explained(code, message) {
  return { errorCode: code.slice(0, 50), errorMessage: message.slice(0, 300) };
}

/** @param {Intent} intent @param {IntentState} state @returns {keyof import('../store.js').ReturnUrls} */
function pageFor(intent, state) {
  if (state === 'paid') return 'success';
  if (state === 'new') return 'pending';
  return intent.decline?.reason === 'cancelled' ? 'cancel' : 'error';
}

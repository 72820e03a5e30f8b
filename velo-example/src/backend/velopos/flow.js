// What drives a payment. An attempt (intent) goes one way:
//
//   new ──departure.js──▶ departure stored, browser sent to the bank ──return, notification, inquiry──▶ an end, decided once
//
// What a browser or a gateway brings is a message, never a fact: velopos says what it proves, and only that is booked.

import { PosError, createPos } from './package.js';
import { bare, goTo } from './answers.js';
import { openPos } from './bank.js';
import { bookOf } from './books.js';
import { logFailure, quietly } from './log.js';
import { findPayer, keepMoney } from './payments.js';
import { allAccounts } from './secrets.js';
import {
  claimToSend, decideOutcome, findBooking, findIntent, findIntentByBankOrder, findIntentByToken, findOutcome, findStart, finishTurn,
  fix, hasReturned, mayAsk, noteBooking, noteDoubt, noteReturn, planLastQuestion, showStanding, takeBookingTurn,
} from './store.js';

/**
 * @typedef {import('./answers.js').Answer} Answer
 * @typedef {import('./site.js').Site} Site
 * @typedef {import('./store.js').Intent} Intent
 * @typedef {import('./store.js').Start} Start
 * @typedef {import('velopos').Payment} Payment
 * @typedef {string | { body: string, headers: Record<string, string> }} Message
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const SHOWN_FOR = 15 * MINUTE;         // how long a stored redirect is shown again
const BANK_PAGE_LIFETIME = 30 * MINUTE;
export const PAGE_OVER = SHOWN_FOR + BANK_PAGE_LIFETIME;   // from when on the bank's page can no longer be open anywhere
const ASK_EVERY = 30 * SECOND;                // inquiries that somebody outside causes, per attempt
export const STARTABLE_FOR = 30 * MINUTE;     // from when on an attempt that has not been to the bank stays here
export const BOOKING_TAKEOVER = 2 * MINUTE;   // far longer than a request may run

// ---- back from the bank

/** The customer's browser returns, with whatever it brings. @param {unknown} intentId @param {Message} message @param {Site} site
 * @returns {Promise<Answer>} */
export async function bankReturn(intentId, message, site) {
  const intent = await findIntent(intentId);
  const start = intent && await findStart(intent._id);
  if (!intent || !start) return goTo(site.home);
  if (isRefusedHere(intent, site)) return bare(403);
  // When this fails nothing has changed: the attempt stays open, and the result page and the job ask the bank.
  await quietly(intent._id, async () =>
    start.order && receive(await openPos(intent, claimFor(intent)), intent, start.order, message, BY_BROWSER));
  return toResult(intent, start);
}

/** Somebody comes to a return address without a message: PayTR's way, the Back button, a browser that fetches ahead, anyone who has
 * the link. It tells us nothing. @param {unknown} intentId @param {Site} site @returns {Promise<Answer>} */
export async function customerReturn(intentId, site) {
  const intent = await findIntent(intentId);
  const start = intent && await findStart(intent._id);
  return intent && start ? toResult(intent, start) : goTo(site.home);
}

/** The customer goes where the attempt's order book says, and the attempt is read again for that. @param {Intent} intent
 * @param {{ home: string }} site @returns {Promise<Answer>} */
export async function toResult(intent, site) {
  const fresh = await findIntent(intent._id) ?? intent;
  const book = bookOf(fresh);
  if (fresh.state === 'new') await quietly(fresh._id, async () => book.markAwaited?.(fresh));
  return goTo(book.resultUrl(fresh, site, fresh.state));
}

/** A gateway's server tells us something about the attempt in the address. @param {unknown} intentId @param {Message} message
 * @param {Site} site @returns {Promise<Answer>} */
export async function bankNotification(intentId, message, site) {
  return notified(await findIntent(intentId), message, site);
}

/** A gateway's server tells us something, and its message says about which attempt. @param {string} gateway @param {Message} message
 * @param {Site} site @returns {Promise<Answer>} */
export async function gatewayNotification(gateway, message, site) {
  try {
    const intent = await findAddressee(gateway, message);
    return await notified(intent?.gateway === gateway ? intent : null, message, site);
  } catch (error) {
    logFailure(gateway, error);
    return bare(503);
  }
}

/** @param {string} gateway @param {Message} message @returns {Promise<Intent | null>} */
async function findAddressee(gateway, message) {
  const account = (await allAccounts()).find(({ config }) => config.gateway === gateway);
  if (!account) return null;
  const key = createPos(account.config).peek(message);   // what the message claims, used to find the attempt and for nothing else
  if (!key) return null;
  return 'orderId' in key ? findIntentByBankOrder(key.orderId) : findIntentByToken(key.token);
}

/** The gateway repeats itself until it reads its acknowledgement, so it gets that only when the books are written, or were
 * written before. @param {Intent | null} intent @param {Message} message @param {Site} site @returns {Promise<Answer>} */
async function notified(intent, message, site) {
  const start = intent && await findStart(intent._id);
  if (!intent || !start?.order) return bare(404);
  if (isRefusedHere(intent, site)) return bare(403);
  try {
    const pos = await openPos(intent, claimFor(intent));
    return await receive(pos, intent, start.order, message, BY_SERVER) ? pos.acknowledgement : bare(503);
  } catch (error) {
    logFailure(intent._id, error);
    return bare(isForged(error) ? 400 : 503);
  }
}

const BY_BROWSER = true;
const BY_SERVER = false;

/** Checks a message against the stored order and books what it proves. True when the attempt has an end, now or before.
 * @param {import('velopos').Pos} pos @param {Intent} intent @param {import('velopos').StoredOrder} order @param {Message} message
 * @param {boolean} byBrowser @returns {Promise<boolean>} */
async function receive(pos, intent, order, message, byBrowser) {
  const step = pos.step.callback(order, message);   // throws for a message that is forged, damaged or somebody else's
  if (byBrowser) await quietly(intent._id, () => noteReturn(intent._id));
  if (step.type === 'done') return settle(intent, step.payment);
  if (step.type === 'send' && !step.moves) {        // it proves nothing by itself, the bank has to be asked
    if (await isBooked(intent)) return true;
    if (!await mayAsk(intent._id, ASK_EVERY)) return false;
  }
  return settle(intent, await pos.finish(order, message));
}

/** Where we take the money ourselves after the bank's page: not for an attempt that has an end, nor for an order that another one has paid.
 * A return page that was left open for hours would charge the card only to give it back. @param {Intent} intent */
function claimFor(intent) {
  return async (/** @type {string} */ key, /** @type {import('velopos').StoredOrder} */ order) =>
    await findOutcome(intent._id) === null && await findPayer(intent) === null && claimToSend(key, order);
}

// ---- asking the bank

/** Asks the bank about an open attempt because somebody is looking at its result: not more often than allowed.
 * @param {Intent} intent */
export async function askForVisitor(intent) {
  if (await mayAsk(intent._id, ASK_EVERY)) await askBank(intent);
}

/** Asks the bank about an open attempt, and ends it when there is something to end. @param {Intent} intent */
export async function askBank(intent) {
  if (await showStanding(intent._id) !== 'new') return;   // it has an end, and whoever decided it died before showing it
  const start = await findStart(intent._id);
  if (!start) return closeIfNeverStarted(intent);
  if (!start.order) return closeIfRefused(intent, start);
  const payment = await (await openPos(intent)).inquire(start.order);
  if (await settle(intent, payment)) return;
  if (isNoSuchPayment(payment) && isLifetimeOver(start)) await close(intent, { state: 'expired' });
}

/** Asks once more about an attempt that ended without money, when the bank's page can no longer be open anywhere: after a decline,
 * or just as we gave up, the customer may have paid there, and the news of it may be lost. Such money is `late`. True when the bank
 * has answered, and there is nothing more to ask. @param {Intent} intent @returns {Promise<boolean>} */
export async function askLastQuestion(intent) {
  if (await showStanding(intent._id) === 'new') return false;   // its end was planned and has not come
  const start = await findStart(intent._id);
  if (!start?.order || await findBooking(intent._id)) return true;
  const payment = await (await openPos(intent)).inquire(start.order);
  return await settle(intent, payment) || isNoSuchPayment(payment);
}

/** The bank has answered, and it knows of no money. `unknown` is no answer. @param {Payment} payment */
function isNoSuchPayment(payment) {
  return payment.status === 'pending' && payment.review !== true;
}

/** No browser has left for such an attempt, so no money can come of it. @param {Intent} intent @param {Start} start */
export async function closeIfRefused(intent, start) {
  if (start.order) return;
  await close(intent, { state: 'failed' });
  await quietly(intent._id, () => tellEnd(intent));
}

/** Nobody is sent to the bank for an order that is paid, or that waits for no money any more. True when the attempt has ended so.
 * @param {Intent} intent */
export async function closeIfNotDue(intent) {
  if (await findPayer(intent) === null && await bookOf(intent).isWaiting(intent)) return false;
  return close(intent, { state: 'expired' });
}

/** @param {Start} start */
function isLifetimeOver(start) {
  return Date.now() - start.startedAt > PAGE_OVER;
}

/** @param {Intent} intent */
async function closeIfNeverStarted(intent) {
  if (Date.now() - intent.createdAt > STARTABLE_FOR + BANK_PAGE_LIFETIME) await close(intent, { state: 'expired' });
}

// ---- the end of an attempt

/** Books what velopos has proven. True when the attempt has an end and our books say so.
 * @param {Intent} intent @param {Payment} payment @returns {Promise<boolean>} */
export async function settle(intent, payment) {
  if (!isOf(intent, payment)) throw new Error('the payment is not of this attempt');
  switch (payment.status) {
    case 'paid': return bookMoney(intent, payment);
    case 'authorized': return intent.type === 'preauth' ? bookMoney(intent, payment) : leaveOpen(intent, true);
    case 'declined': return await isLastWord(intent, payment) && close(intent, { state: 'declined', decline: payment.decline });
    case 'voided': return close(intent, { state: 'voided' });
    case 'refunded': return close(intent, { state: 'refunded' });
    default: return leaveOpen(intent, payment.review === true);   // pending, unknown
  }
}

/** Nothing is proven, and nothing ends. @param {Intent} intent @param {boolean} isDoubtful @returns {Promise<boolean>} */
async function leaveOpen(intent, isDoubtful) {
  if (await isBooked(intent)) return true;
  if (isDoubtful) await showDoubt(intent);
  return false;
}

/** A decline that the bank sends of its own accord ends its page. One that we hear by asking may be the first card of several: the
 * customer can still be on that page. @param {Intent} intent @param {Payment} payment */
async function isLastWord(intent, payment) {
  if (payment.proof === 'signature' || await hasReturned(intent._id)) return true;
  const start = await findStart(intent._id);
  return start !== null && isLifetimeOver(start);
}

/** velopos has compared them already; what moves money is worth a second look. @param {Intent} intent @param {Payment} payment */
function isOf(intent, payment) {
  return payment.orderId === intent.bankOrderId && payment.amount === intent.amount
    && payment.currency === intent.currency && payment.mode === intent.mode;
}

/** Once per attempt, however many roads bring the news at once, and to the end even if the container dies on the way: each step repeats
 * what is already decided. @param {Intent} intent @param {Payment} news @returns {Promise<boolean>} */
async function bookMoney(intent, news) {
  const payment = { ...news, dedupeKey: await keyOfMoney(intent, news) };
  const turn = await takeBookingTurn(payment.dedupeKey, BOOKING_TAKEOVER, { intentId: intent._id, payment });
  if (!turn.taken) return turn.done && isBooked(intent);
  const outcome = await decideOutcome(intent._id, { state: 'paid', dedupeKey: payment.dedupeKey });
  const onTime = outcome.state === 'paid' && outcome.dedupeKey === payment.dedupeKey;
  const booked = await keepMoney(intent, payment, onTime);
  const state = payment.status === 'authorized' ? 'reserved' : 'paid';
  await noteBooking(intent._id, booked === 'booked' ? state : booked);
  await showStanding(intent._id);
  await finishTurn(turn.claim);
  if (booked !== 'booked') console.error('velopos', intent._id, `money that needs the administrator: ${booked}`);
  return true;
}

/** Money that was reserved and then taken is the same money, and velopos names it by what it is at the moment: the first name stays.
 * @param {Intent} intent @param {Payment} payment @returns {Promise<string>} */
async function keyOfMoney(intent, { dedupeKey }) {
  return intent.type === 'preauth' ? fix(`money ${intent._id}`, dedupeKey) : dedupeKey;
}

/** Ends an attempt without money. After `paid` this changes nothing. @param {Intent} intent
 * @param {{ state: import('./store.js').IntentState, decline?: import('velopos').Decline }} end @returns {Promise<boolean>} */
async function close(intent, end) {
  await planLastQuestion(intent._id);
  const outcome = await decideOutcome(intent._id, end);
  if (outcome.state === 'paid') return isBooked(intent);
  await showStanding(intent._id);
  return true;
}

/** Tells the order's keeper that an attempt has ended without money, once it is certain that none can come: money that does all the
 * same is `late`. @param {Intent} intent */
export async function tellEnd(intent) {
  const outcome = await findOutcome(intent._id);
  if (outcome && outcome.state !== 'paid') await bookOf(intent).markEnded(intent, outcome);
}

/** @param {Intent} intent */
async function showDoubt(intent) {
  await noteDoubt(intent._id);
  await showStanding(intent._id);
}

/** Decided is not yet booked: this is. Shown again, in case somebody's write has covered it. @param {Intent} intent */
async function isBooked(intent) {
  if (!await findBooking(intent._id)) return false;
  await showStanding(intent._id);
  return true;
}

// ---- what the above needs

/** Saved but unpublished code must never take real money. @param {Intent} intent @param {Site} site */
export function isRefusedHere(intent, site) {
  return site.development && intent.mode !== 'test';
}

const NOT_THE_SENDERS_FAULT = ['REFUSED', 'UNREACHABLE', 'UNSUPPORTED', 'INTERNAL', 'CONFIG'];

/** @param {unknown} error */
function isForged(error) {
  return error instanceof PosError && !NOT_THE_SENDERS_FAULT.includes(error.code);
}

// What the site remembers, in Wix Data. Nothing is kept in a container's memory: it lives five minutes and has siblings.
//
// Wix Data has one operation that two containers cannot both win: inserting an item with a chosen _id. So everything that
// must happen once is an insert here, and a record that others rely on is written once and not changed afterwards:
//   VeloposIntents  one attempt at paying; only `state` and what belongs to it are set later, a copy for people and queries
//   VeloposStarts   the order and the redirect of an attempt, stored before the browser leaves; first one wins
//   VeloposClaims   who may do what: `fixed` facts that are never taken over, turns (processing, done) that are when stale, and
//                   questions to the bank that are still to be asked (processing) or answered (done)
// Reads that decide something are consistent; the others may be seconds behind.

import wixData from 'wix-data';
import { createHash, randomBytes } from 'crypto';

const INTENTS = 'VeloposIntents';
const STARTS = 'VeloposStarts';
const CLAIMS = 'VeloposClaims';

export const AS_SITE = { suppressAuth: true };                        // the collections are Admin-only
export const FRESH = { suppressAuth: true, consistentRead: true };

/**
 * @typedef {{ name: string, email: string, phone: string }} Customer
 * @typedef {'new' | 'paid' | 'reserved' | 'declined' | 'voided' | 'refunded' | 'expired' | 'failed' | 'late' | 'duplicate'
 *   | 'wrong-mode'} IntentState
 * @typedef {{ _id: string, state: IntentState, book: 'shop' | 'wix-order' | 'wix-checkout', orderId: string, orderNumber: string,
 *   type: 'sale' | 'preauth', bankOrderId: string, account: string, gateway: string, mode: 'production' | 'test', amount: string,
 *   currency: import('velopos').Currency, basket: { name: string, price: string, quantity: number }[],
 *   customer: Customer | null, language: 'tr' | 'en', createdAt: number, transactionId?: string, returnUrls?: ReturnUrls,
 *   decline?: import('velopos').Decline | null, review?: boolean, closedAt?: number }} Intent
 *   `orderId` is the order's id in its book, `orderNumber` what the customer calls it; `transactionId` and `returnUrls` are Wix checkout's
 * @typedef {{ success: string, error: string, cancel: string, pending: string }} ReturnUrls
 * @typedef {{ order: import('velopos').StoredOrder | null, redirect: import('velopos').Redirect | null, home: string,
 *   startedAt: number }} Start   without an order when the gateway refused to begin; `home` is the site's address the customer left from
 * @typedef {{ state: IntentState, dedupeKey?: string, decline?: import('velopos').Decline | null, at: number }} Outcome
 * @typedef {{ state: IntentState, at: number }} Booking   what became of an attempt's money
 * @typedef {{ changeId: string, attempt: string }} Sender   a capture, refund or void, and which attempt at sending it
 * @typedef {{ _id: string, subject: string, generation: number, state: 'processing' | 'done' | 'fixed', at: number,
 *   value: string }} Claim
 */

// ---- the one atomic operation

/** True when this call created the item, false when it was there already. Every other failure is the caller's to see.
 * @param {string} collection @param {{ _id: string }} item @returns {Promise<boolean>} */
export async function insertOnce(collection, item) {
  try {
    await wixData.insert(collection, item, AS_SITE);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;   // among them WDE0028, a timeout: the item may be there or not, so nothing may be concluded
  }
}

const TAKEN = ['WDE0074', 'WDE0123'];   // the _id exists; a unique index is violated

/** @param {unknown} error */
function isTaken(error) {
  return TAKEN.some((code) => hasCode(error, code));
}

/** Older versions of the platform put Wix Data's code on the error itself, current ones in its details.
 * @param {any} error @param {string} code */
function hasCode(error, code) {
  return error?.code === code || error?.details?.applicationError?.code === code;
}

/** @param {string} collection @param {string} id */
export async function findItem(collection, id) {
  try {
    return await wixData.get(collection, id, FRESH);
  } catch (error) {
    if (hasCode(error, 'WDE0073')) return null;   // some versions throw for an item that does not exist
    throw error;
  }
}

const AT_ONCE = 1000;   // as many items as Wix Data gives at once

/** All of a query's items: whatever is left out of a list that is read again and again is never looked at. @param {any} query
 * @returns {Promise<any[]>} */
export async function everything(query) {
  /** @type {any[]} */
  const all = [];
  for (;;) {
    const { items } = await query.ascending('_id').skip(all.length).limit(AT_ONCE).find(FRESH);
    all.push(...items);
    if (items.length < AT_ONCE) return all;
  }
}

// ---- ids

/** An id that tells nothing and cannot be guessed: the only thing a URL of this site carries. */
export function opaqueId() {
  return randomBytes(16).toString('hex');
}

/** @param {unknown} value @returns {value is string} */
export function isOpaqueId(value) {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
}

/** The _id for a name of any length and alphabet. @param {string} name */
export function idFor(name) {
  return createHash('sha256').update(name).digest('hex').slice(0, 40);
}

// ---- intents

/** Stores the attempt unless it was stored before; gives the one that stands. @param {Intent} intent @returns {Promise<Intent>} */
export async function addIntent(intent) {
  if (await insertOnce(INTENTS, intent)) return intent;
  const standing = await findIntent(intent._id);
  if (!standing) throw new Error('a stored attempt cannot be read');
  return standing;
}

/** The id of the attempt that follows a failed one. The same question gets the same answer, so that a failed attempt has one
 * successor however often "try again" is pressed. @param {string} intentId */
export function successorId(intentId) {
  return idFor(`successor ${intentId}`).slice(0, 32);
}

/** @param {unknown} id @returns {Promise<Intent | null>} */
export async function findIntent(id) {
  return isOpaqueId(id) ? findItem(INTENTS, id) : null;
}

/** @param {string} bankOrderId @returns {Promise<Intent | null>} */
export async function findIntentByBankOrder(bankOrderId) {
  const { items } = await wixData.query(INTENTS).eq('bankOrderId', bankOrderId).limit(1).find(FRESH);
  return items[0] ?? null;
}

/** Finding is all this does: whether the token belongs to the intent is for velopos to say.
 * @param {string} token @returns {Promise<Intent | null>} */
export async function findIntentByToken(token) {
  const { items } = await wixData.query(STARTS).eq('token', token).limit(2).find(FRESH);
  return items.length === 1 ? findIntent(items[0]._id) : null;
}

/**
 * Attempts without an end, created in the given span of time.
 * @param {number} from
 * @param {number} to
 * @returns {Promise<Intent[]>}
 */
export async function openIntents(from, to) {
  return everything(wixData.query(INTENTS).eq('state', 'new').ge('createdAt', from).lt('createdAt', to));
}

// ---- the departure to the bank

/** Stores the departure unless another container already did; what stands afterwards is what everybody uses.
 * @param {string} intentId @param {Start} start @returns {Promise<Start>} */
export async function keepStart(intentId, { order, redirect, home, startedAt }) {
  const item = {
    _id: intentId, home, startedAt,
    order: JSON.stringify(order), redirect: JSON.stringify(redirect), token: tokenIn(order),
  };
  if (await insertOnce(STARTS, item)) return { order, redirect, home, startedAt };
  const standing = await findStart(intentId);
  if (!standing) throw new Error('the stored departure cannot be read');
  return standing;
}

/** The gateway's own name for the payment, where it has one (iyzico's token), so that its messages find the attempt: velopos keeps
 * it in the order's `refs`, a text like a form's. @param {Start['order']} order */
function tokenIn(order) {
  return new URLSearchParams(order?.refs).get('token');
}

/** @param {string} intentId @returns {Promise<Start | null>} */
export async function findStart(intentId) {
  const item = await findItem(STARTS, intentId);
  return item && {
    order: JSON.parse(item.order), redirect: JSON.parse(item.redirect), home: item.home, startedAt: item.startedAt,
  };
}

// ---- facts that are fixed by whoever comes first

/** The claim to send a request that moves money. Never taken over: if the one who has it dies, only an inquiry may follow. The order
 * lies beside it as velopos wants it stored, so that what was asked of the bank is known whoever dies; and for whom it was claimed.
 * @param {string} key @param {import('velopos').StoredOrder} order @param {Sender | null} [sender] @returns {Promise<boolean>} */
export async function claimToSend(key, order, sender = null) {
  return insertOnce(CLAIMS, fixed(`send ${key}`, { order, ...sender }));
}

/** @param {string} key @returns {Promise<{ order: import('velopos').StoredOrder } & Partial<Sender> | null>} */
export async function findSent(key) {
  return findFixed(`send ${key}`);
}

/** For who is certain that he has not sent anything and never will, and that the claim is his. @param {string} key */
export async function dropClaim(key) {
  await wixData.bulkRemove(CLAIMS, [idFor(`send ${key}`)], AS_SITE);
}

/** How an attempt ends is decided once. Gives the ending that stands, which may be another one.
 * @param {string} intentId @param {Omit<Outcome, 'at'>} outcome @returns {Promise<Outcome>} */
export async function decideOutcome(intentId, outcome) {
  return fix(`outcome ${intentId}`, { ...outcome, at: Date.now() });
}

/** @param {string} intentId @returns {Promise<Outcome | null>} */
export async function findOutcome(intentId) {
  return findFixed(`outcome ${intentId}`);
}

/** What the books say about an attempt's money, noted when they have been written.
 * @param {string} intentId @param {IntentState} state */
export async function noteBooking(intentId, state) {
  await fix(`booked ${intentId}`, { state, at: Date.now() });
}

/** @param {string} intentId @returns {Promise<Booking | null>} */
export async function findBooking(intentId) {
  return findFixed(`booked ${intentId}`);
}

/** The bank's messages leave a doubt that only a person can settle, in the bank's panel. @param {string} intentId */
export async function noteDoubt(intentId) {
  await insertOnce(CLAIMS, fixed(`doubt ${intentId}`, true));
}

/** Stores the value under the subject unless there is one; gives the one that stands.
 * @template T @param {string} subject @param {T} value @returns {Promise<T>} */
export async function fix(subject, value) {
  if (await insertOnce(CLAIMS, fixed(subject, value))) return value;
  const standing = await findFixed(subject);
  if (standing === null) throw new Error('a claim that exists cannot be read');
  return standing;
}

/** @param {string} subject */
export async function findFixed(subject) {
  const claim = await findItem(CLAIMS, idFor(subject));
  return claim ? JSON.parse(claim.value) : null;
}

/** @param {string} subject @param {unknown} value @returns {Claim} */
function fixed(subject, value) {
  return { _id: idFor(subject), subject, generation: 0, state: 'fixed', at: Date.now(), value: JSON.stringify(value) };
}

/** The customer's browser has come back from the bank with a message that velopos has checked. @param {string} intentId */
export async function noteReturn(intentId) {
  await insertOnce(CLAIMS, fixed(`returned ${intentId}`, null));
}

/** @param {string} intentId */
export async function hasReturned(intentId) {
  return await findItem(CLAIMS, idFor(`returned ${intentId}`)) !== null;
}

// ---- turns: work that one container does, and another takes over when the first one has died

/** @typedef {{ taken: true, claim: Claim } | { taken: false, done: boolean }} Turn */

/** The next generation can be inserted by one container only, and only after the last one has become stale. A turn that is
 * done stays done. Whoever does not get the turn writes nothing.
 * @param {string} subject @param {number} staleAfter milliseconds @param {unknown} [value] @returns {Promise<Turn>} */
export async function takeTurn(subject, staleAfter, value = null) {
  const last = await lastTurn(subject);
  if (last?.state === 'done') return { taken: false, done: true };
  if (last && Date.now() - last.at < staleAfter) return { taken: false, done: false };
  const claim = turnAfter(last, subject, value);
  return await insertOnce(CLAIMS, claim) ? { taken: true, claim } : { taken: false, done: false };
}

/** @param {Claim | undefined} last @param {string} subject @param {unknown} value @returns {Claim} */
function turnAfter(last, subject, value) {
  const generation = (last?.generation ?? 0) + 1;
  return { _id: turnId(subject, generation), subject, generation, state: 'processing', at: Date.now(), value: JSON.stringify(value) };
}

/** With the turns before it, whose owners died: nobody needs to look at them again. @param {Claim} claim */
export async function finishTurn(claim) {
  for (let generation = 1; generation < claim.generation; generation += 1) {
    await wixData.update(CLAIMS, { ...claim, _id: turnId(claim.subject, generation), generation, state: 'done' }, AS_SITE);
  }
  await wixData.update(CLAIMS, { ...claim, state: 'done' }, AS_SITE);
}

/** @param {string} subject @param {number} generation */
function turnId(subject, generation) {
  return idFor(`${subject}#${generation}`);
}

/** @param {string} subject @returns {Promise<Claim | undefined>} */
async function lastTurn(subject) {
  const { items } = await wixData.query(CLAIMS).eq('subject', subject).descending('generation').limit(1).find(FRESH);
  return items[0];
}

/** For work that comes again and again, and is one container's at a time: a turn that has ended makes room for the next one at once. Null
 * while somebody else has it. Looked at again when it is taken: its place may be free because later turns have come and gone meanwhile.
 * @param {string} subject @param {number} staleAfter @returns {Promise<Claim | null>} */
export async function takeNextTurn(subject, staleAfter) {
  const last = await lastTurn(subject);
  if (last?.state === 'processing' && Date.now() - last.at < staleAfter) return null;
  const claim = turnAfter(last, subject, null);
  return await insertOnce(CLAIMS, claim) && await holdsTurn(claim) ? claim : null;
}

/** Whether nobody has taken over. @param {Claim} claim */
export async function holdsTurn(claim) {
  return (await lastTurn(claim.subject))?._id === claim._id;
}

/** Only the last turn is ever looked at: the one before makes room. @param {Claim} claim */
export async function endTurn(claim) {
  await wixData.update(CLAIMS, { ...claim, state: 'done' }, AS_SITE);
  if (claim.generation > 1) await wixData.bulkRemove(CLAIMS, [turnId(claim.subject, claim.generation - 1)], AS_SITE);
}

const BOOK = 'book ';
const ASK = 'ask ';

/** The turn to book a payment. Its value is the payment, so that whoever takes over needs nobody to repeat the news.
 * @param {string} dedupeKey
 * @param {number} staleAfter
 * @param {{ intentId: string, payment: import('velopos').Payment }} booking
 */
export async function takeBookingTurn(dedupeKey, staleAfter, booking) {
  return takeTurn(BOOK + dedupeKey, staleAfter, booking);
}

/** Bookings that somebody began and nobody finished. @param {number} from @param {number} to
 * @returns {Promise<{ intentId: string, payment: import('velopos').Payment }[]>} */
export async function unfinishedBookings(from, to) {
  return unfinishedTurns(BOOK, from, to);
}

/** The values of turns that somebody took and did not finish, each subject's once however many have tried.
 * @param {string} subjects how they begin @param {number} from @param {number} to @returns {Promise<any[]>} */
export async function unfinishedTurns(subjects, from, to) {
  const turns = await everything(wixData.query(CLAIMS).eq('state', 'processing').startsWith('subject', subjects).ge('at', from).lt('at', to));
  return [...new Map(turns.map(({ subject, value }) => [subject, value])).values()].map((value) => JSON.parse(value));
}

/** Whether the bank may be asked about this attempt because somebody outside wants to know: once in the given time.
 * @param {string} intentId @param {number} every milliseconds */
export async function mayAsk(intentId, every) {
  return (await takeTurn(ASK + intentId, every)).taken;
}

/** Turns to ask are worth nothing after their time; the other claims are kept for good. @param {number} before */
export async function forgetOldAsks(before) {
  const { items } = await wixData.query(CLAIMS)
    .eq('state', 'processing').startsWith('subject', ASK).lt('at', before).limit(500).find(AS_SITE);
  if (items.length > 0) await wixData.bulkRemove(CLAIMS, items.map((claim) => claim._id), AS_SITE);
}

// ---- the last question about an attempt that ends without money

const LAST = 'last question ';

/** To be asked before the end is decided, so that no death in between can lose it. Once per attempt. @param {string} intentId */
export async function planLastQuestion(intentId) {
  const subject = LAST + intentId;
  /** @type {Claim} */
  const claim = { ...fixed(subject, intentId), state: 'processing' };
  await insertOnce(CLAIMS, claim);
}

/** Those that were planned in the given span of time and have no answer yet.
 * @param {number} from @param {number} to @returns {Promise<{ intentId: string, claim: Claim }[]>} */
export async function lastQuestions(from, to) {
  const planned = await everything(wixData.query(CLAIMS).eq('state', 'processing').startsWith('subject', LAST).ge('at', from).lt('at', to));
  return planned.map((claim) => ({ intentId: JSON.parse(claim.value), claim }));
}

// ---- the copy for people and queries

/** Copies what the claims say about an attempt into its own record, and gives its state. Of two containers that write side by side
 * the later one may know less: so each looks again after it has written, until record and claims agree.
 * @param {string} intentId @returns {Promise<IntentState>} */
export async function showStanding(intentId) {
  for (let looks = 1; ; looks += 1) {
    const intent = await findIntent(intentId);
    const standing = await standingFrom(intentId);
    if (!intent || isShown(intent, standing) || looks > MANY_LOOKS) return standing.state;
    await wixData.update(INTENTS, { ...intent, ...standing }, AS_SITE);
  }
}

const MANY_LOOKS = 5;   // a platform whose consistent reads are not must not keep us here

/** @param {Intent} intent @param {Standing} standing */
function isShown(intent, standing) {
  return intent.state === standing.state && Boolean(intent.review) === standing.review;
}

/** @typedef {Pick<Intent, 'state' | 'decline' | 'closedAt'> & { review: boolean }} Standing */

/** Money stands above every other end. `paid` that is decided and not booked yet is no end.
 * @param {string} intentId @returns {Promise<Standing>} */
async function standingFrom(intentId) {
  const [booking, outcome, doubt] = await Promise.all([
    findBooking(intentId), findOutcome(intentId), findFixed(`doubt ${intentId}`),
  ]);
  const review = doubt !== null;
  if (booking) return { state: booking.state, decline: null, closedAt: booking.at, review };
  if (!outcome || outcome.state === 'paid') return { state: 'new', review };
  return { state: outcome.state, decline: outcome.decline ?? null, closedAt: outcome.at, review };
}

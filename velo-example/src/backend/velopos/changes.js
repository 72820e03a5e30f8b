// Captures, refunds and voids: the only place that asks the bank for one. Whoever wants one (an administrator, Wix, the scheduled job)
// names a payment of our books and an id for the change, and the same id again sends nothing.
//
// Money moves once, because velopos numbers the changes of a payment one after another and claims the number before it sends: of two that
// were begun from the same `refs` one is sent, and a claim is never taken over. That holds for any number of containers and whatever becomes
// of them. The rest of this file is about knowing:
//   - Whoever changes a payment or asks about it has its turn, so the records below are written one after another. A turn whose owner has
//     died is taken over after a while. Should he wake up after all, he finds that it is no longer his and leaves the payment's record alone.
//   - A change is an item of its own, stored before it is sent. What the bank answered is stored there first, and only then in the payment's
//     record, which is a copy that can be made again.
//   - Where an answer should be and is none, its owner has died. The order that lies beside the claim says what was sent; without one,
//     nothing was. What was sent counts as done until the bank's books say so (`unknown`), and is only asked about.

import wixData from 'wix-data';
import { PosError } from 'velopos';
import { openPos } from './bank.js';
import { bookOf } from './books.js';
import { logFailure, quietly } from './log.js';
import { toMinor } from './money.js';
import { findPayment } from './payments.js';
import { CAN_BE_SET_ASIDE, NOT_TOLD, attentionOf, isProof, isUnsure, learn, madeAtBank, newsOf, settledBy } from './standing.js';
import {
  AS_SITE, FRESH, claimToSend, dropClaim, endTurn, findIntent, findSent, findStart, holdsTurn, idFor, insertOnce, opaqueId,
  takeNextTurn,
} from './store.js';

/**
 * @typedef {import('./payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('./payments.js').ChangeItem} ChangeItem
 * @typedef {import('./payments.js').ChangeKind} ChangeKind
 * @typedef {import('./payments.js').Person} Person
 * @typedef {import('./standing.js').News} News
 * @typedef {import('velopos').StoredOrder} StoredOrder
 * @typedef {{ state: 'done' | 'declined' | 'unknown' | 'busy' | 'refused', record: PaymentRecord | null, change: ChangeItem | null,
 *   decline?: import('velopos').Decline, problem?: string, field?: string }} ChangeResult
 *   busy: somebody else has this payment's turn, nothing was sent; refused: nothing was sent, `problem` is a code of velopos
 * @typedef {{ id: string, amount: string, by: Person, why: string }} Wish
 * @typedef {{ turn: import('./store.js').Claim, intent: import('./store.js').Intent, start: StoredOrder, record: PaymentRecord,
 *   changes: ChangeItem[], stored: string }} Desk   what there is on the desk of whoever has the turn; `stored` is the record as it is kept
 */

const PAYMENTS = 'VeloposPayments';
const CHANGES = 'VeloposChanges';
const TURN_LASTS = 2 * 60 * 1000;   // far longer than a request may run

/** Who did what nobody asked for. */
export const SITE = { id: 'site', name: 'velopos' };
const BANK = { id: 'bank', name: 'Banka / bank' };

// ---- what can be asked for

/** Gives back a part of what was taken, or all of it. @param {string} paymentId @param {Wish} wish @returns {Promise<ChangeResult>} */
export async function refundPayment(paymentId, wish) {
  return inTurn(paymentId, (desk) => change(desk, 'refund', wish));
}

/** Takes what was reserved, or less of it. @param {string} paymentId @param {Wish} wish @returns {Promise<ChangeResult>} */
export async function capturePayment(paymentId, wish) {
  return inTurn(paymentId, (desk) => change(desk, 'capture', wish));
}

/** Undoes all of it: a payment until the end of the day, a reservation as long as it stands.
 * @param {string} paymentId @param {Omit<Wish, 'amount'>} wish @returns {Promise<ChangeResult>} */
export async function voidPayment(paymentId, wish) {
  return inTurn(paymentId, (desk) => change(desk, 'void', { ...wish, amount: wholeOf(desk.record) }));
}

/** Asks the bank, and keeps what it says. @param {string} paymentId @param {{ by: Person }} asker @returns {Promise<ChangeResult>} */
export async function askAboutPayment(paymentId, { by }) {
  return inTurn(paymentId, async (desk) => ({ state: await inquire(desk, by) ? 'done' : 'unknown', record: desk.record, change: null }));
}

/** Finishes what was left open about a payment: the scheduled job's part. It sends nothing.
 * @param {string} paymentId @returns {Promise<ChangeResult>} */
export async function finishChanges(paymentId) {
  return inTurn(paymentId, async (desk) => {
    if (desk.changes.some(isUnsure)) await inquire(desk, SITE);
    return { state: desk.changes.some(({ open }) => open) ? 'unknown' : 'done', record: desk.record, change: null };
  });
}

/** Somebody has seen in the bank's books what ours lack. The bank is asked; as long as no answer proves it, it is only shown. `amount` is
 * all that went back there, or was taken. @param {string} paymentId @param {{ kind: ChangeKind, amount: string, note: string }} seen
 * @returns {Promise<ChangeResult>} */
export async function noteSeenAtBank(paymentId, { kind, amount, note }) {
  return inTurn(paymentId, async (desk) => {
    if (toMinor(amount, desk.record.currency) === null) return refusal(desk, { code: 'ORDER', field: 'amount' });
    await saveRecord(desk, { ...desk.record, seen: { kind, amount, note } });
    return { state: await inquire(desk, SITE) ? 'done' : 'unknown', record: desk.record, change: null };
  });
}

/** A person has looked, and dealt with it. What only the bank can settle cannot be set aside.
 * @param {string} paymentId @returns {Promise<ChangeResult>} */
export async function setAside(paymentId) {
  return inTurn(paymentId, async (desk) => {
    const { attention, setAside: before } = desk.record;
    if (!CAN_BE_SET_ASIDE.includes(attention)) return refusal(desk, { code: 'ORDER', field: 'attention' });
    await saveRecord(desk, { ...desk.record, setAside: [...before, attention] });
    return { state: 'done', record: desk.record, change: null };
  });
}

/** Oldest first. @param {string} paymentId @returns {Promise<ChangeItem[]>} */
export async function changesOf(paymentId) {
  const { items } = await wixData.query(CHANGES).eq('paymentId', paymentId).limit(1000).find(FRESH);
  return items.sort((a, b) => a.at - b.at);
}

/** The payments with changes about which something is still to be done. @param {number} from @param {number} to
 * @returns {Promise<string[]>} */
export async function openChanges(from, to) {
  const { items } = await wixData.query(CHANGES).eq('open', true).ge('at', from).lt('at', to).limit(1000).find(FRESH);
  return [...new Set(items.map(({ paymentId }) => paymentId))];
}

// ---- the turn

/** @param {unknown} paymentId @param {(desk: Desk) => Promise<ChangeResult>} work @returns {Promise<ChangeResult>} */
async function inTurn(paymentId, work) {
  const known = typeof paymentId === 'string' ? await findPayment(paymentId) : null;
  if (!known) return { state: 'refused', record: null, change: null, problem: 'ORDER', field: 'paymentId' };
  const turn = await takeNextTurn(`payment ${known._id}`, TURN_LASTS);
  if (!turn) return { state: 'busy', record: known, change: null };
  try {
    const desk = await openDesk(turn, known._id);
    await catchUp(desk);
    return await answered(desk, work);
  } finally {
    await endTurn(turn).catch((error) => logFailure(known.intentId, error));   // then it ends by itself, after a while
  }
}

/** What velopos refuses is refused before anything is sent. @param {Desk} desk @param {(desk: Desk) => Promise<ChangeResult>} work */
async function answered(desk, work) {
  try {
    return await work(desk);
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    logFailure(desk.intent._id, error);
    return refusal(desk, error);
  }
}

/** @param {Desk} desk @param {{ code: string, field?: string }} error @returns {ChangeResult} */
function refusal({ record }, { code, field }) {
  return { state: 'refused', record, change: null, problem: code, field };
}

/** @param {import('./store.js').Claim} turn @param {string} paymentId @returns {Promise<Desk>} */
async function openDesk(turn, paymentId) {
  const record = await findPayment(paymentId);
  const intent = record && await findIntent(record.intentId);
  const start = record && await findStart(record.intentId);
  if (!intent || !start?.order) throw new Error(`payment ${paymentId} has lost its attempt`);
  return { turn, record, intent, start: start.order, changes: await changesOf(paymentId), stored: JSON.stringify(record) };
}

/** Whoever had the turn before may have died in the middle of it. @param {Desk} desk */
async function catchUp(desk) {
  const open = desk.changes.filter((each) => each.open);
  for (const change of open) if (change.state === 'asked') await recall(desk, change);
  if (open.length === 0) return;
  for (const { open: isOpen, turn, news } of desk.changes) if (isOpen && news && turn >= desk.record.turn) takeOver(desk, JSON.parse(news));
  await saveRecord(desk, desk.record);
  await closeSettled(desk);
}

/** Its owner has died, and left it in the middle. @param {Desk} desk @param {ChangeItem} change */
async function recall(desk, change) {
  const sent = await findSent(change.claim);
  if (sent?.changeId !== change._id) return saveChange(desk, { ...change, ...NEVER_SENT, settledAt: Date.now() });
  return saveChange(desk, { ...change, state: 'unknown', news: JSON.stringify({ status: 'unknown', refs: sent.order.refs }) });
}

const NEVER_SENT = /** @type {const} */ ({ state: 'refused', open: false, note: 'never sent' });

/** @param {Desk} desk @param {News} news */
function takeOver(desk, news) {
  desk.record = { ...learn(desk.record, desk.changes, news), refs: news.refs };
}

// ---- a change

/** @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish @returns {Promise<ChangeResult>} */
async function change(desk, kind, wish) {
  const before = desk.changes.find(({ changeId }) => changeId === wish.id);
  if (before && before.state !== 'refused') return askedBefore(desk, kind, wish, before);
  const minor = toMinor(wish.amount, desk.record.currency);
  if (minor === null || minor === 0n) return refusal(desk, { code: 'ORDER', field: 'amount' });
  const entered = await enter(desk, kind, wish, await rehearse(desk, kind, wish));
  if (!await holdsTurn(desk.turn)) {
    await saveChange(desk, { ...entered, ...NEVER_SENT, settledAt: Date.now() });
    return { state: 'busy', record: desk.record, change: null };
  }
  return conclude(desk, entered, await send(desk, entered));
}

/** The same id: nothing is sent. @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish @param {ChangeItem} before */
async function askedBefore(desk, kind, wish, before) {
  if (before.kind !== kind || (kind !== 'void' && before.amount !== wish.amount)) return refusal(desk, { code: 'ORDER', field: 'id' });
  if (isUnsure(before)) await quietly(desk.intent._id, () => inquire(desk, wish.by));
  return resultOf(desk, before._id);
}

/** Whether velopos would send it, without sending anything; it throws if not. Gives what will be claimed.
 * @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish */
async function rehearse(desk, kind, { id, amount }) {
  const pos = await openPos(desk.record);
  const step = pos.step.ask(orderOf(desk), kind, kind === 'void' ? { id } : { id, amount });
  return step.type === 'send' ? step.claim : '';
}

/** @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish @param {string} claim @returns {Promise<ChangeItem>} */
async function enter(desk, kind, { id, amount, by, why }, claim) {
  const { turn, record } = desk;
  return saveChange(desk, {
    _id: idFor(`${record.dedupeKey}:${id}`), paymentId: record._id, intentId: record.intentId, kind, changeId: id, amount,
    currency: record.currency, by, why, state: 'asked', at: Date.now(), settledAt: null, note: '', open: true, claim, news: '',
    turn: turn.generation,
  });
}

/** @param {Desk} desk @param {ChangeItem} change @returns {Promise<News>} */
async function send(desk, change) {
  const sender = { changeId: change._id, attempt: opaqueId() };
  let refs = '';
  const pos = await openPos(desk.record, async (key, order) => {
    const isOurs = await claimToSend(key, order, sender);
    if (isOurs) refs = order.refs;
    return isOurs;
  });
  const { kind, changeId: id, amount } = change;
  try {
    return newsOf(kind === 'void' ? await pos.void(orderOf(desk), { id }) : await pos[kind](orderOf(desk), { id, amount }));
  } catch (error) {
    if (refs !== '') return { status: 'unknown', refs };   // it was claimed, so it may have been sent
    await withdraw(desk, change, sender);
    throw error;
  }
}

/** It was not sent, and never will be: what stood in the way is told by the error. If that was the database, the claim may have been made
 * although we were told that it was not. @param {Desk} desk @param {ChangeItem} change @param {import('./store.js').Sender} sender */
async function withdraw(desk, change, { attempt }) {
  if ((await findSent(change.claim))?.attempt === attempt) await dropClaim(change.claim);
  await saveChange(desk, { ...change, ...NEVER_SENT, settledAt: Date.now() });
}

/** @param {Desk} desk @param {ChangeItem} change @param {News} news @returns {Promise<ChangeResult>} */
async function conclude(desk, change, news) {
  if (news.status === 'pending') return giveWay(desk, change);
  const state = news.status === 'declined' ? 'declined' : isProof(news) ? 'done' : 'unknown';
  const settledAt = state === 'unknown' ? null : Date.now();
  await saveChange(desk, { ...change, state, settledAt, note: noteOf(news), news: JSON.stringify(news) });
  takeOver(desk, news);
  await saveRecord(desk, desk.record);
  await closeSettled(desk);
  return resultOf(desk, change._id);
}

/** Nothing was sent now, because its number was claimed before: by a change that our record does not know of, and that lies beside the
 * claim. If it is this very change, it may have been sent then. @param {Desk} desk @param {ChangeItem} change
 * @returns {Promise<ChangeResult>} */
async function giveWay(desk, change) {
  const sent = await findSent(change.claim);
  if (sent?.changeId === change._id) return conclude(desk, change, { status: 'unknown', refs: sent.order.refs });
  await saveChange(desk, { ...change, ...NEVER_SENT, settledAt: Date.now() });
  if (sent) await saveRecord(desk, { ...desk.record, refs: sent.order.refs });
  return { state: 'busy', record: desk.record, change: null };
}

/** @param {News} news */
function noteOf({ decline }) {
  return decline ? `${decline.bankCode} ${decline.bankMessage}`.trim() : '';
}

/** @param {Desk} desk @param {string} changeId @returns {ChangeResult} */
function resultOf({ record, changes }, changeId) {
  const change = changes.find(({ _id }) => _id === changeId);
  if (!change || change.state === 'asked') throw new Error('a change has been left in the middle');
  const { decline } = change.news ? JSON.parse(change.news) : {};
  return { state: change.state, record, change, ...(change.state === 'declined' && { decline }) };
}

// ---- what the bank's books say

/** Asks, and keeps what is proven. True when the bank has answered. @param {Desk} desk @param {Person} by @returns {Promise<boolean>} */
async function inquire(desk, by) {
  const news = newsOf(await (await openPos(desk.record)).inquire(orderOf(desk)));
  if (isProof(news)) await takeIn(desk, news, by);
  else if (news.review) await saveRecord(desk, { ...desk.record, doubt: true });
  return isProof(news);
}

/** @param {Desk} desk @param {News} news @param {Person} by */
async function takeIn(desk, news, by) {
  const before = desk.record;
  takeOver(desk, news);
  for (const { change, made } of settledBy(desk.record, desk.changes)) {
    const settled = { ...change, settledAt: Date.now() };
    await saveChange(desk, made ? { ...settled, state: 'done' } : { ...settled, open: false, note: 'all of it went back in another way' });
  }
  for (const found of madeAtBank(before, desk.record, desk.changes)) await enterFound(desk, found, by);
  await saveRecord(desk, desk.record);
  await closeSettled(desk);
}

/** What somebody did in the bank's own panel is a change as well.
 * @param {Desk} desk @param {{ kind: ChangeKind, amount: string }} found @param {Person} by */
async function enterFound(desk, { kind, amount }, by) {
  const { captured, refunded } = desk.record;
  const wish = { id: `bank-${kind}-${kind === 'refund' ? refunded : captured}`.replace('.', '-'), amount, by: BANK, why: '' };
  const entered = await enter(desk, kind, wish, '');
  await saveChange(desk, { ...entered, state: 'done', settledAt: Date.now(), note: `seen at the bank when ${by.name} asked` });
}

// ---- the order's keeper

/** Nothing is left to do about a change that was declined, nor about one that was made and that the order's keeper knows of.
 * @param {Desk} desk */
async function closeSettled(desk) {
  if (!await holdsTurn(desk.turn)) return;   // whoever has it now looks after them
  for (const change of desk.changes.filter(({ open }) => open)) {
    if (change.state === 'done') await tell(desk, change);
    else if (change.state === 'declined') await saveChange(desk, { ...change, open: false });
  }
  await saveRecord(desk, desk.record);   // whether there is still a reason to look
}

/** @param {Desk} desk @param {ChangeItem} change */
async function tell(desk, change) {
  try {
    await bookOf(desk.intent).markReturned(desk.intent, desk.record, change);
    await saveChange(desk, { ...change, open: false, note: change.note === NOT_TOLD ? '' : change.note });
  } catch (error) {
    logFailure(desk.intent._id, error);
    await saveChange(desk, { ...change, note: NOT_TOLD });   // the job tells it again
  }
}

// ---- records

/** @param {Desk} desk @returns {StoredOrder} */
function orderOf({ start, record }) {
  return { ...start, refs: record.refs };
}

/** @param {PaymentRecord} record */
function wholeOf({ captured, amount, standing }) {
  return standing === 'authorized' ? amount : captured;
}

/** @param {Desk} desk @param {ChangeItem} item @returns {Promise<ChangeItem>} */
async function saveChange(desk, item) {
  if (!await insertOnce(CHANGES, item)) await wixData.update(CHANGES, item, AS_SITE);
  desk.changes = [...desk.changes.filter(({ _id }) => _id !== item._id), item];
  return item;
}

/** The copy for people and queries. Whoever has lost his turn leaves it to the one who has it. @param {Desk} desk @param {PaymentRecord} next */
async function saveRecord(desk, next) {
  const learnt = learn(next, desk.changes, null);
  desk.record = { ...learnt, attention: attentionOf(learnt, desk.changes) };
  if (JSON.stringify(desk.record) === desk.stored || !await holdsTurn(desk.turn)) return;
  desk.record = { ...desk.record, turn: desk.turn.generation };
  await wixData.update(PAYMENTS, desk.record, AS_SITE);
  desk.stored = JSON.stringify(desk.record);
}

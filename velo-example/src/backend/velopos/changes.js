// Captures, refunds and voids: the only place that asks the bank for one. Whoever wants one (an administrator, Wix, the scheduled job)
// names a payment of our books and an id for the change, and the same id again sends nothing.
//
// Money moves once, because velopos numbers the changes of a payment one after another and claims the number before it sends: of two that
// were begun from the same `refs` one is sent, and a claim is never taken over. That holds for any number of containers and whatever becomes
// of them. Everything else here and in desk.js is about knowing: a change is stored before it is sent, its answer before anything is made
// of it, and what may have been sent counts as made (`unknown`) until the bank's books tell.

import { openPos } from './bank.js';
import {
  NEVER_SENT, closeSettled, enter, findChange, inTurn, inquire, orderOf, refusal, saveChange, saveRecord, takeBack, takeOver,
} from './desk.js';
import { quietly } from './log.js';
import { toMinor } from './money.js';
import { CAN_BE_SET_ASIDE, confirms, isUnsure, newsOf, withSeen } from './standing.js';
import { claimToSend, dropClaim, findSent, holdsTurn, opaqueId } from './store.js';

export { changesOf, openChanges } from './desk.js';

/**
 * @typedef {import('./desk.js').Desk} Desk
 * @typedef {import('./desk.js').Wish} Wish
 * @typedef {import('./desk.js').ChangeResult} ChangeResult
 * @typedef {import('./payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('./payments.js').ChangeItem} ChangeItem
 * @typedef {import('./payments.js').ChangeKind} ChangeKind
 * @typedef {import('./payments.js').Person} Person
 * @typedef {import('./standing.js').News} News
 */

/** Who did what nobody asked for. */
export const SITE = { id: 'site', name: 'velopos' };

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
    await saveRecord(desk, withSeen(desk.record, { kind, amount, note }));
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

// ---- a change

/** @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish @returns {Promise<ChangeResult>} */
async function change(desk, kind, wish) {
  const before = desk.changes.find(({ changeId }) => changeId === wish.id);
  if (before && before.state !== 'refused') return askedBefore(desk, kind, wish, before);
  const minor = toMinor(wish.amount, desk.record.currency);
  if (minor === null || minor === 0n) return refusal(desk, { code: 'ORDER', field: 'amount' });
  const claim = await rehearse(desk, kind, wish);
  const entered = await enter(desk, kind, wish, claim ?? '');
  return claim === null ? onlyAsk(desk, entered, wish.by) : conclude(desk, entered, await send(desk, entered));
}

/** velopos knows the id although our list does not: it may have been sent. @param {Desk} desk @param {ChangeItem} entered
 * @param {Person} by @returns {Promise<ChangeResult>} */
async function onlyAsk(desk, entered, by) {
  await saveChange(desk, { ...entered, state: 'unknown' });
  await quietly(desk.intent._id, () => inquire(desk, by));
  return resultOf(desk, entered._id);
}

/** The same id: nothing is sent. What was undone since is asked for with another one. @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish @param {ChangeItem} before */
async function askedBefore(desk, kind, wish, before) {
  const isSame = before.kind === kind && (kind === 'void' || before.amount === wish.amount);
  if (!isSame || before.state === 'undone') return refusal(desk, { code: 'ORDER', field: 'id' });
  if (isUnsure(before)) await quietly(desk.intent._id, () => inquire(desk, wish.by));
  return resultOf(desk, before._id);
}

/** Whether velopos would send it, without sending anything; it throws if not. Gives what will be claimed, null when it was sent before.
 * @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish */
async function rehearse(desk, kind, { id, amount }) {
  const pos = await openPos(desk.record);
  const step = pos.step.ask(orderOf(desk), kind, kind === 'void' ? { id } : { id, amount });
  return step.type === 'send' && step.moves ? step.claim : null;
}

/** @param {Desk} desk @param {ChangeItem} change @returns {Promise<News>} */
async function send(desk, change) {
  const sender = { changeId: change._id, attempt: opaqueId() };
  let refs = '';
  const pos = await openPos(desk.record, async (key, order) => {
    if (!await holdsTurn(desk.turn)) return false;   // who has slept so long has been given up: "never sent" must stay true
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
  const state = news.status === 'declined' ? 'declined' : confirms(change, news) ? 'done' : 'unknown';
  const settledAt = state === 'unknown' ? null : Date.now();
  await saveChange(desk, { ...change, state, settledAt, note: noteOf(news), news: JSON.stringify(news) });
  await takeBack(desk, news);
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
  if (sent) await takeUp(desk, sent);
  return { state: 'busy', record: desk.record, change: null };
}

/** Whoever claimed it had been given up, and was awake after all: it may have been sent. @param {Desk} desk
 * @param {NonNullable<Awaited<ReturnType<typeof findSent>>>} sent */
async function takeUp(desk, { changeId, order: { refs } }) {
  const other = changeId ? await findChange(changeId) : null;
  if (other?.state === 'refused') {
    await saveChange(desk, { ...other, state: 'unknown', open: true, settledAt: null, note: '', news: JSON.stringify({ status: 'unknown', refs }) });
  }
  await saveRecord(desk, { ...desk.record, refs });
}

/** @param {News} news */
function noteOf({ decline }) {
  return decline ? `${decline.bankCode} ${decline.bankMessage}`.trim() : '';
}

/** @param {Desk} desk @param {string} changeId @returns {ChangeResult} */
function resultOf({ record, changes }, changeId) {
  const change = changes.find(({ _id }) => _id === changeId);
  if (!change || change.state === 'asked' || change.state === 'undone') throw new Error('a change has been left in the middle');
  const { decline } = change.news ? JSON.parse(change.news) : {};
  return { state: change.state, record, change, ...(change.state === 'declined' && { decline }) };
}

/** @param {PaymentRecord} record */
function wholeOf({ captured, amount, standing }) {
  return standing === 'authorized' ? amount : captured;
}

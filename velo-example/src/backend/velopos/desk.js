// One container at a time works on a payment's money: it has the payment's turn, and with it on its desk what is known of the payment. What it
// learns it stores with the change first and in the payment's record then, which is a copy that can be made again from the changes.
//
// A turn whose owner has died is taken over after a while. Should he wake up after all, he finds that it is no longer his, and leaves the
// record alone. Where a change has no answer its owner has died: the order that lies beside the claim says what was sent; without one,
// nothing was.

import wixData from 'wix-data';
import { PosError } from './package.js';
import { AccountGone, openPos } from './bank.js';
import { bookOf } from './books.js';
import { logFailure } from './log.js';
import { findPayment } from './payments.js';
import { NOT_TOLD, attentionOf, isProof, isReopened, learn, lookAnew, madeAtBank, newsOf, settledBy, withDoubt } from './standing.js';
import {
  AS_SITE, FRESH, endTurn, everything, findIntent, findItem, findSent, findStart, holdsTurn, idFor, insertOnce, takeNextTurn,
} from './store.js';

/**
 * @typedef {import('./payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('./payments.js').ChangeItem} ChangeItem
 * @typedef {import('./payments.js').ChangeKind} ChangeKind
 * @typedef {import('./payments.js').Person} Person
 * @typedef {import('./standing.js').News} News
 * @typedef {import('velopos').StoredOrder} StoredOrder
 * @typedef {{ turn: import('./store.js').Claim, intent: import('./store.js').Intent, start: StoredOrder, record: PaymentRecord,
 *   changes: ChangeItem[], stored: string }} Desk   `stored` is the record as it is kept
 * @typedef {{ state: 'done' | 'declined' | 'unknown' | 'busy' | 'refused', record: PaymentRecord | null, change: ChangeItem | null,
 *   decline?: import('velopos').Decline, problem?: string, field?: string }} ChangeResult
 *   busy: somebody else has this payment's turn, nothing was sent; refused: nothing was sent, `problem` is a code of velopos, or ACCOUNT
 *   when the account is no longer the one of the payment
 * @typedef {{ id: string, amount: string, by: Person, why: string }} Wish
 */

const PAYMENTS = 'VeloposPayments';
const CHANGES = 'VeloposChanges';
const TURN_LASTS = 2 * 60 * 1000;   // far longer than a request may run

const BANK = { id: 'bank', name: 'Banka / bank' };

/** @param {unknown} paymentId @param {(desk: Desk) => Promise<ChangeResult>} work @returns {Promise<ChangeResult>} */
export async function inTurn(paymentId, work) {
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
    if (!(error instanceof PosError || error instanceof AccountGone)) throw error;
    logFailure(desk.intent._id, error);
    return refusal(desk, error);
  }
}

/** @param {Desk} desk @param {{ code: string, field?: string }} error @returns {ChangeResult} */
export function refusal({ record }, { code, field }) {
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

export const NEVER_SENT = /** @type {const} */ ({ state: 'refused', open: false, note: 'never sent' });

/** @param {Desk} desk @param {News} news */
export function takeOver(desk, news) {
  desk.record = { ...learn(desk.record, desk.changes, news), refs: news.refs };
}

// ---- what the bank's books say

/** Asks, and keeps what is proven. True when the bank has answered. @param {Desk} desk @param {Person} by @returns {Promise<boolean>} */
export async function inquire(desk, by) {
  const news = newsOf(await (await openPos(desk.record)).inquire(orderOf(desk)));
  if (isProof(news)) await takeIn(desk, news, by);
  else if (news.review) await saveRecord(desk, withDoubt(desk.record, true));
  return isProof(news);
}

/** @param {Desk} desk @param {News} news @param {Person} by */
async function takeIn(desk, news, by) {
  const before = desk.record;
  await takeBack(desk, news);
  takeOver(desk, news);
  for (const { change, made } of settledBy(desk.record, desk.changes)) {
    const settled = { ...change, settledAt: Date.now() };
    await saveChange(desk, made ? { ...settled, state: 'done' } : { ...settled, open: false, note: 'all of it went back in another way' });
  }
  for (const found of madeAtBank(before, desk.record, desk.changes)) await enterFound(desk, found, by);
  await saveRecord(desk, desk.record);
  await closeSettled(desk);
}

/** Captured money that is only reserved again: the order's keeper is told, and it may be captured or released.
 * @param {Desk} desk @param {News} news */
export async function takeBack(desk, news) {
  if (!isReopened(desk.record, news)) return;
  for (const change of desk.changes.filter(({ kind, state }) => kind === 'capture' && (state === 'done' || state === 'unknown'))) {
    await saveChange(desk, { ...change, state: 'undone', open: true, settledAt: Date.now() });
  }
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

/** Nothing is left to do about a change that was declined, nor about one that was made or undone and that the order's keeper knows of.
 * @param {Desk} desk */
export async function closeSettled(desk) {
  if (!await holdsTurn(desk.turn)) return;   // whoever has it now looks after them
  for (const change of desk.changes.filter(({ open }) => open)) {
    if (change.state === 'done' || change.state === 'undone') await tell(desk, change);
    else if (change.state === 'declined') await saveChange(desk, { ...change, open: false });
  }
  await saveRecord(desk, desk.record);   // whether there is still a reason to look
}

/** @param {Desk} desk @param {ChangeItem} change */
async function tell(desk, change) {
  try {
    await bookOf(desk.intent).markReturned(desk.intent, desk.record, change);
    if (!mayBeWrittenOver(change)) await saveChange(desk, { ...change, open: false, note: change.note === NOT_TOLD ? '' : change.note });
  } catch (error) {
    logFailure(desk.intent._id, error);
    if (change.note === NOT_TOLD) return;   // the job tells it again
    desk.record = lookAnew(desk.record, 'return-failed');
    await saveChange(desk, { ...change, note: NOT_TOLD });
  }
}

/** A write that seemed to fail may be done all the same, a while later, over whatever was written meanwhile: it is told once more then.
 * @param {ChangeItem} change */
function mayBeWrittenOver({ note, settledAt }) {
  return note === NOT_TOLD && Date.now() - (settledAt ?? 0) < TURN_LASTS;
}

// ---- records

/** @param {Desk} desk @returns {StoredOrder} */
export function orderOf({ start, record }) {
  return { ...start, refs: record.refs };
}

/** @param {Desk} desk @param {ChangeItem} item @returns {Promise<ChangeItem>} */
export async function saveChange(desk, item) {
  if (!await insertOnce(CHANGES, item)) await wixData.update(CHANGES, item, AS_SITE);
  desk.changes = [...desk.changes.filter(({ _id }) => _id !== item._id), item];
  return item;
}

/** The copy for people and queries. Whoever has lost his turn leaves it to the one who has it. @param {Desk} desk @param {PaymentRecord} next */
export async function saveRecord(desk, next) {
  const learnt = learn(next, desk.changes, null);
  desk.record = { ...learnt, attention: attentionOf(learnt, desk.changes) };
  if (JSON.stringify(desk.record) === desk.stored || !await holdsTurn(desk.turn)) return;
  desk.record = { ...desk.record, turn: desk.turn.generation };
  await wixData.update(PAYMENTS, desk.record, AS_SITE);
  desk.stored = JSON.stringify(desk.record);
  if (!await holdsTurn(desk.turn)) await reopen(desk);
}

/** Somebody has taken over while we wrote, and may have written before us: the record may know less than the changes do. With one of them open
 * again the scheduled job puts it together anew. @param {Desk} desk */
async function reopen({ record }) {
  const last = (await changesOf(record._id)).at(-1);
  if (last && !last.open) await wixData.update(CHANGES, { ...last, open: true }, AS_SITE);
}

/** @param {Desk} desk @param {ChangeKind} kind @param {Wish} wish @param {string} claim @returns {Promise<ChangeItem>} */
export async function enter(desk, kind, { id, amount, by, why }, claim) {
  const { turn, record } = desk;
  return saveChange(desk, {
    _id: idFor(`${record.dedupeKey}:${id}`), paymentId: record._id, intentId: record.intentId, kind, changeId: id, amount,
    currency: record.currency, by, why, state: 'asked', at: Date.now(), settledAt: null, note: '', open: true, claim, news: '',
    turn: turn.generation,
  });
}

/** @param {string} id @returns {Promise<ChangeItem | null>} */
export async function findChange(id) {
  return findItem(CHANGES, id);
}

/** Oldest first. @param {string} paymentId @returns {Promise<ChangeItem[]>} */
export async function changesOf(paymentId) {
  const { items } = await wixData.query(CHANGES).eq('paymentId', paymentId).limit(1000).find(FRESH);
  return items.sort((a, b) => a.at - b.at);
}

/** The payments with changes about which something is still to be done. @param {number} from @param {number} to
 * @returns {Promise<string[]>} */
export async function openChanges(from, to) {
  const open = await everything(wixData.query(CHANGES).eq('open', true).ge('at', from).lt('at', to));
  return [...new Set(open.map(({ paymentId }) => paymentId))];
}

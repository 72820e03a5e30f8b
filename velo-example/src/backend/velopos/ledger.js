// The books as the admin page shows them. Reading only, and only what a browser may see: no `refs`, no key of a record that names the
// merchant, no departure to the bank.

import wixData from 'wix-data';
import { PosError } from './package.js';
import { actionsAbout, lastRuns, latestActions } from './audit.js';
import { openPos } from './bank.js';
import { addDays, beginOf, dayOf } from './calendar.js';
import { changesOf } from './changes.js';
import { fromMinor, minorOf } from './money.js';
import { findPayment } from './payments.js';
import { SLACK } from './reconcile.js';
import { FRESH, everything, findIntent, findStart } from './store.js';
import { total, turnover } from './turnover.js';
import { wixPaymentsWaiting } from './wix-pay.js';

const PAYMENTS = 'VeloposPayments';
const INTENTS = 'VeloposIntents';
const CHANGES = 'VeloposChanges';
const CLAIMS = 'VeloposClaims';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const PAGE = 25;
const FOUND_WITHIN = 31;     // days: so long does the job look for money that nobody told us of
const STUCK_AFTER = DAY;     // an attempt that is open for so long needs a person

/**
 * @typedef {import('./payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('./payments.js').ChangeItem} ChangeItem
 * @typedef {import('./store.js').Intent} Intent
 * @typedef {import('./secrets.js').Account} Account
 * @typedef {import('./reconcile.js').Period} Period
 * @typedef {import('./calendar.js').Unit} Unit
 */

// ---- reading collections

/** Items whose field has one of these values. @param {string} collection @param {string} field @param {string[]} values @returns {Promise<any[]>} */
async function having(collection, field, values) {
  const parts = [];
  for (let from = 0; from < values.length; from += 100) {
    parts.push(await everything(wixData.query(collection).hasSome(field, values.slice(from, from + 100))));
  }
  return parts.flat();
}

/** An account's payments that were recorded in the period, or a day before or after. @param {Account} account @param {Period} period
 * @returns {Promise<PaymentRecord[]>} */
export async function paymentsRecorded({ name, mode }, { from, to }) {
  const [begin, end] = [beginOf(addDays(from, -SLACK)), beginOf(addDays(to, SLACK + 1))];
  return everything(wixData.query(PAYMENTS).eq('account', name).eq('mode', mode).ge('recordedAt', begin).lt('recordedAt', end));
}

/** What `reconcile` compares with the bank's side: our payments of the period, those that the bank or a change of the period names, and
 * the attempts behind numbers that have no payment. @param {Account} account @param {Period} period
 * @param {import('./reconcile.js').Bank} bank @returns {Promise<import('./reconcile.js').Books>} */
export async function booksFor(account, period, bank) {
  const { from, to } = period;
  const recorded = await paymentsRecorded(account, period);
  const settled = await everything(wixData.query(CHANGES).ge('at', beginOf(addDays(from, -SLACK))).lt('at', beginOf(addDays(to, SLACK + 1))));
  const known = new Map(recorded.map((payment) => [payment._id, payment]));
  const named = [...new Set(bank.rows.map(({ orderId }) => orderId))].filter((id) => id !== '' && !recorded.some(({ bankOrderId }) => bankOrderId === id));
  const changed = settled.map(({ paymentId }) => paymentId).filter((id) => !known.has(id));
  for (const payment of [...await having(PAYMENTS, 'bankOrderId', named), ...await having(PAYMENTS, '_id', changed)]) {
    if (payment.account === account.name && payment.mode === account.mode) known.set(payment._id, payment);
  }
  const payments = [...known.values()];
  const paid = new Set(payments.map(({ bankOrderId }) => bankOrderId));
  const attempts = await having(INTENTS, 'bankOrderId', named.filter((id) => !paid.has(id)));
  return { payments, changes: await having(CHANGES, 'paymentId', [...known.keys()]), attempts };
}

// ---- what a browser may see

/** @typedef {ReturnType<typeof shown>} ShownPayment */

/** @param {PaymentRecord} payment @param {Intent | undefined | null} intent */
function shown(payment, intent) {
  const { _id, state, standing, attention, book, bankOrderId, account, gateway, mode, amount, charged, captured, refunded, currency, proof, recordedAt } = payment;
  const { transactionId, authCode, hostReference, maskedPan, installments, at, threeDS, review } = payment.facts;
  return {
    id: _id, state, standing, attention, book, orderNumber: intent?.orderNumber ?? '', bankOrderId, account, gateway, mode, amount, charged, captured, refunded,
    left: standing === 'voided' ? fromMinor(0n, currency) : fromMinor(minorOf(captured, currency) - minorOf(refunded, currency), currency), currency, proof,
    recordedAt, transactionId: transactionId ?? '', authCode: authCode ?? '', hostReference: hostReference ?? '', maskedPan: maskedPan ?? '',
    installments: installments ?? 1, at: at ?? '', mdStatus: threeDS?.mdStatus ?? '', liability: threeDS?.liability ?? '', review: review === true,
  };
}

/** @param {PaymentRecord[]} payments @returns {Promise<ShownPayment[]>} */
async function withAttempts(payments) {
  const intents = new Map((await having(INTENTS, '_id', payments.map(({ intentId }) => intentId))).map((intent) => [intent._id, intent]));
  return payments.map((payment) => shown(payment, intents.get(payment.intentId)));
}

/** @typedef {ReturnType<typeof shownChange>} ShownChange */

/** @param {ChangeItem} change */
function shownChange({ _id, kind, changeId, amount, currency, by, why, state, at, settledAt, note }) {
  return { id: _id, kind, changeId, amount, currency, by: by.name, why, state, at, settledAt, note };
}

/** @param {import('./audit.js').Action} action */
function shownAction({ _id, at, by, action, about, details, outcome }) {
  return { id: _id, at, by: by.name, action, about, details, outcome };
}

// ---- overview

/** What waits for a person, how much came in, and how the site's jobs went. @param {Account[]} accounts @param {Period} period
 * @param {Unit} unit @param {Account['mode']} mode */
export async function overviewOf(accounts, period, unit, mode) {
  const [waiting, doubts, stuck, unsure, wixPayments, movements, actions, jobs] = await Promise.all([
    paymentsWaiting(), attemptsInDoubt(), attemptsStuck(), changesUnsure(), wixPaymentsWaiting(), movementsOf(period, mode), latestActions(),
    lastRuns(),
  ]);
  return {
    mode, period, unit, accounts: accounts.map(({ name, mode: its, config }) => ({ name, mode: its, gateway: config.gateway })),
    waiting: {
      payments: await withAttempts(waiting), attempts: [...doubts, ...stuck].map(shownAttempt), changes: unsure.map(shownChangeOf),
      wixPayments: wixPayments.map(({ orderNumber, amount, currency, at, attention }) => ({ orderNumber, amount, currency, recordedAt: at, attention })),
    },
    turnover: turnover(movements, period, unit), total: total(movements, period),
    actions: actions.map(shownAction), jobs: jobs.map(shownAction),
  };
}

/** @returns {Promise<PaymentRecord[]>} */
async function paymentsWaiting() {
  const { items } = await wixData.query(PAYMENTS).ne('attention', '').descending('recordedAt').limit(100).find(FRESH);
  return items;
}

/** @returns {Promise<Intent[]>} */
async function attemptsInDoubt() {
  const { items } = await wixData.query(INTENTS).eq('state', 'new').eq('review', true).descending('createdAt').limit(50).find(FRESH);
  return items;
}

/** Open for longer than the job needs to find out. @returns {Promise<Intent[]>} */
async function attemptsStuck() {
  const { items } = await wixData.query(INTENTS).eq('state', 'new').lt('createdAt', Date.now() - STUCK_AFTER).descending('createdAt').limit(50).find(FRESH);
  return items.filter((/** @type {Intent} */ { review }) => review !== true);
}

/** @returns {Promise<ChangeItem[]>} */
async function changesUnsure() {
  const { items } = await wixData.query(CHANGES).hasSome('state', ['asked', 'unknown']).descending('at').limit(50).find(FRESH);
  return items.filter((/** @type {ChangeItem} */ { at }) => at < Date.now() - 2 * MINUTE);
}

/** The captures, refunds and voids that were asked for in the period, the oldest first. @param {Period} period @returns {Promise<ChangeItem[]>} */
export async function changesFor({ from, to }) {
  const found = await everything(wixData.query(CHANGES).ge('at', beginOf(from)).lt('at', beginOf(addDays(to, 1))));
  return found.sort((one, other) => one.at - other.at);
}

/** @param {Intent} intent */
function shownAttempt({ _id, state, orderNumber, bankOrderId, account, amount, currency, createdAt, review }) {
  return { id: _id, state, orderNumber, bankOrderId, account, amount, currency, createdAt, review: review === true };
}

/** @param {ChangeItem} change */
function shownChangeOf(change) {
  return { ...shownChange(change), paymentId: change.paymentId };
}

/** Money that came and went in the period, of real or of test payments. @param {Period} period @param {Account['mode']} mode
 * @returns {Promise<import('./turnover.js').Movement[]>} */
export async function movementsOf({ from, to }, mode) {
  const found = await everything(wixData.query(PAYMENTS).eq('mode', mode).ge('recordedAt', beginOf(from)).lt('recordedAt', beginOf(addDays(to, FOUND_WITHIN))));
  const settled = await everything(wixData.query(CHANGES).eq('state', 'done').ge('settledAt', beginOf(from)).lt('settledAt', beginOf(addDays(to, 1))));
  const changed = settled.filter(({ kind }) => kind !== 'capture').map(({ paymentId }) => paymentId);
  const known = new Map(found.map((payment) => [payment._id, payment]));
  for (const payment of await having(PAYMENTS, '_id', [...new Set(changed)].filter((id) => !known.has(id)))) {
    if (payment.mode === mode) known.set(payment._id, payment);
  }
  const captures = new Map(settled.filter(({ kind }) => kind === 'capture').map(({ paymentId, settledAt }) => [paymentId, settledAt]));
  const taken = [...known.values()].filter(({ captured, currency }) => minorOf(captured, currency) > 0n);
  return [
    ...taken.map((payment) => takenFrom(payment, captures.get(payment._id))),
    ...settled.flatMap((change) => returnedFrom(change, known.get(change.paymentId))),
  ];
}

/** @param {PaymentRecord} payment @param {number | undefined} capturedAt @returns {import('./turnover.js').Movement} */
function takenFrom({ captured, currency, facts, recordedAt }, capturedAt) {
  const day = dayOf(capturedAt) ?? dayOf(facts.at) ?? dayOf(recordedAt) ?? '';
  return { kind: 'taken', day, minor: minorOf(captured, currency), currency, installments: facts.installments ?? 1 };
}

/** @param {ChangeItem} change @param {PaymentRecord | undefined} payment @returns {import('./turnover.js').Movement[]} */
function returnedFrom({ kind, amount, settledAt, at }, payment) {
  if (!payment || kind === 'capture' || minorOf(payment.captured, payment.currency) === 0n) return [];
  const returned = kind === 'void' ? payment.captured : amount;
  return [{ kind: 'returned', day: dayOf(settledAt ?? at) ?? '', minor: minorOf(returned, payment.currency), currency: payment.currency }];
}

// ---- payments

/** @typedef {{ account?: string, state?: string, standing?: string, waiting?: boolean, from?: string, to?: string, number?: string, page?: number }} Filter */

/** @param {Filter} filter @returns {Promise<{ items: ShownPayment[], page: number, hasMore: boolean }>} */
export async function paymentsPage({ page = 0, ...filter }) {
  const { items } = await queryOf(filter, await namedBy(filter.number)).descending('recordedAt').skip(page * PAGE).limit(PAGE + 1).find(FRESH);
  return { items: await withAttempts(items.slice(0, PAGE)), page, hasMore: items.length > PAGE };
}

/** @param {Filter} filter @returns {Promise<ShownPayment[]>} */
export async function paymentsFor(filter) {
  const items = await everything(queryOf(filter, await namedBy(filter.number)));
  return withAttempts(items.sort((one, other) => one.recordedAt - other.recordedAt));
}

/** Somebody looks for a number: the order's here, the order's at the bank, or that of the attempt.
 * @param {string | undefined} number @returns {Promise<string[] | null>} ids of attempts */
async function namedBy(number) {
  if (!number) return null;
  const found = [...await having(INTENTS, 'orderNumber', [number, number.toUpperCase()]), ...await having(INTENTS, 'bankOrderId', [number]), ...await having(INTENTS, '_id', [number])];
  return found.map(({ _id }) => _id);
}

/** @param {Filter} filter @param {string[] | null} attempts */
function queryOf({ account, state, standing, waiting, from, to }, attempts) {
  let query = wixData.query(PAYMENTS);
  if (attempts) query = query.hasSome('intentId', attempts.length > 0 ? attempts : ['-']);
  if (account) query = query.eq('account', account);
  if (state) query = query.eq('state', state);
  if (standing) query = query.eq('standing', standing);
  if (waiting) query = query.ne('attention', '');
  if (from) query = query.ge('recordedAt', beginOf(from));
  if (to) query = query.lt('recordedAt', beginOf(addDays(to, 1)));
  return query;
}

// ---- one payment's story

/** @typedef {NonNullable<Awaited<ReturnType<typeof storyOf>>>} Story */

/** Everything that is known of a payment, in the order in which it happened. @param {string} paymentId */
export async function storyOf(paymentId) {
  const payment = await findPayment(paymentId);
  if (!payment) return null;
  const [intent, start, changes, actions] = await Promise.all([
    findIntent(payment.intentId), findStart(payment.intentId), changesOf(paymentId), actionsAbout(paymentId),
  ]);
  return {
    payment: shown(payment, intent), customer: intent?.customer ?? null, can: await possible(payment, start?.order ?? null),
    changes: changes.map(shownChange), actions: actions.map(shownAction),
    events: [...await eventsOf(payment, intent), ...(start ? [{ what: 'left', at: start.startedAt, state: '' }] : [])].sort((one, other) => one.at - other.at),
  };
}

/** What can be asked of the bank, without asking: null, or the code of the refusal. @param {PaymentRecord} payment
 * @param {import('velopos').StoredOrder | null} order */
async function possible(payment, order) {
  const can = { capture: 'ORDER', refund: 'ORDER', void: 'ORDER' };
  if (!order || payment.state === 'wrong-mode') return can;
  const pos = await openPos(payment).catch(() => null);
  if (!pos) return { capture: 'CONFIG', refund: 'CONFIG', void: 'CONFIG' };
  const ask = (/** @type {'capture' | 'refund' | 'void'} */ verb, /** @type {string | undefined} */ amount) => refusalOf(() =>
    pos.step.ask({ ...order, refs: payment.refs }, verb, { id: 'rehearsal', amount }));
  const left = fromMinor(minorOf(payment.captured, payment.currency) - minorOf(payment.refunded, payment.currency), payment.currency);
  const isReserved = payment.standing === 'authorized';
  return {
    capture: isReserved ? ask('capture', payment.amount) : 'ORDER',
    refund: payment.standing === 'paid' || payment.standing === 'partly-refunded' ? ask('refund', left) : 'ORDER',
    void: payment.standing === 'paid' || isReserved ? ask('void', undefined) : 'ORDER',
  };
}

/** @param {() => unknown} work @returns {string | null} */
function refusalOf(work) {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof PosError) return error.code;
    throw error;
  }
}

/** @typedef {{ what: string, at: number, state: string }} Event */

/** The turns and facts that lie in the claims, by what they are called there. */
const NAMES = [
  ['start ', 'begun'], ['returned ', 'returned'], ['outcome ', 'decided'], ['doubt ', 'doubt'], ['last question ', 'lastQuestion'], ['booked ', 'booked'],
  ['wix pending ', 'wixPending'], ['wix told ', 'wixTold'], ['wix order payment ', 'wixPayment'],
];

/** @param {PaymentRecord} payment @param {Intent | null} intent @returns {Promise<Event[]>} */
async function eventsOf({ _id, intentId, recordedAt, facts }, intent) {
  const subjects = NAMES.map(([name]) => `${name}${name === 'wix order payment ' ? _id : intentId}`);
  const { items } = await wixData.query(CLAIMS).hasSome('subject', subjects).limit(100).find(FRESH);
  const charged = Date.parse(facts.at ?? '');
  return [
    ...(intent ? [{ what: 'opened', at: intent.createdAt, state: '' }] : []),
    ...(Number.isNaN(charged) ? [] : [{ what: 'charged', at: charged, state: '' }]),
    { what: 'recorded', at: recordedAt, state: '' },
    ...items.map(({ subject, at, state }) => ({ what: NAMES.find(([name]) => subject.startsWith(name))?.[1] ?? '', at, state })),
  ];
}

// What the banks list, kept line by line in VeloposBankRows, so that a comparison has the whole period before it even where a bank is slow
// or Wix ends a request after 14 seconds. Three roads lead here:
//   report   the gateway lists days: every day is asked for anew, and lines that are no longer in it are removed
//   history  the gateway only tells about single orders: ours are asked about one by one, and nobody can say what else there is
//   file     an export of the bank's panel; the same file again changes nothing
// A mark (kind `listed` or `asked`) says which days and orders have been told, and when.

import wixData from 'wix-data';
import { PosError } from './package.js';
import { openPos } from './bank.js';
import { addDays, dayOf, daysBetween } from './calendar.js';
import { paymentsRecorded } from './ledger.js';
import { SLACK } from './reconcile.js';
import { AS_SITE, everything, findStart, idFor } from './store.js';

const ROWS = 'VeloposBankRows';

/**
 * @typedef {import('./secrets.js').Account} Account
 * @typedef {import('./reconcile.js').Period} Period
 * @typedef {import('velopos').Transaction} Transaction
 * @typedef {'report' | 'history' | 'file'} Source
 * @typedef {Partial<Omit<Transaction, 'orderId' | 'kind' | 'outcome'>> & { _id: string, account: string, source: Source, day: string,
 *   bankOrderId: string, kind: Transaction['kind'] | 'listed' | 'asked', outcome: Transaction['outcome'] | '', importedAt: number }} Line
 * @typedef {{ run: number, how: Source, done: number, left: number, problem: string | null }} Progress
 *   `left` days or orders are still to be asked about, by another call with the same `run`
 */

const SECOND = 1000;
const BEGIN_UNTIL = 4 * SECOND;       // no new question after this; with the last one's time and our own writes it stays below Wix's 14 s
const RUN_LASTS = 30 * 60 * SECOND;
const SPAN = 3;                       // days a question: PayTR takes no more at once
const BATCH = 1000;                   // as many items as Wix Data reads or writes at once

// ---- asking the bank

/** Asks the bank about the period, as far as the time of one request goes. @param {Account} account @param {Period} period
 * @param {unknown} run what the call before gave, so that nothing is asked twice @returns {Promise<Progress>} */
export async function gather(account, period, run) {
  const began = Date.now();
  const since = isRunning(run, began) ? run : began;
  const pos = await openPos({ account: account.name, mode: account.mode, gateway: account.config.gateway });
  const work = hasReport(pos) ? await missingDays(account, pos, period, since) : await missingOrders(account, pos, period, since);
  for (let done = 0; ; done += 1) {
    const left = work.parts.length - done;
    const progress = { run: since, how: work.how, done: work.done + done, left, problem: null };
    if (left === 0 || done > 0 && Date.now() - began > BEGIN_UNTIL) return progress;
    try {
      await work.parts[done]();
    } catch (error) {
      if (!(error instanceof PosError)) throw error;
      return { ...progress, problem: error.code };
    }
  }
}

/** @param {unknown} run @param {number} now @returns {run is number} */
function isRunning(run, now) {
  return typeof run === 'number' && Number.isInteger(run) && run <= now && now - run < RUN_LASTS;
}

/** Without asking anybody: whether the gateway lists days. @param {import('velopos').Pos} pos */
export function hasReport(pos) {
  try {
    pos.step.report({ from: '2026-01-01', to: '2026-01-01' });
    return true;
  } catch (error) {
    if (error instanceof PosError && error.code === 'UNSUPPORTED') return false;
    throw error;
  }
}

/** @typedef {{ how: Source, done: number, parts: (() => Promise<void>)[] }} Work */

/** @param {Account} account @param {import('velopos').Pos} pos @param {Period} period @param {number} since @returns {Promise<Work>} */
async function missingDays(account, pos, period, since) {
  const days = daysOf(period).filter((day) => day <= (dayOf(Date.now()) ?? ''));
  const told = new Set((await marks(account.name, 'listed', since)).filter(({ source }) => source === 'report').map(({ day }) => day));
  const missing = days.filter((day) => !told.has(day));
  const parts = spans(missing).map((span) => async () => {
    const transactions = await pos.report({ from: span[0], to: span[span.length - 1] });
    const lines = linesOf(account.name, 'report', transactions, span[0]);
    await save(lines);
    await removeOlder('report', account.name, 'day', span, since);
    await save(span.map((day) => mark(account.name, 'report', 'listed', day, '')));
  });
  return { how: 'report', done: days.length - missing.length, parts };
}

/** @param {Account} account @param {import('velopos').Pos} pos @param {Period} period @param {number} since @returns {Promise<Work>} */
async function missingOrders(account, pos, period, since) {
  const payments = await paymentsRecorded(account, period);
  const told = new Set((await marks(account.name, 'asked', since)).map(({ bankOrderId }) => bankOrderId));
  const missing = payments.filter(({ bankOrderId }) => !told.has(bankOrderId));
  const parts = missing.map((payment) => async () => {
    const start = await findStart(payment.intentId);
    const transactions = start?.order ? await pos.history({ ...start.order, refs: payment.refs }) : [];
    const answered = Date.now();
    await save(linesOf(account.name, 'history', transactions, dayOf(payment.recordedAt) ?? ''));
    await removeOlder('history', account.name, 'bankOrderId', [payment.bankOrderId], answered);
    await save([mark(account.name, 'history', 'asked', dayOf(payment.recordedAt) ?? '', payment.bankOrderId)]);
  });
  return { how: 'history', done: payments.length - missing.length, parts };
}

/** Days that follow each other, as many as one question may have. @param {string[]} days @returns {string[][]} */
function spans(days) {
  /** @type {string[][]} */
  const found = [];
  for (const day of days) {
    const last = found[found.length - 1];
    if (last && last.length < SPAN && addDays(last[last.length - 1], 1) === day) last.push(day);
    else found.push([day]);
  }
  return found;
}

/** @param {Period} period */
function daysOf({ from, to }) {
  return daysBetween(addDays(from, -SLACK), addDays(to, SLACK));
}

// ---- lines

/** Each line has an _id made of what identifies it, so that it is kept once however often it is told, and again when its outcome has
 * changed. Lines that are alike are told apart by their number. @param {string} account @param {Source} source
 * @param {Transaction[]} transactions @param {string} usualDay of a line that tells none @returns {Line[]} */
export function linesOf(account, source, transactions, usualDay) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return transactions.map((transaction) => {
    const { kind, outcome, amount, currency, installments, commission, at, transactionId, authCode, hostReference, maskedPan } = transaction;
    const bankOrderId = transaction.orderId ?? '';   // VakıfBank names none where money went back
    const identity = JSON.stringify([account, source, bankOrderId, kind, at, amount, currency, transactionId, authCode]);
    const number = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, number);
    return {
      _id: idFor(`${identity}#${number}`), account, source, day: dayOf(at) ?? usualDay, bankOrderId, kind, outcome, amount, currency,
      installments, commission, at, transactionId, authCode, hostReference, maskedPan, importedAt: Date.now(),
    };
  });
}

/** @param {string} account @param {Source} source @param {'listed' | 'asked'} kind @param {string} day @param {string} bankOrderId @returns {Line} */
export function mark(account, source, kind, day, bankOrderId) {
  const _id = idFor(`${kind} ${source} ${account} ${kind === 'listed' ? day : bankOrderId}`);
  return { _id, account, source, kind, day, bankOrderId, outcome: '', importedAt: Date.now() };
}

/** @param {Line[]} lines */
export async function save(lines) {
  for (let from = 0; from < lines.length; from += BATCH) {
    const { errors = [] } = await wixData.bulkSave(ROWS, lines.slice(from, from + BATCH), AS_SITE);
    if (errors.length > 0) throw new Error(`${errors.length} of the bank's lines could not be kept`);
  }
}

/** What the bank listed of these days, or of this order, and lists no longer. @param {Source} source @param {string} account
 * @param {'day' | 'bankOrderId'} field @param {string[]} values @param {number} before */
async function removeOlder(source, account, field, values, before) {
  /** @type {Line[]} */
  const told = await everything(wixData.query(ROWS).eq('account', account).eq('source', source).hasSome(field, values).lt('importedAt', before));
  const old = told.filter(({ kind }) => kind !== 'listed' && kind !== 'asked').map(({ _id }) => _id);
  for (let from = 0; from < old.length; from += BATCH) await wixData.bulkRemove(ROWS, old.slice(from, from + BATCH), AS_SITE);
}

/** @param {string} account @param {'listed' | 'asked'} kind @param {number} since @returns {Promise<Line[]>} */
async function marks(account, kind, since) {
  return everything(wixData.query(ROWS).eq('account', account).eq('kind', kind).ge('importedAt', since));
}

/** What the bank is known to have listed of a period, for `reconcile`. Where more than one road has told of the same day, one of them
 * counts: the bank's list before a file, a file before single orders. @param {string} account @param {Period} period
 * @returns {Promise<import('./reconcile.js').Bank>} */
export async function bankSide(account, period) {
  const wanted = daysOf(period);
  /** @type {Line[]} */
  const lines = await everything(wixData.query(ROWS).eq('account', account).ge('day', wanted[0]).le('day', wanted[wanted.length - 1]));
  const listed = (/** @type {Source} */ source) => new Map(lines.filter((line) => line.kind === 'listed' && line.source === source)
    .map(({ day, importedAt }) => [day, importedAt]));
  const [reported, filed] = [listed('report'), listed('file')];
  const counts = (/** @type {Line} */ { source, day }) => source === 'report' || !reported.has(day) && (source === 'file' || !filed.has(day));
  return {
    rows: lines.filter(counts).flatMap((line) => rowOf(line) ?? []), days: new Map([...filed, ...reported]),
    orders: new Map(lines.filter(({ kind }) => kind === 'asked').map(({ bankOrderId, importedAt }) => [bankOrderId, importedAt])),
  };
}

/** @param {Line} line @returns {import('./reconcile.js').BankRow | null} */
function rowOf({ kind, outcome, bankOrderId, amount, currency, installments, at, day, authCode, commission }) {
  if (kind === 'listed' || kind === 'asked' || outcome === '') return null;
  return { orderId: bankOrderId, kind, outcome, amount, currency, installments, at: at ?? day, authCode, commission };
}

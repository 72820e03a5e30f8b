// Behind the admin page's web methods: reads what a browser sent, does it, and gives back what a browser may see. Whatever is not of
// the expected form is refused before anything is read or written.

import { PosError } from './package.js';
import { recorded } from './audit.js';
import { readExport } from './bank-export.js';
import { bankSide, gather, hasReport, linesOf, mark, save } from './bank-rows.js';
import { openPos } from './bank.js';
import { addDays, daysBetween, dayOf, isDay } from './calendar.js';
import { askAboutPayment, capturePayment, noteSeenAtBank, refundPayment, setAside, voidPayment } from './changes.js';
import { CsvProblem, LIMITS, writeCsv, writtenAmount } from './csv.js';
import { booksFor, changesFor, overviewOf, paymentsFor, paymentsPage, storyOf } from './ledger.js';
import { fromMinor, minorOf } from './money.js';
import { findPayment } from './payments.js';
import { reconcile } from './reconcile.js';
import { allAccounts, findAccount } from './secrets.js';
import { isOpaqueId } from './store.js';
import { total, turnover } from './turnover.js';

/**
 * @typedef {import('./payments.js').Person} Person
 * @typedef {import('./secrets.js').Account} Account
 * @typedef {import('./reconcile.js').Period} Period
 * @typedef {import('./reconcile.js').Difference} Difference
 * @typedef {import('./changes.js').ChangeResult} ChangeResult
 * @typedef {{ problem: string, field?: string }} Refusal
 */

const LONGEST = { overview: 400, compare: 31, export: 366, import: 366 };   // days

/** What a browser sent is not of the form that is expected: the field to blame. */
class BadInput extends Error {
  /** @param {string} field */
  constructor(field) {
    super(`admin: ${field} is not usable`);
    this.field = field;
  }
}

/** @template T @param {() => Promise<T>} work @returns {Promise<T | Refusal>} */
async function orRefusal(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadInput) return { problem: 'input', field: error.field };
    if (error instanceof CsvProblem) return { problem: `file-${error.problem}`, field: String(error.line) };
    if (error instanceof PosError) return { problem: error.code, field: error.field };
    throw error;
  }
}

// ---- looking

/** @param {unknown} question */
export async function seeOverview(question) {
  return orRefusal(async () => {
    const accounts = await allAccounts();
    const unit = oneOf(field(question, 'unit'), /** @type {const} */ (['day', 'week', 'month']), 'day');
    const usual = accounts.some(({ mode }) => mode === 'production') ? 'production' : 'test';
    const mode = oneOf(field(question, 'mode'), /** @type {const} */ (['production', 'test']), usual);
    return overviewOf(accounts, periodOf(question, LONGEST.overview, lastDays(30)), unit, mode);
  });
}

/** @param {unknown} filter */
export async function readPayments(filter) {
  return orRefusal(async () => paymentsPage({ ...filterOf(filter), page: wholeNumber(field(filter, 'page') ?? 0, 1000) }));
}

/** @param {unknown} paymentId */
export async function readStory(paymentId) {
  return orRefusal(async () => await storyOf(recordId(paymentId)) ?? { problem: 'gone' });
}

// ---- doing

/** With `question`, about a difference that the comparison of an account and a period shows: what the bank lists is taken from there.
 * @param {Person} by @param {unknown} paymentId @param {unknown} question */
export async function askAbout(by, paymentId, question) {
  return changing(by, 'ask', paymentId, {}, async (id) => {
    const seen = question === undefined || question === null ? undefined : (await differencesOf(question)).find((each) => each.paymentId === id && isSeenAtBank(each));
    return seen ? lookInto(seen) : askAboutPayment(id, { by });
  });
}

/** @param {unknown} question */
async function differencesOf(question) {
  const [account, period] = [await accountOf(question), periodOf(question, LONGEST.compare)];
  return (await comparisonOf(account, period)).differences;
}

/** @type {Partial<Record<import('./reconcile.js').DifferenceKind, 'refund' | 'void' | 'capture'>>} */
const SEEN = { 'refunded-there': 'refund', 'voided-there': 'void', 'captured-there': 'capture' };

/** Something happened in the bank's panel that our books lack. @param {Difference} difference */
export function isSeenAtBank({ kind, known, paymentId, theirs }) {
  return SEEN[kind] !== undefined && !known && paymentId !== null && theirs !== null;
}

/** The bank is asked about it, and until it has proven it, or a person has looked, the payment asks for one.
 * @param {Difference} difference @returns {Promise<ChangeResult>} */
export async function lookInto({ kind, paymentId, ours, theirs, currency, day }) {
  const payment = await findPayment(paymentId ?? '');
  const happened = SEEN[kind];
  if (!payment || !happened || theirs === null) throw new Error('no difference to look into');
  const more = minorOf(theirs, currency) - (ours === null ? 0n : minorOf(ours, currency));
  const before = happened === 'refund' ? minorOf(payment.refunded, currency) : 0n;
  return noteSeenAtBank(payment._id, { kind: happened, amount: fromMinor(before + more, currency), note: day });
}

/** @param {Person} by @param {unknown} paymentId @param {unknown} wish */
export async function refundFrom(by, paymentId, wish) {
  return orRefusal(async () => {
    const asked = { ...reasonOf(wish), amount: amountText(field(wish, 'amount')) };
    return changing(by, 'refund', paymentId, asked, (id) => refundPayment(id, { ...asked, by }));
  });
}

/** @param {Person} by @param {unknown} paymentId @param {unknown} wish */
export async function captureFrom(by, paymentId, wish) {
  return orRefusal(async () => {
    const asked = { ...reasonOf(wish), amount: amountText(field(wish, 'amount')) };
    return changing(by, 'capture', paymentId, asked, (id) => capturePayment(id, { ...asked, by }));
  });
}

/** @param {Person} by @param {unknown} paymentId @param {unknown} wish */
export async function voidFrom(by, paymentId, wish) {
  return orRefusal(async () => {
    const asked = reasonOf(wish);
    return changing(by, 'void', paymentId, asked, (id) => voidPayment(id, { ...asked, by }));
  });
}

/** @param {Person} by @param {unknown} paymentId */
export async function setAsideFrom(by, paymentId) {
  return changing(by, 'set-aside', paymentId, {}, (id) => setAside(id));
}

/** Written down before and after, and answered with the payment's story as it is then.
 * @param {Person} by @param {import('./audit.js').ActionName} action @param {unknown} paymentId @param {Record<string, unknown>} details
 * @param {(paymentId: string) => Promise<ChangeResult>} work */
async function changing(by, action, paymentId, details, work) {
  return orRefusal(async () => {
    const id = recordId(paymentId);
    const { state, problem, field: blamed, decline, change } = await recorded(by, action, id, details, () => work(id), outcomeOf);
    return {
      state, problem, field: blamed, note: change?.note ?? '', story: await storyOf(id),
      decline: decline ? { message: decline.message, bankCode: decline.bankCode, bankMessage: decline.bankMessage } : null,
    };
  });
}

/** @param {ChangeResult} result */
function outcomeOf({ state, problem }) {
  return problem ? `${state} ${problem}` : state;
}

// ---- the bank's side

/** @param {Person} by @param {unknown} question */
export async function gatherFrom(by, question) {
  return orRefusal(async () => {
    const account = await accountOf(question);
    const period = periodOf(question, LONGEST.compare);
    const run = field(question, 'run');
    const ask = () => gather(account, period, run);
    if (run !== undefined) return ask();   // the same asking goes on: it has its entry
    return recorded(by, 'gather', account.name, period, ask, ({ left, problem }) => (problem ? `failed ${problem}` : left === 0 ? 'done' : 'partly'));
  });
}

/** @param {Person} by @param {unknown} question */
export async function compareBooks(by, question) {
  return orRefusal(async () => {
    const account = await accountOf(question);
    const period = periodOf(question, LONGEST.compare);
    const work = async () => shownComparison(account, period, await comparisonOf(account, period));
    return recorded(by, 'compare', account.name, period, work, ({ differences }) => (differences.length === 0 ? 'agrees' : `differs ${differences.length}`));
  });
}

/** @param {Account} account @param {Period} period */
export async function comparisonOf(account, period) {
  const bank = await bankSide(account.name, period);
  return { ...reconcile(await booksFor(account, period, bank), bank, period), bank };
}

/** @param {Account} account @param {Period} period @param {Awaited<ReturnType<typeof comparisonOf>>} comparison */
async function shownComparison(account, period, { matched, unchecked, differences, ours, theirs, bank }) {
  const days = daysBetween(period.from, period.to).filter((day) => day <= today());
  const sums = (/** @type {typeof ours} */ movements) => ({
    day: turnover(movements, period, 'day'), week: turnover(movements, period, 'week'), month: turnover(movements, period, 'month'), total: total(movements, period),
  });
  return {
    account: account.name, gateway: account.config.gateway, mode: account.mode, period, matched, unchecked, differences,
    lists: hasReport(await openPos({ account: account.name, mode: account.mode, gateway: account.config.gateway })),
    listed: { days: days.filter((day) => bank.days.has(day)).length, of: days.length, orders: bank.orders.size },
    ours: sums(ours), theirs: sums(theirs),
  };
}

// ---- files from the bank's panel

const SHOWN_LINES = 20;

/** @param {unknown} text @param {unknown} choices */
export async function previewFile(text, choices) {
  return orRefusal(async () => {
    const { rows, ...read } = readExport(fileText(text), choicesOf(choices));
    return { ...read, count: rows.length, rows: rows.slice(0, SHOWN_LINES), sums: sumsOf(rows) };
  });
}

/** @param {Person} by @param {unknown} text @param {unknown} choices @param {unknown} question */
export async function importFile(by, text, choices, question) {
  return orRefusal(async () => {
    const account = await accountOf(question);
    const read = readExport(fileText(text), choicesOf(choices));
    if (read.missing.length > 0 || read.problems.length > 0 || !read.from || !read.to) return { problem: 'file-lines', field: String(read.problems[0]?.line ?? '') };
    const period = periodOf(question, LONGEST.import, { from: read.from, to: read.to });
    if (read.from < period.from || read.to > period.to) throw new BadInput('from');
    const next = wholeNumber(field(question, 'next') ?? 0, LIMITS.rows);
    const keep = () => keepLines(account.name, read.rows, period, next);
    if (next > 0) return keep();
    return recorded(by, 'import', account.name, { ...period, lines: read.rows.length }, keep, ({ kept }) => `lines ${kept}`);
  });
}

const AT_ONCE = 1000;   // lines that are kept in one request

/** The same file again changes nothing, and a later one corrects the lines it has anew. The days are marked when all of it has been kept.
 * @param {string} account @param {import('./bank-export.js').ExportedRow[]} rows @param {Period} period @param {number} from */
async function keepLines(account, rows, period, from) {
  const lines = linesOf(account, 'file', rows, period.from);
  const part = lines.slice(from, from + AT_ONCE);
  await save(part);
  const next = from + part.length;
  if (next < lines.length) return { kept: next, next };
  await save(daysBetween(period.from, period.to).map((day) => mark(account, 'file', 'listed', day, '')));
  return { kept: next, next: null };
}

/** @param {import('./bank-export.js').ExportedRow[]} rows */
function sumsOf(rows) {
  const counted = rows.filter(({ outcome }) => outcome === 'approved');
  const count = (/** @type {string} */ kind) => counted.filter((row) => row.kind === kind).length;
  return { sale: count('sale') + count('capture'), refund: count('refund'), void: count('void'), other: rows.length - counted.length };
}

// ---- files for a spreadsheet

/** @param {Person} by @param {unknown} question */
export async function exportFile(by, question) {
  return orRefusal(async () => {
    const what = oneOf(field(question, 'what'), /** @type {const} */ (['payments', 'changes', 'comparison']), null);
    const language = oneOf(field(question, 'language'), /** @type {const} */ (['tr', 'en']), 'tr');
    const period = periodOf(question, what === 'comparison' ? LONGEST.compare : LONGEST.export);
    const account = what === 'comparison' ? await accountOf(question) : null;
    const filter = filterOf(question);
    const rows = { payments: () => paymentRows(filter, language), changes: () => changeRows(period, language), comparison: () => comparisonRows(account, period, language) };
    const about = account?.name ?? filter.account ?? '';
    const make = async () => ({ name: `velopos-${what}-${period.from}-${period.to}.csv`, text: writeCsv(await rows[what](), language) });
    return recorded(by, 'export', about, { what, ...period }, make, ({ text }) => `lines ${text.split('\r\n').length - 2}`);
  });
}

/** @typedef {'tr' | 'en'} Language */

/** @type {Record<'payments' | 'changes' | 'comparison', Record<Language, string[]>>} */
const HEADINGS = {
  payments: {
    tr: ['Kaydedildi', 'Sipariş no', 'Bankadaki sipariş no', 'Hesap', 'Kip', 'Kayıt', 'Para', 'Bakılacak', 'Sipariş tutarı', 'Alınan', 'Geri verilen', 'Para birimi', 'Taksit', 'Kart', 'Onay kodu', 'Banka referansı'],
    en: ['Recorded', 'Order number', 'Order number at the bank', 'Account', 'Mode', 'Record', 'Money', 'Attention', 'Order amount', 'Taken', 'Given back', 'Currency', 'Instalments', 'Card', 'Authorisation code', 'Bank reference'],
  },
  changes: {
    tr: ['Zaman', 'Sonuçlandı', 'Ne', 'Sonuç', 'Tutar', 'Para birimi', 'Kim', 'Neden', 'Not', 'Ödeme kaydı'],
    en: ['At', 'Settled', 'What', 'Outcome', 'Amount', 'Currency', 'Who', 'Why', 'Note', 'Payment record'],
  },
  comparison: {
    tr: ['Gün', 'Fark', 'Bankadaki sipariş no', 'Bizde', 'Bankada', 'Para birimi', 'Biliniyor', 'Deneme'],
    en: ['Day', 'Difference', 'Order number at the bank', 'Ours', 'The bank’s', 'Currency', 'Known', 'Attempt'],
  },
};

/** @param {import('./ledger.js').Filter} filter @param {Language} language */
async function paymentRows(filter, language) {
  const rows = (await paymentsFor(filter)).map((payment) => [
    momentText(payment.recordedAt), payment.orderNumber, payment.bankOrderId, payment.account, payment.mode, payment.state, payment.standing, payment.attention,
    ...[payment.amount, payment.captured, payment.refunded].map((amount) => writtenAmount(amount, language)), payment.currency, String(payment.installments),
    payment.maskedPan, payment.authCode, payment.hostReference,
  ]);
  return [HEADINGS.payments[language], ...rows];
}

/** @param {Period} period @param {Language} language */
async function changeRows(period, language) {
  const rows = (await changesFor(period)).map(({ at, settledAt, kind, state, amount, currency, by, why, note, paymentId }) => [
    momentText(at), settledAt ? momentText(settledAt) : '', kind, state, writtenAmount(amount, language), currency, by.name, why, note, paymentId,
  ]);
  return [HEADINGS.changes[language], ...rows];
}

/** @param {Account | null} account @param {Period} period @param {Language} language */
async function comparisonRows(account, period, language) {
  const { differences } = account ? await comparisonOf(account, period) : { differences: [] };
  const rows = differences.map(({ day, kind, orderId, ours, theirs, currency, known, attempt }) => [
    day, kind, orderId, writtenAmount(ours, language), writtenAmount(theirs, language), currency, known ? '1' : '', attempt ?? '',
  ]);
  return [HEADINGS.comparison[language], ...rows];
}

/** '2026-01-31 12:00', Turkish time. @param {number} time */
function momentText(time) {
  return new Date(time + 3 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}

// ---- reading what a browser sent

/** A value of its own, never an inherited one. @param {any} value @param {string} name @returns {unknown} */
function field(value, name) {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name) && value[name] !== '' ? value[name] : undefined;
}

/** @template {string} T @template {T | null} D @param {unknown} value @param {readonly T[]} allowed @param {D} usual null where one must be given */
function oneOf(value, allowed, usual) {
  const found = value === undefined ? usual : allowed.find((each) => each === value);
  if (found === null || found === undefined) throw new BadInput(allowed.join('|'));
  return /** @type {T} */ (found);
}

/** @param {unknown} value */
function recordId(value) {
  if (typeof value !== 'string' || !/^[0-9a-f]{40}$/.test(value)) throw new BadInput('paymentId');
  return value;
}

/** The change's id is made in the browser when the confirmation opens, so that pressing twice is asking once. @param {unknown} wish */
function reasonOf(wish) {
  const id = field(wish, 'id');
  if (!isOpaqueId(id)) throw new BadInput('id');
  return { id, why: plainText(field(wish, 'why') ?? '', 'why', 300) };
}

/** @param {unknown} value */
function amountText(value) {
  if (typeof value !== 'string' || !/^\d{1,15}(?:\.\d{1,2})?$/.test(value)) throw new BadInput('amount');
  return value;
}

/** @param {unknown} value @param {string} name @param {number} longest */
function plainText(value, name, longest) {
  if (typeof value !== 'string' || value.length > longest || /[\0-\x1F\x7F\u2028\u2029]/.test(value)) throw new BadInput(name);
  return value.trim();
}

/** @param {unknown} value @param {number} most */
function wholeNumber(value, most) {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) throw new BadInput('page');
  return value;
}

/** @param {unknown} question @returns {Promise<Account>} */
async function accountOf(question) {
  const account = await findAccount(plainText(field(question, 'account'), 'account', 40));
  if (!account) throw new BadInput('account');
  return account;
}

/** @param {unknown} question @param {number} longest @param {Period} [usual] @returns {Period} */
function periodOf(question, longest, usual) {
  const from = field(question, 'from') ?? usual?.from;
  const to = field(question, 'to') ?? usual?.to;
  if (!isDay(from) || !isDay(to) || from > to || addDays(from, longest) <= to) throw new BadInput('from');
  return { from, to };
}

function today() {
  return dayOf(Date.now()) ?? '';
}

/** @param {number} count @returns {Period} */
function lastDays(count) {
  return { from: addDays(today(), 1 - count), to: today() };
}

const STATES = /** @type {const} */ (['booked', 'late', 'duplicate', 'wrong-mode']);
const STANDINGS = /** @type {const} */ (['paid', 'authorized', 'voided', 'refunded', 'partly-refunded']);

/** @param {unknown} question @returns {import('./ledger.js').Filter} */
function filterOf(question) {
  const [account, state, standing, number, from, to] = ['account', 'state', 'standing', 'number', 'from', 'to'].map((name) => field(question, name));
  if ((from !== undefined && !isDay(from)) || (to !== undefined && !isDay(to))) throw new BadInput('from');
  return {
    account: account === undefined ? undefined : plainText(account, 'account', 40), number: number === undefined ? undefined : plainText(number, 'number', 64),
    state: state === undefined ? undefined : oneOf(state, STATES, null), standing: standing === undefined ? undefined : oneOf(standing, STANDINGS, null),
    waiting: field(question, 'waiting') === true, from: isDay(from) ? from : undefined, to: isDay(to) ? to : undefined,
  };
}

/** @param {unknown} text */
function fileText(text) {
  if (typeof text !== 'string') throw new BadInput('text');
  return text;
}

const FIELDS = /** @type {const} */ (['orderId', 'kind', 'outcome', 'amount', 'currency', 'installments', 'at', 'time', 'transactionId', 'authCode', 'hostReference', 'maskedPan', 'commission']);

/** @param {unknown} choices @returns {import('./bank-export.js').Choices} */
function choicesOf(choices) {
  const columns = field(choices, 'columns');
  const chosen = FIELDS.map((name) => [name, field(columns, name)]).filter(([, index]) => index !== undefined);
  const header = field(choices, 'header');
  const [delimiter, numbers, currency] = ['delimiter', 'numbers', 'currency'].map((name) => field(choices, name));
  return {
    ...(columns === undefined ? {} : { columns: Object.fromEntries(chosen.map(([name, index]) => [name, wholeNumber(index, LIMITS.columns)])) }),
    ...(header === undefined ? {} : { header: wholeNumber(header, LIMITS.characters) }),
    ...(delimiter === undefined ? {} : { delimiter: oneOf(delimiter, /** @type {const} */ ([';', ',', '\t']), null) }),
    ...(numbers === undefined ? {} : { numbers: oneOf(numbers, /** @type {const} */ (['tr', 'en']), null) }),
    ...(currency === undefined ? {} : { currency: oneOf(currency, /** @type {const} */ (['TRY', 'USD', 'EUR', 'GBP', 'JPY', 'RUB']), null) }),
  };
}

// What the banks' panels export, read as the lines of a bank's list. Pure. Every panel has words of its own for the same columns, and
// changes them; so they are recognised by name, and what is not recognised is chosen by the person. A file is read wholly or not at all:
// each line that cannot be read in exactly one way is named.

import { CsvProblem, decimalMarkOf, readAmount, readCsv, readMoment } from './csv.js';
import { fromMinor } from './money.js';

/**
 * @typedef {import('./csv.js').Row} Row
 * @typedef {'orderId' | 'kind' | 'outcome' | 'amount' | 'currency' | 'installments' | 'at' | 'time' | 'transactionId' | 'authCode'
 *   | 'hostReference' | 'maskedPan' | 'commission'} Field
 * @typedef {Partial<Record<Field, number>>} Columns   the index of each field's column
 * @typedef {{ delimiter?: string, header?: number, columns?: Columns, numbers?: 'tr' | 'en', currency?: string }} Choices   what a person
 *   has chosen; `header` is the line of the column names
 * @typedef {Omit<import('velopos').Transaction, 'kind'> & { kind: import('velopos').Transaction['kind'], line: number }} ExportedRow
 * @typedef {{ line: number, field: string, problem: string, cell: string }} Problem
 * @typedef {{ delimiter: string, header: { line: number, cells: string[] }, columns: Columns, missing: Field[], rows: ExportedRow[],
 *   problems: Problem[], skipped: number[], unknown: { kinds: string[], outcomes: string[] }, from: string | null, to: string | null }} Export
 *   `skipped` lines are no transactions (sums, remarks); `missing` must be chosen before anything can be read
 */

/** The columns' names in the panels of İş Bankası and other NestPay banks, Garanti BBVA, Yapı Kredi, VakıfBank, Ziraat, PayTR and iyzico,
 * as `plain` writes them; the first of a field's names that a file has is taken. @type {Record<Field, string[]>} */
const NAMES = {
  orderId: ['siparisno', 'siparisnumarasi', 'siparisid', 'siparis', 'isyerisiparisno', 'uyeisyerisiparisno', 'magazasiparisno', 'oid', 'orderid', 'orderno',
    'ordernumber', 'merchantoid', 'merchantorderid', 'basketid', 'sepetid', 'sepetno', 'conversationid', 'paymentconversationid', 'verifyenrollmentrequestid'],
  kind: ['islemtipi', 'islemturu', 'islemtip', 'islemcinsi', 'transactiontype', 'trxtype', 'txntype', 'tip', 'type', 'islem', 'tur', 'paymentphase'],
  outcome: ['islemdurumu', 'islemsonucu', 'durum', 'sonuc', 'transactionstatus', 'status', 'response', 'islemsonuckodu', 'sonuckodu', 'cevapkodu', 'procreturncode', 'responsecode'],
  amount: ['odemetutari', 'paidprice', 'bruttutar', 'bruttutari', 'islemtutari', 'satistutari', 'tutar', 'tutari', 'provizyontutar', 'provizyontutari', 'cekilentutar', 'toplamtutar', 'islemtutar', 'amount', 'totalamount', 'total', 'price', 'bekleyenalacaktutari'],
  currency: ['parabirimi', 'dovizkodu', 'dovizcinsi', 'doviz', 'currency', 'currencycode', 'transactioncurrency', 'birim'],
  installments: ['taksitsayisi', 'taksit', 'taksitadedi', 'taksitsayi', 'toplamtaksit', 'installment', 'installments', 'installmentcount'],
  at: ['islemtarihi', 'islemtarihisaati', 'islemtarihivesaati', 'islemzamani', 'islemgunu', 'satistarihi', 'tarih', 'tarihsaat', 'transactiondate', 'createddate', 'date', 'datetime'],
  time: ['saat', 'islemsaati', 'time', 'transactiontime'],
  transactionId: ['islemid', 'islemnumarasi', 'islemno', 'transid', 'transactionid', 'paymenttxid', 'paymentid', 'odemeno', 'odemenumarasi'],
  authCode: ['provizyonno', 'provizyonkodu', 'provizyonnumarasi', 'onaykodu', 'onayno', 'otorizasyonkodu', 'otorizasyonno', 'otorizasyonnumarasi', 'authcode', 'approvalcode', 'authorizationcode'],
  hostReference: ['rrn', 'bankarrn', 'referansno', 'referansnumarasi', 'hostreferansno', 'hostrefnum', 'hostreference', 'retrefnum'],
  maskedPan: ['kartno', 'kartnumarasi', 'maskelikartno', 'kartmaskelino', 'cardnumber', 'maskedpan', 'pan'],
  commission: ['komisyontutari', 'komisyon', 'kesilenkomisyontutari', 'toplamkomisyontutari', 'kesintitutari', 'kesinti', 'netkesinti', 'komisyontutar', 'izyicocommission', 'iyzicocommission', 'izicommissionfee', 'iyzicommissionrateamount', 'commission'],
};

const NEEDED = /** @type {const} */ (['amount', 'at']);
const HEADER_WITHIN = 15;
const PROBLEMS_TOLD = 20;

/** @param {string} text @param {Choices} [choices] @returns {Export} */
export function readExport(text, choices = {}) {
  const table = readCsv(text, choices.delimiter);
  const header = headerOf(table.rows, choices.header);
  const columns = choices.columns ?? columnsOf(header.cells);
  const missing = [...NEEDED, ...(columns.orderId === undefined && columns.authCode === undefined ? /** @type {const} */ (['orderId']) : [])]
    .filter((field) => columns[field] === undefined);
  const base = { delimiter: table.delimiter, header, columns, missing };
  const none = { rows: [], problems: [], skipped: [], unknown: { kinds: [], outcomes: [] }, from: null, to: null };
  if (missing.length > 0) return { ...base, ...none };
  return { ...base, ...readRows(table.rows.filter(({ line }) => line > header.line), columns, choices) };
}

// ---- the columns

/** Panels put titles and remarks above the names. @param {Row[]} rows @param {number} [chosen] */
function headerOf(rows, chosen) {
  if (chosen !== undefined) return rows.find(({ line }) => line === chosen) ?? rows[0];
  const known = (/** @type {Row} */ row) => Object.keys(columnsOf(row.cells)).length;
  return rows.slice(0, HEADER_WITHIN).reduce((best, row) => (known(row) > known(best) ? row : best));
}

/** @param {string[]} cells @returns {Columns} */
export function columnsOf(cells) {
  const names = cells.map(plain);
  const entries = Object.entries(NAMES).map(([field, known]) => [field, names.indexOf(known.find((name) => names.includes(name)) ?? '-')]);
  return Object.fromEntries(entries.filter(([, index]) => Number(index) >= 0));
}

const TURKISH = { ı: 'i', İ: 'i', ş: 's', Ş: 's', ğ: 'g', Ğ: 'g', ü: 'u', Ü: 'u', ö: 'o', Ö: 'o', ç: 'c', Ç: 'c', â: 'a', î: 'i', û: 'u' };

/** 'İşlem Tutarı (TL)' → 'islemtutari': without Turkish letters, capitals, signs, and what stands in brackets. @param {string} text */
export function plain(text) {
  const letters = text.normalize('NFC').replace(/[ıİşŞğĞüÜöÖçÇâîû]/g, (letter) => TURKISH[/** @type {keyof typeof TURKISH} */ (letter)]);
  return letters.toLowerCase().replace(/\(.*?\)/g, '').replace(/[^a-z0-9]/g, '');
}

// ---- the lines

/** @param {Row[]} rows @param {Columns} columns @param {Choices} choices */
function readRows(rows, columns, choices) {
  const skipped = rows.filter((row) => isRemark(row, columns));
  const lines = rows.filter((row) => !isRemark(row, columns));
  const marks = { amount: markOf(lines, columns.amount, choices), commission: markOf(lines, columns.commission, choices) };
  /** @type {Problem[]} */
  const problems = [];
  const unknown = { kinds: new Set(), outcomes: new Set() };
  const read = lines.flatMap((row) => {
    try {
      return [readLine(row, columns, marks, choices.currency ?? 'TRY', unknown)];
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      if (problems.length < PROBLEMS_TOLD) problems.push({ line: row.line, field: error.field, problem: error.problem, cell: error.cell });
      return [];
    }
  });
  const days = read.map(({ at = '' }) => at.slice(0, 10)).sort();
  return {
    rows: read, problems, skipped: skipped.map(({ line }) => line).slice(0, PROBLEMS_TOLD), from: days[0] ?? null, to: days[days.length - 1] ?? null,
    unknown: { kinds: [...unknown.kinds], outcomes: [...unknown.outcomes] },
  };
}

class FieldProblem extends Error {
  /** @param {Field} field @param {string} problem @param {string} cell */
  constructor(field, problem, cell) {
    super(problem);
    this.field = field;
    this.problem = problem;
    this.cell = cell.slice(0, 60);
  }
}

/** Sums and remarks name no moment, and no order either, or they say that they are a sum. @param {Row} row @param {Columns} columns */
function isRemark({ cells }, { at, orderId, authCode }) {
  const has = (/** @type {number | undefined} */ index) => index !== undefined && (cells[index] ?? '') !== '';
  const isSum = cells.some((cell) => /^(?:genel|ara)?toplam|^total$|^sum$/.test(plain(cell)));
  return (isSum || !has(orderId) && !has(authCode)) && (!has(at) || readMoment(cells[at ?? 0]) === null);
}

/** @param {Row[]} lines @param {number | undefined} index @param {Choices} choices */
function markOf(lines, index, { numbers }) {
  if (numbers) return numbers === 'tr' ? ',' : '.';
  return index === undefined ? null : decimalMarkOf(lines.map(({ cells }) => cells[index] ?? ''));
}

/** @typedef {',' | '.' | null | 'both'} Mark */

/** @param {Row} row @param {Columns} columns @param {{ amount: Mark, commission: Mark }} marks @param {string} usual
 * @param {{ kinds: Set<string>, outcomes: Set<string> }} unknown @returns {ExportedRow} */
function readLine({ line, cells }, columns, marks, usual, unknown) {
  const cell = (/** @type {Field} */ field) => cells[columns[field] ?? -1] ?? '';
  const currency = currencyOf(cell('currency'), usual);
  const minor = amountOf('amount', cell('amount'), currency, marks.amount);
  const commission = cell('commission') === '' ? null : amountOf('commission', cell('commission'), currency, marks.commission);
  const kind = kindOf(cell('kind'), minor < 0n, unknown.kinds);
  const orderId = cell('orderId');
  if (orderId.length > 64) throw new FieldProblem('orderId', 'long', orderId);
  /** @type {ExportedRow} */
  const row = {
    line, orderId, kind, outcome: outcomeOf(cell('outcome'), unknown.outcomes), amount: fromMinor(abs(minor), currency), currency,
    at: momentOf(cell('at'), cell('time')), installments: installmentsOf(cell('installments')),
    ...(commission === null ? {} : { commission: fromMinor(abs(commission), currency) }),
  };
  for (const field of /** @type {const} */ (['transactionId', 'authCode', 'hostReference', 'maskedPan'])) {
    if (cell(field) !== '') row[field] = masked(cell(field)).slice(0, 64);
  }
  return row;
}

/** @param {'amount' | 'commission'} field @param {string} cell @param {import('velopos').Currency} currency @param {Mark} mark */
function amountOf(field, cell, currency, mark) {
  if (cell === '') throw new FieldProblem(field, 'empty', cell);
  if (mark === 'both') throw new FieldProblem(field, 'mixed', cell);
  try {
    return readAmount(cell, currency === 'JPY' ? 0 : 2, mark);
  } catch (error) {
    throw error instanceof CsvProblem ? new FieldProblem(field, error.problem, cell) : error;
  }
}

/** @param {bigint} minor */
function abs(minor) {
  return minor < 0n ? -minor : minor;
}

/** @type {Record<string, import('velopos').Currency>} */
const CURRENCIES = {
  tl: 'TRY', try: 'TRY', trl: 'TRY', ytl: 'TRY', 949: 'TRY', turklirasi: 'TRY', usd: 'USD', 840: 'USD', eur: 'EUR', 978: 'EUR', euro: 'EUR', gbp: 'GBP', 826: 'GBP',
  jpy: 'JPY', 392: 'JPY', rub: 'RUB', 643: 'RUB', '₺': 'TRY', $: 'USD', '€': 'EUR', '£': 'GBP',
};

/** @param {string} cell @param {string} usual */
function currencyOf(cell, usual) {
  const found = CURRENCIES[cell in CURRENCIES ? cell : plain(cell === '' ? usual : cell)];
  if (!found) throw new FieldProblem('currency', 'currency', cell);
  return found;
}

/** The first word that is found in a cell decides, so the longer ones stand before those they hold. Cells of one or two letters must be
 * exactly these: PayTR's S and I, NestPay's S and C. @type {[RegExp, import('velopos').Transaction['kind']][]} */
const KINDS = [
  [/onotorizasyonkapama|onprovizyonkapama|otorizasyonkapa|kapama|postauth|finansallastirma|capture/, 'capture'],
  [/onotorizasyon|onprovizyon|preauth/, 'preauth'],
  [/iptal|void|cancel|reversal/, 'void'],
  [/^i$|^c$|iade|^iad$|refund|credit/, 'refund'],
  [/^s$|satis|sale|^auth$|pesin|taksit|^tek$|^tks$|^vft$|tekcekim|^payment$|^odeme$|tahsilat/, 'sale'],
];

/** The void of a refund leaves the payment as it was: for a person. */
const UNDONE_REFUND = /iade(?:nin)?ipta|refund(?:void|cancel)/;

/** Statements without a kind write what went back as a negative amount. @param {string} cell @param {boolean} isNegative
 * @param {Set<string>} unknown */
function kindOf(cell, isNegative, unknown) {
  const word = plain(cell);
  if (word === '') return isNegative ? 'refund' : 'sale';
  const kind = UNDONE_REFUND.test(word) ? undefined : KINDS.find(([words]) => words.test(word))?.[1];
  if (!kind) unknown.add(cell.slice(0, 40));
  if (isNegative && (kind === 'sale' || kind === 'preauth' || kind === 'capture')) throw new FieldProblem('kind', 'sign', cell);
  return kind ?? 'other';
}

/** @type {[RegExp, import('velopos').Transaction['outcome']][]} */
const OUTCOMES = [
  [/bekl|pending|askida|surec|incelem/, 'open'],
  [/basarisiz|red|hata|error|fail|declin|onaylanmad/, 'declined'],
  [/iptal|void|cancel/, 'voided'],
  [/basarili|onay|approv|success|tamam|^ok$|^0+$|^gecerli$|^alindi$|^odendi$/, 'approved'],
];

/** A panel that lists only what succeeded has no such column. Words that nobody knows decide nothing.
 * @param {string} cell @param {Set<string>} unknown */
function outcomeOf(cell, unknown) {
  const word = plain(cell);
  if (word === '') return 'approved';
  const outcome = OUTCOMES.find(([words]) => words.test(word))?.[1];
  if (!outcome) unknown.add(cell.slice(0, 40));
  return outcome ?? 'open';
}

/** @param {string} date @param {string} time */
function momentOf(date, time) {
  const found = readMoment(time === '' ? date : `${date} ${time}`) ?? readMoment(date);
  if (!found) throw new FieldProblem('at', 'date', date);
  return found;
}

/** '', '0', '-', 'Peşin', 'Tek Çekim' and '3', '3 Taksit', '03'. @param {string} cell */
function installmentsOf(cell) {
  const word = plain(cell);
  const digits = /^(\d{1,2})(?:taksit)?$/.exec(word)?.[1];
  if (digits) return Math.max(1, Number(digits));
  if (word !== '' && !/pesin|tek/.test(word)) throw new FieldProblem('installments', 'installments', cell);
  return 1;
}

/** Should a panel show whole card numbers, they stay there. @param {string} text */
function masked(text) {
  return text.replace(/\d(?:[ -]?\d){12,18}/g, (number) => number.replace(/\D/g, '').replace(/^(\d{6})\d*(\d{4})$/, '$1******$2'));
}

// Tables as text, from the banks' panels and to spreadsheets. Pure. Whatever a file holds, reading it ends: with rows, or with the line
// that is to blame. Amounts become minor units without passing through a number.

/**
 * @typedef {{ line: number, cells: string[] }} Row   `line` is where it begins in the file, from 1
 * @typedef {{ delimiter: string, rows: Row[] }} Table
 * @typedef {'empty' | 'too-large' | 'not-text' | 'markup' | 'quote' | 'too-many-rows' | 'too-many-columns' | 'long-cell'} TableProblem
 * @typedef {'amount' | 'ambiguous' | 'decimals'} AmountProblem
 */

export const LIMITS = { characters: 450_000, rows: 10_000, columns: 80, cell: 2_000 };

/** Why a table cannot be used, and where. */
export class CsvProblem extends Error {
  /** @param {string} problem @param {number} [line] @param {string} [cell] */
  constructor(problem, line = 0, cell = '') {
    super(`${problem} in line ${line}`);
    this.problem = problem;
    this.line = line;
    this.cell = cell;
  }
}

// ---- reading

/** @param {string} text @param {string} [delimiter] found by looking, when none is given @returns {Table} */
export function readCsv(text, delimiter) {
  if (text.length > LIMITS.characters) throw new CsvProblem('too-large');
  const body = text.replace(/^\uFEFF/, '');
  if (/^\s*$/.test(body)) throw new CsvProblem('empty');
  if (body.includes('\0') || /^(?:PK\x03\x04|\xD0\xCF\x11\xE0|%PDF)/.test(body) || body.includes('\uFFFD\uFFFD')) throw new CsvProblem('not-text');
  if (/^\s*<(?:!doctype|html|table|\?xml)/i.test(body)) throw new CsvProblem('markup');   // some panels name an HTML table .xls
  const told = /^sep=([;,\t])\r?\n/i.exec(body);   // Excel's own way of telling
  const chosen = delimiter ?? told?.[1] ?? delimiterOf(body);
  const rows = parse(told ? body.slice(told[0].length) : body, chosen, LIMITS.rows, told ? 2 : 1);
  if (rows.length === 0) throw new CsvProblem('empty');
  return { delimiter: chosen, rows };
}

const DELIMITERS = [';', '\t', ','];
const LOOKED_AT = 30;

/** The one that cuts the most rows into the same number of cells. @param {string} text */
function delimiterOf(text) {
  const scores = DELIMITERS.map((delimiter) => {
    const widths = widthsOf(text, delimiter);
    const usual = mostCommon(widths.filter((width) => width > 1));
    return { delimiter, score: widths.filter((width) => width === usual).length * 100 + usual };
  });
  return scores.reduce((best, each) => (each.score > best.score ? each : best)).delimiter;
}

/** @param {string} text @param {string} delimiter */
function widthsOf(text, delimiter) {
  try {
    return parse(text, delimiter, LOOKED_AT, 1, true).map(({ cells }) => cells.length);
  } catch {
    return [];
  }
}

/** @param {number[]} values */
function mostCommon(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0];
}

/** Quotes as RFC 4180 has them: a cell that begins with one ends with one, and two of them inside are one. Rows without content are left
 * out. @param {string} text @param {string} delimiter @param {number} most @param {number} firstLine @param {boolean} [isSample] stops
 * quietly after so many rows @returns {Row[]} */
function parse(text, delimiter, most, firstLine, isSample = false) {
  /** @type {Row[]} */
  const rows = [];
  let position = 0;
  let line = firstLine;
  while (position < text.length) {
    const read = readRow(text, position, line, delimiter);
    if (read.cells.some((cell) => cell !== '')) {
      if (rows.length === most && isSample) return rows;
      if (rows.length === most) throw new CsvProblem('too-many-rows', line);
      rows.push({ line, cells: read.cells });
    }
    position = read.position;
    line = read.line;
  }
  return rows;
}

/** @param {string} text @param {number} start @param {number} firstLine @param {string} delimiter */
function readRow(text, start, firstLine, delimiter) {
  const cells = [];
  let position = start;
  let line = firstLine;
  for (;;) {
    const cell = text[position] === '"' ? quotedCell(text, position, line) : plainCell(text, position, delimiter);
    if (cell.text.length > LIMITS.cell) throw new CsvProblem('long-cell', line);
    cells.push(clean(cell.text));
    if (cells.length > LIMITS.columns) throw new CsvProblem('too-many-columns', line);
    position = cell.end;
    line += cell.lines;
    if (text[position] === delimiter) position += 1;
    else if (isLineEnd(text, position)) return { cells, ...nextLine(text, position, line) };
    else throw new CsvProblem('quote', line);   // something follows a closing quote
  }
}

/** @param {string} text @param {number} start @param {string} delimiter */
function plainCell(text, start, delimiter) {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { text: text.slice(start, end), end, lines: 0 };
}

/** @param {string} text @param {number} start @param {number} line */
function quotedCell(text, start, line) {
  let content = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || quote - from > LIMITS.cell) throw new CsvProblem('quote', line);   // never closed, as far as anybody can see
    content += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { text: content, end: quote + 1, lines: linesIn(content) };
    content += '"';
    from = quote + 2;
  }
}

/** @param {string} text */
function linesIn(text) {
  return text.split(/\r\n|\r|\n/).length - 1;
}

/** @param {string} text @param {number} position */
function isLineEnd(text, position) {
  return position >= text.length || text[position] === '\n' || text[position] === '\r';
}

/** @param {string} text @param {number} position @param {number} line */
function nextLine(text, position, line) {
  const width = text[position] === '\r' && text[position + 1] === '\n' ? 2 : 1;
  return { position: position + width, line: line + 1 };
}

/** Spaces around, and Excel's ways of keeping a number a text: ="0042" and '0042. @param {string} cell */
function clean(cell) {
  const trimmed = cell.trim();
  return /^="[^"]*"$/.test(trimmed) ? trimmed.slice(2, -1).trim() : trimmed.replace(/^'(?=\d)/, '');
}

// ---- amounts

const MONEY_SIGNS = /^(?:TL|TRY|TRL|YTL|USD|EUR|GBP|JPY|RUB|₺|\$|€|£|¥|₽)|(?:TL|TRY|TRL|YTL|USD|EUR|GBP|JPY|RUB|₺|\$|€|£|¥|₽)$/gi;

/** What the decimals are written with in a column: seen where a cell can be read in one way only; null where none can, or all agree with
 * both. Two ways in one column are nobody's. @param {string[]} cells @returns {',' | '.' | null | 'both'} */
export function decimalMarkOf(cells) {
  const marks = new Set(cells.map((cell) => markIn(bare(cell).digits)).filter((mark) => mark !== null));
  return marks.size === 2 ? 'both' : [...marks][0] ?? null;
}

/** @param {string} digits @returns {',' | '.' | null} */
function markIn(digits) {
  const marks = [...digits.matchAll(/[.,]/g)];
  const last = marks[marks.length - 1];
  if (!last) return null;
  const after = digits.length - (last.index ?? 0) - 1;
  const kinds = new Set(marks.map(([mark]) => mark));
  if (kinds.size === 2) return /** @type {',' | '.'} */ (last[0]);               // 1.249,50
  if (marks.length > 1) return last[0] === '.' ? ',' : '.';                      // 1.249.500: these are groups, so the other one is it
  return after === 3 ? null : /** @type {',' | '.'} */ (last[0]);                // 149,90; but 1.249 may be both
}

/** Minor units, with the sign that stands in the cell. Throws an `AmountProblem`'s name where it cannot be read in exactly one way.
 * @param {string} cell @param {number} decimals the currency's @param {',' | '.' | null} mark the column's @returns {bigint} */
export function readAmount(cell, decimals, mark) {
  const { digits, isNegative } = bare(cell);
  const point = mark ?? markIn(digits);
  if (point === null && /[.,]/.test(digits)) throw problem('ambiguous');
  const group = point === ',' ? '\\.' : ',';
  const form = new RegExp(`^(\\d+|\\d{1,3}(?:${group}\\d{3})+)(?:\\${point ?? '.'}(\\d+))?$`);
  const match = form.exec(digits);
  if (!match || match[1].length > 20) throw problem('amount');
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) throw problem('decimals');   // a part of a kuruş: whatever this is, it is no amount of money
  const minor = BigInt(match[1].replace(/\D/g, '') + fraction.padEnd(decimals, '0'));
  return isNegative ? -minor : minor;
}

/** @param {AmountProblem} name */
function problem(name) {
  return new CsvProblem(name);
}

/** Without signs of currency, and without blanks between groups of three: 1 249,50 TL, (149,90), -149,90, 149,90-. @param {string} cell */
function bare(cell) {
  const text = unsigned(cell.normalize('NFKC').replace(/(?<=\d)[ '](?=\d{3}(?!\d))/g, ''));
  const isNegative = /^-.*[^-]$|^[^-].*-$|^\(.*\)$/.test(text);
  const digits = isNegative ? text.replace(/^[-(]|[-)]$/g, '') : text.replace(/^\+/, '');
  return { digits: unsigned(digits), isNegative };
}

/** @param {string} text */
function unsigned(text) {
  return text.trim().replace(MONEY_SIGNS, '').trim();
}

// ---- moments

const TURKISH = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ T,-]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?)?$/;
const ISO = /^(\d{4})[-/.](\d{2})[-/.](\d{2})(?:[ T]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?: ?(\d{2}):?(\d{2}):?(\d{2})?)?$/;

/** A day, or a moment in ISO 8601 with its offset, Turkey's where none is written; null of anything that is no day of the calendar.
 * @param {string} cell @returns {string | null} */
export function readMoment(cell) {
  const text = cell.trim();
  const turkish = TURKISH.exec(text);
  if (turkish) return moment([turkish[3], turkish[2], turkish[1], ...turkish.slice(4, 7)], undefined);
  const iso = ISO.exec(text);
  if (iso) return moment(iso.slice(1, 7), iso[7]);
  const compact = COMPACT.exec(text);
  return compact ? moment(compact.slice(1, 7), undefined) : null;
}

/** @param {(string | undefined)[]} parts year to second @param {string | undefined} offset */
function moment([year = '', month = '', date = '', hour, minute, second], offset) {
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  if (new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) return null;
  if (hour === undefined) return day;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return null;
  const zone = offset?.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') ?? '+03:00';
  return `${day}T${hour.padStart(2, '0')}:${minute}:${second ?? '00'}${zone}`;
}

// ---- writing

/** A file for a spreadsheet: in Turkish its decimals have a comma, and its cells are separated by semicolons; in English a point and
 * commas. No cell can become a formula. @param {(string | null | undefined)[][]} rows @param {'tr' | 'en'} language */
export function writeCsv(rows, language) {
  const delimiter = language === 'tr' ? ';' : ',';
  return `\uFEFF${rows.map((row) => row.map((cell) => written(cell ?? '', delimiter)).join(delimiter)).join('\r\n')}\r\n`;
}

/** '1249.50' as the language writes it, without groups, so that a spreadsheet reads it as a number.
 * @param {string | null | undefined} amount @param {'tr' | 'en'} language */
export function writtenAmount(amount, language) {
  return language === 'tr' ? (amount ?? '').replace('.', ',') : amount ?? '';
}

/** @param {string} cell @param {string} delimiter */
function written(cell, delimiter) {
  const safe = defused(cell);
  return safe.includes(delimiter) || /["'\s]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Spreadsheets run what begins with one of these, also in its full-width forms, and some look past blanks and other invisible
 * characters in front of it. An apostrophe makes a text of it. @param {string} cell */
function defused(cell) {
  const line = cell.replace(/[\0-\x1F\x7F\u2028\u2029]+/g, ' ');
  const begins = line.normalize('NFKC').replace(/^[\s\p{Cf}\p{Z}'"]+/u, '');
  return /^[=+\-@\u2212]/.test(begins) || /^[\t\r\n]/.test(cell) ? `'${line}` : line;
}

// Numbers as people read them, and tables that are read in a terminal as well as in Markdown.

/** @param {string[]} header @param {string[][]} rows the first column holds words, the others numbers */
export function table(header, rows) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  const aligned = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  const line = (cells) => `| ${cells.map(aligned).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** A time with three digits. @param {number} nanoseconds */
export function time(nanoseconds) {
  const [unit, name] = nanoseconds < 1e6 ? [1e3, 'µs'] : nanoseconds < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
  return `${digits(nanoseconds / unit)} ${name}`;
}

/** A ratio and how far half of the rounds lie from it. @param {import('./speed.js').Summary} summary */
export function ratioText({ median, low, high }) {
  return `${digits(median)} ±${digits((high - low) / 2)}`;
}

/** @param {number} bytes */
export function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

/** Two decimals below ten, one below a hundred. */
export function digits(number) {
  return number.toFixed(number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
}

// Which faults are struck, and the table of what was struck.

import { COLUMNS, columnOf } from './kinds.js';
import { pairs, rehearse, singles, strike } from './engine.js';
import { scenarios } from './scenarios.js';

export const PAIRS = 'pairs';

/**
 * All faults of one scenario, or a part of them.
 * @param {import('./scenarios.js').Scenario} scenario
 * @param {{ seed: number, part: number, pairsEach: number, wanted?: (place: string, kind: string) => boolean }} options `part`: one of so
 *   many, another with every seed
 */
export async function planOf(scenario, { seed, part, pairsEach, wanted }) {
  const places = await rehearse(scenario);
  const shift = Math.abs(seed + hash(scenario.name)) % part;
  const chosen = singles(places, wanted).filter((_, index) => index % part === shift);
  return { places: places.length, faults: [...chosen, ...pairs(places, pairsEach, seed + hash(scenario.name))] };
}

const hash = (text) => [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) >>> 0, 7) % 100_003;

/**
 * @param {{ seed: number, part: number, pairsEach: number, only?: RegExp, wanted?: (place: string, kind: string) => boolean,
 *   share?: { of: number, mine: number } }} options
 * @param {(row: Row) => void} [told] after every scenario
 * @typedef {{ name: string, places: number, counts: Record<string, number>, total: number, shown: number, wrong: import('./engine.js').Result[] }} Row
 * @returns {Promise<Row[]>}
 */
export async function strikeAll({ only = /./, share = { of: 1, mine: 0 }, ...options }, told = () => {}) {
  const rows = [];
  const mine = scenarios().filter(({ name }) => only.test(name)).filter((_, index) => index % share.of === share.mine);
  for (const scenario of mine) {
    const { places, faults } = await planOf(scenario, options);
    const row = { name: scenario.name, places, counts: {}, total: 0, shown: 0, wrong: [] };
    for (const each of faults) {
      const result = await strike(scenario, each);
      count(row, each, result);
      if (result.wrong.length > 0) row.wrong.push(result);
    }
    rows.push(row);
    told(row);
  }
  return rows;
}

/** Only what really struck is counted. @param {Row} row */
function count(row, faults, { kinds, shown }) {
  if (kinds.length === 0) return;
  const column = faults.length > 1 ? PAIRS : columnOf(kinds[0]);
  row.counts[column] = (row.counts[column] ?? 0) + kinds.length;
  row.total += kinds.length;
  row.shown += shown.length > 0 ? 1 : 0;
}

/** @param {Row[]} rows */
export function table(rows) {
  const columns = [...COLUMNS, PAIRS];
  const sum = (read) => rows.reduce((total, row) => total + read(row), 0);
  const lines = rows.map(({ name, places, counts, total, shown }) => [name, places, ...columns.map((column) => counts[column] ?? 0), total, shown]);
  const all = ['all', sum(({ places }) => places), ...columns.map((column) => sum(({ counts }) => counts[column] ?? 0)), sum(({ total }) => total), sum(({ shown }) => shown)];
  const head = ['scenario', 'places', ...columns, 'faults', 'left to a person'];
  const widths = head.map((word, index) => Math.max(...[head, ...lines, all].map((line) => String(line[index]).length)));
  return [head, ...lines, all].map((line) => line.map((cell, index) => (index === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[index]))).join('  ')).join('\n');
}

/** How to see one again. @param {import('./engine.js').Result} result */
export const again = ({ name, faults }) => `npm run faults -- --at '${name}|${faults.map(({ at, kind }) => `${at} ${kind}`).join('|')}'`;

// Turnover as bars: what came in above, what went back below the line. Beside it the same numbers stand in a table, for those who cannot
// see it and for those who want them exactly.

import { h, svg } from '../dom.js';
import { addDays, dayText, minor, price } from './format.js';
import { table } from './parts.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {{ from: string, currency: string, payments: number, returns: number, taken: string, returned: string, net: string }} Bar
 */

const WIDTH = 720;
const HEIGHT = 200;

/** @param {App} app @param {Bar[]} bars of one currency @param {'day' | 'week' | 'month'} unit @param {string} name */
export function chart(app, bars, unit, name) {
  const { words, language } = app;
  const columns = [words.chart[unit], words.chart.payments, words.money.taken, words.money.returned, words.money.net];
  const rows = bars.filter(({ payments, returns }) => payments + returns > 0)
    .map((bar) => [partText(bar.from, unit, language), String(bar.payments), ...[bar.taken, bar.returned, bar.net].map((amount) => price(amount, bar.currency, language))]);
  return h('figure', { class: 'chart' },
    drawing(app, bars, name),
    h('div', { class: 'ticks', 'aria-hidden': 'true' }, ...ends(bars).map(({ from }) => h('span', {}, tick(from, unit, language)))),
    h('figcaption', { class: 'legend' }, h('span', { class: 'in' }, words.money.taken), h('span', { class: 'out' }, words.money.returned)),
    h('details', {}, h('summary', {}, words.chart.asTable), table(name, columns, rows, ['', 'number', 'number', 'number', 'number'])));
}

/** The first, the middle one and the last. @param {Bar[]} bars */
function ends(bars) {
  return [...new Set([0, Math.floor((bars.length - 1) / 2), bars.length - 1])].flatMap((index) => bars[index] ?? []);
}

/** @param {App} app @param {Bar[]} bars @param {string} name */
function drawing({ words }, bars, name) {
  const most = largest(bars.map(({ taken }) => minor(taken)));
  const whole = most + largest(bars.map(({ returned }) => minor(returned))) || 1n;
  const size = (/** @type {bigint} */ amount) => Number(amount * BigInt(HEIGHT * 100) / whole) / 100;   // hundredths of a pixel
  const base = most === 0n ? HEIGHT / 2 : size(most);
  const step = WIDTH / Math.max(1, bars.length);
  const drawn = bars.flatMap(({ taken, returned }, index) => {
    const [x, width] = [index * step + step * 0.14, step * 0.72];
    return [rect('in', x, base - size(minor(taken)), width, size(minor(taken))), rect('out', x, base, width, size(minor(returned)))];
  });
  return svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${name}. ${words.chart.hint}`, preserveAspectRatio: 'none' },
    ...drawn, svg('line', { x1: 0, x2: WIDTH, y1: base.toFixed(1), y2: base.toFixed(1), class: 'base' }));
}

/** @param {bigint[]} values */
function largest(values) {
  return values.reduce((most, value) => (value > most ? value : most), 0n);
}

/** @param {string} kind @param {number} x @param {number} y @param {number} width @param {number} height */
function rect(kind, x, y, width, height) {
  return height > 0 ? svg('rect', { class: kind, x: x.toFixed(1), y: y.toFixed(2), width: width.toFixed(1), height: Math.max(1, height).toFixed(2) }) : null;
}

/** @param {string} day @param {'day' | 'week' | 'month'} unit @param {'tr' | 'en'} language */
export function partText(day, unit, language) {
  if (unit === 'month') return language === 'tr' ? day.slice(0, 7).split('-').reverse().join('.') : day.slice(0, 7);
  return unit === 'week' ? `${dayText(day, language)} – ${dayText(addDays(day, 6), language)}` : dayText(day, language);
}

/** @param {string} day @param {'day' | 'week' | 'month'} unit @param {'tr' | 'en'} language */
function tick(day, unit, language) {
  if (unit === 'month') return partText(day, unit, language);
  return language === 'tr' ? day.slice(5).split('-').reverse().join('.') : day.slice(5);
}

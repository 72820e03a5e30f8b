// What the admin page's views are made of.

import { h } from '../dom.js';

/** @typedef {(Node | string | null)} Child */

/** Rows that become cards on a phone: every cell knows its column's name. @param {string} caption @param {string[]} columns
 * @param {Child[][]} rows @param {string[]} [kinds] a class for each column, such as `number` @param {boolean} [isSaid] by a title above, so
 * that only a screen reader needs it here */
export function table(caption, columns, rows, kinds = [], isSaid = false) {
  const cell = (/** @type {Child} */ content, /** @type {number} */ index) => h('td', { 'data-name': columns[index], class: kinds[index] ?? null }, content);
  return h('div', { class: 'scroll' }, h('table', {},
    h('caption', { class: isSaid ? 'aside' : null }, caption),
    h('thead', {}, h('tr', {}, ...columns.map((name, index) => h('th', { scope: 'col', class: kinds[index] ?? null }, name)))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map(cell))))));
}

/** Names and values; those without a value are left out. @param {[string, Child][]} entries */
export function facts(entries) {
  return h('dl', { class: 'facts' }, ...entries.filter(([, value]) => value !== '' && value !== null)
    .flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

/** @param {string} text @param {() => void} onclick @param {Record<string, any>} [more] */
export function button(text, onclick, more = {}) {
  return h('button', { type: 'button', onclick, ...more }, text);
}

/** A control with its label. @param {string} label @param {HTMLElement} control */
export function labelled(label, control) {
  return h('label', { class: 'labelled' }, h('span', {}, label), control);
}

/** @param {string} name @param {[string, string][]} options value and words @param {string} [chosen] @param {Record<string, any>} [more] */
export function select(name, options, chosen = '', more = {}) {
  return h('select', { name, ...more }, ...options.map(([value, words]) => h('option', { value, selected: value === chosen }, words)));
}

/** @param {'note' | 'problem' | 'good'} kind @param {...Child} children */
export function box(kind, ...children) {
  return h('div', { class: kind, role: kind === 'problem' ? 'alert' : null }, ...children);
}

/** The values of a form by name; empty ones are left out. @param {Element} form @returns {Record<string, string>} */
export function valuesOf(form) {
  const entries = [...new FormData(/** @type {HTMLFormElement} */ (form))].map(([name, value]) => [name, String(value).trim()]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

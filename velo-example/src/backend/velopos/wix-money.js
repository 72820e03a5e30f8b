// How Wix writes money, in each of its corners: minor units to a payment provider, decimal text in orders, a JavaScript number in Wix Pay.
// Everything is turned into our decimal text ('149.90'), or refused; nothing is rounded.

import { fromMinor, toMinor } from './money.js';

/** @typedef {import('velopos').Currency} Currency */

/** @type {readonly string[]} */
const CURRENCIES = ['TRY', 'USD', 'EUR', 'GBP', 'JPY', 'RUB'];

/** @param {unknown} currency @returns {currency is Currency} */
export function isCurrency(currency) {
  return typeof currency === 'string' && CURRENCIES.includes(currency);
}

/** '14990' → '149.90'; null for nothing, and for what is no amount. @param {unknown} minor @param {Currency} currency */
export function fromMinorText(minor, currency) {
  const digits = Number.isSafeInteger(minor) ? String(minor) : minor;   // Wix's own examples have both
  return typeof digits === 'string' && /^[1-9]\d{0,14}$/.test(digits) ? fromMinor(BigInt(digits), currency) : null;
}

/** '149.9', '149.90' and '149.900' → '149.90'; null for nothing, for what is no amount, and for a fraction of the smallest unit.
 * @param {unknown} decimal @param {Currency} currency */
export function fromDecimalText(decimal, currency) {
  const [, whole, fraction = ''] = /^(\d{1,15})(?:\.(\d{1,10}))?$/.exec(typeof decimal === 'string' ? decimal : '') ?? [];
  if (whole === undefined) return null;
  const decimals = fromMinor(0n, currency).split('.')[1]?.length ?? 0;
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  if (/[1-9]/.test(fraction.slice(decimals)) || !/[1-9]/.test(whole + kept)) return null;
  return fromMinor(BigInt(whole + kept), currency);
}

/** 149.9 → '149.90'; null for what is not exactly an amount. @param {unknown} number @param {Currency} currency */
export function fromNumber(number, currency) {
  return typeof number === 'number' ? fromDecimalText(String(number), currency) : null;
}

/** '149.90' → 149.9, the only place where an amount becomes a number: Wix Pay takes nothing else. One that does not come back the same
 * is refused. @param {string} amount @param {Currency} currency */
export function toNumber(amount, currency) {
  const number = Number(amount);
  if (toMinor(amount, currency) === null || fromNumber(number, currency) !== amount) throw new Error(`Wix Pay cannot take ${amount} ${currency}`);
  return number;
}

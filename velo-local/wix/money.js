// Money as Wix writes it: decimal text in orders ('149.90'), an integer of minor units in text for payment providers ('14990').

import { invalid } from './errors.js';

/** Currencies whose minor unit is not a hundredth, from Wix's table. */
const DIGITS = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
};

const digitsOf = (currency) => DIGITS[currency] ?? 2;

/** @param {unknown} amount decimal text @returns {bigint} minor units */
export function toMinor(amount, currency) {
  const digits = digitsOf(currency);
  const [, whole, , fraction = ''] = /^(\d{1,15})(\.(\d+))?$/.exec(typeof amount === 'string' ? amount : '') ?? [];
  if (whole === undefined) throw invalid(`an amount is decimal text such as '149.90', not ${JSON.stringify(amount)}`);
  if (/[1-9]/.test(fraction.slice(digits))) throw invalid(`${amount} has more decimals than ${currency}`);
  return BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
}

/** @param {bigint} minor */
export function toDecimal(minor, currency) {
  const digits = digitsOf(currency);
  const sign = minor < 0n ? '-' : '';
  const text = String(minor < 0n ? -minor : minor).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A price as Wix gives it. @param {bigint} minor */
export const price = (minor, currency) => {
  const amount = toDecimal(minor, currency);
  return { amount, formattedAmount: formatted(amount, currency) };
};

export const formatted = (amount, currency, language = 'tr') =>
  new Intl.NumberFormat(language, { style: 'currency', currency }).format(/** @type {any} */ (amount));

export const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0n);

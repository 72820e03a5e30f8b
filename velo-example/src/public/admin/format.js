// How the admin page writes amounts, days and moments, and reads an amount that somebody types. Amounts are decimal text throughout.

import { priceText } from '../price.js';

/** @typedef {'tr' | 'en'} Language */

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const AHEAD = 3 * HOUR;   // Turkey's time, whatever the browser's is

/** @param {string | null | undefined} amount @param {string} currency @param {Language} language */
export function price(amount, currency, language) {
  if (amount === null || amount === undefined) return '—';
  return amount.startsWith('-') ? `−${priceText(amount.slice(1), currency, language)}` : priceText(amount, currency, language);
}

/** '2026-01-31' → '31.01.2026', and as it is in English. @param {string} day @param {Language} language */
export function dayText(day, language) {
  return language === 'tr' ? day.split('-').reverse().join('.') : day;
}

/** @param {number} time milliseconds @param {Language} language */
export function momentText(time, language) {
  const [day, clock] = new Date(time + AHEAD).toISOString().split('T');
  return `${dayText(day, language)} ${clock.slice(0, 5)}`;
}

/** To the second, where things follow each other quickly. @param {number} time @param {Language} language */
export function secondText(time, language) {
  return momentText(time, language) + new Date(time).toISOString().slice(16, 19);
}

/** @param {string} day @param {number} count */
export function addDays(day, count) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
}

/** @returns {string} today, in Turkey */
export function today() {
  return new Date(Date.now() + AHEAD).toISOString().slice(0, 10);
}

/** @param {string} day */
function monday(day) {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}

/** @typedef {'yesterday' | 'thisWeek' | 'lastWeek' | 'thisMonth' | 'lastMonth' | 'last30' | 'last90' | 'thisYear'} Preset */

/** @param {Preset} preset @returns {{ from: string, to: string }} */
export function periodOf(preset) {
  const now = today();
  const first = `${now.slice(0, 7)}-01`;
  const lastOfBefore = addDays(first, -1);
  switch (preset) {
    case 'yesterday': return { from: addDays(now, -1), to: addDays(now, -1) };
    case 'thisWeek': return { from: monday(now), to: now };
    case 'lastWeek': return { from: addDays(monday(now), -7), to: addDays(monday(now), -1) };
    case 'thisMonth': return { from: first, to: now };
    case 'lastMonth': return { from: `${lastOfBefore.slice(0, 7)}-01`, to: lastOfBefore };
    case 'last90': return { from: addDays(now, -89), to: now };
    case 'thisYear': return { from: `${now.slice(0, 4)}-01-01`, to: now };
    default: return { from: addDays(now, -29), to: now };
  }
}

const WITHOUT_DECIMALS = ['JPY'];

/** What somebody types, as the currency's decimal text; null where it can be read in two ways or in none: '49,9' → '49.90', '1.249,50' →
 * '1249.50', '1.249' → null. @param {string} text @param {string} currency */
export function typedAmount(text, currency) {
  const decimals = WITHOUT_DECIMALS.includes(currency) ? 0 : 2;
  const tidy = text.trim().replace(/\s|TL|₺/g, '');
  const grouped = /^\d{1,3}(?:\.\d{3})+,\d{1,2}$/.test(tidy) ? tidy.replace(/\./g, '') : /^\d{1,3}(?:,\d{3})+\.\d{1,2}$/.test(tidy) ? tidy.replace(/,/g, '') : tidy;
  const match = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(grouped);
  if (!match || (match[2] ?? '').length > decimals) return null;
  const whole = match[1].replace(/^0+(?=\d)/, '');
  return decimals === 0 ? whole : `${whole}.${(match[2] ?? '').padEnd(decimals, '0')}`;
}

/** In whole minor units. @param {string} amount */
export function minor(amount) {
  return BigInt(amount.replace('.', ''));
}

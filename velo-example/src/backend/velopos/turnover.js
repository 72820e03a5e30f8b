// How much came in and went back, by day, week or month and by currency. Pure: it adds up what it is given.

import { daysBetween, firstOf } from './calendar.js';
import { fromMinor } from './money.js';

/**
 * @typedef {import('./calendar.js').Unit} Unit
 * @typedef {{ kind: 'taken' | 'returned', day: string, minor: bigint, currency: string, installments?: number, commission?: bigint }} Movement
 * @typedef {{ count: number, payments: number, taken: string }} Installments   payments in so many instalments
 * @typedef {{ from: string, currency: string, payments: number, returns: number, taken: string, returned: string, net: string,
 *   commission: string | null, commissionOf: number, installments: Installments[] }} Turnover
 *   `commission` is null where nobody told one, and was told of `commissionOf` payments
 */

/** What moved in each part of the period, the earliest first; parts without movements are there too, in the currencies that the period
 * has. @param {Movement[]} movements @param {{ from: string, to: string }} period @param {Unit} unit @returns {Turnover[]} */
export function turnover(movements, { from, to }, unit) {
  const inside = movements.filter(({ day }) => from <= day && day <= to);
  const currencies = [...new Set(inside.map(({ currency }) => currency))].sort();
  const parts = [...new Set(daysBetween(from, to).map((day) => firstOf(day, unit)))];
  const grouped = groupBy(inside, ({ day, currency }) => `${currency} ${firstOf(day, unit)}`);
  return parts.flatMap((part) => currencies.map((currency) => sumOf(part, currency, grouped.get(`${currency} ${part}`) ?? [])));
}

/** The whole period as one part, by currency. @param {Movement[]} movements @param {{ from: string, to: string }} period @returns {Turnover[]} */
export function total(movements, { from, to }) {
  const grouped = groupBy(movements.filter(({ day }) => from <= day && day <= to), ({ currency }) => currency);
  return [...grouped].sort(([one], [other]) => (one < other ? -1 : 1)).map(([currency, items]) => sumOf(from, currency, items));
}

/** @param {string} from @param {string} currency @param {Movement[]} movements @returns {Turnover} */
function sumOf(from, currency, movements) {
  const taken = movements.filter(({ kind }) => kind === 'taken');
  const returned = movements.filter(({ kind }) => kind === 'returned');
  const told = taken.filter(({ commission }) => commission !== undefined);
  const [came, went] = [sum(taken), sum(returned)];
  return {
    from, currency, payments: taken.length, returns: returned.length, taken: fromMinor(came, currency), returned: fromMinor(went, currency),
    net: signed(came - went, currency), commissionOf: told.length,
    commission: told.length > 0 ? signed(told.reduce((all, { commission = 0n }) => all + commission, 0n), currency) : null,
    installments: byInstallments(taken, currency),
  };
}

/** @param {Movement[]} taken @param {string} currency @returns {Installments[]} */
function byInstallments(taken, currency) {
  const grouped = groupBy(taken, ({ installments }) => installments ?? 1);
  return [...grouped].sort(([one], [other]) => one - other)
    .map(([count, items]) => ({ count, payments: items.length, taken: fromMinor(sum(items), currency) }));
}

/** @param {Movement[]} movements */
function sum(movements) {
  return movements.reduce((all, { minor }) => all + minor, 0n);
}

/** More may go back in a day than comes in. @param {bigint} minor @param {string} currency */
export function signed(minor, currency) {
  return minor < 0n ? `-${fromMinor(-minor, currency)}` : fromMinor(minor, currency);
}

/** @template T, K @param {T[]} items @param {(item: T) => K} key @returns {Map<K, T[]>} */
export function groupBy(items, key) {
  /** @type {Map<K, T[]>} */
  const groups = new Map();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

// Days of the Turkish calendar, as texts: '2026-01-31'. Turkey has kept UTC+3 all year round since 2016; a week begins on Monday.

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const AHEAD = 3 * HOUR;

const FORM = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day that the calendar has. @param {unknown} value @returns {value is string} */
export function isDay(value) {
  return typeof value === 'string' && FORM.test(value) && textOf(startOf(value)) === value;
}

/** The day of a moment: milliseconds, ISO 8601, or a day, which stays one; null of anything else.
 * @param {number | string | null | undefined} moment @returns {string | null} */
export function dayOf(moment) {
  if (isDay(moment)) return moment;
  const time = typeof moment === 'string' ? Date.parse(moment) : moment;
  return typeof time === 'number' && Number.isFinite(time) ? textOf(time + AHEAD) : null;
}

/** The first moment of a day, in milliseconds. @param {string} day */
export function beginOf(day) {
  return startOf(day) - AHEAD;
}

/** @param {string} day @param {number} count */
export function addDays(day, count) {
  return textOf(startOf(day) + count * DAY);
}

/** Every day of the period, its first and its last included. @param {string} from @param {string} to @returns {string[]} */
export function daysBetween(from, to) {
  const count = Math.round((startOf(to) - startOf(from)) / DAY) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(from, index));
}

/** How far two days are from each other. @param {string} one @param {string} other */
export function distance(one, other) {
  return Math.abs(Math.round((startOf(one) - startOf(other)) / DAY));
}

/** @typedef {'day' | 'week' | 'month'} Unit */

/** The first day of the day's week or month. @param {string} day @param {Unit} unit */
export function firstOf(day, unit) {
  if (unit === 'day') return day;
  if (unit === 'month') return `${day.slice(0, 7)}-01`;
  const sinceMonday = (new Date(startOf(day)).getUTCDay() + 6) % 7;
  return addDays(day, -sinceMonday);
}

/** @param {string} day */
function startOf(day) {
  return Date.parse(`${day}T00:00:00Z`);
}

/** @param {number} time */
function textOf(time) {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

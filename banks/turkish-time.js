// Turkey keeps UTC+3 all year; the banks write its wall clock.

const parts = (ms) => new Date(ms + 3 * 3600_000).toISOString();

/** '2026-11-21 18:42:33.259' */
export const timestamp = (ms) => parts(ms).slice(0, 23).replace('T', ' ');

/** '2026-11-21 18:42:33' as milliseconds; NaN for text of any other form. */
export const momentOf = (text) =>
  (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(' ', 'T')}+03:00`) : NaN);

/** '20261121 18:42:33', NestPay's EXTRA.TRXDATE */
export const compactTimestamp = (ms) => `${parts(ms).slice(0, 10).replaceAll('-', '')} ${parts(ms).slice(11, 19)}`;

/** '26325', year and day of the year, as NestPay's transaction ids begin */
export function yearAndDay(ms) {
  const date = parts(ms);
  const day = (Date.parse(date.slice(0, 10)) - Date.parse(`${date.slice(0, 4)}-01-01`)) / 86_400_000 + 1;
  return date.slice(2, 4) + String(day).padStart(3, '0');
}

// Items as text. Dates travel as {"$date": …}, so that a Date comes back as a Date.

/** @returns {string | undefined} undefined for what is not an object */
export function encodeItem(item) {
  if (item === null || typeof item !== 'object' || Array.isArray(item) || item instanceof Date) return undefined;
  return JSON.stringify(item, replaceDate);
}

export const encodeValue = (value) => JSON.stringify(value, replaceDate);

export const decodeItem = (text) => JSON.parse(text, reviveDate);

// A replacer sees a Date as text already (its toJSON ran first), so the holder is asked for the original.
function replaceDate(key, value) {
  const original = this[key];
  if (!(original instanceof Date)) return value;
  return Number.isNaN(original.getTime()) ? null : { $date: original.toISOString() };
}

function reviveDate(key, value) {
  const dated = value !== null && typeof value === 'object' && typeof value.$date === 'string' && Object.keys(value).length === 1;
  return dated ? new Date(value.$date) : value;
}

// Which items a query finds, and in which order. Comparison follows the platform: types are never converted, a missing field
// and null are the same, an array matches by any of its elements.

/** @param {object[]} conditions as the container's wix-data builds them; all must hold */
export const matches = (conditions, item) => conditions.every((condition) => holds(condition, item));

function holds(condition, item) {
  if (condition.all) return matches(condition.all, item);
  if (condition.any) return condition.any.some((each) => holds(each, item));
  if (condition.none) return !matches(condition.none, item);
  return TESTS[condition.op](valueAt(item, condition.field), condition.value);
}

const TESTS = {
  eq: (actual, wanted) => same(actual, wanted) || elements(actual).some((each) => same(each, wanted)),
  ne: (actual, wanted) => !TESTS.eq(actual, wanted),
  lt: (actual, wanted) => comparable(actual, wanted) && order(actual, wanted) < 0,
  le: (actual, wanted) => comparable(actual, wanted) && order(actual, wanted) <= 0,
  gt: (actual, wanted) => comparable(actual, wanted) && order(actual, wanted) > 0,
  ge: (actual, wanted) => comparable(actual, wanted) && order(actual, wanted) >= 0,
  hasSome: (actual, wanted) => wanted.some((each) => TESTS.eq(actual, each)),
  hasAll: (actual, wanted) => wanted.every((each) => TESTS.eq(actual, each)),
  isEmpty: (actual) => actual === undefined || actual === null,
  isNotEmpty: (actual) => actual !== undefined && actual !== null,
  contains: (actual, text) => typeof actual === 'string' && lower(actual).includes(lower(text)),
  startsWith: (actual, text) => typeof actual === 'string' && lower(actual).startsWith(lower(text)),
  endsWith: (actual, text) => typeof actual === 'string' && lower(actual).endsWith(lower(text)),
};

export const valueAt = (item, field) => field.split('.').reduce((value, key) => value?.[key], item);

const elements = (value) => (Array.isArray(value) ? value : []);
const lower = (text) => String(text).toLowerCase();
const plain = (value) => (value instanceof Date ? value.getTime() : value ?? null);
const kind = (value) => (value instanceof Date ? 'date' : typeof value);

function same(a, b) {
  if (kind(a ?? undefined) !== kind(b ?? undefined)) return false;
  return typeof a === 'object' && !(a instanceof Date) ? JSON.stringify(a) === JSON.stringify(b) : plain(a) === plain(b);
}

const comparable = (a, b) => kind(a) === kind(b) && ['number', 'string', 'date'].includes(kind(a));

function order(a, b) {
  const [left, right] = [plain(a), plain(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** @param {{ field: string, direction: 1 | -1 }[]} sort items without the field come lowest */
export function sorted(items, sort) {
  return [...items].sort((one, other) => {
    for (const { field, direction } of sort) {
      const [a, b] = [valueAt(one, field), valueAt(other, field)];
      const difference = comparable(a, b) ? order(a, b) : rank(a) - rank(b);
      if (difference !== 0) return difference * direction;
    }
    return 0;
  });
}

const rank = (value) => (value === undefined || value === null ? 0 : ['number', 'string', 'date'].indexOf(kind(value)) + 1);

// Wix's query language as far as searching orders needs it, in the conditions of ../query.js.

import { invalid } from './errors.js';

const OPERATORS = {
  $eq: 'eq', $ne: 'ne', $gt: 'gt', $gte: 'ge', $lt: 'lt', $lte: 'le', $in: 'hasSome', $hasSome: 'hasSome', $hasAll: 'hasAll',
};

/** @param {Record<string, any>} [filter] `{ paymentStatus: 'NOT_PAID', _createdDate: { $gt: … } }`, with $and, $or, $not */
export function conditions(filter = {}) {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (key === '$and') return value.flatMap(conditions);
    if (key === '$or') return [{ any: value.map((each) => ({ all: conditions(each) })) }];
    if (key === '$not') return [{ none: [value].flat().flatMap(conditions) }];
    if (!isOperators(value)) return [condition(key, '$eq', value)];
    return Object.entries(value).map(([op, wanted]) => condition(key, op, wanted));
  });
}

const isOperators = (value) => value !== null && typeof value === 'object' && !(value instanceof Date) && !Array.isArray(value);

function condition(field, op, wanted) {
  const value = dated(field, wanted);
  if (op === '$nin') return { none: [{ op: 'hasSome', field, value }] };
  if (op === '$exists') return { op: value ? 'isNotEmpty' : 'isEmpty', field };
  if (!Object.hasOwn(OPERATORS, op)) throw invalid(`the filter's operator ${op} is not known`);
  return { op: OPERATORS[op], field, value };
}

/** Dates of an order are Dates; a filter may give them as text. */
const dated = (field, value) => (field.endsWith('Date') && typeof value === 'string' ? new Date(value) : value);

/** @param {{ fieldName: string, order?: 'ASC' | 'DESC' }[]} [sort] */
export const sorting = (sort = []) => sort.map(({ fieldName, order }) => ({ field: fieldName, direction: order === 'DESC' ? -1 : 1 }));

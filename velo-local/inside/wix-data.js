// wix-data: collections that the host keeps. This side builds queries and turns items into text and back; what is allowed,
// stored and found is decided by the host (../data.js).

import { ask } from './host.js';
import { decodeItem, encodeItem } from '../items.js';

const call = (op, collection, options, rest) => ask('data', { op, collection, options: options ?? {}, ...rest });
const decoded = (text) => (text === null ? null : decodeItem(text));

async function get(collection, itemId, options) {
  return decoded(await call('get', collection, options, { itemId }));
}

async function insert(collection, item, options) {
  return decoded(await call('insert', collection, options, { item: encodeItem(item) }));
}

async function update(collection, item, options) {
  return decoded(await call('update', collection, options, { item: encodeItem(item) }));
}

async function save(collection, item, options) {
  return decoded(await call('save', collection, options, { item: encodeItem(item) }));
}

async function remove(collection, itemId, options) {
  return decoded(await call('remove', collection, options, { itemId }));
}

async function truncate(collection, options) {
  await call('truncate', collection, options);
}

/** Bulk operations are made of single ones: an item that fails is reported in `errors` and the others go on. */
async function bulk(values, counter, ids, operation) {
  if (!Array.isArray(values)) throw new TypeError('a bulk operation expects an array');
  const none = { insertedItemIds: [], updatedItemIds: [], removedItemIds: [] };
  const result = { inserted: 0, updated: 0, removed: 0, skipped: 0, ...none, errors: [] };
  for (const value of values) {
    try {
      const item = await operation(value);
      if (item === null) throw new Error('no such item');
      result[counter] += 1;
      result[ids].push(item._id);
    } catch (error) {
      result.skipped += 1;
      result.errors.push(error);
    }
  }
  return result;
}

const bulkInsert = (collection, items, options) =>
  bulk(items, 'inserted', 'insertedItemIds', (item) => insert(collection, item, options));
const bulkUpdate = (collection, items, options) =>
  bulk(items, 'updated', 'updatedItemIds', (item) => update(collection, item, options));
const bulkRemove = (collection, itemIds, options) =>
  bulk(itemIds, 'removed', 'removedItemIds', (itemId) => remove(collection, itemId, options));

/** Each item is inserted, or takes the place of the one that has its _id. */
async function bulkSave(collection, items, options) {
  const isKnown = async ({ _id }) => _id !== undefined && await get(collection, _id, options) !== null;
  const known = await Promise.all(items.map(isKnown));
  const saveEach = (wanted, ...counters) =>
    bulk(items.filter((_, index) => known[index] === wanted), ...counters, (item) => save(collection, item, options));
  const { inserted, insertedItemIds, ...added } = await saveEach(false, 'inserted', 'insertedItemIds');
  const changed = await saveEach(true, 'updated', 'updatedItemIds');
  const errors = [...added.errors, ...changed.errors];
  return { ...changed, inserted, insertedItemIds, skipped: errors.length, errors };
}

// --- queries ---

/** Conditions that a query or filter collects. Every step gives a new object: a query can be refined twice. */
class Filter {
  constructor(conditions = []) {
    this.conditions = Object.freeze([...conditions]);
  }

  eq(field, value) { return this.where('eq', field, value); }
  ne(field, value) { return this.where('ne', field, value); }
  lt(field, value) { return this.where('lt', field, value); }
  le(field, value) { return this.where('le', field, value); }
  gt(field, value) { return this.where('gt', field, value); }
  ge(field, value) { return this.where('ge', field, value); }
  between(field, from, to) { return this.where('ge', field, from).where('lt', field, to); }
  contains(field, text) { return this.where('contains', field, text); }
  startsWith(field, text) { return this.where('startsWith', field, text); }
  endsWith(field, text) { return this.where('endsWith', field, text); }
  hasSome(field, ...values) { return this.where('hasSome', field, values.flat()); }
  hasAll(field, ...values) { return this.where('hasAll', field, values.flat()); }
  isEmpty(field) { return this.where('isEmpty', field); }
  isNotEmpty(field) { return this.where('isNotEmpty', field); }
  and(other) { return this.with({ all: other.conditions }); }
  or(other) { return this.only({ any: [{ all: this.conditions }, { all: other.conditions }] }); }
  not(other) { return this.with({ none: other.conditions }); }

  where(op, field, value) {
    if (typeof field !== 'string' || field === '') throw new TypeError(`WDE0003: ${op} expects the name of a field`);
    return this.with({ op, field, value });
  }

  with(condition) { return this.copy([...this.conditions, condition]); }
  only(condition) { return this.copy([condition]); }
  copy(conditions) { return new Filter(conditions); }
}

class Query extends Filter {
  constructor(collection, conditions = [], shape = { sort: [], limit: 50, skip: 0, fields: null }) {
    super(conditions);
    this.collection = collection;
    this.shape = shape;
  }

  copy(conditions) { return new Query(this.collection, conditions, this.shape); }
  shaped(change) { return new Query(this.collection, this.conditions, { ...this.shape, ...change }); }
  sorted(fields, direction) {
    return this.shaped({ sort: [...this.shape.sort, ...fields.flat().map((field) => ({ field, direction }))] });
  }

  ascending(...fields) { return this.sorted(fields, 1); }
  descending(...fields) { return this.sorted(fields, -1); }
  limit(limit) { return this.shaped({ limit }); }
  skip(skip) { return this.shaped({ skip }); }
  fields(...fields) { return this.shaped({ fields: fields.flat() }); }

  async find(options) {
    const { items, totalCount } = await call('find', this.collection, options, this.plain());
    return new Results(this, options, items.map(decodeItem), totalCount);
  }

  async count(options) {
    return call('count', this.collection, options, this.plain());
  }

  async distinct(field, options) {
    const { values } = await call('distinct', this.collection, options, { ...this.plain(), field });
    return new Results(this, options, decodeItem(values), undefined);
  }

  plain() {
    return { conditions: this.conditions, ...this.shape };
  }
}

class Results {
  constructor(query, options, items, totalCount) {
    Object.assign(this, { query, items, totalCount, length: items.length, pageSize: query.shape.limit, partialIncludes: false });
    this.totalPages = Math.ceil((totalCount ?? 0) / query.shape.limit);
    this.currentPage = Math.floor(query.shape.skip / query.shape.limit);
    Object.defineProperty(this, 'options', { value: options });
  }

  hasNext() { return this.query.shape.skip + this.length < this.totalCount; }
  hasPrev() { return this.query.shape.skip > 0; }
  next() { return this.query.skip(this.query.shape.skip + this.pageSize).find(this.options); }
  prev() { return this.query.skip(Math.max(0, this.query.shape.skip - this.pageSize)).find(this.options); }
}

const missing = (name) => () => {
  throw new Error(`velo-local does not provide wixData.${name}`);
};

export const wixData = {
  get, insert, update, save, remove, truncate, bulkInsert, bulkUpdate, bulkSave, bulkRemove,
  query: (collection) => new Query(collection),
  filter: () => new Filter(),
  aggregate: missing('aggregate'),
  insertReference: missing('insertReference'),
  queryReferenced: missing('queryReferenced'),
};

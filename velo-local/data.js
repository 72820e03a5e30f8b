// The site's collections, in SQLite. Permissions, limits, error codes and eventual consistency are the platform's.

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import Database from 'libsql';

import { decodeItem, encodeItem, encodeValue } from './items.js';
import { matches, sorted, valueAt } from './query.js';
import { maySee } from './visitor.js';

/** Stale reads reach back this far at most. */
const MEMORY_MS = 60_000;

/** Which permission an operation needs. */
const ACTIONS = {
  get: 'read',
  find: 'read',
  count: 'read',
  distinct: 'read',
  insert: 'insert',
  update: 'update',
  remove: 'remove',
  truncate: 'remove',
};

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS items (collection TEXT NOT NULL, id TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (collection, id))`;

class DataError extends Error {
  constructor(code, description, data = {}) {
    super(`${code}: ${description}`);
    Object.assign(this, { code, description, data });
  }
}

export class Data {
  #db;
  #sql;
  /** What each recent write replaced, newest last: enough to see the data as it was. */
  #undo = [];

  /**
   * @param {object} parts
   * @param {string | null} parts.directory null keeps the data in memory
   * @param {Map<string, { permissions: Record<string, string>, unique: string[][] }>} parts.collections
   * @param {import('./habits.js').Habits} parts.habits
   * @param {object} parts.limits
   * @param {import('./log.js').Log} parts.log
   */
  constructor({ directory, collections, habits, limits, log }) {
    Object.assign(this, { collections, habits, limits, log });
    if (directory) mkdirSync(directory, { recursive: true });
    this.#db = new Database(directory ? path.join(directory, 'site.db') : ':memory:');
    this.#db.exec(SCHEMA);
    this.#sql = {
      one: this.#db.prepare('SELECT item FROM items WHERE collection = ? AND id = ?'),
      all: this.#db.prepare('SELECT id, item FROM items WHERE collection = ? ORDER BY rowid'),
      put: this.#db.prepare('INSERT INTO items VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET item = excluded.item'),
      drop: this.#db.prepare('DELETE FROM items WHERE collection = ? AND id = ?'),
    };
  }

  /**
   * One operation asked by a container.
   * @param {{ op: string, collection: string, options: object }} call
   * @param {{ visitor: object, alive: () => boolean }} caller a caller that is no longer alive changes nothing
   */
  async perform(call, caller) {
    try {
      return await this.#timed(call, () => this.#apply(call, caller), caller);
    } catch (error) {
      throw error instanceof DataError ? this.#dressed(error) : error;
    }
  }

  /** Direct access for tests, the control page and tools; no permissions, no habits. */
  collection(name) {
    return {
      all: () => [...this.#image(name, true).values()].map(decodeItem),
      get: (id) => decodeItem(this.#one(name, id, true) ?? 'null'),
      put: (item) => this.#write(name, item._id, encodeItem(item)),
      remove: (id) => this.#write(name, id, null),
    };
  }

  names() {
    return [...this.collections.keys()];
  }

  clear() {
    this.#db.exec('DELETE FROM items');
    this.#undo = [];
    this.log.write({ kind: 'data', text: 'all data cleared' });
  }

  close() {
    this.#db.close();
  }

  // --- time ---

  /** Waits as long as the habits want. Past the limit the caller hears a timeout, whatever then becomes of the operation. */
  async #timed(call, apply, caller) {
    const { slowDataMs } = this.habits.get();
    const timeout = ACTIONS[call.op] === 'read' ? null : this.habits.takeTimeout();
    if (timeout) {
      if (timeout === 'done') apply();
      await wait(this.limits.dataMs);
      throw timedOut();
    }
    if (slowDataMs >= this.limits.dataMs) {
      wait(slowDataMs, undefined, { ref: false }).then(() => caller.alive() && apply()).catch(() => {});
      await wait(this.limits.dataMs);
      throw timedOut();
    }
    if (slowDataMs > 0) await wait(slowDataMs);
    return apply();
  }

  // --- operations ---

  #apply(call, caller) {
    const { op, collection: name, options } = call;
    // `save` inserts or updates: which of the two decides what it needs.
    const act = op === 'save' ? this.#saving(name, call) : op;
    if (!Object.hasOwn(ACTIONS, act)) throw new Error(`there is no data operation ${act}`);
    this.#allow(act, name, options, caller.visitor);
    if (!caller.alive()) throw new Error('the container is gone');
    return this[act](name, call, caller);
  }

  #allow(op, name, options, visitor) {
    if (typeof name !== 'string' || name === '') throw new DataError('WDE0001', 'Collection name must be a string.');
    if (!this.collections.has(name)) {
      const hint = 'Create it in the Editor first (here: in collections.json).';
      throw new DataError('WDE0025', `The ${name} collection does not exist. ${hint}`, { collectionId: name });
    }
    checkOptions(options);
    const action = ACTIONS[op];
    if (options.suppressAuth || maySee(visitor, this.collections.get(name).permissions[action])) return;
    const description = `The current user does not have permissions to ${action} on the ${name} collection.`;
    throw new DataError('WDE0027', description, { collectionId: name });
  }

  #saving(name, { item }) {
    const id = item && JSON.parse(item)._id;
    return id !== undefined && this.#one(name, id, true) ? 'update' : 'insert';
  }

  get(name, { itemId, options }) {
    checkId(itemId);
    return this.#one(name, itemId, options.consistentRead) ?? null;
  }

  find(name, { options, fields, limit, skip, ...query }) {
    if (!(limit >= 1 && limit <= 1000)) throw new DataError('WDE0077', 'Provided query limit is not supported by the collection.');
    if (!(skip >= 0)) throw new DataError('WDE0037', `Invalid query on ${name}: skip must be 0 or more.`);
    const found = this.#search(name, options, query);
    const page = found.slice(skip, skip + limit).map((item) => encodeItem(fields ? only(item, fields) : item));
    return { items: page, totalCount: found.length };
  }

  count(name, { options, ...query }) {
    return this.#search(name, options, query).length;
  }

  distinct(name, { options, field, ...query }) {
    const found = this.#search(name, options, query).map((item) => valueAt(item, field)).filter((value) => value !== undefined);
    return { values: encodeValue([...new Map(found.map((value) => [encodeValue(value), value])).values()]) };
  }

  insert(name, { item }, { visitor }) {
    const given = this.#given(name, item);
    const id = given._id === undefined ? randomUUID() : given._id;
    checkId(id);
    if (this.#one(name, id, true) !== undefined) {
      const description = `An item with _id [${id}] already exists in collection [${name}].`;
      throw new DataError('WDE0074', description, { itemId: id, collectionId: name });
    }
    const now = this.#now();
    return this.#store(name, { ...given, _id: id, _owner: visitor.id, _createdDate: now, _updatedDate: now });
  }

  update(name, { item }) {
    const given = this.#given(name, item);
    const id = given._id;
    if (!isId(id)) throw new DataError('WDE0007', 'Invalid update. Updated object must have a string _id property.');
    const before = this.#one(name, id, true);
    if (before === undefined) {
      throw new DataError('WDE0073', `Item [${id}] does not exist in collection [${name}].`, { itemId: id, collectionId: name });
    }
    const { _owner, _createdDate } = decodeItem(before);
    return this.#store(name, { ...given, _owner, _createdDate, _updatedDate: this.#now() });
  }

  remove(name, { itemId }) {
    checkId(itemId);
    const before = this.#one(name, itemId, true);
    if (before !== undefined) this.#write(name, itemId, null);
    return before ?? null;
  }

  truncate(name) {
    for (const id of this.#image(name, true).keys()) this.#write(name, id, null);
  }

  #now() {
    return new Date(Date.now() + this.habits.get().clockAheadMs);
  }

  #given(name, item) {
    if (item !== undefined) return decodeItem(item);
    throw new DataError('WDE0004', `Failed to save an item into ${name}. Items must be JavaScript objects.`, { collectionId: name });
  }

  #store(name, item) {
    const text = encodeItem(item);
    if (Buffer.byteLength(text) > this.limits.itemBytes) {
      throw new DataError('WDE0009', 'Document is too large.', { collectionId: name });
    }
    for (const fields of this.collections.get(name).unique) this.#checkUnique(name, item, fields);
    this.#write(name, item._id, text);
    return text;
  }

  #checkUnique(name, item, fields) {
    const key = (each) => encodeValue(fields.map((field) => valueAt(each, field) ?? null));
    for (const other of this.#image(name, true).values()) {
      const decoded = decodeItem(other);
      if (decoded._id === item._id || key(decoded) !== key(item)) continue;
      const description = `Failed to save item [${item._id}]: unique index on [${fields}] of collection [${name}].`;
      throw new DataError('WDE0123', description, { collectionId: name });
    }
  }

  #search(name, options, { conditions, sort }) {
    const items = [...this.#image(name, options.consistentRead).values()].map(decodeItem);
    return sorted(items.filter((item) => matches(conditions, item)), sort ?? []);
  }

  // --- storage, now and a moment ago ---

  #write(name, id, text) {
    const before = this.#one(name, id, true);
    if (text === null) this.#sql.drop.run(name, id);
    else this.#sql.put.run(name, id, text);
    const now = performance.now();
    this.#undo.push({ at: now, name, id, before });
    while (this.#undo[0].at < now - MEMORY_MS) this.#undo.shift();
  }

  #one(name, id, consistent) {
    let text = this.#sql.one.get(name, id)?.item;
    for (const { id: written, before } of this.#unseen(name, consistent)) if (written === id) text = before;
    return text;
  }

  #image(name, consistent) {
    const image = new Map(this.#sql.all.all(name).map(({ id, item }) => [id, item]));
    for (const { id, before } of this.#unseen(name, consistent)) {
      if (before === undefined) image.delete(id);
      else image.set(id, before);
    }
    return image;
  }

  /** Writes that a read which may be stale does not see yet, newest first. */
  #unseen(name, consistent) {
    const { staleMs } = this.habits.get();
    if (consistent || staleMs === 0) return [];
    const horizon = performance.now() - staleMs;
    return this.#undo.filter((write) => write.name === name && write.at > horizon).reverse();
  }

  /** The error as site code sees it, in the shape that is asked for. */
  #dressed({ message, code, description, data }) {
    const older = this.habits.get().errorShape === 'older';
    const properties = older ? { code } : { details: { applicationError: { code, description, data } } };
    return Object.assign(new Error(message), { properties, code });
  }
}

const timedOut = () => new DataError('WDE0028', 'Operation time limit exceeded.');

const isId = (id) => typeof id === 'string' && id !== '';

function checkId(id) {
  if (!isId(id)) throw new DataError('WDE0002', 'Item ID must be a string.');
}

const OPTIONS = ['suppressAuth', 'suppressHooks', 'consistentRead', 'returnTotalCount', 'showDrafts', 'appOptions', 'language'];

function checkOptions(options) {
  if (Object.keys(options).every((key) => OPTIONS.includes(key))) return;
  throw new DataError('WDE0018', `Options must be an object with one or all of these properties: ${OPTIONS.join(', ')}.`);
}

const only = (item, fields) =>
  Object.fromEntries(['_id', ...fields].filter((field) => field in item).map((field) => [field, item[field]]));

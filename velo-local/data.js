// The site's collections. Permissions, limits, error codes and eventual consistency are the platform's.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { parseCollection } from './collections.js';
import { decodeItem, encodeItem, encodeValue } from './items.js';
import { matches, sorted, valueAt } from './query.js';
import { mayOwn, maySee } from './visitor.js';

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

class DataError extends Error {
  constructor(code, description, data = {}) {
    super(`${code}: ${description}`);
    Object.assign(this, { code, description, data });
  }
}

export class Data {
  #storage;

  /**
   * @param {object} parts
   * @param {import('./storage.js').Storage} parts.storage
   * @param {Map<string, import('./collections.js').Collection>} parts.collections
   * @param {import('./habits.js').Habits} parts.habits
   * @param {object} parts.limits
   * @param {import('./problems.js').Problems} parts.problems
   * @param {boolean} [parts.onUse] a collection that nobody has listed is made, for administrators only, when it is first used
   */
  constructor({ storage, collections, habits, limits, problems, onUse = false }) {
    Object.assign(this, { collections, habits, limits, problems, onUse });
    this.#storage = storage;
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
      all: () => [...this.#storage.all(name).values()].map(decodeItem),
      get: (id) => decodeItem(this.#storage.one(name, id) ?? 'null'),
      put: (item) => this.#storage.write(name, item._id, encodeItem(item)),
      remove: (id) => this.#storage.write(name, id, null),
    };
  }

  names() {
    return [...this.collections.keys()];
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
    const ownOnly = this.#allow(act, name, options, caller.visitor);
    if (!caller.alive()) throw new Error('the container is gone');
    const owns = (item) => !ownOnly || item._owner === caller.visitor.id;
    return this[act](name, call, { ...caller, owns });
  }

  /** Whether the operation is allowed, and if so whether only on the visitor's own items. */
  #allow(op, name, options, visitor) {
    if (typeof name !== 'string' || name === '') throw new DataError('WDE0001', 'Collection name must be a string.');
    if (!this.collections.has(name)) this.#unlisted(name);
    if (!this.collections.has(name)) {
      const hint = 'Create it in the Editor first (here: in collections.json).';
      throw new DataError('WDE0025', `The ${name} collection does not exist. ${hint}`, { collectionId: name });
    }
    checkOptions(options);
    const action = ACTIONS[op];
    const level = this.collections.get(name).permissions[action];
    if (options.suppressAuth || maySee(visitor, level)) return false;
    if (mayOwn(visitor, level)) return true;
    throw notAllowed(action, name);
  }

  #unlisted(name) {
    this.problems.note({ id: this.onUse ? 'collection-made' : 'collection-missing', values: { name: name.slice(0, 80) } });
    if (this.onUse) this.collections.set(name, parseCollection(name)[1]);
  }

  #saving(name, { item }) {
    const id = item && JSON.parse(item)._id;
    return id !== undefined && this.#storage.one(name, id) ? 'update' : 'insert';
  }

  get(name, { itemId, options }, { owns }) {
    checkId(itemId);
    const found = this.#storage.one(name, itemId, options.consistentRead === true);
    return found !== undefined && owns(decodeItem(found)) ? found : null;
  }

  find(name, { options, fields, limit, skip, ...query }, { owns }) {
    if (!(limit >= 1 && limit <= 1000)) throw new DataError('WDE0077', 'Provided query limit is not supported by the collection.');
    if (!(skip >= 0)) throw new DataError('WDE0037', `Invalid query on ${name}: skip must be 0 or more.`);
    const found = this.#search(name, options, query).filter(owns);
    const page = found.slice(skip, skip + limit).map((item) => encodeItem(fields ? only(item, fields) : item));
    return { items: page, totalCount: found.length };
  }

  count(name, { options, ...query }, { owns }) {
    return this.#search(name, options, query).filter(owns).length;
  }

  distinct(name, { options, field, ...query }, { owns }) {
    const items = this.#search(name, options, query).filter(owns);
    const found = items.map((item) => valueAt(item, field)).filter((value) => value !== undefined);
    return { values: encodeValue([...new Map(found.map((value) => [encodeValue(value), value])).values()]) };
  }

  insert(name, { item }, { visitor }) {
    const given = this.#given(name, item);
    const id = given._id === undefined ? randomUUID() : given._id;
    checkId(id);
    if (this.#storage.one(name, id) !== undefined) {
      const description = `An item with _id [${id}] already exists in collection [${name}].`;
      throw new DataError('WDE0074', description, { itemId: id, collectionId: name });
    }
    const now = this.#now();
    return this.#store(name, { ...given, _id: id, _owner: visitor.id, _createdDate: now, _updatedDate: now });
  }

  update(name, { item }, { owns }) {
    const given = this.#given(name, item);
    const id = given._id;
    if (!isId(id)) throw new DataError('WDE0007', 'Invalid update. Updated object must have a string _id property.');
    const before = this.#storage.one(name, id);
    if (before === undefined) {
      throw new DataError('WDE0073', `Item [${id}] does not exist in collection [${name}].`, { itemId: id, collectionId: name });
    }
    const { _owner, _createdDate } = decodeItem(before);
    if (!owns({ _owner })) throw notAllowed('update', name);
    return this.#store(name, { ...given, _owner, _createdDate, _updatedDate: this.#now() });
  }

  remove(name, { itemId }, { owns }) {
    checkId(itemId);
    const before = this.#storage.one(name, itemId);
    if (before === undefined) return null;
    if (!owns(decodeItem(before))) throw notAllowed('remove', name);
    this.#storage.write(name, itemId, null);
    return before;
  }

  truncate(name, call, { owns }) {
    for (const [id, item] of this.#storage.all(name)) if (owns(decodeItem(item))) this.#storage.write(name, id, null);
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
    this.#storage.write(name, item._id, text);
    return text;
  }

  #checkUnique(name, item, fields) {
    const key = (each) => encodeValue(fields.map((field) => valueAt(each, field) ?? null));
    for (const other of this.#storage.all(name).values()) {
      const decoded = decodeItem(other);
      if (decoded._id === item._id || key(decoded) !== key(item)) continue;
      const description = `Failed to save item [${item._id}]: unique index on [${fields}] of collection [${name}].`;
      throw new DataError('WDE0123', description, { collectionId: name });
    }
  }

  #search(name, options, { conditions, sort }) {
    const { indexed } = this.collections.get(name);
    const key = conditions.find(({ op, field, value }) => op === 'eq' && indexed.includes(field) && isPlainText(value));
    const items = [...this.#storage.all(name, options.consistentRead === true, key).values()].map(decodeItem);
    return sorted(items.filter((item) => matches(conditions, item)), sort ?? []);
  }

  /** The error as site code sees it, in the shape that is asked for. */
  #dressed({ message, code, description, data }) {
    const older = this.habits.get().errorShape === 'older';
    const properties = older ? { code } : { details: { applicationError: { code, description, data } } };
    return Object.assign(new Error(message), { properties, code });
  }
}

function notAllowed(action, name) {
  const description = `The current user does not have permissions to ${action} on the ${name} collection.`;
  return new DataError('WDE0027', description, { collectionId: name });
}

const timedOut = () => new DataError('WDE0028', 'Operation time limit exceeded.');

/** Text that SQLite is sure to compare as we do. */
const isPlainText = (value) => typeof value === 'string' && /^[\x20-\x7e]*$/.test(value);

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

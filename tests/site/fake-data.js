// Wix Data in memory, with the habits that matter: an insert of a taken _id is refused in either of the platform's two forms,
// plain reads are stale for a while, every operation can fail, time out with an unknown outcome, or never come back.

const STALE_FOR = 3_000;

export class FakeData {
  #collections = new Map();
  #clock;
  /** How errors look: 'current' hides the code in `details`, 'older' has it on the error. */
  errors = 'current';
  /** @type {{ op: string, collection: string, id?: string, subject?: string }[]} */
  log = [];
  /** How far plain reads are behind. */
  staleFor = STALE_FOR;
  /** Called around every operation: `before(operation, container, perform)` and `after(operation, container)` may throw or never resolve. */
  before = async () => {};
  after = async () => {};

  constructor(clock, names) {
    this.#clock = clock;
    for (const name of names) this.#collections.set(name, new Map());
  }

  /** The module `wix-data` as one container sees it. @param {{ alive: boolean }} container */
  module(container) {
    const run = (op, collection, id, work, options, subject) =>
      this.#run(container, { op, collection, id, subject, fresh: options?.consistentRead === true }, work);
    const wixData = {
      get: (collection, id, options) => run('get', collection, id, () => this.#visible(collection, options).get(id) ?? null, options),
      insert: (collection, item, options) => run('insert', collection, item._id, () => this.#insert(collection, item, options), options, item.subject),
      update: (collection, item, options) => run('update', collection, item._id, () => this.#update(collection, item, options)),
      save: (collection, item, options) => run('save', collection, item._id, () => this.#save(collection, item, options)),
      bulkSave: (collection, items, options) => run('bulkSave', collection, items[0]?._id, () => this.#saveAll(collection, items, options)),
      bulkRemove: (collection, ids, options) => run('bulkRemove', collection, ids[0], () => this.#remove(collection, ids, options)),
      query: (collection) => new FakeQuery((options, select) => run('find', collection, undefined, () => {
        const items = select([...this.#visible(collection, options).values()]);
        return { items };
      }, options)),
    };
    return Object.assign(wixData, { default: wixData });
  }

  /** What is really there. */
  all(collection) {
    return [...this.#versions(collection).values()].map((versions) => structuredClone(versions.at(-1).item));
  }

  one(collection, id) {
    return this.all(collection).find((item) => item._id === id);
  }

  /** What an owner does by hand in the content manager. */
  put(collection, item) {
    this.#versions(collection).set(item._id, [{ item: structuredClone(item), at: this.#clock.now() }]);
  }

  remove(collection, id) {
    this.#versions(collection).delete(id);
  }

  async #run(container, operation, work) {
    await pause();
    if (!container.alive) return never();
    const perform = () => structuredClone(work());
    await this.before(operation, container, perform);
    if (!container.alive) return never();
    const result = perform();
    this.log.push(operation);
    await this.after(operation, container);
    await pause();
    return container.alive ? result : never();
  }

  #versions(collection) {
    const found = this.#collections.get(collection);
    if (!found) throw this.error('WDE0025', `the collection ${collection} does not exist`);
    return found;
  }

  /** A plain read may see what was there some seconds ago. */
  #visible(collection, options) {
    requireSiteRights(options);
    const now = options.consistentRead ? Infinity : this.#clock.now() - this.staleFor;
    const seen = new Map();
    for (const [id, versions] of this.#versions(collection)) {
      const version = versions.filter(({ at }) => at <= now).at(-1);
      if (version) seen.set(id, version.item);
    }
    return seen;
  }

  #insert(collection, item, options) {
    requireSiteRights(options);
    if (this.#versions(collection).has(item._id)) throw this.error('WDE0074', `${item._id} exists in ${collection}`);
    this.#versions(collection).set(item._id, [{ item: structuredClone(item), at: this.#clock.now() }]);
    return item;
  }

  #update(collection, item, options) {
    requireSiteRights(options);
    const versions = this.#versions(collection).get(item._id);
    if (!versions) throw this.error('WDE0073', 'no such item');
    versions.push({ item: structuredClone(item), at: this.#clock.now() });
    return item;
  }

  #save(collection, item, options) {
    return this.#versions(collection).has(item._id) ? this.#update(collection, item, options) : this.#insert(collection, item, options);
  }

  #saveAll(collection, items, options) {
    if (items.length > 1000) throw this.error('WDE0006', 'more than 1000 items in one request');
    for (const item of items) this.#save(collection, item, options);
    return { errors: [] };
  }

  #remove(collection, ids, options) {
    requireSiteRights(options);
    for (const id of ids) this.#versions(collection).delete(id);
    return { removed: ids.length };
  }

  error(code, message) {
    const error = new Error(`${code}: ${message}`);
    const current = { details: { applicationError: { code, description: message } } };
    return Object.assign(error, this.errors === 'older' ? { code } : current);
  }
}

class FakeQuery {
  #find;
  #steps;

  constructor(find, steps = []) {
    this.#find = find;
    this.#steps = steps;
  }

  eq(field, value) { return this.#where((item) => item[field] === value); }
  ne(field, value) { return this.#where((item) => item[field] !== value); }
  lt(field, value) { return this.#where((item) => item[field] < value); }
  ge(field, value) { return this.#where((item) => item[field] >= value); }
  le(field, value) { return this.#where((item) => item[field] <= value); }
  hasSome(field, values) { return this.#where((item) => values.includes(item[field])); }
  startsWith(field, value) { return this.#where((item) => item[field]?.startsWith(value)); }
  descending(field) { return this.#step((items) => items.sort((a, b) => b[field] - a[field])); }
  ascending(field) { return this.#step((items) => items.sort((a, b) => (a[field] < b[field] ? -1 : 1))); }
  skip(count) { return this.#step((items) => items.slice(count)); }
  limit(count) { return this.#step((items) => items.slice(0, count)); }

  find(options) {
    return this.#find(options, (items) => this.#steps.reduce((found, step) => step(found), items));
  }

  #where(test) { return this.#step((items) => items.filter(test)); }

  /** A query of its own, as on the platform. */
  #step(step) {
    return new FakeQuery(this.#find, [...this.#steps, step]);
  }
}

function requireSiteRights(options) {
  if (options?.suppressAuth !== true) throw new Error('WDE0027: the collections are Admin-only');
}

export const never = () => new Promise(() => {});
const pause = () => new Promise((resolve) => setImmediate(resolve));

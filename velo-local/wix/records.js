// One kind of thing that Wix keeps about a site (orders, transactions, …), in the same database as the site's collections, under
// names that no collection can have.

import { decodeItem, encodeItem } from '../items.js';

/** The name of a kind's collection. */
export const collectionOf = (kind) => `/wix/${kind}`;

export class Records {
  #storage;
  #collection;

  /** @param {import('../storage.js').Storage} storage @param {string} kind */
  constructor(storage, kind) {
    this.#storage = storage;
    this.#collection = collectionOf(kind);
  }

  /** @param {{ fresh?: boolean }} [how] not fresh: as the habits let it be seen */
  get(id, { fresh = true } = {}) {
    const text = typeof id === 'string' ? this.#storage.one(this.#collection, id, fresh) : undefined;
    return text === undefined ? null : decodeItem(text);
  }

  all({ fresh = true } = {}) {
    return [...this.#storage.all(this.#collection, fresh).values()].map(decodeItem);
  }

  put(record) {
    this.#storage.write(this.#collection, record._id, encodeItem(record));
    return record;
  }

  remove(id) {
    this.#storage.write(this.#collection, id, null);
  }
}

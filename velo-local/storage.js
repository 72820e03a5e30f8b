// Items as text, by collection and id, in SQLite: the site's collections (data.js) and what Wix keeps about the site (wix/).
// It remembers what each recent write replaced, so that it can be read as it was a moment ago.

import { mkdirSync } from 'node:fs';
import path from 'node:path';

import Database from 'libsql';

/** Stale reads reach back this far at most. */
const MEMORY_MS = 60_000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS items (collection TEXT NOT NULL, id TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (collection, id))`;

export class Storage {
  #db;
  #sql;
  #habits;
  /** How the items with a certain text in a field are found, by field. */
  #having = new Map();
  /** What each recent write replaced, newest last. */
  #undo = [];

  /** @param {{ directory: string | null, habits: import('./habits.js').Habits }} parts directory null keeps everything in memory */
  constructor({ directory, habits }) {
    if (directory) mkdirSync(directory, { recursive: true });
    this.#habits = habits;
    this.#db = new Database(directory ? path.join(directory, 'site.db') : ':memory:');
    this.#db.exec(SCHEMA);
    this.#sql = {
      one: this.#db.prepare('SELECT item FROM items WHERE collection = ? AND id = ?'),
      all: this.#db.prepare('SELECT id, item FROM items WHERE collection = ? ORDER BY rowid'),
      put: this.#db.prepare('INSERT INTO items VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET item = excluded.item'),
      drop: this.#db.prepare('DELETE FROM items WHERE collection = ? AND id = ?'),
    };
  }

  /** @param {boolean} [fresh] false: as the habits let it be seen @returns {string | undefined} */
  one(collection, id, fresh = true) {
    let text = this.#sql.one.get(collection, id)?.item;
    for (const write of this.#unseen(collection, fresh)) if (write.id === id) text = write.before;
    return text;
  }

  /**
   * @param {{ field: string, value: string }} [key] what is looked for, if an index is to find it: then others may be left out
   * @returns {Map<string, string>} by id, in the order in which they were first written
   */
  all(collection, fresh = true, key = undefined) {
    const unseen = this.#unseen(collection, fresh);
    const rows = key && unseen.length === 0 ? this.#indexed(key.field).all(collection, key.value) : this.#sql.all.all(collection);
    const image = new Map(rows.map(({ id, item }) => [id, item]));
    for (const { id, before } of unseen) {
      if (before === undefined) image.delete(id);
      else image.set(id, before);
    }
    return image;
  }

  /** An index that SQLite keeps by itself. Lists are found by every text, because one of their elements may be it. @param {string} field */
  #indexed(field) {
    if (!this.#having.has(field)) {
      const value = `iif(json_type(item, '$.${field}') = 'array', '[', json_extract(item, '$.${field}'))`;
      this.#db.exec(`CREATE INDEX IF NOT EXISTS "by ${field}" ON items (collection, ${value})`);
      this.#having.set(field, this.#db.prepare(`SELECT id, item FROM items WHERE collection = ? AND ${value} IN (?, '[') ORDER BY rowid`));
    }
    return this.#having.get(field);
  }

  /** @param {string | null} text null removes */
  write(collection, id, text) {
    const before = this.one(collection, id);
    if (text === null) this.#sql.drop.run(collection, id);
    else this.#sql.put.run(collection, id, text);
    const now = performance.now();
    this.#undo.push({ at: now, collection, id, before });
    while (this.#undo[0].at < now - MEMORY_MS) this.#undo.shift();
  }

  /** @param {{ except?: string }} [how] a collection that stays */
  clear({ except = '' } = {}) {
    this.#db.prepare('DELETE FROM items WHERE collection <> ?').run(except);
    this.#undo = [];
  }

  close() {
    this.#db.close();
  }

  /** Writes that a read which may be stale does not see yet, newest first. */
  #unseen(collection, fresh) {
    const { staleMs } = this.#habits.get();
    if (fresh || staleMs === 0) return [];
    const horizon = performance.now() - staleMs;
    return this.#undo.filter((write) => write.collection === collection && write.at > horizon).reverse();
  }
}

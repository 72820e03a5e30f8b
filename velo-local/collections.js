// Which collections a site has. On the platform they live in its database, not in its Git, and using one that does not exist is
// an error; here they are listed in `collections.json` at the site's root, or by option. An entry is a name (admin-only, as
// payment records should be) or a data collection as the platform's API describes one:
//   { "id": "Products", "permissions": { "read": "ANYONE", "insert": "ADMIN", … },
//     "indexes": [{ "fields": [{ "path": "sku" }], "unique": true }] }

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const ADMIN_ONLY = Object.freeze({ read: 'ADMIN', insert: 'ADMIN', update: 'ADMIN', remove: 'ADMIN' });
const LEVELS = ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'ADMIN'];

/** @typedef {{ permissions: Record<string, string>, unique: string[][], indexed: string[] }} Collection `indexed`: fields by which SQLite finds text */

/** @returns {Promise<Map<string, Collection>>} */
export async function readCollections(site, listed = []) {
  const collections = new Map();
  for (const entry of [...(await fromFile(path.join(site, 'collections.json'))), ...listed]) {
    const [name, collection] = parseCollection(entry);
    collections.set(name, collection);
  }
  return collections;
}

/** Whether a site says which collections it has. */
export const listsCollections = (site) => existsSync(path.join(site, 'collections.json'));

async function fromFile(file) {
  try {
    const content = JSON.parse(await readFile(file, 'utf8'));
    const list = Array.isArray(content) ? content : content.collections;
    if (!Array.isArray(list)) throw new TypeError('a list of collections is expected');
    return list;
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${file}: ${error.message}`, { cause: error });
  }
}

/** @param {string | object} entry */
export function parseCollection(entry) {
  if (typeof entry === 'string') return [entry, { permissions: ADMIN_ONLY, unique: [], indexed: [] }];
  const name = entry?.id ?? entry?._id;
  if (typeof name !== 'string') throw new TypeError(`a collection needs an id: ${JSON.stringify(entry)}`);
  const permissions = { ...ADMIN_ONLY, ...entry.permissions };
  for (const [action, level] of Object.entries(permissions)) {
    if (!(action in ADMIN_ONLY) || !LEVELS.includes(level)) throw new TypeError(`collection ${name}: permission ${action}: ${level}`);
  }
  const indexes = (entry.indexes ?? []).filter(({ fields }) => fields).map(({ unique, fields }) => ({ unique, paths: fields.map(({ path: field }) => field) }));
  const unique = indexes.filter((index) => index.unique).map(({ paths }) => paths);
  const indexed = indexes.map(({ paths }) => paths[0]).filter((field) => /^\w+$/.test(field));
  return [name, { permissions, unique, indexed }];
}

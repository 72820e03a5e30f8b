// The Secrets Manager of somebody's own site, from a JSON file. Accounts of velopos keep their names, models and settings, and get
// the simulated banks' credentials and addresses: the owner's own never leave the file, and no real bank can be reached with them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { accounts, furtherAccounts } from '../banks/accounts.js';
import { systemOf } from '../cli/gateways.js';
import { NotJson, readJson } from '../cli/json.js';
import { shown } from '../cli/mask.js';

/** Why a file of secrets is not taken; `id` names the words in words.js. */
export class SecretsRefused extends Error {
  constructor(id, values) {
    super(id);
    Object.assign(this, { id, values });
  }
}

/** @param {string} file @returns {Record<string, any>} by name: text, or JSON that is meant as the secret's text */
export function readSecrets(file) {
  const value = parsed(read(file));
  if (!isObject(value)) throw new SecretsRefused('shape', {});
  // The content of the one secret, given as it is, is taken for what it is.
  const secrets = looksLikeAccounts(value) ? { velopos: value } : value;
  for (const [name, each] of Object.entries(secrets)) {
    if (typeof each !== 'string' && !isObject(each)) throw new SecretsRefused('value', { name: shown(name) });
  }
  const [live] = Object.entries(secrets).flatMap(([name, each]) => [...configurations(content(each), name)]).filter(({ config }) => config.mode !== 'test');
  if (live) throw new SecretsRefused('production', { path: shown(live.path) });
  return secrets;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new SecretsRefused('unreadable', { file: shown(file) });
  }
}

function parsed(text) {
  try {
    return readJson(text).value;
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new SecretsRefused('json', { line: error.line, column: error.column });
  }
}

/** For a site without a file of secrets: an account at every simulated bank that its code can open. @param {string} site @param {string} banks */
export function everyAccount(site, banks) {
  const backend = path.join(site, 'src', 'backend');
  const files = existsSync(backend) ? readdirSync(backend, { recursive: true }).filter((name) => /\.js$/.test(name)) : [];
  const takesAll = files.some((name) => / from ['"]velopos\/all['"]/.test(readFileSync(path.join(backend, name), 'utf8')));
  return { ...accounts(banks), ...(takesAll && furtherAccounts(banks)) };
}

/**
 * The site's secrets as text, with the simulated banks' credentials in every account.
 * @param {Record<string, any>} secrets @param {string} banks the address of the simulated banks
 * @returns {{ secrets: Record<string, string>, moved: { path: string, gateway: string }[], unknown: { path: string, gateway: string }[] }}
 */
export function simulated(secrets, banks) {
  const known = Object.values({ ...accounts(banks), ...furtherAccounts(banks) });
  const report = { moved: [], unknown: [] };
  const change = (value, path) => {
    if (!isObject(value)) return value;
    if (isConfiguration(value)) return moved(value, path, known, report);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each, `${path}.${name}`)]));
  };
  const texts = Object.entries(secrets).map(([name, each]) => {
    const value = content(each);
    return [name, isObject(value) ? JSON.stringify(change(value, name)) : each];
  });
  return { secrets: Object.fromEntries(texts), ...report };
}

/** What nobody said stays unsaid: an account without an API user is one here, too. */
function moved(config, path, known, report) {
  const about = { path: shown(path), gateway: shown(config.gateway) };
  const system = systemOf(config.gateway);
  const account = known.find(({ gateway }) => gateway === config.gateway) ?? known.find(({ gateway }) => system && systemOf(gateway) === system);
  if (!account) {
    report.unknown.push(about);
    return config;
  }
  report.moved.push(about);
  const needed = new Set(system?.keys.filter(({ required }) => required).map(({ name }) => name) ?? Object.keys(account.merchant));
  const merchant = Object.entries(account.merchant).filter(([name]) => needed.has(name) || config.merchant?.[name]);
  return { ...config, merchant: Object.fromEntries(merchant), endpoints: account.endpoints };
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const isConfiguration = (value) => 'gateway' in value || 'merchant' in value;
const looksLikeAccounts = (value) => isConfiguration(value) || (Object.keys(value).length > 0 && Object.values(value).every((each) => isObject(each) && isConfiguration(each)));

/** A secret's text may be JSON. */
function content(each) {
  if (typeof each !== 'string') return each;
  try {
    return JSON.parse(each);
  } catch {
    return each;
  }
}

function* configurations(value, path) {
  if (value === null || typeof value !== 'object') return;
  if (isConfiguration(value)) yield { path, config: value };
  for (const [name, each] of Object.entries(value)) if (name !== 'merchant') yield* configurations(each, `${path}.${name}`);
}

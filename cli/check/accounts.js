// What is wrong with a configuration, found before the package is asked, so that it can be said in the owner's words; then what
// the package itself says. The package has the last word: what it takes is right.

import { createPos } from 'velopos/all';

import { GATEWAYS, isPlaceholder, systemOf } from '../gateways.js';
import { shown } from '../mask.js';
import { nearest } from '../options.js';

const KEYS = ['gateway', 'model', 'mode', 'threeDS', 'merchant', 'endpoints'];

/** @typedef {{ id: string, level: 'ok' | 'info' | 'warning' | 'error', values?: Record<string, any> }} Finding */

/** Every text of an account that may be a secret: what the panel calls public is not. @returns {string[]} */
export function secretsOf(config) {
  const open = new Set(systemOf(config?.gateway)?.keys.filter(({ secret }) => !secret).map(({ name }) => name) ?? []);
  const found = [];
  const visit = (value, name) => {
    if (typeof value === 'string' && !open.has(name) && !KEYS.includes(name)) found.push(value);
    else if (typeof value === 'number' && !open.has(name)) found.push(String(value));
    else if (value !== null && typeof value === 'object') Object.entries(value).forEach(([key, each]) => visit(each, key));
  };
  for (const [name, value] of Object.entries(isObject(config) ? config : {})) if (name !== 'endpoints') visit(value, name);
  return found.filter((text) => !isPlaceholder(text));
}

/** @param {any} config @returns {{ findings: Finding[], pos: import('velopos').Pos | null }} */
export function inspect(config) {
  const findings = isObject(config) ? [...words(config), ...merchantFindings(config)] : [error('account-shape')];
  if (findings.some(({ level }) => level === 'error')) return { findings, pos: null };
  const { pos, problem } = open(config);
  if (problem) return { findings: [...findings, refused(config, problem)], pos: null };
  findings.push({ id: 'account-ok', level: 'ok' });
  if (pos.toJSON().mode === 'production') findings.push({ id: 'production', level: 'info' });
  if (pos.takesCard) findings.push({ id: 'card-on-server', level: 'warning' });
  return { findings, pos };
}

function open(config) {
  try {
    return { pos: createPos(config, { claim: async () => false }) };
  } catch (problem) {
    return { problem };
  }
}

/** Gateway, mode and the names of keys. @returns {Finding[]} */
function words(config) {
  const { gateway, mode, merchant } = config;
  if (gateway === undefined) return [error('gateway-missing')];
  const system = systemOf(gateway);
  if (!system && isKnownToThePackage(gateway)) return [];
  if (!system) return [error('gateway-unknown', { given: name(gateway), near: nearest(gateway, GATEWAYS), known: GATEWAYS.join(', ') })];
  const findings = [...unknownKeys(config, KEYS, '')];
  if (mode !== undefined && mode !== 'test' && mode !== 'production') findings.push(error('mode-unknown'));
  if (config.model !== undefined && !system.models.includes(config.model)) {
    findings.push(error('model-unknown', { given: name(config.model), near: nearest(config.model, system.models), known: system.models.join(', ') }));
  }
  if (!isObject(merchant)) return [...findings, error('merchant-missing', { keys: required(system) })];
  findings.push(...unknownKeys(merchant, system.keys.map((key) => key.name), 'merchant.'));
  if (isObject(config.endpoints)) findings.push(...unknownKeys(config.endpoints, system.endpoints, 'endpoints.'));
  return findings;
}

const unknownKeys = (object, known, path) => Object.keys(object).filter((key) => !known.includes(key))
  .map((key) => error('key-unknown', { path: path + shown(key), near: nearest(key, known), known: known.join(', ') }));

/** The values of `merchant`. @returns {Finding[]} */
function merchantFindings({ gateway, merchant }) {
  const system = systemOf(gateway);
  if (!system || !isObject(merchant)) return [];
  const found = system.keys.flatMap((key) => valueFindings(key, merchant[key.name]));
  const missing = system.keys.filter((key) => key.without && !merchant[key.name]);
  return [...found, ...pairFindings(system, merchant), ...sameFindings(system, merchant),
    ...missing.map(({ name: key, panel, without }) => ({ id: 'value-missed', level: 'warning', values: { key, panel, without } }))];
}

function valueFindings({ name: key, panel, required: needed }, value) {
  const say = (id) => [error(id, { key, panel })];
  if (value === undefined || value === '' || value === null) return needed ? say('value-missing') : [];
  if (typeof value === 'number') return say('value-number');
  if (typeof value !== 'string') return say('value-type');
  if (/[\p{Cc}\p{Cf}]/u.test(value.trim())) return say('value-invisible');
  if (value.trim() !== value) return say('value-space');
  if (/^(["'“‘`]).+["'”’`]$/.test(value)) return say('value-quoted');
  return isPlaceholder(value) ? say('value-placeholder') : [];
}

/** NestPay's API user and password are given together. */
function pairFindings({ keys }, { apiUser, apiPassword }) {
  if (!keys.some(({ name: key }) => key === 'apiPassword') || !apiUser === !apiPassword) return [];
  const [key, panel] = apiUser ? ['apiPassword', 'API şifresi'] : ['apiUser', 'API kullanıcı adı'];
  return [error('value-half', { key, panel })];
}

/** One secret under two names: almost always the wrong one of the two was copied. */
function sameFindings({ keys }, merchant) {
  const secrets = keys.filter(({ name: key, secret }) => secret && typeof merchant[key] === 'string' && merchant[key] !== '');
  const usual = new Set(['mpiPassword', 'refundPassword', 'pagePassword']);   // banks do hand these out equal to another
  return secrets.flatMap((key, place) => secrets.slice(place + 1)
    .filter((other) => merchant[other.name] === merchant[key.name] && !usual.has(other.name) && !isPlaceholder(merchant[key.name]))
    .map((other) => ({ id: 'value-same', level: 'warning', values: { one: key.panel, other: other.panel } })));
}

/** A gateway that is younger than the table of gateways.js: the package decides. */
const isKnownToThePackage = (gateway) => typeof gateway === 'string' && open({ gateway }).problem?.field !== 'gateway';

/** What the package says no to, told apart by asking again. */
function refused(config, problem) {
  const { field = '', message } = problem;
  const values = { field: shown(field), message };
  if (field.startsWith('endpoints.')) return error(config.endpoints?.[field.slice(10)] ? 'endpoint-refused' : 'endpoint-missing', values);
  const inTest = config.mode !== 'test' && open({ ...config, mode: 'test' }).pos;
  return inTest ? error('test-credentials', values) : error('refused', values);
}

const required = ({ keys }) => keys.filter((key) => key.required).map((key) => `${key.name} (${key.panel})`).join(', ');
const name = (value) => (typeof value === 'string' && /^[\w-]{1,24}$/.test(value) ? value : '…');
const error = (id, values) => ({ id, level: 'error', values });

export const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

// The three digests of NestPay, written from the bank's description and nothing else.
import { createHash } from 'node:crypto';
import { encode } from './charset.js';

/** @typedef {[name: string, value: string]} Field */

const UNSIGNED = new Set(['HASH', 'ENCODING', 'COUNTDOWN', 'NATIONALIDNO']);

/** Names are compared as ASCII capitals, byte by byte; letters outside ASCII do not occur in names. */
export const upperAscii = (name) => name.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const escaped = (value) => value.replaceAll('\\', '\\\\').replaceAll('|', '\\|');

/** The fields that ver3 signs, in the order in which it signs them. @param {Field[]} fields */
export function signedFields(fields) {
  const named = fields.map((field) => ({ upper: upperAscii(field[0]), field }));
  return named.filter(({ upper }) => !UNSIGNED.has(upper)).sort((a, b) => compared(a.upper, b.upper)).map(({ field }) => field);
}

/** @param {Field[]} fields @returns {string} the text that ver3 digests: sorted values, then the store key */
export function ver3Plaintext(fields, storeKey) {
  return [...signedFields(fields).map(([, value]) => value), storeKey].map(escaped).join('|');
}

/** @param {Field[]} fields @param {string} [charset] of the digested bytes */
export function ver3Hash(fields, storeKey, charset = 'UTF-8') {
  return createHash('sha512').update(encode(ver3Plaintext(fields, storeKey), charset)).digest('base64');
}

/** The request of the terminals of before 2024. @param {Record<string, string>} form */
export function ver1RequestHash(form, storeKey) {
  const names = ['clientid', 'oid', 'amount', 'okUrl', 'failUrl', 'islemtipi', 'taksit', 'rnd'];
  return sha1(names.map((name) => form[name] ?? '').join('') + storeKey);
}

/** The answer of those terminals: the message says itself what is signed. @param {string} list names, each followed by ':' */
export function ver1Callback(fields, list, storeKey) {
  const values = list.split(':').slice(0, -1).map((name) => fields.find(([each]) => each === name)?.[1] ?? '').join('');
  return { HASHPARAMS: list, HASHPARAMSVAL: values, HASH: sha1(values + storeKey) };
}

const sha1 = (text) => createHash('sha1').update(encode(text, 'ISO-8859-9')).digest('base64');

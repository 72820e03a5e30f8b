// application/x-www-form-urlencoded, from bytes and to bytes. Order and duplicates are kept: the gates look at both.
import { decodeLatin5, encode, isUtf8 } from './charset.js';

/** @typedef {[name: string, value: string]} Field */

export class FormError extends Error {}

/**
 * @param {Buffer} body
 * @returns {Field[]} in the order of the body; throws on percent signs that encode nothing
 */
export function parseForm(body) {
  const pairs = parseFormBytes(body);
  const decode = pairs.flat().every(isUtf8) ? (bytes) => bytes.toString('utf8') : decodeLatin5;    // one choice for the whole body
  return pairs.map((pair) => pair.map(decode));
}

/** @param {Buffer} body @returns {[name: Buffer, value: Buffer][]} */
export function parseFormBytes(body) {
  return body.toString('latin1').split('&').filter((part) => part !== '').map((part) => {
    const at = part.indexOf('=');
    return (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]).map(percentDecode);
  });
}

function percentDecode(text) {
  if (!/[%+]/.test(text)) return Buffer.from(text, 'latin1');
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new FormError('a percent sign that encodes nothing');
  const plain = text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

/** What a browser would send for these fields. @param {Field[]} fields */
export function encodeForm(fields, charset = 'UTF-8') {
  return fields.map(([name, value]) => `${percentEncode(name, charset)}=${percentEncode(value, charset)}`).join('&');
}

function percentEncode(text, charset) {
  let out = '';
  for (const byte of encode(text, charset)) out += ENCODED[byte];
  return out;
}

const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (/[A-Za-z0-9*._-]/.test(char)) return char;
  return char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** The first name that occurs twice (as the gates compare names: without case), or undefined. */
export function duplicateName(fields) {
  const seen = new Set();
  return fields.map(([name]) => name).find((name) => seen.has(name.toUpperCase()) || !seen.add(name.toUpperCase()));
}

/** The value under exactly this name, or undefined. */
export function valueOf(fields, name) {
  return fields.find(([each]) => each === name)?.[1];
}

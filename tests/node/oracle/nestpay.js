// NestPay's digests, written from the bank's document with Node's crypto. Shares nothing with the package, so that agreement means something.
import { createHash } from 'node:crypto';

const unsigned = new Set(['HASH', 'ENCODING', 'COUNTDOWN', 'NATIONALIDNO']);

/** ASCII letters only: a Turkish locale must not turn `i` into `İ`. */
const upper = (name) => name.replace(/[a-z]/g, (letter) => letter.toUpperCase());
const escape = (value) => value.replaceAll('\\', '\\\\').replaceAll('|', '\\|');

/** @param {[string, string][]} fields @returns {string} what ver3 hashes */
export function ver3Plaintext(fields, storeKey) {
  return fields
    .filter(([name]) => !unsigned.has(upper(name)))
    .sort(([a], [b]) => Buffer.compare(Buffer.from(upper(a)), Buffer.from(upper(b))))
    .map(([, value]) => escape(value))
    .concat(escape(storeKey))
    .join('|');
}

/** @param {[string, string][]} fields */
export function ver3(fields, storeKey) {
  return createHash('sha512').update(ver3Plaintext(fields, storeKey), 'utf8').digest('base64');
}

/** The same over the bytes of ISO-8859-9, which old terminals may use for the names of card issuers. */
export function ver3Latin5(fields, storeKey) {
  return createHash('sha512').update(latin5(ver3Plaintext(fields, storeKey))).digest('base64');
}

/** @returns {Buffer} ISO-8859-9: Latin-1 with six letters exchanged */
export function latin5(text) {
  const exchanged = { 'Ğ': 0xd0, 'İ': 0xdd, 'Ş': 0xde, 'ğ': 0xf0, 'ı': 0xfd, 'ş': 0xfe };
  return Buffer.from([...text].map((letter) => exchanged[letter] ?? letter.charCodeAt(0)));
}

/** @param {[string, string][]} fields */
export function ver1(fields, storeKey) {
  const value = Object.fromEntries(fields);
  const names = ['clientid', 'oid', 'amount', 'okUrl', 'failUrl', 'islemtipi', 'taksit', 'rnd'];
  return createHash('sha1').update(names.map((name) => value[name]).join('') + storeKey).digest('base64');
}

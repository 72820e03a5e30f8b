// Looks for secrets in a memory: every part of eight bytes of each, in the ways in which they may lie there. As they are, as words whose bytes
// were turned around (SHA-1 and SHA-256 work on words of four bytes, SHA-512 on eight), mixed with the constants of HMAC, in UTF-16, as
// hexadecimal digits, base64, percent-encoding or XML; their plain hashes; and the states of an HMAC that has taken its key.
import { createHash } from 'node:crypto';
import { compress256, compress512 } from '../attacks/tricks/extension.js';

/** Parts of so many bytes are looked for: shorter ones lie in any memory by chance. */
const PART = 8;

/** The parts of some bytes; fewer bytes are one part. @param {Buffer} bytes */
function partsOf(bytes) {
  if (bytes.length <= PART) return [bytes];
  return Array.from({ length: bytes.length - PART + 1 }, (_, from) => bytes.subarray(from, from + PART));
}

const reversed = (bytes) => Buffer.from(bytes).reverse();
const wordsReversed = (bytes) => Buffer.concat([reversed(bytes.subarray(0, 4)), reversed(bytes.subarray(4))]);
const mixedWith = (byte) => (bytes) => Buffer.from(bytes.map((each) => each ^ byte));

/** Bytes as they pass through a digest. */
function inDigests(bytes) {
  const mixed = [bytes, mixedWith(0x36)(bytes), mixedWith(0x5c)(bytes)];
  return mixed.flatMap(partsOf).flatMap((part) => (part.length < PART ? [part] : [part, reversed(part), wordsReversed(part)]));
}

const xml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Bytes as a text may carry them. */
function writings(bytes) {
  const hex = bytes.toString('hex');
  // Base64 of a text in which they stand at any place: without the letters that depend on its neighbours.
  const base64 = [0, 1, 2].map((before) => Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/, '').slice(before === 0 ? 0 : before + 1, bytes.length % 3 === (3 - before) % 3 ? undefined : -1));
  return [hex, hex.toUpperCase(), ...base64.filter((text) => text.length >= PART)];
}

const hashesOf = (text) => ['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(text).digest());

function squareRoot(number) {
  let [low, high] = [0n, 1n << 70n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** 2n <= number) low = middle;
    else high = middle - 1n;
  }
  return low;
}
const begin512 = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n].map((prime) => squareRoot(prime << 128n) & ((1n << 64n) - 1n));
const begin256 = begin512.map((word) => Number(word >> 32n));

/** What HMAC keeps of a key: the state of the digest behind each of the key's two blocks. @returns {Buffer[]} */
export function statesOf(key) {
  return [['sha256', 64, compress256, begin256], ['sha512', 128, compress512, begin512]].flatMap(([name, size, compress, begin]) => {
    const bytes = Buffer.from(key);
    const short = bytes.length > size ? createHash(name).update(bytes).digest() : bytes;
    const block = Buffer.concat([short, Buffer.alloc(size - short.length)]);
    return [0x36, 0x5c].map((constant) => {
      const state = compress(begin, mixedWith(constant)(block));
      const out = Buffer.alloc(name === 'sha256' ? 32 : 64);
      state.forEach((word, place) => (name === 'sha256' ? out.writeUInt32BE(word, place * 4) : out.writeBigUInt64BE(word, place * 8)));
      return out;
    });
  });
}

/**
 * Everything that a secret may lie there as.
 * @param {string} secret @returns {Map<string, Buffer[]>} by what it is
 */
export function formsOf(secret) {
  const bytes = Buffer.from(secret);
  const texts = new Set([secret, encodeURIComponent(secret), xml(secret), ...writings(bytes)].filter((text) => text.length >= 4));
  return new Map([
    ['the secret', inDigests(bytes)],
    ['the secret as text', [...texts].flatMap((text) => [...partsOf(Buffer.from(text)), Buffer.from(text, 'utf16le')])],
    ['its hash', hashesOf(secret).flatMap((hash) => [...inDigests(hash), ...writings(hash).flatMap((text) => partsOf(Buffer.from(text)))])],
    ['the state of an HMAC', statesOf(secret).flatMap(inDigests)],
  ]);
}

const BITS = 20;
/** A place in a table for the four bytes that something begins with. */
const placeOf = (four) => Math.imul(four, 0x9e3779b1) >>> (32 - BITS);

/** Looks for secrets. @param {Iterable<string>} secrets @returns {(memory: Uint8Array) => string[]} what was found */
export function searchFor(secrets) {
  const begins = new Uint8Array(1 << BITS);
  const needles = new Map();
  for (const secret of secrets) {
    for (const [form, all] of formsOf(secret)) {
      for (const bytes of all) {
        const four = bytes.readInt32LE(0);
        begins[placeOf(four)] = 1;
        const known = needles.get(four) ?? needles.set(four, new Map()).get(four);
        known.set(bytes.toString('latin1'), { bytes, what: `${form}: ${secret}` });
      }
    }
  }
  return (memory) => {
    const found = [];
    const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
    const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.byteLength >> 3);
    for (let word = 0; word < words.length; word += 1) {
      if (words[word] === 0n) continue; // most of it
      for (let at = Math.max(word * 8 - 3, 0); at < word * 8 + 8 && at + 4 <= bytes.length; at += 1) {
        const four = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
        if (begins[placeOf(four)] === 0) continue;
        for (const { bytes: needle, what } of needles.get(four)?.values() ?? []) {
          if (bytes.compare(needle, 0, needle.length, at, Math.min(at + needle.length, bytes.length)) === 0) found.push(`${what} at ${at}`);
        }
      }
    }
    return found;
  };
}

// Length extension: who has the digest of a secret and a text, and knows their length, has the digest of secret, text, padding and whatever
// he likes. It helps against `hash(secret + text)`; HMAC and a secret at the end are what it does not help against.
import { constants256, constants512 } from './sha2-constants.js';

const WIDE = (1n << 64n) - 1n;
const rotate32 = (word, by) => (word >>> by) | (word << (32 - by));
const rotate64 = (word, by) => ((word >> by) | (word << (64n - by))) & WIDE;

export function compress256(state, block) {
  const words = Array.from({ length: 16 }, (_, i) => block.readUInt32BE(i * 4));
  for (let i = 16; i < 64; i += 1) {
    const [a, b] = [words[i - 15], words[i - 2]];
    const s0 = rotate32(a, 7) ^ rotate32(a, 18) ^ (a >>> 3);
    const s1 = rotate32(b, 17) ^ rotate32(b, 19) ^ (b >>> 10);
    words.push((words[i - 16] + s0 + words[i - 7] + s1) >>> 0);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = rotate32(e, 6) ^ rotate32(e, 11) ^ rotate32(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + constants256[i] + words[i]) >>> 0;
    const s0 = rotate32(a, 2) ^ rotate32(a, 13) ^ rotate32(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) >>> 0, c, b, a, (one + two) >>> 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) >>> 0);
}

export function compress512(state, block) {
  const words = Array.from({ length: 16 }, (_, i) => block.readBigUInt64BE(i * 8));
  for (let i = 16; i < 80; i += 1) {
    const [a, b] = [words[i - 15], words[i - 2]];
    const s0 = rotate64(a, 1n) ^ rotate64(a, 8n) ^ (a >> 7n);
    const s1 = rotate64(b, 19n) ^ rotate64(b, 61n) ^ (b >> 6n);
    words.push((words[i - 16] + s0 + words[i - 7] + s1) & WIDE);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 80; i += 1) {
    const s1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
    const one = (h + s1 + ((e & f) ^ (~e & WIDE & g)) + constants512[i] + words[i]) & WIDE;
    const s0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & WIDE;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & WIDE, c, b, a, (one + two) & WIDE];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) & WIDE);
}

/** 0x80, zeros, and the length in bits, up to a whole block. */
export function padding(length, blockSize) {
  const lengthBytes = blockSize / 8;
  const zeros = (2 * blockSize - ((length + 1 + lengthBytes) % blockSize)) % blockSize;
  const end = Buffer.alloc(8);
  end.writeBigUInt64BE(BigInt(length) * 8n);
  return Buffer.concat([Buffer.from([0x80]), Buffer.alloc(zeros + lengthBytes - 8), end]);
}

/**
 * @param {Buffer} digest of `length` bytes that nobody here knows
 * @param {Buffer} suffix
 * @returns {Buffer} of those bytes, their padding, and the suffix
 */
export function extended(digest, length, suffix) {
  const wide = digest.length === 64;
  const size = wide ? 128 : 64;
  const before = length + padding(length, size).length;
  const rest = Buffer.concat([suffix, padding(before + suffix.length, size)]);
  let state = Array.from({ length: 8 }, (_, i) => (wide ? digest.readBigUInt64BE(i * 8) : digest.readUInt32BE(i * 4)));
  for (let at = 0; at < rest.length; at += size) state = (wide ? compress512 : compress256)(state, rest.subarray(at, at + size));
  const out = Buffer.alloc(digest.length);
  state.forEach((word, i) => (wide ? out.writeBigUInt64BE(word, i * 8) : out.writeUInt32BE(word, i * 4)));
  return out;
}

/** A digest as it stands in a message, extended by a few letters; the lengths of secret and text are guessed. */
export function extendedDigest(text, dice) {
  const isHex = /^([0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/.test(text);
  const bytes = isHex ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== 32 && bytes.length !== 64) return null;
  const suffix = dice.pick(['1', '00', 'Approved', 'SUCCESS', '|1', '1050']);
  const length = 24 + dice.below(120);
  const digest = extended(bytes, length, Buffer.from(suffix));
  const glue = padding(length, bytes.length === 64 ? 128 : 64).toString('latin1');
  const written = isHex ? digest.toString('hex') : digest.toString('base64');
  return { digest: isHex && /[A-F]/.test(text) ? written.toUpperCase() : written, suffix: glue + suffix };
}

import { timingSafeEqual } from 'node:crypto';

/** Compares two digests as a bank should. @param {string | undefined} given @param {string} expected */
export function sameDigest(given, expected) {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

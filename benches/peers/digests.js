// The libraries that could stand in for the core's digests, each used in the way that its documentation calls the fast one.
// Texts go in, hex or base64 comes out. A key is prepared once, as an account is.
import * as crypto from 'node:crypto';

/**
 * @typedef {object} Digests
 * @property {string} name
 * @property {(algorithm: 'sha1' | 'sha512', text: string, encoding: 'hex' | 'base64') => string} hash
 * @property {(key: string) => Promise<(text: string, encoding: 'hex' | 'base64') => string>} hmac HMAC-SHA256 under this key
 */

/** @type {Digests} what nearly everybody writes */
const plain = {
  name: 'node:crypto',
  hash: (algorithm, text, encoding) => crypto.createHash(algorithm).update(text).digest(encoding),
  hmac: async (key) => (text, encoding) => crypto.createHmac('sha256', key).update(text).digest(encoding),
};

/** @type {Digests} a key object, and the one-shot hash where this runtime has it */
const best = {
  name: 'node:crypto, best idiom',
  hash: crypto.hash ?? plain.hash,
  hmac: async (key) => {
    const object = crypto.createSecretKey(key, 'utf8');
    return (text, encoding) => crypto.createHmac('sha256', object).update(text).digest(encoding);
  },
};

/** @returns {Promise<Digests>} JavaScript and nothing else */
async function noble() {
  const [{ sha256, sha512 }, { sha1 }, { hmac }] = await Promise.all(
    [import('@noble/hashes/sha2.js'), import('@noble/hashes/legacy.js'), import('@noble/hashes/hmac.js')]);
  const encoder = new TextEncoder();
  const written = (bytes, encoding) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding);
  const hashes = { sha1, sha512 };
  return {
    name: '@noble/hashes',
    hash: (algorithm, text, encoding) => written(hashes[algorithm](encoder.encode(text)), encoding),
    hmac: async (key) => {
      const prepared = hmac.create(sha256, encoder.encode(key));
      return (text, encoding) => written(prepared.clone().update(encoder.encode(text)).digest(), encoding);
    },
  };
}

/** @returns {Promise<Digests>} WebAssembly, the digests alone */
async function hashWasm() {
  const { createHMAC, createSHA1, createSHA256, createSHA512 } = await import('hash-wasm');
  const hashes = { sha1: await createSHA1(), sha512: await createSHA512() };
  const written = (hasher, encoding) => {
    if (encoding === 'hex') return hasher.digest('hex');
    return Buffer.from(hasher.digest('binary')).toString(encoding);
  };
  return {
    name: 'hash-wasm',
    hash: (algorithm, text, encoding) => written(hashes[algorithm].init().update(text), encoding),
    hmac: async (key) => {
      const hasher = await createHMAC(createSHA256(), key);
      return (text, encoding) => written(hasher.init().update(text), encoding);
    },
  };
}

/** Every library that runs here, `node:crypto` first. @returns {Promise<Digests[]>} */
export async function digestLibraries() {
  const others = await Promise.all([noble, hashWasm].map((load) => load().catch(() => null)));
  return [plain, best, ...others.filter(Boolean)];
}

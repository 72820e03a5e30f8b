import { PosError } from './error.js';

/** The platform's source of secure randomness, or Node's where the global is missing (CommonJS on Node 18). Nothing global is changed. */
export function randomSource() {
  const source = typeof globalThis.crypto?.getRandomValues === 'function' ? globalThis.crypto : nodeCrypto();
  if (source) return source;
  throw new PosError('CONFIG', 'randomness', 'crypto');
}

/**
 * Throws where there is no source. Node makes its global when it is first looked at, which takes longer than a container's first verification;
 * so where a getter stands, it is not looked at before bytes are wanted.
 */
export function checkRandomSource() {
  if (!Object.getOwnPropertyDescriptor(globalThis, 'crypto')?.get) randomSource();
}

function nodeCrypto() {
  try {
    // Written so that bundlers see it: those for Node keep it, and those for browsers put nothing in its place ("browser" in package.json).
    return require('crypto').webcrypto;
  } catch {
    return null;
  }
}

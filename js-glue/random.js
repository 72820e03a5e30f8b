import { PosError } from './error.js';

/** The platform's source of secure randomness, or Node's where the global is missing (CommonJS on Node 18). Nothing global is changed. */
export function randomSource() {
  const source = typeof globalThis.crypto?.getRandomValues === 'function' ? globalThis.crypto : nodeCrypto();
  if (source) return source;
  throw new PosError('CONFIG', 'randomness', 'crypto');
}

function nodeCrypto() {
  try {
    // Written so that bundlers see it: those for Node keep it, and those for browsers put nothing in its place ("browser" in package.json).
    return require('crypto').webcrypto;
  } catch {
    return null;
  }
}

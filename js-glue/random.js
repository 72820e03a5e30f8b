import { PosError } from './error.js';

/** The platform's source of secure randomness, or Node's where the global is missing (CommonJS on Node 18). Nothing global is changed. */
export function randomSource() {
  const source = typeof globalThis.crypto?.getRandomValues === 'function' ? globalThis.crypto : nodeCrypto();
  if (source) return source;
  throw new PosError('CONFIG', 'randomness', 'crypto');
}

function nodeCrypto() {
  // Not a plain require, so that bundlers for other runtimes do not look for Node's module.
  const load = typeof require === 'function' ? require : null;
  try {
    return load?.('node:crypto').webcrypto;
  } catch {
    return null;
  }
}

// Loads the core on first use, and throws an instance away that has trapped: a WebAssembly instance that stopped in the middle of a
// call goes on answering, but wrongly.
import * as bindings from '../pkg/velopos_bg.js';
import bytes from 'velopos:bytes';
import { randomSource } from './random.js';

let module = null;
let exports = null;

/** The running core. */
export function core() {
  if (exports === null) {
    module ??= new WebAssembly.Module(decodeBase64(bytes));
    const instance = new WebAssembly.Instance(module, { './velopos_bg.js': imports() });
    bindings.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start?.();
    exports = instance.exports;
  }
  return { bindings, memory: exports.memory };
}

/** Forgets a core that trapped; the next call gets a new one. */
export function discard() {
  // The generated glue keeps a view of the old memory, and looks again only when that view is detached.
  try {
    exports?.memory.grow(0);
  } finally {
    exports = null;
  }
}

/** The generated imports, with randomness from our source instead of a global that may be missing. */
function imports() {
  const source = randomSource();
  const getRandomValues = (at, length) => {
    source.getRandomValues(new Uint8Array(exports.memory.buffer, at, length));
  };
  return Object.fromEntries(
    Object.entries(bindings).map(([name, value]) => [name, name.startsWith('__wbg_getRandomValues_') ? getRandomValues : value]),
  );
}

function decodeBase64(text) {
  if (typeof Buffer === 'function') return Buffer.from(text, 'base64');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

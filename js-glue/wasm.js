// Loads the core on first use, and never asks one again that did not come back: a WebAssembly instance that stopped in the middle of a
// call goes on answering, but wrongly.
import * as bindings from '../pkg/velopos_bg.js';
import bytes from 'velopos:bytes';
import { PosError } from './error.js';
import { randomSource } from './random.js';

let module = null;
let idle = null; // the core between two calls
let bound = null; // the core that the generated bindings speak for

/**
 * A core for one call. Until it is given back it is nobody else's, so a call that never ends (a trap, an exhausted stack, a time limit)
 * leaves nothing behind that a later call could meet, and a call from within a call has a core of its own.
 */
export function take() {
  const core = idle ?? load();
  idle = null;
  return core;
}

/** After a call that ended well. */
export function giveBack(core) {
  if (core === bound) idle = core;
}

/** What a call that trapped had in the memory must not lie there until the memory is collected. */
export function wipe({ memory }) {
  new Uint8Array(memory.buffer).fill(0);
}

function load() {
  const source = randomSource();
  try {
    module ??= typeof bytes === 'string' ? new WebAssembly.Module(decodeBase64(bytes)) : bytes; // workerd has compiled it already
    const { exports } = new WebAssembly.Instance(module, { './velopos_bg.js': imports(source, () => exports.memory) });
    const { memory, call, input, output } = exports;
    const core = { memory, call, input: (size) => input(size) >>> 0, output: () => output() >>> 0, readUnverified: bindings.read_unverified };
    // The generated glue keeps a view of the memory it spoke for, and looks again only when that view is detached.
    bound?.memory.grow(0);
    bindings.__wbg_set_wasm(exports);
    bound = core;
    exports.__wbindgen_start?.();
    return core;
  } catch (error) {
    throw new PosError('INTERNAL', '', `this runtime could not load the core: ${error.message}`);
  }
}

/** The generated imports, with randomness from our source instead of a global that may be missing. */
function imports(source, memory) {
  const getRandomValues = (at, length) => {
    // Not into the memory itself: a source that calls us again could leave a view of it detached, and zeros for random bytes.
    const bytes = new Uint8Array(length);
    source.getRandomValues(bytes);
    new Uint8Array(memory().buffer, at, length).set(bytes);
  };
  return Object.fromEntries(
    Object.entries(bindings).map(([name, value]) => [name, name.startsWith('__wbg_getRandomValues_') ? getRandomValues : value]),
  );
}

function decodeBase64(text) {
  if (typeof Buffer === 'function') return Buffer.from(text, 'base64');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

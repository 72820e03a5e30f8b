// Loads the core on first use, and never asks one again that did not come back: a WebAssembly instance that stopped in the middle of a
// call goes on answering, but wrongly.
import * as bindings from '../pkg/velopos_bg.js';
import bytes from 'velopos:bytes';
import { PosError } from './error.js';
import { checkRandomSource, randomSource } from './random.js';

let module = null;
let idle = null; // the core between two calls

/**
 * A core for one call. Until it is given back it is nobody else's, so a call that never ends (a trap, an exhausted stack, a time limit)
 * leaves nothing behind that a later call could meet, and a call from within a call has a core of its own.
 */
export function take() {
  const core = idle ?? load();
  idle = null;
  return core;
}

/** The next call gets a new core. */
export function discard() {
  idle = null;
}

/** After a call that ended well. */
export function giveBack(core) {
  idle = core;
}

/** What a call that trapped had in the memory must not lie there until the memory is collected. */
export function wipe({ memory }) {
  new Uint8Array(memory.buffer).fill(0);
}

function load() {
  checkRandomSource();
  try {
    module ??= typeof bytes === 'string' ? new WebAssembly.Module(decodeBase64(bytes)) : bytes; // workerd has compiled it already
    const { exports } = new WebAssembly.Instance(module, { './velopos_bg.js': imports(() => exports.memory) });
    const { memory, call, input } = exports;
    bindings.__wbg_set_wasm(exports);
    exports.__wbindgen_start?.();
    let [at, view] = [0, new Uint8Array(0)];
    /** The memory from the core's buffer on, which has room for at least so many bytes. A view that growing memory has left has no length. */
    const buffer = (size) => {
      const now = input(size) >>> 0;
      if (now !== at || view.length === 0) [at, view] = [now, new Uint8Array(memory.buffer, now)];
      return view;
    };
    return { memory, call, buffer };
  } catch (error) {
    throw new PosError('INTERNAL', 'notLoaded', '', error.message);
  }
}

/** The generated imports, with randomness from our source instead of a global that may be missing. */
function imports(memory) {
  let source;
  const getRandomValues = (at, length) => {
    source ??= randomSource();
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

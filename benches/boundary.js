// Looks at the boundary between the shim and the core, without a word of it in the package: the module is loaded a second time, with its
// WebAssembly instance wrapped.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * The package, and what it does to its core.
 * @param {((op: number, headLength: number, input: Uint8Array) => void) | null} [onCall] hears of every call, with the bytes that the shim wrote
 * @param {Uint8Array} [core] takes the place of the package's own
 */
export function openWatched(onCall = null, core = undefined) {
  const path = require.resolve('../dist/index.cjs');
  delete require.cache[path];
  const velopos = require(path);
  const { Instance } = WebAssembly;
  let memory;
  WebAssembly.Instance = function watched(module, imports) {
    const { exports } = new Instance(core ? new WebAssembly.Module(core) : module, imports);
    ({ memory } = exports);
    if (!onCall) return { exports };
    const call = (op, headLength, length) => {
      onCall(op, headLength, new Uint8Array(memory.buffer, exports.input(0) >>> 0, length));
      return exports.call(op, headLength, length);
    };
    return { exports: { ...exports, call } };
  };
  velopos.newOrderId(); // the core is loaded at the first call
  WebAssembly.Instance = Instance;
  return { velopos, memoryBytes: () => memory.buffer.byteLength };
}

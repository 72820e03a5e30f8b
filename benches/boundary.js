// Looks at the boundary between the shim and the core, without a word of it in the package: the module is loaded a second time,
// with its WebAssembly instance wrapped.
import { createRequire } from 'node:module';
import { rowsOf } from './rows.js';

const require = createRequire(import.meta.url);

/** The package loaded once more, with what `instantiate` makes of its module in place of the instance. */
function openOver(instantiate) {
  const path = require.resolve('../dist/index.cjs');
  delete require.cache[path];
  const velopos = require(path);
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function watched(module, imports) {
    return { exports: instantiate((core = module) => new Instance(core, imports).exports) };
  };
  velopos.newOrderId(); // the core is loaded at the first call
  WebAssembly.Instance = Instance;
  return velopos;
}

/**
 * @typedef {{ op: number, head: number, texts: number, input: Uint8Array }} Call what the shim has written for one call: a head of so many bytes and texts, and the body
 * @typedef {object} Watched
 * @property {any} velopos the package
 * @property {() => number} memoryBytes how much memory its core has
 * @property {(call: Call) => void} write puts the call's input where the core reads it
 * @property {(call: Call) => number} run the call over what was written; the length of the answer
 * @property {(call: Call) => number} callCore the same call without the shim; the length of the answer
 *
 * @param {((call: Call) => void) | null} [onCall] hears of every call
 * @param {Uint8Array} [core] takes the place of the package's own
 * @returns {Watched}
 */
export function openWatched(onCall = null, core = undefined) {
  let exports;
  const inputOf = (length) => new Uint8Array(exports.memory.buffer, exports.input(length) >>> 0, length);
  const velopos = openOver((instance) => {
    exports = instance(core && new WebAssembly.Module(core));
    if (!onCall) return exports;
    const call = (op, head, texts, length, now) => {
      onCall({ op, head, texts, input: inputOf(length) });
      return exports.call(op, head, texts, length, now);
    };
    return { ...exports, call };
  });
  const write = ({ input }) => inputOf(input.length).set(input);
  const run = ({ op, head, texts, input }) => exports.call(op, head, texts, input.length, Date.now());
  return {
    velopos, write, run,
    memoryBytes: () => exports.memory.buffer.byteLength,
    callCore: (call) => {
      write(call);
      return run(call);
    },
  };
}

/** What the shim writes for every message of a row. @param {string} id @param {import('./messages.js').Traffic} traffic @returns {Call[]} */
export function callsOf(id, { config, inputs }) {
  const calls = [];
  const { velopos } = openWatched(({ input, ...call }) => calls.push({ ...call, input: input.slice() }));
  const work = rowsOf(velopos).find((row) => row.id === id).ours(config);
  calls.length = 0; // the loading and the account
  inputs.forEach((input) => work(input));
  return calls;
}

/**
 * The package over a core that does nothing any more: for the messages of a row it hands out the answers that it gave before, one after the
 * other. What is left is the shim.
 * @param {string} id @param {import('./messages.js').Traffic} traffic @returns {(input: any) => any} the row's work
 */
export function openReplaying(id, { config, inputs }) {
  const answers = [];
  let [replays, next, view] = [false, 0, null];
  const velopos = openOver((instance) => {
    const exports = instance();
    const start = exports.input(ROOM) >>> 0;
    const handOut = (answer) => {
      // A view that growing memory has left has no length.
      if (!view?.length) view = new Uint8Array(exports.memory.buffer, start, ROOM);
      view.set(answer);
      return answer.length;
    };
    const call = (...asked) => {
      if (!replays) {
        const length = exports.call(...asked);
        answers.push(new Uint8Array(exports.memory.buffer, exports.input(0) >>> 0, length).slice());
        return handOut(answers.at(-1));
      }
      const answer = answers[next];
      next = next + 1 === answers.length ? 0 : next + 1;
      return handOut(answer);
    };
    return { ...exports, call, input: () => start };
  });
  const work = rowsOf(velopos).find((row) => row.id === id).ours(config);
  answers.length = 0;
  inputs.forEach((input) => work(input));
  replays = true;
  return work;
}

/** More than any message of a row needs, so that the buffer never moves. */
const ROOM = 256 * 1024;

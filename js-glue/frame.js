// How a call crosses the boundary; the twin of src/frame.rs. The head is text joined by NUL, the account first; the body follows untouched,
// and the answer is text joined by NUL. Every value has been read and checked before the first byte is written, so no foreign code runs in
// between.
import { PosError } from './error.js';
import { giveBack, take, wipe } from './wasm.js';
import { nameOf } from './words.js';

export const Op = Object.freeze({
  configure: 0, start: 1, callback: 2, ask: 3, reply: 4, peek: 5, orderId: 6, formula: 7, webhook: 8, report: 9, reported: 10, read: 11,
});

/** As in src/frame.rs. */
export const MAX_MESSAGE = 64 * 1024;
export const MAX_REPLY = 256 * 1024;
export const MAX_REPORT = 1024 * 1024;
const MAX_HEAD = 128 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const control = /[\u0000-\u001f\u007f]/;
const isWellFormed = String.prototype.isWellFormed // Node 20 and newer
  ? Function.prototype.call.bind(String.prototype.isWellFormed)
  : (text) => !/\p{Surrogate}/u.test(text);

/**
 * Texts that belong together, for a call. The core finds out whether all are fit to be told; if one is not, `names(texts)` and `code` say
 * which one it was.
 */
export function part(texts, names, code) {
  return { texts, names, code };
}

/** An account as every call carries it: the bytes of these texts, made once, with a NUL behind each of them. */
export function accountOf(texts) {
  return { bytes: encoder.encode(texts.map((text) => `${text}\0`).join('')), count: texts.length };
}

const NO_ACCOUNT = accountOf([]);

/** One call: for an account, parts of texts, and a text or bytes that `checkBody` returned. */
export function call(op, parts, body = '', account = NO_ACCOUNT) {
  const answer = exchange(op, account, parts, body);
  if (answer.kind === 'error') throw refusal(answer);
  return answer;
}

function refusal(answer) {
  const [code, field, number, bankCode, bankMessage, about] = [1, 2, 3, 4, 5, 6].map(() => answer.next());
  return new PosError(code, nameOf(number), field, about, bankCode, bankMessage);
}

/** What the core answered: texts that were joined by NUL, read one after another. The first says what it is. */
class Answer {
  #told;
  #at = 0;

  constructor(told) {
    this.#told = told;
    this.kind = this.next();
  }

  /** The next text; an empty one behind the last. */
  next() {
    const from = this.#at;
    const end = this.#told.indexOf('\0', from);
    this.#at = end < 0 ? this.#told.length + 1 : end + 1;
    return end < 0 ? this.#told.slice(from) : this.#told.slice(from, end);
  }

  get hasMore() {
    return this.#at <= this.#told.length;
  }

  /** The rest as names and values: first the names as one text, and mostly the same one. */
  pairs() {
    const names = this.next();
    if (names !== lastNames.text) lastNames = { text: names, names: names === '' ? [] : names.split('\u0001') };
    const object = {};
    for (const name of lastNames.names) object[name] = this.next();
    return object;
  }
}

/** A name that is cut out anew has to be looked up among all that the runtime knows: half the cost of an object. */
let lastNames = { text: '', names: [] };

/** Reads a callback without verifying it: the fields that people ask for, and all of them. */
export function readUnverified(body) {
  const answer = call(Op.read, [], checkBody(body, MAX_MESSAGE));
  const known = {};
  for (let left = Number(answer.next()); left > 0; left -= 1) known[answer.next()] = answer.next();
  const fields = {};
  while (answer.hasMore) fields[answer.next()] = answer.next();
  return { ...known, fields };
}

function exchange(op, account, parts, body) {
  let head = '';
  let count = 0;
  for (const { texts } of parts) {
    if (texts.length === 0) continue;
    const joined = joinedByNul(texts);
    head = count === 0 ? joined : `${head}\0${joined}`;
    count += texts.length;
  }
  // A head this large is refused here, because the buffer is sized for it before anything is counted.
  if (head.length > MAX_HEAD) throw new PosError('TOO_LARGE', 'largeOrder');
  const answer = guarded((core) => ask(core, op, account, head, count, body));
  return answer ?? blame(parts);
}

/** The runtime joins many texts quicker than a loop, but for a few it takes longer to be asked than they to be put together. */
function joinedByNul(texts) {
  if (texts.length > 8) return texts.join('\0');
  let joined = texts[0];
  for (let place = 1; place < texts.length; place += 1) joined += `\0${texts[place]}`;
  return joined;
}

/** The answer, or null if a text of the head is not fit to be told. */
function ask(core, op, account, head, count, body) {
  const { bytes } = account;
  const buffer = core.buffer(bytes.length + 3 * head.length + (typeof body === 'string' ? 3 : 1) * body.length);
  write(bytes, buffer, 0);
  // Where nothing follows the account, its last NUL is none between two texts.
  const begin = count > 0 ? bytes.length : Math.max(0, bytes.length - 1);
  const headEnd = begin + write(head, buffer, begin);
  const end = headEnd + write(body, buffer, headEnd);
  // Nothing that is asked without an account depends on the time, and to ask for it is a tenth of what the shim does then.
  const now = account === NO_ACCOUNT ? 0 : Date.now();
  const length = core.call(op, headEnd, account.count + count, end, now);
  if (length === 0) return null;
  // A fresh look: the buffer has moved if the answer was larger.
  const answer = core.buffer(0).subarray(0, length);
  const told = decoder.decode(answer);
  answer.fill(0);
  return new Answer(told);
}

/** Writes a text or bytes there, and says how many bytes they are. Head and body are never joined: to join them costs more than to write them. */
function write(value, buffer, at) {
  if (value.length === 0) return 0;
  if (typeof value !== 'string') {
    buffer.set(value, at);
    return value.length;
  }
  const { read, written } = encoder.encodeInto(value, at === 0 ? buffer : buffer.subarray(at));
  if (read !== value.length) throw new Error('the buffer was too small');
  return written;
}

/** Says which text cannot be told. */
function blame(parts) {
  for (const { texts, names, code } of parts) {
    const place = texts.findIndex((text) => control.test(text) || text.includes('\ufffd') || !isWellFormed(text));
    if (place >= 0) throw new PosError(code, 'invisible', names(texts)[place]);
  }
  throw new PosError('INTERNAL', 'stopped');
}

/** Whatever is thrown inside is a trap, and told as one unless it is a refusal: no source of randomness. The core is then not given back. */
function guarded(work) {
  const core = take();
  let result;
  try {
    result = work(core);
  } catch (error) {
    try {
      wipe(core);
    } catch {
      // Where the stack was exhausted, it may be so still.
    }
    throw error instanceof PosError ? error : new PosError('INTERNAL', 'stopped');
  }
  giveBack(core);
  return result;
}

/**
 * Refuses a body that is not text or bytes, too large, or not well-formed, before anything is copied. Bytes are returned as a plain copy:
 * an array that answers for itself (a `length` of its own, a proxy) would be asked while the buffer is half written.
 */
export function checkBody(body, limit) {
  if (typeof body === 'string') {
    if (body.length > limit) throw tooLarge();
    if (!isWellFormed(body)) throw new PosError('MALFORMED', 'brokenText', 'body');
    return body;
  }
  if (!ArrayBuffer.isView(body) || !(body instanceof Uint8Array)) {
    throw new PosError('MALFORMED', 'rawBody', 'body');
  }
  const length = lengthOf.call(body);
  if (length > limit) throw tooLarge();
  return length === 0 ? new Uint8Array(0) : new Uint8Array(body);
}

const lengthOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length').get;

function tooLarge() {
  return new PosError('TOO_LARGE', 'tooLarge', 'body');
}

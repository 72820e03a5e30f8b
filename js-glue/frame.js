// How a call crosses the boundary; the twin of src/frame.rs. The head is text joined by NUL, the body follows untouched, and the
// answer is text joined by NUL. Every value has been read and checked before the first byte is written, so no foreign code runs in
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
  let [head] = texts;
  for (let place = 1; place < texts.length; place += 1) head += `\0${texts[place]}`; // twice as fast as join
  return { head, count: texts.length, texts, names, code };
}

/** One call: parts of texts, and a text or bytes that `checkBody` returned. Returns the answer's texts, the first of which says what it is. */
export function call(op, parts, body = '') {
  const answer = exchange(op, parts, body);
  if (answer[0] === 'error') throw refusal(answer);
  return answer;
}

function refusal([, code, field, number, bankCode, bankMessage, about]) {
  return new PosError(code, nameOf(number), field, about, bankCode, bankMessage);
}

/** Reads a callback without verifying it: the fields that people ask for, and all of them. */
export function readUnverified(body) {
  const [, count, ...texts] = call(Op.read, [], checkBody(body, MAX_MESSAGE));
  const known = Number(count) * 2;
  return { ...pairs(texts.slice(0, known)), fields: pairs(texts.slice(known)) };
}

function exchange(op, parts, body) {
  let head = '';
  let texts = 0;
  for (const part of parts) {
    if (part.count === 0) continue;
    head = texts === 0 ? part.head : `${head}\0${part.head}`;
    texts += part.count;
  }
  // A head this large is refused here, because the buffer is sized for it before anything is counted.
  if (head.length > MAX_HEAD) throw new PosError('TOO_LARGE', 'largeOrder');
  const answer = guarded((core) => ask(core, op, head, texts, body));
  return answer ?? blame(parts);
}

/** The answer's texts, or null if a text of the head is not fit to be told. */
function ask(core, op, head, texts, body) {
  const isText = typeof body === 'string';
  const text = isText ? head + body : head;
  const room = text.length * 3 + (isText ? 0 : body.length);
  const buffer = core.buffer(room);
  const { read, written } = encoder.encodeInto(text, buffer);
  if (read !== text.length) throw new Error('the buffer was too small');
  if (!isText) buffer.set(body, written);
  const length = core.call(op, head.length, texts, isText ? written : written + body.length, Date.now());
  if (length === 0) return null;
  // A fresh look: the buffer has moved if the answer was larger.
  const answer = core.buffer(0).subarray(0, length);
  const told = decoder.decode(answer);
  answer.fill(0);
  return cut(told);
}

/** Texts that were joined by NUL. For a few of them faster than `split`, which asks the runtime. */
function cut(told) {
  const texts = [];
  let from = 0;
  for (let end = told.indexOf('\0'); end >= 0; end = told.indexOf('\0', from)) {
    texts.push(told.slice(from, end));
    from = end + 1;
  }
  texts.push(told.slice(from));
  return texts;
}

/** Says which text cannot be told. */
function blame(parts) {
  for (const { texts = [], names, code } of parts) {
    const place = texts.findIndex((text) => control.test(text) || text.includes('\ufffd') || !isWellFormed(text));
    if (place >= 0) throw new PosError(code, 'invisible', names(texts)[place]);
  }
  throw new PosError('INTERNAL', 'stopped');
}

/** Names and values that follow one another, from there on. */
export function pairs(texts, from = 0) {
  const object = {};
  for (let place = from; place < texts.length; place += 2) object[texts[place]] = texts[place + 1];
  return object;
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

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
const control = /[\u0000-\u001f\u007f\p{Surrogate}]/u;
const isWellFormed = String.prototype.isWellFormed // Node 20 and newer
  ? Function.prototype.call.bind(String.prototype.isWellFormed)
  : (text) => !/\p{Surrogate}/u.test(text);

/** One call: an array of texts, and a text or bytes that `checkBody` returned. Returns the answer's texts, the first of which says what it is. */
export function call(op, head, body = '') {
  const answer = exchange(op, head.join('\0'), body);
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

function exchange(op, head, body) {
  // A head this large is refused here, because the buffer is sized for it before anything is counted.
  if (head.length > MAX_HEAD) throw new PosError('TOO_LARGE', 'largeOrder');
  return guarded((core) => {
    const { headLength, length } = write(core, head, body);
    const answerLength = core.call(op, headLength, length, Date.now());
    if (answerLength === 0) throw new Error('the call was not understood');
    const answer = new Uint8Array(core.memory.buffer, core.input(0), answerLength);
    const text = decoder.decode(answer);
    answer.fill(0);
    return text.split('\0');
  });
}

/** Writes into a fresh view: the memory may have grown while the buffer was made. */
function write({ memory, input }, head, body) {
  const isText = typeof body === 'string';
  const size = head.length * 3 + (isText ? body.length * 3 : body.length);
  const at = input(size);
  const view = new Uint8Array(memory.buffer, at, size);
  const headLength = encode(head, view);
  const rest = view.subarray(headLength);
  const bodyLength = isText ? encode(body, rest) : (rest.set(body), body.length);
  return { headLength, length: headLength + bodyLength };
}

function encode(text, view) {
  const { read, written } = encoder.encodeInto(text, view);
  if (read !== text.length) throw new Error('the buffer was too small');
  return written;
}

/** Names and values that follow one another. */
export function pairs(texts) {
  const object = {};
  for (let place = 0; place < texts.length; place += 2) object[texts[place]] = texts[place + 1];
  return object;
}

/** Whatever is thrown inside is a trap; after one the core is not given back. */
function guarded(work) {
  const core = take();
  let result;
  try {
    result = work(core);
  } catch {
    try {
      wipe(core);
    } catch {
      // Where the stack was exhausted, it may be so still.
    }
    throw new PosError('INTERNAL', 'stopped');
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

/** Refuses texts that hold control characters or broken characters; `names` say which one it was. */
export function checkTexts(texts, names, code) {
  // Joined with a space, so that no two halves of a broken character make a whole one.
  if (!control.test(texts.join(' '))) return texts;
  const place = texts.findIndex((text) => control.test(text));
  throw new PosError(code, 'invisible', names[place]);
}

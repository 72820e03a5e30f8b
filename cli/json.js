// Reads JSON that people write by hand, and says in which line and why it is not JSON. JSON.parse quotes its input in its errors,
// and the input holds secrets; this quotes nothing.

const DEEPEST = 32;
const QUOTES = /[“”„‟‘’‚‛«»]/;

/** @typedef {'end' | 'quote' | 'single' | 'comment' | 'trailing' | 'comma' | 'colon' | 'name' | 'value' | 'string' | 'escape' | 'after' | 'deep' | 'empty'} Reason */

export class NotJson extends Error {
  /** @param {Reason} reason @param {number} line @param {number} column */
  constructor(reason, line, column) {
    super(`not JSON: ${reason}`);
    Object.assign(this, { reason, line, column });
  }
}

/** @param {string} text @returns {{ value: any, doubles: string[] }} doubles: names that stand twice in one object; the last one would win */
export function readJson(text) {
  const source = text.replace(/^\uFEFF/, '');
  const reader = new Reader(source);
  reader.document();
  return { value: JSON.parse(source), doubles: reader.doubles };
}

class Reader {
  doubles = [];
  #at = 0;

  constructor(text) {
    this.text = text;
  }

  document() {
    this.#space();
    if (this.#at >= this.text.length) this.#fail('empty');
    this.#value([]);
    this.#space();
    if (this.#at < this.text.length) this.#fail('after');
  }

  #value(path) {
    if (path.length > DEEPEST) this.#fail('deep');
    const next = this.#next();
    if (next === '{') return this.#object(path);
    if (next === '[') return this.#list(path);
    if (next === '"') return void this.#string();
    const word = /[-+.\w]+/y;
    word.lastIndex = this.#at;
    const [found] = word.exec(this.text) ?? [];
    if (!found || !/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?)$/.test(found)) this.#fail(this.#why('value'));
    this.#at += found.length;
  }

  #object(path) {
    const names = new Set();
    this.#members('}', () => {
      if (this.#next() !== '"') this.#fail(this.#why('name'));
      const name = this.#string();
      if (names.has(name)) this.doubles.push([...path, name].join('.'));
      names.add(name);
      this.#space();
      if (this.#next() !== ':') this.#fail(this.#why('colon'));
      this.#at += 1;
      this.#space();
      this.#value([...path, name]);
    });
  }

  #list(path) {
    this.#members(']', () => this.#value([...path, '']));
  }

  #members(end, read) {
    this.#at += 1;
    this.#space();
    if (this.#next() === end) return void (this.#at += 1);
    for (;;) {
      read();
      this.#space();
      const next = this.#next();
      if (next === end) return void (this.#at += 1);
      if (next !== ',') this.#fail(this.#why('comma'));
      const comma = this.#at;
      this.#at += 1;
      this.#space();
      if (this.#next() === end) this.#fail('trailing', comma);
    }
  }

  #string() {
    const from = this.#at;
    const rest = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*/y;
    rest.lastIndex = from;
    this.#at += rest.exec(this.text)[0].length;
    const next = this.#next();
    if (next === '"') return JSON.parse(this.text.slice(from, (this.#at += 1)));
    return this.#fail(next === '\\' ? 'escape' : 'string');
  }

  #space() {
    while (/[ \t\r\n]/.test(this.#next())) this.#at += 1;
    if (/^(\/\/|\/\*|#)/.test(this.text.slice(this.#at, this.#at + 2))) this.#fail('comment');
  }

  #next() {
    return this.text[this.#at] ?? '';
  }

  /** The commonest reasons have names of their own. */
  #why(otherwise) {
    const next = this.#next();
    if (next === '') return 'end';
    if (QUOTES.test(next)) return 'quote';
    return next === "'" ? 'single' : otherwise;
  }

  #fail(reason, at = this.#at) {
    const before = this.text.slice(0, at).split('\n');
    throw new NotJson(reason, before.length, before.at(-1).length + 1);
  }
}

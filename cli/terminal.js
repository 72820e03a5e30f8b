// The screen and the keyboard. Whatever is written passes through one filter that knows the secrets of this run, so that no
// sentence, however it came about, can show one.

import { hide, plain } from './mask.js';

/** Somebody pressed Ctrl-C, or closed the input. */
export class Interrupted extends Error {}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = ['\u007f', '\b'];
const MARKS = { ok: ['✔', 32], info: ['·', 36], warning: ['!', 33], error: ['✖', 31] };

export class Terminal {
  #secrets = new Set();
  #keys = [];
  #hearing;

  /** @param {import('./run.js').World} world @param {'tr' | 'en'} lang */
  constructor(world, lang) {
    this.world = world;
    this.lang = lang;
  }

  /** These texts are not shown from now on. @param {Iterable<string>} secrets */
  keepSecret(secrets) {
    for (const secret of secrets) this.#secrets.add(secret);
  }

  /** @returns {0} so that a command may end with it */
  print(text = '') {
    this.world.stdout.write(`${this.#clean(text)}\n`);
    return 0;
  }

  complain(text) {
    this.world.stderr.write(`${this.#clean(text)}\n`);
  }

  /** Whether somebody is there to be asked. */
  get attended() {
    return this.world.stdin.isTTY === true;
  }

  /** A mark before a finding, coloured where that is wanted. */
  mark(level) {
    const [sign, colour] = MARKS[level];
    return this.#coloured ? `\u001b[${colour}m${sign}\u001b[0m` : sign;
  }

  get #coloured() {
    const { stdout, env } = this.world;
    return stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  }

  /** Everything that was piped in, as text. */
  async readAll(limit) {
    return (await this.readBytes(limit)).toString('utf8');
  }

  /** The same as bytes: a captured body may be in another charset. */
  async readBytes(limit) {
    const chunks = [];
    let size = 0;
    for await (const chunk of this.world.stdin) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size > limit) break;
    }
    return Buffer.concat(chunks);
  }

  /** Asks; what is typed is shown. */
  ask(question) {
    return this.#read(question, true);
  }

  /** Asks; nothing of what is typed is shown, not even its length. */
  askHidden(question) {
    return this.#read(question, false);
  }

  close() {
    const { stdin } = this.world;
    if (!this.#hearing) return;
    stdin.off('data', this.#hearing);
    stdin.setRawMode?.(false);
    stdin.pause();
  }

  #clean(text) {
    return hide(plain(text), this.#secrets);
  }

  async #read(question, shown) {
    const { stdout } = this.world;
    stdout.write(this.#clean(question));
    let typed = '';
    for (;;) {
      const key = await this.#key();
      if (key === CTRL_C || key === CTRL_D) throw new Interrupted();
      if (key === '\r' || key === '\n') break;
      if (BACKSPACE.includes(key)) {
        if (shown && typed !== '') stdout.write('\b \b');
        typed = [...typed].slice(0, -1).join('');
      } else if (key >= ' ') {
        typed += key;
        if (shown) stdout.write(key);
      }
    }
    // What follows in the same paste belongs to the secret, and the next question would show it.
    if (!shown) this.#keys = [];
    stdout.write('\n');
    return typed;
  }

  /** One key after the other, however they arrive: a pasted line comes as one piece. */
  #key() {
    if (!this.#hearing) this.#hear();
    if (this.#keys.length > 0) return Promise.resolve(this.#keys.shift());
    return new Promise((resolve) => { this.#wake = resolve; });
  }

  #wake;

  #hear() {
    const { stdin } = this.world;
    stdin.setRawMode?.(true);
    stdin.setEncoding?.('utf8');
    this.#hearing = (text) => {
      this.#keys.push(...text.replace(/\r\n/g, '\r').replace(/\u001b\[[0-9;]*[A-Za-z~]/g, ''));
      if (this.#wake && this.#keys.length > 0) {
        const wake = this.#wake;
        this.#wake = undefined;
        wake(this.#keys.shift());
      }
    };
    stdin.on('data', this.#hearing);
    stdin.once('end', () => this.#hearing(CTRL_D));
    stdin.resume();
  }
}

// What an explanation asks of the core: the very checks that finish() makes, again and again, and what each of them hashed. The core of this
// edition keeps more in its memory than a call needs, so its memory is wiped and thrown away when the explanation ends.
import * as bindings from '../pkg/velopos_bg.js';
import { PosError } from './error.js';
import { createPos } from './index.js';
import { discard, giveBack, take, wipe } from './wasm.js';

/** A core gives no text back, so after so many questions a fresh one is taken: fewer, the larger they are. */
const QUESTIONS = 250;
const BYTES = 1024 * 1024;

/** @typedef {{ state: 'fits' | 'asks' | 'refused', code?: string, field?: string, error?: PosError, verified?: boolean, plaintext: object[] }} Outcome
 *   verified: whether a digest from outside was right; undefined where none was looked at */

export class Core {
  #memory;
  #asked = 0;
  #questions;

  /** @param {number} size of what it is asked about */
  constructor(size) {
    this.#questions = Math.min(QUESTIONS, 1 + (BYTES - (BYTES % (size + 1))) / (size + 1));
    this.#begin();
  }

  /** What is known about a gateway: its keys, its models, its public credentials. */
  known(gateway) {
    this.#count();
    return bindings.known(gateway);
  }

  /** Opens the account and makes one check. `check` returns whether it fits, or throws the refusal. @returns {Outcome} */
  ask(config, check, traced = false) {
    this.#count();
    let outcome;
    try {
      const pos = createPos(config, { fetch: nothing, claim: async () => false });
      outcome = { state: check(pos) };
    } catch (error) {
      if (!(error instanceof PosError)) throw error;
      if (error.code === 'INTERNAL') throw error;
      outcome = { state: 'refused', code: error.code, field: error.field, error };
    }
    return { ...outcome, verified: outcome.code === 'CONFIG' ? undefined : bindings.verified(), plaintext: traced && outcome.code !== 'CONFIG' ? bindings.trace() ?? [] : [] };
  }

  /** Nothing of what was explained stays in the memory. */
  end() {
    discard();
    wipe({ memory: this.#memory });
    this.#memory.grow(0); // so that the generated code lets go of its views of it
  }

  #begin() {
    const core = take();
    this.#memory = core.memory;
    giveBack(core);
  }

  #count() {
    this.#asked += 1;
    if (this.#asked < this.#questions) return;
    this.#asked = 0;
    this.end();
    this.#begin();
  }
}

async function nothing() {
  throw new PosError('UNREACHABLE', 'unanswered');
}

// Several containers side by side, as on the platform: requests go round, each container remembers only its own, and all are
// replaced after a few minutes. Whoever keeps something in a variable will notice.

import { Container } from './container.js';

export class TimeLimit extends Error {}

export class Containers {
  #all = [];
  #count;
  #numbers = 0;
  #turn = 0;
  #requests = 0;
  #works = new Map();
  #closed = false;

  /**
   * @param {object} parts
   * @param {number} parts.count
   * @param {() => object} parts.world what a new container is given
   * @param {object} parts.limits
   * @param {import('./habits.js').Habits} parts.habits
   * @param {import('./log.js').Log} parts.log
   * @param {import('./problems.js').Problems} parts.problems
   * @param {(container: Container, message: object) => Promise<unknown>} parts.answer
   */
  constructor({ count, world, limits, habits, log, problems, answer }) {
    this.#count = count;
    this.parts = { world, limits, habits, log, problems, answer };
    this.#fill();
  }

  /** Containers that take requests. */
  get list() {
    return this.#serving().map(({ number, born, busy }) => ({ number, born, busy }));
  }

  get count() {
    return this.#count;
  }

  set count(count) {
    if (!Number.isInteger(count) || count < 1 || count > 16) throw new RangeError('containers: 1 to 16');
    this.#count = count;
    this.#serving().slice(count).forEach((container) => container.retire());
    this.#fill();
  }

  /** A name for what is about to run, so that its log lines can be told from others': r1, j2 (a job), w3 (a web method),
   *  p4 (a plugin's function), e5 (an event). */
  nextRequest(letter) {
    this.#requests += 1;
    return `${letter}${this.#requests}`;
  }

  /**
   * Runs a task on the next container. After the platform's time limit the caller gets TimeLimit and the code runs on.
   * @param {{ request: string, kind: 'http' | 'web' | 'job' | 'call', name: string, visitor: object, task: object }} work
   * @param {{ limitMs?: number }} [options]
   */
  async run(work, { limitMs } = {}) {
    const container = this.#next();
    work.container = container.number;
    work.counts = { request: 0, read: 0, write: 0, fetch: 0, wix: 0 };
    this.#works.set(work.request, work);
    const { habits } = this.parts;
    const { clockAheadMs } = habits.get();
    const done = container.run({ ...work, clockAheadMs }).catch((error) => {
      this.parts.problems.note(error.problem);
      throw error;
    }).finally(() => this.#works.delete(work.request));
    habits.crashAfter('request', work, () => this.kill(container.number, 'killed as the request arrived'));
    return limitMs ? this.#limited(done, container, limitMs) : done;
  }

  /** What a message from a container belongs to; code that runs outside any request has no work. */
  workOf(request) {
    return this.#works.get(request);
  }

  /** Ends a container at this very moment. */
  kill(number, why = 'killed') {
    const container = this.#all.find((each) => each.number === number && each.alive);
    if (!container) return false;
    container.kill(why);
    return true;
  }

  /** All containers are replaced; running requests may finish. */
  recycle() {
    this.#serving().forEach((container) => container.retire());
    this.#fill();
  }

  close() {
    this.#closed = true;
    [...this.#all].forEach((container) => container.kill('closed'));
  }

  async #limited(done, container, limitMs) {
    let timer;
    const limit = new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new TimeLimit(`no answer within ${limitMs} ms`)), limitMs);
    });
    try {
      return await Promise.race([done, limit]);
    } catch (error) {
      if (error instanceof TimeLimit) this.#watch(done, container);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Code may run on after its answer was given up, but not for ever: an endless loop would hold the container. */
  #watch(done, container) {
    const timer = setTimeout(() => container.kill('killed: its code did not end'), this.parts.limits.afterlifeMs);
    timer.unref();
    done.catch(() => {}).finally(() => clearTimeout(timer));
  }

  #serving() {
    return this.#all.filter((container) => container.alive && !container.retired);
  }

  #next() {
    for (const container of this.#serving()) {
      if (Date.now() - container.born >= this.parts.habits.get().containerLifeMs) container.retire();
    }
    this.#fill();
    const serving = this.#serving();
    this.#turn += 1;
    return serving[this.#turn % serving.length];
  }

  #fill() {
    while (!this.#closed && this.#serving().length < this.#count) {
      this.#numbers += 1;
      this.#all.push(new Container(this.#numbers, this.parts.world(), {
        answer: (container, message) => this.parts.answer(container, message),
        log: (line) => this.parts.log.write(line),
        gone: (container) => this.#gone(container),
      }));
    }
  }

  #gone(container) {
    this.#all.splice(this.#all.indexOf(container), 1);
    // One that never did anything could not start; its successor would not either, so it waits for a request.
    if (container.worked) this.#fill();
  }
}

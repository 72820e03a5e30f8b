// Backend events: Wix calls a handler of backend/events.js when something has happened. It may come late, twice or not at all, and
// nobody waits for it.
//
// Not documented is what Wix does when a handler throws; here the event is not delivered again, which is the worse answer.

import { setTimeout as wait } from 'node:timers/promises';

const MODULE = 'backend/events.js';

export class Events {
  /**
   * @param {object} parts
   * @param {import('../source.js').Source} parts.source
   * @param {import('../calls.js').Calls} parts.calls
   * @param {import('../habits.js').Habits} parts.habits
   * @param {import('../log.js').Log} parts.log
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** @param {string} handler such as `wixPay_onPaymentUpdate` @param {object} event */
  emit(handler, event) {
    if (!this.source.names.includes(MODULE)) return;
    this.#deliver(handler, event).catch(() => {}); // said in the log already
  }

  async #deliver(handler, event) {
    const late = this.habits.take('late', handler);
    if (late) {
      const text = `late: ${handler} by ${late.delayMs} ms`;
      this.log.write({ kind: 'habit', level: 'warn', text, detail: JSON.stringify(event) });
    }
    await wait(late?.delayMs ?? 0);
    await this.calls.make({ letter: 'e', module: MODULE, name: handler, args: [event] });
  }
}

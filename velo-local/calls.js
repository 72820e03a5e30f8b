// Calls that Wix itself makes into a site's backend: functions of a service plugin, handlers of backend/events.js. They have the
// platform's time limit, and its habits: one may be lost, come again, come late, or meet the death of its container.

import { setTimeout as wait } from 'node:timers/promises';

import { decodeItem, encodeValue } from './items.js';
import { nobody } from './visitor.js';

export class CallLost extends Error {}

/**
 * @typedef {object} Call
 * @property {'p' | 'e'} letter of its request's name in the log: a plugin's function, an event
 * @property {string} module such as `backend/events.js`
 * @property {string} name of the exported function
 * @property {unknown[]} args plain values; they cross as JSON, dates stay dates
 * @property {string[]} [hide] fields of the arguments and of the result that the log must not have
 */

export class Calls {
  /**
   * @param {object} parts
   * @param {import('./containers.js').Containers} parts.containers
   * @param {import('./habits.js').Habits} parts.habits
   * @param {object} parts.limits
   * @param {import('./log.js').Log} parts.log
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /**
   * Makes a call and gives its result. Copies that the habits want run beside it or after it; `again` hears of their results.
   * @param {Call} call
   * @param {(outcome: { value?: unknown, error?: Error }) => void} [again]
   */
  async make(call, again = () => {}) {
    if (this.habits.take('drop', call.name)) {
      this.#habit(`lost: ${call.name} was never called`, call);
      throw new CallLost(`${call.name} was lost`);
    }
    this.#repeat(call, again);
    return this.run(call);
  }

  #repeat(call, again) {
    const wish = this.habits.take('repeat', call.name);
    for (let copy = 1; copy <= (wish?.copies ?? 0); copy += 1) {
      wait(wish.delayMs * copy).then(() => {
        this.#habit(`repeated: ${call.name} (${copy} of ${wish.copies})`, call);
        return this.run(call);
      }).then((value) => again({ value }), (error) => again({ error }));
    }
  }

  #habit(text, call) {
    this.log.write({ kind: 'habit', level: 'warn', text, detail: shown(call.args, call) });
  }

  /** One call, without habits. @param {Call} call */
  async run(call) {
    const { letter, module, name, args } = call;
    const request = this.containers.nextRequest(letter);
    const from = performance.now();
    const work = { request, kind: 'call', name, visitor: nobody(), task: { module, functionName: name, args: encodeValue(args) } };
    const running = this.containers.run(work, { limitMs: this.limits.requestMs });
    const say = (kind, level, text, detail) => this.log.write({ kind, level, text, detail, request, container: work.container });
    say('request', 'info', `Wix calls ${name}`, shown(args, call));
    try {
      const { json } = await running;
      say('response', 'info', `${name} → ok (${Math.round(performance.now() - from)} ms)`, shown(JSON.parse(json), call));
      return decodeItem(json);
    } catch (error) {
      say('response', 'error', `${name} → ${error.stack ?? error}`);
      throw error;
    }
  }
}

/** What of a value the log may have: of a hidden field, the names of what it holds. */
function shown(value, { hide = [] }) {
  const masked = (held) => Object.fromEntries(Object.keys(held ?? {}).map((name) => [name, '•••']));
  return JSON.stringify(value, (field, each) => (hide.includes(field) ? masked(each) : each));
}

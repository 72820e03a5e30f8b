// What backend code asks of Wix's own services (orders, payments, events of a payment provider). One door for all of them, so
// that each call is logged, can fail on demand, and is a moment at which a container may die.

import { decodeItem, encodeValue } from '../items.js';
import { WixError } from './errors.js';

export class WixServices {
  /**
   * @param {object} parts
   * @param {Record<string, (...args: any[]) => unknown>} parts.apis by name, such as `orders.getOrder`
   * @param {import('../habits.js').Habits} parts.habits
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /**
   * @param {{ api: string, args: string }} call the arguments are JSON text, dates as in items.js
   * @param {{ alive: () => boolean, say: (text: string, level: string, detail: string) => void }} caller
   * @returns {Promise<string>} the result, as such text
   */
  async perform({ api, args }, { alive, say }) {
    try {
      if (!alive()) throw new Error('the container is gone');
      const outage = this.habits.takeOutage(api);
      if (outage === 'not done') throw unavailable(api);
      const result = encodeValue((await this.apis[api](...decodeItem(args))) ?? null);
      if (outage === 'done') throw unavailable(api);
      say(`${api} → ok`, 'info', `${args}\n${result}`);
      return result;
    } catch (error) {
      say(`${api} → ${error.code ?? error.name}: ${error.message}`, 'warn', args);
      throw error;
    }
  }
}

/** No answer: what was asked may have happened or not. The code is ours; Wix documents none for it. */
const unavailable = (api) => new WixError('UNAVAILABLE', `${api}: the service did not answer in time`);

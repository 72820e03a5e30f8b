// What a container may ask of the host: data, secrets, permission to fetch, Wix's services. After what it asked for has happened,
// and before it hears of it, is where containers like to die.

import { getSecret } from './secrets.js';
import { nobody } from './visitor.js';

const READS = ['get', 'find', 'count', 'distinct'];

export class Answers {
  /** @type {import('./containers.js').Containers} set as soon as there are containers */
  containers;

  /**
   * @param {object} parts
   * @param {import('./data.js').Data} parts.data
   * @param {import('./wix/services.js').WixServices} parts.wix
   * @param {Record<string, string>} parts.secrets
   * @param {string[]} parts.allow
   * @param {import('./habits.js').Habits} parts.habits
   * @param {import('./log.js').Log} parts.log
   * @param {import('./problems.js').Problems} parts.problems
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** @param {import('./container.js').Container} container */
  async answer(container, { request, visitor = nobody(), service, args }) {
    if (!Object.hasOwn(SERVICES, service)) throw new Error(`velo-local has no service ${service}`);
    const say = (kind, text, level, detail) => this.log.write({ kind, text, level, detail, request, container: container.number });
    const { value, event, what } = await SERVICES[service](this, args, { container, visitor, say });
    const work = this.containers.workOf(request);
    if (event && work) this.habits.crashAfter(event, work, () => this.containers.kill(container.number, `killed after ${what}`));
    return value;
  }
}

/** Each answers with a value and, where a container may die of it, with the event. */
const SERVICES = {
  data: async ({ data, log }, call, { container, visitor, say }) => {
    const what = `${call.op} ${call.collection}`;
    const value = await data.perform(call, { visitor, alive: () => container.alive }).catch((error) => {
      if (container.alive) say('data', `${what} → ${error.message}`, 'warn');
      throw error;
    });
    if (READS.includes(call.op)) return { value, event: 'read', what };
    const item = typeof value === 'string' ? value : '';
    say('data', `${what}${idOf(call, item)}`, 'info', item);
    if (item) log.linkItem(JSON.parse(item));
    return { value, event: 'write', what };
  },

  wix: async ({ wix }, call, { container, say }) => {
    const value = await wix.perform(call, { alive: () => container.alive, say: (...line) => say('wix', ...line) });
    return { value, event: 'wix', what: call.api };
  },

  secret: async ({ secrets, problems }, { name }) => {
    if (typeof name === 'string' && !Object.hasOwn(secrets, name)) problems.note({ id: 'secret-missing', values: { name: name.slice(0, 80) } });
    return { value: getSecret(secrets, name) };
  },

  fetching: async ({ allow, problems }, { method, url, body }, { say }) => {
    const { origin } = new URL(url);
    if (allow.includes(origin)) return { value: say('fetch', `${method} ${url}`, 'info', body) };
    say('fetch', `${method} ${url} refused`, 'warn');
    problems.note({ id: 'not-reachable', values: { origin } });
    const message = `velo-local: ${origin} may not be reached; a site may only reach ${allow.join(', ') || 'nothing'}`;
    throw Object.assign(new Error(message), { properties: { code: 'VELO_LOCAL_REFUSED' } });
  },

  fetched: async (_, { method, url, outcome }, { say }) => {
    say('fetch', `${method} ${url} → ${outcome}`);
    return { event: 'fetch', what: `${method} ${url}` };
  },
};

const idOf = ({ item, itemId }, stored) => {
  const id = itemId ?? (stored ? JSON.parse(stored)._id : item && JSON.parse(item)._id);
  return id ? ` ${id}` : '';
};

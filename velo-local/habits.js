// The platform's bad habits, on demand. All are off at the start; every change is checked, so that a typing mistake is not
// silently a habit that never shows.

const OFF = Object.freeze({
  /** Where the code of a data error is found: `error.details.applicationError.code` (current) or `error.code` (older). */
  errorShape: 'current',
  /** Reads without consistentRead see the data as it was this long ago. */
  staleMs: 0,
  /** Every data operation takes this much longer; past the platform's limit its caller gets WDE0028 and it still happens. */
  slowDataMs: 0,
  /** The next writes time out with WDE0028, with the write done or not done. */
  timeout: Object.freeze({ times: 0, done: true }),
  /** The next calls of one of Wix's own services (submitEvent, addPayments, …) fail unanswered, with the thing done or not done. */
  outage: Object.freeze({ times: 0, function: '*', done: true }),
  /** The next POSTs to a function, or calls of a plugin's function or an event's handler by Wix, never arrive. */
  drop: Object.freeze({ times: 0, function: '*' }),
  /** They arrive again: `copies` more, each `delayMs` after the one before (0: at the same time). */
  repeat: Object.freeze({ times: 0, function: '*', copies: 1, delayMs: 0 }),
  /** The next events arrive this much later. */
  late: Object.freeze({ times: 0, function: '*', delayMs: 0 }),
  /** A container is killed in the middle of the next requests to a function: when the code starts ('request'), or when its
   *  `count`-th read, write, fetch or call of Wix has happened and before the code hears of it. */
  crash: Object.freeze({ times: 0, function: '*', after: 'write', count: 1 }),
  /** The site's clock runs this far ahead. */
  clockAheadMs: 0,
  /** Containers are replaced at this age. 1: every request meets a new one. */
  containerLifeMs: 300_000,
});

const CHOICES = { errorShape: ['current', 'older'], after: ['request', 'read', 'write', 'fetch', 'wix'] };

export class Habits {
  #now = structuredClone(OFF);

  /** @param {(text: string) => void} told hears of every habit that is changed or shows itself */
  constructor(told) {
    this.told = told;
  }

  get() {
    return structuredClone(this.#now);
  }

  /** @param {object} changes any part of the object above */
  set(changes) {
    this.#now = merge(this.#now, changes, '');
    this.told(`habits: ${JSON.stringify(changes)}`);
    return this.get();
  }

  reset() {
    this.#now = structuredClone(OFF);
    this.told('habits: all off');
  }

  /** Uses up one occasion of a habit, if this function is meant. */
  take(habit, functionName) {
    const wish = this.#now[habit];
    if (wish.times === 0 || !meant(wish, functionName)) return null;
    wish.times -= 1;
    return { ...wish };
  }

  /** Whether the next write should time out: 'done', 'not done' or null. */
  takeTimeout() {
    const wish = this.#now.timeout;
    if (wish.times === 0) return null;
    wish.times -= 1;
    return wish.done ? 'done' : 'not done';
  }

  /** Whether this call of a service, such as `orders.addPayments`, should fail: 'done', 'not done' or null. */
  takeOutage(api) {
    const wish = this.take('outage', api.split('.').at(-1));
    return wish && (wish.done ? 'done' : 'not done');
  }

  /** Counts an event of a request and kills its container when the wish says so. */
  crashAfter(event, work, kill) {
    const wish = this.#now.crash;
    work.counts[event] += 1;
    if (wish.times === 0 || wish.after !== event || !meant(wish, work.name)) return;
    if (event !== 'request' && work.counts[event] !== wish.count) return;
    wish.times -= 1;
    kill();
  }
}

/** A function is named with or without its verb: `payment` or `post_payment`. */
const meant = (wish, name) => wish.function === '*' || wish.function === name || wish.function.replace(/^[a-z]+_/, '') === name;

function merge(now, changes, path) {
  const next = { ...now };
  for (const [key, value] of Object.entries(changes)) {
    const name = path + key;
    if (!Object.hasOwn(now, key)) throw new TypeError(`there is no habit \`${name}\``);
    if (now[key] !== null && typeof now[key] === 'object') next[key] = merge(now[key], value, `${name}.`);
    else next[key] = checked(name, key, value, typeof now[key]);
  }
  return next;
}

function checked(name, key, value, type) {
  const fits = typeof value === type && (type !== 'number' || (Number.isInteger(value) && value >= 0));
  if (!fits) throw new TypeError(`habit \`${name}\`: ${type === 'number' ? 'a whole number, 0 or more' : `a ${type}`} is expected`);
  if (CHOICES[key] && !CHOICES[key].includes(value)) throw new TypeError(`habit \`${name}\`: one of ${CHOICES[key].join(', ')}`);
  return value;
}

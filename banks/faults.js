// Bad days that a test can order for an API: a queue of faults, and what the simple ones look like.

/**
 * @typedef {object} Fault
 * @property {string} on an operation's name, or '*' for the next one whatever it is
 * @property {string} kind
 * @property {number} left
 */

export function createFaults() {
  /** @type {Fault[]} */
  const queue = [];
  return {
    /** @param {{ on?: string, kind: string, times?: number }} fault */
    add({ on = '*', kind, times = 1 }) { queue.push({ on, kind, left: times }); },
    /** The kind of the fault that this operation meets, or null. */
    take(operation) {
      const fault = queue.find(({ on, left }) => left > 0 && (on === '*' || on === operation));
      if (fault) fault.left -= 1;
      return fault?.kind ?? null;
    },
    clear() { queue.length = 0; },
    list: () => queue.filter(({ left }) => left > 0).map((fault) => ({ ...fault })),
  };
}

/** The ways in which an answer can be missing altogether; `-before` and `-after` say whether the work was done. */
export const LOST = ['timeout', 'reset', 'http-500', 'html', 'redirect'];

/** The work is done; its answer is late, or breaks off in the middle. */
const DAMAGED = ['slow', 'truncated'];

const SORRY = '<html><head><title>Hata</title></head><body><h1>Servis su anda hizmet veremiyor</h1></body></html>';

/** @param {string} how one of LOST @param {(ms: number) => Promise<void>} wait */
export async function lostAnswer(how, wait, hangMs) {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  if (how === 'timeout') await wait(hangMs);
  if (how === 'timeout' || how === 'reset') return { status: 0, headers: {}, body: '', destroy: true };
  if (how === 'redirect') return { status: 302, headers: { ...headers, location: 'https://bakim.simulation.invalid/' }, body: SORRY };
  return { status: how === 'http-500' ? 500 : 200, headers, body: SORRY };
}

/**
 * Runs the work of an endpoint, or loses its answer.
 * @param {string | null} kind 'timeout-before', 'reset-after', …, or one of DAMAGED; any other kind leaves the answer to the endpoint
 * @param {() => any} work
 */
export async function withFault(kind, work, { wait, hangMs, slowMs = hangMs }) {
  if (DAMAGED.includes(kind)) return damagedAnswer(kind, await work(), () => wait(slowMs));
  const [, how, when] = /^(.+)-(before|during|after)$/.exec(kind ?? '') ?? [];
  if (!LOST.includes(how)) return work();
  if (when === 'during') await wait(hangMs / 2);
  if (when !== 'before') await work();
  return lostAnswer(how, wait, when === 'during' ? hangMs / 2 : hangMs);
}

async function damagedAnswer(kind, answer, pause) {
  if (kind === 'truncated') return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
  await pause();
  return answer;
}

/** What can happen to a request of an XML API. */
export const XML_FAULTS = {
  'timeout-before': 'never answers, and nothing was done',
  'timeout-during': 'never answers; the bank does the work while the client waits, and it shows only afterwards',
  'timeout-after': 'does the work and never answers',
  'reset-before': 'closes the connection, and nothing was done',
  'reset-after': 'does the work and closes the connection',
  'http-500-before': 'status 500 with an error page, and nothing was done',
  'http-500-after': 'does the work and answers with status 500',
  'html-before': 'status 200 with an HTML page, and nothing was done',
  'html-after': 'does the work and answers with status 200 and an HTML page',
  'redirect-before': 'status 302 to another place, and nothing was done',
  truncated: 'does the work; the answer breaks off in the middle',
  'duplicate-tag': 'does the work; the tags of the result occur twice, first as a success',
  'wrong-order': 'does the work; the answer names another order',
};

const { 'duplicate-tag': _, ...OF_ANY_API } = XML_FAULTS;

/** What can happen to a request of a JSON API. */
export const JSON_FAULTS = {
  ...OF_ANY_API,
  'redirect-after': 'does the work and answers with status 302 to another place',
  slow: 'does the work and answers late',
};

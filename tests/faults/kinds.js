// What can go wrong where. The names are those under which world.js does it; the groups are the columns of the table.

const DEATHS = ['dies before', 'dies after'];
const CALLS = [...DEATHS, 'fails, not done', 'fails, done', 'fails, done later', 'slow', 'sleeps'];
const READS = ['dies before', 'fails, not done', 'slow', 'sleeps'];
const REQUESTS = [
  ...DEATHS, 'unreachable', 'no answer, done', 'times out before', 'times out after', 'books after the time-out', 'answers late', 'answers slowly',
  'error page, not done', 'error page, done', 'page instead, done', 'cut short',
];
const MESSAGES = ['lost', 'twice at once', 'again later', 'late', 'very late'];
/** What nobody repeats who has not been answered, and what opens something new when it is repeated. */
const ONCE = /startPayment|payOrder|createWixPayment/;

/** @param {{ op: string, collection?: string, fresh?: boolean, name?: string }} operation @returns {string[]} */
export function kindsFor({ op, collection, fresh, name }) {
  if (op === 'request') return REQUESTS;
  if (op === 'message') return ONCE.test(name) ? ['lost'] : MESSAGES;
  if (op === 'secret') return ['dies before', 'fails, not done', 'slow'];
  if (op !== 'get' && op !== 'find') return CALLS;
  return fresh || collection === 'wix' ? READS : [...READS, 'stale'];
}

const GROUPS = {
  death: /^dies/, sleep: /^sleeps/, 'data or Wix: no answer': /^fails/, 'late or stale': /^(slow|stale)$/, 'the bank': new RegExp(`^(${REQUESTS.slice(2).join('|')})$`),
  messages: new RegExp(`^(${MESSAGES.join('|')})$`),
};
export const COLUMNS = Object.keys(GROUPS);

/** @param {string} kind */
export const columnOf = (kind) => COLUMNS.find((column) => GROUPS[column].test(kind));

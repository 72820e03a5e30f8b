// Who is timed must do the same work. Before every race, and in the project's tests, each peer is held against the package: the
// same result for every genuine message, and the same end for every forgery.
import { deepStrictEqual } from 'node:assert';
import { forgeriesOf } from './forgeries.js';

/**
 * @param {import('./rows.js').Row} row
 * @param {import('./messages.js').Traffic} traffic
 * @param {import('./peers/digests.js').Digests[]} libraries
 * @returns {Promise<number>} on how many messages they agree
 */
export async function checkPeers(row, { config, inputs }, libraries) {
  const ours = row.ours(config);
  const forgeries = row.hashAlone ? forgeriesOf(row.traffic, config, inputs[0]) : [];
  for (const digests of libraries) {
    const theirs = await row.theirs(config, digests);
    const compare = (input, what) => {
      const [expected, found] = [ours, theirs].map((work) => endOf(row, work, input));
      deepStrictEqual(found, expected, `${row.id}, ${digests.name}: ${what}\n${JSON.stringify(found)}\n${JSON.stringify(expected)}`);
    };
    for (const input of inputs) compare(input, 'a genuine message');
    for (const { name, input } of forgeries) compare(input, name);
  }
  for (const input of inputs) {
    if (row.hashAlone && row.hashAlone(config)(input) !== true) throw new Error(`${row.id}: the hash alone does not fit`);
    row.ours(config)(input); // a genuine message is refused by nobody
  }
  return inputs.length + forgeries.length;
}

/** What becomes of a message: a result, or the code of a refusal. */
function endOf(row, work, input) {
  try {
    return row.comparable(work(input));
  } catch (error) {
    if (typeof error.code !== 'string') throw error;
    return `refused ${error.code}`;
  }
}

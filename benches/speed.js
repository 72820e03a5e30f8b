// One row, measured in a process of its own, so that no other row has shaped the compiler's opinion of the code. It runs on
// every runtime.
//
//   node benches/speed.js <file>     the file: { row, traffic, effort, native? } as JSON; the last line of the output is the result
import { readFileSync } from 'node:fs';
import { callsOf, openWatched } from './boundary.js';
import { digestLibraries } from './peers/digests.js';
import { inTurn, race, ratio, summary } from './rounds.js';
import { ROWS } from './rows.js';
import { checkPeers } from './self-check.js';

/**
 * @typedef {{ median: number, low: number, high: number }} Summary
 * @typedef {{ name: string, nanoseconds: number, ratio: Summary }} Peer `ratio`: how long the package takes in the peer's time
 * @typedef {{ row: string, messages: number, nanoseconds: number, peers: Peer[] }} Measured
 */

const OURS = 'velopos';

/**
 * @param {import('./rows.js').Row} row
 * @param {import('./messages.js').Traffic} traffic
 * @param {import('./rounds.js').Effort} effort
 * @param {import('./rounds.js').Contender[]} [others]
 * @returns {Promise<Measured>}
 */
export async function measure(row, traffic, effort, others = []) {
  const libraries = await digestLibraries();
  const messages = await checkPeers(row, traffic, libraries);
  const { config, inputs } = traffic;
  const contenders = [{ name: OURS, block: inTurn(row.ours(config), inputs) }];
  for (const digests of libraries) contenders.push({ name: digests.name, block: inTurn(await row.theirs(config, digests), inputs) });
  contenders.push({ name: 'core alone', block: inTurn(openWatched().callCore, callsOf(row.id, traffic)) });
  if (row.hashAlone) contenders.push({ name: 'hash alone', block: inTurn(row.hashAlone(config), inputs) });
  const [ours, ...peers] = await race([...contenders, ...others], effort);
  const nanoseconds = ({ times }) => summary(times).median;
  return {
    row: row.id,
    messages,
    nanoseconds: nanoseconds(ours),
    peers: peers.map((peer) => ({ name: peer.name, nanoseconds: nanoseconds(peer), ratio: ratio(ours, peer) })),
  };
}

async function main(file) {
  const { row: id, traffic, effort, native } = JSON.parse(readFileSync(file, 'utf8'));
  const row = ROWS.find((each) => each.id === id);
  const floor = native && (await import('./native.js')).nativeContender(native.program, native.calls, id);
  const measured = await measure(row, traffic, effort, floor ? [floor.contender] : []);
  floor?.close();
  console.log(JSON.stringify(measured));
}

if (process.argv[2]) await main(process.argv[2]);

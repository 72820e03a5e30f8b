// How long the package takes in the time of each peer.
import { join } from 'node:path';
import { runChild, scratch, thisNode } from '../children.js';
import { buildNative, writeCalls } from '../native.js';
import { ROWS } from '../rows.js';
import { isNoisy } from '../rounds.js';
import { ratioText, table, time } from '../table.js';

export const title = 'Speed: what velopos takes in the time of others';

export async function measure({ traffic: made, quick, rounds, blockMs, warmMs }, progress) {
  const [traffic, effort] = [await made(), { rounds, blockMs, warmMs }];
  const native = quick ? undefined : { program: await buildNative(progress), calls: join(scratch, 'calls.txt') };
  if (native) writeCalls(native.calls, traffic);
  return measureOn(thisNode, { traffic, effort, native }, progress);
}

/** Every row on one runtime. @returns {Promise<import('../speed.js').Measured[]>} */
export async function measureOn(runtime, { traffic, effort, native }, progress) {
  const rows = [];
  for (const { id, traffic: name } of ROWS) {
    progress(`${runtime.name}: ${id}`);
    rows.push(await runChild('speed.js', { row: id, traffic: traffic[name], effort, native }, runtime));
  }
  return rows;
}

const COLUMNS = ['node:crypto', 'node:crypto, best idiom', '@noble/hashes', 'hash-wasm', 'hash alone', 'core alone', 'native Rust'];

export function describe(measured) {
  const present = COLUMNS.filter((name) => measured.some(({ peers }) => peers.some((peer) => peer.name === name)));
  const rows = measured.map(({ row, nanoseconds, peers }) => {
    const { title: work, target } = ROWS.find(({ id }) => id === row);
    const cells = present.map((name) => {
      const peer = peers.find((each) => each.name === name);
      return peer ? ratioText(peer.ratio) + (isNoisy(peer.ratio) ? ' ~' : '') : '–';
    });
    return [work, time(nanoseconds), ...cells, `≤ ${target.toFixed(2)}`];
  });
  return `${table(['Work, from raw input to finished result', 'velopos', ...present, 'aim'], rows)}

Each number is velopos's time divided by the other's: below 1 velopos is faster. ± is half of the distance between the quartiles of the
rounds; ~ marks a median that the machine was too busy to settle. "aim" is meant for \`node:crypto\` on Node 20.`;
}

// The first message of a fresh process. Velo starts containers often, and a customer waits for each.
import { join } from 'node:path';
import { root } from '../../scripts/command.js';
import { runChild, scratch, thisNode } from '../children.js';
import { race, ratio, summary } from '../rounds.js';
import { ratioText, table, time } from '../table.js';

export const title = 'Cold start: load and verify the first NestPay callback in a fresh process';

const AIM = 0.8;
const STEPS = ['require', 'open the account', 'verify'];

export async function measure({ traffic, quick }, progress) {
  progress('starting processes');
  return measureOn(thisNode, { traffic: await traffic(), rounds: quick ? 15 : 61 });
}

/** @returns {Promise<{ ratio: any, whole: any, steps: Record<string, number[]> }>} nanoseconds */
export async function measureOn(runtime, { traffic, rounds }) {
  const { config: account, inputs } = traffic.nestpay;
  const ours = contender(runtime, { module: join(root, 'dist', 'index.cjs'), account, input: inputs[0] });
  const theirs = contender(runtime, { module: await bundlePeer(), account, input: inputs[0] });
  const effort = { rounds, blockMs: 0, warmMs: 0 };
  const contenders = [{ name: 'velopos', block: ours.block }, { name: 'node:crypto', block: theirs.block }];
  const [first, second] = await race(contenders, effort);
  const of = ({ wholes }) => ({ times: wholes });
  const steps = ({ all }) => STEPS.map((_, place) => summary(all.map((one) => one[place])).median);
  return {
    ratio: ratio(first, second),
    whole: ratio(of(ours), of(theirs)),
    steps: { velopos: steps(ours), 'node:crypto': steps(theirs) },
  };
}

/** Each turn is one process. What is timed is what it reports; how long it lived is remembered besides. */
function contender(runtime, task) {
  const [all, wholes] = [[], []];
  const block = async () => {
    const from = performance.now();
    const steps = await runChild('cold-start.cjs', task, runtime);
    wholes.push((performance.now() - from) * 1e6);
    all.push(steps);
    return steps.reduce((sum, step) => sum + step);
  };
  return { block, all, wholes };
}

/** The peer in one CommonJS file, as a site would load it. */
async function bundlePeer() {
  const { build } = await import('esbuild');
  const outfile = join(scratch, 'peer.cjs');
  const entryPoints = [join(root, 'benches', 'peers', 'alone.js')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node18' });
  return outfile;
}

export function describe({ ratio: load, whole, steps }) {
  const rows = Object.entries(steps).map(([name, times]) => [name, ...times.map(time), time(times.reduce((sum, step) => sum + step))]);
  return `${table(['Fresh process', ...STEPS, 'together'], rows)}

velopos takes ${ratioText(load)} of the processor time of \`node:crypto\` (aim: ≤ ${AIM.toFixed(2)}). By the clock, with the start of the
runtime, which both share: ${ratioText(whole)}. The package compiles its WebAssembly as the account is opened. [Why not less](profile.md).`;
}

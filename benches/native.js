// The core as a native program: builds benches/native.rs, hands it the calls of every row, and lets it take part in the races.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { failure, root, run } from '../scripts/command.js';
import { cargoActivity, cargoEnvironment } from '../scripts/rust.js';
import { callsOf } from './boundary.js';
import { scratch } from './children.js';
import { ROWS } from './rows.js';

/** As fast as the compiler can make it; the package itself is built to be small. */
const PROFILE = { CARGO_PROFILE_BENCH_OPT_LEVEL: '3' };

/** @param {(activity: string) => void} progress @returns {Promise<string>} the program */
export async function buildNative(progress) {
  const args = ['bench', '--bench', 'native', '--no-run', '--message-format', 'json-render-diagnostics', '--target-dir', scratch];
  const env = { ...cargoEnvironment(), ...PROFILE };
  const { code, output } = await run('cargo', args, { env, progress, activity: cargoActivity });
  const built = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const program = built.find(({ executable }) => executable);
  if (code !== 0 || !program) throw failure('cargo could not build the native bench', output, 'see what it says above.');
  return program.executable;
}

/** Writes what the shim writes for every message of every row, as benches/native.rs reads it. */
export function writeCalls(file, traffic) {
  const lines = ROWS.flatMap(({ id, traffic: name }) => callsOf(id, traffic[name])
    .map(({ op, head, texts, input }) => `${id} ${op} ${head} ${texts} ${Buffer.from(input).toString('hex')}\n`));
  writeFileSync(file, lines.join(''));
}

/** @returns {{ contender: import('./rounds.js').Contender, close: () => void }} */
export function nativeContender(program, callsFile, row) {
  const child = spawn(program, [callsFile], { stdio: ['pipe', 'pipe', 'inherit'], cwd: root });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const block = async (calls) => {
    child.stdin.write(`${row} ${calls}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error('the native bench ended before its time');
    return Number(value);
  };
  return { contender: { name: 'native Rust', block }, close: () => child.stdin.end() };
}

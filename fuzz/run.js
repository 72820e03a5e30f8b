// `npm run fuzz`: goes on looking for inputs that break something, one target after another.
//   npm run fuzz                             a minute for each target
//   npm run fuzz -- --minutes 30 --only xml,garanti
//   npm run fuzz -- --only shim              the JavaScript shim, with values of every type
//   npm run fuzz -- --keep                   afterwards, what has reached new places is kept in fuzz/corpus
// It needs rustup's nightly Rust and a C++ compiler; cargo-fuzz is installed from its registry when it is missing.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, withPath } from '../scripts/command.js';
import { cargoEnvironment } from '../scripts/rust.js';
import { pack, targets, unpack, WORK } from './targets.js';

const KEPT_BYTES = 24 * 1024;
const LARGEST = 16 * 1024;
const BUILT = process.env.CARGO_TARGET_DIR ?? join(root, 'target', 'fuzz');
const TOOLS = join(BUILT, 'tools');
/** What is fuzzed in JavaScript. */
const SCRIPTS = { shim: 'tests/node/shim/run.js', sequences: 'tests/node/sequences/run.js' };

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, only: { type: 'string' }, keep: { type: 'boolean', default: false } } });
const known = [...targets(), ...Object.keys(SCRIPTS)];
const chosen = values.only ? values.only.split(',') : known;
const unknown = chosen.find((name) => !known.includes(name));
if (unknown || !(Number(values.minutes) > 0)) {
  console.error(unknown ? `There is no target ${unknown}: choose from ${known.join(', ')}.` : '--minutes wants a number.');
  process.exit(1);
}

const env = { ...withPath([join(TOOLS, 'bin')], cargoEnvironment()), RUSTUP_TOOLCHAIN: 'nightly', CARGO_TERM_PROGRESS_WHEN: 'never' };
const failed = [];
if (chosen.some((name) => !(name in SCRIPTS))) await prepare();
for (const name of chosen) {
  const ended = name in SCRIPTS ? await script(name) : await fuzz(name);
  if (!ended) failed.push(name);
}
if (failed.length > 0) console.log(`\nFound something: ${failed.join(', ')}. What it was stands above; fuzz/artifacts has the inputs.`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function prepare() {
  if ((await run('cargo', ['--version'])).code !== 0) throw new Error('nightly Rust is missing: run `rustup toolchain install nightly --profile minimal`');
  if ((await run('cargo', ['fuzz', '--version'])).code !== 0) {
    console.log('Installing cargo-fuzz …');
    await must('cargo', ['install', 'cargo-fuzz', '--locked', '--root', TOOLS, '--target-dir', join(TOOLS, 'building')]);
  }
  console.log('Building the targets …');
  await must('cargo', ['fuzz', 'build', ...flags()]);
}

/** Without a sanitizer: the core has no unsafe code but in its WebAssembly memory, and runs three times as fast. */
function flags() {
  return ['--fuzz-dir', 'fuzz', '--sanitizer', 'none', '--features', 'libfuzzer,browser', '--target-dir', BUILT];
}

async function fuzz(target) {
  const folder = unpack(target);
  const limits = [`-max_total_time=${Math.round(Number(values.minutes) * 60)}`, `-max_len=${LARGEST}`, '-timeout=20', '-rss_limit_mb=2048', '-print_final_stats=1'];
  const { code, output } = await run('cargo', ['fuzz', 'run', ...flags(), target, folder, '--', ...limits, ...dictionary(target)]);
  const stat = (name) => new RegExp(`stat::${name}:\\s*(\\d+)`).exec(output)?.[1] ?? '?';
  const reached = [...output.matchAll(/cov: (\d+) ft: (\d+) corp: (\d+)/g)].at(-1) ?? [];
  const runs = Number(stat('number_of_executed_units')).toLocaleString('en').replaceAll(',', ' ');
  console.log(`${target}: ${runs} runs in ${values.minutes} min, ${reached[1]} places, ${reached[3]} inputs, slowest ${stat('slowest_unit_time_sec')} s, ${stat('peak_rss_mb')} MB${code === 0 ? '' : ', FOUND SOMETHING'}`);
  if (code !== 0) console.log(output.split('\n').filter((line) => !/^#\d+/.test(line)).slice(-40).join('\n'));
  if (values.keep && code === 0) await keep(target, folder);
  return code === 0;
}

/** Reduces what was found to what reaches every place, and packs it. */
async function keep(target, folder) {
  const least = join(WORK, `${target}.least`);
  rmSync(least, { recursive: true, force: true });
  mkdirSync(least, { recursive: true });
  const { code, output } = await run('cargo', ['fuzz', 'run', ...flags(), target, least, folder, '--', '-merge=1', `-max_len=${LARGEST}`]);
  if (code !== 0) throw new Error(`merging failed: ${output.slice(-2000)}`);
  const { kept, bytes } = pack(target, least, KEPT_BYTES);
  console.log(`  kept ${kept} of ${readdirSync(least).length} inputs, ${bytes} bytes`);
}

/** The words of a target's own source: names of fields, marks, answers. */
function dictionary(target) {
  const source = ['wire', 'gateway', '.'].map((folder) => join(root, 'src', folder, `${{ kuveytturk: 'boa', vakifkatilim: 'boa' }[target] ?? target}.rs`)).find(existsSync);
  if (!source) return [];
  const [code] = readFileSync(source, 'utf8').split('#[cfg(test)]');
  const words = new Set([...code.matchAll(/"((?:[^"\\\n]|\\.){2,32})"/g)].map(([, word]) => word).filter((word) => /^[\x20-\x7e]+$/.test(word) && !word.includes('\\')));
  if (words.size === 0) return [];
  const file = join(WORK, `${target}.words`);
  writeFileSync(file, [...words].map((word) => `"${word}"\n`).join(''));
  return [`-dict=${file}`];
}

async function script(name) {
  const { code, output } = await run(process.execPath, [SCRIPTS[name], '--minutes', values.minutes]);
  console.log(output.trimEnd());
  return code === 0;
}

async function must(program, args) {
  const { code, output } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${output.slice(-4000)}`);
}

/** @returns {Promise<{ code: number, output: string }>} */
function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(parts).toString('utf8') }));
  });
}

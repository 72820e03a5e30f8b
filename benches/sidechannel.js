// `npm run sidechannel`: does the time of a refusal tell how much of a forged digest was right? Measured as dudect does: messages whose digest is
// wrong in its first byte, in one on the way or in its last come by turns, drawn anew each time, and Welch's t says whether their times differ.
// What is measured is the published WebAssembly over the very bytes that the shim writes, the whole public call, and the comparison alone as a
// native program. Then the same once more with an early exit in it, which must be seen: a measurement that cannot see one says nothing.
//
//     npm run sidechannel -- --calls 1000000 --only core --systems paytr

import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { failure, root, run as runProgram } from '../scripts/command.js';
import { cargoActivity, cargoEnvironment } from '../scripts/rust.js';
import { main, print, Problem, runSteps } from '../scripts/steps.js';
import { openWatched } from './boundary.js';
import { scratch } from './children.js';
import { makeMessages } from './messages.js';
import { SUSPICIOUS, compared } from './welch.js';

/**
 * Where each kind of digest is wrong: in one byte, so that all kinds look alike to whoever reads them. One that is wrong in every byte takes longer,
 * for a reason that tells nothing about the right one: a processor has not seen its letters before, and those of an order's digest it has. For the
 * same reason the byte is always the first of three, which changes two letters of base64; so the last one is the last of these.
 */
export const KINDS = {
  'in its first byte': (digest) => changed(digest, 0),
  'in the middle': (digest) => changed(digest, firstOfThree(digest.length / 2)),
  'after three quarters': (digest) => changed(digest, firstOfThree(digest.length * 3 / 4)),
  'in its last byte': (digest) => changed(digest, firstOfThree(digest.length - 3)),
};
const firstOfThree = (place) => Math.floor(place / 3) * 3;
/** So many different orders. */
const MESSAGES = 100;

/** Calls that are not counted: until then the engine is still compiling. */
const WARM = 12_000;

/** How a digest is carried by each system. */
export const CARRIED = {
  nestpay: { field: 'HASH', written: 'base64' },
  garanti: { field: 'hash', written: 'hex' },
  paytr: { field: 'hash', written: 'base64' },
};

/** The digest with another byte in this place. */
function changed(digest, place) {
  const other = Buffer.from(digest);
  other[place] ^= 1 + Math.floor(Math.random() * 255);
  return other;
}

/** Messages that are made in advance. */
const BATCH = 300;

/** Where a form has escaped a letter. */
const shape = (text) => text.replaceAll(/[^%]/g, '.');

/**
 * A message in two parts, between which its digest stands, and a maker of forged ones. Their letters are escaped where the genuine one's are: which
 * letters of base64 a form has to escape, and where they stand, is no secret, but it takes time.
 * @param {string} body
 */
export function takenApart(body, { field, written }) {
  const [found] = new RegExp(`(?:^|&)${field}=[^&]*`, 'i').exec(body) ?? [];
  const from = body.indexOf(found) + found.indexOf('=') + 1;
  const text = body.slice(from, body.indexOf(found) + found.length);
  const genuine = decodeURIComponent(text);
  const digest = Buffer.from(genuine, written);
  const isUpper = genuine === genuine.toUpperCase();
  const forge = (change) => {
    for (;;) {
      const made = change(digest).toString(written);
      const other = encodeURIComponent(isUpper ? made.toUpperCase() : made);
      if (shape(other) === shape(text)) return other;
    }
  };
  return { before: body.slice(0, from), after: body.slice(from + text.length), forge };
}

/**
 * Times calls of each kind by turns. Every call gets a digest of its own, made and laid out before the clock starts: neither what letters it is
 * written with nor where it happens to lie may belong to a kind. Some hundred are made in advance, because one kind can take more trials than
 * another, and what the processor did just before a call shows in its time. Chance alone says how many each kind gets: if the last of all calls were
 * those that one kind still lacks, a machine that is slower by then would make that kind slower.
 * @template Message @param {(change: (digest: Buffer) => Buffer) => () => Message} make gives what lays the message out
 * @param {(message: Message) => void} call
 * @param {number} calls of each kind, about
 * @returns {Float64Array[]} nanoseconds
 */
function timed(make, call, calls) {
  const kinds = Object.values(KINDS);
  const [times, kindOf] = [new Float64Array(calls * kinds.length), new Uint8Array(calls * kinds.length)];
  let place = -WARM;
  while (place < times.length) {
    const batch = Array.from({ length: BATCH }, () => {
      const kind = Math.floor(Math.random() * kinds.length);
      return { kind, lay: make(kinds[kind]) };
    });
    for (const { kind, lay } of batch) {
      const message = lay();
      const start = performance.now();
      call(message);
      const took = performance.now() - start;
      if (place >= 0 && place < times.length) [times[place], kindOf[place]] = [took * 1e6, kind];
      place += 1;
    }
  }
  return kinds.map((_, kind) => times.filter((_, place) => kindOf[place] === kind));
}

const anyOf = (list) => list[Math.floor(Math.random() * list.length)];

/** The core as it is published (or another one in its place), over what the shim writes. */
export function measureCore({ config, inputs }, carried, calls, core) {
  let heard;
  const { velopos } = openWatched(({ input, ...call }) => { heard = { ...call, input: Buffer.from(input) }; });
  const pos = velopos.createPos(config);
  const messages = inputs.map(({ order, body }) => {
    const { before, after, forge } = takenApart(body, carried);
    refused(() => pos.step.callback(order, before + forge(KINDS['in the middle']) + after));
    const from = heard.input.lastIndexOf(before) + before.length;
    return { call: heard, from, forge };
  });
  const { write, run } = openWatched(null, core);
  return timed((change) => {
    const { call, from, forge } = anyOf(messages);
    const digest = forge(change);
    return () => {
      call.input.write(digest, from);
      write(call);
      return call;
    };
  }, run, calls);
}

/** The whole public call, with the error that it throws. */
function measureShim({ config, inputs }, carried, calls) {
  const pos = createRequire(import.meta.url)('../dist/index.cjs').createPos(config);
  const messages = inputs.map(({ order, body }) => ({ order, ...takenApart(body, carried) }));
  const reader = Buffer.alloc(64 * 1024);
  return timed((change) => {
    const { order, before, after, forge } = anyOf(messages);
    const body = before + forge(change) + after;
    return () => {
      reader.write(body); // and it is one text, no longer three
      return { order, body };
    };
  }, ({ order, body }) => refused(() => pos.step.callback(order, body)), calls);
}

function refused(work) {
  try {
    work();
  } catch (error) {
    if (error.code === 'SIGNATURE_INVALID') return;
    throw error;
  }
  throw new Error('a forgery was believed');
}

// -----------------------------------------------------------------------------------------------------------------------------------
// Native, and the control

/** The comparison alone, as src/crypto.rs has it or with an early exit; benches/comparison.rs times it. */
async function measureNative(program, which, calls) {
  const file = join(scratch, `comparison-${which}.txt`);
  const { code, output } = await runProgram(program, [which, String(calls), file], { minutes: 60 });
  if (code !== 0) throw failure('the native program could not measure', output, 'see what it says above.');
  const times = Object.keys(KINDS).map(() => []);
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [kind, nanoseconds] = line.split(' ').map(Number);
    times[kind].push(nanoseconds);
  }
  return times.map((list) => Float64Array.from(list));
}

async function buildNative(progress) {
  const args = ['bench', '--bench', 'comparison', '--no-run', '--message-format', 'json-render-diagnostics', '--target-dir', scratch];
  const { code, output } = await runProgram('cargo', args, { env: cargoEnvironment(), progress, activity: cargoActivity });
  const program = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)).find(({ executable }) => executable);
  if (code !== 0 || !program) throw failure('cargo could not build benches/comparison.rs', output, 'see what it says above.');
  return program.executable;
}

const COPIED = ['src', 'js-glue', 'scripts', 'benches', 'tests', '.cargo', 'Cargo.toml', 'Cargo.lock', 'package.json', 'package-lock.json'];
/** The only edits: digests are compared byte by byte until the first wrong one, and only one edition is built. */
export const EARLY_EXIT = [
  ['src/crypto.rs', 'bool::from((*ours).ct_eq(&theirs))', '(ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(one, other)| core::hint::black_box(one) == other))'],
  ['src/crypto.rs', 'use ctutils::CtEq;\n', ''],
  ['scripts/build.js', "  { name: 'explain', features: ['explain', 'all'], forDesks: true },\n  { name: 'all', features: ['small', 'all'] },\n", ''],
];

/** The same core, built by the same script, with an early exit. @returns {Promise<Buffer>} */
async function buildEarlyExit(progress) {
  const folder = join(scratch, 'early-exit');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const [path, find, put] of EARLY_EXIT) {
    const text = readFileSync(join(folder, path), 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${path} has not, or more than once, what the control takes out: ${find}`);
    writeFileSync(join(folder, path), text.replace(find, () => put));
  }
  const env = { ...process.env, CARGO_TARGET_DIR: join(scratch, 'early-exit-target') };
  const { code, output } = await runProgram(process.execPath, [join('scripts', 'build.js')], { cwd: folder, env, progress });
  if (code !== 0) throw failure('the control could not be built', output, 'see what it says above.');
  return readFileSync(join(folder, 'pkg', 'velopos_opt.wasm'));
}

// -----------------------------------------------------------------------------------------------------------------------------------

/** One line for each pair of kinds. @returns {number} the largest t */
export function tell(title, times) {
  let worst = 0;
  Object.keys(KINDS).forEach((name, other, names) => names.slice(0, other).forEach((before, one) => {
    const { t, part, apart } = compared(times[one], times[other]);
    worst = Math.max(worst, Math.abs(t));
    print(`${title}, wrong ${before} against ${name}: |t| ${Math.abs(t).toFixed(1)} (${apart.toFixed(1)} ns apart, the quickest ${part * 100} %)`);
  }));
  return worst;
}

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: { calls: { type: 'string', default: '200000' }, only: { type: 'string', default: 'core,shim,native' }, systems: { type: 'string', default: Object.keys(CARRIED).join() } } });
  const calls = Number(values.calls);
  const only = values.only.split(',');
  const [want, seen, unseen] = [(what) => only.includes(what), [], []];
  let [traffic, program, earlyExit] = [];
  await runSteps([
    { title: 'Messages of the simulated banks', work: async () => { traffic = await makeMessages(MESSAGES); return `${MESSAGES} of each kind`; } },
    ...want('core') ? [{ title: 'The core with an early exit, for the control', work: async (progress) => `${(earlyExit = await buildEarlyExit(progress)).length} bytes` }] : [],
    ...want('native') ? [{ title: 'The comparison as a native program', work: async (progress) => { program = await buildNative(progress); return 'built'; } }] : [],
  ]);
  const note = (list, title, times) => list.push([title, tell(title, times)]);
  for (const name of values.systems.split(',')) {
    if (want('core')) note(unseen, `${name}, core`, measureCore(traffic[name], CARRIED[name], calls));
  }
  if (want('shim')) note(unseen, 'nestpay, pos.step.callback', measureShim(traffic.nestpay, CARRIED.nestpay, Math.ceil(calls / 2)));
  if (want('native')) note(unseen, 'native', await measureNative(program, 'constant', calls));
  if (want('core')) note(seen, 'control: paytr, core with an early exit', measureCore(traffic.paytr, CARRIED.paytr, calls, earlyExit)); // its messages are the shortest: little else takes time
  if (want('native')) note(seen, 'control: native with an early exit', await measureNative(program, 'early', calls));
  const blind = seen.filter(([, t]) => t < 2 * SUSPICIOUS);
  const leaks = unseen.filter(([, t]) => t >= SUSPICIOUS);
  print(`\n${calls} calls for each kind. A difference is suspected from |t| ${SUSPICIOUS} on.`);
  if (blind.length > 0) throw new Problem(`The control was not seen: ${blind.map(([title]) => title).join(', ')}`, 'measure more calls (--calls), or on a quieter machine: as it is, this run says nothing.');
  if (leaks.length > 0) throw new Problem(`Times differ: ${leaks.map(([title]) => title).join(', ')}`, 'run it again: one in some thousand runs says so by chance. If it says so again, find out why.');
  print('No difference was seen, and the early exit was.');
});

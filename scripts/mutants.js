// `npm run mutants -- --file src/money.rs`: every small fault that cargo-mutants can think of is put into a file, and each must be noticed by a
// Rust test. Several --file may be given. What survives is listed: it is killed by a new test, or argued in .cargo/mutants.toml. Which files
// were run stands in docs/assurance.md.
//
// cargo-mutants builds and tests the crate anew for each mutant, which would take days. This command has it list them (and leave out what
// .cargo/mutants.toml argues), and builds the crate once with all of them behind a switch: a function `f` becomes
//
//     fn f() { if crate::mutant::is(1) { its first mutant } else if crate::mutant::is(2) { its second } else { the function as it is } }
//
// and an environment variable says which one a run of the tests gets. A first run notes which test asks about which mutant, so that each is
// shown to the tests that come to its function, and to no others.

import './node-version.js';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { failure, root, run } from './command.js';
import { CARGO_MUTANTS, installTools, toolEnvironment } from './rust-tools.js';
import { cargoActivity } from './rust.js';
import { main, print, Problem, runSteps } from './steps.js';

const COPIED = ['src', 'tests', 'benches', '.cargo', 'Cargo.toml', 'Cargo.lock'];
/** Quick to compile, and not too slow to run. */
const PROFILE = { CARGO_PROFILE_TEST_DEBUG: '0', CARGO_PROFILE_DEV_DEBUG: '0', CARGO_PROFILE_DEV_OPT_LEVEL: '1', CARGO_PROFILE_TEST_OPT_LEVEL: '1' };
/** What the compiler sees to be wrong at once, the tests must see, too. */
const LENIENT = '-Awarnings -Aarithmetic_overflow -Aunconditional_panic';
/** Seconds on a processor, not of the clock: a mutant that never ends is noticed on a busy machine as on an idle one. */
const LONGEST = 20;
const SWITCH = `
/// Which mutant this run of the tests gets, and which tests come to which.
#[allow(missing_docs)]
pub mod mutant {
    use std::sync::{Mutex, OnceLock};
    static CHOSEN: OnceLock<u32> = OnceLock::new();
    static SEEN: Mutex<std::collections::BTreeSet<(std::string::String, u32)>> = Mutex::new(std::collections::BTreeSet::new());
    fn number() -> u32 {
        std::env::var("VELOPOS_MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or_default()
    }
    #[inline(never)]
    pub fn is(mutant: u32) -> bool {
        let chosen = *CHOSEN.get_or_init(number);
        if chosen == u32::MAX {
            note(mutant);
        }
        chosen == mutant
    }
    fn note(mutant: u32) {
        use std::io::Write;
        let name = std::string::String::from(std::thread::current().name().unwrap_or_default());
        if SEEN.lock().map(|mut seen| seen.insert((name.clone(), mutant))).unwrap_or_default() {
            let file = std::env::var("VELOPOS_MUTANTS_SEEN").unwrap_or_default();
            let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
            file.and_then(|mut file| file.write_all(format!("{mutant} {name}\\n").as_bytes())).expect("a file for what was seen");
        }
    }
}
`;

/**
 * @typedef {{ line: number, column: number }} Place
 * @typedef {{ file: string, name: string, span: { start: Place, end: Place }, replacement: string,
 *   function: { span: { start: Place, end: Place } } | null }} Mutant as cargo-mutants tells
 */

// -----------------------------------------------------------------------------------------------------------------------------------
// A file with all its mutants

/** A place as an offset. @param {string} text @param {Place} place columns count characters from 1 */
function offsetOf(text, { line, column }) {
  let at = 0;
  for (let number = 1; number < line; number += 1) at = text.indexOf('\n', at) + 1;
  return at + [...text.slice(at, text.indexOf('\n', at) + 1 || undefined)].slice(0, column - 1).join('').length;
}

/** Where the body of a function begins, whose comments and attributes begin here: at the first brace outside of brackets. */
function bodyOf(text, from) {
  const before = /(?:\s*(?:\/\/|#\[)[^\n]*\n)*/y;
  before.lastIndex = from;
  before.test(text);
  let depth = 0;
  for (let at = text.indexOf('fn ', before.lastIndex); at < text.length; at += 1) {
    if ('([<'.includes(text[at])) depth += 1;
    if (')]'.includes(text[at]) || (text[at] === '>' && text[at - 1] !== '-')) depth -= 1;
    if (text[at] === '{' && depth === 0) return at;
  }
  throw new Error(`no body from ${from}`);
}

/** The file with all its mutants behind the switch. @param {string} text @param {(Mutant & { id: number })[]} mutants */
export function withMutants(text, mutants) {
  const functions = new Map();
  for (const mutant of mutants) {
    const [start, end] = [offsetOf(text, mutant.function.span.start), offsetOf(text, mutant.function.span.end)];
    const found = functions.get(start) ?? functions.set(start, { start, end, mutants: [] }).get(start);
    found.mutants.push(mutant);
  }
  let made = text;
  const grown = []; // from the end on, so that what lies before stays where it is; a function within another first
  for (const { start, end, mutants: own } of [...functions.values()].sort((one, other) => other.start - one.start)) {
    const now = end + grown.filter((each) => each.at < end).reduce((sum, each) => sum + each.by, 0);
    const body = bodyOf(text, start);
    const variants = own.map((mutant) => {
      const [from, to] = [offsetOf(text, mutant.span.start), offsetOf(text, mutant.span.end)];
      return `if crate::mutant::is(${mutant.id}) ${text.slice(body, from)}${mutant.replacement}${text.slice(to, end)} /*${mutant.id}*/ else `;
    });
    const head = text.slice(start, body).replace(/\bconst fn\b/, 'fn');
    const switched = `${head}{ ${variants.join('\n')}${made.slice(body, now)} }`;
    made = made.slice(0, start) + switched + made.slice(now);
    grown.push({ at: start, by: switched.length - (now - start) });
  }
  return made;
}

/** Which mutant stands in this line of such a file. */
export function mutantAt(text, line) {
  const lines = text.split('\n').slice(0, line);
  const open = [];
  for (const [, begins, ends] of lines.join('\n').matchAll(/crate::mutant::is\((\d+)\)|\/\*(\d+)\*\//g)) {
    if (begins) open.push(Number(begins));
    else if (open.at(-1) === Number(ends)) open.pop();
  }
  const [, ended] = /\/\*(\d+)\*\//.exec(lines.at(-1)) ?? []; // the line in which one ends is its own
  return ended ? Number(ended) : open.at(-1);
}

// -----------------------------------------------------------------------------------------------------------------------------------
// A build with all of them

class Build {
  constructor(folder, env, mutants) {
    this.folder = folder;
    this.env = { ...env, ...PROFILE, CARGO_TARGET_DIR: join(folder, '..', 'target') };
    this.mutants = mutants;
    this.unviable = [];
  }

  write() {
    for (const file of new Set([...this.mutants, ...this.unviable].map((mutant) => mutant.file))) {
      const own = this.mutants.filter((mutant) => mutant.file === file);
      writeFileSync(join(this.folder, file), withMutants(readFileSync(join(root, file), 'utf8'), own));
    }
  }

  prepare() {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    for (const name of COPIED) cpSync(join(root, name), join(this.folder, name), { recursive: true, preserveTimestamps: true });
    const lib = join(this.folder, 'src', 'lib.rs');
    writeFileSync(lib, readFileSync(lib, 'utf8') + SWITCH);
    const manifest = join(this.folder, 'Cargo.toml');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('["cdylib", "rlib"]', '["rlib"]'));
  }

  /** Takes out what no compiler accepts, until it accepts the rest. */
  async check(progress) {
    this.prepare();
    for (;;) {
      this.write();
      const { code, errors, output } = await this.#cargo(['check', '--lib'], progress);
      if (code === 0) return;
      const bad = new Set(errors);
      if (bad.size === 0 || bad.has(undefined)) throw failure('the crate does not compile with its mutants', output, 'see what it says above.');
      this.unviable.push(...this.mutants.filter(({ id }) => bad.has(id)));
      this.mutants = this.mutants.filter(({ id }) => !bad.has(id));
    }
  }

  /** @returns {Promise<string[]>} the programs with the tests */
  async compile(progress) {
    const { code, output, programs } = await this.#cargo(['test', '--lib', '--test', 'rust', '--no-run'], progress);
    if (code !== 0) throw failure('the tests do not compile with the mutants', output, 'see what it says above.');
    return programs;
  }

  async #cargo(args, progress) {
    const { code, output } = await run('cargo', [...args, '--message-format', 'json'],
      { cwd: this.folder, env: { ...this.env, RUSTFLAGS: LENIENT }, progress, activity: cargoActivity, minutes: 120 });
    const told = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    const errors = told.filter(({ message }) => message?.level === 'error' && message.spans.length > 0).map(({ message }) => {
      const { file_name: file, line_start: line } = message.spans.find(({ is_primary: isPrimary }) => isPrimary);
      return mutantAt(readFileSync(join(this.folder, file), 'utf8'), line);
    });
    return { code, errors, output: told.map(({ message }) => message?.rendered ?? '').join('') || output, programs: told.filter(({ executable, profile }) => executable && profile?.test).map(({ executable }) => executable) };
  }
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The tests

/** Runs tests until the first fails. @returns {Promise<{ failed?: string, output: string }>} */
function runTests(program, args, env, seconds = LONGEST) {
  return new Promise((done) => {
    const child = spawn('sh', ['-c', `ulimit -t ${seconds}; exec "$0" "$@"`, program, ...args, '--test-threads=1'], { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (/^test .* FAILED$/m.test(output)) child.kill('SIGKILL');
    });
    child.on('close', (code, signal) => {
      const [, failed] = /^test (\S+).* FAILED$/m.exec(output) ?? [];
      done({ output, failed: failed ?? (code === 0 ? undefined : signal === 'SIGXCPU' || signal === 'SIGKILL' ? 'it never ends' : `it ended with ${code ?? signal}`) });
    });
  });
}

/** Which tests of each program come to which mutant. @returns {Promise<Map<number, string[]>[]>} */
async function reach(programs, folder) {
  const reached = [];
  for (const [place, program] of programs.entries()) {
    const file = join(folder, `seen-${place}`);
    rmSync(file, { force: true });
    const { failed, output } = await runTests(program, [], { VELOPOS_MUTANT: String(2 ** 32 - 1), VELOPOS_MUTANTS_SEEN: file }, 'unlimited');
    if (failed) throw new Problem(`Without any mutant a test fails: ${failed}`, 'mend it first.', output.slice(-2000));
    const seen = new Map();
    for (const line of existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []) {
      const [, id, test] = /^(\d+) (.*)$/.exec(line);
      seen.set(Number(id), [...seen.get(Number(id)) ?? [], test]);
    }
    reached.push(seen);
  }
  return reached;
}

/** The test that notices a mutant. The tests of its own file come first: they know it best. */
async function noticed({ id, file }, programs, reached) {
  const module = file.replace(/^src\/|\.rs$/g, '').replaceAll('/', '::').replace(/::mod$/, '');
  for (const [place, program] of programs.entries()) {
    const tests = reached[place].get(id) ?? [];
    const parts = [tests.filter((test) => test.startsWith(`${module}::`)), tests.filter((test) => !test.startsWith(`${module}::`))];
    for (const part of parts.filter((each) => each.length > 0)) {
      const { failed } = await runTests(program, ['--exact', ...part], { VELOPOS_MUTANT: String(id) });
      if (failed) return failed;
    }
  }
  return undefined;
}

// -----------------------------------------------------------------------------------------------------------------------------------

/** @returns {Mutant[]} */
function list(files, env) {
  const args = ['mutants', '--list', '--json', ...files.flatMap((file) => ['--file', file])];
  return JSON.parse(execFileSync('cargo', args, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 }));
}

const nameOf = ({ name, file, span }) => name ?? `${file}:${span.start.line}:${span.start.column}`;

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: { file: { type: 'string', multiple: true, default: [] }, scratch: { type: 'string' } } });
  if (values.file.length === 0) throw new Problem('Mutants of which file?', 'name it: npm run mutants -- --file src/money.rs');
  const scratch = values.scratch ? resolve(values.scratch) : join(root, 'target', 'mutants');
  let [build, programs, reached] = [];
  await runSteps([
    { title: `cargo-mutants ${CARGO_MUTANTS.version} (the first time this takes minutes)`, work: (progress) => installTools(progress, [CARGO_MUTANTS]) },
    {
      title: 'Listing the mutants',
      work: async () => {
        const env = await toolEnvironment([CARGO_MUTANTS]);
        const all = list(values.file, env).map((mutant, place) => ({ ...mutant, id: place + 1 }));
        const outside = all.filter((mutant) => !mutant.function);
        if (outside.length > 0) throw new Problem(`Outside of any function: ${outside.map(nameOf).join(', ')}`, 'run cargo-mutants itself for this file.');
        build = new Build(join(scratch, 'tree'), env, all);
        return `${all.length} in ${values.file.length} files`;
      },
    },
    { title: 'Taking out what does not compile', work: async (progress) => `${await build.check(progress) ?? build.unviable.length} of them` },
    { title: 'Building the tests with all of them', work: async (progress) => { programs = await build.compile(progress); return `${programs.length} programs`; } },
    { title: 'Which tests come to which mutant', work: async () => { reached = await reach(programs, scratch); return `${new Set(reached.flatMap((each) => [...each.keys()])).size} are come to`; } },
  ]);
  const missed = [];
  for (const mutant of build.mutants) {
    const by = await noticed(mutant, programs, reached);
    if (!by) missed.push(mutant);
    print(by ? `✔ ${nameOf(mutant)}: ${by}` : `✖ ${nameOf(mutant)}`);
  }
  for (const file of values.file) {
    const count = (mutants) => mutants.filter((mutant) => mutant.file === file).length;
    print(`${file}: ${count(build.mutants) - count(missed)} noticed, ${count(missed)} not, ${count(build.unviable)} do not compile`);
  }
  if (missed.length > 0) throw new Problem(`${missed.length} mutants live`, 'write the test that notices each, or argue it in .cargo/mutants.toml.', missed.map(nameOf).join('\n'));
});

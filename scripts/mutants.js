// `npm run mutants -- --file src/money.rs`: every small fault that cargo-mutants can think of is put into a file, and each must be noticed by a
// Rust test. Several --file may be given. What survives is listed: it is killed by a new test, or argued in .cargo/mutants.toml. Which files
// were run stands in docs/assurance.md.
//
// cargo-mutants builds and tests the crate anew for each mutant, which would take days. This command has it list them (and leave out what
// .cargo/mutants.toml argues), and builds the crate once with all of them behind a switch: a function `f` becomes
//
//     fn f() { if crate::mutant::is(1) { its first mutant } else if crate::mutant::is(2) { its second } else { the function as it is } }
//
// and an environment variable says which one a run of the tests gets. A first run notes which test asks about which mutant and how long each
// takes, so that each mutant is shown to the tests that come to its function, the quickest first, and to no others. A further run builds only
// what has changed; with --again it tries only what was not noticed yet; with --quick it
// leaves out the crate's own tests and the slow ones, for a first look that --again completes.

import './node-version.js';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { failure, root, run } from './command.js';
import { CARGO_MUTANTS, installTools, toolEnvironment } from './rust-tools.js';
import { cargoActivity } from './rust.js';
import { main, print, Problem, runSteps } from './steps.js';

const COPIED = ['src', 'tests', 'benches', '.cargo', 'Cargo.toml', 'Cargo.lock'];
/** Quick to compile, and not too slow to run; what our crate depends on is compiled once and had better be quick. */
const PROFILE = { CARGO_PROFILE_TEST_DEBUG: '0', CARGO_PROFILE_DEV_DEBUG: '0', CARGO_PROFILE_DEV_OPT_LEVEL: '1', CARGO_PROFILE_TEST_OPT_LEVEL: '1' };
const DEPENDENCIES = ['--config', 'profile.dev.package."*".opt-level=3', '--config', 'profile.test.package."*".opt-level=3'];
/** What the compiler sees to be wrong at once, the tests must see, too. */
const LENIENT = '-Awarnings -Aarithmetic_overflow -Aunconditional_panic';
/** Seconds on a processor, not of the clock, at least: a mutant that never ends is noticed on a busy machine as on an idle one. */
const PATIENCE = 1;
/** Seconds that a test takes in a first look. */
const QUICK = 0.5;
/** Kilobytes: a mutant that fills the memory is noticed before it has. */
const MEMORY = 4_000_000;
const SWITCH = `
/// Which mutant this run of the tests gets, and which tests come to which.
#[allow(missing_docs)]
pub mod mutant {
    use std::cell::RefCell;
    use std::sync::OnceLock;
    static CHOSEN: OnceLock<u32> = OnceLock::new();
    std::thread_local! { static SEEN: RefCell<Seen> = const { RefCell::new(Seen(alloc::vec::Vec::new())) }; }
    struct Seen(alloc::vec::Vec<bool>);
    fn number() -> u32 {
        std::env::var("VELOPOS_MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or_default()
    }
    #[inline(never)]
    pub fn is(mutant: u32) -> bool {
        let chosen = *CHOSEN.get_or_init(number);
        if chosen == u32::MAX {
            SEEN.with(|seen| seen.borrow_mut().note(mutant as usize));
        }
        chosen == mutant
    }
    impl Seen {
        fn note(&mut self, mutant: usize) {
            if self.0.len() <= mutant {
                self.0.resize(mutant + 1, false);
            }
            self.0[mutant] = true;
        }
    }
    /// Every test has a thread of its own.
    impl Drop for Seen {
        fn drop(&mut self) {
            use std::io::Write;
            let mut line = std::string::String::from(std::thread::current().name().unwrap_or_default());
            for (mutant, _) in self.0.iter().enumerate().filter(|(_, seen)| **seen) {
                line.push_str(&format!(" {mutant}"));
            }
            line.push('\\n');
            let file = std::env::var("VELOPOS_MUTANTS_SEEN").unwrap_or_default();
            let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
            file.and_then(|mut file| file.write_all(line.as_bytes())).expect("a file for what was seen");
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

function functionAt(text, span) {
  const start = offsetOf(text, span.start);
  return { start, body: bodyOf(text, start), end: offsetOf(text, span.end) };
}

/** The closure of a constant in which this place lies (`compute: |values, _| match values { … }`), if it does. */
function closureAround(text, at) {
  for (const { index: start, 0: head } of [...text.slice(0, at).matchAll(/\|[\w, ]*\| (?=match )/g)].reverse()) {
    const end = text.indexOf(`\n${/^ */.exec(text.slice(text.lastIndexOf('\n', start) + 1))[0]}}`, start);
    if (end > at) return { start, body: start + head.length, end: text.indexOf('}', end) + 1 };
  }
  return undefined;
}

/** The file with all its mutants behind the switch. @param {string} text @param {(Mutant & { id: number })[]} mutants */
export function withMutants(text, mutants) {
  const functions = new Map();
  for (const mutant of mutants) {
    const { start, body, end } = mutant.function ? functionAt(text, mutant.function.span) : closureAround(text, offsetOf(text, mutant.span.start));
    const found = functions.get(start) ?? functions.set(start, { start, body, end, mutants: [] }).get(start);
    found.mutants.push(mutant);
  }
  let made = text;
  const grown = []; // from the end on, so that what lies before stays where it is; a function within another first
  for (const { start, body, end, mutants: own } of [...functions.values()].sort((one, other) => other.start - one.start)) {
    const now = end + grown.filter((each) => each.at < end).reduce((sum, each) => sum + each.by, 0);
    const variants = own.map((mutant) => {
      const [from, to] = [offsetOf(text, mutant.span.start), offsetOf(text, mutant.span.end)];
      const variant = `${text.slice(body, from)}${mutant.replacement}${text.slice(to, end)}`;
      return `if crate::mutant::is(${mutant.id}) ${text[body] === '{' ? variant : `{ ${variant} }`} /*${mutant.id}*/ else `;
    });
    const head = text.slice(start, body).replace(/\bconst fn\b/, 'fn');
    const itself = made.slice(body, now);
    const switched = `${head}{ ${variants.join('\n')}${text[body] === '{' ? itself : `{ ${itself} }`} }`;
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

/** The function as it is compiles: where the compiler finds fault with it, the mutant before it is of another type (of `impl Iterator`). */
export function mutantBefore(text, line) {
  const [, before] = [...text.split('\n').slice(0, line).join('\n').matchAll(/\/\*(\d+)\*\//g)].at(-1) ?? [];
  return before && Number(before);
}

// -----------------------------------------------------------------------------------------------------------------------------------
// A build with all of them

class Build {
  constructor(scratch, env, mutants) {
    this.folder = join(scratch, 'tree');
    this.known = join(scratch, 'unviable.json');
    this.env = { ...env, ...PROFILE, CARGO_TARGET_DIR: join(scratch, 'target') };
    this.mutants = mutants;
    this.unviable = [];
    /** What lies here now: somebody may go on working on it. */
    this.copied = COPIED.flatMap((name) => filesIn(join(root, name))).map((file) => [relative(root, file), readFileSync(file)]);
  }

  /** The crate with its mutants. What is as it was keeps its time, so that cargo builds only what has changed. */
  write() {
    const wanted = new Map(this.copied);
    for (const file of new Set([...this.mutants, ...this.unviable].map((mutant) => mutant.file))) {
      wanted.set(file, withMutants(String(wanted.get(file)), this.mutants.filter((mutant) => mutant.file === file)));
    }
    const lib = join('src', 'lib.rs');
    wanted.set(lib, wanted.get(lib) + SWITCH);
    wanted.set('Cargo.toml', String(wanted.get('Cargo.toml')).replace('["cdylib", "rlib"]', '["rlib"]'));
    for (const file of filesIn(this.folder)) if (!wanted.has(relative(this.folder, file))) rmSync(file);
    for (const [name, text] of wanted) {
      const file = join(this.folder, name);
      if (existsSync(file) && readFileSync(file).equals(Buffer.from(text))) continue;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  /**
   * Builds the tests, and takes out what no compiler accepts until it accepts the rest. What it refused the last time, in a file that is as it
   * was, it refuses again.
   * @param {string[]} targets @returns {Promise<string[]>} the programs with the tests
   */
  async compile(targets, progress) {
    const known = existsSync(this.known) ? JSON.parse(readFileSync(this.known, 'utf8')) : {};
    const tried = new Set(this.mutants.map(({ file }) => file));
    const states = Object.fromEntries(this.copied.filter(([name]) => tried.has(name)).map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]));
    this.#leaveOut((mutant) => known[mutant.file]?.state === states[mutant.file] && known[mutant.file].names.includes(nameOf(mutant)));
    const programs = [];
    for (const target of targets) programs.push(...await this.#compileOne(target, progress));
    for (const [file, state] of Object.entries(states)) known[file] = { state, names: this.unviable.filter((mutant) => mutant.file === file).map(nameOf) };
    writeFileSync(this.known, JSON.stringify(known));
    return programs;
  }

  async #compileOne(target, progress) {
    // The tests beside the crate are long, and quick enough as they are.
    const flags = target === '--lib' ? [] : ['--', '-Copt-level=0'];
    for (;;) {
      this.write();
      const { code, errors, output, programs } = await this.#cargo(['rustc', '--profile', 'test', target], progress, flags);
      if (code === 0) return programs;
      const bad = new Set(errors);
      if (bad.size === 0 || bad.has(undefined)) throw failure('the crate does not compile with its mutants', output, 'see what it says above.');
      this.#leaveOut(({ id }) => bad.has(id));
    }
  }

  #leaveOut(isBad) {
    this.unviable.push(...this.mutants.filter(isBad));
    this.mutants = this.mutants.filter((mutant) => !isBad(mutant));
  }

  async #cargo(args, progress, flags = []) {
    const { code, output } = await run('cargo', [...args, ...DEPENDENCIES, '--message-format', 'json', ...flags],
      { cwd: this.folder, env: { ...this.env, RUSTFLAGS: LENIENT }, progress, activity: cargoActivity, minutes: 120 });
    const told = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    const errors = told.filter(({ message }) => message?.level === 'error' && message.spans.length > 0).map(({ message }) => {
      const { file_name: file, line_start: line } = message.spans.find(({ is_primary: isPrimary }) => isPrimary);
      const text = readFileSync(join(this.folder, file), 'utf8');
      return mutantAt(text, line) ?? mutantBefore(text, line);
    });
    return { code, errors, output: told.map(({ message }) => message?.rendered ?? '').join('') || output, programs: told.filter(({ executable, profile }) => executable && profile?.test).map(({ executable }) => executable) };
  }
}

/** @returns {string[]} a file, or all below a folder */
function filesIn(path) {
  if (!existsSync(path)) return [];
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesIn(join(path, name))) : [path];
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The tests

/**
 * How long each test took, by what the program writes: a name, and once the test is done `ok` and the end of the line. Those that come in one
 * piece share the time of the piece: a quick test may pass for a slow one, and no slow one for a quick one.
 */
export function stopwatch(now = () => performance.now() / 1000) {
  const seconds = new Map();
  let [rest, since] = ['', now()];
  const read = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const [, test] of lines.map((line) => /^test (\S+).* ok$/.exec(line)).filter(Boolean)) seconds.set(test, now() - since);
    if (lines.length > 0) since = now();
  };
  return { seconds, read };
}

/**
 * Runs tests until the first fails.
 * @returns {Promise<{ failed?: string, output: string, seconds: Map<string, number> }>} `seconds`: how long each test took
 */
function runTests(program, args, env, limit = 'unlimited') {
  return new Promise((done) => {
    const child = spawn('sh', ['-c', `ulimit -t ${limit}; ulimit -v ${MEMORY}; exec "$0" "$@"`, program, ...args, '--test-threads=1'],
      { cwd: root, env: { ...process.env, RUST_BACKTRACE: '0', ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
    const { seconds, read } = stopwatch();
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      read(text);
      if (/^test .* FAILED$/m.test(output)) child.kill('SIGKILL');
    });
    child.on('close', (code, signal) => {
      const [, failed] = /^test (\S+).* FAILED$/m.exec(output) ?? [];
      const ended = signal === 'SIGXCPU' || signal === 'SIGKILL' ? 'it never ends' : `it ended with ${code ?? signal}`;
      done({ output, seconds, failed: failed ?? (code === 0 ? undefined : ended) });
    });
  });
}

/** @typedef {{ program: string, seconds: Map<string, number>, reached: Map<number, string[]> }} Suite which tests come to which mutant */

/** @param {boolean} isQuick without the tests that were slow the last time @returns {Promise<Suite[]>} */
async function reach(programs, scratch, isQuick) {
  const suites = [];
  const kept = join(scratch, 'slow.json');
  const slow = isQuick && existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : [];
  for (const [place, program] of programs.entries()) {
    const file = join(scratch, `seen-${place}`);
    rmSync(file, { force: true });
    const { failed, output, seconds } = await runTests(program, ['--exact', ...slow.flatMap((test) => ['--skip', test])], { VELOPOS_MUTANT: String(2 ** 32 - 1), VELOPOS_MUTANTS_SEEN: file });
    if (failed) throw new Problem(`Without any mutant a test fails: ${failed}`, 'mend it first.', output.slice(-2000));
    const reached = new Map();
    for (const line of existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []) {
      const [test, ...ids] = line.split(' ');
      for (const id of ids.map(Number)) (reached.get(id) ?? reached.set(id, []).get(id)).push(test);
    }
    suites.push({ program, seconds, reached });
  }
  writeFileSync(kept, JSON.stringify([...slow, ...suites.flatMap(({ seconds }) => [...seconds].filter(([, took]) => took > QUICK).map(([test]) => test))]));
  return suites;
}

/** The test that notices a mutant. The tests of its own file come first, for they know it best; then the quick ones. */
async function noticed({ id, file }, suites, longest = Infinity) {
  const module = file.replace(/^src\/|\.rs$/g, '').replaceAll('/', '::').replace(/::mod$/, '');
  const [name] = module.split('::').reverse();
  const isOwn = (test) => test.startsWith(`${module}::`) || test.startsWith(`${name}::`) || test.startsWith(`${name}_`);
  for (const { program, seconds, reached } of suites) {
    const cost = (test) => (seconds.get(test) ?? 0) + (isOwn(test) ? 0 : 1000);
    const tests = (reached.get(id) ?? []).filter((test) => (seconds.get(test) ?? 0) < longest).sort((one, other) => cost(one) - cost(other));
    for (let some = 0.1; tests.length > 0; some *= 4) { // seconds
      let [count, sum] = [0, 0];
      while (count < tests.length && (count === 0 || sum < some)) sum += seconds.get(tests[count++]) ?? 0;
      const limit = Math.ceil(PATIENCE + 2 * sum); // of the clock, when it was measured
      const { failed } = await runTests(program, ['--exact', ...tests.splice(0, count)], { VELOPOS_MUTANT: String(id) }, limit);
      if (failed) return failed;
    }
  }
  return undefined;
}

// -----------------------------------------------------------------------------------------------------------------------------------

/** What cargo-mutants lists; as it was the last time, where nothing has changed since. @returns {Mutant[]} */
function list(files, scratch, env) {
  const kept = join(scratch, 'list.json');
  const state = createHash('sha256').update(JSON.stringify([files, ...[...files, '.cargo/mutants.toml'].map((file) => readFileSync(join(root, file), 'utf8'))])).digest('hex');
  if (existsSync(kept)) {
    const { state: before, mutants } = JSON.parse(readFileSync(kept, 'utf8'));
    if (before === state) return mutants;
  }
  const args = ['mutants', '--list', '--json', ...files.flatMap((file) => ['--file', file])];
  const mutants = JSON.parse(execFileSync('cargo', args, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 }));
  mkdirSync(scratch, { recursive: true });
  writeFileSync(kept, JSON.stringify({ state, mutants }));
  return mutants;
}

/** A constant is made when the program is compiled: there is nothing to switch, except in its closures. */
const isOutside = ({ file, function: own, span }) => {
  const text = readFileSync(join(root, file), 'utf8');
  return own ? makesConstants(text, own.span, sources) : !closureAround(text, offsetOf(text, span.start));
};

const sources = () => filesIn(join(root, 'src')).map((file) => readFileSync(file, 'utf8'));

/** Whether a constant of the file, or of another that has the name from elsewhere, calls this function, which is then run by the compiler. */
export function makesConstants(text, span, others = () => []) {
  const { start, body } = functionAt(text, span);
  const [, name] = /\bconst fn (\w+)/.exec(text.slice(start, body)) ?? [];
  if (name === undefined) return false;
  const users = others().filter((other) => new RegExp(`^use [^;]*\\b${name}\\b`, 'm').test(other));
  const constants = [text, ...users].flatMap((file) => file.match(/^(?:pub )?(?:const|static) \w+:(?:.*\{\n[^]*?^\};|[^]*?;$)/gm) ?? []);
  return constants.some((constant) => constant.includes(` ${name}(`));
}

const nameOf = ({ name, file, span }) => name ?? `${file}:${span.start.line}:${span.start.column}`;

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: {
    file: { type: 'string', multiple: true, default: [] }, scratch: { type: 'string' }, jobs: { type: 'string', default: '1' }, quick: { type: 'boolean' }, again: { type: 'boolean' },
  } });
  if (values.file.length === 0) throw new Problem('Mutants of which file?', 'name it: npm run mutants -- --file src/money.rs');
  const scratch = values.scratch ? resolve(values.scratch) : join(root, 'target', 'mutants');
  const noted = join(scratch, 'noticed.txt');
  let [build, programs, suites, outside, before] = [];
  await runSteps([
    { title: `cargo-mutants ${CARGO_MUTANTS.version} (the first time this takes minutes)`, work: (progress) => installTools(progress, [CARGO_MUTANTS]) },
    {
      title: 'Listing the mutants',
      work: async () => {
        const env = await toolEnvironment([CARGO_MUTANTS]);
        const all = list(values.file, scratch, env).map((mutant, place) => ({ ...mutant, id: place + 1 }));
        outside = all.filter(isOutside);
        before = new Set(values.again && existsSync(noted) ? readFileSync(noted, 'utf8').trim().split('\n') : []);
        // A first look that goes on has its program already; what is left of it is built anew, because it is little.
        build = new Build(scratch, env, all.filter((mutant) => !outside.includes(mutant) && (values.quick || !before.has(nameOf(mutant)))));
        return `${all.length} in ${values.file.length} files${values.again ? `, of which ${before.size} were noticed` : ''}`;
      },
    },
    {
      title: 'Building the tests with all of them',
      work: async (progress) => {
        programs = await build.compile(values.quick ? ['--test=rust'] : ['--lib', '--test=rust'], progress);
        return `${build.unviable.length} do not compile`;
      },
    },
    { title: 'Which tests come to which mutant', work: async () => { suites = await reach(programs, scratch, values.quick); return `${new Set(suites.flatMap(({ reached }) => [...reached.keys()])).size} are come to`; } },
  ]);
  const missed = [];
  const inOrder = values.file.flatMap((file) => build.mutants.filter((mutant) => mutant.file === file)); // in the order in which they were named
  const waiting = inOrder.filter((mutant) => !before.has(nameOf(mutant)));
  if (!values.again) rmSync(noted, { force: true });
  await Promise.all(Array.from({ length: Number(values.jobs) }, async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const by = await noticed(mutant, suites, values.quick ? QUICK : undefined);
      if (by) appendFileSync(noted, `${nameOf(mutant)}\n`);
      else missed.push(mutant);
      print(by ? `✔ ${nameOf(mutant)}: ${by}` : `✖ ${nameOf(mutant)}`);
    }
  }));
  for (const file of new Set(build.mutants.map((mutant) => mutant.file))) {
    const count = (mutants) => mutants.filter((mutant) => mutant.file === file).length;
    print(`${file}: ${count(build.mutants) - count(missed)} noticed, ${count(missed)} not, ${count(build.unviable)} do not compile`);
  }
  if (outside.length > 0) print(`Not tried, because they lie in constants (cargo-mutants itself can): ${outside.map(nameOf).join(', ')}`);
  if (missed.length > 0) throw new Problem(`${missed.length} mutants live`, 'write the test that notices each, or argue it in .cargo/mutants.toml.', missed.map(nameOf).join('\n'));
});

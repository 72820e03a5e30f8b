// `npm test`: sets everything up, builds, and runs every check and test there is. `npm test -- --only node,browser` runs some of them.
// Whatever fails, the others still run; nothing is skipped in silence. At the end stands what failed, once more; the last line counts.

import './node-version.js';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildSteps } from './build.js';
import { root, run, tail } from './command.js';
import { openKit } from './kit.js';
import { LINT } from './lint.js';
import { cargoActivity, cargoEnvironment } from './rust.js';
import { toolEnvironment } from './rust-tools.js';
import { setupSteps, testSetupSteps } from './setup.js';
import { print, printProblem, Problem, runSteps } from './steps.js';

const WASM = ['--target', 'wasm32-unknown-unknown'];
const KEPT_OF_A_FAILURE = 12; // lines, at the end
const FUZZ = ['test', '--locked', '--manifest-path', 'fuzz/Cargo.toml', '--target-dir', 'target/fuzz'];
const RUSTDOC = { RUSTDOCFLAGS: '-Dwarnings -Arustdoc::private_intra_doc_links' }; // its readers read the private parts too

// A group is one word for --only, a title, and work that answers with what it counted, or a folder of node's tests. Where several processes
// wait for each other, a crowded machine can make one late: `timed` groups run what failed once more, alone, and say so.
const groups = [
  { name: 'fmt', title: 'Rust: formatting', count: (progress) => check(progress, 'cargo', ['fmt', '--all', '--check'], 'run `cargo fmt`') },
  { name: 'clippy', title: 'Rust: clippy, native', count: (progress) => check(progress, 'cargo', ['clippy', '--all-targets', '--', '-Dwarnings']) },
  { name: 'clippy', title: 'Rust: clippy, WebAssembly', count: (progress) => check(progress, 'cargo', ['clippy', '--all-targets', ...WASM, '--', '-Dwarnings']) },
  { name: 'lint', title: 'JavaScript: eslint', count: (progress) => check(progress, process.execPath, LINT) },
  { name: 'rust', title: 'Rust: tests, native', count: (progress) => rustTests(progress, 'cargo', ['test']) },
  { name: 'rust', title: 'Rust: tests of what only velopos/explain has', count: (progress) => rustTests(progress, 'cargo', ['test', '--features', 'explain', '--lib', 'trace']) },
  { name: 'rust', title: 'Rust: other people’s suites, properties, and what fuzzing has kept', count: (progress) => rustTests(progress, 'cargo', FUZZ) },
  { name: 'doc', title: 'Rust: documentation', count: (progress) => check(progress, 'cargo', ['doc', '--no-deps', '--document-private-items'], '', RUSTDOC) },
  { name: 'wasm', title: 'Rust: tests in WebAssembly (wasm-pack test --node)', count: (progress) => rustTests(progress, 'wasm-pack', ['test', '--node', '--mode', 'no-install']) },
  { name: 'types', title: 'TypeScript: the example site against Wix’s declarations', count: types },
  { name: 'node', title: 'JavaScript: the package', folder: 'tests/node' },
  { name: 'package', title: 'JavaScript: what is packed for npm', folder: 'tests/package', prepare: openKit },
  { name: 'runtimes', title: 'JavaScript: the packed package on every runtime, through every bundler', folder: 'tests/runtimes', prepare: openRuntimes, timed: true },
  { name: 'banks', title: 'JavaScript: the simulated banks', folder: 'tests/banks' },
  { name: 'attacks', title: 'Forgeries: none is believed', folder: 'tests/attacks', tells: true },
  { name: 'velo', title: 'JavaScript: velo-local', folder: 'tests/velo-local', timed: true },
  { name: 'site', title: 'JavaScript: the example site', folder: 'tests/site', timed: true },
  { name: 'faults', title: 'The example site: something goes wrong at every place, and load', folder: 'tests/faults', tells: true },
  { name: 'commands', title: 'The commands: npx velopos, npx velopos-local', folder: 'tests/commands', timed: true },
  { name: 'docs', title: 'The documents', folder: 'tests/docs' },
  { name: 'architecture', title: 'The architecture\'s rules', folder: 'tests/architecture', count: everyFolderIsRun },
  { name: 'browser', title: 'Payments in a browser', folder: 'tests/browser', prepare: lookForBrowser, timed: true },
];

/** Words of former days that still find their tests. */
const FORMERLY = { nodes: 'runtimes' };

const totals = { passed: 0, failed: 0, skipped: 0 };
const failedGroups = new Set();
const failures = []; // what was printed about each, for the end
const unsteady = [];

await test(process.argv.slice(2)).catch((error) => {
  printProblem(error);
  totals.failed += 1;
});
if (unsteady.length > 0) print(`\nWhat failed once, and passed when its file ran again, alone:\n${unsteady.join('\n')}`);
if (failures.length > 0) print(`\nWhat failed, once more:\n${failures.join('\n')}`);
if (failedGroups.size > 0) print(`\nTo run what failed again: npm test -- --only ${[...failedGroups].join(',')}`);
print(`\n${describe(totals)}`);
process.exitCode = totals.failed > 0 ? 1 : 0;

async function test(args) {
  const chosen = choose(args);
  await runSteps([
    ...setupSteps(),
    ...testSetupSteps(),
    ...buildSteps(),
    ...chosen.map((group) => ({ title: group.title, work: (progress) => runGroup(group, progress) })),
  ]);
}

function choose(args) {
  const words = args.flatMap((arg) => arg.split(/[=,]/)).filter((word) => word !== '--only').map((word) => FORMERLY[word] ?? word);
  const known = [...new Set(groups.map(({ name }) => name))];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown) throw new Problem(`There are no tests called ${unknown}`, `choose from ${known.join(', ')}, as in \`npm test -- --only node,browser\`.`);
  return words.length > 0 ? groups.filter(({ name }) => words.includes(name)) : groups;
}

async function runGroup(group, progress) {
  let counted;
  try {
    await group.prepare?.(progress);
    counted = await (group.count ? group.count(progress) : nodeTests(progress, group));
  } catch (error) {
    printProblem(error);
    counted = { passed: 0, failed: 1, skipped: 0 };
  }
  for (const key of Object.keys(totals)) totals[key] += counted[key];
  if (counted.failed > 0) failedGroups.add(group.name);
  return describe(counted);
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A check that a program makes as a whole counts as one. */
async function check(progress, program, args, cure = '', variables = {}) {
  const { code, output } = await run(program, args, { env: { ...cargoEnvironment(), ...variables }, progress, activity: cargoActivity });
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  print(tail(output));
  fail(`✖ ${[program, ...args].join(' ')}${cure && `: ${cure}`}`);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function rustTests(progress, program, args) {
  const { code, output } = await run(program, args, { env: await toolEnvironment(), progress, activity: rustActivity });
  const counted = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    counted.passed += Number(passed);
    counted.failed += Number(failed);
    counted.skipped += Number(ignored);
  }
  if (code !== 0) {
    print(tail(withoutPassed(output), 120));
    failures.push(...output.split('\n').filter((line) => /^test .* FAILED$|^error/.test(line)).map((line) => `✖ ${line}`));
    counted.failed = Math.max(counted.failed, 1);
  }
  return atLeastOne(counted, [program, ...args].join(' '));
}

function rustActivity(line) {
  return /^test (\S+) \.\.\./.exec(line)?.[1] || cargoActivity(line);
}

function withoutPassed(output) {
  return output.split('\n').filter((line) => !/^test .* \.\.\. (ok|ignored)$/.test(line)).join('\n');
}

/** @param {{ folder: string, tells?: boolean, timed?: boolean }} group  tells: what its tests have to tell (`t.diagnostic`) is printed */
async function nodeTests(progress, { folder, tells, timed }) {
  const first = await nodeRun(progress, testFiles(folder), tells, timed ? [] : atOnce(availableParallelism()));
  const files = failedFiles(first.failures);
  if (!timed || first.failed === 0 || files.length === 0) return atLeastOne(kept(first), folder);
  const again = await nodeRun(progress, files, tells, atOnce(1));
  if (again.failed > 0) return kept(first);
  unsteady.push(...first.failures);
  return { passed: first.passed + first.failed, failed: 0, skipped: first.skipped };
}

/** How many files run beside each other; of its own accord Node leaves one core idle. Before 20.10 it cannot be told. */
function atOnce(files) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 20 || minor >= 10 ? [`--test-concurrency=${files}`] : [];
}

async function nodeRun(progress, files, tells, options) {
  const reporter = new URL('./test-reporter.js', import.meta.url).href;
  const args = ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', ...options, ...files];
  const { code, output } = await run(process.execPath, args, { progress, minutes: 15, activity: (line) => /^@now (.*)/.exec(line)?.[1] });
  const found = /^@counts (\d+) (\d+) (\d+)$/m.exec(output);
  const [passed, failed, skipped] = found ? found.slice(1).map(Number) : [0, 0, 0];
  const counted = { passed, failed: code === 0 ? failed : Math.max(failed, 1), skipped };
  const lines = output.split('\n').filter((line) => (counted.failed > 0 ? !/^@(now|counts) /.test(line) : line.startsWith('○ ') || (tells && line.startsWith('@told '))));
  const told = lines.map((line) => line.replace(/^@told /, ''));
  if (told.length > 0) print(told.join('\n').trimEnd());
  return { ...counted, failures: counted.failed > 0 ? failuresIn(told) : [] };
}

/** Each failure with the beginning of its story. */
function failuresIn(lines) {
  const starts = lines.flatMap((line, number) => (line.startsWith('✖ ') ? [number] : []));
  return starts.map((start) => {
    const story = lines.slice(start + 1, start + 1 + KEPT_OF_A_FAILURE);
    const end = story.findIndex((line) => !line.startsWith('    '));
    return [lines[start], ...story.slice(0, end < 0 ? undefined : end)].join('\n');
  });
}

/** As the reporter writes them: `✖ what it is called (tests/site/flow.test.js:12)`. */
function failedFiles(stories) {
  return [...new Set(stories.map((story) => /\(([^()]+):\d+\)$/.exec(story.split('\n')[0])?.[1]).filter((file) => file && existsSync(join(root, file))))];
}

function kept({ failures: stories, ...counted }) {
  failures.push(...stories);
  return counted;
}

/** The rules, and one that only this file can keep: a folder of tests that nobody runs is a rule broken. */
async function everyFolderIsRun(progress) {
  const counted = await nodeTests(progress, { folder: 'tests/architecture' });
  const known = groups.map(({ folder }) => folder);
  const forgotten = testFiles('tests').filter((file) => !known.some((folder) => file.startsWith(`${folder}/`)));
  for (const file of forgotten) fail(`✖ no step of scripts/test.js runs ${file}`);
  return { ...counted, failed: counted.failed + forgotten.length };
}

async function openRuntimes(progress) {
  const { prepare } = await import('../tests/runtimes/ways.js');
  await prepare(progress);
}

/** The site, and what Wix's declarations must let through and refuse. The package's own are tested in tests/node/declarations.test.js. */
async function types(progress) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const counted = { passed: 0, failed: 0, skipped: 0 };
  for (const project of ['velo-example', 'tests/types/site']) {
    progress(project);
    const { passed, failed } = await check(progress, process.execPath, [tsc, '--project', project, '--noEmit', '--pretty', 'false']);
    counted.passed += passed;
    counted.failed += failed;
  }
  return counted;
}

async function lookForBrowser(progress) {
  const { openBrowser } = await import('../tests/browser/chromium.js');
  progress('looking for a browser');
  await openBrowser();
}

function fail(story) {
  print(story);
  failures.push(story);
}

function testFiles(folder) {
  if (!existsSync(join(root, folder))) throw new Problem(`There is no folder ${folder}`, 'restore it: its tests are part of the whole.');
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return testFiles(path);
    return /\.test\.[cm]?js$/.test(path) ? [path] : [];
  }).sort();
}

function atLeastOne(counted, what) {
  if (counted.passed + counted.failed > 0) return counted;
  fail(`✖ ${what} ran no test`);
  return { ...counted, failed: 1 };
}

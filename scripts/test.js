// `npm test`: sets everything up, builds, and runs every check and test there is. `npm test -- --only node,browser` runs some of them.
// Whatever fails, the others still run; nothing is skipped in silence. The last line counts what passed and failed.

import './node-version.js';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSteps } from './build.js';
import { root, run, tail } from './command.js';
import { openKit } from './kit.js';
import { cargoActivity, cargoEnvironment } from './rust.js';
import { toolEnvironment } from './rust-tools.js';
import { setupSteps, testSetupSteps } from './setup.js';
import { print, printProblem, Problem, runSteps } from './steps.js';

const WASM = ['--target', 'wasm32-unknown-unknown'];
const RUSTDOC = { RUSTDOCFLAGS: '-Dwarnings -Arustdoc::private_intra_doc_links' }; // its readers read the private parts too

// A group is one word for --only, a title, and work that answers with what it counted, or a folder of node's tests.
const groups = [
  { name: 'fmt', title: 'Rust: formatting', count: (progress) => check(progress, 'cargo', ['fmt', '--all', '--check'], 'run `cargo fmt`') },
  { name: 'clippy', title: 'Rust: clippy, native', count: (progress) => check(progress, 'cargo', ['clippy', '--all-targets', '--', '-Dwarnings']) },
  { name: 'clippy', title: 'Rust: clippy, WebAssembly', count: (progress) => check(progress, 'cargo', ['clippy', '--all-targets', ...WASM, '--', '-Dwarnings']) },
  { name: 'rust', title: 'Rust: tests, native', count: (progress) => rustTests(progress, 'cargo', ['test']) },
  { name: 'rust', title: 'Rust: tests of what only velopos/explain has', count: (progress) => rustTests(progress, 'cargo', ['test', '--features', 'explain', '--lib', 'trace']) },
  { name: 'doc', title: 'Rust: documentation', count: (progress) => check(progress, 'cargo', ['doc', '--no-deps', '--document-private-items'], '', RUSTDOC) },
  { name: 'wasm', title: 'Rust: tests in WebAssembly (wasm-pack test --node)', count: (progress) => rustTests(progress, 'wasm-pack', ['test', '--node', '--mode', 'no-install']) },
  { name: 'types', title: 'TypeScript: the example site against Wix’s declarations', count: types },
  { name: 'node', title: 'JavaScript: the package', folder: 'tests/node' },
  { name: 'package', title: 'JavaScript: what is packed for npm', folder: 'tests/package', count: packageTests },
  { name: 'runtimes', title: 'JavaScript: the packed package on every runtime, through every bundler', folder: 'tests/runtimes', count: runtimeTests },
  { name: 'banks', title: 'JavaScript: the simulated banks', folder: 'tests/banks' },
  { name: 'attacks', title: 'Forgeries: none is believed', folder: 'tests/attacks', count: (progress) => nodeTests(progress, 'tests/attacks', { tells: true }) },
  { name: 'velo', title: 'JavaScript: velo-local', folder: 'tests/velo-local' },
  { name: 'site', title: 'JavaScript: the example site', folder: 'tests/site' },
  { name: 'faults', title: 'The example site: something goes wrong at every place, and load', folder: 'tests/faults', count: (progress) => nodeTests(progress, 'tests/faults', { tells: true }) },
  { name: 'commands', title: 'The commands: npx velopos, npx velopos-local', folder: 'tests/commands' },
  { name: 'docs', title: 'The documents', folder: 'tests/docs' },
  { name: 'architecture', title: 'The architecture\'s rules', folder: 'tests/architecture', count: everyFolderIsRun },
  { name: 'browser', title: 'Payments in a browser', folder: 'tests/browser', count: browserTests },
];

/** Words of former days that still find their tests. */
const FORMERLY = { nodes: 'runtimes' };

const totals = { passed: 0, failed: 0, skipped: 0 };
const failedGroups = new Set();

await test(process.argv.slice(2)).catch((error) => {
  printProblem(error);
  totals.failed += 1;
});
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
    counted = await (group.count ? group.count(progress) : nodeTests(progress, group.folder));
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
  print(`✖ ${[program, ...args].join(' ')}${cure && `: ${cure}`}`);
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

/** @param {{ tells?: boolean }} [options]  tells: what the tests have to tell (`t.diagnostic`) is printed */
async function nodeTests(progress, folder, { tells = false } = {}) {
  const files = testFiles(folder);
  const reporter = new URL('./test-reporter.js', import.meta.url).href;
  const args = ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', ...files];
  const { code, output } = await run(process.execPath, args, { progress, minutes: 15, activity: (line) => /^@now (.*)/.exec(line)?.[1] });
  const found = /^@counts (\d+) (\d+) (\d+)$/m.exec(output);
  const [passed, failed, skipped] = found ? found.slice(1).map(Number) : [0, 0, 0];
  const counted = { passed, failed: code === 0 ? failed : Math.max(failed, 1), skipped };
  const lines = output.split('\n').filter((line) => (counted.failed > 0 ? !/^@(now|counts) /.test(line) : line.startsWith('○ ') || (tells && line.startsWith('@told '))));
  const told = lines.map((line) => line.replace(/^@told /, ''));
  if (told.length > 0) print(told.join('\n').trimEnd());
  return atLeastOne(counted, folder);
}

/** The rules, and one that only this file can keep: a folder of tests that nobody runs is a rule broken. */
async function everyFolderIsRun(progress) {
  const counted = await nodeTests(progress, 'tests/architecture');
  const known = groups.map(({ folder }) => folder);
  const forgotten = testFiles('tests').filter((file) => !known.some((folder) => file.startsWith(`${folder}/`)));
  for (const file of forgotten) print(`✖ no step of scripts/test.js runs ${file}`);
  return { ...counted, failed: counted.failed + forgotten.length };
}

/** What is fetched the first time is fetched here, where it can be told. */
async function packageTests(progress) {
  await openKit(progress);
  return nodeTests(progress, 'tests/package');
}

async function runtimeTests(progress) {
  const { prepare } = await import('../tests/runtimes/ways.js');
  await prepare(progress);
  return nodeTests(progress, 'tests/runtimes');
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

async function browserTests(progress) {
  const { openBrowser } = await import('../tests/browser/chromium.js');
  progress('looking for a browser');
  await openBrowser();
  return nodeTests(progress, 'tests/browser');
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
  print(`✖ ${what} ran no test`);
  return { ...counted, failed: 1 };
}

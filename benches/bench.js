// `npm run bench`: sets up, builds, measures, and prints tables. `npm run bench -- --quick` takes seconds and tells less;
// `--only speed,size` measures some of it; `--runtimes` adds Node 18 to 24, Bun and Deno; `--save` measures everything and
// writes what the README quotes.

import '../scripts/node-version.js';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { buildSteps } from '../scripts/build.js';
import { root } from '../scripts/command.js';
import { setupSteps } from '../scripts/setup.js';
import { main, print, Problem, runSteps } from '../scripts/steps.js';
import { makeMessages } from './messages.js';

/** What there is to measure: each a file of benches/sections with a title, work that answers with results, and words for them. */
const SECTIONS = ['speed', 'cold-start', 'scaling', 'memory', 'site', 'size', 'profile', 'runtimes'];
/** What a run leaves out unless it is named, and what a quick run leaves out besides. */
const ON_DEMAND = ['runtimes'];
const SLOW = ['site', 'profile'];

const FULL = { messages: 32, rounds: 301, blockMs: 1, warmMs: 400, quick: false };
const QUICK = { messages: 8, rounds: 51, blockMs: 0.5, warmMs: 150, quick: true };

main(import.meta.url, async () => {
  const options = read(process.argv.slice(2));
  let traffic;
  options.traffic = () => traffic ??= makeMessages(options.messages);
  const report = { ...about(options), results: {} };
  await runSteps([...setupSteps(), ...buildSteps()]);
  const chosen = await Promise.all(options.only.map(async (name) => ({ name, ...await import(`./sections/${name}.js`) })));
  await runSteps(chosen.map(({ name, title, measure, describe }) => ({
    title,
    work: async (progress) => {
      report.results[name] = await measure(options, progress);
      print(`\n${describe(report.results[name])}\n`);
      return 'measured';
    },
  })));
  print(busyText(report.machine));
  save(report, chosen, options);
});

function read(words) {
  const flags = new Set(words.filter((word) => word.startsWith('--') && !word.startsWith('--only')));
  const unknown = [...flags].find((flag) => !['--quick', '--runtimes', '--save'].includes(flag));
  if (unknown) throw new Problem(`npm run bench knows no ${unknown}`, 'use --quick, --only, --runtimes and --save.');
  const named = words.filter((word) => !flags.has(word)).flatMap((word) => word.split(/[=,]/)).filter((word) => word !== '--only');
  const wrong = named.find((name) => !SECTIONS.includes(name));
  if (wrong) throw new Problem(`there is nothing called ${wrong} to measure`, `choose from ${SECTIONS.join(', ')}.`);
  const save = flags.has('--save');
  const whole = !flags.has('--quick') && named.length === 0;
  if (save && !whole) throw new Problem('only a whole run is quoted', 'use --save without --quick and --only.');
  const effort = flags.has('--quick') ? QUICK : FULL;
  const left = new Set([...(flags.has('--runtimes') || save ? [] : ON_DEMAND), ...(effort.quick ? SLOW : [])]);
  return { ...effort, only: named.length > 0 ? named : SECTIONS.filter((name) => !left.has(name)), save };
}

/** What a reader must know besides the numbers. */
function about({ quick }) {
  const versionOf = (path) => JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version;
  return {
    at: new Date().toISOString().slice(0, 10),
    quick,
    machine: { processor: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, load: Number(loadavg()[0].toFixed(1)) },
    versions: {
      node: process.versions.node, velopos: versionOf('.'), '@noble/hashes': versionOf('node_modules/@noble/hashes'),
      'hash-wasm': versionOf('node_modules/hash-wasm'),
    },
  };
}

/** Every run is kept; with --save it becomes the one that the documents quote. */
function save(report, chosen, { save: quoted }) {
  const folder = join(root, 'benches', 'results');
  mkdirSync(folder, { recursive: true });
  const json = jsonOf(report);
  const file = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  writeFileSync(file, json);
  print(`kept in ${file.slice(root.length)}`);
  if (!quoted) return;
  writeFileSync(join(root, 'benches', 'results.json'), json);
  writeFileSync(join(root, 'benches', 'results.md'), page(report, chosen));
  print('saved as benches/results.md and benches/results.json');
}

/** A section on each line, numbers with five digits: it is read by programs, and its changes by people. */
function jsonOf({ results, ...head }) {
  const short = (_, value) => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value);
  const line = ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value, short)}`;
  const sections = Object.entries(results).map((entry) => `    ${line(entry)}`).join(',\n');
  return `{\n${Object.entries(head).map((entry) => `  ${line(entry)},\n`).join('')}  "results": {\n${sections}\n  }\n}\n`;
}

function page({ at, machine, versions, results }, chosen) {
  const { node, ...packages } = versions;
  const others = Object.entries(packages).map(([name, version]) => `${name} ${version}`).join(', ');
  const { processor, cores } = machine;
  const intro = `Written by \`npm run bench -- --save\` on ${at}: ${processor}, ${cores} cores, Node ${node}; ${others}.
${busyText(machine)}[What this means, and what it does not](README.md).`;
  const sections = chosen.map(({ name, title, describe }) => `## ${title}\n\n${describe(results[name])}`);
  return `${['# Measured', intro, ...sections].join('\n\n')}\n`;
}

function busyText({ load, cores }) {
  if (load <= 1) return '';
  return `**The machine was busy with other work (load ${load} on ${cores} cores): the ratios count, the times do not.** `;
}

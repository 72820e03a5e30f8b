// `npm run reproduce`: builds everything twice from the same sources, as two machines that share as little as possible would, and compares
// every byte of dist/. They differ in folder, home, cargo's home and target folder, in the number of jobs, in language and in time zone.
// `npm run reproduce -- --scratch FOLDER` builds somewhere else than in the system's temporary folder, and keeps what it built.

import './node-version.js';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { INPUTS } from './build.js';
import { toolsFolder } from './cache.js';
import { failure, root, run } from './command.js';
import { setupSteps } from './setup.js';
import { main, print, Problem, runSteps } from './steps.js';

/** Building reads these, and Cargo wants the files that its manifest names. */
const COPIED = [...INPUTS, 'scripts', 'benches', 'tests'];

/** Two people, and what they have of their own. */
const BUILDERS = [
  { name: 'one', folder: 'one/velopos', language: 'C', zone: 'UTC', jobs: '1' },
  { name: 'the other', folder: 'the other/somewhere else/with a longer name', language: 'tr_TR.UTF-8', zone: 'Asia/Tokyo', jobs: '2' },
];

/** The SHA-256 of each file of a folder, by its name. @returns {Map<string, string>} */
export function hashesOf(folder) {
  const hash = (name) => createHash('sha256').update(readFileSync(join(folder, name))).digest('hex');
  return new Map(readdirSync(folder).sort().map((name) => [name, hash(name)]));
}

/** The names of files that are not the same in both, or only in one. @param {Map<string, string>} one @param {Map<string, string>} other */
export function differences(one, other) {
  return [...new Set([...one.keys(), ...other.keys()])].sort().filter((name) => one.get(name) !== other.get(name));
}

/** The same sources for both: others may go on working on them meanwhile. */
function copySources(scratch) {
  const [first, ...others] = BUILDERS.map(({ folder }) => join(scratch, folder));
  for (const name of new Set(COPIED)) cpSync(join(root, name), join(first, name), { recursive: true });
  for (const other of others) cpSync(first, other, { recursive: true });
  for (const folder of [first, ...others]) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

/** Another home and another cargo, under whose names everything is found again that need not be fetched twice. */
function environmentOf({ name, language, zone, jobs }, scratch) {
  const home = join(scratch, `home of ${name}`);
  const cargo = process.env.CARGO_HOME || join(homedir(), '.cargo');
  mkdirSync(join(home, 'cargo'), { recursive: true });
  for (const entry of ['registry', 'git', 'bin', 'config.toml']) {
    if (existsSync(join(cargo, entry))) symlinkSync(join(cargo, entry), join(home, 'cargo', entry), 'junction');
  }
  return {
    ...process.env,
    HOME: home, USERPROFILE: home, CARGO_HOME: join(home, 'cargo'), CARGO_TARGET_DIR: join(home, 'target'), CARGO_BUILD_JOBS: jobs,
    RUSTUP_HOME: process.env.RUSTUP_HOME || join(homedir(), '.rustup'), XDG_CACHE_HOME: dirname(dirname(toolsFolder())),
    LANG: language, LC_ALL: language, TZ: zone,
  };
}

async function build(builder, scratch, progress) {
  const folder = join(scratch, builder.folder);
  const { code, output } = await run(process.execPath, [join('scripts', 'build.js'), '--force'], {
    cwd: folder, env: environmentOf(builder, scratch), progress, activity: (line) => line.trim() || undefined, minutes: 120,
  });
  if (code !== 0) throw failure(`${builder.name} could not build`, output, 'see what it says above.');
  return `${readdirSync(join(folder, 'dist')).length} files`;
}

function compare(scratch) {
  const [one, other] = BUILDERS.map(({ folder }) => hashesOf(join(scratch, folder, 'dist')));
  const different = differences(one, other);
  for (const [name, hash] of one) print(`${different.includes(name) ? '✖' : '✔'} ${hash}  dist/${name}`);
  if (different.length > 0) throw new Problem(`Two builds of the same sources differ: ${different.join(', ')}`, 'find what of the machine went into them.');
  print(`\n${one.size} files, the same bytes in both.`);
}

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: { scratch: { type: 'string' } } });
  const scratch = values.scratch ? resolve(values.scratch) : mkdtempSync(join(tmpdir(), 'velopos-reproduce-'));
  if (values.scratch && existsSync(scratch)) throw new Problem(`${scratch} is there already`, 'name a folder that is not, or remove it.');
  try {
    await runSteps([
      ...setupSteps(),
      { title: 'The same sources in two places', work: async () => copySources(scratch) ?? scratch },
      ...BUILDERS.map((builder) => ({ title: `Building as ${builder.name}`, work: (progress) => build(builder, scratch, progress) })),
    ]);
    compare(scratch);
  } finally {
    if (!values.scratch) rmSync(scratch, { recursive: true, force: true });
  }
});

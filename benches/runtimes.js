// Everything that the package runs on: each Node of scripts/node-versions.js, Bun and Deno. They come from npm packages that
// carry the program itself, and are kept in the cache beside the other tools.
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillOnce, toolsFolder } from '../scripts/cache.js';
import { failure, npm, run } from '../scripts/command.js';
import { nodeOf } from '../scripts/node-versions.js';

const NODES = [18, 20, 22, 24];
const windows = process.platform === 'win32';

/** Where npm has the program of each: package and path in it. */
const OTHERS = {
  Bun: {
    version: 1,
    name: `@oven/bun-${windows ? 'windows' : process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`,
    path: join('bin', windows ? 'bun.exe' : 'bun'),
    args: ['run'],
  },
  Deno: {
    version: 2,
    name: `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`,
    path: windows ? 'deno.exe' : 'deno',
    args: ['run', '--allow-all', '--quiet'],
  },
};

/** @param {(activity: string) => void} progress @returns {Promise<import('./children.js').Runtime[]>} */
export async function everyRuntime(progress) {
  const runtimes = [];
  for (const major of NODES) runtimes.push({ program: await nodeOf(major, progress), args: [] });
  for (const [title, other] of Object.entries(OTHERS)) {
    runtimes.push({ program: await fetched(title, other, progress), args: other.args });
  }
  return Promise.all(runtimes.map(async (runtime) => ({ ...runtime, name: await nameOf(runtime.program) })));
}

async function fetched(title, { version, name, path }, progress) {
  const folder = `${title.toLowerCase()}-${version}`;
  const program = join(toolsFolder(), folder, windows ? 'program.exe' : 'program');
  const runs = async () => (await run(program, ['--version'])).code === 0;
  await fillOnce(folder, progress, runs, async (partial) => {
    progress(`fetching ${title}`);
    const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { code, output } = await npm(['install', '--prefix', partial, ...flags, `${name}@${version}`], { cwd: partial });
    if (code !== 0) throw failure(`npm could not fetch ${title} (${name}@${version})`, output, 'measure without --runtimes.');
    const inside = join(partial, windows ? 'program.exe' : 'program');
    renameSync(join(partial, 'node_modules', name, path), inside);
    chmodSync(inside, 0o755);
    rmSync(join(partial, 'node_modules'), { recursive: true });
  });
  return program;
}

/** `Node 20.20.2`, `Bun 1.4.5`, `Deno 2.9.6`. */
async function nameOf(program) {
  const { output } = await run(program, ['--version']);
  const [first] = output.trim().split('\n');
  if (first.startsWith('v')) return `Node ${first.slice(1)}`;
  return first.startsWith('deno') ? `Deno ${first.split(' ')[1]}` : `Bun ${first}`;
}

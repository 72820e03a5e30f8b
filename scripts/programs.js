// The runtimes that the package is tried on: from npm packages that carry nothing but the program, in these versions, kept in the cache
// beside the other tools.

import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillOnce, toolsFolder } from './cache.js';
import { failure, npm, run } from './command.js';

const { platform, arch } = process;
const windows = platform === 'win32';
const suffix = windows ? '.exe' : '';

/**
 * Where npm has a program: version, package, and path in the package. `args` come before a script.
 * @typedef {{ version: string, name: string, path: string, args: string[] }} Source
 * @type {Record<string, Source>}
 */
const SOURCES = {
  'Node 18': node('18.20.8'),
  'Node 20': node('20.20.2'),
  'Node 22': node('22.23.3'),
  'Node 24': node('24.21.0'),
  Bun: {
    version: '1.4.5',
    name: `@oven/bun-${windows ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
    path: `bin/bun${suffix}`,
    args: ['run'],
  },
  Deno: {
    version: '2.9.6',
    name: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`,
    path: `deno${suffix}`,
    args: ['run', '--allow-all', '--quiet'],
  },
  workerd: {
    version: '1.20261117.1',
    name: `@cloudflare/workerd-${windows ? 'windows' : platform}-${arch === 'x64' ? '64' : arch}`,
    path: `bin/workerd${suffix}`,
    args: [],
  },
};

/** For macOS npm does not have every version: there the newest of this major one is taken. @returns {Source} */
function node(exact) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  const version = platform === 'darwin' ? exact.split('.')[0] : exact;
  return { version, name: `${prefix}-${windows ? 'win' : platform}-${arch}`, path: `bin/node${suffix}`, args: [] };
}

export const NODES = Object.keys(SOURCES).filter((title) => title.startsWith('Node '));

/** Those that run a script when they are given its path. */
export const SCRIPT_RUNTIMES = [...NODES, 'Bun', 'Deno'];

/**
 * @typedef {{ name: string, title: string, program: string, args: string[] }} Runtime  `name` has the version in it: `Deno 2.9.6`
 * @param {string} title
 * @param {import('./steps.js').Progress} progress
 * @returns {Promise<Runtime>}
 */
export async function runtimeOf(title, progress) {
  const { version, args } = SOURCES[title];
  const program = title === `Node ${process.versions.node.split('.')[0]}` ? process.execPath : await fetched(title, progress);
  const [told] = title === 'workerd' ? [version] : /\d+(\.\d+)+/.exec((await run(program, ['--version'])).output); // workerd tells a date
  return { title, name: `${title.split(' ')[0]} ${told}`, program, args };
}

/** @returns {Promise<Runtime[]>} one after the other, so that progress can be told */
export async function runtimesOf(titles, progress) {
  const runtimes = [];
  for (const title of titles) runtimes.push(await runtimeOf(title, progress));
  return runtimes;
}

async function fetched(title, progress) {
  const { version, name, path } = SOURCES[title];
  const folder = `${title.toLowerCase().split(' ')[0]}-${version}`;
  const file = `program${suffix}`;
  const program = join(toolsFolder(), folder, file);
  const runs = async () => existsSync(program) && (await run(program, ['--version'])).code === 0;
  await fillOnce(folder, progress, runs, async (partial) => {
    progress(`fetching ${title} (${version})`);
    const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { code, output } = await npm(['install', '--prefix', partial, ...flags, `${name}@${version}`], { cwd: partial });
    const cure = 'run what needs no other runtime: npm test -- --only node,site';
    if (code !== 0) throw failure(`npm could not fetch ${title} (${name}@${version})`, output, cure);
    renameSync(join(partial, 'node_modules', name, path), join(partial, file));
    chmodSync(join(partial, file), 0o755);
    rmSync(join(partial, 'node_modules'), { recursive: true });
  });
  return program;
}

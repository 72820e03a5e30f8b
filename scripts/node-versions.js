// Other versions of Node, from npm packages that carry nothing but Node's own program, kept in the cache beside the Rust tools.

import { chmodSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillOnce, toolsFolder } from './cache.js';
import { failure, npm, run } from './command.js';

/**
 * The program of the newest Node of this major version.
 * @param {number} major
 * @param {import('./steps.js').Progress} progress
 * @returns {Promise<string>} its path
 */
export async function nodeOf(major, progress) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const path = join(toolsFolder(), `node-${major}`, program);
  const runs = async () => (await run(path, ['--version'])).output.startsWith(`v${major}.`);
  await fillOnce(`node-${major}`, progress, runs, async (folder) => {
    progress(`fetching Node ${major}`);
    await fetch(major, folder, program);
  });
  return path;
}

async function fetch(major, folder, program) {
  const name = packageName();
  const { code, output } = await npm(['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${major}`],
    { cwd: folder });
  if (code !== 0) throw failure(`npm could not fetch Node ${major} (${name}@${major})`, output, `install Node ${major} by hand and run \`npm test\` with it.`);
  const installed = join(folder, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  renameSync(join(installed, bin.node), join(folder, program));
  chmodSync(join(folder, program), 0o755);
  rmSync(join(folder, 'node_modules'), { recursive: true });
}

function packageName() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${system}-${process.arch}`;
}

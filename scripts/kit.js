// The bundlers and checkers of tests/runtimes/package.json, kept in the cache: whoever only builds or starts the project need not fetch them.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fillOnce, toolsFolder } from './cache.js';
import { failure, npm, root } from './command.js';

const FOLDER = join(root, 'tests', 'runtimes');
const LISTS = ['package.json', 'package-lock.json'];

/** @param {import('./steps.js').Progress} progress @returns {Promise<string>} the folder in which they are installed */
export async function openKit(progress) {
  const hash = createHash('sha256');
  for (const name of LISTS) hash.update(readFileSync(join(FOLDER, name), 'utf8').replace(/\r\n/g, '\n'));
  const name = `kit-${hash.digest('hex').slice(0, 12)}`;
  const folder = join(toolsFolder(), name);
  await fillOnce(name, progress, async () => existsSync(join(folder, 'node_modules')), (partial) => install(partial, progress));
  return folder;
}

async function install(folder, progress) {
  progress('fetching bundlers and checkers');
  for (const name of LISTS) copyFileSync(join(FOLDER, name), join(folder, name));
  // Not `npm ci`, which also wants to know the packages of platforms that are not this one.
  const { code, output } = await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'], {
    cwd: folder,
    progress,
    activity: (line) => /fetch GET 200 \S*\/(\S+?)(?:-[\d.]+\.tgz)?(?: |$)/.exec(line)?.[1],
  });
  const cure = 'run `npm install` in tests/runtimes and see what it says.';
  if (code !== 0) throw failure('npm could not fetch the bundlers and checkers of tests/runtimes', output, cure);
}

/** One of them. @param {string} folder @param {string} name */
export function fromKit(folder, name) {
  return import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve(name)).href);
}

/** Its version. */
export function versionInKit(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

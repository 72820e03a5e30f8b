// Makes a machine with only rustup's Rust and Node ready to build velopos. Every step looks first and skips what is done.

import './node-version.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure, npm, root } from './command.js';
import { addComponents, addWasmTarget, checkRust } from './rust.js';
import { describeTools, installTools } from './rust-tools.js';
import { main, runSteps } from './steps.js';

/** @returns {import('./steps.js').Step[]} what building needs */
export function setupSteps() {
  return [
    { title: 'Looking for Node, Rust and a linker', work: async () => `Node ${process.versions.node}, Rust ${await checkRust()}` },
    { title: 'npm packages', work: installPackages },
    { title: 'Rust\'s WebAssembly target', work: addWasmTarget },
    { title: `${describeTools()} (the first time this takes a few minutes)`, work: installTools },
  ];
}

/** @returns {import('./steps.js').Step[]} what the tests need besides */
export function testSetupSteps() {
  return [{ title: 'clippy and rustfmt', work: addComponents }];
}

async function installPackages(progress) {
  if (packagesAreThere()) return 'already there';
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=http'], {
    progress,
    activity: (line) => /fetch GET 200 \S*\/(\S+?)(?:-[\d.]+\.tgz)?(?: |$)/.exec(line)?.[1],
  });
  if (code !== 0) throw failure('npm could not install the packages', output, 'run `npm ci` and see what it says.');
  return 'installed';
}

/** npm keeps a note of what it installed. Packages for other platforms are missing from it, and may be. */
function packagesAreThere() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([path, entry]) => path === '' || (installed[path]
      ? installed[path].version === entry.version
      : entry.optional));
  } catch (error) {
    return false;
  }
}

main(import.meta.url, () => runSteps(setupSteps()));

// The package as npm would publish it, installed into a project of its own: what users get, and nothing else.

import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { npm, tail } from './command.js';
import { Problem } from './steps.js';

/**
 * @typedef {object} Project
 * @property {string} folder the project, with the package in its node_modules
 * @property {string} tarball what npm would publish
 * @property {string} installed where the package lies
 * @property {string[]} files all that is in it, with slashes
 * @property {() => void} close
 * @returns {Promise<Project>}
 */
export async function openProject() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'velopos-package-')));
  const close = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    return { folder, ...await packInto(folder), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Packs into the folder, which is a project, and installs what was packed there. */
async function packInto(folder) {
  const packed = await npm(['pack', '--pack-destination', folder]);
  const name = readdirSync(folder).find((each) => each.endsWith('.tgz'));
  if (packed.code !== 0 || !name) throw new Problem('npm could not pack the package', 'see what it says above.', tail(packed.output));
  const installed = await npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${name}`], { cwd: folder });
  if (installed.code !== 0) throw new Problem('the packed package cannot be installed', 'see what npm says above.', tail(installed.output));
  const place = join(folder, 'node_modules', 'velopos');
  return { tarball: join(folder, name), installed: place, files: filesUnder(place) };
}

function filesUnder(folder, path = '') {
  return readdirSync(join(folder, path)).sort().flatMap((name) => {
    const inside = posix.join(path, name);
    return statSync(join(folder, inside)).isDirectory() ? filesUnder(folder, inside) : [inside];
  });
}

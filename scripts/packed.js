// The package as npm would publish it, installed into a project of its own: what users get, and nothing else.

import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, tail } from './command.js';
import { Problem } from './steps.js';

/**
 * @typedef {{ folder: string, tarball: string, files: { path: string, size: number }[], packedSize: number, unpackedSize: number, close(): void }} Project
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
  const packed = await npm(['pack', '--json', '--loglevel=error', '--pack-destination', folder]);
  const name = readdirSync(folder).find((each) => each.endsWith('.tgz'));
  if (packed.code !== 0 || !name) throw new Problem('npm could not pack the package', 'see what it says above.', tail(packed.output));
  const installed = await npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${name}`], { cwd: folder });
  if (installed.code !== 0) throw new Problem('the packed package cannot be installed', 'see what npm says above.', tail(installed.output));
  const [{ files, size, unpackedSize }] = JSON.parse(packed.output.slice(packed.output.indexOf('[\n')));
  return { tarball: join(folder, name), files: files.map(({ path, size: bytes }) => ({ path, size: bytes })), packedSize: size, unpackedSize };
}

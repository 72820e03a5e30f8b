// Packs velopos-local. Its tarball has the repository's own layout, so that the same imports work there and here:
// `node scripts/pack-local.js [folder]` writes the tarball into the folder, by default this one.

import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { npm, root, tail } from './command.js';
import { main, print, Problem } from './steps.js';

const FOLDERS = ['banks', 'velo-local', 'velopos-local'];

/** The files of the command line that both packages use. */
const SHARED = ['gateways.js', 'json.js', 'language.js', 'mask.js', 'options.js', 'paragraph.js'];

/** Lays the package out in a folder. */
export function stageLocal(folder) {
  for (const name of FOLDERS) cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of SHARED) cpSync(join(root, 'cli', name), join(folder, 'cli', name));
  for (const name of ['package.json', 'README.md']) {
    copyFileSync(join(root, 'velopos-local', name), join(folder, name));
    rmSync(join(folder, 'velopos-local', name));
  }
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

/** @param {string} destination @returns {Promise<string>} the tarball */
export async function packLocal(destination) {
  const stage = mkdtempSync(join(tmpdir(), 'velopos-local-'));
  try {
    stageLocal(stage);
    const { code, output } = await npm(['pack', '--pack-destination', destination], { cwd: stage });
    const file = readdirSync(destination).find((name) => /^velopos-local-.*\.tgz$/.test(name));
    if (code !== 0 || !file) throw new Problem('npm could not pack velopos-local', 'see what it says above.', tail(output));
    return join(destination, file);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

main(import.meta.url, async () => print(await packLocal(resolve(process.argv[2] ?? '.'))));

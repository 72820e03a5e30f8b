// Writes files into a site: only inside its folder, and over nothing that was not agreed to.

import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A folder of the site leads out of it. */
export class Outside extends Error {}

/** @param {string} site @param {import('./plan.js').PlannedFile[]} files */
export function writeFiles(site, files) {
  const home = realpathSync(site);
  for (const { to, content, state } of files) {
    const file = path.join(home, to);
    makeFolder(home, path.dirname(file));
    // A new file may have come into being since it was looked for: then nothing is overwritten, and the error says so.
    writeFileSync(file, content, { flag: state === 'new' ? 'wx' : 'w' });
  }
}

/** Made step by step, so that a link on the way is noticed before anything is made behind it. */
function makeFolder(home, folder) {
  if (folder === home) return;
  makeFolder(home, path.dirname(folder));
  mkdirSync(folder, { recursive: true });
  if (realpathSync(folder) !== folder) throw new Outside(path.relative(home, folder));
}

// Things that are made once for a person and kept between clones: programs, each in a folder of its own.

import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { alone } from './lock.js';
import { Problem } from './steps.js';

/** `…/velopos/tools` in this person's cache folder, where this system has it. */
export function toolsFolder() {
  const platformCache = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches')
    : process.platform === 'win32' ? process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
      : join(homedir(), '.cache');
  return join(process.env.XDG_CACHE_HOME || platformCache, 'velopos', 'tools');
}

/**
 * Fills a folder of the cache. It appears under its name only when it is whole: whoever is interrupted leaves nothing half-done.
 * Two runs at the same time take turns, and the second finds the work done.
 * @param {string} name
 * @param {import('./steps.js').Progress} progress
 * @param {() => Promise<boolean>} ready whether what we want is there
 * @param {(folder: string) => Promise<void>} fill
 */
export async function fillOnce(name, progress, ready, fill) {
  if (await ready()) return;
  const folder = join(toolsFolder(), name);
  const partial = `${folder}.partial`;
  await alone(join(openToolsFolder(), `${name}.lock`), progress, async () => {
    if (await ready()) return;
    try {
      rmSync(partial, { recursive: true, force: true }); // from a run that was killed
      mkdirSync(partial);
      await fill(partial);
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  });
}

function openToolsFolder() {
  const folder = toolsFolder();
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Problem(`The folder ${folder} cannot be made (${error.code})`,
      'make it writable, or name another cache folder in the variable XDG_CACHE_HOME.');
  }
  return folder;
}

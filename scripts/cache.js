// Things that are made once for a person and kept between clones: programs, each in a folder of its own.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Problem } from './steps.js';

const sleep = promisify(setTimeout);

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
  const unlock = await lock(name, progress);
  try {
    if (await ready()) return;
    rmSync(partial, { recursive: true, force: true }); // from a run that was killed
    mkdirSync(partial);
    await fill(partial);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
    unlock();
  }
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

async function lock(name, progress) {
  const file = join(openToolsFolder(), `${name}.lock`);
  const ours = `${process.pid} ${Math.random()}`;
  const release = () => { if (read(file) === ours) rmSync(file, { force: true }); };
  for (;;) {
    try {
      writeFileSync(file, ours, { flag: 'wx' });
      await sleep(100); // somebody who mistook our lock for the dead one before it has taken it by now
      if (read(file) === ours) break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number((read(file) || '').split(' ')[0]);
      if (!isAlive(owner)) {
        rmSync(file, { force: true });
        continue;
      }
      progress(`another run (process ${owner}) is installing it; waiting`);
      await sleep(1_000);
    }
  }
  process.once('exit', release);
  return () => {
    process.removeListener('exit', release);
    release();
  };
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return '';
  }
}

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

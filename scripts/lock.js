// One run at a time for what must not be done twice at once. A lock whose owner died is taken over.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const sleep = promisify(setTimeout);

/**
 * @template T
 * @param {string} file the lock, in a folder that exists
 * @param {import('./steps.js').Progress} progress
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(file, progress, work) {
  const ours = `${process.pid} ${Math.random()}`;
  const release = () => { if (read(file) === ours) rmSync(file, { force: true }); };
  await take(file, ours, progress);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

async function take(file, ours, progress) {
  for (;;) {
    try {
      writeFileSync(file, ours, { flag: 'wx' });
      await sleep(100); // somebody who mistook our lock for the dead one before it has taken it by now
      if (read(file) === ours) return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(read(file).split(' ')[0]);
      if (isAlive(owner)) {
        progress(`another run (process ${owner}) is at it; waiting`);
        await sleep(1_000);
      } else {
        rmSync(file, { force: true });
      }
    }
  }
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

// Measures in processes of their own: what to measure goes there in a file, the last line of what they print comes back.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure, root, run } from '../scripts/command.js';

/** Scratch space that no other command uses. */
export const scratch = join(root, 'target', 'bench');

/**
 * @typedef {{ name: string, program: string, args: string[] }} Runtime
 * @type {Runtime}
 */
export const thisNode = { name: `Node ${process.versions.node.split('.')[0]}`, program: process.execPath, args: [] };

/** A script of this folder, run with this task. @param {string} script @param {object} task @param {Runtime} [runtime] */
export async function runChild(script, task, { program, args } = thisNode) {
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, `task-${process.pid}.json`);
  writeFileSync(file, JSON.stringify(task));
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { code, output } = await run(program, [...args, path, file]);
  if (code !== 0) throw failure(`${script} could not measure`, output, 'see what it says above.');
  return JSON.parse(output.trim().split('\n').at(-1));
}

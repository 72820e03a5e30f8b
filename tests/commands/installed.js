// Both packages as npm would lay them out in a folder: what a user gets, with the commands where npx looks for them.
import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../../scripts/command.js';
import { stageLocal } from '../../scripts/pack-local.js';
import { root } from './run.js';

/** What npm would pack of a folder. */
async function packed(cwd) {
  const { code, output } = await npm(['pack', '--dry-run', '--json'], { cwd });
  assert.equal(code, 0, output);
  return JSON.parse(output.slice(output.indexOf('[\n'), output.lastIndexOf(']') + 1))[0].files.map(({ path }) => path);
}

/** @param {string} place a folder that is empty @returns {Promise<string>} its node_modules */
export async function install(place) {
  const modules = join(place, 'node_modules');
  const stage = join(place, 'stage');
  mkdirSync(stage);
  stageLocal(stage);
  for (const [name, source] of [['velopos', root], ['velopos-local', stage]]) {
    for (const file of await packed(source)) cpSync(join(source, file), join(modules, name, file), { recursive: true });
    link(modules, name);
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && !existsSync(join(modules, name))) symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  return modules;
}

/** The package's commands, as npm offers them. */
function link(modules, name) {
  const { bin } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
  mkdirSync(join(modules, '.bin'), { recursive: true });
  for (const [command, file] of Object.entries(bin)) {
    chmodSync(join(modules, name, file), 0o755);
    symlinkSync(join(modules, name, file), join(modules, '.bin', command));
  }
}

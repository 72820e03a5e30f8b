// `npm run lint`: eslint over all JavaScript, with what eslint.config.js looks for. A file that has not changed since is not looked at again.
// Words after `--` go to eslint: `npm run lint -- --fix`.

import './node-version.js';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './command.js';
import { main } from './steps.js';

/** What node is to run. */
export const LINT = [
  join(root, 'node_modules', 'eslint', 'bin', 'eslint.js'), root,
  '--cache', '--cache-strategy', 'content', '--cache-location', join(root, 'target', 'eslint/'), '--max-warnings', '0',
];

main(import.meta.url, async () => {
  process.exitCode = spawnSync(process.execPath, [...LINT, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1;
});

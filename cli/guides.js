// Where the page about a bank lies: it comes with the package.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { systemOf } from './gateways.js';

export const guideFile = (gateway) => fileURLToPath(new URL(`../docs/banks/${systemOf(gateway).guide}.md`, import.meta.url));

/** The shorter of the two ways to write it. */
export function guideOf(gateway) {
  const near = path.relative(process.cwd(), guideFile(gateway));
  return near.startsWith('..') ? guideFile(gateway) : near;
}

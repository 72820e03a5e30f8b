// Every way from outside into the site's backend, found in its files and not in a list: what a page may call (*.web.js), what anybody
// may fetch (http-functions.js), and what Wix calls (events.js, the plugins).

import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SITE } from './world.js';

const SRC = join(SITE, 'src');
const INNER = 'backend/velopos/';   // plain modules: Wix gives nobody a way to call them

/** @typedef {{ kind: 'http' | 'web' | 'call', module: string, name: string }} Entrance */

/** @returns {Promise<Entrance[]>} */
export async function findEntrances() {
  const found = await Promise.all(backendFiles().map(async (module) => {
    const kind = kindOf(module);
    return kind === null ? [] : (await exportsOf(module)).map((name) => ({ kind, module, name }));
  }));
  return found.flat();
}

/** All that Wix treats in a way of its own, wherever it lies. A file of an unknown sort outside of the inner modules is a mistake. */
function kindOf(module) {
  if (/\.web\.js$/.test(module)) return 'web';
  if (module === 'backend/http-functions.js') return 'http';
  if (module === 'backend/events.js' || /^backend\/service-plugins\/.+\.js$/.test(module)) return 'call';
  if (module.startsWith(INNER) || module === 'backend/jobs.config') return null;
  throw new Error(`${module} is no file of which these tests know who may call it`);
}

function backendFiles() {
  return readdirSync(join(SRC, 'backend'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(SRC.length + 1)).sort();
}

async function exportsOf(module) {
  const { metafile } = await build({ entryPoints: [join(SRC, module)], write: false, metafile: true, format: 'esm', outdir: SRC });
  return Object.values(metafile.outputs)[0].exports;
}

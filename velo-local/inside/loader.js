// Loads site code as Wix does: files that were transpiled from ES modules to CommonJS, one registry per container.
// The text of every site file comes with the thread, so that require can stay synchronous.

import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { workerData } from 'node:worker_threads';

import { isPlatform } from '../simulated.js';
import { wixModules } from './wix-modules.js';

const { files, endings, site, packageRoot } = workerData;
const siteRequire = createRequire(path.join(site, 'src', 'backend', 'site.js'));
const rootRequire = createRequire(path.join(packageRoot, 'root.js'));
const rootPackage = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));

/** They would leave something running, or a connection open, after the container is gone. */
const REFUSED = new Set(['child_process', 'cluster', 'dgram', 'worker_threads', 'inspector', 'repl']);

const PARAMETERS = 'exports, require, module, __filename, __dirname';

const registry = new Map();

/** @param {string} name a file under src, such as `backend/http-functions.js` */
export function loadSiteModule(name) {
  if (!files.has(name)) throw Object.assign(new Error(`the site has no src/${name}`), { missing: true });
  return load(name);
}

function load(name) {
  const known = registry.get(name);
  if (known) return known.exports;
  const module = { exports: {}, id: name, filename: path.join(site, 'src', name) };
  registry.set(name, module);
  try {
    evaluate(module, files.get(name));
  } catch (error) {
    registry.delete(name);
    throw told(error, name);
  }
  return module.exports;
}

/** What loading ran into first is what the owner is told. */
function told(error, name) {
  if (!(error instanceof Error) || error.problem || error.missing) return error;
  return Object.assign(error, { problem: { id: 'load-failed', values: { file: name, message: error.message } } });
}

const unable = (id, values, message) => Object.assign(new Error(message), { problem: { id, values } });

// Node's own compile step is used because it reads the inline source map: stacks then show the site's lines.
function evaluate(module, code) {
  if (module.filename.endsWith('.json')) return void (module.exports = JSON.parse(code));
  const carrier = new Module(module.filename);
  carrier._compile(`module.exports = function (${PARAMETERS}) {${code}\n}`, module.filename);
  const require = (specifier) => resolve(specifier, module.id);
  carrier.exports(module.exports, require, module, module.filename, path.dirname(module.filename));
}

function resolve(specifier, from) {
  if (/^(backend|public)\//.test(specifier)) return load(siteFile(specifier, specifier, from));
  if (specifier.startsWith('.')) return load(siteFile(path.posix.join(path.posix.dirname(from), specifier), specifier, from));
  if (Object.hasOwn(wixModules, specifier)) return wixModules[specifier];
  if (specifier.startsWith('wix-')) {
    const values = { module: specifier, file: `src/${from}` };
    throw unable('not-simulated', values, `velo-local does not provide \`${specifier}\` (imported in src/${from})`);
  }
  if (isBuiltin(specifier)) return builtin(specifier, from);
  return npmPackage(specifier, from);
}

function siteFile(name, specifier, from) {
  const found = endings.map((ending) => name + ending).find((candidate) => files.has(candidate));
  if (!found) throw unable('no-file', { specifier, file: `src/${from}` }, `cannot find \`${specifier}\` (imported in src/${from})`);
  return found;
}

function builtin(specifier, from) {
  if (REFUSED.has(specifier.replace(/^node:/, ''))) {
    const values = { specifier, file: `src/${from}` };
    throw unable('refused-module', values, `velo-local does not give \`${specifier}\` to a site (imported in src/${from})`);
  }
  return siteRequire(specifier);
}

function npmPackage(specifier, from) {
  for (const require of [siteRequire, rootRequire]) {
    const file = tryResolve(require, specifier);
    if (file) return require(file);
  }
  // The package that this repository builds, through `main`, which is what Wix is known to read.
  if (specifier === rootPackage.name) return rootRequire(builtMain());
  if (isPlatform(specifier)) {
    throw unable('not-simulated', { module: specifier, file: `src/${from}` }, `velo-local does not provide \`${specifier}\` (imported in src/${from})`);
  }
  throw unable('no-package', { specifier, file: `src/${from}` }, `cannot find the package \`${specifier}\` (imported in src/${from})`);
}

function tryResolve(require, specifier) {
  try {
    return require.resolve(specifier);
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function builtMain() {
  const file = path.join(packageRoot, rootPackage.main);
  if (existsSync(file)) return file;
  throw new Error(`\`${rootPackage.name}\` has not been built yet (${rootPackage.main} is missing): run npm run build`);
}

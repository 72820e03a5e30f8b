// The site's folder, as it lies in Wix's Git: src/backend, src/pages, src/public. Backend and public files are transpiled one
// by one, as the platform does; pages and custom elements are bundled when a browser asks for them (pages.js).

import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { build, transform } from 'esbuild';

const CODE = /\.(js|jsw|json)$/;
/** An import may leave out how a file's name ends; tried in this order. */
export const ENDINGS = ['', '.js', '.web.js', '.jsw', '.json', '/index.js'];

const ELEMENTS = 'public/custom-elements/';

export class Source {
  /** Transpiled text by name under src, e.g. `backend/http-functions.js`. */
  files = new Map();
  /** Files that did not compile when the site was opened, if it may be opened like that. @type {{ file: string, message: string }[]} */
  broken = [];
  #signature;

  /**
   * @param {{ patient?: boolean, overlay?: Record<string, string> }} [how] patient: a file that does not compile fails when it is loaded, not
   *   now; overlay: text that stands in the place of a backend file's own
   */
  static async open(site, { patient = false, overlay = {} } = {}) {
    if (!existsSync(path.join(site, 'src'))) throw new Error(`${site} is not a Velo site: it has no src folder`);
    const source = new Source(site, overlay);
    await source.refresh(patient);
    return source;
  }

  constructor(site, overlay) {
    this.site = site;
    this.overlay = overlay;
  }

  /** Reads the folder again. @returns {Promise<boolean>} whether anything had changed */
  async refresh(patient = false) {
    const names = await list(this.path(''), '');
    const signature = (await Promise.all(names.map((name) => fingerprint(this.path(name), name)))).join('\n');
    if (signature === this.#signature) return false;
    const code = names.filter((name) => /^(backend|public)\//.test(name) && CODE.test(name) && !name.startsWith(ELEMENTS));
    const broken = [];
    const compile = patient ? (name) => this.#transpile(name).catch((error) => this.#failing(name, error, broken)) : (name) => this.#transpile(name);
    this.files = new Map(await Promise.all(code.map(async (name) => [name, await compile(name)])));
    Object.assign(this, { names, broken });
    this.#signature = signature;
    return true;
  }

  masterPage() {
    return this.names.includes('pages/masterPage.js') ? this.path('pages/masterPage.js') : null;
  }

  /** A file under src that an import means, or undefined. */
  find(name) {
    const found = ENDINGS.map((ending) => name + ending).find((each) => this.names.includes(each));
    return found && { name: found, file: this.path(found) };
  }

  /** The names a file exports, which a browser's stub of a web module must have too. */
  async exportsOf(file) {
    const outdir = path.dirname(file);
    const result = await build({ entryPoints: [file], outdir, format: 'esm', metafile: true, write: false, logLevel: 'silent' });
    return Object.values(result.metafile.outputs)[0].exports;
  }

  /** Scheduled jobs. The editor's own template of this file has comments in it. */
  async jobs() {
    if (!this.names.includes('backend/jobs.config')) return [];
    const text = await readFile(this.path('backend/jobs.config'), 'utf8');
    const config = JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '') || '{}');
    return config.jobs ?? [];
  }

  /** Where a file of src lies. */
  path(name) {
    return path.join(this.site, 'src', ...name.split('/'));
  }

  /** Code that says what is wrong with the file that it stands for. */
  #failing(name, error, broken) {
    const message = reasonOf(error);
    broken.push({ file: name, message });
    return `throw Object.assign(new SyntaxError(${JSON.stringify(message)}), ${JSON.stringify({ problem: { id: 'compile', values: { file: name, message } } })});`;
  }

  async #transpile(name) {
    const file = this.path(name);
    const text = this.overlay[name] ?? await readFile(file, 'utf8');
    if (name.endsWith('.json')) return text;
    const { code } = await transform(text, {
      loader: 'js',
      format: 'cjs',
      target: 'es2022',
      banner: '"use strict";',
      sourcefile: file,
      sourcemap: 'inline',
      sourcesContent: false,
      // import() of a site file must go through the container's registry as well.
      supported: { 'dynamic-import': false },
      logLevel: 'silent',
    });
    return code;
  }
}

/** esbuild's first message, on one line. */
export function reasonOf(error) {
  const [first] = error.errors ?? [];
  return first ? `${first.text}${first.location ? ` (${first.location.line}:${first.location.column + 1})` : ''}` : error.message;
}

async function list(folder, under) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = under + entry.name;
    if (entry.isDirectory()) found.push(...(await list(path.join(folder, entry.name), `${name}/`)));
    else if (entry.isFile()) found.push(name);
  }
  return found.sort();
}

async function fingerprint(file, name) {
  const { mtimeMs, size } = await stat(file);
  return `${name} ${mtimeMs} ${size}`;
}

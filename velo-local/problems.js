// What keeps a site from working here, gathered for whoever brings their own: what can be seen in its files, and what its code ran
// into. Each problem has an id and values; problem-words.js says what it means and what to do.

import { readFileSync } from 'node:fs';

import { isKnown } from './problem-words.js';
import { BACKEND_MODULES, isPlatform } from './simulated.js';

const FUNCTIONS = 'backend/http-functions.js';

/** @typedef {{ id: string, values: Record<string, string> }} Problem */

export class Problems {
  #noted = new Map();
  #compile = '';

  /**
   * @param {object} parts
   * @param {import('./source.js').Source} parts.source
   * @param {import('./log.js').Log} parts.log messages of the site's code are cleaned as the log cleans them
   * @param {(problem: Problem) => void} [parts.heard] is told of each new one
   */
  constructor({ source, log, heard = () => {} }) {
    Object.assign(this, { source, log, heard });
  }

  /** What may be shown of something that the site's code may have said itself. @param {Problem | undefined} told @returns {Problem | null} */
  shown(told) {
    if (!told || !isKnown(told)) return null;
    const values = Object.entries(told.values).map(([key, value]) => [key, this.log.clean(String(value)).slice(0, 300)]);
    return { id: told.id, values: Object.fromEntries(values) };
  }

  /** Something that happened while the site ran. @param {Problem | undefined} told */
  note(told) {
    const problem = this.shown(told);
    if (!problem) return;
    const name = JSON.stringify([problem.id, problem.values]);
    if (this.#noted.has(name) || this.#noted.size >= 100) return;
    this.#noted.set(name, problem);
    this.heard(problem);
  }

  /** The site's files were read again; what its code will run into is to be seen anew. */
  forget() {
    this.#noted.clear();
    this.#compile = '';
  }

  /** A saved file does not compile, and the last good code goes on running. */
  stale(message) {
    this.#compile = message;
  }

  /** @returns {Problem[]} */
  list() {
    const seen = this.#inFiles();
    return [...seen, ...[...this.#noted.values()].filter((problem) => !seen.some((each) => isSame(each, problem)))];
  }

  #inFiles() {
    const { names, broken } = this.source;
    const stale = this.#compile === '' ? [] : [{ id: 'stale', values: { message: this.#compile } }];
    const missing = names.includes(FUNCTIONS) ? [] : [{ id: 'no-functions', values: { file: FUNCTIONS } }];
    return [...broken.map(({ file, message }) => ({ id: 'compile', values: { file, message } })), ...stale, ...missing, ...this.#notSimulated()];
  }

  #notSimulated() {
    const backend = this.source.names.filter((name) => /^backend\/.*\.(js|jsw)$/.test(name));
    return backend.flatMap((name) => platformImports(readFileSync(this.source.path(name), 'utf8'))
      .filter(({ module }) => !BACKEND_MODULES.includes(module))
      .map(({ module, line }) => ({ id: 'not-simulated', values: { module, file: `src/${name}:${line}` } })));
  }
}

/** What was seen in a file and then happened; what was seen may name the line, too. */
const isSame = (seen, noted) => seen.id === noted.id && seen.values.module === noted.values.module && (seen.values.file ?? '').startsWith(noted.values.file);

/** What a file imports of the platform, and on which line. */
function platformImports(text) {
  const imports = /^\s*(?:import|export)\b[^'"`;]*?(?:from\s*)?['"]([^'"\n]+)['"]|\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/gm;
  return [...text.matchAll(imports)]
    .map((match) => ({ module: match[1] ?? match[2], line: text.slice(0, match.index + match[0].length).split('\n').length }))
    .filter(({ module }) => isPlatform(module));
}

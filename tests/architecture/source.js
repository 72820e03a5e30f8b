// Reads the project's own source for the rules of its architecture.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every file below a folder, as `src/gateway/nestpay.rs`, with its text. Folders of other tools are left out. */
export function filesIn(folder, pattern = /./) {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'target', 'dist', 'pkg', '.git'].includes(entry.name) ? [] : filesIn(path, pattern);
    return pattern.test(path) ? [{ path, text: readFileSync(root + path, 'utf8') }] : [];
  });
}

/** The text without its comments, so that a rule may be spoken about; strings stay. Works for Rust and JavaScript alike. */
export function codeOf(text) {
  const token = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.){0,200}?'|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (whole, string) => string ?? whole.replace(/[^\n]/g, ' '));
}

/** Rust without the tests at its end. */
export const withoutTests = (text) => text.split(/^#\[cfg\(test\)\]/m)[0];

/** What a JavaScript file imports or requires, statically or not; `null` stands for a name that is computed. @returns {(string | null)[]} */
export function importsOf(text) {
  const code = codeOf(text);
  const named = [...code.matchAll(/\b(?:from|import)\s*(['"])([^'"]+)\1/g), ...code.matchAll(/\b(?:import|require(?:\.resolve)?)\s*\(\s*(['"])([^'"]+)\1\s*[,)]/g)].map(([, , name]) => name);
  const computed = [...code.matchAll(/\b(?:import|require)\s*\(\s*(?!['"])[^)\s]/g)].map(() => null);
  return [...named, ...computed];
}

/** Where a pattern occurs: `src/frame.rs:12 let x = …`. */
export function occurrences({ path, text }, pattern) {
  return text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : []));
}

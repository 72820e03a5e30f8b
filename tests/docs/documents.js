// Reads the project's own documents: their samples, tables, links and headings.
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const PAPERS = ['README.md', 'README.tr.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const FOLDERS = ['docs', 'benches', 'velo-example', 'velopos-local'];

/** Every document: its path from the root, and its text. @returns {{ path: string, text: string }[]} */
export function documents() {
  return [...PAPERS, ...FOLDERS.flatMap(markdownIn)].map((path) => ({ path, text: readFileSync(root + path, 'utf8') }));
}

export function document(path) {
  return documents().find((each) => each.path === path);
}

function markdownIn(folder) {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return markdownIn(path);
    return path.endsWith('.md') ? [path] : [];
  });
}

/** The fenced blocks: language, code and the line they begin at. @returns {{ language: string, code: string, line: number }[]} */
export function samples({ text }) {
  const fence = /^( *)```(\w*)[^\n]*\n([\s\S]*?)^\1```$/gm;
  return [...text.matchAll(fence)].map((match) => ({
    language: match[2],
    code: match[3].replace(new RegExp(`^${match[1]}`, 'gm'), ''),
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** What a document tells somebody to run: the lines of its shell samples, and words in the text that begin like a command. @returns {string[]} */
export function commandsOf(paper) {
  const shell = ['sh', 'bash', 'shell', 'console'];
  const lines = samples(paper).filter(({ language }) => shell.includes(language)).flatMap(({ code }) => code.split('\n'));
  const words = codeWords(prose(paper)).filter((word) => /^(npm|node|cargo|npx) /.test(word));
  return [...lines.map((line) => line.replace(/\s+#.*$/, '').trim()).filter((line) => line && !line.startsWith('#')), ...words];
}

/** The text without its fenced blocks, line by line where it was. */
export function prose({ text }) {
  return text.replace(/^( *)```[\s\S]*?^\1```$/gm, (block) => block.replace(/[^\n]/g, ' '));
}

/** What stands between backticks. @returns {string[]} */
export function codeWords(source) {
  return [...source.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word);
}

/** Links and pictures: what they point at. @returns {string[]} */
export function links(source) {
  return [...prose(source).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
}

/** The file a relative link means, from the root, and the place in it. */
export function target(from, link) {
  const [path, anchor] = link.split('#');
  return { path: path === '' ? from : posix.join(posix.dirname(from), path), anchor };
}

/** The anchors that a reader of the rendered page can jump to. @returns {string[]} */
export function anchors(source) {
  const headings = [...prose(source).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading.replace(/`/g, '').toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').trim().replace(/ /g, '-'));
  return [...headings, ...[...source.text.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id)];
}

/** The tables: rows of trimmed cells, the header first, the rule below it left out. @returns {string[][][]} */
export function tables(source) {
  const found = [];
  let rows = [];
  for (const line of [...prose(source).split('\n'), '']) {
    if (/^\s*\|.*\|\s*$/.test(line)) rows.push(line.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
    else if (rows.length > 0) {
      found.push(rows.filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell))));
      rows = [];
    }
  }
  return found;
}

/** The first table whose header begins with these cells. */
export function table(source, ...header) {
  const found = tables(source).find(([first]) => header.every((cell, place) => first[place] === cell));
  if (!found) throw new Error(`${source.path} has no table that begins with ${header.join(' | ')}`);
  return found;
}

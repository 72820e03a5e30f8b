// Files from the bank's panel, and files for a spreadsheet.

import { problemText } from './app.js';

/** @typedef {import('./app.js').App} App */

const LARGEST = 480_000;   // bytes as JSON: Wix takes 512 KB in one call

/** The text of a file; null when it is too large for one call to the backend. @param {File} file @returns {Promise<string | null>} */
export async function readText(file) {
  if (file.size > 2 * LARGEST) return null;   // UTF-16 takes two bytes for what becomes one
  const text = decode(new Uint8Array(await file.arrayBuffer()));
  return new TextEncoder().encode(JSON.stringify(text)).length > LARGEST ? null : text;
}

/** Whatever it was written in: UTF-8 or UTF-16 by their marks, UTF-8 where every byte fits, otherwise the code page of Turkish Windows,
 * which has ISO-8859-9 in it. @param {Uint8Array} bytes */
export function decode(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1254').decode(bytes);
  }
}

/** Has the backend make a file and hands it to the browser. @param {App} app @param {Record<string, unknown>} question */
export async function offerFile(app, question) {
  const answer = await app.ask('exportCsv', { ...question, language: app.language });
  if (answer.problem) return app.say(problemText(app, answer));
  const url = URL.createObjectURL(new Blob([answer.text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: answer.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return undefined;
}

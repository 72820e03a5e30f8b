// How node's test runner reports to scripts/test.js: each failure in full, what was skipped, what a test has to tell
// (`t.diagnostic`), and counts at the end. What passed is not listed.

import { basename, relative, resolve } from 'node:path';
import { inspect } from 'node:util';

const KEPT_OUTPUT = 40;

export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const printedBy = new Map(); // what each file wrote, told only when something in it fails
  const failedIn = new Set();
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      printedBy.set(fileOf(data), (printedBy.get(fileOf(data)) || '') + data.message);
    } else if (type === 'test:diagnostic' && data.file) {
      yield `@told ${data.message}\n`;
    } else if (type === 'test:start' && data.nesting === 0) {
      yield `@now ${data.name}\n`;
    } else if ((type === 'test:pass' || type === 'test:fail') && !isSuite(data)) {
      const outcome = judge(type, data);
      counts[outcome] += 1;
      if (outcome === 'skipped') yield `○ skipped: ${data.name} (${data.skip || data.todo})\n`;
      if (outcome !== 'failed') continue;
      failedIn.add(fileOf(data));
      yield describe(type, data);
    }
  }
  for (const file of failedIn) {
    const lines = (printedBy.get(file) || '').trimEnd().split('\n').slice(-KEPT_OUTPUT).join('\n');
    if (lines) yield `--- printed by ${relative('.', file)}:\n${lines}\n`;
  }
  yield `@counts ${counts.passed} ${counts.failed} ${counts.skipped}\n`;
}

function judge(type, data) {
  if (data.skip !== undefined || data.todo !== undefined) return 'skipped';
  return type === 'test:fail' || isWholeFile(data) ? 'failed' : 'passed';
}

function describe(type, data) {
  const file = relative('.', fileOf(data));
  if (type === 'test:pass') return `✖ ${file} holds no test\n`;
  const { error } = data.details;
  if (error.failureType === 'subtestsFailed') return '';
  return `✖ ${data.name} (${file}:${data.line || 1})\n${inspect(error.cause || error).replace(/^/gm, '    ')}\n`;
}

/** Versions of Node differ: an absolute path, a relative one, or one that begins like a URL. */
function fileOf(data) {
  return resolve((data.file || '').replace(/^file:(\/\/(?=\/))?/, ''));
}

function isSuite(data) {
  return data.details?.type === 'suite';
}

/** The runner reports a file by itself only when it holds no test, or breaks outside of its tests. */
function isWholeFile(data) {
  return Boolean(data.file) && data.nesting === 0 && basename(data.name) === basename(data.file);
}

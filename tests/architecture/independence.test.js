// Third sentence: the simulated banks never import the package. They are written from the banks' documents, so that agreement means something.
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { codeOf, filesIn, importsOf, occurrences } from './source.js';

/** Imports that lead out of the folder, other than Node's own modules. */
function leading(folder, { path, text }) {
  return importsOf(text).filter((name) => {
    if (name === null) return true;
    if (name.startsWith('node:')) return false;
    return !name.startsWith('.') || !posix.join(posix.dirname(path), name).startsWith(`${folder}/`);
  }).map((name) => `${path}: ${name ?? 'a computed import'}`);
}

test('banks/ imports Node and itself', () => {
  const files = filesIn('banks', /\.[cm]?js$/);
  assert.ok(files.length > 5);
  assert.deepEqual(files.flatMap((file) => leading('banks', file)), []);
});

test('banks/ reads no file of the package either', () => {
  assert.deepEqual(filesIn('banks', /\.[cm]?js$/).flatMap((file) => occurrences({ ...file, text: codeOf(file.text) }, /(['"`/])(\.\.\/)+(src|js-glue|dist|pkg)\b|\bvelopos\.wasm\b/)), []);
});

test('the oracles of the node tests share nothing with the package', () => {
  const files = filesIn('tests/node/oracle', /\.js$/);
  assert.ok(files.length >= 3);
  for (const { path, text } of files) assert.deepEqual(importsOf(text).filter((name) => name !== 'node:crypto'), [], path);
});

test('the package imports nothing of the banks, the site or the tests', () => {
  assert.deepEqual(filesIn('js-glue', /\.js$/).flatMap(({ path, text }) => importsOf(text).filter((name) => /banks|velo-|tests/.test(String(name))).map((name) => `${path}: ${name}`)), []);
  assert.deepEqual(filesIn('src', /\.rs$/).flatMap((file) => occurrences({ ...file, text: codeOf(file.text) }, /include_(str|bytes)!\([^)]*(banks|velo-)/)), []);
});

test('this test would notice', () => {
  const from = (text) => leading('banks', { path: 'banks/iyzico.js', text });
  for (const text of ["import { createPos } from 'velopos';", "import x from '../dist/index.mjs';", "const x = await import('../js-glue/index.js');", "require('../src/x')", 'await import(name)', "export * from './../js-glue/index.js'"]) assert.equal(from(text).length, 1, text);
  for (const text of ["import { createHash } from 'node:crypto';", "import { money } from './money.js';", "// import 'velopos'"]) assert.deepEqual(from(text), [], text);
});

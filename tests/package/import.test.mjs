// The package as an ES module: the same things, not a second copy of them.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as named from 'velopos';
import velopos, { createPos, PosError } from 'velopos';
import answers from './answers.cjs';

const required = createRequire(import.meta.url)('velopos');

test('every name, under its own name and through the default, is what require gives', () => {
  assert.equal(velopos, required);
  assert.equal(createPos, required.createPos);
  assert.equal(PosError, required.PosError);
  assert.deepEqual(Object.keys(named).filter((name) => name !== 'default').sort(), Object.keys(required).sort());
  for (const name of Object.keys(required)) assert.equal(named[name], required[name], name);
});

test('the same answers', async () => {
  const { default: _, ...names } = named;
  assert.deepEqual(await answers(names), await answers(required));
});

// `npm run reproduce` compares: a byte that differs, a file too many and a file too few are seen.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { differences, hashesOf } from '../../scripts/reproduce.js';

test('two folders are the same only byte by byte', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'velopos-same-'));
  try {
    const folderOf = (files) => {
      const folder = mkdtempSync(join(scratch, 'dist-'));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return hashesOf(folder);
    };
    const one = folderOf({ a: 'x', b: 'y' });
    assert.deepEqual(differences(one, folderOf({ b: 'y', a: 'x' })), []);
    assert.deepEqual(differences(one, folderOf({ a: 'x', b: 'y ' })), ['b']);
    assert.deepEqual(differences(one, folderOf({ a: 'x' })), ['b']);
    assert.deepEqual(differences(one, folderOf({ a: 'x', b: 'y', c: '' })), ['c']);
    assert.equal(one.get('a'), '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

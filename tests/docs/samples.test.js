// Every sample in the documents works as it stands there. Files of a site are run as a site in quick-start.test.js.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { createPos } from 'velopos/all';
import { ENTRIES } from '../../scripts/api.js';
import { documents, root, samples } from './documents.js';

const run = promisify(execFile);
const known = ['js', 'json', 'sh', 'text', 'ts'];
const isReference = (path) => ENTRIES.some((entry) => entry.path === path);
const isSiteFile = (code) => /^\/\/ src\/[\w./-]+\.js\b/.test(code);

const project = mkdtempSync(join(tmpdir(), 'velopos-docs-'));
mkdirSync(join(project, 'node_modules'));
symlinkSync(root, join(project, 'node_modules', 'velopos'), 'junction');
writeFileSync(join(project, 'no-network.mjs'), "globalThis.fetch = async () => { throw new Error('a sample in the documents wanted the network'); };\n");
after(() => rmSync(project, { recursive: true, force: true }));

for (const paper of documents()) {
  for (const { language, code, line } of samples(paper)) {
    const place = `${paper.path}:${line}`;
    test(`${place}: ${language || 'a block without a language'}`, async () => {
      assert.ok(known.includes(language), `name the language of the block: ${known.join(', ')}`);
      if (language === 'json') checkJson(code);
      if (language === 'ts') assert.ok(isReference(paper.path), 'declarations stand in the reference alone, which is made of them');
      if (language === 'js' && !isSiteFile(code)) await runModule(code, place);
    });
  }
}

test('the samples were found', () => {
  const all = documents().flatMap((paper) => samples(paper));
  for (const language of known) assert.ok(all.some((sample) => sample.language === language), language);
});

/** A program of its own, with the built package beside it and nothing else. */
async function runModule(code, place) {
  const file = join(project, `${place.replace(/\W+/g, '-')}.mjs`);
  writeFileSync(file, code);
  await run(process.execPath, ['--import', './no-network.mjs', file], { cwd: project, timeout: 20_000 });
}

/** JSON in the documents is the site's one secret, or a piece of it: every account in it must be acceptable as it stands. */
function checkJson(code) {
  for (const [name, config] of Object.entries(JSON.parse(code))) assert.ok(createPos(config), name);
}

// Whatever a document points at is there.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { anchors, document, documents, links, prose, root, target } from './documents.js';

const papers = documents();

test('there are documents to look at', () => assert.ok(papers.length >= 9, papers.map(({ path }) => path).join()));

for (const paper of papers) {
  test(`${paper.path}: every link leads somewhere`, () => {
    const broken = links(paper).filter((link) => !/^https:\/\//.test(link)).filter((link) => {
      const { path, anchor } = target(paper.path, link);
      if (!existsSync(root + path)) return true;
      if (anchor === undefined) return false;
      return statSync(root + path).isDirectory() || !document(path) || !anchors(document(path)).includes(anchor);
    });
    assert.deepEqual(broken, []);
  });

  test(`${paper.path}: links that leave the project are https`, () => {
    const outside = links(paper).filter((link) => /^[a-z]+:/.test(link));
    assert.deepEqual(outside.filter((link) => !/^https:\/\//.test(link)), []);
  });
}

test('nobody has to know the address of a document to find it: the first page leads to every other', () => {
  for (const first of ['README.md', 'README.tr.md']) {
    const reached = new Set([first]);
    for (const path of reached) {
      if (!document(path)) continue;
      links(document(path)).filter((link) => !/^[a-z]+:/.test(link)).forEach((link) => reached.add(target(path, link).path));
    }
    assert.deepEqual(papers.map(({ path }) => path).filter((path) => !reached.has(path)), [], first);
  }
});

test('this test would notice', () => {
  const paper = { path: 'docs/banks/x.md', text: '[a](../nowhere.md) [b](https://x) `](not)`\n```\n[c](d)\n```\n# Bir iki üç\n' };
  assert.deepEqual(target(paper.path, '../nowhere.md#x'), { path: 'docs/nowhere.md', anchor: 'x' });
  assert.deepEqual(anchors(paper), ['bir-iki-üç']);
  assert.doesNotMatch(prose(paper), /\[c\]/);
});

// The pictures are what scripts/pictures.js draws, well-formed, and told in words for those who do not see them.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PICTURES } from '../../scripts/pictures.js';
import { documents, root, target } from './documents.js';

const shown = documents().flatMap(({ path, text }) => [...text.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, alt, link]) => ({ path, alt, file: target(path, link).path })));

for (const { path, draw, about } of PICTURES) {
  test(`${path} is what is drawn today`, () => assert.equal(readFileSync(root + path, 'utf8'), draw(), 'run: npm run docs'));

  test(`${path} is well-formed, names nothing outside, and is told in words`, () => {
    const text = draw();
    const open = [];
    for (const [, closing, name, selfClosing] of text.replace(/<style>[\s\S]*?<\/style>/, '').matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (closing) assert.equal(open.pop(), name);
      else if (!selfClosing) open.push(name);
    }
    assert.deepEqual(open, []);
    assert.doesNotMatch(text.replace('http://www.w3.org/2000/svg', ''), /https?:|url\(|<script|<image|&(?!amp;|lt;)/);
    assert.ok(text.includes(about.replace(/&/g, '&amp;')) && /<title>[^<]+<\/title>/.test(text));
    assert.match(text, /prefers-color-scheme: dark/);
  });
}

test('every picture is shown, and whoever does not see it is told', () => {
  assert.deepEqual([...new Set(shown.map(({ file }) => file))].sort(), readdirSync(`${root}docs/pictures`).map((name) => `docs/pictures/${name}`).sort());
  for (const { path, alt, file } of shown) {
    assert.ok(existsSync(root + file) && alt.length > 40, `${path}: ${file}`);
    assert.equal(/[ğşıİ]/.test(alt), /\.tr\.svg$/.test(file), `${path}: the words beside ${file} are in its language`);
  }
});

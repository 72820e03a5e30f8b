// What can be seen of a page without a person: that nothing stands in the way of those who use it differently, and that it fits its
// screen. SCREENSHOTS=<folder> leaves a picture of every page that a test looks at, for the person.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.env.SCREENSHOTS;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @param {import('playwright-core').Page} page @param {string} name of the picture */
export async function look(page, name) {
  if (folder) await takePicture(page, name);
  assert.ok(await page.evaluate(fitsItsScreen), `${name} is wider than its screen`);
  for (const frame of page.frames()) assert.deepEqual(await violations(frame), [], name);
}

async function takePicture(page, name) {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

function fitsItsScreen() {
  return document.documentElement.scrollWidth <= document.documentElement.clientWidth;
}

/** The serious and the critical ones, with what they are about. A frame's document is looked at as a page of its own. */
async function violations(frame) {
  if (!await frame.evaluate(() => 'axe' in globalThis)) await frame.evaluate(axe);
  return frame.evaluate(async () => {
    const { violations: found } = await globalThis.axe.run(document, { iframes: false, resultTypes: ['violations'] });
    return found.filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`).join('; ')}`);
  });
}

// Somebody's own site that lacks something: what velo-local shows of it fits every screen, can be read by everybody, and is reached by
// keyboard alone.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSiteAndBanks } from '../../velopos-local/start.js';
import { root } from '../../scripts/command.js';
import { launch } from './chromium.js';
import { look } from './look.js';

const FUNCTIONS = `import { contacts } from 'wix-crm-backend';
export function get_it() { return contacts; }
`;
const SCREENS = [
  { name: 'phone', lang: 'tr', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  { name: 'desktop', lang: 'en', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
];

let folder;
let local;
let browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'velopos-own-site-'));
  mkdirSync(join(folder, 'src', 'backend'), { recursive: true });
  writeFileSync(join(folder, 'src', 'backend', 'http-functions.js'), '');
  local = await startSiteAndBanks({ sitePort: 0, banksPort: 0, secrets: () => ({}), site: { site: folder, visiting: true, jobEveryMs: 0, packageRoot: root } });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await local?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

for (const { name, lang, ...screen } of SCREENS) {
  test(`${name}: what is in the way, and how to get there`, async () => {
    const file = join(folder, 'src', 'backend', 'http-functions.js');
    writeFileSync(file, FUNCTIONS);
    const context = await browser.newContext(screen);
    const page = await context.newPage();
    await page.goto(`${local.site.url}/?lang=${lang}`);
    assert.match(page.url(), /\/_local\/site\?lang=/, 'a site without pages shows its state');
    await page.getByRole('alert').filter({ hasText: 'wix-crm-backend' }).waitFor();
    await look(page, `own-site-${name}`);

    await page.goto(`${local.site.url}/_functions/it?lang=${lang}`);
    await page.getByRole('alert').filter({ hasText: 'wix-crm-backend' }).waitFor();
    await look(page, `own-site-failure-${name}`);
    await page.goto(`${local.site.url}/_local/log?lang=${lang}`);
    const link = page.getByRole('status').getByRole('link');
    for (let tabs = 0; tabs < 20 && !await link.evaluate((element) => element === document.activeElement); tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/_local\/site/);
    await page.getByRole('alert').first().waitFor();

    writeFileSync(file, 'export function get_it() { throw new Error("no stock"); }\n');
    await page.goto(`${local.site.url}/_functions/other?lang=${lang}`);
    await page.getByRole('alert').filter({ hasText: 'get_it' }).waitFor();
    await look(page, `own-site-missing-${name}`);
    await page.goto(`${local.site.url}/_functions/it?lang=${lang}`);
    await page.getByText('http-functions.js:1').waitFor();
    await look(page, `own-site-thrown-${name}`);
    await context.close();
  });
}

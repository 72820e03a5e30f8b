import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { startVeloLocal } from '../../velo-local/index.js';
import { start } from './start.js';

/** A site made for one test. */
function site(t, files) {
  const folder = mkdtempSync(path.join(tmpdir(), 'velo-site-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  Object.entries(files).forEach(([name, text]) => write(name, text));
  return { folder, write };
}

const answering = (expression, head = '') => `
  import { ok } from 'wix-http-functions';
  ${head}
  export const get_it = () => ok({ body: { value: ${expression} } });`;

const FUNCTIONS = 'src/backend/http-functions.js';
const value = async (local) => (await (await local.fetchFunction('it')).json()).value;
const problem = async (local) => {
  assert.equal((await local.fetchFunction('it')).status, 500);
  return local.logs().findLast((line) => line.level === 'error' && line.kind === 'console').text;
};

test('packages: CommonJS behind `main` works, a package that is only ESM fails as it does on the platform', async (t) => {
  const { folder, write } = site(t, {
    [FUNCTIONS]: answering('good', "import good from 'good';"),
    'node_modules/good/package.json': '{"name":"good","main":"./lib.cjs"}',
    'node_modules/good/lib.cjs': 'module.exports = "from CommonJS";',
    'node_modules/esm/package.json': '{"name":"esm","type":"module","main":"./lib.js"}',
    'node_modules/esm/lib.js': 'export default "from ESM";',
  });
  const local = await start(t, { site: folder });
  assert.equal(await value(local), 'from CommonJS');
  write(FUNCTIONS, answering('esm', "import esm from 'esm';"));
  assert.match(await problem(local), /ERR_REQUIRE_ESM|require\(\) of ES Module/);
});

test('a saved file counts from the next request on; one that does not compile does not', async (t) => {
  const { folder, write } = site(t, { [FUNCTIONS]: answering('1') });
  const local = await start(t, { site: folder });
  assert.equal(await value(local), 1);
  write(FUNCTIONS, answering('1 + 1'));
  assert.equal(await value(local), 2);
  write(FUNCTIONS, answering('1 +'));
  assert.equal(await value(local), 2);
  assert.match(local.logs('does not compile').at(-1).text, /http-functions\.js:4/);
  await assert.rejects(startVeloLocal({ site: folder, port: 0 }), /http-functions\.js:4/);
  await assert.rejects(startVeloLocal({ site: path.join(folder, 'src'), port: 0 }), /not a Velo site/);
});

test('what cannot be imported says why', async (t) => {
  const { folder, write } = site(t, {});
  write(FUNCTIONS, answering('x', "import x from 'wix-crm-backend';"));
  const local = await start(t, { site: folder });
  assert.match(await problem(local), /velo-local does not provide `wix-crm-backend` \(imported in src\/backend\/http-functions\.js\)/);
  for (const [from, wanted] of [
    ['backend/nowhere', /cannot find `backend\/nowhere`/],
    ['../../../secret', /cannot find `\.\.\/\.\.\/\.\.\/secret`/],
    ['child_process', /does not give `child_process` to a site/],
    ['no-such-package', /cannot find the package `no-such-package`/],
  ]) {
    write(FUNCTIONS, answering('x', `import x from '${from}';`));
    assert.match(await problem(local), wanted);
  }
});

test('pages.json says what the editor knows', async (t) => {
  const { folder } = site(t, {
    'src/pages/Shop.a1b2c.js': '$w.onReady(() => {});',
    'src/pages/Old.zzzzz.js': '',
    'src/public/custom-elements/my-shop.js': "customElements.define('my-shop', class extends HTMLElement {});",
    'pages.json': JSON.stringify({ pages: [
      { code: 'src/pages/Shop.a1b2c.js', path: '/', title: { tr: 'Dükkân', en: 'Store' },
        elements: [{ id: 'catalogue', tag: 'my-shop', source: 'src/public/custom-elements/my-shop.js' }] },
      { code: 'src/pages/Missing.aaaaa.js', path: '/missing' },
    ] }),
  });
  const local = await start(t, { site: folder });
  const html = await (await fetch(local.url)).text();
  assert.match(html, /<title>Dükkân · /);
  assert.match(html, /<my-shop id="catalogue"><\/my-shop>/);
  for (const address of ['/shop', '/old', '/missing']) assert.equal((await fetch(local.url + address)).status, 404, address);
});

test('a site without a file of code, as on its first day, is opened', async (t) => {
  const { folder, write } = site(t, { 'src/pages/.keep': '' });
  rmSync(path.join(folder, 'src/pages/.keep'));
  const local = await startVeloLocal({ site: folder, data: null, port: 0, jobEveryMs: 0 });
  t.after(() => local.close());
  assert.equal((await local.fetchFunction('it')).status, 404);
  write(FUNCTIONS, answering('1'));
  assert.equal(await value(local), 1);
});

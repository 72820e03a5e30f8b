import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { CREDENTIALS, SITE, place } from './site-wix.js';
import { start, until } from './start.js';

test('connecting: the owner\'s fields go to connectAccount, and what it answers is kept', async (t) => {
  const local = await start(t, { site: SITE });
  const { provider } = local.wix;
  assert.deepEqual(provider.plugins.map(({ name, problems }) => [name, problems]), [['testpay', []]]);
  assert.equal(provider.connection(), null);
  await assert.rejects(place(local), /no payment provider is connected/);
  await assert.rejects(provider.connect({}), /the address is missing \(2002\)/);
  await assert.rejects(provider.connect(CREDENTIALS, 'other'), /no payment provider other/);
  assert.equal(provider.connection(), null);
  await provider.connect(CREDENTIALS);
  const { accountId, accountName, credentials, title } = provider.connection();
  assert.deepEqual([accountId, accountName, title], ['one', 'account one', 'Kartla öde']);
  assert.equal(credentials.seen, 'TR,TRY,string,WIX_USER');
  local.clear();
  assert.equal(provider.connection().accountId, 'one', 'clearing the data does not disconnect');
  provider.disconnect();
  assert.equal(provider.connection(), null);
});

test('what the platform would fail on silently is told loudly, when the site starts and when it changes', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'velo-site-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const at = 'src/backend/service-plugins/payment-provider/mypay';
  const config = (text) => write(`${at}/mypay-config.js`, `export const getConfig = () => (${text});`);
  const picture = (name) => `{ svg: 'https://a.example/${name}.svg', png: 'https://a.example/${name}.png' }`;
  const logos = `{ white: ${picture('w')}, colored: ${picture('c')} }`;
  const method = `{ hostedPage: { title: 'Card', logos: ${logos} } }`;
  const good = `{ title: 'My', paymentMethods: [${method}], credentialsFields: [{ simpleField: { name: 'a', label: 'A' } }] }`;
  config("{ title: 'My', paymentMethods: { hostedPage: {} }, credentialsFields: [{ simpleField: { name: 'a' }, checkboxField: {} }] }");
  write(`${at}/mypay.js`, 'export const connectAccount = () => ({ credentials: { n: 1 }, accountId: "x", accountName: "x" });');
  const local = await start(t, { site: folder });
  const problems = () => local.wix.provider.plugins[0].problems;
  assert.deepEqual(problems(), [
    'paymentMethods must be a list, and not empty',
    'credentialsFields[0] must be exactly one of simpleField, checkboxField, dropdownField',
  ]);
  assert.equal(local.logs('paymentMethods must be a list')[0].level, 'error');
  assert.match(await (await fetch(`${local.url}/_local/payments`)).text(), /paymentMethods must be a list/);

  const changed = async (text) => {
    const before = local.wix.provider.plugins;
    config(text);
    await fetch(local.url);
    await until(() => local.wix.provider.plugins !== before);
    return problems();
  };
  const wrong = [
    [", png: 'https://a.example/w.png'", '', 'paymentMethods[0].hostedPage.logos.white.png must be the address of a picture'],
    ['https://a.example/c.svg', 'http://a.example/c.svg', 'paymentMethods[0].hostedPage.logos.colored.svg must be an https address'],
    ["title: 'My',", '', 'title must be text'],
    ["title: 'Card'", "title: 'Card', billingAddressMandatoryFields: ['MAIL']", 'paymentMethods[0]: there is no mandatory field "MAIL"'],
    ["label: 'A' } }", "label: 'A' } }, { simpleField: { name: 'a', label: 'B' } }", 'credentialsFields has the name `a` twice'],
    ['{ simpleField:', '{ dropdownField:', 'credentialsFields[0].options must be a list, and not empty'],
    ["title: 'My'", "title: 'My', logo: 'x'", 'the configuration has a field `logo` that the platform does not know'],
  ];
  for (const [part, other, problem] of wrong) assert.deepEqual(await changed(good.replace(part, other)), [problem]);
  assert.match((await changed('nothing()'))[0], /getConfig failed: nothing is not defined/);
  assert.deepEqual(await changed(good), []);
  await assert.rejects(local.wix.provider.connect({ a: 'b' }), /credentials\.n must be text/);
  rmSync(path.join(folder, at, 'mypay.js'));
  write(`${at}/other.js`, '');
  await fetch(local.url);
  await until(() => problems().length > 0);
  assert.deepEqual(problems(), ['backend/service-plugins/payment-provider/mypay/mypay.js is missing']);
});

test('a container that dies while it is read says nothing about a plugin', async (t) => {
  const local = await start(t, { site: SITE, containers: 2 });
  local.habits.set({ crash: { times: 3, function: 'getConfig', after: 'request', count: 1 } });
  await local.wix.provider.read();
  assert.deepEqual(local.wix.provider.plugins.map(({ problems }) => problems), [[]]);
  assert.equal(local.habits.get().crash.times, 0);
});

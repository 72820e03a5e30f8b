import assert from 'node:assert/strict';
import { test } from 'node:test';

import { start } from './start.js';

const json = { 'content-type': 'application/json' };

async function call(local, name, cookie, ...args) {
  const headers = cookie ? { ...json, cookie } : json;
  const init = { method: 'POST', headers, body: JSON.stringify({ args }) };
  const response = await fetch(`${local.url}/_api/backend/shop.web.js/${name}`, init);
  return { status: response.status, ...(await response.json()) };
}

/** Posts the form of the members' page as a browser would. */
const become = (local, form, headers = {}) => fetch(`${local.url}/_local/members`, {
  method: 'POST', redirect: 'manual', headers: { origin: local.url, ...headers },
  body: new URLSearchParams({ token: local.token, action: 'become', ...form }),
});

const cookieOf = (response) => response.headers.get('set-cookie').split(';')[0];

test('web methods: each role may call what it may call', async (t) => {
  const local = await start(t);
  const statuses = async (cookie) =>
    Promise.all(['double', 'forMembers', 'forAdmins'].map(async (name) => (await call(local, name, cookie, 1)).status));
  assert.deepEqual(await statuses(), [200, 403, 403]);
  assert.deepEqual(await statuses(local.members.cookie('member')), [200, 200, 403]);
  assert.deepEqual(await statuses(local.members.cookie('admin')), [200, 200, 200]);
  assert.throws(() => local.members.cookie('owner'), /there is no owner to sign in/);
});

test('the backend knows who asks, in the new way and the old', async (t) => {
  const local = await start(t);
  const { result: nobody } = await call(local, 'whoAmI');
  assert.match(nobody.member.error, /no member is logged in/);
  assert.match(nobody.roles.error, /no member is logged in/);
  assert.deepEqual([nobody.user.loggedIn, nobody.user.role], [false, 'Visitor']);
  assert.match(nobody.user.email.error, /not logged in/);

  const { result: member } = await call(local, 'whoAmI', local.members.cookie('member'));
  assert.equal(member.member.profile.nickname, 'Ayse');
  assert.deepEqual([member.member.loginEmail, member.full.loginEmail], [undefined, 'ayse@example.com']);
  assert.deepEqual([member.dated, member.user.loggedIn, member.user.role], [true, true, 'Member']);
  assert.deepEqual(member.roles.map(({ title }) => title), ['Member']);
  assert.equal(member.user.id, member.member._id);

  const { result: admin } = await call(local, 'whoAmI', local.members.cookie('admin'));
  assert.deepEqual(admin.roles.map(({ title }) => title), ['Member', 'Admin']);
  assert.deepEqual([admin.user.role, admin.user.email], ['Admin', 'deniz@example.com']);
  assert.deepEqual(admin.user.roles.map(({ name }) => name), ['Member', 'Admin']);
});

test('two requests at once in one container are two visitors', async (t) => {
  const local = await start(t, { containers: 1 });
  const cookies = [local.members.cookie('admin'), undefined, local.members.cookie('member'), undefined];
  const roles = await Promise.all(cookies.map(async (cookie) => (await call(local, 'whoAmI', cookie)).result.user.role));
  assert.deepEqual(roles, ['Admin', 'Visitor', 'Member', 'Visitor']);
});

test('Wix Data: members, authors and administrators', async (t) => {
  const local = await start(t);
  const [member, admin] = [local.members.cookie('member'), local.members.cookie('admin')];
  const data = async (...args) => (await call(local, 'asVisitor', ...args)).result;
  assert.equal((await data(undefined, 'insert', 'Members', { _id: 'x' })).code, 'WDE0027');
  assert.equal((await data(member, 'insert', 'Members', { _id: 'mine' })).value._id, 'mine');
  await data(admin, 'insert', 'Members', { _id: 'theirs' });
  assert.equal((await data(undefined, 'find', 'Members')).code, 'WDE0027');
  assert.equal((await data(member, 'find', 'Members')).value.length, 2);
  assert.equal((await data(member, 'update', 'Members', { _id: 'mine', n: 1 })).value.n, 1);
  assert.equal((await data(member, 'update', 'Members', { _id: 'theirs', n: 1 })).code, 'WDE0027');
  assert.equal((await data(member, 'remove', 'Members', 'mine')).code, 'WDE0027', 'removing is for administrators there');

  await data(member, 'insert', 'Own', { _id: 'mine', n: 1 });
  await data(admin, 'insert', 'Own', { _id: 'theirs', n: 2 });
  assert.deepEqual((await data(member, 'find', 'Own')).value.map(({ _id }) => _id), ['mine']);
  assert.equal((await data(admin, 'find', 'Own')).value.length, 2);
  assert.equal((await data(member, 'get', 'Own', 'theirs')).value, null);
  assert.equal((await data(member, 'remove', 'Own', 'theirs')).code, 'WDE0027');
  assert.equal((await data(member, 'remove', 'Own', 'mine')).value.n, 1);
  assert.equal((await data(undefined, 'find', 'Own')).code, 'WDE0027');
});

test('HTTP functions are anonymous and never see the session', async (t) => {
  const local = await start(t);
  const headers = { cookie: `theme=dark; ${local.members.cookie('admin')}; x=y=z` };
  const seen = await (await local.fetchFunction('who', { headers })).json();
  assert.equal(seen.role, 'Visitor');
  assert.match(seen.member, /no member is logged in/);
  assert.equal(seen.cookie, 'theme=dark; x=y=z');
  assert.equal((await (await local.fetchFunction('who', { headers: { cookie: local.members.cookie('admin') } })).json()).cookie, null);
});

test('signing in: a cookie that scripts and other sites do not get', async (t) => {
  const local = await start(t);
  const response = await become(local, { who: 'admin', back: '/thanks?a=1' });
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('location'), '/thanks?a=1');
  const { port } = new URL(local.url);
  assert.match(response.headers.get('set-cookie'), new RegExp(`^velo-local-${port}=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Lax$`));
  const cookie = cookieOf(response);
  assert.equal((await call(local, 'forAdmins', cookie)).status, 200);
  const html = await (await fetch(`${local.url}/_local/members?lang=en`, { headers: { cookie } })).text();
  assert.match(html, /Deniz Kaya<\/h2>[\s\S]*?This is who you are now/);

  const member = await become(local, { who: 'member' }, { cookie });
  assert.equal((await call(local, 'forAdmins', cookie)).status, 403, 'the old session is over');
  assert.equal((await call(local, 'forMembers', cookieOf(member))).status, 200);
  const nobody = await become(local, { who: 'visitor' }, { cookie: cookieOf(member) });
  assert.match(nobody.headers.get('set-cookie'), /=; .*Max-Age=0$/);
  assert.equal((await call(local, 'forMembers', cookieOf(member))).status, 403);
});

test('an attacker cannot sign anybody in, send them elsewhere or guess a session', async (t) => {
  const local = await start(t);
  assert.equal((await become(local, { who: 'admin' }, { origin: 'https://evil.example' })).status, 403);
  assert.equal((await become(local, { who: 'admin' }, { origin: 'null' })).status, 403);
  assert.equal((await become(local, { who: 'admin', token: 'x'.repeat(48) })).status, 403);
  for (const who of ['owner', '__proto__', 'constructor', '']) assert.equal((await become(local, { who })).status, 400, who);
  for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/a\r\nset-cookie: x=y', '']) {
    assert.equal((await become(local, { who: 'member', back })).headers.get('location'), '/_local/members', back);
  }
  const { port } = new URL(local.url);
  const real = local.members.cookie('admin');
  const forged = [
    `velo-local-${port}=`, `velo-local-${port}=admin`, `velo-local-${port}=${'0'.repeat(64)}`, `velo-local-1=${real.split('=')[1]}`,
    `velo-local-${port}=__proto__`, real.slice(0, -1), real.toUpperCase(), `x=${real.split('=')[1]}`,
  ];
  for (const cookie of forged) assert.equal((await call(local, 'forMembers', cookie)).status, 403, cookie);
  const tossed = `velo-local-${port}=${'0'.repeat(64)}; ${real}`;
  assert.equal((await call(local, 'forAdmins', tossed)).status, 200, 'a cookie that another program set does not sign anybody out');
});

test('a session of one velo-local is nothing to another, nor to the next start', async (t) => {
  const [one, other] = [await start(t), await start(t)];
  const [, token] = one.members.cookie('admin').split('=');
  assert.equal((await call(other, 'forAdmins', `velo-local-${new URL(other.url).port}=${token}`)).status, 403);
});

test('another site\'s page cannot call with the visitor\'s session', async (t) => {
  const local = await start(t);
  const cookie = local.members.cookie('admin');
  const post = (address, headers) => fetch(local.url + address, { method: 'POST', headers: { cookie, ...headers }, body: '{"args":[]}' });
  for (const address of ['/_api/backend/shop.web.js/forAdmins', '/_services/members/logout']) {
    assert.equal((await post(address, { ...json, origin: 'https://evil.example' })).status, 403, address);
    assert.equal((await post(address, { ...json, origin: 'null' })).status, 403, address);
    assert.equal((await post(address, { 'content-type': 'text/plain', origin: local.url })).status, 403, address);
    const answer = await post(address, { ...json, origin: local.url });
    assert.equal(answer.status, 200, address);
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  }
  assert.equal((await post('/_api/backend/shop.web.js/forAdmins', json)).status, 403, 'logged out by the last call');
  assert.equal((await post('/_services/constructor', json)).status, 404);
});

test('pages know who reads them, and the frontend module is theirs', async (t) => {
  const local = await start(t);
  const page = async (cookie) => (await fetch(local.url, { headers: cookie ? { cookie } : {} })).text();
  assert.match(await page(), /data-member=""/);
  const known = /data-member="([^"]*)"/.exec(await page(local.members.cookie('admin')))[1].replaceAll('&quot;', '"');
  assert.deepEqual(JSON.parse(known).roles.map(({ title }) => title), ['Member', 'Admin']);
  assert.doesNotMatch(known, /[0-9a-f]{64}/, 'the token is not in the page');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { data, ids, start, until } from './start.js';

const count = async (local) => (await (await local.fetchFunction('count')).json()).count;
const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

test('containers take turns and remember only their own', async (t) => {
  const local = await start(t, { containers: 2 });
  const counts = [];
  for (let i = 0; i < 6; i += 1) counts.push(await count(local));
  assert.deepEqual(counts, [1, 1, 2, 2, 3, 3]);
});

test('containers can be added, removed and replaced', async (t) => {
  const local = await start(t, { containers: 1 });
  assert.deepEqual([await count(local), await count(local)], [1, 2]);
  local.containers.recycle();
  assert.equal(await count(local), 1);
  local.containers.count = 3;
  assert.equal(local.containers.list.length, 3);
  local.containers.count = 1;
  assert.equal(local.containers.list.length, 1);
  local.habits.set({ containerLifeMs: 1 });
  await settled();
  assert.equal(await count(local), 1);
  await settled();
  assert.equal(await count(local), 1, 'a short life: every request meets a new container');
});

test('a killed container does nothing more, and its caller gets 502', async (t) => {
  const local = await start(t);
  const running = local.fetchFunction('slow/victim/100', { method: 'POST' });
  await until(() => ids(local, 'Private').includes('victim-begun'));
  assert.equal(local.kill(local.containers.list[0].number), true);
  assert.equal((await running).status, 502);
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.deepEqual(ids(local, 'Private'), ['victim-begun']);
  assert.equal(await count(local), 1, 'another container serves on');
});

test('on demand a container dies between a write and the next, and not even finally runs', async (t) => {
  const local = await start(t);
  local.habits.set({ crash: { times: 1, function: 'post_stubborn', after: 'write', count: 1 } });
  assert.equal((await local.fetchFunction('stubborn/x', { method: 'POST' })).status, 502);
  await settled();
  assert.deepEqual(ids(local, 'Private'), ['x-1']);
  assert.equal((await local.fetchFunction('stubborn/y', { method: 'POST' })).status, 200, 'once is once');
  assert.deepEqual(ids(local, 'Private'), ['x-1', 'y-1', 'y-2', 'y-finally']);
});

test('a kill takes a slow write with it', async (t) => {
  const local = await start(t);
  await count(local); // the container is warm
  local.habits.set({ slowDataMs: 3_000 });
  const running = data(local, 'insert', 'Private', { _id: 'never' }, { suppressAuth: true });
  await new Promise((resolve) => setTimeout(resolve, 800));
  local.kill(local.containers.list[0].number);
  assert.deepEqual(await running, { error: { message: 'Bad gateway' } });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.deepEqual(ids(local, 'Private'), []);
});

test('lost and repeated callbacks', async (t) => {
  const local = await start(t, { containers: 2 });
  local.habits.set({ drop: { times: 1, function: 'slow' } });
  await assert.rejects(local.fetchFunction('slow/lost/0', { method: 'POST' }));
  assert.deepEqual(ids(local, 'Private'), []);
  assert.equal((await local.fetchFunction('count')).status, 200, 'GET is never dropped');

  local.habits.set({ repeat: { times: 1, function: 'post_data', copies: 2, delayMs: 0 } });
  const result = await data(local, 'insert', 'Private', { _id: 'same' }, { suppressAuth: true });
  assert.ok(result.value || result.error.details.applicationError.code === 'WDE0074');
  await until(() => local.logs('insert Private').length >= 3);
  assert.deepEqual(ids(local, 'Private'), ['same']);
});

test('habits that do not exist are refused', async (t) => {
  const local = await start(t);
  assert.throws(() => local.habits.set({ stale: 1 }), /there is no habit `stale`/);
  assert.throws(() => local.habits.set({ staleMs: '1' }), /`staleMs`: a whole number/);
  assert.throws(() => local.habits.set({ crash: { after: 'lunch' } }), /`crash.after`: one of/);
});

test('the clock can be set ahead', async (t) => {
  const local = await start(t);
  local.habits.set({ clockAheadMs: 3_600_000 });
  const { now, dated, isDate } = await (await local.fetchFunction('clock')).json();
  assert.ok(Math.abs(now - Date.now() - 3_600_000) < 1000);
  assert.ok(Math.abs(dated - now) < 100 && isDate);
});

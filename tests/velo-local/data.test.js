import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { startVeloLocal } from '../../velo-local/index.js';
import { Storage } from '../../velo-local/storage.js';
import { SITE, data, ids, start, until } from './start.js';

const ADMIN = { suppressAuth: true };

test('an _id that exists is refused, with the code where current and older platforms put it', async (t) => {
  const local = await start(t);
  const insert = () => data(local, 'insert', 'Private', { _id: 'claim', n: 1 }, ADMIN);
  assert.equal((await insert()).value.n, 1);
  const current = (await insert()).error;
  assert.equal(current.code, undefined);
  assert.equal(current.details.applicationError.code, 'WDE0074');
  assert.equal(current.isError, true);
  local.habits.set({ errorShape: 'older' });
  const older = (await insert()).error;
  assert.equal(older.code, 'WDE0074');
  assert.equal(older.details, undefined);
});

test('of many inserts at once, in several containers, one wins', async (t) => {
  const local = await start(t, { containers: 3 });
  const attempts = Array.from({ length: 12 }, (_, n) => data(local, 'insert', 'Private', { _id: 'once', n }, ADMIN));
  const results = await Promise.all(attempts);
  assert.equal(results.filter((result) => result.value).length, 1);
});

test('collections must exist, and admin-only ones are refused to a visitor', async (t) => {
  const local = await start(t, { collections: ['Added'] });
  const code = async (...args) => (await data(local, ...args)).error?.details.applicationError.code;
  assert.equal(await code('insert', 'Nowhere', {}, ADMIN), 'WDE0025');
  assert.equal(await code('insert', 'Private', {}), 'WDE0027');
  assert.equal(await code('get', 'Private', 'x'), 'WDE0027');
  assert.equal(await code('insert', 'Added', {}, ADMIN), undefined);
  assert.equal(await code('insert', 'Public', {}), undefined);
  assert.equal(await code('update', 'Public', { _id: 'x' }), 'WDE0027');
});

test('updates replace, removals and reads of nothing give null, wrong input has its code', async (t) => {
  const local = await start(t);
  const value = async (...args) => (await data(local, ...args)).value;
  const code = async (...args) => (await data(local, ...args)).error?.details.applicationError.code;
  const inserted = await value('insert', 'Private', { _id: 'a', keep: 1, lose: 2 }, ADMIN);
  const updated = await value('update', 'Private', { _id: 'a', keep: 3 }, ADMIN);
  assert.deepEqual([updated.keep, updated.lose], [3, undefined]);
  assert.deepEqual([updated._createdDate, updated._owner], [inserted._createdDate, inserted._owner]);
  assert.equal((await value('save', 'Private', { _id: 'b', n: 1 }, ADMIN))._id, 'b');
  assert.equal((await value('save', 'Private', { _id: 'b', n: 2 }, ADMIN)).n, 2);
  assert.equal((await value('remove', 'Private', 'b', ADMIN)).n, 2);
  assert.equal(await value('remove', 'Private', 'b', ADMIN), null);
  assert.equal(await value('get', 'Private', 'b', ADMIN), null);
  assert.match((await value('insert', 'Private', {}, ADMIN))._id, /^[0-9a-f-]{36}$/);
  assert.equal(await code('update', 'Private', { _id: 'b' }, ADMIN), 'WDE0073');
  assert.equal(await code('update', 'Private', { n: 1 }, ADMIN), 'WDE0007');
  assert.equal(await code('insert', 'Private', { _id: '' }, ADMIN), 'WDE0002');
  assert.equal(await code('insert', 'Private', { _id: null }, ADMIN), 'WDE0002');
  assert.equal(await code('insert', 'Private', 'text', ADMIN), 'WDE0004');
  assert.equal(await code('insert', 'Private', {}, { supressAuth: true }), 'WDE0018');
  const bulk = await value('bulkInsert', 'Private', [{ _id: 'a' }, { _id: 'c' }], ADMIN);
  assert.deepEqual([bulk.inserted, bulk.skipped, bulk.insertedItemIds], [1, 1, ['c']]);
  const saved = await value('bulkSave', 'Private', [{ _id: 'a', n: 2 }, { _id: 'd' }], ADMIN);
  assert.deepEqual([saved.insertedItemIds, saved.updatedItemIds, saved.errors], [['d'], ['a'], []]);
  assert.equal((await value('get', 'Private', 'a', { ...ADMIN, consistentRead: true })).n, 2);
  assert.deepEqual((await value('bulkRemove', 'Private', ['a', 'zzz'], ADMIN)).removedItemIds, ['a']);
});

test('dates come back as dates, at any depth', async (t) => {
  const local = await start(t);
  const { dates, same, totalCount, owner } = await (await local.fetchFunction('dates')).json();
  assert.deepEqual([dates.every(Boolean), same, totalCount, owner], [true, true, 1, 'string']);
});

test('queries', async (t) => {
  const local = await start(t);
  assert.deepEqual(await (await local.fetchFunction('query')).json(), {
    range: 'n2,n3', or: 'n1,n5', some: 'n2,n4', element: 'n3', empty: 'n1,n3,n5', notEmpty: 'n4',
    pages: [[5, 4], [3, 2]], paging: [5, 3, true, 1, true], count: 4, distinct: [true],
  });
});

test('an index finds what a search through everything finds, in the same order', async (t) => {
  const indexed = { id: 'Indexed', indexes: [{ fields: [{ path: 'state' }] }, { fields: [{ path: 'at' }] }, { fields: [{ path: "a'b" }] }] };
  const local = await start(t, { collections: [indexed, 'Plain'] });
  local.habits.set({ staleMs: 0 });
  const states = ['new', 'paid', '', '[', 'ödendi', '"', "'", 'a\u0000b', 'a', '\ud800', 1, true, null, undefined, ['new', 'x'], [], [['new']], { $date: 'new' }, { new: 1 }];
  for (let turn = 0; turn < 60; turn += 1) {
    const item = { _id: `item ${(turn * 37) % 40}`, state: states[turn % states.length], at: states[(turn * 7) % states.length], n: turn };
    for (const name of ['Indexed', 'Plain']) local.data.collection(name).put(item);
  }
  local.data.collection('Indexed').remove('item 3');
  local.data.collection('Plain').remove('item 3');
  const find = async (name, conditions) => {
    const call = { op: 'find', collection: name, options: { ...ADMIN, consistentRead: true }, conditions, sort: [], limit: 1000, skip: 0 };
    const { items } = await local.data.perform(call, { visitor: { id: 'x', roles: [] }, alive: () => true });
    return items.map((item) => JSON.parse(item));
  };
  let found = 0;
  for (const value of states) {
    for (const field of ['state', 'at', "a'b"]) {
      for (const more of [[], [{ op: 'lt', field: 'n', value: 50 }], [{ op: 'eq', field: 'at', value: 'paid' }]]) {
        const conditions = [...more, { op: 'eq', field, value }];
        const both = await Promise.all(['Indexed', 'Plain'].map((name) => find(name, conditions)));
        assert.deepEqual(both[0], both[1], JSON.stringify(conditions));
        found += both[0].length;
      }
    }
  }
  assert.ok(found > 60, String(found));
});

test('what an index finds is not looked for among all; what was there a moment ago is', (t) => {
  const staleMs = { now: 0 };
  const storage = new Storage({ directory: null, habits: { get: () => ({ staleMs: staleMs.now }) } });
  t.after(() => storage.close());
  for (let number = 0; number < 500; number += 1) storage.write('Claims', `c${number}`, JSON.stringify({ subject: `s${number}` }));
  const key = { field: 'subject', value: 's77' };
  assert.deepEqual([...storage.all('Claims', true, key).keys()], ['c77']);
  assert.equal(storage.all('Others', true, key).size, 0);
  staleMs.now = 60_000;
  storage.write('Claims', 'c77', JSON.stringify({ subject: 'another' }));
  assert.deepEqual([...storage.all('Claims', true, key).keys()], []);
  assert.ok(!storage.all('Claims', false, key).has('c77'), 'it was not there at all a minute ago');
  storage.write('Claims', 'c78', null);
  assert.equal(storage.all('Claims', true).size, 499);
});

test('an item over 512 KB is refused', async (t) => {
  const local = await start(t);
  const insert = (kilobytes) => data(local, 'insert', 'Private', { text: 'ş'.repeat(kilobytes * 512) }, ADMIN);
  assert.equal((await insert(500)).error, undefined);
  assert.equal((await insert(511.9)).error.details.applicationError.code, 'WDE0009');
});

test('a unique index', async (t) => {
  const local = await start(t);
  await data(local, 'insert', 'Unique', { _id: '1', sku: 'x' }, ADMIN);
  const { error } = await data(local, 'insert', 'Unique', { _id: '2', sku: 'x' }, ADMIN);
  assert.equal(error.details.applicationError.code, 'WDE0123');
  assert.equal((await data(local, 'update', 'Unique', { _id: '1', sku: 'x', n: 1 }, ADMIN)).value.n, 1);
});

test('reads may be stale unless they ask to be consistent', async (t) => {
  const local = await start(t);
  local.habits.set({ staleMs: 200 });
  const { seen, fresh, found, later } = await (await local.fetchFunction('staleness')).json();
  assert.deepEqual({ seen, fresh, found, later }, { seen: null, fresh: 1, found: [1], later: 2 });
});

test('a time-out leaves open whether the write happened', async (t) => {
  const local = await start(t, { limits: { dataMs: 50 } });
  for (const [id, done] of [['with', true], ['without', false]]) {
    local.habits.set({ timeout: { times: 1, done } });
    assert.equal((await data(local, 'insert', 'Private', { _id: id }, ADMIN)).error.details.applicationError.code, 'WDE0028');
  }
  assert.deepEqual(ids(local, 'Private'), ['with']);
  local.habits.set({ slowDataMs: 100 });
  assert.equal((await data(local, 'insert', 'Private', { _id: 'late' }, ADMIN)).error.details.applicationError.code, 'WDE0028');
  await until(() => ids(local, 'Private').includes('late'));
});

test('data lies on disk', async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'velo-local-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const first = await startVeloLocal({ site: SITE, port: 0, jobEveryMs: 0, data: directory });
  await data(first, 'insert', 'Private', { _id: 'kept' }, ADMIN);
  await first.close();
  const second = await start(t, { data: directory });
  assert.deepEqual(ids(second, 'Private'), ['kept']);
  second.clear();
  assert.deepEqual(ids(second, 'Private'), []);
});

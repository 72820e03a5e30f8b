// A fixed part of what `npm run faults` does: one single fault of so many, and a few pairs, in every scenario.
//
//   FAULTS_SEED=7    other ones

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindsFor } from './kinds.js';
import { again, strikeAll, table } from './plan.js';
import { scenarios } from './scenarios.js';

const SEED = Number(process.env.FAULTS_SEED ?? 20261122);
const PART = 80;
const PAIRS = 2;

const rows = [];
const accounts = [...new Set(scenarios().map(({ account }) => account))];
const sum = (read) => rows.reduce((total, row) => total + read(row), 0);

for (const account of accounts) {
  test(`${account}: whatever goes wrong, the books are right afterwards`, async () => {
    const own = scenarios().filter((scenario) => scenario.account === account);
    const names = new RegExp(`^(${own.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`);
    const struck = await strikeAll({ seed: SEED, part: PART, pairsEach: PAIRS, only: names });
    rows.push(...struck);
    assert.equal(struck.length, own.length);
    for (const { wrong, name, total } of struck) {
      assert.ok(total >= 1, `${name}: only ${total} faults`);
      assert.deepEqual(wrong.map((result) => `${result.wrong.join('; ')}   ${again(result)}`), []);
    }
  });
}

test('there is something of everything, at every bank', (t) => {
  for (const line of [`${sum(({ total }) => total)} faults, seed ${SEED}`, ...table(rows).split('\n')]) t.diagnostic(line);
  const columns = new Set(rows.flatMap(({ counts }) => Object.keys(counts)));
  assert.deepEqual([...columns].sort(), ['data or Wix: no answer', 'death', 'late or stale', 'messages', 'pairs', 'sleep', 'the bank']);
  assert.ok(rows.length >= 75, String(rows.length));
});

test('what can go wrong depends on what is waited for', () => {
  assert.ok(kindsFor({ op: 'get', fresh: false }).includes('stale'));
  assert.ok(!kindsFor({ op: 'get', fresh: true }).includes('stale'), 'a consistent read is consistent');
  assert.ok(kindsFor({ op: 'insert' }).includes('fails, done later'));
  assert.deepEqual(kindsFor({ op: 'message', name: 'message startPayment' }), ['lost'], 'two orders are two orders');
});

// Ten seconds of what `npm run load` does for minutes: the books, and nothing left behind. How fast it is is not asked here.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drift } from '../../benches/drift.js';
import { load } from '../../benches/load.js';

test('a stream of payments with duplicates and forgeries: the books are right, and nothing is left open', async (t) => {
  const { counts, books, first, last } = await load({ seconds: 10, customers: 4, containers: 2, seed: 20261122 });
  t.diagnostic(`${counts.genuine} messages, ${counts.twice} of them twice, ${counts.forged} forged; ${books.payments} payments`);
  assert.deepEqual(books.wrong, []);
  assert.deepEqual([books.open, books.unfinished], [0, []]);
  assert.equal(counts.believed, 0, 'a forgery is not acknowledged');
  assert.ok(books.payments > 6 && counts.genuine >= books.payments / 2, 'it was a stream');
  assert.ok(last.handles <= first.handles + 4, `open handles: ${first.handles}, then ${last.handles}`);
});

describe('whether memory grows', () => {
  const noise = [3, -2, 1, -3, 2, 0, -1, 3, -2, 1, 2, -3];
  const series = (grow) => noise.map((each, index) => 1000 + each + grow * index);

  test('what only goes up and down is flat', () => assert.equal(drift(series(0)).isFlat, true));
  test('what goes up is not, however it trembles', () => assert.equal(drift(series(20)).isFlat, false));
  test('a single high reading is not growth', () => assert.equal(drift(series(0).map((each, index) => (index === 10 ? 5000 : each))).isFlat, true));
  test('what is made once, at the beginning, is not growth', () => assert.equal(drift([100, 400, 800, 1000, 1001, 1000, 999, 1000, 1001, 1000, 1000, 1001]).isFlat, true));
});

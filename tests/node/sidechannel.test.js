// The arithmetic of `npm run sidechannel`: it sees an early exit, and nothing where there is nothing. Nothing is timed here.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EARLY_EXIT, KINDS, takenApart } from '../../benches/sidechannel.js';
import { SUSPICIOUS, compared, welch } from '../../benches/welch.js';
import { readFileSync } from 'node:fs';

/** Chance that is the same in every run. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / (1 << 24);
  };
}

/** Times as they are measured: a floor, a little noise, and now and then an interruption of a thousandfold. */
function times(count, seed, base) {
  const next = dice(seed);
  return Float64Array.from({ length: count }, () => base + [1, 2, 3, 4].reduce((sum) => sum + 50 * next(), 0) + (next() < 0.01 ? 100_000 * next() : 0));
}

describe('Welch’s t', () => {
  test('as it is computed by hand', () => {
    // Means 3 and 5, variances 2.5 and 2.5, five of each: 2 / sqrt(1).
    assert.equal(welch([1, 2, 3, 4, 5], [3, 4, 5, 6, 7]), -2);
    assert.equal(welch([1, 1], [1, 1]), 0);
  });
  test('an early exit is seen through interruptions that hide it', () => {
    const [one, other] = [times(20_000, 1, 5_000), times(20_000, 2, 5_020)];
    assert.ok(Math.abs(welch(one, other)) < SUSPICIOUS, 'all times together do not show it');
    const { t, apart } = compared(one, other);
    assert.ok(Math.abs(t) > 10 && apart < -10 && apart > -30, `${t} ${apart}`);
  });
  test('the same work is not suspected', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { t } = compared(times(5_000, seed, 5_000), times(5_000, seed + 1000, 5_000));
      assert.ok(Math.abs(t) < SUSPICIOUS, `seed ${seed}: ${t}`);
    }
  });
});

describe('what is measured', () => {
  test('a digest is wrong where it is said to be, and the rest of the message is as it was', () => {
    const digest = Buffer.from(Array.from({ length: 64 }, (_, place) => place * 3));
    for (const written of ['base64', 'hex']) {
      const body = `${new URLSearchParams({ oid: 'A1', HASH: digest.toString(written), amount: '149.90' })}`;
      for (const [kind, wrong] of Object.entries({ 'in its first byte': [0], 'in the middle': [30], 'after three quarters': [48], 'in its last byte': [60] })) {
        const { before, after, forge } = takenApart(body, { field: 'hash', written });
        const message = before + forge(KINDS[kind]) + after;
        assert.equal(message.length, body.length);
        const fields = new URLSearchParams(message);
        const made = Buffer.from(fields.get('HASH'), written);
        assert.deepEqual([...digest.keys()].filter((place) => made[place] !== digest[place]), wrong, kind);
        assert.deepEqual([made.length, fields.get('oid'), fields.get('amount')], [64, 'A1', '149.90']);
      }
    }
  });
  test('what the control takes out stands in the sources once', () => {
    for (const [path, find] of EARLY_EXIT) assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').split(find).length, 2, `${path}: ${find}`);
  });
});

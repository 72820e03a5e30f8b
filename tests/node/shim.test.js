// The shim is called with values of every type that JavaScript has: `npm run fuzz -- --only shim` goes on with others for as long as one likes.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { attack } from './shim/attack.js';
import { openSurfaces } from './shim/open.js';
import { Mine } from './shim/values.js';

const CALLS = { velopos: 2500, 'velopos/all': 2500, 'velopos/explain': 250 };
const surfaces = openSurfaces(createRequire(import.meta.url));

for (const { entry, surface, PosError } of surfaces) {
  test(`${entry}: a result, a PosError or the caller's own error, and nothing else changes`, async () => {
    const { done, told } = await attack(surface, { seed: 1, PosError, goesOn: (count) => count < CALLS[entry] });
    assert.equal(done, CALLS[entry]);
    assert.ok(told.size > 3, 'values that all end alike test nothing');
  });
}

test('everything that is exported is called', () => {
  const require = createRequire(import.meta.url);
  for (const { entry, surface } of surfaces.slice(0, 2)) {
    const called = new Set(surface.calls.map(({ name }) => name));
    for (const [name, value] of Object.entries(require(entry))) {
      const names = typeof value === 'object' ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name];
      // The class of the errors is for `instanceof`: only the package makes any.
      for (const each of names.filter((each) => each !== 'PosError')) assert.ok(called.has(each), each);
    }
  }
});

test('the attack sees what is wrong', async () => {
  const { PosError } = surfaces[0];
  const once = (done) => done < 1;
  const wrong = (call, isRight = () => null) => attack({ calls: [{ name: 'x', call, args: [] }], isRight }, { seed: 1, PosError, goesOn: once });
  await assert.rejects(wrong(() => null.x), /Cannot read/);
  await assert.rejects(wrong(() => { throw new PosError('INTERNAL', 'stopped'); }), /seed 1, call 0/);
  await assert.rejects(wrong(() => {}, () => 'a digest is wrong'), /a digest is wrong/);
  await assert.rejects(wrong(() => { Object.prototype.polluted = true; }).finally(() => delete Object.prototype.polluted), /polluted/);
  assert.equal((await wrong(() => { throw new Mine('mine'); })).done, 1);
});

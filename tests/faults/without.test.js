// The laboratory sees: without one of the site's safeguards there is a fault that does harm.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAFEGUARDS, findWithout } from './without.js';

for (const name of Object.keys(SAFEGUARDS)) {
  test(`without ${name} something goes wrong`, async (t) => {
    const found = await findWithout(name);
    assert.ok(found, 'nothing was found');
    t.diagnostic(`without ${name}: ${found.name}, ${found.kinds.join(', ')}: ${found.wrong[0]}`);
  });
}

// What an owner copies out of velo-example/README.md works.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createPos } from '../../dist/index.mjs';
import { SITE } from './world.js';

const readme = readFileSync(`${SITE}README.md`, 'utf8');

test('the secret in the README holds configurations that the package accepts', () => {
  const samples = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json));
  assert.equal(samples.length, 1);
  assert.deepEqual(Object.keys(samples[0]), ['isbank', 'paytr', 'iyzico']);
  for (const config of Object.values(samples[0])) createPos(config);
});

test('every collection of collections.json is explained, and what gateways’ messages are looked up by has an index', () => {
  const { collections } = JSON.parse(readFileSync(`${SITE}collections.json`, 'utf8'));
  for (const { id } of collections) assert.ok(readme.includes(`\`${id}\``), id);
  const indexed = (id) => collections.find((each) => each.id === id).indexes.map(({ fields }) => fields[0].path);
  assert.ok(indexed('VeloposStarts').includes('token'));
  assert.ok(indexed('VeloposIntents').includes('bankOrderId'));
});

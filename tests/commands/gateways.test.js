// What the commands tell an owner about gateways is what the package knows: it is asked, name by name.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { createPos, PosError } from 'velopos/all';
import * as six from 'velopos';
import { accounts, furtherAccounts } from '../../banks/accounts.js';
import { entryOf, GATEWAYS, isPlaceholder, SYSTEMS, systemOf, template, titleOf } from '../../cli/gateways.js';
import { guideFile } from '../../cli/guides.js';

const refusal = (config) => {
  try {
    createPos(config, { claim: async () => true });
    return null;
  } catch (error) {
    assert.ok(error instanceof PosError);
    return error;
  }
};

const banks = 'http://127.0.0.1:8481';
const simulated = Object.values({ ...accounts(banks), ...furtherAccounts(banks) });
/** A configuration of this gateway that is taken. */
const working = (gateway) => ({ ...simulated.find((account) => systemOf(account.gateway) === systemOf(gateway)), gateway });

test('every gateway of the package, and no other', () => {
  const known = refusal({ gateway: 'no such gateway at all' }).message.split(': ').at(-1).split(', ');
  assert.deepEqual([...GATEWAYS].sort(), known.sort(), 'cli/gateways.js tells of other gateways than the package knows');
});

test('which entry of the package carries a gateway; the other one says where it is', () => {
  const claim = async () => true;
  for (const gateway of GATEWAYS) {
    if (entryOf(gateway) === 'velopos') assert.equal(six.createPos(working(gateway), { claim }).toJSON().gateway, gateway);
    else assert.throws(() => six.createPos(working(gateway), { claim }), ({ code, field, message }) => code === 'CONFIG' && field === 'gateway' && message.includes(`'${entryOf(gateway)}'`));
  }
});

for (const gateway of GATEWAYS) {
  const { keys, models, endpoints } = systemOf(gateway);
  test(`${gateway}: its keys, models and addresses`, () => {
    const config = working(gateway);
    assert.equal(refusal(config), null);
    for (const { name, required } of keys) {
      const without = { ...config, merchant: { ...config.merchant, [name]: undefined } };
      const missing = refusal(without);
      if (required) assert.equal(missing?.field, `merchant.${name}`, name);
      const { field, message } = refusal({ ...config, merchant: { ...config.merchant, [name]: ' x' } });
      assert.equal(field, `merchant.${name}`, `${name} is a key of the package`);
      const [panel] = systemOf(gateway).keys.filter((key) => key.name === name).map((key) => key.panel.split(/[ (]/)[0]);
      assert.ok(message.includes('begins or ends with a space') && panel !== '', name);
    }
    for (const name of Object.keys(config.merchant)) assert.ok(keys.some((key) => key.name === name), name);
    assert.deepEqual(models, refusal({ ...config, model: 'none' }).message.split(': ').at(-1).split(', '));
    assert.deepEqual([...endpoints].sort(), Object.keys(config.endpoints).sort());
    assert.equal(refusal({ ...config, merchant: { ...config.merchant, nothing: 'x' } }).field, 'merchant.nothing');
  });

  test(`${gateway}: its page is there, its template is one to be filled in`, () => {
    assert.ok(existsSync(guideFile(gateway)));
    assert.ok(titleOf(gateway).length > 2);
    const { merchant, mode } = template(gateway);
    assert.equal(mode, 'test');
    for (const { name, required } of keys) assert.ok(!required || merchant[name], name);
    for (const value of Object.values(merchant)) assert.ok(isPlaceholder(value), value);
    const filled = Object.fromEntries(Object.keys(merchant).map((name) => [name, working(gateway).merchant[name] ?? 'x1']));
    assert.equal(refusal({ ...working(gateway), merchant: filled }), null);
  });
}

test('which of the keys are secrets', () => {
  const secret = SYSTEMS.flatMap(({ keys }) => keys.filter((key) => key.secret).map(({ name }) => name));
  for (const { merchant } of simulated) {
    for (const name of Object.keys(merchant)) if (/key|pass|salt|secret/i.test(name)) assert.ok(secret.includes(name), name);
  }
  for (const { merchant } of simulated) for (const value of Object.values(merchant)) assert.ok(!isPlaceholder(value), value);
});

// A key of the configuration that is misspelt is told the nearest one, at every system and in both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPos } from 'velopos/all';
import { accounts, furtherAccounts } from '../../banks/accounts.js';
import { SYSTEMS, systemOf } from '../../cli/gateways.js';

const banks = 'http://127.0.0.1:8481';
const configs = Object.values({ ...accounts(banks), ...furtherAccounts(banks) });

/** As people misspell: a letter twice, one left out, two exchanged, capitals forgotten. */
const misspelt = (key) => [`${key}${key.at(-1)}`, key.slice(0, -1), `${key.slice(0, -2)}${key.at(-1)}${key.at(-2)}`, key.toLowerCase()].filter((word) => word !== key);

function refusal(config) {
  try {
    createPos(config, { claim: async () => true });
  } catch (error) {
    return error;
  }
  return assert.fail('taken');
}

/** The object with its key under another name. */
const renamed = (object, key, name) => Object.fromEntries([...Object.entries(object).filter(([each]) => each !== key), [name, object[key] ?? 'x']]);

test('there is an account for every system', () => {
  assert.equal(new Set(configs.map(({ gateway }) => systemOf(gateway))).size, SYSTEMS.length);
  assert.ok(SYSTEMS.length >= 14);
});

for (const config of configs) {
  const { keys, endpoints } = systemOf(config.gateway);

  test(`${config.gateway}: a key of merchant or endpoints`, () => {
    const places = { merchant: keys.map(({ name }) => name), endpoints };
    for (const [place, names] of Object.entries(places)) {
      assert.ok(names.length > 0, place);
      for (const name of names) {
        for (const wrong of misspelt(name).filter((word) => !names.includes(word))) {
          const { code, field, message, messageTr } = refusal({ ...config, [place]: renamed(config[place] ?? {}, name, wrong) });
          assert.deepEqual([code, field], ['CONFIG', `${place}.${wrong}`]);
          for (const sentence of [message, messageTr]) assert.ok(sentence.includes(`'${place}.${name}'`), sentence);
        }
      }
    }
  });

  test(`${config.gateway}: a key above, and the gateway itself`, () => {
    for (const [name, wrong] of [['model', 'modell'], ['mode', 'mod'], ['threeDS', 'threeDs'], ['merchant', 'merchants'], ['endpoints', 'endpoint'], ['gateway', 'gatway']]) {
      const { code, field, message } = refusal(renamed(config, name, wrong));
      assert.equal(code, 'CONFIG');
      if (name === 'gateway') assert.match(message, /name your bank|'gateway'/);
      else assert.ok(message.includes(`'${name}'`), `${field}: ${message}`);
    }
    const { message } = refusal({ ...config, gateway: `${config.gateway}k` });
    assert.ok(message.includes(`'${config.gateway}'`), message);
  });
}

// After every call of every system, in every edition, nothing secret is left in the memory of the core: not the keys and passwords, not the card,
// not what their hashes were made of, not the digest that a forger would need.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { compileFunction } from 'node:vm';
import { securityData } from '../../banks/garanti-hash.js';
import { checkKey } from '../../banks/moka-hash.js';
import { firstHash } from '../../banks/posnet-hash.js';
import { extended } from '../attacks/tricks/extension.js';
import { LIVES, card, configOf, live, openBanks, secretsOf, titleOf } from './lives.js';
import { formsOf, searchFor, statesOf } from './memory-search.js';

const require = createRequire(import.meta.url);
let banks;
before(async () => {
  banks = await openBanks();
});
after(() => banks.close());

/** An edition of the package, and every memory that it ever makes. */
function watched(entry) {
  const copy = { memories: [], before: () => {}, stopped: undefined };
  const Instance = function Instance(module, imports) {
    const { input, call, ...real } = new WebAssembly.Instance(module, imports).exports;
    const { memory } = real;
    copy.memories.push(memory);
    return { exports: {
      ...real,
      // The answer of a call lies there until the shim has read it, so what is left is looked for when the next call begins.
      input: (size) => {
        if (size > 0) copy.before('input', memory);
        return input(size);
      },
      call: (...args) => {
        copy.before('call', memory);
        const length = call(...args);
        if (copy.stopped) throw new WebAssembly.RuntimeError('unreachable');
        return length;
      },
    } };
  };
  const module = { exports: {} };
  compileFunction(readFileSync(require.resolve(entry), 'utf8'), ['module', 'exports', 'require', 'WebAssembly'])(module, module.exports, require, { Module: WebAssembly.Module, Instance });
  return Object.assign(copy, { velopos: module.exports });
}

const bytesOf = ({ buffer }) => new Uint8Array(buffer);

/** What must not lie there: the account's secrets, what some systems make of them once for all, and the card. */
function hidden(config) {
  const { merchant } = config;
  const made = {
    garanti: () => [merchant.provisionPassword, merchant.refundPassword].map((password) => securityData(password, merchant.terminalId)),
    yapikredi: () => [firstHash(merchant)],
    moka: () => [checkKey(merchant)],
  };
  return [...secretsOf(config), ...made[config.gateway]?.() ?? [], card.number, card.cvv, card.holder];
}

/** HMAC of nothing, from its two states alone: each digest goes on behind a block that nobody knows. */
const tagFrom = (inner, outer) => extended(outer, 0, extended(inner, 0, Buffer.alloc(0)));

/** A search that passes over what the core brings with it: credentials that were published, which it refuses, and tables of digits. */
function searchBeyond(own, secrets) {
  const search = searchFor(secrets);
  const known = new Set(search(own));
  return (bytes) => search(bytes).filter((found) => !known.has(found));
}

describe('the search', () => {
  const secret = 'Kq7vX2mPz9|Hd4s';
  test('finds every form, wherever it lies', () => {
    const search = searchFor([secret]);
    const memory = new Uint8Array(256 * 1024);
    assert.deepEqual(search(memory), []);
    let places = 0;
    for (const [form, all] of formsOf(secret)) {
      for (const bytes of all) {
        const at = places * 61 % (memory.length - 256);
        memory.set(bytes, at);
        assert.ok(search(memory.subarray(at - at % 8, at - at % 8 + 256)).some((found) => found.startsWith(form)), `${form}: ${bytes.toString('hex')} at ${at}`);
        memory.fill(0, at, at + bytes.length);
        places += 1;
      }
    }
    assert.ok(places > 1000, String(places));
  });
  test('knows the states of HMAC: from both of them a tag can be made without the key', () => {
    for (const [name, size] of [['sha256', 64], ['sha512', 128]]) {
      for (const key of [randomBytes(20), randomBytes(size + 1)]) {
        const [inner, outer] = statesOf(key).slice(name === 'sha256' ? 0 : 2);
        assert.equal(tagFrom(inner, outer).toString('hex'), createHmac(name, key).update('').digest('hex'), name);
      }
    }
  });
  test('does not find what is not there', () => assert.deepEqual(searchFor([secret])(new Uint8Array(randomBytes(1 << 20))), []));
});

for (const [entry, lives] of [['velopos', LIVES.slice(0, 10).filter(({ model }) => !model)], ['velopos/all', LIVES]]) {
  describe(entry, () => {
    for (const life of lives) {
      test(titleOf(life), async () => {
        const config = configOf(life, banks);
        const secrets = hidden(config);
        const copy = watched(entry);
        copy.velopos.newOrderId();
        const own = bytesOf(copy.memories[0]).slice();
        const search = searchBeyond(own, secrets);
        const left = [];
        const held = new Set();
        let [calls, what] = [0, 'createPos'];
        copy.before = (name, memory) => {
          if (name === 'call') {
            calls += 1;
            if (calls % 8 === 0) search(bytesOf(memory)).forEach((found) => held.add(found.split(' at ')[0]));
          } else left.push(...search(bytesOf(memory)).map((found) => `before ${what}: ${found}`));
        };
        await live({ velopos: copy.velopos, banks, life }, (name, _, expected = []) => {
          what = `the call after ${name}`;
          left.push(...searchBeyond(own, expected)(bytesOf(copy.memories[0])).map((found) => `${name}: ${found}`));
        });
        left.push(...search(bytesOf(copy.memories[0])));
        assert.deepEqual(left.slice(0, 10), []);
        assert.equal(copy.memories.length, 1, 'and no call trapped');
        assert.ok(calls > 60, `${calls} calls`);
        assert.ok([...held].some((found) => found.startsWith('the secret')), 'while a call begins its secrets do lie there: the search sees them');
      });

      test(`${titleOf(life)}: stopped in the middle of a call`, () => {
        const config = configOf(life, banks);
        const search = searchFor(hidden(config)); // a memory that was stopped is empty: what the core brings with it is gone as well
        const copy = watched(entry);
        copy.stopped = true;
        assert.throws(() => copy.velopos.createPos(config), { code: 'INTERNAL' });
        assert.deepEqual(copy.memories.flatMap((memory) => search(bytesOf(memory))), []);
      });
    }
  });
}

describe('velopos/explain', () => {
  for (const life of LIVES) {
    test(titleOf(life), async () => {
      const config = configOf(life, banks);
      const search = searchFor(hidden(config));
      const { order, messages } = await live({ velopos: require('velopos/all'), banks, life }, () => {});
      const copy = watched('velopos/explain');
      const [secret] = secretsOf(config);
      const key = Object.keys(config.merchant).find((name) => config.merchant[name] === secret);
      const wrong = { ...config, merchant: { ...config.merchant, [key]: `${secret.slice(0, -1)}${secret.endsWith('7') ? '8' : '7'}` } };
      let seen = false;
      copy.before = (_, memory) => {
        if (!seen) seen = search(bytesOf(memory)).length > 0;
      };
      for (const each of [config, wrong]) {
        for (const message of messages) copy.velopos.explain({ config: each, order, message });
        copy.velopos.explain({ config: each, order });
        assert.throws(() => copy.velopos.explain({ config: each, order, message: 5 }), { code: 'MALFORMED' });
      }
      assert.ok(seen, 'while it explains the search sees them');
      assert.ok(copy.memories.length > 1);
      assert.deepEqual(copy.memories.flatMap((memory) => search(bytesOf(memory))).slice(0, 10), []);
    });
  }
});

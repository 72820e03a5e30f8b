// Whatever the package hands out or throws, at all fourteen systems and whichever way somebody prints it, shows no secret, no card and no digest
// that a forger would need.
import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { format, inspect } from 'node:util';
import * as all from 'velopos/all';
import { LIVES, card, configOf, live, openBanks, secretsOf, titleOf } from './lives.js';

let banks;
before(async () => {
  banks = await openBanks();
});
after(() => banks.close());

/** What a console writes. @param {(console: Console) => void} work */
function logged(work) {
  let text = '';
  const stream = new Writable({ write: (chunk, _, done) => { text += chunk; done(); } });
  work(new Console(stream, stream));
  return text;
}

/** Every way in which a value is printed by hand, by a logger or by a crash. */
const printed = (value) => [
  logged((console) => { console.log(value); console.error('%s %j %o %O', value, value, value, value); }),
  inspect(value, { depth: Infinity, showHidden: true, getters: true }), inspect({ value: [value] }, { depth: Infinity }), format('%o %O %j %s', value, value, value, value),
  JSON.stringify(value), JSON.stringify({ value: [value] }, null, 2), String(value), String(value?.stack), String(value?.message), inspect(value?.cause),
].join('\n');

/**
 * What goes round an object's own word on how it is shown: console.dir, console.table, structuredClone, a spread. What a step carries to the bank is plain data,
 * so that it can be sent as it is, and cannot hide from these (SECURITY.md says so); nothing else has anything to hide.
 */
function laidBare(value) {
  const plain = logged((console) => { console.dir(value, { depth: Infinity, showHidden: true }); console.table([value]); });
  try {
    return plain + printed(structuredClone(value));
  } catch {
    return plain; // functions cannot be copied
  }
}
const carries = (what, value) => Boolean(value?.request ?? value?.redirect) || ['request', 'redirect'].includes(what);

const writings = (secret) => {
  const bytes = Buffer.from(secret);
  const hashes = ['sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(secret).digest()).flatMap((hash) => [hash.toString('hex'), hash.toString('hex').toUpperCase(), hash.toString('base64')]);
  return [secret, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...hashes];
};
const digestWritings = (digest) => {
  const bytes = Buffer.from(digest, /^[\da-f]+$/i.test(digest) ? 'hex' : 'base64');
  return [digest, encodeURIComponent(digest), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
};

/** What shows through. The code on the back of a card is too short to be looked for in text: no value may be it. */
function shown(what, value, secrets, expected) {
  const text = printed(value) + (carries(what, value) ? '' : laidBare(value));
  const found = [...secrets.flatMap(writings), ...expected.flatMap(digestWritings)].filter((each) => text.includes(each));
  if (new RegExp(`['":=>\\s]${card.cvv}['"&<,\\s]`).test(text)) found.push('the code on the back');
  return found.map((each) => `${what} shows ${each}`);
}

/** Of the account: all keys and passwords. Of the card: its number, whole and in large part, and its holder. */
const hidden = (config) => [...secretsOf(config), card.number, card.number.slice(0, 12), card.number.slice(4), 'KARTSAHIBI'];

describe('nothing that is handed out shows a secret', () => {
  for (const life of LIVES) {
    test(titleOf(life), async () => {
      const secrets = hidden(configOf(life, banks));
      const found = [];
      const seen = {};
      await live({ velopos: all, banks, life }, (what, value, expected = []) => {
        const kind = value instanceof Error ? 'error' : value?.dedupeKey ? 'payment' : value?.type ?? typeof value;
        seen[kind] = (seen[kind] ?? 0) + 1;
        found.push(...shown(what, value, secrets, expected));
      });
      assert.deepEqual(found.slice(0, 10), []);
      for (const kind of ['error', 'payment', 'object', 'send']) assert.ok(seen[kind] > 0, `${kind}: ${JSON.stringify(seen)}`);
    });
  }

  test('a formula’s error does not repeat its key', () => {
    const key = 'Kq7vX2mPz9|Hd4s';
    const calls = [
      () => all.nestpay.hash({ a: 1 }, key), () => all.nestpay.hash({ a: '1' }, `${key}\0`), () => all.paytr.notificationHash({}, key, 5),
      () => all.iyzico.verifyWebhook('{}', 'aa', key), () => all.iyzico.responseSignature(['1', 2], key), () => all.garanti.securityData(`${key}\n`, '1'),
      () => all.posnet.requestMac({}, [key]), () => all.generateHashData(key, '1', null),
    ];
    for (const call of calls) {
      assert.throws(call, (error) => {
        assert.deepEqual(shown('error', error, [key], []), []);
        return error.name === 'PosError';
      }, String(call));
    }
  });

  test('this test would notice', () => {
    const [secret, digest] = ['simpass12', createHash('sha512').update('a').digest('base64')];
    for (const value of [{ a: secret }, new Error(secret), { status: 'paid', note: [[[[[secret]]]]] }, Object.assign(new Error('x'), { cause: { secret } }), { a: createHash('sha1').update(secret).digest('hex').toUpperCase() }]) {
      assert.notDeepEqual(shown('value', value, [secret], []), [], inspect(value));
    }
    assert.notDeepEqual(shown('value', { digest: Buffer.from(digest, 'base64').toString('hex') }, [], [digest]), []);
    assert.notDeepEqual(shown('value', { cvv: card.cvv }, [], []), []);
  });
});

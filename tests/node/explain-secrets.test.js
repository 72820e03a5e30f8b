// A property of `velopos/explain`, over every account of the simulated banks: whatever is explained, under whichever configuration, in no language
// does it tell a secret, what is made of one, a card, or a digest. The return, the form and the server's requests of a payment at each bank are
// explained under the right configuration and under ones that people break.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBanks } from '../../banks/server.js';
import { assertQuiet, configsOf, told, visited, withKeys } from './explaining.js';

const HERE = 'http://127.0.0.1:1';
const GATEWAYS = Object.keys(configsOf({ url: HERE }));
/** A card goes through the shop's form or server in these. */
const CARD_MODELS = { isbank: '3d_pay', garanti: '3d_pay', akbank: '3d_pay', moka: '3d', qnb: '3dpay', denizbank: '3dpay' };

let banks;
before(async () => { banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK') }); });
after(() => banks.close());

const isSecret = (name) => /key|pass|salt/i.test(name);

/** The configuration as it is, and as people break it. */
function* configurations(config) {
  const secrets = Object.keys(config.merchant).filter(isSecret);
  const [first, second = Object.keys(config.merchant).find((name) => !isSecret(name))] = secrets;
  const value = config.merchant[first];
  yield config;
  yield withKeys(config, { [first]: config.merchant[second], [second]: value });
  yield withKeys(config, { [first]: `${value} ` });
  yield withKeys(config, { [first]: `${value.slice(0, 2)}\u200b${value.slice(2)}` });
  yield withKeys(config, Object.fromEntries(secrets.map((name) => [name, 'Baska9Gizli7Deger'])));
  yield { ...config, mode: 'production' };
}

/** What there is to explain about one payment. */
function* material({ form, message, requests, order }) {
  if (message) yield { message, order };
  if (message) yield { message };
  if (form) yield { form, order };
  for (const request of requests.slice(0, 3)) {
    yield { form: request.body };
    yield { form: request };
  }
}

test('fourteen systems, all of them with an account', () => assert.equal(GATEWAYS.length, 14));

for (const gateway of GATEWAYS) {
  for (const model of [undefined, CARD_MODELS[gateway]].slice(0, gateway in CARD_MODELS ? 2 : 1)) {
    test(`${gateway}${model ? `, ${model}` : ''}: nothing secret is told, whatever is wrong`, async () => {
      const life = await visited(banks, gateway, { model, finish: true });
      assert.ok(life.message || gateway === 'vakifbank');
      const verdicts = new Set();
      for (const config of configurations(life.config)) {
        const others = [{ name: 'asil', config: life.config }];
        for (const given of material(life)) verdicts.add(told({ config, others, ...given }).verdict);
      }
      assert.ok(verdicts.size > 1, [...verdicts].join());
    });
  }
}

test('the witness finds what it looks for', () => {
  const config = { gateway: 'kuveytturk', merchant: { merchantId: '1', password: 'Canli-Sifre-8' } };
  const digest = 'qL3v9Xz0Tn4hW2sYb8dKcE1mJ6o=';
  for (const said of ['it is Canli-Sifre-8', Buffer.from('Canli-Sifre-8').toString('hex'), `should be ${digest}`, 'da39a3ee5e6b4b0d3255bfef95601890afd80709', '4000000000000002']) {
    assert.throws(() => assertQuiet(said, { config, message: 'a=1' }), { name: 'AssertionError' }, said);
  }
  assert.throws(() => assertQuiet(`it says ${digest}`, { config, message: new URLSearchParams({ Hash: digest }).toString() }), /tells Hash/);
  assertQuiet(`it says ${digest}`, { config, message: new URLSearchParams({ cavv: digest }).toString() });
  // A random number that has the digits of a card in it is shown without them.
  const [before, after] = ['68C651E3'.repeat(6), 'E927D157'.repeat(6)];
  assertQuiet(`it says ${before}A123456***0123B${after}`, { config, message: new URLSearchParams({ randomNumber: `${before}A1234567890123B${after}` }).toString() });
});

// A card that passes through our server goes to the bank, and nowhere else: whatever the bank answers, whatever fetch throws, and whichever way
// somebody prints what he holds.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { format, inspect } from 'node:util';
import { PosError, createPos, newOrderId, paymentPage } from 'velopos';
import { isbank3d, iyzico, order } from './shop.js';

const card = { number: '4508034508034509', month: '12', year: '30', cvv: '7391', holder: 'KARTSAHIBI QXZ' };
/** What must not be seen: the number, whole or in large part, the code, the name; as it is, and as forms and base64 write it. */
const TRACES = [card.number, card.number.slice(0, 12), card.number.slice(4), Buffer.from(card.number).toString('base64').slice(0, 16), 'KARTSAHIBI', '7391'];

const yapikredi = {
  gateway: 'yapikredi', mode: 'test', merchant: { merchantId: '6706598320', terminalId: '67005551', posnetId: '27426', encKey: '21,34,55,89,14,42,33,77' },
};
const here = 'http://localhost:8481';
const vakifbank = {
  gateway: 'vakifbank', mode: 'test', model: '3d', merchant: { merchantId: '000100000013506', password: '123456', terminalNo: 'VP000579' },
  endpoints: { mpi: `${here}/mpi`, vpos: `${here}/vpos`, search: `${here}/search`, common_payment: `${here}/common`, payment_page: `${here}/page` },
};
const CARD_MODELS = { 'isbank 3d': isbank3d, 'isbank 3d_pay': { ...isbank3d, model: '3d_pay' }, yapikredi, 'vakifbank 3d': vakifbank, 'iyzico 3ds': { ...iyzico, model: '3ds' } };

const textOf = (init) => `${init.body}\n${decodeURIComponent(String(init.body).replace(/\+/g, ' '))}`;
const NETWORKS = {
  'a fetch that throws what it was given': async (url, init) => { throw Object.assign(new Error(textOf(init)), { url, init }); },
  'an echo': async (url, init) => new Response(textOf(init)),
  'an echo with status 500': async (url, init) => new Response(textOf(init), { status: 500 }),
  'an echo as JSON': async () => new Response(JSON.stringify({ status: 'failure', errorCode: '5', errorMessage: card.number, reason: card.number, conversationId: card.number })),
  'an echo as XML': async () => new Response(`<posnetResponse><approved>0</approved><respCode>0148</respCode><respText>${card.number}</respText></posnetResponse>`),
  'silence': () => new Promise(() => {}),
};

const printed = (value) => [inspect(value, { depth: Infinity, showHidden: true }), format('%o %O %j %s', value, value, value, value), JSON.stringify(value), String(value?.stack)].join('\n');
function showsNoCard(name, value) {
  const text = printed(value);
  for (const trace of TRACES) assert.ok(!text.includes(trace), `${name} shows ${trace}`);
}

for (const [model, config] of Object.entries(CARD_MODELS)) {
  describe(model, () => {
    for (const [network, fetch] of Object.entries(NETWORKS)) {
      test(`${network}: neither result nor error shows the card`, async () => {
        const claimed = [];
        const claim = async (key, stored) => Boolean(claimed.push([key, stored]));
        const pos = createPos(config, { fetch, claim, timeoutMs: 40 });
        try {
          const { redirect, ...rest } = await pos.start({ ...order, id: newOrderId() }, { card });
          showsNoCard('result', rest);
          showsNoCard('redirect', redirect);
        } catch (error) {
          assert.ok(error instanceof PosError, String(error));
          showsNoCard('error', error);
        }
        showsNoCard('pos', pos);
        showsNoCard('claims', claimed);
      });
    }
    test('a step is printed without it, and yet takes it to the bank', () => {
      const step = createPos(config, { claim: async () => true }).step.start({ ...order, id: newOrderId() }, { card });
      showsNoCard('step', step);
      showsNoCard('order', step.order);
      const goes = step.type === 'send' ? textOf(step.request) : paymentPage(step.redirect).body;
      assert.ok(goes.includes(card.number));
    });
    for (const wrong of [{ number: '45080345080345' + 'x' }, { month: '13' }, { year: '2030' }, { cvv: '7391 ' }, { holder: 'KARTSAHIBI\nQXZ' }, { pin: '1234' }, { number: 4508034508034509 }]) {
      test(`a mistyped card is refused without being repeated: ${Object.keys(wrong)}`, () => {
        const pos = createPos(config, { claim: async () => true });
        assert.throws(() => pos.step.start({ ...order, id: newOrderId() }, { card: { ...card, ...wrong } }), (error) => {
          assert.ok(error instanceof PosError && error.code === 'ORDER' && error.field.startsWith('card.'), `${error.code} ${error.field}`);
          showsNoCard('error', error);
          return true;
        });
      });
    }
  });
}

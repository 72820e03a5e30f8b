// Moka United: a return carries one of two words, signed with a code that only the shop's server was told, and nothing else of it is covered.
// A return only makes us ask, so what is watched besides is that nobody makes us ask who does not have the word of this very payment.
import { createMoka, hashValue } from '../../../banks/moka.js';
import { answers, customers } from '../customers.js';
import { createMaterial, numbersOf, openShop } from '../material.js';
import { rendered, taken, utf8, valueOf, withValues } from '../message.js';
import { options } from '../wire.js';

export const name = 'moka';

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { dealerCode: '12345', username: 'KirazApiUser', password: 'Kiraz+Moka7' };
  const attackers = { dealerCode: '99999', username: 'Saldirgan', password: 'Bende+Moka1' };
  const shopOf = (label, keys, model, { settings, ...more } = {}) => {
    const bank = createMoka({ ...options(dice), stores: [{ ...keys, shopName: 'Kiraz' }], settings });
    return Object.assign(
      openShop({ velopos, name: label, config: { gateway: 'moka', merchant: keys, ...more }, bank, account: keys.dealerCode, model }),
      { visit: ({ url }, card) => bank.visit(url, { card }), find: bank.find }
    );
  };
  const shops = [
    ...['webpos', '3d'].flatMap((model) => [
      shopOf('shop', merchant, model), shopOf('lenient shop', merchant, model, { threeDS: 'attempted' }), shopOf('attacker\'s shop', attackers, model),
    ]),
    shopOf('shop at a bank that charges without 3-D Secure', merchant, 'webpos', { settings: { chargesWith: ['1', '2', '4', '5'] } }),
    shopOf('test account', { ...merchant, password: 'Deneme+Moka7' }, '3d', { mode: 'test' }),
  ];
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`, () => dice.text(12), () => `S${dice.below(90_000)}`, () => `${dice.below(900) + 100}`]);
  for (const shop of shops) {
    for (let times = 0; times < 2; times += 1) await customers({ material, shop, idOf, changes: CHANGES });
  }
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 8,
    replies: await answers(material),
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id,
    jsonWishes: [
      ['ResultCode', '"Success"'], ['PaymentStatus', '2'], ['TrxStatus', '1'], ['Amount', '149.9'], ['CurrencyCode', '"TL"'], ['RefAmount', '0'], ['IsSuccessful', 'true'],
      ['IsThreeD', 'true'],
    ],
    words: ['T', 'F', '', '000', '002', 'true', '14990', '149.90', 'Success'],
    names: ['hashValue', 'resultCode', 'resultMessage', 'trxCode', 'OtherTrxCode', 'isSuccessful', 'Amount', 'hashvalue'],
    decisions: [['resultCode', ''], ['resultCode', '002'], ['isSuccessful', 'true'], ['hashValue', '']],
    digests: ['hashValue'],
    unknowable: ['hashValue'],
    allDigests: material.forms.map(({ fields }) => valueOf(fields, 'hashValue')).filter(Boolean),
    keys: ['', 'T', merchant.dealerCode, '00000000-0000-0000-0000-000000000000'],
    // What stands in the stored order is a trace of the digest; whoever reads it must not be able to use it.
    sign: (draft, key, dice_) => withValues(draft.fields, { hashValue: dice_.chance(0.5) ? hashValue(key, dice_.pick(['T', 'F'])) : refsOf(draft.target).get(dice_.pick(['taken', 'failed'])) ?? '' }),
    identity: ({ order }) => ({ OtherTrxCode: utf8(order.id) }),
    knows: ({ target, fields }) => {
      const given = valueOf(taken(rendered(fields)), 'hashValue')?.toLowerCase();
      return material.messagesOf(target, material.forms).some((message) => valueOf(message.fields, 'hashValue') === given);
    },
    tricks: {
      'the word of another payment': (draft, world, dice_) => { draft.fields = withValues(draft.fields, { hashValue: dice_.pick(world.allDigests) }); },
      'say what one likes beside the word': (draft, world, dice_) => {
        draft.fields = withValues(draft.fields, { resultCode: dice_.pick(['', '000', '002', '001']), resultMessage: 'Onaylandı', trxCode: dice_.pick(['', 'ORDER-1']) });
      },
      'the number of this order': (draft, world) => { draft.fields = withValues(draft.fields, world.identity(draft.target)); },
    },
    rightDigests: () => [],
  };
}

const CHANGES = [{ currency: 'USD' }, { type: 'preauth' }, { installments: 3 }, { amount: '1.00' }, { amount: '1490.00' }];
const refsOf = ({ order }) => new URLSearchParams(order.refs);

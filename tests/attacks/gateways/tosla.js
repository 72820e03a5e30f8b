// Tosla: a digest over a secret and values with nothing between them, and an order number of the shop's among them. A return only makes us
// ask; what of it is kept is how 3-D Secure ended.
import { CALLBACK_FIELDS, callbackHash, createTosla } from '../../../banks/tosla.js';
import { answers, customers, pair, sisterShops, typed } from '../customers.js';
import { createMaterial, numbersOf, openShop } from '../material.js';
import { asText, utf8, valueOf, withValues } from '../message.js';
import { options } from '../wire.js';
import { undelimited } from '../tricks/undelimited.js';

export const name = 'tosla';

const SIGNED = CALLBACK_FIELDS.split(',');
/** Behind ApiUser, which is not sent. */
const BEHIND = SIGNED.slice(2);
const SUCCESS = { MdStatus: '1', BankResponseCode: '00', BankResponseMessage: '', RequestStatus: '1' };
/** Time, chance and their digest are new in each question. */
const asks = ({ body }) => body.replace(/"(rnd|timeSpan|hash)":"[^"]*",?/g, '');

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { clientId: '1000012345', apiUser: 'POS_ENT_KIRAZ1', apiPass: 'Kiraz+Api7*!' };
  const attackers = { clientId: '1000099999', apiUser: 'POS_ENT_BENDE1', apiPass: 'Bende+Api1*!' };
  const shopOf = (label, keys, model, { settings, ...more } = {}) => {
    const bank = createTosla({ ...options(dice), stores: [{ ...keys, shopName: 'Kiraz' }], settings: { hashOnce: false, repeatedOrder: 'accept', ...settings } });
    const visit = ({ url, fields, cardInputs }, card) => bank.visit(
      fields?.ThreeDSessionId ?? new URL(url).pathname.split('/').at(-1), { card }, cardInputs && card !== 'cancel' && card !== 'close' ? typed(cardInputs, card) : undefined
    );
    return Object.assign(
      openShop({ velopos, name: label, config: { gateway: 'tosla', merchant: keys, ...more }, bank, account: keys.clientId, model }), { visit, find: bank.find, asks }
    );
  };
  const shops = [
    ...['3d_pay_hosting', '3d_pay'].flatMap((model) => [
      shopOf('shop', merchant, model), shopOf('lenient shop', merchant, model, { threeDS: 'attempted' }),
      shopOf('shop at a bank that signs no refusal', merchant, model, { settings: { unsignedReturn: true } }), shopOf('attacker\'s shop', attackers, model),
    ]),
    shopOf('test account', { ...merchant, apiPass: 'Deneme+Api7*!' }, '3d_pay', { mode: 'test' }),
  ];
  const idOf = numbersOf(dice, [
    () => `A${dice.text(19)}`, () => dice.text(12), () => `S${dice.below(90_000)}`, () => `${dice.below(900) + 100}`, () => `${dice.below(900) + 100}1`,
  ]);
  for (const shop of shops) {
    await customers({ material, shop, idOf });
    await customers({ material, shop, idOf, changes: [], again: [{ amount: '15.00' }] });
    // A number that is another one with the better mdStatus behind it.
    for (let count = 0; count < 4; count += 1) {
      await pair({ material, shop, id: idOf().slice(0, 18), behind: '1', cards: ['3ds-attempt', 'success'], leaveOut: ['ThreeDSessionId'] });
    }
  }
  const sister = shopOf('attacker at a sister shop', { ...merchant, clientId: '1000012346' }, '3d_pay');
  for (const shop of shops.slice(0, 2)) await sisterShops({ material, shop, sister, dice });
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 8,
    replies: await answers(material),
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id,
    jsonWishes: [
      ['Code', '0'], ['RequestStatus', '1'], ['BankResponseCode', '"00"'], ['Amount', '14990'], ['Currency', '949'], ['TransactionType', '1'], ['RefundedAmount', '0'],
    ],
    words: ['1', '0', '4', '00', '51', '05', 'MD:0', 'MD:1', '', '10', '14990', '949', CALLBACK_FIELDS],
    names: [...SIGNED, 'HashParameters', 'Hash', 'ThreeDSessionId', 'Amount', 'Note'],
    decisions: [...Object.entries(SUCCESS), ['MdStatus', '0'], ['BankResponseCode', '51'], ['RequestStatus', '0'], ['MdStatus', '1']],
    digests: ['Hash'],
    unknowable: ['ThreeDSessionId'],
    allDigests: material.forms.map(({ fields }) => valueOf(fields, 'Hash')).filter(Boolean),
    keys: [attackers, { ...merchant, apiPass: '' }, { ...merchant, apiPass: merchant.apiUser }],
    sign: (draft, keys) => withValues(draft.fields, { Hash: callbackHash(plain(draft.fields), keys) }),
    identity: ({ order, shop }) => ({ ClientId: shop.account, OrderId: utf8(order.id) }),
    tricks: {
      ...undelimited(BEHIND, [SUCCESS, { MdStatus: '1', BankResponseCode: '00' }, { MdStatus: '1' }, { MdStatus: '4' }, {}]),
      'the list of signed fields': ownList,
      'better authenticated': (draft, world, dice_) => { draft.fields = withValues(draft.fields, { MdStatus: '1', ...(dice_.chance(0.5) && SUCCESS) }); },
      'the session of another payment': (draft, world, dice_) => {
        const from = dice_.pick(world.near(draft.target, world.forms)).fields;
        draft.fields = withValues(draft.fields, { ThreeDSessionId: dice_.chance(0.3) ? '' : valueOf(from, 'ThreeDSessionId') ?? '' });
      },
    },
    rightDigests: ({ target, fields }) => (fields ? [callbackHash(plain(fields), target.shop.config.merchant)] : []),
  };
}

/** What stands behind ApiUser moves into a field that nobody looks at. */
function ownList(draft, world, dice) {
  const note = BEHIND.map((each) => valueOf(draft.fields, each) ?? '').join('');
  const list = dice.pick([
    'ClientId,ApiUser,note', 'ClientId,ApiUser,note', 'ClientId,ApiUser,note', 'note', `${CALLBACK_FIELDS},note`, 'ClientId,ApiUser', '', CALLBACK_FIELDS.toLowerCase(),
  ]);
  draft.fields = withValues(draft.fields, { HashParameters: list, note, ...(dice.chance(0.7) && SUCCESS) });
}

const plain = (fields) => Object.fromEntries(fields.map((field) => [field.name, asText(field.value)]));

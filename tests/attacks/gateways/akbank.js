// Akbank's JSON POS: returns signed over whatever their own list says, without a delimiter; several lists, of different years; and refusals
// that sign a code, words and an order number.
import { callbackHash, createAkbank, LISTS } from '../../../banks/akbank.js';
import { answers, buy, customers, shifted, sisterShops } from '../customers.js';
import { minorOf } from '../judge.js';
import { createMaterial, numbersOf, openShop } from '../material.js';
import { bodyText, utf8, valueOf, withValues } from '../message.js';
import { options } from '../wire.js';
import { ownList, pieces, readInto, undelimited } from '../tricks/undelimited.js';

export const name = 'akbank';

const MODELS = ['3d_pay_hosting', '3d_pay', '3d'];
const SUCCESS = { responseCode: 'VPS-0000', hostResponseCode: '00', mdStatus: '1', secureEcomInd: '05' };
const CURRENCIES = { TRY: 949, USD: 840, EUR: 978 };
const ALL = [...LISTS.authenticated[2024], ...LISTS.authenticated[2026], ...LISTS.charged[2026], ...LISTS.refused];

const reads = ({ body }) => {
  const { order, transaction } = JSON.parse(body);
  const currency = Object.keys(CURRENCIES).find((each) => CURRENCIES[each] === transaction.currencyCode) ?? 'other';
  return { id: order.orderId, currency, minor: minorOf(transaction.amount, currency) };
};
/** Time and chance are new in each question. */
const asks = ({ body }) => body.replace(/"(requestDateTime|randomNumber)":"[^"]*",?/g, '');

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { merchantSafeId: '2026ABCDEF0123456789ABCDEF012345', terminalSafeId: '2026FEDCBA9876543210FEDCBA987654', secretKey: '4b6972617a43696365b6972617a2b616e6168746172' };
  const attackers = { merchantSafeId: '2026AAAAAA0123456789ABCDEF012345', terminalSafeId: '2026AAAAAA9876543210FEDCBA987654', secretKey: '42656e646531316275616e6168746172' };
  const shopOf = (label, keys, model, { settings, ...more } = {}) => {
    const bank = createAkbank({ ...options(dice), stores: [{ ...keys, merchantName: 'Kiraz' }], settings });
    return Object.assign(
      openShop({ velopos, name: label, config: { gateway: 'akbank', merchant: keys, ...more }, bank, account: keys.merchantSafeId, model, reads }),
      { visit: ({ fields }, card) => bank.visit(fields, { card }), find: bank.find, asks }
    );
  };
  const shops = [
    ...MODELS.flatMap((model) => [shopOf('shop', merchant, model), shopOf('lenient shop', merchant, model, { threeDS: 'attempted' })]),
    shopOf('shop with the older list', merchant, '3d', { settings: { authenticatedList: '2024' } }),
    shopOf('lenient shop with the older list', merchant, '3d', { settings: { authenticatedList: '2024' }, threeDS: 'attempted' }),
    shopOf('shop with the newer list', merchant, '3d_pay', { settings: { chargedList: '2026' } }),
    shopOf('attacker\'s shop', attackers, '3d'), shopOf('test terminal', { ...merchant, secretKey: '44656e656d65416e61687461726931' }, '3d', { mode: 'test' }),
  ];
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`, () => `7${dice.text(19, '0123456789')}`, () => dice.text(12), () => `S${dice.below(90_000)}`]);

  for (const shop of shops) {
    await customers({ material, shop, idOf });
    for (let count = 0; count < 8; count += 1) await editedForm({ material, shop, dice, idOf });
  }
  const sister = shopOf('attacker at a sister shop', { ...merchant, terminalSafeId: '2026FEDCBA9876543210FEDCBA987655' }, '3d');
  for (const shop of shops.filter(({ model, mine }) => model === '3d' && !mine)) await sisterShops({ material, shop, sister, dice });
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 8,
    replies: await answers(material),
    // A refusal names nobody, nor does an empty list.
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id && /"order(Id)?"/.test(bodyText(other.answer.body)),
    jsonWishes: [
      ['responseCode', '"VPS-0000"'], ['hostResponseCode', '"00"'], ['txnCode', '"1000"'], ['txnStatus', '"N"'], ['amount', '149.90'], ['currencyCode', '949'],
    ],
    words: ['VPS-0000', 'VPS-1051', 'VPS-1279', 'VPS-3008', '00', '51', '1', '0', '4', '05', '06', '02', '1000', '3000', '3001', '3004', '3005', '149.90', '949', '', 'A'.repeat(28)],
    names: [...new Set(ALL), 'hash', 'hashParams', 'note', 'currencyCode', 'paymentModel'],
    decisions: [...Object.entries(SUCCESS), ['responseCode', 'VPS-1051'], ['mdStatus', '0'], ['txnCode', '3001'], ['secureEcomInd', '06'], ['responseCode', 'VPS-1279']],
    digests: ['hash'],
    allDigests: material.forms.map(({ fields }) => valueOf(fields, 'hash')).filter(Boolean),
    keys: [attackers.secretKey, '', merchant.merchantSafeId, Buffer.from(attackers.secretKey, 'hex').toString('latin1')],
    sign: (draft, key) => withValues(draft.fields, { hash: signed(draft.fields, key) }),
    identity: ({ order, shop }) => ({
      merchantSafeId: shop.account, terminalSafeId: shop.config.merchant.terminalSafeId, orderId: utf8(order.id), amount: order.amount, okUrl: order.urls.ok,
      failUrl: order.urls.fail, installCount: String(order.installments ?? 1),
    }),
    tricks: {
      ...undelimitedOfMessage, 'the list of signed fields': ownList('hashParams', LISTS.refused, '+', SUCCESS), 'told as another kind': toldAsAnotherKind,
      'an authentication of another order': (draft, world, dice_) => {
        const from = dice_.pick(world.near(draft.target, world.forms)).fields;
        draft.fields = withValues(draft.fields, Object.fromEntries(['secureId', 'secureEcomInd', 'secureData', 'secureMd'].map((each) => [each, valueOf(from, each) ?? ''])));
      },
    },
    rightDigests: ({ target, fields }) => (fields ? [signed(fields, target.shop.config.merchant.secretKey)] : []),
  };
}

const pairs = (fields) => fields.map((field) => [field.name, Buffer.from(field.value, 'latin1').toString('utf8')]);
const signed = (fields, key) => callbackHash(pairs(fields), valueOf(fields, 'hashParams') ?? '', key);

const VERDICTS = [SUCCESS, { responseCode: 'VPS-0000' }, { responseCode: 'VPS-1051' }, { mdStatus: '1' }, { secureEcomInd: '05' }, {}];
/** The borders of the message's own list. */
const undelimitedOfMessage = Object.fromEntries(Object.keys(undelimited(['a', 'b'], VERDICTS)).map((trick) => [trick, (draft, world, dice) => {
  const names = (valueOf(draft.fields, 'hashParams') ?? '').split('+');
  return names.length > 1 && undelimited(names, VERDICTS)[trick](draft, world, dice);
}]));

/** The same text under another of the bank's lists. */
function toldAsAnotherKind(draft, world, dice) {
  const text = (valueOf(draft.fields, 'hashParams') ?? '').split('+').map((each) => valueOf(draft.fields, each) ?? '').join('');
  const list = dice.pick([LISTS.refused, LISTS.authenticated[2024], LISTS.authenticated[2026], LISTS.charged[2024], LISTS.charged[2026]]);
  const wanted = { ...(dice.chance(0.7) && world.identity(draft.target)), ...dice.pick(VERDICTS) };
  const values = readInto(text, list, Object.fromEntries(Object.entries(wanted).filter(([each]) => list.includes(each))), dice) ?? pieces(text, list.length, dice);
  draft.fields = withValues(draft.fields, { ...Object.fromEntries(list.map((each, place) => [each, values[place]])), hashParams: list.join('+') });
}

const FORM = ['paymentModel', 'txnCode', 'merchantSafeId', 'terminalSafeId', 'orderId', 'lang', 'amount', 'currencyCode', 'installCount', 'okUrl', 'failUrl', 'randomNumber', 'requestDateTime'];

/** Only where the next name is free may a letter of the order's number go there. */
async function editedForm({ material, shop, dice, idOf }) {
  const at = dice.below(FORM.length - 1);
  const edit = (fields) => shifted(fields, [FORM[at], FORM[at + 1]], dice);
  await buy({ material, shop, id: idOf(), card: dice.pick(['success', '3ds-failed', 'insufficient-funds']), edit, failed: true });
}

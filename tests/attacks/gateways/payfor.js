// PayFor (QNB, Ziraat Katılım): a digest over values without a delimiter that leaves the amount out, at one bank one that never fits, and a
// form of which the customer can change currency and kind. Only the bank's inquiry is believed.
import { createPayfor, responseHash, SIGNED_FIELDS } from '../../../banks/payfor.js';
import { answers, buy, customers, shiftedForm, sisterShops, typed } from '../customers.js';
import { createMaterial, newOrder, numbersOf, openShop } from '../material.js';
import { utf8, valueOf, withValues } from '../message.js';
import { options } from '../wire.js';
import { undelimited } from '../tricks/undelimited.js';

export const name = 'payfor';

const MODELS = ['3dhost', '3dpay', '3dmodel'];
const FORM = ['MbrId', 'OrderId', 'PurchAmount', 'OkUrl', 'FailUrl', 'TxnType', 'InstallmentCount', 'Rnd'];
const SUCCESS = { ProcReturnCode: '00', '3DStatus': '1', TxnResult: 'Success' };
const CURRENCIES = { TRY: '949', USD: '840', EUR: '978' };

const leaf = (request, tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(request.body)?.[1];

/** A bank whose books do not tell how 3-D Secure ended. */
const forgetful = (bank) => ({
  ...bank,
  handle: async (request) => {
    const answer = await bank.handle(request);
    return typeof answer.body === 'string' ? { ...answer, body: answer.body.replace(/<D3Status>[^<]*<\/D3Status>/, '') } : answer;
  },
});

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { merchantId: '085300000012345', userCode: 'KIRAZ_API', userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x', mbrId: '5' };
  const attackers = { ...merchant, merchantId: '085300000099999', userCode: 'SALDIRGAN', userPass: 'Bende+1xx', merchantPass: 'Bende+2xx' };
  const katilim = { ...merchant, mbrId: '12' };
  const bankOf = (keys, settings) => {
    const place = keys.mbrId === '12' ? 'mpi' : 'gateway';
    return createPayfor({ ...options(dice), stores: [{ ...keys, terminalId: 'VS1', place, merchantName: 'Kiraz', hash: place === 'mpi' ? 'wrong' : 'sound' }], settings });
  };
  const shopOf = (label, keys, model, { gateway = 'qnb', settings, wrap = (bank) => bank, ...more } = {}) => {
    const bank = bankOf(keys, settings);
    /** By the bank's number of a visit, which is all that our provision names: what was seen there. */
    const seen = new Map();
    // Where the books do not show what is only authenticated, the shop cannot know more than whose visit it was.
    const reads = (request) => ({ id: leaf(request, 'OrderId'), ...(settings?.openOrders !== 'unknown' && seen.get(leaf(request, 'RequestGuid'))) });
    const visit = ({ fields, cardInputs }, card) =>
      bank.visit({ ...fields, ...(card !== 'cancel' && card !== 'close' && typed(cardInputs, card)) }, { card });
    return Object.assign(
      openShop({ velopos, name: label, config: { gateway, merchant: keys, ...more }, bank: wrap(bank), account: keys.merchantId, model, reads }),
      { visit, find: bank.find, seen }
    );
  };
  const shops = [
    ...MODELS.flatMap((model) => [
      shopOf('shop', merchant, model), shopOf('shop at a forgetful bank', merchant, model, { threeDS: 'attempted', wrap: forgetful }),
      shopOf('shop at Ziraat Katılım', katilim, model, { gateway: 'ziraatkatilim', settings: { inquiryField: 'OrderId' } }),
    ]),
    shopOf('shop at a discreet bank', merchant, '3dmodel', { settings: { openOrders: 'unknown' } }),
    shopOf('shop at a bank that signs refusals', merchant, '3dhost', { settings: { signRefusals: true, orderIdOnce: 'approved' } }),
    shopOf('attacker\'s shop', attackers, '3dmodel'), shopOf('test terminal', { ...merchant, merchantPass: 'Deneme3Dx' }, '3dpay', { mode: 'test' }),
  ];
  const idOf = numbersOf(dice, [
    () => `A${dice.text(19)}`, () => dice.text(12), () => `S${dice.below(90_000)}`, () => String(dice.below(9000) + 100), () => `7001${dice.below(900)}`,
  ]);

  for (const shop of shops) {
    await customers({ material, shop, idOf });
    for (let count = 0; count < 12; count += 1) await editedForm({ material, shop, dice, idOf });
  }
  for (const shop of shops.filter(({ model, name: label }) => model === '3dmodel' && /^(shop|shop at a (forgetful|discreet) bank) /.test(label))) {
    const sister = shopOf('attacker at a sister shop', { ...merchant, merchantId: '085300000012346' }, '3dmodel');
    await sisterShops({ material, shop, sister, dice });
  }
  for (const { target: { shop }, fields } of material.forms) {
    const [guid, currency] = ['RequestGuid', 'Currency'].map((each) => valueOf(fields, each));
    const letters = Object.keys(CURRENCIES).find((each) => CURRENCIES[each] === currency) ?? 'other';
    if (guid !== '0') shop.seen.set(guid, { minor: BigInt(valueOf(fields, 'PurchAmount').replace('.', '')), currency: letters });
  }
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 8,
    replies: await answers(material),
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id,
    wishes: [
      ['ProcReturnCode', '00'], ['TxnStatus', 'Y'], ['PurchAmount', '149.90'], ['Currency', '949'], ['D3Status', '1'], ['TxnType', 'Auth'],
      ['RefundedAmount', '0'], ['IsVoided', 'false'], ['OrderId', 'A'], ['TransId', 'A'],
    ],
    words: ['00', 'V033', 'V034', 'MR15', '1', '0', '4', '-1', '51', '05', 'Success', 'Failed', 'Auth', 'PreAuth', '949', '840', '149.90', 'PF638000000000000001', ''],
    names: [
      ...SIGNED_FIELDS, 'ResponseHash', 'RequestGuid', 'MerchantID', 'MbrId', 'TxnResult', 'PurchAmount', 'Currency', 'TxnType', 'UserCode', 'HostRefNum',
      'ErrMsg', 'SecureType', 'InstallmentCount', 'HashType', 'Hash',
    ],
    decisions: [...Object.entries(SUCCESS), ['ProcReturnCode', 'V033'], ['ProcReturnCode', '51'], ['3DStatus', '0'], ['ProcReturnCode', 'V034']],
    digests: ['ResponseHash'],
    allDigests: material.forms.map(({ fields }) => valueOf(fields, 'ResponseHash')).filter(Boolean),
    keys: [attackers, { ...merchant, merchantPass: '' }, { ...merchant, merchantPass: merchant.merchantId }],
    sign: (draft, keys) => withValues(draft.fields, { ResponseHash: responseHash(plain(draft.fields), keys) }),
    identity: ({ order, shop }) => ({ OrderId: utf8(order.id), MerchantID: shop.account, PurchAmount: order.amount, Currency: CURRENCIES[order.currency] }),
    tricks: {
      ...undelimited(SIGNED_FIELDS, [SUCCESS, { ProcReturnCode: 'V033', '3DStatus': '1' }, { ProcReturnCode: '00' }, { ProcReturnCode: '51', '3DStatus': '1' }, {}]),
      'the number of another visit': (draft, world, dice) => {
        const [own, far] = [dice.pick(world.near(draft.target, world.forms)), dice.pick(world.forms)];
        const from = dice.chance(0.7) ? own : far;
        draft.fields = withValues(draft.fields, { RequestGuid: valueOf(from.fields, 'RequestGuid') ?? '', ...(dice.chance(0.5) && { ProcReturnCode: 'V033', '3DStatus': '1' }) });
      },
      'an authentication of this visit': (draft, world, dice) => {
        draft.fields = withValues(draft.fields, { ProcReturnCode: 'V033', '3DStatus': dice.pick(['1', '1', '2', '4', '0']), AuthCode: '' });
      },
      'an approval of one\'s own': (draft, world, dice) => { draft.fields = withValues(draft.fields, { ...SUCCESS, AuthCode: dice.pick(['S12345', '', '123456']) }); },
    },
    rightDigests: ({ target, fields }) => (fields ? [responseHash(plain(fields), target.shop.config.merchant)] : []),
  };
}

const plain = (fields) => Object.fromEntries(fields.map((field) => [field.name, field.value]));

/** What a customer can do to his own form: cut it elsewhere, and change what its digest leaves out. */
async function editedForm({ material, shop, dice, idOf }) {
  const card = dice.pick(['success', 'success', '3ds-failed', '3ds-attempt', 'insufficient-funds']);
  const more = (fields) => ({
    ...fields, ...(dice.chance(0.3) && { Currency: dice.pick(['840', '392', '978']) }), ...(dice.chance(0.3) && { SecureType: dice.pick(['3DPay', '3DModel', '3DHost']) }),
  });
  if (dice.chance(0.4)) {
    const edit = (fields) => ({ ...fields, ...dice.pick([{ Currency: '392' }, { Currency: '840' }, { SecureType: '3DModel' }, { SecureType: '3DPay' }]) });
    await buy({ material, shop, id: idOf(), card, edit, failed: true });
    return;
  }
  const back = await shiftedForm({ material, shop, dice, id: idOf(), names: FORM, amounts: ['149.90', '2345.67', '1490.00', '104.90'], more, card });
  const named = back && valueOf(back.message.fields, 'OrderId');
  if (!named || named === back.target.order.id || !/^[A-Za-z0-9]{1,50}$/.test(named)) return;
  const amount = valueOf(back.message.fields, 'PurchAmount');
  const { order } = shop.pos.step.start(newOrder(named, dice.chance(0.5) && /^[1-9]\d*\.\d\d$/.test(amount) ? { amount } : {}));
  material.message('forms', { ...back.message, target: material.target({ shop, order, outcome: 'victim', find: () => shop.find(named) }) });
}

// InterPos (Denizbank): a return that does sign amount, currency and addresses, without a delimiter and with a list of its own; the hosted
// page's, which the bank signs without its secret; and answers in which the customer's name stands among names and values.
import { callbackHash, createInterpos, SIGNED_FIELDS } from '../../../banks/interpos.js';
import { answers, buy, customers, shiftedForm, typed } from '../customers.js';
import { minorOf } from '../judge.js';
import { createMaterial, newOrder, numbersOf, openShop } from '../material.js';
import { bodyBytes, bodyText, utf8, valueOf, withValues } from '../message.js';
import { options, SHOP } from '../wire.js';
import { ownList, undelimited } from '../tricks/undelimited.js';

export const name = 'interpos';

const MODELS = ['3dhost', '3dpay', '3dmodel'];
const FORM = ['ShopCode', 'OrderId', 'PurchAmount', 'OkUrl', 'FailUrl', 'TxnType', 'InstallmentCount', 'Rnd'];
const SIGNED = SIGNED_FIELDS.split(':').filter(Boolean);
const SUCCESS = { ProcReturnCode: '00', Response: 'Approved', mdStatus: '1' };
const AUTHENTICATED = { ProcReturnCode: '', Response: '', mdStatus: '1' };
const CURRENCIES = { TRY: '949', USD: '840', EUR: '978' };
const letters = (digits) => Object.keys(CURRENCIES).find((each) => CURRENCIES[each] === digits) ?? 'other';

const reads = ({ body }) => {
  const form = new URLSearchParams(body);
  return { id: form.get('OrderId'), currency: letters(form.get('Currency')), minor: minorOf(form.get('PurchAmount'), 'TRY') };
};

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { shopCode: '91234', userCode: 'KirazApi', userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x' };
  const attackers = { shopCode: '99999', userCode: 'Saldirgan', userPass: 'Bende+1xx', merchantPass: 'Bende+2xx' };
  const shopOf = (label, keys, model, { settings, urls, ...config } = {}) => {
    const bank = createInterpos({ ...options(dice), stores: [{ ...keys, merchantName: 'Kiraz' }], settings });
    const visit = ({ fields, cardInputs }, card) =>
      bank.visit({ ...fields, ...(card !== 'cancel' && card !== 'close' && typed(cardInputs, card)) }, { card });
    return Object.assign(
      openShop({
        velopos, name: label, config: { gateway: 'denizbank', merchant: keys, ...config }, bank, account: keys.shopCode, model, reads,
      }),
      // The order inquiry names no currency: then somebody must be told.
      { visit, find: bank.find, urls, namesNoCurrency: true }
    );
  };
  const fixed = { ok: `${SHOP}/ok`, fail: `${SHOP}/fail` };
  const shops = [
    ...MODELS.flatMap((model) => [shopOf('shop', merchant, model), shopOf('lenient shop', merchant, model, { threeDS: 'attempted' })]),
    shopOf('shop whose page is signed', merchant, '3dhost', { settings: { hostDigest: 'sound' } }),
    shopOf('shop with fixed addresses', merchant, '3dpay', { urls: fixed }), shopOf('shop with fixed addresses', merchant, '3dmodel', { urls: fixed }),
    shopOf('shop at a bank that names the order', merchant, '3dpay', { settings: { statusOrderId: 'original' } }),
    shopOf('shop at a trusting bank', merchant, '3dmodel', { settings: { provisionChecks: 'md', urlsEscaped: true } }),
    shopOf('attacker\'s shop', attackers, '3dpay'), shopOf('test terminal', { ...merchant, merchantPass: 'Deneme3Dx' }, '3dpay', { mode: 'test' }),
  ];
  const full = () => `A${dice.text(19)}`;
  const idOf = numbersOf(dice, [
    // About shorter numbers a return decides nothing.
    full, full, full, full, () => dice.text(12), () => `S${dice.below(90_000)}`, () => String(dice.below(900) + 100), () => String(dice.below(9000) + 1000),
  ]);

  for (const shop of shops) {
    // Sale or pre-authorisation is in no answer of the bank's, and the currency not in all.
    await customers({ material, shop, idOf, again: [{ amount: '1490.00' }, { installments: 6 }] });
    for (const Currency of ['840', '978']) {
      await buy({ material, shop, id: full(), edit: (fields) => ({ ...fields, Currency }), failed: true });
    }
    for (let count = 0; count < (shop.urls ? 40 : 12); count += 1) await editedForm({ material, shop, dice, idOf });
  }
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 8,
    replies: await answers(material),
    // Many of its answers name a number of the bank's own, and no order.
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id && !/OrderId=(SYSOID|;|$)/.test(bodyText(other.answer.body)),
    words: ['00', '1', '0', '4', '2', '51', '05', 'Approved', 'Success', '949', '840', '149,90', '149.90', '', 'Auth'],
    names: [
      ...SIGNED, 'HASH', 'HASHPARAMS', 'HASHPARAMSVAL', 'TxnResult', '3DStatus', 'AuthCode', 'ErrorCode', 'ErrorMessage', 'ShopCode', 'TxnStat', 'Eci',
      'PayerTxnId', 'PayerAuthenticationCode', 'TransId', 'Description',
    ],
    decisions: [...Object.entries(SUCCESS), ['mdStatus', '0'], ['ProcReturnCode', '51'], ['ProcReturnCode', ''], ['mdStatus', '4']],
    digests: ['HASH'],
    allDigests: material.forms.map(({ fields }) => valueOf(fields, 'HASH')).filter(Boolean),
    keys: [attackers.merchantPass, '', '', merchant.shopCode, merchant.userCode],
    sign: (draft, key, dice_) => withValues(draft.fields, {
      ...(dice_.chance(0.5) && dice_.pick([SUCCESS, AUTHENTICATED, { ProcReturnCode: '51', mdStatus: '1' }])), ...callbackHash(plain(draft.fields), key),
    }),
    identity: ({ order }) => ({
      OrderId: utf8(order.id), PurchAmount: order.amount.replace('.', ','), Currency: CURRENCIES[order.currency], OkUrl: order.urls.ok, FailUrl: order.urls.fail,
    }),
    tricks: {
      ...undelimited(SIGNED, [SUCCESS, AUTHENTICATED, { mdStatus: '1' }, { ProcReturnCode: '00' }, { ProcReturnCode: '51' }, {}]),
      'the list of signed fields': ownList('HASHPARAMS', SIGNED, ':', SUCCESS),
      'signed with nothing': (draft, world, dice_) => {
        const wanted = { ...(dice_.chance(0.7) && world.identity(draft.target)), ...dice_.pick([SUCCESS, AUTHENTICATED, { ProcReturnCode: '51', Response: '' }]) };
        const fields = withValues(draft.fields, { ...wanted, TxnResult: 'Success' });
        draft.fields = withValues(fields, callbackHash(plain(fields), ''));
      },
      'another proof of 3-D Secure': (draft, world, dice_) => {
        const from = dice_.pick(world.near(draft.target, world.forms)).fields;
        draft.fields = withValues(draft.fields, Object.fromEntries(['Eci', 'PayerTxnId', 'PayerAuthenticationCode'].map((each) => [each, valueOf(from, each) ?? ''])));
      },
    },
    replyTricks: { 'the name on the card': nameOnTheCard },
    rightDigests: ({ target, fields }) => (fields ? [callbackHash(plain(fields), target.shop.config.merchant.merchantPass).HASH] : []),
  };
}

const plain = (fields) => Object.fromEntries(fields.map((field) => [field.name, field.value]));

/** Values stand in an answer as they are, and one of them is the customer's own. */
function nameOnTheCard(draft, world, dice) {
  const text = bodyText(draft.answer?.body);
  if (!text.includes('ProcReturnCode=')) return false;
  const wishes = ['ProcReturnCode=00', 'TxnStatus=S', 'TxnStat=N', 'TxnResult=Success', 'PurchAmount=149,90', 'Amount=149,90', `OrderId=${draft.target.order.id}`, 'procreturncode=00'];
  const said = Array.from({ length: 1 + dice.below(4) }, () => dice.pick(wishes)).join(dice.pick([';;', ';', ';;;', '&', '\n']));
  const place = dice.pick([`CardHolderName=AYSE;;${said}`, `CardHolderName=;;${said};;x=`, `${said};;CardHolderName=`, `;;${said}`]);
  const body = dice.chance(0.6) ? `${text}${text.endsWith(';;') ? '' : ';;'}${place}` : `${place};;${text}`;
  draft.answer = { status: 200, body: bodyBytes(body) };
  return true;
}

/** What a customer can do to his own form: cut it elsewhere, and change what its digest leaves out. */
async function editedForm({ material, shop, dice, idOf }) {
  const card = dice.pick(['success', '3ds-failed', '3ds-failed', '3ds-attempt', 'insufficient-funds']);
  const free = (fields) => ({
    ...fields, ...(dice.chance(0.5) && { Currency: dice.pick(['840', '392', '978']) }), ...(dice.chance(0.4) && { SecureType: dice.pick(['3DPay', '3DModel', '3DHost']) }),
  });
  if (dice.chance(0.3)) {
    await buy({ material, shop, id: idOf(), card, edit: free, failed: true });
    return;
  }
  const amounts = ['149.90', '2345.67', '1490.00', '104.90'];
  const back = await shiftedForm({ material, shop, dice, id: idOf(), names: dice.chance(0.7) ? FORM.slice(1, 3) : FORM, amounts, card });
  const named = back && valueOf(back.message.fields, 'OrderId');
  if (!named || named === back.target.order.id || !/^[A-Za-z1-9][A-Za-z0-9]{0,19}$/.test(named)) return;
  const amount = valueOf(back.message.fields, 'PurchAmount').replace(',', '.');
  if (!/^[1-9]\d*\.\d\d$/.test(amount)) return;
  // Somebody else's order of that very number and price.
  const { order } = shop.pos.step.start(newOrder(named, { amount, ...(shop.urls && { urls: shop.urls }) }));
  const find = () => { const view = shop.find(named); return view?.code === '' ? undefined : view; };
  material.message('forms', { ...back.message, target: material.target({ shop, order, outcome: 'victim', find }) });
}

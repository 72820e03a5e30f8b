// PosNet V1 (Albaraka): an older digest that covers neither order nor amount, beside a newer one that does, and that a customer can leave out
// of his own form; the message names the fields of the older one. What is believed is the bank's list.
import { createPosnetV1, LISTS, mac, newCallbackMac } from '../../../banks/posnetv1.js';
import { AGAIN, answers, buy, customers, sisterShops } from '../customers.js';
import { createMaterial, newOrder, numbersOf, openShop } from '../material.js';
import { asText, taken, utf8, valueOf, withValues } from '../message.js';
import { begin, options } from '../wire.js';
import { ownList, undelimited } from '../tricks/undelimited.js';

export const name = 'posnetv1';

const SIGNED = LISTS.callback.split(':');
const LETTERS = { TRY: 'TL', USD: 'US', EUR: 'EU' };
const CAVV = `${'A'.repeat(27)}=`;
const SUCCESS = { MdStatus: '1', ECI: '05' };
const xid = (id) => id.padStart(20, '0');

const reads = ({ body }) => {
  const { OrderId, Amount, CurrencyCode } = JSON.parse(body);
  return { id: OrderId.replace(/^0+/, ''), minor: BigInt(Amount), currency: Object.keys(LETTERS).find((each) => LETTERS[each] === CurrencyCode) ?? 'other' };
};

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { merchantNo: '6700012345', terminalNo: '67512345', posnetId: '1010028724212345', encKey: '31,41,59,26,53,58,97,93' };
  const attackers = { merchantNo: '6700099999', terminalNo: '67599999', posnetId: '1010028724299999', encKey: '66,66,66,66,66,66,66,66' };
  const shopOf = (label, keys, { settings, isTrusting, ...more } = {}) => {
    const own = createPosnetV1({ ...options(dice), stores: [{ ...keys, merchantName: 'Kiraz' }], settings });
    const bank = isTrusting ? trusting(own, keys) : own;
    return Object.assign(
      openShop({ velopos, name: label, config: { gateway: 'albaraka', merchant: keys, ...more }, bank, account: keys.merchantNo, reads }),
      { visit: ({ fields }, card) => bank.visit(fields, { card }), find: (id) => bank.find(xid(id)) }
    );
  };
  const shops = [
    shopOf('shop', merchant), shopOf('lenient shop', merchant, { threeDS: 'attempted' }),
    shopOf('shop with the older digest', merchant, { settings: { macs: ['Mac'] } }),
    shopOf('lenient shop with the older digest', merchant, { settings: { macs: ['Mac'] }, threeDS: 'attempted' }),
    shopOf('shop with the newer digest', merchant, { settings: { macs: ['MacNew'], newMacRequired: true } }),
    shopOf('shop at a trusting bank', merchant, { isTrusting: true, settings: { macs: ['Mac'] } }),
    shopOf('shop at a bank that looks', merchant, { settings: { bindsOrder: true, chargesUnauthenticated: false } }),
    shopOf('attacker\'s shop', attackers), shopOf('test terminal', { ...merchant, encKey: '1,2,3,4,5,6,7,8' }, { mode: 'test' }),
  ];
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`, () => dice.text(12), () => `S${dice.below(90_000)}`, () => `${dice.below(900) + 100}`]);
  for (const shop of shops) {
    // What was told of the old form is no failure of the new one, where the bank signs what has changed: it does not sign instalments.
    const failed = AGAIN.filter(({ installments }) => !installments).map((each) => ({ ...each, card: '3ds-failed' }));
    await customers({ material, shop, idOf, again: [...AGAIN, ...failed] });
    for (const first of ['3ds-failed', '3ds-failed', '3ds-attempt', '3ds-attempt']) await visitedTwice({ material, shop, id: idOf(), first });
    for (let count = 0; count < 20; count += 1) await editedForm({ material, shop, dice, idOf });
  }
  const sister = shopOf('attacker at a sister shop', { ...merchant, merchantNo: '6700012346' });
  for (const shop of shops.slice(0, 2)) await sisterShops({ material, shop, sister, dice });
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 8,
    once: true,
    replies: await answers(material),
    // The answer to a provision names nothing: it is the answer to our own question.
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id && !other.then.startsWith('moves'),
    jsonWishes: [
      ['ServiceResponseData', '{"ResponseCode":"00","ResponseDescription":"Onaylandı"}'], ['TransactionData', '[]'], ['ResponseCode', '"00"'],
      ['TransactionStatus', '"1"'], ['Amount', '"149,90"'], ['CurrencyCode', '"TL"'], ['TransactionType', '"Sale"'], ['ReferenceCode', '"024478"'],
    ],
    words: ['1', '0', '4', '2', '05', '06', '02', '07', CAVV, '', 'TL', 'US', '14990', 'Sale', 'Auth', LISTS.callback],
    names: [...SIGNED, 'Mac', 'MacNew', 'MacParams', 'OrderId', 'Amount', 'Currency', 'MerchantId', 'TranType', 'CCPrefix', 'CAVVAlgorithm'],
    decisions: [...Object.entries(SUCCESS), ['MdStatus', '0'], ['MdStatus', '4'], ['ECI', '06'], ['CAVV', CAVV], ['CAVV', '']],
    digests: ['Mac', 'MacNew'],
    allDigests: material.forms.flatMap(({ fields }) => ['Mac', 'MacNew'].map((each) => valueOf(fields, each))).filter(Boolean),
    keys: [attackers.encKey, '', merchant.posnetId],
    sign: (draft, key) => withValues(draft.fields, { Mac: mac(LISTS.callback, plain(draft.fields), key), MacNew: newCallbackMac(plain(draft.fields), key) }),
    identity: ({ order, shop }) => ({
      OrderId: utf8(xid(order.id)), MerchantId: shop.account, Amount: order.amount.replace('.', ''), Currency: LETTERS[order.currency],
      TranType: order.type === 'preauth' ? 'Auth' : 'Sale',
    }),
    tricks: {
      ...undelimited(SIGNED, [SUCCESS, { MdStatus: '1' }, { MdStatus: '4', ECI: '06' }, { MdStatus: '0' }, {}]),
      'a whole success': (draft) => { draft.fields = withValues(draft.fields, { ...SUCCESS, CAVV }); },
      'the list of signed fields': ownList('MacParams', SIGNED, ':', { ...SUCCESS, CAVV }),
      'without the newer digest': (draft, world, dice_) => {
        draft.fields = draft.fields.filter((field) => field.name !== 'MacNew');
        if (dice_.chance(0.8)) draft.fields = withValues(draft.fields, world.identity(draft.target));
      },
      'without the older digest': (draft) => { draft.fields = draft.fields.filter((field) => !['Mac', 'MacParams'].includes(field.name)); },
      'what the older digest leaves out': (draft, world) => { draft.fields = withValues(draft.fields, world.identity(draft.target)); },
      'another authentication': (draft, world, dice_) => {
        const from = dice_.pick(world.near(draft.target, world.forms)).fields;
        draft.fields = withValues(draft.fields, Object.fromEntries([...SIGNED, 'Mac'].map((each) => [each, valueOf(from, each) ?? ''])));
        if (dice_.chance(0.5)) draft.fields = draft.fields.filter((field) => field.name !== 'MacNew');
      },
    },
    rightDigests: ({ target, fields }) => {
      if (!fields) return [];
      const { encKey } = target.shop.config.merchant;
      return [mac(LISTS.callback, plain(fields), encKey), newCallbackMac(plain(fields), encKey)];
    },
  };
}

/** A bank that takes the shop's word for how 3-D Secure ended: whatever is asked for, it sees what it has said itself. */
function trusting(bank, { encKey }) {
  const said = new Map();
  return {
    ...bank,
    visit: async (...visit) => {
      const back = await bank.visit(...visit);
      const fields = Object.fromEntries(new URLSearchParams(back.body ?? ''));
      if (back.body) said.set(fields.SecureTransactionId, { CavvData: fields.CAVV, Eci: fields.ECI, MdStatus: Number(fields.MdStatus), MD: fields.MD });
      return back;
    },
    handle: (request) => {
      const asked = JSON.parse(request.body);
      const own = said.get(asked.ThreeDSecureData?.SecureTransactionId);
      if (!own) return bank.handle(request);
      const ThreeDSecureData = { ...asked.ThreeDSecureData, ...own };
      const MAC = mac(LISTS.provision, { ...asked, ...ThreeDSecureData }, encKey);
      return bank.handle({ ...request, body: Buffer.from(JSON.stringify({ ...asked, ThreeDSecureData, MAC })) });
    },
  };
}

/** With one form the customer goes to the bank twice, and proves who he is the second time. */
async function visitedTwice({ material, shop, id, first }) {
  const { order, redirect } = await begin(shop, newOrder(id));
  const target = material.target({ shop, order, failed: true, find: () => shop.find(id) });
  for (const card of [first, 'success']) material.message('forms', { target, fields: taken((await shop.visit(redirect, card)).body) });
}

const plain = (fields) => Object.fromEntries(fields.map((field) => [field.name, asText(field.value)]));

/** Without the newer digest the customer's own form covers the amount and nothing else: he may write another order's number into it. */
async function editedForm({ material, shop, dice, idOf }) {
  const card = dice.pick(['success', '3ds-failed', '3ds-failed', '3ds-attempt', 'insufficient-funds', 'cancel']);
  const amount = dice.pick(['149.90', '149.90', '1.00']);
  const named = dice.pick([() => `S${dice.below(90_000)}`, () => `${dice.below(9000) + 1000}`])();
  const edit = ({ MacNew, ...fields }) => ({
    ...fields, ...(dice.chance(0.7) && { OrderId: xid(named) }), ...(dice.chance(0.2) && { CurrencyCode: 'US' }), ...(dice.chance(0.2) && { TransactionType: 'Auth' }),
    ...(dice.chance(0.2) && { InstallmentCount: '3' }),
  });
  const target = await buy({ material, shop, id: idOf(), changes: { amount }, card, edit, failed: true });
  const [message] = material.messagesOf(target, material.forms);
  if (!message || valueOf(message.fields, 'OrderId') !== xid(named)) return;
  // Somebody else's order, whose number can be counted.
  const { order } = shop.pos.step.start(newOrder(named));
  material.message('forms', { ...message, target: material.target({ shop, order, outcome: 'victim', find: () => shop.find(named) }) });
}

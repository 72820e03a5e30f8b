// BOA: three values are signed, with nothing between them and no amount among them, and the number that names an authentication is not. At
// Kuveyt Türk they stand in a document inside a field, at Vakıf Katılım in a plain form; both laboratories are made here.
import { answerHash, createKuveytTurk, hashedPassword } from '../../banks/kuveytturk.js';
import { createVakifKatilim } from '../../banks/vakifkatilim.js';
import { encodeField } from '../../banks/boa-wire.js';
import { answers, customers, pair } from './customers.js';
import { createMaterial, numbersOf, openShop } from './material.js';
import { asText, bodyText, remembered, utf8, valueOf, withValues } from './message.js';
import { options } from './wire.js';
import { pieces, readInto, undelimited } from './tricks/undelimited.js';

const SIGNED = ['MerchantOrderId', 'ResponseCode', 'OrderId'];
const VERDICTS = [{ ResponseCode: '00' }, { ResponseCode: '51' }, { ResponseCode: '0000' }, { ResponseCode: '5100' }, { ResponseCode: '000' }, {}];
const CURRENCIES = { TRY: '949', USD: '840', EUR: '978' };

const leaf = (request, tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(request.body)?.[1];
const reads = (request) => {
  const digits = leaf(request, 'CurrencyCode')?.slice(-3);
  return {
    id: leaf(request, 'MerchantOrderId'), minor: BigInt(leaf(request, 'Amount')),
    currency: digits && (Object.keys(CURRENCIES).find((each) => CURRENCIES[each] === digits) ?? 'other'),
  };
};

/** @param {'kuveytturk' | 'vakifkatilim'} name @param {any} own tricks that the shape of the return allows */
export const laboratoryOf = (name, own) => async ({ velopos, dice }) => {
  const material = createMaterial();
  const merchant = { merchantId: '12345', customerId: '4002359', userName: 'kirazapi', password: 'Kiraz+Boa7x' };
  const attackers = { merchantId: '99999', customerId: '9999999', userName: 'saldirgan', password: 'Bende+Boa1x' };
  const create = name === 'kuveytturk' ? createKuveytTurk : createVakifKatilim;
  const shopOf = (label, keys, { settings, ...more } = {}) => {
    const bank = create({ ...options(dice), stores: [{ ...keys, merchantName: 'Kiraz' }], settings });
    // It tells no full authentication from half a one, and charges with both.
    const find = (id) => { const view = bank.find(id); return view && { ...view, mdStatus: '1' }; };
    return Object.assign(
      openShop({ velopos, name: label, config: { gateway: name, merchant: keys, ...more }, bank, account: keys.merchantId, reads }),
      { visit: ({ action }, card) => bank.visit(action, { card }), find }
    );
  };
  const isKuveyt = name === 'kuveytturk';
  const shops = [
    shopOf('shop', merchant), shopOf('shop at a bank that signs refusals', merchant, { settings: { signsRefusals: true } }),
    shopOf('shop at a bank that signs no decline', merchant, { settings: { signsDeclines: false } }),
    shopOf('shop with the older interface', merchant, { settings: isKuveyt ? { oldApi: true } : { keyInReturn: true } }),
    shopOf('attacker\'s shop', attackers, { settings: { signsRefusals: true } }),
    ...(isKuveyt ? [shopOf('test terminal', { ...merchant, password: 'Deneme+Boa7' }, { mode: 'test' })] : []),
  ];
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`, () => dice.text(12), () => `S${dice.below(90_000)}`, () => `${dice.below(900) + 100}`]);
  const changes = [{ installments: 3 }, { amount: '1.00' }, { amount: '1490.00' }, ...(isKuveyt ? [{ currency: 'USD' }] : [])];
  const again = [{ amount: '1490.00' }, { installments: 6 }, ...(isKuveyt ? [{ currency: 'EUR' }] : [])];
  for (const shop of shops) {
    for (let times = 0; times < 2; times += 1) await customers({ material, shop, idOf, changes, again });
    // A number that is another one with a code behind it.
    for (let count = 0; count < 6; count += 1) {
      const cards = ['success', dice.pick(['success', '3ds-failed'])];
      await pair({ material, shop, id: idOf().slice(0, 18), behind: dice.pick(['00', '51', '0']), cards });
    }
  }
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 9,
    replies: await answers(material),
    // A refusal and an empty list name nobody.
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id && /MerchantOrderId>[^<]/.test(bodyText(other.answer.body)),
    wishes: [
      ['ResponseCode', '00'], ['MerchantOrderId', 'A'], ['Amount', '14990'], ['FirstAmount', '149.90'], ['TransactionStatus', '1'], ['LastOrderStatus', '1'],
      ['OrderId', '155767806'], ['HashData', 'x'], ['Success', 'true'], ['FEC', '0949'], ['CurrencyCode', '0949'],
    ],
    words: ['00', '51', '05', '0', '155767806', '', '999', '888', 'MPIAuthenticationStatusIsN', '14990', '0949', '1'],
    names: [...SIGNED, 'HashData', 'MD', 'ResponseMessage', 'RRN', 'Stan', 'ProvisionNumber', 'HashPassword', 'AuthenticationResponse', 'MerchantId', 'Amount'],
    decisions: [['ResponseCode', '00'], ['ResponseCode', '51'], ['OrderId', '155767806'], ['HashPassword', ''], ['MD', 'bWQ=']],
    keys: [attackers.password, '', merchant.userName, merchant.merchantId].map(hashedPassword),
    identity: ({ order }) => ({ MerchantOrderId: utf8(order.id) }),
    ...own(material),
    rightDigests: ({ target, fields }) => {
      const key = hashedPassword(target.shop.config.merchant.password);
      return fields ? [key, answerHash({ merchantOrderId: target.order.id, responseCode: valueOf(fields, 'ResponseCode') ?? '', orderId: valueOf(fields, 'OrderId') ?? '' }, key)] : [key];
    },
  };
};

const hashOf = (value, key) => answerHash({ merchantOrderId: value('MerchantOrderId'), responseCode: value('ResponseCode'), orderId: value('OrderId') }, key);

/** What can be done to a plain form. */
export const plainForm = (material) => ({
  digests: ['HashData'],
  allDigests: material.forms.map(({ fields }) => valueOf(fields, 'HashData')).filter(Boolean),
  sign: (draft, key) => withValues(draft.fields, { HashData: hashOf((each) => asText(valueOf(draft.fields, each) ?? ''), key) }),
  tricks: {
    ...undelimited(SIGNED, VERDICTS),
    'the number of another authentication': (draft, world, dice) => {
      draft.fields = withValues(draft.fields, { MD: valueOf(dice.pick(world.near(draft.target, world.forms)).fields, 'MD') ?? '' });
    },
    'the signed part of another return': (draft, world, dice) => {
      const from = dice.pick(world.near(draft.target, world.forms)).fields;
      draft.fields = withValues(draft.fields, Object.fromEntries([...SIGNED, 'HashData'].map((each) => [each, valueOf(from, each) ?? ''])));
    },
    'leave the key out': (draft) => { draft.fields = draft.fields.filter((field) => field.name !== 'HashPassword'); },
  },
});

// ---- a document inside a field

const FIELD = 'AuthenticationResponse';
const OPEN = /^(<\?xml[^>]*>\s*)?<VPosTransactionResponseContract[^>]*>/;
/** Elements of the outer level come last, behind those of VPosMessage. */
const outer = remembered((tag) => new RegExp(`(<${tag}>)([^<]*)(</${tag}>)(?![\\s\\S]*<${tag}>)`));
const decoded = remembered((text) => decodeURIComponent(text.replaceAll('+', ' ')));
const documentOf = (fields) => decoded(valueOf(fields, FIELD) ?? '');
const inside = (document, tag) => outer(tag).exec(document)?.[2] ?? '';
const element = (tag, value) => `<${tag}>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${tag}>`;

function changed(document, changes) {
  return Object.entries(changes).reduce((text, [tag, value]) => (outer(tag).test(text)
    ? text.replace(outer(tag), () => element(tag, value)) : text.replace(/<\/\w+>\s*$/, (end) => element(tag, value) + end)), document);
}

/** @param {(document: string, world: any, dice: any, draft: any) => string | null} work */
const edited = (work) => (draft, world, dice) => {
  let document;
  try { document = documentOf(draft.fields); } catch { return false; }
  const text = OPEN.test(document) && work(document, world, dice, draft);
  if (!text) return false;
  draft.fields = withValues(draft.fields, { [FIELD]: dice.chance(0.9) ? encodeField(text) : text });
  return true;
};

const cut = (document, values) => changed(document, Object.fromEntries(SIGNED.map((each, place) => [each, values[place]])));
const signedText = (document) => SIGNED.map((each) => inside(document, each)).join('');
const another = (world, dice, draft) => documentOf(dice.pick(world.near(draft.target, world.forms)).fields);

/** Ways in which an element can be there and not be said. */
const INERT = [
  (tag, value) => `<!--${element(tag, value)}-->`, (tag, value) => `<Note><![CDATA[${element(tag, value)}]]></Note>`, (tag, value) => `<Note>${element(tag, value)}</Note>`,
  (tag, value) => `<x:${tag}>${value}</x:${tag}>`, (tag, value) => element(tag.toLowerCase(), value), (tag) => `<Note v="${tag}"/>`,
  (tag, value) => `<?note ${element(tag, value)}?>`, (tag, value) => element(tag, value), (tag, value) => `<${tag}/>${element(tag, value)}`,
  (tag, value) => `<VPosMessage>${element(tag, value)}</VPosMessage>`,
];

/** What can be done to a document. */
export const document = (material) => ({
  digests: [FIELD],
  families: { digests: 0.2, fields: 0.8 },
  allDigests: material.forms.map(({ fields }) => inside(documentOf(fields), 'HashData')).filter(Boolean),
  sign: (draft, key) => {
    let text;
    try { text = documentOf(draft.fields); } catch { return null; }
    return withValues(draft.fields, { [FIELD]: encodeField(changed(text, { HashData: hashOf((each) => inside(text, each), key) })) });
  },
  tricks: {
    'document: change a decision': edited((text, world, dice) => changed(text, Object.fromEntries([dice.pick(world.decisions)]))),
    'document: say what the order says': edited((text, world, dice, draft) => changed(text, world.identity(draft.target))),
    'document: change an element': edited((text, world, dice) => changed(text, { [dice.pick(world.names)]: dice.pick(world.words) })),
    'document: an element twice': edited((text, world, dice) => {
      const [tag, value] = dice.chance(0.6) ? dice.pick(world.decisions) : [dice.pick(world.names), dice.pick(world.words)];
      return dice.chance(0.5) ? text.replace(OPEN, (start) => start + element(tag, value)) : text.replace(/<\/\w+>\s*$/, (end) => element(tag, value) + end);
    }),
    'document: an element that is none': edited((text, world, dice) => {
      const places = [...text.matchAll(/></g)].map(({ index }) => index + 1);
      const at = dice.pick(places);
      return text.slice(0, at) + dice.pick(INERT)(...dice.pick(world.decisions)) + text.slice(at);
    }),
    'document: no such element': edited((text, world, dice) => text.replace(outer(dice.pick([...SIGNED, 'HashData', 'MD', 'HashPassword', 'UserName'])), '')),
    'document: move the borders': edited((text, world, dice) => cut(text, pieces(signedText(text), SIGNED.length, dice))),
    'document: read it as one would like': edited((text, world, dice, draft) => {
      const values = readInto(signedText(text), SIGNED, { ...(dice.chance(0.8) && world.identity(draft.target)), ...dice.pick(VERDICTS) }, dice);
      return values && cut(text, values);
    }),
    'document: the number of another authentication': edited((text, world, dice, draft) => changed(text, { MD: inside(another(world, dice, draft), 'MD') })),
    'document: the signed part of another return': edited((text, world, dice, draft) => {
      const from = another(world, dice, draft);
      return changed(text, Object.fromEntries([...SIGNED, 'HashData'].map((each) => [each, inside(from, each)])));
    }),
    'document: another digest': edited((text, world, dice) => changed(text, { HashData: dice.chance(0.3) ? '' : dice.pick(world.allDigests) })),
    'document: signed with the key in it': edited((text, world, dice) => {
      const key = inside(text, 'HashPassword');
      const said = changed(text, Object.fromEntries([dice.pick(world.decisions)]));
      return key && changed(said, { HashData: hashOf((each) => inside(said, each), key) });
    }),
    'document: something before it': edited((text, world, dice) => dice.pick([
      `<!DOCTYPE x [<!ENTITY w "00">]>${text}`, ` ${text}`, `${text}${text}`, `\ufeff${text}`, `<x>${text}</x>`, text.replace('?>', '?><!-- -->'), `x=1&y=${text}`,
    ])),
  },
});

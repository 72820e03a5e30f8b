// POSNET: three packets that nobody but the bank can read, and echoes that anybody may edit. The packets can be exchanged for another
// order's, and a second bank here does what the real one says of itself: it does not look at whose MAC comes with a packet.
import { createPosnet, requestMac } from '../../../banks/posnet.js';
import { CARDS, CV2, EXPIRY } from '../../../banks/cards.js';
import { createMaterial, newOrder, numbersOf, openShop, provisioned } from '../material.js';
import { bodyBytes, bodyText, taken, valueOf, withValues } from '../message.js';
import { ask, begin, options } from '../wire.js';

export const name = 'posnet';

const OUTCOMES = [
  'success', 'success', 'success', 'insufficient-funds', 'refused', 'bank-error', '3ds-failed', '3ds-attempt', '3ds-not-enrolled',
  'approved-without-3ds', 'cancel',
];
const PACKETS = ['BankPacket', 'MerchantPacket', 'Sign'];
const LETTERS = { TRY: 'TL', USD: 'US', EUR: 'EU' };
const panOf = (card) => CARDS.find((each) => each.name === card)?.pan ?? CARDS[0].pan;

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { merchantId: '6700001234', terminalId: '67001234', posnetId: '271828', encKey: '31,41,59,26,53,58,97,93' };
  const attackers = { merchantId: '6700009999', terminalId: '67009999', posnetId: '999', encKey: '66,66,66,66,66,66,66,66' };
  /** What is in a packet, for a bank that takes the shop's word for it and for the judge. */
  const packets = new Map();
  const bankOf = (keys, trusting) => {
    const bank = createPosnet({ ...options(dice), stores: [{ ...keys, merchantName: 'Kiraz' }] });
    return trusting ? { ...bank, handle: (request) => bank.handle(withFittingMac(request, packets, keys)) } : bank;
  };
  const reads = (request) => {
    const packet = packets.get(/<bankData>([^<]*)<\/bankData>/.exec(new URLSearchParams(request.body).get('xmldata'))?.[1]);
    return packet ? { id: packet.order.id, currency: packet.order.currency, minor: BigInt(packet.amount) } : {};
  };
  const shopOf = (label, keys, trusting, more) =>
    openShop({
      velopos, name: label, config: { gateway: 'yapikredi', merchant: keys, ...more }, bank: bankOf(keys, trusting),
      account: keys.merchantId, reads,
    });
  const shops = [
    shopOf('shop', merchant, false), shopOf('shop at a trusting bank', merchant, true), shopOf(
      'lenient shop', merchant, true, { threeDS: 'attempted' }
    ),
    shopOf('attacker\'s shop', attackers, true), shopOf('test terminal', { ...merchant, encKey: '1,2,3,4,5,6,7,8' }, true, { mode: 'test' }),
  ];
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`, () => dice.text(12), () => `S${dice.below(90_000)}`, () => `${dice.below(900) + 100}`]);

  for (const shop of shops) {
    const paid = (changes, card) => pay({ material, packets, shop, id: idOf(), changes, card });
    for (const card of [...OUTCOMES, ...OUTCOMES]) await paid({}, card);
    for (const changes of [
      { currency: 'USD' }, { type: 'preauth' }, { installments: 3 }, { amount: '1.00' }, { amount: '1.00' }, { amount: '1490.00' },
    ]) await paid(changes, 'success');
    await paid({}, 'close');
    await paid({}, 'close');
    // The basket grew after the packets had been made. (Sale or pre-authorisation is not told again by the bank.)
    for (const again of [{ amount: '1490.00' }, { currency: 'USD' }, { installments: 6 }]) {
      const first = await paid({}, 'success');
      const started = await begin(shop, newOrder(first.order.id, again), { card: { number: panOf('success'), ...EXPIRY, cvv: CV2 } });
      const target = material.target({ shop, order: started.order, find: () => shop.bank.find(first.order.id.padStart(20, '0')) });
      for (const message of material.messagesOf(first, material.forms)) material.message('forms', { ...message, target });
    }
  }

  return {
    ...material,
    name,
    kinds: [[7, 'form'], [3, 'reply']],
    depth: 8,
    replies: await replies(material),
    wishes: [
      ['approved', '1'], ['mdStatus', '1'], ['txStatus', 'Y'], ['amount', '14990'], ['state', 'Sale'], ['txnStatus', '1'],
      ['hostlogkey', '024478'], ['respCode', '0000'],
      ['transactions', '<transaction><state>Sale</state><txnStatus>1</txnStatus></transaction>'],
    ],
    words: ['1', '0', 'Y', 'TL', 'US', '14990', '149,90', 'Sale', ''],
    names: [...PACKETS, 'Xid', 'Amount', 'MerchantId', 'TranType', 'CCPrefix', 'mdStatus', 'approved'],
    decisions: [['mdStatus', '1'], ['Amount', '149,90'], ['approved', '1']],
    digests: ['Sign'],
    allDigests: material.forms.flatMap(({ fields }) => PACKETS.map((each) => valueOf(fields, each))).filter(Boolean),
    keys: [attackers.encKey],
    identity: ({ order, shop }) => ({ Xid: order.id.padStart(20, '0'), MerchantId: shop.account, Amount: order.amount.replace('.', ',') }),
    tricks: {
      'the packets of another payment': (draft, world, dice) => exchanged(draft, world, dice, PACKETS),
      'one packet of another payment': (draft, world, dice) => exchanged(draft, world, dice, [dice.pick(PACKETS)]),
      'two packets of another payment': (draft, world, dice) => exchanged(draft, world, dice, ['BankPacket', dice.pick(['MerchantPacket', 'Sign'])]),
      'a bit of a packet': (draft, world, dice) => {
        const each = dice.pick(PACKETS);
        const value = valueOf(draft.fields, each);
        if (!value) return false;
        const at = dice.below(value.length);
        draft.fields = withValues(draft.fields, { [each]: value.slice(0, at) + dice.pick('0123456789ABCDEF') + value.slice(at + 1) });
        return true;
      },
      'no packets': (draft) => { draft.fields = withValues(draft.fields, { BankPacket: '', MerchantPacket: '', Sign: '' }); },
    },
    // A refusal names nobody: whose it is, only the bank knows.
    maySwap: (draft, other) => !bodyText(other.answer.body).includes('<approved>0'),
    replyTricks: { 'the MAC of another answer': otherMac, 'another value under the MAC': otherValue },
  };
}

function exchanged(draft, world, dice, names) {
  const from = dice.chance(0.6) ? dice.pick(world.near(draft.target, world.forms)) : dice.pick(world.forms);
  draft.fields = withValues(draft.fields, Object.fromEntries(names.map((each) => [each, valueOf(from.fields, each) ?? ''])));
}

/** The MAC that fits the packet, whatever the shop has sent. */
function withFittingMac(request, packets, keys) {
  const form = new URLSearchParams(request.body.toString('latin1'));
  const text = form.get('xmldata') ?? '';
  const packet = packets.get(/<bankData>([^<]*)<\/bankData>/.exec(text)?.[1]);
  if (!packet) return request;
  const mac = requestMac({ xid: packet.xid, amount: packet.amount, currency: packet.currency }, keys);
  return { ...request, body: Buffer.from(String(new URLSearchParams({ xmldata: text.replace(/<mac>[^<]*<\/mac>/, `<mac>${mac}</mac>`) }))) };
}

async function pay({ material, packets, shop, id, changes, card }) {
  const order = newOrder(id, changes);
  const started = await begin(shop, order, card === 'cancel' || card === 'close' ? {} : { card: { number: panOf(card), ...EXPIRY, cvv: CV2 } });
  const xid = id.padStart(20, '0');
  const target = material.target({ shop, order: started.order, outcome: card, find: () => shop.bank.find(xid) });
  const { body } = await shop.bank.visit(started.redirect.fields, { card });
  // A customer who did not prove who he is was refused, before any money was asked for.
  target.failed = !['success', 'insufficient-funds', 'refused', 'bank-error', 'close'].includes(card);
  if (!body) return target;
  const fields = taken(body);
  packets.set(valueOf(fields, 'BankPacket'), { order: started.order, xid, amount: order.amount.replace('.', ''), currency: LETTERS[order.currency] });
  material.message('forms', { target, fields });
  return target;
}

// ---- the bank's answers, whose values a MAC covers

function otherMac(draft, world, dice) {
  const text = bodyText(draft.answer?.body);
  const other = /<mac>([^<]*)<\/mac>/.exec(bodyText(dice.pick(world.replies).answer.body))?.[1];
  if (!other || !text.includes('<mac>')) return false;
  draft.answer = {
    status: 200, body: bodyBytes(text.replace(/<mac>[^<]*<\/mac>/, dice.pick([`<mac>${other}</mac>`, '<mac></mac>', '', '<mac>=</mac>']))),
  };
  return true;
}

/** mdStatus, XID, amount and currency stand under the MAC of the first answer, the bank's key under that of the second. */
function otherValue(draft, world, dice) {
  const text = bodyText(draft.answer?.body);
  if (!text.includes('<mac>')) return false;
  const [tag, value] = dice.pick([
    ['mdStatus', dice.pick(['1', '2', '4', '0', '01', '1;1'])], ['hostlogkey', dice.pick(['000001', '024478', ''])],
    ...(text.includes('<mdStatus>') ? [
      ['amount', dice.pick(['1', '14990', '149000', '014990'])], ['xid', draft.target.order.id.padStart(20, '0')],
      ['currency', dice.pick(['TL', 'US', 'YT'])],
    ] : []),
  ]);
  const change = (from) => from.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), `<${tag}>${value}</${tag}>`);
  draft.answer = { status: 200, body: bodyBytes(change(text)) };
  return true;
}

async function replies(material) {
  const kept = [];
  for (const target of material.targets) {
    const inquiry = target.pos.step.ask(target.order, 'inquire');
    kept.push({ target, order: inquiry.order, then: inquiry.then, answer: await ask(target.shop.bank, inquiry.request) });
    const [message] = material.messagesOf(target, material.forms);
    if (!message || !target.outcome) continue;
    const resolve = target.pos.step.callback(target.order, message.fields.map(({ raw }) => raw).join('&'));
    if (resolve.type !== 'send' || !resolve.then.includes('resolve')) continue;
    const answer = await ask(target.shop.bank, resolve.request);
    kept.push({ target, order: resolve.order, then: resolve.then, group: 'resolve', answer });
    const next = target.pos.step.reply(resolve.order, resolve.then, answer);
    if (next.type !== 'send' || !next.moves) continue;
    await provisioned(kept, { target, step: next, ask });
  }
  return kept;
}

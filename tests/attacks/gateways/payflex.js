// PayFlex: the bank's page and 3-D Secure of VakıfBank and of the older installations. Nothing that the browser brings is signed, so anything
// can be written into it; what counts are the random numbers that `start` stored, and the bank's answers.
import { createPayflex } from '../../../banks/payflex.js';
import { CARDS, CV2, EXPIRY } from '../../../banks/cards.js';
import { createMaterial, newOrder, numbersOf, openShop, provisioned } from '../material.js';
import { minorOf } from '../judge.js';
import { taken, valueOf, withValues } from '../message.js';
import { ask, begin, options } from '../wire.js';

export const name = 'payflex';

const OUTCOMES = [
  'success', 'success', 'success', 'insufficient-funds', 'refused', 'bank-error', '3ds-failed', '3ds-attempt', 'approved-without-3ds',
  'cancel',
];
const panOf = (card) => CARDS.find((each) => each.name === card)?.pan ?? CARDS[0].pan;
const CURRENCY = { 949: 'TRY', 840: 'USD', 978: 'EUR', 826: 'GBP' };
/** What the older installations want to be told again after 3-D Secure. */
const OLDER = { refusedAfter3D: [], requiredAfter3D: ['CurrencyAmount', 'CurrencyCode'] };

const leaf = (request, tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(new URLSearchParams(request.body).get('prmstr'))?.[1];
const reads = (request) => {
  const currency = CURRENCY[leaf(request, 'CurrencyCode')];
  const amount = leaf(request, 'CurrencyAmount');
  return { id: leaf(request, 'OrderId'), currency, minor: amount && minorOf(amount, currency) };
};

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { merchantId: '000000000001234', password: 'Kiraz+Vpos9', terminalNo: 'VP001234', mpiPassword: 'Kiraz+Mpi7' };
  const attackers = { merchantId: '000000000009999', password: 'Bende+1', terminalNo: 'VP009999', mpiPassword: 'Bende+2' };
  const bankOf = (keys, settings) => createPayflex({ ...options(dice), stores: [{ ...keys, merchantName: 'Kiraz' }], settings });
  const shopOf = (label, keys, gateway, model, more, settings) =>
    openShop({
      velopos, name: label, config: { gateway, merchant: keys, ...more }, model, bank: bankOf(keys, settings), account: keys.merchantId,
      reads,
    });
  const shops = [
    shopOf('shop', merchant, 'vakifbank', 'common_payment'), shopOf(
      'lenient shop', merchant, 'vakifbank', 'common_payment', { threeDS: 'attempted' }
    ),
    shopOf('older shop', merchant, 'isbank-payflex', 'common_payment', {}, { queryAmounts: 'comma' }),
    shopOf('shop', merchant, 'vakifbank', '3d'), shopOf('lenient shop', merchant, 'vakifbank', '3d', { threeDS: 'attempted' }),
    shopOf('older shop', merchant, 'ziraat-payflex', '3d', {}, OLDER), shopOf(
      'older shop, lenient', merchant, 'isbank-payflex', '3d', { threeDS: 'attempted' }, OLDER
    ),
    shopOf('attacker\'s shop', attackers, 'vakifbank', 'common_payment'), shopOf('attacker\'s shop', attackers, 'vakifbank', '3d'),
    shopOf('test terminal', merchant, 'vakifbank', '3d', { mode: 'test' }),
  ];
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`, () => dice.text(12), () => `S-${dice.below(90_000)}`]);

  for (const shop of shops) {
    const paid = (changes, card) => pay({ material, shop, id: idOf(), changes, card });
    for (const card of [...OUTCOMES, ...OUTCOMES]) await paid({}, card);
    for (const changes of [
      { currency: 'USD' }, { type: 'preauth' }, { installments: 3 }, { amount: '1.00' }, { amount: '1490.00' },
    ]) await paid(changes, 'success');
    await paid({}, 'close');
    await paid({}, 'close');
  }
  const refsOf = (target) => new URLSearchParams(target.order.refs);
  return {
    ...material,
    name,
    kinds: [[7, 'form'], [2, 'reply']],
    depth: 9,
    strangers: true,
    unknowable: ['VerifyEnrollmentRequestId', 'SessionInfo', 'PaymentToken', 'Ptkn', 'TransactionId'],
    families: { digests: 0.1 },
    replies: await replies(material),
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id,
    wishes: [
      ['ResultCode', '0000'], ['CurrencyAmount', '149.90'], ['CurrencyCode', '949'],
      ['ResponseInfo/ResponseCode', '0000'], ['TransactionType', 'Sale'], ['IsCanceled', 'false'], ['AuthCode', '123456'],
    ],
    jsonWishes: [['Rc', '"0000"'], ['AuthResultCode', '"0000"'], ['ErrorCode', '"0000"'], ['Amount', '"149.90"'], ['AmountCode', '"949"']],
    words: ['0000', 'Y', 'A', 'N', '05', '02', '06', 'AAABBEg0VhI0VniQEjRWAAAAAAA=', '14990', '149.90', '949', '1', '', '123456'],
    names: [
      'Status', 'Eci', 'Cavv', 'MerchantId', 'VerifyEnrollmentRequestId', 'SessionInfo', 'PurchAmount', 'PurchCurrency',
      'InstallmentCount', 'Xid', 'Rc', 'PaymentToken', 'Ptkn', 'TransactionId', 'ErrorCode', 'AuthCode', 'Pan', 'Expiry', 'Hash',
      'MdStatus',
    ],
    decisions: [['Status', 'Y'], ['Eci', '05'], ['Rc', '0000'], ['Status', 'N'], ['Rc', '0051'], ['PurchAmount', '100'], ['ErrorCode', '']],
    digests: ['Hash'],
    allDigests: material.forms.flatMap(({ fields }) => ['Cavv', 'Xid', 'PaymentToken'].map((each) => valueOf(fields, each))).filter(Boolean),
    keys: [attackers.password],
    // Another customer's random numbers are what nobody has guessed: they come into a forgery only with one of his own messages.
    identity: (target) => ({ MerchantId: target.shop.account, PurchAmount: target.order.amount.replace('.', ''), PurchCurrency: '949' }),
    tricks: {
      'make it say approved': (draft) => {
        draft.fields = withValues(draft.fields, draft.target.shop.model === '3d'
          ? { Status: 'Y', Eci: '05', Cavv: valueOf(draft.fields, 'Cavv') || 'AAABBEg0VhI0VniQEjRWAAAAAAA=', ErrorCode: '', ErrorMessage: '' } : { Rc: '0000', AuthCode: '123456', ErrorCode: '' });
      },
      'make it say refused': (draft) => {
        draft.fields = withValues(draft.fields, draft.target.shop.model === '3d' ? {
          Status: 'N', Eci: '', Cavv: '', ErrorCode: '1105',
        } : { Rc: '0051', ErrorCode: '0051' });
      },
      'the CAVV of another payment': (draft, world, dice) => { draft.fields = withValues(draft.fields, {
        Cavv: valueOf(dice.pick(world.near(draft.target, world.forms)).fields, 'Cavv') ?? '',
        Eci: dice.pick(['05', '5', '02', '06', '6', '01', '5 ']), Status: dice.pick(['Y', 'A']),
      }); },
      'the numbers of this order': (draft) => {
        const refs = refsOf(draft.target);
        draft.customer = true;
        draft.fields = withValues(draft.fields, draft.target.shop.model === '3d'
          ? { VerifyEnrollmentRequestId: refs.get('token'), SessionInfo: refs.get('session'), MerchantId: draft.target.shop.account } : { PaymentToken: refs.get('token'), TransactionId: refs.get('transaction') });
      },
      'the number of another payment': (draft, world, dice) => {
        const { fields: from, target } = dice.pick(world.near(draft.target, world.forms));
        draft.customer ||= target === draft.target;
        const name = dice.pick(['VerifyEnrollmentRequestId', 'SessionInfo', 'PaymentToken', 'TransactionId']);
        draft.fields = withValues(draft.fields, { [name]: valueOf(from, name) ?? '' });
      },
      'another amount': (draft, world, dice) => { draft.fields = withValues(draft.fields, {
        PurchAmount: dice.pick(['1', '100', '14990', '0']), PurchCurrency: dice.pick(['949', '840']),
        InstallmentCount: dice.pick(['', '12']),
      }); },
    },
  };
}

async function pay({ material, shop, id, changes, card }) {
  const order = newOrder(id, changes);
  const threeD = shop.model === '3d';
  let started;
  try {
    started = await begin(shop, order, threeD ? { card: { number: panOf(card), ...EXPIRY, cvv: CV2 } } : {});
  } catch { return null; }
  if (started.type !== 'redirect') return null;
  const target = material.target({ shop, order: started.order, outcome: card, find: () => found(shop.bank, id) });
  const token = new URLSearchParams(started.order.refs).get('token');
  const { body, url } = threeD ? await shop.bank.visit3D(token, { card }) : await shop.bank.visit(token, { card });
  target.failed = !['success', 'close'].includes(card);
  const text = threeD ? body : url && new URL(url).search.slice(1);
  if (text) material.message('forms', { target, fields: taken(text) });
  return target;
}

/** The bank keeps no mdStatus; what it keeps says the same: 2 is full 3-D Secure. */
function found(bank, id) {
  const view = bank.find(id);
  if (!view) return undefined;
  const line = bank.lines().find(({ orderId, code }) => orderId === id && code === '0000');
  return { ...view, mdStatus: !line || line.secureType === '2' || line.secureType === undefined ? '1' : '4' };
}

/** Of one bank the address of Search is not published. */
function inquiryOf(target) {
  try {
    return target.pos.step.ask(target.order, 'inquire');
  } catch {
    return null;
  }
}

async function replies(material) {
  const kept = [];
  for (const target of material.targets) {
    const step = inquiryOf(target);
    if (step?.type === 'send') kept.push({ target, order: step.order, then: step.then, answer: await ask(target.shop.bank, step.request) });
    const [message] = material.messagesOf(target, material.forms);
    if (target.shop.model !== '3d' || !message) continue;
    let provision;
    try { provision = target.pos.step.callback(target.order, message.fields.map(({ raw }) => raw).join('&')); } catch { continue; }
    if (provision.type === 'send' && provision.moves) await provisioned(kept, { target, step: provision, ask });
  }
  return kept;
}

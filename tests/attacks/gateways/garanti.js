// Garanti: values that stand next to each other without a separator, in the form that the customer carries to the bank as well as in the
// return that he carries back. He moves every border in both.
import { createHash } from 'node:crypto';
import { callbackHash, createGaranti, SIGNED_FIELDS } from '../../../banks/garanti.js';
import { CARDS, CV2, EXPIRY } from '../../../banks/cards.js';
import { createMaterial, newOrder, numbersOf, openShop, provisioned } from '../material.js';
import { taken, utf8, valueOf, withValues } from '../message.js';
import { ask, options } from '../wire.js';

export const name = 'garanti';

const MODELS = ['3d_oos_pay', '3d_pay', '3d', '3d_full', '3d_half', '3d_oos_full', '3d_oos_half'];
const OUTCOMES = [
  'success', 'success', 'insufficient-funds', 'refused', 'bank-error', '3ds-failed', '3ds-attempt', '3ds-not-enrolled',
  'approved-without-3ds', 'cancel',
];
const SIGNED = SIGNED_FIELDS.split(':').filter(Boolean);
const FORM = ['terminalid', 'orderid', 'txnamount', 'txncurrencycode', 'successurl', 'errorurl', 'txntype', 'txninstallmentcount'];
const CURRENCY = { 949: 'TRY', 840: 'USD', 978: 'EUR', 826: 'GBP' };
const PUBLISHED = ['12345678', '123qweASD/', ''];

const panOf = (card) => CARDS.find((each) => each.name === card)?.pan ?? CARDS[0].pan;
const leaf = (request, tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(new URLSearchParams(request.body).get('data'))?.[1];
const reads = (request) => ({
  id: leaf(request, 'OrderID'), minor: BigInt(leaf(request, 'Amount')), currency: CURRENCY[leaf(request, 'CurrencyCode')],
});

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = {
    terminalId: '30690001', merchantId: '7001234', storeKey: '4b6972617a43696365', provisionPassword: 'Gizli+Prov1',
    refundPassword: 'Gizli+Iade2',
  };
  const attackers = {
    terminalId: '30699999', merchantId: '7009999', storeKey: '53616c646972', provisionPassword: 'Bende1', refundPassword: 'Bende2',
  };
  const bankOf = (keys) => createGaranti({
    ...options(dice), settings: { refundNeedsSettlement: false, signRefusals: true },
    stores: [{ ...keys, merchantName: 'Kiraz', provisionUser: 'PROVAUT', refundUser: 'PROVRFN', hostedUser: 'PROVOOS', hostedPassword: 'Ortak3' }],
  });
  const shopOf = (label, keys, model, more) =>
    openShop({
      velopos, name: label, config: { gateway: 'garanti', merchant: keys, ...more }, model, bank: bankOf(keys), account: keys.terminalId,
      reads,
    });

  const shops = MODELS.flatMap((model) => [
    shopOf('shop', merchant, model), shopOf('lenient shop', merchant, model, { threeDS: 'attempted' }), shopOf('attacker\'s shop', attackers, model),
    shopOf('test terminal', { ...merchant, storeKey: '54657374' }, model, { mode: 'test' }),
  ]);
  const plain = numbersOf(dice, [() => `A${dice.text(19)}`, () => dice.text(20)]);
  /** A shop that counts its orders: one number often begins with another. */
  const counted = numbersOf(dice, [
    () => String(dice.below(100)), () => String(dice.below(10_000)), () => `A-${dice.below(300)}`,
    () => `${dice.below(90)}${dice.pick(['104', '1', '00', '51', '14990'])}`,
  ]);
  const idOf = () => (dice.chance(0.4) ? plain() : counted());
  const paid = (shop, changes, card, edit, own) => pay({ material, shop, dice, id: idOf(), changes, card, edit, own });

  for (const shop of shops) {
    for (const card of OUTCOMES) await paid(shop, {}, card);
    for (const changes of [
      { currency: 'USD' }, { type: 'preauth' }, { installments: 3 }, { amount: '1.00' }, { amount: '2345.67' },
    ]) await paid(shop, changes, 'success');
    await paid(shop, {}, 'close');
    // The basket grew after the form had been handed out. (What the bank tells of an order's state names no currency.)
    for (const again of [{ amount: '1490.00' }, { type: 'preauth' }, { installments: 6 }]) {
      const first = await paid(shop, {}, 'success');
      const target = material.target({ shop, order: shop.pos.step.start(newOrder(first.order.id, again)).order });
      for (const message of material.messagesOf(first, material.forms)) material.message('forms', { ...message, target });
    }
    for (let count = 0; count < 14; count += 1) await movedForms({ material, shop, dice, paid });
  }

  return {
    ...material,
    name,
    kinds: [[9, 'form'], [1, 'reply']],
    depth: 8,
    replies: await replies(material),
    wishes: [
      ['Transaction/Response/Code', '00'], ['Transaction/Response/Message', 'Approved'],
      ['Order/OrderInqResult/Status', 'APPROVED'], ['Order/OrderInqResult/AuthAmount', '14990'], ['Order/OrderInqResult/Code', '00'],
      ['Transaction/RetrefNum', '123456789012'],
    ],
    words: [
      '00', 'Approved', '1', '0', '4', '51', 'Declined', 'Error', '304919', '05', '02', '949', '14990', '149.90', '', ' ', SIGNED_FIELDS,
      'sales', 'preauth',
    ],
    names: [
      ...SIGNED, 'hash', 'hashparams', 'hashparamsval', 'secure3dhash', 'orderid', 'txnamount', 'txncurrencycode', 'txntype',
      'txninstallmentcount', 'terminalid', 'secure3dsecuritylevel', 'xid', 'mode', 'apiversion', 'mderrormessage', 'errmsg', 'hostmsg',
    ],
    decisions: [
      ['mdstatus', '1'], ['procreturncode', '00'], ['response', 'Approved'], ['authcode', '304919'], ['mdstatus', '4'],
      ['response', 'Declined'], ['procreturncode', '51'], ['mdstatus', '0'],
    ],
    digests: ['hash', 'secure3dhash'],
    // Of a form only its own customer and the bank have seen the digest.
    unknowable: ['secure3dhash'],
    allDigests: material.forms.map(({ fields }) => valueOf(fields, 'hash')).filter(Boolean),
    keys: [attackers.storeKey, ...PUBLISHED, merchant.terminalId, merchant.merchantId],
    sign: (draft, key, dice) => signedBy(draft, key, dice),
    identity: ({ shop, order }) => ({
      clientid: shop.account, oid: utf8(order.id), terminalid: shop.account, orderid: utf8(order.id),
      txnamount: order.amount.replace('.', ''),
    }),
    tricks: {
      'move the borders': moveBorders, 'read the text anew': readAnew, 'a shift between neighbours': shift, 'the list of signed fields': ownList,
      'edit what nobody signs': editUnsigned, 'leave the form\'s digest out': (draft) => { draft.fields = draft.fields.filter((field) => field.name !== 'secure3dhash'); },
    },
    rightDigests: ({ target, fields }) => (fields ? [callbackHash(fields.map((field) => [field.name, field.value]), {
      version: '512', storeKey: target.shop.config.merchant.storeKey,
    }).hash] : []),
  };
}

async function pay({ material, shop, id, changes, card, edit = (fields) => fields, own = {} }) {
  const started = shop.pos.step.start(newOrder(id, changes));
  const { fields, cardInputs: inputs } = started.redirect;
  const target = material.target({ shop, order: started.order, form: fields, outcome: card, ...own });
  const typed = inputs ? { [inputs.number]: panOf(card), [inputs.month]: EXPIRY.month, [inputs.year]: EXPIRY.year, [inputs.cvv]: CV2 } : {};
  const form = edit(fields);
  const { body } = await shop.bank.visit({ ...form, ...typed }, inputs && card !== 'close' && card !== 'cancel' ? {} : { card }).catch(() => ({}));
  target.failed ||= form === fields && Boolean(body) && !/(^|&)mdstatus=1(&|$)/.test(body);
  if (body) material.message('forms', { target, fields: taken(body) });
  return target;
}

/** The customer's form with the borders between its values moved: the digest still fits, and the bank works on what it reads. */
async function movedForms({ material, shop, dice, paid }) {
  const card = dice.pick(['success', '3ds-failed', '3ds-attempt', 'insufficient-funds', 'approved-without-3ds']);
  const edit = (fields) => {
    const moved = { ...fields };
    const level = dice.pick(['3D', '3D_PAY', '3D_FULL', '3D_HALF', 'OOS_PAY', '3D_OOS_PAY', '3D_OOS_FULL', '3D_OOS_HALF']);
    if (dice.chance(0.3)) moved.secure3dsecuritylevel = level;
    const place = dice.pick([0, 1, 1, 1, 1, 2, 5, 6]);
    const [left, right] = [FORM[place], FORM[place + 1]];
    const [a, b] = [moved[left], moved[right]];
    const digits = 1 + dice.below(Math.max(1, Math.min(6, b.length - 1)));
    if (dice.chance(0.8)) [moved[left], moved[right]] = [a + b.slice(0, digits), b.slice(digits)];
    else [moved[left], moved[right]] = [a.slice(0, -1), a.slice(-1) + b];
    return moved;
  };
  // What the bank refuses to the customer who edited his form is refused: to him, and to nobody else.
  const target = await paid(shop, { amount: dice.pick(['2345.67', '104.90', '1.04', '5100.00', '1490.00']) }, card, edit, { failed: true });
  const [message] = material.messagesOf(target, material.forms);
  const named = message && valueOf(message.fields, 'oid');
  if (!named || named === target.order.id || !/^[A-Za-z0-9-]{1,32}$/.test(named)) return;
  // Somebody else's order of that very number, which the bank was never asked about, or which is paid.
  const own = shop.pos.step.start(newOrder(named));
  const victim = material.target({ shop, order: own.order, form: own.redirect.fields, outcome: 'victim' });
  material.message('forms', { ...message, target: victim });
}

const signedText = (fields) => SIGNED.map((each) => valueOf(fields, each) ?? '').join('');
const cut = (draft, values) => { draft.fields = withValues(draft.fields, Object.fromEntries(SIGNED.map((each, place) => [each, values[place]]))); };

const LENGTHS = [[0, 0, 1, 6, 6], [0, 2, 2], [0, 5, 8], [1], [0, 27, 28, 28], [0, 2, 2]];

/** The text that the bank signed, read as if it were about this order, with lengths that values have. */
function readAnew(draft, world, dice) {
  const { shop, order } = draft.target;
  const text = signedText(draft.fields);
  const start = shop.account + order.id;
  if (!text.startsWith(start)) return false;
  const rest = text.slice(start.length);
  const lengths = LENGTHS.map((list) => dice.pick(list));
  const used = lengths.reduce((sum, length) => sum + length, 0);
  let at = 0;
  const values = [...lengths, Math.max(0, rest.length - used - 20), 20].map((length) => rest.slice(at, at += length));
  cut(draft, [shop.account, order.id, ...values]);
  return true;
}

/** The same text, cut anywhere. */
function moveBorders(draft, world, dice) {
  const text = signedText(draft.fields);
  const cuts = Array.from({ length: SIGNED.length - 1 }, () => dice.below(text.length + 1)).sort((a, b) => a - b);
  cut(draft, SIGNED.map((_, place) => text.slice(cuts[place - 1] ?? 0, cuts[place] ?? text.length)));
}

function shift(draft, world, dice) {
  const values = SIGNED.map((each) => valueOf(draft.fields, each) ?? '');
  for (let times = 1 + dice.below(3); times > 0; times -= 1) {
    const place = dice.below(values.length - 1);
    const count = 1 + dice.below(3);
    if (dice.chance(0.5)) [values[place], values[place + 1]] = [values[place] + values[place + 1].slice(0, count), values[place + 1].slice(count)];
    else [values[place], values[place + 1]] = [values[place].slice(0, -count), values[place].slice(-count) + values[place + 1]];
  }
  cut(draft, values);
}

/** A list of one's own: the signed text moves to a field that nobody looks at. */
function ownList(draft, world, dice) {
  const text = signedText(draft.fields);
  const list = dice.pick([
    'note:', `${SIGNED_FIELDS}`, SIGNED_FIELDS.slice(0, -1), SIGNED_FIELDS.toUpperCase(), 'clientid:oid:note:', `${SIGNED_FIELDS}note:`,
    '', SIGNED.toReversed?.().join(':') ?? '', SIGNED_FIELDS.replaceAll(':', ','), 'oid:clientid:',
  ]);
  draft.fields = withValues(draft.fields, {
    hashparams: list, hashparamsval: text, note: text, ...(dice.chance(0.7) ? {
      mdstatus: '1', procreturncode: '00', response: 'Approved', authcode: '304919',
    } : {}),
  });
}

function editUnsigned(draft, world, dice) {
  const { order } = draft.target;
  const edits = {
    txnamount: dice.pick(['14990', '1', order.amount.replace('.', '')]), txncurrencycode: dice.pick(['949', '840']), txntype: dice.pick(['sales', 'preauth']), orderid: order.id,
    xid: dice.pick(['', 'A'.repeat(28), 'x']), mode: dice.pick(['PROD', 'TEST']), apiversion: dice.pick(['512', 'v0.01', '']), secure3dsecuritylevel: dice.pick(['3D', '3D_PAY', 'OOS_PAY']),
  };
  const chosen = Object.entries(edits).filter(() => dice.chance(0.5));
  draft.fields = withValues(draft.fields, Object.fromEntries(chosen));
}

function signedBy(draft, key, dice) {
  const algorithm = dice.chance(0.8) ? 'sha512' : 'sha1';
  const hash = createHash(algorithm).update(signedText(draft.fields) + key, 'latin1');
  return withValues(draft.fields, { hash: algorithm === 'sha1' ? hash.digest('base64') : hash.digest('hex').toUpperCase() });
}

async function replies(material) {
  const kept = [];
  for (const target of material.targets.filter(({ outcome }) => outcome && outcome !== 'victim')) {
    const step = target.pos.step.ask(target.order, 'inquire');
    kept.push({ target, order: step.order, then: step.then, answer: await ask(target.shop.bank, step.request) });
    const [message] = material.messagesOf(target, material.forms);
    if (target.shop.model !== '3d' || !message) continue;
    let provision;
    try { provision = target.pos.step.callback(target.order, message.fields.map(({ raw }) => raw).join('&')); } catch { continue; }
    if (provision.type === 'send' && provision.moves) await provisioned(kept, { target, step: provision, ask });
  }
  return kept;
}

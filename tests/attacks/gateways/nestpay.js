// NestPay: every model, several banks, a second shop at the same bank whose key the attacker knows, a terminal in test mode, and a gate that
// signs its refusals over whatever the form contained.
import { createHash } from 'node:crypto';
import { createNestpay, ver3Hash } from '../../../banks/nestpay.js';
import { signedFields } from '../../../banks/nestpay-hash.js';
import { CARDS, CV2, EXPIRY } from '../../../banks/cards.js';
import { createMaterial, newOrder, numbersOf, openShop, provisioned } from '../material.js';
import { remembered, taken, utf8, valueOf } from '../message.js';
import { minorOf } from '../judge.js';
import { ask, options } from '../wire.js';

export const name = 'nestpay';

const MODELS = ['3d_pay_hosting', '3d_pay', '3d', '3d_host'];
const BANKS = ['isbank', 'ziraat', 'halkbank', 'teb', 'sekerbank'];
const OUTCOMES = [
  'success', 'success', 'success', 'insufficient-funds', 'refused', 'bank-error', '3ds-failed', '3ds-attempt', '3ds-not-enrolled',
  'approved-without-3ds', 'cancel',
];
const DECISIONS = [
  ['mdStatus', '1'], ['mdStatus', '1'], ['ProcReturnCode', '00'], ['Response', 'Approved'], ['mdStatus', '0'], ['Response', 'Declined'],
  ['ProcReturnCode', '51'], ['Response', 'Error'], ['mdStatus', '7'],
];
const ANCHORS = [
  'clientid', 'oid', 'amount', 'currency', 'okUrl', 'failUrl', 'storetype', 'hashAlgorithm', 'lang', 'taksit', 'TranType', 'callbackUrl',
];
const NAMES = [
  ...ANCHORS, 'islemtipi', 'mdStatus', 'ProcReturnCode', 'Response', 'HASH', 'HASHPARAMS', 'HASHPARAMSVAL', 'rnd', 'AuthCode',
  'HostRefNum', 'TransId', 'md', 'xid', 'eci', 'cavv', 'ReturnOid', 'encoding', 'countdown', 'NATIONALIDNO', 'hash', 'Hash',
  'merchantName', 'merchantID', 'txstatus', 'sID', 'EXTRA.TRXDATE', 'MaskedPan', 'ErrMsg', 'mdErrorMsg',
];
/** Passwords of banks' public test shops, and of sample code. */
const PUBLISHED = ['TRPS0200', 'TEST1234', '123456', '12345678', 'TestTest123', ''];

/** Names as the digest compares them. */
const upperAscii = remembered((text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()));

const panOf = (card) => CARDS.find((each) => each.name === card)?.pan ?? CARDS[0].pan;
const listed = (fields) => fields.map(({ name: field, value }) => [field, value]);

const xmlText = (request, leaf) => new RegExp(`<${leaf}>([^<]*)</${leaf}>`).exec(new URLSearchParams(request.body).get('DATA'))?.[1];
const CURRENCY = { 949: 'TRY', 840: 'USD', 978: 'EUR', 826: 'GBP' };
const reads = (request) => {
  const currency = CURRENCY[xmlText(request, 'Currency')];
  return { id: xmlText(request, 'OrderId'), currency, minor: xmlText(request, 'Total') && minorOf(xmlText(request, 'Total'), currency) };
};

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { clientId: '780012345', storeKey: 'Kq7vX2mPz9|\\x', apiUser: 'canli', apiPassword: 'h4Tn8wLq' };
  const attackers = { clientId: '780099999', storeKey: 'Bende11BuAnahtar', apiUser: 'saldirgan', apiPassword: 'bende' };
  const bankOf = (keys, merchantName = 'KİRAZ ÇİÇEKÇİLİK') => createNestpay({ ...options(dice), stores: [{ ...keys, merchantName }] });
  const shopOf = (label, keys, bank, gateway, model, more) =>
    openShop({ velopos, name: label, config: { gateway, merchant: keys, ...more }, model, bank, account: keys.clientId, reads });

  const shops = [];
  MODELS.forEach((model, place) => {
    const bank = bankOf(merchant);
    shops.push(
      shopOf('shop', merchant, bank, 'isbank', model),
      shopOf('lenient shop', merchant, bankOf(merchant), BANKS[(place + 1) % BANKS.length], model, { threeDS: 'attempted' })
    );
    if (model.startsWith('3d_pay')) {
      const { apiUser, apiPassword, ...keys } = merchant;
      shops.push(shopOf('shop without API', keys, bankOf(merchant), BANKS[(place + 3) % BANKS.length], model));
    }
    shops.push(shopOf('attacker\'s shop', attackers, bankOf(attackers), 'isbank', model));
    // The return addresses are the same for every order, so that everything in a form but its hash can be known.
    if (model !== '3d_pay' && model !== '3d_host') shops.push(Object.assign(shopOf('shop with fixed addresses', merchant, bankOf(merchant), 'ziraat', model), { urls: {
      ok: 'https://shop.example/ok', fail: 'https://shop.example/fail',
    } }));
    // A shop whose name looks like a decision, and stands where one could.
    if (model !== '3d_host') shops.push(shopOf('shop called 1', merchant, bankOf(merchant, '1'), 'halkbank', model));
    // The same numbers in the bank's test system, with the key that the test system has.
    const tests = { ...merchant, storeKey: 'TestAnahtari7' };
    shops.push(shopOf('test terminal', tests, bankOf(tests), 'isbank', model, { mode: 'test' }));
  });

  const sister = { ...merchant, clientId: '780012346' };
  const sisters = openShop({
    velopos, name: 'attacker at a sister shop', config: { gateway: 'isbank', merchant: sister }, model: '3d_pay_hosting',
    bank: bankOf(sister), account: sister.clientId,
  });
  const idOf = numbersOf(dice, [
    () => `A${dice.text(19)}`, () => `SIPARIS-${dice.below(9000) + 1000}`, () => dice.text(12),
    () => String(100_000 + dice.below(900_000)),
  ]);
  const pay = (shop, changes, customer) => paid({
    material, shop, changes: { id: idOf(), ...(shop.urls && { urls: shop.urls }), ...changes }, customer,
  });

  for (const shop of shops) {
    for (const card of OUTCOMES) await pay(shop, {}, { card });
    await pay(shop, {}, { card: 'close' });
    await pay(shop, { currency: 'USD' }, { card: 'success' });
    await pay(shop, { type: 'preauth' }, { card: 'success' });
    await pay(shop, { installments: 3 }, { card: 'success' });
    await pay(shop, { amount: '1.00' }, { card: 'success' });
    await pay(shop, { urls: { ...newOrder('x').urls, notify: 'https://shop.example/_functions/bank' } }, { card: 'insufficient-funds' });
    // The basket grew after the form had been handed out: what was paid with the old form is not this order.
    // (What the bank tells of an order's state names no currency, so that one is tried where nobody can ask for it.)
    const otherwise = [
      { amount: '1490.00' }, { installments: 6 }, { type: 'preauth' }, ...(shop.config.merchant.apiUser ? [] : [{ currency: 'EUR' }]),
    ];
    for (const again of otherwise) {
      const { order } = await pay(shop, {}, { card: 'success' });
      const started = shop.pos.step.start(newOrder(order.id, { urls: order.urls, ...again }), cardFor(shop, 'success'));
      const target = material.target({ shop, order: started.order });
      for (const message of material.messagesOf(
        material.targets.find((each) => each.order === order), material.forms
      )) material.message('forms', { ...message, target });
    }
    await editedForms({ material, shop, dice, idOf });
  }
  // Two shops of one owner have the same key, and count their orders alike; the attacker buys at the other one.
  for (const shop of shops.filter(({ urls, model }) => urls && model === sisters.model)) {
    for (let count = 0; count < 6; count += 1) {
      const id = idOf();
      const { target: bought } = await paid({ material, shop: sisters, changes: { id, urls: shop.urls }, customer: { card: 'success' } });
      const { target } = await paid({ material, shop, changes: { id, urls: shop.urls }, customer: { card: 'close' } });
      for (const message of material.messagesOf(bought, material.forms)) material.message('forms', { ...message, target });
    }
  }

  const digestsOf = (messages) => messages.map(({ fields }) => valueOf(fields, 'HASH')).filter(Boolean);
  return {
    ...material,
    name,
    kinds: [[9, 'form'], [1, 'reply']],
    depth: 9,
    replies: await replies(material),
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id,
    wishes: [
      ['Response', 'Approved'], ['ProcReturnCode', '00'], ['TRANS_STAT', 'C'],
      ['ORDERSTATUS', 'TRANS_STAT:C ORIG_TRANS_AMT:14990 CAPTURE_AMT:14990'], ['CAPTURE_AMT', '14990'], ['ORIG_TRANS_AMT', '14990'],
      ['CHARGE_TYPE_CD', 'S'],
    ],
    words: [
      '1', '00', 'Approved', '0', '7', 'Declined', 'Error', 'ver3', 'ver2', 'ver1', '949', '840', '149.90', '149.9', '14990', '149,90',
      'Auth', 'PreAuth', 'tr', 'en', '', ...MODELS,
    ],
    names: NAMES, decisions: DECISIONS, digests: ['HASH'],
    allDigests: [...digestsOf(material.forms), ...material.targets.map(({ form }) => form && form.hash).filter(Boolean)],
    keys: [attackers.storeKey, ...PUBLISHED, merchant.clientId, merchant.apiUser],
    sign: (draft, key) => signedBy(draft, key, dice),
    identity: ({ order, form }) => ({
      oid: utf8(order.id),
      ...Object.fromEntries(ANCHORS.filter((each) => form?.[each] !== undefined).map((each) => [each, utf8(form[each])])),
    }),
    tricks: {
      relabel, 'relabel a little': relabelALittle, 'a value moves to a decision': valueToDecision, 'unsigned fields': unsignedFields,
      'the list of signed fields': ownList, 'another case, still signed': stillSigned, 'neighbours exchange names': neighbours,
    },
    rightDigests: ({ target, fields }) => (fields ? [ver3Hash(listed(fields), target.shop.config.merchant.storeKey)] : []),
  };
}

const cardFor = ({ pos }, card) => (pos.takesCard ? { card: { number: panOf(card), ...EXPIRY, cvv: CV2 } } : undefined);

/** A payment from its start to the message that came back. */
async function paid({ material, shop, changes, customer, edit = (fields) => fields }) {
  const { step } = shop.pos;
  const { id, ...rest } = changes;
  const started = step.start(newOrder(id, rest), cardFor(shop, customer.card));
  const target = material.target({ shop, order: started.order, form: started.redirect.fields, outcome: customer.card });
  const form = edit(started.redirect.fields);
  const { body } = await shop.bank.visit(form, customer);
  target.failed = Boolean(body) && !/(^|&)mdStatus=1(&|$)/.test(body);
  if (body) {
    const message = { target, fields: taken(body) };
    material.message('forms', message);
  }
  return { order: target.order, target };
}

/**
 * What a customer can do to the shop's form before the bank sees it. Names may be changed where the digest, which covers values in the order
 * of their names, stays what it was; and everything may be changed where he wants the gate to refuse the form, and to sign the refusal.
 */
async function editedForms({ material, shop, dice, idOf }) {
  for (let count = 0; count < 24; count += 1) {
    const started = shop.pos.step.start(newOrder(idOf(), shop.urls && { urls: shop.urls }), cardFor(shop, 'success'));
    const target = material.target({ shop, order: started.order, form: started.redirect.fields, outcome: 'edited', failed: true });
    const wish = dice.pick(material.targets.filter((each) => each.shop === shop));
    const form = count % 2 === 0 ? renamed(started.redirect.fields, dice) : invented({ wish, started, dice });
    shop.bank.settings.wrongHashEcho = dice.chance(0.8) ? 'all' : 'known';
    const { body } = await shop.bank.visit(form, { card: dice.pick([
      'success', '3ds-failed', 'insufficient-funds', 'approved-without-3ds',
    ]) }).catch(() => ({}));
    if (body) material.message('forms', { target, fields: taken(body) });
    if (body && count % 2 === 1) material.message('forms', { target: wish, fields: taken(body) });
  }
  shop.bank.settings.wrongHashEcho = 'known';
}

function renamed(fields, dice) {
  const pairs = signedFields(Object.entries(fields));
  for (let times = 1 + dice.below(3); times > 0; times -= 1) {
    const place = dice.below(pairs.length);
    const between = namesBetween(pairs[place - 1]?.[0] ?? 'A', pairs[place + 1]?.[0] ?? 'zz', dice);
    if (between.length > 0) pairs[place] = [dice.pick(between), pairs[place][1]];
  }
  return [...pairs, ['hash', fields.hash]];
}

/** A form of the attacker's own, full of what he would like to have signed, for an order that he names. */
function invented({ wish, started, dice }) {
  // Of somebody else's form he does not know the addresses where they carry the id of that attempt, nor ever the hash.
  const { okUrl, failUrl, callbackUrl, hash, rnd, ...known } = wish.form ?? {};
  const addresses = wish.shop.urls ? { okUrl, failUrl } : {};
  const form = { ...started.redirect.fields, ...(dice.chance(0.8) ? { ...known, ...addresses } : {}) };
  if (wish.shop.urls && dice.chance(0.4)) return form;
  if (dice.chance(0.4)) return wholeApproval(started.redirect.fields);
  const spread = [
    ['iZ', '1'], ['Prz', '00'], ['ReZ', 'Approved'], ['m', '1'], ['nz', '1'], ['Q', '00'], ['Rf', 'Approved'], ['lz', '1'],
    ['mdStatus', '1'], ['Response', 'Approved'], ['ProcReturnCode', '00'],
  ];
  for (const [field, value] of spread) if (dice.chance(0.6)) form[field] = value;
  for (const field of ['lang', 'okUrl', 'storetype', 'hashAlgorithm']) {
    // The genuine texts under other names, so that they can be put back.
    if (dice.chance(0.5)) {
      form[`${field}${dice.pick(['Z', '-', '0'])}`] = form[field];
      form[field] = { lang: 'en', okUrl: 'https://shop.example/x', storetype: dice.pick(MODELS), hashAlgorithm: 'ver3' }[field];
    }
  }
  return form;
}

/**
 * An approval of his own order under names of his own, all of them before the names of the gate's verdict; and what pins the places in the
 * order is changed where it stands, so that its texts occur once.
 */
function wholeApproval(own) {
  const wanted = [own.lang, '1', own.oid, own.okUrl, '00', 'Approved', own.storetype, own.taksit, own.TranType];
  const hidden = Object.fromEntries(wanted.map((value, place) => [`i${String(place).padStart(2, '0')}`, value]));
  return { ...own, ...hidden, lang: own.lang === 'tr' ? 'en' : 'tr', okUrl: `${own.okUrl}/x`, storetype: 'pay', hash: 'x' };
}

const namesBetween = (from, to, dice) => {
  const [low, high] = [upperAscii(from), upperAscii(to)];
  const known = [...NAMES, 'A', 'iz', 'mdz', 'Prz', 'Rez'].filter((each) => upperAscii(each) > low && upperAscii(each) < high);
  return [...known, `${from}${dice.pick(['-', '0', 'a'])}${dice.below(10)}`].filter((each) => upperAscii(each) > low && upperAscii(each) < high);
};

// ---- tricks that keep the digest

const unsigned = new Set(['HASH', 'ENCODING', 'COUNTDOWN', 'NATIONALIDNO']);

/** The fields that the digest covers, in its order, and the others. */
function parted(fields) {
  const [covered, rest] = [[], []];
  for (const field of fields) {
    const upper = upperAscii(field.name);
    if (unsigned.has(upper)) rest.push(field);
    else covered.push({ upper, field });
  }
  covered.sort((a, b) => (a.upper < b.upper ? -1 : 1));
  return { signed: covered.map(({ field }) => field), rest };
}

/** The same values in the same order under the names that a shop wants to read, as far as they can be had. */
function relabel(draft, world, dice) {
  const { target } = draft;
  const { signed, rest } = parted(draft.fields);
  const anchors = Object.entries(world.identity(target)).filter(() => dice.chance(0.93)).map(([field, text]) => [field, text, 20 + dice.below(10)]);
  const success = dice.chance(0.75) ? [
    ['mdStatus', '1'], ['ProcReturnCode', '00'], ['Response', 'Approved'],
  ] : [['mdStatus', '0'], ['ProcReturnCode', '51'], ['Response', 'Declined']];
  const decisions = success.map(([field, text]) => [field, text, 60]);
  const wanted = [...anchors, ...decisions].sort(([a], [b]) => (upperAscii(a) < upperAscii(b) ? -1 : 1));
  draft.fields = [...namedBy(signed, heaviest(signed, wanted)), ...rest];
}

/** Which value takes which wanted name: the heaviest common subsequence. */
function heaviest(signed, wanted) {
  const width = wanted.length + 1;
  const best = new Float64Array((signed.length + 1) * width);
  for (let i = signed.length - 1; i >= 0; i -= 1) {
    for (let j = wanted.length - 1; j >= 0; j -= 1) {
      const skip = Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      const take = signed[i].value === wanted[j][1] ? best[(i + 1) * width + j + 1] + wanted[j][2] : 0;
      best[i * width + j] = Math.max(skip, take);
    }
  }
  const names = new Array(signed.length);
  for (let i = 0, j = 0; i < signed.length && j < wanted.length;) {
    const here = best[i * width + j];
    if (signed[i].value === wanted[j][1] && here === best[(i + 1) * width + j + 1] + wanted[j][2]) names[i++] = wanted[j++][0];
    else if (here === best[(i + 1) * width + j]) i += 1;
    else j += 1;
  }
  return names;
}

/** Everything else keeps its name where that sorts well, and gets one that does where it does not. */
function namedBy(signed, names) {
  let [last, count] = ['A', 0];
  return signed.map((field, place) => {
    if (names[place]) {
      [last, count] = [names[place], 0];
      return { name: last, value: field.value };
    }
    const next = names.slice(place + 1).find(Boolean);
    const fits = upperAscii(field.name) > upperAscii(last) && (!next || upperAscii(field.name) < upperAscii(next)) && !names.includes(field.name);
    if (fits) {
      [last, count] = [field.name, 0];
      return field;
    }
    return { name: `${last}-${String((count += 1)).padStart(3, '0')}`, value: field.value };
  });
}

/** One field gets another name that sorts at the same place. */
function relabelALittle(draft, world, dice) {
  const { signed, rest } = parted(draft.fields);
  for (let times = 1 + dice.below(3); times > 0; times -= 1) {
    const place = dice.below(signed.length);
    const between = namesBetween(signed[place - 1]?.name ?? 'A', signed[place + 1]?.name ?? 'zz', dice);
    if (between.length > 0) signed[place] = { name: dice.pick(between), value: signed[place].value };
  }
  draft.fields = [...signed, ...rest];
}

/** A value that says what the attacker wants takes the name of the decision, and what lies between moves out of the way. */
function valueToDecision(draft, world, dice) {
  const { signed, rest } = parted(draft.fields);
  const [field, value] = dice.pick(world.decisions);
  const places = signed.map((each, place) => (each.value === value ? place : -1)).filter((place) => place >= 0);
  if (places.length === 0) return false;
  const names = new Array(signed.length);
  names[dice.pick(places)] = field;
  draft.fields = [...namedBy(signed, names), ...rest];
  return true;
}

/** What the digest leaves out may be added, changed, or called so. */
function unsignedFields(draft, world, dice) {
  const field = dice.pick(['encoding', 'countdown', 'nationalidno', 'NATIONALIDNO', 'Encoding', 'COUNTDOWN']);
  const kept = draft.fields.filter((each) => upperAscii(each.name) !== upperAscii(field));
  draft.fields = [...kept, { name: field, value: dice.pick(['1', '00', 'Approved', 'UTF-8', 'ISO-8859-9', 'UTF-16', 'oid', '']) }];
}

/** The older versions told what they sign. */
function ownList(draft, world, dice) {
  const names = draft.fields.map((field) => field.name);
  const list = Array.from({ length: 1 + dice.below(5) }, () => dice.pick(names));
  const values = list.map((each) => valueOf(draft.fields, each)).join('');
  draft.fields = draft.fields.filter((field) => dice.chance(0.5) || field.name !== 'hashAlgorithm');
  draft.fields.push({ name: 'HASHPARAMS', value: `${list.join(dice.pick([':', '|', '+']))}:` }, { name: 'HASHPARAMSVAL', value: values });
}

/** Names are compared as capitals, so the digest does not see which letters were small. */
function stillSigned(draft, world, dice) {
  const place = dice.below(draft.fields.length);
  const { name: field, value } = draft.fields[place];
  draft.fields[place] = { name: dice.pick([upperAscii(field), field.toLowerCase(), field.replaceAll('.', '_')]), value };
}

function neighbours(draft, world, dice) {
  const { signed } = parted(draft.fields);
  const place = dice.below(signed.length - 1);
  const [one, other] = [signed[place], signed[place + 1]];
  const rest = draft.fields.filter((field) => field !== one && field !== other);
  draft.fields = [...rest, { name: one.name, value: other.value }, { name: other.name, value: one.value }];
}

/** Signed with a key that is not this shop's. */
function signedBy(draft, key, dice) {
  const body = draft.fields.filter((field) => upperAscii(field.name) !== 'HASH');
  const escape = dice.chance(0.9) ? (value) => value.replace(/[\\|]/g, '\\$&') : (value) => value;
  const text = [...parted(body).signed.map(({ value }) => value), key].map(escape).join('|');
  return [...body, { name: 'HASH', value: createHash('sha512').update(text, 'latin1').digest('base64') }];
}

// ---- the bank's answers to our own requests

async function replies(material) {
  const kept = [];
  for (const target of material.targets.filter(({ shop }) => shop.config.merchant.apiUser)) {
    const step = target.pos.step.ask(target.order, 'inquire');
    kept.push({ target, order: step.order, then: step.then, answer: await ask(target.shop.bank, step.request) });
    const [message] = material.messagesOf(target, material.forms);
    if (target.shop.model.startsWith('3d_pay') || !message || target.outcome === 'edited') continue;
    let provision;
    try { provision = target.pos.step.callback(target.order, message.fields.map(({ raw }) => raw).join('&')); } catch { continue; }
    if (provision.type === 'send' && provision.moves) await provisioned(kept, { target, step: provision, ask });
  }
  return kept;
}

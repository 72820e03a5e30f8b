// iyzico: a bare token from the checkout form, a signed return from 3-D Secure that names no amount, signed answers, and webhooks of three
// formats whose values stand next to each other.
import { createHash, createHmac } from 'node:crypto';
import { createIyzico, responseSignature, webhookSignature } from '../../../banks/iyzico.js';
import { CARDS, CV2, EXPIRY } from '../../../banks/cards.js';
import { createMaterial, newOrder, numbersOf, openShop, provisioned } from '../material.js';
import { minorOf } from '../judge.js';
import { taken, utf8, valueOf, withValues } from '../message.js';
import { joined, members } from '../tricks/json.js';
import { ask, begin, options } from '../wire.js';

export const name = 'iyzico';

const OUTCOMES = [
  'success', 'success', 'success', 'insufficient-funds', 'refused', '3ds-failed', '3ds-attempt', '3ds-not-enrolled',
  'approved-without-3ds', 'review', 'silent',
];
const RETURN = ['conversationData', 'conversationId', 'mdStatus', 'paymentId', 'status'];
const FORMATS = {
  direct: ['iyziEventType', 'paymentId', 'paymentConversationId', 'status'],
  hpp: ['iyziEventType', 'iyziPaymentId', 'token', 'paymentConversationId', 'status'],
  subscription: ['iyziEventType', 'subscriptionReferenceCode', 'orderReferenceCode', 'customerReferenceCode'],
};
const EVENTS = [
  'PAYMENT_API', 'API_AUTH', 'THREE_DS_AUTH', 'THREE_DS_CALLBACK', 'BKM_AUTH', 'BALANCE', 'CONTACTLESS_REFUND', 'REFUND_RETRY_FAILURE',
  'REFUND_RETRY_SUCCESS',
];
const STATUSES = ['FAILURE', 'SUCCESS', 'INIT_THREEDS', 'CALLBACK_THREEDS', 'BKM_POS_SELECTED', 'INIT_APM'];
const panOf = (card) => CARDS.find((each) => each.name === card)?.pan ?? CARDS[0].pan;

const reads = (request) => {
  const { basketId, paidPrice, currency } = JSON.parse(request.body);
  return { id: basketId, currency, minor: minorOf(paidPrice.replace(/\.0$/, ''), currency) };
};

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { apiKey: 'kiraz-api-1234', secretKey: 'kiraz-gizli-5678', merchantId: '3382001' };
  const attackers = { apiKey: 'bende-api-1', secretKey: 'bende-gizli-2', merchantId: '3389999' };
  const bankOf = (keys) => createIyzico({
    ...options(dice), stores: [{ ...keys, shopName: 'Kiraz' }], webhookUrl: 'https://shop.example/_functions/iyzicoWebhook',
    settings: { webhookStatuses: ['SUCCESS', 'FAILURE', 'INIT_THREEDS', 'CALLBACK_THREEDS'], failedPaymentId: dice.pick(['empty', 'filled']) },
    times: { webhookFirstMs: 2_000_000_000, webhookRetryMs: 2_000_000_000 },
  });
  const shopOf = (label, keys, model, more) =>
    openShop({
      velopos, name: label, config: { gateway: 'iyzico', merchant: keys, ...more }, model, bank: bankOf(keys), account: keys.apiKey,
      reads,
    });
  const shops = ['checkout_form', '3ds'].flatMap((model) => [
    shopOf('shop', merchant, model), shopOf('lenient shop', merchant, model, { threeDS: 'attempted' }), shopOf('attacker\'s shop', attackers, model),
    shopOf('sandbox', { ...merchant, secretKey: 'sandbox-gizli' }, model, { mode: 'test' }),
  ]);
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`, () => dice.text(12), () => `SIPARIS-${dice.below(900)}`, () => `${dice.below(9000)}`]);

  for (const shop of shops) {
    const paid = (changes, card, more) => pay({ material, shop, id: idOf(), changes, card, ...more });
    for (const card of [...OUTCOMES, ...OUTCOMES, 'cancel', 'close', 'close']) await paid({}, card);
    for (const changes of [
      { currency: 'USD' }, { type: 'preauth' }, { amount: '1.00' }, { amount: '1490.00' }, { amount: '10.50' },
    ]) await paid(changes, 'success');
    if (shop.model === 'checkout_form') await paid({ maxInstallments: 6 }, 'success', { installments: 3 });
    else await paid({ installments: 3 }, 'success');
  }
  const events = await otherEvents({ material, shops, dice, idOf });
  // By key: what one of a merchant's accounts was sent, all of them may believe.
  const signedEvents = new Map(shops.map(({ config }) => [config.merchant.secretKey, new Set()]));
  for (const { shop, meaning } of events) signedEvents.get(shop.config.merchant.secretKey).add(meaning);
  for (const { target, text } of material.webhooks) signedEvents.get(target.shop.config.merchant.secretKey).add(meaningOf(JSON.parse(text), target.shop.config.merchant));

  const objects = material.webhooks.map(({ text }) => members(text));
  return {
    ...material,
    name,
    kinds: [[4, 'form'], [3, 'webhook'], [3, 'event'], [2, 'reply']],
    depth: 6,
    webhookDepth: 5,
    draft: { event: (dice) => eventDraft({ velopos, dice, material, events, signedEvents }) },
    replies: await replies(material, dice),
    replyTricks: {
      'another value under the signature': otherValue, 'the signature of another answer': otherSignature, 'another page': otherPage,
      'an answer that names nothing': nameless,
    },
    maySwap: (draft, other) => other.target.order.id !== draft.target.order.id,
    jsonWishes: [
      ['paymentStatus', '"SUCCESS"'], ['status', '"success"'], ['fraudStatus', '1'], ['paidPrice', '149.9'], ['price', '149.9'],
      ['currency', '"TRY"'], ['basketId', '"A"'], ['token', '"A"'], ['phase', '"AUTH"'], ['signature', '""'],
    ],
    objects, keysOfObjects: [
      ...new Set(objects.flat().map(([key]) => JSON.parse(key))), 'subscriptionReferenceCode', 'orderReferenceCode',
      'customerReferenceCode', '__proto__', 'Token', 'STATUS',
    ],
    words: ['SUCCESS', 'FAILURE', 'success', 'failure', '1', '0', '-1', '4', '', 'TRY', '149.90', '24400000', ...EVENTS],
    names: [...RETURN, 'signature', 'token', 'paymentConversationId', 'basketId', 'paidPrice', 'Token', 'TOKEN'],
    decisions: [['status', 'success'], ['mdStatus', '1'], ['status', 'failure'], ['mdStatus', '0'], ['mdStatus', '4']],
    digests: ['signature'],
    allDigests: [
      ...material.forms.map(({ fields }) => valueOf(fields, 'signature')).filter(Boolean),
      ...material.webhooks.map(({ headers }) => headers['x-iyz-signature-v3']),
    ],
    keys: [attackers.secretKey, '', merchant.apiKey, 'sandbox-secret-key'],
    sign: (draft, key) => withValues(draft.fields, { signature: responseSignature(RETURN.map((each) => valueOf(draft.fields, each) ?? ''), key) }),
    identity: (target) => ({
      conversationId: utf8(target.order.id), paymentId: new URLSearchParams(target.order.refs).get('paymentId') ?? '',
      token: new URLSearchParams(target.order.refs).get('token') ?? '',
    }),
    tricks: {
      'the token of another payment': (draft, world, dice) => { draft.fields = withValues(
        draft.fields, { token: valueOf(dice.pick(world.near(draft.target, world.forms)).fields, 'token') ?? '' }
      ); },
      'a colon from one value to the next': (draft, world, dice) => {
        const text = RETURN.map((each) => valueOf(draft.fields, each) ?? '').join(':').split(':');
        const cuts = Array.from({ length: RETURN.length - 1 }, () => dice.below(text.length + 1)).sort((a, b) => a - b);
        draft.fields = withValues(draft.fields, Object.fromEntries(RETURN.map((each, place) => [
          each, text.slice(cuts[place - 1] ?? 0, cuts[place] ?? text.length).join(':'),
        ])));
      },
      'the number of this order\'s payment': (draft) => { draft.fields = withValues(
        draft.fields, { paymentId: new URLSearchParams(draft.target.order.refs).get('paymentId') ?? '' }
      ); },
      'webhook: move the borders': moveBorders,
      'webhook: told as another kind': otherKind,
      'webhook: a digest with a key that one knows': (draft, world, dice) => {
        const event = parsed(draft.text);
        if (!event) return false;
        const keys = dice.pick(world.keys);
        draft.headers = { ...draft.headers, 'x-iyz-signature-v3': webhookSignature(textsOf(event), keys, attackers.merchantId) };
        return true;
      },
      'webhook: for this order': (draft) => edited(draft, { paymentConversationId: draft.target.order.id }),
      'webhook: a digest without a key': (draft, world, dice) => {
        const event = parsed(draft.text);
        if (!event) return false;
        const values = FORMATS[formatOf(event)].map((each) => String(event[each] ?? '')).join('');
        const plain = dice.chance(0.5) ? createHash('sha256').update(values) : createHmac('sha256', '').update(values);
        draft.headers = { ...draft.headers, 'x-iyz-signature-v3': plain.digest('hex') };
        return true;
      },
    },
  };
}

async function pay({ material, shop, id, changes, card, installments = 1 }) {
  const order = newOrder(id, changes);
  const threeDS = shop.model === '3ds';
  let started;
  try { started = await begin(shop, order, threeDS ? { card: { number: panOf(card), ...EXPIRY, cvv: CV2 } } : {}); } catch { return null; }
  const target = material.target({ shop, order: started.order, outcome: card });
  const { token, paymentId } = shop.bank.find(id);
  const visit = threeDS
    ? await shop.bank.visitThreeDS(paymentId, { password: { close: 'close', cancel: 'cancel' }[card] ?? 'right' })
    : await shop.bank.visit(token, { card, installments });
  target.failed = !['success', 'review', 'silent', 'close'].includes(card);
  if (visit.body && card !== 'close') material.message('forms', { target, fields: taken(visit.body) });
  if (visit.webhook) material.message('webhooks', { target, text: visit.webhook.body, headers: visit.webhook.headers });
  return target;
}

// ---- webhooks

const textsOf = (event) => Object.fromEntries(Object.entries(event).map(([key, value]) => [
  key, value === null || typeof value === 'object' ? '' : String(value),
]));
const parsed = (text) => {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch { return null; }
};
const formatOf = (event) => (event.subscriptionReferenceCode != null ? 'subscription' : event.token != null ? 'hpp' : 'direct');

/** What a signed event says, whichever way it is written. */
function meaningOf(event, { merchantId }) {
  const format = formatOf(event);
  return [format, ...(format === 'subscription' ? [merchantId] : []), ...FORMATS[format].map((each) => String(event[each]))].join('\n');
}

function edited(draft, changes) {
  const list = members(draft.text);
  if (list.length === 0) return false;
  for (const [key, value] of Object.entries(changes)) {
    const place = list.findIndex(([each]) => each === JSON.stringify(key));
    const written = value === undefined ? undefined : /^\d+$/.test(value) && /Id$|^merchantId$/.test(key) && !/Conversation/.test(key) ? value : JSON.stringify(value);
    if (written === undefined) { if (place >= 0) list.splice(place, 1); } else if (place < 0) list.push([JSON.stringify(key), written]);
    else list[place] = [list[place][0], written];
  }
  draft.text = joined(list);
  return true;
}

/** The signed text cut elsewhere, within its own format. */
function moveBorders(draft, world, dice) {
  const event = parsed(draft.text);
  if (!event) return false;
  const names = FORMATS[formatOf(event)];
  const values = names.map((each) => String(event[each] ?? ''));
  for (let times = 1 + dice.below(3); times > 0; times -= 1) {
    const place = dice.below(values.length - 1);
    const count = 1 + dice.below(dice.chance(0.7) ? 3 : 20);
    if (dice.chance(0.5)) [values[place], values[place + 1]] = [values[place] + values[place + 1].slice(0, count), values[place + 1].slice(count)];
    else [values[place], values[place + 1]] = [values[place].slice(0, -count), values[place].slice(-count) + values[place + 1]];
  }
  return edited(draft, Object.fromEntries(names.map((each, place) => [each, values[place]])));
}

/** The same signed text under the keys of another format, cut so that as much as possible looks right. */
function otherKind(draft, world, dice) {
  const event = parsed(draft.text);
  if (!event) return false;
  const from = formatOf(event);
  const to = dice.pick(Object.keys(FORMATS).filter((each) => each !== from));
  const text = FORMATS[from].map((each) => String(event[each] ?? '')).join('');
  const type = [...EVENTS, 'CHECKOUT_FORM_AUTH', 'subscription.order.success'].find((each) => text.startsWith(each)) ?? text.slice(0, 8);
  const status = STATUSES.find((each) => text.endsWith(each)) ?? '';
  const middle = text.slice(type.length, text.length - status.length);
  const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/i.exec(middle);
  const number = /^\d+/.exec(middle)?.[0] ?? '';
  const kept = uuid && dice.chance(0.8) ? [middle.slice(0, uuid.index), uuid[0], middle.slice(uuid.index + 36)] : [
    number, middle.slice(number.length, number.length + 36), middle.slice(number.length + 36),
  ];
  const values = {
    direct: [type, kept[0], kept[1] + kept[2], status], hpp: [type, kept[0], kept[1], kept[2], status],
    subscription: [type, kept[0], kept[1], kept[2] + status],
  }[to];
  const gone = Object.fromEntries(Object.values(FORMATS).flat().map((each) => [each, undefined]));
  return edited(draft, { ...gone, ...Object.fromEntries(FORMATS[to].map((each, place) => [each, values[place]])) });
}

/** Events that no order of these shops caused: subscriptions, refunds that were tried again, payments of other ways to pay. */
async function otherEvents({ material, shops, dice, idOf }) {
  const uuid = () => dice.text(32, '0123456789abcdef').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  const made = [];
  const conversations = ['', 'siparis', 'A-1', '12345', '7', '1', ...Array.from({ length: 6 }, () => idOf())];
  for (const shop of shops) {
    const { merchant } = shop.config;
    const add = (event) => {
      const signature = webhookSignature(textsOf(event), merchant.secretKey, merchant.merchantId);
      const text = joined(Object.entries(event).map(([key, value]) => [
        JSON.stringify(key), /^\d+$/.test(value) && key.endsWith('Id') && !/Conversation/.test(key) ? value : JSON.stringify(value),
      ]));
      made.push({
        shop, text, headers: { 'content-type': 'application/json', 'x-iyz-signature-v3': signature }, meaning: meaningOf(event, merchant),
      });
    };
    // A shop need not call a payment anything.
    const nameless = { paymentConversationId: '', status: 'SUCCESS', iyziEventType: 'BKM_AUTH', iyziReferenceCode: uuid() };
    add({ ...nameless, merchantId: merchant.merchantId, iyziPaymentId: String(2_440_000 + dice.below(90_000)), token: uuid() });
    for (let count = 0; count < 12; count += 1) {
      const common = {
        paymentConversationId: dice.pick(conversations), status: dice.pick(STATUSES), iyziEventType: dice.pick(EVENTS),
        iyziReferenceCode: uuid(), merchantId: merchant.merchantId,
      };
      const id = String(2_440_000 + dice.below(90_000));
      add({ ...common, paymentId: id, iyziPaymentId: id });
      add({ ...common, iyziPaymentId: id, token: uuid(), iyziEventType: dice.pick(['CHECKOUT_FORM_AUTH', 'BKM_AUTH', 'BALANCE']) });
      add({
        iyziEventType: dice.pick(['subscription.order.success', 'subscription.order.failure']), subscriptionReferenceCode: uuid(),
        orderReferenceCode: uuid(), customerReferenceCode: uuid(), iyziReferenceCode: uuid(),
      });
    }
  }
  // Some of them name an order of the shop: an event is still no payment.
  for (const event of made.filter(() => dice.chance(0.3))) {
    const targets = material.targets.filter(({ shop }) => shop === event.shop);
    material.message('webhooks', { target: dice.pick(targets), text: event.text, headers: event.headers });
  }
  return made;
}

/** A webhook without an order: what is told must be what iyzico signed for this shop. */
function eventDraft({ velopos, dice, material, events, signedEvents }) {
  // Without an order a conversation id has to begin with a letter; a shop that numbers its payments passes the order along.
  const clear = ({ text }) => /"paymentConversationId":"([A-Za-z]|")|subscription/.test(text);
  const chosen = dice.chance(0.5) ? dice.pick(events) : dice.pick(material.webhooks);
  const message = clear(chosen) ? chosen : dice.pick(events.filter(clear));
  const its = message.shop ?? message.target.shop;
  const shop = its.mine || dice.chance(0.15) ? dice.pick(material.targets.filter(({ shop: each }) => !each.mine)).shop : its;
  const target = material.targets.find((each) => each.shop === shop);
  const { secretKey, merchantId } = shop.config.merchant;
  const configured = dice.chance(0.8) ? merchantId : '';
  const call = (given) => {
    const { body, headers } = given && typeof given === 'object' && 'body' in given ? given : { body: given, headers: {} };
    return velopos.iyzico.verifyWebhook(body, headers?.['x-iyz-signature-v3'] ?? '', secretKey, configured);
  };
  const told = (event) => {
    const wire = {
      direct: ['eventType', 'paymentId', 'conversationId', 'status'],
      hpp: ['eventType', 'paymentId', 'token', 'conversationId', 'status'],
      subscription: ['merchantId', 'eventType', 'subscriptionReferenceCode', 'orderReferenceCode', 'customerReferenceCode'],
    }[event.format];
    const meaning = [event.format, ...(wire ?? []).map((each) => event[each])].join('\n');
    return signedEvents.get(secretKey).has(meaning) ? null : `an event that iyzico never signed: ${meaning.replaceAll('\n', ' | ')}`;
  };
  return { target, text: message.text, headers: { ...message.headers }, message, call, event: told };
}

// ---- answers

const PAGES = [
  'http://sanalpos.example/pay', 'https://a:b@bank.example/', 'https://bank.example@saldirgan.example/', 'javascript:alert(1)',
  '//bank.example/', '/pay', 'https:bank.example', 'https://bank.example/\\@x', 'data:text/html,x',
  'https://bank.example/&quot;><script>', 'https://cpp.iyzipay.com.saldirgan.example/?token=1',
];
const SIGNED = { retrieve: ['paymentStatus', 'token'], detail: [], provision: [] };

/** Values that the answer's signature covers. */
function otherValue(draft, world, dice) {
  const text = draft.answer?.body;
  if (typeof text !== 'string' || !text.includes('"signature"')) return false;
  const { order } = draft.target;
  const kind = /:(\w+)/.exec(draft.then)?.[1];
  const refs = new URLSearchParams(order.refs);
  const changes = [
    ['currency', JSON.stringify(order.currency)], ['basketId', JSON.stringify(order.id)], ['paidPrice', order.amount], ['price', order.amount],
    ['paymentId', JSON.stringify(refs.get('paymentId') ?? '1')], ['conversationId', JSON.stringify(order.id)],
    ...(SIGNED[kind]?.length > 0 ? [['paymentStatus', '"SUCCESS"'], ['token', JSON.stringify(refs.get('token') ?? '')]] : []),
  ].filter(() => dice.chance(0.7));
  let changed = text;
  for (const [key, value] of changes) changed = changed.replace(new RegExp(`"${key}":("[^"]*"|[\\d.]+)`), `"${key}":${value}`);
  if (!isUnsignedFailure(text) && dice.chance(0.2)) changed = changed.replace('"signature"', '"Signature"');
  draft.answer = { status: 200, body: changed };
  return true;
}

/** A failure is told without a signature, too; nobody on the way is assumed to write one. */
const isUnsignedFailure = (text) => text.includes('"FAILURE"');

function otherSignature(draft, world, dice) {
  const text = draft.answer?.body;
  if (typeof text === 'string' && isUnsignedFailure(text)) return false;
  const other = /"signature":"([^"]*)"/.exec(dice.pick(world.replies).answer.body ?? '')?.[1] ?? '';
  if (typeof text !== 'string' || !text.includes('"signature"')) return false;
  draft.answer = {
    status: 200,
    body: text.replace(/"signature":"[^"]*"/, dice.pick([`"signature":"${other}"`, '"signature":""', '"signature":null', '"sig":"x"'])),
  };
  return true;
}

/** What is left of an answer tells of no payment in particular. */
function nameless(draft) {
  if (typeof draft.answer?.body !== 'string') return false;
  draft.answer = { ...draft.answer, body: draft.answer.body.replace(/"(paymentId|conversationId|basketId)":(?:"[^"]*"|\d+)/g, '"$1":null') };
  return true;
}

/** Where the browser is to go stands in an answer outside of its signature. */
function otherPage(draft, world, dice) {
  if (!draft.begins || typeof draft.answer?.body !== 'string') return false;
  const address = dice.pick(PAGES);
  const form = `<form id="f" action="${address}" method="post"><input type="hidden" name="PaReq" value="x"></form><script>document.getElementById('f').submit();</script>`;
  draft.answer = {
    status: 200,
    body: draft.answer.body.replace(/"threeDSHtmlContent":"[^"]*"/, `"threeDSHtmlContent":"${Buffer.from(form).toString('base64')}"`)
      .replace(/"paymentPageUrl":"[^"]*"/, `"paymentPageUrl":${JSON.stringify(address)}`),
  };
  return true;
}

async function replies(material, dice) {
  const kept = [];
  for (const shop of new Set(material.targets.map((each) => each.shop))) {
    for (let count = 0; count < 6; count += 1) {
      const step = shop.pos.step.start(
        newOrder(`B${dice.text(19)}`), shop.model === '3ds' ? { card: { number: panOf('success'), ...EXPIRY, cvv: CV2 } } : {}
      );
      const target = { shop, pos: shop.pos, order: step.order, said: () => ({}) };
      kept.push({ target, order: step.order, then: step.then, begins: true, answer: await ask(shop.bank, step.request) });
    }
  }
  for (const target of material.targets) {
    const step = target.pos.step.ask(target.order, 'inquire');
    if (step.type === 'send') kept.push({ target, order: step.order, then: step.then, answer: await ask(target.shop.bank, step.request) });
    const [message] = material.messagesOf(target, material.forms);
    if (target.shop.model !== '3ds' || !message) continue;
    const provision = target.pos.step.callback(target.order, message.fields.map(({ raw }) => raw).join('&'));
    if (provision.type === 'send' && provision.moves) await provisioned(kept, { target, step: provision, ask });
  }
  return kept;
}

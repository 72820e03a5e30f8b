// PayTR: notifications whose status and total stand next to each other, links whose two order numbers do, and the Direct API's form, in
// which the customer's e-mail address stands between the shop's order number and the amount.
import { createPaytr, linkHash, notificationHash } from '../../../banks/paytr.js';
import { createMaterial, newOrder, numbersOf, openShop } from '../material.js';
import { taken, utf8, valueOf, withValues } from '../message.js';
import { ask, begin, options } from '../wire.js';

export const name = 'paytr';

const MODELS = ['iframe', 'direct', 'link'];
const OUTCOMES = ['success', 'success', 'success', 'insufficient-funds', 'refused', '3ds-failed', 'expired', 'silent'];
const DIRECT = [
  'merchant_id', 'user_ip', 'merchant_oid', 'email', 'payment_amount', 'payment_type', 'installment_count', 'currency', 'test_mode',
  'non_3d',
];

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { merchantId: '412345', merchantKey: 'kR8vPq2LxZ7mTn4w', merchantSalt: 'tB5yHs9DcJ3fGk6a' };
  const attackers = { merchantId: '499999', merchantKey: 'bende11anahtar11', merchantSalt: 'bende11tuz111111' };
  const bankOf = (keys) => createPaytr({
    ...options(dice), stores: [{ ...keys, shopName: 'Kiraz', notificationUrl: 'https://shop.example/_functions/paytrNotification' }],
    times: { abandonMs: 2_000_000_000, retryMs: 2_000_000_000, repeats: 0, browserWaitMs: 1 },
  });
  const shopOf = (label, keys, model, more) =>
    openShop({ velopos, name: label, config: { gateway: 'paytr', merchant: keys, ...more }, model, bank: bankOf(keys), account: keys.merchantId });
  const shops = MODELS.flatMap((model) => [
    shopOf('shop', merchant, model), shopOf('attacker\'s shop', attackers, model),
    shopOf('test mode', { ...merchant, merchantKey: 'test1111anahtar1' }, model, { mode: 'test' }),
  ]);
  const fixed = numbersOf(dice, [() => `A${dice.text(19)}`, () => `S${dice.text(19, '0123456789')}`]);
  const free = numbersOf(dice, [() => `A${dice.text(19)}`, () => `SIPARIS${dice.below(900)}`, () => `${dice.below(9000)}`, () => dice.text(12)]);

  for (const shop of shops) {
    const paid = (changes, card, more) => pay({ material, shop, id: shop.model === 'iframe' ? free() : fixed(), changes, card, ...more });
    for (const card of [...OUTCOMES, ...OUTCOMES, 'close', 'close', 'cancel']) await paid({}, card);
    for (const changes of [{ amount: '1.00' }, { amount: '10.50' }, { amount: '1490.00' }, { currency: 'USD' }]) await paid(changes, 'success');
    if (shop.model !== 'direct') {
      for (const installments of [1, 3, 6]) await paid({ maxInstallments: 6 }, 'success', { installments });
    } else {
      await paid({ installments: 3 }, 'success');
      for (let count = 0; count < 30; count += 1) await movedForm({
        material, shop, dice, id: fixed(), victim: dice.pick(material.targets.filter((each) => each.shop === shop)),
      });
    }
    // The basket grew after the page had been opened.
    for (const again of [{ amount: '1490.00' }, { amount: '15.00' }, { amount: '49.90' }]) {
      const first = await paid({}, 'success');
      const changes = shop.model === 'direct' ? { amount: again.amount } : again;
      const target = material.target({ shop, order: shop.pos.step.start(order(first.order.id, changes, shop)).order, find: first.find });
      for (const message of material.messagesOf(first, material.forms)) material.message('forms', { ...message, target });
    }
  }

  for (const shop of shops.filter(({ model }) => model === 'direct')) {
    for (let count = 0; count < 10; count += 1) await lengthenedNumber({ material, shop, number: `SIPARIS${count}` });
  }

  return {
    ...material,
    name,
    kinds: [[9, 'form'], [1, 'reply']],
    depth: 7,
    replies: await replies(material),
    // PayTR's answers need not say which order they are about; they do say how much money they are about.
    maySwap: ({ target: { order: mine } }, other) => {
      const told = /"payment_amount":"([\d.]+)"/.exec(other.answer.body)?.[1];
      return told !== undefined && Number(told) !== Number(mine.amount);
    },
    jsonWishes: [['status', '"success"'], ['payment_amount', '149.9'], ['payment_total', '149.9'], ['currency', '"TL"'], ['test_mode', '"0"']],
    words: ['success', 'failed', '14990', '0', '1', '014990', '14990.0', '149.90', '1e4', '', 'TL', 'USD', '1000000000000000', '-14990', '+14990'],
    names: [
      'merchant_oid', 'status', 'total_amount', 'hash', 'callback_id', 'payment_amount', 'currency', 'test_mode', 'installment_count',
      'merchant_id', 'failed_reason_code', 'failed_reason_msg', 'payment_type',
    ],
    decisions: [['status', 'success'], ['total_amount', '14990'], ['status', 'failed'], ['total_amount', '0'], ['total_amount', '1']],
    digests: ['hash'],
    allDigests: material.forms.map(({ fields }) => valueOf(fields, 'hash')).filter(Boolean),
    keys: [attackers, { merchantKey: '', merchantSalt: '' }, { merchantKey: merchant.merchantId, merchantSalt: '' }],
    sign: (draft, keys) => {
      const fields = Object.fromEntries(draft.fields.map((field) => [field.name, field.value]));
      return withValues(draft.fields, { hash: fields.callback_id === undefined ? notificationHash(fields, keys) : linkHash(fields, keys) });
    },
    identity: ({ order: { id, amount }, shop }) => (shop.model === 'link' ? { callback_id: utf8(id) } : {
      merchant_oid: utf8(id), total_amount: amount.replace('.', ''),
    }),
    tricks: {
      'move the border of status and total': border('status', 'total_amount'), 'move the border of the two numbers': border('callback_id', 'merchant_oid'),
      'a link\'s as a notification': (draft, world, dice) => {
        // The salt stands behind both numbers, so one of them may hold both.
        const [one, other] = [valueOf(draft.fields, 'callback_id'), valueOf(draft.fields, 'merchant_oid')];
        if (one === undefined) {
          const at = dice.below((other ?? '').length + 1);
          draft.fields = withValues(draft.fields, { callback_id: (other ?? '').slice(0, at), merchant_oid: (other ?? '').slice(at) });
        } else draft.fields = withValues(draft.fields.filter((field) => field.name !== 'callback_id'), { merchant_oid: one + other });
      },
      'the number of this order in front': (draft) => {
        const text = (valueOf(draft.fields, 'callback_id') ?? '') + (valueOf(draft.fields, 'merchant_oid') ?? '');
        const { id } = draft.target.order;
        if (!text.startsWith(id) || text === id) return false;
        draft.fields = withValues(draft.fields, { callback_id: id, merchant_oid: text.slice(id.length) });
        return true;
      },
      'edit what nobody signs': (draft, world, dice) => {
        draft.fields = withValues(draft.fields, {
          currency: dice.pick(['TL', 'USD', 'EUR']), test_mode: dice.pick(['0', '1']), payment_amount: dice.pick(['14990', '1']),
          installment_count: dice.pick(['1', '12']), merchant_id: draft.target.shop.account,
        });
      },
    },
    rightDigests: ({ target, fields }) => {
      if (!fields) return [];
      const form = Object.fromEntries(fields.map((field) => [field.name, field.value]));
      const { merchant: keys } = target.shop.config;
      return [form.callback_id === undefined ? notificationHash({
        merchant_oid: '', status: '', total_amount: '', ...form,
      }, keys) : linkHash({ merchant_oid: '', status: '', total_amount: '', ...form }, keys)];
    },
  };
}

const border = (left, right) => (draft, world, dice) => {
  const [a, b] = [valueOf(draft.fields, left), valueOf(draft.fields, right)];
  if (a === undefined || b === undefined) return false;
  const count = 1 + dice.below(3);
  const moved = dice.chance(0.5) ? [a + b.slice(0, count), b.slice(count)] : [a.slice(0, -count), a.slice(-count) + b];
  draft.fields = withValues(draft.fields, { [left]: moved[0], [right]: moved[1] });
  return true;
};

function order(id, changes, shop) {
  const made = newOrder(id, changes);
  if (shop.model === 'link') made.urls.notify = 'https://shop.example/_functions/paytrNotification';
  return made;
}

async function pay({ material, shop, id, changes, card, installments = 1 }) {
  const started = await begin(shop, order(id, changes, shop));
  const find = () => found(shop.bank, id);
  const target = material.target({ shop, order: started.order, outcome: card, find });
  target.find = find;
  const last = () => new URL(started.redirect.url).pathname.split('/').at(-1);
  const visits = {
    iframe: () => shop.bank.visit(last(), { card, installments }),
    direct: () => shop.bank.visitForm(started.redirect.fields, {
      card: ['close', 'cancel'].includes(card) ? 'success' : card, password: ['close', 'cancel'].includes(card) ? card : 'right',
    }),
    link: () => (card === 'close' ? {} : shop.bank.visitLink(last(), {
      card: card === 'cancel' ? 'success' : card, installments, password: card === 'cancel' ? 'cancel' : 'right',
    })),
  };
  const { notification } = await visits[shop.model]();
  target.failed = !['success', 'silent', 'close'].includes(card);
  if (notification) material.message('forms', { target, fields: taken(notification.body) });
  return target;
}

const found = (bank, id) => {
  const view = bank.find(id);
  return view && { ...view, status: view.status === 'open' ? undefined : view.status, mdStatus: '1' };
};

/** The customer's e-mail address gives letters to its neighbours, or takes some: PayTR works on what it reads, for the token fits. */
async function movedForm({ material, shop, dice, id, victim }) {
  const email = dice.pick([`${dice.below(90)}m@example.com`, 'm@example.com', `${victim.order.id.toLowerCase()}m@example.com`]);
  const made = newOrder(id, { amount: dice.pick(['149.90', '104.90', '1490.00']), customer: { ...newOrder('x').customer, email } });
  let started;
  try { started = shop.pos.step.start(made); } catch { return; }
  const target = material.target({ shop, order: started.order, outcome: 'edited', failed: true, find: () => found(shop.bank, id) });
  const form = { ...started.redirect.fields };
  const place = dice.pick([1, 2, 3, 3, 3, 4, 6, 7]);
  const [left, right] = [DIRECT[place], DIRECT[place + 1]];
  const [a, b] = [form[left], form[right]];
  const count = 1 + dice.below(4);
  if (dice.chance(0.5)) [form[left], form[right]] = [a + b.slice(0, count), b.slice(count)];
  else [form[left], form[right]] = [a.slice(0, -count), a.slice(-count) + b];
  const { notification } = await shop.bank.visitForm(form, { card: dice.pick(['success', 'insufficient-funds']) }).catch(() => ({}));
  if (notification) material.message('forms', { target, fields: taken(notification.body) });
}

/** A shop that counts: the e-mail address begins with what the attacker's number lacks of the victim's. The package starts no such order. */
async function lengthenedNumber({ material, shop, number }) {
  const customer = { ...newOrder('x').customer, email: '2m@example.com' };
  let own, victims;
  try {
    own = shop.pos.step.start(newOrder(number, { customer }));
    victims = shop.pos.step.start(newOrder(`${number}2`));
  } catch { return; }
  material.target({ shop, order: own.order, outcome: 'edited', failed: true });
  const victim = material.target({ shop, order: victims.order, outcome: 'victim', find: () => undefined });
  const { notification } = await shop.bank.visitForm({
    ...own.redirect.fields, merchant_oid: `${number}2`, email: 'm@example.com',
  }, { card: 'insufficient-funds' });
  if (notification) material.message('forms', { target: victim, fields: taken(notification.body) });
}

async function replies(material) {
  const kept = [];
  for (const target of material.targets) {
    const step = target.pos.step.ask(target.order, 'inquire');
    if (step.type === 'send') kept.push({ target, order: step.order, then: step.then, answer: await ask(target.shop.bank, step.request) });
  }
  return kept;
}

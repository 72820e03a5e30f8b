// What customers do at a shop of `velopos/all`, the same at every bank: pay with each test card, turn back, close the window; and the basket
// that grows after the bank's page was opened. And the answers that our own server gets to what it asks about each of them.
import { CARDS, CV2, EXPIRY } from '../../banks/cards.js';
import { newOrder, provisioned } from './material.js';
import { rendered, taken } from './message.js';
import { ask, begin } from './wire.js';

export const OUTCOMES = [
  'success', 'success', 'insufficient-funds', 'refused', 'bank-error', '3ds-failed', '3ds-attempt', '3ds-attempt', 'approved-without-3ds', 'cancel',
];
/** Whatever else a customer meets, nobody is asked for money, by the bank or by us. */
const GOES_ON = ['success', 'insufficient-funds', 'refused', 'bank-error', 'close'];
const goesOn = ({ config }, card) => GOES_ON.includes(card) || (card === '3ds-attempt' && config.threeDS === 'attempted');
const CHANGES = [{ currency: 'USD' }, { type: 'preauth' }, { installments: 3 }, { amount: '1.00' }, { amount: '1490.00' }];
/** What an order becomes that was paid already; `from`: what it was, where that is not an ordinary sale; `card`: where it was not paid. */
export const AGAIN = [{ amount: '1490.00' }, { currency: 'EUR' }, { installments: 6 }, { type: 'preauth' }, { from: { type: 'preauth' } }];

const panOf = (card) => CARDS.find((each) => each.name === card)?.pan ?? CARDS[0].pan;

/** The card as a shop's server takes it. */
export const cardOf = (card) => ({ card: { number: panOf(card), ...EXPIRY, cvv: CV2 } });

/** The same, typed into the inputs of a form that takes month and year in one. */
export const typed = (inputs, card) => (inputs ? {
  [inputs.number]: panOf(card), [inputs.expiry]: EXPIRY.month + EXPIRY.year, [inputs.cvv]: CV2, ...(inputs.holder && { [inputs.holder]: 'AYSE YILMAZ' }),
} : {});

const changed = (shop, id, changes) => newOrder(id, { ...(shop.urls && { urls: shop.urls }), ...changes });
const begun = (shop, order, card) => begin(shop, order, shop.pos.takesCard ? cardOf(card) : {});

/**
 * One payment, from its start to the message that came back.
 * @param {{ visit: Function, find: Function, urls?: any }} given.shop `visit` goes to the bank with a redirect and a card, `find` looks into its book
 */
export async function buy({ material, shop, id, changes, card = 'success', edit, failed = !goesOn(shop, card) }) {
  const started = await begun(shop, changed(shop, id, changes), card);
  // A bank that wants the card first may have let nobody in.
  if (started.type !== 'redirect') return null;
  const redirect = edit ? { ...started.redirect, fields: edit(started.redirect.fields) } : started.redirect;
  const target = material.target({ shop, order: started.order, outcome: edit ? 'edited' : card, failed, find: () => shop.find(id) });
  // A form that somebody edited may lead nowhere.
  const { body } = await (edit ? shop.visit(redirect, card).catch(() => ({})) : shop.visit(redirect, card));
  if (body) material.message('forms', { target, fields: taken(body) });
  return target;
}

/** Everything that happens at a shop on an ordinary day. */
export async function customers({ material, shop, idOf, changes = CHANGES, again = AGAIN, outcomes = OUTCOMES }) {
  const paid = (more, card) => buy({ material, shop, id: idOf(), changes: more, card });
  for (const card of [...outcomes, 'close', 'close']) await paid({}, card);
  for (const each of changes) await paid(each, 'success');
  // The basket changed after the page was opened: what was paid there is not this order.
  for (const { from = {}, card = 'success', ...now } of again) {
    const { order: { id }, order } = await paid(from, card);
    const started = await begun(shop, changed(shop, id, now), 'success');
    const target = material.target({ shop, order: started.order, outcome: 'changed', find: () => shop.find(id) });
    const first = material.targets.find((one) => one.order === order);
    for (const message of material.messagesOf(first, material.forms)) material.message('forms', { ...message, target });
  }
}

/** Two shops of one owner have the same key, and count their orders alike; the attacker buys at the other one. Numbers of chance never meet. */
export async function sisterShops({ material, shop, sister, dice }) {
  for (const card of ['success', 'success', '3ds-failed', '3ds-failed', 'insufficient-funds', 'cancel']) {
    const id = String(100_000 + dice.below(900_000));
    const bought = await buy({ material, shop: sister, id, card });
    const target = await buy({ material, shop, id, card: 'close' });
    for (const message of material.messagesOf(bought, material.forms)) material.message('forms', { ...message, target });
  }
}

/** Two orders, of which the one's number is the other's with something behind it, and what the bank has signed about the longer one. */
export async function pair({ material, shop, id, behind, cards: [own, longer], leaveOut = [] }) {
  const target = await buy({ material, shop, id, card: own });
  const other = await buy({ material, shop, id: id + behind, card: longer });
  for (const message of material.messagesOf(other, material.forms)) {
    material.message('forms', { target, fields: message.fields.filter(({ name }) => !leaveOut.includes(name)) });
  }
}

/** Letters move over the border between two neighbours, as many as `most`. */
export function shifted(fields, [left, right], dice, most = 4) {
  const [a, b] = [fields[left] ?? '', fields[right] ?? ''];
  const count = 1 + dice.below(most);
  const moved = dice.chance(0.5) ? [a + b.slice(0, count), b.slice(count)] : [a.slice(0, -count), a.slice(-count) + b];
  return { ...fields, [left]: moved[0], [right]: moved[1] };
}

/**
 * A form whose digest joins values without a delimiter, cut elsewhere by the customer. What comes back is about the order number that the bank
 * read; where the shop has such an order, it is somebody else's.
 */
export async function shiftedForm({ material, shop, dice, id, names, amounts, more = (fields) => fields, card }) {
  const at = dice.below(names.length - 1);
  const edit = (fields) => more(shifted(fields, [names[at], names[at + 1]], dice));
  const target = await buy({ material, shop, id, changes: { amount: dice.pick(amounts) }, card, edit, failed: true });
  const [message] = material.messagesOf(target, material.forms);
  return message && { target, message };
}

/** The answers to what our own server asks: about the order as it is stored, and after the message that came of it. */
export async function answers(material) {
  const kept = [];
  for (const target of material.targets.filter(({ outcome }) => outcome && !['victim', 'edited', 'changed'].includes(outcome))) {
    await walked(kept, target, target.pos.step.ask(target.order, 'inquire'));
    const [message] = material.messagesOf(target, material.forms);
    if (message) await walked(kept, target, callback(target, message));
  }
  return kept;
}

/** An attacker's own return is refused. */
function callback({ pos, order }, { fields }) {
  try { return pos.step.callback(order, rendered(fields)); } catch { return { type: 'refused' }; }
}

async function walked(kept, target, first) {
  let step = first;
  while (step.type === 'send') {
    if (step.moves) await provisioned(kept, { target, step, ask });
    else kept.push({ target, order: step.order, then: step.then, answer: await ask(target.shop.bank, step.request) });
    const { answer } = kept.at(-1);
    if (answer.lost) return;
    try { step = target.pos.step.reply(step.order, step.then, answer); } catch { return; }
  }
}

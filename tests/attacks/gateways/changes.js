// Refunds, voids and captures by somebody who has a site's buttons and old copies of its orders: one after another, twice at once, with
// answers that get lost. Whatever he presses, no request may leave that moves more than there is.
import { createDice } from '../dice.js';
import { minorOf } from '../judge.js';
import { createMaterial, newOrder, numbersOf, openShop } from '../material.js';
import { follow, options } from '../wire.js';
import { createNestpay } from '../../../banks/nestpay.js';

export const name = 'changes';

const AMOUNTS = ['149.90', '149.90', '74.95', '74.95', '100.00', '0.01', '149.91', '299.80', '0.00', '-1.00', '1e2', '99999999.99', 149.9, '149,90'];
const IDS = ['R1', 'R2', 'R3', 'R4', 'R1'];

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const merchant = { clientId: '780012345', storeKey: 'Kq7vX2mPz9', apiUser: 'canli', apiPassword: 'h4Tn8wLq' };
  const bank = createNestpay({ ...options(dice), stores: [{ ...merchant, merchantName: 'Kiraz' }] });
  const shop = openShop({ velopos, name: 'shop', config: { gateway: 'isbank', merchant }, bank, account: merchant.clientId });
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`]);
  for (const changes of [{}, {}, { type: 'preauth' }, { type: 'preauth' }]) {
    const started = shop.pos.step.start(newOrder(idOf(), changes));
    const { body } = await bank.visit(started.redirect.fields, { card: 'success' });
    const { step } = await follow(shop.pos, shop.pos.step.callback(started.order, body), bank);
    material.target({ shop, order: step.order, reserved: changes.type === 'preauth' });
  }
  return { ...material, name, replies: [], kinds: [[1, 'change']], tricks: {}, draft: { change: (throwing) => drawn(throwing, material, velopos) } };
}

function drawn(dice, material, velopos) {
  const target = dice.pick(material.targets);
  const seed = dice.below(2 ** 31);
  const told = [];
  return {
    target, drawn: ['one after another'], text: '', call: () => walked(createDice(seed), target, velopos, told),
    event: (problem) => problem && `${problem}: ${told.join('; ')}`,
  };
}

const reply = (order, approved) => ({
  status: 200,
  body: `<?xml version="1.0" encoding="ISO-8859-9"?><CC5Response><OrderId>${order.id}</OrderId><Response>${approved ? 'Approved' : 'Declined'}</Response><ProcReturnCode>${approved ? '00' : '05'}</ProcReturnCode><TransId>T1</TransId><ErrMsg></ErrMsg></CC5Response>`,
});

/** @returns {string | null} what left that may not have left */
function walked(dice, { shop, order, reserved }, velopos, told) {
  const { step } = shop.pos;
  const copies = [order];
  const claims = new Set();
  const whole = minorOf(order.amount, order.currency);
  const moved = { refund: 0n, capture: 0n, void: 0n };
  for (let times = 3 + dice.below(4); times > 0; times -= 1) {
    const from = dice.chance(0.6) ? copies.at(-1) : dice.pick(copies);
    const verb = dice.pick(reserved ? ['capture', 'capture', 'refund', 'void'] : ['refund', 'refund', 'refund', 'void']);
    const amount = verb === 'void' ? undefined : dice.pick(AMOUNTS);
    let sent;
    try { sent = step.ask(from, verb, { id: dice.pick(IDS), ...(amount !== undefined && { amount }) }); } catch (error) {
      if (!(error instanceof velopos.PosError)) throw error;
      continue;
    }
    if (sent.type !== 'send' || !sent.moves) continue;
    if (claims.has(sent.claim)) {
      copies.push(step.reply(sent.order, sent.then, { claimed: false }).order);
      continue;
    }
    claims.add(sent.claim);
    const asked = amount === undefined ? whole : minorOf(String(amount), order.currency);
    moved[verb] += asked;
    told.push(`${verb} ${asked}`);
    const problem = excess(moved, whole, reserved);
    if (problem) return problem;
    copies.push(sent.order);
    const answer = dice.pick([reply(order, true), reply(order, true), reply(order, false), { lost: 'timeout' }, { status: 500, body: '' }]);
    const last = step.reply(sent.order, sent.then, answer);
    if (answer.body?.includes('Declined')) moved[verb] -= asked;
    copies.push(last.order);
  }
  return null;
}

function excess({ refund, capture, void: undone }, whole, reserved) {
  if (capture > whole) return `${capture} was captured of ${whole}`;
  const taken = reserved ? capture : whole;
  if (refund > taken) return `${refund} was given back of ${taken}`;
  return undone > 0n && refund > 0n || undone > whole ? 'undone, and given back besides' : null;
}

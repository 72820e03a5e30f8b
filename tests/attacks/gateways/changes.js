// Refunds, voids and captures by somebody who has a site's buttons and old copies of its orders: one after another, twice at once, with
// answers that get lost. Whatever he presses, no request may leave that moves more than there is.
import { createDice } from '../dice.js';
import { minorOf } from '../judge.js';
import { buy } from '../customers.js';
import { createMaterial, numbersOf, openShop } from '../material.js';
import { rendered } from '../message.js';
import { follow } from '../wire.js';
import { SYSTEMS } from '../changing.js';

export const name = 'changes';

const AMOUNTS = ['149.90', '149.90', '74.95', '74.95', '100.00', '0.01', '149.91', '299.80', '0.00', '-1.00', '1e2', '99999999.99', 149.9, '149,90'];
const IDS = ['R1', 'R2', 'R3', 'R4', 'R1'];

export async function build({ velopos, dice }) {
  const material = createMaterial();
  const idOf = numbersOf(dice, [() => `A${dice.text(19)}`]);
  for (const { config, bankOf, visit, account, answer, reserves = true, refundsAre = 'refunded' } of SYSTEMS) {
    const bank = bankOf(dice);
    const opened = openShop({ velopos, name: 'shop', config, model: config.model, bank, account });
    const shop = Object.assign(opened, { visit: (redirect, card) => visit(bank, redirect, card), find: bank.find, answer, refundsAre });
    for (const type of reserves ? ['sale', 'sale', 'preauth', 'preauth'] : ['sale', 'sale']) await taken({ material, shop, id: idOf(), type });
  }
  material.targets.splice(0, material.targets.length, ...material.targets.filter(({ moved }) => moved));
  return { ...material, name, replies: [], kinds: [[1, 'change']], tricks: {}, draft: { change: (throwing) => drawn(throwing, material, velopos) } };
}

/** Money that was taken or reserved; and the answers with which this laboratory plays the bank must be understood. */
async function taken({ material, shop, id, type }) {
  const bought = await buy({ material, shop, id, changes: { type } });
  const [message] = material.messagesOf(bought, material.forms);
  const { step } = await follow(shop.pos, shop.pos.step.callback(bought.order, rendered(message.fields)), shop.bank);
  const reserved = type === 'preauth';
  if (step.payment?.status !== (reserved ? 'authorized' : 'paid')) throw new Error(`${shop.gateway}: a ${type} ended as ${step.payment?.status}`);
  material.target({ shop, order: step.order, reserved, moved: true });
  const [verb, done] = reserved ? ['capture', 'paid'] : ['refund', shop.refundsAre];
  for (const [approved, wanted] of [[true, done], [false, 'declined']]) {
    const sent = shop.pos.step.ask(step.order, verb, { id: 'R1', amount: '149.90' });
    const { payment } = shop.pos.step.reply(sent.order, sent.then, reply(shop, step.order, verb, sent.request, approved));
    if (payment.status !== wanted) throw new Error(`${shop.gateway}: the answer to a ${verb} is read as ${payment.status}`);
  }
}

const reply = ({ answer, config }, order, verb, request, approved) =>
  ({ status: 200, body: answer({ order, verb, request, approved, merchant: config.merchant }) });

function drawn(dice, material, velopos) {
  const target = dice.pick(material.targets);
  const seed = dice.below(2 ** 31);
  const told = [];
  return {
    target, drawn: [`at ${target.shop.gateway}`], text: '', call: () => walked(createDice(seed), target, velopos, told),
    event: (problem) => problem && `${problem}: ${told.join('; ')}`,
  };
}

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
    const asked = amountOf(sent.request) ?? whole;
    moved[verb] += asked;
    told.push(`${verb} ${asked}`);
    const problem = excess(moved, whole, reserved) ?? (amount !== undefined && asked !== minorOf(String(amount), order.currency) ? `${amount} was pressed` : null);
    if (problem) return problem;
    copies.push(sent.order);
    const how = dice.pick(['approved', 'approved', 'declined', 'lost', 'broken']);
    const answer = how === 'lost' ? { lost: 'timeout' } : how === 'broken' ? { status: 500, body: '' } : reply(shop, order, verb, sent.request, how === 'approved');
    if (how === 'declined') moved[verb] -= asked;
    copies.push(step.reply(sent.order, sent.then, answer).order);
  }
  return null;
}

/** What a request asks for, as it stands there; a void and a refund of everything may name nothing. */
function amountOf({ headers, body }) {
  const text = headers['content-type'].includes('urlencoded') ? decodeURIComponent(body.replaceAll('+', ' ')) : body;
  const [, whole, fraction] = /\b(?:Total|PurchAmount|Amount)"?\s*[>=:]\s*"?(\d+)(?:[.,](\d+))?/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return fraction === undefined ? BigInt(whole) : BigInt(whole + fraction.padEnd(2, '0'));
}

function excess({ refund, capture, void: undone }, whole, reserved) {
  if (capture > whole) return `${capture} was captured of ${whole}`;
  const taken = reserved ? capture : whole;
  if (refund > taken) return `${refund} was given back of ${taken}`;
  return undone > 0n && refund > 0n || undone > whole ? 'undone, and given back besides' : null;
}

// A laboratory for one gateway: genuine messages of its simulated bank, stored orders to throw them at, and an attacker who turns the
// ones into forgeries for the others. A forgery follows from the seed and its number, so any one can be had again.
import { createDice } from './dice.js';
import { judged, judgedRedirect, judgedRequest, leaks } from './judge.js';
import { bodyText, rendered } from './message.js';
import { follow } from './wire.js';
import { tricks as digests } from './tricks/digests.js';
import { tricks as encoding } from './tricks/encoding.js';
import { tricks as fields } from './tricks/fields.js';
import { tricks as headers } from './tricks/headers.js';
import { tricks as json } from './tricks/json.js';
import { tricks as replies } from './tricks/replies.js';
import { tricks as types } from './tricks/types.js';

const FORM = { fields: 3, encoding: 1.5, digests: 1, types: 0.25 };
const FAMILIES = { fields, encoding, digests, headers, json, types };
const REMEMBERED = 20_000;
/** One forgery in so many has every word of its outcome searched for secrets. */
const LISTENED = 32;

const listed = (tricks = {}) => Object.entries(tricks).map(([name, trick]) => ({ name, trick }));
const families = (weights) => Object.entries(weights).map(([family, weight]) => [weight, listed(FAMILIES[family])]);

/** @typedef {{ outcome: string, believed: string | null, tricks: string[] }} Result */

/**
 * @param {{ build: Function }} gateway one of gateways/
 * @param {number} seed
 * @param {any} velopos the package
 */
export async function openLaboratory(gateway, seed, velopos) {
  const world = await gateway.build({ velopos, dice: createDice(seed * 7919 + 1) });
  // Whoever has the key of a shop can sign for it: the attacker's own shop is where he gets messages from, and no victim.
  world.targets = world.targets.filter(({ shop }) => !shop.mine);
  world.replies = world.replies.filter(({ target }) => !target.shop.mine);
  const own = listed(world.tricks);
  const isForWebhooks = ({ name }) => name.startsWith('webhook');
  const choices = {
    form: [[world.depth ?? 6, own.filter((each) => !isForWebhooks(each))], ...families({ ...FORM, ...world.families })],
    webhook: [[world.webhookDepth ?? 4, own.filter(isForWebhooks)], ...families({ json: 4, headers: 1, types: 0.25 })],
    reply: [[1, listed(replies)], [1.5, listed(world.replyTricks)]],
  };
  for (const kind of Object.keys(choices)) choices[kind] = choices[kind].filter(([, list]) => list.length > 0);
  choices.event = choices.webhook;

  /** The forgery of this number, as it would be sent. */
  function forge(number) {
    const dice = createDice(seed * 2 ** 32 + number);
    const kind = dice.weighted(world.kinds);
    const draft = world.draft?.[kind]?.(dice) ?? { form: formDraft, webhook: webhookDraft, reply: replyDraft }[kind](dice);
    draft.kind = kind;
    draft.tricks = [];
    if (draft.drawn) return Object.assign(draft, { tricks: draft.drawn });
    const whole = dice.chance(0.04);   // a genuine message, only for another order, in another shop, in another mode
    for (let left = whole ? 0 : 1; left > 0; left -= 1) {
      const { name, trick } = dice.pick(dice.weighted(choices[kind]));
      if (draft.fields?.length === 0) break;
      if (trick(draft, world, dice) !== false) draft.tricks.push(name);
      if (draft.tricks.length < 7 && dice.chance(0.45)) left += 1;
    }
    if (whole) draft.tricks.push('sent elsewhere');
    return draft;
  }

  function formDraft(dice) {
    const target = dice.pick(world.targets);
    const message = chosen(dice, target, world.forms);
    return { target, about: message.target, fields: [...message.fields], headers: message.headers, message };
  }

  function webhookDraft(dice) {
    const target = dice.pick(world.targets);
    const message = chosen(dice, target, world.webhooks);
    return { target, about: message.target, text: message.text, headers: { ...message.headers }, message };
  }

  function replyDraft(dice) {
    const reply = dice.pick(world.replies);
    return { ...reply, answer: { ...reply.answer }, reply };
  }

  /** Often a message of the very order, or of one with much in common. */
  function chosen(dice, target, messages) {
    if (dice.chance(0.5)) {
      const own = world.messagesOf(target, messages);
      if (own.length > 0) return dice.pick(own);
    }
    const near = dice.chance(0.7) ? world.near(target, messages) : messages;
    return dice.pick(near.length > 0 ? near : messages);
  }

  const message = (draft) => {
    if (draft.wrapped) return draft.wrapped(draft);
    const body = draft.text ?? draft.body ?? rendered(draft.fields);
    return draft.headers ? { body, headers: draft.headers } : body;
  };

  /** @returns {Result | Promise<Result>} what became of it; a promise where a bank had to be asked */
  function attempt(draft, number) {
    const { target } = draft;
    const listens = number % LISTENED === 0;
    let step;
    try {
      if (draft.call) step = draft.call(message(draft));
      else if (draft.reply) step = target.pos.step.reply(draft.order, draft.then, draft.answer);
      else step = target.pos.step.callback(target.order, message(draft));
    } catch (error) {
      return refused(draft, error, listens);
    }
    if (draft.event) return { outcome: 'event', believed: draft.event(step), tricks: draft.tricks };
    if (listens) {
      const told = leaks(JSON.stringify(step.payment ?? step.redirect ?? ''), target.shop.secrets);
      if (told) return { outcome: step.type, believed: told, tricks: draft.tricks };
    }
    if (step.type === 'send' && isStranger(draft)) return { outcome: 'asked', believed: 'our own server asks for somebody who does not know the word', tricks: draft.tricks };
    return step.type === 'send' ? asked(draft, step) : current(draft, ended(draft, step, false));
  }

  /**
   * Where any authentication may pay any order, the stored order knows once money was asked for, or is another one since it was begun again; and
   * no shop shows the copy from before. So what is believed of such a copy is thrown again, at the order as it is stored by now, and that counts.
   */
  function current(draft, result, sent) {
    if (!world.once || !result.believed || draft.again) return result;
    const last = lastBegun.get(numberOf(draft.target));
    const first = firstAsked.get(beginningOf(last));
    if (last === draft.target && (!first || first.sent === sent)) return result;
    // A refusal was true in its time, where only such a copy has made the laboratory ask again, with another request.
    if (draft.reply && draft.then.startsWith('moves') && first?.askedAgain) return { ...result, outcome: `${result.outcome}, before an old copy asked again`, believed: null };
    const order = first?.order ?? last.order;
    const again = attempt({ ...draft, target: { ...last, order }, ...(draft.reply && { order }), again: true }, 0);
    const told = (outcome) => ({ ...outcome, outcome: `${result.outcome}, of an old copy; ${outcome.outcome}` });
    return again instanceof Promise ? again.then(told) : told(again);
  }

  /** Where a return proves nothing but that somebody knows this payment's secret word. */
  const isStranger = (draft) => world.knows && draft.fields && !draft.wrapped && !draft.body && !world.knows(draft);

  function refused(draft, error, listens) {
    const { target, tricks, body, fields: left, about } = draft;
    const outcome = error instanceof velopos.PosError ? error.code : 'thrown';
    let believed = null;
    // After money was asked for, whoever reads an error may ask again.
    if (draft.reply && draft.then.startsWith('moves')) believed = `${outcome} after money was asked for, instead of unknown`;
    else if (outcome === 'thrown' || outcome === 'INTERNAL') believed = `the package threw ${error.stack}`;
    else if (listens) {
      const secrets = [...target.shop.secrets, ...(world.rightDigests?.({ target, body, fields: left, about }) ?? [])];
      believed = leaks(`${error.message}\n${error.stack}\n${JSON.stringify(error)}`, secrets);
    }
    return { outcome, believed, tricks };
  }

  function ended({ target, tricks, reply, answer }, step, moved) {
    if (step.type === 'redirect') return { outcome: 'redirect', believed: judgedRedirect(step.redirect), tricks };
    if (step.type !== 'done') return { outcome: step.type, believed: null, tricks };
    const { payment } = step;
    const outcome = `${payment.status} by ${payment.proof}`;
    const unread = reply && !moved && payment.proof !== 'none' && (answer?.status !== 200 || answer.lost !== undefined);
    const why = `${payment.status} by an answer that is none: ${answer?.lost ?? answer?.status}`;
    return { outcome: moved ? `${outcome}, after asking for money` : outcome, believed: unread ? why : judged(target, payment, moved), tricks };
  }

  const numberOf = ({ shop, order }) => `${shop.name} ${order.id}`;
  const lastBegun = new Map(world.targets.map((target) => [numberOf(target), target]));
  /** An order that was begun again under its number with another amount is another one. */
  const beginningOf = ({ shop, order: { id, amount, currency, type, installments } }) => [shop.name, id, amount, currency, type, installments].join(' ');
  /** The first request for an order's money, and the order as it was stored then. */
  const firstAsked = new Map(world.replies.filter(({ then, answer }) => then.startsWith('moves') && !answer.lost)
    .map(({ target, order }) => [beginningOf(target), { sent: 'while the laboratory was made', order }]));

  /** What the bank says does not change while no money moves, so the same question is asked once. */
  const journeys = new Map();
  /** What a bank said to the requests that move money: the same words to the same request have moved nothing. */
  const movements = new Map();
  const moved = (shop, { request }, { lost, body }) => {
    const [key, told] = [`${shop.name}\n${question(shop, request)}`, lost ?? bodyText(body)];
    if (movements.get(key) === told) return;
    shop.version += 1;
    if (movements.size > REMEMBERED) movements.clear();
    movements.set(key, told);
  };

  /** `asks` leaves out what is new in each. */
  const question = (shop, request) => `${request.url}\n${shop.asks?.(request) ?? request.body}`;
  function asked(draft, step) {
    const { target } = draft;
    const { shop } = target;
    const key = `${shop.name}\n${step.then}\n${step.order.refs}\n${question(shop, step.request)}`;
    const known = journeys.get(key);
    if (known?.version === shop.version) return { outcome: known.outcome, believed: known.believed, tricks: draft.tricks };
    return travelled(draft, step, key);
  }

  async function travelled(draft, step, key) {
    const { target } = draft;
    const { shop } = target;
    const wrong = [];
    const before = shop.version;
    let result, sent, stored;
    try {
      const { step: last, moved: asksForMoney } = await follow(target.pos, step, shop.bank, (each) => {
        if (each.moves) {
          sent = each.request.body;
          stored = each.order;
          const problem = shop.reads && judgedRequest(target, shop.reads(each.request));
          if (problem) wrong.push(problem);
          // Where nothing is signed, a customer's own random numbers are what tells him from a stranger.
          const isStranger = world.strangers && draft.fields && draft.about !== target && !draft.customer;
          if (isStranger) wrong.push('a stranger made our own server ask for money');
        }
      }, (each, answer) => each.moves && moved(shop, each, answer));
      result = ended(draft, last, asksForMoney);
    } catch (error) {
      result = refused(draft, error, true);
    }
    result.outcome = `asked: ${result.outcome}`;
    result.believed ??= wrong[0] ?? null;
    result = await current(draft, result, sent);
    const first = sent && firstAsked.get(beginningOf(target));
    if (first) first.askedAgain ||= first.sent !== sent;
    else if (sent) firstAsked.set(beginningOf(target), { sent, order: stored });
    if (shop.version !== before) return result;   // what has moved something would go otherwise a second time
    if (journeys.size > REMEMBERED) journeys.clear();
    journeys.set(key, { version: before, outcome: result.outcome, believed: result.believed });
    return result;
  }

  /** What a reader needs to see a forgery again without this laboratory. */
  function described(draft, number) {
    const { target } = draft;
    return {
      gateway: gateway.name, seed, number, tricks: draft.tricks, config: target.shop.config, order: draft.order ?? target.order,
      ...(draft.reply ? { then: draft.then, answer: shown(draft.answer) } : { message: draft.wrapped ? draft.body ?? String(draft.wrapped) : message(draft) }),
      ...(draft.message?.target && { ofOrder: draft.message.target.order.id }),
      madeFrom: draft.message && (draft.message.text ?? rendered(draft.message.fields)),
    };
  }

  return { world, forge, attempt, described };
}

/** An answer whose bytes can be read and written down. */
function shown(answer) {
  if (!(answer?.body instanceof Uint8Array)) return answer;
  return { ...answer, body: Buffer.from(answer.body).toString('latin1') };
}

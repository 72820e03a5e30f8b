// Calls of one shop's machine in any order, with any replies: genuine ones, lost ones, broken ones, those of another order, older ones again.
// The rule: no payment is final without proof and without the bank's book saying so, and nothing that moves money is sent twice.
import { createDice } from '../../attacks/dice.js';
import { newOrder } from '../new-order.js';
import { typedCard } from './world.js';

const CARDS = ['success', 'success', 'success', 'insufficient-funds', '3ds-failed', 'refused', 'cancel', 'close', 'silent'];
const FINAL = ['paid', 'authorized', 'declined', 'refunded', 'voided'];
const WHOLE = 14_990n;
const JUNK = ['', '<', '{}', '[]', 'a=1', '<html><body>502</body></html>', '{"status":"success"}', '<CC5Response><Response>Approved</Response></CC5Response>', '\ud83d\ude00', new Uint8Array([0x80, 0xff, 0])];

/** @returns {Promise<Map<string, number>>} what the sequence met; throws when the rule is broken */
export async function walk(shop, seed, steps = 26) {
  const sequence = new Sequence(shop, seed);
  try {
    for (let left = steps; left > 0; left -= 1) await sequence.step();
    await sequence.settle();
  } catch (error) {
    throw new Error(`${shop.name}, seed ${seed}: ${error.message}\n  ${sequence.log.join('\n  ')}`, { cause: error });
  }
  return sequence.met;
}

class Sequence {
  met = new Map();
  log = [];
  #shop;
  #dice;
  #orders = [];
  /** Requests that were not sent yet, and all that ever were. */
  #open = [];
  #answers = [];
  #claims = new Set();

  constructor(shop, seed) {
    this.#shop = shop;
    this.#dice = createDice(seed);
  }

  async step() {
    const dice = this.#dice;
    if (this.#orders.length < 2) return this.#begin();
    return dice.weighted([
      [4, () => this.#visit()], [5, () => this.#callback()], [5, () => this.#ask()], [9, () => this.#send()], [2, () => this.#answerAgain()], [0.4, () => this.#begin()],
    ])();
  }

  /** Whatever is open is sent, and each order is asked about: in the end everybody agrees. */
  async settle() {
    for (const order of this.#orders) {
      if (!order.redirect) continue;
      this.#try('inquire', order, () => this.#shop.pos.step.ask(order.versions.at(-1), 'inquire'));
      for (let hop = 0; hop < 6 && this.#open.length > 0; hop += 1) await this.#send('genuine');
    }
  }

  async #begin() {
    const { pos } = this.#shop;
    const card = this.#dice.pick(CARDS);
    const order = { card, versions: [], messages: [], keys: new Set(), sums: new Map() };
    const own = pos.takesCard ? { card: typedCard(['cancel', 'close', 'silent'].includes(card) ? 'success' : card) } : undefined;
    const before = newOrder({ id: this.#shop.newOrderId() });
    order.id = before.id;
    this.#orders.push(order);
    this.#take(`start ${card}`, order, () => pos.step.start(before, own));
    for (let hop = 0; hop < 4 && !order.redirect && this.#open.length > 0; hop += 1) await this.#send('genuine');
  }

  async #visit() {
    const order = this.#dice.pick(this.#orders);
    if (!order.redirect) return;
    this.log.push(`visit ${order.id} ${order.card}`);
    const { body } = await this.#shop.visit({ redirect: order.redirect, card: order.card }).catch(() => ({}));
    if (body) order.messages.push(body);
  }

  #callback() {
    const dice = this.#dice;
    const order = dice.pick(this.#orders);
    const from = dice.chance(0.8) ? order : dice.pick(this.#orders);
    const message = from.messages.length > 0 && dice.chance(0.93) ? dice.pick(from.messages) : dice.pick(JUNK);
    this.#try(`callback${from === order ? '' : ' of another'}`, order, (stored) => this.#shop.pos.step.callback(stored, message));
  }

  #ask() {
    const dice = this.#dice;
    const order = dice.pick(this.#orders);
    const verb = dice.pick(['inquire', 'inquire', 'history', 'capture', 'refund', 'refund', 'refund', 'void']);
    const amount = dice.pick(['149.90', '50.00', '100.00', '99.90', '0.01', '149.91']);
    const instruction = { refund: { id: dice.pick(['R1', 'R2', 'R3']), amount }, capture: { id: 'C1', amount }, void: { id: 'V1' } }[verb];
    this.#try(`${verb} ${instruction?.id ?? ''} ${instruction?.amount ?? ''}`, order, (stored) => this.#shop.pos.step.ask(stored, verb, instruction), verb === 'refund' ? amount : undefined);
  }

  #try(what, order, call, amount) {
    const stored = this.#dice.chance(0.75) ? order.versions.at(-1) : this.#dice.pick(order.versions);
    if (stored) this.#take(what, order, () => call(stored), amount);
  }

  async #send(how) {
    const dice = this.#dice;
    if (this.#open.length === 0) return;
    const [{ order, step, amount, claimed }] = this.#open.splice(dice.below(this.#open.length), 1);
    const reply = (answer) => this.#shop.pos.step.reply(step.order, step.then, answer);
    const told = how ?? dice.pick(['genuine', 'genuine', 'genuine', 'lost before', 'lost after', 'junk', 'another’s', 'late']);
    if (step.moves && !claimed) {
      if (this.#claims.has(step.claim)) return this.#take('claimed before', order, () => reply({ claimed: false }));
      this.#claims.add(step.claim);
      // What the same key claims is sent once; what a refund asks for is counted when nobody can say that it was not booked.
      if (amount) order.sums.set(step.claim, BigInt(amount.replace('.', '')));
    }
    if (told === 'late') {
      this.#open.push({ order, step, amount, claimed: true });
      return;
    }
    const was = this.#shop.book(order.id);
    const answer = told === 'lost before' ? { lost: 'network' } : await this.#asked(step.request);
    const now = this.#shop.book(order.id);
    if (step.moves && amount && told !== 'lost before' && (now?.refunded ?? 0n) === (was?.refunded ?? 0n)) order.sums.delete(step.claim);
    this.#booked(order, was, now, step);
    this.#answers.push({ order, answer, reads: !step.moves });
    const brought = {
      genuine: answer, 'lost before': answer, 'lost after': { lost: 'timeout' }, junk: { status: dice.pick([200, 200, 500, 302, 0]), body: dice.pick(JUNK) },
      'another’s': dice.pick(this.#answers.filter((each) => each.order !== order))?.answer ?? { lost: 'network' },
    }[told];
    this.#take(`${step.moves ? 'moves' : 'asks'}, ${told}`, order, () => reply(brought));
  }

  /** An old answer to an old question, once more. */
  #answerAgain() {
    const dice = this.#dice;
    const known = this.#answers.filter(({ reads }) => reads);
    const order = dice.pick(this.#orders);
    if (known.length === 0 || !order.then) return;
    const own = known.filter((each) => each.order === order);
    const { answer } = dice.pick(own.length > 0 && dice.chance(0.6) ? own : known);
    this.#try('an answer again', order, (stored) => this.#shop.pos.step.reply(stored, order.then, answer));
  }

  /** A connection that breaks by itself is a lost answer like any other. */
  async #asked({ method, url, headers, body }) {
    try {
      const response = await fetch(url, { method, headers, redirect: 'manual', ...(method !== 'GET' && { body }) });
      return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
    } catch {
      return { lost: 'network' };
    }
  }

  /** Money moves only when a request that says so is under way, and only once. */
  #booked(order, was, now, step) {
    const captured = (now?.captured ?? 0n) - (was?.captured ?? 0n);
    const refunded = (now?.refunded ?? 0n) - (was?.refunded ?? 0n);
    if ((captured > 0n || refunded > 0n) && !step.moves) throw new Error(`a question of ${order.id} moved ${captured} and ${refunded}`);
    if ((now?.captured ?? 0n) > WHOLE || (now?.refunded ?? 0n) > WHOLE) throw new Error(`${order.id} was charged ${now.captured} and given back ${now.refunded}`);
    const sum = [...order.sums.values()].reduce((total, each) => total + each, 0n);
    if (sum > WHOLE) throw new Error(`${sum} may have gone back of ${order.id}`);
  }

  /** Takes a step, and looks at what it is. */
  #take(what, order, call, amount) {
    let step;
    try {
      step = call();
    } catch (error) {
      if (!(error instanceof this.#shop.PosError) || error.code === 'INTERNAL') throw error;
      return this.#note(what, order, `refused ${error.code}`);
    }
    if (step.order) order.versions.push(JSON.parse(JSON.stringify(step.order)));
    if (step.type === 'redirect') order.redirect ??= step.redirect;
    if (step.type === 'send') {
      this.#note(what, order, step.moves ? 'moves' : 'asks');
      if (Boolean(step.claim) !== step.moves) throw new Error('a request that moves money has no claim');
      if (!step.moves) order.then = step.then;
      if (step.moves && !amount && !/refund|void|capture|change/.test(`${what} ${step.claim}`)) this.#provision(order, step);
      this.#open.push({ order, step, amount });
      return undefined;
    }
    this.#note(what, order, step.payment ? `${step.payment.status} by ${step.payment.proof}` : step.type);
    if (step.payment) this.#believed(order, step.payment);
    return undefined;
  }

  /** One order has one provision, whatever brought it about. */
  #provision(order, { claim }) {
    order.keys.add(claim);
    if (order.keys.size > 1) throw new Error(`two claims for one provision: ${[...order.keys]}`);
  }

  #believed(order, { status, proof, orderId, amount, operation }) {
    if (FINAL.includes(status) !== (proof === 'signature' || proof === 'reply')) throw new Error(`${status} by ${proof}`);
    if (!FINAL.includes(status)) return;
    if (orderId !== order.id || amount !== '149.90') throw new Error(`it is told of ${orderId} and ${amount}`);
    const view = this.#shop.book(order.id);
    const wentBack = operation?.verb === 'refund' && status === 'refunded' ? BigInt(operation.amount.replace('.', '')) : 0n;
    if ((view?.refunded ?? 0n) < wentBack) throw new Error(`${operation.amount} went back, and the bank says ${view.refunded}`);
    if (operation) return;
    const hasMoney = ['paid', 'authorized', 'refunded', 'voided'].includes(view?.status);
    if (status === 'declined' && hasMoney) throw new Error(`declined, and the bank says ${view.status}`);
    if (status !== 'declined' && !hasMoney) throw new Error(`${status}, and the bank says ${view?.status}`);
    if (status === 'refunded' && view.refunded < view.captured) throw new Error(`refunded, and the bank has given back ${view.refunded} of ${view.captured}`);
  }

  #note(what, order, outcome) {
    this.log.push(`${order.id.slice(0, 4)} ${what}: ${outcome}`);
    this.met.set(outcome, (this.met.get(outcome) ?? 0) + 1);
  }
}

// A stand-in for the package, so that the site's own rules can be tested with every answer a bank might give, at any moment.
// A message is JSON: { orderId, status, signed, …facts }. `signed` other than true is a forgery. How a gateway proves a payment:
//   isbank     the message's signature proves it
//   isbank-3d  after a good message our server sends the provision, which moves money and needs a claim
//   paytr      the notification's signature proves it
//   iyzico     the message is a hint: the bank is asked
// In the model `3d` the card passes through our server. A configuration that says it is `broken` is refused. PayTR knows no reservation,
// no capture and no void.

import { Books, answered, entered, learnt } from './fake-ledger.js';

export class FakePosError extends Error {
  constructor(code, field) {
    super(`${code} ${field ?? ''}`);
    this.code = code;
    this.field = field;
  }
}

export class FakeBank {
  /** What an inquiry or a provision says, by order id. @type {Map<string, object | Error | (() => unknown)>} */
  answers = new Map();
  inquiries = [];
  provisions = [];
  starts = [];
  /** Captures, refunds and voids that were sent, and what became of each: `done`, `declined`, `lost` (not made, and no answer), `late` (made,
   * and no answer). @type {{ orderId: string, kind: string, id: string, amount: number }[]} */
  changes = [];
  answerChange = () => 'done';
  /** The money that is really there. */
  books = new Books();
  /** What a start ends with at once, instead of a redirect. */
  immediate = null;
  /** Where a start sends the browser, if not to a form. */
  redirect = null;
  /** Waited for before a start is answered. */
  beforeStart = async () => {};
  #ids = 0;

  /** The module `velopos`, as one container sees it. @param {{ alive: boolean }} container */
  module(container) {
    return {
      __esModule: true,
      PosError: FakePosError,
      newOrderId: () => `ORDER${String(++this.#ids).padStart(20, '0')}`,
      paymentPage: (redirect, options) =>
        ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: JSON.stringify({ redirect, ...options }) }),
      createPos: (config, options = {}) => this.#pos(config, options, container),
    };
  }

  #pos(config, { claim }, container) {
    if (config.broken) throw new FakePosError('CONFIG', 'merchant.storeKey');
    const mode = config.mode ?? 'production';
    const { gateway } = config;
    const bank = this;
    const callback = (order, message) => {
      const event = this.#verified(order, message);
      if (gateway === 'iyzico') return { type: 'send', moves: false, order };
      if (gateway === 'isbank-3d') return { type: 'send', moves: true, order };
      return { type: 'done', payment: bank.#payment(order, event), order };
    };
    return {
      takesCard: config.model === '3d',
      step: {
        callback,
        start: (order) => bank.#rehearsal(order, gateway),
        ask: (order, verb, instruction) => bank.#question(config, order, verb, instruction),
      },
      acknowledgement: { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'OK' },
      peek: (message) => peek(message),
      async start(order) {
        bank.starts.push(order);
        await bank.beforeStart(order, container);
        const stored = { ...order, gateway, mode, model: 'm', refs: `rnd=a%26token%3Db&token=T-${order.id}` };
        if (bank.immediate) return { type: 'done', payment: bank.#payment(stored, bank.immediate), order: stored };
        const redirect = bank.redirect ?? { kind: 'form', action: 'https://bank.example/', fields: { oid: order.id } };
        return { type: 'redirect', redirect, order: stored };
      },
      async finish(order, message) {
        const step = callback(order, message);
        if (step.type === 'done') return step.payment;
        if (!step.moves) return this.inquire(order);
        if (!await claim(`${gateway}:${order.id}:sale`)) return paymentOf(order, { status: 'pending' });
        bank.provisions.push(order.id);
        return bank.#payment(order, bank.#say(order));
      },
      async inquire(order) {
        bank.#question(config, order, 'inquire');
        bank.inquiries.push(order.id);
        return bank.#payment(order, bank.books.tell(order) ?? bank.#say(order));
      },
      capture: (order, instruction) => bank.#change(config, claim, order, 'capture', instruction),
      refund: (order, instruction) => bank.#change(config, claim, order, 'refund', instruction),
      void: (order, instruction) => bank.#change(config, claim, order, 'void', instruction),
    };
  }

  /** Numbered, claimed, sent once. */
  async #change(config, claim, order, verb, instruction) {
    const step = this.#question(config, order, verb, instruction);
    if (!step.moves) {
      this.inquiries.push(order.id);
      return this.#payment(order, this.books.tell(order) ?? this.#say(order));
    }
    const sent = { ...step, change: step.change };
    if (!await claim(step.claim, step.order)) return changeOf(order, answered(sent, 'claimed'));
    this.changes.push({ orderId: order.id, ...step.change });
    const wanted = await this.answerChange(step.change);
    const isMade = (wanted === 'done' || wanted === 'late') && this.books.make(order.id, step.change);
    const outcome = wanted === 'lost' || wanted === 'late' ? 'unknown' : isMade ? 'done' : 'declined';
    return changeOf(order, answered(sent, outcome));
  }

  /** A payment, with what velopos keeps of it in `refs`. */
  #payment(order, answer) {
    if (answer.status === 'paid' || answer.status === 'authorized') this.books.has(order, answer.status);
    const { refs, review } = learnt(order, answer);
    return { ...paymentOf(order, answer), refs, review: answer.review || (review ? true : undefined) };
  }

  /** What the gateway checks of an order before anything is sent. */
  #rehearsal(order, gateway) {
    if (gateway === 'paytr' && !order.customer?.email) throw new FakePosError('ORDER', 'customer.email');
    if (order.currency === 'JPY') throw new FakePosError('UNSUPPORTED', 'currency');
    if (gateway === 'paytr' && order.type === 'preauth') throw new FakePosError('UNSUPPORTED', 'type');
    return { type: 'redirect', redirect: {}, order };
  }

  #question({ merchant, gateway }, order, verb, instruction) {
    if (merchant?.cannotAsk) throw new FakePosError('CONFIG', 'merchant.apiUser');
    if (verb === 'inquire') return { type: 'send', moves: false };
    if (gateway === 'paytr' && verb !== 'refund') throw new FakePosError('UNSUPPORTED', '');
    if (merchant?.cannotRefund && verb !== 'capture') throw new FakePosError('CONFIG', 'merchant.refundPassword');
    const sent = entered(order, verb, instruction, (code, field) => { throw new FakePosError(code, field); });
    return sent ? { type: 'send', moves: true, ...sent } : { type: 'send', moves: false };
  }

  #say(order) {
    const answer = this.answers.get(order.id) ?? { status: 'pending' };
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer() : answer;
  }

  #verified(order, message) {
    let event;
    try {
      event = JSON.parse(typeof message === 'string' ? message : message.body);
    } catch {
      throw new FakePosError('MALFORMED', 'body');
    }
    if (event.signed !== true) throw new FakePosError('SIGNATURE_INVALID', 'HASH');
    if (event.orderId !== order.id) throw new FakePosError('ORDER_MISMATCH', 'oid');
    return event;
  }
}

function peek(message) {
  try {
    const { orderId, token } = JSON.parse(typeof message === 'string' ? message : message.body);
    return token ? { token } : orderId ? { orderId } : null;
  } catch {
    return null;
  }
}

const PROVEN = ['paid', 'authorized', 'declined', 'voided', 'refunded'];
const NO_FUNDS = {
  reason: 'insufficient-funds', bankCode: '51', bankMessage: 'Yetersiz bakiye', message: { tr: 'Bakiye yetersiz.', en: 'Not enough money.' },
  wixReasonCode: 3012,
};

const NOT_POSSIBLE = { ...NO_FUNDS, reason: 'declined', bankCode: '99', bankMessage: 'Bu işlem yapılamaz' };

/** The answer to a capture, a refund or a void. */
function changeOf(order, { status, ...facts }) {
  return { ...paymentOf(order, { status, proof: 'reply', decline: NOT_POSSIBLE }), ...facts };
}

function paymentOf(order, { status, decline, review, charged, refundedAmount, proof = 'signature', about = {} }) {
  return {
    status, charged, refundedAmount, orderId: order.id, amount: order.amount, currency: order.currency, mode: order.mode, refs: order.refs, review,
    proof: PROVEN.includes(status) ? proof : 'none', dedupeKey: `${order.gateway}|acc|${order.mode}|${order.id}|${status}`,
    ...about,
    ...(status === 'declined' && { decline: decline ?? NO_FUNDS }),
  };
}

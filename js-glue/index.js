// The public face. It holds no payment logic: it reads what it is given (read.js), asks the core (frame.js), and turns answers into
// plain objects (step.js).
import { collect, drive, missingClaim } from './drive.js';
import { PosError, redacted } from './error.js';
import { formula, overFields, overValues, requireFields } from './formulas.js';
import { MAX_MESSAGE, MAX_REPLY, MAX_REPORT, Op, accountOf, call, checkBody, part, readUnverified } from './frame.js';
import { paymentPage } from './page.js';
import { checkHeader, readCard, readConfig, readHosts, readInstruction, readMessage, readOrder, readPeriod, requireObject, requireText } from './read.js';
import { known, readList, readStep } from './step.js';

export { PosError, paymentPage };

/** One account at one bank. Everything about it is checked here, once. */
export function createPos(config, options) {
  const given = readOptions(options);
  return new Pos(openAccount(config, given.trustHosts), given);
}

function openAccount(config, trustHosts) {
  const answer = call(Op.configure, [readHosts(trustHosts), readConfig(config)]);
  const list = (text, between = ' ') => (text === '' ? [] : text.split(between));
  return {
    gateway: answer.next(),
    model: answer.next(),
    mode: answer.next(),
    claims: answer.next() !== '',
    proving: list(answer.next()),
    contentType: answer.next(),
    acknowledgement: answer.next(),
    headers: list(answer.next()),
    takesCard: answer.next() !== '',
    texts: accountOf(list(answer.next(), '\u0001')),
  };
}

class Pos {
  #account;
  #io;

  constructor(account, { fetch, claim, timeoutMs, speaks }) {
    // A caller who hands over a fetch is going to use the verbs; without one the step machine may be all that is wanted.
    if (account.claims && !claim && speaks) throw missingClaim();
    this.#account = account;
    this.#io = { fetch, claim, timeoutMs };
    const machine = new Machine(account);
    this.step = Object.freeze({
      start: (order, extra) => machine.start(order, extra),
      callback: (order, message) => machine.callback(order, message),
      ask: (order, verb, extra) => machine.ask(order, verb, extra),
      reply: (order, then, answer) => machine.reply(order, then, answer),
      listed: (order, then, answer) => machine.listed(order, then, answer),
      report: (range) => machine.report(range),
      reported: (range, then, answer) => machine.reported(range, then, answer),
    });
    Object.freeze(this);
  }

  async start(order, extra) {
    this.#requireClaim();
    const step = await this.#drive(this.step.start(order, extra));
    return step.type === 'done' ? { type: 'done', payment: step.payment, order: step.order } : step;
  }

  async finish(order, message) {
    this.#requireClaim();
    return (await this.#drive(this.step.callback(order, message))).payment;
  }

  async inquire(order) {
    return this.#ask(order, 'inquire');
  }

  async capture(order, instruction) {
    return this.#ask(order, 'capture', instruction);
  }

  async refund(order, instruction) {
    return this.#ask(order, 'refund', instruction);
  }

  async void(order, instruction) {
    return this.#ask(order, 'void', instruction);
  }

  async history(order) {
    const first = this.step.ask(order, 'history');
    return collect(first, (step, answer) => this.step.listed(first.order, step.then, answer), this.#io);
  }

  async report(range) {
    return collect(this.step.report(range), (step, answer) => this.step.reported(range, step.then, answer), this.#io);
  }

  /** Only to find the stored order; nothing in it is verified. Never throws. */
  peek(message) {
    try {
      const { body, headers } = readMessage(message, this.#account.headers);
      const answer = call(Op.peek, [headers], body, this.#account.texts);
      const kind = answer.next();
      return kind === '' ? null : { [kind]: answer.next() };
    } catch {
      return null;
    }
  }

  /** Whether the card passes through the site's server, so that `start` needs `{ card }`. */
  get takesCard() {
    return this.#account.takesCard;
  }

  get acknowledgement() {
    const { contentType, acknowledgement } = this.#account;
    return { status: 200, headers: { 'Content-Type': contentType }, body: acknowledgement };
  }

  toJSON() {
    const { gateway, model, mode } = this.#account;
    return { gateway, model, mode };
  }

  [Symbol.for('nodejs.util.inspect.custom')]() {
    return `Pos ${JSON.stringify(this)}`;
  }

  async #ask(order, verb, instruction) {
    return (await this.#drive(this.step.ask(order, verb, instruction))).payment;
  }

  #drive(step) {
    return drive(step, this.step.reply, this.#io);
  }

  /** Refused before anything has happened, and not only when money is about to move. */
  #requireClaim() {
    if (this.#account.claims && !this.#io.claim) throw missingClaim();
  }
}

/** Longer than any server waits, and short of where timers overflow. */
const MAX_TIMEOUT = 600_000;

function readOptions(options) {
  const { fetch, claim, timeoutMs = 10_000, trustHosts, ...unknown } = requireObject(options ?? {}, 'options', 'CONFIG', 'anObject');
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw new PosError('CONFIG', 'unknownOption', name, 'fetch, claim, timeoutMs, trustHosts');
  if (typeof (fetch ?? globalThis.fetch) !== 'function') throw new PosError('CONFIG', 'fetch', 'fetch');
  if (claim !== undefined && typeof claim !== 'function') throw new PosError('CONFIG', 'claim', 'claim');
  if (!(Number.isSafeInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT)) {
    throw new PosError('CONFIG', 'timeout', 'timeoutMs');
  }
  return { fetch: fetch ?? globalThis.fetch, claim, timeoutMs, trustHosts, speaks: fetch !== undefined };
}

/** The machine without I/O: one question, one step. */
class Machine {
  #account;

  constructor(account) {
    this.#account = account;
  }

  start(order, extra) {
    const { card } = requireObject(extra ?? {}, 'options', 'ORDER', 'anObjectOf', '{ card }');
    const { gateway, mode } = this.#account;
    const { texts, plain } = readOrder(order, false);
    const cardTexts = readCard(card);
    const begun = Object.assign(known(plain), { gateway, mode });
    const step = this.#call(Op.start, [texts, cardTexts], begun);
    if (card && step.redirect) hideCard(step.redirect, cardTexts);
    return step;
  }

  callback(order, message) {
    const { texts, plain } = readOrder(order, true);
    const { body, headers } = readMessage(message, this.#account.headers);
    return this.#call(Op.callback, [texts, headers], plain, body);
  }

  ask(order, verb, instruction) {
    const { texts, plain } = readOrder(order, true);
    return this.#call(Op.ask, [texts, readInstruction(verb, instruction)], plain);
  }

  reply(order, then, answer) {
    const { texts, plain } = readOrder(order, true);
    const [status, body] = readAnswer(answer, MAX_REPLY);
    return this.#call(Op.reply, [texts, readThen(then, status)], plain, body);
  }

  listed(order, then, answer) {
    const { type, transactions, next } = this.reply(order, then, answer);
    if (type !== 'list') throw new PosError('UNREACHABLE', 'unanswered');
    return next ? { type, transactions, next } : { type, transactions };
  }

  report(range) {
    return readList(call(Op.report, [readPeriod(range)], '', this.#account.texts)).next;
  }

  reported(range, then, answer) {
    const [status, body] = readAnswer(answer, MAX_REPORT);
    return readList(call(Op.reported, [readPeriod(range), readThen(then, status)], body, this.#account.texts));
  }

  #call(op, parts, order, body) {
    return readStep(call(op, parts, body, this.#account.texts), order);
  }
}

/** A reply that is too large or damaged counts as lost: a request that moved money must not end in a thrown error. */
function readAnswer(answer, limit) {
  const { status, body, lost, claimed } = answer ?? {};
  if (claimed === false) return ['claimed', ''];
  if (lost !== undefined || !Number.isInteger(status)) return ['lost', ''];
  try {
    return [String(status), checkBody(body, limit)];
  } catch {
    return ['lost', ''];
  }
}

function readThen(then, status) {
  return part([requireText(then, 'then', 'ORDER'), status], () => ['then'], 'ORDER');
}

/** A redirect that carries a card is sent and not stored: whoever writes it down writes stars. */
function hideCard(redirect, { texts: [, ...card] }) {
  const secret = card.filter((value) => value !== '');
  const fields = Object.entries(redirect.fields).map(([name, value]) => [name, secret.includes(value) ? '***' : value]);
  redacted(redirect, { kind: redirect.kind, action: redirect.action, fields: Object.fromEntries(fields) });
  redacted(redirect.fields, Object.fromEntries(fields));
}

/** A fresh order id that every gateway accepts: 20 letters and digits, 98 of its bits random. */
export function newOrderId() {
  return call(Op.orderId, []).next();
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The words of the guide that this project was asked to implement

/** The guide's two-stage SHA-1. See the documentation: İş Bankası itself uses hash version 3. */
export function generateHashData(password, terminalNo, transactionData) {
  return formula('two-stage-sha1', [password, terminalNo, transactionData], ['password', 'terminalNo', 'transactionData']);
}

/** Reads a callback of İş Bankası. Nothing in the result is verified. */
export function parseIsbankResponse(body) {
  return { unverified: readUnverified(body) };
}

/** Verifies a callback against the stored order, for the models in which a callback can prove a payment. */
export function validatePayment(body, order, merchant) {
  const { gateway, mode, model } = requireObject(order, 'order', 'ORDER', 'storedOrder');
  // No inquiry can follow, as without NestPay's API credentials: what the callback does not prove stays pending.
  const { apiUser, apiPassword, ...keys } = requireObject(merchant, 'merchant', 'CONFIG', 'anObjectOf', '{ clientId, storeKey }');
  const account = openAccount({ gateway, mode, merchant: apiPassword === undefined ? merchant : keys });
  if (!account.proving.includes(model)) {
    throw new PosError('UNSUPPORTED', 'provesNothing', 'model');
  }
  const machine = new Machine(account);
  const { payment, order: stored, then } = machine.callback(order, body);
  return payment ?? machine.reply(stored, then, { claimed: false }).payment;
}

// -----------------------------------------------------------------------------------------------------------------------------------
// The formulas of the banks' documents, for signing and for tests. Never compare a message's digest with them: finish() does that.

export const nestpay = Object.freeze({
  hash: overFields('nestpay.hash', ['storeKey']),
  legacyHash: overFields('nestpay.legacyHash', ['storeKey']),
});

export const garanti = Object.freeze({
  securityData: (password, terminalId) => formula('garanti.securityData', [password, terminalId], ['password', 'terminalId']),
  formHash: overFields('garanti.formHash', ['storeKey', 'password']),
  requestHash: overFields('garanti.requestHash', ['password']),
});

export const posnet = Object.freeze({
  requestMac: overFields('posnet.requestMac', ['encKey']),
  responseMac: overFields('posnet.responseMac', ['encKey']),
});

export const payflex = Object.freeze({
  commonPaymentHash: overFields('payflex.commonPaymentHash', ['password']),
});

const PAYTR_SECRETS = ['merchantKey', 'merchantSalt'];

export const paytr = Object.freeze({
  iframeToken: overFields('paytr.iframeToken', PAYTR_SECRETS),
  directToken: overFields('paytr.directToken', PAYTR_SECRETS),
  linkToken: overFields('paytr.linkToken', PAYTR_SECRETS),
  reportToken: overFields('paytr.reportToken', PAYTR_SECRETS),
  refundToken: overFields('paytr.refundToken', PAYTR_SECRETS),
  statusToken: overFields('paytr.statusToken', PAYTR_SECRETS),
  notificationHash: overFields('paytr.notificationHash', PAYTR_SECRETS),
  linkHash: overFields('paytr.linkHash', PAYTR_SECRETS),
});

export const iyzico = Object.freeze({
  authorization: (request) => {
    const { apiKey, secretKey, randomKey, path, body = '' } = requireFields(request);
    return formula('iyzico.authorization', [apiKey, randomKey, path, secretKey], ['apiKey', 'randomKey', 'path', 'secretKey'], checkBody(body, MAX_MESSAGE));
  },
  responseSignature: overValues('iyzico.responseSignature', 'secretKey'),
  webhookSignature: (payload, secretKey, merchantId = '') =>
    formula('iyzico.webhookSignature', [merchantId, secretKey], ['merchantId', 'secretKey'], checkBody(payload, MAX_MESSAGE)),
  verifyWebhook,
});

/** Verifies an iyzico webhook. The event is a signed hint to ask iyzico, not a payment. */
function verifyWebhook(payload, signature, secretKey, merchantId = '') {
  const body = checkBody(payload, MAX_MESSAGE);
  const headers = part([checkHeader(signature, 'signature')], () => ['signature'], 'MALFORMED');
  const keys = [requireText(secretKey, 'secretKey', 'CONFIG'), requireText(merchantId, 'merchantId', 'CONFIG')];
  return call(Op.webhook, [headers, part(keys, () => ['secretKey', 'merchantId'], 'CONFIG')], body).pairs();
}

// Wix Payments: one transaction for each attempt at paying through the connected provider, whoever began it (Wix checkout or Wix
// Pay). What became of it is told by the plugin's answers and by submitEvent; whoever began it hears of every change.

import { randomUUID } from 'node:crypto';

import { WixError, invalid } from './errors.js';
import { toDecimal, toMinor } from './money.js';
import {
  Violation, answerContradiction, answerProblem, contradiction, isFinal, isKnownReason, readEvent, refundAnswerProblem, refundable, stateOf,
} from './payment-rules.js';
import { Records } from './records.js';

export class Payments {
  #transactions;
  #violations;
  #owners = {};

  /**
   * @param {object} parts
   * @param {import('./provider.js').Provider} parts.provider
   * @param {import('../storage.js').Storage} parts.storage
   * @param {() => Date} parts.now
   * @param {import('../log.js').Log} parts.log
   */
  constructor({ provider, storage, now, log }) {
    Object.assign(this, { provider, now, log });
    this.#transactions = new Records(storage, 'transactions');
    this.#violations = new Records(storage, 'violations');
  }

  /** What site code may call. */
  get apis() {
    return { 'paymentProvider.submitEvent': (request) => this.submitEvent(request) };
  }

  /** @param {'checkout' | 'pay'} kind @param {(transaction: object, before: string) => void} changed hears of its transactions */
  belongsTo(kind, changed) {
    this.#owners[kind] = changed;
  }

  transactions() {
    return this.#transactions.all();
  }

  transaction(id) {
    const found = this.#transactions.get(id);
    if (!found) throw new WixError('TRANSACTION_NOT_FOUND', `there is no transaction ${JSON.stringify(id)}`);
    return found;
  }

  /** Every rule that was broken since the data was cleared, oldest first: `{ rule, text, at, wixTransactionId }`. */
  violations() {
    return this.#violations.all();
  }

  // --- paying ---

  /**
   * Begins a transaction and asks the provider for the page to send the buyer to.
   * @param {object} begun
   * @param {'checkout' | 'pay'} begun.kind
   * @param {string} begun.about the order or payment it is for
   * @param {object} begun.description as createTransaction gets it; totalAmount in minor units
   * @param {(id: string) => Record<string, string>} begun.returnUrls
   * @param {string} begun.remoteIp
   * @returns {Promise<object>} the transaction; without a redirectUrl there is nowhere to go
   */
  async begin({ kind, about, description, returnUrls, remoteIp }) {
    const connection = this.provider.connection();
    if (!connection) throw new WixError('PAYMENT_METHODS_NOT_FOUND', 'no payment provider is connected');
    const _id = randomUUID();
    const paymentOrderId = randomUUID();
    const transaction = {
      _id, kind, about, paymentOrderId, description, remoteIp, returnUrls: returnUrls(_id),
      amount: description.totalAmount, currency: description.currency, plugin: connection._id, title: connection.title,
      state: 'created', pluginTransactionId: null, redirectUrl: null, refunds: [], history: [], createdAt: this.now(),
    };
    for (const name of [about, paymentOrderId]) this.log.link(_id, name);
    this.#save(transaction, 'begun', { amount: toDecimal(BigInt(transaction.amount), transaction.currency), about });
    await this.#ask(connection, _id);
    return this.transaction(_id);
  }

  /** createTransaction once more, as Wix does when it has not heard the answer. */
  async askAgain(id) {
    const { state } = this.transaction(id);
    await this.#ask(this.#connected(), id);
    return { before: state, transaction: this.transaction(id) };
  }

  async #ask(connection, id) {
    const hear = (outcome) => this.#answered(id, outcome);
    try {
      const value = await this.provider.createTransaction(connection, this.transaction(id), hear);
      hear({ value });
    } catch (error) {
      hear({ error });
    }
  }

  /** An answer of createTransaction has come; it may be the second. */
  #answered(id, { value, error }) {
    const transaction = this.transaction(id);
    if (error) return this.#save(transaction, 'createTransaction failed', { error: error.message });
    const problem = answerProblem(value);
    if (problem) return this.#violate(new Violation('answer-shape', `createTransaction: ${problem}`), transaction, value);
    const violation = this.#difference(transaction, value) ?? answerContradiction(transaction, value);
    if (violation) return this.#violate(violation, transaction, value);
    this.#warnReason(value, transaction);
    const { pluginTransactionId, redirectUrl = null } = value;
    this.log.link(id, pluginTransactionId);
    const answer = { state: transaction.state, redirectUrl, reasonCode: value.reasonCode };
    const known = { ...transaction, pluginTransactionId, redirectUrl: redirectUrl ?? transaction.redirectUrl, answer };
    // Without a reason the buyer is on the way, or the event is: nothing is approved by an answer.
    const state = value.reasonCode === undefined || value.reasonCode === null ? transaction.state : stateOf(value.reasonCode);
    return this.#become(known, state, 'createTransaction answered', value);
  }

  /** The same wixTransactionId must get the same answer for as long as nothing has happened. */
  #difference({ answer, pluginTransactionId, state }, value) {
    if (pluginTransactionId !== null && value.pluginTransactionId !== pluginTransactionId) {
      return new Violation('second-transaction', `createTransaction answered ${value.pluginTransactionId} for a transaction that is ${pluginTransactionId}`);
    }
    const changed = answer && answer.state === state && (answer.redirectUrl !== (value.redirectUrl ?? null) || answer.reasonCode !== value.reasonCode);
    return changed ? new Violation('other-answer', 'createTransaction gave another answer although nothing had happened') : null;
  }

  #connected() {
    const connection = this.provider.connection();
    if (!connection) throw new WixError('PAYMENT_METHODS_NOT_FOUND', 'no payment provider is connected');
    return connection;
  }

  // --- events ---

  /** The plugin tells what became of a transaction or a refund. */
  submitEvent(request) {
    const { transaction: told, refund } = readEvent(request);
    const details = told ?? refund;
    const transaction = this.#transactions.get(details.wixTransactionId);
    if (!transaction) this.#refuse(new Violation('unknown-transaction', `there is no transaction ${details.wixTransactionId}`), null, details);
    this.#warnReason(details, transaction);
    if (refund) this.#refundEvent(transaction, refund);
    else this.#transactionEvent(transaction, told);
  }

  #transactionEvent(transaction, told) {
    const known = transaction.pluginTransactionId;
    const pluginTransactionId = told.pluginTransactionId ?? known;
    if (known !== null && pluginTransactionId !== known) {
      this.#refuse(new Violation('second-transaction', `the event is about ${pluginTransactionId}, the transaction is ${known}`), transaction, told);
    }
    const state = stateOf(told.reasonCode);
    const violation = contradiction(transaction.state, state);
    if (violation) this.#refuse(violation, transaction, told);
    if (pluginTransactionId) this.log.link(transaction._id, pluginTransactionId);
    this.#become({ ...transaction, pluginTransactionId }, isFinal(transaction.state) ? transaction.state : state, 'event', told);
  }

  /** A refund that Wix asked for is confirmed, or one that was made at the bank is told. */
  #refundEvent(transaction, told) {
    const { wixRefundId, pluginRefundId, amount } = told;
    if (typeof pluginRefundId !== 'string' || pluginRefundId === '') throw invalid('a refund event needs pluginRefundId');
    if (typeof amount !== 'string' || !/^[1-9]\d{0,17}$/.test(amount)) throw invalid('a refund event needs amount, an integer of minor units as text');
    const same = (each) => (wixRefundId ? each.wixRefundId === wixRefundId : each.pluginRefundId === pluginRefundId);
    const before = transaction.refunds.find(same);
    if (wixRefundId && !before) this.#refuse(new Violation('unknown-refund', `there is no refund ${wixRefundId}`), transaction, told);
    const begun = before ?? { wixRefundId: null, amount, state: 'asked', reason: null, externally: true, at: this.now() };
    const state = stateOf(told.reasonCode) === 'approved' ? 'succeeded' : 'failed';
    const contradicts = begun.amount !== amount || (begun.state !== 'asked' && begun.state !== state)
      || (begun.pluginRefundId && begun.pluginRefundId !== pluginRefundId);
    if (contradicts) this.#refuse(new Violation('other-refund', `refund ${pluginRefundId} was told differently before`), transaction, told);
    if (!before && BigInt(amount) > refundable(transaction)) {
      this.#refuse(new Violation('refund-too-much', `${amount} is more than is left`), transaction, told);
    }
    this.#refundBecomes(transaction, { ...begun, pluginRefundId, reasonCode: told.reasonCode ?? null }, state, 'refund event', told);
  }

  // --- refunds ---

  /**
   * The owner refunds in the dashboard.
   * @param {string} id of the transaction
   * @param {{ amount?: string, reason?: string }} [how] decimal text; without it all that is left
   */
  async refund(id, { amount, reason = 'REQUESTED_BY_CUSTOMER' } = {}) {
    const transaction = this.transaction(id);
    const left = refundable(transaction);
    const wanted = amount === undefined || amount === '' ? left : toMinor(amount, transaction.currency);
    if (wanted <= 0n || wanted > left) throw invalid(`${toDecimal(left, transaction.currency)} is left to be refunded`);
    const refund = { wixRefundId: randomUUID(), amount: String(wanted), state: 'asked', reason, externally: false, at: this.now() };
    this.log.link(id, refund.wixRefundId);
    this.#save({ ...transaction, refunds: [...transaction.refunds, refund] }, 'refund begun', refund);
    return this.refundAgain(id, refund.wixRefundId);
  }

  /** refundTransaction for a refund that has been begun: the same wixRefundId must never return money twice. */
  async refundAgain(id, wixRefundId) {
    const connection = this.#connected();
    const transaction = this.transaction(id);
    const refund = transaction.refunds.find((each) => each.wixRefundId === wixRefundId);
    if (!refund) throw new WixError('REFUND_NOT_FOUND', `there is no refund ${wixRefundId}`);
    const hear = (outcome) => this.#refundAnswered(id, wixRefundId, outcome);
    try {
      hear({ value: await this.provider.refundTransaction(connection, transaction, refund, hear) });
    } catch (error) {
      hear({ error });
    }
    return this.transaction(id).refunds.find((each) => each.wixRefundId === wixRefundId);
  }

  #refundAnswered(id, wixRefundId, { value, error }) {
    const transaction = this.transaction(id);
    const refund = transaction.refunds.find((each) => each.wixRefundId === wixRefundId);
    if (error) return this.#save(transaction, 'refundTransaction failed', { wixRefundId, error: error.message });
    const problem = refundAnswerProblem(value);
    if (problem) return this.#violate(new Violation('answer-shape', `refundTransaction: ${problem}`), transaction, value);
    const state = stateOf(value.reasonCode) === 'approved' ? 'succeeded' : 'failed';
    const { pluginRefundId = null } = value;
    const contradicts = (refund.state !== 'asked' && refund.state !== state) || (refund.pluginRefundId && refund.pluginRefundId !== pluginRefundId);
    if (contradicts) return this.#violate(new Violation('other-refund', `refundTransaction answered differently for ${wixRefundId}`), transaction, value);
    return this.#refundBecomes(transaction, { ...refund, pluginRefundId, reasonCode: value.reasonCode ?? null }, state, 'refundTransaction answered', value);
  }

  #refundBecomes(transaction, refund, state, what, told) {
    const isThis = (each) => (refund.wixRefundId ? each.wixRefundId === refund.wixRefundId : each.pluginRefundId === refund.pluginRefundId);
    const before = transaction.refunds.find(isThis);
    const after = { ...refund, state };
    const refunds = before ? transaction.refunds.map((each) => (isThis(each) ? after : each)) : [...transaction.refunds, after];
    if (refund.pluginRefundId) this.log.link(transaction._id, refund.pluginRefundId);
    const saved = this.#save({ ...transaction, refunds }, what, told);
    if (state === 'succeeded' && before?.state !== 'succeeded') this.#tell(saved, transaction.state, after);
  }

  // --- records ---

  #become(transaction, state, what, told) {
    const before = transaction.state;
    const reason = { reasonCode: told.reasonCode ?? null, errorCode: told.errorCode ?? null, errorMessage: told.errorMessage ?? null };
    const saved = this.#save({ ...transaction, state, ...(state !== before && reason) }, what, told);
    if (state !== before) this.#tell(saved, before);
  }

  #tell(transaction, before, refund = null) {
    this.#owners[transaction.kind]?.(transaction, before, refund);
  }

  #save(transaction, what, told) {
    const history = [...transaction.history, { at: this.now(), what, state: transaction.state, told }];
    const text = `transaction ${transaction._id}: ${what}, ${transaction.state}`;
    this.log.write({ kind: 'wix', text, detail: JSON.stringify(told) });
    return this.#transactions.put({ ...transaction, history });
  }

  #warnReason({ reasonCode }, transaction) {
    if (isKnownReason(reasonCode)) return;
    this.#violate(new Violation('unknown-reason', `Wix knows no reason code ${reasonCode}`), transaction, { reasonCode });
  }

  #violate({ rule, text }, transaction, told) {
    const wixTransactionId = transaction?._id ?? null;
    this.#violations.put({ _id: randomUUID(), rule, text, at: this.now(), wixTransactionId, told });
    const line = { kind: 'wix', level: 'error', text: `violation ${rule}: ${text}${transaction ? ` (${wixTransactionId})` : ''}` };
    this.log.write({ ...line, detail: JSON.stringify(told) });
  }

  #refuse(violation, transaction, told) {
    this.#violate(violation, transaction, told);
    throw new WixError('FAILED_PRECONDITION', `${violation.rule}: ${violation.text}`);
  }
}

// Wix Payments: one transaction for each attempt at paying through the connected provider, whoever began it (Wix checkout or Wix
// Pay). What became of it is told by the plugin's answers and by submitEvent; whoever began it hears of every change.

import { randomUUID } from 'node:crypto';

import { toDecimal } from './money.js';
import { Violation, answerContradiction, answerProblem, contradiction, isFinal, readEvent, stateOf } from './payment-rules.js';
import { Refunds } from './refunds.js';
import { Transactions } from './transactions.js';

export class Payments {
  #books;
  #refunds;
  #owners = {};

  /**
   * @param {object} parts
   * @param {import('./provider.js').Provider} parts.provider
   * @param {import('../storage.js').Storage} parts.storage
   * @param {() => Date} parts.now
   * @param {import('../log.js').Log} parts.log
   */
  constructor({ provider, storage, now, log }) {
    this.provider = provider;
    this.#books = new Transactions({ storage, now, log });
    const succeeded = (transaction, refund) => this.#tell(transaction, transaction.state, refund);
    this.#refunds = new Refunds({ books: this.#books, provider, succeeded });
  }

  /** What site code may call. */
  get apis() {
    return { 'paymentProvider.submitEvent': (request) => this.submitEvent(request) };
  }

  /**
   * @param {'checkout' | 'pay'} kind
   * @param {(transaction: object, before: string, refund: object | null) => void} changed hears what becomes of its transactions
   */
  belongsTo(kind, changed) {
    this.#owners[kind] = changed;
  }

  transactions() {
    return this.#books.all();
  }

  transaction(id) {
    return this.#books.get(id);
  }

  /** Every rule that was broken since the data was cleared, oldest first: `{ rule, text, at, wixTransactionId, told }`. */
  violations() {
    return this.#books.violations();
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
    const connection = this.provider.connected();
    const [_id, paymentOrderId] = [randomUUID(), randomUUID()];
    const transaction = {
      _id, kind, about, paymentOrderId, description, remoteIp, returnUrls: returnUrls(_id),
      amount: description.totalAmount, currency: description.currency, plugin: connection._id, title: connection.title,
      state: 'created', pluginTransactionId: null, redirectUrl: null, refunds: [], history: [], createdAt: this.#books.now(),
    };
    for (const name of [about, paymentOrderId]) this.#books.link(transaction, name);
    const amount = toDecimal(BigInt(transaction.amount), transaction.currency);
    this.#books.save(transaction, 'begun', { amount, about });
    await this.#ask(connection, _id);
    return this.transaction(_id);
  }

  /** createTransaction once more, as Wix does when it has not heard the answer. @returns {Promise<object>} the transaction */
  async askAgain(id) {
    this.transaction(id);
    await this.#ask(this.provider.connected(), id);
    return this.transaction(id);
  }

  async #ask(connection, id) {
    const hear = (outcome) => this.#answered(id, outcome);
    try {
      hear({ value: await this.provider.createTransaction(connection, this.transaction(id), hear) });
    } catch (error) {
      hear({ error });
    }
  }

  /** An answer of createTransaction has come; it may be the second. */
  #answered(id, { value, error }) {
    const transaction = this.transaction(id);
    if (error) return this.#books.save(transaction, 'createTransaction failed', { error: error.message });
    const problem = answerProblem(value);
    const violation = problem
      ? new Violation('answer-shape', `createTransaction: ${problem}`)
      : difference(transaction, value) ?? answerContradiction(transaction, value);
    if (violation) return this.#books.violate(violation, transaction, value);
    this.#books.warnReason(value, transaction);
    const { pluginTransactionId, redirectUrl = null, reasonCode = null } = value;
    this.#books.link(transaction, pluginTransactionId);
    const answer = { state: transaction.state, redirectUrl, reasonCode };
    const known = { ...transaction, pluginTransactionId, redirectUrl: redirectUrl ?? transaction.redirectUrl, answer };
    // Without a reason the buyer is on the way, or the event is: nothing is approved by an answer.
    return this.#become(known, reasonCode === null ? transaction.state : stateOf(reasonCode), 'createTransaction answered', value);
  }

  // --- events ---

  /** The plugin tells what became of a transaction or a refund. */
  submitEvent(request) {
    const { transaction: told, refund } = readEvent(request);
    const { wixTransactionId } = told ?? refund;
    const transaction = this.#books.find(wixTransactionId);
    if (!transaction) {
      this.#books.refuse(new Violation('unknown-transaction', `there is no transaction ${wixTransactionId}`), null, told ?? refund);
    }
    this.#books.warnReason(told ?? refund, transaction);
    if (refund) this.#refunds.event(transaction, refund);
    else this.#told(transaction, told);
  }

  #told(transaction, told) {
    const known = transaction.pluginTransactionId;
    const pluginTransactionId = told.pluginTransactionId ?? known;
    const violation = known !== null && pluginTransactionId !== known
      ? new Violation('second-transaction', `the event is about ${pluginTransactionId}, the transaction is ${known}`)
      : contradiction(transaction.state, stateOf(told.reasonCode));
    if (violation) this.#books.refuse(violation, transaction, told);
    this.#books.link(transaction, pluginTransactionId);
    // One failure after another changes nothing: the first is the one.
    const state = isFinal(transaction.state) ? transaction.state : stateOf(told.reasonCode);
    this.#become({ ...transaction, pluginTransactionId }, state, 'event', told);
  }

  #become(transaction, state, what, told) {
    const before = transaction.state;
    const { reasonCode = null, errorCode = null, errorMessage = null } = told;
    const reason = state !== before && { reasonCode, errorCode, errorMessage };
    const saved = this.#books.save({ ...transaction, state, ...reason }, what, told);
    if (state !== before) this.#tell(saved, before);
  }

  #tell(transaction, before, refund = null) {
    this.#owners[transaction.kind]?.(transaction, before, refund);
  }

  // --- refunds ---

  /**
   * The owner refunds in the dashboard.
   * @param {string} id of the transaction
   * @param {{ amount?: string, reason?: string }} [how] decimal text; without it all that is left
   */
  refund(id, how) {
    return this.#refunds.begin(id, how);
  }

  /** refundTransaction once more, for a refund that has been begun. */
  refundAgain(id, wixRefundId) {
    return this.#refunds.ask(id, wixRefundId);
  }
}

/** The same wixTransactionId must get the same answer for as long as nothing has happened. */
function difference({ answer, pluginTransactionId, state }, value) {
  if (pluginTransactionId !== null && value.pluginTransactionId !== pluginTransactionId) {
    const text = `createTransaction answered ${value.pluginTransactionId} for a transaction that is ${pluginTransactionId}`;
    return new Violation('second-transaction', text);
  }
  if (!answer || answer.state !== state) return null;
  const same = answer.redirectUrl === (value.redirectUrl ?? null) && answer.reasonCode === (value.reasonCode ?? null);
  return same ? null : new Violation('other-answer', 'createTransaction gave another answer although nothing had happened');
}

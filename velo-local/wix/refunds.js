// Refunds of a transaction: begun by the owner in the dashboard, or told by the plugin when one was made at the bank.

import { randomUUID } from 'node:crypto';

import { WixError, invalid } from './errors.js';
import { toDecimal, toMinor } from './money.js';
import { Violation, refundAnswerProblem, refundable, stateOf, unreturned } from './payment-rules.js';

/** A code for pending says that nobody knows yet. What the platform makes of one in a refund is not documented; to call that a failure would
 * forbid the provider to tell later that the money has gone back. */
const stateAfter = ({ reasonCode }) => ({ approved: 'succeeded', pending: 'asked' })[stateOf(reasonCode)] ?? 'failed';

export class Refunds {
  /**
   * @param {object} parts
   * @param {import('./transactions.js').Transactions} parts.books
   * @param {import('./provider.js').Provider} parts.provider
   * @param {(transaction: object, refund: object) => void} parts.succeeded
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Wix's own id for it goes to the plugin; the same one never returns money twice. */
  async begin(id, { amount, reason = 'REQUESTED_BY_CUSTOMER' } = {}) {
    const transaction = this.books.get(id);
    const left = refundable(transaction);
    const wanted = amount === undefined || amount === '' ? left : toMinor(amount, transaction.currency);
    if (wanted <= 0n || wanted > left) throw invalid(`${toDecimal(left, transaction.currency)} is left to be refunded`);
    const wixRefundId = randomUUID();
    const refund = { wixRefundId, amount: String(wanted), state: 'asked', reason, externally: false, at: this.books.now() };
    this.books.link(transaction, wixRefundId);
    this.books.save({ ...transaction, refunds: [...transaction.refunds, refund] }, 'refund begun', refund);
    return this.ask(id, wixRefundId);
  }

  /** refundTransaction, for the first time or once more. @returns {Promise<object>} the refund as it is then */
  async ask(id, wixRefundId) {
    const connection = this.provider.connected();
    const hear = (outcome) => this.#answered(id, wixRefundId, outcome);
    try {
      hear({ value: await this.provider.refundTransaction(connection, this.books.get(id), this.#refund(id, wixRefundId), hear) });
    } catch (error) {
      hear({ error });
    }
    return this.#refund(id, wixRefundId);
  }

  #refund(id, wixRefundId) {
    const refund = this.books.get(id).refunds.find((each) => each.wixRefundId === wixRefundId);
    if (!refund) throw new WixError('REFUND_NOT_FOUND', `there is no refund ${wixRefundId}`);
    return refund;
  }

  #answered(id, wixRefundId, { value, error }) {
    const transaction = this.books.get(id);
    if (error) return this.books.save(transaction, 'refundTransaction failed', { wixRefundId, error: error.message });
    const problem = refundAnswerProblem(value);
    if (problem) return this.books.violate(new Violation('answer-shape', `refundTransaction: ${problem}`), transaction, value);
    const refund = this.#refund(id, wixRefundId);
    const told = { ...value, pluginRefundId: value.pluginRefundId ?? null, amount: refund.amount };
    if (isOther(refund, told)) {
      const violation = new Violation('other-refund', `refundTransaction answered differently for ${wixRefundId}`);
      return this.books.violate(violation, transaction, value);
    }
    return this.#becomes(transaction, refund, told, 'refundTransaction answered', value);
  }

  /** A refund that Wix asked for is confirmed, or one that was made at the bank is told. */
  event(transaction, told) {
    const { wixRefundId, pluginRefundId, amount } = told;
    if (typeof pluginRefundId !== 'string' || pluginRefundId === '') throw invalid('a refund event needs pluginRefundId');
    if (typeof amount !== 'string' || !/^[1-9]\d{0,17}$/.test(amount)) throw invalid('a refund event needs amount, minor units as text');
    const refuse = (rule, text) => this.books.refuse(new Violation(rule, text), transaction, told);
    const before = transaction.refunds.find(sameAs({ wixRefundId, pluginRefundId }));
    if (wixRefundId && !before) refuse('unknown-refund', `there is no refund ${wixRefundId}`);
    const refund = before ?? { wixRefundId: null, amount, state: 'asked', reason: null, externally: true, at: this.books.now() };
    if (isOther(refund, told)) refuse('other-refund', `refund ${pluginRefundId} was told differently before`);
    if (!before && BigInt(amount) > unreturned(transaction)) refuse('refund-too-much', `${amount} is more than is left`);
    this.#becomes(transaction, refund, told, 'refund event', told);
  }

  #becomes(transaction, before, { pluginRefundId, reasonCode = null }, what, told) {
    const after = { ...before, pluginRefundId, reasonCode, state: stateAfter({ reasonCode }) };
    const known = transaction.refunds.some(sameAs(after));
    const refunds = known ? transaction.refunds.map((each) => (sameAs(after)(each) ? after : each)) : [...transaction.refunds, after];
    this.books.link(transaction, pluginRefundId);
    const saved = this.books.save({ ...transaction, refunds }, what, told);
    if (after.state === 'succeeded' && before.state !== 'succeeded') this.succeeded(saved, after);
  }
}

const sameAs = ({ wixRefundId, pluginRefundId }) => (each) =>
  (wixRefundId ? each.wixRefundId === wixRefundId : each.pluginRefundId === pluginRefundId);

/** Whether what is told now contradicts what was known; a refund without word may become anything. */
function isOther(refund, told) {
  if (refund.amount !== told.amount) return true;
  if (refund.pluginRefundId && refund.pluginRefundId !== told.pluginRefundId) return true;
  return refund.state !== 'asked' && refund.state !== stateAfter(told);
}

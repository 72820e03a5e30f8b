// The transactions that Wix Payments keeps, each with everything that was ever told about it, and the rules that were broken.

import { randomUUID } from 'node:crypto';

import { WixError } from './errors.js';
import { Violation, isKnownReason } from './payment-rules.js';
import { Records } from './records.js';

export class Transactions {
  #transactions;
  #violations;

  /**
   * @param {object} parts
   * @param {import('../storage.js').Storage} parts.storage
   * @param {() => Date} parts.now
   * @param {import('../log.js').Log} parts.log
   */
  constructor({ storage, now, log }) {
    Object.assign(this, { now, log });
    this.#transactions = new Records(storage, 'transactions');
    this.#violations = new Records(storage, 'violations');
  }

  all() {
    return this.#transactions.all();
  }

  /** @returns {object | null} */
  find(id) {
    return this.#transactions.get(id);
  }

  get(id) {
    const found = this.find(id);
    if (!found) throw new WixError('TRANSACTION_NOT_FOUND', `there is no transaction ${JSON.stringify(id)}`);
    return found;
  }

  /** @param {string} what has happened @param {unknown} told by whom it happened, as it came */
  save(transaction, what, told) {
    const history = [...transaction.history, { at: this.now(), what, state: transaction.state, told }];
    const text = `transaction ${transaction._id}: ${what}, ${transaction.state}`;
    this.log.write({ kind: 'wix', text, detail: JSON.stringify(told) });
    return this.#transactions.put({ ...transaction, history });
  }

  link(transaction, other) {
    if (other) this.log.link(transaction._id, other);
  }

  /** Every rule that was broken, oldest first. */
  violations() {
    return this.#violations.all();
  }

  /** @param {Violation} violation @param {object | null} transaction @param {unknown} told */
  violate({ rule, text }, transaction, told) {
    const wixTransactionId = transaction?._id ?? null;
    this.#violations.put({ _id: randomUUID(), rule, text, at: this.now(), wixTransactionId, told });
    const about = transaction ? ` (${wixTransactionId})` : '';
    this.log.write({ kind: 'wix', level: 'error', text: `violation ${rule}: ${text}${about}`, detail: JSON.stringify(told) });
  }

  /** The rule is broken by a call, so the call fails. */
  refuse(violation, transaction, told) {
    this.violate(violation, transaction, told);
    throw new WixError('FAILED_PRECONDITION', `${violation.rule}: ${violation.text}`);
  }

  /** A reason code that Wix does not document is a failure all the same. */
  warnReason({ reasonCode }, transaction) {
    if (isKnownReason(reasonCode)) return;
    this.violate(new Violation('unknown-reason', `Wix knows no reason code ${reasonCode}`), transaction, { reasonCode });
  }
}

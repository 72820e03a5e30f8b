// Wix Pay: a payment that backend code creates and page code starts. It goes through the connected provider as a checkout does;
// what became of it is told to backend/events.js, and, for display only, to the page.

import { randomUUID } from 'node:crypto';

import { WixError, invalid } from './errors.js';
import { sum, toMinor } from './money.js';
import { Records } from './records.js';

const STATUS = { created: 'Undefined', approved: 'Successful', pending: 'Pending', declined: 'Failed', canceled: 'Cancelled' };

export class Pay {
  #payments;

  /**
   * @param {object} parts
   * @param {import('./payments.js').Payments} parts.payments
   * @param {import('./provider.js').Provider} parts.provider
   * @param {import('./events.js').Events} parts.events
   * @param {import('../storage.js').Storage} parts.storage
   * @param {string} parts.currency
   * @param {(transactionId: string) => Record<string, string>} parts.returnUrls
   */
  constructor({ payments, provider, events, storage, currency, returnUrls }) {
    Object.assign(this, { payments, provider, events, currency, returnUrls });
    this.#payments = new Records(storage, 'payments');
    payments.belongsTo('pay', (transaction) => this.#changed(transaction));
  }

  /** What site code may call. Nothing in the reference says that it needs elevated permissions. */
  get apis() {
    return { 'pay.createPayment': (info) => this.create(info) };
  }

  /** @param {{ amount: number, currency?: string, items: object[], userInfo?: object }} info amounts are numbers of major units */
  create({ amount, currency = this.currency, items, userInfo = null } = {}) {
    if (!/^[A-Z]{3}$/.test(currency)) throw invalid('a currency has three letters');
    if (!Array.isArray(items) || items.length === 0) throw invalid('a payment has items');
    const whole = items.map(itemOf);
    const total = sum(whole.map(({ price, quantity }) => toMinor(decimal(price), currency) * BigInt(quantity)));
    if (toMinor(decimal(amount), currency) !== total) throw invalid('the amount must equal the sum of the items');
    if (total === 0n) throw invalid('the amount must be more than nothing');
    return shown(this.#payments.put({ _id: randomUUID(), amount, currency, items: whole, userInfo }));
  }

  /** What the payment dialog shows. */
  about(id) {
    const payment = this.#payment(id);
    const method = this.provider.connection()?.title ?? null;
    return { payment: shown(payment), userInfo: payment.userInfo, method, ...this.result(id) };
  }

  /**
   * The buyer has chosen the provider.
   * @param {string} id
   * @param {{ userInfo?: object, language?: string, remoteIp?: string }} buyer
   */
  async start(id, { userInfo, language = 'tr', remoteIp = '127.0.0.1' } = {}) {
    const payment = this.#payment(id);
    if (this.result(id).status === 'Successful') throw new WixError('ALREADY_PAID', 'this payment has been paid');
    const known = this.#payments.put({ ...payment, userInfo: userInfo ?? payment.userInfo });
    const { returnUrls } = this;
    const begun = { kind: 'pay', about: id, description: description(known, language), returnUrls, remoteIp };
    const transaction = await this.payments.begin(begun);
    return { transactionId: transaction._id, redirectUrl: transaction.redirectUrl, status: STATUS[transaction.state] };
  }

  /** As startPayment resolves to; for display. A payment that was paid once stays paid, whatever was tried besides. */
  result(id) {
    const payment = this.#payment(id);
    const tried = this.payments.transactions().filter(({ kind, about }) => kind === 'pay' && about === id);
    const told = tried.find(({ state }) => state === 'approved') ?? tried.at(-1);
    const status = told ? statusOf(told) : 'Undefined';
    return { payment: shown(payment), status, transactionId: told?._id ?? null, userInfo: payment.userInfo };
  }

  /** The event of a transaction once more, or one that only a bank can cause: Chargeback. */
  tell(transactionId, status) {
    const transaction = this.payments.transaction(transactionId);
    const { userInfo, ...payment } = this.#payment(transaction.about);
    const event = { payment: shown(payment), status: status ?? statusOf(transaction), transactionId, userInfo };
    this.events.emit('wixPay_onPaymentUpdate', event);
  }

  #changed({ _id }) {
    this.tell(_id);
  }

  #payment(id) {
    const payment = this.#payments.get(id);
    if (!payment) throw new WixError('PAYMENT_NOT_FOUND', `there is no payment ${JSON.stringify(id)}`);
    return payment;
  }
}

const shown = ({ _id, amount, currency, items }) => ({ id: _id, amount, currency, items });

function statusOf({ state, amount, refunds }) {
  const refunded = sum(refunds.filter((refund) => refund.state === 'succeeded').map((refund) => BigInt(refund.amount)));
  if (refunded === 0n) return STATUS[state];
  return refunded >= BigInt(amount) ? 'Refunded' : 'PartiallyRefunded';
}

function itemOf(item) {
  const { name, price, quantity = 1 } = item ?? {};
  if (typeof name !== 'string' || name === '') throw invalid('an item has a name');
  if (!Number.isInteger(quantity) || quantity < 1) throw invalid('an item has a quantity of 1 or more');
  return { name, price, quantity };
}

/** The decimal text of a number, which the API takes; one that is not exact, such as 0.1 + 0.2, is refused by toMinor. */
function decimal(amount) {
  if (typeof amount === 'number' && Number.isFinite(amount) && amount >= 0) return String(amount);
  throw invalid('an amount is a number of major units, such as 149.9');
}

function description({ _id, amount, currency, items, userInfo }, language) {
  const minor = (value) => String(toMinor(decimal(value), currency));
  const { firstName = null, lastName = null, email = null, phone = null, countryCode = null } = userInfo ?? {};
  const address = { firstName, lastName, email, phone, countryCode };
  return {
    totalAmount: minor(amount), currency,
    items: items.map(({ name, price, quantity }, at) => ({
      _id: `${_id}-${at + 1}`, name, quantity, price: minor(price), description: null, category: 'undefined',
    })),
    charges: { tax: '0', shipping: '0', discount: '0' }, billingAddress: address, shippingAddress: address,
    buyerInfo: { buyerId: null, buyerLanguage: language },
  };
}

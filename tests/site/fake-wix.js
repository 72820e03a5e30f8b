// Wix's own services as one container sees them: what a payment provider tells, the orders of eCommerce, Wix Pay. Their calls are
// operations like those of the data, so that a container can die, and a call be lost, at each of them.

import { never } from './fake-data.js';

const REFUNDS = ['REFUNDED', 'PARTIALLY_REFUNDED'];
const CLOCK_BEHIND = 20_000;   // Wix's own clock, behind the site's

export class FakeWix {
  #data;
  /** What was told by submitEvent, in the order in which Wix heard it. @type {any[]} */
  events = [];
  /** eCommerce orders by id, each with its payments. @type {Map<string, any>} */
  orders = new Map();
  /** What createPayment was asked for, by the id it gave. @type {Map<string, any>} */
  wixPayments = new Map();

  constructor(data, now) {
    this.#data = data;
    this.now = now;
  }

  /** @param {{ alive: boolean }} container */
  modules(container) {
    const call = (op, work) => (...args) => this.#run(container, op, () => work(...structuredClone(args)));
    return {
      'wix-auth': { elevate: (restricted) => restricted.elevated },
      'wix-payment-provider-backend': esModule({ submitEvent: call('submitEvent', ({ event }) => { this.events.push(event); }) }),
      'wix-pay-backend': { createPayment: call('createPayment', (info) => this.#createPayment(info)) },
      'wix-ecom-backend': {
        orders: { getOrder: restricted(call('getOrder', (id) => this.#orderOf(id).order)) },
        orderTransactions: {
          listTransactionsForSingleOrder: restricted(call('listTransactions', (id) => this.#transactions(id))),
          addPayments: restricted(call('addPayments', (id, payments) => this.#addPayments(id, payments))),
          updatePaymentStatus: restricted(call('updatePaymentStatus', (ids, options) => this.#updateStatus(ids, options))),
        },
      },
    };
  }

  /** An eCommerce order; `more` replaces parts of it. */
  addOrder(more = {}) {
    const _id = more._id ?? `00000000-0000-4000-8000-${String(this.orders.size + 1).padStart(12, '0')}`;
    const order = {
      _id, number: String(10_001 + this.orders.size), status: 'APPROVED', paymentStatus: 'NOT_PAID', currency: 'TRY', buyerLanguage: 'tr',
      priceSummary: { total: { amount: '289.80' } }, balanceSummary: { balance: { amount: '289.80' } },
      buyerInfo: { email: 'ayse@example.com' },
      billingInfo: { contactDetails: { firstName: 'Ayşe', lastName: 'Yılmaz', phone: '0555 123 45 67' } },
      ...more,
    };
    this.orders.set(_id, { order, payments: [] });
    return order;
  }

  /** What Wix has been told of a transaction: 'paid', or the reason codes, in turn. */
  told(wixTransactionId) {
    return this.events.filter(({ transaction }) => transaction?.wixTransactionId === wixTransactionId)
      .map(({ transaction }) => transaction.reasonCode ?? 'paid');
  }

  get refunds() {
    return this.events.flatMap(({ refund }) => refund ?? []);
  }

  async #run(container, op, work) {
    const operation = { op, collection: 'wix' };
    await pause();
    if (!container.alive) return never();
    const perform = () => structuredClone(work());
    await this.#data.before(operation, container, perform);
    if (!container.alive) return never();
    const result = perform();
    this.#data.log.push(operation);
    await this.#data.after(operation, container);
    await pause();
    return container.alive ? result : never();
  }

  #createPayment(info) {
    const id = `wix-payment-${this.wixPayments.size + 1}`;
    const total = info.items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    if (total !== info.amount) throw new Error('the amount is not the sum of the items');
    this.wixPayments.set(id, info);
    return { id, ...info };
  }

  #orderOf(id) {
    const found = this.orders.get(id);
    if (!found) throw problem('ORDER_NOT_FOUND');
    return found;
  }

  /** Behind, as on the platform: what was just added may be missing. */
  #transactions(id) {
    const payments = this.#orderOf(id).payments.filter(({ at }) => at <= this.now() - this.listsAreBehind);
    return { orderTransactions: { orderId: id, payments: payments.map(({ at, ...payment }) => payment), refunds: [] } };
  }

  listsAreBehind = 0;
  /** Whether Wix gives back the provider's names of a payment. */
  keepsNames = true;
  /** Whether Wix lets a refund be noted as a status. */
  takesRefundStatus = true;

  #addPayments(id, payments) {
    const found = this.#orderOf(id);
    const before = found.payments.length;
    for (const payment of payments) {
      const { gatewayTransactionId, providerTransactionId, ...details } = payment.regularPaymentDetails;
      const names = this.keepsNames ? { gatewayTransactionId, providerTransactionId } : {};
      const _id = `wix-${id.slice(-4)}-${found.payments.length + 1}`;
      found.payments.push({
        ...payment, _id, _createdDate: new Date(this.now() - CLOCK_BEHIND), at: this.now(), regularPaymentDetails: { ...details, ...names },
      });
    }
    found.order = { ...found.order, paymentStatus: 'PAID', balanceSummary: { balance: { amount: '0.00' } } };
    return { paymentsIds: found.payments.slice(before).map(({ _id }) => _id) };
  }

  #updateStatus({ orderId, paymentId }, { status }) {
    if (REFUNDS.includes(status) && !this.takesRefundStatus) throw problem('STATUS_NOT_ALLOWED');
    this.#orderOf(orderId).payments.find(({ _id }) => _id === paymentId).status = status;
    return {};
  }
}

/** Works only after elevate(). */
function restricted(elevated) {
  return Object.assign(async () => { throw problem('PERMISSION_DENIED'); }, { elevated });
}

function problem(code) {
  return Object.assign(new Error(code), { details: { applicationError: { code } } });
}

const esModule = (named) => ({ __esModule: true, ...named, default: named });
const pause = () => new Promise((resolve) => setImmediate(resolve));

// Wix checkout: a cart becomes an eCommerce order and a transaction with the payment provider. The order is what the transaction's
// events make of it; the page to which the buyer comes back decides nothing.
//
// Simplified: every attempt is an order of its own, `INITIALIZED` until it is paid (the dashboard hides those on the platform), and
// the buyer's browser goes to the provider's page as a whole, where Wix may also open it in a frame.

import { randomUUID } from 'node:crypto';

import { SHIPPING, lineItem, productOf } from './catalogue.js';
import { invalid } from './errors.js';
import { price, sum, toDecimal, toMinor } from './money.js';

const PAYMENT_STATUS = { approved: 'APPROVED', pending: 'PENDING', declined: 'DECLINED', canceled: 'CANCELED' };

export class Checkout {
  /**
   * @param {object} parts
   * @param {import('./orders.js').Orders} parts.orders
   * @param {import('./payments.js').Payments} parts.payments
   * @param {string} parts.currency
   * @param {(transactionId: string) => Record<string, string>} parts.returnUrls
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.payments.belongsTo('checkout', (transaction, before, refund) => {
      if (refund) this.#refunded(transaction, refund);
      else this.#changed(transaction, before);
    });
  }

  /**
   * The buyer places the order.
   * @param {object} placed
   * @param {{ slug: string, quantity: number }[]} placed.cart
   * @param {Record<string, string>} placed.buyer email, firstName, lastName; phone, address, city, zipCode if given
   * @param {'tr' | 'en'} [placed.language]
   * @param {string} [placed.remoteIp]
   * @returns {Promise<{ order: object, transaction: object }>} send the buyer to transaction.redirectUrl
   */
  async place({ cart, buyer, language = 'tr', remoteIp = '127.0.0.1' }) {
    const order = this.orders.create(this.#order(cart, buyer, language));
    const transaction = await this.payments.begin({
      kind: 'checkout', about: order._id, description: this.#description(order, buyer, language), remoteIp,
      returnUrls: this.returnUrls,
    });
    return { order: this.orders.get(order._id), transaction };
  }

  #order(cart, buyer, language) {
    const items = cart.map(({ slug, quantity }) => {
      const product = productOf(slug);
      const sold = product && Number.isInteger(quantity) && quantity >= 1 && quantity <= 99;
      if (!sold) throw invalid('the cart holds something that is not sold');
      return lineItem(product, quantity, language);
    });
    const subtotal = sum(items.map((item) => toMinor(item.price.amount, this.currency) * BigInt(item.quantity)));
    const shipping = toMinor(SHIPPING, this.currency);
    const money = (minor) => price(minor, this.currency);
    const { firstName, lastName, phone = null } = buyer;
    const contact = { address: addressOf(buyer), contactDetails: { firstName, lastName, phone } };
    return {
      status: 'INITIALIZED', channelInfo: { type: 'WEB' }, checkoutId: randomUUID(), currency: this.currency,
      lineItems: items, buyerLanguage: language, buyerInfo: { email: buyer.email, visitorId: randomUUID() },
      billingInfo: contact, recipientInfo: contact,
      priceSummary: {
        subtotal: money(subtotal), shipping: money(shipping), tax: money(0n), discount: money(0n), total: money(subtotal + shipping),
      },
    };
  }

  /** What createTransaction gets: amounts in minor units, as text. */
  #description({ lineItems, priceSummary, currency, buyerInfo }, buyer, language) {
    const minor = ({ amount }) => String(toMinor(amount, currency));
    const { firstName, lastName, email, phone = null } = buyer;
    const address = { ...addressOf(buyer), firstName, lastName, email, phone };
    return {
      totalAmount: minor(priceSummary.total), currency,
      items: lineItems.map((item) => ({
        _id: item._id, name: item.productName.original, quantity: item.quantity, price: minor(item.price), description: null,
        category: 'physical',
      })),
      charges: { tax: minor(priceSummary.tax), shipping: minor(priceSummary.shipping), discount: minor(priceSummary.discount) },
      billingAddress: address, shippingAddress: address,
      buyerInfo: { buyerId: buyerInfo.visitorId, buyerLanguage: language },
    };
  }

  #changed(transaction, before) {
    const { state, about, amount, currency, pluginTransactionId, paymentOrderId, title } = transaction;
    const status = PAYMENT_STATUS[state];
    if (state === 'pending') this.orders.setStatus(about, 'PENDING');
    const known = this.#paymentOf(transaction);
    if (known) this.orders.updatePaymentStatus({ orderId: about, paymentId: known._id }, { status });
    else {
      const regularPaymentDetails = {
        status, paymentOrderId, gatewayTransactionId: transaction._id, providerTransactionId: pluginTransactionId,
        paymentMethod: title, offlinePayment: false,
      };
      this.orders.addPayments(about, [{ amount: { amount: toDecimal(BigInt(amount), currency) }, status, regularPaymentDetails }]);
    }
    if (before === 'pending' && state !== 'approved') this.orders.setStatus(about, 'REJECTED');
  }

  #refunded(transaction, { amount, externally, pluginRefundId }) {
    const { _id: paymentId } = this.#paymentOf(transaction);
    const refund = { paymentId, amount: BigInt(amount), externalRefund: externally, providerRefundId: pluginRefundId };
    this.orders.recordRefund(transaction.about, refund);
  }

  #paymentOf({ _id, about }) {
    return this.orders.paymentsOf(about).find(({ regularPaymentDetails }) => regularPaymentDetails.gatewayTransactionId === _id);
  }
}

const addressOf = ({ address = null, city = null, zipCode = null }) => ({ address, city, zipCode, countryCode: 'TR' });

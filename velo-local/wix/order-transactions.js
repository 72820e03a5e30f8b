// Payments and refunds of an order, and what they make of it. Nothing here charges or returns money: these are records.

import { randomUUID } from 'node:crypto';

import { WixError, invalid } from './errors.js';
import { price, sum, toMinor } from './money.js';

const STATUSES = [
  'APPROVED', 'PENDING', 'PENDING_MERCHANT', 'CANCELED', 'DECLINED', 'REFUNDED', 'PARTIALLY_REFUNDED', 'AUTHORIZED', 'VOIDED',
];

/** Money that came in, whatever went back later. */
const RECEIVED = ['APPROVED', 'REFUNDED', 'PARTIALLY_REFUNDED'];

/**
 * A payment as a caller gives it, made whole. Its status has two places: `status` and the older `regularPaymentDetails.status`,
 * which the reference says will go; either may be given, both are kept. What Wix makes of a payment that has neither is not
 * documented, so here it is refused.
 */
export function newPayment(given, currency, now) {
  const kinds = ['regularPaymentDetails', 'giftcardPaymentDetails', 'membershipPaymentDetails'].filter((kind) => given?.[kind]);
  if (kinds.length !== 1) throw invalid('a payment has exactly one kind of details, such as regularPaymentDetails');
  if (kinds[0] !== 'regularPaymentDetails') throw invalid(`velo-local keeps regular payments only, not ${kinds[0]}`);
  const details = given.regularPaymentDetails;
  const status = given.status ?? details.status;
  if (given.status && details.status && given.status !== details.status) {
    throw invalid(`the payment's status (${given.status}) and regularPaymentDetails.status (${details.status}) differ`);
  }
  checkStatus(status);
  const amount = price(toMinor(given.amount?.amount, currency), currency);
  return withStatus({
    offlinePayment: false, ...details,
  }, status, { _id: randomUUID(), _createdDate: given._createdDate ?? now, _updatedDate: now, amount, refundDisabled: false });
}

const withStatus = (details, status, rest) => ({ ...rest, status, regularPaymentDetails: { ...details, status } });

/** The payment with another status; refunds are not made by changing a status. */
export function changedPayment(payment, status, now) {
  checkStatus(status);
  const refund = ['REFUNDED', 'PARTIALLY_REFUNDED'];
  if (refund.includes(status) || refund.includes(payment.status)) {
    const description = 'a payment becomes refunded by a refund (orderBilling.refundPayments), not by its status';
    throw new WixError('STATUS_NOT_ALLOWED', description, { status });
  }
  return settled(payment, status, now);
}

const settled = ({ regularPaymentDetails, ...rest }, status, now) =>
  withStatus(regularPaymentDetails, status, { ...rest, _updatedDate: now });

function checkStatus(status) {
  if (!STATUSES.includes(status)) throw invalid(`there is no payment status ${JSON.stringify(status)}`);
}

/** How much of a payment has gone back. */
const refundedOf = (payment, refunds, currency) => sum(refunds.flatMap(({ transactions }) => transactions)
  .filter(({ paymentId, refundStatus }) => paymentId === payment._id && refundStatus === 'SUCCEEDED')
  .map(({ amount }) => toMinor(amount.amount, currency)));

/** @param {bigint} amount */
export function checkRefund(payment, refunds, amount, currency) {
  const received = RECEIVED.includes(payment.status) ? toMinor(payment.amount.amount, currency) : 0n;
  const left = received - refundedOf(payment, refunds, currency);
  if (amount > 0n && amount <= left) return;
  const description = `${price(amount, currency).amount} cannot be refunded; ${price(left, currency).amount} of the payment is left`;
  throw new WixError('INVALID_PAYMENT_REFUND_AMOUNT', description, { paymentId: payment._id });
}

/** @param {{ paymentId: string, amount: bigint, externalRefund: boolean, providerRefundId?: string }} given */
export function newRefund({ paymentId, amount, externalRefund, providerRefundId = null }, currency, now) {
  const transaction = { paymentId, amount: price(amount, currency), refundStatus: 'SUCCEEDED', externalRefund, providerRefundId };
  return { _id: randomUUID(), _createdDate: now, transactions: [transaction] };
}

/** The payments after refunds. */
export const afterRefunds = (payments, refunds, currency, now) => payments.map((payment) => {
  const refunded = refundedOf(payment, refunds, currency);
  if (refunded === 0n) return payment;
  return settled(payment, refunded >= toMinor(payment.amount.amount, currency) ? 'REFUNDED' : 'PARTIALLY_REFUNDED', now);
});

/** An order's paymentStatus and balanceSummary, as its payments and refunds make them. */
export function balance(total, payments, refunds, currency) {
  const of = (...statuses) => {
    const found = payments.filter(({ status }) => statuses.includes(status));
    return sum(found.map(({ amount }) => toMinor(amount.amount, currency)));
  };
  const paid = of(...RECEIVED);
  const pending = of('PENDING', 'PENDING_MERCHANT');
  const authorized = of('AUTHORIZED');
  const refunded = sum(payments.map((payment) => refundedOf(payment, refunds, currency)));
  const due = total > paid ? total - paid : 0n;
  return {
    paymentStatus: paymentStatus({ total, paid, pending: pending + authorized, refunded }),
    balanceSummary: {
      balance: price(due, currency), paid: price(paid, currency), refunded: price(refunded, currency),
      pending: price(pending, currency), authorized: price(authorized, currency), pendingRefund: price(0n, currency),
    },
  };
}

function paymentStatus({ total, paid, pending, refunded }) {
  if (paid > 0n && refunded > 0n) return refunded >= paid ? 'FULLY_REFUNDED' : 'PARTIALLY_REFUNDED';
  if (paid >= total && (paid > 0n || total === 0n)) return 'PAID';
  if (paid > 0n) return 'PARTIALLY_PAID';
  return pending > 0n ? 'PENDING' : 'NOT_PAID';
}

// What iyzico's answers have in common: the envelope, a payment, its signature, and how amounts are written.
import { brandOf } from './cards.js';
import { responseSignature } from './iyzico-hash.js';
import { Decimal } from './json.js';
import { fromMinor, stripZeros } from './money.js';
import { languageOf } from './page.js';

/** iyzico divides what was paid among the items of the basket with eight decimals. Such an amount is called fine here. */
const DECIMALS = 8;
export const toFine = (minor, { digits }) => minor * 10n ** BigInt(DECIMALS - digits);
export const toMinorUnits = (fine, { digits }) => fine / 10n ** BigInt(DECIMALS - digits);

/** As a number is signed: no zeros at the end. */
export const plainFine = (fine) => stripZeros(fromMinor(fine, DECIMALS));

export const conversationOf = (body) => (body?.conversationId === undefined ? '' : String(body.conversationId));

/** @param {{ now: () => number, settings: any }} bank */
export function createAnswers({ now, settings }) {
  /** A number of an answer. */
  const decimal = (fine) => new Decimal(settings.priceText === 'padded' ? fromMinor(fine, DECIMALS) : plainFine(fine));

  /** The conversation's id is merely handed back. */
  const envelope = (body) => ({
    locale: languageOf(body?.locale), systemTime: now(),
    ...(body?.conversationId !== undefined && { conversationId: conversationOf(body) }),
  });
  const success = (body) => ({ status: 'success', ...envelope(body) });

  /** @param {string[]} error see iyzico-codes.js @param {object} [about] what the answer repeats of the request */
  function failure(body, error, about = {}) {
    const [errorCode, errorMessage] = [error[0], error.at(-1)];
    return { status: 'failure', errorCode, errorMessage, ...(error[2] && { errorGroup: error[1] }), ...envelope(body), ...about };
  }

  const signedValues = (payment, body) => [
    payment.paymentId, payment.currency.code, payment.basketId, conversationOf(body),
    ...[payment.paid, payment.price].map((minor) => plainFine(toFine(minor, payment.currency))),
  ];

  /** A payment that was made, or that failed. */
  function payment(payment, body) {
    const declined = payment.paymentStatus === 'FAILURE';
    const [errorCode, errorGroup, errorMessage] = payment.failure ?? [];
    return {
      ...success(body), status: declined ? settings.failureStatus : 'success',
      ...(declined && { errorCode, errorMessage, errorGroup }),
      ...amounts(payment), paymentId: payment.paymentId,
      ...(payment.paymentStatus === 'SUCCESS' && { fraudStatus: payment.fraudStatus }),
      ...card(payment), basketId: payment.basketId, currency: payment.currency.code,
      itemTransactions: payment.items.map((item) => ({ itemId: item.id, ...transaction(payment, item, item.transactionId) })),
      ...(payment.authCode && { authCode: payment.authCode, hostReference: payment.hostReference }), phase: payment.phase,
      ...(payment.mdStatus && { mdStatus: Number(payment.mdStatus) }),
    };
  }

  const amounts = (payment) => {
    const paid = toFine(payment.paid, payment.currency);
    return {
      price: decimal(toFine(payment.price, payment.currency)), paidPrice: decimal(paid), installment: payment.installments,
      merchantCommissionRate: 0, merchantCommissionRateAmount: 0, iyziCommissionRateAmount: decimal(commission(paid)),
      iyziCommissionFee: new Decimal('0.25'),
    };
  };

  const card = ({ pan }) => ({
    cardType: 'CREDIT_CARD',
    cardAssociation: { VISA: 'VISA', MASTERCARD: 'MASTER_CARD', TROY: 'TROY' }[brandOf(pan || '4')], cardFamily: 'Maximum',
    binNumber: pan.slice(0, 6), lastFourDigits: pan.slice(-4),
  });

  const transaction = (payment, item, paymentTransactionId) => ({
    paymentTransactionId, transactionStatus: payment.fraudStatus === 1 ? 2 : 0,
    price: decimal(toFine(item.price, payment.currency)), paidPrice: decimal(item.paid),
  });

  /** The payment, signed as every service signs it that answers with one. */
  const signedPayment = (subject, body) =>
    ({ ...payment(subject, body), signature: responseSignature(signedValues(subject, body), subject.store.secretKey) });

  return { decimal, success, failure, envelope, signedValues, payment, signedPayment, amounts, card, transaction };
}

/** What iyzico keeps. */
export const commission = (fine) => fine * 349n / 10_000n;

/** An honest answer about something else than the request: of another order, or of another amount. */
export function distorted(payment, kind) {
  const { paymentId, basketId, paid, price } = payment;
  if (kind === 'wrong-order') return { ...payment, paymentId: `${Number(paymentId) + 1}`, basketId: `${basketId}X` };
  if (kind === 'wrong-amount') return { ...payment, paid: paid + 1n, price: price + 1n };
  return payment;
}

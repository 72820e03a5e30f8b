// What a site may write. tests/types/site/wrong.js has what it may not.

import { createPayment } from 'wix-pay-backend';
import { startPayment } from 'wix-pay-frontend';
import { currentMember as visitor } from 'wix-members-frontend';
import { currentMember } from 'wix-members-backend';
import { elevate } from 'wix-auth';
import { orderTransactions, orders } from 'wix-ecom-backend';
import wixPaymentProviderBackend from 'wix-payment-provider-backend';
import { secrets } from 'wix-secrets-backend.v2';
import { Permissions, webMethod } from 'wix-web-module';

/** @returns {Promise<string>} */
export async function secret() {
  const { value } = await elevate(secrets.getSecretValue)('velopos');
  return value;
}

/** @param {string} orderId @returns {Promise<{ due: string, payments: string[] }>} */
export async function wixOrder(orderId) {
  const order = await elevate(orders.getOrder)(orderId);
  const { orderTransactions: { payments } } = await elevate(orderTransactions.listTransactionsForSingleOrder)(orderId);
  const due = order.paymentStatus === 'NOT_PAID' ? order.priceSummary?.total?.amount ?? '0' : '0';
  return { due, payments: payments.map(({ _id }) => _id ?? '') };
}

/** @param {string} orderId @returns {Promise<string>} */
export async function wixOrderPaid(orderId) {
  /** @type {import('wix-ecom-backend').Payment} */
  const payment = {
    amount: { amount: '149.90' }, status: 'APPROVED',
    regularPaymentDetails: { status: 'APPROVED', paymentMethod: 'CreditCard', providerTransactionId: 'x', offlinePayment: false },
  };
  const { paymentsIds: [paymentId] } = await elevate(orderTransactions.addPayments)(orderId, [{ ...payment, amount: { amount: '149.90' } }]);
  await elevate(orderTransactions.updatePaymentStatus)({ orderId, paymentId }, { status: 'REFUNDED' });
  await elevate(orders.updateOrder)(orderId, { seenByAHuman: true });
  return paymentId;
}

export const wixPay = webMethod(Permissions.Anyone, async () => {
  const { id } = await createPayment({ amount: 149.9, currency: 'TRY', items: [{ name: 'Kahve', price: 149.9, quantity: 1 }] });
  return id;
});

/** @param {import('wix-pay-backend').PaymentUpdate} event */
export function wixPay_onPaymentUpdate({ payment, status, transactionId, userInfo }) {
  return { paid: status === 'Successful', id: payment.id, transactionId, name: userInfo.firstName?.trim() };
}

export async function wixPayPage() {
  const { status } = await startPayment(await wixPay(), { showThankYouPage: false });
  return status === 'Cancelled';
}

/** @returns {Promise<boolean>} */
export async function isAdmin() {
  const roles = [...await currentMember.getRoles(), ...await visitor.getRoles()];
  return roles.some(({ title }) => title === 'Admin');
}

/** @returns {import('interfaces-psp-v1-payment-service-provider').PaymentServiceProviderConfig} */
export function getConfig() {
  const logo = { svg: 'https://www.example.com/kart.svg', png: 'https://www.example.com/kart.png' };
  return {
    title: 'Sanal POS',
    paymentMethods: [{ hostedPage: { title: 'Kart', logos: { white: logo, colored: logo }, billingAddressMandatoryFields: ['EMAIL'] } }],
    credentialsFields: [{ simpleField: { name: 'siteUrl', label: 'Sitenin adresi' } }],
  };
}

/**
 * @param {import('interfaces-psp-v1-payment-service-provider').CreateTransactionOptions} options
 * @param {import('interfaces-psp-v1-payment-service-provider').Context} context
 * @returns {Promise<import('interfaces-psp-v1-payment-service-provider').CreateTransactionResponse>}
 */
export async function createTransaction({ wixTransactionId, merchantCredentials, order }, context) {
  const amount = BigInt(order.description?.totalAmount ?? '0');
  const pluginTransactionId = `${wixTransactionId} ${amount} ${context.requestId}`;
  if (!order.returnUrls) return { pluginTransactionId, reasonCode: 6000, errorCode: 'URLS', errorMessage: 'no return URLs' };
  return { pluginTransactionId, redirectUrl: `${merchantCredentials.siteUrl}/_functions/pay/x` };
}

/**
 * @param {import('interfaces-psp-v1-payment-service-provider').RefundTransactionOptions} options
 * @returns {Promise<import('interfaces-psp-v1-payment-service-provider').CreateRefundResponse>}
 */
export async function refundTransaction({ wixRefundId, wixTransactionId, refundAmount, pluginTransactionId }) {
  const pluginRefundId = `${pluginTransactionId} ${wixRefundId}`;
  const refund = { wixTransactionId, wixRefundId, pluginRefundId, amount: refundAmount ?? '0' };
  await wixPaymentProviderBackend.submitEvent({ event: { refund } });
  await wixPaymentProviderBackend.submitEvent({ event: { transaction: { wixTransactionId, pluginTransactionId, reasonCode: 5009 } } });
  return { pluginRefundId };
}

/** @param {$w.HtmlComponent} html */
export function htmlComponent(html) {
  html.onMessage((event) => html.postMessage({ echo: event.data }));
}

// Mistakes that are easy to make, most of them seen in public sites. Each line under a @ts-expect-error must be refused: one that compiles
// is an error itself.

import { getSecretValue } from '@wix/auto_sdk_secrets_secrets';
import { createPayment } from 'wix-pay-backend';
import wixPayFrontend from 'wix-pay-frontend';
import { elevate } from 'wix-auth';
import { orderTransactions, orders } from 'wix-ecom-backend';
import wixPaymentProviderBackend from 'wix-payment-provider-backend';
import { secrets } from 'wix-secrets-backend.v2';
import { Permissions, webMethod } from 'wix-web-module';

/** @typedef {import('interfaces-psp-v1-payment-service-provider').PaymentServiceProviderConfig} Config */
/** @typedef {import('interfaces-psp-v1-payment-service-provider').CreateTransactionOptions} CreateTransactionOptions */
/** @typedef {import('interfaces-psp-v1-payment-service-provider').CreateTransactionResponse} CreateTransactionResponse */
/** @typedef {import('interfaces-psp-v1-payment-service-provider').CreateRefundResponse} CreateRefundResponse */

// ---- secrets: the newer call answers with an object

export async function secretAsText() {
  /** @type {string} */
  // @ts-expect-error the value is in `value`
  const text = await elevate(secrets.getSecretValue)('velopos');
  // @ts-expect-error the module has no getSecret
  await secrets.getSecret('velopos');
  return text;
}

// ---- orders of Wix eCommerce

export async function payWixOrder() {
  // @ts-expect-error an order's payment status follows from its payments and is nothing to write
  await elevate(orders.updateOrder)('id', { paymentStatus: 'PAID' });
  // @ts-expect-error there is no such call
  await orders.updateOrderStatus('id', 'paid');
  // @ts-expect-error a payment is APPROVED; PAID is an order
  await elevate(orderTransactions.updatePaymentStatus)({ orderId: 'x', paymentId: 'y' }, { status: 'PAID' });
  // @ts-expect-error an order is PAID; Successful is Wix Pay
  if ((await elevate(orders.getOrder)('id')).paymentStatus === 'Successful') return;
  // @ts-expect-error an amount is decimal text
  await elevate(orderTransactions.addPayments)('id', [{ amount: { amount: 149.9 } }]);
  // @ts-expect-error payments come in a list
  await elevate(orderTransactions.addPayments)('id', { amount: { amount: '149.90' } });
  // @ts-expect-error and their status is one of Wix's words
  await elevate(orderTransactions.addPayments)('id', [{ amount: { amount: '149.90' }, regularPaymentDetails: { status: 'paid' } }]);
  // @ts-expect-error which payment of the order?
  await elevate(orderTransactions.updatePaymentStatus)({ orderId: 'x' }, { status: 'APPROVED' });
}

// ---- Wix Pay

export async function wixPay() {
  // @ts-expect-error here, and only here, an amount is a number
  await createPayment({ amount: '149.90', items: [{ name: 'Kahve', price: 149.9 }] });
  // @ts-expect-error a payment is of something
  await createPayment({ amount: 149.9, currency: 'TRY', orderId: 'x' });
  const result = await wixPayFrontend.startPayment('id');
  // @ts-expect-error the word is Successful
  if (result.status === 'Success') return;
  // @ts-expect-error startPayment takes the payment's id
  await wixPayFrontend.startPayment({ amount: 149.9 });
}

/** @param {import('wix-pay-backend').PaymentUpdate} event */
export function wixPay_onPaymentUpdate(event) {
  // @ts-expect-error the word is Successful
  if (event.status === 'SUCCESSFUL') return '';
  // @ts-expect-error what Wix does not know is null
  return event.userInfo.firstName.trim();
}

// ---- the payment provider plugin

/** @param {CreateTransactionOptions} options @returns {Promise<CreateTransactionResponse>} */
export async function createTransaction({ order }) {
  /** @type {number} */
  // @ts-expect-error a total amount is text
  const amount = order.description?.totalAmount;
  // @ts-expect-error Wix may leave the description out
  const { currency } = order.description;
  // @ts-expect-error in Velo it is `_id`
  const pluginTransactionId = `${order.id} ${amount} ${currency}`;
  // @ts-expect-error a refusal has a reason code
  if (amount === 0) return { pluginTransactionId, errorCode: 'AMOUNT', errorMessage: 'nothing to pay' };
  // @ts-expect-error the address is called redirectUrl
  return { pluginTransactionId, redirectURL: 'https://www.example.com/' };
}

/** @returns {Promise<CreateRefundResponse>} */
export async function refundTransaction() {
  // @ts-expect-error a refund has an id of its own
  return { pluginTransactionId: 'x' };
}

/** @returns {Config} */
export function getConfigOfOneMethod() {
  // @ts-expect-error the methods are a list: Wix says nothing about the mistake, and the plugin does not appear
  return { title: 'Kart', paymentMethods: { hostedPage: { title: 'Kart' } }, credentialsFields: [] };
}

/** @returns {Config} */
export function getConfigWithoutPng() {
  const logo = { svg: 'https://www.example.com/kart.svg' };
  // @ts-expect-error logos are needed in both forms
  return { title: 'Kart', paymentMethods: [{ hostedPage: { title: 'Kart', logos: { white: logo, colored: logo } } }], credentialsFields: [] };
}

export async function submitEvents() {
  const ids = { wixTransactionId: 'x', pluginTransactionId: 'y' };
  // @ts-expect-error no status is submitted: paid is what has no reason code
  await wixPaymentProviderBackend.submitEvent({ event: { transaction: { ...ids, status: 'APPROVED' } } });
  // @ts-expect-error the event lies in a request
  await wixPaymentProviderBackend.submitEvent({ transaction: ids });
  // @ts-expect-error of which transaction?
  await wixPaymentProviderBackend.submitEvent({ event: { transaction: { pluginTransactionId: 'y' } } });
  // @ts-expect-error an amount is text
  await wixPaymentProviderBackend.submitEvent({ event: { refund: { wixTransactionId: 'x', pluginRefundId: 'y', amount: 100 } } });
  // @ts-expect-error one event says one thing
  await wixPaymentProviderBackend.submitEvent({ event: { transaction: ids, refund: { ...ids, pluginRefundId: 'z', amount: '1' } } });
}

// ---- access

// @ts-expect-error there is no such permission
export const everybody = webMethod(Permissions.Everyone, () => 1);
// @ts-expect-error a web method answers with a promise
export const next = webMethod(Permissions.Admin, () => 1)() + 1;
// @ts-expect-error only a function has rights
export const rights = elevate(getSecretValue.name);

/** @param {$w.HtmlComponent} html */
export function htmlComponent(html) {
  // @ts-expect-error the name is onMessage
  html.on('message', () => {});
  // @ts-expect-error its content is told by postMessage
  html.innerHTML = '<form></form>';
}

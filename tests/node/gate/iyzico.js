// What iyzico answers to the Checkout Form's two requests, and the webhooks it sends.
import { responseSignature, strippedPrice, webhook } from '../oracle/iyzico.js';
import { iyzico, order } from '../shop.js';

const { secretKey, merchantId } = iyzico.merchant;
export const token = 'e828c62d-fd12-4b1a-ad5a-380f15fe6596';
export const paymentId = '22483975';

/** The answer to initialize. @param {string} sent the JSON that our server posted */
export function initialized(sent, changes = {}) {
  const { conversationId } = JSON.parse(sent);
  const reply = { status: 'success', locale: 'tr', systemTime: 1795283000000, conversationId, token, tokenExpireTime: 1800,
    paymentPageUrl: `https://sandbox-cpp.iyzipay.com?token=${token}&lang=tr`, ...changes };
  return { status: 200, body: JSON.stringify({ signature: responseSignature([reply.conversationId, reply.token], secretKey), ...reply }) };
}

/**
 * The answer to retrieve. Prices are written as the JSON number texts given, as iyzico does; the signature is over the stripped ones.
 * @param {Record<string, unknown>} changes
 */
export function retrieved(changes = {}) {
  const reply = { status: 'success', locale: 'tr', systemTime: 1795283100000, conversationId: order.id, token, paymentStatus: 'SUCCESS', paymentId,
    fraudStatus: 1, currency: 'TRY', basketId: order.id, price: '149.9', paidPrice: '149.9', installment: 1, binNumber: '450803', lastFourDigits: '4509',
    authCode: '301102', hostReference: 'mock00007iyzihostrfn', ...changes };
  const signed = ['paymentStatus', 'paymentId', 'currency', 'basketId', 'conversationId'].map((name) => reply[name] ?? '')
    .concat(strippedPrice(reply.paidPrice), strippedPrice(reply.price), reply.token ?? '');
  const { price, paidPrice, ...rest } = reply;
  const numbers = `"price":${price},"paidPrice":${paidPrice}`;
  const signature = changes.signature ?? responseSignature(signed, secretKey);
  return { status: 200, body: `${JSON.stringify({ ...rest, signature }).slice(0, -1)},${numbers}}` };
}

/** A webhook's JSON text and its signature. Values given as `raw('22483975')` are written as they stand, as a number would be. */
export function directEvent(changes = {}) {
  return event('direct', { paymentConversationId: order.id, merchantId: raw(merchantId), paymentId: raw('22484059'), status: 'SUCCESS',
    iyziReferenceCode: 'a9af8e6b-4401-4928-b6b8-40419aaa3d0f', iyziEventType: 'API_AUTH', iyziEventTime: raw('1795283200000'), iyziPaymentId: raw('22484059'), ...changes });
}
export function hostedEvent(changes = {}) {
  return event('hosted', { paymentConversationId: order.id, merchantId: raw(merchantId), token, status: 'SUCCESS',
    iyziReferenceCode: '77e1635c-6b39-475a-8b7b-ca15ad0cd4ac', iyziEventType: 'CHECKOUT_FORM_AUTH', iyziEventTime: raw('1795283200000'), iyziPaymentId: raw(paymentId), ...changes });
}
export function subscriptionEvent(changes = {}) {
  return event('subscription', { orderReferenceCode: '4a1c5a7e-2b1f-4f5d-9f0e-1f6f0e7c9b11', customerReferenceCode: 'b7d3c9f2-8f64-4d0b-a2c5-6e0d9a3f7c22',
    subscriptionReferenceCode: 'c2e8d4b6-1a3f-4e5c-8b7d-9f0a1b2c3d33', iyziReferenceCode: 'd5f1a7c3-6b8e-4a2d-9c0f-3e4d5c6b7a44',
    iyziEventType: 'subscription.order.success', iyziEventTime: raw('1795283200000'), ...changes });
}

export const raw = (text) => ({ raw: text });
const textOf = (value) => (typeof value === 'object' ? value.raw : value);
const jsonOf = (value) => (typeof value === 'object' ? value.raw : JSON.stringify(value));

function event(format, fields) {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  const values = Object.fromEntries(present.map(([name, value]) => [name, textOf(value)]));
  return {
    body: `{${present.map(([name, value]) => `"${name}":${jsonOf(value)}`).join(',')}}`,
    signature: webhook[format](values, secretKey, merchantId),
    fields,
  };
}

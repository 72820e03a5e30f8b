// iyzico's signatures: lower-case hex of HMAC-SHA256. Written from iyzico's documents with Node's crypto.
import { createHmac } from 'node:crypto';

const hmac = (key, text) => createHmac('sha256', key).update(text, 'utf8').digest('hex');

export function authorization({ apiKey, secretKey, randomKey, path, body }) {
  const parts = [`apiKey:${apiKey}`, `randomKey:${randomKey}`, `signature:${hmac(secretKey, randomKey + path + body)}`];
  return `IYZWSv2 ${Buffer.from(parts.join('&')).toString('base64')}`;
}

/** @param {string[]} values in the endpoint's documented order */
export const responseSignature = (values, secretKey) => hmac(secretKey, values.join(':'));

/** A price inside a response signature: `10.50` → `10.5`, `10.00` → `10`. */
export const strippedPrice = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** The signed values of each webhook format, as text. */
export const webhook = {
  direct: (e, secretKey) => hmac(secretKey, secretKey + e.iyziEventType + e.paymentId + e.paymentConversationId + e.status),
  hosted: (e, secretKey) => hmac(secretKey, secretKey + e.iyziEventType + e.iyziPaymentId + e.token + e.paymentConversationId + e.status),
  subscription: (e, secretKey, merchantId) =>
    hmac(secretKey, merchantId + secretKey + e.iyziEventType + e.subscriptionReferenceCode + e.orderReferenceCode + e.customerReferenceCode),
};

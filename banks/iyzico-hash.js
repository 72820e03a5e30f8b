// iyzico's digests: the request's Authorization, the answers' signature and the webhook's V3 signature. All HMAC-SHA256 under the
// secret key.
import { createHmac } from 'node:crypto';

const hmacHex = (key, ...parts) => parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key)).digest('hex');

/**
 * The whole `Authorization` value.
 * @param {{ apiKey: string, secretKey: string, randomKey: string, path: string, body: string | Buffer }} request
 *   `path` without host and query
 */
export function authorization({ apiKey, secretKey, randomKey, path, body }) {
  const signature = hmacHex(secretKey, randomKey, path, body);
  return `IYZWSv2 ${Buffer.from(`apiKey:${apiKey}&randomKey:${randomKey}&signature:${signature}`).toString('base64')}`;
}

/** @param {string[]} values in the endpoint's order; prices without trailing zeros; '' for what is missing */
export const responseSignature = (values, secretKey) => hmacHex(secretKey, values.join(':'));

/** @param {Record<string, string>} event values as text: of a number, the digits that it has in the JSON */
export function webhookSignature(event, secretKey, merchantId = '') {
  const { iyziEventType: type = '', paymentConversationId: conversation = '', status = '' } = event;
  if (event.subscriptionReferenceCode !== undefined) {
    const { subscriptionReferenceCode, orderReferenceCode = '', customerReferenceCode = '' } = event;
    return hmacHex(secretKey, merchantId, secretKey, type, subscriptionReferenceCode, orderReferenceCode, customerReferenceCode);
  }
  const { token, paymentId = '', iyziPaymentId = '' } = event;
  if (token !== undefined) return hmacHex(secretKey, secretKey, type, iyziPaymentId, token, conversation, status);
  return hmacHex(secretKey, secretKey, type, paymentId, conversation, status);
}

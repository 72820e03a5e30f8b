// iyzico's webhook in plain JavaScript. The signature covers some values, joined without a delimiter, so every one of them must
// be in its list or of its format: otherwise a text could be cut elsewhere.
//
// What JSON.parse keeps from it: a name that occurs twice is not seen, and a number with more digits than a double holds is
// changed.
import { Refused, sameDigest } from './form.js';

const SHARED_EVENTS = ['BKM_AUTH', 'BALANCE', 'CONTACTLESS_AUTH', 'CONTACTLESS_REFUND', 'REFUND_RETRY_FAILURE', 'REFUND_RETRY_SUCCESS'];
const DIRECT_EVENTS = new Set(['PAYMENT_API', 'API_AUTH', 'THREE_DS_AUTH', 'THREE_DS_CALLBACK', ...SHARED_EVENTS]);
const HOSTED_EVENTS = new Set([
  'CHECKOUT_FORM_AUTH', 'BANK_TRANSFER_AUTH', 'CREDIT_PAYMENT_AUTH', 'CREDIT_PAYMENT_PENDING', 'CREDIT_PAYMENT_INIT', 'PWI_TKN_FUND',
  'PWI_TKN_AUTH', 'PWI_TKN_THREEDS_AUTH', ...SHARED_EVENTS,
]);
const SUBSCRIPTION_EVENTS = new Set(['subscription.order.success', 'subscription.order.failure']);
const DIRECT_STATUSES = new Set([
  'FAILURE', 'SUCCESS', 'INIT_THREEDS', 'CALLBACK_THREEDS', 'BKM_POS_SELECTED', 'INIT_APM', 'INIT_CONTACTLESS',
]);
const HOSTED_STATUSES = new Set([...DIRECT_STATUSES, 'INIT_BANK_TRANSFER', 'INIT_CREDIT', 'PENDING_CREDIT']);

const NUMBER = /^[1-9]\d{0,19}$/;
const UUID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const PRINTABLE = /^[ -~]{0,255}$/;
const TOKEN_WITHIN = /^[1-9]\d{0,19}?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}./;
const REFERENCE = /^[A-Za-z0-9_-]{1,64}$/;

/** A format: what it signs, in this order, as [key, our name, what it must look like]. */
const DIRECT = [
  ['iyziEventType', 'eventType', DIRECT_EVENTS], ['paymentId', 'paymentId', NUMBER],
  ['paymentConversationId', 'conversationId', PRINTABLE], ['status', 'status', DIRECT_STATUSES],
];
const HOSTED = [
  ['iyziEventType', 'eventType', HOSTED_EVENTS], ['iyziPaymentId', 'paymentId', NUMBER], ['token', 'token', UUID],
  ['paymentConversationId', 'conversationId', PRINTABLE], ['status', 'status', HOSTED_STATUSES],
];
const SUBSCRIPTION = [
  ['iyziEventType', 'eventType', SUBSCRIPTION_EVENTS], ['subscriptionReferenceCode', 'subscriptionReferenceCode', UUID],
  ['orderReferenceCode', 'orderReferenceCode', UUID], ['customerReferenceCode', 'customerReferenceCode', UUID],
];

/** @param {string} secretKey @param {import('./digests.js').Digests} digests */
export async function iyzico(secretKey, { hmac }) {
  const mac = await hmac(secretKey);

  return function webhook(payload, signature) {
    if (!signature) throw new Refused('SIGNATURE_MISSING', 'x-iyz-signature-v3');
    const message = readObject(payload);
    const [format, parts] = formatOf(message);
    const values = parts.map(([key]) => text(message, key));
    const merchant = format === 'subscription' ? text(message, 'merchantId') : '';
    if (!sameDigest(mac(merchant + secretKey + values.join(''), 'hex'), signature.toLowerCase())) {
      throw new Refused('SIGNATURE_INVALID', 'x-iyz-signature-v3');
    }
    const event = { format };
    parts.forEach(([key, name, looks], place) => {
      const value = values[place];
      if (looks instanceof Set ? !looks.has(value) : !looks.test(value)) throw new Refused('MALFORMED', key);
      event[name] = value;
    });
    if (format === 'direct' && !isClear(event)) throw new Refused('MALFORMED', 'paymentConversationId');
    return withReferences(event, message);
  };
}

/** Two names that differ in case only are refused: the signature covers one of them. */
function readObject(payload) {
  if (typeof payload !== 'string' || payload.length > 64 * 1024) throw new Refused('TOO_LARGE', 'body');
  let message;
  try {
    message = JSON.parse(payload);
  } catch {
    throw new Refused('MALFORMED');
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new Refused('MALFORMED');
  const names = Object.keys(message);
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length) throw new Refused('DUPLICATE_FIELD');
  return message;
}

function formatOf(message) {
  const has = (key) => message[key] !== undefined && message[key] !== null;
  if (has('subscriptionReferenceCode')) return ['subscription', SUBSCRIPTION];
  return has('token') ? ['hpp', HOSTED] : ['direct', DIRECT];
}

function text(message, key) {
  const value = message[key];
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw new Refused('MALFORMED', key);
}

/** Without the order, a conversation id that begins with digits cannot be told from the number before it. */
function isClear({ eventType, paymentId, conversationId }) {
  const couldBeHosted = SHARED_EVENTS.includes(eventType) && TOKEN_WITHIN.test(paymentId + conversationId);
  return !/^\d/.test(conversationId) && !couldBeHosted;
}

/** Unsigned, and only for reading. */
function withReferences(event, message) {
  for (const [key, name] of [['merchantId', 'merchantId'], ['iyziReferenceCode', 'referenceCode'], ['iyziEventTime', 'eventTime']]) {
    const value = message[key];
    const shown = typeof value === 'number' ? String(value) : value;
    if (typeof shown === 'string' && REFERENCE.test(shown)) event[name] = shown;
  }
  return event;
}

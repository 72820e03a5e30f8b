// iyzico's webhooks: the three formats, their signature headers, and the schedule on which they are sent.
import { createHash, createHmac } from 'node:crypto';
import { webhookSignature } from './iyzico-hash.js';
import { Decimal, toJson } from './json.js';

/** @param {{ courier: any, settings: any, times: any, now: () => number, random: (bytes: number) => Buffer, stores: any[] }} bank */
export function createWebhooks({ courier, settings, times, now, random, stores }) {
  const reference = () => random(16).toString('hex');

  /** Hosted page: with the form's token. */
  const hppEvent = (payment) => ({
    paymentConversationId: payment.conversationId, merchantId: new Decimal(payment.store.merchantId), token: payment.token,
    status: payment.paymentStatus, iyziReferenceCode: reference(), iyziEventType: 'CHECKOUT_FORM_AUTH', iyziEventTime: now(),
    iyziPaymentId: new Decimal(payment.paymentId),
  });

  /** Payments by API: no token, `paymentId` instead. */
  const directEvent = ({ paymentId, conversationId = '', status = 'SUCCESS', type = 'API_AUTH', store = stores[0] }) => ({
    paymentConversationId: conversationId, merchantId: new Decimal(store.merchantId), paymentId: new Decimal(String(paymentId)), status,
    iyziReferenceCode: reference(), iyziEventType: type, iyziEventTime: now(), iyziPaymentId: new Decimal(String(paymentId)),
  });

  /** A subscription's order was charged, or could not be. `merchantId` is signed whether it stands in the message or not. */
  const subscriptionEvent = ({ status = 'success', subscription, order, customer, store = stores[0] } = {}) => ({
    orderReferenceCode: order ?? reference(), customerReferenceCode: customer ?? reference(),
    subscriptionReferenceCode: subscription ?? reference(), iyziReferenceCode: reference(),
    iyziEventType: `subscription.order.${status}`, iyziEventTime: now(),
    ...(settings.subscriptionMerchantId && { merchantId: new Decimal(store.merchantId) }),
  });

  /**
   * Signs an event and records it; nothing is sent yet.
   * @param {{ url: string, event: Record<string, any>, store?: any, orderId?: string, signatures?: ('v1' | 'v2' | 'v3')[] }} what
   */
  function prepare({ url, event, store = stores[0], orderId = '', signatures = settings.webhookSignatures }) {
    const headers = { 'content-type': 'application/json', ...signatureHeaders(event, store, signatures) };
    return courier.record({ system: 'iyzico', kind: 'webhook', via: 'server', orderId, url, headers, body: toJson(event) });
  }

  function signatureHeaders(event, { secretKey, merchantId }, wanted) {
    const text = (value) => (value instanceof Decimal ? value.text : String(value));
    const values = Object.fromEntries(Object.entries(event).map(([name, value]) => [name, text(value)]));
    const old = secretKey + values.iyziEventType + values.iyziReferenceCode;
    const all = {
      v1: ['x-iyz-signature', createHash('sha1').update(old).digest('base64')],
      v2: ['x-iyz-signature-v2', createHmac('sha256', secretKey).update(old).digest('base64')],
      v3: ['x-iyz-signature-v3', webhookSignature(values, secretKey, merchantId)],
    };
    return Object.fromEntries(wanted.map((version) => all[version]));
  }

  /** Some seconds after the event, and again until the shop answers 2xx or the repeats are used up. */
  function schedule(payment, url, type) {
    const event = payment.channel === 'api' ? directEvent({ ...payment, type, status: payment.paymentStatus }) : hppEvent(payment);
    const message = prepare({ url, store: payment.store, event, orderId: payment.basketId });
    courier.later(() => insist(message, () => { payment.acknowledged = true; }), times.webhookFirstMs);
    return message;
  }

  /** Sends now, and again as long as it has to. The promise is of the first answer. */
  function insist(message, whenAccepted = () => {}) {
    const accepted = ({ status }) => {
      const good = status >= 200 && status < 300;
      if (good) whenAccepted();
      return good;
    };
    return courier.sendUntil(message, accepted, { everyMs: times.webhookRetryMs, repeats: times.webhookRepeats });
  }

  return { prepare, schedule, insist, hppEvent, directEvent, subscriptionEvent };
}

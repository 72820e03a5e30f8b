// The formulas and the mission's three words.
import { generateHashData, iyzico, nestpay, newOrderId, parseIsbankResponse, paytr, validatePayment, type Payment, type StoredOrder } from 'velopos';

declare const stored: StoredOrder;

export const texts: string[] = [
  newOrderId(),
  generateHashData('password', '30691298', 'data'),
  nestpay.hash({ clientid: '1' }, 'key'),
  nestpay.legacyHash({ clientid: '1', oid: '2', amount: '3', okUrl: '4', failUrl: '5', islemtipi: '6', taksit: '', rnd: '7' }, 'key'),
  paytr.notificationHash({ merchant_oid: '1', status: 'success', total_amount: '1' }, 'key', 'salt'),
  paytr.refundToken({ merchant_id: '1', merchant_oid: '2', return_amount: '3' }, 'key', 'salt'),
  paytr.statusToken({ merchant_id: '1', merchant_oid: '2' }, 'key', 'salt'),
  iyzico.authorization({ apiKey: '1', secretKey: '2', randomKey: '3', path: '/x', body: '' }),
  iyzico.responseSignature(['a', 'b'], 'key'),
  iyzico.webhookSignature('{}', 'key'),
];
// @ts-expect-error values are text
nestpay.hash({ amount: 149.9 }, 'key');
// @ts-expect-error the payload is the raw text
iyzico.verifyWebhook({ status: 'SUCCESS' }, 'signature', 'key');
// @ts-expect-error three values, in this order
generateHashData('password', 'data');

export const verdict: Payment = validatePayment('body', stored, { clientId: '1', storeKey: '2' });
// @ts-expect-error no verdict without the stored order
validatePayment('body');

const parsed = parseIsbankResponse('oid=1');
parsed.unverified satisfies object;
// @ts-expect-error nothing of an unverified answer is at hand without saying so
parsed.orderId;

export const event = iyzico.verifyWebhook('{}', 'signature', 'key', 'merchant');
event satisfies object;
// @ts-expect-error an event is a hint, not a payment
export const payment: Payment = event;

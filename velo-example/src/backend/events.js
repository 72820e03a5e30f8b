// What Wix tells this site of its own accord. Wix finds these functions by their names.

import { paymentUpdated } from './velopos/wix-pay.js';

/** A payment of Wix Pay has another status: Wix tells only the backend so, and what the page hears is for its words.
 * @param {import('wix-pay-backend').PaymentUpdate} event */
export function wixPay_onPaymentUpdate(event) {
  return paymentUpdated(event);
}

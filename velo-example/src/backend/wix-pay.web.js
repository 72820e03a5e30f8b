// What a page may call to sell through Wix Pay. The page names a product; its price is the server's.

import { Permissions, webMethod } from 'wix-web-module';
import { beginWixPayment, catalogForWixPay, standingOfWixPayment } from './velopos/wix-pay.js';

/** What is sold this way, in the form of shop.web's `listProducts`. */
export const wixCatalog = webMethod(Permissions.Anyone, () => catalogForWixPay());

/** Opens an order for the product and a payment of Wix's for it: `{ paymentId }` for `startPayment` of wix-pay-frontend, or
 * `{ problem, fields }`. `visitor` is { name, email, phone }. */
export const createWixPayment = webMethod(
  Permissions.Anyone,
  /** @param {unknown} productId @param {unknown} visitor */
  (productId, visitor) => beginWixPayment(productId, visitor),
);

/** How its order stands. */
export const wixPaymentState = webMethod(
  Permissions.Anyone,
  /** @param {unknown} paymentId */
  (paymentId) => standingOfWixPayment(paymentId),
);

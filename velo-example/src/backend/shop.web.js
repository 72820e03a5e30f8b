// What the pages may call. No function here takes an amount, a currency or an address, whatever a visitor passes.

import { Permissions, webMethod } from 'wix-web-module';
import { allProducts } from './velopos/catalog.js';
import { beginOrder, paymentMethods, standingOf, tryAgain } from './velopos/checkout.js';

/** The products with their prices, and the ways to pay. */
export const listProducts = webMethod(Permissions.Anyone, async () => ({ products: allProducts(), methods: await paymentMethods() }));

/** Opens an order for the product and an attempt to pay it: `{ intentId }`, or `{ problem, fields }`. The payment itself begins
 * when the browser opens /_functions/pay/<intentId>. `visitor` is { name, email, phone, language }. */
export const startPayment = webMethod(
  Permissions.Anyone,
  /** @param {unknown} productId @param {unknown} [accountName] @param {unknown} [visitor] */
  (productId, accountName, visitor) => beginOrder(productId, accountName, visitor),
);

/** How an attempt stands. */
export const paymentState = webMethod(Permissions.Anyone, /** @param {unknown} intentId */ (intentId) => standingOf(intentId));

/** A new attempt for the order of one that ended without money. */
export const retryPayment = webMethod(Permissions.Anyone, /** @param {unknown} intentId */ (intentId) => tryAgain(intentId));

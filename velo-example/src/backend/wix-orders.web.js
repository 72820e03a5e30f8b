// What the page of a payment link (/pay?order=<id>) may call. It takes the id of a Wix order, and nothing else.

import { Permissions, webMethod } from 'wix-web-module';
import { dueOfWixOrder, payWixOrder } from './velopos/wix-orders.js';

/** What is still due: `{ number, amount, currency, test }`, or null. */
export const orderDue = webMethod(Permissions.Anyone, /** @param {unknown} orderId */ (orderId) => dueOfWixOrder(orderId));

/** An attempt at paying it: `{ intentId }` or `{ problem }`. The payment begins when the browser opens /_functions/pay/<intentId>. */
export const payOrder = webMethod(Permissions.Anyone, /** @param {unknown} orderId */ (orderId) => payWixOrder(orderId));

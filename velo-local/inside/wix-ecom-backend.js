// wix-ecom-backend, as far as taking money for an order needs it. Every function needs elevated permissions. A function that is
// not here (there never was an updateOrder that changes what was paid) is undefined, and calling it fails.

import { restrictedFace } from './wix-service.js';

export const orders = restrictedFace('orders', ['createOrder', 'getOrder', 'searchOrders', 'updateOrder', 'cancelOrder']);

export const orderTransactions = restrictedFace('orderTransactions', [
  'listTransactionsForSingleOrder', 'listTransactionsForMultipleOrders', 'addPayments', 'updatePaymentStatus',
  'bulkUpdatePaymentStatuses',
]);

/** Only in the SDK's module, @wix/ecom. */
export const orderBilling = restrictedFace('orderBilling', ['refundPayments']);

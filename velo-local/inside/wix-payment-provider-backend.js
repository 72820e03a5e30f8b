// wix-payment-provider-backend: how a payment provider's plugin tells Wix what became of a transaction or a refund. Nothing in the
// reference says that it needs elevated permissions.

import { wix } from './wix-service.js';

export async function submitEvent(request) {
  await wix('paymentProvider.submitEvent', request);
}

const names = (...list) => Object.freeze(Object.fromEntries(list.map((name) => [name, name])));

/** The values of `interfaces-psp-v1-payment-service-provider`, which the editor's template of a plugin imports. */
export const interfaces = Object.freeze({
  MandatoryField: names('ZIPCODE', 'CITY', 'STATE', 'ADDRESS', 'COUNTRY_CODE', 'EMAIL', 'PHONE', 'FIRST_NAME', 'LAST_NAME', 'STREET',
    'HOUSE_NUMBER', 'TAX_IDENTIFIER'),
  OrderItemCategory: names('undefined', 'physical', 'digital'),
  RefundReason: names('UNKNOWN', 'DUPLICATE', 'FRAUDULENT', 'REQUESTED_BY_CUSTOMER'),
  IdentityType: names('UNKNOWN', 'ANONYMOUS_VISITOR', 'MEMBER', 'WIX_USER', 'APP'),
});

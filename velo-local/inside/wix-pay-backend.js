// wix-pay-backend: creating a payment that page code starts. There is no asking what became of one: that is what the event
// wixPay_onPaymentUpdate is for.

import { wix } from './wix-service.js';

export const createPayment = (info) => wix('pay.createPayment', info);

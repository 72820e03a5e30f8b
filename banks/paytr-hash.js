// PayTR's tokens: base64(HMAC-SHA256) over values that are joined without a separator and end in the salt.
import { createHmac } from 'node:crypto';

/** @typedef {{ merchantKey: string, merchantSalt: string }} Secrets */

/** @param {string[]} values everything that is signed, the salt included */
export const token = (values, merchantKey) => createHmac('sha256', merchantKey).update(values.join('')).digest('base64');

const IFRAME_SIGNED = [
  'merchant_id', 'user_ip', 'merchant_oid', 'email', 'payment_amount', 'user_basket', 'no_installment', 'max_installment',
  'currency', 'test_mode',
];

/** @param {Record<string, string>} form @param {Secrets} secrets */
export const iframeToken = (form, { merchantKey, merchantSalt }) =>
  token([...IFRAME_SIGNED.map((name) => form[name] ?? ''), merchantSalt], merchantKey);

/** The salt stands in the middle here. */
export const notificationHash = ({ merchant_oid: oid, status, total_amount: total }, { merchantKey, merchantSalt }) =>
  token([oid, merchantSalt, status, total], merchantKey);

export const statusToken = (form, { merchantKey, merchantSalt }) =>
  token([form.merchant_id, form.merchant_oid, merchantSalt], merchantKey);

export const refundToken = (form, { merchantKey, merchantSalt }) =>
  token([form.merchant_id, form.merchant_oid, form.return_amount, merchantSalt], merchantKey);

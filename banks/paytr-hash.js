// PayTR's tokens: base64(HMAC-SHA256) over values that are joined without a separator; the salt stands at the end, but for the two
// messages that PayTR sends. Source: dev.paytr.com, the sample code of each service.
import { createHmac } from 'node:crypto';

/** @typedef {{ merchantKey: string, merchantSalt: string }} Secrets */

/** @param {string[]} values everything that is signed, the salt included */
export const token = (values, merchantKey) => createHmac('sha256', merchantKey).update(values.join('')).digest('base64');

/** The formula of a request: these fields, and then the salt. A field that was not sent counts as empty. */
const tokenOf = (...names) => (form, { merchantKey, merchantSalt }) =>
  token([...names.map((name) => form[name] ?? ''), merchantSalt], merchantKey);

export const iframeToken = tokenOf(
  'merchant_id', 'user_ip', 'merchant_oid', 'email', 'payment_amount', 'user_basket', 'no_installment', 'max_installment',
  'currency', 'test_mode',
);
export const directToken = tokenOf(
  'merchant_id', 'user_ip', 'merchant_oid', 'email', 'payment_amount', 'payment_type', 'installment_count', 'currency',
  'test_mode', 'non_3d',
);
export const statusToken = tokenOf('merchant_id', 'merchant_oid');
export const refundToken = tokenOf('merchant_id', 'merchant_oid', 'return_amount');
export const reportToken = tokenOf('merchant_id', 'start_date', 'end_date');
export const linkDeleteToken = tokenOf('id', 'merchant_id');

const LINK_SIGNED = ['name', 'price', 'currency', 'max_installment', 'link_type', 'lang'];
const productLink = tokenOf(...LINK_SIGNED, 'min_count');
const collectionLink = tokenOf(...LINK_SIGNED, 'email');

/** The last value depends on the type of the link. The merchant's number is not signed. */
export const linkCreateToken = (form, secrets) => (form.link_type === 'collection' ? collectionLink : productLink)(form, secrets);

/** Of a notification. The salt stands in the middle here. */
export const notificationHash = ({ merchant_oid: oid, status, total_amount: total }, { merchantKey, merchantSalt }) =>
  token([oid, merchantSalt, status, total], merchantKey);

/** Of a link's notification. */
export const linkHash = ({ callback_id: id, merchant_oid: oid, status, total_amount: total }, { merchantKey, merchantSalt }) =>
  token([id, oid, merchantSalt, status, total], merchantKey);

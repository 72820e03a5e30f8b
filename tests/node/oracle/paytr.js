// PayTR's tokens: base64 of HMAC-SHA256 over values without a delimiter. Written from PayTR's formulas with Node's crypto.
import { createHmac } from 'node:crypto';

const token = (values, merchantKey) => createHmac('sha256', merchantKey).update(values.join('')).digest('base64');

export function iframeToken(f, merchantKey, merchantSalt) {
  return token([f.merchant_id, f.user_ip, f.merchant_oid, f.email, f.payment_amount, f.user_basket, f.no_installment,
    f.max_installment, f.currency, f.test_mode, merchantSalt], merchantKey);
}

export function notificationHash({ merchant_oid, status, total_amount }, merchantKey, merchantSalt) {
  return token([merchant_oid, merchantSalt, status, total_amount], merchantKey);
}

export function statusToken({ merchant_id, merchant_oid }, merchantKey, merchantSalt) {
  return token([merchant_id, merchant_oid, merchantSalt], merchantKey);
}

export function refundToken({ merchant_id, merchant_oid, return_amount }, merchantKey, merchantSalt) {
  return token([merchant_id, merchant_oid, return_amount, merchantSalt], merchantKey);
}

export function directToken(f, merchantKey, merchantSalt) {
  return token([f.merchant_id, f.user_ip, f.merchant_oid, f.email, f.payment_amount, f.payment_type, f.installment_count, f.currency,
    f.test_mode, f.non_3d, merchantSalt], merchantKey);
}

export function linkToken(f, merchantKey, merchantSalt) {
  return token([f.name, f.price, f.currency, f.max_installment, f.link_type, f.lang, f.min_count, merchantSalt], merchantKey);
}

export function reportToken({ merchant_id, start_date, end_date }, merchantKey, merchantSalt) {
  return token([merchant_id, start_date, end_date, merchantSalt], merchantKey);
}

export function linkHash({ callback_id, merchant_oid, status, total_amount }, merchantKey, merchantSalt) {
  return token([callback_id, merchant_oid, merchantSalt, status, total_amount], merchantKey);
}

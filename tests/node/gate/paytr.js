// What PayTR posts to the notification address and answers to the token request.
import { notificationHash } from '../oracle/paytr.js';
import { order, paytr } from '../shop.js';

const { merchantKey, merchantSalt, merchantId } = paytr.merchant;

/** The fields of a notification with the hash that belongs to them. */
export function notification(changes = {}) {
  const fields = {
    merchant_oid: order.id, status: 'success', total_amount: '14990', payment_type: 'card', payment_amount: '14990', currency: 'TL', installment_count: '1',
    merchant_id: merchantId, test_mode: '1', ...changes,
  };
  return { ...fields, hash: changes.hash ?? notificationHash(fields, merchantKey, merchantSalt) };
}
export const failure = { status: 'failed', total_amount: '0', failed_reason_code: '6', failed_reason_msg: 'Müşteri ödeme yapmaktan vazgeçti' };

export const body = (fields) => new URLSearchParams(fields).toString();
export const tokenReply = { status: 200, body: '{"status":"success","token":"28cc613c3d7633cfa4ed0956fdf901e05cf9d9cc0c2ef8db54fa"}' };

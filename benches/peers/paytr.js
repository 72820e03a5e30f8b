// PayTR's notification in plain JavaScript. The hash covers the order, the status and the total; everything else in it is
// unsigned.
import { Refused, known, minorUnits, displayable, readForm, sameDigest } from './form.js';

const ORDER_ID = /^[A-Za-z0-9]{1,64}$/;
const TOTAL = /^(?:0|[1-9]\d{0,11})$/;
const PRINTABLE = /^[ -~]*$/;

/**
 * @param {{ mode: string, merchant: { merchantId: string, merchantKey: string, merchantSalt: string } }} account
 * @param {import('./digests.js').Digests} digests
 */
export async function paytr({ mode, merchant: { merchantId, merchantKey, merchantSalt } }, { hmac }) {
  const mac = await hmac(merchantKey);

  function notification(order, body) {
    if (order.gateway !== 'paytr' || order.mode !== mode || order.model !== 'iframe') throw new Refused('ORDER');
    const fields = readForm(body);
    const given = fields.get('hash');
    if (!given) throw new Refused('SIGNATURE_MISSING', 'hash');
    const [id, status, total] = ['merchant_oid', 'status', 'total_amount'].map((name) => required(fields, name));
    if (!sameDigest(mac(id + merchantSalt + status + total, 'base64'), given)) throw new Refused('SIGNATURE_INVALID', 'hash');
    if (!TOTAL.test(total)) throw new Refused('MALFORMED', 'total_amount');
    if (!ORDER_ID.test(id)) throw new Refused('MALFORMED', 'merchant_oid');
    if (id !== order.id) throw new Refused('ORDER_MISMATCH', 'merchant_oid');
    if (status === 'success') return { type: 'done', payment: payment('paid', order, charged(order, Number(total))) };
    if (status !== 'failed') throw new Refused('MALFORMED', 'status');
    const decline = { bankCode: fields.get('failed_reason_code') ?? '', bankMessage: displayable(fields.get('failed_reason_msg'), 200) };
    return { type: 'done', payment: payment('declined', order, undefined, decline) };
  }

  /** More than the order's amount is interest, and only where instalments were allowed. */
  function charged({ amount, installments = 1, maxInstallments = 1 }, total) {
    const ordered = minorUnits(amount);
    if (total === ordered) return undefined;
    if (total < ordered || Math.max(installments, maxInstallments) <= 1) throw new Refused('AMOUNT_MISMATCH', 'total_amount');
    const digits = String(total).padStart(3, '0');
    return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  }

  function payment(status, { id, amount, currency }, taken, decline) {
    return known({
      status, proof: 'signature', orderId: id, amount, charged: taken, currency, mode, decline,
      dedupeKey: `paytr:${merchantId}:${mode}:${id}:${status}`,
    });
  }

  return { notification };
}

function required(fields, name) {
  const value = fields.get(name);
  if (!value || !PRINTABLE.test(value)) throw new Refused('MALFORMED', name);
  return value;
}

// The two digests of PayFlex. Neither is needed for a payment: the first only guards the registration of a Common Payment on its
// way to the bank, and the second, where a bank sends it at all, signs an authentication and not a payment.
import { createHash } from 'node:crypto';
import { encodeLatin5 } from './charset.js';

/** The optional HashedData of RegisterTransaction. Between password and constant stands something that is empty. */
export function commonPaymentHash({ merchantId, currency, amount, password }) {
  return createHash('sha1').update([merchantId, currency, amount, password, '', 'VBank3DPay2014'].join('')).digest('base64');
}

/**
 * `Hash` of the MPI's return, which VakıfBank's guides of 2026 describe. Values without a separator; the amount in kuruş, ECI with
 * two digits, the merchant's password at the end, all of it in ISO-8859-9.
 * @param {Record<string, string>} fields of the return
 */
export function mpiReturnHash(fields, password) {
  const names = ['VerifyEnrollmentRequestId', 'MerchantId', 'PurchCurrency', 'PurchAmount', 'Eci', 'Cavv', 'MdStatus', 'Status'];
  const values = names.map((name) => (name === 'Eci' ? fields.Eci.padStart(2, '0') : fields[name]));
  return createHash('sha256').update(encodeLatin5([...values, password].join(''))).digest('base64');
}

// The two digests of PayFor, written from the bank's sample pages: values in a row without anything between them, the shop's
// password among them, SHA-1, Base64.
import { createHash } from 'node:crypto';

const hash = (...values) => createHash('sha1').update(values.join(''), 'utf8').digest('base64');

/**
 * The shop's form. Neither the currency nor the kind of security is in it.
 * @param {Record<string, string>} form
 * @param {string} merchantPass
 */
export function requestHash(form, merchantPass) {
  const names = ['MbrId', 'OrderId', 'PurchAmount', 'OkUrl', 'FailUrl', 'TxnType', 'InstallmentCount', 'Rnd'];
  return hash(...names.map((name) => form[name] ?? ''), merchantPass);
}

/** What the return's digest is made of, beside the shop's number, password and user. No amount, no currency. */
export const SIGNED_FIELDS = ['OrderId', 'AuthCode', 'ProcReturnCode', '3DStatus', 'ResponseRnd'];

/**
 * The bank's return.
 * @param {Record<string, string>} fields
 * @param {{ merchantId: string, merchantPass: string, userCode: string }} account
 */
export function responseHash(fields, { merchantId, merchantPass, userCode }) {
  return hash(merchantId, merchantPass, ...SIGNED_FIELDS.map((name) => fields[name] ?? ''), userCode);
}

/** An older form of the same, which some of these banks are said to use now and then. */
export function olderResponseHash(fields, { merchantId, merchantPass }) {
  const names = ['OrderId', 'AuthCode', 'ProcReturnCode', 'ResponseRnd'];
  return hash(merchantId, merchantPass, ...names.map((name) => fields[name] ?? ''));
}

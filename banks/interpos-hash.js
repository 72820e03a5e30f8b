// The two digests of InterPos: values in a row without anything between them, the shop's password at the end, SHA-1, Base64. The
// return names the fields that its digest is made of, as NestPay's did before 2024. In the only published return of the hosted page
// the password is empty.
import { createHash } from 'node:crypto';

const hash = (...values) => createHash('sha1').update(values.join(''), 'utf8').digest('base64');

/**
 * The shop's form. Neither the currency nor the kind of security is in it.
 * @param {Record<string, string>} form
 * @param {string} merchantPass
 * @param {{ withCard?: boolean }} [kind] one payment institution's code has the card number in front of the password
 */
export function requestHash(form, merchantPass, { withCard = false } = {}) {
  const names = ['ShopCode', 'OrderId', 'PurchAmount', 'OkUrl', 'FailUrl', 'TxnType', 'InstallmentCount', 'Rnd'];
  return hash(...names.map((name) => form[name] ?? ''), withCard ? form.Pan ?? '' : '', merchantPass);
}

/** The list that every published return of this bank carries. */
export const SIGNED_FIELDS = 'Version:PurchAmount:Exponent:Currency:OkUrl:FailUrl:MD:OrderId:ProcReturnCode:Response:mdStatus:';

/**
 * What the bank adds to a return.
 * @param {Record<string, string>} fields
 * @param {string} merchantPass
 */
export function callbackHash(fields, merchantPass) {
  const text = SIGNED_FIELDS.split(':').filter(Boolean).map((name) => fields[name] ?? '').join('');
  return { HASH: hash(text, merchantPass), HASHPARAMS: SIGNED_FIELDS, HASHPARAMSVAL: text };
}

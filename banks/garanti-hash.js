// The digests of Garanti BBVA's GVPS, in capital hex nearly everywhere. Values stand next to each other without any separator.
// `version` is '512' (SHA-512, with the currency) or anything older, such as 'v0.01' (SHA-1).
import { createHash } from 'node:crypto';
import { encode } from './charset.js';

/** @typedef {[name: string, value: string]} Field */

/** What the bank signs of a return, and in which order: the message carries this list itself. */
export const SIGNED_FIELDS = 'clientid:oid:authcode:procreturncode:response:mdstatus:cavv:eci:md:rnd:';

export const isSha512 = (version) => version === '512';

const digest = (version, text) => createHash(isSha512(version) ? 'sha512' : 'sha1').update(encode(text, 'ISO-8859-9'));
const hex = (version, text) => digest(version, text).digest('hex').toUpperCase();

/** The first stage: SHA-1 in every version. */
export const securityData = (password, terminalId) => hex('v0.01', password + terminalId.padStart(9, '0'));

/** `secure3dhash` of the form. @param {Record<string, string>} form */
export function formHash(form, { storeKey, password }) {
  const names = [
    'terminalid', 'orderid', 'txnamount', ...(isSha512(form.apiversion) ? ['txncurrencycode'] : []), 'successurl', 'errorurl',
    'txntype', 'txninstallmentcount',
  ];
  const values = names.map((name) => form[name] ?? '').join('');
  return hex(form.apiversion, values + storeKey + securityData(password, form.terminalid));
}

/** `HashData` of an XML request. After 3-D Secure there is no card number. */
export function requestHash({ version, orderId, terminalId, cardNumber = '', amount, currencyCode = '' }, password) {
  const signed = orderId + terminalId + cardNumber + amount + (isSha512(version) ? currencyCode : '');
  return hex(version, signed + securityData(password, terminalId));
}

/** `HashData` of the answer. The amount is not part of it. */
export function replyHash({ version, code, retrefNum, authCode, provDate, orderId }, { terminalId, password }) {
  return hex(version, code + retrefNum + authCode + provDate + orderId + securityData(password, terminalId));
}

/** `hashparams`, `hashparamsval` and `hash` of a return. @param {Field[]} fields */
export function callbackHash(fields, { version, storeKey, list = SIGNED_FIELDS }) {
  const values = list.split(':').filter(Boolean).map((name) => fields.find(([each]) => each === name)?.[1] ?? '').join('');
  const hash = isSha512(version) ? hex(version, values + storeKey) : digest(version, values + storeKey).digest('base64');
  return { hashparams: list, hashparamsval: values, hash };
}

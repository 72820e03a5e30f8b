// Akbank's one digest, base64(HMAC-SHA512), and what it is made of: the raw body of an API request, the fields of the form in a fixed
// order, and for a return whatever its own list says. Values stand next to each other without a separator.
import { createHmac } from 'node:crypto';

export const FORM_FIELDS = [
  'paymentModel', 'txnCode', 'merchantSafeId', 'terminalSafeId', 'orderId', 'lang', 'amount', 'ccbRewardAmount', 'pcbRewardAmount',
  'xcbRewardAmount', 'currencyCode', 'installCount', 'okUrl', 'failUrl', 'emailAddress', 'subMerchantId', 'creditCard', 'expiredDate',
  'cvv', 'randomNumber', 'requestDateTime', 'b2bIdentityNumber',
];

/** Header `auth-hash` of an API request. @param {string | Buffer} text @param {string} secretKey used as it is printed, not as hex */
export const mac = (text, secretKey) => createHmac('sha512', secretKey).update(text).digest('base64');

/** @param {Record<string, string>} form */
export const formHash = (form, secretKey) => mac(FORM_FIELDS.map((name) => form[name] ?? '').join(''), secretKey);

const beginning = ['txnCode', 'responseCode', 'responseMessage'];
const AUTHENTICATED = [...beginning, 'txnDateTime', 'merchantSafeId', 'terminalSafeId', 'orderId', 'secureId', 'secureEcomInd'];
const CHARGED = [
  ...beginning, 'hostResponseCode', 'hostMessage', 'txnDateTime', 'merchantSafeId', 'terminalSafeId', 'orderId', 'cardHolderName',
  'authCode', 'rrn', 'batchNumber', 'stan', 'additionalInstallCount', 'deferingMonth', 'ccbEarnedRewardAmount',
  'ccbBalanceRewardAmount', 'ccbRewardDesc', 'pcbEarnedRewardAmount', 'pcbBalanceRewardAmount', 'pcbRewardDesc',
  'xcbEarnedRewardAmount', 'xcbBalanceRewardAmount', 'xcbRewardDesc',
];
const SINCE_2026 = ['maskedCardNumber', 'amount', 'installCount', 'okUrl', 'failUrl'];

/**
 * What a return signs. The years are those in which a return of that kind was seen; of a charged return of 2026 none has been
 * published, and the list here is a guess after the other one.
 */
export const LISTS = {
  authenticated: {
    2024: [...AUTHENTICATED, 'secureData', 'secureMd'],
    2026: [...AUTHENTICATED, 'mdStatus', 'secureData', 'secureMd', ...SINCE_2026],
  },
  charged: { 2024: CHARGED, 2026: [...CHARGED, 'mdStatus', ...SINCE_2026] },
  refused: ['responseCode', 'responseMessage', 'orderId'],
};

/** The names a return lists: those of its list that have a value. @param {import('./form.js').Field[]} fields */
export function hashParams(fields, list) {
  const values = new Map(fields);
  return list.filter((name) => (values.get(name) ?? '') !== '').join('+');
}

/** @param {import('./form.js').Field[]} fields @param {string} names as `hashParams` writes them */
export function callbackHash(fields, names, secretKey) {
  const values = new Map(fields);
  return mac(names.split('+').map((name) => values.get(name) ?? '').join(''), secretKey);
}

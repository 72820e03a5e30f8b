// Tosla's digests: base64(SHA512(password and values, one after the other)). Not an HMAC, and no separator.
import { createHash } from 'node:crypto';

const sha512 = (text) => createHash('sha512').update(text, 'utf8').digest('base64');

/** @param {{ apiPass: string, clientId: string, apiUser: string, rnd: string, timeSpan: string }} values */
export const requestHash = ({ apiPass, clientId, apiUser, rnd, timeSpan }) => sha512(apiPass + clientId + apiUser + rnd + timeSpan);

/** What a return signs. ApiUser is not among its fields: the shop knows it. */
export const CALLBACK_FIELDS = 'ClientId,ApiUser,OrderId,MdStatus,BankResponseCode,BankResponseMessage,RequestStatus';

/**
 * @param {Record<string, string>} fields of a return
 * @param {{ apiUser: string, apiPass: string }} account
 * @param {string} list
 */
export function callbackHash(fields, { apiUser, apiPass }, list = CALLBACK_FIELDS) {
  const values = list.split(',').map((name) => (name === 'ApiUser' ? apiUser : fields[name] ?? ''));
  return sha512(apiPass + values.join(''));
}

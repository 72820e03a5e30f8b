// The digests of BOA, the platform of Kuveyt Türk and Vakıf Katılım, written from Kuveyt Türk's "3D Secure Model" document. Nothing
// stands between the values, no amount is in any answer, and the key is a digest of the API user's password.
import { createHash } from 'node:crypto';
import { encodeLatin5 } from './charset.js';

const sha1 = (text) => createHash('sha1').update(encodeLatin5(text)).digest('base64');

/** The key. @param {string} password of the API user */
export const hashedPassword = (password) => sha1(password);

/**
 * The shop signs every request; what a request does not carry is empty.
 * @param {{ merchantId: string, merchantOrderId?: string, amount?: string, okUrl?: string, failUrl?: string, userName: string }} request
 * @param {string} key
 */
export const requestHash = ({ merchantId, merchantOrderId = '', amount = '', okUrl = '', failUrl = '', userName }, key) =>
  sha1(merchantId + merchantOrderId + amount + okUrl + failUrl + userName + key);

/** The bank signs how 3-D Secure ended, and with the RRN how the provision did. */
export const answerHash = ({ merchantOrderId, rrn = '', responseCode, orderId }, key) =>
  sha1(merchantOrderId + rrn + responseCode + orderId + key);

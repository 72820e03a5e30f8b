// The three MACs of POSNET 3-D Secure, written from the bank's "POSNET ThreeD Secure XML Servis Entegrasyonu" (2.0.1.5). Amounts
// are digits in kuruş, currencies the bank's letters (TL, US, EU), and a semicolon stands between the values.
import { createHash } from 'node:crypto';

const hash = (...values) => createHash('sha256').update(values.join(';'), 'utf8').digest('base64');

/**
 * @typedef {{ merchantId: string, terminalId: string, encKey: string }} Account
 * @typedef {{ xid: string, amount: string, currency: string }} Payment
 */

/** What the key goes into. @param {Pick<Account, 'encKey' | 'terminalId'>} account */
export const firstHash = ({ encKey, terminalId }) => hash(encKey, terminalId);

/** The shop signs oosResolveMerchantData and oosTranData. @param {Payment} payment @param {Account} account */
export const requestMac = ({ xid, amount, currency }, account) =>
  hash(xid, amount, currency, account.merchantId, firstHash(account));

/** The bank signs how 3-D Secure ended. @param {Payment & { mdStatus: string }} result @param {Account} account */
export const resolveMac = ({ mdStatus, xid, amount, currency }, account) =>
  hash(mdStatus, xid, amount, currency, account.merchantId, firstHash(account));

/** The bank signs that it took the money. @param {Payment & { hostLogKey: string }} result @param {Account} account */
export const tranMac = ({ hostLogKey, xid, amount, currency }, account) =>
  hash(hostLogKey, xid, amount, currency, account.merchantId, firstHash(account));

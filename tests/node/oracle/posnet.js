// POSNET's MACs: base64 of SHA-256 over values joined with `;`, the last of which is the digest of the key and the terminal. Written from
// the bank's "POSNET ThreeD Secure XML Servis Entegrasyonu" with Node's crypto.
import { createHash } from 'node:crypto';

const digest = (...parts) => createHash('sha256').update(parts.join(';')).digest('base64');

export const keyDigest = (encKey, terminalId) => digest(encKey, terminalId);

export const requestMac = ({ xid, amount, currency, merchantId, terminalId }, encKey) =>
  digest(xid, amount, currency, merchantId, keyDigest(encKey, terminalId));

export const responseMac = ({ mdStatus, ...rest }, encKey) => requestMac({ ...rest, xid: `${mdStatus};${rest.xid}` }, encKey);

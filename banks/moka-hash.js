// Moka's two digests, SHA-256 in lower-case hex: the constant key of an account, and the word that ends a payment.
import { createHash } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

/** The same in every request: it says who asks, and nothing about what is asked. */
export const checkKey = ({ dealerCode, username, password }) => sha256(`${dealerCode}MK${username}PD${password}`);

/**
 * What a return carries. It is made of a code that only the shop's server was told, and of nothing else that the return says.
 * @param {string} codeForHash as the start of the payment gave it
 * @param {'T' | 'F'} result taken, or not
 */
export const hashValue = (codeForHash, result) => sha256(codeForHash.toUpperCase() + result);

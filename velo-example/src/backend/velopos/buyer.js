// The buyer as Wix knows him, for the gateways that want his name, e-mail and telephone. He has typed them into Wix's checkout, whose
// rules are not ours: what can be tidied is tidied, and what then does not fit is left out.

import { readCustomer } from './customer.js';

const LONGEST_NAME = 60;
const STRANGE = /[^\p{L}\p{M} .'’-]+/gu;
const BEFORE_A_LETTER = /^[^\p{L}]+/u;

/**
 * @typedef {{ firstName?: string | null, lastName?: string | null, email?: string | null, phone?: string | null }} Contact
 * @param {Contact | null | undefined} contact
 * @returns {import('./store.js').Customer | null}
 */
export function buyerOf(contact) {
  const { firstName, lastName, email, phone } = contact ?? {};
  const read = readCustomer({ name: nameOf([firstName, lastName]), email, phone });
  return 'customer' in read ? read.customer : null;
}

/** @param {unknown[]} parts */
function nameOf(parts) {
  const words = parts.filter((part) => typeof part === 'string').join(' ').normalize('NFC');
  const letters = words.slice(0, 10 * LONGEST_NAME).replace(STRANGE, ' ').replace(/ +/g, ' ').replace(BEFORE_A_LETTER, '');
  return shortened(letters);
}

/** Between characters, never within one. @param {string} name */
function shortened(name) {
  let length = 0;
  for (const character of name) {
    if (length + character.length > LONGEST_NAME) break;
    length += character.length;
  }
  return name.slice(0, length).trim();
}

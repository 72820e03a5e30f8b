// What a visitor may tell us about himself. Everything else is refused: it goes to the gateway and into our books.

/** @typedef {import('./store.js').Customer} Customer */

const LIMITS = { name: 60, email: 100, phone: 20 };   // PayTR's, the narrowest

// No control characters, nothing that could be read as markup or as the start of a spreadsheet formula.
const NAME = /^\p{L}[\p{L}\p{M} .'’-]*$/u;
const EMAIL = /^[A-Za-z0-9](?:[A-Za-z0-9._%+-]*[A-Za-z0-9_%+-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/;
const PHONE = /^\+?[0-9]{10,15}$/;

/** The customer, tidied, or the names of the fields that are not usable.
 * @param {unknown} value @returns {{ customer: Customer } | { fields: string[] }} */
export function readCustomer(value) {
  const customer = {
    name: text(value, 'name').normalize('NFC').replace(/ +/g, ' '),
    email: text(value, 'email'),
    phone: text(value, 'phone').replace(/[ ()./-]/g, ''),
  };
  const fields = [];
  if (!NAME.test(customer.name) || customer.name.length < 2) fields.push('name');
  if (!EMAIL.test(customer.email)) fields.push('email');
  if (!PHONE.test(customer.phone)) fields.push('phone');
  return fields.length > 0 ? { fields } : { customer };
}

/** A property's text without the spaces around it; empty when it is no text or too long to be looked at.
 * @param {any} value @param {keyof typeof LIMITS} key */
function text(value, key) {
  const found = value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? value[key] : '';
  if (typeof found !== 'string') return '';
  const trimmed = found.trim();
  return trimmed.length <= LIMITS[key] ? trimmed : '';
}

// Only these get the customer's name, e-mail and telephone: NestPay signs every field of its form, and customer text among
// signed values is how its signature is attacked.
const WANTS_CUSTOMER = ['paytr', 'iyzico'];

/** @param {string} gateway */
export function wantsCustomer(gateway) {
  return WANTS_CUSTOMER.includes(gateway);
}

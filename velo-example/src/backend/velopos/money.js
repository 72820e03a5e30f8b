// Amounts are decimal text, and are reckoned with as whole minor units: never as a JavaScript number.

const WITHOUT_DECIMALS = ['JPY'];

/** @param {string} currency */
function decimalsOf(currency) {
  return WITHOUT_DECIMALS.includes(currency) ? 0 : 2;
}

/** Minor units of an amount with exactly its currency's decimals ('149.90' TRY is 14990), null of any other text.
 * @param {unknown} amount @param {string} currency @returns {bigint | null} */
export function toMinor(amount, currency) {
  const decimals = decimalsOf(currency);
  const form = decimals === 0 ? /^(?:0|[1-9]\d{0,14})$/ : new RegExp(`^(?:0|[1-9]\\d{0,14})\\.\\d{${decimals}}$`);
  return typeof amount === 'string' && form.test(amount) ? BigInt(amount.replace('.', '')) : null;
}

/** @param {bigint} minor @param {string} currency */
export function fromMinor(minor, currency) {
  const decimals = decimalsOf(currency);
  const digits = String(minor).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Minor units of an amount of our own books, which is always well formed.
 * @param {string} amount @param {string} currency @returns {bigint} */
export function minorOf(amount, currency) {
  const minor = toMinor(amount, currency);
  if (minor === null) throw new Error(`no amount of ${currency}: ${amount}`);
  return minor;
}

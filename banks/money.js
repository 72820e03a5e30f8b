// Amounts as whole minor units (kuruş, cents) in BigInt, and the text forms the three systems use. No floats anywhere.

/** ISO 4217 numbers of the currencies that the simulated banks know. */
export const CURRENCIES = {
  949: { code: 'TRY', paytr: 'TL', digits: 2, sign: 'TL' },
  840: { code: 'USD', paytr: 'USD', digits: 2, sign: 'USD' },
  978: { code: 'EUR', paytr: 'EUR', digits: 2, sign: 'EUR' },
  826: { code: 'GBP', paytr: 'GBP', digits: 2, sign: 'GBP' },
  392: { code: 'JPY', paytr: '', digits: 0, sign: 'JPY' },
  643: { code: 'RUB', paytr: 'RUB', digits: 2, sign: 'RUB' },
};

/** '149.90' → 14990n; null where the text is not an amount with at most `digits` decimals. */
export function toMinor(text, digits = 2) {
  const match = /^(\d{1,12})(?:\.(\d{1,8}))?$/.exec(text);
  if (!match) return null;
  const decimals = (match[2] ?? '').replace(/0+$/, '');
  if (decimals.length > digits) return null;
  return BigInt(match[1] + decimals.padEnd(digits, '0'));
}

/** 14990n → '149.90' */
export function fromMinor(minor, digits = 2) {
  const text = String(minor).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** '149.90' → '149.9', '10.00' → '10': how a number is printed when nobody asks for decimals. */
export function stripZeros(text) {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** '14990' minor units → '149,90 TL', as a Turkish customer reads it. */
export function forPeople(minor, currency = CURRENCIES[949], language = 'tr') {
  const [whole, decimals] = fromMinor(minor, currency.digits).split('.');
  const [group, point] = language === 'en' ? [',', '.'] : ['.', ','];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return `${grouped}${decimals ? point + decimals : ''} ${currency.sign}`;
}

/** What the customer pays in `count` instalments: 1.5 % more for each instalment after the first, rounded half up. */
export function withInterest(minor, count) {
  if (count <= 1) return minor;
  return (minor * BigInt(1000 + 15 * (count - 1)) + 500n) / 1000n;
}

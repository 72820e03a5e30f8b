// Amounts are decimal text from the server to the screen. Nothing is calculated here, and nothing is rounded.

/** @type {Record<string, Record<'tr' | 'en', (number: string) => string>>} */
const SIGNS = { TRY: { tr: (number) => `${number} TL`, en: (number) => `₺${number}` } };

/**
 * '1249.50', 'TRY' → '1.249,50 TL' or '₺1,249.50'.
 * @param {string} amount
 * @param {string} currency
 * @param {'tr' | 'en'} language
 */
export function priceText(amount, currency, language) {
  const [whole, decimals] = amount.split('.');
  const [thousands, point] = language === 'en' ? [',', '.'] : ['.', ','];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  const number = decimals ? `${grouped}${point}${decimals}` : grouped;
  return SIGNS[currency]?.[language](number) ?? `${number} ${currency}`;
}

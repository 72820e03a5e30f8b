// What the customer typed into a card form, checked as every bank checks it. Only test cards are taken: any other number is
// dropped at once.
import { cardByNumber } from './cards.js';
import { forPeople, withInterest } from './money.js';
import { speaker } from './page.js';

/**
 * @param {Record<string, string>} form
 * @param {'tr' | 'en'} language
 * @returns {{ pan: string, month: string, year: string } | { error: string }}
 */
export function readCard({ pan = '', month = '', year = '', cv2 = '' }, language) {
  const say = speaker(language);
  const digits = pan.replace(/[ -]/g, '');
  if (!cardByNumber(digits)) {
    const tr = 'Bu bir test kartı değil. Aşağıdaki kartlardan birini seçin.';
    return { error: say(tr, 'This is not a test card. Choose one of the cards below.') };
  }
  if (!/^(0?[1-9]|1[0-2])$/.test(month) || !/^(20)?\d{2}$/.test(year)) {
    return { error: say('Son kullanma tarihi geçersiz.', 'The expiry date is not valid.') };
  }
  if (!/^\d{3,4}$/.test(cv2)) {
    return { error: say('Güvenlik kodu üç ya da dört rakamdır.', 'The security code has three or four digits.') };
  }
  return { pan: digits, month: month.padStart(2, '0'), year: year.slice(-2) };
}

/** The rows of the instalment list, with what each costs. @param {number[]} counts */
export function installmentChoices(minor, currency, counts, language) {
  const say = speaker(language);
  return counts.map((count) => {
    const total = forPeople(withInterest(minor, count), currency, language);
    const label = count === 1 ? say('Tek çekim', 'Single payment') : `${count} ${say('taksit, toplam', 'instalments, total')}`;
    return { count, label: `${label} ${total}` };
  });
}

/** Six digits for the one-time password. */
export const newPassword = (random) => String(random(4).readUInt32BE() % 1_000_000).padStart(6, '0');

export const MAX_PASSWORDS = 3;

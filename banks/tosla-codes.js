// Tosla's own answers, and those of the card's bank that it passes on.

export class Refusal extends Error {
  /** @param {number} code @param {string} message */
  constructor(code, message) { super(message); this.code = code; }
}

export const REFUSALS = {
  badHash: () => new Refusal(997, 'Hash Hatası'),
  general: () => new Refusal(999, 'Genel Hata'),
  noOriginal: () => new Refusal(101, 'Orjinal Kayıt Bulunamadı'),
};

/** A field is missing or not of its form; such an answer lists them, and calls its message `message`. */
export class Invalid extends Error {
  /** @param {string[]} errors */
  constructor(errors) { super('Validasyon Hatası'); this.errors = errors; }
}

const BANK_MESSAGES = { '00': '', '05': 'ONAYLANMADI', 51: 'YETERSIZ BAKIYE', 54: 'VADESI DOLMUS KART', 99: 'SISTEM HATASI' };

/** @param {string} code one of ANSWERS in cards.js, or 'MD:0' and the like where 3-D Secure failed */
export const verdictOf = (code) => ({ code, message: BANK_MESSAGES[code] ?? '' });

export const TYPES = { none: 0, sale: 1, preauth: 2, capture: 3, void: 4, refund: 5 };

export const STATUS = { error: 0, success: 1, voided: 2, partlyRefunded: 3, refunded: 4, captured: 5, waiting: 10 };

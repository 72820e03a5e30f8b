// Moka's refusals, by their documented names, and the codes under which it passes on what the card's bank said.

export class Refusal extends Error {
  /** @param {string} code */
  constructor(code) { super(code); this.code = `PaymentDealer.${code}`; }
}

/** `DoCapture.InvalidAmount`, `DoCapture.AlreadyCaptured` and the `Repeated…` ones are this simulation's own: Moka's are not public. */
export const refuse = (service, reason) => { throw new Refusal(`${service}.${reason}`); };

const BANK = {
  '00': ['', ''], '05': ['004', 'Genel Red'], 51: ['002', 'Limit Yetersiz'], 54: ['006', 'Son Kullanma Tarihi Hatalı'],
  99: ['017', 'Sistem Hatası'],
};

/** 3-D Secure failed, and nobody asked the card's bank. */
export const NOT_3D = { code: '001', message: 'Kart Sahibi Onayı Alınamadı' };

/** @param {string} code one of ANSWERS in cards.js */
export function verdictOf(code) {
  const [own, message] = BANK[code];
  return { code: own, message };
}

/** What a payment is about, and what a single transaction was. */
export const PAYMENT = { waiting: 0, preauth: 1, payment: 2, voided: 3, refunded: 4 };

export const TRX = { waiting: 0, success: 1, failed: 2 };

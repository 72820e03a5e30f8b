// What PayFor says when it says no. The words of V000, V013, V014, V033, V034, V036, MR15, M041, 14 and 101310 are the bank's; of
// the other codes only the number and the kind are public, and the words are this simulation's own.

const TEXTS = {
  '00': 'Onaylandı',
  '05': 'Red-Onaylanmadı',
  14: 'Geçersiz Hesap Numarası',
  51: 'Yetersiz Bakiye',
  54: 'Vadesi Dolmuş Kart',
  96: 'Sistem Hatası',
  V000: 'İşlem tamamlanamadı /devam ediyor',
  V001: 'Üye işyeri veya kullanıcı bilgileri hatalı',
  V004: 'Hash doğrulaması başarısız',
  V013: 'Seçili İşlem Bulunamadı!',
  V014: 'Bu işlem geri alınamaz, lüften asıl işlemi iptal edin.',
  V015: 'Bu işlem yapılamaz',
  V033: '3D Kullanıcı Doğrulama Adımı Başarılı',
  V034: '3D Kullanıcı Doğrulama Adımı Başarısız',
  V036: 'Sistem hatası',
  M002: 'Geçersiz tutar veya para birimi',
  M012: 'Geçersiz işlem',
  M041: 'Geçersiz kart numarası',
  M047: 'IP kısıtlaması',
  MR15: '3D Secure Authorize Error',
  101310: 'Verilen sipariş no önceden kullanılmıştır.',
};

/** The bank's inner numbers for some of its refusals. */
const DETAILS = { V013: '99961', V014: '99962', MR15: 'MR15' };

/** The card's bank, named as the test cards name its answers. */
const ISSUER = { '00': '00', '05': '05', 51: '51', 54: '54', 99: '96' };

/** @typedef {{ code: string, message: string, irc: string }} Verdict */

/** @param {string} code @returns {Verdict} */
export function verdict(code) {
  if (!Object.hasOwn(TEXTS, code)) throw new Error(`no words for ${code}`);
  return { code, message: TEXTS[code], irc: DETAILS[code] ?? '' };
}

/** What the card's bank says. @param {{ code: string }} outcome one of CARDS in cards.js */
export const answerOf = (outcome) => verdict(ISSUER[outcome.code]);

// What the bank says, in its own words where they are public. Codes from VPS-9900 on are this simulation's own: what the bank calls
// these refusals is in no public document.

/** Not done: the request was refused. */
export class Refusal extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) { super(message); this.code = code; }
}

export const REFUSALS = {
  repeatedOrder: (orderId) => new Refusal('VPS-1013', `Sipariş Numarası : ${orderId} tekil olmalıdır`),
  noOriginal: (orderId) => new Refusal('VPS-1007', `Orjinal İşlem bulunamadı. Sipariş Numarası : ${orderId}`),
  alreadyVoided: () => new Refusal('VPS-1008', 'Daha önce iptal edilmiş işlem'),
  noHistory: (orderId) => new Refusal('VPS-1123', `İşlem bulunamadı. Sipariş Numarası : ${orderId}`),
  badDate: () => new Refusal('VPS-1073', 'Geçerli talep tarihi giriniz.'),
  noRecurring: () => new Refusal('VPS-1061', 'Bu üye işyerinin planlı ve tekrarlayan işlem yetkisi yoktur'),
  not3D: () => new Refusal('VPS-1279', 'BKM 3DS Server Doğrulama Başarısız'),
  cancelled: () => new Refusal('VPS-3008', 'Kullanıcı işlemi iptal etti'),
  longRange: () => new Refusal('VPS-2229', 'Gün aralığı 1 günden fazla girilemez'),
  tooManyRows: () => new Refusal('VPS-2235', 'Toplam kayıt sayısı aşıldı. Batch No girerek ilerleyiniz.'),
  badAmount: () => new Refusal('VPS-9900', 'Hatalı Tutar'),
  otherCurrency: () => new Refusal('VPS-9901', 'Para birimi orjinal işlem ile aynı olmalıdır'),
  wrongAuthentication: () => new Refusal('VPS-9902', '3D doğrulama bilgileri bu işleme ait değil'),
  closedPreauth: () => new Refusal('VPS-9903', 'Ön otorizasyon daha önce kapatılmış'),
  settled: () => new Refusal('VPS-9904', 'Gün sonu yapılmış işlem iptal edilemez'),
  refundedAlready: () => new Refusal('VPS-9905', 'İadesi olan işlem iptal edilemez'),
  notAllowed: () => new Refusal('VPS-9906', 'Terminalin bu ödeme modeli için yetkisi yoktur'),
  badField: (name) => new Refusal('VPS-9907', `Alan hatalı : ${name}`),
  badCard: () => new Refusal('VPS-9908', 'Kart bilgileri hatalı'),
  notSettled: () => new Refusal('VPS-9909', 'Gün sonu yapılmamış işlem iade edilemez'),
};

const HOST_MESSAGES = {
  '00': '000 ONAY KODU XXXXXX', '05': '005 RED-ONAYLANMADI', 51: '051 LIMIT YETERSIZ', 54: '054 VADESI DOLMUS KART',
  99: '099 SISTEM HATASI',
};

/**
 * The answer of the card's bank.
 * @param {string} hostCode one of ANSWERS in cards.js
 */
export const verdictOf = (hostCode) => ({
  responseCode: hostCode === '00' ? 'VPS-0000' : 'VPS-1005',
  responseMessage: hostCode === '00' ? 'BAŞARILI' : 'Provizyon Hatası',
  hostResponseCode: hostCode, hostMessage: HOST_MESSAGES[hostCode],
});

export const SUCCESS = { responseCode: 'VPS-0000', responseMessage: 'BAŞARILI' };

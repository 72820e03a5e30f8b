// What BOA says when it says no: the platform's own words, the answers of the cards' banks, and why money does not move twice.

const TEXTS = {
  '00': 'OTORİZASYON VERİLDİ',
  '05': 'Red-Onaylanmadı',
  51: 'Limit Yetersiz.',
  54: 'Vadesi Dolmuş Kart',
  96: 'Sistem Hatası',
  14: 'Hatalı Kart Numarası',
  58: 'Üye İşyerine izin verilmeyen işlem',
  ApiUserNotDefined: 'Api kullanıcısı tanımlı değildir.',
  CardNotEnrolled: 'Kart 3D Secure olarak kayıtlı değildir.',
  CardNotFound: 'Kart bilgisi bulunamadı.',
  CurrencyCodeInvalid: 'Para birimi geçersizdir.',
  EmptyAmountField: 'Tutar alanı boş olamaz.',
  EmptyCardHolderNameField: 'Kart sahibi adı boş olamaz.',
  EmptyCardNumberField: 'Kart numarası boş olamaz.',
  EmptyCustomerIdField: 'Müşteri numarası boş olamaz.',
  EmptyMDException: 'MD alanı boş olamaz.',
  EmptyMerchantOrderIdField: 'Üye işyeri sipariş numarası boş olamaz.',
  HashDataError: 'Şifrelenen veriler (Hashdata) uyuşmamaktadır.',
  InvalidMetaData: 'Ödeme detayı geçersizdir.',
  InvalidTransactionSecurity: 'İşlem türü geçersizdir.',
  MerchantNotDefined: 'Üye işyeri kullanıcı tanımı bulunamadı.',
  MetaDataNotFound: 'Ödeme detayı bulunamadı.',
  MPIAuthenticationStatusN: 'Kart doğrulanamadı.',
  MPIAuthenticationStatusU: 'Kart doğrulaması yapılamadı.',
  MPIAuthenticationStatusA: 'Kart doğrulaması denendi.',
  NonResult: 'Kriterlere uygun sonuc bulunmamaktadir.',
  Non3dUsageUnavailable: '3D Secure olmadan işlem yapılamaz.',
  NullCheck: 'Zorunlu alan gönderilmedi.',
  OrderDataNotFound: 'islem bilgisi bulunamadi.',
  OrderIsProcessedBefore: 'İşlem sonlanmıştır.',
  PosMerchantIPError: 'IP adresi tanımlı değildir.',
  RRNOrStanOrProvIsIncorrect: 'RRN, Stan veya provizyon numarası hatalıdır.',
  TechnicalException: 'Teknik hata oluştu.',
  TransactionAmountMismatchException: 'Satış tutarı ile iade tutarı eşleşmemektedir. Değerleri kontrol ediniz.',
};

/** The issuers' answers, named as the test cards name them. */
export const DECLINES = { '05': '05', 51: '51', 54: '54', 99: '96' };

/** How 3-D Secure can fail, by the result that the test cards name. */
export const UNAUTHENTICATED = {
  0: 'MPIAuthenticationStatusN', 2: 'CardNotEnrolled', 4: 'MPIAuthenticationStatusA', 5: 'MPIAuthenticationStatusU',
};

/** @param {string} code @param {string} [text] other words than the usual ones */
export function verdict(code, text = TEXTS[code]) {
  if (text === undefined) throw new Error(`no words for ${code}`);
  return { code, text };
}

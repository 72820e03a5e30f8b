// iyzico's errors: [errorCode, errorMessage], or with the errorGroup in the middle where a bank has declined. Sources:
// docs.iyzico.com (Hata Kodları, the 400 answers of each service) and published answers of the sandbox.

export const ERRORS = {
  noKeys: ['1001', 'api bilgileri bulunamadı'],
  badSignature: ['1000', 'Geçersiz imza'],
  badRequest: ['11', 'Geçersiz istek'],
  cardNumber: ['12', 'Kart numarası geçersizdir'],
  expireMonth: ['13', 'Son kullanma ayı geçersizdir'],
  expireYear: ['14', 'Son kullanma yılı geçersizdir'],
  cvc: ['15', 'Cvc geçersizdir'],
  callbackUrl: ['23', 'callbackUrl geçersizdir: bu simülasyon yalnızca bu bilgisayardaki mağazaya döner'],
  paymentId: ['5002', 'paymentId gönderilmesi zorunludur'],
  price: ['5004', 'price gönderilmesi zorunludur'],
  paymentCard: ['5013', 'PaymentCard gönderilmesi zorunludur'],
  sum: ['5062', 'Gönderilen tutar tüm kırılımların toplam tutarına eşit olmalıdır'],
  notForCapture: ['5082', 'Bu ödeme işleminin durumu POST_AUTH işlemi için uygun değildir'],
  noPayment: ['5087', 'Üye işyerine ait ödeme kaydı bulunamadı'],
  begunBefore: ['8514', 'Bu işlem önceden başlatıldı ve devam etmektedir'],
  notPossible: ['10204', 'UNKNOWN', 'Ödeme işlemi esnasında genel bir hata oluştu'],
  // iyzico's complete list is not public, and no published answer shows the following: the numbers are unconfirmed [?].
  currency: ['5017', 'currency geçersizdir'],
  installment: ['5018', 'installment geçersizdir'],
  noTransaction: ['5085', 'Ödeme kırılımı bulunamadı'],
  notSameDay: ['5086', 'Ödeme iptal edilemez, gün sonu alınmıştır'],
  notCharged: ['5088', 'Bu ödeme tahsil edilmemiştir'],
  tooMuch: ['5093', 'İade tutarı kalan iade edilebilir tutardan büyük olamaz'],
  captureTooMuch: ['5094', 'Kapama tutarı ön provizyon tutarını aşamaz'],
  otherPayment: ['5095', 'Gönderilen bilgiler başlatılan ödeme ile eşleşmemektedir'],
  notAuthenticatedYet: ['5096', '3D Secure doğrulaması tamamlanmamıştır'],
};

export const missing = (name) => ['24', `${name} gönderilmesi zorunludur`];

/** Why a payment failed. */
export const CANCELLED = ['5088', 'CANCELLED', 'Ödeme kullanıcı tarafından iptal edildi'];
export const NOT_AUTHENTICATED = ['10085', 'NOT_3D_AUTHENTICATED', '3D Secure doğrulaması başarısız'];

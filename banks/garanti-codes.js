// What the bank says when it refuses, in its own words: [code, reason, text for the customer, text for the programmer].

const gvps = (reason, message, detail = `ErrorId: ${reason}`) => ({ source: 'GVPS', code: '92', reason, message, detail });
const host = (code, message, detail) => ({ source: 'HOST', code, reason: code, message, detail });
const mandatory = (detail) => gvps('0002', 'Giriş yaptığınız işlem tipi için zorunlu alanları kontrol ediniz', detail);

export const REFUSALS = {
  unreadable: (detail) => gvps('0001', 'Giriş yaptığınız değerleri kontrol ediniz', detail),
  missing: (field) => mandatory(`${field} field must contain value because of the Mandatory Rule:null`),
  zeroAmount: () => mandatory('TxnAmount field must not be zero DOUBLE value because of the Mandatory Rule:zero'),
  badValue: (field) => mandatory(`${field} field is not valid`),
  longOrderId: () => gvps('0231', 'PGM:OY5CB040'),
  noSuchTerminal: () => gvps('0752', 'Terminal kaydı yok'),
  otherMerchant: () => gvps('0753', 'Bu terminal için yanlış işyeri numarası girilmiştir'),
  unknownUser: () => gvps('0653', 'Kullanıcı bu terminalde tanımlı değildir'),
  wrongPassword: () => gvps('0651', 'Kullanıcı şifresi hatalı'),
  closedUser: () => gvps('0654', 'Kullanıcı statüsü kapalı'),
  notAuthorized: () => gvps('0652', 'Üzgünüz, bu işlemi yapmaya yetkiniz yok'),
  otherAddress: () => gvps('0769', "Terminal için tanımlı IP'ler haricinde işlem gelemez"),
  secondSale: () => gvps('0104', 'Aynı sipariş içinde sadece bir tane satış işlemi yapılabilir'),
  no3DFields: () => gvps('0763', '3D alanlarını girmelisiniz'),
  wrongMd: () => gvps('0804', 'MD güvenlik doğrulamasında hata'),
  otherCurrency: () => gvps('0759', 'Bu terminalde farklı döviz kodunda işlem yetkisi yoktur'),
  noPreauth: () => gvps('0102', 'Kapatılacak ön otorizasyon işlemi bulunamadı'),
  badPreauth: () => gvps('0209', 'Kapama yapmak istediğiniz ön otorizasyon işlemi geçerli değil'),
  amountOutOfMargin: () => host('13', 'Geçersiz tutar', 'GECERSIZ TUTAR'),
  nothingToVoid: () => gvps('0101', 'İptal edilecek işlem bulunamadı'),
  severalToVoid: () => gvps('0202', 'İptal edebileceğiniz birden fazla işlem var, RRN bilgisi gönderin'),
  voidLastFirst: () => gvps('0207', 'İlk önce, en son yapılan işlemi iptal etmelisiniz'),
  notVoidable: () => gvps('0210', 'İptal etmek istediğiniz işlem geçerli değil'),
  nothingToRefund: () => gvps('0103', 'İade edilecek işlem bulunamadı'),
  notRefundable: () => gvps('0208', 'İade etmek istediğiniz işlem geçerli değil'),
  refundTooHigh: () => gvps('0214', 'İade tutarı, satış tutarından büyük olamaz'),
  unknownOrder: () => gvps('0108', 'Gönderilen sipariş numarasına ait kayıt bulunmamaktadır'),
  nothingFound: () => gvps('0110', 'İşlem bulunamadı'),
  badCard: () => host('14', 'İşleminizi gerçekleştiremiyoruz.Tekrar deneyiniz', 'HATALI KART NUMARASI.'),
};

const DETAILS = { '05': 'RPC-05 condition was raised', 51: 'BAKIYE YETERSIZ', 54: 'VADESI DOLMUS KART', 99: 'SISTEM HATASI' };

/** The card's bank did not approve. @param {string} code one of ANSWERS in cards.js */
export const declinedBy = (code) => host(code, 'İşleminizi gerçekleştiremiyoruz.Tekrar deneyiniz', DETAILS[code]);

export const APPROVED = host('00', '', '');

/** 'Approved', 'Declined' or 'Error', beside the code. */
export const messageOf = ({ code }) => ({ '00': 'Approved', 99: 'Error' })[code] ?? 'Declined';

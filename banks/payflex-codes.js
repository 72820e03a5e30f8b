// The result codes of PayFlex and their words, as VakıfBank's integration documents and Innova's samples list them; only those
// that this simulation answers with. MPI, virtual POS and Common Payment count for themselves: one number can mean two things.
import { ANSWERS } from './cards.js';

/** Virtual POS: Vposreq, Search, SettlementDetail. Up to 0999 the card's bank speaks, above it the virtual POS. */
export const VPOS = {
  '0000': 'İŞLEM BAŞARILI',
  '0005': 'İŞLEM ONAYLANMADI',
  '0051': 'LİMİT YETERSİZ',
  '0054': 'VADE SONU GEÇMİŞ KART',
  '0096': 'BANKASININ SİSTEMİ ARIZALI',
  '0323': 'Önpr. kapama tutar eşlenmedi',
  '0400': '3D Secure şifre doğrulaması yapılamadı',
  1006: 'Bu TransactionId ile daha önce başarılı bir işlem gerçekleştirilmiş',
  1007: 'Referans transaction alınamadı',
  1046: 'Toplam iade tutarı orjinal tutarı aştı.',
  1047: 'İşlem tutarı geçersizdir.',
  1050: 'CVV hatalı.',
  1051: 'Kredi kartı numarası hatalıdır.',
  1052: 'Kredi kartı son kullanma tarihi hatalı.',
  1054: 'İşlem numarası hatalıdır.',
  1059: 'İşlemin tamamı iade edilmiş.',
  1060: 'Hatalı taksit sayısı.',
  1061: 'Aynı sipariş numarasıyla (OrderId) daha önceden başarılı işlem yapılmış',
  1065: 'Ön provizyon daha önceden kapatılmış',
  1074: 'İşlem henüz sonlanmamış yada referans işlem henüz tamamlanmamış.',
  1077: 'Para kodu hatalı',
  1078: 'Geçersiz sipariş numarası',
  1082: 'Geçersiz işlem tipi',
  1083: 'Referans islem daha önceden iptal edilmis.',
  1088: 'Önprovizyon iptal edilmiş',
  1089: 'Referans işlem yapılmak istenen işlem için uygun değil',
  1096: 'Provizyon talep mesajına ClientIp değerini gönderiniz.',
  1101: 'Referans transaction reverse edilmiş.',
  1105: 'Üye isyeri IP si sistemde tanimli degil',
  1111: 'Bu üye işyeri Non Secure işlem yapamaz',
  1114: 'MpiTransactionId alanı boş gönderilmiş',
  1115: 'MpiTransactionId bulunamıyor',
  1116: 'ECI değeri MPI ile uyumsuz',
  1117: 'CAVV değeri MPI ile uyumsuz',
  1121: 'TransactionDeviceSource alanının gönderilmesi zorunludur.',
  1123: 'Kayıt iade durumda',
  1125: 'Terminal bulunamadı',
  1126: 'MPI işlemindeki veriler ile uyumsuz',
  1127: '3DS işlemlerde kart bilgisi veya tutar provizyon mesajında yer almamalıdır',
  1128: 'MpiTransactionId daha önce başka bir işlem için kullanılmış',
  2202: 'İşlem iptal edilemez. ( Batch Kapalı )',
  4001: 'Bitiş tarihi, başlangıç tarihinden küçük olamaz',
  4002: 'Başlangıç tarihi zorunlu',
  4003: 'Bitiş tarihi zorunlu',
  4005: 'En az bir sorgu kriteri zorunlu',
  5001: 'İş yeri şifresi yanlış.',
  6000: 'Talep Mesajı okunamadı.',
  6001: 'İstek HttpPost Yöntemi ile yapılmalıdır.',
  6003: 'Mesaj Boş Geldi. İstek Xml Mesajını prmstr parametresi ile iletiniz.',
  6011: 'Geçersiz iş yeri IP adresi',
  9039: 'Üye işyeri bulunamadı.',
  9057: 'Zaman 4 aydan büyük olamaz',
  9065: 'Üye isyeri bulunamadi',
  9117: '3DSecure Islemlerde ECI degeri bos olamaz.',
  9121: 'Lütfen geçerli bir tarih giriniz.',
  9612: 'Sayfa no en az 1 olabilir',
  9614: 'Sayfadaki kayıt sayısı en az 1 olabilir',
  9615: 'En fazla 50 kayıt listelenebilir',
};

/** MPI: Enrollment. */
export const MPI = {
  1001: 'FailureUrl format is invalid',
  1002: 'SuccessUrl format is invalid.',
  1003: 'BrandId format is invalid',
  1005: 'SessionInfo format is invalid',
  1008: 'PurchaseAmount format is invalid',
  1009: 'Expire Date format is invalid',
  1105: 'Üye isyeri IP si sistemde tanimli degil',
  2005: 'Merchant cannot be found for this bank',
  2011: 'Pan is empty',
  2015: 'Signature verification false',
  2018: 'Merchant acquirer bin password wrong',
  2021: 'Invalid Currency Code',
  2022: 'Verify EnrollmentRequest Id cannot be empty',
  2023: 'Verify Enrollment Request Id Already exist for this merchant',
  2029: 'Invalid Pan',
  2030: 'Invalid Expire Date',
  2034: 'Invalid Amount',
  2035: 'Invalid Recurring Information',
  2040: 'Invalid Installment',
  2049: 'Invalid Request',
  2053: 'Directory Server Communication Error',
  3002: 'Invalid FailUrl',
  3007: 'Invalid SucessUrl',
  6011: 'Geçersiz iş yeri IP adresi',
};

/** Common Payment: registration and query. What went wrong at the virtual POS keeps the virtual POS's code. */
export const COMMON = {
  5001: 'Kimlik doğrulama başarısız.',
  5002: 'İş yeri aktif değil.',
  5014: 'Geçersiz işlem tutarı',
  5015: 'Geçersiz para birimi',
  5022: 'Geçersiz sipariş numarası uzunluğu',
  5023: 'Geçersiz işlem tipi',
  5024: 'Geçersiz TransactionId',
  5025: 'Geçersiz HashedData',
  5037: 'SuccessUrl alanı hatalıdır.',
  5038: 'FailUrl alanı hatalıdır.',
  5043: 'Geçersiz PaymentToken',
};

/** What a request is told that is not even taken to the card's bank. */
export class Refusal extends Error {
  /** @param {string | number} code */
  constructor(code) {
    super(`refused with ${code}`);
    this.code = String(code);
  }
}

/** The bank's answer to a test card: '51' is 0051; an error of the card's bank is 0096. */
export function answerOf(outcome) {
  const code = ANSWERS[outcome.code].error?.replace(/\D/g, '').slice(-2) ?? '00';
  return code.padStart(4, '0');
}

// What POSNET says when it says no: the codes of the bank's two documents, with the words beside them.

const TEXTS = {
  '0002': 'XNIException: cvc-complex-type: istek seması ile uyusmuyor',
  '0005': 'RED-ONAYLANMADI 0005',
  '0012': 'RED-GECERSIZ ISLEM 0012',
  '0014': 'RED-HATALI KART 0014',
  '0015': 'PROVIZYON BULUNAMADI 0015',
  '0051': 'RED-YETERSIZ BAKIYE 0051',
  '0054': 'RED-ONAYLANMADI 0054',
  '0100': 'HOST RECEIVE PROBLEM 0100',
  '0123': 'ORJINAL ISLEM BULUNAMADI-0123',
  '0127': 'ORDERID DAHA ONCE KULLANILMIS 0127',
  '0146': 'HATALI SIFRELEME 0146',
  '0150': 'PAKET HATALI',
  '0200': 'GECERSIZ ISLEM 0200',
  '0202': 'GECERSIZ ISLEM TIPI 0202',
  '0204': 'GECERSIZ DATA 0204',
  '0205': 'GECERSIZ TUTAR 0205',
  '0206': 'TAK.SAY. PROV TAK.SAY.BUYUK OLAMAZ 0206',
  '0207': 'GECERSIZ PARA BIRIMI 0207',
  '0211': 'GRUP KAPAMA YAPILMIS 0211',
  '0218': 'BU SIPARIS DAHA ONCE IADE EDILDIGI ICIN IPTAL ISLEMI GECERSIZDIR 0218',
  '0220': 'IPTAL ISLEMI YAPILMIS 0220',
  '0223': 'ONAYLANMADI 0223',
  '0229': 'RED-GECERSIZ ISLEM 0229',
  '0320': 'INVALID MERCHANT NO. MERCHANT NO MUST BE 10 DIGIT',
  '0321': 'INVALID TERMINAL NO. TERMINAL NO MUST BE 8 DIGIT',
  '0342': 'ORDERID BOŞ GÖNDERİLDİ. ORDERID\'Yİ KONTROL EDİP TEKRAR DENEYİNİZ',
  '0370': 'ISLEM IPTALI YAPILMIS 0370',
  '0411': 'ISLEM HENUZ FINANSALLASMAMIS 0411',
  '0788': 'FINANSAL ISLEM YAPILMIS 0788',
  E181: 'Encryption Key bulunamadı.',
  E189: 'Xid hatalı.',
  E190: 'CURRENCYCODE HATALI',
  E216: 'Mac Doğrulama hatalı',
  E219: 'KAYIT BULUNAMADI',
};

/** The issuers' answers, named as the test cards name them, in POSNET's numbers. */
export const DECLINES = { '05': '0005', 51: '0051', 54: '0054', 99: '0100' };

/** @param {string} code @param {string} [detail] replaces or completes the words */
export function refused(code, detail) {
  if (!Object.hasOwn(TEXTS, code) && detail === undefined) throw new Error(`no words for ${code}`);
  const text = Object.hasOwn(TEXTS, code) ? TEXTS[code] + (detail ? ` (${detail})` : '') : detail;
  return { approved: '0', code, text };
}

// What people read: for every refusal one sentence in English and one in Turkish, which say what happened, what it means and what to do next.
// A `{}` in a sentence is the value that the refusal is about.

/** The core's refusals, under the names and in the order of `Why` in src/error.rs: the core sends a refusal's place in this list. */
const core = () => ({
  // What the message is signed with.
  nestpayHash: {
    en: 'the HASH does not fit: check that `storeKey` is the 3D güvenlik anahtarı (not the API şifresi) of this terminal and of ' +
      'this mode, and that the body is passed on exactly as it arrived; otherwise the message was changed on its way',
    tr: 'HASH tutmuyor: `storeKey` olarak bu terminalin ve bu modun 3D güvenlik anahtarını (API şifresini değil) yazdığınızı, ' +
      'gövdeyi de geldiği gibi verdiğinizi kontrol edin; ikisi de doğruysa ileti yolda değiştirilmiştir',
  },
  garantiHash: {
    en: 'the hash does not fit: check that `storeKey` is the 3D Secure anahtarı of this terminal and of this mode, that the ' +
      'terminal works with apiversion 512, and that the body is passed on exactly as it arrived; otherwise the message was ' +
      'changed',
    tr: 'hash tutmuyor: `storeKey` olarak bu terminalin ve bu modun 3D Secure anahtarını yazdığınızı, terminalin apiversion 512 ' +
      'ile çalıştığını, gövdeyi de geldiği gibi verdiğinizi kontrol edin; hepsi doğruysa ileti yolda değiştirilmiştir',
  },
  garantiReplyHash: {
    en: 'the HashData of the bank\'s reply does not fit the password: check `provisionPassword`; if it is right, somebody may ' +
      'stand between the bank and this server',
    tr: 'bankanın yanıtındaki HashData şifreyle tutmuyor: `provisionPassword` değerini kontrol edin; doğruysa bankayla ' +
      'sunucunuz arasına biri girmiş olabilir',
  },
  posnetMac: {
    en: 'the MAC of the bank\'s answer does not fit: check Şifreleme anahtarı (ENCKEY), TERMINAL_ID and `mode`',
    tr: 'bankanın yanıtındaki MAC tutmuyor: Şifreleme anahtarını (ENCKEY), Terminal numarasını (TERMINAL_ID) ve `mode` değerini ' +
      'kontrol edin',
  },
  paytrHash: {
    en: 'the hash does not fit: check `merchantKey` (Mağaza Parola) and `merchantSalt` (Mağaza Gizli Anahtar), and that the ' +
      'body is passed on exactly as it arrived; otherwise the message was changed on its way',
    tr: 'hash tutmuyor: `merchantKey` (Mağaza Parola) ve `merchantSalt` (Mağaza Gizli Anahtar) değerlerini, gövdeyi de geldiği ' +
      'gibi verdiğinizi kontrol edin; hepsi doğruysa ileti yolda değiştirilmiştir',
  },
  iyzicoSignature: {
    en: 'the signature does not fit: check `secretKey` (Güvenlik Anahtarı), and that the body is passed on exactly as it ' +
      'arrived; otherwise the message was changed on its way, or is not iyzico\'s',
    tr: 'imza tutmuyor: `secretKey` (Güvenlik Anahtarı) değerini, gövdeyi de geldiği gibi verdiğinizi kontrol edin; ikisi de ' +
      'doğruysa ileti yolda değiştirilmiştir ya da iyzico\'dan gelmemiştir',
  },
  bankHash: {
    en: 'the hash does not fit: check {} in `merchant`, and that the body is passed on exactly as it arrived; otherwise the message ' +
      'was changed on its way',
    tr: 'hash tutmuyor: `merchant` içindeki {} değerini, gövdeyi de geldiği gibi verdiğinizi kontrol edin; ikisi de doğruysa ileti ' +
      'yolda değiştirilmiştir',
  },
  boaHash: {
    en: 'the HashData does not fit: check `password` of the API user, and that the body is passed on exactly as it arrived; ' +
      'otherwise the message was changed on its way',
    tr: 'HashData tutmuyor: API kullanıcısının şifresini (`password`), gövdeyi de geldiği gibi verdiğinizi kontrol edin; ikisi de ' +
      'doğruysa ileti yolda değiştirilmiştir',
  },
  onlyVersion3: {
    en: 'only hashAlgorithm=ver3 is accepted, and this message names another one: do not believe it; if the terminal itself ' +
      'signs so, ask the bank (sanal POS desteği) for hash version 3',
    tr: 'yalnızca hashAlgorithm=ver3 kabul edilir, bu iletide başkası yazıyor: iletiye güvenmeyin; terminaliniz böyle ' +
      'imzalıyorsa bankadan (sanal POS desteği) hash sürüm 3\'e geçirmesini isteyin',
  },
  oldHashVersion: {
    en: 'this terminal still signs with the old hash version 1, which does not cover the amount; ask the bank (sanal POS ' +
      'desteği) to switch the terminal to hash version 3 (hashAlgorithm=ver3)',
    tr: 'bu terminal hâlâ tutarı korumayan eski hash sürüm 1 ile imzalıyor; bankadan (sanal POS desteği) terminali hash sürüm ' +
      '3\'e (hashAlgorithm=ver3) geçirmesini isteyin',
  },
  unsigned: {
    en: 'the message carries no signature, so nothing shows that it comes from the bank: do not believe it; `inquire` asks the ' +
      'bank itself',
    tr: 'iletide imza yok, bankadan geldiğini gösteren bir şey de yok: iletiye güvenmeyin; `inquire` ile bankanın kendisine ' +
      'sorun',
  },
  garantiUnsigned: {
    en: 'the message carries no hash, so nothing shows that the bank sent it. The bank itself leaves it out where it refuses a ' +
      'form: check terminalId, merchantId, storeKey, provisionPassword, and that the terminal may use this model',
    tr: 'iletide hash yok, bankadan geldiğini gösteren bir şey de yok. Banka, formu reddettiğinde hash göndermez: terminalId, ' +
      'merchantId, storeKey ve provisionPassword değerlerini, terminalin bu modele açık olduğunu kontrol edin',
  },
  webhookUnsigned: {
    en: 'the webhook carries no X-IYZ-SIGNATURE-V3: pass the request\'s headers on, and ask entegrasyon@iyzico.com to enable the ' +
      'webhook signature V3 for your merchant number',
    tr: 'webhook\'ta X-IYZ-SIGNATURE-V3 yok: isteğin başlıklarını (headers) da verin; yine yoksa entegrasyon@iyzico.com ' +
      'adresinden üye işyeri numaranız için webhook imzası V3\'ü açmalarını isteyin',
  },
  webhookOldSignature: {
    en: 'only X-IYZ-SIGNATURE-V3 counts; this webhook carries an older signature, which iyzico no longer supports: ask ' +
      'entegrasyon@iyzico.com to enable the webhook signature V3 for your merchant number',
    tr: 'yalnızca X-IYZ-SIGNATURE-V3 geçerlidir; bu webhook iyzico\'nun artık desteklemediği eski bir imza taşıyor: ' +
      'entegrasyon@iyzico.com adresinden üye işyeri numaranız için webhook imzası V3\'ü açmalarını isteyin',
  },
  keyInReturn: {
    en: 'the message carries the key itself, so whoever saw it can sign: do not believe it; if the terminal still works with the ' +
      'old interface, ask the bank for the current one (at Kuveyt Türk TDV2.0.0) and for a new password',
    tr: 'iletide anahtarın kendisi duruyor, gören herkes imza atabilir: iletiye güvenmeyin; terminaliniz eski arayüzle çalışıyorsa ' +
      'bankadan yenisini (Kuveyt Türk\'te TDV2.0.0) ve yeni bir şifre isteyin',
  },
  otherFieldList: {
    en: 'the message names another list of signed fields than the bank\'s: do not believe it; `inquire` asks the bank itself',
    tr: 'iletideki imzalı alanlar listesi bankanınki değil: iletiye güvenmeyin; `inquire` ile bankanın kendisine sorun',
  },

  // What the message is about.
  otherOrder: {
    en: 'this is about another order than the stored one, and nothing was decided: load the order that `peek` names, and pass ' +
      'that one',
    tr: 'bu, kayıtlı siparişle değil başka bir siparişle ilgili; hiçbir karar verilmedi: `peek` hangi siparişi söylüyorsa onu ' +
      'yükleyip verin',
  },
  otherPayment: {
    en: 'this is about another payment than the one that was begun for this order: store the order that `start` returns, and ' +
      'pass that one',
    tr: 'bu, bu sipariş için başlatılan ödemeyle değil başka bir ödemeyle ilgili: `start` işlevinin döndürdüğü siparişi ' +
      'saklayın ve onu verin',
  },
  otherAmount: {
    en: 'this is about another amount than the stored order\'s: do not ship, and compare with the bank\'s panel',
    tr: 'buradaki tutar kayıtlı siparişin tutarı değil: ürünü göndermeyin, bankanın paneliyle karşılaştırın',
  },
  otherCurrency: {
    en: 'this is in another currency than the stored order\'s: do not ship, and compare with the bank\'s panel',
    tr: 'buradaki para birimi kayıtlı siparişinki değil: ürünü göndermeyin, bankanın paneliyle karşılaştırın',
  },
  otherMerchant: {
    en: 'this is for another merchant or terminal number than the configured one: check the numbers in `merchant`, and that ' +
      'each site has its own address at the bank',
    tr: 'bu, ayarladığınızdan başka bir üye işyeri ya da terminal numarası için: `merchant` içindeki numaraları ve her sitenin ' +
      'bankada kendi adresinin yazılı olduğunu kontrol edin',
  },
  changedEcho: {
    en: 'what came back is not what this order was started with (its amount, addresses, instalments or password differ): do not ' +
      'believe it; `inquire` asks the bank itself',
    tr: 'geri gelen, bu siparişin başlatıldığı bilgiler değil (tutar, adresler, taksit ya da şifre farklı): iletiye güvenmeyin; ' +
      '`inquire` ile bankanın kendisine sorun',
  },
  testMoney: {
    en: 'this was done in test mode, so no money was moved: do not ship',
    tr: 'bu işlem test modunda yapılmış, para hareketi olmadı: ürünü göndermeyin',
  },
  subscriptionWebhook: {
    en: 'this webhook is about a subscription and not about an order; read it with verifyWebhook',
    tr: 'bu webhook bir siparişle değil bir abonelikle ilgili; verifyWebhook ile okuyun',
  },

  // How the message is written.
  notAsDocumented: {
    en: 'this is missing, or not what the bank\'s document describes; nothing is decided from it: pass the body on exactly as it ' +
      'arrived',
    tr: 'bu değer eksik ya da bankanın belgesindeki gibi değil; ona göre karar verilmedi: gövdeyi geldiği gibi verin',
  },
  notListed: {
    en: '{} is not in iyzico\'s list for this kind of webhook; nothing is decided from it: ask iyzico with `inquire`',
    tr: '{} değeri iyzico\'nun bu tür webhook için verdiği listede yok; ona göre karar verilmedi: `inquire` ile iyzico\'ya sorun',
  },
  unclearConversation: {
    en: 'without the order that it is about, this conversation id cannot be told from its neighbours in the signed text: let ' +
      'conversation ids begin with a letter, or pass the webhook to `finish` together with the stored order',
    tr: 'hangi siparişle ilgili olduğu bilinmeden bu conversation id, imzalı metindeki komşularından ayrılamıyor: conversation ' +
      'id\'ler harfle başlasın ya da webhook\'u kayıtlı siparişle birlikte `finish` işlevine verin',
  },
  tooLarge: {
    en: 'the message is larger than any that a gateway sends, so it was not read: it is not the bank\'s, or something was added ' +
      'to it',
    tr: 'ileti bir bankanın gönderebileceğinden büyük, bu yüzden okunmadı: bankadan gelmemiştir ya da ona bir şey eklenmiştir',
  },
  tooManyParts: {
    en: 'the message has more parts than any gateway sends, so it was not read: it is not the bank\'s, or something was added to ' +
      'it',
    tr: 'iletide bir bankanın gönderebileceğinden çok bölüm var, bu yüzden okunmadı: bankadan gelmemiştir ya da ona bir şey ' +
      'eklenmiştir',
  },
  twice: {
    en: 'this name occurs twice, and only one of them can be the bank\'s; the message is refused: pass the body on exactly as it ' +
      'arrived',
    tr: 'bu ad iki kez geçiyor, yalnızca biri bankanın olabilir; ileti reddedildi: gövdeyi geldiği gibi verin',
  },
  strangeCharacter: {
    en: 'a character stands in this field that the bank never sends there; the message is refused: pass the body on exactly as ' +
      'it arrived',
    tr: 'bu alanda bankanın hiç göndermediği bir karakter var; ileti reddedildi: gövdeyi geldiği gibi verin',
  },
  brokenForm: {
    en: 'the body is not a form as it arrives from a browser or a bank: pass it on exactly as it arrived, as text',
    tr: 'gövde, tarayıcıdan ya da bankadan geldiği biçimde bir form değil: geldiği gibi, metin olarak verin',
  },
  brokenJson: {
    en: 'the JSON text cannot be read: pass the body on exactly as it arrived, as text',
    tr: 'JSON metni okunamıyor: gövdeyi geldiği gibi, metin olarak verin',
  },
  brokenXml: {
    en: 'the bank\'s reply is not the XML that its document describes; nothing is decided from it: try again in a while',
    tr: 'bankanın yanıtı belgesindeki gibi bir XML değil; ona göre karar verilmedi: biraz sonra yeniden deneyin',
  },
  cutOff: {
    en: 'the bank\'s answer is cut off; nothing is decided from it: try again in a while',
    tr: 'bankanın yanıtı yarım kalmış; ona göre karar verilmedi: biraz sonra yeniden deneyin',
  },
  strangePage: {
    en: 'the bank\'s page does something else than to post hidden fields, so the customer is not sent on: try again in a while, ' +
      'or ask the bank',
    tr: 'bankanın sayfası gizli alanları göndermekten başka şeyler yapıyor, müşteri bu sayfaya yönlendirilmedi: biraz sonra ' +
      'yeniden deneyin ya da bankaya sorun',
  },
  notOneForm: {
    en: 'the bank\'s page has no form, or more than one, so the customer is not sent on: try again in a while, or ask the bank',
    tr: 'bankanın sayfasında form yok ya da birden çok form var, müşteri bu sayfaya yönlendirilmedi: biraz sonra yeniden ' +
      'deneyin ya da bankaya sorun',
  },
  pageFields: {
    en: 'the form in the bank\'s page has other fields than banks send, so the customer is not sent on: try again in a while, or ' +
      'ask the bank',
    tr: 'bankanın sayfasındaki formda bankaların göndermediği alanlar var, müşteri bu sayfaya yönlendirilmedi: biraz sonra ' +
      'yeniden deneyin ya da bankaya sorun',
  },
  pageText: {
    en: 'a value in the bank\'s page has an entity or a control character that is not read here: try again in a while, or ask ' +
      'the bank',
    tr: 'bankanın sayfasındaki bir değerde burada okunmayan bir karakter var: biraz sonra yeniden deneyin ya da bankaya sorun',
  },
  pageAddress: {
    en: 'the bank sends the browser to an address that is not plain https or not its own, so the customer is not sent on: try ' +
      'again in a while, or ask the bank',
    tr: 'banka tarayıcıyı düz https olmayan ya da kendine ait olmayan bir adrese yolluyor, müşteri bu adrese yönlendirilmedi: ' +
      'biraz sonra yeniden deneyin ya da bankaya sorun',
  },

  // The order.
  orderId: {
    en: 'an order id has 1 to 64 letters (a-z, A-Z), digits, \'-\' or \'_\', and begins with a letter or digit; newOrderId() makes ' +
      'one',
    tr: 'sipariş numarası 1-64 harf (a-z, A-Z), rakam, \'-\' ya da \'_\' içerir, harf ya da rakamla başlar; newOrderId() uygun bir ' +
      'numara üretir',
  },
  idLength: {
    en: 'at this bank an order id has at most {} characters; newOrderId() makes one',
    tr: 'bu bankada sipariş numarası en çok {} karakterdir; newOrderId() uygun bir numara üretir',
  },
  garantiIdLength: {
    en: 'at Garanti an order id has at most 32 characters; newOrderId() makes one',
    tr: 'Garanti\'de sipariş numarası en çok 32 karakterdir; newOrderId() uygun bir numara üretir',
  },
  garantiIdVerdict: {
    en: 'an order id must not contain a word of the bank\'s (Approved, Declined, Error): it could be taken for its answer; ' +
      'newOrderId() makes one',
    tr: 'sipariş numarasında bankanın yanıt sözcükleri (Approved, Declined, Error) geçemez, yanıtla karışabilir; ' +
      'newOrderId() uygun bir numara üretir',
  },
  posnetId: {
    en: 'here an order id has 1 to 20 letters (a-z, A-Z) and digits, and begins with no 0; newOrderId() makes one',
    tr: 'burada sipariş numarası 1-20 harf (a-z, A-Z) ve rakamdan oluşur, 0 ile başlamaz; newOrderId() uygun bir numara üretir',
  },
  payflexId: {
    en: 'here an order id has at most 40 letters (a-z, A-Z), digits and dashes; newOrderId() makes one',
    tr: 'burada sipariş numarası en çok 40 harf (a-z, A-Z), rakam ve tireden oluşur; newOrderId() uygun bir numara üretir',
  },
  paytrId: {
    en: 'PayTR takes 1 to 64 letters (a-z, A-Z) and digits, nothing else; newOrderId() makes one',
    tr: 'PayTR\'de sipariş numarası 1-64 harf (a-z, A-Z) ve rakamdan oluşur, başka karakter içermez; newOrderId() uygun bir ' +
      'numara üretir',
  },
  paytrFixedId: {
    en: 'in this model an order id has exactly 20 letters and digits and begins with a capital; newOrderId() makes one',
    tr: 'bu modelde sipariş numarası tam 20 harf ve rakamdan oluşur, büyük harfle başlar; newOrderId() uygun bir numara üretir',
  },
  amountWhole: {
    en: 'write the amount as digits, for example \'150\': this currency has no decimals',
    tr: 'tutarı yalnızca rakamla yazın, örneğin \'150\': bu para biriminin ondalığı yoktur',
  },
  amountDecimal: {
    en: 'write the amount as text with a point and two decimals, for example \'149.90\'; for kuruş write { minor: \'14990\' }',
    tr: 'tutarı noktalı ve iki ondalıklı metin olarak yazın, örneğin \'149.90\'; kuruş için { minor: \'14990\' } yazın',
  },
  amountMinor: {
    en: '`minor` is the number of kuruş as digits, for example { minor: \'14990\' }',
    tr: '`minor` kuruş sayısıdır, yalnızca rakamla yazılır, örneğin { minor: \'14990\' }',
  },
  amountInexact: {
    en: 'this number is not exact to the currency\'s decimals; nothing is rounded here: write it as text, for example \'149.90\'',
    tr: 'bu sayı para biriminin ondalıklarına tam uymuyor, burada yuvarlama yapılmaz: metin olarak yazın, örneğin \'149.90\'',
  },
  currencyLetters: {
    en: 'write the currency as three letters: TRY, USD, EUR, GBP, JPY or RUB',
    tr: 'para birimini üç harfle yazın: TRY, USD, EUR, GBP, JPY ya da RUB',
  },
  currencyNotTaken: {
    en: 'this gateway does not take this currency: use another one, for example TRY',
    tr: 'bu banka bu para biriminde ödeme almıyor: başka bir para birimi kullanın, örneğin TRY',
  },
  saleOrPreAuth: {
    en: 'write \'sale\' or \'preauth\'',
    tr: '\'sale\' (satış) ya da \'preauth\' (ön provizyon) yazın',
  },
  noPreAuth: {
    en: 'this gateway, or this model of it, knows no pre-authorisation: leave `type` out, or use another model',
    tr: 'bu bankada ya da bu modelde ön provizyon yok: `type` yazmayın ya da başka bir model kullanın',
  },
  installments: {
    en: 'write the number of instalments as a whole number from 1 (single payment) to 36',
    tr: 'taksit sayısını 1 (tek çekim) ile 36 arasında bir tam sayı olarak yazın',
  },
  installmentsAboveLimit: {
    en: 'more instalments are chosen than `maxInstallments` allows: make one of the two fit',
    tr: 'taksit sayısı `maxInstallments` sınırını aşıyor: ikisinden birini düzeltin',
  },
  installmentsOfIyzico: {
    en: 'iyzico knows 1, 2, 3, 4, 6, 9 and 12 instalments: choose one of them',
    tr: 'iyzico\'da taksit sayısı 1, 2, 3, 4, 6, 9 ya da 12 olabilir: bunlardan birini seçin',
  },
  installmentsOfPaytr: {
    en: 'PayTR offers at most 12 instalments: write 12 or less',
    tr: 'PayTR\'de en çok 12 taksit yapılabilir: 12 ya da daha azını yazın',
  },
  installmentsByShop: {
    en: 'here the shop chooses the number of instalments, not the customer on the bank\'s page: set `installments`',
    tr: 'burada taksit sayısını bankanın sayfasında müşteri değil, mağaza seçer: `installments` değerini yazın',
  },
  returnUrl: {
    en: 'write an absolute address that begins with https:// and has no user name or fragment, at most 255 characters',
    tr: 'https:// ile başlayan, kullanıcı adı ve # bölümü olmayan, en çok 255 karakterlik tam bir adres yazın',
  },
  urlWithQuery: {
    en: 'the bank hands this address back changed when it has a query; put the id into the path',
    tr: 'adreste soru işaretli bölüm (?…) olunca banka onu değiştirip geri veriyor; numarayı yolun içine yazın',
  },
  notifyNeeded: {
    en: 'PayTR tells about a link\'s payment at this address and nowhere else: give one',
    tr: 'PayTR linkle alınan ödemeyi yalnızca bu adrese bildirir: bir adres yazın',
  },
  language: {
    en: 'write \'tr\' or \'en\'',
    tr: '\'tr\' ya da \'en\' yazın',
  },
  customerValue: {
    en: 'this is not a usable value, or longer than {} characters: shorten it, or leave it out',
    tr: 'bu değer kullanılamıyor ya da {} karakterden uzun: kısaltın ya da hiç yazmayın',
  },
  customerNeeded: {
    en: 'this gateway takes no payment without this: ask the customer for it and give it with the order',
    tr: 'bu olmadan burada ödeme alınamıyor: müşteriden isteyip siparişle birlikte verin',
  },
  customerIp: {
    en: 'this is the address that the customer\'s browser comes from (on Wix `request.ip`), as one plain IPv4 or IPv6 address',
    tr: 'buraya müşterinin tarayıcısının IP adresi (Wix\'te `request.ip`), tek bir düz IPv4 ya da IPv6 adresi olarak yazılır',
  },
  basketTooLong: {
    en: 'at most {} lines are allowed in the basket: put some together',
    tr: 'sepette en çok {} satır olabilir: bazılarını birleştirin',
  },
  basketName: {
    en: 'give each line of the basket a name of at most 200 characters',
    tr: 'sepetin her satırına en çok 200 karakterlik bir ad verin',
  },
  basketPrice: {
    en: 'write each price as text, for example \'149.90\'',
    tr: 'her fiyatı metin olarak yazın, örneğin \'149.90\'',
  },
  basketQuantity: {
    en: 'write each quantity as a whole number from 1 to 9999',
    tr: 'her adedi 1 ile 9999 arasında bir tam sayı olarak yazın',
  },
  doubtfulValue: {
    en: 'in this model the bank\'s return would be in doubt, because this value also occurs in a refusal; use another value, or ' +
      '\'3d_pay_hosting\'',
    tr: 'bu değer bankanın ret yanıtlarında da geçtiği için bu modelde dönüş şüpheli kalır; başka bir değer ya da ' +
      '\'3d_pay_hosting\' modelini kullanın',
  },

  // The card.
  cardNumber: {
    en: 'write the card number as 12 to 19 digits without spaces',
    tr: 'kart numarasını aralıksız 12-19 rakam olarak yazın',
  },
  cardMonth: {
    en: 'write the month as two digits, \'01\' to \'12\'',
    tr: 'ayı iki rakamla yazın, \'01\' ile \'12\' arası',
  },
  cardYear: {
    en: 'write the year as its last two digits',
    tr: 'yılın son iki rakamını yazın',
  },
  cardCvv: {
    en: 'write the security code as three or four digits',
    tr: 'güvenlik kodunu üç ya da dört rakam olarak yazın',
  },
  cardNeeded: {
    en: 'in this model the card passes through your server; pass `card`, or use a model with the bank\'s own page',
    tr: 'bu modelde kart bilgisi sizin sunucunuzdan geçer; `card` verin ya da bankanın kendi sayfasını kullanan bir model seçin',
  },
  cardNotTaken: {
    en: 'in this model the card never touches your server; pass none',
    tr: 'bu modelde kart bilgisi sunucunuza hiç gelmez; kart vermeyin',
  },

  // The stored order.
  alreadyStarted: {
    en: 'this order was started already; a new attempt needs a new id: newOrderId()',
    tr: 'bu sipariş daha önce başlatılmış; yeni deneme için yeni bir numara gerekir: newOrderId()',
  },
  otherGateway: {
    en: 'this order was started with another gateway than the configured one: pass it to the Pos of its own gateway',
    tr: 'bu sipariş ayarladığınızdan başka bir bankayla (`gateway`) başlatılmış: onu kendi bankasının Pos nesnesine verin',
  },
  otherMode: {
    en: 'this order was started in another mode (production or test) than the configured one: pass it to a Pos of its own mode',
    tr: 'bu sipariş ayarladığınızdan başka bir modda (production ya da test) başlatılmış: onu kendi modundaki Pos nesnesine ' +
      'verin',
  },
  otherModel: {
    en: 'pass the order as `start` returned it: its model is missing or not one of this gateway',
    tr: 'siparişi `start` işlevinin döndürdüğü gibi verin: modeli eksik ya da bu bankanın modellerinden değil',
  },
  changedRefs: {
    en: '`refs` is not what this package returned; store the order unchanged',
    tr: '`refs` bu paketin döndürdüğü gibi değil; siparişi değiştirmeden saklayın',
  },
  notStarted: {
    en: 'this order was never started, or its `refs` were lost: store the order that `start` returns, unchanged, and pass that ' +
      'one',
    tr: 'bu sipariş başlatılmamış ya da `refs` bilgisi kaybolmuş: `start` işlevinin döndürdüğü siparişi değiştirmeden saklayın ' +
      've onu verin',
  },
  longRefs: {
    en: 'the gateway\'s references are longer than any that it gives, so nothing was begun: try again, or ask the gateway',
    tr: 'bankanın verdiği başvuru bilgileri beklenenden uzun, bu yüzden bir şey başlatılmadı: yeniden deneyin ya da bankaya ' +
      'sorun',
  },

  // Captures, refunds, voids and lists.
  unknownVerb: {
    en: 'there is no such verb; the verbs are: inquire, capture, refund, void, history',
    tr: 'böyle bir işlem yok; bilinenler: inquire, capture, refund, void, history',
  },
  notOffered: {
    en: 'this gateway has no such thing; use its panel',
    tr: 'bu bankada böyle bir işlem yok; bankanın panelini kullanın',
  },
  voidAmount: {
    en: 'a void undoes the whole payment; give no amount',
    tr: 'iptal ödemenin tamamını geri alır; tutar yazmayın',
  },
  changeId: {
    en: 'give every capture, refund and void an id of its own: 1 to 36 letters (a-z, A-Z), digits, \'-\' or \'_\'; newOrderId() ' +
      'makes one',
    tr: 'her ön provizyon kapama, iade ve iptale ayrı bir numara (`id`) verin: 1-36 harf (a-z, A-Z), rakam, \'-\' ya da \'_\'; ' +
      'newOrderId() uygun bir numara üretir',
  },
  changeIdUsed: {
    en: 'this id was used for something else on this order; every capture, refund and void has its own: newOrderId() makes one',
    tr: 'bu numara bu siparişte başka bir işlem için kullanılmış; her ön provizyon kapama, iade ve iptalin ayrı numarası olur: ' +
      'newOrderId() uygun bir numara üretir',
  },
  tooManyChanges: {
    en: 'this order has seen too many captures, refunds and voids; make further ones in the bank\'s panel',
    tr: 'bu siparişte çok fazla çekim, iade ve iptal yapılmış; sonrakileri bankanın panelinden yapın',
  },
  notAuthorized: {
    en: 'this order is not known to be pre-authorised: finish or inquire first, and store `payment.refs` with the order',
    tr: 'bu siparişin ön provizyonu olduğu bilinmiyor: önce `finish` ya da `inquire` çağırın ve `payment.refs` değerini siparişle ' +
      'birlikte saklayın',
  },
  capturedBefore: {
    en: 'this pre-authorisation was captured or voided before, or it is not known yet whether it was: inquire',
    tr: 'bu ön provizyon daha önce kapatılmış ya da iptal edilmiş olabilir: `inquire` ile bankaya sorun',
  },
  captureTooLarge: {
    en: 'a capture takes at most what was authorised: write that amount, or less',
    tr: 'ön provizyon kapamada en çok provizyon alınan tutar çekilebilir: o tutarı ya da daha azını yazın',
  },
  notPaid: {
    en: 'this order is not known to be paid: finish or inquire first, and store `payment.refs`',
    tr: 'bu siparişin ödendiği bilinmiyor: önce `finish` ya da `inquire` çağırın ve `payment.refs` değerini saklayın',
  },
  voidedBefore: {
    en: 'this payment was voided, or it is not known yet whether it was: inquire',
    tr: 'bu ödeme iptal edilmiş ya da iptalinin sonucu henüz bilinmiyor: `inquire` ile bankaya sorun',
  },
  refundTooLarge: {
    en: 'refunds, those of unknown outcome included, would exceed what was captured: inquire, then give back what is left',
    tr: 'iadelerin toplamı, sonucu henüz bilinmeyenlerle birlikte, tahsil edilen tutarı aşar: önce `inquire` ile sorun, sonra ' +
      'kalanı iade edin',
  },
  undoneBefore: {
    en: 'this payment was refunded or voided before, or it is not known yet whether it was: inquire',
    tr: 'bu ödeme daha önce iade ya da iptal edilmiş ya da sonucu henüz bilinmiyor: `inquire` ile bankaya sorun',
  },
  foreignThen: {
    en: '`then` is not one that a step of this package returned: pass the step\'s own, unchanged',
    tr: '`then` bu paketin bir adımının döndürdüğü değer değil: adımın kendi değerini değiştirmeden verin',
  },
  day: {
    en: 'write the day as YYYY-MM-DD, in Turkish time',
    tr: 'günü Türkiye saatine göre YYYY-AA-GG biçiminde yazın, örneğin \'2026-11-01\'',
  },
  period: {
    en: 'a report covers 1 to 31 days: `to` is the last of them',
    tr: 'bir rapor 1 ile 31 günü kapsar: `to` bunların sonuncusudur',
  },

  // The configuration.
  gatewayMissing: {
    en: 'name your bank, one of: {}',
    tr: 'bankanızı yazın, şunlardan biri: {}',
  },
  unknownGateway: {
    en: 'this gateway is not known; known are: {}',
    tr: 'böyle bir banka (`gateway`) bilinmiyor; bilinenler: {}',
  },
  nearGateway: {
    en: 'this gateway is not known; did you mean \'{}\'?',
    tr: 'böyle bir banka (`gateway`) bilinmiyor; \'{}\' mi demek istediniz?',
  },
  otherEntry: {
    en: 'this bank is in \'{}\': write that instead of \'velopos\' in every import of your site',
    tr: 'bu banka \'{}\' içinde: sitenizdeki her import satırında \'velopos\' yerine onu yazın',
  },
  unknownKey: {
    en: 'this key is not known; known are: {}',
    tr: 'böyle bir ayar bilinmiyor; bilinenler: {}',
  },
  nearKey: {
    en: 'this key is not known; did you mean \'{}\'?',
    tr: 'böyle bir ayar bilinmiyor; \'{}\' mi demek istediniz?',
  },
  mode: {
    en: 'write \'production\' (real money, the default) or \'test\'',
    tr: '\'production\' (gerçek para, yazmazsanız bu geçerlidir) ya da \'test\' yazın',
  },
  threeDs: {
    en: 'write \'full\' (mdStatus 1 only, the default) or \'attempted\' (mdStatus 1 to 4)',
    tr: '\'full\' (yalnızca mdStatus 1, yazmazsanız bu geçerlidir) ya da \'attempted\' (mdStatus 1-4) yazın',
  },
  model: {
    en: 'this gateway has no such model; write one of: {}',
    tr: 'bu bankada böyle bir model yok; şunlardan birini yazın: {}',
  },
  valueMissing: {
    en: '{} is missing: copy it from the bank\'s panel or letter',
    tr: '{} eksik: bankanın panelinden ya da yazısından kopyalayın',
  },
  valueWithSpace: {
    en: '{} begins or ends with a space; copy it again',
    tr: '{} boşlukla başlıyor ya da bitiyor; yeniden kopyalayın',
  },
  valueInvisible: {
    en: '{} contains a line break or another character that cannot be seen; copy it again',
    tr: '{} içinde satır sonu ya da görünmeyen başka bir karakter var; yeniden kopyalayın',
  },
  valueTooLong: {
    en: '{} is longer than any real one; copy it again',
    tr: '{} gerçek bir değer için fazla uzun; yeniden kopyalayın',
  },
  valueNotDigits: {
    en: '{} has digits only; copy it again',
    tr: '{} yalnızca rakamlardan oluşur; yeniden kopyalayın',
  },
  valueNotTenDigits: {
    en: '{} has 10 digits; copy it again',
    tr: '{} 10 rakamdan oluşur; yeniden kopyalayın',
  },
  valueNotPlain: {
    en: '{} has letters and digits only; copy it again',
    tr: '{} yalnızca harf ve rakamlardan oluşur; yeniden kopyalayın',
  },
  valueNotAscii: {
    en: '{} has neither spaces nor Turkish letters; copy it again',
    tr: '{} içinde boşluk ve Türkçe harf bulunmaz; yeniden kopyalayın',
  },
  valueNotCurrency: {
    en: '{} is one of TRY, USD, EUR, GBP, JPY, RUB',
    tr: '{} şunlardan biridir: TRY, USD, EUR, GBP, JPY, RUB',
  },
  valuePublic: {
    en: 'this is a publicly known test value; put your own {} here, or set mode: \'test\'',
    tr: 'bu, herkesin bildiği bir test değeri; buraya kendi bilginizi ({}) yazın ya da mode: \'test\' verin',
  },
  sandboxKey: {
    en: 'this is a key of iyzico\'s sandbox; put the key of your live panel here (Ayarlar > API Anahtarları), or set mode: ' +
      '\'test\'',
    tr: 'bu, iyzico sandbox anahtarı; buraya canlı panelinizdeki anahtarı (Ayarlar > API Anahtarları) yazın ya da mode: \'test\' ' +
      'verin',
  },
  apiToCharge: {
    en: 'in this model our own server takes the money: give API kullanıcı adı and API şifresi, or use model \'3d_pay_hosting\'',
    tr: 'bu modelde parayı kendi sunucunuz çeker: API kullanıcı adı ve API şifresi yazın ya da \'3d_pay_hosting\' modelini ' +
      'kullanın',
  },
  apiToAsk: {
    en: 'asking the bank needs API kullanıcı adı and API şifresi; the bank\'s panel creates them',
    tr: 'bankaya sormak için API kullanıcı adı ve API şifresi gerekir; bankanın panelinde oluşturulur',
  },
  refundUser: {
    en: 'refunds and voids need the İade kullanıcısı (PROVRFN) and its password; the bank\'s panel sets it',
    tr: 'iade ve iptal için İade kullanıcısı (PROVRFN) ve şifresi gerekir; bankanın panelinde tanımlanır',
  },
  merchantIdToVerify: {
    en: 'a subscription\'s webhook signs the merchant number, which it does not carry: set `merchantId` (Üye İşyeri Numarası)',
    tr: 'abonelik webhook\'u, içinde yazmayan üye işyeri numarasını da imzalar: `merchantId` (Üye İşyeri Numarası) değerini ' +
      'yazın',
  },
  secretKeyMissing: {
    en: 'Güvenlik Anahtarı (Secret Key) is missing, and without it anybody could sign: copy it from iyzico\'s panel (Ayarlar > API ' +
      'Anahtarları)',
    tr: 'Güvenlik Anahtarı (Secret Key) eksik, o olmadan herkes imza atabilir: iyzico panelinden (Ayarlar > API Anahtarları) ' +
      'kopyalayın',
  },
  tooManyHosts: {
    en: 'at most {} hosts are allowed here',
    tr: 'buraya en çok {} sunucu adı yazılabilir',
  },
  endpointMissing: {
    en: '\'{}\' is a system and not a bank: give this address of your bank, or name the bank as `gateway`',
    tr: '\'{}\' bir banka değil, bir altyapı: bankanızın bu adresini yazın ya da `gateway` olarak bankayı yazın',
  },
  endpointUnknown: {
    en: 'no public document names this address of your bank: ask the bank for it and put it here, or use the other model',
    tr: 'bankanızın bu adresi herkese açık bir belgede yok: bankadan isteyip buraya yazın ya da diğer modeli kullanın',
  },
  endpointAddress: {
    en: 'write an address that begins with https:// and has no user name, query or fragment',
    tr: 'https:// ile başlayan; kullanıcı adı, ? ve # bölümü olmayan bir adres yazın',
  },
  endpointHost: {
    en: '{} is not a host of this bank in this mode; if it really is, allow it with createPos(config, { trustHosts: [\'{}\'] })',
    tr: '{} bu modda bu bankanın sunucusu değil; gerçekten onunsa createPos(config, { trustHosts: [\'{}\'] }) ile izin verin',
  },

  // What the bank refuses, and what cannot be reached.
  refused: {
    en: 'the bank refused the request: its own code (`bankCode`) and words (`bankMessage`) say why; if they do not help, ask the ' +
      'bank (sanal POS desteği)',
    tr: 'banka isteği reddetti: nedeni bankanın kodunda (`bankCode`) ve mesajında (`bankMessage`) yazıyor; yetmezse bankaya (sanal ' +
      'POS desteği) sorun',
  },
  garantiAddress: {
    en: 'the bank takes requests for this terminal from listed addresses only: have this server\'s address added ' +
      '(eticaretdestek)',
    tr: 'banka bu terminal için yalnızca tanımlı IP adreslerinden istek alıyor: bu sunucunun adresini ekletin (eticaretdestek)',
  },
  garantiRights: {
    en: 'the bank\'s user may not do this: check provisionUser (PROVAUT) and refundUser (PROVRFN), and their rights in the ' +
      'bank\'s panel',
    tr: 'bu kullanıcının bu işleme yetkisi yok: provisionUser (PROVAUT) ve refundUser (PROVRFN) değerlerini, bankanın ' +
      'panelindeki yetkilerini kontrol edin',
  },
  garantiAccount: {
    en: 'the bank does not accept terminalId, merchantId, user or password: check them, and in the bank\'s panel that the user ' +
      'is open',
    tr: 'banka terminalId, merchantId, kullanıcı ya da şifreyi kabul etmiyor: bunları kontrol edin, bankanın panelinde ' +
      'kullanıcının açık olduğuna da bakın',
  },
  iyzicoKeys: {
    en: 'iyzico refused to answer: check `apiKey` and `secretKey`, and that both are of this mode; its own code and words say ' +
      'more',
    tr: 'iyzico yanıt vermeyi reddetti: `apiKey` (API Anahtarı) ve `secretKey` (Güvenlik Anahtarı) değerlerini, ikisinin de bu ' +
      'moda ait olduğunu kontrol edin; ayrıntı iyzico\'nun kodunda ve mesajında',
  },
  nestpayAccount: {
    en: 'the bank refused the inquiry: check API kullanıcı adı, API şifresi and Mağaza no; its own code and words say more',
    tr: 'banka sorguyu reddetti: API kullanıcı adı, API şifresi ve Mağaza no değerlerini kontrol edin; ayrıntı bankanın kodunda ' +
      've mesajında',
  },
  payflexAddress: {
    en: 'the bank does not know your server\'s IP address: ask it to accept any, because those of Wix change',
    tr: 'banka sunucunuzun IP adresini tanımıyor: Wix\'in adresleri değiştiği için bütün adreslere açmasını isteyin',
  },
  payflexMpiPassword: {
    en: 'the password of the bank\'s 3D Secure service (MPI) is wrong; where the bank gives two passwords, this one is ' +
      '`mpiPassword`',
    tr: 'bankanın 3D Secure (MPI) şifresi yanlış; banka iki ayrı şifre verdiyse bunu `mpiPassword` olarak yazın',
  },
  payflexPassword: {
    en: 'the bank does not accept the password; copy it again from the bank\'s panel or letter',
    tr: 'banka şifreyi kabul etmiyor; bankanın panelinden ya da yazısından yeniden kopyalayın',
  },
  payflexMerchant: {
    en: 'the bank does not know this merchant (Üye işyeri numarası), or it is not active yet: check the number, and ask the ' +
      'bank',
    tr: 'banka bu üye işyeri numarasını tanımıyor ya da numara henüz açılmamış: numarayı kontrol edin, bankaya sorun',
  },
  payflexTerminal: {
    en: 'the bank does not know this terminal: check the number, and ask the bank',
    tr: 'banka bu terminali tanımıyor: numarayı kontrol edin, bankaya sorun',
  },
  payflexUrls: {
    en: 'the bank does not accept these addresses: check that they begin with https:// and open in a browser',
    tr: 'banka bu adresleri kabul etmiyor: https:// ile başladıklarını ve tarayıcıda açıldıklarını kontrol edin',
  },
  seenBefore: {
    en: 'the bank has seen this order id before, or does not take it: every attempt at paying has an id of its own; ' +
      'newOrderId() makes one',
    tr: 'banka bu sipariş numarasını daha önce görmüş ya da kabul etmiyor: her ödeme denemesinin ayrı numarası olur; ' +
      'newOrderId() uygun bir numara üretir',
  },
  posnetAddress: {
    en: 'the bank does not know this server\'s address, or the numbers: have it (Posnet Support) allow the IP that its words ' +
      'name, and check MERCHANT_ID, TERMINAL_ID and `mode`',
    tr: 'banka bu sunucunun adresini ya da numaraları tanımıyor: bankanın mesajında yazan IP adresine izin vermesini (Posnet ' +
      'Destek) isteyin; MERCHANT_ID, TERMINAL_ID ve `mode` değerlerini kontrol edin',
  },
  posnetMacRefused: {
    en: 'the bank refused the MAC: these packets are another order\'s or another amount\'s, or Şifreleme anahtarı (ENCKEY) or ' +
      'TERMINAL_ID is wrong: do not ship, and copy both values again',
    tr: 'banka MAC değerini reddetti: bu paketler başka bir siparişe ya da tutara ait ya da Şifreleme anahtarı (ENCKEY) veya ' +
      'Terminal numarası (TERMINAL_ID) yanlış: ürünü göndermeyin, iki değeri de yeniden kopyalayın',
  },
  posnetCurrency: {
    en: 'the bank does not take this currency at this terminal: ask the bank to open it',
    tr: 'bu terminal bu para birimine kapalı: bankadan açmasını isteyin',
  },
  posnetNumbers: {
    en: 'Üye işyeri numarası (MERCHANT_ID) or Terminal numarası (TERMINAL_ID) is wrong: copy both again from İşyeri Yönetici ' +
      'Ekranları, and check `mode`',
    tr: 'Üye işyeri numarası (MERCHANT_ID) ya da Terminal numarası (TERMINAL_ID) yanlış: ikisini de İşyeri Yönetici ' +
      'Ekranları\'ndan yeniden kopyalayın, `mode` değerini kontrol edin',
  },
  boaAddress: {
    en: 'the bank takes requests from listed addresses only: ask it to list the address of this server',
    tr: 'banka yalnızca tanımlı adreslerden istek kabul eder: bu sunucunun IP adresini bankaya tanımlatın',
  },
  boaAccount: {
    en: 'the bank does not accept MerchantId, CustomerId, UserName or the password: check them against its letter, and `mode`',
    tr: 'banka MerchantId, CustomerId, UserName ya da şifreyi kabul etmiyor: bankanın yazısıyla ve `mode` ile karşılaştırın',
  },
  paytrToken: {
    en: 'PayTR refused to open a payment; its words say why (paytr_token: check Mağaza Parola, Mağaza Gizli Anahtar and ' +
      'customer.ip)',
    tr: 'PayTR ödemeyi başlatmayı reddetti; nedeni PayTR\'nin mesajında yazıyor (paytr_token diyorsa Mağaza Parola, Mağaza ' +
      'Gizli Anahtar ve customer.ip değerlerini kontrol edin)',
  },
  unanswered: {
    en: 'the bank did not answer, or not in full; try again in a while',
    tr: 'banka yanıt vermedi ya da yanıtı eksik geldi; biraz sonra yeniden deneyin',
  },
  nothingBegun: {
    en: 'the bank did not answer, or its answer cannot be read, so no payment was begun; try again in a while',
    tr: 'banka yanıt vermedi ya da yanıtı okunamadı, bu yüzden ödeme başlatılmadı; biraz sonra yeniden deneyin',
  },

  // Faults of this package.
  damagedCall: {
    en: 'the call to the core is damaged; this is a fault of the package, and the call had no effect: install it again, and ' +
      'report it if it stays',
    tr: 'çekirdeğe yapılan çağrı bozuk; bu paketin bir hatasıdır, çağrının etkisi olmadı: paketi yeniden kurun, sürerse ' +
      'bildirin',
  },
  unknownFormula: {
    en: 'this formula is not known, or was given too few values: give it every value that its description names',
    tr: 'bu formül bilinmiyor ya da eksik değer verildi: açıklamasında adı geçen bütün değerleri verin',
  },
  noEvidence: {
    en: 'this proves nothing about the order\'s money; this is a fault of the package: report it, and look at the bank\'s panel',
    tr: 'bu, siparişin parası hakkında bir şey kanıtlamıyor; bu paketin bir hatasıdır: bildirin ve bankanın paneline bakın',
  },
});

/** The refusals of the shim itself. */
const shim = () => ({
  // What the caller gave.
  config: {
    en: 'createPos takes an object, for example { gateway: \'isbank\', merchant: { … } }',
    tr: 'createPos bir nesne alır, örneğin { gateway: \'isbank\', merchant: { … } }',
  },
  anObject: {
    en: 'this must be an object',
    tr: 'bu bir nesne ({ … }) olmalı',
  },
  anObjectOf: {
    en: 'this must be an object: {}',
    tr: 'bu bir nesne olmalı: {}',
  },
  aText: {
    en: 'this must be a text',
    tr: 'bu bir metin olmalı: tırnak içinde yazın',
  },
  longText: {
    en: 'this text is longer than any real one: copy it again',
    tr: 'bu metin gerçek bir değer için fazla uzun: yeniden kopyalayın',
  },
  invisible: {
    en: 'this text contains a line break or another character that cannot be seen; copy it again',
    tr: 'bu metinde satır sonu ya da görünmeyen başka bir karakter var; yeniden kopyalayın',
  },
  aCount: {
    en: 'this must be a whole number',
    tr: 'bu bir tam sayı olmalı',
  },
  texts: {
    en: 'this must be a list of texts',
    tr: 'bu bir metin listesi olmalı',
  },
  unknownName: {
    en: 'this is not known here; known are: {}',
    tr: 'bu ad burada bilinmiyor; bilinenler: {}',
  },
  unknownOption: {
    en: 'this option is not known; known are: {}',
    tr: 'böyle bir seçenek bilinmiyor; bilinenler: {}',
  },
  fields: {
    en: 'this must be an object of names and values, as on the wire',
    tr: 'bu, bankaya giden formdaki gibi adlar ve değerlerden oluşan bir nesne olmalı',
  },
  hosts: {
    en: 'this must be a list of host names',
    tr: 'bu, sunucu adlarından oluşan bir liste olmalı',
  },
  fetch: {
    en: 'this must be a function like fetch; in Velo: import { fetch } from \'wix-fetch\'',
    tr: 'bu, fetch gibi bir işlev olmalı; Velo\'da: import { fetch } from \'wix-fetch\'',
  },
  claim: {
    en: 'this must be an async function of one key',
    tr: 'bu, tek bir anahtar alan bir async işlev olmalı',
  },
  claimNeeded: {
    en: 'here our own server moves money, so createPos needs { claim }: an async function that inserts the key it is given into your ' +
      'database and answers false when the key was there already',
    tr: 'burada parayı kendi sunucunuz çeker, bu yüzden createPos için { claim } gerekir: verilen anahtarı veritabanınıza ekleyen, anahtar ' +
      'zaten varsa false döndüren bir async işlev',
  },
  timeout: {
    en: 'this must be a whole number of milliseconds, at most ten minutes',
    tr: 'bu, milisaniye cinsinden bir tam sayı olmalı, en çok on dakika',
  },
  order: {
    en: 'pass an order: { id, amount, currency, urls }',
    tr: 'bir sipariş verin: { id, amount, currency, urls }',
  },
  storedOrder: {
    en: 'pass the order that `start` returned',
    tr: '`start` işlevinin döndürdüğü siparişi verin',
  },
  urls: {
    en: 'give { ok, fail }: where the bank sends the customer back',
    tr: '{ ok, fail } verin: bankanın müşteriyi geri göndereceği adresler',
  },
  basket: {
    en: 'this must be a list of a few lines',
    tr: 'bu, birkaç satırlık bir liste olmalı',
  },
  basketLine: {
    en: 'each line of the basket is an object: { name, price, quantity }',
    tr: 'sepetin her satırı bir nesnedir: { name, price, quantity }',
  },
  amount: {
    en: 'write the amount as text with a point and two decimals, for example \'149.90\'',
    tr: 'tutarı noktalı ve iki ondalıklı metin olarak yazın, örneğin \'149.90\'',
  },
  largeOrder: {
    en: 'the order is larger than any real one: shorten its texts',
    tr: 'sipariş gerçek bir sipariş için fazla büyük: metinlerini kısaltın',
  },
  range: {
    en: 'give { from, to } as \'YYYY-MM-DD\', in Turkish time',
    tr: '{ from, to } değerlerini Türkiye saatine göre \'YYYY-AA-GG\' biçiminde verin',
  },
  redirect: {
    en: 'pass the `redirect` that `start` returned',
    tr: '`start` işlevinin döndürdüğü `redirect` değerini verin',
  },
  redirectAddress: {
    en: 'the address is not one that `start` returned: pass its `redirect` unchanged',
    tr: 'bu adres `start` işlevinin döndürdüğü adres değil: `redirect` değerini değiştirmeden verin',
  },
  nonce: {
    en: 'write the nonce as 16 or more characters of base64',
    tr: 'nonce değerini 16 ya da daha çok base64 karakteriyle yazın',
  },

  // What arrived.
  body: {
    en: 'pass the raw body as text, or { body, headers }',
    tr: 'gövdeyi ham metin olarak ya da { body, headers } biçiminde verin',
  },
  rawBody: {
    en: 'pass the body exactly as it arrived, as text: await request.body.text()',
    tr: 'gövdeyi geldiği gibi, metin olarak verin: await request.body.text()',
  },
  brokenText: {
    en: 'the body is not well-formed text: pass it on exactly as it arrived',
    tr: 'gövde düzgün bir metin değil: geldiği gibi verin',
  },
  header: {
    en: 'this header is not one text: pass the request\'s headers on as they arrived',
    tr: 'bu başlık tek bir metin değil: isteğin başlıklarını geldiği gibi verin',
  },
  headerTwice: {
    en: 'this header occurs twice: pass the request\'s headers on as they arrived',
    tr: 'bu başlık iki kez geçiyor: isteğin başlıklarını geldiği gibi verin',
  },
  longList: {
    en: 'the bank lists more transactions than fit here; ask for fewer days',
    tr: 'bankanın listesinde buraya sığmayacak kadar çok işlem var; daha az gün isteyin',
  },
  provesNothing: {
    en: 'in this model a callback proves no payment: use createPos(…).finish, which asks the bank',
    tr: 'bu modelde bankanın dönüşü ödemeyi kanıtlamaz: bankaya soran createPos(…).finish işlevini kullanın',
  },

  // The surroundings.
  randomness: {
    en: 'this runtime offers no source of secure randomness (crypto.getRandomValues): use Node 18 or newer',
    tr: 'bu ortamda güvenli rastgelelik kaynağı (crypto.getRandomValues) yok: Node 18 ya da yenisini kullanın',
  },
  notLoaded: {
    en: 'this runtime could not load the core: {}',
    tr: 'bu ortam çekirdeği yükleyemedi: {}',
  },
  stopped: {
    en: 'the core stopped unexpectedly; this call had no effect, and the next one gets a fresh core: report it if it happens again',
    tr: 'çekirdek beklenmedik biçimde durdu; bu çağrının etkisi olmadı, sonraki çağrı yeni bir çekirdekle yapılır: yinelenirse ' +
      'bildirin',
  },
  noStep: {
    en: 'the core answered something else than a step; this is a fault of the package: report it',
    tr: 'çekirdek adım yerine başka bir şey döndürdü; bu paketin bir hatasıdır: bildirin',
  },
});

let sentences;

/** All of them, under their names. They are made when the first is wanted: most containers refuse nothing, and none should wait for it. */
export function words() {
  sentences ??= { ...core(), ...shim() };
  return sentences;
}

let names;

/** The name of the core's refusal with this number. */
export function nameOf(number) {
  names ??= Object.keys(core());
  return names[number];
}

/** What a customer reads whose payment was declined, under the names of `Reason` in src/decline.rs. */
export const DECLINES = {
  declined: {
    tr: 'Bankanız ödemeyi onaylamadı. Başka bir kart deneyebilir veya bankanızı arayabilirsiniz.',
    en: 'Your bank did not approve the payment. You can try another card or call your bank.',
  },
  'insufficient-funds': {
    tr: 'Kartınızın bakiyesi veya limiti bu ödeme için yeterli değil.',
    en: 'Your card does not have enough balance or limit for this payment.',
  },
  'limit-exceeded': {
    tr: 'Kartınızın işlem limiti aşıldı.',
    en: 'Your card\'s transaction limit has been reached.',
  },
  'expired-card': {
    tr: 'Kartınızın son kullanma tarihi geçmiş.',
    en: 'Your card has expired.',
  },
  'invalid-card': {
    tr: 'Kart numarası hatalı.',
    en: 'The card number is not valid.',
  },
  'invalid-cvv': {
    tr: 'Kartın güvenlik kodu (CVV) hatalı.',
    en: 'The card\'s security code (CVV) is not valid.',
  },
  'not-permitted': {
    tr: 'Kartınız bu tür bir ödemeye kapalı. Bankanızdan internet alışverişine açtırabilirsiniz.',
    en: 'Your card is not open to this kind of payment. Your bank can enable online shopping for it.',
  },
  'restricted-card': {
    tr: 'Bu kart kullanıma kapalı. Lütfen bankanızı arayın.',
    en: 'This card is blocked. Please call your bank.',
  },
  'call-bank': {
    tr: 'Bankanız sizinle görüşmek istiyor. Lütfen bankanızı arayın.',
    en: 'Your bank asks you to call it.',
  },
  '3ds-failed': {
    tr: '3D Secure doğrulaması tamamlanamadı. Kartınızdan ödeme alınmadı.',
    en: 'The 3-D Secure verification was not completed. Your card was not charged.',
  },
  cancelled: {
    tr: 'Ödemeden vazgeçtiniz.',
    en: 'You cancelled the payment.',
  },
  expired: {
    tr: 'Ödeme sayfasının süresi doldu.',
    en: 'The payment page timed out.',
  },
  installments: {
    tr: 'Bu karta bu taksit sayısı uygulanamıyor.',
    en: 'This card does not take this number of instalments.',
  },
  security: {
    tr: 'Ödeme güvenlik nedeniyle onaylanmadı.',
    en: 'The payment was not approved for security reasons.',
  },
  'bank-unavailable': {
    tr: 'Bankanıza şu anda ulaşılamıyor. Lütfen biraz sonra yeniden deneyin.',
    en: 'Your bank cannot be reached right now. Please try again in a while.',
  },
};

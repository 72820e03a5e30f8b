// What an explanation says, in Turkish and English: what happened, what it means, what to do, in the words of the banks' panels. A sentence
// is made of names of fields and of what came in them; never of a secret, and never of a digest.

/** A value as it is quoted: short, and without characters that a terminal would obey. */
const quoted = (value) => `“${String(value ?? '').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�').slice(0, 80)}”`;
const plain = (name) => String(name ?? '').replace(/[^\p{L}\p{N} .,_()/-]/gu, '?').slice(0, 120);

/** @type {Record<string, { tr: (evidence: any) => [string, string], en: (evidence: any) => [string, string] }>} */
const CAUSES = {
  'space-in-secret': {
    tr: ({ panel }) => [`Anahtarda boşluk ya da görünmeyen bir karakter var: ${panel}`,
      'Değeri yeniden kopyalayın: başında, sonunda ve içinde boşluk, satır sonu ya da tırnak kalmasın. Secrets Manager’daki sırrı ve formu imzalayan kendi kodunuzu düzeltin.'],
    en: ({ panel }) => [`A space or an invisible character stands in a secret: ${panel}`,
      'Copy the value again, without a space, a line end or quotation marks before, behind or within it. Correct the secret in the Secrets Manager, and your own code if that signs the form.'],
  },
  'test-key-in-production': {
    tr: ({ panel }) => [`Canlı ayarda herkesin bildiği bir deneme değeri var: ${panel}`,
      'Deneme yapıyorsanız `mode: \'test\'` yazın. Canlıya geçtiyseniz bankanın panelinden canlı değeri alın; deneme anahtarıyla imzayı herkes atabilir.'],
    en: ({ panel }) => [`A production configuration holds a test value that everybody knows: ${panel}`,
      'If you are testing, write `mode: \'test\'`. If you are live, take the live value from the bank’s panel: with a test key anybody can sign.'],
  },
  'signed-with-test-key': {
    tr: ({ panel }) => [`İleti, herkesin bildiği bir deneme anahtarıyla imzalanmış: ${panel}`,
      'Canlıda buna inanmayın: bu anahtarla herkes imza atabilir. Form bankanın deneme adresine gidiyorsa `mode` değerini, terminal deneme terminaliyse Mağaza No’yu bankayla düzeltin.'],
    en: ({ panel }) => [`The message is signed with a test key that everybody knows: ${panel}`,
      'Do not believe it in production: anybody can sign with this key. If the form goes to the bank’s test address, correct `mode`; if the terminal is a test one, ask the bank for the live one.'],
  },
  'wrong-secret': {
    tr: ({ panel, other }) => [`Yanlış anahtar: “${panel}” yerine “${other}” olarak yazdığınız değer tutuyor`,
      `İki değeri karşılaştırıp yerlerini düzeltin. Bankanın panelinde adları farklıdır: ${panel} ile ${other} birbirinin yerine geçmez; API şifresi imza anahtarı değildir.`],
    en: ({ panel, other }) => [`Wrong secret: what you configured as “${other}” fits in the place of “${panel}”`,
      `Compare the two and put them in their places. The bank’s panel names them differently: ${panel} and ${other} are not the same; an API password is no store key.`],
  },
  'other-account': {
    tr: ({ account }) => [`Başka bir hesabınızın anahtarı tutuyor: ${plain(account)}`,
      'İletiyi imzalayan terminal ile bu hesabın anahtarı ayrı: deneme ve canlı ya da iki mağaza karışmış. Formu başlatan hesapla sonucu doğrulayan hesap aynı olsun.'],
    en: ({ account }) => [`The key of another account of yours fits: ${plain(account)}`,
      'The terminal that signed belongs to another account: test and live, or two shops, were mixed up. Let the account that begins a payment be the one that verifies its return.'],
  },
  'mistyped-secret': {
    tr: ({ panel }) => [`Anahtar elle yazılmış gibi: harf büyüklüğü ya da 0/O, 1/l/I karışmış: ${panel}`, 'Değeri yazmayın; panelden ya da bankanın mektubundan kopyalayıp yapıştırın.'],
    en: ({ panel }) => [`The secret looks typed by hand: upper and lower case, or 0/O or 1/l/I, are confused: ${panel}`, 'Do not type it: copy and paste it from the panel or the bank’s letter.'],
  },
  'same-secret': {
    tr: ({ panel, other }) => [`“${panel}” ile “${other}” aynı değer`, 'Biri büyük olasılıkla yanlış kopyalandı: API şifresi çoğu zaman imza anahtarının yerine yazılır. Panelden ikisine de yeniden bakın.'],
    en: ({ panel, other }) => [`“${panel}” and “${other}” are the same value`, 'One was probably copied by mistake: the API password often ends up where the store key belongs. Look both up in the panel again.'],
  },
  'captured-text': {
    tr: () => ['Gövdenin başında ya da sonunda fazladan satır sonu, boşluk ya da BOM var', 'Gövdeyi geldiği gibi verin; dosyaya kaydederken ya da günlükten kopyalarken bir şey eklenmesin.'],
    en: () => ['A line end, a space or a byte order mark was added to the body', 'Pass the body on exactly as it arrived; let nothing be added when it is saved or copied from a log.'],
  },
  'decoded-body': {
    tr: () => ['Gövde yolda çözülmüş: yüzde işaretleri kalkmış ya da + işaretleri boşluğa dönmüş',
      'Bir vekil sunucu, çatı ya da kendi kodunuz gövdeyi önceden çözüyor. `finish` işlevine ham metni verin: Velo’da `await request.body.text()`. İmzadaki + işareti boşluk olursa imza tutmaz.'],
    en: () => ['The body was decoded on its way: percent signs are gone, or plus signs became spaces',
      'A proxy, a framework or your own code decodes the body first. Hand `finish` the raw text: in Velo `await request.body.text()`. Once a + in the digest has become a space, nothing fits.'],
  },
  'encoded-twice': {
    tr: () => ['Gövde iki kez kodlanmış (%252B gibi)', 'Gövdeyi siz kodlamayın; geldiği gibi verin.'],
    en: () => ['The body was encoded twice (such as %252B)', 'Do not encode the body yourself; pass it on as it arrived.'],
  },
  'escaped-html': {
    tr: () => ['Gövdedeki & işaretleri &amp; olmuş', 'Gövde bir HTML sayfasından ya da şablondan geçmiş; geldiği gibi verin.'],
    en: () => ['The & signs of the body became &amp;', 'The body went through HTML or a template; pass it on as it arrived.'],
  },
  charset: {
    tr: () => ['Karakter kümesi değişmiş: Türkçe harfler başka baytlarla imzalanmış',
      'Bankanınkiyle aynı kümeyi (UTF-8 ya da ISO-8859-9) kullanın ve gövdeyi metne çevirmeden, bayt olarak verin: Velo’da `await request.body.buffer()`.'],
    en: () => ['The charset was changed: Turkish letters were signed as other bytes',
      'Use the bank’s charset (UTF-8 or ISO-8859-9), and pass the body on as bytes instead of text: in Velo `await request.body.buffer()`.'],
  },
  'charset-lost': {
    tr: () => ['Bazı harfler okunurken yok olmuş (� işareti)', 'Gövde ISO-8859-9 ile gelmiş, UTF-8 sanılarak metne çevrilmiş; bu artık geri alınamaz. Gövdeyi bayt olarak verin: `await request.body.buffer()`.'],
    en: () => ['Some letters were lost in reading (the sign �)', 'The body came in ISO-8859-9 and was read as UTF-8, which cannot be undone. Pass it on as bytes: `await request.body.buffer()`.'],
  },
  'json-body': {
    tr: () => ['Gövde form değil, JSON’a çevrilmiş', 'Çatınızın ayrıştırdığı nesneyi değil, ham gövdeyi verin.'],
    en: () => ['The body was turned from a form into JSON', 'Pass on the raw body, not the object that your framework parsed.'],
  },
  'body-changed': {
    tr: () => ['İmzalanan gövde ile gönderilen gövde aynı metin değil', 'JSON’u bir kez metne çevirin; aynı metni hem imzalayın hem gönderin. Ayrıştırıp yeniden yazmak boşlukları ve sırayı değiştirir.'],
    en: () => ['The body that was signed is not the text that was sent', 'Turn the JSON into text once; sign that text and send that text. Parsing and writing it again changes spaces and order.'],
  },
  'signed-path': {
    tr: () => ['İmzaya tam adres ya da soru işaretinden sonrası girmiş', 'Yalnız yolu imzalayın, örneğin /payment/detail: sunucu adı ve ? sonrası olmadan.'],
    en: () => ['The whole address, or what follows the question mark, was signed', 'Sign the path only, such as /payment/detail: without the host and without what follows ?.'],
  },
  'field-added': {
    tr: ({ field }) => [`İmzadan sonra bir alan eklenmiş: ${plain(field)}`, 'NestPay bütün alanları imzalar. Alanı çıkarın ya da imzadan önce ekleyin; dönüş adresine kendi parametrenizi de eklemeyin.'],
    en: ({ field }) => [`A field was added after signing: ${plain(field)}`, 'NestPay signs every field. Take it out, or add it before signing; do not put parameters of your own on the return address either.'],
  },
  'field-missing': {
    tr: ({ field }) => [`Formda olması beklenen bir alan yok: ${plain(field)}`, 'Formu `start` nasıl veriyorsa öyle gönderin.'],
    en: ({ field }) => [`The form lacks a field that was expected: ${plain(field)}`, 'Send the form as `start` returned it.'],
  },
  'wrong-sort': {
    tr: () => ['Alanlar yanlış sırayla imzalanmış', 'Adları büyük ASCII harfe çevirip sıralayın. Türkçe yerel ayarla (i/İ) ya da büyük-küçük harfe duyarlı sıralama, formdaki sıra ve PHP’nin ksort’u tutmaz.'],
    en: () => ['The fields were signed in the wrong order', 'Sort the names as upper-case ASCII. A Turkish locale (i/İ), a case-sensitive sort, the order of the form and PHP’s ksort do not fit.'],
  },
  ver1: {
    tr: ({ keyFits }) => ['Terminal eski hash sürüm 1 ile imzalıyor',
      `Sürüm 1 tutarı korumaz, bu yüzden kabul edilmez.${keyFits === 'yes' ? ' Anahtarınız doğru: iletinin eski imzası onunla tutuyor.' : ''} Bankanın sanal POS desteğinden terminali hash sürüm 3’e (ver3) geçirmesini isteyin.`],
    en: ({ keyFits }) => ['The terminal signs with the old hash version 1',
      `Version 1 does not protect the amount, so it is not accepted.${keyFits === 'yes' ? ' Your key is right: the old digest of this message fits it.' : ''} Ask the bank’s virtual POS support to switch the terminal to hash version 3 (ver3).`],
  },
  'ver1-form': {
    tr: ({ field }) => [`Form eski imza sürümüyle hazırlanmış (${plain(field)})`, 'Banka artık yenisini bekler: NestPay’de hashAlgorithm=ver3 ve SHA-512, Garanti’de apiversion=512. Formu `start` ile üretin.'],
    en: ({ field }) => [`The form was made with an old version of the digest (${plain(field)})`, 'Banks now expect the new one: hashAlgorithm=ver3 with SHA-512 at NestPay, apiversion=512 at Garanti. Let `start` make the form.'],
  },
  'wrong-storetype': {
    tr: ({ field, given, fits }) => [`Ödeme modeli farklı: ${plain(field)} ${quoted(given)}, ${quoted(fits)} olmalı`, 'Formdaki model ayardaki `model` ile ve bankanın terminalinize açtığı modelle (3D Pay Hosting, 3D Pay, 3D …) aynı olmalı. İmzadan sonra değiştirilmez.'],
    en: ({ field, given, fits }) => [`Another payment model: ${plain(field)} is ${quoted(given)} and should be ${quoted(fits)}`, 'The form’s model must be that of `model` in the configuration and one that the bank has enabled for your terminal (3D Pay Hosting, 3D Pay, 3D …). It is not changed after signing.'],
  },
  'wrong-terminal': {
    tr: ({ field, panel }) => [`Formdaki numara ayardaki değil: ${plain(field)} (${panel})`, 'Numara ile anahtar aynı terminalin olmalı. Bankanın panelindeki Mağaza No ya da Terminal No ile karşılaştırın.'],
    en: ({ field, panel }) => [`The number in the form is not the configured one: ${plain(field)} (${panel})`, 'The number and the key must belong to one terminal. Compare with the bank’s panel (Mağaza No, Terminal No).'],
  },
  'amount-text': {
    tr: ({ field, given, fits }) => [`Tutarın yazılışı değişmiş: ${plain(field)} ${quoted(given)}, imzalanan ${quoted(fits)}`, 'Tutar metindir, sayıya çevrilmez: 149.90 ile 149.9 ayrı imza verir. İmzalanan metnin aynısını gönderin.'],
    en: ({ field, given, fits }) => [`The amount is written otherwise: ${plain(field)} is ${quoted(given)}, signed was ${quoted(fits)}`, 'An amount is text and is not turned into a number: 149.90 and 149.9 have different digests. Send the very text that was signed.'],
  },
  'amount-differs': {
    tr: ({ field, given, fits }) => [`Tutar siparişinki değil: ${plain(field)} ${quoted(given)}, siparişte ${quoted(fits)}`, 'Formu kayıtlı siparişten yeniden üretin.'],
    en: ({ field, given, fits }) => [`The amount is not the order’s: ${plain(field)} is ${quoted(given)}, the order has ${quoted(fits)}`, 'Make the form again from the stored order.'],
  },
  'url-slash': {
    tr: ({ field, given, fits }) => [`Dönüş adresi bir / ile ayrılıyor: ${plain(field)} ${quoted(given)}, öteki ${quoted(fits)}`, 'Adresin aynısını kullanın: formda, siparişte ve bankaya tanımlı olanda sondaki / ya hep olsun ya hiç.'],
    en: ({ field, given, fits }) => [`A return address differs by a slash: ${plain(field)} is ${quoted(given)}, the other ${quoted(fits)}`, 'Use one address everywhere: in the form, in the order and at the bank, always with the last / or always without it.'],
  },
  'url-differs': {
    tr: ({ field, given, fits }) => [`Dönüş adresi farklı: ${plain(field)} ${quoted(given)}, siparişte ${quoted(fits)}`, 'Siparişi `start` ne döndürdüyse öyle saklayın ve onu verin; adresi sonradan yeniden üretmeyin.'],
    en: ({ field, given, fits }) => [`A return address differs: ${plain(field)} is ${quoted(given)}, the order has ${quoted(fits)}`, 'Store the order that `start` returned and pass that one; do not make the address again later.'],
  },
  'form-value': {
    tr: ({ field, given, fits }) => [`Bir alan beklenenden farklı: ${plain(field)} ${quoted(given)}, beklenen ${quoted(fits)}`, 'İmzadan sonra hiçbir alan değiştirilmez. Değeri bankanın belgesindeki gibi yazın, sonra imzalayın.'],
    en: ({ field, given, fits }) => [`A field is not as expected: ${plain(field)} is ${quoted(given)}, expected ${quoted(fits)}`, 'No field is changed after signing. Write it as the bank’s document does, then sign.'],
  },
  'order-differs': {
    tr: ({ field }) => [`Kayıtlı sipariş, bankaya gönderilenden farklı: ${plain(field)}`, 'Siparişi `start` ne döndürdüyse öyle, tarayıcı ayrılmadan önce saklayın ve onu verin; sonradan değiştirmeyin.'],
    en: ({ field }) => [`The stored order is not the one that was sent to the bank: ${plain(field)}`, 'Store the order as `start` returned it, before the browser leaves, and pass that one; do not change it afterwards.'],
  },
  'value-changed': {
    tr: ({ field, given, fits }) => [`Bankanın imzasından sonra değiştirilmiş: ${plain(field)} ${quoted(given)}; imza ${quoted(fits)} ile tutuyor`, 'Bu bir sahtecilik belirtisi. Ürünü göndermeyin, siparişi ödenmiş saymayın; `inquire` ile bankaya sorun.'],
    en: ({ field, given, fits }) => [`Changed after the bank had signed: ${plain(field)} is ${quoted(given)}; the digest fits ${quoted(fits)}`, 'This looks like a forgery. Do not ship, do not count the order as paid; ask the bank with `inquire`.'],
  },
  forged: {
    tr: () => ['Hiçbir bilinen neden tutmuyor', 'Anahtarı panelden yeniden kopyaladıktan sonra da tutmuyorsa ileti bankadan değildir ya da yolda değiştirilmiştir: sahte sayın, ürünü göndermeyin, `inquire` ile bankaya sorun.'],
    en: () => ['No known cause fits', 'If it still does not fit after the key was copied from the panel again, the message is not the bank’s or was changed on its way: treat it as forged, do not ship, ask the bank with `inquire`.'],
  },
  'form-unexplained': {
    tr: () => ['Formun imzası bu anahtarla tutmuyor, bilinen bir neden de bulunamadı', 'Anahtarı panelden yeniden kopyalayın; formu `start` ile üretin ve hiçbir alanını değiştirmeden gönderin.'],
    en: () => ['The form’s digest does not fit this key, and no known cause was found', 'Copy the key from the panel again; let `start` make the form, and send it without changing a field.'],
  },
  'nothing-signed': {
    tr: () => ['Bu ileti ya da form imza taşımaz', 'Kanıt, sunucunuzun bankaya sorusunun yanıtıdır: `finish` kendisi sorar. Burada hash aramayın; şifreyi, terminal numarasını ve sunucunuzun IP adresinin bankada tanımlı olduğunu kontrol edin.'],
    en: () => ['This message or form carries no signature', 'The proof is the bank’s answer to your server: `finish` asks by itself. There is no hash to look for; check the password, the terminal number and that the bank knows your server’s IP address.'],
  },
  'signed-without-key': {
    tr: ({ field }) => [`Dönüş şifre katılmadan imzalanmış (${plain(field)}): bunu herkes yapabilir`,
      'Bankanın ortak sayfasında olağandır, ayarınız yanlış demek değildir. Dönüş kanıt sayılmaz; `finish` bankaya sorar. Bankadan dönüşü 3D şifresiyle imzalamasını isteyin.'],
    en: ({ field }) => [`The return is signed without the password (${plain(field)}): anybody can do that`,
      'On the bank’s own page this is usual, and no fault of your configuration. Such a return proves nothing; `finish` asks the bank. Ask the bank to sign returns with the 3D password.'],
  },
  'unknown-digest': {
    tr: ({ field }) => [`Bu bankanın dönüşteki imzası bilinen hiçbir formüle uymuyor (${plain(field)})`,
      'Şifrenizi bu yüzden aramayın. `finish` imzaya bakmaz, bankaya sorar; inanılan yalnız bankanın yanıtıdır.'],
    en: ({ field }) => [`The digest of this bank’s returns fits no formula that is known (${plain(field)})`,
      'Do not suspect your password for it. `finish` asks the bank whatever the digest; its answer alone is believed.'],
  },
  'key-in-return': {
    tr: () => ['Banka anahtarı dönüşün içine yazmış: eski arayüz (TDV1)',
      'Anahtar müşterinin tarayıcısından geçmiştir; onunla herkes imza atabilir. API kullanıcısının şifresini değiştirin ve bankadan TDV2.0.0 arayüzünü isteyin.'],
    en: () => ['The bank has written the key into the return: the old interface (TDV1)',
      'The key has been in the customer’s browser, so anybody can sign with it. Change the API user’s password, and ask the bank for the interface TDV2.0.0.'],
  },
  'secret-differs': {
    tr: ({ field, panel }) => [`İstekteki gizli değer ayardakinden gelmiyor: ${plain(field)} (${panel})`, 'Aynı değer hem gönderilmeli hem imzada kullanılmalı. Panelden yeniden kopyalayın ya da isteği `start` ile üretin.'],
    en: ({ field, panel }) => [`The secret value in the request is not the configured one’s: ${plain(field)} (${panel})`, 'The same value has to be sent and to be signed with. Copy it from the panel again, or let `start` make the request.'],
  },
  'other-start': {
    tr: ({ field }) => [`Dönüş, kayıtlı siparişin bu başlatılışından değil (${plain(field)})`,
      '`start` aynı sipariş için iki kez çağrılmış ve ilki saklanmış olabilir: her `start` yeni bir kod alır, hep son döndürdüğü saklanmalı. Öyle değilse ileti sahtedir; `inquire` ile sorun.'],
    en: ({ field }) => [`The return is not of this start of the stored order (${plain(field)})`,
      '`start` may have been called twice for the order and the first result been stored: every `start` gets a new code, and the last one must be stored. Otherwise the message is forged; ask with `inquire`.'],
  },
  'order-mismatch': {
    tr: ({ field, given, fits }) => [`İleti başka bir siparişle ilgili (${plain(field)})${pair('tr', given, fits)}`, '`peek` hangi siparişi söylüyorsa onu yükleyip verin. Aynı dönüş iki siparişe sayılmaz.'],
    en: ({ field, given, fits }) => [`The message is about another order (${plain(field)})${pair('en', given, fits)}`, 'Load the order that `peek` names and pass that one. One return never counts for two orders.'],
  },
  'amount-mismatch': {
    tr: ({ field, given, fits }) => [`İmza doğru, ama tutar kayıtlı siparişinki değil (${plain(field)})${pair('tr', given, fits)}`, 'Ürünü göndermeyin; bankanın panelindeki tutarla karşılaştırın.'],
    en: ({ field, given, fits }) => [`The signature fits, but the amount is not the stored order’s (${plain(field)})${pair('en', given, fits)}`, 'Do not ship; compare with the amount in the bank’s panel.'],
  },
  'currency-mismatch': {
    tr: ({ field }) => [`İmza doğru, ama para birimi kayıtlı siparişinki değil (${plain(field)})`, 'Ürünü göndermeyin; bankanın paneliyle karşılaştırın.'],
    en: ({ field }) => [`The signature fits, but the currency is not the stored order’s (${plain(field)})`, 'Do not ship; compare with the bank’s panel.'],
  },
  'merchant-mismatch': {
    tr: ({ field }) => [`İleti başka bir Mağaza No ya da Terminal No için (${plain(field)})`, 'Ayardaki numarayı panelle karşılaştırın; her sitenin bankada kendi dönüş adresi olsun.'],
    en: ({ field }) => [`The message is for another Mağaza No or Terminal No (${plain(field)})`, 'Compare the configured number with the panel; let each site have its own return address at the bank.'],
  },
  'echo-mismatch': {
    tr: ({ field }) => [`Geri gelen, bu siparişin başlatıldığı bilgiler değil (${plain(field)})`, 'Siparişi `start` ne döndürdüyse öyle verin; ödeme sürerken şifreyi ya da adresleri değiştirmeyin.'],
    en: ({ field }) => [`What came back is not what this order was started with (${plain(field)})`, 'Pass the order as `start` returned it; do not change the password or the addresses while a payment is under way.'],
  },
};

const pair = (lang, given, fits) => (given === undefined ? '' : lang === 'tr' ? `: gelen ${quoted(given)}, kayıtlı ${quoted(fits)}` : `: ${quoted(given)} came, ${quoted(fits)} is stored`);

/** What only the bank's panel or its support can tell. */
const LOOKS = {
  nestpayVersion: ['Terminal hash sürüm 3 (ver3) ile mi çalışıyor? Sanal POS desteğine sorun.', 'Does the terminal work with hash version 3 (ver3)? Ask the virtual POS support.'],
  nestpayModel: ['Bu ödeme modeli (storetype) terminalinize açık mı?', 'Is this payment model (storetype) enabled for your terminal?'],
  nestpayTerminal: ['Mağaza No ile 3D güvenlik anahtarı aynı terminalin ve aynı ortamın (deneme/canlı) mı? Anahtarı panelden yeni kaydettiyseniz birkaç dakika bekleyin.', 'Do Mağaza No and 3D güvenlik anahtarı belong to one terminal and one environment (test or live)? If you have just saved the key in the panel, wait some minutes.'],
  nestpayUrls: ['Sitenizin adresi bankada tanımlı mı? Dönüş adreslerinde ? ve kendi parametreniz olmasın.', 'Does the bank know your site’s address? Return addresses carry no ? and no parameters of your own.'],
  garantiVersion: ['Terminal apiversion 512 (SHA-512) ile mi çalışıyor?', 'Does the terminal work with apiversion 512 (SHA-512)?'],
  garantiPassword: ['PROVAUT (ortak sayfada PROVOOS) şifresi değişmiş ya da kilitlenmiş olabilir; panelden yenileyin.', 'The password of PROVAUT (of PROVOOS on the common page) may have changed or be locked; renew it in the panel.'],
  garantiModel: ['3D modeli (secure3dsecuritylevel) terminale açık mı?', 'Is the 3-D model (secure3dsecuritylevel) enabled for the terminal?'],
  garantiIp: ['Sunucunuzun IP adresi bankada tanımlı mı?', 'Does the bank know your server’s IP address?'],
  posnetKey: ['Şifreleme anahtarını (ENCKEY) panelde siz üretirsiniz; yeniden üretildiyse eskisi geçmez.', 'You make the Şifreleme anahtarı (ENCKEY) in the panel yourself; once it is made again the old one is void.'],
  posnetIp: ['Sunucunuzun IP adresi POSNET panelinde tanımlı mı?', 'Does the POSNET panel know your server’s IP address?'],
  posnetId: ['POSNET_ID, MERCHANT_ID ve TERMINAL_ID aynı üye işyerinin mi?', 'Do POSNET_ID, MERCHANT_ID and TERMINAL_ID belong to one merchant?'],
  payflexIp: ['Sunucunuzun IP adresi bankada tanımlı mı?', 'Does the bank know your server’s IP address?'],
  payflexPassword: ['Şifre ile TerminalNo aynı üye işyerinin mi?', 'Do the password and TerminalNo belong to one merchant?'],
  paytrKeys: ['Mağaza Parola (merchant_key) ile Mağaza Gizli Anahtar (merchant_salt) yer değiştirmiş olmasın; ikisi de Bilgi sayfasındadır.', 'Mağaza Parola (merchant_key) and Mağaza Gizli Anahtar (merchant_salt) may be exchanged; both stand on the page Bilgi.'],
  paytrIp: ['user_ip müşterinin genel IP adresi olmalı.', 'user_ip must be the customer’s public IP address.'],
  paytrBasket: ['payment_amount kuruş, user_basket imzalanan metnin aynısı olmalı.', 'payment_amount is in kuruş, and user_basket the very text that was signed.'],
  iyzicoKeys: ['API Anahtarı ile Güvenlik Anahtarı aynı ortamın (sandbox/canlı) mı?', 'Do API Anahtarı and Güvenlik Anahtarı belong to one environment (sandbox or live)?'],
  iyzicoBody: ['İmzalanan gövde, gönderilen metnin aynısı mı?', 'Is the body that was signed the very text that was sent?'],
  serverIp: ['Sunucunuzun IP adresi bankada tanımlı mı?', 'Does the bank know your server’s IP address?'],
  payforPasswords: ['Formu ve dönüşü 3D işyeri şifresi (MerchantPass) imzalar; API kullanıcı şifresi (UserPass) ayrı bir değerdir.', '3D işyeri şifresi (MerchantPass) signs forms and returns; API kullanıcı şifresi (UserPass) is another value.'],
  payforDigest: ['Dönüşün imzası bir kanıt değildir: `finish` her durumda bankaya sorar.', 'The digest of a return proves nothing: `finish` asks the bank in any case.'],
  payforModel: ['Bu model (3DHost, 3DPay, 3DModel) terminalinize açık mı?', 'Is this model (3DHost, 3DPay, 3DModel) enabled for your terminal?'],
  interposPasswords: ['Formu ve dönüşü 3D şifresi (MerchantPass) imzalar; API kullanıcı şifresi (UserPass) ayrı bir değerdir.', '3D şifresi (MerchantPass) signs forms and returns; API kullanıcı şifresi (UserPass) is another value.'],
  interposPage: ['Bankanın ortak sayfasının (3DHost) dönüşü şifresiz imzalanıyor olabilir; o zaman `finish` bankaya sorar.', 'Returns of the bank’s own page (3DHost) may be signed without the password; then `finish` asks the bank.'],
  interposActive: ['Terminal ya da sitenizin adresi bankada etkin mi (hata 81)?', 'Is the terminal, or your site’s address, active at the bank (error 81)?'],
  akbankKey: ['Güvenlik Anahtarı panelde yeniden üretildiyse eskisi geçmez; merchantSafeId ve terminalSafeId ile aynı ortamın (deneme/canlı) mı?', 'A Güvenlik Anahtarı that was made again in the panel voids the old one; does it belong to the environment (test or live) of merchantSafeId and terminalSafeId?'],
  akbankClock: ['Formun saati Türkiye saatiyle yazılır; saatlerce farkı banka reddeder (VPS-1073).', 'The form’s time is Turkish time; the bank refuses one that is hours off (VPS-1073).'],
  akbankModel: ['Bu model (3D_PAY_HOSTING, 3D_PAY, 3D) terminalinize açık mı?', 'Is this model (3D_PAY_HOSTING, 3D_PAY, 3D) enabled for your terminal?'],
  toslaClock: ['İsteğin saati (timeSpan) Türkiye saati olmalı; bir saatlik farka Tosla 998 der, nedenini söylemez.', 'The request’s time (timeSpan) must be Turkish time; at an hour’s difference Tosla says 998 and not why.'],
  toslaUser: ['ClientId, ApiUser ve ApiPass aynı hesabın mı? İmzaya üçü de girer; ApiUser dönüşte gelmez.', 'Do ClientId, ApiUser and ApiPass belong to one account? All three are signed; ApiUser is not in the return.'],
  toslaIp: ['Sunucunuzun IP adresi Tosla’da tanımlı mı?', 'Does Tosla know your server’s IP address?'],
  mokaAccount: ['Bayi kodu, API kullanıcı adı ve şifresi aynı hesabın mı?', 'Do Bayi kodu, API user name and password belong to one account?'],
  boaUser: ['API kullanıcısı “API” rolünde ve şifresi geçerli mi? Anahtar bu şifreden yapılır; panel kullanıcısının şifresi değildir.', 'Is the API user of the role “API”, and its password valid? The key is made of that password, not of the panel user’s.'],
  boaVersion: ['Terminal TDV2.0.0 ile mi çalışıyor?', 'Does the terminal work with TDV2.0.0?'],
  posnetv1Key: ['Şifreleme anahtarının virgülleri de anahtardandır; panelde yeniden üretildiyse eskisi geçmez.', 'The commas of the Şifreleme anahtarı belong to it; once it is made again in the panel the old one is void.'],
  posnetv1Numbers: ['MerchantNo, TerminalNo ve PosnetID aynı üye işyerinin mi?', 'Do MerchantNo, TerminalNo and PosnetID belong to one merchant?'],
  iyzicoWebhook: ['Webhook imzası V3, üye işyeri numaranız için açık mı? entegrasyon@iyzico.com', 'Is the webhook signature V3 enabled for your merchant number? entegrasyon@iyzico.com'],
};

const VERDICTS = {
  fits: [(kind) => (kind === 'form' ? 'Formun imzası tutuyor; banka yine de reddediyorsa neden bankadaki tanımdadır.' : 'İmza tutuyor. Bu bir kabul değildir: ödemeye yalnız `finish` karar verir.'),
    (kind) => (kind === 'form' ? 'The form’s digest fits; if the bank refuses it all the same, the reason lies in its settings.' : 'The signature fits. This accepts nothing: only `finish` decides about a payment.')],
  asks: [() => 'İmza tutuyor, ama ileti tek başına yetmiyor: `finish` bankaya sorar.', () => 'The signature fits, but the message alone does not suffice: `finish` asks the bank.'],
  config: [() => 'Ayar bu hâliyle reddedilir.', () => 'The configuration is refused as it is.'],
  unsigned: [() => 'İmza yok ya da bir şey kanıtlamıyor.', () => 'There is no signature, or none that proves anything.'],
  mismatch: [(kind, isUnseen) => (isUnseen ? 'İleti kayıtlı siparişle ya da ayardaki hesapla uyuşmuyor; imzasına bakılmadı.' : 'İmza tutuyor, ama ileti kayıtlı siparişle uyuşmuyor.'),
    (kind, isUnseen) => (isUnseen ? 'The message does not agree with the stored order or the configured account; its signature was not looked at.' : 'The signature fits, but the message does not agree with the stored order.')],
  damaged: [() => 'İleti bankanın belgesindeki gibi değil.', () => 'The message is not as the bank’s document has it.'],
  explained: [() => 'İmza bu hâliyle tutmuyor ya da banka formu reddeder; olası neden bulundu.', () => 'As it stands the digest does not fit, or the bank refuses the form; a probable cause was found.'],
  forged: [() => 'İmza tutmuyor: iletiyi sahte sayın.', () => 'The signature does not fit: treat the message as forged.'],
  refused: [() => 'Denetim geçmiyor.', () => 'The check fails.'],
};

const LABELS = {
  tr: { hashed: 'İmzalanan metin', field: 'Fark eden alan', cause: 'Olası neden', maybe: 'Bakmaya değer', next: 'Ne yapmalı', look: 'Bankada bakılacaklar', said: 'Denetimin dediği' },
  en: { hashed: 'What was hashed', field: 'The field that differs', cause: 'Probable cause', maybe: 'Worth a look', next: 'What to do', look: 'To look up at the bank', said: 'What the check says' },
};

/** Facts to words. */
export function render({ verdict, code, field, plaintext, causes, look, error, kind, isUnseen }, lang) {
  const place = lang === 'tr' ? 0 : 1;
  const said = error && (lang === 'tr' ? error.messageTr : error.message);
  const told = causes.map(({ id, probable, evidence }) => {
    const [title, whatToDo] = CAUSES[id][lang](evidence);
    return { id, probable, title, whatToDo, evidence: Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, String(value).slice(0, 120)])) };
  });
  const hashed = plaintext.filter(({ parts }) => parts.length > 0).slice(0, 4);
  const looks = look.map((name) => LOOKS[name][place]);
  const label = LABELS[lang];
  const lines = [VERDICTS[verdict][place](kind, isUnseen)];
  if (said && told.length === 0) lines.push(`${label.said}: ${said}`);
  for (const { algorithm, text } of hashed) lines.push(`${label.hashed} (${algorithm}): ${text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�').slice(0, 2000)}`);
  if (field) lines.push(`${label.field}: ${plain(field)}`);
  for (const { probable, title, whatToDo } of told) lines.push(`${probable ? label.cause : label.maybe}: ${title}`, `  ${label.next}: ${whatToDo}`);
  if (looks.length > 0) lines.push(`${label.look}:`, ...looks.map((text) => `  - ${text}`));
  return { verdict, code, field: field && plain(field), plaintext: hashed, causes: told, look: looks, text: lines.join('\n') };
}


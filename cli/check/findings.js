// What each finding says: what was found, what it means, what to do next. A test asks for every one in both languages.

import { shown } from '../mask.js';

/** @typedef {{ title: string, means?: string, next?: string }} Text */

const REASONS = {
  tr: {
    end: 'metin yarıda bitiyor: bir parantez ya da tırnak eksik',
    quote: 'burada eğik tırnak var; düz tırnak (") gerekir, bunu çoğu zaman bir kelime işlemci değiştirir',
    single: 'burada tek tırnak var; çift tırnak (") gerekir',
    comment: 'burada bir açıklama var; JSON açıklama almaz',
    trailing: 'son değerden sonra virgül var; onu silin',
    comma: 'burada virgül ya da kapanan parantez bekleniyor',
    colon: 'addan sonra iki nokta (:) bekleniyor',
    name: 'burada çift tırnak içinde bir ad bekleniyor',
    value: 'burada bir değer bekleniyor; metinler çift tırnak içine yazılır',
    string: 'bu metnin kapanan tırnağı aynı satırda yok',
    escape: 'ters bölü (\\) iki kez yazılır: \\\\',
    after: 'son parantezden sonra fazladan bir şey var',
    deep: 'çok fazla iç içe',
    empty: 'boş',
  },
  en: {
    end: 'the text ends half-way: a bracket or a quotation mark is missing',
    quote: 'a curly quotation mark stands here; a straight one (") is needed, word processors change them',
    single: 'a single quotation mark stands here; double ones (") are needed',
    comment: 'a comment stands here; JSON takes none',
    trailing: 'there is a comma after the last value; delete it',
    comma: 'a comma or a closing bracket is expected here',
    colon: 'a colon (:) is expected after the name',
    name: 'a name in double quotation marks is expected here',
    value: 'a value is expected here; texts stand in double quotation marks',
    string: 'the closing quotation mark of this text is not on its line',
    escape: 'a backslash is written twice: \\\\',
    after: 'something follows the last bracket',
    deep: 'nested too deeply',
    empty: 'it is empty',
  },
};

const near = (lang, name) => name && (lang === 'tr' ? `\`${name}\` mi demek istediniz?` : `Did you mean \`${name}\`?`);
const side = (lang, ahead) => (lang === 'tr' ? (ahead ? 'ileri' : 'geri') : ahead ? 'fast' : 'slow');

/** @type {Record<string, { tr: (values: any) => Text, en: (values: any) => Text }>} */
const TEXTS = {
  'json-broken': {
    tr: ({ line, column, reason }) => ({
      title: `Ayarlar okunamıyor: ${line}. satır, ${column}. karakter`, means: `${REASONS.tr[reason]}.`,
      next: 'Düzeltin, yeniden çalıştırın. Doğru biçim: npx velopos new --help yazınca görünen şablon.',
    }),
    en: ({ line, column, reason }) => ({
      title: `The configuration cannot be read: line ${line}, character ${column}`, means: `${REASONS.en[reason]}.`,
      next: 'Correct it and run this again. `npx velopos new` shows the right form.',
    }),
  },
  'key-double': {
    tr: ({ path }) => ({ title: `\`${path}\` iki kez yazılmış`, means: 'Yalnız sonuncusu geçerli olur; hangisini istediğiniz belli değil.', next: 'Birini silin.' }),
    en: ({ path }) => ({ title: `\`${path}\` is written twice`, means: 'Only the last one would count; which one you want is not clear.', next: 'Delete one.' }),
  },
  'secret-shape': {
    tr: () => ({ title: 'Ayarlar bir nesne değil', means: 'Sırrın değeri { ile başlayıp } ile biter: adlar ve sanal POS bilgileri.', next: 'Şablon için: npx velopos new --dry-run' }),
    en: () => ({ title: 'The configuration is not an object', means: 'The secret begins with { and ends with }: names, and the virtual POS of each.', next: 'For a template: npx velopos new --dry-run' }),
  },
  'file-in-git': {
    tr: () => ({ title: 'Ayar dosyası bir Git klasöründe', means: 'Bir dalgınlıkla gönderilirse anahtarlarınız herkese açılır.', next: 'Dosyayı site klasörünün dışına taşıyın, işiniz bitince silin. Sitedeki yeri Secrets Manager’dır.' }),
    en: () => ({ title: 'The configuration file lies in a Git folder', means: 'Committed by mistake, your keys are everybody’s.', next: 'Move it out of the site’s folder and delete it afterwards. Its place is the Secrets Manager.' }),
  },
  bare: {
    tr: ({ name }) => ({ title: 'Bu tek bir hesap; örnek site adlı hesaplar bekler', means: 'Kendi kodunuz createPos’a doğrudan veriyorsa sorun yok.', next: `Örnek siteyi kullanıyorsanız çevresine bir ad yazın: { "${name}": { … } }` }),
    en: ({ name }) => ({ title: 'This is one account; the example site expects accounts by name', means: 'If your own code hands it to createPos, all is well.', next: `With the example site put a name around it: { "${name}": { … } }` }),
  },
  'no-account': {
    tr: () => ({ title: 'Hiç hesap yok', means: 'Site ödeme başlatamaz.', next: 'Bir sanal POS ekleyin; şablonu: npx velopos new --dry-run' }),
    en: () => ({ title: 'There is no account', means: 'The site cannot begin a payment.', next: 'Add a virtual POS; for a template: npx velopos new --dry-run' }),
  },
  'account-name': {
    tr: ({ name }) => ({ title: `\`${name}\` hesap adı olamaz`, means: 'Ad bir harfle başlar, en çok 40 harf, rakam, - ya da _ taşır.', next: 'Adı değiştirin, örneğin isbank.' }),
    en: ({ name }) => ({ title: `\`${name}\` cannot be the name of an account`, means: 'A name begins with a letter and has up to 40 letters, digits, - or _.', next: 'Change it, for example to isbank.' }),
  },
  'too-long': {
    tr: ({ length, limit }) => ({ title: `Sır çok uzun: ${length} karakter`, means: `Wix Secrets Manager en çok ${limit} karakter alır.`, next: 'Kullanmadığınız hesapları çıkarın, boşlukları silin.' }),
    en: ({ length, limit }) => ({ title: `The secret is too long: ${length} characters`, means: `Wix’s Secrets Manager takes ${limit}.`, next: 'Take out accounts that you do not use, and spaces.' }),
  },
  'modes-mixed': {
    tr: () => ({ title: 'Canlı ve deneme hesapları bir arada', means: 'Örnek site, canlı bir hesap varken deneme hesabıyla ödeme başlatmaz.', next: 'Denemek için canlıları, canlıda denemeleri çıkarın.' }),
    en: () => ({ title: 'Live and test accounts side by side', means: 'Beside a live account the example site begins no payment with a test account.', next: 'Take the live ones out to test, the test ones out to sell.' }),
  },
  'account-shape': {
    tr: () => ({ title: 'Bu hesap bir nesne değil', means: 'Her adın karşısında { "gateway": …, "merchant": { … } } durur.', next: 'Şablon için: npx velopos new --dry-run' }),
    en: () => ({ title: 'This account is not an object', means: 'Beside every name stands { "gateway": …, "merchant": { … } }.', next: 'For a template: npx velopos new --dry-run' }),
  },
  'gateway-missing': {
    tr: () => ({ title: '`gateway` yok', means: 'Hangi banka olduğu bilinmiyor.', next: 'Ekleyin, örneğin "gateway": "isbank".' }),
    en: () => ({ title: '`gateway` is missing', means: 'Which bank it is cannot be known.', next: 'Add it, for example "gateway": "isbank".' }),
  },
  'gateway-unknown': {
    tr: (v) => ({ title: `\`${v.given}\` diye bir geçit yok`, means: near('tr', v.near) ?? 'velopos bu adı tanımıyor.', next: `Bilinenler: ${v.known}` }),
    en: (v) => ({ title: `There is no gateway \`${v.given}\``, means: near('en', v.near) ?? 'velopos does not know this name.', next: `Known are: ${v.known}` }),
  },
  'mode-unknown': {
    tr: () => ({ title: '`mode` tanınmıyor', means: 'Yalnız "test" (deneme) ve "production" (gerçek para) vardır.', next: 'Denemek için "mode": "test" yazın; canlıda satırı silin.' }),
    en: () => ({ title: '`mode` is not known', means: 'There are only "test" and "production" (real money).', next: 'Write "mode": "test" to try; delete the line to sell.' }),
  },
  'model-unknown': {
    tr: (v) => ({ title: `Bu geçitte \`${v.given}\` modeli yok`, means: near('tr', v.near) ?? 'Model bankanın kendi sözüyle, küçük harfle yazılır.', next: `Bilinenler: ${v.known}. Yazmazsanız ilki kullanılır; öyle kalsın.` }),
    en: (v) => ({ title: `This gateway has no model \`${v.given}\``, means: near('en', v.near) ?? 'A model is the bank’s own word in lower case.', next: `Known are: ${v.known}. Without the line the first is used; leave it so.` }),
  },
  'merchant-missing': {
    tr: ({ keys }) => ({ title: '`merchant` yok', means: 'Bankanın verdiği numara ve anahtarlar burada durur.', next: `Gerekenler: ${keys}` }),
    en: ({ keys }) => ({ title: '`merchant` is missing', means: 'The bank’s numbers and keys stand there.', next: `Needed are: ${keys}` }),
  },
  'key-unknown': {
    tr: (v) => ({ title: `\`${v.path}\` tanınmıyor`, means: near('tr', v.near) ?? 'Bu geçidin böyle bir ayarı yok.', next: `Bilinenler: ${v.known}` }),
    en: (v) => ({ title: `\`${v.path}\` is not known`, means: near('en', v.near) ?? 'This gateway has no such setting.', next: `Known are: ${v.known}` }),
  },
  'value-missing': {
    tr: ({ key, panel }) => ({ title: `${panel} eksik (\`merchant.${key}\`)`, means: 'Onsuz hiçbir şey çalışmaz.', next: `Bankanın mektubunda ya da panelinde “${panel}” diye geçer.` }),
    en: ({ key, panel }) => ({ title: `${panel} is missing (\`merchant.${key}\`)`, means: 'Nothing works without it.', next: `The bank’s letter or panel calls it “${panel}”.` }),
  },
  'value-half': {
    tr: ({ key, panel }) => ({ title: `${panel} eksik (\`merchant.${key}\`)`, means: 'API kullanıcı adı ve şifresi birlikte verilir ya da hiç verilmez.', next: 'Eksik olanı ekleyin; yoksa ikisini de silin.' }),
    en: ({ key, panel }) => ({ title: `${panel} is missing (\`merchant.${key}\`)`, means: 'The API’s user and password are given together or not at all.', next: 'Add what is missing, or delete both.' }),
  },
  'value-number': {
    tr: ({ key, panel }) => ({ title: `${panel} tırnaksız yazılmış (\`merchant.${key}\`)`, means: 'Sayı olarak okununca baştaki sıfırlar kaybolur.', next: 'Çift tırnak içine alın: "…"' }),
    en: ({ key, panel }) => ({ title: `${panel} is written without quotation marks (\`merchant.${key}\`)`, means: 'Read as a number it loses its leading zeros.', next: 'Put it in double quotation marks: "…"' }),
  },
  'value-type': {
    tr: ({ key, panel }) => ({ title: `${panel} bir metin değil (\`merchant.${key}\`)`, means: 'Değerler çift tırnak içinde metindir.', next: 'Bankanın verdiğini tırnak içinde yazın.' }),
    en: ({ key, panel }) => ({ title: `${panel} is not text (\`merchant.${key}\`)`, means: 'Values are texts in double quotation marks.', next: 'Write what the bank gave you, in quotation marks.' }),
  },
  'value-space': {
    tr: ({ key, panel }) => ({ title: `${panel} boşlukla başlıyor ya da bitiyor (\`merchant.${key}\`)`, means: '“Hash tutmuyor” hatasının en sık nedeni budur.', next: 'Baştaki ve sondaki boşluğu silin.' }),
    en: ({ key, panel }) => ({ title: `${panel} begins or ends with a space (\`merchant.${key}\`)`, means: 'This is the commonest cause of “hash mismatch”.', next: 'Delete the space.' }),
  },
  'value-invisible': {
    tr: ({ key, panel }) => ({ title: `${panel} görünmeyen bir karakter taşıyor (\`merchant.${key}\`)`, means: 'Web sayfasından ya da e-postadan kopyalanırken gelir; imza tutmaz.', next: 'Değeri elle yazın ya da düz metin olarak yapıştırın.' }),
    en: ({ key, panel }) => ({ title: `${panel} holds a character that cannot be seen (\`merchant.${key}\`)`, means: 'It came along from a web page or a mail; signatures will not match.', next: 'Type the value, or paste it as plain text.' }),
  },
  'value-quoted': {
    tr: ({ key, panel }) => ({ title: `${panel} içinde tırnak da var (\`merchant.${key}\`)`, means: 'Tırnak değerin parçası sayılır; imza tutmaz.', next: 'İçteki tırnakları silin.' }),
    en: ({ key, panel }) => ({ title: `${panel} has quotation marks inside (\`merchant.${key}\`)`, means: 'They count as part of the value; signatures will not match.', next: 'Delete the inner quotation marks.' }),
  },
  'value-placeholder': {
    tr: ({ key, panel }) => ({ title: `${panel} şablondaki gibi duruyor (\`merchant.${key}\`)`, means: 'Örnekteki söz, sizin değeriniz değil.', next: `Bankanın “${panel}” diye verdiğini yazın.` }),
    en: ({ key, panel }) => ({ title: `${panel} is still the template’s (\`merchant.${key}\`)`, means: 'It is the example’s word and not your value.', next: `Write what the bank calls “${panel}”.` }),
  },
  'value-same': {
    tr: ({ one, other }) => ({ title: `${one} ile ${other} aynı`, means: 'Bunlar ayrı şeylerdir; çoğu zaman biri ötekinin yerine kopyalanmıştır.', next: 'İkisini de bankanın mektubundan yeniden alın. Gerçekten aynıysa bir şey yapmayın.' }),
    en: ({ one, other }) => ({ title: `${one} and ${other} are the same`, means: 'They are different things; mostly one was copied in place of the other.', next: 'Take both from the bank’s letter again. If they really are the same, leave them.' }),
  },
  'value-missed': {
    tr: ({ key, panel, without }) => ({ title: `${panel} yok (\`merchant.${key}\`)`, means: without.tr, next: 'Bankadan isteyip ekleyin; ödeme onsuz da başlar.' }),
    en: ({ key, panel, without }) => ({ title: `${panel} is not there (\`merchant.${key}\`)`, means: without.en, next: 'Ask the bank for it and add it; payments begin without it.' }),
  },
  'endpoint-refused': {
    tr: ({ field, message }) => ({ title: `Bu adres bankanın bilinen adreslerinden değil (\`${field}\`)`, means: `velopos der ki: ${message}`, next: 'Bankanın yazdığı adresle karşılaştırın. Doğruysa kodda trustHosts ile izin verilir; canlıda deneme adresi olmaz.' }),
    en: ({ field, message }) => ({ title: `This address is not one that the bank is known by (\`${field}\`)`, means: `velopos says: ${message}`, next: 'Compare it with the bank’s letter. If it is right, trustHosts in your code allows it; a test address is none for production.' }),
  },
  'endpoint-missing': {
    tr: ({ field, message }) => ({ title: `Bir adres eksik (\`${field}\`)`, means: `velopos der ki: ${message}`, next: 'Bankadan bu adresi isteyip `endpoints` içine yazın.' }),
    en: ({ field, message }) => ({ title: `An address is missing (\`${field}\`)`, means: `velopos says: ${message}`, next: 'Ask the bank for it and write it into `endpoints`.' }),
  },
  'test-credentials': {
    tr: ({ field }) => ({ title: `Deneme bilgileri canlı kipte (\`${field}\`)`, means: 'Bu değer ya da adres yalnız deneme ortamındadır; velopos bununla para almaz.', next: 'Denemek için "mode": "test" ekleyin. Canlıya geçiyorsanız bankanın canlı değerlerini yazın.' }),
    en: ({ field }) => ({ title: `Test values in production (\`${field}\`)`, means: 'This value or address belongs to a test system; velopos takes no money with it.', next: 'Add "mode": "test" to try. To sell, write the bank’s live values.' }),
  },
  refused: {
    tr: ({ field, message }) => ({ title: `velopos bu ayarı kabul etmiyor${field ? ` (\`${field}\`)` : ''}`, means: `Dediği: ${message}`, next: 'Bu değeri bankanın mektubundan yeniden alın; bankanın sayfası aşağıda.' }),
    en: ({ field, message }) => ({ title: `velopos does not take this${field ? ` (\`${field}\`)` : ''}`, means: `It says: ${message}`, next: 'Take this value from the bank’s letter again; the bank’s page is named below.' }),
  },
  'account-ok': {
    tr: () => ({ title: 'Ayarlar düzgün; velopos kabul ediyor' }),
    en: () => ({ title: 'The configuration is sound; velopos takes it' }),
  },
  production: {
    tr: () => ({ title: 'Bu hesap gerçek para çeker', means: '`mode` yok ya da "production".', next: 'Deniyorsanız "mode": "test" ekleyin.' }),
    en: () => ({ title: 'This account takes real money', means: '`mode` is absent or "production".', next: 'If you are trying things out, add "mode": "test".' }),
  },
  'card-on-server': {
    tr: () => ({ title: 'Bu modelde kart sitenizin sunucusundan geçer', means: 'PCI DSS sizden en uzun formu (SAQ D) ister.', next: 'Mümkünse kartı bankanın sayfasının istediği modeli kullanın.' }),
    en: () => ({ title: 'In this model the card passes through your server', means: 'PCI DSS asks for its longest form (SAQ D) from you.', next: 'If you can, use a model in which the bank’s page asks for the card.' }),
  },
  'form-ok': {
    tr: ({ by }) => ({ title: by === 'browser' ? 'Deneme formu hazırlandı; hiçbir yere gönderilmedi' : 'Deneme isteği hazırlandı; hiçbir yere gönderilmedi' }),
    en: ({ by }) => ({ title: by === 'browser' ? 'A test form was made; it was sent nowhere' : 'A test request was made; it was sent nowhere' }),
  },
  'form-failed': {
    tr: ({ field, message }) => ({ title: `Deneme formu hazırlanamadı${field ? ` (\`${field}\`)` : ''}`, means: `velopos der ki: ${message}`, next: 'Önce yukarıdakileri düzeltin.' }),
    en: ({ field, message }) => ({ title: `No test form could be made${field ? ` (\`${field}\`)` : ''}`, means: `velopos says: ${message}`, next: 'Mend what is said above first.' }),
  },
  'reach-ok': {
    tr: ({ host, status, ms }) => ({ title: `${host} yanıt veriyor (HTTP ${status}, ${ms} ms)` }),
    en: ({ host, status, ms }) => ({ title: `${host} answers (HTTP ${status}, ${ms} ms)` }),
  },
  'reach-forbidden': {
    tr: ({ host, status }) => ({ title: `${host} kapıda geri çeviriyor (HTTP ${status})`, means: 'Bağlantı kuruldu ama bu adrese izin yok: IP listesi, güvenlik duvarı ya da arada bir vekil (proxy).', next: 'Bankaya IP kısıtı olup olmadığını sorun. Bu bilgisayarın geri çevrilmesi Wix’in de çevrileceği anlamına gelmez.' }),
    en: ({ host, status }) => ({ title: `${host} turns us away at the door (HTTP ${status})`, means: 'The connection stands, but this address is not let in: an IP list, a firewall, or a proxy in between.', next: 'Ask the bank whether there is an IP list. That this computer is turned away does not say that Wix will be.' }),
  },
  'reach-broken': {
    tr: ({ host, status }) => ({ title: `${host} yanıt veriyor ama hata bildiriyor (HTTP ${status})`, means: 'Boş bir isteğe böyle yanıt veren bankalar vardır; bakımda da olabilir.', next: 'Bir deneme ödemesi yapın; olmuyorsa bankanın duyurularına bakın.' }),
    en: ({ host, status }) => ({ title: `${host} answers with an error (HTTP ${status})`, means: 'Some banks answer an empty request like this; it may also be maintenance.', next: 'Make a test payment; if that fails, look at the bank’s announcements.' }),
  },
  'reach-name': {
    tr: ({ host, code }) => ({ title: `${host} bulunamıyor (${code})`, means: 'Ad çözülemedi: adres yanlış, internet yok ya da DNS bunu engelliyor.', next: 'Adresi bankanın yazdığıyla karşılaştırın; bağlantınızı deneyin.' }),
    en: ({ host, code }) => ({ title: `${host} cannot be found (${code})`, means: 'The name was not resolved: a wrong address, no network, or a DNS that blocks it.', next: 'Compare the address with the bank’s; try your connection.' }),
  },
  'reach-silent': {
    tr: ({ host, port, proxy }) => ({ title: `${host}:${port} hiç yanıt vermiyor`, means: `Sessizlik genellikle bir güvenlik duvarıdır: paketler atılıyor.${port === '443' ? '' : ` ${port} gibi kapılar sık sık kapalıdır.`}${proxy ? ' Bu bilgisayarda bir vekil (proxy) ayarlı; bu denetim onu kullanmaz.' : ''}`, next: 'Başka bir ağdan (örneğin telefonunuzdan) deneyin. Bankaya hangi IP’lere açık olduğunu sorun.' }),
    en: ({ host, port, proxy }) => ({ title: `${host}:${port} does not answer at all`, means: `Silence is mostly a firewall: packets are dropped.${port === '443' ? '' : ` Ports such as ${port} are often closed.`}${proxy ? ' A proxy is set on this computer; this check does not use it.' : ''}`, next: 'Try from another network, such as your phone’s. Ask the bank which IP addresses it lets in.' }),
  },
  'reach-slow': {
    tr: ({ host }) => ({ title: `${host} bağlandı ama süresinde yanıt vermedi`, means: 'Banka yavaş ya da istek yolda tutuluyor.', next: '--timeout 20 ile yeniden deneyin. Wix bir isteği 14 saniyede keser.' }),
    en: ({ host }) => ({ title: `${host} connected and did not answer in time`, means: 'The bank is slow, or the request is held on its way.', next: 'Try again with --timeout 20. Wix ends a request after 14 seconds.' }),
  },
  'reach-refused': {
    tr: ({ host, port }) => ({ title: `${host}:${port} bağlantıyı reddediyor`, means: 'Orada dinleyen bir program yok ya da güvenlik duvarı hemen geri çeviriyor.', next: 'Kapı numarasını bankanın yazdığıyla karşılaştırın. Bu bilgisayardaysa taklit bankaları başlatın: npx velopos-local' }),
    en: ({ host, port }) => ({ title: `${host}:${port} refuses the connection`, means: 'No program listens there, or a firewall turns us away at once.', next: 'Compare the port with the bank’s. If it is this computer, start the simulated banks: npx velopos-local' }),
  },
  'reach-reset': {
    tr: ({ host }) => ({ title: `${host} bağlantıyı kesti`, means: 'IP listesi olan bankalar ve güvenlik duvarları böyle yapar.', next: 'Bankaya IP kısıtını sorun; başka bir ağdan deneyin.' }),
    en: ({ host }) => ({ title: `${host} cut the connection`, means: 'Banks with an IP list do so, and firewalls.', next: 'Ask the bank about its IP list; try another network.' }),
  },
  'reach-certificate': {
    tr: ({ host, code }) => ({ title: `${host} sertifikası kabul edilmedi (${code})`, means: 'Karşıdaki banka olmayabilir: antivirüs ya da iş yeri ağı araya girmiş, bilgisayarın saati yanlış ya da sertifikanın süresi dolmuş olabilir.', next: 'Saati ve ağı denetleyin. Denetimi kapatmayın.' }),
    en: ({ host, code }) => ({ title: `The certificate of ${host} was not accepted (${code})`, means: 'It may not be the bank: an antivirus or an office network in between, a wrong clock here, or a certificate that has expired.', next: 'Look at the clock and the network. Do not turn the check off.' }),
  },
  'reach-tls': {
    tr: ({ host, code }) => ({ title: `${host} ile güvenli bağlantı kurulamadı (${code})`, means: 'TLS sürümü uyuşmuyor ya da araya giren bir cihaz kesiyor.', next: 'Başka bir ağdan deneyin; Node’u güncelleyin.' }),
    en: ({ host, code }) => ({ title: `No secure connection to ${host} (${code})`, means: 'The TLS versions do not fit, or a device in between cuts it.', next: 'Try another network; update Node.' }),
  },
  'reach-failed': {
    tr: ({ host, code }) => ({ title: `${host} adresine ulaşılamadı (${code})`, means: 'Bağlantı kurulamadı.', next: 'Ağınızı deneyin; başka bir ağdan yineleyin.' }),
    en: ({ host, code }) => ({ title: `${host} could not be reached (${code})`, means: 'There was no connection.', next: 'Try your network; repeat it from another.' }),
  },
  'reach-elsewhere': {
    tr: () => ({ title: 'Bu denetim sizin bilgisayarınızdan yapıldı', means: 'Siteniz bankaya Wix’in sunucularından, değişebilen adreslerden çıkar.', next: 'Banka IP listesi istiyorsa bunu yazın; kartı bankanın sayfasının istediği modeller sunucudan çok az şey ister.' }),
    en: () => ({ title: 'This was tried from your computer', means: 'Your site reaches the bank from Wix’s servers, whose addresses may change.', next: 'If the bank wants an IP list, write it so; models in which the bank’s page asks for the card need little from the server.' }),
  },
  'reach-skipped': {
    tr: () => ({ title: 'Adreslere bakılmadı (--offline)' }),
    en: () => ({ title: 'The addresses were not tried (--offline)' }),
  },
  'clock-ok': {
    tr: () => ({ title: 'Bu bilgisayarın saati doğru' }),
    en: () => ({ title: 'The clock of this computer is right' }),
  },
  'clock-off': {
    tr: ({ seconds, ahead }) => ({ title: `Bu bilgisayarın saati ${seconds} saniye ${side('tr', ahead)}`, means: 'İmzaların bir bölümü ve gün dökümleri zamana bakar. Sitenizde Wix’in saati geçerlidir.', next: 'Bilgisayarda “saati kendiliğinden ayarla”yı açın.' }),
    en: ({ seconds, ahead }) => ({ title: `The clock of this computer is ${seconds} seconds ${side('en', ahead)}`, means: 'Some signatures and the daily lists look at the time. On your site Wix’s clock counts.', next: 'Let the computer set its clock by itself.' }),
  },
  'clock-unknown': {
    tr: () => ({ title: 'Saat karşılaştırılamadı', means: 'Hiçbir adres saatini bildirmedi.' }),
    en: () => ({ title: 'The clock could not be compared', means: 'No address told the time.' }),
  },
};

/** Every finding there is: for the tests. */
export const FINDINGS = Object.keys(TEXTS);

/** @param {import('./accounts.js').Finding} finding @param {'tr' | 'en'} lang @returns {Text} */
export function words({ id, values = {} }, lang) {
  const safe = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' && value.length < 60 ? shown(value) : value]));
  return TEXTS[id][lang](safe);
}

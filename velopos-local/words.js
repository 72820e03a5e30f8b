// What velopos-local says on the terminal.

export const WORDS = {
  tr: {
    about: [
      'Velo sitenizi bu bilgisayarda, taklit bankalarla çalıştırır. Site kodunuz değişmez; gerçek para hareket etmez, hiçbir bankaya',
      'bağlanılmaz. Yalnız bu bilgisayardan erişilir.',
    ],
    usage: 'Kullanım: npx velopos-local [seçenekler]',
    options: 'Seçenekler:',
    examples: [
      'Örnekler:',
      '  npx velopos-local                             bu klasördeki siteyi çalıştırır',
      '  npx velopos-local --site ../magazam --open    başka bir klasördekini, tarayıcıda açarak',
      '  npx velopos-local --secrets sirlar.json       Secrets Manager’daki sırlarınızla (deneme kipinde)',
      '',
      'Sırlar dosyası adlardan ve değerlerden oluşur: { "velopos": { "isbank": { "gateway": "isbank", "mode": "test", … } } }',
      'Hesaplarınızın adı, modeli ve ayarları kalır; numara ve şifrelerin yerini taklit bankalarınkiler alır.',
      'Dosya verilmezse `velopos` sırrında her taklit bankadan bir hesap bulunur.',
      'Koleksiyonlar collections.json, sayfalar pages.json dosyasından okunur; yoksa koleksiyonlar ilk kullanımda açılır.',
      'Sorun olursa ne yapılacağı burada ve /_local/site sayfasında yazar. In English: npx velopos-local --lang en',
    ],
    notSite: (folder) => `${folder} bir Velo sitesi değil: içinde src/backend ya da src/pages yok.\nSitenizin klasöründe çalıştırın ya da klasörü yazın: npx velopos-local --site <klasör>`,
    port: '--port 0 ile 65535 arasında bir sayı ister.',
    word: 'burada bir ad beklenmiyor; klasör için --site <klasör> yazın.',
    secrets: {
      unreadable: ({ file }) => `${file} okunamıyor. Yolu denetleyin.`,
      json: ({ line, column }) => `sırlar dosyası JSON değil: ${line}. satır, ${column}. karakter. Ayrıntı için: npx velopos check --config <dosya>`,
      shape: () => 'sırlar dosyası { ile başlayıp } ile biten bir nesne olmalıdır: { "velopos": { … } }',
      value: ({ name }) => `“${name}” sırrının değeri metin ya da nesne olmalıdır.`,
      production: ({ path }) => `“${path}” canlı (production) bir hesap; burada yalnız deneme hesapları çalışır. Hiçbir şey başlatılmadı.\n`
        + 'Hesaba "mode": "test" ekleyin ve değerlerini deneme değerleriyle değiştirin. Canlı anahtarlarınız bu dosyada hiç durmasın.',
    },
    moved: (names) => `Taklit bankaya çevrilen hesaplar: ${names}`,
    unknown: (names) => `Taklit bankası olmayan hesaplar (oldukları gibi kaldı, ağa çıkamazlar): ${names}`,
    allAccounts: 'Sır dosyası verilmedi: `velopos` sırrında her taklit bankadan bir hesap var.',
    rows: ['Siteniz', 'Durumu, adresleri, engeller', 'Taklit bankalar ve kartlar', 'Saldırganın paneli', 'Kayıtlar', 'Veriler', 'Yönetici olarak giriş'],
    stop: 'Durdurmak için Ctrl-C. Kaydettiğiniz dosya sonraki istekten başlayarak geçerlidir.',
    stopping: 'Durduruluyor …',
    reset: 'Veriler silindi.',
    cure: 'Ne yapmalı',
    failed: 'başlatılamadı',
  },
  en: {
    about: [
      'Runs your Velo site on this computer with simulated banks. Your site’s code stays as it is; no real money moves, no bank is',
      'reached. It can be reached from this computer only.',
    ],
    usage: 'Usage: npx velopos-local [options]',
    options: 'Options:',
    examples: [
      'Examples:',
      '  npx velopos-local                             runs the site in this folder',
      '  npx velopos-local --site ../myshop --open     one in another folder, and opens it',
      '  npx velopos-local --secrets secrets.json      with the secrets of your Secrets Manager (in test mode)',
      '',
      'The file of secrets holds names and values: { "velopos": { "isbank": { "gateway": "isbank", "mode": "test", … } } }',
      'Names, models and settings of your accounts stay; the simulated banks’ numbers and passwords take the place of yours.',
      'Without a file the secret `velopos` has an account at every simulated bank.',
      'Collections are read from collections.json, pages from pages.json; without them collections are made when first used.',
      'If something is in the way, this and the page /_local/site say what to do. Türkçesi: npx velopos-local --lang tr',
    ],
    notSite: (folder) => `${folder} is not a Velo site: it has no src/backend and no src/pages.\nRun this in your site’s folder, or name it: npx velopos-local --site <folder>`,
    port: '--port needs a number from 0 to 65535.',
    word: 'no name is expected here; for a folder write --site <folder>.',
    secrets: {
      unreadable: ({ file }) => `${file} cannot be read. Check the path.`,
      json: ({ line, column }) => `the file of secrets is not JSON: line ${line}, character ${column}. For more: npx velopos check --config <file>`,
      shape: () => 'the file of secrets must be an object that begins with { and ends with }: { "velopos": { … } }',
      value: ({ name }) => `the value of the secret “${name}” must be text or an object.`,
      production: ({ path }) => `“${path}” is a production account; only test accounts run here. Nothing was started.\n`
        + 'Add "mode": "test" to it and put test values in place of its own. Your live keys should not lie in this file at all.',
    },
    moved: (names) => `Accounts moved to the simulated banks: ${names}`,
    unknown: (names) => `Accounts without a simulated bank (left as they are, they reach no network): ${names}`,
    allAccounts: 'No file of secrets: the secret `velopos` has an account at every simulated bank.',
    rows: ['Your site', 'Its state, addresses, problems', 'Simulated banks and cards', 'An attacker’s panel', 'Log', 'Data', 'Sign in as administrator'],
    stop: 'Stop with Ctrl-C. A file that you save counts from the next request on.',
    stopping: 'Stopping …',
    reset: 'The data were deleted.',
    cure: 'What to do',
    failed: 'could not start',
  },
};

/** @type {import('../cli/options.js').Option[]} */
export const OPTIONS = [
  { name: 'site', value: 'FOLDER', text: { tr: 'sitenin klasörü (bu klasör)', en: 'the site’s folder (this one)' } },
  { name: 'port', value: 'NUMBER', text: { tr: 'sitenin kapısı; doluysa sonraki boş olan (8480)', en: 'the site’s port, or the next free one (8480)' } },
  { name: 'secrets', value: 'FILE', text: { tr: 'Secrets Manager’daki sırların JSON dosyası', en: 'JSON file with the content of the Secrets Manager' } },
  { name: 'reset', text: { tr: 'önceki denemelerin verilerini siler', en: 'deletes the data of earlier tries' } },
  { name: 'open', text: { tr: 'siteyi tarayıcıda açar', en: 'opens the site in the browser' } },
  { name: 'version', text: { tr: 'sürüm', en: 'the version' } },
];

// What a problem means and what to do about it, for the pages and for the terminal.

/** @type {Record<'tr' | 'en', Record<string, (values: any) => { title: string, cure: string }>>} */
const WORDS = {
  tr: {
    'no-functions': ({ file }) => ({
      title: `Bu sitede src/${file} yok`,
      cure: 'Bankanın döneceği adresler bu dosyadadır. Örneğin dosyalarını koymak için site klasöründe npx velopos new çalıştırın ya da dosyayı kendiniz açın: export function get_pay(request) { … }',
    }),
    'no-function': ({ name, known }) => ({
      title: `http-functions.js içinde ${name} yok`,
      cure: known ? `Olanlar: ${known}. Ad get_, post_ ya da use_ ile başlar ve dışa aktarılır (export).` : 'Dosya hiçbir işlev dışa aktarmıyor: export function get_… yazın.',
    }),
    compile: ({ file, message }) => ({ title: `src/${file} derlenmiyor: ${message}`, cure: 'Dosyayı düzeltip kaydedin; sonraki istekten başlayarak geçerli olur.' }),
    stale: ({ message }) => ({ title: `Kaydettiğiniz kod derlenmiyor; son çalışan hâli sürüyor: ${message}`, cure: 'Dosyayı düzeltip kaydedin.' }),
    'load-failed': ({ file, message }) => ({ title: `src/${file} yüklenirken hata verdi: ${message}`, cure: 'Hata, dosyanın en üst düzeyindeki kodda ya da içe aktardığı bir dosyadadır; satırı kayıtlarda yazar.' }),
    'not-simulated': ({ module, file }) => ({
      title: `${module} burada yok (${file})`,
      cure: `Bu bilgisayarda Wix’in yalnız ödemeye gereken modülleri vardır. Onu kullanan kodu ayrı bir dosyaya alın, bu dosyayı ödeme yolunda içe aktarmayın; ya da denerken o satırı kapatın.`,
    }),
    'no-file': ({ specifier, file }) => ({ title: `${specifier} bulunamadı (${file} içe aktarıyor)`, cure: 'Yolu ve büyük küçük harfleri denetleyin: backend/… src/backend klasörüdür.' }),
    'no-package': ({ specifier, file }) => ({ title: `${specifier} paketi yok (${file} içe aktarıyor)`, cure: `Site klasöründe kurun: npm install ${specifier}` }),
    'refused-module': ({ specifier, file }) => ({ title: `${specifier} siteye verilmez (${file})`, cure: 'Kapanan bir konteynerden geriye süreç ya da bağlantı bırakırdı; Wix’te de kullanmayın.' }),
    'secret-missing': ({ name }) => ({
      title: `“${name}” adlı sır yok`,
      cure: `Secrets Manager’daki sırları bir JSON dosyasına yazıp verin: { "${name}": "değeri" } ve npx velopos-local --secrets dosya.json. velopos hesapları deneme kipinde ("mode": "test") olmalıdır.`,
    }),
    'collection-missing': ({ name }) => ({ title: `${name} koleksiyonu yok`, cure: `Sitenin kökündeki collections.json listesine ekleyin: "${name}". Wix’te de editörde açılmış olmalıdır.` }),
    'collection-made': ({ name }) => ({ title: `${name} koleksiyonu ilk kullanımda açıldı`, cure: 'Dört izni de Admin sayıldı. Gerçek izinleri ve dizinleri collections.json dosyasına yazın.' }),
    'not-reachable': ({ origin }) => ({
      title: `Site ${origin} adresine çıkmak istedi; izin verilmedi`,
      cure: 'Buradan yalnız taklit bankalara çıkılır. Kodunuzdaki sabit banka adresi yerine sırdaki hesabı kullanın; adresleri velopos-local yazar.',
    }),
    'page-code': ({ message }) => ({ title: `Sayfa kodu paketlenemedi: ${message}`, cure: 'Sayfa kodu yalnız public/ dosyalarını ve backend’deki .web.js işlevlerini içe aktarabilir.' }),
    'no-pages': () => ({ title: 'Bu sitede sayfa kodu yok', cure: 'Sorun değildir: HTTP işlevleri yine çalışır. Hangi öğenin hangi sayfada durduğu pages.json ile yazılır.' }),
  },
  en: {
    'no-functions': ({ file }) => ({
      title: `This site has no src/${file}`,
      cure: 'The addresses that the bank comes back to are in that file. To get the example’s files run npx velopos new in the site’s folder, or make it: export function get_pay(request) { … }',
    }),
    'no-function': ({ name, known }) => ({
      title: `http-functions.js has no ${name}`,
      cure: known ? `There are: ${known}. A name begins with get_, post_ or use_, and is exported.` : 'The file exports no function: write export function get_…',
    }),
    compile: ({ file, message }) => ({ title: `src/${file} does not compile: ${message}`, cure: 'Mend the file and save it; it counts from the next request on.' }),
    stale: ({ message }) => ({ title: `What you saved does not compile; the last good code goes on running: ${message}`, cure: 'Mend the file and save it.' }),
    'load-failed': ({ file, message }) => ({ title: `src/${file} failed while it was loaded: ${message}`, cure: 'The mistake is in code outside of any function, there or in a file that it imports; the log has the line.' }),
    'not-simulated': ({ module, file }) => ({
      title: `${module} does not exist here (${file})`,
      cure: 'Only those of Wix’s modules that payments need are on this computer. Move the code that uses it into a file of its own that the payment’s path does not import, or leave the line out while you try.',
    }),
    'no-file': ({ specifier, file }) => ({ title: `${specifier} cannot be found (imported in ${file})`, cure: 'Look at the path, and at capitals: backend/… is the folder src/backend.' }),
    'no-package': ({ specifier, file }) => ({ title: `There is no package ${specifier} (imported in ${file})`, cure: `Install it in the site’s folder: npm install ${specifier}` }),
    'refused-module': ({ specifier, file }) => ({ title: `${specifier} is not given to a site (${file})`, cure: 'It would leave a process or a connection behind when a container ends; do not use it on Wix either.' }),
    'secret-missing': ({ name }) => ({
      title: `There is no secret “${name}”`,
      cure: `Write the secrets of the Secrets Manager into a JSON file and hand it over: { "${name}": "its value" } and npx velopos-local --secrets file.json. Accounts of velopos have to be in test mode ("mode": "test").`,
    }),
    'collection-missing': ({ name }) => ({ title: `There is no collection ${name}`, cure: `Add it to the list in collections.json at the site’s root: "${name}". On Wix it has to be made in the editor, too.` }),
    'collection-made': ({ name }) => ({ title: `The collection ${name} was made at its first use`, cure: 'All four permissions count as Admin. Write the real permissions and indexes into collections.json.' }),
    'not-reachable': ({ origin }) => ({
      title: `The site wanted to reach ${origin}; it was not let out`,
      cure: 'Only the simulated banks can be reached from here. Use the account in the secret instead of an address in your code; velopos-local writes the addresses.',
    }),
    'page-code': ({ message }) => ({ title: `A page’s code could not be bundled: ${message}`, cure: 'Page code can import files of public/ and the functions of .web.js files in the backend only.' }),
    'no-pages': () => ({ title: 'This site has no page code', cure: 'That is all right: HTTP functions work without. Which element stands on which page is written in pages.json.' }),
  },
};

export const isKnown = ({ id }) => Object.hasOwn(WORDS.tr, id);

/** Those that are told and stand in nobody's way. */
const NOTES = new Set(['collection-made', 'no-pages']);

export const isNote = ({ id }) => NOTES.has(id);

/** @param {import('./problems.js').Problem} problem @param {'tr' | 'en'} lang */
export const wordsOf = ({ id, values }, lang) => WORDS[lang][id](values);

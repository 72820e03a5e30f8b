// The gateways in an owner's words: whose they are, what the bank's panel calls each value, which page is about them. A test
// compares names and keys with the package, which decides.

const nestpayKeys = [
  { name: 'clientId', panel: 'Mağaza no (Client ID)', required: true, sample: 'MAGAZA-NO' },
  { name: 'storeKey', panel: '3D güvenlik anahtarı (Store Key)', required: true, secret: true, sample: '3D-GUVENLIK-ANAHTARI' },
  {
    name: 'apiUser', panel: 'API kullanıcı adı', sample: 'API-KULLANICI-ADI',
    without: {
      tr: 'Müşteri pencereyi kapatırsa ödemenin ne olduğu bankaya sorulamaz; iade ve iptal de yapılamaz.',
      en: 'When a customer closes the window the bank cannot be asked what became of the payment; refunds and voids cannot be made.',
    },
  },
  { name: 'apiPassword', panel: 'API şifresi', secret: true, sample: 'API-SIFRESI' },
];

const boaKeys = [
  { name: 'merchantId', panel: 'Mağaza numarası (MerchantId)', required: true, sample: 'MAGAZA-NO' },
  { name: 'customerId', panel: 'Müşteri numarası (CustomerId)', required: true, sample: 'MUSTERI-NO' },
  { name: 'userName', panel: 'API kullanıcı adı (UserName)', required: true, sample: 'API-KULLANICI-ADI' },
  { name: 'password', panel: 'API kullanıcısının şifresi (Password)', required: true, secret: true, sample: 'API-SIFRESI' },
];

/** @typedef {{ name: string, panel: string, required?: boolean, secret?: boolean, sample: string, without?: { tr: string, en: string } }} Key */
/**
 * @typedef {{ system: string, guide: string, banks: Record<string, string>, keys: Key[], models: string[], endpoints: string[], entry?: string }} System
 *   `entry`: what a site imports for it, where that is not `velopos`
 */

/** @type {System[]} */
export const SYSTEMS = [
  {
    system: 'nestpay', guide: 'isbank', endpoints: ['gate', 'api'], keys: nestpayKeys,
    banks: { isbank: 'İş Bankası', ziraat: 'Ziraat Bankası', halkbank: 'Halkbank', teb: 'TEB', sekerbank: 'Şekerbank' },
    models: ['3d_pay_hosting', '3d_pay', '3d', '3d_host'],
  },
  {
    system: 'garanti', guide: 'garanti', endpoints: ['gate', 'api'], banks: { garanti: 'Garanti BBVA' },
    models: ['3d_oos_pay', '3d_pay', '3d', '3d_full', '3d_half', '3d_oos_full', '3d_oos_half'],
    keys: [
      { name: 'merchantId', panel: 'Üye işyeri numarası', required: true, sample: 'UYE-ISYERI-NO' },
      { name: 'terminalId', panel: 'Terminal numarası', required: true, sample: 'TERMINAL-NO' },
      { name: 'storeKey', panel: '3D Secure anahtarı (Store Key)', required: true, secret: true, sample: '3D-SECURE-ANAHTARI' },
      { name: 'provisionPassword', panel: 'PROVAUT kullanıcısının şifresi', required: true, secret: true, sample: 'PROVAUT-SIFRESI' },
      {
        name: 'refundPassword', panel: 'PROVRFN kullanıcısının şifresi', secret: true, sample: 'PROVRFN-SIFRESI',
        without: { tr: 'İade ve iptal yalnız bankanın panelinden yapılabilir.', en: 'Refunds and voids can be made in the bank’s panel only.' },
      },
      { name: 'provisionUser', panel: 'Provizyon kullanıcısı (PROVAUT değilse)', sample: '' },
      { name: 'refundUser', panel: 'İade kullanıcısı (PROVRFN değilse)', sample: '' },
      { name: 'pageUser', panel: 'Ortak ödeme sayfası kullanıcısı (PROVOOS)', sample: '' },
      { name: 'pagePassword', panel: 'PROVOOS kullanıcısının şifresi', secret: true, sample: '' },
    ],
  },
  {
    system: 'posnet', guide: 'yapikredi', endpoints: ['api', 'gate'], banks: { yapikredi: 'Yapı Kredi' }, models: ['3d_oos'],
    keys: [
      { name: 'merchantId', panel: 'Üye işyeri numarası (MERCHANT_ID)', required: true, sample: 'UYE-ISYERI-NO' },
      { name: 'terminalId', panel: 'Terminal numarası (TERMINAL_ID)', required: true, sample: 'TERMINAL-NO' },
      { name: 'posnetId', panel: 'POSNET numarası (POSNET_ID)', required: true, sample: 'POSNET-NO' },
      { name: 'encKey', panel: 'Şifreleme anahtarı (ENCKEY)', required: true, secret: true, sample: 'SIFRELEME-ANAHTARI' },
    ],
  },
  {
    system: 'payflex', guide: 'vakifbank', endpoints: ['common_payment', 'payment_page', 'mpi', 'vpos', 'search'],
    banks: { vakifbank: 'VakıfBank', 'ziraat-payflex': 'Ziraat Bankası (PayFlex)', 'isbank-payflex': 'İş Bankası (PayFlex)' },
    models: ['common_payment', '3d'],
    keys: [
      { name: 'merchantId', panel: 'Üye işyeri numarası (MerchantId)', required: true, sample: 'UYE-ISYERI-NO' },
      { name: 'password', panel: 'Sanal POS şifresi (Password)', required: true, secret: true, sample: 'SANAL-POS-SIFRESI' },
      { name: 'terminalNo', panel: 'Terminal numarası (TerminalNo)', required: true, sample: 'TERMINAL-NO' },
      { name: 'mpiPassword', panel: '3D Secure (MPI) şifresi, başkaysa', secret: true, sample: '' },
    ],
  },
  {
    system: 'paytr', guide: 'paytr', endpoints: ['api'], banks: { paytr: 'PayTR' }, models: ['iframe', 'direct', 'link'],
    keys: [
      { name: 'merchantId', panel: 'Mağaza No', required: true, sample: 'MAGAZA-NO' },
      { name: 'merchantKey', panel: 'Mağaza Parola', required: true, secret: true, sample: 'MAGAZA-PAROLA' },
      { name: 'merchantSalt', panel: 'Mağaza Gizli Anahtar', required: true, secret: true, sample: 'MAGAZA-GIZLI-ANAHTAR' },
    ],
  },
  {
    system: 'iyzico', guide: 'iyzico', endpoints: ['api'], banks: { iyzico: 'iyzico' }, models: ['checkout_form', '3ds'],
    keys: [
      { name: 'apiKey', panel: 'API Anahtarı', required: true, secret: true, sample: 'API-ANAHTARI' },
      { name: 'secretKey', panel: 'Güvenlik Anahtarı', required: true, secret: true, sample: 'GUVENLIK-ANAHTARI' },
      { name: 'merchantId', panel: 'Üye İşyeri Numarası (yalnız abonelik bildirimleri için)', sample: '' },
    ],
  },
  {
    system: 'akbank', guide: 'akbank', entry: 'velopos/all', endpoints: ['api', 'gate'], banks: { akbank: 'Akbank' }, models: ['3d_pay_hosting', '3d_pay', '3d'],
    keys: [
      { name: 'merchantSafeId', panel: 'Güvenli İş Yeri numarası', required: true, sample: 'GUVENLI-IS-YERI-NO' },
      { name: 'terminalSafeId', panel: 'Güvenli Terminal numarası', required: true, sample: 'GUVENLI-TERMINAL-NO' },
      { name: 'secretKey', panel: 'Güvenlik Anahtarı', required: true, secret: true, sample: 'GUVENLIK-ANAHTARI' },
      { name: 'subMerchantId', panel: 'Alt üye iş yeri numarası', sample: '' },
    ],
  },
  {
    system: 'tosla', guide: 'tosla', entry: 'velopos/all', endpoints: ['api'], banks: { tosla: 'Tosla' },
    models: ['3d_pay_hosting', '3d_pay'],
    keys: [
      { name: 'clientId', panel: 'Müşteri numarası (ClientId)', required: true, sample: 'MUSTERI-NO' },
      { name: 'apiUser', panel: 'API kullanıcısı (ApiUser)', required: true, sample: 'API-KULLANICI-ADI' },
      { name: 'apiPass', panel: 'API şifresi (ApiPass)', required: true, secret: true, sample: 'API-SIFRESI' },
    ],
  },
  {
    system: 'moka', guide: 'moka', entry: 'velopos/all', endpoints: ['service', 'page'], banks: { moka: 'Moka United' }, models: ['webpos', '3d'],
    keys: [
      { name: 'dealerCode', panel: 'Bayi kodu (DealerCode)', required: true, sample: 'BAYI-KODU' },
      { name: 'username', panel: 'API kullanıcı adı (Username)', required: true, sample: 'API-KULLANICI-ADI' },
      { name: 'password', panel: 'API şifresi (Password)', required: true, secret: true, sample: 'API-SIFRESI' },
    ],
  },
  {
    system: 'payfor', guide: 'qnb', entry: 'velopos/all', endpoints: ['page', 'gate', 'api'], models: ['3dhost', '3dpay', '3dmodel'],
    banks: { qnb: 'QNB', enpara: 'Enpara', ziraatkatilim: 'Ziraat Katılım' },
    keys: [
      { name: 'merchantId', panel: 'Üye işyeri numarası (MerchantID)', required: true, sample: 'UYE-ISYERI-NO' },
      { name: 'userCode', panel: 'API kullanıcı kodu (UserCode)', required: true, sample: 'API-KULLANICI-KODU' },
      { name: 'userPass', panel: 'API kullanıcı şifresi (UserPass)', required: true, secret: true, sample: 'API-SIFRESI' },
      { name: 'merchantPass', panel: '3D işyeri şifresi (MerchantPass)', required: true, secret: true, sample: '3D-ISYERI-SIFRESI' },
      { name: 'mbrId', panel: 'Kurum kodu (MbrId), bankanız başka bir sayı verdiyse', sample: '' },
    ],
  },
  {
    system: 'interpos', guide: 'denizbank', entry: 'velopos/all', endpoints: ['page', 'gate'], models: ['3dhost', '3dpay', '3dmodel'],
    banks: { denizbank: 'Denizbank' },
    keys: [
      { name: 'shopCode', panel: 'Mağaza kodu (ShopCode)', required: true, sample: 'MAGAZA-KODU' },
      { name: 'userCode', panel: 'API kullanıcı kodu (UserCode)', required: true, sample: 'API-KULLANICI-KODU' },
      { name: 'userPass', panel: 'API kullanıcı şifresi (UserPass)', required: true, secret: true, sample: 'API-SIFRESI' },
      { name: 'merchantPass', panel: '3D şifresi (MerchantPass)', required: true, secret: true, sample: '3D-SIFRESI' },
      {
        name: 'onlyCurrency', panel: 'Terminalin tek para birimi (TRY gibi)', sample: '',
        without: {
          tr: 'Yalnız bankanın yanıtıyla kanıtlanan ödemeler review: true taşır, çünkü yanıt para birimini söylemez.',
          en: 'Payments that only the bank’s answer proves have review: true, because it names no currency.',
        },
      },
    ],
  },
  {
    system: 'kuveytturk', guide: 'kuveytturk', entry: 'velopos/all', endpoints: ['gate', 'soap'], models: ['3d'], keys: boaKeys,
    banks: { kuveytturk: 'Kuveyt Türk' },
  },
  {
    system: 'vakifkatilim', guide: 'vakifkatilim', entry: 'velopos/all', endpoints: ['gate'], models: ['3d'], keys: boaKeys,
    banks: { vakifkatilim: 'Vakıf Katılım' },
  },
  {
    system: 'posnetv1', guide: 'albaraka', entry: 'velopos/all', endpoints: ['gate', 'api'], banks: { albaraka: 'Albaraka Türk' }, models: ['3d_oos'],
    keys: [
      { name: 'merchantNo', panel: 'Üye işyeri numarası (MerchantNo)', required: true, sample: 'UYE-ISYERI-NO' },
      { name: 'terminalNo', panel: 'Terminal numarası (TerminalNo)', required: true, sample: 'TERMINAL-NO' },
      { name: 'posnetId', panel: 'POSNET numarası (PosnetID)', required: true, sample: 'POSNET-NO' },
      { name: 'encKey', panel: 'Şifreleme anahtarı (EncKey)', required: true, secret: true, sample: 'SIFRELEME-ANAHTARI' },
    ],
  },
];

/** Every name that may stand as `gateway`, the banks first. */
export const GATEWAYS = [
  ...SYSTEMS.flatMap(({ banks }) => Object.keys(banks)),
  ...SYSTEMS.map(({ system }) => system).filter((system) => !SYSTEMS.some(({ banks }) => Object.hasOwn(banks, system))),
];

/** @param {unknown} gateway @returns {System | undefined} */
export const systemOf = (gateway) => SYSTEMS.find(({ system, banks }) => system === gateway || Object.hasOwn(banks, gateway));

/** What a site imports for a gateway. */
export const entryOf = (gateway) => systemOf(gateway)?.entry ?? 'velopos';

/** What an owner calls a gateway. */
export const titleOf = (gateway) => systemOf(gateway)?.banks[gateway] ?? `${gateway}`;

/** A configuration to be filled in: the panel's names stand where the values belong. */
export function template(gateway) {
  const { keys, endpoints, banks } = systemOf(gateway);
  const merchant = Object.fromEntries(keys.filter(({ sample }) => sample !== '').map(({ name, sample }) => [name, sample]));
  const addresses = Object.fromEntries(endpoints.map((name) => [name, 'https://BANKANIN-ADRESI']));
  return { gateway, mode: 'test', merchant, ...(!Object.hasOwn(banks, gateway) && { endpoints: addresses }) };
}

/** Whether a value is one of a template's, or of the documentation's, that nobody has replaced. */
export function isPlaceholder(value) {
  const samples = SYSTEMS.flatMap(({ keys }) => keys.map(({ sample }) => sample)).filter(Boolean);
  const word = value.trim().toLocaleUpperCase('en').replace(/[ _]/g, '-');
  return samples.includes(word) || DOCUMENTED.includes(word) || /^(…|\.\.\.|x{3,}|<.*>)$/i.test(value.trim());
}

const DOCUMENTED = ['3D-KEY', '3D-ANAHTARI', 'API-USER', 'API-PASSWORD', 'API-KULLANICI', 'API-SIFRE', 'MAĞAZA-PAROLA', 'BURAYA', 'CHANGEME', 'TODO'];

// The account itself: keys that everybody knows, addresses that are somebody else's, and words that might switch something off. Whoever gets
// such a configuration accepted needs no forgery any more.
import { SIMULATOR_ACCOUNT as akbank } from '../../../banks/akbank.js';
import { SIMULATOR_ACCOUNT as garanti } from '../../../banks/garanti.js';
import { SIMULATOR_ACCOUNT as interpos } from '../../../banks/interpos.js';
import { SIMULATOR_ACCOUNT as kuveytturk } from '../../../banks/kuveytturk.js';
import { SIMULATOR_ACCOUNT as moka } from '../../../banks/moka.js';
import { SIMULATOR_ACCOUNT as payflex } from '../../../banks/payflex.js';
import { KATILIM_ACCOUNT as katilim, SIMULATOR_ACCOUNT as payfor } from '../../../banks/payfor.js';
import { SIMULATOR_ACCOUNT as posnet } from '../../../banks/posnet.js';
import { SIMULATOR_ACCOUNT as posnetv1 } from '../../../banks/posnetv1.js';
import { SIMULATOR_ACCOUNT as tosla } from '../../../banks/tosla.js';
import { SIMULATOR_ACCOUNT as vakifkatilim } from '../../../banks/vakifkatilim.js';

export const name = 'configuration';

const ACCOUNTS = {
  isbank: { clientId: '780012345', storeKey: 'Kq7vX2mPz9', apiUser: 'canli', apiPassword: 'h4Tn8wLq' },
  ziraat: { clientId: '780012345', storeKey: 'Kq7vX2mPz9' },
  garanti: { terminalId: '30690001', merchantId: '7001234', storeKey: '4b6972617a43696365', provisionPassword: 'Gizli+Prov1' },
  yapikredi: { merchantId: '6700001234', terminalId: '67001234', posnetId: '271828', encKey: '31,41,59,26,53,58,97,93' },
  vakifbank: { merchantId: '000000000001234', password: 'Kiraz+Vpos9', terminalNo: 'VP001234' },
  paytr: { merchantId: '412345', merchantKey: 'kR8vPq2LxZ7mTn4w', merchantSalt: 'tB5yHs9DcJ3fGk6a' },
  iyzico: { apiKey: 'kiraz-api-1234', secretKey: 'kiraz-gizli-5678' },
  qnb: { merchantId: '085300000012345', userCode: 'KIRAZ_API', userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x' },
  ziraatkatilim: { merchantId: '9812345', userCode: 'KIRAZ_API', userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x' },
  denizbank: { shopCode: '91234', userCode: 'KirazApi', userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x' },
  akbank: { merchantSafeId: '2026ABCDEF0123456789ABCDEF012345', terminalSafeId: '2026FEDCBA9876543210FEDCBA987654', secretKey: '4b6972617a43696365b6972617a2b616' },
  tosla: { clientId: '1000012345', apiUser: 'POS_ENT_KIRAZ1', apiPass: 'Kiraz+Api7*!' },
  moka: { dealerCode: '12345', username: 'KirazApiUser', password: 'Kiraz+Moka7' },
  kuveytturk: { merchantId: '12345', customerId: '4002359', userName: 'kirazapi', password: 'Kiraz+Boa7x' },
  vakifkatilim: { merchantId: '12345', customerId: '4002359', userName: 'kirazapi', password: 'Kiraz+Boa7x' },
  albaraka: { merchantNo: '6700012345', terminalNo: '67512345', posnetId: '1010028724212345', encKey: '31,41,59,26,53,58,97,93' },
};
/** Of the banks' public test systems and of these simulated banks. */
const KNOWN = {
  isbank: [['clientId', '700655000200'], ['storeKey', 'TRPS0200'], ['storeKey', '123456'], ['apiPassword', 'ISBANK07']],
  ziraat: [['clientId', '190100000'], ['storeKey', 'TEST1234']],
  garanti: [['terminalId', garanti.terminalId], ['merchantId', '7000679'], ['storeKey', '12345678'], ['provisionPassword', '123qweASD/']],
  yapikredi: [['merchantId', posnet.merchantId], ['terminalId', posnet.terminalId], ['encKey', '10,10,10,10,10,10,10,10']],
  vakifbank: [['merchantId', payflex.merchantId], ['password', '123456'], ['password', payflex.password]],
  iyzico: [['apiKey', 'sandbox-qwerty'], ['secretKey', 'sandbox-qwerty'], ['apiKey', 'sim-api-key-12345678']],
  qnb: [['merchantId', '085300000009704'], ['userPass', 'UcBN0'], ['merchantPass', '12345678'], ['merchantPass', payfor.merchantPass], ['userPass', payfor.userPass]],
  ziraatkatilim: [['merchantPass', katilim.merchantPass], ['userPass', katilim.userPass]],
  denizbank: [['shopCode', '3123'], ['userCode', 'InterTestApi'], ['merchantPass', 'gDg1N'], ['merchantPass', interpos.merchantPass]],
  akbank: [['merchantSafeId', akbank.merchantSafeId], ['terminalSafeId', akbank.terminalSafeId], [
    'secretKey', '3230323330393034313735303032363031353172675f357637355f3273387373745f7233725f73323333383737335f323272383774767276327672323531355f',
  ]],
  tosla: [['clientId', tosla.clientId], ['apiUser', 'POS_ENT_Test_001'], ['apiPass', 'POS_ENT_Test_001!*!*']],
  moka: [['username', moka.username], ['password', moka.password]],
  kuveytturk: [['merchantId', kuveytturk.merchantId], ['password', 'api123'], ['password', kuveytturk.password]],
  vakifkatilim: [['password', vakifkatilim.password]],
  albaraka: [['merchantNo', posnetv1.merchantNo], ['encKey', '10,10,10,10,10,10,10,10'], ['encKey', posnetv1.encKey]],
};
const ENDPOINTS = {
  isbank: ['gate', 'api'], ziraat: ['gate', 'api'], garanti: ['gate', 'api'], yapikredi: ['gate', 'api'],
  vakifbank: ['mpi', 'vpos', 'search', 'common_payment', 'payment_page'], paytr: ['api'], iyzico: ['api'],
  qnb: ['page', 'gate', 'api'], ziraatkatilim: ['page', 'gate', 'api'], denizbank: ['page', 'gate'], akbank: ['api', 'gate'], tosla: ['api'],
  moka: ['page', 'service'], kuveytturk: ['gate', 'soap'], vakifkatilim: ['gate'], albaraka: ['gate', 'api'],
};
const OWN = {
  isbank: 'sanalpos.isbank.com.tr', ziraat: 'sanalpos2.ziraatbank.com.tr', garanti: 'sanalposprov.garanti.com.tr',
  yapikredi: 'posnet.yapikredi.com.tr', vakifbank: 'apigw.vakifbank.com.tr:8443', paytr: 'www.paytr.com', iyzico: 'api.iyzipay.com',
  qnb: 'vpos.qnb.com.tr', ziraatkatilim: 'vpos.ziraatkatilim.com.tr', denizbank: 'inter-vpos.com.tr', akbank: 'api.akbank.com', tosla: 'entegrasyon.tosla.com',
  moka: 'service.mokaunited.com', kuveytturk: 'boa.kuveytturk.com.tr', vakifkatilim: 'boa.vakifkatilim.com.tr', albaraka: 'epos.albarakaturk.com.tr',
};
const ADDRESSES = [
  (host) => `http://${host}/x`, (host) => `https://${host}.saldirgan.example/x`, (host) => `https://saldirgan.example/${host}`, (host) => `https://${host}@saldirgan.example/`,
  (host) => `https://saldirgan.example#${host}`, (host) => `https://saldirgan.example?${host}`, () => 'http://localhost:8481/x', () => 'https://127.0.0.1/x', () => 'https://[::1]/x',
  (host) => `//${host}/x`, (host) => `HTTPS:/${host}`, (host) => `https:\\\\${host}\\x`, (host) => `https://x${host}/`, (host) => `https://${host}:444/x`, (host) => `https://saldirgan.example\\@${host}/`,
  (host) => `https://${host}%2esaldirgan.example/`, () => 'javascript:alert(1)', () => 'file:///etc/passwd', (host) => ` https://${host}/`, (host) => `https://${host}\n.saldirgan.example/`,
];
/** The banks' test systems: what is paid there is no money. */
const TEST_HOSTS = {
  isbank: 'https://entegrasyon.asseco-see.com.tr/fim/api', ziraat: 'https://torus-stage-ziraat.asseco-see.com.tr/fim/api',
  garanti: 'https://sanalposprovtest.garantibbva.com.tr/VPServlet', yapikredi: 'https://setmpos.ykb.com/PosnetWebService/XML',
  vakifbank: 'https://apiportalprep.vakifbank.com.tr:8443/virtualPos/Vposreq', iyzico: 'https://sandbox-api.iyzipay.com',
  qnb: 'https://vpostest.qnb.com.tr/Gateway/XMLGate.aspx', denizbank: 'https://test.inter-vpos.com.tr/mpi/Default.aspx', akbank: 'https://virtualpospaymentgatewaypre.akbank.com',
  tosla: 'https://prepentegrasyon.tosla.com/api/Payment', moka: 'https://service.refmokaunited.com',
  kuveytturk: 'https://boatest.kuveytturk.com.tr/BOA.Integration.WCFService/BOA.Integration.VirtualPos/VirtualPosService.svc/Basic',
  albaraka: 'https://epostest.albarakaturk.com.tr/ALBMerchantService/MerchantJSONAPI.svc',
};
const SWITCHES = [
  'verify', 'verifyHash', 'skipHash', 'disable3dHashCheck', 'disable_3d_hash_check', 'validateSignature', 'checkHash', 'debug',
  'insecure', 'strict', 'trustAll', 'acceptUnsigned', 'verify_signature', 'rejectUnauthorized', 'testMode', 'sandbox', 'merchant.skip',
  'endpoints.verify',
];

export async function build({ velopos }) {
  // Of an account that is refused as it is, every forgery would be, too.
  for (const [gateway, merchant] of Object.entries(ACCOUNTS)) velopos.createPos({ gateway, merchant, mode: 'production' });
  return {
    name, targets: [], forms: [], webhooks: [], replies: [], kinds: [[1, 'configuration']], tricks: {},
    draft: { configuration: (dice) => drawn(dice, velopos) },
  };
}

function drawn(dice, velopos) {
  const gateway = dice.pick(Object.keys(ACCOUNTS));
  const config = { gateway, merchant: { ...ACCOUNTS[gateway] } };
  /** What must not be accepted, by the key that it stands under. */
  const wrong = new Map();
  const mode = dice.pick(['production', undefined, undefined, 'test']);
  if (mode) config.mode = mode;
  const isReal = mode !== 'test';
  const works = {
    'a key that everybody knows': () => {
      if (!KNOWN[gateway]) return;
      const [key, value] = dice.pick(KNOWN[gateway]);
      config.merchant[key] = value;
      wrong.set(key, isReal && `${key} ${value} in production`);
    },
    'an address of somebody else': () => {
      const [key, address] = [dice.pick(ENDPOINTS[gateway]), dice.pick(ADDRESSES)(OWN[gateway])];
      config.endpoints = { ...config.endpoints, [key]: address };
      wrong.set(`endpoints.${key}`, (isReal || !/localhost|127\.0\.0\.1|\[::1\]/.test(address)) && `the address ${address}`);
    },
    'an address of the test system': () => {
      if (!TEST_HOSTS[gateway]) return;
      const key = ENDPOINTS[gateway].at(gateway === 'vakifbank' ? 1 : -1);
      config.endpoints = { ...config.endpoints, [key]: TEST_HOSTS[gateway] };
      wrong.set(`endpoints.${key}`, isReal && `${TEST_HOSTS[gateway]} in production`);
    },
    'a switch': () => {
      const [one, inner] = dice.pick(SWITCHES).split('.');
      if (inner) config[one] = { ...config[one], [inner]: 'true' };
      else config[one] = dice.pick(['true', 'false', '0', '1', false, true, 0]);
      wrong.set(`switch ${one}`, `the switch ${one}`);
    },
    'a word of a closed list': () => {
      const [key, value] = dice.pick([
        ['mode', 'TEST'], ['mode', 'prod'], ['threeDS', 'none'], ['threeDS', 'any'], ['threeDS', '0'], ['model', 'none'],
        ['model', 'oos_pay'], ['mode', ''],
      ]);
      config[key] = value;
      wrong.set(key, `${key} ${value}`);
    },
    'no key': () => {
      const key = Object.keys(config.merchant).find((each) => /key$|pass(word)?$|salt$/i.test(each));
      config.merchant[key] = dice.pick(['', undefined, ' ', '\u200b', null, 0]);
      wrong.set(key, `${key} is ${JSON.stringify(config.merchant[key])}`);
    },
  };
  const tricks = [];
  for (let times = 1 + dice.below(2); times > 0; times -= 1) {
    const work = dice.pick(Object.keys(works));
    works[work]();
    tricks.push(work);
  }
  const shop = { config, secrets: [], name: 'configuration' };
  return {
    target: { shop, order: null }, drawn: [...tricks, `at ${gateway}`], text: '',
    call: () => velopos.createPos(config),
    event: (pos) => {
      const problems = [...wrong.values()].filter(Boolean);
      if (problems.length > 0) return `a configuration with ${problems.join(', ')}`;
      return isReal === (pos.toJSON().mode === 'production') ? null : `mode ${pos.toJSON().mode}`;
    },
  };
}

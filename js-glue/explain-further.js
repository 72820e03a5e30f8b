// The same as in explain-systems.js for the banks that `velopos/all` alone carries.
import { akbank, kuveytturk, moka, payfor, interpos, posnetv1, tosla } from './all.js';
import { formula } from './formulas.js';
import { installments, minorOf } from './explain-systems.js';

const digits = Array.from('0123456789');
const ISO = ['00', '05', '12', '51', '54', '57', '99'];
const comma = (amount) => (typeof amount === 'string' ? amount.replace('.', ',') : undefined);
const types = () => ['Auth', 'PreAuth'];

/** BOA, at both banks that run it. Its key is a digest of the password. */
const boa = {
  digest: 'HashData', signing: ['password'], asks: true, named: ({ MerchantOrderId }) => MerchantOrderId,
  decisions: { ResponseCode: [...ISO, 'MPIAuthenticationStatusN', 'CardNotEnrolled'] },
  ofOrder: ({ id }) => ({ MerchantOrderId: id }),
  derived: ({ password = '' }) => [kuveytturk.hashPassword(password)],
  form: {
    digest: ['HashData'], urls: ['OkUrl', 'FailUrl'], amount: 'Amount',
    account: { MerchantId: 'merchantId', CustomerId: 'customerId', UserName: 'userName' },
    secrets: { HashPassword: ['password', ({ password = '' }) => kuveytturk.hashPassword(password)] },
    sign: (fields, { password = '' }) => kuveytturk.requestHash(fields, kuveytturk.hashPassword(password)),
    values: { InstallmentCount: installments },
  },
};

/** The older digest of PosNet V1, over the names of a list. The document's names of two fields are not those on the wire. */
function mac(fields, names, encKey) {
  const wire = { Cvc2: 'Cvv', ExpireDate: 'ExpiredDate' };
  const at = (values, name) => (Object.hasOwn(values, name) ? values[name] : undefined);      // a list may name `toString`
  const entries = names.split(':').filter(Boolean).map((name) => [name, at(fields, name) ?? at(fields, at(wire, name) ?? '') ?? '']).flat();
  return formula('posnetv1.namedMac', [String(entries.length), ...entries, encKey], ['', ...entries.map(() => 'fields'), 'encKey']);
}

/** @type {Record<string, import('./explain-systems.js').System>} */
export const FURTHER = {
  payfor: {
    digest: 'ResponseHash', signing: ['merchantPass', 'userCode'], asks: true, named: ({ OrderId }) => OrderId,
    decisions: { ProcReturnCode: [...ISO, 'V033', 'V034', 'MR15'], '3DStatus': [...digits, '-1'] },
    ofOrder: ({ id }) => ({ OrderId: id }),
    unknownAt: ['ziraatkatilim'],
    form: {
      digest: ['Hash'], model: 'SecureType', urls: ['OkUrl', 'FailUrl'], amount: 'PurchAmount',
      account: { MerchantID: 'merchantId', UserCode: 'userCode' },
      sign: (fields, { merchantPass = '' }) => payfor.requestHash(fields, merchantPass),
      values: { InstallmentCount: installments, TxnType: types, MbrId: () => ['5', '12'] },
    },
    look: ['payforPasswords', 'payforDigest', 'payforModel', 'serverIp'],
  },
  interpos: {
    digest: 'HASH', signing: ['merchantPass'], asks: true, named: ({ OrderId }) => OrderId,
    decisions: { mdStatus: digits, ProcReturnCode: ['', ...ISO], Response: ['Approved', 'Declined', 'Error', 'Success', ''] },
    ofOrder: ({ id, amount, urls }) => ({ OrderId: id, PurchAmount: comma(amount), OkUrl: urls?.ok, FailUrl: urls?.fail }),
    unkeyed: (fields) => interpos.callbackHash(fields, ''),
    form: {
      digest: ['Hash'], model: 'SecureType', urls: ['OkUrl', 'FailUrl'], amount: 'PurchAmount',
      account: { ShopCode: 'shopCode' },
      sign: (fields, { merchantPass = '' }) => interpos.requestHash(fields, merchantPass),
      values: { InstallmentCount: installments, TxnType: types },
    },
    look: ['interposPasswords', 'interposPage', 'interposActive', 'serverIp'],
  },
  akbank: {
    digest: 'hash', signing: ['secretKey'], named: ({ orderId }) => orderId,
    decisions: { responseCode: ['VPS-0000', 'VPS-1279', 'VPS-1051', 'VPS-3008', 'VPS-2051'], hostResponseCode: ISO, mdStatus: digits },
    ofOrder: ({ id, amount, urls }) => ({ orderId: id, amount, okUrl: urls?.ok, failUrl: urls?.fail }),
    form: {
      digest: ['hash'], model: 'paymentModel', urls: ['okUrl', 'failUrl'], amount: 'amount',
      account: { merchantSafeId: 'merchantSafeId', terminalSafeId: 'terminalSafeId' },
      sign: (fields, { secretKey = '' }) => akbank.formHash(fields, secretKey),
      request: { header: 'auth-hash', sign: ({ body }, { secretKey = '' }) => akbank.requestHash(body, secretKey) },
      values: { installCount: installments, txnCode: () => ['3000', '3004'], currencyCode: () => ['949', 'TRY'], lang: () => ['TR', 'EN', 'tr', 'en'] },
    },
    look: ['akbankKey', 'akbankClock', 'akbankModel'],
  },
  tosla: {
    digest: 'Hash', signing: ['apiPass', 'apiUser'], named: ({ OrderId }) => OrderId,
    decisions: { MdStatus: digits, BankResponseCode: [...ISO, 'MD:0'], RequestStatus: ['0', '1'] },
    ofOrder: ({ id }) => ({ OrderId: id }),
    form: {
      digest: ['hash'], urls: ['callbackUrl'], amount: 'amount', account: { clientId: 'clientId', apiUser: 'apiUser' },
      sign: (fields, { apiPass = '' }) => tosla.requestHash(fields, apiPass),
      values: {},
    },
    look: ['toslaClock', 'toslaUser', 'toslaIp'],
  },
  moka: {
    digest: 'hashValue', signing: ['password'], ofOrder: ({ id }) => ({ OtherTrxCode: id }), ofStart: 'OtherTrxCode',
    derived: ({ dealerCode = '', username = '', password = '' }) => [moka.checkKey(dealerCode, username, password)],
    form: {
      digest: ['CheckKey'], urls: ['RedirectUrl'], amount: 'Amount', account: { DealerCode: 'dealerCode', Username: 'username' },
      secrets: { Password: ['password', ({ password = '' }) => password] },
      sign: ({ DealerCode = '', Username = '' }, { password = '' }) => moka.checkKey(DealerCode, Username, password),
      values: {},
    },
    look: ['mokaAccount', 'serverIp'],
  },
  kuveytturk: { ...boa, inner: 'AuthenticationResponse', look: ['boaUser', 'boaVersion', 'serverIp'] },
  vakifkatilim: { ...boa, look: ['boaUser', 'serverIp'] },
  posnetv1: {
    digest: 'Mac', signing: ['encKey'], named: ({ OrderId = '' }) => OrderId.replace(/^0+/, ''),
    decisions: { MdStatus: digits, ECI: ['', '01', '02', '05', '06', '07'] },
    ofOrder: ({ id, amount }) => ({ OrderId: id.padStart(20, '0'), Amount: minorOf(amount) }),
    form: {
      digest: ['MacNew', 'Mac', 'MAC'], urls: ['MerchantReturnURL'], amount: 'Amount',
      account: { MerchantNo: 'merchantNo', TerminalNo: 'terminalNo', PosnetID: 'posnetId' },
      each: {
        MacNew: (fields, { encKey = '' }) => posnetv1.formMacNew(fields, encKey),
        Mac: (fields, { encKey = '' }) => mac(fields, fields.MacParams ?? '', encKey),
        MAC: (fields, { encKey = '' }) => mac(fields, fields.MACParams ?? '', encKey),
      },
      values: { InstallmentCount: installments, TransactionType: () => ['Sale', 'Auth'], CurrencyCode: () => ['TL', 'TRY', '949'], UseOOS: () => ['0', '1'] },
    },
    look: ['posnetv1Key', 'posnetv1Numbers', 'serverIp'],
  },
};

// What a NestPay bank posts back and answers, made from the form it was sent. The values are shaped like the public captures.
import { ver3 } from '../oracle/nestpay.js';

const echoed = ['clientid', 'storetype', 'amount', 'oid', 'okUrl', 'failUrl', 'callbackUrl', 'lang', 'currency', 'taksit', 'TranType', 'hashAlgorithm'];

const authenticated = {
  mdStatus: '1', mdErrorMsg: 'Y-status/Challenge authentication via ACS', txstatus: 'Y', eci: '05', cavv: 'ABABBCgghAAAAABllJMDdZdTdic=',
  md: '450803:51104213993AC8DFE8839C7F7E391B461115D09A1D88948C8ACE421D7D7EAA5A:3545:##190100000', xid: 'N1An1iS5iN4u/1VWS6CgzSGRtN0=',
  merchantName: 'Velo Test', maskedCreditCard: '4508 03** **** 4509', MaskedPan: '450803***4509', Ecom_Payment_Card_ExpDate_Month: '12',
  Ecom_Payment_Card_ExpDate_Year: '30', PAResSyntaxOK: 'true', PAResVerified: 'true', paresTxStatus: 'Y', veresEnrolledStatus: 'Y',
  'payResults.dsId': '1', dsId: '1', sID: '1', protocol: '3DS2.2.0', version: '4.0', digest: 'digest', cavvAlgorithm: '', iReqCode: '', iReqDetail: '',
  vendorCode: '', ACQBIN: '454672', TRANID: '', callbackCall: 'true', clientIp: '85.34.78.112', rnd: 'J/jGATA5LLVaMfpU+Yyu', ErrMsg: '', tsl: '1',
  'TDS2.transStatus': 'Y', 'TDS2.authenticationType': '01', THREED_ID: '26221TQTHAkhihr0055', traceId: '6a78d203138f7f11966455d30c78b187',
  'checkout-id': '190100000-56a6cc2b-f35c-41e9-bc70-b2b3c6546a4b', encoding: 'ISO-8859-9',
};

const charged = {
  Response: 'Approved', ProcReturnCode: '00', AuthCode: 'P37891', HostRefNum: '632517184784', TransId: '26325RqiC11252', SettleId: '2383', acqStan: '184784',
  'EXTRA.TRXDATE': '20261121 17:42:33', 'EXTRA.CARDBRAND': 'VISA', 'EXTRA.CARDISSUER': 'T. IS BANKASI A.S.', 'EXTRA.KAZANILANPUAN': '000000010.00',
};

export const declined = (code, words) => ({ Response: 'Declined', ProcReturnCode: code, AuthCode: '', HostRefNum: '', ErrMsg: words, 'EXTRA.ERRORCODE': `ISO8583-${code}` });
export const notAuthenticated = {
  mdStatus: '0', mdErrorMsg: 'Not authenticated', txstatus: 'N', eci: '', cavv: '', Response: 'Error', ProcReturnCode: '99', AuthCode: '', HostRefNum: '',
  ErrMsg: '3D kullanici dogrulamasi basarisiz', 'TDS2.transStatus': 'N', paresTxStatus: 'N',
};

/** The fields of the hosted page's return (the bank has charged), unsigned. @returns {[string, string][]} */
export function hostedFields(sent, results = {}) {
  return fieldsOf({ ...echoOf(sent), ...authenticated, ...charged, ReturnOid: sent.oid, merchantID: sent.clientid, ...results });
}

/** The fields of the `3d` model's return (authenticated, nothing charged), unsigned. @returns {[string, string][]} */
export function authenticationFields(sent, results = {}) {
  return fieldsOf({ ...echoOf(sent), ...authenticated, merchantID: sent.clientid, ...results });
}

const echoOf = (sent) => Object.fromEntries(echoed.filter((name) => name in sent).map((name) => [name, sent[name]]));

/** A result given as undefined leaves its field out. */
const fieldsOf = (object) => Object.entries(object).filter(([, value]) => value !== undefined);

/** Signs as the bank does and writes the body as a browser does. */
export const signedBody = (fields, storeKey = 'SIMSTORE12') => body([...fields, ['HASH', ver3(fields, storeKey)]]);
export const body = (fields) => new URLSearchParams(fields).toString();

/** @returns {[string, string][]} */
export const fieldsOfBody = (text) => [...new URLSearchParams(text)];

export const hostedReturn = (sent, results) => signedBody(hostedFields(sent, results));
export const authenticationReturn = (sent, results) => signedBody(authenticationFields(sent, results));

/** The XML that our server posted as the form field DATA. */
export const xmlOf = (request) => new URLSearchParams(String(request.body)).get('DATA') ?? '';
export const tag = (xml, name) => xml.match(new RegExp(`<${name}>([^<]*)</${name}>`))?.[1];

const element = (name, value) =>
  `<${name}>${typeof value === 'object' ? Object.entries(value).map(([n, v]) => element(n, v)).join('') : escapeXml(value)}</${name}>`;
const escapeXml = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
export const cc5 = (fields) => `<?xml version="1.0" encoding="ISO-8859-9"?>\n${element('CC5Response', fields)}`;

export const approval = (oid, changes = {}) => cc5({
  OrderId: oid, GroupId: oid, Response: 'Approved', AuthCode: 'P94821', HostRefNum: '632517184999', ProcReturnCode: '00', TransId: '26325Rqi911253', ErrMsg: '',
  Extra: { SETTLEID: '2384', TRXDATE: '20261121 17:43:10', ERRORCODE: '', NUMCODE: '00', CARDBRAND: 'VISA' }, ...changes,
});
export const refusal = (oid, code, words) => approval(oid, { Response: 'Declined', AuthCode: '', HostRefNum: '', ProcReturnCode: code, ErrMsg: words });

/** The answer to ORDERSTATUS as one compound text (tabs between the parts), as banks really answer; amounts in kuruş. */
export function compoundStatus(oid, { state = 'C', amount = '14990', captured = amount, type = 'S', extra = {} } = {}) {
  const text = [`ORD_ID:${oid}`, `CHARGE_TYPE_CD:${type}`, `ORIG_TRANS_AMT:${amount}`, `CAPTURE_AMT:${captured}`, `TRANS_STAT:${state}`,
    'AUTH_DTTM:2026-11-21 17:42:33.777', 'CAPTURE_DTTM:2026-11-21 17:42:33.777', 'AUTH_CODE:P37891', 'TRANS_ID:26325RqiC11252'].join('\t');
  return cc5({ OrderId: oid, Response: 'Approved', ProcReturnCode: '00', TransId: '26325RqiC11252', ErrMsg: `Record(s) found for ${oid}`,
    Extra: { NUMCODE: '0', ORDERSTATUS: text, ...extra } });
}

/** The same with a field for each part. */
export function flatStatus(oid, { state = 'C', amount = '14990', captured = amount, type = 'S' } = {}) {
  return cc5({ OrderId: oid, Response: 'Approved', ProcReturnCode: '00', TransId: '26325RqiC11252', ErrMsg: `Record(s) found for ${oid}`,
    Extra: { AUTH_CODE: 'P37891', AUTH_DTTM: '2026-11-21 17:42:33.777', CAPTURE_AMT: captured, CHARGE_TYPE_CD: type, HOST_REF_NUM: '632517184784', MDSTATUS: '1',
      NUMCODE: '0', ORD_ID: oid, ORIG_TRANS_AMT: amount, PAN: '4508 03** **** 4509', PROC_RET_CD: '00', TRANS_ID: '26325RqiC11252', TRANS_STAT: state } });
}

/** An order the bank has never seen: the same template with nothing in it, and the word Declined, which means only "no record". */
export const unknownOrder = (oid) => cc5({ OrderId: '', Response: 'Declined', ProcReturnCode: '99', TransId: '', ErrMsg: `No record found for ${oid}`,
  Extra: { NUMCODE: '0', ORDERSTATUS: 'ORD_ID:\tCHARGE_TYPE_CD:\tORIG_TRANS_AMT:\tCAPTURE_AMT:\tTRANS_STAT:\tAUTH_DTTM:\tCAPTURE_DTTM:\tAUTH_CODE:' } });

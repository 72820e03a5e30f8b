// The fields with which the gate sends the customer back: some fifty of them, named and filled as the bank's are.
import { brandOf, maskNarrow, maskWide } from './cards.js';
import { ver1Callback, ver3Hash, upperAscii } from './nestpay-hash.js';
import { compactTimestamp } from './turkish-time.js';

/** @typedef {[name: string, value: string]} Field */

/** Sent by the shop, never echoed: the gate has its own random, and card numbers do not travel back. */
const NOT_ECHOED = new Set(['HASH', 'RND', 'ENCODING', 'PAN', 'CV2', 'CARDTYPE']);

/** Echoed even when the form's hash was wrong. */
const KNOWN_REQUEST_FIELDS = new Set([
  'CLIENTID', 'STORETYPE', 'AMOUNT', 'OID', 'OKURL', 'FAILURL', 'CALLBACKURL', 'LANG', 'CURRENCY', 'TAKSIT', 'TRANTYPE', 'ISLEMTIPI',
  'HASHALGORITHM', 'REFRESHTIME',
]);

/** How 3-D Secure ended: [txstatus, ECI of Visa, is there a CAVV, text]. */
const AUTHENTICATION = {
  0: ['N', '', false, 'N-status/Not authenticated'],
  1: ['Y', '05', true, 'Y-status/Challenge authentication via ACS: https://acs.simulation.invalid/creq;token='],
  2: ['N', '06', false, 'N-status/Card not enrolled'],
  4: ['A', '06', true, 'A-status/Attempt'],
  5: ['U', '07', false, 'U-status/Authentication could not be performed'],
};
const MASTERCARD_ECI = { '05': '02', '06': '01', '07': '00' };

/**
 * @param {{ clientId: string, oid: string, pan: string }} of
 * @param {string} mdStatus
 * @param {(bytes: number) => Buffer} random
 * @returns {{ mdStatus: string, txstatus: string, eci: string, cavv: string, xid: string, md: string, text: string }}
 */
export function authenticate({ clientId, pan }, mdStatus, random) {
  const [txstatus, eci, hasCavv, text] = AUTHENTICATION[mdStatus];
  const token = mdStatus === '1' ? random(12).toString('base64url') : '';
  return {
    mdStatus, txstatus, text: text + token,
    eci: brandOf(pan) === 'MASTERCARD' ? MASTERCARD_ECI[eci] ?? '' : eci,
    cavv: hasCavv ? random(20).toString('base64') : '',
    xid: random(20).toString('base64'),
    md: `${pan.slice(0, 6)}:${random(32).toString('hex').toUpperCase()}:${1000 + (random(2).readUInt16BE() % 9000)}:##${clientId}`,
  };
}

const echoes = (session, wanted = () => true) =>
  session.fields.filter(([name]) => !NOT_ECHOED.has(upperAscii(name)) && wanted(upperAscii(name)));

/** After the card: with the bank's decision (`result`) in the models in which the bank charges, without it in the others. */
export function returnFields({ session, authentication, result, account, now, random }) {
  const { pan } = session;
  const uuid = () => random(16).toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  const fields = [
    ...echoes(session),
    ['ReturnOid', session.oid], ['TRANID', ''], ['clientIp', '127.0.0.1'], ['merchantID', session.clientId],
    ['merchantName', account.merchantName],
    ['maskedCreditCard', maskWide(pan)], ['MaskedPan', maskNarrow(pan)],
    ['Ecom_Payment_Card_ExpDate_Month', session.month], ['Ecom_Payment_Card_ExpDate_Year', session.year],
    ['mdStatus', authentication.mdStatus], ['mdErrorMsg', authentication.text], ['txstatus', authentication.txstatus],
    ['md', authentication.md], ['xid', authentication.xid], ['eci', authentication.eci], ['cavv', authentication.cavv],
    ['cavvAlgorithm', ''],
    ['PAResVerified', 'true'], ['PAResSyntaxOK', 'true'], ['paresTxStatus', authentication.txstatus],
    ['veresEnrolledStatus', authentication.mdStatus === '2' ? 'N' : 'Y'], ['iReqCode', ''], ['iReqDetail', ''],
    ['vendorCode', ''],
    ['version', '4.0'], ['protocol', '3DS2.2.0'], ['digest', 'digest'], ['callbackCall', 'true'], ['dsId', '1'],
    ['payResults.dsId', '1'],
    ['sID', brandOf(pan) === 'MASTERCARD' ? '2' : '1'], ['ACQBIN', '406456'], ['tsl', '1'],
    ['traceId', random(16).toString('hex')],
    ['checkout-id', `${session.clientId}-${uuid()}`],
    ['TDS2.acsTransID', uuid()], ['TDS2.dsTransID', uuid()], ['TDS2.threeDSServerTransID', uuid()],
    ['TDS2.transStatus', authentication.txstatus], ['TDS2.authenticationType', '02'],
    ['TDS2.AResExtensions', '[{"name":"Bridging","id":"A000000802-004","criticalityIndicator":false,"data":{"version":"2.0"}}]'],
  ];
  if (result) fields.push(...financialFields(session, result, now));
  return fields;
}

function financialFields(session, result, now) {
  const fields = [
    ['Response', result.response], ['ProcReturnCode', result.code], ['AuthCode', result.authCode], ['HostRefNum', result.hostRef],
    ['TransId', result.transId], ['ErrMsg', result.message], ['EXTRA.TRXDATE', compactTimestamp(now())],
  ];
  if (result.response === 'Approved') {
    fields.push(['SettleId', '2287'], ['acqStan', result.hostRef.slice(-6)], ['EXTRA.CARDBRAND', brandOf(session.pan)],
      ['EXTRA.CARDISSUER', 'T. İŞ BANKASI A.Ş.'], ['EXTRA.KAZANILANPUAN', '000000000.00'], ['NATIONALIDNO', '']);
  } else {
    fields.push(['EXTRA.ERRORCODE', result.error], ['EXTRA.HOSTMSG', result.message]);
  }
  return fields;
}

/** Before there was a card: the gate refuses the form, or the customer turns back. */
export function refusalFields({ session, mdStatus, message, error, transId, echoAll = false, now }) {
  return [
    ...echoes(session, (name) => echoAll || KNOWN_REQUEST_FIELDS.has(name)),
    ['ReturnOid', session.oid], ['mdStatus', mdStatus], ['mdErrorMsg', message], ['Response', 'Error'], ['ProcReturnCode', '99'],
    ['ErrMsg', message], ['TransId', transId], ['EXTRA.ERRORCODE', error], ['EXTRA.TRXDATE', compactTimestamp(now())],
    ['clientIp', '127.0.0.1'],
  ];
}

/**
 * Adds the gate's random, the charset and the digest.
 * @param {Field[]} fields
 * @param {{ storeKey: string, settings: any, random: (bytes: number) => Buffer, encoding?: string }} options
 */
export function signed(fields, { storeKey, settings, random, encoding }) {
  const dropped = new Set(settings.omit.map(upperAscii));
  const legacy = settings.version === 'ver1';
  // Where the shop used one of the gate's own names, the gate's value counts: it comes later.
  const own = new Map(fields.map((field) => [upperAscii(field[0]), field]));
  const kept = [...own.values()].filter(([name]) => !dropped.has(upperAscii(name)) && !(legacy && name === 'hashAlgorithm'));
  const complete = [...kept, ['rnd', random(15).toString('base64')], ['encoding', encoding ?? settings.encodingField]];
  if (legacy) {
    const paid = complete.some(([name]) => name === 'ProcReturnCode') ? 'AuthCode:ProcReturnCode:Response:' : '';
    return [...complete, ...Object.entries(ver1Callback(complete, `clientid:oid:${paid}mdStatus:cavv:eci:md:rnd:`, storeKey))];
  }
  return [...complete, ['HASH', ver3Hash(complete, storeKey, settings.hashCharset)]];
}

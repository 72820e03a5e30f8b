// PayFor answers with one long record, whatever it is asked: the return to the shop, the order inquiry and the history show the same
// row in three dresses. The names and their order are those of the bank's answers.
import { brandOf } from './cards.js';
import { CURRENCIES, fromMinor, stripZeros } from './money.js';
import { timestamp } from './turkish-time.js';

/** @typedef {[name: string, value: string]} Field */

const ALPHA = { 949: 'TL', 840: 'USD', 978: 'EUR', 826: 'GBP', 392: 'JPY', 643: 'RUB' };

const blank = (...names) => names.map((name) => [name, '']);
const day = (at) => timestamp(at).slice(0, 10).replaceAll('-', '');
const clock = (at) => timestamp(at).slice(11, 19).replaceAll(':', '');
const number = (digits) => String(Number(digits));

/** '31.10.2022 22:39:44' */
export const dotted = (at) => `${timestamp(at).slice(0, 10).split('-').reverse().join('.')} ${timestamp(at).slice(11, 19)}`;

/** '415565******6111' */
export const masked = (pan) => (pan ? `${pan.slice(0, 6)}******${pan.slice(-4)}` : '');

/** 14990n → '149.9': how the bank writes a sum of its own; nothing is '0'. */
export const natural = (minor, currency) => stripZeros(fromMinor(minor, CURRENCIES[currency]?.digits ?? 2));

/** What has gone back. A refused refund names the sum that was asked for. */
const returnedOf = (row, refunded) => (row.txnType === 'Refund' ? row.minor : refunded);

/** 'Y' holds, 'V' voided, 'N' never was. */
const stateOf = (row) => (row.verdict.code !== '00' ? 'N' : row.voidedAt === null ? 'Y' : 'V');

const REQUEST_STATE = { V000: '1', V033: '1,3,5', V034: '1,4,5', MR15: '1,4,5' };

/** @param {import('./payfor-book.js').Row} row */
function head(row, amount) {
  const { store, form, threeD } = row;
  return [
    ['MbrId', store.mbrId], ['MerchantID', store.merchantId], ['OrderId', row.orderId], ['RequestIp', '127.0.0.1'],
    ['RequestStat', REQUEST_STATE[row.verdict.code] ?? (threeD ? '1,3,10,5' : '1,10')], ['SecureType', row.secureType],
    ['PurchAmount', amount], ['Exponent', '2'], ['Currency', row.currency], ...blank('Description'),
    ['OkUrl', form.OkUrl ?? ''], ['FailUrl', form.FailUrl ?? ''], ['PayerTxnId', threeD?.xid ?? ''],
    ['PayerAuthenticationCode', threeD?.cavv ?? ''], ['Eci', threeD?.eci ?? ''], ['MD', form.MD ?? ''], ['Hash', form.Hash ?? ''],
    ['TerminalID', store.terminalId], ['TxnType', row.txnType], ['OrgOrderId', row.orgOrderId],
    ...blank('SubMerchantCode', 'recur_frequency', 'recur_expiry'), ['CardType', row.pan ? brandOf(row.pan)[0] : ''],
    ['Lang', row.lang], ...blank('BonusAmount'), ['InstallmentCount', row.installments], ['Rnd', form.Rnd ?? ''],
    ['AlphaCode', ALPHA[row.currency] ?? ''], ['Ecommerce', '1'], ['MrcCountryCode', '792'], ['MrcName', store.merchantName],
    ['MerchantHomeUrl', 'https://payfor.simulation.invalid/'], ['CardHolderName', row.holder],
    ['IrcDet', row.verdict.irc && row.verdict.message], ['IrcCode', row.verdict.irc], ['Version', threeD ? '2.2.0' : ''],
    ['TxnStatus', stateOf(row)], ['CavvAlg', threeD?.cavv ? '2' : ''], ['ParesVerified', threeD ? 'true' : ''],
    ['ParesSyntaxOk', threeD ? String(threeD.passed) : ''], ['ErrMsg', row.verdict.message], ...blank('VendorDet'),
  ];
}

function tail(row, refunded) {
  return [
    ['ReturnUrl', row.form.OkUrl ?? ''], ...blank('ErrorData'), ['BatchNo', String(row.batch)],
    ['VoidDate', row.voidedAt === null ? '' : day(row.voidedAt)], ['CardMask', masked(row.pan)], ['ReqId', row.reqId],
    ['UsedPoint', '0'], ['SrcType', 'VPO'], ['RefundedAmount', natural(returnedOf(row, refunded), row.currency)], ['RefundedPoint', '0'],
    ['ReqDate', day(row.at)], ['SysDate', day(row.at)], ['F11', String(row.stan)], ['F37', row.rrn],
  ];
}

function timings(row) {
  return [
    ...blank('IsRepeatTxn', 'CavvResult'), ['VposElapsedTime', '16'], ['BankingElapsedTime', '0'], ['SocketElapsedTime', '0'],
    ['HsmElapsedTime', '2'], ['MpiElapsedTime', '0'], ['hasOrderId', 'False'], ['TemplateType', '0'], ['HasAddressCount', 'False'],
    ['IsPaymentFacilitator', 'False'], ['MerchantCountryCode', ''], ['OrgTxnType', row.original?.txnType ?? ''],
    ['F11_ORG', String(row.original?.stan ?? 0)], ['F12_ORG', '0'], ...blank('F13_ORG'), ['F22_ORG', '0'], ['F25_ORG', '0'],
    ['MTI_ORG', '0'], ['DsBrand', row.threeD ? brandOf(row.pan)[0] : ''], ['IntervalType', '0'], ['IntervalDuration', '0'],
    ['RepeatCount', '0'], ...blank('CustomerCode', 'RequestMerchantDomain'), ['RequestClientIp', '127.0.0.1'],
  ];
}

function rest(row) {
  return [
    ...blank('BankInternalResponseCode', 'BankInternalResponseMessage', 'BankInternalResponseSubcode', 'BankInternalResponseSubmessage',
      'BayiKodu'),
    ['VoidTime', row.voidedAt === null ? '0' : number(clock(row.voidedAt))], ['VoidUserCode', row.voidUser], ['PaymentLinkId', '0'],
    ...blank('ClientId', 'IsQRValid', 'IsFastValid', 'IsQR', 'IsFast', 'QRRefNo', 'FASTGonderenKatilimciKodu', 'FASTAlanKatilimciKodu',
      'FASTReferansNo', 'FastGonderenIBAN', 'FASTGonderenAdi', 'MobileECI', 'HubConnId', 'WalletData', 'Tds2dsTransId', 'Is3DHost'),
  ];
}

const resultOf = (row) => (row.verdict.code === '00' ? 'Success' : 'Failed');

/**
 * The return to the shop, without its digest. 3-D Secure that went well is `Failed`, too, as long as no money has moved.
 * @returns {Field[]}
 */
export function callbackFields(row, { responseRnd }) {
  const { threeD } = row;
  return [
    ['RequestGuid', row.guid], ['TransactionDate', dotted(row.at)], ...head(row, row.amount),
    ['D3Stat', threeD?.passed ? 'Y' : 'N'], ['3DStatus', threeD?.status ?? '-1'], ['TxnResult', resultOf(row)],
    ['AuthCode', row.authCode], ['HostRefNum', row.rrn], ['ProcReturnCode', row.verdict.code],
    ...tail(row, 0n), ['RRN', row.rrn], ...timings(row), ['ResponseRnd', responseRnd], ['ResponseHash', ''], ...rest(row),
    ['HashType', 'Sha1'],
  ];
}

/**
 * Before there was a payment: the form is refused. Little more than the form itself comes back, and usually no digest.
 * @returns {Field[]}
 */
export function refusalFields({ form, store, refusal, at }) {
  const echo = (...names) => names.map((name) => [name, form[name] ?? '']);
  return [
    ['RequestGuid', '0'], ['TransactionDate', dotted(at)], ['MbrId', store.mbrId], ['MerchantID', store.merchantId],
    ...echo('OrderId'), ['RequestIp', ''], ['RequestStat', '1,5'], ...echo('SecureType', 'PurchAmount'), ['Exponent', ''],
    ...echo('Currency'), ...blank('Description'), ...echo('OkUrl', 'FailUrl'),
    ...blank('PayerTxnId', 'PayerAuthenticationCode', 'Eci', 'MD'), ...echo('Hash'), ...blank('TerminalID'), ...echo('TxnType'),
    ...blank('OrgOrderId', 'SubMerchantCode', 'recur_frequency', 'recur_expiry', 'CardType'), ...echo('Lang'), ...blank('BonusAmount'),
    ...echo('InstallmentCount', 'Rnd'), ...blank('AlphaCode'), ['Ecommerce', '1'], ...blank('MrcCountryCode', 'MrcName', 'MerchantHomeUrl'),
    ...echo('CardHolderName'), ...blank('IrcDet', 'IrcCode', 'Version'), ['TxnStatus', 'N'],
    ...blank('CavvAlg', 'ParesVerified', 'ParesSyntaxOk'), ['ErrMsg', refusal.message], ...blank('VendorDet', 'D3Stat', '3DStatus'),
    ['TxnResult', 'Failed'], ...blank('AuthCode', 'HostRefNum'), ['ProcReturnCode', refusal.code],
    ['ReturnUrl', form.OkUrl ?? ''], ...blank('ResponseRnd', 'ResponseHash'),
  ];
}

/** The order inquiry. HostRefNum stays empty: the reference is in F37. @returns {Field[]} */
export function inquiryFields(row, { amount, refunded, isRefunded, booleans }) {
  const flag = (is) => (booleans === 'True' ? { true: 'True', false: 'False' }[is] : String(is));
  return [
    ['RequestGuid', row.guid], ['InsertDatetime', dotted(row.at)], ...head(row, amount),
    ['D3Status', row.threeD?.status ?? '-1'], ['TxnResult', resultOf(row)], ['AuthCode', row.authCode], ...blank('HostRefNum'),
    ['ProcReturnCode', row.verdict.code], ...tail(row, refunded), ...timings(row), ...blank('ResponseRnd', 'ResponseHash'), ...rest(row),
    ['ArtiTaksit', '0'], ['AuthId', ''], ['PAYFORFROMXMLREQUEST', '1'], ['IsVoided', flag(row.voidedAt !== null)],
    ['IsRefunded', flag(isRefunded)], ['TrxDate', dotted(row.at).slice(0, 16)], ['ReturnMessage', row.verdict.message],
  ];
}

/** An inquiry that finds nothing names what was asked for. @returns {Field[]} */
export function missingFields({ store, orderId, secureType, txnType, refusal, batch }) {
  return [
    ['RequestGuid', '0'], ['InsertDatetime', '1.01.0001 00:00:00'], ['MbrId', store.mbrId], ['MerchantID', store.merchantId],
    ['OrderId', orderId], ['RequestStat', '1,10'], ['SecureType', secureType], ...blank('PurchAmount'), ['Exponent', '2'],
    ['Currency', '949'], ['TerminalID', store.terminalId], ['TxnType', txnType], ['OrgOrderId', orderId], ['InstallmentCount', '0'],
    ['AlphaCode', 'TL'], ['MrcName', store.merchantName], ['IrcDet', refusal.message], ['IrcCode', refusal.irc], ['TxnStatus', 'P'],
    ['ErrMsg', refusal.message], ['D3Status', '-1'], ['TxnResult', 'Failed'], ...blank('AuthCode', 'HostRefNum'),
    ['ProcReturnCode', refusal.code], ['BatchNo', String(batch)], ...blank('VoidDate', 'CardMask'), ['RefundedAmount', '0'],
    ['RefundedPoint', '0'], ['ReqDate', '0'], ['SysDate', '0'], ...blank('F37'), ['hasOrderId', 'True'],
    ['PAYFORFROMXMLREQUEST', '1'], ['SESSION_SYSTEM_USER', '0'],
  ];
}

/** One row of the history. The card number is there, too, under a key of the bank's. @returns {Field[]} */
export function historyFields(row, { amount, refunded, panCode }) {
  const at = timestamp(row.at);
  const moment = day(row.at) + at.slice(11).replace(/\D/g, '');
  return [
    ['UseExistingDataWhenInserting', 'false'], ['RequestGuid', row.guid], ['status', '1'],
    ['InsertDatetime', at.slice(0, 19).replace(' ', 'T')], ['lastUpdated', moment.slice(0, 16)],
    ...head(row, amount).flatMap((field) => (field[0] === 'PurchAmount' ? [field, ['TxnAmount', field[1]]] : [field])),
    ['PaymentSeq', '0'], ['RequestStartDatetime', moment], ['RequestEndDatetime', moment], ['Pan', panCode],
    ['Expiry', row.year + row.month], ['UserCode', row.store.userCode], ['TerminalTxnType', '2'], ['MOTO', '0'],
    ['D3Stat', row.threeD ? (row.threeD.passed ? 'Y' : 'N') : ''],
    ['TxnResult', resultOf(row)], ['AuthCode', row.authCode], ...blank('HostRefNum'), ['ProcReturnCode', row.verdict.code],
    ...tail(row, refunded), ['F37_ORG', row.original?.rrn ?? ''], ['F12', number(clock(row.at))], ['F13', number(day(row.at).slice(4))],
    ...timings(row), ...blank('ResponseRnd', 'ResponseHash'), ...rest(row), ['ArtiTaksit', '0'], ['AuthId', ''],
  ];
}

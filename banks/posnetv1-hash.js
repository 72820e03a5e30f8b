// The digests of PosNet's JSON interface (V1), written from the bank's "PosNet JSON API" document: the older one, over the values
// that a list in the message names, and the one that a later edition adds, over a fixed list with a separator.
import { createHash, createHmac } from 'node:crypto';

/** What each message names in MacParams. The bank's names and those on the wire differ in two places: see `formValues`. */
export const LISTS = {
  cardForm: 'MerchantNo:TerminalNo:CardNo:Cvc2:ExpireDate:Amount',
  hostedForm: 'MerchantNo:TerminalNo:Amount',
  callback: 'ECI:CAVV:MdStatus:MdErrorMessage:MD:SecureTransactionId',
  provision: 'MerchantNo:TerminalNo:SecureTransactionId:CavvData:Eci:MdStatus',
  account: 'MerchantNo:TerminalNo',
  reference: 'MerchantNo:TerminalNo:ReferenceCode:OrderId',
};

const NEW_FORM = 'PosnetID:MerchantNo:TerminalNo:OrderId:TransactionType:CardNo:ExpiredDate:Cvv:CardHolderName:Amount:InstallmentCount'
  + ':MerchantReturnURL:Language:CurrencyCode:UseJokerVadaa:KOICode:OpenNewWindow:UseOOS:TxnState:VftCode:gsmNo:packetCode';
const NEW_CALLBACK = 'CCPrefix:TranType:Amount:OrderId:MerchantId:CAVV:CAVVAlgorithm:ECI:MD:MdErrorMessage:MdStatus'
  + ':SecureTransactionId:Currency';

const valuesOf = (list, values) => list.split(':').map((name) => String(values[name] ?? ''));

/**
 * Nothing stands between the values, so that nobody can tell where one ends.
 * @param {string} list names, joined with ':'
 * @param {Record<string, any>} values
 * @param {string} encKey
 */
export const mac = (list, values, encKey) =>
  createHash('sha256').update(valuesOf(list, values).join('') + encKey, 'utf8').digest('base64');

/** The list calls them Cvc2 and ExpireDate, the form Cvv and ExpiredDate. */
export const formValues = (form) => ({ ...form, Cvc2: form.Cvv, ExpireDate: form.ExpiredDate });

const separated = (list, values, encKey) =>
  createHmac('sha256', encKey).update([...valuesOf(list, values), encKey].join(';'), 'utf8').digest('base64');

/** @param {Record<string, string>} form @param {string} encKey */
export const newFormMac = (form, encKey) => separated(NEW_FORM, form, encKey);

/** Over order, amount and currency, too. @param {Record<string, string>} fields @param {string} encKey */
export const newCallbackMac = (fields, encKey) => separated(NEW_CALLBACK, fields, encKey);

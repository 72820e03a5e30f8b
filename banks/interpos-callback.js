// The fields with which InterPos sends the customer back, named, ordered and filled as the bank's are.
import { fromMinor, CURRENCIES, stripZeros } from './money.js';
import { callbackHash } from './interpos-hash.js';
import { timestamp } from './turkish-time.js';

/** @typedef {[name: string, value: string]} Field */

/** '09.08.2024 10:40:34' */
export const dotted = (at) => `${timestamp(at).slice(0, 10).split('-').reverse().join('.')} ${timestamp(at).slice(11, 19)}`;

/** '540061******0430' */
export const masked = (pan) => (pan ? `${pan.slice(0, 6)}******${pan.slice(-4)}` : '');

/** An amount in the bank's hand: '1.01' → '1,01'. */
export function amountText({ amount, minor, currency }, how) {
  if (how === 'echo') return amount;
  const text = how === 'natural' ? stripZeros(fromMinor(minor, CURRENCIES[currency]?.digits ?? 2)) : amount;
  return text.replace('.', ',');
}

/** How 3-D Secure ended: [TxnStat, ECI of Visa, is there a CAVV]. */
const AUTHENTICATION = {
  0: ['N', '', false], 1: ['Y', '05', true], 2: ['A', '06', false], 4: ['A', '06', true], 5: ['N', '07', false],
};

/** @param {string} mdStatus @param {(bytes: number) => Buffer} random */
export function authenticate(mdStatus, random) {
  const [txnStat, eci, hasCavv] = AUTHENTICATION[mdStatus];
  return {
    mdStatus, txnStat, eci, cavv: hasCavv ? random(20).toString('base64') : '', xid: mdStatus === '0' ? '' : random(20).toString('base64'),
    md: mdStatus === '0' ? '' : random(32).toString('hex').toUpperCase(),
  };
}

const blank = (...names) => names.map((name) => [name, '']);

/**
 * @param {object} visit
 * @param {Record<string, string>} visit.form
 * @param {ReturnType<typeof authenticate>} visit.threeD
 * @param {string} visit.amount in the bank's hand
 * @param {import('./interpos-codes.js').Verdict | null} visit.verdict of the form or of the charge; null where there was neither
 * @param {any} [visit.row] what was charged
 * @returns {Field[]}
 */
export function returnFields({ form, threeD, amount, verdict, row, pan, settings }) {
  const url = (name) => [name, settings.urlsEscaped ? (form[name] ?? '').replaceAll('/', '\\/') : form[name] ?? ''];
  const result = !verdict ? '' : verdict.code === '00' ? 'Success' : row ? 'Failed' : '';
  return [
    ...blank('Version', 'MerchantID'), ['ShopCode', form.ShopCode], ['TxnStat', threeD.txnStat], ['MD', threeD.md],
    ...blank('RetCode', 'RetDet', 'VenderCode'), ['Eci', threeD.eci], ['PayerAuthenticationCode', threeD.cavv],
    ['PayerTxnId', settings.payerTxnId === 'empty' ? '' : threeD.xid], ['CavvAlg', threeD.cavv && '2'],
    ['PAResVerified', threeD.cavv ? 'True' : 'False'], ['PAResSyntaxOK', threeD.cavv ? 'True' : 'False'],
    ['Expiry', pan ? '****' : ''], ['Pan', masked(pan)], ['OrderId', form.OrderId ?? ''], ['PurchAmount', amount],
    ...blank('Exponent', 'Description', 'Description2'), ['Currency', form.Currency ?? ''], url('OkUrl'), url('FailUrl'),
    ['3DStatus', threeD.mdStatus], ['AuthCode', row?.authCode ?? ''], ['HostRefNum', 'hostid'], ['TransId', row?.transId ?? ''],
    ['TRXDATE', row?.verdict ? dotted(row.at) : ''], ['CardHolderName', row?.holder ?? ''], ['mdStatus', threeD.mdStatus],
    ['ProcReturnCode', verdict?.code ?? ''], ['TxnResult', result], ['ErrorMessage', verdict?.message ?? ''],
    ['ErrorCode', verdict?.error ?? ''], ['Response', verdict?.code === '00' ? settings.approvedText : ''],
  ];
}

/** Drops what this bank does not send, and signs. @param {Field[]} fields @param {{ form: any, store: any, settings: any }} visit */
export function signed(fields, { form, store, settings }) {
  const kept = fields.filter(([name]) => !settings.omit.includes(name));
  const isHosted = form.SecureType === '3DHost';
  const password = isHosted && settings.hostDigest === 'without-password' ? '' : store.merchantPass;
  const digest = Object.entries(callbackHash(Object.fromEntries(kept), password));
  const events = isHosted ? blank('__EVENTTARGET', '__EVENTARGUMENT') : [];
  return [...kept, ...digest, ...events].filter(([name]) => !settings.omit.includes(name));
}

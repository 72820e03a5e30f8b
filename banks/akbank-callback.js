// The fields with which the secure page sends the customer back, named, filled and signed as the bank's are.
import { callbackHash, hashParams, LISTS } from './akbank-hash.js';
import { SUCCESS } from './akbank-codes.js';
import { CODES } from './akbank-book.js';
import { brandOf } from './cards.js';
import { timestamp } from './turkish-time.js';

/** @typedef {import('./form.js').Field} Field */

/** '2026-08-10T00:45:14.000', without milliseconds of its own */
export const shortMoment = (ms) => `${timestamp(ms).slice(0, 19).replace(' ', 'T')}.000`;
export const moment = (ms) => timestamp(ms).replace(' ', 'T');

/** '557829******1055' */
export const masked = (pan) => `${pan.slice(0, 6)}******${pan.slice(-4)}`;

/** The result of 3-D Secure, to be shown again with the provision. `secureData` is the CAVV. */
export function authenticate(pan, mdStatus, random) {
  const [mastercard, visa] = { 1: ['02', '05'], 2: ['01', '06'], 4: ['01', '06'] }[mdStatus] ?? ['00', '07'];
  return {
    mdStatus, secureId: Buffer.from(random(15).toString('base64')).toString('base64'),
    secureEcomInd: brandOf(pan) === 'MASTERCARD' ? mastercard : visa,
    secureData: Buffer.concat([random(6), Buffer.alloc(15)]).toString('base64'),
    secureMd: random(32).toString('hex').toUpperCase(),
  };
}

/** After 3-D Secure alone: nothing is charged yet. */
export function authenticatedFields({ session, authentication, at }) {
  const { secureId, secureEcomInd, secureData, secureMd } = authentication;
  return [
    ['txnCode', session.type === 'preauth' ? '3005' : '3001'], ...Object.entries(SUCCESS), ['txnDateTime', shortMoment(at)],
    ...identity(session), ['secureId', secureId], ['secureEcomInd', secureEcomInd], ['secureData', secureData],
    ['secureMd', secureMd],
  ];
}

/** After the charge. Rewards are fields of every return; here nobody earns any. */
export function chargedFields({ session, row, holder }) {
  const { verdict, authCode, rrn, batch, stan, at } = row;
  const approved = verdict.hostResponseCode === '00';
  return [
    ['txnCode', CODES[session.type]], ...Object.entries(verdict), ['txnDateTime', shortMoment(at)], ...identity(session),
    ['cardHolderName', approved ? holder : ''], ['authCode', authCode], ['rrn', rrn], ['batchNumber', String(batch)],
    ['stan', String(stan)], ['additionalInstallCount', '0'], ['deferingMonth', '0'],
    ['ccbEarnedRewardAmount', '0.00'], ['ccbBalanceRewardAmount', '0.00'], ['ccbRewardDesc', approved ? 'CHIP PARA' : ''],
    ['pcbEarnedRewardAmount', '0.00'], ['pcbBalanceRewardAmount', '0.00'], ['pcbRewardDesc', ''],
    ['xcbEarnedRewardAmount', '0.00'], ['xcbBalanceRewardAmount', '0.00'], ['xcbRewardDesc', ''],
  ];
}

/** What every return of 2026 tells besides. */
export const since2026 = ({ form, pan }, mdStatus) => [
  ['mdStatus', mdStatus], ['maskedCardNumber', masked(pan)], ['amount', form.amount], ['installCount', form.installCount],
  ['okUrl', form.okUrl], ['failUrl', form.failUrl],
];

/** Refused before anything was charged: most fields are there and empty. */
export const refusedFields = ({ orderId }, { code, message }) => [
  ['txnCode', ''], ['responseCode', code], ['responseMessage', message], ['hostResponseCode', ''], ['hostMessage', ''],
  ['merchantSafeId', ''], ['terminalSafeId', ''], ['orderId', orderId],
];

const identity = ({ store, orderId }) =>
  [['merchantSafeId', store.merchantSafeId], ['terminalSafeId', store.terminalSafeId], ['orderId', orderId]];

/** @param {Field[]} fields @param {string[]} list one of LISTS @returns {Field[]} */
export function signed(fields, list, secretKey) {
  const names = hashParams(fields, list);
  return [...fields, ['hashParams', names], ['hash', callbackHash(fields, names, secretKey)]];
}

export const listOf = (kind, year) => (kind === 'refused' ? LISTS.refused : LISTS[kind][year]);

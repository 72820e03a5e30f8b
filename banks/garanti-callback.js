// The fields with which the gate sends the customer back, named and filled as the bank's are.
import { brandOf } from './cards.js';
import { callbackHash } from './garanti-hash.js';
import { messageOf } from './garanti-codes.js';

/** @typedef {[name: string, value: string]} Field */

/** What comes back of the shop's form. The card does not. */
const ECHOED = [
  'apiversion', 'orderid', 'txninstallmentcount', 'terminaluserid', 'secure3dhash', 'secure3dsecuritylevel', 'txncurrencycode',
  'customeremailaddress', 'errorurl', 'terminalmerchantid', 'mode', 'terminalprovuserid', 'txnamount', 'successurl',
  'customeripaddress', 'txntype', 'lang', 'txntimestamp', 'refreshtime', 'companyname', 'submerchantid',
];

/** How 3-D Secure ended: [ECI of Visa, ECI of Mastercard, is there a CAVV, text]. */
const AUTHENTICATION = {
  '': ['', '', false, ''],
  0: ['', '', false, 'Not authenticated'],
  1: ['05', '02', true, 'Y-status/Challenge authentication via ACS: https://acs.simulation.invalid/creq'],
  2: ['06', '01', false, 'Card holder or issuer not enrolled'],
  4: ['06', '01', true, 'A-status/Attempt'],
  5: ['07', '00', false, 'U-status/Authentication could not be performed'],
};

/** @param {string} pan @param {string} mdStatus '' without 3-D Secure @param {(bytes: number) => Buffer} random */
export function authenticate(pan, mdStatus, random) {
  const [visa, mastercard, hasCavv, text] = AUTHENTICATION[mdStatus];
  return {
    mdStatus, text, eci: brandOf(pan) === 'MASTERCARD' ? mastercard : visa,
    cavv: hasCavv ? random(20).toString('base64') : '',
    xid: uuid(random), md: Buffer.concat([Buffer.from('index:02'), random(88)]).toString('base64'),
  };
}

const uuid = (random) => random(16).toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');

/** '55496087****1500' */
export const masked = (pan) => `${pan.slice(0, 8)}****${pan.slice(-4)}`;

const echoes = ({ form }) => ECHOED.filter((name) => Object.hasOwn(form, name)).map((name) => [name, form[name]]);

/** After the card. `entry` is the bank's decision where it charged; where it did not, the fields of that decision are empty. */
export function returnFields({ session, authentication, entry, settings }) {
  const { form, orderId, terminalId, pan } = session;
  const verdict = entry?.verdict;
  return [
    ['xid', authentication.xid], ['mdstatus', authentication.mdStatus], ['mderrormessage', authentication.text],
    ['txnstatus', ''], ['eci', authentication.eci], ['cavv', authentication.cavv], ['paressyntaxok', ''], ['paresverified', ''],
    ['version', ''], ['ireqcode', ''], ['ireqdetail', ''], ['vendorcode', ''], ['cavvalgorithm', ''],
    ['md', authentication.md], ['terminalid', form.terminalid], ['oid', orderId],
    ['authcode', entry ? entry.authCode || settings.blankAuthCode : ''], ['response', verdict ? messageOf(verdict) : ''],
    ['errmsg', verdict?.detail ?? ''], ['hostmsg', verdict?.message ?? ''], ['procreturncode', verdict?.code ?? ''],
    ['transid', orderId], ['hostrefnum', entry?.retrefNum ?? ''], ['clientid', terminalId], ['MaskedPan', masked(pan)],
    ...echoes(session),
  ];
}

/** Before there was a card: the gate refuses the form. Such a return is usually not signed. */
export function refusalFields({ session, mdStatus = '7', message }) {
  return [
    ['mdstatus', mdStatus], ['mderrormessage', message], ['errmsg', message], ['clientid', session.terminalId],
    ['oid', session.orderId], ['response', 'Error'], ['procreturncode', '99'], ['terminalid', session.form.terminalid],
    ...echoes(session),
  ];
}

/**
 * Drops what this bank does not echo, and signs.
 * @param {Field[]} fields
 * @param {{ session: any, settings: any, random: (bytes: number) => Buffer }} options
 */
export function signed(fields, { session, settings, random }) {
  const complete = [...kept(fields, settings), ['rnd', random(15).toString('base64')]];
  const { storeKey } = session.store;
  return [...complete, ...Object.entries(callbackHash(complete, { version: session.form.apiversion, storeKey }))];
}

export const kept = (fields, settings) => fields.filter(([name]) => !settings.omit.includes(name));

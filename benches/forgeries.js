// Messages that must not be believed, or that say something else than the genuine one. Before anything is timed, the package
// and each peer must come to the same end over every one of them: who checks less has less to do.
import { encodeForm, parseForm } from '../banks/form.js';
import { callbackHash } from '../banks/garanti-hash.js';
import { webhookSignature } from '../banks/iyzico-hash.js';
import { ver3Hash } from '../banks/nestpay-hash.js';
import { notificationHash } from '../banks/paytr-hash.js';

/** @typedef {{ name: string, input: import('./messages.js').Input }} Forgery */

/** Every message of this row that is not the genuine one. @returns {Forgery[]} */
export function forgeriesOf(traffic, config, input) {
  return MAKERS[traffic](config, input);
}

const MAKERS = { nestpay: nestpayForgeries, garanti: garantiForgeries, paytr: paytrForgeries, iyzico: iyzicoForgeries };

/** What can be done to any form without its secret. */
function unsignedForgeries(input, hashName) {
  const { body } = input;
  const forged = (name, text) => ({ name, input: { ...input, body: text } });
  const hash = new RegExp(`(^|&)${hashName}=[^&]*`);
  return [
    forged('no hash', body.replace(hash, '')),
    forged('an empty hash', body.replace(hash, `$1${hashName}=`)),
    forged('a hash of nothing', body.replace(hash, `$1${hashName}=AAAA`)),
    forged('a hash with a space behind it', body.replace(hash, '$&+')),
    forged('an empty body', ''),
    forged('a name twice', `${body}&currency=949&currency=949`),
    forged('a name twice in another case', `${body}&${body.split('=')[0].toUpperCase()}=1`),
    forged('a name twice behind an escape', `${body}&%${body.charCodeAt(0).toString(16)}${body.slice(1).split('=')[0]}=1`),
    forged('a name that no gateway uses', `${body}&a[]=1`),
    forged('a percent sign that encodes nothing', `${body}&x=%zz`),
    forged('an encoded NUL', `${body}&x=%00`),
    forged('a line break', `${body}\r\n`),
    forged('too long', `${body}&x=${'x'.repeat(64 * 1024)}`),
    forged('a byte too much in every value', body.replace(hash, '').replaceAll('&', 'x&') + hash.exec(body)[0].replace(/^&?/, '&')),
  ];
}

/** @param {[name: string, value: string][]} fields @param {Record<string, string>} changes */
function changed(fields, changes) {
  return fields.map(([name, value]) => [name, changes[name] ?? value]);
}

function nestpayForgeries({ merchant: { storeKey } }, input) {
  const fields = parseForm(Buffer.from(input.body)).filter(([name]) => name !== 'HASH');
  const signed = (name, list) => ({ name, input: { ...input, body: encodeForm([...list, ['HASH', ver3Hash(list, storeKey)]]) } });
  const edited = (name, changes) => signed(name, changed(fields, changes));
  const withoutAlgorithm = fields.filter(([name]) => name !== 'hashAlgorithm');
  const declined = { mdStatus: '0', ProcReturnCode: '', Response: 'Declined' };
  const renamed = (list, names) => list.map(([name, value]) => [names[name] ?? name, value]);
  const relabelled = renamed(changed(fields, { mdStatus: '0' }), { mdStatus: 'mdStatut', dsId: 'mdStatus' });
  return [
    ...unsignedForgeries(input, 'HASH'),
    edited('another amount', { amount: '1.00' }),
    edited('an amount that is none', { amount: '1e2' }),
    edited('another order', { oid: 'SOMEBODYELSE' }),
    edited('another merchant', { clientid: '190100001' }),
    edited('another currency', { currency: '840' }),
    edited('another algorithm', { hashAlgorithm: 'ver2' }),
    edited('another return address', { okUrl: 'http://localhost:8480/elsewhere' }),
    edited('another model', { storetype: '3d_pay' }),
    edited('no mdStatus', { mdStatus: '' }),
    edited('an mdStatus of two digits', { mdStatus: '11' }),
    edited('authenticated only in part', { mdStatus: '4' }),
    edited('approved with a code of refusal', { ProcReturnCode: '05' }),
    edited('refused with a code of approval', { Response: 'Declined' }),
    edited('an error after the authentication', { Response: 'Error', ProcReturnCode: '99' }),
    edited('declined for want of money', { Response: 'Declined', ProcReturnCode: '51', ErrMsg: 'Yetersiz bakiye' }),
    edited('declined by 3-D Secure', declined),
    edited('an approval relabelled', { version: '7' }),
    edited('the verdict of a refusal under another name', { AuthCode: 'Declined' }),
    edited('a second text like the language', { eci: 'tr' }),
    edited('a second digit between the pins', { MaskedPan: '1' }),
    signed('a field of the form missing', fields.filter(([name]) => name !== 'lang')),
    signed('the old list of signed fields', [...withoutAlgorithm, ['HASHPARAMS', 'clientid:oid:']]),
    signed('relabelled', relabelled),
  ];
}

function garantiForgeries({ merchant: { storeKey } }, input) {
  const fields = parseForm(Buffer.from(input.body)).filter(([name]) => !['hash', 'hashparams', 'hashparamsval'].includes(name));
  const signed = (name, list) => {
    const made = Object.entries(callbackHash(list, { version: '512', storeKey }));
    return { name, input: { ...input, body: encodeForm([...list, ...made]) } };
  };
  const edited = (name, changes) => signed(name, changed(fields, changes));
  const unsigned = (name, from, to) => ({ name, input: { ...input, body: input.body.replace(from, to) } });
  const refused = { mdstatus: '0', cavv: '', eci: '', md: '', response: 'Error', procreturncode: '99', authcode: '' };
  return [
    ...unsignedForgeries(input, 'hash'),
    unsigned('another list of signed fields', 'clientid%3Aoid%3A', 'oid%3Aclientid%3A'),
    edited('another order', { oid: 'SOMEBODYELSE' }),
    edited('another terminal', { clientid: '30691298' }),
    edited('another form', { secure3dhash: 'AB'.repeat(64) }),
    edited('no digest of a form', { secure3dhash: '' }),
    edited('authenticated only in part', { mdstatus: '4' }),
    edited('no mdstatus', { mdstatus: '' }),
    edited('a verdict in another value', { md: `Approved${'A'.repeat(48)}` }),
    edited('a short rnd', { rnd: 'short' }),
    edited('a CAVV of another length', { cavv: 'AAAA' }),
    edited('declined for want of money', { response: 'Declined', procreturncode: '51', authcode: '', hostmsg: 'Yetersiz bakiye' }),
    edited('a refusal that settles nothing', { response: 'Declined', procreturncode: '92', authcode: '' }),
    edited('declined by 3-D Secure', refused),
    edited('declined by 3-D Secure, for an unknown form', { ...refused, secure3dhash: '' }),
  ];
}

function paytrForgeries({ merchant }, input) {
  const fields = Object.fromEntries(parseForm(Buffer.from(input.body)));
  const edited = (name, changes) => {
    const message = { ...fields, ...changes };
    message.hash = notificationHash(message, merchant);
    return { name, input: { ...input, body: encodeForm(Object.entries(message)) } };
  };
  const unsigned = (name, from, to) => ({ name, input: { ...input, body: input.body.replace(from, to) } });
  return [
    ...unsignedForgeries(input, 'hash'),
    unsigned('another total', /total_amount=\d+/, 'total_amount=1'),
    unsigned('a failure called a success', 'status=success', 'status=failed'),
    edited('a smaller total', { total_amount: '1' }),
    edited('a larger total', { total_amount: '99999999' }),
    edited('a total of nothing', { total_amount: '0' }),
    edited('a total with a leading zero', { total_amount: `0${fields.total_amount}` }),
    edited('a total with a point', { total_amount: '1.00' }),
    edited('another order', { merchant_oid: 'SOMEBODYELSE' }),
    edited('an order id that is none', { merchant_oid: 'a-b' }),
    edited('an unknown status', { status: 'maybe' }),
    edited('no status', { status: '' }),
    edited('failed', { status: 'failed', failed_reason_code: '10', failed_reason_msg: 'Yetersiz bakiye' }),
  ];
}

function iyzicoForgeries({ merchant: { secretKey } }, input) {
  const event = JSON.parse(input.body);
  const texts = (message) => Object.fromEntries(Object.entries(message).map(([name, value]) => [name, String(value)]));
  const signed = (name, message) =>
    ({ name, input: { ...input, body: JSON.stringify(message), signature: webhookSignature(texts(message), secretKey) } });
  const edited = (name, changes) => signed(name, { ...event, ...changes });
  const body = (name, text) => ({ name, input: { ...input, body: text } });
  const { token, iyziPaymentId, ...direct } = event;
  const api = { ...direct, paymentId: iyziPaymentId, iyziEventType: 'API_AUTH' };
  return [
    { name: 'no signature', input: { ...input, signature: '' } },
    { name: 'a signature of nothing', input: { ...input, signature: 'ab' } },
    { name: 'another signature', input: { ...input, signature: input.signature.split('').reverse().join('') } },
    { name: 'a signature with a space behind it', input: { ...input, signature: `${input.signature} ` } },
    { name: 'a signature in capitals', input: { ...input, signature: input.signature.toUpperCase() } },
    body('another status', input.body.replace('SUCCESS', 'FAILURE')),
    body('cut off', input.body.slice(0, -1)),
    body('not an object', '[]'),
    body('no JSON', 'token=1'),
    body('nothing', ''),
    body('a name twice in another case', input.body.replace('{', '{"STATUS":"SUCCESS",')),
    edited('a failure', { status: 'FAILURE' }),
    edited('an unknown status', { status: 'MAYBE' }),
    edited('an unknown event', { iyziEventType: 'REFUND' }),
    edited('an event of the other format', { iyziEventType: 'API_AUTH' }),
    edited('a token that is no UUID', { token: `${token}0` }),
    edited('a number with a leading zero', { iyziPaymentId: '01' }),
    edited('no payment number', { iyziPaymentId: '' }),
    edited('a conversation id in Turkish', { paymentConversationId: 'sipariş' }),
    edited('a number as text', { iyziPaymentId: String(iyziPaymentId) }),
    signed('a direct event', api),
    signed('a direct event whose conversation id begins with a digit', { ...api, paymentConversationId: '7A' }),
    signed('a direct event that could be a hosted one', {
      ...api, iyziEventType: 'BALANCE', paymentId: '1', paymentConversationId: `${token}A`.replace(/^\d/, 'a'),
    }),
  ];
}

// NestPay, hash version 3, in plain JavaScript: every check of a callback that the package makes and that can be made with what
// the platform offers. Written from the bank's description; shares nothing with the package.
//
// What it leaves to the package: bodies in ISO-8859-9, the ledger in `refs`, the words for a declined customer.
import { randomBytes } from 'node:crypto';
import { CURRENCY_NUMBERS, Refused, displayable, known, minorUnits, readForm, sameDigest } from './form.js';

const UNSIGNED = new Set(['HASH', 'ENCODING', 'COUNTDOWN', 'NATIONALIDNO']);
/** Sent by us, back unchanged: between them lies what the bank decided. */
const PINS = ['hashAlgorithm', 'lang', 'okUrl', 'storetype'];
const MD_STATUS = /^\d$/;
const RETURN_CODE = /^[0-9A-Z]{2}$/;
const RESPONSES = new Set(['Approved', 'Declined', 'Error']);
const REFUSALS = new Set(['5', '6', '7', '8', '9', 'Declined', 'Error']);

/**
 * @param {{ gateway: string, mode: string, merchant: { clientId: string, storeKey: string }, endpoints: { gate: string } }} account
 * @param {import('./digests.js').Digests} digests
 */
export async function nestpay({ gateway, mode, merchant: { clientId, storeKey }, endpoints }, { hash }) {
  const model = '3d_pay_hosting';
  const digest = (signed) => hash('sha512', `${signed.map(({ value }) => `${escape(value)}|`).join('')}${escape(storeKey)}`, 'base64');

  /** The form with which the browser goes to the bank. */
  function start(order) {
    checkOrder(order);
    const fields = { ...sentFields(order), rnd: randomBytes(10).toString('hex') };
    fields.hash = digest(signedFields(Object.entries(fields)));
    const refs = `rnd=${fields.rnd}&started=${Math.floor(Date.now() / 1000)}`;
    const redirect = { kind: 'form', action: endpoints.gate, fields };
    return { type: 'redirect', redirect, order: { ...order, gateway, mode, model, refs } };
  }

  function sentFields({ id, amount, urls, currency, installments = 1, type, customer }) {
    const fields = {
      clientid: clientId, storetype: model, amount, oid: id, okUrl: urls.ok, failUrl: urls.fail, lang: customer?.language ?? 'tr',
      currency: CURRENCY_NUMBERS[currency], taksit: installments > 1 ? String(installments) : '',
      TranType: type === 'preauth' ? 'PreAuth' : 'Auth', hashAlgorithm: 'ver3',
    };
    if (urls.notify) fields.callbackUrl = urls.notify;
    return fields;
  }

  /** The browser is back: the payment, or that the bank has to be asked. */
  function callback(order, body) {
    if (order.gateway !== gateway || order.mode !== mode || order.model !== model) throw new Refused('ORDER');
    const fields = readForm(body);
    const signed = signedFields(fields);
    verify(fields, signed);
    checkPayment(fields, order);
    const mdStatus = fields.get('mdStatus') ?? '';
    if (!MD_STATUS.test(mdStatus)) throw new Refused('MALFORMED', 'mdStatus');
    const [code, response] = [fields.get('ProcReturnCode') ?? '', fields.get('Response') ?? ''];
    const certain = echoesHold(fields, sentFields(order)) && windowsHold(signed) && noOtherVerdict(signed);
    if (!certain || (code === '00') !== (response === 'Approved')) return { type: 'ask' };
    return settle(order, fields, { mdStatus, code, response });
  }

  function verify(fields, signed) {
    const algorithm = fields.get('hashAlgorithm');
    if (algorithm !== 'ver3' && fields.has('HASHPARAMS')) throw new Refused('UNSUPPORTED', 'hashAlgorithm');
    if (algorithm !== undefined && algorithm !== 'ver3') throw new Refused('SIGNATURE_INVALID', 'hashAlgorithm');
    const given = fields.get('HASH') ?? fields.get('hash');
    if (!given) throw new Refused('SIGNATURE_MISSING', 'HASH');
    if (!sameDigest(digest(signed), given)) throw new Refused('SIGNATURE_INVALID', 'HASH');
  }

  function checkPayment(fields, { id, amount, currency }) {
    if (fields.get('clientid') !== clientId) throw new Refused('MERCHANT_MISMATCH', 'clientid');
    if (fields.get('oid') !== id) throw new Refused('ORDER_MISMATCH', 'oid');
    if (minorUnits(fields.get('amount') ?? '') !== minorUnits(amount)) throw new Refused('AMOUNT_MISMATCH', 'amount');
    if (fields.get('currency') !== CURRENCY_NUMBERS[currency]) throw new Refused('CURRENCY_MISMATCH', 'currency');
  }

  function settle(order, fields, { mdStatus, code, response }) {
    const failed = ['0', '5', '6', '7', '8', '9'].includes(mdStatus);
    if (code === '00') return mdStatus === '1' ? done('paid', order, fields, mdStatus) : { type: 'ask' };
    if (response === 'Error' && !failed) return { type: 'ask' };
    if (!failed && !(code !== '' && RESPONSES.has(response))) return { type: 'ask' };
    return done('declined', order, fields, mdStatus, {
      bankCode: code || `mdStatus ${mdStatus}`, bankMessage: displayable(fields.get(failed ? 'mdErrorMsg' : 'ErrMsg'), 200),
    });
  }

  function done(status, order, fields, mdStatus, decline) {
    const payment = known({
      status, proof: 'signature', orderId: order.id, amount: order.amount, currency: order.currency, mode,
      installments: order.installments ?? 1,
      at: isoTime(fields.get('EXTRA.TRXDATE') ?? fields.get('EXTRA_TRXDATE') ?? ''),
      transactionId: displayable(fields.get('TransId'), 64),
      authCode: displayable(fields.get('AuthCode'), 16),
      hostReference: displayable(fields.get('HostRefNum'), 32),
      maskedPan: displayable(fields.get('MaskedPan') || fields.get('maskedCreditCard'), 32),
      threeDS: known({ mdStatus, eci: displayable(fields.get('eci'), 2), liability: mdStatus === '1' ? 'issuer' : 'merchant' }),
      decline,
      dedupeKey: `${gateway}:${clientId}:${mode}:${order.id}:${status}`,
    });
    return { type: 'done', payment };
  }

  return { start, callback };
}

const escape = (value) => value.replace(/[\\|]/g, '\\$&');

/** @param {Iterable<[name: string, value: string]>} fields @returns {{ key: string, name: string, value: string }[]} by name */
function signedFields(fields) {
  const signed = [];
  for (const [name, value] of fields) {
    const key = name.toUpperCase();
    if (!UNSIGNED.has(key)) signed.push({ key, name, value });
  }
  return signed.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Everything that we sent came back under its own name, and the texts of the pins stand nowhere else. */
function echoesHold(fields, sent) {
  for (const name in sent) {
    const value = fields.get(name);
    if (value !== sent[name] && !(value === undefined && name === 'callbackUrl')) return false;
  }
  const ours = Object.values(sent);
  const values = [...fields.values()];
  return PINS.every((pin) => {
    const is = (value) => value === sent[pin];
    return values.filter(is).length === ours.filter(is).length;
  });
}

/** Version 3 signs no names: between our own fields, nothing but the bank's decision may look like one. */
function windowsHold(signed) {
  const [algorithm, lang, okUrl, storetype] = PINS.map((pin) => signed.findIndex(({ name }) => name === pin));
  if (algorithm < 0 || !(algorithm < lang && lang < okUrl && okUrl < storetype)) return false;
  return signed.slice(algorithm + 1, lang).every(({ value }) => value === '1' || !MD_STATUS.test(value))
    && signed.slice(lang + 1, okUrl).every(({ name, value }) => name === 'mdStatus' || !MD_STATUS.test(value))
    && signed.slice(okUrl + 1, storetype).every(({ name, value }) =>
      (name === 'ProcReturnCode' || !RETURN_CODE.test(value)) && (name === 'Response' || !RESPONSES.has(value)));
}

/** Nowhere does the verdict of a refused form stand under another name. */
function noOtherVerdict(signed) {
  return signed.every(({ name, value }) => {
    if (name === 'mdStatus' || name === 'Response') return true;
    return name === 'taksit' ? value !== '7' : !REFUSALS.has(value);
  });
}

const TIME = /^(\d{4})-?(\d{2})-?(\d{2}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.|$)/;

/** Turkish time, as the bank writes it, with its offset. */
function isoTime(text) {
  const parts = TIME.exec(text);
  if (!parts) return '';
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}+03:00`;
}

const ORDER_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const AMOUNT = /^(?:0|[1-9]\d{0,9})\.\d{2}$/;
const IP = /^[0-9A-Fa-f.:]{0,45}$/;

/** What comes from the shop's own code is checked before it is signed, too. */
function checkOrder({ id, amount, currency, type = 'sale', installments = 1, urls, customer = {} }) {
  if (typeof id !== 'string' || !ORDER_ID.test(id)) throw new Refused('ORDER', 'id');
  if (typeof amount !== 'string' || !AMOUNT.test(amount) || minorUnits(amount) === 0) throw new Refused('ORDER', 'amount');
  if (!Object.hasOwn(CURRENCY_NUMBERS, currency)) throw new Refused('ORDER', 'currency');
  if (type !== 'sale' && type !== 'preauth') throw new Refused('ORDER', 'type');
  if (!Number.isSafeInteger(installments) || installments < 0 || installments > 36) throw new Refused('ORDER', 'installments');
  for (const name of ['ok', 'fail', 'notify']) {
    if (urls[name] !== undefined || name !== 'notify') checkUrl(urls[name], `urls.${name}`);
  }
  if (customer.language !== undefined && !['tr', 'en'].includes(customer.language)) throw new Refused('ORDER', 'customer.language');
  if (customer.ip !== undefined && !IP.test(customer.ip)) throw new Refused('ORDER', 'customer.ip');
}

function checkUrl(text, field) {
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new Refused('ORDER', field);
  }
  const loopback = url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (!(url.protocol === 'https:' || loopback) || url.username || url.password || url.hash || url.search || text.length > 255) {
    throw new Refused('ORDER', field);
  }
}

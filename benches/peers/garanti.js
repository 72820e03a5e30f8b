// Garanti BBVA's return in plain JavaScript. Its hash covers neither amount nor currency, so an approval leads to a signed
// question to the bank, which is part of the work. Ten values are joined without a delimiter: each must look like the bank's,
// or the text could be cut elsewhere.
import { CURRENCY_NUMBERS, Refused, displayable, known, minorUnits, readForm, sameDigest } from './form.js';

const SIGNED = ['clientid', 'oid', 'authcode', 'procreturncode', 'response', 'mdstatus', 'cavv', 'eci', 'md', 'rnd'];
const HASH_PARAMS = SIGNED.map((name) => `${name}:`).join('');
const VERDICT = /Approved|Declined|Error/;
const AUTH_CODE = /^[A-Za-z0-9]{6}$/;
const PRINTABLE = /^[ -~]*$/;

/** What each value looks like where the bank wrote it. */
const LOOKS = {
  mdstatus: /^\d$/, response: /^(?:Approved|Declined|Error)?$/, cavv: /^(?:[A-Za-z0-9+/]{27}=)?$/, eci: /^(?:\d\d)?$/,
  md: /^(?:(?:[A-Za-z0-9+/]{4}){10,}|(?:[A-Za-z0-9+/]{4}){9,}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==))?$/,
  rnd: /^[A-Za-z0-9+/]{20}$/,
};

/**
 * @param {{ gateway: string, mode: string, merchant: Record<string, string>, endpoints: { api: string } }} account
 * @param {import('./digests.js').Digests} digests
 */
export async function garanti({ gateway, mode, merchant, endpoints }, { hash }) {
  const model = '3d_oos_pay';
  const { merchantId, terminalId, storeKey, provisionPassword, provisionUser = 'PROVAUT' } = merchant;
  const sha512 = (text) => hash('sha512', text, 'hex').toUpperCase();
  // The first stage depends on the account alone, so it is computed once.
  const security = hash('sha1', provisionPassword + terminalId.padStart(9, '0'), 'hex').toUpperCase();

  function callback(order, body) {
    if (order.gateway !== gateway || order.mode !== mode || order.model !== model) throw new Refused('ORDER');
    const fields = readForm(body);
    const values = verify(fields);
    if (values.clientid !== terminalId) throw new Refused('MERCHANT_MISMATCH', 'clientid');
    if (values.oid !== order.id) throw new Refused('ORDER_MISMATCH', 'oid');
    const cameBack = formCameBack(fields, order);
    if (hasFault(values)) return ask(order, order.refs.includes('threeds=') ? '' : '  review');
    const { authcode, procreturncode: code, response, mdstatus, eci } = values;
    if (response === 'Approved' && code === '00' && AUTH_CODE.test(authcode)) {
      return ask(order, `${mdstatus} ${eci}${mdstatus === '1' ? '' : ' review'}`);
    }
    if (!order.refs.includes('threeds=') && cameBack && isRefused(values)) return declined(order, fields, values);
    return ask(order, '');
  }

  /** @returns {Record<string, string>} the signed values */
  function verify(fields) {
    const given = fields.get('hash');
    if (!given) throw new Refused('SIGNATURE_MISSING', 'hash');
    if (fields.get('hashparams') !== HASH_PARAMS) throw new Refused('FIELD_LIST', 'hashparams');
    const values = {};
    let signed = '';
    for (const name of SIGNED) {
      const value = fields.get(name) ?? '';
      if (!PRINTABLE.test(value)) throw new Refused('MALFORMED', name);
      values[name] = value;
      signed += value;
    }
    if (!sameDigest(sha512(signed + storeKey), given.toUpperCase())) throw new Refused('SIGNATURE_INVALID', 'hash');
    return values;
  }

  /** The bank hands the digest of our own form back. */
  function formCameBack(fields, { id, amount, currency, urls, type, installments = 1 }) {
    const given = fields.get('secure3dhash');
    if (!given) return false;
    const values = [
      terminalId, id, minorUnits(amount), CURRENCY_NUMBERS[currency], urls.ok, urls.fail, type === 'preauth' ? 'preauth' : 'sales',
      installments > 1 ? installments : '', storeKey, security,
    ];
    if (!sameDigest(sha512(values.join('')), given.toUpperCase())) throw new Refused('ECHO_MISMATCH', 'secure3dhash');
    return true;
  }

  function declined(order, fields, { procreturncode: code, response, mdstatus, eci }) {
    const words = response === 'Declined' ? fields.get('hostmsg') : fields.get('mderrormessage');
    const payment = known({
      status: 'declined', proof: 'signature', orderId: order.id, amount: order.amount, currency: order.currency, mode,
      maskedPan: displayable(fields.get('MaskedPan'), 32),
      threeDS: known({ mdStatus: mdstatus, eci, liability: mdstatus === '1' ? 'issuer' : 'merchant' }),
      decline: { bankCode: code || `mdStatus ${mdstatus}`, bankMessage: displayable(words || fields.get('errmsg'), 200) },
      dedupeKey: `${gateway}:${terminalId}:${mode}:${order.id}:declined`,
    });
    return { type: 'done', payment };
  }

  /** The question to the bank about this order, signed, and what to remember about 3-D Secure. */
  function ask(order, threeDS) {
    const { id, amount, currency, customer = {} } = order;
    const [minor, number] = [String(minorUnits(amount)), CURRENCY_NUMBERS[currency]];
    const hashData = sha512(id + terminalId + minor + number + security);
    const [user, ip, email] = [provisionUser, customer.ip ?? '', customer.email ?? ''].map(escape);
    const xml = '<?xml version="1.0" encoding="UTF-8"?>'
      + `<GVPSRequest><Mode>${mode === 'test' ? 'TEST' : 'PROD'}</Mode><Version>512</Version>`
      + `<Terminal><ProvUserID>${user}</ProvUserID><HashData>${hashData}</HashData><UserID>${user}</UserID><ID>${terminalId}</ID>`
      + `<MerchantID>${escape(merchantId)}</MerchantID></Terminal>`
      + `<Customer><IPAddress>${ip}</IPAddress><EmailAddress>${email}</EmailAddress></Customer>`
      + '<Card><Number></Number><ExpireDate></ExpireDate><CVV2></CVV2></Card>'
      + `<Order><OrderID>${id}</OrderID><GroupID></GroupID></Order>`
      + `<Transaction><Type>orderinq</Type><InstallmentCnt></InstallmentCnt><Amount>${minor}</Amount><CurrencyCode>${number}</CurrencyCode>`
      + '<CardholderPresentCode>0</CardholderPresentCode><MotoInd>N</MotoInd><OriginalRetrefNum></OriginalRetrefNum></Transaction>'
      + '</GVPSRequest>';
    const request = {
      method: 'POST', url: endpoints.api, headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `data=${encodeURIComponent(xml)}`,
    };
    const refs = threeDS === '' ? order.refs : `${order.refs}&threeds=${encodeURIComponent(threeDS)}`;
    return { type: 'send', request, then: 'reads:inquiry', moves: false, order: { ...order, refs } };
  }

  return { callback };
}

/** Whether a value is not written as the bank writes it. */
function hasFault({ oid, authcode, procreturncode: code, response, ...values }) {
  const wrongCode = response === '' ? code !== '' : !/^\d\d$/.test(code);
  const wrongAuthCode = !(authcode === '' || authcode === ' ' || (response === 'Approved' && AUTH_CODE.test(authcode)));
  if (!LOOKS.response.test(response) || wrongCode || wrongAuthCode) return true;
  for (const name of ['mdstatus', 'cavv', 'eci', 'md', 'rnd']) {
    if (!LOOKS[name].test(values[name])) return true;
  }
  return [oid, authcode, values.cavv, values.md, values.rnd].some((value) => VERDICT.test(value));
}

/** The bank tried no charge, or the card's bank said no; some codes only say that nobody knows. */
function isRefused({ procreturncode: code, response, mdstatus }) {
  if (response === 'Declined') return !['00', '92', '68', '96', '98', '99'].includes(code);
  if (response === 'Error') return code !== '00' && !['1', '2', '3', '4', '5'].includes(mdstatus);
  return response === '' && !['1', '2', '3', '4'].includes(mdstatus);
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;' };
const escape = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]);

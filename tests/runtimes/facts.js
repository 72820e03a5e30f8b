// What the suite is told: orders that the package began on this Node, and messages about them that it had no hand in, signed with Node's
// crypto from the banks' documents. And what the suite leaves as evidence, checked in the same way.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as gateIyzico from '../node/gate/iyzico.js';
import * as nestpay from '../node/gate/nestpay.js';
import * as gatePaytr from '../node/gate/paytr.js';
import * as posnetOracle from '../node/oracle/posnet.js';
import { iframeToken } from '../node/oracle/paytr.js';
import { ver3 } from '../node/oracle/nestpay.js';
import { isbank, iyzico, order, paytr } from '../node/shop.js';

const vectors = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
const OTHER_ORDER = 'Another0Order0Number';
const WORDS = 'Yetersiz bakiye – şüpheli İŞLEM';

/** @param {typeof import('velopos')} velopos the installed package */
export async function makeFacts(velopos) {
  return { order, nestpay: await nestpayFacts(velopos), paytr: await paytrFacts(velopos), iyzico: iyzicoFacts(), digests: digests() };
}

async function nestpayFacts(velopos) {
  const { redirect, order: stored } = await velopos.createPos(isbank).start(order);
  checkForm(redirect.fields);
  const sent = redirect.fields;
  const fields = nestpay.hostedFields(sent);
  const signed = (changes) => nestpay.signedBody(nestpay.hostedFields(sent, changes));
  const genuine = nestpay.signedBody(fields);
  return {
    config: isbank,
    started: { redirect, order: stored },
    genuine,
    declined: signed(nestpay.declined('51', WORDS)),
    status: nestpay.compoundStatus(order.id),
    forgeries: [
      { what: 'a digest under another key', message: nestpay.signedBody(fields, 'SIMSTORE13'), code: 'SIGNATURE_INVALID' },
      { what: 'an edited result', message: signed(nestpay.declined('51', WORDS)).replace('Declined', 'Approved'), code: 'SIGNATURE_INVALID' },
      { what: 'no digest', message: nestpay.body(fields), code: 'SIGNATURE_MISSING' },
      { what: 'a field given twice', message: `${genuine}&Response=Approved`, code: 'DUPLICATE_FIELD' },
      { what: 'a genuine message about less money', message: signed({ amount: '1.00' }), code: 'AMOUNT_MISMATCH' },
      { what: 'a genuine message about another order', message: signed({ oid: OTHER_ORDER, ReturnOid: OTHER_ORDER }), code: 'ORDER_MISMATCH' },
      { what: 'a genuine message to another shop', message: signed({ clientid: '190100001', merchantID: '190100001' }), code: 'MERCHANT_MISMATCH' },
      { what: 'no message at all', message: '', code: 'SIGNATURE_MISSING' },
    ],
  };
}

async function paytrFacts(velopos) {
  const fetch = async () => ({ status: 200, text: async () => gatePaytr.tokenReply.body });
  const { order: stored } = await velopos.createPos(paytr, { fetch }).start(order);
  const genuine = gatePaytr.notification();
  return {
    config: paytr,
    token: gatePaytr.tokenReply.body,
    started: { order: stored },
    genuine: gatePaytr.body(genuine),
    failed: gatePaytr.body(gatePaytr.notification(gatePaytr.failure)),
    forged: gatePaytr.body({ ...gatePaytr.notification(gatePaytr.failure), status: 'success', total_amount: '14990' }),
  };
}

function iyzicoFacts() {
  const { secretKey, merchantId } = iyzico.merchant;
  const formats = { direct: gateIyzico.directEvent(), hpp: gateIyzico.hostedEvent(), subscription: gateIyzico.subscriptionEvent() };
  return { secretKey, merchantId, webhooks: Object.entries(formats).map(([format, { body, signature }]) => ({ format, body, signature })) };
}

/** Published values where there are any, otherwise Node's crypto. */
function digests() {
  const garanti = vectors('garanti');
  const posnet = { xid: '00000000000000000895', amount: '14990', currency: 'TL', merchantId: '6706598320', terminalId: '67005551' };
  const key = '10,10,10,10,10,10,10,10';
  const sha1 = (text) => createHash('sha1').update(text).digest('hex');
  const fields = { clientid: '190100000', oid: 'A|1', Amount: '1\\2', okUrl: '', 'a.b': 'ş' };
  const formula = (system, name, given, digest) => ({ system, formula: name, given, digest });
  return [
    formula('generateHashData', '', ['123qweASD/', '30691298', 'ORDER1001149.90'], sha1(`ORDER1001149.90${sha1('123qweASD/30691298')}`)),
    formula('nestpay', 'hash', [fields, 'k|y'], ver3(Object.entries(fields), 'k|y')),
    ...garanti.securityData.map(({ password, terminalId, hash }) => formula('garanti', 'securityData', [password, terminalId], hash)),
    ...garanti.formHash.map(({ fields: sent, storeKey, password, hash }) => formula('garanti', 'formHash', [sent, storeKey, password], hash)),
    ...garanti.requestHash.map(({ given, password, hash }) => formula('garanti', 'requestHash', [given, password], hash)),
    formula('posnet', 'requestMac', [posnet, key], posnetOracle.requestMac(posnet, key)),
  ];
}

/**
 * Throws if what a case left behind is not what the bank would make of it, or what this runtime should do.
 * @param {{ name: string, evidence?: any }} result @param {{ asks: string }} expected who is asked for randomness when the global is missing
 */
export function checkEvidence({ name, evidence }, expected) {
  EVIDENCE[name]?.(evidence, expected);
}

const EVIDENCE = {
  'without a source of randomness it refuses': ({ asked }, { asks }) => assert.equal(asked, asks),
  'İş Bankası: the form of a payment is signed': ({ fields }) => checkForm(fields),
  'PayTR: a page is asked for': ({ body }) => {
    const sent = Object.fromEntries(new URLSearchParams(body));
    const { merchantKey, merchantSalt } = paytr.merchant;
    assert.deepEqual([sent.merchant_oid, sent.payment_amount], [order.id, '14990']);
    assert.equal(sent.paytr_token, iframeToken(sent, merchantKey, merchantSalt));
  },
  'İş Bankası: forgeries are refused': ({ refused }) => assert.equal(refused, 8),
};

function checkForm(fields) {
  const { hash, ...signed } = fields;
  assert.deepEqual([signed.oid, signed.amount, signed.clientid], [order.id, order.amount, isbank.merchant.clientId]);
  assert.equal(hash, ver3(Object.entries(signed), isbank.merchant.storeKey));
  assert.match(signed.rnd, /[1-9a-f]/);
}

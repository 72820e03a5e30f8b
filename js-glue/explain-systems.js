// What the hypotheses know about each system: which fields a forger would change, what a site's own form is signed with, how its texts may
// have been written. Which values a digest covers, and whether it fits, only the core says.
import { garanti, iyzico, nestpay, paytr } from './index.js';

const digits = (...from) => from.map(String);

/**
 * @typedef {object} System
 * @property {string} [digest] the field that carries the digest of a callback
 * @property {boolean} [allSigned] every field of a message is signed
 * @property {string[]} signing keys of `merchant` that a message's digest is made with
 * @property {Record<string, string[]>} [decisions] fields that decide something, and their values
 * @property {(order: any) => Record<string, string | undefined>} [ofOrder] fields that must be the stored order's
 * @property {(reply: string) => string} [answerTo] which question of ours a reply of the bank answers, in the words of the core
 * @property {boolean} [json] its notifications are JSON
 * @property {(fields: Record<string, string>) => string | undefined} [named] the order that a message names, where the core looks at it first
 * @property {boolean} [asks] a return that proves nothing need not be refused: finish() asks the bank
 * @property {string[]} [unknownAt] banks of the system whose digest fits no formula that is known
 * @property {(fields: Record<string, string>) => string} [unkeyed] the digest that anybody can make, where a bank leaves its key out
 * @property {string} [inner] the field that holds the message, as a document
 * @property {string} [ofStart] the field that names the order, where the digest belongs to one start of it
 * @property {(merchant: any) => string[]} [derived] what is made of a secret and is one as well
 * @property {object} [form] how a form or a request of ours is signed
 * @property {string[]} look what else to look at, by name in explain-words.js
 */

/** @type {Record<string, System>} */
export const SYSTEMS = {
  nestpay: {
    digest: 'HASH', allSigned: true, signing: ['storeKey'],
    decisions: { mdStatus: digits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), Response: ['Approved', 'Declined', 'Error'], ProcReturnCode: ['00', '05', '12', '51', '54', '57', '99'] },
    ofOrder: ({ id, amount, urls }) => ({ oid: id, ReturnOid: id, amount: typeof amount === 'string' ? amount : undefined, okUrl: urls?.ok, failUrl: urls?.fail }),
    form: {
      digest: ['hash', 'HASH'], asCallback: true, oldLength: 28, model: 'storetype', urls: ['okUrl', 'failUrl', 'callbackUrl'], amount: 'amount',
      account: { clientid: 'clientId' }, versions: { hashAlgorithm: 'ver3' },
      old: (fields, { storeKey = '' }) => nestpay.legacyHash(fields, storeKey),
      values: { storetype: (known) => [...known, ...known.map((name) => name.toUpperCase())], lang: () => ['tr', 'en', 'TR', 'EN'], taksit: installments },
    },
    look: ['nestpayVersion', 'nestpayModel', 'nestpayTerminal', 'nestpayUrls'],
  },
  garanti: {
    digest: 'hash', signing: ['storeKey'],
    decisions: { mdstatus: digits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), response: ['Approved', 'Declined', 'Error', ''], procreturncode: ['00', '05', '12', '51', '54', '92', '99', ''] },
    ofOrder: ({ id }) => ({ oid: id }),
    answerTo: () => 'inquiry',
    form: {
      digest: ['secure3dhash'], oldLength: 40, model: 'secure3dsecuritylevel', urls: ['successurl', 'errorurl'], amount: 'txnamount',
      account: { terminalid: 'terminalId', terminalmerchantid: 'merchantId' }, versions: { apiversion: '512' },
      sign: (fields, merchant) => garanti.formHash(fields, merchant.storeKey ?? '', merchant.provisionPassword ?? ''),
      page: (fields, merchant) => garanti.formHash(fields, merchant.storeKey ?? '', merchant.pagePassword ?? ''),
      values: { txninstallmentcount: installments, txncurrencycode: () => ['949', 'TRY', 'TL'], txntype: () => ['sales', 'preauth'] },
    },
    look: ['garantiVersion', 'garantiPassword', 'garantiModel', 'garantiIp'],
  },
  posnet: { signing: ['encKey'], answerTo: questionOfPosnet, look: ['posnetKey', 'posnetIp', 'posnetId'] },
  payflex: { signing: [], look: ['payflexIp', 'payflexPassword'] },
  paytr: {
    digest: 'hash', signing: ['merchantKey', 'merchantSalt'],
    decisions: { status: ['success', 'failed'] },
    ofOrder: ({ id, amount }) => ({ merchant_oid: id, callback_id: id, total_amount: minorOf(amount) }),
    form: {
      digest: ['paytr_token'], urls: [], amount: 'payment_amount', account: { merchant_id: 'merchantId' },
      sign: (fields, { merchantKey = '', merchantSalt = '' }) =>
        ('payment_type' in fields ? paytr.directToken : paytr.iframeToken)(fields, merchantKey, merchantSalt),
      values: { no_installment: installments, max_installment: installments, currency: () => ['TL', 'TRY', '949'], test_mode: () => ['0', '1', ''] },
    },
    look: ['paytrKeys', 'paytrIp', 'paytrBasket'],
  },
  iyzico: {
    digest: 'signature', signing: ['secretKey'],
    decisions: { mdStatus: digits(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), status: ['success', 'failure', 'SUCCESS', 'FAILURE'] },
    ofOrder: ({ id }) => ({ conversationId: id, paymentConversationId: id }),
    json: true, answerTo: questionOfIyzico,
    form: {
      request: {
        header: 'authorization',
        sign: ({ path, body, headers }, { apiKey = '', secretKey = '' }) =>
          iyzico.authorization({ apiKey, secretKey, randomKey: headers['x-iyzi-rnd'] ?? '', path, body }),
      },
    },
    look: ['iyzicoKeys', 'iyzicoBody', 'iyzicoWebhook'],
  },
};

function questionOfPosnet(reply) {
  const answers = [['oosResolveMerchantDataResponse', 'resolve 00'], ['oosRequestDataResponse', 'data'], ['oosTranDataResponse', 'provision']];
  return answers.find(([name]) => reply.includes(`<${name}`))?.[1] ?? 'inquiry';
}

function questionOfIyzico(reply) {
  if (/"(paymentPageUrl|checkoutFormContent|threeDSHtmlContent)"/.test(reply)) return 'initialize';
  return /"token"/.test(reply) ? 'retrieve' : 'detail';
}

/** How people write one payment without instalments. */
export function installments() {
  return ['', '0', '1', '00'];
}

/** Decimal text in minor units, as text. */
export function minorOf(amount) {
  if (typeof amount !== 'string' || !/^\d{1,12}(\.\d{1,2})?$/.test(amount)) return undefined;
  const [whole, fraction = ''] = amount.split('.');
  return `${whole}${fraction.padEnd(2, '0')}`.replace(/^0+(?=\d)/, '');
}

/** The ways in which one amount is written. */
export function writings(amount) {
  const plain = amount.replace(/[^\d.,]/g, '').replace(/[.,](?=\d{3}(\D|$))/g, '').replace(',', '.');
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(plain)) return [];
  const [whole, fraction = ''] = plain.split('.');
  const cents = fraction.padEnd(2, '0');
  const minor = minorOf(plain);
  const short = cents.replace(/0+$/, '');
  const asMinor = /^\d+$/.test(plain) && plain.length > 2 ? [`${plain.slice(0, -2)}.${plain.slice(-2)}`, `${plain.slice(0, -2)},${plain.slice(-2)}`] : [];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '.');
  const ways = [`${whole}.${cents}`, `${whole},${cents}`, short === '' ? whole : `${whole}.${short}`, minor, `${grouped},${cents}`, `${whole}.${cents.slice(0, 1)}`, ...asMinor];
  return [...new Set(ways)].filter((way) => way !== amount);
}

// For each system whose refunds are tried: a shop, the bank that it has it at, and how the bank says yes and no to a refund, a void or a
// capture. The laboratory plays the bank there, so that every order is as new for each attempt.
import { createAkbank } from '../../banks/akbank.js';
import { createInterpos } from '../../banks/interpos.js';
import { createKuveytTurk } from '../../banks/kuveytturk.js';
import { createMoka } from '../../banks/moka.js';
import { createNestpay } from '../../banks/nestpay.js';
import { createPayfor } from '../../banks/payfor.js';
import { createPosnetV1 } from '../../banks/posnetv1.js';
import { createTosla } from '../../banks/tosla.js';
import { createVakifKatilim } from '../../banks/vakifkatilim.js';
import { typed } from './customers.js';
import { options } from './wire.js';

/** @typedef {{ order: any, verb: string, request: any, approved: boolean, merchant: any }} Asked */

const opened = (create, merchant, more = {}) => (dice) => create({ ...options(dice), stores: [{ ...merchant, merchantName: 'Kiraz', shopName: 'Kiraz', ...more }] });
const form = (bank, { fields }, card) => bank.visit(fields, { card });
const cardForm = (bank, { fields, cardInputs }, card) => bank.visit({ ...fields, ...typed(cardInputs, card) }, { card });

const nestpay = { clientId: '780012345', storeKey: 'Kq7vX2mPz9', apiUser: 'canli', apiPassword: 'h4Tn8wLq' };
const payfor = { merchantId: '085300000012345', userCode: 'KIRAZ_API', userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x', mbrId: '5' };
const interpos = { shopCode: '91234', userCode: 'KirazApi', userPass: 'Kiraz+Api7', merchantPass: 'Kiraz+3D9x' };
const akbank = { merchantSafeId: '2026ABCDEF0123456789ABCDEF012345', terminalSafeId: '2026FEDCBA9876543210FEDCBA987654', secretKey: '4b6972617a43696365b6972617a2b616e6168746172' };
const tosla = { clientId: '1000012345', apiUser: 'POS_ENT_KIRAZ1', apiPass: 'Kiraz+Api7*!' };
const moka = { dealerCode: '12345', username: 'KirazApiUser', password: 'Kiraz+Moka7' };
const boa = { merchantId: '12345', customerId: '4002359', userName: 'kirazapi', password: 'Kiraz+Boa7x' };
const posnetv1 = { merchantNo: '6700012345', terminalNo: '67512345', posnetId: '1010028724212345', encKey: '31,41,59,26,53,58,97,93' };

/** What stands in a form or a document that was sent. */
const sentValue = (request, tag) => new RegExp(`${tag}(?:=|>)([^&<]*)`).exec(request.body)?.[1] ?? '';
const bankNumber = ({ refs }) => new URLSearchParams(refs).get('number');

/** `refundsAre`: what is known of a refund that the bank has taken note of. @type {{ config: any, account: string, bankOf: (dice: any) => any, visit: Function, reserves?: boolean, refundsAre?: string, answer: (asked: Asked) => string }[]} */
export const SYSTEMS = [
  {
    config: { gateway: 'isbank', merchant: nestpay }, account: nestpay.clientId, bankOf: opened(createNestpay, nestpay), visit: form,
    answer: ({ order, approved }) => `<?xml version="1.0" encoding="ISO-8859-9"?><CC5Response><OrderId>${order.id}</OrderId>`
      + `<Response>${approved ? 'Approved' : 'Declined'}</Response><ProcReturnCode>${approved ? '00' : '05'}</ProcReturnCode><TransId>T1</TransId><ErrMsg></ErrMsg></CC5Response>`,
  },
  {
    config: { gateway: 'qnb', model: '3dpay', merchant: payfor }, account: payfor.merchantId, visit: cardForm,
    bankOf: opened(createPayfor, payfor, { terminalId: 'VS1', place: 'gateway', hash: 'sound' }),
    answer: ({ order, approved }) => `<PayforResponse><ProcReturnCode>${approved ? '00' : '05'}</ProcReturnCode><TransId>${order.id}</TransId></PayforResponse>`,
  },
  {
    config: { gateway: 'denizbank', model: '3dpay', merchant: interpos }, account: interpos.shopCode, bankOf: opened(createInterpos, interpos), visit: cardForm,
    answer: ({ order, request, approved }) => [
      `OrderId=${order.id}`, ...(approved ? ['ProcReturnCode=00', 'TxnResult=Success', `Amount=${sentValue(request, 'PurchAmount')}`] : ['ProcReturnCode=05', 'TxnResult=Failed']),
    ].join(';;'),
  },
  {
    config: { gateway: 'akbank', model: '3d_pay', merchant: akbank }, account: akbank.merchantSafeId, bankOf: opened(createAkbank, akbank), visit: cardForm,
    answer: ({ order, verb, approved, merchant: { merchantSafeId, terminalSafeId } }) => JSON.stringify({
      txnCode: { capture: '1005', refund: '1002', void: '1003' }[verb], responseCode: approved ? 'VPS-0000' : 'VPS-1005', hostResponseCode: approved ? '00' : '05',
      terminal: { merchantSafeId, terminalSafeId }, order: { orderId: order.id }, transaction: { rrn: '632477539223' },
    }),
  },
  {
    config: { gateway: 'tosla', model: '3d_pay', merchant: tosla }, account: tosla.clientId, bankOf: opened(createTosla, tosla),
    visit: (bank, { fields, cardInputs }, card) => bank.visit(fields.ThreeDSessionId, { card }, typed(cardInputs, card)),
    answer: ({ order, approved }) => JSON.stringify({ Code: approved ? 0 : 101, BankResponseCode: approved ? '00' : '05', OrderId: order.id }),
  },
  {
    config: { gateway: 'moka', model: 'webpos', merchant: moka }, account: moka.dealerCode, bankOf: opened(createMoka, moka), refundsAre: 'unknown',
    visit: (bank, { url }, card) => bank.visit(url, { card }),
    answer: ({ approved }) => JSON.stringify({ ResultCode: 'Success', Data: { IsSuccessful: approved, ResultCode: approved ? '' : '002' } }),
  },
  {
    config: { gateway: 'kuveytturk', merchant: boa }, account: boa.merchantId, bankOf: opened(createKuveytTurk, boa), reserves: false,
    visit: (bank, { action }, card) => bank.visit(action, { card }),
    answer: ({ order, request, approved }) => {
      const operation = /<soapenv:Body><ser:(\w+)>/.exec(request.body)[1];
      const value = approved ? `<ResponseCode>00</ResponseCode><OrderId>${bankNumber(order)}</OrderId><MerchantOrderId>${order.id}</MerchantOrderId>` : '<ResponseCode>51</ResponseCode>';
      return `<s:Envelope><s:Body><${operation}Response><${operation}Result><Results></Results><Success>true</Success><Value>${value}</Value></${operation}Result></${operation}Response></s:Body></s:Envelope>`;
    },
  },
  {
    config: { gateway: 'vakifkatilim', merchant: boa }, account: boa.merchantId, bankOf: opened(createVakifKatilim, boa), reserves: false,
    visit: (bank, { action }, card) => bank.visit(action, { card }),
    answer: ({ order, approved }) => `<VPosTransactionResponseContract><ResponseCode>${approved ? '00' : '51'}</ResponseCode><OrderId>${bankNumber(order)}</OrderId>`
      + `<MerchantOrderId>${order.id}</MerchantOrderId></VPosTransactionResponseContract>`,
  },
  {
    config: { gateway: 'albaraka', merchant: posnetv1 }, account: posnetv1.merchantNo, bankOf: opened(createPosnetV1, posnetv1), visit: cardForm,
    answer: ({ approved }) => JSON.stringify({ ServiceResponseData: { ResponseCode: approved ? '00' : '0005', ResponseDescription: '' }, ReferenceCode: '024478' }),
  },
];

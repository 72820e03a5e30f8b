// The larger entry: its banks' configurations, and everything that the smaller one has.
import { createPos, interpos, nestpay, payfor, type Config, type Payment, type PayforConfig, type Pos, type PosError, type StoredOrder, validatePayment } from 'velopos/all';

const katilim: PayforConfig = {
  gateway: 'ziraatkatilim',
  model: '3dhost',
  threeDS: 'attempted',
  merchant: { merchantId: '1', userCode: 'u', userPass: 'p', merchantPass: 'm' },
};
const accounts: Config[] = [
  katilim,
  { gateway: 'denizbank', merchant: { shopCode: '1', userCode: 'u', userPass: 'p', merchantPass: 'm', onlyCurrency: 'TRY' } },
  { gateway: 'isbank', merchant: { clientId: '1', storeKey: 's' } },
];
// @ts-expect-error a bare system needs its addresses
accounts.push({ gateway: 'payfor', merchant: katilim.merchant });
// @ts-expect-error the password is needed
accounts.push({ gateway: 'qnb', merchant: { merchantId: '1', userCode: 'u', userPass: 'p' } });

export const all: Pos[] = accounts.map((config) => createPos(config));
export const digests: string[] = [payfor.requestHash({ MbrId: '5' }, 'm'), interpos.callbackHash({ OrderId: 'A' }, 'm'), nestpay.hash({}, 's')];
export const proven = (body: string, order: StoredOrder): Payment =>
  validatePayment(body, order, { shopCode: '1', userCode: 'u', userPass: 'p', merchantPass: 'm' });
export function told(payment: Payment, error: PosError): string {
  return payment.status === 'declined' ? payment.decline.bankCode : error.code;
}

// A configuration is checked while it is typed: each gateway has its own merchant, models and endpoints, and nothing switches verification off.
import { createPos, type Config, type Order } from 'velopos';

export const isbank: Config = { gateway: 'isbank', model: '3d_pay_hosting', mode: 'test', threeDS: 'full', merchant: { clientId: '1', storeKey: '2', apiUser: '3', apiPassword: '4' } };
export const withoutApi: Config = { gateway: 'halkbank', merchant: { clientId: '1', storeKey: '2' } };
export const paytr: Config = { gateway: 'paytr', merchant: { merchantId: '1', merchantKey: '2', merchantSalt: '3' }, endpoints: { api: 'https://www.paytr.com' } };
export const iyzico: Config = { gateway: 'iyzico', merchant: { apiKey: '1', secretKey: '2' } };
export const iyzicoThreeDS: Config = { gateway: 'iyzico', model: '3ds', merchant: { apiKey: '1', secretKey: '2', merchantId: '3' } };
export const simulated: Config = { ...isbank, endpoints: { gate: 'http://127.0.0.1:8481/nestpay/fim/est3Dgate', api: 'http://127.0.0.1:8481/nestpay/fim/api' } };

// @ts-expect-error a typing error in a key
createPos({ gateway: 'isbank', merchant: { clientId: '1', storekey: '2' } });
// @ts-expect-error a missing key
createPos({ gateway: 'isbank', merchant: { clientId: '1' } });
// @ts-expect-error another gateway's merchant
createPos({ gateway: 'paytr', merchant: { clientId: '1', storeKey: '2' } });
// @ts-expect-error no such gateway
createPos({ gateway: 'isbnk', merchant: { clientId: '1', storeKey: '2' } });
// @ts-expect-error no such mode
createPos({ gateway: 'isbank', mode: 'live', merchant: { clientId: '1', storeKey: '2' } });
// @ts-expect-error verification has no switch
createPos({ gateway: 'isbank', verify: false, merchant: { clientId: '1', storeKey: '2' } });
// @ts-expect-error neither has 3-D Secure
createPos({ gateway: 'isbank', threeDS: 'off', merchant: { clientId: '1', storeKey: '2' } });
// @ts-expect-error secrets are text
createPos({ gateway: 'isbank', merchant: { clientId: 1, storeKey: '2' } });

createPos({ gateway: 'isbank', merchant: { clientId: '1', storeKey: '2' } }, { claim: async (key: string) => key !== '', timeoutMs: 5000, fetch: async () => ({ status: 200, text: async () => '' }) as never });
// @ts-expect-error a claim answers later
createPos({ gateway: 'isbank', merchant: { clientId: '1', storeKey: '2' } }, { claim: () => 'yes' });

const order: Order = { id: 'x', amount: '149.90', currency: 'TRY', urls: { ok: 'https://a.example/ok', fail: 'https://a.example/fail' } };
export const orders: Order[] = [order, { ...order, amount: { minor: '14990' } }, { ...order, amount: 149.9 }, { ...order, type: 'preauth', installments: 3, maxInstallments: 6, customer: { ip: '1.2.3.4', language: 'en' }, basket: [{ name: 'a', price: '149.90', quantity: 1 }] }];
// @ts-expect-error minor units are digits in text
export const minor: Order = { ...order, amount: { minor: 14990 } };
// @ts-expect-error lira is TRY
export const lira: Order = { ...order, currency: 'TL' };
// @ts-expect-error one l more
export const spelled: Order = { ...order, instalments: 3 };
// @ts-expect-error both addresses are needed
export const urls: Order = { ...order, urls: { ok: 'https://a.example/ok' } };

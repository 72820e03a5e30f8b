// What is measured: genuine messages of the simulated banks about orders that the package has started. Every message is another
// one, so no runtime can remember an answer. They are made once and handed to each measuring process as JSON.
import { createRequire } from 'node:module';
import { upperAscii } from '../banks/nestpay-hash.js';
import { startBanks } from '../banks/server.js';
import { accounts } from '../scripts/example.js';

const { createPos, newOrderId } = createRequire(import.meta.url)('../dist/index.cjs');

const SHOP = 'http://localhost:8480';

/** Left out of a NestPay return: what only some gates send. About fifty fields remain, as in the captures that were published. */
const NOT_EVERYWHERE = [
  'TDS2.AResExtensions', 'TDS2.acsTransID', 'TDS2.dsTransID', 'TDS2.authenticationType', 'checkout-id', 'traceId', 'payResults.dsId',
  'callbackCall', 'ACQBIN', 'tsl', 'sID', 'EXTRA.KAZANILANPUAN', 'SettleId', 'acqStan', 'paresTxStatus',
];

/**
 * @typedef {{ order: any, body: string, signature?: string }} Input
 * @typedef {{ config: any, inputs: Input[] }} Traffic one account, and what arrives there
 * @param {number} count how many of each
 * @returns {Promise<Record<'nestpay' | 'garanti' | 'paytr' | 'iyzico', Traffic>>}
 */
export async function makeMessages(count) {
  const banks = await startBanks({ shopOrigin: SHOP, deliver: async () => new Response('OK') });
  try {
    banks.nestpay.settings.omit = NOT_EVERYWHERE.map(upperAscii);
    const all = accounts(banks.url);
    const traffic = {};
    for (const [name, { account, visit }] of Object.entries(visits(banks))) {
      const config = all[account];
      const pos = createPos(config, { fetch });
      const inputs = [];
      for (let place = 0; place < count; place += 1) {
        const { redirect, order } = await pos.start(newOrder(place, name));
        inputs.push({ order, ...await visit(redirect) });
      }
      traffic[name] = { config, inputs };
    }
    return traffic;
  } finally {
    await banks.close();
  }
}

const visits = (banks) => ({
  nestpay: { account: 'isbank', visit: async ({ fields }) => ({ body: (await banks.nestpay.visit(fields)).body }) },
  garanti: { account: 'garanti', visit: async ({ fields }) => ({ body: (await banks.garanti.visit(fields)).body }) },
  paytr: {
    account: 'paytr',
    visit: async ({ url }) => ({ body: (await banks.paytr.visit(new URL(url).pathname.split('/').at(-1))).notification.body }),
  },
  iyzico: {
    account: 'iyzico',
    visit: async ({ url }) => {
      const { webhook } = await banks.iyzico.visit(new URL(url).searchParams.get('token'));
      return { body: webhook.body, signature: webhook.headers['x-iyz-signature-v3'] };
    },
  },
});

/** Each order has its own id, amount and addresses; PayTR and iyzico want to know the customer. */
export function newOrder(place, gateway) {
  const amount = `${100 + place}.${String(10 + (place * 7) % 90)}`;
  const path = `${SHOP}/_functions`;
  const id = newOrderId();
  const [ok, fail, notify] = ['payment3DSuccess', 'payment3DFail', 'bankNotification'].map((name) => `${path}/${name}/${id}`);
  const customer = { ip: '85.34.78.112', language: 'tr' };
  if (gateway !== 'nestpay') Object.assign(customer, { email: 'ayse@example.com', name: 'Ayşe Yılmaz', phone: '05321234567' });
  const basket = ['paytr', 'iyzico'].includes(gateway) ? { basket: [{ name: 'Çini tabak', price: amount, quantity: 1 }] } : {};
  return { id, amount, currency: 'TRY', urls: { ok, fail, notify }, customer, ...basket };
}

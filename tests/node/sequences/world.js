// Shops at the simulated banks, for calls in any order: what a customer does at each bank's page, and what the bank's own book says.
import { createRequire } from 'node:module';
import { accounts, furtherAccounts } from '../../../banks/accounts.js';
import { cardByName } from '../../../banks/cards.js';
import { startBanks } from '../../../banks/server.js';

const require = createRequire(import.meta.url);
const last = ({ url }) => new URL(url).pathname.split('/').at(-1);
const form = (bank) => ({ redirect, card }) => bank.visit(redirect.fields, { card });

/** What a customer does, by the bank that he is sent to. Each answers with the body that comes back, or nothing. */
const VISITS = {
  nestpay: form, garanti: form, posnet: form, payfor: form, interpos: form, akbank: form, posnetv1: form,
  payflex: (bank) => async ({ redirect, card }) => {
    const { url } = await bank.visit(new URL(redirect.url).searchParams.get('Ptkn'), { card });
    return { body: url && new URL(url).search.slice(1) };
  },
  paytr: (bank) => async ({ redirect, card }) => ({ body: (await bank.visit(last(redirect), { card })).notification?.body }),
  iyzico: (bank) => async ({ redirect, card }) => bank.visit(new URL(redirect.url).searchParams.get('token') ?? last(redirect), { card }),
  tosla: (bank) => ({ redirect, card }) => bank.visit(redirect.fields?.ThreeDSessionId ?? last(redirect), { card }),
  moka: (bank) => ({ redirect, card }) => bank.visit(redirect.url, { card }),
  kuveytturk: (bank) => ({ redirect, card }) => bank.visit(redirect.action, { card }),
  vakifkatilim: (bank) => ({ redirect, card }) => bank.visit(redirect.action, { card }),
};

/** Which simulated bank an account is at, and the models beyond its default in which our own server moves money. */
const AT = {
  isbank: ['nestpay', '3d_host', '3d'], garanti: ['garanti', '3d'], yapikredi: ['posnet'], vakifbank: ['payflex'], paytr: ['paytr'], iyzico: ['iyzico'],
  qnb: ['payfor', '3dmodel'], denizbank: ['interpos'], akbank: ['akbank', '3d'], moka: ['moka'], tosla: ['tosla'], kuveytturk: ['kuveytturk'],
  vakifkatilim: ['vakifkatilim'], albaraka: ['posnetv1'],
};

/** @returns {Promise<{ shops: any[], close: () => Promise<void> }>} */
export async function openWorld() {
  const { createPos, PosError, newOrderId } = require('velopos/all');
  const banks = await startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK') });
  const all = { ...accounts(banks.url), ...furtherAccounts(banks.url) };
  const shops = Object.entries(AT).flatMap(([gateway, [system, ...models]]) => [undefined, ...models].map((model) => {
    const bank = banks[system];
    const pos = createPos({ ...all[gateway], ...(model && { model }) }, { claim: async () => true });
    return { name: `${gateway} ${pos.toJSON().model}`, pos, PosError, newOrderId, visit: VISITS[system](bank), book: (id) => bank.find(id) };
  }));
  return { shops, close: () => banks.close() };
}

/** A card as the shop's own server takes it. */
export const typedCard = (name) => ({ number: cardByName(name).pan, month: '12', year: '30', cvv: '789', holder: 'AYSE YILMAZ' });

// The fixture site that sells through Wix, with its payment provider connected.

import { fileURLToPath } from 'node:url';

import { start } from './start.js';

export const SITE = fileURLToPath(new URL('./site-wix', import.meta.url));

export const CREDENTIALS = { siteUrl: 'https://shop.example', account: 'one' };

export async function connected(t, options) {
  const local = await start(t, { site: SITE, ...options });
  await local.wix.provider.connect(CREDENTIALS);
  return local;
}

/** Places an order of one mug and a notebook. The buyer's first name chooses what the provider does. */
export const place = (local, firstName = 'Ayşe') => local.wix.checkout.place({
  cart: [{ slug: 'kupa', quantity: 1 }, { slug: 'defter', quantity: 2 }],
  buyer: { email: 'ayse@example.com', firstName, lastName: 'Yılmaz', phone: '+90 555 000 00 00', city: 'İzmir' },
});

/** submitEvent, called by the site. */
export async function submit(local, event) {
  const { error } = await (await local.fetchFunction('event', { method: 'POST', body: JSON.stringify({ event }) })).json();
  return error?.details?.applicationError.code ?? error?.message ?? 'ok';
}

export const about = (transaction, more = {}) =>
  ({ transaction: { wixTransactionId: transaction._id, pluginTransactionId: transaction.pluginTransactionId, ...more } });

export const rules = (local) => local.wix.payments.violations().map(({ rule }) => rule);

/** Every call of the plugin that the site wrote down. */
export const calls = (local) => local.data.collection('Transactions').all();

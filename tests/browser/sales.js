// Sales for pages that show them: what a customer's browser would do, without one.

import { AT_BANK, Browser } from '../site/chaos.js';
import { until } from './stage.js';

const CUSTOMER = { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '0555 123 45 67' };

/** Buys a product, and pays with a card. @param {{ account?: string, product?: string, card?: string }} [how]
 * @returns {Promise<{ intent: any, payment: any }>} `payment` is there when the site has booked it */
export async function sell(stage, { account = 'isbank', product = 'kahve', card = 'success' } = {}) {
  const { site, banks } = stage;
  const browser = new Browser(site);
  const { intentId } = await browser.call('startPayment', [product, account, CUSTOMER]);
  const { bank, door } = AT_BANK[account];
  const { url, body } = await banks[bank].visit(door(await browser.get(`pay/${intentId}`)), { card });
  if (url) await (body ? browser.post(url, body) : browser.open(url));
  const find = (name, test) => stage.collection(name).find(test);
  const payment = () => find('VeloposPayments', (each) => each.intentId === intentId);
  if (url && ['success', '3ds-attempt'].includes(card)) await until('the booking', payment);
  return { intent: find('VeloposIntents', ({ _id }) => _id === intentId), payment: payment() };
}

/** The bank's own book of a payment. @param {string} bank */
export function atBank({ banks }, bank, { bankOrderId }) {
  return banks[bank].payments().filter(({ orderId }) => orderId === bankOrderId).map(({ status, captured, refunded }) => [status, captured - refunded]);
}

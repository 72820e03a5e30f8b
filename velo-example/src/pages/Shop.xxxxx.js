// The shop. The custom element #shop (tag velopos-shop) shows it; this code carries its wishes to the backend.

import wixLocation from 'wix-location-frontend';
import { listProducts, startPayment } from 'backend/shop.web';
import { pageLanguage } from 'public/page-language.js';
import { paymentUrl } from 'public/payment-url.js';

$w.onReady(async () => {
  const shop = $w('#shop');
  const language = pageLanguage();
  shop.setAttribute('lang', language);
  shop.on('pay', (/** @type {CustomEvent<Wish>} */ event) => pay(shop, event.detail, language));
  try {
    shop.setAttribute('catalog', JSON.stringify(await listProducts()));
  } catch (error) {
    console.error(error);
    shop.setAttribute('answer', JSON.stringify({ problem: 'shopClosed' }));
  }
});

/**
 * @typedef {{ productId: string, method?: string, customer: { name: string, email: string, phone: string } }} Wish
 * @param {$w.CustomElement} shop @param {Wish} wish @param {'tr' | 'en'} language
 */
async function pay(shop, { productId, method, customer }, language) {
  const begun = await startPayment(productId, method, { ...customer, language }).catch((error) => {
    console.error(error);
    return /** @type {const} */ ({ problem: 'connection' });
  });
  if ('problem' in begun) return shop.setAttribute('answer', JSON.stringify(begun));
  const url = paymentUrl(begun.intentId);
  shop.setAttribute('answer', JSON.stringify({ url }));   // shown as a link, should the browser not go by itself
  wixLocation.to(url);
}

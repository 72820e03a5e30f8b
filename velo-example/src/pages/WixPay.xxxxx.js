// The shop through Wix Pay. The custom element #shop (tag velopos-shop) sells, #result (tag velopos-result) tells how it went. What
// startPayment says when its window closes is for a word to the customer; whether the order is paid, the backend knows from Wix.

import wixLocation from 'wix-location-frontend';
import wixPay from 'wix-pay-frontend';
import { createWixPayment, wixCatalog, wixPaymentState } from 'backend/wix-pay.web';
import { pageLanguage } from 'public/page-language.js';

const PAUSES = [1, 1, 2, 2, 3, 5, 5, 10, 10, 20];   // seconds; about a minute together

$w.onReady(async () => {
  const shop = $w('#shop');
  const result = $w('#result');
  const language = pageLanguage();
  for (const element of [shop, result]) element.setAttribute('lang', language);
  result.setAttribute('shop-url', wixLocation.url.split(/[?#]/)[0]);
  result.collapse();
  shop.on('pay', (/** @type {CustomEvent<Wish>} */ event) => pay(shop, result, event.detail));
  try {
    shop.setAttribute('catalog', JSON.stringify(await wixCatalog()));
  } catch (error) {
    console.error(error);
    shop.setAttribute('answer', JSON.stringify({ problem: 'shopClosed' }));
  }
});

/**
 * @typedef {{ productId: string, customer: { name: string, email: string, phone: string } }} Wish
 * @param {$w.CustomElement} shop @param {$w.CustomElement} result @param {Wish} wish
 */
async function pay(shop, result, { productId, customer }) {
  try {
    const begun = await createWixPayment(productId, customer);
    if ('problem' in begun) return shop.setAttribute('answer', JSON.stringify(begun));
    const { status } = await wixPay.startPayment(begun.paymentId, { showThankYouPage: false, skipUserInfoPage: true });
    if (status === 'Cancelled') return shop.setAttribute('answer', JSON.stringify({ problem: 'cancelled' }));
    result.on('check', () => follow(result, begun.paymentId));
    await Promise.all([shop.collapse(), result.expand()]);
    return follow(result, begun.paymentId);
  } catch (error) {
    console.error(error);
    return shop.setAttribute('answer', JSON.stringify({ problem: 'connection' }));
  }
}

/** Asks until the order has an end, or until it is kinder to stop. @param {$w.CustomElement} result @param {string} paymentId */
async function follow(result, paymentId) {
  result.setAttribute('watching', 'true');
  for (const pause of PAUSES) {
    const standing = await wixPaymentState(paymentId).catch(() => null);   // the next question may get through
    if (standing) result.setAttribute('standing', JSON.stringify(standing));
    if (standing && standing.state !== 'pending') break;
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
  result.setAttribute('watching', 'false');
}

// Where the owner's payment link leads: /pay?order=<id of a Wix order>. The custom element #pay (tag velopos-pay) shows what is due.

import wixLocation from 'wix-location-frontend';
import { orderDue, payOrder } from 'backend/wix-orders.web';
import { pageLanguage } from 'public/page-language.js';
import { paymentUrl } from 'public/payment-url.js';

$w.onReady(async () => {
  const element = $w('#pay');
  const orderId = wixLocation.query.order ?? '';
  element.setAttribute('lang', pageLanguage());
  element.on('pay', () => pay(element, orderId));
  try {
    element.setAttribute('due', JSON.stringify(await orderDue(orderId)));
  } catch (error) {
    console.error(error);
    element.setAttribute('answer', JSON.stringify({ problem: 'shopClosed' }));
  }
});

/** @param {$w.CustomElement} element @param {string} orderId */
async function pay(element, orderId) {
  const begun = await payOrder(orderId).catch((error) => {
    console.error(error);
    return /** @type {const} */ ({ problem: 'connection' });
  });
  if ('problem' in begun) return element.setAttribute('answer', JSON.stringify(begun));
  const url = paymentUrl(begun.intentId);
  element.setAttribute('answer', JSON.stringify({ url }));   // shown as a link, should the browser not go by itself
  wixLocation.to(url);
}

// How a payment went. The address carries the attempt's opaque id and nothing else; whatever is shown comes from the backend.
// The custom element #result (tag velopos-result) shows it.

import wixLocation from 'wix-location-frontend';
import wixWindow from 'wix-window-frontend';
import { paymentState, retryPayment } from 'backend/shop.web';
import { pageLanguage } from 'public/page-language.js';
import { paymentUrl } from 'public/payment-url.js';

const PAUSES = [1, 1, 2, 2, 3, 3, 4, 5, 5, 8, 8, 10, 10, 15, 15, 20, 30];   // seconds; about two and a half minutes together

$w.onReady(() => {
  const result = $w('#result');
  const intentId = wixLocation.query.payment ?? '';
  result.setAttribute('lang', pageLanguage());
  result.setAttribute('shop-url', wixLocation.baseUrl);
  result.on('check', () => follow(result, intentId));
  result.on('continue', () => wixLocation.to(paymentUrl(intentId)));
  result.on('retry', () => retry(result, intentId));
  if (wixWindow.rendering.env === 'browser') return follow(result, intentId);   // not while Wix draws the page on its servers
});

/** Asks until the payment has an end, or until it is kinder to stop. @param {$w.CustomElement} result @param {string} intentId */
async function follow(result, intentId) {
  result.setAttribute('watching', 'true');
  for (const pause of PAUSES) {
    const standing = await paymentState(intentId).catch(() => null);   // the next question may get through
    if (standing) result.setAttribute('standing', JSON.stringify(standing));
    if (standing && standing.state !== 'pending') break;
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
  result.setAttribute('watching', 'false');
}

/** @param {$w.CustomElement} result @param {string} intentId */
async function retry(result, intentId) {
  const begun = await retryPayment(intentId).catch(() => /** @type {const} */ ({ problem: 'connection' }));
  if ('problem' in begun) return result.setAttribute('problem', begun.problem);
  wixLocation.to(paymentUrl(begun.intentId));
}

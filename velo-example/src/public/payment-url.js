import wixLocation from 'wix-location-frontend';

/** The address that takes the browser to the bank. @param {string} intentId */
export function paymentUrl(intentId) {
  return `${wixLocation.baseUrl.replace(/\/$/, '')}/_functions/pay/${intentId}`;
}

import wixLocation from 'wix-location-frontend';

/** The address that takes the browser to the bank. @param {string} intentId */
export function paymentUrl(intentId) {
  return `${home()}/_functions/pay/${intentId}`;
}

/** The same for sites on a free plan, as data for their page. @param {string} intentId */
export function departureUrl(intentId) {
  return `${home()}/_functions/departure/${intentId}`;
}

/** This page, for that payment. @param {string} intentId */
export function freePageUrl(intentId) {
  const language = wixLocation.query.lang === 'en' ? '&lang=en' : '';
  return `${wixLocation.url.split(/[?#]/)[0]}?payment=${intentId}${language}`;
}

function home() {
  return wixLocation.baseUrl.replace(/\/$/, '');
}

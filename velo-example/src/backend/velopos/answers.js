// The few answers of our HTTP functions that velopos does not make.

/** @typedef {{ status: number, headers: Record<string, string>, body: string }} Answer */

/** The browser goes on with GET, whatever it came with. @param {string} url @returns {Answer} */
export function goTo(url) {
  return { status: 303, headers: { Location: url, 'Cache-Control': 'no-store' }, body: '' };
}

/** Tells a gateway how it went and no more. @param {number} status @returns {Answer} */
export function bare(status) {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }, body: '' };
}

/** For the code of our own pages. @param {unknown} value @returns {Answer} */
export function data(value) {
  return {
    status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }, body: JSON.stringify(value),
  };
}

/** What the payment page calls itself. @param {{ amount: string, currency: string, language: 'tr' | 'en' }} intent */
export function paymentTitle({ amount, currency, language }) {
  if (language === 'en') return `Payment: ${amount} ${currency}`;
  return `Ödeme: ${amount.replace('.', ',')} ${currency === 'TRY' ? 'TL' : currency}`;
}

const WAITING = {
  tr: { title: 'Ödeme sayfası hazırlanıyor', text: 'Birkaç saniye sürer, sayfa kendiliğinden yenilenir.', again: 'Şimdi yenile' },
  en: { title: 'Preparing the payment page', text: 'This takes a few seconds; the page refreshes by itself.', again: 'Refresh' },
};

/** Another container is talking to the bank for this attempt right now. @param {'tr' | 'en'} language @returns {Answer} */
export function tryAgainSoon(language) {
  const { title, text, again } = WAITING[language];
  return {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      'Retry-After': '2',
    },
    body: `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2"><meta name="robots" content="noindex"><title>${title}</title>
<body style="font:1.1rem/1.5 system-ui,sans-serif;margin:15vh auto;max-width:28rem;padding:0 1rem;text-align:center">
<h1 style="font-size:1.4rem">${title}</h1><p>${text}</p><p><a href="">${again}</a></p></body></html>`,
  };
}

// Where a request came in, and the fixed addresses of this site.

/** @typedef {{ home: string, functions: string, development: boolean }} Site */

const RESULT_PAGE = '/result';

// https://www.example.com/_functions, https://user.wixsite.com/shop/_functions; http only on this very machine.
const HOST = String.raw`(?:https://[A-Za-z0-9.-]+|http://(?:localhost|127\.0\.0\.1))(?::\d+)?`;
const BASE = new RegExp(`^(${HOST}(?:/[A-Za-z0-9._~-]+)?)/_functions(-dev)?/?$`);

/** @param {import('wix-http-functions').WixHttpFunctionRequest} request @returns {Site} */
export function siteOf(request) {
  const match = BASE.exec(request.baseUrl);
  if (!match) throw new Error('the request has no usable base address');
  return { home: match[1], functions: `${match[1]}/_functions${match[2] ?? ''}`, development: match[2] !== undefined };
}

const ADDRESS = new RegExp(`^${HOST}(?:[/?#][\\x21-\\x7e]*)?$`);
const HOME = new RegExp(`^(${HOST}(?:/(?!_functions)[A-Za-z0-9._~-]+)?)/*$`);

/** The site at an address that its owner has typed. @param {unknown} address @returns {Site | null} */
export function siteAt(address) {
  const [, home] = HOME.exec(typeof address === 'string' ? address.trim() : '') ?? [];
  return home ? { home, functions: `${home}/_functions`, development: false } : null;
}

/** A whole address of a page, with https and without user info. @param {unknown} address @returns {address is string} */
export function isAddress(address) {
  return typeof address === 'string' && address.length <= 2048 && ADDRESS.test(address);
}

/** The page that tells how an attempt went. @param {{ home: string }} site @param {{ _id: string, language: string }} intent */
export function resultPage(site, intent) {
  return `${site.home}${RESULT_PAGE}?payment=${intent._id}${intent.language === 'en' ? '&lang=en' : ''}`;
}

/** Where the bank sends the browser and its messages: fixed paths and the attempt's opaque id, nothing else. PayTR and iyzico
 * are told the address of their notifications in their own panels.
 * @param {Site} site
 * @param {{ _id: string, gateway: string }} intent
 */
export function returnUrlsOf(site, intent) {
  const urls = { ok: `${site.functions}/payment3DSuccess/${intent._id}`, fail: `${site.functions}/payment3DFail/${intent._id}` };
  const toldInPanel = intent.gateway === 'paytr' || intent.gateway === 'iyzico';
  return toldInPanel ? urls : { ...urls, notify: `${site.functions}/bankNotification/${intent._id}` };
}

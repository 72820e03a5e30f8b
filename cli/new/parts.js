// What of the example site a shop needs: for every way to sell the files it begins with, and whatever those import.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const EXAMPLE = fileURLToPath(new URL('../../velo-example/', import.meta.url));

/** Always: the addresses that banks and browsers come to, and the jobs. */
const BASE = ['backend/http-functions.js', 'backend/jobs.config', 'backend/velopos/settle.js', 'backend/velopos/nightly.js'];

const PLUGIN = 'backend/service-plugins/payment-provider/velopos';

/**
 * `files` are names under src, `pages` those of pages.json.
 * @type {Record<string, { files: string[], pages: string[], media?: boolean, text: { tr: string, en: string } }>}
 */
export const WAYS = {
  page: {
    files: ['backend/shop.web.js'], pages: ['Shop', 'Result'],
    text: { tr: 'kendi sayfanız: müşteri doğrudan bankaya gider', en: 'a page of your own: the customer goes straight to the bank' },
  },
  checkout: {
    files: [`${PLUGIN}/velopos.js`, `${PLUGIN}/velopos-config.js`], pages: [], media: true,
    text: { tr: 'Wix’in ödeme sayfası (sepet, Wix Stores): ödeme sağlayıcısı eklentisi', en: 'Wix’s checkout (cart, Wix Stores): a payment provider plugin' },
  },
  wixpay: {
    files: ['backend/wix-pay.web.js', 'backend/events.js'], pages: ['WixPay'],
    text: { tr: 'Wix Pay: kendi sayfanız, Wix’in ödeme penceresi', en: 'Wix Pay: a page of your own, Wix’s payment window' },
  },
  link: {
    files: ['backend/wix-orders.web.js'], pages: ['Pay', 'Result'],
    text: { tr: 'Wix siparişine ödeme bağlantısı', en: 'a payment link for a Wix order' },
  },
  free: {
    files: ['backend/shop.web.js', 'public/html/velopos-bank.html'], pages: ['Free'],
    text: { tr: 'ücretsiz plandaki site', en: 'a site on a free plan' },
  },
  admin: {
    files: ['backend/admin.web.js'], pages: ['Admin'],
    text: { tr: 'yönetim sayfası: iade, iptal, mutabakat', en: 'the owner’s page: refunds, voids, reconciliation' },
  },
};

/** Where the pictures of the plugin lie in the example. */
export const mediaFiles = () => readdirSync(path.join(EXAMPLE, 'media')).sort();

export const exampleText = (name) => readFileSync(path.join(EXAMPLE, name), 'utf8');

/** @param {string[]} ways @returns {string[]} names under src, sorted */
export function filesFor(ways) {
  const pages = pagesFor(ways);
  const begun = [...BASE, ...ways.flatMap((way) => WAYS[way].files), ...pages.flatMap(({ code, elements = [] }) =>
    [code, ...elements.map(({ source, html }) => source ?? html)].map((file) => file.replace(/^src\//, '')))];
  const found = new Set(begun);
  for (const name of found) for (const other of importsOf(name)) found.add(other);
  return [...found].sort();
}

/** The entries of pages.json that these ways need. */
export function pagesFor(ways) {
  const names = new Set(ways.flatMap((way) => WAYS[way].pages));
  return JSON.parse(exampleText('pages.json')).pages.filter(({ code }) => names.has(pageName(code)));
}

export const pageName = (code) => path.posix.basename(code).split('.')[0];

/** Files of the site that a file of it imports. */
function importsOf(name) {
  if (!/\.js$/.test(name)) return [];
  const text = exampleText(`src/${name}`);
  const written = [...text.matchAll(/^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)].map(([, specifier]) => specifier);
  return written.flatMap((specifier) => {
    if (specifier.startsWith('.')) return existing(path.posix.join(path.posix.dirname(name), specifier));
    return /^(backend|public)\//.test(specifier) ? existing(specifier) : [];
  });
}

function existing(name) {
  const found = [name, `${name}.js`].find((each) => existsSync(path.join(EXAMPLE, 'src', each)));
  if (!found) throw new Error(`the example imports ${name}, which is not there`);
  return [found];
}

// For the owner. The custom element #admin (tag velopos-admin) shows everything; this code carries its questions to the backend, which
// asks every time who is asking. Set this page's permissions in the editor as well: see the README.

import wixWindow from 'wix-window-frontend';
import {
  askBank, capture, compare, exportCsv, gatherBankRows, importRows, listPayments, overview, paymentStory, previewImport, refund, setAside, voidPayment,
} from 'backend/admin.web';
import { pageLanguage } from 'public/page-language.js';

/** @type {Record<string, (...args: any[]) => Promise<unknown>>} */
const METHODS = {
  askBank, capture, compare, exportCsv, gatherBankRows, importRows, listPayments, overview, paymentStory, previewImport, refund, setAside, voidPayment,
};

$w.onReady(() => {
  if (wixWindow.rendering.env !== 'browser') return;   // nothing of it while Wix draws the page on its servers
  const admin = $w('#admin');
  admin.on('ask', (/** @type {CustomEvent<Question>} */ event) => answer(admin, event.detail));
  admin.setAttribute('lang', pageLanguage());
  admin.setAttribute('ready', 'true');
});

/** @typedef {{ id: number, method: string, args: unknown[] }} Question */

/** @param {$w.CustomElement} admin @param {Question} question */
async function answer(admin, { id, method, args }) {
  try {
    if (!Object.hasOwn(METHODS, method)) throw new Error(`the admin page knows no ${method}`);
    admin.setAttribute('answer', JSON.stringify({ id, result: await METHODS[method](...args) }));
  } catch (error) {
    console.error(error);
    admin.setAttribute('answer', JSON.stringify({ id, failed: true }));
  }
}

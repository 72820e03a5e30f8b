// The Wix store at the addresses that Wix gives it: catalogue, cart, checkout, and where the payment provider sends the buyer back
// to. A page of the site's own at the same address comes first.

import { languageOf } from '../frame.js';
import { publicFace } from '../members.js';
import { plainAddress, readBody, sendHtml, sendJson } from '../server.js';
import { cartCookie, changedCart, readCart } from './cart.js';
import {
  ADDRESSES, CLOSING, cartPage, checkoutPage, fieldNames, missingPage, payReturnPage, requiredFields, storePage, thankYouPage,
} from './store-pages.js';
import { WORDS } from './words.js';

const BODY_LIMIT = 16 * 1024;

/** No scripts. A form of ours leads to the provider's page, wherever that is. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'";

/** The page at the end of a Wix Pay window closes it. */
const PAY_POLICY = `${POLICY}; script-src '${CLOSING.hash}'`;

const RETURNS = /^\/_store\/return\/(success|error|cancel|pending)\/([0-9a-f-]{36})$/;

export class Store {
  /**
   * @param {object} parts
   * @param {import('../wix/wix.js').Wix} parts.wix
   * @param {import('../members.js').Members} parts.members
   * @param {() => string[]} parts.origins
   * @param {string} parts.siteName
   * @param {string} parts.banksUrl
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The way to the store from a site's page, if the site sells through Wix's checkout. */
  links(lang) {
    return this.wix.provider.plugins.length > 0 ? [[ADDRESSES.store, WORDS[lang].store]] : [];
  }

  /** @returns {boolean} whether an address is one of the store's */
  owns(pathname) {
    const { store, cart, checkout, thankYou } = ADDRESSES;
    return [store, cart, checkout].includes(pathname) || pathname.startsWith(thankYou) || pathname.startsWith('/_store/');
  }

  async handle(request, response) {
    const url = new URL(`http://localhost${request.url}`);
    if (request.method === 'POST') return this.#post(request, response, url.pathname);
    if (!['GET', 'HEAD'].includes(request.method)) return sendJson(response, 405, { error: { message: 'GET or POST' } });
    const [, end, transactionId] = RETURNS.exec(url.pathname) ?? [];
    const view = this.#view(request, url);
    if (end) return this.#returned(response, view, end, transactionId);
    if (url.pathname === ADDRESSES.store) return sendHtml(response, 200, storePage(view), POLICY);
    if (url.pathname === ADDRESSES.cart) return sendHtml(response, 200, cartPage(view), POLICY);
    if (url.pathname === ADDRESSES.checkout) return sendHtml(response, 200, checkoutPage({ ...view, ...this.#failure(url) }), POLICY);
    return this.#thankYou(response, view, url.pathname.slice(ADDRESSES.thankYou.length));
  }

  #view(request, url) {
    const { siteName, banksUrl, wix, members } = this;
    const member = publicFace(members.visitorOf(request));
    const connection = wix.provider.connection();
    return { url, lang: languageOf(url), siteName, banksUrl, member, connection, cart: readCart(request, this.#port()) };
  }

  #port() {
    return this.members.port();
  }

  // --- the way to the provider ---

  async #post(request, response, pathname) {
    if (!this.origins().includes(request.headers.origin)) {
      return sendJson(response, 403, { error: { message: 'the form comes from another site' } });
    }
    const form = new URLSearchParams((await readBody(request, BODY_LIMIT)).toString('utf8'));
    if (pathname === '/_store/cart') return this.#changeCart(request, response, form);
    if (pathname === '/_store/order') return this.#order(request, response, form);
    return sendJson(response, 404, { error: { message: 'Not found' } });
  }

  #changeCart(request, response, form) {
    const cart = changedCart(readCart(request, this.#port()), form.get('product'), form.get('change') === '1' ? 1 : -1);
    response.setHeader('set-cookie', cartCookie(cart, this.#port()));
    return goTo(response, ADDRESSES.cart, form);
  }

  async #order(request, response, form) {
    const view = this.#view(request, new URL(`http://localhost${ADDRESSES.checkout}?lang=${form.get('lang') ?? 'tr'}`));
    const again = (problem, transaction) =>
      sendHtml(response, 200, checkoutPage({ ...view, problem, typed: form, transactionId: transaction?._id }), POLICY);
    if (view.cart.length === 0 || !view.connection) return again();
    const buyer = Object.fromEntries(fieldNames.map((name) => [name, form.get(name)?.trim()]).filter(([, value]) => value));
    if (!isComplete(buyer, requiredFields(view.connection))) return again('invalid');
    const remoteIp = plainAddress(request.socket.remoteAddress);
    const { transaction } = await this.wix.checkout.place({ cart: view.cart, buyer, language: view.lang, remoteIp });
    if (transaction.state === 'declined' || transaction.state === 'canceled') return again('failed', transaction);
    if (transaction.redirectUrl) return goTo(response, transaction.redirectUrl);
    // Without a page to go to the plugin has said that it will tell, or it has said nothing.
    return transaction.pluginTransactionId ? goTo(response, ADDRESSES.thankYou + transaction.about) : again('noAnswer', transaction);
  }

  // --- the way back ---

  /** The browser only shows what it is told; the order is what the events made of it. */
  #returned(response, view, end, transactionId) {
    const transaction = this.wix.payments.transactions().find(({ _id }) => _id === transactionId);
    if (!transaction) return goTo(response, ADDRESSES.store);
    const lang = transaction.description.buyerInfo.buyerLanguage;
    if (transaction.kind === 'pay') return sendHtml(response, 200, payReturnPage({ ...view, lang }), PAY_POLICY);
    const failed = { error: 'failed', cancel: 'cancelled' }[end];
    const query = new URLSearchParams({ ...(failed && { [failed]: transactionId }), ...(lang === 'en' && { lang }) }).toString();
    const address = failed ? ADDRESSES.checkout : ADDRESSES.thankYou + transaction.about;
    return goTo(response, query === '' ? address : `${address}?${query}`);
  }

  #failure({ searchParams }) {
    const problem = ['failed', 'cancelled'].find((name) => /^[0-9a-f-]{36}$/.test(searchParams.get(name) ?? ''));
    return problem ? { problem, transactionId: searchParams.get(problem) } : {};
  }

  #thankYou(response, view, orderId) {
    const order = this.wix.orders.all().find(({ _id }) => _id === orderId);
    if (!order) return sendHtml(response, 404, missingPage(view), POLICY);
    const paid = order.paymentStatus === 'PAID';
    if (paid) response.setHeader('set-cookie', cartCookie([], this.#port()));
    return sendHtml(response, 200, thankYouPage({ ...view, order, ...(paid && { cart: [] }) }), POLICY);
  }
}

const isComplete = (buyer, required) => required.every((name) => buyer[name]) && /^[^\s@]+@[^\s@]+$/.test(buyer.email);

function goTo(response, address, form) {
  response.writeHead(303, { location: form?.get('lang') === 'en' ? `${address}?lang=en` : address, 'cache-control': 'no-store' });
  response.end();
}

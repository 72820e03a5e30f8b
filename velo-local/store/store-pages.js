// What the Wix store shows: catalogue, cart, checkout, thank-you page.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { frame } from '../frame.js';
import { html, raw } from '../html.js';
import { PRODUCTS, SHIPPING, productOf } from '../wix/catalogue.js';
import { formatted, sum, toDecimal, toMinor } from '../wix/money.js';
import { WORDS } from './words.js';

const STYLE = readFileSync(new URL('./store.css', import.meta.url), 'utf8');
const CURRENCY = 'TRY';

/** The store's pages and the addresses that Wix gives them. */
export const ADDRESSES = { store: '/category/all-products', cart: '/cart-page', checkout: '/checkout', thankYou: '/thank-you-page/' };

function page(view, title, content) {
  const words = WORDS[view.lang];
  const count = view.cart.reduce((items, { quantity }) => items + quantity, 0);
  const links = [[ADDRESSES.store, words.store], [ADDRESSES.cart, `${words.cart} (${count})`]];
  return frame({ ...view, title: `${title} · ${view.siteName}`, style: STYLE, links, content: html`<h1>${title}</h1>${content}` });
}

export function storePage(view) {
  const words = WORDS[view.lang];
  const product = ({ slug, name, price }) => html`<li><h2>${name[view.lang]}</h2><p class="price">${shown(price, view)}</p>
${step(view, slug, 1, words.add, name, '')}</li>`;
  return page(view, words.store, html`<ul class="products">${PRODUCTS.map(product)}</ul>`);
}

const shown = (amount, { lang }) => formatted(amount, CURRENCY, lang);

const step = (view, slug, change, label, name, look) => html`<form method="post" action="/_store/cart">${hidden(view)}
<input type="hidden" name="product" value="${slug}"><input type="hidden" name="change" value="${change}">
<button class="${look}" aria-label="${label}: ${name[view.lang]}">${look ? (change > 0 ? '+' : '−') : label}</button></form>`;

const hidden = ({ lang }) => html`<input type="hidden" name="lang" value="${lang}">`;

export function cartPage(view) {
  const words = WORDS[view.lang];
  if (view.cart.length === 0) return page(view, words.cart, html`<p>${words.empty}</p>${toStore(view)}`);
  return page(view, words.cart, html`<div class="panel">${lines(view, true)}</div>
<p><a class="button" href="${inLanguage(view, ADDRESSES.checkout)}">${words.toCheckout}</a></p>${toStore(view)}`);
}

const inLanguage = ({ lang }, address) => (lang === 'en' ? `${address}?lang=en` : address);
const toStore = (view) => html`<p><a href="${inLanguage(view, ADDRESSES.store)}">${WORDS[view.lang].back}</a></p>`;

function lines(view, changeable) {
  const words = WORDS[view.lang];
  const items = view.cart.map(({ slug, quantity }) => ({ ...productOf(slug), quantity }));
  const amountOf = ({ price, quantity }) => toMinor(price, CURRENCY) * BigInt(quantity);
  const subtotal = sum(items.map(amountOf));
  const row = (item) => html`<tr><td>${item.name[view.lang]}</td><td>${changeable ? steps(view, item) : `${item.quantity} ×`}</td>
<td>${shown(toDecimal(amountOf(item), CURRENCY), view)}</td></tr>`;
  const amount = (name, minor, look) => html`<tr class="${look}"><th scope="row" colspan="2">${name}</th>
<td>${shown(toDecimal(minor, CURRENCY), view)}</td></tr>`;
  const shipping = toMinor(SHIPPING, CURRENCY);
  return html`<table class="lines"><tbody>${items.map(row)}
${amount(words.subtotal, subtotal)}${amount(words.shipping, shipping)}
${amount(words.total, subtotal + shipping, 'total')}</tbody></table>`;
}

const steps = (view, { slug, name, quantity }) => html`<span class="steps">${step(view, slug, -1, WORDS[view.lang].take, name, 'quiet')}
<span>${quantity}</span>${step(view, slug, 1, WORDS[view.lang].more, name, 'quiet')}</span>`;

/** What is asked for, and which of the provider's mandatory fields make it so. */
const FIELDS = [
  { name: 'email', type: 'email', fill: 'email', always: true, mandatory: 'EMAIL' },
  { name: 'firstName', fill: 'given-name', always: true, mandatory: 'FIRST_NAME' },
  { name: 'lastName', fill: 'family-name', always: true, mandatory: 'LAST_NAME' },
  { name: 'phone', type: 'tel', fill: 'tel', mandatory: 'PHONE' },
  { name: 'address', fill: 'street-address', mandatory: 'ADDRESS' },
  { name: 'city', fill: 'address-level2', mandatory: 'CITY' },
  { name: 'zipCode', fill: 'postal-code', mandatory: 'ZIPCODE' },
];

export const fieldNames = FIELDS.map(({ name }) => name);

export const requiredFields = (connection) => {
  const mandatory = connection?.plugin.config.paymentMethods[0].hostedPage.billingAddressMandatoryFields ?? [];
  return FIELDS.filter((field) => field.always || mandatory.includes(field.mandatory)).map(({ name }) => name);
};

export function checkoutPage(view) {
  const words = WORDS[view.lang];
  if (view.cart.length === 0) return cartPage(view);
  const { connection, problem, transactionId } = view;
  const required = requiredFields(connection);
  const story = `/_local/log?q=${transactionId}`;
  return page(view, words.checkout, html`${problem && html`<p class="note" role="alert">${words[problem]}
${transactionId && html`<a href="${story}">${words.story}</a>`}</p>`}
<div class="panel">${lines(view, false)}</div>
<form method="post" action="/_store/order">${hidden(view)}
<fieldset class="panel"><legend><h2>${words.contact}</h2></legend>
<div class="fields">${FIELDS.map((field) => input(view, field, required))}</div></fieldset>
<fieldset class="panel"><legend><h2>${words.method}</h2></legend>${connection
    ? html`<label class="line"><input type="radio" name="method" value="provider" checked>${connection.title}</label>`
    : html`<p>${words.noMethod}</p>`}</fieldset>
${connection && html`<button>${words.place}</button>`}</form>`);
}

function input(view, { name, type = 'text', fill }, required) {
  const words = WORDS[view.lang];
  const must = required.includes(name);
  return html`<label><span>${words[name]}${!must && ` (${words.optional})`}</span>
<input type="${type}" name="${name}" value="${view.typed?.get(name)}" autocomplete="${fill}" maxlength="120"
${must && html`required`}></label>`;
}

/** It tells what the order says, not what the address says: anybody can visit an address. */
export function thankYouPage(view) {
  const words = WORDS[view.lang];
  const { order } = view;
  const paid = order.paymentStatus === 'PAID';
  const content = html`<div class="panel"><p>${words.number}: <strong>${order.number}</strong></p>
<p>${words.total}: ${order.priceSummary.total.formattedAmount}</p>${!paid && html`<p>${words.waitingNote}</p>`}
<p><a href="/_local/log?q=${order._id}">${words.story}</a></p></div>${toStore(view)}`;
  return page({ ...view, refresh: paid ? 0 : 3 }, paid ? words.placed : words.waiting, content);
}

export const missingPage = (view) => page(view, WORDS[view.lang].missing, toStore(view));

const CLOSE = 'window.close();';

/** The only script of these pages, and what a policy calls it. */
export const CLOSING = { code: CLOSE, hash: `sha256-${createHash('sha256').update(CLOSE).digest('base64')}` };

/** Where the provider sends the window of Wix Pay's dialog back to. The page that opened it knows what became of the payment. */
export function payReturnPage(view) {
  const words = WORDS[view.lang];
  return page(view, words.payDone, html`<p>${words.payDoneNote}</p>${raw(`<script>${CLOSING.code}</script>`)}`);
}

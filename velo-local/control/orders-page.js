// /_local/orders: Wix eCommerce's orders, as the owner sees them in the dashboard. Here one may be made by hand, to be paid from a
// page of the site's own, and cancelled.

import { html } from '../html.js';
import { PRODUCTS, lineItem, productOf } from '../wix/catalogue.js';
import { price, sum, toMinor } from '../wix/money.js';
import { actionForm, localPage } from './local-page.js';
import { WORDS } from './words.js';

const ADDRESS = '/_local/orders';
const SHOWN = 100;

export function ordersPage(view) {
  const words = WORDS[view.lang].orders;
  const orders = view.wix.orders.all().reverse().slice(0, SHOWN);
  return localPage(view, words.title, ADDRESS, html`<p>${words.intro}</p>${newOrder(view, words)}
<div class="stack">${orders.map((order) => card(view, order, words))}</div>${orders.length === 0 && html`<p>${words.none}</p>`}`);
}

function newOrder(view, words) {
  const option = ({ slug, name, price: amount }) => html`<option value="${slug}">${name[view.lang]} · ${amount}</option>`;
  return actionForm(view, ADDRESS, 'create', html`<div class="row">
<label>${words.product}<select name="product">${PRODUCTS.map(option)}</select></label>
<label>${words.quantity}<input type="number" name="quantity" value="1" min="1" max="99" inputmode="numeric"></label>
<label>${words.email}<input type="email" name="email" value="ayse@example.com" autocomplete="off"></label>
<button>${words.create}</button></div>`);
}

function card(view, order, words) {
  const { payments, refunds } = view.wix.orders.transactions(order._id).orderTransactions;
  const story = `/_local/log?q=${order._id}${view.lang === 'en' ? '&lang=en' : ''}`;
  const badge = (status) => html`<span class="badge ${status}">${status}</span> `;
  const refunded = refunds.flatMap(({ transactions: made }) => made);
  return html`<section class="card" id="order-${order.number}">
<h2>${words.order} ${order.number} · ${order.priceSummary.total.formattedAmount}</h2>
<p>${badge(order.status)}${badge(order.paymentStatus)} ${words.due}: ${order.balanceSummary.balance.formattedAmount}</p>
<p>${order.lineItems.map(({ productName, quantity }) => html`${quantity} × ${productName.original} `)}</p>
<p class="ids"><code>${order._id}</code> ${order.buyerInfo?.email}</p>
<ul>${payments.map((payment) => html`<li>${payment.amount.formattedAmount} <b>${payment.status}</b>
<small>${payment.regularPaymentDetails.paymentMethod} ${payment.regularPaymentDetails.providerTransactionId}</small></li>`)}
${refunded.map((refund) => html`<li>−${refund.amount.formattedAmount} <b>${words.refund}</b></li>`)}</ul>
<div class="row"><a class="button" href="${story}">${words.story}</a>${payLink(view, order, words)}
${cancel(view, order, words)}</div></section>`;
}

/** The address that the owner would send, if the site has said which page takes it (pages.json, `orderLink`). */
const payLink = ({ orderLink }, order, words) =>
  orderLink && html`<a class="button" href="${orderLink.replace('{orderId}', order._id)}">${words.link}</a>`;

const cancel = (view, order, words) => order.status !== 'CANCELED' && actionForm(view, ADDRESS, 'cancel', html`
<input type="hidden" name="order" value="${order._id}"><button class="quiet">${words.cancel}</button>`);

/** @param {URLSearchParams} form @param {object} host */
export function changeOrders(form, { wix: { orders } }) {
  const actions = {
    create: () => void orders.create(madeByHand(form)),
    cancel: () => void orders.cancel(form.get('order')),
  };
  if (!Object.hasOwn(actions, form.get('action'))) throw new TypeError(`there is no action ${form.get('action')}`);
  return actions[form.get('action')]();
}

/** An unpaid order, as the owner makes one in the dashboard. */
function madeByHand(form) {
  const product = productOf(form.get('product'));
  const quantity = Number(form.get('quantity'));
  if (!product) throw new TypeError('there is no such product');
  const total = sum(Array(quantity).fill(toMinor(product.price, 'TRY')));
  return {
    channelInfo: { type: 'BACKOFFICE_MERCHANT' },
    lineItems: [lineItem(product, quantity)],
    priceSummary: { subtotal: price(total, 'TRY'), total: price(total, 'TRY') },
    buyerInfo: { email: form.get('email') || null },
  };
}

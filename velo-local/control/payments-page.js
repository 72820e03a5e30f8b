// /_local/payments: what the dashboard shows of payments. The provider that the site brings, and connecting it; every transaction
// with its whole history, refunds, and Wix's repetitions on demand.

import { html } from '../html.js';
import { toDecimal } from '../wix/money.js';
import { refundable } from '../wix/payment-rules.js';
import { fieldOf } from '../wix/plugin.js';
import { actionForm, localPage } from './local-page.js';
import { WORDS } from './words.js';

const ADDRESS = '/_local/payments';
const SHOWN = 100;

export function paymentsPage(view) {
  const words = WORDS[view.lang].payments;
  const { provider, payments } = view.wix;
  const connection = provider.connection();
  const transactions = payments.transactions().reverse().slice(0, SHOWN);
  return localPage(view, words.title, ADDRESS, html`<p>${words.intro}</p>${violations(payments.violations(), words)}
<div class="cards">${provider.plugins.map((plugin) => pluginCard(view, plugin, connection, words))}</div>
${provider.plugins.length === 0 && html`<p>${words.noPlugin} <code>backend/service-plugins/payment-provider/…</code></p>`}
<h2>${words.transactions}</h2><div class="stack">${transactions.map((each) => transactionCard(view, each, words))}</div>
${transactions.length === 0 && html`<p>${words.none}</p>`}`);
}

const violations = (found, words) => found.length > 0 && html`<section class="card on" role="alert"><h2>${words.violations} (${found.length})</h2>
<p>${words.violationsNote}</p><ul>${found.slice(-20).reverse().map(({ rule, text, wixTransactionId }) => html`<li><span class="badge violation">${rule}</span>
${text} <code>${wixTransactionId}</code></li>`)}</ul></section>`;

// --- the provider ---

function pluginCard(view, plugin, connection, words) {
  const connected = connection?._id === plugin.name;
  return html`<section class="card ${connected && 'on'}"><h2>${plugin.config?.title ?? plugin.name}</h2>
${plugin.problems.length > 0 && html`<p role="alert">${words.problems}</p><ul>${plugin.problems.map((problem) => html`<li>${problem}</li>`)}</ul>`}
${connected && html`<p><strong>${words.connected}</strong>: ${connection.accountName} <code>${connection.accountId}</code></p>
${actionForm(view, ADDRESS, 'disconnect', html`<button class="quiet">${words.disconnect}</button>`)}`}
${plugin.config && !connected && actionForm(view, ADDRESS, 'connect', html`<input type="hidden" name="plugin" value="${plugin.name}">
${plugin.config.credentialsFields.map(credential)}<button>${words.connect}</button>`)}</section>`;
}

function credential(entry) {
  const { kind, name, label, options } = fieldOf(entry);
  const field = `credential.${name}`;
  if (kind === 'checkboxField') return html`<label class="line"><input type="checkbox" name="${field}" value="true">${label}</label>`;
  if (kind === 'dropdownField') {
    return html`<label>${label}<select name="${field}">${options.map(({ key, value }) => html`<option value="${key}">${value}</option>`)}</select></label>`;
  }
  return html`<label>${label}<input name="${field}" autocomplete="off"></label>`;
}

// --- transactions ---

function transactionCard(view, transaction, words) {
  const { _id, kind, state, amount, currency, refunds, history, about, pluginTransactionId, reasonCode, createdAt } = transaction;
  const money = (minor) => `${toDecimal(BigInt(minor), currency)} ${currency}`;
  const story = `/_local/log?q=${_id}${view.lang === 'en' ? '&lang=en' : ''}`;
  return html`<section class="card" id="t-${_id}"><h2>${money(amount)} · ${words.kinds[kind]}</h2>
<p><span class="badge ${BADGES[state]}">${state}</span> ${reasonCode && html`<b>${reasonCode}</b>`} <time datetime="${createdAt.toISOString()}">${createdAt.toISOString().slice(0, 19)}</time></p>
<p class="ids"><code>${_id}</code><br>${words.about}: <code>${about}</code><br>${words.plugin}: <code>${pluginTransactionId}</code></p>
<ul>${refunds.map((refund) => refundLine(view, transaction, refund, words, money))}</ul>
<details><summary>${words.history} (${history.length})</summary><ol>${history.map(historyLine)}</ol></details>
<div class="row"><a class="button" href="${story}">${words.story}</a>
${actionForm(view, ADDRESS, 'askAgain', html`${hidden('transaction', _id)}<button class="quiet">${words.askAgain}</button>`)}
${kind === 'pay' && actionForm(view, ADDRESS, 'event', html`${hidden('transaction', _id)}<button class="quiet">${words.eventAgain}</button>`)}</div>
${refundable(transaction) > 0n && refundForm(view, transaction, words)}</section>`;
}

const BADGES = { approved: 'APPROVED', declined: 'DECLINED', canceled: 'CANCELED' };

const hidden = (name, value) => html`<input type="hidden" name="${name}" value="${value}">`;

const refundLine = (view, { _id }, { wixRefundId, amount, state, pluginRefundId, reasonCode }, words, money) => html`<li>${words.refund} ${money(amount)} <b>${state}</b>
${reasonCode} <small>${pluginRefundId}</small>${wixRefundId && actionForm(view, ADDRESS, 'refundAgain', html`${hidden('transaction', _id)}${hidden('refund', wixRefundId)}
<button class="quiet">${words.refundAgain}</button>`)}</li>`;

const historyLine = ({ at, what, state, told }) => html`<li><time datetime="${at.toISOString()}">${at.toISOString().slice(11, 23)}</time> ${what} → <b>${state}</b>
<pre>${JSON.stringify(told, null, 1)}</pre></li>`;

const refundForm = (view, transaction, words) => actionForm(view, ADDRESS, 'refund', html`<div class="row">${hidden('transaction', transaction._id)}
<label>${words.amount}<input name="amount" value="${toDecimal(refundable(transaction), transaction.currency)}" inputmode="decimal" autocomplete="off"></label>
<label class="line"><input type="checkbox" name="twice" value="yes">${words.twice}</label><button>${words.doRefund}</button></div>`);

// --- what the forms do ---

/** @param {URLSearchParams} form @param {object} host */
export async function changePayments(form, { wix: { provider, payments, pay } }) {
  const transaction = form.get('transaction');
  const actions = {
    connect: () => provider.connect(credentials(form), form.get('plugin')),
    disconnect: () => provider.disconnect(),
    askAgain: () => payments.askAgain(transaction),
    refund: () => refund(form, payments),
    refundAgain: () => payments.refundAgain(transaction, form.get('refund')),
    event: () => pay.tell(transaction),
  };
  const action = form.get('action');
  if (!Object.hasOwn(actions, action)) throw new TypeError(`there is no action ${action}`);
  await actions[action]();
  return transaction ? `${ADDRESS}#t-${transaction}` : ADDRESS;
}

const credentials = (form) =>
  Object.fromEntries([...form].filter(([name]) => name.startsWith('credential.')).map(([name, value]) => [name.slice('credential.'.length), value]));

async function refund(form, payments) {
  const id = form.get('transaction');
  const { wixRefundId } = await payments.refund(id, { amount: form.get('amount') });
  if (form.get('twice') === 'yes') await payments.refundAgain(id, wixRefundId);
}

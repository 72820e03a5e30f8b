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
const CREDENTIAL = 'credential.';

export function paymentsPage(view) {
  const words = WORDS[view.lang].payments;
  const { provider, payments } = view.wix;
  const transactions = payments.transactions().reverse().slice(0, SHOWN);
  return localPage(view, words.title, ADDRESS, html`<p>${words.intro}</p>${violations(payments.violations(), words)}
<div class="cards">${provider.plugins.map((plugin) => pluginCard(view, plugin, words))}</div>
${provider.plugins.length === 0 && html`<p>${words.noPlugin} <code>backend/service-plugins/payment-provider/…</code></p>`}
<h2>${words.transactions}</h2><div class="stack">${transactions.map((each) => transactionCard(view, each, words))}</div>
${transactions.length === 0 && html`<p>${words.none}</p>`}`);
}

function violations(found, words) {
  const line = ({ rule, text, wixTransactionId }) =>
    html`<li><span class="badge violation">${rule}</span> ${text} <code>${wixTransactionId}</code></li>`;
  return found.length > 0 && html`<section class="card on" role="alert"><h2>${words.violations} (${found.length})</h2>
<p>${words.violationsNote}</p><ul>${found.slice(-20).reverse().map(line)}</ul></section>`;
}

const hidden = (name, value) => html`<input type="hidden" name="${name}" value="${value}">`;
const quiet = (text) => html`<button class="quiet">${text}</button>`;

// --- the provider ---

function pluginCard(view, plugin, words) {
  const connection = view.wix.provider.connection();
  const connected = connection?._id === plugin.name;
  const problems = plugin.problems.map((problem) => html`<li>${problem}</li>`);
  return html`<section class="card ${connected && 'on'}"><h2>${plugin.config?.title ?? plugin.name}</h2>
${problems.length > 0 && html`<p role="alert">${words.problems}</p><ul>${problems}</ul>`}
${connected && html`<p><strong>${words.connected}</strong>: ${connection.accountName} <code>${connection.accountId}</code></p>
${actionForm(view, ADDRESS, 'disconnect', quiet(words.disconnect))}`}
${plugin.config && !connected && connectForm(view, plugin, words)}</section>`;
}

const connectForm = (view, { name, config }, words) => actionForm(view, ADDRESS, 'connect', html`${hidden('plugin', name)}
${config.credentialsFields.map(credential)}<button>${words.connect}</button>`);

function credential(entry) {
  const { kind, name, label, options = [] } = fieldOf(entry);
  const field = CREDENTIAL + name;
  const choices = options.map(({ key, value }) => html`<option value="${key}">${value}</option>`);
  const inputs = {
    simpleField: () => html`<label>${label}<input name="${field}" autocomplete="off"></label>`,
    checkboxField: () => html`<label class="line"><input type="checkbox" name="${field}" value="true">${label}</label>`,
    dropdownField: () => html`<label>${label}<select name="${field}">${choices}</select></label>`,
  };
  return inputs[kind]();
}

// --- transactions ---

const BADGES = { approved: 'APPROVED', declined: 'DECLINED', canceled: 'CANCELED' };

function transactionCard(view, transaction, words) {
  const { _id, kind, state, amount, currency, refunds, history, about, pluginTransactionId, reasonCode, createdAt } = transaction;
  const story = `/_local/log?q=${_id}${view.lang === 'en' ? '&lang=en' : ''}`;
  const again = (action, text) => actionForm(view, ADDRESS, action, html`${hidden('transaction', _id)}${quiet(text)}`);
  return html`<section class="card" id="t-${_id}"><h2>${toDecimal(BigInt(amount), currency)} ${currency} · ${words.kinds[kind]}</h2>
<p><span class="badge ${BADGES[state]}">${state}</span> <b>${reasonCode}</b> ${time(createdAt, 0, 19)}</p>
<p class="ids"><code>${_id}</code><br>${words.about}: <code>${about}</code>
<br>${words.plugin}: <code>${pluginTransactionId}</code></p>
<ul>${refunds.map((refund) => refundLine(view, transaction, refund, words))}</ul>
<details><summary>${words.history} (${history.length})</summary><ol>${history.map(historyLine)}</ol></details>
<div class="row"><a class="button" href="${story}">${words.story}</a>${again('askAgain', words.askAgain)}
${kind === 'pay' && again('event', words.eventAgain)}</div>
${refundable(transaction) > 0n && refundForm(view, transaction, words)}</section>`;
}

const time = (at, from, to) => html`<time datetime="${at.toISOString()}">${at.toISOString().replace('T', ' ').slice(from, to)}</time>`;

function refundLine(view, { _id, currency }, { wixRefundId, amount, state, pluginRefundId, reasonCode }, words) {
  const fields = html`${hidden('transaction', _id)}${hidden('refund', wixRefundId)}${quiet(words.refundAgain)}`;
  return html`<li>${words.refund} ${toDecimal(BigInt(amount), currency)} ${currency} <b>${state}</b> ${reasonCode}
<small>${pluginRefundId}</small>${wixRefundId && actionForm(view, ADDRESS, 'refundAgain', fields)}</li>`;
}

const historyLine = ({ at, what, state, told }) => html`<li>${time(at, 11, 23)} ${what} → <b>${state}</b>
<pre>${JSON.stringify(told, null, 1)}</pre></li>`;

function refundForm(view, transaction, words) {
  const left = toDecimal(refundable(transaction), transaction.currency);
  return actionForm(view, ADDRESS, 'refund', html`<div class="row">${hidden('transaction', transaction._id)}
<label>${words.amount}<input name="amount" value="${left}" inputmode="decimal" autocomplete="off"></label>
<label class="line"><input type="checkbox" name="twice" value="yes">${words.twice}</label>
<button>${words.doRefund}</button></div>`);
}

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

function credentials(form) {
  const fields = [...form].filter(([name]) => name.startsWith(CREDENTIAL));
  return Object.fromEntries(fields.map(([name, value]) => [name.slice(CREDENTIAL.length), value]));
}

async function refund(form, payments) {
  const id = form.get('transaction');
  const { wixRefundId } = await payments.refund(id, { amount: form.get('amount') });
  if (form.get('twice') === 'yes') await payments.refundAgain(id, wixRefundId);
}

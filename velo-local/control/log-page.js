// /_local/log: what happened. All of it newest first; filtered by a text, one payment's story in the order in which it happened.

import { html } from '../html.js';
import { localPage } from './local-page.js';
import { WORDS } from './words.js';

const SHOWN = 1000;
const REFRESH_SECONDS = 3;

export function logPage(view) {
  const words = WORDS[view.lang];
  const asked = view.url.searchParams.get('q') ?? '';
  const live = view.url.searchParams.get('live') === 'yes';
  const found = view.lines().slice(-SHOWN);
  const lines = asked === '' ? found.reverse() : found;
  return localPage({ ...view, refresh: live ? REFRESH_SECONDS : 0 }, words.log, '/_local/log', html`${filter(view, words, asked, live)}
${names(view, words, asked)}<p>${asked === '' ? words.newest : words.oldest}</p>
<div class="scroll" tabindex="0"><table class="log">
<thead><tr>${words.head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${lines.map((line) => row(line, words, view.lang))}</tbody></table></div>
${lines.length === 0 && html`<p>${words.empty}</p>`}`);
}

function filter({ url, lang }, words, asked, live) {
  const only = url.searchParams.get('whole') === 'no';
  return html`<form class="row" role="search"><input type="hidden" name="lang" value="${lang}">
<label>${words.filter}<input name="q" value="${asked}" placeholder="${words.filterNote}" size="34"></label>
<label>${words.lines}<select name="whole"><option value="yes">${words.whole}</option>
<option value="no" ${only && html`selected`}>${words.only}</option></select></label>
<label class="line"><input type="checkbox" name="live" value="yes" ${live && html`checked`}>${words.live}</label>
<button>${words.show}</button></form>`;
}

/** What else the payment is called: its order, attempt, transaction, … */
function names({ log, lang }, words, asked) {
  const others = asked === '' ? [] : log.names(asked).filter((name) => name !== asked);
  const link = (name) => html`<a href="?q=${name}&amp;lang=${lang}"><code>${name}</code></a> `;
  return others.length > 0 && html`<p class="ids">${words.names}: ${others.map(link)}</p>`;
}

const row = (line, words, lang) => html`<tr class="${line.level}">
<td>${line.n}</td>
<td><time datetime="${line.at}">${line.at.slice(11, 23)}</time></td>
<td>${line.container > 0 && html`<span class="unit">${words.head[2]} </span>${line.container}`}</td>
<td>${line.request && html`<a href="?q=${line.request}&amp;lang=${lang}">${line.request}</a>`}</td>
<td><span class="badge">${line.kind}</span></td>
<td class="text">${line.text}${line.detail && html`<details><summary>${words.detail}</summary>${line.detail}</details>`}</td></tr>`;

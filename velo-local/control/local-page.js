// What the pages under /_local have in common.

import { readFileSync } from 'node:fs';

import { frame } from '../frame.js';
import { html } from '../html.js';
import { WORDS } from './words.js';

export const STYLE = readFileSync(new URL('./control.css', import.meta.url), 'utf8');

export function localPage(view, title, address, content) {
  return frame({
    ...view,
    problems: address === '/_local/site' ? [] : view.problems.list(),
    title: `${title} · velo-local`,
    style: STYLE,
    content: html`${navigation(view.lang, address)}<h1>${title}</h1>
${view.problem && html`<p class="problem" role="alert">${view.problem}</p>`}${content}`,
  });
}

/** A form that one of our own pages may post: it carries the token of this start. */
export const actionForm = ({ token, lang }, to, action, content) => html`<form method="post" action="${to}">
<input type="hidden" name="token" value="${token}">
<input type="hidden" name="lang" value="${lang}">
<input type="hidden" name="action" value="${action}">
${content}</form>`;

function navigation(lang, current) {
  const words = WORDS[lang];
  const links = [
    ['/_local/site', words.site.title],
    ['/_local', words.control],
    ['/_local/log', words.log],
    ['/_local/data', words.data],
    ['/_local/payments', words.payments.title],
    ['/_local/orders', words.orders.title],
    ['/_local/members', words.members.title],
  ];
  return html`<nav class="local" aria-label="velo-local">${links.map(([address, name]) => html`
<a href="${address}${lang === 'en' && '?lang=en'}" ${address === current && html`aria-current="page"`}>${name}</a>`)}</nav>`;
}

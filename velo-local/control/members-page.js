// /_local/members: who this browser is to the site.

import { html } from '../html.js';
import { localPage, actionForm } from './local-page.js';
import { WORDS } from './words.js';

const ADDRESS = '/_local/members';

export function membersPage(view) {
  const words = WORDS[view.lang].members;
  const back = localPath(view.url.searchParams.get('back'));
  return localPage(view, words.title, ADDRESS, html`<p>${words.intro}</p>
<div class="cards">${[...view.members.people.map((person) => card(view, person, words, back)), visitorCard(view, words, back)]}</div>`);
}

function card(view, { role, member }, words, back) {
  const { firstName, lastName } = member.contactDetails;
  return html`<section class="card ${view.visitor.role === role && 'on'}"><h2>${firstName} ${lastName}</h2>
<p>${words.roles[role]}<br>${member.loginEmail}</p>
${view.visitor.role === role ? html`<p><strong>${words.now}</strong></p>` : choose(view, role, words.become, back)}</section>`;
}

const visitorCard = (view, words, back) => html`<section class="card ${!view.member && 'on'}"><h2>${words.visitor}</h2>
<p>${words.roles.visitor}</p>
${view.member ? choose(view, 'visitor', words.leave, back) : html`<p><strong>${words.now}</strong></p>`}</section>`;

const choose = (view, who, label, back) => actionForm(view, ADDRESS, 'become', html`<input type="hidden" name="who" value="${who}">
<input type="hidden" name="back" value="${back}"><button>${label}</button>`);

/** @param {URLSearchParams} form */
export function changeMember(form, { members }, { request, response }) {
  const who = form.get('who');
  const token = who === 'visitor' ? '' : members.signIn(who);
  members.signOut(request);
  response.setHeader('set-cookie', members.setCookie(token));
  return localPath(form.get('back'));
}

/** Only a path of this site: a browser would also take `//elsewhere` or `/\elsewhere` for an address. */
const localPath = (path) => (/^\/(?![/\\])[\x21-\x7e]*$/.test(path ?? '') ? path : ADDRESS);

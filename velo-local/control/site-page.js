// /_local/site: what was found in the site's folder, and what is in its way, each with what to do.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { html } from '../html.js';
import { isNote, wordsOf } from '../problem-words.js';
import { sitePages } from '../site-map.js';
import { localPage } from './local-page.js';
import { WORDS } from './words.js';

export async function sitePage(view) {
  const words = WORDS[view.lang].site;
  const pages = await sitePages(view.source);
  const found = [...view.problems.list(), ...(pages.length === 0 ? [{ id: 'no-pages', values: {} }] : [])];
  const [notes, inTheWay] = [found.filter(isNote), found.filter((problem) => !isNote(problem))];
  return localPage(view, words.title, '/_local/site', html`<p>${words.intro}</p>
<p class="ids">${words.folder}: <code>${view.source.site}</code></p>
<h2>${words.problems}</h2>
${inTheWay.length === 0 && html`<p>${words.fine}</p>`}<div class="stack">${inTheWay.map((problem) => problemCard(problem, view.lang, 'alert'))}</div>
${notes.length > 0 && html`<h2>${words.notes}</h2><div class="stack">${notes.map((problem) => problemCard(problem, view.lang))}</div>`}
<div class="cards">${[
    functionsCard(await exportsOf(view.source, 'backend/http-functions.js'), words),
    pagesCard(pages, view, words),
    webMethodsCard(await webModules(view.source), words),
    packageCard(view, words),
    secretsCard(view.secretNames, words),
  ]}</div>`);
}

export function problemCard(problem, lang, role) {
  const { title, cure } = wordsOf(problem, lang);
  return html`<section class="card ${role && 'on'}" ${role && html`role="${role}"`}><h3>${title}</h3>
<p><strong>${WORDS[lang].site.cure}:</strong> ${cure}</p></section>`;
}

/** The names a file exports; none if it is not there or does not compile, which is a problem of its own. */
export async function exportsOf(source, name) {
  if (!source.names.includes(name)) return [];
  return source.exportsOf(source.path(name)).catch(() => []);
}

const HTTP = /^(get|post|put|delete|options|use)_(\w+)$/;

function functionsCard(names, words) {
  const rows = names.flatMap((name) => {
    const [, method, rest] = HTTP.exec(name) ?? [];
    const address = `/_functions/${rest}`;
    if (!method) return [];
    return html`<li><code>${method.toUpperCase()}</code> ${method === 'get' || method === 'use' ? html`<a href="${address}">${address}</a>` : address}</li>`;
  });
  return card(words.functions, html`<p>${words.functionsNote}</p><ul>${rows}</ul>`);
}

const pagesCard = (pages, { lang }, words) => pages.length > 0 &&
  card(words.pages, html`<ul>${pages.map(({ path: address, title, name }) => html`<li><a href="${address}${lang === 'en' && '?lang=en'}">${title[lang] ?? name}</a> <code>${address}</code></li>`)}</ul>`);

async function webModules(source) {
  const names = source.names.filter((name) => /^backend\/.*\.web\.js$/.test(name));
  return Promise.all(names.map(async (name) => [name, await exportsOf(source, name)]));
}

const webMethodsCard = (modules, words) => modules.length > 0 &&
  card(words.webMethods, html`<ul>${modules.map(([name, methods]) => html`<li><code>${name}</code>: ${methods.join(', ')}</li>`)}</ul>`);

/** The one that the site has installed comes first, as it does for its code. */
function packageCard({ source, packageRoot }, words) {
  const [own, ours] = [path.join(source.site, 'src', 'backend', 'site.js'), path.join(packageRoot, 'root.js')].map(versionFrom);
  if (!own && !ours) return card(words.packages, html`<p role="alert">${words.packageNone}</p>`);
  return card(words.packages, html`<p>${own ?? ours} (${own ? words.own : words.ours})</p>`);
}

function versionFrom(file) {
  try {
    return JSON.parse(readFileSync(createRequire(file).resolve('velopos/package.json'), 'utf8')).version;
  } catch {
    return undefined;   // not installed there
  }
}

const secretsCard = (names, words) => card(words.secrets, html`<p>${words.secretsNote}</p><ul>${names.map((name) => html`<li><code>${name}</code></li>`)}</ul>`);

const card = (title, content) => html`<section class="card"><h2>${title}</h2>${content}</section>`;

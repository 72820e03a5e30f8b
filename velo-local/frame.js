// The page around a site's own element: header, language, and a footer that says what this is.

import { readFileSync } from 'node:fs';

import { html, raw } from './html.js';
import { isNote } from './problem-words.js';

export const LANGUAGES = ['tr', 'en'];

const STYLE = readFileSync(new URL('./frame.css', import.meta.url), 'utf8');

const WORDS = {
  tr: {
    skip: 'İçeriğe geç',
    other: 'English',
    otherLang: 'en',
    note: 'velo-local: site bu makinede çalışıyor. Gerçek para hareketi yok.',
    banks: 'Deneme bankaları',
    members: 'Üye girişi',
    log: 'Kayıtlar',
    control: 'Denetim',
    site: 'Siteniz',
    problems: (count) => `Sitenizin önünde ${count} engel var`,
  },
  en: {
    skip: 'Skip to content',
    other: 'Türkçe',
    otherLang: 'tr',
    note: 'velo-local: the site is running on this machine. No real money moves.',
    banks: 'Simulated banks',
    members: 'Sign in',
    log: 'Log',
    control: 'Control',
    site: 'Your site',
    problems: (count) => `${count} thing${count === 1 ? ' is' : 's are'} in your site’s way`,
  },
};

/** Turkish unless the address asks for English. */
export const languageOf = (url) => (LANGUAGES.includes(url.searchParams.get('lang')) ? url.searchParams.get('lang') : 'tr');

/**
 * @typedef {object} Page
 * @property {string} lang
 * @property {URL} url
 * @property {string} title
 * @property {string} siteName
 * @property {string} banksUrl
 * @property {string} [pageName]
 * @property {object | null} [member] the public face of whoever has signed in
 * @property {string} [style] added to the frame's own
 * @property {string[]} [scripts] addresses of modules
 * @property {[address: string, text: string][]} [links] in the header
 * @property {import('./problems.js').Problem[]} [problems] what keeps the site from working here
 * @property {number} [refresh] seconds after which the page loads again; 0 never
 * @property {unknown} content
 * @param {Page} page
 */
export function frame(page) {
  const { lang, url, title, siteName, banksUrl, content } = page;
  const { pageName = '', member = null, style = '', scripts = [], links = [], refresh = 0, problems = [] } = page;
  const inTheWay = problems.filter((problem) => !isNote(problem));
  const words = WORDS[lang];
  const inLanguage = (path) => (lang === 'tr' ? path : `${path}?lang=${lang}`);
  const switched = new URL(url);
  switched.searchParams.set('lang', words.otherLang);
  return `<!doctype html>\n${html`<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh > 0 && html`<meta http-equiv="refresh" content="${refresh}">
`}<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE + style)}</style>
${scripts.map((src) => html`<script type="module" src="${src}"></script>\n`)}</head>
<body data-site-name="${siteName}" data-page-name="${pageName}" data-member="${member && JSON.stringify(member)}">
<a class="skip" href="#content">${words.skip}</a>
<header class="bar">
<a class="name" href="${inLanguage('/')}">${siteName}</a>
${links.map(([address, text]) => html`<a href="${inLanguage(address)}">${text}</a>`)}
<a href="${switched.pathname}${switched.search}" lang="${words.otherLang}" hreflang="${words.otherLang}">${words.other}</a>
</header>
${inTheWay.length > 0 && html`<p class="in-the-way" role="status"><a href="${inLanguage('/_local/site')}">${words.problems(inTheWay.length)}</a></p>
`}<main id="content">
${content}
</main>
<footer>
<p>${words.note}</p>
${banksUrl && html`<a href="${banksUrl}">${words.banks}</a>`}
<a href="${inLanguage('/_local/members')}">${member ? member.member.profile.nickname : words.members}</a>
<a href="${inLanguage('/_local/site')}">${words.site}</a>
<a href="${inLanguage('/_local/log')}">${words.log}</a>
<a href="${inLanguage('/_local')}">${words.control}</a>
</footer>
</body>
</html>`}\n`;
}

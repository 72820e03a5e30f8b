// The page around a site's own element: header, language, and a footer that says what this is.

import { html, raw } from './html.js';

export const LANGUAGES = ['tr', 'en'];

const WORDS = {
  tr: {
    skip: 'İçeriğe geç', other: 'English', otherLang: 'en',
    note: 'velo-local: bu makinede çalışan örnek. Gerçek para hareketi yok.', banks: 'Deneme bankaları', log: 'Kayıtlar', control: 'Denetim',
  },
  en: {
    skip: 'Skip to content', other: 'Türkçe', otherLang: 'tr',
    note: 'velo-local: an example running on this machine. No real money moves.', banks: 'Simulated banks', log: 'Log', control: 'Control',
  },
};

export const STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #566372; --line: #d9e0e7; --paper: #fff; --ground: #f4f6f8; --mark: #0b5cad; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --soft: #a7b3c0; --line: #34404c; --paper: #182029; --ground: #10161d; --mark: #7db8f5; --bad: #ff8f86; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
a { color: var(--mark); }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .9rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.bar .name { font-weight: 700; font-size: 1.1rem; color: inherit; text-decoration: none; margin-right: auto; }
main { flex: 1; width: 100%; max-width: 64rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
footer { padding: 1rem 1.25rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
footer p { margin: 0 auto 0 0; }
h1 { font-size: 1.5rem; line-height: 1.25; }
`;

/** Turkish unless the address asks for English. */
export const languageOf = (url) => (LANGUAGES.includes(url.searchParams.get('lang')) ? url.searchParams.get('lang') : 'tr');

/**
 * @param {{ lang: string, url: URL, title: string, siteName: string, banksUrl: string, pageName?: string, style?: string, scripts?: string[], refresh?: number, content: unknown }} page
 */
export function frame({ lang, url, title, siteName, banksUrl, pageName = '', style = '', scripts = [], refresh = 0, content }) {
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
<body data-site-name="${siteName}" data-page-name="${pageName}">
<a class="skip" href="#content">${words.skip}</a>
<header class="bar">
<a class="name" href="${inLanguage('/')}">${siteName}</a>
<a href="${switched.pathname}${switched.search}" lang="${words.otherLang}" hreflang="${words.otherLang}">${words.other}</a>
</header>
<main id="content">
${content}
</main>
<footer>
<p>${words.note}</p>
${banksUrl && html`<a href="${banksUrl}">${words.banks}</a>`}
<a href="${inLanguage('/_local/log')}">${words.log}</a>
<a href="${inLanguage('/_local')}">${words.control}</a>
</footer>
</body>
</html>`}\n`;
}

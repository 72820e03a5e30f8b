// What a browser shows when an HTTP function failed: what it was, and what to do. Programs get the platform's bare answer.

import { ContainerGone } from './container.js';
import { exportsOf, problemCard } from './control/site-page.js';
import { STYLE } from './control/local-page.js';
import { frame, languageOf } from './frame.js';
import { html } from './html.js';

const WORDS = {
  tr: {
    404: 'Bu adreste işlev yok', 500: 'İşlev hata verdi', 502: 'Konteyner iş ortasında kapandı', 504: 'İşlev süresinde bitmedi (14 saniye)',
    thrown: 'Kodunuzun attığı hata', log: 'Bu isteğin kayıtları', platform: (status) => `Wix burada yalnız ${status} yanıtını verir.`,
  },
  en: {
    404: 'There is no function at this address', 500: 'The function failed', 502: 'The container ended half-way', 504: 'The function did not end in time (14 seconds)',
    thrown: 'What your code threw', log: 'The log of this request', platform: (status) => `Wix answers with a bare ${status} here.`,
  },
};

/** @param {object} about the failed call, and the parts that functions.js has */
export async function problemPage({ url, status, failure, name, method, source, problems, log, siteName, banksUrl }) {
  const lang = languageOf(url);
  const words = WORDS[lang];
  const problem = problems.shown(failure.problem) ?? await missingFunction(failure, { name, method, source });
  const thrown = !problem && !failure.missing && !(failure instanceof ContainerGone) && status === 500;
  return frame({
    lang, url, siteName, banksUrl, style: STYLE, title: words[status], problems: problems.list(),
    content: html`<h1>${words[status]}</h1>
${problem && problemCard(problem, lang, 'alert')}
${thrown && html`<h2>${words.thrown}</h2><pre class="scroll" tabindex="0">${log.clean(failure.stack ?? failure.message)}</pre>`}
<p>${words.platform(status)} <a href="/_local/log?q=${encodeURIComponent(url.pathname)}&amp;lang=${lang}">${words.log}</a></p>`,
  });
}

async function missingFunction({ missing }, { name, method, source }) {
  if (!missing) return null;
  const file = 'backend/http-functions.js';
  if (!source.names.includes(file)) return { id: 'no-functions', values: { file } };
  const known = await exportsOf(source, file);
  return { id: 'no-function', values: { name: `${method === 'HEAD' ? 'get' : method.toLowerCase()}_${name}`, known: known.join(', ') } };
}

// The site's pages. What the editor would place on a page is not in Git, so a page here is a light frame around the page's
// custom elements (site-map.js), with the page's code bundled beside them.

import { readFile } from 'node:fs/promises';

import { bundleElement, bundlePage } from './bundle.js';
import { frame, languageOf } from './frame.js';
import { html, raw } from './html.js';
import { publicFace } from './members.js';
import { goTo, sendHtml, sendJson, sendScript } from './server.js';
import { htmlFile, siteElements, sitePages, slug } from './site-map.js';
import { reasonOf } from './source.js';

/**
 * What an HTML component may do. On the platform it comes from another host; here it gets an origin of its own by this. That it may
 * send the whole window elsewhere is not documented, but sites rely on it; here it takes the visitor's click, so that what works
 * here works there if anything does.
 */
const SANDBOX = 'allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation';

const WORDS = {
  tr: { missing: 'Sayfa bulunamadı', back: 'Ana sayfaya dön' },
  en: { missing: 'Page not found', back: 'Back to the home page' },
};

export class Pages {
  /** Of the code as it is now, by what is in them. @type {Map<string, string>} */
  #bundles = new Map();

  /**
   * @param {object} parts
   * @param {import('./source.js').Source} parts.source
   * @param {import('./store/store.js').Store} parts.store
   * @param {import('./members.js').Members} parts.members
   * @param {string} parts.packageRoot
   * @param {string} parts.siteName
   * @param {string} parts.banksUrl
   * @param {import('./log.js').Log} parts.log
   * @param {import('./problems.js').Problems} parts.problems
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  async handle(request, response) {
    const url = new URL(`http://localhost${request.url}`);
    const pathname = decodeURI(url.pathname);
    if (!['GET', 'HEAD'].includes(request.method)) {
      return sendJson(response, 405, { error: { message: 'pages are read with GET' } });
    }
    const [, component] = /^\/_html\/([^/]+\.html)$/.exec(pathname) ?? [];
    if (component) return this.#component(response, component);
    const [, kind, name] = /^\/_(page|element)\/([^/]+)\.js$/.exec(pathname) ?? [];
    if (kind) return this.#script(response, kind === 'page' ? this.#pageCode(name) : this.#elementCode(name));
    const pages = await sitePages(this.source);
    const page = pages.find((each) => each.path === pathname);
    if (!page && this.store.owns(pathname)) return this.store.handle(request, response);
    if (!page && pathname === '/') return goTo(response, `/_local/site${url.search}`);
    if (!page) return sendHtml(response, 404, this.#missing(url, pages));
    this.log.write({ kind: 'page', text: `${request.method} ${request.url}` });
    return sendHtml(response, 200, this.#html(page, url, this.members.visitorOf(request)));
  }

  #html({ name, title, elements, components }, url, visitor) {
    const lang = languageOf(url);
    return frame({
      ...this.#common(url),
      title: `${title[lang] ?? name} · ${this.siteName}`,
      pageName: name,
      member: publicFace(visitor),
      scripts: [...elements.map(({ tag }) => `/_element/${tag}.js`), `/_page/${slug(name)}.js`],
      content: [
        ...elements.map(({ tag, id }) => html`${raw(`<${tag}`)} id="${id}">${raw(`</${tag}>`)}`),
        ...components.map((each) => html`<iframe class="html-component" id="${each.id}" src="/_html/${each.html}" title="${name}"
sandbox="${SANDBOX}"></iframe>`),
      ],
    });
  }

  #missing(url, pages) {
    const words = WORDS[languageOf(url)];
    const content = html`<h1>${words.missing}</h1><p><a href="/">${words.back}</a></p>
<ul>${pages.map((page) => html`<li><a href="${page.path}${url.search}">${page.path}</a></li>`)}</ul>`;
    return frame({ ...this.#common(url), title: words.missing, content });
  }

  #common(url) {
    const { siteName, banksUrl, problems } = this;
    return { lang: languageOf(url), url, siteName, banksUrl, problems: problems.list(), links: this.store.links(languageOf(url)) };
  }

  /** The site's code has changed. */
  forget() {
    this.#bundles = new Map();
  }

  async #bundled(key, bundle) {
    const bundles = this.#bundles;   // a bundle of code that has changed in the meantime is not kept
    if (!bundles.has(key)) bundles.set(key, await bundle());
    return bundles.get(key);
  }

  async #pageCode(name) {
    const page = (await sitePages(this.source)).find((each) => slug(each.name) === name);
    const files = [this.source.masterPage(), page?.file].filter(Boolean);
    const bundle = () => bundlePage(this.source, files, this.packageRoot);
    // Of code that waits outside of src nobody hears when it changes.
    if (page && !page.file.startsWith(this.source.path(''))) return bundle();
    return page && this.#bundled(files.join('\n'), bundle);
  }

  async #elementCode(tag) {
    const pages = await sitePages(this.source);
    const element = [...pages.flatMap((page) => page.elements), ...siteElements(this.source)].find((each) => each.tag === tag);
    return element && this.#bundled(element.file, () => bundleElement(this.source, element.file, this.packageRoot));
  }

  /** The policy keeps a component apart from the site even when it is opened by itself. */
  async #component(response, name) {
    const file = htmlFile(this.source, name);
    if (!file) return sendHtml(response, 404, '');
    return sendHtml(response, 200, await readFile(file, 'utf8'), `sandbox ${SANDBOX}; frame-ancestors 'self'`);
  }

  /** A bundle that does not build says so where the developer looks: in the page's console and in the log. */
  async #script(response, bundling) {
    try {
      const code = await bundling;
      return code === undefined ? sendScript(response, 404, '') : sendScript(response, 200, code);
    } catch (error) {
      this.log.write({ kind: 'page', level: 'error', text: error.message });
      this.problems.note({ id: 'page-code', values: { message: reasonOf(error) } });
      return sendScript(response, 200, `throw new Error(${JSON.stringify(error.message)});`);
    }
  }
}

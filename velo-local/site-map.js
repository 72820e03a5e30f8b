// Which pages the site has, at which address, with which custom elements on them. On the platform the editor knows this, not Git.
// A site may write it down in `pages.json` at its root; without one the names decide: page Shop stands at /shop (and at / when it
// is the home page) and holds the custom element whose name ends like the page's (my-shop), as $w('#shop'), and the HTML
// component of its name (public/html/shop.html), as $w('#html1').

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const HTML = 'public/html/';

/** The first of these that the site has is the home page. */
const HOME = ['Home', 'Shop'];

/**
 * @typedef {{ id: string, tag: string, file: string }} Placed a custom element on a page
 * @typedef {{ id: string, html: string }} Component an HTML component on a page; html is its file's name under public/html
 * @typedef {object} SitePage
 * @property {string} name
 * @property {string} path
 * @property {string} file
 * @property {Record<string, string>} title by language
 * @property {Placed[]} elements
 * @property {Component[]} components
 * @param {import('./source.js').Source} source
 * @returns {Promise<SitePage[]>}
 */
export async function sitePages(source) {
  const written = await readWritten(source);
  return written?.pages ? written.pages.flatMap((page) => fromFile(source, page)) : fromNames(source);
}

/** Where an order is paid on a page of the site's own, such as `/pay?order={orderId}`, if pages.json says so. */
export async function orderLinkOf(source) {
  const link = (await readWritten(source))?.orderLink;
  return /^\/(?![/\\])/.test(link ?? '') ? link : null;
}

/** Custom elements of the site: the file's base name is the tag. */
export function siteElements(source) {
  const files = source.names.filter((name) => /^public\/custom-elements\/[^/]+-[^/]*\.js$/.test(name));
  return files.map((name) => ({ tag: path.basename(name, '.js'), file: source.path(name) }));
}

/** What an HTML component holds, which on the platform is typed into the editor. */
export const htmlFile = (source, name) => (source.names.includes(HTML + name) ? source.path(HTML + name) : null);

/** A page's address: its name in lower case, with hyphens for spaces. */
export const slug = (name) => name.toLowerCase().replace(/\s+/g, '-');

async function readWritten(source) {
  const file = path.join(source.site, 'pages.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw new Error(`${file}: ${error.message}`, { cause: error });
  }
}

/** A page whose code is not there (yet) is left out. */
function fromFile(source, { code, path: address, title, elements = [] }) {
  const file = inSource(source, code) ?? waiting(source, code);
  if (!file) return [];
  const custom = elements.filter(({ tag }) => tag);
  const found = custom.map(({ id, tag, source: written }) => ({ id, tag, file: inSource(source, written) }));
  const placed = found.filter((element) => element.file);
  const components = elements.filter(({ html }) => html).map(({ id, html }) => ({ id, html: path.posix.basename(html) }));
  return [{ name: pageName(code), path: address, file, title: title ?? {}, elements: placed, components }];
}

/** Code of a page that the editor has not made yet lies elsewhere in the site's folder. */
function waiting({ site }, code) {
  const file = path.resolve(site, code);
  return /\.js$/.test(code) && file.startsWith(`${site}${path.sep}`) && existsSync(file) ? file : undefined;
}

const inSource = (source, written) => source.find(written.replace(/^src\//, ''))?.file;

function fromNames(source) {
  const names = source.names.filter((name) => /^pages\/[^/]+\.js$/.test(name) && name !== 'pages/masterPage.js');
  const home = HOME.map((wanted) => names.find((name) => pageName(name) === wanted)).find(Boolean) ?? names[0];
  return names.flatMap((file) => {
    const name = pageName(file);
    const element = siteElements(source).find(({ tag }) => tag === slug(name) || tag.endsWith(`-${slug(name)}`));
    const elements = element ? [{ id: slug(name), ...element }] : [];
    const html = `${slug(name)}.html`;
    const components = source.names.includes(HTML + html) ? [{ id: 'html1', html }] : [];
    const page = { name, file: source.path(file), title: {}, elements, components };
    return [...(file === home ? [{ ...page, path: '/' }] : []), { ...page, path: `/${slug(name)}` }];
  });
}

/** `Shop.abc12.js` is page Shop: the editor adds its own id. */
const pageName = (file) => path.basename(file).split('.')[0];

// Which file goes where, and what is there already. What Wix makes itself, pages and files with a fixed name, is never taken over:
// page code for a page that the editor has not made yet waits in `velopos/pages`, and beside an http-functions.js of the owner's
// own a file is added, with the line that calls it.

import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { guideFile } from '../guides.js';
import { entryOf, systemOf } from '../gateways.js';
import { EXAMPLE, exampleText, filesFor, mediaFiles, pageName, pagesFor, WAYS } from './parts.js';

/** @typedef {'new' | 'same' | 'differs' | 'foreign'} State foreign: not a plain file, so it is never written to */
/** @typedef {{ to: string, content: string | Buffer, state: State }} PlannedFile */
/** @typedef {{ file: string, line: string, clash: string[] }} Addition a line that the owner adds to a file of their own */
/** @typedef {{ files: PlannedFile[], additions: Addition[], waiting: string[] }} Plan waiting: pages that the editor has to make first */

const PAGES = 'velopos/pages';
const PLUGINS = ['backend/___spi___/payment-provider/velopos', 'backend/service-plugins/payment-provider/velopos'];

/** @param {string} site @param {string} gateway @param {string[]} ways @returns {Plan} */
export function planFor(site, gateway, ways) {
  const plan = { files: [], additions: [], waiting: [] };
  const put = (to, content) => plan.files.push({ to, content, state: stateOf(site, to, content) });
  const names = filesFor(ways);
  const pages = names.filter((name) => name.startsWith('pages/'));
  const targets = new Map(pages.map((name) => [`src/${name}`, pageTarget(site, name, plan)]));
  for (const name of names) {
    const text = importing(entryOf(gateway), exampleText(`src/${name}`));
    if (targets.has(`src/${name}`)) put(targets.get(`src/${name}`), text);
    else if (FIXED[name] && isOwners(site, name, text)) FIXED[name](site, name, text, plan, put);
    else put(`src/${pluginTarget(site, name)}`, text);
  }
  put('collections.json', exampleText('collections.json'));
  put('pages.json', pagesFile(ways, targets));
  put(`velopos/${systemOf(gateway).guide}.md`, withoutLinks(readFileSync(guideFile(gateway), 'utf8')));
  if (ways.some((way) => WAYS[way].media)) for (const name of mediaFiles()) put(`velopos/media/${name}`, readFileSync(path.join(EXAMPLE, 'media', name)));
  return plan;
}

/** The larger entry, for the banks that it alone carries. */
const importing = (entry, text) => text.replaceAll(" from 'velopos';", ` from '${entry}';`);

function stateOf(site, to, content) {
  const file = path.join(site, to);
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (!there) return 'new';
  if (!there.isFile()) return 'foreign';
  return readFileSync(file).equals(Buffer.from(content)) ? 'same' : 'differs';
}

// --- pages and plugins: the editor makes them ---

function pageTarget(site, name, plan) {
  const page = pageName(name);
  const made = listed(site, 'src/pages').find((file) => file.endsWith('.js') && pageName(file) === page);
  if (made) return `src/pages/${made}`;
  plan.waiting.push(page);
  return `${PAGES}/${page}.js`;
}

function pluginTarget(site, name) {
  const [inGit, inEditor] = PLUGINS;
  return name.startsWith(`${inEditor}/`) && existsSync(path.join(site, 'src', inGit)) ? name.replace(inEditor, inGit) : name;
}

const listed = (site, folder) => (existsSync(path.join(site, folder)) ? readdirSync(path.join(site, folder)).sort() : []);

function pagesFile(ways, targets) {
  const about = 'Which elements stand on which page. In Wix the editor knows this, and not Git; velopos-local reads it here.';
  const pages = pagesFor(ways).map((page) => ({ ...page, code: targets.get(page.code) }));
  const home = pages.some(({ path: address }) => address === '/') ? pages : pages.map((page, place) => (place === 0 ? { ...page, path: '/' } : page));
  const orderLink = ways.includes('link') ? { orderLink: '/pay?order={orderId}' } : {};
  const copies = home !== pages ? pages.slice(0, 1) : [];   // reached by its own address as well
  return `${JSON.stringify({ about, ...orderLink, pages: [...home, ...copies] }, null, 2)}\n`;
}

// --- files of which a site has one: another one is added beside the owner's ---

const FIXED = { 'backend/http-functions.js': beside, 'backend/events.js': beside, 'backend/jobs.config': jobs };

/** A copy of the example's, changed or not, begins as the example's does; anything else is the owner's own. */
function isOwners(site, name, text) {
  const file = path.join(site, 'src', name);
  if (!existsSync(file)) return false;
  const own = readFileSync(file, 'utf8');
  return name.endsWith('.config') ? own !== text : own.split('\n')[0].trim() !== text.split('\n')[0].trim();
}

function beside(site, name, text, plan, put) {
  const base = path.posix.basename(name);
  put(`src/backend/velopos/${base}`, text.replaceAll("'./velopos/", "'./"));
  const functions = exportsOf(text);
  const own = readFileSync(path.join(site, 'src', name), 'utf8');
  if (own.includes(`velopos/${base}`)) return;
  const there = exportsOf(own);
  const clash = functions.filter((each) => there.includes(each));
  const line = `export { ${functions.join(', ')} } from 'backend/velopos/${base}';`;
  plan.additions.push({ file: `src/${name}`, line, clash });
}

const exportsOf = (text) => [...text.matchAll(/^export\s+(?:async\s+)?(?:function\s*\*?|const|let|class)\s+([A-Za-z_$][\w$]*)/gm)].map(([, name]) => name);

function jobs(site, name, text, plan) {
  const own = readFileSync(path.join(site, 'src', name), 'utf8');
  const wanted = JSON.parse(text).jobs.filter(({ functionLocation }) => !own.includes(functionLocation));
  const line = wanted.map((job) => JSON.stringify(job, null, 2)).join(',\n');
  if (wanted.length > 0) plan.additions.push({ file: `src/${name}`, line, clash: [] });
}

/** Inside the site the guide's links to its neighbours lead nowhere. */
const withoutLinks = (text) => text.replace(/\[([^\]]+)\]\((?!https:|#)[^)]+\)/g, '$1');

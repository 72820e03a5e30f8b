// /_local/data: what lies in the collections.

import { html } from '../html.js';
import { localPage } from './local-page.js';
import { WORDS } from './words.js';

const SHOWN = 200;

export function dataPage(view) {
  const words = WORDS[view.lang];
  const collections = view.data.names().map((name) => collection(name, view.data.collection(name).all(), words));
  return localPage(view, words.data, '/_local/data', collections);
}

const collection = (name, items, words) => html`<section class="card"><h2>${name}</h2><p>${items.length} ${words.items}</p>
${items.slice(-SHOWN).reverse().map(item)}</section>`;

const item = (each) => html`<details><summary>${each._id}</summary><pre>${JSON.stringify(each, null, 2)}</pre></details>`;

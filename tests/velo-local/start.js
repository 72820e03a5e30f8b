// Starts the fixture site for a test, with everything short, and closes it afterwards.

import { fileURLToPath } from 'node:url';

import { startVeloLocal } from '../../velo-local/index.js';

export const SITE = fileURLToPath(new URL('./site', import.meta.url));

export async function start(t, options = {}) {
  const local = await startVeloLocal({ site: SITE, port: 0, jobEveryMs: 0, containers: 1, ...options });
  t.after(() => local.close());
  return local;
}

/** One wix-data call made by the site's code, with what it returned or threw. */
export async function data(local, op, ...args) {
  const response = await local.fetchFunction('data', { method: 'POST', body: JSON.stringify({ op, args }) });
  return response.json();
}

export const ids = (local, collection) => local.data.collection(collection).all().map((item) => item._id);

export async function until(condition, ms = 3000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// `npm run docs`: makes again whatever in the documents is made: the tables, the reference of the API and the pictures. The tests of the documents
// make them, too, and compare.

import './node-version.js';
import { buildSteps } from './build.js';
import { setupSteps } from './setup.js';
import { main, runSteps } from './steps.js';

const MADE = [
  ['The tables', async () => (await import('./table.js')).writeTables()],
  ['The reference of the API', async () => (await import('./api.js')).writeReferences()],
  ['The pictures', async () => (await import('./pictures.js')).writePictures()],
];

main(import.meta.url, () => runSteps([...setupSteps(), ...buildSteps(), ...MADE.map(([title, make]) => ({ title, work: () => made(make) }))]));

async function made(make) {
  await make();
  return 'made; `git diff` shows what is new';
}

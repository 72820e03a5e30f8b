// The first file of a container's thread. It prepares the world that site code sees (console, fetch, network),
// then runs what the host sends: an HTTP function, a web method, a job, or a function that Wix itself calls.

import process from 'node:process';
import { parentPort } from 'node:worker_threads';

import './network.js';
import './console.js';
import { decodeItem, encodeValue } from '../items.js';
import { setClock } from './clock.js';
import { scene, settle } from './host.js';
import { loadSiteModule } from './loader.js';
import { runHttpFunction } from './wix-http-functions.js';
import { runWebMethod } from './wix-web-module.js';

process.setSourceMapsEnabled(true);

const HERE = new URL('.', import.meta.url).href;

const kinds = {
  http: (task) => runHttpFunction(loadSiteModule('backend/http-functions.js'), task),
  web: (task) => runWebMethod(loadSiteModule(task.module), task),
  job: (task) => runJob(loadSiteModule(task.module), task),
  call: (task) => runCall(loadSiteModule(task.module), task),
};

parentPort.on('message', (message) => {
  if (message.type === 'answer') settle(message);
  else scene.run({ request: message.request, visitor: message.visitor }, () => run(message));
});

// A promise nobody waits for must not take the other requests of this container with it.
process.on('unhandledRejection', (reason) => console.error('Unhandled promise rejection:', reason));

async function run(message) {
  setClock(message.clockAheadMs);
  try {
    const value = await kinds[message.kind](message.task);
    const transfer = value?.body instanceof Uint8Array ? [value.body.buffer] : [];
    parentPort.postMessage({ type: 'end', request: message.request, value }, transfer);
  } catch (error) {
    parentPort.postMessage({ type: 'end', request: message.request, error: describe(error) });
  }
}

async function runJob(module, { functionName }) {
  if (typeof module[functionName] !== 'function') throw new Error(`the job's function ${functionName} is not exported`);
  await module[functionName]();
}

/** Arguments and result are JSON text: nothing else passes between Wix and a site. */
async function runCall(module, { functionName, args }) {
  const called = Object.hasOwn(module, functionName) ? module[functionName] : undefined;
  if (typeof called !== 'function') throw Object.assign(new Error(`${functionName} is not exported`), { missing: true });
  return { json: encodeValue((await called(...decodeItem(args))) ?? null) };
}

/** Only loader.js makes these; whatever else is called so stays here. */
const plain = (problem) => (typeof problem?.id === 'string' ? JSON.parse(JSON.stringify({ id: problem.id, values: { ...problem.values } })) : undefined);

/** A stack without our own frames: it ends where the site's code was called. */
const siteStack = (error) => String(error.stack).split('\n').filter(notOurs).join('\n');
const notOurs = (line) => !line.includes(HERE) && !/node:(internal|async_hooks)/.test(line);

/** What may cross to the host: plain text, whatever was thrown. */
function describe(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: String(error) };
  const code = typeof error.code === 'string' ? error.code : undefined;
  const { name, message, missing, problem } = error;
  return { name: String(name), message: String(message), code, stack: siteStack(error), missing: missing === true, problem: plain(problem) };
}

// Site code may reach the allowed origins (the simulated banks) and nothing else. fetch asks the host first, which gives the
// clear refusal and the log line; the socket itself is guarded too, so http, https, net, tls and redirects cannot go round it.

import net from 'node:net';
import { workerData } from 'node:worker_threads';

import { ask, tell } from './host.js';

const allowed = new Set(workerData.allow.map((origin) => {
  const { hostname, port, protocol } = new URL(origin);
  return `${hostname.replace(/^\[|\]$/g, '')}:${port || (protocol === 'https:' ? 443 : 80)}`;
}));

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function guardedConnect(...args) {
  const target = targetOf(Array.isArray(args[0]) ? args[0] : args);
  if (!allowed.has(target)) {
    const where = [...allowed].join(', ') || 'nothing';
    const error = new Error(`velo-local: ${target} may not be reached; a site may only reach ${where}`);
    throw Object.assign(error, { code: 'VELO_LOCAL_REFUSED' });
  }
  return connect.apply(this, args);
};

function targetOf([first, second]) {
  if (first === null || typeof first !== 'object') return `${typeof second === 'string' ? second : 'localhost'}:${first}`;
  return first.path ? `the local socket ${first.path}` : `${first.host ?? 'localhost'}:${first.port}`;
}

const realFetch = globalThis.fetch;

/** The platform's fetch, with the host asked before and told after. */
export async function fetch(resource, options) {
  const request = new Request(resource, options);
  const { method, url } = request;
  await ask('fetching', { method, url, body: await readable(request) });
  try {
    const response = await realFetch(request);
    await ask('fetched', { method, url, outcome: String(response.status) });
    report(url, response);
    return response;
  } catch (error) {
    const reason = error.cause?.code === 'VELO_LOCAL_REFUSED' ? error.cause : error;
    await ask('fetched', { method, url, outcome: reason.cause?.code ?? reason.code ?? reason.name });
    throw reason;
  }
}
globalThis.fetch = fetch;

/** What was answered, as soon as it is there; nobody waits for it. */
async function report(url, response) {
  const detail = await readable(response).catch(() => '');
  if (detail) tell({ type: 'log', kind: 'fetch', level: 'info', text: `answer of ${url}`, detail });
}

/** A copy of a body that a person can read, for the log; the original stays unread. */
async function readable(message) {
  const textual = /urlencoded|json|xml|text/.test(message.headers.get('content-type') ?? '');
  return message.body && textual ? message.clone().text() : '';
}

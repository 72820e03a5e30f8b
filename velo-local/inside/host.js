// How code in a container reaches what it does not own (data, secrets, the right to fetch): it asks the host and waits.
// A killed container's questions are never read, so code that was killed cannot have any further effect.

import { AsyncLocalStorage } from 'node:async_hooks';
import { parentPort } from 'node:worker_threads';

/** Which request, on whose behalf, the running code belongs to. */
export const scene = new AsyncLocalStorage();

const waiting = new Map();
let last = 0;

/** Asks the host. The error of a refusal carries the caller's stack, not the message loop's. */
export function ask(service, args) {
  const here = new Error();
  const { request = '', visitor } = scene.getStore() ?? {};
  return new Promise((resolve, reject) => {
    const id = ++last;
    parentPort.postMessage({ type: 'ask', id, request, visitor, service, args });
    waiting.set(id, { resolve, reject, here });
  });
}

/** The host's answer has come. */
export function settle({ id, value, error }) {
  const { resolve, reject, here } = waiting.get(id);
  waiting.delete(id);
  if (!error) return resolve(value);
  here.message = error.message;
  here.stack = `Error: ${error.message}\n${here.stack.split('\n').slice(2).join('\n')}`;
  reject(Object.assign(here, error.properties));
}

export function tell(message) {
  parentPort.postMessage({ ...message, request: scene.getStore()?.request ?? '' });
}

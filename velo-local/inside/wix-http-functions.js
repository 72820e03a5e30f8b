// wix-http-functions: the answers a function may give, and how one function is chosen and called.

import { Buffer } from 'node:buffer';

const withStatus = (status) => (options = {}) => ({ status, headers: { ...options.headers }, body: options.body });

export const ok = withStatus(200);
export const created = withStatus(201);
export const badRequest = withStatus(400);
export const forbidden = withStatus(403);
export const notFound = withStatus(404);
export const serverError = withStatus(500);
export const response = (options = {}) => withStatus(options.status ?? 200)(options);

/** Runs `get_name` (or `use_name`) and turns its answer into bytes. `missing` tells the host that there is no such function. */
export async function runHttpFunction(module, { method, name, body, ...request }) {
  // HEAD is GET whose body the server leaves out.
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const found = [`${verb}_${name}`, `use_${name}`].find((key) => Object.hasOwn(module, key) && typeof module[key] === 'function');
  if (!found) throw Object.assign(new Error(`http-functions.js has no ${verb}_${name} and no use_${name}`), { missing: true });
  const bytes = Buffer.from(body);
  return encode(found, await module[found]({
    ...request,
    method,
    functionName: name,
    body: {
      text: async () => bytes.toString('utf8'),
      json: async () => JSON.parse(bytes.toString('utf8')),
      buffer: async () => Buffer.from(bytes),
    },
  }));
}

function encode(name, answer) {
  if (!Number.isInteger(answer?.status)) throw new TypeError(`${name} returned no response: return ok(), response() or the like`);
  const headers = {};
  for (const [key, value] of Object.entries(answer.headers ?? {})) headers[key.toLowerCase()] = value;
  headers['content-type'] ??= 'application/json';
  return { status: answer.status, headers, body: bytesOf(answer.body) };
}

/** A copy of its own, because its memory moves to the host. */
function bytesOf(body) {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}

// The HTTP server: this machine only. It listens on the loopback addresses, and answers only requests whose Host is a loopback
// name with our port, so that a page on the Internet cannot reach it by pointing its own name here (DNS rebinding).

import http from 'node:http';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export class BodyTooLarge extends Error {}

/**
 * @param {object} options
 * @param {string} options.host
 * @param {number} options.port
 * @param {(request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>} options.handle
 * @returns {Promise<{ url: string, origins: string[], close(): Promise<void> }>}
 */
export async function listen({ host, port, handle }) {
  if (!LOOPBACK.includes(host)) throw new Error(`velo-local binds to this machine only: host is one of ${LOOPBACK.join(', ')}`);
  let hosts = [];
  const serve = (request, response) => {
    if (!hosts.includes(request.headers.host)) return refuseHost(request, response);
    handle(request, response).catch((error) => fail(response, error));
  };
  const servers = await bind(port, serve);
  const bound = servers[0].address().port;
  hosts = LOOPBACK.map((name) => `${name}:${bound}`);
  return {
    url: `http://${host}:${bound}`,
    origins: hosts.map((name) => `http://${name}`),
    close: async () => void (await Promise.all(servers.map(stop))),
  };
}

/** `localhost` may mean 127.0.0.1 or ::1; both are taken, so that no other program can answer in our name. */
async function bind(port, serve) {
  const four = await start('127.0.0.1', port, serve);
  try {
    return [four, await start('::1', four.address().port, serve)];
  } catch (error) {
    if (error.code === 'EADDRINUSE') {
      await stop(four);
      if (port === 0) return bind(0, serve);
      throw error;
    }
    return [four]; // no IPv6 here
  }
}

function start(address, port, serve) {
  const server = http.createServer(serve);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

function stop(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

function refuseHost(request, response) {
  request.resume();
  response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end('velo-local answers to localhost only\n');
}

/** An address that cannot be read is the caller's mistake, and a caller may hang up; anything else is ours and is shown where velo-local was started. */
function fail(response, error) {
  if (response.destroyed) return;
  const malformed = error instanceof URIError || error.code === 'ERR_INVALID_URL';
  if (!malformed) console.error('velo-local:', error);
  if (response.headersSent) return void response.destroy();
  const message = malformed ? 'the address cannot be read' : 'velo-local failed; see its output';
  sendJson(response, malformed ? 400 : 500, { error: { message } });
}

/**
 * Why a call that acts for a visitor is refused, or null. Another site's page must not be able to make it: JSON alone already
 * makes a browser ask first, and a browser tells where a POST comes from.
 */
export function refusalOf(request, origins) {
  if (request.method !== 'POST') return 'this is called by POST';
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return 'this takes JSON';
  const { origin } = request.headers;
  return origin && !origins.includes(origin) ? 'the call comes from another site' : null;
}

/** Reads a body up to a limit; what exceeds it is thrown away, up to a point, so that the sender can hear the answer. */
export async function readBody(request, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else if (size > limit * 64) break;
  }
  if (size > limit) throw new BodyTooLarge(`the body is larger than ${limit} bytes`);
  return Buffer.concat(chunks);
}

/** An address of IPv4 as such, however the socket writes it. */
export const plainAddress = (address) => address.replace(/^::ffff:/, '');

/** What we answer ourselves is not kept, not guessed at, and not for other sites' pages. */
const OURS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

export function sendJson(response, status, value) {
  response.writeHead(status, { ...OURS, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

export function sendHtml(response, status, html, policy) {
  const limits = policy && { 'content-security-policy': policy };
  response.writeHead(status, { ...OURS, ...limits, 'content-type': 'text/html; charset=utf-8' });
  response.end(html);
}

export function goTo(response, address) {
  response.writeHead(303, { ...OURS, location: address });
  response.end();
}

export function sendScript(response, status, code) {
  response.writeHead(status, { ...OURS, 'content-type': 'text/javascript; charset=utf-8' });
  response.end(code);
}

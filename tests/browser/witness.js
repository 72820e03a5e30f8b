// What passes between a browser and everything else, byte for byte: a proxy that forwards and remembers. The browser's own view has
// holes: a body is gone as soon as its page has been left, and the pages of a payment are left at once.

import { createServer, request as ask } from 'node:http';

/**
 * @typedef {{ method: string, url: string, sent: string, status: number, headers: Record<string, any>, body: string }} Exchange
 */

/** @returns {Promise<{ url: string, exchanges: Exchange[], close: () => Promise<void> }>} */
export async function startWitness() {
  /** @type {Exchange[]} */
  const exchanges = [];
  const server = createServer((request, response) => forward(request, response, exchanges));
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));   // nobody under test speaks HTTPS
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    exchanges,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

function forward(request, response, exchanges) {
  const { method, url, headers } = request;
  const sent = remember(request);
  const asking = ask(url, { method, headers }, (answer) => {
    const body = remember(answer);
    answer.on('close', () => exchanges.push({ method, url, sent: sent(), status: answer.statusCode, headers: answer.headers, body: body() }));
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  asking.on('error', () => response.destroy());
  response.on('close', () => asking.destroy());   // the browser has left: what nobody reads need not arrive
  request.pipe(asking);
}

/** @param {import('node:http').IncomingMessage} message @returns {() => string} what has come of it so far */
function remember(message) {
  const chunks = [];
  message.on('data', (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

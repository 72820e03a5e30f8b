// /_functions/<name>/<path…>: the site's HTTP functions, with the platform's limits and, on demand, its losses and repetitions.

import { setTimeout as wait } from 'node:timers/promises';

import { ContainerGone } from './container.js';
import { TimeLimit } from './containers.js';
import { problemPage } from './problem-page.js';
import { BodyTooLarge, plainAddress, readBody, sendHtml, sendJson } from './server.js';
import { nobody } from './visitor.js';

const ADDRESS = /^\/(_functions|_functions-dev)\/([^/]+)((?:\/[^/]*)*)$/;

export class Functions {
  /**
   * @param {object} parts
   * @param {() => string} parts.url
   * @param {import('./containers.js').Containers} parts.containers
   * @param {import('./habits.js').Habits} parts.habits
   * @param {import('./members.js').Members} parts.members
   * @param {object} parts.limits
   * @param {import('./log.js').Log} parts.log
   * @param {import('./source.js').Source} parts.source
   * @param {import('./problems.js').Problems} parts.problems
   * @param {string} parts.siteName
   * @param {string} parts.banksUrl
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  async handle(request, response) {
    const call = parse(request, this.url());
    if (!call) return sendJson(response, 404, { error: { message: 'Not found' } });
    let body;
    try {
      body = await readBody(request, this.limits.bodyBytes);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      this.log.write({ kind: 'response', level: 'warn', text: `${request.method} ${request.url} → 413: ${error.message}` });
      response.shouldKeepAlive = false;
      return sendJson(response, 413, { error: { message: 'Request body is too large' } });
    }
    if (request.method === 'POST' && this.habits.take('drop', call.name)) return this.#lose(request, body);
    const { method, headers } = request;
    const ip = plainAddress(request.socket.remoteAddress);
    const task = { ...call, method, headers: this.members.withoutSession(headers), ip, body };
    if (request.method === 'POST') this.#repeat(request, task);
    const answer = await this.#run(request, task);
    if (answer.failure && isNavigation(request)) return this.#explain(request, response, answer);
    this.#answer(response, answer);
  }

  #lose(request, body) {
    const detail = readable(request.headers, body);
    this.log.write({ kind: 'habit', level: 'warn', text: `lost: POST ${request.url} never arrived`, detail });
    request.socket.destroy();
  }

  /** The same message again, as a gateway that did not like our answer, or an attacker, would send it. */
  #repeat(request, task) {
    const wish = this.habits.take('repeat', task.name);
    if (!wish) return;
    const again = async (copy) => {
      await wait(wish.delayMs * copy);
      this.log.write({ kind: 'habit', level: 'warn', text: `repeated: POST ${request.url} (${copy} of ${wish.copies})` });
      await this.#run(request, task);
    };
    for (let copy = 1; copy <= wish.copies; copy += 1) again(copy).catch(() => {});
  }

  async #run(request, task) {
    const id = this.containers.nextRequest('r');
    const from = performance.now();
    const work = { request: id, kind: 'http', name: task.name, visitor: nobody(), task };
    const running = this.containers.run(work, { limitMs: this.limits.requestMs });
    const say = (line) => this.log.write({ request: id, container: work.container, ...line });
    say({ kind: 'request', text: `${task.method} ${request.url}`, detail: readable(task.headers, task.body) });
    const answer = await running.catch((error) => this.#failure(error, work));
    const where = answer.headers.location ? ` → ${answer.headers.location}` : '';
    const text = `${answer.status}${where} (${Math.round(performance.now() - from)} ms)`;
    say({ kind: 'response', level: answer.status >= 500 ? 'error' : 'info', text });
    return answer;
  }

  #failure(error, work) {
    if (error.missing) return json(404, 'Not found', error);
    if (error instanceof TimeLimit) return json(504, 'Gateway timeout', error);
    if (error instanceof ContainerGone) return json(502, 'Bad gateway', error);
    this.log.write({ kind: 'console', request: work.request, container: work.container, level: 'error', text: error.stack });
    return json(500, 'Internal server error', error);
  }

  /** A person who looks at a function's failure in a browser is told what it is; programs get what the platform answers. */
  async #explain(request, response, { status, failure }) {
    const url = new URL(request.url, this.url());
    const [, , name] = ADDRESS.exec(url.pathname);
    const page = await problemPage({ ...this, url, status, failure, name, method: request.method });
    sendHtml(response, status, page, "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'");
  }

  #answer(response, { status, headers, body }) {
    try {
      response.writeHead(status, { ...headers, ...(status !== 204 && status !== 304 && { 'content-length': body.length }) });
    } catch (error) {
      this.log.write({ kind: 'response', level: 'error', text: `the answer's head is not valid HTTP: ${error.message}` });
      return sendJson(response, 500, { error: { message: 'Internal server error' } });
    }
    response.end(body);
  }
}

const isNavigation = ({ headers }) => /\btext\/html\b/.test(headers.accept ?? '');

const json = (status, message, failure) =>
  ({ status, failure, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ error: { message } })) });

/** What the platform takes out of an address; null for one that names no function. */
function parse(request, site) {
  try {
    const { pathname, searchParams, href } = new URL(site + request.url);
    const [, base, name, rest] = ADDRESS.exec(pathname);
    const path = rest.split('/').filter(Boolean).map(decodeURIComponent);
    return { name: decodeURIComponent(name), url: href, baseUrl: `${site}/${base}`, path, query: Object.fromEntries(searchParams) };
  } catch {
    return null;
  }
}

/** A body that a person can read, for the log. */
function readable(headers, body) {
  const text = /urlencoded|json|xml|text/.test(headers['content-type'] ?? '');
  return body.length > 0 && text ? body.toString('utf8') : '';
}

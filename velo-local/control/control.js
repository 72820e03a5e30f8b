// /_local: the log, the data and the platform's bad habits on demand. Anything that changes something is a POST that must come
// from our own page: Host (server.js), Origin and a token made at start are all checked.

import { randomBytes, timingSafeEqual } from 'node:crypto';

import { languageOf } from '../frame.js';
import { readBody, sendHtml, sendJson } from '../server.js';
import { controlPage } from './control-page.js';
import { dataPage } from './data-page.js';
import { logPage } from './log-page.js';

const BODY_LIMIT = 16 * 1024;

/** Scripts are not needed here, so none can run: whatever a callback brought into the log stays text. */
const POLICY = [
  "default-src 'none'", "style-src 'unsafe-inline'", 'img-src data:', "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
].join('; ');

const TIMES = ['staleMs', 'slowDataMs', 'containerLifeMs', 'clockAheadMs'];

const PAGES = { '/_local': controlPage, '/_local/': controlPage, '/_local/log': logPage, '/_local/data': dataPage };

export class Control {
  /**
   * @param {object} parts
   * @param {import('../containers.js').Containers} parts.containers
   * @param {import('../habits.js').Habits} parts.habits
   * @param {import('../data.js').Data} parts.data
   * @param {import('../jobs.js').Jobs} parts.jobs
   * @param {import('../source.js').Source} parts.source
   * @param {import('../log.js').Log} parts.log
   * @param {string} parts.siteName
   * @param {string} parts.banksUrl
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.token = randomBytes(24).toString('hex');
  }

  async handle(request, response) {
    const url = new URL(`http://localhost${request.url}`);
    if (request.method === 'POST' && url.pathname === '/_local/control') return this.#control(request, response);
    if (!['GET', 'HEAD'].includes(request.method)) return refuse(response, 405, 'GET, or POST to /_local/control');
    if (url.pathname === '/_local/log.json') return sendJson(response, 200, this.#lines(url));
    if (!Object.hasOwn(PAGES, url.pathname)) return refuse(response, 404, 'Not found');
    return sendHtml(response, 200, PAGES[url.pathname](await this.#view(url)), POLICY);
  }

  #lines(url) {
    return this.log.lines(url.searchParams.get('q') ?? '', { whole: url.searchParams.get('whole') !== 'no' });
  }

  async #view(url) {
    const { containers, habits, data, source, token, siteName, banksUrl } = this;
    return {
      url, siteName, banksUrl, token, data,
      lang: languageOf(url),
      lines: () => this.#lines(url),
      habits: habits.get(),
      containers: containers.list,
      count: containers.count,
      jobs: await source.jobs(),
    };
  }

  async #control(request, response) {
    const form = new URLSearchParams((await readBody(request, BODY_LIMIT)).toString('utf8'));
    const refusal = this.#refusal(request, form);
    if (refusal) {
      this.log.write({ kind: 'habit', level: 'warn', text: `control refused: ${refusal}` });
      return refuse(response, 403, refusal);
    }
    try {
      await this.#do(form);
    } catch (error) {
      return refuse(response, 400, error.message);
    }
    const back = form.get('lang') === 'en' ? '/_local?lang=en' : '/_local';
    response.writeHead(303, { location: back });
    return response.end();
  }

  #refusal(request, form) {
    const { origin, host } = request.headers;
    if (origin !== `http://${host}`) return 'the request does not come from the control page (Origin)';
    const [given, token] = [Buffer.from(form.get('token') ?? ''), Buffer.from(this.token)];
    const known = given.length === token.length && timingSafeEqual(given, token);
    return known ? null : 'the token is not the one of this start; reload the control page';
  }

  async #do(form) {
    const action = form.get('action');
    const number = (name) => Number(form.get(name) || 0);
    const aim = { times: number('times'), function: form.get('function') || '*' };
    const actions = {
      time: () => this.habits.set(Object.fromEntries(TIMES.map((name) => [name, number(name)]))),
      errors: () => this.habits.set({ errorShape: form.get('errorShape') }),
      timeout: () => this.habits.set({ timeout: { times: number('times'), done: form.get('done') === 'yes' } }),
      drop: () => this.habits.set({ drop: aim }),
      repeat: () => this.habits.set({ repeat: { ...aim, copies: number('copies'), delayMs: number('delayMs') } }),
      crash: () => this.habits.set({ crash: { ...aim, after: form.get('after'), count: number('count') } }),
      reset: () => this.habits.reset(),
      containers: () => void (this.containers.count = number('count')),
      kill: () => this.containers.kill(number('container')),
      recycle: () => this.containers.recycle(),
      job: () => this.jobs.run(form.get('job')).catch(() => {}),
      clear: () => this.data.clear(),
    };
    if (!Object.hasOwn(actions, action)) throw new TypeError(`there is no action ${action}`);
    await actions[action]();
  }
}

const refuse = (response, status, message) => sendJson(response, status, { error: { message } });

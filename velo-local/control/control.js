// /_local: the log, the data, what Wix's dashboard would show, and the platform's bad habits on demand. Anything that changes
// something is a POST that must come from our own page: Host (server.js), Origin and a token made at start are all checked.

import { randomBytes, timingSafeEqual } from 'node:crypto';

import { languageOf } from '../frame.js';
import { publicFace } from '../members.js';
import { readBody, sendHtml, sendJson } from '../server.js';
import { orderLinkOf } from '../site-map.js';
import { changeHabits } from './control-actions.js';
import { controlPage } from './control-page.js';
import { dataPage } from './data-page.js';
import { logPage } from './log-page.js';
import { changeMember, membersPage } from './members-page.js';
import { changeOrders, ordersPage } from './orders-page.js';
import { changePayments, paymentsPage } from './payments-page.js';
import { sitePage } from './site-page.js';

const BODY_LIMIT = 16 * 1024;

/** Scripts are not needed here, so none can run: whatever a callback brought into the log stays text. */
const POLICY = [
  "default-src 'none'", "style-src 'unsafe-inline'", 'img-src data:', "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
].join('; ');

const PAGES = {
  '/_local': controlPage,
  '/_local/': controlPage,
  '/_local/log': logPage,
  '/_local/data': dataPage,
  '/_local/members': membersPage,
  '/_local/orders': ordersPage,
  '/_local/payments': paymentsPage,
  '/_local/site': sitePage,
};

/** What each address does with a form of its page, and where the browser goes then. */
const ACTS = {
  '/_local/control': { act: changeHabits, back: '/_local' },
  '/_local/members': { act: changeMember, back: '/_local/members' },
  '/_local/payments': { act: changePayments, back: '/_local/payments' },
  '/_local/orders': { act: changeOrders, back: '/_local/orders' },
};

export class Control {
  /** @param {object} host the parts of velo-local that the pages show and the forms change (see index.js) */
  constructor(host) {
    this.host = host;
    this.token = randomBytes(24).toString('hex');
  }

  async handle(request, response) {
    const url = new URL(`http://localhost${request.url}`);
    if (request.method === 'POST' && Object.hasOwn(ACTS, url.pathname)) return this.#act(request, response, ACTS[url.pathname]);
    if (!['GET', 'HEAD'].includes(request.method)) return refuse(response, 405, 'GET, or POST of a form of these pages');
    if (url.pathname === '/_local/log.json') return sendJson(response, 200, this.#lines(url));
    if (!Object.hasOwn(PAGES, url.pathname)) return refuse(response, 404, 'Not found');
    return sendHtml(response, 200, await PAGES[url.pathname](await this.#view(request, url)), POLICY);
  }

  #lines(url) {
    return this.host.log.lines(url.searchParams.get('q') ?? '', { whole: url.searchParams.get('whole') !== 'no' });
  }

  async #view(request, url) {
    const visitor = this.host.members.visitorOf(request);
    const lines = () => this.#lines(url);
    const orderLink = await orderLinkOf(this.host.source);
    return { ...this.host, url, visitor, member: publicFace(visitor), lang: languageOf(url), token: this.token, lines, orderLink };
  }

  async #act(request, response, { act, back }) {
    const form = new URLSearchParams((await readBody(request, BODY_LIMIT)).toString('utf8'));
    const refusal = this.#refusal(request, form);
    if (refusal) {
      this.host.log.write({ kind: 'habit', level: 'warn', text: `control refused: ${refusal}` });
      return refuse(response, 403, refusal);
    }
    try {
      const to = (await act(form, this.host, { request, response })) ?? back;
      response.writeHead(303, { location: form.get('lang') === 'en' ? inEnglish(to) : to });
    } catch (error) {
      return this.#again(request, response, { address: back, lang: form.get('lang'), problem: error.message });
    }
    return response.end();
  }

  /** The page of the form, with what went wrong. */
  async #again(request, response, { address, lang, problem }) {
    const url = new URL(`http://localhost${lang === 'en' ? inEnglish(address) : address}`);
    const view = await this.#view(request, url);
    return sendHtml(response, 400, await PAGES[address]({ ...view, problem }), POLICY);
  }

  #refusal(request, form) {
    const { origin, host } = request.headers;
    if (origin !== `http://${host}`) return 'the request does not come from the control page (Origin)';
    const [given, token] = [Buffer.from(form.get('token') ?? ''), Buffer.from(this.token)];
    const known = given.length === token.length && timingSafeEqual(given, token);
    return known ? null : 'the token is not the one of this start; reload the control page';
  }
}

const inEnglish = (address) => {
  const url = new URL(address, 'http://localhost');
  url.searchParams.set('lang', 'en');
  return url.pathname + url.search + url.hash;
};

const refuse = (response, status, message) => sendJson(response, status, { error: { message } });

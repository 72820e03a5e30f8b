// velo-local: runs a Velo site, unchanged, on one machine. This file puts the parts together.
//
//   request → server.js (this machine only) → functions.js | web-methods.js | page-services.js | pages.js | control/
//           → containers.js → container.js (a thread) → inside/ (the site's code and the wix-* modules)
//           → answers.js for what a container does not own: data.js, secrets.js, permission to fetch, Wix's services (wix/)

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Answers } from './answers.js';
import { listsCollections, readCollections } from './collections.js';
import { Containers } from './containers.js';
import { Control } from './control/control.js';
import { Data } from './data.js';
import { Functions } from './functions.js';
import { Habits } from './habits.js';
import { Jobs } from './jobs.js';
import { Log } from './log.js';
import { Members } from './members.js';
import { PageServices } from './page-services.js';
import { Pages } from './pages.js';
import { Problems } from './problems.js';
import { checkSecrets } from './secrets.js';
import { listen, plainAddress } from './server.js';
import { ENDINGS, reasonOf, Source } from './source.js';
import { Storage } from './storage.js';
import { Store } from './store/store.js';
import { WebMethods } from './web-methods.js';
import { CONNECTIONS } from './wix/provider.js';
import { Wix } from './wix/wix.js';

/** The platform's limits, and two of ours: how long code may run on after its answer was given up, and a container's memory. */
const LIMITS = Object.freeze({
  requestMs: 14_000,
  dataMs: 5_000,
  jobMs: 300_000,
  bodyBytes: 512 * 1024,
  itemBytes: 512 * 1024,
  afterlifeMs: 60_000,
  memoryMb: 512,
});

/**
 * @param {object} options
 * @param {string} options.site the folder that holds the site's src
 * @param {string | null} [options.data] where the database lies; null keeps it in memory
 * @param {number} [options.port] 0 takes a free one
 * @param {string} [options.host] the loopback name that addresses are made of
 * @param {Record<string, string>} [options.secrets] Secrets Manager: text by name
 * @param {string[]} [options.allow] the only origins that site code may reach, on this machine
 * @param {(string | object)[]} [options.collections] added to the site's collections.json
 * @param {number} [options.containers]
 * @param {Partial<typeof LIMITS>} [options.limits]
 * @param {number} [options.jobEveryMs] the shortened schedule; 0: only runJob
 * @param {string} [options.banksUrl] linked from the site's frame
 * @param {string} [options.packageRoot] where packages are found that the site does not bring
 * @param {Record<string, string>} [options.overlay] backend files, by name under src, that are taken as this text and not as they lie there
 * @param {string} [options.siteName]
 * @param {(line: object) => void} [options.log] hears every line of the log
 * @param {boolean} [options.visiting] a site that somebody brings along: a file that does not compile, or collections that are not listed, are
 *   told and do not stop it
 * @param {(problem: import('./problems.js').Problem) => void} [options.problem] hears of what keeps the site from working, once
 */
export async function startVeloLocal(options) {
  const { data: directory = null, port = 8480, host = 'localhost', secrets = {}, allow = [], collections: listed = [] } = options;
  const { containers: count = 2, jobEveryMs = 5_000, banksUrl = '', siteName = 'Örnek mağaza', log: echo, visiting = false } = options;
  const { packageRoot = fileURLToPath(new URL('..', import.meta.url)) } = options;
  const site = path.resolve(options.site);
  const limits = withLimits(options.limits);
  checkSecrets(secrets);
  allow.forEach(checkLoopback);

  const source = await Source.open(site, { patient: visiting, overlay: options.overlay });
  await source.jobs(); // a mistake in jobs.config is told before anything runs
  const log = new Log({ secrets, echo });
  const habits = new Habits((text) => log.write({ kind: 'habit', text }));
  const collections = await readCollections(site, listed);
  const storage = new Storage({ directory: directory === ':memory:' ? null : directory, habits });
  const problems = new Problems({ source, log, heard: options.problem });
  const data = new Data({ storage, collections, habits, limits, problems, onUse: visiting && listed.length === 0 && !listsCollections(site) });

  const world = () => ({ files: source.files, endings: ENDINGS, site, packageRoot, allow, memoryMb: limits.memoryMb });
  const answers = new Answers({ data, secrets, allow, habits, log, problems });
  const answer = (container, message) => answers.answer(container, message);
  const containers = new Containers({ count, world, limits, habits, log, problems, answer });
  const url = () => server.url;
  const wix = new Wix({ source, storage, containers, habits, limits, log, url, siteName });
  Object.assign(answers, { containers, wix: wix.services });

  const server = await listen({ host, port, handle }).catch(async (error) => {
    containers.close();
    storage.close();
    throw error;
  });
  const origins = () => server.origins;
  const jobs = new Jobs({ source, containers, limits, log });
  const members = new Members({ port: () => Number(new URL(server.url).port) });
  const about = { siteName, banksUrl, problems };
  const functions = new Functions({ url, containers, habits, members, limits, log, source, ...about });
  const webMethods = new WebMethods({ origins, containers, members, limits, log });
  const pageServices = new PageServices({ origins, services: { ...memberServices(members), ...payServices(wix.pay) } });
  const store = new Store({ wix, members, origins, siteName, banksUrl });
  const pages = new Pages({ source, store, members, packageRoot, log, ...about });
  const control = new Control({ containers, habits, data, jobs, source, members, wix, log, clear, packageRoot, secretNames: Object.keys(secrets), ...about });
  await Promise.all([jobs.start(jobEveryMs), wix.provider.read()]);

  async function handle(request, response) {
    if (await refreshed()) {
      containers.recycle();
      pages.forget();
      wix.provider.read();
    }
    const { pathname } = new URL(`http://localhost${request.url.startsWith('/') ? request.url : '/'}`);
    if (/^\/_functions(-dev)?\//.test(pathname)) return functions.handle(request, response);
    if (pathname.startsWith('/_api/')) return webMethods.handle(request, response);
    if (pathname.startsWith('/_services/')) return pageServices.handle(request, response);
    if (pathname.startsWith('/_store/')) return store.handle(request, response);
    if (pathname === '/_local' || pathname.startsWith('/_local/')) return control.handle(request, response);
    return pages.handle(request, response);
  }

  /** The connected payment provider stays: nobody wants to connect it again for every try. */
  function clear() {
    storage.clear({ except: CONNECTIONS });
    log.write({ kind: 'data', text: 'all data cleared' });
  }

  /** A saved file counts from the next request on. A file that does not compile leaves the last good code running. */
  async function refreshed() {
    try {
      const changed = await source.refresh();
      if (changed) problems.forget();
      return changed;
    } catch (error) {
      problems.stale(reasonOf(error));
      const text = `the site does not compile; the last good code goes on running\n${error.message}`;
      log.write({ kind: 'container', level: 'error', text });
      return false;
    }
  }

  return {
    url: server.url,
    /** The token that control POSTs must carry; new at every start. */
    token: control.token,
    containers,
    habits,
    data,
    /** Who there is to be: `cookie('admin')` is what a browser sends that has signed in as the administrator. */
    members,
    /**
     * What Wix does for the site, without permissions and habits of the platform:
     * `wix.orders` (create, get, all, cancel, transactions, addPayments, …), `wix.provider` (plugins, connect, disconnect),
     * `wix.payments` (transactions, askAgain, refund, refundAgain, violations, …), `wix.checkout` (place), `wix.pay` (create, start,
     * result, tell).
     */
    wix,
    clear,
    /** What keeps the site from working here, as ids and values (problems.js, problem-words.js). */
    problems: () => problems.list(),
    logs: (text, how) => log.lines(text, how),
    kill: (number) => containers.kill(number),
    runJob: (name) => jobs.run(name),
    /** Calls an HTTP function as a gateway's server would. */
    fetchFunction: (name, init) => fetch(`${server.url}/_functions/${name}`, { redirect: 'manual', ...init }),
    close: async () => {
      jobs.stop();
      await server.close();
      containers.close();
      storage.close();
    },
  };
}

/** What wix-members-frontend asks of the host. */
const memberServices = (members) => ({
  'members/logout': ({ request, response }) => {
    members.signOut(request);
    response.setHeader('set-cookie', members.setCookie(''));
  },
});

/** What wix-pay-frontend's dialog asks of the host. */
const payServices = (pay) => ({
  'pay/about': ({ args }) => pay.about(args.paymentId),
  'pay/result': ({ args }) => pay.result(args.paymentId),
  'pay/start': ({ args, request }) => {
    const { userInfo, language } = args;
    return pay.start(args.paymentId, { userInfo, language, remoteIp: plainAddress(request.socket.remoteAddress) });
  },
});

function withLimits(changes = {}) {
  const unknown = Object.keys(changes).find((key) => !Object.hasOwn(LIMITS, key));
  if (unknown) throw new TypeError(`there is no limit \`${unknown}\``);
  return { ...LIMITS, ...changes };
}

function checkLoopback(origin) {
  const { hostname, origin: plain } = new URL(origin);
  if (origin !== plain) throw new Error(`allow: \`${origin}\` is not an origin; \`${plain}\` is`);
  if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return;
  throw new Error(`velo-local lets a site reach this machine only, not ${origin}`);
}

// All simulated banks on one loopback port. `node banks/server.js --port 8481 --shop http://localhost:8480`, or startBanks() from
// a test.
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createAkbank } from './akbank.js';
import { createAttacker } from './attacker.js';
import { createControl } from './control.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { FormError } from './form.js';
import { createGaranti } from './garanti.js';
import { cardsPage, homePage, ledgerPage, messagesPage } from './home.js';
import { createInterpos } from './interpos.js';
import { createIyzico } from './iyzico.js';
import { createKuveytTurk } from './kuveytturk.js';
import { createMoka } from './moka.js';
import { createNestpay } from './nestpay.js';
import { errorPage, languageOf, plainText } from './page.js';
import { createPayflex } from './payflex.js';
import { createPayfor } from './payfor.js';
import { createPaytr } from './paytr.js';
import { createPosnet } from './posnet.js';
import { createPosnetV1 } from './posnetv1.js';
import { createVakifKatilim } from './vakifkatilim.js';
import { createTosla } from './tosla.js';

const MAX_BODY = 256 * 1024;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/**
 * @param {object} [options]
 * @param {number} [options.port] 0 for any free one
 * @param {string} [options.host] a loopback address
 * @param {string} [options.shopOrigin] the shop that the attacker's panel may send to
 * @param {string} [options.notificationUrl] PayTR's, by default `_functions/paytrNotification` of the shop
 * @param {string} [options.webhookUrl] iyzico's, by default `_functions/iyzicoWebhook` of the shop
 * @param {(line: string) => void} [options.log]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {object} [options.nestpay] more options for createNestpay; likewise `garanti`, `posnet`, `payflex`, `paytr`, `iyzico`, …
 */
export async function startBanks(options = {}) {
  const { port = 0, host = '127.0.0.1', shopOrigin, log = () => {}, now = Date.now, random = randomBytes, deliver } = options;
  if (!LOOPBACK.includes(host)) throw new Error('the simulated banks listen on loopback addresses only');
  const { notificationUrl = at(shopOrigin, 'paytrNotification'), webhookUrl = at(shopOrigin, 'iyzicoWebhook') } = options;
  const courier = createCourier({ deliver, now, log, shopOrigin });
  const shared = { now, random, log, courier };
  const banks = {
    nestpay: createNestpay({ ...shared, ...options.nestpay }),
    garanti: createGaranti({ ...shared, ...options.garanti }),
    posnet: createPosnet({ ...shared, ...options.posnet }),
    posnetv1: createPosnetV1({ ...shared, ...options.posnetv1 }),
    kuveytturk: createKuveytTurk({ ...shared, ...options.kuveytturk }),
    vakifkatilim: createVakifKatilim({ ...shared, ...options.vakifkatilim }),
    payflex: createPayflex({ ...shared, ...options.payflex }),
    paytr: createPaytr({ ...shared, notificationUrl, ...options.paytr }),
    iyzico: createIyzico({ ...shared, webhookUrl, ...options.iyzico }),
    akbank: createAkbank({ ...shared, ...options.akbank }),
    payfor: createPayfor({ ...shared, ...options.payfor }),
    interpos: createInterpos({ ...shared, ...options.interpos }),
    tosla: createTosla({ ...shared, ...options.tosla }),
    moka: createMoka({ ...shared, ...options.moka }),
  };
  const controlToken = randomBytes(24).toString('base64url');
  const attacker = createAttacker(courier);
  const control = createControl(banks);
  const server = createServer((request, response) => answer(request, response).catch((error) => fail(error, response)));
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const authority = `${host.includes(':') ? `[${host}]` : host}:${server.address().port}`;
  const url = `http://${authority}`;

  async function answer(request, response) {
    const target = new URL(request.url, url);
    if (request.headers.host !== authority) return send(response, otherHost(request, target));
    const body = await readBody(request);
    if (!body) return send(response, plainText(413, 'Too much.\n', { connection: 'close' }));
    const [, mount, path] = /^\/([a-z]+\d?)(\/.*)$/.exec(target.pathname) ?? [];
    const common = { method: request.method, query: target.searchParams, headers: request.headers, body, origin: url };
    const bank = Object.hasOwn(banks, mount) ? banks[mount] : null;
    const reply = await (bank ? bank.handle({ ...common, path }) : ownPage({ ...common, path: target.pathname }));
    log(`${request.method} ${target.pathname} ${reply.status}`);
    return send(response, reply);
  }

  /** Whoever reached us under another name (a rebound DNS name, for one) is not served; a person who typed localhost is sent on. */
  function otherHost({ method, headers }, { pathname, search }) {
    const byName = headers.host === `localhost:${server.address().port}` && method === 'GET';
    return byName ? plainText(307, '', { location: url + pathname + search }) : plainText(421, 'Not here.\n');
  }

  async function ownPage(request) {
    const { method, path, query } = request;
    const language = languageOf(query.get('lang'));
    const payments = () => Object.values(banks).flatMap((bank) => bank.payments());
    if (method === 'POST') return controlled(request);
    if (method !== 'GET' && method !== 'HEAD') return plainText(405, 'No.\n', { allow: 'GET, POST' });
    switch (path) {
      case '/': return homePage(language, { shopOrigin });
      case '/cards': return cardsPage(language);
      case '/ledger': return ledgerPage(language, payments());
      case '/ledger.json': return json(200, payments());
      case '/messages': return messagesPage(language, courier.messages().reverse());
      case '/messages.json': return json(200, courier.messages());
      case '/attacker': return attacker.panel(language, controlToken);
      case '/attacker/messages': return json(200, attacker.messages());
      case '/control': return control.controlPage(language, controlToken);
      case '/favicon.ico': return { status: 204, headers: {}, body: '' };
      default: return errorPage('home', 404, 'Sayfa bulunamadı', 'Burada bir şey yok.', 'Nothing here.');
    }
  }

  /** Everything that changes something: only from our own pages, only with the token that they carry. */
  async function controlled({ path, headers, body }) {
    const work = { '/attacker/send': attacker.attack, '/control': control.apply }[path];
    if (!work) return plainText(404, 'Nothing here.\n');
    if (headers.origin !== url || !sameDigest(headers['x-control-token'], controlToken)) {
      return json(403, { error: 'only from the pages of these banks' });
    }
    try {
      return json(200, await work(JSON.parse(body.toString('utf8'))));
    } catch (error) {
      return json(400, { error: error.message });
    }
  }

  function fail(error, response) {
    log(`error: ${error.stack}`);
    const status = error instanceof FormError ? 400 : 500;
    if (!response.headersSent) send(response, plainText(status, `${status === 400 ? error.message : 'The simulation stumbled.'}\n`));
  }

  async function close() {
    courier.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  return { url, ...banks, courier, controlToken, close };
}

const at = (shopOrigin, name) => (shopOrigin ? `${shopOrigin}/_functions/${name}` : undefined);

const json = (status, value) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  body: JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)),
});

function send(response, { status, headers, body, destroy }) {
  if (destroy) return response.destroy();
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** The whole body, or null where it is too long. */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const USAGE = 'usage: node banks/server.js [--port 8481] [--shop http://localhost:8480] [--notification-url …] [--webhook-url …]';

/** The options of the command line, or null where they are not understood. */
function readArguments(words) {
  const names = { '--port': 'port', '--shop': 'shopOrigin', '--notification-url': 'notificationUrl', '--webhook-url': 'webhookUrl' };
  const options = { port: 8481 };
  for (let i = 0; i < words.length; i += 2) {
    if (!Object.hasOwn(names, words[i]) || words[i + 1] === undefined) return null;
    options[names[words[i]]] = words[i] === '--port' ? Number(words[i + 1]) : words[i + 1];
  }
  return options;
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const options = readArguments(process.argv.slice(2));
  if (options) {
    const { url } = await startBanks({ ...options, log: (line) => console.log(line) });
    console.log(`simulated banks: ${url}`);
  } else {
    console.error(USAGE);
    process.exitCode = 2;
  }
}

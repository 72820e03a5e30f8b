// The example site in as many containers as a test wants, over one store, one bank and one clock that the test moves.

import { build } from 'esbuild';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Script, createContext, runInContext } from 'node:vm';
import { FakeBank } from './fake-velopos.js';
import { FakeData } from './fake-data.js';
import { FakeWix } from './fake-wix.js';

export const SITE = new URL('../../velo-example/', import.meta.url).pathname;
export const BASE = 'https://www.example.com/_functions';

export const ACCOUNTS = {
  isbank: { gateway: 'isbank', mode: 'test', merchant: { clientId: '1', storeKey: 'STOREKEY-SECRET' } },
  threed: { gateway: 'isbank-3d', mode: 'test', merchant: {} },
  paytr: { gateway: 'paytr', mode: 'test', merchant: { merchantKey: 'MERCHANTKEY-SECRET' } },
  iyzico: { gateway: 'iyzico', mode: 'test', merchant: { secretKey: 'SECRETKEY-SECRET' } },
};
export const CUSTOMER = { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '0555 123 45 67', language: 'tr' };

const collections = JSON.parse(readFileSync(`${SITE}collections.json`, 'utf8')).collections.map(({ id }) => id);

const PLUGIN = 'service-plugins/payment-provider/velopos/velopos';
const code = await bundleSite();

/** The site's backend as one script. @param {{ file: string, from: string, to: string }[]} [changes] for a site that is not as it should be */
export async function bundleSite(changes = []) {
  const exported = {
    http: 'http-functions.js', shop: 'shop.web.js', settle: 'velopos/settle.js', store: 'velopos/store.js',
    changes: 'velopos/changes.js', customer: 'velopos/customer.js', site: 'velopos/site.js',
    events: 'events.js', wixPay: 'wix-pay.web.js', wixPayments: 'velopos/wix-pay.js', wixOrders: 'wix-orders.web.js', admin: 'admin.web.js',
    plugin: `${PLUGIN}.js`, pluginConfig: `${PLUGIN}-config.js`,
  };
  const contents = Object.entries(exported).map(([name, file]) => `export * as ${name} from 'backend/${file}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: SITE }, bundle: true, write: false, format: 'cjs', platform: 'node', target: 'es2022',
    alias: { backend: `${SITE}src/backend` }, external: ['wix-*', 'velopos', 'crypto'],
    plugins: changes.length > 0 ? [changing(changes)] : [],
  });
  return new Script(`(function (module, exports) {${outputFiles[0].text}\n})(module, module.exports);`);
}

/** Each change must have its place, once: a test of a changed site would otherwise test the unchanged one. */
const changing = (changes) => ({
  name: 'changing',
  setup(building) {
    building.onLoad({ filter: /[/\\]velo-example[/\\].+\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      const meant = changes.filter(({ file }) => path.endsWith(`/backend/${file}`));
      return { contents: meant.reduce((text, { from, to }) => replaceOnce(text, from, to, path), contents) };
    });
  },
});

function replaceOnce(text, from, to, path) {
  if (text.split(from).length !== 2) throw new Error(`${path} does not have this once: ${from}`);
  return text.replace(from, () => to);
}

export class World {
  #time = Date.UTC(2026, 0, 15, 9, 0, 0);
  lines = [];
  bank = new FakeBank();
  secret = JSON.stringify(ACCOUNTS);
  readSecret = async () => this.secret;
  /** Who has signed in. @type {{ member: { _id: string, [field: string]: unknown }, roles: { title?: string, name?: string }[] } | null} */
  member = null;

  /** @param {Script} [site] another than the example as it is */
  constructor(site = code) {
    this.site = site;
    this.data = new FakeData({ now: () => this.#time }, collections);
    this.wix = new FakeWix(this.data, () => this.#time);
  }

  now() {
    return this.#time;
  }

  pass(milliseconds) {
    this.#time += milliseconds;
  }

  /** A container of its own: fresh module instances over the shared store. `container.handle.alive = false` kills it. */
  container() {
    const handle = { alive: true };
    const modules = this.modules(handle);
    const say = (level) => (...parts) => this.lines.push(`${level} ${parts.map(String).join(' ')}`);
    const context = createContext({
      module: { exports: {} }, require: (name) => modules[name],
      URLSearchParams,
      console: { log: say('log'), warn: say('warn'), error: say('error') },
      setTimeout: (work, milliseconds) => setImmediate(() => { this.pass(milliseconds); work(); }),
    });
    context.__now = () => this.#time;
    runInContext('{ const now = __now; Date.now = () => now(); }', context);
    this.site.runInContext(context);
    return new Container(handle, context.module.exports);
  }

  /** What `require` gives in a container. @param {{ alive: boolean }} handle */
  modules(handle) {
    return {
      crypto: { createHash, randomBytes },
      velopos: this.bank.module(handle),
      'wix-data': this.data.module(handle),
      'wix-fetch': { fetch: () => { throw new Error('the fake package never fetches'); } },
      'wix-http-functions': { response: (answer) => answer },
      'wix-secrets-backend': { getSecret: async () => this.readSecret() },
      'wix-web-module': { Permissions: { Anyone: 'anyone' }, webMethod },
      'wix-members-backend': { currentMember: currentMember(() => this.member) },
      ...this.wix.modules(handle),
    };
  }

  order(orderId) {
    return this.data.one('Orders', orderId);
  }

  intent(intentId) {
    return this.data.one('VeloposIntents', intentId);
  }

  get payments() {
    return this.data.all('VeloposPayments');
  }

  get log() {
    return this.lines.join('\n');
  }
}

class Container {
  constructor(handle, site) {
    this.handle = handle;
    this.site = site;
  }

  get shop() {
    return this.site.shop;
  }

  request(path, { body = '', headers = {}, baseUrl = BASE, query = {} } = {}) {
    const search = new URLSearchParams(query).toString();
    const url = `${baseUrl}/${path.join('/')}${search && `?${search}`}`;
    return { path, headers, baseUrl, query, url, ip: '203.0.113.7', method: 'POST', body: { text: async () => body } };
  }

  call(name, path, options) {
    return this.site.http[name](this.request(path, options));
  }

  pay(intentId, options) {
    return this.call('get_pay', [intentId], options);
  }

  /** An order that has been to the bank. */
  async started(productId = 'kahve', account = 'isbank', customer = CUSTOMER) {
    const { intentId } = await this.shop.startPayment(productId, account, customer);
    const answer = await this.pay(intentId);
    return { intentId, answer };
  }
}

/** Both calls fail for whoever has not signed in. */
const currentMember = (who) => ({
  getRoles: async () => (who() ?? notSignedIn()).roles,
  getMember: async () => (who() ?? notSignedIn()).member,
});

const notSignedIn = () => {
  throw new Error('no member is logged in');
};

/** What passes between a page and the backend is JSON. Whether Wix's own permission refuses a call is not of this world. */
const webMethod = (_permission, method) => async (...args) => JSON.parse(JSON.stringify((await method(...args)) ?? null));

/** What a bank would post about an order. */
export const message = (orderId, status, more = {}) => JSON.stringify({ orderId, status, signed: true, ...more });

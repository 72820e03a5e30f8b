// Every way into the site's backend, found by itself, is called with amounts, currencies, addresses, states, names of prototypes, huge
// values and values of every type that can cross, beside ids that are real. Nothing of it may reach an order, an attempt, a redirect, a
// request to a bank, what Wix is told, or an answer; and no visitor or member may use what is the administrator's.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startExample } from '../../scripts/example.js';
import { encodeValue } from '../../velo-local/items.js';
import { BUYER, Customer, createDice } from './chaos.js';
import { findEntrances } from './entrances.js';
import { CUSTOMER } from './world.js';

// What is looked for afterwards: nothing of ours is called, costs or lies like this.
const AMOUNT = '77777.77';
const MINOR = '7777777';
const CURRENCY = 'XTS';
const HOST = 'injected.example';
const MARK = 'INJECTED';
const TRACES = /77777[.,]?77|["'=: ]XTS\b|injected\.example|INJECTED/;   // three letters alone are in many a signature

const entrances = await findEntrances();
const web = entrances.filter(({ kind }) => kind === 'web');
const isAdmins = ({ module }) => /(^|\/)admin[^/]*$/.test(module);

let example;
let site;
let banks;
let real;
let told = [];

before(async () => {
  example = await startExample({
    sitePort: 0, banksPort: 0,
    site: { containers: 2, jobEveryMs: 0, log: (line) => told.push(line) },
    banks: { paytr: { times: { browserWaitMs: 100 } } },
  });
  ({ site, banks } = example);
  real = await prepare();
  told = [];
});

after(() => example?.close());

// ---- what is injected

const url = (path) => `https://${HOST}/${path}`;
const SCALARS = [
  AMOUNT, Number(AMOUNT), MINOR, Number(MINOR), `-${AMOUNT}`, -77777.77, '7777777e-2', '٧٧٧٧٧٫٧٧', '0', 0, -0, 1.5, '', ' ', true, false, null,
  CURRENCY, url('x'), `//${HOST}`, `javascript:alert('${MARK}')`, `\\\\${HOST}\\x`, `@${HOST}`, `${MARK}\r\nLocation: ${url('x')}`, `${MARK}\u0000`,
  'paid', 'PAID', 'booked', 'authorized', 'Successful', 'APPROVED', 'production',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '../../etc/passwd', `'; DROP TABLE ${MARK}`, { $ne: MARK }, { $gt: '' },
];
const FIELDS = {
  amount: AMOUNT, price: AMOUNT, totalAmount: MINOR, total: Number(AMOUNT), charged: AMOUNT, refunded: AMOUNT, captured: AMOUNT,
  currency: CURRENCY, url: url('u'), okUrl: url('ok'), failUrl: url('fail'), successUrl: url('s'), errorUrl: url('e'), returnUrl: url('r'),
  returnUrls: { success: url('s'), error: url('e'), cancel: url('c'), pending: url('p') }, resultUrl: url('res'), redirectUrl: url('red'),
  urls: { ok: url('ok'), fail: url('fail'), notify: url('n') }, siteUrl: url(''), home: url(''), baseUrl: url('_functions'),
  state: 'paid', status: 'paid', standing: 'paid', paymentStatus: 'PAID', proof: 'signature', dedupeKey: MARK, paymentId: MARK, by: { id: MARK, name: MARK },
  account: MARK, gateway: MARK, mode: 'production', type: MARK, bankOrderId: MARK, orderNumber: MARK, basket: [{ name: MARK, price: AMOUNT, quantity: 9 }],
  role: 'Admin', roles: [{ title: 'Admin' }], suppressAuth: true, _id: MARK, _owner: MARK,
};
const own = (json) => JSON.parse(json);   // `__proto__` as a name of its own, as JSON brings it
const OBJECTS = [
  [], {}, [[]], [AMOUNT], FIELDS, [FIELDS], { amount: { minor: MINOR } }, { ...CUSTOMER, ...FIELDS },
  own(`{"__proto__":${JSON.stringify(FIELDS)}}`), own(`{"constructor":{"prototype":${JSON.stringify(FIELDS)}}}`),
  { ...CUSTOMER, ...own(`{"__proto__":${JSON.stringify(FIELDS)}}`) }, { toString: MARK, valueOf: MARK, toJSON: MARK, then: MARK, length: -1 },
];
const HUGE = [
  MARK.repeat(10_000), '9'.repeat(5_000), Number.MAX_SAFE_INTEGER + 2, 1.7976931348623157e308, Array(2_000).fill(AMOUNT),
  Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, AMOUNT])), own('['.repeat(2_000) + ']'.repeat(2_000)),
  { ...CUSTOMER, name: MARK.repeat(2_000) }, { ...CUSTOMER, email: `${MARK.repeat(1_000)}@${HOST}` }, { ...CUSTOMER, phone: '5'.repeat(9_000) },
];
const VALUES = [...SCALARS, ...OBJECTS, ...HUGE];

/** Lists of arguments: each value at every place at once, and in turn beside one of the ids that are real; and each of those ids beside
 * what somebody would try first. */
function argumentLists() {
  const { ids } = real;
  const inTurn = VALUES.flatMap((value, i) => {
    const [id, other] = [ids[i % ids.length], ids[(i * 3 + 1) % ids.length]];
    const beside = [[id, value], [value, id], [id, other, value]];
    return [[value, value, value, value], beside[i % 3], ['kahve', 'isbank', value, FIELDS, AMOUNT]];
  });
  const tried = [AMOUNT, '0.01', 'paid', url('x'), FIELDS];
  return [[], ...inTurn, ...ids.flatMap((id) => tried.map((value) => [id, value, value, value]))];
}

// ---- the site before it is attacked

/** An attempt of every sort, and the ids of everything there is. */
async function prepare() {
  const customer = new Customer(example, createDice(1));
  const { browser } = customer;
  const paid = await customer.buy('kahve', 'isbank');
  const declined = await attempt(browser, { card: 'insufficient-funds' });
  const open = await attempt(browser, { card: 'close' });
  const { intentId: fresh } = await browser.call('startPayment', ['cezve', 'isbank', CUSTOMER]);
  const wixOrder = site.wix.orders.create({
    channelInfo: { type: 'WEB' }, lineItems: [{ productName: { original: 'Cezve' }, itemType: { preset: 'PHYSICAL' }, quantity: 1, price: { amount: '679.00' } }],
    priceSummary: { total: { amount: '679.00' } }, buyerInfo: { email: CUSTOMER.email },
  });
  const { intentId: byLink } = await browser.call('payOrder', [wixOrder._id], { module: 'wix-orders.web.js' });
  await browser.get(`pay/${byLink}`);
  await site.wix.provider.connect({ siteUrl: site.url, account: 'isbank' });
  const { transaction } = await site.wix.checkout.place({ cart: [{ slug: 'poster', quantity: 1 }], buyer: BUYER });
  const { paymentId: wixPayment } = await browser.call('createWixPayment', ['kahve', CUSTOMER], { module: 'wix-pay.web.js' });
  const payment = all('VeloposPayments')[0];
  const ids = ['kahve', 'isbank', paid, declined, open, fresh, byLink, intentOf(paid).orderId, payment._id, payment.bankOrderId, wixOrder._id, transaction._id, wixPayment];
  return { ids, open, fresh, transaction, wixPayment };
}

async function attempt(browser, visit) {
  const { intentId } = await browser.call('startPayment', ['kahve', 'isbank', CUSTOMER]);
  const { text } = await browser.get(`pay/${intentId}`);
  const fields = Object.fromEntries([...text.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, decoded(value)]));
  const { url: back, body } = await banks.nestpay.visit(fields, visit);
  if (body) await browser.post(back, body);
  return intentId;
}

const decoded = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
const all = (name) => site.data.collection(name).all();
const intentOf = (id) => site.data.collection('VeloposIntents').get(id);

// ---- ways in

async function callWeb({ module, name }, args, cookie) {
  const response = await fetch(`${site.url}/_api/${module}/${name}`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(cookie && { cookie }) }, body: JSON.stringify({ args }),
  });
  return answerOf(response);
}

async function callHttp({ name }, { path = '', query = '', body, headers = {} }) {
  const [, method, plain] = /^([a-z]+)_(.+)$/.exec(name);
  const response = await fetch(`${site.url}/_functions/${plain}${path}${query}`, { method, body: method === 'get' ? undefined : body, headers, redirect: 'manual' });
  return answerOf(response);
}

const answerOf = async (response) => ({ status: response.status, text: `${JSON.stringify([...response.headers])}\n${await response.text()}` });

/** As Wix itself calls a plugin's function or an event's handler. What it throws is told to nobody but the log. */
async function callByWix({ module, name }, args) {
  const work = { request: site.containers.nextRequest('p'), kind: 'call', name, visitor: { role: 'anonymous', id: '' } };
  const task = { module, functionName: name, args: encodeValue(args) };
  return site.containers.run({ ...work, task }, { limitMs: 14_000 }).then(({ json }) => JSON.parse(json), () => null);
}

/** Many at once, but not all. @template T @param {T[]} items @param {(item: T) => Promise<void>} work */
async function forEach(items, work) {
  const left = [...items];
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (left.length > 0) await work(left.pop());
  }));
}

// ---- what must not have happened

const PRICES = ['149.90', '679.00', '1249.50', '1289.90'];   // of the shop, and of a poster with its shipping

/** Everything that is stored, but for the names that Wix gives its calls; everything that was sent to a bank or told to Wix. */
const stored = () => JSON.stringify(site.data.names().map((name) => [name, all(name).map(({ subject, ...item }) => item)]));
const sent = () => told.filter(({ kind }) => kind === 'fetch' || kind === 'wix').map(({ text, detail }) => `${text} ${detail}`).join('\n');

function assertNothingCameOfIt(before) {
  const trace = (text) => TRACES.exec(text) && text.slice(Math.max(0, TRACES.exec(text).index - 200), TRACES.exec(text).index + 100);
  assert.equal(trace(stored()), null, 'stored');
  assert.equal(trace(sent()), null, 'sent');
  assert.deepEqual(money(), before, 'money has moved, or a state has changed');
  for (const { amount, currency, mode } of all('Orders')) assert.deepEqual([PRICES.includes(amount), currency, mode], [true, 'TRY', 'test']);
  for (const { amount, currency, mode, gateway } of all('VeloposIntents')) {
    assert.ok(PRICES.includes(amount), amount);
    assert.deepEqual([currency, mode], ['TRY', 'test']);
    assert.ok(['isbank', 'garanti', 'yapikredi', 'vakifbank', 'paytr', 'iyzico'].includes(gateway), gateway);
  }
  for (const { redirect, home } of all('VeloposStarts')) {
    for (const address of `${redirect} ${home}`.match(/https?:\/\/[^"\\ ]+/g) ?? []) {
      assert.ok([site.url, banks.url].includes(new URL(address).origin), address);
    }
  }
}

/** What only a bank's proof may change. */
function money() {
  const ofBanks = ['nestpay', 'garanti', 'posnet', 'payflex', 'paytr', 'iyzico'].flatMap((bank) => banks[bank].payments()
    .filter(({ captured }) => captured > 0n).map(({ orderId, captured, refunded, status }) => ({ orderId, captured, refunded, status })));
  const done = all('VeloposIntents').filter(({ state }) => state !== 'new').map(({ _id, state }) => [_id, state]);
  const wix = site.wix.orders.all().map(({ _id, paymentStatus }) => [_id, paymentStatus]);
  return { ofBanks, done, wix, payments: all('VeloposPayments'), paid: all('Orders').filter(({ state }) => state !== 'awaiting-payment') };
}

function assertAnswer({ status, text }, what) {
  assert.ok(status < 500, `${what}: ${status} ${text.slice(0, 300)}`);
  assert.doesNotMatch(text, TRACES, `${what}: the answer repeats what was injected`);
}

const shown = (value) => JSON.stringify(value)?.slice(0, 120);

// ---- the tests

test('there are entrances of every kind', () => {
  assert.deepEqual([...new Set(entrances.map(({ kind }) => kind))].sort(), ['call', 'http', 'web']);
  assert.ok(entrances.length >= 18, `${entrances.length} found`);
});

describe('what pages may call', () => {
  for (const entrance of web.filter((each) => !isAdmins(each))) {
    test(`${entrance.module} ${entrance.name}`, async () => {
      const before = money();
      await forEach(argumentLists(), async (args) => assertAnswer(await callWeb(entrance, args), shown(args)));
      assertNothingCameOfIt(before);
    });
  }
});

describe('what anybody may fetch', () => {
  for (const entrance of entrances.filter(({ kind }) => kind === 'http')) {
    test(entrance.name, async () => {
      const before = money();
      await forEach(requests(), async (request) => {
        const answer = await callHttp(entrance, request);
        assertAnswer(answer, shown(request));
        const { location } = Object.fromEntries(JSON.parse(answer.text.split('\n')[0]));
        if (location) assert.ok([site.url, banks.url].includes(new URL(location, site.url).origin), location);
      });
      assertNothingCameOfIt(before);
    });
  }
});

/** Each value in the path, the query and the body, alone and with an attempt that is real. */
function requests() {
  const form = new URLSearchParams(Object.entries(FIELDS).map(([name, value]) => [name, textOf(value)]));
  const bank = { oid: intentOf(real.open).bankOrderId, merchant_oid: intentOf(real.open).bankOrderId, token: MARK, Response: 'Approved', mdStatus: '1', HASH: MARK, hash: MARK };
  const headers = {
    'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-host': HOST, 'x-forwarded-proto': 'http', forwarded: `host=${HOST}`,
    origin: url(''), referer: url('x'), 'x-iyz-signature-v3': MARK, 'x-wix-site-url': url(''), cookie: `session=${MARK}`,
  };
  const messages = [form, new URLSearchParams({ ...bank, amount: AMOUNT, currency: CURRENCY }), JSON.stringify({ ...FIELDS, ...bank })].map(String);
  const open = `/${real.open}`;
  return [
    ...messages.flatMap((body) => ['', open, `/${real.fresh}`].map((path) => ({ path, body, headers, query: `?${form}` }))),
    ...VALUES.map(textOf).flatMap((text) => {
      const short = encodeURIComponent(text.slice(0, 2_000));
      return [{ path: `/${short}`, body: text, headers }, { path: `${open}/${short}`, query: `?payment=${short}&next=${short}`, body: `${form}&x=${short}`, headers }];
    }),
  ];
}

const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value)).replace(/[\ud800-\udfff]/g, '');

// ---- Wix's calls: Wix is believed, but not whatever comes along

describe('what Wix calls', () => {
  const called = entrances.filter(({ kind }) => kind === 'call');

  for (const entrance of called) {
    test(`${entrance.name}: what is no call of Wix’s`, async () => {
      const before = money();
      await forEach(VALUES, async (value) => {
        for (const args of [[value, value], [{ ...FIELDS, wixTransactionId: value, wixRefundId: value, payment: value, status: value }]]) {
          assert.doesNotMatch(JSON.stringify(await callByWix(entrance, args)), TRACES, shown(args));
        }
      });
      assertNothingCameOfIt(before);
    });
  }

  const named = (name) => called.find((each) => each.name === name);

  test('createTransaction again, with everything else changed: the first answer', async () => {
    const { _id: wixTransactionId, description, returnUrls, redirectUrl, pluginTransactionId } = real.transaction;
    const before = money();
    await forEach(VALUES, async (value) => {
      const order = { _id: value, description: { ...description, ...FIELDS, totalAmount: value, currency: value }, returnUrls: { ...returnUrls, successUrl: value } };
      for (const options of [{ order }, { order: value }, { ...FIELDS, order, installments: value, mode: value }]) {
        const answer = await callByWix(named('createTransaction'), [{ wixTransactionId, merchantCredentials: { siteUrl: url(''), account: value }, ...options }, value]);
        assert.deepEqual(answer ?? { pluginTransactionId, redirectUrl }, { pluginTransactionId, redirectUrl }, shown(value));
      }
    });
    assertNothingCameOfIt(before);
  });

  test('createTransaction with an amount, a currency or an address that is none: refused', async () => {
    const before = money();
    const { description, returnUrls } = real.transaction;
    const merchantCredentials = { siteUrl: site.url, account: 'isbank' };
    let refused = 0;
    await forEach(VALUES.filter((value) => ![MINOR, Number(MINOR)].includes(value)), async (value) => {
      const orders = [
        { description: { ...description, totalAmount: value }, returnUrls }, { description: { ...description, currency: value }, returnUrls },
        { description, returnUrls: { ...returnUrls, successUrl: value === url('x') ? 'ftp://x' : value, errorUrl: null } },
      ];
      for (const order of orders) {
        const answer = await callByWix(named('createTransaction'), [{ wixTransactionId: crypto.randomUUID(), merchantCredentials, order }]);
        assert.equal(answer?.redirectUrl, undefined, shown(order));
        if (answer?.reasonCode) refused += 1;
      }
    });
    assert.ok(refused > VALUES.length, `${refused} were refused in Wix's way`);
    assertNothingCameOfIt(before);
  });

  test('refundTransaction of money that is not there, or more than there is', async () => {
    const before = money();
    await forEach(VALUES, async (value) => {
      for (const id of [real.transaction._id, value, ...real.ids.slice(2, 5)]) {
        const options = { wixTransactionId: id, pluginTransactionId: real.transaction.pluginTransactionId, wixRefundId: crypto.randomUUID(), refundAmount: value };
        const answer = await callByWix(named('refundTransaction'), [{ ...FIELDS, ...options, merchantCredentials: {} }]);
        assert.ok(answer === null || answer.reasonCode > 0, `${shown(options)}: ${JSON.stringify(answer)}`);
      }
    });
    assertNothingCameOfIt(before);
  });

  test('an event about another amount or currency pays no order', async () => {
    const before = money();
    const genuine = site.wix.pay.about(real.wixPayment).payment;
    await forEach(VALUES.filter((value) => value !== null), async (value) => {
      for (const payment of [{ ...genuine, amount: value }, { ...genuine, currency: value }, { ...genuine, id: value }]) {
        for (const status of ['Successful', value]) await callByWix(named('wixPay_onPaymentUpdate'), [{ payment, status, transactionId: 'x', userInfo: FIELDS }]);
      }
    });
    assertNothingCameOfIt(before);
  });
});

// ---- the administrator's

describe('what is the administrator’s', () => {
  for (const entrance of web.filter(isAdmins)) {
    test(`${entrance.module} ${entrance.name} refuses visitors and members`, async () => {
      const before = money();
      const refused = async (args, cookie) => {
        const { status, text } = await callWeb(entrance, args, cookie);
        assert.equal(status, 403, `${shown(args)}: ${status} ${text.slice(0, 200)}`);
        assert.doesNotMatch(text, TRACES);
      };
      const aboutReal = real.ids.flatMap((id) => [[id], [id, FIELDS], [id, { id: 'x-1', amount: '0.01', why: MARK }]]);
      await forEach([[], ...aboutReal, ...VALUES.map((value) => [value])], (args) => refused(args));
      const member = site.members.cookie('member');
      await forEach([[], ...aboutReal], (args) => refused(args, member));
      for (const cookie of ['wixSession=admin', `${member}; role=Admin`, `role=Admin; ${member}`]) await refused([real.ids[0], FIELDS], cookie);
      assertNothingCameOfIt(before);
    });
  }

  test('and only an administrator’s: the same call as one is answered', async () => {
    for (const entrance of web.filter(isAdmins)) {
      const { status, text } = await callWeb(entrance, [], site.members.cookie('admin'));
      assert.equal(status, 200, `${entrance.name}: ${text.slice(0, 300)}`);
    }
  });
});

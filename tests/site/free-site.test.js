// A site on a free plan: the departure as data, the page's code, and the HTML component that shows what the page tells it.

import { build } from 'esbuild';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { turns } from './killing.js';
import { SITE, World, message } from './world.js';

const HOME = 'https://user.wixsite.com/shop';
const BASE = `${HOME}/_functions`;
const plain = (value) => JSON.parse(JSON.stringify(value));

// ---- the departure as data

const departure = async (container, id, baseUrl = BASE) => {
  const answer = await container.call('get_departure', [id], { baseUrl });
  return { ...plain(answer), value: answer.body && JSON.parse(answer.body) };
};

test('the departure as data is the stored one, the same for everybody and for the payment page', async () => {
  const world = new World();
  const { intentId } = await world.container().shop.startPayment('kahve');
  const answers = await Promise.all(Array.from({ length: 4 }, () => departure(world.container(), intentId)));
  const known = answers.filter(({ value }) => value.redirect);
  assert.ok(known.length > 0);
  for (const { status, headers, value } of known) {
    assert.deepEqual([status, headers['Content-Type'], headers['Cache-Control']], [200, 'application/json; charset=utf-8', 'no-store']);
    assert.deepEqual(value, { redirect: { kind: 'form', action: 'https://bank.example/', fields: { oid: world.intent(intentId).bankOrderId } } });
  }
  assert.deepEqual(JSON.parse((await world.container().pay(intentId)).body).redirect, known[0].value.redirect);
  assert.equal(world.bank.starts.length, 1);
  assert.equal(world.bank.starts[0].urls.ok, `${BASE}/payment3DSuccess/${intentId}`);
});

test('nothing to go to: a problem, and no redirect', async () => {
  const world = new World();
  for (const odd of [undefined, '', 'x', '__proto__', 'x'.repeat(32)]) {
    assert.deepEqual((await departure(world.container(), odd)).value, { problem: 'ended' });
  }
  const { intentId } = await world.container().shop.startPayment('kahve');
  await departure(world.container(), intentId);
  await world.container().call('post_payment3DFail', [intentId], { body: message(world.intent(intentId).bankOrderId, 'declined') });
  assert.deepEqual((await departure(world.container(), intentId)).value, { problem: 'ended' });

  const old = await world.container().shop.startPayment('kahve');
  world.pass(31 * 60_000);
  assert.deepEqual((await departure(world.container(), old.intentId)).value, { problem: 'ended' });

  const failing = new World();
  const begun = await failing.container().shop.startPayment('kahve');
  failing.readSecret = async () => { throw new Error('the Secrets Manager does not answer'); };
  assert.deepEqual((await departure(failing.container(), begun.intentId)).value, { problem: 'connection' });
});

test('a card is never asked for on a page that the site may not make', async () => {
  const world = new World();
  world.secret = JSON.stringify({ card: { gateway: 'isbank', model: '3d', mode: 'test', merchant: {} } });
  const { intentId } = await world.container().shop.startPayment('kahve');
  assert.deepEqual((await departure(world.container(), intentId)).value, { problem: 'hosted' });
  assert.equal(world.bank.starts.length, 0);
});

test('saved but unpublished code gives no real departure', async () => {
  const world = new World();
  world.secret = JSON.stringify({ isbank: { gateway: 'isbank', merchant: {} } });
  const { intentId } = await world.container().shop.startPayment('kahve');
  assert.equal((await departure(world.container(), intentId, `${HOME}/_functions-dev`)).status, 403);
});

// ---- the HTML component, in just as much of a browser as it uses

const html = readFileSync(`${SITE}src/public/html/velopos-bank.html`, 'utf8');
const script = /<script>([\s\S]*)<\/script>/.exec(html)[1];

class Node {
  children = [];
  attributes = {};
  listeners = {};

  constructor(tag) { this.tag = tag; }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  addEventListener(name, listener) { this.listeners[name] = listener; }
  focus() { this.isFocused = true; }
  all() { return this.children.flatMap((child) => (child instanceof Node ? [child, ...child.all()] : [])); }
  tagged(tag) { return this.all().filter((node) => node.tag === tag); }
  get text() { return this.children.map((child) => (child instanceof Node ? child.text : child)).join(' ').trim(); }

  querySelector(selector) {
    if (selector === '[aria-invalid=true]') return this.all().find(({ attributes }) => attributes['aria-invalid'] === 'true') ?? null;
    return this.tagged(selector)[0] ?? null;
  }

  get elements() { return Object.fromEntries(this.tagged('input').map((input) => [input.attributes.name, input])); }
}

/** @param {(message: unknown) => void} [hears] the page that holds it */
function component(hears = () => {}) {
  const main = new Node('main');
  const parent = { postMessage: (data) => hears(plain(data)) };
  const listeners = {};
  const timers = [];
  const window = { parent, addEventListener: (name, listener) => { listeners[name] = listener; } };
  const document = { createElement: (tag) => new Node(tag), getElementById: () => main, documentElement: {} };
  runInContext(script, createContext({ window, document, URL, setTimeout: (work, after) => timers.push({ work, after }) }));
  return {
    main, window, document, timers,
    hear: (data) => listeners.message({ data, source: parent }),
    hearFrom: (source, data) => listeners.message({ data, source }),
    submit: () => main.tagged('form')[0].listeners.submit({ preventDefault() {} }),
    press: () => main.tagged('button')[0].listeners.click(),
  };
}

const FORM = { velopos: 'bank', language: 'tr', action: 'https://bank.example/gate', fields: { oid: '1', hash: 'ab+/=' } };

test('the component makes one form: hidden inputs, to the whole window, with a button and another for a new tab', () => {
  const { main, hear, document } = component();
  hear(FORM);
  const [form] = main.tagged('form');
  assert.deepEqual(form.attributes, { method: 'post', action: 'https://bank.example/gate', 'accept-charset': 'utf-8', target: '_top' });
  assert.deepEqual(form.tagged('input').map(({ attributes }) => attributes), [
    { type: 'hidden', name: 'oid', value: '1' }, { type: 'hidden', name: 'hash', value: 'ab+/=' },
  ]);
  assert.deepEqual(form.tagged('button').map(({ text, attributes }) => [text, attributes.formtarget]), [['Ödeme sayfasına git', undefined], ['Yeni sekmede aç', '_blank']]);
  assert.equal(document.documentElement.lang, 'tr');
});

test('the component listens to its page, and to nobody else', () => {
  const { main, hearFrom, window } = component();
  for (const stranger of [window, {}, null, undefined, { postMessage() {} }]) hearFrom(stranger, FORM);
  assert.deepEqual(main.children, []);
});

test('the component takes only messages of exactly the known forms', () => {
  const bad = [
    null, undefined, 7, 'text', [], {}, { velopos: 'bank' }, { ...FORM, velopos: 'other' }, { ...FORM, velopos: '__proto__' }, { ...FORM, velopos: 'constructor' },
    { ...FORM, language: 'de' }, { ...FORM, language: '__proto__' }, { ...FORM, html: '<b>' }, { ...FORM, target: '_self' },
    ...['http://bank.example/', 'javascript:alert(1)', 'data:text/html,x', '//bank.example', '/gate', '', 'https://user:pass@bank.example/', 'https://a@bank.example', 'ftp://bank.example',
      'http://localhost.evil.example/', ['https://bank.example/'], { href: 'https://bank.example/' }, null, 7].map((action) => ({ ...FORM, action })),
    ...[null, 7, 'x', [], ['a'], {}, { 'a b': 'x' }, { '<x>': 'x' }, { a: 7 }, { a: null }, { a: { b: 'c' } }, { a: 'x'.repeat(8193) }, { ['a'.repeat(65)]: 'x' },
      Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`f${n}`, 'x']))].map((fields) => ({ ...FORM, fields })),
    { velopos: 'text', language: 'tr', title: 'x', text: 'x' }, { velopos: 'text', language: 'tr', title: 7, text: 'x', button: '' },
    { velopos: 'text', language: 'tr', title: 'x', text: 'x'.repeat(1001), button: '' }, { velopos: 'form', language: 'tr', title: 'x', price: 'x', wrong: ['other'] },
    { velopos: 'form', language: 'tr', title: 'x', price: 'x', wrong: 'name' },
  ];
  for (const data of bad) {
    const { main, hear } = component();
    hear(data);
    assert.deepEqual(main.children, [], JSON.stringify(data));
  }
});

test('the component never reads text as HTML', () => {
  assert.doesNotMatch(script, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(/);
  const { main, hear } = component();
  hear({ velopos: 'text', language: 'en', title: '<img src=x onerror=alert(1)>', text: '<script>', button: '' });
  assert.deepEqual(main.all().map(({ tag }) => tag), ['h1', 'p']);
});

test('the component rings until the page has answered', () => {
  const heard = [];
  const { hear, timers } = component((data) => heard.push(data));
  assert.ok(timers.length > 10 && timers.every(({ after }) => after <= 60_000));
  timers[0].work();
  timers[1].work();
  assert.deepEqual(heard, [{ velopos: 'ready' }, { velopos: 'ready' }]);
  hear(FORM);
  for (const { work } of timers) work();
  assert.equal(heard.length, 2);
});

// ---- the page, with the component on it and the site behind it

const code = await bundlePage();

async function bundlePage() {
  const { outputFiles } = await build({
    entryPoints: [`${SITE}src/pages/Free.xxxxx.js`], bundle: true, write: false, format: 'cjs', platform: 'node', target: 'es2022',
    alias: { public: `${SITE}src/public` }, external: ['wix-*', 'backend/*'],
  });
  return outputFiles[0].text;
}

/** A visitor's page: its component, and where the browser was sent. */
async function visit(world, query, container = world.container()) {
  const went = [];
  let onMessage = () => {};
  const shown = component((data) => onMessage({ data }));
  const element = { postMessage: (data) => shown.hear(plain(data)), onMessage: (handler) => { onMessage = handler; } };
  const location = { baseUrl: HOME, url: `${HOME}/result?x=1`, path: ['result'], query, to: (url) => went.push(url) };
  const fetch = async (url) => {
    const [, id] = /^https:\/\/user\.wixsite\.com\/shop\/_functions\/departure\/(\w+)$/.exec(url) ?? [];
    const { value } = await departure(container, id);
    return { json: async () => value };
  };
  const modules = {
    'wix-fetch': { fetch }, 'wix-location-frontend': location, 'wix-window-frontend': { rendering: { env: 'browser' } }, 'backend/shop.web': container.shop,
  };
  let ready;
  const $w = Object.assign((id) => { assert.equal(id, '#bank'); return element; }, { onReady: (handler) => { ready = handler; } });
  const context = createContext({ module: { exports: {} }, require: (name) => modules[name], $w, setTimeout: (work) => setImmediate(work) });
  runInContext(`(function (module, exports) {${code}\n})(module, module.exports);`, context);
  const running = Promise.resolve(ready());
  await turns(400);
  shown.timers[0].work();
  await turns(400);
  return { ...shown, went, running };
}

const fill = ({ main, submit }, values) => {
  const { elements } = main.tagged('form')[0];
  for (const name of ['name', 'email', 'phone']) elements[name].value = values[name];
  submit();
};

test('a purchase on one page: the customer, the bank’s form, and how it went', async () => {
  const world = new World();
  const shop = await visit(world, { product: 'kahve' });
  assert.deepEqual(shop.main.tagged('h1').map(({ text }) => text), ['Türk kahvesi, 250 g']);
  assert.match(shop.main.text, /149,90 TL/);
  fill(shop, { name: '', email: 'x', phone: '' });
  await turns(200);
  assert.deepEqual(shop.main.tagged('input').map(({ attributes }) => [attributes['aria-invalid'], attributes.value]), [['true', ''], ['true', 'x'], ['true', '']]);
  fill(shop, { name: 'Ayşe Yılmaz', email: 'ayse@example.com', phone: '0555 123 45 67', amount: '0.01' });
  await turns(200);
  const [intent] = world.data.all('VeloposIntents');
  assert.deepEqual(shop.went, [`${HOME}/result?payment=${intent._id}`]);
  assert.deepEqual([intent.amount, intent.customer.name], ['149.90', 'Ayşe Yılmaz']);

  const leaving = await visit(world, { payment: intent._id });
  const [form] = leaving.main.tagged('form');
  assert.equal(form.attributes.action, 'https://bank.example/');
  assert.deepEqual(form.tagged('input').map(({ attributes }) => [attributes.name, attributes.value]), [['oid', intent.bankOrderId]]);

  const back = await world.container().call('post_payment3DSuccess', [intent._id], { body: message(intent.bankOrderId, 'paid'), baseUrl: BASE });
  assert.equal(back.headers.Location, `${HOME}/result?payment=${intent._id}`);
  const result = await visit(world, { payment: intent._id });
  assert.match(result.main.text, /Ödemeniz alındı/);
  assert.deepEqual(result.main.tagged('button'), []);
});

test('declined: the reason, and another attempt by the button', async () => {
  const world = new World();
  const { intentId } = await world.container().shop.startPayment('kahve');
  await departure(world.container(), intentId);
  await world.container().call('post_payment3DFail', [intentId], { body: message(world.intent(intentId).bankOrderId, 'declined') });
  const page = await visit(world, { payment: intentId, lang: 'en' });
  assert.match(page.main.text, /not accepted Not enough money\./);
  page.press();
  await turns(200);
  const next = world.data.all('VeloposIntents').find(({ _id }) => _id !== intentId);
  assert.deepEqual(page.went, [`${HOME}/result?payment=${next._id}&lang=en`]);
});

test('a gateway that gives an address: the browser just goes there', async () => {
  const world = new World();
  world.bank.redirect = { kind: 'url', url: 'https://paytr.example/page' };
  const { intentId } = await world.container().shop.startPayment('kahve');
  const page = await visit(world, { payment: intentId });
  assert.deepEqual([page.went, page.main.tagged('form')], [['https://paytr.example/page'], []]);
});

test('a product that is not sold, a payment that is not ours', async () => {
  const world = new World();
  assert.match((await visit(world, { product: 'yok' })).main.text, /artık satılmıyor/);
  assert.match((await visit(world, {})).main.text, /artık satılmıyor/);
  assert.match((await visit(world, { payment: 'x'.repeat(32) })).main.text, /Ödeme bulunamadı/);
  assert.equal(world.data.all('Orders').length, 0);
});

test('what the component says is only ever a wish: an amount or an address in it changes nothing', async () => {
  const world = new World();
  const shop = await visit(world, { product: 'kahve' });
  const evil = { amount: '0.01', currency: 'USD', url: 'https://evil.example/', productId: 'fincan' };
  shop.window.parent.postMessage({ velopos: 'pay', name: 'Ayşe', email: 'ayse@example.com', phone: '05551234567', ...evil });
  for (const odd of [null, 7, 'pay', { velopos: '__proto__' }, { velopos: 'constructor' }, { velopos: 'press' }, { velopos: 'toString' }]) shop.window.parent.postMessage(odd);
  await turns(200);
  const [intent] = world.data.all('VeloposIntents');
  assert.deepEqual([intent.amount, intent.currency, intent.basket[0].name], ['149.90', 'TRY', 'Türk kahvesi, 250 g']);
  assert.doesNotMatch(JSON.stringify([intent, world.data.all('Orders'), shop.went]), /evil|0\.01|USD/);
});

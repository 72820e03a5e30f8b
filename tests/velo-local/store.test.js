import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CREDENTIALS, SITE, about, connected, rules, submit } from './site-wix.js';
import { start } from './start.js';

/** A buyer's browser: keeps cookies, follows nothing. */
function browser(local) {
  const cookies = new Map();
  const send = async (address, init = {}) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(new URL(address, local.url), { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    for (const each of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(each);
      cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    get: async (address) => {
      const response = await send(address);
      const policy = response.headers.get('content-security-policy');
      return { status: response.status, to: response.headers.get('location'), policy, html: await response.text() };
    },
    post: async (address, form, headers = { origin: local.url }) => {
      const response = await send(address, { method: 'POST', headers, body: new URLSearchParams(form) });
      return { status: response.status, to: response.headers.get('location'), html: await response.text() };
    },
  };
}

const BUYER = { email: 'ayse@example.com', firstName: 'Ayşe', lastName: 'Yılmaz', phone: '+90 555 000 00 00' };

async function withCart(local) {
  const buyer = browser(local);
  for (const product of ['kupa', 'defter', 'defter']) await buyer.post('/_store/cart', { product, change: '1' });
  return buyer;
}

test('from the shelf to the bank and back', async (t) => {
  const local = await connected(t);
  const buyer = await withCart(local);
  assert.match((await buyer.get('/category/all-products')).html, /Sepet \(3\)[\s\S]*Seramik kupa/);
  const cart = await buyer.get('/cart-page');
  assert.match(cart.html, /₺468,80/);
  assert.match(cart.policy, /default-src 'none'/);
  const checkout = await buyer.get('/checkout');
  assert.match(checkout.html, /name="phone"[^>]*required/, 'the provider\'s mandatory field');
  assert.doesNotMatch(checkout.html, /name="city"[^>]*required/);
  assert.match(checkout.html, /Kartla öde/);

  const gone = await buyer.post('/_store/order', BUYER);
  const [transaction] = local.wix.payments.transactions();
  assert.deepEqual([gone.status, gone.to], [303, `https://shop.example/pay/${transaction._id}`]);
  assert.equal(transaction.description.billingAddress.phone, BUYER.phone);
  assert.equal(transaction.description.billingAddress.city, null, 'what the buyer left out');

  const back = await buyer.get(new URL(transaction.returnUrls.successUrl).pathname);
  assert.equal(back.to, `/thank-you-page/${transaction.about}`);
  const waiting = await buyer.get(back.to);
  assert.match(waiting.html, /Ödemeniz onaylanıyor/, 'an address is no proof');
  assert.match(waiting.html, /http-equiv="refresh"/);
  await submit(local, about(transaction));
  const done = await buyer.get(back.to);
  assert.match(done.html, /Sepet \(0\)[\s\S]*Siparişiniz alındı/);
  assert.doesNotMatch(done.html, /http-equiv="refresh"/);
  assert.match((await buyer.get('/cart-page')).html, /Sepetiniz boş/);
  assert.equal((await buyer.get('/thank-you-page/nope')).status, 404);
});

test('declined, cancelled, no answer: the buyer is told and can try again', async (t) => {
  const local = await connected(t);
  const buyer = await withCart(local);
  const declined = await buyer.post('/_store/order', { ...BUYER, firstName: 'Declined' });
  assert.equal(declined.status, 200);
  assert.match(declined.html, /role="alert">Ödeme alınamadı[\s\S]*value="Declined"/);
  assert.match((await buyer.post('/_store/order', { ...BUYER, firstName: 'Broken' })).html, /yanıt vermiyor/);
  assert.match((await buyer.post('/_store/order', { ...BUYER, firstName: 'Instant' })).to, /^\/thank-you-page\//);
  await buyer.post('/_store/order', { ...BUYER, lang: 'en' });
  const { returnUrls, _id } = local.wix.payments.transactions().at(-1);
  assert.equal((await buyer.get(new URL(returnUrls.errorUrl).pathname)).to, `/checkout?failed=${_id}&lang=en`);
  assert.match((await buyer.get(`/checkout?failed=${_id}&lang=en`)).html, /did not go through/);
  assert.equal((await buyer.get(new URL(returnUrls.cancelUrl).pathname)).to, `/checkout?cancelled=${_id}&lang=en`);
  assert.match((await buyer.get(`/checkout?cancelled=${_id}`)).html, /vazgeçtiniz/);
  const again = await buyer.post('/_store/order', BUYER);
  assert.match(again.to, /shop\.example/);
  assert.equal(local.wix.payments.transactions().length, 5, 'every attempt has its own transaction');
  assert.deepEqual(rules(local), []);
});

test('nothing is sold without a provider, a cart or an address', async (t) => {
  const local = await start(t, { site: SITE });
  const buyer = await withCart(local);
  assert.match((await buyer.get('/checkout')).html, /Bağlı bir ödeme sağlayıcı yok/);
  await buyer.post('/_store/order', BUYER);
  await local.wix.provider.connect(CREDENTIALS);
  for (const wrong of [{ email: '' }, { email: 'nobody' }, { phone: ' ' }, { firstName: '' }]) {
    assert.match((await buyer.post('/_store/order', { ...BUYER, ...wrong })).html, /eksik ya da hatalı/, JSON.stringify(wrong));
  }
  assert.match((await browser(local).post('/_store/order', BUYER)).html, /Sepetiniz boş/);
  assert.equal(local.wix.orders.all().length, 0);
});

test('an attacker cannot choose a price, order for others or send them elsewhere', async (t) => {
  const local = await connected(t);
  const buyer = await withCart(local);
  const other = { origin: 'https://evil.example' };
  for (const headers of [other, {}, { origin: 'null' }]) {
    assert.equal((await buyer.post('/_store/order', BUYER, headers)).status, 403);
    assert.equal((await buyer.post('/_store/cart', { product: 'poster', change: '1' }, headers)).status, 403);
  }
  assert.equal(local.wix.orders.all().length, 0);
  const name = `velo-local-cart-${new URL(local.url).port}`;
  for (const cart of ['kupa.-5', 'kupa.1.01', 'kupa.0', 'kupa.1e3', '__proto__.1', 'nope.3', '<b>.1', '', '~~~']) {
    buyer.cookies.set(name, cart);
    const { html } = await buyer.get('/cart-page');
    assert.doesNotMatch(html, /−|<b>|NaN/, cart);
  }
  buyer.cookies.set(name, 'kupa.1');
  await buyer.post('/_store/order', { ...BUYER, amount: '0.01', price: '0.01', total: '1', currency: 'JPY', successUrl: 'https://evil.example' });
  const [transaction] = local.wix.payments.transactions();
  assert.deepEqual([transaction.amount, transaction.currency], ['28980', 'TRY']);
  assert.ok(transaction.returnUrls.successUrl.startsWith(local.url));
  const attack = '"><img src=x onerror=alert(1)>';
  assert.doesNotMatch((await buyer.post('/_store/order', { ...BUYER, email: attack })).html, /<img/);
  const unknown = '6f1d3c52-0000-4000-8000-000000000404';
  for (const address of ['success/nope', `elsewhere/${transaction._id}`, `success/${unknown}`]) {
    const { status, to } = await buyer.get(`/_store/return/${address}`);
    assert.ok(status === 404 || to === '/category/all-products', address);
  }
  assert.equal((await buyer.get('/_store/order')).status, 404);
  assert.equal(local.wix.payments.transaction(transaction._id).state, 'created', 'no visit of an address pays');
});

test('a page of the site\'s own comes before the store\'s', async (t) => {
  const local = await start(t);
  assert.equal((await browser(local).get('/shop')).status, 200);
  const home = await browser(local).get('/');
  assert.doesNotMatch(home.html, /all-products/, 'a site without a plugin does not sell there');
  const selling = await start(t, { site: SITE });
  assert.match((await browser(selling).get('/pay')).html, /all-products/);
});

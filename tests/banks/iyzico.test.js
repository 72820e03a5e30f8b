// iyzico: authorisation of requests, checkout form, signed answers, webhooks and their repetition.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authorization, responseSignature, webhookSignature } from '../../banks/iyzico-hash.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, payByHand, startShop } from './fake-shop.js';

const API_KEY = 'sim-api-key-12345678';
const SECRET = 'sim-secret-key-12345678';
let answer = () => ({});
let shop;
let banks;
let orders = 0;

before(async () => {
  shop = await startShop((visit) => (visit.path === '/hook' ? answer(visit) : {}));
  banks = await startBanks({
    shopOrigin: shop.origin,
    webhookUrl: `${shop.origin}/hook`,
    iyzico: { times: { webhookFirstMs: 10, webhookRetryMs: 15, slowMs: 20, hangMs: 20 } },
  });
});
after(() => Promise.all([shop.close(), banks.close()]));

const order = (changes = {}) => {
  const address = { contactName: 'Ayşe Yılmaz', city: 'İstanbul', country: 'Turkey', address: 'Örnek Sokak 1' };
  return {
    locale: 'tr',
    conversationId: `C${(orders += 1)}`,
    price: '149.90',
    paidPrice: '149.90',
    currency: 'TRY',
    basketId: `IYZ${orders}`,
    paymentGroup: 'PRODUCT',
    callbackUrl: `${shop.origin}/back`,
    enabledInstallments: [1, 3],
    shippingAddress: address,
    billingAddress: address,
    buyer: {
      id: 'B1',
      name: 'Ayşe',
      surname: 'Yılmaz',
      identityNumber: '11111111111',
      email: 'a@example.com',
      registrationAddress: 'Örnek Sokak 1',
      city: 'İstanbul',
      country: 'Turkey',
      ip: '85.34.78.112',
    },
    basketItems: [{ id: 'I1', name: 'Ürün', category1: 'Örnek', itemType: 'VIRTUAL', price: '149.90' }],
    ...changes,
  };
};

async function call(path, value, { secretKey = SECRET, sent = JSON.stringify(value), header } = {}) {
  const signed = authorization({ apiKey: API_KEY, secretKey, randomKey: 'r1', path, body: JSON.stringify(value) });
  const headers = { 'content-type': 'application/json', 'x-iyzi-rnd': 'r1', authorization: header ?? signed };
  const response = await fetch(`${banks.url}/iyzico${path}`, { method: 'POST', headers, body: sent });
  return response.text();
}

const INITIALIZE = '/payment/iyzipos/checkoutform/initialize/auth/ecom';
const RETRIEVE = '/payment/iyzipos/checkoutform/auth/ecom/detail';
const initialize = async (changes) => {
  const body = order(changes);
  return { body, ...JSON.parse(await call(INITIALIZE, body)) };
};
const retrieve = async (token, conversationId = 'q1') =>
  JSON.parse(await call(RETRIEVE, { locale: 'tr', conversationId, token }));
const hooksFor = (basketId) => banks.iyzico.messages().filter(({ kind, orderId }) => kind === 'webhook' && orderId === basketId);

test('the checkout form from initialize to retrieve', async () => {
  const started = await initialize();
  assert.equal(started.status, 'success');
  assert.equal(started.signature, responseSignature([started.body.conversationId, started.token], SECRET));
  assert.equal(started.tokenExpireTime, 1800);
  assert.ok(started.checkoutFormContent.includes('<script'));
  assert.equal((await retrieve(started.token)).status, 'failure', 'nothing was paid yet');

  const cardPage = await browse(started.paymentPageUrl);
  for (const text of ['SİMÜLASYON – gerçek banka değildir', '149,90 TL', started.body.basketId])
    assert.ok(cardPage.html.includes(text), text);
  const end = await payByHand(cardPage, '5528790000000008', { installments: '3' });
  const back = formOf(end, 'return-form');
  assert.deepEqual(
    [back.action, back.fields],
    [started.body.callbackUrl, [['token', started.token]]],
    'a token and nothing else',
  );

  const paid = await retrieve(started.token, 'q7');
  assert.deepEqual(
    [
      paid.status,
      paid.paymentStatus,
      paid.price,
      paid.paidPrice,
      paid.currency,
      paid.basketId,
      paid.conversationId,
      paid.fraudStatus,
      paid.installment,
    ],
    ['success', 'SUCCESS', 149.9, 154.4, 'TRY', started.body.basketId, 'q7', 1, 3],
  );
  const values = ['SUCCESS', paid.paymentId, 'TRY', paid.basketId, 'q7', '154.4', '149.9', started.token];
  assert.equal(paid.signature, responseSignature(values, SECRET));

  const detail = JSON.parse(await call('/payment/detail', { paymentId: paid.paymentId, conversationId: 'q8' }));
  assert.equal(detail.signature, responseSignature([paid.paymentId, 'TRY', paid.basketId, 'q8', '154.4', '149.9'], SECRET));
});

test('prices with more zeros are signed without them', async () => {
  const { token } = await initialize();
  await banks.iyzico.visit(token);
  banks.iyzico.settings.priceText = 'padded';
  const text = await call(RETRIEVE, { conversationId: 'q', token });
  banks.iyzico.settings.priceText = 'short';
  assert.match(text, /"price":149\.90000000,/);
  const { paymentId, basketId, signature } = JSON.parse(text);
  assert.equal(signature, responseSignature(['SUCCESS', paymentId, 'TRY', basketId, 'q', '149.9', '149.9', token], SECRET));
});

test('only exactly signed requests are served', async () => {
  const failed = async (options) => JSON.parse(await call(INITIALIZE, order(), options)).errorCode;
  assert.equal(await failed({ secretKey: 'x' }), '1000');
  assert.equal(await failed({ sent: JSON.stringify(order()).replace('149.90', '1.90') }), '1000');
  assert.equal(await failed({ header: '' }), '1001');
  assert.equal(await failed({ header: 'IYZWS x' }), '1000');
});

test('requests that cannot be served', async () => {
  const failed = async (changes) => {
    const { status, errorCode, errorMessage } = await initialize(changes);
    assert.equal(status, 'failure');
    return `${errorCode} ${errorMessage}`;
  };
  assert.match(await failed({ callbackUrl: undefined }), /callbackUrl/);
  assert.match(await failed({ buyer: { id: 'x' } }), /buyer\.name/);
  assert.match(await failed({ price: '100.00' }), /^5062/);
  assert.match(await failed({ price: '1,00' }), /^5004/);
  assert.match(await failed({ basketItems: [] }), /basketItems/);
  assert.match(await failed({ callbackUrl: 'https://shop.example/' }), /callbackUrl/);
  assert.equal((await retrieve('nobody')).errorCode, '5087');
  assert.equal((await browse(`${banks.url}/iyzico/pay?token=nobody`)).status, 404);
});

test('outcomes: declined, 3-D Secure, cancelled, review, silent', async () => {
  const outcome = async (customer) => {
    const { token } = await initialize();
    await banks.iyzico.visit(token, customer);
    return retrieve(token);
  };
  const declined = await outcome({ card: 'insufficient-funds' });
  assert.deepEqual(
    [declined.status, declined.paymentStatus, declined.errorCode, declined.errorGroup, declined.fraudStatus],
    ['success', 'FAILURE', '10051', 'NOT_SUFFICIENT_FUNDS', undefined],
  );
  assert.equal((await outcome({ card: '3ds-failed' })).mdStatus, 0);
  assert.equal((await outcome({ card: 'cancel' })).paymentStatus, 'FAILURE');
  assert.equal((await outcome({ card: 'review' })).fraudStatus, 0);
  const { token, body } = await initialize();
  await banks.iyzico.visit(token, { card: 'silent' });
  assert.equal((await retrieve(token)).paymentStatus, 'SUCCESS');
  assert.equal(hooksFor(body.basketId).length, 0);
});

test('the webhook: numbers as numbers, signed, at most three repeats', async () => {
  answer = () => ({ status: 500 });
  const { token, body } = await initialize();
  await banks.iyzico.visit(token);
  const [message] = hooksFor(body.basketId);
  await shop.visited(shop.visits.length + 4);
  await new Promise((resolve) => {
    setTimeout(resolve, 60);
  });
  answer = () => ({});
  assert.equal(message.attempts.length, 4, 'once, and three times more');
  const received = shop.visits.filter((visit) => visit.path === '/hook' && visit.body.includes(token));
  assert.equal(received.length, 4);
  const [{ headers, body: text }] = received;
  const { paymentId } = await retrieve(token);
  assert.match(text, new RegExp(`"merchantId":190300,.*"iyziPaymentId":${paymentId}\\}`));
  const event = JSON.parse(text);
  assert.deepEqual(
    [event.status, event.iyziEventType, event.paymentConversationId],
    ['SUCCESS', 'CHECKOUT_FORM_AUTH', body.conversationId],
  );
  assert.equal(headers['x-iyz-signature-v3'], webhookSignature({ ...event, iyziPaymentId: paymentId }, SECRET));
  assert.equal(headers['x-iyz-signature'], undefined);
});

test('a shop that says 2xx is left alone', async () => {
  const { token, body } = await initialize();
  await banks.iyzico.visit(token);
  await shop.visited(shop.visits.length + 1);
  await new Promise((resolve) => {
    setTimeout(resolve, 40);
  });
  assert.equal(hooksFor(body.basketId)[0].attempts.length, 1);
  assert.equal(banks.iyzico.find(body.basketId).acknowledged, true);
});

test('any webhook can be sent: direct format, old headers alone', async () => {
  const event = banks.iyzico.directEvent({ paymentId: '22484059', conversationId: 'c', status: 'FAILURE' });
  const { status } = await banks.iyzico.sendWebhook({ event, signatures: ['v1', 'v2'] });
  assert.equal(status, 200);
  const { headers, body } = shop.visits.at(-1);
  assert.ok(headers['x-iyz-signature'] && headers['x-iyz-signature-v2'] && !headers['x-iyz-signature-v3']);
  assert.match(body, /"paymentId":22484059,"status":"FAILURE"/);
  await banks.iyzico.sendWebhook({ event });
  assert.equal(
    shop.visits.at(-1).headers['x-iyz-signature-v3'],
    webhookSignature({ ...JSON.parse(body), paymentId: '22484059' }, SECRET),
  );
});

test('faults', async () => {
  const { token } = await initialize();
  await banks.iyzico.visit(token);
  banks.iyzico.fault({ on: 'retrieve', kind: 'bad-signature' });
  assert.equal((await retrieve(token)).signature, '0'.repeat(64));
  banks.iyzico.fault({ on: 'retrieve', kind: 'reset-before' });
  assert.equal(await retrieve(token).catch(() => 'lost'), 'lost');
  assert.equal((await retrieve(token)).paymentStatus, 'SUCCESS');
});

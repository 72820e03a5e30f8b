// iyzico: authorisation of requests, the checkout form and 3-D Secure, what comes after a payment, reports, signed answers,
// webhooks and their repetition.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { authorization, responseSignature, webhookSignature } from '../../banks/iyzico-hash.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop } from './fake-shop.js';

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

/** A setting for as long as the work takes. */
async function withSettings(changes, work) {
  const { settings } = banks.iyzico;
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, settings[name]]));
  Object.assign(settings, changes);
  try {
    return await work();
  } finally {
    Object.assign(settings, before);
  }
}

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

// ---- 3-D Secure by API

const post = async (path, value) => JSON.parse(await call(path, value));
const testCard = (cardNumber, more = {}) =>
  ({ cardHolderName: 'AYŞE YILMAZ', cardNumber, expireMonth: '12', expireYear: '2030', cvc: '000', ...more });

async function begin3DS(cardNumber = '5528790000000008', changes = {}, path = '/payment/3dsecure/initialize') {
  const body = order({ installment: 1, paymentChannel: 'WEB', paymentCard: testCard(cardNumber), ...changes });
  return { body, ...(await post(path, body)) };
}

/** The form in the HTML that iyzico gives, sent as a browser sends it. */
async function follow(htmlContent) {
  const html = Buffer.from(htmlContent, 'base64').toString('utf8');
  const { action, fields } = formOf({ html, url: banks.url }, 'iyzico-3ds-form');
  return browse(action, fields);
}

/** As far as the return to the shop. */
async function comeBack(started, customer) {
  const { url, body } = await banks.iyzico.visitThreeDS(started.threeDSHtmlContent, customer);
  return { url, fields: Object.fromEntries(new URLSearchParams(body)) };
}

const auth = ({ paymentId }, { conversationData = '' } = {}) =>
  post('/payment/3dsecure/auth', { locale: 'tr', conversationId: 'a1', paymentId, conversationData });
const signsReturn = ({ conversationData, conversationId, mdStatus, paymentId, status, signature }) =>
  signature === responseSignature([conversationData, conversationId, mdStatus, paymentId, status], SECRET);
const signsPayment = ({ paymentId, currency, basketId, conversationId, paidPrice, price, signature }) =>
  signature === responseSignature([paymentId, currency, basketId, conversationId, `${paidPrice}`, `${price}`], SECRET);

/** A payment that is paid. */
async function paid(changes, card) {
  const started = await begin3DS(card, changes);
  const { fields } = await comeBack(started);
  const answered = await auth(started, fields);
  assert.equal(answered.status, 'success', answered.errorMessage);
  return { ...answered, basketId: started.body.basketId };
}

test('3-D Secure from initialize to the money', async () => {
  const started = await begin3DS();
  assert.equal(started.status, 'success', started.errorMessage);
  assert.equal(started.signature, responseSignature([started.paymentId, started.body.conversationId], SECRET));
  const html = Buffer.from(started.threeDSHtmlContent, 'base64').toString('utf8');
  for (const part of [`action="${banks.url}/iyzico/payment/mock/init3ds"`, 'name="PaReq"', '.submit();', 'value="552879"'])
    assert.ok(html.includes(part), part);
  assert.equal((await auth(started)).status, 'failure', 'no money before the customer has proved anything');

  const atPassword = await follow(started.threeDSHtmlContent);
  assert.match(atPassword.html, /3D Secure doğrulaması[^]*149,90 TL/);
  const end = await browse(formOf(atPassword, 'otp-form').action, { otp: passwordIn(atPassword), action: 'confirm' });
  const back = formOf(end, 'return-form');
  const fields = Object.fromEntries(back.fields);
  assert.equal(back.action, started.body.callbackUrl);
  assert.deepEqual(Object.keys(fields), ['status', 'paymentId', 'conversationData', 'conversationId', 'mdStatus', 'signature']);
  assert.deepEqual(
    [fields.status, fields.paymentId, fields.conversationId, fields.mdStatus],
    ['success', started.paymentId, started.body.conversationId, '1'],
  );
  assert.ok(signsReturn(fields));
  assert.equal(banks.iyzico.find(started.body.basketId).captured, 0n, 'the return is not the money');

  const answered = await auth(started, fields);
  assert.deepEqual(
    [answered.status, answered.paymentId, answered.paidPrice, answered.phase, answered.mdStatus, answered.fraudStatus],
    ['success', started.paymentId, 149.9, 'AUTH', 1, 1],
  );
  assert.ok(signsPayment(answered));
  const { status, channel, captured } = banks.iyzico.find(started.body.basketId);
  assert.deepEqual([status, channel, captured], ['paid', 'api', 14990n]);
});

test('3-D Secure: the second demand for the money is refused, or answered as the first, and charges nothing', async () => {
  const started = await begin3DS();
  const { fields } = await comeBack(started);
  await auth(started, fields);
  assert.equal((await auth(started, fields)).errorCode, '8514');
  const again = await withSettings({ repeatedAuth: 'repeat' }, () => auth(started, fields));
  assert.deepEqual([again.status, again.paymentId], ['success', started.paymentId]);
  const slow = await begin3DS('4000000000880007');
  const { fields: late } = await comeBack(slow);
  const both = await Promise.all([auth(slow, late), auth(slow, late)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['failure', 'success'], 'two at once');
});

test('3-D Secure: what the browser brings binds the demand for the money', async () => {
  const started = await begin3DS();
  const { fields } = await comeBack(started);
  assert.ok(fields.conversationData);
  assert.equal((await auth(started, { conversationData: 'other' })).status, 'failure');
  assert.equal((await auth({ paymentId: '1' })).errorCode, '5087');
  assert.equal((await auth({})).errorCode, '5002');
  assert.equal((await auth(started, fields)).status, 'success');
  await withSettings({ conversationData: 'empty' }, async () => {
    const other = await begin3DS();
    const { fields: empty } = await comeBack(other);
    assert.equal(empty.conversationData, '');
    assert.ok(signsReturn(empty));
    assert.equal((await auth(other, empty)).status, 'success');
  });
});

test('3-D Secure, second version: amount, basket and currency are told again', async () => {
  const started = await begin3DS();
  await comeBack(started);
  const second = (changes) => post('/payment/v2/3dsecure/auth', {
    locale: 'tr', conversationId: 'v2', paymentId: started.paymentId, paidPrice: '149.90', basketId: started.body.basketId,
    currency: 'TRY', ...changes,
  });
  for (const wrong of [{ paidPrice: '1.00' }, { basketId: 'other' }, { currency: 'USD' }, { paidPrice: undefined }])
    assert.equal((await second(wrong)).status, 'failure');
  const answered = await second({});
  assert.equal(answered.status, 'success');
  assert.ok(signsPayment(answered));
});

test('3-D Secure: how it can end, by card and by customer', async () => {
  const outcome = async (card, customer) => {
    const started = await begin3DS(card);
    const { fields } = await comeBack(started, customer);
    assert.ok(signsReturn(fields));
    const answered = await auth(started, fields);
    return [fields.status, fields.mdStatus, fields.paymentId !== '', answered.status, answered.errorCode];
  };
  assert.deepEqual(await outcome('5528790000000008'), ['success', '1', true, 'success', undefined]);
  assert.deepEqual(await outcome('4131111111111117'), ['failure', '0', false, 'failure', '10085']);
  assert.deepEqual(await outcome('4141111111111115'), ['failure', '4', false, 'success', undefined], 'half secure, and charged');
  assert.deepEqual(await outcome('4111111111111129'), ['success', '1', true, 'failure', '10051']);
  assert.deepEqual(await outcome('5528790000000008', { password: 'wrong' }), ['failure', '0', false, 'failure', '10085']);
  assert.deepEqual(await outcome('5528790000000008', { password: 'cancel' }), ['failure', '0', false, 'failure', '10085']);
  await withSettings({ chargedMdStatuses: ['0', '1', '4'] }, async () => {
    const expected = ['failure', '0', false, 'success', undefined];
    assert.deepEqual(await outcome('4131111111111117'), expected, 'a bank that charges all the same');
  });
  await withSettings({ successMdStatuses: ['1', '4'], failedPaymentId: 'filled' }, async () => {
    assert.deepEqual(await outcome('4141111111111115'), ['success', '4', true, 'success', undefined]);
    assert.deepEqual(await outcome('4131111111111117'), ['failure', '0', true, 'failure', '10085']);
  });
  const refused = await begin3DS('4151111111111112');
  assert.deepEqual([refused.errorCode, refused.errorGroup], ['10204', 'UNKNOWN'], '3-D Secure does not even begin');
  const review = await paid({}, '4000000000660003');
  assert.deepEqual([review.fraudStatus, banks.iyzico.find(review.basketId).status], [0, 'review']);
});

test('3-D Secure: the silent card is charged and nobody hears of it, until somebody asks', async () => {
  const started = await begin3DS('4000000000770000');
  const { fields } = await comeBack(started);
  assert.equal(await auth(started, fields).catch(() => 'lost'), 'lost');
  assert.equal(hooksFor(started.body.basketId).length, 0);
  const detail = await post('/payment/detail', { paymentId: started.paymentId, conversationId: 'q' });
  assert.deepEqual([detail.paymentStatus, detail.paidPrice], ['SUCCESS', 149.9]);
  assert.ok(signsPayment(detail));
});

test('3-D Secure: what is wrong with a request', async () => {
  const code = async (changes, path) => (await begin3DS('5528790000000008', changes, path)).errorCode;
  assert.equal(await code({ paymentCard: undefined }), '5013');
  assert.equal(await code({ paymentCard: testCard('1234567812345678') }), '12');
  assert.equal(await code({ paymentCard: testCard('5528790000000008', { expireMonth: '13' }) }), '13');
  assert.equal(await code({ paymentCard: testCard('5528790000000008', { expireYear: '3' }) }), '14');
  assert.equal(await code({ paymentCard: testCard('5528790000000008', { cvc: '1' }) }), '15');
  assert.equal(await code({ paymentCard: testCard('5528790000000008', { cardHolderName: '' }) }), '24');
  assert.equal(await code({ price: undefined }), '5004');
  assert.equal(await code({ price: '1.00' }), '5062');
  assert.equal(await code({ callbackUrl: 'https://shop.example/' }), '23');
  assert.ok(await code({ installment: 5 }));
  assert.equal((await browse(`${banks.url}/iyzico/payment/mock/init3ds`, { orderId: 'mock1-1iyziord' })).status, 404);
  const form = await initialize();
  assert.equal((await browse(`${banks.url}/iyzico/payment/mock/init3ds`, { orderId: form.token })).status, 404);
  const { paymentId } = banks.iyzico.find(form.body.basketId);
  assert.equal((await auth({ paymentId })).errorCode, '5087', 'not of this kind');
  const started = await begin3DS();
  await comeBack(started);
  assert.equal((await retrieve(started.paymentId)).errorCode, '5087');
});

test('3-D Secure: the webhooks of an API payment, on the schedule of all webhooks', async () => {
  await withSettings({ webhookStatuses: ['INIT_THREEDS', 'CALLBACK_THREEDS', 'SUCCESS', 'FAILURE'] }, async () => {
    const events = async (card) => {
      const started = await begin3DS(card);
      const { fields } = await comeBack(started);
      await auth(started, fields);
      const messages = hooksFor(started.body.basketId);
      for (const { headers, body } of messages) {
        const event = { ...JSON.parse(body), paymentId: started.paymentId };
        assert.equal(headers['x-iyz-signature-v3'], webhookSignature(event, SECRET));
        assert.match(body, new RegExp(`"paymentId":${started.paymentId},`), 'a number');
        assert.equal(event.token, undefined);
      }
      return messages.map(({ body }) => JSON.parse(body)).map(({ iyziEventType, status }) => `${iyziEventType} ${status}`);
    };
    assert.deepEqual(await events('5528790000000008'), [
      'THREE_DS_AUTH INIT_THREEDS', 'THREE_DS_CALLBACK CALLBACK_THREEDS', 'THREE_DS_AUTH SUCCESS',
    ]);
    assert.deepEqual(await events('4111111111111129'), [
      'THREE_DS_AUTH INIT_THREEDS', 'THREE_DS_CALLBACK CALLBACK_THREEDS', 'THREE_DS_AUTH FAILURE',
    ]);
    assert.deepEqual(await events('4131111111111117'), ['THREE_DS_AUTH INIT_THREEDS', 'THREE_DS_CALLBACK FAILURE']);
  });
});

// ---- after the payment

const REFUND = '/payment/refund';
const REFUND_PAYMENT = '/v2/payment/refund';
const basket = (...prices) => {
  const price = prices.reduce((sum, each) => sum + Math.round(each * 100), 0) / 100;
  return {
    price: `${price}`, paidPrice: `${price}`,
    basketItems: prices.map((each, i) =>
      ({ id: `I${i}`, name: 'Ürün', category1: 'Örnek', itemType: 'VIRTUAL', price: `${each}` })),
  };
};
const ledger = (basketId) => {
  const { status, captured, refunded, voided } = banks.iyzico.find(basketId);
  return [status, captured, refunded, voided];
};
const signsRefund = ({ paymentId, price, currency, conversationId, signature }) =>
  signature === responseSignature([paymentId, `${price}`, currency, conversationId], SECRET);

test('pre-authorisation by 3-D Secure: captured once, for less, and then refunded', async () => {
  const started = await begin3DS('5528790000000008', {}, '/payment/3dsecure/initialize/preauth');
  const { fields } = await comeBack(started);
  const held = await auth(started, fields);
  assert.deepEqual([held.status, held.phase], ['success', 'PRE_AUTH']);
  assert.deepEqual(ledger(started.body.basketId), ['authorized', 0n, 0n, 0n]);
  const { paymentId } = started;
  const capture = (paidPrice, more) =>
    post('/payment/postauth', { conversationId: 'c1', paymentId, paidPrice, currency: 'TRY', ip: '1.2.3.4', ...more });
  assert.equal((await post(REFUND_PAYMENT, { paymentId, price: '1' })).status, 'failure', 'nothing to refund yet');
  assert.equal((await capture('')).errorCode, '24');
  assert.equal((await capture('172.39')).status, 'failure', 'far above what was authorised');
  assert.equal((await capture('1.00', { currency: 'USD' })).status, 'failure');
  const captured = await capture('100.00');
  assert.deepEqual([captured.status, captured.phase, captured.price, captured.paidPrice], ['success', 'POST_AUTH', 149.9, 100]);
  assert.ok(signsPayment(captured));
  assert.deepEqual(ledger(started.body.basketId), ['paid', 10000n, 0n, 0n]);
  const again = await capture('1.00');
  assert.deepEqual([again.errorCode, again.paymentId], ['5082', started.paymentId]);
  assert.equal((await post(REFUND_PAYMENT, { paymentId: started.paymentId, price: '100.01' })).status, 'failure');
  assert.equal((await post(REFUND_PAYMENT, { paymentId: started.paymentId, price: '40' })).status, 'success');
  assert.deepEqual(ledger(started.body.basketId), ['paid', 10000n, 4000n, 0n]);
});

test('pre-authorisation by checkout form: a capture may be a little higher, and not after a cancel', async () => {
  const PREAUTH = '/payment/iyzipos/checkoutform/initialize/preauth/ecom';
  const start = async () => {
    const body = order();
    const { token } = await post(PREAUTH, body);
    await banks.iyzico.visit(token);
    return { ...(await retrieve(token)), basketId: body.basketId };
  };
  const held = await start();
  assert.deepEqual([held.paymentStatus, held.phase], ['SUCCESS', 'PRE_AUTH']);
  assert.deepEqual(ledger(held.basketId), ['authorized', 0n, 0n, 0n]);
  const higher = await post('/payment/postauth', { paymentId: held.paymentId, paidPrice: '152.89' });
  assert.deepEqual([higher.status, ledger(held.basketId)], ['success', ['paid', 15289n, 0n, 0n]]);
  await withSettings({ captureMargin: 0 }, async () => {
    const other = await start();
    assert.equal((await post('/payment/postauth', { paymentId: other.paymentId, paidPrice: '149.91' })).status, 'failure');
    assert.equal((await post('/payment/cancel', { paymentId: other.paymentId })).status, 'success');
    assert.deepEqual(ledger(other.basketId), ['voided', 0n, 0n, 14990n]);
    assert.equal((await post('/payment/postauth', { paymentId: other.paymentId, paidPrice: '1' })).errorCode, '5082');
  });
  const sale = await paid();
  assert.equal((await post('/payment/postauth', { paymentId: sale.paymentId, paidPrice: '1' })).errorCode, '5082', 'a sale');
});

test('cancel: the whole payment, on its day, once; the answer is not signed', async () => {
  const sale = await paid();
  const cancel = (paymentId) => post('/payment/cancel', { locale: 'tr', conversationId: 'x1', paymentId, ip: '1.2.3.4' });
  const { authCode, hostReference, cancelHostReference, systemTime, ...rest } = await cancel(sale.paymentId);
  assert.deepEqual(rest, {
    status: 'success', locale: 'tr', conversationId: 'x1', paymentId: sale.paymentId, price: 149.9, currency: 'TRY',
  });
  assert.ok(systemTime && authCode && cancelHostReference && hostReference === sale.hostReference);
  assert.deepEqual(ledger(sale.basketId), ['voided', 14990n, 0n, 14990n]);
  const again = await cancel(sale.paymentId);
  assert.deepEqual([again.errorCode, again.paymentId], ['8514', sale.paymentId]);
  const refund = await post(REFUND_PAYMENT, { paymentId: sale.paymentId, price: '149.90' });
  assert.deepEqual([refund.errorCode, refund.price, refund.retryable], ['8514', 149.9, false]);
  assert.equal((await cancel('1')).errorCode, '5087');
  assert.equal((await cancel('')).errorCode, '5002');
  const open = await begin3DS();
  assert.equal((await cancel(open.paymentId)).status, 'failure', 'not charged');
  const partly = await paid();
  await post(REFUND_PAYMENT, { paymentId: partly.paymentId, price: '1' });
  assert.equal((await cancel(partly.paymentId)).status, 'failure', 'a part is refunded already');
  const fixed = await paid({}, '5406670000000009');
  assert.equal((await cancel(fixed.paymentId)).errorCode, '10204', 'a card whose payments cannot be changed');
});

test('refunds by payment: in parts, signed, never more than is left, and each demand counts', async () => {
  const sale = await paid(basket(9.71, 0.3));
  const { paymentId } = sale;
  const refund = (price, more) => post(REFUND_PAYMENT, { conversationId: 'r1', paymentId, price, currency: 'TRY', ...more });
  const first = await refund('1.00');
  assert.deepEqual(
    [first.status, first.paymentId, first.price, first.currency, first.retryable, first.transactionType],
    ['success', sale.paymentId, 1, 'TRY', false, 'REFUND'],
  );
  assert.ok(signsRefund(first));
  assert.ok(first.authCode && first.refundHostReference && first.hostReference);
  assert.equal((await refund('1.00')).status, 'success', 'the same again is one more');
  assert.deepEqual(ledger(sale.basketId), ['paid', 1001n, 200n, 0n]);
  const tooMuch = await refund('8.02');
  assert.deepEqual([tooMuch.status, tooMuch.price, tooMuch.retryable], ['failure', 8.02, false]);
  assert.equal((await refund('')).errorCode, '5004');
  assert.equal((await refund('1,00')).errorCode, '5004');
  assert.equal((await refund('1.00', { currency: 'USD' })).status, 'failure');
  assert.equal((await refund('8.01')).transactionType, 'REFUND', 'the rest is a refund: something was refunded before');
  assert.deepEqual(ledger(sale.basketId), ['refunded', 1001n, 1001n, 0n]);
  const short = await paid();
  await withSettings({ refundSignature: 'short' }, async () => {
    const { signature } = await post(REFUND_PAYMENT, { conversationId: 'r2', paymentId: short.paymentId, price: '1' });
    assert.equal(signature, responseSignature([short.paymentId, 'r2'], SECRET));
  });
});

test('refunds by item: each item has its share of what was paid, instalments and all', async () => {
  const sale = await paid({ ...basket(10, 20, 3.33), paidPrice: '40.00', installment: 3 });
  assert.deepEqual([sale.price, sale.paidPrice, sale.installment], [33.33, 40, 3]);
  const shares = sale.itemTransactions.map(({ paidPrice }) => paidPrice);
  assert.deepEqual(shares, [12.00120012, 24.00240024, 3.99639964], 'to eight decimals, and together all of it');
  const [first, second] = sale.itemTransactions.map(({ paymentTransactionId }) => paymentTransactionId);
  const refund = (paymentTransactionId, price) =>
    post(REFUND, { conversationId: 'i1', paymentTransactionId, price, ip: '1.2.3.4' });
  const part = await refund(first, '10.00');
  assert.deepEqual([part.status, part.paymentId, part.paymentTransactionId, part.price], ['success', sale.paymentId, first, 10]);
  assert.ok(signsRefund(part));
  assert.equal((await refund(first, '2.01')).status, 'failure', 'more than the item has left');
  assert.equal((await refund(first, '2.00120012')).status, 'success');
  assert.equal((await refund(second, '24.00')).status, 'success');
  assert.deepEqual(ledger(sale.basketId), ['paid', 4000n, 3600n, 0n]);
  assert.equal((await refund('1', '1.00')).errorCode, '5085');
  assert.equal((await refund('', '1.00')).errorCode, '24');
  assert.equal((await refund(second, undefined)).errorCode, '5004');
  const rest = await post(REFUND_PAYMENT, { paymentId: sale.paymentId, price: '4.00' });
  assert.deepEqual([rest.status, ledger(sale.basketId)], ['failure', ['paid', 4000n, 3600n, 0n]], '3.99879988 is left');
});

test('a full refund on the day of the payment is a cancel; on another day it is a refund, and a cancel is refused', async () => {
  let clock = Date.parse('2026-06-11T23:30:00+03:00');
  const own = await startBanks({ shopOrigin: shop.origin, now: () => clock });
  const mine = banks;
  banks = own;
  try {
    const today = await paid();
    assert.equal((await post(REFUND_PAYMENT, { paymentId: today.paymentId, price: '149.90' })).transactionType, 'CANCEL');
    assert.deepEqual(ledger(today.basketId), ['voided', 14990n, 0n, 14990n]);
    const asRefund = await paid();
    await withSettings({ sameDayRefund: 'refund' }, async () => {
      assert.equal((await post(REFUND_PAYMENT, { paymentId: asRefund.paymentId, price: '149.90' })).transactionType, 'REFUND');
    });
    const [cancelled, refunded] = [await paid(), await paid()];
    clock += 31 * 60_000;
    assert.equal((await post('/payment/cancel', { paymentId: cancelled.paymentId })).status, 'failure', 'midnight in Turkey');
    assert.equal((await post(REFUND_PAYMENT, { paymentId: refunded.paymentId, price: '149.90' })).transactionType, 'REFUND');
    assert.deepEqual(ledger(refunded.basketId), ['refunded', 14990n, 14990n, 0n]);
  } finally {
    banks = mine;
    await own.close();
  }
});

// ---- reports

async function report(name, query, { path = `/v2/reporting/payment/${name}`, signed = path } = {}) {
  const header = authorization({ apiKey: API_KEY, secretKey: SECRET, randomKey: 'r1', path: signed, body: '' });
  const response = await fetch(`${banks.url}/iyzico${path}?${new URLSearchParams(query)}`, {
    headers: { 'x-iyzi-rnd': 'r1', authorization: header },
  });
  return { text: await response.clone().text(), ...(await response.json()) };
}

test('the report of a payment: the path is signed and not its query; cancels and refunds stand in it', async () => {
  const sale = await paid(basket(9.71, 0.3));
  await post(REFUND_PAYMENT, { conversationId: 'r9', paymentId: sale.paymentId, price: '9.81' });
  const query = { paymentId: sale.paymentId, conversationId: 'q1' };
  const { status, conversationId, payments, signature } = await report('details', query);
  assert.deepEqual([status, conversationId, payments.length, signature], ['success', 'q1', 1, undefined]);
  const [payment] = payments;
  assert.deepEqual(
    [payment.paymentId, payment.paymentStatus, payment.paymentRefundStatus, payment.paidPrice, payment.threeDS, payment.phase],
    [Number(sale.paymentId), 1, 'PARTIALLY_REFUNDED', 10.01, true, 'AUTH'],
  );
  assert.notEqual(payment.basketId, sale.basketId, 'a number of iyzico’s own');
  assert.match(payment.createdDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(payment.cancels, []);
  assert.deepEqual(
    payment.itemTransactions.map(({ refunds }) =>
      refunds.map((each) => [each.refundPrice, each.refundStatus, each.refundConversationId])),
    [[[9.71, 1, 'r9']], [[0.1, 1, 'r9']]],
  );
  const ids = payment.itemTransactions.flatMap(({ refunds }) => refunds.map(({ refundTxId }) => refundTxId));
  assert.equal(new Set(ids).size, 2, 'each item has its own');

  await post(REFUND_PAYMENT, { paymentId: sale.paymentId, price: '0.20' });
  const [whole] = (await report('details', { paymentId: sale.paymentId })).payments;
  assert.equal(whole.paymentRefundStatus, 'TOTALLY_REFUNDED');
  const other = await paid();
  await post('/payment/cancel', { conversationId: 'x9', paymentId: other.paymentId });
  const [{ cancels: [cancel] }] = (await report('details', { paymentId: other.paymentId })).payments;
  assert.deepEqual([cancel.refundPrice, cancel.cancelConversationId, cancel.refundStatus], [149.9, 'x9', 1]);
  await withSettings({ reportIds: 'text', reportBasketId: 'shop' }, async () => {
    const [told] = (await report('details', { paymentId: other.paymentId })).payments;
    assert.deepEqual([told.paymentId, told.basketId], [other.paymentId, other.basketId]);
  });
});

test('the report of a payment: by conversation, of declined ones, of nothing, and not for everybody', async () => {
  const started = await begin3DS('4111111111111129');
  const { fields } = await comeBack(started);
  await auth(started, fields);
  const { payments } = await report('details', { paymentConversationId: started.body.conversationId });
  assert.deepEqual(payments.map(({ paymentStatus, paymentRefundStatus }) => [paymentStatus, paymentRefundStatus]), [[2, undefined]]);
  const open = await begin3DS();
  await comeBack(open);
  assert.equal((await report('details', { paymentId: open.paymentId })).payments[0].paymentStatus, 3);
  assert.deepEqual((await report('details', { paymentConversationId: 'nobody' })).payments, []);
  assert.equal((await report('details', {})).status, 'failure');
  const path = '/v2/reporting/payment/details';
  const signed = `${path}?paymentId=${open.paymentId}`;
  assert.equal((await report('details', { paymentId: open.paymentId }, { signed })).errorCode, '1000', 'query signed, too');
  const posted = await fetch(`${banks.url}/iyzico${path}`, { method: 'POST', body: '{}' });
  assert.equal(posted.status, 405);
});

test('the transactions of a day: one row for each item, newest first, page by page', async () => {
  let clock = Date.parse('2026-06-11T23:29:31+03:00');
  const own = await startBanks({ shopOrigin: shop.origin, now: () => clock });
  const mine = banks;
  banks = own;
  try {
    const sale = await paid(basket(9.71, 0.3));
    clock += 1000;
    await post('/payment/cancel', { paymentId: sale.paymentId });
    clock += 1000;
    const other = await paid();
    clock += 24 * 3600_000;
    await post(REFUND_PAYMENT, { paymentId: other.paymentId, price: '1.00' });
    const day = (transactionDate, page = 1) => report('transactions', { transactionDate, page });
    const { transactions, currentPage, totalPageCount } = await day('2026-06-11');
    assert.deepEqual([currentPage, totalPageCount], [1, 1]);
    assert.deepEqual(
      transactions.map((row) => [row.transactionType, row.transactionDate, row.price, row.paidPrice, row.afterSettlement]),
      [
        ['PAYMENT', '2026-06-11 23:29:33', 149.9, 149.9, undefined],
        ['CANCEL', '2026-06-11 23:29:32', 9.71, 10.01, undefined],
        ['CANCEL', '2026-06-11 23:29:32', 0.3, 10.01, undefined],
        ['PAYMENT', '2026-06-11 23:29:31', 9.71, 9.71, undefined],
        ['PAYMENT', '2026-06-11 23:29:31', 0.3, 0.3, undefined],
      ],
    );
    const [, first, second] = transactions;
    assert.equal(first.transactionId, second.transactionId, 'one cancel');
    assert.deepEqual([first.basketId, first.threeDS, first.paymentPhase], [sale.basketId, 1, 'AUTH']);
    const next = await day('2026-06-12');
    assert.deepEqual(
      next.transactions.map((row) => [row.transactionType, row.price, row.paidPrice, row.afterSettlement]),
      [['REFUND', 1, 149.9, 0]],
    );
    await withSettings({ reportPage: 2 }, async () => {
      const pages = [];
      for (const page of [1, 2, 3, 4]) pages.push(await day('2026-06-11', page));
      assert.deepEqual(pages.map((each) => each.transactions.length), [2, 2, 1, 0]);
      assert.ok(pages.every((each) => each.totalPageCount === 3));
    });
    assert.deepEqual((await day('2026-06-10')).transactions, []);
    assert.equal((await day('11.06.2026')).status, 'failure');
    assert.equal((await day('2026-06-11', '0')).status, 'failure');
  } finally {
    banks = mine;
    await own.close();
  }
});

test('the attacker’s panel knows what is signed: the return from 3-D Secure, and not that of the checkout form', async () => {
  const attack = async (basketId, order) => {
    const { id } = banks.iyzico.messages().find((message) => message.kind === 'callback' && message.orderId === basketId);
    const response = await fetch(`${banks.url}/attacker/send`, {
      method: 'POST', headers: { origin: banks.url, 'x-control-token': banks.controlToken },
      body: JSON.stringify({ message: id, ...order }),
    });
    return response.json();
  };
  const started = await begin3DS('4131111111111117');
  await comeBack(started);
  const fields = async (order) => Object.fromEntries(new URLSearchParams((await attack(started.body.basketId, order)).request.body));
  assert.equal((await fields({ attack: 'drop-signature' })).signature, undefined);
  assert.equal((await fields({ attack: 'empty-signature' })).signature, '');
  assert.ok(!signsReturn(await fields({ attack: 'edit', field: 'mdStatus', value: '1' })));
  assert.ok(shop.visits.some(({ path, body }) => path === '/back' && body.includes(started.body.conversationId)));
  const form = await initialize();
  await banks.iyzico.visit(form.token);
  assert.match((await attack(form.body.basketId, { attack: 'drop-signature' })).error, /does not fit/);
});

// ---- subscriptions

/** The visits of the shop that bring this text; webhooks of other payments come in between. */
async function received(text, count = 1) {
  const found = () => shop.visits.filter(({ body }) => body.includes(text));
  while (found().length < count) await shop.visited(shop.visits.length + 1);
  return found();
}

test('a subscription’s webhook: signed with the merchant’s number, repeated like every other', async () => {
  let given = 0;
  answer = ({ body }) => ({ status: body.includes('sub-1') && (given += 1) < 3 ? 500 : 200 });
  const codes = { order: 'order-1', customer: 'cust-1' };
  const { message } = await banks.iyzico.sendSubscription({ subscription: 'sub-1', ...codes });
  const [{ headers, body }] = await received('sub-1', 3);
  answer = () => ({});
  const event = JSON.parse(body);
  assert.deepEqual(Object.keys(event), [
    'orderReferenceCode', 'customerReferenceCode', 'subscriptionReferenceCode', 'iyziReferenceCode', 'iyziEventType',
    'iyziEventTime',
  ]);
  assert.equal(event.iyziEventType, 'subscription.order.success');
  assert.equal(headers['x-iyz-signature-v3'], webhookSignature(event, SECRET, '190300'));
  assert.notEqual(headers['x-iyz-signature-v3'], webhookSignature(event, SECRET, ''));
  await withSettings({ subscriptionMerchantId: true }, () =>
    banks.iyzico.sendSubscription({ status: 'failure', subscription: 'sub-2', ...codes }));
  const last = JSON.parse((await received('sub-2'))[0].body);
  assert.deepEqual([last.iyziEventType, last.merchantId], ['subscription.order.failure', 190300]);
  await new Promise((resolve) => {
    setTimeout(resolve, 40);
  });
  assert.deepEqual(message.attempts.map(({ status }) => status), [500, 500, 200], 'and not a fourth time');
});

test('a subscription’s webhook from the control page', async () => {
  const control = (order) => fetch(`${banks.url}/control`, {
    method: 'POST', headers: { origin: banks.url, 'x-control-token': banks.controlToken }, body: JSON.stringify(order),
  });
  const text = await (await fetch(`${banks.url}/control?lang=en`)).text();
  assert.match(text, /value="subscription"\s+data-status="failure"/);
  assert.equal((await control({ bank: 'iyzico', subscription: { status: 'failure', subscription: 'sub-3' } })).status, 200);
  assert.match((await received('sub-3'))[0].body, /subscription\.order\.failure/);
});

test('what is signed, against values of iyzico’s own formulas', () => {
  const event = {
    iyziEventType: 'subscription.order.success', subscriptionReferenceCode: 'sub-ref-1', orderReferenceCode: 'order-ref-1',
    customerReferenceCode: 'cust-ref-1',
  };
  assert.equal(
    webhookSignature(event, 'sandbox-secret', '3382172'), 'a87cc7cd71cb3d35c65e86bd2c01d96d23ad029de701ea68e62f41f9fa2296eb',
  );
});

// ---- errors and faults

test('errors come with 200, or with the status that they are given; the words are the same', async () => {
  const failing = async () => {
    const body = JSON.stringify({ conversationId: 'e1' });
    const path = '/payment/cancel';
    const signed = authorization({ apiKey: API_KEY, secretKey: SECRET, randomKey: 'r1', path, body });
    const response = await fetch(`${banks.url}/iyzico${path}`, {
      method: 'POST', body, headers: { 'x-iyzi-rnd': 'r1', authorization: signed },
    });
    const { systemTime, ...rest } = await response.json();
    return [response.status, rest];
  };
  const words = {
    status: 'failure', errorCode: '5002', errorMessage: 'paymentId gönderilmesi zorunludur', locale: 'tr', conversationId: 'e1',
  };
  assert.deepEqual(await failing(), [200, words]);
  assert.deepEqual(await withSettings({ errorStatus: 422 }, failing), [422, words]);
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

test('faults: money that moved although the answer was lost, answers about something else', async () => {
  const started = await begin3DS();
  const { fields } = await comeBack(started);
  banks.iyzico.fault({ on: '3ds-auth', kind: 'timeout-after' });
  assert.equal(await auth(started, fields).catch(() => 'lost'), 'lost');
  assert.deepEqual(ledger(started.body.basketId), ['paid', 14990n, 0n, 0n]);
  const refund = (price) => post(REFUND_PAYMENT, { conversationId: 'f', paymentId: started.paymentId, price });
  banks.iyzico.fault({ on: 'refund', kind: 'http-500-after' });
  await assert.rejects(refund('10.00'), SyntaxError);
  banks.iyzico.fault({ on: 'refund', kind: 'truncated' });
  await assert.rejects(refund('10.00'), SyntaxError);
  banks.iyzico.fault({ on: 'refund', kind: 'html-before' });
  await assert.rejects(refund('10.00'), SyntaxError);
  assert.deepEqual(ledger(started.body.basketId), ['paid', 14990n, 2000n, 0n]);

  banks.iyzico.fault({ on: 'refund', kind: 'wrong-order' });
  const other = await refund('1.00');
  assert.notEqual(other.paymentId, started.paymentId);
  assert.ok(signsRefund(other));
  banks.iyzico.fault({ on: 'refund', kind: 'wrong-amount' });
  const more = await refund('1.00');
  assert.deepEqual([more.price, signsRefund(more)], [1.01, true]);
  banks.iyzico.fault({ on: 'detail', kind: 'wrong-order' });
  const detail = await post('/payment/detail', { paymentId: started.paymentId, conversationId: 'd' });
  assert.deepEqual([detail.basketId, signsPayment(detail)], [`${started.body.basketId}X`, true]);
  banks.iyzico.fault({ on: 'detail', kind: 'wrong-amount' });
  const cheaper = await post('/payment/detail', { paymentId: started.paymentId, conversationId: 'd' });
  assert.deepEqual([cheaper.paidPrice, signsPayment(cheaper)], [149.91, true]);
  banks.iyzico.fault({ on: '3ds-initialize', kind: 'bad-signature' });
  assert.equal((await begin3DS()).signature, '0'.repeat(64));
  banks.iyzico.fault({ on: 'report-details', kind: 'html-after' });
  await assert.rejects(report('details', { paymentId: started.paymentId }), SyntaxError);
  banks.iyzico.fault({ on: 'cancel', kind: 'slow' });
  const asked = Date.now();
  assert.equal((await post('/payment/cancel', { paymentId: started.paymentId })).status, 'failure');
  assert.ok(Date.now() - asked >= 19);
});

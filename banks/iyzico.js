// The simulated iyzico: the checkout form (initialize, page, return with a token, retrieve), 3-D Secure by API, pre-authorisation
// and capture, cancel, refund, payment detail, reporting and the signed webhooks. Source: docs.iyzico.com; what it leaves open is
// a setting.
import { randomBytes } from 'node:crypto';
import { installmentChoices, MAX_PASSWORDS, newPassword, readCard } from './card-input.js';
import { ANSWERS, cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults, JSON_FAULTS, withFault } from './faults.js';
import { encodeForm, parseForm } from './form.js';
import { conversationOf, createAnswers, distorted, plainFine, toFine } from './iyzico-answers.js';
import { createBook } from './iyzico-book.js';
import { CANCELLED, ERRORS, missing, NOT_AUTHENTICATED } from './iyzico-codes.js';
import { authorization, responseSignature } from './iyzico-hash.js';
import { createReporting } from './iyzico-reporting.js';
import { createThreeDS } from './iyzico-threeds.js';
import { createWebhooks } from './iyzico-webhook.js';
import { readJsonObject, toJson } from './json.js';
import { CURRENCIES, forPeople, toMinor, withInterest } from './money.js';
import {
  cardForm, errorPage, FILL_SCRIPT, FOCUS_SCRIPT, languageOf, methodOnly, page, passwordForm, returnForm, seeOther, silentPage,
  speaker, SUBMIT_SCRIPT,
} from './page.js';

export { authorization, responseSignature, webhookSignature } from './iyzico-hash.js';

export const SIMULATOR_ACCOUNT = {
  apiKey: 'sim-api-key-12345678', secretKey: 'sim-secret-key-12345678', merchantId: '190300', shopName: 'Velopos Örnek Mağaza',
};

/** What a fault can be ordered for. */
export const OPERATIONS = [
  'initialize', 'retrieve', '3ds-initialize', '3ds-auth', 'detail', 'postauth', 'cancel', 'refund', 'report-details',
  'report-transactions',
];
export const FAULTS = {
  ...JSON_FAULTS,
  'wrong-order': 'does the work; the answer is about another payment, and is signed for that one',
  'wrong-amount': 'does the work; the answer speaks of another amount, and is signed for that one',
  'bad-signature': 'does the work; the signature of the answer is wrong',
};

const REQUIRED = [
  'paidPrice', 'currency', 'callbackUrl', 'buyer.id', 'buyer.name', 'buyer.surname', 'buyer.identityNumber', 'buyer.email',
  'buyer.registrationAddress', 'buyer.city', 'buyer.country', 'buyer.ip',
  'billingAddress.contactName', 'billingAddress.city', 'billingAddress.country', 'billingAddress.address',
];

const SETTINGS = {
  priceText: 'short',              // of the answers' prices: 'short' 149.9 | 'padded' 149.90000000
  failureStatus: 'success',        // the retrieve's `status` for a declined payment: the query worked ('success'), or 'failure'
  errorStatus: 200,                // the HTTP status of answers with `status: "failure"`; the document has 400, too
  webhookSignatures: ['v3'],       // any of 'v1', 'v2' (the headers of before) and 'v3'
  webhookStatuses: ['SUCCESS', 'FAILURE'], // also possible: 'INIT_THREEDS', 'CALLBACK_THREEDS'
  subscriptionMerchantId: false,   // true: merchantId stands in a subscription's webhook
  successMdStatuses: ['1'],        // with which the return from 3-D Secure says `status=success`
  chargedMdStatuses: ['1', '2', '3', '4'], // with which iyzico charges when it is asked to
  failedPaymentId: 'empty',        // of a return that says failure: 'empty' as in the document, or 'filled'
  conversationData: 'filled',      // of the return from 3-D Secure: 'filled' | 'empty'
  repeatedAuth: 'refuse',          // a second demand for the money: 'refuse', or 'repeat' the answer of the first
  captureMargin: 15,               // per cent that a capture may be above its pre-authorisation; the card's bank sets it
  sameDayRefund: 'cancel',         // how a full refund on the day of the payment is booked: 'cancel' | 'refund'
  refundSignature: 'long',         // over paymentId, price, currency, conversationId ('long'), or the first and the last ('short')
  reportIds: 'number',             // of the reports' numbers: 'number' | 'text'
  reportBasketId: 'own',           // of a report's payment: a number of iyzico's 'own', or the 'shop''s basketId
  reportPage: 50,                  // rows of a page
};

const TIMES = {
  webhookFirstMs: 3_000, webhookRetryMs: 10_000, webhookRepeats: 3, slowMs: 20_000, hangMs: 30_000, tokenMs: 30 * 60_000,
};
/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT & { webhookUrl?: string }>} [options.stores]
 * @param {string} [options.webhookUrl] of every store that has none of its own; in real life it is set in iyzico's panel
 * @param {Partial<typeof SETTINGS>} [options.settings]
 */
export function createIyzico(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/iyzico' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  let { webhookUrl } = options;
  /** @type {Map<string, any>} payments by token */
  const payments = new Map();
  const forced = new Map();
  const faults = createFaults();
  const webhooks = createWebhooks({ courier, settings, times, now, random, stores });
  let lastId = 24_400_000 + (random(3).readUIntBE(0, 3) % 90_000);
  const newId = () => String(lastId += 1 + (random(1)[0] % 9));
  const answers = createAnswers({ now, settings });
  const { success, failure } = answers;
  const book = createBook({ now, random, settings, newId });
  const threeDS = createThreeDS({
    readOrder, register, byPaymentId, outcomeOf, become, answers, book, courier, settings, times, random, mount,
  });
  const reporting = createReporting({ payments: () => [...payments.values()], answers, book, settings });

  const form = (phase) => `/payment/iyzipos/checkoutform/initialize/${phase}/ecom`;

  /** By method and path: the name of the operation, and its work. */
  const ENDPOINTS = {
    [`POST ${form('auth')}`]: ['initialize', initialize('AUTH')],
    [`POST ${form('preauth')}`]: ['initialize', initialize('PRE_AUTH')],
    'POST /payment/iyzipos/checkoutform/auth/ecom/detail': ['retrieve', retrieve],
    'POST /payment/3dsecure/initialize': ['3ds-initialize', threeDS.initialize('AUTH')],
    'POST /payment/3dsecure/initialize/preauth': ['3ds-initialize', threeDS.initialize('PRE_AUTH')],
    'POST /payment/3dsecure/auth': ['3ds-auth', threeDS.authorize(false)],
    'POST /payment/v2/3dsecure/auth': ['3ds-auth', threeDS.authorize(true)],
    'POST /payment/detail': ['detail', detail],
    'POST /payment/postauth': ['postauth', postAuth],
    'POST /payment/cancel': ['cancel', cancel],
    'POST /payment/refund': ['refund', refundItem],
    'POST /v2/payment/refund': ['refund', refundPayment],
    'GET /v2/reporting/payment/details': ['report-details', reporting.details],
    'GET /v2/reporting/payment/transactions': ['report-transactions', reporting.transactions],
  };
  const METHODS = Object.fromEntries(Object.keys(ENDPOINTS).map((each) => each.split(' ').reverse()));

  async function handle(request) {
    const { path, method, query } = request;
    if (Object.hasOwn(METHODS, path)) return METHODS[path] === method ? called(request) : methodOnly(METHODS[path]);
    if (path === '/payment/mock/init3ds') return method === 'POST' ? arrived(request) : methodOnly('POST');
    const [, step = ''] = /^\/pay(?:\/(card|3d|done))?$/.exec(path) ?? [];
    const payment = path.startsWith('/pay') ? payments.get(query.get('token') ?? query.get('order')) : undefined;
    if (!payment) return noPage();
    if (query.has('lang')) payment.lang = languageOf(query.get('lang'));
    if (payment.state !== 'done' && now() - payment.startedAt > times.tokenMs) {
      return errorPage('iyzico', 410, 'Süre doldu', 'Bu ödeme sayfasının süresi doldu.', 'This page has expired.');
    }
    if (method === 'POST') return posted(payment, step, Object.fromEntries(parseForm(request.body)));
    if (payment.state === 'done') return step === 'done' ? endPage(payment) : seeOther(address(payment, '/done'));
    return payment.state === 'password' ? passwordPage(payment) : cardPage(payment);
  }

  const noPage = () => errorPage('iyzico', 404, 'Sayfa bulunamadı', 'Böyle bir ödeme yok.', 'There is no such payment.');

  /** The shop's page has sent the browser on to 3-D Secure. */
  function arrived({ body }) {
    const payment = payments.get(Object.fromEntries(parseForm(body)).orderId);
    return payment?.channel === 'api' ? seeOther(address(payment, '/3d')) : noPage();
  }

  function posted(payment, step, form) {
    if (step === 'card' && payment.state === 'card') return takeCard(payment, form);
    if (step === '3d' && payment.state === 'password') return takePassword(payment, form);
    return seeOther(address(payment, { card: '', password: '/3d', done: '/done' }[payment.state]));
  }

  // ---- API

  async function called(request) {
    const [name, endpoint] = ENDPOINTS[`${request.method} ${request.path}`];
    const kind = faults.take(name);
    const work = async () => {
      const answer = await authenticated(endpoint, { ...request, kind });
      if (!answer) return { status: 0, headers: {}, body: '', destroy: true };
      return json(kind === 'bad-signature' ? { ...answer, signature: '0'.repeat(64) } : answer);
    };
    return withFault(kind, work, { wait: courier.wait, ...times });
  }

  function authenticated(endpoint, request) {
    const body = request.method === 'GET' ? Object.fromEntries(request.query) : readJsonObject(request.body);
    if (!request.headers.authorization) return failure(body, ERRORS.noKeys);
    const store = caller(request);
    if (!store) return failure(body, ERRORS.badSignature);
    return body ? endpoint(body, store, request) : failure(body, ERRORS.badRequest);
  }

  /** The store whose key signed exactly these bytes for this path, or undefined. A GET signs no body, and not its query. */
  function caller({ headers, path, body }) {
    const randomKey = headers['x-iyzi-rnd'];
    if (!randomKey) return undefined;
    return stores.find(({ apiKey, secretKey }) =>
      sameDigest(headers.authorization, authorization({ apiKey, secretKey, randomKey, path, body })));
  }

  function initialize(phase) {
    return (body, store, { origin }) => {
      const order = readOrder(body);
      if (order.error) return failure(body, order.error);
      const payment = register(body, store, { ...order, channel: 'form', phase });
      return {
        ...success(body), token: payment.token, checkoutFormContent: FORM_CONTENT, tokenExpireTime: times.tokenMs / 1000,
        paymentPageUrl: `${origin}${mount}/pay?token=${payment.token}&lang=${payment.lang}`,
        signature: responseSignature([conversationOf(body), payment.token], store.secretKey),
      };
    };
  }

  /** @returns {{ error: string[] } | { currency: object, price: bigint, paid: bigint }} what every way to pay begins with */
  function readOrder(body) {
    const price = toMinor(String(body.price));
    if (!price) return { error: ERRORS.price };
    const lost = REQUIRED.find((path) => (path.split('.').reduce((value, name) => value?.[name], body) ?? '') === '');
    if (lost) return { error: missing(lost) };
    const currency = Object.values(CURRENCIES).find(({ code }) => code === body.currency);
    if (!currency) return { error: ERRORS.currency };
    const paid = toMinor(String(body.paidPrice));
    if (!paid) return { error: missing('paidPrice') };
    const items = Array.isArray(body.basketItems) ? body.basketItems : [];
    if (items.length === 0) return { error: missing('basketItems') };
    if (items.reduce((sum, item) => sum + (toMinor(String(item?.price)) ?? 0n), 0n) !== price) return { error: ERRORS.sum };
    return courier.mayReach(body.callbackUrl) ? { currency, price, paid } : { error: ERRORS.callbackUrl };
  }

  /** @param {object} started at least channel, phase, currency, price and paid */
  function register(body, store, started) {
    const payment = {
      store, body, requested: started.paid, paymentId: newId(), token: started.channel === 'form' ? newToken() : null,
      posOrderId: `mock${random(2).readUInt16BE()}-${random(8).readBigUInt64BE()}iyziord`, ownBasketId: newId(),
      basketId: String(body.basketId ?? ''), conversationId: conversationOf(body), conversationData: '',
      lang: languageOf(body.locale), state: 'card', pan: '', installments: 1, code: newPassword(random), wrongPasswords: 0,
      startedAt: now(), paidAt: null, capturedAt: null, paymentStatus: null, mdStatus: null, fraudStatus: 1, failure: null,
      authCode: '', hostReference: '', charging: false, silent: false, acknowledged: false, returned: null, movements: [],
      items: body.basketItems.map(({ id, price }) =>
        ({ id, transactionId: newId(), price: toMinor(String(price)), paid: 0n })),
      ...started,
    };
    book.divide(payment);
    payments.set(payment.token ?? payment.posOrderId, payment);
    return payment;
  }

  const newToken = () => random(16).toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');

  function retrieve(body, store, { kind }) {
    const payment = payments.get(String(body.token ?? ''));
    if (payment?.store !== store || payment.channel !== 'form' || payment.paymentStatus === null) {
      return failure(body, ERRORS.noPayment);
    }
    const told = distorted(payment, kind);
    const order = [payment.paymentStatus, ...answers.signedValues(told, body), payment.token];
    return {
      ...answers.payment(told, body), signature: responseSignature(order, store.secretKey), token: payment.token,
      callbackUrl: payment.body.callbackUrl, paymentStatus: payment.paymentStatus,
    };
  }

  /** Says nothing of cancels and refunds. */
  function detail(body, store, { kind }) {
    const { paymentId, paymentConversationId } = body;
    const payment = [...payments.values()].find((each) => each.store === store && each.paymentStatus !== null
      && (paymentId ? each.paymentId === String(paymentId) : each.conversationId === String(paymentConversationId)));
    if (!payment) return failure(body, ERRORS.noPayment);
    return { ...answers.signedPayment(distorted(payment, kind), body), paymentStatus: payment.paymentStatus };
  }

  // ---- after the payment

  /** Finds the payment that a request is about. @returns {{ payment: any } | { problem: object }} */
  function subject(body, store) {
    if (!body.paymentId) return { problem: failure(body, ERRORS.paymentId) };
    const payment = byPaymentId(String(body.paymentId));
    if (payment?.store !== store || payment.paymentStatus === null) return { problem: failure(body, ERRORS.noPayment) };
    if (body.currency && body.currency !== payment.currency.code) return { problem: failure(body, ERRORS.otherPayment) };
    return { payment };
  }

  function postAuth(body, store, { kind }) {
    const { payment, problem } = subject(body, store);
    if (problem) return problem;
    const minor = toMinor(String(body.paidPrice ?? ''));
    if (!minor) return failure(body, missing('paidPrice'));
    const error = book.capture(payment, minor);
    return error ? failure(body, error, { paymentId: payment.paymentId }) : answers.signedPayment(distorted(payment, kind), body);
  }

  /** Its answer is not signed. */
  function cancel(body, store, { kind }) {
    const { payment, problem } = subject(body, store);
    if (problem) return problem;
    const movement = book.cancel(payment, conversationOf(body));
    if (movement.error) return failure(body, movement.error, { paymentId: payment.paymentId });
    const told = distorted(payment, kind);
    return {
      ...success(body), paymentId: told.paymentId, price: answers.decimal(toFine(told.paid, told.currency)),
      currency: told.currency.code, authCode: movement.authCode, hostReference: payment.hostReference,
      cancelHostReference: movement.hostReference,
    };
  }

  /** From one item of the basket. */
  function refundItem(body, store, request) {
    if (!body.paymentTransactionId) return failure(body, missing('paymentTransactionId'));
    const id = String(body.paymentTransactionId);
    const payment = [...payments.values()].find((each) =>
      each.store === store && each.items.some(({ transactionId }) => transactionId === id));
    if (!payment) return failure(body, ERRORS.noTransaction, { paymentTransactionId: id });
    const item = payment.items.find(({ transactionId }) => transactionId === id);
    return giveBack(payment, [item], { body, kind: request.kind, about: { paymentTransactionId: id } });
  }

  /** From whichever items there are. */
  function refundPayment(body, store, { kind }) {
    const { payment, problem } = subject(body, store);
    return problem ?? giveBack(payment, payment.items, { body, kind, about: {} });
  }

  function giveBack(payment, items, { body, kind, about }) {
    const { paymentId, currency, store } = payment;
    const fine = toMinor(String(body.price ?? ''), 8);
    if (!fine) return failure(body, ERRORS.price, { paymentId, ...about });
    const movement = book.refund(payment, items, fine, conversationOf(body));
    if (movement.error) {
      return failure(body, movement.error, { paymentId, ...about, price: answers.decimal(fine), retryable: false });
    }
    const told = { ...distorted(payment, kind), amount: kind === 'wrong-amount' ? fine + toFine(1n, currency) : fine };
    return {
      ...success(body), paymentId: told.paymentId, ...about, price: answers.decimal(told.amount), currency: currency.code,
      authCode: movement.authCode, hostReference: payment.hostReference, refundHostReference: movement.hostReference,
      retryable: false, transactionType: movement.type,
      signature: responseSignature(refundOrder(told, body), store.secretKey),
    };
  }

  const refundOrder = ({ paymentId, amount, currency }, body) =>
    [paymentId, ...(settings.refundSignature === 'long' ? [plainFine(amount), currency.code] : []), conversationOf(body)];

  // ---- the customer

  function takeCard(payment, form) {
    if (form.action === 'cancel') return turnAway(payment, CANCELLED);
    const card = readCard(form, payment.lang);
    if (card.error) return cardPage(payment, card.error);
    const installments = Number(form.installments ?? 1);
    if (!choices(payment).some(({ count }) => count === installments)) {
      return cardPage(payment, speaker(payment.lang)('Taksit sayısı geçersiz.', 'The number of instalments is not valid.'));
    }
    begin(payment, card.pan, installments);
    return seeOther(address(payment, '/3d'));
  }

  function begin(payment, pan, installments) {
    Object.assign(payment, { pan, installments, state: 'password', paid: withInterest(payment.requested, installments) });
    become(payment, 'INIT_THREEDS');
  }

  async function takePassword(payment, form) {
    if (form.action === 'cancel') return turnAway(payment, CANCELLED, '0');
    if ((form.otp ?? '').trim() === payment.code) {
      await pass(payment);
      return seeOther(address(payment, '/done'));
    }
    if ((payment.wrongPasswords += 1) >= MAX_PASSWORDS) return turnAway(payment, NOT_AUTHENTICATED, '0');
    return passwordPage(payment, speaker(payment.lang)('Şifre yanlış. Yeniden deneyin.', 'Wrong code. Please try again.'));
  }

  /** The customer is who they say. With the checkout form iyzico charges at once, otherwise when the shop asks for it. */
  const pass = (payment) =>
    (payment.channel === 'api' ? threeDS.authenticated(payment, outcomeOf(payment).mdStatus) : charge(payment));

  function turnAway(payment, reason, mdStatus = null) {
    if (payment.channel === 'api') threeDS.authenticated(payment, '0');
    else decline(payment, reason, mdStatus);
    return seeOther(address(payment, '/done'));
  }

  function outcomeOf(payment) {
    return forced.has(payment.basketId) ? cardByName(forced.get(payment.basketId)) : cardByNumber(payment.pan);
  }

  function charge(payment) {
    payment.state = 'done';
    payment.finished = settle();
    return payment.finished;

    async function settle() {
      const outcome = outcomeOf(payment);
      become(payment, 'CALLBACK_THREEDS');
      if (outcome.slow) await courier.wait(times.slowMs);
      payment.mdStatus = outcome.mdStatus;
      if (['0', '5'].includes(outcome.mdStatus)) return decline(payment, NOT_AUTHENTICATED, outcome.mdStatus);
      if (outcome.code !== '00') return decline(payment, ANSWERS[outcome.code].iyzico, outcome.mdStatus);
      payment.silent = outcome.silent;
      book.authorize(payment, outcome);
      become(payment, 'SUCCESS');
      return recordReturn(payment);
    }
  }

  function decline(payment, reason, mdStatus) {
    Object.assign(payment, { state: 'done', failure: reason, mdStatus });
    become(payment, 'FAILURE');
    recordReturn(payment);
  }

  /** The browser's POST to callbackUrl: a token, nothing signed. */
  function recordReturn(payment) {
    if (payment.silent) return;
    payment.returned = courier.record({
      system: 'iyzico', kind: 'callback', via: 'browser', orderId: payment.basketId, url: payment.body.callbackUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: encodeForm(returnFields(payment)),
    });
  }

  const returnFields = (payment) => (payment.channel === 'api' ? threeDS.callbackFields(payment) : [['token', payment.token]]);

  function become(payment, paymentStatus, eventType) {
    payment.paymentStatus = paymentStatus;
    const url = payment.store.webhookUrl ?? webhookUrl;
    if (payment.silent || !url || !settings.webhookStatuses.includes(paymentStatus)) return;
    payment.webhook = webhooks.schedule(payment, url, eventType);
  }

  // ---- pages

  const address = (payment, step) =>
    `${mount}/pay${step}?${payment.channel === 'api' ? `order=${payment.posOrderId}` : `token=${payment.token}`}`;
  const json = (value) => ({
    status: value.status === 'failure' ? settings.errorStatus : 200,
    headers: { 'content-type': 'application/json;charset=UTF-8' }, body: toJson(value),
  });

  function choices(payment) {
    const enabled = Array.isArray(payment.body.enabledInstallments) ? payment.body.enabledInstallments.map(Number) : [];
    const counts = [1, 2, 3, 4, 6, 9, 12].filter((count) => count === 1 || enabled.includes(count));
    return installmentChoices(payment.requested, payment.currency, counts, payment.lang);
  }

  function summary(payment) {
    const say = speaker(payment.lang);
    return [
      [say('Mağaza', 'Shop'), payment.store.shopName ?? payment.store.merchantId],
      [say('Tutar', 'Amount'), forPeople(payment.paid, payment.currency, payment.lang)],
      [say('Sipariş no', 'Order number'), payment.basketId || payment.conversationId],
    ];
  }

  function cardPage(payment, error) {
    const say = speaker(payment.lang);
    return page({
      brand: 'iyzico', language: payment.lang, embeddable: true, title: say('Kart ile öde', 'Pay by card'), script: FILL_SCRIPT,
      switchTo: `${address(payment, '')}&lang=`,
      content: cardForm({ say, action: address(payment, '/card'), summary: summary(payment), installments: choices(payment), error }),
    });
  }

  function passwordPage(payment, error) {
    const say = speaker(payment.lang);
    return page({
      brand: 'iyzico', language: payment.lang, embeddable: true, title: say('3D Secure doğrulaması', '3-D Secure'),
      script: FOCUS_SCRIPT,
      switchTo: `${address(payment, '/3d')}&lang=`,
      content: passwordForm({ say, action: address(payment, '/3d'), summary: summary(payment), code: payment.code, error }),
    });
  }

  async function endPage(payment) {
    await payment.finished;
    if (payment.silent) return silentPage('iyzico', payment.lang);
    const say = speaker(payment.lang);
    const { callbackUrl } = payment.body;
    const text = say('iyzico sizi mağazaya gönderiyor.', 'iyzico is sending you to the shop.');
    return page({
      brand: 'iyzico', language: payment.lang, embeddable: true, title: say('Mağazaya dönülüyor', 'Returning to the shop'),
      script: SUBMIT_SCRIPT, formTargets: [new URL(callbackUrl).origin],
      content: returnForm({ say, action: callbackUrl, fields: returnFields(payment), text }),
    });
  }

  // ---- for tests and for the ledger

  /** A whole visit of the payment page without a browser. */
  async function visit(token, { card = 'success', installments = 1, password = 'right' } = {}) {
    const payment = payments.get(token);
    if (payment?.channel !== 'form') throw new Error('there is no payment with this token');
    if (card === 'cancel' && payment.state !== 'done') decline(payment, CANCELLED, null);
    else if (card !== 'close' && payment.state !== 'done') {
      begin(payment, cardByName(card).pan, installments);
      if (password === 'right') await charge(payment);
      else decline(payment, NOT_AUTHENTICATED, '0');
    }
    return visited(payment, encodeForm([['token', token]]));
  }

  /**
   * A visit of 3-D Secure.
   * @param {string} start the threeDSHtmlContent, or the paymentId
   * @param {{ password?: 'right' | 'wrong' | 'cancel' | 'close' }} [customer]
   * @returns {Promise<{ url: string, body: string | null, webhook?: object, order: object }>} what the browser posts back
   */
  async function visitThreeDS(start, { password = 'right' } = {}) {
    const [, orderId] = /name="orderId" value="([^"]+)"/.exec(Buffer.from(start, 'base64').toString('utf8')) ?? [];
    const payment = orderId ? payments.get(orderId) : byPaymentId(start);
    if (payment?.channel !== 'api') throw new Error('there is no such payment');
    if (payment.state !== 'done' && password !== 'close') {
      if (password === 'right') pass(payment);
      else turnAway(payment, NOT_AUTHENTICATED);
    }
    return visited(payment, payment.returned?.body ?? null);
  }

  const visited = (payment, body) => ({ url: payment.body.callbackUrl, body, webhook: payment.webhook, order: describe(payment) });

  const byBasket = (basketId) => [...payments.values()].findLast((each) => each.basketId === basketId);
  function byPaymentId(paymentId) {
    return [...payments.values()].find((each) => each.paymentId === paymentId);
  }

  const describe = (payment) => {
    const [captured, refunded, voided] = [book.captured(payment), book.refunded(payment), book.voided(payment)];
    return {
      system: 'iyzico', channel: payment.channel, orderId: payment.basketId, currency: payment.currency.code,
      digits: payment.currency.digits, token: payment.token, paymentId: payment.paymentId, status: statusOf(payment),
      minor: payment.requested, authorized: payment.paymentStatus === 'SUCCESS' ? payment.paid : 0n, captured, refunded, voided,
      installments: payment.installments, code: payment.failure?.[0] ?? '', mdStatus: payment.mdStatus ?? '',
      card: payment.pan && `${payment.pan.slice(0, 6)}******${payment.pan.slice(-4)}`,
      acknowledged: payment.acknowledged, at: payment.startedAt,
    };
  };

  function statusOf(payment) {
    if (payment.paymentStatus !== 'SUCCESS') return payment.paymentStatus === 'FAILURE' ? 'declined' : 'open';
    if (book.voided(payment) > 0n) return 'voided';
    if (book.refundStatus(payment) === 'TOTALLY_REFUNDED') return 'refunded';
    if (payment.fraudStatus !== 1) return 'review';
    return payment.capturedAt === null ? 'authorized' : 'paid';
  }

  /** A subscription's webhook, on the schedule of all webhooks. */
  async function sendSubscription({ url = webhookUrl, ...what } = {}) {
    if (!url) throw new Error('there is no address for webhooks');
    const event = webhooks.subscriptionEvent(what);
    const message = webhooks.prepare({ url, event, store: what.store, orderId: event.subscriptionReferenceCode });
    return { message, answer: await webhooks.insist(message) };
  }

  return {
    name: 'iyzico', handle, visit, visitThreeDS, sendSubscription, settings, times, courier, directEvent: webhooks.directEvent,
    subscriptionEvent: webhooks.subscriptionEvent,
    payments: () => [...payments.values()].map(describe),
    /** By basketId, which is the shop's order id. */
    find: (basketId) => byBasket(basketId) && describe(byBasket(basketId)),
    session: byBasket,
    force(basketId, outcomeName) { forced.set(basketId, cardByName(outcomeName).name); },
    /** `on`: one of OPERATIONS, or '*'; `kind`: one of FAULTS. */
    fault: faults.add,
    clearFaults: faults.clear,
    setWebhookUrl(url) { webhookUrl = url; },
    /** Signs and sends any event at once, once: `{ event, url?, signatures?, orderId? }`. */
    sendWebhook: (what) => courier.send(webhooks.prepare({ url: webhookUrl, ...what })),
    /** The event of a checkout form's payment, to change and send. */
    hppEvent: (basketId) => webhooks.hppEvent(byBasket(basketId)),
    messages: () => courier.messages().filter((message) => message.system === 'iyzico'),
    close: () => courier.close(),
  };
}

/** What a shop would have to put into its own page, and better does not. */
const FORM_CONTENT = '<script type="text/javascript">'
  + 'if (typeof iyziInit === "undefined") { var iyziInit = { createTag: function () { /* simulation */ } }; iyziInit.createTag(); }'
  + '</script>';

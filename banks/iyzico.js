// The simulated iyzico: checkout form (initialize, page, return with a token, retrieve), payment detail and the signed webhook.
import { randomBytes } from 'node:crypto';
import { installmentChoices, MAX_PASSWORDS, newPassword, readCard } from './card-input.js';
import { ANSWERS, brandOf, cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults, withFault } from './faults.js';
import { encodeForm, parseForm } from './form.js';
import { authorization, responseSignature } from './iyzico-hash.js';
import { createWebhooks } from './iyzico-webhook.js';
import { Decimal, readJsonObject, toJson } from './json.js';
import { CURRENCIES, forPeople, fromMinor, stripZeros, toMinor, withInterest } from './money.js';
import {
  cardForm, errorPage, FILL_SCRIPT, FOCUS_SCRIPT, languageOf, methodOnly, page, passwordForm, returnForm, seeOther, silentPage, speaker,
  SUBMIT_SCRIPT,
} from './page.js';

export { authorization, responseSignature, webhookSignature } from './iyzico-hash.js';

export const SIMULATOR_ACCOUNT = {
  apiKey: 'sim-api-key-12345678', secretKey: 'sim-secret-key-12345678', merchantId: '190300', shopName: 'Velopos Örnek Mağaza',
};

const REQUIRED = [
  'price', 'paidPrice', 'currency', 'callbackUrl', 'buyer.id', 'buyer.name', 'buyer.surname', 'buyer.identityNumber',
  'buyer.email',
  'buyer.registrationAddress', 'buyer.city', 'buyer.country', 'buyer.ip',
  'billingAddress.contactName', 'billingAddress.city', 'billingAddress.country', 'billingAddress.address',
];

const INITIALIZE = '/payment/iyzipos/checkoutform/initialize/auth/ecom';
const RETRIEVE = '/payment/iyzipos/checkoutform/auth/ecom/detail';
const DETAIL = '/payment/detail';
const NAMES = { [INITIALIZE]: 'initialize', [RETRIEVE]: 'retrieve', [DETAIL]: 'detail' };

const SETTINGS = {
  priceText: 'short',              // of the answers' prices: 'short' 149.9 | 'padded' 149.90000000
  failureStatus: 'success',        // the retrieve's `status` for a declined payment: the query worked ('success'), or 'failure'
  webhookSignatures: ['v3'],       // any of 'v1', 'v2' (the headers of before) and 'v3'
  webhookStatuses: ['SUCCESS', 'FAILURE'], // also possible: 'INIT_THREEDS', 'CALLBACK_THREEDS'
};

const TIMES = {
  webhookFirstMs: 3_000, webhookRetryMs: 10_000, webhookRepeats: 3, slowMs: 20_000, hangMs: 30_000, tokenMs: 30 * 60_000,
};
const NO_PAYMENT = ['5087', 'Üye işyerine ait ödeme kaydı bulunamadı'];
const CANCELLED = ['5088', 'CANCELLED', 'Ödeme kullanıcı tarafından iptal edildi'];
const NOT_AUTHENTICATED = ['10085', 'NOT_3D_AUTHENTICATED', '3D Secure doğrulaması başarısız'];

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
  let paymentIds = 24_400_000 + (random(3).readUIntBE(0, 3) % 90_000);

  async function handle(request) {
    const { path, method, query } = request;
    const endpoint = { [INITIALIZE]: initialize, [RETRIEVE]: retrieve, [DETAIL]: detail }[path];
    if (endpoint) return method === 'POST' ? called(endpoint, request) : methodOnly('POST');
    const [, step = ''] = /^\/pay(?:\/(card|3d|done))?$/.exec(path) ?? [];
    const payment = path.startsWith('/pay') ? payments.get(query.get('token')) : undefined;
    if (!payment) return errorPage('iyzico', 404, 'Sayfa bulunamadı', 'Böyle bir ödeme yok.', 'There is no such payment.');
    if (query.has('lang')) payment.lang = languageOf(query.get('lang'));
    if (payment.state !== 'done' && now() - payment.startedAt > times.tokenMs) {
      return errorPage('iyzico', 410, 'Süre doldu', 'Bu ödeme sayfasının süresi doldu.', 'This page has expired.');
    }
    if (method === 'POST') return posted(payment, step, Object.fromEntries(parseForm(request.body)));
    if (payment.state === 'done') return step === 'done' ? endPage(payment) : seeOther(address(payment, '/done'));
    return payment.state === 'password' ? passwordPage(payment) : cardPage(payment);
  }

  function posted(payment, step, form) {
    if (step === 'card' && payment.state === 'card') return takeCard(payment, form);
    if (step === '3d' && payment.state === 'password') return takePassword(payment, form);
    return seeOther(address(payment, { card: '', password: '/3d', done: '/done' }[payment.state]));
  }

  // ---- API

  async function called(endpoint, request) {
    const kind = faults.take(NAMES[request.path]);
    const work = () => {
      const answer = authenticated(endpoint, request);
      return json(kind === 'bad-signature' ? { ...answer, signature: '0'.repeat(64) } : answer);
    };
    return withFault(kind, work, { wait: courier.wait, hangMs: times.hangMs });
  }

  function authenticated(endpoint, request) {
    const body = readJsonObject(request.body);
    if (!request.headers.authorization) return failure(body, '1001', 'api bilgileri bulunamadı');
    const store = caller(request);
    if (!store) return failure(body, '1000', 'Geçersiz imza');
    return body ? endpoint(body, store, request) : failure(body, '11', 'Geçersiz istek');
  }

  /** The store whose key signed exactly these bytes for this path, or undefined. */
  function caller({ headers, path, body }) {
    const randomKey = headers['x-iyzi-rnd'];
    if (!randomKey) return undefined;
    return stores.find(({ apiKey, secretKey }) =>
      sameDigest(headers.authorization, authorization({ apiKey, secretKey, randomKey, path, body })));
  }

  function initialize(body, store, { origin }) {
    const missing = REQUIRED.find((path) => (path.split('.').reduce((value, name) => value?.[name], body) ?? '') === '');
    if (missing) return failure(body, '5', `${missing} gönderilmesi zorunludur`);
    const currency = Object.values(CURRENCIES).find(({ code }) => code === body.currency);
    if (!currency) return failure(body, '5017', 'currency geçersizdir');
    const [price, paid] = [toMinor(String(body.price)), toMinor(String(body.paidPrice))];
    if (!price || !paid) return failure(body, '5004', 'price gönderilmesi zorunludur');
    const items = Array.isArray(body.basketItems) ? body.basketItems : [];
    if (items.length === 0) return failure(body, '5', 'basketItems gönderilmesi zorunludur');
    if (items.reduce((sum, item) => sum + (toMinor(String(item?.price)) ?? 0n), 0n) !== price) {
      return failure(body, '5062', 'Gönderilen tutar tüm kırılımların toplam tutarına eşit olmalıdır');
    }
    if (!courier.mayReach(body.callbackUrl)) return failure(body, '5012', 'callbackUrl: bu simülasyon yalnızca bu bilgisayardaki mağazaya döner');
    const payment = register(body, store, { currency, price, paid });
    return {
      ...success(body), token: payment.token, checkoutFormContent: FORM_CONTENT, tokenExpireTime: times.tokenMs / 1000,
      paymentPageUrl: `${origin}${mount}/pay?token=${payment.token}&lang=${payment.lang}`,
      signature: responseSignature([conversationOf(body), payment.token], store.secretKey),
    };
  }

  function register(body, store, { currency, price, paid }) {
    const token = random(16).toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    const payment = {
      token, store, body, currency, price, requested: paid, paid, paymentId: String(paymentIds += 1 + (random(1)[0] % 9)),
      basketId: String(body.basketId ?? ''),
      conversationId: conversationOf(body), lang: languageOf(body.locale), state: 'card', paymentStatus: null, installments: 1,
      startedAt: now(), pan: '',
      code: newPassword(random), wrongPasswords: 0, mdStatus: null, fraudStatus: 1, failure: null, authCode: '', silent: false,
      acknowledged: false,
    };
    payments.set(token, payment);
    return payment;
  }

  function retrieve(body, store) {
    const payment = payments.get(String(body.token ?? ''));
    if (payment?.store !== store || payment.paymentStatus === null) return failure(body, ...NO_PAYMENT);
    const answer = paymentAnswer(payment, body);
    const order = [payment.paymentStatus, ...signedValues(payment, body), payment.token];
    return {
      ...answer, signature: responseSignature(order, store.secretKey), token: payment.token,
      callbackUrl: payment.body.callbackUrl, paymentStatus: payment.paymentStatus,
    };
  }

  function detail(body, store) {
    const payment = [...payments.values()].find((each) => each.store === store && each.paymentStatus !== null
      && (body.paymentId ? each.paymentId === String(body.paymentId) : each.conversationId === String(body.paymentConversationId)));
    if (!payment) return failure(body, ...NO_PAYMENT);
    const signature = responseSignature(signedValues(payment, body), store.secretKey);
    return { ...paymentAnswer(payment, body), paymentStatus: payment.paymentStatus, signature };
  }

  const signedValues = (payment, body) => [
    payment.paymentId, payment.currency.code, payment.basketId, conversationOf(body), stripZeros(fromMinor(payment.paid)),
    stripZeros(fromMinor(payment.price)),
  ];

  function paymentAnswer(payment, body) {
    const base = success(body);
    const declined = payment.paymentStatus === 'FAILURE';
    const [errorCode, errorGroup, errorMessage] = payment.failure ?? [];
    return {
      ...base, status: declined ? settings.failureStatus : 'success', ...(declined && { errorCode, errorMessage, errorGroup }),
      price: decimal(payment.price), paidPrice: decimal(payment.paid), installment: payment.installments,
      paymentId: payment.paymentId,
      ...(payment.paymentStatus === 'SUCCESS' && { fraudStatus: payment.fraudStatus }), merchantCommissionRate: 0,
      merchantCommissionRateAmount: 0,
      iyziCommissionRateAmount: decimal(payment.paid * 3n / 100n), iyziCommissionFee: new Decimal('0.25'),
      cardType: 'CREDIT_CARD',
      cardAssociation: { VISA: 'VISA', MASTERCARD: 'MASTER_CARD', TROY: 'TROY' }[brandOf(payment.pan || '4')],
      cardFamily: 'Maximum',
      binNumber: payment.pan.slice(0, 6), lastFourDigits: payment.pan.slice(-4), basketId: payment.basketId,
      currency: payment.currency.code,
      itemTransactions: payment.body.basketItems.map((item, i) => ({
        itemId: item.id, paymentTransactionId: `${Number(payment.paymentId) + 2_000_000 + i}`,
        transactionStatus: payment.fraudStatus === 1 ? 2 : 0,
        price: decimal(toMinor(String(item.price))), paidPrice: decimal(toMinor(String(item.price))),
      })),
      ...(payment.authCode && { authCode: payment.authCode, hostReference: `mock${payment.authCode}iyzihostrfn` }), phase: 'AUTH',
      ...(payment.mdStatus && { mdStatus: Number(payment.mdStatus) }),
    };
  }

  function decimal(minor) {
    const plain = fromMinor(minor);
    return new Decimal(settings.priceText === 'padded' ? `${plain}000000` : stripZeros(plain));
  }

  const conversationOf = (body) => (body?.conversationId === undefined ? '' : String(body.conversationId));
  const success = (body) => ({ status: 'success', ...envelope(body) });
  const failure = (body, errorCode, errorMessage) => ({ status: 'failure', errorCode, errorMessage, ...envelope(body) });

  /** The conversation's id is merely handed back. */
  const envelope = (body) => ({
    locale: languageOf(body?.locale), systemTime: now(),
    ...(body?.conversationId !== undefined && { conversationId: conversationOf(body) }),
  });

  // ---- the customer

  function takeCard(payment, form) {
    if (form.action === 'cancel') return decline(payment, CANCELLED);
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
    if (form.action === 'cancel') return decline(payment, CANCELLED, '0');
    if ((form.otp ?? '').trim() === payment.code) {
      await charge(payment);
      return seeOther(address(payment, '/done'));
    }
    if ((payment.wrongPasswords += 1) >= MAX_PASSWORDS) return decline(payment, NOT_AUTHENTICATED, '0');
    return passwordPage(payment, speaker(payment.lang)('Şifre yanlış. Yeniden deneyin.', 'Wrong code. Please try again.'));
  }

  function charge(payment) {
    payment.state = 'done';
    payment.finished = settle();
    return payment.finished;

    async function settle() {
      const outcome = forced.has(payment.basketId) ? cardByName(forced.get(payment.basketId)) : cardByNumber(payment.pan);
      become(payment, 'CALLBACK_THREEDS');
      if (outcome.slow) await courier.wait(times.slowMs);
      payment.mdStatus = outcome.mdStatus;
      if (['0', '5'].includes(outcome.mdStatus)) return decline(payment, NOT_AUTHENTICATED, outcome.mdStatus);
      if (outcome.code !== '00') return decline(payment, ANSWERS[outcome.code].iyzico, outcome.mdStatus);
      Object.assign(payment, {
        authCode: newPassword(random), fraudStatus: outcome.review ? 0 : 1, silent: outcome.silent, paidAt: now(),
      });
      become(payment, 'SUCCESS');
      return recordReturn(payment);
    }
  }

  function decline(payment, reason, mdStatus = null) {
    Object.assign(payment, { state: 'done', failure: reason, mdStatus });
    become(payment, 'FAILURE');
    recordReturn(payment);
    return seeOther(address(payment, '/done'));
  }

  /** The browser's POST to callbackUrl: a token, nothing signed. */
  function recordReturn(payment) {
    if (payment.silent) return;
    courier.record({
      system: 'iyzico', kind: 'callback', via: 'browser', orderId: payment.basketId, url: payment.body.callbackUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: encodeForm([['token', payment.token]]),
    });
  }

  function become(payment, paymentStatus) {
    payment.paymentStatus = paymentStatus;
    const url = payment.store.webhookUrl ?? webhookUrl;
    if (payment.silent || !url || !settings.webhookStatuses.includes(paymentStatus)) return;
    payment.webhook = webhooks.schedule(payment, url);
  }

  // ---- pages

  const address = (payment, step) => `${mount}/pay${step}?token=${payment.token}`;
  const json = (value) => ({ status: 200, headers: { 'content-type': 'application/json;charset=UTF-8' }, body: toJson(value) });

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
      content: returnForm({ say, action: callbackUrl, fields: [['token', payment.token]], text }),
    });
  }

  // ---- for tests and for the ledger

  /** A whole visit of the payment page without a browser. */
  async function visit(token, { card = 'success', installments = 1, password = 'right' } = {}) {
    const payment = payments.get(token);
    if (!payment) throw new Error('there is no payment with this token');
    if (card === 'cancel') decline(payment, CANCELLED);
    else if (card !== 'close') {
      begin(payment, cardByName(card).pan, installments);
      if (password === 'right') await charge(payment);
      else decline(payment, NOT_AUTHENTICATED, '0');
    }
    return { url: payment.body.callbackUrl, body: encodeForm([['token', token]]), webhook: payment.webhook, order: describe(payment) };
  }

  const byBasket = (basketId) => [...payments.values()].findLast((each) => each.basketId === basketId);

  const describe = (payment) => ({
    system: 'iyzico', orderId: payment.basketId, currency: payment.currency.code, digits: payment.currency.digits,
    token: payment.token, paymentId: payment.paymentId,
    status: { SUCCESS: payment.fraudStatus === 1 ? 'paid' : 'review', FAILURE: 'declined' }[payment.paymentStatus] ?? 'open',
    minor: payment.requested, captured: payment.paymentStatus === 'SUCCESS' ? payment.paid : 0n, refunded: 0n,
    installments: payment.installments,
    code: payment.failure?.[0] ?? '', mdStatus: payment.mdStatus ?? '',
    card: payment.pan && `${payment.pan.slice(0, 6)}******${payment.pan.slice(-4)}`,
    acknowledged: payment.acknowledged ?? false, at: payment.startedAt,
  });

  return {
    name: 'iyzico', handle, visit, settings, times, courier, directEvent: webhooks.directEvent,
    payments: () => [...payments.values()].map(describe),
    /** By basketId, which is the shop's order id. */
    find: (basketId) => byBasket(basketId) && describe(byBasket(basketId)),
    session: byBasket,
    force(basketId, outcomeName) { forced.set(basketId, cardByName(outcomeName).name); },
    /** `on`: 'initialize' | 'retrieve' | 'detail' | '*'; kinds: see LOST in faults.js, and 'bad-signature'. */
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

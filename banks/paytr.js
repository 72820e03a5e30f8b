// The simulated PayTR: iFrame token, payment page, the signed notification that is repeated until the shop says OK, status and
// refund.
import { randomBytes } from 'node:crypto';
import { installmentChoices, MAX_PASSWORDS, newPassword, readCard } from './card-input.js';
import { ANSWERS, brandOf, cardByName, cardByNumber } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults, withFault } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { CURRENCIES, forPeople, fromMinor, stripZeros, toMinor, withInterest } from './money.js';
import {
  cardForm, errorPage, FILL_SCRIPT, FOLLOW_SCRIPT, FRAMED_SCRIPT, languageOf, methodOnly, page, passwordForm, returnLink,
  seeOther,
  silentPage, speaker,
} from './page.js';
import { iframeToken, notificationHash, refundToken, statusToken } from './paytr-hash.js';
import { timestamp } from './turkish-time.js';

export { iframeToken, notificationHash, refundToken, statusToken, token } from './paytr-hash.js';

export const SIMULATOR_ACCOUNT = {
  merchantId: '190200', merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789', shopName: 'Velopos Örnek Mağaza',
};

/** Without these there is no token. */
const REQUIRED = [
  'merchant_id', 'user_ip', 'merchant_oid', 'email', 'payment_amount', 'paytr_token', 'user_basket', 'no_installment',
  'max_installment',
  'user_name', 'user_address', 'user_phone', 'merchant_ok_url', 'merchant_fail_url', 'test_mode',
];

const NO_PAYMENT = { err_no: '004', err_msg: 'merchant_oid ile basarili odeme bulunamadi' };

const MESSAGES = {
  0: (answer) => answer,
  2: () => 'Kimlik Doğrulama başarısız. Lütfen tekrar deneyin ve şifreyi doğru girin.',
  6: () => 'Müşteri ödeme yapmaktan vazgeçti ve ödeme sayfasından ayrıldı.',
};

const SETTINGS = {
  statusAmounts: 'short',      // of the status answer: 'short' 149.9 | 'dot' 149.90 | 'comma' 149,90
  notify: true,                // false: no notification leaves, as if the network had swallowed them
  notificationExtra: [],       // fields that are added to every notification, or replace its own
  charset: 'UTF-8',
};

const TIMES = { retryMs: 5_000, repeats: 30, slowMs: 20_000, hangMs: 30_000, browserWaitMs: 4_000, abandonMs: 5 * 60_000 };

/**
 * @param {object} [options]
 * @param {() => number} [options.now]
 * @param {(bytes: number) => Buffer} [options.random]
 * @param {typeof fetch} [options.deliver]
 * @param {(line: string) => void} [options.log]
 * @param {Partial<typeof TIMES>} [options.times]
 * @param {Array<typeof SIMULATOR_ACCOUNT & { notificationUrl?: string }>} [options.stores]
 * @param {string} [options.notificationUrl] of every store that has none of its own; in real life it is set in PayTR's panel
 * @param {Partial<typeof SETTINGS>} [options.settings]
 */
export function createPaytr(options = {}) {
  const { now = Date.now, random = randomBytes, log = () => {}, stores = [SIMULATOR_ACCOUNT], mount = '/paytr' } = options;
  const courier = options.courier ?? createCourier({ deliver: options.deliver, now, log });
  const times = { ...TIMES, ...options.times };
  const settings = { ...structuredClone(SETTINGS), ...options.settings };
  let { notificationUrl } = options;
  /** @type {Map<string, any>} payments by token */
  const payments = new Map();
  const forced = new Map();
  const faults = createFaults();

  async function handle(request) {
    const { path, method, query } = request;
    const endpoint = { '/odeme/api/get-token': getToken, '/odeme/durum-sorgu': status, '/odeme/iade': refund }[path];
    if (endpoint) return method === 'POST' ? called(endpoint, request) : methodOnly('POST');
    const [, id, step] = /^\/odeme\/guvenli\/([0-9a-f]{64})(?:\/(card|3d|done))?$/.exec(path) ?? [];
    const payment = payments.get(id);
    if (!payment) return errorPage('paytr', 404, 'Sayfa bulunamadı', 'Böyle bir ödeme yok.', 'There is no such payment.');
    if (query.has('lang')) payment.lang = languageOf(query.get('lang'));
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
    const fields = parseForm(request.body);
    const kind = faults.take(request.path.split('/').at(-1));
    const answer = () => json(endpoint(Object.fromEntries(fields), fields));
    return withFault(kind, answer, { wait: courier.wait, hangMs: times.hangMs });
  }

  function getToken(form, fields) {
    const failed = (reason) => ({ status: 'failed', reason });
    const repeated = duplicateName(fields);
    if (repeated) return failed(`Ayni alan birden fazla gonderildi: ${repeated}`);
    const missing = REQUIRED.find((name) => (form[name] ?? '').trim() === '');
    if (missing) return failed(`Zorunlu alan degeri gecersiz veya gonderilmedi: ${missing}`);
    const store = storeOf(form);
    if (!store) return failed('Gecersiz merchant_id.');
    if (!sameDigest(form.paytr_token, iframeToken(form, store))) return failed('paytr_token gonderilmedi veya gecersiz.');
    if (!/^[A-Za-z0-9]{1,64}$/.test(form.merchant_oid)) return failed('merchant_oid alfanumerik olmalidir.');
    if (byOid(form.merchant_oid)) return failed('Bu merchant_oid ile daha once islem baslatilmis.');
    if (!/^[1-9]\d{0,11}$/.test(form.payment_amount)) return failed('payment_amount 100 ile carpilmis bir tam sayi olmalidir.');
    const currency = Object.values(CURRENCIES).find(({ paytr }) => paytr && paytr === (form.currency || 'TL').replace('TRY', 'TL'));
    if (!currency) return failed('Gecersiz para birimi.');
    if (!isBasket(form.user_basket)) return failed('user_basket gecersiz.');
    if (!/^[01]$/.test(form.no_installment)) return failed('no_installment gecersiz.');
    if (!/^(0|[2-9]|1[0-2])$/.test(form.max_installment)) return failed('max_installment gecersiz.');
    if (![form.merchant_ok_url, form.merchant_fail_url].every(courier.mayReach)) {
      return failed('merchant_ok_url, merchant_fail_url: bu simulasyon yalnizca bu bilgisayardaki magazaya doner.');
    }
    return { status: 'success', token: register(form, store, currency).token };
  }

  function register(form, store, currency) {
    const payment = {
      token: random(32).toString('hex'), form, store, currency, oid: form.merchant_oid, minor: BigInt(form.payment_amount),
      total: 0n, installments: 1,
      lang: languageOf(form.lang), state: 'card', result: 'open', startedAt: now(), paidAt: null, pan: '', wrongPasswords: 0,
      refunds: [], authCode: '',
      code: newPassword(random), acknowledged: false, reason: null, notification: null, silent: false, framed: false,
    };
    payments.set(payment.token, payment);
    const limitMs = Number(form.timeout_limit) > 0 ? Number(form.timeout_limit) * 60_000 : Infinity;
    courier.later(() => { if (payment.state !== 'done') fail(payment, '6'); }, Math.min(times.abandonMs, limitMs));
    return payment;
  }

  function status(form) {
    const problem = badCaller(form, statusToken);
    if (problem) return problem;
    const payment = byOid(form.merchant_oid);
    if (payment?.result !== 'success') return { status: 'error', ...NO_PAYMENT };
    const cost = payment.total * 24n / 1000n;
    return {
      status: 'success', payment_amount: amountText(payment.minor), payment_total: amountText(payment.total),
      payment_date: timestamp(payment.paidAt).slice(0, 19),
      currency: payment.currency.paytr, net_tutar: amountText(payment.total - cost), kesinti_tutari: amountText(cost),
      taksit: payment.installments > 1 ? String(payment.installments) : '0', kart_marka: brandOf(payment.pan),
      masked_pan: `${payment.pan.slice(0, 6)}******${payment.pan.slice(-4)}`, odeme_tipi: 'KART', test_mode: payment.form.test_mode,
      returns: payment.refunds.map(({ minor, at, reference }) => ({
        return_amount: amountText(minor), return_date: timestamp(at).slice(0, 19), return_type: '',
        date_completed: timestamp(at).slice(0, 19),
        return_auth_code: '', return_ref_num: '', reference_no: reference, return_source: '',
      })),
    };
  }

  function amountText(minor) {
    const text = fromMinor(minor);
    return { short: stripZeros(text), dot: text, comma: text.replace('.', ',') }[settings.statusAmounts];
  }

  function refund(form) {
    const problem = badCaller(form, refundToken);
    if (problem) return problem;
    const error = (no, message) => ({ status: 'error', err_no: no, err_msg: message });
    const payment = byOid(form.merchant_oid);
    if (payment?.result !== 'success') return { status: 'failed', ...NO_PAYMENT };
    const minor = toMinor(form.return_amount ?? '');
    if (!minor) return error('006', 'return_amount gecersiz');
    const { reference_no: given } = form;
    if (given && !/^[A-Za-z0-9]{1,64}$/.test(given)) return error('008', 'reference_no gecersiz');
    if (given && payment.refunds.some(({ reference }) => reference === given)) return error('010', 'reference_no daha once kullanilmis');
    if (minor > payment.total - refunded(payment)) return error('009', 'Kalan tutardan fazla tutarda iade yapilamaz');
    payment.refunds.push({ minor, at: now(), reference: given ?? '' });
    return {
      status: 'success', is_test: payment.form.test_mode, merchant_oid: payment.oid, return_amount: form.return_amount,
      ...(given && { reference_no: given }),
    };
  }

  function badCaller(form, formula) {
    const store = storeOf(form);
    if (!store) return { status: 'error', err_no: '001', err_msg: 'merchant_id gecersiz' };
    if (sameDigest(form.paytr_token, formula(form, store))) return null;
    return { status: 'error', err_no: '002', err_msg: 'paytr_token gecersiz' };
  }

  const storeOf = (form) => stores.find(({ merchantId }) => merchantId === form.merchant_id);
  const byOid = (oid) => [...payments.values()].find((payment) => payment.oid === oid);
  const refunded = (payment) => payment.refunds.reduce((sum, { minor }) => sum + minor, 0n);

  // ---- the customer

  function takeCard(payment, form) {
    if (form.action === 'cancel') return turnAway(payment, '6');
    const card = readCard(form, payment.lang);
    if (card.error) return cardPage(payment, card.error);
    const installments = Number(form.installments ?? 1);
    if (!choices(payment).some(({ count }) => count === installments)) {
      return cardPage(payment, speaker(payment.lang)('Taksit sayısı geçersiz.', 'The number of instalments is not valid.'));
    }
    Object.assign(payment, { pan: card.pan, installments, state: 'password' });
    return seeOther(address(payment, '/3d'));
  }

  async function takePassword(payment, form) {
    payment.framed = form.framed === '1';
    if (form.action === 'cancel') return turnAway(payment, '6');
    if ((form.otp ?? '').trim() === payment.code) {
      await charge(payment);
      return seeOther(address(payment, '/done'));
    }
    if ((payment.wrongPasswords += 1) >= MAX_PASSWORDS) return turnAway(payment, '2');
    return passwordPage(payment, speaker(payment.lang)('Şifre yanlış. Yeniden deneyin.', 'Wrong code. Please try again.'));
  }

  async function turnAway(payment, reason) {
    await fail(payment, reason);
    return seeOther(address(payment, '/done'));
  }

  function charge(payment) {
    payment.state = 'done';
    payment.finished = settle();
    return payment.finished;

    async function settle() {
      const outcome = forced.has(payment.oid) ? cardByName(forced.get(payment.oid)) : cardByNumber(payment.pan);
      if (outcome.slow) await courier.wait(times.slowMs);
      if (['0', '5'].includes(outcome.mdStatus)) return fail(payment, '0', '3D Secure doğrulaması başarısız.');
      if (outcome.code !== '00') return fail(payment, '0', ANSWERS[outcome.code].message);
      const total = withInterest(payment.minor, payment.installments);
      Object.assign(payment, { result: 'success', paidAt: now(), total, silent: outcome.silent });
      return outcome.silent ? null : notify(payment);
    }
  }

  function fail(payment, code, answer = '') {
    Object.assign(payment, { state: 'done', result: 'failed', reason: { code, message: MESSAGES[code](answer) } });
    payment.finished = notify(payment);
    return payment.finished;
  }

  /** Tells the shop, and goes on telling it until it says OK. The browser waits for the first answer, but not for long. */
  function notify(payment) {
    const url = payment.store.notificationUrl ?? notificationUrl;
    const message = courier.record({
      system: 'paytr', kind: 'notification', via: 'server', orderId: payment.oid, url: url ?? '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encodeForm(notificationFields(payment), settings.charset),
    });
    payment.notification = message;
    if (!url || !settings.notify) return Promise.resolve();
    const accepted = (answer) => {
      payment.acknowledged ||= answer.status === 200 && answer.body === 'OK';
      return payment.acknowledged;
    };
    const told = courier.sendUntil(message, accepted, { everyMs: times.retryMs, repeats: times.repeats });
    return Promise.race([told, courier.wait(times.browserWaitMs)]);
  }

  function notificationFields(payment) {
    const { form, store, result, reason } = payment;
    const success = result === 'success';
    const signedFields = { merchant_oid: payment.oid, status: result, total_amount: success ? String(payment.total) : '0' };
    const fields = {
      ...signedFields, hash: notificationHash(signedFields, store), merchant_id: store.merchantId, payment_type: 'card',
      test_mode: form.test_mode,
      ...(success
        ? { payment_amount: form.payment_amount, currency: payment.currency.paytr, installment_count: String(payment.installments) }
        : { failed_reason_code: reason.code, failed_reason_msg: reason.message }),
      ...Object.fromEntries(settings.notificationExtra),
    };
    return Object.entries(fields);
  }

  // ---- pages

  const address = (payment, step) => `${mount}/odeme/guvenli/${payment.token}${step}`;
  const json = (value) =>
    ({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) });

  function choices(payment) {
    const most = payment.form.no_installment === '1' ? 1 : Number(payment.form.max_installment) || 12;
    return installmentChoices(payment.minor, payment.currency, [1, 2, 3, 6, 9, 12].filter((count) => count <= most), payment.lang);
  }

  function summary(payment) {
    const say = speaker(payment.lang);
    const total = withInterest(payment.minor, payment.installments);
    return [
      [say('Mağaza', 'Shop'), payment.store.shopName ?? payment.store.merchantId],
      [say('Tutar', 'Amount'), forPeople(total, payment.currency, payment.lang)],
      [say('Sipariş no', 'Order number'), payment.oid],
    ];
  }

  function cardPage(payment, error) {
    const say = speaker(payment.lang);
    return page({
      brand: 'paytr', language: payment.lang, embeddable: true, title: say('Kart ile öde', 'Pay by card'), script: FILL_SCRIPT,
      switchTo: `${address(payment, '')}?lang=`, formTargets: shopOrigins(payment),
      content: cardForm({ say, action: address(payment, '/card'), summary: summary(payment), installments: choices(payment), error }),
    });
  }

  function passwordPage(payment, error) {
    const say = speaker(payment.lang);
    return page({
      brand: 'paytr', language: payment.lang, embeddable: true, title: say('3D Secure doğrulaması', '3-D Secure'),
      script: FRAMED_SCRIPT,
      switchTo: `${address(payment, '/3d')}?lang=`, formTargets: shopOrigins(payment),
      content: passwordForm({
        say, action: address(payment, '/3d'), summary: summary(payment), code: payment.code, error, framedField: true,
      }),
    });
  }

  /** Browsers apply a page's form-action to the redirects that follow, too. */
  const shopOrigins = ({ form }) => [...new Set([form.merchant_ok_url, form.merchant_fail_url].map((url) => new URL(url).origin))];

  /** The browser goes back to the shop and brings nothing that proves anything. In a frame it has to leave the frame first. */
  async function endPage(payment) {
    await payment.finished;
    if (payment.silent) return silentPage('paytr', payment.lang);
    const href = returnUrl(payment);
    if (!payment.framed) return seeOther(href);
    const say = speaker(payment.lang);
    return page({
      brand: 'paytr', language: payment.lang, embeddable: true, title: say('Mağazaya dönülüyor', 'Returning to the shop'),
      script: FOLLOW_SCRIPT,
      content: returnLink({ say, href, text: say('Ödeme sayfasından çıkılıyor.', 'Leaving the payment page.') }),
    });
  }

  const returnUrl = ({ result, form }) => (result === 'success' ? form.merchant_ok_url : form.merchant_fail_url);

  // ---- for tests and for the ledger

  /** A whole visit of the payment page without a browser. */
  async function visit(paymentToken, { card = 'success', installments = 1, password = 'right' } = {}) {
    const payment = payments.get(paymentToken);
    if (!payment) throw new Error('there is no payment with this token');
    if (card === 'cancel') await fail(payment, '6');
    else if (card !== 'close') {
      Object.assign(payment, { pan: cardByName(card).pan, installments });
      await (password === 'right' ? charge(payment) : fail(payment, '2'));
    }
    return { url: returnUrl(payment), notification: payment.notification, order: describe(payment) };
  }

  const describe = (payment) => ({
    system: 'paytr', orderId: payment.oid, currency: payment.currency.code, digits: payment.currency.digits, token: payment.token,
    status: { open: 'open', failed: 'declined', success: refunded(payment) === payment.total ? 'refunded' : 'paid' }[payment.result],
    minor: payment.minor, captured: payment.total, refunded: refunded(payment), installments: payment.installments,
    acknowledged: payment.acknowledged,
    code: payment.reason?.code ?? '', card: payment.pan && `${payment.pan.slice(0, 6)}******${payment.pan.slice(-4)}`,
    at: payment.startedAt,
  });

  return {
    name: 'paytr', handle, visit, settings, times, courier,
    payments: () => [...payments.values()].map(describe),
    find: (oid) => { const payment = byOid(oid); return payment && describe(payment); },
    session: byOid,
    force(oid, outcomeName) { forced.set(oid, cardByName(outcomeName).name); },
    /** `on`: 'get-token' | 'durum-sorgu' | 'iade' | '*'; kinds: see LOST in faults.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    setNotificationUrl(url) { notificationUrl = url; },
    /** The same notification once more, as after a lost answer. */
    notifyAgain: (oid) => courier.send(byOid(oid).notification),
    messages: () => courier.messages().filter((message) => message.system === 'paytr'),
    close: () => courier.close(),
  };
}

function isBasket(text) {
  try {
    const rows = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    return Array.isArray(rows) && rows.length > 0 && rows.every((row) => Array.isArray(row) && row.length === 3);
  } catch {
    return false;
  }
}

// The simulated PayTR: the iFrame's token and page, the Direct API's form, payment links, the signed notification that is repeated
// until the shop says OK, status, refund and the transaction report. Source: dev.paytr.com; what it leaves open is a setting.
import { randomBytes } from 'node:crypto';
import { installmentChoices, MAX_PASSWORDS, newPassword, readCard } from './card-input.js';
import { ANSWERS, cardByName, cardByNumber, CV2, EXPIRY } from './cards.js';
import { createCourier } from './courier.js';
import { sameDigest } from './digest.js';
import { createFaults, withFault } from './faults.js';
import { duplicateName, encodeForm, parseForm } from './form.js';
import { CURRENCIES, forPeople, fromMinor, stripZeros, toMinor, withInterest } from './money.js';
import {
  cardForm, errorPage, FILL_SCRIPT, FOLLOW_SCRIPT, FRAMED_SCRIPT, html, languageOf, methodOnly, page, passwordForm, returnForm,
  returnLink, seeOther, silentPage, speaker, SUBMIT_SCRIPT,
} from './page.js';
import { amountOf, problemOf, whoSent } from './paytr-direct.js';
import { iframeToken, linkHash, notificationHash, refundToken, statusToken } from './paytr-hash.js';
import { createLinks } from './paytr-link.js';
import { costOf, dottedDate, report } from './paytr-report.js';
import { timestamp } from './turkish-time.js';

export {
  directToken, iframeToken, linkCreateToken, linkDeleteToken, linkHash, notificationHash, refundToken, reportToken, statusToken,
  token,
} from './paytr-hash.js';

export const SIMULATOR_ACCOUNT = {
  merchantId: '190200', merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789', shopName: 'Velopos Örnek Mağaza',
};

/** What a fault can be ordered for: a service by the last words of its address, 'odeme' for the form of the Direct API. */
export const OPERATIONS = ['get-token', 'odeme', 'durum-sorgu', 'iade', 'link-create', 'link-delete', 'islem-dokumu'];

/** Without these there is no token. */
const REQUIRED = [
  'merchant_id', 'user_ip', 'merchant_oid', 'email', 'payment_amount', 'paytr_token', 'user_basket', 'no_installment',
  'max_installment',
  'user_name', 'user_address', 'user_phone', 'merchant_ok_url', 'merchant_fail_url', 'test_mode',
];

const NO_PAYMENT = 'merchant_oid ile basarili odeme bulunamadi';
const TEST_FAILURE = 'Test modu hata mesajı. (Gerçek modda ilgili hata mesajı dönecektir)';

/** By failed_reason_code. */
const MESSAGES = {
  0: (answer) => answer,
  2: () => 'Kimlik Doğrulama başarısız. Lütfen tekrar deneyin ve şifreyi doğru girin.',
  6: () => 'Müşteri ödeme yapmaktan vazgeçti ve ödeme sayfasından ayrıldı.',
  10: () => 'Bu işlemde 3D Secure kullanılmalıdır.',
  99: () => 'İşlem başarısız: Teknik entegrasyon hatası.',
};

const SETTINGS = {
  statusAmounts: 'short',      // of the status answer: 'short' 149.9 | 'dot' 149.90 | 'comma' 149,90
  answers: 'documented',       // 'reported': status and refund as a public library saw them in 2026, with a dotted date and nulls
  refundNeedsOk: false,        // true: no refund before the shop has answered OK, error 007 of the document
  repeatedReference: 'accept', // 'refuse': a refund's reference_no is good once; the document promises nothing of the kind
  directInterest: false,       // true: instalments of the Direct API cost more than payment_amount, too
  reportList: 'list',          // the name under which the report has its rows; the document gives none
  reportAmounts: 'dot',        // of the report: 'dot' 149.90 | 'comma' 149,90
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
 * @param {Array<typeof SIMULATOR_ACCOUNT & { notificationUrl?: string, non3d?: boolean }>} [options.stores] `non3d`: may charge
 *   cards without 3-D Secure
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
  const storeOf = (form) => stores.find(({ merchantId }) => merchantId === form.merchant_id);
  const links = createLinks({ storeOf, currencyOf, open, address, courier, now, random, mount });

  /** By path: the name of the operation, and its work. */
  const ENDPOINTS = {
    '/odeme/api/get-token': ['get-token', getToken],
    '/odeme/durum-sorgu': ['durum-sorgu', status],
    '/odeme/iade': ['iade', refund],
    '/odeme/api/link/create': ['link-create', links.create],
    '/odeme/api/link/delete': ['link-delete', links.remove],
    '/rapor/islem-dokumu': ['islem-dokumu', (form) => report(form, { storeOf, payments: payments.values(), settings })],
  };

  async function handle(request) {
    const { path, method, query } = request;
    if (Object.hasOwn(ENDPOINTS, path)) return method === 'POST' ? called(request) : methodOnly('POST');
    if (path === '/odeme') return method === 'POST' ? submitted(request) : methodOnly('POST');
    if (path.startsWith('/link/')) return links.visitPage(request);
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

  async function called(request) {
    const [name, endpoint] = ENDPOINTS[request.path];
    const fields = parseForm(request.body);
    const kind = faults.take(name);
    const answer = () => json(distorted(endpoint(Object.fromEntries(fields), fields, request), kind));
    return withFault(kind, answer, { wait: courier.wait, ...times });
  }

  /** An answer that is about another order, where it names one at all. */
  const distorted = (answer, kind) =>
    (kind === 'wrong-order' && answer.merchant_oid ? { ...answer, merchant_oid: `${answer.merchant_oid}X` } : answer);

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
    const currency = currencyOf(form.currency);
    if (!currency) return failed('Gecersiz para birimi.');
    if (!isBasket(form.user_basket)) return failed('user_basket gecersiz.');
    if (!/^[01]$/.test(form.no_installment)) return failed('no_installment gecersiz.');
    if (!/^(0|[2-9]|1[0-2])$/.test(form.max_installment)) return failed('max_installment gecersiz.');
    if (![form.merchant_ok_url, form.merchant_fail_url].every(courier.mayReach)) {
      return failed('merchant_ok_url, merchant_fail_url: bu simulasyon yalnizca bu bilgisayardaki magazaya doner.');
    }
    const { token } = open({
      ...ordered(form, store, currency), channel: 'iframe', minor: BigInt(form.payment_amount), lang: languageOf(form.lang),
      maxInstallments: form.no_installment === '1' ? 1 : Number(form.max_installment) || 12,
      limitMs: Number(form.timeout_limit) > 0 ? Number(form.timeout_limit) * 60_000 : Infinity,
    });
    return { status: 'success', token };
  }

  /** What the shop's own order brings, by iFrame and by Direct API alike. */
  const ordered = (form, store, currency) => ({
    store, currency, oid: form.merchant_oid, testMode: form.test_mode || '0',
    urls: { ok: form.merchant_ok_url, fail: form.merchant_fail_url },
  });

  /** @param {object} started at least channel, store, currency, oid, minor, lang, testMode and maxInstallments */
  function open({ limitMs = Infinity, ...started }) {
    const payment = {
      total: 0n, installments: 1, state: 'card', result: 'open', startedAt: now(), paidAt: null, pan: '', wrongPasswords: 0,
      refunds: [], code: newPassword(random), authCode: '', acknowledged: false, reason: null, notification: null, silent: false,
      framed: false, urls: null, link: null, callbackId: '', ...started, token: random(32).toString('hex'),
    };
    payments.set(payment.token, payment);
    courier.later(() => { if (payment.state !== 'done') fail(payment, '6'); }, Math.min(times.abandonMs, limitMs));
    return payment;
  }

  function status(form) {
    const problem = badCaller(form, statusToken, { oid: '002', token: '003' });
    if (problem) return problem;
    const payment = byOid(form.merchant_oid);
    if (!payment) return error('004', 'merchant_oid ile islem bulunamadi');
    if (payment.result !== 'success') return error('004', NO_PAYMENT);
    const { minor, total, installments, paidAt, testMode, refunds, authCode } = payment;
    const cost = costOf(total);
    const answer = {
      status: 'success', payment_amount: amountText(minor), payment_total: amountText(total),
      payment_date: timestamp(paidAt).slice(0, 19), currency: payment.currency.paytr, net_tutar: amountText(total - cost),
      kesinti_tutari: amountText(cost), taksit: installments > 1 ? String(installments) : '0', kart_marka: 'WORLD',
      masked_pan: maskedPan(payment), odeme_tipi: 'KART', test_mode: testMode, returns: refunds.map(returnedRow),
    };
    if (settings.answers === 'documented') return answer;
    const date = dottedDate(paidAt);
    const none = { net_tutar: '0.00', kesinti_tutari: '0.00', kesinti_orani: '0.00', kart_marka: '', masked_pan: null };
    return { ...answer, payment_date: date, auth_date: date, auth_code: authCode, ...(testMode === '1' && none) };
  }

  const returnedRow = ({ minor, at, reference }) => ({
    return_amount: amountText(minor), return_date: timestamp(at).slice(0, 19), return_type: '',
    date_completed: timestamp(at).slice(0, 19), return_auth_code: '', return_ref_num: '', reference_no: reference,
    return_source: '',
  });

  function amountText(minor) {
    const text = fromMinor(minor);
    return { short: stripZeros(text), dot: text, comma: text.replace('.', ',') }[settings.statusAmounts];
  }

  function refund(form) {
    const problem = badCaller(form, refundToken, { oid: '002', token: '004' });
    if (problem) return problem;
    const payment = byOid(form.merchant_oid);
    if (payment?.result !== 'success') return { ...error('005', NO_PAYMENT), status: 'failed' };
    if (settings.refundNeedsOk && !payment.acknowledged) {
      return error('007', 'merchant_oid bulundu ancak odeme henuz siteye bildirilmemis');
    }
    const minor = toMinor(form.return_amount ?? '');
    if (!minor) return error('003', 'Gecersiz return_amount');
    const { reference_no: given } = form;
    if (given && !/^[A-Za-z0-9]{1,64}$/.test(given)) return error('001', 'Gecersiz reference_no');
    const repeated = given && payment.refunds.some(({ reference }) => reference === given);
    if (repeated && settings.repeatedReference === 'refuse') return error('001', 'reference_no daha once kullanilmis');
    if (minor > left(payment)) {
      const kept = fromMinor(left(payment));
      return error('009', `Talep edilen iade tutari (${form.return_amount}), kalan tutardan (${kept}) fazla olamaz.`);
    }
    payment.refunds.push({ minor, at: now(), reference: given ?? '' });
    return {
      status: 'success', is_test: payment.testMode, merchant_oid: payment.oid, return_amount: form.return_amount,
      ...(given ? { reference_no: given } : settings.answers === 'reported' && { reference_no: null }),
    };
  }

  /** The numbers of the errors differ from service to service. */
  function badCaller(form, formula, numbers) {
    const store = storeOf(form);
    if (!store) return error('001', 'Gecersiz istek veya magaza aktif degil');
    if (!form.merchant_oid) return error(numbers.oid, 'Gecersiz merchant_oid');
    if (sameDigest(form.paytr_token, formula(form, store))) return null;
    return error(numbers.token, 'paytr_token gonderilmedi veya gecersiz');
  }

  function currencyOf(text) {
    const name = (text || 'TL').replace('TRY', 'TL');
    return Object.values(CURRENCIES).find(({ paytr }) => paytr && paytr === name);
  }

  const error = (number, message) => ({ status: 'error', err_no: number, err_msg: message });
  const byOid = (oid) => [...payments.values()].find((payment) => payment.oid === oid);
  const refunded = (payment) => payment.refunds.reduce((sum, { minor }) => sum + minor, 0n);
  const left = (payment) => payment.total - refunded(payment);
  const maskedPan = ({ pan }) => pan && `${pan.slice(0, 6)}******${pan.slice(-4)}`;

  // ---- the form of the Direct API

  async function submitted(request) {
    const fields = parseForm(request.body);
    const kind = faults.take('odeme');
    return withFault(kind, () => answerForm(fields), { wait: courier.wait, ...times });
  }

  /** The customer goes on to the one-time password, or straight back to the shop. */
  async function answerForm(fields) {
    const { payment, back } = await takeForm(fields);
    if (payment) return seeOther(address(payment, payment.state === 'password' ? '/3d' : '/done'));
    if (back) return carryBack(back);
    return errorPage('paytr', 400, 'Geçersiz adres', 'merchant_ok_url, merchant_fail_url: mağazanın adresi olmalıdır.',
      'merchant_ok_url and merchant_fail_url have to be addresses of the shop.');
  }

  /** @returns {Promise<{ payment?: any, back?: ReturnType<typeof backWith> }>} neither, where there is nowhere to go back to */
  async function takeForm(fields) {
    const form = Object.fromEntries(fields);
    if (![form.merchant_ok_url ?? '', form.merchant_fail_url ?? ''].every(courier.mayReach)) return {};
    const shown = (text) => (form.debug_on === '1' ? text : MESSAGES[99]());
    const { store, problem } = whoSent(form, fields, storeOf);
    if (problem) return { back: backWith(form, shown(problem)) };
    // A second form for an order must not make the shop hear that the first one failed.
    if (byOid(form.merchant_oid)) return { back: backWith(form, shown('Bu merchant_oid ile daha once islem baslatilmis.')) };
    const currency = currencyOf(form.currency);
    const wrong = problemOf(form, currency);
    if (wrong && form.debug_on === '1') return { back: backWith(form, wrong) };
    const installments = Number(form.installment_count) || 1;
    const payment = open({
      ...ordered(form, store, currency ?? CURRENCIES[949]), channel: 'direct', minor: amountOf(form) ?? 0n, installments,
      maxInstallments: installments, lang: languageOf(form.client_lang),
      limitMs: form.request_exp_date > 0 ? Math.max(0, Number(form.request_exp_date) * 1000 - now()) : Infinity,
    });
    await (wrong ? fail(payment, '99') : takeFormsCard(payment, form));
    return { payment };
  }

  function takeFormsCard(payment, form) {
    const { card_number: pan, expiry_month: month, expiry_year: year, cvv: cv2 } = form;
    const card = readCard({ pan, month, year, cv2 }, payment.lang);
    if (card.error) return fail(payment, '0', card.error);
    Object.assign(payment, { pan: card.pan, state: 'password' });
    if (form.non_3d !== '1') return null;
    if (!payment.store.non3d) return fail(payment, '10');
    return payment.testMode === '1' && form.non3d_test_failed === '1' ? fail(payment, '0', TEST_FAILURE) : charge(payment);
  }

  /** To merchant_ok_url nothing is posted, to merchant_fail_url the reason, for the customer to read. Neither is signed. */
  const backWith = (form, reason) =>
    ({ url: form.merchant_fail_url, fields: [['fail_message', reason]], lang: languageOf(form.client_lang) });
  const backOf = (payment) =>
    ({ url: returnUrl(payment), fields: payment.reason ? [['fail_message', payment.reason.message]] : [], lang: payment.lang });

  function recordBack(payment) {
    const { url, fields } = backOf(payment);
    payment.returned = courier.record({
      system: 'paytr', kind: 'callback', via: 'browser', orderId: payment.oid, url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: encodeForm(fields),
    });
  }

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
      if (payment.link && !links.isOpen(payment.link, payment.count)) return fail(payment, '0', 'Link aktif değil.');
      if (['0', '5'].includes(outcome.mdStatus)) return fail(payment, '0', '3D Secure doğrulaması başarısız.');
      if (outcome.code !== '00') return fail(payment, '0', ANSWERS[outcome.code].message);
      if (payment.link) payment.link.sold += payment.count;
      Object.assign(payment, {
        result: 'success', paidAt: now(), total: totalOf(payment), authCode: newPassword(random), silent: outcome.silent,
      });
      return outcome.silent ? null : tell(payment);
    }
  }

  /** In the Direct API the shop has put the price of the instalments into its amount already. */
  const totalOf = ({ channel, minor, installments }) =>
    (channel === 'direct' && !settings.directInterest ? minor : withInterest(minor, installments));

  function fail(payment, code, answer = '') {
    Object.assign(payment, { state: 'done', result: 'failed', reason: { code, message: MESSAGES[code](answer) } });
    payment.finished = tell(payment);
    return payment.finished;
  }

  function tell(payment) {
    const told = notify(payment);
    if (payment.channel === 'direct') recordBack(payment);
    return told;
  }

  /** Tells the shop, and goes on telling it until it says OK. The browser waits for the first answer, but not for long. */
  function notify(payment) {
    const fromLink = payment.channel === 'link';
    if (fromLink && (payment.result === 'failed' || !payment.link.callbackUrl)) return Promise.resolve();
    const url = fromLink ? payment.link.callbackUrl : payment.store.notificationUrl ?? notificationUrl;
    const message = courier.record({
      system: 'paytr', kind: 'notification', via: 'server', orderId: payment.callbackId || payment.oid, url: url ?? '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encodeForm(fromLink ? linkFields(payment) : notificationFields(payment), settings.charset),
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
    const { store, result, reason, minor, testMode } = payment;
    const success = result === 'success';
    const signedFields = { merchant_oid: payment.oid, status: result, total_amount: success ? String(payment.total) : '0' };
    const fields = {
      hash: notificationHash(signedFields, store), ...signedFields, payment_type: 'card',
      ...(success
        ? { payment_amount: String(minor), currency: payment.currency.paytr, installment_count: String(payment.installments) }
        : { failed_reason_code: reason.code, failed_reason_msg: reason.message }),
      merchant_id: store.merchantId, test_mode: testMode, ...Object.fromEntries(settings.notificationExtra),
    };
    return Object.entries(fields);
  }

  /** A link is heard of only when it was paid. */
  function linkFields({ store, callbackId, oid, total, minor, currency, testMode }) {
    const signedFields = { callback_id: callbackId, merchant_oid: oid, status: 'success', total_amount: String(total) };
    const fields = {
      hash: linkHash(signedFields, store), ...signedFields, payment_amount: String(minor), payment_type: 'card',
      currency: currency.paytr, merchant_id: store.merchantId, test_mode: testMode,
      ...Object.fromEntries(settings.notificationExtra),
    };
    return Object.entries(fields);
  }

  // ---- pages

  const json = (value) =>
    ({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) });

  function address(payment, step) {
    return `${mount}/odeme/guvenli/${payment.token}${step}`;
  }

  const choices = ({ minor, currency, maxInstallments, lang }) =>
    installmentChoices(minor, currency, [1, 2, 3, 6, 9, 12].filter((count) => count <= maxInstallments), lang);

  function summary(payment) {
    const say = speaker(payment.lang);
    return [
      [say('Mağaza', 'Shop'), payment.store.shopName ?? payment.store.merchantId],
      [say('Tutar', 'Amount'), forPeople(totalOf(payment), payment.currency, payment.lang)],
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
  const shopOrigins = ({ urls }) => [...new Set(Object.values(urls ?? {}).map((url) => new URL(url).origin))];

  async function endPage(payment) {
    await payment.finished;
    if (payment.silent) return silentPage('paytr', payment.lang);
    if (payment.channel === 'direct') return carryBack(backOf(payment));
    return payment.channel === 'link' ? receipt(payment) : leavePage(payment);
  }

  /** The browser goes back to the shop and brings nothing that proves anything. In a frame it has to leave the frame first. */
  function leavePage(payment) {
    const href = returnUrl(payment);
    if (!payment.framed) return seeOther(href);
    const say = speaker(payment.lang);
    return page({
      brand: 'paytr', language: payment.lang, embeddable: true, title: say('Mağazaya dönülüyor', 'Returning to the shop'),
      script: FOLLOW_SCRIPT,
      content: returnLink({ say, href, text: say('Ödeme sayfasından çıkılıyor.', 'Leaving the payment page.') }),
    });
  }

  function carryBack({ url, fields, lang }) {
    const say = speaker(lang);
    return page({
      brand: 'paytr', language: lang, title: say('Mağazaya dönülüyor', 'Returning to the shop'), script: SUBMIT_SCRIPT,
      formTargets: [new URL(url).origin],
      content: returnForm({
        say, action: url, fields, text: say('PayTR sizi mağazaya gönderiyor.', 'PayTR is sending you to the shop.'),
      }),
    });
  }

  /** A link's customer stays with PayTR. */
  function receipt(payment) {
    const say = speaker(payment.lang);
    const paid = payment.result === 'success';
    return page({
      brand: 'paytr', language: payment.lang,
      title: paid ? say('Ödemeniz alındı', 'Your payment was received') : say('Ödeme alınamadı', 'The payment failed'),
      content: html`<p class="${paid ? 'note' : 'error'}" id="receipt">${paid ? payment.link.name : payment.reason.message}</p>
<p><a href="${mount}/link/${payment.link.id}">${say('Linke dön', 'Back to the link')}</a></p>`,
    });
  }

  /** A link's customer is not sent anywhere. */
  const returnUrl = ({ result, urls }) => urls && (result === 'success' ? urls.ok : urls.fail);

  // ---- for tests and for the ledger

  /** A whole visit of the payment page without a browser. */
  async function visit(paymentToken, { card = 'success', installments = 1, password = 'right' } = {}) {
    const payment = payments.get(paymentToken);
    if (!payment) throw new Error('there is no payment with this token');
    if (card === 'close' || payment.state === 'done') return visited(payment);
    if (card !== 'cancel') Object.assign(payment, { pan: cardByName(card).pan, installments });
    return enter(payment, card === 'cancel' ? 'cancel' : password);
  }

  /**
   * The Direct API's form, posted by a browser that goes all the way.
   * @param {Record<string, string> | [string, string][]} fields the shop's form with the card, or without it: `card` names one
   * @param {{ card?: string, password?: 'right' | 'wrong' | 'cancel' | 'close' }} [customer]
   * @returns what the browser posts back to the shop (`url`, `body`), the notification, and PayTR's view of the order
   */
  async function visitForm(fields, { card, password = 'right' } = {}) {
    const typed = card ? typedCard(card) : {};
    const ofShop = (Array.isArray(fields) ? fields : Object.entries(fields)).filter(([name]) => !Object.hasOwn(typed, name));
    const { payment, back } = await takeForm([...ofShop, ...Object.entries(typed)]);
    if (!payment && !back) throw new Error('merchant_ok_url and merchant_fail_url have to be a shop on this machine');
    if (back) return { url: back.url, body: encodeForm(back.fields), notification: null, order: undefined };
    return payment.state === 'password' && password !== 'close' ? enter(payment, password) : visited(payment);
  }

  const typedCard = (name) => ({
    cc_owner: 'TEST', card_number: cardByName(name).pan, expiry_month: EXPIRY.month, expiry_year: EXPIRY.year, cvv: CV2,
  });

  /**
   * A visit of a payment link's page.
   * @param {string} id
   * @param {{ card?: string, installments?: number, count?: number, password?: 'right' | 'wrong' | 'cancel' }} [customer]
   */
  async function visitLink(id, { card = 'success', password = 'right', ...chosen } = {}) {
    const link = links.find(id);
    if (!link || !links.isOpen(link, chosen.count)) throw new Error('there is no such link, or it is not active any more');
    return enter(links.begin(link, { ...chosen, pan: cardByName(card).pan }), password);
  }

  async function enter(payment, password) {
    await (password === 'right' ? charge(payment) : fail(payment, password === 'cancel' ? '6' : '2'));
    return visited(payment);
  }

  const visited = (payment) => ({
    url: returnUrl(payment), body: payment.returned?.body ?? null, notification: payment.notification, silent: payment.silent,
    order: describe(payment),
  });

  const describe = (payment) => ({
    system: 'paytr', channel: payment.channel, orderId: payment.oid, callbackId: payment.callbackId, token: payment.token,
    currency: payment.currency.code, digits: payment.currency.digits,
    status: { open: 'open', failed: 'declined', success: left(payment) > 0n ? 'paid' : 'refunded' }[payment.result],
    minor: payment.minor, captured: payment.total, refunded: refunded(payment), voided: 0n, installments: payment.installments,
    acknowledged: payment.acknowledged, code: payment.reason?.code ?? '', card: maskedPan(payment), at: payment.startedAt,
  });

  /** By the shop's own order number; a link's payments by its callback_id, the last one. */
  const sessionOf = (id) => byOid(id) ?? [...payments.values()].findLast(({ callbackId }) => callbackId && callbackId === id);

  return {
    name: 'paytr', handle, visit, visitForm, visitLink, settings, times, courier,
    payments: () => [...payments.values()].map(describe),
    find: (id) => { const payment = sessionOf(id); return payment && describe(payment); },
    session: sessionOf,
    link: links.find,
    force(oid, outcomeName) { forced.set(oid, cardByName(outcomeName).name); },
    /** `on`: one of OPERATIONS, or '*'; kinds: see JSON_FAULTS in faults.js. */
    fault: faults.add,
    clearFaults: faults.clear,
    setNotificationUrl(url) { notificationUrl = url; },
    /** The same notification once more, as after a lost answer. */
    notifyAgain: (id) => courier.send(sessionOf(id).notification),
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

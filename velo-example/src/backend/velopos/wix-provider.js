// What Wix asks of a payment provider: to connect the owner's account, to begin a payment, to give money back. The plugin's own files
// (backend/service-plugins) only hand the questions over. How a payment ended is told by books/wix-checkout.js.

import { PosError, createPos } from './package.js';
import { WIX } from './books/wix-checkout.js';
import { buyerOf } from './buyer.js';
import { changesOf, finishChanges, refundPayment } from './changes.js';
import { openIntent } from './checkout.js';
import { wantsCustomer } from './customer.js';
import { logFailure } from './log.js';
import { findPayment } from './payments.js';
import { findAccount, findOpenAccount } from './secrets.js';
import { isAddress, returnUrlsOf, siteAt } from './site.js';
import { isUnsure } from './standing.js';
import { findFixed, findIntent, findOutcome, fix, idFor } from './store.js';
import { fromMinorText, isCurrency } from './wix-money.js';

/**
 * @typedef {import('interfaces-psp-v1-payment-service-provider').ConnectAccountOptions} ConnectAccountOptions
 * @typedef {import('interfaces-psp-v1-payment-service-provider').ConnectAccountResponse} ConnectAccountResponse
 * @typedef {import('interfaces-psp-v1-payment-service-provider').CreateTransactionOptions} CreateTransactionOptions
 * @typedef {import('interfaces-psp-v1-payment-service-provider').CreateTransactionResponse} CreateTransactionResponse
 * @typedef {import('interfaces-psp-v1-payment-service-provider').RefundTransactionOptions} RefundTransactionOptions
 * @typedef {import('interfaces-psp-v1-payment-service-provider').CreateRefundResponse} CreateRefundResponse
 * @typedef {import('interfaces-psp-v1-payment-service-provider').OrderReturnUrls} OrderReturnUrls
 * @typedef {import('interfaces-psp-v1-payment-service-provider').Refusal} Refusal
 * @typedef {import('./secrets.js').Account} Account
 * @typedef {import('./site.js').Site} Site
 * @typedef {Omit<Parameters<typeof openIntent>[0], 'account'> & { _id: string }} Attempt
 */

// Wix's reason codes
const ACCOUNT_INVALID = 2002;
const AMOUNT_INVALID = 3001;
const CURRENCY_UNSUPPORTED = 3003;
const PENDING = 5009;
const OTHER = 6000;

/** What Wix shows to owner or buyer. @param {number} reasonCode @param {string} errorCode @param {string} tr @param {string} en
 * @returns {Refusal} */
function refusal(reasonCode, errorCode, tr, en) {
  return { reasonCode, errorCode, errorMessage: `${tr} / ${en}` };
}

// ---- connectAccount

/** @param {ConnectAccountOptions} options @returns {Promise<ConnectAccountResponse>} */
export async function connectAccount({ credentials }) {
  const site = siteAt(credentials.siteUrl);
  if (!site) return refusal(ACCOUNT_INVALID, 'siteUrl', 'Sitenizin adresini yazın: https://www.siteniz.com', 'Enter your site’s address: https://www.yoursite.com');
  const typed = named(credentials.account);
  const account = await findAccountQuietly(typed);
  if (account === null) return refusal(ACCOUNT_INVALID, 'secret', '“velopos” adlı sır okunamadı', 'The secret named “velopos” cannot be read');
  if (!account) return refusal(ACCOUNT_INVALID, 'account', ...NO_ACCOUNT);
  const problem = rehearse(account, site, SAMPLE, { asking: true });
  if (problem) return refusal(ACCOUNT_INVALID, problem.field ?? problem.code, 'velopos bu hesabı açmadı', problem.message);
  const suffix = account.mode === 'test' ? ' (DENEME / TEST)' : '';
  return {
    credentials: { siteUrl: site.home, account: typed ?? '' },
    accountId: account.name, accountName: `${account.name}${suffix}`,
  };
}

/** @type {[string, string]} */
const NO_ACCOUNT = [
  '“velopos” sırrında bu adda bir hesap yok, ya da gerçek hesapların yanında deneme hesabı',
  'The secret “velopos” has no account of this name, or it is a test account beside real ones',
];

/** @param {unknown} name @returns {string | undefined} nothing stands for the default account */
function named(name) {
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined;
}

/** @param {string | undefined} name @returns {Promise<Account | null | undefined>} null when the secret cannot be read */
async function findAccountQuietly(name) {
  try {
    return await findOpenAccount(name);
  } catch (error) {
    logFailure('connectAccount', error);
    return null;
  }
}

// ---- createTransaction

/** The first answer that is given to a transaction is its answer for good, whoever asks again and with whatever.
 * @param {CreateTransactionOptions} options @returns {Promise<CreateTransactionResponse>} */
export async function createTransaction(options) {
  const _id = intentIdOf(options.wixTransactionId);
  const decided = await fix(`wix transaction ${options.wixTransactionId}`, await decide(options, _id));
  if ('refused' in decided) return { pluginTransactionId: _id, ...decided.refused };
  const account = await findAccount(decided.account);
  if (!account) throw new Error(`the secret no longer names the account ${decided.account}`);
  await openIntent({ ...decided.attempt, account });
  return { pluginTransactionId: _id, redirectUrl: decided.redirectUrl };
}

/** @param {unknown} wixTransactionId */
function intentIdOf(wixTransactionId) {
  if (typeof wixTransactionId !== 'string' || wixTransactionId === '') throw new Error('Wix named no transaction');
  return idFor(`wix transaction ${wixTransactionId}`).slice(0, 32);
}

/**
 * @typedef {{ refused: Refusal } | { attempt: Attempt, account: string, redirectUrl: string }} Decision
 * @param {CreateTransactionOptions} options @param {string} _id
 * @returns {Promise<Decision>}
 */
async function decide({ wixTransactionId, merchantCredentials, order }, _id) {
  const site = siteAt(merchantCredentials.siteUrl);
  const account = await findOpenAccount(named(merchantCredentials.account));
  if (!site || !account) return refuse(OTHER, 'account', 'Ödeme sağlayıcısı yeniden bağlanmalı', 'The payment provider must be connected again');
  const { totalAmount, currency, billingAddress, buyerInfo } = order.description ?? {};
  if (!isCurrency(currency)) return refuse(CURRENCY_UNSUPPORTED, 'currency', 'Bu para birimiyle ödeme alınamıyor', 'This currency is not accepted');
  const amount = fromMinorText(totalAmount, currency);
  if (!amount) return refuse(AMOUNT_INVALID, 'totalAmount', 'Tutar okunamadı', 'The amount cannot be read');
  const returnUrls = readReturnUrls(order.returnUrls);
  if (!returnUrls) return refuse(OTHER, 'returnUrls', 'Dönüş adresleri kullanılamıyor', 'The return addresses cannot be used');
  const language = languageOf(buyerInfo?.buyerLanguage);
  /** @type {Attempt} */
  const attempt = {
    _id, book: 'wix-checkout', orderId: wixTransactionId, orderNumber: String(order._id ?? ''), transactionId: wixTransactionId, returnUrls,
    amount, currency, language, basket: [{ name: language === 'en' ? 'Order' : 'Sipariş', price: amount, quantity: 1 }],
    customer: wantsCustomer(account.config.gateway) ? buyerOf(billingAddress) : null,
  };
  const problem = rehearse(account, site, attempt);
  if (problem) return { refused: refusalOf(problem) };
  return { attempt, account: account.name, redirectUrl: `${site.functions}/pay/${_id}` };
}

/** @param {Parameters<typeof refusal>} words @returns {Decision} */
function refuse(...words) {
  return { refused: refusal(...words) };
}

/** @param {PosError} problem */
function refusalOf({ field = '', code, message }) {
  if (field.startsWith('customer')) return refusal(OTHER, field, 'Ad, e-posta ve telefon gerekli', 'Name, e-mail and telephone are needed');
  const reasonCode = field === 'currency' ? CURRENCY_UNSUPPORTED : field === 'amount' ? AMOUNT_INVALID : OTHER;
  return refusal(reasonCode, field || code, 'Sanal POS bu ödemeyi kabul etmiyor', message);
}

/** Wix's own addresses of its pages: two that it always gives, two that it may. @param {OrderReturnUrls | undefined} urls
 * @returns {import('./store.js').ReturnUrls | null} */
function readReturnUrls(urls) {
  const { successUrl: success, errorUrl: error, cancelUrl, pendingUrl } = urls ?? {};
  const returnUrls = { success: success ?? '', error: error ?? '', cancel: cancelUrl || error || '', pending: pendingUrl || '' };
  const { pending, ...needed } = returnUrls;
  const isUsable = Object.values(needed).every(isAddress) && (pending === '' || isAddress(pending));
  return isUsable ? returnUrls : null;
}

/** @param {unknown} locale @returns {'tr' | 'en'} */
function languageOf(locale) {
  return typeof locale === 'string' && locale !== '' && !locale.toLowerCase().startsWith('tr') ? 'en' : 'tr';
}

// ---- what both look at beforehand

/** An order like any other, for looking whether an account works. @type {Attempt} */
const SAMPLE = {
  _id: '0'.repeat(32), book: 'wix-checkout', orderId: 'sample', amount: '10.00', currency: 'TRY', language: 'tr',
  basket: [{ name: 'Sipariş', price: '10.00', quantity: 1 }],
  customer: { name: 'Ad Soyad', email: 'ad@example.com', phone: '05550000000' },
};
const SAMPLE_IP = '203.0.113.1';   // belongs to nobody (RFC 5737); the buyer's own comes with the buyer

/** Everything that velopos checks before a payment begins; nothing is sent. `asking` is whether the bank can be asked afterwards, too:
 * otherwise Wix would never hear of a buyer who paid and closed the window, nor of one who left.
 * @param {Account} account @param {Site} site @param {Attempt} attempt @param {{ asking?: boolean }} [more] @returns {PosError | null} */
function rehearse({ config }, site, { _id, amount, currency, basket, customer, language }, { asking = false } = {}) {
  try {
    const pos = createPos(config, { claim: async () => false });
    const urls = returnUrlsOf(site, { _id, gateway: config.gateway });
    const about = { ...customer, language, ip: SAMPLE_IP };
    const { order } = pos.step.start({ id: SAMPLE_ORDER, amount, currency, basket, customer: about, urls });
    if (asking) pos.step.ask(order, 'inquire');
    return null;
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    return canWait(error) ? null : error;
  }
}

const SAMPLE_ORDER = 'SAMPLE00000000000001';

/** The card is asked for by our own page, and iyzico's number for a payment comes with its page. @param {PosError} error */
function canWait({ field = '' }) {
  return field.startsWith('card') || field === 'refs';
}

// ---- refundTransaction

const REFUND_ID = /^[A-Za-z0-9_-]{1,36}$/;   // Wix's are UUIDs, and so the bank knows the refund by the same name
const UNREADABLE = refusal(OTHER, 'refundAmount', 'İade isteği okunamadı', 'The refund cannot be read');
const TRIES = 5;
const PAUSE = 1000;

/** What was refused once stays refused: Wix has been told so. @param {RefundTransactionOptions} options
 * @returns {Promise<CreateRefundResponse>} */
export async function refundTransaction(options) {
  if (!REFUND_ID.test(options.wixRefundId)) return UNREADABLE;
  const subject = `wix refund ${options.wixRefundId}`;
  const before = await findFixed(subject);
  if (before) return before;
  const answer = await giveBack(options);
  const isRefused = 'reasonCode' in answer && answer.reasonCode !== PENDING;
  return isRefused ? fix(subject, answer) : answer;
}

/** @param {RefundTransactionOptions} options @returns {Promise<CreateRefundResponse>} */
async function giveBack({ wixTransactionId, wixRefundId, pluginTransactionId, refundAmount, reason }) {
  const intent = await findIntent(intentIdOf(wixTransactionId));
  const record = intent && intent._id === pluginTransactionId ? await bookedPayment(intent._id) : null;
  if (!intent || !record) return refusal(OTHER, 'transaction', 'Bu işlemin alınmış bir ödemesi yok', 'No payment was received for this transaction');
  const amount = fromMinorText(refundAmount, intent.currency);
  if (!amount) return UNREADABLE;
  if (await isInDoubt(record._id, wixRefundId)) return refusal(OTHER, 'unknown', DOUBT.tr, DOUBT.en);
  return answerTo(await refundInTurn(record._id, { id: wixRefundId, amount, by: WIX, why: reason ?? '' }));
}

/** @param {string} intentId */
async function bookedPayment(intentId) {
  const outcome = await findOutcome(intentId);
  const record = outcome?.dedupeKey ? await findPayment(idFor(outcome.dedupeKey)) : null;
  return record?.state === 'booked' ? record : null;
}

/** Wix has taken a refund of unknown outcome for a failed one, and may ask for the same money under another id: then the bank has to say
 * first what became of the former. @param {string} paymentId @param {string} wixRefundId */
async function isInDoubt(paymentId, wixRefundId) {
  const changes = await changesOf(paymentId);
  const isAskedAgain = changes.some(({ changeId, state }) => changeId === wixRefundId && state !== 'refused');
  if (isAskedAgain || !changes.some((change) => isUnsure(change) || change.state === 'asked')) return false;
  return (await finishChanges(paymentId)).state !== 'done';
}

/** Only one change of a payment is made at a time. Whoever has waited in vain gives no answer: nothing was sent, and Wix may ask again.
 * @param {string} paymentId @param {Parameters<typeof refundPayment>[1]} wish */
async function refundInTurn(paymentId, wish) {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const result = await refundPayment(paymentId, wish);
    if (result.state !== 'busy') return result;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new Error(`payment ${paymentId} is being changed by somebody else`);
}

/** An answer with a reason code is a refund that failed. One of which nobody knows yet gets the code for pending, and Wix is told the end by
 * books/wix-checkout.js: whichever way Wix reads the code, it is right in the end.
 * @param {import('./changes.js').ChangeResult} result @returns {CreateRefundResponse} */
function answerTo({ state, change, decline, problem }) {
  const { tr, en } = decline?.message ?? NOT_SENT;
  if (state === 'done' && change) return { pluginRefundId: change._id };
  if (state === 'unknown' && change) return { pluginRefundId: change._id, ...refusal(PENDING, state, WAIT.tr, WAIT.en) };
  return refusal(OTHER, decline?.bankCode || problem || state, tr, en);
}

const NOT_SENT = { tr: 'İade gönderilmedi, biraz sonra yeniden deneyin', en: 'The refund was not sent; try again in a while' };
const WAIT = {
  tr: 'Banka henüz yanıtlamadı; yeniden iade etmeyin, sonuç kendiliğinden işlenir',
  en: 'The bank has not answered yet; do not refund again, the result is entered by itself',
};
const DOUBT = {
  tr: 'Bu ödemenin önceki bir iadesinin sonucu bilinmiyor; yenisi gönderilmedi',
  en: 'What became of an earlier refund of this payment is not known; no other was sent',
};

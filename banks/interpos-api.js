// InterPos's server-to-server side: a form goes in, `name=value;;name=value` comes out. And its bad days.
import { encode } from './charset.js';
import { sameDigest } from './digest.js';
import { withFault, XML_FAULTS } from './faults.js';
import { duplicateName, parseForm } from './form.js';
import { amountText, dotted } from './interpos-callback.js';
import { verdict } from './interpos-codes.js';
import { CURRENCIES, fromMinor, toMinor } from './money.js';

/** `provision` is an Auth or a PreAuth that brings the MD of a visit. */
export const OPERATIONS = ['provision', 'Auth', 'PreAuth', 'PostAuth', 'Void', 'Refund', 'StatusHistory'];

/** What `fault({ on, kind })` can make of a request. `on` is one of the operations, or '*'. */
export const FAULTS = { ...XML_FAULTS, 'wrong-amount': 'does the work; the answer names another amount' };

const oneMore = (text) => fromMinor((toMinor(text.replace(',', '.')) ?? 0n) + 1n).replace('.', ',');
const CHANGES = {
  'wrong-order': { OrderId: (text) => `${text}X` },
  'wrong-amount': { Amount: oneMore, PurchAmount: oneMore },
};

export const ORDER_ID = /^[\w.-]{1,50}$/;

/** '', '0' and '1' are a single payment; the bank reads a number, so '03' is three. */
export function installmentsOf(text) {
  if (!/^\d{0,2}$/.test(text) || Number(text) > 36) return null;
  return Number(text) > 1 ? String(Number(text)) : '';
}

/** @returns {bigint} -1 where the text is not an amount of that currency */
export function minorOf(amount, currency) {
  return Object.hasOwn(CURRENCIES, currency) ? toMinor(amount, CURRENCIES[currency].digits) ?? -1n : -1n;
}

/**
 * @param {object} bank
 * @param {ReturnType<import('./interpos-book.js').createBook>} bank.book
 */
export function createApi({ book, stores, settings, faults, times, courier, now, outcomeOf }) {
  const RUNS = { provision, Auth: sale, PreAuth: sale, PostAuth: postAuth, Void: cancel, Refund: refund, StatusHistory: statusHistory };

  return async function api(request) {
    const fields = parseForm(request.body);
    const form = Object.fromEntries(fields);
    const operation = operationOf(form);
    const fault = faults.take(operation);
    const work = async () => write(damaged(duplicateName(fields) ? refusedAnswer(form, 'E39') : await answer(operation, form), fault));
    return withFault(fault, work, { wait: courier.wait, hangMs: times.hangMs });
  };

  function operationOf({ TxnType = '', MD = '' }) {
    if (['Auth', 'PreAuth'].includes(TxnType) && MD !== '') return 'provision';
    return OPERATIONS.includes(TxnType) && TxnType !== 'provision' ? TxnType : '';
  }

  async function answer(operation, form) {
    const store = stores.find(({ shopCode }) => shopCode === form.ShopCode);
    const isTrusted = store?.userCode === form.UserCode && sameDigest(form.UserPass, store?.userPass ?? '');
    const barred = settings.inactiveTerminalFor.some((name) => name === '*' || name === operation);
    if (!isTrusted || barred) return operation === 'StatusHistory' ? nothingFound(form, '81') : refusedAnswer(form, '81');
    return operation === '' ? refusedAnswer(form, 'E39') : RUNS[operation](form, store);
  }

  function wanted(form, store) {
    const { OrderId: orderId = '', PurchAmount: amount = '', Currency: currency = '' } = form;
    return { store, orderId, orgOrderId: form.orgOrderId ?? '', amount, currency, minor: minorOf(amount, currency) };
  }

  // ---- what moves money

  /** Takes the money for a visit that 3-D Secure has accepted, once. */
  async function provision(form, store) {
    const row = book.byMd(form.MD);
    const { minor, currency, amount, orderId } = wanted(form, store);
    if (row?.store !== store || minor <= 0n) return refusedAnswer(form, 'E39');
    if (row.verdict) return refusedAnswer(form, 'E31');
    const isSame = row.orderId === orderId && row.minor === minor && row.currency === currency && row.txnType === form.TxnType
      && row.installments === installmentsOf(form.InstallmentCount ?? '');
    if (settings.provisionChecks === 'all' && !isSame) return refusedAnswer(form, 'E39');
    if (book.isTaken(store, orderId) && book.paymentOf(store, orderId) !== row) return refusedAnswer(form, 'E31');
    Object.assign(row, { orderId, amount, minor, currency });
    if (row.outcome.slow) await courier.wait(times.slowMs);
    return paymentAnswer(book.charge(row, row));
  }

  /** Without 3-D Secure, and with the card in the request. */
  async function sale(form, store) {
    const request = wanted(form, store);
    const installments = installmentsOf(form.InstallmentCount ?? '');
    const isComplete = ORDER_ID.test(request.orderId) && request.minor > 0n && installments !== null;
    if (!settings.nonSecure || !isComplete) return refusedAnswer(form, 'E39');
    if (book.isTaken(store, request.orderId)) return refusedAnswer(form, 'E31');
    const pan = (form.Pan ?? '').replaceAll(' ', '');
    const outcome = outcomeOf(request.orderId, pan);
    if (!outcome) return refusedAnswer(form, 'E39');
    const row = book.begin({ ...request, txnType: form.TxnType, installments, holder: form.CardHolderName ?? '' });
    if (outcome.slow) await courier.wait(times.slowMs);
    return paymentAnswer(book.charge(row, { pan, outcome }));
  }

  function postAuth(form, store) { return paymentAnswer(book.capture(wanted(form, store))); }

  function cancel(form, store) {
    return paymentAnswer(book.cancel({ ...wanted(form, store), amount: '0', minor: 0n }));
  }

  function refund(form, store) { return paymentAnswer(book.refund(wanted(form, store))); }

  // ---- what only asks

  function statusHistory(form, store) {
    const payment = book.paymentOf(store, form.orgOrderId ?? form.OrderId ?? '');
    const isFresh = payment && now() - payment.at < settings.statusLagMs;
    if (!payment?.verdict || isFresh) return nothingFound(form, '05');
    const refunded = book.refunded(payment);
    const back = { amount: fromMinor(refunded), minor: refunded, currency: payment.currency };
    const { verdict: { code, message, error } } = payment;
    return [
      ['OrderId', settings.statusOrderId === 'original' ? payment.orderId : form.OrderId || book.ownNumber()], ['ProcReturnCode', code],
      ['BatchNo', String(payment.batch)], ['TransId', payment.transId], ['TRXDATE', dotted(payment.at)],
      ['TxnStat', payment.voidedAt === null ? 'N' : 'V'],
      ['PurchAmount', amountText(payment, settings.amountText)],
      ['VoidDate', payment.voidedAt === null ? NEVER : dotted(payment.voidedAt)], ['TxnStatus', statusOf(payment)], ['ChargeTypeCd', 'S'],
      ['ErrorCode', error], ['ErrorMessage', message && `TR:${message}`],
      ['RefundedAmount', refunded === 0n ? '0' : amountText(back, settings.amountText)], ['AuthCode', payment.authCode],
    ];
  }

  /** D declined, V voided, A authorised, K captured, S batch closed, C batch open. */
  function statusOf(payment) {
    if (!book.isApproved(payment)) return 'D';
    if (payment.voidedAt !== null) return 'V';
    if (payment.txnType === 'PreAuth') return book.isCaptured(payment) ? 'K' : 'A';
    return book.isClosed(payment) ? 'S' : 'C';
  }

  function nothingFound(form, code) {
    const { message, error } = verdict(code, code === '05' ? 'Kayit bulunamadi' : undefined);
    return [
      ['OrderId', settings.statusOrderId === 'original' ? form.orgOrderId ?? '' : form.OrderId || book.ownNumber()],
      ['ProcReturnCode', code], ...blank('BatchNo', 'TransId', 'TRXDATE', 'TxnStat'), ['PurchAmount', '0'], ['VoidDate', NEVER],
      ...blank('TxnStatus', 'ChargeTypeCd'), ['ErrorCode', error], ['ErrorMessage', `TR:${message}`], ['RefundedAmount', '0'],
      ...blank('AuthCode'),
    ];
  }

  // ---- answers

  function refusedAnswer(form, code) {
    return paymentAnswer({
      orderId: form.OrderId || book.ownNumber(), verdict: verdict(code), authCode: '', transId: '', at: null, holder: '',
      amount: form.PurchAmount ?? '0', minor: minorOf(form.PurchAmount ?? '', form.Currency), currency: form.Currency,
    });
  }

  function paymentAnswer(row) {
    const zero = row.verdict.code === '00' ? '0,00' : '0';
    return [
      ['OrderId', row.orderId], ['ProcReturnCode', row.verdict.code], ['HostRefNum', 'hostid'], ['AuthCode', row.authCode],
      ['TxnResult', row.verdict.code === '00' ? 'Success' : 'Failed'], ['ErrorMessage', row.verdict.message],
      ...blank('CampanyId'), ['CampanyInstallCount', '0'], ['CampanyShiftDateCount', '0'], ...blank('CampanyTxnId', 'CampanyType'),
      ['CampanyInstallment', '0'], ['CampanyDate', '0'], ['CampanyAmnt', '0'], ['TRXDATE', row.transId ? dotted(row.at) : ''],
      ['TransId', row.transId], ['ErrorCode', row.verdict.error], ['EarnedBonus', zero], ['UsedBonus', zero], ['AvailableBonus', zero],
      ['BonusToBonus', '0'], ['CampaignBonus', zero], ['FoldedBonus', '0'], ['SurchargeAmount', '0'],
      ['Amount', amountText(row, row.minor < 0n ? 'comma' : settings.amountText)], ['CardHolderName', row.holder],
      ...blank('QrReferenceNumber', 'QrCardToken', 'QrData'), ['QrPayIsSucess', 'False'],
      ...blank('QrIssuerPaymentMethod', 'QrFastMessageReferenceNo', 'QrFastParticipantReceiverCode', 'QrFastParticipantReceiverName',
        'QrFastParticipantSenderCode', 'QrFastSenderIban', 'QrFastParticipantSenderName', 'QrFastPaymentResultDesc'),
    ];
  }

  function damaged(fields, fault) {
    const changes = CHANGES[fault] ?? {};
    const changed = fields.map(([name, text]) => [name, Object.hasOwn(changes, name) ? changes[name](text) : text]);
    return fault === 'duplicate-tag' ? [['ProcReturnCode', '00'], ...changed] : changed;
  }

  /** Values stand as they are: whoever may choose one may write `;;` into it. */
  function write(fields) {
    const body = fields.map(([name, text]) => `${name}=${text}`).join(settings.separator);
    return { status: 200, headers: { 'content-type': `text/html; charset=${settings.charset}` }, body: encode(body, settings.charset) };
  }
}

/** The first moment of the calendar stands for none. */
const NEVER = '1.1.0001 00:00:00';

const blank = (...names) => names.map((name) => [name, '']);

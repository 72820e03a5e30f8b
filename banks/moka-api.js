// Moka's JSON services: payments with and without 3-D Secure, the hosted page, capture, void, request of a refund, and the lists. And
// their bad days.
import { sameDigest } from './digest.js';
import { JSON_FAULTS, withFault } from './faults.js';
import { Decimal, readJsonObject, toJson } from './json.js';
import { checkKey } from './moka-hash.js';
import { refuse, Refusal } from './moka-codes.js';
import { fromMinor, toMinor } from './money.js';
import { momentOf, timestamp } from './turkish-time.js';

/** In the order of a payment's life. */
export const OPERATIONS = [
  'CreateWebPosRequest', 'DoDirectPaymentThreeD', 'DoDirectPayment', 'DoCapture', 'DoVoid', 'DoCreateRefundRequest',
  'GetDealerPaymentTrxDetailList', 'GetPaymentList', 'GetPaymentTrxList',
];

/** By path. */
export const SERVICES = Object.fromEntries(
  OPERATIONS.map((name) => [name === 'CreateWebPosRequest' ? `/Api/WebPos/${name}` : `/PaymentDealer/${name}`, name]),
);

/** What `fault({ on, kind })` can make of a request. `on` is one of OPERATIONS, or '*'. */
export const FAULTS = {
  ...JSON_FAULTS,
  'exception-before': 'ResultCode EX, an unexpected error, and nothing was done',
  'exception-after': 'does the work and answers ResultCode EX',
  'wrong-amount': 'does the work; the lists speak of another amount',
  'wrong-currency': 'does the work; the lists speak of another currency',
};

const EXCEPTION = { Data: null, ResultCode: 'EX', ResultMessage: 'Beklenmeyen bir hata oluştu.', Exception: 'System.Exception' };

/** Moka's letters. */
const LETTERS = { TL: '949', USD: '840', EUR: '978', GBP: '826' };
const lettersOf = (currency) => Object.keys(LETTERS).find((letters) => LETTERS[letters] === currency);

const decimal = (minor) => new Decimal(fromMinor(minor));
const moment = (ms) => timestamp(ms).slice(0, 22).replace(' ', 'T');
const json = (value) => ({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: toJson(value) });

/** A filter that is not given takes everything. */
const isWanted = (given, value) => given === undefined || given === null || given === '' || Number(given) === value;

/**
 * @param {object} bank
 * @param {ReturnType<import('./moka-book.js').createBook>} bank.book
 * @param {(dealerCode: string) => typeof import('./moka.js').SIMULATOR_ACCOUNT | undefined} bank.account
 * @param {(started: any, origin: string) => { url: string, codeForHash: string }} bank.open a visit of the customer
 */
export function createApi({ book, account, open, settings, faults, times, courier, now, outcomeOf }) {
  const operations = {
    CreateWebPosRequest: hosted, DoDirectPaymentThreeD: direct3D, DoDirectPayment: direct, DoCapture: capture, DoVoid: cancel,
    DoCreateRefundRequest: refund, GetDealerPaymentTrxDetailList: detail, GetPaymentList: list, GetPaymentTrxList: trxList,
  };

  /** @param {{ path: string, body: Buffer, origin: string }} request */
  return async function api(request) {
    const name = SERVICES[request.path];
    const fault = faults.take(name);
    if (fault === 'exception-before') return json(EXCEPTION);
    const work = async () => {
      const answer = distorted(await answerTo(name, request), fault);
      return json(fault === 'exception-after' ? EXCEPTION : answer);
    };
    return withFault(fault, work, { wait: courier.wait, ...times });
  };

  async function answerTo(name, { body, origin }) {
    try {
      const { PaymentDealerAuthentication: dealer, PaymentDealerRequest, WebPosRequest } = readJsonObject(body) ?? {};
      const store = caller(dealer);
      const wanted = name === 'CreateWebPosRequest' ? WebPosRequest : PaymentDealerRequest;
      if (!wanted || typeof wanted !== 'object') refuse(name, 'InvalidRequest');
      const Data = await operations[name](wanted, store, origin);
      return { Data, ResultCode: 'Success', ResultMessage: '', Exception: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { Data: null, ResultCode: error.code, ResultMessage: '', Exception: null };
    }
  }

  /** The key is made of the other three, and is looked at all the same. */
  function caller({ DealerCode = '', Username = '', Password = '', CheckKey = '' } = {}) {
    const store = account(String(DealerCode));
    const given = { dealerCode: String(DealerCode), username: String(Username), password: String(Password) };
    if (!sameDigest(String(CheckKey).toLowerCase(), checkKey(given))) refuse('CheckPaymentDealerAuthentication', 'InvalidRequest');
    if (!store || given.username !== store.username || given.password !== store.password) {
      refuse('CheckPaymentDealerAuthentication', 'InvalidAccount');
    }
    return store;
  }

  // ---- payments

  /** What a payment needs, however it is made. */
  function wantedOf(request, service) {
    const { Amount, Currency, InstallmentNumber, OtherTrxCode, IsPreAuth, CardHolderFullName } = request;
    const minor = amountOf(Amount);
    if (!minor) refuse(service, 'InvalidRequest');
    const currency = LETTERS[Currency || 'TL'];
    if (!currency) refuse(service, 'InvalidCurrencyCode');
    const count = Number(InstallmentNumber || 0);
    if (!Number.isInteger(count) || count < 0 || count > 12) refuse(service, 'InvalidInstallmentNumber');
    if (count > 1 && currency !== '949') refuse(service, 'InstallmentNotAvailableForForeignCurrencyTransaction');
    return {
      minor, currency, installments: count > 1 ? String(count) : '', otherTrxCode: String(OtherTrxCode ?? ''),
      isPreAuth: Number(IsPreAuth ?? 0) === 1, holder: String(CardHolderFullName ?? ''),
    };
  }

  /** 27.5 and "27.50", never a third decimal. */
  function amountOf(amount) {
    const text = typeof amount === 'number' ? String(amount) : amount;
    return typeof text === 'string' ? toMinor(text) : null;
  }

  function cardOf({ CardNumber = '', ExpMonth = '', ExpYear = '', CvcNumber = '' }) {
    const card = { pan: String(CardNumber), month: String(ExpMonth), year: String(ExpYear).slice(2) };
    const formed = /^\d{13,19}$/.test(card.pan) && /^(0[1-9]|1[0-2])$/.test(card.month) && /^20\d\d$/.test(ExpYear);
    if (!formed || !/^\d{3,4}$/.test(CvcNumber)) refuse('CheckCardInfo', 'InvalidCardInfo');
    return card;
  }

  function returnTo({ RedirectUrl, ReturnHash }, service) {
    if (!courier.mayReach(String(RedirectUrl ?? ''))) refuse(service, 'RedirectUrlRequired');
    return { redirectUrl: RedirectUrl, returnsHash: Number(ReturnHash ?? 0) === 1 };
  }

  /** Where the customer goes on, and the code that only the shop's server is told. Without ReturnHash the address is all. */
  function started({ url, codeForHash }, returnsHash) {
    return returnsHash ? { Url: url, CodeForHash: codeForHash } : url;
  }

  function direct3D(request, store, origin) {
    const service = 'DoDirectPayment3dRequest';
    const [wanted, back, card] = [wantedOf(request, service), returnTo(request, service), cardOf(request)];
    if (!outcomeOf(wanted.otherTrxCode, card.pan)) refuse('CheckCardInfo', 'InvalidCardInfo');
    const payment = book.start(store, { ...wanted, isThreeD: true, pan: card.pan }, service);
    return started(open({ store, payment, card, ...back }, origin), back.returnsHash);
  }

  function hosted(request, store, origin) {
    const service = 'CreateWebPosRequest';
    const [wanted, back] = [wantedOf(request, service), returnTo(request, service)];
    const isThreeD = Number(request.IsThreeD ?? 1) === 1;
    const payment = book.start(store, { ...wanted, isThreeD }, service);
    return started(open({ store, payment, lang: request.Language, ...back }, origin), back.returnsHash);
  }

  async function direct(request, store) {
    const service = 'DoDirectPayment';
    if (!settings.without3D) refuse(service, 'ThreeDRequired');
    const [wanted, card] = [wantedOf(request, service), cardOf(request)];
    const outcome = outcomeOf(wanted.otherTrxCode, card.pan);
    if (!outcome) refuse('CheckCardInfo', 'InvalidCardInfo');
    const payment = book.start(store, { ...wanted, isThreeD: false, pan: card.pan }, service);
    if (outcome.slow) await courier.wait(times.slowMs);
    return decided(payment, book.decide(payment, { mdStatus: '', code: outcome.code }));
  }

  /** Order and amount are not among these. */
  function decided({ virtualPosOrderId }, { code, message }) {
    return { IsSuccessful: code === '', ResultCode: code, ResultMessage: message, VirtualPosOrderId: virtualPosOrderId };
  }

  // ---- afterwards

  function namesOf({ VirtualPosOrderId, OtherTrxCode }) {
    return { virtualPosOrderId: String(VirtualPosOrderId ?? ''), otherTrxCode: String(OtherTrxCode ?? '') };
  }

  function optionalAmount({ Amount }, service) {
    if (Amount === undefined || Amount === null || Amount === '') return null;
    return amountOf(Amount) ?? refuse(service, 'InvalidAmount');
  }

  function capture(request, store) {
    const minor = optionalAmount(request, 'DoCapture');
    const { virtualPosOrderId } = book.capture(store, { ...namesOf(request), minor });
    return { IsSuccessful: true, ResultCode: '00', ResultMessage: '', VirtualPosOrderId: virtualPosOrderId };
  }

  function cancel(request, store) {
    if (!request.VoidRefundReason) refuse('DoVoid', 'InvalidRequest');
    const { virtualPosOrderId } = book.cancel(store, namesOf(request));
    return { IsSuccessful: true, ResultCode: '00', ResultMessage: '', VirtualPosOrderId: virtualPosOrderId };
  }

  function refund(request, store) {
    const minor = optionalAmount(request, 'DoCreateRefundRequest');
    const id = book.requestRefund(store, { ...namesOf(request), minor });
    return { IsSuccessful: true, ResultCode: '', ResultMessage: '', RefundRequestId: id };
  }

  // ---- lists

  /** One payment with its transactions, by Moka's number or by the shop's. Of several with one number the last is shown. */
  function detail({ PaymentId, OtherTrxCode }, store) {
    const all = book.ofStore(store).filter(({ at }) => now() - at >= settings.inquiryLagMs);
    const payment = PaymentId ? all.find(({ id }) => id === Number(PaymentId)) : all.findLast((each) => each.otherTrxCode === OtherTrxCode);
    if (!payment || (!PaymentId && !OtherTrxCode)) refuse('GetDealerPaymentTrxDetailList', 'PaymentNotFound');
    const rows = payment.trxs.map((trx) => trxRow(payment, trx));
    return {
      IsSuccessful: true, ResultCode: '00', ResultMessage: '', PaymentDetail: paymentRow(payment), ListItemCount: rows.length,
      PaymentTrxDetailList: rows,
    };
  }

  function paymentRow(payment) {
    const { pan } = payment;
    return {
      DealerPaymentId: payment.id, OtherTrxCode: payment.otherTrxCode, CardHolderFullName: payment.holder,
      CardNumberFirstSix: pan.slice(0, 6), CardNumberLastFour: pan.slice(-4), PaymentDate: moment(payment.at),
      Amount: decimal(payment.captured || payment.minor), RefAmount: decimal(payment.refunded), CurrencyCode: lettersOf(payment.currency),
      InstallmentNumber: Number(payment.installments || '0'), DealerCommissionAmount: decimal(0n), IsThreeD: payment.isThreeD,
      Description: '', PaymentStatus: book.statusOf(payment), TrxStatus: book.trxStatusOf(payment),
    };
  }

  function trxRow(payment, { id, code, type, status, minor, at, message }) {
    return {
      DealerPaymentTrxId: id, DealerPaymentId: payment.id, TrxCode: code, TrxDate: moment(at), Amount: decimal(minor), TrxType: type,
      TrxStatus: status, PaymentReason: 0, VoidRefundReason: 0, VirtualPosOrderId: payment.virtualPosOrderId, ResultMessage: message,
    };
  }

  /** Between two minutes of Turkish time. */
  function range(from, to, service) {
    const [first, last] = [from, to].map((text) => momentOf(`${text}:00`));
    if (!(last >= first)) refuse(service, 'InvalidRequest');
    return (at) => at >= first && at < last + 60_000;
  }

  function list({ PaymentStartDate, PaymentEndDate, PaymentStatus, TrxStatus }, store) {
    const inRange = range(PaymentStartDate, PaymentEndDate, 'GetPaymentList');
    const rows = book.ofStore(store)
      .filter((each) => inRange(each.at) && isWanted(PaymentStatus, book.statusOf(each)) && isWanted(TrxStatus, book.trxStatusOf(each)))
      .map(paymentRow);
    return { IsSuccessful: true, ResultCode: '00', ResultMessage: '', ListItemCount: rows.length, PaymentList: rows };
  }

  function trxList({ TrxStartDate, TrxEndDate, TrxType, TrxStatus }, store) {
    const inRange = range(TrxStartDate, TrxEndDate, 'GetPaymentTrxList');
    const rows = book.ofStore(store).flatMap((payment) => payment.trxs
      .filter(({ at, type, status }) => inRange(at) && isWanted(TrxType, type) && isWanted(TrxStatus, status))
      .map((trx) => ({ ...trxRow(payment, trx), OtherTrxCode: payment.otherTrxCode, CurrencyCode: lettersOf(payment.currency) })));
    return { IsSuccessful: true, ResultCode: '00', ResultMessage: '', ListItemCount: rows.length, PaymentTrxList: rows };
  }

  // ---- answers that are not true

  function distorted(answer, fault) {
    const change = {
      'wrong-order': (row) => ({ ...row, OtherTrxCode: `${row.OtherTrxCode}X` }),
      'wrong-amount': (row) => ({ ...row, Amount: new Decimal('0.01') }),
      'wrong-currency': (row) => ({ ...row, CurrencyCode: 'USD' }),
    }[fault];
    if (!change || !answer.Data) return answer;
    const lists = ['PaymentList', 'PaymentTrxList'].filter((name) => answer.Data[name]);
    const changed = Object.fromEntries(lists.map((name) => [name, answer.Data[name].map(change)]));
    const one = answer.Data.PaymentDetail && { PaymentDetail: change(answer.Data.PaymentDetail) };
    return { ...answer, Data: lists.length > 0 || one ? { ...answer.Data, ...changed, ...one } : answer.Data };
  }
}

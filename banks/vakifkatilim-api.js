// Vakıf Katılım's XML interface, POST /VirtualPOS.Gateway/Home/<operation>: the gate that takes the card, the provision after 3-D
// Secure, pre-authorization, void, refunds, inquiry and history. And its bad days.
import { readCard } from './card-input.js';
import { lastStatus, transactionStatus } from './boa-book.js';
import { verdict } from './boa-codes.js';
import { answerHash, hashedPassword, requestHash } from './boa-hash.js';
import { below, maskPan, NIL, reader, readXml, XSI } from './boa-wire.js';
import { sameDigest } from './digest.js';
import { lostAnswer, withFault, XML_FAULTS } from './faults.js';
import { CURRENCIES, fromMinor } from './money.js';
import { plainText } from './page.js';
import { momentOf, timestamp } from './turkish-time.js';
import { element } from './xml.js';

/** The names are the bank's, `PreAuthorizaten` too. */
export const OPERATIONS = [
  'ThreeDModelPayGate', 'ThreeDModelProvisionGate', 'PreAuthorizaten', 'PreAuthorizatenClose', 'PreAuthorizationReversal',
  'PreAuthorizationDrawBack', 'SaleReversal', 'DrawBack', 'PartialDrawBack', 'SelectOrderByMerchantOrderId', 'SelectOrder',
];

/** What `fault({ on, kind })` can make of a request. `on` is one of the operations, or '*'. */
export const FAULTS = {
  ...XML_FAULTS,
  slow: 'does the work and answers late',
  'wrong-order': 'does the work; the answer speaks of another order, and its hash is made for that one',
  'wrong-amount': 'does the work; the answer speaks of another amount, which no hash covers',
  'wrong-hash': 'does the work; the hash of the answer is made with another key',
  'no-hash': 'does the work; the answer has no HashData',
};

const MAX_DAYS = 90;

/** Why money does not move: code and words. */
const REASONS = {
  unknown: ['OrderDataNotFound'],
  voided: ['21', 'İşlem daha önce iptal edilmiştir.'],
  'voided-refund': ['28', 'İptal Edilen İşlem İade Yapılamaz'],
  refunded: ['InvalidRequestError', 'İade edilen işlem iptal edilemez.'],
  settled: ['InvalidRequestError', 'İptal işlemi satışla aynı gün yapılmalıdır. Geçmiş tarihli işlem için iade yapınız.'],
  'same-day': ['InvalidRequestError', 'İade işlemi, satışla aynı gün içerisinde yapılamaz. İptal işlemi yapabilirsiniz.'],
  'same-day-whole': ['InvalidRequestError', 'Kısmi iade işlemi, satışla aynı gün içerisindeyse tutarın tamamı için yapılamaz.'],
  amount: ['TransactionAmountMismatchException'],
};

const STATES = { 1: 'Satis', 4: 'Iade', 5: 'Kismi Iade', 6: 'Iptal' };
const RESULTS = { 0: 'Sonuclanmamis Islem', 1: 'Basarili', 2: 'Basarisiz' };
const ENTRIES = {
  sale: ['1', 'Satis'], preauth: ['2', 'On Provizyon'], capture: ['3', 'On Provizyon Kapama'], void: ['6', 'Iptal'], refund: ['4', 'Iade'],
};

/** The test card `silent`: the money was taken, and the answer never comes. */
const NEVER = Symbol('never');

/** @param {object} bank parts that vakifkatilim.js shares out */
export function createApi({ book, threeDS, returnFields, stores, settings, faults, times, courier, now, outcomeOf }) {
  const operations = {
    ThreeDModelPayGate: enrol, ThreeDModelProvisionGate: provide, PreAuthorizaten: hold,
    Non3DPayGate: ({ get }) => failure(get, verdict('Non3dUsageUnavailable')),
    PreAuthorizatenClose: (asked) => moved(asked, (order) => book.capture(order, amountOf(asked) ?? order.minor)),
    PreAuthorizationReversal: (asked) => moved(asked, (order) => ofType(order, 'preauth', () => book.undo(order))),
    SaleReversal: (asked) => moved(asked, (order) => ofType(order, 'sale', () => book.undo(order))),
    DrawBack: (asked) => moved(asked, (order) => book.refund(order, order.captured)),
    PreAuthorizationDrawBack: (asked) => moved(asked, (order) => ofType(order, 'preauth', () => book.refund(order, order.captured))),
    PartialDrawBack: (asked) => moved(asked, (order) => book.refundPart(order, amountOf(asked) ?? 0n)),
    SelectOrderByMerchantOrderId: inquire, SelectOrder: history,
  };

  return async function api(operation, request) {
    if (!Object.hasOwn(operations, operation)) return plainText(200, 'AssemblyNotFound');
    const kind = faults.take(operation);
    const work = async () => {
      const answer = await answerTo(operation, request, kind);
      return answer === NEVER ? lostAnswer('timeout', courier.wait, times.hangMs) : doubled(kind, answer);
    };
    return withFault(kind, work, { wait: courier.wait, ...times });
  };

  function answerTo(operation, request, kind) {
    let root;
    try { root = readXml(request.body, 'VPosMessageContract'); } catch { return failure(() => '', verdict('TechnicalException')); }
    const get = reader(root);
    const store = stores.find(({ merchantId }) => merchantId === get('MerchantId'));
    const problem = accountProblem(get, store);
    const asked = { operation, root, get, store, kind, origin: request.origin };
    if (!problem) return operations[operation](asked);
    return operation === 'ThreeDModelPayGate' ? turnedAway(asked, problem) : failure(get, problem, store);
  }

  /** The hash is over those of its fields that the request has. */
  function accountProblem(get, store) {
    if (!store || get('CustomerId') !== store.customerId) return verdict('MerchantNotDefined');
    if (get('UserName') !== store.userName) return verdict('ApiUserNotDefined');
    if (settings.ipRefused) return verdict('PosMerchantIPError');
    const key = hashedPassword(store.password);
    const { merchantId, userName } = store;
    const [merchantOrderId, amount, okUrl, failUrl] = ['MerchantOrderId', 'Amount', 'OkUrl', 'FailUrl'].map(get);
    const expected = requestHash({ merchantId, merchantOrderId, amount, okUrl, failUrl, userName }, key);
    return sameDigest(get('HashPassword'), key) && sameDigest(get('HashData'), expected) ? null : verdict('HashDataError');
  }

  // ---- the gate

  function enrol(asked) {
    const { get, store, origin } = asked;
    const problem = get('TransactionSecurity') === '3' ? termsProblem(get, store) : verdict('InvalidTransactionSecurity');
    if (problem) return turnedAway(asked, problem);
    const terms = { ...termsOf(get), okUrl: get('OkUrl'), failUrl: get('FailUrl') };
    const opened = threeDS.enrol({ store, terms, card: cardOf(get), origin });
    return opened.answer ?? turnedAway(asked, opened.refusal);
  }

  function termsProblem(get, store) {
    if (get('MerchantOrderId') === '') return verdict('EmptyMerchantOrderIdField');
    if (get('CardNumber') === '') return verdict('EmptyCardNumberField');
    if (get('CardHolderName') === '') return verdict('EmptyCardHolderNameField');
    if (!Object.hasOwn(CURRENCIES, numberOf(get('FECCurrencyCode')))) return verdict('CurrencyCodeInvalid');
    if (!/^[1-9]\d{0,11}$/.test(get('Amount')) || !/^\d{1,2}$/.test(get('InstallmentCount'))) return verdict('EmptyAmountField');
    const paid = book.ofShop(store.merchantId, get('MerchantOrderId')).some(book.approved);
    return settings.uniqueOrders && paid ? verdict('OrderIsProcessedBefore') : null;
  }

  /** Something is wrong: a page that leads straight back, unless the shop's address is none of this computer's. */
  function turnedAway({ get, store }, problem) {
    const failUrl = get('FailUrl');
    if (!store || settings.refusalsAs === 'xml' || !courier.mayReach(failUrl)) return failure(get, problem);
    const session = { store, terms: { merchantOrderId: get('MerchantOrderId') } };
    return threeDS.refusedPage(failUrl, returnFields(session, { ...problem, orderId: '0', md: '' }));
  }

  // ---- the money

  async function provide(asked) {
    const { root, get, store, kind } = asked;
    const data = below(root, 'AdditionalData', 'AdditionalDataList', 'VPosAdditionalData');
    const md = data && reader(data)('Key') === 'MD' ? reader(data)('Data') : '';
    const { authentication, refusal } = threeDS.redeem({
      store, md, same: (terms) => get('MerchantOrderId') === terms.merchantOrderId && get('Amount') === terms.amount
        && Number(get('InstallmentCount')) === terms.installments,
    });
    if (refusal) return failure(get, refusal);
    return charged(authentication.order, authentication.session.outcome, 'sale', { kind, store, operation: 'ThreeDModelPayGate' });
  }

  /** A pre-authorization, which this bank knows without 3-D Secure only. */
  function hold({ operation, get, store, kind }) {
    const problem = termsProblem(get, store);
    const card = problem ? {} : readCard(cardOf(get), 'tr');
    if (problem || card.error) return failure(get, problem ?? verdict('CardNotFound'));
    const order = book.open({ ...termsOf(get), merchantId: store.merchantId, pan: card.pan, holder: get('CardHolderName') });
    return charged(order, outcomeOf(order.merchantOrderId, card.pan), 'preauth', { kind, store, operation });
  }

  async function charged(order, outcome, type, { kind, store, operation }) {
    if (outcome.slow) await courier.wait(times.slowMs);
    const entry = book.charge(order, outcome, type);
    if (entry.code !== '00') return failure(() => order.merchantOrderId, verdict(entry.code), settings.signsDeclines && store);
    if (outcome.silent) return NEVER;
    return receipt({ order, entry, store, operation, kind, signs: true });
  }

  /** Void, refund and capture: by the bank's number and the shop's, both. */
  function moved({ operation, get, store, kind }, move) {
    const order = book.find(store.merchantId, get('OrderId'));
    const { entry, why } = order?.merchantOrderId === get('MerchantOrderId') ? move(order) : { why: 'unknown' };
    if (why) return failure(get, verdict(...REASONS[why]), store);
    return receipt({ order, entry, store, operation, kind, signs: settings.signsMoves });
  }

  // ---- inquiry and history

  function inquire({ get, store, kind }) {
    const rows = book.ofShop(store.merchantId, get('MerchantOrderId') || '-').filter(({ at }) => now() - at >= settings.statusLagMs);
    if (rows.length === 0) return found([], 'NonResult');
    return found(rows.map((order) => ['OrderContract', contract(order, kind)]));
  }

  /** One row for each transaction of these days, newest first. */
  function history({ get, store }) {
    if (!settings.historyOpen) return found([], '58');
    const [from, to] = ['StartDate', 'EndDate'].map((name) => momentOf(`${get(name).slice(0, 10)} 00:00:00`));
    if (!(to >= from) || to - from > MAX_DAYS * 86_400_000) return found([], 'NullCheck');
    const [lower, upper] = ['LowerLimit', 'UpperLimit'].map((name) => Number(get(name) || (name === 'LowerLimit' ? 0 : 100)));
    const rows = book.ofShop(store.merchantId, get('OrderNo')).flatMap((order) => order.entries.map((entry) => ({ order, entry })))
      .filter(({ entry }) => entry.at >= from && entry.at < to + 86_400_000 && now() - entry.at >= settings.statusLagMs)
      .sort((a, b) => b.entry.at - a.entry.at || b.entry.stan - a.entry.stan).slice(lower, upper);
    if (rows.length === 0) return found([], 'NonResult');
    return found(rows.map(({ order, entry }) => ['OrderContract', contract(order, null, entry)]));
  }

  function found(rows, code = '00') {
    const { text } = verdict(code, code === '00' ? '' : undefined);
    return response([['VPosOrderData', rows.length > 0 ? rows : ''], ['ResponseCode', code], ['ResponseMessage', text]]);
  }

  function contract(order, kind, entry = order.charge) {
    const [state, result] = [lastStatus(order), transactionStatus({ charge: entry })];
    const [type, name] = ENTRIES[entry?.type ?? 'sale'];
    const more = kind === 'wrong-amount' ? 1n : 0n;
    return [
      ['OrderId', order.orderId], ['MerchantOrderId', kind === 'wrong-order' ? `${order.merchantOrderId}X` : order.merchantOrderId],
      ['MerchantId', order.merchantId], ['PosTerminalId', '111111'], ['OrderStatus', type], ['OrderStatusDescription', name],
      ['OrderType', order.installments > 1 ? '2' : '1'], ['OrderTypeDescription', order.installments > 1 ? 'Taksitli' : 'Pesin'],
      ['TransactionStatus', result], ['TransactionStatusDescription', RESULTS[result]],
      ['LastOrderStatus', state], ['LastOrderStatusDescription', STATES[state]],
      ['EndOfDayStatus', order.settled ? '2' : '1'], ['EndOfDayStatusDescription', order.settled ? 'Kapali' : 'Acik'],
      ['FEC', `0${order.currency}`], ['FecDescription', CURRENCIES[order.currency].code],
      ['TransactionSecurity', order.charge?.type === 'preauth' ? '1' : '3'], ['CardHolderName', order.holder],
      ['CardNumber', maskPan(order.pan, 4)], ['OrderDate', isoDate(entry?.at ?? order.at)],
      ['FirstAmount', fromMinor(order.minor + more)], ['TranAmount', fromMinor((entry?.minor ?? order.minor) + more)],
      ['FECAmount', '0.00'],
      ['CancelAmount', fromMinor(order.voided ? order.minor : 0n)], ['DrawbackAmount', fromMinor(order.refunded)],
      ['ClosedAmount', fromMinor(order.charge?.type === 'preauth' ? order.captured : 0n)],
      ['InstallmentCount', String(order.installments)], ['ResponseCode', entry?.code ?? ''],
      ['ResponseExplain', entry?.code === '00' ? 'İşlem onaylandı' : ''], ['ProvNumber', entry?.provision ?? ''],
      ['RRN', entry?.rrn ?? ''], ['Stan', entry?.stan ?? ''], ['MerchantUserName', ''], ['BatchId', '1'],
    ];
  }

  // ---- answers

  /** Names the order and the amount, but not the currency. */
  function receipt({ order, entry, store, operation, kind, signs }) {
    const wrong = kind === 'wrong-order';
    const [orderId, merchantOrderId] = wrong ? [`${order.orderId}1`, `${order.merchantOrderId}X`] : [order.orderId, order.merchantOrderId];
    const key = hashedPassword(kind === 'wrong-hash' ? '' : store.password);
    const hash = answerHash({ merchantOrderId, rrn: entry.rrn, responseCode: '00', orderId }, key);
    const message = [
      ['OrderId', orderId], ['MerchantId', store.merchantId], ['SubMerchantId', '0'], ['CustomerId', store.customerId],
      ['ReferenceNumber', entry.rrn], ['Rank', '0'], ['BatchId', '1'], ['InstallmentCount', String(order.installments)],
      ['Amount', String(entry.minor + (kind === 'wrong-amount' ? 1n : 0n))], ['MerchantOrderId', merchantOrderId],
      ['EntryGateMethod', `VPOS_${operation}`],
    ];
    return response([
      ['VPosMessage', message], ['IsEnrolled', 'true'], ['IsVirtual', 'false'], ['ProvisionNumber', entry.provision],
      ['RRN', entry.rrn], ['Stan', entry.stan], ['ResponseCode', '00'], ['ResponseMessage', 'İşlem onaylandı'], ['OrderId', orderId],
      ['TransactionTime', isoDate(entry.at)], ['MerchantOrderId', merchantOrderId],
      ...(signs && kind !== 'no-hash' ? [['HashData', hash]] : []), ['MerchantId', '', NIL], ['BusinessKey', '0'],
    ]);
  }

  /** Signed only where the bank knows the shop, and where its captured answers are. */
  function failure(get, { code, text }, store) {
    const merchantOrderId = get('MerchantOrderId');
    const sign = () => answerHash({ merchantOrderId, responseCode: code, orderId: '0' }, hashedPassword(store.password));
    return response([
      ['IsEnrolled', 'false'], ['IsVirtual', 'false'], ['ResponseCode', code], ['ResponseMessage', text], ['OrderId', '0'],
      ['MerchantOrderId', merchantOrderId], ...(store ? [['HashData', sign()]] : []), ['BusinessKey', '0'],
    ]);
  }

  function response(children) {
    const nul = settings.nulCharacters ? '<AuthorizationCode>&#x0;</AuthorizationCode>' : '';
    const root = element('VPosTransactionResponseContract', children, XSI);
    const text = `<?xml version="1.0" encoding="${settings.declaredEncoding}"?>\n${root.replace(/<\/\w+>$/, (end) => nul + end)}`;
    return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: text };
  }
}

const isoDate = (at) => timestamp(at).slice(0, 19).replace(' ', 'T');

// ---- requests

/** '0949' is 949. */
const numberOf = (text) => text.replace(/^0(?=\d{3}$)/, '');

const amountOf = ({ get }) => (/^\d{1,12}$/.test(get('Amount')) ? BigInt(get('Amount')) : undefined);

const termsOf = (get) => ({
  merchantOrderId: get('MerchantOrderId'), minor: BigInt(get('Amount')), amount: get('Amount'),
  currency: numberOf(get('FECCurrencyCode')), installments: Number(get('InstallmentCount')),
});

const cardOf = (get) => ({
  pan: get('CardNumber'), cv2: get('CardCVV2'), month: get('CardExpireDateMonth'), year: get('CardExpireDateYear'),
  holder: get('CardHolderName'),
});

const ofType = ({ charge }, type, work) => (charge?.type === type ? work() : { why: 'unknown' });

/** An answer whose decisive elements stand in it twice says first what a thief would like. */
function doubled(kind, answer) {
  if (kind !== 'duplicate-tag') return answer;
  return { ...answer, body: answer.body.replace('<ResponseCode>', '<ResponseCode>00</ResponseCode><ResponseCode>') };
}

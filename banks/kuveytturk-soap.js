// Kuveyt Türk's SOAP service: the inquiry, the void of the same day, the whole and the partial refund. Nothing in its answers is
// signed. Amounts go in as kuruş and come out of the inquiry in lira.
import { lastStatus, transactionStatus } from './boa-book.js';
import { verdict } from './boa-codes.js';
import { hashedPassword, requestHash } from './boa-hash.js';
import { below, maskPan, NIL, reader, readXml, XSI } from './boa-wire.js';
import { sameDigest } from './digest.js';
import { withFault } from './faults.js';
import { fromMinor } from './money.js';
import { plainText } from './page.js';
import { momentOf, timestamp } from './turkish-time.js';
import { element } from './xml.js';

export const OPERATIONS = ['GetMerchantOrderDetail', 'SaleReversal', 'DrawBack', 'PartialDrawback'];

export const SOAP_FAULTS = {
  'soap-fault': 'SOAP: status 500 with a fault, and nothing was done',
  'empty-value': 'SOAP: does the work and answers a success that says nothing',
};

const NAMESPACE = 'http://boa.net/BOA.Integration.VirtualPos/Service';
const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Why money does not move: code and words. */
const REASONS = {
  unknown: ['RRNOrStanOrProvIsIncorrect'],
  voided: ['21', 'İşlem daha önce iptal edilmiştir.'],
  refunded: ['InvalidRequestError', 'İade edilen işlem iptal edilemez.'],
  settled: ['InvalidRequestError', 'İptal işlemi satışla aynı gün yapılmalıdır. Geçmiş tarihli işlem için iade yapınız.'],
  'same-day': ['InvalidRequestError', 'İade işlemi, satışla aynı gün içerisinde yapılamaz. İptal işlemi yapabilirsiniz.'],
  // This one comes without a code.
  'same-day-whole': ['', 'Kısmi iade işlemi, satışla aynı gün içerisindeyse tutarın tamamı için yapılamaz. '
    + 'Tutarın tamamı için iptal işlemi yapabilirsiniz.'],
  amount: ['TransactionAmountMismatchException'],
};

/** @param {object} bank parts that kuveytturk.js shares out */
export function createSoap({ book, stores, settings, faults, times, courier, now }) {
  const operations = {
    GetMerchantOrderDetail: inquire,
    SaleReversal: (asked) => moved(asked, (order) => book.undo(order)),
    DrawBack: (asked) => moved(asked, (order, minor) => book.refund(order, minor)),
    PartialDrawback: (asked) => moved(asked, (order, minor) => book.refundPart(order, minor)),
  };

  return async function soap(request) {
    if (!/xml/.test(request.headers['content-type'] ?? '')) return plainText(415, 'Unsupported Media Type\n');
    let body;
    try { body = below(readXml(request.body, 'Envelope'), 'Body'); } catch (error) { return soapFault(error.message); }
    const operation = body?.children[0];
    const action = `"${NAMESPACE}/IVirtualPosService/${operation?.name}"`;
    const known = Object.hasOwn(operations, operation?.name ?? '') && below(operation, 'request');
    if (!known || ![action, action.slice(1, -1)].includes(request.headers.soapaction)) {
      return soapFault(`The message with Action '${request.headers.soapaction ?? ''}' cannot be processed at the receiver.`);
    }
    const kind = faults.take(operation.name);
    if (kind === 'soap-fault') return soapFault('The server was unable to process the request due to an internal error.');
    const work = async () => doubled(kind, answerTo(operation.name, below(operation, 'request'), kind));
    return withFault(kind, work, { wait: courier.wait, ...times });
  };

  function answerTo(name, request, kind) {
    const message = below(request, 'VPosMessage') ?? { children: [] };
    const [get, inner] = [reader(request), reader(message)];
    const store = stores.find(({ merchantId }) => merchantId === inner('MerchantId'));
    const problem = accountProblem(get, inner, store);
    if (problem) return failed(name, problem.code, problem.text);
    return operations[name]({ name, get, inner, store, kind });
  }

  function accountProblem(get, inner, store) {
    if (!store || get('MerchantId') !== store.merchantId || get('CustomerId') !== store.customerId) return verdict('MerchantNotDefined');
    if (inner('UserName') !== store.userName) return verdict('ApiUserNotDefined');
    if (settings.ipRefused) return verdict('PosMerchantIPError');
    const { merchantId, userName } = store;
    const [merchantOrderId, amount] = ['MerchantOrderId', 'Amount'].map(inner);
    const expected = requestHash({ merchantId, merchantOrderId, amount, userName }, hashedPassword(store.password));
    return sameDigest(inner('HashData'), expected) ? null : verdict('HashDataError');
  }

  // ---- the inquiry

  /** By the shop's number or the bank's; the bank's is 0 where the shop does not know it. */
  function inquire({ name, get, store, kind }) {
    const [from, to] = ['StartDate', 'EndDate'].map((each) => momentOf(get(each).replace('T', ' ')));
    if (Number.isNaN(from) || Number.isNaN(to)) return soapFault('The formatter threw an exception while trying to deserialize: StartDate');
    const orderId = get('OrderId');
    const rows = book.ofShop(store.merchantId, get('MerchantOrderId'))
      .filter((order) => orderId === '0' || order.orderId === orderId)
      .filter(({ charge, at }) => (settings.listsOpen || charge) && at >= from && at <= to + 999 && now() - at >= settings.statusLagMs);
    const value = kind === 'empty-value' ? [] : rows.map((order) => ['OrderContract', contract(order, kind)]);
    return succeeded(name, value);
  }

  function contract(order, kind) {
    const wrong = kind === 'wrong-order';
    const { charge } = order;
    const amount = kind === 'wrong-amount' ? order.minor + 1n : order.minor;
    return [
      ['IsSelected', 'false'], ['IsSelectable', 'true'], ['OrderId', order.orderId],
      ['MerchantOrderId', wrong ? `${order.merchantOrderId}X` : order.merchantOrderId], ['MerchantId', order.merchantId],
      ['CardHolderName', order.holder], ['CardType', 'Visa'], ['CardNumber', maskPan(order.pan)], ['OrderDate', isoDate(order.at)],
      ['OrderStatus', '1'], ['LastOrderStatus', lastStatus(order)], ['OrderType', order.installments > 1 ? '2' : '1'],
      ['TransactionStatus', transactionStatus(order)], ['FirstAmount', fromMinor(amount)],
      ['CancelAmount', fromMinor(order.voided ? order.minor : 0n)], ['DrawbackAmount', fromMinor(order.refunded)], ['ClosedAmount', '0.00'],
      ['FEC', `0${order.currency}`], ['VPSEntryMode', 'ECOM'], ['InstallmentCount', String(order.installments)],
      ['TransactionSecurity', '3'], ['ResponseCode', charge?.code ?? ''],
      ['ResponseExplain', charge?.code === '00' ? 'İşlem gerçekleştirildi.' : ''], ['EndOfDayStatus', order.settled ? '2' : '1'],
      ['TransactionSide', 'Auto'], ['ProvNumber', charge?.provision ?? ''], ['BatchId', '1'], ['RRN', charge?.rrn ?? ''],
      ['Stan', charge?.stan ?? ''], ['EndOfDayDate', '', NIL],
    ];
  }

  // ---- money back

  function moved({ name, get, inner, store, kind }, move) {
    const order = book.find(store.merchantId, get('OrderId'));
    if (!order || !isSame(order, get, inner)) return refused(name, 'unknown');
    const { entry, why } = move(order, /^\d{1,12}$/.test(get('Amount')) ? BigInt(get('Amount')) : 0n);
    if (why === 'voided-refund') return succeeded(name, value(order, { code: '28' }, 'İptal Edilen İşlem İade Yapılamaz'));
    if (why) return refused(name, why);
    return succeeded(name, kind === 'empty-value' ? [] : value(order, entry, 'OTORİZASYON VERİLDİ', kind));
  }

  /** The order, but not the amount. */
  function value(order, { code, provision = '', rrn = '', stan = '', at = now() }, text, kind) {
    return [
      ['IsEnrolled', 'false'], ['IsVirtual', 'false'], ['ProvisionNumber', provision], ['RRN', rrn], ['Stan', stan],
      ['ResponseCode', code], ['ResponseMessage', text], ['OrderId', order.orderId], ['TransactionTime', isoDate(at)],
      ['MerchantOrderId', kind === 'wrong-order' ? `${order.merchantOrderId}X` : order.merchantOrderId],
      ['CurrencyCode', `0${order.currency}`], ['MerchantId', '', NIL], ['BusinessKey', '0'],
    ];
  }

  function refused(name, why) {
    return failed(name, ...REASONS[why]);
  }

  function failed(name, code, text = verdict(code).text) {
    const result = [['ErrorMessage', text], ['ErrorCode', code], ['IsFriendly', 'true'], ['Severity', 'Error']];
    const nothing = [['ResponseCode', 'DbLayerError'], ['OrderId', '0'], ['MerchantId', '', NIL]];
    return envelope(name, [['Results', [['Result', result]]], ['Success', 'false'], ['Value', nothing]]);
  }

  function succeeded(name, content) {
    return envelope(name, [['Results', ''], ['Success', 'true'], ['Value', content.length > 0 ? content : '']]);
  }

  function envelope(name, children) {
    const { soapPrefix: prefix } = settings;
    const named = (list) => list.map(([each, content, attributes]) =>
      [prefix + each, Array.isArray(content) ? named(content) : content, attributes]);
    const spaces = prefix ? { [`xmlns:${prefix.slice(0, -1)}`]: NAMESPACE, ...XSI } : { xmlns: NAMESPACE, ...XSI };
    return soapXml(200, [[`${prefix}${name}Response`, [[`${prefix}${name}Result`, named(children)]], spaces]]);
  }
}

/** The numbers of the charge, all of them. */
const isSame = ({ charge, merchantOrderId }, get, inner) => charge && inner('MerchantOrderId') === merchantOrderId
  && get('RRN') === charge.rrn && get('Stan') === charge.stan && get('ProvisionNumber') === charge.provision;

const isoDate = (at) => timestamp(at).slice(0, 19).replace(' ', 'T');

function soapXml(status, content) {
  const text = `<?xml version="1.0" encoding="utf-8"?>${element('s:Envelope', [['s:Body', content]], { 'xmlns:s': ENVELOPE })}`;
  return { status, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: text };
}

const soapFault = (text) => soapXml(500, [['s:Fault', [['faultcode', 's:Client'], ['faultstring', text]]]]);

/** An answer whose decisive elements stand in it twice says first what a thief would like. */
function doubled(kind, answer) {
  if (kind !== 'duplicate-tag') return answer;
  return { ...answer, body: answer.body.replace(/<([\w:]*Success)>/, '<$1>true</$1><$1>') };
}

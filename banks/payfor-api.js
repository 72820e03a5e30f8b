// PayFor's server-to-server side: one set of operations behind three addresses. XMLGate.aspx takes and answers XML, JsonGate.aspx
// takes a form and answers JSON, Default.aspx takes a form and answers `name=value;;name=value`. And its bad days.
import { sameDigest } from './digest.js';
import { withFault, XML_FAULTS } from './faults.js';
import { parseForm } from './form.js';
import { Decimal, toJson } from './json.js';
import { CURRENCIES, fromMinor, toMinor } from './money.js';
import { verdict } from './payfor-codes.js';
import { historyFields, inquiryFields, missingFields, natural } from './payfor-record.js';
import { childText, element, parseXml } from './xml.js';

export const OPERATIONS = [
  '3DModelPayment', 'Auth', 'PreAuth', 'PostAuth', 'Void', 'Refund', 'OrderInquiry', 'TxnHistory', 'BatchClose',
];

/** What `fault({ on, kind })` can make of a request. `on` is one of the operations, or '*'. */
export const FAULTS = {
  ...XML_FAULTS,
  'wrong-amount': 'does the work; the answer names another amount',
  'wrong-currency': 'does the work; the answer names another currency',
};

const CHANGES = {
  'wrong-order': { OrderId: (text) => `${text}X`, TransId: (text) => `${text}X` },
  'wrong-amount': { PurchAmount: (text) => fromMinor((toMinor(text) ?? 0n) + 1n) },
  'wrong-currency': { Currency: (code) => (code === '949' ? '978' : '949') },
};

export const ORDER_ID = /^[\w.-]{1,50}$/;

/** '', '0' and '1' are a single payment; the bank reads a number, so '03' is three. */
export function installmentsOf(text) {
  if (!/^\d{0,2}$/.test(text) || Number(text) > 36) return null;
  return Number(text) > 1 ? String(Number(text)) : '0';
}

/** How long a list this bank sends at most. */
const LONGEST_LIST = 100;

/**
 * @param {object} bank
 * @param {ReturnType<import('./payfor-book.js').createBook>} bank.book
 */
export function createApi({ book, stores, settings, faults, times, courier, now, outcomeOf }) {
  /** @param {'xml' | 'json' | 'pairs'} form of the answer, and of the request */
  return async function api(request, form) {
    let get;
    try {
      get = form === 'xml' ? readXml(request.body) : readForm(request.body);
    } catch (error) {
      const refused = { ...verdict('M012'), message: `${verdict('M012').message}: ${error.message}` };
      return write(form, short({ ...book.nothing('M012'), rrn: '', verdict: refused }));
    }
    const operation = operationOf(get);
    const fault = faults.take(operation?.name ?? '');
    const work = async () => write(form, damaged(await answer(operation, get), fault));
    return withFault(fault, work, { wait: courier.wait, hangMs: times.hangMs });
  };

  function operationOf(get) {
    const [secureType, txnType] = [get('SecureType'), get('TxnType')];
    if (secureType === '3DModelPayment') return { name: secureType, run: provision };
    const runs = {
      NonSecure: { Auth: sale, PreAuth: sale, PostAuth: postAuth, Void: cancel, Refund: refund, BatchClose: batchClose },
      Inquiry: { OrderInquiry: orderInquiry }, Report: { TxnHistory: txnHistory },
    };
    const offered = Object.hasOwn(runs, secureType) ? runs[secureType] : {};
    return Object.hasOwn(offered, txnType) ? { name: txnType, run: offered[txnType] } : null;
  }

  async function answer(operation, get) {
    const { store, isTrusted } = caller(get, operation?.name);
    if (!store || !isTrusted) return short({ ...book.nothing('V001'), rrn: '' });
    const barred = settings.ipRefusedFor.some((name) => name === '*' || name === operation?.name);
    if (barred) return short({ ...book.nothing('V036'), rrn: '' });
    if (!operation) return short({ ...book.nothing('M012'), rrn: '' });
    return operation.run({ get, store, ...wanted(get) });
  }

  /** A provision after 3-D Secure does not say whose it is; and an inquiry is answered whatever the password. */
  function caller(get, operation) {
    const [mbrId, merchantId] = [get('MbrId'), get('MerchantId') || get('MerchantID')];
    const store = stores.find((each) => each.userCode === get('UserCode')
      && (operation === '3DModelPayment' || (each.mbrId === mbrId && each.merchantId === merchantId)));
    const unchecked = operation === 'OrderInquiry' && !settings.inquiryChecksPassword;
    return { store, isTrusted: unchecked || sameDigest(get('UserPass'), store?.userPass ?? '') };
  }

  function wanted(get) {
    const [amount, currency] = [get('PurchAmount'), get('Currency')];
    const minor = Object.hasOwn(CURRENCIES, currency) ? toMinor(amount, CURRENCIES[currency].digits) ?? -1n : -1n;
    return { orderId: get('OrgOrderId') || get('OrderId'), amount, minor, currency };
  }

  // ---- what moves money

  /** Takes the money for a visit that 3-D Secure has accepted. The amount is that of the visit; the request has none. */
  async function provision({ get, store }) {
    const row = book.byGuid(get('RequestGuid'));
    const isHis = row?.store === store && row.orderId === get('OrderId') && row.secureType === '3DModel';
    if (!isHis || row.verdict.code !== 'V033') return short({ ...book.nothing('V036'), rrn: '' });
    if (row.outcome.slow) await courier.wait(times.slowMs);
    return short(book.charge(row, row));
  }

  /** Without 3-D Secure, and with the card in the request. */
  async function sale({ get, store, orderId, amount, minor, currency }) {
    const installments = installmentsOf(get('InstallmentCount'));
    if (!settings.nonSecure || !ORDER_ID.test(orderId) || installments === null) return short(book.nothing('M012'));
    if (minor <= 0n) return short(book.nothing('M002'));
    if (book.isTaken(store, orderId)) return short(book.nothing('101310'));
    const pan = get('Pan').replaceAll(' ', '');
    const row = book.begin({
      store, orderId, txnType: get('TxnType'), amount, minor, currency, installments, holder: get('CardHolderName'), lang: get('Lang'),
    });
    const outcome = outcomeOf(orderId, pan);
    if (!outcome) return short(Object.assign(row, { verdict: verdict('M041') }));
    if (outcome.slow) await courier.wait(times.slowMs);
    const [month, year] = [get('Expiry').slice(0, 2), get('Expiry').slice(2)];
    return short(book.charge(row, { pan, outcome, month, year }));
  }

  function postAuth(request) { return short(book.capture(request)); }

  function cancel(request) { return short(book.cancel(request)); }

  function refund(request) { return short(book.refund(request)); }

  function batchClose() {
    book.settle();
    return short({ ...book.nothing('00'), rrn: '' });
  }

  // ---- what only asks

  function isOldEnough(row) { return row !== undefined && now() - row.at >= settings.statusLagMs; }

  function orderInquiry({ get, store }) {
    const named = settings.inquiryField === 'any' ? get('OrgOrderId') || get('OrderId') : get(settings.inquiryField);
    const row = book.shown(store, named);
    const isHidden = settings.openOrders === 'unknown' && ['V000', 'V033'].includes(row?.verdict.code);
    if (!isOldEnough(row) || isHidden) {
      return record(missingFields({
        store, orderId: named, secureType: 'Inquiry', txnType: 'OrderInquiry', refusal: verdict('V013'), batch: book.batch(),
      }));
    }
    const [refunded, captured] = [book.refunded(store, named), book.captured(store, named)];
    const isRefunded = settings.refundedFlag === 'any' ? refunded > 0n : refunded > 0n && refunded === captured;
    return record(inquiryFields(row, { amount: amountOf(row), refunded, isRefunded, booleans: settings.booleans }));
  }

  function amountOf(row) {
    switch (settings.inquiryAmount) {
      case 'natural': return natural(row.minor, row.currency);
      case 'comma': return row.amount.replace('.', ',');
      case 'empty': return '';
      default: return row.amount;
    }
  }

  /** All rows of an order, or of a day: the oldest first. */
  function txnHistory({ get, store }) {
    const [orderId, day] = [get('OrderId'), get('ReqDate')];
    const rows = orderId ? book.ofOrder(store, orderId) : book.ofDay(store, day);
    const extended = rows.filter(isOldEnough).slice(0, LONGEST_LIST).map((row) => {
      const refunded = row.txnType === 'Auth' || row.txnType === 'PostAuth' ? book.refunded(store, row.orderId) : 0n;
      return historyFields(row, { amount: row.amount, refunded, panCode: settings.panCode });
    });
    return { kind: 'history', rows: extended, missing: extended.length > 0 ? null : missing({ store, orderId }) };
  }

  /** The bank's test system repeats the request here, with both passwords in plain text. */
  function missing({ store, orderId }) {
    const fields = missingFields({
      store, orderId, secureType: 'Report', txnType: 'TxnHistory', refusal: verdict('V013'), batch: book.batch(),
    });
    const secrets = [['UserPass', store.userPass], ['MerchantPass', store.merchantPass], ['DecryptedCard', ''], ['Cvv2', '']];
    return settings.historyLeaksPasswords ? [...fields, ...secrets] : fields;
  }

  // ---- answers

  function record(fields) { return { kind: 'record', fields }; }

  /** What a change or a payment is answered with: a few fields, except in JSON, which shows the whole record. */
  function short(row) {
    const fields = [
      ['AuthCode', row.authCode], ['HostRefNum', row.rrn], ['ProcReturnCode', row.verdict.code], ['TransId', row.orderId],
      ['ErrMsg', row.verdict.message], ['CardHolderName', row.holder], ['ArtiTaksit', '0'], ['BankInternalResponseMessage', ''],
      ['PAYFORFROMXMLREQUEST', '1'], ['SESSION_SYSTEM_USER', '0'],
    ];
    const whole = row.store ? inquiryFields(row, { amount: row.amount, refunded: 0n, isRefunded: false }) : fields;
    return { kind: 'short', fields, whole };
  }

  function damaged(result, fault) {
    const changes = CHANGES[fault] ?? {};
    const changed = (fields) => {
      const other = fields.map(([name, text]) => [name, Object.hasOwn(changes, name) ? changes[name](text) : text]);
      return fault === 'duplicate-tag' ? [['ProcReturnCode', '00'], ...other] : other;
    };
    if (result.kind === 'history') return { ...result, rows: result.rows.map(changed) };
    return { ...result, fields: changed(result.fields), ...(result.whole && { whole: changed(result.whole) }) };
  }

  function write(form, result) {
    if (form === 'xml') return writeXml(result);
    if (result.kind === 'history') return write(form, short({ ...book.nothing('M012'), rrn: '' }));
    return form === 'json' ? writeJson(result) : writePairs(result);
  }

  function writeXml(result) {
    const padded = (fields) => fields.map(([name, text]) => [name, text === '' && settings.paddedXml ? '\r\n' : text]);
    const root = result.kind === 'history' ? history(result, padded) : element('PayforResponse', padded(result.fields));
    const text = `<?xml version="1.0" encoding="utf-8"?>\n${root}\n`;
    return {
      status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: settings.paddedXml ? text.replace(/\r?\n/g, '\r\n') : text,
    };
  }

  function history({ rows, missing: nothing }, padded) {
    const ocean = { xmlns: 'http://ocean.smartway.com/' };
    const closed = (name, value) => ['ArrayOfString', [['string', name], ['string', value]]];
    const extended = (fields) => ['PaymentRequestExtended', [
      ['PaymentRequest', padded(fields), ocean],
      ['ExtraParameters', [closed('IsBatchClosed', 'True'), closed('SettlementDate', '')], ocean],
      ['IsOnUsCard', 'false', ocean],
    ]];
    return element('TxnHistoryReport', (nothing ? [nothing] : rows).map(extended), {
      'xsi:noNamespaceSchemaLocation': 'TxnHistoryReport.xsd', 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    });
  }

  /** Numbers are numbers here: 350.00 becomes 350.0, and 949 is no text. */
  function writeJson({ fields, whole = fields }) {
    const asNumber = (text) => new Decimal(text.includes('.') ? text : `${text}.0`);
    const values = whole.map(([name, text]) => {
      if (['PurchAmount', 'RefundedAmount'].includes(name) && text !== '') return [name, asNumber(naturalText(text))];
      return [name, name === 'Currency' ? new Decimal(text) : text];
    });
    const body = toJson({
      PaymentRequest: Object.fromEntries(values), PaymentAddress: {}, ExtraParameters: [], IsOnUsCard: false,
    });
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
  }

  function writePairs({ fields }) {
    const body = fields.map(([name, text]) => `${name}=${text}`).join(';;');
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
  }
}

const naturalText = (text) => text.replace(',', '.').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

function readForm(body) {
  const fields = parseForm(body);
  return (name) => fields.find(([each]) => each === name)?.[1].trim() ?? '';
}

function readXml(body) {
  const root = parseXml(body.toString('utf8').trim());
  if (root.name !== 'PayforRequest') throw new Error('PayforRequest expected');
  return (name) => childText(root, name);
}

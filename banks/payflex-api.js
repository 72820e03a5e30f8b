// The virtual POS: provision after 3-D Secure, capture, cancel, refund (Vposreq), inquiry (Search) and the day's list
// (SettlementDetail). All of it answers with status 200 and a code in the XML.
import { sameDigest } from './digest.js';
import { CURRENCIES, fromMinor, toMinor } from './money.js';
import { Refusal, VPOS } from './payflex-codes.js';
import { hostDate, isAmount, isId, isoDate, leavesOf, maskPan, readXml, xml } from './payflex-wire.js';
import { child } from './xml.js';

/** What is missing, where an old installation wants it once more. */
const MISSING = { Pan: 1051, Expiry: 1052, Cvv: 1050, CurrencyAmount: 1047, CurrencyCode: 1077 };
const SECURE_TYPES = { Y: '2', A: '3' };
const DAY = 86_400_000;

/** @param {object} bank parts that payflex.js shares out */
export function createVpos({ book, mpi, stores, settings, times, courier, now, respond, forcedCard }) {
  /** Who asks, and from where. */
  function storeOf({ id, password, terminalNo, needsTerminal = false, unknown }) {
    const store = stores.find(({ merchantId }) => merchantId === id);
    if (!store) throw new Refusal(unknown);
    if (!sameDigest(password, store.password)) throw new Refusal(5001);
    if (settings.ipRefusal) throw new Refusal(settings.ipRefusal);
    if ((needsTerminal || terminalNo) && terminalNo !== store.terminalNo) throw new Refusal(1125);
    return store;
  }

  // ---- Vposreq

  const OPERATIONS = {
    Sale: charge, Auth: charge, Capture: capture, Cancel: undo, Reversal: undo, Refund: refund,
  };

  async function vpos(request) {
    let fields;
    try {
      if (request.method !== 'POST') throw new Refusal(6001);
      fields = leavesOf(readXml(request, 'VposRequest'));
    } catch (error) {
      return refused(error);
    }
    const { TransactionType: type = '' } = fields;
    if (!Object.hasOwn(OPERATIONS, type)) return refused(new Refusal(1082));
    return respond(type.toLowerCase(), () => OPERATIONS[type](fields).catch(refused));
  }

  /** Neither merchant nor order stands in a refusal: only what is wrong. */
  function refused(error) {
    if (!(error instanceof Refusal)) throw error;
    return xml('VposResponse', [['ResultCode', error.code], ['ResultDetail', VPOS[error.code]], ['InstallmentTable', '']]);
  }

  async function charge(fields) {
    const { MerchantId, Password, TerminalNo, TransactionType: type, TransactionId: transactionId, OrderId: orderId } = fields;
    const store = storeOf({ id: MerchantId, password: Password, terminalNo: TerminalNo, needsTerminal: true, unknown: 9039 });
    checkNumbers(fields);
    if (!isId(orderId)) throw new Refusal(1078);
    if (!fields.TransactionDeviceSource) throw new Refusal(1121);
    book.checkNew(store, { transactionId, orderId });
    const after3D = ['ECI', 'CAVV', 'MpiTransactionId'].some((name) => fields[name]);
    if (!after3D && !settings.nonSecure) throw new Refusal(1111);
    const purchase = after3D ? authenticatedPurchase(store, fields) : typedPurchase(fields);
    if (purchase.outcome.slow) await courier.wait(times.slowMs);
    return lineAnswer(book.charge(store, { type, transactionId, orderId, ...purchase }), fields);
  }

  function checkNumbers({ TransactionId: transactionId, ClientIp: clientIp }) {
    if (transactionId && !isId(transactionId)) throw new Refusal(1054);
    if (!clientIp) throw new Refusal(1096);
  }

  /** ECI, CAVV and MpiTransactionId must be those of one authentication, which counts once; card and amount come from there. */
  function authenticatedPurchase(store, fields) {
    const { ECI: eci, CAVV: cavv = '', MpiTransactionId: requestId, OrderId: orderId } = fields;
    if (!requestId) throw new Refusal(1114);
    const session = mpi.authenticated(store, requestId);
    if (!session) throw new Refusal(1115);
    if (session.used) throw new Refusal(1128);
    if (!eci) throw new Refusal(9117);
    if (eci !== session.authentication.eci) throw new Refusal(1116);
    if (cavv !== session.authentication.cavv) throw new Refusal(1117);
    const secureType = SECURE_TYPES[session.authentication.status];
    if (!secureType) throw new Refusal('0400');
    checkAgainstMpi(fields, session);
    session.used = true;
    const { minor, currency, pan, installments } = session;
    const outcome = forcedCard([orderId, requestId, session.get.SessionInfo], pan);
    return { minor, currency, pan, installments, eci, cavv, secureType, outcome };
  }

  /** What the shop sends besides must not be there (new installations), must be there (old ones), and must agree in any case. */
  function checkAgainstMpi(fields, { minor, currency, pan, installments, get }) {
    const known = {
      Pan: pan, Expiry: `20${get.ExpiryDate}`, CurrencyAmount: fromMinor(minor), CurrencyCode: currency,
      NumberOfInstallments: installments,
    };
    if (settings.refusedAfter3D.some((name) => fields[name])) throw new Refusal(1127);
    const missing = settings.requiredAfter3D.find((name) => !fields[name]);
    if (missing) throw new Refusal(MISSING[missing]);
    if (Object.entries(known).some(([name, value]) => fields[name] && fields[name] !== value)) throw new Refusal(1126);
  }

  /** Without 3-D Secure, where the bank allows that at all. */
  function typedPurchase(fields) {
    const outcome = forcedCard([fields.OrderId], fields.Pan ?? '');
    if (!outcome) throw new Refusal(1051);
    if (!/^20\d{2}(0[1-9]|1[0-2])$/.test(fields.Expiry ?? '')) throw new Refusal(1052);
    if (!/^\d{3,4}$/.test(fields.Cvv ?? '')) throw new Refusal(1050);
    if (CURRENCIES[fields.CurrencyCode]?.digits !== 2) throw new Refusal(1077);
    const minor = amountOf(fields);
    if (!minor) throw new Refusal(1047);
    const installments = fields.NumberOfInstallments ?? '';
    if (installments && !/^([2-9]|[1-3]\d)$/.test(installments)) throw new Refusal(1060);
    return { minor, currency: fields.CurrencyCode, pan: fields.Pan, installments, outcome };
  }

  /** In minor units; null where no amount was sent. */
  function amountOf({ CurrencyAmount: text }) {
    if (!text) return null;
    if (!isAmount(text)) throw new Refusal(1047);
    return toMinor(text);
  }

  async function capture(fields) {
    return lineAnswer(book.capture(referringStore(fields, true), reference(fields)), fields);
  }

  async function undo(fields) {
    return lineAnswer(book.undo(referringStore(fields), { ...reference(fields), type: fields.TransactionType }), fields);
  }

  async function refund(fields) {
    return lineAnswer(book.refund(referringStore(fields), reference(fields)), fields);
  }

  function referringStore(fields, needsTerminal) {
    const { MerchantId: id, Password: password, TerminalNo: terminalNo } = fields;
    const store = storeOf({ id, password, terminalNo, needsTerminal, unknown: 9039 });
    checkNumbers(fields);
    return store;
  }

  const reference = (fields) => ({
    transactionId: fields.TransactionId, reference: fields.ReferenceTransactionId ?? '', minor: amountOf(fields),
    currency: fields.CurrencyCode,
  });

  /** The names and their order as in captured answers: an answer that refers to another transaction names no order. */
  function lineAnswer(line, { TransactionDeviceSource: source = '0' }) {
    const amount = fromMinor(line.minor);
    const isNew = line.reference === '';
    const holder = [['Item', '', { name: 'CardHolderName', value: 'VE* OR*' }]];
    return xml('VposResponse', [
      ['MerchantId', line.merchantId], ['TransactionType', line.type], ['TransactionId', line.transactionId],
      ...(isNew ? [] : [['ReferenceTransactionId', line.reference]]),
      ['ResultCode', line.code], ['ResultDetail', book.detailOf(line)],
      ...(isNew ? [['CustomItems', holder]] : []),
      ['InstallmentTable', ''], ['CampaignResult', ''], ['AuthCode', line.authCode], ['HostDate', hostDate(line.at)],
      ['Rrn', line.rrn], ['TerminalNo', line.terminalNo], ['CurrencyAmount', amount], ['CurrencyCode', line.currency],
      ...(isNew ? [['OrderId', line.orderId]] : []),
      ...(line.eci ? [['ECI', line.eci]] : []),
      ...(isNew ? [['ThreeDSecureType', line.secureType], ['TransactionDeviceSource', source]] : []),
      ['BatchNo', String(line.batch)], ['TLAmount', amount],
    ]);
  }

  // ---- Search and SettlementDetail

  const search = (request) => inquiry(request, { operation: 'search', name: 'Search', find: searched, row: searchRow });
  const settlementDetail = (request) =>
    inquiry(request, { operation: 'settlement', name: 'SettlementDetail', find: settled, row: settlementRow });

  async function inquiry(request, { operation, name, find, row }) {
    const root = `${name}Response`;
    const failed = (error) => {
      if (!(error instanceof Refusal)) throw error;
      return xml(root, [responseInfo('Error', error.code, VPOS[error.code])]);
    };
    let document;
    try {
      if (request.method !== 'POST') throw new Refusal(6001);
      document = readXml(request, `${name}Request`);
    } catch (error) {
      return failed(error);
    }
    return respond(operation, async () => {
      try {
        const merchant = leavesOf(child(document, 'MerchantCriteria'));
        const store = storeOf({ id: merchant.HostMerchantId, password: merchant.MerchantPassword, unknown: 9065 });
        return found(root, find(store, document), readPage(document), row);
      } catch (error) {
        return failed(error);
      }
    });
  }

  const responseInfo = (status, code, message) => ['ResponseInfo', [
    ['Status', status], ['ResponseCode', code], ['ResponseMessage', message], ['ResponseDateTime', isoDate(now())],
    ['IsIdempotent', 'false'],
  ]];

  function found(root, lines, { index, size }, row) {
    const shown = lines.slice((index - 1) * size, index * size);
    return xml(root, [
      responseInfo('Success', '0000', 'Succeeded.'),
      ['PagedResponseInfo', [['PageIndex', String(index)], ['PageSize', String(size)], ['TotalItemCount', String(lines.length)]]],
      ['TransactionSearchResultInfo', shown.length > 0 ? shown.map(row) : ''],
    ]);
  }

  function readPage(document) {
    const { PageIndex: index = '1', PageSize: size = '10' } = leavesOf(child(document, 'PagedRequestInfo'));
    if (!/^[1-9]\d{0,5}$/.test(index)) throw new Refusal(9612);
    if (!/^[1-9]\d{0,5}$/.test(size)) throw new Refusal(9614);
    if (Number(size) > 50) throw new Refusal(9615);
    return { index: Number(index), size: Number(size) };
  }

  /** By transaction number every attempt under it; by order number one; otherwise what the dates hold. The first counts. */
  function searched(store, document) {
    const { TransactionId: id, OrderId: orderId, AuthCode: authCode } = leavesOf(child(document, 'TransactionCriteria'));
    const period = readPeriod(document);
    if (!id && !orderId && !authCode && !period) throw new Refusal(4005);
    const candidates = id ? book.withId(store, id) : orderId ? book.ofOrder(store, orderId) : book.ofStore(store);
    return candidates.filter((line) => isVisible(line) && isWithin(line, period) && (!authCode || line.authCode === authCode));
  }

  /** A day's successes. */
  function settled(store, document) {
    const period = readPeriod(document);
    if (!period) throw new Refusal(4002);
    return book.ofStore(store).filter((line) => book.isApproved(line) && isVisible(line) && isWithin(line, period));
  }

  const isVisible = (line) => now() - line.at >= settings.searchLagMs;
  const isWithin = ({ at }, period) => !period || (at >= period.start && at < period.end);

  /** Days of Turkey, both included; null where no day was named. */
  function readPeriod(document) {
    const { StartDate: from, EndDate: to } = leavesOf(child(document, 'DateCriteria'));
    if (!from && !to) return null;
    if (!from) throw new Refusal(4002);
    if (!to) throw new Refusal(4003);
    const [start, last] = [from, to].map(midnight);
    if (Number.isNaN(start) || Number.isNaN(last)) throw new Refusal(9121);
    if (last < start) throw new Refusal(4001);
    if (last - start > 124 * DAY) throw new Refusal(9057);
    return { start, end: last + DAY };
  }

  const midnight = (day) => (/^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00+03:00`) : NaN);

  /** There is no state: it has to be read off the flags. */
  function searchRow(line) {
    return ['TransactionSearchResultInfo', [
      ['PaymentTransactionId', String(line.number)], ['MerchantId', line.merchantId], ['TransactionType', line.type],
      ['TransactionId', line.transactionId], ['OrderId', line.orderId], ['OrderDescription', ''], ['Amount', fromMinor(line.minor)],
      ['AmountCode', line.currency], ['AuthCode', line.authCode], ['ReferenceTransactionId', line.reference], ...flags(line),
      ['ECI', line.eci], ['CAVV', line.cavv], ['ResultCode', line.code], ['Rrn', line.rrn], ['TerminalNo', line.terminalNo],
      ['NumberOfInstallments', line.installments], ['HostDate', hostDate(line.at)], ['ResponseMessage', book.detailOf(line)],
      ['HostResultCode', line.code.slice(1)], ['IsBatchClosed', String(book.isClosed(line))],
      ['TransactionThreedSecureType', line.secureType], ['PanMasked', maskPan(line.pan)], ['RequestInsertTime', isoDate(line.at)],
      ['CustomItems', ''],
    ]];
  }

  function settlementRow(line) {
    return ['PaymentTransactionInfo', [
      ['PaymentTransactionId', String(line.number)], ['TransactionType', [['TransactionTypeName', line.type]]],
      ['TransactionId', line.transactionId], ['ReferencedTransactionId', line.reference], ['OrderId', line.orderId],
      ['Amount', fromMinor(line.minor)], ['AmountCode', line.currency], ...flags(line), ['ResultCode', line.code],
      ['RequestInsertTime', isoDate(line.at)],
    ]];
  }

  const flags = (line) => [
    ['IsCanceled', String(line.canceled)], ['IsReversed', String(line.reversed)], ['IsCaptured', String(line.captured)],
    ['IsRefunded', String(line.refunded > 0n)], ['TotalRefundAmount', fromMinor(line.refunded)],
  ];

  return { vpos, search, settlementDetail };
}

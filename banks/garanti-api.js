// GVPS's XML API, POST /VPServlet: sale and pre-authorisation after 3-D Secure or with a card, capture, void, refund and the
// inquiries. And its bad days.
import { decodeLatin5, isLatin5 } from './charset.js';
import { sameDigest } from './digest.js';
import { withFault, XML_FAULTS } from './faults.js';
import { parseFormBytes } from './form.js';
import { AMOUNT, INSTALLMENTS, installmentsOf, ORDER_ID } from './garanti-book.js';
import { REFUSALS } from './garanti-codes.js';
import { isSha512, requestHash } from './garanti-hash.js';
import { createInquiries } from './garanti-inquiry.js';
import { gvpsResponse } from './garanti-reply.js';
import { CURRENCIES } from './money.js';
import { child, childText, parseXml } from './xml.js';

/** What `fault({ on, kind })` can make of a request. `on` is a type of transaction, 'provision' after 3-D Secure, or '*'. */
export const FAULTS = {
  ...XML_FAULTS,
  'wrong-terminal': 'does the work; the answer names another terminal',
  'wrong-hash': 'does the work; the digest of the answer is not right',
};

/** In the order of a payment's life. */
export const OPERATIONS = [
  'provision', 'sales', 'preauth', 'postauth', 'void', 'refund', 'orderinq', 'orderhistoryinq', 'orderlistinq',
];

const isAfter3D = ({ type, presentCode }) => ['sales', 'preauth'].includes(type) && presentCode === '13';
const READ_ONLY = new Set(['orderinq', 'orderhistoryinq', 'orderlistinq']);

const passwordsOf = (store) => ({
  __proto__: null,
  [store.provisionUser]: store.provisionPassword,
  [store.refundUser]: store.refundPassword,
  [store.hostedUser]: store.hostedPassword,
});

const ofVisit = ({ pan, month, year }) => ({ pan, expiry: month + year });

const about = ({ terminalId, orderId, amount, currencyCode, original, user }) =>
  ({ terminalId, orderId, minor: BigInt(amount), currency: currencyCode, original, user });

/**
 * @param {object} bank
 * @param {ReturnType<import('./garanti-book.js').createBook>} bank.book
 * @param {(terminalId: string) => typeof import('./garanti.js').SIMULATOR_ACCOUNT | undefined} bank.terminal
 */
export function createApi({ book, terminal, authentications, settings, faults, times, courier, now, outcomeOf }) {
  const inquiries = createInquiries({ book, settings, now });
  const operations = {
    sales: charge, preauth: charge, postauth: capture, void: cancel, refund,
    orderinq: inquiries.order, orderhistoryinq: inquiries.history, orderlistinq: inquiries.list,
  };

  return async function api({ body }) {
    let request;
    try {
      request = readRequest(body);
    } catch (error) {
      return gvpsResponse(BLANK, { verdict: REFUSALS.unreadable(error.message) }, { settings, now });
    }
    const store = terminal(request.terminalId);
    const password = store && passwordsOf(store)[request.user];
    const respond = (answer, damage) => gvpsResponse(request, answer, { password, settings, now, damage });
    const problem = callerProblem(request, store, password) ?? fieldProblem(request) ?? rightsProblem(request, store);
    if (problem) return respond({ verdict: problem });
    const fault = faults.take(isAfter3D(request) ? 'provision' : request.type);
    const work = async () => respond(await operations[request.type](request), fault);
    return withFault(fault, work, { wait: courier.wait, hangMs: times.hangMs });
  };

  // ---- who asks

  /** The digest proves the password of the user that the request names. */
  function callerProblem(request, store, password) {
    if (!store) return REFUSALS.noSuchTerminal();
    if (request.merchantId !== store.merchantId) return REFUSALS.otherMerchant();
    if (password === undefined) return REFUSALS.unknownUser();
    if (settings.closedUsers.includes(request.user)) return REFUSALS.closedUser();
    const current = settings.legacyVersions || isSha512(request.version);
    if (!current || !sameDigest(request.hash, requestHash(request, password))) return REFUSALS.wrongPassword();
    return settings.onlyListedAddresses ? REFUSALS.otherAddress() : null;
  }

  /** Money goes back by the refund user only, and that user does nothing else. */
  function rightsProblem({ type, user }, store) {
    const needed = ['void', 'refund'].includes(type) ? store.refundUser : store.provisionUser;
    return user === needed ? null : REFUSALS.notAuthorized();
  }

  function fieldProblem({ mode, userId, ip, type, orderId, amount, currencyCode, installments }) {
    if (!['TEST', 'PROD'].includes(mode)) return REFUSALS.badValue('Mode');
    if (!userId) return REFUSALS.missing('TerminalUserID');
    if (!ip) return REFUSALS.missing('CustomerIPAddress');
    if (!Object.hasOwn(operations, type)) return REFUSALS.badValue('TxnType');
    if (!amount) return REFUSALS.missing('TxnAmount');
    if (/^0+$/.test(amount)) return REFUSALS.zeroAmount();
    if (!AMOUNT.test(amount)) return REFUSALS.badValue('TxnAmount');
    if (currencyCode && !Object.hasOwn(CURRENCIES, currencyCode)) return REFUSALS.badValue('TxnCurrencyCode');
    if (!currencyCode && !READ_ONLY.has(type)) return REFUSALS.missing('TxnCurrencyCode');
    if (!INSTALLMENTS.test(installments)) return REFUSALS.badValue('TxnInstallmentCnt');
    if (type === 'orderlistinq') return null;
    if (orderId.length > 32) return REFUSALS.longOrderId();
    return ORDER_ID.test(orderId) ? null : REFUSALS.missing('OrderID');
  }

  // ---- operations

  async function charge(request) {
    const { terminalId, orderId, type, card } = request;
    const known = book.order(terminalId, orderId);
    if (known && book.first(known)) return book.refused(REFUSALS.secondSale());
    const authentication = isAfter3D(request) ? authentications.get(request.md) : undefined;
    const problem = isAfter3D(request) ? authenticationProblem(request, authentication) : cardProblem(request);
    if (problem) return book.refused(problem);
    const { pan, expiry } = authentication ? ofVisit(authentication.session) : { pan: card.number, expiry: card.expiry };
    const outcome = authentication?.outcome ?? outcomeOf(orderId, pan);
    if (!outcome) return book.refused(REFUSALS.badCard());
    if (authentication) authentication.used = true;
    if (outcome.slow) await courier.wait(times.slowMs);
    const entry = book.charge({
      terminalId, orderId, type, minor: BigInt(request.amount), currency: request.currencyCode,
      installments: installmentsOf(request.installments), user: request.user, email: request.email, pan, expiry, outcome,
      threeDS: authentication,
    });
    return { ...entry, pan };
  }

  /** md, xid, eci and cavv must be those of one authentication of this very order, terminal and amount, and it counts once. */
  function authenticationProblem(request, authentication) {
    if (!request.has3D) return REFUSALS.no3DFields();
    if (!authentication || authentication.used || request.card.number) return REFUSALS.wrongMd();
    const { session } = authentication;
    const sameOrder = session.terminalId === request.terminalId && session.orderId === request.orderId
      && session.minor === BigInt(request.amount) && session.currency === request.currencyCode
      && session.installments === installmentsOf(request.installments) && session.type === request.type;
    const sameProof = ['xid', 'eci', 'cavv'].every((name) => request[name] === authentication[name]);
    return sameOrder && sameProof && '1234'.includes(authentication.mdStatus) ? null : REFUSALS.wrongMd();
  }

  function cardProblem({ card }) {
    if (!card.number) return REFUSALS.missing('CardNumber');
    return /^\d{4}$/.test(card.expiry) ? null : REFUSALS.badValue('CardExpireDate');
  }

  function capture(request) { return withCard(request, book.capture(about(request))); }
  function cancel(request) { return withCard(request, book.cancel(about(request))); }
  function refund(request) { return withCard(request, book.refund(about(request))); }
  function withCard(request, entry) { return { ...entry, pan: book.order(request.terminalId, request.orderId)?.pan }; }
}

/** What an answer to an unreadable request has to say about it. */
const BLANK = { version: '', user: '', userId: '', terminalId: '', merchantId: '', ip: '', email: '', orderId: '', groupId: '' };

/** The XML itself, or form field `data`; in the charset that the XML declares. */
function readRequest(body) {
  const raw = body.toString('latin1').trimStart().startsWith('<') ? body : dataField(body);
  const declared = /^\s*<\?xml[^>]*encoding="([^"]*)"/.exec(raw.toString('latin1'))?.[1];
  const root = parseXml((isLatin5(declared) ? decodeLatin5(raw) : raw.toString('utf8')).trim());
  if (root.name !== 'GVPSRequest') throw new Error('GVPSRequest bekleniyor');
  refuseRepeated(root);
  const [terminal, customer, card, order, transaction] =
    ['Terminal', 'Customer', 'Card', 'Order', 'Transaction'].map((name) => child(root, name));
  const secure = child(transaction, 'Secure3D');
  return {
    mode: childText(root, 'Mode'), version: childText(root, 'Version'),
    user: childText(terminal, 'ProvUserID'), userId: childText(terminal, 'UserID'), hash: childText(terminal, 'HashData'),
    terminalId: childText(terminal, 'ID'), merchantId: childText(terminal, 'MerchantID'),
    ip: childText(customer, 'IPAddress'), email: childText(customer, 'EmailAddress'),
    card: { number: childText(card, 'Number'), expiry: childText(card, 'ExpireDate') }, cardNumber: childText(card, 'Number'),
    orderId: childText(order, 'OrderID'), groupId: childText(order, 'GroupID'),
    startDate: childText(order, 'StartDate'), endDate: childText(order, 'EndDate'),
    pageNumber: childText(order, 'ListPageNum') || childText(transaction, 'ListPageNum'),
    type: childText(transaction, 'Type'), amount: childText(transaction, 'Amount'),
    currencyCode: childText(transaction, 'CurrencyCode'),
    installments: childText(transaction, 'InstallmentCnt'), presentCode: childText(transaction, 'CardholderPresentCode'),
    original: childText(transaction, 'OriginalRetrefNum'), has3D: secure !== undefined,
    cavv: childText(secure, 'AuthenticationCode'), eci: childText(secure, 'SecurityLevel'), xid: childText(secure, 'TxnID'),
    md: childText(secure, 'Md'),
  };
}

/** Only lists hold an element twice. */
function refuseRepeated({ name, children }) {
  const names = children.map((each) => each.name);
  if (!name.endsWith('List') && new Set(names).size !== names.length) throw new Error('ayni alan iki kez gonderildi');
  children.forEach(refuseRepeated);
}

const dataField = (body) => parseFormBytes(body).find(([name]) => name.equals(Buffer.from('data')))?.[1] ?? Buffer.alloc(0);

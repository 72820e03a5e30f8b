// PosNet V1's service, POST …/MerchantJSONAPI.svc/<operation> with JSON: the money after 3-D Secure, then capture, reversal, return
// and inquiry. And its bad days. Written from the bank's "PosNet JSON API" document.
import { sameDigest } from './digest.js';
import { JSON_FAULTS, lostAnswer, withFault } from './faults.js';
import { readJsonObject } from './json.js';
import { fromMinor } from './money.js';
import { plainText } from './page.js';
import { POSNET_CURRENCIES } from './posnet-api.js';
import { refused } from './posnet-codes.js';
import { LISTS, mac } from './posnetv1-hash.js';
import { timestamp } from './turkish-time.js';

/** Each with the list that its MAC is made over. */
const MAC_LISTS = {
  Sale: LISTS.provision, Auth: LISTS.provision, Capture: LISTS.account, Reverse: LISTS.reference, Return: LISTS.reference,
  TransactionInquiry: LISTS.account,
};

export const OPERATIONS = Object.keys(MAC_LISTS);

/** What `fault({ on, kind })` can make of a request. `on` is one of the operations, or '*'. */
export const FAULTS = {
  ...JSON_FAULTS,
  'wrong-order': 'does the work; an inquiry speaks of another order',
  'wrong-amount': 'does the work; the answer speaks of another amount',
  'empty-references': 'does the work; the answer approves without AuthCode and ReferenceCode',
};

const HALF_SECURE = ['1', '2', '3', '4'];
const PROOF = ['SecureTransactionId', 'CavvData', 'Eci', 'MdStatus', 'MD'];
const HEADERS = { 'x-merchant-id': 'merchantNo', 'x-terminal-id': 'terminalNo', 'x-posnet-id': 'posnetId' };

/** What an inquiry calls the states of POSNET's book. */
const TYPES = { Sale: 'Sale', Authorization: 'Auth', Capture: 'Capture', Return: 'Return' };
/** And what a reversal calls them. */
const REVERSIBLE = { Sale: 'sale', Auth: 'auth', Capture: 'capt', Return: 'return' };

/** The test card `silent`: the money was taken, and the answer never comes. */
const NEVER = Symbol('never');

/**
 * @param {object} bank
 * @param {ReturnType<import('./posnet-book.js').createBook>} bank.book
 * @param {Map<string, any>} bank.authentications by SecureTransactionId
 */
export function createApi({ book, authentications, account, settings, faults, times, courier, now, outcomeOf }) {
  const operations = {
    Sale: provision, Auth: provision, Capture: capture, Reverse: reverse, Return: giveBack, TransactionInquiry: inquiry,
  };

  return async function api(operation, request) {
    if (!Object.hasOwn(operations, operation)) return plainText(404, 'Endpoint not found.\n');
    const fault = faults.take(operation);
    const work = async () => {
      const answer = await answerTo(operation, request, fault);
      return answer === NEVER ? lostAnswer('timeout', courier.wait, times.hangMs) : json(answer);
    };
    return withFault(fault, work, { wait: courier.wait, ...times });
  };

  function answerTo(operation, request, fault) {
    const asked = readJsonObject(request.body);
    if (!asked || asked.ApiType !== 'JSON' || asked.ApiVersion !== 'V100') return failure(refused('0002'));
    const store = account(asked.MerchantNo);
    const barred = settings.ipRefusedFor.some((name) => name === '*' || name === operation);
    if (store?.terminalNo !== asked.TerminalNo) return failure(refused('0148', 'MID,TID,IP HATALI:127.0.0.1'));
    if (barred) return failure(refused('0148', 'INVALID MID TID IP. Hatalı IP:127.0.0.1'));
    if (settings.headersRequired && !headersFit(request.headers, store)) return failure(refused('0148', 'X-MERCHANT-ID'));
    const list = MAC_LISTS[operation];
    const signed = { ...asked, ...asked.ThreeDSecureData };
    if (asked.MACParams !== list || !sameDigest(asked.MAC, mac(list, signed, store.encKey))) return failure(refused('E216'));
    return operations[operation]({ operation, asked, store, fault });
  }

  /** Takes the money, or holds it (Auth). The answer repeats neither order nor amount. */
  async function provision({ operation, asked, store, fault }) {
    const visit = authentications.get(asked.ThreeDSecureData?.SecureTransactionId);
    const why = requestProblem(asked) ?? proofProblem(asked, store, visit) ?? orderProblem(operation, asked, visit);
    if (why) return failure(why);
    visit.usedFor = asked.OrderId;
    const outcome = outcomeOf(asked.OrderId, visit.pan);
    if (outcome?.slow) await courier.wait(times.slowMs);
    const result = book.charge({
      ...termsOf(asked), mid: store.merchantNo, xid: asked.OrderId, type: operation, pan: visit.pan, mdStatus: visit.MdStatus, outcome,
    });
    if (outcome?.silent && result.approved === '1') return NEVER;
    return receipt(result, fault);
  }

  function requestProblem(asked) {
    if (asked.IsTDSecureMerchant !== 'Y') return refused('0150', 'IsTDSecureMerchant');
    if (!/^[0-9A-Za-z_]{20}$/.test(asked.OrderId ?? '')) return refused('0150', 'ORDERID');
    if (asked.PointAmount) return refused('0150', 'POINTAMOUNT');
    return amountProblem(asked);
  }

  function amountProblem({ Amount, CurrencyCode, InstallmentCount = '0', InstallmentType = 'N' }) {
    if (!/^\d{1,15}$/.test(String(Amount ?? ''))) return refused('0204');
    if (!/^\d{1,2}$/.test(String(InstallmentCount))) return refused('0150', 'INSTALLMENTCOUNT');
    if (InstallmentType !== (Number(InstallmentCount) > 1 ? 'Y' : 'N')) return refused('0150', 'INSTALLMENTTYPE');
    return Object.hasOwn(POSNET_CURRENCIES, CurrencyCode ?? '') ? null : refused('E190');
  }

  /** Is it what the bank gave the customer's browser? */
  function proofProblem({ ThreeDSecureData: given }, store, visit) {
    const genuine = visit?.store === store && PROOF.every((name) => String(given[name]) === visit[name]);
    if (!genuine) return refused('0146');
    return settings.chargesUnauthenticated || HALF_SECURE.includes(visit.MdStatus) ? null : refused('0005');
  }

  /** Is it for this order, as far as this bank looks? */
  function orderProblem(operation, asked, { form, usedFor, store }) {
    if (settings.bindsOrder && !isSame(operation, asked, form)) return refused('0146');
    if (settings.authenticationOnce && usedFor && usedFor !== asked.OrderId) return refused('0146');
    const before = book.order(store.merchantNo, asked.OrderId);
    return settings.declinedOrderUsed && before && !before.charge ? refused('0127') : null;
  }

  function receipt(result, fault) {
    if (result.approved !== '1') return failure(result);
    const { minor, installment, authCode, hostLogKey } = result.entry;
    const [known, count] = [fault !== 'empty-references', BigInt(installment)];
    const spoken = fault === 'wrong-amount' ? minor + count : minor;
    return {
      ...success(settings.approvedCode, 'Onaylandı'), AuthCode: known ? authCode : null, ReferenceCode: known ? hostLogKey : null,
      PointDataList: [], InstallmentData: { InstallmentCount: String(count), Amount: String(count > 1n ? spoken / count : 0n) },
      MessageData: null,
    };
  }

  // ---- what happens to a payment afterwards

  /** By the bank's key, or else by the shop's number with the bank's prefix. */
  function referenceOf({ ReferenceCode, OrderId }, store) {
    const [hostLogKey, orderId] = [ReferenceCode ?? '', OrderId ?? ''];
    const { orderIdPrefix: prefix } = settings;
    const mid = store.merchantNo;
    if (hostLogKey) return { reference: { mid, hostLogKey } };
    if (orderId.length !== 24) return { wrong: refused('0150', 'ORDERID') };
    return orderId.startsWith(prefix) ? { reference: { mid, xid: orderId.slice(prefix.length) } } : { wrong: refused('0123') };
  }

  function capture({ asked, store, fault }) {
    const { reference, wrong } = referenceOf(asked, store);
    const why = wrong ?? amountProblem(asked);
    if (why) return failure(why);
    return receipt(book.capture({ reference, ...termsOf(asked) }), fault);
  }

  function reverse({ asked, store }) {
    const transaction = Object.hasOwn(REVERSIBLE, asked.TransactionType ?? '') ? REVERSIBLE[asked.TransactionType] : null;
    if (!transaction) return failure(refused('0202'));
    const { reference, wrong } = referenceOf(asked, store);
    return wrong ? failure(wrong) : done(book.reverse({ reference, transaction }));
  }

  function giveBack({ asked, store }) {
    const { reference, wrong } = referenceOf(asked, store);
    const why = wrong ?? amountProblem(asked);
    if (why) return failure(why);
    return done(book.giveBack({ reference, ...termsOf(asked) }));
  }

  /** A reversal and a return bring no reference of their own. */
  function done(result) {
    return failure(result.approved === '1' ? { code: settings.approvedCode, text: 'Onaylandı' } : result);
  }

  /** Every transaction of an order. A fresh one is not there yet. */
  function inquiry({ asked, store, fault }) {
    const nothing = { ...success('E219', 'Kayıt Bulunamadı'), TransactionData: null };
    const { reference } = referenceOf({ OrderId: asked.OrderId }, store);
    const order = reference && book.order(store.merchantNo, reference.xid);
    const entries = (order?.entries ?? []).filter(({ at }) => now() - at >= settings.statusLagMs);
    if (entries.length === 0) return nothing;
    const listed = entries.map((entry) => transactionOf(order, entry, asked.OrderId, fault));
    return { ...success('0000', 'Başarılı'), TransactionData: settings.newestFirst ? listed.reverse() : listed };
  }

  function transactionOf(order, entry, orderId, fault) {
    const amount = fault === 'wrong-amount' ? entry.minor + 1n : entry.minor;
    return {
      Amount: turkish(amount), AuthCode: entry.authCode, CardNo: order.pan.replaceAll(' ', ''), CurrencyCode: order.currency,
      HostLogKey: entry.hostLogKey, OrderId: fault === 'wrong-order' ? another(orderId) : orderId,
      TransactionDate: timestamp(entry.at).replace(' ', ''), TransactionStatus: statusOf(entry),
      TransactionType: TYPES[entry.state] ?? 'Reverse',
    };
  }

  function statusOf({ state, good, code }) {
    if (settings.statusMeans === 'good') return good ? '1' : '0';
    return code === '' && state !== 'Authorization' ? '1' : '0';
  }

  function turkish(minor) {
    const [whole, decimals] = fromMinor(minor).split('.');
    return `${settings.groupsThousands ? whole.replace(/\B(?=(\d{3})+$)/g, '.') : whole},${decimals}`;
  }
}

// ---- requests

const headersFit = (headers, store) => Object.entries(HEADERS).every(([name, key]) => headers[name] === store[key])
  && /^[0-9A-Za-z]{1,30}$/.test(headers['x-correlation-id'] ?? '');

const termsOf = ({ Amount, CurrencyCode, InstallmentCount }) =>
  ({ minor: BigInt(Amount), currency: CurrencyCode, installment: String(InstallmentCount ?? '0').padStart(2, '0') });

const isSame = (operation, asked, form) => asked.OrderId === form.OrderId && String(asked.Amount) === form.Amount
  && asked.CurrencyCode === form.CurrencyCode && operation === form.TransactionType
  && Number(asked.InstallmentCount) === Number(form.InstallmentCount);

const another = (orderId) => `${orderId.slice(0, -1)}${orderId.endsWith('0') ? '1' : '0'}`;

// ---- answers

const success = (ResponseCode, ResponseDescription) => ({ ServiceResponseData: { ResponseCode, ResponseDescription } });

const failure = ({ code, text }) => ({
  ...success(code, text), AuthCode: null, ReferenceCode: null, PointDataList: null, InstallmentData: null, MessageData: null,
});

const json = (answer) =>
  ({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(answer) });

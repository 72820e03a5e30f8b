// POSNET's XML service, POST /PosnetWebService/XML with the form field `xmldata`: the three steps of 3-D Secure, then capture,
// reversal, return and inquiry. And its bad days. Written from the bank's "XML Servisleri Entegrasyon Dokümanı" (2.1.1.3) and
// "POSNET ThreeD Secure XML Servis Entegrasyonu" (2.0.1.5).
import { cardByName, cardByNumber, CARDS } from './cards.js';
import { decodeLatin5, encodeLatin5, isUtf8 } from './charset.js';
import { sameDigest } from './digest.js';
import { lostAnswer, withFault, XML_FAULTS } from './faults.js';
import { parseFormBytes } from './form.js';
import { CURRENCIES, fromMinor } from './money.js';
import { refused } from './posnet-codes.js';
import { requestMac, resolveMac, tranMac } from './posnet-hash.js';
import { timestamp } from './turkish-time.js';
import { childText, element, parseXml } from './xml.js';

/** The bank's letters. */
export const POSNET_CURRENCIES = Object.fromEntries(
  Object.entries({ TL: '949', US: '840', EU: '978' }).map(([letters, number]) => [letters, { number, ...CURRENCIES[number] }]),
);

export const OPERATIONS = ['oosRequestData', 'oosResolveMerchantData', 'oosTranData', 'capt', 'reverse', 'return', 'agreement'];

/** What `fault({ on, kind })` can make of a request. `on` is one of the operations, or '*'. */
export const FAULTS = {
  ...XML_FAULTS,
  'wrong-order': 'does the work; the answer speaks of another order, and its MAC is made for that one',
  'wrong-amount': 'does the work; the answer speaks of another amount, and its MAC is made for that one',
  'wrong-mac': 'does the work; the MAC of the answer is made with another key',
};

/** How 3-D Secure ended: [txStatus, mdErrorMessage]. */
const AUTHENTICATION = {
  0: ['N', 'Not authenticated'], 1: ['Y', ''], 2: ['N', 'Card not enrolled'], 4: ['A', 'Attempt'],
  5: ['U', 'Authentication could not be performed'], 8: ['N', 'Unknown card number'], 9: ['N', 'None 3D - Secure Transaction'],
};

const HALF_SECURE = ['1', '2', '3', '4'];
const XID = /^[A-Za-z0-9_]{20}$/;

/** What the agreement calls a shop's order: a prefix of four characters before the twenty. */
const PREFIX_LENGTH = 4;

/**
 * @param {object} bank
 * @param {ReturnType<import('./posnet-book.js').createBook>} bank.book
 * @param {ReturnType<import('./posnet-packet.js').createPackets>} bank.packets
 */
export function createApi({ book, packets, account, settings, faults, times, courier, now, forced }) {
  const operations = {
    oosRequestData: requestData, oosResolveMerchantData: resolve, oosTranData: tran, capt, reverse, return: giveBack, agreement,
  };

  return async function api(request) {
    let root, body;
    try {
      root = readRequest(request);
      [body] = root.children.filter(({ name }) => Object.hasOwn(operations, name));
    } catch (error) {
      return xml(failure(refused('0002', error.message)));
    }
    const fault = faults.take(body?.name ?? '');
    const work = async () => {
      const answer = await answerTo(root, body, fault);
      return answer === NEVER ? lostAnswer('timeout', courier.wait, times.hangMs) : damaged(answer, fault);
    };
    return withFault(fault, work, { wait: courier.wait, hangMs: times.hangMs });
  };

  function answerTo(root, body, fault) {
    const [mid, tid] = [childText(root, 'mid'), childText(root, 'tid')];
    if (!/^\d{10}$/.test(mid)) return failure(refused('0320'));
    if (!/^\d{1,8}$/.test(tid)) return failure(refused('0321'));
    const store = account(mid);
    const barred = settings.ipRefusedFor.some((name) => name === '*' || name === body?.name);
    if (!store || store.terminalId !== tid) return failure(refused('0148', 'MID,TID,IP HATALI:127.0.0.1'));
    if (barred) return failure(refused('0148', 'INVALID MID TID IP. Hatalı IP:127.0.0.1'));
    if (!body) return failure(refused('0002'));
    const get = (name) => childText(body, name);
    return operations[body.name]({ get, store, fault, dated: childText(root, 'tranDateRequired') === '1' });
  }

  // ---- the three steps of a payment

  /** Closes payment and card into packets for the customer's browser. The bank remembers nothing of it. */
  function requestData({ get, store }) {
    const why = requestProblem(get, store);
    if (why) return failure(why);
    const { card, wrong } = cardOf(get);
    if (wrong) return failure(refused('0150', wrong));
    const data1 = packets.seal('data1', {
      mid: store.merchantId, xid: get('XID'), amount: get('amount'), currency: get('currencyCode'),
      installment: get('installment'), type: get('tranType'), at: now(),
    });
    const data2 = card ? packets.seal('data2', card) : '';
    const second = card || settings.data2WithoutCard === 'empty' ? [['data2', data2]] : [];
    return [
      ['approved', '1'],
      ['oosRequestDataResponse', [['data1', data1], ...second, ['sign', packets.sign(data1, data2)]]],
    ];
  }

  function requestProblem(get, store) {
    if (get('posnetid') !== store.posnetId) return refused('E181');
    if (!XID.test(get('XID'))) return refused('E189');
    if (!Object.hasOwn(POSNET_CURRENCIES, get('currencyCode'))) return refused('E190');
    if (minorOf(get('amount')) === null) return notAnInteger(get('amount'));
    if (minorOf(get('amount')) === 0n) return refused('0205');
    if (!/^\d\d$/.test(get('installment'))) return refused('0150', 'INSTALLMENT');
    return ['Sale', 'Auth'].includes(get('tranType')) ? null : refused('0002', `tranType: '${get('tranType')}'`);
  }

  /** The card, or none: then the bank's common page asks for it. A number that is no test card is not kept. */
  function cardOf(get) {
    const [pan, expiry, cvc] = [get('ccno'), get('expDate'), get('cvc')];
    if (!pan && !expiry && !cvc) return {};
    if (!/^\d{13,19}$/.test(pan)) return { wrong: 'CCNO' };
    if (!/^\d\d(0[1-9]|1[0-2])$/.test(expiry)) return { wrong: 'EXPDATE' };
    if (!/^\d{3,4}$/.test(cvc)) return { wrong: 'CVC' };
    const known = cardByNumber(pan) !== undefined;
    const kept = known ? pan : `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`;
    return { card: { pan: kept, known, holder: get('cardHolderName') } };
  }

  /** What the return's packets say, if the shop's MAC is made for the same order, amount and currency. Asking changes nothing. */
  function resolve({ get, store, fault }) {
    const [visit, merchant] = [openBankPacket(get('bankData'), store), packets.open('merchant', get('merchantData'))];
    const together = packets.belong(get('sign'), get('merchantData'), get('bankData'));
    if (!visit || !merchant || !together) return failure(refused('0146'));
    if (!sameDigest(get('mac'), requestMac(visit, store))) return failure(refused('E216'));
    const { xid, amount, currency } = spokenOf(visit, fault);
    const { mdStatus, installment } = visit;
    const [txStatus, mdErrorMessage] = AUTHENTICATION[mdStatus];
    return [
      ['approved', '1'], ['respCode', ''], ['respText', ''],
      ['oosResolveMerchantDataResponse', [
        ['xid', xid], ['amount', amount], ['currency', currency], ['installment', installment],
        ['point', '0'], ['pointAmount', '0'], ['txStatus', txStatus], ['mdStatus', mdStatus], ['mdErrorMessage', mdErrorMessage],
        ['mac', resolveMac({ mdStatus, xid, amount, currency }, signer(store, fault))],
      ]],
    ];
  }

  /**
   * Takes the money. By the bank's document nothing is looked at here but the packet and the shop's MAC: neither how 3-D Secure
   * ended nor whether the shop ever asked.
   */
  async function tran({ get, store, fault }) {
    const visit = openBankPacket(get('bankData'), store);
    if (!visit) return failure(refused('0146'));
    if (!sameDigest(get('mac'), requestMac(visit, store))) return failure(refused('E216'));
    if (!/^0*$/.test(get('wpAmount'))) return failure(refused('0150', 'WPAMOUNT'));
    if (!visit.pan) return failure(refused('0150'));
    if (!settings.chargesUnauthenticated && !HALF_SECURE.includes(visit.mdStatus)) return failure(refused('0005'));
    const outcome = outcomeOf(visit);
    if (outcome?.slow) await courier.wait(times.slowMs);
    const minor = minorOf(visit.amount);
    const result = book.charge({ ...visit, minor, outcome });
    if (outcome?.silent && result.approved === '1') return NEVER;
    return result.entry ? tranAnswer(result, store, fault) : failure(result);
  }

  /** An unknown card, which the bank's test system takes without 3-D Secure, is charged there. */
  function outcomeOf({ xid, pan, known }) {
    if (forced.has(xid)) return cardByName(forced.get(xid));
    return known ? cardByNumber(pan) : settings.unknownCardMdStatus === '9' && CARDS[0];
  }

  function tranAnswer({ approved, code, text, order, entry }, store, fault) {
    const paid = { xid: order.xid, amount: String(entry.minor), currency: order.currency };
    const { hostLogKey } = entry;
    const mac = tranMac({ hostLogKey, ...spokenOf(paid, fault) }, signer(store, fault));
    return [
      ['approved', approved], ['respCode', code], ['respText', text], ['mac', mac], ['hostlogkey', hostLogKey],
      ['authCode', entry.authCode], ...benefits(entry),
    ];
  }

  /** Null for anything that is not a live packet of this shop. */
  function openBankPacket(packet, store) {
    const visit = packets.open('bank', packet);
    return visit?.mid === store.merchantId && now() - visit.at <= times.packetMs ? visit : null;
  }

  // ---- what happens to a payment afterwards

  function capt({ get, store, dated }) {
    const why = amountProblem(get);
    const { reference, wrong } = referenceOf(get, store);
    if (why ?? wrong) return failure(why ?? wrong);
    const [minor, currency, installment] = [minorOf(get('amount')), get('currencyCode'), get('installment')];
    return booked(book.capture({ reference, minor, currency, installment }), dated);
  }

  function reverse({ get, store, dated }) {
    const transaction = get('transaction');
    if (!['sale', 'auth', 'capt', 'return'].includes(transaction)) return failure(refused('0202'));
    if (!get('hostLogKey') && !get('orderID')) return failure(refused('0342'));
    const { reference, wrong } = referenceOf(get, store);
    return wrong ? failure(wrong) : booked(book.reverse({ reference, transaction }), dated, { brief: true });
  }

  function giveBack({ get, store, dated }) {
    const why = amountProblem(get);
    const { reference, wrong } = referenceOf(get, store);
    if (why ?? wrong) return failure(why ?? wrong);
    return booked(book.giveBack({ reference, minor: minorOf(get('amount')), currency: get('currencyCode') }), dated);
  }

  function amountProblem(get) {
    if (minorOf(get('amount')) === null) return notAnInteger(get('amount'));
    return Object.hasOwn(POSNET_CURRENCIES, get('currencyCode')) ? null : refused('E190');
  }

  /** By the bank's key, or else by the shop's number with the bank's prefix. */
  function referenceOf(get, store) {
    const [hostLogKey, orderID] = [get('hostLogKey'), get('orderID')];
    const reference = { mid: store.merchantId, hostLogKey, xid: orderID.slice(PREFIX_LENGTH) };
    if (hostLogKey) return { reference };
    if (orderID.length !== PREFIX_LENGTH + 20) return { wrong: refused('0150', 'ORDERID') };
    return settings.orderIdPrefixes.includes(orderID.slice(0, PREFIX_LENGTH)) ? { reference } : { wrong: refused('0123') };
  }

  function booked(result, dated, { brief = false } = {}) {
    if (result.approved === '0') return failure(result);
    const { hostLogKey, authCode, at } = result.entry;
    const date = dated ? [['tranDate', compact(at)]] : [];
    const rest = brief ? [] : benefits(result.entry);
    return [['approved', '1'], ['hostlogkey', hostLogKey], ['authCode', authCode], ...date, ...rest];
  }

  /** Every transaction of an order. A fresh one is not there yet. */
  function agreement({ get, store, fault }) {
    const { reference, wrong } = referenceOf(get, store);
    if (wrong) return failure(wrong.code === '0123' ? refused('E219') : wrong);
    const order = book.order(store.merchantId, reference.xid);
    const entries = (order?.entries ?? []).filter(({ at }) => now() - at >= settings.statusLagMs);
    if (entries.length === 0) return failure(refused('E219'));
    const listed = entries.map((entry) => ['transaction', transactionOf(order, entry, get('orderID'), fault)]);
    return [['approved', '1'], ['transactions', settings.newestFirst ? listed.reverse() : listed]];
  }

  function transactionOf(order, entry, orderID, fault) {
    const { xid, amount, currency } = spokenOf({ xid: orderID, amount: String(entry.minor), currency: order.currency }, fault);
    return [
      ['orderID', xid], ['ccno', order.pan], ['amount', fromMinor(BigInt(amount)).replace('.', ',')], ['currencyCode', currency],
      ['authCode', entry.authCode], ['tranDate', timestamp(entry.at)], ['state', entry.state],
      ['txnStatus', entry.good ? '1' : '0'], [settings.hostLogKeyName, entry.hostLogKey],
    ];
  }

  // ---- answers

  function failure({ code, text }) {
    return [['approved', '0'], ['respCode', code], ['respText', text], ['yourIP', '127.0.0.1']];
  }

  function notAnInteger(text) {
    return refused('0002', `'${text}' değeri 'integer' için geçerli bir değer değil.`);
  }

  /** A fault may make the bank speak of another order or amount, and sign just that. */
  function spokenOf({ xid, amount, currency }, fault) {
    if (fault === 'wrong-order') return { xid: `${xid.slice(0, -1)}${xid.endsWith('0') ? '1' : '0'}`, amount, currency };
    return { xid, amount: fault === 'wrong-amount' ? String(BigInt(amount) + 1n) : amount, currency };
  }

  function signer(store, fault) {
    return fault === 'wrong-mac' ? { ...store, encKey: `${store.encKey},0` } : store;
  }

  function damaged(answer, fault) {
    if (fault === 'duplicate-tag') return xml([['approved', '1'], ...answer]);
    return xml(answer);
  }

  function xml(children) {
    const text = `<?xml version='1.0' encoding='${settings.declaredEncoding}'?>${element('posnetResponse', children)}`;
    return { status: 200, headers: { 'content-type': 'text/xml;charset=ISO-8859-9' }, body: encodeLatin5(text) };
  }
}

/** The test card `silent`: the money was taken, and the answer never comes. */
const NEVER = Symbol('never');

const minorOf = (text) => (/^\d{1,15}$/.test(text) ? BigInt(text) : null);

/** '261121184233' */
const compact = (at) => timestamp(at).slice(2, 19).replace(/\D/g, '');

/** Instalments and points. What a card earns is not simulated. */
function benefits({ minor, installment }) {
  const count = BigInt(installment);
  const each = count > 1n ? minor / count : 0n;
  const points = ['point', 'totalPoint'].flatMap((name) => [[name, '0'.repeat(8)], [`${name}Amount`, '0'.repeat(12)]]);
  return [['instInfo', [['inst1', installment], ['amnt1', String(each).padStart(12, '0')]]], ['pointInfo', points]];
}

/** The documents let the XML declare ISO-8859-9 and send UTF-8; both are read, by what the bytes are. */
function readRequest(request) {
  const raw = parseFormBytes(request.body).find(([name]) => name.equals(Buffer.from('xmldata')))?.[1] ?? Buffer.alloc(0);
  const root = parseXml((isUtf8(raw) ? raw.toString('utf8') : decodeLatin5(raw)).trim());
  if (root.name !== 'posnetRequest') throw new Error('posnetRequest');
  const bodies = root.children.filter(({ children }) => children.length > 0);
  if (bodies.length > 1) throw new Error(bodies.map(({ name }) => name).join(', '));
  for (const { children } of [root, ...bodies]) {
    if (new Set(children.map(({ name }) => name)).size !== children.length) throw new Error('cvc-complex-type.2.4.d');
  }
  return root;
}

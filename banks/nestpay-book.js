// The acquiring bank's book: which order was charged, captured, voided and refunded, and what the bank refuses. No HTTP, no XML.
import { ANSWERS, maskWide } from './cards.js';
import { yearAndDay } from './turkish-time.js';

/**
 * @typedef {object} Entry one transaction, as ORDERHISTORY lists it
 * @property {'S' | 'C'} chargeType sale or credit
 * @property {'A' | 'C' | 'D' | 'V' | 'ERR'} stat authorised, captured, declined, voided, error
 * @property {bigint} minor
 * @property {bigint | null} captured
 * @property {number} at
 * @property {number | null} capturedAt
 * @property {number | null} voidedAt
 * @property {string} code ProcReturnCode
 * @property {string} authCode
 * @property {string} hostRef
 * @property {string} transId
 *
 * @typedef {object} Order
 * @property {string} oid
 * @property {string} currency ISO number
 * @property {string} pan masked
 * @property {Entry | null} sale the approved sale or pre-authorisation
 * @property {bigint} refunded
 * @property {boolean} settled
 * @property {Entry[]} entries oldest first
 * @property {{ mdStatus: string, eci: string, cavv: string, xid: string } | null} threeDS
 *
 * @typedef {object} Result what the API and the callback say about one request
 * @property {'Approved' | 'Declined' | 'Error'} response
 * @property {string} code
 * @property {string} message
 * @property {string} error Extra.ERRORCODE
 * @property {string} transId
 * @property {string} authCode
 * @property {string} hostRef
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer }} options */
export function createBook({ now, random }) {
  /** @type {Map<string, Order>} */
  const orders = new Map();
  let hostRefs = 671_764;

  const digits = (count) => String(random(8).readBigUInt64BE() % 10n ** BigInt(count)).padStart(count, '0');
  const letters = () => [...random(4)].map((byte) => String.fromCharCode(65 + (byte % 26) + (byte & 32))).join('');
  const newTransId = () => yearAndDay(now()) + letters() + digits(5);
  const newHostRef = () => `${yearAndDay(now()).slice(1)}00${String(++hostRefs).padStart(6, '0')}`;

  const refused = (error, message, response = 'Error', code = '99') =>
    ({ response, code, message, error, transId: newTransId(), authCode: '', hostRef: '' });
  const approved = ({ transId, authCode, hostRef }) =>
    ({ response: 'Approved', code: '00', message: '', error: '', transId, authCode, hostRef });

  function write(order, entry) {
    const blank = { captured: null, capturedAt: null, voidedAt: null, code: '00', authCode: '', hostRef: '' };
    const complete = { ...blank, at: now(), transId: newTransId(), ...entry };
    order.entries.push(complete);
    return complete;
  }

  /** Sale or pre-authorisation. @returns {Result} */
  function charge({ oid, minor, currency, type, pan, outcome, threeDS = null }) {
    const order = orders.get(oid)
      ?? { oid, currency, pan: maskWide(pan), sale: null, refunded: 0n, settled: false, entries: [], threeDS };
    if (order.sale) return refused('CORE-2507', 'Bu siparis numarasi ile zaten basarili bir siparis var.');
    orders.set(oid, order);
    if (outcome.code !== '00') {
      const { message, error } = ANSWERS[outcome.code];
      const stat = outcome.code === '99' ? 'ERR' : 'D';
      const entry = write(order, { chargeType: 'S', stat, minor, code: outcome.code });
      return { ...refused(error, message, stat === 'ERR' ? 'Error' : 'Declined', outcome.code), transId: entry.transId };
    }
    const captures = type === 'Auth';
    const at = now();
    Object.assign(order, { pan: maskWide(pan), currency, threeDS });
    order.sale = write(order, {
      chargeType: 'S', stat: captures ? 'C' : 'A', minor, at, captured: captures ? minor : null, capturedAt: captures ? at : null,
      authCode: `P${digits(5)}`, hostRef: newHostRef(),
    });
    return approved(order.sale);
  }

  /** Closes a pre-authorisation; to go above its amount the merchant has to name that amount (`allowed`, Extra.PREAMT). @returns {Result} */
  function postAuth({ oid, minor, allowed }) {
    const sale = orders.get(oid)?.sale;
    if (sale?.stat !== 'A') return refused('CORE-2509', 'Kapatilacak on otorizasyon bulunamadi.');
    const amount = minor ?? sale.minor;
    if (amount === 0n) return refused('CORE-2506', 'Sifir tutar kapatilamaz.');
    if (amount > sale.minor && allowed !== sale.minor) return refused('CORE-2512', 'On otorizasyon tutari asilamaz.');
    Object.assign(sale, { stat: 'C', captured: amount, capturedAt: now() });
    return approved({ ...sale, transId: newTransId() });
  }

  /** Before the end of the day, and only while nothing was refunded. @returns {Result} */
  function voidSale({ oid }) {
    const order = orders.get(oid);
    const sale = order?.sale;
    if (!sale || sale.stat === 'V' || order.refunded > 0n) {
      return refused('CORE-2008', 'İptal edilmeye uygun satış işlemi bulunamadı.');
    }
    if (order.settled) return refused('CORE-2511', 'Iptal yapilamaz, gunsonu alinmis.');
    Object.assign(sale, { stat: 'V', voidedAt: now() });
    return approved({ ...sale, transId: newTransId(), hostRef: newHostRef() });
  }

  /** Full (no amount) or partial, never above what was captured. @returns {Result} */
  function credit({ oid, minor, needsSettlement }) {
    const order = orders.get(oid);
    const sale = order?.sale;
    if (sale?.stat !== 'C') return refused('CORE-2504', 'Iade edilecek tutar yok.');
    const left = sale.captured - order.refunded;
    const amount = minor ?? left;
    const refuse = (error, message) => {
      write(order, { chargeType: 'C', stat: 'D', minor: amount, captured: amount, code: '99' });
      return refused(error, message);
    };
    if (needsSettlement && !order.settled) return refuse('CORE-2508', 'Iade yapilamaz, siparis gunsonuna girmemis.');
    if (amount === 0n || left === 0n) return refuse('CORE-2504', 'Iade edilecek tutar yok.');
    if (amount > left) return refuse('CORE-2503', 'Net tutardan fazlasi iade edilemez.');
    order.refunded += amount;
    return approved(write(order, {
      chargeType: 'C', stat: 'C', minor: amount, captured: amount, capturedAt: now(), authCode: `P${digits(5)}`,
      hostRef: newHostRef(),
    }));
  }

  return {
    charge, postAuth, voidSale, credit, newTransId,
    order: (oid) => orders.get(oid),
    orders: () => [...orders.values()],
    /** The end of the bank's day: sales can no longer be voided, only refunded. */
    settle() { for (const order of orders.values()) if (order.sale?.stat === 'C') order.settled = true; },
  };
}

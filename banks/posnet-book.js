// POSNET's book: what was sold, pre-authorised, closed, reversed and returned, and what the bank refuses. No HTTP, no XML.
import { maskWide } from './cards.js';
import { DECLINES, refused } from './posnet-codes.js';

/**
 * @typedef {object} Entry one transaction, as the agreement lists it
 * @property {string} state Sale, Authorization, Capture or Return, or one of them with _Reverse
 * @property {boolean} good false: declined, or reversed meanwhile
 * @property {bigint} minor
 * @property {string} installment two digits
 * @property {number} at
 * @property {string} code why it was declined
 * @property {string} authCode
 * @property {string} hostLogKey
 * @property {boolean} settled the day it belongs to has ended
 *
 * @typedef {object} Order
 * @property {string} mid
 * @property {string} xid
 * @property {string} currency the bank's letters
 * @property {string} pan masked
 * @property {string} mdStatus
 * @property {Entry | null} charge the approved sale or pre-authorisation
 * @property {Entry[]} entries oldest first
 *
 * @typedef {{ approved: '0' | '1' | '2', code: string, text: string, entry?: Entry, order?: Order }} Result
 */

/** @param {{ now: () => number, random: (bytes: number) => Buffer, settings: any }} options */
export function createBook({ now, random, settings }) {
  /** @type {Map<string, Order>} */
  const orders = new Map();

  const digits = (count) => String(random(8).readBigUInt64BE() % 10n ** BigInt(count)).padStart(count, '0');
  const year = () => new Date(now()).getUTCFullYear() % 100;
  /** As the bank's look: the authorisation code stands in the middle, the year near the end. */
  const newKey = (authCode) => `0${digits(3)}${authCode}90000${year()}1`;
  const approved = (order, entry) => ({ approved: '1', code: '', text: '', order, entry });

  function write(order, entry) {
    const blank = { good: true, at: now(), code: '', authCode: '', hostLogKey: '', installment: '00', settled: false };
    const complete = { ...blank, ...entry };
    order.entries.push(complete);
    return complete;
  }

  /** An approved transaction gets its authorisation code and its key. */
  function writeGood(order, entry) {
    const authCode = digits(6);
    return write(order, { authCode, hostLogKey: newKey(authCode), ...entry });
  }

  const live = (order, state) => order.entries.filter((entry) => entry.state === state && entry.good);
  const captureOf = (order) => (order.charge.state === 'Sale' ? order.charge : live(order, 'Capture').at(-1));
  const returned = (order) => live(order, 'Return').reduce((sum, { minor }) => sum + minor, 0n);

  /**
   * By key or by order.
   * @param {{ mid: string, hostLogKey?: string, xid?: string }} reference
   * @param {string[]} states what the key may name
   */
  function orderOf({ mid, hostLogKey, xid }, states) {
    if (!hostLogKey) return orders.get(`${mid}/${xid}`);
    const names = (entry) => entry.hostLogKey === hostLogKey && states.includes(entry.state);
    return [...orders.values()].find((order) => order.mid === mid && order.entries.some(names));
  }

  /**
   * Sale or pre-authorisation. An order that has a payment is answered with it, even if it was reversed meanwhile.
   * @returns {Result}
   */
  function charge({ mid, xid, minor, currency, installment, type, pan, mdStatus, outcome }) {
    const id = `${mid}/${xid}`;
    const order = orders.get(id) ?? { mid, xid, currency, pan: '', mdStatus, charge: null, entries: [] };
    if (order.charge) return { ...refused('0127'), approved: '2', order, entry: order.charge };
    orders.set(id, Object.assign(order, { currency, mdStatus, pan: maskWide(pan) }));
    const state = type === 'Auth' ? 'Authorization' : 'Sale';
    const why = refusalOf({ minor, installment, outcome });
    if (why) {
      write(order, { state, minor, installment, good: false, code: why });
      return refused(why);
    }
    order.charge = writeGood(order, { state, minor, installment });
    return approved(order, order.charge);
  }

  function refusalOf({ minor, installment, outcome }) {
    if (minor > BigInt(settings.maxAmount)) return '0205';
    if (Number(installment) > settings.maxInstallments) return '0012';
    if (!outcome) return '0014';
    return outcome.code === '00' ? null : DECLINES[outcome.code];
  }

  /** Closes a pre-authorisation. @returns {Result} */
  function capture({ reference, minor, currency, installment }) {
    const order = orderOf(reference, ['Authorization', 'Sale', 'Capture']);
    if (!order?.charge) return refused('0123');
    const { charge } = order;
    if (charge.state !== 'Authorization' || captureOf(order)) return refused('0200');
    if (!charge.good) return refused('0015');
    if (currency !== order.currency) return refused('0207');
    if (minor <= 0n) return refused('0204');
    if (minor > charge.minor + charge.minor * BigInt(settings.captureExcessPercent) / 100n) return refused('0205');
    const count = installment === '' ? charge.installment : installment;
    if (Number(count) > Number(charge.installment)) return refused('0206');
    const same = settings.captureKey === 'same' ? { hostLogKey: charge.hostLogKey } : {};
    return approved(order, writeGood(order, { state: 'Capture', minor, installment: count, ...same }));
  }

  const REVERSIBLE = { sale: 'Sale', auth: 'Authorization', capt: 'Capture', return: 'Return' };

  /** Takes a transaction of the same day back, whole. @returns {Result} */
  function reverse({ reference, transaction }) {
    const state = REVERSIBLE[transaction];
    const order = orderOf(reference, state === 'Capture' ? ['Capture', 'Authorization'] : [state]);
    const candidates = (order?.entries ?? []).filter((entry) => entry.state === state && entry.hostLogKey
      && (!reference.hostLogKey || entry.hostLogKey === reference.hostLogKey));
    const target = candidates.findLast(({ good }) => good) ?? candidates.at(-1);
    if (!target) return refused(state === 'Capture' && order?.charge ? '0223' : '0123');
    if (!target.good) return refused('0220');
    if (state === 'Authorization' && captureOf(order)) return refused('0788');
    if (state !== 'Return' && returned(order) > 0n) return refused('0218');
    if (target.settled) return refused(state === 'Capture' ? '0229' : '0211');
    target.good = false;
    const { minor, installment } = target;
    const keys = { authCode: '000000', hostLogKey: newKey(digits(6)) };
    return approved(order, write(order, { state: `${state}_Reverse`, minor, installment, ...keys }));
  }

  /**
   * Gives money back, whole or in part. The request has no number of the shop's own: sent twice, it is done twice.
   * @returns {Result}
   */
  function giveBack({ reference, minor, currency }) {
    const order = orderOf(reference, ['Sale', 'Authorization', 'Capture']);
    if (!order?.charge) return refused('0123');
    const taken = captureOf(order);
    if (!taken) return refused(order.charge.good ? '0200' : '0370');
    if (reference.hostLogKey && reference.hostLogKey !== taken.hostLogKey) return refused('0123');
    if (!taken.good) return refused('0370');
    if (currency !== order.currency) return refused('0207');
    if (minor <= 0n) return refused('0204');
    if (settings.refundNeedsSettlement && !taken.settled) return refused('0411');
    if (minor > taken.minor - returned(order)) return refused('0205');
    return approved(order, writeGood(order, { state: 'Return', minor, installment: taken.installment }));
  }

  return {
    charge, capture, reverse, giveBack, returned, captureOf,
    order: (mid, xid) => orders.get(`${mid}/${xid}`),
    orders: () => [...orders.values()],
    /** The end of the day, when the bank closes the group: from now on money goes back by a return only. */
    settle() {
      const financial = [...orders.values()].flatMap(({ entries }) => entries).filter(({ state }) => state !== 'Authorization');
      for (const entry of financial) entry.settled = true;
    },
  };
}

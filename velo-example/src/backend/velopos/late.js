// Money that came too late: its attempt had been closed, or its order no longer waited for it. The customer gets it back, once. It is shown
// (`attention: 'late'`) until the bank has confirmed that.

import wixData from 'wix-data';
import { SITE, askAboutPayment, changesOf, refundPayment, voidPayment } from './changes.js';
import { isBack, leftOf } from './standing.js';
import { everything } from './store.js';

/**
 * @typedef {import('./payments.js').PaymentRecord} PaymentRecord
 * @typedef {import('./payments.js').ChangeItem} ChangeItem
 * @typedef {import('./changes.js').ChangeResult} ChangeResult
 */

const WHY = 'Para, deneme kapandıktan sonra geldi / the money came after the attempt had been closed';

/** @returns {Promise<PaymentRecord[]>} */
export async function lateMoney() {
  return everything(wixData.query('VeloposPayments').eq('attention', 'late'));
}

/** A void first: it costs nothing and leaves no trace on the card. Where the bank declines it (the day is over) or has none, a refund.
 * The ids are fixed beforehand, so that whoever does it again does the same. True when something was asked of the bank.
 * @param {PaymentRecord} record @returns {Promise<boolean>} */
export async function giveBack(record) {
  const changes = await changesOf(record._id);
  const sent = (/** @type {string} */ id) => changes.find((change) => change.changeId === id && change.state !== 'refused');
  const [voidId, refundId] = [idOf('void', record), idOf('refund', record)];
  if (sent(refundId)) return false;   // whatever came of it is for the bank to confirm, or for a person
  const undone = sent(voidId);
  if (undone) return undone.state === 'declined' && refund(record, refundId);
  const result = await voidPayment(record._id, { id: voidId, by: SITE, why: WHY });
  if (!isRefundInstead(result)) return result.state !== 'busy' && result.state !== 'refused';
  return refund(record, refundId);
}

/** @param {ChangeResult} result */
function isRefundInstead({ state, problem }) {
  return state === 'declined' || (state === 'refused' && (problem === 'UNSUPPORTED' || problem === 'ORDER'));
}

/** All that is left, and the bank is asked first: a void is declined, too, because somebody has given back a part in its panel, or all.
 * @param {PaymentRecord} late @param {string} id */
async function refund(late, id) {
  const asked = await askAboutPayment(late._id, { by: SITE });
  const record = asked.record ?? late;
  if (asked.state === 'busy' || isBack(record)) return false;
  const { state } = await refundPayment(record._id, { id, amount: leftOf(record), by: SITE, why: WHY });
  return state !== 'busy' && state !== 'refused';
}

/** @param {'void' | 'refund'} kind @param {PaymentRecord} record */
function idOf(kind, { _id }) {
  return `late-${kind}-${_id.slice(0, 20)}`;
}

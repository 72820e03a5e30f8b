// The scheduled job (jobs.config). It brings every payment to its end: bookings that were cut short, customers who paid and
// closed the window, customers who never paid. It only ever asks; it never sends a request that moves money.

import { PosError } from 'velopos';
import { BOOKING_TAKEOVER, askBank, settle as settlePayment } from './flow.js';
import { findIntent, forgetOldAsks, openIntents, unfinishedBookings } from './store.js';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

const RUN_FOR = 4 * MINUTE;        // begin nothing new after this; what is left comes next time
const NOT_YOUNGER = 2 * MINUTE;    // the customer is still typing the card number
const NOT_OLDER = 30 * DAY;        // what the bank cannot tell in a month a person has to look at; it stays visible as `new`

/** @typedef {{ booked: number, asked: number, failed: number, left: number }} Report */

/** @returns {Promise<Report>} */
export async function settle() {
  const now = Date.now();
  const report = { booked: 0, asked: 0, failed: 0, left: 0 };
  for (const { intentId, payment } of await unfinishedBookings(now - NOT_OLDER, now - BOOKING_TAKEOVER)) {
    await attempt(report, intentId, async () => {
      const intent = await findIntent(intentId);
      if (intent && await settlePayment(intent, payment)) report.booked += 1;
    });
  }
  const open = await openIntents(now - NOT_OLDER, now - NOT_YOUNGER);
  for (const intent of shuffled(open)) {
    if (Date.now() - now > RUN_FOR) report.left += 1;
    else await attempt(report, intent._id, async () => { await askBank(intent); report.asked += 1; });
  }
  await forgetOldAsks(now - DAY);
  if (open.length > 0 || report.booked > 0) console.log('velopos settle', JSON.stringify(report));
  return report;
}

/** One payment's trouble is not another's. @param {Report} report @param {string} intentId @param {() => Promise<void>} work */
async function attempt(report, intentId, work) {
  try {
    await work();
  } catch (error) {
    report.failed += 1;
    if (error instanceof PosError) console.warn('velopos', intentId, error.code, error.field ?? '');
    else console.error('velopos', intentId, error);
  }
}

/** In no fixed order, so that one that always fails or is slow does not keep the same others waiting in every run.
 * @template T @param {T[]} items @returns {T[]} */
function shuffled(items) {
  return items.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}

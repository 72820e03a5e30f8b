// The scheduled job (jobs.config). It brings every payment to its end: bookings that were cut short, customers who paid and
// closed the window, customers who never paid, money that came after a decline. It only ever asks; it never sends a request that
// moves money.

import { BOOKING_TAKEOVER, PAGE_OVER, askBank, askLastQuestion, logFailure, settle as settlePayment, tellEnd } from './flow.js';
import { findIntent, finishTurn, forgetOldAsks, lastQuestions, openIntents, unfinishedBookings } from './store.js';

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
  const questions = [...await openQuestions(now), ...await finalQuestions(now)];
  for (const { intentId, ask } of shuffled(questions)) {
    if (Date.now() - now > RUN_FOR) report.left += 1;
    else await attempt(report, intentId, async () => { await ask(); report.asked += 1; });
  }
  await forgetOldAsks(now - DAY);
  if (questions.length > 0 || report.booked > 0) console.log('velopos settle', JSON.stringify(report));
  return report;
}

/** @typedef {{ intentId: string, ask: () => Promise<void> }} Question */

/** About every attempt that has no end yet. @param {number} now @returns {Promise<Question[]>} */
async function openQuestions(now) {
  const open = await openIntents(now - NOT_OLDER, now - NOT_YOUNGER);
  return open.map((intent) => ({ intentId: intent._id, ask: () => askBank(intent) }));
}

/** About attempts that ended without money, until the bank has answered once.
 * @param {number} now @returns {Promise<Question[]>} */
async function finalQuestions(now) {
  const planned = await lastQuestions(now - NOT_OLDER, now - PAGE_OVER);
  return planned.map(({ intentId, claim }) => ({
    intentId,
    ask: async () => {
      const intent = await findIntent(intentId);
      if (intent && !await askLastQuestion(intent)) return;
      if (intent) await tellEnd(intent);
      await finishTurn(claim);
    },
  }));
}

/** One payment's trouble is not another's. @param {Report} report @param {string} intentId @param {() => Promise<void>} work */
async function attempt(report, intentId, work) {
  try {
    await work();
  } catch (error) {
    report.failed += 1;
    logFailure(intentId, error);
  }
}

/** In no fixed order, so that one that always fails or is slow does not keep the same others waiting in every run.
 * @template T @param {T[]} items @returns {T[]} */
function shuffled(items) {
  return items.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}

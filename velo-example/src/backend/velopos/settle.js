// The scheduled job (jobs.config). It brings every payment to its end: bookings that were cut short, customers who paid and closed the
// window, customers who never paid, money that came after a decline, captures and refunds whose answer was lost. It asks, and sends one
// thing only: money that came too late goes back.

import { noteRun } from './audit.js';
import { finishChanges, openChanges } from './changes.js';
import { BOOKING_TAKEOVER, PAGE_OVER, askBank, askLastQuestion, settle as settlePayment, tellEnd } from './flow.js';
import { giveBack, lateMoney } from './late.js';
import { logFailure, quietly } from './log.js';
import { findIntent, finishTurn, forgetOldAsks, lastQuestions, openIntents, unfinishedBookings } from './store.js';
import { takeIn, unfinishedNews } from './wix-pay.js';

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;

const RUN_FOR = 4 * MINUTE;        // begin nothing new after this; what is left comes next time
const NOT_YOUNGER = 2 * MINUTE;    // the customer is still typing the card number
const NOT_OLDER = 30 * DAY;        // what the bank cannot tell in a month a person has to look at; it stays visible

/** @typedef {{ booked: number, asked: number, finished: number, returned: number, failed: number, left: number }} Report */
/** @typedef {{ about: string, as: 'booked' | 'asked' | 'finished' | 'returned', work: () => Promise<boolean> }} Task   `work` tells
 * whether it counts */

/** @returns {Promise<Report>} */
export async function settle() {
  const now = Date.now();
  const report = { booked: 0, asked: 0, finished: 0, returned: 0, failed: 0, left: 0 };
  const end = now + RUN_FOR;
  await run(report, end, await found(report, now, [bookings, wixPayNews]));
  await run(report, end, shuffled(await found(report, now, [openQuestions, finalQuestions, halfChanges])));
  await run(report, end, await found(report, now, [returns]));   // of what the answers above have brought, too
  await quietly('settle', () => forgetOldAsks(now - DAY));
  await quietly('settle', () => noteRun('settle', '', { ...report }, report.failed > 0 ? `failed ${report.failed}` : 'done'));
  if (Object.values(report).some((count) => count > 0)) console.log('velopos settle', JSON.stringify(report));
  return report;
}

/** What there is to do. A collection that cannot be searched does not keep the rest waiting.
 * @param {Report} report @param {number} now @param {((now: number) => Promise<Task[]>)[]} searches @returns {Promise<Task[]>} */
async function found(report, now, searches) {
  /** @type {Task[]} */
  const tasks = [];
  for (const search of searches) {
    try {
      tasks.push(...await search(now));
    } catch (error) {
      report.failed += 1;
      logFailure('settle', error);
    }
  }
  return tasks;
}

/** @param {Report} report @param {number} end @param {Task[]} tasks */
async function run(report, end, tasks) {
  for (const task of tasks) {
    if (Date.now() > end) report.left += 1;
    else await attempt(report, task);
  }
}

/** One payment's trouble is not another's. @param {Report} report @param {Task} task */
async function attempt(report, { about, as, work }) {
  try {
    if (await work()) report[as] += 1;
  } catch (error) {
    report.failed += 1;
    logFailure(about, error);
  }
}

/** Bookings that a container began and nobody finished. @param {number} now @returns {Promise<Task[]>} */
async function bookings(now) {
  const unfinished = await unfinishedBookings(now - NOT_OLDER, now - BOOKING_TAKEOVER);
  return unfinished.map(({ intentId, payment }) => ({
    about: intentId, as: 'booked',
    work: async () => {
      const intent = await findIntent(intentId);
      return intent !== null && settlePayment(intent, payment);
    },
  }));
}

/** About every attempt that has no end yet. @param {number} now @returns {Promise<Task[]>} */
async function openQuestions(now) {
  const open = await openIntents(now - NOT_OLDER, now - NOT_YOUNGER);
  return open.map((intent) => ({ about: intent._id, as: 'asked', work: () => askBank(intent).then(() => true) }));
}

/** About attempts that ended without money, until the bank has answered once and the order's keeper knows that they ended.
 * @param {number} now @returns {Promise<Task[]>} */
async function finalQuestions(now) {
  const planned = await lastQuestions(now - NOT_OLDER, now - PAGE_OVER);
  return planned.map(({ intentId, claim }) => ({
    about: intentId, as: 'asked',
    work: async () => {
      const intent = await findIntent(intentId);
      if (intent && !await askLastQuestion(intent)) return true;
      if (intent) await tellEnd(intent);
      await finishTurn(claim);
      return true;
    },
  }));
}

/** Captures, refunds and voids that somebody began and nobody finished, or of which nobody knows what became of them.
 * @param {number} now @returns {Promise<Task[]>} */
async function halfChanges(now) {
  const payments = await openChanges(now - NOT_OLDER, now - NOT_YOUNGER);
  return payments.map((id) => ({ about: id, as: 'finished', work: async () => (await finishChanges(id)).state === 'done' }));
}

/** @returns {Promise<Task[]>} */
async function returns() {
  return (await lateMoney()).map((record) => ({ about: record.intentId, as: 'returned', work: () => giveBack(record) }));
}

/** What Wix Pay told us and a container died over. @param {number} now @returns {Promise<Task[]>} */
async function wixPayNews(now) {
  const unfinished = await unfinishedNews(now - NOT_OLDER, now - BOOKING_TAKEOVER);
  return unfinished.map((news) => ({ about: news.recordId, as: 'finished', work: () => takeIn(news).then(() => true) }));
}

/** In no fixed order, so that one that always fails or is slow does not keep the same others waiting in every run.
 * @template T @param {T[]} items @returns {T[]} */
function shuffled(items) {
  return items.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}

// The nightly job (jobs.config): asks every bank that lists days for the last ones, and compares the books with them, so that whoever
// opens the admin page in the morning sees what differs. Once for each night and bank, however often the job runs; what failed is tried
// again. It only asks, and never sends a request that moves money.

import { comparisonOf, isSeenAtBank, lookInto } from './admin.js';
import { codeOf, lastRun, noteRun } from './audit.js';
import { gather, hasReport } from './bank-rows.js';
import { openPos } from './bank.js';
import { addDays, dayOf } from './calendar.js';
import { logFailure, quietly } from './log.js';
import { allAccounts } from './secrets.js';

const RUN_FOR = 4 * 60 * 1000;   // Wix gives a job five minutes
const DAYS = 3;                  // yesterday, and what a bank lists late

/** @typedef {import('./secrets.js').Account} Account @typedef {import('./reconcile.js').Period} Period */

export async function nightly() {
  const began = Date.now();
  const yesterday = addDays(dayOf(began) ?? '', -1);
  const period = { from: addDays(yesterday, 1 - DAYS), to: yesterday };
  for (const account of await allAccounts()) {
    try {
      if (Date.now() - began < RUN_FOR && !await isDone(account, period)) await compareAccount(account, period, began);
    } catch (error) {
      logFailure(account.name, error);
      await noteRun('nightly', account.name, period, `failed ${codeOf(error)}`);
    }
  }
}

/** @param {Account} account @param {Period} period */
async function isDone(account, period) {
  const last = await lastRun('nightly', account.name);
  return last !== null && last.details.to === period.to && !last.outcome.startsWith('failed');
}

/** @param {Account} account @param {Period} period @param {number} began */
async function compareAccount(account, period, began) {
  const pos = await openPos({ account: account.name, mode: account.mode, gateway: account.config.gateway });
  if (!hasReport(pos)) return;   // its panel's file, or its orders one by one, are for the page
  const problem = await gatherAll(account, period, began);
  if (problem) return noteRun('nightly', account.name, period, `failed ${problem}`);
  const { matched, differences } = await comparisonOf(account, period);
  for (const difference of differences) if (isSeenAtBank(difference)) await quietly(account.name, () => lookInto(difference));
  return noteRun('nightly', account.name, { ...period, matched, different: differences.length }, differences.length === 0 ? 'agrees' : `differs ${differences.length}`);
}

/** @param {Account} account @param {Period} period @param {number} began @returns {Promise<string | null>} */
async function gatherAll(account, period, began) {
  for (let run; ;) {
    const progress = await gather(account, period, run);
    if (progress.problem || progress.left === 0) return progress.problem;
    if (Date.now() - began > RUN_FOR) return 'TIME';
    run = progress.run;
  }
}

// What the admin page may call. Every method is for administrators alone, twice over: Wix refuses others by its permission, and the
// first line of each asks again. None takes a status or an address, and no amount but that of a refund or a capture, which changes.js
// and velopos hold against what was taken. What moves money goes through changes.js, and everything that is done is written down.

import { Permissions, webMethod } from 'wix-web-module';
import {
  askAbout, captureFrom, compareBooks, exportFile, gatherFrom, importFile, previewFile, readPayments, readStory, refundFrom, seeOverview, setAsideFrom, voidFrom,
} from './velopos/admin.js';
import { requireAdministrator } from './velopos/audit.js';

/** What waits for a person, the turnover of a period, and the last jobs. @type {(question: unknown) => Promise<any>} */
export const overview = webMethod(Permissions.Admin, async (/** @type {unknown} */ question) => {
  await requireAdministrator('overview');
  return seeOverview(question);
});

/** A page of the payments that a filter leaves. */
export const listPayments = webMethod(Permissions.Admin, async (/** @type {unknown} */ filter) => {
  await requireAdministrator('listPayments');
  return readPayments(filter);
});

/** Everything that is known of one payment. */
export const paymentStory = webMethod(Permissions.Admin, async (/** @type {unknown} */ paymentId) => {
  await requireAdministrator('paymentStory');
  return readStory(paymentId);
});

/** Asks the bank about a payment, and keeps what it proves. `question` is { account, from, to } of a comparison that shows something about
 * it, or nothing. */
export const askBank = webMethod(Permissions.Admin, async (/** @type {unknown} */ paymentId, /** @type {unknown} */ question) => {
  const by = await requireAdministrator('askBank');
  return askAbout(by, paymentId, question);
});

/** `wish` is { id, amount, why }: the same id again sends nothing. */
export const refund = webMethod(Permissions.Admin, async (/** @type {unknown} */ paymentId, /** @type {unknown} */ wish) => {
  const by = await requireAdministrator('refund');
  return refundFrom(by, paymentId, wish);
});

/** `wish` is { id, amount, why }. */
export const capture = webMethod(Permissions.Admin, async (/** @type {unknown} */ paymentId, /** @type {unknown} */ wish) => {
  const by = await requireAdministrator('capture');
  return captureFrom(by, paymentId, wish);
});

/** `wish` is { id, why }. */
export const voidPayment = webMethod(Permissions.Admin, async (/** @type {unknown} */ paymentId, /** @type {unknown} */ wish) => {
  const by = await requireAdministrator('voidPayment');
  return voidFrom(by, paymentId, wish);
});

/** A person has looked at what a payment asked to be looked at for. */
export const setAside = webMethod(Permissions.Admin, async (/** @type {unknown} */ paymentId) => {
  const by = await requireAdministrator('setAside');
  return setAsideFrom(by, paymentId);
});

/** Asks a bank for its list, as far as one request's time goes. `question` is { account, from, to, run }. */
export const gatherBankRows = webMethod(Permissions.Admin, async (/** @type {unknown} */ question) => {
  const by = await requireAdministrator('gatherBankRows');
  return gatherFrom(by, question);
});

/** Compares the books with what the bank has listed. `question` is { account, from, to }. */
export const compare = webMethod(Permissions.Admin, async (/** @type {unknown} */ question) => {
  const by = await requireAdministrator('compare');
  return compareBooks(by, question);
});

/** What would be read from an export of the bank's panel; nothing is kept. `choices` are the columns and the ways of writing. */
export const previewImport = webMethod(Permissions.Admin, async (/** @type {unknown} */ text, /** @type {unknown} */ choices) => {
  await requireAdministrator('previewImport');
  return previewFile(text, choices);
});

/** Keeps the lines of an export. `question` is { account, from, to, next }. */
export const importRows = webMethod(Permissions.Admin, async (/** @type {unknown} */ text, /** @type {unknown} */ choices, /** @type {unknown} */ question) => {
  const by = await requireAdministrator('importRows');
  return importFile(by, text, choices, question);
});

/** A file for a spreadsheet. `question` is { what: 'payments' | 'changes' | 'comparison', account, from, to, language, … }. */
export const exportCsv = webMethod(Permissions.Admin, async (/** @type {unknown} */ question) => {
  const by = await requireAdministrator('exportCsv');
  return exportFile(by, question);
});

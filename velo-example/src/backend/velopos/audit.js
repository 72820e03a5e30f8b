// Who may use the admin page, and what they did with it. Every action of an administrator is an item of VeloposActions before it
// begins, and gets its outcome afterwards: one without an outcome was cut short, and what became of it is to be looked up.

import wixData from 'wix-data';
import { currentMember } from 'wix-members-backend';
import { SITE } from './changes.js';
import { AS_SITE, FRESH, findItem, idFor, opaqueId } from './store.js';

const ACTIONS = 'VeloposActions';

/**
 * @typedef {import('./payments.js').Person} Person
 * @typedef {'ask' | 'capture' | 'refund' | 'void' | 'set-aside' | 'gather' | 'compare' | 'import' | 'export'} ActionName
 * @typedef {'settle' | 'nightly'} JobName
 * @typedef {{ _id: string, at: number, by: Person, action: ActionName | JobName, about: string, details: Record<string, unknown>, outcome: string }} Action
 */

/** The current member, if Wix says that they may administer this site; otherwise this throws. The web methods ask for Permissions.Admin
 * too: either lock alone would do, should the other one be left open by mistake.
 * @param {string} method for the log @returns {Promise<Person>} */
export async function requireAdministrator(method) {
  const member = await administrator();
  if (member) return member;
  console.warn('velopos', 'admin', method, 'refused: not an administrator');
  throw new Error('only an administrator of this site may do this');
}

/** Wix gives owners and collaborators with an administrator's permissions the role Admin, besides those of any member. Its name stands in
 * `title`; Wix's newer documents call it `name`. Whoever has not signed in makes both calls fail. @returns {Promise<Person | null>} */
async function administrator() {
  try {
    const roles = await currentMember.getRoles();
    if (!roles.some((/** @type {{ title?: string, name?: string }} */ { title, name }) => (title ?? name) === 'Admin')) return null;
    const member = await currentMember.getMember({ fieldsets: ['FULL'] });
    return typeof member?._id === 'string' ? { id: member._id, name: nameOf(member) } : null;
  } catch {
    return null;
  }
}

/** @param {{ loginEmail?: string, profile?: { nickname?: string } }} member */
function nameOf({ loginEmail, profile }) {
  return String(profile?.nickname || loginEmail || '').slice(0, 100);
}

/** Does the work between two entries. What cannot be written down beforehand is not done.
 * @template T
 * @param {Person} by @param {ActionName} action @param {string} about the payment or account that it concerns
 * @param {Record<string, unknown>} details @param {() => Promise<T>} work @param {(result: T) => string} outcomeOf @returns {Promise<T>} */
export async function recorded(by, action, about, details, work, outcomeOf) {
  /** @type {Action} */
  const entry = { _id: opaqueId(), at: Date.now(), by, action, about, details, outcome: '' };
  await wixData.insert(ACTIONS, entry, AS_SITE);
  try {
    const result = await work();
    await complete(entry, outcomeOf(result));
    return result;
  } catch (error) {
    await complete(entry, `failed ${codeOf(error)}`);
    throw error;
  }
}

/** It has been done, so a failure here must not look like one of the action itself. @param {Action} entry @param {string} outcome */
async function complete(entry, outcome) {
  try {
    await wixData.update(ACTIONS, { ...entry, outcome }, AS_SITE);
  } catch (error) {
    console.error('velopos', 'admin', entry.action, entry._id, 'has no outcome in VeloposActions:', outcome, error);
  }
}

/** @param {any} error */
export function codeOf(error) {
  return String(error?.code ?? error?.name ?? 'Error').slice(0, 60);
}

/** What was done about a payment or an account, the latest first. @param {string} about @returns {Promise<Action[]>} */
export async function actionsAbout(about) {
  const { items } = await wixData.query(ACTIONS).eq('about', about).descending('at').limit(100).find(FRESH);
  return items;
}

/** What administrators did last, whatever it was about. @returns {Promise<Action[]>} */
export async function latestActions() {
  const { items } = await wixData.query(ACTIONS).descending('at').limit(30).find(FRESH);
  return items.filter((/** @type {Action} */ { by }) => by.id !== SITE.id).slice(0, 10);
}

/** @type {JobName[]} */
const JOBS = ['settle', 'nightly'];

/** How each job of the site went the last time. @returns {Promise<Action[]>} */
export async function lastRuns() {
  const { items } = await wixData.query(ACTIONS).hasSome('action', JOBS).descending('at').limit(50).find(FRESH);
  return items;
}

/** @param {JobName} job @param {string} about @returns {Promise<Action | null>} */
export async function lastRun(job, about) {
  return findItem(ACTIONS, runId(job, about));
}

/** @param {JobName} job @param {string} about */
function runId(job, about) {
  return idFor(`last run ${job} ${about}`);
}

/** One entry for each job, and for each account it works for, written over every time. @param {JobName} job @param {string} about
 * @param {Record<string, unknown>} details @param {string} outcome */
export async function noteRun(job, about, details, outcome) {
  /** @type {Action} */
  const entry = { _id: runId(job, about), at: Date.now(), by: SITE, action: job, about, details, outcome };
  await wixData.save(ACTIONS, entry, AS_SITE);
}

// How a customer leaves for the bank. The departure is stored before the browser sees it; then everybody shows what is stored.

import { PosError, paymentPage } from './package.js';
import { bare, data, goTo, paymentTitle, tryAgainSoon } from './answers.js';
import { openPos } from './bank.js';
import { wantsCustomer } from './customer.js';
import { SHOWN_FOR, STARTABLE_FOR, closeIfNotDue, closeIfRefused, isRefusedHere, settle, toResult } from './flow.js';
import { logRefused, quietly } from './log.js';
import { returnUrlsOf } from './site.js';
import { findIntent, findOutcome, findStart, keepStart, takeTurn } from './store.js';

/**
 * @typedef {import('./answers.js').Answer} Answer
 * @typedef {import('./site.js').Site} Site
 * @typedef {import('./store.js').Intent} Intent
 * @typedef {import('./store.js').Start} Start
 * @typedef {import('velopos').Card} Card
 * @typedef {import('velopos').Redirect} Redirect
 */

const SECOND = 1000;
const START_TAKEOVER = 30 * SECOND;   // who began a start longer ago is dead: nothing was shown, so it may be redone
const START_WAIT = 4 * SECOND;        // how long the loser of a start waits for the winner's redirect

/** The payment page of an attempt. It may be fetched twice, or by two containers at once: one start wins, everybody shows it.
 * @param {unknown} intentId @param {Site} site @param {string} ip @returns {Promise<Answer>} */
export async function payPage(intentId, site, ip) {
  return leave(intentId, site, ip, null);
}

/** The same as data, for the page of a site that may not answer with HTML: `{ redirect }`, or `{ problem }` (soon, ended, hosted: our own
 * page would have to ask for the card; connection). @param {unknown} intentId @param {Site} site @param {string} ip @returns {Promise<Answer>} */
export async function payData(intentId, site, ip) {
  const intent = await findIntent(intentId);
  if (!intent) return data({ problem: 'ended' });
  if (isRefusedHere(intent, site)) return bare(403);
  const shown = await quietly(intent._id, async () => await departure(intent, site, ip, null, AS_DATA) ?? data({ problem: 'ended' }));
  return shown ?? data({ problem: 'connection' });
}

/** The card that the customer typed on our page, for the models in which it passes through our server (PCI DSS: see the bank's page of
 * the documentation). It goes into one request to the bank and is never stored, nor printed.
 * @param {unknown} intentId @param {string} form @param {Site} site @param {string} ip @returns {Promise<Answer>} */
export async function takeCard(intentId, form, site, ip) {
  return leave(intentId, site, ip, readCard(form));
}

/** @param {unknown} intentId @param {Site} site @param {string} ip @param {Card | null} card @returns {Promise<Answer>} */
async function leave(intentId, site, ip, card) {
  const intent = await findIntent(intentId);
  if (!intent) return goTo(site.home);
  if (isRefusedHere(intent, site)) return bare(403);
  // The result page knows how to go on from wherever this stops.
  return await quietly(intent._id, () => departure(intent, site, ip, card)) ?? toResult(intent, site);
}

/**
 * @typedef {{ redirect: (intent: Intent, redirect: Redirect) => Answer, card: (intent: Intent, site: Site, wrong: string) => Answer,
 *   soon: (intent: Intent) => Answer }} View   how a departure is shown
 * @param {Intent} intent
 * @param {Site} site
 * @param {string} ip
 * @param {Card | null} typed
 * @param {View} [view]
 * @returns {Promise<Answer | null>} null when there is nowhere to go
 */
async function departure(intent, site, ip, typed, view = AS_PAGE) {
  if (await findOutcome(intent._id)) return null;
  const start = await findStart(intent._id);
  if (start) return showStart(intent, start, view);
  if (Date.now() - intent.createdAt > STARTABLE_FOR || await closeIfNotDue(intent)) return null;
  const pos = await openPos(intent);
  const order = orderFor(intent, site, ip);
  const card = pos.takesCard ? typed : null;   // somebody who posts one where the bank's page asks for it must not end the attempt
  const wrong = pos.takesCard ? wrongInput(card, pos, order) : null;
  if (wrong !== null) return view.card(intent, site, wrong);
  const turn = await takeTurn(`start ${intent._id}`, START_TAKEOVER);
  const begun = turn.taken ? await begin(intent, site, pos, order, card) : await waitForStart(intent._id);
  return begun ? showStart(intent, begun, view) : view.soon(intent);
}

/** @type {View} */
const AS_PAGE = {
  redirect: (intent, redirect) => paymentPage(redirect, { language: intent.language, title: paymentTitle(intent) }),
  card: cardForm,
  soon: ({ language }) => tryAgainSoon(language),
};

/** @type {View} */
const AS_DATA = {
  redirect: (_intent, redirect) => data(redirect.kind === 'form' && redirect.cardInputs ? { problem: 'hosted' } : { redirect }),
  card: () => data({ problem: 'hosted' }),
  soon: () => data({ problem: 'soon' }),
};

/** Our own page for the card; it comes back to this address. @param {Intent} intent @param {Site} site
 * @param {string} wrong the input that could not be used @returns {Answer} */
function cardForm(intent, site, wrong) {
  /** @type {Redirect} */
  const form = { kind: 'form', action: `${site.functions}/pay/${intent._id}`, fields: {}, cardInputs: CARD_INPUTS };
  return paymentPage(form, { language: intent.language, title: paymentTitle(intent), wrong });
}

const CARD_INPUTS = { holder: 'holder', number: 'number', month: 'month', year: 'year', cvv: 'cvv' };

/** @param {string} form @returns {Card} */
function readCard(form) {
  const fields = new URLSearchParams(form);
  const text = (/** @type {string} */ name) => (fields.get(name) ?? '').trim();
  return { holder: text('holder'), number: text('number').replace(/[ -]/g, ''), month: text('month'), year: text('year').slice(-2), cvv: text('cvv') };
}

/** Tried without sending anything: a mistyped card is asked for again and costs no attempt. The input to blame, null for a good card.
 * @param {Card | null} card @param {import('velopos').Pos} pos @param {import('velopos').Order} order @returns {string | null} */
function wrongInput(card, pos, order) {
  if (!card) return '';
  try {
    pos.step.start(order, { card });
  } catch (error) {
    if (error instanceof PosError && error.field?.startsWith('card')) return error.field;   // any other refusal is `begin`'s to tell
  }
  return null;
}

/** @param {Intent} intent @param {Start} start @param {View} view @returns {Answer | null} */
function showStart(intent, { redirect, startedAt }, view) {
  return redirect && Date.now() - startedAt <= SHOWN_FOR ? view.redirect(intent, redirect) : null;
}

/** Asks velopos where the browser goes, and stores the answer before anybody sees it. A refusal is stored in the same place, so
 * that of two containers that both believe it is their turn the first one's answer is everybody's. What was made from a card is
 * shown and not stored.
 * @param {Intent} intent @param {Site} site @param {import('velopos').Pos} pos @param {import('velopos').Order} order
 * @param {Card | null} card @returns {Promise<Start>} */
async function begin(intent, site, pos, order, card) {
  const base = { home: site.home, startedAt: Date.now() };
  try {
    const begun = await pos.start(order, card ? { card } : {});
    const redirect = begun.type === 'redirect' ? begun.redirect : null;
    const start = await keepStart(intent._id, { ...base, order: begun.order, redirect: card ? null : redirect });
    if (begun.type === 'done') await settle(intent, begun.payment);
    const isOurs = start.order?.refs === begun.order.refs;
    return card && isOurs ? { ...start, redirect } : start;
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    logRefused(intent._id, error);
    const start = await keepStart(intent._id, { ...base, order: null, redirect: null });
    await closeIfRefused(intent, start);
    return start;
  }
}

/** @param {Intent} intent @param {Site} site @param {string} ip @returns {import('velopos').Order} */
function orderFor(intent, site, ip) {
  const { bankOrderId, amount, currency, type, basket, customer, language, gateway } = intent;
  const about = wantsCustomer(gateway) ? { basket, customer: { ip, language, ...customer } } : { customer: { ip, language } };
  return { id: bankOrderId, amount, currency, type, urls: returnUrlsOf(site, intent), ...about };
}

/** @param {string} intentId @returns {Promise<Start | null>} */
async function waitForStart(intentId) {
  const end = Date.now() + START_WAIT;
  for (;;) {
    const start = await findStart(intentId);
    if (start || Date.now() >= end) return start;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

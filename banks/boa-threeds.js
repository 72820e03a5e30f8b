// 3-D Secure at BOA: a shop's server brings the card and gets a page for its customer's browser; the customer types the one-time
// password at the card's bank and comes back with a number (MD) for which the bank takes the money once. What the return looks like
// is each bank's own matter.
import { randomBytes } from 'node:crypto';
import { readCard } from './card-input.js';
import { UNAUTHENTICATED, verdict } from './boa-codes.js';
import { acsPage, returnPage } from './boa-wire.js';
import { createVisits } from './visits.js';

/**
 * @typedef {object} Terms what the shop asked for at the gate
 * @property {string} merchantOrderId
 * @property {bigint} minor
 * @property {string} amount as it was written
 * @property {string} currency ISO number
 * @property {number} installments
 * @property {string} okUrl
 * @property {string} failUrl
 */

/**
 * @param {object} bank
 * @param {string} bank.system
 * @param {string} bank.mount
 * @param {ReturnType<import('./boa-book.js').createBook>} bank.book
 * @param {(orderId: string, pan: string) => import('./cards.js').Outcome | undefined} bank.outcomeOf
 * @param {(session: any, result: { code: string, text: string, orderId: string, md: string }) => import('./form.js').Field[]}
 *   bank.returnFields
 */
export function createThreeDS({ system, mount, now, random = randomBytes, times, settings, courier, book, outcomeOf, returnFields }) {
  const authentications = new Map();   // by MD
  const sessions = new Map();          // by id
  const visits = createVisits({
    system, base: `${mount}/acs`, now, random, times, settings, courier,
    finish: async (session, authenticated) => end(session, authenticated ? session.outcome.mdStatus : '0'),
    turnBack: (session) => end(session, '0'),
  });

  /**
   * A customer with a card that the shop's server sent.
   * @param {{ store: any, terms: Terms, card: Record<string, string>, origin: string }} request
   * @returns the page for the browser, or why there is none
   */
  function enrol({ store, terms, card, origin }) {
    const read = readCard(card, 'tr');
    if (read.error) return { refusal: verdict('CardNotFound') };
    const outcome = outcomeOf(terms.merchantOrderId, read.pan);
    if (outcome.mdStatus === '2') return { refusal: verdict(UNAUTHENTICATED[2]) };
    const session = visits.begin({
      orderId: terms.merchantOrderId, minor: terms.minor, currency: terms.currency, shop: store.merchantName, lang: 'tr',
      installments: terms.installments > 1 ? String(terms.installments) : '', store, terms, outcome, holder: card.holder ?? '',
    });
    visits.accept(session, read);
    sessions.set(session.id, session);
    return { answer: acsPage(`${origin}${mount}/acs/${session.id}`, session.id, settings.quote) };
  }

  /** The way back without a visit: the shop's own address stands in the page. */
  const refusedPage = (url, fields) => returnPage(url, fields, settings.quote);

  /** The end of 3-D Secure. No money has moved: the shop has to ask for it, with the MD that the browser brings. */
  function end(session, mdStatus) {
    const authenticated = mdStatus === '1' || (mdStatus === '4' && settings.acceptsAttempts);
    const { store, terms, pan, holder } = session;
    const order = authenticated && book.open({ ...terms, merchantId: store.merchantId, pan, holder });
    const md = random(settings.mdBytes).toString('base64');
    authentications.set(md, { session, order, mdStatus, used: false });
    const result = authenticated ? verdict('00', 'Kart doğrulandı.') : verdict(UNAUTHENTICATED[mdStatus]);
    const fields = returnFields(session, { ...result, orderId: order ? order.orderId : '0', md });
    return visits.sendBack(session, fields, authenticated ? terms.okUrl : terms.failUrl);
  }

  /**
   * The shop asks for the money of an authentication.
   * @param {{ store: any, md: string, same: (terms: Terms) => boolean }} request `same`: are these the values the customer agreed to?
   * @returns {{ refusal: { code: string, text: string } } | { authentication: any }}
   */
  function redeem({ store, md, same }) {
    if (!md) return { refusal: verdict('EmptyMDException') };
    const authentication = authentications.get(md);
    if (authentication?.session.store !== store) return { refusal: verdict('MetaDataNotFound') };
    if (authentication.used) return { refusal: verdict(settings.usedMd) };
    if (!same(authentication.session.terms)) return { refusal: verdict('InvalidMetaData') };
    if (!authentication.order) return { refusal: verdict(UNAUTHENTICATED[authentication.mdStatus]) };
    authentication.used = true;
    return { authentication };
  }

  /**
   * A whole visit of the card's bank without a browser.
   * @param {string} html the page that the gate answered with
   * @param {{ card?: string, password?: 'right' | 'wrong' }} [customer] `card` may be 'cancel' or 'close': the shop sent the card
   */
  async function visit(html, customer = {}) {
    const session = sessions.get(/\/acs\/([0-9a-f]{32})/.exec(html)?.[1]);
    if (!session) throw new Error(`the gate let nobody in: ${html}`);
    return { ...await visits.walk(session, customer), orderId: session.orderId };
  }

  return { enrol, redeem, refusedPage, visit, handle: visits.handle, last: visits.last };
}

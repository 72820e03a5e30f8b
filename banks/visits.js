// A customer's visit at a bank that has a gate of its own: the card, the one-time password, the way back to the shop. What a bank
// decides in between is its own matter.
import { randomBytes } from 'node:crypto';
import { MAX_PASSWORDS, newPassword, readCard } from './card-input.js';
import { cardByName, CV2, EXPIRY } from './cards.js';
import { encodeForm, parseForm } from './form.js';
import { CURRENCIES, forPeople } from './money.js';
import {
  cardForm, errorPage, FILL_SCRIPT, FOCUS_SCRIPT, languageOf, page, passwordForm, returnForm, seeOther, silentPage, speaker,
  SUBMIT_SCRIPT,
} from './page.js';

/**
 * @typedef {object} Session one visit; a bank adds what it has to remember
 * @property {string} id
 * @property {string} orderId
 * @property {bigint | null} minor
 * @property {string} currency ISO number
 * @property {string} installments '' for a single payment
 * @property {string} shop its name
 * @property {'tr' | 'en'} lang
 * @property {'card' | 'password' | 'done'} state where the customer is
 * @property {string} pan
 * @property {boolean} [without3D] nobody asks for a password
 * @property {boolean} silent the shop is never told
 * @property {{ url: string, fields: import('./form.js').Field[], charset: string } | null} returned the form that leads back
 * @property {import('./courier.js').Message | null} message the same, as it was recorded
 */

/**
 * @param {object} bank
 * @param {string} bank.system its name in messages, and its brand on pages
 * @param {string} bank.base path of the pages, to which a visit's id is added
 * @param {() => number} bank.now
 * @param {(bytes: number) => Buffer} bank.random
 * @param {{ pageMs: number, repeatMs: number }} bank.times
 * @param {{ charset: string, repeatCallback: number }} bank.settings
 * @param {ReturnType<import('./courier.js').createCourier>} bank.courier
 * @param {(session: any, authenticated: boolean) => Promise<any>} bank.finish the end of 3-D Secure
 * @param {(session: any) => void} bank.turnBack the customer does not want to type a card
 */
export function createVisits({ system, base, now, random = randomBytes, times, settings, courier, finish, turnBack }) {
  /** @type {Map<string, any>} */
  const sessions = new Map();

  /** @param {Partial<Session>} own @returns {Session & Record<string, any>} */
  function begin(own) {
    const session = {
      id: random(16).toString('hex'), pan: '', month: EXPIRY.month, year: EXPIRY.year, code: newPassword(random),
      wrongPasswords: 0, state: 'card', startedAt: now(), returned: null, message: null, silent: false, ...own,
    };
    sessions.set(session.id, session);
    return session;
  }

  /** The pages of one visit. @param {{ method: string, query: URLSearchParams, body: Buffer }} request */
  function handle({ method, query, body }, id, step) {
    const session = sessions.get(id);
    if (!session) return errorPage(system, 404, 'Sayfa bulunamadı', 'Böyle bir ödeme yok.', 'There is no such payment.');
    if (query.has('lang')) session.lang = languageOf(query.get('lang'));
    if (session.state !== 'done' && now() - session.startedAt > times.pageMs) {
      return errorPage(system, 410, 'Süre doldu', 'Bu ödeme sayfasının süresi doldu.', 'This page has expired.');
    }
    if (method === 'POST') return posted(session, step, Object.fromEntries(parseForm(body)));
    if (session.state === 'done') return step === 'done' ? returnPage(session) : seeOther(address(session, '/done'));
    return session.state === 'password' ? passwordPage(session) : cardPage(session);
  }

  function posted(session, step, form) {
    if (step === 'card' && session.state === 'card') return takeCard(session, form);
    if (step === '3d' && session.state === 'password') return takePassword(session, form);
    return seeOther(here(session));
  }

  async function takeCard(session, form) {
    if (form.action === 'cancel') {
      turnBack(session);
      return seeOther(here(session));
    }
    const card = readCard(form, session.lang);
    if (card.error) return cardPage(session, card.error);
    accept(session, card);
    if (session.without3D) await end(session, true);
    return seeOther(here(session));
  }

  /** The card is known, whether the customer typed it here or the shop's form brought it. */
  function accept(session, card) {
    Object.assign(session, card, { state: 'password' });
  }

  async function takePassword(session, form) {
    const cancelled = form.action === 'cancel';
    const right = !cancelled && (form.otp ?? '').trim() === session.code;
    if (!right && !cancelled && (session.wrongPasswords += 1) < MAX_PASSWORDS) {
      return passwordPage(session, speaker(session.lang)('Şifre yanlış. Yeniden deneyin.', 'Wrong code. Please try again.'));
    }
    await end(session, right);
    return seeOther(here(session));
  }

  function end(session, authenticated) {
    session.state = 'done';
    session.finished = finish(session, authenticated);
    return session.finished;
  }

  /** Sends the customer back with these fields, and repeats it as often as the settings say. */
  function sendBack(session, fields, url) {
    session.state = 'done';
    session.returned = { url, fields, charset: settings.charset };
    if (session.silent) return null;
    const message = {
      system, kind: 'callback', via: 'browser', orderId: session.orderId, url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: encodeForm(fields, settings.charset),
    };
    session.message = courier.record(message);
    for (let i = 1; i <= settings.repeatCallback; i += 1) {
      courier.later(() => courier.send(courier.record({ ...message, via: 'server' })), i * times.repeatMs);
    }
    return message;
  }

  // ---- pages

  const address = (session, step) => `${base}/${session.id}${step}`;
  const here = (session) => address(session, { card: '', password: '/3d', done: '/done' }[session.state]);

  function summary(session) {
    const say = speaker(session.lang);
    return [
      [say('Mağaza', 'Shop'), session.shop],
      [say('Tutar', 'Amount'), forPeople(session.minor, CURRENCIES[session.currency], session.lang)],
      [say('Taksit', 'Instalments'), session.installments || say('Tek çekim', 'Single payment')],
      [say('Sipariş no', 'Order number'), session.orderId],
    ];
  }

  function cardPage(session, error) {
    const say = speaker(session.lang);
    return page({
      brand: system, language: session.lang, title: say('Kart bilgileri', 'Card details'), script: FILL_SCRIPT,
      switchTo: `${address(session, '')}?lang=`,
      content: cardForm({ say, action: address(session, '/card'), summary: summary(session), error }),
    });
  }

  function passwordPage(session, error) {
    const say = speaker(session.lang);
    return page({
      brand: system, language: session.lang, title: say('3D Secure doğrulaması', '3-D Secure'), script: FOCUS_SCRIPT,
      switchTo: `${address(session, '/3d')}?lang=`,
      content: passwordForm({ say, action: address(session, '/3d'), summary: summary(session), code: session.code, error }),
    });
  }

  async function returnPage(session) {
    await session.finished;
    if (session.silent) return silentPage(system, session.lang);
    const say = speaker(session.lang);
    const { url, fields, charset } = session.returned;
    const text = say('Banka sonucu mağazaya gönderiyor.', 'The bank is sending the result to the shop.');
    return page({
      brand: system, language: session.lang, title: say('Mağazaya dönülüyor', 'Returning to the shop'), script: SUBMIT_SCRIPT,
      formTargets: [new URL(url).origin], content: returnForm({ say, action: url, fields, charset, text }),
    });
  }

  /**
   * The rest of a visit without a browser.
   * @param {Session} session as the gate left it
   * @param {{ card?: string, password?: 'right' | 'wrong' }} customer a card's name, 'cancel' or 'close'
   * @returns the message that comes back; `body` is null where none does
   */
  async function walk(session, { card = 'success', password = 'right' }) {
    if (session.state === 'card' && card === 'cancel') turnBack(session);
    else if (session.state !== 'done' && card !== 'close') {
      if (session.state === 'card') await takeCard(session, { pan: cardByName(card).pan, ...EXPIRY, cv2: CV2 });
      if (session.state === 'password') await end(session, password === 'right' && card !== 'cancel');
    }
    const { url, fields } = session.returned ?? {};
    return { url, fields, body: session.message?.body ?? null, silent: session.silent };
  }

  return {
    begin, handle, accept, sendBack, walk,
    /** To the page on which the customer is. */
    goOn: (session) => seeOther(here(session)),
    last: (orderId) => [...sessions.values()].findLast((session) => session.orderId === orderId),
  };
}

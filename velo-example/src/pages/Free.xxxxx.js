// The shop of a site on a free plan, on one page: the HTML component #bank (public/html/velopos-bank.html) is all that stands on it.
//
//   ?product=<id>   asks for the customer and opens an order
//   ?payment=<id>   takes the customer to the bank, and afterwards tells how it went: so on a free site this page has the address /result

import { fetch } from 'wix-fetch';
import wixLocation from 'wix-location-frontend';
import wixWindow from 'wix-window-frontend';
import { listProducts, paymentState, retryPayment, startPayment } from 'backend/shop.web';
import { pageLanguage } from 'public/page-language.js';
import { departureUrl, freePageUrl } from 'public/payment-url.js';
import { priceText } from 'public/price.js';
import { texts } from 'public/texts.js';

const PAUSES = [1, 1, 2, 2, 3, 3, 4, 5, 5, 8, 8, 10, 10, 15, 15, 20, 30];   // seconds; about two and a half minutes together

/** @typedef {{ title: string, text: string, button: string }} TextView */

$w.onReady(() => {
  if (wixWindow.rendering.env !== 'browser') return undefined;   // not while Wix draws the page on its servers
  const { payment, product } = wixLocation.query;
  const component = talkTo($w('#bank'), pageLanguage());
  return payment ? follow(component, payment) : sell(component, product ?? '');
});

/** The component may be ready before this code or after it: it gets the latest view whenever it says that it is.
 * @param {$w.HtmlComponent} element @param {'tr' | 'en'} language */
function talkTo(element, language) {
  /** @type {Record<string, unknown> | null} */
  let view = null;
  /** @type {Record<string, (data: any) => void>} */
  let hears = {};
  const send = () => view && element.postMessage({ ...view, language });
  element.onMessage(({ data }) => {
    const kind = typeof data === 'object' && data !== null ? data.velopos : '';
    if (kind === 'ready') send();
    else if (Object.hasOwn(hears, kind)) hears[kind](data);
  });
  return {
    language,
    words: texts[language],
    /** @param {Record<string, unknown>} next @param {Record<string, (data: any) => void>} [handlers] */
    show(next, handlers = {}) {
      view = next;
      hears = handlers;
      send();
    },
    /** @param {TextView} text @param {() => void} [press] */
    say(text, press = () => {}) {
      this.show({ velopos: 'text', ...text }, { press });
    },
  };
}

/** @typedef {ReturnType<typeof talkTo>} Component */

// ---- an order

/** @param {Component} component @param {string} productId */
async function sell(component, productId) {
  const { language, words } = component;
  const found = await listProducts().then(({ products }) => products.find(({ id }) => id === productId), () => null);
  if (!found) return component.say({ title: words.shop.title, text: words.problems[found === null ? 'shopClosed' : 'product'], button: '' });
  const view = { velopos: 'form', title: found.name[language], price: priceText(found.price, found.currency, language) };
  const ask = (/** @type {string[]} */ wrong) => component.show({ ...view, wrong }, {
    pay: async ({ name, email, phone }) => {
      const begun = await startPayment(found.id, undefined, { name, email, phone, language }).catch(() => /** @type {const} */ ({ problem: 'connection' }));
      if ('intentId' in begun) wixLocation.to(freePageUrl(begun.intentId));
      else if ('fields' in begun && begun.fields) ask(begun.fields);
      else component.say({ title: words.shop.title, text: words.problems[begun.problem], button: '' });
    },
  });
  return ask([]);
}

// ---- a payment

/** @param {Component} component @param {string} intentId @returns {Promise<void>} */
async function follow(component, intentId) {
  const { words: { result } } = component;
  for (const pause of PAUSES) {
    const standing = await paymentState(intentId).catch(() => null);   // the next question may get through
    if (standing?.state === 'new') return leave(component, intentId);
    if (standing && standing.state !== 'pending') return tell(component, intentId, standing);
    component.say({ title: result.checking, text: result.checkingText, button: '' });
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
  return component.say({ title: result.pending, text: result.pendingText, button: result.check }, () => follow(component, intentId));
}

/** @param {Component} component @param {string} intentId @param {import('backend/velopos/checkout.js').Standing} standing */
function tell(component, intentId, standing) {
  const { language, words: { result } } = component;
  const { message, canTryAgain } = 'message' in standing ? standing : { message: null, canTryAgain: false };
  const title = result[standing.state] ?? result.pending;
  const text = message?.[language] ?? result[`${standing.state}Text`] ?? result.pendingText;
  component.say({ title, text, button: canTryAgain ? result.again : '' }, () => retry(component, intentId));
}

/** @param {Component} component @param {string} intentId */
async function retry(component, intentId) {
  const { words } = component;
  const begun = await retryPayment(intentId).catch(() => /** @type {const} */ ({ problem: 'connection' }));
  if ('intentId' in begun) wixLocation.to(freePageUrl(begun.intentId));
  else component.say({ title: words.result.again, text: words.problems[begun.problem], button: '' });
}

/** To the bank: an address the browser can just go to, a form only by the component's button.
 * @param {Component} component @param {string} intentId @returns {Promise<void>} */
async function leave(component, intentId) {
  const { words } = component;
  const { redirect, problem = 'connection' } = await departureOf(intentId);
  if (redirect?.kind === 'url') return wixLocation.to(redirect.url);
  if (redirect?.kind === 'form') return component.show({ velopos: 'bank', action: redirect.action, fields: redirect.fields });
  const isWaiting = problem === 'soon' || problem === 'ended';   // another container is talking to the bank, or has closed the payment
  const button = isWaiting || problem === 'hosted' ? '' : words.result.again;
  component.say({ title: words.result.new, text: words.problems[problem === 'ended' ? 'soon' : problem] ?? words.problems.connection, button }, () => leave(component, intentId));
  if (!isWaiting) return undefined;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return follow(component, intentId);
}

/** @param {string} intentId @returns {Promise<{ redirect?: import('velopos').Redirect, problem?: string }>} */
async function departureOf(intentId) {
  try {
    const answer = await fetch(departureUrl(intentId), { method: 'get' });
    return await answer.json();
  } catch {
    return { problem: 'connection' };
  }
}

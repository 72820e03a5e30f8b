// Where a gate answers a form that brought the card: with a page that takes the customer on to the card's bank. A shop's server that
// posted the form itself gets the same page, and hands its address and hidden fields to the customer's browser.
import { html, page, speaker } from './page.js';

/** @param {{ id: string, lang: 'tr' | 'en' }} session @param {string} brand @param {string} action of the card's bank */
export function acsPage(session, brand, action) {
  const say = speaker(session.lang);
  return page({
    brand, language: session.lang, script: SUBMIT,
    title: say('Kartınızın bankasına yönlendiriliyorsunuz', 'On the way to your card’s bank'),
    content: html`<form method="post" action="${action}" id="acs-form">
<input type="hidden" name="creq" value="${creqOf(session)}">
<input type="hidden" name="threeDSSessionData" value="">
<button class="primary">${say('Devam', 'Continue')}</button>
</form>`,
  });
}

const SUBMIT = `HTMLFormElement.prototype.submit.call(document.getElementById('acs-form'));`;

/** The challenge request of EMV 3-D Secure; here it only names the visit. */
const creqOf = ({ id }) =>
  Buffer.from(JSON.stringify({ threeDSServerTransID: id, messageType: 'CReq', messageVersion: '2.2.0' })).toString('base64url');

/** The visit that a challenge request names, or ''. @param {string} [creq] */
export function visitOf(creq = '') {
  try {
    const { threeDSServerTransID } = JSON.parse(Buffer.from(creq, 'base64url').toString('utf8'));
    return /^[0-9a-f]{32}$/.test(threeDSServerTransID) ? threeDSServerTransID : '';
  } catch {
    return '';
  }
}

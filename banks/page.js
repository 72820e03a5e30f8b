// The HTML of the simulated banks: one layout, a card form, a one-time password form, the form that carries the customer back,
// and notices. No external resource, no inline handler; a page works without its scripts, which only save clicks.
import { randomBytes } from 'node:crypto';
import { CARDS, CV2, EXPIRY } from './cards.js';

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text and attribute values. */
export const escapeHtml = (text) => String(text).replace(/[&<>"']/g, (char) => ESCAPES[char]);

/** Markup that is already escaped, so that `html` leaves it as it is. */
class Markup {
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

const render = (value) => {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return value === undefined || value === null || value === false ? '' : escapeHtml(value);
};

/** Template tag: everything put into the template is escaped, unless it is markup itself. */
export const html = (strings, ...values) => new Markup(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));

/** @param {'tr' | 'en'} language */
export const speaker = (language) => (tr, en) => (language === 'en' ? en : tr);

export const languageOf = (text) => (text === 'en' ? 'en' : 'tr');

const BRANDS = {
  nestpay: ['#14346b', 'Simülasyon Bankası'],
  garanti: ['#00594f', 'Simülasyon Garanti BBVA'],
  posnet: ['#0f4c9c', 'Simülasyon Yapı Kredi POSNET'],
  posnetv1: ['#8f1f2d', 'Simülasyon Albaraka PosNet'],
  kuveytturk: ['#1d5c3a', 'Simülasyon Kuveyt Türk'],
  vakifkatilim: ['#6d4a12', 'Simülasyon Vakıf Katılım'],
  payflex: ['#8a5a00', 'Simülasyon VakıfBank PayFlex'],
  paytr: ['#0b5563', 'Simülasyon PayTR'],
  iyzico: ['#1c3f94', 'Simülasyon iyzico'],
  akbank: ['#a3131b', 'Simülasyon Akbank'],
  payfor: ['#6b1f6b', 'Simülasyon QNB PayFor'],
  interpos: ['#1f4a3f', 'Simülasyon Denizbank InterPos'],
  tosla: ['#0c5c46', 'Simülasyon Tosla'],
  moka: ['#5b2a86', 'Simülasyon Moka United'],
  home: ['#33333d', 'Simülasyon bankaları'],
};

/** Those whose pages shops show in a frame. */
const FRAMED = new Set(['paytr', 'iyzico']);

/**
 * @param {object} options
 * @param {keyof typeof BRANDS} options.brand
 * @param {'tr' | 'en'} options.language
 * @param {string} options.title
 * @param {Markup} options.content
 * @param {string} [options.switchTo] address of this page in the other language, up to and including `lang=`
 * @param {string} [options.script]
 * @param {string[]} [options.formTargets] origins that forms of this page may reach besides our own
 * @param {boolean} [options.embeddable] may stand in a frame of a local shop, as PayTR's page does
 * @param {boolean} [options.wide]
 * @param {number} [options.status]
 */
export function page(options) {
  const { brand, language, title, content, switchTo, script = '', formTargets = [], embeddable = false, wide = false, status = 200 } = options;
  const nonce = randomBytes(16).toString('base64');
  const say = speaker(language);
  const [colour, name] = BRANDS[brand];
  const other = language === 'en' ? ['tr', 'Türkçe'] : ['en', 'English'];
  const document = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${name}</title>
<style nonce="${nonce}">:root { --brand: ${new Markup(colour)}; }${new Markup(STYLE)}</style>
</head>
<body>
<p class="simulation" role="note"><strong>SİMÜLASYON – gerçek banka değildir.</strong>
<span lang="en">Simulation, not a real bank. No money moves.</span></p>
<header>${brand === 'home' ? html`<a class="name" href="/?lang=${language}">${name}</a>` : html`<span class="name">${name}</span>`}
${switchTo && html`<a class="switch" lang="${other[0]}" hreflang="${other[0]}" href="${switchTo}${other[0]}">${other[1]}</a>`}</header>
<main${wide && new Markup(' class="wide"')}>
<h1>${title}</h1>
${content}
</main>
<footer>${say('Bu sayfa velopos ile gelir ve yalnızca bu bilgisayarda çalışır. Gerçek kart numarası yazmayın.',
    'This page comes with velopos and runs on this computer only. Do not type a real card number.')}</footer>
${script && html`<script nonce="${nonce}">${new Markup(script)}</script>`}
</body>
</html>
`;
  const policy = [
    "default-src 'none'", `style-src 'nonce-${nonce}'`, `script-src 'nonce-${nonce}'`, "connect-src 'self'", "base-uri 'none'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    `frame-ancestors ${embeddable ? 'http://localhost:* http://127.0.0.1:*' : "'none'"}`,
  ];
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': policy.join('; '),
      'referrer-policy': 'strict-origin-when-cross-origin', 'x-content-type-options': 'nosniff',
    },
    body: document.text,
  };
}

/**
 * Where the customer types the card.
 * @param {object} options
 * @param {(tr: string, en: string) => string} options.say
 * @param {string} options.action
 * @param {[label: string, value: string][]} options.summary shop, amount, order
 * @param {{ count: number, label: string }[]} [options.installments] to choose from
 * @param {string} [options.error]
 */
export function cardForm({ say, action, summary, installments = [], error }) {
  return html`${summaryList(summary)}
${error && html`<p class="error" role="alert" id="error">${error}</p>`}
<form method="post" action="${action}" id="card-form" autocomplete="off">
  <label for="pan">${say('Kart numarası', 'Card number')}</label>
  <input id="pan" name="pan" inputmode="numeric" maxlength="23" required ${described(error)}>
  <div class="row">
    <div><label for="month">${say('Ay', 'Month')}</label>
      <input id="month" name="month" inputmode="numeric" maxlength="2" placeholder="${EXPIRY.month}" required></div>
    <div><label for="year">${say('Yıl', 'Year')}</label>
      <input id="year" name="year" inputmode="numeric" maxlength="4" placeholder="${EXPIRY.year}" required></div>
    <div><label for="cv2">${say('Güvenlik kodu', 'Security code')}</label>
      <input id="cv2" name="cv2" inputmode="numeric" maxlength="4" required></div>
  </div>
  ${installments.length > 1 && html`<label for="installments">${say('Taksit', 'Instalments')}</label>
  <select id="installments" name="installments">
${installments.map(({ count, label }) => html`<option value="${count}">${label}</option>\n`)}</select>`}
  <button id="pay" class="primary" name="action" value="pay">${say('Öde', 'Pay')}</button>
  <button id="cancel" name="action" value="cancel" formnovalidate>${say('Vazgeç, mağazaya dön', 'Cancel, return to the shop')}</button>
</form>
<section aria-labelledby="test-cards">
  <h2 id="test-cards">${say('Test kartları', 'Test cards')}</h2>
  <p>${say('Bir karta dokunun, form dolsun.', 'Choose a card to fill the form.')}</p>
  ${cardTable(say, true)}
</section>`;
}

/** @param {boolean} fills rows are buttons that fill the card form */
export function cardTable(say, fills) {
  const number = (pan) => pan.replace(/(.{4})(?=.)/g, '$1 ');
  return html`<table class="cards">
<thead><tr><th scope="col">${say('Kart', 'Card')}</th><th scope="col">${say('Ne olur', 'What happens')}</th></tr></thead>
<tbody>${CARDS.map((card) => html`<tr><td>${fills
    ? html`<button type="button" class="fill" id="card-${card.name}" data-pan="${card.pan}">${number(card.pan)}</button>`
    : html`<code>${number(card.pan)}</code>`}</td><td>${say(card.tr, card.en)}</td></tr>\n`)}</tbody></table>`;
}

/** Not the autofocus attribute: browsers complain about it in a shop's frame. */
export const FOCUS_SCRIPT = `if (window.top === window) document.querySelector('#pan, #otp').focus();`;

export const FILL_SCRIPT = `
${FOCUS_SCRIPT}
for (const button of document.querySelectorAll('button.fill')) {
  button.addEventListener('click', () => {
    const values = { pan: button.dataset.pan, month: '${EXPIRY.month}', year: '${EXPIRY.year}', cv2: '${CV2}' };
    for (const [id, value] of Object.entries(values)) document.getElementById(id).value = value;
    document.getElementById('pay').focus();
  });
}
`;

/** The one-time password. The code is shown, because nobody sends a text message here. */
export function passwordForm({ say, action, summary, code, error, framedField = false }) {
  return html`${summaryList(summary)}
<p>${say('Telefonunuza bir şifre gönderdiğimizi varsayın.', 'Imagine that a text message with a code has reached your phone.')}
  ${say('Şifre', 'The code')}: <strong id="otp-hint" data-code="${code}">${code}</strong></p>
${error && html`<p class="error" role="alert" id="error">${error}</p>`}
<form method="post" action="${action}" id="otp-form" autocomplete="off">
  <label for="otp">${say('Tek kullanımlık şifre', 'One-time password')}</label>
  <input id="otp" name="otp" inputmode="numeric" maxlength="6" autocomplete="one-time-code" required ${described(error)}>
  ${framedField && html`<input type="hidden" name="framed" id="framed" value="">`}
  <button id="confirm" class="primary" name="action" value="confirm">${say('Onayla', 'Confirm')}</button>
  <button id="cancel" name="action" value="cancel" formnovalidate>${say('İşlemi iptal et', 'Cancel the payment')}</button>
</form>`;
}

/** Tells the server whether the page stands in a shop's frame, so that it leaves the frame at the end. */
export const FRAMED_SCRIPT = `
${FOCUS_SCRIPT}
if (window.top !== window) document.getElementById('framed').value = '1';
`;

/** The customer's browser carries these fields to the shop: by itself, or with the visible button. */
export function returnForm({ say, action, fields, charset = 'UTF-8', text }) {
  return html`<p>${text}</p>
<form method="post" action="${action}" id="return-form" accept-charset="${charset}" target="_top">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}
<button id="return" class="primary">${say('Mağazaya dön', 'Return to the shop')}</button>
</form>`;
}

export const SUBMIT_SCRIPT = `HTMLFormElement.prototype.submit.call(document.getElementById('return-form'));`;

/** The same with a link, for systems whose return carries nothing. */
export function returnLink({ say, href, text }) {
  return html`<p>${text}</p>
<p><a id="return" class="primary" target="_top" href="${href}">${say('Mağazaya dön', 'Return to the shop')}</a></p>`;
}

export const FOLLOW_SCRIPT = `document.getElementById('return').click();`;

/** The money is gone and nobody will hear of it: the test card `silent`. */
export function silentPage(brand, language) {
  const say = speaker(language);
  return page({
    brand, language, embeddable: FRAMED.has(brand), title: say('Ödemeniz alındı', 'Your payment was received'),
    content: html`<p class="note" id="silent">${say('Bu pencereyi kapatabilirsiniz.', 'You may close this window.')}</p>
<p>${say('Para çekildi, ama mağazaya hiçbir haber gitmedi: mağaza bunu sorarak öğrenmelidir.',
    'The money was taken, but nothing was sent to the shop: it has to find out by asking.')}</p>`,
  });
}

/** Nothing to pay here. The text stands in both languages, because nobody knows the customer. */
export function errorPage(brand, status, title, tr, en) {
  return page({
    brand, status, language: 'tr', title, embeddable: FRAMED.has(brand),
    content: html`<p class="error" role="alert">${tr}</p><p lang="en">${en}</p>`,
  });
}

export const plainText = (status, body, headers = {}) =>
  ({ status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body });

export const seeOther = (location) => ({ status: 303, headers: { location, 'cache-control': 'no-store' }, body: '' });

export const methodOnly = (method) => plainText(405, `Only ${method} here.\n`, { allow: method });

const summaryList = (summary) =>
  html`<dl class="summary">${summary.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;

const described = (error) => error && new Markup('aria-describedby="error"');

const STYLE = `
* { box-sizing: border-box; }
html { color-scheme: light; }
body { margin: 0; font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: #1b1d23; background: #eef0f4; }
.simulation { margin: 0; padding: .5rem 1rem; background: #7a1f1f; color: #fff; text-align: center; font-size: .9rem; }
header { display: flex; justify-content: space-between; align-items: center; padding: .85rem 1rem; background: var(--brand); color: #fff; }
header .name { font-weight: 700; letter-spacing: .01em; text-decoration: none; }
header a { color: #fff; }
main { max-width: 34rem; margin: 1rem auto; padding: 1.25rem; background: #fff; border-radius: .75rem; box-shadow: 0 1px 4px #0002; }
main.wide, main.wide + footer { max-width: 72rem; }
h1 { font-size: 1.3rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { overflow-wrap: anywhere; }
footer { max-width: 34rem; margin: 0 auto; padding: 0 1.25rem 2rem; color: #4a4f5c; font-size: .85rem; }
.summary { margin: 0 0 1.25rem; padding: .75rem 1rem; font-size: .92rem; background: #f4f6fa; border-radius: .5rem; }
.summary div { display: flex; justify-content: space-between; gap: 1rem; }
.summary dt { color: #4a4f5c; white-space: nowrap; }
.summary dd { margin: 0; font-weight: 600; text-align: right; overflow-wrap: anywhere; }
label { display: block; margin: .75rem 0 .25rem; font-weight: 600; }
input, select, textarea { width: 100%; padding: .7rem .8rem; font: inherit; color: inherit; background: #fff; border: 1px solid #737a8c; border-radius: .5rem; }
textarea { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .85rem; min-height: 7rem; }
.row { display: grid; grid-template-columns: 1fr 1fr 1.3fr; gap: .75rem; }
.row label { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
button, a.primary { display: block; width: 100%; margin-top: .9rem; padding: .75rem 1rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none;
  color: var(--brand); background: #fff; border: 1px solid var(--brand); border-radius: .5rem; cursor: pointer; }
.primary, a.primary { color: #fff; background: var(--brand); }
button:hover, a.primary:hover { filter: brightness(.93); }
:focus-visible { outline: 3px solid #b85c00; outline-offset: 2px; }
header :focus-visible { outline-color: #fff; }
.error { padding: .6rem .9rem; background: #fdeaea; border-left: 4px solid #b3261e; border-radius: .25rem; }
.note { padding: .6rem .9rem; background: #eef4ff; border-left: 4px solid var(--brand); border-radius: .25rem; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .4rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid #dfe3ea; overflow-wrap: anywhere; }
.cards td:first-child { white-space: nowrap; }
button.fill { display: inline-block; width: auto; margin: 0; padding: .25rem .5rem; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .88rem; font-weight: 400; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; }
pre { margin: .5rem 0; padding: .75rem; overflow-x: auto; background: #f4f6fa; border-radius: .5rem; font-size: .82rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.scroll td, .scroll th { white-space: nowrap; }
.grid { display: grid; gap: .75rem; }
@media (min-width: 44rem) { .grid.two { grid-template-columns: 1fr 1fr; align-items: start; } }
@media (max-width: 24rem) { .row { grid-template-columns: 1fr 1fr; } }
`;

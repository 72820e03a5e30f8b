// The page that hands the browser over to the bank: a form with a visible button that works without script, and a tiny script that
// presses it. Everything is escaped, nothing is cached, and the policy allows this one script and this one target.
import { PosError } from './error.js';
import { randomSource } from './random.js';
import { requireObject, requireText } from './read.js';

const TEXTS = {
  tr: {
    title: 'Güvenli ödeme', heading: 'Bankanızın ödeme sayfasına yönlendiriliyorsunuz', button: 'Ödeme sayfasına git',
    card: 'Kart bilgileriniz', pay: 'Öde', number: 'Kart numarası', month: 'Ay', year: 'Yıl (iki hane)', cvv: 'Güvenlik kodu', holder: 'Kart üzerindeki ad',
  },
  en: {
    title: 'Secure payment', heading: "Taking you to your bank's payment page", button: 'Go to the payment page',
    card: 'Your card', pay: 'Pay', number: 'Card number', month: 'Month', year: 'Year (two digits)', cvv: 'Security code', holder: 'Name on the card',
  },
};

/** How a browser fills in a card, and what it lets a person type. */
const CARD_INPUTS = {
  holder: 'autocomplete="cc-name" maxlength="60"',
  number: 'autocomplete="cc-number" inputmode="numeric" pattern="[0-9]{12,19}" maxlength="19"',
  month: 'autocomplete="cc-exp-month" inputmode="numeric" pattern="(0[1-9]|1[0-2])" maxlength="2" placeholder="08"',
  year: 'autocomplete="cc-exp-year" inputmode="numeric" pattern="[0-9]{2}" maxlength="2" placeholder="30"',
  cvv: 'autocomplete="cc-csc" inputmode="numeric" pattern="[0-9]{3,4}" maxlength="4"',
};

const STYLE = `body{margin:0;min-height:100vh;display:grid;place-items:center;font:18px/1.5 system-ui,sans-serif;background:#f4f6f8;color:#16202a}
main{padding:2rem;text-align:center;max-width:28rem}h1{font-size:1.25rem;font-weight:600}
button{font:inherit;padding:.8em 1.6em;border:0;border-radius:.5rem;background:#0b5cab;color:#fff;cursor:pointer}
form.card{display:grid;gap:1rem;text-align:left}label{display:grid;gap:.25rem}
label input{font:inherit;padding:.6em;border:1px solid #6b7885;border-radius:.4rem;background:#fff;color:inherit;min-width:0}
.row{display:grid;grid-template-columns:1fr 1fr 1fr;gap:.75rem;align-items:end}
label input:focus-visible,button:focus-visible{outline:3px solid #f5a623;outline-offset:3px}`;

/** An HTTP answer: `{ status, headers, body }`. */
export function paymentPage(redirect, options) {
  const { kind, url, fields, cardInputs } = requireObject(redirect, 'redirect', 'ORDER', 'pass the `redirect` that `start` returned');
  const { title, language, nonce } = requireObject(options ?? {}, 'options', 'ORDER', 'this must be an object: { title, language, nonce }');
  if (kind === 'url') return follow(url);
  if (kind !== 'form') throw new PosError('ORDER', 'redirect', 'pass the `redirect` that `start` returned');
  const texts = language === 'en' ? TEXTS.en : TEXTS.tr;
  const action = safeAddress(redirect.action);
  const mark = nonce === undefined ? randomNonce() : requireText(nonce, 'nonce', 'ORDER');
  if (!/^[A-Za-z0-9+/_=-]{16,128}$/.test(mark)) throw new PosError('ORDER', 'nonce', 'write the nonce as 16 or more characters of base64');
  const inputs = Object.entries(requireObject(fields, 'redirect', 'ORDER', 'pass the `redirect` that `start` returned')).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(requireText(value, name, 'ORDER'))}">`,
  );
  const page = cardInputs === undefined ? sendingPage(texts, mark) : cardPage(texts, cardInputs);
  const body = `<!doctype html>
<html lang="${language === 'en' ? 'en' : 'tr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(title === undefined ? texts.title : requireText(title, 'title', 'ORDER'))}</title><style nonce="${mark}">${STYLE}</style></head>
<body><main><h1>${escape(page.heading)}</h1><form method="post" action="${escape(action.href)}" accept-charset="utf-8"${page.attributes}>
${inputs.join('\n')}${page.inputs}
<button>${escape(page.button)}</button></form></main>${page.script}</body></html>`;
  return { status: 200, headers: { ...common(), 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy(mark) }, body };
}

/** The form posts itself; the button is for browsers without script. */
function sendingPage({ heading, button }, nonce) {
  return { heading, button, attributes: '', inputs: '', script: `<script nonce="${nonce}">document.forms[0].submit()</script>` };
}

/** The customer types the card here, and it goes from here to the form's address. */
function cardPage(texts, cardInputs) {
  const names = requireObject(cardInputs, 'redirect', 'ORDER', 'pass the `redirect` that `start` returned');
  const input = (of) => {
    if (names[of] === undefined) return '';
    const name = escape(requireText(names[of], of, 'ORDER'));
    return `<label>${escape(texts[of])}<input name="${name}" required ${CARD_INPUTS[of]}></label>`;
  };
  const inputs = `\n${input('holder')}${input('number')}<div class="row">${input('month')}${input('year')}${input('cvv')}</div>`;
  return { heading: texts.card, button: texts.pay, attributes: ' class="card"', inputs, script: '' };
}

function follow(url) {
  const address = safeAddress(url);
  return { status: 303, headers: { ...common(), Location: address.href }, body: '' };
}

/** Absolute https without user name, or this very machine's own simulated bank. */
function safeAddress(text) {
  const address = parseAddress(requireText(text, 'redirect', 'ORDER'));
  const loopback = address?.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(address.hostname);
  if (address && (address.protocol === 'https:' || loopback) && !address.username && !address.password) return address;
  throw new PosError('ORDER', 'redirect', 'the address is not one that `start` returned');
}

/** URL.parse, which Node 18 does not have. */
function parseAddress(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function common() {
  return { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY' };
}

/** No `form-action`: browsers apply it to the redirects that follow too, and a bank's gate forwards to the card's own bank. */
function policy(nonce) {
  return `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`;
}

function randomNonce() {
  const bytes = randomSource().getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes));
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

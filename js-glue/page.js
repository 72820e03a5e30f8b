// The page that hands the browser over to the bank: a form with a visible button that works without script, and a tiny script that
// presses it. Or our own page for the card, which has no script at all. Everything is escaped, nothing is cached, and the policy allows
// this one script.
import { PosError } from './error.js';
import { randomSource } from './random.js';
import { requireObject, requireText } from './read.js';

const TEXTS = {
  tr: {
    title: 'Güvenli ödeme', heading: 'Bankanızın ödeme sayfasına yönlendiriliyorsunuz', button: 'Ödeme sayfasına git',
    card: 'Kart bilgileriniz', pay: 'Öde',
    labels: { holder: 'Kart üzerindeki ad', number: 'Kart numarası', month: 'Ay', year: 'Yıl', expiry: 'Son kullanma (AAYY)', cvv: 'Güvenlik kodu' },
    hints: {
      holder: 'Kartta yazdığı gibi yazın', number: '12–19 rakam, aralıksız', month: '01–12', year: 'Son iki rakam', expiry: 'Ay ve yıl, bitişik: 0830',
      cvv: '3 ya da 4 rakam',
    },
  },
  en: {
    title: 'Secure payment', heading: "Taking you to your bank's payment page", button: 'Go to the payment page',
    card: 'Your card', pay: 'Pay',
    labels: { holder: 'Name on the card', number: 'Card number', month: 'Month', year: 'Year', expiry: 'Expiry (MMYY)', cvv: 'Security code' },
    hints: {
      holder: 'As it stands on the card', number: '12–19 digits, no spaces', month: '01–12', year: 'The last two digits', expiry: 'Month and year in a row: 0830',
      cvv: '3 or 4 digits',
    },
  },
};

/** How a browser fills in a card, and what it lets a person type. */
const CARD_INPUTS = {
  holder: 'autocomplete="cc-name" maxlength="60"',
  number: 'autocomplete="cc-number" inputmode="numeric" pattern="[0-9]{12,19}" maxlength="19"',
  month: 'autocomplete="cc-exp-month" inputmode="numeric" pattern="(0[1-9]|1[0-2])" maxlength="2" placeholder="08"',
  year: 'autocomplete="cc-exp-year" inputmode="numeric" pattern="[0-9]{2}" maxlength="2" placeholder="30"',
  expiry: 'autocomplete="cc-exp" inputmode="numeric" pattern="(0[1-9]|1[0-2])[0-9]{2}" maxlength="4" placeholder="0830"',
  cvv: 'autocomplete="cc-csc" inputmode="numeric" pattern="[0-9]{3,4}" maxlength="4"',
};

// A list that a browser does not know whole is dropped whole, but not within :is().
const STYLE = `*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:18px/1.5 system-ui,sans-serif;background:#f4f6f8;color:#16202a}
main{width:100%;max-width:28rem;padding:1.5rem;text-align:center}h1{font-size:1.25rem;font-weight:600;margin:0 0 1rem}
button{font:inherit;padding:.8em 1.6em;border:0;border-radius:.5rem;background:#0b5cab;color:#fff;cursor:pointer}
.card{text-align:left;background:#fff;border-radius:.75rem;box-shadow:0 1px 4px #0002}.card p{margin:0 0 1rem}
.card form{display:grid;gap:1rem}label{display:grid;gap:.25rem}
label input{font:inherit;width:100%;padding:.6em;border:1px solid #6b7885;border-radius:.4rem;background:#fff;color:inherit}
.row{display:grid;grid-template-columns:1fr 1fr 1.7fr;gap:.75rem;align-items:start}
small{display:none;color:#b3261e}:is(:user-invalid,[aria-invalid])~small{display:block}
input:is(:user-invalid,[aria-invalid]){border-color:#b3261e;box-shadow:0 0 0 1px #b3261e}
input:focus-visible,button:focus-visible{outline:3px solid #0b5cab;outline-offset:2px}`;

/** An HTTP answer: `{ status, headers, body }`. */
export function paymentPage(redirect, options) {
  const { kind, url, fields, cardInputs } = requireObject(redirect, 'redirect', 'ORDER', 'redirect');
  const given = requireObject(options ?? {}, 'options', 'ORDER', 'anObjectOf', '{ title, language, nonce, wrong }');
  const { title, language, nonce, wrong } = given;
  if (kind === 'url') return follow(url);
  if (kind !== 'form') throw new PosError('ORDER', 'redirect', 'redirect');
  const texts = language === 'en' ? TEXTS.en : TEXTS.tr;
  const action = safeAddress(redirect.action);
  const mark = nonce === undefined ? randomNonce() : requireText(nonce, 'nonce', 'ORDER');
  if (!/^[A-Za-z0-9+/_=-]{16,128}$/.test(mark)) throw new PosError('ORDER', 'nonce', 'nonce');
  const inputs = Object.entries(requireObject(fields, 'redirect', 'ORDER', 'redirect')).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(requireText(value, name, 'ORDER'))}">`,
  );
  const name = title === undefined ? undefined : requireText(title, 'title', 'ORDER');
  const page = cardInputs === undefined ? sendingPage(texts, mark) : cardPage(texts, cardInputs, { about: name, wrong });
  const body = `<!doctype html>
<html lang="${language === 'en' ? 'en' : 'tr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(name ?? texts.title)}</title><style nonce="${mark}">${STYLE}</style></head>
<body><main${page.attributes}><h1>${escape(page.heading)}</h1>${page.intro}
<form method="post" action="${escape(action.href)}" accept-charset="utf-8">
${inputs.join('\n')}${page.inputs}
<button>${escape(page.button)}</button></form></main>${page.script}</body></html>`;
  const headers = { ...common(), 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy(mark, page.script) };
  return { status: 200, headers, body };
}

/** The form posts itself; the button is for browsers without script. */
function sendingPage({ heading, button }, nonce) {
  return { heading, button, attributes: '', intro: '', inputs: '', script: `<script nonce="${nonce}">document.forms[0].submit()</script>` };
}

/** The customer types the card here, and it goes from here to the form's address. No script: whatever runs here could read it. */
function cardPage(texts, cardInputs, { about, wrong }) {
  const names = requireObject(cardInputs, 'redirect', 'ORDER', 'redirect');
  const input = (of) => {
    if (names[of] === undefined) return '';
    const name = escape(requireText(names[of], of, 'ORDER'));
    const [label, hint] = [escape(texts.labels[of]), escape(texts.hints[of])];
    const mark = wrong === `card.${of}` ? ' aria-invalid="true" autofocus' : '';
    return `<label>${label}<input name="${name}" required ${CARD_INPUTS[of]} title="${hint}"${mark}><small>${hint}</small></label>`;
  };
  const inputs = `\n${input('holder')}${input('number')}<div class="row">${input('month')}${input('year')}${input('expiry')}${input('cvv')}</div>`;
  const intro = about === undefined ? '' : `<p>${escape(about)}</p>`;
  return { heading: texts.card, button: texts.pay, attributes: ' class="card"', intro, inputs, script: '' };
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
  throw new PosError('ORDER', 'redirectAddress', 'redirect');
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
function policy(nonce, script) {
  const scripts = script === '' ? '' : ` script-src 'nonce-${nonce}';`;
  return `default-src 'none';${scripts} style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`;
}

function randomNonce() {
  const bytes = randomSource().getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes));
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

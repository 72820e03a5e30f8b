// The attacker's panel: pick a genuine message, do something dishonest to it, and watch what the shop answers.
import { ATTACKS, forge } from './attacks.js';
import { html, page, speaker } from './page.js';

const SHOWN = 40;

/**
 * @param {ReturnType<import('./courier.js').createCourier>} courier
 */
export function createAttacker(courier) {
  /** The newest first, with what the panel needs to know. */
  const messages = () => courier.messages().reverse().slice(0, SHOWN).map((message) => ({
    ...message, attacks: ATTACKS.filter(({ fits }) => fits(message)).map(({ name }) => name),
  }));

  /**
   * @param {{ message: string, attack: string, field?: string, value?: string, url?: string }} order
   * @returns {Promise<{ request: import('./attacks.js').Sent, missing?: string[], answer: import('./courier.js').Answer }>}
   */
  async function attack(order) {
    const message = courier.message(order.message);
    if (!message) throw new Error('this message is not there any more');
    const { missing, ...request } = forge(message, order);
    if (!courier.shopOrigin) throw new Error('the banks were started without the address of a shop');
    if (!URL.canParse(request.url) || new URL(request.url).origin !== courier.shopOrigin) {
      throw new Error(`the panel sends to ${courier.shopOrigin} only`);
    }
    return { request, missing, answer: await courier.post(request) };
  }

  function panel(language, controlToken) {
    const say = speaker(language);
    return page({
      brand: 'home', language, wide: true, title: say('Saldırgan paneli', 'The attacker’s panel'), switchTo: '/attacker?lang=',
      script: SCRIPT,
      content: html`
<p>${say('Simüle bankaların gönderdiği gerçek bir mesajı seçin, kurcalayın ve mağazanın ne dediğine bakın.',
    'Choose a genuine message of the simulated banks, tamper with it, and see what the shop says.')}
${say('Doğru çalışan bir mağaza hiçbirine inanmaz.', 'A sound shop believes none of it.')}</p>
<p class="note">${say('Mağaza', 'Shop')}: <strong>${courier.shopOrigin ?? say('tanımlı değil', 'not configured')}</strong></p>
<noscript><p class="error">${say('Bu sayfa JavaScript ister.', 'This page needs JavaScript.')}</p></noscript>
<form id="attack-form" data-token="${controlToken}" data-lost="${say('yanıt yok', 'no answer')}"
  data-complete="${say('Mağazanın baktığı her alanda istenen değer var.', 'Every field a shop looks at has the wanted value.')}"
  data-missing="${say('Korunamayan ya da üretilemeyen alanlar:', 'Fields that could not be kept or made:')}">
  <div class="grid two">
    <div>
      <label for="message">${say('Mesaj', 'Message')}</label>
      <select id="message" name="message"></select>
      <p><button type="button" id="refresh">${say('Listeyi yenile', 'Refresh the list')}</button></p>
      <label for="attack">${say('Saldırı', 'Attack')}</label>
      <select id="attack" name="attack">${ATTACKS.map((each) =>
    html`<option value="${each.name}" data-needs="${(each.needs ?? []).join(' ')}">${say(each.tr, each.en)}</option>`)}</select>
      <div data-for="field">
        <label for="field">${say('Alan', 'Field')}</label>
        <input id="field" name="field" list="fields"><datalist id="fields"></datalist>
      </div>
      <div data-for="value"><label for="value">${say('Yeni değer', 'New value')}</label><input id="value" name="value"></div>
      <div data-for="url"><label for="url">${say('Adres', 'Address')}</label><input id="url" name="url" type="url"></div>
      <button id="send" class="primary">${say('Gönder', 'Send')}</button>
    </div>
    <div>
      <h2>${say('Seçilen mesaj', 'The chosen message')}</h2>
      <pre id="original"></pre>
    </div>
  </div>
</form>
<section aria-live="polite">
  <h2>${say('Mağazanın yanıtı', 'The shop’s answer')}</h2>
  <p id="status">${say('Henüz bir şey gönderilmedi.', 'Nothing has been sent yet.')}</p>
  <p id="note"></p>
  <div hidden><h3>${say('Gönderilen', 'What was sent')}</h3><pre id="sent"></pre></div>
  <div hidden><h3>${say('Gelen', 'What came back')}</h3><pre id="answer"></pre></div>
</section>`,
    });
  }

  return { panel, messages, attack };
}

const SCRIPT = `
const form = document.getElementById('attack-form');
const at = (id) => document.getElementById(id);
let messages = [];

const fieldsIn = (text) => text.split('&').map((part) => {
  try { return decodeURIComponent(part.replaceAll('+', ' ')); } catch { return part; }
}).join('\\n');

function readable(message) {
  const [url, ...query] = message.url.split('?');   // a return by address carries its fields there
  const body = message.headers['content-type'] === 'application/json' ? message.body : fieldsIn(message.body || query.join('?'));
  const address = message.body ? message.url : [message.method, url].filter(Boolean).join(' ');
  return [address, ...Object.entries(message.headers).map(([name, value]) => name + ': ' + value), '', body].join('\\n');
}

function tell(id, text) {
  at(id).textContent = text;
  at(id).parentElement.hidden = text === '';
}

function show() {
  const message = messages.find((each) => each.id === at('message').value);
  at('original').textContent = message ? readable(message) : '';
  for (const option of at('attack').options) option.disabled = !message || !message.attacks.includes(option.value);
  if (at('attack').selectedOptions[0]?.disabled) at('attack').value = 'replay';
  const names = message?.headers['content-type'] === 'application/json' ? Object.keys(JSON.parse(message.body))
    : (message?.body || message?.url.split('?')[1] || '').split('&').map((part) => decodeURIComponent(part.split('=')[0]));
  at('fields').replaceChildren(...names.map((name) => new Option(name, name)));
  if (message && at('url').dataset.of !== message.id) { at('url').value = message.url; at('url').dataset.of = message.id; }
  const needs = (at('attack').selectedOptions[0]?.dataset.needs ?? '').split(' ');
  for (const part of document.querySelectorAll('[data-for]')) part.hidden = !needs.includes(part.dataset.for);
}

async function refresh() {
  messages = await (await fetch('/attacker/messages')).json();
  at('message').replaceChildren(...messages.map(({ id, at: when, system, kind, orderId }) =>
    new Option([new Date(when).toLocaleTimeString('tr', { timeZone: 'Europe/Istanbul' }), system, kind, orderId].join('  '), id)));
  show();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const order = Object.fromEntries(new FormData(form));
  const headers = { 'content-type': 'application/json', 'x-control-token': form.dataset.token };
  const response = await fetch('/attacker/send', { method: 'POST', headers, body: JSON.stringify(order) });
  const result = await response.json();
  const { lost, status, location = '' } = result.answer ?? {};
  at('status').textContent = result.error ?? (lost ? form.dataset.lost + ': ' + lost : 'HTTP ' + status + ' ' + location);
  at('note').textContent = !result.missing ? ''
    : result.missing.length === 0 ? form.dataset.complete : form.dataset.missing + ' ' + result.missing.join(', ');
  tell('sent', result.request ? readable(result.request) : '');
  tell('answer', result.answer?.body ?? '');
  at('status').scrollIntoView({ block: 'center' });
});
at('message').addEventListener('change', show);
at('attack').addEventListener('change', show);
at('refresh').addEventListener('click', refresh);
refresh();
`;

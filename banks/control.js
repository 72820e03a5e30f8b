// Settings, times and faults of the running banks, on a page and as JSON: what a test in another process needs, and what a
// curious owner may try.
import { FAULTS as AKBANK_FAULTS, OPERATIONS as AKBANK_OPERATIONS } from './akbank-api.js';
import { JSON_FAULTS, XML_FAULTS } from './faults.js';
import { FAULTS as GARANTI_FAULTS, OPERATIONS as GARANTI_OPERATIONS } from './garanti-api.js';
import { FAULTS as INTERPOS_FAULTS, OPERATIONS as INTERPOS_OPERATIONS } from './interpos-api.js';
import { FAULTS as IYZICO_FAULTS, OPERATIONS as IYZICO_OPERATIONS } from './iyzico.js';
import { FAULTS as MOKA_FAULTS, OPERATIONS as MOKA_OPERATIONS } from './moka-api.js';
import { html, page, speaker } from './page.js';
import { FAULTS as PAYFLEX_FAULTS, OPERATIONS as PAYFLEX_OPERATIONS } from './payflex-wire.js';
import { FAULTS as PAYFOR_FAULTS, OPERATIONS as PAYFOR_OPERATIONS } from './payfor-api.js';
import { OPERATIONS as PAYTR_OPERATIONS } from './paytr.js';
import { FAULTS as POSNET_FAULTS, OPERATIONS as POSNET_OPERATIONS } from './posnet-api.js';
import { FAULTS as KUVEYTTURK_FAULTS, OPERATIONS as KUVEYTTURK_OPERATIONS } from './kuveytturk.js';
import { FAULTS as POSNETV1_FAULTS, OPERATIONS as POSNETV1_OPERATIONS } from './posnetv1-api.js';
import { FAULTS as VAKIFKATILIM_FAULTS, OPERATIONS as VAKIFKATILIM_OPERATIONS } from './vakifkatilim-api.js';
import { FAULTS as TOSLA_FAULTS, OPERATIONS as TOSLA_OPERATIONS } from './tosla-api.js';

const OPERATIONS = {
  nestpay: ['*', 'status', 'history', 'provision', 'sale', 'PostAuth', 'Void', 'Credit'],
  posnet: ['*', ...POSNET_OPERATIONS],
  posnetv1: ['*', ...POSNETV1_OPERATIONS],
  kuveytturk: ['*', ...KUVEYTTURK_OPERATIONS],
  vakifkatilim: ['*', ...VAKIFKATILIM_OPERATIONS],
  garanti: ['*', ...GARANTI_OPERATIONS],
  payflex: ['*', ...PAYFLEX_OPERATIONS],
  paytr: ['*', ...PAYTR_OPERATIONS],
  iyzico: ['*', ...IYZICO_OPERATIONS],
  akbank: ['*', ...AKBANK_OPERATIONS],
  payfor: ['*', ...PAYFOR_OPERATIONS],
  interpos: ['*', ...INTERPOS_OPERATIONS],
  tosla: ['*', ...TOSLA_OPERATIONS],
  moka: ['*', ...MOKA_OPERATIONS],
};
const KINDS = {
  moka: Object.keys(MOKA_FAULTS),
  tosla: Object.keys(TOSLA_FAULTS),
  akbank: Object.keys(AKBANK_FAULTS),
  payfor: Object.keys(PAYFOR_FAULTS), interpos: Object.keys(INTERPOS_FAULTS),
  posnetv1: Object.keys(POSNETV1_FAULTS), kuveytturk: Object.keys(KUVEYTTURK_FAULTS),
  vakifkatilim: Object.keys(VAKIFKATILIM_FAULTS),
  nestpay: Object.keys(XML_FAULTS), posnet: Object.keys(POSNET_FAULTS), garanti: Object.keys(GARANTI_FAULTS),
  payflex: Object.keys(PAYFLEX_FAULTS), paytr: Object.keys(JSON_FAULTS), iyzico: Object.keys(IYZICO_FAULTS),
};

const TOLD = {
  ...MOKA_FAULTS,
  ...TOSLA_FAULTS,
  ...PAYFOR_FAULTS, ...INTERPOS_FAULTS,
  ...AKBANK_FAULTS, ...POSNETV1_FAULTS, ...KUVEYTTURK_FAULTS,
  ...IYZICO_FAULTS, ...PAYFLEX_FAULTS, ...POSNET_FAULTS, ...GARANTI_FAULTS, ...XML_FAULTS,
};

/** @param {Record<string, any>} banks by name */
export function createControl(banks) {
  /**
   * @param {{
   *   bank: string, settings?: object, times?: object, fault?: { on?: string, kind: string, times?: number }, clearFaults?: boolean,
   *   force?: { orderId: string, outcome: string }, settle?: boolean, notificationUrl?: string,
   *   webhookUrl?: string, subscription?: { status?: 'success' | 'failure', subscription?: string, order?: string, customer?: string }
   * }} order `subscription`: a webhook of that kind leaves
   */
  async function apply(order) {
    const bank = Object.hasOwn(banks, order.bank) ? banks[order.bank] : null;
    if (!bank) throw new Error(`there is no bank \`${order.bank}\``);
    for (const part of ['settings', 'times']) {
      for (const [name, value] of Object.entries(order[part] ?? {})) change(bank[part], name, value);
    }
    if (order.fault) {
      const kinds = KINDS[order.bank];
      if (!kinds.includes(order.fault.kind)) throw new Error(`\`${order.fault.kind}\` is not one of ${kinds.join(', ')}`);
      bank.fault(order.fault);
    }
    if (order.clearFaults) bank.clearFaults();
    if (order.force) bank.force(order.force.orderId, order.force.outcome);
    if (order.settle) bank.settle?.();
    if (order.notificationUrl) bank.setNotificationUrl(order.notificationUrl);
    if (order.webhookUrl) bank.setWebhookUrl(order.webhookUrl);
    if (order.subscription) await bank.sendSubscription(order.subscription);
    return state()[order.bank];
  }

  function change(target, name, value) {
    if (!Object.hasOwn(target, name)) throw new Error(`there is no setting \`${name}\`; there are ${Object.keys(target).join(', ')}`);
    const kind = (each) => (Array.isArray(each) ? 'array' : typeof each);
    if (kind(target[name]) !== kind(value)) throw new Error(`\`${name}\` is of another type`);
    target[name] = value;
  }

  const state = () => Object.fromEntries(Object.entries(banks).map(([name, { settings, times }]) => [name, { settings, times }]));

  function controlPage(language, controlToken) {
    const say = speaker(language);
    return page({
      brand: 'home', language, wide: true, title: say('Ayarlar ve arızalar', 'Settings and faults'), switchTo: '/control?lang=',
      script: SCRIPT,
      content: html`<p>${say('Gerçek bankalar gecikir, susar, yanlış kodlamayla yanıt verir. Burada siparişle olur.',
    'Real banks are late, fall silent, answer in the wrong charset. Here it happens to order.')}</p>
<p id="result" role="status" class="note" data-token="${controlToken}">${say('Hazır.', 'Ready.')}</p>
<div class="grid two">${Object.entries(state()).map(([name, { settings, times }]) => html`<form data-bank="${name}">
  <h2>${name}</h2>
  <label for="${name}-settings">${say('Ayarlar', 'Settings')}</label>
  <textarea id="${name}-settings" name="settings" spellcheck="false">${JSON.stringify(settings, null, 1)}</textarea>
  <label for="${name}-times">${say('Süreler (ms)', 'Times (ms)')}</label>
  <textarea id="${name}-times" name="times" spellcheck="false">${JSON.stringify(times, null, 1)}</textarea>
  <button name="what" value="save">${say('Kaydet', 'Save')}</button>
  <label for="${name}-on">${say('Arıza: hangi işlemde', 'Fault: in which operation')}</label>
  <select id="${name}-on" name="on">${OPERATIONS[name].map((each) => html`<option>${each}</option>`)}</select>
  <label for="${name}-kind">${say('Ne olsun', 'What happens')}</label>
  <select id="${name}-kind" name="kind" lang="en">${KINDS[name].map((each) =>
    html`<option value="${each}">${each}${TOLD[each] && `: ${TOLD[each]}`}</option>`)}</select>
  <button name="what" value="fault">${say('Bir sonraki istekte olsun', 'At the next request')}</button>
  <button name="what" value="clear">${say('Arızaları kaldır', 'Remove the faults')}</button>
  ${banks[name].sendSubscription && ['success', 'failure'].map((status) => html`<button name="what" value="subscription"
    data-status="${status}">${say('Abonelik webhook’u gönder', 'Send a subscription’s webhook')}: ${status}</button>`)}
</form>`)}</div>`,
    });
  }

  return { apply, state, controlPage };
}

const SCRIPT = `
const result = document.getElementById('result');
for (const form of document.querySelectorAll('form[data-bank]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const order = { bank: form.dataset.bank };
    try {
      if (event.submitter.value === 'save') {
        order.settings = JSON.parse(data.get('settings'));
        order.times = JSON.parse(data.get('times'));
      }
      if (event.submitter.value === 'fault') order.fault = { on: data.get('on'), kind: data.get('kind') };
      if (event.submitter.value === 'clear') order.clearFaults = true;
      if (event.submitter.value === 'subscription') order.subscription = { status: event.submitter.dataset.status };
      const headers = { 'content-type': 'application/json', 'x-control-token': result.dataset.token };
      const response = await fetch('/control', { method: 'POST', headers, body: JSON.stringify(order) });
      const answer = await response.json();
      result.textContent = order.bank + ': ' + (answer.error ?? 'OK');
    } catch (error) {
      result.textContent = order.bank + ': ' + error.message;
    }
  });
}
`;

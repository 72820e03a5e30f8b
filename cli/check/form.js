// A payment as the site would begin it, shown and sent nowhere. What is secret, what was signed and what looks like a card is
// masked at fixed length.

import { newOrderId, PosError } from 'velopos/all';

import { MASK } from '../mask.js';

const SECRET_NAME = /hash(?!Algorithm|Params)|mac$|^mac(?!Params)|token|digest|sign|password|passwd|sifre|secret|salt|key|cvv|cvc|cv2|authorization|card.*(number|no)|ccno|^pan$|expir/i;
const CARD = { number: '4000000000000002', month: '12', year: '30', cvv: '000', holder: 'Deneme Karti' };
const CUSTOMER = { ip: '85.34.78.112', email: 'deneme@example.com', name: 'Deneme Musteri', phone: '05320000000', address: 'Istanbul', language: 'tr' };

/**
 * @typedef {{ method: string, address: string, by: 'browser' | 'server', fields: [string, string][] }} Form
 * @param {import('velopos').Pos} pos
 * @param {string} site the site's address, for the return addresses
 * @param {string[]} secrets
 * @returns {{ form?: Form, addresses: string[], problem?: PosError }}
 */
export function render(pos, site, secrets) {
  const functions = `${site.replace(/\/+$/, '')}/_functions`;
  const urls = { ok: `${functions}/payment3DSuccess/deneme`, fail: `${functions}/payment3DFail/deneme`, notify: `${functions}/bankNotification/deneme` };
  const order = { id: newOrderId(), amount: '1.00', currency: 'TRY', urls, customer: CUSTOMER, basket: [{ name: 'Deneme', price: '1.00', quantity: 1 }] };
  try {
    const step = pos.step.start(order, pos.takesCard ? { card: CARD } : {});
    const form = step.type === 'redirect' ? ofRedirect(step.redirect) : ofRequest(step.request);
    const fields = form.fields.map(([name, value]) => [name, masked(name, value, secrets)]);
    return { form: { ...form, fields }, addresses: [form.address, ...asking(pos, step.order)] };
  } catch (error) {
    if (error instanceof PosError) return { addresses: [], problem: error };
    throw error;
  }
}

/** Where the bank is asked about a payment; some are asked under a name that only a begun payment has. */
function asking(pos, order) {
  try {
    const step = pos.step.ask(order, 'inquire');
    return step.type === 'send' ? [step.request.url] : [];
  } catch (error) {
    if (error instanceof PosError) return [];
    throw error;
  }
}

function ofRedirect(redirect) {
  if (redirect.kind === 'url') return { method: 'GET', address: redirect.url, by: 'browser', fields: [] };
  return { method: 'POST', address: redirect.action, by: 'browser', fields: Object.entries({ ...redirect.fields }) };
}

function ofRequest({ method, url, headers, body }) {
  const notable = Object.entries({ ...headers }).filter(([name]) => !/^(content-type|accept)$/i.test(name));
  return { method, address: url, by: 'server', fields: [...notable, ...fieldsOf(text(body))] };
}

const text = (body) => (typeof body === 'string' ? body : Buffer.from(body ?? '').toString('utf8'));

/** The fields of a form, of JSON or of XML, and of what lies inside one of them. @returns {[string, string][]} */
function fieldsOf(body, path = '') {
  const inside = (name) => (path === '' ? name : `${path}.${name}`);
  if (/^\s*<\?xml|^\s*<\w/.test(body)) {
    return [...body.matchAll(/<([\w:.-]+)(?:\s[^>]*)?>([^<]*)<\/\1>/g)].map(([, name, value]) => [inside(name), value]);
  }
  if (/^\s*[{[]/.test(body)) return leaves(JSON.parse(body), path);
  return [...new URLSearchParams(body)].flatMap(([name, value]) => (/^\s*<[?\w]/.test(value) ? fieldsOf(value, inside(name)) : [[inside(name), value]]));
}

function leaves(value, path) {
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, each]) => leaves(each, path === '' ? name : `${path}.${name}`));
}

function masked(name, value, secrets) {
  const last = name.split('.').at(-1);
  const secret = SECRET_NAME.test(last) || secrets.some((each) => each !== '' && value.includes(each));
  // A digit that says yes or no (Moka's IsTokenized and ReturnHash) hides nothing.
  return value.length > 1 && (secret || /\d{13,19}/.test(value.replace(/[ -]/g, '')) && value.includes(CARD.number)) ? MASK : value;
}

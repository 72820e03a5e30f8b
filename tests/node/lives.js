// A whole life of a payment at each of the fourteen systems, against the simulated banks: every verb, in success and refusal, with messages
// that are damaged and answers that are none. Whoever runs one sees everything that the package hands out.
import assert from 'node:assert/strict';
import { accounts, furtherAccounts } from '../../banks/accounts.js';
import { startBanks } from '../../banks/server.js';
import { newOrder } from './new-order.js';

export const card = { number: '4508034508034509', month: '12', year: '30', cvv: '7391', holder: 'KARTSAHIBI QXZ' };

const onTheirPage = { card: 'success' };
const tokenOf = ({ redirect }) => redirect.url.split('/').at(-1);
/** The form as a browser posts it, when the card is typed on the shop's page. */
function typed({ redirect: { fields, cardInputs } }) {
  if (!cardInputs) return fields;
  const values = { number: card.number, expiry: '1230', month: '12', year: '30', cvv: card.cvv, holder: card.holder };
  return { ...fields, ...Object.fromEntries(Object.entries(cardInputs).map(([name, input]) => [input, values[name]])) };
}
const ofPayflex = ({ url, body }) => body ?? new URL(url).search;

/** How the customer of each system goes to the bank and what comes back. `ours`: the card passes through our server. */
export const LIVES = [
  { name: 'isbank', visit: ({ nestpay }, { redirect }) => nestpay.visit(redirect.fields, onTheirPage) },
  { name: 'isbank', model: '3d', ours: true, visit: ({ nestpay }, { redirect }) => nestpay.visit(redirect.fields) },
  { name: 'garanti', visit: ({ garanti }, { redirect }) => garanti.visit(redirect.fields, onTheirPage) },
  { name: 'garanti', model: '3d', visit: ({ garanti }, started) => garanti.visit(typed(started)) },
  { name: 'yapikredi', ours: true, visit: ({ posnet }, { redirect }) => posnet.visit(redirect.fields) },
  { name: 'vakifbank', visit: async ({ payflex }, { redirect }) => ({ body: ofPayflex(await payflex.visit(new URL(redirect.url).searchParams.get('Ptkn'))) }) },
  { name: 'vakifbank', model: '3d', ours: true, visit: async ({ payflex }, { order }) => ({ body: ofPayflex(await payflex.visit3D(new URLSearchParams(order.refs).get('token'))) }) },
  { name: 'paytr', visit: async ({ paytr }, started) => (await paytr.visit(tokenOf(started))).notification },
  { name: 'iyzico', visit: ({ iyzico }, { redirect }) => iyzico.visit(new URL(redirect.url).searchParams.get('token')) },
  { name: 'iyzico', model: '3ds', ours: true, visit: ({ iyzico }, { order }) => iyzico.visitThreeDS(iyzico.find(order.id).paymentId) },
  { name: 'qnb', visit: ({ payfor }, { redirect }) => payfor.visit(redirect.fields, onTheirPage) },
  { name: 'qnb', model: '3dmodel', visit: ({ payfor }, started) => payfor.visit(typed(started)) },
  { name: 'denizbank', visit: ({ interpos }, { redirect }) => interpos.visit(redirect.fields, onTheirPage) },
  { name: 'denizbank', model: '3dmodel', visit: ({ interpos }, started) => interpos.visit(typed(started)) },
  { name: 'akbank', visit: ({ akbank }, { redirect }) => akbank.visit(redirect.fields, onTheirPage) },
  { name: 'akbank', model: '3d', ours: true, visit: ({ akbank }, { redirect }) => akbank.visit(redirect.fields) },
  { name: 'moka', visit: ({ moka }, { redirect }) => moka.visit(redirect.url, onTheirPage) },
  { name: 'moka', model: '3d', ours: true, visit: ({ moka }, { redirect }) => moka.visit(redirect.url) },
  { name: 'tosla', visit: ({ tosla }, started) => tosla.visit(tokenOf(started), onTheirPage) },
  { name: 'tosla', model: '3d_pay', visit: ({ tosla }, started) => tosla.visit(started.redirect.fields.ThreeDSessionId, {}, typed(started)) },
  { name: 'kuveytturk', ours: true, visit: ({ kuveytturk }, _, { page }) => kuveytturk.visit(page) },
  { name: 'vakifkatilim', ours: true, visit: ({ vakifkatilim }, _, { page }) => vakifkatilim.visit(page) },
  { name: 'albaraka', visit: ({ posnetv1 }, { redirect }) => posnetv1.visit(redirect.fields, onTheirPage) },
  { name: 'albaraka', ours: true, visit: ({ posnetv1 }, { redirect }) => posnetv1.visit(redirect.fields) },
];

export const titleOf = ({ name, model, ours }) => [name, model, ours && 'with the card'].filter(Boolean).join(', ');

export const openBanks = () => startBanks({ shopOrigin: 'http://localhost:8480', deliver: async () => new Response('OK') });

/** Its account at the simulated banks. */
export function configOf({ name, model }, { url }) {
  const config = { ...accounts(url), ...furtherAccounts(url) }[name];
  return { ...config, ...(model && { model }) };
}

/** What an account must not show: its keys, its passwords, its salt. */
export function secretsOf({ merchant }) {
  return Object.entries(merchant).filter(([key]) => key !== 'apiKey' && /key|pass|salt/i.test(key)).map(([, value]) => value);
}

const DIGEST = /^(hash|mac|\w*hash(data)?|signature|\w+mac)$/i;

/** The digests of a form, by their fields: what a forger would have to know. */
export function digestsIn(body) {
  return new Map([...new URLSearchParams(body)].filter(([name, value]) => DIGEST.test(name) && value.length >= 20));
}

/** The message with other letters in its digests or, where it carries none, in whatever is long. */
function forged(body) {
  const other = (text) => `${text.slice(0, 9)}${text[9] === 'A' ? 'B' : 'A'}${text.slice(10)}`;
  const digests = digestsIn(body);
  if (digests.size === 0) return body.replace(/[A-Za-z0-9+/]{20,}/g, other);
  const fields = new URLSearchParams(body);
  for (const [name, value] of digests) fields.set(name, other(value));
  return fields.toString();
}

/** Messages that nobody meant, made of a genuine one. */
function damaged(body) {
  return {
    'forged': forged(body), 'cut off': body.slice(0, body.length >> 1), 'said twice': `${body}&${body}`, 'empty': '', 'no form': `${card.number}%`,
    'JSON': `{"pan":"${card.number}","a":[`, 'XML': `<a><${card.number}>`, 'bytes': Uint8Array.from(Buffer.from(`${body}\xff\xfe`, 'latin1')),
  };
}

/** What a bank's address may answer instead of an answer. */
const ANSWERS = {
  'an echo': async (_, init) => new Response(String(init.body)),
  'an echo that is refused': async (_, init) => new Response(String(init.body), { status: 500 }),
  'half an answer': async (url, init) => new Response((await (await fetch(url, init)).text()).slice(0, 60)),
  'nothing': async () => { throw new TypeError('fetch failed'); },
};

/**
 * @param {{ velopos: any, banks: any, life: (typeof LIVES)[number] }} given
 * @param {(what: string, value: any, expected?: string[]) => void} see hears of everything that was handed out or thrown, and of the digests
 *   that a forged message should have had
 * @returns {Promise<{ order: any, messages: string[], ends: string[] }>} the order as it was stored, what came back, and how it ended each time
 */
export async function live({ velopos, banks, life }, see) {
  const config = configOf(life, banks);
  const bankPage = { page: '' };
  const claims = new Set();
  const claim = async (key, stored) => {
    see('claim', [key, stored]);
    return !claims.has(key) && Boolean(claims.add(key));
  };
  const listening = async (url, init) => {
    const response = await fetch(url, init);
    if (String(url).endsWith('/ThreeDModelPayGate')) bankPage.page = await response.clone().text();
    return response;
  };
  const open = (more) => velopos.createPos(config, { claim, fetch: listening, timeoutMs: 20_000, ...more });
  const ends = [];
  const attempt = async (what, work, expected) => {
    let value;
    try {
      value = await work();
    } catch (error) {
      assert.equal(error.name, 'PosError', `${what}: ${error.stack}`);
      assert.notEqual(error.code, 'INTERNAL', what);
      value = error;
    }
    see(what, value, expected);
    ends.push(`${what}: ${value?.status ?? value?.code ?? value?.type ?? typeof value}`);
    return value;
  };

  const pos = open();
  see('pos', pos);
  see('pos.step', pos.step);
  const [secretKey] = Object.keys(config.merchant).filter((key) => /key|pass|salt/i.test(key));
  await attempt('a key with a space', () => velopos.createPos({ ...config, merchant: { ...config.merchant, [secretKey]: ` ${config.merchant[secretKey]}` } }));
  await attempt('an unknown key', () => velopos.createPos({ ...config, merchant: { ...config.merchant, storekeyy: config.merchant[secretKey] } }));

  const options = life.ours ? { card } : {};
  await attempt('a wrong month', () => pos.start(newOrder(), { card: { ...card, month: '13' } }));
  await attempt('a wrong amount', () => pos.start(newOrder({ amount: '1' }), options));
  for (const [what, fetch] of Object.entries(ANSWERS)) await attempt(`start, answered by ${what}`, () => open({ fetch }).start(newOrder(), options));

  /** Paid, as far as the customer's return. */
  async function visited(changes) {
    const started = await attempt('start', () => pos.start(newOrder(changes), options));
    if (!started.order) return undefined; // this system reserves no money
    const message = await life.visit(banks, started, bankPage);
    return { started, order: started.order, body: message.body ?? message.webhook.body };
  }
  const keep = (order, { refs }) => (refs === undefined ? order : { ...order, refs });

  const { started, order, body } = await visited();
  for (const what of ['redirect', 'order']) see(what, started[what]);
  see('peek', pos.peek(body));
  for (const [what, bad] of Object.entries(damaged(body))) {
    await attempt(`callback, ${what}`, () => pos.step.callback(order, bad), what === 'forged' ? [...digestsIn(body).values()] : undefined);
    await attempt(`peek, ${what}`, () => pos.peek(bad));
  }
  const callback = await attempt('callback', () => pos.step.callback(order, body));
  if (callback.request) see('request', callback.request);
  const inquiry = await attempt('ask', () => pos.step.ask(order, 'inquire'));
  if (inquiry.request) see('request', inquiry.request);
  for (const [what, fetch] of Object.entries(ANSWERS)) await attempt(`inquire, answered by ${what}`, () => open({ fetch }).inquire(order));
  for (const [what, fetch] of Object.entries(ANSWERS)) await attempt(`finish, answered by ${what}`, () => open({ fetch, claim: async () => false }).finish(order, body));
  const paid = await attempt('finish', () => pos.finish(order, body));
  assert.equal(paid.status, 'paid', `${titleOf(life)}: ${paid.stack ?? paid.status}`);
  const stored = keep(order, paid);
  await attempt('finish again', () => pos.finish(stored, body));
  await attempt('inquire', () => pos.inquire(stored));
  await attempt('history', () => pos.history(stored));
  const day = new Date().toISOString().slice(0, 10);
  await attempt('report', () => pos.report({ from: day, to: day }));
  const after = keep(stored, await attempt('refund', () => pos.refund(stored, { id: 'R1', amount: '50.00' })));
  await attempt('refund, answered by an echo', () => open({ fetch: ANSWERS['an echo'] }).refund(after, { id: 'R2', amount: '1.00' }));
  await attempt('a stored order that was touched', () => pos.inquire({ ...stored, refs: `${stored.refs}%` }));

  const another = await visited();
  const toVoid = keep(another.order, await attempt('finish', () => pos.finish(another.order, another.body)));
  await attempt('void', () => pos.void(toVoid, { id: 'V1' }));
  const reserved = await visited({ type: 'preauth' });
  if (reserved) {
    const toCapture = keep(reserved.order, await attempt('finish, reserved', () => pos.finish(reserved.order, reserved.body)));
    await attempt('capture', () => pos.capture(toCapture, { id: 'C1', amount: '100.00' }));
  }
  return { order, messages: [body, forged(body)], ends };
}

// What an explanation may never say, looked for in everything that it does say; and messages of all the simulated banks to explain.
import assert from 'node:assert/strict';
import { createPos } from 'velopos/all';
import { explain } from 'velopos/explain';
import { accounts, furtherAccounts } from '../../banks/accounts.js';
import { hashedPassword } from '../../banks/boa-hash.js';
import { cardByName } from '../../banks/cards.js';
import { securityData } from '../../banks/garanti-hash.js';
import { checkKey } from '../../banks/moka-hash.js';
import { firstHash } from '../../banks/posnet-hash.js';
import { newOrder } from './new-order.js';

const MASK = '••••••••';
const CARD = { number: cardByName('success').pan, month: '12', year: '30', cvv: '739', holder: 'Ayşe Işık' };
const OPEN = /^(merchantId|terminalId|clientId|posnetId|terminalNo|shopCode|userCode|onlyCurrency|merchantSafeId|terminalSafeId|dealerCode|username|userName|customerId|apiUser|merchantNo|mbrId|provisionUser)$/;

/** A name that carries a digest, a secret or a card, at whichever bank. */
const isHidden = (name) => /hash$|hashdata|hashpassword|hashvalue|^mac|^checkkey$|signature|^paytr_token$|pass(word)?$|security|^auth-hash$|^authorization$/i.test(name);
const isOfCard = (name) => /^(pan|cardno\w*|cardnumber|creditcard|cc_?no|cvv2?|cvc\w*|expire\w*|cardholder\w*|cardholdername|expireddate|cardexpiredate\w*|cardcvv2|exp\w*|maskedpan)$/i.test(name);

/** Every secret of a configuration and what is made of it, in every writing in which it may slip out. */
export function secretsOf({ merchant = {} }) {
  const own = Object.entries(merchant).filter(([name]) => !OPEN.test(name)).map(([, value]) => value);
  const { password, provisionPassword, terminalId, encKey, dealerCode, username } = merchant;
  const made = [
    password && hashedPassword(password), provisionPassword && securityData(provisionPassword, terminalId), encKey && terminalId && firstHash({ encKey, terminalId }),
    dealerCode && checkKey({ dealerCode, username, password }),
  ];
  return [...own, ...made].filter((text) => typeof text === 'string' && text.trim().length > 3).flatMap((text) => writings(text.trim()));
}

function writings(secret) {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), encodeURIComponent(secret)];
}

/** What a message, a form or a request holds, whatever it is written in. */
function leaves(value) {
  if (typeof value === 'string' && /^\s*[{[]/.test(value)) return leaves(parsed(value));
  if (typeof value === 'string') {
    const text = value.includes('AuthenticationResponse=') ? decodeURIComponent(new URLSearchParams(value).get('AuthenticationResponse').replaceAll('+', ' ')) : value;
    if (/^\s*</.test(text)) return [...text.matchAll(/<([\w:.-]+)[^<>]*>([^<]*)<\/\1>/g)].map(([, name, inner]) => [name, inner]);
    return [...new URLSearchParams(text)];
  }
  return Object.entries(value ?? {}).flatMap(([name, each]) => (typeof each === 'object' ? leaves(each) : [[name, String(each)]]));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * Nothing secret in what was said: no secret of any configuration, nothing made of one, no card, and no text that is as long as a digest, under
 * any key, unless it is a value that the message itself carries for another purpose.
 */
export function assertQuiet(said, { config, others = [], message, form, reply, order }) {
  for (const secret of [config, ...others.map((other) => other.config)].flatMap(secretsOf)) assert.ok(!said.includes(secret), `tells a secret: ${secret}`);
  for (const value of [CARD.number, CARD.cvv === '739' && `"${CARD.cvv}"`]) assert.ok(!said.includes(value), 'tells a card');
  const carried = [message?.body ?? message, form?.body, form?.headers, form?.fields ?? form, reply?.body ?? reply, order].filter((each) => each && !(each instanceof Uint8Array)).flatMap(leaves);
  for (const [name, value] of carried.filter(([each, value]) => isHidden(each) && value.length > 7)) assert.ok(!said.includes(value), `tells ${name}`);
  const shown = carried.filter(([name, value]) => !isHidden(name) && !isOfCard(name) && value.length > 7)
    .flatMap(([, value]) => [value, withoutCards(value)]).sort((a, b) => b.length - a.length);
  const rest = shown.reduce((text, value) => text.replaceAll(value, '\n').replaceAll(JSON.stringify(value).slice(1, -1), '\n'), said);
  for (const [run] of rest.replace(/https?:[^\s"”]+/g, '\n').matchAll(/[A-Za-z0-9+/_-]{26,}={0,2}/g)) assert.ok(!isDigest(run), `tells what may be a digest: ${run}`);
}

/** As it is shown: so many digits in a row may be a card's number, in a random one of hexadecimal digits, too. */
const withoutCards = (value) => value.replace(/\d{13,}/g, (run) => run.slice(0, 6) + '*'.repeat(run.length - 10) + run.slice(-4));

/** As long as SHA-1, SHA-256 or SHA-512 in hexadecimal digits or base64, or longer: it may stand within something. */
const isDigest = (run) => /[\da-f]{40}/i.test(run) || (/\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run));

/** Explains in both languages, and looks for what must not be said. */
export function told(given) {
  const [tr, en] = ['tr', 'en'].map((language) => explain({ ...given, language }));
  for (const result of [tr, en]) {
    assertQuiet(JSON.stringify(result), given);
    assertQuiet(result.text, given);
    assert.deepEqual(Object.keys(result).filter((name) => !['causes', 'code', 'field', 'look', 'plaintext', 'text', 'verdict'].includes(name)), [], 'an explanation accepts nothing');
    for (const { value, masked, name } of result.plaintext.flatMap(({ parts }) => parts)) {
      if (masked) assert.equal(value, MASK, name);
      if (isOfCard(name) && value !== '') assert.equal(value, MASK, name);
    }
    for (const { id, title, whatToDo } of result.causes) assert.ok(title.length > 10 && whatToDo.length > 20 && !title.includes('undefined'), id);
  }
  assert.deepEqual([tr.verdict, tr.code, tr.field, tr.causes.map(({ id }) => id)], [en.verdict, en.code, en.field, en.causes.map(({ id }) => id)]);
  assert.notEqual(tr.text, en.text);
  return en;
}

/** The probable causes are these, and no other. */
export function explains(given, verdict, causes, field) {
  const result = told(given);
  assert.deepEqual([result.verdict, result.causes.filter(({ probable }) => probable).map(({ id }) => id)], [verdict, [causes].flat()], result.text);
  if (field !== undefined) assert.equal(result.field, field, result.text);
  return result;
}

export const withKeys = (config, merchant) => ({ ...config, merchant: { ...config.merchant, ...merchant } });

export const configsOf = (banks) => ({ ...accounts(banks.url), ...furtherAccounts(banks.url) });

/** The field of the shop's form for the card, filled in by a browser. */
function filled({ fields, cardInputs }) {
  if (!cardInputs) return fields;
  const { number, month, year, expiry, cvv, holder } = cardInputs;
  return { ...fields, [number]: CARD.number, ...(expiry ? { [expiry]: '1230' } : { [month]: '12', [year]: '30' }), [cvv]: CARD.cvv, [holder]: 'AYSE ISIK' };
}

/** Where a simulated bank takes a customer up, and what his browser brings back. */
const VISITS = {
  isbank: ({ nestpay }, { redirect }, customer) => nestpay.visit(redirect.fields, customer),
  garanti: ({ garanti }, { redirect }, customer) => garanti.visit(filled(redirect), redirect.cardInputs ? {} : customer),
  yapikredi: ({ posnet }, { redirect }, customer) => posnet.visit(redirect.fields, customer),
  vakifbank: async ({ payflex }, { redirect }, customer) => ({ body: (await payflex.visit(new URL(redirect.url).searchParams.get('Ptkn'), customer)).url.split('?')[1] }),
  paytr: async ({ paytr }, { redirect }, customer) => (await paytr.visit(redirect.url.split('/').at(-1), customer)).notification,
  iyzico: async ({ iyzico }, { redirect }, customer) => (await iyzico.visit(new URL(redirect.url).searchParams.get('token'), customer)).webhook,
  qnb: ({ payfor }, { redirect }, customer) => payfor.visit(filled(redirect), redirect.cardInputs ? {} : customer),
  denizbank: ({ interpos }, { redirect }, customer) => interpos.visit(filled(redirect), redirect.cardInputs ? {} : customer),
  akbank: ({ akbank }, { redirect }, customer, model) => akbank.visit(redirect.fields, model === '3d_pay_hosting' ? customer : {}),
  moka: ({ moka }, { redirect }, customer, model) => moka.visit(redirect.url, model === '3d' ? {} : customer),
  tosla: ({ tosla }, { redirect }, customer) => tosla.visit(redirect.url.split('/').at(-1), customer),
  kuveytturk: ({ kuveytturk }, { page }) => kuveytturk.visit(page),
  vakifkatilim: ({ vakifkatilim }, { page }) => vakifkatilim.visit(page),
  albaraka: ({ posnetv1 }, { redirect }, customer) => posnetv1.visit(redirect.fields, customer),
};

/**
 * A payment as far as the customer's return: what was configured, stored, sent (`form`, or the `requests` of our server) and what came back.
 * `payment`: what became of it, if it is asked for.
 */
export async function visited(banks, gateway, { model, changes, card = 'success', config: edits, finish = false } = {}) {
  const config = { ...configsOf(banks)[gateway], ...(model && { model }), ...edits };
  const requests = [];
  let page = '';
  const spy = async (url, init) => {
    requests.push({ url: String(url), path: new URL(url).pathname, headers: { ...init.headers }, body: String(init.body) });
    // A kept connection may be cut while an explanation holds this process up.
    const response = await fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } });
    page = await response.clone().text();
    return response;
  };
  const pos = createPos(config, { fetch: spy, claim: async () => true, timeoutMs: 20_000 });
  const started = await pos.start(newOrder(changes), pos.takesCard || gateway === 'yapikredi' ? { card: CARD } : {});
  const isOwnForm = requests.length === 0;   // a bank that was asked first sends on to a page of its own
  const { body, headers } = await VISITS[gateway](banks, { ...started, page }, { card }, pos.toJSON().model);
  const life = { config, order: started.order, requests, form: isOwnForm ? started.redirect.fields : undefined, message: headers ? { body, headers } : body };
  if (finish) life.payment = await pos.finish(started.order, life.message);
  return life;
}

// How PayFlex's interfaces read and answer: XML in the form field prmstr or by itself, XML or JSON back. And their bad days.
import { randomBytes } from 'node:crypto';
import { withFault, XML_FAULTS } from './faults.js';
import { FormError, parseForm, valueOf } from './form.js';
import { Refusal } from './payflex-codes.js';
import { timestamp } from './turkish-time.js';
import { element, parseXml } from './xml.js';

/** The operations that a fault can be ordered for. */
export const OPERATIONS = [
  'enrollment', 'callback', 'sale', 'auth', 'capture', 'cancel', 'refund', 'reversal', 'search', 'settlement', 'register', 'query',
];

/** What `fault({ on, kind })` can make of a request. `on` is one of the operations, or '*'. */
export const FAULTS = {
  ...XML_FAULTS,
  slow: 'does the work and answers late',
  'wrong-order': 'does the work; the answer names another order or transaction',
  'wrong-amount': 'does the work; the answer names another amount',
  entities: 'does the work; the XML brings a document type whose entities multiply',
  'veres-N': 'Enrollment: the card is not enrolled',
  'veres-U': 'Enrollment: 3-D Secure is not available at the moment',
  'veres-E': 'Enrollment: the directory server does not answer',
  'status-E': 'the return of the MPI: an error, as it was captured at a bank',
};

// ---- requests

/**
 * The XML of a request, whose elements may each occur once. VakıfBank's gateway of 2026 takes it as a body of its own, too.
 * @param {string} root name of the outermost element
 */
export function readXml({ headers, body }, root) {
  const isXml = /xml/.test(headers['content-type'] ?? '');
  const source = isXml ? body.toString('utf8') : formField(body, 'prmstr');
  if (source.trim() === '') throw new Refusal(6003);
  let document;
  try { document = parseXml(source.replace(/^\uFEFF/, '').trim()); } catch { throw new Refusal(6000); }
  const levels = [document, ...document.children];
  const repeats = levels.some(({ children }) => new Set(children.map(({ name }) => name)).size !== children.length);
  if (document.name !== root || repeats) throw new Refusal(6000);
  return document;
}

/** Name and text of the elements right under this one. */
export const leavesOf = (parent) => Object.fromEntries((parent?.children ?? []).map(({ name, text }) => [name, text.trim()]));

function formField(body, name) {
  try {
    return valueOf(parseForm(body), name) ?? '';
  } catch (error) {
    if (error instanceof FormError) throw new Refusal(6000);
    throw error;
  }
}

// ---- answers

/** @param {Array<[string, any, object?]>} children */
export function xml(root, children, attributes) {
  const body = `<?xml version="1.0" encoding="utf-8"?>\n${element(root, children, attributes)}\n`;
  return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body };
}

export const json = (value) =>
  ({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) });

/** '4000 00** **** 0002' as this system writes it. */
export const maskPan = (pan) => `${pan.slice(0, 8)}****${pan.slice(-4)}`;

/** '20261121184233' */
export const hostDate = (ms) => timestamp(ms).slice(0, 19).replace(/\D/g, '');

/** '2026-11-21T18:42:33.259+03:00' */
export const isoDate = (ms) => `${timestamp(ms).replace(' ', 'T')}+03:00`;

/** A GUID without its dashes, as this system writes them. */
export const newId = (random = randomBytes) => random(16).toString('hex');

/** Amounts come with a point and two decimals; anything else is refused. */
export const isAmount = (text) => /^\d{1,12}\.\d{2}$/.test(text ?? '');

/** Order and transaction numbers: letters, digits and the dash. */
export const isId = (text) => /^[0-9A-Za-z-]{1,40}$/.test(text ?? '');

// ---- bad days

/**
 * @param {{ faults: any, courier: any, times: { hangMs: number, slowMs: number } }} bank
 * @returns {(operation: string, work: (kind: string | null) => any) => Promise<any>} does the work, or loses or damages its answer
 */
export function createResponder({ faults, courier, times }) {
  return async function respond(operation, work) {
    const kind = faults.take(operation);
    const answer = await withFault(kind, () => work(kind), { wait: courier.wait, ...times });
    return Object.hasOwn(DAMAGES, kind ?? '') ? { ...answer, body: DAMAGES[kind](answer.body) } : answer;
  };
}

/** The elements that decide, and what they say in a success. */
const DECISIVE = { ResultCode: '0000', Rc: '0000', Status: 'Y', PaymentToken: 'f'.repeat(32) };
const NAMES_ORDER = ['OrderId', 'OrderID', 'ReferenceTransactionId', 'VerifyEnrollmentRequestId', 'PaymentToken', 'TransactionId'];

const DAMAGES = {
  'duplicate-tag': doubled,
  'wrong-order': (body) => changed(body, NAMES_ORDER, (text) => `${text}X`),
  'wrong-amount': (body) => changed(body, ['CurrencyAmount', 'Amount'], (text) => `9${text}`),
  entities: multiplied,
};

const isJson = (body) => body.startsWith('{');

/** @param {string} name @returns {RegExp} its value, between two groups that stay */
const valueAt = (body, name) => new RegExp(isJson(body) ? `("${name}":")([^"]+)(")` : `(<${name}>)([^<]+)(</${name}>)`);

/** The first of these names that has a value gets another one. */
function changed(body, names, change) {
  const name = names.find((each) => valueAt(body, each).test(body));
  return name ? body.replace(valueAt(body, name), (_, before, text, after) => before + change(text) + after) : body;
}

function doubled(body) {
  const name = Object.keys(DECISIVE).find((each) => body.includes(isJson(body) ? `"${each}":` : `<${each}>`)) ?? 'ResultCode';
  if (isJson(body)) return body.replace('{', `{"${name}":"${DECISIVE[name]}",`);
  const first = `<${name}>${DECISIVE[name]}</${name}>`;
  return body.replace(body.includes(`<${name}>`) ? `<${name}>` : /<\/\w+>\s*$/, (tag) => first + tag);
}

/** Nine entities of ten each: a gigabyte, for whoever resolves them. */
function multiplied(body) {
  const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  const [declaration, rest] = /^(<\?xml[^>]*>\n)?([\s\S]*)$/.exec(body).slice(1);
  const used = rest.replace(/<(AuthCode|Message|ErrorMessage|ResponseMessage)>[^<]*/, '<$1>&l9;');
  return `${declaration ?? ''}<!DOCTYPE lolz [<!ENTITY l0 "lol">${entities}]>\n${used}`;
}

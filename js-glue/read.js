// Reads what the caller gave, once, value by value, and gives it to the core as texts. It knows shapes and not payments: which names
// there are and which type a value has.
import { PosError } from './error.js';
import { MAX_MESSAGE, checkBody, part } from './frame.js';

const CUSTOMER = ['ip', 'email', 'name', 'phone', 'address', 'language'];
const STORED = ['gateway', 'model', 'mode', 'refs'];
const URLS = ['ok', 'fail', 'notify'];
const ITEM = ['name', 'price', 'quantity'];
const ORDER = ['id', 'amount', 'currency', 'type', 'installments', 'maxInstallments', 'urls', 'customer', 'basket', ...STORED];
const MAX_NAMES = 512;
const INSTRUCTION = ['id', 'amount'];
const CARD = ['number', 'month', 'year', 'cvv', 'holder'];

/** A configuration as names and values: `['gateway', 'isbank', 'merchant.storeKey', '…']`. */
export function readConfig(config) {
  requireObject(config, 'config', 'CONFIG', 'config');
  const pairs = [];
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    if (name === 'merchant' || name === 'endpoints') {
      requireObject(value, name, 'CONFIG', 'anObject');
      for (const [key, inner] of Object.entries(value)) {
        if (inner !== undefined) pairs.push(`${name}.${key}`, requireText(inner, `${name}.${key}`, 'CONFIG'));
      }
    } else {
      // An object under an unknown name goes on without its content: the core knows which name was meant.
      pairs.push(name, typeof value === 'object' && value !== null ? '' : requireText(value, name, 'CONFIG'));
    }
  }
  return part(pairs, () => pairs.map((text, place) => pairs[place - (place % 2)]), 'CONFIG');
}

/** Host names that the caller vouches for. */
export function readHosts(hosts = []) {
  if (!Array.isArray(hosts)) throw new PosError('CONFIG', 'hosts', 'trustHosts');
  const texts = Array.from(hosts, (host) => requireText(host, 'trustHosts', 'CONFIG'));
  return part([String(texts.length), ...texts], () => ['', ...texts.map(() => 'trustHosts')], 'CONFIG');
}

/**
 * An order as texts, in the order of src/frame.rs, and a plain copy of it. `stored` says that it is one that `start` returned.
 */
export function readOrder(order, stored) {
  const plain = copyOf(order, ORDER, '', stored ? 'storedOrder' : 'order');
  plain.urls = copyOf(plain.urls, URLS, 'urls', 'urls');
  if (plain.customer !== undefined) plain.customer = copyOf(plain.customer, CUSTOMER, 'customer', 'anObject');
  if (plain.basket !== undefined) plain.basket = readBasket(plain.basket);
  return { texts: part(orderTexts(plain, stored), orderNames, 'ORDER'), plain };
}

function readBasket(basket) {
  if (!Array.isArray(basket) || basket.length > MAX_NAMES) throw new PosError('ORDER', 'basket', 'basket');
  const items = [];
  for (let place = 0; place < basket.length; place += 1) items.push(readItem(basket[place])); // holes, too
  return items;
}

function orderTexts({ id, amount, currency, type, installments, maxInstallments, urls, customer = NOBODY, basket = EMPTY, gateway, model, mode, refs }, stored) {
  const { ip, email, name, phone, address, language } = customer;
  const [written, value] = readAmount(amount);
  const texts = [
    stored ? 'stored' : '', text(id, 'id'), written, value, text(currency, 'currency'), text(type, 'type'),
    readCount(installments, 'installments'), readCount(maxInstallments, 'maxInstallments'),
    text(urls.ok, 'urls.ok'), text(urls.fail, 'urls.fail'), text(urls.notify, 'urls.notify'),
    text(ip, 'customer.ip'), text(email, 'customer.email'), text(name, 'customer.name'), text(phone, 'customer.phone'),
    text(address, 'customer.address'), text(language, 'customer.language'), String(basket.length),
  ];
  for (const { name: item, price, quantity } of basket) {
    texts.push(text(item, 'basket.name'), text(price, 'basket.price'), readCount(quantity, 'basket.quantity'));
  }
  texts.push(text(gateway, 'gateway'), text(model, 'model'), text(mode, 'mode'), text(refs, 'refs'));
  return texts;
}

const NOBODY = Object.freeze({});
const EMPTY = Object.freeze([]);
const BEFORE_BASKET = [
  '', 'id', 'amount', 'amount', 'currency', 'type', 'installments', 'maxInstallments', ...URLS.map((name) => `urls.${name}`),
  ...CUSTOMER.map((name) => `customer.${name}`), 'basket',
];

/** What the texts of an order are called. */
function orderNames({ length }) {
  const items = (length - BEFORE_BASKET.length - STORED.length) / ITEM.length;
  return [...BEFORE_BASKET, ...Array(items).fill(ITEM.map((name) => `basket.${name}`)).flat(), ...STORED];
}

function text(value, name) {
  return value === undefined || value === null ? '' : requireText(value, name, 'ORDER');
}

function readItem(item) {
  return copyOf(item, ITEM, 'basket', 'basketLine');
}

/** How the amount was written, and its text. A number is handed on as JavaScript writes it; the core refuses what is not exact. */
function readAmount(amount) {
  if (typeof amount === 'string') return ['decimal', amount];
  if (typeof amount === 'number') return ['number', String(amount)];
  const minor = typeof amount === 'object' ? amount?.minor : undefined;
  if (typeof minor === 'string') return ['minor', minor];
  throw new PosError('ORDER', 'amount', 'amount');
}

function readCount(count, name) {
  if (count === undefined || count === null) return '';
  if (Number.isSafeInteger(count) && count >= 0) return String(count);
  throw new PosError('ORDER', 'aCount', name);
}

/** A card as texts; an empty text says that there is none. */
export function readCard(card) {
  if (card === undefined || card === null) return part([''], () => [], 'ORDER');
  const plain = copyOf(card, CARD, 'card', 'anObjectOf', '{ number, month, year, cvv }');
  const texts = CARD.map((name) => (plain[name] === undefined ? '' : requireText(plain[name], `card.${name}`, 'ORDER')));
  return part(['card', ...texts], () => ['', ...CARD.map((name) => `card.${name}`)], 'ORDER');
}

/** A verb and what it needs, as texts. */
export function readInstruction(verb, instruction) {
  const { id, amount } = copyOf(requireObject(instruction ?? {}, 'options', 'ORDER', 'anObjectOf', '{ id, amount }'), INSTRUCTION, '');
  const texts = [requireText(verb, 'verb', 'ORDER'), id === undefined ? '' : requireText(id, 'id', 'ORDER')];
  texts.push(...(amount === undefined ? ['', ''] : readAmount(amount)));
  return part(texts, () => ['verb', 'id', 'amount', 'amount'], 'ORDER');
}

/** The days of a report as texts. */
export function readPeriod(range) {
  const { from: first, to: last } = requireObject(range, 'range', 'ORDER', 'range');
  const names = 'from to'.split(' ');
  return part([first, last].map((day, place) => requireText(day, names[place], 'ORDER')), () => names, 'ORDER');
}

/** What arrived: a text, bytes, or `{ body, headers }`. `wanted` names the headers that the gateway reads. */
export function readMessage(message, wanted) {
  const isBody = typeof message === 'string' || message instanceof Uint8Array;
  if (!isBody) requireObject(message, 'body', 'MALFORMED', 'body');
  const body = checkBody(isBody ? message : message.body, MAX_MESSAGE);
  const headers = isBody ? undefined : message.headers;
  const texts = wanted.map((name) => readHeader(headers, name));
  return { body, headers: part(texts, () => wanted, 'MALFORMED') };
}

function readHeader(headers, name) {
  if (headers === undefined || headers === null) return '';
  return checkHeader(typeof headers.get === 'function' ? headers.get(name) : headerOf(headers, name), name);
}

/** The value of a header that may be missing. */
export function checkHeader(value, name) {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' && value.length <= 1024) return value;
  throw new PosError('MALFORMED', 'header', name);
}

function headerOf(headers, name) {
  const found = Object.keys(headers).filter((key) => key.toLowerCase() === name);
  if (found.length > 1) throw new PosError('DUPLICATE_FIELD', 'headerTwice', name);
  return headers[found[0]];
}

/** Refuses what is not an object of a few names; `why` and `about` say what it should be. */
export function requireObject(value, field, code, why, about) {
  if (isObject(value) && Object.keys(value).length <= MAX_NAMES) return value;
  throw new PosError(code, why, field, about);
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a text that must be one. */
export function requireText(value, field, code) {
  if (typeof value !== 'string') throw new PosError(code, 'aText', field);
  if (value.length > 4096) throw new PosError(code, 'longText', field);
  return value;
}

/**
 * A plain copy of an object that has these names at most; `why` and `about` say what it should be. Each value is read once: what a getter
 * answers the second time does not matter. Nothing may be added to the copy: V8 takes a microsecond for every name that is new to what was
 * made by spreading.
 */
function copyOf(object, known, field, why, about) {
  if (!isObject(object)) throw new PosError('ORDER', why, field, about);
  const copy = { ...object };
  for (const name in copy) {
    if (known.includes(name) || copy[name] === undefined || !Object.hasOwn(copy, name)) continue;
    throw new PosError('ORDER', 'unknownName', (field && `${field}.`) + name.slice(0, 64), known.join(', '));
  }
  return copy;
}

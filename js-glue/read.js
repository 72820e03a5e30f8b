// Reads what the caller gave, once, value by value, and gives it to the core as texts. It knows shapes and not payments: which names
// there are and which type a value has.
import { PosError } from './error.js';
import { MAX_MESSAGE, checkBody, checkTexts } from './frame.js';

const CUSTOMER = ['ip', 'email', 'name', 'phone', 'address', 'language'];
const STORED = ['gateway', 'model', 'mode', 'refs'];
const ORDER = ['id', 'amount', 'currency', 'type', 'installments', 'maxInstallments', 'urls', 'customer', 'basket', ...STORED];
const MAX_NAMES = 512;
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
  return checkTexts(pairs, pairs.map((text, place) => pairs[place - (place % 2)]), 'CONFIG');
}

/** Host names that the caller vouches for. */
export function readHosts(hosts = []) {
  if (!Array.isArray(hosts)) throw new PosError('CONFIG', 'hosts', 'trustHosts');
  const texts = Array.from(hosts, (host) => requireText(host, 'trustHosts', 'CONFIG'));
  return [String(texts.length), ...checkTexts(texts, texts.map(() => 'trustHosts'), 'CONFIG')];
}

/**
 * An order as texts, in the order of src/frame.rs, and a plain copy of it.
 * `stored` says that it is one that `start` returned.
 */
export function readOrder(order, stored) {
  requireObject(order, '', 'ORDER', stored ? 'storedOrder' : 'order');
  const snapshot = { ...order };
  refuseUnknown(snapshot, ORDER, '');
  const { urls, customer = {}, basket = [] } = snapshot;
  requireObject(urls, 'urls', 'ORDER', 'urls');
  requireObject(customer, 'customer', 'ORDER', 'anObject');
  if (!Array.isArray(basket) || basket.length > MAX_NAMES) throw new PosError('ORDER', 'basket', 'basket');
  const copy = { urls: { ...urls }, customer: { ...customer }, basket: Array.from(basket, readItem) };
  refuseUnknown(copy.urls, ['ok', 'fail', 'notify'], 'urls.');
  refuseUnknown(copy.customer, CUSTOMER, 'customer.');

  const names = [];
  const texts = [];
  const add = (name, text) => {
    names.push(name);
    texts.push(text);
  };
  const text = (name, value) => add(name, value === undefined || value === null ? '' : requireText(value, name, 'ORDER'));
  add('', stored ? 'stored' : '');
  text('id', snapshot.id);
  readAmount(snapshot.amount).forEach((part) => add('amount', part));
  text('currency', snapshot.currency);
  text('type', snapshot.type);
  add('installments', readCount(snapshot.installments, 'installments'));
  add('maxInstallments', readCount(snapshot.maxInstallments, 'maxInstallments'));
  for (const name of ['ok', 'fail', 'notify']) text(`urls.${name}`, copy.urls[name]);
  for (const name of CUSTOMER) text(`customer.${name}`, copy.customer[name]);
  add('basket', String(copy.basket.length));
  for (const item of copy.basket) {
    text('basket.name', item.name);
    text('basket.price', item.price);
    add('basket.quantity', readCount(item.quantity, 'basket.quantity'));
  }
  for (const name of STORED) text(name, snapshot[name]);
  return { texts: checkTexts(texts, names, 'ORDER'), plain: plainOrder(snapshot, copy) };
}

function plainOrder(snapshot, copy) {
  const { id, amount, currency, type, installments, maxInstallments, gateway, model, mode, refs } = snapshot;
  const plain = { id, amount, currency, type, installments, maxInstallments, ...copy, gateway, model, mode, refs };
  if (snapshot.customer === undefined) delete plain.customer;
  if (snapshot.basket === undefined) delete plain.basket;
  return plain;
}

function readItem(item) {
  requireObject(item, 'basket', 'ORDER', 'basketLine');
  const copy = { ...item };
  refuseUnknown(copy, ['name', 'price', 'quantity'], 'basket.');
  return copy;
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
  if (card === undefined || card === null) return [''];
  requireObject(card, 'card', 'ORDER', 'anObjectOf', '{ number, month, year, cvv }');
  refuseUnknown(card, CARD, 'card.');
  const texts = CARD.map((name) => (card[name] === undefined ? '' : requireText(card[name], `card.${name}`, 'ORDER')));
  return ['card', ...checkTexts(texts, CARD.map((name) => `card.${name}`), 'ORDER')];
}

/** A verb and what it needs, as texts. */
export function readInstruction(verb, instruction) {
  const { id, amount, ...unknown } = requireObject(instruction ?? {}, 'options', 'ORDER', 'anObjectOf', '{ id, amount }');
  refuseUnknown(unknown, [], '');
  const texts = [requireText(verb, 'verb', 'ORDER'), id === undefined ? '' : requireText(id, 'id', 'ORDER')];
  texts.push(...(amount === undefined ? ['', ''] : readAmount(amount)));
  return checkTexts(texts, ['verb', 'id', 'amount', 'amount'], 'ORDER');
}

/** The days of a report as texts. */
export function readPeriod(range) {
  const { from: first, to: last } = requireObject(range, 'range', 'ORDER', 'range');
  const names = 'from to'.split(' ');
  return checkTexts([first, last].map((day, place) => requireText(day, names[place], 'ORDER')), names, 'ORDER');
}

/** What arrived: a text, bytes, or `{ body, headers }`. `wanted` names the headers that the gateway reads. */
export function readMessage(message, wanted) {
  const isBody = typeof message === 'string' || message instanceof Uint8Array;
  if (!isBody) requireObject(message, 'body', 'MALFORMED', 'body');
  const body = checkBody(isBody ? message : message.body, MAX_MESSAGE);
  const headers = isBody ? undefined : message.headers;
  const texts = wanted.map((name) => readHeader(headers, name));
  return { body, headers: checkTexts(texts, wanted, 'MALFORMED') };
}

function readHeader(headers, name) {
  if (headers === undefined || headers === null) return '';
  const value = typeof headers.get === 'function' ? headers.get(name) : headerOf(headers, name);
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
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && Object.keys(value).length <= MAX_NAMES) return value;
  throw new PosError(code, why, field, about);
}

/** The value of a text that must be one. */
export function requireText(value, field, code) {
  if (typeof value !== 'string') throw new PosError(code, 'aText', field);
  if (value.length > 4096) throw new PosError(code, 'longText', field);
  return value;
}

function refuseUnknown(object, known, prefix) {
  const unknown = Object.keys(object).find((name) => !known.includes(name) && object[name] !== undefined);
  if (unknown !== undefined) {
    throw new PosError('ORDER', 'unknownName', prefix + unknown.slice(0, 64), known.join(', '));
  }
}

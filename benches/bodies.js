// Bodies of every size, and bodies that are meant to cost more than their size: what anybody can post to a shop's address, and
// what a bank's server could answer. Each says how it must end, so that no refusal at the first byte is taken for speed.
import { encodeForm, parseForm } from '../banks/form.js';
import { webhookSignature } from '../banks/iyzico-hash.js';
import { ver3Hash } from '../banks/nestpay-hash.js';

/**
 * @typedef {{ name: string, size: number, input: any, end: string }} Body
 * @typedef {{ id: string, title: string, sizes: Body[], hostile: Body[] }} Family hostile bodies are of the largest size
 */

const KB = 1024;
const MESSAGE = [2, 4, 8, 16, 32, 63].map((size) => size * KB);
const REPLY = [2, 8, 32, 128, 255].map((size) => size * KB);

/** Friendly bodies grow by fields of one size, so that their number grows, too; the core reads at most 256. */
const MORE = 190;
const ELEMENT = '<Something>1234567890</Something>';
/** A line of a bank's list. */
const ROW = JSON.stringify({ paymentId: '24420961', transactionStatus: 1, price: 149.9, paidPrice: 152.5, currency: 'TRY', installment: 3,
  merchantCommissionRate: 1.75, iyziCommissionFee: 0.25, cardType: 'CREDIT_CARD', binNumber: '552879', authCode: null, isThreeDS: true });

/** @param {Record<string, import('./messages.js').Traffic>} traffic @returns {Family[]} */
export function families({ nestpay, iyzico }) {
  return [forms(nestpay), jsons(iyzico), xmls(nestpay)];
}

/** What a family's bodies are given to. @param {string} id */
export function reader(id, velopos, { nestpay, iyzico }) {
  if (id === 'json') {
    const { secretKey } = iyzico.config.merchant;
    return ({ body, signature }) => velopos.iyzico.verifyWebhook(body, signature, secretKey).format;
  }
  const pos = velopos.createPos(nestpay.config);
  const [{ order }] = nestpay.inputs;
  if (id === 'form') return ({ body }) => endOf(pos.step.callback(order, body));
  const { then } = pos.step.ask(order, 'inquire');
  return ({ body }) => endOf(pos.step.reply(order, then, { status: 200, body }));
}

const endOf = ({ type, payment }) => (type === 'done' ? payment.status : type);

/** How a body ends: what its reader answers, or the code of the refusal. */
export function ending(read, input) {
  try {
    return read(input);
  } catch (error) {
    if (typeof error.code !== 'string') throw error;
    return error.code;
  }
}

// ---- forms: a NestPay callback with more fields

function forms({ config: { merchant: { storeKey } }, inputs: [{ body }] }) {
  const genuine = parseForm(Buffer.from(body)).filter(([name]) => name !== 'HASH');
  const sign = (fields, charset) => encodeForm([...fields, ['HASH', ver3Hash(fields, storeKey, charset)]], charset);
  const withOne = (value, charset) => sign([...genuine, ['EXTRA.TEXT', value]], charset);
  const withIn = (place, text) => sign(genuine.map(([name, value]) => [name, name === place ? text : value]));
  const withMany = (count, length, name = (place) => `EXTRA.FIELD${place}`) =>
    sign([...genuine, ...Array.from({ length: count }, (_, place) => [name(place), 'x'.repeat(length)])]);
  const bare = withMany(0, 0).length;
  const largest = MESSAGE.at(-1);
  const free = largest - withOne('').length;
  const each = Math.floor((largest - bare) / MORE);
  const alike = (place) => `E${String(place).padStart(3, '0')}`.padStart(64, 'EXTRA.ALIKE');
  return {
    id: 'form',
    title: 'NestPay callback (form, limit 64 KB)',
    sizes: MESSAGE.map((size) => made('more fields', withMany(Math.round((size - bare) / each), each - 16), 'paid')),
    hostile: [
      made('one long value', withOne('x'.repeat(free)), 'paid'),
      made('long names alike', withMany(MORE, each - 70, alike), 'paid'),
      made('every character escaped', withOne('ş'.repeat(Math.floor(free / 6))), 'paid'),
      made('every character escaped, in ISO-8859-9', withOne('ş'.repeat(Math.floor(free / 3)), 'ISO-8859-9'), 'paid'),
      made('escaped a second time for the hash', withOne('|'.repeat(Math.floor(free / 3))), 'paid'),
      made('text that is not escaped', withOne('ş'.repeat(Math.floor(free / 2))).replace(/%C5%9F/g, 'ş'), 'paid'),
      made('digits and spaces, as of card numbers', withIn('TransId', '4 '.repeat(free / 2)), 'paid'),
      made('a name twice, behind everything else', `${withOne('x'.repeat(free - 6))}&oid=1`, 'DUPLICATE_FIELD'),
      made('the same name again and again', fill(`${body}&`, 'a=1&', largest), 'DUPLICATE_FIELD'),
      made('tiny fields without end', numbered(`${body}&`, (place) => `a${place}=&`, largest), 'MALFORMED'),
      made('nothing but separators', fill(`${body}`, '&', largest), 'paid'),
      made('a forged hash', withOne('x'.repeat(free)).replace(/EXTRA\.TEXT=x/, 'EXTRA.TEXT=y'), 'SIGNATURE_INVALID'),
    ],
  };
}

// ---- JSON: an iyzico webhook with more members

function jsons({ config: { merchant: { secretKey } }, inputs: [{ body }] }) {
  const texts = Object.entries(JSON.parse(body)).map(([name, value]) => [name, String(value)]);
  const signature = webhookSignature(Object.fromEntries(texts), secretKey);
  const bare = body.slice(0, -1);
  const whole = (members) => `${bare}${members}}`;
  const withOne = (text, size) => whole(`,"x":${text(size - body.length - 5)}`);
  const largest = MESSAGE.at(-1);
  const each = Math.floor((largest - body.length) / MORE);
  const many = (count, name) =>
    whole(Array.from({ length: count }, (_, place) => `,"${name(place)}":"${'x'.repeat(each - 6 - name(place).length)}"`).join(''));
  const ordinary = (size) => many(Math.round((size - body.length) / each), (place) => `member${place}`);
  const repeat = (piece) => withOne((length) => `[${`${piece},`.repeat(Math.floor(length / (piece.length + 1)) - 1)}${piece}]`, largest);
  const signed = (name, text, end) => ({ ...made(name, text, end), input: { body: flat(text), signature } });
  return {
    id: 'json',
    title: 'iyzico webhook (JSON, limit 64 KB)',
    sizes: MESSAGE.map((size) => signed('more members', ordinary(size), 'hpp')),
    hostile: [
      signed('one long value', withOne((length) => `"${'x'.repeat(length - 2)}"`, largest), 'hpp'),
      signed('long names alike', many(MORE, (place) => `${'n'.repeat(each - 12)}${String(place).padStart(3, '0')}`), 'MALFORMED'),
      signed('every character escaped', withOne((length) => `"${'\\u0041'.repeat(Math.floor((length - 2) / 6))}"`, largest), 'hpp'),
      signed('text that is not ASCII', withOne((length) => `"${'ş'.repeat(Math.floor((length - 2) / 2))}"`, largest), 'hpp'),
      signed('a list as banks send them', repeat(ROW), 'hpp'),
      signed('numbers as close together as allowed', repeat('1234567'), 'hpp'),
      signed('names and texts as close together as allowed', repeat(`{${'"":"ab",'.repeat(99)}"":"ab"}`), 'hpp'),
      signed('objects as close together as allowed', repeat('{"":12.3456789}'), 'hpp'),
      signed('a list of zeros', repeat('0'), 'MALFORMED'),
      signed('a list of empty objects', repeat('{}'), 'MALFORMED'),
      signed('lists in lists, as deep as allowed', repeat('[[[[[[[[]]]]]]]]'), 'MALFORMED'),
      signed('a long number', withOne((length) => '1'.repeat(length), largest), 'hpp'),
      signed('nothing but blanks', withOne((length) => `${' '.repeat(length - 1)}1`, largest), 'hpp'),
      signed('too deep', whole(`,"x":${'['.repeat(largest - body.length - 5)}`), 'MALFORMED'),
      signed('members without end', numbered(`${bare}`, (place) => `,"a${place}":1`, largest), 'MALFORMED'),
      signed('a string without end', withOne((length) => `"${'x'.repeat(length)}`, largest), 'MALFORMED'),
    ],
  };
}

// ---- XML: the bank's answer to an inquiry

function xmls({ inputs: [{ order }] }) {
  const open = '<?xml version="1.0" encoding="ISO-8859-9"?><CC5Response>';
  const close = `<OrderId>${order.id}</OrderId><Response>Declined</Response><AuthCode></AuthCode><HostRefNum></HostRefNum>`
    + '<ProcReturnCode>99</ProcReturnCode><TransId></TransId><ErrMsg>No record found</ErrMsg><Extra></Extra></CC5Response>';
  const whole = (size, inside) => open + inside(size - open.length - close.length) + close;
  const largest = REPLY.at(-1);
  const times = (piece, length) => piece.repeat(Math.floor(length / piece.length));
  const filled = (size, piece) => whole(size, (length) => times(piece, length));
  const repeat = (name, piece, end = 'pending') => made(name, filled(largest, piece), end);
  const inside = (name, piece, end = 'pending') => made(name, whole(largest, (length) => `<x>${times(piece, length - 7)}</x>`), end);
  return {
    id: 'xml',
    title: "The bank's reply (XML, limit 256 KB)",
    sizes: REPLY.map((size) => made('more elements', filled(size, ELEMENT), 'pending')),
    hostile: [
      inside('one long text', 'x'),
      repeat('as many tiny elements as allowed', '<x>123456789</x>'),
      repeat('more tiny elements than allowed', '<x>12</x>', 'unknown'),
      repeat('tiny elements without end', '<x/>', 'unknown'),
      repeat('elements in elements, half as deep as allowed', `${'<abcdef>'.repeat(8)}${'</abcdef>'.repeat(8)}`),
      repeat('too deep', '<a>', 'unknown'),
      inside('every character an entity', '&amp;'),
      inside('every character a number', '&#65;'),
      bytes(inside('text in ISO-8859-9', '\xFE')),
      repeat('comments', '<!---->'),
      repeat('empty sections of plain text', '<x><![CDATA[]]></x>'),
      repeat('attributes', '<x a="1" b="2"/>'),
      repeat('the same answer again and again', '<ErrMsg>No record found</ErrMsg>', 'unknown'),
      inside('not closed', '<', 'unknown'),
    ],
  };
}

// ----

function made(name, body, end) {
  return { name, size: Buffer.byteLength(body), input: { body: flat(body) }, end };
}

/** A string in one piece, as one that arrived. */
const flat = (text) => Buffer.from(text).toString();

/** The same as bytes that are no UTF-8. */
function bytes({ name, input, end }) {
  const body = new Uint8Array(Buffer.from(input.body, 'latin1'));
  return { name, size: body.length, input: { body }, end };
}

const fill = (start, piece, size) => start + piece.repeat(Math.floor((size - start.length) / piece.length));

function numbered(start, piece, size) {
  let text = start;
  for (let place = 0; text.length + piece(place).length < size; place += 1) text += piece(place);
  return text;
}

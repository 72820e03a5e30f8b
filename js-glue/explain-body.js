// A body as text, and what a proxy, a framework or a notebook may have done to it.

import { PosError } from './error.js';

/** More than a body of the largest size can hold. */
const MOST_VALUES = 40_000;

/** @param {string | Uint8Array} body @returns {string} every byte a character, if it is no UTF-8 */
export function textOf(body) {
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return Array.from(body, (byte) => String.fromCharCode(byte)).join('');
  }
}

/** Names and values as they stand, undecoded. @returns {[string, string][]} */
export function rawFields(text) {
  return text.split('&').filter((part) => part !== '').map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
  });
}

/** Decoded; what cannot be is left as it stands. @returns {[string, string][]} */
export const fieldsOf = (text) => rawFields(text).map((field) => field.map((part) => decoded(part.replaceAll('+', ' '))));

/** What a message or a request of ours holds, as names and values: a form, JSON or XML. Of what is nested the innermost names count. */
export function leavesOf(text) {
  if (/^\s*[{[]/.test(text)) return leavesOfJson(text);
  return /^\s*</.test(text) ? leavesOfXml(text) : fieldsOf(text);
}

function leavesOfJson(text) {
  try {
    return leavesIn(JSON.parse(text));
  } catch {
    return [];
  }
}

/** An object may contain itself, and then there is no end of it. @returns {[string, string][]} */
export function leavesIn(value) {
  const leaves = [];
  const open = [['', value]];
  for (let seen = 0; open.length > 0; seen += 1) {
    const [name, each] = open.pop();
    if (typeof each !== 'object') leaves.push([name, String(each)]);
    else for (const entry of Object.entries(each ?? {}).reverse()) open.push(entry);
    if (seen + open.length > MOST_VALUES) throw new PosError('MALFORMED', 'fields', 'form');
  }
  return leaves;
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#34': '"' };
const unescaped = (text) => text.replace(/&(amp|lt|gt|quot|apos|#39|#34);/g, (_, name) => ENTITIES[name]);
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const leavesOfXml = (text) => [...text.matchAll(/<([\w:.-]+)(?:\s[^<>]*)?>([^<]*)<\/\1>/g)].map(([, name, value]) => [name, unescaped(value)]);

/** A request of ours that a bank repeats within its message: what it says is not the message's. */
const REPEATED = /<VPosMessage>[\s\S]*?<\/VPosMessage>/;

/** How a message's values are read and written again: those of the form, or of a document in one of its fields. */
export function readerOf({ inner }) {
  if (!inner) return { fields: fieldsOf, write: (text, values) => bodyOf(replaced(fieldsOf(text), values)) };
  const unpacked = (text) => {
    const value = Object.fromEntries(fieldsOf(text))[inner] ?? '';
    return value.startsWith('<') ? value : decoded(value.replaceAll('+', ' '));
  };
  const packed = (document) => bodyOf([[inner, encodeURIComponent(document)]]);
  const outside = (document, change) => {
    const repeated = REPEATED.exec(document)?.[0] ?? '';
    return document.split(repeated || '\0').map(change).join(repeated);
  };
  return {
    fields: (text) => leavesOfXml(unpacked(text).replace(REPEATED, '')),
    write: (text, values) => packed(outside(unpacked(text), (part) =>
      part.replace(/<([\w:.-]+)>([^<]*)<\/\1>/g, (leaf, name) => (Object.hasOwn(values, name) ? `<${name}>${escaped(values[name])}</${name}>` : leaf)))),
    /** Base64 in a document, whose plus signs have become spaces. */
    withPlus: (text) => packed(outside(unpacked(text), (part) => part.replace(/<(HashData|MD)>([^<]*)/g, (leaf) => leaf.replaceAll(' ', '+')))),
  };
}

const replaced = (fields, values) => fields.map(([name, value]) => [name, Object.hasOwn(values, name) ? values[name] : value]);

export const bodyOf = (fields) => fields.map((field) => field.map(encodeURIComponent).join('=')).join('&');

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => latin5[Number.parseInt(hex, 16)] ?? String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

const latin5 = { 0xd0: 'Ğ', 0xdd: 'İ', 0xde: 'Ş', 0xf0: 'ğ', 0xfd: 'ı', 0xfe: 'ş' };
const bytesOfLatin5 = Object.fromEntries(Object.entries(latin5).map(([byte, letter]) => [letter, Number(byte)]));
const percent = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** The body in the other charset: every letter outside ASCII as one byte. */
export const asLatin5 = (fields) => fields.map((field) => field.map((part) => [...part].map((letter) => {
  const code = bytesOfLatin5[letter] ?? letter.codePointAt(0);
  return code < 128 ? encodeURIComponent(letter) : code < 256 ? percent(code) : encodeURIComponent(letter);
}).join('')).join('=')).join('&');

/** UTF-8 that somebody has read as Latin-1, read again. */
const withoutMojibake = (text) => text.replace(/[\u0080-\u00ff]{2,}/g, (run) => decoded(Array.from(run, (letter) => percent(letter.charCodeAt(0))).join('')));

const isBase64 = (value) => /^[A-Za-z0-9+/ ]+={0,2}$/.test(value) && value.length % 4 === 0 && value.length >= 20;
const withPlus = (fields, names) => fields.map(([name, value]) =>
  [name, /params$/i.test(name) || names.test(name) && isBase64(value) ? value.replaceAll(' ', '+') : value]);

/** What may have happened to a form's body: an id, and the body as it was before. @returns {{ id: string, body: string }[]} */
export function formRepairs(text) {
  const fields = fieldsOf(text);
  const trimmed = text.replace(/^\ufeff/, '').trim();
  const repairs = [
    { id: 'captured-text', body: trimmed },
    { id: 'captured-text', body: trimmed.replace(/\r?\n/g, '') },
    { id: 'decoded-body', body: bodyOf(rawFields(trimmed)) },
    { id: 'charset', body: bodyOf(fields) },
    { id: 'decoded-body', body: bodyOf(withPlus(fields, /hash$|signature/i)) },
    { id: 'decoded-body', body: bodyOf(withPlus(fields, /./)) },
    { id: 'encoded-twice', body: decoded(text.replaceAll('+', '%20')) },
    { id: 'escaped-html', body: text.replaceAll('&amp;', '&') },
    { id: 'charset', body: asLatin5(fields) },
    { id: 'charset', body: bodyOf(fields.map((field) => field.map(withoutMojibake))) },
  ];
  const parsed = fieldsOfJson(trimmed);
  if (parsed) repairs.push({ id: 'json-body', body: bodyOf(parsed) });
  return repairs.filter(({ body }, at) => body !== text && body !== '' && repairs.findIndex((other) => other.body === body) === at);
}

/** The same for a JSON body whose text is signed or read as text. */
export function jsonRepairs(text) {
  const repairs = [{ id: 'captured-text', body: text.replace(/^\ufeff/, '').trim() }];
  try {
    const read = JSON.parse(text);
    repairs.push({ id: 'body-changed', body: JSON.stringify(typeof read === 'string' ? JSON.parse(read) : read) });
  } catch {
    // not JSON: nothing to repair
  }
  return repairs.filter(({ body }) => body !== text);
}

function fieldsOfJson(text) {
  if (!text.startsWith('{')) return null;
  try {
    return Object.entries(JSON.parse(text)).map(([name, value]) => [name, String(value)]);
  } catch {
    return null;
  }
}

/** Whether letters were lost for good: the mark that stands for a character that could not be read. */
export const hasLostLetters = (text) => /\ufffd|%EF%BF%BD/i.test(text);

// A message on its way from a bank to a shop, taken apart so that a dishonest carrier can work on it. Names and values are byte strings
// (a character is a byte), because what a bank signs is bytes.

/** @typedef {{ name: string, value: string, raw?: string }} Field  `raw`: how it stood in the body, while nobody has touched it */

const bytesOf = (text) => Buffer.from(text, 'latin1');
const fromHex = (text) => text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

/** @param {string} body @returns {Field[]} */
export function taken(body) {
  return body.split('&').filter((part) => part !== '').map((raw) => {
    const at = raw.indexOf('=');
    return { name: fromHex(at < 0 ? raw : raw.slice(0, at)), value: at < 0 ? '' : fromHex(raw.slice(at + 1)), raw };
  });
}

/** What follows from a text alone, kept, because millions of forgeries ask for it. @template T @param {(text: string) => T} work */
export function remembered(work) {
  const known = new Map();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      if (known.size > 50_000) known.clear();
      found = work(text);
      known.set(text, found);
    }
    return found;
  };
}

const PLAIN = /^[A-Za-z0-9*._-]*$/;
/** Every byte as it stands in a body. */
const WRITTEN = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return PLAIN.test(char) ? char : char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

export function percent(text) {
  if (PLAIN.test(text)) return text;
  let out = '';
  for (let place = 0; place < text.length; place += 1) out += WRITTEN[text.charCodeAt(place) & 0xff];
  return out;
}

/** @param {Field[]} fields */
export function rendered(fields) {
  let body = '';
  for (const { name, value, raw } of fields) body += (body === '' ? '' : '&') + (raw ?? `${percent(name)}=${percent(value)}`);
  return body;
}

export const valueOf = (fields, name) => fields.find((field) => field.name === name)?.value;

/** The same fields with some values set; a name that is missing is added at the end. */
export function withValues(fields, changes) {
  const left = new Set(Object.keys(changes));
  const kept = fields.map((field) => {
    if (!Object.hasOwn(changes, field.name)) return field;
    left.delete(field.name);
    return field.value === changes[field.name] ? field : { name: field.name, value: changes[field.name] };
  });
  for (const name of left) kept.push({ name, value: changes[name] });
  return kept;
}

/** Text of any kind as the byte string of its UTF-8. */
export const utf8 = (text) => Buffer.from(text, 'utf8').toString('latin1');
/** The body of an answer as such a byte string, and as bytes again, so that no charset changes on the way. */
export const bodyText = (body = '') => (typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
export const bodyBytes = (text) => new Uint8Array(bytesOf(text));
export const asText = (bytes) => bytesOf(bytes).toString('utf8');

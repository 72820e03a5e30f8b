// Bytes and text, in the two charsets that Turkish gateways use. Decoding ISO-8859-9 by hand keeps it independent of the ICU data
// of Node.

const TURKISH = { 0xd0: 'Ğ', 0xdd: 'İ', 0xde: 'Ş', 0xf0: 'ğ', 0xfd: 'ı', 0xfe: 'ş' };
const BYTES = new Map(Object.entries(TURKISH).map(([byte, letter]) => [letter, Number(byte)]));
const REPLACED = new Set(['Ð', 'Ý', 'Þ', 'ð', 'ý', 'þ']);    // what Latin-1 has in those six places

/** @param {Buffer} bytes */
export function decodeLatin5(bytes) {
  let text = '';
  for (const byte of bytes) text += TURKISH[byte] ?? String.fromCharCode(byte);
  return text;
}

const BEYOND_ASCII = /[^\0-\x7f]/gu;

/** A letter that ISO-8859-9 does not have becomes '?', as the banks' systems do. */
export function encodeLatin5(text) {
  const known = text.replace(BEYOND_ASCII, (letter) => {
    const byte = BYTES.get(letter) ?? (letter.codePointAt(0) < 256 && !REPLACED.has(letter) ? letter.codePointAt(0) : 0x3f);
    return String.fromCharCode(byte);
  });
  return Buffer.from(known, 'latin1');
}

export const isUtf8 = (bytes) => Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);

export const isLatin5 = (name) => /^iso-8859-9$/i.test(name ?? '');

/** @param {string} text @param {string} charset 'UTF-8' or 'ISO-8859-9' */
export function encode(text, charset) {
  return isLatin5(charset) ? encodeLatin5(text) : Buffer.from(text, 'utf8');
}

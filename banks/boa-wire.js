// How BOA reads and writes: XML with attributes and prefixes, pages that a shop's server gets and its customer's browser has to run,
// and XML inside a form field.
import { decodeLatin5, isUtf8 } from './charset.js';
import { childText, parseXml } from './xml.js';

/** The bank's document: attributes and prefixes of the request say nothing that its names do not. */
const TAG = /<(\/?)(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/g;

/** @param {Buffer} body @param {string} name of the outermost element */
export function readXml(body, name) {
  const text = (isUtf8(body) ? body.toString('utf8') : decodeLatin5(body)).replace(/^\uFEFF/, '').trim();
  const root = parseXml(text.replace(TAG, '<$1$2$3>'));
  if (root.name !== name) throw new Error(`not ${name}`);
  return root;
}

/** The first element on this way down, or undefined. */
export const below = (element, ...path) =>
  path.reduce((found, name) => found?.children.find((each) => each.name === name), element);

/** @returns {(name: string) => string} */
export const reader = (element) => (name) => childText(element, name);

export const NIL = { 'xsi:nil': 'true' };
export const XSI = {
  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xmlns:xsd': 'http://www.w3.org/2001/XMLSchema',
};

/** The platform's own percent-encoding: small letters, a plus sign for a space. */
export function encodeField(text) {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) out += FIELD_BYTES[byte];
  return out;
}

const FIELD_BYTES = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9\-_.!*()]/.test(char) ? char : char === ' ' ? '+' : `%${byte.toString(16).padStart(2, '0')}`;
});

/** '518896******2544' */
export const maskPan = (pan, shown = 6) => `${pan.slice(0, shown)}${'*'.repeat(pan.length - shown - 4)}${pan.slice(-4)}`;

export const page = (text) => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: text });

const escaped = (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/**
 * A form that sends itself. Elements that a browser does not know stand in it, and a button whose name hides the form's own submit().
 * @param {string} action
 * @param {import('./form.js').Field[]} fields
 * @param {string} quote of the attributes: " or '
 */
function selfPosting(action, fields, quote) {
  const attributes = (pairs) => Object.entries(pairs).map(([name, value]) => ` ${name}=${quote}${escaped(value)}${quote}`).join('');
  const inputs = fields.map(([name, value]) => `<input${attributes({ type: 'hidden', name, value })}>`);
  return page(`<!DOCTYPE html>
<html><head><title></title><meta charset="utf-8"></head>
<body>
<APM_DO_NOT_TOUCH></APM_DO_NOT_TOUCH>
<form${attributes({ id: 'downloadForm', name: 'downloadForm', action, method: 'POST' })}>
${inputs.join('\n')}
<noscript><center>Lütfen devam ediniz.</center></noscript>
<input${attributes({ type: 'submit', name: 'submit', value: 'Devam' })}>
</form>
<script>
for (const [name, value] of [['browserColorDepth', screen.colorDepth], ['browserScreenHeight', screen.height]]) {
  const input = document.getElementsByName(name)[0];
  if (input) input.value = value;
}
HTMLFormElement.prototype.submit.call(document.getElementById('downloadForm'));
</script>
</body></html>
`);
}

/** On to the card's bank. */
export const acsPage = (action, id, quote) => selfPosting(action, [
  ['threeDSServerWebFlowStart', Buffer.from(id).toString('base64')], ['browserColorDepth', ''], ['browserScreenHeight', ''],
], quote);

/** Back to the shop at once, because something is wrong. */
export const returnPage = (url, fields, quote) => selfPosting(url, fields, quote);

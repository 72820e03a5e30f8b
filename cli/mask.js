// What is shown instead of a secret: always the same, so that not even its length is told.

export const MASK = '••••••••';

/** Shorter ones would hide half of what is said; the form and the questions hide those by their names. */
const SHORTEST = 4;

/** @param {string} text @param {Iterable<string>} secrets */
export function hide(text, secrets) {
  let shown = text;
  for (const form of [...secrets].flatMap(disguises).sort((a, b) => b.length - a.length)) shown = shown.replaceAll(form, MASK);
  return shown;
}

/** A secret as it may stand in a form, in JSON, in XML, in an address, in a header. */
function disguises(secret) {
  if (secret.length < SHORTEST) return [];
  const bytes = Buffer.from(secret, 'utf8');
  return [...new Set([
    secret,
    secret.trim(),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    secret.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;'),
    bytes.toString('base64'),
    bytes.toString('hex'),
  ])].filter((form) => form.length >= SHORTEST);
}

/** Text of somebody else's on a terminal: no control characters, but for our own line ends and colours. */
export function plain(text) {
  return text.replace(/\u001b\[\d+m/g, (colour) => `\u0001${colour.slice(2, -1)}\u0002`)
    .replace(/[\u0000\u0003-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�')
    .replace(/\u0001(\d+)\u0002/g, '\u001b[$1m');
}

/** A name out of a configuration, fit to be put into a sentence. */
export function shown(name) {
  const text = String(name).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�');
  return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}

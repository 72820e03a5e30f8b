// The second net. The core has masked what it hashed; whatever else is said passes through here, and no secret of any configuration and no
// card number comes out on the other side, in whichever writing.

const MASK = '••••••••';

/** Shorter ones would hide half of what is said; they are never quoted, because no sentence is made of a secret. */
const SHORTEST = 4;

export class Veil {
  #hidden;

  /** @param {object[]} configs @param {{ name: string, secret: boolean }[]} keys @param {string[]} more what is secret beside them */
  constructor(configs, keys, more) {
    const open = new Set(keys.filter(({ secret }) => !secret).map(({ name }) => name));
    const isHidden = ([name, value]) => !open.has(name) && ['string', 'number', 'bigint'].includes(typeof value);
    const secrets = configs.flatMap((config) => Object.entries(config?.merchant ?? {}).filter(isHidden).map(([, value]) => String(value))).concat(more);
    this.#hidden = [...new Set(secrets.flatMap(disguises))].filter((text) => text.length >= SHORTEST).sort((a, b) => b.length - a.length);
  }

  /** The same object with every text in it looked through. */
  over(value) {
    if (typeof value === 'string') return this.#clean(value);
    if (Array.isArray(value)) return value.map((each) => this.over(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).map(([name, each]) => [this.#clean(name), this.over(each)]));
  }

  #clean(text) {
    const shown = this.#hidden.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
    return shown.replace(/(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g, (run) => (isCard(run.replace(/\D/g, '')) ? MASK : run));
  }
}

/** A secret as it may stand in a form, an address, in base64 or in hexadecimal digits. */
function disguises(text) {
  const bytes = Array.from(new TextEncoder().encode(text));
  const secret = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes)); // half a surrogate pair has no other writing
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const base64 = btoa(bytes.map((byte) => String.fromCharCode(byte)).join('')).replace(/=+$/, '');
  const escaped = secret.replaceAll('\\', '\\\\').replaceAll('|', '\\|');
  return [secret, secret.trim(), escaped, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64, hex, hex.toUpperCase()];
}

/** Luhn's check. */
function isCard(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

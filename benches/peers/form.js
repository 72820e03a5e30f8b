// What the peers share: a refusal, a form read strictly, a digest compared in constant time, money as whole minor units.
import { timingSafeEqual } from 'node:crypto';

/** A message that is not believed. The codes are those of the package, so that both can be asked for the same refusal. */
export class Refused extends Error {
  constructor(code, field = '') {
    super(`${code} ${field}`);
    this.code = code;
    this.field = field;
  }
}

const MAX_BODY = 64 * 1024;
const DAMAGED = /[\0-\x1f\x7f]|%(?![0-9A-Fa-f]{2})|%00/;
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

/** The fields by name. Two names that some server would take for the same one are refused. @returns {Map<string, string>} */
export function readForm(body) {
  if (typeof body !== 'string') throw new Refused('MALFORMED', 'body');
  if (body.length > MAX_BODY) throw new Refused('TOO_LARGE', 'body');
  if (DAMAGED.test(body)) throw new Refused('MALFORMED', 'body');
  const fields = new Map();
  const seen = new Set();
  for (const [name, value] of new URLSearchParams(body)) {
    if (!NAME.test(name)) throw new Refused('MALFORMED');
    const folded = name.toUpperCase().replaceAll('.', '_');
    if (seen.has(folded)) throw new Refused('DUPLICATE_FIELD', name);
    seen.add(folded);
    fields.set(name, value);
  }
  return fields;
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function sameDigest(ours, theirs) {
  const [a, b] = [Buffer.from(ours), Buffer.from(theirs)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `149.90`, `149.9` or `149` as kuruş; `null` for anything else. Never a float. */
export function minorUnits(text) {
  const [, whole, fraction = ''] = /^(0|[1-9]\d{0,11})(?:\.(\d{1,2})0*)?$/.exec(text) ?? [];
  return whole === undefined ? null : Number(whole + fraction.padEnd(2, '0'));
}

/** ISO 4217 numbers of the currencies. */
export const CURRENCY_NUMBERS = { TRY: '949', USD: '840', EUR: '978', GBP: '826', JPY: '392', RUB: '643' };

const CONTROL = /[\0-\x1f\x7f-\xa0]/g;
const CARD_NUMBER = /\d(?:[ ._-]{0,2}\d){12,}/g;

/** A bank's text made fit to show: no control characters, card numbers masked, not too long. */
export function displayable(text = '', limit) {
  return text.replace(CONTROL, ' ').replace(CARD_NUMBER, masked).slice(0, limit);
}

function masked(run) {
  const digits = run.replace(/\D/g, '').length;
  let place = 0;
  return run.replace(/\d/g, (digit) => {
    place += 1;
    return place > 6 && place <= digits - 4 ? '*' : digit;
  });
}

/** Without what is not known. */
export function known(object) {
  const kept = {};
  for (const name in object) {
    if (object[name] !== undefined && object[name] !== '') kept[name] = object[name];
  }
  return kept;
}

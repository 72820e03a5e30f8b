// What can be done to a digest without knowing the key: leave it out, empty it, write it differently, take another one, make one with a
// key that one does know.
import { extendedDigest } from './extension.js';

const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The same digest in another dress, or nearly the same. */
const DRESSES = [
  (text) => text.toLowerCase(), (text) => text.toUpperCase(), (text) => text.replace(/=+$/, ''), (text) => `${text}=`, (text) => `${text}==`,
  (text) => text.replaceAll('+', '-').replaceAll('/', '_'), (text) => text.replaceAll('+', ' '), (text) => `${text}\n`, (text) => ` ${text}`,
  (text) => Buffer.from(text, 'base64').toString('hex'), (text) => Buffer.from(text, 'hex').toString('base64'), (text) => text.slice(0, -2),
  (text) => text.slice(0, Math.floor(text.length / 2)), (text) => text + text, (text) => `0x${text}`, (text) => `sha256=${text}`,
  (text) => text.split('').reverse().join(''), (text) => `${text},${text}`, (text) => text.slice(0, 1),
  // The last letter of base64 has bits that mean nothing.
  (text) => text.replace(/([A-Za-z0-9+/])(=+)$/, (_, letter, end) => base64Letters[base64Letters.indexOf(letter) ^ 1] + end),
];

function digestPlace({ fields }, world, dice) {
  const name = dice.pick(world.digests);
  return fields.findIndex((field) => field.name === name);
}

function put(draft, place, world, value) {
  const name = place < 0 ? world.digests[0] : draft.fields[place].name;
  draft.fields.splice(place < 0 ? draft.fields.length : place, place < 0 ? 0 : 1, { name, value });
}

export const tricks = {
  'no digest': (draft, world, dice) => {
    const place = digestPlace(draft, world, dice);
    return place >= 0 && Boolean(draft.fields.splice(place, 1));
  },
  'an empty digest': (draft, world, dice) => put(draft, digestPlace(draft, world, dice), world, dice.pick([
    '', '', ' ', '=', '==', '====', '0', 'null', 'undefined', 'false', 'true', '[]',
  ])),
  'a digest in another dress': (draft, world, dice) => {
    const place = digestPlace(draft, world, dice);
    if (place < 0) return false;
    put(draft, place, world, dice.pick(DRESSES)(draft.fields[place].value));
  },
  'the digest of another message': (draft, world, dice) => put(draft, digestPlace(draft, world, dice), world, dice.pick(world.allDigests)),
  'a digest with a key that one knows': (draft, world, dice) => {
    const signed = world.sign?.(draft, dice.pick(world.keys), dice);
    if (!signed) return false;
    draft.fields = signed;
  },
  'a digest made longer': (draft, world, dice) => {
    const place = digestPlace(draft, world, dice);
    if (place < 0) return false;
    const { digest, suffix } = extendedDigest(draft.fields[place].value, dice) ?? {};
    if (!digest) return false;
    put(draft, place, world, digest);
    const at = dice.below(draft.fields.length);
    if (at !== place) draft.fields[at] = { name: draft.fields[at].name, value: draft.fields[at].value + suffix };
  },
};

// A digest over values with nothing between them stays right wherever the text is cut. So it is cut anew: anywhere, by a letter or two, and so
// that it says what one would like to hear.
import { valueOf, withValues } from '../message.js';

const textOf = (fields, names) => names.map((name) => valueOf(fields, name) ?? '').join('');
const put = (draft, names, values) => { draft.fields = withValues(draft.fields, Object.fromEntries(names.map((name, place) => [name, values[place] ?? '']))); };

/** A text in so many pieces. */
export function pieces(text, count, dice) {
  const cuts = Array.from({ length: count - 1 }, () => dice.below(text.length + 1)).sort((a, b) => a - b);
  return Array.from({ length: count }, (_, place) => text.slice(cuts[place - 1] ?? 0, cuts[place] ?? text.length));
}

/**
 * The text cut so that these names get these values, one behind the other; what lies between them goes to the names between.
 * @returns {string[] | null} null where it cannot be had
 */
export function readInto(text, names, wanted, dice) {
  const values = new Array(names.length).fill('');
  let [at, last] = [0, -1];
  const spread = (piece, until) => {
    const room = until - last - 1;
    if (room === 0) return piece === '';
    pieces(piece, room, dice).forEach((value, place) => { values[last + 1 + place] = value; });
    return true;
  };
  for (const [place, name] of names.entries()) {
    if (wanted[name] === undefined) continue;
    const found = placesOf(text, wanted[name], at);
    if (found.length === 0) return null;
    const start = last + 1 === place ? found.find((each) => each === at) : dice.pick(found);
    if (start === undefined || !spread(text.slice(at, start), place)) return null;
    values[place] = wanted[name];
    [at, last] = [start + wanted[name].length, place];
  }
  return spread(text.slice(at), names.length) ? values : null;
}

function placesOf(text, value, from) {
  if (value === '') return Array.from({ length: text.length - from + 1 }, (_, place) => from + place);
  const found = [];
  for (let at = text.indexOf(value, from); at >= 0; at = text.indexOf(value, at + 1)) found.push(at);
  return found;
}

/**
 * @param {string[]} names as the digest joins their values
 * @param {Record<string, string>[]} verdicts what one would like to read, several ways
 */
export const undelimited = (names, verdicts) => ({
  'move the borders': (draft, world, dice) => put(draft, names, pieces(textOf(draft.fields, names), names.length, dice)),
  'a shift between neighbours': (draft, world, dice) => {
    const values = names.map((name) => valueOf(draft.fields, name) ?? '');
    for (let times = 1 + dice.below(2); times > 0; times -= 1) {
      const place = dice.below(values.length - 1);
      const count = 1 + dice.below(3);
      if (dice.chance(0.5)) [values[place], values[place + 1]] = [values[place] + values[place + 1].slice(0, count), values[place + 1].slice(count)];
      else [values[place], values[place + 1]] = [values[place].slice(0, -count), values[place].slice(-count) + values[place + 1]];
    }
    put(draft, names, values);
  },
  'read it as one would like': (draft, world, dice) => {
    const wishes = { ...(dice.chance(0.8) && world.identity(draft.target)), ...dice.pick(verdicts) };
    const wanted = Object.fromEntries(Object.entries(wishes).filter(([name]) => names.includes(name) && dice.chance(0.9)));
    const values = readInto(textOf(draft.fields, names), names, wanted, dice);
    if (!values) return false;
    put(draft, names, values);
    return true;
  },
});

/** The message's own list of what is signed: the signed text moves into a field that nobody looks at, and all others are free. */
export const ownList = (field, names, separator, success) => (draft, world, dice) => {
  const given = valueOf(draft.fields, field) ?? names.join(separator);
  const text = textOf(draft.fields, given.split(separator).filter(Boolean));
  const list = dice.pick([
    'note', `note${separator}`, `${given}${separator}note`, given.toLowerCase(), given.split(separator).toReversed().join(separator), '', separator, names[0],
    names.slice(0, 3).join(separator), names.slice(1).join(separator),
  ]);
  draft.fields = withValues(draft.fields, { [field]: list, note: text, ...(dice.chance(0.7) && success) });
};

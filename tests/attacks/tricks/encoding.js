// The same fields in other bytes, and other fields in what looks like the same bytes: percent-encoding, charsets, separators.
import { percent, rendered } from '../message.js';

const every = (text) => [...text].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
/** ISO-8859-9 letters, and what they are in UTF-8. */
const LETTERS = [
  ['\xd0', '\xc4\x9e'], ['\xdd', '\xc4\xb0'], ['\xde', '\xc5\x9e'], ['\xf0', '\xc4\x9f'], ['\xfd', '\xc4\xb1'], ['\xfe', '\xc5\x9f'],
  ['\xc7', '\xc3\x87'], ['\xd6', '\xc3\x96'], ['\xdc', '\xc3\x9c'], ['\xe7', '\xc3\xa7'], ['\xf6', '\xc3\xb6'], ['\xfc', '\xc3\xbc'],
];
const toUtf8 = (text) => text.replace(/[\x80-\xff]/g, (char) => LETTERS.find(([latin]) => latin === char)?.[1] ?? char);
const toLatin5 = (text) => LETTERS.reduce((all, [latin, utf]) => all.replaceAll(utf, latin), text);

/** A character that is not the same to every reader. */
const LIKE = {
  1: ['\xef\xbc\x91', '\xd9\xa1', '\xc2\xb9', '01', '1 ', '1.0', '+1', '1\x00', '%31', '1\n'],
  0: ['\xef\xbc\x90', '00', '-0', '', '0 '],
  '00': ['\xef\xbc\x90\xef\xbc\x90', '000', '0', ' 00', '00 ', '%30%30'],
  Approved: ['approved', 'APPROVED', 'Approved ', ' Approved', 'Approved\0', '\xef\xbb\xbfApproved', 'Appr\xd0\xbeved', 'Approved\r\n'],
  success: ['SUCCESS', 'Success', 'success ', 'succ\xc3\xa8ss', 'success\t'],
};

const BETWEEN = [';', '&amp;', '&&', '%26', '\r\n', '&;', ' & ', '\x00'];

/** These work on the whole body, so they come last. */
export const tricks = {
  'percent-encode everything': (draft, world, dice) => {
    const place = dice.below(draft.fields.length);
    const { name, value } = draft.fields[place];
    draft.fields[place] = { name, value, raw: dice.chance(0.5) ? `${every(name)}=${percent(value)}` : `${percent(name)}=${every(value)}` };
  },
  'percent-encode twice': (draft, world, dice) => {
    const place = dice.below(draft.fields.length);
    const { name, value } = draft.fields[place];
    draft.fields[place] = { name, value: percent(value) };
  },
  'a percent sign that encodes nothing': (draft, world, dice) => {
    const place = dice.below(draft.fields.length);
    const { name, value } = draft.fields[place];
    draft.fields[place] = { name, value, raw: `${percent(name)}=${percent(value)}${dice.pick(['%', '%4', '%zz', '%u0031', '%-1', '%c0%80'])}` };
  },
  'the other charset': (draft, world, dice) => {
    const convert = dice.chance(0.5) ? toUtf8 : toLatin5;
    const whole = dice.chance(0.6);
    draft.fields = draft.fields.map((field) => {
      const value = whole || dice.chance(0.3) ? convert(field.value) : field.value;
      return value === field.value ? field : { name: field.name, value };
    });
  },
  'letters beyond ASCII in a value': (draft, world, dice) => {
    const place = dice.below(draft.fields.length);
    const { name, value } = draft.fields[place];
    const at = dice.below(value.length + 1);
    const odd = dice.pick([
      '\xdd', '\xc4\xb0', '\xc0\xb1', '\xe0\x80\xb1', '\xed\xa0\x80', '\xff', '\xfe\xff', '\xef\xbb\xbf', '\xc2\xa0', '\xe2\x80\x8b',
      '\x7f', '\t', '\n', '\x00',
    ]);
    draft.fields[place] = { name, value: value.slice(0, at) + odd + value.slice(at) };
  },
  'a look-alike of a decision': (draft, world, dice) => {
    const [name, value] = dice.pick(world.decisions);
    const place = draft.fields.findIndex((field) => field.name === name);
    const like = LIKE[value] ?? [`${value} `, ` ${value}`, `${value}\0`, value.toUpperCase(), value.toLowerCase(), `${value}&x=`];
    const text = dice.pick(like);
    if (place < 0) draft.fields.push({ name, value: text });
    else draft.fields[place] = { name, value: text };
  },
  'another separator': (draft, world, dice) => {
    const between = dice.pick(BETWEEN);
    const parts = draft.fields.map((field) => rendered([field]));
    const at = dice.below(parts.length);
    draft.body = parts.slice(0, at).join('&') + (at > 0 ? between : '') + parts.slice(at).join('&');
  },
  'something before or behind the body': (draft, world, dice) => {
    const odd = dice.pick(['?', '\xef\xbb\xbf', ' ', '\n', '&', '#', '{}', '\0', '%00', '--x\r\n', '"']);
    const body = rendered(draft.fields);
    draft.body = dice.chance(0.5) ? odd + body : body + odd;
  },
  'a value that breaks out': (draft, world, dice) => {
    const place = dice.below(draft.fields.length);
    const { name, value } = draft.fields[place];
    const [wantedName, wantedValue] = dice.pick(world.decisions);
    draft.fields[place] = { name, value: `${value}&${wantedName}=${wantedValue}`, raw: `${percent(name)}=${percent(value)}${dice.pick(['&', '%26', ';', '%3b', '|', '\\|'])}${wantedName}=${wantedValue}` };
  },
};

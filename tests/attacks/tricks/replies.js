// What may come back instead of a bank's answer to our own request. Nobody on the way is assumed to write it anew, but the bank may mix up
// two of its customers, an error page may look like an answer, a value may be damaged, and a customer's words may stand inside.
import { bodyBytes, bodyText } from '../message.js';
import { whispered } from './xml.js';

const LEAF = /<(\w+)(?: [^<>]*)?>([^<]*)<\/\1>/g;
const MEMBER = /"((?:[^"\\]|\\.)*)":("(?:[^"\\]|\\.)*"|-?[\d.]+|true|false|null)/g;

/** What is left of a value's place: nothing, an empty text, or something that is no text, which must not pass for one that was not told. */
const DAMAGED = {
  xml: [() => '', (name) => `<${name}/>`, (name, value) => `<${name}>${value}<b/></${name}>`, (name, value) => `<${name}><${name}>${value}</${name}></${name}>`],
  json: [(name) => `"${name}":null`, (name) => `"${name}":""`, (name, value) => `"${name}":[${value}]`, (name, value) => `"${name}":{"${name}":${value}}`],
};

/** An answer of which one value is damaged. */
function damaged(text, dice) {
  const [values, ways] = isXml(text) ? [[...text.matchAll(LEAF)], DAMAGED.xml] : [[...text.matchAll(MEMBER)], DAMAGED.json];
  if (values.length === 0) return text;
  const { 0: { length }, 1: name, 2: value, index } = dice.pick(values);
  return text.slice(0, index) + dice.pick(ways)(name, value) + text.slice(index + length);
}

/** Whether the bank itself says it, so that a second one is one too many; what lies inside another member does not count. */
function says(text, key) {
  try {
    return Object.hasOwn(JSON.parse(text), key);
  } catch {
    return false;
  }
}

const isXml = (text) => text.trimStart().startsWith('<');

/** What an answer is to; what stands behind it is the order's own. */
const kindOf = (then) => then.split(' ', 1)[0];

/** What the bank may mix up with a reply; it is the same for every forgery made of that one. */
const mixedUp = new WeakMap();
function othersOf({ reply, target }, world) {
  if (!mixedUp.has(reply)) {
    const kind = kindOf(reply.then);
    mixedUp.set(reply, world.replies.filter((other) => kindOf(other.then) === kind && other.target !== target && (world.maySwap?.(reply, other) ?? true)));
  }
  return mixedUp.get(reply);
}

export const tricks = {
  'another order\'s answer': (draft, world, dice) => {
    const others = othersOf(draft, world);
    if (others.length === 0) return false;
    draft.answer = { ...dice.pick(others).answer };
  },
  'another status': (draft, world, dice) => { draft.answer = {
    ...draft.answer, status: dice.pick([201, 204, 301, 302, 303, 307, 400, 401, 403, 404, 418, 500, 502, 503, 504, 0, -200, 200.5]),
  }; },
  'no answer': (draft, world, dice) => { draft.answer = dice.pick([
    { lost: 'timeout' }, { lost: 'network' }, { ...draft.answer, lost: 'network' }, {}, null, { status: '200', body: draft.answer?.body },
    { body: draft.answer?.body },
  ]); },
  'half an answer': (draft, world, dice) => {
    const text = bodyText(draft.answer?.body);
    draft.answer = { status: 200, body: bodyBytes(text.slice(0, dice.below(text.length + 1))) };
  },
  'a damaged answer': (draft, world, dice) => {
    // Behind a whisper, what is damaged could be the bank's own word beside it: then the whisper alone would stand there.
    if (draft.tricks.some((trick) => trick.startsWith('whispered'))) return false;
    let text = bodyText(draft.answer?.body);
    for (let times = dice.below(3) + 1; times > 0; times -= 1) text = damaged(text, dice);
    draft.answer = { status: 200, body: bodyBytes(text) };
  },
  'whispered words': (draft, world, dice) => {
    const text = bodyText(draft.answer?.body);
    const wishes = world.wishes;
    if (!isXml(text) || !wishes) return false;
    draft.answer = { status: 200, body: bodyBytes(whispered(text, wishes, dice)) };
  },
  'whispered members': (draft, world, dice) => {
    const text = bodyText(draft.answer?.body);
    if (isXml(text) || !world.jsonWishes || text === '') return false;
    const wanted = dice.chance(0.4) ? world.jsonWishes : [dice.pick(world.jsonWishes)];
    const [key, value] = wanted[0];
    const name = JSON.stringify(key);
    const plain = wanted.map(([each, its]) => `${JSON.stringify(each)}:${its}`).join(',');
    const escape = name.replace(/.(?=")/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const piece = dice.pick([
      `"note":{${plain}}`, `"note":[{${plain}}]`, `"note":${JSON.stringify(plain)}`, `${plain},${plain}`, ...(says(text, key) ? [plain] : []), `${escape}:${value},${plain}`,
      `"${key.toUpperCase()}":${value}`, `"note":"\\",${plain},\\""`, `"__proto__":{${plain}}`,
    ]);
    draft.answer = { status: 200, body: dice.chance(0.5) ? text.replace('{', `{${piece},`) : text.replace(/\}\s*$/, `,${piece}}`) };
  },
};

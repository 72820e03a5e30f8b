// What may come back instead of a bank's answer to our own request. Nobody on the way is assumed to write it anew, but the bank may mix up
// two of its customers, an error page may look like an answer, and a customer's words may stand inside.
import { whispered } from './xml.js';

const textOf = (body) => (typeof body === 'string' ? body : Buffer.from(body).toString('latin1'));
const isXml = (text) => text.trimStart().startsWith('<');

/** What an answer is to; what stands behind it is the order's own. */
const kindOf = (then) => then.split(' ')[0];

/** As bytes again, so that no charset changes on the way. */
const bytes = (text) => Uint8Array.from(Buffer.from(text, 'latin1'));

export const tricks = {
  'another order\'s answer': (draft, world, dice) => {
    const others = world.replies.filter((other) => kindOf(other.then) === kindOf(draft.then) && other.target !== draft.target && (world.maySwap?.(draft, other) ?? true));
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
    const text = textOf(draft.answer?.body ?? '');
    draft.answer = { status: 200, body: bytes(text.slice(0, dice.below(text.length + 1))) };
  },
  'whispered words': (draft, world, dice) => {
    const text = textOf(draft.answer?.body ?? '');
    const wishes = world.wishes;
    if (!isXml(text) || !wishes) return false;
    draft.answer = { status: 200, body: bytes(whispered(text, wishes, dice)) };
  },
  'whispered members': (draft, world, dice) => {
    const text = textOf(draft.answer?.body ?? '');
    if (isXml(text) || !world.jsonWishes || text === '') return false;
    const wanted = dice.chance(0.4) ? world.jsonWishes : [dice.pick(world.jsonWishes)];
    const [key, value] = wanted[0];
    const name = JSON.stringify(key);
    const plain = wanted.map(([each, its]) => `${JSON.stringify(each)}:${its}`).join(',');
    const escape = name.replace(/.(?=")/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const piece = dice.pick([
      `"note":{${plain}}`, `"note":[{${plain}}]`, `"note":${JSON.stringify(plain)}`, `${plain},${plain}`, ...(text.includes(`${name}:`) ? [plain] : []), `${escape}:${value},${plain}`,
      `"${key.toUpperCase()}":${value}`, `"note":"\\",${plain},\\""`, `"__proto__":{${plain}}`,
    ]);
    draft.answer = { status: 200, body: dice.chance(0.5) ? text.replace('{', `{${piece},`) : text.replace(/\}\s*$/, `,${piece}}`) };
  },
};

// What JavaScript lets a careless site hand over instead of a text: wrappers, bytes, objects that answer differently each time.
import { bodyBytes, rendered } from '../message.js';

const bodyOf = (draft) => draft.text ?? draft.body ?? rendered(draft.fields);

/** Gives one value the first time and another one from then on. */
const changing = (first, then) => {
  let count = 0;
  return () => (count++ === 0 ? first : then);
};

const SHAPES = [
  ({ body }) => new String(body),
  ({ body }) => [body],
  ({ body }) => ({ body: [body] }),
  ({ body }) => ({ body: new String(body) }),
  ({ body }) => ({ toString: () => body }),
  ({ body }) => new URLSearchParams(body),
  ({ body }) => Object.fromEntries(new URLSearchParams(body)),
  ({ body }) => bodyBytes(body),
  ({ body }) => Buffer.from(body, 'latin1'),
  ({ body }) => bodyBytes(body).buffer,
  ({ body }) => new Uint16Array([...body].map((char) => char.charCodeAt(0))),
  ({ body }) => new DataView(bodyBytes(body).buffer),
  ({ body, headers }) => ({ body: bodyBytes(body), headers }),
  ({ body, headers }) => Object.create({ body, headers }),
  ({ body, headers }) => Object.assign(Object.create({ headers }), { body }),
  ({ body, genuine, headers }) => Object.defineProperty({ headers }, 'body', { get: changing(genuine, body), enumerable: true }),
  ({ body, genuine, headers }) => Object.defineProperty({ headers }, 'body', { get: changing(body, genuine), enumerable: true }),
  ({ body, headers }) => new Proxy({ body, headers }, {}),
  ({ body, headers }) => ({ body, headers: new Map(Object.entries(headers ?? {})) }),
  ({ body, headers }) => ({
    body,
    headers: new Headers(Object.entries(headers ?? {}).filter(([name, value]) => /^[\w-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value))),
  }),
  ({ body, headers }) => ({ body, headers: Object.entries(headers ?? {}) }),
  ({ body }) => { const bytes = bodyBytes(body); Object.defineProperty(bytes, 'length', { value: 3 }); return bytes; },
  ({ body, genuine }) => { const bytes = bodyBytes(genuine); bytes.set(bodyBytes(body).subarray(0, bytes.length)); return bytes; },
  ({ body }) => ({ body: null, text: body }),
  ({ body }) => Promise.resolve(body),
  ({ body }) => `${body}\ud800`,
  () => undefined, () => null, () => 1, () => true, () => Symbol('body'), () => ({}), () => '', () => [],
];

export const tricks = {
  'another JavaScript type': (draft, world, dice) => {
    const shape = dice.pick(SHAPES);
    const genuine = draft.message?.text ?? rendered(draft.message.fields);
    draft.wrapped = (of) => shape({ body: bodyOf(of), headers: of.headers, genuine });
  },
};

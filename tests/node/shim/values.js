// Values of every type that JavaScript has, and some that it should not have: drawn by dice, so that any of them can be had again.

/** What our own values throw: a caller who does that is told his own error. */
export class Mine extends Error {}

const LARGE = 'x'.repeat(200_000);
const TEXTS = [
  '', 'x', ' ', '\0', '\u0001', '\u007f', '\ufffd', '\ud800', '\udc00x', 'a\ud800b', '\u{1f600}', 'ş', '\u202e', '149.90', '1e3', '-1', '0x10', '__proto__', 'constructor',
  'toString', 'then', '[object Object]', 'null', 'TRY', 'isbank', 'inquire', 'refund', '%00', 'a=1&a=2', '{"a":1}', '<R/>', 'https://x.example/a', LARGE,
  '\ud800'.repeat(3000), '€'.repeat(30_000),
];
const NUMBERS = [0, -0, 1, -1, 1.5, 149.9, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 5e-324, Number.MAX_VALUE, NaN, Infinity, -Infinity, 0.1 + 0.2];

const thrower = () => { throw new Mine('mine'); };

/** A proxy of which each trap does `act` and then what it should. */
function watched(target, act) {
  const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'set', 'defineProperty', 'deleteProperty', 'isExtensible', 'preventExtensions', 'apply', 'construct'];
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, (...args) => {
    act(trap);
    return Reflect[trap](...args);
  }])));
}

function detached() {
  const bytes = new Uint8Array([65, 61, 49]);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function cyclic() {
  const object = { id: 'x', urls: {}, merchant: {} };
  Object.assign(object, { self: object });
  object.urls.ok = object;
  object.merchant.clientId = object;
  return object;
}

const bytesOf = (dice, length) => Uint8Array.from({ length }, () => dice.below(256));

const objects = [
  () => ({}), () => Object.create(null), () => [], () => [undefined], () => new Array(2 ** 32 - 1), () => [, 'x', , 'y'], () => cyclic(), // eslint-disable-line no-sparse-arrays
  () => Object.freeze({ id: 'x' }), () => Object.freeze([]), () => Object.seal(Object.create({ id: 'inherited', amount: '1.00' })),
  () => new (class Texts extends Array { get length() { return 1e9; } })(), () => new (class Lines extends Array { map() { return null; } })('a', 'b'),
  () => ({ toJSON: () => 'x', toString: () => 'y', valueOf: () => 1 }), () => ({ toJSON: thrower, toString: thrower, valueOf: thrower }),
  () => ({ [Symbol.toPrimitive]: thrower }), () => ({ [Symbol.toPrimitive]: () => Symbol('x') }), () => ({ [Symbol.toStringTag]: 'String' }),
  () => ({ get id() { return thrower(); }, get amount() { return thrower(); }, get body() { return thrower(); }, get status() { return thrower(); }, get gateway() { return thrower(); } }),
  () => { let times = 0; return { get id() { return times++ ? 42 : 'A1'; }, get body() { return times++ ? null : 'a=1'; }, get length() { return times++; } }; },
  () => ({ length: -1 }), () => ({ length: 2 ** 53, 0: 'x' }), () => ({ then: thrower }), () => ({ then: (done) => done({ then: (again) => again('x') }) }), () => ({ then() {} }),
  () => new String('x'), () => new String('\ud800'), () => new Number(NaN), () => new Boolean(false), () => Object(7n), () => Object(Symbol('x')),
  () => new Date(0), () => new Date(NaN), () => /x/g, () => new Map([['id', 'x']]), () => new Set(['x']), () => new WeakMap(), () => new WeakRef({}), () => new Error('x'),
  () => Promise.resolve('x'), () => new Promise(() => {}), () => (function* () { yield 'x'; })(), () => (function () { return arguments; })(1, 2),
  () => () => 'x', () => class {}, () => async () => {}, () => thrower, () => Function.prototype, () => Object.assign(() => 'x', { id: 'x', status: 200, body: '' }), () => eval.bind(null),
  () => new ArrayBuffer(3), () => new SharedArrayBuffer(3), () => new DataView(new ArrayBuffer(3)), () => new Uint8Array(3), () => new Uint8Array(0), () => detached(), () => detached().buffer,
  () => new Float64Array([1, NaN]), () => new BigInt64Array(1), () => new Uint8ClampedArray(3), () => new Uint16Array(3), () => Buffer.from('a=1'), () => Buffer.from([0x80, 0xff]),
  () => new Uint8Array(new SharedArrayBuffer(8)), () => new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })), () => Object.defineProperty(new Uint8Array(3), 'length', { value: 1e9 }),
  () => new (class Bytes extends Uint8Array { get length() { return 1e9; } get byteLength() { return -1; } })(3), () => new (class extends Uint8Array { static get [Symbol.species]() { return thrower(); } })(3),
  () => Object.setPrototypeOf(new Uint8Array([65]), null), () => Object.setPrototypeOf([], null), () => Object.setPrototypeOf({ body: 'a=1' }, Uint8Array.prototype), () => Object.create(Uint8Array.prototype),
  () => new URLSearchParams('a=b'), () => new URL('https://x.example'), () => new Headers({ signature: 'x' }), () => new Response('x'), () => new Blob(['x']), () => new AbortController().signal,
  () => globalThis, () => Math, () => JSON, () => Reflect, () => Object.prototype, () => Atomics, () => Intl, () => Symbol.prototype, () => WebAssembly, () => new Intl.NumberFormat(),
  () => revoked({}), () => revoked([]), () => revoked(() => {}), () => new Proxy({}, { get: thrower, ownKeys: thrower, has: thrower, getPrototypeOf: thrower, getOwnPropertyDescriptor: thrower }),
  () => new Proxy({}, { ownKeys: () => ['id', 'id'] }), () => new Proxy({}, { ownKeys: () => [1] }), () => new Proxy([], { get: (target, key) => (key === 'length' ? 1e9 : target[key]) }),
  () => new Proxy({}, { get: (target, key) => (typeof key === 'symbol' ? undefined : `${key}`) }), () => new Proxy({}, new Proxy({}, { get: thrower })), () => new Proxy(class {}, {}),
  () => { const endless = new Proxy({}, { get: () => endless }); return endless; }, () => { const deep = []; let at = deep; for (let n = 0; n < 20_000; n += 1) at = at[0] = []; return deep; },
  () => ({ ['__proto__']: { id: 'x' } }), () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  () => Object.fromEntries(Array.from({ length: 3000 }, (_, place) => [`n${place}`, 'x'])),
];

/** Any value at all. */
export function anything(dice) {
  return dice.weighted([
    [3, () => dice.pick(TEXTS)], [2, () => dice.pick(NUMBERS)], [1, () => dice.pick([undefined, null, true, false])],
    [1, () => dice.pick([0n, 7n, -1n, 2n ** 64n])], [0.7, () => dice.pick([Symbol('x'), Symbol.iterator, Symbol.for('x')])],
    [7, () => dice.pick(objects)()], [1, () => bytesOf(dice, dice.below(40))], [1, () => dice.text(dice.below(30), '\0\u0001 &=%<>"\\{}[],:aZ09ş\ud800\ud83d\ude00\ufffd')],
  ])();
}

/** A good value with something else in one or more of its places. */
export function spoiled(dice, value, depth = 0) {
  if (dice.chance(depth === 0 ? 0.12 : 0.25) || value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return anything(dice);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const keys = Object.keys(copy);
  if (dice.chance(0.1)) copy[dice.pick(['x', '__proto__x', 'then', 'toString', Array.isArray(copy) ? 'map' : 'length', ...keys.map((key) => `${key} `)])] = anything(dice);
  for (let times = 1 + dice.below(2); times > 0 && keys.length > 0; times -= 1) {
    const key = dice.pick(keys);
    if (dice.chance(0.1)) delete copy[key];
    else copy[key] = spoiled(dice, value[key], depth + 1);
  }
  return dice.weighted([
    [6, () => copy], [1, () => watched(copy, () => {})], [0.5, () => Object.freeze(copy)], [0.5, () => Object.setPrototypeOf(copy, null)],
    [0.7, () => changing(copy, dice)], [0.4, () => watched(copy, () => { if (dice.chance(0.1)) thrower(); })], [0.3, () => Object.create(copy)], [0.3, () => revoked(copy)],
    [0.3, () => Object.assign(Object.create({ toJSON: () => 'x' }), copy)],
  ])();
}

/** An object of which a value is another one each time. */
function changing(copy, dice) {
  const keys = Object.keys(copy);
  if (keys.length === 0) return copy;
  const key = dice.pick(keys);
  const first = copy[key];
  let times = 0;
  return Object.defineProperty(copy, key, { enumerable: true, configurable: true, get: () => (times++ === 0 ? first : anything(dice)) });
}

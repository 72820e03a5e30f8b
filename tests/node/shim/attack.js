// Calls everything with anything. What may come of it: a result, a PosError, or the very error that the caller's own value threw.
import { createDice } from '../../attacks/dice.js';
import { anything, Mine, spoiled } from './values.js';

/** What the engine throws over a caller's proxy, or in a function that the caller gave: `Reflect` has a `get`, as headers have. */
const ENGINES = /proxy|Reflect\.get called|Proxy|is not a valid property name|Invalid array length|Array buffer allocation/;

/** What somebody else's code must not change, and everything on it. */
const WATCHED = [
  globalThis, Object, Object.prototype, Array, Array.prototype, String.prototype, Function.prototype, Promise, Promise.prototype, Error.prototype, Uint8Array.prototype, ArrayBuffer.prototype,
  Map.prototype, RegExp.prototype, Symbol, JSON, Math, Reflect, WebAssembly, TextEncoder.prototype, TextDecoder.prototype, Date, Number, globalThis.crypto,
];

/** Node makes some of its globals when they are first asked for: now. */
function awaken() {
  void new Response('').headers;
  for (const key of Reflect.ownKeys(globalThis)) void globalThis[key];
}

const pictureOf = () => WATCHED.map((object) => Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]));
const isSame = (one, other) => one.get === other.get && one.set === other.set && Object.is(one.value, other.value) && one.writable === other.writable;

/** The names that a picture and the present have not in common. */
function changedSince(picture) {
  return WATCHED.flatMap((object, place) => {
    const before = new Map(picture[place]);
    const keys = new Set([...before.keys(), ...Reflect.ownKeys(object)]);
    return [...keys].filter((key) => {
      const now = Object.getOwnPropertyDescriptor(object, key);
      return !now || !before.get(key) || !isSame(before.get(key), now);
    }).map(String);
  });
}

/**
 * @param {{ calls: { name: string, call: Function, args: any[] }[], isRight: () => string | null }} surface
 * @param {{ seed: number, PosError: Function, goesOn: (done: number) => boolean }} given
 * @returns {Promise<{ done: number, told: Map<string, number> }>} throws at the first wrong outcome
 */
export async function attack({ calls, isRight }, { seed, PosError, goesOn }) {
  const told = new Map();
  awaken();
  const picture = pictureOf();
  let done = 0;
  for (; goesOn(done); done += 1) {
    const dice = createDice(seed * 2 ** 32 + done);
    const { name, call, args } = dice.pick(calls);
    const where = `seed ${seed}, call ${done}, ${name}`;
    const outcome = await outcomeOf(call, argumentsFor(dice, args), PosError, where);
    told.set(outcome, (told.get(outcome) ?? 0) + 1);
    if (done % 64 === 0) {
      const wrong = isRight() ?? changedSince(picture).join(', ');
      if (wrong) throw new Error(`${where}, or one of the 64 before it: ${wrong}`);
    }
  }
  return { done, told };
}

function argumentsFor(dice, args) {
  if (dice.chance(0.06)) return Array.from({ length: dice.below(5) }, () => anything(dice));
  const given = [...args];
  for (let times = 1 + dice.below(2); times > 0 && given.length > 0; times -= 1) {
    const place = dice.below(given.length);
    given[place] = spoiled(dice, args[place]);
  }
  return given;
}

async function outcomeOf(call, given, PosError, where) {
  try {
    let result = call(...given);
    if (result instanceof Promise) result = await settled(result, where);
    return `a ${result === null ? 'null' : typeof result}`;
  } catch (error) {
    if (error instanceof Mine) return 'the caller’s own error';
    if (error instanceof TypeError && ENGINES.test(error.message)) return 'the engine’s error about the caller’s own object';
    if (!(error instanceof PosError)) throw new Error(`${where}: ${error?.stack ?? String(error)}`);
    if (error.code === 'INTERNAL') throw new Error(`${where}: ${error.message}`);
    return error.code;
  }
}

/** Verbs end by themselves after 25 ms; one that takes a thousand times as long never will. */
async function settled(promise, where) {
  let timer;
  const late = new Promise((resolve, reject) => { timer = setTimeout(() => reject(new Error(`${where}: it never ends`)), 60_000); });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

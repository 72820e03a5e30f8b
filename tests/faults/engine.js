// Runs a scenario undisturbed and notes every place at which the site waits for something; then once for every place and everything that can
// go wrong there. Afterwards the scheduled job runs until it is quiet, and the books must be right.

import { createDice } from '../site/chaos.js';
import { openThings, shownIn, standingOf, wrongIn } from './books.js';
import { kindsFor } from './kinds.js';
import { later } from './people.js';
import { FaultWorld } from './world.js';

/** @typedef {{ at: number, kind: string }} Fault   the how-manieth place, and what happens there */
/** @typedef {{ name: string, faults: Fault[], places: string[], wrong: string[], shown: string[], met: number }} Result */

const CALM = [3, 10, 50, 60];   // minutes between the job's runs: what was late comes, and pages have closed
const MANY_RUNS = 8;

/** The places of an undisturbed run, each with what can go wrong there. It must end as the scenario says.
 * @param {import('./scenarios.js').Scenario} scenario @param {import('node:vm').Script} [site] */
export async function rehearse(scenario, site) {
  const places = [];
  const world = new FaultWorld(site);
  world.inject = (place, operation) => { places.push({ place, kinds: kindsFor({ ...operation, name: place }) }); return null; };
  await scenario.play(world);
  world.inject = () => null;
  await settle(world);
  const { kept, order } = standingOf(world);
  const expected = scenario.end;
  const wrong = wrongIn(world, scenario);
  if (kept !== expected.kept || order !== expected.order) wrong.push(`it ended with ${kept} and ${order}, not with ${expected.kept} and ${expected.order}`);
  if (shownIn(world).length > 0) wrong.push(`a person is asked to look at ${shownIn(world)}`);
  if (wrong.length > 0) throw new Error(`${scenario.name}, undisturbed: ${wrong.join('; ')}\n${world.log}`);
  return places;
}

/** All single faults of a scenario, or those that are wanted. @param {{ place: string, kinds: string[] }[]} places
 * @param {(place: string, kind: string) => boolean} [wanted] @returns {Fault[][]} */
export function singles(places, wanted = () => true) {
  return places.flatMap(({ place, kinds }, index) => kinds.filter((kind) => wanted(place, kind)).map((kind) => [{ at: index + 1, kind }]));
}

/** Two at once, where the dice say. What is at the second place after the first has struck is seen there.
 * @param {{ kinds: string[] }[]} places @param {number} count @param {number} seed @returns {Fault[][]} */
export function pairs(places, count, seed) {
  const dice = createDice(seed);
  return Array.from({ length: count }, () => {
    const at = dice.between(1, places.length);
    return [{ at, kind: dice.pick(places[at - 1].kinds) }, { at: dice.between(at + 1, places.length + 12), kind: `dice ${dice.between(0, 1_000_000)}` }];
  });
}

/** @param {import('./scenarios.js').Scenario} scenario @param {Fault[]} faults @param {import('node:vm').Script} [site] @returns {Promise<Result>} */
export async function strike(scenario, faults, site) {
  const world = new FaultWorld(site);
  const places = [];
  const kinds = [];
  let count = 0;
  world.inject = (place, operation) => {
    count += 1;
    const fault = faults.find(({ at }) => at === count);
    if (!fault) return null;
    const kind = chosen(fault.kind, kindsFor({ ...operation, name: place }));
    if (kind === null) return null;
    places.push(place);
    kinds.push(kind);
    return kind;
  };
  const wrong = [];
  try {
    await scenario.play(world);
    world.inject = () => null;
    await settle(world);
    wrong.push(...wrongIn(world, scenario));
  } catch (error) {
    wrong.push(`the scenario itself stumbled: ${error.stack}`);
  }
  return { name: scenario.name, faults, places, kinds, wrong, shown: shownIn(world), log: wrong.length > 0 ? world.log : '' };
}

/** A fault of a pair takes what fits where it strikes. @param {string} kind @param {string[]} fitting */
function chosen(kind, fitting) {
  const [, roll] = /^dice (\d+)$/.exec(kind) ?? [];
  if (roll !== undefined) return fitting[Number(roll) % fitting.length];
  return fitting.includes(kind) ? kind : null;
}

/** Whoever slept wakes up, what is late arrives, and the job runs until nothing is left for it. @param {FaultWorld} world */
async function settle(world) {
  await later(world, CALM[0]);
  await world.wake();
  await later(world, ...CALM.slice(1));
  for (let runs = 1; runs <= MANY_RUNS && openThings(world).length > 0; runs += 1) await later(world, 30);
}

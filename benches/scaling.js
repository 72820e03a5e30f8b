// One family of bodies, measured in a process of its own.
//
//   node benches/scaling.js <file>    the file: { family, traffic, effort } as JSON; the last line of the output is the result
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ending, families, reader } from './bodies.js';
import { growth, inTurn, race, ratio, summary } from './rounds.js';

const { family: id, traffic, effort } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { sizes, hostile } = families(traffic).find((each) => each.id === id);
const read = reader(id, createRequire(import.meta.url)('../dist/index.cjs'), traffic);

const contenders = [...sizes, ...hostile].map(({ name, input, end }) => {
  const found = ending(read, input);
  if (found !== end) throw new Error(`${id}, ${name}: ${found}, and not ${end}`);
  return { name, block: inTurn((each) => ending(read, each), [input]) };
});
const times = await race(contenders, effort);
const friendly = times.slice(0, sizes.length);
const nanoseconds = friendly.map((each) => summary(each.times).median);
// Small bodies cost what every call costs; how time grows is seen at the large ones.
const large = [-3, -2, -1].map((place) => sizes.length + place);
const perRound = friendly[0].times.map((_, round) => growth(large.map((place) => [sizes[place].size, friendly[place].times[round]])));

console.log(JSON.stringify({
  sizes: sizes.map(({ size }, place) => ({ size, nanoseconds: nanoseconds[place] })),
  growth: { ...summary(perRound), from: sizes.at(-3).size },
  hostile: hostile.map(({ name, end }, place) => ({ name, end, ratio: ratio(times[sizes.length + place], friendly.at(-1)) })),
}));

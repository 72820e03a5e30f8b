// `npm run fuzz -- --only sequences`: calls in any order, for so many minutes.
import { parseArgs } from 'node:util';
import { walk } from './walk.js';
import { openWorld } from './world.js';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } });
const end = Date.now() + Number(values.minutes) * 60_000;
const { shops, close } = await openWorld();
const met = new Map();
let walked = 0;
for (let seed = Number(values.seed); Date.now() < end; seed += 1) {
  for (const shop of shops) {
    for (const [outcome, count] of await walk(shop, seed)) met.set(outcome, (met.get(outcome) ?? 0) + count);
    walked += 1;
  }
}
console.log(`sequences: ${walked} of ${shops.length} shops from seed ${values.seed}; ${[...met].sort(([, one], [, other]) => other - one).map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
await close();

// `npm run fuzz -- --only shim`: the shim of each entry, with values of every type, for so many minutes.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { attack } from './attack.js';
import { openSurfaces } from './open.js';

const require = createRequire(import.meta.url);
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } });
const surfaces = openSurfaces(require);
for (const { entry, surface, PosError } of surfaces) {
  const end = Date.now() + (Number(values.minutes) * 60_000) / surfaces.length;
  const { done, told } = await attack(surface, { seed: Number(values.seed), PosError, goesOn: () => Date.now() < end });
  const outcomes = [...told].sort(([, one], [, other]) => other - one).map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  console.log(`shim, ${entry}: ${done} calls from seed ${values.seed}; ${outcomes}`);
}

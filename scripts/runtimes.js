// `npm run runtimes`: the suite of tests/runtimes with the packed package, on every runtime and through every bundler, told way by way. With
// `--save` the outcome goes to tests/runtimes/results.json, and from there into the tables of both READMEs.

import './node-version.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSteps } from './build.js';
import { root } from './command.js';
import { setupSteps } from './setup.js';
import { main, print, Problem, runSteps } from './steps.js';

const RESULTS = join(root, 'tests', 'runtimes', 'results.json');

/**
 * What was seen on a day.
 * @typedef {{ made: string, cases: string[], ways: { by: string, on: string, how: string }[] }} Results
 */
async function runAll(progress) {
  const { CASES, openStage } = await import('../tests/runtimes/ways.js');
  const stage = await openStage(progress);
  try {
    for (const name of CASES) print(`       · ${name}`);
    const complaints = Object.entries(stage.complaints).filter(([, list]) => list.length > 0);
    for (const [file, list] of complaints) print(`✖ ${file}: ${list.join('; ')}`);
    let failed = complaints.length;
    for (const { by, on, how, run } of stage.ways) {
      progress(`${on}, ${by}`);
      const outcomes = await run().catch((error) => [{ name: 'the suite', error: error.message }]);
      const wrong = outcomes.filter(({ error }) => error);
      const way = `${on.padEnd(24)} ${`${by} ${how}`.padEnd(36)}`;
      print(`${wrong.length === 0 ? '✔' : '✖'} ${way} ${outcomes.length - wrong.length} of ${CASES.length} cases`);
      for (const { name, error } of wrong) print(`    ${name}\n${error.replace(/^/gm, '      ')}`);
      failed += wrong.length;
    }
    const ways = stage.ways.map(({ by, on, how }) => ({ by, on, how }));
    return { failed, results: { made: new Date().toISOString().slice(0, 10), cases: CASES, ways } };
  } finally {
    await stage.close();
  }
}

main(import.meta.url, async () => {
  const words = process.argv.slice(2);
  const unknown = words.find((word) => word !== '--save');
  if (unknown) throw new Problem(`npm run runtimes does not know ${unknown}`, 'write `npm run runtimes`, or `npm run runtimes -- --save`.');
  let outcome;
  await runSteps([
    ...setupSteps(),
    ...buildSteps(),
    {
      title: 'Runtimes, bundlers and a browser (the first time they are fetched)',
      work: async (progress) => (await import('../tests/runtimes/ways.js')).prepare(progress).then(() => 'there'),
    },
    {
      title: 'The suite',
      work: async (progress) => {
        outcome = await runAll(progress);
        return `${outcome.results.ways.length} ways, ${outcome.failed} failures`;
      },
    },
  ]);
  if (outcome.failed > 0) throw new Problem('Not everything works everywhere', 'mend what stands above; nothing was saved.');
  if (!words.includes('--save')) return;
  writeFileSync(RESULTS, `${JSON.stringify(outcome.results, null, 2)}\n`);
  const { writeTables } = await import('./table.js');
  writeTables();
  print('Written: tests/runtimes/results.json, and the tables of both READMEs.');
});

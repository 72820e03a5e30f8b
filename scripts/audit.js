// `npm run audit`: what velopos is built of, as cargo-deny sees it: licences, crates in two versions, and where crates come from (deny.toml). The
// first time it compiles cargo-deny, which takes minutes. `npm run audit -- --advisories` asks the public lists of known vulnerabilities instead:
// it needs the network, and its answer can change without a change here.

import './node-version.js';
import { failure, npm, root, run } from './command.js';
import { CARGO_DENY, installTools, toolEnvironment } from './rust-tools.js';
import { main, print, Problem, runSteps } from './steps.js';

const ADVISORIES = '--advisories';

async function deny(checks) {
  const { code, output } = await run('cargo', ['deny', '--color', 'never', 'check', ...checks], { env: await toolEnvironment([CARGO_DENY]), cwd: root });
  if (code !== 0) throw failure('cargo-deny found something', output, 'see what it says above; what is let in stands in deny.toml.');
  return output.trim().split('\n').at(-1);
}

async function npmAdvisories() {
  const { code, output } = await npm(['audit', '--audit-level', 'low']);
  if (code !== 0) throw failure('npm audit found something', output, 'see what it says above. The published package has no dependency: this is about what builds and tests it.');
  return output.trim().split('\n').at(-1);
}

main(import.meta.url, async () => {
  const words = process.argv.slice(2);
  const unknown = words.find((word) => word !== ADVISORIES);
  if (unknown) throw new Problem(`npm run audit does not know ${unknown}`, `write \`npm run audit\`, or \`npm run audit -- ${ADVISORIES}\`.`);
  const checks = words.includes(ADVISORIES) ? [
    { title: 'Known vulnerabilities of the crates', work: () => deny(['advisories']) },
    { title: 'Known vulnerabilities of the npm packages', work: npmAdvisories },
  ] : [{ title: 'Licences, duplicates and sources of the crates', work: () => deny(['bans', 'licenses', 'sources']) }];
  await runSteps([
    { title: `cargo-deny ${CARGO_DENY.version} (the first time this takes minutes)`, work: (progress) => installTools(progress, [CARGO_DENY]) },
    ...checks,
  ]);
  print('\nNothing was found.');
});

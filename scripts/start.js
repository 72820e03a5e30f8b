// `npm start`: sets everything up, builds, and runs the example site beside the simulated banks until Ctrl-C.

import './node-version.js';
import { join } from 'node:path';
import { buildSteps } from './build.js';
import { root } from './command.js';
import { setupSteps } from './setup.js';
import { main, print, runSteps } from './steps.js';

main(import.meta.url, async () => {
  let example;
  await runSteps([...setupSteps(), ...buildSteps(), {
    title: 'Starting the example site and the simulated banks',
    work: async () => {
      const { startExample } = await import('./example.js'); // needs the packages that the set-up installs
      example = await startExample({ data: join(root, '.local', 'data'), allBanks: true });
      await connectProvider(example.site);
      return 'running';
    },
  }]);
  stopOnSignal(example);
  print(`\n${box(addresses(example))}`);
  print('\nStop with Ctrl-C.');
});

/** What an owner does once in Wix's dashboard: the store's checkout then pays through the example's plugin. */
async function connectProvider({ url, wix }) {
  if (!wix.provider.connection()) await wix.provider.connect({ siteUrl: url, account: '' });
}

function addresses({ site, banks }) {
  return [
    ['Open this', site.url],
    ['', ''],
    ['Wix\'s checkout', `${site.url}/category/all-products`],
    ['Wix Pay', `${site.url}/wixpay`],
    ['The owner\'s page', `${site.url}/admin`],
    ['Sign in as owner', `${site.url}/_local/members`],
    ['', ''],
    ['The simulated banks', banks.url],
    ['An attacker\'s panel', `${banks.url}/attacker`],
    ['Log, data, faults', `${site.url}/_local`],
  ];
}

function box(rows) {
  const lines = rows.map(([what, address]) => `${what.padEnd(21)} ${address}`.trimEnd());
  const width = Math.max(...lines.map((line) => line.length));
  const edge = (left, right) => `${left}${'─'.repeat(width + 4)}${right}`;
  return [edge('┌', '┐'), ...lines.map((line) => `│  ${line.padEnd(width)}  │`), edge('└', '┘')].join('\n');
}

function stopOnSignal(example) {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, async () => {
      if (stopping) process.exit(1); // asked twice: do not wait for anything
      stopping = true;
      print('\nStopping …');
      await example.close();
      process.exit(0);
    });
  }
}

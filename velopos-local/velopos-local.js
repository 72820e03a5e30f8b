#!/usr/bin/env node
// `npx velopos-local`: somebody's own Velo site on this computer, with simulated banks.

import process from 'node:process';

const [major] = process.versions.node.split('.');
if (Number(major) < 20) {
  process.stderr.write(`velopos-local: Node 20 ya da yenisi gerekir; bu ${process.versions.node}.\nNode 20 or newer is needed; this is ${process.versions.node}.\n`);
  process.exit(2);
}

const { run } = await import('./run.js');
const { WORDS } = await import('./words.js');
const { languageOf } = await import('../cli/language.js');

const args = process.argv.slice(2);
const { stdout, stderr, env, platform } = process;
const running = await run(args, { stdout, stderr, env, platform, cwd: process.cwd() });
if (running?.code) process.exit(running.code);
if (running) stopOnSignal(running, WORDS[languageOf(args, env)].stopping);

function stopOnSignal({ close }, word) {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, async () => {
      if (stopping) process.exit(1); // asked twice: do not wait for anything
      stopping = true;
      stdout.write(`\n${word}\n`);
      await close();
      process.exit(0);
    });
  }
}

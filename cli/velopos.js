#!/usr/bin/env node
// `npx velopos`: the commands of the package. Only this program reads files; the entry that sites import does not.

import process from 'node:process';

import { run } from './run.js';

// A reader that has seen enough, such as `| head`, is no failure.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const { stdin, stdout, stderr, env, platform } = process;
process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, platform, cwd: process.cwd() });

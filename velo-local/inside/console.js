// console of site code: each call becomes one line of the host's log, marked with its container and request.

import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format } from 'node:util';

import { tell } from './host.js';

const line = (level, text) => tell({ type: 'log', level, text });

// Methods without a level of their own (table, dir, group, …) are formatted by Node's console.
const sink = (level) => new Writable({
  decodeStrings: false,
  write(chunk, encoding, done) {
    line(level, String(chunk).replace(/\n$/, ''));
    done();
  },
});

const console = new Console({ stdout: sink('log'), stderr: sink('error') });
for (const level of ['log', 'info', 'debug', 'warn', 'error']) console[level] = (...values) => line(level, format(...values));
globalThis.console = console;

// The suite with the package loaded in both ways at once, where that can be done: it must be one and the same.
import { createRequire } from 'node:module';
import { report } from './suite.mjs';
import * as velopos from 'velopos';
import whole from 'velopos';
import facts from './facts.mjs';

report(velopos, facts, { copies: [whole, createRequire(import.meta.url)('velopos')] });

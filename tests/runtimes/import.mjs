// The suite with the package as an ES module: run as it is, and bundled.
import { report } from './suite.mjs';
import * as velopos from 'velopos';
import whole from 'velopos';
import facts from './facts.mjs';

report(velopos, facts, { copies: [whole] });

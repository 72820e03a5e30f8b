// Everything that `velopos` exports, over a core that also knows the banks beyond its six systems. Whoever needs none of them imports
// `velopos`, which is smaller.
import { overFields } from './formulas.js';

export * from './index.js';

export const interpos = Object.freeze({
  requestHash: overFields('interpos.requestHash', ['merchantPass']),
  callbackHash: overFields('interpos.callbackHash', ['merchantPass']),
});

export const payfor = Object.freeze({
  requestHash: overFields('payfor.requestHash', ['merchantPass']),
  responseHash: overFields('payfor.responseHash', ['merchantPass']),
});

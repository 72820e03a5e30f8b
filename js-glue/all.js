// Everything that `velopos` exports, over a core that also knows the banks beyond its six systems. Whoever needs none of them imports
// `velopos`, which is smaller.
import { formula, overFields, overValues } from './formulas.js';
import { MAX_MESSAGE, checkBody } from './frame.js';

export * from './index.js';

export const interpos = Object.freeze({
  requestHash: overFields('interpos.requestHash', ['merchantPass']),
  callbackHash: overFields('interpos.callbackHash', ['merchantPass']),
});

export const akbank = Object.freeze({
  formHash: overFields('akbank.formHash', ['secretKey']),
  requestHash: (body, secretKey) => formula('akbank.requestHash', [secretKey], ['secretKey'], checkBody(body, MAX_MESSAGE)),
  returnHash: overFields('akbank.returnHash', ['secretKey']),
});

export const tosla = Object.freeze({
  requestHash: overFields('tosla.requestHash', ['apiPass']),
  returnHash: overFields('tosla.returnHash', ['apiPass']),
});

export const moka = Object.freeze({
  checkKey: (dealerCode, username, password) =>
    formula('moka.checkKey', [dealerCode, username, password], ['dealerCode', 'username', 'password']),
  hashValue: (codeForHash, word) => formula('moka.hashValue', [codeForHash, word], ['codeForHash', 'word']),
});

export const payfor = Object.freeze({
  requestHash: overFields('payfor.requestHash', ['merchantPass']),
  responseHash: overFields('payfor.responseHash', ['merchantPass']),
});

/** BOA, under the name of each bank that runs it. */
const boa = (name) => Object.freeze({
  hashPassword: (password) => formula(`${name}.hashPassword`, [password], ['password']),
  requestHash: overFields(`${name}.requestHash`, ['hashPassword']),
  responseHash: overFields(`${name}.responseHash`, ['hashPassword']),
});

export const kuveytturk = boa('kuveytturk');
export const vakifkatilim = boa('vakifkatilim');

export const posnetv1 = Object.freeze({
  mac: overValues('posnetv1.mac', 'encKey'),
  formMacNew: overFields('posnetv1.formMacNew', ['encKey']),
  returnMacNew: overFields('posnetv1.returnMacNew', ['encKey']),
});

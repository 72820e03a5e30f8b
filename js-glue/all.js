// Everything that `velopos` exports, over a core that also knows the banks beyond its six systems. Whoever needs none of them imports
// `velopos`, which is smaller.
import { formula, overFields } from './formulas.js';

export * from './index.js';

/** BOA, under the name of each bank that runs it. */
const boa = (name) => Object.freeze({
  hashPassword: (password) => formula(`${name}.hashPassword`, [password], ['password']),
  requestHash: overFields(`${name}.requestHash`, ['hashPassword']),
  responseHash: overFields(`${name}.responseHash`, ['hashPassword']),
});

export const kuveytturk = boa('kuveytturk');
export const vakifkatilim = boa('vakifkatilim');

export const posnetv1 = Object.freeze({
  mac: (values, encKey) => formula('posnetv1.mac', [...values, encKey], [...values.map(() => 'values'), 'encKey']),
  formMacNew: overFields('posnetv1.formMacNew', ['encKey']),
  returnMacNew: overFields('posnetv1.returnMacNew', ['encKey']),
});

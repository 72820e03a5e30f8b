// The guide's two-stage SHA-1: `SHA1(data + hex(SHA1(password + terminal)))` in lower-case hex.
import { Refused } from './form.js';

const CONTROL = /[\0-\x1f\x7f\ud800-\udfff]/;

/** @param {import('./digests.js').Digests} digests */
export const twoStage = ({ hash }) => (password, terminal, data) => {
  for (const text of [password, terminal, data]) {
    if (typeof text !== 'string' || text.length > 4096 || CONTROL.test(text)) throw new Refused('ORDER');
  }
  return hash('sha1', data + hash('sha1', password + terminal, 'hex'), 'hex');
};

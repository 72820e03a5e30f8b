// The suite in Cloudflare's workerd, as what `workerd test` calls.
import { report } from './suite.mjs';
import * as velopos from 'velopos';
import whole from 'velopos';
import facts from './facts.mjs';

export default {
  async test() {
    await report(velopos, facts, { compiles: false, copies: [whole] });
  },
};

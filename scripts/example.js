// The example site and the simulated banks. Used by `npm start` and by the browser tests.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts, furtherAccounts } from '../banks/accounts.js';
import { startSiteAndBanks } from '../velopos-local/start.js';
import { root } from './command.js';

export { accounts };

/**
 * @param {object} [options]
 * @param {number} [options.sitePort] this port or the next free one; 0 takes any
 * @param {number} [options.banksPort]
 * @param {string | null} [options.data] the folder of the site's database; null keeps it in memory
 * @param {object} [options.site] further options of startVeloLocal
 * @param {object} [options.banks] further options of startBanks
 * @param {(banks: string) => Record<string, any>} [options.moreAccounts] further accounts for the site's secret
 * @param {boolean} [options.allBanks] the site imports `velopos/all`, and offers the banks that it alone carries
 */
export function startExample({ site, moreAccounts, allBanks = false, ...options } = {}) {
  return startSiteAndBanks({
    ...options,
    secrets: (banks) => ({ velopos: JSON.stringify({ ...accounts(banks), ...(allBanks && furtherAccounts(banks)), ...moreAccounts?.(banks) }) }),
    site: { site: EXAMPLE, packageRoot: root, ...(allBanks && { overlay: { [PACKAGE]: largerEdition() } }), ...site },
  });
}

const EXAMPLE = join(root, 'velo-example');

/** Where the site imports the package. */
const PACKAGE = 'backend/velopos/package.js';

/** The one line that an owner changes for those banks. */
const largerEdition = () => readFileSync(join(EXAMPLE, 'src', PACKAGE), 'utf8').replace(" from 'velopos';", " from 'velopos/all';");

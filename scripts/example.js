// The example site and the simulated banks. Used by `npm start` and by the browser tests.

import { join } from 'node:path';
import { accounts } from '../banks/accounts.js';
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
 */
export function startExample({ site, moreAccounts, ...options } = {}) {
  return startSiteAndBanks({
    ...options,
    secrets: (banks) => ({ velopos: JSON.stringify({ ...accounts(banks), ...moreAccounts?.(banks) }) }),
    site: { site: join(root, 'velo-example'), packageRoot: root, ...site },
  });
}

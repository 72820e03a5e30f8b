// A site and the simulated banks, each told where the other one is.

import { createServer } from 'node:net';

import { startBanks } from '../banks/server.js';
import { startVeloLocal } from '../velo-local/index.js';

/**
 * @param {object} options
 * @param {(banks: string) => Record<string, string>} options.secrets the Secrets Manager, once the banks' address is known
 * @param {number} [options.sitePort] this port or the next free one; 0 takes any
 * @param {number} [options.banksPort]
 * @param {string | null} [options.data] the folder of the site's database; null keeps it in memory
 * @param {object} options.site further options of startVeloLocal
 * @param {object} [options.banks] further options of startBanks
 */
export async function startSiteAndBanks({ sitePort = 8480, banksPort = 8481, data = null, secrets, site: siteOptions, banks: bankOptions }) {
  // The banks must know the shop's address before it runs, and the shop the banks': so the ports are chosen first.
  const port = await freePort(sitePort);
  const banks = await startBanks({ port: await freePort(banksPort, port), shopOrigin: `http://localhost:${port}`, ...bankOptions });
  try {
    const site = await startVeloLocal({
      data: data && port !== sitePort ? `${data}-${port}` : data, // a second run beside a first has data of its own
      port,
      secrets: secrets(banks.url),
      allow: [banks.url],
      banksUrl: banks.url,
      ...siteOptions,
    });
    return {
      site,
      banks,
      close: async () => {
        await site.close();
        await banks.close();
      },
    };
  } catch (error) {
    await banks.close();
    throw error;
  }
}

/** The wanted port or the nearest free one after it, on both loopback addresses. */
async function freePort(wanted, taken) {
  if (wanted === 0) return anyPort();
  for (let port = wanted; port < wanted + 100; port += 1) {
    if (port !== taken && await isFree(port, '127.0.0.1') && await isFree(port, '::1')) return port;
  }
  throw new Error(`ports ${wanted} to ${wanted + 99} are all in use`);
}

async function isFree(port, host) {
  try {
    await (await listen(port, host)).close();
    return true;
  } catch (error) {
    return error.code !== 'EADDRINUSE' && error.code !== 'EACCES'; // no IPv6 here: nobody can have taken it
  }
}

async function anyPort() {
  const probe = await listen(0, '127.0.0.1');
  await probe.close();
  return probe.port;
}

function listen(port, host) {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve({
      port: server.address().port,
      close: () => new Promise((closed) => { server.close(closed); }),
    }));
  });
}

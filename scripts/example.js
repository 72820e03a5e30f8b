// The example site and the simulated banks, each told where the other one is. Used by `npm start` and by the browser tests.

import { createServer } from 'node:net';
import { join } from 'node:path';
import { startBanks } from '../banks/server.js';
import { startVeloLocal } from '../velo-local/index.js';
import { root } from './command.js';

/**
 * @param {object} [options]
 * @param {number} [options.sitePort] this port or the next free one; 0 takes any
 * @param {number} [options.banksPort]
 * @param {string | null} [options.data] the folder of the site's database; null keeps it in memory
 * @param {object} [options.site] further options of startVeloLocal
 * @param {object} [options.banks] further options of startBanks
 * @param {(banks: string) => Record<string, any>} [options.moreAccounts] further accounts for the site's secret
 */
export async function startExample({ sitePort = 8480, banksPort = 8481, data = null, site: siteOptions, banks: bankOptions, moreAccounts } = {}) {
  // The banks must know the shop's address before it runs, and the shop the banks': so the ports are chosen first.
  const port = await freePort(sitePort);
  const siteUrl = `http://localhost:${port}`;
  const banks = await startBanks({
    port: await freePort(banksPort, port),
    shopOrigin: siteUrl,
    ...bankOptions,
  });
  try {
    const site = await startVeloLocal({
      site: join(root, 'velo-example'),
      data: data && port !== sitePort ? `${data}-${port}` : data, // a second run beside a first has data of its own
      port,
      secrets: { velopos: JSON.stringify({ ...accounts(banks.url), ...moreAccounts?.(banks.url) }) },
      allow: [banks.url],
      banksUrl: banks.url,
      packageRoot: root,
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

/** What a site owner keeps in the secret `velopos`, here with the simulator's credentials and addresses. */
export function accounts(banks) {
  return {
    isbank: {
      gateway: 'isbank',
      mode: 'test',
      merchant: { clientId: '190100000', storeKey: 'SIMSTORE12', apiUser: 'simapi', apiPassword: 'simpass12' },
      endpoints: { gate: `${banks}/nestpay/fim/est3Dgate`, api: `${banks}/nestpay/fim/api` },
    },
    garanti: {
      gateway: 'garanti',
      mode: 'test',
      merchant: {
        merchantId: '7000679', terminalId: '30691297', storeKey: '53696d4761726f53746f7265', provisionPassword: 'simProv12/',
        refundPassword: 'simRfnd34/',
      },
      endpoints: { gate: `${banks}/garanti/servlet/gt3dengine`, api: `${banks}/garanti/VPServlet` },
    },
    yapikredi: {
      gateway: 'yapikredi',
      mode: 'test',
      merchant: { merchantId: '6706598320', terminalId: '67005551', posnetId: '27426', encKey: '21,34,55,89,14,42,33,77' },
      endpoints: { api: `${banks}/posnet/PosnetWebService/XML`, gate: `${banks}/posnet/3DSWebService/YKBPaymentService` },
    },
    vakifbank: {
      gateway: 'vakifbank',
      mode: 'test',
      merchant: { merchantId: '000000000007955', password: 'SimVpos789', terminalNo: 'VP000123', mpiPassword: 'SimMpi456' },
      endpoints: {
        common_payment: `${banks}/payflex/commonPayment/CreateTokenCPY`, payment_page: `${banks}/payflex/CommonPayment/SecurePayment`,
        mpi: `${banks}/payflex/threeDGateway/Enrollment`, vpos: `${banks}/payflex/virtualPos/Vposreq`,
        search: `${banks}/payflex/virtualPos/Search`,
      },
    },
    paytr: {
      gateway: 'paytr',
      mode: 'test',
      merchant: { merchantId: '190200', merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789' },
      endpoints: { api: `${banks}/paytr` },
    },
    iyzico: {
      gateway: 'iyzico',
      mode: 'test',
      merchant: { apiKey: 'sim-api-key-12345678', secretKey: 'sim-secret-key-12345678', merchantId: '190300' },
      endpoints: { api: `${banks}/iyzico` },
    },
  };
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

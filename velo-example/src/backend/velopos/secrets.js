import { getSecret } from 'wix-secrets-backend';

// The one secret of this site. Its value is JSON: a name of your choice for each virtual POS, and its velopos configuration.
// The first one is the default.
//
//   { "isbank": { "gateway": "isbank", "merchant": { "clientId": "…", "storeKey": "…", "apiUser": "…", "apiPassword": "…" } },
//     "paytr":  { "gateway": "paytr",  "merchant": { "merchantId": "…", "merchantKey": "…", "merchantSalt": "…" } } }
const SECRET = 'velopos';

// Wix is moving to wix-secrets-backend.v2, where the call needs elevation and answers with an object:
//   import { secrets } from 'wix-secrets-backend.v2';
//   import { elevate } from 'wix-auth';
//   const { value } = await elevate(secrets.getSecretValue)(SECRET);
// Nothing outside this file knows which of the two is used.
function readSecret() {
  return getSecret(SECRET);
}

/** @typedef {{ name: string, mode: 'production' | 'test', config: import('velopos').Config }} Account */

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;   // begins with a letter, so that JSON's order of the names is kept

/** Every virtual POS of this site, the default first. @returns {Promise<Account[]>} */
export async function allAccounts() {
  const entries = Object.entries(parse(await readSecret()));
  if (entries.length === 0) throw new Error(`secret ${SECRET}: names no virtual POS`);
  return entries.map(([name, config]) => {
    if (!NAME.test(name)) throw new Error(`secret ${SECRET}: a name is a letter, then up to 39 letters, digits, - or _`);
    if (!isObject(config)) throw new Error(`secret ${SECRET}: ${name} is not an object`);
    return { name, mode: config.mode === 'test' ? 'test' : 'production', config };
  });
}

/** @param {unknown} name @returns {Promise<Account | undefined>} */
export async function findAccount(name) {
  return (await allAccounts()).find((account) => account.name === name);
}

/** What a payment may begin with, the default first. As soon as one account takes real money no test account is among them: whoever pays
 * with a test card must not be sent goods. @returns {Promise<Account[]>} */
export async function openAccounts() {
  const accounts = await allAccounts();
  const real = accounts.filter(({ mode }) => mode === 'production');
  return real.length > 0 ? real : accounts;
}

/** @param {unknown} name @returns {Promise<Account | undefined>} the default when no name is given */
export async function findOpenAccount(name) {
  const accounts = await openAccounts();
  return name === undefined ? accounts[0] : accounts.find((account) => account.name === name);
}

// JSON.parse quotes its input in the error it throws, and the input is the secret: its error goes no further.
/** @param {string} text @returns {Record<string, any>} */
function parse(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`secret ${SECRET}: not JSON`);
  }
  if (!isObject(value)) throw new Error(`secret ${SECRET}: not an object of names and configurations`);
  return value;
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The virtual POS that an attempt, or the money it brought, belongs to.

import { fetch } from 'wix-fetch';
import { createPos } from './package.js';
import { findAccount } from './secrets.js';
import { claimToSend } from './store.js';

const TIMEOUT = 8 * 1000;   // Wix ends a request after 14 s, and our own reads and writes need some of them

/** The owner has taken the account out of the secret, or made another one of it. */
export class AccountGone extends Error {
  code = 'ACCOUNT';

  /** @param {string} name */
  constructor(name) {
    super(`the virtual POS ${name} is no longer the one this began with`);
    this.field = name;
  }
}

/** Ready to talk to the bank. Whatever moves money has to be claimed first.
 * @param {Pick<import('./store.js').Intent, 'account' | 'mode' | 'gateway'>} about
 * @param {(key: string, order: import('velopos').StoredOrder) => Promise<boolean>} [claim]
 * @returns {Promise<import('velopos').Pos>} */
export async function openPos({ account: name, mode, gateway }, claim = claimToSend) {
  const account = await findAccount(name);
  if (!account || account.mode !== mode || account.config.gateway !== gateway) {
    throw new AccountGone(name);
  }
  return createPos(account.config, { fetch, claim, timeoutMs: TIMEOUT });
}

// The virtual POS that an attempt, or the money it brought, belongs to.

import { fetch } from 'wix-fetch';
import { createPos } from 'velopos';
import { findAccount } from './secrets.js';
import { claimToSend } from './store.js';

const TIMEOUT = 8 * 1000;   // Wix ends a request after 14 s, and our own reads and writes need some of them

/** Ready to talk to the bank. Whatever moves money has to be claimed first.
 * @param {Pick<import('./store.js').Intent, 'account' | 'mode' | 'gateway'>} about
 * @param {(key: string, order: import('velopos').StoredOrder) => Promise<boolean>} [claim]
 * @returns {Promise<import('velopos').Pos>} */
export async function openPos({ account: name, mode, gateway }, claim = claimToSend) {
  const account = await findAccount(name);
  if (!account || account.mode !== mode || account.config.gateway !== gateway) {
    throw new Error(`the virtual POS ${name} is no longer the one this began with`);
  }
  return createPos(account.config, { fetch, claim, timeoutMs: TIMEOUT });
}

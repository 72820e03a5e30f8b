// A shop that uses `velopos/all`, and its simulated bank: its claims, what it has sent, and what every refusal must look like.
import assert from 'node:assert/strict';
import { after, beforeEach } from 'node:test';
import { PosError, createPos } from 'velopos/all';
import { furtherAccounts } from '../../banks/accounts.js';
import { startBanks } from '../../banks/server.js';
import { keep, newOrder } from './new-order.js';
import { describe } from './outcome.js';

export { describe, keep, newOrder };

/** The simulated bank of a file of tests: each of them begins with the same settings and without a fault. `account` is what the shop has there,
 * under the name of its gateway. */
export async function openBank(system, gateway, { hangMs = 400 } = {}) {
  const { url, close, [system]: bank } = await startBanks({ shopOrigin: 'http://localhost:8480', [system]: { times: { slowMs: 5, hangMs } } });
  const settings = structuredClone(bank.settings);
  beforeEach(() => {
    Object.assign(bank.settings, structuredClone(settings));
    bank.clearFaults();
  });
  after(close);
  return { bank, url, account: furtherAccounts(url)[gateway] };
}

/** A shop at a simulated bank. `sent` are its requests, `claims` what it has claimed. */
export function openShop(config, options) {
  const claims = new Map();
  const sent = [];
  const claim = async (key, stored) => !claims.has(key) && Boolean(claims.set(key, stored));
  const spy = (url, init) => {
    sent.push({ url, body: init.body, headers: init.headers });
    return fetch(url, init);
  };
  return { pos: createPos(config, { claim, fetch: spy, timeoutMs: 20_000, ...options }), claims, sent };
}

/** The call must throw a PosError with one of these codes and, when given, this field. */
export async function rejects(work, codes, field) {
  let result;
  try {
    result = await work();
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    assert.ok([codes].flat().includes(error.code), `${error.code} is not ${codes}: ${error.message} (${error.field})`);
    assert.ok(error.message.length > 8 && error.messageTr.length > 8 && error.message !== error.messageTr);
    if (field !== undefined) assert.equal(error.field, field);
    return error;
  }
  return assert.fail(`nothing was refused, expected ${codes}: ${JSON.stringify(result)?.slice(0, 300)}`);
}

/** `paid by reply`, or `refused CODE`. */
export async function outcomeOf(work) {
  try {
    return describe(await work());
  } catch (error) {
    if (!(error instanceof PosError)) throw error;
    assert.notEqual(error.code, 'INTERNAL', error.stack);
    return `refused ${error.code}`;
  }
}

/** An attacker's edit of a return: other values under some names; `null` leaves one out. */
export function edited(body, changes) {
  const fields = new URLSearchParams(body);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) fields.delete(name);
    else fields.set(name, value);
  }
  return fields.toString();
}

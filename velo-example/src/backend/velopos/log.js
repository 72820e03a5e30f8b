// What is printed when something goes wrong: an attempt's id, a code and a field's name, never what was in a message.

import { PosError } from './package.js';

/** @param {string} intentId @param {unknown} error */
export function logFailure(intentId, error) {
  if (error instanceof PosError) logRefused(intentId, error);
  else console.error('velopos', intentId, error);
}

const PLAIN_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** The field's name may be the sender's too, so it is printed only when it looks like one.
 * @param {string} intentId @param {PosError} error */
export function logRefused(intentId, error) {
  const field = PLAIN_NAME.test(error.field ?? '') ? [error.field] : [];
  console.warn('velopos', intentId, error.code, ...field);
}

/**
 * For what a customer must not see fail.
 * @template T
 * @param {string} intentId
 * @param {() => Promise<T>} work
 * @returns {Promise<T | null>}
 */
export async function quietly(intentId, work) {
  try {
    return await work();
  } catch (error) {
    logFailure(intentId, error);
    return null;
  }
}

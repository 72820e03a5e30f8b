// What came of a call, as a short phrase that a table of cases can hold, and what every refusal must look like.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { PosError } from 'velopos';
import { secretsIn } from './shop.js';

const codes = new Set(['SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'MALFORMED', 'TOO_LARGE', 'DUPLICATE_FIELD', 'FIELD_LIST', 'ECHO_MISMATCH',
  'ORDER_MISMATCH', 'AMOUNT_MISMATCH', 'CURRENCY_MISMATCH', 'MERCHANT_MISMATCH', 'ORDER', 'CONFIG', 'REFUSED', 'UNREACHABLE', 'UNSUPPORTED', 'INTERNAL']);

/** `redirect form`, `send reads`, `send moves`, or for a payment `paid by signature`. */
export function describe(result) {
  if (result.type === 'redirect') return `redirect ${result.redirect.kind}`;
  if (result.type === 'send') return result.moves ? 'send moves' : 'send reads';
  const payment = result.type === 'done' ? result.payment : result;
  return `${payment.status} by ${payment.proof}`;
}

/** Like `describe`, and `refused CODE` when the call throws a PosError. Anything else that is thrown fails the test. */
export async function outcomeOf(work) {
  try {
    return describe(await work());
  } catch (error) {
    return `refused ${checked(error).code}`;
  }
}

/** True for an outcome that makes somebody act as if it were certain: money taken, money given back, or no money. */
export const isBelief = (outcome) => /^(paid|authorized|declined|refunded|voided) by/.test(outcome);

/**
 * The call must throw a PosError with one of these codes and, when given, a field that matches.
 * @returns {PosError}
 */
export function refuses(work, allowed, field) {
  let result;
  try {
    result = work();
  } catch (error) {
    return refusedAs(error, allowed, field);
  }
  if (typeof result?.then === 'function') result.then(undefined, () => {});
  assert.fail(`nothing was refused, expected ${allowed}: ${inspect(result, { depth: 3 }).slice(0, 300)}`);
}

/** The same for an asynchronous call. */
export async function rejects(work, allowed, field) {
  let result;
  try {
    result = await work();
  } catch (error) {
    return refusedAs(error, allowed, field);
  }
  assert.fail(`nothing was refused, expected ${allowed}: ${inspect(result, { depth: 3 }).slice(0, 300)}`);
}

function refusedAs(error, allowed, field) {
  checked(error);
  const list = [allowed].flat();
  assert.ok(list.includes(error.code), `${error.code} is not ${list.join(' or ')}: ${error.message} (${error.field})`);
  if (field !== undefined) {
    assert.match(String(error.field), field instanceof RegExp ? field : new RegExp(`^${field.replace(/[.]/g, '\\.')}$`), error.message);
  }
  return error;
}

/** Every error that leaves the package: a PosError with a known code, words for people, and no secret in any of its forms. */
function checked(error) {
  if (!(error instanceof PosError)) throw error;
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'PosError');
  assert.ok(codes.has(error.code), error.code);
  assert.notEqual(error.code, 'INTERNAL', error.stack);
  assert.ok(error.message.length > 8, `a message that helps nobody: ${error.message}`);
  assert.ok(error.messageTr.length > 8 && error.messageTr !== error.message, `no words in Turkish: ${error.messageTr}`);
  assert.equal(JSON.parse(JSON.stringify(error)).messageTr, error.messageTr);
  assert.deepEqual(secretsIn([inspect(error, { depth: 9 }), JSON.stringify(error), error.message, error.stack].join('\n')), []);
  return error;
}
